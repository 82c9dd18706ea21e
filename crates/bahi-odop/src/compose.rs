//! Short constructors, so that a scheme's terms read as their order does.
//!
//! # Invariants
//! * Texts and amounts given here are the rulebook's own constants; one that is unsound stops the
//!   test that builds every scheme.
//!
//! # Not here
//! Anything an order says: one file per scheme under `schemes`.

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{Day, Expr, FactKind, FactSpec, Item, Money, Policy, Require, SlabRow, Test, Word};

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

/// The first is no more than the second.
pub(crate) fn at_most(left: Expr, right: Expr) -> Test {
    Test::AtMost(left, right)
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
