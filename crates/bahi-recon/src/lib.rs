//! Bank and treasury files: bytes in, statements, entries, payments and complaints out; payment
//! files as bytes, from payments.
//!
//! [`read`] recognises a format and gives what a file holds, part by part; [`collect`] gathers it.
//! What each format is read as, and where the standards leave room, stands on the page of
//! reconciliation.
//!
//! # Invariants
//! * Pure: no file, no clock, no log, and no float.
//! * Every byte is accounted for: read and set aside are all there are, in every answer.
//! * An amount is exactly what stands in the file, or it is set aside with a warning; its side is
//!   decided once.
//! * A contradiction is told with its figures; nothing is refused for it, and nothing mended.
//! * Any bytes are safe to read: no panic, no growth, and memory for one part at a time.
//! * Names, account numbers and narrations are [`Secret`]s and in no warning and no fault.
//!
//! # Not here
//! Fingerprints and the vault (`bahi-vault`), recording (`bahi`), case spreadsheets
//! (`bahi-import`).

mod secret;

mod amount;

mod day;

mod reasons;
mod reference;
mod returned;

mod shape;

mod warning;

mod fault;

mod format;

mod output;

mod tally;

mod text;

mod xml;

mod camt;

mod swift;

mod layout;

mod table;

mod npci;

mod pain;

mod ofx;

mod bai;

mod read;

mod outward;

#[cfg(any(test, feature = "demo"))]
pub mod invented;

pub mod matching;

pub use amount::{Amount, AmountProblem, Currency, Signed};
pub use fault::{Fault, Place};
pub use format::{Format, recognise};
pub use layout::{BUILT_IN_LAYOUTS, LAYOUT_BYTES_MAX, LAYOUT_FORMAT, Layout, LayoutError};
pub use output::{ByteAccount, Reading, RecordAccount, WARNINGS_GIVEN_MAX};
pub use outward::{
    Called, EkuberCodes, FILE_NUMBER_MAX, FILE_PAYMENTS_MAX, FileMark, Flaw, OutwardError,
    OutwardPayment, PAYER_BYTES_MAX, PAYER_FORMAT, PAYMENT_NUMBER_MAX, Part, Payer, PayerError,
    PaymentFile, PaymentForm, RTGS_LEAST, Service, own_references,
};
pub use read::{Collected, FILE_BYTES_MAX, Options, WholeBatch, WholeStatement, collect, read};
pub use reasons::reason_in_words;
pub use reference::{REFERENCE_BYTES_MAX, REFERENCES_KEPT_MAX, make_of, words_of};
pub use returned::{Back, back_of};
pub use secret::{SECRET_CHARS_MAX, Secret};
pub use shape::{
    Balance, BalanceKind, Batch, Control, ControlKind, CurrencySums, Detail, Entry, EntryStatus,
    FoundReference, Instruction, Item, Party, PaymentStatus, ReferenceKind, Statement,
    StatementKind, StatusLevel, Stretch, Sums, Verdict,
};
pub use tally::BALANCES_MAX;
pub use text::Encoding;
pub use warning::{Told, Warning};
pub use xml::{DEPTH_MAX, TEXT_BYTES_MAX};

#[cfg(test)]
mod tests;
