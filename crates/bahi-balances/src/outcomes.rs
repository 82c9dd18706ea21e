//! `Outcomes`: what cases came to beside the money, as their steps reported it, and what they were
//! paid.
//!
//! # Invariants
//! * Of each outcome the latest report that stands counts: a step that was reversed reports
//!   nothing, and what was reported before it counts again.
//! * A case stands where its sanction does, as last carried; one without a sanction where it
//!   applied.
//! * The fold is total: an event it cannot place is counted, and changes no case.
//!
//! # Not here
//! What a step may report (`bahi-rules`). Postings and balances, which no report changes.

use alloc::{collections::BTreeMap, vec::Vec};

use bahi_core::{
    District, Event, EventKind, FactKind, FinancialYear, FundKey, HeadName, Movement, Names,
    Position, Projection, Recorded, Reversed, SchemeName, SchemeNo, StepRecorded, StoredFact,
    Terms, Total, Word, WordNo,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::{By, Filter};

/// What every case reported and was paid.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcomes {
    cases: HashMap<Position, Case, RandomState>,
    /// What each version of each scheme's terms names.
    named: BTreeMap<(SchemeNo, u16), Vec<(Word, FactKind)>>,
    position: Position,
    unplaced: u64,
    first_unplaced: Option<Position>,
}

/// One case, as far as its events stand.
#[derive(Clone, PartialEq, Debug)]
struct Case {
    applied: FundKey,
    /// The sanction and what carried it on, in order of position.
    granted: Vec<Granted>,
    /// The steps that reported something, in order of position.
    steps: Vec<(Position, Vec<Report>)>,
    paid: Total,
}

/// Where a sanction came to stand, and by which version of the terms.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Granted {
    position: Position,
    fund: FundKey,
    terms: u16,
}

/// A name and what was reported under it.
type Report = (WordNo, OutcomeSum);

/// An amount or a count of things: of one report, or summed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OutcomeSum {
    /// An amount.
    Money(Total),
    /// How many.
    Count(u128),
}

/// One outcome of the cases of one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomeRow {
    /// The scheme, where it was asked for.
    pub scheme: Option<SchemeName>,
    /// The district, or the pool, where it was asked for.
    pub district: Option<District>,
    /// The head, where it was asked for; absent too for cases without a sanction.
    pub head: Option<HeadName>,
    /// The financial year, where it was asked for.
    pub fy: Option<FinancialYear>,
    /// What was reported: `jobs`.
    pub outcome: Word,
    /// The sum of the latest reports.
    pub total: OutcomeSum,
    /// How many cases reported it.
    pub reported: u64,
    /// What those cases were paid, net of what came back and was recovered.
    pub paid: Total,
    /// How many cases whose terms name it have been paid and have not reported it.
    pub silent: u64,
}

impl OutcomeSum {
    /// Nothing yet, of a kind that outcomes are of; `None` for another.
    #[must_use]
    pub const fn none_of(kind: FactKind) -> Option<OutcomeSum> {
        match kind {
            FactKind::Money => Some(OutcomeSum::Money(Total::ZERO)),
            FactKind::Count => Some(OutcomeSum::Count(0)),
            FactKind::Flag | FactKind::Word => None,
        }
    }

    /// Which of the two it is.
    #[must_use]
    pub const fn kind(self) -> FactKind {
        match self {
            OutcomeSum::Money(_) => FactKind::Money,
            OutcomeSum::Count(_) => FactKind::Count,
        }
    }

    fn of(fact: StoredFact) -> Option<OutcomeSum> {
        match fact {
            StoredFact::Money(money) => Some(OutcomeSum::Money(Total::from(money))),
            StoredFact::Count(count) => Some(OutcomeSum::Count(u128::from(count))),
            StoredFact::Flag(_) | StoredFact::Word(_) => None,
        }
    }

    /// Adds another of the same kind; groups hold the two kinds apart.
    fn add(&mut self, other: OutcomeSum) {
        match (self, other) {
            (OutcomeSum::Money(sum), OutcomeSum::Money(more)) => *sum += more,
            // A count fits 64 bits, so that no log is long enough for this to be cut off.
            (OutcomeSum::Count(sum), OutcomeSum::Count(more)) => *sum = sum.saturating_add(more),
            (OutcomeSum::Money(_), OutcomeSum::Count(_))
            | (OutcomeSum::Count(_), OutcomeSum::Money(_)) => {}
        }
    }
}

