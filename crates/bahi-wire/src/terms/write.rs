//! Terms out: one walk, each word whole where it is first used.

mod procedure;

use std::collections::HashMap;

use bahi_core::{Authority, Expr, Item, Limit, Require, SlabRow, Terms, TermsParts, Test, Word};

use super::{
    FactSpecForm, ITEM_HAS_CLAIMED, ITEM_HAS_WHEN, LIMIT_HAS_SAME, LIMIT_HAS_WHEN, LimitForm,
    NO_BOUND, RatioForm, TermsForm, node,
};
use crate::{bytes::Writer, numbers};

/// Writes terms.
pub(crate) fn write(writer: &mut Writer<'_>, terms: &Terms) {
    let parts = terms.parts();
    writer.form(&TermsForm {
        from: parts.from.epoch_days(),
        until: numbers::until_number(parts.until),
        rounding: numbers::rounding(parts.rounding),
        instalments_max: parts.instalments_max,
        has_own_contribution: u8::from(parts.own_contribution.is_some()),
        facts: list_length(parts.facts.len()),
        requires: list_length(parts.requires.len()),
        items: list_length(parts.items.len()),
        policies: list_length(parts.policies.len()),
        limits: list_length(parts.limits.len()),
        gates: list_length(parts.procedure.gates.len()),
        returns: list_length(parts.procedure.returns.len()),
        outcomes: list_length(parts.procedure.outcomes.len()),
    });
    TermsWriter { writer, words: HashMap::new() }.parts(parts);
}

fn list_length(length: usize) -> u8 {
    u8::try_from(length).expect("terms bound each of their lists to TERMS_LIST_MAX")
}

struct TermsWriter<'w, 'v, 't> {
    writer: &'w mut Writer<'v>,
    words: HashMap<&'t str, u16>,
}

impl<'t> TermsWriter<'_, '_, 't> {
    fn parts(&mut self, parts: &'t TermsParts) {
        self.word(&parts.name);
        self.authority(&parts.authority);
        for fact in &parts.facts {
            self.word(&fact.name);
            self.writer.form(&FactSpecForm {
                kind: numbers::fact_kind(fact.kind),
                required: u8::from(fact.required),
            });
        }
        for require in &parts.requires {
            self.require(require);
        }
        for item in &parts.items {
            self.item(item);
        }
        if let Some(own) = &parts.own_contribution {
            self.expr(own);
        }
        for policy in &parts.policies {
            self.word(&policy.name);
            self.word(&policy.value);
        }
        for limit in &parts.limits {
            self.limit(limit);
        }
        self.procedure(&parts.procedure);
    }

    fn limit(&mut self, limit: &'t Limit) {
        let when = if limit.when.is_some() { LIMIT_HAS_WHEN } else { 0 };
        let same = if limit.same.is_some() { LIMIT_HAS_SAME } else { 0 };
        self.word(&limit.code);
        self.word(&limit.paragraph);
        self.writer.form(&LimitForm {
            per: numbers::per(limit.per),
            count: limit.count,
            within: numbers::within(limit.within),
            of: numbers::counted(limit.of),
            across: numbers::across(limit.across),
            has: when | same,
        });
        if let Some(test) = &limit.when {
            self.test(test);
        }
        if let Some(fact) = &limit.same {
            self.word(fact);
        }
    }

    fn word(&mut self, word: &'t Word) {
        let next = u16::try_from(self.words.len() + 1)
            .expect("bounded terms have fewer words than u16 has numbers");
        let number = *self.words.entry(word.as_str()).or_insert(next);
        self.writer.form(&number);
        if number == next {
            self.writer.text(word.as_str());
        }
    }

    fn authority(&mut self, authority: &'t Authority) {
        self.writer.text(authority.order.as_str());
        self.writer.form(&authority.date.epoch_days());
        match &authority.paragraph {
            Some(paragraph) => self.word(paragraph),
            None => self.writer.form(&0_u16),
        }
    }

