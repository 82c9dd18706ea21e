//! The one evaluator of terms: exact, pure, total.
//!
//! # Invariants
//! * Every computation ends within the bounds of `Terms`; none panics and none rounds before the
//!   last step.
//! * A missing optional fact counts as zero, an absent flag as not set.

use alloc::vec::Vec;
use core::{cmp::Ordering, fmt};

use crate::{
    Authority, Expr, FactKind, FactRef, FactRefs, FactValue, Facts, Fraction, Money, OutOfRange,
    Require, Rounding, SlabRow, Terms, Test, Word,
};

/// What terms give for the facts of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitlement {
    /// The rounded amount.
    pub amount: Money,
    /// The exact amount, in paise.
    pub exact: Fraction,
    /// The rule that rounded it.
    pub rounding: Rounding,
    /// Item by item, in the order of the terms.
    pub items: Vec<ItemOutcome>,
    /// What the applicant must bring, rounded by the same rule, where the terms say.
    pub own_contribution: Option<Money>,
    /// The line of the order that decided the last item.
    pub paragraph: Word,
}

/// What terms give for one item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemOutcome {
    /// The item.
    pub item: Word,
    /// What the case spent or plans, where that is a number of its own.
    pub claimed: Option<Money>,
    /// What is given, rounded for reading; the sum is rounded once, from the exact parts.
    pub allowed: Money,
    /// The exact amount given, in paise.
    pub exact: Fraction,
    /// The cap that could have bound it, where the row has one.
    pub limit: Option<Money>,
    /// The line of the order.
    pub paragraph: Word,
}

/// Why there is no entitlement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotEntitled {
    /// A fact the terms ask for is not stated. Next: state it.
    MissingFact(Word),
    /// A fact is stated that the terms do not ask for. Next: leave it out.
    UnknownFact(Word),
    /// A fact is of another kind than the terms ask for. Next: correct it.
    WrongKind(Word),
    /// A condition of the order does not hold. Next: none under these terms.
    Condition {
        /// The condition's code.
        code: Word,
        /// The line of the order.
        paragraph: Word,
    },
    /// No row of the terms covers the case. Next: none under these terms.
    NoRow {
        /// The item without a row.
        item: Word,
        /// The line of the order.
        paragraph: Word,
    },
    /// The facts are out of all proportion. Next: correct them.
    OutOfRange,
}

impl fmt::Display for NotEntitled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotEntitled::MissingFact(name) => write!(f, "the fact {name} is not stated"),
            NotEntitled::UnknownFact(name) => write!(f, "the terms do not ask for {name}"),
            NotEntitled::WrongKind(name) => write!(f, "the fact {name} is of another kind"),
            NotEntitled::Condition { code, paragraph } => {
                write!(f, "the condition {code} of {paragraph} does not hold")
            }
            NotEntitled::NoRow { item, paragraph } => {
                write!(f, "no row of {paragraph} covers {item}")
            }
            NotEntitled::OutOfRange => f.write_str("the facts are out of all proportion"),
        }
    }
}

impl core::error::Error for NotEntitled {}

/// What terms give, as far as a decision asks: no more than is computed on the way to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Granted<'t> {
    /// The rounded amount.
    pub amount: Money,
    /// The line of the order that decided the last item.
    pub paragraph: &'t Word,
}

/// What terms give for one item, as it is computed.
struct Computed<'t> {
    item: &'t Word,
    claimed: Option<Money>,
    allowed: Money,
    exact: Fraction,
    limit: Option<Money>,
    paragraph: &'t Word,
}

/// What all items come to.
struct Sum<'t> {
    granted: Granted<'t>,
    exact: Fraction,
    own_contribution: Option<Money>,
}

impl Terms {
    /// Checks that facts are those the terms ask for, in order of name.
    ///
    /// # Errors
    /// In checking order: `UnknownFact`, `WrongKind` (by fact, in order of name), `MissingFact` (in the
    /// order of the terms).
    pub fn check_facts(&self, facts: &Facts) -> Result<(), NotEntitled> {
        self.check(&FactRefs::from(facts))
    }

