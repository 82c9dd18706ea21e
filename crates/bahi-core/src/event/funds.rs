//! What happens to the money of funds.

use crate::{FundKey, WordNo};

/// Money that nobody was granted was taken back from a fund: surrendered or cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FundsWithdrawn {
    /// Why, as a code.
    pub reason: WordNo,
}

/// Money that nobody was granted went from the envelope's fund to another of the same year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FundsMoved {
    /// Where it went.
    pub to: FundKey,
    /// Why, as a code.
    pub reason: WordNo,
}

/// Money lapsed. Of no case: what the envelope's fund had left to sanction. Of a case: what it was
/// granted from the envelope's fund and not paid, which the fund has again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapsed {
    /// Why, as a code.
    pub reason: WordNo,
}

/// What a sanction had left unpaid in one fund went on to the envelope's fund, which the case's
/// later events inherit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SanctionCarried {
    /// The fund it had been granted from.
    pub from: FundKey,
}
