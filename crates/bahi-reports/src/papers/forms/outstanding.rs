//! Papers of money that is out: the register of margin money in term deposits, and the ageing of what
//! is unadjusted or came back.
//!
//! # Invariants
//! * What is still out, line by line, is what the balances hold as advances.

use bahi_core::{Day, Total};

use crate::papers::{
    Cell, Column, Fact, Identity, Paper, Passage, Stamp, Table,
    model::{shown_count, shown_day},
};

/// A payment that was issued and did not come back, and what became of its money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Out {
    /// The payment's position.
    pub position: u64,
    /// The case's reference.
    pub case_ref: String,
    /// The district, or the pool.
    pub district: String,
    /// The scheme.
    pub scheme: String,
    /// The branch.
    pub ifsc: String,
    /// The account's key, its first digits.
    pub account: String,
    /// What the drawing officer calls the payment.
    pub reference: String,
    /// The day it was issued.
    pub paid: Day,
    /// The day its credit was confirmed.
    pub credited: Option<Day>,
    /// The first day after the lock, where the terms have one.
    pub free: Option<Day>,
    /// The day of the joint inspection.
    pub inspected: Option<Day>,
    /// The day on which the last of it was accounted for.
    pub accounted_on: Option<Day>,
    /// Its amount.
    pub amount: Total,
    /// Became the beneficiary's own.
    pub adjusted: Total,
    /// Shown to be used.
    pub utilised: Total,
    /// Recovered.
    pub recovered: Total,
}

/// A payment that came back and was not issued again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Back {
    /// The position of the return.
    pub position: u64,
    /// The case's reference.
    pub case_ref: String,
    /// The district, or the pool.
    pub district: String,
    /// The scheme.
    pub scheme: String,
    /// The day it came back.
    pub day: Day,
    /// The code of the reason.
    pub reason: String,
    /// Its amount.
    pub amount: Total,
}

/// What the register of term deposits is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermDeposits {
    /// What it is about.
    pub scope: Vec<Fact>,
    /// The day that standings are told for.
    pub on: Day,
    /// The payments.
    pub payments: Vec<Out>,
    /// What the balances hold as advances.
    pub by_balances: Total,
}

/// What the ageing is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ageing {
    /// What it is about.
    pub scope: Vec<Fact>,
    /// The day that ages are counted to.
    pub on: Day,
    /// The payments of which something is out.
    pub payments: Vec<Out>,
    /// What came back.
    pub returned: Vec<Back>,
    /// What the balances hold as advances.
    pub by_balances: Total,
}

impl Out {
    /// What is still out.
    #[must_use]
    pub fn outstanding(&self) -> Total {
        self.amount - self.adjusted - self.utilised - self.recovered
    }

    /// How the deposit stands on a day.
    fn standing(&self, on: Day) -> String {
        if self.outstanding().paise() == 0 {
            let day = self.accounted_on.map(shown_day).unwrap_or_default();
            let what = if self.adjusted.paise() > 0 { "became a grant" } else { "given back" };
            return format!("{what} {day}").trim_end().to_owned();
        }
        match (self.free, self.inspected) {
            (Some(free), _) if on < free => format!("locked to {}", shown_day(free)),
            (_, Some(inspected)) => {
                format!("inspected {}, to be adjusted", shown_day(inspected))
            }
            (Some(free), None) => format!("lock over since {}, not inspected", shown_day(free)),
            (None, None) => "no lock in its terms".to_owned(),
        }
    }
}

/// How many days lie between two.
fn days(from: Day, to: Day) -> i32 {
    to.epoch_days() - from.epoch_days()
}

