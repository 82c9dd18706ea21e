//! The evaluator on small terms made for the purpose; the orders' own tables are in `bahi-odop`.

use alloc::{boxed::Box, vec};

use super::*;
use crate::{
    Across, Counted, Day, FactSpec, Item, LIMIT_YEARS_MAX, Limit, OrderNumber, Per, Procedure,
    TermsError, TermsParts, Within,
};

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

fn cost() -> Expr {
    Expr::Fact(word("cost"))
}

fn parts(allowed: Expr) -> TermsParts {
    TermsParts {
        name: word("t-1"),
        authority: Authority {
            order: OrderNumber::new("1/2020").expect("an order"),
            date: Day::parse("2020-01-01").expect("a day"),
            paragraph: None,
        },
        from: Day::parse("2020-01-01").expect("a day"),
        until: None,
        facts: vec![
            FactSpec { name: word("cost"), kind: FactKind::Money, required: true },
            FactSpec { name: word("heads"), kind: FactKind::Count, required: false },
            FactSpec { name: word("class"), kind: FactKind::Word, required: false },
            FactSpec { name: word("special"), kind: FactKind::Flag, required: false },
        ],
        requires: vec![],
        items: vec![Item {
            name: word("grant"),
            when: None,
            claimed: Some(cost()),
            allowed,
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::PaisaHalfAwayFromZero,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: vec![],
    }
}

fn check(allowed: Expr, facts: &[(&str, FactValue)], expected: Result<Money, NotEntitled>) {
    let terms = Terms::new(parts(allowed)).expect("sound terms");
    let facts = facts.iter().map(|(name, value)| (word(name), value.clone())).collect();
    let facts = Facts::new(facts).expect("sound facts");
    assert_eq!(terms.entitlement(&facts).map(|e| e.amount), expected);
}

fn of_cost(rupees_cost: u64) -> (&'static str, FactValue) {
    ("cost", FactValue::Money(rupees(rupees_cost)))
}

#[test]
fn each_operation_gives_what_its_name_says() {
    let quarter = || Expr::Ratio { parts: 25, of: 100, base: Box::new(cost()) };
    let limit = || Expr::Const(rupees(300));
    let by_heads = Expr::Mul(Box::new(Expr::Fact(word("heads"))), Box::new(limit()));
    for (expr, expected) in [
        (quarter(), 250),
        (Expr::Min(vec![quarter(), limit()]), 250),
        (Expr::Max(vec![quarter(), limit()]), 300),
        (Expr::Add(vec![quarter(), limit()]), 550),
        (Expr::Sub(Box::new(limit()), Box::new(quarter())), 50),
        (Expr::Cap(Box::new(cost()), Box::new(limit())), 300),
        (by_heads, 0),
        (Expr::Mul(Box::new(Expr::Number(2)), Box::new(quarter())), 500),
    ] {
        check(expr, &[of_cost(1_000)], Ok(rupees(expected)));
    }
}

#[test]
fn a_slab_is_the_first_row_not_exceeded() {
    let slab = |last: Option<Money>| Expr::Slab {
        on: Box::new(cost()),
        rows: vec![
            SlabRow {
                up_to: Some(rupees(100)),
                gives: Expr::Const(rupees(1)),
                paragraph: word("a"),
            },
            SlabRow { up_to: last, gives: Expr::Const(rupees(2)), paragraph: word("b") },
        ],
    };
    check(slab(None), &[of_cost(100)], Ok(rupees(1)));
    check(slab(None), &[of_cost(101)], Ok(rupees(2)));
    let no_row = NotEntitled::NoRow { item: word("grant"), paragraph: word("1") };
    check(slab(Some(rupees(200))), &[of_cost(201)], Err(no_row));
}

#[test]
fn conditions_are_refused_by_code_and_paragraph() {
    let require = Require {
        test: Test::Any(vec![
            Test::Flag(word("special")),
            Test::Below(cost(), Expr::Const(rupees(10))),
        ]),
        code: word("special_only"),
        paragraph: word("2"),
    };
    let expr = Expr::Require(Box::new(require), Box::new(cost()));
    let refused = NotEntitled::Condition { code: word("special_only"), paragraph: word("2") };
    check(expr.clone(), &[of_cost(10)], Err(refused));
    check(expr.clone(), &[of_cost(9)], Ok(rupees(9)));
    check(expr, &[of_cost(10), ("special", FactValue::Flag(true))], Ok(rupees(10)));
}

#[test]
fn facts_are_those_the_terms_ask_for() {
    check(cost(), &[], Err(NotEntitled::MissingFact(word("cost"))));
    check(
        cost(),
        &[of_cost(1), ("land", FactValue::Count(1))],
        Err(NotEntitled::UnknownFact(word("land"))),
    );
    check(cost(), &[("cost", FactValue::Count(1))], Err(NotEntitled::WrongKind(word("cost"))));
}

#[test]
fn an_answer_below_zero_or_beyond_all_money_is_out_of_range() {
    let below = Expr::Sub(Box::new(Expr::Number(0)), Box::new(cost()));
    check(below, &[of_cost(1)], Err(NotEntitled::OutOfRange));
    let square = Expr::Mul(Box::new(cost()), Box::new(cost()));
    check(
        Expr::Mul(Box::new(square.clone()), Box::new(square)),
        &[("cost", FactValue::Money(Money::MAX))],
        Err(NotEntitled::OutOfRange),
    );
}

#[test]
fn unsound_terms_do_not_exist() {
    let mut deep = cost();
    for _ in 0..crate::TERMS_DEPTH_MAX {
        deep = Expr::Add(vec![deep]);
    }
    let falling = Expr::Slab {
        on: Box::new(cost()),
        rows: vec![
            SlabRow { up_to: None, gives: cost(), paragraph: word("a") },
            SlabRow { up_to: None, gives: cost(), paragraph: word("b") },
        ],
    };
    for (expr, error) in [
        (deep, TermsError::TooDeep),
        (Expr::Min(vec![]), TermsError::Nothing),
        (Expr::Ratio { parts: 1, of: 0, base: Box::new(cost()) }, TermsError::Nothing),
        (falling, TermsError::SlabOrder),
        (Expr::Fact(word("land")), TermsError::UnknownFact(word("land"))),
        (Expr::Fact(word("class")), TermsError::WrongKind(word("class"))),
    ] {
        assert_eq!(Terms::new(parts(expr)).map(|_| ()), Err(error));
    }
}

fn limited(limits: Vec<Limit>) -> Result<Terms, TermsError> {
    Terms::new(TermsParts { limits, ..parts(cost()) })
}

fn once() -> Limit {
    Limit {
        code: word("once"),
        per: Per::Person,
        count: 1,
        within: Within::Years(LIMIT_YEARS_MAX),
        of: Counted::Applied,
        across: Across::Scheme,
        when: None,
        same: None,
        paragraph: word("2"),
    }
}

#[test]
fn a_limit_of_terms_is_sound_or_refused_with_its_reason() {
    assert!(limited(vec![once()]).is_ok());
    let unsound = || TermsError::LimitUnsound(word("once"));
    let far = Within::Years(LIMIT_YEARS_MAX + 1);
    let deep = (0..crate::TERMS_DEPTH_MAX)
        .fold(Test::Flag(word("special")), |test, _| Test::Not(Box::new(test)));
    let stranger = Some(word("land"));
    for (limits, error) in [
        (vec![once(); crate::TERMS_LIST_MAX + 1], TermsError::TooLong),
        (vec![once(), once()], TermsError::NamedTwice(word("once"))),
        (vec![Limit { count: 0, ..once() }], unsound()),
        (vec![Limit { within: Within::Years(0), ..once() }], unsound()),
        (vec![Limit { within: far, ..once() }], unsound()),
        (vec![Limit { when: Some(deep), ..once() }], TermsError::TooDeep),
        (vec![Limit { same: stranger, ..once() }], TermsError::UnknownFact(word("land"))),
        (
            vec![Limit { when: Some(Test::Flag(word("class"))), ..once() }],
            TermsError::WrongKind(word("class")),
        ),
    ] {
        assert_eq!(limited(limits).map(|_| ()), Err(error));
    }
}

#[test]
fn days_lie_within_a_time_whichever_comes_first() {
    let day = |text| Day::parse(text).expect("a day");
    for (within, one, other, holds) in [
        (Within::Ever, Day::MIN, Day::MAX, true),
        (Within::FinancialYear, day("2024-04-01"), day("2025-03-31"), true),
        (Within::FinancialYear, day("2024-04-01"), day("2024-03-31"), false),
        (Within::Years(1), day("2024-02-29"), day("2025-02-27"), true),
        (Within::Years(1), day("2024-02-29"), day("2025-02-28"), false),
        (Within::Years(LIMIT_YEARS_MAX), day("2150-01-01"), Day::MAX, true),
    ] {
        assert_eq!(within.holds(one, other), holds, "{one} {other}");
        assert_eq!(within.holds(other, one), holds, "{other} {one}");
    }
}

#[test]
fn a_test_that_cannot_be_computed_does_not_hold() {
    let terms = limited(vec![once()]).expect("sound terms");
    let facts = Facts::new(vec![(word("special"), FactValue::Flag(true))]).expect("facts");
    assert!(terms.holds(&Test::Flag(word("special")), &facts));
    let beyond = Expr::Ratio { parts: 1, of: 0, base: Box::new(Expr::Number(1)) };
    let never = Test::AtMost(Expr::Number(0), beyond);
    assert!(!terms.holds(&never, &facts));
}
