//! A scheme's terms: which facts it asks for, and what it gives for them, as expressions.
//!
//! Terms are data. They arrive in events, so another state's scheme opens without a release and an
//! old decision stays explainable under the terms it was made by.
//!
//! # Invariants
//! * Terms that exist are bounded in depth and size, name each fact once, and refer only to facts
//!   they ask for.
//!
//! # Not here
//! Computing with them: `evaluate`.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use crate::{Authority, Day, Money, NameError, Rounding, Word};

mod facts;

mod limits;

mod procedure;

mod texts;

pub use facts::{FactRef, FactRefs};
pub use limits::{Across, Counted, LIMIT_YEARS_MAX, Limit, Per, Within};
pub use procedure::{
    AfterReturn, Gate, LENGTH_DAYS_MAX, LENGTH_MONTHS_MAX, Length, Milestone, Outcome, ReturnRule,
    Span, Subject,
};

/// The deepest nesting of one expression.
pub const TERMS_DEPTH_MAX: usize = 16;
/// The most expression and test nodes in one set of terms.
pub const TERMS_NODES_MAX: usize = 1_024;
/// The most facts, items, conditions, policies, notes, or rows of a slab.
pub const TERMS_LIST_MAX: usize = 64;

/// An expression over the facts of a case. Money is in paise, a count is itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expr {
    /// A fact of the case.
    Fact(Word),
    /// An amount.
    Const(Money),
    /// A whole number.
    Number(u32),
    /// So many parts of so many of another: 25 of 100 is a quarter.
    Ratio {
        /// Parts taken.
        parts: u32,
        /// Parts in the whole, above zero.
        of: u32,
        /// What is divided.
        base: Box<Expr>,
    },
    /// The smallest of one or more.
    Min(Vec<Expr>),
    /// The largest of one or more.
    Max(Vec<Expr>),
    /// The sum of one or more.
    Add(Vec<Expr>),
    /// The first less the second.
    Sub(Box<Expr>, Box<Expr>),
    /// The product of the two, at least one a count.
    Mul(Box<Expr>, Box<Expr>),
    /// The first, but no more than the second; the second is the *limit* of the item.
    Cap(Box<Expr>, Box<Expr>),
    /// By where a value lies: the first row whose upper bound it does not exceed.
    Slab {
        /// The value looked up.
        on: Box<Expr>,
        /// Rows in rising order; only the last may be without bound.
        rows: Vec<SlabRow>,
    },
    /// By a choice: the row of the word a fact holds. A word without a row has no entitlement.
    Choose {
        /// The fact that holds the word.
        fact: Word,
        /// A word and what it gives.
        rows: Vec<(Word, Expr)>,
    },
    /// The first where a condition holds, else the second.
    If(Box<Test>, Box<Expr>, Box<Expr>),
    /// The expression, provided that a condition holds; else not entitled.
    Require(Box<Require>, Box<Expr>),
}

/// One row of a slab.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlabRow {
    /// The largest value of this row, inclusive; `None` for the last row without bound.
    pub up_to: Option<Money>,
    /// What the row gives.
    pub gives: Expr,
    /// The line of the order.
    pub paragraph: Word,
}

/// A condition on the facts of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// The first is no more than the second.
    AtMost(Expr, Expr),
    /// The first is less than the second.
    Below(Expr, Expr),
    /// A flag is set.
    Flag(Word),
    /// A fact holds this word.
    Is(Word, Word),
    /// The case states this optional fact.
    Given(Word),
    /// All hold.
    All(Vec<Test>),
    /// At least one holds.
    Any(Vec<Test>),
    /// It does not hold.
    Not(Box<Test>),
}

/// A condition for an entitlement, the code of its refusal, and the line of the order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Require {
    /// What must hold.
    pub test: Test,
    /// The code given where it does not.
    pub code: Word,
    /// The line of the order.
    pub paragraph: Word,
}

/// What kind of value a fact has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FactKind {
    /// An amount, written as a decimal string of rupees.
    Money,
    /// A whole number from zero.
    Count,
    /// Yes or no.
    Flag,
    /// A word, such as the name of a product or of an event class.
    Word,
}

impl FactKind {
    /// Every kind, in order of its number.
    pub const ALL: [FactKind; 4] =
        [FactKind::Money, FactKind::Count, FactKind::Flag, FactKind::Word];

    /// The kind's stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FactKind::Money => "money",
            FactKind::Count => "count",
            FactKind::Flag => "flag",
            FactKind::Word => "word",
        }
    }
}

