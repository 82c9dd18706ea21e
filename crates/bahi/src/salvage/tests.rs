//! Ledgers damaged in every page: what is kept, what is stranded, what is lost, and what is known.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bahi_core::{Money, Total};
use bahi_json::event_line;
use bahi_log::{Log, Options as LogOptions};

use super::*;
use crate::{
    core::Command,
    parse_command,
    tests::{allot, apply, new_ledger, sanction},
};

fn line(number: u32, rest: &str) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(r#"{{"command_id":"{id}","effective_day":"2024-06-20",{rest}}}"#);
    parse_command(line.as_bytes()).expect("a command")
}

fn disburse(number: u32, case_ref: &str) -> Command {
    line(
        number,
        &format!(
            r#""kind":"disburse","actor":"ddo-vns","role":"drawing_officer","case_ref":"{case_ref}","instalment":1,"amount":"250000.00","payee":{{"account_key":"fedcba9876543210fedcba9876543210","ifsc":"SBIN0001234"}},"reference":"BILL-{number}""#
        ),
    )
}

fn returned(number: u32, payment: Position) -> Command {
    line(
        number,
        &format!(
            r#""kind":"return","actor":"treasury-1","role":"treasury_job","payment":{payment},"amount":"250000.00","reason":"R03""#
        ),
    )
}

/// A ledger on disk in which every command had a commit, and so a page, of its own.
struct Lived {
    place: tempfile::TempDir,
    records: Vec<Vec<u8>>,
    roots: Vec<Hash>,
    id: LedgerId,
}

impl Lived {
    fn new() -> Lived {
        let place = tempfile::tempdir().expect("a directory");
        let mut ledger =
            Ledger::create(&place.path().join("ledger"), &new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut submit = |command: Command| ledger.submit(&command).expect("lawful").position;
        submit(allot(1, "1000000.00"));
        submit(apply(2, "A/1"));
        submit(sanction(3, "A/1", "250000.00"));
        let payment = submit(disburse(4, "A/1"));
        submit(apply(5, "A/2"));
        submit(returned(6, payment));
        submit(allot(7, "500000.00"));
        submit(sanction(8, "A/2", "250000.00"));
        ledger.backup(&place.path().join("backup"), &mut |_| {}).expect("a backup");
        let all = (0..=ledger.position().0).map(Position);
        let records = all.clone().map(|at| ledger.record(at).expect("a record")).collect();
        let roots = all.map(|at| ledger.root_at(at).expect("a root")).collect();
        Lived { records, roots, id: ledger.id(), place }
    }

    fn last(&self) -> Position {
        last_of(self.records.len() as u64)
    }

    /// Where the event of a kind is, the first of them.
    fn at(&self, kind: EventKind) -> Position {
        let is = |position: &Position| {
            let record = &self.records[position.0 as usize];
            bahi_wire::decode(*position, record).is_ok_and(|event| event.event.kind() == kind)
        };
        (1..=self.last().0).map(Position).find(is).expect("it happened")
    }

    /// A copy of the ledger or the backup.
    fn copy(&self, of: &str, name: &str) -> PathBuf {
        let to = self.place.path().join(name);
        copied(&self.place.path().join(of), &to);
        to
    }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file can be copied");
        }
    }
}

/// Spoils every page, in any file below, that begins at one of these positions.
fn spoil(dir: &Path, positions: &[u64]) -> usize {
    let mut spoilt = 0;
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            spoilt += spoil(&path, positions);
            continue;
        }
        let mut bytes = fs::read(&path).expect("a file");
        for at in 0..bytes.len().saturating_sub(60) {
            let first = bytes[at + 24..at + 32].try_into().map(u64::from_le_bytes);
            if &bytes[at..at + 4] == b"BHPG" && first.is_ok_and(|first| positions.contains(&first))
            {
                bytes[at + 58] ^= 1;
                spoilt += 1;
            }
        }
        fs::write(&path, bytes).expect("a file can be written");
    }
    spoilt
}

/// Every file below with its bytes.
fn bytes_of(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(bytes_of(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.insert(path, bytes);
        }
    }
    found
}

type Given = BTreeMap<Position, (Vec<u8>, Option<String>)>;

