//! The later stages of each act that has two of them.

use alloc::{vec, vec::Vec};

use bahi_core::{Act, Command, Fund, LineSide, Position, Refusal, StockMove};

use super::{super::builders::*, Row};

pub(super) fn rows() -> Vec<Row<Refusal>> {
    [life_first(), life_before_sums(), references_first(), terms_first()].concat()
}

fn nowhere() -> Fund {
    Fund { scheme: scheme("cfc"), ..fund(VARANASI) }
}

fn of_nowhere(command: Command) -> Command {
    edited(command, |command| {
        if let Act::Allot { fund, .. }
        | Act::WithdrawFunds { fund, .. }
        | Act::MoveFunds { to: fund, .. }
        | Act::LapseFund { fund, .. }
        | Act::CarrySanction { fund, .. }
        | Act::EarnInterest { fund, .. }
        | Act::RemitInterest { fund, .. } = &mut command.act
        {
            *fund = nowhere();
        }
        if let Act::MoveStock { scheme: one, .. } | Act::ChangeTerms { scheme: one, .. } =
            &mut command.act
        {
            *one = scheme("cfc");
        }
    })
}

fn life_first() -> Vec<Row<Refusal>> {
    let sealed_day = || Refusal::PeriodSealed { until: day("2025-03-31") };
    let late = |when: Command| {
        let given = sealed(disbursed(), "2025-03-31");
        ("order of life before references", given, when, sealed_day())
    };
    let second_key = bar(person(1), None);
    let second_key = edited(second_key, |command| {
        if let Act::Bar { subject, .. } = &mut command.act {
            *subject =
                bahi_core::BarSubject::Person(bahi_core::PersonKey(bahi_core::Fingerprint {
                    key_id: 9,
                    print: [1; 16],
                }));
        }
    });
    let known = Refusal::StatementKnown { statement: Position(6) };
    let matched = then(stated(), match_line(at_line(6, 1), 5));
    let other_key = edited(statement(1, 4), |command| {
        if let Act::ReceiveStatement { account, .. } = &mut command.act {
            account.0.key_id = 9;
        }
    });
    vec![
        late(of_nowhere(change_terms("2025-04-01"))),
        late(of_nowhere(allot(1))),
        late(of_nowhere(withdraw_funds(1))),
        late(of_nowhere(move_funds(fund(PRAYAGRAJ), 1))),
        late(of_nowhere(lapse_fund(1))),
        late(of_nowhere(earn(1))),
        late(of_nowhere(remit(1))),
        late(of_nowhere(stock(StockMove::Ordered, 1, None))),
        late(second_key),
        late(settle(5, 1)),
        late(reverse(3)),
        late(lapse("A", 1)),
        (
            "a lapse too early, of another amount",
            sanctioned(),
            on("2025-03-30", lapse("A", 1)),
            Refusal::NotYetLapsed { from: day("2025-03-31") },
        ),
        (
            "a lapse of a fund too early, of another amount",
            allotted(),
            on("2025-03-30", lapse_fund(1)),
            Refusal::NotYetLapsed { from: day("2025-03-31") },
        ),
        (
            "nothing to carry to nowhere",
            disbursed_whole(),
            of_nowhere(carry("A", 1)),
            Refusal::NothingLeft {},
        ),
        ("a file known, under no key", stated(), other_key, known),
        (
            "a line matched, with no money",
            matched,
            match_line(at_line(6, 1), 4),
            Refusal::LineMatched { matched: Position(8) },
        ),
        (
            "a confirmation of what came back",
            returned(),
            confirm(5),
            Refusal::AlreadyReturned { returned: Position(6) },
        ),
    ]
}

fn disbursed_whole() -> Vec<Command> {
    then(sanctioned(), disburse("A", 1, 250_000))
}

fn life_before_sums() -> Vec<Row<Refusal>> {
    let unpaid =
        |when| ("nothing paid is not too little", sanctioned(), when, Refusal::NothingPaid {});
    let two = [open(), allot(250_000), apply("A"), sanction("A", 250_000)];
    let spent = [two.to_vec(), vec![cancel("A"), apply("B"), sanction("B", 250_000)]].concat();
    let closed = then(spent.clone(), reject("A"));
    vec![
        unpaid(utilise("A", 999_999)),
        unpaid(adjust("A", 999_999)),
        unpaid(demand("A", 999_999)),
        (
            "a cancellation whose case ended, and whose money is gone",
            closed,
            reverse(5),
            Refusal::LaterEventRestsOnIt { later: Position(8) },
        ),
        (
            "a cancelled sanction lowered below what was paid",
            then(disbursed(), cancel("A")),
            revise("A", 1),
            Refusal::SanctionCancelled { cancelled: Position(6) },
        ),
        (
            "a store whose case is closed, and has nothing",
            then(applied(), close("A")),
            stock(HANDED, 1, Some("A")),
            Refusal::CaseClosed { closed: Position(4) },
        ),
    ]
}

fn references_first() -> Vec<Row<Refusal>> {
    let no_scheme = || Refusal::UnknownScheme {};
    let elsewhere = Fund { district: PRAYAGRAJ, ..next_fund() };
    let handing = edited(stock(HANDED, 9, Some("A")), |command| {
        if let Act::MoveStock { district, .. } = &mut command.act {
            *district = PRAYAGRAJ;
        }
    });
    let long = lines(9, 9, vec![line(LineSide::Debit, 1)]);
    vec![
        ("no fund, no money", allotted(), of_nowhere(withdraw_funds(9_999_999)), no_scheme()),
        ("no interest either", allotted(), of_nowhere(remit(1)), no_scheme()),
        (
            "another year, and more than there is",
            allotted(),
            move_funds(next_fund(), 9_999_999),
            Refusal::FundOfAnotherYear { from: year("2024-25"), to: year("2025-26") },
        ),
        (
            "another store, and more than there is",
            stocked(),
            handing,
            Refusal::CaseOfAnotherStore {},
        ),
        (
            "another district, outside the year, without money",
            sanctioned(),
            on("2024-09-01", carry_to(elsewhere, "A", 250_000)),
            Refusal::FundOfAnotherDistrict { case: VARANASI, fund: PRAYAGRAJ },
        ),
        (
            "a part of what is unpaid, outside the year",
            sanctioned(),
            on("2024-09-01", carry("A", 1)),
            Refusal::AmountDiffers { paid: rupees(250_000), stated: rupees(1) },
        ),
        (
            "no statement, no order of lines",
            disbursed(),
            long,
            Refusal::UnknownStatement { statement: Position(9) },
        ),
    ]
}

fn terms_first() -> Vec<Row<Refusal>> {
    let spent = vec![open(), allot(200_000), apply("A"), sanction("A", 200_000)];
    vec![
        (
            "a raise above the entitlement and the budget",
            spent,
            revise("A", 250_001),
            Refusal::ExceedsEntitlement { entitlement: rupees(250_000), over: rupees(1) },
        ),
        (
            "a carry outside the year, without money",
            sanctioned(),
            on("2024-09-01", carry("A", 250_000)),
            Refusal::OutsideFundYear { fund: year("2025-26"), day: day("2024-09-01") },
        ),
    ]
}
