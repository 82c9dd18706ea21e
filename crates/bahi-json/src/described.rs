//! What the texts of answers look like, for their schema alone: no value is of these types.
//!
//! # Not here
//! Texts that commands have too: `value`.

use std::borrow::Cow;

use bahi_core::{CommandKind, EventKind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

macro_rules! described {
    ($($(#[$doc:meta])* $name:ident, $schema:literal, $what:literal, $pattern:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $schema.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $what, "pattern": $pattern })
            }
        }
    )*};
}

described! {
    /// A sum of amounts.
    Rupees, "sum",
        "A sum of amounts: rupees as a decimal string with two places, a leading hyphen where it is \
         below zero.",
        "^-?[0-9]{1,33}[.][0-9]{2}$";
    /// A moment.
    Moment, "moment",
        "A moment in RFC 3339, in the time of India.",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?[-]?[+]?[0-9]{2}:[0-9]{2}$";
    /// A district, by its code.
    DistrictCode, "district_code",
        "A district by its code in the Local Government Directory, or pool: money of no district.",
        "^(pool|[0-9]{1,5})$";
    /// The id of an event.
    EventIdText, "event_id",
        "The ledger's id and the event's position.",
        "^[0-9a-f]{32}-[0-9]{1,20}$";
}

/// The name of a kind of event.
pub(crate) struct EventName;

impl JsonSchema for EventName {
    fn schema_name() -> Cow<'static, str> {
        "event_kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
        json_schema!({ "type": "string", "description": "What happened.", "enum": names })
    }
}

/// The name of a kind of command.
pub(crate) struct CommandName;

impl JsonSchema for CommandName {
    fn schema_name() -> Cow<'static, str> {
        "command_kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = CommandKind::ALL.iter().map(|kind| kind.name()).collect();
        json_schema!({ "type": "string", "description": "What was asked for.", "enum": names })
    }
}
