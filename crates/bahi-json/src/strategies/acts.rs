//! Commands of every kind, their keys under one key id and under several.

use std::collections::BTreeMap;

use bahi_core::{
    AcceptedDifference, AccountKey, Act, ActorName, Alias, Applicant, AuditScope, BarSubject,
    BodyKey, CaseRef, Command, CommandId, FamilyKey, Fingerprint, Further, Ifsc, KeyChange,
    LineKind, LineReference, LineSide, NameKind, NameMark, Opinion, Particulars, Payee,
    PaymentMode, PersonKey, Position, Reference, Role, Settlement, StatementLine, StockMove, Total,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;

/// Keys that may stand in a command, the higher the newer.
const KEY_ID_MAX: u16 = 4;

fn print() -> impl Strategy<Value = Fingerprint> + Clone {
    let prints = prop_oneof![any::<[u8; 16]>(), select(vec![[0x11; 16], [0x22; 16]])];
    (1..=KEY_ID_MAX, prints).prop_map(|(key_id, print)| Fingerprint { key_id, print })
}

fn scheme() -> impl Strategy<Value = SchemeName> {
    IDENTIFIER.prop_map(|text: String| SchemeName::new(&text).expect("an identifier"))
}

fn case() -> impl Strategy<Value = CaseRef> {
    IDENTIFIER.prop_map(|text: String| CaseRef::new(&text).expect("an identifier"))
}

fn reference() -> impl Strategy<Value = Reference> {
    IDENTIFIER.prop_map(|text: String| Reference::new(&text).expect("an identifier"))
}

fn district() -> impl Strategy<Value = District> {
    any::<u16>().prop_map(District)
}

/// A position that is one.
fn position() -> impl Strategy<Value = Position> {
    (1..=u64::MAX).prop_map(Position)
}

/// A position, none, or before the first event.
fn any_position() -> impl Strategy<Value = Position> {
    prop_oneof![Just(Position::NONE), position()]
}

fn papers() -> impl Strategy<Value = Vec<(Word, Reference)>> {
    vec((word(), reference()), 0..4)
}

fn applicant() -> impl Strategy<Value = Applicant> {
    prop_oneof![
        (print(), option::of(print())).prop_map(|(person, family)| Applicant::Person {
            person: PersonKey(person),
            family: family.map(FamilyKey),
        }),
        (print(), option::of(print())).prop_map(|(unit, owner)| Applicant::Unit {
            unit: BodyKey(unit),
            owner: owner.map(PersonKey),
        }),
        (print(), vec(print(), 0..4)).prop_map(|(spv, members)| Applicant::Spv {
            spv: BodyKey(spv),
            members: members.into_iter().map(PersonKey).collect(),
        }),
        print().prop_map(|body| Applicant::Institution { institution: BodyKey(body) }),
        Just(Applicant::NotInSource),
    ]
}

fn schemes() -> BoxedStrategy<Act> {
    prop_oneof![
        (scheme(), vec(district(), 0..5), terms())
            .prop_map(|(scheme, districts, terms)| Act::OpenScheme { scheme, districts, terms }),
        (scheme(), terms()).prop_map(|(scheme, terms)| Act::ChangeTerms { scheme, terms }),
    ]
    .boxed()
}

fn funds() -> BoxedStrategy<Act> {
    prop_oneof![
        (fund(), money()).prop_map(|(fund, amount)| Act::Allot { fund, amount }),
        (fund(), money(), word()).prop_map(|(fund, amount, reason)| Act::WithdrawFunds {
            fund,
            amount,
            reason
        }),
        (fund(), fund(), money(), word()).prop_map(|(from, to, amount, reason)| Act::MoveFunds {
            from,
            to,
            amount,
            reason
        }),
        (fund(), money(), word()).prop_map(|(fund, amount, reason)| Act::LapseFund {
            fund,
            amount,
            reason
        }),
        (case(), money(), word()).prop_map(|(case_ref, amount, reason)| Act::LapseSanction {
            case_ref,
            amount,
            reason
        }),
        (case(), fund(), money()).prop_map(|(case_ref, fund, amount)| Act::CarrySanction {
            case_ref,
            fund,
            amount
        }),
        (fund(), money(), reference()).prop_map(|(fund, amount, reference)| Act::EarnInterest {
            fund,
            amount,
            reference
        }),
        (fund(), money(), reference()).prop_map(|(fund, amount, reference)| Act::RemitInterest {
            fund,
            amount,
            reference
        }),
    ]
    .boxed()
}

fn applications() -> BoxedStrategy<Act> {
    let subject = prop_oneof![
        print().prop_map(|print| BarSubject::Person(PersonKey(print))),
        print().prop_map(|print| BarSubject::Family(FamilyKey(print))),
        print().prop_map(|print| BarSubject::Body(BodyKey(print))),
        print().prop_map(|print| BarSubject::Account(AccountKey(print))),
    ];
    prop_oneof![
        (scheme(), district(), case(), applicant(), facts()).prop_map(
            |(scheme, district, case_ref, applicant, facts)| Act::Apply {
                scheme,
                district,
                case_ref,
                applicant,
                facts,
            }
        ),
        (case(), facts()).prop_map(|(case_ref, facts)| Act::Amend { case_ref, facts }),
        (case(), word(), papers(), facts()).prop_map(|(case_ref, step, evidence, reported)| {
            Act::RecordStep { case_ref, step, evidence, reported }
        }),
        (case(), word()).prop_map(|(case_ref, reason)| Act::Reject { case_ref, reason }),
        (case(), word()).prop_map(|(case_ref, reason)| Act::Withdraw { case_ref, reason }),
        (case(), word()).prop_map(|(case_ref, reason)| Act::CloseCase { case_ref, reason }),
        (subject, option::of(day()), word()).prop_map(|(subject, until, reason)| Act::Bar {
            subject,
            until,
            reason
        }),
    ]
    .boxed()
}

fn sanctions() -> BoxedStrategy<Act> {
    prop_oneof![
        (case(), fund(), money()).prop_map(|(case_ref, fund, amount)| Act::Sanction {
            case_ref,
            fund,
            amount
        }),
        (case(), money()).prop_map(|(case_ref, amount)| Act::ReviseSanction { case_ref, amount }),
        (case(), word()).prop_map(|(case_ref, reason)| Act::CancelSanction { case_ref, reason }),
    ]
    .boxed()
}

fn disburse() -> impl Strategy<Value = Act> {
    let payee = (print(), "[A-Z]{4}0[A-Z0-9]{6}").prop_map(|(account, ifsc)| Payee {
        account: AccountKey(account),
        ifsc: Ifsc::parse(&ifsc).expect("an IFSC"),
    });
    let mode = select(PaymentMode::ALL.to_vec());
    let parts = (case(), any::<u16>(), money(), payee, mode, reference(), any_position());
    parts.prop_map(|(case_ref, instalment, amount, payee, mode, reference, reissue_of)| {
        Act::Disburse { case_ref, instalment, amount, payee, mode, reference, reissue_of }
    })
}

fn payments() -> BoxedStrategy<Act> {
    prop_oneof![
        disburse(),
        (position(), money(), word()).prop_map(|(payment, amount, reason)| Act::Return {
            payment,
            amount,
            reason
        }),
        (position(), reference())
            .prop_map(|(payment, reference)| Act::Confirm { payment, reference }),
        (fund(), money(), any_position(), word(), reference()).prop_map(
            |(fund, amount, payment, reason, reference)| Act::Suspend {
                fund,
                amount,
                payment,
                reason,
                reference,
            }
        ),
    ]
    .boxed()
}

fn accounts() -> BoxedStrategy<Act> {
    prop_oneof![
        (case(), money(), word(), reference()).prop_map(|(case_ref, amount, reason, reference)| {
            Act::Recover { case_ref, amount, reason, reference }
        }),
        (case(), money(), word(), day(), reference()).prop_map(
            |(case_ref, amount, reason, due, reference)| Act::DemandRecovery {
                case_ref,
                amount,
                reason,
                due,
                reference,
            }
        ),
        (case(), money(), reference()).prop_map(|(case_ref, amount, certificate)| {
            Act::Utilise { case_ref, amount, certificate }
        }),
        (case(), money(), word(), reference()).prop_map(|(case_ref, amount, reason, reference)| {
            Act::Adjust { case_ref, amount, reason, reference }
        }),
        move_stock(),
    ]
    .boxed()
}

fn move_stock() -> impl Strategy<Value = Act> {
    let movement = select(StockMove::ALL.to_vec());
    let place = (scheme(), district(), option::of(case()));
    (place, word(), movement, any::<u32>(), reference()).prop_map(
        |((scheme, district, case_ref), item, movement, quantity, reference)| Act::MoveStock {
            scheme,
            district,
            case_ref,
            item,
            movement,
            quantity,
            reference,
        },
    )
}

fn audits() -> BoxedStrategy<Act> {
    let (scope, opinion) = (select(AuditScope::ALL.to_vec()), select(Opinion::ALL.to_vec()));
    let hashes = (any::<[u8; 32]>(), any::<[u8; 32]>());
    prop_oneof![
        (option::of(case()), scope, papers(), opinion, vec((word(), money()), 0..4)).prop_map(
            |(case_ref, scope, seen, opinion, findings)| Act::Audit {
                case_ref,
                scope,
                seen,
                opinion,
                findings,
            }
        ),
        (position(), any::<u16>(), select(Settlement::ALL.to_vec()), reference()).prop_map(
            |(audit, finding, settlement, reference)| Act::SettleFinding {
                audit,
                finding,
                settlement,
                reference,
            }
        ),
        (any_position(), day(), word(), any::<u16>(), any::<u64>(), hashes).prop_map(
            |(upto, as_of, fold, version, count, (root, hash))| Act::CertifyState {
                upto,
                as_of,
                fold,
                version,
                count,
                root,
                hash,
            }
        ),
        (day(), position()).prop_map(|(until, certified)| Act::SealPeriod { until, certified }),
    ]
    .boxed()
}

fn balance() -> impl Strategy<Value = Total> {
    (money(), any::<bool>()).prop_map(|(amount, overdrawn)| {
        let amount = Total::from(amount);
        if overdrawn { -amount } else { amount }
    })
}

fn statement_line() -> impl Strategy<Value = StatementLine> {
    let amounts = (money(), select(LineSide::ALL.to_vec()), day(), day());
    let found = (vec(reference(), 0..4), option::of(print().prop_map(AccountKey)));
    (amounts, found, any::<u64>(), any::<u32>(), option::of(particulars())).prop_map(
        |((amount, side, booked, value), (references, counterparty), at, bytes, particulars)| {
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
    )
}

fn particulars() -> impl Strategy<Value = Particulars> {
    let mark = (select(NameKind::ALL.to_vec()), any::<bool>());
    let mark = mark.prop_map(|(kind, narrated)| NameMark { kind, narrated });
    let told =
        (select(LineKind::ALL.to_vec()), vec(mark, 0..4), option::of("[A-Z]{4}0[A-Z0-9]{6}"));
    let numbers = (option::of(any::<u32>()), option::of(balance()));
    (told, option::of(reference()), numbers).prop_map(
        |((kind, names, ifsc), reason, (batch, balance))| Particulars {
            kind,
            names,
            ifsc: ifsc.and_then(|text| bahi_core::Ifsc::parse(&text)),
            reason,
            batch,
            balance,
        },
    )
}

fn further() -> impl Strategy<Value = Further> {
    let line = (position(), any::<u32>());
    let line = line.prop_map(|(statement, line)| LineReference { statement, line });
    (vec(line, 0..3), vec(position(), 0..3)).prop_map(|(lines, targets)| Further { lines, targets })
}

fn statements() -> BoxedStrategy<Act> {
    let line =
        (position(), any::<u32>()).prop_map(|(statement, line)| LineReference { statement, line });
    let line = line.boxed();
    let frame = (any::<[u8; 32]>(), any::<u64>(), word(), print().prop_map(AccountKey));
    let period = (day(), day(), option::of(balance()), option::of(balance()), any::<u32>());
    let beside = (any::<u16>(), any::<u32>(), any::<u32>());
    let accepted = (word(), balance(), option::of(money()))
        .prop_map(|(tolerance, amount, limit)| AcceptedDifference { tolerance, amount, limit });
    let matched = (further(), vec(reference(), 0..3), option::of(accepted));
    prop_oneof![
        (frame, period, beside).prop_map(
            |(
                (file, bytes, format, account),
                (from, to, opening, closing, lines),
                (part, repeated, set_aside),
            )| {
                Act::ReceiveStatement {
                    file,
                    bytes,
                    format,
                    account,
                    from,
                    to,
                    opening,
                    closing,
                    lines,
                    part,
                    repeated,
                    set_aside,
                }
            }
        ),
        (position(), any::<u32>(), vec(statement_line(), 0..6))
            .prop_map(|(statement, first, lines)| Act::ReceiveLines { statement, first, lines }),
        (line.clone(), position(), word(), matched).prop_map(
            |(line, target, rule, (further, evidence, difference))| Act::Match {
                line,
                target,
                rule,
                further,
                evidence,
                difference,
            }
        ),
        (position(), word()).prop_map(|(matched, reason)| Act::Unmatch { matched, reason }),
        (line, any_position(), word(), further(), any::<bool>()).prop_map(
            |(line, target, reason, further, rejected)| Act::DecideMatch {
                line,
                target,
                reason,
                further,
                rejected,
            }
        ),
    ]
    .boxed()
}

fn house() -> BoxedStrategy<Act> {
    prop_oneof![
        (position(), word()).prop_map(|(of, reason)| Act::Reverse { of, reason }),
        (word(), any_position(), any::<u64>(), any::<[u8; 32]>())
            .prop_map(|(what, upto, rows, digest)| Act::NoteExport { what, upto, rows, digest }),
        (word(), any::<u32>()).prop_map(|(what, count)| Act::DenyAccess { what, count }),
        (any::<u16>(), select(KeyChange::ALL.to_vec()), any::<[u8; 16]>())
            .prop_map(|(key_id, change, check)| Act::RotateKey { key_id, change, check }),
        (IDENTIFIER, any::<[u8; 32]>(), option::of(day()), any::<bool>()).prop_map(
            |(signer, key, until, required)| {
                let signer = ActorName::new(&signer).expect("an identifier");
                Act::SetActorKey { signer, key, until, required }
            }
        ),
    ]
    .boxed()
}

/// Acts of every kind, each room as often as it has kinds.
fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => schemes(),
        8 => funds(),
        7 => applications(),
        3 => sanctions(),
        4 => payments(),
        5 => accounts(),
        4 => audits(),
        5 => statements(),
        4 => house(),
    ]
}