fn salvaged(dir: &Path, into: Option<&Path>) -> (Salvaged, Given) {
    let mut given = BTreeMap::new();
    let salvaged = Ledger::salvage(
        dir,
        into,
        &mut |stranded| {
            let case_ref = stranded.case_ref.map(ToString::to_string);
            assert!(stranded.json().is_some() == stranded.event.is_ok());
            given.insert(stranded.position, (stranded.record.to_vec(), case_ref));
        },
        &mut |_| {},
    );
    (salvaged.expect("it is salvaged"), given)
}

#[test]
fn each_position_is_kept_or_stranded_or_lost_whichever_page_is_spoilt() {
    let lived = Lived::new();
    for of in ["ledger", "backup"] {
        for at in 0..=lived.last().0 {
            let dir = lived.copy(of, &format!("{of}-{at}"));
            if spoil(&dir, &[at]) == 0 {
                continue; // The rulebook's events share a page.
            }
            let before = bytes_of(&dir);
            let into = lived.place.path().join(format!("{of}-{at}-into"));
            let (salvaged, given) = salvaged(&dir, Some(&into));
            assert_eq!(bytes_of(&dir), before, "{of} {at}: nothing is written there");
            assert_eq!((salvaged.id, salvaged.last), (lived.id, lived.last()), "{of} {at}");
            assert_eq!(salvaged.ends, Some(Ends::Lost(Position(at))), "{of} {at}");
            assert_eq!(salvaged.lost[0].first, Position(at), "{of} {at}");
            let kept = salvaged.kept.map_or(0, |kept| kept.position.0 + 1);
            assert_eq!(kept, at, "{of} {at}");
            let lost = salvaged.lost_count();
            assert_eq!(kept + salvaged.stranded + lost, lived.last().0 + 1, "{of} {at}");
            assert_eq!(given.len() as u64, salvaged.stranded, "{of} {at}");
            assert!(!salvaged.is_whole(), "{of} {at}");
            for (position, (record, _)) in &given {
                assert_eq!(record, &lived.records[position.0 as usize], "{of} {at} {position}");
            }
            assert_eq!(into.exists(), at > 0, "{of} {at}");
            if let Some(kept) = salvaged.kept {
                goes_on(&into, &lived, kept);
            }
        }
    }
}

/// The new ledger is the damaged one at an earlier position, and takes the next command.
fn goes_on(into: &Path, lived: &Lived, kept: Kept) {
    let mut ledger = Ledger::open(into).expect("it opens");
    assert_eq!((ledger.id(), ledger.position()), (lived.id, kept.position));
    assert_eq!((ledger.root(), kept.root), (kept.root, lived.roots[kept.position.0 as usize]));
    for (position, record) in (0..=kept.position.0).zip(&lived.records) {
        assert_eq!(&ledger.record(Position(position)).expect("a record"), record);
    }
    assert!(ledger.inconsistency().is_none());
    if ledger.schemes().is_empty() {
        ledger.open_rulebook().expect("the rulebook opens");
    }
    ledger.submit(&allot(99, "1.00")).expect("it takes the next command");
    assert!(ledger.verify().ok());
}

#[test]
fn what_is_left_tells_of_what_is_lost() {
    let lived = Lived::new();
    let (payment, applied) = (lived.at(EventKind::Disbursed), lived.at(EventKind::Applied));
    let dir = lived.copy("ledger", "damaged");
    assert!(spoil(&dir, &[payment.0]) > 0);
    let (salvaged, given) = salvaged(&dir, None);
    let [lost] = &salvaged.lost[..] else { panic!("{salvaged:?}") };
    assert_eq!((lost.first, lost.last), (payment, payment));
    let moment = Some(new_ledger().simulated_from.expect("a simulated clock"));
    assert_eq!((lost.after, lost.before), (moment, moment));
    let [known] = &lost.known[..] else { panic!("{lost:?}") };
    assert_eq!((known.position, known.kind), (payment, Some(EventKind::Disbursed)));
    assert_eq!(known.amount, Some(Money::from_rupees(250_000).expect("an amount")));
    assert_eq!(known.case, Some(applied));
    assert_eq!(known.case_ref.as_ref().map(CaseRef::as_str), Some("A/1"));
    assert_eq!(known.told_by, lived.at(EventKind::PaymentReturned));
    // The second application, the return, the second allotment, the second sanction.
    let kinds: Vec<_> = salvaged.by_kind.iter().map(|sum| (sum.kind, sum.count)).collect();
    let one_each = [
        EventKind::FundsAllotted,
        EventKind::Applied,
        EventKind::Sanctioned,
        EventKind::PaymentReturned,
    ];
    assert_eq!(kinds, one_each.map(|kind| (kind, 1)));
    let amounts: Total = salvaged.by_kind.iter().fold(Total::ZERO, |sum, one| sum + one.amount);
    assert_eq!(amounts.to_string(), "1000000.00");
    let cases: Vec<_> = given.values().filter_map(|(_, case)| case.as_deref()).collect();
    assert_eq!(cases, ["A/2", "A/1", "A/2"]);
}

