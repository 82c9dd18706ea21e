//! A computation of an entitlement with every step written down.
//!
//! # Invariants
//! * What a trace comes to is what the evaluator gives: the two are compared whenever a trace is
//!   made, and the evaluator's answer is the one told.
//! * Arithmetic is that of [`Fraction`], and nothing is rounded before the last step.

use std::cmp::Ordering;

use bahi_core::{
    Entitlement, Expr, FactKind, FactValue, Facts, Fraction, ItemOutcome, Money, NotEntitled,
    Require, Rounding, SlabRow, Terms, Test, Total, Word,
};
use bahi_import::{expression_text, test_text};

/// One step of a computation, before the steps it is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it is a step of: an item, a condition's code, the own contribution.
    pub of: String,
    /// How deep it stands, from 0.
    pub depth: u16,
    /// What was computed, as a terms file writes it.
    pub rule: String,
    /// What it came to; none where the computation ended in a refusal on the way.
    pub value: Option<StepValue>,
    /// What decided: the row taken, the cap that bound.
    pub because: Option<String>,
}

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepValue {
    /// An exact amount, in paise.
    Money(Fraction),
    /// A number without a unit.
    Count(Fraction),
    /// Whether a test holds.
    Holds(bool),
}

impl std::fmt::Display for StepValue {
    /// Rupees as in JSON, where the amount is of whole paise; else a fraction in lowest terms.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StepValue::Holds(true) => f.write_str("yes"),
            StepValue::Holds(false) => f.write_str("no"),
            StepValue::Money(exact) if exact.denominator() == 1 => {
                std::fmt::Display::fmt(&Total::from_paise(exact.numerator()), f)
            }
            StepValue::Money(exact) => match exact.paise_to_rupees() {
                Ok(rupees) => rupees.fmt(f),
                Err(_) => write!(f, "{exact} paise"),
            },
            StepValue::Count(exact) if exact.denominator() == 1 => exact.numerator().fmt(f),
            StepValue::Count(exact) => exact.fmt(f),
        }
    }
}

/// A computation: its steps, and what it came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Every step, each before those it is made of.
    pub steps: Vec<Step>,
    /// What the evaluator gives.
    pub outcome: Result<Entitlement, NotEntitled>,
    /// Whether the steps come to the same.
    pub agrees: bool,
}

/// Computes what terms give for facts, step by step.
#[must_use]
pub fn trace(terms: &Terms, facts: &Facts) -> Trace {
    let mut run = Run {
        terms,
        facts,
        steps: Vec::new(),
        of: String::new(),
        depth: 0,
        item: &terms.parts().name,
        paragraph: None,
        limit: None,
    };
    let traced = run.whole();
    let outcome = terms.entitlement(facts);
    Trace { agrees: traced == outcome, steps: run.steps, outcome }
}

/// A number, and whether it is money.
type Value = (Fraction, bool);

struct Run<'a> {
    terms: &'a Terms,
    facts: &'a Facts,
    steps: Vec<Step>,
    of: String,
    depth: u16,
    item: &'a Word,
    paragraph: Option<Word>,
    limit: Option<Fraction>,
}

impl<'a> Run<'a> {
    fn whole(&mut self) -> Result<Entitlement, NotEntitled> {
        let terms = self.terms;
        terms.check_facts(self.facts)?;
        let parts = terms.parts();
        for require in &parts.requires {
            self.of = require.code.to_string();
            self.require(require)?;
        }
        let mut exact = Fraction::ZERO;
        let mut items = Vec::with_capacity(parts.items.len());
        let mut paragraph = parts.items.first().map(|item| item.paragraph.clone());
        for item in &parts.items {
            self.of = item.name.to_string();
            self.begin(&item.name, &item.paragraph);
            if let Some(test) = &item.when
                && !self.test(test)?
            {
                continue;
            }
            let claimed = match &item.claimed {
                Some(claimed) => Some(money(self.expr(claimed)?.0, parts.rounding)?),
                None => None,
            };
            self.begin(&item.name, &item.paragraph);
            let (allowed, _) = self.expr(&item.allowed)?;
            exact = exact.checked_add(allowed)?;
            let line = self.paragraph.clone().unwrap_or_else(|| item.paragraph.clone());
            paragraph = Some(line.clone());
            items.push(ItemOutcome {
                item: item.name.clone(),
                claimed,
                allowed: money(allowed, parts.rounding)?,
                exact: allowed,
                limit: self.limit.map(|limit| money(limit, parts.rounding)).transpose()?,
                paragraph: line,
            });
        }
        self.of = "own_contribution".to_owned();
        let own_contribution = match &parts.own_contribution {
            Some(own) => Some(money(self.expr(own)?.0, parts.rounding)?),
            None => None,
        };
        Ok(Entitlement {
            amount: money(exact, parts.rounding)?,
            exact,
            rounding: parts.rounding,
            items,
            own_contribution,
            paragraph: paragraph.unwrap_or_else(|| parts.name.clone()),
        })
    }

