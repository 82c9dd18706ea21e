//! A ledger kept elsewhere against one that answers, one that lies, and one that cannot be reached.

use std::sync::{Arc, Mutex};

use bahi_core::{Command, Position};
use bahi_proof::TreeHead;

use super::{Elsewhere, NoAnswer, Told, Unanswered};
use crate::{
    By, Error, Filter, Ledger, Outcome, SubmitError, View,
    tests::{allot, apply, new_ledger, sanction},
};

/// How the one elsewhere errs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Sound,
    /// One record is not what it holds.
    Altered,
    /// It gives none of what it says it holds.
    Nothing,
    /// It gives more than it was asked for.
    Unasked,
    /// It holds less than before.
    Shorter,
    /// It says that commands were accepted where they were not.
    Boasts,
    /// It decides, and the answer is lost.
    Cut,
}

/// A ledger of this process as another's.
struct There {
    ledger: Arc<Mutex<Ledger>>,
    way: Way,
    asked: u64,
}

impl Elsewhere for There {
    fn submit(&mut self, commands: &[Command], all: bool) -> Result<Vec<Told>, Unanswered> {
        let mut ledger = self.ledger.lock().expect("a lock");
        let failed = |error: &dyn std::error::Error| Unanswered::fault(error.to_string());
        let receipt = |receipt: &bahi_core::Receipt| match receipt.repeated {
            true => Told::Before(receipt.position),
            false => Told::Accepted(receipt.position),
        };
        let told: Vec<Told> = if all {
            let no = |error: crate::BatchError| Unanswered {
                kind: NoAnswer::No,
                ..Unanswered::fault(error.to_string())
            };
            ledger.submit_all(commands).map_err(no)?.iter().map(receipt).collect()
        } else {
            let outcomes = ledger.submit_each(commands).map_err(|error| failed(&error))?;
            let told = |outcome: &Outcome| match outcome {
                Outcome::Accepted(one) => receipt(one),
                Outcome::Refused(_) | Outcome::TooLarge(_) if self.way == Way::Boasts => {
                    Told::Accepted(ledger.position())
                }
                Outcome::Refused(_) | Outcome::TooLarge(_) => Told::Not,
            };
            outcomes.iter().map(told).collect()
        };
        if self.way == Way::Cut {
            return Err(Unanswered { may_be_recorded: true, ..Unanswered::fault("cut") });
        }
        Ok(told)
    }

    fn head(&mut self) -> Result<TreeHead, Unanswered> {
        let ledger = self.ledger.lock().expect("a lock");
        self.asked += 1;
        let is_shorter = self.way == Way::Shorter && self.asked > 1;
        let size = if is_shorter { 2 } else { ledger.position().0 + 1 };
        Ok(TreeHead { size, root: ledger.root() })
    }

    fn records(&mut self, from: u64, until: u64) -> Result<Vec<Vec<u8>>, Unanswered> {
        let ledger = self.ledger.lock().expect("a lock");
        if self.way == Way::Nothing && from > 0 {
            return Ok(Vec::new());
        }
        let record = |position: u64| {
            let held = ledger.record(Position(position.min(ledger.position().0)));
            let mut bytes = held.expect("a record").to_vec();
            if self.way == Way::Altered && position == 3 {
                bytes[0] ^= 1;
            }
            bytes
        };
        // Two at a time, as a service gives pieces.
        let is_unasked = self.way == Way::Unasked && from > 0;
        let end = if is_unasked { until + 1 } else { until.min(from + 2) };
        Ok((from..end).map(record).collect())
    }
}

fn there(way: Way) -> (Arc<Mutex<Ledger>>, Box<dyn Elsewhere>) {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let ledger = Arc::new(Mutex::new(ledger));
    (Arc::clone(&ledger), Box::new(There { ledger, way, asked: 0 }))
}

fn copy(way: Way) -> (tempfile::TempDir, Arc<Mutex<Ledger>>, Result<Ledger, Error>) {
    let dir = tempfile::tempdir().expect("a directory");
    let (ledger, elsewhere) = there(way);
    let here = Ledger::elsewhere(dir.path(), None, elsewhere, &mut |_| {});
    (dir, ledger, here)
}

