//! Replaying history: every event folded again from the first, and compared with what is live.

use std::time::{Duration, Instant as Stopwatch};

use bahi_balances::{Balances, By, Filter, Movements};
use bahi_core::{BalanceRow, Position, Projection};

use crate::{Basis, Divisible, Error, Ledger, View, ledger::Folds, parts, press::Press};

/// What is put away beside a ledger, as a replay and an open ledger's verification call it where it
/// is of the whole log: it is compared then, and never taken for anything.
/// Where they differ, delete the ledger's directory `folds`: nothing else rests on them.
pub const PUT_AWAY: &str = "put away";

/// What a replay came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replay {
    /// What it rests on.
    pub basis: Basis,
    /// Events read.
    pub events: u64,
    /// How long it took.
    pub took: Duration,
    /// Balances by scheme, as folded.
    pub rows: Vec<BalanceRow>,
    /// Each fold compared with the live one, by name; only for a replay of everything.
    pub compared: Option<Vec<(&'static str, bool)>>,
}

impl Replay {
    /// Whether nothing differs from the live ledger, as far as it was compared.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.compared.iter().flatten().all(|(_, equal)| *equal)
    }
}

impl Press<'_> {
    /// Folds the balances of a view again from the first event, in as many parts as there are processors.
    /// `progress` is given a position, as many events as were folded.
    pub(crate) fn replay_balances(
        &self,
        view: View,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Replay, Error> {
        let basis = self.basis(view)?;
        let start = Stopwatch::now();
        let mut balances = Balances::default();
        let all = Position(1)..=basis.position;
        parts::fold_on(self.log(), &mut balances, all, view, progress)?;
        let took = start.elapsed();
        let by = By { scheme: true, ..By::default() };
        let rows = balances.rows(by, &Filter::default(), self.names());
        Ok(Replay { basis, events: basis.position.0, took, rows, compared: None })
    }
}

impl Ledger {
    /// Folds the log again from its first event, up to a view's bounds.
    ///
    /// With `compare`, and for the present alone, the rules' state and every view are compared
    /// with the live ones byte for byte. `progress` is given the position reached.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`]; [`Error::ReadOnly`] where an
    /// event cannot follow.
    pub fn replay(
        &self,
        view: View,
        compare: bool,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Replay, Error> {
        let basis = self.basis(view)?;
        let start = Stopwatch::now();
        let whole = view.as_of.is_none() && basis.position == self.position();
        let mut folds = Folds::default();
        let mut movements = (compare && whole).then(Movements::default);
        let mut events = 0;
        for recorded in self.events(Position(1), basis.position) {
            let recorded = recorded?;
            events += 1;
            folds.state.apply(&recorded).map_err(Error::ReadOnly)?;
            folds.state.settle();
            if view.counts(recorded.envelope.effective_day) {
                folds.view(&recorded);
            }
            if let Some(movements) = &mut movements {
                movements.apply(&recorded);
            }
            if events % 4_096 == 0 {
                progress(recorded.position);
            }
        }
        let took = start.elapsed();
        let compared = movements.map(|movements| {
            let mut compared = self.compare(&folds);
            let same = self.movements().is_ok_and(|live| *live == movements);
            compared.push(("movements", same));
            compared
        });
        let by = By { scheme: true, ..By::default() };
        let rows = folds.balances.rows(by, &Filter::default(), self.names());
        Ok(Replay { basis, events, took, rows, compared })
    }

    /// Folds every event of a view, from the first, into a fold of the caller's own.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    ///
    /// ```
    /// use bahi::core::{Projection, Recorded};
    /// # use bahi::{Ledger, LedgerName, NewLedger, View};
    /// #[derive(Default)]
    /// struct Count(u64);
    /// impl Projection for Count {
    ///     fn apply(&mut self, _: &Recorded) {
    ///         self.0 += 1;
    ///     }
    /// }
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// assert_eq!(ledger.fold::<Count>(View::NOW)?.0, ledger.position().0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fold<P: Projection>(&self, view: View) -> Result<P, Error> {
        let reading = self.reading();
        reading.fold(&reading.basis(view)?, view)
    }

    /// [`Ledger::fold`] of a fold that can be made in parts: the log is cut into as many as there
    /// are processors, at most [`crate::FOLD_PARTS_MAX`], and each is folded on a thread of its own. It
    /// has so many states in memory at a time.
    ///
    /// # Errors
    /// Those of [`Ledger::fold`], of the earliest part; [`Error::Bug`] where the fold does not take
    /// its own later part.
    ///
    /// ```
    /// use bahi::{Balances, View};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let whole: Balances = ledger.fold(View::NOW)?;
    /// let joined: Balances = ledger.fold_in_parts(View::NOW)?;
    /// assert_eq!(joined.state_bytes(), whole.state_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fold_in_parts<P: Divisible>(&self, view: View) -> Result<P, Error> {
        let last = self.basis(view)?.position;
        let mut whole = P::default();
        parts::fold_on(&self.log, &mut whole, Position(1)..=last, view, &mut |_| {})?;
        Ok(whole)
    }

    /// Each fold beside the live one.
    pub(crate) fn compare(&self, folds: &Folds) -> Vec<(&'static str, bool)> {
        let live = &self.folds;
        let rules = live.state == folds.state;
        let moved = |movements: &Movements| movements.funds(self.position(), None);
        let balances = live.balances.state_bytes() == folds.balances.state_bytes()
            && self.movements().map(moved).is_ok_and(|moved| moved == folds.balances.funds());
        let mut compared = vec![("rules", rules), ("balances", balances)];
        // There is none to compare where nobody asked this ledger for its trail and none is put away.
        if let Some(trail) = folds.trail.known() {
            let same = self.trails().is_ok_and(|live| live.is_same(trail));
            compared.push(("trail", same));
        }
        compared.extend(self.put_away_agrees().map(|agrees| (PUT_AWAY, agrees)));
        compared
    }
}