impl TermDeposits {
    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut table = Table::new(
            "deposits",
            "Margin money held by banks in term deposits, one line a payment",
            vec![
                Column::count("number", "No."),
                Column::code("case", "Case"),
                Column::text("district", "District"),
                Column::code("branch", "Branch (IFSC)"),
                Column::code("account", "Account key"),
                Column::day("paid", "Issued on"),
                Column::day("credited", "Credited on"),
                Column::money("amount", "Margin money (₹)"),
                Column::money("adjusted", "Became a grant (₹)"),
                Column::money("recovered", "Given back (₹)"),
                Column::money("held", "Still held (₹)"),
                Column::text("standing", "How it stands"),
            ],
        );
        let mut sums = [Total::ZERO; 4];
        for (index, out) in self.payments.iter().enumerate() {
            let amounts =
                [out.amount, out.adjusted + out.utilised, out.recovered, out.outstanding()];
            sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
            let mut cells = vec![
                Cell::Count(index as u64 + 1),
                Cell::text(out.case_ref.clone()),
                Cell::text(out.district.clone()),
                Cell::text(out.ifsc.clone()),
                Cell::text(out.account.clone()),
                Cell::Day(out.paid),
                Cell::day(out.credited),
            ];
            cells.extend(amounts.map(Cell::Money));
            cells.push(Cell::text(out.standing(self.on)));
            table.row(cells);
        }
        let mut cells = vec![Cell::Empty; 7];
        cells[1] = Cell::text("Total");
        cells.extend(sums.map(Cell::Money));
        table.total(cells);
        let mut facts = self.scope.clone();
        facts.push(Fact::text("Standing as of", shown_day(self.on)));
        facts.push(Fact::text("Deposits", shown_count(self.payments.len() as u64)));
        Paper {
            kind: "tdr",
            title: "Register of margin money in term deposit receipts".to_owned(),
            subtitles: vec!["held by the financing banks until the lock is over".to_owned()],
            wide: true,
            facts,
            tables: vec![table],
            identities: vec![outstanding(&self.payments, self.by_balances)],
            passages: vec![Passage {
                heading: "Notes".to_owned(),
                items: DEPOSIT_NOTES.map(str::to_owned).into(),
            }],
            signatures: Vec::new(),
            stamp,
        }
    }
}

fn outstanding(payments: &[Out], by_balances: Total) -> Identity {
    Identity {
        says: "What the lines hold is what the balances hold as advances".to_owned(),
        left: (
            "every payment less what was accounted for, line by line".to_owned(),
            payments.iter().map(Out::outstanding).sum(),
        ),
        right: (
            "disbursed − returned − recovered − utilised − adjusted of the balances".to_owned(),
            by_balances,
        ),
    }
}

/// The ages told apart, by their last day; the last has none.
const AGES: [(&str, &str, i32); 6] = [
    ("to_90", "to 90 days", 90),
    ("to_180", "91 to 180", 180),
    ("to_365", "181 to 365", 365),
    ("to_730", "1 to 2 years", 730),
    ("to_1095", "2 to 3 years", 1_095),
    ("older", "over 3 years", i32::MAX),
];

