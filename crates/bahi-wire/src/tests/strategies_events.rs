//! Arbitrary sound events of each kind.

use bahi_core::{
    AccessDenied, AccountKey, ActorKeySet, Adjusted, ApplicationAmended, Applied, AuditFinding,
    AuditScope, Audited, BarSubject, Barred, BodyKey, CaseClosed, CaseRef, CommandKind,
    CommandRefused, Disbursed, District, EVIDENCE_MAX, Event, EventKind, Evidence, Exported,
    FamilyKey, FindingSettled, FundsMoved, FundsWithdrawn, Further, Ifsc, InterestEarned,
    InterestRemitted, KeyChange, KeyRotated, LINES_MAX, Lapsed, LineKind, LineReference, LineSide,
    MATCH_EVIDENCE_MAX, MatchDecided, MatchDifference, Matched, MovedToSuspense, Movement,
    NameKind, NameMark, Opinion, PARTICULAR_LINES_MAX, Particulars, Payee, PaymentConfirmed,
    PaymentMode, PaymentReturned, PeriodSealed, PersonKey, Position, REFERENCES_MAX,
    REFUSAL_FIGURES_MAX, Recovered, RecoveryDemanded, Reference, Refusal, RefusalRecord, Rejected,
    Reversed, SanctionCancelled, SanctionCarried, SanctionRevised, Sanctioned, SchemeOpened,
    Settlement, StateCertified, StatementLine, StatementLines, StatementReceived, StepRecorded,
    StockMove, StockMoved, StoredFact, TermsChanged, Unmatched, Utilised, Withdrawn, Word, WordNo,
};
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

use super::samples::reversals;
use super::strategies::{
    applicant, day, fund, money, name, position, print, reference, stored_fact, terms, total, word,
    word_no,
};

/// Any event, each kind as likely as every other.
pub(super) fn event() -> impl Strategy<Value = Event> {
    select(&EventKind::ALL[..]).prop_flat_map(of_kind)
}

/// Any event of this kind; a kind without a strategy stops the build.
pub(super) fn of_kind(kind: EventKind) -> BoxedStrategy<Event> {
    match kind {
        EventKind::SchemeOpened => scheme_opened().boxed(),
        EventKind::TermsChanged => terms_changed().boxed(),
        EventKind::FundsAllotted => Just(Event::FundsAllotted).boxed(),
        EventKind::FundsWithdrawn => {
            reason(|reason| Event::FundsWithdrawn(FundsWithdrawn { reason }))
        }
        EventKind::FundsMoved => funds_moved().boxed(),
        EventKind::Lapsed => reason(|reason| Event::Lapsed(Lapsed { reason })),
        EventKind::SanctionCarried => sanction_carried().boxed(),
        EventKind::Applied => applied().boxed(),
        EventKind::ApplicationAmended => amended().boxed(),
        EventKind::StepRecorded => step_recorded().boxed(),
        EventKind::Rejected => reason(|reason| Event::Rejected(Rejected { reason })),
        EventKind::Withdrawn => reason(|reason| Event::Withdrawn(Withdrawn { reason })),
        EventKind::CaseClosed => reason(|reason| Event::CaseClosed(CaseClosed { reason })),
        EventKind::Barred => barred().boxed(),
        EventKind::Sanctioned => sanctioned().boxed(),
        EventKind::SanctionRevised => revised().boxed(),
        EventKind::SanctionCancelled => {
            reason(|reason| Event::SanctionCancelled(SanctionCancelled { reason }))
        }
        EventKind::Disbursed => disbursed().boxed(),
        EventKind::PaymentReturned => returned().boxed(),
        EventKind::PaymentConfirmed => confirmed().boxed(),
        EventKind::MovedToSuspense => suspended().boxed(),
        EventKind::Recovered => reason_and_reference(|(reason, reference)| {
            Event::Recovered(Recovered { reason, reference })
        }),
        EventKind::RecoveryDemanded => demanded().boxed(),
        EventKind::Utilised => {
            reference_only(|certificate| Event::Utilised(Utilised { certificate }))
        }
        EventKind::Adjusted => reason_and_reference(|(reason, reference)| {
            Event::Adjusted(Adjusted { reason, reference })
        }),
        EventKind::InterestEarned => {
            reference_only(|reference| Event::InterestEarned(InterestEarned { reference }))
        }
        EventKind::InterestRemitted => {
            reference_only(|reference| Event::InterestRemitted(InterestRemitted { reference }))
        }
        EventKind::StockMoved => stock_moved().boxed(),
        EventKind::Audited => audited().boxed(),
        EventKind::FindingSettled => settled().boxed(),
        EventKind::StateCertified => certified().boxed(),
        EventKind::PeriodSealed => sealed().boxed(),
        EventKind::StatementReceived => statement_received().boxed(),
        EventKind::StatementLines => statement_lines().boxed(),
        EventKind::Matched => matched().boxed(),
        EventKind::Unmatched => unmatched().boxed(),
        EventKind::MatchDecided => match_decided().boxed(),
        EventKind::Reversed => reversed().boxed(),
        EventKind::CommandRefused => command_refused().boxed(),
        EventKind::Exported => exported().boxed(),
        EventKind::AccessDenied => access_denied().boxed(),
        EventKind::KeyRotated => key_rotated().boxed(),
        EventKind::ActorKeySet => actor_key_set().boxed(),
    }
}

