//! Images of any state of any history: taken up at every cut it is the state that went on.

use bahi_core::{CommandId, Event, Recorded};
use bahi_rules::{Drawn, State, decide};
use proptest::prelude::*;

use crate::{
    History,
    steps::{Step, steps},
};

/// The events among these that an image rests on.
fn terms(image: &[u8], events: &[Recorded]) -> Vec<Recorded> {
    let at = State::terms_in(image).expect("an image tells where its terms stand");
    let find = |position| events.iter().find(|one| one.position == position).cloned();
    at.into_iter().map(|position| find(position).expect("they stand")).collect()
}

/// What an image of these events is taken up with, noted in two parts.
fn drawn(events: &[Recorded]) -> Drawn {
    let (early, late) = events.split_at(events.len() / 2);
    let mut whole = Drawn::default();
    for part in [early, late] {
        let mut drawn = Drawn::default();
        for event in part {
            drawn.note(event.envelope.command);
            if let Event::Applied(applied) = &event.event {
                drawn.note_applicant(event.position, &applied.applicant);
            }
        }
        whole.absorb(drawn);
    }
    whole
}

fn taken(image: &[u8], events: &[Recorded]) -> State {
    State::from_image(image, &terms(image, events), || Some(drawn(events))).expect("its own image")
}

fn decides_alike(one: &State, other: &State, events: &[Recorded], steps: &[Step]) -> bool {
    steps.iter().all(|step| {
        let command = step.command(one, events);
        decide(one, &command) == decide(other, &command)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_state_taken_up_at_any_cut_is_the_one_that_went_on(steps in steps(), more in steps()) {
        let History { mut state, events, before, .. } = History::live(&steps)?;
        state.settle();
        let image = state.image();
        for (cut, there) in before.iter().enumerate() {
            let mut taken = taken(&there.image(), &events[..cut]);
            prop_assert_eq!(&taken, there);
            prop_assert_eq!(taken.image(), there.image(), "put again as it was");
            for event in &events[cut..] {
                prop_assert_eq!(taken.apply(event), Ok(()));
            }
            prop_assert_eq!(&taken, &state);
            prop_assert!(taken.image() == image, "after a cut at {}", cut);
            prop_assert!(decides_alike(&state, &taken, &events, &more));
            for (event, there) in events[cut..].iter().zip(&before[cut..]).rev() {
                taken.unapply(event);
                prop_assert_eq!(&taken, there, "unmade to before {}", event.position);
            }
        }
    }

    #[test]
    fn a_spoilt_image_is_taken_as_what_it_says_or_not_at_all(
        steps in steps(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in any::<bool>(),
    ) {
        let History { state, events, .. } = History::live(&steps)?;
        let mut image = state.image();
        let terms = terms(&image, &events);
        let at = at.index(image.len());
        if cut { image.truncate(at) } else { image[at] ^= flip }
        if let Some(mut taken) = State::from_image(&image, &terms, || Some(drawn(&events))) {
            prop_assert!(!cut, "an image that ends early is none");
            // What hangs together is a state, and may be wrong; nothing it is asked stops it.
            let _ = taken.image();
            for step in &steps {
                drop(decide(&taken, &step.command(&state, &events)));
            }
            for event in events.iter().rev().take(3) {
                let mut next = event.clone();
                next.position = taken.last().next();
                if taken.apply(&next).is_ok() {
                    taken.unapply(&next);
                }
            }
        }
        let image = state.image();
        let fewer = drawn(&events[..events.len().saturating_sub(1)]);
        prop_assert!(events.is_empty() || State::from_image(&image, &terms, || Some(fewer)).is_none());
        let nobody: Vec<Recorded> =
            events.iter().filter(|one| !matches!(one.event, Event::Applied(_))).cloned().collect();
        let mut strange = drawn(&nobody);
        (nobody.len()..events.len()).for_each(|_| strange.note(CommandId::from_bytes([9; 16])));
        if let Some(mut taken) = State::from_image(&image, &terms, || Some(strange)) {
            prop_assert!(taken != state || nobody.len() == events.len());
            let _ = taken.image();
            taken.settle();
        }
        let other: Vec<Recorded> = terms.iter().skip(1).cloned().collect();
        prop_assert!(terms.is_empty() || State::from_image(&state.image(), &other, || Some(drawn(&events))).is_none());
        let opened = |one: &&Recorded| !matches!(one.event, Event::SchemeOpened(_));
        if let Some(strange) = events.iter().find(opened) {
            let mut strange = strange.clone();
            strange.position = terms.first().map(|one| one.position).unwrap_or_default();
            let mut strange_terms = terms;
            if let Some(first) = strange_terms.first_mut() {
                *first = strange;
                prop_assert!(State::from_image(&state.image(), &strange_terms, || Some(drawn(&events))).is_none());
            }
        }
    }
}
