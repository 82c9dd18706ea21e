//! What each act's own form refuses.

use alloc::{vec, vec::Vec};

use bahi_core::{
    ALIASES_MAX, Act, Alias, Authority, Command, EVIDENCE_MAX, FACTS_MAX, GivenFact, KeyChange,
    LINES_MAX, LineSide, Money, REFERENCES_MAX, Refusal, StockMove, Terms,
};

use super::{super::builders::*, Row};

/// A number that passes for somebody's.
const NUMBER: &str = "200000000009";

pub(super) fn rows() -> Vec<Row> {
    [amounts(), orders(), lists(), counts(), numbers_in_names(), numbers_in_references()].concat()
}

fn amounts() -> Vec<Row> {
    let zero = |when| ("it moves money", opened(), when, Refusal::AmountIsZero {});
    vec![
        zero(withdraw_funds(0)),
        zero(move_funds(fund(PRAYAGRAJ), 0)),
        zero(lapse_fund(0)),
        zero(lapse("A", 0)),
        zero(carry("A", 0)),
        zero(revise("A", 0)),
        zero(suspend(0, 0)),
        zero(demand("A", 0)),
        zero(utilise("A", 0)),
        zero(adjust("A", 0)),
        zero(earn(0)),
        zero(remit(0)),
    ]
}

fn orders() -> Vec<Row> {
    let none = |when| {
        ("it rests on an order", opened(), without_order(when), Refusal::AuthorityRequired {})
    };
    vec![
        none(withdraw_funds(1)),
        none(move_funds(fund(PRAYAGRAJ), 1)),
        none(carry("A", 1)),
        none(bar(person(1), None)),
        none(revise("A", 1)),
        none(cancel("A")),
        none(reverse(1)),
    ]
}

fn lists() -> Vec<Row> {
    let long = |when, limit: usize, list| {
        let limit = u16::try_from(limit).expect("a bound of two bytes");
        ("its lists are bounded", opened(), when, Refusal::ListTooLong { limit, list: word(list) })
    };
    let papers = |count| vec![(word("minutes"), reference("TF/3")); count];
    let facts = (0..=FACTS_MAX).map(|n| (word(&alloc::format!("f{n}")), GivenFact::Flag(true)));
    let steps = edited(step("A"), |command| {
        if let Act::RecordStep { evidence, .. } = &mut command.act {
            *evidence = papers(EVIDENCE_MAX + 1);
        }
    });
    let seen = edited(audit("A"), |command| {
        if let Act::Audit { seen, .. } = &mut command.act {
            *seen = papers(EVIDENCE_MAX + 1);
        }
    });
    let mut wordy = line(LineSide::Debit, 1);
    wordy.references = vec![reference("UTR9"); REFERENCES_MAX + 1];
    let aliases = vec![Alias { newest: print(1), older: print(1) }; ALIASES_MAX + 1];
    vec![
        long(amend("A", facts.collect()), FACTS_MAX, "facts"),
        long(steps, EVIDENCE_MAX, "evidence"),
        long(seen, EVIDENCE_MAX, "seen"),
        long(lines(1, 1, vec![line(LineSide::Debit, 1); LINES_MAX + 1]), LINES_MAX, "lines"),
        long(lines(1, 1, vec![wordy]), REFERENCES_MAX, "references"),
        long(Command { aliases, ..apply("A") }, ALIASES_MAX, "aliases"),
    ]
}

fn counts() -> Vec<Row> {
    let early = |until| Refusal::DaysOutOfOrder { from: day("2024-07-02"), until: day(until) };
    let backwards = edited(statement(1, 1), |command| {
        if let Act::ReceiveStatement { from, .. } = &mut command.act {
            *from = day("2024-07-01");
        }
    });
    let versionless = edited(certify(1, "2025-03-31"), |command| {
        if let Act::CertifyState { version, .. } = &mut command.act {
            *version = 0;
        }
    });
    let zero = |what| Refusal::NumberIsZero { what: word(what) };
    let unsound = || Refusal::LinesUnsound {};
    let nothing = || Refusal::QuantityIsZero {};
    let one = || vec![line(LineSide::Debit, 1)];
    let twice = vec![cost("1"), cost("2")];
    let june = |day_text| Refusal::NotAMonthEnd { day: day(day_text) };
    vec![
        (
            "an amendment states a fact once",
            applied(),
            amend("A", twice),
            Refusal::FactStatedTwice { fact: word("project_cost") },
        ),
        ("no things are no movement", opened(), stock(StockMove::Ordered, 0, None), nothing()),
        ("no denial is none", opened(), deny(0), nothing()),
        (
            "a bar ends after it begins",
            opened(),
            on("2024-07-02", bar(person(1), Some("2024-07-01"))),
            early("2024-07-01"),
        ),
        (
            "a demand is due after it is made",
            disbursed(),
            on("2024-12-16", demand("A", 1)),
            Refusal::DaysOutOfOrder { from: day("2024-12-16"), until: day("2024-12-15") },
        ),
        (
            "a statement ends after it begins",
            opened(),
            backwards,
            Refusal::DaysOutOfOrder { from: day("2024-07-01"), until: day("2024-06-30") },
        ),
        (
            "a fund gives itself nothing",
            opened(),
            move_funds(fund(VARANASI), 1),
            Refusal::SameFund {},
        ),
        ("lines begin at 1", opened(), lines(1, 0, one()), unsound()),
        ("no lines are none", opened(), lines(1, 1, vec![]), unsound()),
        ("lines end before their numbers do", opened(), lines(1, u32::MAX, one()), unsound()),
        ("a period ends a month", opened(), seal(1, "2024-06-29"), june("2024-06-29")),
        ("a leap day ends a month", opened(), seal(1, "2024-02-28"), june("2024-02-28")),
        ("findings begin at 1", disbursed(), settle(5, 0), zero("finding")),
        ("folds begin at 1", opened(), versionless, zero("version")),
        ("keys begin at 1", opened(), rotate(0, KeyChange::Added), zero("key_id")),
    ]
}

