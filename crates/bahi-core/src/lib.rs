//! The words of a subsidy ledger: money, days, names, terms, events, commands and refusals.
//!
//! Everything here is plain data with checked constructors. Nothing reads a clock, a file or the
//! environment; that is why the crate is `no_std`.
//!
//! # Not here
//! Decisions (`bahi-rules`), stored bytes (`bahi-wire`), JSON (`bahi-json`).

#![no_std]

extern crate alloc;

mod money;
mod fraction;
mod time;
mod names;
mod ids;
mod identity;
mod terms;
mod evaluate;
mod command;
mod event;
mod refusal;
mod answer;
mod projection;
mod signed;
mod places;
mod rows;
pub mod image;

pub use answer::{Account, BalanceRow, Columns, Posting, Receipt};
pub use command::{ALIASES_MAX, Act, Alias, Command, CommandKind, Role};
pub use evaluate::{
    Entitlement, GivenFact, Granted, ItemOutcome, NotEntitled, fact_ref, fact_value,
};
pub use event::{
    AcceptedDifference, AccessDenied, ActorKeySet, Adjusted, Applicant, ApplicationAmended,
    Applied, AuditFinding, AuditScope, Audited, BarSubject, Barred, CaseClosed, CommandRefused,
    DISTRICTS_MAX, Disbursed, EVIDENCE_MAX, Envelope, Event, EventKind, Evidence, Exported,
    FINDINGS_MAX, FindingSettled, FundsMoved, FundsWithdrawn, Further, InterestEarned,
    InterestRemitted, KeyChange, KeyRotated, LINES_MAX, Lapsed, LineKind, LineReference, LineSide,
    MATCH_EVIDENCE_MAX, MATCH_LINES_MAX, MATCH_TARGETS_MAX, MatchDecided, MatchDifference, Matched,
    MovedToSuspense, Movement, NameKind, NameMark, Opinion, PARTICULAR_LINES_MAX, Particulars,
    Payee, PaymentConfirmed, PaymentMode, PaymentReturned, PeriodSealed, REFERENCES_MAX, Recorded,
    Recovered, RecoveryDemanded, Rejected, Reversed, SPV_MEMBERS_MAX, SanctionCancelled,
    SanctionCarried, SanctionRevised, Sanctioned, SchemeOpened, Settlement, StateCertified,
    StatementLine, StatementLines, StatementReceived, StepRecorded, StockMove, StockMoved,
    StoredFact, TermsChanged, Unmatched, Utilised, Withdrawn,
};
pub use fraction::{Fraction, OutOfRange, Rounding};
pub use identity::looks_like_aadhaar;
pub use ids::{
    AccountKey, BodyKey, CommandId, District, EventId, FamilyKey, Fingerprint, Fund, FundKey, Ifsc,
    LedgerId, PersonKey, Position, hex,
};
pub use money::{AMOUNT_BYTES_MAX, AmountError, Money, Total};
pub use names::{
    ActorName, ActorNo, Authority, AuthorityNo, CaseRef, HeadName, HeadNo, INTRODUCTIONS_MAX,
    Introduction, NAME_BYTES_MAX, NameError, Names, NamesMark, Naming, OrderNumber, Reference,
    SchemeName, SchemeNo, Word, WordNo,
};
pub use places::Places;
pub use projection::Projection;
pub use refusal::{REFUSAL_FIGURES_MAX, REFUSALS_MAX, Refusal, RefusalRecord, Refused, Stage};
pub use rows::Rows;
pub use signed::{SIGNED_LINE_BYTES_MAX, Signed, signed_bytes};
pub use terms::{
    Across, AfterReturn, Counted, Expr, FACTS_MAX, FactKind, FactRef, FactRefs, FactSpec,
    FactValue, Facts, Gate, Item, LENGTH_DAYS_MAX, LENGTH_MONTHS_MAX, LIMIT_YEARS_MAX, Length,
    Limit, Milestone, Outcome, Per, Policy, Procedure, Require, ReturnRule, SlabRow, Span, Subject,
    TERMS_DEPTH_MAX, TERMS_LIST_MAX, TERMS_NODES_MAX, Terms, TermsError, TermsParts, Test, Within,
};
pub use time::{Day, FinancialYear, Instant, TimeError};

/// The outside crate whose `Decimal` converts to and from [`Money`].
pub use rust_decimal;
/// The outside crate whose `Uuid` stands in [`CommandId::uuid`].
pub use uuid;