/// The value of a fact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FactValue {
    /// An amount.
    Money(Money),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Word(Word),
}

impl FactValue {
    /// What kind of value this is.
    #[must_use]
    pub const fn kind(&self) -> FactKind {
        match self {
            FactValue::Money(_) => FactKind::Money,
            FactValue::Count(_) => FactKind::Count,
            FactValue::Flag(_) => FactKind::Flag,
            FactValue::Word(_) => FactKind::Word,
        }
    }
}

/// The facts of one case, each name once, in order of name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts(Vec<(Word, FactValue)>);

/// The most facts of one case.
pub const FACTS_MAX: usize = TERMS_LIST_MAX;

impl Facts {
    /// Facts in any order; `None` when a name repeats or there are more than [`FACTS_MAX`].
    #[must_use]
    pub fn new(mut facts: Vec<(Word, FactValue)>) -> Option<Facts> {
        facts.sort_by(|left, right| left.0.cmp(&right.0));
        let repeats = facts.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if repeats || facts.len() > FACTS_MAX { None } else { Some(Facts(facts)) }
    }

    /// The value of a fact.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&FactValue> {
        // A case states few facts, and names of unlike lengths differ without a look at their bytes.
        self.0.iter().find(|(word, _)| word.as_str() == name).map(|(_, value)| value)
    }

    /// Every fact, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&Word, &FactValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A fact that terms ask for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactSpec {
    /// Its name.
    pub name: Word,
    /// What kind of value it has.
    pub kind: FactKind,
    /// Whether a case must state it.
    pub required: bool,
}

/// One thing an entitlement is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Its name.
    pub name: Word,
    /// When it is part of the entitlement; always where absent.
    pub when: Option<Test>,
    /// What the case spent or plans, where that is a number of its own.
    pub claimed: Option<Expr>,
    /// What the terms give for it.
    pub allowed: Expr,
    /// The line of the order.
    pub paragraph: Word,
}

/// A choice the order leaves open, made by name so that it shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// What is chosen.
    pub name: Word,
    /// The choice.
    pub value: Word,
}

/// What terms are made of, before they are checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsParts {
    /// The version's name: `mm-2018`.
    pub name: Word,
    /// The order that sets them.
    pub authority: Authority,
    /// The first day they are in force.
    pub from: Day,
    /// The last day they are in force, where one is set.
    pub until: Option<Day>,
    /// The facts asked for.
    pub facts: Vec<FactSpec>,
    /// Conditions of every entitlement, in checking order.
    pub requires: Vec<Require>,
    /// What an entitlement is made of; at least one.
    pub items: Vec<Item>,
    /// What the applicant must bring, where the order says.
    pub own_contribution: Option<Expr>,
    /// The one rounding.
    pub rounding: Rounding,
    /// The most instalments a sanction may be paid in, from 1.
    pub instalments_max: u16,
    /// Choices where the order is silent.
    pub policies: Vec<Policy>,
    /// How often somebody may have what the terms give.
    pub limits: Vec<Limit>,
    /// What a case goes through.
    pub procedure: Procedure,
}

/// What a case goes through, what its returns mean, and what it may come to beside the money.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Procedure {
    /// What must be so before something happens; gates of one subject hold together.
    pub gates: Vec<Gate>,
    /// What returns for stated reasons mean; a reason not stated allows a payment again.
    pub returns: Vec<ReturnRule>,
    /// What steps may report.
    pub outcomes: Vec<Outcome>,
}

/// A scheme's terms in one version: checked, bounded, and only ever read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms(Box<TermsParts>);

/// Why parts are not terms. What to do next: correct the named part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TermsError {
    /// A name that is no identifier.
    Name(NameError),
    /// The last day lies before the first.
    EndsBeforeItBegins,
    /// No item, or an instalment bound of zero.
    Empty,
    /// A list longer than [`TERMS_LIST_MAX`].
    TooLong,
    /// More than [`TERMS_NODES_MAX`] nodes.
    TooLarge,
    /// Deeper than [`TERMS_DEPTH_MAX`].
    TooDeep,
    /// A fact or an item named twice.
    NamedTwice(Word),
    /// An expression uses a fact the terms do not ask for.
    UnknownFact(Word),
    /// An expression uses a fact of another kind: a word as a number, say.
    WrongKind(Word),
    /// An operation over nothing: an empty `Min`, a ratio of zero parts in the whole.
    Nothing,
    /// Slab rows that do not rise, or a row after one without bound.
    SlabOrder,
    /// A limit that allows no case, or looks back over no year or over too many.
    LimitUnsound(Word),
    /// A gate with a length of nothing or too much, an empty row, reasons of no adjustment, an
    /// instalment there cannot be, or more than the whole to be used.
    GateUnsound(Subject),
    /// A gate waits for a step that is no gate of the procedure.
    UnknownStep(Word),
    /// A step that no case can ever come to.
    NeverReached(Word),
}

