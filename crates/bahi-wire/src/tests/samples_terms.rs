//! Terms with every kind of part in them.

use bahi_core::{
    Expr, FactKind, FactSpec, Item, Policy, Require, Rounding, SlabRow, Terms, TermsParts, Test,
};

use super::samples::{authority, day, rupees, word};

fn fact(name: &str) -> Expr {
    Expr::Fact(word(name))
}

fn constant(amount: u64) -> Expr {
    Expr::Const(rupees(amount))
}

/// An expression with every operation in it.
fn allowed() -> Expr {
    let quarter = Expr::Ratio { parts: 25, of: 100, base: Box::new(fact("cost")) };
    let slab = Expr::Slab {
        on: Box::new(fact("cost")),
        rows: vec![
            SlabRow { up_to: Some(rupees(100)), gives: quarter, paragraph: word("5(1)") },
            SlabRow { up_to: None, gives: constant(25), paragraph: word("5(2)") },
        ],
    };
    let heads = Expr::Mul(Box::new(fact("heads")), Box::new(Expr::Number(2)));
    let chosen = Expr::Choose {
        fact: word("class"),
        rows: vec![(word("a"), constant(1)), (word("b"), Expr::Max(vec![slab, heads]))],
    };
    let least = Expr::Min(vec![
        Expr::Cap(Box::new(chosen), Box::new(constant(9))),
        Expr::Sub(Box::new(fact("cost")), Box::new(Expr::Add(vec![constant(1)]))),
    ]);
    let test = Test::Any(vec![
        Test::All(vec![Test::Flag(word("special")), Test::Is(word("class"), word("a"))]),
        Test::Not(Box::new(Test::Given(word("heads")))),
        Test::AtMost(fact("cost"), constant(10)),
    ]);
    Expr::If(Box::new(test), Box::new(least), Box::new(constant(0)))
}

/// Terms with every kind of part in them.
pub(super) fn terms() -> Terms {
    let spec = |(name, kind, required)| FactSpec { name: word(name), kind, required };
    let below = Require {
        test: Test::Below(fact("cost"), constant(50)),
        code: word("too_dear"),
        paragraph: word("4(2)"),
    };
    Terms::new(TermsParts {
        name: word("mm-2018"),
        authority: authority(),
        from: day("2018-01-24"),
        until: Some(day("2023-03-31")),
        facts: [
            ("cost", FactKind::Money, true),
            ("heads", FactKind::Count, false),
            ("special", FactKind::Flag, false),
            ("class", FactKind::Word, false),
        ]
        .map(spec)
        .into(),
        requires: vec![below.clone()],
        items: vec![Item {
            name: word("grant"),
            when: Some(Test::Given(word("cost"))),
            claimed: Some(fact("cost")),
            allowed: Expr::Require(Box::new(below), Box::new(allowed())),
            paragraph: word("5(1)"),
        }],
        own_contribution: Some(Expr::Ratio { parts: 1, of: 10, base: Box::new(fact("cost")) }),
        rounding: Rounding::PaisaHalfAwayFromZero,
        instalments_max: 2,
        policies: vec![Policy { name: word("ties"), value: word("up") }],
    })
    .expect("sound terms")
}
