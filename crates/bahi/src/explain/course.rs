//! How far a case has come in what its terms ask it to go through, read from its events alone.
//!
//! # Invariants
//! * What happened is looked at as it stood just before: nothing that came later counts for it.
//! * An event that was reversed happened to nobody.
//!
//! # Not here
//! Refusing: the rules do, from what they remember (`bahi-rules`).

use std::collections::BTreeMap;

use bahi_core::{
    Day, Event, Facts, Gate, Milestone, Names, Position, Recorded, StoredFact, Subject, Terms,
    Total, WordNo,
};
use bahi_json::{FactAnswer, GateAnswer, UsedAnswer};

use super::fact;

/// The events of one case that stand, in order of position.
pub(super) struct Course<'e> {
    events: Vec<&'e Recorded>,
    names: &'e Names,
}

impl<'e> Course<'e> {
    pub(super) fn of(events: &'e [Recorded], names: &'e Names) -> Course<'e> {
        let reversed = |recorded: &Recorded| {
            let of = |event: &Event| {
                if let Event::Reversed(reversed) = event { Some(reversed.of) } else { None }
            };
            events.iter().any(|other| of(&other.event) == Some(recorded.position))
        };
        Course { events: events.iter().filter(|one| !reversed(one)).collect(), names }
    }

    /// The terms the case is held to: those of its sanction, else those its last event names, else
    /// the latest.
    pub(super) fn held_to(&self, versions: &'e [Terms]) -> Option<&'e Terms> {
        let pinned = |event: &&&Recorded| matches!(event.event, Event::Sanctioned(_));
        let named = self
            .events
            .iter()
            .rev()
            .find(pinned)
            .or_else(|| self.events.iter().rev().find(|recorded| recorded.envelope.terms > 0));
        let number = named.map(|recorded| usize::from(recorded.envelope.terms));
        number.map_or(versions.last(), |number| versions.get(number.checked_sub(1)?))
    }

    /// Every gate that concerns a case with these facts.
    pub(super) fn gates(&self, terms: &Terms, facts: &Facts) -> Vec<GateAnswer> {
        let gates = &terms.parts().procedure.gates;
        let concerns =
            |gate: &&Gate| gate.when.as_ref().is_none_or(|test| terms.holds(test, facts));
        gates.iter().filter(concerns).map(|gate| self.gate(gate, gates)).collect()
    }

    /// What was last reported under each name.
    pub(super) fn outcomes(&self) -> Vec<FactAnswer> {
        let mut latest: BTreeMap<WordNo, StoredFact> = BTreeMap::new();
        for recorded in &self.events {
            if let Event::StepRecorded(step) = &recorded.event {
                latest.extend(step.reported.iter().copied());
            }
        }
        let told = |(name, value): (WordNo, StoredFact)| {
            Some(fact(self.names.word(name)?.as_str(), &value.value(self.names)?))
        };
        let mut outcomes: Vec<FactAnswer> = latest.into_iter().filter_map(told).collect();
        outcomes.sort_by(|left, right| left.name.cmp(&right.name));
        outcomes
    }

    fn gate(&self, gate: &Gate, gates: &[Gate]) -> GateAnswer {
        let happened = self.events.iter().rev().find(|one| self.is(one, gate, gates)).copied();
        let before = happened.map_or(Position(u64::MAX), |recorded| recorded.position);
        let reached = |milestone: &Milestone| self.reached(milestone, before);
        let missing = gate
            .after
            .iter()
            .filter(|row| row.iter().all(|milestone| reached(milestone).is_none()))
            .map(|row| row.iter().map(Milestone::name).collect::<Vec<_>>().join(" or "))
            .collect();
        let on = |span: &bahi_core::Span| Some(span.length.after(reached(&span.since)?));
        let latest = gate.latest.as_ref().and_then(on);
        let day = happened.map(|recorded| recorded.envelope.effective_day);
        let late = |(day, latest): (Day, Day)| {
            u32::try_from(day.epoch_days().saturating_sub(latest.epoch_days())).unwrap_or_default()
        };
        GateAnswer {
            of: gate.of.to_string(),
            reasons: gate.reasons.iter().map(ToString::to_string).collect(),
            paragraph: gate.paragraph.to_string(),
            binding: gate.binding || matches!(gate.of, Subject::Step(_)),
            position: happened.map(|recorded| recorded.position.0),
            day: day.map(|day| day.to_string()),
            missing,
            earliest: gate.earliest.as_ref().and_then(on).map(|day| day.to_string()),
            latest: latest.map(|day| day.to_string()),
            late_by: day.zip(latest).map(late).unwrap_or_default(),
            used: self.used(gate.used_percent, before),
        }
    }

    /// Whether an event is what a gate is about.
    fn is(&self, recorded: &Recorded, gate: &Gate, gates: &[Gate]) -> bool {
        match (&gate.of, &recorded.event) {
            (Subject::Step(name), Event::StepRecorded(step)) => {
                self.names.word(step.step) == Some(name)
            }
            (Subject::Sanction, Event::Sanctioned(_))
            | (Subject::Payment, Event::Disbursed(_))
            | (Subject::Use, Event::Utilised(_)) => true,
            (Subject::Instalment(of), Event::Disbursed(paid)) => paid.instalment == *of,
            (Subject::Adjustment, Event::Adjusted(adjusted)) => self
                .names
                .word(adjusted.reason)
                .is_some_and(|reason| gate.concerns_reason(reason.as_str(), gates)),
            (_, _) => false,
        }
    }

    /// The day a milestone was reached by events before a position.
    fn reached(&self, milestone: &Milestone, before: Position) -> Option<Day> {
        match milestone {
            Milestone::Application => {
                self.first(before, |event| matches!(event, Event::Applied(_)))
            }
            Milestone::Step(name) => self.last(before, |event| {
                let Event::StepRecorded(step) = event else { return false };
                self.names.word(step.step) == Some(name)
            }),
            Milestone::Sanction => {
                let granted =
                    self.position(before, |event| matches!(event, Event::Sanctioned(_)))?;
                let cancelled = |event: &Event| matches!(event, Event::SanctionCancelled(_));
                let after = self.position(before, cancelled).filter(|end| *end > granted);
                if after.is_some() { None } else { self.day(granted) }
            }
            Milestone::Payment => self.live(before).map(|(_, paid)| paid).max(),
            Milestone::Instalment(of) => {
                let is = |position: &Position| {
                    self.at(*position).is_some_and(|recorded| {
                        matches!(&recorded.event, Event::Disbursed(paid) if paid.instalment == *of)
                    })
                };
                self.live(before).filter(|(position, _)| is(position)).map(|(_, day)| day).max()
            }
            Milestone::Credit => {
                let credited = |(position, day): (Position, Day)| {
                    let confirmed = self.up_to(before).find_map(|recorded| match &recorded.event {
                        Event::PaymentConfirmed(one) if one.payment == position => {
                            Some(one.own_day)
                        }
                        _ => None,
                    });
                    confirmed.unwrap_or(day)
                };
                self.live(before).map(credited).max()
            }
        }
    }

    /// What must be used and what is, before a position.
    fn used(&self, percent: u8, before: Position) -> Option<UsedAnswer> {
        if percent == 0 {
            return None;
        }
        let amount = |position: Position| {
            self.at(position).map_or(Total::ZERO, |one| Total::from(one.envelope.amount))
        };
        let paid: Total = self.live(before).map(|(position, _)| amount(position)).sum();
        let of_use = |recorded: &&&Recorded| matches!(recorded.event, Event::Utilised(_));
        let used = self
            .up_to(before)
            .filter(|one| of_use(&one))
            .map(|one| Total::from(one.envelope.amount));
        let needed = paid.paise() * i128::from(percent);
        let needed = needed.div_euclid(100) + i128::from(needed.rem_euclid(100) != 0);
        Some(UsedAnswer {
            shown: used.sum::<Total>().to_string(),
            needed: Total::from_paise(needed).to_string(),
        })
    }

    /// Payments issued before a position that had not come back by then.
    fn live(&self, before: Position) -> impl Iterator<Item = (Position, Day)> {
        let back = move |payment: Position| {
            self.up_to(before).any(|recorded| {
                matches!(&recorded.event, Event::PaymentReturned(one) if one.payment == payment)
            })
        };
        self.up_to(before)
            .filter(|recorded| matches!(recorded.event, Event::Disbursed(_)))
            .map(|recorded| (recorded.position, recorded.envelope.effective_day))
            .filter(move |(position, _)| !back(*position))
    }

    fn up_to(&self, before: Position) -> impl Iterator<Item = &'e Recorded> {
        self.events.iter().copied().filter(move |recorded| recorded.position < before)
    }

    fn at(&self, position: Position) -> Option<&'e Recorded> {
        self.events.iter().copied().find(|recorded| recorded.position == position)
    }

    fn day(&self, position: Position) -> Option<Day> {
        self.at(position).map(|recorded| recorded.envelope.effective_day)
    }

    fn position(&self, before: Position, is: impl Fn(&Event) -> bool) -> Option<Position> {
        self.up_to(before).filter(|one| is(&one.event)).map(|one| one.position).last()
    }

    fn last(&self, before: Position, is: impl Fn(&Event) -> bool) -> Option<Day> {
        self.day(self.position(before, is)?)
    }

    fn first(&self, before: Position, is: impl Fn(&Event) -> bool) -> Option<Day> {
        self.up_to(before).find(|one| is(&one.event)).map(|one| one.envelope.effective_day)
    }
}
