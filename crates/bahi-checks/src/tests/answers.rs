//! What findings are beside being found: stable, filtered, bounded, settled, unmade by reversals.

use alloc::{format, string::ToString, vec::Vec};

use bahi_core::{
    AuditFinding, AuditScope, Audited, BarSubject, Day, District, Event, FindingSettled, Opinion,
    Position, Settlement,
};

use super::story::{AUDITOR, MARGIN, OFFICE, Story, day, person, reference};
use crate::{Audit, CHECKS, CheckId, FINDING_EVENTS_MAX, Finding, Parameters, Severity, Wanted};

const SOON: &str = "2024-09-30";

fn shared() -> Story {
    let mut story = Story::new(None, None);
    story.lived(person(1), 1);
    story.lived(person(2), 1);
    story
}

fn id(text: &str) -> CheckId {
    CheckId::parse(text).expect("an id")
}

#[test]
fn a_shared_account_is_a_lead_with_its_people_and_its_money() {
    let story = shared();
    let findings = story.findings(SOON, Wanted::default());
    assert_eq!(findings.total(), 1);
    let found = &findings.kept[0];
    assert_eq!((found.check, found.about().severity), (id("C31"), Severity::Lead));
    assert_eq!(found.amount.grouped(), "4,00,000.00");
    assert_eq!((found.events.len(), found.count), (2, 2));
    assert!(matches!(found.parties[0], BarSubject::Account(_)) && found.parties.len() == 3);
    assert_eq!(found.id().to_string(), format!("C31-{}", found.events[0]));
}

#[test]
fn what_is_recorded_later_changes_no_id() {
    let mut story = shared();
    let before = story.findings(SOON, Wanted::default()).kept[0].id();
    for number in 3..60 {
        story.lived(person(number), 1);
    }
    let findings =
        story.findings("2030-01-01", Wanted { check: Some(id("C31")), ..Wanted::default() });
    assert_eq!(findings.kept[0].id(), before);
    assert_eq!((findings.kept[0].events.len(), findings.kept[0].count), (FINDING_EVENTS_MAX, 59));
}

#[test]
fn ids_are_unique_where_one_event_has_two_findings_of_a_check() {
    let mut story = Story::new(None, None);
    let case = story.apply("2024-05-01", person(1), &[]);
    let closed = bahi_core::CaseClosed { reason: super::story::word("reason") };
    story.at("2024-05-02", case, 0, OFFICE, Event::CaseClosed(closed));
    story.step("2024-05-03", case, "inspection");
    let findings = story.findings(SOON, Wanted::default());
    let ids: Vec<_> = findings.of(id("C03")).map(|one| one.id().to_string()).collect();
    let at = story.events.len();
    assert_eq!(ids, [format!("C03-{at}"), format!("C03-{at}.2")]);
}

#[test]
fn what_was_reversed_is_found_no_more() {
    let mut story = Story::new(None, None);
    story.lived(person(1), 1);
    let life = story.granted(person(2));
    let wrong = story.pay("2024-05-30", life.case, 200_001, 1);
    let found = |story: &Story, check| {
        story.findings("2024-06-30", Wanted { check: Some(id(check)), ..Wanted::default() }).total()
    };
    assert_eq!((found(&story, "C01"), found(&story, "C31")), (1, 1));
    story.reverse("2024-05-31", wrong);
    assert_eq!((found(&story, "C01"), found(&story, "C31")), (0, 0));
    // The sanction covers a payment again.
    story.pay("2024-06-01", life.case, 200_000, 2);
    assert_eq!((found(&story, "C01"), found(&story, "C80")), (0, 0));
}

#[test]
fn a_settled_finding_stays_and_says_so() {
    let mut story = Story::new(None, None);
    let life = story.paid(person(1), 1);
    let audit = story.audited("2024-06-10", life.case, AUDITOR, Opinion::Observation);
    if let Event::Audited(audited) = &mut story.last().event {
        audited.findings[0].check = super::story::word("C31");
    }
    let settled = FindingSettled {
        audit: Position(audit),
        finding: 1,
        settlement: Settlement::NoFault,
        reference: reference("REPLY"),
    };
    let at = story.at("2024-06-11", life.case, 0, OFFICE, Event::FindingSettled(settled));
    // C31 is of several cases; the settlement is of one case and one check.
    assert!(
        story
            .findings("2024-07-01", Wanted::default())
            .kept
            .iter()
            .all(|one| one.settled.is_none())
    );
    if let Some(Event::Audited(audited)) =
        story.events.get_mut(audit as usize - 1).map(|one| &mut one.event)
    {
        audited.findings[0].check = super::story::word("C72");
    }
    let findings = story.findings(SOON, Wanted { check: Some(id("C72")), ..Wanted::default() });
    assert_eq!(findings.kept[0].settled, Some((Position(at), Settlement::NoFault)));
    // What came after the audit is another matter.
    let finding = Finding { events: Vec::from([Position(audit)]), ..findings.kept[0].clone() };
    assert!(findings.kept[0].is_before(Position(audit)) && !finding.is_before(Position(audit)));
    story.reverse("2024-06-12", at);
    let findings = story.findings(SOON, Wanted { check: Some(id("C72")), ..Wanted::default() });
    assert_eq!(findings.kept[0].settled, None);
}