/// The fingerprints that stand in an act.
fn prints(act: &Act) -> Vec<Fingerprint> {
    if let Act::Apply { applicant, .. } = act {
        prints_of_applicant(applicant)
    } else if let Act::Disburse { payee, .. } = act {
        vec![payee.account.0]
    } else if let Act::Bar { subject, .. } = act {
        vec![subject.print()]
    } else if let Act::ReceiveStatement { account, .. } = act {
        vec![account.0]
    } else if let Act::ReceiveLines { lines, .. } = act {
        lines.iter().filter_map(|line| line.counterparty).map(|account| account.0).collect()
    } else {
        vec![]
    }
}

fn prints_of_applicant(applicant: &Applicant) -> Vec<Fingerprint> {
    match applicant {
        Applicant::Person { person, family } => {
            [person.0].into_iter().chain(family.map(|family| family.0)).collect()
        }
        Applicant::Unit { unit, owner } => {
            [unit.0].into_iter().chain(owner.map(|owner| owner.0)).collect()
        }
        Applicant::Spv { spv, members } => {
            [spv.0].into_iter().chain(members.iter().map(|member| member.0)).collect()
        }
        Applicant::Institution { institution } => vec![institution.0],
        Applicant::NotInSource => vec![],
    }
}

/// Some of the older fingerprints that a command's own may have, rising, each once.
fn aliases(act: &Act, older: &[(u16, [u8; 16])]) -> Vec<Alias> {
    let mut found = BTreeMap::new();
    for newest in prints(act) {
        for (key_id, print) in older.iter().filter(|(key_id, _)| *key_id < newest.key_id) {
            let older = Fingerprint { key_id: *key_id, print: *print };
            found.entry((newest, *key_id)).or_insert(Alias { newest, older });
        }
    }
    found.into_values().collect()
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let head = (any::<[u8; 16]>(), IDENTIFIER, select(Role::ALL.to_vec()), day());
    let older = vec((1..KEY_ID_MAX, any::<[u8; 16]>()), 0..4);
    (head, option::of(authority()), act(), older).prop_map(
        |((id, actor, role, effective_day), authority, act, older)| Command {
            id: CommandId::derived(id),
            actor: ActorName::new(&actor).expect("an identifier"),
            role,
            effective_day,
            authority,
            aliases: aliases(&act, &older),
            signed: None,
            act,
        },
    )
}
