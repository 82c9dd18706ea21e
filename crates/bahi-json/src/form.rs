//! The two ways between a value of a command and its JSON shape.
//!
//! # Invariants
//! * What is written reads back as the same value.
//! * Aliases come out rising and each once, in whatever order the fields of a line stand.
//!
//! # Not here
//! The shapes themselves (`shapes`, `value`).

use std::collections::BTreeMap;

use bahi_core::{ALIASES_MAX, Alias, District, Fingerprint, Further, PaymentMode, Position};

use crate::{
    command::Districts,
    malformed::{Complaint, LINE_BYTES_MAX},
    shapes::FurtherJson,
    value::{Object, OneKey, OneOf, PublicKey, Text, Textual, Whole, WholeNumber},
};

/// A JSON shape of a value.
pub(crate) trait Form<V>: Sized {
    /// The value of a shape that was read; a complaint's path begins at the shape.
    fn read(self, reading: &mut Reading<'_>) -> Result<V, Complaint>;
    /// The shape of a value, in a command that has these aliases.
    fn write(value: &V, aliases: &[Alias]) -> Self;
}

/// What the reading of one command knows and finds.
pub(crate) struct Reading<'a> {
    districts: Districts<'a>,
    /// The print under an older key, by the newest fingerprint and that key's id.
    older: BTreeMap<(Fingerprint, u16), [u8; 16]>,
}

/// The fewest bytes a fingerprint under an older key takes in a line: `"1":"` and 32 digits, `",`.
const OLDER_BYTES_MIN: usize = 39;

// A line has no room for more aliases than a command may have, so none has to be counted.
const _: () = assert!(LINE_BYTES_MAX / OLDER_BYTES_MIN <= ALIASES_MAX);

impl<'a> Reading<'a> {
    pub(crate) fn new(districts: Districts<'a>) -> Reading<'a> {
        Reading { districts, older: BTreeMap::new() }
    }

    /// A district of a text: by its code, as the pool, or by a name that the caller knows.
    pub(crate) fn district(&self, text: &str) -> Result<District, Complaint> {
        District::parse(text).or_else(|| (self.districts)(text)).ok_or_else(|| {
            let what = "no district has this code or name; a code is digits as text, money of no \
                district is of the \"pool\"";
            Complaint::new("", what)
        })
    }

    /// Notes that two fingerprints are of one thing.
    pub(crate) fn alias(
        &mut self,
        newest: Fingerprint,
        older: Fingerprint,
    ) -> Result<(), Complaint> {
        let held = *self.older.entry((newest, older.key_id)).or_insert(older.print);
        if held == older.print {
            return Ok(());
        }
        let what = format!(
            "this fingerprint under key id {} stands elsewhere in the line with another one under \
                key id {}",
            newest.key_id, older.key_id
        );
        Err(Complaint::new("", what))
    }

    /// The aliases that were noted, rising, each once.
    pub(crate) fn aliases(self) -> Vec<Alias> {
        let alias =
            |((newest, key_id), print)| Alias { newest, older: Fingerprint { key_id, print } };
        self.older.into_iter().map(alias).collect()
    }
}

impl<T: Textual + Clone> Form<T> for Text<T> {
    fn read(self, _: &mut Reading<'_>) -> Result<T, Complaint> {
        Ok(self.0)
    }

    fn write(value: &T, _: &[Alias]) -> Text<T> {
        Text(value.clone())
    }
}

impl<T: Copy> Form<T> for OneOf<T> {
    fn read(self, _: &mut Reading<'_>) -> Result<T, Complaint> {
        Ok(self.0)
    }

    fn write(value: &T, _: &[Alias]) -> OneOf<T> {
        OneOf(*value)
    }
}

impl<T: WholeNumber> Form<T> for Whole<T> {
    fn read(self, _: &mut Reading<'_>) -> Result<T, Complaint> {
        Ok(self.0)
    }

    fn write(value: &T, _: &[Alias]) -> Whole<T> {
        Whole(*value)
    }
}

/// A position where 0 has a meaning of its own: before the first event.
impl Form<Position> for Whole<u64> {
    fn read(self, _: &mut Reading<'_>) -> Result<Position, Complaint> {
        Ok(Position(self.0))
    }

    fn write(value: &Position, _: &[Alias]) -> Whole<u64> {
        Whole(value.0)
    }
}

/// A position that may be none, which is written by leaving it out.
impl Form<Position> for Option<Whole<Position>> {
    fn read(self, _: &mut Reading<'_>) -> Result<Position, Complaint> {
        Ok(self.map_or(Position::NONE, |position| position.0))
    }

