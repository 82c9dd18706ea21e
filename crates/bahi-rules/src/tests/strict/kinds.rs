//! What each kind of event that moves money, or says how a case stands, may not be.

use alloc::{vec, vec::Vec};

use bahi_core::{District, Event, HeadNo, Movement, Position, Recorded, SchemeNo, StockMove};

use super::{super::builders::*, Row};

const FUND: &str = "its fund is not the sanction's";
const UNPAID: &str = "it leaves something unpaid";
const BUDGET: &str = "more is sanctioned than allotted";

pub(super) fn rows() -> Vec<Row> {
    [funds(), lapses(), carries(), endings(), revisions(), payments(), sums(), things()].concat()
}

macro_rules! spoil {
    ($kind:ident, $body:ident => $change:expr) => {
        |one: &mut Recorded| {
            if let Event::$kind($body) = &mut one.event {
                $change;
            }
        }
    };
}

fn more(one: &mut Recorded) {
    one.envelope.amount = one.envelope.amount.checked_add(rupees(1)).expect("an amount");
}

fn less(one: &mut Recorded) {
    one.envelope.amount = one.envelope.amount.checked_sub(rupees(1)).expect("an amount");
}

fn other_fund(one: &mut Recorded) {
    one.envelope.fund.district = PRAYAGRAJ;
}

fn funds() -> Vec<Row> {
    const OPEN: &str = "its fund's scheme is not open";
    const RUNS: &str = "its fund's district is not the scheme's";
    const HEAD: &str = "its fund's head has no name";
    fn scheme(one: &mut Recorded) {
        one.envelope.fund.scheme = SchemeNo(2);
    }
    fn district(one: &mut Recorded) {
        one.envelope.fund.district = District(9);
    }
    fn head(one: &mut Recorded) {
        one.envelope.fund.head = HeadNo(9);
    }
    let earned = then(allotted(), earn(5));
    let all = [
        (allotted(), withdraw_funds(5)),
        (allotted(), move_funds(fund(PRAYAGRAJ), 5)),
        (allotted(), lapse_fund(1_000_000)),
        (allotted(), earn(5)),
        (earned.clone(), remit(5)),
        (allotted(), suspend(5, 0)),
    ];
    let mut rows = Vec::new();
    for (given, when) in all {
        rows.push((given.clone(), when.clone(), scheme as fn(&mut Recorded), OPEN));
        rows.push((given.clone(), when.clone(), district, RUNS));
        rows.push((given, when, head, HEAD));
    }
    let moving = || move_funds(fund(PRAYAGRAJ), 5);
    rows.extend([
        (sanctioned(), withdraw_funds(750_000), more as fn(&mut Recorded), BUDGET),
        (sanctioned(), move_funds(fund(PRAYAGRAJ), 750_000), more, BUDGET),
        (allotted(), moving(), spoil!(FundsMoved, body => body.to.scheme = SchemeNo(2)), OPEN),
        (allotted(), moving(), spoil!(FundsMoved, body => body.to.district = District(9)), RUNS),
        (
            allotted(),
            moving(),
            spoil!(FundsMoved, body => body.to.fy = year("2025-26")),
            "it moves to another year",
        ),
        (
            allotted(),
            moving(),
            |one| one.envelope.fund.district = PRAYAGRAJ,
            "it moves from a fund to itself",
        ),
        (earned, remit(5), more, "more interest is remitted than earned"),
    ]);
    rows
}

fn lapses() -> Vec<Row> {
    const ALL: &str = "it is not all that is left";
    let of_fund = |one: &mut Recorded| {
        one.envelope.case = Position::NONE;
        one.envelope.previous = Position::NONE;
    };
    vec![
        (allotted(), lapse_fund(1_000_000), less, ALL),
        (allotted(), lapse_fund(1_000_000), more, ALL),
        (sanctioned(), lapse("A", 250_000), of_fund, ALL),
        (sanctioned(), lapse("A", 250_000), less, UNPAID),
        (sanctioned(), lapse("A", 250_000), more, "more is taken than is unpaid"),
        (sanctioned(), lapse("A", 250_000), other_fund, FUND),
    ]
}

