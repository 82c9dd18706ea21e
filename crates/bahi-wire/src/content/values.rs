//! The values that acts state, each as bytes that say where they end.

use bahi_core::{
    AccountKey, ActorName, Applicant, AuditScope, BarSubject, CaseRef, Day, District, Fund,
    GivenFact, KeyChange, LineReference, LineSide, Money, NameMark, Opinion, Particulars, Payee,
    PaymentMode, Position, Reference, SchemeName, Settlement, StatementLine, StockMove, Terms,
    Total, Word,
};

use crate::{
    body::{applicant_number, put_print},
    bytes::{Form, Writer},
    numbers, terms,
};

const GIVEN_TEXT: u8 = 1;
const GIVEN_COUNT: u8 = 2;
const GIVEN_FLAG: u8 = 3;

/// A value of an act. What it appends is of fixed width or has its length, so that no two lists
/// of values have the same bytes.
pub(super) trait Stated {
    /// Appends it.
    fn put(&self, writer: &mut Writer<'_>);
}

/// What stands where an act could name a case and names none: a text without a byte, as no reference is.
pub(super) struct NoCase;

impl Stated for NoCase {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.text("");
    }
}

/// Facts in order of name; where a name repeats, which the rules refuse, in the order given.
pub(super) fn in_order(facts: &[(Word, GivenFact)]) -> Vec<&(Word, GivenFact)> {
    let mut in_order: Vec<&(Word, GivenFact)> = facts.iter().collect();
    in_order.sort_by(|left, right| left.0.cmp(&right.0));
    in_order
}

/// A list is its length, which has no bound yet, and its rows.
impl<T: Stated> Stated for Vec<T> {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.form(&(self.len() as u64));
        self.iter().for_each(|row| row.put(writer));
    }
}

/// Whether there is one, and the value if there is.
impl<T: Stated> Stated for Option<T> {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.form(&u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(writer);
        }
    }
}

impl<T: Stated> Stated for &T {
    fn put(&self, writer: &mut Writer<'_>) {
        T::put(self, writer);
    }
}

impl<A: Stated, B: Stated> Stated for (A, B) {
    fn put(&self, writer: &mut Writer<'_>) {
        self.0.put(writer);
        self.1.put(writer);
    }
}

impl<const N: usize> Stated for [u8; N] {
    fn put(&self, writer: &mut Writer<'_>) {
        self.iter().for_each(|byte| writer.form(byte));
    }
}

/// Declares the values that are one number: what the number is.
macro_rules! numbers {
    ($($value:ty: $number:expr;)*) => {$(
        impl Stated for $value {
            fn put(&self, writer: &mut Writer<'_>) {
                put_number(writer, self, $number);
            }
        }
    )*};
}

fn put_number<T: Copy, N: Form>(writer: &mut Writer<'_>, value: &T, number: impl Fn(T) -> N) {
    writer.form(&number(*value));
}

numbers! {
    u16: |number| number;
    u32: |number| number;
    u64: |number| number;
    Money: Money::paise;
    Total: Total::paise;
    Day: Day::epoch_days;
    Position: |position: Position| position.0;
    District: |district: District| district.0;
    PaymentMode: numbers::mode;
    StockMove: numbers::stock_move;
    AuditScope: numbers::scope;
    Opinion: numbers::opinion;
    Settlement: numbers::settlement;
    LineSide: numbers::line_side;
    KeyChange: numbers::key_change;
}

/// Declares the values that are a text.
macro_rules! texts {
    ($($value:ty)*) => {$(
        impl Stated for $value {
            fn put(&self, writer: &mut Writer<'_>) {
                writer.text(self.as_str());
            }
        }
    )*};
}

texts! { ActorName SchemeName CaseRef Reference Word }

impl Stated for Terms {
    fn put(&self, writer: &mut Writer<'_>) {
        terms::write(writer, self);
    }
}

impl Stated for Fund {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.text(self.scheme.as_str());
        writer.text(self.head.as_str());
        writer.form(&self.fy.first());
        writer.form(&self.district.0);
    }
}

impl Stated for Applicant {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.form(&applicant_number(self));
        match self {
            Applicant::NotInSource => {}
            Applicant::Person { person, family } => {
                put_print(writer, person.0);
                if let Some(family) = family {
                    put_print(writer, family.0);
                }
            }
            Applicant::Unit { unit, owner } => {
                put_print(writer, unit.0);
                if let Some(owner) = owner {
                    put_print(writer, owner.0);
                }
            }
            Applicant::Spv { spv, members } => {
                put_print(writer, spv.0);
                writer.form(&(members.len() as u64));
                for member in members {
                    put_print(writer, member.0);
                }
            }
            Applicant::Institution { institution } => put_print(writer, institution.0),
        }
    }
}

impl Stated for GivenFact {
    fn put(&self, writer: &mut Writer<'_>) {
        match self {
            GivenFact::Text(text) => {
                writer.form(&GIVEN_TEXT);
                writer.text(text.as_str());
            }
            GivenFact::Count(count) => {
                writer.form(&GIVEN_COUNT);
                writer.form(count);
            }
            GivenFact::Flag(flag) => {
                writer.form(&GIVEN_FLAG);
                writer.form(&u8::from(*flag));
            }
        }
    }
}

impl Stated for BarSubject {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.form(&numbers::bar_subject(*self));
        put_print(writer, self.print());
    }
}

impl Stated for AccountKey {
    fn put(&self, writer: &mut Writer<'_>) {
        put_print(writer, self.0);
    }
}

impl Stated for Payee {
    fn put(&self, writer: &mut Writer<'_>) {
        self.account.put(writer);
        writer.text(self.ifsc.to_string().as_str());
    }
}

impl Stated for LineReference {
    fn put(&self, writer: &mut Writer<'_>) {
        self.statement.put(writer);
        self.line.put(writer);
    }
}

impl Stated for StatementLine {
    fn put(&self, writer: &mut Writer<'_>) {
        // The particulars of all lines come after the lines.
        let StatementLine {
            amount,
            side,
            booked,
            value,
            references,
            counterparty,
            at,
            bytes,
            particulars: _,
        } = self;
        let all: [&dyn Stated; 8] =
            [amount, side, booked, value, references, counterparty, at, bytes];
        all.iter().for_each(|value| value.put(writer));
    }
}

impl Stated for Particulars {
    fn put(&self, writer: &mut Writer<'_>) {
        let Particulars { kind, names, ifsc, reason, batch, balance } = self;
        writer.form(&numbers::line_kind(*kind));
        names.put(writer);
        writer.text(ifsc.map(|ifsc| ifsc.to_string()).unwrap_or_default().as_str());
        let all: [&dyn Stated; 3] = [reason, batch, balance];
        all.iter().for_each(|value| value.put(writer));
    }
}

impl Stated for NameMark {
    fn put(&self, writer: &mut Writer<'_>) {
        writer.form(&numbers::name_kind(self.kind));
        writer.form(&u8::from(self.narrated));
    }
}
