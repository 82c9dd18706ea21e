//! What references, terms and conservation refuse of the acts beyond the story of one case.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AccountKey, Act, Command, District, Fingerprint, Fund, GivenFact, KeyChange, LineSide,
    PersonKey, Position, Refusal, StockMove,
};

use super::{super::builders::*, Row, life::sanction_less};

pub(super) fn rows() -> Vec<Row> {
    [places(), funds(), positions(), keys(), lined(), terms(), revised(), budgets(), held()]
        .concat()
}

fn elsewhere(district: District, command: Command) -> Command {
    edited(command, |command| {
        if let Act::WithdrawFunds { fund, .. }
        | Act::MoveFunds { to: fund, .. }
        | Act::LapseFund { fund, .. }
        | Act::CarrySanction { fund, .. }
        | Act::Suspend { fund, .. }
        | Act::EarnInterest { fund, .. }
        | Act::RemitInterest { fund, .. } = &mut command.act
        {
            fund.district = district;
        }
        if let Act::MoveStock { district: one, .. } = &mut command.act {
            *one = district;
        }
    })
}

fn of_cfc(command: Command) -> Command {
    edited(command, |command| {
        if let Act::WithdrawFunds { fund, .. }
        | Act::MoveFunds { to: fund, .. }
        | Act::LapseFund { fund, .. }
        | Act::CarrySanction { fund, .. }
        | Act::Suspend { fund, .. }
        | Act::EarnInterest { fund, .. }
        | Act::RemitInterest { fund, .. } = &mut command.act
        {
            fund.scheme = scheme("cfc");
        }
        if let Act::MoveStock { scheme: one, .. } = &mut command.act {
            *one = scheme("cfc");
        }
    })
}

fn places() -> Vec<Row> {
    let ordered = || stock(StockMove::Ordered, 1, None);
    let all = || {
        [
            withdraw_funds(1),
            move_funds(fund(PRAYAGRAJ), 1),
            lapse_fund(1),
            suspend(1, 0),
            earn(1),
            remit(1),
            ordered(),
        ]
    };
    let scheme =
        all().map(|when| ("no such scheme", allotted(), of_cfc(when), Refusal::UnknownScheme {}));
    let nowhere = || Refusal::UnknownDistrict { district: District(9) };
    let district =
        all().map(|when| ("no such district", allotted(), elsewhere(District(9), when), nowhere()));
    let from = edited(move_funds(fund(VARANASI), 1), |command| {
        if let Act::MoveFunds { from, .. } = &mut command.act {
            from.district = District(9);
        }
    });
    let second = [vec![open(), of_scheme("cfc", open())], vec![apply("A")]].concat();
    let handing = || stock(HANDED, 1, Some("A"));
    let other_store = || Refusal::CaseOfAnotherStore {};
    let more = vec![
        ("no such fund to move from", allotted(), from, nowhere()),
        ("a store of another scheme", second, of_cfc(handing()), other_store()),
        ("a store of another district", applied(), elsewhere(PRAYAGRAJ, handing()), other_store()),
    ];
    scheme.into_iter().chain(district).chain(more).collect()
}

fn funds() -> Vec<Row> {
    let carried = || then(sanctioned(), allot_next(250_000));
    let of_year = |text| Fund { fy: year(text), ..fund(VARANASI) };
    let back = |fund: Fund| on("2024-04-10", carry_to(fund, "A", 250_000));
    let later = |from, to| Refusal::FundNotOfALaterYear { from: year(from), to: year(to) };
    let pool = Fund { district: District::POOL, ..fund(VARANASI) };
    let on_pool = Fund { district: District::POOL, ..next_fund() };
    let twice = then(then(carried(), allot_to(on_pool.clone(), 100)), carry("A", 250_000));
    let returned_late =
        [returned(), vec![reissue("A", 1, 50_000, 6), allot_next(200_000)]].concat();
    let returned_late = [returned_late, vec![carry("A", 200_000), give_back(7, 50_000)]].concat();
    let differs =
        |paid, stated| Refusal::AmountDiffers { paid: rupees(paid), stated: rupees(stated) };
    vec![
        (
            "money stays in its year",
            allotted(),
            move_funds(next_fund(), 1),
            Refusal::FundOfAnotherYear { from: year("2024-25"), to: year("2025-26") },
        ),
        (
            "a sanction is not carried back",
            carried(),
            back(of_year("2023-24")),
            later("2024-25", "2023-24"),
        ),
        (
            "nor within its year",
            carried(),
            on("2024-06-30", carry_to(pool, "A", 250_000)),
            later("2024-25", "2024-25"),
        ),
        (
            "nor to a second fund of a year",
            returned_late.clone(),
            carry_to(on_pool, "A", 50_000),
            later("2024-25", "2025-26"),
        ),
        (
            "nor between funds of a later year",
            twice,
            carry_to(Fund { district: District::POOL, ..next_fund() }, "A", 250_000),
            later("2025-26", "2025-26"),
        ),
        (
            "a carry stays in its scheme",
            carried(),
            of_cfc(carry("A", 250_000)),
            Refusal::FundOfAnotherScheme {},
        ),
        (
            "a carry stays in its district",
            carried(),
            elsewhere(PRAYAGRAJ, carry("A", 250_000)),
            Refusal::FundOfAnotherDistrict { case: VARANASI, fund: PRAYAGRAJ },
        ),
        ("all is carried", carried(), carry("A", 249_999), differs(250_000, 249_999)),
        ("all that is unpaid lapses", disbursed(), lapse("A", 250_000), differs(150_000, 250_000)),
        (
            "the oldest fund's lapses first",
            returned_late,
            lapse("A", 200_000),
            differs(50_000, 200_000),
        ),
        ("all that a fund has lapses", sanctioned(), lapse_fund(1), differs(750_000, 1)),
    ]
}