fn carries() -> Vec<Row> {
    let given = || then(sanctioned(), allot_next(500_000));
    let carrying = || carry("A", 250_000);
    let cancelled = [
        sanctioned(),
        vec![apply("B"), by("dm-2", sanction("B", 10)), cancel("B"), allot_next(250_000)],
    ]
    .concat();
    let other_scheme = [
        vec![open(), allot(250_000), apply("A"), sanction("A", 250_000), of_scheme("cfc", open())],
        vec![allot_next(250_000)],
    ]
    .concat();
    let later = then(then(given(), carrying()), on("2025-04-12", disburse("A", 1, 5)));
    let later = [
        later,
        vec![on(
            "2026-04-01",
            allot_to(bahi_core::Fund { fy: year("2026-27"), ..next_fund() }, 300_000),
        )],
    ]
    .concat();
    let third = on(
        "2026-04-10",
        carry_to(bahi_core::Fund { fy: year("2026-27"), ..next_fund() }, "A", 249_995),
    );
    vec![
        (given(), carrying(), less, "it does not carry all that is unpaid"),
        (given(), carrying(), more, "it does not carry all that is unpaid"),
        (
            given(),
            carrying(),
            spoil!(SanctionCarried, body => body.from.district = PRAYAGRAJ),
            "the case does not draw on the fund it is carried from",
        ),
        (
            given(),
            carrying(),
            |one| {
                one.envelope.fund.fy = year("2024-25");
                one.envelope.fund.district = District::POOL;
            },
            "it is not carried into a later year",
        ),
        (given(), carrying(), |one| one.envelope.fund.fy = year("2026-27"), BUDGET),
        (
            given(),
            carrying(),
            |one| one.envelope.fund.head = HeadNo(9),
            "its fund's head has no name",
        ),
        (
            other_scheme,
            carrying(),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its fund is of another scheme",
        ),
        (
            cancelled,
            carrying(),
            |one| {
                one.envelope.case = Position(5);
                one.envelope.previous = Position(7);
            },
            "its case's sanction is cancelled",
        ),
        (
            later,
            third,
            |one| {
                one.envelope.fund.fy = year("2025-26");
                one.envelope.fund.district = District::POOL;
                if let Event::SanctionCarried(body) = &mut one.event {
                    body.from.fy = year("2024-25");
                }
            },
            "the case draws on a later year already",
        ),
    ]
}

fn endings() -> Vec<Row> {
    const STANDS: &str = "its case's sanction stands";
    let given = || then(sanctioned(), apply("B"));
    fn of_a(one: &mut Recorded) {
        one.envelope.case = Position(3);
        one.envelope.previous = Position(4);
    }
    vec![
        (given(), reject("B"), of_a, STANDS),
        (given(), withdraw("B"), of_a, STANDS),
        (given(), close("B"), of_a, UNPAID),
        (
            applied(),
            amend("A", vec![cost("5")]),
            |one| one.envelope.terms = 2,
            "its terms are none of the scheme's",
        ),
    ]
}

fn revisions() -> Vec<Row> {
    let given = || then(applied(), sanction("A", 200_000));
    let raise = || revise("A", 210_000);
    const SAYS: &str = "it does not come to what it says";
    let bare = then(given(), apply("B"));
    fn of_b(one: &mut Recorded) {
        one.envelope.case = Position(5);
        one.envelope.previous = Position(5);
    }
    vec![
        (given(), raise(), more, SAYS),
        (given(), raise(), spoil!(SanctionRevised, body => body.raised = false), SAYS),
        (given(), raise(), spoil!(SanctionRevised, body => body.sanctioned = rupees(9)), SAYS),
        (given(), raise(), other_fund, FUND),
        (
            given(),
            raise(),
            |one| {
                one.envelope.amount = rupees(800_001);
                if let Event::SanctionRevised(body) = &mut one.event {
                    body.sanctioned = rupees(1_000_001);
                }
            },
            BUDGET,
        ),
        (disbursed(), revise("A", 100_000), more, "more is taken than is unpaid"),
        (bare.clone(), raise(), of_b, FUND),
        (bare.clone(), cancel("A"), of_b, FUND),
        (disbursed(), cancel("A"), less, UNPAID),
        (disbursed(), cancel("A"), more, "more is taken than is unpaid"),
        (disbursed(), cancel("A"), other_fund, FUND),
    ]
}

