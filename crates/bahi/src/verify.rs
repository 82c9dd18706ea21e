//! Verification: every page, record, link, fold and law, read and computed again from the log.
//!
//! # Invariants
//! * Nothing that is verified is taken from what the open ledger remembers, save to compare it.
//! * A ledger that is named by its directory is examined without being opened: nothing is written
//!   to it, however damaged it is.

mod certificates;
mod past;

use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant as Stopwatch},
};

use bahi_balances::{Stock, postings};
use bahi_core::{EventKind, FundKey, Movement, Position, Projection as _, Recorded, Total};
use bahi_proof::{Hash, TreeHead};
use bahi_wire::{LedgerName, decode_checked, decode_first, envelope_view};

use crate::{Error, Ledger, certify::certificate_in, ledger::Folds, redecide::Redecided};
use certificates::Certificates;
use past::Older;

pub use bahi_log::Pass;
pub use past::Past;

/// What a verification found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verification {
    /// What the ledger is called; none where its own record cannot be read.
    pub name: Option<LedgerName>,
    /// The last position looked at.
    pub position: Position,
    /// The root witnessed; none where nothing could be read.
    pub root: Option<Hash>,
    /// Every pass, in order.
    pub passes: Vec<Pass>,
    /// Whether the records begin as an older head says, where one was given.
    pub past: Option<Past>,
    /// How long it took.
    pub took: Duration,
}

impl Verification {
    /// Whether every pass holds, and the log continues the older head, where one was given.
    #[must_use]
    pub fn ok(&self) -> bool {
        let continues = self.past.is_none_or(|past| past == Past::Consistent);
        continues && self.passes.iter().all(|pass| pass.ok)
    }
}

impl Ledger {
    /// Verifies everything: stored pages, tree, records, links, folds, conservation.
    #[must_use]
    pub fn verify(&self) -> Verification {
        self.verify_with(&mut |_| {})
    }

    /// Verifies everything; `progress` is given the position reached.
    #[must_use]
    pub fn verify_with(&self, progress: &mut dyn FnMut(Position)) -> Verification {
        self.verify_asked(None, false, progress)
    }

    /// Verifies everything, and that the log begins as an older head of it says: one of a
    /// checkpoint kept elsewhere, whose signature the caller checked.
    #[must_use]
    pub fn verify_against(
        &self,
        older: Option<TreeHead>,
        progress: &mut dyn FnMut(Position),
    ) -> Verification {
        self.verify_asked(older, false, progress)
    }

    /// Verifies everything, and decides every sanction again under the terms it pins and the facts
    /// as they stood: a pass of its own, [`crate::REDECIDED`].
    #[must_use]
    pub fn verify_redeciding(&self, progress: &mut dyn FnMut(Position)) -> Verification {
        self.verify_asked(None, true, progress)
    }

    fn verify_asked(
        &self,
        older: Option<TreeHead>,
        redecide: bool,
        progress: &mut dyn FnMut(Position),
    ) -> Verification {
        let start = Stopwatch::now();
        let known = self.certificates.iter().map(|(_, certificate)| certificate);
        let mut refold = Refold::new(Certificates::of(known), older, redecide);
        let stored = self.log.verify(
            &mut |position, bytes| refold.take(Position(position), bytes),
            &mut |position| progress(Position(position)),
        );
        let mut passes = stored.passes;
        let (name, past) = (refold.name.clone(), refold.past(stored.size));
        passes.extend(refold.finish(Some(self)));
        let (position, root) = (self.position(), stored.root);
        Verification { name, position, root, passes, past, took: start.elapsed() }
    }