#[test]
fn names_that_are_lost_are_shown_as_numbers_and_never_guessed() {
    let lived = Lived::new();
    let dir = lived.copy("backup", "damaged");
    // The first sanction introduced its actor and its order; the later one only has their numbers.
    assert_eq!(spoil(&dir, &[lived.at(EventKind::Sanctioned).0]), 1);
    let mut shown = String::new();
    Ledger::salvage(
        &dir,
        None,
        &mut |stranded| {
            let event = stranded.event.expect("each is an event");
            if event.event.kind() == EventKind::Sanctioned {
                let extra = EventExtra::default();
                shown = event_line(event, stranded.names, stranded.case_ref, extra);
            }
        },
        &mut |_| {},
    )
    .expect("it is salvaged");
    assert!(shown.contains(r##""actor":"#"##), "{shown}");
    assert!(shown.contains(r#""scheme":"margin-money""#), "{shown}");
}

#[test]
fn an_impossible_event_ends_the_beginning_and_is_given() {
    let lived = Lived::new();
    let mut records = lived.records.clone();
    let payment = lived.at(EventKind::Disbursed).0 as usize;
    records.remove(payment - 1); // The sanction before it.
    let dir = lived.place.path().join("forged");
    let mut log = Log::create(&dir, &records[0], LogOptions::default()).expect("a log");
    let rest: Vec<&[u8]> = records[1..].iter().map(Vec::as_slice).collect();
    log.commit(&rest).expect("a commit");
    drop(log);
    let into = lived.place.path().join("into");
    let (salvaged, given) = salvaged(&dir, Some(&into));
    let Some(Ends::Impossible(inconsistent)) = &salvaged.ends else { panic!("{salvaged:?}") };
    assert_eq!(inconsistent.position.0 as usize, payment - 1);
    assert_eq!(salvaged.kept.map(|kept| kept.position.next()), Some(inconsistent.position));
    assert_eq!((salvaged.lost_count(), given.len()), (0, records.len() - payment + 1));
    assert!(Ledger::open(&into).expect("it opens").verify().ok());
}

#[test]
fn a_sound_ledger_is_salvaged_whole() {
    let lived = Lived::new();
    let into = lived.place.path().join("into");
    let (salvaged, given) = salvaged(&lived.place.path().join("ledger"), Some(&into));
    assert!(salvaged.is_whole() && given.is_empty(), "{salvaged:?}");
    assert_eq!(salvaged.kept.map(|kept| kept.root), lived.roots.last().copied());
}

#[test]
fn a_place_that_is_taken_is_left_alone_and_one_cut_short_is_begun_anew() {
    let lived = Lived::new();
    let dir = lived.copy("ledger", "damaged");
    let base = lived.place.path();
    let ledger = base.join("ledger");
    let before = bytes_of(&ledger);
    let refused = |into: &Path| {
        let error = Ledger::salvage(&dir, Some(into), &mut |_| {}, &mut |_| {});
        error.err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(refused(&ledger).contains("already holds a ledger"));
    assert!(refused(base).contains("holds something else"));
    assert_eq!(bytes_of(&ledger), before);
    // A run that was cut short left its beginning; another ledger is nobody's leftover.
    let into = base.join("into");
    let first = lived.records[0].clone();
    drop(Log::create(&base.join("into.unfinished"), &first, LogOptions::default()).expect("a log"));
    let (salvaged, _) = salvaged(&dir, Some(&into));
    assert!(into.join("anchor").exists() && !base.join("into.unfinished").exists());
    assert!(salvaged.is_whole());
    let other = Ledger::create(&base.join("more.unfinished"), &new_ledger()).expect("a ledger");
    drop(other);
    assert!(refused(&base.join("more")).contains("more.unfinished"));
}