fn reason(event: fn(WordNo) -> Event) -> BoxedStrategy<Event> {
    word_no().prop_map(event).boxed()
}

fn reference_only(event: fn(Reference) -> Event) -> BoxedStrategy<Event> {
    reference().prop_map(event).boxed()
}

fn reason_and_reference(event: fn((WordNo, Reference)) -> Event) -> BoxedStrategy<Event> {
    (word_no(), reference()).prop_map(event).boxed()
}

fn scheme_opened() -> impl Strategy<Value = Event> {
    let districts =
        prop_oneof![9 => btree_set(any::<u16>(), 1..=80), 1 => btree_set(any::<u16>(), 1_024)];
    (districts, terms()).prop_map(|(districts, terms)| {
        let districts = districts.into_iter().map(District).collect();
        Event::SchemeOpened(SchemeOpened { districts, terms })
    })
}

fn terms_changed() -> impl Strategy<Value = Event> {
    (any::<u16>(), terms())
        .prop_map(|(version, terms)| Event::TermsChanged(TermsChanged { version, terms }))
}

fn funds_moved() -> impl Strategy<Value = Event> {
    (fund(), word_no()).prop_map(|(to, reason)| Event::FundsMoved(FundsMoved { to, reason }))
}

fn sanction_carried() -> impl Strategy<Value = Event> {
    fund().prop_map(|from| Event::SanctionCarried(SanctionCarried { from }))
}

fn facts() -> impl Strategy<Value = Vec<(WordNo, StoredFact)>> {
    let names = prop_oneof![9 => btree_set(any::<u32>(), 0..=6), 1 => btree_set(any::<u32>(), 64)];
    names
        .prop_flat_map(|names| {
            let names: Vec<u32> = names.into_iter().collect();
            (Just(names.clone()).prop_shuffle(), vec(stored_fact(), names.len()))
        })
        .prop_map(|(names, facts)| names.into_iter().map(WordNo).zip(facts).collect())
}

fn applied() -> impl Strategy<Value = Event> {
    (name(CaseRef::new), applicant(), facts()).prop_map(|(case_ref, applicant, facts)| {
        Event::Applied(Applied { case_ref, applicant, facts })
    })
}

fn amended() -> impl Strategy<Value = Event> {
    facts().prop_map(|facts| Event::ApplicationAmended(ApplicationAmended { facts }))
}

fn evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let paper = (word_no(), reference()).prop_map(|(kind, reference)| Evidence { kind, reference });
    prop_oneof![9 => vec(paper.clone(), 0..=4), 1 => vec(paper, EVIDENCE_MAX)]
}

