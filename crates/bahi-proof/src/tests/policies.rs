//! Policies: their text, their quorum, and what they accept.

use super::*;

fn read(text: &str) -> Result<(), (usize, Flaw)> {
    Policy::parse(text.as_bytes()).map(|_| ()).map_err(|malformed| (malformed.line, malformed.flaw))
}

/// A policy's text with the keys of these names: LOG, W1 to W6, and one of the next kind, NEXT.
fn with_keys(text: &str) -> String {
    let mut text = text.replace("LOG", &log_key().verifier().to_string());
    for number in 1..=6 {
        let key = witness(number).verifier().to_string();
        text = text.replace(&format!("W{number}"), &key);
    }
    text
}

/// Two organisations: two of three witnesses of the one, and one of three of the other.
const NESTED: &str = "
# A comment, and a line of spaces.
 \t
log LOG https://example.org/prefix
witness X1 W1
witness X2 W2\thttps://witness.example/2
  witness X3 W3
group X-witnesses 2 X1 X2 X3
witness Y1 W4
witness Y2 W5
witness Y3 W6
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
";

#[test]
fn a_quorum_is_reached_by_the_sets_it_says_and_no_others() {
    let policy = Policy::parse(with_keys(NESTED).as_bytes()).unwrap();
    let names: Vec<String> = policy.witnesses().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["X1", "X2", "X3", "Y1", "Y2", "Y3"]);
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    for set in 0..64_u32 {
        let members: Vec<CosigningKey> =
            (0..6_u8).filter(|bit| set >> bit & 1 == 1).map(|bit| witness(bit + 1)).collect();
        let reached = (set & 0b111).count_ones() >= 2 && set >> 3 != 0;
        let note = cosigned(head, &members);
        let told: Vec<String> = policy.cosigned(&note).into_iter().map(|one| one.key).collect();
        let names = members.iter().map(|member| member.verifier().name().to_owned());
        assert_eq!(told, names.collect::<Vec<_>>(), "{set:b}");
        let answer = policy.check(&note);
        match answer {
            Ok(trusted) => {
                assert!(reached, "{set:b}");
                assert_eq!(trusted.cosigned().len(), members.len());
                assert_eq!(trusted.checkpoint().head(), head);
            }
            Err(other) => {
                let quorum = "X-and-Y".to_owned();
                let expected = Untrusted::Unwitnessed { quorum, cosigned: members.len() };
                assert_eq!((reached, other), (false, expected), "{set:b}");
            }
        }
    }
}

#[test]
fn texts_of_policies_are_read_strictly() {
    let good = [
        "quorum none\n",
        "quorum none\nlog LOG\n",
        "log LOG\nwitness w W1\nquorum w\n",
        "witness any W1\ngroup all any any\nquorum all\n",
        "witness w W1\nwitness v W2\ngroup g 1 w v\nquorum w\n",
        "witness \u{915} W1\nquorum \u{915}\n",
        "quorum none # no comment here",
    ];
    for text in &good[..6] {
        assert_eq!(read(&with_keys(text)), Ok(()), "{text}");
    }
    let expected = Flaw::Expected;
    let line = "log, witness, group or quorum";
    let bad = [
        ("", 1, expected("quorum")),
        ("log LOG\n", 2, expected("quorum")),
        ("quorum none", 1, Flaw::Ended),
        ("quorum none # no comment here\n", 1, expected(line)),
        ("quorum none\nquorum none\n", 2, Flaw::RepeatedName),
        ("quorum w\nwitness w W1\n", 1, Flaw::UnknownName),
        ("quorum\n", 1, expected(line)),
        ("Quorum none\n", 1, expected(line)),
        ("log\n", 1, expected(line)),
        ("log LOG url more\n", 1, expected(line)),
        ("log key\n", 1, expected("verifier key")),
        ("log W1\n", 1, Flaw::Algorithm(4)),
        ("witness w LOG\n", 1, Flaw::Algorithm(1)),
        ("log LOG\nlog LOG\n", 2, Flaw::RepeatedKey),
        ("witness w W1\nwitness v W1\n", 2, Flaw::RepeatedKey),
        ("witness w W1\nwitness w W2\n", 2, Flaw::RepeatedName),
        ("witness none W1\n", 1, Flaw::RepeatedName),
        ("witness w W1\ngroup w all w\n", 2, Flaw::RepeatedName),
        ("witness w W1\ngroup none all w\n", 2, Flaw::RepeatedName),
        ("witness w W1\ngroup g all w w\n", 2, Flaw::RepeatedName),
        ("witness w W1\ngroup g all w\ngroup h all w\n", 3, Flaw::RepeatedName),
        ("witness w W1\ngroup g all none\n", 2, Flaw::UnknownName),
        ("group g all g\n", 1, Flaw::UnknownName),
        ("group g all\n", 1, expected("threshold")),
        ("witness w W1\ngroup g 0 w\n", 2, expected("threshold")),
        ("witness w W1\ngroup g 2 w\n", 2, expected("threshold")),
        ("witness w W1\ngroup g 01 w\n", 2, expected("threshold")),
        ("witness w W1\ngroup g +1 w\n", 2, expected("threshold")),
        ("witness w W1\ngroup g 18446744073709551617 w\n", 2, expected("threshold")),
        ("quorum none\r\n", 1, Flaw::NotText),
        ("quorum none\u{c}\n", 1, Flaw::NotText),
        ("# a\u{7f}\nquorum none\n", 1, Flaw::NotText),
        ("quorum\u{a0}none\n", 1, expected(line)),
    ];
    for (text, line, flaw) in bad {
        assert_eq!(read(&with_keys(text)), Err((line, flaw)), "{text}");
    }
    assert!(Policy::parse(b"# \xff\xfe\nquorum none\n").is_ok(), "octets are octets");
}