fn positions() -> Vec<Row> {
    let payment = |when, at| {
        ("no such payment", disbursed(), when, Refusal::UnknownPayment { payment: Position(at) })
    };
    let reversed = then(disbursed(), reverse(5));
    let gone = || Refusal::UnknownPayment { payment: Position(5) };
    let fixed = |of| {
        ("no such reversal", disbursed(), reverse(of), Refusal::NotReversible { of: Position(of) })
    };
    let audited = then(disbursed(), audit("A"));
    let finding = |audit, finding| {
        let refusal = Refusal::UnknownFinding { audit: Position(audit), finding };
        ("no such finding", audited.clone(), settle(audit, finding), refusal)
    };
    let ahead = |when, at| {
        (
            "it is not yet there",
            disbursed(),
            when,
            Refusal::PositionAhead { position: Position(at) },
        )
    };
    vec![
        payment(confirm(4), 4),
        payment(confirm(9), 9),
        payment(suspend(1, 4), 4),
        ("a reversed payment does not come back", reversed.clone(), give_back(5, 100_000), gone()),
        ("a reversed payment is not confirmed", reversed.clone(), confirm(5), gone()),
        fixed(0),
        fixed(1),
        fixed(3),
        fixed(6),
        (
            "a reversal is not reversed",
            reversed,
            reverse(6),
            Refusal::NotReversible { of: Position(6) },
        ),
        finding(6, 3),
        finding(5, 1),
        finding(9, 1),
        ahead(certify(6, "2025-03-31"), 6),
        ahead(export(6), 6),
    ]
}

fn keys() -> Vec<Row> {
    let new = |byte| Fingerprint { key_id: 2, print: [byte; 16] };
    let missing = |key_id| Refusal::KeyIdMissing { key_id };
    let second = |given| then(given, add_key(2));
    let paying = edited(disburse("A", 1, 1), |command| {
        if let Act::Disburse { payee, .. } = &mut command.act {
            payee.account = AccountKey(new(7));
        }
    });
    let barring = |print| bar(bahi_core::BarSubject::Person(PersonKey(print)), None);
    let mut counter = line(LineSide::Debit, 1);
    counter.counterparty = Some(AccountKey(new(7)));
    let listed = second(then(disbursed(), statement(1, 4)));
    let destroyed = then(second(opened()), rotate(1, KeyChange::Destroyed));
    vec![
        ("a key not yet there", opened(), barring(new(1)), missing(1)),
        ("a key destroyed", destroyed, barring(print(1)), missing(2)),
        ("an older key too", second(opened()), barring(new(1)), missing(1)),
        ("a payment's account", second(sanctioned()), paying, missing(1)),
        (
            "a statement's account",
            second(opened()),
            edited(statement(1, 1), |command| {
                if let Act::ReceiveStatement { account, .. } = &mut command.act {
                    *account = AccountKey(new(4));
                }
            }),
            missing(1),
        ),
        ("a line's other account", listed, lines(6, 1, vec![counter]), missing(1)),
    ]
}

