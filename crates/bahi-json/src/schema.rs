//! The JSON Schema of one line of commands and of answers, generated from the types that read and write
//! them.
//!
//! # Not here
//! What a pattern cannot say and the reader still checks: that a date exists, that the second year
//! follows the first, that terms fit together.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    AuditAnswer, BalancesAnswer, CertificatesAnswer, EventsAnswer, ExplainAnswer, FindingDone,
    LedgerAnswer, MatchDecidedAnswer, MatchExplainedAnswer, OutcomeLine, OutcomesAnswer,
    PaperAnswer, PaymentFilesAnswer, PaymentsDueAnswer, ReconciliationAnswer, SampleAnswer,
    SchemesAnswer, SealAnswer, StatementAddedAnswer, StatementFileAnswer, StatementsAnswer,
    SuspenseAnswer, TrailAnswer, command::schemas, signed,
};

/// Where the schemas of a document of HTTP routes stand.
const COMPONENTS: &str = "#/components/schemas/";

/// The JSON Schema (draft 2020-12) of one line of `submit`: one of the kinds of commands, or one that is
/// signed.
///
/// ```
/// let schema = bahi_json::command_schema();
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// let kinds = bahi_core::CommandKind::ALL.len();
/// assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(kinds + 1));
/// ```
#[must_use]
pub fn command_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut kinds = schemas(&mut generator);
    kinds.push(signed::schema(&mut generator));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A command to a Bahi subsidy ledger",
        "description": "One JSON object on one line of UTF-8, at most 65536 bytes. Each asks for one \
            event; the answer is one line too: accepted with a position, refused with a code, a \
            duplicate of an earlier command, or malformed with a column. No field is named twice \
            and no other field is allowed; null stands for an absent optional field. A command may be \
            signed by its actor's key: its line is then a text in the field signed.",
        "type": "object",
        "oneOf": kinds,
        "$defs": generator.take_definitions(true),
    })
}

/// The schemas of commands and answers, by name, as a document of HTTP routes has them: each names
/// another by its place among the components.
///
/// The names of answers are `ledger`, `balances`, `outcomes`, `suspense`, `schemes`, `trail`,
/// `explained`, `findings`, `finding_done`, `sample`, `paper`, `statements`, `statement_file`,
/// `statement_added`, `reconciliation`, `match_explained`, `match_decided`, `payment_files`,
/// `payment_file`, `payments_due`, `certificates`, `certificate`,
/// `seal`, `events`, `event` (one of the kinds, which have the names of their kinds) and
/// `answer_to_a_command`; `command` is any command, and what it is made of begins with `command.`.
///
/// ```
/// let schemas = bahi_json::answer_schemas();
/// assert_eq!(schemas["balances"]["properties"]["rows"]["items"]["$ref"],
///     "#/components/schemas/balance_row");
/// assert_eq!(schemas["Sanctioned"]["additionalProperties"], false);
/// ```
#[must_use]
pub fn answer_schemas() -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let named: [fn(&mut SchemaGenerator); 23] = [
        one::<LedgerAnswer>,
        one::<BalancesAnswer>,
        one::<OutcomesAnswer>,
        one::<SuspenseAnswer>,
        one::<SchemesAnswer>,
        one::<TrailAnswer>,
        one::<AuditAnswer>,
        one::<EventsAnswer>,
        one::<OutcomeLine>,
        one::<ExplainAnswer>,
        one::<SampleAnswer>,
        one::<PaperAnswer>,
        one::<FindingDone>,
        one::<StatementsAnswer>,
        one::<StatementFileAnswer>,
        one::<StatementAddedAnswer>,
        one::<ReconciliationAnswer>,
        one::<MatchExplainedAnswer>,
        one::<MatchDecidedAnswer>,
        one::<PaymentFilesAnswer>,
        one::<PaymentsDueAnswer>,
        one::<CertificatesAnswer>,
        one::<SealAnswer>,
    ];
    named.iter().for_each(|name| name(&mut generator));
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(close);
    schemas.extend(of_commands());
    schemas
}

/// Has the generator define a type.
fn one<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

/// Says of every object whose fields are listed that it has no others.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            keywords.values_mut().for_each(close);
            if keywords.get("properties").is_some_and(Value::is_object)
                && keywords.get("type").is_some_and(|kind| kind == "object")
            {
                keywords.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(all) => all.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schema of commands, whose definitions stand beside it under names of their own.
fn of_commands() -> Map<String, Value> {
    /// Makes names of definitions places among components.
    fn moved(schema: &mut Value) {
        match schema {
            Value::Object(keywords) => {
                keywords.values_mut().for_each(moved);
                if let Some(Value::String(place)) = keywords.get_mut("$ref")
                    && let Some(name) = place.strip_prefix("#/$defs/")
                {
                    *place = format!("{COMPONENTS}command.{name}");
                }
            }
            Value::Array(all) => all.iter_mut().for_each(moved),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut whole = command_schema();
    moved(&mut whole);
    let Value::Object(mut command) = whole else { return Map::new() };
    command.remove("$schema");
    let parts = command.remove("$defs");
    let parts = parts.as_ref().and_then(Value::as_object).into_iter().flatten();
    let named = parts.map(|(name, part)| (format!("command.{name}"), part.clone()));
    let whole = ("command".to_owned(), Value::Object(command));
    named.chain([whole]).collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod validator;