fn payments() -> Vec<Row> {
    let twice = || then(disbursed(), disburse("A", 2, 10));
    let other = || {
        [disbursed(), vec![apply("B"), by("dm-2", sanction("B", 10)), disburse("B", 1, 10)]]
            .concat()
    };
    let cancelled =
        [sanctioned(), vec![apply("B"), by("dm-2", sanction("B", 10)), cancel("B")]].concat();
    let reversed = then(then(disbursed(), reverse(5)), disburse("A", 1, 100_000));
    vec![
        (
            cancelled,
            disburse("A", 1, 1),
            |one| {
                one.envelope.case = Position(5);
                one.envelope.previous = Position(7);
            },
            "its case's sanction is cancelled",
        ),
        (
            disbursed(),
            confirm(5),
            spoil!(PaymentConfirmed, body => body.payment = Position(4)),
            "its payment is unknown",
        ),
        (
            other(),
            confirm(5),
            spoil!(PaymentConfirmed, body => body.payment = Position(8)),
            "its payment is not the case's",
        ),
        (
            then(twice(), give_back(5, 100_000)),
            confirm(6),
            spoil!(PaymentConfirmed, body => body.payment = Position(5)),
            "its payment does not live",
        ),
        (
            then(twice(), confirm(5)),
            confirm(6),
            spoil!(PaymentConfirmed, body => body.payment = Position(5)),
            "its payment is confirmed already",
        ),
        (
            reversed,
            give_back(7, 100_000),
            spoil!(PaymentReturned, body => body.payment = Position(5)),
            "its payment was reversed",
        ),
        (
            disbursed(),
            suspend(5, 5),
            spoil!(MovedToSuspense, body => body.payment = Position(4)),
            "its payment is unknown",
        ),
        (
            disbursed(),
            suspend(5, 5),
            spoil!(MovedToSuspense, body => body.payment = Position::NONE),
            "its payment is not the case's",
        ),
        (
            other(),
            suspend(5, 5),
            spoil!(MovedToSuspense, body => body.payment = Position(8)),
            "its payment is not the case's",
        ),
    ]
}

fn sums() -> Vec<Row> {
    const PAID: &str = "more is accounted for than paid";
    let used = then(then(disbursed(), utilise("A", 30_000)), adjust("A", 30_000));
    vec![
        (disbursed(), utilise("A", 100_000), more, PAID),
        (disbursed(), adjust("A", 100_000), more, PAID),
        (used.clone(), recover("A", 40_000), more, PAID),
        (disbursed(), utilise("A", 1), other_fund, FUND),
        (disbursed(), adjust("A", 1), other_fund, FUND),
    ]
}

fn things() -> Vec<Row> {
    const GO: &str = "more things go than there are";
    let ordering = || stock(StockMove::Ordered, 1, None);
    let handing = || stock(HANDED, 6, Some("A"));
    let closed = [stocked(), vec![apply("B"), close("B")]].concat();
    vec![
        (applied(), ordering(), spoil!(StockMoved, body => body.quantity = 0), "it moves nothing"),
        (applied(), ordering(), spoil!(StockMoved, body => body.movement = HANDED), GO),
        (stocked(), handing(), spoil!(StockMoved, body => body.quantity = 7), GO),
        (
            stocked(),
            stock(StockMove::Received, 4, None),
            spoil!(StockMoved, body => body.quantity = 5),
            GO,
        ),
        (
            stocked(),
            stock(StockMove::WrittenOff, 6, None),
            spoil!(StockMoved, body => body.quantity = 7),
            GO,
        ),
        (
            applied(),
            ordering(),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its scheme is not open",
        ),
        (
            applied(),
            ordering(),
            |one| one.envelope.fund.district = District(9),
            "its district is not the scheme's",
        ),
        (stocked(), handing(), other_fund, "its case is of another scheme or district"),
        (
            closed,
            handing(),
            |one| {
                one.envelope.case = Position(6);
                one.envelope.previous = Position(7);
            },
            "its case is closed",
        ),
    ]
}

/// Puts another event in the place of the one a reversal is of.
pub(super) fn reversal(one: &mut Recorded, of: u64, movement: Option<Movement>, amount: u64) {
    one.envelope.amount = rupees(amount);
    if let Event::Reversed(body) = &mut one.event {
        body.of = Position(of);
        body.movement = movement;
    }
}
