//! What audits, seals, statements, reversals and keys may not be.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AuditScope, Event, EventKind, KeyChange, LineSide, Movement, Position, Recorded, StockMove,
};

use super::{super::builders::*, Row, kinds::reversal};

macro_rules! spoil {
    ($kind:ident, $body:ident => $change:expr) => {
        |one: &mut Recorded| {
            if let Event::$kind($body) = &mut one.event {
                $change;
            }
        }
    };
}

pub(super) fn rows() -> Vec<Row> {
    [findings(), seals(), lined(), matches(), unlike(), out_of_order(), unlawful(), keys()].concat()
}

fn findings() -> Vec<Row> {
    const UNKNOWN: &str = "its finding is unknown";
    let audited = || then(disbursed(), audit("A"));
    let two = [audited(), vec![apply("B"), audit("B")]].concat();
    let books = || then(disbursed(), audit_books());
    let both = then(audited(), audit_books());
    vec![
        (audited(), settle(6, 2), spoil!(FindingSettled, body => body.finding = 3), UNKNOWN),
        (audited(), settle(6, 2), spoil!(FindingSettled, body => body.finding = 0), UNKNOWN),
        (
            audited(),
            settle(6, 2),
            spoil!(FindingSettled, body => body.audit = Position(5)),
            UNKNOWN,
        ),
        (
            then(audited(), settle(6, 1)),
            settle(6, 2),
            spoil!(FindingSettled, body => body.finding = 1),
            "its finding is settled already",
        ),
        (
            two,
            settle(6, 1),
            spoil!(FindingSettled, body => body.audit = Position(8)),
            "its audit is not the case's",
        ),
        (
            both,
            settle(6, 1),
            spoil!(FindingSettled, body => body.audit = Position(7)),
            "its audit is not the case's",
        ),
        (
            books(),
            settle(6, 2),
            |one| (one.envelope.case, one.envelope.previous) = (Position(3), Position(5)),
            "its audit is not the case's",
        ),
        (
            disbursed(),
            audit("A"),
            spoil!(Audited, body => body.scope = AuditScope::Ledger),
            "it names a case",
        ),
        (
            disbursed(),
            audit_books(),
            spoil!(Audited, body => body.scope = AuditScope::Case),
            "its case has not applied",
        ),
    ]
}

fn seals() -> Vec<Row> {
    const RESTS: &str = "it does not rest on the certificate before it";
    let certified = || then(disbursed(), certify(5, "2025-03-31"));
    let sealing = || seal(6, "2025-03-31");
    let again = then(sealed(disbursed(), "2025-03-31"), certify(7, "2025-04-30"));
    let once_more = on("2025-05-02", seal(8, "2025-04-30"));
    let twice = then(certified(), certify(6, "2025-03-31"));
    vec![
        (
            certified(),
            sealing(),
            spoil!(PeriodSealed, body => body.until = day("2025-02-28")),
            RESTS,
        ),
        (certified(), sealing(), spoil!(PeriodSealed, body => body.certified = Position(5)), RESTS),
        (
            twice,
            seal(7, "2025-03-31"),
            spoil!(PeriodSealed, body => body.certified = Position(6)),
            RESTS,
        ),
        (
            certified(),
            sealing(),
            |one| one.envelope.effective_day = day("2025-03-31"),
            "its period is not over",
        ),
        (
            again,
            once_more,
            spoil!(PeriodSealed, body => body.until = day("2025-03-31")),
            "its period is sealed already",
        ),
        (
            disbursed(),
            certify(5, "2025-03-31"),
            spoil!(StateCertified, body => body.upto = Position(6)),
            "it certifies what is not there yet",
        ),
        (
            disbursed(),
            export(5),
            spoil!(Exported, body => body.upto = Position(6)),
            "it exports what is not there yet",
        ),
        (opened(), deny(1), spoil!(AccessDenied, body => body.count = 0), "it counts no denial"),
    ]
}

fn lined() -> Vec<Row> {
    const MANY: &str = "its statement has not so many lines";
    let given = || then(disbursed(), statement(1, 2));
    let two = || lines(6, 1, vec![line(LineSide::Debit, 1), line(LineSide::Debit, 2)]);
    vec![
        (
            given(),
            statement(2, 4),
            spoil!(StatementReceived, body => body.file = [1; 32]),
            "its file was received already",
        ),
        (
            given(),
            two(),
            spoil!(StatementLines, body => body.statement = Position(5)),
            "its statement is unknown",
        ),
        (
            given(),
            two(),
            spoil!(StatementLines, body => body.first = 2),
            "its lines are not the next ones",
        ),
        (given(), two(), spoil!(StatementLines, body => body.lines.clear()), MANY),
        (
            given(),
            two(),
            spoil!(StatementLines, body => body.lines.push(line(LineSide::Debit, 3))),
            MANY,
        ),
    ]
}

