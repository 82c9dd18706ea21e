//! Files with limits and a procedure: read, refused at a place, and arbitrary ones.

use bahi_core::{
    Across, AfterReturn, Counted, Gate, LENGTH_DAYS_MAX, LENGTH_MONTHS_MAX, LIMIT_YEARS_MAX,
    Length, Limit, Milestone, Outcome, Per, Procedure, ReturnRule, Role, Span, Subject, Within,
};

use super::*;

/// What follows the sound file here, with every key.
const PROCEDURE: &str = r#"
[[limit]]
code = "once_per_family"
per = "family"
within = "ever"
of = "sanctioned"
paragraph = "2"

[[limit]]
code = "thrice"
per = "body"
count = 3
within = "2 years"
of = "paid"
across = "ledger"
when = 'cost > 1_000.00'
same = "trade"
paragraph = "2(1)"

[[gate]]
of = "step claim"
paragraph = "5"

[[gate]]
of = "step visit"
when = 'flag(widow)'
roles = ["district_office", "auditor"]
after = [["step claim"], ["sanction", "credit"]]
evidence = ["inspection_report"]
earliest = "24 months after credit"
latest = "7 days after step claim"
paragraph = "5(10)"

[[gate]]
of = "instalment 2"
after = [["instalment 1"]]
used_percent = 75
binding = false
paragraph = "6"

[[gate]]
of = "adjustment"
reasons = ["calamity"]
paragraph = "7"

[[return]]
reason = "01"
then = "other_account"

[[outcome]]
name = "jobs"
kind = "count"
paragraph = "9"
"#;

fn whole() -> String {
    [SOUND, PROCEDURE].concat()
}

fn free(of: Subject, paragraph: &str) -> Gate {
    Gate {
        of,
        reasons: vec![],
        when: None,
        roles: vec![],
        after: vec![],
        evidence: vec![],
        earliest: None,
        latest: None,
        used_percent: 0,
        binding: true,
        paragraph: named(paragraph),
    }
}

#[test]
fn limits_and_a_procedure_read_as_what_they_write() {
    let file = parse(&whole()).expect("the file reads");
    let once = Limit {
        code: named("once_per_family"),
        per: Per::Family,
        count: 1,
        within: Within::Ever,
        of: Counted::Sanctioned,
        across: Across::Scheme,
        when: None,
        same: None,
        paragraph: named("2"),
    };
    let thrice = Limit {
        code: named("thrice"),
        per: Per::Body,
        count: 3,
        within: Within::Years(2),
        of: Counted::Paid,
        across: Across::Ledger,
        when: Some(Test::Below(money("1000"), Expr::Fact(named("cost")))),
        same: Some(named("trade")),
        paragraph: named("2(1)"),
    };
    assert_eq!(file.terms.parts().limits, [once, thrice]);
    let claim = Milestone::Step(named("claim"));
    let gates = vec![
        free(Subject::Step(named("claim")), "5"),
        Gate {
            when: Some(Test::Flag(named("widow"))),
            roles: vec![Role::DistrictOffice, Role::Auditor],
            after: vec![vec![claim.clone()], vec![Milestone::Sanction, Milestone::Credit]],
            evidence: vec![named("inspection_report")],
            earliest: Some(Span { length: Length::Months(24), since: Milestone::Credit }),
            latest: Some(Span { length: Length::Days(7), since: claim }),
            ..free(Subject::Step(named("visit")), "5(10)")
        },
        Gate {
            after: vec![vec![Milestone::Instalment(1)]],
            used_percent: 75,
            binding: false,
            ..free(Subject::Instalment(2), "6")
        },
        Gate { reasons: vec![named("calamity")], ..free(Subject::Adjustment, "7") },
    ];
    let returns = vec![ReturnRule { reason: named("01"), then: AfterReturn::OtherAccount }];
    let kind = FactKind::Count;
    let outcomes = vec![Outcome { name: named("jobs"), kind, paragraph: named("9") }];
    assert_eq!(file.terms.parts().procedure, Procedure { gates, returns, outcomes });
    let printed = file.to_toml();
    assert!(printed.contains("\nwithin = \"2 years\"\n"), "{printed}");
    assert!(
        printed.contains("\nafter = [[\"step claim\"], [\"sanction\", \"credit\"]]\n"),
        "{printed}"
    );
    assert!(!printed.contains("binding = true") && !printed.contains("used_percent = 0"));
    assert_eq!(parse(&printed), Ok(file));
}

