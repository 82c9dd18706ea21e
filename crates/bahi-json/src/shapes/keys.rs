//! Keys: fingerprints of people, bodies and accounts, under one key id or under several.
//!
//! # Invariants
//! * No message repeats what stands in place of a key or of a key id: it may be an identity.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use bahi_core::{AccountKey, Alias, BodyKey, FamilyKey, Fingerprint, PersonKey};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    form::{Form, Reading},
    malformed::Complaint,
};

/// A keyed fingerprint of something about a person, and the same thing's under older keys.
///
/// Under key id 1 alone it is 32 lower-case hex digits; else an object with one for each key id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct KeyJson {
    newest: Fingerprint,
    /// In order of key id, each below the newest.
    older: Vec<Fingerprint>,
}

/// The key id of a key that names none.
const KEY_ID_BARE: u16 = 1;
const KEY_EXPECTED: &str = "a key is a string of 32 lower-case hex digits";

impl From<Fingerprint> for KeyJson {
    fn from(newest: Fingerprint) -> KeyJson {
        KeyJson { newest, older: Vec::new() }
    }
}

macro_rules! keys {
    ($($name:ident)*) => {$(
        impl From<$name> for KeyJson {
            fn from(key: $name) -> KeyJson {
                key.0.into()
            }
        }

        impl Form<$name> for KeyJson {
            fn read(self, reading: &mut Reading<'_>) -> Result<$name, Complaint> {
                for older in self.older {
                    reading.alias(self.newest, older)?;
                }
                Ok($name(self.newest))
            }

            fn write(key: &$name, aliases: &[Alias]) -> KeyJson {
                KeyJson::with(key.0, aliases)
            }
        }
    )*};
}

keys! { PersonKey FamilyKey BodyKey AccountKey }

impl KeyJson {
    fn with(newest: Fingerprint, aliases: &[Alias]) -> KeyJson {
        let of_it = aliases.iter().filter(|alias| alias.newest == newest).map(|alias| alias.older);
        let older: BTreeMap<u16, Fingerprint> = of_it
            .filter(|older| older.key_id != newest.key_id)
            .map(|older| (older.key_id, older))
            .collect();
        KeyJson { newest, older: older.into_values().collect() }
    }
}

struct KeyVisitor;

fn print_of(text: &str) -> Result<Fingerprint, String> {
    Fingerprint::parse(text).ok_or_else(|| {
        "a key is a fingerprint of 32 lower-case hex digits, never the number itself".to_owned()
    })
}

/// The key id of a text: 1 to 65535, without a sign or a leading zero.
fn key_id_of(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = KeyJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<KeyJson, E> {
        print_of(text).map(KeyJson::from).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyJson, A::Error> {
        let mut held = BTreeMap::new();
        while let Some(text) = map.next_key::<String>()? {
            let key_id = key_id_of(&text).ok_or_else(|| {
                A::Error::custom("a key id is a number from 1 to 65535 without a leading zero")
            })?;
            if held.contains_key(&key_id) {
                return Err(A::Error::custom(format_args!("key id {key_id} stands twice")));
            }
            let print = map.next_value::<PrintText>()?.0;
            held.insert(key_id, Fingerprint { key_id, ..print });
        }
        let Some((_, newest)) = held.pop_last() else {
            return Err(A::Error::custom("an object of fingerprints has at least one"));
        };
        Ok(KeyJson { newest, older: held.into_values().collect() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<KeyJson, A::Error> {
        Err(A::Error::custom(format_args!("a list stands here; {KEY_EXPECTED}")))
    }
}

/// One fingerprint inside an object of fingerprints.
struct PrintText(Fingerprint);

struct PrintVisitor;

impl Visitor<'_> for PrintVisitor {
    type Value = PrintText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PrintText, E> {
        print_of(text).map(PrintText).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for PrintText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PrintVisitor)
    }
}

impl<'de> Deserialize<'de> for KeyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

impl Serialize for KeyJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.newest.key_id == KEY_ID_BARE && self.older.is_empty() {
            return serializer.serialize_str(&self.newest.to_string());
        }
        let mut map = serializer.serialize_map(Some(self.older.len() + 1))?;
        for print in self.older.iter().chain([&self.newest]) {
            map.serialize_entry(&print.key_id.to_string(), &print.to_string())?;
        }
        map.end()
    }
}

/// A pattern of the numbers from 1 to 65535.
const KEY_ID_PATTERN: &str =
    "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";

impl JsonSchema for KeyJson {
    fn schema_name() -> Cow<'static, str> {
        "key".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A keyed fingerprint (HMAC) of an identity, never the identity: 32 \
                lower-case hex digits while one key is held, which is key 1; else an object that \
                gives the fingerprint under each key held by the id of the key.",
            "oneOf": [
                { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                {
                    "type": "object",
                    "propertyNames": { "pattern": KEY_ID_PATTERN },
                    "additionalProperties": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                    "minProperties": 1,
                },
            ],
        })
    }
}
