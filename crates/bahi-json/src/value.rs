//! The building blocks of the shapes: texts, whole numbers, names of a list, objects and operators,
//! each read strictly, written exactly and described for the schema.
//!
//! # Invariants
//! * What a type reads, what it writes and what its schema says come from one place each.
//! * No block reads a value of another JSON type, and none of their messages ends in a full stop.

mod procedure;

mod text;

use std::{borrow::Cow, fmt, marker::PhantomData};

use bahi_core::{
    Across, AfterReturn, AuditScope, CommandKind, Counted, FactKind, KeyChange, LineKind, LineSide,
    NameKind, Opinion, PaymentMode, Per, Position, Role, Rounding, Settlement, StockMove,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::MapAccessDeserializer,
    },
};
use serde_json::Value;

pub(crate) use procedure::OutcomeKind;
pub(crate) use text::{DistrictText, PublicKey};

/// A type written as one JSON string.
pub(crate) trait Textual: Sized {
    /// Its name in the schema.
    const NAME: &'static str;
    /// What is said where another JSON type stands: `an amount is a string of digits`.
    const EXPECTED: &'static str;
    /// Reads the string; the error is a fragment.
    fn read(text: &str) -> Result<Self, String>;
    /// Writes the string.
    fn write(&self) -> String;
    /// Its schema.
    fn describe() -> Schema;
}

/// A [`Textual`] value as a field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Text<T>(pub T);

struct TextVisitor<T>(PhantomData<T>);

impl<T: Textual> Visitor<'_> for TextVisitor<T> {
    type Value = Text<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<T>, E> {
        T::read(text).map(Text).map_err(E::custom)
    }
}

impl<'de, T: Textual> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

impl<T: Textual> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

impl<T: Textual> JsonSchema for Text<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::describe()
    }
}

/// A word out of a fixed list.
pub(crate) trait Listed: Copy + 'static {
    /// Its name in the schema.
    const NAME: &'static str;
    /// What the words are, in the schema.
    const WHAT: &'static str;
    /// Every value.
    const ALL: &'static [Self];
    /// The word.
    fn word(self) -> &'static str;
}

macro_rules! listed {
    ($($name:ident, $schema:literal, $what:literal;)*) => {
        $(impl Listed for $name {
            const NAME: &'static str = $schema;
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = &$name::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        })*
    };
}

listed! {
    Role, "role", "As what the actor acts.";
    PaymentMode, "mode", "How a payment travels.";
    AuditScope, "scope", "How far an audit looked.";
    Opinion, "opinion", "What an audit came to.";
    Settlement, "settlement", "How a finding was settled.";
    StockMove, "stock_move", "What becomes of things in kind.";
    LineKind, "line_kind", "What the bank says a line is.";
    NameKind, "name_kind", "What a reference of a line names.";
    LineSide, "side", "Which way the money of a line went, seen from the account's owner.";
    KeyChange, "key_change", "What became of a fingerprint key.";
    FactKind, "fact_kind", "What kind of value a fact has.";
    Per, "limited", "Whose cases are counted together.";
    Counted, "counted", "What makes a case count, and which of its days.";
    Across, "across", "Which schemes' cases count.";
    AfterReturn, "after_return", "What must follow a payment that came back.";
    Rounding, "rounding", "How an exact amount becomes whole paise or rupees, once, at the end.";
}

/// A [`Listed`] value as a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OneOf<T>(pub T);

struct OneOfVisitor<T>(PhantomData<T>);

fn words<T: Listed>() -> Vec<&'static str> {
    T::ALL.iter().map(|value| value.word()).collect()
}

impl<T: Listed> Visitor<'_> for OneOfVisitor<T> {
    type Value = OneOf<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {} belongs here", words::<T>().join(", "))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OneOf<T>, E> {
        let found = T::ALL.iter().find(|value| value.word() == text);
        found.map(|value| OneOf(*value)).ok_or_else(|| {
            E::custom(format_args!("unknown word; one of {} belongs here", words::<T>().join(", ")))
        })
    }
}

impl<'de, T: Listed> Deserialize<'de> for OneOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(OneOfVisitor(PhantomData))
    }
}

impl<T: Listed> Serialize for OneOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<T: Listed> JsonSchema for OneOf<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": T::WHAT, "enum": words::<T>() })
    }
}

/// The kind of one shape of command: its number is part of the type, so a shape has one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kind<const NUMBER: u16>;

impl<const NUMBER: u16> Kind<NUMBER> {
    fn word() -> &'static str {
        CommandKind::from_number(NUMBER).map_or("", CommandKind::name)
    }
}

impl<const NUMBER: u16> Visitor<'_> for Kind<NUMBER> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::word())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self, E> {
        if text == Self::word() {
            return Ok(self);
        }
        Err(E::custom(format_args!("the kind is {}", Self::word())))
    }
}

impl<'de, const NUMBER: u16> Deserialize<'de> for Kind<NUMBER> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Kind::<NUMBER>)
    }
}

