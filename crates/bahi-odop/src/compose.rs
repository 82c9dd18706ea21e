//! Short constructors, so that a scheme's terms read as their order does.
//!
//! # Invariants
//! * Texts and amounts given here are the rulebook's own constants; one that is unsound stops the
//!   test that builds every scheme.
//!
//! # Not here
//! Anything an order says: one file per scheme under `schemes`.

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{
    Day, Expr, FactKind, FactSpec, Gate, Item, Milestone, Money, Policy, Require, Role, SlabRow,
    Span, Subject, Test, Word,
};

/// One lakh, in rupees.
pub(crate) const LAKH: u64 = 100_000;
/// One crore, in rupees.
pub(crate) const CRORE: u64 = 100 * LAKH;

/// A code, a fact's name, a paragraph.
pub(crate) fn word(text: &str) -> Word {
    Word::new(text).expect("the rulebook's words are identifiers")
}

/// A calendar date, the last or first of a version.
pub(crate) fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from_date(year, month, day).expect("the rulebook's dates are dates")
}

/// An amount of whole rupees.
pub(crate) fn money(rupees: u64) -> Money {
    Money::from_rupees(rupees).expect("the rulebook's amounts are amounts")
}

// ---- facts

/// A fact that a case must state.
pub(crate) fn asks(name: &str, kind: FactKind) -> FactSpec {
    FactSpec { name: word(name), kind, required: true }
}

/// A fact that a case may state.
pub(crate) fn takes(name: &str, kind: FactKind) -> FactSpec {
    FactSpec { name: word(name), kind, required: false }
}

// ---- expressions

/// The amount or count a fact holds.
pub(crate) fn fact(name: &str) -> Expr {
    Expr::Fact(word(name))
}

/// An amount of whole rupees.
pub(crate) fn rupees(amount: u64) -> Expr {
    Expr::Const(money(amount))
}

/// So many of a hundred parts.
pub(crate) fn percent(parts: u32, base: Expr) -> Expr {
    Expr::Ratio { parts, of: 100, base: Box::new(base) }
}

/// Two of three parts.
pub(crate) fn two_thirds(base: Expr) -> Expr {
    Expr::Ratio { parts: 2, of: 3, base: Box::new(base) }
}

/// The first, but no more than the second, which shows as the item's limit.
pub(crate) fn cap(value: Expr, limit: Expr) -> Expr {
    Expr::Cap(Box::new(value), Box::new(limit))
}

/// Whichever is more.
pub(crate) fn more_of(left: Expr, right: Expr) -> Expr {
    Expr::Max(Vec::from([left, right]))
}

/// Whichever is less.
pub(crate) fn less_of(left: Expr, right: Expr) -> Expr {
    Expr::Min(Vec::from([left, right]))
}

/// The first less the second.
pub(crate) fn less(left: Expr, right: Expr) -> Expr {
    Expr::Sub(Box::new(left), Box::new(right))
}

/// The product, at least one factor a count.
pub(crate) fn times(left: Expr, right: Expr) -> Expr {
    Expr::Mul(Box::new(left), Box::new(right))
}

/// By where a value lies.
pub(crate) fn slab(on: Expr, rows: impl IntoIterator<Item = SlabRow>) -> Expr {
    Expr::Slab { on: Box::new(on), rows: rows.into_iter().collect() }
}

/// A slab's row up to and with so many rupees.
pub(crate) fn up_to(rupees: u64, paragraph: &str, gives: Expr) -> SlabRow {
    SlabRow { up_to: Some(money(rupees)), gives, paragraph: word(paragraph) }
}

/// A slab's last row, without bound.
pub(crate) fn beyond(paragraph: &str, gives: Expr) -> SlabRow {
    SlabRow { up_to: None, gives, paragraph: word(paragraph) }
}

/// An expression that names the line of the order it stands in: a slab of one row without bound.
pub(crate) fn in_line(paragraph: &str, gives: Expr) -> Expr {
    slab(Expr::Number(0), [beyond(paragraph, gives)])
}

/// By the word a fact holds.
pub(crate) fn choose<'a>(name: &str, rows: impl IntoIterator<Item = (&'a str, Expr)>) -> Expr {
    let rows = rows.into_iter().map(|(choice, gives)| (word(choice), gives)).collect();
    Expr::Choose { fact: word(name), rows }
}

/// The first where a condition holds, else the second.
pub(crate) fn either(test: Test, yes: Expr, no: Expr) -> Expr {
    Expr::If(Box::new(test), Box::new(yes), Box::new(no))
}

/// The expression, provided that a condition holds.
pub(crate) fn provided(condition: Require, then: Expr) -> Expr {
    Expr::Require(Box::new(condition), Box::new(then))
}

// ---- conditions

/// A condition, its code, and its line of the order.
pub(crate) fn require(code: &str, paragraph: &str, test: Test) -> Require {
    Require { test, code: word(code), paragraph: word(paragraph) }
}