    fn require(&mut self, require: &'t Require) {
        self.word(&require.code);
        self.word(&require.paragraph);
        self.test(&require.test);
    }

    fn item(&mut self, item: &'t Item) {
        let claimed = if item.claimed.is_some() { ITEM_HAS_CLAIMED } else { 0 };
        let when = if item.when.is_some() { ITEM_HAS_WHEN } else { 0 };
        self.word(&item.name);
        self.word(&item.paragraph);
        self.writer.form(&(claimed | when));
        if let Some(test) = &item.when {
            self.test(test);
        }
        if let Some(expr) = &item.claimed {
            self.expr(expr);
        }
        self.expr(&item.allowed);
    }

    fn exprs(&mut self, number: u8, list: &'t [Expr]) {
        self.writer.form(&number);
        self.writer.form(&list_length(list.len()));
        for expr in list {
            self.expr(expr);
        }
    }

    fn pair(&mut self, number: u8, left: &'t Expr, right: &'t Expr) {
        self.writer.form(&number);
        self.expr(left);
        self.expr(right);
    }

    fn expr(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Fact(name) => {
                self.writer.form(&node::FACT);
                self.word(name);
            }
            Expr::Const(money) => {
                self.writer.form(&node::CONST);
                self.writer.form(&money.paise());
            }
            Expr::Number(number) => {
                self.writer.form(&node::NUMBER);
                self.writer.form(number);
            }
            Expr::Ratio { parts, of, base } => {
                self.writer.form(&node::RATIO);
                self.writer.form(&RatioForm { parts: *parts, of: *of });
                self.expr(base);
            }
            Expr::Min(list) => self.exprs(node::MIN, list),
            Expr::Max(list) => self.exprs(node::MAX, list),
            Expr::Add(list) => self.exprs(node::ADD, list),
            Expr::Sub(left, right) => self.pair(node::SUB, left, right),
            Expr::Mul(left, right) => self.pair(node::MUL, left, right),
            Expr::Cap(value, limit) => self.pair(node::CAP, value, limit),
            Expr::Slab { on, rows } => self.slab(on, rows),
            Expr::Choose { fact, rows } => {
                self.writer.form(&node::CHOOSE);
                self.word(fact);
                self.writer.form(&list_length(rows.len()));
                for (choice, gives) in rows {
                    self.word(choice);
                    self.expr(gives);
                }
            }
            Expr::If(test, yes, no) => {
                self.writer.form(&node::IF);
                self.test(test);
                self.expr(yes);
                self.expr(no);
            }
            Expr::Require(require, then) => {
                self.writer.form(&node::REQUIRE);
                self.require(require);
                self.expr(then);
            }
        }
    }

    fn slab(&mut self, on: &'t Expr, rows: &'t [SlabRow]) {
        self.writer.form(&node::SLAB);
        self.writer.form(&list_length(rows.len()));
        self.expr(on);
        for row in rows {
            self.writer.form(&row.up_to.map_or(NO_BOUND, bahi_core::Money::paise));
            self.word(&row.paragraph);
            self.expr(&row.gives);
        }
    }

    fn tests(&mut self, number: u8, list: &'t [Test]) {
        self.writer.form(&number);
        self.writer.form(&list_length(list.len()));
        for test in list {
            self.test(test);
        }
    }

    fn test(&mut self, test: &'t Test) {
        match test {
            Test::AtMost(left, right) => self.pair(node::AT_MOST, left, right),
            Test::Below(left, right) => self.pair(node::BELOW, left, right),
            Test::Flag(name) => {
                self.writer.form(&node::FLAG);
                self.word(name);
            }
            Test::Is(name, word) => {
                self.writer.form(&node::IS);
                self.word(name);
                self.word(word);
            }
            Test::Given(name) => {
                self.writer.form(&node::GIVEN);
                self.word(name);
            }
            Test::All(list) => self.tests(node::ALL, list),
            Test::Any(list) => self.tests(node::ANY, list),
            Test::Not(inner) => {
                self.writer.form(&node::NOT);
                self.test(inner);
            }
        }
    }
}
