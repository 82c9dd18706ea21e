//! Keys, checkpoints, certificates and proofs as a stranger meets them: files, and exit statuses.
//!
//! # Not here
//! Checking them by a program that shares no code with Bahi: beside `bahi-cli`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{APPLY, AUDIT, DISBURSE, Place, Ran, SANCTION, bahi, fields};

/// A ledger of one case, its key, and the file of its public keys.
struct Signed {
    place: Place,
}

impl Signed {
    fn new() -> Signed {
        let signed = Signed { place: Place::with_a_case() };
        let public = signed.place.bahi(&["key", "new", "--key", &signed.path("key")]).done();
        signed.write("keys", public.out.as_bytes());
        signed
    }

    fn path(&self, name: &str) -> String {
        self.place.beside().join(name).display().to_string()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.path(name), bytes).expect("a file can be written");
        self.path(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }

    /// A command that signs, its answer in a file.
    fn out(&self, words: &[&str], name: &str) -> Ran {
        let (key, out) = (self.path("key"), self.path(name));
        let words: Vec<&str> =
            words.iter().copied().chain(["--key", &key, "--out", &out]).collect();
        self.place.bahi(&words).done()
    }

    /// What somebody without the ledger gets to know of a proof.
    fn check(&self, name: &str, rest: &[&str]) -> Ran {
        let (file, keys) = (self.path(name), self.path("keys"));
        let words: Vec<&str> = ["check-proof", &file, "--key", &keys]
            .into_iter()
            .chain(rest.iter().copied())
            .collect();
        bahi(&words)
    }

    /// All balances, certified as of a day, in a file.
    fn certified(&self, name: &str) {
        self.place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
        self.out(&["prove-balance", "--all"], name);
    }
}