fn lined() -> Vec<Row> {
    let statement = |when, at| {
        ("no such statement", stated(), when, Refusal::UnknownStatement { statement: Position(at) })
    };
    let no_line = |number| {
        let refusal = Refusal::UnknownLine { line: number };
        ("no such line", stated(), match_line(at_line(6, number), 5), refusal)
    };
    let next = |when, next| ("lines in order", stated(), when, Refusal::LineOutOfOrder { next });
    let one = || vec![line(LineSide::Debit, 1)];
    let target = |when, at| {
        ("no such money", stated(), when, Refusal::UnknownTarget { target: Position(at) })
    };
    let unknown = |given, at| {
        ("no such match", given, unmatch(at), Refusal::UnknownMatch { matched: Position(at) })
    };
    let matched = then(stated(), match_line(at_line(6, 1), 5));
    let reversed = then(stated(), reverse(5));
    let short = then(disbursed(), disburse("A", 2, 50));
    let received = super::super::builders::statement(1, 4);
    let short = [short, vec![received, lines(7, 1, vec![line(LineSide::Debit, 51)])]].concat();
    vec![
        statement(lines(5, 1, one()), 5),
        statement(match_line(at_line(5, 1), 5), 5),
        statement(decide_match(at_line(5, 1), 0), 5),
        no_line(0),
        no_line(4),
        next(lines(6, 1, one()), 4),
        next(lines(6, 5, one()), 4),
        next(lines(6, 4, [one(), one()].concat()), 4),
        target(match_line(at_line(6, 2), 5), 5),
        target(match_line(at_line(6, 1), 4), 4),
        target(match_line(at_line(6, 1), 0), 0),
        target(decide_match(at_line(6, 1), 3), 3),
        (
            "reversed money is none",
            reversed,
            match_line(at_line(6, 1), 5),
            Refusal::UnknownTarget { target: Position(5) },
        ),
        (
            "a line is as much as its event",
            short,
            match_line(at_line(7, 1), 6),
            Refusal::AmountDiffers { paid: rupees(50), stated: rupees(51) },
        ),
        unknown(matched.clone(), 5),
        unknown(then(matched, unmatch(8)), 8),
    ]
}

fn terms() -> Vec<Row> {
    let amending = |facts| amend("A", facts);
    let extra = |name, value| vec![cost("1"), (word(name), value)];
    vec![
        (
            "no terms for an amendment",
            applied(),
            on("2024-03-31", amending(vec![])),
            Refusal::NoTermsInForce { day: day("2024-03-31") },
        ),
        (
            "an amendment states what is asked",
            applied(),
            amending(extra("turnover", GivenFact::Count(1))),
            Refusal::UnknownFact { fact: word("turnover") },
        ),
        (
            "of the kind asked for",
            applied(),
            amending(extra("special", GivenFact::Count(1))),
            Refusal::FactOfWrongKind { fact: word("special") },
        ),
        (
            "all that is asked",
            applied(),
            amending(vec![]),
            Refusal::MissingFact { fact: word("project_cost") },
        ),
    ]
}

fn revised() -> Vec<Row> {
    let amended = then(sanction_less(), amend("A", vec![cost("10000000.01")]));
    let lower = then(sanction_less(), amend("A", vec![cost("840000")]));
    vec![
        (
            "amended facts decide a raise",
            amended,
            revise("A", 200_001),
            Refusal::NotEntitled { code: word("project_within_a_crore") },
        ),
        (
            "a sanction is raised to the entitlement at most",
            lower,
            revise("A", 210_001),
            Refusal::ExceedsEntitlement { entitlement: rupees(210_000), over: rupees(1) },
        ),
        (
            "no raise after the fund's year",
            sanction_less(),
            on("2025-04-01", revise("A", 200_001)),
            Refusal::OutsideFundYear { fund: year("2024-25"), day: day("2025-04-01") },
        ),
        (
            "no carry before the fund's year",
            then(sanctioned(), allot_next(250_000)),
            on("2025-03-31", carry("A", 250_000)),
            Refusal::OutsideFundYear { fund: year("2025-26"), day: day("2025-03-31") },
        ),
        (
            "no change is none",
            sanction_less(),
            revise("A", 200_000),
            Refusal::AmountUnchanged { sanctioned: rupees(200_000) },
        ),
    ]
}

fn budgets() -> Vec<Row> {
    let broke =
        |available, over| Refusal::ExceedsBudget { available: total(available), over: total(over) };
    let spent = vec![open(), allot(250_000), apply("A"), sanction("A", 200_000)];
    let lowered =
        [spent.clone(), vec![apply("B"), revise("A", 150_000), by("dm-2", sanction("B", 80_000))]]
            .concat();
    let cancelled = [spent.clone(), vec![cancel("A"), apply("B"), sanction("B", 60_000)]].concat();
    let lapsed =
        [spent.clone(), vec![lapse("A", 200_000), apply("B"), sanction("B", 60_000)]].concat();
    let scarce = vec![open(), allot(209_999), apply("A"), sanction("A", 200_000)];
    let moved = vec![open(), allot(10), move_funds(fund(PRAYAGRAJ), 10), apply("A")];
    let moved_on = edited(move_funds(fund(PRAYAGRAJ), 4), |command| {
        if let Act::MoveFunds { from, to, .. } = &mut command.act {
            core::mem::swap(from, to);
        }
    });
    let carried = [
        spent.clone(),
        vec![allot_next(200_000), carry("A", 200_000), apply("B"), sanction("B", 60_000)],
    ]
    .concat();
    vec![
        (
            "no more is withdrawn than is left",
            sanctioned(),
            withdraw_funds(750_001),
            broke(750_000, 1),
        ),
        (
            "no more is moved than is left",
            sanctioned(),
            move_funds(fund(PRAYAGRAJ), 750_001),
            broke(750_000, 1),
        ),
        ("a raise needs budget", scarce, revise("A", 210_000), broke(9_999, 1)),
        (
            "a carry needs budget",
            then(sanctioned(), allot_next(249_999)),
            carry("A", 250_000),
            broke(249_999, 1),
        ),
        ("what is sanctioned stays allotted", spent, reverse(2), broke(50_000, 200_000)),
        ("what a lowering freed is gone", lowered, reverse(6), broke(20_000, 30_000)),
        ("what a cancellation freed is gone", cancelled, reverse(5), broke(190_000, 10_000)),
        ("what a lapse freed is gone", lapsed, reverse(5), broke(190_000, 10_000)),
        ("what a carry freed is gone", carried, reverse(6), broke(190_000, 10_000)),
        ("what was moved is gone", then(moved, moved_on), reverse(3), broke(6, 4)),
    ]
}