    fn write(value: &Position, _: &[Alias]) -> Option<Whole<Position>> {
        (!value.is_none()).then_some(Whole(*value))
    }
}

/// The number of a part, which is 1 where it is left out.
impl Form<u16> for Option<Whole<u16>> {
    fn read(self, _: &mut Reading<'_>) -> Result<u16, Complaint> {
        Ok(self.map_or(1, |part| part.0))
    }

    fn write(value: &u16, _: &[Alias]) -> Option<Whole<u16>> {
        (*value != 1).then_some(Whole(*value))
    }
}

/// A count, which is 0 where it is left out.
impl Form<u32> for Option<Whole<u32>> {
    fn read(self, _: &mut Reading<'_>) -> Result<u32, Complaint> {
        Ok(self.map_or(0, |count| count.0))
    }

    fn write(value: &u32, _: &[Alias]) -> Option<Whole<u32>> {
        (*value != 0).then_some(Whole(*value))
    }
}

impl Form<[u8; 32]> for Text<PublicKey> {
    fn read(self, _: &mut Reading<'_>) -> Result<[u8; 32], Complaint> {
        Ok(self.0.0)
    }

    fn write(value: &[u8; 32], _: &[Alias]) -> Text<PublicKey> {
        Text(PublicKey(*value))
    }
}

impl Form<bool> for bool {
    fn read(self, _: &mut Reading<'_>) -> Result<bool, Complaint> {
        Ok(self)
    }

    fn write(value: &bool, _: &[Alias]) -> bool {
        *value
    }
}

/// A flag that is not set is left out.
impl Form<bool> for Option<bool> {
    fn read(self, _: &mut Reading<'_>) -> Result<bool, Complaint> {
        Ok(self.unwrap_or_default())
    }

    fn write(value: &bool, _: &[Alias]) -> Option<bool> {
        value.then_some(true)
    }
}

/// What a match joins beside one line and one event is left out where it is nothing.
impl Form<Further> for Option<Object<FurtherJson>> {
    fn read(self, reading: &mut Reading<'_>) -> Result<Further, Complaint> {
        self.map_or(Ok(Further::NONE), |further| further.read(reading))
    }

    fn write(value: &Further, aliases: &[Alias]) -> Option<Object<FurtherJson>> {
        (!value.is_none()).then(|| Object::write(value, aliases))
    }
}

/// A mode that the source does not state is left out.
impl Form<PaymentMode> for Option<OneOf<PaymentMode>> {
    fn read(self, _: &mut Reading<'_>) -> Result<PaymentMode, Complaint> {
        Ok(self.map_or(PaymentMode::Unstated, |mode| mode.0))
    }

    fn write(value: &PaymentMode, _: &[Alias]) -> Option<OneOf<PaymentMode>> {
        (*value != PaymentMode::Unstated).then_some(OneOf(*value))
    }
}

impl<V, T: Form<V>> Form<V> for Object<T> {
    fn read(self, reading: &mut Reading<'_>) -> Result<V, Complaint> {
        self.0.read(reading)
    }

    fn write(value: &V, aliases: &[Alias]) -> Object<T> {
        Object(T::write(value, aliases))
    }
}

impl<V, T: Form<V>> Form<V> for OneKey<T> {
    fn read(self, reading: &mut Reading<'_>) -> Result<V, Complaint> {
        self.0.read(reading)
    }

    fn write(value: &V, aliases: &[Alias]) -> OneKey<T> {
        OneKey(T::write(value, aliases))
    }
}

impl<V, T: Form<V>> Form<Option<V>> for Option<T> {
    fn read(self, reading: &mut Reading<'_>) -> Result<Option<V>, Complaint> {
        self.map(|shape| shape.read(reading)).transpose()
    }

    fn write(value: &Option<V>, aliases: &[Alias]) -> Option<T> {
        value.as_ref().map(|value| T::write(value, aliases))
    }
}

impl<V, T: Form<V>> Form<Vec<V>> for Vec<T> {
    fn read(self, reading: &mut Reading<'_>) -> Result<Vec<V>, Complaint> {
        let each = |(index, shape): (usize, T)| {
            shape.read(reading).map_err(|complaint| complaint.inside(&format!("[{index}]")))
        };
        self.into_iter().enumerate().map(each).collect()
    }

    fn write(value: &Vec<V>, aliases: &[Alias]) -> Vec<T> {
        value.iter().map(|value| T::write(value, aliases)).collect()
    }
}
