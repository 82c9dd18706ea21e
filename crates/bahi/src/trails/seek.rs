//! The events of persons, families, bodies, accounts and orders, read from a log that nothing is folded of.
//!
//! The first walk finds whose cases there are, and what is about somebody and of no case; the second
//! takes every event of those cases. Of most records the envelope is read and nothing else.
//!
//! # Invariants
//! * The positions are those of [`bahi_trail::Trail::positions`].
//! * What is held is what is told: positions of the answer, and the references of its cases.
//!
//! # Not here
//! The one case of a reference, for which one walk is enough: `trails`.

use std::collections::{BTreeSet, HashMap};

use bahi_core::{AuthorityNo, BarSubject, CaseRef, Event, EventKind, Position, Recorded};
use bahi_log::Log;
use bahi_trail::Subject;
use bahi_wire::EnvelopeView;

use super::{about, is_of_matching, reference};
use crate::{
    Error,
    reading::{decoded, walk},
};

/// The events that the trails of some subjects are read from, rising, of each by itself.
pub(super) fn positions(log: &Log, subjects: &[Subject]) -> Result<Vec<Vec<Position>>, Error> {
    let mut seeks: Vec<Seek> = subjects.iter().map(|subject| Seek::of(*subject)).collect();
    walk(log, |position, envelope, bytes| {
        let mut at_hand = AtHand { position, bytes, recorded: None };
        seeks.iter_mut().try_for_each(|seek| seek.find(envelope, &mut at_hand))
    })?;
    if seeks.iter().any(|seek| !seek.cases.is_empty() || !seek.events.is_empty()) {
        for seek in &mut seeks {
            seek.name_cases(log)?;
        }
        walk(log, |position, envelope, bytes| {
            let mut at_hand = AtHand { position, bytes, recorded: None };
            seeks.iter_mut().try_for_each(|seek| seek.gather(envelope, &mut at_hand))
        })?;
    }
    Ok(seeks.into_iter().map(Seek::found).collect())
}

/// A record that is decoded once, where somebody needs more than its envelope.
struct AtHand<'a> {
    position: Position,
    bytes: &'a [u8],
    recorded: Option<Recorded>,
}

impl AtHand<'_> {
    fn recorded(&mut self) -> Result<&Recorded, Error> {
        let position = self.position;
        let recorded = match self.recorded.take() {
            Some(recorded) => recorded,
            None => decoded(position, self.bytes)?,
        };
        Ok(self.recorded.insert(recorded))
    }
}

/// What is sought of one subject, and what was found.
struct Seek {
    whose: Whose,
    cases: BTreeSet<Position>,
    /// Events about the subject that are of no case, and in the second walk those of its cases.
    events: BTreeSet<Position>,
    bars: BTreeSet<Position>,
    /// The references of the cases, each with the case that had it first.
    named: HashMap<CaseRef, Option<Position>>,
    refused: Vec<(CaseRef, Position)>,
}

/// Whose trail is sought.
#[derive(Clone, Copy)]
enum Whose {
    Case,
    Somebody(BarSubject),
    Order(AuthorityNo),
}

impl Seek {
    fn of(subject: Subject) -> Seek {
        let whose = match subject {
            Subject::Case(_) => Whose::Case,
            Subject::Person(person) => Whose::Somebody(BarSubject::Person(person)),
            Subject::Family(family) => Whose::Somebody(BarSubject::Family(family)),
            Subject::Body(body) => Whose::Somebody(BarSubject::Body(body)),
            Subject::Account(account) => Whose::Somebody(BarSubject::Account(account)),
            Subject::Order(order) => Whose::Order(order),
        };
        let cases = if let Subject::Case(case) = subject { Some(case) } else { None };
        Seek {
            whose,
            cases: cases.into_iter().collect(),
            events: BTreeSet::new(),
            bars: BTreeSet::new(),
            named: HashMap::new(),
            refused: Vec::new(),
        }
    }