fn step_recorded() -> impl Strategy<Value = Event> {
    let late_by = prop_oneof![Just(0), any::<u32>()];
    (word_no(), evidence(), facts(), late_by).prop_map(|(step, evidence, reported, late_by)| {
        Event::StepRecorded(StepRecorded { step, evidence, reported, late_by })
    })
}

pub(super) fn bar_subject() -> impl Strategy<Value = BarSubject> {
    (0..4, print()).prop_map(|(kind, print)| match kind {
        0 => BarSubject::Person(PersonKey(print)),
        1 => BarSubject::Family(FamilyKey(print)),
        2 => BarSubject::Body(BodyKey(print)),
        _ => BarSubject::Account(AccountKey(print)),
    })
}

fn barred() -> impl Strategy<Value = Event> {
    (bar_subject(), option::of(day()), word_no())
        .prop_map(|(subject, until, reason)| Event::Barred(Barred { subject, until, reason }))
}

fn sanctioned() -> impl Strategy<Value = Event> {
    (money(), word_no()).prop_map(|(entitlement, paragraph)| {
        Event::Sanctioned(Sanctioned { entitlement, paragraph })
    })
}

fn revised() -> impl Strategy<Value = Event> {
    (any::<bool>(), money(), money(), word_no()).prop_map(
        |(raised, sanctioned, entitlement, paragraph)| {
            Event::SanctionRevised(SanctionRevised { raised, sanctioned, entitlement, paragraph })
        },
    )
}

fn ifsc() -> impl Strategy<Value = Ifsc> + Clone {
    "[A-Z]{4}0[A-Z0-9]{6}".prop_map(|text| Ifsc::parse(&text).expect("the pattern gives codes"))
}

fn disbursed() -> impl Strategy<Value = Event> {
    let payee =
        (print(), ifsc()).prop_map(|(account, ifsc)| Payee { account: AccountKey(account), ifsc });
    let mode = select(&PaymentMode::ALL[..]);
    (1..=u16::MAX, payee, mode, reference(), position()).prop_map(
        |(instalment, payee, mode, reference, reissue_of)| {
            Event::Disbursed(Disbursed { instalment, payee, mode, reference, reissue_of })
        },
    )
}

fn returned() -> impl Strategy<Value = Event> {
    (position(), word_no(), day()).prop_map(|(payment, reason, own_day)| {
        Event::PaymentReturned(PaymentReturned { payment, reason, own_day })
    })
}

fn confirmed() -> impl Strategy<Value = Event> {
    (position(), reference(), day()).prop_map(|(payment, reference, own_day)| {
        Event::PaymentConfirmed(PaymentConfirmed { payment, reference, own_day })
    })
}

fn suspended() -> impl Strategy<Value = Event> {
    (position(), word_no(), reference(), day()).prop_map(|(payment, reason, reference, own_day)| {
        Event::MovedToSuspense(MovedToSuspense { payment, reason, reference, own_day })
    })
}

fn demanded() -> impl Strategy<Value = Event> {
    (money(), word_no(), day(), reference()).prop_map(|(demanded, reason, due, reference)| {
        Event::RecoveryDemanded(RecoveryDemanded { demanded, reason, due, reference })
    })
}

fn stock_moved() -> impl Strategy<Value = Event> {
    (word_no(), select(&StockMove::ALL[..]), 1..=u32::MAX, reference()).prop_map(
        |(item, movement, quantity, reference)| {
            Event::StockMoved(StockMoved { item, movement, quantity, reference })
        },
    )
}

fn audited() -> impl Strategy<Value = Event> {
    let finding = (word_no(), money()).prop_map(|(check, amount)| AuditFinding { check, amount });
    let findings = prop_oneof![9 => vec(finding.clone(), 0..=5), 1 => vec(finding, 128)];
    (select(&AuditScope::ALL[..]), evidence(), select(&Opinion::ALL[..]), findings).prop_map(
        |(scope, seen, opinion, findings)| {
            Event::Audited(Audited { scope, seen, opinion, findings })
        },
    )
}

