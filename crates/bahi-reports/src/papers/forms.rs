//! The papers there are, each made of plain data that somebody folded.
//!
//! # Not here
//! Folding: the hub. How a paper looks: `html`, `pdf`.

mod certificate;
mod expenditure;
mod sanctions;
mod outstanding;
mod case;

pub use case::{CaseEvent, CaseFile};
pub use certificate::{Certificate, Grant, Holding, Spent};
pub use expenditure::{Expenditure, HeadYear, Month};
pub use outstanding::{Ageing, Back, Out, TermDeposits};
pub use sanctions::{SanctionLine, Sanctions};
