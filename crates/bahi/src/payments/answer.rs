//! What is said of payment files, in the shapes of answers.

use bahi_core::hex;
use bahi_json::{LeftOutAnswer, PaymentDueAnswer, PaymentFileAnswer, PaymentsDueAnswer};

use super::{DuePayment, LeftOut, PaymentRun, PaymentsDue, RecordedFile};

impl RecordedFile {
    /// The JSON shape.
    #[must_use]
    pub fn answer(&self) -> PaymentFileAnswer {
        PaymentFileAnswer {
            number: self.number,
            position: self.position.0,
            form: self.form.name().to_owned(),
            on: self.on.to_string(),
            payments: self.payments,
            digest: hex(&self.digest),
            written: self.written.map(|position| position.0),
        }
    }
}

impl LeftOut {
    /// The JSON shape.
    #[must_use]
    pub const fn answer(self) -> LeftOutAnswer {
        let LeftOut { elsewhere, earlier, later, other_mode, too_many } = self;
        LeftOutAnswer { elsewhere, earlier, later, other_mode, too_many }
    }
}

impl PaymentsDue {
    /// The JSON shape, of what the run asked for.
    #[must_use]
    pub fn answer(&self, run: &PaymentRun) -> PaymentsDueAnswer {
        let one = |one: &DuePayment| PaymentDueAnswer {
            position: one.position.0,
            case_ref: one.case.as_ref().map(ToString::to_string),
            instalment: one.instalment,
            amount: one.amount.to_string(),
        };
        PaymentsDueAnswer {
            form: run.form.name().to_owned(),
            on: run.on.to_string(),
            payments: self.payments.iter().map(one).collect(),
            total: self.total.to_string(),
            left_out: self.left_out.answer(),
            unfinished: self.unfinished.as_ref().map(RecordedFile::answer),
        }
    }
}