impl fmt::Display for TermsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TermsError::Name(error) => error.fmt(f),
            TermsError::EndsBeforeItBegins => f.write_str("the terms end before they begin"),
            TermsError::Empty => f.write_str("the terms need an item and at least one instalment"),
            TermsError::TooLong => write!(f, "a list in the terms has over {TERMS_LIST_MAX} rows"),
            TermsError::TooLarge => write!(f, "the terms have over {TERMS_NODES_MAX} nodes"),
            TermsError::TooDeep => write!(f, "an expression nests over {TERMS_DEPTH_MAX} deep"),
            TermsError::NamedTwice(word) => write!(f, "the terms name {word} twice"),
            TermsError::UnknownFact(word) => {
                write!(f, "the terms use {word} but do not ask for it")
            }
            TermsError::WrongKind(word) => {
                write!(f, "the terms use {word} as another kind of value")
            }
            TermsError::Nothing => f.write_str("an operation in the terms has nothing to work on"),
            TermsError::SlabOrder => f.write_str("the rows of a slab do not rise"),
            TermsError::LimitUnsound(word) => write!(
                f,
                "the limit {word} counts from 1 case, over 1 to {LIMIT_YEARS_MAX} years if over any"
            ),
            TermsError::GateUnsound(subject) => write!(f, "the gate of {subject} is unsound"),
            TermsError::UnknownStep(word) => {
                write!(f, "a gate waits for the step {word}, which has no gate")
            }
            TermsError::NeverReached(word) => {
                write!(f, "no case can come to the step {word}: it waits for what waits for it")
            }
        }
    }
}

impl core::error::Error for TermsError {}

impl From<NameError> for TermsError {
    fn from(error: NameError) -> TermsError {
        TermsError::Name(error)
    }
}

impl Terms {
    /// Checks parts.
    ///
    /// # Errors
    /// In checking order: `EndsBeforeItBegins`, `Empty`, `TooLong`, `NamedTwice`, then for each
    /// expression in the order written `TooDeep`, `TooLarge`, `Nothing`, `SlabOrder`,
    /// `UnknownFact`, `WrongKind`; a limit's `LimitUnsound` before its expression, a gate's
    /// `GateUnsound` and `UnknownStep` before its own; last `NeverReached`.
    pub fn new(parts: TermsParts) -> Result<Terms, TermsError> {
        if parts.until.is_some_and(|until| until < parts.from) {
            return Err(TermsError::EndsBeforeItBegins);
        }
        if parts.items.is_empty() || parts.instalments_max == 0 {
            return Err(TermsError::Empty);
        }
        let lists = [
            parts.facts.len(),
            parts.requires.len(),
            parts.items.len(),
            parts.policies.len(),
            parts.limits.len(),
            parts.procedure.gates.len(),
            parts.procedure.returns.len(),
            parts.procedure.outcomes.len(),
        ];
        if lists.into_iter().any(|len| len > TERMS_LIST_MAX) {
            return Err(TermsError::TooLong);
        }
        named_once(parts.facts.iter().map(|fact| &fact.name))?;
        named_once(parts.items.iter().map(|item| &item.name))?;
        named_once(parts.policies.iter().map(|policy| &policy.name))?;
        named_once(parts.limits.iter().map(|limit| &limit.code))?;
        named_once(parts.procedure.returns.iter().map(|rule| &rule.reason))?;
        named_once(parts.procedure.outcomes.iter().map(|outcome| &outcome.name))?;
        let mut walk = Walk { facts: &parts.facts, nodes: 0 };
        for require in &parts.requires {
            walk.test(&require.test, 0)?;
        }
        for item in &parts.items {
            if let Some(test) = &item.when {
                walk.test(test, 0)?;
            }
            if let Some(claimed) = &item.claimed {
                walk.expr(claimed, 0)?;
            }
            walk.expr(&item.allowed, 0)?;
        }
        if let Some(own) = &parts.own_contribution {
            walk.expr(own, 0)?;
        }
        parts.limits.iter().try_for_each(|limit| walk.limit(limit))?;
        let Procedure { gates, outcomes, .. } = &parts.procedure;
        gates.iter().try_for_each(|gate| walk.gate(gate, &parts))?;
        for outcome in outcomes {
            if !matches!(outcome.kind, FactKind::Money | FactKind::Count) {
                return Err(TermsError::WrongKind(outcome.name.clone()));
            }
        }
        every_step_is_reached(gates)?;
        Ok(Terms(Box::new(parts)))
    }

