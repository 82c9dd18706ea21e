//! Laws that hold after every step of any history, counted anew from the events alone.
//!
//! # Invariants
//! * Names, ids, days and amounts are few, so that commands collide; positions are mostly real.

use std::collections::BTreeMap;

use bahi_core::{
    AccountKey, Act, ActorName, Applicant, AuditScope, Authority, CaseRef, Command, CommandId, Day,
    District, Event, EventKind, Expr, FactKind, FactSpec, FinancialYear, Fingerprint, Fund,
    FundKey, GivenFact, HeadName, Ifsc, Instant, Item, Money, Opinion, OrderNumber, Payee,
    PaymentMode, Position, REFUSALS_MAX, Recorded, Reference, Refused, Role, Rounding, SchemeName,
    Terms, TermsParts, Word,
};
use bahi_rules::{Decided, Decision, State, decide, evidence, same_content};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{TestCaseError, TestRunner},
};

const STEPS_MAX: usize = 60;
const CASES: [&str; 2] = ["A", "B"];
const ACTORS: [&str; 3] = ["dm-vns", "ddo-vns", "fin-01"];
const SCHEMES: [&str; 2] = ["margin-money", "cfc"];
const HEADS: [&str; 2] = ["2851", "4851"];
const DAYS: [&str; 4] = ["2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"];
const RUPEES: [u64; 6] = [0, 1, 40, 60, 100, 101];
const DISTRICTS: [District; 4] = [District(187), District(162), District::POOL, District(9)];

/// One step before it knows the history it stands in.
#[derive(Clone, Copy, Debug)]
struct Step {
    act: u8,
    case: usize,
    actor: usize,
    day: usize,
    amount: usize,
    scheme: usize,
    head: usize,
    district: usize,
    instalment: u16,
    pick: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let small = prop_oneof![6 => Just(0_usize), 1 => 1..2_usize];
    let day =
        prop_oneof![1 => Just(0_usize), 6 => Just(1_usize), 6 => Just(2_usize), 1 => Just(3_usize)];
    let district = prop_oneof![8 => Just(0_usize), 2 => 1..4_usize];
    let words = (0..CASES.len(), 0..ACTORS.len(), day, 0..RUPEES.len());
    let fund = (small.clone(), small, district);
    let instalment = prop_oneof![9 => 1..3_u16, 1 => Just(0_u16), 1 => Just(3_u16)];
    (0..24_u8, words, fund, instalment, 0..64_usize).prop_map(
        |(act, (case, actor, day, amount), (scheme, head, district), instalment, pick)| Step {
            act,
            case,
            actor,
            day,
            amount,
            scheme,
            head,
            district,
            instalment,
            pick,
        },
    )
}

/// Histories that mostly begin as lawful ones do: opened, allotted, applied, sanctioned.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = prop_oneof![1 => 0..5_usize, 9 => Just(5_usize)];
    (begin, proptest::collection::vec(step(), 1..STEPS_MAX)).prop_map(|(begin, rest)| {
        let acts = [0, 3, 3, 6, 9];
        let lawful = acts.iter().take(begin).map(|act| Step { act: *act, ..LAWFUL });
        lawful.chain(rest).collect()
    })
}

/// Of case A and the first fund, in its year, over ₹ 100.
const LAWFUL: Step = Step {
    act: 0,
    case: 0,
    actor: 0,
    day: 1,
    amount: 4,
    scheme: 0,
    head: 0,
    district: 0,
    instalment: 1,
    pick: 0,
};

// ---- words

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn id(number: usize) -> CommandId {
    CommandId::from_bytes((number as u128).to_be_bytes())
}

fn order() -> Authority {
    let order = OrderNumber::new("GO-1").expect("an order's number");
    Authority { order, date: day("2024-03-15"), paragraph: None }
}

