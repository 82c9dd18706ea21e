//! Lines about payments, what becomes of them, and things in kind.

use alloc::{format, string::String};

use bahi_core::{
    Adjusted, Day, Disbursed, MovedToSuspense, PaymentConfirmed, PaymentReturned, Recovered,
    RecoveryDemanded, StockMove, StockMoved, Utilised,
};

use super::{Teller, called, place, rupees, short};

impl Teller<'_> {
    pub(super) fn disbursed(&self, disbursed: &Disbursed) -> String {
        let again = if disbursed.reissue_of.is_none() {
            String::new()
        } else {
            format!(", again after the return at {}", disbursed.reissue_of)
        };
        format!(
            "{} issued as instalment {} to account {} at {}, mode {}, reference {}{again}",
            self.amount(),
            disbursed.instalment,
            short(&disbursed.payee.account.0),
            disbursed.payee.ifsc,
            disbursed.mode.name(),
            called(&disbursed.reference),
        )
    }

    /// The source's own day, where the event counts on another.
    fn own_day(&self, day: Day) -> String {
        if day == self.recorded.envelope.effective_day {
            String::new()
        } else {
            format!(", on {day} by the source")
        }
    }

    pub(super) fn returned(&self, returned: &PaymentReturned) -> String {
        let (reason, own_day) = (self.word(returned.reason), self.own_day(returned.own_day));
        format!("payment {} of {} came back: {reason}{own_day}", returned.payment, self.amount())
    }

    pub(super) fn confirmed(&self, confirmed: &PaymentConfirmed) -> String {
        let own_day = self.own_day(confirmed.own_day);
        let reference = called(&confirmed.reference);
        format!("payment {} reached its account, reference {reference}{own_day}", confirmed.payment)
    }

    pub(super) fn suspended(&self, moved: &MovedToSuspense) -> String {
        let payment = if moved.payment.is_none() {
            String::new()
        } else {
            format!(", perhaps of payment {}", moved.payment)
        };
        let (reason, own_day) = (self.word(moved.reason), self.own_day(moved.own_day));
        let reference = called(&moved.reference);
        format!(
            "{} put in suspense{payment}: {reason}, reference {reference}{own_day}",
            self.amount()
        )
    }

    pub(super) fn recovered(&self, recovered: &Recovered) -> String {
        let (reason, reference) = (self.word(recovered.reason), called(&recovered.reference));
        format!("{} recovered: {reason}, reference {reference}", self.amount())
    }

    pub(super) fn demanded(&self, demand: &RecoveryDemanded) -> String {
        let (reason, reference) = (self.word(demand.reason), called(&demand.reference));
        let (demanded, due) = (rupees(demand.demanded), demand.due);
        format!("{demanded} asked back by {due}: {reason}, reference {reference}")
    }

    pub(super) fn utilised(&self, utilised: &Utilised) -> String {
        format!("{} shown to be used, certificate {}", self.amount(), called(&utilised.certificate))
    }

    pub(super) fn adjusted(&self, adjusted: &Adjusted) -> String {
        let (reason, reference) = (self.word(adjusted.reason), called(&adjusted.reference));
        format!("{} became the beneficiary's own: {reason}, reference {reference}", self.amount())
    }

    pub(super) fn stock_moved(&self, moved: &StockMoved) -> String {
        let what = match moved.movement {
            StockMove::Ordered => "ordered",
            StockMove::Received => "received",
            StockMove::HandedOver => "handed over",
            StockMove::WrittenOff => "written off",
        };
        format!(
            "{} of {} {what} for {}, {}, reference {}",
            moved.quantity,
            self.word(moved.item),
            self.scheme(),
            place(&self.recorded.envelope.fund),
            called(&moved.reference),
        )
    }
}
