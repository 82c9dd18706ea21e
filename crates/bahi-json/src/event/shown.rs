//! How the values of an event are shown: numbers as names, amounts and days as texts.
//!
//! # Invariants
//! * A number whose name is unknown is shown as `#7`; a number of none as `null`.

use std::borrow::Cow;

use bahi_core::{
    AccountKey, ActorNo, Applicant, BarSubject, CommandKind, District, EventKind, FinancialYear,
    FundKey, Movement, Names, Payee, Position, StoredFact, Terms, WordNo,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    described::DistrictCode,
    form::Form,
    shapes::{ApplicantJson, KeyJson, PayeeJson, SubjectJson},
    terms::TermsJson,
    value::{Listed, OneOf, PublicKey, Text, Textual},
};

/// A value that an answer shows.
pub(super) trait Shown<A> {
    /// How it is shown.
    fn shown(&self, names: &Names) -> A;
}

/// A name by number: none for none, `#7` where the number has no name.
pub(super) fn by_number<T: ToString>(none: bool, number: u32, name: Option<&T>) -> Option<String> {
    match name {
        Some(name) => Some(name.to_string()),
        None if none => None,
        None => Some(format!("#{number}")),
    }
}

impl Shown<Option<String>> for WordNo {
    fn shown(&self, names: &Names) -> Option<String> {
        by_number(self.is_none(), self.0, names.word(*self))
    }
}

impl Shown<Option<String>> for ActorNo {
    fn shown(&self, names: &Names) -> Option<String> {
        by_number(self.is_none(), self.0, names.actor(*self))
    }
}

impl Shown<Text<PublicKey>> for [u8; 32] {
    fn shown(&self, _: &Names) -> Text<PublicKey> {
        Text(PublicKey(*self))
    }
}

/// What is known of a fund.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "fund")]
pub(super) struct FundAnswer {
    scheme: Option<String>,
    head: Option<String>,
    #[schemars(with = "Text<FinancialYear>")]
    fy: String,
    #[schemars(with = "DistrictCode")]
    district: String,
}

impl Shown<Option<FundAnswer>> for FundKey {
    fn shown(&self, names: &Names) -> Option<FundAnswer> {
        let FundKey { scheme, head, fy, district } = *self;
        if scheme.is_none() && head.is_none() {
            return None;
        }
        Some(FundAnswer {
            scheme: by_number(scheme.is_none(), scheme.0.into(), names.scheme(scheme)),
            head: by_number(head.is_none(), head.0.into(), names.head(head)),
            fy: fy.to_string(),
            district: district.to_string(),
        })
    }
}

/// The other fund of what moved, where it has one.
impl Shown<Option<FundAnswer>> for Option<Movement> {
    fn shown(&self, names: &Names) -> Option<FundAnswer> {
        self.and_then(Movement::other).and_then(|fund| fund.shown(names))
    }
}

impl Shown<String> for District {
    fn shown(&self, _: &Names) -> String {
        self.to_string()
    }
}

impl<T: Textual + Clone> Shown<Text<T>> for T {
    fn shown(&self, _: &Names) -> Text<T> {
        Text(self.clone())
    }
}

macro_rules! as_they_are {
    ($($name:ident)*) => {$(
        impl Shown<$name> for $name {
            fn shown(&self, _: &Names) -> $name {
                *self
            }
        }
    )*};
}

as_they_are! { u16 u32 u64 bool }

impl<T: Listed> Shown<OneOf<T>> for T {
    fn shown(&self, _: &Names) -> OneOf<T> {
        OneOf(*self)
    }
}

impl Shown<&'static str> for CommandKind {
    fn shown(&self, _: &Names) -> &'static str {
        self.name()
    }
}

impl Shown<&'static str> for EventKind {
    fn shown(&self, _: &Names) -> &'static str {
        self.name()
    }
}

/// A position that always is one, or 0 before the first event.
impl Shown<u64> for Position {
    fn shown(&self, _: &Names) -> u64 {
        self.0
    }
}

/// A position that may be none.
impl Shown<Option<u64>> for Position {
    fn shown(&self, _: &Names) -> Option<u64> {
        (!self.is_none()).then_some(self.0)
    }
}

macro_rules! as_in_commands {
    ($($value:ident $shape:ident;)*) => {$(
        impl Shown<$shape> for $value {
            fn shown(&self, _: &Names) -> $shape {
                $shape::write(self, &[])
            }
        }
    )*};
}

as_in_commands! {
    AccountKey KeyJson;
    Applicant ApplicantJson;
    BarSubject SubjectJson;
    Payee PayeeJson;
}

impl Shown<Box<TermsJson>> for Terms {
    fn shown(&self, _: &Names) -> Box<TermsJson> {
        Box::new(TermsJson::from(self))
    }
}

impl<A, T: Shown<A>> Shown<Option<A>> for Option<T> {
    fn shown(&self, names: &Names) -> Option<A> {
        self.as_ref().map(|value| value.shown(names))
    }
}

impl<A, T: Shown<A>> Shown<Vec<A>> for Vec<T> {
    fn shown(&self, names: &Names) -> Vec<A> {
        self.iter().map(|value| value.shown(names)).collect()
    }
}

/// Facts by name, in the order they are stored.
pub(super) struct NamedFacts(Vec<(String, FactAnswer)>);

impl NamedFacts {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl JsonSchema for NamedFacts {
    fn schema_name() -> Cow<'static, str> {
        "named_facts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Facts by name: amounts and words as texts, counts as whole numbers, \
                flags as true or false.",
            "additionalProperties": {
                "anyOf": [
                    { "type": "string" },
                    { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                    { "type": "boolean" },
                ],
            },
        })
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum FactAnswer {
    Text(String),
    Count(u64),
    Flag(bool),
}

impl Serialize for NamedFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Shown<NamedFacts> for Vec<(WordNo, StoredFact)> {
    fn shown(&self, names: &Names) -> NamedFacts {
        let word = |word: WordNo| word.shown(names).unwrap_or_default();
        let value = |fact: StoredFact| match fact {
            StoredFact::Money(money) => FactAnswer::Text(money.to_string()),
            StoredFact::Count(count) => FactAnswer::Count(count),
            StoredFact::Flag(flag) => FactAnswer::Flag(flag),
            StoredFact::Word(held) => FactAnswer::Text(word(held)),
        };
        NamedFacts(self.iter().map(|(name, fact)| (word(*name), value(*fact))).collect())
    }
}
