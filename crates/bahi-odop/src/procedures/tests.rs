//! Each procedure as one line a gate, and what is bound, named and in order in all of them.

mod tables;

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use bahi_core::{Gate, Length, Milestone, Policy, ReturnRule, Span, Subject, Terms};

use super::*;
use crate::schemes;

/// Every version there is, in order of scheme and first day.
fn versions() -> Vec<Terms> {
    schemes().into_iter().flat_map(|scheme| scheme.versions).collect()
}

fn name(terms: &Terms) -> &str {
    terms.parts().name.as_str()
}

fn gates(terms: &Terms) -> &[Gate] {
    &terms.parts().procedure.gates
}

fn step_of(gate: &Gate) -> Option<&str> {
    match &gate.of {
        Subject::Step(step) => Some(step.as_str()),
        Subject::Sanction
        | Subject::Payment
        | Subject::Instalment(_)
        | Subject::Use
        | Subject::Adjustment => None,
    }
}

fn step_in(milestone: &Milestone) -> Option<&str> {
    match milestone {
        Milestone::Step(step) => Some(step.as_str()),
        Milestone::Application
        | Milestone::Sanction
        | Milestone::Payment
        | Milestone::Instalment(_)
        | Milestone::Credit => None,
    }
}

/// The steps that a gate looks for, in its rows and its lengths.
fn looks_for(gate: &Gate) -> impl Iterator<Item = &str> {
    let spans = [&gate.earliest, &gate.latest].into_iter().flatten().map(|span| &span.since);
    gate.after.iter().flatten().chain(spans).filter_map(step_in)
}

#[test]
fn a_case_comes_to_a_step_after_the_steps_it_waits_for() {
    for terms in versions() {
        let mut reached = BTreeSet::new();
        for gate in gates(&terms) {
            for step in looks_for(gate) {
                assert!(reached.contains(step), "{} {}: {step} comes later", name(&terms), gate.of);
            }
            reached.extend(step_of(gate));
        }
    }
}

#[test]
fn a_step_stands_once_with_whoever_may_take_it_and_further_demands_beside_it() {
    for terms in versions() {
        let mut steps = BTreeSet::new();
        for gate in gates(&terms).iter().filter(|gate| !gate.roles.is_empty()) {
            let step = step_of(gate).expect("money is whose act it is");
            assert!(steps.insert(step), "{} {step} stands twice", name(&terms));
            assert!(!gate.after.is_empty(), "{} {step} waits for nothing", name(&terms));
        }
        for step in gates(&terms).iter().filter_map(step_of) {
            assert!(steps.contains(step), "{} {step} is nobody's", name(&terms));
        }
    }
}

#[test]
fn a_gate_of_money_binds_where_it_looks_at_the_ledger_and_is_shown_where_it_looks_for_steps() {
    for terms in versions() {
        for gate in gates(&terms).iter().filter(|gate| step_of(gate).is_none()) {
            let (of, opens_the_lock) = (&gate.of, !gate.reasons.is_empty());
            let for_steps = looks_for(gate).next().is_some();
            let says_a_time_alone = gate.after.is_empty() && gate.latest.is_some();
            let shown = (for_steps && !opens_the_lock) || says_a_time_alone;
            assert_eq!(gate.binding, !shown, "{} {of}", name(&terms));
            assert!(gate.evidence.is_empty(), "{} {of}: steps name papers", name(&terms));
        }
        let policies = &terms.parts().policies;
        let shown = |policy: &Policy| policy.name.as_str() == "steps_before_money";
        assert_eq!(policies.iter().filter(|policy| shown(policy)).count(), 1, "{}", name(&terms));
    }
}

#[test]
fn the_lock_and_the_three_quarters_bind_in_their_versions_and_in_no_other() {
    let two_years = Span { length: Length::Months(24), since: Milestone::Credit };
    for terms in versions() {
        let binding = gates(&terms).iter().filter(|gate| gate.binding && step_of(gate).is_none());
        let read: Vec<String> = binding
            .map(|gate| {
                let locked = gate.earliest.as_ref() == Some(&two_years);
                let reasons = gate.reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
                format!("{} {locked} {} {}", gate.of, gate.used_percent, reasons.join(" "))
            })
            .collect();
        let expected: &[&str] = match name(&terms) {
            "mm-2018" => &["adjustment true 0 ", "adjustment false 0 calamity exceptional_cause"],
            "cfc-2018" | "cfc-2023" => &["instalment 2 false 75 ", "instalment 3 false 75 "],
            _ => &[],
        };
        assert_eq!(read, expected, "{}", name(&terms));
    }
}

