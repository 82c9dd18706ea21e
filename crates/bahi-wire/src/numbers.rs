//! The numbers of the domain's enumerations in the stored form: explicit, stable, never reused.
//!
//! # Invariants
//! * A number is written out beside its variant, so that reordering an enumeration changes no
//!   byte, and a new variant stops the build here.

use bahi_core::{
    Across, AfterReturn, AuditScope, BarSubject, Counted, Day, FactKind, FinancialYear, Ifsc,
    KeyChange, LineKind, LineSide, Money, NameKind, Opinion, PaymentMode, Per, Role, Rounding,
    Settlement, StockMove, Within,
};

use crate::{Problem, first::ClockKind};

/// The number of a role.
pub(crate) const fn role(role: Role) -> u8 {
    match role {
        Role::Finance => 1,
        Role::DistrictOffice => 2,
        Role::SanctioningAuthority => 3,
        Role::DrawingOfficer => 4,
        Role::TreasuryJob => 5,
        Role::Auditor => 6,
        Role::Administrator => 7,
    }
}

/// The number of a payment mode.
pub(crate) const fn mode(mode: PaymentMode) -> u8 {
    match mode {
        PaymentMode::Unstated => 0,
        PaymentMode::Neft => 1,
        PaymentMode::Rtgs => 2,
        PaymentMode::NachCredit => 3,
        PaymentMode::Apbs => 4,
        PaymentMode::Cheque => 5,
    }
}

/// The number of an audit's scope.
pub(crate) const fn scope(scope: AuditScope) -> u8 {
    match scope {
        AuditScope::Case => 1,
        AuditScope::Sanction => 2,
        AuditScope::Payment => 3,
        AuditScope::Inspection => 4,
        AuditScope::Ledger => 5,
    }
}

/// The number of an opinion.
pub(crate) const fn opinion(opinion: Opinion) -> u8 {
    match opinion {
        Opinion::Clear => 1,
        Opinion::Observation => 2,
        Opinion::Objection => 3,
        Opinion::Disclaimer => 4,
    }
}

/// The number of what a bar is of.
pub(crate) const fn bar_subject(subject: BarSubject) -> u8 {
    match subject {
        BarSubject::Person(_) => 1,
        BarSubject::Family(_) => 2,
        BarSubject::Body(_) => 3,
        BarSubject::Account(_) => 4,
    }
}

/// The number of what becomes of things in kind.
pub(crate) const fn stock_move(movement: StockMove) -> u8 {
    match movement {
        StockMove::Ordered => 1,
        StockMove::Received => 2,
        StockMove::HandedOver => 3,
        StockMove::WrittenOff => 4,
    }
}

/// The number of a settlement.
pub(crate) const fn settlement(settlement: Settlement) -> u8 {
    match settlement {
        Settlement::NoFault => 1,
        Settlement::MadeGood => 2,
        Settlement::Dropped => 3,
    }
}

/// The number of the side of a line.
pub(crate) const fn line_side(side: LineSide) -> u8 {
    match side {
        LineSide::Credit => 1,
        LineSide::Debit => 2,
    }
}

/// The number of what a bank says a line is.
pub(crate) const fn line_kind(kind: LineKind) -> u8 {
    match kind {
        LineKind::Movement => 1,
        LineKind::Return => 2,
        LineKind::Reversal => 3,
        LineKind::Charge => 4,
        LineKind::AnswerPaid => 5,
        LineKind::AnswerFailed => 6,
    }
}

/// The number of what a reference names.
pub(crate) const fn name_kind(kind: NameKind) -> u8 {
    match kind {
        NameKind::Own => 1,
        NameKind::Transfer => 2,
        NameKind::Batch => 3,
        NameKind::Case => 4,
        NameKind::Unstated => 5,
    }
}

/// The number of what became of a key.
pub(crate) const fn key_change(change: KeyChange) -> u8 {
    match change {
        KeyChange::Added => 1,
        KeyChange::Destroyed => 2,
    }
}

/// The number of a kind of fact.
pub(crate) const fn fact_kind(kind: FactKind) -> u8 {
    match kind {
        FactKind::Money => 1,
        FactKind::Count => 2,
        FactKind::Flag => 3,
        FactKind::Word => 4,
    }
}

/// The number of a rounding rule.
pub(crate) const fn rounding(rounding: Rounding) -> u8 {
    match rounding {
        Rounding::PaisaHalfAwayFromZero => 1,
        Rounding::PaisaHalfEven => 2,
        Rounding::PaisaDown => 3,
        Rounding::RupeeHalfAwayFromZero => 4,
        Rounding::RupeeDown => 5,
    }
}

/// The number of whom a limit is for.
pub(crate) const fn per(per: Per) -> u8 {
    match per {
        Per::Person => 1,
        Per::Family => 2,
        Per::Body => 3,
        Per::Applicant => 4,
    }
}

/// The number of what makes a case count.
pub(crate) const fn counted(counted: Counted) -> u8 {
    match counted {
        Counted::Applied => 1,
        Counted::Sanctioned => 2,
        Counted::Paid => 3,
    }
}

