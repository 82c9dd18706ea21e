//! Each condition at its edge, and the limits of each version as one line each.

use alloc::{format, string::String, vec::Vec};

use bahi_core::{Day, FactKind, FactValue, Facts, Money, NotEntitled, Word};

use crate::schemes::scheme;

/// A fact by the kind of its text: yes or no, a count, an amount with two places, else a word.
fn value(kind: FactKind, text: &str) -> FactValue {
    match kind {
        FactKind::Money => FactValue::Money(Money::parse(text).expect("an amount")),
        FactKind::Count => FactValue::Count(text.parse().expect("a count")),
        FactKind::Flag => FactValue::Flag(text == "true"),
        FactKind::Word => FactValue::Word(Word::new(text).expect("a word")),
    }
}

/// What does not hold for the facts of a case beside those that every case of the scheme states.
fn fails(name: &str, on: &str, stated: &[(&str, &str)]) -> Option<String> {
    let usual: &[(&str, &str)] = match name {
        "mda" => &[("event", "foreign_trade_fair"), ("stall_paid", "100.00")],
        "training-toolkit" => &[("trainees", "1"), ("days", "10")],
        _ => &[("project_cost", "1000000.00")],
    };
    let scheme = scheme(name).expect("a scheme");
    let terms = scheme.in_force_on(Day::parse(on).expect("a day")).expect("terms in force");
    let kind = |name: &str| {
        let spec = terms.parts().facts.iter().find(|spec| spec.name.as_str() == name);
        spec.expect("a fact of the terms").kind
    };
    let beside = |(name, _): &&(&str, &str)| !stated.iter().any(|(other, _)| other == name);
    let facts = usual
        .iter()
        .filter(beside)
        .chain(stated)
        .map(|(name, text)| (Word::new(name).expect("a name"), value(kind(name), text)));
    let facts = Facts::new(facts.collect()).expect("each fact once");
    match terms.entitlement(&facts) {
        Ok(_) => None,
        Err(NotEntitled::Condition { code, .. }) => Some(String::from(code.as_str())),
        Err(other) => panic!("{name} with {stated:?}: {other}"),
    }
}

#[test]
fn a_condition_turns_at_its_edge_and_asks_nothing_of_who_states_nothing() {
    type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], Option<&'a str>);
    let rows: &[Row<'_>] = &[
        ("margin-money", "2024-06-10", &[], None),
        ("margin-money", "2024-06-10", &[("applicant_age", "17")], Some("applicant_of_18_years")),
        ("margin-money", "2024-06-10", &[("applicant_age", "18")], None),
        ("margin-money", "2024-06-10", &[("defaulter", "true")], Some("no_defaulter")),
        ("margin-money", "2024-06-10", &[("defaulter", "false")], None),
        (
            "margin-money",
            "2024-06-10",
            &[("earlier_self_employment_benefit", "true")],
            Some("first_self_employment_benefit"),
        ),
        (
            "margin-money",
            "2024-06-10",
            &[("product_notified", "false")],
            Some("notified_product_only"),
        ),
        ("margin-money", "2024-06-10", &[("product_notified", "true")], None),
        (
            "training-toolkit",
            "2024-06-10",
            &[("applicant_age", "17")],
            Some("applicant_of_18_years"),
        ),
        (
            "training-toolkit",
            "2024-06-10",
            &[("native_of_state", "false")],
            Some("native_of_the_state"),
        ),
        ("training-toolkit", "2024-06-10", &[("native_of_state", "true")], None),
        ("mda", "2024-06-10", &[("fair_notified", "false")], Some("notified_fair_only")),
        ("mda", "2019-06-10", &[("days_to_claim", "120")], None),
        ("mda", "2019-06-10", &[("days_to_claim", "121")], Some("claimed_within_120_days")),
        ("cfc", "2020-06-10", &[("approved_by", "state_level_committee")], None),
        (
            "cfc",
            "2020-06-10",
            &[("project_cost", "100000000.00"), ("approved_by", "state_level_committee")],
            None,
        ),
        (
            "cfc",
            "2020-06-10",
            &[("project_cost", "100000000.01"), ("approved_by", "state_level_committee")],
            Some("committee_for_the_cost"),
        ),
        (
            "cfc",
            "2020-06-10",
            &[("project_cost", "100000000.01"), ("approved_by", "high_level_committee")],
            None,
        ),
    ];
    for (name, on, stated, then) in rows {
        assert_eq!(fails(name, on, stated).as_deref(), *then, "{name} on {on} with {stated:?}");
    }
}

#[test]
fn each_version_has_the_limits_of_its_order() {
    let lines = ["cfc", "margin-money", "mda", "training-toolkit"].map(|name| {
        let scheme = scheme(name).expect("a scheme");
        let of_version = |terms: &bahi_core::Terms| {
            let parts = terms.parts();
            let line = |limit: &bahi_core::Limit| {
                let (per, of, across) = (limit.per.name(), limit.of.name(), limit.across.name());
                format!(
                    "{} {}: {} per {per} {:?} {of} in {across}",
                    parts.name, limit.code, limit.count, limit.within
                )
            };
            parts.limits.iter().map(line).collect::<Vec<_>>()
        };
        scheme.versions.iter().flat_map(of_version).collect::<Vec<_>>()
    });
    assert_eq!(
        lines.concat(),
        [
            "mm-2018 once_per_family: 1 per family Ever sanctioned in scheme",
            "mda-2019 three_claims_a_purpose: 3 per applicant FinancialYear applied in scheme",
            "mda-2019 listing_once: 1 per applicant Ever applied in scheme",
            "mda-2020 three_claims_a_year: 3 per applicant FinancialYear applied in scheme",
            "mda-2020 fair_once: 1 per applicant Ever applied in ledger",
            "mda-2020 listing_once: 1 per applicant Ever applied in scheme",
            "tt-2020 training_once_per_family: 1 per family Ever sanctioned in scheme",
            "tt-2020 no_toolkit_in_two_years: 1 per person Years(2) sanctioned in ledger",
        ]
    );
}
