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

use bahi_core::{
    ActorNo, AuthorityNo, CaseRef, Event, FundKey, Names, Position, Recorded, Refusal,
    RefusalRecord, StoredFact, WordNo, hex,
};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    answer::AuthorityAnswer,
    receipt::RefusalLine,
    shapes::{ApplicantJson, PayeeJson},
    terms::TermsJson,
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

/// What is known of the fund of an event.
#[derive(Serialize)]
struct FundAnswer {
    scheme: Option<String>,
    head: Option<String>,
    fy: String,
    district: String,
}

/// The fields of one kind of event.
#[derive(Serialize)]
#[serde(untagged)]
enum Own {
    SchemeOpened { districts: Vec<String>, terms: Box<TermsJson> },
    TermsChanged { version: u16, terms: Box<TermsJson> },
    FundsAllotted {},
    Applied { applicant: ApplicantJson, facts: NamedFacts },
    Sanctioned { entitlement: String, paragraph: Option<String> },
    Disbursed(DisbursedOwn),
    PaymentReturned { payment: u64, reason: Option<String> },
    Recovered { reason: Option<String>, reference: String },
    Audited { scope: &'static str, opinion: &'static str, findings: Vec<FindingAnswer> },
    CommandRefused(CommandRefusedOwn),
}

#[derive(Serialize)]
struct DisbursedOwn {
    instalment: u16,
    payee: PayeeJson,
    mode: &'static str,
    reference: String,
    reissue_of: Option<u64>,
}

#[derive(Serialize)]
struct CommandRefusedOwn {
    command_kind: &'static str,
    refusal: Option<String>,
    stage: Option<&'static str>,
    refusals: Vec<RefusalLine>,
    digest: String,
    count: u32,
}

#[derive(Serialize)]
struct FindingAnswer {
    check: Option<String>,
    amount: String,
}

/// Facts by name, in the order they are stored.
struct NamedFacts(Vec<(String, FactAnswer)>);

#[derive(Serialize)]
#[serde(untagged)]
enum FactAnswer {
    Text(String),
    Count(u64),
    Flag(bool),
}