/// A change, and the complaint; it stands where the changed text begins, so many characters on.
const WRONG: &[(&str, &str, u64, &str)] = &[
    ("\"thrice\"", "\"once_per_family\"", 0, "another [[limit]] has the code once_per_family"),
    ("\"family\"", "\"clan\"", 0, "allowed here: person, family, body, applicant"),
    ("3\nwithin", "0\nwithin", 0, "allowed here: 1 to 65535 cases"),
    ("3\nwithin", "-3\nwithin", 0, "allowed here: 1 to 65535 cases"),
    ("3\nwithin", "70000\nwithin", 0, "allowed here: 1 to 65535 cases"),
    ("\"2 years\"", "\"0 years\"", 0, "allowed here: ever, financial year, or 1 to 100 years"),
    ("\"2 years\"", "\"101 years\"", 0, "allowed here: ever, financial year, or 1 to"),
    ("\"2 years\"", "\"02 years\"", 0, "allowed here: ever, financial year, or 1 to"),
    ("\"2 years\"", "\"2 months\"", 0, "allowed here: ever, financial year, or 1 to"),
    ("\"2 years\"", "2", 0, "invalid type: integer `2`, expected a string"),
    ("\"paid\"", "\"payed\"", 0, "allowed here: applied, sanctioned, paid"),
    ("\"ledger\"", "\"world\"", 0, "allowed here: scheme, ledger"),
    ("cost > 1_000", "costs > 1_000", 0, "no [[fact]] has the name costs"),
    (
        "\"trade\"\nparagraph",
        "\"trad\"\nparagraph",
        0,
        "no [[fact]] has this name; there are: cost,",
    ),
    ("\"step claim\"\npar", "\"claim\"\npar", 0, "allowed here: step NAME, sanction, payment, "),
    ("\"instalment 2\"", "\"instalment 3\"", 0, "instalments_max allows 2 instalments"),
    ("\"instalment 2\"", "\"instalment 0\"", 0, "allowed here: step NAME, sanction, payment, "),
    ("\"instalment 1\"", "\"instalment 3\"", 0, "instalments_max allows 2 instalments"),
    (
        "\"step claim\"]",
        "\"step clam\"]",
        0,
        "no [[gate]] is of the step clam; steps with one: claim, visit",
    ),
    ("[\"step claim\"]", "[]", 0, "a row names at least one of application, step NAME,"),
    ("[\"step claim\"]", "\"step claim\"", 0, "invalid type: string \"step claim\", expected a"),
    ("\"step claim\"]", "\"use\"]", 0, "allowed here: application, step NAME, sanction, payment"),
    ("[\"step claim\"]", "[\"step visit\"]", 0, "no case can come to the step visit: it waits"),
    ("\"auditor\"", "\"auditer\"", 0, "allowed here: finance, district_office, "),
    ("[\"inspection_report\"]", "[\"\"]", 1, "an identifier is "),
    (
        "\"24 months",
        "\"24 weeks",
        0,
        "allowed here: N days after MILESTONE, 1 to 36500, or N months",
    ),
    ("\"24 months", "\"1201 months", 0, "allowed here: N days after MILESTONE, 1 to 36500, or N"),
    ("7 days after step claim", "7 days after step clam", 13, "no [[gate]] is of the step clam;"),
    ("24 months after credit", "24 months after instalment 3", 16, "instalments_max allows 2"),
    ("75", "101", 0, "allowed here: 0 to 100 parts of a hundred"),
    ("75", "-1", 0, "allowed here: 0 to 100 parts of a hundred"),
    ("75", "300", 0, "allowed here: 0 to 100 parts of a hundred"),
    ("false\npar", "\"no\"\npar", 0, "invalid type: string \"no\", expected a boolean"),
    (
        "of = \"adjustment\"\nreasons = [\"calamity\"]",
        "of = \"use\"\nreasons = [\"calamity\"]",
        22,
        "only a gate of an adjustment has reasons",
    ),
    ("evidence =", "papers =", 0, "unknown field `papers`, expected one of `of`, `reasons`"),
    (
        "\"other_account\"",
        "\"never\"",
        0,
        "allowed here: retry, after_correction, other_account, stop",
    ),
    (
        "\"count\"\nparagraph = \"9\"",
        "\"flag\"\nparagraph = \"9\"",
        0,
        "allowed here: money, count",
    ),
];

