//! The utilisation certificate in Form GFR 12-A of the General Financial Rules 2017, Rule 238(1).
//!
//! # Invariants
//! * Columns 1 to 7 are those of the form; column 5 is 1 + 2 − 3 + 4 and column 7 is 5 − 6.
//! * What the year moved and what lies in the accounts are given separately, so that their equality
//!   says something.

use bahi_core::{Columns, Day, FinancialYear, Total};

use crate::papers::{
    Cell, Column, Fact, Identity, Paper, Passage, Signature, Stamp, Table, model::shown_day,
};

/// What a certificate is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// The scheme's name.
    pub scheme: String,
    /// Its titles, in English and Hindi, where they are known.
    pub titles: Vec<String>,
    /// The district, or that it is of all.
    pub district: String,
    /// The year.
    pub fy: FinancialYear,
    /// The last day that counts: that of the year, or an earlier one that was asked for.
    pub to: Day,
    /// What was held before the year began.
    pub opening: Holding,
    /// What is held at the end of the last day.
    pub closing: Holding,
    /// What the year brought and took, in order: column 4.
    pub grants: Vec<Grant>,
    /// Recoveries of the year that were handed back by challan, as one sum.
    pub recovered: Total,
    /// Interest earned in the year: column 2.
    pub interest_earned: Total,
    /// Interest handed back in the year: column 3.
    pub interest_remitted: Total,
    /// What was spent in the year, by head: column 6.
    pub spent: Vec<Spent>,
    /// Why the figures are not final, where they are not.
    pub provisional: Option<String>,
}

/// What lies in the accounts at the end of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Holding {
    /// Allotted and not sanctioned.
    pub available: Total,
    /// Sanctioned and not paid.
    pub committed: Total,
    /// Interest earned and not handed back.
    pub interest_held: Total,
    /// Paid and not accounted for.
    pub unadjusted: Total,
    /// All that was ever granted and earned, less all that was handed back and spent.
    pub net: Total,
    /// Money in suspense, which is of no grant yet.
    pub suspense: Total,
}

/// One line of column 4.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The event's position.
    pub position: u64,
    /// The day on which it counts.
    pub day: Day,
    /// The order's number and its paragraph; empty where the ledger has none.
    pub order: String,
    /// The order's date.
    pub order_day: Option<Day>,
    /// The district, or the pool.
    pub district: String,
    /// The head of account.
    pub head: String,
    /// What happened.
    pub what: String,
    /// The amount; below zero where it went.
    pub amount: Total,
}

/// What was spent under one head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spent {
    /// The head of account.
    pub head: String,
    /// Shown to be used for its purpose.
    pub utilised: Total,
    /// Became the beneficiary's own.
    pub adjusted: Total,
}

impl Holding {
    /// The holding that balances say.
    #[must_use]
    pub fn of(columns: &Columns) -> Holding {
        let accounted = columns.recovered + columns.utilised + columns.adjusted;
        let interest_held = columns.interest_earned - columns.interest_remitted;
        let net_paid = columns.disbursed - columns.returned;
        Holding {
            available: columns.available,
            committed: columns.sanctioned - net_paid,
            interest_held,
            unadjusted: net_paid - accounted,
            net: columns.allotted - accounted + interest_held,
            suspense: columns.suspense,
        }
    }

    /// What is at hand: line (i) of the form.
    #[must_use]
    pub fn cash(&self) -> Total {
        self.available + self.committed + self.interest_held
    }

    /// What is at hand and what is out: line (iii).
    #[must_use]
    pub fn total(&self) -> Total {
        self.cash() + self.unadjusted
    }
}

impl Certificate {
    /// Column 4: what was received, less what went back.
    #[must_use]
    pub fn received(&self) -> Total {
        let grants: Total = self.grants.iter().map(|grant| grant.amount).sum();
        grants - self.recovered
    }

    /// Column 5: 1 + 2 − 3 + 4.
    #[must_use]
    pub fn available(&self) -> Total {
        self.opening.total() + self.interest_earned - self.interest_remitted + self.received()
    }

    /// Column 6.
    #[must_use]
    pub fn expenditure(&self) -> Total {
        self.spent.iter().map(|spent| spent.utilised + spent.adjusted).sum()
    }

    /// Column 7: 5 − 6.
    #[must_use]
    pub fn closing_by_the_form(&self) -> Total {
        self.available() - self.expenditure()
    }

