//! The bodies of what happens to money once it is issued, and to things given in kind.

use bahi_core::{
    AccountKey, Adjusted, Disbursed, InterestEarned, InterestRemitted, MovedToSuspense, Payee,
    PaymentConfirmed, PaymentMode, PaymentReturned, Position, Recovered, RecoveryDemanded,
    Reference, StockMove, StockMoved, Utilised, WordNo,
};

use super::{
    Body,
    parts::{self, read_reference, read_word, unsound},
};
use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers,
};

forms! {
    DisbursedForm: 33 {
        instalment: u16,
        account_key: u16,
        account: u128,
        ifsc_head: u64,
        ifsc_middle: u16,
        ifsc_tail: u8,
        mode: u8,
        reissue: u8,
    }
    PaymentReturnedForm: 16 {
        payment: u64,
        reason: u32,
        own_day: i32,
    }
    PaymentConfirmedForm: 12 {
        payment: u64,
        own_day: i32,
    }
    MovedToSuspenseForm: 16 {
        payment: u64,
        reason: u32,
        own_day: i32,
    }
    RecoveryDemandedForm: 16 {
        demanded: i64,
        reason: u32,
        due: i32,
    }
    StockMovedForm: 9 {
        item: u32,
        movement: u8,
        quantity: u32,
    }
}

impl Body for Disbursed {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.instalment)
            .map_err(|problem| writer.invalid("instalment", problem))?;
        let account = self.payee.account.0;
        parts::print_sound(account).map_err(|problem| writer.invalid("account key id", problem))?;
        let (ifsc_head, ifsc_middle, ifsc_tail) = numbers::ifsc_parts(self.payee.ifsc);
        writer.form(&DisbursedForm {
            instalment: self.instalment,
            account_key: account.key_id,
            account: u128::from_le_bytes(account.print),
            ifsc_head,
            ifsc_middle,
            ifsc_tail,
            mode: numbers::mode(self.mode),
            reissue: u8::from(!self.reissue_of.is_none()),
        });
        writer.text(self.reference.as_str());
        if !self.reissue_of.is_none() {
            writer.form(&self.reissue_of.0);
        }
        Ok(())
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Disbursed, WireError> {
        let at = reader.at();
        let form: DisbursedForm = reader.form()?;
        let instalment = numbers::from_one(form.instalment).map_err(unsound("instalment", at))?;
        let account =
            parts::print(form.account_key, form.account).map_err(unsound("account key id", at))?;
        let ifsc = numbers::ifsc(form.ifsc_head, form.ifsc_middle, form.ifsc_tail)
            .map_err(unsound("ifsc", at))?;
        let mode = numbers::variant(&PaymentMode::ALL, numbers::mode, form.mode)
            .map_err(unsound("mode", at))?;
        let is_reissue = numbers::flag(form.reissue).map_err(unsound("reissue", at))?;
        Ok(Disbursed {
            instalment,
            payee: Payee { account: AccountKey(account), ifsc },
            mode,
            reference: read_reference(reader)?,
            reissue_of: if is_reissue { read_reissue_of(reader)? } else { Position::NONE },
        })
    }
}

/// Reads the return a re-issue names; a re-issue of nothing is said by the flag alone.
fn read_reissue_of(reader: &mut Reader<'_>) -> Result<Position, WireError> {
    let at = reader.at();
    match reader.form()? {
        0 => Err(invalid("reissue_of", at, Problem::OutOfRange(0))),
        position => Ok(Position(position)),
    }
}

impl Body for PaymentReturned {
    #[inline]
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&PaymentReturnedForm {
            payment: self.payment.0,
            reason: self.reason.0,
            own_day: self.own_day.epoch_days(),
        });
        Ok(())
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<PaymentReturned, WireError> {
        let at = reader.at();
        let form: PaymentReturnedForm = reader.form()?;
        Ok(PaymentReturned {
            payment: Position(form.payment),
            reason: WordNo(form.reason),
            own_day: numbers::day(form.own_day).map_err(unsound("own_day", at))?,
        })
    }
}

impl Body for PaymentConfirmed {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&PaymentConfirmedForm {
            payment: self.payment.0,
            own_day: self.own_day.epoch_days(),
        });
        writer.text(self.reference.as_str());
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<PaymentConfirmed, WireError> {
        let at = reader.at();
        let form: PaymentConfirmedForm = reader.form()?;
        let own_day = numbers::day(form.own_day).map_err(unsound("own_day", at))?;
        let payment = Position(form.payment);
        Ok(PaymentConfirmed { payment, reference: read_reference(reader)?, own_day })
    }
}

impl Body for MovedToSuspense {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&MovedToSuspenseForm {
            payment: self.payment.0,
            reason: self.reason.0,
            own_day: self.own_day.epoch_days(),
        });
        writer.text(self.reference.as_str());
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<MovedToSuspense, WireError> {
        let at = reader.at();
        let form: MovedToSuspenseForm = reader.form()?;
        let own_day = numbers::day(form.own_day).map_err(unsound("own_day", at))?;
        Ok(MovedToSuspense {
            payment: Position(form.payment),
            reason: WordNo(form.reason),
            reference: read_reference(reader)?,
            own_day,
        })
    }
}

/// Declares the bodies that are a reason and a reference.
macro_rules! reasons_and_references {
    ($($body:ident)*) => {$(
        impl Body for $body {
            fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
                writer.form(&self.reason.0);
                writer.text(self.reference.as_str());
                Ok(())
            }

            fn read(reader: &mut Reader<'_>) -> Result<$body, WireError> {
                Ok($body { reason: read_word(reader)?, reference: read_reference(reader)? })
            }
        }
    )*};
}

reasons_and_references! { Recovered Adjusted }

/// Declares the bodies that are a reference and nothing else.
macro_rules! references {
    ($($body:ident { $field:ident })*) => {$(
        impl Body for $body {
            fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
                writer.text(self.$field.as_str());
                Ok(())
            }

            fn read(reader: &mut Reader<'_>) -> Result<$body, WireError> {
                Ok($body { $field: reader.name(stringify!($field), Reference::new)? })
            }
        }
    )*};
}

references! {
    Utilised { certificate }
    InterestEarned { reference }
    InterestRemitted { reference }
}

impl Body for RecoveryDemanded {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&RecoveryDemandedForm {
            demanded: self.demanded.paise(),
            reason: self.reason.0,
            due: self.due.epoch_days(),
        });
        writer.text(self.reference.as_str());
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<RecoveryDemanded, WireError> {
        let at = reader.at();
        let form: RecoveryDemandedForm = reader.form()?;
        Ok(RecoveryDemanded {
            demanded: numbers::money(form.demanded).map_err(unsound("demanded", at))?,
            reason: WordNo(form.reason),
            due: numbers::day(form.due).map_err(unsound("due", at))?,
            reference: read_reference(reader)?,
        })
    }
}

impl Body for StockMoved {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.quantity).map_err(|problem| writer.invalid("quantity", problem))?;
        writer.form(&StockMovedForm {
            item: self.item.0,
            movement: numbers::stock_move(self.movement),
            quantity: self.quantity,
        });
        writer.text(self.reference.as_str());
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<StockMoved, WireError> {
        let at = reader.at();
        let form: StockMovedForm = reader.form()?;
        Ok(StockMoved {
            item: WordNo(form.item),
            movement: numbers::variant(&StockMove::ALL, numbers::stock_move, form.movement)
                .map_err(unsound("movement", at))?,
            quantity: numbers::from_one(form.quantity).map_err(unsound("quantity", at))?,
            reference: read_reference(reader)?,
        })
    }
}
