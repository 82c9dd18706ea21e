//! The register of sanctions: every grant to a case and every change of one, in order.
//!
//! # Invariants
//! * A line's amount is what it changes the sum of sanctions by.

use bahi_core::{Day, Total};

use crate::papers::{Cell, Column, Fact, Identity, Paper, Passage, Stamp, Table};

/// What a register is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sanctions {
    /// What it is about.
    pub scope: Vec<Fact>,
    /// Its lines, in order of position.
    pub lines: Vec<SanctionLine>,
    /// What the balances say the sum of sanctions moved by.
    pub by_balances: Total,
}

/// A line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SanctionLine {
    /// The event's position.
    pub position: u64,
    /// The day on which it counts.
    pub day: Day,
    /// The case's reference.
    pub case_ref: String,
    /// The district, or the pool.
    pub district: String,
    /// Scheme and head of account.
    pub fund: String,
    /// The order's number with its paragraph.
    pub order: String,
    /// The order's date.
    pub order_day: Option<Day>,
    /// What happened.
    pub what: String,
    /// The version of the terms and the line that decided it.
    pub terms: String,
    /// What the terms gave at most.
    pub entitlement: Option<Total>,
    /// By how much sanctions grew.
    pub amount: Total,
}

impl Sanctions {
    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut table = Table::new(
            "sanctions",
            "Sanctions and what changed them, in the order the ledger learned of them",
            vec![
                Column::count("number", "No."),
                Column::count("position", "Event"),
                Column::day("day", "Counts on"),
                Column::code("case", "Case"),
                Column::text("district", "District"),
                Column::code("fund", "Scheme, head"),
                Column::text("order", "Order"),
                Column::day("order_day", "of"),
                Column::text("what", "What happened"),
                Column::text("terms", "Terms"),
                Column::money("entitlement", "Entitlement (₹)"),
                Column::money("amount", "Amount (₹)"),
            ],
        );
        for (index, line) in self.lines.iter().enumerate() {
            table.row(vec![
                Cell::Count(index as u64 + 1),
                Cell::Position(line.position),
                Cell::Day(line.day),
                Cell::text(line.case_ref.clone()),
                Cell::text(line.district.clone()),
                Cell::text(line.fund.clone()),
                Cell::text(line.order.clone()),
                Cell::day(line.order_day),
                Cell::text(line.what.clone()),
                Cell::text(line.terms.clone()),
                line.entitlement.map_or(Cell::Empty, Cell::Money),
                Cell::Money(line.amount),
            ]);
        }
        let sum: Total = self.lines.iter().map(|line| line.amount).sum();
        let mut cells = vec![Cell::Empty; 12];
        (cells[8], cells[11]) = (Cell::text("Total"), Cell::Money(sum));
        table.total(cells);
        Paper {
            kind: "sanctions",
            title: "Register of sanctions".to_owned(),
            subtitles: Vec::new(),
            wide: true,
            facts: self.scope.clone(),
            tables: vec![table],
            identities: vec![Identity {
                says: "The lines come to what the balances say was sanctioned".to_owned(),
                left: ("every line of the register".to_owned(), sum),
                right: ("the column sanctioned of the balances".to_owned(), self.by_balances),
            }],
            passages: vec![Passage {
                heading: "Notes".to_owned(),
                items: NOTES.map(str::to_owned).into(),
            }],
            signatures: Vec::new(),
            stamp,
        }
    }
}

const NOTES: [&str; 2] = [
    "A sanction carried to another year's fund is two lines where both funds are in the register, and \
     changes its sum by nothing; one fund alone shows what came to it or left it.",
    "Entitlement is what the version of the terms that is named gave for the facts the case stated then; \
     bahi explain shows the computation.",
];