#[test]
fn no_two_keys_of_a_policy_can_be_meant_by_one_line() {
    // A witness with the secret of the log, and two names for one secret.
    let same = CosigningKey::from_seed("witness.example", &[1; 32]).unwrap();
    let text = format!("log {}\nwitness w {}\n", log_key().verifier(), same.verifier());
    assert_eq!(read(&text), Err((2, Flaw::RepeatedKey)));
    let again = CosigningKey::from_seed("witness.example/again", &[101; 32]).unwrap();
    let text = format!("witness v {}\nwitness w {}\n", witness(1).verifier(), again.verifier());
    assert_eq!(read(&text), Err((2, Flaw::RepeatedKey)));
    // Two keys with one name and id: the ids are 32 bits, so two such keys take an hour to find.
    // These were found among keys of the next kind, whose bytes are not looked into.
    let (one, two) = colliding();
    assert_eq!((one.name(), one.id()), (two.name(), two.id()));
    assert_ne!(one, two);
    let text = format!("witness v {one}\nwitness w {two}\n");
    assert_eq!(read(&text), Err((2, Flaw::RepeatedKey)));
}

/// Two keys of one name and id, by their birthdays.
fn colliding() -> (VerifierKey, VerifierKey) {
    let mut seen = std::collections::HashMap::new();
    for number in 0..u64::from(u32::MAX) {
        let hash = sha256(&[b"n\n\x06".as_slice(), &number.to_be_bytes()].concat());
        let id = hash.to_string()[..8].to_owned();
        if let Some(other) = seen.insert(id.clone(), number) {
            let key = |number: u64| -> VerifierKey {
                let bytes = [&[6][..], &number.to_be_bytes()].concat();
                format!("n+{id}+{}", crate::text::base64(&bytes)).parse().unwrap()
            };
            return (key(other), key(number));
        }
    }
    panic!("more keys than ids have no two that share one")
}

#[test]
fn entries_of_a_policy_are_bounded() {
    let mut text = String::from("quorum none\n");
    let mut groups = String::from("witness w0 ");
    groups += &format!("{}\n", witness(1).verifier());
    for number in 0..=POLICY_ENTRIES_MAX {
        let key = SigningKey::from_seed(&format!("log{number}"), &seed(number)).unwrap();
        text += &format!("log {}\n", key.verifier());
        groups += &format!("group w{} all w{number}\n", number + 1);
    }
    let max = POLICY_ENTRIES_MAX;
    let many = |what| Flaw::TooMany { what, max };
    assert_eq!(read(&text), Err((max + 2, many("logs"))));
    assert_eq!(read(&groups), Err((max + 2, many("groups"))));
    // The longest chain of groups is followed to its end.
    let lines: Vec<&str> = groups.lines().take(max + 1).collect();
    let text = format!("log {}\n{}\nquorum w{max}\n", log_key().verifier(), lines.join("\n"));
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    assert!(policy.check(&cosigned(head, &[witness(1)])).is_ok());
    assert!(policy.check(&cosigned(head, &[witness(2)])).is_err());
}

fn seed(number: usize) -> [u8; 32] {
    sha256(&number.to_be_bytes()).0
}

#[test]
fn a_note_is_believed_for_the_signatures_of_its_own_log() {
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let policy = all_of(&[witness(1)]);
    let plain = || cosigned(head, &[witness(1)]);
    assert!(policy.check(&plain()).is_ok());
    // Another log of the policy signs in this one's name.
    let other = SigningKey::from_seed("example.org/other", &[9; 32]).unwrap();
    let both = format!("log {}\nlog {}\nquorum none\n", log_key().verifier(), other.verifier());
    let both = Policy::parse(both.as_bytes()).unwrap();
    let forged = Note::sign(&checkpoint.to_text(), &other).unwrap();
    let unsigned = Untrusted::Unsigned { origin: ORIGIN.to_owned() };
    assert_eq!(both.check(&forged), Err(unsigned.clone()));
    // The name of the key is not that of the log.
    let text = checkpoint.to_text().replacen(ORIGIN, "example.org/other", 1);
    let renamed = Note::sign(&text, &log_key()).unwrap();
    let origin = "example.org/other".to_owned();
    assert_eq!(both.check(&renamed), Err(Untrusted::Unsigned { origin: origin.clone() }));
    assert_eq!(policy.check(&renamed), Err(Untrusted::UnknownLog { origin }));
    // A witness alone.
    let mut alone = plain();
    let lines = alone.to_string();
    let lines: Vec<&str> =
        lines.lines().filter(|line| !line.starts_with("— example.org")).collect();
    alone = Note::parse((lines.join("\n") + "\n").as_bytes()).unwrap();
    assert_eq!(policy.check(&alone), Err(unsigned));
    let no_checkpoint = Note::sign("hello\n", &log_key()).unwrap();
    assert!(matches!(policy.check(&no_checkpoint), Err(Untrusted::NoCheckpoint(_))));
    // A policy without logs believes nobody.
    let none = Policy::parse(b"quorum none\n").unwrap();
    assert!(matches!(none.check(&plain()), Err(Untrusted::UnknownLog { .. })));
}

