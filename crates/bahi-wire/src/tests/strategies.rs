//! Arbitrary sound values of everything that has a stored form.

use bahi_core::{
    AccountKey, ActorName, ActorNo, Applicant, Applied, AuditFinding, AuditScope, Audited,
    Authority, AuthorityNo, BodyKey, CaseRef, CommandId, CommandKind, CommandRefused, Day,
    Disbursed, District, Envelope, Event, FamilyKey, FinancialYear, Fingerprint, FundKey, HeadName,
    HeadNo, Ifsc, Instant, Introduction, Money, NameError, Opinion, OrderNumber, Payee,
    PaymentMode, PaymentReturned, PersonKey, Position, REFUSAL_FIGURES_MAX, Recorded, Recovered,
    Reference, Refusal, RefusalRecord, Role, Sanctioned, SchemeName, SchemeNo, SchemeOpened,
    StoredFact, TermsChanged, Word, WordNo,
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

pub(super) use super::strategies_terms::terms;

/// Any identifier of up to `max` bytes.
fn name<T: std::fmt::Debug + Clone + 'static>(
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

fn position() -> impl Strategy<Value = Position> {
    prop_oneof![Just(0), 1..1_000_u64, any::<u64>()].prop_map(Position)
}

fn word_no() -> impl Strategy<Value = WordNo> + Clone {
    any::<u32>().prop_map(WordNo)
}

fn print() -> impl Strategy<Value = Fingerprint> {
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

fn fund() -> impl Strategy<Value = FundKey> {
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

fn applicant() -> impl Strategy<Value = Applicant> {
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

fn stored_fact() -> impl Strategy<Value = StoredFact> {
    prop_oneof![
        money().prop_map(StoredFact::Money),
        any::<u64>().prop_map(StoredFact::Count),
        any::<bool>().prop_map(StoredFact::Flag),
        word_no().prop_map(StoredFact::Word),
    ]
}

fn applied() -> impl Strategy<Value = Applied> {
    let names = prop_oneof![9 => btree_set(any::<u32>(), 0..=6), 1 => btree_set(any::<u32>(), 64)];
    let facts = names
        .prop_flat_map(|names| {
            let names: Vec<u32> = names.into_iter().collect();
            (Just(names.clone()).prop_shuffle(), vec(stored_fact(), names.len()))
        })
        .prop_map(|(names, facts)| names.into_iter().map(WordNo).zip(facts).collect());
    (name(CaseRef::new), applicant(), facts).prop_map(|(case_ref, applicant, facts)| Applied {
        case_ref,
        applicant,
        facts,
    })
}

pub(super) fn ifsc() -> impl Strategy<Value = Ifsc> {
    "[A-Z]{4}0[A-Z0-9]{6}".prop_map(|text| Ifsc::parse(&text).expect("the pattern gives codes"))
}

fn disbursed() -> impl Strategy<Value = Disbursed> {
    let payee =
        (print(), ifsc()).prop_map(|(account, ifsc)| Payee { account: AccountKey(account), ifsc });
    let mode = select(&PaymentMode::ALL[..]);
    (1..=u16::MAX, payee, mode, name(Reference::new), position()).prop_map(
        |(instalment, payee, mode, reference, reissue_of)| Disbursed {
            instalment,
            payee,
            mode,
            reference,
            reissue_of,
        },
    )
}

fn audited() -> impl Strategy<Value = Audited> {
    let finding = (word_no(), money()).prop_map(|(check, amount)| AuditFinding { check, amount });
    let findings = prop_oneof![9 => vec(finding.clone(), 0..=5), 1 => vec(finding, 128)];
    (select(&AuditScope::ALL[..]), select(&Opinion::ALL[..]), findings)
        .prop_map(|(scope, opinion, findings)| Audited { scope, opinion, findings })
}

/// Every refusal's shape: its number, how many figures it has, whether it has a word. A figure of
/// 2 000 is sound as an amount, a position, a day, a district and a year.
pub(super) fn refusal_shapes() -> Vec<(u16, usize, bool)> {
    let code = Word::new("code").expect("a word");
    let mut shapes = Vec::new();
    for (number, _, _) in Refusal::CODES {
        for figures in 0..=REFUSAL_FIGURES_MAX {
            for word in [None, Some(code.clone())] {
                let has_word = word.is_some();
                let record = RefusalRecord { number: *number, figures: vec![2_000; figures], word };
                if Refusal::from_record(&record).is_some() {
                    shapes.push((*number, figures, has_word));
                }
            }
        }
    }
    shapes
}

fn refusal() -> impl Strategy<Value = RefusalRecord> {
    select(refusal_shapes())
        .prop_flat_map(|(number, figures, has_word)| {
            let figure = prop_oneof![1_900..=2_199_i128, any::<i128>()];
            (Just(number), vec(figure, figures), word(), Just(has_word))
        })
        .prop_map(|(number, figures, word, has_word)| {
            let word = has_word.then_some(word);
            let record = RefusalRecord { number, figures, word };
            let plain =
                RefusalRecord { figures: vec![2_000; record.figures.len()], ..record.clone() };
            if Refusal::from_record(&record).is_some() { record } else { plain }
        })
}

fn command_refused() -> impl Strategy<Value = CommandRefused> {
    let kind = select(&CommandKind::ALL[..]);
    let refusals = prop_oneof![9 => vec(refusal(), 1..=3), 1 => vec(refusal(), 64)];
    (kind, option::of(name(CaseRef::new)), refusals, any::<[u8; 32]>(), 1..=u32::MAX).prop_map(
        |(command, subject, refusals, digest, count)| CommandRefused {
            command,
            subject,
            refusals,
            digest,
            count,
        },
    )
}

fn scheme_opened() -> impl Strategy<Value = SchemeOpened> {
    let districts =
        prop_oneof![9 => btree_set(any::<u16>(), 1..=80), 1 => btree_set(any::<u16>(), 1_024)];
    (districts, terms()).prop_map(|(districts, terms)| SchemeOpened {
        districts: districts.into_iter().map(District).collect(),
        terms,
    })
}

/// Any event, each kind as likely as every other.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        scheme_opened().prop_map(Event::SchemeOpened),
        (any::<u16>(), terms())
            .prop_map(|(version, terms)| Event::TermsChanged(TermsChanged { version, terms })),
        Just(Event::FundsAllotted),
        applied().prop_map(Event::Applied),
        (money(), word_no()).prop_map(|(entitlement, paragraph)| {
            Event::Sanctioned(Sanctioned { entitlement, paragraph })
        }),
        disbursed().prop_map(Event::Disbursed),
        (position(), word_no()).prop_map(|(payment, reason)| {
            Event::PaymentReturned(PaymentReturned { payment, reason })
        }),
        (word_no(), name(Reference::new))
            .prop_map(|(reason, reference)| Event::Recovered(Recovered { reason, reference })),
        audited().prop_map(Event::Audited),
        command_refused().prop_map(Event::CommandRefused),
    ]
}

/// Any event as it may stand in a log.
pub(super) fn recorded() -> impl Strategy<Value = Recorded> {
    (1..=u64::MAX, instant(), any::<bool>(), envelope(), event()).prop_map(
        |(position, recorded_at, clamped, envelope, event)| Recorded {
            position: Position(position),
            recorded_at,
            clamped,
            envelope,
            event,
        },
    )
}