    /// The parts.
    #[must_use]
    pub const fn parts(&self) -> &TermsParts {
        &self.0
    }

    /// Whether the terms are in force on a day, both bounds inclusive.
    #[must_use]
    pub fn in_force_on(&self, day: Day) -> bool {
        self.0.from <= day && self.0.until.is_none_or(|until| day <= until)
    }
}

fn named_once<'a>(names: impl Iterator<Item = &'a Word> + Clone) -> Result<(), TermsError> {
    for (index, name) in names.clone().enumerate() {
        if names.clone().take(index).any(|other| other == name) {
            return Err(TermsError::NamedTwice(name.clone()));
        }
    }
    Ok(())
}

/// Whether a case can come to each step: one is found after the other, until no more are.
fn every_step_is_reached(gates: &[Gate]) -> Result<(), TermsError> {
    let mut reached: Vec<&Word> = Vec::new();
    loop {
        let open = |milestone: &Milestone| match milestone {
            Milestone::Step(step) => reached.contains(&step),
            Milestone::Application
            | Milestone::Sanction
            | Milestone::Payment
            | Milestone::Instalment(_)
            | Milestone::Credit => true,
        };
        let is_open = |gate: &&Gate| gate.after.iter().all(|row| row.iter().any(open));
        let new = gates.iter().filter(is_open).find_map(|gate| match &gate.of {
            Subject::Step(step) if !reached.contains(&step) => Some(step),
            Subject::Step(_)
            | Subject::Sanction
            | Subject::Payment
            | Subject::Instalment(_)
            | Subject::Use
            | Subject::Adjustment => None,
        });
        let Some(new) = new else { break };
        reached.push(new);
    }
    let waits = |gate: &Gate| match &gate.of {
        Subject::Step(step) if !reached.contains(&step) => Some(step.clone()),
        Subject::Step(_)
        | Subject::Sanction
        | Subject::Payment
        | Subject::Instalment(_)
        | Subject::Use
        | Subject::Adjustment => None,
    };
    gates.iter().find_map(waits).map_or(Ok(()), |step| Err(TermsError::NeverReached(step)))
}

/// The walk that checks every node once.
struct Walk<'a> {
    facts: &'a [FactSpec],
    nodes: usize,
}