    fn check(&self, facts: &FactRefs<'_>) -> Result<(), NotEntitled> {
        let specs = &self.parts().facts;
        for (name, value) in facts.iter() {
            let spec = specs.iter().find(|spec| spec.name == *name);
            let spec = spec.ok_or_else(|| NotEntitled::UnknownFact(name.clone()))?;
            if spec.kind != value.kind() {
                return Err(NotEntitled::WrongKind(name.clone()));
            }
        }
        let missing =
            specs.iter().find(|spec| spec.required && facts.value(spec.name.as_str()).is_none());
        missing.map_or(Ok(()), |spec| Err(NotEntitled::MissingFact(spec.name.clone())))
    }

    /// What these terms give for these facts.
    ///
    /// # Errors
    /// Those of [`Terms::check_facts`]; then `Condition` of the terms as a whole in their order;
    /// then, item by item, `Condition`, `NoRow` or `OutOfRange`.
    pub fn entitlement(&self, facts: &Facts) -> Result<Entitlement, NotEntitled> {
        let mut items = Vec::with_capacity(self.parts().items.len());
        let sum = self.sum(&FactRefs::from(facts), |one| {
            items.push(ItemOutcome {
                item: one.item.clone(),
                claimed: one.claimed,
                allowed: one.allowed,
                exact: one.exact,
                limit: one.limit,
                paragraph: one.paragraph.clone(),
            });
        })?;
        Ok(Entitlement {
            amount: sum.granted.amount,
            exact: sum.exact,
            rounding: self.parts().rounding,
            items,
            own_contribution: sum.own_contribution,
            paragraph: sum.granted.paragraph.clone(),
        })
    }

    /// The amount of [`Terms::entitlement`] and its line alone, by the same computation.
    ///
    /// # Errors
    /// Those of [`Terms::entitlement`].
    pub fn granted(&self, facts: &FactRefs<'_>) -> Result<Granted<'_>, NotEntitled> {
        self.sum(facts, |_| {}).map(|sum| sum.granted)
    }

    fn sum<'t>(
        &'t self,
        facts: &FactRefs<'_>,
        mut each: impl FnMut(Computed<'t>),
    ) -> Result<Sum<'t>, NotEntitled> {
        self.check(facts)?;
        let parts = self.parts();
        let mut run = Run { facts, item: &parts.name, paragraph: None, limit: None };
        for require in &parts.requires {
            run.require(require)?;
        }
        let mut exact = Fraction::ZERO;
        let mut paragraph = parts.items.first().map(|item| &item.paragraph);
        for item in &parts.items {
            run.begin(&item.name, &item.paragraph);
            if let Some(test) = &item.when
                && !run.test(test)?
            {
                continue;
            }
            let claimed = match &item.claimed {
                Some(claimed) => Some(money(run.expr(claimed)?, parts.rounding)?),
                None => None,
            };
            run.begin(&item.name, &item.paragraph);
            let allowed = run.expr(&item.allowed)?;
            exact = exact.checked_add(allowed)?;
            let line = run.paragraph.unwrap_or(&item.paragraph);
            paragraph = Some(line);
            each(Computed {
                item: &item.name,
                claimed,
                allowed: money(allowed, parts.rounding)?,
                exact: allowed,
                limit: run.limit.map(|limit| money(limit, parts.rounding)).transpose()?,
                paragraph: line,
            });
        }
        let own_contribution = match &parts.own_contribution {
            Some(own) => Some(money(run.expr(own)?, parts.rounding)?),
            None => None,
        };
        let amount = money(exact, parts.rounding)?;
        let granted = Granted { amount, paragraph: paragraph.unwrap_or(&parts.name) };
        Ok(Sum { granted, exact, own_contribution })
    }

