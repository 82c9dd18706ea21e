//! Entitlements: the facts that are asked about, and what the terms give or why they do not.
//!
//! # Not here
//! Which terms are in force on a day, and the notes beside an answer: the caller knows both.

use bahi_core::{
    Authority, Day, Entitlement, GivenFact, ItemOutcome, NotEntitled, OutOfRange, Refusal,
    SchemeName, Terms, Word,
};
use serde::Serialize;

use crate::{
    Malformed,
    answer::AuthorityAnswer,
    malformed::{one_text, read},
    shapes::FactsJson,
};

/// Reads the facts of one case from a JSON object, on one line or many, in order of name.
///
/// # Errors
/// [`Malformed`], in checking order: length, UTF-8, JSON, names and types of the facts.
///
/// ```
/// let facts = bahi_json::parse_facts(br#"{"trainees":25,"days":10}"#)?;
/// assert_eq!(facts[0].0.as_str(), "days");
/// # Ok::<(), bahi_json::Malformed>(())
/// ```
pub fn parse_facts(text: &[u8]) -> Result<Vec<(Word, GivenFact)>, Malformed> {
    read::<FactsJson>(one_text(text)?).map(|facts| facts.0)
}

/// What the terms in force give for the facts of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EntitlementAnswer {
    /// The scheme.
    pub scheme: String,
    /// The name of the version of its terms.
    pub version: String,
    /// The order, and the line of it that decided.
    pub authority: AuthorityAnswer,
    /// The rounded amount.
    pub entitlement: String,
    /// Item by item, in the order of the terms.
    pub items: Vec<ItemAnswer>,
    /// What the applicant must bring; none where the terms do not say.
    pub own_contribution: Option<String>,
    /// How the amount was rounded.
    pub rounding: RoundingAnswer,
    /// What a reader should know: choices the order left open.
    pub notes: Vec<String>,
}

/// What the terms give for one item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ItemAnswer {
    /// The item.
    pub item: String,
    /// What the case spent or plans; none where that is no number of its own.
    pub claimed: Option<String>,
    /// What is given.
    pub allowed: String,
    /// The cap that could have bound it; none where the row has none.
    pub limit: Option<String>,
    /// The line of the order.
    pub paragraph: String,
}

/// How an exact amount was rounded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RoundingAnswer {
    /// The rule.
    pub rule: String,
    /// The unrounded amount in rupees, as a fraction in lowest terms.
    pub exact: String,
}

/// Why there is no entitlement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NotEntitledAnswer {
    /// The code of the refusal: `no_terms_in_force`, `not_entitled`, `missing_fact`.
    pub refusal: String,
    /// What it says.
    pub message: String,
    /// The order and its line; none where no terms are in force.
    pub authority: Option<AuthorityAnswer>,
    /// The condition or item that decided, or the fact in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The answer of terms that give something.
///
/// # Errors
/// [`OutOfRange`] where the exact amount has no fraction of rupees within 128 bits.
pub fn entitlement_answer(
    scheme: &SchemeName,
    terms: &Terms,
    entitlement: &Entitlement,
    notes: Vec<String>,
) -> Result<EntitlementAnswer, OutOfRange> {
    Ok(EntitlementAnswer {
        scheme: scheme.to_string(),
        version: terms.parts().name.to_string(),
        authority: AuthorityAnswer::from(&terms.authority_of(&entitlement.paragraph)),
        entitlement: entitlement.amount.to_string(),
        items: entitlement.items.iter().map(item).collect(),
        own_contribution: entitlement.own_contribution.map(|own| own.to_string()),
        rounding: RoundingAnswer {
            rule: entitlement.rounding.name().to_owned(),
            exact: entitlement.exact.paise_to_rupees()?.to_string(),
        },
        notes,
    })
}

fn item(item: &ItemOutcome) -> ItemAnswer {
    ItemAnswer {
        item: item.item.to_string(),
        claimed: item.claimed.map(|claimed| claimed.to_string()),
        allowed: item.allowed.to_string(),
        limit: item.limit.map(|limit| limit.to_string()),
        paragraph: item.paragraph.to_string(),
    }
}

/// The answer of terms that give nothing, under the code that `submit` would refuse with.
#[must_use]
pub fn not_entitled_answer(terms: &Terms, why: &NotEntitled) -> NotEntitledAnswer {
    let whole = terms.parts().authority.clone();
    let (refusal, authority, code) = match why {
        NotEntitled::MissingFact(fact) => {
            (Refusal::MissingFact { fact: fact.clone() }, whole, Some(fact))
        }
        NotEntitled::UnknownFact(fact) => {
            (Refusal::UnknownFact { fact: fact.clone() }, whole, Some(fact))
        }
        NotEntitled::WrongKind(fact) => {
            (Refusal::FactOfWrongKind { fact: fact.clone() }, whole, Some(fact))
        }
        NotEntitled::Condition { code, paragraph } => {
            let authority = terms.authority_of(paragraph);
            (Refusal::NotEntitled { code: code.clone() }, authority, Some(code))
        }
        NotEntitled::NoRow { item, paragraph } => {
            let authority = terms.authority_of(paragraph);
            (Refusal::NotEntitled { code: item.clone() }, authority, Some(item))
        }
        NotEntitled::OutOfRange => {
            (Refusal::NotEntitled { code: terms.parts().name.clone() }, whole, None)
        }
    };
    not_entitled(&refusal, why.to_string(), Some(&authority), code)
}

/// The answer where no terms of a scheme are in force on a day.
#[must_use]
pub fn no_terms_answer(day: Day) -> NotEntitledAnswer {
    let refusal = Refusal::NoTermsInForce { day };
    not_entitled(&refusal, refusal.to_string(), None, None)
}

fn not_entitled(
    refusal: &Refusal,
    message: String,
    authority: Option<&Authority>,
    code: Option<&Word>,
) -> NotEntitledAnswer {
    NotEntitledAnswer {
        refusal: refusal.code().to_owned(),
        message,
        authority: authority.map(AuthorityAnswer::from),
        code: code.map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests;