/// The number of how far a limit reaches.
pub(crate) const fn across(across: Across) -> u8 {
    match across {
        Across::Scheme => 1,
        Across::Ledger => 2,
    }
}

/// The number of a time within which cases count together: its years where it has any.
pub(crate) const fn within(within: Within) -> u8 {
    match within {
        Within::Ever => 0,
        Within::FinancialYear => u8::MAX,
        Within::Years(years) => years,
    }
}

/// The time of a number; years beyond the bound are for the terms to refuse.
pub(crate) const fn within_of(number: u8) -> Within {
    match number {
        0 => Within::Ever,
        u8::MAX => Within::FinancialYear,
        years => Within::Years(years),
    }
}

/// The number of what must follow a payment that came back.
pub(crate) const fn after_return(then: AfterReturn) -> u8 {
    match then {
        AfterReturn::Retry => 1,
        AfterReturn::AfterCorrection => 2,
        AfterReturn::OtherAccount => 3,
        AfterReturn::Stop => 4,
    }
}

/// The number of a kind of clock.
pub(crate) const fn clock(clock: ClockKind) -> u8 {
    match clock {
        ClockKind::System => 1,
        ClockKind::Simulated => 2,
    }
}

/// The variant of a number, among all of them.
pub(crate) fn variant<T: Copy>(
    all: &[T],
    number_of: impl Fn(T) -> u8,
    number: u8,
) -> Result<T, Problem> {
    all.iter()
        .copied()
        .find(|variant| number_of(*variant) == number)
        .ok_or(Problem::UnknownNumber(u32::from(number)))
}

/// Yes or no.
pub(crate) fn flag(number: u8) -> Result<bool, Problem> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Problem::UnknownNumber(u32::from(other))),
    }
}

/// An amount of paise.
pub(crate) fn money(paise: i64) -> Result<Money, Problem> {
    Money::from_paise(paise).ok_or(Problem::OutOfRange(i128::from(paise)))
}

/// A day by its distance from 1970-01-01.
pub(crate) fn day(days: i32) -> Result<Day, Problem> {
    Day::from_epoch_days(days).ok_or(Problem::OutOfRange(i128::from(days)))
}

/// A financial year by the calendar year it begins in.
pub(crate) fn financial_year(first: u16) -> Result<FinancialYear, Problem> {
    FinancialYear::from_first(first).ok_or(Problem::OutOfRange(i128::from(first)))
}

/// The number of a last day that there may not be.
const NO_DAY: i32 = i32::MIN;

/// A last day, or none.
pub(crate) fn until(days: i32) -> Result<Option<Day>, Problem> {
    if days == NO_DAY { Ok(None) } else { day(days).map(Some) }
}

/// The number of a last day, or of none.
pub(crate) fn until_number(until: Option<Day>) -> i32 {
    until.map_or(NO_DAY, Day::epoch_days)
}

/// A number that is one at least.
pub(crate) fn from_one<T: Default + PartialEq>(number: T) -> Result<T, Problem> {
    if number == T::default() { Err(Problem::OutOfRange(0)) } else { Ok(number) }
}

/// The eleven bytes of an IFSC as the three integers that bincode writes as those bytes.
pub(crate) fn ifsc_parts(ifsc: Ifsc) -> (u64, u16, u8) {
    let [a, b, c, d, e, f, g, h, i, j, k] = ifsc.to_bytes();
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u16::from_le_bytes([i, j]), k)
}

/// The IFSC of three integers.
pub(crate) fn ifsc(head: u64, middle: u16, tail: u8) -> Result<Ifsc, Problem> {
    let [a, b, c, d, e, f, g, h] = head.to_le_bytes();
    let [i, j] = middle.to_le_bytes();
    Ifsc::from_bytes([a, b, c, d, e, f, g, h, i, j, tail]).ok_or(Problem::Text)
}

/// The thirty-two bytes of a digest as the two integers that bincode writes as those bytes.
pub(crate) fn digest_parts(digest: &[u8; 32]) -> (u128, u128) {
    let mut halves = digest.as_chunks::<16>().0.iter().map(|half| u128::from_le_bytes(*half));
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

/// The digest of two integers.
pub(crate) fn digest(head: u128, tail: u128) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(&head.to_le_bytes());
    digest[16..].copy_from_slice(&tail.to_le_bytes());
    digest
}

#[cfg(test)]
mod tests {
    //! The numbers as they have always been, and nothing else.

    use bahi_core::{AccountKey, BodyKey, FamilyKey, Fingerprint, PersonKey};