/// Half of the cost, in as many as two instalments.
fn terms(from: Day) -> Terms {
    let half = Expr::Ratio { parts: 1, of: 2, base: Box::new(Expr::Fact(word("cost"))) };
    Terms::new(TermsParts {
        name: word("half"),
        authority: order(),
        from,
        until: None,
        facts: vec![FactSpec { name: word("cost"), kind: FactKind::Money, required: true }],
        requires: vec![],
        items: vec![Item {
            name: word("half"),
            when: None,
            claimed: None,
            allowed: half,
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::RupeeDown,
        instalments_max: 2,
        policies: vec![],
    })
    .expect("sound terms")
}

// ---- commands

impl Step {
    fn amount(self) -> Money {
        Money::from_rupees(RUPEES[self.amount]).expect("an amount")
    }

    fn scheme(self) -> SchemeName {
        SchemeName::new(SCHEMES[self.scheme]).expect("a scheme's name")
    }

    fn case(self) -> CaseRef {
        CaseRef::new(CASES[self.case]).expect("a case's name")
    }

    fn fund(self) -> Fund {
        Fund {
            scheme: self.scheme(),
            head: HeadName::new(HEADS[self.head]).expect("a head's name"),
            fy: FinancialYear::of(day("2024-04-01")),
            district: DISTRICTS[self.district],
        }
    }

    /// The command of a step in the history so far; one in eight takes an id that stands.
    fn command(self, state: &State, events: &[Recorded]) -> Command {
        let reused = self.pick % 8 == 7;
        let number = if reused { self.pick % (events.len() + 1) } else { events.len() + 1 };
        Command {
            id: id(number),
            actor: ActorName::new(ACTORS[self.actor]).expect("an actor's name"),
            role: Role::Finance,
            effective_day: day(DAYS[self.day]),
            authority: (self.pick != 13).then(order),
            act: self.act(state, events),
        }
    }

    fn act(self, state: &State, events: &[Recorded]) -> Act {
        let (scheme, case_ref, amount) = (self.scheme(), self.case(), self.amount());
        let reason = word(["closed", "returned"][self.pick % 2]);
        let reference = Reference::new("R/1").expect("a reference");
        match self.act {
            0 => {
                let districts = vec![District(187), District(162)];
                Act::OpenScheme { scheme, districts, terms: terms(day("2024-04-01")) }
            }
            1 => Act::ChangeTerms { scheme, terms: terms(day(DAYS[self.day])) },
            2..=5 => Act::Allot { fund: self.fund(), amount },
            6..=8 => {
                let cost = ["200", "120", "1.234"][self.pick % 3];
                let facts = vec![(word("cost"), GivenFact::Text(word(cost)))];
                let (district, applicant) = (DISTRICTS[self.district], Applicant::NotInSource);
                Act::Apply { scheme, district, case_ref, applicant, facts }
            }
            9..=12 => Act::Sanction { case_ref, fund: self.fund(), amount },
            13..=17 => Act::Disburse {
                reissue_of: self.return_to_name(state),
                case_ref,
                instalment: self.instalment,
                amount: self.to_pay(state),
                payee: payee(),
                mode: PaymentMode::Neft,
                reference,
            },
            18..=19 => {
                let (payment, paid) = self.payment(events);
                let amount = if self.pick.is_multiple_of(5) { amount } else { paid };
                Act::Return { payment, amount, reason }
            }
            20..=22 => Act::Recover { case_ref, amount, reason, reference },
            _ => Act::Audit {
                case_ref,
                scope: AuditScope::Case,
                opinion: Opinion::Clear,
                findings: vec![(reason, amount)],
            },
        }
    }

    /// All the case may still be paid, or every other time any amount.
    fn to_pay(self, state: &State) -> Money {
        let case = state.case_position(CASES[self.case]).and_then(|at| state.case(at));
        let payable = case.and_then(|case| case.payable().to_money());
        payable.filter(|_| self.pick.is_multiple_of(2)).unwrap_or(self.amount())
    }

    /// The return a re-issue waits for, or now and then any position.
    fn return_to_name(self, state: &State) -> Position {
        let case = state.case_position(CASES[self.case]).and_then(|at| state.case(at));
        let latest = case.and_then(|case| case.latest(self.instalment));
        let waits = latest.map_or(Position::NONE, |payment| payment.returned);
        if self.pick % 6 == 5 { Position(self.pick as u64) } else { waits }
    }

    /// A payment and its amount, or now and then any position.
    fn payment(self, events: &[Recorded]) -> (Position, Money) {
        let paid = |one: &&Recorded| one.event.kind() == EventKind::Disbursed;
        let payments: Vec<&Recorded> = events.iter().filter(paid).collect();
        match payments.get(self.pick % payments.len().max(1)) {
            Some(one) if self.pick % 7 != 6 => (one.position, one.envelope.amount),
            Some(_) | None => (Position(self.pick as u64), self.amount()),
        }
    }
}

fn payee() -> Payee {
    let account = AccountKey(Fingerprint { key_id: 1, print: [7; 16] });
    Payee { account, ifsc: Ifsc::parse("SBIN0001234").expect("an IFSC") }
}

// ---- history

/// What happened, with the state before each event, and every refusal met.
#[derive(Default)]
struct History {
    state: State,
    events: Vec<Recorded>,
    before: Vec<State>,
    refused: Vec<Refused>,
}

impl History {
    /// Lives through the steps as a ledger does, and holds every law after each of them.
    fn live(steps: &[Step]) -> Result<History, TestCaseError> {
        let mut history = History::default();
        for step in steps {
            let command = step.command(&history.state, &history.events);
            history.take(&command)?;
            conserved(&history.state, &history.events)?;
        }
        Ok(history)
    }

    fn take(&mut self, command: &Command) -> Result<(), TestCaseError> {
        let before = self.state.clone();
        let decision = decide(&self.state, command);
        prop_assert_eq!(&self.state, &before, "deciding changes nothing");
        match decision {
            Decision::Accepted(decided) => {
                self.fold(decided)?;
                let last = self.events.last().expect("an event was folded");
                prop_assert!(same_content(&self.state, command, last), "a retry is known again");
                let again = decide(&self.state, command);
                prop_assert_eq!(again, Decision::Known(last.position));
            }
            Decision::Known(first) => {
                let stands = self.events.iter().find(|one| one.position == first);
                prop_assert_eq!(stands.map(|one| one.envelope.command), Some(command.id));
            }
            Decision::Refused(refused) => {
                let numbers: Vec<u16> = refused.iter().map(|one| one.number()).collect();
                prop_assert!(numbers.is_sorted() && numbers.len() <= REFUSALS_MAX);
                prop_assert!(refused.iter().all(|one| one.stage() == refused.first().stage()));
                if self.state.command(command.id).is_none() {
                    self.fold(evidence(&self.state, command, &refused, [1; 32]))?;
                }
                self.refused.push(refused);
            }
        }
        Ok(())
    }

    fn fold(&mut self, Decided { envelope, event }: Decided) -> Result<(), TestCaseError> {
        let position = self.state.last().next();
        let recorded_at = Instant::MIN;
        let recorded = Recorded { position, recorded_at, clamped: false, envelope, event };
        let before = self.state.clone();
        prop_assert_eq!(self.state.apply(&recorded), Ok(()), "what is decided folds");
        self.events.push(recorded);
        self.before.push(before);
        Ok(())
    }
}

/// The laws of conservation, counted anew from the events, and the state's sums beside the count.
fn conserved(state: &State, events: &[Recorded]) -> Result<(), TestCaseError> {
    let mut funds: BTreeMap<FundKey, [i128; 5]> = BTreeMap::new();
    let mut cases: BTreeMap<Position, [i128; 5]> = BTreeMap::new();
    let mut live: BTreeMap<Position, (Position, u16)> = BTreeMap::new();
    for one in events {
        let (column, envelope) = match &one.event {
            Event::FundsAllotted => (0, &one.envelope),
            Event::Sanctioned(_) => (1, &one.envelope),
            Event::Disbursed(paid) => {
                live.insert(one.position, (one.envelope.case, paid.instalment));
                (2, &one.envelope)
            }
            Event::PaymentReturned(returned) => {
                prop_assert!(live.remove(&returned.payment).is_some(), "only the live come back");
                (3, &one.envelope)
            }
            Event::Recovered(_) => (4, &one.envelope),
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::Applied(_)
            | Event::Audited(_)
            | Event::CommandRefused(_) => continue,
        };
        let paise = i128::from(envelope.amount.paise());
        funds.entry(envelope.fund).or_default()[column] += paise;
        cases.entry(envelope.case).or_default()[column] += paise;
    }
    for (case, [_, sanctioned, paid, returned, recovered]) in cases {
        prop_assert!(paid - returned <= sanctioned, "no case is paid beyond its sanction");
        prop_assert!(recovered <= paid - returned, "no case gives back more than it was paid");
        let Some(stated) = state.case(case) else { continue };
        let counted = [paid, returned, recovered];
        let sums = [stated.paid, stated.returned, stated.recovered];
        prop_assert_eq!(sums.map(|sum| sum.paise()), counted);
    }
    prop_assert_eq!(state.funds().count(), funds.len());
    for (fund, counted) in funds {
        let [allotted, sanctioned, ..] = counted;
        prop_assert!(sanctioned <= allotted, "no fund is sanctioned beyond its allotment");
        let sums = state.fund(&fund);
        let sums = [sums.allotted, sums.sanctioned, sums.disbursed, sums.returned, sums.recovered];
        prop_assert_eq!(sums.map(|sum| sum.paise()), counted);
    }
    let mut instalments: Vec<(Position, u16)> = live.into_values().collect();
    instalments.sort_unstable();
    prop_assert!(instalments.windows(2).all(|pair| pair[0] != pair[1]), "one live payment each");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_keeps_the_laws_replays_and_unmakes(steps in steps()) {
        let history = History::live(&steps)?;
        let mut replayed = State::default();
        for (event, before) in history.events.iter().zip(&history.before) {
            prop_assert_eq!(&replayed, before, "replayed to before {}", event.position);
            prop_assert_eq!(replayed.apply(event), Ok(()));
        }
        prop_assert_eq!(&replayed, &history.state);
        for (event, before) in history.events.iter().zip(&history.before).rev() {
            replayed.unapply(event);
            prop_assert_eq!(&replayed, before, "unmade to before {}", event.position);
        }
        prop_assert_eq!(replayed, State::default());
    }

    #[test]
    fn a_forged_event_is_refused_whole_or_keeps_the_laws(
        steps in steps(),
        forgeries in proptest::collection::vec((0..STEPS_MAX, 0..8_usize, 0..12_usize), 1..16),
    ) {
        let History { state, events, .. } = History::live(&steps)?;
        for forgery in forgeries {
            let forged = forged(&state, &events, forgery);
            let mut after = state.clone();
            if after.apply(&forged).is_ok() {
                let events = [events.as_slice(), std::slice::from_ref(&forged)].concat();
                conserved(&after, &events)?;
                after.unapply(&forged);
            }
            prop_assert_eq!(&after, &state);
        }
    }
}

/// An event of the past that claims to happen again: mostly money, mostly of its own case, which
/// it follows, often with another amount.
fn forged(
    state: &State,
    events: &[Recorded],
    (source, case, amount): (usize, usize, usize),
) -> Recorded {
    let moved = |one: &&Recorded| !one.envelope.amount.is_zero();
    let money: Vec<&Recorded> = events.iter().filter(moved).collect();
    let of_money = money.get(source % money.len().max(1)).filter(|_| case > 0);
    let mut forged = of_money.map_or(&events[source % events.len()], |one| one).clone();
    forged.position = state.last().next();
    forged.envelope.command = id(1_000);
    forged.envelope.introduced.clear();
    if let Some(rupees) = RUPEES.get(amount) {
        forged.envelope.amount = Money::from_rupees(*rupees).expect("an amount");
    }
    if let Some(other) = CASES.get(case).and_then(|name| state.case_position(name)) {
        forged.envelope.case = other;
    }
    if let Some(known) = state.case(forged.envelope.case) {
        forged.envelope.previous = known.last;
        forged.envelope.fund = known.sanction.map_or(forged.envelope.fund, |one| one.fund);
    }
    forged
}

/// A generator that never gets past the first stages would prove nothing.
#[test]
fn the_histories_reach_every_kind_of_event_and_most_refusals() {
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reissues = 0;
    for _ in 0..256 {
        let steps = steps().new_tree(&mut runner).expect("a history").current();
        let history = History::live(&steps).expect("a history that keeps the laws");
        for event in &history.events {
            *kinds.entry(event.event.kind()).or_default() += 1;
            if let Event::Disbursed(paid) = &event.event {
                reissues += usize::from(!paid.reissue_of.is_none());
            }
        }
        for refusal in history.refused.iter().flat_map(Refused::iter) {
            *codes.entry(refusal.code()).or_default() += 1;
        }
    }
    assert_eq!(kinds.len(), EventKind::ALL.len(), "{kinds:?}");
    assert!(kinds.values().all(|count| *count >= 25), "{kinds:?}");
    assert!(reissues >= 10, "{reissues} payments were issued again");
    assert!(codes.len() >= 22, "{} codes: {codes:?}", codes.len());
}
