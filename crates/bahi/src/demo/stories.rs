//! Stories: named cases of the four schemes that live by a script, the same for every seed.
//!
//! A script is a table of scenes: on which day, by whom, what, and what must come of it. They live
//! among the drawn cases, on the same clock, from a head of account of their own.
//!
//! # Invariants
//! * A scene that comes to anything but what its script says ends the demonstration.
//! * No drawn case and no story draws on the fund of another.

mod script;
mod stage;

mod centre;
mod margin_money;
mod marketing;
mod round_trip;
mod toolkit;
mod year_end;

use bahi_core::{CaseRef, Day};

pub(super) use round_trip::one_account;
pub(super) use stage::{SceneNo, Stage};

/// The head of account that the stories are paid from.
pub const STORIES_HEAD: &str = "odop-stories";

/// A story as it was told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tale {
    /// A short name that stays: `round_trip`.
    pub name: &'static str,
    /// What it is about, in a line.
    pub title: &'static str,
    /// The scheme.
    pub scheme: &'static str,
    /// Its cases, in order of application.
    pub cases: Vec<CaseRef>,
    /// What happened, in order: two to five lines. The last is what came of it.
    pub lines: Vec<TaleLine>,
    /// Everything in it that was refused, in order.
    pub refused: Vec<TaleRefusal>,
    /// What to ask the program about it.
    pub look: Vec<Look>,
}

impl Tale {
    /// What came of it.
    #[must_use]
    pub fn outcome(&self) -> &str {
        self.lines.last().map_or("", |line| &line.text)
    }
}

/// A line of a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaleLine {
    /// When it happened.
    pub day: Day,
    /// What, in plain words.
    pub text: String,
}

/// What a story was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaleRefusal {
    /// When.
    pub day: Day,
    /// The code of the first refusal.
    pub code: &'static str,
    /// Every message, with its figures.
    pub message: String,
}

/// A command of the program that shows something of a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// The command: `explain`.
    pub command: &'static str,
    /// Its arguments, as a shell takes them.
    pub arguments: String,
}

/// A stage with every story, none of them begun.
pub(super) fn stage() -> Stage {
    Stage::new(Vec::from([
        margin_money::one_loom(),
        centre::a_rupee_more(),
        marketing::the_fourth_fair(),
        marketing::credits_that_came_back(),
        round_trip::round_trip(),
        toolkit::twice(),
        year_end::year_end(),
    ]))
}

/// A case of the stories worth following: paid, come back, paid again, audited.
pub(super) fn example(tales: &[Tale]) -> Option<&CaseRef> {
    tales.iter().find(|tale| tale.name == marketing::CAME_BACK)?.cases.first()
}

#[cfg(test)]
mod tests;