impl Serialize for NamedFacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
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
    let case_ref = named_case(&recorded.event).or(case_ref);
    EventLine {
        position: recorded.position.0,
        event_id: extra.event_id,
        command_id: envelope.command.to_string(),
        kind: recorded.event.kind().name(),
        recorded_at: recorded.recorded_at.to_string(),
        clamped: recorded.clamped,
        effective_day: envelope.effective_day.to_string(),
        actor: actor(envelope.actor, names),
        role: envelope.role.name(),
        authority: authority(envelope.authority, names),
        case_ref: case_ref.map(ToString::to_string),
        case: position(envelope.case),
        previous: position(envelope.previous),
        fund: fund(&envelope.fund, names),
        amount: envelope.amount.to_string(),
        terms_version: (envelope.terms != 0).then_some(envelope.terms),
        own: own(&recorded.event, names),
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

fn named_case(event: &Event) -> Option<&CaseRef> {
    match event {
        Event::Applied(applied) => Some(&applied.case_ref),
        Event::CommandRefused(refused) => refused.subject.as_ref(),
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::FundsAllotted
        | Event::Sanctioned(_)
        | Event::Disbursed(_)
        | Event::PaymentReturned(_)
        | Event::Recovered(_)
        | Event::Audited(_) => None,
    }
}

fn own(event: &Event, names: &Names) -> Own {
    match event {
        Event::SchemeOpened(opened) => Own::SchemeOpened {
            districts: opened.districts.iter().map(ToString::to_string).collect(),
            terms: Box::new(TermsJson::from(&opened.terms)),
        },
        Event::TermsChanged(changed) => Own::TermsChanged {
            version: changed.version,
            terms: Box::new(TermsJson::from(&changed.terms)),
        },
        Event::FundsAllotted => Own::FundsAllotted {},
        Event::Applied(applied) => Own::Applied {
            applicant: ApplicantJson::from(&applied.applicant),
            facts: NamedFacts(applied.facts.iter().map(|stored| fact(*stored, names)).collect()),
        },
        Event::Sanctioned(sanctioned) => Own::Sanctioned {
            entitlement: sanctioned.entitlement.to_string(),
            paragraph: word(sanctioned.paragraph, names),
        },
        Event::Disbursed(disbursed) => Own::Disbursed(DisbursedOwn {
            instalment: disbursed.instalment,
            payee: PayeeJson::from(disbursed.payee),
            mode: disbursed.mode.name(),
            reference: disbursed.reference.to_string(),
            reissue_of: position(disbursed.reissue_of),
        }),
        Event::PaymentReturned(returned) => Own::PaymentReturned {
            payment: returned.payment.0,
            reason: word(returned.reason, names),
        },
        Event::Recovered(recovered) => Own::Recovered {
            reason: word(recovered.reason, names),
            reference: recovered.reference.to_string(),
        },
        Event::Audited(audited) => Own::Audited {
            scope: audited.scope.name(),
            opinion: audited.opinion.name(),
            findings: audited
                .findings
                .iter()
                .map(|finding| FindingAnswer {
                    check: word(finding.check, names),
                    amount: finding.amount.to_string(),
                })
                .collect(),
        },
        Event::CommandRefused(refused) => {
            let first = refused.refusals.first().and_then(Refusal::from_record);
            Own::CommandRefused(CommandRefusedOwn {
                command_kind: refused.command.name(),
                refusal: refused.refusals.first().map(|first| refusal(first).code),
                stage: first.map(|first| first.stage().name()),
                refusals: refused.refusals.iter().map(refusal).collect(),
                digest: hex(&refused.digest),
                count: refused.count,
            })
        }
    }
}

/// A refusal of a record; one that this release does not know keeps its number.
fn refusal(record: &RefusalRecord) -> RefusalLine {
    match Refusal::from_record(record) {
        Some(refusal) => RefusalLine::from(&refusal),
        None => RefusalLine {
            code: format!("#{}", record.number),
            message: "a refusal that this release does not know".to_owned(),
        },
    }
}

fn fact((name, value): (WordNo, StoredFact), names: &Names) -> (String, FactAnswer) {
    let name = word(name, names).unwrap_or_default();
    let value = match value {
        StoredFact::Money(money) => FactAnswer::Text(money.to_string()),
        StoredFact::Count(count) => FactAnswer::Count(count),
        StoredFact::Flag(flag) => FactAnswer::Flag(flag),
        StoredFact::Word(held) => FactAnswer::Text(word(held, names).unwrap_or_default()),
    };
    (name, value)
}

fn position(position: Position) -> Option<u64> {
    (!position.is_none()).then_some(position.0)
}

/// A name by number: none for none, `#7` where the number has no name.
fn by_number<T: ToString>(none: bool, number: u32, name: Option<&T>) -> Option<String> {
    match name {
        Some(name) => Some(name.to_string()),
        None if none => None,
        None => Some(format!("#{number}")),
    }
}

fn actor(number: ActorNo, names: &Names) -> Option<String> {
    by_number(number.is_none(), number.0, names.actor(number))
}

fn word(number: WordNo, names: &Names) -> Option<String> {
    by_number(number.is_none(), number.0, names.word(number))
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

fn fund(fund: &FundKey, names: &Names) -> Option<FundAnswer> {
    if fund.scheme.is_none() && fund.head.is_none() {
        return None;
    }
    Some(FundAnswer {
        scheme: by_number(fund.scheme.is_none(), fund.scheme.0.into(), names.scheme(fund.scheme)),
        head: by_number(fund.head.is_none(), fund.head.0.into(), names.head(fund.head)),
        fy: fund.fy.to_string(),
        district: fund.district.to_string(),
    })
}

#[cfg(test)]
mod tests;
