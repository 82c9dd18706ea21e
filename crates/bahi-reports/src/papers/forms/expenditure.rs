//! The statement of expenditure of a year, by head of account and month, with what it has come to.
//!
//! # Invariants
//! * A month's expenditure is what was paid less what came back and what was recovered in it.

use bahi_core::{Day, FinancialYear, Total};

use crate::papers::{Cell, Column, Fact, Identity, Paper, Passage, Stamp, Table, model::shown_day};

/// The months of a financial year.
const MONTHS: [&str; 12] = [
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
];

/// What a statement is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expenditure {
    /// What it is about.
    pub scope: Vec<Fact>,
    /// The year.
    pub fy: FinancialYear,
    /// The last day that counts.
    pub to: Day,
    /// Scheme and head, each with its year.
    pub heads: Vec<HeadYear>,
    /// What the balances say the year's expenditure was.
    pub by_balances: Total,
    /// Why the figures are not final, where they are not.
    pub provisional: Option<String>,
}

/// A head's year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadYear {
    /// The scheme.
    pub scheme: String,
    /// The head of account.
    pub head: String,
    /// What the year brought to its funds, less what it took.
    pub allotted: Total,
    /// The months, April first.
    pub months: [Month; 12],
}

/// What a month moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Month {
    /// Paid out.
    pub paid: Total,
    /// Came back.
    pub returned: Total,
    /// Recovered.
    pub recovered: Total,
    /// Shown to be used, or become the beneficiary's own.
    pub accounted: Total,
}

impl Month {
    /// Paid, less what came back and what was recovered.
    #[must_use]
    pub fn expenditure(&self) -> Total {
        self.paid - self.returned - self.recovered
    }

    fn add(&mut self, other: &Month) {
        self.paid += other.paid;
        self.returned += other.returned;
        self.recovered += other.recovered;
        self.accounted += other.accounted;
    }
}

impl HeadYear {
    fn sum(&self) -> Month {
        let mut sum = Month::default();
        self.months.iter().for_each(|month| sum.add(month));
        sum
    }
}

impl Expenditure {
    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut facts = self.scope.clone();
        let period = format!("{} to {}", shown_day(self.fy.first_day()), shown_day(self.to));
        facts.push(Fact::text("Period", period));
        let mut tables = vec![self.summary()];
        tables.extend(self.heads.iter().map(by_month));
        let spent: Total = self.heads.iter().map(|head| head.sum().expenditure()).sum();
        let mut notes: Vec<String> = self.provisional.iter().cloned().collect();
        notes.extend(NOTES.map(str::to_owned));
        Paper {
            kind: "expenditure",
            title: format!("Statement of expenditure for the year {}", self.fy),
            subtitles: vec!["by head of account and month".to_owned()],
            wide: false,
            facts,
            tables,
            identities: vec![Identity {
                says: "The months come to what the balances moved by in the year".to_owned(),
                left: ("every payment, return and recovery of the year".to_owned(), spent),
                right: (
                    "balances at the end less those before it began".to_owned(),
                    self.by_balances,
                ),
            }],
            passages: vec![Passage { heading: "Notes".to_owned(), items: notes }],
            signatures: Vec::new(),
            stamp,
        }
    }

    fn summary(&self) -> Table {
        let mut table = Table::new(
            "heads",
            "By head of account (₹)",
            [
                vec![
                    Column::code("scheme", "Scheme"),
                    Column::code("head", "Head of account"),
                    Column::money("allotted", "Allotted in the year"),
                ],
                moved(),
            ]
            .concat(),
        );
        let mut all = (Total::ZERO, Month::default());
        for head in &self.heads {
            let sum = head.sum();
            all.0 += head.allotted;
            all.1.add(&sum);
            let mut cells = vec![
                Cell::text(head.scheme.clone()),
                Cell::text(head.head.clone()),
                Cell::Money(head.allotted),
            ];
            cells.extend(amounts(&sum));
            table.row(cells);
        }
        let mut cells = vec![Cell::text("Total"), Cell::Empty, Cell::Money(all.0)];
        cells.extend(amounts(&all.1));
        table.total(cells);
        table
    }
}

/// The columns of what is moved.
fn moved() -> Vec<Column> {
    vec![
        Column::money("paid", "Paid"),
        Column::money("returned", "Came back"),
        Column::money("recovered", "Recovered"),
        Column::money("expenditure", "Expenditure"),
        Column::money("accounted", "Accounted for"),
    ]
}

fn amounts(month: &Month) -> [Cell; 5] {
    [month.paid, month.returned, month.recovered, month.expenditure(), month.accounted]
        .map(Cell::Money)
}

/// A head's year, month by month.
fn by_month(head: &HeadYear) -> Table {
    let mut columns = vec![Column::code("month", "Month")];
    columns.extend(moved());
    columns.push(Column::money("progressive", "Expenditure to date"));
    let mut table =
        Table::new("months", format!("{}, head {} (₹)", head.scheme, head.head), columns);
    let mut progressive = Total::ZERO;
    for (name, month) in MONTHS.iter().zip(&head.months) {
        progressive += month.expenditure();
        let mut cells = vec![Cell::text(*name)];
        cells.extend(amounts(month));
        cells.push(Cell::Money(progressive));
        table.row(cells);
    }
    let mut cells = vec![Cell::text("Year")];
    cells.extend(amounts(&head.sum()));
    cells.push(Cell::Money(progressive));
    table.total(cells);
    table
}

const NOTES: [&str; 3] = [
    "An event counts in the month of its effective day, whatever year its fund was allotted in.",
    "Expenditure is what was paid less what came back and what was recovered; it is below zero in a \
     month in which more came back than was paid.",
    "Accounted for is money paid, in whatever month, that was shown to be used or became the \
     beneficiary's own in the month; it is no part of expenditure.",
];
