//! How one value is put and taken: numbers short, positions by how far they are from the last one.
//!
//! # Invariants
//! * A position is 0 for none, else its distance from the position that was put before it.
//! * A fund is told whole the first time, and by its number among those told from then on.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use bahi_core::{
    AccountKey, ActorNo, BarSubject, BodyKey, Day, District, EventKind, FamilyKey, Fingerprint,
    FundKey, Further, LineReference, LineSide, Money, Movement, PersonKey, Position, Rows,
    SchemeNo, StockMove, StoredFact, Total, WordNo,
    image::{Reader, put_fund, put_short, put_signed},
};

use crate::state::{
    AccountMark, ActorKey, Bar, Certificate, Change, Detail, Draw, Ending, Entry, FundTotals,
    Joined, Keys, Payment, Sanction, Statement, Stock,
};

/// How many times the bytes of an image what is taken from them may be, before it is seen.
const ROOM_TIMES: usize = 8;

/// An image in the making.
#[derive(Default)]
pub(in crate::state) struct Put {
    pub(super) bytes: Vec<u8>,
    position: u64,
    funds: BTreeMap<FundKey, u64>,
    /// The fund told last, which the next one mostly is too.
    fund: Option<(FundKey, u64)>,
}

impl Put {
    pub(super) fn with_room(bytes: usize) -> Put {
        Put { bytes: Vec::with_capacity(bytes), ..Put::default() }
    }

    pub(super) fn short(&mut self, number: u64) {
        put_short(&mut self.bytes, number);
    }

    pub(super) fn signed(&mut self, number: i64) {
        put_signed(&mut self.bytes, number);
    }

    fn fund(&mut self, fund: FundKey) {
        if let Some((_, number)) = self.fund.filter(|(last, _)| *last == fund) {
            return self.short(number);
        }
        let next = self.funds.len() as u64;
        let number = *self.funds.entry(fund).or_insert(next);
        self.short(number);
        if number == next {
            put_fund(&mut self.bytes, &fund);
        }
        self.fund = Some((fund, number));
    }
}

/// An image being taken.
pub(in crate::state) struct Take<'a> {
    pub(super) reader: Reader<'a>,
    position: u64,
    funds: Vec<FundKey>,
}

impl<'a> Take<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Take<'a> {
        Take { reader: Reader::new(bytes), position: 0, funds: Vec::new() }
    }

    /// For how many of so many things room is made before they are seen: for all, and yet for no more
    /// than a few times the bytes that are left, since a spoilt number says anything.
    pub(super) const fn room<T>(&self, things: usize) -> usize {
        let most = self.reader.len().saturating_mul(ROOM_TIMES) / size_of::<T>() + 1;
        if things < most { things } else { most }
    }

    pub(super) fn number<N: TryFrom<u64>>(&mut self) -> Option<N> {
        N::try_from(self.reader.short()?).ok()
    }
}

/// A value that an image can hold.
pub(in crate::state) trait Stored: Sized {
    fn put(&self, out: &mut Put);
    fn take(from: &mut Take<'_>) -> Option<Self>;
}

macro_rules! short {
    ($($number:ty),*) => {
        $(impl Stored for $number {
            fn put(&self, out: &mut Put) {
                out.short(u64::from(*self));
            }

            fn take(from: &mut Take<'_>) -> Option<Self> {
                from.number()
            }
        })*
    };
}

short!(u8, u16, u32, u64);

/// A struct by its fields, in the order given.
macro_rules! fields {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Stored for $name {
            fn put(&self, out: &mut Put) {
                $(self.$field.put(out);)*
            }

            fn take(from: &mut Take<'_>) -> Option<Self> {
                Some($name { $($field: Stored::take(from)?),* })
            }
        })*
    };
}

fields! {
    LineReference { statement, line }
    Further { lines, targets }
    Joined { line, target, further, rejected }
    Bar { position, from, until }
    Certificate { position, upto, as_of }
    Stock { ordered, received, handed_over, written_off }
    Statement { file, expected, lines, actor }
    Keys { first, added, destroyed }
    ActorKey { key, from, until, required }
    Fingerprint { key_id, print }
    Entry { kind, movement, fund, amount, detail }
    Sanction { position, actor, day, terms, amount, cancelled, draw }
    Draw { fund, unpaid, accounted, until }
    Change { position, raised_by }
    Ending { position, kind }
    Payment { position, amount, fund, returned, reversed, instalment, day, payee, actor }
    FundTotals {
        allotted, sanctioned, disbursed, returned, recovered, utilised, adjusted, suspense,
        interest_earned, interest_remitted
    }
}

