//! An embeddable, event-sourced subsidy ledger.
//!
//! Commands are decided by rules, become immutable events, are durable before they are answered,
//! and are folded into balances and audit trails that can be thrown away and rebuilt at any time.
//!
//! ```
//! use bahi::{By, Filter, Ledger, LedgerName, NewLedger, View};
//!
//! let dir = tempfile::tempdir()?;
//! let new = NewLedger::named(LedgerName::new("up-odop")?);
//! let mut ledger = Ledger::create(&dir.path().join("ledger"), &new)?;
//! ledger.open_rulebook()?;                                   // the four ODOP schemes
//! let line = concat!(
//!     r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","#,
//!     r#""actor":"fin-01","role":"finance","effective_day":"2024-04-01","#,
//!     r#""authority":{"order":"B-1/2024","date":"2024-04-01"},"amount":"10000000.00","#,
//!     r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}}"#
//! );
//! let receipt = ledger.submit(&bahi::parse_command(line.as_bytes())?)?; // durable on return
//! let by = By { scheme: true, ..By::default() };
//! let balances = ledger.balances(by, &Filter::default(), View::NOW)?;
//! assert_eq!(balances.basis.position, receipt.position);
//! assert_eq!(balances.total.available.grouped(), "1,00,00,000.00");
//! assert!(ledger.verify().ok());                             // recomputed from the stored bytes
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//! * opening: [`Ledger::create`], [`Ledger::open`], [`Ledger::in_memory`]
//! * keeping: [`Ledger::backup`], [`Ledger::open_backup`], [`Ledger::restore`]; of a damaged one,
//!   [`Ledger::verify_dir`] and [`Ledger::salvage`]
//! * commands in: [`parse_command`], [`Ledger::submit`], [`Ledger::submit_each`],
//!   [`Ledger::submit_all`]; signed by their actors: [`sign_command`]
//! * answers out: [`Ledger::balances`], [`Ledger::outcomes`], [`Ledger::trail`],
//!   [`Ledger::events`], [`Ledger::audit`]; one answer and nothing taken up: [`Books`], [`Trails`],
//!   [`Records`]
//! * papers to hand in: `Ledger::certificate` and its kin, in the module `papers`, behind the feature
//!   `papers`
//! * trust: [`Ledger::verify`], [`Ledger::replay`], [`Ledger::root_at`]
//! * proofs for strangers: [`Ledger::checkpoint`], [`Ledger::prove`], [`Ledger::certify`],
//!   [`Ledger::prove_balance`], [`Ledger::export_tiles`]; key files: [`signing`]
//! * files: [`import`]; the ODOP rulebook: [`Ledger::open_rulebook`], [`rulebook`]
//! * a ledger that is kept elsewhere: [`Ledger::elsewhere`], by whoever implements [`Elsewhere`]
//! * many callers at once: `Service`, in the module `service`, behind the feature `service`
//! * words, JSON and proofs as crates of their own: [`core`](mod@core), [`json`], [`proof`]
//!
//! # When a call fails
//!
//! | error | try again? | may it be recorded? | what the caller does |
//! | --- | --- | --- | --- |
//! | [`SubmitError::Refused`] | no: the same refusal comes back | the refusal is, as evidence | correct the command, send it under a new id |
//! | [`Error::Fault`], disk full | yes, once there is room | no | free space |
//! | [`Error::Fault`], unsettled | after reopening, with the same id | yes | reopen, submit the same id |
//! | [`Error::Fault`], locked | yes, later | no | close the other process, or ask it |
//! | [`Error::Fault`], damage | no | no | [`Ledger::verify_dir`], restore a backup |
//! | [`Error::Fault`], for reading | no | no | write to the ledger itself, or restore the backup |
//! | [`Error::Fault`], another history | no | no | keep both, back up elsewhere |
//! | [`Error::InDoubt`] | after reopening, with the same id | yes | reopen, submit the same id |
//! | [`Error::ReadOnly`], [`Error::Record`] | no | no | `verify`, restore a backup |
//! | [`Error::TooLarge`], [`Error::BatchTooLong`] | no | no | split |
//! | [`Error::BeyondTheEnd`], [`Error::ClockIsReal`], [`Error::ClockGoesBack`] | no | no | correct the call |
//! | [`Error::Elsewhere`] | as [`Unanswered`] says | as it says | as the message says |
//! | [`Error::NoRandomness`] | yes | no | try again |
//! | [`Error::Bug`] | no | no | report it |
//! | `ServiceError::QueueFull` | yes, later | no | wait, or `Service::submit`, which waits |
//! | `ServiceError::Stopped`, `ServiceError::NoThread` | after reopening | no | reopen |
//! | `ServiceError::WriterLost` | after reopening, with the same id | yes | reopen, submit the same id, report it |
//! | `ServiceError::Failed` | as the error inside says | as it says | as it says |
//!
//! # No other door
//!
//! An event enters by a command that the rules accepted, and by nothing else:
//!
//! ```compile_fail
//! # fn f(ledger: &mut bahi::Ledger) {
//! ledger.log.commit(&[b"an event"]);
//! # }
//! ```
//! ```compile_fail
//! # fn f(ledger: &mut bahi::Ledger, recorded: bahi::core::Recorded) {
//! ledger.folds.view(&recorded);
//! # }
//! ```
//! ```compile_fail
//! # fn f(money: bahi::core::Money) {
//! let forged = bahi::core::Money(-1);
//! # }
//! ```

