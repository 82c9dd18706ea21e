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
    Day, Event, Facts, Gate, Milestone, Names, Position, Recorded, Span, StoredFact, Subject,
    Terms, Total, WordNo,
};
use bahi_json::{FactAnswer, GateAnswer, UsedAnswer};

use super::{fact, stated, typed};

/// The events of one case, in order of position.
pub(super) struct Course<'e> {
    events: &'e [Recorded],
    /// Where each event that was reversed was.
    ended: BTreeMap<Position, Position>,
    names: &'e Names,
}

/// The terms a case is held to, by their number from 1.
pub(super) type Held<'e> = (u16, &'e Terms);

/// After every event: how a case stands.
const NOW: Position = Position(u64::MAX);

impl<'e> Course<'e> {
    pub(super) fn of(events: &'e [Recorded], names: &'e Names) -> Course<'e> {
        let ended = |recorded: &Recorded| {
            let Event::Reversed(reversed) = &recorded.event else { return None };
            Some((reversed.of, recorded.position))
        };
        Course { events, ended: events.iter().filter_map(ended).collect(), names }
    }

    /// The terms the case is held to: those of its sanction, else those its last event names, else
    /// the latest.
    pub(super) fn held_to(&self, versions: &'e [Terms]) -> Option<Held<'e>> {
        let pinned = |event: &&Recorded| matches!(event.event, Event::Sanctioned(_));
        let named = self
            .up_to(NOW)
            .filter(pinned)
            .last()
            .or_else(|| self.up_to(NOW).filter(|recorded| recorded.envelope.terms > 0).last());
        let latest = || u16::try_from(versions.len()).unwrap_or(u16::MAX);
        let number = named.map_or_else(latest, |recorded| recorded.envelope.terms);
        Some((number, versions.get(usize::from(number).checked_sub(1)?)?))
    }

    /// Every gate that concerns the case, or concerned it when it came there.
    pub(super) fn gates(&self, held: Held<'_>) -> Vec<GateAnswer> {
        let gates = &held.1.parts().procedure.gates;
        gates.iter().filter_map(|gate| self.gate(gate, gates, held)).collect()
    }

    /// What was last reported under each name.
    pub(super) fn outcomes(&self) -> Vec<FactAnswer> {
        let mut latest: BTreeMap<WordNo, StoredFact> = BTreeMap::new();
        for recorded in self.up_to(NOW) {
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

    fn gate(&self, gate: &Gate, gates: &[Gate], held: Held<'_>) -> Option<GateAnswer> {
        let (number, terms) = held;
        let concerns = |before: Position| self.concerns(gate, terms, before);
        let of_it = |one: &&Recorded| self.is(one, gate, gates) && concerns(one.position);
        let happened = self.up_to(NOW).filter(of_it).last();
        if happened.is_none() && !concerns(NOW) {
            return None;
        }
        let before = happened.map_or(NOW, |recorded| recorded.position);
        let day = happened.map(|recorded| recorded.envelope.effective_day);
        let on = |span: &Span| Some(span.length.after(self.reached(&span.since, before)?));
        let latest = gate.latest.as_ref().and_then(on);
        // A step that was taken under other terms was held to their days.
        let recorded = happened.filter(|one| one.envelope.terms != number).and_then(late_by);
        let late_by = recorded.unwrap_or_else(|| day.zip(latest).map(late).unwrap_or_default());
        Some(GateAnswer {
            of: gate.of.to_string(),
            reasons: gate.reasons.iter().map(ToString::to_string).collect(),
            paragraph: gate.paragraph.to_string(),
            binding: gate.binding || matches!(gate.of, Subject::Step(_)),
            position: happened.map(|recorded| recorded.position.0),
            day: day.map(|day| day.to_string()),
            missing: self.missing(gate, before),
            earliest: gate.earliest.as_ref().and_then(on).map(|day| day.to_string()),
            latest: latest.map(|day| day.to_string()),
            late_by,
            used: self.used(gate.used_percent, before),
        })
    }

    /// Whether a gate concerns the case by what it stated before a position.
    fn concerns(&self, gate: &Gate, terms: &Terms, before: Position) -> bool {
        gate.when.as_ref().is_none_or(|test| terms.holds(test, &self.facts(before)))
    }

    /// What a gate waits for and a case had not come to before a position: the rows, then what its
    /// first day is counted from.
    fn missing(&self, gate: &Gate, before: Position) -> Vec<String> {
        let reached = |milestone: &Milestone| self.reached(milestone, before).is_some();
        let rows = gate.after.iter().filter(|row| !row.iter().any(reached));
        let mut missing: Vec<String> = rows
            .map(|row| row.iter().map(Milestone::name).collect::<Vec<_>>().join(" or "))
            .collect();
        let since = gate.earliest.as_ref().map(|span| &span.since);
        if let Some(since) = since.filter(|since| !reached(since)).map(Milestone::name)
            && !missing.contains(&since)
        {
            missing.push(since);
        }
        missing
    }

    /// What the case stated before a position.
    fn facts(&self, before: Position) -> Facts {
        let facts = self.up_to(before).filter_map(|recorded| stated(&recorded.event)).last();
        typed(facts.unwrap_or_default(), self.names)
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
                    let confirmed = self.up_to(before).find_map(|recorded| {
                        let Event::PaymentConfirmed(one) = &recorded.event else { return None };
                        (one.payment == position).then_some(one.own_day)
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
        let of_use = |recorded: &&Recorded| matches!(recorded.event, Event::Utilised(_));
        let used = self.up_to(before).filter(of_use).map(|one| Total::from(one.envelope.amount));
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

    /// The events before a position that stood then.
    fn up_to(&self, before: Position) -> impl Iterator<Item = &'e Recorded> {
        let stood = move |recorded: &&Recorded| {
            let ended = self.ended.get(&recorded.position);
            recorded.position < before && ended.is_none_or(|ended| *ended >= before)
        };
        self.events.iter().filter(stood)
    }

    fn at(&self, position: Position) -> Option<&'e Recorded> {
        self.events.iter().find(|recorded| recorded.position == position)
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

/// How late a step was found to be when it was recorded; none for what is no step.
fn late_by(recorded: &Recorded) -> Option<u32> {
    let Event::StepRecorded(step) = &recorded.event else { return None };
    Some(step.late_by)
}

/// How many days a day lies after the latest one.
fn late((day, latest): (Day, Day)) -> u32 {
    u32::try_from(day.epoch_days().saturating_sub(latest.epoch_days())).unwrap_or_default()
}

#[cfg(test)]
mod tests;
