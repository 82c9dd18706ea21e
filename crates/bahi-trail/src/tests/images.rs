//! Images: a trail put away and taken up at any cut is the trail that went on.

use crate::Lookup;

use super::{
    random::{history, subjects},
    *,
};

/// The history several times over, with references that come again, and events that have no place.
fn long(events: &[Recorded], times: u64, refs: u64) -> Vec<Recorded> {
    let mut all = Vec::new();
    let length = events.last().map_or(0, |event| event.position.0);
    for time in 0..times {
        for event in events {
            let mut event = event.clone();
            let later = |position: Position| match position.is_none() {
                true => position,
                false => Position(position.0 + time * length),
            };
            event.position = later(event.position);
            event.envelope.case = later(event.envelope.case);
            if let Event::Applied(applied) = &mut event.event {
                applied.case_ref = case_ref(&format!("R/{}", event.position.0 % refs));
            }
            all.push(event);
        }
    }
    all
}

fn answers(trail: &Trail, refs: u64) -> Vec<Vec<Position>> {
    let by_ref = (0..refs).map(|number| {
        let text = format!("R/{number}");
        let mut found = trail.refused(&case_ref(&text));
        found.extend(trail.case_of(&text));
        found
    });
    let refs_back = (0..300).filter_map(|at| trail.case_ref_of(Position(at)));
    let backwards =
        refs_back.filter_map(|one| trail.case_of(one.as_str())).map(|at| Vec::from([at]));
    let positions = subjects().into_iter().map(|subject| trail.positions(subject));
    positions.chain(by_ref).chain(backwards).collect()
}

proptest! {
    #[test]
    fn a_trail_taken_up_at_any_cut_is_the_one_that_went_on(
        events in history(),
        times in 1_u64..8,
        refs in 1_u64..1_000,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let events = long(&events, times, refs);
        let whole = fold(&events);
        let expected = answers(&whole, refs);
        for cut in cuts {
            let (before, after) = events.split_at(cut.index(events.len() + 1));
            let put = fold(before);
            let mut taken = Trail::from_image(&put.image()).expect("its own image");
            prop_assert_eq!(taken.image(), put.image());
            prop_assert!(taken.is_same(&put));
            prop_assert_eq!(taken.state_bytes(), put.state_bytes());
            prop_assert_eq!(answers(&taken, refs), answers(&put, refs));
            after.iter().for_each(|event| taken.apply(event));
            prop_assert!(taken.image() == whole.image(), "put again as it was");
            prop_assert_eq!(taken.state_bytes(), whole.state_bytes());
            prop_assert_eq!(answers(&taken, refs), expected.clone());
        }
    }

    #[test]
    fn a_spoilt_image_is_taken_as_what_it_says_or_not_at_all(
        events in history(),
        times in 1_u64..4,
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
        cut in any::<bool>(),
    ) {
        let events = long(&events, times, 20);
        let mut image = fold(&events).image();
        let at = at.index(image.len());
        if cut { image.truncate(at) } else { image[at] ^= flip }
        if let Some(mut taken) = Trail::from_image(&image) {
            prop_assert!(!cut, "an image that ends early is none");
            // What hangs together is a trail, and may be wrong; nothing it is asked stops it.
            let _ = (answers(&taken, 20), taken.state_bytes(), taken.image());
            let far = taken.position().0.min(1 << 40);
            for event in &events {
                let mut event = event.clone();
                event.position = Position(far + event.position.0);
                taken.apply(&event);
            }
            let _ = (answers(&taken, 20), taken.state_bytes(), taken.unplaced());
        }
    }
}

/// What a lookup in the image of a trail says of a reference, those refusals alone that are of it.
fn looked_up(trail: &Trail, image: &[u8], text: &str) -> (Option<Position>, Vec<Position>) {
    let lookup = Lookup::of(image).expect("the head of an image");
    assert_eq!(lookup.position(), trail.position());
    let mut read = |at: u64, len: usize| {
        let at = usize::try_from(at).expect("a place in memory");
        image.get(at..at + len).map(<[u8]>::to_vec)
    };
    let mut found = lookup.find(text, &mut read).expect("the image reads");
    let refused = trail.refused(&case_ref(text));
    assert!(refused.iter().all(|one| found.refused.contains(one)), "{text}: {found:?}");
    if found.case.is_some() {
        found.events.extend(refused);
        found.events.sort_unstable();
    }
    (found.case, found.events)
}

proptest! {
    #[test]
    fn a_case_looked_up_in_an_image_is_the_one_of_the_trail(
        events in history(),
        times in 1_u64..12,
        refs in 1_u64..1_000,
    ) {
        let trail = fold(&long(&events, times, refs));
        let image = trail.image();
        for number in 0..refs.min(400) {
            let text = format!("R/{number}");
            let case = trail.case_of(&text);
            let events = case.map(|case| trail.positions(Subject::Case(case))).unwrap_or_default();
            prop_assert_eq!(looked_up(&trail, &image, &text), (case, events));
        }
    }

    #[test]
    fn a_spoilt_image_is_looked_into_without_harm(
        events in history(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let mut image = fold(&long(&events, 3, 20)).image();
        let at = at.index(image.len());
        image[at] ^= flip;
        let mut read = |at: u64, len: usize| {
            let at = usize::try_from(at).ok()?;
            image.get(at..at.checked_add(len)?).map(<[u8]>::to_vec)
        };
        let lookup = Lookup::of(&image);
        for number in 0..20 {
            let _ = lookup.and_then(|lookup| lookup.find(&format!("R/{number}"), &mut read));
        }
    }
}

#[test]
fn a_count_beyond_the_bytes_is_refused_before_memory_is_asked_for() {
    let image = Trail::default().image();
    assert_eq!(image.len(), Lookup::HEAD_BYTES + 8 * 3 + 1);
    for (at, count) in (24..Lookup::HEAD_BYTES)
        .step_by(8)
        .flat_map(|at| [1, u64::MAX / 3, u64::MAX].map(|n| (at, n)))
    {
        let mut bytes = image.clone();
        bytes[at..at + 8].copy_from_slice(&count.to_le_bytes());
        assert!(Trail::from_image(&bytes).is_none(), "a count of {count} at {at}");
    }
    for at in Lookup::HEAD_BYTES..image.len() {
        let mut bytes = image[..at].to_vec();
        bahi_core::image::put_short(&mut bytes, u64::MAX / 3);
        bytes.extend_from_slice(&image[at + 1..]);
        assert!(Trail::from_image(&bytes).is_none(), "a count at {at}");
    }
}
