//! A file of tokens from its making to its spoiling, and who is believed.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, thread};

use bahi::core::{ActorName, District, Instant, Role, SchemeName};
use tempfile::TempDir;

use super::{NewToken, Standing, TokenError, TokenFile, TokenId, Tokens, Unbelieved};

fn moment(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

/// The time by the clock of these tests.
fn now() -> Instant {
    moment("2026-04-01T12:00:00+05:30")
}

fn new(actor: &str, expires_at: &str) -> NewToken {
    NewToken {
        actor: ActorName::new(actor).expect("a name"),
        role: Role::Finance,
        scheme: Some(SchemeName::new("margin-money").expect("a name")),
        district: District::parse("187"),
        expires_at: moment(expires_at),
    }
}

/// A folder with a ledger's directory, and a file of tokens beside it.
fn place() -> (TempDir, TokenFile) {
    let place = tempfile::tempdir().expect("a directory");
    fs::create_dir(place.path().join("ledger")).expect("a directory");
    let file = TokenFile::at(&place.path().join("tokens"), &place.path().join("ledger"));
    (place, file.expect("it lies outside"))
}

#[test]
fn a_token_is_shown_once_and_its_file_has_its_hash_alone() {
    let (_place, file) = place();
    let (text, row) = file.add(&new("fin-01", "2027-04-01"), now()).expect("a token");
    assert_eq!(text.len(), 5 + 16 + 1 + 64, "{text}");
    let kept = fs::read_to_string(file.path()).expect("a file");
    let secret = text.rsplit('_').next().expect("a secret");
    assert!(!kept.contains(secret) && kept.contains(&row.identity.token.to_string()), "{kept}");
    let mode = fs::metadata(file.path()).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(file.list().expect("a list"), std::slice::from_ref(&row));

    let tokens = Tokens::open(file, now).expect("tokens");
    let identity = tokens.believe(&text).expect("it is valid");
    assert_eq!(*identity, row.identity);
    assert!(!format!("{tokens:?} {row:?}").contains(secret));
}

#[test]
fn what_is_no_token_or_nobodys_is_not_believed() {
    let (_place, file) = place();
    let (text, row) = file.add(&new("fin-01", "2027-04-01"), now()).expect("a token");
    let tokens = Tokens::open(file, now).expect("tokens");
    let last = text.chars().last().expect("a digit");
    let other = if last == '0' { '1' } else { '0' };
    let turned = format!("{}{other}", &text[..text.len() - 1]);
    let id = row.identity.token.to_string();
    let zeros = "0".repeat(64);
    let cases = [
        (turned, Unbelieved::Unknown),
        (format!("bahi_{id}_{zeros}"), Unbelieved::Unknown),
        (format!("bahi_{}_{zeros}", "f".repeat(16)), Unbelieved::Unknown),
        (text.to_uppercase(), Unbelieved::Malformed),
        (format!("{text}0"), Unbelieved::Malformed),
        (text[1..].to_owned(), Unbelieved::Malformed),
        (format!("bahi_{id}"), Unbelieved::Malformed),
        (format!("bahi_{id}_"), Unbelieved::Malformed),
        (String::new(), Unbelieved::Malformed),
    ];
    for (text, expected) in cases {
        assert_eq!(tokens.believe(&text), Err(expected), "{text}");
    }
}

#[test]
fn a_token_ends_with_its_time_and_with_being_revoked_while_the_service_runs() {
    let (_place, file) = place();
    let (late, _) = file.add(&new("late", "2026-04-01T12:00:00+05:30"), now()).expect("a token");
    let (sound, row) = file.add(&new("sound", "2026-04-02"), now()).expect("a token");
    let tokens = Tokens::open(file.clone(), now).expect("tokens");
    assert!(matches!(tokens.believe(&late), Err(Unbelieved::Expired(_))), "the moment is over");
    assert!(tokens.believe(&sound).is_ok());

    let id = row.identity.token;
    let revoked = file.revoke(id, now()).expect("it is there");
    assert_eq!(revoked.standing(now()), Standing::Revoked);
    assert_eq!(tokens.believe(&sound), Err(Unbelieved::Revoked(id)));
    assert_eq!(tokens.believe_again(id), Err(Unbelieved::Revoked(id)));
    let again = file.revoke(id, moment("2026-05-01")).expect("it is there");
    assert_eq!(again.revoked_at, Some(now()), "it stays revoked since then");
    let (fresh, _) = file.add(&new("fresh", "2026-04-02"), now()).expect("a token");
    assert!(tokens.believe(&fresh).is_ok(), "made while the service runs");
    let missing = file.revoke(TokenId([9; 8]), now());
    assert!(matches!(missing, Err(TokenError::NoSuchToken { .. })), "{missing:?}");
}

/// What is done to a file of tokens.
type Spoil = fn(&Path);

#[test]
fn a_file_that_cannot_be_believed_lets_nobody_in() {
    let spoilings: [(&str, Spoil); 6] = [
        ("gone", |path| fs::remove_file(path).expect("a file")),
        ("open to others", |path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o640)).expect("a mode");
        }),
        ("no JSON", |path| fs::write(path, "{").expect("a file")),
        ("another version", |path| {
            fs::write(path, r#"{"version":2,"tokens":[]}"#).expect("a file");
        }),
        ("a field too many", |path| {
            fs::write(path, r#"{"version":1,"tokens":[],"more":1}"#).expect("a file");
        }),
        ("a link", |path| {
            let real = path.with_extension("real");
            fs::rename(path, &real).expect("a file");
            std::os::unix::fs::symlink(&real, path).expect("a link");
        }),
    ];
    for (name, spoil) in spoilings {
        let (_place, file) = place();
        let (text, row) = file.add(&new("fin-01", "2027-04-01"), now()).expect("a token");
        let tokens = Tokens::open(file.clone(), now).expect("tokens");
        assert!(tokens.believe(&text).is_ok());
        spoil(file.path());
        let found = tokens.believe(&text);
        assert!(matches!(found, Err(Unbelieved::Unreadable(_))), "{name}: {found:?}");
        assert!(tokens.believe_again(row.identity.token).is_err(), "{name}");
        assert!(Tokens::open(file, now).is_err(), "{name}");
    }
}

#[test]
fn tokens_lie_outside_the_ledger() {
    let (place, _) = place();
    let ledger = place.path().join("ledger");
    fs::create_dir(ledger.join("deep")).expect("a directory");
    for inside in ["ledger/tokens", "ledger/deep/tokens", "ledger/../ledger/tokens"] {
        let found = TokenFile::at(&place.path().join(inside), &ledger);
        assert!(matches!(found, Err(TokenError::InsideLedger { .. })), "{inside}");
    }
    assert!(TokenFile::at(&place.path().join("ledger2"), &ledger).is_ok());
    assert!(TokenFile::at(&place.path().join("nowhere/tokens"), &ledger).is_err());
}

#[test]
fn of_two_who_make_tokens_at_once_none_is_lost() {
    let (_place, file) = place();
    let make = |worker: usize| {
        let file = file.clone();
        move || {
            let mut made = 0;
            for number in 0..8 {
                let wanted = new(&format!("actor-{worker}-{number}"), "2027-04-01");
                match file.add(&wanted, now()) {
                    Ok(_) => made += 1,
                    Err(TokenError::Busy { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            made
        }
    };
    let workers: Vec<_> = (0..4).map(|worker| thread::spawn(make(worker))).collect();
    let made: usize = workers.into_iter().map(|worker| worker.join().expect("it ends")).sum();
    assert!(made >= 8, "somebody always gets on");
    assert_eq!(file.list().expect("a list").len(), made);
}
