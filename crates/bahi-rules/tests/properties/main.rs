//! Laws that hold after every step of any history, counted anew from the events alone.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a forgery and a wait concern few kinds; the laws match every one"
)]

mod images;
mod laws;
mod steps;
mod terms;

use std::collections::BTreeMap;

use bahi_core::{
    Act, Command, Event, EventKind, FundKey, Instant, Money, Movement, Position, REFUSALS_MAX,
    Recorded, Refusal, Refused, Reversed, WordNo,
};
use bahi_rules::{Decided, Decision, State, decide, evidence, flood, same_content};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{TestCaseError, TestRunner},
};

use self::{
    laws::conserved,
    steps::{CASES, RUPEES, STEPS_MAX, Step, id, kept, reversal, steps, unmatching},
};

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
                    if self.refused.len() % 4 == 3 {
                        // A flood, whose command ids are not remembered.
                        self.fold(flood(&self.state, command, &refused, 1_000))?;
                    }
                }
                self.refused.push(refused);
            }
        }
        Ok(())
    }

    fn fold(&mut self, Decided { envelope, event }: Decided) -> Result<(), TestCaseError> {
        let position = self.state.last().next();
        let recorded_at = Instant::MIN;
        let recorded =
            Recorded { position, recorded_at, clamped: false, signed: None, envelope, event };
        let before = self.state.clone();
        prop_assert_eq!(self.state.apply(&recorded), Ok(()), "what is decided folds");
        self.events.push(recorded);
        self.before.push(before);
        Ok(())
    }

    /// Replays every event and unmakes them all, each to the very state before it.
    fn replays_and_unmakes(&self) -> Result<(), TestCaseError> {
        let mut replayed = State::default();
        for (event, before) in self.events.iter().zip(&self.before) {
            prop_assert_eq!(&replayed, before, "replayed to before {}", event.position);
            prop_assert_eq!(replayed.apply(event), Ok(()));
        }
        prop_assert_eq!(&replayed, &self.state);
        for (event, before) in self.events.iter().zip(&self.before).rev() {
            replayed.unapply(event);
            prop_assert_eq!(&replayed, before, "unmade to before {}", event.position);
        }
        prop_assert_eq!(replayed, State::default());
        Ok(())
    }

    /// Reverses, and undoes matches, in the order of the shuffle, until nothing is left.
    ///
    /// Where every reversal that is left waits, one waits for budget: money was taken back from a
    /// fund on the room that a lowered sanction left, so its raising again needs money first. The
    /// fund is given the shortfall, which is reversed in turn.
    fn reverse_everything(&mut self, shuffle: &[usize]) -> Result<(), TestCaseError> {
        let bound = 8 * (self.events.len() + 1);
        for round in 0..bound {
            let mut places: Vec<usize> = (0..self.events.len()).collect();
            let turn = shuffle[round % shuffle.len()];
            places.rotate_left(turn % self.events.len().max(1));
            if turn % 2 == 1 {
                places.reverse();
            }
            let mut waits = None;
            let mut done = None;
            for place in places {
                match self.undone(place) {
                    Some(Decision::Accepted(decided)) => done = Some(decided),
                    Some(Decision::Refused(refused)) => {
                        let shortfall = self.shortfall(place, &refused)?;
                        waits = waits.or(shortfall.map(|act| (place, act)));
                    }
                    Some(Decision::Known(_)) | None => {}
                }
                if done.is_some() {
                    break;
                }
            }
            match (done, waits) {
                (Some(decided), _) => self.fold(decided)?,
                (None, Some((place, act))) => {
                    self.take(&kept(self.events.len() + 1_000, act))?;
                    let Some(Decision::Accepted(decided)) = self.undone(place) else {
                        return Err(TestCaseError::fail("it waited for nothing but budget"));
                    };
                    self.fold(decided)?;
                }
                (None, None) => return Ok(()),
            }
        }
        Err(TestCaseError::fail("reversing comes to no end"))
    }

    /// What the reversal of an event, or the undoing of a match, is decided to be; none of an
    /// event that is not undone, or is already.
    fn undone(&self, place: usize) -> Option<Decision> {
        let one = &self.events[place];
        let matched = matches!(one.event.kind(), EventKind::Matched | EventKind::MatchDecided);
        let act = if matched { unmatching(one.position) } else { reversal(one.position) };
        let decision = decide(&self.state, &kept(self.events.len() + 1_000, act));
        let Decision::Refused(refused) = &decision else { return Some(decision) };
        let settled = matches!(
            refused.first(),
            Refusal::NotReversible { .. }
                | Refusal::AlreadyReversed { .. }
                | Refusal::UnknownMatch { .. }
        );
        (!settled).then_some(decision)
    }

    /// The allotment a refused reversal waits for, where it waits for budget.
    fn shortfall(&self, place: usize, refused: &Refused) -> Result<Option<Act>, TestCaseError> {
        let one = &self.events[place];
        let mut shortfall = None;
        for refusal in refused.iter() {
            let waits = match refusal {
                Refusal::ExceedsBudget { over, .. } => {
                    let movement = one.movement().map(|(movement, _)| movement);
                    let other = movement.and_then(Movement::other);
                    let key = other.unwrap_or(one.envelope.fund);
                    // An allotment waits for the others, and giving money for it would be in vain.
                    let alone =
                        refused.iter().count() == 1 && one.event.kind() != EventKind::FundsAllotted;
                    shortfall = self.allotment(&key, over.to_money()).filter(|_| alone);
                    true
                }
                Refusal::LaterEventRestsOnIt { .. }
                | Refusal::ExceedsSanction { .. }
                | Refusal::ExceedsPaid { .. }
                | Refusal::ExceedsInterest { .. }
                | Refusal::ExceedsStock { .. } => true,
                _ => false,
            };
            prop_assert!(waits, "{} is no reason to wait", refusal.code());
        }
        Ok(shortfall)
    }

    fn allotment(&self, key: &FundKey, amount: Option<Money>) -> Option<Act> {
        let names = self.state.names();
        let fund = bahi_core::Fund {
            scheme: names.scheme(key.scheme)?.clone(),
            head: names.head(key.head)?.clone(),
            fy: key.fy,
            district: key.district,
        };
        Some(Act::Allot { fund, amount: amount? })
    }

    /// Nothing that moved has moved, nothing that ended is over.
    fn is_as_if_nothing_had_been(&self) -> Result<(), TestCaseError> {
        let left: Vec<_> = self.state.funds().collect();
        prop_assert!(left.is_empty(), "sums that stay: {left:?}");
        for case in CASES.iter().filter_map(|name| self.state.case_position(name)) {
            let case = self.state.case(case).expect("a case stands where it applied");
            prop_assert!(case.sanction.is_none() && case.older.is_empty());
            prop_assert!(case.payments.iter().all(|one| !one.reversed.is_none()));
            prop_assert!(case.demanded.is_zero() && case.closed().is_none());
        }
        let item = self.state.names().word_no("toolkit").unwrap_or(WordNo(u32::MAX));
        for scheme in self.state.schemes() {
            for district in self.state.districts(scheme).iter().chain([&bahi_core::District::POOL])
            {
                prop_assert_eq!(self.state.stock(scheme, *district, item), Default::default());
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_keeps_the_laws_replays_and_unmakes(steps in steps()) {
        History::live(&steps)?.replays_and_unmakes()?;
    }

    #[test]
    fn reversing_everything_in_any_lawful_order_leaves_nothing(
        steps in steps(),
        shuffle in proptest::collection::vec(0..STEPS_MAX, 1..STEPS_MAX),
    ) {
        let mut history = History::live(&steps)?;
        history.reverse_everything(&shuffle)?;
        conserved(&history.state, &history.events)?;
        history.is_as_if_nothing_had_been()?;
        history.replays_and_unmakes()?;
    }

    #[test]
    fn a_forged_event_is_refused_whole_or_keeps_the_laws(
        steps in steps(),
        forgeries in proptest::collection::vec((0..STEPS_MAX, 0..10_usize, 0..12_usize), 1..24),
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

/// An event of the past that claims to happen again, or to be reversed: mostly money, mostly of
/// its own case, which it follows, often with another amount, now and then in another fund.
fn forged(
    state: &State,
    events: &[Recorded],
    (source, case, amount): (usize, usize, usize),
) -> Recorded {
    let moved = |one: &&Recorded| !one.envelope.amount.is_zero();
    let money: Vec<&Recorded> = events.iter().filter(moved).collect();
    let of_money = money.get(source % money.len().max(1)).filter(|_| case > 0);
    let source = of_money.map_or(&events[source % events.len()], |one| one);
    let mut forged = source.clone();
    forged.position = state.last().next();
    forged.envelope.command = id(1_000);
    forged.envelope.introduced.clear();
    if case >= 7 {
        forged.event = Event::Reversed(Reversed {
            of: source.position,
            kind: source.event.kind(),
            movement: source.movement().map(|(movement, _)| movement),
            reason: WordNo(1),
        });
    } else {
        again(&mut forged.event, amount);
    }
    if let Some(rupees) = RUPEES.get(amount) {
        forged.envelope.amount = Money::from_rupees(*rupees).expect("an amount");
    }
    if let Some(other) = CASES.get(case).and_then(|name| state.case_position(name)) {
        forged.envelope.case = other;
    }
    if let Some(known) = state.case(forged.envelope.case) {
        forged.envelope.previous = known.last;
        if amount % 2 == 0 && case < 7 {
            forged.envelope.fund = known.sanction.map_or(forged.envelope.fund, |one| one.draw.fund);
        }
    }
    forged
}

/// What would let an event happen again: another instalment, another finding, another line.
fn again(event: &mut Event, more: usize) {
    let more = u16::try_from(more).expect("a small number");
    match event {
        Event::Disbursed(paid) => paid.instalment += more,
        Event::FindingSettled(settled) => settled.finding += more % 2,
        Event::Matched(matched) => matched.line.line += u32::from(more % 3),
        Event::StatementLines(lines) => lines.first += u32::from(more),
        Event::StatementReceived(statement) => statement.file[31] ^= 0x80,
        Event::SanctionRevised(revised) => revised.raised ^= more.is_multiple_of(2),
        Event::KeyRotated(rotated) => rotated.key_id += more % 2,
        Event::PaymentReturned(returned) => returned.payment = Position(u64::from(more) + 6),
        _ => {}
    }
}

/// A generator that never gets past the first stages would prove nothing.
#[test]
fn the_histories_reach_every_kind_of_event_and_most_refusals() {
    let mut runner = TestRunner::deterministic();
    let mut kinds: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reversed: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut reissues = 0;
    for _ in 0..1_024 {
        let steps = steps().new_tree(&mut runner).expect("a history").current();
        let history = History::live(&steps).expect("a history that keeps the laws");
        for event in &history.events {
            *kinds.entry(event.event.kind()).or_default() += 1;
            if let Event::Disbursed(paid) = &event.event {
                reissues += usize::from(!paid.reissue_of.is_none());
            }
            if let Event::Reversed(body) = &event.event {
                *reversed.entry(body.kind).or_default() += 1;
            }
        }
        for refusal in history.refused.iter().flat_map(Refused::iter) {
            *codes.entry(refusal.code()).or_default() += 1;
        }
    }
    let unmet: Vec<&str> = Refusal::CODES
        .iter()
        .map(|(_, code, _)| *code)
        .filter(|code| !codes.contains_key(code))
        .collect();
    assert_eq!(kinds.len(), EventKind::ALL.len(), "{kinds:?}");
    assert!(kinds.values().all(|count| *count >= 25), "{kinds:?}");
    assert!(reissues >= 10, "{reissues} payments were issued again");
    assert!(reversed.len() >= 25, "{reversed:?}");
    assert!(codes.len() >= 60, "never met: {unmet:?}");
}