fn matches() -> Vec<Row> {
    const MONEY: &str = "its target is not the line's money";
    const STANDS: &str = "its match does not stand";
    const LINE: &str = "its line is unknown";
    let matching = || match_line(at_line(6, 1), 5);
    let pair = vec![line(LineSide::Debit, 100_000), line(LineSide::Debit, 100_000)];
    let two = [
        disbursed(),
        vec![disburse("A", 2, 100_000), statement(1, 2), lines(7, 1, pair)],
        vec![match_line(at_line(7, 1), 5)],
    ]
    .concat();
    let second = || match_line(at_line(7, 2), 6);
    let matched = then(stated(), matching());
    let again = [matched.clone(), vec![unmatch(8), matching()]].concat();
    let aside = || decide_match(at_line(6, 1), 0);
    vec![
        (
            stated(),
            matching(),
            spoil!(Matched, body => body.line.statement = Position(5)),
            "its statement is unknown",
        ),
        (stated(), matching(), spoil!(Matched, body => body.line.line = 0), LINE),
        (stated(), matching(), spoil!(Matched, body => body.line.line = 4), LINE),
        (stated(), matching(), spoil!(Matched, body => body.line.line = 2), MONEY),
        (stated(), matching(), spoil!(Matched, body => body.target = Position(4)), MONEY),
        (
            stated(),
            matching(),
            spoil!(Matched, body => body.target = Position::NONE),
            "it matches a line with nothing",
        ),
        (
            two.clone(),
            second(),
            spoil!(Matched, body => body.target = Position(5)),
            "its target is matched already",
        ),
        (two, second(), spoil!(Matched, body => body.line.line = 1), "its line is matched already"),
        (
            stated(),
            matching(),
            |one| {
                one.envelope.case = Position::NONE;
                one.envelope.previous = Position::NONE;
            },
            "its target is not the case's",
        ),
        (
            stated(),
            aside(),
            |one| {
                one.envelope.case = Position(3);
                one.envelope.previous = Position(5);
            },
            "its target is not the case's",
        ),
        (
            matched.clone(),
            unmatch(8),
            spoil!(Unmatched, body => body.matched = Position(5)),
            STANDS,
        ),
        (again, unmatch(10), spoil!(Unmatched, body => body.matched = Position(8)), STANDS),
        (
            matched,
            unmatch(8),
            |one| {
                one.envelope.case = Position::NONE;
                one.envelope.previous = Position::NONE;
            },
            "its target is not the case's",
        ),
    ]
}

/// Reversals that are not what their event was.
fn unlike() -> Vec<Row> {
    const UNLIKE: &str = "it is not what its event was";
    const FIXED: &str = "its event cannot be reversed";
    let paid = || reverse(5);
    let free = |one: &mut Recorded| {
        one.envelope.case = Position::NONE;
        one.envelope.previous = Position::NONE;
    };
    let stepped = then(disbursed(), step("A"));
    let other = [disbursed(), vec![apply("B")]].concat();
    vec![
        (disbursed(), paid(), spoil!(Reversed, body => body.kind = EventKind::Recovered), UNLIKE),
        (
            disbursed(),
            paid(),
            spoil!(Reversed, body => body.movement = Some(Movement::Return)),
            UNLIKE,
        ),
        (disbursed(), paid(), |one| one.envelope.amount = rupees(99_999), UNLIKE),
        (disbursed(), paid(), |one| one.envelope.fund.district = PRAYAGRAJ, UNLIKE),
        (disbursed(), paid(), free, UNLIKE),
        (
            other,
            paid(),
            |one| {
                one.envelope.case = Position(6);
                one.envelope.previous = Position(6);
            },
            UNLIKE,
        ),
        (allotted(), reverse(2), |one| one.envelope.amount = rupees(1), UNLIKE),
        (allotted(), reverse(2), |one| one.envelope.fund.fy = year("2023-24"), UNLIKE),
        (stepped, reverse(6), |one| reversal(one, 6, Some(Movement::Payment), 100_000), UNLIKE),
        (disbursed(), paid(), spoil!(Reversed, body => body.of = Position(3)), FIXED),
        (disbursed(), paid(), spoil!(Reversed, body => body.of = Position(6)), FIXED),
        (disbursed(), paid(), spoil!(Reversed, body => body.of = Position::NONE), FIXED),
    ]
}