fn settled() -> impl Strategy<Value = Event> {
    (position(), 1..=u16::MAX, select(&Settlement::ALL[..]), reference()).prop_map(
        |(audit, finding, settlement, reference)| {
            Event::FindingSettled(FindingSettled { audit, finding, settlement, reference })
        },
    )
}

fn certified() -> impl Strategy<Value = Event> {
    let hashes = (any::<[u8; 32]>(), any::<[u8; 32]>());
    (position(), day(), word_no(), 1..=u16::MAX, any::<u64>(), hashes).prop_map(
        |(upto, as_of, fold, version, count, (root, hash))| {
            let state = StateCertified { upto, as_of, fold, version, count, root, hash };
            Event::StateCertified(state)
        },
    )
}

fn sealed() -> impl Strategy<Value = Event> {
    (day(), position())
        .prop_map(|(until, certified)| Event::PeriodSealed(PeriodSealed { until, certified }))
}

fn account() -> impl Strategy<Value = AccountKey> + Clone {
    print().prop_map(AccountKey)
}

fn statement_received() -> impl Strategy<Value = Event> {
    let file = (any::<[u8; 32]>(), any::<u64>(), word_no());
    let covers = (account(), day(), day());
    let totals = (option::of(total()), option::of(total()));
    let beside = prop_oneof![Just((1, 0, 0)), (1..=u16::MAX, any::<u32>(), any::<u32>()),];
    (file, covers, totals, any::<u32>(), beside).prop_map(
        |(file, covers, totals, lines, beside)| {
            let (part, repeated, set_aside) = beside;
            let (file, bytes, format) = file;
            let (account, from, to) = covers;
            let (opening, closing) = totals;
            Event::StatementReceived(StatementReceived {
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
            })
        },
    )
}

fn statement_line() -> impl Strategy<Value = StatementLine> + Clone {
    let said = (money(), select(&LineSide::ALL[..]), day(), day());
    let references = vec(reference(), 0..=REFERENCES_MAX);
    let place = (any::<u64>(), any::<u32>());
    (said, references, option::of(account()), place).prop_map(
        |((amount, side, booked, value), references, counterparty, (at, bytes))| StatementLine {
            amount,
            side,
            booked,
            value,
            references,
            counterparty,
            at,
            bytes,
            particulars: None,
        },
    )
}

fn particulars(names: usize) -> impl Strategy<Value = Particulars> + Clone {
    let mark = (select(&NameKind::ALL[..]), any::<bool>());
    let mark = mark.prop_map(|(kind, narrated)| NameMark { kind, narrated });
    let told = (select(&LineKind::ALL[..]), vec(mark, names), option::of(ifsc()));
    let numbers = (option::of(1..=u32::MAX), option::of(total()));
    (told, option::of(reference()), numbers).prop_map(
        |((kind, names, ifsc), reason, (batch, balance))| Particulars {
            kind,
            names,
            ifsc,
            reason,
            batch,
            balance,
        },
    )
}

fn told_line() -> impl Strategy<Value = StatementLine> {
    statement_line().prop_flat_map(|line| {
        option::of(particulars(line.references.len()))
            .prop_map(move |particulars| StatementLine { particulars, ..line.clone() })
    })
}

fn statement_lines() -> impl Strategy<Value = Event> {
    let lines = prop_oneof![
        5 => vec(statement_line(), 1..=4),
        4 => vec(told_line(), 1..=4),
        1 => vec(statement_line(), LINES_MAX),
        1 => vec(told_line(), PARTICULAR_LINES_MAX),
    ];
    let last_first = u32::MAX - (LINES_MAX as u32 - 1);
    (position(), 1..=last_first, lines).prop_map(|(statement, first, lines)| {
        Event::StatementLines(StatementLines { statement, first, lines })
    })
}

fn line_reference() -> impl Strategy<Value = LineReference> {
    (position(), 1..=u32::MAX).prop_map(|(statement, line)| LineReference { statement, line })
}

