//! Statements of banks and treasuries: read, recorded line by line, and matched with the ledger.
//!
//! # Invariants
//! * What may name somebody leaves a file as a fingerprint or not at all: no event, error or log
//!   holds an account's number or a narration.
//! * Adding a file twice records nothing, and of files that overlap only what is new.
//! * What was found is recorded by commands whose ids follow from it, so that a run that was broken
//!   off goes on, and one that is repeated adds nothing.
//!
//! # Not here
//! Formats and matching, which are functions of plain data: `bahi-recon`. What a match must keep:
//! `bahi-rules`.

mod bench;
mod show;
mod lines;
mod answers;
mod aliases;
mod narrated;
mod overlap;
mod label;
mod add;
mod keep;
mod written;
mod gather;
mod run;
mod report;
mod decide;

#[cfg(feature = "service")]
pub(crate) use {
    add::add,
    bench::{Asks, Batch, Bench},
    decide::{Decision, decide, explain},
    run::{reconcile, reconciliation},
};

pub use add::{AddError, AddOptions, Added, AddedPart, Follows};
pub use answers::read_answers;
pub use decide::{DecideError, Explained, Wish};
pub use gather::ItemName;
pub use label::{AccountLabel, LABEL_CHARS_MAX, LABEL_DIGITS_MAX};
pub use report::Report;
pub use run::{ReconcileError, RunOptions, Tolerance, ToleranceOf, Withheld, tolerance};
pub use show::{ReadOptions, profile, show_statement};

/// Made-up files of a month.
#[cfg(feature = "demo")]
pub use bahi_recon::invented;
/// The reader's own words: formats, faults, layouts.
pub use bahi_recon::{Fault as FileFault, Format, LayoutError, matching::AnswerFile};
/// Payment files: who pays, and the forms of a file.
pub use bahi_recon::{PAYER_BYTES_MAX, Payer, PaymentForm};