#[test]
fn every_version_says_the_same_of_a_payment_that_came_back() {
    let versions = versions();
    let rules = |terms: &Terms| {
        let rule = |rule: &ReturnRule| format!("{} {}", rule.reason, rule.then.name());
        terms.parts().procedure.returns.iter().map(rule).collect::<Vec<_>>()
    };
    let expected = [
        "01 other_account",
        "02 other_account",
        "03 after_correction",
        "04 after_correction",
        "51 after_correction",
        "52 after_correction",
        "53 after_correction",
        "54 after_correction",
        "55 after_correction",
        "56 after_correction",
        "57 after_correction",
        "58 after_correction",
        "59 retry",
        "60 stop",
        "62 after_correction",
        "68 after_correction",
        "69 after_correction",
        "71 other_account",
    ];
    for terms in &versions {
        assert_eq!(rules(terms), expected, "{}", name(terms));
    }
}

/// The lengths of a version's gates: what each is of, whether it is late after it, and the length.
fn lengths(terms: &Terms) -> Vec<(String, bool, String)> {
    let of_gate = |gate: &Gate| {
        let each = [(&gate.earliest, false), (&gate.latest, true)];
        let each = each.map(|(span, late)| {
            span.as_ref().map(|span| (gate.of.to_string(), late, span.to_string()))
        });
        each.into_iter().flatten().collect::<Vec<_>>()
    };
    gates(terms).iter().flat_map(of_gate).collect()
}

#[test]
fn every_deadline_is_held_where_it_says_and_every_length_is_a_deadline() {
    for terms in versions() {
        let mut lengths = lengths(&terms);
        let of_version = |deadline: &&Deadline| deadline.versions.contains(&name(&terms));
        for deadline in DEADLINES.iter().filter(of_version) {
            let (id, parts) = (deadline.id, terms.parts());
            let mut holds = |spans: &[(&str, &str)], late: bool| {
                for (of, span) in spans {
                    let row = (String::from(*of), late, String::from(*span));
                    let found = lengths.iter().position(|length| *length == row);
                    lengths.swap_remove(found.unwrap_or_else(|| panic!("{id}: no {of} {span}")));
                }
            };
            match deadline.held {
                Held::LateAfter(spans) => holds(spans, true),
                Held::NotBefore(spans) => holds(spans, false),
                Held::Condition(code) => {
                    assert!(parts.requires.iter().any(|one| one.code.as_str() == code), "{id}");
                }
                Held::Limit(code) => {
                    assert!(parts.limits.iter().any(|one| one.code.as_str() == code), "{id}");
                }
                Held::Nowhere(why) => assert!(!why.is_empty() && !why.ends_with('.'), "{id}"),
            }
        }
        assert_eq!(lengths, [], "{}: lengths that no deadline names", name(&terms));
    }
}

#[test]
fn each_deadline_stands_once_and_names_versions_there_are() {
    let ids: BTreeSet<&str> = DEADLINES.iter().map(|deadline| deadline.id).collect();
    assert_eq!((ids.len(), DEADLINES.len()), (24, 24));
    let versions = versions();
    for deadline in DEADLINES {
        for version in deadline.versions {
            assert!(versions.iter().any(|terms| name(terms) == *version), "{}", deadline.id);
        }
        let of_no_scheme = deadline.versions.is_empty();
        let held = !matches!(deadline.held, Held::Nowhere(_));
        assert!(!(of_no_scheme && held), "{}: held by no version", deadline.id);
        assert!(!deadline.what.is_empty() && !deadline.what.ends_with('.'), "{}", deadline.id);
    }
}

#[test]
fn no_version_comes_near_the_bounds_of_terms_or_of_a_record() {
    for terms in versions() {
        assert!(gates(&terms).len() <= bahi_core::TERMS_LIST_MAX / 2, "{}", name(&terms));
        let mut bytes = 0;
        terms.each_text(&mut |text| bytes += text.len() + 2);
        assert!(bytes <= 8 * 1_024, "{}: {bytes} bytes of texts", name(&terms));
    }
}
