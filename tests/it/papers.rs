//! Papers over whole histories: their identities, and their totals against the balances.
//!
//! # Invariants
//! * Every paper of every past that is asked about holds, in all three forms.

use bahi::{
    By, Filter, Ledger, LedgerName, NewLedger, View,
    core::{Day, FinancialYear, Position, Total},
    demo::{self, Demo},
    papers::{self, Cell, CertificateOf, Paper, RowStyle},
};

use crate::properties::ledgers_of_many_kinds;

/// The amount in a column of the only row of sums of a table.
fn total(paper: &Paper, table: &str, column: &str) -> Total {
    let table = paper.tables.iter().find(|one| one.name == table).expect("the table is there");
    let at = table.columns.iter().position(|one| one.name == column).expect("the column is there");
    let row = table.rows.iter().rfind(|row| row.style == RowStyle::Total).expect("a row of sums");
    let Cell::Money(amount) = &row.cells[at] else { panic!("{:?} is no amount", row.cells[at]) };
    *amount
}

fn held(paper: &Paper, why: &str) {
    assert!(paper.holds(), "{why}: {:#?}", paper.identities);
    assert!(!paper.identities.is_empty(), "{why}");
}

/// The years papers are made of, by their first.
const YEARS: [u16; 5] = [2019, 2021, 2023, 2024, 2025];

/// Every paper over the funds of a filter under a view.
fn papers_of(ledger: &Ledger, filter: &Filter, view: View, years: &[u16]) -> Vec<Paper> {
    let mut made = Vec::new();
    for &first in years {
        let fy = FinancialYear::from_first(first).expect("a year");
        made.push(ledger.expenditure(fy, filter, view).expect("a statement"));
        for (_, scheme) in ledger.names().schemes() {
            if filter.scheme.as_ref().is_none_or(|wanted| wanted == scheme) {
                let of = CertificateOf { scheme: scheme.clone(), fy, district: filter.district };
                made.push(ledger.certificate(&of, view).expect("a certificate"));
            }
        }
    }
    made.push(ledger.register_of_sanctions(filter, view).expect("a register"));
    made.push(ledger.ageing(filter, view).expect("an ageing"));
    made.push(ledger.term_deposits(filter, view).expect("a register of deposits"));
    made
}

/// That every paper of a ledger holds, of the present and of several pasts.
fn hold(ledger: &Ledger) {
    let last = ledger.position();
    let day = ledger.last_recorded_at().day();
    let views = [
        View::NOW,
        View { at: Some(Position(last.0 / 2)), ..View::NOW },
        View { as_of: day.plus_days(-200), ..View::NOW },
        View { as_of: day.plus_days(-400), at: Some(Position(last.0 * 2 / 3)), known_on: None },
    ];
    for view in views {
        for paper in papers_of(ledger, &Filter::default(), view, &YEARS) {
            held(&paper, &format!("{} under {view:?}", paper.title));
        }
    }
}

/// The same of the years and a past that a random history has something in.
pub(crate) fn hold_in_short(ledger: &Ledger) {
    let as_of = Some(Day::from_date(2025, 4, 7).expect("a day"));
    for view in [View::NOW, View { as_of, ..View::NOW }] {
        for paper in papers_of(ledger, &Filter::default(), view, &[2024, 2025]) {
            held(&paper, &format!("{} under {view:?}", paper.title));
        }
    }
}

fn demonstration() -> Ledger {
    let name = LedgerName::new("demo").expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    demo::run(&mut ledger, Demo { cases: 200, seed: 11 }, &mut |_| {}).expect("it lives");
    ledger
}

#[test]
fn every_identity_holds_over_histories_of_all_kinds_of_events() {
    for dir in ledgers_of_many_kinds() {
        let ledger = Ledger::open(&dir.path().join("ledger")).expect("the ledger opens");
        hold(&ledger);
    }
}

#[test]
fn every_identity_holds_by_scheme_and_district_and_in_every_past_of_the_demonstration() {
    let ledger = demonstration();
    hold(&ledger);
    let by = By { scheme: true, district: true, ..By::default() };
    let rows = ledger.balances(by, &Filter::default(), View::NOW).expect("balances").rows;
    for row in rows.iter().step_by(17) {
        let filter =
            Filter { scheme: row.scheme.clone(), district: row.district, ..Filter::default() };
        for paper in papers_of(&ledger, &filter, View::NOW, &YEARS) {
            held(&paper, &format!("{} of {filter:?}", paper.title));
        }
    }
}

