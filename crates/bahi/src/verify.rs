//! Verification: every page, record, link, fold and law, read and computed again from the log.
//!
//! # Invariants
//! * Nothing that is verified is taken from what the open ledger remembers, save to compare it.
//! * A ledger that is named by its directory is examined without being opened: nothing is written
//!   to it, however damaged it is.

mod beside;
mod certificates;
mod past;
mod put_away;
mod refold;

use std::{
    path::Path,
    time::{Duration, Instant as Stopwatch},
};

use bahi_core::{EventKind, Position};
use bahi_log::Examination;
use bahi_proof::{Hash, TreeHead};
use bahi_wire::{KIND_AT, LedgerName};

use crate::{Error, Ledger, PUT_AWAY, certify::certificate_in};
use certificates::Certificates;
use past::Older;
use put_away::PutAway;
use refold::Refold;

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
        refold.compare_live(self);
        let stored = refold.over(|on_record| {
            self.log.verify(on_record, &mut |position| progress(Position(position)))
        });
        let mut passes = stored.passes;
        let (name, past) = (refold.name(), refold.past(stored.size));
        passes.extend(refold.finish(Some(self)));
        let (position, root) = (self.position(), stored.root);
        Verification { name, position, root, passes, past, took: start.elapsed() }
    }

    /// Verifies the ledger or backup in a directory, also where it is too damaged to open, and
    /// writes nothing there: opening a damaged ledger may cost what is left of it. A ledger's store
    /// is copied to the system's temporary directory for that, which needs the room.
    ///
    /// There is no pass `folds`: nothing is live that what is folded could be compared with. Where
    /// folds are put away beside the ledger there is one, [`crate::PUT_AWAY`], that compares each with the
    /// same fold of the log where it stands.
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
            let kind = bytes.get(KIND_AT..).and_then(|bytes| bytes.first_chunk().copied());
            if kind.map(u16::from_le_bytes) == Some(EventKind::StateCertified.number()) {
                known.extend(certificate_in(Position(position), bytes));
            }
        };
        let examination = Examination::of(dir)?;
        examination.each_record(&mut look);
        let mut refold = Refold::new(Certificates::of(&known), older, redecide);
        refold.compare_with(PutAway::all(dir));
        let stored = refold.over(|on_record| {
            examination.verify(on_record, &mut |position| progress(Position(position)))
        });
        let mut passes = stored.passes;
        let (name, past) = (refold.name(), refold.past(stored.size));
        let compared = refold.compared();
        passes.extend(refold.finish(None));
        passes.extend(put_away_pass(&examination, &compared));
        let position = Position(stored.size.saturating_sub(1));
        Ok(Verification { name, position, root: stored.root, passes, past, took: start.elapsed() })
    }
}

/// Whether the folds that are put away beside a ledger are those of its log, each where it stands;
/// no pass where none is.
fn put_away_pass(log: &Examination, compared: &[PutAway]) -> Option<Pass> {
    let mut problems = Problems::default();
    for one in compared {
        // What is of another history is not taken up. It is rare enough to read the log once more.
        let lies = one.differs() && is_of(log, one.rests_on());
        problems.check(!lies, || {
            let path = one.path().display();
            format!("{path} differs from the same fold of the log; delete it: it is a cache")
        });
    }
    (!compared.is_empty()).then(|| problems.pass(PUT_AWAY))
}

/// Whether a log had this root at this size.
fn is_of(log: &Examination, (size, root): (u64, Hash)) -> bool {
    let mut older = Older::new(TreeHead { size, root });
    log.each_record(&mut |_, bytes| older.take(bytes));
    older.judge(size) == Past::Consistent
}

/// A pass in the making.
#[derive(Default)]
struct Problems {
    checked: u64,
    /// The first problem, and the event it is of where it is one's.
    first: Option<(Position, String)>,
}

impl Problems {
    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.check_at(Position::NONE, holds, what);
    }

    fn check_at(&mut self, position: Position, holds: bool, what: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds && self.first.is_none() {
            self.first = Some((position, what()));
        }
    }

    /// One pass of two that looked at the same events: the problem that came first is the first.
    fn and(self, other: Problems) -> Problems {
        let first = match (self.first, other.first) {
            (Some(one), Some(other)) if other.0 < one.0 => Some(other),
            (one, other) => one.or(other),
        };
        Problems { checked: self.checked + other.checked, first }
    }

    fn pass(self, name: &'static str) -> Pass {
        let first_problem = self.first.map(|(_, what)| what);
        Pass { name, checked: self.checked, ok: first_problem.is_none(), first_problem }
    }
}

#[cfg(test)]
mod tests;
