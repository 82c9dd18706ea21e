//! The shapes inside commands and events: authorities, funds, papers, findings, lines of a
//! statement, and in rooms of their own keys, people and facts.
//!
//! # Not here
//! Terms (`terms`) and the commands themselves (`command`).

mod facts;
mod keys;
mod people;

use bahi_core::{
    AcceptedDifference, Alias, Authority, Day, District, FinancialYear, Fund, Further, HeadName,
    Ifsc, LineKind, LineReference, LineSide, Money, NameKind, NameMark, OrderNumber, Particulars,
    Position, Reference, SchemeName, StatementLine, Total, Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    form::{Form, Reading},
    malformed::Complaint,
    value::{DistrictText, Object, OneOf, Text, Whole},
};

pub(crate) use facts::FactsJson;
pub(crate) use keys::KeyJson;
pub(crate) use people::{ApplicantJson, PayeeJson, SubjectJson};

/// Declares shapes of plain fields: the type, and the two ways between it and its value, which is a
/// struct with the same fields or a tuple of them.
macro_rules! plain {
    (@whole ($($part:ty),*) $($field:ident)*) => { ($($field),*) };
    (@whole $value:ident $($field:ident)*) => { $value { $($field),* } };
    ($(
        $(#[$doc:meta])*
        $schema:literal $name:ident of $value:tt {
            $($(#[$field_doc:meta])* $field:ident : $type:ty,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = $schema)]
        pub(crate) struct $name {
            $($(#[$field_doc])* $field: $type,)*
        }

        impl Form<$value> for $name {
            fn read(self, reading: &mut Reading<'_>) -> Result<$value, Complaint> {
                $(let $field = Form::read(self.$field, reading)
                    .map_err(|complaint| complaint.inside(stringify!($field)))?;)*
                Ok(plain!(@whole $value $($field)*))
            }

            fn write(whole: &$value, aliases: &[Alias]) -> $name {
                let plain!(@whole $value $($field)*) = whole;
                $name { $($field: Form::write($field, aliases),)* }
            }
        }
    )*};
}

plain! {
    /// The order an act rests on.
    "authority" AuthorityJson of Authority {
        /// The number of the order, verbatim.
        order: Text<OrderNumber>,
        /// The date of the order.
        date: Text<Day>,
        /// The paragraph relied on, as the order numbers it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paragraph: Option<Text<Word>>,
    }
    /// A fund: a scheme's money under one head of account, for one year and one district.
    "fund" FundJson of Fund {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// The head of account.
        head: Text<HeadName>,
        /// The financial year of the allotment.
        fy: Text<FinancialYear>,
        /// The district, or the scheme's pool.
        district: Text<DistrictText>,
    }
    /// A paper or a thing that was seen: never its text.
    "evidence" EvidenceJson of (Word, Reference) {
        /// What kind of paper, as a code: sanction_order.
        kind: Text<Word>,
        /// What it is called.
        reference: Text<Reference>,
    }
    /// One finding of an audit.
    "finding" FindingJson of (Word, Money) {
        /// The check, as a code: C05.
        check: Text<Word>,
        /// The money in question; zero where none is.
        amount: Text<Money>,
    }
    /// A line of a statement, by its statement and its number.
    "line" LineJson of LineReference {
        /// The position of the StatementReceived.
        statement: Whole<Position>,
        /// The line's number in it, from 1.
        line: Whole<u32>,
    }
    /// One line of a statement: what can be matched, and where the rest of it lies in the file.
    "statement_line" StatementLineJson of StatementLine {
        /// How much.
        amount: Text<Money>,
        /// Whether it came in or went out, seen from the account's owner.
        side: OneOf<LineSide>,
        /// The day it was booked.
        booked: Text<Day>,
        /// The day it counts for the bank.
        value: Text<Day>,
        /// The references found in it.
        references: Vec<Text<Reference>>,
        /// The other account, where it is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        counterparty: Option<KeyJson>,
        /// Where it begins in the file, in bytes from 0.
        at: Whole<u64>,
        /// How many bytes it has.
        bytes: Whole<u32>,
        /// What else the file tells of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        particulars: Option<Object<ParticularsJson>>,
    }
    /// What a file tells of a line beside amount, days and references.
    "particulars" ParticularsJson of Particulars {
        /// What the bank says it is.
        kind: OneOf<LineKind>,
        /// What each of the line's references names, in their order.
        names: Vec<Object<NameMarkJson>>,
        /// The other account's branch, where it is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ifsc: Option<Text<Ifsc>>,
        /// Why it came back, as the bank's code, of a return.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text<Reference>>,
        /// How many payments it stands for, where it says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch: Option<Whole<u32>>,
        /// What the account held after it, where the file says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<Text<Total>>,
    }
    /// What a reference of a line names, and where it stood.
    "name_mark" NameMarkJson of NameMark {
        /// What it names.
        kind: OneOf<NameKind>,
        /// Whether it was found in a narration, and not in a field of its own.
        narrated: bool,
    }
    /// What a match joins beside its first line and its first event.
    "further" FurtherJson of Further {
        /// Lines, rising, each after the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lines: Vec<Object<LineJson>>,
        /// Positions of events, rising, each after the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<Whole<Position>>,
    }
    /// A difference that a named rule accepts.
    "difference" DifferenceJson of AcceptedDifference {
        /// The rule, as a code.
        tolerance: Text<Word>,
        /// The lines' sum less the events'.
        amount: Text<Total>,
        /// The most that the rule accepts either way; none where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<Text<Money>>,
    }
}

/// A district as a code, the pool, or a name that the caller knows.
impl Form<District> for Text<DistrictText> {
    fn read(self, reading: &mut Reading<'_>) -> Result<District, Complaint> {
        reading.district(&self.0.0)
    }

    fn write(district: &District, _: &[Alias]) -> Text<DistrictText> {
        Text(DistrictText(district.to_string()))
    }
}

impl From<&Authority> for AuthorityJson {
    fn from(authority: &Authority) -> AuthorityJson {
        Form::write(authority, &[])
    }
}

impl From<AuthorityJson> for Authority {
    fn from(json: AuthorityJson) -> Authority {
        Authority {
            order: json.order.0,
            date: json.date.0,
            paragraph: json.paragraph.map(|paragraph| paragraph.0),
        }
    }
}
