//! `Press`: where explanations, papers, exports and answers are made: a log, its names, and the few questions
//! they ask of what is folded.
//!
//! # Invariants
//! * Whoever answers those questions, a ledger from its folds or its records by reading them, what is made
//!   is the same to the byte.
//!
//! # Not here
//! What is made: `explain`, `papers`, `export`, and what `asked` lists.

#![cfg_attr(
    not(feature = "reports"),
    allow(dead_code, reason = "papers and exports ask much of it")
)]

use std::borrow::Cow;

use bahi_balances::{By, Filter};
use bahi_core::{CaseRef, District, EventId, LedgerId, Names, Position, Recorded, SchemeNo, Terms};
use bahi_log::Log;
use bahi_wire::{ClockKind, LedgerName};

use crate::{
    BalancesAt, Basis, Error, Events, Ledger, Records, View, prove::Shown, reading::Reading,
};

/// A log with its names, and who answers what has to be folded.
pub struct Press<'a> {
    pub(crate) reading: Reading<'a>,
    pub(crate) names: &'a Names,
    pub(crate) folded: &'a dyn Folded,
}

/// What has to be folded for a question, kept or read.
pub trait Folded {
    /// The reference of a case by the position of its application.
    fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error>;

    /// Told of an application as it is read, so that its reference need not be read again.
    fn met(&self, application: &Recorded);

    /// Balances, as [`Ledger::balances`] says.
    fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error>;

    /// Every version of a scheme's terms, the first first; none of a scheme that is not open.
    fn versions(&self, scheme: SchemeNo) -> Result<Cow<'_, [Terms]>, Error>;

    /// The districts that a scheme runs in, rising; none of a scheme that is not open.
    fn districts(&self, scheme: SchemeNo) -> Result<Vec<District>, Error>;
}

pub(crate) mod sealed {
    //! What only this crate makes anything of.

    use super::Press;

    /// Something that reports and answers are made of.
    pub trait AtPress {
        /// Where they are made.
        fn at_press(&self) -> Press<'_>;
    }
}

impl sealed::AtPress for Ledger {
    fn at_press(&self) -> Press<'_> {
        self.press()
    }
}

impl sealed::AtPress for Records {
    fn at_press(&self) -> Press<'_> {
        self.press()
    }
}

impl<'a> Press<'a> {
    pub(crate) fn names(&self) -> &'a Names {
        self.names
    }

    pub(crate) fn log(&self) -> &'a Log {
        self.reading.log
    }

    pub(crate) fn shown(&self) -> Shown<'a> {
        Shown { log: self.log(), name: self.name() }
    }

    pub(crate) fn name(&self) -> &'a LedgerName {
        &self.reading.first.name
    }

    pub(crate) fn id(&self) -> LedgerId {
        LedgerId(self.log().ledger_id().0)
    }

    pub(crate) fn is_simulated(&self) -> bool {
        self.reading.first.clock == ClockKind::Simulated
    }

    pub(crate) fn event_id(&self, position: Position) -> EventId {
        EventId { ledger: self.id(), position }
    }

    pub(crate) fn basis(&self, view: View) -> Result<Basis, Error> {
        self.reading.basis(view)
    }

    pub(crate) fn event(&self, position: Position) -> Result<Recorded, Error> {
        self.reading.event(position)
    }

    pub(crate) fn events(&self, from: Position, to: Position) -> Events<'a> {
        Events::of(self.reading.log, (from, to), false)
    }
}

impl Ledger {
    pub(crate) fn press(&self) -> Press<'_> {
        Press { reading: self.reading(), names: self.names(), folded: self }
    }
}

impl Folded for Ledger {
    fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
        Ok(Ledger::case_ref(self, case))
    }

    fn met(&self, _: &Recorded) {}

    fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error> {
        Ledger::balances(self, by, filter, view)
    }

    fn versions(&self, scheme: SchemeNo) -> Result<Cow<'_, [Terms]>, Error> {
        Ok(Cow::Borrowed(self.folds.state.versions(scheme)))
    }

    fn districts(&self, scheme: SchemeNo) -> Result<Vec<District>, Error> {
        Ok(self.folds.state.districts(scheme).to_vec())
    }
}