impl OutcomeRow {
    /// What was paid for one of what was counted, rounded down to a whole paisa: rupees a job.
    /// `None` for amounts, and where nothing was counted.
    #[must_use]
    pub fn per_one(&self) -> Option<Total> {
        match self.total {
            OutcomeSum::Money(_) | OutcomeSum::Count(0) => None,
            OutcomeSum::Count(count) => {
                let count = i128::try_from(count).ok()?;
                Some(Total::from_paise(self.paid.paise().div_euclid(count)))
            }
        }
    }
}

impl Projection for Outcomes {
    fn apply(&mut self, recorded: &Recorded) {
        let placed = recorded.position > self.position && {
            self.position = recorded.position;
            self.place(recorded).is_some()
        };
        if !placed {
            self.unplaced += 1;
            self.first_unplaced = self.first_unplaced.or(Some(recorded.position));
        }
    }
}

impl Outcomes {
    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed: an application without a scheme; a sanction, a
    /// payment or a report of a case that did not apply; a report of what is no number; a reversal
    /// of a sanction that does not stand; an event that does not come after the last one.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The first event that could not be placed.
    #[must_use]
    pub const fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced
    }

    /// Rows in order of scheme name, financial year, district code, head, outcome and kind; a part
    /// that was not asked for is `None`.
    ///
    /// There is a row for every outcome that a case of the group reported, and for every one that
    /// the terms of a paid case of the group name and that it did not report. A name whose number `names` does
    /// not hold is `None`, and an outcome of such a number is left out.
    #[must_use]
    pub fn rows(&self, by: By, filter: &Filter, names: &Names) -> Vec<OutcomeRow> {
        let mut groups: BTreeMap<_, Group> = BTreeMap::new();
        for case in self.cases.values() {
            let fund = case.fund();
            if !filter.takes(&fund, names) {
                continue;
            }
            let key = (
                if by.scheme { names.scheme(fund.scheme) } else { None },
                by.fy.then_some(fund.fy),
                by.district.then_some(fund.district),
                if by.head { names.head(fund.head) } else { None },
            );
            let reported = case.reported(names);
            for (outcome, value) in &reported {
                let row = groups.entry((key, *outcome, value.kind())).or_default();
                row.take(*value, case.paid);
            }
            for (outcome, kind) in self.named_for(case) {
                let told = reported.get(outcome).is_some_and(|value| value.kind() == *kind);
                if !told && case.paid > Total::ZERO {
                    groups.entry((key, outcome, *kind)).or_default().silent += 1;
                }
            }
        }
        let row = |((key, outcome, kind), group): (_, Group)| {
            let (scheme, fy, district, head): (Option<&SchemeName>, _, _, Option<&HeadName>) = key;
            let outcome: &Word = outcome;
            Some(OutcomeRow {
                scheme: scheme.cloned(),
                district,
                head: head.cloned(),
                fy,
                outcome: outcome.clone(),
                total: group.total.or(OutcomeSum::none_of(kind))?,
                reported: group.reported,
                paid: group.paid,
                silent: group.silent,
            })
        };
        groups.into_iter().filter_map(row).collect()
    }

    /// What the terms of a case's sanction name as outcomes.
    fn named_for(&self, case: &Case) -> &[(Word, FactKind)] {
        // What carries a sanction on names no terms: it stays under its own.
        let Some(granted) = case.granted.iter().rev().find(|granted| granted.terms > 0) else {
            return &[];
        };
        let version = (granted.fund.scheme, granted.terms);
        self.named.get(&version).map_or(&[], Vec::as_slice)
    }

    /// `None` where the event cannot be placed.
    fn place(&mut self, recorded: &Recorded) -> Option<()> {
        let (position, envelope) = (recorded.position, &recorded.envelope);
        match &recorded.event {
            Event::SchemeOpened(opened) => self.name(envelope.fund.scheme, 1, &opened.terms),
            Event::TermsChanged(changed) => {
                self.name(envelope.fund.scheme, changed.version, &changed.terms)
            }
            Event::Applied(_) => self.begin(position, envelope.fund),
            Event::StepRecorded(step) => self.report(recorded, step),
            Event::Sanctioned(_) | Event::SanctionCarried(_) => {
                let granted = Granted { position, fund: envelope.fund, terms: envelope.terms };
                self.case(envelope.case)?.grant(granted);
                Some(())
            }
            Event::Disbursed(_) | Event::PaymentReturned(_) | Event::Recovered(_) => {
                self.pay(recorded)
            }
            Event::Reversed(reversed) => self.take_back(recorded, reversed),
            Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::ApplicationAmended(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::PaymentConfirmed(_)
            | Event::MovedToSuspense(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StockMoved(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::Matched(_)
            | Event::Unmatched(_)
            | Event::MatchDecided(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => Some(()),
        }
    }

    fn name(&mut self, scheme: SchemeNo, version: u16, terms: &Terms) -> Option<()> {
        let outcomes = terms.parts().procedure.outcomes.iter();
        let named: Vec<_> = outcomes.map(|outcome| (outcome.name.clone(), outcome.kind)).collect();
        if !named.is_empty() {
            self.named.insert((scheme, version), named);
        }
        Some(())
    }

    fn begin(&mut self, case: Position, applied: FundKey) -> Option<()> {
        if applied.scheme.is_none() {
            return None;
        }
        let none = Case { applied, granted: Vec::new(), steps: Vec::new(), paid: Total::ZERO };
        self.cases.insert(case, none);
        Some(())
    }

    fn report(&mut self, recorded: &Recorded, step: &StepRecorded) -> Option<()> {
        if step.reported.is_empty() {
            return Some(());
        }
        let report = |(name, fact): &(WordNo, StoredFact)| Some((*name, OutcomeSum::of(*fact)?));
        let reports = step.reported.iter().map(report).collect::<Option<Vec<Report>>>()?;
        self.case(recorded.envelope.case)?.steps.push((recorded.position, reports));
        Some(())
    }

    fn take_back(&mut self, recorded: &Recorded, reversed: &Reversed) -> Option<()> {
        if reversed.kind == EventKind::StepRecorded {
            // A step that reported nothing is not kept, and leaves nothing to take back.
            if let Some(case) = self.case(recorded.envelope.case) {
                case.steps.retain(|(position, _)| *position != reversed.of);
            }
            return Some(());
        }
        match reversed.movement {
            Some(Movement::Sanction | Movement::Carry { .. }) => {
                let granted = &mut self.case(recorded.envelope.case)?.granted;
                let place = granted.iter().position(|one| one.position == reversed.of)?;
                granted.remove(place);
                Some(())
            }
            Some(Movement::Payment | Movement::Return | Movement::Recovery) => self.pay(recorded),
            Some(
                Movement::Allotment
                | Movement::Withdrawal
                | Movement::Transfer { .. }
                | Movement::FundLapse
                | Movement::SanctionLapse
                | Movement::Increase
                | Movement::Decrease
                | Movement::Cancellation
                | Movement::Suspense
                | Movement::Utilisation
                | Movement::Adjustment
                | Movement::Interest
                | Movement::Remittance,
            )
            | None => Some(()),
        }
    }

    /// Adds what a movement pays its case, or takes from it what came back.
    fn pay(&mut self, recorded: &Recorded) -> Option<()> {
        let (movement, negated) = recorded.movement()?;
        let amount = Total::from(recorded.envelope.amount);
        let out = (movement == Movement::Payment) != negated;
        let case = self.case(recorded.envelope.case)?;
        case.paid += if out { amount } else { -amount };
        Some(())
    }

    fn case(&mut self, case: Position) -> Option<&mut Case> {
        self.cases.get_mut(&case)
    }
}

impl Case {
    fn fund(&self) -> FundKey {
        self.granted.last().map_or(self.applied, |granted| granted.fund)
    }

    /// Most cases are granted money once, and a vector would begin with room for four.
    fn grant(&mut self, granted: Granted) {
        self.granted.reserve_exact(1);
        self.granted.push(granted);
    }

    /// The latest report of each name.
    fn reported<'n>(&self, names: &'n Names) -> BTreeMap<&'n Word, OutcomeSum> {
        let reports = self.steps.iter().flat_map(|(_, reports)| reports);
        reports.filter_map(|(name, value)| Some((names.word(*name)?, *value))).collect()
    }
}

/// What the cases of a group come to in one outcome.
#[derive(Clone, Copy, Default)]
struct Group {
    total: Option<OutcomeSum>,
    reported: u64,
    paid: Total,
    silent: u64,
}

impl Group {
    fn take(&mut self, value: OutcomeSum, paid: Total) {
        match &mut self.total {
            Some(total) => total.add(value),
            None => self.total = Some(value),
        }
        self.reported += 1;
        self.paid += paid;
    }
}