/// A number in a type of its own.
macro_rules! wrapped {
    ($($name:ident($number:ty))*) => {
        $(impl Stored for $name {
            fn put(&self, out: &mut Put) {
                self.0.put(out);
            }

            fn take(from: &mut Take<'_>) -> Option<Self> {
                <$number>::take(from).map($name)
            }
        })*
    };
}

wrapped! { District(u16) SchemeNo(u16) ActorNo(u32) WordNo(u32) AccountMark([u8; 8]) }

impl<const N: usize> Stored for [u8; N] {
    fn put(&self, out: &mut Put) {
        out.bytes.extend_from_slice(self);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        from.reader.array()
    }
}

impl Stored for bool {
    fn put(&self, out: &mut Put) {
        out.bytes.push(u8::from(*self));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        match from.reader.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for Position {
    fn put(&self, out: &mut Put) {
        if self.is_none() {
            return out.short(0);
        }
        let far = self.0.wrapping_sub(out.position).cast_signed();
        out.short(((far << 1 ^ far >> 63).cast_unsigned()).wrapping_add(1));
        out.position = self.0;
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let Some(folded) = from.reader.short()?.checked_sub(1) else { return Some(Position::NONE) };
        let far = (folded >> 1).cast_signed() ^ -((folded & 1).cast_signed());
        from.position = from.position.wrapping_add_signed(far);
        (from.position > 0).then_some(Position(from.position))
    }
}

impl Stored for Money {
    fn put(&self, out: &mut Put) {
        out.short(self.paise().unsigned_abs());
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Money::from_paise(from.number()?)
    }
}

impl Stored for Total {
    fn put(&self, out: &mut Put) {
        out.bytes.extend_from_slice(&self.paise().to_le_bytes());
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        from.reader.total()
    }
}

impl Stored for Day {
    fn put(&self, out: &mut Put) {
        out.signed(i64::from(self.epoch_days()));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Day::from_epoch_days(i32::try_from(from.reader.signed()?).ok()?)
    }
}

impl Stored for FundKey {
    fn put(&self, out: &mut Put) {
        out.fund(*self);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let number: usize = from.number()?;
        if number == from.funds.len() {
            from.funds.push(from.reader.fund()?);
        }
        from.funds.get(number).copied()
    }
}

impl<T: Stored> Stored for Option<T> {
    fn put(&self, out: &mut Put) {
        self.is_some().put(out);
        self.iter().for_each(|one| one.put(out));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        if bool::take(from)? { T::take(from).map(Some) } else { Some(None) }
    }
}

impl<T: Stored> Stored for Box<T> {
    fn put(&self, out: &mut Put) {
        (**self).put(out);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        T::take(from).map(Box::new)
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Put) {
        out.short(self.len() as u64);
        self.iter().for_each(|one| one.put(out));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let len = from.reader.short_count(1)?;
        let mut all = Vec::with_capacity(from.room::<T>(len));
        for _ in 0..len {
            all.push(T::take(from)?);
        }
        Some(all)
    }
}

impl<T: Stored> Stored for Rows<T> {
    fn put(&self, out: &mut Put) {
        out.short(self.len() as u64);
        self.iter().for_each(|one| one.put(out));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let len = from.reader.short_count(1)?;
        (0..len).map(|_| T::take(from)).collect()
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn put(&self, out: &mut Put) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<A: Stored, B: Stored, C: Stored> Stored for (A, B, C) {
    fn put(&self, out: &mut Put) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?, C::take(from)?))
    }
}

impl Stored for EventKind {
    fn put(&self, out: &mut Put) {
        self.number().put(out);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        EventKind::from_number(from.number()?)
    }
}

impl Stored for StockMove {
    fn put(&self, out: &mut Put) {
        out.bytes.push(*self as u8);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        StockMove::ALL.get(usize::from(from.reader.byte()?)).copied()
    }
}

impl Stored for LineSide {
    fn put(&self, out: &mut Put) {
        out.bytes.push(*self as u8);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        LineSide::ALL.get(usize::from(from.reader.byte()?)).copied()
    }
}

impl Stored for BarSubject {
    fn put(&self, out: &mut Put) {
        out.bytes.push(match self {
            BarSubject::Person(_) => 0,
            BarSubject::Family(_) => 1,
            BarSubject::Body(_) => 2,
            BarSubject::Account(_) => 3,
        });
        self.print().put(out);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let kind = from.reader.byte()?;
        let print = Fingerprint::take(from)?;
        Some(match kind {
            0 => BarSubject::Person(PersonKey(print)),
            1 => BarSubject::Family(FamilyKey(print)),
            2 => BarSubject::Body(BodyKey(print)),
            3 => BarSubject::Account(AccountKey(print)),
            _ => return None,
        })
    }
}

impl Stored for StoredFact {
    fn put(&self, out: &mut Put) {
        let (kind, value) = match self {
            StoredFact::Money(money) => (0, money.paise().unsigned_abs()),
            StoredFact::Count(count) => (1, *count),
            StoredFact::Flag(flag) => (2, u64::from(*flag)),
            StoredFact::Word(word) => (3, u64::from(word.0)),
        };
        out.bytes.push(kind);
        out.short(value);
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        let (kind, value) = (from.reader.byte()?, from.reader.short()?);
        Some(match kind {
            0 => StoredFact::Money(Money::from_paise(i64::try_from(value).ok()?)?),
            1 => StoredFact::Count(value),
            2 => StoredFact::Flag((value <= 1).then_some(value == 1)?),
            3 => StoredFact::Word(WordNo(u32::try_from(value).ok()?)),
            _ => return None,
        })
    }
}

impl Stored for Movement {
    fn put(&self, out: &mut Put) {
        let (kind, other) = match self {
            Movement::Allotment => (0, None),
            Movement::Withdrawal => (1, None),
            Movement::Transfer { to } => (2, Some(to)),
            Movement::FundLapse => (3, None),
            Movement::SanctionLapse => (4, None),
            Movement::Carry { from } => (5, Some(from)),
            Movement::Sanction => (6, None),
            Movement::Increase => (7, None),
            Movement::Decrease => (8, None),
            Movement::Cancellation => (9, None),
            Movement::Payment => (10, None),
            Movement::Return => (11, None),
            Movement::Suspense => (12, None),
            Movement::Recovery => (13, None),
            Movement::Utilisation => (14, None),
            Movement::Adjustment => (15, None),
            Movement::Interest => (16, None),
            Movement::Remittance => (17, None),
        };
        out.bytes.push(kind);
        other.into_iter().for_each(|fund| fund.put(out));
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some(match from.reader.byte()? {
            0 => Movement::Allotment,
            1 => Movement::Withdrawal,
            2 => Movement::Transfer { to: Stored::take(from)? },
            3 => Movement::FundLapse,
            4 => Movement::SanctionLapse,
            5 => Movement::Carry { from: Stored::take(from)? },
            6 => Movement::Sanction,
            7 => Movement::Increase,
            8 => Movement::Decrease,
            9 => Movement::Cancellation,
            10 => Movement::Payment,
            11 => Movement::Return,
            12 => Movement::Suspense,
            13 => Movement::Recovery,
            14 => Movement::Utilisation,
            15 => Movement::Adjustment,
            16 => Movement::Interest,
            17 => Movement::Remittance,
            _ => return None,
        })
    }
}

impl Stored for Detail {
    fn put(&self, out: &mut Put) {
        let mut kind = |number| out.bytes.push(number);
        match self {
            Detail::None => kind(0),
            Detail::Bar(subject, bar) => {
                kind(1);
                (*subject, *bar).put(out);
            }
            Detail::Confirmed(payment, day) => {
                kind(2);
                (*payment, *day).put(out);
            }
            Detail::Step(word, day) => {
                kind(3);
                (*word, *day).put(out);
            }
            Detail::Demanded(money) => {
                kind(4);
                money.put(out);
            }
            Detail::Settled(audit, finding) => {
                kind(5);
                (*audit, *finding).put(out);
            }
            Detail::Suspended(payment) => {
                kind(6);
                payment.put(out);
            }
            Detail::Stock(store, movement, quantity) => {
                kind(7);
                (*store, *movement, *quantity).put(out);
            }
        }
    }

    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some(match from.reader.byte()? {
            0 => Detail::None,
            1 => Detail::Bar(Stored::take(from)?, Stored::take(from)?),
            2 => Detail::Confirmed(Stored::take(from)?, Stored::take(from)?),
            3 => Detail::Step(Stored::take(from)?, Stored::take(from)?),
            4 => Detail::Demanded(Stored::take(from)?),
            5 => Detail::Settled(Stored::take(from)?, Stored::take(from)?),
            6 => Detail::Suspended(Stored::take(from)?),
            7 => Detail::Stock(Stored::take(from)?, Stored::take(from)?, Stored::take(from)?),
            _ => return None,
        })
    }
}