/// A command with the number in one place; the field that is told.
fn numbers_in_names() -> Vec<Row> {
    let told = |field, when: Command| {
        let refusal = Refusal::LooksLikeAadhaar { field: word(field) };
        ("a name is no number of a person", opened(), when, refusal)
    };
    let number = || word(NUMBER);
    let named = |when: Command, change: fn(&mut Act)| edited(when, |one| change(&mut one.act));
    let ordered = |paragraph| Authority { paragraph, ..order("GO-1") };
    let numbered_order = Command { authority: Some(order("GO/2000 0000 0009")), ..allot(1) };
    let numbered_paragraph = Command { authority: Some(ordered(Some(number()))), ..allot(1) };
    let head_of = |when: Command| {
        edited(when, |one| {
            if let Act::Allot { fund, .. }
            | Act::Sanction { fund, .. }
            | Act::CarrySanction { fund, .. }
            | Act::WithdrawFunds { fund, .. }
            | Act::LapseFund { fund, .. }
            | Act::Suspend { fund, .. }
            | Act::EarnInterest { fund, .. }
            | Act::RemitInterest { fund, .. }
            | Act::MoveFunds { to: fund, .. } = &mut one.act
            {
                fund.head = head(NUMBER);
            }
        })
    };
    let heads = [
        allot(1),
        sanction("A", 1),
        carry("A", 1),
        withdraw_funds(1),
        lapse_fund(1),
        suspend(1, 0),
        earn(1),
        remit(1),
        move_funds(fund(PRAYAGRAJ), 1),
    ];
    let reasons = [
        withdraw_funds(1),
        move_funds(fund(PRAYAGRAJ), 1),
        lapse_fund(1),
        lapse("A", 1),
        reject("A"),
        withdraw("A"),
        close("A"),
        bar(person(1), None),
        cancel("A"),
        give_back(5, 1),
        suspend(1, 0),
        recover("A", 1),
        demand("A", 1),
        adjust("A", 1),
        unmatch(1),
        decide_match(at_line(1, 1), 1),
        reverse(1),
    ];
    let counted = |count| apply_with("A", vec![(word("trainees"), GivenFact::Count(count))]);
    let mut rows = vec![
        told("actor", by(NUMBER, allot(1))),
        told("order", numbered_order),
        told("paragraph", numbered_paragraph),
        told("case_ref", sanction(NUMBER, 1)),
        told("scheme", of_scheme(NUMBER, allot(1))),
        told("scheme", of_scheme(NUMBER, open())),
        told("scheme", of_scheme(NUMBER, change_terms("2025-04-01"))),
        told("terms", numbered_terms(open())),
        told("terms", numbered_terms(change_terms("2025-04-01"))),
        told("scheme", of_scheme(NUMBER, apply("A"))),
        told("fact", apply_with("A", vec![(number(), GivenFact::Flag(true))])),
        told("fact", apply_with("A", vec![cost(NUMBER)])),
        told("fact", counted(200_000_000_009)),
        told("fact", amend("A", vec![cost(NUMBER)])),
    ];
    rows.extend(heads.into_iter().map(|when| told("head", head_of(when))));
    rows.extend(reasons.into_iter().map(|when| told("reason", coded(when))));
    rows.extend(papers().into_iter().map(|(field, when)| told(field, when)));
    rows.push(told(
        "step",
        named(step("A"), |act| {
            if let Act::RecordStep { step, .. } = act {
                *step = word(NUMBER);
            }
        }),
    ));
    rows
}

