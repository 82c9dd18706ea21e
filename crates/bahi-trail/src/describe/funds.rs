//! Lines about schemes and the money of funds.

use alloc::{format, string::String};

use bahi_core::{
    FundsMoved, FundsWithdrawn, InterestEarned, InterestRemitted, Lapsed, SanctionCarried,
    SchemeOpened, TermsChanged,
};

use super::{Teller, called, counted};

impl Teller<'_> {
    pub(super) fn scheme_opened(&self, opened: &SchemeOpened) -> String {
        format!(
            "scheme {} opened in {} under {}, in force from {}",
            self.scheme(),
            counted(opened.districts.len(), "district"),
            opened.terms.parts().name,
            opened.terms.parts().from,
        )
    }

    pub(super) fn terms_changed(&self, changed: &TermsChanged) -> String {
        format!(
            "terms {} of scheme {}, {}, in force from {}",
            changed.version,
            self.scheme(),
            changed.terms.parts().name,
            changed.terms.parts().from,
        )
    }

    pub(super) fn funds_allotted(&self) -> String {
        format!("{} allotted to {}", self.amount(), self.fund())
    }

    pub(super) fn funds_withdrawn(&self, withdrawn: &FundsWithdrawn) -> String {
        let reason = self.word(withdrawn.reason);
        format!("{} withdrawn from {}: {reason}", self.amount(), self.fund())
    }

    pub(super) fn funds_moved(&self, moved: &FundsMoved) -> String {
        let (to, reason) = (self.fund_of(&moved.to), self.word(moved.reason));
        format!("{} moved from {} to {to}: {reason}", self.amount(), self.fund())
    }

    pub(super) fn lapsed(&self, lapsed: &Lapsed) -> String {
        let (amount, fund, reason) = (self.amount(), self.fund(), self.word(lapsed.reason));
        if self.recorded.envelope.case.is_none() {
            format!("{amount} lapsed in {fund}: {reason}")
        } else {
            format!("{amount} of the sanction lapsed to {fund}: {reason}")
        }
    }

    pub(super) fn sanction_carried(&self, carried: &SanctionCarried) -> String {
        let from = self.fund_of(&carried.from);
        format!("{} of the sanction carried from {from} to {}", self.amount(), self.fund())
    }

    pub(super) fn interest_earned(&self, earned: &InterestEarned) -> String {
        let reference = called(&earned.reference);
        format!("{} of interest earned by {}, reference {reference}", self.amount(), self.fund())
    }

    pub(super) fn interest_remitted(&self, remitted: &InterestRemitted) -> String {
        let reference = called(&remitted.reference);
        format!("{} of interest remitted by {}, reference {reference}", self.amount(), self.fund())
    }
}