    use super::*;

    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        all: &[T],
        number_of: impl Fn(T) -> u8 + Copy,
        expected: &[(u8, T)],
    ) {
        assert_eq!(all.len(), expected.len(), "a variant has no expected number");
        for number in 0..=u8::MAX {
            let known = expected.iter().find(|(other, _)| *other == number);
            let wanted =
                known.map(|(_, variant)| *variant).ok_or(Problem::UnknownNumber(number.into()));
            assert_eq!(variant(all, number_of, number), wanted);
            if let Some((_, variant)) = known {
                assert_eq!(number_of(*variant), number);
            }
        }
    }

    #[test]
    fn the_numbers_of_people_and_payments_never_change() {
        let roles = [
            (1, Role::Finance),
            (2, Role::DistrictOffice),
            (3, Role::SanctioningAuthority),
            (4, Role::DrawingOfficer),
            (5, Role::TreasuryJob),
            (6, Role::Auditor),
            (7, Role::Administrator),
        ];
        let modes = [
            (0, PaymentMode::Unstated),
            (1, PaymentMode::Neft),
            (2, PaymentMode::Rtgs),
            (3, PaymentMode::NachCredit),
            (4, PaymentMode::Apbs),
            (5, PaymentMode::Cheque),
        ];
        check(&Role::ALL, role, &roles);
        check(&PaymentMode::ALL, mode, &modes);
        check(&ClockKind::ALL, clock, &[(1, ClockKind::System), (2, ClockKind::Simulated)]);
    }

    #[test]
    fn the_numbers_of_bars_stocks_lines_and_keys_never_change() {
        let print = Fingerprint { key_id: 1, print: [7; 16] };
        let subjects = [
            (1, BarSubject::Person(PersonKey(print))),
            (2, BarSubject::Family(FamilyKey(print))),
            (3, BarSubject::Body(BodyKey(print))),
            (4, BarSubject::Account(AccountKey(print))),
        ];
        let stocks = [
            (1, StockMove::Ordered),
            (2, StockMove::Received),
            (3, StockMove::HandedOver),
            (4, StockMove::WrittenOff),
        ];
        check(&subjects.map(|(_, subject)| subject), bar_subject, &subjects);
        check(&StockMove::ALL, stock_move, &stocks);
        check(&LineSide::ALL, line_side, &[(1, LineSide::Credit), (2, LineSide::Debit)]);
        let kinds = [
            (1, LineKind::Movement),
            (2, LineKind::Return),
            (3, LineKind::Reversal),
            (4, LineKind::Charge),
            (5, LineKind::AnswerPaid),
            (6, LineKind::AnswerFailed),
        ];
        check(&LineKind::ALL, line_kind, &kinds);
        let names = [
            (1, NameKind::Own),
            (2, NameKind::Transfer),
            (3, NameKind::Batch),
            (4, NameKind::Case),
            (5, NameKind::Unstated),
        ];
        check(&NameKind::ALL, name_kind, &names);
        check(&KeyChange::ALL, key_change, &[(1, KeyChange::Added), (2, KeyChange::Destroyed)]);
    }

    #[test]
    fn the_numbers_of_limits_never_change() {
        let whom = [(1, Per::Person), (2, Per::Family), (3, Per::Body), (4, Per::Applicant)];
        let what = [(1, Counted::Applied), (2, Counted::Sanctioned), (3, Counted::Paid)];
        assert_eq!(whom.map(|(_, per)| per), Per::ALL);
        assert_eq!(what.map(|(_, counted)| counted), Counted::ALL);
        whom.into_iter().for_each(|(number, one)| assert_eq!(per(one), number));
        what.into_iter().for_each(|(number, one)| assert_eq!(counted(one), number));
        assert_eq!((across(Across::Scheme), across(Across::Ledger)), (1, 2));
        for number in 0..=u8::MAX {
            assert_eq!(within(within_of(number)), number);
        }
        assert_eq!((within_of(0), within_of(255)), (Within::Ever, Within::FinancialYear));
    }

    #[test]
    fn the_numbers_of_returns_never_change() {
        let returns = [
            (1, AfterReturn::Retry),
            (2, AfterReturn::AfterCorrection),
            (3, AfterReturn::OtherAccount),
            (4, AfterReturn::Stop),
        ];
        check(&AfterReturn::ALL, after_return, &returns);
    }

    #[test]
    fn the_numbers_of_audits_and_terms_never_change() {
        let scopes = [
            (1, AuditScope::Case),
            (2, AuditScope::Sanction),
            (3, AuditScope::Payment),
            (4, AuditScope::Inspection),
            (5, AuditScope::Ledger),
        ];
        let opinions = [
            (1, Opinion::Clear),
            (2, Opinion::Observation),
            (3, Opinion::Objection),
            (4, Opinion::Disclaimer),
        ];
        let kinds =
            [(1, FactKind::Money), (2, FactKind::Count), (3, FactKind::Flag), (4, FactKind::Word)];
        let roundings = [
            (1, Rounding::PaisaHalfAwayFromZero),
            (2, Rounding::PaisaHalfEven),
            (3, Rounding::PaisaDown),
            (4, Rounding::RupeeHalfAwayFromZero),
            (5, Rounding::RupeeDown),
        ];
        let settlements =
            [(1, Settlement::NoFault), (2, Settlement::MadeGood), (3, Settlement::Dropped)];
        check(&Settlement::ALL, settlement, &settlements);
        check(&AuditScope::ALL, scope, &scopes);
        check(&Opinion::ALL, opinion, &opinions);
        check(&FactKind::ALL, fact_kind, &kinds);
        check(&Rounding::ALL, rounding, &roundings);
    }
}