impl<const NUMBER: u16> Serialize for Kind<NUMBER> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Self::word())
    }
}

impl<const NUMBER: u16> JsonSchema for Kind<NUMBER> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("kind_{}", Self::word()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "const": Self::word() })
    }
}

/// A whole number within bounds.
pub(crate) trait WholeNumber: Copy {
    /// The least.
    const MIN: u64;
    /// The largest.
    const MAX: u64;
    /// The value of a number within the bounds.
    fn from_number(number: u64) -> Option<Self>;
    /// The number.
    fn number(self) -> u64;
}

macro_rules! whole_numbers {
    ($($number:ident)*) => {$(
        impl WholeNumber for $number {
            const MIN: u64 = 0;
            const MAX: u64 = $number::MAX as u64;

            fn from_number(number: u64) -> Option<Self> {
                number.try_into().ok()
            }

            fn number(self) -> u64 {
                self.into()
            }
        }
    )*};
}

whole_numbers! { u8 u16 u32 u64 }

impl WholeNumber for Position {
    const MIN: u64 = 1;
    const MAX: u64 = u64::MAX;

    fn from_number(number: u64) -> Option<Self> {
        if number == 0 { None } else { Some(Position(number)) }
    }

    fn number(self) -> u64 {
        self.0
    }
}

/// A [`WholeNumber`] as a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Whole<T>(pub T);

struct WholeVisitor<T>(PhantomData<T>);

impl<T: WholeNumber> Visitor<'_> for WholeVisitor<T> {
    type Value = Whole<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {} belongs here", T::MIN, T::MAX)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole<T>, E> {
        T::from_number(number).map(Whole).ok_or_else(|| {
            E::custom(format_args!("{number} is no whole number from {} to {}", T::MIN, T::MAX))
        })
    }
}

impl<'de, T: WholeNumber> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(WholeVisitor(PhantomData))
    }
}

impl<T: WholeNumber> Serialize for Whole<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.number())
    }
}

impl<T: WholeNumber> JsonSchema for Whole<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("whole_{}_{}", T::MIN, T::MAX).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": T::MIN, "maximum": T::MAX })
    }
}

/// A shape that is read from an object alone; the reader would also take a list of its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Object<T>(pub T);

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object belongs here")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// A shape told by the one key of an object, as `{"fact": …}`, or by a bare word.
pub(crate) trait Tagged {
    /// What is said where another JSON type stands.
    const EXPECTED: &'static str;
    /// Whether a bare word may stand here.
    const BARE: bool;
}

/// A [`Tagged`] shape as a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OneKey<T>(pub T);

struct OneKeyVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged + Deserialize<'de>> Visitor<'de> for OneKeyVisitor<T> {
    type Value = OneKey<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OneKey<T>, A::Error> {
        let value = T::deserialize(MapAccessDeserializer::new(&mut map))?;
        if map.next_key::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("an object with exactly one key belongs here"));
        }
        Ok(OneKey(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OneKey<T>, E> {
        T::deserialize(text.into_deserializer()).map(OneKey)
    }

    // A list is refused in words of its own: the reader has taken its bracket already.
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<OneKey<T>, A::Error> {
        Err(A::Error::custom(format_args!("a list stands here; {}", T::EXPECTED)))
    }
}

impl<'de, T: Tagged + Deserialize<'de>> Deserialize<'de> for OneKey<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = OneKeyVisitor(PhantomData);
        if T::BARE {
            deserializer.deserialize_any(visitor)
        } else {
            deserializer.deserialize_map(visitor)
        }
    }
}

macro_rules! transparent {
    ($($name:ident)*) => {
        $(
            impl<T: Serialize> Serialize for $name<T> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.0.serialize(serializer)
                }
            }

            impl<T: JsonSchema> JsonSchema for $name<T> {
                fn inline_schema() -> bool {
                    T::inline_schema()
                }

                fn schema_name() -> Cow<'static, str> {
                    T::schema_name()
                }

                fn schema_id() -> Cow<'static, str> {
                    T::schema_id()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    T::json_schema(generator)
                }
            }
        )*
    };
}

transparent! { Object OneKey }

/// Exactly two values, as a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pair<T>(pub Box<[T; 2]>);

struct PairVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairVisitor<T> {
    type Value = Pair<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of exactly two belongs here")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pair<T>, A::Error> {
        let first = list.next_element()?;
        let second = list.next_element()?;
        let third = list.next_element::<IgnoredAny>()?;
        match (first, second, third) {
            (Some(first), Some(second), None) => Ok(Pair(Box::new([first, second]))),
            _ => Err(A::Error::custom("a list of exactly two belongs here")),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pair<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PairVisitor(PhantomData))
    }
}

impl<T: Serialize> Serialize for Pair<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Pair<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("two_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = Value::from(generator.subschema_for::<T>());
        json_schema!({ "type": "array", "items": items, "minItems": 2, "maxItems": 2 })
    }
}
