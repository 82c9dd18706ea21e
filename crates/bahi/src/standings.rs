//! How cases stand, and which events rest on an order: lists of a bounded length, for whoever shows
//! a page at a time.
//!
//! # Invariants
//! * What is read of the log is the events of the cases asked about, and nothing beside.
//!
//! # Not here
//! One subject's whole trail: `query`. Which cases there are: `Ledger::behind` of applications.

use bahi_core::{AuthorityNo, CaseRef, Day, FundKey, Position};
use bahi_trail::{Entries, Figures, Subject};

use crate::{Basis, Error, Ledger, View};

/// The most cases, or events of an order, that are told at once.
pub const STANDINGS_MAX: usize = 200;
/// The most events of an order that are looked at for one page.
const LOOKS_MAX: usize = 2_000;

/// How a case stands under a view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseStanding {
    /// The position of its application.
    pub case: Position,
    /// What the office calls it.
    pub case_ref: Option<CaseRef>,
    /// Scheme, district and year that it applied for.
    pub fund: FundKey,
    /// The day on which the application counts.
    pub applied_on: Day,
    /// Its figures, and how far it has come.
    pub figures: Figures,
    /// How many of its events the view sees.
    pub events: usize,
}

/// Events that rest on an order, and what that rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestingAt {
    /// What it rests on.
    pub basis: Basis,
    /// The events, the latest first; fewer than asked for, even none, where those looked at do not
    /// count by the day asked about.
    pub positions: Vec<Position>,
    /// Before which position there are more; none after the last.
    pub next: Option<Position>,
}