    /// The first walk: whose case an event makes, and whether it is about the subject.
    fn find(&mut self, envelope: &EnvelopeView, at: &mut AtHand<'_>) -> Result<(), Error> {
        let somebody = match self.whose {
            Whose::Case => return Ok(()),
            Whose::Order(order) if envelope.authority == order && !order.is_none() => {
                self.events.insert(at.position);
                self.cases.extend(Some(envelope.case).filter(|case| !case.is_none()));
                return Ok(());
            }
            Whose::Order(_) => return Ok(()),
            Whose::Somebody(somebody) => somebody,
        };
        if !tells_of_somebody(envelope.kind) {
            return Ok(());
        }
        let position = at.position;
        let event = &at.recorded()?.event;
        if let Event::Applied(applied) = event {
            let mut is_of_it = false;
            applied.applicant.each_subject(|one| is_of_it |= one == somebody);
            self.cases.extend(Some(position).filter(|case| is_of_it && envelope.case == *case));
        } else if let Event::Disbursed(paid) = event {
            let is_paid = BarSubject::Account(paid.payee.account) == somebody;
            self.cases.extend(Some(envelope.case).filter(|_| is_paid));
        } else if let Event::Barred(barred) = event {
            self.bars.extend(Some(position).filter(|_| barred.subject == somebody));
            self.events.extend(Some(position).filter(|_| barred.subject == somebody));
        } else if let Event::Reversed(reversed) = event {
            self.events.extend(Some(position).filter(|_| self.bars.contains(&reversed.of)));
        } else if let Event::StatementReceived(statement) = event {
            let is_of_it = BarSubject::Account(statement.account) == somebody;
            self.events.extend(Some(position).filter(|_| is_of_it));
        }
        Ok(())
    }

    /// What the office calls the cases, so that refusals which name them are known: a page is read once
    /// for all of its cases.
    fn name_cases(&mut self, log: &Log) -> Result<(), Error> {
        let mut page = None;
        for case in &self.cases {
            let in_it = page.as_ref().is_some_and(|page: &bahi_log::Page| case.0 < page.end());
            if !in_it {
                page = log.pages(case.0).next().transpose()?;
            }
            let Some(bytes) = page.as_ref().and_then(|page| page.record(case.0)) else { continue };
            let mut at = AtHand { position: *case, bytes, recorded: None };
            if let Event::Applied(applied) = &at.recorded()?.event {
                self.named.insert(applied.case_ref.clone(), None);
            }
        }
        Ok(())
    }

    /// The second walk: the events of the cases, the refusals that name them, and what is about any of
    /// those. What is about an event comes after it.
    fn gather(&mut self, envelope: &EnvelopeView, at: &mut AtHand<'_>) -> Result<(), Error> {
        let position = at.position;
        if self.cases.contains(&envelope.case) {
            self.events.insert(position);
        }
        let is_named = matches!(envelope.kind, EventKind::Applied | EventKind::CommandRefused);
        if is_named && !self.named.is_empty() {
            let case_ref = reference(at.recorded()?);
            let first = case_ref.as_ref().and_then(|one| self.named.get_mut(one));
            if let (Some(case_ref), Some(first)) = (case_ref, first) {
                match envelope.kind == EventKind::Applied {
                    true => *first = first.or(Some(position)),
                    false => self.refused.push((case_ref, position)),
                }
            }
        }
        let is_shared = envelope.case.is_none() && is_of_matching(envelope.kind);
        if is_shared && about(at.recorded()?).iter().any(|one| self.events.contains(one)) {
            self.events.insert(position);
        }
        Ok(())
    }

    /// Everything found, rising. The reference is that of the case which had it first.
    fn found(mut self) -> Vec<Position> {
        for (case_ref, position) in &self.refused {
            let first = self.named.get(case_ref).copied().flatten();
            if first.is_some_and(|case| self.cases.contains(&case)) {
                self.events.insert(*position);
            }
        }
        self.events.into_iter().collect()
    }
}

/// Whether an event of a kind can say whose it is, or undo what did.
const fn tells_of_somebody(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Applied
            | EventKind::Disbursed
            | EventKind::Barred
            | EventKind::Reversed
            | EventKind::StatementReceived
    )
}
