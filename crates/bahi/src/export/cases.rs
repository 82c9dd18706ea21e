//! The rows of cases: each case of a view with its figures, in order of application.
//!
//! # Invariants
//! * Of cases at most [`CASES_AT_ONCE`] are in memory; a log of more is read again for each further
//!   window, from where the window begins.
//! * A case is of the fund of its sanction, as last carried; without a sanction, of where it applied.

use std::collections::BTreeMap;

use bahi_core::{Day, EventKind, FundKey, Movement, Position, Recorded};
use bahi_reports::Cell;
use bahi_trail::Running;

use super::{
    Export, ExportError, Exported,
    rows::{Take, fund_cells, takes},
};
use crate::{Error, View, press::Press};

/// How many cases are in memory at once.
pub const CASES_AT_ONCE: usize = 1 << 17;

/// A case on its way.
struct Case {
    running: Running,
    applied_on: Option<Day>,
    applied_in: FundKey,
    fund: FundKey,
    audits: u64,
    events: u64,
    last: (Position, Day),
}

impl Press<'_> {
    pub(super) fn case_rows(
        &self,
        asked: &Export,
        exported: &mut Exported,
        progress: &mut dyn FnMut(Position),
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        self.case_rows_by(CASES_AT_ONCE, asked, exported, progress, take)
    }

    /// The same with at most so many cases in memory.
    pub(super) fn case_rows_by(
        &self,
        most: usize,
        asked: &Export,
        exported: &mut Exported,
        progress: &mut dyn FnMut(Position),
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        let last = exported.basis.position;
        let mut from = Position(1);
        loop {
            let (cases, beyond) = self.window(asked, (from, last), most, progress)?;
            for (position, case) in &cases {
                if case.events > 0 && takes(&asked.filter, &case.fund, self.names()) {
                    exported.events += case.events;
                    take(&self.case_cells(*position, case)?, None)?;
                }
            }
            match beyond {
                Some(beyond) => from = beyond,
                None => return Ok(()),
            }
        }
    }

    /// The first cases that applied from a position on, with everything of theirs up to the last; and
    /// where the first stands that is not among them.
    fn window(
        &self,
        asked: &Export,
        (from, last): (Position, Position),
        most: usize,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(BTreeMap<Position, Case>, Option<Position>), ExportError> {
        let mut cases: BTreeMap<Position, Case> = BTreeMap::new();
        let mut beyond: Option<Position> = None;
        // An application that does not count yet takes its place all the same, so that cases come in
        // order of application.
        let every_day = View { as_of: None, ..asked.view };
        self.each_event_between(every_day, (from, last), progress, &mut |recorded, _| {
            let applied = recorded.event.kind() == EventKind::Applied;
            let case = if applied { recorded.position } else { recorded.envelope.case };
            if case < from || beyond.is_some_and(|beyond| case >= beyond) {
                return Ok(());
            }
            if !cases.contains_key(&case) && cases.len() >= most {
                beyond = Some(case);
                return Ok(());
            }
            let case = cases.entry(case).or_insert_with(|| Case::new(recorded));
            if asked.view.counts(recorded.envelope.effective_day) {
                case.take(recorded, applied);
            }
            Ok(())
        })?;
        Ok((cases, beyond))
    }

    fn case_cells(&self, position: Position, case: &Case) -> Result<[Cell; 19], Error> {
        let [fy, scheme, district, head] = fund_cells(&case.fund, self.names());
        let figures = case.running.figures();
        let case_ref = self.folded.case_ref(position)?;
        Ok([
            case_ref.map_or(Cell::None, |case_ref| Cell::Name(case_ref.to_string())),
            Cell::Number(position.0),
            case.applied_on.map_or(Cell::None, Cell::Day),
            fy,
            scheme,
            district,
            head,
            Cell::Code(figures.status.name().to_owned()),
            Cell::Amount(figures.sanctioned),
            Cell::Amount(figures.disbursed),
            Cell::Amount(figures.returned),
            Cell::Amount(figures.recovered),
            Cell::Amount(figures.utilised),
            Cell::Amount(figures.adjusted),
            Cell::Amount(figures.demanded),
            Cell::Number(case.audits),
            Cell::Number(case.events),
            Cell::Number(case.last.0.0),
            Cell::Day(case.last.1),
        ])
    }
}

impl Case {
    fn new(first: &Recorded) -> Case {
        let fund = first.envelope.fund;
        Case {
            running: Running::default(),
            applied_on: None,
            applied_in: fund,
            fund,
            audits: 0,
            events: 0,
            last: (Position::NONE, first.envelope.effective_day),
        }
    }

    fn take(&mut self, recorded: &Recorded, applied: bool) {
        self.running.take(recorded);
        let envelope = &recorded.envelope;
        if applied {
            self.applied_on = Some(envelope.effective_day);
        }
        match recorded.movement() {
            Some((Movement::Sanction | Movement::Carry { .. }, false)) => self.fund = envelope.fund,
            Some((Movement::Sanction, true)) => self.fund = self.applied_in,
            Some((Movement::Carry { from }, true)) => self.fund = from,
            Some(_) | None => {}
        }
        self.audits += u64::from(recorded.event.kind() == EventKind::Audited);
        self.events += 1;
        self.last = (recorded.position, envelope.effective_day);
    }
}
