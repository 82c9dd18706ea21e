//! The laws of conservation, counted anew from the events alone, with arithmetic of their own.

use std::collections::BTreeMap;

use bahi_core::{District, Event, FundKey, Position, Recorded, SchemeNo, StockMove, Total, WordNo};
use bahi_rules::State;
use proptest::{prelude::*, test_runner::TestCaseError};

/// What the events come to, in paise and in pieces.
#[derive(Default)]
struct Count {
    funds: BTreeMap<FundKey, Sums>,
    draws: BTreeMap<(Position, FundKey), Draw>,
    demanded: BTreeMap<Position, i128>,
    live: BTreeMap<Position, (Position, u16)>,
    ended: BTreeMap<Position, i64>,
    stock: BTreeMap<(SchemeNo, District, WordNo), [i128; 4]>,
    matched: BTreeMap<(Position, u32), i64>,
    targets: BTreeMap<Position, i64>,
}

/// Allotted, sanctioned, disbursed, returned, recovered, utilised, adjusted, suspense, interest
/// earned, interest remitted.
type Sums = [i128; 10];

/// Granted, paid, returned, accounted for: of one case in one fund.
type Draw = [i128; 4];

impl Count {
    /// Adds an event, or takes it away where the sign is -1.
    fn add(&mut self, one: &Recorded, all: &[Recorded], sign: i128) {
        let envelope = &one.envelope;
        let paise = sign * i128::from(envelope.amount.paise());
        let own = (envelope.case, envelope.fund);
        let mut fund = |fund: FundKey, column: usize, paise: i128| {
            self.funds.entry(fund).or_default()[column] += paise;
        };
        let mut draw = |of: (Position, FundKey), column: usize, paise: i128| {
            self.draws.entry(of).or_default()[column] += paise;
        };
        match &one.event {
            Event::FundsAllotted => fund(envelope.fund, 0, paise),
            Event::FundsWithdrawn(_) => fund(envelope.fund, 0, -paise),
            Event::FundsMoved(moved) => {
                fund(envelope.fund, 0, -paise);
                fund(moved.to, 0, paise);
            }
            Event::Lapsed(_) if envelope.case.is_none() => fund(envelope.fund, 0, -paise),
            Event::Lapsed(_) | Event::SanctionCancelled(_) => {
                fund(envelope.fund, 1, -paise);
                draw(own, 0, -paise);
            }
            Event::SanctionCarried(carried) => {
                fund(carried.from, 1, -paise);
                fund(envelope.fund, 1, paise);
                draw((envelope.case, carried.from), 0, -paise);
                draw(own, 0, paise);
            }
            Event::Sanctioned(_) => {
                fund(envelope.fund, 1, paise);
                draw(own, 0, paise);
            }
            Event::SanctionRevised(revised) => {
                let paise = if revised.raised { paise } else { -paise };
                fund(envelope.fund, 1, paise);
                draw(own, 0, paise);
            }
            Event::Disbursed(paid) => {
                fund(envelope.fund, 2, paise);
                draw(own, 1, paise);
                self.issue(one.position, (envelope.case, paid.instalment), sign);
            }
            Event::PaymentReturned(returned) => {
                fund(envelope.fund, 3, paise);
                draw(own, 2, paise);
                if let Some(Event::Disbursed(paid)) = event(all, returned.payment) {
                    self.issue(returned.payment, (envelope.case, paid.instalment), -sign);
                }
            }
            Event::Recovered(_) => {
                fund(envelope.fund, 4, paise);
                draw(own, 3, paise);
            }
            Event::Utilised(_) => {
                fund(envelope.fund, 5, paise);
                draw(own, 3, paise);
            }
            Event::Adjusted(_) => {
                fund(envelope.fund, 6, paise);
                draw(own, 3, paise);
            }
            Event::MovedToSuspense(_) => fund(envelope.fund, 7, paise),
            Event::InterestEarned(_) => fund(envelope.fund, 8, paise),
            Event::InterestRemitted(_) => fund(envelope.fund, 9, paise),
            Event::RecoveryDemanded(demand) => {
                let paise = sign * i128::from(demand.demanded.paise());
                *self.demanded.entry(envelope.case).or_default() += paise;
            }
            Event::Rejected(_) | Event::Withdrawn(_) | Event::CaseClosed(_) => {
                *self.ended.entry(envelope.case).or_default() += if sign > 0 { 1 } else { -1 };
            }
            Event::StockMoved(moved) => {
                let store = (envelope.fund.scheme, envelope.fund.district, moved.item);
                let column = match moved.movement {
                    StockMove::Ordered => 0,
                    StockMove::Received => 1,
                    StockMove::HandedOver => 2,
                    StockMove::WrittenOff => 3,
                };
                self.stock.entry(store).or_default()[column] += sign * i128::from(moved.quantity);
            }
            Event::Matched(_) | Event::MatchDecided(_) => self.join(&one.event, 1),
            Event::Unmatched(body) => {
                if let Some(event) = event(all, body.matched) {
                    self.join(event, -1);
                }
            }
            Event::Reversed(reversed) => {
                let index = usize::try_from(reversed.of.0).ok().and_then(|of| of.checked_sub(1));
                let of = index.and_then(|index| all.get(index));
                of.into_iter().for_each(|of| self.add(of, all, -sign));
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Barred(_)
            | Event::PaymentConfirmed(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }

    fn issue(&mut self, payment: Position, of: (Position, u16), sign: i128) {
        if sign > 0 {
            self.live.insert(payment, of);
        } else {
            self.live.remove(&payment);
        }
    }

    /// Counts what a match consumes; a rejection consumes nothing.
    fn join(&mut self, event: &Event, sign: i64) {
        let (line, target, further) = if let Event::Matched(body) = event {
            (body.line, body.target, &body.further)
        } else if let Event::MatchDecided(body) = event
            && !body.rejected
        {
            (body.line, body.target, &body.further)
        } else {
            return;
        };
        for line in std::iter::once(&line).chain(&further.lines) {
            *self.matched.entry((line.statement, line.line)).or_default() += sign;
        }
        for target in std::iter::once(&target).chain(&further.targets) {
            *self.targets.entry(*target).or_default() += sign;
        }
    }
}

fn event(all: &[Recorded], position: Position) -> Option<&Event> {
    all.iter().find(|one| one.position == position).map(|one| &one.event)
}

/// Holds every law on what the events come to, and the state's sums beside the count.
pub fn conserved(state: &State, events: &[Recorded]) -> Result<(), TestCaseError> {
    let mut count = Count::default();
    for one in events {
        count.add(one, events, 1);
    }
    funds(state, &count)?;
    cases(state, &count)?;
    let mut instalments: Vec<(Position, u16)> = count.live.into_values().collect();
    instalments.sort_unstable();
    prop_assert!(instalments.windows(2).all(|pair| pair[0] != pair[1]), "one live payment each");
    for ((scheme, district, item), [ordered, received, handed, written]) in count.stock {
        prop_assert!(received <= ordered, "no more comes than was ordered");
        prop_assert!(handed + written <= received, "no more goes than came");
        let held = state.stock(scheme, district, item);
        let held = [held.ordered, held.received, held.handed_over, held.written_off];
        prop_assert_eq!(held.map(i128::from), [ordered, received, handed, written]);
    }
    for ((statement, line), times) in count.matched {
        prop_assert!((0..=1).contains(&times), "a line is one thing");
        let held = state.line_match(bahi_core::LineReference { statement, line });
        prop_assert_eq!(held.is_some(), times == 1);
    }
    let once = |(target, times): (&Position, &i64)| target.is_none() || (0..=1).contains(times);
    prop_assert!(count.targets.iter().all(once), "an event is one match's");
    Ok(())
}

fn funds(state: &State, count: &Count) -> Result<(), TestCaseError> {
    let moved = count.funds.values().filter(|sums| **sums != Sums::default());
    prop_assert_eq!(state.funds().count(), moved.count(), "a fund of zeros is forgotten");
    for (fund, counted) in &count.funds {
        let [allotted, sanctioned, .., suspense, earned, remitted] = *counted;
        prop_assert!(sanctioned <= allotted, "no fund is sanctioned beyond its allotment");
        prop_assert!(remitted <= earned, "no more interest is handed back than earned");
        prop_assert!(suspense >= 0, "suspense is money");
        let sums = state.fund(fund);
        let sums = [
            sums.allotted,
            sums.sanctioned,
            sums.disbursed,
            sums.returned,
            sums.recovered,
            sums.utilised,
            sums.adjusted,
            sums.suspense,
            sums.interest_earned,
            sums.interest_remitted,
        ];
        prop_assert_eq!(sums.map(Total::paise), *counted);
    }
    Ok(())
}

fn cases(state: &State, count: &Count) -> Result<(), TestCaseError> {
    let mut granted: BTreeMap<Position, i128> = BTreeMap::new();
    for ((case, fund), [of_fund, paid, returned, accounted]) in &count.draws {
        let unpaid = of_fund - paid + returned;
        prop_assert!(unpaid >= 0, "no case is paid beyond what a fund granted it");
        prop_assert!(*accounted <= paid - returned, "no case accounts for more than it was paid");
        *granted.entry(*case).or_default() += of_fund;
        let case = state.case(*case);
        let draw = case.and_then(|case| case.draw(fund));
        let held = draw.map_or([0; 2], |draw| [draw.unpaid.paise(), draw.accounted.paise()]);
        prop_assert_eq!(held.map(i128::from), [unpaid, *accounted]);
        let outstanding = case.map_or(0, |case| case.outstanding(fund).paise());
        prop_assert_eq!(outstanding, paid - returned - accounted);
    }
    for (case, granted) in granted {
        prop_assert_eq!(state.case(case).map(|case| case.sanctioned().paise()), Some(granted));
    }
    for (case, demanded) in &count.demanded {
        let held = state.case(*case).map(|case| i128::from(case.demanded.paise()));
        prop_assert_eq!(held, Some(*demanded));
    }
    for (case, ended) in &count.ended {
        prop_assert!((0..=1).contains(ended), "a case ends once");
        let held = state.case(*case).is_some_and(|case| case.closed().is_some());
        prop_assert_eq!(held, *ended == 1);
    }
    Ok(())
}
