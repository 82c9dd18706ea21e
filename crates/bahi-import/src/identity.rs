//! What commands and cases of an import are known by, derived from what the file says.
//!
//! # Invariants
//! * Ids depend on the mapping's name and version, on a row's columns by name, save the identifying
//!   ones, and its place among equal rows, and on the step; on no row before it that differs, and not on the columns' order.
//! * Every part that is hashed stands behind its length, so no two lists of parts read alike.

use bahi_core::{CaseRef, CommandId, District, FinancialYear, Fund, hex};

use crate::{Mapping, read::Need};

/// A hash function from the caller: SHA-256.
pub(crate) type Digest<'a> = &'a dyn Fn(&[u8]) -> [u8; 32];

/// What a row, a case or a step is known by.
pub(crate) type Identity = [u8; 32];

/// Bytes of a case's identity in its reference: 64 bits, so that a million cases of one district
/// and year meet once in some forty million such files.
const CASE_REF_BYTES: usize = 8;

fn framed<'p>(digest: Digest<'_>, parts: impl Iterator<Item = &'p [u8]>) -> Identity {
    let mut bytes = Vec::with_capacity(256);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    digest(&bytes)
}

/// The identity of a row's content; equal rows have the same. `columns` are names and values
/// verbatim, in order of name.
pub(crate) fn row<'p>(
    digest: Digest<'_>,
    mapping: &Mapping,
    columns: impl Iterator<Item = (&'p str, &'p str)>,
) -> Identity {
    let version = mapping.version().to_be_bytes();
    let head = [b"bahi-import row".as_slice(), mapping.name().as_str().as_bytes(), &version];
    let columns = columns.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    // The head is hashed apart, because its parts live shorter than the columns'.
    let head = framed(digest, head.into_iter());
    let body = framed(digest, columns);
    framed(digest, [head.as_slice(), body.as_slice()].into_iter())
}

/// The identity of a case: a row, and its place from 1 among the rows equal to it.
pub(crate) fn case(digest: Digest<'_>, row: &Identity, ordinal: u64) -> Identity {
    let ordinal = ordinal.to_be_bytes();
    framed(digest, [b"bahi-import case".as_slice(), row, &ordinal].into_iter())
}

/// The id of a step of a case.
pub(crate) fn step(digest: Digest<'_>, case: &Identity, step: &str) -> CommandId {
    id(framed(digest, [b"bahi-import step".as_slice(), case, step.as_bytes()].into_iter()))
}

/// The id of the allotment for the cases that are new to a fund.
///
/// The cases and the amount are part of it. Without them a longer list of the same year would ask
/// for another amount under the same id, and the ledger would refuse it as a reused id.
pub(crate) fn allotment(
    digest: Digest<'_>,
    mapping: &Mapping,
    fund: &Fund,
    need: &Need,
) -> CommandId {
    let version = mapping.version().to_be_bytes();
    let (fy, district) = (fund.fy.first().to_be_bytes(), fund.district.0.to_be_bytes());
    let (ids, amount) = (need.ids.to_be_bytes(), need.amount.paise().to_be_bytes());
    let cases = need.cases.to_be_bytes();
    let parts: [&[u8]; 10] = [
        b"bahi-import allotment",
        mapping.name().as_str().as_bytes(),
        &version,
        fund.scheme.as_str().as_bytes(),
        fund.head.as_str().as_bytes(),
        &fy,
        &district,
        &cases,
        &ids,
        &amount,
    ];
    id(framed(digest, parts.into_iter()))
}

/// What the office would call the case: `MM/2020-21/118/` and sixteen hex digits.
pub(crate) fn case_ref(
    mapping: &Mapping,
    fy: FinancialYear,
    district: District,
    case: &Identity,
) -> Option<CaseRef> {
    let tail = hex(&case[..CASE_REF_BYTES]);
    CaseRef::new(&format!("{}/{fy}/{district}/{tail}", mapping.case_prefix())).ok()
}

fn id(identity: Identity) -> CommandId {
    let mut head = [0_u8; 16];
    head.copy_from_slice(&identity[..16]);
    CommandId::derived(head)
}
