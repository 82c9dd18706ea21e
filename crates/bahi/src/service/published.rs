//! `Published`: what the books said after a commit, for as many readers as like to hold it.
//!
//! # Invariants
//! * It is complete in itself: reading it asks nobody and waits for nobody.
//! * Making the next one copies the rows the commit touched, and the names of schemes and heads
//!   only in the rare commit that brings a new one.

use std::sync::Arc;

use bahi_balances::{By, Copied, Filter, Snapshot};
use bahi_core::{HeadNo, Instant, Introduction, Names, Position, SchemeNo};
use bahi_proof::Hash;

use crate::{BalancesAt, Basis, Ledger};

/// What the books say at one position.
#[derive(Clone, Debug)]
pub struct Published {
    pub(super) basis: Basis,
    pub(super) balances: Snapshot,
    pub(super) names: Arc<FundNames>,
    takes_commands: bool,
    copied: Copied,
}

/// The names that rows of balances show.
#[derive(Clone, Debug, Default)]
pub(super) struct FundNames {
    pub(super) names: Names,
    schemes: u16,
    heads: u16,
}

impl Published {
    /// What a ledger says as it is given to the service.
    pub(super) fn first(ledger: &mut Ledger) -> Published {
        let nothing = Published {
            basis: basis(ledger),
            balances: Snapshot::default(),
            names: Arc::default(),
            takes_commands: false,
            copied: Copied::default(),
        };
        nothing.next(ledger)
    }

    /// What the ledger says after a commit.
    pub(super) fn next(&self, ledger: &mut Ledger) -> Published {
        let (balances, copied) = ledger.folds.balances.publish();
        let mut names = Arc::clone(&self.names);
        while let Some(more) = names.missing(ledger.names()) {
            let names = Arc::make_mut(&mut names);
            names.add(more);
        }
        Published {
            basis: basis(ledger),
            balances,
            names,
            takes_commands: takes_commands(ledger),
            copied,
        }
    }

    /// Whether nothing has changed in the ledger since.
    pub(super) fn is_current(&self, ledger: &Ledger) -> bool {
        self.basis.position == ledger.position() && self.takes_commands == takes_commands(ledger)
    }

    /// The last position.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.basis.position
    }

    /// The root of the tree at that position.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.basis.root
    }

    /// When the last event was recorded; when the ledger was made, before the first.
    #[must_use]
    pub const fn last_recorded_at(&self) -> Instant {
        self.basis.known_on
    }

    /// Whether the ledger takes commands; not after a commit that failed in doubt, and not where
    /// the log holds an impossible event.
    #[must_use]
    pub const fn takes_commands(&self) -> bool {
        self.takes_commands
    }

    /// Balances by the parts of the fund key asked for, as [`Ledger::balances`] gives them for the
    /// present.
    #[must_use]
    pub fn balances(&self, by: By, filter: &Filter) -> BalancesAt {
        BalancesAt::of(self.basis, by, self.balances.rows(by, filter, &self.names.names))
    }

    /// The balances fund by fund.
    #[must_use]
    pub const fn funds(&self) -> &Snapshot {
        &self.balances
    }

    /// The names of schemes and heads, by number and back; no other names are published.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names.names
    }

    /// What publishing this cost.
    #[must_use]
    pub const fn copied(&self) -> Copied {
        self.copied
    }
}

impl FundNames {
    /// The next name that the ledger knows and this does not.
    fn missing(&self, names: &Names) -> Option<Introduction> {
        let scheme = self.schemes.checked_add(1).and_then(|next| names.scheme(SchemeNo(next)));
        let head = || self.heads.checked_add(1).and_then(|next| names.head(HeadNo(next)));
        match scheme {
            Some(scheme) => Some(Introduction::Scheme(scheme.clone())),
            None => head().cloned().map(Introduction::Head),
        }
    }

    fn add(&mut self, introduction: Introduction) {
        match &introduction {
            Introduction::Scheme(_) => self.schemes += 1,
            Introduction::Head(_) => self.heads += 1,
            Introduction::Actor(_) | Introduction::Authority(_) | Introduction::Word(_) => {}
        }
        self.names.introduce(&introduction);
    }
}

fn basis(ledger: &Ledger) -> Basis {
    Basis {
        position: ledger.position(),
        root: ledger.root(),
        as_of: None,
        known_on: ledger.last_recorded_at(),
    }
}

fn takes_commands(ledger: &Ledger) -> bool {
    !ledger.in_doubt && ledger.inconsistency().is_none()
}