#[test]
fn a_key_is_made_shown_and_turned_and_its_private_half_never_printed() {
    let place = Place::with_rulebook();
    let key = place.beside().join("key").display().to_string();
    let made = place.bahi(&["key", "new", "--key", &key, "--format", "json"]).done();
    assert_eq!(fields(&made.json()), ["keys", "name"]);
    assert_eq!(made.json()["name"], json!("bahi-ledger"));
    let shown = place.bahi(&["key", "show", "--key", &key]).done().out;
    assert_eq!(shown.trim(), made.json()["keys"][0]["verifier"].as_str().expect("a key"));
    place.bahi(&["key", "new", "--key", &key]).failed(2);
    let turned = place.bahi(&["key", "rotate", "--key", &key]).done().out;
    assert_eq!(turned.lines().next(), Some(shown.trim()));
    assert_eq!(turned.lines().count(), 2);
    let private = fs::read_to_string(&key).expect("the file is there");
    let line = private.lines().last().expect("the private key");
    let secret = line.splitn(5, '+').last().expect("the private half");
    for ran in [made.out, shown, turned] {
        assert!(!ran.contains(secret) && !ran.contains("PRIVATE"), "{ran}");
    }
    let inside = place.ledger().join("key").display().to_string();
    assert!(place.bahi(&["key", "new", "--key", &inside]).failed(2).contains("inside"));
    let none = place.beside().join("none").display().to_string();
    for words in [["key", "show"], ["key", "rotate"]] {
        let ran = place.bahi(&[words[0], words[1], "--key", &none]);
        assert!(ran.failed(2).contains("bahi key new"), "{ran:?}");
    }
    // A private key in the place of a public one is refused and not repeated.
    for given in [line, &key] {
        let ran = place.bahi(&["check-proof", &none, "--key", given]);
        assert!(!ran.failed(2).contains(secret), "{ran:?}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
        assert!(place.bahi(&["checkpoint", "--key", &key]).failed(2).contains("others may read"));
    }
}

#[test]
fn a_checkpoint_is_a_note_of_the_ledger_at_any_position() {
    let signed = Signed::new();
    let key = signed.path("key");
    let note = signed.place.bahi(&["checkpoint", "--key", &key]).done().out;
    assert!(note.starts_with("bahi-ledger\n12\n"), "{note}");
    let words = ["checkpoint", "--key", &key, "--at", "8", "--format", "json"];
    let answer = signed.place.bahi(&words).done().json();
    assert_eq!(fields(&answer), ["file", "note", "origin", "position", "root", "size"]);
    assert_eq!((&answer["position"], &answer["size"]), (&json!(8), &json!(9)));
    let balances = signed.place.bahi(&["balances", "--at", "8", "--format", "json"]).done().json();
    assert_eq!(answer["root"], balances["root"]);
    signed.place.bahi(&["checkpoint", "--key", &key, "--at", "12"]).failed(2);
    // Each says what there is to give, and nothing that it does not take.
    assert!(signed.place.bahi(&["checkpoint"]).failed(2).ends_with("(bahi key new makes one)"));
    assert!(signed.place.bahi(&["prove", "7"]).failed(2).ends_with("or --checkpoint FILE"));
}

#[test]
fn certified_balances_are_shown_one_by_one_and_all_together() {
    let signed = Signed::new();
    signed.certified("all");
    let answer = signed.check("all", &["--format", "json"]).done().json();
    assert_eq!((&answer["ok"], &answer["proves"]), (&json!(true), &json!("balances")));
    assert_eq!(answer["certificate"]["as_of"], json!("2024-06-15"));
    assert_eq!((&answer["certificate"]["upto"], &answer["position"]), (&json!(11), &json!(12)));
    let row = &answer["rows"][0];
    assert_eq!((&row["scheme"], &row["fy"]), (&json!("margin-money"), &json!("2024-25")));
    // Paid on 20 June, audited in February: neither counts by the 15th.
    assert_eq!((&row["sanctioned"], &row["disbursed"]), (&json!("250000.00"), &json!("0.00")));
    assert_eq!((&row["applied"], &row["audited"]), (&json!(1), &json!(0)));
    let fund = ["--scheme", "margin-money", "--fy", "2024-25", "--district", "Varanasi"];
    let words: Vec<&str> = ["prove-balance", "--head", "odop"].into_iter().chain(fund).collect();
    signed.out(&words, "one");
    let answer = signed.check("one", &["--format", "json"]).done().json();
    assert_eq!(
        (&answer["proves"], &answer["rows"][0]["district"]),
        (&json!("balance"), &json!("187"))
    );
    assert!(signed.check("one", &[]).done().out.contains("1,00,00,000.00"));
    let words: Vec<&str> = ["prove-balance", "--head", "other"].into_iter().chain(fund).collect();
    let (key, out) = (signed.path("key"), signed.path("none"));
    let words: Vec<&str> = words.into_iter().chain(["--key", &key, "--out", &out]).collect();
    assert!(signed.place.bahi(&words).failed(1).contains("no such fund"));
    assert!(!Path::new(&out).exists(), "what failed leaves no file");
    let verified = signed.place.bahi(&["verify", "--format", "json"]).done().json();
    let passes = verified["passes"].as_array().expect("passes");
    let pass = passes.iter().find(|pass| pass["name"] == "certificates").expect("the pass");
    assert_eq!(pass["checked"], json!(1));
    assert_eq!(verified.get("against"), None);
}

#[test]
fn a_period_is_sealed_once_and_nothing_takes_effect_in_it() {
    let signed = Signed::new();
    let sealed = signed.place.bahi(&["seal", "--until", "2024-06-30", "--format", "json"]).done();
    let sealed = sealed.json();
    assert_eq!((&sealed["position"], &sealed["certificate"]["position"]), (&json!(13), &json!(12)));
    signed.place.bahi(&["seal", "--until", "2024-06-30"]).failed(1);
    signed.place.bahi(&["seal", "--until", "2024-07-15"]).failed(1);
    let late = super::ALLOT.replace("000000000001", "000000000091");
    let ran = signed.place.reading(&late, &["submit"]);
    assert_eq!((ran.status, &ran.json_lines()[0]["refusal"]), (1, &json!("period_sealed")));
    signed.place.bahi(&["verify"]).done();
    let key = signed.path("key");
    let words = ["prove-balance", "--all", "--at", "13", "--key", &key];
    assert!(signed.place.bahi(&words).failed(1).contains("no balances are certified"));
}

/// Copies a directory that nobody has open.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("an entry");
        let there = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).expect("it can be copied");
        }
    }
}

