//! How much evidence refusals leave: all of it up to a cap per actor and day, then counts.
//!
//! # Invariants
//! * An actor leaves at most [`EVIDENCE_MAX`] single `CommandRefused` a day of recording; beyond,
//!   one summary stands for [`FLOOD_STEP`] refusals.
//! * The meter is a fold of the log and of the counts not yet summarised, which a crash forgets.

use std::collections::HashMap;

use bahi_core::{ActorName, Day, Event, Names, Recorded};

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

    fn turn(&mut self, day: Day) {
        if self.day != Some(day) {
            self.day = Some(day);
            self.recorded.clear();
        }
    }
}