mod error;
mod clock;
mod ledger;
mod submit;
mod signed;
mod elsewhere;
mod suspense;
mod audit;
pub mod sample;
mod evidence;
mod keys;
#[cfg(feature = "vault")]
mod details;
#[cfg(feature = "recon")]
mod payments;
mod hand;
mod history;
mod reading;
mod press;
mod asked;
mod records;
#[cfg(feature = "reports")]
mod reported;
mod query;
mod behind;
mod standings;
mod resume;
mod aside;
mod renewal;
mod beside;
mod house;
mod shelf;
mod books;
mod trails;
mod parts;
mod replay;
mod verify;
mod certify;
mod prove;
mod tiles;
pub mod signing;
mod backup;
mod salvage;
mod redecide;
mod base64;
#[cfg(feature = "reports")]
mod export;
mod commands;
pub mod rulebook;
pub mod import;
pub mod scheme;
pub mod explain;
pub mod answers;
#[cfg(feature = "papers")]
pub mod papers;
#[cfg(feature = "papers")]
mod package;
#[cfg(feature = "recon")]
pub mod recon;
#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "service")]
pub mod service;

#[cfg(test)]
mod tests;

pub use bahi_balances::{
    BalanceLeaf, Balances, By, Column, Filter, Movements, OutcomeRow, OutcomeSum, Outcomes, Part,
    Postings, Quantities, Stock, StockKey, postings,
};
pub use bahi_checks::{
    Audit, CHECKS, Check, CheckId, Finding, FindingId, Findings, Parameters, Severity, Standing,
    Wanted,
};
pub use bahi_log::Fault;
pub use bahi_rules::Inconsistent;
pub use bahi_trail::{Figures, Status, Subject, Trail, TrailEntry, describe};
pub use bahi_wire::{ClockKind, LedgerName, LedgerNameError, WireError};

pub use aside::Progress;
pub use asked::Asked;
pub use audit::{AuditOptions, AuditReport, FindingError};
pub use backup::BackedUp;
pub use behind::{BEHIND_MAX, BehindAt};
pub use beside::BeingFolded;
pub use books::Books;
pub use certify::{Acting, certificate_in, certified_head};
pub use clock::clock_is_set;
pub use commands::parse_command;
#[cfg(feature = "vault")]
pub use details::{
    DetailsError, ErasedDetails, NewVault, PutDetails, SettledErasure, ShownDetails, VaultAccess,
};
pub use elsewhere::{Elsewhere, NoAnswer, Told, Unanswered};
pub use error::{BatchError, Error, Outcome, Refusal, SubmitError};
pub use evidence::{EVIDENCE_MAX, FLOOD_STEP};
#[cfg(feature = "reports")]
pub use export::{
    CASES_AT_ONCE, CheckedExport, Export, ExportError, ExportProblem, Exported, POSTING_COLUMNS,
    PostingsForm, check_export, manifest_file, manifest_of, signer_of,
};
#[cfg(feature = "vault")]
pub use keys::{KeysError, today};
pub use ledger::{Ledger, NewLedger};
#[cfg(feature = "papers")]
pub use package::{
    CASE_FILES_MAX, CERTIFICATES_MAX, CheckedPackage, PACKAGE_MANIFEST, PACKAGE_PROOFS_MAX,
    PAPER_ROWS_MAX, PackageError, PackageOf, Packed, check_package, is_package_at,
};
pub use parts::{Divisible, FOLD_PARTS_MAX};
#[cfg(feature = "recon")]
pub use payments::{
    DuePayment, IssuedFile, LeftOut, PaymentProblem, PaymentRun, PaymentsDue, PaymentsError,
    RecordedFile, WhyNot,
};
pub use prove::{FundName, ProveError};
pub use query::{BalancesAt, Basis, Events, OpenScheme, OutcomesAt, TrailAt, View, is_wanted};
pub use records::{Provable, Records};
pub use redecide::REDECIDED;
pub use renewal::{Contradiction, Renewal, RenewalError, Renewed, Serving};
pub use replay::{PUT_AWAY, Replay};
#[cfg(feature = "reports")]
pub use reported::Reported;
pub use resume::Resumable;
pub use salvage::{Ends, Kept, Known, Lost, Salvaged, Stranded, StrandedSum, WhyMissing};
pub use sample::{
    Method, Nonce, SAMPLE_ITEMS_MAX, Sample, SampleOf, SampleOptions, Sampled, Strata,
};
#[cfg(feature = "service")]
pub use service::{Service, ServiceError, ServiceOptions};
pub use shelf::{FoldFile, FoldsBeside, FoundFold};
pub use signed::{SIGNATURES, SignCommandError, sign_command};
pub use standings::{CaseStanding, RestingAt, STANDINGS_MAX};
pub use submit::BATCH_COMMANDS_MAX;
pub use tiles::{Tiled, TilesError};
pub use trails::Trails;
pub use verify::{Pass, Past, Verification};

/// The words: money, days, names, terms, events, commands and refusals.
pub use bahi_core as core;
/// The JSON form of commands, events and answers.
pub use bahi_json as json;
/// The tree over the records: hashes, roots and proofs.
pub use bahi_proof as proof;
/// Outward forms: tables, journals, manifests.
#[cfg(feature = "reports")]
pub use bahi_reports as reports;
/// Fingerprint keys and their custody; the vault of personal details.
#[cfg(feature = "vault")]
pub use bahi_vault as vault;
