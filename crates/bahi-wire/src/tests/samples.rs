//! One record of each kind, small and written out: what the golden vectors and the mutations are
//! taken of.

use bahi_core::{
    AccountKey, ActorName, ActorNo, Applicant, Authority, AuthorityNo, CaseRef, CommandId, Day,
    District, Envelope, Event, EventKind, FamilyKey, FinancialYear, Fingerprint, FundKey, HeadName,
    HeadNo, Ifsc, Instant, Introduction, Money, Movement, OrderNumber, Payee, PersonKey, Position,
    Recorded, Reference, Role, SchemeName, SchemeNo, Signed, Word,
};

use super::samples_events::{of_kind, variations};
pub(super) use super::{
    samples_events::{applied, disbursed, reversed},
    samples_terms::terms,
};

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

pub(super) fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(super) fn print(head: u8) -> Fingerprint {
    Fingerprint { key_id: 1, print: bytes(head) }
}

/// Bytes that count up, so that none of them may change places unseen.
pub(super) fn bytes<const N: usize>(head: u8) -> [u8; N] {
    let mut bytes = [0; N];
    for (slot, value) in bytes.iter_mut().zip(head..) {
        *slot = value;
    }
    bytes
}

pub(super) fn authority() -> Authority {
    Authority {
        order: OrderNumber::new("1/2018").expect("an order"),
        date: day("2018-01-24"),
        paragraph: Some(word("4(2)")),
    }
}

pub(super) fn case_ref() -> CaseRef {
    CaseRef::new("VNS/2024/0042").expect("a case")
}

pub(super) fn reference() -> Reference {
    Reference::new("PFMS/24/000042").expect("a reference")
}

pub(super) fn payee() -> Payee {
    Payee { account: AccountKey(print(32)), ifsc: Ifsc::parse("SBIN0001234").expect("a code") }
}

pub(super) fn person() -> Applicant {
    Applicant::Person { person: PersonKey(print(64)), family: Some(FamilyKey(print(96))) }
}

/// The envelope's fund.
fn fund() -> FundKey {
    FundKey {
        scheme: SchemeNo(3),
        head: HeadNo(1),
        fy: FinancialYear::from_first(2024).expect("a year"),
        district: District(187),
    }
}

/// Another fund.
pub(super) fn other_fund() -> FundKey {
    let fy = FinancialYear::from_first(2025).expect("a year");
    FundKey { scheme: SchemeNo(3), head: HeadNo(2), fy, district: District::POOL }
}

/// Every kind of introduction.
fn introduced() -> Vec<Introduction> {
    vec![
        Introduction::Scheme(SchemeName::new("margin-money").expect("a scheme")),
        Introduction::Head(HeadName::new("2851-00-102").expect("a head")),
        Introduction::Actor(ActorName::new("fin-01").expect("an actor")),
        Introduction::Authority(authority()),
        Introduction::Authority(Authority { paragraph: None, ..authority() }),
        Introduction::Word(word("C05")),
    ]
}

/// An event in a plain envelope.
pub(super) fn recorded(event: Event) -> Recorded {
    let id = CommandId::parse("0198a7c2-0000-7000-8000-000000000001").expect("an id");
    let mut recorded = Recorded {
        position: Position(42),
        recorded_at: Instant::parse("2024-06-20T10:00:00.000001+05:30").expect("a moment"),
        clamped: false,
        signed: None,
        envelope: Envelope {
            command: id,
            case: Position(40),
            previous: Position(41),
            effective_day: day("2024-06-20"),
            fund: fund(),
            amount: Money::ZERO,
            actor: ActorNo(4),
            role: Role::DrawingOfficer,
            authority: AuthorityNo(2),
            terms: 1,
            introduced: Vec::new(),
        },
        event,
    };
    if recorded.movement().is_some() {
        recorded.envelope.amount = rupees(250_000);
    }
    recorded
}

/// A line with a key and a signature that nobody checks here.
pub(super) fn signature(line: &str) -> Signed {
    Signed::new(line, bytes(160), bytes(3)).expect("one line")
}

/// One record of each kind and more, each with its name.
pub(super) fn samples() -> Vec<(String, Recorded)> {
    let plain = |kind: EventKind| (kind.name().to_owned(), recorded(of_kind(kind)));
    let varied =
        |(name, event): (&str, Event)| (format!("{}-{name}", event.kind().name()), recorded(event));
    let mut naming = recorded(Event::FundsAllotted);
    naming.clamped = true;
    naming.envelope.introduced = introduced();
    let mut samples: Vec<(String, Recorded)> = EventKind::ALL.into_iter().map(plain).collect();
    samples.extend(variations().into_iter().map(varied));
    let mut signed = naming.clone();
    signed.signed = Some(Box::new(signature("{\"kind\": \"allot\", \"é\"}")));
    let mut signed_plainly = recorded(Event::FundsAllotted);
    signed_plainly.signed = Some(Box::new(signature("{}")));
    samples.push(("FundsAllotted-naming".into(), naming));
    samples.push(("FundsAllotted-naming-signed".into(), signed));
    samples.push(("FundsAllotted-signed".into(), signed_plainly));
    samples
}

/// Every kind with each movement that the domain says it has, or with none. A reversal is not
/// reversed.
pub(super) fn reversals() -> Vec<(EventKind, Option<Movement>)> {
    let mut reversals = Vec::new();
    for (_, mut sample) in samples() {
        for case in [Position::NONE, Position(40)] {
            sample.envelope.case = case;
            let row = (sample.event.kind(), sample.movement().map(|(movement, _)| movement));
            if row.0 != EventKind::Reversed && !reversals.contains(&row) {
                reversals.push(row);
            }
        }
    }
    reversals
}

/// The sample of a name.
pub(super) fn sample(name: &str) -> Recorded {
    let found = samples().into_iter().find(|(other, _)| other == name);
    found.map(|(_, sample)| sample).unwrap_or_else(|| panic!("no sample is named {name}"))
}