fn held() -> Vec<Row> {
    let unpaid = |remaining, over| Refusal::ExceedsSanction {
        remaining: total(remaining),
        over: total(over),
    };
    let beyond =
        |remaining, over| Refusal::ExceedsPaid { remaining: total(remaining), over: total(over) };
    let interest = |held, over| Refusal::ExceedsInterest { held: total(held), over: total(over) };
    let things = |held, over| Refusal::ExceedsStock { held, over };
    let asked = |remaining, over| Refusal::ExceedsDemandable {
        remaining: total(remaining),
        over: total(over),
    };
    let raised = [sanction_less(), vec![revise("A", 210_000), disburse("A", 1, 205_000)]].concat();
    let back = [returned(), vec![disburse("A", 2, 200_000)]].concat();
    let used = then(then(disbursed(), utilise("A", 30_000)), adjust("A", 30_000));
    let earned = then(then(allotted(), earn(5)), remit(4));
    let handed = then(stocked(), stock(HANDED, 4, Some("A")));
    let lost = then(handed.clone(), stock(StockMove::WrittenOff, 2, None));
    let carried = then(then(disbursed(), allot_next(150_000)), carry("A", 150_000));
    vec![
        (
            "a sanction is not lowered below what is paid",
            disbursed(),
            revise("A", 99_999),
            unpaid(150_000, 1),
        ),
        (
            "nor below what another fund paid",
            carried.clone(),
            revise("A", 99_999),
            unpaid(150_000, 1),
        ),
        (
            "what a carried sanction pays is the new fund's",
            carried.clone(),
            on("2025-04-12", disburse("A", 2, 150_001)),
            unpaid(150_000, 1),
        ),
        ("a raise that is paid stays", raised, reverse(5), unpaid(5_000, 5_000)),
        ("a return that is paid again stays", back, reverse(6), unpaid(50_000, 50_000)),
        ("no more is used than was paid", disbursed(), utilise("A", 100_001), beyond(100_000, 1)),
        (
            "no more is adjusted than was paid",
            disbursed(),
            adjust("A", 100_001),
            beyond(100_000, 1),
        ),
        ("uses and adjustments add up", used.clone(), recover("A", 40_001), beyond(40_000, 1)),
        ("what is accounted for stays paid", used, reverse(5), beyond(40_000, 60_000)),
        ("no more is handed back than earned", allotted(), remit(1), interest(0, 1)),
        ("interest adds up", earned.clone(), remit(2), interest(1, 1)),
        ("what was handed back stays earned", earned, reverse(3), interest(1, 4)),
        (
            "no more comes than was ordered",
            stocked(),
            stock(StockMove::Received, 5, None),
            things(4, 1),
        ),
        ("no more is handed over than came", stocked(), stock(HANDED, 7, Some("A")), things(6, 1)),
        (
            "no more is lost than came",
            handed.clone(),
            stock(StockMove::WrittenOff, 3, None),
            things(2, 1),
        ),
        ("what came stays ordered", stocked(), reverse(4), things(4, 6)),
        ("what went stays received", handed, reverse(5), things(2, 4)),
        ("what was lost stays received", lost, reverse(5), things(0, 6)),
        (
            "no more is asked back than was paid",
            disbursed(),
            demand("A", 100_001),
            asked(100_000, 1),
        ),
        (
            "demands add up",
            then(disbursed(), demand("A", 60_000)),
            demand("A", 40_001),
            asked(40_000, 1),
        ),
        (
            "a recovery is of the oldest fund",
            then(carried, on("2025-04-12", disburse("A", 2, 150_000))),
            recover("A", 100_001),
            beyond(100_000, 1),
        ),
    ]
}
