//! Arbitrary sound values of everything that has a stored form.

use bahi_core::{
    ActorName, ActorNo, Applicant, Authority, AuthorityNo, BodyKey, CommandId, Day, District,
    Envelope, FamilyKey, FinancialYear, Fingerprint, FundKey, HeadName, HeadNo, Instant,
    Introduction, Money, NameError, OrderNumber, PersonKey, Position, Recorded, Reference, Role,
    SchemeName, SchemeNo, Signed, StoredFact, Total, Word, WordNo,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::strategies_events::event;
pub(super) use super::strategies_terms::terms;

/// Any identifier of up to `max` bytes.
pub(super) fn name<T: std::fmt::Debug + Clone + 'static>(
    new: fn(&str) -> Result<T, NameError>,
) -> impl Strategy<Value = T> + Clone {
    let short = "[!-~]([ -~]{0,12}[!-~])?";
    let longest = "[!-~][ -~]{62}[!-~]";
    prop_oneof![9 => short, 1 => longest]
        .prop_map(move |text| new(&text).expect("the pattern gives identifiers"))
}

pub(super) fn word() -> impl Strategy<Value = Word> + Clone {
    name(Word::new)
}

pub(super) fn reference() -> impl Strategy<Value = Reference> + Clone {
    name(Reference::new)
}

pub(super) fn total() -> impl Strategy<Value = Total> + Clone {
    any::<i128>().prop_map(Total::from_paise)
}

pub(super) fn money() -> impl Strategy<Value = Money> + Clone {
    let edges = select(vec![0, 1, Money::MAX.paise()]);
    prop_oneof![0..=Money::MAX.paise(), edges]
        .prop_map(|paise| Money::from_paise(paise).expect("within the range"))
}

pub(super) fn day() -> impl Strategy<Value = Day> + Clone {
    (Day::MIN.epoch_days()..=Day::MAX.epoch_days())
        .prop_map(|days| Day::from_epoch_days(days).expect("within the range"))
}

pub(super) fn instant() -> impl Strategy<Value = Instant> {
    (Instant::MIN.epoch_micros()..=Instant::MAX.epoch_micros())
        .prop_map(|micros| Instant::from_epoch_micros(micros).expect("within the range"))
}

pub(super) fn position() -> impl Strategy<Value = Position> {
    prop_oneof![Just(0), 1..1_000_u64, any::<u64>()].prop_map(Position)
}

pub(super) fn word_no() -> impl Strategy<Value = WordNo> + Clone {
    any::<u32>().prop_map(WordNo)
}

pub(super) fn print() -> impl Strategy<Value = Fingerprint> + Clone {
    (1..=u16::MAX, any::<[u8; 16]>()).prop_map(|(key_id, print)| Fingerprint { key_id, print })
}

pub(super) fn authority() -> impl Strategy<Value = Authority> {
    (name(OrderNumber::new), day(), option::of(word()))
        .prop_map(|(order, date, paragraph)| Authority { order, date, paragraph })
}

fn introduction() -> impl Strategy<Value = Introduction> {
    prop_oneof![
        name(SchemeName::new).prop_map(Introduction::Scheme),
        name(HeadName::new).prop_map(Introduction::Head),
        name(ActorName::new).prop_map(Introduction::Actor),
        authority().prop_map(Introduction::Authority),
        word().prop_map(Introduction::Word),
    ]
}

pub(super) fn fund() -> impl Strategy<Value = FundKey> {
    (any::<u16>(), any::<u16>(), 1900..=2199_u16, any::<u16>()).prop_map(
        |(scheme, head, fy, district)| FundKey {
            scheme: SchemeNo(scheme),
            head: HeadNo(head),
            fy: FinancialYear::from_first(fy).expect("within the range"),
            district: District(district),
        },
    )
}

fn envelope() -> impl Strategy<Value = Envelope> {
    let numbers = (any::<u32>(), any::<u32>(), any::<u16>());
    let names = prop_oneof![7 => vec(introduction(), 0..=5), 1 => vec(introduction(), 200..=255)];
    (
        any::<[u8; 16]>(),
        position(),
        position(),
        day(),
        fund(),
        money(),
        select(&Role::ALL[..]),
        numbers,
        names,
    )
        .prop_map(
            |(command, case, previous, effective_day, fund, amount, role, numbers, names)| {
                Envelope {
                    command: CommandId::from_bytes(command),
                    case,
                    previous,
                    effective_day,
                    fund,
                    amount,
                    actor: ActorNo(numbers.0),
                    role,
                    authority: AuthorityNo(numbers.1),
                    terms: numbers.2,
                    introduced: names,
                }
            },
        )
}

pub(super) fn applicant() -> impl Strategy<Value = Applicant> {
    let person = || print().prop_map(PersonKey);
    let body = || print().prop_map(BodyKey);
    let members = prop_oneof![9 => vec(person(), 1..=6), 1 => vec(person(), 500..=512)];
    prop_oneof![
        Just(Applicant::NotInSource),
        (person(), option::of(print().prop_map(FamilyKey)))
            .prop_map(|(person, family)| Applicant::Person { person, family }),
        (body(), option::of(person())).prop_map(|(unit, owner)| Applicant::Unit { unit, owner }),
        (body(), members).prop_map(|(spv, members)| Applicant::Spv { spv, members }),
        body().prop_map(|institution| Applicant::Institution { institution }),
    ]
}

pub(super) fn stored_fact() -> impl Strategy<Value = StoredFact> {
    prop_oneof![
        money().prop_map(StoredFact::Money),
        any::<u64>().prop_map(StoredFact::Count),
        any::<bool>().prop_map(StoredFact::Flag),
        word_no().prop_map(StoredFact::Word),
    ]
}

/// A line with a key and a signature that nobody checks here.
fn signed() -> impl Strategy<Value = Signed> {
    (".{1,40}", any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(line, key, half)| {
        let mut signature = [7; 64];
        signature[..32].copy_from_slice(&half);
        let line = line.replace(['\n', '\r'], "-");
        Signed::new(&line, key, signature).expect("one line")
    })
}

/// Any event as it may stand in a log.
pub(super) fn recorded() -> impl Strategy<Value = Recorded> {
    (1..=u64::MAX, instant(), any::<bool>(), option::of(signed()), envelope(), event()).prop_map(
        |(position, recorded_at, clamped, signed, envelope, event)| Recorded {
            position: Position(position),
            recorded_at,
            clamped,
            signed: signed.map(Box::new),
            envelope,
            event,
        },
    )
}
