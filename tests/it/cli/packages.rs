//! Audit packages: whole, signed, recorded, and checked by Bahi and by strangers without it.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use super::{Place, Ran, bahi, fields};
use crate::outside_programs::{found, program_of};

const NONCE: &str = "AG-UP/2025/letter-114";

/// A ledger with a key, and the file of the key's public half.
struct Office {
    place: Place,
}

impl Office {
    fn of(place: Place) -> Office {
        let office = Office { place };
        office.place.bahi(&["key", "new", "--key", &office.at("key")]).done();
        let shown = office.place.bahi(&["key", "show", "--key", &office.at("key")]).done();
        fs::write(office.at("keys"), shown.out).expect("written");
        office
    }

    fn with_a_case() -> Office {
        Office::of(Place::with_a_case())
    }

    fn demonstration() -> Office {
        let place = Place::empty();
        place.bahi(&["demo", "--cases", "60", "--seed", "7"]).done();
        Office::of(place)
    }

    fn at(&self, name: &str) -> String {
        self.place.beside().join(name).display().to_string()
    }

    fn public_key(&self) -> String {
        fs::read_to_string(self.at("keys")).expect("a key").trim().to_owned()
    }

    fn pack(&self, name: &str, words: &[&str]) -> Ran {
        let (to, key) = (self.at(name), self.at("key"));
        let asked = ["audit", "pack", "--to", &to, "--key", &key, "--format", "json"];
        self.place.bahi(&[&asked, words].concat())
    }

    fn check(&self, name: &str) -> Ran {
        bahi(&["check-export", &self.at(name), "--key", &self.at("keys"), "--format", "json"])
    }
}

/// Every file below a directory, by its name from there.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(dir).expect("below").to_string_lossy().into_owned();
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
    found
}