#[test]
fn what_is_wrong_in_a_procedure_is_told_at_the_value() {
    let whole = whole();
    let mut missed = Vec::new();
    for (right, wrong, further, complaint) in WRONG {
        let at = SOUND.len() + PROCEDURE.find(right).expect("it stands there");
        let text = format!("{}{wrong}{}", &whole[..at], &whole[at + right.len()..]);
        let error = parse(&text).expect_err("the file is wrong");
        let at = at + usize::try_from(*further).expect("a small number");
        let place = place::at_byte(&text, at, error.what.clone());
        if error != place || !error.what.starts_with(complaint) {
            missed.push(format!("{wrong}: {error}, not at {place}"));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn names_that_stand_once_and_lists_have_their_bounds() {
    let again = |more: &str| parse(&[&whole(), more].concat()).expect_err("beyond a bound");
    for (more, says) in [
        ("[[return]]\nreason = \"01\"\nthen = \"stop\"\n", "another [[return]] has the reason 01"),
        (
            "[[outcome]]\nname = \"jobs\"\nkind = \"count\"\nparagraph = \"9\"\n",
            "another [[outcome]]",
        ),
    ] {
        let error = again(more);
        assert!(error.what.starts_with(says), "{error}");
        assert_eq!(error.line, whole().lines().count() as u64 + 2, "{error}");
    }
    let gates = "[[gate]]\nof = \"sanction\"\nparagraph = \"5\"\n".repeat(61);
    assert_eq!(again(&gates).what, "more than 64 of [[gate]]");
    let wide = |list: &str| format!("[[gate]]\nof = \"adjustment\"\n{list}\nparagraph = \"5\"\n");
    for key in ["reasons", "roles", "evidence"] {
        let list = format!("{key} = [{}]", "\"auditor\",".repeat(65));
        assert_eq!(again(&wide(&list)).what, "more than 64 in one list", "{key}");
    }
    let rows = "[\"credit\"],".repeat(65);
    let row = "\"credit\",".repeat(65);
    for list in [format!("after = [{rows}]"), format!("after = [[{row}]]")] {
        assert_eq!(again(&wide(&list)).what, "more than 64 in one list");
    }
}

/// A step that waits for one that waits for it is told where the first of them waits.
#[test]
fn a_ring_of_steps_is_told_at_the_row_that_closes_it() {
    let ring = "\n[[gate]]\nof = \"step a\"\nafter = [[\"credit\"], [\"step b\"]]\nparagraph = \"1\"\n\
        \n[[gate]]\nof = \"step b\"\nafter = [[\"step a\"]]\nparagraph = \"1\"\n";
    let error = parse(&[SOUND, ring].concat()).expect_err("a ring");
    assert_eq!(error.line, SOUND.lines().count() as u64 + 4, "{error}");
    assert_eq!((error.column, error.what.contains("the step a:")), (22, true), "{error}");
    // One way of a row is enough.
    let open = ring.replacen("[\"step b\"]", "[\"step b\", \"payment\"]", 1);
    assert_eq!(parse(&[SOUND, &open].concat()).err(), None);
}

#[test]
fn a_damaged_procedure_is_refused_at_a_place_or_reads_back() {
    let whole = whole();
    for at in SOUND.len()..whole.len() {
        let text = format!("{}{}", &whole[..at], &whole[at + 1..]);
        match parse(&text) {
            Ok(file) => assert_eq!(parse(&file.to_toml()), Ok(file), "{text}"),
            Err(error) => assert!(error.line >= SOUND.lines().count() as u64, "{error}"),
        }
    }
}

pub(super) fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let within = prop_oneof![
        Just(Within::Ever),
        Just(Within::FinancialYear),
        (1..=LIMIT_YEARS_MAX).prop_map(Within::Years),
    ];
    let kinds =
        (select(Per::ALL.to_vec()), select(Counted::ALL.to_vec()), select(Across::ALL.to_vec()));
    let same = select(asked()).prop_map(|fact| fact.name);
    let facts = (option::of(any_test(any_expr())), option::of(same));
    let limit = (kinds, 1..=u16::MAX, within, facts, word());
    btree_map(word(), limit, 0..3).prop_map(|limits| {
        let limit = |(code, (kinds, count, within, (when, same), paragraph))| {
            let (per, of, across) = kinds;
            Limit { code, per, count, within, of, across, when, same, paragraph }
        };
        limits.into_iter().map(limit).collect()
    })
}

/// A milestone that a case can come to before any step, or one of these steps.
fn milestone(steps: Vec<Word>, instalments: u16) -> BoxedStrategy<Milestone> {
    let plain = prop_oneof![
        Just(Milestone::Application),
        Just(Milestone::Sanction),
        Just(Milestone::Payment),
        Just(Milestone::Credit),
        (1..=instalments).prop_map(Milestone::Instalment),
    ];
    if steps.is_empty() {
        return plain.boxed();
    }
    prop_oneof![plain, select(steps).prop_map(Milestone::Step)].boxed()
}

fn gate(of: Subject, before: Vec<Word>, instalments: u16) -> impl Strategy<Value = Gate> {
    let length = prop_oneof![
        (1..=LENGTH_DAYS_MAX).prop_map(Length::Days),
        (1..=LENGTH_MONTHS_MAX).prop_map(Length::Months),
    ];
    let milestone = milestone(before, instalments);
    let span = (length, milestone.clone()).prop_map(|(length, since)| Span { length, since });
    let reasons = if of == Subject::Adjustment { 0..=2 } else { 0..=0 };
    let who = (vec(word(), reasons), vec(select(Role::ALL.to_vec()), 0..=9), vec(word(), 0..=2));
    let when = (option::of(any_test(any_expr())), vec(vec(milestone, 1..=2), 0..=3));
    let rest = (option::of(span.clone()), option::of(span), 0..=100_u8, any::<bool>(), word());
    (who, when, rest).prop_map(move |((reasons, roles, evidence), (when, after), rest)| {
        let (earliest, latest, used_percent, binding, paragraph) = rest;
        Gate {
            of: of.clone(),
            reasons,
            when,
            roles,
            after,
            evidence,
            earliest,
            latest,
            used_percent,
            binding,
            paragraph,
        }
    })
}

/// Gates of some steps, each after those before it, then of anything.
fn gates(instalments: u16) -> impl Strategy<Value = Vec<Gate>> {
    let others = prop_oneof![
        Just(Subject::Sanction),
        Just(Subject::Payment),
        (1..=instalments).prop_map(Subject::Instalment),
        Just(Subject::Use),
        Just(Subject::Adjustment),
    ];
    (btree_set(word(), 0..=2), vec(others, 0..=2)).prop_flat_map(move |(steps, others)| {
        let steps: Vec<Word> = steps.into_iter().collect();
        let of_steps = steps.iter().cloned().map(Subject::Step).enumerate();
        let all = of_steps.chain(others.into_iter().map(|of| (steps.len(), of)));
        let of = |(before, of): (usize, Subject)| gate(of, steps[..before].to_vec(), instalments);
        all.map(of).collect::<Vec<_>>()
    })
}

/// A sound procedure of cases that are paid in so many instalments at most.
pub(super) fn procedure(instalments: u16) -> impl Strategy<Value = Procedure> {
    let returns = btree_map(word(), select(AfterReturn::ALL.to_vec()), 0..3);
    let kind = select(vec![FactKind::Money, FactKind::Count]);
    let outcomes = btree_map(word(), (kind, word()), 0..3);
    (gates(instalments), returns, outcomes).prop_map(|(gates, returns, outcomes)| Procedure {
        gates,
        returns: returns.into_iter().map(|(reason, then)| ReturnRule { reason, then }).collect(),
        outcomes: outcomes
            .into_iter()
            .map(|(name, (kind, paragraph))| Outcome { name, kind, paragraph })
            .collect(),
    })
}
