//! Terms with every kind of part in them.

use bahi_core::{
    Across, AfterReturn, Counted, Expr, FactKind, FactSpec, Gate, Item, Length, Limit, Milestone,
    Outcome, Per, Policy, Procedure, Require, ReturnRule, Role, Rounding, SlabRow, Span, Subject,
    Terms, TermsParts, Test, Within,
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

/// Limits with and without each part that may be absent.
fn limits() -> Vec<Limit> {
    let once = Limit {
        code: word("once"),
        per: Per::Family,
        count: 1,
        within: Within::Ever,
        of: Counted::Sanctioned,
        across: Across::Ledger,
        when: None,
        same: None,
        paragraph: word("2(5)"),
    };
    let thrice = Limit {
        code: word("thrice"),
        per: Per::Applicant,
        count: 3,
        within: Within::FinancialYear,
        of: Counted::Applied,
        across: Across::Scheme,
        when: Some(Test::Is(word("class"), word("a"))),
        same: Some(word("class")),
        ..once.clone()
    };
    let paid = Limit {
        code: word("rest"),
        per: Per::Body,
        within: Within::Years(2),
        of: Counted::Paid,
        same: Some(word("heads")),
        ..once.clone()
    };
    vec![once, thrice, paid]
}

/// Gates of every subject that wait for every milestone, with and without each part that may be
/// absent; a return for each thing that may follow; an outcome of each kind.
fn procedure() -> Procedure {
    let free = |of: Subject| Gate {
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
        paragraph: word("5(10)"),
    };
    let [claim, visit] = ["claim", "visit"].map(word);
    let after = |rows: &[&[Milestone]]| rows.iter().map(|row| row.to_vec()).collect();
    let step = |step: &bahi_core::Word| Milestone::Step(step.clone());
    let gates = vec![
        Gate {
            roles: vec![Role::DistrictOffice, Role::Auditor],
            after: after(&[&[Milestone::Application]]),
            ..free(Subject::Step(claim.clone()))
        },
        Gate {
            when: Some(Test::Flag(word("special"))),
            after: after(&[&[step(&claim), Milestone::Payment], &[Milestone::Sanction]]),
            evidence: vec![word("report"), word("photo")],
            latest: Some(Span { length: Length::Days(7), since: step(&claim) }),
            ..free(Subject::Step(visit.clone()))
        },
        Gate { after: after(&[&[step(&claim)]]), ..free(Subject::Sanction) },
        Gate { after: after(&[&[step(&visit)]]), binding: false, ..free(Subject::Payment) },
        Gate {
            after: after(&[&[Milestone::Instalment(1)]]),
            used_percent: 75,
            ..free(Subject::Instalment(2))
        },
        Gate {
            earliest: Some(Span { length: Length::Months(24), since: Milestone::Credit }),
            ..free(Subject::Adjustment)
        },
        Gate { reasons: vec![word("calamity"), word("death")], ..free(Subject::Adjustment) },
        free(Subject::Use),
    ];
    let rule = |(reason, then)| ReturnRule { reason: word(reason), then };
    let outcome = |(name, kind)| Outcome { name: word(name), kind, paragraph: word("9") };
    Procedure {
        gates,
        returns: ["00", "01", "02", "03"].into_iter().zip(AfterReturn::ALL).map(rule).collect(),
        outcomes: [("jobs", FactKind::Count), ("exports", FactKind::Money)].map(outcome).into(),
    }
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
        limits: limits(),
        procedure: procedure(),
    })
    .expect("sound terms")
}
