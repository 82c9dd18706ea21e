//! Events as JSON: the envelope's fields in a fixed order, then the kind's own.
//!
//! # Invariants
//! * Every recorded event has a JSON form; a number whose name is unknown is written `#7`, so that
//!   a damaged or partial list of names is seen and hides nothing.
//! * Fields of the envelope are present in every event, `null` where there is nothing to say;
//!   `clamped`, `leaf_hash` and `record` alone are absent instead.
//!
//! # Not here
//! Reading events: the log's own bytes are the only source of them.

mod own;
mod shown;

use bahi_core::{ActorNo, AuthorityNo, CaseRef, Names, Recorded};
use serde::Serialize;

use self::{
    own::Own,
    shown::{FundAnswer, Shown, by_number},
};
use crate::answer::AuthorityAnswer;

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
#[derive(Serialize)]
pub struct EventLine {
    position: u64,
    event_id: String,
    command_id: String,
    kind: &'static str,
    recorded_at: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    clamped: bool,
    effective_day: String,
    #[serde(skip_serializing_if = "crate::answer::is_zero")]
    back_dated_days: u32,
    actor: Option<String>,
    role: &'static str,
    authority: Option<AuthorityAnswer>,
    case_ref: Option<String>,
    case: Option<u64>,
    previous: Option<u64>,
    fund: Option<FundAnswer>,
    amount: String,
    terms_version: Option<u16>,
    #[serde(flatten)]
    own: Own,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaf_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
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
        leaf_hash: extra.leaf_hash,
        record: extra.record_base64,
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
