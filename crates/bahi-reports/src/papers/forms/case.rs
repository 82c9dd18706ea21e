//! A case file: everything the ledger holds of one case, with the proof of each event.
//!
//! # Invariants
//! * Every event has its leaf hash and the path by which the root at the foot is computed from it.

use bahi_core::{Day, Instant, Total};

use crate::papers::{
    Cell, Column, Fact, Identity, Paper, Passage, Stamp, Table,
    model::{shown_day, shown_moment},
};

/// What a case file is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFile {
    /// The case's reference.
    pub case_ref: String,
    /// What is known of the case.
    pub about: Vec<Fact>,
    /// What the case states, by name.
    pub facts: Vec<(String, String)>,
    /// Its events, in order.
    pub events: Vec<CaseEvent>,
    /// What is out by the figures of its trail.
    pub out_by_figures: Total,
    /// What is out by the double entry of its events.
    pub out_by_postings: Total,
    /// How many records the tree has under the root.
    pub tree_size: u64,
}

/// An event of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseEvent {
    /// Its position.
    pub position: u64,
    /// The day on which it counts.
    pub day: Day,
    /// When it was recorded.
    pub recorded: Instant,
    /// Who acted, as what.
    pub who: String,
    /// The order with its paragraph; empty where it rests on none.
    pub order: String,
    /// The order's date.
    pub order_day: Option<Day>,
    /// What happened.
    pub what: String,
    /// The amount that moved; zero where none did.
    pub amount: Total,
    /// The sanction after it.
    pub sanctioned: Total,
    /// Paid and not come back, after it.
    pub net_paid: Total,
    /// The hash of its record.
    pub leaf: String,
    /// The siblings on the way to the root.
    pub path: Vec<String>,
}

impl CaseFile {
    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut stated = Table::new(
            "facts",
            "What the case states",
            vec![Column::text("fact", "Fact"), Column::text("value", "Stated")],
        );
        for (name, value) in &self.facts {
            stated.row(vec![Cell::text(name.clone()), Cell::text(value.clone())]);
        }
        Paper {
            kind: "case",
            title: format!("Case file {}", self.case_ref),
            subtitles: Vec::new(),
            wide: true,
            facts: self.about.clone(),
            tables: vec![stated, self.events(), self.proofs()],
            identities: vec![Identity {
                says: "What the case has out is one figure, however it is counted".to_owned(),
                left: ("paid and not accounted for, by its trail".to_owned(), self.out_by_figures),
                right: ("advances, by the double entry".to_owned(), self.out_by_postings),
            }],
            passages: vec![Passage {
                heading: "How to check this file".to_owned(),
                items: vec![
                    format!(
                        "A record's leaf hash is SHA-256 of a zero byte and the record's bytes \
                         (RFC 6962); bahi export events gives the bytes. Hashing a leaf with its path, \
                         from the bottom, in a tree of {} records gives the root at the foot of the \
                         page; each was computed so before it was written here.",
                        self.tree_size
                    ),
                    "bahi prove POSITION writes the same proof as a file under a signed checkpoint, and \
                     bahi check-proof checks it without the ledger."
                        .to_owned(),
                    "Persons and accounts stand here as keyed fingerprints; who they are is in the vault, \
                     if anywhere."
                        .to_owned(),
                ],
            }],
            signatures: Vec::new(),
            stamp,
        }
    }

    fn events(&self) -> Table {
        let mut table = Table::new(
            "events",
            "Every event, in order",
            vec![
                Column::count("position", "Event"),
                Column::day("day", "Counts on"),
                Column::text("recorded", "Recorded"),
                Column::text("what", "What happened"),
                Column::text("who", "Who"),
                Column::text("order", "On what order"),
                Column::money("amount", "Amount (₹)"),
                Column::money("sanctioned", "Sanctioned (₹)"),
                Column::money("net_paid", "Net paid (₹)"),
            ],
        );
        for event in &self.events {
            table.row(vec![
                Cell::Position(event.position),
                Cell::Day(event.day),
                Cell::text(shown_moment(event.recorded)),
                Cell::text(event.what.clone()),
                Cell::text(event.who.clone()),
                Cell::text(order(event)),
                Cell::some_money(event.amount),
                Cell::Money(event.sanctioned),
                Cell::Money(event.net_paid),
            ]);
        }
        table
    }

    fn proofs(&self) -> Table {
        let mut table = Table::new(
            "proofs",
            "Proof that each event is in the ledger",
            vec![
                Column::count("position", "Event"),
                Column::text("leaf", "Leaf hash"),
                Column::text("path", "Inclusion path, from the bottom"),
            ],
        );
        for event in &self.events {
            table.row(vec![
                Cell::Position(event.position),
                Cell::text(event.leaf.clone()),
                Cell::text(event.path.join(" ")),
            ]);
        }
        table
    }
}

/// An event's order with its date.
fn order(event: &CaseEvent) -> String {
    match event.order_day {
        Some(day) => format!("{} of {}", event.order, shown_day(day)),
        None => event.order.clone(),
    }
}
