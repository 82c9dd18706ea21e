//! The JSON Schema of one line of commands, generated from the types that read it.
//!
//! # Not here
//! What a pattern cannot say and the reader still checks: that a date exists, that the second year
//! follows the first, that terms fit together.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::command::schemas;

/// The JSON Schema (draft 2020-12) of one line of `submit`: one of the kinds of commands.
///
/// ```
/// let schema = bahi_json::command_schema();
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(bahi_core::CommandKind::ALL.len()));
/// ```
#[must_use]
pub fn command_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let kinds = schemas(&mut generator);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A command to a Bahi subsidy ledger",
        "description": "One JSON object on one line of UTF-8, at most 65536 bytes. Each asks for one \
            event; the answer is one line too: accepted with a position, refused with a code, a \
            duplicate of an earlier command, or malformed with a column. No field is named twice \
            and no other field is allowed; null stands for an absent optional field.",
        "type": "object",
        "required": ["command_id", "kind"],
        "oneOf": kinds,
        "$defs": generator.take_definitions(true),
    })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod validator;