impl Walk<'_> {
    fn enter(&mut self, depth: usize) -> Result<usize, TermsError> {
        self.nodes += 1;
        if depth >= TERMS_DEPTH_MAX {
            return Err(TermsError::TooDeep);
        }
        if self.nodes > TERMS_NODES_MAX { Err(TermsError::TooLarge) } else { Ok(depth + 1) }
    }

    fn fact(&self, name: &Word, kinds: &[FactKind]) -> Result<(), TermsError> {
        let spec = self.facts.iter().find(|fact| fact.name == *name);
        match spec {
            None => Err(TermsError::UnknownFact(name.clone())),
            Some(spec) if !kinds.contains(&spec.kind) => Err(TermsError::WrongKind(name.clone())),
            Some(_) => Ok(()),
        }
    }

    fn limit(&mut self, limit: &Limit) -> Result<(), TermsError> {
        if limit.count == 0 || !limit.within.is_sound() {
            return Err(TermsError::LimitUnsound(limit.code.clone()));
        }
        if let Some(test) = &limit.when {
            self.test(test, 0)?;
        }
        limit.same.as_ref().map_or(Ok(()), |name| self.fact(name, &FactKind::ALL))
    }

    fn gate(&mut self, gate: &Gate, parts: &TermsParts) -> Result<(), TermsError> {
        let lists = [gate.reasons.len(), gate.roles.len(), gate.evidence.len()];
        let rows = gate.after.iter().map(Vec::len).chain([gate.after.len()]);
        if lists.into_iter().chain(rows).any(|len| len > TERMS_LIST_MAX) {
            return Err(TermsError::TooLong);
        }
        let there_is = |instalment| (1..=parts.instalments_max).contains(&instalment);
        let can_be = match gate.of {
            Subject::Instalment(instalment) => there_is(instalment),
            Subject::Step(_)
            | Subject::Sanction
            | Subject::Payment
            | Subject::Use
            | Subject::Adjustment => true,
        };
        if !can_be || !gate.is_sound() {
            return Err(TermsError::GateUnsound(gate.of.clone()));
        }
        let spans = [&gate.earliest, &gate.latest].into_iter().flatten();
        for milestone in gate.after.iter().flatten().chain(spans.map(|span| &span.since)) {
            match milestone {
                Milestone::Step(step) => {
                    let of = Subject::Step(step.clone());
                    if !parts.procedure.gates.iter().any(|other| other.of == of) {
                        return Err(TermsError::UnknownStep(step.clone()));
                    }
                }
                Milestone::Instalment(instalment) if !there_is(*instalment) => {
                    return Err(TermsError::GateUnsound(gate.of.clone()));
                }
                Milestone::Application
                | Milestone::Sanction
                | Milestone::Payment
                | Milestone::Instalment(_)
                | Milestone::Credit => {}
            }
        }
        gate.when.as_ref().map_or(Ok(()), |test| self.test(test, 0))
    }

    fn all<'e>(
        &mut self,
        exprs: impl ExactSizeIterator<Item = &'e Expr>,
        depth: usize,
    ) -> Result<(), TermsError> {
        if exprs.len() == 0 {
            return Err(TermsError::Nothing);
        }
        if exprs.len() > TERMS_LIST_MAX {
            return Err(TermsError::TooLong);
        }
        for expr in exprs {
            self.expr(expr, depth)?;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr, depth: usize) -> Result<(), TermsError> {
        let depth = self.enter(depth)?;
        match expr {
            Expr::Fact(name) => self.fact(name, &[FactKind::Money, FactKind::Count]),
            Expr::Const(_) | Expr::Number(_) => Ok(()),
            Expr::Ratio { of: 0, .. } => Err(TermsError::Nothing),
            Expr::Ratio { base, .. } => self.expr(base, depth),
            Expr::Min(list) | Expr::Max(list) | Expr::Add(list) => self.all(list.iter(), depth),
            Expr::Sub(left, right) | Expr::Mul(left, right) | Expr::Cap(left, right) => {
                self.expr(left, depth)?;
                self.expr(right, depth)
            }
            Expr::Slab { on, rows } => {
                self.expr(on, depth)?;
                let bounds = rows.iter().map(|row| row.up_to);
                let rising = bounds.clone().zip(bounds.skip(1)).all(|pair| match pair {
                    (Some(lower), Some(upper)) => lower < upper,
                    (Some(_), None) => true,
                    (None, Some(_) | None) => false,
                });
                if !rising {
                    return Err(TermsError::SlabOrder);
                }
                self.all(rows.iter().map(|row| &row.gives), depth)
            }
            Expr::Choose { fact, rows } => {
                self.fact(fact, &[FactKind::Word])?;
                named_once(rows.iter().map(|(word, _)| word))?;
                self.all(rows.iter().map(|(_, gives)| gives), depth)
            }
            Expr::If(test, yes, no) => {
                self.test(test, depth)?;
                self.expr(yes, depth)?;
                self.expr(no, depth)
            }
            Expr::Require(require, then) => {
                self.test(&require.test, depth)?;
                self.expr(then, depth)
            }
        }
    }

    fn test(&mut self, test: &Test, depth: usize) -> Result<(), TermsError> {
        let depth = self.enter(depth)?;
        match test {
            Test::AtMost(left, right) | Test::Below(left, right) => {
                self.expr(left, depth)?;
                self.expr(right, depth)
            }
            Test::Flag(name) => self.fact(name, &[FactKind::Flag]),
            Test::Is(name, _) => self.fact(name, &[FactKind::Word]),
            Test::Given(name) => self.fact(name, &FactKind::ALL),
            Test::All(list) | Test::Any(list) => {
                if list.is_empty() {
                    return Err(TermsError::Nothing);
                }
                if list.len() > TERMS_LIST_MAX {
                    return Err(TermsError::TooLong);
                }
                list.iter().try_for_each(|inner| self.test(inner, depth))
            }
            Test::Not(inner) => self.test(inner, depth),
        }
    }
}