#[test]
fn a_package_is_whole_signed_recorded_first_and_checked_without_the_ledger() {
    let office = Office::demonstration();
    let before = office.place.position();
    let said = office.pack("package", &["--nonce", NONCE, "--size", "12"]).done().json();
    assert_eq!((&said["position"], &said["exported_at"]), (&json!(before), &json!(before + 1)));
    assert_eq!((&said["holds"], &said["nonce"]), (&json!(true), &json!(NONCE)));
    assert_eq!(said["left_out"], json!([]));
    let checked = office.check("package").done().json();
    assert_eq!((&checked["ok"], &checked["package"]), (&json!(true), &json!(true)));
    for same in ["position", "root", "files", "exports", "rows", "findings", "papers", "proofs"] {
        assert_eq!(checked[same], said[same], "{same}");
    }
    assert_eq!(checked["signed_by"], said["signed_by"]);
    let folder = PathBuf::from(office.at("package"));
    let names: BTreeSet<String> = files(&folder).into_keys().collect();
    for wanted in [
        "MANIFEST",
        "README.md",
        "check.py",
        "checkpoint.note",
        "exports/cases.xlsx.manifest",
        "exports/events.jsonl",
        "exports/postings.beancount",
        "figures.csv",
        "findings/findings.csv",
        "papers/ageing.pdf",
        "papers/certificate-margin-money-2023-24.html",
        "proofs/0.tlog-proof",
        "samples/cases-by-district.json",
        "samples/payments.frame.csv",
    ] {
        assert!(names.contains(wanted), "{wanted} is not among {names:#?}");
    }
    assert_eq!(names.len() as u64, said["files"].as_u64().expect("a number") + 1);
    // What it holds is what the program says by itself.
    let at = before.to_string();
    let audit = office.place.bahi(&["audit", "--at", &at, "--format", "json"]).done().out;
    assert_eq!(fs::read_to_string(folder.join("findings/findings.json")).ok(), Some(audit));
    let sampled = ["sample", "--nonce", NONCE, "--of", "payments", "--monetary", "--size", "12"];
    let sampled = office.place.bahi(&[&sampled[..], &["--at", &at, "--format", "json"]].concat());
    let in_package = fs::read_to_string(folder.join("samples/payments-by-money.json"));
    assert_eq!(in_package.ok(), Some(sampled.done().out));
    // The event names the text that is signed.
    let words = ["events", "--from", &(before + 1).to_string(), "--format", "jsonl"];
    let event = &office.place.bahi(&words).done().json_lines()[0];
    assert_eq!((&event["kind"], &event["what"]), (&json!("Exported"), &json!("audit_package")));
    assert_eq!((&event["upto"], &event["rows"]), (&said["position"], &said["rows"]));
    let note = fs::read_to_string(folder.join("MANIFEST")).expect("a manifest");
    let (text, _) = note.rsplit_once("\n\n").expect("a signed note");
    assert_eq!(event["digest"], json!(sha256(format!("{text}\n").as_bytes())));
    office.place.bahi(&["verify"]).done();
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn whatever_file_is_changed_taken_away_or_added_is_named() {
    let office = Office::with_a_case();
    office.pack("package", &["--nonce", NONCE, "--size", "2"]).done();
    let folder = PathBuf::from(office.at("package"));
    let named = |wanted: &str, why: &str| {
        let ran = office.check("package");
        let told = ran.failed(1).to_owned();
        let answer = ran.json();
        assert_eq!((&answer["ok"], &answer["file"]), (&json!(false), &json!(wanted)), "{told}");
        assert!(told.contains(wanted) && told.contains(why), "{wanted}: {told}");
    };
    let all = files(&folder);
    assert!(all.len() > 60, "{} files", all.len());
    for (name, bytes) in all.iter().filter(|(name, _)| *name != "MANIFEST") {
        let path = folder.join(name);
        let mut other = bytes.clone();
        let middle = other.len() / 2;
        match other.get_mut(middle) {
            Some(byte) => *byte ^= 1,
            None => other.push(b'x'),
        }
        fs::write(&path, &other).expect("written");
        named(name, "bytes");
        fs::remove_file(&path).expect("removed");
        named(name, "it is missing");
        fs::write(&path, bytes).expect("written");
    }
    for added in ["notes.txt", "exports/more.csv", "proofs/7.record.bak"] {
        fs::write(folder.join(added), "added").expect("written");
        named(added, "the manifest does not name it");
        fs::remove_file(folder.join(added)).expect("removed");
    }
    #[cfg(unix)]
    {
        let (real, link) = (folder.join("figures.csv"), folder.join("exports/link"));
        std::os::unix::fs::symlink(real, &link).expect("a link");
        named("exports/link", "a link");
        fs::remove_file(link).expect("removed");
    }
    office.check("package").done();
}

#[test]
fn a_manifest_that_was_touched_or_signed_by_another_is_not_believed() {
    let office = Office::with_a_case();
    office.pack("package", &[]).done();
    let manifest = PathBuf::from(office.at("package")).join("MANIFEST");
    let sound = fs::read_to_string(&manifest).expect("a manifest");
    let (text, _) = sound.rsplit_once("\n\n").expect("a signed note");
    let edited = |from: &str, to: &str| {
        assert!(sound.contains(from), "{from}");
        sound.replacen(from, to, 1)
    };
    for (other, said) in [
        (edited("findings ", "findings 1"), "no key given"),
        (edited("position 11", "position 10"), "no key given"),
        (edited("clock ", "clocks "), "`clock` is missing"),
        (format!("{text}\n"), "is to have signed it"),
        (format!("{}\n", text.replace("ledger ", "ledgers ")), "`ledger` is missing"),
        (String::new(), "no such file or directory"),
    ] {
        if other.is_empty() {
            fs::remove_file(&manifest).expect("removed");
            let ran = office.check("package");
            assert_eq!(ran.status, 2, "{ran:?}");
            continue;
        }
        fs::write(&manifest, other).expect("written");
        let ran = office.check("package");
        assert!(ran.failed(1).contains(said), "{said}: {ran:?}");
    }
    // Another ledger's key of the same name signs what it likes.
    fs::write(&manifest, &sound).expect("written");
    let other = Office::with_a_case();
    let (package, keys, others) = (office.at("package"), office.at("keys"), other.at("keys"));
    let words = ["check-export", &package, "--key", &others];
    assert!(bahi(&words).failed(1).contains("no key given"));
    let unchecked = bahi(&words[..2]).done().out;
    assert!(unchecked.contains("the signature is not checked"), "{unchecked}");
    // A checkpoint that was kept elsewhere tells whether it is this history.
    let kept = office.at("kept.note");
    let at = ["checkpoint", "--at", "11", "--key", &office.at("key"), "--out", &kept];
    office.place.bahi(&at).done();
    let words = [&words[..2], &["--key", &keys, "--checkpoint", &kept]].concat();
    assert!(bahi(&words).done().out.contains("the checkpoint given has the same root"));
    let at = ["checkpoint", "--at", "12", "--key", &office.at("key"), "--out", &kept, "--force"];
    office.place.bahi(&at).done();
    assert!(bahi(&words).failed(1).contains("of position 12"));
}

#[test]
fn an_auditor_packs_a_backup_under_the_offices_checkpoint_and_leaves_it_as_it_is() {
    let office = Office::demonstration();
    let (backup, note) = (office.at("backup"), office.at("office.note"));
    office.place.bahi(&["checkpoint", "--key", &office.at("key"), "--out", &note]).done();
    office.place.bahi(&["backup", &backup]).done();
    let before = files(Path::new(&backup));
    let pack = |name: &str, words: &[&str]| {
        let asked = ["audit", "pack", "--to", &office.at(name), "--ledger", &backup];
        bahi(&[&asked, words].concat())
    };
    let under = ["--checkpoint", note.as_str(), "--nonce", NONCE, "--format", "json"];
    let said = pack("theirs", &under).done().json();
    assert_eq!((&said["signed_by"], &said["exported_at"]), (&Value::Null, &Value::Null));
    assert_eq!(files(Path::new(&backup)), before);
    let checked = office.check("theirs").done().json();
    assert_eq!(checked["signed_by"], Value::Null);
    let signer = checked["checkpoint_signed_by"].as_str().expect("a signer");
    assert!(office.public_key().starts_with(signer));
    // The same question has the same answer, byte for byte, and the ledger's own is the same but for
    // who signs.
    pack("again", &under).done();
    let folder = |name: &str| files(Path::new(&office.at(name)));
    assert_eq!(folder("theirs"), folder("again"));
    let at = said["position"].to_string();
    let own = office.pack("own", &["--nonce", NONCE, "--at", &at]).done().json();
    assert!(own["signed_by"].is_string());
    let signed = |name: &String| {
        name.ends_with("MANIFEST") || name.ends_with(".manifest") || name == "README.md"
    };
    let unsigned = |name: &str| {
        let mut files = folder(name);
        files.retain(|name, _| !signed(name));
        files
    };
    let (theirs, own) = (unsigned("theirs"), unsigned("own"));
    assert_eq!(theirs, own);
    // Of another position than the checkpoint's there is none.
    let other = pack("other", &["--checkpoint", &note, "--at", "40"]);
    assert!(other.failed(2).contains("--at"), "{other:?}");
    assert!(!Path::new(&office.at("other")).exists());
}

#[test]
fn what_cannot_be_packed_is_said_before_anything_is_written() {
    let office = Office::with_a_case();
    let position = office.place.position();
    let (full, file) = (office.at("full"), office.at("file"));
    fs::create_dir(&full).expect("made");
    fs::write(Path::new(&full).join("mine"), "mine").expect("written");
    fs::write(&file, "mine").expect("written");
    let inside = office.place.ledger().join("package").display().to_string();
    let cases: [(&str, &[&str], &str); 8] = [
        ("full", &[], "the directory is not empty"),
        ("file", &[], "something is there"),
        ("no/such/place", &[], "name another path"),
        (&inside, &[], "inside the ledger's directory"),
        ("package", &["--nonce", "short"], "8 to 64"),
        ("package", &["--size", "5"], "--nonce"),
        ("package", &["--nonce", NONCE, "--size", "0"], "--size"),
        ("package", &["--scheme", "nope"], "no scheme nope"),
    ];
    for (to, words, said) in cases {
        let ran = office.pack(to, words);
        assert!(ran.failed(2).contains(said), "{to} {words:?}: {ran:?}");
    }
    let ran = office.place.bahi(&["audit", "pack", "--to", &office.at("package")]);
    assert!(ran.failed(2).contains("--checkpoint"), "{ran:?}");
    assert_eq!(files(Path::new(&full)).len(), 1);
    assert_eq!(fs::read_to_string(&file).ok().as_deref(), Some("mine"));
    let left = fs::read_dir(office.place.beside()).expect("a directory").flatten();
    let left: Vec<_> =
        left.filter(|one| one.file_name().to_string_lossy().contains("bahi-")).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(office.place.position(), position, "what is not handed over leaves no event");
    // An empty directory is filled, by whatever way it is spelled.
    fs::create_dir(office.at("empty")).expect("made");
    office.pack("empty/", &[]).done();
    office.check("empty").done();
}

#[test]
fn a_package_of_a_district_a_past_or_nothing_is_sound_too() {
    let office = Office::demonstration();
    let cases: [(&str, &[&str]); 5] = [
        ("district", &["--district", "Kanpur Nagar", "--nonce", NONCE, "--size", "5"]),
        ("scheme", &["--scheme", "mda", "--fy", "2022-23", "--nonce", NONCE]),
        ("past", &["--as-of", "2021-04-30", "--nonce", NONCE]),
        ("known", &["--known-on", "2021-12-31"]),
        ("nothing", &["--at", "0", "--nonce", NONCE]),
    ];
    for (name, words) in cases {
        office.pack(name, words).done();
        let checked = office.check(name).done().json();
        assert_eq!(checked["ok"], true, "{name}");
        assert!(fields(&checked).contains(&"checkpoint_signed_by"));
        let readme = fs::read_to_string(Path::new(&office.at(name)).join("README.md"));
        let readme = readme.expect("a page");
        assert!(!readme.contains("{notes}") && !readme.contains("{left_out}"), "{readme}");
        run_block(&office, name, &blocks(&readme)[2]);
    }
    let findings =
        fs::read_to_string(Path::new(&office.at("district")).join("findings/findings.json"));
    let findings: Value = serde_json::from_str(&findings.expect("findings")).expect("JSON");
    let all = findings["findings"].as_array().expect("a list");
    assert!(!all.is_empty() && all.iter().all(|one| one["district"] == "157"), "{all:?}");
}

/// A block of a package's own page: what it needs, and what is run.
struct Block {
    needs: Vec<String>,
    script: String,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for part in readme.split("```sh\n").skip(1) {
        let script = part.split("```").next().expect("a block ends").to_owned();
        let first = script.lines().next().unwrap_or_default();
        let needs = first.strip_prefix("# needs ").expect("a block says what it needs");
        blocks.push(Block { needs: needs.split(' ').map(str::to_owned).collect(), script });
    }
    blocks
}

/// Runs a block as a stranger would; nothing where a program of it is not to be had, which is said.
fn run_block(office: &Office, package: &str, block: &Block) -> Option<String> {
    let mut paths = Vec::new();
    for program in &block.needs {
        let brought = match program.as_str() {
            "duckdb" => Some(program_of("duckdb-cli", "duckdb")?),
            "bean-check" => Some(program_of("beancount", "bean-check")?),
            // It has another way to say its version.
            "openssl" => None,
            _ => {
                if !found(program) {
                    return None;
                }
                None
            }
        };
        paths.extend(brought.and_then(|path| Some(path.parent()?.to_path_buf())));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    paths.extend(env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-e", "-c", &block.script])
        .current_dir(office.at(package))
        .env("PATH", env::join_paths(paths).expect("paths"))
        .env("KEY", office.public_key())
        .output()
        .expect("a shell runs");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some(match output.status.success() {
        true => String::new(),
        false => format!("{package}: {}\n{out}\n{err}", block.script),
    })
}

#[test]
fn a_stranger_checks_it_with_public_tools_as_its_own_page_says() {
    let office = Office::demonstration();
    office.pack("package", &["--nonce", NONCE, "--size", "12"]).done();
    let folder = PathBuf::from(office.at("package"));
    let before = files(&folder);
    let readme = String::from_utf8(before["README.md"].clone()).expect("a page");
    let blocks = blocks(&readme);
    let tools: Vec<&str> = blocks.iter().map(|block| block.needs[0].as_str()).collect();
    let wanted = ["sha256sum", "openssl", "python3", "hledger", "ledger", "bean-check", "duckdb"];
    assert_eq!(tools, wanted);
    for block in &blocks {
        if let Some(failed) = run_block(&office, "package", block) {
            assert_eq!(failed, "", "{:?}", block.needs);
        }
    }
    assert_eq!(files(&folder), before, "checking changes nothing");
    // And each of them sees what it is there to see.
    let damage: [(&str, &str, &str, &[&str]); 6] = [
        ("MANIFEST", "findings ", "findings 1", &["openssl", "python3"]),
        ("exports/cases.csv", "margin-money", "margin-monex", &["sha256sum", "python3"]),
        ("figures.csv", ".00\n", ".01\n", &["sha256sum", "hledger", "ledger", "duckdb"]),
        ("exports/postings.journal", ".00 INR", ".01 INR", &["hledger", "ledger"]),
        ("exports/postings.beancount", ".00 INR", ".01 INR", &["bean-check"]),
        ("checkpoint.note", "\n—", "1\n—", &["openssl", "python3"]),
    ];
    for (name, from, to, seen_by) in damage {
        let sound = String::from_utf8(before[name].clone()).expect("a text");
        assert!(sound.contains(from), "{name}: {from}");
        fs::write(folder.join(name), sound.replacen(from, to, 1)).expect("written");
        for block in blocks.iter().filter(|block| seen_by.contains(&block.needs[0].as_str())) {
            let failed = run_block(&office, "package", block);
            assert_ne!(failed.as_deref(), Some(""), "{name} for {:?}", block.needs);
        }
        fs::write(folder.join(name), &before[name]).expect("written");
    }
}

#[test]
fn the_script_of_a_package_sees_what_hashes_alone_do_not() {
    // Whoever writes the manifest can name any bytes in it: the rest must hold by itself.
    let office = Office::demonstration();
    let (backup, note) = (office.at("backup"), office.at("office.note"));
    office.place.bahi(&["checkpoint", "--key", &office.at("key"), "--out", &note]).done();
    office.place.bahi(&["backup", &backup]).done();
    let to = office.at("package");
    let words = ["audit", "pack", "--to", &to, "--ledger", &backup, "--checkpoint", &note];
    bahi(&[&words[..], &["--nonce", NONCE, "--size", "6"]].concat()).done();
    let folder = PathBuf::from(&to);
    let before = files(&folder);
    let readme = String::from_utf8(before["README.md"].clone()).expect("a page");
    let script = &blocks(&readme)[2];
    let Some(sound) = run_block(&office, "package", script) else { return };
    assert_eq!(sound, "");
    let text = |name: &str| String::from_utf8(before[name].clone()).expect("a text");
    let forge = |name: &str, from: &str, to: &str| {
        let other = text(name).replacen(from, to, 1);
        assert_ne!(other, text(name), "{name}: {from}");
        let old = format!("{} {} {name}", sha256(&before[name]), before[name].len());
        let new = format!("{} {} {name}", sha256(other.as_bytes()), other.len());
        let manifest = text("MANIFEST").replace(&old, &new);
        assert_ne!(manifest, text("MANIFEST"), "{name} is named");
        fs::write(folder.join(name), other).expect("written");
        fs::write(folder.join("MANIFEST"), manifest).expect("written");
    };
    let last = text("exports/events.jsonl").lines().last().expect("an event").to_owned() + "\n";
    for (name, from, to, said) in [
        ("exports/events.jsonl", last.as_str(), "", "the tree has"),
        ("figures.csv", ".00\n", ".01\n", "postings and balances differ"),
        ("exports/postings.csv", ",0.00,INR", ",0.01,INR", "sum to zero"),
        ("samples/cases.json", "\"position\": ", "\"position\": 1", "of another root"),
        ("samples/cases.json", "\"hits\": 1", "\"hits\": 2", "drawn otherwise"),
        ("samples/payments.frame.csv", ".00,\n", ".01,\n", "sums others"),
        ("proofs/0.tlog-proof", "index 0", "index 1", "another record"),
    ] {
        forge(name, from, to);
        let told = run_block(&office, "package", script).expect("it ran");
        assert!(told.contains(said), "{name}: {told}");
        fs::write(folder.join(name), &before[name]).expect("written");
        fs::write(folder.join("MANIFEST"), &before["MANIFEST"]).expect("written");
    }
}
