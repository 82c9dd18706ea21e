//! Notes and the codes of the terms are the same set.

use alloc::{collections::BTreeSet, string::String};

use bahi_core::{Expr, Gate, Procedure, Require, Subject, Test};

use super::*;
use crate::schemes;

#[derive(Default)]
struct Codes(BTreeSet<String>);

impl Codes {
    fn add(&mut self, code: &impl alloc::string::ToString) {
        self.0.insert(code.to_string());
    }

    fn require(&mut self, require: &Require) {
        self.add(&require.code);
        self.test(&require.test);
    }

    fn gate(&mut self, gate: &Gate) {
        if let Subject::Step(step) = &gate.of {
            self.add(step);
        }
        gate.reasons.iter().chain(&gate.evidence).for_each(|code| self.add(code));
        gate.when.iter().for_each(|test| self.test(test));
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Fact(_) | Expr::Const(_) | Expr::Number(_) => {}
            Expr::Ratio { base, .. } => self.expr(base),
            Expr::Min(list) | Expr::Max(list) | Expr::Add(list) => {
                list.iter().for_each(|inner| self.expr(inner));
            }
            Expr::Sub(left, right) | Expr::Mul(left, right) | Expr::Cap(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            Expr::Slab { on, rows } => {
                self.expr(on);
                rows.iter().for_each(|row| self.expr(&row.gives));
            }
            Expr::Choose { rows, .. } => {
                for (choice, gives) in rows {
                    self.add(choice);
                    self.expr(gives);
                }
            }
            Expr::If(test, yes, no) => {
                self.test(test);
                self.expr(yes);
                self.expr(no);
            }
            Expr::Require(require, then) => {
                self.require(require);
                self.expr(then);
            }
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::AtMost(left, right) | Test::Below(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            Test::Flag(_) | Test::Given(_) => {}
            Test::Is(_, choice) => self.add(choice),
            Test::All(list) | Test::Any(list) => {
                list.iter().for_each(|inner| self.test(inner));
            }
            Test::Not(inner) => self.test(inner),
        }
    }
}

#[test]
fn every_code_has_its_words_and_no_words_are_left_over() {
    let mut codes = Codes::default();
    for terms in schemes().iter().flat_map(|scheme| &scheme.versions) {
        let parts = terms.parts();
        parts.requires.iter().for_each(|require| codes.require(require));
        for policy in &parts.policies {
            codes.add(&policy.name);
            codes.add(&policy.value);
        }
        for item in &parts.items {
            codes.add(&item.name);
            item.when.iter().for_each(|test| codes.test(test));
            codes.expr(&item.allowed);
        }
        parts.facts.iter().for_each(|fact| codes.add(&fact.name));
        for limit in &parts.limits {
            codes.add(&limit.code);
            limit.when.iter().for_each(|test| codes.test(test));
        }
        let Procedure { gates, returns, outcomes } = &parts.procedure;
        gates.iter().for_each(|gate| codes.gate(gate));
        returns.iter().for_each(|rule| codes.add(&rule.reason));
        outcomes.iter().for_each(|outcome| codes.add(&outcome.name));
        parts.own_contribution.iter().for_each(|own| codes.expr(own));
    }
    let noted = || LISTS.into_iter().flatten().map(|(code, _)| String::from(*code));
    assert_eq!(noted().collect::<BTreeSet<_>>(), codes.0);
    assert_eq!(noted().count(), codes.0.len(), "a code stands in one list, once");
    for (code, text) in LISTS.into_iter().flatten() {
        assert!(note(code) == Some(text) && !text.ends_with('.') && !text.is_empty(), "{code}");
    }
}