    /// Whether a condition of these terms holds for facts; one that cannot be computed does not.
    #[must_use]
    pub fn holds(&self, test: &Test, facts: &Facts) -> bool {
        self.holds_for(test, &FactRefs::from(facts))
    }

    /// The same for facts that somebody else holds.
    #[must_use]
    pub fn holds_for(&self, test: &Test, facts: &FactRefs<'_>) -> bool {
        let mut run = Run { facts, item: &self.parts().name, paragraph: None, limit: None };
        run.test(test).unwrap_or(false)
    }

    /// The authority of one line of these terms.
    #[must_use]
    pub fn authority_of(&self, paragraph: &Word) -> Authority {
        Authority { paragraph: Some(paragraph.clone()), ..self.parts().authority.clone() }
    }
}

impl From<OutOfRange> for NotEntitled {
    fn from(_: OutOfRange) -> NotEntitled {
        NotEntitled::OutOfRange
    }
}

fn money(exact: Fraction, rounding: Rounding) -> Result<Money, NotEntitled> {
    exact.round(rounding).to_money().ok_or(NotEntitled::OutOfRange)
}

/// One evaluation: the facts, and what it meets on its way.
struct Run<'a, 'f> {
    facts: &'f FactRefs<'f>,
    item: &'a Word,
    paragraph: Option<&'a Word>,
    limit: Option<Fraction>,
}

