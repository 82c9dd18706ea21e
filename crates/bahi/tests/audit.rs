//! The auditor's tests over the demonstration: the fraud in it is found by name.
#![cfg(feature = "demo")]

use bahi::{
    AuditOptions, AuditReport, CheckId, Ledger, LedgerName, NewLedger, View, Wanted,
    core::{BarSubject, Day, Position},
    demo::{self, Demo},
};

fn ledger() -> Ledger {
    let name = LedgerName::new("audited").expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a new ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    demo::run(&mut ledger, Demo { cases: 60, seed: 7 }, &mut |_| {}).expect("it lives");
    ledger
}

fn audit(ledger: &Ledger, view: View, check: &str) -> AuditReport {
    let wanted = Wanted { check: CheckId::parse(check), ..Wanted::default() };
    ledger.audit(&AuditOptions { view, wanted, ..AuditOptions::default() }).expect("an audit")
}

#[test]
fn the_money_that_went_round_is_found_by_its_account() {
    let ledger = ledger();
    for check in ["C31", "C65"] {
        let report = audit(&ledger, View::NOW, check);
        assert_eq!(report.findings.total(), 1, "{check}");
        let found = &report.findings.kept[0];
        assert_eq!(found.amount.grouped(), "2,20,00,000.00", "{check}");
        assert_eq!(found.events.len(), 11, "{check}");
        assert!(matches!(found.parties[0], BarSubject::Account(_)), "{check}");
        let answer = report.answer(&ledger);
        assert_eq!(answer.findings[0].id, format!("{check}-{}", found.events[0]));
        assert_eq!(answer.findings[0].district.as_deref(), Some("157"));
    }
}

#[test]
fn an_audit_of_the_past_knows_only_what_counted_then() {
    let ledger = ledger();
    let before = View { as_of: Day::parse("2021-04-30").ok(), ..View::NOW };
    assert_eq!(audit(&ledger, before, "C65").findings.total(), 0);
    assert_eq!(audit(&ledger, before, "C06").findings.total(), 0);
    let first = audit(&ledger, View::NOW, "C65").findings.kept[0].events[0];
    let known = View { at: Some(Position(first.0 - 1)), ..View::NOW };
    assert_eq!(audit(&ledger, known, "C31").findings.total(), 0);
}

#[test]
fn what_the_rules_refuse_is_in_no_ledger_they_kept() {
    let ledger = ledger();
    for check in
        ["C01", "C04", "C06", "C07", "C10", "C16", "C19", "C30", "C37", "C38", "C80", "C90"]
    {
        let report = audit(&ledger, View::NOW, check);
        assert_eq!(report.findings.kept, Vec::new(), "{check}");
        assert!(!report.has_open_errors());
    }
}

#[test]
fn an_audit_of_the_demonstration_is_quiet_but_for_what_its_stories_are_about() {
    let ledger = ledger();
    let report = ledger.audit(&AuditOptions::default()).expect("an audit");
    let found: Vec<String> = report.findings.counts.keys().map(ToString::to_string).collect();
    assert_eq!(found, ["C17", "C31", "C61", "C65", "C72", "C83", "C86", "C94", "C96"]);
    // Of the drawn cases, some cost just under an edge and have a head of few digits; nothing else.
    for finding in report.findings.kept.iter().filter(|one| !one.case.is_none()) {
        let case = report.cases[&finding.case].as_str();
        let told = ["ROUND-TRIP/", "CFC/", "YEAR-END/", "FAIR/", "CREDIT/", "TOOLKIT/"];
        let drawn = !told.iter().any(|story| case.starts_with(story));
        let check = finding.check.to_string();
        assert!(!drawn || ["C17", "C96"].contains(&check.as_str()), "{check} {case}");
    }
    assert!(!report.has_open_errors());
}

#[test]
fn what_a_larger_demonstration_leaves_undone_is_found() {
    let name = LedgerName::new("audited").expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a new ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    demo::run(&mut ledger, Demo { cases: 3_000, seed: 7 }, &mut |_| {}).expect("it lives");
    let total = |check| audit(&ledger, View::NOW, check).findings.total();
    // Three district offices wrote no steps down in one year; returns were left; locks forgotten.
    assert_eq!(total("C02"), 3);
    assert!((1..20).contains(&total("C82")), "{}", total("C82"));
    assert!((11..40).contains(&total("C61")), "{}", total("C61"));
    assert!((3..40).contains(&total("C83")), "{}", total("C83"));
    assert!(audit(&ledger, View::NOW, "C02").has_open_errors());
    for check in ["C01", "C03", "C60", "C62", "C80", "C81"] {
        assert_eq!(total(check), 0, "{check}");
    }
}
