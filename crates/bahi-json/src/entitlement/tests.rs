//! Facts as they are read, entitlements and refusals as they are written, to the byte.

use bahi_core::{
    Expr, FactKind, FactSpec, Facts, Item, Money, OrderNumber, Require, Rounding, TermsParts, Test,
    fact_value,
};

use super::*;

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

/// A third of the cost, at most 100 rupees, for costs up to 1,000 rupees that are stated.
fn terms() -> Terms {
    let day = Day::parse("2018-10-04").expect("a day");
    let cost = || Expr::Fact(word("cost"));
    let rupees = |amount| Expr::Const(Money::from_rupees(amount).expect("an amount"));
    let third = Expr::Ratio { parts: 1, of: 3, base: Box::new(cost()) };
    let item = |name, claimed, allowed| Item {
        name: word(name),
        when: None,
        claimed,
        allowed,
        paragraph: word("3(1)"),
    };
    Terms::new(TermsParts {
        name: word("t-1"),
        authority: Authority {
            order: OrderNumber::new("1/2018").expect("an order"),
            date: day,
            paragraph: None,
        },
        from: day,
        until: None,
        facts: vec![FactSpec { name: word("cost"), kind: FactKind::Money, required: true }],
        requires: vec![Require {
            test: Test::AtMost(cost(), rupees(1_000)),
            code: word("too_large"),
            paragraph: word("2"),
        }],
        items: vec![
            item("grant", Some(cost()), Expr::Cap(Box::new(third), Box::new(rupees(100)))),
            item("extra", None, rupees(1)),
        ],
        own_contribution: Some(Expr::Number(5)),
        rounding: Rounding::PaisaHalfEven,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: bahi_core::Procedure::default(),
        policies: vec![],
    })
    .expect("sound terms")
}

/// The answer to facts in JSON, as a caller makes it.
fn answer(facts: &str) -> String {
    let terms = terms();
    let given = parse_facts(facts.as_bytes()).expect("sound facts");
    let kind = |name: &Word| terms.parts().facts.iter().find(|f| f.name == *name).map(|f| f.kind);
    let facts = given.iter().map(|(name, given)| {
        let kind = kind(name).unwrap_or(FactKind::Word);
        let value = fact_value(given, kind).or_else(|| fact_value(given, FactKind::Count));
        (name.clone(), value.expect("a value of some kind"))
    });
    let facts = Facts::new(facts.collect()).expect("each once");
    match terms.entitlement(&facts) {
        Ok(entitlement) => {
            let scheme = SchemeName::new("s").expect("a name");
            let notes = vec!["a note".to_owned()];
            let answer = entitlement_answer(&scheme, &terms, &entitlement, notes);
            serde_json::to_string(&answer.expect("within range")).expect("JSON")
        }
        Err(why) => serde_json::to_string(&not_entitled_answer(&terms, &why)).expect("JSON"),
    }
}

#[test]
fn what_terms_give_is_answered_in_the_documented_form() {
    assert_eq!(
        answer(r#"{"cost":"100"}"#),
        r#"{"scheme":"s","version":"t-1","authority":{"order":"1/2018","date":"2018-10-04","paragraph":"3(1)"},"entitlement":"34.33","items":[{"item":"grant","claimed":"100.00","allowed":"33.33","limit":"100.00","paragraph":"3(1)"},{"item":"extra","claimed":null,"allowed":"1.00","limit":null,"paragraph":"3(1)"}],"own_contribution":"0.05","rounding":{"rule":"paisa_half_even","exact":"103/3"},"notes":["a note"]}"#
    );
    assert!(answer(r#"{"cost":"600.00"}"#).contains(r#""exact":"101/1""#));
}

#[test]
fn why_terms_give_nothing_is_answered_with_its_line() {
    let whole = r#""authority":{"order":"1/2018","date":"2018-10-04","paragraph":null}"#;
    for (facts, expected) in [
        (
            r#"{"cost":"1001"}"#,
            r#"{"refusal":"not_entitled","message":"the condition too_large of 2 does not hold","authority":{"order":"1/2018","date":"2018-10-04","paragraph":"2"},"code":"too_large"}"#.to_owned(),
        ),
        (
            "{}",
            format!(r#"{{"refusal":"missing_fact","message":"the fact cost is not stated",{whole},"code":"cost"}}"#),
        ),
        (
            r#"{"cost":"1","land":"1"}"#,
            format!(r#"{{"refusal":"unknown_fact","message":"the terms do not ask for land",{whole},"code":"land"}}"#),
        ),
        (
            r#"{"cost":7}"#,
            format!(r#"{{"refusal":"fact_of_wrong_kind","message":"the fact cost is of another kind",{whole},"code":"cost"}}"#),
        ),
    ] {
        assert_eq!(answer(facts), expected);
    }
    let terms = terms();
    let no_row = NotEntitled::NoRow { item: word("grant"), paragraph: word("3(2)") };
    let no_row = not_entitled_answer(&terms, &no_row);
    assert_eq!(no_row.refusal, "not_entitled");
    assert_eq!(no_row.authority.and_then(|authority| authority.paragraph).as_deref(), Some("3(2)"));
    assert_eq!(no_row.code.as_deref(), Some("grant"));
    let range = not_entitled_answer(&terms, &NotEntitled::OutOfRange);
    assert_eq!((range.refusal.as_str(), range.code), ("not_entitled", None));
    let none = no_terms_answer(Day::parse("2017-01-01").expect("a day"));
    assert_eq!(
        serde_json::to_string(&none).expect("JSON"),
        r#"{"refusal":"no_terms_in_force","message":"no terms of the scheme are in force on 2017-01-01","authority":null}"#
    );
}

#[test]
fn facts_are_read_as_strictly_as_commands() {
    for (text, column, says) in [
        ("", 1, "nothing stands"),
        ("[]", 1, "a list stands here"),
        (r#"{"a":1,"a":2}"#, 8, "the fact a stands twice"),
        (r#"{"a":1.5}"#, 6, "a: a number with places"),
        (r#"{"a":null}"#, 6, "a: null stands here; a fact is"),
        (r#"{"a":"é"}"#, 6, "a: character 1"),
        (r#"{"a b ":1}"#, 2, "no blank at its ends"),
        ("{\n \"a\": 1,\r\n \"b\": null}\n", 19, "b: null stands here"),
        ("{\n \"a\": [1\n]}", 9, "a: a list stands here"),
        ("{\"a\":\n1.5}", 7, "a: a number with places"),
        ("{\"a\":\n{}}", 7, "a: an object stands here"),
        ("{\"a\":\n\n\"b\nc\"}", 10, "control character"),
        (r#"{"a":1} {}"#, 9, "trailing characters"),
        (r#"{"a":1"#, 6, "the text ends inside an object"),
    ] {
        let error = parse_facts(text.as_bytes()).expect_err(text);
        assert!(error.column == column && error.what.contains(says), "{error}: {text}");
    }
}
