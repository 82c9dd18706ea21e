//! Papers of a ledger: each a form filled from folds, in any past the ledger can be asked about.
//!
//! # Invariants
//! * A paper is made of events and balances up to its view and of nothing else; nothing is written.
//! * A sum of events and the balances it must equal are computed in separate ways.
//!
//! # Not here
//! What a paper looks like, and the words of each form: `bahi-reports`.

mod certificate;
mod expenditure;
mod sanctions;
mod outstanding;
mod case_file;

use bahi_balances::postings;
use bahi_core::{
    Account, Authority, AuthorityNo, Columns, Day, District, FundKey, HeadNo, Recorded, SchemeNo,
    Total, WordNo,
};
use bahi_json::{
    PaperAnswer, PaperFact, PaperIdentity, PaperPassage, PaperTable, paper_cell, paper_row,
};
pub use bahi_reports::papers::{
    Cell, Column, Fact, Identity, Kind, Paper, Passage, PdfError, Row, RowStyle, Signature, Stamp,
    Table, forms, html, pdf,
};

use crate::{Basis, By, Error, Filter, View, press::Press, rulebook};

pub use certificate::CertificateOf;
pub use outstanding::LOCKED_SCHEME;

impl Press<'_> {
    /// What a paper under a view rests on.
    fn stamp(&self, basis: &Basis) -> Stamp {
        Stamp {
            ledger: self.name().to_string(),
            position: basis.position.0,
            root: basis.root.to_string(),
            as_of: basis.as_of,
            known_on: basis.known_on,
            simulated: self.is_simulated(),
            program: concat!("bahi ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Every event of a view in order of position.
    fn each_event(
        &self,
        view: View,
        mut take: impl FnMut(&Recorded) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let basis = self.basis(view)?;
        for recorded in self.events(bahi_core::Position(1), basis.position).as_of(basis.as_of) {
            take(&recorded?)?;
        }
        Ok(())
    }

    /// An order with its paragraph, and its date.
    fn order_of(&self, authority: AuthorityNo) -> (String, Option<Day>) {
        let Some(found) = self.names().authority(authority) else { return (String::new(), None) };
        (order_shown(found), Some(found.date))
    }

    fn head_name(&self, head: HeadNo) -> String {
        self.names().head(head).map(ToString::to_string).unwrap_or_default()
    }

    fn scheme_name(&self, scheme: SchemeNo) -> String {
        self.names().scheme(scheme).map(ToString::to_string).unwrap_or_default()
    }

    fn word_of(&self, word: WordNo) -> String {
        self.names().word(word).map(|word| word.to_string().replace('_', " ")).unwrap_or_default()
    }

    /// The columns of a filter's funds under a view.
    fn columns(&self, filter: &Filter, view: View) -> Result<Columns, Error> {
        Ok(self.folded.balances(By::default(), filter, view)?.total)
    }
}

/// What an event does to the columns of each fund it is in, at most two; counts stay zero.
fn effects(recorded: &Recorded) -> Vec<(FundKey, Columns)> {
    let mut effects: Vec<(FundKey, Columns)> = Vec::new();
    for (fund, posting) in postings(recorded) {
        let at = match effects.iter().position(|(known, _)| *known == fund) {
            Some(at) => at,
            None => {
                effects.push((fund, Columns::default()));
                effects.len() - 1
            }
        };
        let columns = &mut effects[at].1;
        let amount = Total::from(posting.amount);
        let debit = if posting.debit { amount } else { -amount };
        match posting.account {
            Account::Allotted => columns.allotted += -debit,
            Account::Available => columns.available += debit,
            Account::Committed | Account::Issued => columns.sanctioned += debit,
            Account::Disbursed => columns.disbursed += -debit,
            Account::Returned => columns.returned += debit,
            Account::Recovered => columns.recovered += debit,
            Account::Utilised => columns.utilised += debit,
            Account::Adjusted => columns.adjusted += debit,
            Account::Suspense => columns.suspense += -debit,
            Account::InterestEarned => columns.interest_earned += -debit,
            Account::InterestRemitted => columns.interest_remitted += debit,
            // What these two hold follows from the columns; the bank mirrors suspense.
            Account::Advances | Account::InterestHeld | Account::Bank => {}
        }
    }
    effects
}

/// An order with its paragraph.
fn order_shown(authority: &Authority) -> String {
    match &authority.paragraph {
        Some(paragraph) => format!("{}, para {paragraph}", authority.order),
        None => authority.order.to_string(),
    }
}

/// A district in both scripts.
fn district_shown(district: District) -> String {
    if district.is_pool() {
        return "the scheme's pool".to_owned();
    }
    match rulebook::districts::by_code(district) {
        Some(entry) => format!("{} ({})", entry.name, entry.name_hi),
        None => district.to_string(),
    }
}

/// What a filter asks for, as the facts of a paper.
fn scope(filter: &Filter) -> Vec<Fact> {
    let all = |what: &str| format!("all {what}");
    let scheme = filter.scheme.as_ref();
    let titles = scheme.map(|scheme| titles(scheme.as_str())).unwrap_or_default();
    let named = scheme.map_or_else(|| all("schemes"), ToString::to_string);
    let mut facts = vec![Fact::text("Scheme", [vec![named], titles].concat().join(" · "))];
    let district = filter.district.map(district_shown);
    facts.push(Fact::text("District", district.unwrap_or_else(|| all("districts and pools"))));
    if let Some(head) = &filter.head {
        facts.push(Fact::text("Head of account", head.to_string()));
    }
    facts
}

/// A scheme's titles in both scripts, where the program knows them.
fn titles(scheme: &str) -> Vec<String> {
    let Some(scheme) = rulebook::scheme(scheme) else { return Vec::new() };
    vec![scheme.title.to_owned(), scheme.title_hi.to_owned()]
}

/// The JSON shape of a paper.
#[must_use]
pub fn answer(paper: &Paper) -> PaperAnswer {
    let stamp = &paper.stamp;
    let fact = |fact: &Fact| PaperFact { label: fact.label.clone(), value: fact.value.exact() };
    let identity = |one: &Identity| PaperIdentity {
        says: one.says.clone(),
        left: one.left.1.to_string(),
        right: one.right.1.to_string(),
        holds: one.holds(),
    };
    let passage =
        |one: &Passage| PaperPassage { heading: one.heading.clone(), items: one.items.clone() };
    PaperAnswer {
        paper: paper.kind,
        title: paper.title.clone(),
        ledger: stamp.ledger.clone(),
        position: stamp.position,
        root: stamp.root.clone(),
        as_of: stamp.as_of.map(|day| day.to_string()),
        known_on: stamp.known_on.to_string(),
        program: stamp.program.clone(),
        facts: paper.facts.iter().map(fact).collect(),
        tables: paper.tables.iter().map(table_answer).collect(),
        identities: paper.identities.iter().map(identity).collect(),
        holds: paper.holds(),
        passages: paper.passages.iter().map(passage).collect(),
    }
}

/// The JSON shape of a table: a group's heading is a field of each of its rows.
fn table_answer(table: &Table) -> PaperTable {
    let mut answer = PaperTable {
        table: table.name,
        caption: table.caption.clone(),
        rows: Vec::new(),
        totals: Vec::new(),
    };
    let mut group = None;
    for row in &table.rows {
        if row.style == RowStyle::Group {
            group = row.cells.first().and_then(Cell::exact);
            continue;
        }
        let count = |cell: &Cell| match cell {
            Cell::Count(count) | Cell::Position(count) => Some(*count),
            Cell::Empty | Cell::Text(_) | Cell::Money(_) | Cell::Day(_) => None,
        };
        let cell =
            |(cell, column): (&Cell, &Column)| (column.name, paper_cell(cell.exact(), count(cell)));
        let grouped = group.clone().map(|group| ("group", paper_cell(Some(group), None)));
        let cells = grouped.into_iter().chain(row.cells.iter().zip(&table.columns).map(cell));
        match row.style {
            RowStyle::Total => answer.totals.push(paper_row(cells)),
            RowStyle::Plain | RowStyle::Group => answer.rows.push(paper_row(cells)),
        }
    }
    answer
}

#[cfg(test)]
mod tests;
