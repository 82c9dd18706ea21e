//! Exports of logs that no rule could have made, and windows of cases.

use bahi_core::{
    ActorNo, AuthorityNo, CommandId, Day, District, Envelope, Event, FinancialYear, FundKey,
    HeadNo, Instant, Money, Position, Recorded, Role, SchemeNo,
};
use bahi_log::Log;
use bahi_reports::Cell;
use bahi_wire::LedgerName;

use super::*;
use crate::{By, NewLedger};

/// A log that holds one allotment to this head, with the rulebook or without.
fn forged(head: HeadNo) -> Ledger {
    let day = Day::parse("2024-06-10").expect("a day");
    let name = LedgerName::new("forged").expect("a name");
    let new = NewLedger { name, simulated_from: Some(day.at_second(0)) };
    let first = crate::ledger::first_record(&new).expect("a first record");
    let mut log = Log::in_memory(&first).expect("a log");
    let fund =
        FundKey { scheme: SchemeNo(1), head, fy: FinancialYear::of(day), district: District(187) };
    let envelope = Envelope {
        command: CommandId::from_bytes([9; 16]),
        case: Position::NONE,
        previous: Position::NONE,
        effective_day: day,
        fund,
        amount: Money::from_rupees(5).expect("an amount"),
        actor: ActorNo(1),
        role: Role::Finance,
        authority: AuthorityNo(1),
        terms: 0,
        introduced: Vec::new(),
    };
    let recorded = Recorded {
        position: Position(1),
        recorded_at: Instant::parse("2024-06-10").expect("a moment"),
        clamped: false,
        signed: None,
        envelope,
        event: Event::FundsAllotted,
    };
    log.commit(&[&bahi_wire::encode(&recorded).expect("it has bytes")]).expect("no judge");
    Ledger::over(log).expect("it is read")
}

#[test]
fn what_balances_cannot_place_is_left_out_and_counted_and_a_lost_name_is_its_number() {
    for (head, rows, unplaced) in [(HeadNo(1), 2, 0), (HeadNo::NONE, 0, 1)] {
        let ledger = forged(head);
        assert!(ledger.inconsistency().is_some(), "no rule lets it happen");
        let mut csv = Vec::new();
        let exported = ledger
            .export_postings(
                PostingsForm::Csv,
                &Filter::default(),
                View::NOW,
                &mut csv,
                &mut |_| {},
            )
            .expect("it is read all the same");
        assert_eq!((exported.rows, exported.unplaced), (rows, unplaced));
        let balances = ledger.balances(By::default(), &Filter::default(), View::NOW);
        let allotted = balances.expect("balances").total.allotted;
        assert_eq!(exported.credits, allotted);
        let csv = String::from_utf8(csv).expect("it is text");
        assert_eq!(csv.matches(",2024-25,#1,187,#1,,").count() as u64, rows, "{csv}");
    }
}

#[cfg(feature = "demo")]
#[test]
fn cases_are_the_same_however_many_are_in_memory() {
    let name = LedgerName::new("windows").expect("a name");
    let new = NewLedger { name, simulated_from: Some(crate::demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let demo = crate::demo::Demo { cases: 60, seed: 3 };
    crate::demo::run(&mut ledger, demo, &mut |_| {}).expect("the demonstration runs");
    let views = [None, Day::parse("2019-06-30").ok(), Day::parse("2021-01-31").ok()];
    for as_of in views {
        let view = View { as_of, ..View::NOW };
        let (table, form) = (Table::Cases, Form::Csv);
        let asked = Export { table, form, filter: Filter::default(), view };
        let rows = |most: usize| {
            let mut rows = Vec::new();
            let mut exported = Exported::nothing(ledger.basis(view).expect("a basis"), table);
            ledger
                .press()
                .case_rows_by(most, &asked, &mut exported, &mut |_| {}, &mut |cells, _| {
                    rows.push(cells.to_vec());
                    Ok(())
                })
                .expect("rows");
            (rows, exported.events)
        };
        let all = rows(usize::MAX);
        assert!(as_of.is_some() || all.0.len() > 60, "{} cases", all.0.len());
        for most in [1, 2, 7, 50] {
            assert_eq!(rows(most), all, "{most} at once, {as_of:?}");
        }
        // What a trail says of a case in that past is what its row says.
        for cells in all.0.iter().step_by(7) {
            let (Cell::Number(position), Cell::Code(status)) = (&cells[1], &cells[7]) else {
                panic!("{cells:?}")
            };
            let subject = crate::Subject::Case(Position(*position));
            let trail = ledger.trail(subject, view).expect("a trail");
            let last = trail.entries.iter().rev().find_map(|entry| entry.after);
            let last = last.expect("a case has figures");
            assert_eq!(last.status.name(), status);
            assert_eq!(cells[8], Cell::Amount(last.sanctioned), "{position}");
            assert_eq!(cells[9], Cell::Amount(last.disbursed), "{position}");
        }
    }
}
