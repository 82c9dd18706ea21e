//! The own fields of each kind of event.
//!
//! # Not here
//! The envelope's fields (`event`); how a value is shown (`shown`).

use bahi_core::{
    Applied, AuditFinding, CaseRef, CommandRefused, Event, Evidence, Further, LineReference,
    MatchDecided, MatchDifference, Matched, NameMark, Names, Particulars, Refusal, RefusalRecord,
    Reversed, StatementLine, StatementReceived, StepRecorded, hex,
};
use serde::Serialize;

use super::shown::{FundAnswer, NamedFacts, Shown};
use crate::{
    receipt::RefusalLine,
    shapes::{ApplicantJson, KeyJson, PayeeJson, SubjectJson},
    terms::TermsJson,
};

/// A name of a word's number: `#7` where it is unknown, `null` for none.
type Name = Option<String>;

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
    Barred { subject: SubjectJson, until: Option<String>, reason: Name };
    Sanctioned { entitlement: String, paragraph: Name };
    SanctionRevised { raised: bool, sanctioned: String, entitlement: String, paragraph: Name };
    SanctionCancelled { reason: Name };
    Disbursed {
        instalment: u16, payee: PayeeJson, mode: &'static str, reference: String,
        reissue_of: Option<u64>
    };
    PaymentReturned { payment: u64, reason: Name, own_day: String };
    PaymentConfirmed { payment: u64, reference: String, own_day: String };
    MovedToSuspense { payment: Option<u64>, reason: Name, reference: String, own_day: String };
    Recovered { reason: Name, reference: String };
    RecoveryDemanded { demanded: String, reason: Name, due: String, reference: String };
    Utilised { certificate: String };
    Adjusted { reason: Name, reference: String };
    InterestEarned { reference: String };
    InterestRemitted { reference: String };
    StockMoved { item: Name, movement: &'static str, quantity: u32, reference: String };
    Audited {
        scope: &'static str, seen: Vec<EvidenceAnswer>, opinion: &'static str,
        findings: Vec<FindingAnswer>
    };
    FindingSettled { audit: u64, finding: u16, settlement: &'static str, reference: String };
    StateCertified {
        upto: u64, as_of: String, fold: Name, version: u16, count: u64, root: String, hash: String
    };
    PeriodSealed { until: String, certified: u64 };
    StatementReceived as ReceivedOwn;
    StatementLines { statement: u64, first: u32, lines: Vec<StatementLineAnswer> };
    Matched as MatchedOwn;
    Unmatched { matched: u64, reason: Name };
    MatchDecided as DecidedOwn;
    Reversed as ReversedOwn;
    CommandRefused as CommandRefusedOwn;
    Exported { what: Name, upto: u64, rows: u64, digest: String };
    AccessDenied { what: Name, count: u32 };
    KeyRotated { key_id: u16, change: &'static str, check: String };
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
        | Event::KeyRotated(_) => None,
    }
}

/// Declares what stands in lists and objects of the kinds' fields.
macro_rules! parts {
    ($($name:ident of $part:ident { $($(#[$written:meta])* $field:ident: $type:ty),* };)*) => {$(
        #[derive(Serialize)]
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
    EvidenceAnswer of Evidence { kind: Name, reference: String };
    FindingAnswer of AuditFinding { check: Name, amount: String };
    LineAnswer of LineReference { statement: u64, line: u32 };
    StatementLineAnswer of StatementLine {
        amount: String, side: &'static str, booked: String, value: String,
        references: Vec<String>, counterparty: Option<KeyJson>, at: u64, bytes: u32,
        #[serde(skip_serializing_if = "Option::is_none")] particulars: Option<ParticularsAnswer>
    };
    ParticularsAnswer of Particulars {
        kind: &'static str, names: Vec<NameMarkAnswer>, ifsc: Option<String>,
        reason: Option<String>, batch: Option<u32>, balance: Option<String>
    };
    NameMarkAnswer of NameMark { kind: &'static str, narrated: bool };
    DifferenceAnswer of MatchDifference { tolerance: Name, amount: String };
}

/// The fields of a statement; what nearly every statement has none of is left out.
#[derive(Serialize)]
pub(super) struct ReceivedOwn {
    file: String,
    bytes: u64,
    format: Name,
    account: KeyJson,
    from: String,
    to: String,
    opening: Option<String>,
    closing: Option<String>,
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
#[derive(Serialize)]
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
#[derive(Serialize)]
pub(super) struct MatchedOwn {
    line: LineAnswer,
    target: u64,
    rule: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    further: Option<FurtherAnswer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<String>,
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
#[derive(Serialize)]
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
#[derive(Serialize)]
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
#[derive(Serialize)]
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
#[derive(Serialize)]
pub(super) struct ReversedOwn {
    of: u64,
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
#[derive(Serialize)]
pub(super) struct CommandRefusedOwn {
    command_kind: &'static str,
    refusal: Option<String>,
    stage: Option<&'static str>,
    refusals: Vec<RefusalLine>,
    digest: String,
    count: u32,
}

impl CommandRefusedOwn {
    fn of(refused: &CommandRefused, _: &Names) -> CommandRefusedOwn {
        let CommandRefused { command, subject: _, refusals, digest, count } = refused;
        let first = refusals.first().and_then(Refusal::from_record);
        CommandRefusedOwn {
            command_kind: command.name(),
            refusal: refusals.first().map(|first| refusal(first).code),
            stage: first.map(|first| first.stage().name()),
            refusals: refusals.iter().map(refusal).collect(),
            digest: hex(digest),
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