/// A first line and event, and what rises from them.
fn joined() -> impl Strategy<Value = (LineReference, Position, Further)> {
    let lines = btree_set(line_reference(), 1..=3);
    let targets = btree_set(position(), 1..=3);
    (lines, targets, any::<bool>()).prop_map(|(lines, targets, alone)| {
        let (mut lines, mut targets) = (lines.into_iter(), targets.into_iter());
        let line = lines.next().expect("at least one");
        let target = targets.next().expect("at least one");
        let further = Further { lines: lines.collect(), targets: targets.collect() };
        let further = if alone || target.is_none() { Further::NONE } else { further };
        (line, target, further)
    })
}

fn matched() -> impl Strategy<Value = Event> {
    let difference =
        (word_no(), total(), option::of(money())).prop_map(|(tolerance, amount, limit)| {
            let differs = MatchDifference { tolerance, amount, limit };
            // A limit that accepts less is no difference that anything records.
            let open = MatchDifference { limit: None, ..differs };
            [differs, open].into_iter().find(MatchDifference::is_sound)
        });
    let difference = prop_oneof![Just(None), difference];
    let evidence = vec(reference(), 0..=MATCH_EVIDENCE_MAX);
    (joined(), word_no(), evidence, difference).prop_map(
        |((line, target, further), rule, evidence, difference)| {
            Event::Matched(Matched { line, target, rule, further, evidence, difference })
        },
    )
}

fn unmatched() -> impl Strategy<Value = Event> {
    (position(), word_no())
        .prop_map(|(matched, reason)| Event::Unmatched(Unmatched { matched, reason }))
}

fn match_decided() -> impl Strategy<Value = Event> {
    (joined(), word_no(), any::<bool>()).prop_map(|((line, target, further), reason, rejected)| {
        let rejected = rejected && !target.is_none();
        Event::MatchDecided(MatchDecided { line, target, reason, further, rejected })
    })
}

fn reversed() -> impl Strategy<Value = Event> {
    (position(), select(reversals()), fund(), word_no()).prop_map(
        |(of, (kind, movement), fund, reason)| {
            let movement = movement.map(|movement| {
                if matches!(movement, Movement::Transfer { .. }) {
                    Movement::Transfer { to: fund }
                } else if matches!(movement, Movement::Carry { .. }) {
                    Movement::Carry { from: fund }
                } else {
                    movement
                }
            });
            Event::Reversed(Reversed { of, kind, movement, reason })
        },
    )
}

fn exported() -> impl Strategy<Value = Event> {
    (word_no(), position(), any::<u64>(), any::<[u8; 32]>()).prop_map(
        |(what, upto, rows, digest)| Event::Exported(Exported { what, upto, rows, digest }),
    )
}

fn access_denied() -> impl Strategy<Value = Event> {
    (word_no(), 1..=u32::MAX)
        .prop_map(|(what, count)| Event::AccessDenied(AccessDenied { what, count }))
}

fn key_rotated() -> impl Strategy<Value = Event> {
    (1..=u16::MAX, select(&KeyChange::ALL[..]), any::<[u8; 16]>())
        .prop_map(|(key_id, change, check)| Event::KeyRotated(KeyRotated { key_id, change, check }))
}

fn actor_key_set() -> impl Strategy<Value = Event> {
    (any::<u32>(), any::<[u8; 32]>(), option::of(day()), any::<bool>()).prop_map(
        |(signer, key, until, required)| {
            let signer = bahi_core::ActorNo(signer);
            Event::ActorKeySet(ActorKeySet { signer, key, until, required })
        },
    )
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

fn command_refused() -> impl Strategy<Value = Event> {
    let kind = select(&CommandKind::ALL[..]);
    let refusals = prop_oneof![9 => vec(refusal(), 1..=3), 1 => vec(refusal(), 64)];
    (kind, option::of(name(CaseRef::new)), refusals, any::<[u8; 32]>(), 1..=u32::MAX).prop_map(
        |(command, subject, refusals, digest, count)| {
            Event::CommandRefused(CommandRefused { command, subject, refusals, digest, count })
        },
    )
}
