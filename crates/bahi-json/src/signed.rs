//! A command as its actor signed it: the line as a text, the key and the signature beside it.
//!
//! # Invariants
//! * The line that was signed is kept to the byte; the command is what that line says.
//!
//! # Not here
//! Whether the signature holds, and whose key it is: the ledger's rules say.

use bahi_core::{Command, SIGNED_LINE_BYTES_MAX, Signed};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Districts, Malformed,
    command::plain_command,
    malformed::{Complaint, read},
    value::{Object, PublicKey, Text},
};

/// A command with its actor's signature: an event is recorded as from its line, with both beside it.
#[derive(Serialize, Deserialize, JsonSchema, Clone)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "signed_command")]
pub(crate) struct SignedShape {
    /// The line of a command that is not signed, as a text: at most 8192 bytes, exactly those that
    /// were signed.
    #[schemars(length(min = 1))]
    signed: String,
    /// The key that signed it.
    key: Text<PublicKey>,
    /// The Ed25519 signature over `bahi command 1`, the ledger's name, its id in 32 lower-case hex
    /// digits, and the line, with a line feed between each two.
    signature: Text<[u8; 64]>,
}

impl From<&Signed> for SignedShape {
    fn from(signed: &Signed) -> SignedShape {
        SignedShape {
            signed: signed.line().to_owned(),
            key: Text(PublicKey(*signed.key())),
            signature: Text(*signed.signature()),
        }
    }
}

/// Whether a line has the field of a signed command. Nearly no line has, or has even the word.
pub(crate) fn is_signed(line: &[u8]) -> bool {
    const FIELD: &[u8] = b"\"signed\"";
    line.windows(FIELD.len()).any(|part| part == FIELD)
        && serde_json::from_slice::<Map<String, Value>>(line)
            .is_ok_and(|fields| fields.contains_key("signed"))
}

/// The command of a signed line.
pub(crate) fn signed_command(line: &[u8], districts: Districts<'_>) -> Result<Command, Malformed> {
    let Object(shape): Object<SignedShape> = read(line)?;
    let complain = |what: String| Malformed::at_path(line, &Complaint::new("signed", what));
    let signed = Signed::new(&shape.signed, shape.key.0.0, shape.signature.0);
    let signed = signed.ok_or_else(|| {
        complain(format!("one line of 1 to {SIGNED_LINE_BYTES_MAX} bytes is signed"))
    })?;
    let command = plain_command(shape.signed.as_bytes(), districts).map_err(|malformed| {
        complain(format!("in the signed line, column {}: {}", malformed.column, malformed.what))
    })?;
    Ok(Command { signed: Some(Box::new(signed)), ..command })
}

/// The schema of a signed command.
pub(crate) fn schema(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<SignedShape>()
}

#[cfg(test)]
mod tests;