    /// The paper.
    #[must_use]
    pub fn paper(&self, stamp: Stamp) -> Paper {
        let mut subtitles = vec![
            "Form GFR 12-A [see Rule 238(1), General Financial Rules 2017]".to_owned(),
            "Form of utilisation certificate for autonomous bodies of the grantee organisation"
                .to_owned(),
        ];
        subtitles.extend(self.titles.iter().cloned());
        let opens = self.fy.first_day();
        Paper {
            kind: "certificate",
            title: format!("Utilisation certificate for the year {}", self.fy),
            subtitles,
            wide: true,
            facts: vec![
                Fact::text("1. Name of the scheme", self.scheme.clone()),
                Fact::text(
                    "2. Recurring or non-recurring grants",
                    "……………………  (for whoever signs: the ledger does not tell)",
                ),
                Fact::text("District", self.district.clone()),
                Fact::text("Period", format!("{} to {}", shown_day(opens), shown_day(self.to))),
            ],
            tables: vec![
                position(
                    "opening",
                    "3. Grants position at the beginning of the year",
                    &self.opening,
                ),
                self.columns(),
                self.grants(),
                self.components(),
                position(
                    "closing",
                    &format!("Grants position at the end of {}", shown_day(self.to)),
                    &self.closing,
                ),
            ],
            identities: self.identities(),
            passages: self.passages(),
            signatures: ["Chief Finance Officer (Head of Finance)", "Head of the Organisation"]
                .map(|office| Signature { office: office.to_owned() })
                .into(),
            stamp,
        }
    }

    /// The form's item 4.
    fn columns(&self) -> Table {
        let mut table = Table::new(
            "columns",
            "4. Details of grants received, expenditure incurred and closing balances (actuals, ₹)",
            vec![
                Column::money("unspent", "Unspent balances of grants of earlier years [3(iii)]"),
                Column::money("interest_earned", "Interest earned thereon"),
                Column::money("interest_remitted", "Interest deposited back to the Government"),
                Column::money("received", "Grant received during the year"),
                Column::money("available", "Total available funds (1+2−3+4)"),
                Column::money("expenditure", "Expenditure incurred"),
                Column::money("closing", "Closing balances (5−6)"),
            ],
        );
        for (number, column) in table.columns.iter_mut().enumerate() {
            column.heading = format!("{} [{}]", column.heading, number + 1);
        }
        let cells = [
            self.opening.total(),
            self.interest_earned,
            self.interest_remitted,
            self.received(),
            self.available(),
            self.expenditure(),
            self.closing_by_the_form(),
        ];
        table.row(cells.map(Cell::Money).into());
        table
    }

    /// What column 4 is made of.
    fn grants(&self) -> Table {
        let mut table = Table::new(
            "grants",
            "Grant received during the year, net of what went back (column 4)",
            vec![
                Column::count("position", "Event"),
                Column::text("order", "Sanction no."),
                Column::day("order_day", "Date of order"),
                Column::day("day", "Counts on"),
                Column::text("district", "District"),
                Column::code("head", "Head of account"),
                Column::text("what", "What happened"),
                Column::money("amount", "Amount (₹)"),
            ],
        );
        for grant in &self.grants {
            table.row(vec![
                Cell::Position(grant.position),
                Cell::text(grant.order.clone()),
                Cell::day(grant.order_day),
                Cell::Day(grant.day),
                Cell::text(grant.district.clone()),
                Cell::text(grant.head.clone()),
                Cell::text(grant.what.clone()),
                Cell::Money(grant.amount),
            ]);
        }
        let sum = |what: &str, amount| {
            let mut cells = vec![Cell::Empty; 8];
            (cells[6], cells[7]) = (Cell::text(what), Cell::Money(amount));
            cells
        };
        if self.recovered.paise() != 0 {
            table.row(sum("recovered from beneficiaries and paid in", -self.recovered));
        }
        table.total(sum("Column 4", self.received()));
        table
    }

    /// The expenditure by head.
    fn components(&self) -> Table {
        let mut table = Table::new(
            "components",
            "Component-wise utilisation of grants, by head of account (column 6)",
            vec![
                Column::code("head", "Head of account"),
                Column::money("utilised", "Shown to be used (₹)"),
                Column::money("adjusted", "Became a grant (₹)"),
                Column::money("total", "Total (₹)"),
            ],
        );
        let row = |head: &str, utilised: Total, adjusted: Total| {
            let amounts = [utilised, adjusted, utilised + adjusted].map(Cell::Money);
            std::iter::once(Cell::text(head)).chain(amounts).collect::<Vec<_>>()
        };
        for spent in &self.spent {
            table.row(row(&spent.head, spent.utilised, spent.adjusted));
        }
        let sum = |of: fn(&Spent) -> Total| self.spent.iter().map(of).sum::<Total>();
        let (utilised, adjusted) = (sum(|spent| spent.utilised), sum(|spent| spent.adjusted));
        table.total(row("Column 6", utilised, adjusted));
        table
    }