impl<'a> Run<'a, '_> {
    fn begin(&mut self, item: &'a Word, paragraph: &'a Word) {
        self.item = item;
        self.paragraph = Some(paragraph);
        self.limit = None;
    }

    fn require(&mut self, require: &'a Require) -> Result<(), NotEntitled> {
        if self.test(&require.test)? {
            return Ok(());
        }
        let Require { code, paragraph, .. } = require;
        Err(NotEntitled::Condition { code: code.clone(), paragraph: paragraph.clone() })
    }

    fn no_row(&self) -> NotEntitled {
        let paragraph = self.paragraph.unwrap_or(self.item).clone();
        NotEntitled::NoRow { item: self.item.clone(), paragraph }
    }

    fn number(&self, name: &Word) -> Result<Fraction, NotEntitled> {
        match self.facts.value(name.as_str()) {
            None => Ok(Fraction::ZERO),
            Some(FactRef::Money(money)) => Ok(Fraction::from(money)),
            Some(FactRef::Count(count)) => {
                i64::try_from(count).map(Fraction::whole).map_err(|_| NotEntitled::OutOfRange)
            }
            Some(FactRef::Flag(_) | FactRef::Word(_)) => Err(NotEntitled::WrongKind(name.clone())),
        }
    }

    fn pick(&mut self, list: &'a [Expr], wanted: Ordering) -> Result<Fraction, NotEntitled> {
        let mut best: Option<Fraction> = None;
        for expr in list {
            let value = self.expr(expr)?;
            let better = match best {
                Some(so_far) => value.compare(so_far)? == wanted,
                None => true,
            };
            if better {
                best = Some(value);
            }
        }
        best.ok_or_else(|| self.no_row())
    }

    fn expr(&mut self, expr: &'a Expr) -> Result<Fraction, NotEntitled> {
        Ok(match expr {
            Expr::Fact(name) => self.number(name)?,
            Expr::Const(money) => Fraction::from(*money),
            Expr::Number(number) => Fraction::whole(i64::from(*number)),
            Expr::Ratio { parts, of, base } => {
                self.expr(base)?.checked_mul(Fraction::new(i128::from(*parts), i128::from(*of))?)?
            }
            Expr::Min(list) => self.pick(list, Ordering::Less)?,
            Expr::Max(list) => self.pick(list, Ordering::Greater)?,
            Expr::Add(list) => {
                let mut sum = Fraction::ZERO;
                for part in list {
                    sum = sum.checked_add(self.expr(part)?)?;
                }
                sum
            }
            Expr::Sub(left, right) => self.expr(left)?.checked_sub(self.expr(right)?)?,
            Expr::Mul(left, right) => self.expr(left)?.checked_mul(self.expr(right)?)?,
            Expr::Cap(value, limit) => {
                let value = self.expr(value)?;
                let limit = self.expr(limit)?;
                self.limit = Some(limit);
                if value.compare(limit)? == Ordering::Greater { limit } else { value }
            }
            Expr::Slab { on, rows } => {
                let value = self.expr(on)?;
                let row = self.slab_row(value, rows)?;
                self.paragraph = Some(&row.paragraph);
                self.expr(&row.gives)?
            }
            Expr::Choose { fact, rows } => {
                let Some(FactRef::Word(word)) = self.facts.value(fact.as_str()) else {
                    return Err(NotEntitled::MissingFact(fact.clone()));
                };
                let row = rows.iter().find(|(choice, _)| choice == word);
                let (_, gives) = row.ok_or_else(|| self.no_row())?;
                self.expr(gives)?
            }
            Expr::If(test, yes, no) => {
                if self.test(test)? {
                    self.expr(yes)?
                } else {
                    self.expr(no)?
                }
            }
            Expr::Require(require, then) => {
                self.require(require)?;
                self.expr(then)?
            }
        })
    }

    fn slab_row<'r>(
        &self,
        value: Fraction,
        rows: &'r [SlabRow],
    ) -> Result<&'r SlabRow, NotEntitled> {
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

    fn test(&mut self, test: &'a Test) -> Result<bool, NotEntitled> {
        Ok(match test {
            Test::AtMost(left, right) => {
                let left = self.expr(left)?;
                left.compare(self.expr(right)?)? != Ordering::Greater
            }
            Test::Below(left, right) => {
                let left = self.expr(left)?;
                left.compare(self.expr(right)?)? == Ordering::Less
            }
            Test::Flag(name) => {
                matches!(self.facts.value(name.as_str()), Some(FactRef::Flag(true)))
            }
            Test::Is(name, word) => {
                matches!(self.facts.value(name.as_str()), Some(FactRef::Word(held)) if held == word)
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
}

/// The value a given text or number has as a fact of this kind, where it has one.
///
/// Money and words arrive as texts, counts as numbers, flags as yes or no.
#[must_use]
pub fn fact_value(given: &GivenFact, kind: FactKind) -> Option<FactValue> {
    fact_ref(given, kind).map(FactRef::value)
}

/// The same, a word left where it is given.
#[must_use]
pub fn fact_ref(given: &GivenFact, kind: FactKind) -> Option<FactRef<'_>> {
    match (given, kind) {
        (GivenFact::Text(text), FactKind::Money) => {
            Money::parse(text.as_str()).ok().map(FactRef::Money)
        }
        (GivenFact::Text(text), FactKind::Word) => Some(FactRef::Word(text)),
        (GivenFact::Count(count), FactKind::Count) => Some(FactRef::Count(*count)),
        (GivenFact::Flag(flag), FactKind::Flag) => Some(FactRef::Flag(*flag)),
        (
            GivenFact::Text(_) | GivenFact::Count(_) | GivenFact::Flag(_),
            FactKind::Money | FactKind::Count | FactKind::Flag | FactKind::Word,
        ) => None,
    }
}

/// A fact as a command gives it, before the terms say what kind it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GivenFact {
    /// A text: an amount or a word.
    Text(Word),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Flag(bool),
}

impl GivenFact {
    /// Whether this is another way of giving a value: `250000` gives the amount 250000.00.
    #[must_use]
    pub fn gives(&self, value: &FactValue) -> bool {
        self.gives_ref(FactRef::from(value))
    }

    /// The same for a value whose word is held elsewhere.
    #[must_use]
    pub fn gives_ref(&self, value: FactRef<'_>) -> bool {
        fact_ref(self, value.kind()) == Some(value)
    }
}

#[cfg(test)]
mod tests;
