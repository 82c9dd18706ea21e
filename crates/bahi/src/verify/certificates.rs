//! Every certificate of the log derived again, in one fold of it.
//!
//! # Invariants
//! * An event is folded once, whatever the number of certificates: into the part between two of the
//!   days that certificates ask about. A certificate adds parts up.
//!
//! # Not here
//! What a certificate says, and making one: `certify`.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bahi_balances::Balances;
use bahi_core::{Day, Event, Names, Position, Projection as _, Recorded, StateCertified};

use super::Problems;
use crate::certify::{Derived, is_of_balances};

/// What a certificate asks about: the last position, and the last day that counts.
type Asked = (Position, Day);

/// The certificates of a log, being derived while it is read.
#[derive(Default)]
pub(super) struct Certificates {
    /// What is still to be derived, in order of position.
    asked: VecDeque<Asked>,
    /// By each day still asked about: what counts by it, and not by the one before it.
    parts: BTreeMap<Day, Balances>,
    derived: HashMap<Asked, Option<Derived>>,
    pub(super) problems: Problems,
}

impl Certificates {
    /// Prepares for certificates that are known beforehand. One that is met and was not known is a
    /// problem; so nothing is believed of what is given here.
    pub(super) fn of<'a>(known: impl IntoIterator<Item = &'a StateCertified>) -> Certificates {
        let mut asked: Vec<Asked> = known.into_iter().map(|it| (it.upto, it.as_of)).collect();
        asked.sort_unstable();
        asked.dedup();
        let parts = asked.iter().map(|(_, day)| (*day, Balances::default())).collect();
        let mut certificates =
            Certificates { asked: asked.into(), parts, ..Certificates::default() };
        certificates.derive(Position::NONE, &Balances::default(), &Names::default());
        certificates
    }

    /// Takes the next event; `opened` are the balances of all events up to and with it.
    pub(super) fn take(&mut self, recorded: &Recorded, opened: &Balances, names: &Names) {
        let day = recorded.envelope.effective_day;
        if let Some((_, part)) = self.parts.range_mut(day..).next() {
            part.apply(recorded);
        }
        if let Event::StateCertified(certificate) = &recorded.event {
            self.compare(recorded.position, certificate, names);
        }
        self.derive(recorded.position, opened, names);
    }

    fn compare(&mut self, position: Position, certificate: &StateCertified, names: &Names) {
        let known = is_of_balances(certificate, names);
        let asked = (certificate.upto, certificate.as_of);
        let derived = self.derived.get(&asked).copied().flatten();
        let holds = known && derived.is_some_and(|derived| derived.is(certificate));
        self.problems.check(holds, || {
            let why = match derived {
                _ if !known => "is of a fold that this program does not know",
                None => "cannot be derived again",
                Some(_) => "says another state than the log",
            };
            format!("position {position}: the certificate {why}")
        });
    }

    /// Derives what is asked about this position.
    fn derive(&mut self, position: Position, opened: &Balances, names: &Names) {
        while let Some(asked) = self.asked.pop_front_if(|(upto, _)| *upto == position) {
            let mut parts = self.parts.range(..=asked.1).map(|(_, part)| part);
            let mut counted = parts.next().cloned().unwrap_or_default();
            parts.for_each(|part| counted.merge(part));
            self.derived.insert(asked, Derived::of(opened, &counted, names));
            self.retire(asked.1);
        }
    }

    /// Adds the part of a day that nobody asks about any more to the next one's.
    fn retire(&mut self, day: Day) {
        if self.asked.iter().any(|(_, asked)| *asked == day) {
            return;
        }
        let Some(part) = self.parts.remove(&day) else { return };
        if let Some((_, next)) = self.parts.range_mut(day..).next() {
            next.merge(&part);
        }
    }
}
