//! What happens to a case, what it waits for and how long, as the texts of terms.
//!
//! # Not here
//! The objects these texts stand in: `terms`.

use bahi_core::{FactKind, Milestone, Span, Subject};
use schemars::{Schema, json_schema};

use super::{Listed, Textual};

/// A step by its name, as part of a pattern; the name is an identifier.
macro_rules! step {
    () => {
        "step [!-~]([ -~]{0,62}[!-~])?"
    };
}

/// An instalment by its number, 1 to 65535, as part of a pattern.
macro_rules! instalment {
    () => {
        "instalment ([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|\
         6553[0-5])"
    };
}

/// A milestone, as part of a pattern.
macro_rules! milestone {
    () => {
        concat!("(application|sanction|payment|credit|", instalment!(), "|", step!(), ")")
    };
}

const SUBJECT: &str = "a gate is of \"step NAME\", \"sanction\", \"payment\", \
    \"instalment N\", \"use\" or \"adjustment\"";

const MILESTONE: &str = "a milestone is \"application\", \"step NAME\", \"sanction\", \
    \"payment\", \"instalment N\" or \"credit\"";

const SPAN: &str = "a time is \"N days after MILESTONE\" or \"N months after MILESTONE\", of 1 \
    to 36500 days or 1 to 1200 months";

impl Textual for Subject {
    const NAME: &'static str = "gate_of";
    const EXPECTED: &'static str = SUBJECT;

    fn read(text: &str) -> Result<Subject, String> {
        Subject::parse(text).ok_or_else(|| SUBJECT.to_owned())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "What a gate is about: a step that is recorded, the sanction, any \
                payment, the payment of an instalment from 1, a use of money, an adjustment.",
            "pattern": concat!(
                "^(sanction|payment|use|adjustment|", instalment!(), "|", step!(), ")$"
            ),
            "examples": ["step joint_inspection", "instalment 2"],
        })
    }
}

impl Textual for Milestone {
    const NAME: &'static str = "milestone";
    const EXPECTED: &'static str = MILESTONE;

    fn read(text: &str) -> Result<Milestone, String> {
        Milestone::parse(text).ok_or_else(|| MILESTONE.to_owned())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "Something that has happened to a case: it applied, a step was \
                recorded, it was sanctioned, a payment or that of an instalment was issued and did \
                not come back, the latest payment was credited.",
            "pattern": concat!("^", milestone!(), "$"),
            "examples": ["step claim", "credit"],
        })
    }
}

impl Textual for Span {
    const NAME: &'static str = "span";
    const EXPECTED: &'static str = SPAN;

    fn read(text: &str) -> Result<Span, String> {
        Span::parse(text).ok_or_else(|| SPAN.to_owned())
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn describe() -> Schema {
        json_schema!({
            "type": "string",
            "description": "So long after a milestone: 1 to 36500 days, or 1 to 1200 months, which \
                end on the same day of a later month or on its last.",
            "pattern": concat!(
                "^(([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|36500) days|",
                "([1-9][0-9]{0,2}|1[01][0-9]{2}|1200) months) after ",
                milestone!(),
                "$"
            ),
            "examples": ["24 months after credit", "7 days after step claim"],
        })
    }
}

/// The kind of an outcome: a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OutcomeKind(pub FactKind);

impl Listed for OutcomeKind {
    const NAME: &'static str = "outcome_kind";
    const WHAT: &'static str = "Whether an outcome is an amount or a count.";
    const ALL: &'static [OutcomeKind] =
        &[OutcomeKind(FactKind::Money), OutcomeKind(FactKind::Count)];

    fn word(self) -> &'static str {
        self.0.name()
    }
}
