//! Terms in: bounded in depth and nodes while reading, then checked whole.

mod procedure;

use std::collections::BTreeSet;

use bahi_core::{
    Across, Authority, Counted, Expr, FactKind, FactSpec, Item, Limit, OrderNumber, Per, Policy,
    Require, Rounding, SlabRow, TERMS_DEPTH_MAX, TERMS_LIST_MAX, TERMS_NODES_MAX, Terms,
    TermsError, TermsParts, Test, Word,
};

use super::{
    FactSpecForm, ITEM_HAS_CLAIMED, ITEM_HAS_WHEN, LIMIT_HAS_SAME, LIMIT_HAS_WHEN, LimitForm,
    NO_BOUND, RatioForm, TermsForm, node,
};
use crate::{
    Problem, WireError,
    bytes::{Reader, invalid},
    numbers,
    record::read_day,
};

/// Reads terms.
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Terms, WireError> {
    let at = reader.at();
    let form: TermsForm = reader.form()?;
    let mut terms = TermsReader { reader, words: Vec::new(), seen: BTreeSet::new(), nodes: 0 };
    let parts = terms.parts(&form, at)?;
    Terms::new(parts).map_err(|error| invalid("terms", at, error))
}

struct TermsReader<'r, 'b> {
    reader: &'r mut Reader<'b>,
    words: Vec<Word>,
    seen: BTreeSet<Word>,
    nodes: usize,
}

impl TermsReader<'_, '_> {
    fn parts(&mut self, form: &TermsForm, at: usize) -> Result<TermsParts, WireError> {
        let unsound = |field| move |problem| invalid(field, at, problem);
        let from = numbers::day(form.from).map_err(unsound("first day of terms"))?;
        let until = numbers::until(form.until).map_err(unsound("last day of terms"))?;
        let rounding = numbers::variant(&Rounding::ALL, numbers::rounding, form.rounding)
            .map_err(unsound("rounding"))?;
        let has_own =
            numbers::flag(form.has_own_contribution).map_err(unsound("has own contribution"))?;
        Ok(TermsParts {
            name: self.word("name of terms")?,
            authority: self.authority()?,
            from,
            until,
            facts: self.list("facts of terms", form.facts, 4, Self::fact_spec)?,
            requires: self.list("conditions of terms", form.requires, 5, Self::require)?,
            items: self.list("items of terms", form.items, 6, Self::item)?,
            own_contribution: if has_own { Some(self.expr(0)?) } else { None },
            rounding,
            instalments_max: form.instalments_max,
            policies: self.list("policies of terms", form.policies, 4, Self::policy)?,
            limits: self.list("limits of terms", form.limits, 11, Self::limit)?,
            procedure: self.procedure(form)?,
        })
    }