#[test]
fn a_checkpoint_kept_elsewhere_catches_a_rewritten_and_a_shortened_history() {
    let place = Place::with_rulebook();
    place.reading(super::ALLOT, &["submit"]).done();
    let old = place.beside().join("old");
    copy(&place.ledger(), &old);
    place.reading(&[APPLY, SANCTION, DISBURSE, AUDIT].join("\n"), &["submit"]).done();
    let path = |name: &str| place.beside().join(name).display().to_string();
    let (key, keys, note) = (path("key"), path("keys"), path("note"));
    let public = place.bahi(&["key", "new", "--key", &key]).done().out;
    fs::write(&keys, public).expect("written");
    place.bahi(&["checkpoint", "--key", &key, "--out", &note]).done();
    let against = ["verify", "--against", &note, "--key", &keys];
    assert!(place.bahi(&against).done().out.contains("consistent: the ledger continues"));
    // It goes on, and is still what it was.
    place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
    let words: Vec<&str> = against.into_iter().chain(["--format", "json"]).collect();
    let answer = place.bahi(&words).done().json();
    assert_eq!((&answer["ok"], &answer["against"]["answer"]), (&json!(true), &json!("consistent")));
    assert_eq!(answer["against"]["signature_checked"], json!(true));
    let unchecked = place.bahi(&["verify", "--against", &note]).done().out;
    assert!(unchecked.contains("was not checked"), "{unchecked}");
    // An old copy in its place: shortened, and sound in itself.
    fs::remove_dir_all(place.ledger()).expect("removed");
    copy(&old, &place.ledger());
    place.bahi(&["verify"]).done();
    assert!(place.bahi(&against).failed(1).contains("unproven: the ledger was shortened"));
    // The same beginning and another story: rewritten, and sound in itself.
    let other = SANCTION.replace("\"250000.00\"", "\"240000.00\"");
    let lines = [APPLY, &other, &DISBURSE.replace("250000.00", "240000.00"), AUDIT].join("\n");
    place.reading(&lines, &["submit"]).done();
    place.bahi(&["verify"]).done();
    let ran = place.bahi(&words);
    assert!(ran.failed(1).contains("forked: the ledger was rewritten"), "{ran:?}");
    let answer = ran.json();
    assert_eq!((&answer["ok"], &answer["against"]["answer"]), (&json!(false), &json!("forked")));
    assert!(answer["against"]["past"].as_str().is_some_and(|past| past.len() == 64));
    // A checkpoint that nobody signed, or of another log, shows nothing.
    let text = fs::read_to_string(&note).expect("it is there");
    fs::write(&note, text.replacen("12", "11", 1)).expect("written");
    assert!(place.bahi(&against).failed(1).contains("unproven: the checkpoint shows nothing"));
    fs::write(&note, "no note").expect("written");
    assert!(place.bahi(&against).failed(1).contains("unproven"));
    fs::write(&note, text.replacen("bahi-ledger", "bahi-lodger", 1)).expect("written");
    assert!(place.bahi(&["verify", "--against", &note]).failed(1).contains("is of bahi-lodger"));
    place.bahi(&["verify", "--against", &path("missing"), "--key", &keys]).failed(2);
    place.bahi(&["verify", "--key", &keys]).failed(2);
}

