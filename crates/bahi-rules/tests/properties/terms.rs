//! The terms of the schemes that histories live under: one of everything that terms can ask.

use bahi_core::{
    Across, AfterReturn, Counted, Day, Expr, FactKind, FactSpec, Gate, Item, Limit, Milestone,
    Outcome, Per, Procedure, ReturnRule, Rounding, Subject, Terms, TermsParts, Within,
};

use crate::steps::{order, word};

/// One sanctioned case for a family in a year, whichever scheme gave it.
fn family_once() -> Limit {
    Limit {
        code: word("family_once"),
        per: Per::Family,
        count: 1,
        within: Within::FinancialYear,
        of: Counted::Sanctioned,
        across: Across::Ledger,
        when: None,
        same: None,
        paragraph: word("2"),
    }
}

/// A second instalment asks for use of a half of what was paid, and what a dead payee is owed for
/// an order; steps say how many jobs there are.
fn procedure() -> Procedure {
    let gate = Gate {
        of: Subject::Instalment(2),
        reasons: vec![],
        when: None,
        roles: vec![],
        after: vec![vec![Milestone::Application]],
        evidence: vec![],
        earliest: None,
        latest: None,
        used_percent: 50,
        binding: true,
        paragraph: word("3"),
    };
    let step = Gate { of: Subject::Step(word("closed")), used_percent: 0, ..gate.clone() };
    let deceased = ReturnRule { reason: word("returned"), then: AfterReturn::Stop };
    let jobs = Outcome { name: word("jobs"), kind: FactKind::Count, paragraph: word("4") };
    Procedure { gates: vec![gate, step], returns: vec![deceased], outcomes: vec![jobs] }
}

/// Half of the cost, in as many as two instalments, once for a family.
pub fn terms(from: Day) -> Terms {
    let half = Expr::Ratio { parts: 1, of: 2, base: Box::new(Expr::Fact(word("cost"))) };
    Terms::new(TermsParts {
        name: word("half"),
        authority: order(),
        from,
        until: None,
        facts: vec![FactSpec { name: word("cost"), kind: FactKind::Money, required: true }],
        requires: vec![],
        items: vec![Item {
            name: word("half"),
            when: None,
            claimed: None,
            allowed: half,
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::RupeeDown,
        instalments_max: 2,
        limits: vec![family_once()],
        policies: vec![],
        procedure: procedure(),
    })
    .expect("sound terms")
}