    fn identities(&self) -> Vec<Identity> {
        let composed = |when: &str, holding: &Holding| Identity {
            says: format!("What is held {when} is composed of cash and unadjusted advances"),
            left: ("at hand (i) and unadjusted advances (ii)".to_owned(), holding.total()),
            right: (
                "all that was ever granted and earned, less all handed back and spent".to_owned(),
                holding.net,
            ),
        };
        vec![
            Identity {
                says: "Column 7 = 5 − 6, with 5 = 1 + 2 − 3 + 4, is what lies in the accounts"
                    .to_owned(),
                left: (
                    "opening and the year's events, each counted once".to_owned(),
                    self.closing_by_the_form(),
                ),
                right: (
                    format!("balances at the end of {}", shown_day(self.to)),
                    self.closing.total(),
                ),
            },
            composed("at the beginning", &self.opening),
            composed("at the end", &self.closing),
        ]
    }

    fn passages(&self) -> Vec<Passage> {
        let mut notes: Vec<String> = self.provisional.iter().cloned().collect();
        notes.extend(NOTES.map(str::to_owned));
        if self.closing.suspense.paise() != 0 {
            notes.push(format!(
                "Beside these balances ₹ {} lie in suspense: money that came in and that nothing \
                 accounts for yet.",
                self.closing.suspense.grouped()
            ));
        }
        let passage = |heading: &str, items| Passage { heading: heading.to_owned(), items };
        vec![
            passage(
                "Certified that the conditions of the grants have been or are being fulfilled, and \
                 that these checks were made",
                CERTIFIED.map(str::to_owned).into(),
            ),
            passage("Notes", notes),
        ]
    }
}

/// Lines (i) to (iii) of the form's position, with what (i) is made of.
fn position(name: &'static str, caption: &str, holding: &Holding) -> Table {
    let mut table = Table::new(
        name,
        caption,
        vec![Column::text("what", "What"), Column::money("amount", "Amount (₹)")],
    );
    let row = |what: &str, amount| vec![Cell::text(what), Cell::Money(amount)];
    table.row(row("(i) Cash in hand or bank, that is at hand in the accounts", holding.cash()));
    table.row(row("– of it allotted and not sanctioned", holding.available));
    table.row(row("– of it sanctioned and not paid", holding.committed));
    table.row(row("– of it interest not handed back", holding.interest_held));
    table.row(row("(ii) Unadjusted advances", holding.unadjusted));
    table.total(row("(iii) Total", holding.total()));
    table
}

/// What the officers certify, in substance that of the form.
const CERTIFIED: [&str; 9] = [
    "The main and subsidiary accounts and registers, assets among them, are kept as the Act, rules or \
     instructions prescribe, were audited by the auditors designated, and agree with the figures above.",
    "Internal controls safeguard public funds and assets, watch outcomes against what was put in, and \
     ensure the quality of assets; how well they work is evaluated from time to time.",
    "To the best of our knowledge and belief no transaction violates the Act, rules, standing \
     instructions or scheme guidelines.",
    "Who is responsible for carrying out the scheme is assigned in clear terms, not in general ones.",
    "The benefits went to the beneficiaries intended, and only to areas and districts where the scheme \
     was to work.",
    "Expenditure on the scheme's components was in the proportions that its guidelines and the terms of \
     the grants authorise.",
    "Physical and financial performance is as the Government's guidelines require; the performance of the \
     year is in Annexure I.",
    "The use of the funds resulted in the outcomes of Annexure II.",
    "The schemes carried out by grants-in-aid of the same or other Ministries are listed in Annexure II.",
];

const NOTES: [&str; 5] = [
    "Every figure is computed from the ledger's events up to the position at the foot of the page; an \
     event counts in the year of its effective day, whatever year its fund was allotted in.",
    "Column 4 is what was allotted less what was withdrawn, moved away or lapsed, and less what was \
     recovered: a recovery is paid in by challan and may be spent again only once it is allotted again.",
    "Column 6 is money shown to be used for its purpose and money that became the beneficiary's own. \
     Money paid and not yet accounted for, such as margin money held as a term deposit, is an unadjusted \
     advance.",
    "The ledger tells expenditure apart by head of account; which head is of grant-in-aid general, of \
     salary or of the creation of capital assets is for whoever signs to say.",
    "Whoever holds a checkpoint of the ledger can verify the root at the foot with bahi verify \
     --against, and see every event named here with bahi events.",
];
