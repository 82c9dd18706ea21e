//! What a case of each scheme goes through: its steps, the gates of its money, returns and outcomes.
//!
//! A step that is recorded is held to its gates. A gate of money binds where it looks at what the
//! ledger itself knows: the days since a credit, how much of a payment is used. One that looks for
//! recorded steps is only shown, by the policy `steps_before_money`, so that an office that records
//! none can work, and history without them can come in; a gate is never both.
//!
//! # Invariants
//! * The gates of a version stand in the order in which a case comes to them, typical times last.
//! * A paper is asked for only where the order speaks of it.
//! * Every deadline of an order is held by a gate, a condition or a limit, or [`DEADLINES`] says why
//!   not.
//!
//! # Not here
//! What a person, a unit or a fair must be, and how often: `limits`. Whether a gate holds for a case:
//! the rules. Which instalment is whose: a payment names its payee and the terms do not, so that no
//! gate tells an honorarium from an institute's fee.

mod cfc;
mod deadlines;
mod margin_money;
mod mda;
mod returns;
mod training_toolkit;

pub use deadlines::{DEADLINES, Deadline, Held};

pub(crate) use cfc::{cfc_2018, cfc_2023};
pub(crate) use margin_money::margin_money;
pub(crate) use mda::{mda_2019, mda_2020};
pub(crate) use training_toolkit::training_toolkit;

use bahi_core::{FactKind, Outcome, Policy, Procedure, Role, TermsParts};

use crate::compose::{Draft, policy, word};

/// The district's office: it receives, inspects and tells.
const OFFICE: &[Role] = &[Role::DistrictOffice];
/// A committee that decides, or whoever grants on its word.
const COMMITTEE: &[Role] = &[Role::SanctioningAuthority];
/// A committee of the district, which its office speaks for.
const DISTRICT_COMMITTEE: &[Role] = &[Role::SanctioningAuthority, Role::DistrictOffice];

/// The parts with a procedure, and with the policies that every procedure has beside its own.
fn with(
    mut parts: TermsParts,
    gates: impl IntoIterator<Item = Draft>,
    outcomes: impl IntoIterator<Item = Outcome>,
    policies: impl IntoIterator<Item = Policy>,
) -> TermsParts {
    parts.procedure = Procedure {
        gates: gates.into_iter().map(Draft::gate).collect(),
        returns: returns::rules(),
        outcomes: outcomes.into_iter().collect(),
    };
    parts.policies.extend(policies);
    parts.policies.extend([
        policy("steps_before_money", "shown"),
        policy("payment_that_came_back", "by_its_reason"),
        policy("outcomes", "asked_by_this_ledger"),
    ]);
    parts
}

/// A count that a step may report.
fn count(name: &str, paragraph: &str) -> Outcome {
    Outcome { name: word(name), kind: FactKind::Count, paragraph: word(paragraph) }
}

/// An amount that a step may report.
fn amount(name: &str, paragraph: &str) -> Outcome {
    Outcome { name: word(name), kind: FactKind::Money, paragraph: word(paragraph) }
}

/// The line of an outcome that no order asks for.
const NO_LINE: &str = "asked by no line";

#[cfg(test)]
mod tests;