#[test]
fn a_damaged_ledger_is_compared_as_far_as_it_can_be_read() {
    let signed = Signed::new();
    signed.out(&["checkpoint", "--at", "6"], "early");
    signed.out(&["checkpoint"], "late");
    let db = signed.place.ledger().join("pages/db");
    let mut bytes = fs::read(&db).expect("the store has a file");
    let last = bytes.windows(4).rposition(|window| window == b"BHPG").expect("a page");
    bytes[last + 70] ^= 0x20;
    fs::write(&db, bytes).expect("written");
    let answer = |note: &str| {
        let (note, keys) = (signed.path(note), signed.path("keys"));
        let words = ["verify", "--against", &note, "--key", &keys, "--format", "json"];
        let ran = signed.place.bahi(&words);
        ran.failed(1);
        ran.json()
    };
    // How much a damaged store still gives is the store's affair; it is never another history.
    for note in ["early", "late"] {
        let found = answer(note);
        assert_eq!(found["ok"], json!(false));
        assert_ne!(found["against"]["answer"], json!("forked"), "{found}");
    }
    assert_eq!(answer("late")["against"]["answer"], json!("unproven"));
}

/// A file with its bits turned, one at a time, so many of each byte, and every beginning of it, goes
/// through the program: status 1 each time, one line, no panic.
fn nothing_else_passes(signed: &Signed, name: &str, rest: &[&str], bits: usize) -> usize {
    signed.check(name, rest).done();
    let sound = signed.read(name);
    let file = PathBuf::from(signed.path(name));
    let mut tried = 0;
    let mut try_one = |bytes: &[u8], what: &dyn Fn() -> String| {
        fs::write(&file, bytes).expect("written");
        let ran = signed.check(name, rest);
        assert_eq!(ran.status, 1, "{}: {ran:?}", what());
        ran.failed(1);
        tried += 1;
    };
    for at in 0..sound.len() {
        for bit in (at..at + bits).map(|bit| bit % 8) {
            let mut other = sound.clone();
            other[at] ^= 1 << bit;
            try_one(&other, &|| format!("byte {at}, bit {bit}"));
        }
        try_one(&sound[..at], &|| format!("the first {at} bytes"));
    }
    try_one(&[&sound[..], b"\n"].concat(), &|| "a line more".to_owned());
    tried
}

#[test]
fn no_turned_bit_of_any_proof_passes() {
    let signed = Signed::new();
    signed.out(&["prove", "9", "--event", &signed.path("record")], "proof");
    signed.certified("all");
    let fund = ["--scheme", "margin-money", "--fy", "2024-25", "--district", "187"];
    let words: Vec<&str> = ["prove-balance", "--head", "odop"].into_iter().chain(fund).collect();
    signed.out(&words, "one");
    let record = signed.path("record");
    let tried = nothing_else_passes(&signed, "proof", &["--event", &record], 8)
        + nothing_else_passes(&signed, "one", &[], 1)
        + nothing_else_passes(&signed, "all", &[], 1);
    assert!(tried > 5_000, "{tried}");
}

#[test]
fn a_policy_that_asks_for_a_witness_refuses_what_none_cosigned() {
    let signed = Signed::new();
    let record = signed.path("record");
    signed.out(&["prove", "9", "--event", &record], "proof");
    let witness = bahi::proof::CosigningKey::from_seed("witness.example/w1", &[9; 32]);
    let witness = witness.expect("a name");
    let key = String::from_utf8(signed.read("keys")).expect("text");
    let lines = format!("log {}\nwitness w {}\nquorum w\n", key.trim(), witness.verifier());
    let policy = signed.write("policy", lines.as_bytes());
    let proof = signed.path("proof");
    let words = ["check-proof", &proof, "--event", &record, "--policy", &policy];
    assert!(bahi(&words).failed(1).contains("quorum"));
    // A checkpoint with the witness's line, and a proof under that very note.
    signed.out(&["checkpoint"], "note");
    let mut note = bahi::proof::Note::parse(&signed.read("note")).expect("a note");
    let checkpoint = bahi::proof::Checkpoint::parse(note.text()).expect("a checkpoint");
    note.add(witness.cosign(&checkpoint, 1_790_000_000)).expect("room");
    let note = signed.write("note", note.to_string().as_bytes());
    let words = ["prove", "9", "--checkpoint", &note, "--out", &proof, "--force"];
    signed.place.bahi(&words).done();
    let words = ["check-proof", &proof, "--event", &record, "--policy", &policy];
    let answer = bahi(&[&words[..], &["--format", "json"]].concat()).done().json();
    assert_eq!(answer["cosigned"], json!([{"key": "witness.example/w1", "time": 1_790_000_000}]));
}

