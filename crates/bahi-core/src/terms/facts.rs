//! Facts as somebody else holds them: what a decision is made on, without a copy of any name.

use alloc::vec::Vec;

use super::{FACTS_MAX, FactKind, FactValue, Facts};
use crate::{Money, Word};

/// The value of a fact, its word held elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactRef<'a> {
    /// An amount.
    Money(Money),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Word(&'a Word),
}

impl FactRef<'_> {
    /// What kind of value this is.
    #[must_use]
    pub const fn kind(self) -> FactKind {
        match self {
            FactRef::Money(_) => FactKind::Money,
            FactRef::Count(_) => FactKind::Count,
            FactRef::Flag(_) => FactKind::Flag,
            FactRef::Word(_) => FactKind::Word,
        }
    }

    /// The value, with a word of its own.
    #[must_use]
    pub fn value(self) -> FactValue {
        match self {
            FactRef::Money(money) => FactValue::Money(money),
            FactRef::Count(count) => FactValue::Count(count),
            FactRef::Flag(flag) => FactValue::Flag(flag),
            FactRef::Word(word) => FactValue::Word(word.clone()),
        }
    }
}

impl<'a> From<&'a FactValue> for FactRef<'a> {
    fn from(value: &'a FactValue) -> FactRef<'a> {
        match value {
            FactValue::Money(money) => FactRef::Money(*money),
            FactValue::Count(count) => FactRef::Count(*count),
            FactValue::Flag(flag) => FactRef::Flag(*flag),
            FactValue::Word(word) => FactRef::Word(word),
        }
    }
}

/// The facts of one case as somebody else holds them, each name once, in order of name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FactRefs<'a>(Vec<(&'a Word, FactRef<'a>)>);

impl<'a> FactRefs<'a> {
    /// Facts in any order; `None` when a name repeats or there are more than [`FACTS_MAX`].
    #[must_use]
    pub fn new(mut facts: Vec<(&'a Word, FactRef<'a>)>) -> Option<FactRefs<'a>> {
        facts.sort_by(|left, right| left.0.cmp(right.0));
        let repeats = facts.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if repeats || facts.len() > FACTS_MAX { None } else { Some(FactRefs(facts)) }
    }

    /// The value of a fact.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<FactRef<'a>> {
        // A case states few facts, and names of unlike lengths differ without a look at their bytes.
        self.0.iter().find(|(word, _)| word.as_str() == name).map(|(_, value)| *value)
    }

    /// Every fact, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Word, FactRef<'a>)> {
        self.0.iter().copied()
    }

    /// The same facts, with names and words of their own.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts(self.0.iter().map(|(name, value)| ((*name).clone(), value.value())).collect())
    }
}

impl<'a> From<&'a Facts> for FactRefs<'a> {
    fn from(facts: &'a Facts) -> FactRefs<'a> {
        FactRefs(facts.0.iter().map(|(name, value)| (name, FactRef::from(value))).collect())
    }
}
