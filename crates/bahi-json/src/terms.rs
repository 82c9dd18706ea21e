//! Terms as JSON: every expression and every test is an object with exactly one key, its operator.
//!
//! A quarter of the project cost, at most 6,25,000 rupees:
//!
//! ```json
//! {"cap": {"value": {"ratio": {"parts": 25, "of": 100, "base": {"fact": "project_cost"}}},
//!          "limit": {"amount": "625000.00"}}}
//! ```
//!
//! # Invariants
//! * What is written reads back as the same terms.
//! * Terms that are read went through `bahi_core::Terms::new`, as all terms do.
//!
//! # Not here
//! What terms give (`bahi_core::Terms::entitlement`).

use bahi_core::{
    Across, Alias, Counted, Day, Expr, FactKind, FactSpec, Item, LIMIT_YEARS_MAX, Limit, Money,
    Per, Policy, Procedure, Require, Rounding, SlabRow, TERMS_LIST_MAX, Terms, TermsParts, Test,
    Within, Word,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Malformed,
    form::{Form, Reading},
    malformed::{Complaint, one_text, read},
    shapes::AuthorityJson,
    value::{Object, OneKey, OneOf, Pair, Tagged, Text, Whole},
};

/// Reads one set of terms from a JSON object, on one line or many.
///
/// # Errors
/// [`Malformed`], in checking order: length, UTF-8, JSON, fields and their types, then what
/// `bahi_core::Terms::new` finds, at the first byte of the terms.
pub fn parse_terms(text: &[u8]) -> Result<Terms, Malformed> {
    let text = one_text(text)?;
    let Object(json) = read::<Object<TermsJson>>(text)?;
    json.terms().map_err(|error| Malformed::new(1, &error.to_string()))
}

/// The JSON form of terms, its fields in the order of the type.
#[must_use]
pub fn terms_json(terms: &Terms) -> TermsJson {
    TermsJson::from(terms)
}

/// A version of a scheme's terms: which facts they ask for, and what they give for them.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "terms")]
pub struct TermsJson {
    /// The version's name: mm-2018.
    name: Text<Word>,
    /// The order that sets the terms.
    authority: Object<AuthorityJson>,
    /// The first day they are in force.
    from: Text<Day>,
    /// The last day they are in force, where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Text<Day>>,
    /// The facts asked for.
    #[schemars(length(max = TERMS_LIST_MAX))]
    facts: Vec<Object<FactSpecJson>>,
    /// Conditions of every entitlement, in checking order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    requires: Vec<Object<RequireJson>>,
    /// What an entitlement is made of; at least one.
    #[schemars(length(min = 1, max = TERMS_LIST_MAX))]
    items: Vec<Object<ItemJson>>,
    /// What the applicant must bring, where the order says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own_contribution: Option<Expression>,
    /// The one rounding.
    rounding: OneOf<Rounding>,
    /// The most instalments a sanction may be paid in, from 1.
    #[schemars(range(min = 1))]
    instalments_max: Whole<u16>,
    /// Choices where the order is silent, made by name so that they show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    policies: Vec<Object<PolicyJson>>,
    /// How often somebody may have what the terms give.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = TERMS_LIST_MAX))]
    limits: Vec<Object<LimitJson>>,
    /// What a case goes through; nothing where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    procedure: Option<Object<ProcedureJson>>,
}

/// A fact that terms ask for.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "asked_fact")]
struct FactSpecJson {
    /// The fact's name.
    name: Text<Word>,
    /// What kind of value it has.
    kind: OneOf<FactKind>,
    /// Whether a case must state it.
    required: bool,
}

/// A condition for an entitlement.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "condition")]
struct RequireJson {
    /// What must hold.
    test: Condition,
    /// The code given where it does not.
    code: Text<Word>,
    /// The line of the order.
    paragraph: Text<Word>,
}

/// One thing an entitlement is made of.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "item")]
struct ItemJson {
    /// The item's name.
    name: Text<Word>,
    /// When it is part of the entitlement; always where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<Condition>,
    /// What the case spent or plans, where that is a number of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed: Option<Expression>,
    /// What the terms give for it.
    allowed: Expression,
    /// The line of the order.
    paragraph: Text<Word>,
}

/// A choice the order leaves open.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "policy")]
struct PolicyJson {
    /// What is chosen.
    name: Text<Word>,
    /// The choice.
    value: Text<Word>,
}

/// At most so many cases of somebody within some time.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "limit")]
struct LimitJson {
    /// The code given where it is reached.
    code: Text<Word>,
    /// Who may have so many.
    per: OneOf<Per>,
    /// How many cases; the next one is refused.
    #[schemars(range(min = 1))]
    count: Whole<u16>,
    /// Within which time.
    within: OneKey<WithinJson>,
    /// What makes a case count.
    of: OneOf<Counted>,
    /// Which schemes' cases count.
    across: OneOf<Across>,
    /// Which cases it concerns and counts, by their facts; all where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<Condition>,
    /// A fact whose value the counted cases share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same: Option<Text<Word>>,
    /// The line of the order.
    paragraph: Text<Word>,
}