#[test]
fn tiles_are_what_the_checkpoint_beside_them_says() {
    let signed = Signed::new();
    let (key, dir) = (signed.path("key"), signed.path("tiles"));
    let words = ["tiles", "export", &dir, "--key", &key, "--format", "json"];
    let answer = signed.place.bahi(&words).done().json();
    assert_eq!((&answer["size"], &answer["added"]), (&json!(12), &json!(12)));
    signed.place.bahi(&["certify", "--as-of", "2024-06-15"]).done();
    assert_eq!(signed.place.bahi(&words).done().json()["added"], json!(1));
    let file = |name: &str| fs::read(Path::new(&dir).join(name)).expect("a file");
    let note = bahi::proof::Note::parse(&file("checkpoint")).expect("a note");
    let head = bahi::proof::Checkpoint::parse(note.text()).expect("a checkpoint").head();
    let fetch = |tile: &bahi::proof::Tile| fs::read(Path::new(&dir).join(tile.to_string()));
    let reader = bahi::proof::TileReader::open(head, fetch).expect("they lead to its root");
    assert_eq!(reader.records(0).expect("a bundle").len(), 13);
    let inside = signed.place.ledger().join("tiles").display().to_string();
    let words = ["tiles", "export", &inside, "--key", &key];
    assert!(signed.place.bahi(&words).failed(2).contains("inside"));
    signed.place.bahi(&["verify"]).done();
}

#[test]
fn what_is_no_proof_is_a_no_and_what_is_asked_wrongly_is_misuse() {
    let signed = Signed::new();
    for bytes in [&b""[..], b"\n", b"c2sp.org/tlog-proof@v1", b"bahi-leaf-proof@v1\n", &[0xff; 9]] {
        let file = signed.write("proof", bytes);
        let event = signed.write("event", b"");
        let ran = signed.check("proof", &["--event", &event, "--format", "json"]);
        assert!(ran.failed(1).contains("shows nothing"), "{file}: {ran:?}");
        assert_eq!(ran.json()["ok"], json!(false));
    }
    signed.out(&["prove", "1"], "sound");
    assert!(signed.check("sound", &[]).failed(2).contains("--event"));
    signed.check("missing", &[]).failed(2);
    let (file, key) = (signed.path("sound"), signed.path("key"));
    for words in [
        &["check-proof", &file][..],
        &["check-proof", &file, "--key", "nobody"],
        &["check-proof", &file, "--policy", &file],
        &["check-proof"],
    ] {
        bahi(words).failed(2);
    }
    for words in [
        &["prove", "12", "--key", &key][..],
        &["prove", "1"],
        &["prove-balance", "--key", &key],
        &["prove-balance", "--all", "--scheme", "mda", "--key", &key],
        &["certify"],
        &["certify", "--as-of", "2024-06-15", "--role", "king"],
        &["certify", "--as-of", "2024-06-15", "--order", "GO/1"],
        &["prove", "1", "--checkpoint", &file],
    ] {
        signed.place.bahi(words).failed(2);
    }
    signed.place.bahi(&["prove-balance", "--all", "--key", &key]).failed(1);
}
