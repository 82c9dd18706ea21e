//! Signed commands on a ledger: what is refused and leaves nothing, what is kept, and what a
//! verification finds of records that were made past the rules.

use bahi_core::{Event, Instant, Money, Receipt};
use bahi_log::{
    Log,
    backend::{Faulty, MemoryDisk, Step},
};

use super::*;
use crate::{
    BatchError, By, Error, Filter, SubmitError, Verification, View,
    tests::{new_ledger, reopened},
};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed("office", &[seed; 32]).expect("a name")
}

fn line(number: u32, rest: &str) -> String {
    format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},{rest}}}"#
    )
}

const FUND: &str =
    r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}"#;

fn allot(number: u32, amount: &str) -> String {
    let who = r#""kind":"allot","actor":"fin-01","role":"finance""#;
    line(number, &format!(r#"{who},{FUND},"amount":"{amount}""#))
}

fn set_key(number: u32, signer: &str, seed: u8, rest: &str) -> String {
    let who = r#""kind":"set_actor_key","actor":"keeper","role":"administrator""#;
    let key = bahi_core::hex(&key(seed).public_bytes());
    let set = line(number, &format!(r#"{who},"signer":"{signer}","key":"{key}"{rest}"#));
    set.replacen("2024-06-10", "2024-04-01", 1)
}

fn plain(line: &str) -> Command {
    parse_command(line.as_bytes()).expect("a command")
}

/// A ledger with the rulebook in which fin-01 signs by key 1, and must from here on.
fn ledger() -> Ledger {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.submit(&plain(&set_key(900, "fin-01", 1, r#","required":true"#))).expect("a key");
    ledger
}

fn signed(ledger: &Ledger, seed: u8, line: &str) -> Command {
    sign_command(line, &key(seed), ledger.name(), ledger.id()).expect("a command")
}

/// A command whose signature, key and line are given as they come.
fn put_together(line: &str, key: [u8; 32], signature: [u8; 64]) -> Command {
    let signed = Signed::new(line, key, signature).expect("one line");
    Command { signed: Some(Box::new(signed)), ..plain(line) }
}

/// Submits a command, alone, in a batch and as a dry run: each is refused by this code and leaves
/// nothing.
#[track_caller]
fn check_refused(ledger: &mut Ledger, command: &Command, code: &str) {
    let before = ledger.position();
    let Err(SubmitError::Refused(refusal)) = ledger.submit(command) else { panic!("{code}") };
    assert_eq!((refusal.refused.first().code(), refusal.evidence), (code, None));
    let batch = ledger.submit_all(std::slice::from_ref(command));
    let Err(BatchError::Refused { index: 0, refused }) = batch else { panic!("{code}") };
    assert_eq!(refused.first().code(), code);
    assert_eq!(ledger.position(), before, "{code}: no evidence, and the id is free");
}

#[test]
fn who_is_not_who_they_say_is_refused_and_takes_no_id() {
    let mut ledger = ledger();
    let good = signed(&ledger, 1, &allot(1, "100.00"));
    let kept = good.signed.clone().expect("it is signed");
    let (id, name) = (ledger.id(), ledger.name().clone());
    let other = |name: &str, id| {
        let name = LedgerName::new(name).expect("a name");
        sign_command(&allot(1, "100.00"), &key(1), &name, id).expect("a command")
    };
    let elsewhere = LedgerId([7; 16]);
    let another_line = allot(1, "100.01");
    let unsigned = plain(&allot(1, "100.00"));
    let by_another = signed(&ledger, 2, &allot(1, "100.00"));
    // The line is signed, and the command beside it says something else.
    let beside = Command { signed: good.signed.clone(), ..plain(&another_line) };
    for (command, code) in [
        (unsigned, "signature_missing"),
        (by_another, "signing_key_unknown"),
        (other("another", id), "signature_invalid"),
        (other(name.as_str(), elsewhere), "signature_invalid"),
        (put_together(&another_line, *kept.key(), *kept.signature()), "signature_invalid"),
        (beside, "signature_invalid"),
        (put_together(kept.line(), [0; 32], *kept.signature()), "signature_invalid"),
    ] {
        check_refused(&mut ledger, &command, code);
    }
    for bit in 0..512 {
        let mut spoilt = *kept.signature();
        spoilt[bit / 8] ^= 1 << (bit % 8);
        let forged = put_together(kept.line(), *kept.key(), spoilt);
        assert!(ledger.signed_for().check(&forged).is_err(), "bit {bit} of the signature");
    }
    for bit in 0..256 {
        let mut spoilt = *kept.key();
        spoilt[bit / 8] ^= 1 << (bit % 8);
        let forged = put_together(kept.line(), spoilt, *kept.signature());
        assert!(ledger.signed_for().check(&forged).is_err(), "bit {bit} of the key");
    }
    let receipt = ledger.submit(&good).expect("the id is free, and the signature good");
    assert!(!receipt.repeated);
    assert!(ledger.verify().ok());
}

#[test]
fn a_line_with_any_byte_spoilt_is_another_line() {
    let ledger = ledger();
    let good = signed(&ledger, 1, &allot(1, "100.00"));
    let kept = good.signed.clone().expect("it is signed");
    for at in 0..kept.line().len() {
        let mut bytes = kept.line().as_bytes().to_vec();
        bytes[at] ^= 1;
        let Ok(line) = String::from_utf8(bytes) else { continue };
        let Some(signed) = Signed::new(&line, *kept.key(), *kept.signature()) else { continue };
        assert!(!ledger.signed_for().holds(&signed), "byte {at}");
        let forged = Command { signed: Some(Box::new(signed)), ..good.clone() };
        assert!(ledger.signed_for().check(&forged).is_err(), "byte {at}");
    }
}

#[test]
fn a_key_counts_on_the_day_of_recording_whatever_day_the_command_states() {
    let mut ledger = ledger();
    let from = set_key(901, "fin-01", 2, r#","until":"2024-07-31""#);
    let from = from.replacen("2024-04-01", "2024-06-01", 1);
    ledger.submit(&plain(&from)).expect("the key of June and July");
    let at = |text: &str| Instant::parse(text).expect("a moment");
    let sent = |ledger: &Ledger, number| signed(ledger, 2, &allot(number, "1.00"));
    let command = sent(&ledger, 1);
    check_refused(&mut ledger, &command, "signing_key_unknown");
    ledger.set_clock(at("2024-05-31T23:59:59+05:30")).expect("a later moment");
    check_refused(&mut ledger, &command, "signing_key_unknown");
    ledger.set_clock(at("2024-06-01T00:00:00+05:30")).expect("a later moment");
    ledger.submit(&command).expect("its first day has come, in India");
    ledger.set_clock(at("2024-07-31T23:59:59+05:30")).expect("a later moment");
    let command = sent(&ledger, 2);
    ledger.submit(&command).expect("its last day");
    ledger.set_clock(at("2024-08-01T00:00:00+05:30")).expect("a later moment");
    let late = sent(&ledger, 3);
    check_refused(&mut ledger, &late, "signing_key_unknown");
    assert!(ledger.submit(&command).expect("a retry asks nothing again").repeated);
    assert!(ledger.verify().ok(), "what was signed in time stays signed");
}

#[test]
fn content_is_what_counts_of_a_retry() {
    let mut ledger = ledger();
    let sent = allot(1, "100.00");
    let first = ledger.submit(&signed(&ledger, 1, &sent)).expect("it is accepted");
    let again = Receipt { repeated: true, ..first };
    let spaced = sent.replacen(':', ": ", 1);
    for (says, command) in [
        ("the same", signed(&ledger, 1, &sent)),
        ("unsigned", plain(&sent)),
        ("another line of the same content", signed(&ledger, 1, &spaced)),
        ("another key", signed(&ledger, 3, &sent)),
    ] {
        assert_eq!(ledger.submit(&command).expect(says), again, "{says}");
    }
    let recorded = ledger.event(first.position).expect("an event");
    assert_eq!(recorded.signed.expect("it is signed").line(), sent, "the first is kept");
    let other = signed(&ledger, 1, &allot(1, "100.01"));
    check_refused(&mut ledger, &other, "command_id_reused");
}

#[test]
fn a_refusal_of_a_signed_command_keeps_what_was_signed() {
    let mut ledger = ledger();
    let command = signed(&ledger, 1, &allot(1, "0.00"));
    let Err(SubmitError::Refused(first)) = ledger.submit(&command) else { panic!("of zero") };
    assert_eq!(first.refused.first().code(), "amount_is_zero");
    let at = first.evidence.expect("it leaves evidence");
    let recorded = ledger.event(at).expect("an event");
    assert!(matches!(recorded.event, Event::CommandRefused(_)));
    assert_eq!(recorded.signed, command.signed);
    let Err(SubmitError::Refused(again)) = ledger.submit(&command) else { panic!("again") };
    assert_eq!(again, first);
    assert!(ledger.verify().ok());
}

#[test]
fn a_number_of_a_person_inside_a_signed_line_is_never_kept() {
    let mut ledger = ledger();
    let who = r#""kind":"earn_interest","actor":"fin-01","role":"finance""#;
    let fund = format!(r#"{who},{FUND},"amount":"1.00","reference":"200000000009""#);
    let command = signed(&ledger, 1, &line(1, &fund));
    check_refused(&mut ledger, &command, "looks_like_aadhaar");
    let order = allot(2, "1.00").replacen("GO/1", "GO/2000 0000 0009", 1);
    let command = signed(&ledger, 1, &order);
    check_refused(&mut ledger, &command, "looks_like_aadhaar");
}

#[test]
fn a_line_is_signed_once_and_is_a_command() {
    let ledger = ledger();
    let (name, id) = (ledger.name(), ledger.id());
    let sign = |line: &str| sign_command(line, &key(1), name, id);
    let sent = allot(1, "1.00");
    let command = sign(&format!("{sent}\r\n")).expect("a command");
    assert_eq!(command.signed.as_ref().map(|signed| signed.line()), Some(&*sent));
    let again = sign(&bahi_json::command_line(&command));
    assert!(matches!(again, Err(SignCommandError::NotToBeSigned { limit: 8_192 })), "{again:?}");
    let long = format!("{sent}{}", " ".repeat(8_192));
    assert!(matches!(sign(&long), Err(SignCommandError::NotToBeSigned { .. })));
    assert!(matches!(sign("{}"), Err(SignCommandError::Malformed(_))));
}

#[test]
fn a_signed_command_in_doubt_is_settled_by_the_same_line() {
    let disk = MemoryDisk::new();
    let first = crate::ledger::first_record(&new_ledger()).expect("a first record");
    let (backend, trigger) = Faulty::new(Box::new(disk.open()));
    let log = Log::with_backend(Box::new(backend), &first).expect("a log");
    let mut ledger = Ledger::over(log).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.submit(&plain(&set_key(900, "fin-01", 1, r#","required":true"#))).expect("a key");
    let command = signed(&ledger, 1, &allot(1, "100.00"));
    trigger.fail_at(Step::AfterSync, 0);
    let error = ledger.submit(&command).expect_err("the commit fails");
    assert!(matches!(&error, SubmitError::Failed(error) if error.may_be_recorded()), "{error}");
    drop(ledger);
    let mut ledger = reopened(&disk, &first);
    assert!(ledger.submit(&command).expect("the same line").repeated);
    let unsigned = plain(&allot(2, "1.00"));
    check_refused(&mut ledger, &unsigned, "signature_missing");
    assert!(ledger.verify().ok());
}

/// A ledger of the records of another, one of them spoilt, whatever the rules say of it.
fn forged(ledger: &Ledger, at: Position, spoil: impl FnOnce(&mut Recorded)) -> Verification {
    let first = ledger.record(Position::NONE).expect("the ledger's own record");
    let mut log = Log::in_memory(&first).expect("a log");
    let mut spoil = Some(spoil);
    for position in (1..=ledger.position().0).map(Position) {
        let mut event = ledger.event(position).expect("an event");
        if position == at {
            spoil.take().expect("one is spoilt")(&mut event);
        }
        let bytes = bahi_wire::encode(&event).expect("it has bytes");
        log.commit(&[&bytes]).expect("the log does not judge");
    }
    Ledger::over(log).expect("it folds, for the rules look at no signature").verify()
}

/// A record, what is spoilt in it, and what is said of it.
type Spoilt = (Position, Box<dyn FnOnce(&mut Recorded)>, &'static str);

#[test]
fn a_verification_finds_a_record_whose_signature_is_not_its_own() {
    let mut ledger = ledger();
    let at = ledger.submit(&signed(&ledger, 1, &allot(1, "100.00"))).expect("accepted").position;
    let refused = signed(&ledger, 1, &allot(2, "0.00"));
    drop(ledger.submit(&refused).expect_err("of zero"));
    let evidence = ledger.position();
    let pass = |verified: &Verification| {
        verified.passes.iter().find(|pass| pass.name == SIGNATURES).cloned().expect("a pass")
    };
    let sound = pass(&ledger.verify());
    assert_eq!((sound.checked, sound.first_problem), (2, None));

    let other_key = sign_command(&allot(1, "100.00"), &key(2), ledger.name(), ledger.id());
    let other_line = signed(&ledger, 1, &allot(1, "100.01")).signed;
    let spoilt = |signed: &Option<Box<Signed>>, bit: u8| {
        let signed = signed.as_deref().expect("it is signed");
        let mut signature = *signed.signature();
        signature[40] ^= bit;
        Signed::new(signed.line(), *signed.key(), signature).map(Box::new)
    };
    let other_refused = signed(&ledger, 1, &allot(2, "0")).signed;
    let rows: Vec<Spoilt> = vec![
        (
            at,
            Box::new(|event| event.envelope.amount = Money::from_paise(9_999).expect("paise")),
            "the line that was signed says something else",
        ),
        (
            at,
            Box::new(move |event| event.signed = other_line),
            "the line that was signed says something else",
        ),
        (
            at,
            Box::new(move |event| event.signed = spoilt(&event.signed, 1)),
            "its signature does not hold",
        ),
        (
            at,
            Box::new(move |event| event.signed = other_key.expect("a command").signed),
            "it is signed by a key that its actor did not have then",
        ),
        (
            at,
            Box::new(|event| event.signed = None),
            "its actor signs every command, and it is not signed",
        ),
        (
            evidence,
            Box::new(|event| event.signed = None),
            "its actor signs every command, and it is not signed",
        ),
        (
            evidence,
            Box::new(|event| {
                let Event::CommandRefused(refused) = &mut event.event else { panic!("evidence") };
                refused.digest[0] ^= 1;
            }),
            "the line that was signed says something else",
        ),
    ];
    for (position, spoil, says) in rows {
        let verified = forged(&ledger, position, spoil);
        let failed: Vec<&str> =
            verified.passes.iter().filter(|pass| !pass.ok).map(|pass| pass.name).collect();
        assert_eq!(failed, [SIGNATURES], "{says}");
        let problem = pass(&verified).first_problem.unwrap_or_default();
        assert_eq!(problem, format!("position {position}: {says}"));
    }
    // "0" and "0.00" are the same content, so either line may stand beside the refusal.
    let same = forged(&ledger, evidence, |event| event.signed = other_refused);
    assert!(same.ok());
}

#[test]
fn a_ledger_without_signatures_has_no_pass_for_them() {
    let ledger = Ledger::in_memory(&new_ledger()).expect("a ledger in memory");
    assert!(ledger.verify().passes.iter().all(|pass| pass.name != SIGNATURES));
}

#[test]
fn signed_or_not_the_books_come_to_the_same() {
    let mut ledgers = [ledger(), ledger()];
    let free = set_key(901, "fin-01", 1, "");
    let sums = ledgers.each_mut().map(|ledger| {
        ledger.submit(&plain(&free)).expect("it need not sign any more");
        ledger
    });
    let [one, other] = sums;
    for number in 1..=40 {
        let sent = allot(number, &format!("{}.{:02}", 1 + number * 7, number));
        one.submit(&signed(one, 1, &sent)).expect("signed");
        other.submit(&plain(&sent)).expect("not signed");
    }
    let by = By { scheme: true, district: true, head: true, fy: true };
    let balances = |ledger: &Ledger| {
        let at = ledger.balances(by, &Filter::default(), View::NOW).expect("balances");
        (at.rows, at.total)
    };
    assert_eq!(balances(one), balances(other));
    assert_ne!(one.root(), other.root(), "the signature is in the record");
    assert!(one.verify().ok() && other.verify().ok());
}

#[test]
fn a_ledger_that_reads_alone_takes_no_signed_command_either() {
    let mut ledger = ledger();
    let command = signed(&ledger, 1, &allot(1, "1.00"));
    ledger.in_doubt = true;
    let refused = ledger.submit(&command);
    assert!(matches!(refused, Err(SubmitError::Failed(Error::InDoubt))));
}
