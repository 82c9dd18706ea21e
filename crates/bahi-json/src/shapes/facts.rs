//! The facts of a case: an object by name.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use bahi_core::{Alias, GivenFact, Word};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    form::{Form, Reading},
    malformed::Complaint,
    value::Text,
};

/// The facts of a case by name, in order of name: an object has no order of its own.
#[derive(Default)]
pub(crate) struct FactsJson(pub Vec<(Word, GivenFact)>);

impl FactsJson {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Form<Vec<(Word, GivenFact)>> for FactsJson {
    fn read(self, _: &mut Reading<'_>) -> Result<Vec<(Word, GivenFact)>, Complaint> {
        Ok(self.0)
    }

    fn write(facts: &Vec<(Word, GivenFact)>, _: &[Alias]) -> FactsJson {
        FactsJson(facts.clone())
    }
}

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = FactsJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facts are an object by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FactsJson, A::Error> {
        let mut facts = BTreeMap::new();
        while let Some(Text(name)) = map.next_key::<Text<Word>>()? {
            if facts.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the fact {name} stands twice")));
            }
            let FactJson(value) = map.next_value()?;
            facts.insert(name, value);
        }
        Ok(FactsJson(facts.into_iter().collect()))
    }
}

impl<'de> Deserialize<'de> for FactsJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsVisitor)
    }
}

impl Serialize for FactsJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                GivenFact::Text(text) => map.serialize_entry(name.as_str(), text.as_str())?,
                GivenFact::Count(count) => map.serialize_entry(name.as_str(), count)?,
                GivenFact::Flag(flag) => map.serialize_entry(name.as_str(), flag)?,
            }
        }
        map.end()
    }
}

impl JsonSchema for FactsJson {
    fn schema_name() -> Cow<'static, str> {
        "facts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<Text<Word>>();
        json_schema!({
            "type": "object",
            "description": "What an application states or a step reports, by name: amounts as decimal strings of \
                rupees, counts as whole numbers, flags as true or false; the scheme's terms say \
                which facts they ask for, and any other is refused.",
            "propertyNames": name,
            "additionalProperties": {
                "anyOf": [
                    name,
                    { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                    { "type": "boolean" },
                ],
            },
            "examples": [{ "project_cost": "1000000.00" }],
        })
    }
}

/// The value of one fact.
struct FactJson(GivenFact);

const FACT_EXPECTED: &str = "a fact is a text, a whole number from zero, true or false";

struct FactVisitor;

impl<'de> Visitor<'de> for FactVisitor {
    type Value = FactJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FACT_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FactJson, E> {
        let text = Word::new(text).map_err(E::custom)?;
        Ok(FactJson(GivenFact::Text(text)))
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<FactJson, E> {
        Ok(FactJson(GivenFact::Count(count)))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<FactJson, E> {
        Ok(FactJson(GivenFact::Flag(flag)))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<FactJson, A::Error> {
        Err(A::Error::custom(format_args!("an object stands here; {FACT_EXPECTED}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<FactJson, A::Error> {
        Err(A::Error::custom(format_args!("a list stands here; {FACT_EXPECTED}")))
    }
}

impl<'de> Deserialize<'de> for FactJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactVisitor)
    }
}
