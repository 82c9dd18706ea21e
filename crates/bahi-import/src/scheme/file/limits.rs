//! The limits of a file: how often somebody may have what the terms give.

use bahi_core::{Across, Counted, LIMIT_YEARS_MAX, Limit, Per, Within, Word};
use serde::Deserialize;
use toml::Spanned;

use super::{Checked, File, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimit {
    code: Text,
    per: Text,
    count: Option<Spanned<i64>>,
    within: Text,
    of: Text,
    across: Option<Text>,
    when: Option<Text>,
    same: Option<Text>,
    paragraph: Text,
}

impl File<'_> {
    pub(super) fn limits(&self, raw: &[RawLimit]) -> Checked<Vec<Limit>> {
        let mut limits: Vec<Limit> = Vec::new();
        for limit in raw {
            let before = limits.iter().map(|limit| &limit.code);
            let code = self.name(&limit.code, ("limit", "code"), before)?;
            let across = |at: &Text| self.one_of(at, &Across::ALL, Across::name);
            limits.push(Limit {
                code,
                per: self.one_of(&limit.per, &Per::ALL, Per::name)?,
                count: self.count(limit.count.as_ref())?,
                within: self.read(&limit.within, within)?,
                of: self.one_of(&limit.of, &Counted::ALL, Counted::name)?,
                across: self.optional(limit.across.as_ref(), across)?.unwrap_or(Across::Scheme),
                when: self.optional(limit.when.as_ref(), |at| self.test(at))?,
                same: self.optional(limit.same.as_ref(), |at| self.fact(at))?,
                paragraph: self.read(&limit.paragraph, Word::new)?,
            });
        }
        Ok(limits)
    }

    fn count(&self, at: Option<&Spanned<i64>>) -> Checked<u16> {
        let Some(at) = at else { return Ok(1) };
        let count = u16::try_from(*at.get_ref()).ok().filter(|count| *count > 0);
        count.ok_or_else(|| self.wrong(at, format!("allowed here: 1 to {} cases", u16::MAX)))
    }

    /// The name of a fact that the terms ask for.
    fn fact(&self, at: &Text) -> Checked<Word> {
        let found =
            self.facts.iter().map(|fact| &fact.name).find(|name| name.as_str() == at.get_ref());
        found.cloned().ok_or_else(|| {
            let names: Vec<&str> = self.facts.iter().map(|fact| fact.name.as_str()).collect();
            let what = format!("no [[fact]] has this name; there are: {}", names.join(", "));
            self.wrong(at, what)
        })
    }
}

const EVER: &str = "ever";
const FINANCIAL_YEAR: &str = "financial year";

/// A time as it is written: `ever`, `financial year`, `2 years`.
fn within(text: &str) -> Result<Within, String> {
    let years = || {
        let count = text.strip_suffix(" years")?;
        let plain = count.bytes().all(|byte| byte.is_ascii_digit()) && !count.starts_with('0');
        let years: u8 = if plain { count.parse().ok()? } else { return None };
        (1..=LIMIT_YEARS_MAX).contains(&years).then_some(Within::Years(years))
    };
    match text {
        EVER => Ok(Within::Ever),
        FINANCIAL_YEAR => Ok(Within::FinancialYear),
        _ => years().ok_or_else(|| {
            format!(
                "allowed here: {EVER}, {FINANCIAL_YEAR}, or 1 to {LIMIT_YEARS_MAX} years: 2 years"
            )
        }),
    }
}

/// A time as it reads.
pub(in crate::scheme) fn within_text(within: Within) -> String {
    match within {
        Within::Ever => EVER.to_owned(),
        Within::FinancialYear => FINANCIAL_YEAR.to_owned(),
        Within::Years(years) => format!("{years} years"),
    }
}