#[test]
fn a_known_key_signs_once_and_soundly_and_unknown_ones_as_they_like() {
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let policy = all_of(&[witness(1)]);
    let text = cosigned(head, &[witness(1)]).to_string();
    let check = |more: &str| {
        policy.check(&Note::parse(format!("{text}{more}").as_bytes()).unwrap()).map(|_| ())
    };
    let line = |key: &CosigningKey, time| format!("{}\n", key.cosign(&checkpoint, time));
    let key = "witness.example/w1".to_owned();
    assert_eq!(check(""), Ok(()));
    assert_eq!(check(&line(&witness(2), 1)), Ok(()));
    assert_eq!(check(&line(&witness(2), 1).repeat(2)), Ok(()));
    assert_eq!(check(&line(&witness(1), 1)), Err(Untrusted::Repeated { key: key.clone() }));
    let repeated = text.lines().find(|line| line.starts_with("— example.org")).unwrap();
    let expected = Untrusted::Repeated { key: ORIGIN.to_owned() };
    assert_eq!(check(&format!("{repeated}\n")), Err(expected));
    // A line that names a known key and is not its own spoils the note, wherever it stands.
    let mut forged = witness(1).cosign(&checkpoint, 5);
    forged.bytes[20] ^= 1;
    let first = text.replacen("\n\n", &format!("\n\n{forged}\n"), 1);
    let answer = policy.check(&Note::parse(first.as_bytes()).unwrap());
    assert_eq!(answer, Err(Untrusted::Forged { key }));
    // The right name with another id, and the right id with another name, are unknown keys.
    let mut unknown = witness(1).cosign(&checkpoint, 5);
    unknown.id = KeyId([0; 4]);
    assert_eq!(check(&format!("{unknown}\n")), Ok(()));
    let mut unknown = witness(1).cosign(&checkpoint, 5);
    unknown.name = "witness.example/x".to_owned();
    assert_eq!(check(&format!("{unknown}\n")), Ok(()));
}

#[test]
fn a_rotated_key_is_accepted_beside_the_old_one() {
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let checkpoint = Checkpoint::new(ORIGIN, head).unwrap();
    let new = SigningKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    let text = format!("log {}\nlog {}\nquorum none\n", log_key().verifier(), new.verifier());
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let mut both = checkpoint.sign(&log_key()).unwrap();
    both.add(new.sign(&checkpoint.to_text())).unwrap();
    for note in [checkpoint.sign(&log_key()).unwrap(), checkpoint.sign(&new).unwrap(), both] {
        assert!(policy.check(&note).is_ok());
    }
}

#[test]
fn a_witness_of_the_next_kind_never_counts() {
    let key = "n+".to_owned();
    let bytes = [&[6][..], &[1; 1312]].concat();
    let hash = sha256(&[b"n\n".as_slice(), &bytes].concat()).to_string();
    let key = format!("{key}{}+{}", &hash[..8], crate::text::base64(&bytes));
    let id = KeyId(u32::from_str_radix(&hash[..8], 16).unwrap().to_be_bytes());
    let text = |quorum: &str| {
        let log = log_key().verifier().to_string();
        format!("log {log}\nwitness next {key}\nquorum {quorum}\n")
    };
    let head = TreeHead { size: 1, root: leaf_hash(b"one") };
    let mut note = cosigned(head, &[]);
    note.add(NoteSignature { name: "n".to_owned(), id, bytes: vec![0; 2428] }).unwrap();
    let check = |quorum| Policy::parse(text(quorum).as_bytes()).unwrap().check(&note);
    assert!(check("none").is_ok());
    assert!(matches!(check("next"), Err(Untrusted::Unwitnessed { cosigned: 0, .. })));
    // A log whose only key is of that kind has not signed.
    let log = text("none").replacen(&format!("log {}", log_key().verifier()), "", 1);
    let log = log.replacen("witness next", "log", 1);
    let mut note = Note::sign(
        &Checkpoint::new("n", head).unwrap().to_text(),
        &SigningKey::from_seed("n", &[3; 32]).unwrap(),
    )
    .unwrap();
    note.add(NoteSignature { name: "n".to_owned(), id, bytes: vec![0; 2428] }).unwrap();
    let answer = Policy::parse(log.as_bytes()).unwrap().check(&note);
    assert_eq!(answer, Err(Untrusted::Unsigned { origin: "n".to_owned() }));
}