    /// Reads a list of the terms; `row_bytes` is the least a row takes.
    fn list<T>(
        &mut self,
        field: &'static str,
        count: u8,
        row_bytes: usize,
        mut row: impl FnMut(&mut Self) -> Result<T, WireError>,
    ) -> Result<Vec<T>, WireError> {
        let count = self.reader.counted(field, count, TERMS_LIST_MAX, row_bytes)?;
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push(row(self)?);
        }
        Ok(rows)
    }

    /// Reads the length of a list, then the list.
    fn counted_list<T>(
        &mut self,
        field: &'static str,
        row_bytes: usize,
        row: impl FnMut(&mut Self) -> Result<T, WireError>,
    ) -> Result<Vec<T>, WireError> {
        let count: u8 = self.reader.form()?;
        self.list(field, count, row_bytes, row)
    }

    fn word_or_none(&mut self, field: &'static str) -> Result<Option<Word>, WireError> {
        let at = self.reader.at();
        let number: u16 = self.reader.form()?;
        let Some(index) = usize::from(number).checked_sub(1) else { return Ok(None) };
        if let Some(word) = self.words.get(index) {
            return Ok(Some(word.clone()));
        }
        if index > self.words.len() {
            return Err(invalid(field, at, Problem::OutOfRange(i128::from(number))));
        }
        let word = self.reader.name(field, Word::new)?;
        if !self.seen.insert(word.clone()) {
            return Err(invalid(field, at, Problem::Order));
        }
        self.words.push(word.clone());
        Ok(Some(word))
    }

    fn word(&mut self, field: &'static str) -> Result<Word, WireError> {
        let at = self.reader.at();
        self.word_or_none(field)?.ok_or_else(|| invalid(field, at, Problem::UnknownNumber(0)))
    }

    fn authority(&mut self) -> Result<Authority, WireError> {
        Ok(Authority {
            order: self.reader.name("order", OrderNumber::new)?,
            date: read_day(self.reader, "order date")?,
            paragraph: self.word_or_none("paragraph")?,
        })
    }

    fn fact_spec(&mut self) -> Result<FactSpec, WireError> {
        let name = self.word("name of a fact")?;
        let at = self.reader.at();
        let form: FactSpecForm = self.reader.form()?;
        let kind = numbers::variant(&FactKind::ALL, numbers::fact_kind, form.kind)
            .map_err(|problem| invalid("kind of a fact", at, problem))?;
        let required =
            numbers::flag(form.required).map_err(|problem| invalid("required", at, problem))?;
        Ok(FactSpec { name, kind, required })
    }

    fn policy(&mut self) -> Result<Policy, WireError> {
        Ok(Policy { name: self.word("name of a policy")?, value: self.word("policy")? })
    }

    fn limit(&mut self) -> Result<Limit, WireError> {
        let code = self.word("code of a limit")?;
        let paragraph = self.word("paragraph of a limit")?;
        let at = self.reader.at();
        let form: LimitForm = self.reader.form()?;
        let unsound = |field| move |problem| invalid(field, at, problem);
        if form.has & !(LIMIT_HAS_WHEN | LIMIT_HAS_SAME) != 0 {
            let problem = Problem::UnknownNumber(u32::from(form.has));
            return Err(invalid("parts of a limit", at, problem));
        }
        Ok(Limit {
            code,
            per: numbers::variant(&Per::ALL, numbers::per, form.per)
                .map_err(unsound("whom a limit is for"))?,
            count: form.count,
            within: numbers::within_of(form.within),
            of: numbers::variant(&Counted::ALL, numbers::counted, form.of)
                .map_err(unsound("what a limit counts"))?,
            across: numbers::variant(&Across::ALL, numbers::across, form.across)
                .map_err(unsound("how far a limit reaches"))?,
            when: if form.has & LIMIT_HAS_WHEN != 0 { Some(self.test(0)?) } else { None },
            same: if form.has & LIMIT_HAS_SAME != 0 {
                Some(self.word("name of a fact")?)
            } else {
                None
            },
            paragraph,
        })
    }

    fn require(&mut self) -> Result<Require, WireError> {
        self.require_at(0)
    }

    fn require_at(&mut self, depth: usize) -> Result<Require, WireError> {
        Ok(Require {
            code: self.word("code of a condition")?,
            paragraph: self.word("paragraph of a condition")?,
            test: self.test(depth)?,
        })
    }

    fn item(&mut self) -> Result<Item, WireError> {
        let name = self.word("name of an item")?;
        let paragraph = self.word("paragraph of an item")?;
        let at = self.reader.at();
        let has: u8 = self.reader.form()?;
        if has & !(ITEM_HAS_CLAIMED | ITEM_HAS_WHEN) != 0 {
            return Err(invalid("parts of an item", at, Problem::UnknownNumber(u32::from(has))));
        }
        Ok(Item {
            name,
            when: if has & ITEM_HAS_WHEN != 0 { Some(self.test(0)?) } else { None },
            claimed: if has & ITEM_HAS_CLAIMED != 0 { Some(self.expr(0)?) } else { None },
            allowed: self.expr(0)?,
            paragraph,
        })
    }

    /// Enters a node, which bounds the depth of this function's callers and the nodes they make.
    fn enter(&mut self, depth: usize) -> Result<usize, WireError> {
        if depth >= TERMS_DEPTH_MAX {
            return Err(self.reader.invalid("terms", TermsError::TooDeep));
        }
        self.nodes += 1;
        if self.nodes > TERMS_NODES_MAX {
            return Err(self.reader.invalid("terms", TermsError::TooLarge));
        }
        Ok(depth + 1)
    }

    fn exprs(&mut self, depth: usize) -> Result<Vec<Expr>, WireError> {
        self.counted_list("expressions", 1, |terms| terms.expr(depth))
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<Expr>, WireError> {
        self.expr(depth).map(Box::new)
    }

    fn expr(&mut self, depth: usize) -> Result<Expr, WireError> {
        let depth = self.enter(depth)?;
        let at = self.reader.at();
        Ok(match self.reader.form::<u8>()? {
            node::FACT => Expr::Fact(self.word("name of a fact")?),
            node::CONST => {
                let at = self.reader.at();
                let money = numbers::money(self.reader.form()?);
                Expr::Const(money.map_err(|problem| invalid("amount of terms", at, problem))?)
            }
            node::NUMBER => Expr::Number(self.reader.form()?),
            node::RATIO => {
                let RatioForm { parts, of } = self.reader.form()?;
                Expr::Ratio { parts, of, base: self.boxed(depth)? }
            }
            node::MIN => Expr::Min(self.exprs(depth)?),
            node::MAX => Expr::Max(self.exprs(depth)?),
            node::ADD => Expr::Add(self.exprs(depth)?),
            node::SUB => Expr::Sub(self.boxed(depth)?, self.boxed(depth)?),
            node::MUL => Expr::Mul(self.boxed(depth)?, self.boxed(depth)?),
            node::CAP => Expr::Cap(self.boxed(depth)?, self.boxed(depth)?),
            node::SLAB => self.slab(depth)?,
            node::CHOOSE => Expr::Choose {
                fact: self.word("name of a fact")?,
                rows: self.counted_list("choices", 3, |terms| {
                    Ok((terms.word("choice")?, terms.expr(depth)?))
                })?,
            },
            node::IF => {
                Expr::If(Box::new(self.test(depth)?), self.boxed(depth)?, self.boxed(depth)?)
            }
            node::REQUIRE => Expr::Require(Box::new(self.require_at(depth)?), self.boxed(depth)?),
            other => {
                return Err(invalid("expression", at, Problem::UnknownNumber(u32::from(other))));
            }
        })
    }

    fn slab(&mut self, depth: usize) -> Result<Expr, WireError> {
        let count: u8 = self.reader.form()?;
        let on = self.boxed(depth)?;
        let rows = self.list("rows of a slab", count, 11, |terms| terms.slab_row(depth))?;
        Ok(Expr::Slab { on, rows })
    }

    fn slab_row(&mut self, depth: usize) -> Result<SlabRow, WireError> {
        let at = self.reader.at();
        let up_to = match self.reader.form()? {
            NO_BOUND => None,
            paise => Some(
                numbers::money(paise).map_err(|problem| invalid("bound of a slab", at, problem))?,
            ),
        };
        let paragraph = self.word("paragraph of a slab")?;
        Ok(SlabRow { up_to, gives: self.expr(depth)?, paragraph })
    }

    fn tests(&mut self, depth: usize) -> Result<Vec<Test>, WireError> {
        self.counted_list("tests", 1, |terms| terms.test(depth))
    }

    fn test(&mut self, depth: usize) -> Result<Test, WireError> {
        let depth = self.enter(depth)?;
        let at = self.reader.at();
        Ok(match self.reader.form::<u8>()? {
            node::AT_MOST => Test::AtMost(self.expr(depth)?, self.expr(depth)?),
            node::BELOW => Test::Below(self.expr(depth)?, self.expr(depth)?),
            node::FLAG => Test::Flag(self.word("name of a fact")?),
            node::IS => Test::Is(self.word("name of a fact")?, self.word("choice")?),
            node::GIVEN => Test::Given(self.word("name of a fact")?),
            node::ALL => Test::All(self.tests(depth)?),
            node::ANY => Test::Any(self.tests(depth)?),
            node::NOT => Test::Not(Box::new(self.test(depth)?)),
            other => {
                return Err(invalid("test", at, Problem::UnknownNumber(u32::from(other))));
            }
        })
    }
}