impl Ageing {
    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut facts = self.scope.clone();
        facts.push(Fact::text("Ages counted to", shown_day(self.on)));
        Paper {
            kind: "ageing",
            title: "Ageing of unadjusted and returned money".to_owned(),
            subtitles: Vec::new(),
            wide: true,
            facts,
            tables: vec![self.by_district(), self.unadjusted(), self.returned()],
            identities: vec![outstanding(&self.payments, self.by_balances)],
            passages: vec![Passage {
                heading: "Notes".to_owned(),
                items: AGEING_NOTES.map(str::to_owned).into(),
            }],
            signatures: Vec::new(),
            stamp,
        }
    }

    /// What is out by district and age.
    fn by_district(&self) -> Table {
        let mut columns =
            vec![Column::text("district", "District"), Column::count("payments", "Payments")];
        columns.extend(AGES.map(|(name, heading, _)| Column::money(name, heading)));
        columns.push(Column::money("total", "Total (₹)"));
        let mut table =
            Table::new("by_district", "Unadjusted money by district and age (₹)", columns);
        let mut sums: std::collections::BTreeMap<&str, (u64, [Total; 6])> = Default::default();
        let mut all = (0, [Total::ZERO; 6]);
        for out in &self.payments {
            let age = days(out.paid, self.on);
            let at = AGES.iter().position(|(_, _, last)| age <= *last).unwrap_or(AGES.len() - 1);
            for sum in [sums.entry(&out.district).or_default(), &mut all] {
                sum.0 += 1;
                sum.1[at] += out.outstanding();
            }
        }
        let cells = |name: &str, sum: &(u64, [Total; 6])| {
            let mut cells = vec![Cell::text(name), Cell::Count(sum.0)];
            cells.extend(sum.1.map(Cell::some_money));
            cells.push(Cell::Money(sum.1.iter().copied().sum()));
            cells
        };
        for (district, sum) in &sums {
            table.row(cells(district, sum));
        }
        table.total(cells("Total", &all));
        table
    }

    /// What is out, the oldest first.
    fn unadjusted(&self) -> Table {
        let mut table = Table::new(
            "unadjusted",
            "Unadjusted money, the oldest payment first",
            vec![
                Column::count("number", "No."),
                Column::count("position", "Event"),
                Column::code("case", "Case"),
                Column::text("district", "District"),
                Column::code("scheme", "Scheme"),
                Column::code("reference", "Payment reference"),
                Column::day("paid", "Issued on"),
                Column::count("days", "Days"),
                Column::money("amount", "Paid (₹)"),
                Column::money("outstanding", "Unadjusted (₹)"),
            ],
        );
        table.if_empty = "nothing is unadjusted".to_owned();
        for (index, out) in self.payments.iter().enumerate() {
            table.row(vec![
                Cell::Count(index as u64 + 1),
                Cell::Position(out.position),
                Cell::text(out.case_ref.clone()),
                Cell::text(out.district.clone()),
                Cell::text(out.scheme.clone()),
                Cell::text(out.reference.clone()),
                Cell::Day(out.paid),
                age(out.paid, self.on),
                Cell::Money(out.amount),
                Cell::Money(out.outstanding()),
            ]);
        }
        table
    }

    /// What came back and was not issued again, the oldest first.
    fn returned(&self) -> Table {
        let mut table = Table::new(
            "returned",
            "Payments that came back and were not issued again, the oldest first",
            vec![
                Column::count("number", "No."),
                Column::count("position", "Event"),
                Column::code("case", "Case"),
                Column::text("district", "District"),
                Column::code("scheme", "Scheme"),
                Column::code("reason", "Reason"),
                Column::day("day", "Came back on"),
                Column::count("days", "Days"),
                Column::money("amount", "Amount (₹)"),
            ],
        );
        table.if_empty = "nothing waits to be issued again".to_owned();
        for (index, back) in self.returned.iter().enumerate() {
            table.row(vec![
                Cell::Count(index as u64 + 1),
                Cell::Position(back.position),
                Cell::text(back.case_ref.clone()),
                Cell::text(back.district.clone()),
                Cell::text(back.scheme.clone()),
                Cell::text(back.reason.clone()),
                Cell::Day(back.day),
                age(back.day, self.on),
                Cell::Money(back.amount),
            ]);
        }
        if !self.returned.is_empty() {
            let sum: Total = self.returned.iter().map(|back| back.amount).sum();
            let mut cells = vec![Cell::Empty; 9];
            (cells[2], cells[8]) = (Cell::text("Total"), Cell::Money(sum));
            table.total(cells);
        }
        table
    }
}

fn age(from: Day, to: Day) -> Cell {
    Cell::Count(u64::try_from(days(from, to)).unwrap_or_default())
}

const DEPOSIT_NOTES: [&str; 3] = [
    "A payment that came back is not in the register; one that was issued again is, once.",
    "The lock is that of the terms the payment was decided under, counted from the day its credit was \
     confirmed, else from the day it was issued. Where it is over and a joint inspection was recorded, \
     the money may become the beneficiary's own.",
    "What a case accounts for is set against its oldest payment from the same fund first.",
];

const AGEING_NOTES: [&str; 3] = [
    "Unadjusted is money paid that did not come back and was neither recovered nor shown to be used nor \
     become the beneficiary's own; its age runs from the day its payment was issued. Margin money under \
     its lock is among it: bahi paper tdr says until when.",
    "What a case accounts for is set against its oldest payment from the same fund first.",
    "What lies in suspense is on neither list; bahi suspense has it.",
];
