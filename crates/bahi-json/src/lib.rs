//! The JSON form of a subsidy ledger's commands, events, receipts and answers, and its schema.
//!
//! The program, the service and the exports all read and write these shapes through this crate, so
//! that a field has one name everywhere.
//!
//! # Invariants
//! * Every input is bounded ([`LINE_BYTES_MAX`]) and read strictly: an unknown field, a field named
//!   twice or a value of another type is a [`Malformed`] with its column, never a guess.
//! * The schema is generated from the types that read, so the two cannot disagree on a field.
//! * Amounts are decimal strings of rupees with two places, days ISO dates, positions integers.
//! * What is written keeps the order of fields of its type; the outputs are read by people too.
//!
//! # Not here
//! What a command may do (`bahi-rules`), stored bytes (`bahi-wire`), tables for a terminal.

mod malformed;
mod place;
mod value;
mod described;

mod form;
mod shapes;
#[cfg(test)]
mod strategies;

mod terms;

mod command;
mod signed;
mod schema;

mod event;
mod receipt;

mod answer;
mod entitlement;
mod proofs;
mod explain;
mod audit;
mod sample;
mod paper;
mod payments;
mod reconciliation;

pub use answer::{
    Asked, AuthorityAnswer, BalanceKeys, BalanceRowAnswer, BalancesAnswer, BeyondLimit,
    DistrictRow, DistrictsAnswer, FoldRowAnswer, FoldsAnswer, ImportAnswer, ImportProblem,
    LedgerAnswer, OutcomeRowAnswer, OutcomesAnswer, PolicyRow, ReplayAnswer, ReplayComparison,
    SchemeRow, SchemesAnswer, Seconds, SuspenseAnswer, SuspenseRowAnswer, TermsRow, TrailAnswer,
    TrailCase, TrailEntry, TrailFigures, TrailSubject, VerifyAnswer, VerifyPass, document,
};
pub use audit::{AuditAnswer, CheckAnswer, FindingAnswer, FindingDone, PartyAnswer};
pub use command::{CommandLine, Districts, command_json, command_line, parse_command};
pub use entitlement::{
    EntitlementAnswer, ItemAnswer, NotEntitledAnswer, RoundingAnswer, entitlement_answer,
    no_terms_answer, not_entitled_answer, parse_facts,
};
pub use event::{EventExtra, EventLine, EventsAnswer, event_json, event_line};
pub use explain::{
    DecisionAnswer, ExplainAnswer, FactAnswer, GateAnswer, ItemTraceAnswer, JudgementAnswer,
    SchemeFileAnswer, SchemeToldAnswer, StepAnswer, UsedAnswer,
};
pub use malformed::{LINE_BYTES_MAX, Malformed};
pub use paper::{
    PaperAnswer, PaperFact, PaperIdentity, PaperPassage, PaperTable, paper_cell, paper_row,
};
pub use payments::{
    LeftOutAnswer, PaymentDueAnswer, PaymentFileAnswer, PaymentFilesAnswer, PaymentsDueAnswer,
};
pub use proofs::{
    AgainstAnswer, CertificateAnswer, CertificatesAnswer, CheckedAnswer, CheckpointAnswer,
    CosignedAnswer, KeyAnswer, ProofAnswer, RememberedAnswer, SealAnswer, TilesAnswer,
    VerifierAnswer, WitnessedAnswer,
};
pub use receipt::{LineOutcome, OutcomeLine, RefusalLine, outcome_json, outcome_line};
pub use reconciliation::{
    AbstractAnswer, AcceptedAnswer, AccountAnswer, AddedPartAnswer, AgeingAnswer, AnswersAnswer,
    ByteAccountAnswer, DaysAnswer, ExceptionAnswer, FollowsAnswer, FoundAnswer, MatchDecidedAnswer,
    MatchExplainedAnswer, MatchedAnswer, NeededAnswer, NotCoveredAnswer, ProposalAnswer,
    ReceivedAnswer, ReconciliationAnswer, StatementAddedAnswer, StatementAnswer,
    StatementFileAnswer, StatementWarningAnswer, StatementsAnswer, TallyAnswer, ThreeWayAnswer,
    WithheldAnswer,
};
pub use sample::{SampleAnswer, SampledItem, StratumAnswer};
pub use schema::{answer_schemas, command_schema};
pub use terms::{TermsJson, parse_terms, terms_json};