/// The command with the number as a paragraph of the terms it brings.
fn numbered_terms(when: Command) -> Command {
    edited(when, |one| {
        if let Act::OpenScheme { terms, .. } | Act::ChangeTerms { terms, .. } = &mut one.act {
            let mut parts = terms.parts().clone();
            parts.requires[0].paragraph = word(NUMBER);
            *terms = Terms::new(parts).expect("sound terms");
        }
    })
}

/// The command with the number as its reason.
fn coded(when: Command) -> Command {
    edited(when, |one| {
        if let Act::WithdrawFunds { reason, .. }
        | Act::MoveFunds { reason, .. }
        | Act::LapseFund { reason, .. }
        | Act::LapseSanction { reason, .. }
        | Act::Reject { reason, .. }
        | Act::Withdraw { reason, .. }
        | Act::CloseCase { reason, .. }
        | Act::Bar { reason, .. }
        | Act::CancelSanction { reason, .. }
        | Act::Return { reason, .. }
        | Act::Suspend { reason, .. }
        | Act::Recover { reason, .. }
        | Act::DemandRecovery { reason, .. }
        | Act::Adjust { reason, .. }
        | Act::Unmatch { reason, .. }
        | Act::DecideMatch { reason, .. }
        | Act::Reverse { reason, .. } = &mut one.act
        {
            *reason = word(NUMBER);
        }
    })
}

/// Papers, codes and references of the office's own.
fn papers() -> Vec<(&'static str, Command)> {
    let paper = || vec![(word("minutes"), reference(NUMBER))];
    let kind = || vec![(word(NUMBER), reference("TF/3"))];
    let with = |when: Command, change: &dyn Fn(&mut Act)| edited(when, |one| change(&mut one.act));
    let referenced = |when: Command| {
        with(when, &|act| {
            if let Act::Adjust { reference: one, .. }
            | Act::DemandRecovery { reference: one, .. }
            | Act::MoveStock { reference: one, .. }
            | Act::SettleFinding { reference: one, .. }
            | Act::Utilise { certificate: one, .. } = act
            {
                *one = reference(NUMBER);
            }
        })
    };
    let worded = |when: Command| {
        with(when, &|act| {
            if let Act::MoveStock { item: one, .. }
            | Act::CertifyState { fold: one, .. }
            | Act::ReceiveStatement { format: one, .. }
            | Act::Match { rule: one, .. }
            | Act::NoteExport { what: one, .. }
            | Act::DenyAccess { what: one, .. } = act
            {
                *one = word(NUMBER);
            }
        })
    };
    let stepping = |evidence: Vec<_>| {
        with(step("A"), &|act| {
            if let Act::RecordStep { evidence: one, .. } = act {
                *one = evidence.clone();
            }
        })
    };
    let auditing = |seen: Vec<_>, check: &str| {
        with(audit("A"), &|act| {
            if let Act::Audit { seen: one, findings, .. } = act {
                *one = seen.clone();
                *findings = vec![(word(check), Money::ZERO)];
            }
        })
    };
    vec![
        ("evidence", stepping(paper())),
        ("evidence", stepping(kind())),
        ("seen", auditing(paper(), "C05")),
        ("seen", auditing(kind(), "C05")),
        ("check", auditing(vec![], NUMBER)),
        ("certificate", referenced(utilise("A", 1))),
        ("reference", referenced(adjust("A", 1))),
        ("reference", referenced(demand("A", 1))),
        ("reference", referenced(stock(StockMove::Ordered, 1, None))),
        ("reference", referenced(settle(1, 1))),
        ("item", worded(stock(StockMove::Ordered, 1, None))),
        ("fold", worded(certify(1, "2025-03-31"))),
        ("format", worded(statement(1, 1))),
        ("rule", worded(match_line(at_line(1, 1), 1))),
        ("what", worded(export(1))),
        ("what", worded(deny(1))),
    ]
}

fn numbers_in_references() -> Vec<Row> {
    let key = |when: Command| {
        let refusal = Refusal::FingerprintKeyMissing { field: word("reference") };
        ("a bank's number is kept as a fingerprint", opened(), when, refusal)
    };
    let numbered = |when: Command| {
        edited(when, |one| {
            if let Act::Disburse { reference: one, .. }
            | Act::Confirm { reference: one, .. }
            | Act::Suspend { reference: one, .. }
            | Act::Recover { reference: one, .. }
            | Act::EarnInterest { reference: one, .. }
            | Act::RemitInterest { reference: one, .. } = &mut one.act
            {
                *one = reference(NUMBER);
            }
        })
    };
    let mut second = line(LineSide::Debit, 1);
    second.references.push(reference(NUMBER));
    let of_line = lines(1, 1, vec![line(LineSide::Debit, 1), second]);
    let others =
        [disburse("A", 1, 1), confirm(1), suspend(1, 0), recover("A", 1), earn(1), remit(1)];
    others.into_iter().map(numbered).chain([of_line]).map(key).collect()
}