    /// Verifies the ledger or backup in a directory, also where it is too damaged to open, and
    /// writes nothing there: opening a damaged ledger may cost what is left of it. A ledger's store
    /// is copied to the system's temporary directory for that, which needs the room.
    ///
    /// There is no pass `folds`: nothing is live that what is folded could be compared with.
    ///
    /// # Errors
    /// [`Error::Fault`] where it is no ledger, of a newer form, locked, or cannot be read for a
    /// reason other than damage.
    pub fn verify_dir(
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Verification, Error> {
        Ledger::verify_dir_asked(dir, None, false, progress)
    }

    /// Verifies the ledger in a directory as [`Ledger::verify_dir`] does, and that it continues an
    /// older head, as [`Ledger::verify_against`] does.
    ///
    /// # Errors
    /// Those of [`Ledger::verify_dir`].
    pub fn verify_dir_against(
        dir: &Path,
        older: Option<TreeHead>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Verification, Error> {
        Ledger::verify_dir_asked(dir, older, false, progress)
    }

    /// Verifies the ledger in a directory as [`Ledger::verify_dir`] does; where asked, also that it
    /// continues an older head, as [`Ledger::verify_against`] does, and every sanction decided
    /// again, as [`Ledger::verify_redeciding`] does.
    ///
    /// # Errors
    /// Those of [`Ledger::verify_dir`].
    pub fn verify_dir_asked(
        dir: &Path,
        older: Option<TreeHead>,
        redecide: bool,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Verification, Error> {
        let start = Stopwatch::now();
        // Which certificates there are must be known before they are derived again.
        let mut known = Vec::new();
        let mut look = |position, bytes: &[u8]| {
            if envelope_view(bytes).is_ok_and(|view| view.kind == EventKind::StateCertified) {
                known.extend(certificate_in(Position(position), bytes));
            }
        };
        bahi_log::try_examine_with(dir, &mut look, &mut |_| {})?;
        let mut refold = Refold::new(Certificates::of(&known), older, redecide);
        let stored = bahi_log::try_examine_with(
            dir,
            &mut |position, bytes| refold.take(Position(position), bytes),
            &mut |position| progress(Position(position)),
        )?;
        let mut passes = stored.passes;
        let (name, past) = (refold.name.clone(), refold.past(stored.size));
        passes.extend(refold.finish(None));
        let position = Position(stored.size.saturating_sub(1));
        Ok(Verification { name, position, root: stored.root, passes, past, took: start.elapsed() })
    }
}

/// The meaning of every record, computed again.
#[derive(Default)]
struct Refold {
    name: Option<LedgerName>,
    folds: Folds,
    stock: Stock,
    last: Option<Recorded>,
    records: Problems,
    links: Problems,
    laws: Problems,
    postings: Problems,
    cases: HashMap<Position, Position>,
    paid: HashMap<Position, Total>,
    certificates: Certificates,
    older: Option<Older>,
    stopped: bool,
    /// Only where it is asked for.
    redecided: Option<Redecided>,
}

/// A pass in the making.
#[derive(Default)]
struct Problems {
    checked: u64,
    first: Option<String>,
}

impl Problems {
    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds && self.first.is_none() {
            self.first = Some(what());
        }
    }

    fn pass(self, name: &'static str) -> Pass {
        Pass { name, checked: self.checked, ok: self.first.is_none(), first_problem: self.first }
    }
}

impl Refold {
    fn new(certificates: Certificates, older: Option<TreeHead>, redecide: bool) -> Refold {
        let redecided = redecide.then(Redecided::default);
        Refold { certificates, older: older.map(Older::new), redecided, ..Refold::default() }
    }

    /// What the records say of the older head, of a log of this size.
    fn past(&self, size: u64) -> Option<Past> {
        self.older.as_ref().map(|older| older.judge(size))
    }

    fn take(&mut self, position: Position, bytes: &[u8]) {
        if let Some(older) = &mut self.older {
            older.take(bytes);
        }
        if position.is_none() {
            let first = decode_first(bytes);
            self.records.check(first.is_ok(), || "the ledger's own record is damaged".into());
            self.name = first.ok().map(|first| first.name);
            return;
        }
        let recorded = match decode_checked(position, bytes) {
            Ok(recorded) => recorded,
            Err(error) => {
                self.records.check(false, || format!("position {position}: {error}"));
                return;
            }
        };
        self.records.check(true, String::new);
        self.link(&recorded);
        self.sums(&recorded);
        if !self.stopped {
            if let Some(redecided) = &mut self.redecided {
                redecided.take(&recorded, &self.folds.state);
            }
            let applied = self.folds.state.apply(&recorded);
            self.stopped = applied.is_err();
            self.laws.check(applied.is_ok(), || {
                applied.err().map(|error| error.to_string()).unwrap_or_default()
            });
        }
        self.folds.view(&recorded);
        self.stock.apply(&recorded);
        let Folds { balances, state, .. } = &self.folds;
        self.certificates.take(&recorded, balances, state.names());
        self.last = Some(recorded);
    }

    /// The links from event to event: cases, instants.
    fn link(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        let before = self.last.as_ref().map(|last| last.recorded_at);
        let in_order = before.is_none_or(|before| before <= recorded.recorded_at);
        self.links.check(in_order, || format!("position {position}: recorded before the last"));
        let envelope = &recorded.envelope;
        if envelope.case.is_none() {
            return;
        }
        let previous = self.cases.insert(envelope.case, position).unwrap_or_default();
        self.links.check(previous == envelope.previous, || {
            format!("position {position}: its case's event before it is {previous}")
        });
    }

    /// The double entry of every event, and what each case was paid.
    fn sums(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        let mut sum = Total::ZERO;
        for (_, posting) in postings(recorded).as_slice() {
            let amount = Total::from(posting.amount);
            sum += if posting.debit { amount } else { -amount };
        }
        self.postings.check(sum == Total::ZERO, || {
            format!("position {position}: its postings sum to {sum}")
        });
        let Some((movement, back)) = recorded.movement() else { return };
        let amount = Total::from(recorded.envelope.amount);
        let paid = match movement {
            Movement::Payment => amount,
            Movement::Return
            | Movement::Recovery
            | Movement::Utilisation
            | Movement::Adjustment => -amount,
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::Transfer { .. }
            | Movement::FundLapse
            | Movement::SanctionLapse
            | Movement::Carry { .. }
            | Movement::Sanction
            | Movement::Increase
            | Movement::Decrease
            | Movement::Cancellation
            | Movement::Suspense
            | Movement::Interest
            | Movement::Remittance => return,
        };
        let paid = if back { -paid } else { paid };
        let net = self.paid.entry(recorded.envelope.case).or_default();
        *net += paid;
        let net = *net;
        self.laws.check(!net.is_negative(), || {
            format!("position {position}: more is accounted for in the case than it was paid")
        });
    }

    fn finish(mut self, live: Option<&Ledger>) -> Vec<Pass> {
        let mut agreement = Problems::default();
        let funds: HashMap<FundKey, _> = self.folds.balances.funds().into_iter().collect();
        for (key, totals) in self.folds.state.funds() {
            let columns = funds.get(key).copied().unwrap_or_default();
            let equal = columns.allotted == totals.allotted
                && columns.sanctioned == totals.sanctioned
                && columns.disbursed == totals.disbursed
                && columns.returned == totals.returned
                && columns.recovered == totals.recovered
                && columns.utilised == totals.utilised
                && columns.adjusted == totals.adjusted
                && columns.suspense == totals.suspense
                && columns.interest_earned == totals.interest_earned
                && columns.interest_remitted == totals.interest_remitted
                && columns.available == totals.available();
            agreement.check(equal || self.stopped, || {
                format!("the rules and the balances differ in fund {key:?}")
            });
            self.laws.check(!columns.available.is_negative(), || {
                format!("more is sanctioned than allotted in fund {key:?}")
            });
        }
        for (key, seen) in self.stock.rows() {
            let held = self.folds.state.stock(key.scheme, key.district, key.item);
            let equal = (seen.ordered, seen.received, seen.handed_over, seen.written_off)
                == (held.ordered, held.received, held.handed_over, held.written_off);
            agreement.check(equal || self.stopped, || {
                format!("the rules and the stock differ in {key:?}")
            });
        }
        let unplaced = self.folds.balances.unplaced();
        agreement.check(unplaced == 0, || format!("{unplaced} events have no place in balances"));
        let mut passes = vec![
            self.records.pass("records"),
            self.links.pass("links"),
            self.postings.pass("postings"),
            self.laws.pass("conservation"),
            agreement.pass("agreement"),
            self.certificates.problems.pass("certificates"),
        ];
        if let Some(ledger) = live {
            let mut views = Problems::default();
            for (name, equal) in ledger.compare(&self.folds) {
                let differ = || format!("{name} as live differ from {name} as folded again");
                views.check(equal || self.stopped, differ);
            }
            passes.push(views.pass("folds"));
        }
        passes.extend(self.redecided.map(Redecided::pass));
        passes
    }
}

#[cfg(test)]
mod tests;
