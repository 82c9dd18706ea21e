//! The numbers of the domain's enumerations in the stored form: explicit, stable, never reused.
//!
//! # Invariants
//! * A number is written out beside its variant, so that reordering an enumeration changes no
//!   byte, and a new variant stops the build here.

use bahi_core::{
    AuditScope, Day, FactKind, FinancialYear, Ifsc, Money, Opinion, PaymentMode, Role, Rounding,
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

/// A count that is one at least.
pub(crate) fn from_one(count: u32) -> Result<u32, Problem> {
    if count == 0 { Err(Problem::OutOfRange(0)) } else { Ok(count) }
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
    fn the_numbers_of_audits_and_terms_never_change() {
        let scopes = [
            (1, AuditScope::Case),
            (2, AuditScope::Sanction),
            (3, AuditScope::Payment),
            (4, AuditScope::Inspection),
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
        check(&AuditScope::ALL, scope, &scopes);
        check(&Opinion::ALL, opinion, &opinions);
        check(&FactKind::ALL, fact_kind, &kinds);
        check(&Rounding::ALL, rounding, &roundings);
    }
}