    fn begin(&mut self, item: &'a Word, paragraph: &Word) {
        self.item = item;
        self.paragraph = Some(paragraph.clone());
        self.limit = None;
    }

    fn no_row(&self) -> NotEntitled {
        let paragraph = self.paragraph.clone().unwrap_or_else(|| self.item.clone());
        NotEntitled::NoRow { item: self.item.clone(), paragraph }
    }

    /// Notes a step; its value comes when what it is made of is computed.
    fn step(&mut self, rule: String) -> usize {
        let (of, depth) = (self.of.clone(), self.depth);
        self.steps.push(Step { of, depth, rule, value: None, because: None });
        self.steps.len() - 1
    }

    fn because(&mut self, step: Option<usize>, why: impl Into<String>) {
        if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
            step.because = Some(why.into());
        }
    }

    fn came_to(&mut self, step: Option<usize>, value: StepValue) {
        if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
            step.value = Some(value);
        }
    }

    fn require(&mut self, require: &Require) -> Result<(), NotEntitled> {
        if self.test(&require.test)? {
            return Ok(());
        }
        let Require { code, paragraph, .. } = require;
        Err(NotEntitled::Condition { code: code.clone(), paragraph: paragraph.clone() })
    }

    fn expr(&mut self, expr: &Expr) -> Result<Value, NotEntitled> {
        let constant = matches!(expr, Expr::Const(_) | Expr::Number(_));
        let step = (!constant || self.depth == 0).then(|| self.step(expression_text(expr)));
        self.depth += 1;
        let value = self.value(expr, step);
        self.depth -= 1;
        let (exact, is_money) = value?;
        let said = if is_money { StepValue::Money(exact) } else { StepValue::Count(exact) };
        self.came_to(step, said);
        Ok((exact, is_money))
    }

    fn value(&mut self, expr: &Expr, step: Option<usize>) -> Result<Value, NotEntitled> {
        Ok(match expr {
            Expr::Fact(name) => self.fact(name, step)?,
            Expr::Const(amount) => (Fraction::from(*amount), true),
            Expr::Number(number) => (Fraction::whole(i64::from(*number)), false),
            Expr::Ratio { parts, of, base } => {
                let (base, is_money) = self.expr(base)?;
                let share = Fraction::new(i128::from(*parts), i128::from(*of))?;
                (base.checked_mul(share)?, is_money)
            }
            Expr::Min(list) => self.pick(list, Ordering::Less, step)?,
            Expr::Max(list) => self.pick(list, Ordering::Greater, step)?,
            Expr::Add(list) => {
                let mut sum = (Fraction::ZERO, false);
                for part in list {
                    let (part, is_money) = self.expr(part)?;
                    sum = (sum.0.checked_add(part)?, sum.1 || is_money);
                }
                sum
            }
            Expr::Sub(left, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                (left.0.checked_sub(right.0)?, left.1 || right.1)
            }
            Expr::Mul(left, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                (left.0.checked_mul(right.0)?, left.1 || right.1)
            }
            Expr::Cap(value, limit) => {
                let (value, limit) = (self.expr(value)?, self.expr(limit)?);
                self.limit = Some(limit.0);
                let binds = value.0.compare(limit.0)? == Ordering::Greater;
                self.because(step, if binds { "the limit binds" } else { "within the limit" });
                if binds { limit } else { value }
            }
            Expr::Slab { on, rows } => {
                let (on, _) = self.expr(on)?;
                let row = self.row(on, rows)?;
                self.paragraph = Some(row.paragraph.clone());
                let bound = match row.up_to {
                    Some(up_to) => format!("up to {up_to}"),
                    None => "above".to_owned(),
                };
                self.because(step, format!("the row {bound}, {}", row.paragraph));
                self.expr(&row.gives)?
            }
            Expr::Choose { fact, rows } => {
                let Some(FactValue::Word(word)) = self.facts.value(fact.as_str()) else {
                    return Err(NotEntitled::MissingFact(fact.clone()));
                };
                let row = rows.iter().find(|(choice, _)| choice == word);
                let (_, gives) = row.ok_or_else(|| self.no_row())?;
                self.because(step, format!("{fact} is {word}"));
                self.expr(gives)?
            }
            Expr::If(test, yes, no) => {
                let holds = self.test(test)?;
                self.because(step, if holds { "the test holds" } else { "the test fails" });
                if holds { self.expr(yes)? } else { self.expr(no)? }
            }
            Expr::Require(require, then) => {
                self.because(step, format!("{}, {}", require.code, require.paragraph));
                self.require(require)?;
                self.expr(then)?
            }
        })
    }

    fn fact(&mut self, name: &Word, step: Option<usize>) -> Result<Value, NotEntitled> {
        let spec = self.terms.parts().facts.iter().find(|spec| spec.name == *name);
        let is_money = spec.is_some_and(|spec| spec.kind == FactKind::Money);
        match self.facts.value(name.as_str()) {
            None => {
                self.because(step, "not stated");
                Ok((Fraction::ZERO, is_money))
            }
            Some(FactValue::Money(money)) => Ok((Fraction::from(*money), true)),
            Some(FactValue::Count(count)) => i64::try_from(*count)
                .map(|count| (Fraction::whole(count), false))
                .map_err(|_| NotEntitled::OutOfRange),
            Some(FactValue::Flag(_) | FactValue::Word(_)) => {
                Err(NotEntitled::WrongKind(name.clone()))
            }
        }
    }

    fn pick(
        &mut self,
        list: &[Expr],
        wanted: Ordering,
        step: Option<usize>,
    ) -> Result<Value, NotEntitled> {
        let mut best: Option<(Fraction, usize)> = None;
        let mut any_money = false;
        for (index, expr) in list.iter().enumerate() {
            let (value, is_money) = self.expr(expr)?;
            any_money |= is_money;
            let better = match best {
                Some((so_far, _)) => value.compare(so_far)? == wanted,
                None => true,
            };
            if better {
                best = Some((value, index));
            }
        }
        let (value, index) = best.ok_or_else(|| self.no_row())?;
        if let Some(taken) = list.get(index) {
            self.because(step, format!("{} is taken", expression_text(taken)));
        }
        Ok((value, any_money))
    }

    fn row<'r>(&self, value: Fraction, rows: &'r [SlabRow]) -> Result<&'r SlabRow, NotEntitled> {
        for row in rows {
            let within = match row.up_to {
                Some(up_to) => value.compare(Fraction::from(up_to))? != Ordering::Greater,
                None => true,
            };
            if within {
                return Ok(row);
            }
        }
        Err(self.no_row())
    }

    fn test(&mut self, test: &Test) -> Result<bool, NotEntitled> {
        let step = self.step(test_text(test));
        self.depth += 1;
        let holds = self.holds(test);
        self.depth -= 1;
        let holds = holds?;
        self.came_to(Some(step), StepValue::Holds(holds));
        Ok(holds)
    }

    fn holds(&mut self, test: &Test) -> Result<bool, NotEntitled> {
        Ok(match test {
            Test::AtMost(left, right) => self.ordered(left, right)? != Ordering::Greater,
            Test::Below(left, right) => self.ordered(left, right)? == Ordering::Less,
            Test::Flag(name) => self.facts.value(name.as_str()) == Some(&FactValue::Flag(true)),
            Test::Is(name, word) => {
                self.facts.value(name.as_str()) == Some(&FactValue::Word(word.clone()))
            }
            Test::Given(name) => self.facts.value(name.as_str()).is_some(),
            Test::All(list) => {
                for inner in list {
                    if !self.test(inner)? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Any(list) => {
                for inner in list {
                    if self.test(inner)? {
                        return Ok(true);
                    }
                }
                false
            }
            Test::Not(inner) => !self.test(inner)?,
        })
    }

    fn ordered(&mut self, left: &Expr, right: &Expr) -> Result<Ordering, NotEntitled> {
        let (left, _) = self.expr(left)?;
        let (right, _) = self.expr(right)?;
        Ok(left.compare(right)?)
    }
}

fn money(exact: Fraction, rounding: Rounding) -> Result<Money, NotEntitled> {
    exact.round(rounding).to_money().ok_or(NotEntitled::OutOfRange)
}
