//! Terms there and back, at their bounds, and in a form a person can read.

use bahi_core::{Authority, OrderNumber, TERMS_DEPTH_MAX};
use proptest::prelude::*;

use super::*;
use crate::strategies;

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn parts(allowed: Expr) -> TermsParts {
    let day = Day::parse("2018-10-04").expect("a day");
    let order = OrderNumber::new("1/2018").expect("an order");
    TermsParts {
        name: word("t-1"),
        authority: Authority { order, date: day, paragraph: None },
        from: day,
        until: None,
        facts: vec![FactSpec { name: word("cost"), kind: FactKind::Money, required: true }],
        requires: vec![],
        items: vec![Item {
            name: word("grant"),
            when: None,
            claimed: None,
            allowed,
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::RupeeDown,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: vec![],
    }
}

fn text(terms: &Terms) -> String {
    serde_json::to_string(&terms_json(terms)).expect("terms have a JSON form")
}

#[test]
fn an_expression_reads_as_it_is_said() {
    let quarter = Expr::Ratio { parts: 25, of: 100, base: Box::new(Expr::Fact(word("cost"))) };
    let limit = Money::parse("625000").expect("an amount");
    let terms = Terms::new(parts(Expr::Cap(Box::new(quarter), Box::new(Expr::Const(limit)))));
    let terms = terms.expect("sound terms");
    assert_eq!(
        text(&terms),
        r#"{"name":"t-1","authority":{"order":"1/2018","date":"2018-10-04"},"from":"2018-10-04","facts":[{"name":"cost","kind":"money","required":true}],"items":[{"name":"grant","allowed":{"cap":{"value":{"ratio":{"parts":25,"of":100,"base":{"fact":"cost"}}},"limit":{"amount":"625000.00"}}},"paragraph":"1"}],"rounding":"rupee_down","instalments_max":1}"#
    );
    assert_eq!(parse_terms(text(&terms).as_bytes()), Ok(terms));
}

/// Wraps an expression once more, in the operator whose JSON nests deepest of its kind.
type Wrap = fn(Expr) -> Expr;

#[test]
fn the_deepest_terms_are_within_the_nesting_that_is_read() {
    let slab: Wrap = |gives| Expr::Slab {
        on: Box::new(Expr::Number(1)),
        rows: vec![SlabRow { up_to: None, gives, paragraph: word("1") }],
    };
    let branch: Wrap = |other| {
        let not = Test::Not(Box::new(Test::Given(word("cost"))));
        Expr::If(Box::new(not), Box::new(Expr::Number(1)), Box::new(other))
    };
    for wrap in [slab, branch] {
        let nested = |levels: usize| (1..levels).fold(Expr::Number(1), |expr, _| wrap(expr));
        // A test in the innermost branch takes a level of its own.
        let levels = (1..=TERMS_DEPTH_MAX).rev().find_map(|levels| {
            let terms = Terms::new(parts(nested(levels))).ok()?;
            Some((levels, terms))
        });
        let (levels, terms) = levels.expect("one level is never too deep");
        assert!(levels + 2 >= TERMS_DEPTH_MAX, "{levels}");
        assert_eq!(parse_terms(text(&terms).as_bytes()), Ok(terms));
    }
}

#[test]
fn terms_that_do_not_fit_together_are_refused_with_the_reason() {
    let sound = text(&Terms::new(parts(Expr::Number(1))).expect("sound terms"));
    for (from, to, says) in [
        (r#""from":"2018-10-04""#, r#""from":"2018-10-04","until":"2018-10-03""#, "end before"),
        (r#"{"number":1}"#, r#"{"min":[]}"#, "nothing to work on"),
        (r#"{"number":1}"#, r#"{"fact":"land"}"#, "use land"),
        (r#""instalments_max":1"#, r#""instalments_max":0"#, "at least one instalment"),
        (
            r#""rounding""#,
            r#""policies":[{"name":"a","value":"b","x":1}],"rounding""#,
            "policies[0]",
        ),
        (
            r#"{"name":"cost","#,
            r#"{"name":"cost","kind":"money","required":true},{"name":"cost","#,
            "twice",
        ),
    ] {
        let other = sound.replacen(from, to, 1);
        assert_ne!(other, sound, "the terms have no {from}");
        let error = parse_terms(other.as_bytes()).expect_err(&other);
        assert!(error.what.contains(says), "{error}, not {says}");
    }
}

proptest! {
    #[test]
    fn terms_read_back_as_they_were(terms in strategies::terms()) {
        let text = text(&terms);
        prop_assume!(text.len() <= crate::LINE_BYTES_MAX);
        prop_assert_eq!(parse_terms(text.as_bytes()), Ok(terms));
    }
}

#[test]
fn a_limit_reads_as_it_is_said() {
    let limit = |within| Limit {
        code: word("once"),
        per: Per::Family,
        count: 1,
        within,
        of: Counted::Sanctioned,
        across: Across::Ledger,
        when: Some(Test::Given(word("cost"))),
        same: Some(word("cost")),
        paragraph: word("2"),
    };
    let told = |within: &str| {
        format!(
            r#""limits":[{{"code":"once","per":"family","count":1,"within":{within},"of":"sanctioned","across":"ledger","when":{{"given":"cost"}},"same":"cost","paragraph":"2"}}]"#
        )
    };
    for (within, says) in [
        (Within::Ever, r#""ever""#),
        (Within::FinancialYear, r#""financial_year""#),
        (Within::Years(2), r#"{"years":2}"#),
    ] {
        let limits = vec![limit(within)];
        let terms = Terms::new(TermsParts { limits, ..parts(Expr::Number(1)) });
        let terms = terms.expect("sound terms");
        let text = text(&terms);
        assert!(text.contains(&told(says)), "{text}");
        assert_eq!(parse_terms(text.as_bytes()), Ok(terms));
        for (other, complaint) in [
            (r#"{"years":0}"#, "from 1 case, over 1 to 100 years"),
            (r#"{"years":256}"#, "256 is no whole number from 0 to 255"),
            (r#"{"years":1,"years":2}"#, "exactly one key"),
            (r#""never""#, "never"),
            ("2", "a time is"),
        ] {
            let other = text.replacen(&told(says), &told(other), 1);
            let error = parse_terms(other.as_bytes()).expect_err(&other);
            assert!(error.what.contains(complaint), "{error}, not {complaint}");
        }
    }
}
