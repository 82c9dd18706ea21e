//! Papers that a person hands in: one model of them, and what it is written as.
//!
//! A form (`forms`) makes a [`Paper`] of plain data; a renderer makes bytes of any paper. A paper says
//! what it rests on, on every page: the ledger, the last position and the root there.
//!
//! # Invariants
//! * The same paper gives the same bytes: no clock, no file, no environment is read.
//! * What stands in a paper is text, however it looks: nothing in it is markup to a renderer.
//! * A paper that claims an identity holds both sides of it, and says whether they agree.

mod model;
pub mod forms;
mod html;
#[cfg(feature = "pdf")]
mod pdf;

pub use html::html;
pub use model::{
    Cell, Column, Fact, Identity, Kind, Paper, Passage, Row, RowStyle, Signature, Stamp, Table,
};
#[cfg(feature = "pdf")]
pub use pdf::{PdfError, pdf};