#[test]
fn what_is_asked_and_recorded_is_that_of_the_ledger_itself() {
    let (_dir, there, here) = copy(Way::Sound);
    let mut here = here.expect("a copy");
    assert!(!here.is_for_reading());
    let commands = [allot(1, "500.00"), apply(2, "VNS/1"), sanction(3, "VNS/1", "900.00")];
    let outcomes = here.submit_each(&commands).expect("they are decided");
    let again = there.lock().expect("a lock").submit_each(&commands).expect("decided before");
    for (index, (first, again)) in outcomes.iter().zip(&again).enumerate() {
        match (first, again) {
            (Outcome::Accepted(first), Outcome::Accepted(again)) => {
                assert_eq!((first.position, first.repeated), (again.position, false));
                assert!(index < 2);
            }
            (Outcome::Refused(first), Outcome::Refused(again)) => {
                assert_eq!((first, index), (again, 2));
                assert!(first.evidence.is_some());
            }
            other => panic!("{other:?}"),
        }
    }
    // The same once more is a repetition, and what happens there alone is found by the next command.
    let repeated = here.submit(&commands[0]).expect("it stands");
    assert!(repeated.repeated);
    there.lock().expect("a lock").submit(&allot(4, "1.00")).expect("another's");
    let all = [allot(5, "2.00"), allot(6, "3.00")];
    let receipts = here.submit_all(&all).expect("both");
    let there = there.lock().expect("a lock");
    assert_eq!(receipts.last().map(|receipt| receipt.position), Some(there.position()));
    assert_eq!((here.root(), here.position()), (there.root(), there.position()));
    let asked = |ledger: &Ledger| {
        ledger.balances(By::default(), &Filter::default(), View::NOW).expect("balances")
    };
    assert_eq!(asked(&here), asked(&there));
    assert!(here.verify().ok());
}

#[test]
fn a_batch_that_is_refused_there_is_refused_with_its_reasons() {
    let (_dir, there, here) = copy(Way::Sound);
    let mut here = here.expect("a copy");
    let refused = here.submit_all(&[allot(1, "5.00"), sanction(2, "NOBODY/1", "1.00")]);
    match refused {
        Err(crate::BatchError::Refused { index: 1, refused }) => {
            assert_eq!(refused.first().code(), "not_applied");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(here.position(), there.lock().expect("a lock").position());
    let refused = here.submit(&sanction(3, "NOBODY/1", "1.00"));
    assert!(matches!(refused, Err(SubmitError::Refused(_))), "{refused:?}");
}

#[test]
fn what_does_not_lead_to_the_told_root_is_no_ledger() {
    for way in [Way::Altered, Way::Nothing, Way::Unasked] {
        let (_dir, _, here) = copy(way);
        let Err(Error::Elsewhere(why)) = here else { panic!("{way:?}: a ledger") };
        assert_eq!((why.kind, why.may_be_recorded), (NoAnswer::Fault, false), "{way:?}: {why}");
    }
}

#[test]
fn one_that_errs_later_is_found_out() {
    for (way, may_be_recorded) in [(Way::Shorter, false), (Way::Boasts, true), (Way::Cut, true)] {
        let (_dir, there, here) = copy(way);
        let mut here = here.expect("it began well");
        let asked = sanction(1, "NOBODY/1", "1.00");
        let told = here.submit_each(std::slice::from_ref(&asked));
        let Err(Error::Elsewhere(why)) = told else { panic!("{way:?}: {told:?}") };
        assert_eq!(why.may_be_recorded, may_be_recorded, "{way:?}: {why}");
        // It stands there all the same, and the same id says so.
        let stands = there.lock().expect("a lock").dry_run_each(&[asked]).expect("decided");
        assert!(matches!(&stands[..], [Outcome::Refused(one)] if one.evidence.is_some()));
    }
}
