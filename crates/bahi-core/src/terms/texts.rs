//! Every text of terms, wherever it stands in them.

use super::{Expr, Gate, Milestone, Require, Subject, Terms, Test};

impl Terms {
    /// Shows every text the terms hold: names, codes, paragraphs, words that are compared, and the
    /// order's number; each as often as it stands there.
    ///
    /// ```
    /// # use bahi_core::*;
    /// # let word = |text| Word::new(text).map_err(|_| "an identifier");
    /// # let order = OrderNumber::new("GO/1").map_err(|_| "an identifier")?;
    /// # let date = Day::parse("2024-04-01").map_err(|_| "a day")?;
    /// # let item = Item {
    /// #     name: word("margin")?, when: None, claimed: None,
    /// #     allowed: Expr::Number(1), paragraph: word("para-5")?,
    /// # };
    /// # let terms = Terms::new(TermsParts {
    /// #     name: word("mm-1")?, authority: Authority { order, date, paragraph: None },
    /// #     from: date, until: None, facts: vec![], requires: vec![], items: vec![item],
    /// #     own_contribution: None, rounding: Rounding::RupeeDown, instalments_max: 1,
    /// #     limits: vec![], procedure: Procedure::default(), policies: vec![],
    /// # }).map_err(|_| "terms")?;
    /// let mut texts = Vec::new();
    /// terms.each_text(&mut |text| texts.push(text.to_owned()));
    /// assert_eq!(texts, ["mm-1", "GO/1", "margin", "para-5"]);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn each_text(&self, take: &mut impl FnMut(&str)) {
        let parts = self.parts();
        take(parts.name.as_str());
        take(parts.authority.order.as_str());
        parts.authority.paragraph.iter().for_each(|paragraph| take(paragraph.as_str()));
        parts.facts.iter().for_each(|fact| take(fact.name.as_str()));
        parts.requires.iter().for_each(|require| of_require(require, take));
        for item in &parts.items {
            take(item.name.as_str());
            item.when.iter().for_each(|test| of_test(test, take));
            item.claimed.iter().for_each(|claimed| of_expr(claimed, take));
            of_expr(&item.allowed, take);
            take(item.paragraph.as_str());
        }
        parts.own_contribution.iter().for_each(|own| of_expr(own, take));
        for limit in &parts.limits {
            take(limit.code.as_str());
            limit.when.iter().for_each(|test| of_test(test, take));
            limit.same.iter().for_each(|fact| take(fact.as_str()));
            take(limit.paragraph.as_str());
        }
        parts.procedure.gates.iter().for_each(|gate| of_gate(gate, take));
        parts.procedure.returns.iter().for_each(|rule| take(rule.reason.as_str()));
        for outcome in &parts.procedure.outcomes {
            take(outcome.name.as_str());
            take(outcome.paragraph.as_str());
        }
        for policy in &parts.policies {
            take(policy.name.as_str());
            take(policy.value.as_str());
        }
    }
}

fn of_require(require: &Require, take: &mut impl FnMut(&str)) {
    of_test(&require.test, take);
    take(require.code.as_str());
    take(require.paragraph.as_str());
}

fn of_gate(gate: &Gate, take: &mut impl FnMut(&str)) {
    if let Subject::Step(step) = &gate.of {
        take(step.as_str());
    }
    gate.reasons.iter().chain(&gate.evidence).for_each(|word| take(word.as_str()));
    gate.when.iter().for_each(|test| of_test(test, take));
    let spans = [&gate.earliest, &gate.latest].into_iter().flatten();
    for milestone in gate.after.iter().flatten().chain(spans.map(|span| &span.since)) {
        if let Milestone::Step(step) = milestone {
            take(step.as_str());
        }
    }
    take(gate.paragraph.as_str());
}

fn of_test(test: &Test, take: &mut impl FnMut(&str)) {
    match test {
        Test::AtMost(left, right) | Test::Below(left, right) => {
            of_expr(left, take);
            of_expr(right, take);
        }
        Test::Flag(fact) | Test::Given(fact) => take(fact.as_str()),
        Test::Is(fact, word) => {
            take(fact.as_str());
            take(word.as_str());
        }
        Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|test| of_test(test, take)),
        Test::Not(test) => of_test(test, take),
    }
}

fn of_expr(expr: &Expr, take: &mut impl FnMut(&str)) {
    match expr {
        Expr::Fact(fact) => take(fact.as_str()),
        Expr::Const(_) | Expr::Number(_) => {}
        Expr::Ratio { base, .. } => of_expr(base, take),
        Expr::Min(all) | Expr::Max(all) | Expr::Add(all) => {
            all.iter().for_each(|expr| of_expr(expr, take));
        }
        Expr::Sub(left, right) | Expr::Mul(left, right) | Expr::Cap(left, right) => {
            of_expr(left, take);
            of_expr(right, take);
        }
        Expr::Slab { on, rows } => {
            of_expr(on, take);
            for row in rows {
                of_expr(&row.gives, take);
                take(row.paragraph.as_str());
            }
        }
        Expr::Choose { fact, rows } => {
            take(fact.as_str());
            for (word, gives) in rows {
                take(word.as_str());
                of_expr(gives, take);
            }
        }
        Expr::If(test, then, otherwise) => {
            of_test(test, take);
            of_expr(then, take);
            of_expr(otherwise, take);
        }
        Expr::Require(require, expr) => {
            of_require(require, take);
            of_expr(expr, take);
        }
    }
}
