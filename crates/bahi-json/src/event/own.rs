//! The own fields of each kind of event.
//!
//! # Not here
//! The envelope's fields (`event`); how a value is shown (`shown`).

use bahi_core::{
    Applied, AuditFinding, AuditScope, CaseRef, CommandRefused, Day, Event, EventKind, Evidence,
    Further, Ifsc, KeyChange, LineKind, LineReference, LineSide, MatchDecided, MatchDifference,
    Matched, Money, NameKind, NameMark, Names, Opinion, Particulars, PaymentMode, Reference,
    Refusal, RefusalRecord, Reversed, Settlement, StatementLine, StatementReceived, StepRecorded,
    StockMove, Total,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};

use super::shown::{FundAnswer, NamedFacts, Shown};
use crate::{
    described::{CommandName, EventName},
    receipt::RefusalLine,
    shapes::{ApplicantJson, KeyJson, PayeeJson, SubjectJson},
    terms::TermsJson,
    value::{OneOf, PublicKey, Text},
};

/// A name of a word's number: `#7` where it is unknown, `null` for none.
type Name = Option<String>;

/// The schema of an object with all of these fields.
fn object(fields: Vec<(&'static str, Schema)>) -> Schema {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let schema = json_schema!({ "type": "object", "required": names });
    let entry = |(name, field): (&str, Schema)| (name.to_owned(), Value::from(field));
    let properties: Map<String, Value> = fields.into_iter().map(entry).collect();
    let mut whole = schema;
    whole.insert("properties".to_owned(), Value::Object(properties));
    whole
}

/// Declares the fields of each kind, in the order they are written. A field that the kind has and
/// the table lacks stops the build; kinds whose fields are not simply written have a type of their
/// own.
macro_rules! own {
    ($($kind:ident $({ $($field:ident: $type:ty),* })? $(as $whole:ident)?;)*) => {
        /// The fields of one kind of event.
        #[derive(Serialize)]
        #[serde(untagged)]
        pub(super) enum Own {
            FundsAllotted {},
            $($kind $({ $($field: $type),* })? $(($whole))?,)*
        }

        impl Own {
            /// The own fields of an event.
            pub(super) fn of(event: &Event, names: &Names) -> Own {
                match event {
                    Event::FundsAllotted => Own::FundsAllotted {},
                    $(
                        $(Event::$kind(bahi_core::$kind { $($field),* }) => {
                            Own::$kind { $($field: $field.shown(names)),* }
                        })?
                        $(Event::$kind(body) => Own::$kind($whole::of(body, names)),)?
                    )*
                }
            }

            /// The schema of the own fields of each kind, in the order of the table.
            pub(super) fn schemas(generator: &mut SchemaGenerator) -> Vec<(EventKind, Schema)> {
                vec![
                    (EventKind::FundsAllotted, object(Vec::new())),
                    $((EventKind::$kind, {
                        $(object(vec![
                            $((stringify!($field), generator.subschema_for::<$type>())),*
                        ]))?
                        $($whole::json_schema(generator))?
                    })),*
                ]
            }
        }
    };
}

own! {
    SchemeOpened { districts: Vec<String>, terms: Box<TermsJson> };
    TermsChanged { version: u16, terms: Box<TermsJson> };
    FundsWithdrawn { reason: Name };
    FundsMoved { to: Option<FundAnswer>, reason: Name };
    Lapsed { reason: Name };
    SanctionCarried { from: Option<FundAnswer> };
    Applied as AppliedOwn;
    ApplicationAmended { facts: NamedFacts };
    StepRecorded as StepOwn;
    Rejected { reason: Name };
    Withdrawn { reason: Name };
    CaseClosed { reason: Name };
    Barred { subject: SubjectJson, until: Option<Text<Day>>, reason: Name };
    Sanctioned { entitlement: Text<Money>, paragraph: Name };
    SanctionRevised { raised: bool, sanctioned: Text<Money>, entitlement: Text<Money>, paragraph: Name };
    SanctionCancelled { reason: Name };
    Disbursed {
        instalment: u16, payee: PayeeJson, mode: OneOf<PaymentMode>, reference: Text<Reference>,
        reissue_of: Option<u64>
    };
    PaymentReturned { payment: u64, reason: Name, own_day: Text<Day> };
    PaymentConfirmed { payment: u64, reference: Text<Reference>, own_day: Text<Day> };
    MovedToSuspense { payment: Option<u64>, reason: Name, reference: Text<Reference>, own_day: Text<Day> };
    Recovered { reason: Name, reference: Text<Reference> };
    RecoveryDemanded { demanded: Text<Money>, reason: Name, due: Text<Day>, reference: Text<Reference> };
    Utilised { certificate: Text<Reference> };
    Adjusted { reason: Name, reference: Text<Reference> };
    InterestEarned { reference: Text<Reference> };
    InterestRemitted { reference: Text<Reference> };
    StockMoved { item: Name, movement: OneOf<StockMove>, quantity: u32, reference: Text<Reference> };
    Audited {
        scope: OneOf<AuditScope>, seen: Vec<EvidenceAnswer>, opinion: OneOf<Opinion>,
        findings: Vec<FindingAnswer>
    };
    FindingSettled { audit: u64, finding: u16, settlement: OneOf<Settlement>, reference: Text<Reference> };
    StateCertified {
        upto: u64, as_of: Text<Day>, fold: Name, version: u16, count: u64, root: Text<[u8; 32]>, hash: Text<[u8; 32]>
    };
    PeriodSealed { until: Text<Day>, certified: u64 };
    StatementReceived as ReceivedOwn;
    StatementLines { statement: u64, first: u32, lines: Vec<StatementLineAnswer> };
    Matched as MatchedOwn;
    Unmatched { matched: u64, reason: Name };
    MatchDecided as DecidedOwn;
    Reversed as ReversedOwn;
    CommandRefused as CommandRefusedOwn;
    Exported { what: Name, upto: u64, rows: u64, digest: Text<[u8; 32]> };
    AccessDenied { what: Name, count: u32 };
    KeyRotated { key_id: u16, change: OneOf<KeyChange>, check: Text<[u8; 16]> };
    ActorKeySet { signer: Name, key: Text<PublicKey>, until: Option<Text<Day>>, required: bool };
}

/// The case that an event names itself.
pub(super) fn named_case(event: &Event) -> Option<&CaseRef> {
    match event {
        Event::Applied(applied) => Some(&applied.case_ref),
        Event::CommandRefused(refused) => refused.subject.as_ref(),
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::FundsAllotted
        | Event::FundsWithdrawn(_)
        | Event::FundsMoved(_)
        | Event::Lapsed(_)
        | Event::SanctionCarried(_)
        | Event::ApplicationAmended(_)
        | Event::StepRecorded(_)
        | Event::Rejected(_)
        | Event::Withdrawn(_)
        | Event::CaseClosed(_)
        | Event::Barred(_)
        | Event::Sanctioned(_)
        | Event::SanctionRevised(_)
        | Event::SanctionCancelled(_)
        | Event::Disbursed(_)
        | Event::PaymentReturned(_)
        | Event::PaymentConfirmed(_)
        | Event::MovedToSuspense(_)
        | Event::Recovered(_)
        | Event::RecoveryDemanded(_)
        | Event::Utilised(_)
        | Event::Adjusted(_)
        | Event::InterestEarned(_)
        | Event::InterestRemitted(_)
        | Event::StockMoved(_)
        | Event::Audited(_)
        | Event::FindingSettled(_)
        | Event::StateCertified(_)
        | Event::PeriodSealed(_)
        | Event::StatementReceived(_)
        | Event::StatementLines(_)
        | Event::Matched(_)
        | Event::Unmatched(_)
        | Event::MatchDecided(_)
        | Event::Reversed(_)
        | Event::Exported(_)
        | Event::AccessDenied(_)
        | Event::KeyRotated(_)
        | Event::ActorKeySet(_) => None,
    }
}

/// Declares what stands in lists and objects of the kinds' fields.
macro_rules! parts {
    ($($(#[$doc:meta])* $schema:literal $name:ident of $part:ident { $($(#[$written:meta])* $field:ident: $type:ty),* };)*) => {$(
        $(#[$doc])*
        #[derive(Serialize, JsonSchema)]
        #[schemars(rename = $schema)]
        pub(super) struct $name {
            $($(#[$written])* $field: $type),*
        }

        impl Shown<$name> for $part {
            fn shown(&self, names: &Names) -> $name {
                let $part { $($field),* } = self;
                $name { $($field: $field.shown(names)),* }
            }
        }
    )*};
}

parts! {
    /// A paper or a thing that was seen.
    "evidence_seen" EvidenceAnswer of Evidence { kind: Name, reference: Text<Reference> };
    /// One finding of an audit.
    "finding" FindingAnswer of AuditFinding { check: Name, amount: Text<Money> };
    /// A line of a statement, by its statement and its number.
    "line" LineAnswer of LineReference { statement: u64, line: u32 };
    /// One line of a statement.
    "statement_line" StatementLineAnswer of StatementLine {
        amount: Text<Money>, side: OneOf<LineSide>, booked: Text<Day>, value: Text<Day>,
        references: Vec<Text<Reference>>, counterparty: Option<KeyJson>, at: u64, bytes: u32,
        #[serde(skip_serializing_if = "Option::is_none")] particulars: Option<ParticularsAnswer>
    };
    /// What a file tells of a line beside amount, days and references.
    "particulars" ParticularsAnswer of Particulars {
        kind: OneOf<LineKind>, names: Vec<NameMarkAnswer>, ifsc: Option<Text<Ifsc>>,
        reason: Option<Text<Reference>>, batch: Option<u32>, balance: Option<Text<Total>>
    };
    /// What a reference of a line names, and where it stood.
    "name_mark" NameMarkAnswer of NameMark { kind: OneOf<NameKind>, narrated: bool };
    /// A difference that a named rule accepts, and the most that it does.
    "difference" DifferenceAnswer of MatchDifference {
        tolerance: Name, amount: Text<Total>, limit: Option<Text<Money>>
    };
}

/// The fields of a statement; what nearly every statement has none of is left out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "received")]
pub(super) struct ReceivedOwn {
    file: Text<[u8; 32]>,
    bytes: u64,
    format: Name,
    account: KeyJson,
    from: Text<Day>,
    to: Text<Day>,
    opening: Option<Text<Total>>,
    closing: Option<Text<Total>>,
    lines: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeated: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_aside: Option<u32>,
}

impl ReceivedOwn {
    fn of(body: &StatementReceived, names: &Names) -> ReceivedOwn {
        let StatementReceived {
            file,
            bytes,
            format,
            account,
            from,
            to,
            opening,
            closing,
            lines,
            part,
            repeated,
            set_aside,
        } = body;
        let more = (*part, *repeated, *set_aside) != (1, 0, 0);
        ReceivedOwn {
            file: file.shown(names),
            bytes: *bytes,
            format: format.shown(names),
            account: account.shown(names),
            from: from.shown(names),
            to: to.shown(names),
            opening: opening.shown(names),
            closing: closing.shown(names),
            lines: *lines,
            part: more.then_some(*part),
            repeated: more.then_some(*repeated),
            set_aside: more.then_some(*set_aside),
        }
    }
}

/// What a match joins beside its first line and its first event; left out where it is nothing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "further")]
struct FurtherAnswer {
    lines: Vec<LineAnswer>,
    targets: Vec<u64>,
}

impl FurtherAnswer {
    fn of(further: &Further, names: &Names) -> Option<FurtherAnswer> {
        let answer = FurtherAnswer {
            lines: further.lines.shown(names),
            targets: further.targets.shown(names),
        };
        (!further.is_none()).then_some(answer)
    }
}

/// The fields of a match.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "matched")]
pub(super) struct MatchedOwn {
    line: LineAnswer,
    target: u64,
    rule: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    further: Option<FurtherAnswer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Text<Reference>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<DifferenceAnswer>,
}

impl MatchedOwn {
    fn of(body: &Matched, names: &Names) -> MatchedOwn {
        let Matched { line, target, rule, further, evidence, difference } = body;
        MatchedOwn {
            line: line.shown(names),
            target: target.shown(names),
            rule: rule.shown(names),
            further: FurtherAnswer::of(further, names),
            evidence: evidence.shown(names),
            difference: difference.shown(names),
        }
    }
}

/// The fields of a person's decision.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "decided")]
pub(super) struct DecidedOwn {
    line: LineAnswer,
    target: Option<u64>,
    reason: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    further: Option<FurtherAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<bool>,
}

impl DecidedOwn {
    fn of(body: &MatchDecided, names: &Names) -> DecidedOwn {
        let MatchDecided { line, target, reason, further, rejected } = body;
        DecidedOwn {
            line: line.shown(names),
            target: target.shown(names),
            reason: reason.shown(names),
            further: FurtherAnswer::of(further, names),
            rejected: (*rejected || !further.is_none()).then_some(*rejected),
        }
    }
}

/// The fields of an application, but for the case's name, which stands in the envelope's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "applied")]
pub(super) struct AppliedOwn {
    applicant: ApplicantJson,
    facts: NamedFacts,
}

impl AppliedOwn {
    fn of(applied: &Applied, names: &Names) -> AppliedOwn {
        let Applied { case_ref: _, applicant, facts } = applied;
        AppliedOwn { applicant: applicant.shown(names), facts: facts.shown(names) }
    }
}

/// The fields of a step; what it did not report, and how late it was not, is not there.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "step")]
pub(super) struct StepOwn {
    step: Name,
    evidence: Vec<EvidenceAnswer>,
    #[serde(skip_serializing_if = "NamedFacts::is_empty")]
    reported: NamedFacts,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_by: Option<u32>,
}

impl StepOwn {
    fn of(recorded: &StepRecorded, names: &Names) -> StepOwn {
        let StepRecorded { step, evidence, reported, late_by } = recorded;
        StepOwn {
            step: step.shown(names),
            evidence: evidence.shown(names),
            reported: reported.shown(names),
            late_by: (*late_by > 0).then_some(*late_by),
        }
    }
}

/// The fields of a reversal. The kind of what is reversed says what moves back; where it moved
/// between two funds, the other one stands beside the envelope's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "reversed")]
pub(super) struct ReversedOwn {
    of: u64,
    #[schemars(with = "EventName")]
    reversed: &'static str,
    other_fund: Option<FundAnswer>,
    reason: Name,
}

impl ReversedOwn {
    fn of(body: &Reversed, names: &Names) -> ReversedOwn {
        let Reversed { of, kind, movement, reason } = body;
        ReversedOwn {
            of: of.shown(names),
            reversed: kind.shown(names),
            other_fund: movement.shown(names),
            reason: reason.shown(names),
        }
    }
}

/// The fields of a refusal, but for the case's name, which stands in the envelope's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "refused")]
pub(super) struct CommandRefusedOwn {
    #[schemars(with = "CommandName")]
    command_kind: &'static str,
    refusal: Option<String>,
    stage: Option<&'static str>,
    refusals: Vec<RefusalLine>,
    digest: Text<[u8; 32]>,
    count: u32,
}

impl CommandRefusedOwn {
    fn of(refused: &CommandRefused, names: &Names) -> CommandRefusedOwn {
        let CommandRefused { command, subject: _, refusals, digest, count } = refused;
        let first = refusals.first().and_then(Refusal::from_record);
        CommandRefusedOwn {
            command_kind: command.name(),
            refusal: refusals.first().map(|first| refusal(first).code),
            stage: first.map(|first| first.stage().name()),
            refusals: refusals.iter().map(refusal).collect(),
            digest: digest.shown(names),
            count: *count,
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