#[test]
fn the_totals_of_papers_are_those_of_the_balances() {
    let ledger = demonstration();
    let by = By { scheme: true, ..By::default() };
    let rows = ledger.balances(by, &Filter::default(), View::NOW).expect("balances").rows;
    assert_eq!(rows.len(), 4);
    for row in rows {
        let filter = Filter { scheme: row.scheme.clone(), ..Filter::default() };
        let columns = row.columns;
        let sanctions = ledger.register_of_sanctions(&filter, View::NOW).expect("a register");
        assert_eq!(total(&sanctions, "sanctions", "amount"), columns.sanctioned);
        let out = columns.disbursed
            - columns.returned
            - columns.recovered
            - columns.utilised
            - columns.adjusted;
        let ageing = ledger.ageing(&filter, View::NOW).expect("an ageing");
        assert_eq!(total(&ageing, "by_district", "total"), out);
        // The years' expenditure and grants come to the balances of all time.
        let (mut paid, mut returned, mut received) = (Total::ZERO, Total::ZERO, Total::ZERO);
        for first in 2017..2030 {
            let fy = FinancialYear::from_first(first).expect("a year");
            let statement = ledger.expenditure(fy, &filter, View::NOW).expect("a statement");
            paid += total(&statement, "heads", "paid");
            returned += total(&statement, "heads", "returned");
            let scheme = row.scheme.clone().expect("rows are by scheme");
            let of = CertificateOf { scheme, fy, district: None };
            let certificate = ledger.certificate(&of, View::NOW).expect("a certificate");
            received += total(&certificate, "grants", "amount");
        }
        assert_eq!((paid, returned), (columns.disbursed, columns.returned));
        assert_eq!(received, columns.allotted - columns.recovered);
    }
}

#[test]
fn one_year_closes_where_the_next_opens() {
    let ledger = demonstration();
    for (_, scheme) in ledger.names().schemes() {
        let mut closed = None;
        for first in 2018..2027 {
            let fy = FinancialYear::from_first(first).expect("a year");
            let of = CertificateOf { scheme: scheme.clone(), fy, district: None };
            let paper = ledger.certificate(&of, View::NOW).expect("a certificate");
            let opening = total(&paper, "opening", "amount");
            assert_eq!(closed.unwrap_or(opening), opening, "{scheme} {fy}");
            closed = Some(total(&paper, "closing", "amount"));
        }
    }
}

#[test]
fn a_case_file_proves_every_event_of_its_case() {
    let ledger = demonstration();
    let paper = ledger.case_file("LOOM/VARANASI", View::NOW).expect("it reads").expect("a case");
    held(&paper, "the loom");
    let trail = ledger.case("LOOM/VARANASI").expect("the case is known");
    let trail = ledger.trail(trail, View::NOW).expect("a trail");
    let proofs = paper.tables.iter().find(|table| table.name == "proofs").expect("proofs");
    assert_eq!(proofs.rows.len(), trail.entries.len());
    // Computed again, by the words of the file alone.
    let root = paper.stamp.root.parse().expect("a root");
    let size = paper.stamp.position + 1;
    for row in &proofs.rows {
        let words = |at: usize| row.cells[at].exact().expect("a cell");
        let position: u64 = words(0).parse().expect("a position");
        let leaf = words(1).parse().expect("a hash");
        let path: Vec<_> = words(2).split(' ').map(|hash| hash.parse().expect("a hash")).collect();
        bahi::proof::verify_inclusion(leaf, position, size, &path, root).expect("the root");
    }
    assert_eq!(ledger.case_file("NO/SUCH", View::NOW).expect("it reads"), None);
}

#[test]
fn every_paper_is_a_document_and_a_page_and_the_same_each_time() {
    let ledger = demonstration();
    let mut made = papers_of(&ledger, &Filter::default(), View::NOW, &YEARS);
    made.extend(ledger.case_file("LOOM/VARANASI", View::NOW).expect("it reads"));
    for paper in made.iter().filter(|paper| paper.kind != "expenditure") {
        let bytes = papers::pdf(paper).unwrap_or_else(|error| panic!("{}: {error}", paper.title));
        assert_eq!(papers::pdf(paper).expect("again"), bytes);
        assert_eq!(papers::html(paper), papers::html(paper));
    }
}