impl Ledger {
    /// How the cases of these applications stand, in the order asked, at most [`STANDINGS_MAX`].
    ///
    /// One that is no application, or that the view does not see, is left out.
    ///
    /// # Errors
    /// Those of [`Ledger::trail`].
    ///
    /// ```
    /// # use bahi::{Ledger, LedgerName, NewLedger, View, core::Position};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// assert_eq!(ledger.standings(&[Position(7)], View::NOW)?, []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn standings(&self, cases: &[Position], view: View) -> Result<Vec<CaseStanding>, Error> {
        let upto = self.basis(view)?.position;
        let mut standings = Vec::with_capacity(cases.len().min(STANDINGS_MAX));
        for case in cases.iter().take(STANDINGS_MAX) {
            standings.extend(self.standing(*case, upto, view)?);
        }
        Ok(standings)
    }

    fn standing(
        &self,
        case: Position,
        upto: Position,
        view: View,
    ) -> Result<Option<CaseStanding>, Error> {
        let subject = Subject::Case(case);
        let mut running = Entries::default();
        let mut standing: Option<CaseStanding> = None;
        for position in self.trails()?.positions(subject) {
            if position > upto {
                break;
            }
            let recorded = self.event(position)?;
            let envelope = &recorded.envelope;
            if !view.counts(envelope.effective_day) {
                continue;
            }
            let Some(entry) = running.next(&recorded, subject, self.names()) else { continue };
            if position == case {
                standing = Some(CaseStanding {
                    case,
                    case_ref: entry.case_ref.clone(),
                    fund: envelope.fund,
                    applied_on: envelope.effective_day,
                    figures: Figures::default(),
                    events: 0,
                });
            }
            if let Some(standing) = &mut standing {
                standing.events += 1;
                standing.figures = entry.after.unwrap_or(standing.figures);
            }
        }
        Ok(standing)
    }

    /// How many events the trail of a subject is read from.
    ///
    /// # Errors
    /// Those of [`Ledger::event`], where the trail is still to be read.
    pub fn trail_len(&self, subject: Subject) -> Result<usize, Error> {
        Ok(self.trails()?.positions(subject).len())
    }

    /// Events that rest on one of some orders, the latest before a position, or of all, and at most
    /// so many, [`STANDINGS_MAX`] at the utmost.
    ///
    /// # Errors
    /// Those of [`Ledger::event`] and [`Ledger::basis`].
    ///
    /// ```
    /// # use bahi::{Ledger, LedgerName, NewLedger, View};
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let order = ledger.names().authorities().next().ok_or("an order")?.0;
    /// let page = ledger.resting_on(&[order], View::NOW, None, 1)?;
    /// assert_eq!(page.positions.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resting_on(
        &self,
        orders: &[AuthorityNo],
        view: View,
        before: Option<Position>,
        most: usize,
    ) -> Result<RestingAt, Error> {
        let basis = self.basis(view)?;
        let most = most.clamp(1, STANDINGS_MAX);
        let mut before = before.unwrap_or(Position(u64::MAX)).min(basis.position.next());
        let mut positions = Vec::new();
        let mut looks = 0;
        loop {
            let trail = self.trails()?;
            let latest = |order: &AuthorityNo| trail.resting_on(*order, before, most + 1);
            let mut found: Vec<Position> = orders.iter().flat_map(latest).collect();
            found.sort_unstable_by(|left, right| right.cmp(left));
            found.dedup();
            found.truncate(most + 1);
            let whole = found.len() <= most;
            for position in found {
                if positions.len() == most || looks == LOOKS_MAX {
                    return Ok(RestingAt { basis, positions, next: Some(before) });
                }
                looks += 1;
                // Of a day's view the log has to be asked; of the present it has not.
                let counts = match view.as_of {
                    None => true,
                    Some(_) => view.counts(self.event(position)?.envelope.effective_day),
                };
                if counts {
                    positions.push(position);
                }
                before = position;
            }
            if whole {
                return Ok(RestingAt { basis, positions, next: None });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Standings against the trails they are the ends of, and orders against a look at every event.

    use bahi_core::{Day, Recorded};

    use super::*;
    use crate::{
        Column, Filter,
        tests::{allot, apply, new_ledger, sanction},
    };

    fn ledger() -> Ledger {
        let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let mut commands = vec![allot(1, "5000000.00")];
        for number in 0..7 {
            let case = format!("S/{number}");
            let mut applied = apply(10 + number, &case);
            applied.effective_day = applied.effective_day.plus_days(-30).expect("a day");
            commands.push(applied);
            if number % 2 == 0 {
                commands.push(sanction(30 + number, &case, "250000.00"));
            }
        }
        ledger.submit_each(&commands).expect("the ledger takes commands");
        ledger
    }

    fn views() -> [View; 3] {
        let as_of = Day::parse("2024-05-20").ok();
        let early = Day::parse("2024-01-01").ok();
        [View::NOW, View { as_of, ..View::NOW }, View { as_of: early, ..View::NOW }]
    }

    #[test]
    fn a_case_stands_where_its_trail_ends() {
        let ledger = ledger();
        let mut seen = 0;
        for view in views() {
            let all = Filter::default();
            let page = ledger.behind(Column::Applied, &all, view, None, None, 50).expect("a page");
            let cases: Vec<Position> = page.parts.iter().map(|part| part.position).collect();
            let standings = ledger.standings(&cases, view).expect("standings");
            assert_eq!(standings.len(), cases.len());
            for standing in standings {
                let trail = ledger.trail(Subject::Case(standing.case), view).expect("a trail");
                let end = trail.entries.last().and_then(|entry| entry.after);
                assert_eq!(Some(standing.figures), end);
                assert_eq!(standing.events, trail.entries.len());
                assert!(
                    ledger.trail_len(Subject::Case(standing.case)).expect("a trail")
                        >= standing.events
                );
                seen += standing.events;
            }
        }
        assert_eq!(
            seen,
            7 + 4 + 7,
            "of the present with sanctions, of the past without, of before none"
        );
        assert_eq!(ledger.standings(&[Position(1)], View::NOW).expect("none"), []);
    }

    #[test]
    fn every_event_of_an_order_is_told_once_whatever_the_page() {
        let ledger = ledger();
        let orders: Vec<AuthorityNo> =
            ledger.names().authorities().map(|(number, _)| number).collect();
        for view in views() {
            let rests = |one: &Recorded| {
                !one.envelope.authority.is_none() && view.counts(one.envelope.effective_day)
            };
            let all = ledger.events_back(Position(1), ledger.position());
            let all: Vec<Recorded> = all.collect::<Result<_, _>>().expect("every event reads");
            let expected: Vec<Position> =
                all.iter().filter(|one| rests(one)).map(|one| one.position).collect();
            for most in [1, 2, 5, 200] {
                let (mut told, mut before) = (Vec::new(), None);
                loop {
                    let page = ledger.resting_on(&orders, view, before, most).expect("a page");
                    assert!(page.positions.len() <= most);
                    told.extend(page.positions);
                    before = page.next;
                    if before.is_none() {
                        break;
                    }
                }
                assert_eq!(told, expected, "{most}");
            }
        }
    }
}