/// A fact holds a word.
pub(crate) fn is(name: &str, choice: &str) -> Test {
    Test::Is(word(name), word(choice))
}

/// A fact holds one of some words.
pub(crate) fn is_one_of(name: &str, choices: &[&str]) -> Test {
    Test::Any(choices.iter().map(|choice| is(name, choice)).collect())
}

/// A flag is set.
pub(crate) fn flag(name: &str) -> Test {
    Test::Flag(word(name))
}

/// A fact is stated.
pub(crate) fn given(name: &str) -> Test {
    Test::Given(word(name))
}

/// A condition does not hold.
pub(crate) fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

/// All conditions hold.
pub(crate) fn all(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::All(tests.into_iter().collect())
}

/// At least one condition holds.
pub(crate) fn any(tests: impl IntoIterator<Item = Test>) -> Test {
    Test::Any(tests.into_iter().collect())
}

/// A condition on a fact that a case may state: where it does not, it holds.
pub(crate) fn if_stated(name: &str, test: Test) -> Test {
    any([not(given(name)), test])
}

/// The first is no more than the second.
pub(crate) fn at_most(left: Expr, right: Expr) -> Test {
    Test::AtMost(left, right)
}

// ---- gates

/// What must be so before a thing happens, in the text forms of terms files.
pub(crate) struct Draft(Gate);

/// A gate of a step, with its line of the order. A step is always held to its gates.
pub(crate) fn step(name: &str, paragraph: &str) -> Draft {
    draft(Subject::Step(word(name)), paragraph)
}

/// A gate of what moves money, with its line of the order; it refuses unless it is only `shown`.
pub(crate) fn gate(of: &str, paragraph: &str) -> Draft {
    draft(Subject::parse(of).expect("the rulebook's subjects are in their text form"), paragraph)
}

fn draft(of: Subject, paragraph: &str) -> Draft {
    Draft(Gate {
        of,
        reasons: Vec::new(),
        when: None,
        roles: Vec::new(),
        after: Vec::new(),
        evidence: Vec::new(),
        earliest: None,
        latest: None,
        used_percent: 0,
        binding: true,
        paragraph: word(paragraph),
    })
}

impl Draft {
    /// Who may.
    pub(crate) fn by(mut self, roles: &[Role]) -> Draft {
        self.0.roles.extend(roles);
        self
    }

    /// What must have been before: at least one of these, beside what other rows ask.
    pub(crate) fn after(mut self, one_of: &[&str]) -> Draft {
        let milestone = |text: &&str| {
            Milestone::parse(text).expect("the rulebook's milestones are in their text form")
        };
        self.0.after.push(one_of.iter().map(milestone).collect());
        self
    }

    /// A kind of paper that the record names.
    pub(crate) fn paper(mut self, kind: &str) -> Draft {
        self.0.evidence.push(word(kind));
        self
    }

    /// Not before so long after something.
    pub(crate) fn not_before(mut self, span: &str) -> Draft {
        self.0.earliest = Some(self::span(span));
        self
    }

    /// Late once so long after something.
    pub(crate) fn late_after(mut self, span: &str) -> Draft {
        self.0.latest = Some(self::span(span));
        self
    }

    /// Only for cases with such facts.
    pub(crate) fn when(mut self, test: Test) -> Draft {
        self.0.when = Some(test);
        self
    }

    /// Only for these reasons of an adjustment, which no gate without reasons concerns then.
    pub(crate) fn for_reasons(mut self, reasons: &[&str]) -> Draft {
        self.0.reasons.extend(reasons.iter().map(|reason| word(reason)));
        self
    }

    /// Once so many parts of a hundred of what was paid before are used.
    pub(crate) fn once_used(mut self, percent: u8) -> Draft {
        self.0.used_percent = percent;
        self
    }

    /// What is missing is shown, and nothing refused.
    pub(crate) fn shown(mut self) -> Draft {
        self.0.binding = false;
        self
    }

    /// The gate.
    pub(crate) fn gate(self) -> Gate {
        self.0
    }
}

fn span(text: &str) -> Span {
    Span::parse(text).expect("the rulebook's spans are in their text form")
}

// ---- versions

/// An item that is always part of the entitlement.
pub(crate) fn item(name: &str, paragraph: &str, claimed: Option<Expr>, allowed: Expr) -> Item {
    Item { name: word(name), when: None, claimed, allowed, paragraph: word(paragraph) }
}

/// An item that is part of the entitlement when a condition holds.
pub(crate) fn item_when(when: Test, item: Item) -> Item {
    Item { when: Some(when), ..item }
}

/// A choice where an order is silent.
pub(crate) fn policy(name: &str, value: &str) -> Policy {
    Policy { name: word(name), value: word(value) }
}

/// The rounding as a policy, since no order names one.
pub(crate) fn rounding_policy() -> Policy {
    policy("rounding", crate::schemes::ROUNDING.name())
}
