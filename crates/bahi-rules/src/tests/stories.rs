//! One story for every act, ending with it: nothing is tested of one act and forgotten of another.

use alloc::{vec, vec::Vec};

use bahi_core::{Command, CommandKind, EventKind, StockMove};

use super::{builders::*, story};

/// A story for each kind of command, in order of its number; a second one where the act becomes
/// another event, or the case it is of matters.
pub(super) fn stories() -> Vec<Vec<Command>> {
    [of_funds(), of_cases(), of_money(), of_records()].concat()
}

fn of_funds() -> Vec<Vec<Command>> {
    vec![
        opened(),
        then(opened(), change_terms("2025-04-01")),
        allotted(),
        then(allotted(), withdraw_funds(5)),
        then(allotted(), move_funds(fund(PRAYAGRAJ), 5)),
        then(allotted(), lapse_fund(1_000_000)),
        then(sanctioned(), lapse("A", 250_000)),
        then(then(sanctioned(), allot_next(250_000)), carry("A", 250_000)),
    ]
}

fn of_cases() -> Vec<Vec<Command>> {
    vec![
        applied(),
        then(applied(), amend("A", vec![cost("900000")])),
        then(applied(), step("A")),
        then(applied(), reject("A")),
        then(applied(), withdraw("A")),
        then(applied(), close("A")),
        then(opened(), bar(person(1), Some("2024-12-31"))),
        sanctioned(),
        then(then(applied(), sanction("A", 200_000)), revise("A", 210_000)),
        then(sanctioned(), cancel("A")),
    ]
}

fn of_money() -> Vec<Vec<Command>> {
    let accounted = then(disbursed(), recover("A", 5));
    vec![
        then(returned(), reissue("A", 1, 100_000, 6)),
        returned(),
        then(accounted.clone(), give_back(5, 100_000)),
        then(disbursed(), confirm(5)),
        then(disbursed(), suspend(5, 5)),
        accounted,
        then(disbursed(), demand("A", 5)),
        then(disbursed(), utilise("A", 5)),
        then(disbursed(), adjust("A", 5)),
        then(allotted(), earn(5)),
        then(then(allotted(), earn(5)), remit(5)),
        then(applied(), stock(StockMove::Ordered, 5, None)),
        then(stocked(), stock(HANDED, 5, Some("A"))),
    ]
}

fn of_records() -> Vec<Vec<Command>> {
    vec![
        then(disbursed(), audit("A")),
        then(then(disbursed(), audit("A")), settle(6, 2)),
        then(disbursed(), certify(5, "2025-03-31")),
        sealed(disbursed(), "2025-03-31"),
        then(disbursed(), statement(1, 4)),
        stated(),
        then(stated(), match_line(at_line(6, 1), 5)),
        then(then(stated(), match_line(at_line(6, 1), 5)), unmatch(8)),
        then(stated(), decide_match(at_line(6, 1), 5)),
        then(disbursed(), reverse(5)),
        then(disbursed(), export(5)),
        then(opened(), deny(3)),
        then(opened(), add_key(2)),
        then(opened(), signing_key("dm-vns", 1, Some("2024-12-31"))),
    ]
}

#[test]
fn every_kind_of_command_and_event_has_its_story() {
    let kinds = stories().into_iter().filter_map(|story| story.last().map(|one| one.act.kind()));
    let mut kinds: Vec<CommandKind> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    let all: Vec<CommandKind> = (0..=u16::MAX).filter_map(CommandKind::from_number).collect();
    assert_eq!(kinds, all);
    let last = |given: Vec<Command>| story(&given).1.last().map(|one| one.event.kind());
    let mut events: Vec<EventKind> = stories().into_iter().filter_map(last).collect();
    events.sort_unstable();
    events.dedup();
    let decided = EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::CommandRefused);
    assert!(events.into_iter().eq(decided), "each event but a refusal's is one act's");
}
