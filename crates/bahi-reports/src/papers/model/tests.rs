//! Cells, rows and the stamp; the paper that other tests take.

use bahi_core::TimeError;

use super::*;

fn day(text: &str) -> Result<Day, TimeError> {
    Day::parse(text)
}

/// A paper with something of everything.
pub(crate) fn sample(rows: usize) -> Paper {
    let on = day("2024-06-10").expect("a day");
    let amount = Total::from_paise(10_000_000);
    let mut table = Table::new(
        "grants",
        "Grants received",
        vec![
            Column::count("number", "No."),
            Column::text("district", "District"),
            Column::day("day", "Day"),
            Column::code("order", "Order"),
            Column::money("amount", "Amount (₹)"),
        ],
    );
    table.group("Scheme margin-money");
    for number in 1..=rows {
        table.row(vec![
            Cell::Count(number as u64),
            Cell::Text("Varanasi (वाराणसी)".to_owned()),
            Cell::Day(on),
            Cell::Text(format!("B-{number}/2024")),
            Cell::Money(amount),
        ]);
    }
    let sum = Total::from_paise(amount.paise() * rows as i128);
    table.total(vec![Cell::Empty, Cell::text("Total"), Cell::Empty, Cell::Empty, Cell::Money(sum)]);
    Paper {
        kind: "example",
        title: "A paper of everything".to_owned(),
        subtitles: vec!["under rule 1".to_owned(), "एक जनपद एक उत्पाद".to_owned()],
        wide: false,
        facts: vec![Fact::text("Scheme", "margin-money"), Fact::money("Opening", sum)],
        tables: vec![table],
        identities: vec![Identity {
            says: "the rows come to the sum".to_owned(),
            left: ("rows".to_owned(), sum),
            right: ("sum".to_owned(), sum),
        }],
        passages: vec![Passage {
            heading: "Notes".to_owned(),
            items: vec!["One note.".to_owned(), "Another note.".to_owned()],
        }],
        signatures: vec![Signature { office: "Head of Finance".to_owned() }],
        stamp: Stamp {
            ledger: "up-odop".to_owned(),
            position: 17,
            root: "0123456789abcdef".repeat(4),
            as_of: Some(on),
            known_on: Instant::parse("2025-03-31").expect("a moment"),
            simulated: true,
            program: "bahi 0.1.0".to_owned(),
        },
    }
}

#[test]
fn a_cell_is_shown_to_a_person_and_exact_for_a_program() {
    let on = day("2024-06-01").expect("a day");
    let cases = [
        (Cell::Empty, "", None),
        (Cell::Text("a\u{7}\nb".to_owned()), "a\u{fffd} b", Some("a\u{7}\nb")),
        (Cell::Money(Total::from_paise(123_456_789)), "12,34,567.89", Some("1234567.89")),
        (Cell::Money(Total::from_paise(-10_000_000)), "-1,00,000.00", Some("-100000.00")),
        (Cell::Day(on), "01-06-2024", Some("2024-06-01")),
        (Cell::Count(123_456), "1,23,456", Some("123456")),
    ];
    for (cell, shown, exact) in cases {
        assert_eq!(cell.shown(), shown);
        assert_eq!(cell.exact().as_deref(), exact, "{shown}");
    }
}

#[test]
fn a_row_has_a_cell_for_each_column() {
    let mut table = Table::new("x", "x", vec![Column::text("a", "a"), Column::text("b", "b")]);
    table.row(vec![]);
    table.row(vec![Cell::Empty; 5]);
    table.group("g");
    assert!(table.rows.iter().all(|row| row.cells.len() == 2));
}

#[test]
fn the_stamp_says_where_and_when() {
    let [place, time] = sample(1).stamp.lines();
    assert!(place.starts_with("up-odop · position 17 · root 0123456789abcdef"), "{place}");
    let wanted = "known on 31-03-2025 23:59 IST (simulated clock) · counting what is effective by \
                  10-06-2024 · bahi 0.1.0";
    assert_eq!(time, wanted);
}