/// Within which time cases count together: a word, or an object with exactly one key.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "within")]
enum WithinJson {
    /// Whenever it was.
    Ever,
    /// In the same financial year.
    FinancialYear,
    /// Less than so many years apart.
    Years(#[schemars(range(min = 1, max = LIMIT_YEARS_MAX))] Whole<u8>),
}

impl Tagged for WithinJson {
    const EXPECTED: &'static str =
        "a time is \"ever\", \"financial_year\" or an object with the one key years";
    const BARE: bool = true;
}

type Expression = OneKey<ExprJson>;
type Condition = OneKey<TestJson>;

/// An expression over the facts of a case: an object with exactly one key, its operator.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "expression")]
enum ExprJson {
    /// The value of a fact that is an amount or a count; zero where the case does not state it.
    Fact(Text<Word>),
    /// An amount.
    Amount(Text<Money>),
    /// A whole number.
    Number(Whole<u32>),
    /// So many parts of so many of another: 25 of 100 is a quarter.
    Ratio(Box<Object<RatioJson>>),
    /// The smallest of one or more.
    Min(#[schemars(length(min = 1, max = TERMS_LIST_MAX))] Vec<Expression>),
    /// The largest of one or more.
    Max(#[schemars(length(min = 1, max = TERMS_LIST_MAX))] Vec<Expression>),
    /// The sum of one or more.
    Add(#[schemars(length(min = 1, max = TERMS_LIST_MAX))] Vec<Expression>),
    /// The first less the second.
    Sub(Pair<Expression>),
    /// The product of two, at least one a count.
    Mul(Pair<Expression>),
    /// A value, but no more than a limit, which the answer shows.
    Cap(Box<Object<CapJson>>),
    /// By where a value lies.
    Slab(Box<Object<SlabJson>>),
    /// By the word a fact holds.
    Choose(Object<ChooseJson>),
    /// One of two, by a test.
    If(Box<Object<IfJson>>),
    /// An expression under a condition; where it does not hold there is no entitlement.
    Require(Box<Object<RequireThenJson>>),
}

impl Tagged for ExprJson {
    const EXPECTED: &'static str = "an expression is an object with exactly one key, its operator";
    const BARE: bool = false;
}

/// So many parts of so many of a base.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ratio")]
struct RatioJson {
    /// Parts taken.
    parts: Whole<u32>,
    /// Parts in the whole, above zero.
    #[schemars(range(min = 1))]
    of: Whole<u32>,
    /// What is divided.
    base: Expression,
}

/// A value under a limit.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "cap")]
struct CapJson {
    /// The value.
    value: Expression,
    /// The most it may be.
    limit: Expression,
}

/// The first row whose upper bound the value does not exceed.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "slab")]
struct SlabJson {
    /// The value looked up.
    on: Expression,
    /// Rows in rising order.
    #[schemars(length(min = 1, max = TERMS_LIST_MAX))]
    rows: Vec<Object<SlabRowJson>>,
}

/// One row of a slab.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "slab_row")]
struct SlabRowJson {
    /// The largest value of the row, inclusive; absent in a last row without bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    up_to: Option<Text<Money>>,
    /// What the row gives.
    gives: Expression,
    /// The line of the order.
    paragraph: Text<Word>,
}

/// The row of the word a fact holds; a word without a row has no entitlement.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "choose")]
struct ChooseJson {
    /// The fact that holds the word.
    fact: Text<Word>,
    /// What each word gives.
    #[schemars(length(min = 1, max = TERMS_LIST_MAX))]
    rows: Vec<Object<ChoiceJson>>,
}

/// What one word gives.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "choice")]
struct ChoiceJson {
    /// The word.
    is: Text<Word>,
    /// What it gives.
    gives: Expression,
}

/// One of two expressions.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "if")]
struct IfJson {
    /// The test.
    test: Condition,
    /// Where it holds.
    then: Expression,
    /// Where it does not.
    r#else: Expression,
}

/// An expression under a condition.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "require")]
struct RequireThenJson {
    /// What must hold.
    test: Condition,
    /// The code given where it does not.
    code: Text<Word>,
    /// The line of the order.
    paragraph: Text<Word>,
    /// What is given where it does.
    then: Expression,
}

/// A test on the facts of a case: an object with exactly one key, its operator.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "test")]
enum TestJson {
    /// The first is no more than the second.
    AtMost(Pair<Expression>),
    /// The first is less than the second.
    Below(Pair<Expression>),
    /// A flag is set.
    Flag(Text<Word>),
    /// A fact holds a word.
    Is(Object<IsJson>),
    /// The case states an optional fact.
    Given(Text<Word>),
    /// All of one or more hold.
    All(#[schemars(length(min = 1, max = TERMS_LIST_MAX))] Vec<Condition>),
    /// At least one of one or more holds.
    Any(#[schemars(length(min = 1, max = TERMS_LIST_MAX))] Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Tagged for TestJson {
    const EXPECTED: &'static str = "a test is an object with exactly one key, its operator";
    const BARE: bool = false;
}

/// A fact that holds a word.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "is")]
struct IsJson {
    /// The fact.
    fact: Text<Word>,
    /// The word.
    word: Text<Word>,
}

mod convert;

mod procedure;

use procedure::ProcedureJson;

impl TermsJson {
    /// The terms, checked.
    pub(crate) fn terms(self) -> Result<Terms, bahi_core::TermsError> {
        Terms::new(convert::parts(self))
    }
}

impl Form<Terms> for TermsJson {
    fn read(self, _: &mut Reading<'_>) -> Result<Terms, Complaint> {
        self.terms().map_err(|error| Complaint::new("", error.to_string()))
    }

    fn write(terms: &Terms, _: &[Alias]) -> TermsJson {
        TermsJson::from(terms)
    }
}

#[cfg(test)]
pub(crate) mod tests;
