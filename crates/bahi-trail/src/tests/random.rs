//! Trails of random histories against a look at every event, and against themselves in parts.

use super::*;

/// A case per reference and everything about it, found by looking at every event.
fn looked_up(events: &[Recorded], subject: Subject) -> Vec<Position> {
    let mut cases: BTreeMap<Position, CaseRef> = BTreeMap::new();
    let mut wanted: BTreeSet<Position> = BTreeSet::new();
    let mut found: BTreeSet<Position> = BTreeSet::new();
    let mut bars: BTreeMap<Position, BarSubject> = BTreeMap::new();
    for event in events {
        let case = event.envelope.case;
        if let Subject::Order(order) = subject
            && event.envelope.authority == order
        {
            found.insert(event.position);
            wanted.insert(case);
        }
        let about = if let Event::Barred(barred) = &event.event {
            bars.insert(event.position, barred.subject);
            Some(barred.subject)
        } else if let Event::Reversed(reversed) = &event.event {
            bars.get(&reversed.of).copied().filter(|_| reversed.kind == EventKind::Barred)
        } else if let Event::StatementReceived(statement) = &event.event {
            Some(BarSubject::Account(statement.account))
        } else {
            None
        };
        let asked = match subject {
            Subject::Person(key) => Some(BarSubject::Person(key)),
            Subject::Family(key) => Some(BarSubject::Family(key)),
            Subject::Body(key) => Some(BarSubject::Body(key)),
            Subject::Account(key) => Some(BarSubject::Account(key)),
            Subject::Case(_) | Subject::Order(_) => None,
        };
        if about.is_some() && about == asked {
            found.insert(event.position);
        }
        match (&event.event, subject) {
            (Event::Applied(applied), subject) => {
                cases.insert(event.position, applied.case_ref.clone());
                let hit = match (&applied.applicant, subject) {
                    (Applicant::Person { person, .. }, Subject::Person(key)) => *person == key,
                    (Applicant::Person { family, .. }, Subject::Family(key)) => {
                        *family == Some(key)
                    }
                    (_, Subject::Case(position)) => position == event.position,
                    _ => false,
                };
                if hit {
                    wanted.insert(event.position);
                }
            }
            (Event::Disbursed(paid), Subject::Account(key)) if paid.payee.account == key => {
                wanted.insert(case);
            }
            _ => {}
        }
    }
    for event in events {
        let of_case = wanted.contains(&event.envelope.case) && !event.envelope.case.is_none();
        let subject = if let Event::CommandRefused(refused) = &event.event {
            refused.subject.as_ref()
        } else {
            None
        };
        let named = subject
            .is_some_and(|subject| wanted.iter().any(|case| cases.get(case) == Some(subject)));
        if of_case || named {
            found.insert(event.position);
        }
    }
    found.into_iter().collect()
}

pub(super) fn history() -> impl Strategy<Value = Vec<Recorded>> {
    let told: Vec<Recorded> = lines::told().into_iter().map(|(event, _)| event).collect();
    let part = (0_u8..14, any::<prop::sample::Index>(), 0_u8..5, 0_u32..4, 1_u64..3);
    prop::collection::vec(part, 0..150).prop_map(move |parts| {
        let (mut open, mut bars): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        let mut position = 0;
        let mut events = Vec::with_capacity(parts.len());
        for (kind, at, key, order, step) in parts {
            position += step;
            let case = if open.is_empty() { 0 } else { open[at.index(open.len())] };
            let family = (key > 2).then_some(key);
            let (case, event) = match kind {
                0 | 1 => {
                    open.push(position);
                    (position, applied(&format!("R/{position}"), person(key, family)))
                }
                2 => (0, refused(Some(&format!("R/{case}")))),
                3 => {
                    bars.push(position);
                    (0, barred(key))
                }
                4 if !bars.is_empty() => (0, unbarred(bars[at.index(bars.len())])),
                _ if case == 0 => (0, Event::FundsAllotted),
                5 => (case, disbursed(key, 0)),
                6 => (case, returned(1)),
                _ => {
                    let one = &told[at.index(told.len())];
                    if let Event::Barred(_) = &one.event {
                        bars.push(position);
                    }
                    (if one.envelope.case.is_none() { 0 } else { case }, one.event.clone())
                }
            };
            events.push(recorded(position, case, 1, order, event));
        }
        events
    })
}

pub(super) fn subjects() -> Vec<Subject> {
    let keys = (0..5).flat_map(|number| {
        [
            Subject::Person(PersonKey(print(number))),
            Subject::Family(FamilyKey(print(number))),
            Subject::Body(BodyKey(print(number))),
            Subject::Account(AccountKey(print(number))),
        ]
    });
    let orders = (1..4).map(|order| Subject::Order(AuthorityNo(order)));
    let cases = (0..30).map(|position| Subject::Case(Position(position)));
    keys.chain(orders).chain(cases).collect()
}

proptest! {
    #[test]
    fn every_trail_is_what_a_look_at_every_event_finds(events in history()) {
        let trail = fold(&events);
        prop_assert_eq!(trail.unplaced(), 0);
        for subject in subjects() {
            prop_assert_eq!(trail.positions(subject), looked_up(&events, subject));
        }
    }

    #[test]
    fn a_fold_taken_up_again_is_the_fold_of_all(
        events in history(),
        cut in any::<prop::sample::Index>(),
    ) {
        let cut = cut.index(events.len() + 1);
        let mut resumed = fold(&events[..cut]).clone();
        for event in &events[cut..] {
            resumed.apply(event);
        }
        prop_assert_eq!(resumed.state_bytes(), fold(&events).state_bytes());
        prop_assert!(resumed.is_same(&fold(&events)));
    }

    #[test]
    fn one_event_less_is_another_state(
        events in history(),
        gone in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!events.is_empty());
        let mut fewer = events.clone();
        let removed = fewer.remove(gone.index(events.len()));
        let about_somebody = matches!(
            removed.event,
            Event::CommandRefused(_) | Event::Barred(_) | Event::StatementReceived(_)
        ) || matches!(&removed.event, Event::Reversed(one) if one.kind == EventKind::Barred);
        let envelope = &removed.envelope;
        let indexed =
            !envelope.authority.is_none() || !envelope.case.is_none() || about_somebody;
        prop_assume!(indexed);
        prop_assert_ne!(fold(&fewer).state_bytes(), fold(&events).state_bytes());
        prop_assert!(!fold(&fewer).is_same(&fold(&events)));
    }
}