/// An audit of no case that names a finding by this word.
fn audited_books(story: &mut Story, on: &str, named: &str) -> u64 {
    let audited = Audited {
        scope: AuditScope::Ledger,
        seen: Vec::new(),
        opinion: Opinion::Objection,
        findings: Vec::from([AuditFinding {
            check: super::story::word(named),
            amount: super::story::rupees(10),
        }]),
    };
    story.at(on, 0, 0, AUDITOR, Event::Audited(audited))
}

fn settled(story: &mut Story, on: &str, audit: u64) -> u64 {
    let settled = FindingSettled {
        audit: Position(audit),
        finding: 1,
        settlement: Settlement::MadeGood,
        reference: reference("ORDER"),
    };
    story.at(on, 0, 0, OFFICE, Event::FindingSettled(settled))
}

#[test]
fn a_finding_about_no_case_is_settled_by_an_audit_of_the_ledger_that_names_it() {
    let mut story = Story::new(None, None);
    let reason = super::story::word("reason");
    let taken = Event::FundsWithdrawn(bahi_core::FundsWithdrawn { reason });
    story.at("2024-05-01", 0, 2_000_000_000, OFFICE, taken);
    let found = |story: &Story| {
        let findings = story.findings(SOON, Wanted::default());
        assert_eq!(findings.total(), 1, "{findings:?}");
        findings.kept[0].clone()
    };
    let finding = found(&story);
    assert_eq!((finding.id().to_string().as_str(), finding.settled), ("C90-11", None));
    assert_eq!(story.audit().cases_of(&finding), []);
    // By its check alone it is not named, nor by an audit before it.
    let audit = audited_books(&mut story, "2024-06-10", "C31");
    settled(&mut story, "2024-06-11", audit);
    assert_eq!(found(&story).settled, None);
    let audit = audited_books(&mut story, "2024-06-10", "C90-11");
    assert_eq!(found(&story).settled, None);
    let at = settled(&mut story, "2024-06-11", audit);
    assert_eq!(found(&story).settled, Some((Position(at), Settlement::MadeGood)));
    let audits = story.audit();
    let [taken_up] = audits.taken_up(finding.id()) else { panic!("taken up once") };
    assert_eq!((taken_up.case, taken_up.audit.0, taken_up.finding), (Position::NONE, audit, 1));
    story.reverse("2024-06-12", at);
    assert_eq!(found(&story).settled, None);
}

#[test]
fn a_finding_about_cases_is_settled_by_no_audit_of_the_ledger() {
    let mut story = shared();
    let finding = story.findings(SOON, Wanted::default()).kept[0].clone();
    assert_eq!(story.audit().cases_of(&finding).len(), 2);
    let audit = audited_books(&mut story, "2024-09-20", "C90-11");
    settled(&mut story, "2024-09-21", audit);
    let id = finding.id().to_string();
    let renamed = |introduced: &mut bahi_core::Introduction| {
        if let bahi_core::Introduction::Word(word) = introduced
            && word.as_str() == "C90-11"
        {
            *word = super::story::text(&id);
        }
    };
    story.events[0].envelope.introduced.iter_mut().for_each(renamed);
    let audits = story.audit();
    assert_eq!(audits.taken_up(finding.id()).len(), 1, "it is named");
    assert_eq!(story.findings(SOON, Wanted::default()).kept[0].settled, None);
}

#[test]
fn findings_are_wanted_by_day_and_district() {
    let mut story = Story::new(None, None);
    let life = story.granted(person(1));
    story.pay("2024-05-30", life.case, 200_001, 1);
    let since = |iso: &str| Wanted { since: Some(day(iso)), ..Wanted::default() };
    let within = |code| Wanted { district: Some(District(code)), ..Wanted::default() };
    let as_of = "2024-06-05";
    assert_eq!(story.findings(as_of, since("2024-05-30")).total(), 1);
    assert_eq!(story.findings(as_of, since("2024-05-31")).total(), 0);
    assert_eq!(story.findings(as_of, within(187)).total(), 1);
    assert_eq!(story.findings(as_of, within(162)).total(), 0);
}

#[test]
fn findings_beyond_the_most_kept_are_counted() {
    let mut story = Story::new(None, None);
    for number in 1..8 {
        story.paid(person(number), number);
    }
    let mut audit = Audit::with(Parameters { kept_max: 3, ..Parameters::default() });
    story.events.iter().for_each(|event| bahi_core::Projection::apply(&mut audit, event));
    let findings =
        audit.findings(day(SOON), Wanted { check: Some(id("C72")), ..Wanted::default() });
    assert_eq!((findings.kept.len(), findings.total()), (3, 7));
}

#[test]
fn events_that_belong_nowhere_are_found_and_nothing_fails() {
    let mut story = shared();
    let whole = story.events.clone();
    // Each event by itself, and all of them backwards: findings, and no panic.
    for event in &whole {
        let mut audit = Audit::default();
        bahi_core::Projection::apply(&mut audit, event);
        assert!(audit.findings(Day::MAX, Wanted::default()).total() < 9);
    }
    story.events.reverse();
    assert!(story.findings("2199-12-31", Wanted::default()).of(id("C06")).count() > 0);
    assert_eq!(story.scheme, MARGIN);
}

#[test]
fn an_id_reads_back_and_nothing_else_does() {
    for check in CHECKS {
        assert_eq!(CheckId::parse(&check.id.to_string()), Some(check.id));
        assert_eq!(check.id.check().id, check.id);
    }
    for text in ["", "C", "C1", "C001", "C08", "31", "X31", "C3\u{e9}"] {
        assert_eq!(CheckId::parse(text), None, "{text}");
    }
    assert!(CHECKS.is_sorted_by(|left, right| left.id < right.id));
}