fn out_of_order() -> Vec<Row> {
    const RESTS: &str = "a later event rests on its event";
    let twice = then(then(disbursed(), reverse(5)), disburse("A", 1, 100_000));
    let raised =
        [applied(), vec![sanction("A", 200_000), revise("A", 205_000), revise("A", 210_000)]]
            .concat();
    let confirmed = [disbursed(), vec![disburse("A", 2, 100_000), confirm(5)]].concat();
    let matched =
        [stated(), vec![disburse("A", 2, 100_000), match_line(at_line(6, 1), 5)]].concat();
    fn of_five(one: &mut Recorded) {
        if let Event::Reversed(body) = &mut one.event {
            body.of = Position(5);
        }
    }
    vec![
        (twice, reverse(7), of_five, "its event is reversed already"),
        (raised, reverse(6), of_five, RESTS),
        (confirmed, reverse(6), of_five, RESTS),
        (matched, reverse(8), of_five, RESTS),
        (
            disbursed(),
            reverse(5),
            |one| {
                reversal(one, 4, Some(Movement::Sanction), 250_000);
                if let Event::Reversed(body) = &mut one.event {
                    body.kind = EventKind::Sanctioned;
                }
            },
            RESTS,
        ),
    ]
}

/// Reversals after which the sums would break a law.
fn unlawful() -> Vec<Row> {
    let spent = [opened(), vec![allot(10), allot(5), apply("A"), sanction("A", 8)]].concat();
    let remitted = [allotted(), vec![earn(5), earn(3), remit(5)]].concat();
    let ordered = then(stocked(), stock(StockMove::Ordered, 3, None));
    let used =
        [sanctioned(), vec![disburse("A", 1, 60), disburse("A", 2, 90), utilise("A", 70)]].concat();
    vec![
        (
            spent,
            reverse(3),
            |one| reversal(one, 2, Some(Movement::Allotment), 10),
            "more is sanctioned than allotted",
        ),
        (
            remitted,
            reverse(4),
            |one| reversal(one, 3, Some(Movement::Interest), 5),
            "more interest is remitted than earned",
        ),
        (ordered, reverse(6), |one| reversal(one, 4, None, 0), "more things go than there are"),
        (
            used,
            reverse(5),
            |one| reversal(one, 6, Some(Movement::Payment), 90),
            "more is accounted for than paid",
        ),
    ]
}

fn keys() -> Vec<Row> {
    const NEXT: &str = "its key is not the next one";
    const OLDER: &str = "its key is not an older one that is held";
    let two = || then(opened(), add_key(2));
    let destroyed = [two(), vec![add_key(3), rotate(1, KeyChange::Destroyed)]].concat();
    vec![
        (opened(), add_key(2), spoil!(KeyRotated, body => body.key_id = 3), NEXT),
        (two(), add_key(3), spoil!(KeyRotated, body => body.key_id = 2), NEXT),
        (opened(), add_key(2), spoil!(KeyRotated, body => body.key_id = 0), NEXT),
        (
            then(opened(), add_key(1)),
            add_key(2),
            spoil!(KeyRotated, body => body.key_id = 1),
            "its key is recorded already",
        ),
        (
            two(),
            add_key(3),
            spoil!(KeyRotated, body => body.key_id = 1),
            "its key is recorded already",
        ),
        (
            two(),
            rotate(1, KeyChange::Destroyed),
            spoil!(KeyRotated, body => body.key_id = 2),
            OLDER,
        ),
        (
            two(),
            rotate(1, KeyChange::Destroyed),
            spoil!(KeyRotated, body => body.key_id = 0),
            OLDER,
        ),
        (
            opened(),
            signing_key("dm-vns", 1, Some("2024-12-31")),
            spoil!(ActorKeySet, body => body.until = Some(day("2024-04-30"))),
            "its days are out of order",
        ),
        (
            destroyed,
            rotate(2, KeyChange::Destroyed),
            spoil!(KeyRotated, body => body.key_id = 1),
            OLDER,
        ),
    ]
}
