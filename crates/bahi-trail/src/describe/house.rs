//! Lines about what the ledger records of itself.

use alloc::{format, string::String};

use bahi_core::{
    AccessDenied, ActorKeySet, CommandRefused, Exported, KeyRotated, PeriodSealed, Refusal,
    Reversed, StateCertified, hex,
};

use super::{Teller, counted, listed};

impl Teller<'_> {
    pub(super) fn certified(&self, certified: &StateCertified) -> String {
        format!(
            "{} version {} certified up to {} as of {}, {} rows, root {}, state {}",
            self.word(certified.fold),
            certified.version,
            certified.upto,
            certified.as_of,
            certified.count,
            hex(&certified.root),
            hex(&certified.hash),
        )
    }

    pub(super) fn sealed(&self, sealed: &PeriodSealed) -> String {
        format!("sealed until {} on the certificate at {}", sealed.until, sealed.certified)
    }

    pub(super) fn reversed(&self, reversed: &Reversed) -> String {
        let (kind, reason) = (reversed.kind.name(), self.word(reversed.reason));
        let moved = if self.recorded.envelope.amount.is_zero() {
            String::new()
        } else {
            format!(", {} back", self.amount())
        };
        format!("{kind} at {} reversed{moved}: {reason}", reversed.of)
    }

    pub(super) fn refused(&self, refused: &CommandRefused) -> String {
        let why = listed(&refused.refusals, |record| match Refusal::from_record(record) {
            Some(refusal) => format!("{}: {refusal}", refusal.code()),
            None => format!("refusal {}", record.number),
        });
        let subject =
            refused.subject.as_ref().map_or_else(String::new, |subject| format!(" of {subject}"));
        let flood = match refused.count {
            0 | 1 => String::new(),
            count => format!(" ({count} refusals in one)"),
        };
        format!("{}{subject} refused{flood}: {why}", refused.command.name())
    }

    pub(super) fn exported(&self, exported: &Exported) -> String {
        let (what, digest) = (self.word(exported.what), hex(&exported.digest));
        format!("{what} exported up to {}, {} rows, sha256 {digest}", exported.upto, exported.rows)
    }

    pub(super) fn denied(&self, denied: &AccessDenied) -> String {
        let count = counted(denied.count as usize, "time");
        format!("access denied {count}: {}", self.word(denied.what))
    }

    pub(super) fn key_rotated(&self, rotated: &KeyRotated) -> String {
        format!(
            "fingerprint key {} {}, known by {}",
            rotated.key_id,
            rotated.change.name(),
            hex(&rotated.check),
        )
    }

    pub(super) fn actor_key_set(&self, set: &ActorKeySet) -> String {
        let signer = self.actor(set.signer);
        let from = self.recorded.envelope.effective_day;
        let until = set.until.map_or_else(String::new, |until| format!(" until {until}"));
        let required = if set.required { ", and must sign from then on" } else { "" };
        format!("{signer} signs with key {} from {from}{until}{required}", hex(&set.key))
    }
}
