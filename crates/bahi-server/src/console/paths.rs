//! Where each page of the console is: its path, without what it is asked.
//!
//! # Invariants
//! * Paths are made of numbers, codes and encoded names; nothing of a ledger's text stands bare.

use bahi::core::{District, Position};

use super::{ask::encode, figures::Shown};

pub(super) const OVERVIEW: &str = "/console";
pub(super) const SCHEMES: &str = "/console/schemes";
pub(super) const DISTRICTS: &str = "/console/districts";
pub(super) const CASES: &str = "/console/cases";
pub(super) const FINDINGS: &str = "/console/findings";
pub(super) const RECONCILIATION: &str = "/console/reconciliation";
pub(super) const LINES: &str = "/console/reconciliation/lines";
pub(super) const SEARCH: &str = "/console/search";
pub(super) const TRAIL: &str = "/console/trail";
pub(super) const SIGN_IN: &str = "/console/session";
pub(super) const MARK: &str = "/console/assets/mark.svg";
pub(super) const STYLE: &str = "/console/assets/console.css";
pub(super) const SCRIPT: &str = "/console/assets/console.js";

pub(super) fn scheme(name: &str) -> String {
    let mut path = format!("{SCHEMES}/");
    encode(name, &mut path);
    path
}

pub(super) fn district(district: District) -> String {
    format!("{DISTRICTS}/{district}")
}

pub(super) fn case(case: Position) -> String {
    format!("{CASES}/{case}")
}

pub(super) fn event(position: Position) -> String {
    format!("/console/events/{position}")
}

pub(super) fn behind(shown: Shown) -> String {
    format!("/console/behind/{}", shown.path())
}

/// Where the API gives the proof of a record.
pub(super) fn proof(position: Position) -> String {
    format!("/v1/proofs/{position}")
}
