//! How much evidence refusals leave: all of it up to a cap per actor and day, then counts.
//!
//! # Invariants
//! * An actor leaves at most [`EVIDENCE_MAX`] single `CommandRefused` a day of recording; beyond,
//!   one summary stands for [`FLOOD_STEP`] refusals.
//! * The meter is a fold of the log and of the counts not yet summarised, which a crash forgets.

use std::collections::HashMap;

use bahi_core::{
    ActorName, Day, Event, Names, Recorded,
    image::{Reader, put_day, put_short, put_text},
};

/// The most refusals of one actor recorded one by one on one day.
pub const EVIDENCE_MAX: u32 = 1_000;
/// How many refusals of a flood one summary stands for.
pub const FLOOD_STEP: u32 = 1_000;

/// What is to be recorded of a refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Evidence {
    /// The refusal itself.
    Whole,
    /// A summary of so many.
    Summary(u32),
    /// Nothing yet: it is counted.
    Counted,
}

/// The count of refusals per actor on the current day.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    day: Option<Day>,
    recorded: HashMap<ActorName, u32>,
    counted: HashMap<ActorName, u32>,
    /// Whether a refusal was counted as recorded and then was not.
    is_ahead: bool,
}

impl Meter {
    /// Takes an event of the log, as it is opened.
    pub(crate) fn apply(&mut self, recorded: &Recorded, names: &Names) {
        let Event::CommandRefused(refused) = &recorded.event else { return };
        self.turn(recorded.recorded_at.day());
        if refused.count == 1
            && let Some(actor) = names.actor(recorded.envelope.actor)
        {
            *self.recorded.entry(actor.clone()).or_default() += 1;
        }
    }

    /// Says what to record of one more refusal, and counts it.
    pub(crate) fn measure(&mut self, actor: &ActorName, day: Day) -> Evidence {
        self.turn(day);
        let recorded = self.recorded.entry(actor.clone()).or_default();
        if *recorded < EVIDENCE_MAX {
            *recorded += 1;
            return Evidence::Whole;
        }
        let counted = self.counted.entry(actor.clone()).or_default();
        *counted += 1;
        if *counted < FLOOD_STEP {
            return Evidence::Counted;
        }
        *counted = 0;
        Evidence::Summary(FLOOD_STEP)
    }

    /// Learns that refusals it counted as recorded were not: it is stricter from then on than the log
    /// says, until the ledger is opened again.
    pub(crate) const fn was_taken_back(&mut self) {
        self.is_ahead = true;
    }

    /// Whether it counts more than the log holds.
    pub(crate) const fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// Puts how many refusals of each actor are recorded on the current day; what is counted and not
    /// recorded is forgotten, as by a crash.
    pub(crate) fn put_image(&self, out: &mut Vec<u8>) {
        put_short(out, u64::from(self.day.is_some()));
        self.day.iter().for_each(|day| put_day(out, *day));
        let mut recorded: Vec<_> = self.recorded.iter().collect();
        recorded.sort_unstable();
        put_short(out, recorded.len() as u64);
        for (actor, count) in recorded {
            put_text(out, actor.as_str());
            put_short(out, u64::from(*count));
        }
    }

    /// Takes them.
    pub(crate) fn take_image(from: &mut Reader<'_>) -> Option<Meter> {
        let mut meter = Meter::default();
        if from.short()? > 0 {
            meter.day = Some(from.day()?);
        }
        for _ in 0..from.short_count(3)? {
            let actor = ActorName::new(from.text()?).ok()?;
            meter.recorded.insert(actor, u32::try_from(from.short()?).ok()?);
        }
        Some(meter)
    }

    fn turn(&mut self, day: Day) {
        if self.day != Some(day) {
            self.day = Some(day);
            self.recorded.clear();
        }
    }
}
