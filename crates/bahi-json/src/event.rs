//! Events as JSON: the envelope's fields in a fixed order, then the kind's own.
//!
//! # Invariants
//! * Every recorded event has a JSON form; a number whose name is unknown is written `#7`, so that
//!   a damaged or partial list of names is seen and hides nothing.
//! * Fields of the envelope are present in every event, `null` where there is nothing to say;
//!   `clamped`, `signed`, `leaf_hash`, `record` and `says` alone are absent instead.
//!
//! # Not here
//! Reading events: the log's own bytes are the only source of them.

mod own;
mod shown;

use std::borrow::Cow;

use bahi_core::{
    ActorNo, AuthorityNo, CaseRef, CommandId, Day, EventKind, Money, Names, Recorded, Role, Signed,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use self::{
    own::Own,
    shown::{FundAnswer, Shown, by_number},
};
use crate::{
    answer::AuthorityAnswer,
    described::{EventIdText, EventName, Moment},
    value::{OneOf, PublicKey, Text},
};

/// What the log knows of an event beside the event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EventExtra {
    /// The event's id, as `bahi_core::EventId` writes it.
    pub event_id: String,
    /// The leaf hash of the stored bytes, in lower-case hex.
    pub leaf_hash: Option<String>,
    /// The stored bytes, in base64.
    pub record_base64: Option<String>,
}

/// An event in its JSON form, its fields in the documented order.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "envelope")]
pub struct EventLine {
    position: u64,
    #[schemars(with = "EventIdText")]
    event_id: String,
    #[schemars(with = "Text<CommandId>")]
    command_id: String,
    #[schemars(with = "EventName")]
    kind: &'static str,
    #[schemars(with = "Moment")]
    recorded_at: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clamped: bool,
    #[schemars(with = "Text<Day>")]
    effective_day: String,
    #[serde(skip_serializing_if = "crate::answer::is_zero")]
    back_dated_days: u32,
    actor: Option<String>,
    #[schemars(with = "OneOf<Role>")]
    role: &'static str,
    authority: Option<AuthorityAnswer>,
    case_ref: Option<String>,
    case: Option<u64>,
    previous: Option<u64>,
    fund: Option<FundAnswer>,
    #[schemars(with = "Text<Money>")]
    amount: String,
    terms_version: Option<u16>,
    #[serde(flatten)]
    #[schemars(skip)]
    own: Own,
    /// What its command was signed with, where it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<SignedAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Text<[u8; 32]>>")]
    leaf_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// What it says in one line, for a reader, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
}

/// A command's line, exactly as it was signed, the key and the signature.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "signed")]
struct SignedAnswer {
    key: Text<PublicKey>,
    signature: Text<[u8; 64]>,
    line: String,
}

impl From<&Signed> for SignedAnswer {
    fn from(signed: &Signed) -> SignedAnswer {
        SignedAnswer {
            key: Text(PublicKey(*signed.key())),
            signature: Text(*signed.signature()),
            line: signed.line().to_owned(),
        }
    }
}

impl EventLine {
    /// The same, with what it says in one line.
    #[must_use]
    pub fn saying(mut self, says: String) -> EventLine {
        self.says = Some(says);
        self
    }
}

/// A page of events at a position.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "events")]
pub struct EventsAnswer {
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The last effective day that counts; none for all.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// When the ledger had learned what is shown.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The events, in the order asked for.
    #[schemars(with = "Vec<AnyEvent>")]
    pub events: Vec<EventLine>,
    /// Where to go on; none where there is nothing more.
    pub next: Option<u64>,
}

/// The schema of an event of any kind: one of the kinds, each with the envelope's fields and its own.
pub(crate) struct AnyEvent;

impl JsonSchema for AnyEvent {
    fn schema_name() -> Cow<'static, str> {
        "event".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let envelope = EventLine::json_schema(generator);
        let place = generator.settings().definitions_path.clone();
        let mut kinds = Vec::new();
        for (kind, own) in Own::schemas(generator) {
            let schema = of_kind(kind, &envelope, &own);
            generator.definitions_mut().insert(kind.name().to_owned(), schema.into());
            kinds.push(json!({ "$ref": format!("#{place}/{}", kind.name()) }));
        }
        json_schema!({
            "description": "What the ledger recorded: the fields of every event, and those of its kind.",
            "oneOf": kinds,
            "discriminator": { "propertyName": "kind" },
        })
    }
}

/// The schema of the events of a kind.
fn of_kind(kind: EventKind, envelope: &Schema, own: &Schema) -> Schema {
    let mut whole = envelope.clone();
    whole.insert("description".to_owned(), json!(format!("An event: {}.", kind.name())));
    for part in ["properties", "required"] {
        let (Some(into), Some(more)) = (whole.get_mut(part), own.get(part)) else { continue };
        match (into, more) {
            (Value::Object(into), Value::Object(more)) => into.extend(more.clone()),
            (Value::Array(into), Value::Array(more)) => into.extend(more.clone()),
            (
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_),
                _,
            ) => {}
        }
    }
    if let Some(Value::Object(fields)) = whole.get_mut("properties") {
        fields.insert("kind".to_owned(), json!({ "type": "string", "const": kind.name() }));
    }
    whole
}

/// The JSON form of an event. `case_ref` is what the office calls the event's case; an application
/// and a refusal name theirs themselves.
#[must_use]
pub fn event_json(
    recorded: &Recorded,
    names: &Names,
    case_ref: Option<&CaseRef>,
    extra: EventExtra,
) -> EventLine {
    let envelope = &recorded.envelope;
    let case_ref = own::named_case(&recorded.event).or(case_ref);
    EventLine {
        position: recorded.position.0,
        event_id: extra.event_id,
        command_id: envelope.command.to_string(),
        kind: recorded.event.kind().name(),
        recorded_at: recorded.recorded_at.to_string(),
        clamped: recorded.clamped,
        effective_day: envelope.effective_day.to_string(),
        back_dated_days: envelope.effective_day.back_dated_days(recorded.recorded_at),
        actor: actor(envelope.actor, names),
        role: envelope.role.name(),
        authority: authority(envelope.authority, names),
        case_ref: case_ref.map(ToString::to_string),
        case: envelope.case.shown(names),
        previous: envelope.previous.shown(names),
        fund: envelope.fund.shown(names),
        amount: envelope.amount.to_string(),
        terms_version: (envelope.terms != 0).then_some(envelope.terms),
        own: Own::of(&recorded.event, names),
        signed: recorded.signed.as_deref().map(SignedAnswer::from),
        leaf_hash: extra.leaf_hash,
        record: extra.record_base64,
        says: None,
    }
}

/// The JSON form of an event as one line of text without a line ending.
///
/// # Panics
/// Never: every field is a text, a whole number, a flag, or made of these.
#[must_use]
pub fn event_line(
    recorded: &Recorded,
    names: &Names,
    case_ref: Option<&CaseRef>,
    extra: EventExtra,
) -> String {
    let event = event_json(recorded, names, case_ref, extra);
    serde_json::to_string(&event).expect("an event has a JSON form")
}

fn actor(number: ActorNo, names: &Names) -> Option<String> {
    by_number(number.is_none(), number.0, names.actor(number))
}

fn authority(number: AuthorityNo, names: &Names) -> Option<AuthorityAnswer> {
    match names.authority(number) {
        Some(authority) => Some(AuthorityAnswer::from(authority)),
        None if number.is_none() => None,
        None => {
            Some(AuthorityAnswer { order: format!("#{}", number.0), date: None, paragraph: None })
        }
    }
}

#[cfg(test)]
mod tests;
