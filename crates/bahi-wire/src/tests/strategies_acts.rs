//! Acts of each kind over few values, so that two of them often differ in one field alone.

use bahi_core::{
    AcceptedDifference, AccountKey, Act, Applicant, AuditScope, BarSubject, BodyKey, CaseRef,
    CommandKind, Day, District, FamilyKey, FinancialYear, Fingerprint, Fund, Further, GivenFact,
    HeadName, Ifsc, KeyChange, LineKind, LineReference, LineSide, Money, NameKind, NameMark,
    Opinion, Particulars, Payee, PaymentMode, PersonKey, Position, Reference, SchemeName,
    Settlement, StatementLine, StockMove, Terms, TermsParts, Total, Word,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::samples::{self, day as day_of};

/// Texts whose borders can be mistaken for one another's.
const TEXTS: [&str; 3] = ["a", "ab", "b"];

fn word() -> impl Strategy<Value = Word> + Clone {
    select(&TEXTS[..]).prop_map(|text| Word::new(text).expect("a word"))
}

fn reference() -> impl Strategy<Value = Reference> + Clone {
    select(&TEXTS[..]).prop_map(|text| Reference::new(text).expect("a reference"))
}

fn case_ref() -> impl Strategy<Value = CaseRef> + Clone {
    select(&TEXTS[..]).prop_map(|text| CaseRef::new(text).expect("a case"))
}

fn scheme() -> impl Strategy<Value = SchemeName> + Clone {
    select(&TEXTS[..]).prop_map(|text| SchemeName::new(text).expect("a scheme"))
}

fn amount() -> impl Strategy<Value = Money> + Clone {
    select(vec![0, 1, 256]).prop_map(|paise| Money::from_paise(paise).expect("an amount"))
}

fn day() -> impl Strategy<Value = Day> + Clone {
    select(vec!["2024-04-01", "2025-03-31"]).prop_map(day_of)
}

fn position() -> impl Strategy<Value = Position> + Clone {
    select(vec![0, 1, 256]).prop_map(Position)
}

fn district() -> impl Strategy<Value = District> + Clone {
    select(vec![0, 1, 256]).prop_map(District)
}

fn small() -> impl Strategy<Value = u16> + Clone {
    select(vec![0, 1, 256])
}

fn digest<const N: usize>() -> impl Strategy<Value = [u8; N]> + Clone {
    select(vec![1, 2]).prop_map(samples::bytes)
}

fn print() -> impl Strategy<Value = Fingerprint> + Clone {
    (1..=2_u16, digest()).prop_map(|(key_id, print)| Fingerprint { key_id, print })
}

fn account() -> impl Strategy<Value = AccountKey> + Clone {
    print().prop_map(AccountKey)
}

fn fund() -> impl Strategy<Value = Fund> + Clone {
    let head = select(&TEXTS[..]).prop_map(|text| HeadName::new(text).expect("a head"));
    let fy = (2024..=2025_u16).prop_map(|fy| FinancialYear::from_first(fy).expect("a year"));
    (scheme(), head, fy, district()).prop_map(|(scheme, head, fy, district)| Fund {
        scheme,
        head,
        fy,
        district,
    })
}

fn terms() -> impl Strategy<Value = Terms> + Clone {
    word().prop_map(|name| {
        let parts = samples::terms().parts().clone();
        Terms::new(TermsParts { name, ..parts }).expect("sound terms")
    })
}

fn applicant() -> impl Strategy<Value = Applicant> + Clone {
    let person = || print().prop_map(PersonKey);
    let body = || print().prop_map(BodyKey);
    prop_oneof![
        Just(Applicant::NotInSource),
        (person(), option::of(print().prop_map(FamilyKey)))
            .prop_map(|(person, family)| Applicant::Person { person, family }),
        (body(), option::of(person())).prop_map(|(unit, owner)| Applicant::Unit { unit, owner }),
        (body(), vec(person(), 0..=2)).prop_map(|(spv, members)| Applicant::Spv { spv, members }),
        body().prop_map(|institution| Applicant::Institution { institution }),
    ]
}

fn facts() -> impl Strategy<Value = Vec<(Word, GivenFact)>> + Clone {
    let fact = prop_oneof![
        word().prop_map(GivenFact::Text),
        (0..=1_u64).prop_map(GivenFact::Count),
        any::<bool>().prop_map(GivenFact::Flag),
    ];
    vec((word(), fact), 0..=2)
}

fn papers() -> impl Strategy<Value = Vec<(Word, Reference)>> + Clone {
    vec((word(), reference()), 0..=2)
}

fn findings() -> impl Strategy<Value = Vec<(Word, Money)>> + Clone {
    vec((word(), amount()), 0..=2)
}

fn subject() -> impl Strategy<Value = BarSubject> + Clone {
    prop_oneof![
        print().prop_map(|print| BarSubject::Person(PersonKey(print))),
        print().prop_map(|print| BarSubject::Family(FamilyKey(print))),
        print().prop_map(|print| BarSubject::Body(BodyKey(print))),
        print().prop_map(|print| BarSubject::Account(AccountKey(print))),
    ]
}

fn payee() -> impl Strategy<Value = Payee> + Clone {
    let codes = vec!["SBIN0001234", "HDFC0001234"];
    let ifsc = select(codes).prop_map(|text| Ifsc::parse(text).expect("a code"));
    (account(), ifsc).prop_map(|(account, ifsc)| Payee { account, ifsc })
}

fn total() -> impl Strategy<Value = Total> + Clone {
    select(vec![-1, 0, 1]).prop_map(Total::from_paise)
}

fn line() -> impl Strategy<Value = LineReference> + Clone {
    (position(), 1..=2_u32).prop_map(|(statement, line)| LineReference { statement, line })
}

fn further() -> impl Strategy<Value = Further> + Clone {
    (vec(line(), 0..=1), vec(position(), 0..=1))
        .prop_map(|(lines, targets)| Further { lines, targets })
}

fn particulars() -> impl Strategy<Value = Particulars> + Clone {
    let mark = (select(&NameKind::ALL[..]), any::<bool>());
    let mark = mark.prop_map(|(kind, narrated)| NameMark { kind, narrated });
    let ifsc = select(vec!["SBIN0001234", "HDFC0001234"])
        .prop_map(|text| Ifsc::parse(text).expect("a code"));
    let names = (select(&LineKind::ALL[..]), vec(mark, 0..=1));
    let told = (option::of(ifsc), option::of(reference()), option::of(0..=1_u32));
    (names, told, option::of(total())).prop_map(
        |((kind, names), (ifsc, reason, batch), balance)| Particulars {
            kind,
            names,
            ifsc,
            reason,
            batch,
            balance,
        },
    )
}

fn lines() -> impl Strategy<Value = Vec<StatementLine>> + Clone {
    let said = (amount(), select(&LineSide::ALL[..]), day(), day());
    let references = vec(reference(), 0..=1);
    let place = (0..=1_u64, 0..=1_u32);
    let told = option::of(particulars());
    let line = (said, references, option::of(account()), place, told).prop_map(
        |((amount, side, booked, value), references, counterparty, (at, bytes), particulars)| {
            StatementLine {
                amount,
                side,
                booked,
                value,
                references,
                counterparty,
                at,
                bytes,
                particulars,
            }
        },
    );
    vec(line, 0..=2)
}

/// A strategy for an act's fields, each from its own strategy.
macro_rules! act {
    ($act:ident { $($field:ident: $strategy:expr),* $(,)? }) => {
        ($($strategy,)*).prop_map(|($($field,)*)| Act::$act { $($field,)* }).boxed()
    };
}

/// Any act of this kind over few values; a kind without a strategy stops the build.
pub(super) fn of_kind(kind: CommandKind) -> BoxedStrategy<Act> {
    match kind {
        CommandKind::OpenScheme => {
            act!(OpenScheme { scheme: scheme(), districts: vec(district(), 0..=2), terms: terms() })
        }
        CommandKind::ChangeTerms => act!(ChangeTerms { scheme: scheme(), terms: terms() }),
        CommandKind::Allot => act!(Allot { fund: fund(), amount: amount() }),
        CommandKind::WithdrawFunds => {
            act!(WithdrawFunds { fund: fund(), amount: amount(), reason: word() })
        }
        CommandKind::MoveFunds => {
            act!(MoveFunds { from: fund(), to: fund(), amount: amount(), reason: word() })
        }
        CommandKind::LapseFund => {
            act!(LapseFund { fund: fund(), amount: amount(), reason: word() })
        }
        CommandKind::LapseSanction => {
            act!(LapseSanction { case_ref: case_ref(), amount: amount(), reason: word() })
        }
        CommandKind::CarrySanction => {
            act!(CarrySanction { case_ref: case_ref(), fund: fund(), amount: amount() })
        }
        CommandKind::Apply => act!(Apply {
            scheme: scheme(),
            district: district(),
            case_ref: case_ref(),
            applicant: applicant(),
            facts: facts(),
        }),
        CommandKind::Amend => act!(Amend { case_ref: case_ref(), facts: facts() }),
        CommandKind::RecordStep => {
            act!(RecordStep {
                case_ref: case_ref(),
                step: word(),
                evidence: papers(),
                reported: facts(),
            })
        }
        CommandKind::Reject => act!(Reject { case_ref: case_ref(), reason: word() }),
        CommandKind::Withdraw => act!(Withdraw { case_ref: case_ref(), reason: word() }),
        CommandKind::CloseCase => act!(CloseCase { case_ref: case_ref(), reason: word() }),
        CommandKind::Bar => {
            act!(Bar { subject: subject(), until: option::of(day()), reason: word() })
        }
        CommandKind::Sanction => {
            act!(Sanction { case_ref: case_ref(), fund: fund(), amount: amount() })
        }
        CommandKind::ReviseSanction => {
            act!(ReviseSanction { case_ref: case_ref(), amount: amount() })
        }
        CommandKind::CancelSanction => {
            act!(CancelSanction { case_ref: case_ref(), reason: word() })
        }
        CommandKind::Disburse => act!(Disburse {
            case_ref: case_ref(),
            instalment: small(),
            amount: amount(),
            payee: payee(),
            mode: select(&PaymentMode::ALL[..]),
            reference: reference(),
            reissue_of: position(),
        }),
        CommandKind::Return => {
            act!(Return { payment: position(), amount: amount(), reason: word() })
        }
        CommandKind::Confirm => act!(Confirm { payment: position(), reference: reference() }),
        CommandKind::Suspend => act!(Suspend {
            fund: fund(),
            amount: amount(),
            payment: position(),
            reason: word(),
            reference: reference(),
        }),
        CommandKind::Recover => act!(Recover {
            case_ref: case_ref(),
            amount: amount(),
            reason: word(),
            reference: reference(),
        }),
        CommandKind::DemandRecovery => act!(DemandRecovery {
            case_ref: case_ref(),
            amount: amount(),
            reason: word(),
            due: day(),
            reference: reference(),
        }),
        CommandKind::Utilise => {
            act!(Utilise { case_ref: case_ref(), amount: amount(), certificate: reference() })
        }
        CommandKind::Adjust => act!(Adjust {
            case_ref: case_ref(),
            amount: amount(),
            reason: word(),
            reference: reference(),
        }),
        CommandKind::EarnInterest => {
            act!(EarnInterest { fund: fund(), amount: amount(), reference: reference() })
        }
        CommandKind::RemitInterest => {
            act!(RemitInterest { fund: fund(), amount: amount(), reference: reference() })
        }
        CommandKind::MoveStock => act!(MoveStock {
            scheme: scheme(),
            district: district(),
            case_ref: option::of(case_ref()),
            item: word(),
            movement: select(&StockMove::ALL[..]),
            quantity: 1..=2_u32,
            reference: reference(),
        }),
        CommandKind::Audit => act!(Audit {
            case_ref: option::of(case_ref()),
            scope: select(&AuditScope::ALL[..]),
            seen: papers(),
            opinion: select(&Opinion::ALL[..]),
            findings: findings(),
        }),
        CommandKind::SettleFinding => act!(SettleFinding {
            audit: position(),
            finding: small(),
            settlement: select(&Settlement::ALL[..]),
            reference: reference(),
        }),
        CommandKind::CertifyState => act!(CertifyState {
            upto: position(),
            as_of: day(),
            fold: word(),
            version: small(),
            count: 0..=1_u64,
            root: digest(),
            hash: digest(),
        }),
        CommandKind::SealPeriod => act!(SealPeriod { until: day(), certified: position() }),
        CommandKind::ReceiveStatement => act!(ReceiveStatement {
            file: digest(),
            bytes: 0..=1_u64,
            format: word(),
            account: account(),
            from: day(),
            to: day(),
            opening: option::of(total()),
            closing: option::of(total()),
            lines: 0..=1_u32,
            part: small(),
            repeated: 0..=1_u32,
            set_aside: 0..=1_u32,
        }),
        CommandKind::ReceiveLines => {
            act!(ReceiveLines { statement: position(), first: 1..=2_u32, lines: lines() })
        }
        CommandKind::Match => act!(Match {
            line: line(),
            target: position(),
            rule: word(),
            further: further(),
            evidence: vec(reference(), 0..=2),
            difference: option::of(accepted()),
        }),
        CommandKind::Unmatch => act!(Unmatch { matched: position(), reason: word() }),
        CommandKind::DecideMatch => {
            act!(DecideMatch {
                line: line(),
                target: position(),
                reason: word(),
                further: further(),
                rejected: any::<bool>(),
            })
        }
        CommandKind::Reverse => act!(Reverse { of: position(), reason: word() }),
        CommandKind::NoteExport => {
            act!(NoteExport { what: word(), upto: position(), rows: 0..=1_u64, digest: digest() })
        }
        CommandKind::DenyAccess => act!(DenyAccess { what: word(), count: 1..=2_u32 }),
        CommandKind::RotateKey => act!(RotateKey {
            key_id: small(),
            change: select(&KeyChange::ALL[..]),
            check: digest(),
        }),
        CommandKind::SetActorKey => act!(SetActorKey {
            signer: select(vec!["a", "dm-vns"])
                .prop_map(|name| { bahi_core::ActorName::new(name).expect("an actor") }),
            key: digest(),
            until: option::of(day()),
            required: any::<bool>(),
        }),
    }
}

fn accepted() -> impl Strategy<Value = AcceptedDifference> {
    (word(), total(), option::of(amount()))
        .prop_map(|(tolerance, amount, limit)| AcceptedDifference { tolerance, amount, limit })
}
