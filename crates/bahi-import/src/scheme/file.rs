//! The file as TOML has it, and the way from there to checked terms.

mod limits;

mod procedure;

use std::fmt;

use bahi_core::{
    Authority, DISTRICTS_MAX, Day, District, Expr, FactKind, FactSpec, Item, OrderNumber, Policy,
    Procedure, Require, Rounding, SchemeName, TERMS_LIST_MAX, Terms, TermsParts, Test, Word,
};
use serde::Deserialize;
use toml::Spanned;

use super::{
    SCHEME_FILE_BYTES_MAX, SCHEME_FILE_FORMAT, SchemeFile, SchemeFileError, expression,
    place::{at_byte, inside},
    token::Wrong,
};

pub(super) use limits::within_text;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: Spanned<u32>,
    scheme: Text,
    #[serde(default)]
    districts: Vec<Text>,
    terms: Spanned<RawTerms>,
    #[serde(default)]
    fact: Vec<RawFact>,
    #[serde(default)]
    require: Vec<RawRequire>,
    item: Vec<RawItem>,
    #[serde(default)]
    policy: Vec<RawPolicy>,
    #[serde(default)]
    limit: Vec<limits::RawLimit>,
    #[serde(default)]
    gate: Vec<procedure::RawGate>,
    #[serde(default, rename = "return")]
    returns: Vec<procedure::RawReturn>,
    #[serde(default)]
    outcome: Vec<procedure::RawOutcome>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTerms {
    name: Text,
    order: Text,
    date: Text,
    paragraph: Option<Text>,
    from: Text,
    until: Option<Text>,
    rounding: Text,
    instalments_max: Spanned<u16>,
    own_contribution: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: Text,
    kind: Text,
    #[serde(default = "yes")]
    required: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequire {
    test: Text,
    code: Text,
    paragraph: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    name: Text,
    when: Option<Text>,
    claimed: Option<Text>,
    allowed: Text,
    paragraph: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    name: Text,
    value: Text,
}

type Checked<T> = Result<T, SchemeFileError>;

pub(super) fn parse(
    bytes: &[u8],
    district: &dyn Fn(&str) -> Option<District>,
) -> Checked<SchemeFile> {
    if bytes.len() > SCHEME_FILE_BYTES_MAX {
        let what = format!("a terms file has at most {SCHEME_FILE_BYTES_MAX} bytes");
        return Err(SchemeFileError { line: 1, column: 1, what });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        at_byte(&before, before.len(), "a byte is not UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        at_byte(text, at, error.message().lines().collect::<Vec<_>>().join("; "))
    })?;
    File { text, facts: Vec::new() }.checked(&raw, district)
}

/// The check of one file's values, which knows the text for its places.
struct File<'t> {
    text: &'t str,
    facts: Vec<FactSpec>,
}

impl File<'_> {
    fn wrong<T>(&self, at: &Spanned<T>, what: impl fmt::Display) -> SchemeFileError {
        at_byte(self.text, at.span().start, what.to_string())
    }

    fn read<T, E: fmt::Display>(
        &self,
        at: &Text,
        reader: impl Fn(&str) -> Result<T, E>,
    ) -> Checked<T> {
        reader(at.get_ref()).map_err(|error| self.wrong(at, error))
    }

    fn one_of<T: Copy>(&self, at: &Text, all: &[T], name: fn(T) -> &'static str) -> Checked<T> {
        let found = all.iter().copied().find(|known| name(*known) == at.get_ref());
        found.ok_or_else(|| {
            let names: Vec<&str> = all.iter().copied().map(name).collect();
            self.wrong(at, format!("allowed here: {}", names.join(", ")))
        })
    }

    fn within(&self, at: &Text, index: usize, list: &str) -> Checked<()> {
        if index < TERMS_LIST_MAX {
            return Ok(());
        }
        Err(self.wrong(at, format!("more than {TERMS_LIST_MAX} of [[{list}]]")))
    }

    /// A name of a list that holds each once, under the key that names its rows.
    fn name<'n>(
        &self,
        at: &Text,
        (list, key): (&str, &str),
        mut before: impl ExactSizeIterator<Item = &'n Word>,
    ) -> Checked<Word> {
        let name = self.read(at, Word::new)?;
        self.within(at, before.len(), list)?;
        if before.any(|other| *other == name) {
            return Err(self.wrong(at, format!("another [[{list}]] has the {key} {name}")));
        }
        Ok(name)
    }

    fn checked(
        mut self,
        raw: &Raw,
        district: &dyn Fn(&str) -> Option<District>,
    ) -> Checked<SchemeFile> {
        if *raw.format.get_ref() != SCHEME_FILE_FORMAT {
            let what = format!("this version reads terms files of format {SCHEME_FILE_FORMAT}");
            return Err(self.wrong(&raw.format, what));
        }
        let scheme = self.read(&raw.scheme, SchemeName::new)?;
        let districts = self.districts(&raw.districts, district)?;
        self.facts = self.asked(&raw.fact)?;
        let terms = self.terms(raw)?;
        Ok(SchemeFile { scheme, districts, terms })
    }

    fn districts(
        &self,
        raw: &[Text],
        district: &dyn Fn(&str) -> Option<District>,
    ) -> Checked<Vec<District>> {
        let mut found: Vec<District> = Vec::with_capacity(raw.len().min(DISTRICTS_MAX));
        for text in raw {
            if found.len() == DISTRICTS_MAX {
                return Err(self.wrong(text, format!("more than {DISTRICTS_MAX} districts")));
            }
            let known = district(text.get_ref()).filter(|district| !district.is_pool());
            let known = known.ok_or_else(|| {
                self.wrong(
                    text,
                    "no district; allowed here: a code of the Local Government Directory, as text",
                )
            })?;
            if found.contains(&known) {
                return Err(self.wrong(text, format!("the district {known} stands here twice")));
            }
            found.push(known);
        }
        found.sort_unstable();
        Ok(found)
    }

    fn asked(&self, raw: &[RawFact]) -> Checked<Vec<FactSpec>> {
        let mut facts: Vec<FactSpec> = Vec::new();
        for fact in raw {
            let name =
                self.name(&fact.name, ("fact", "name"), facts.iter().map(|fact| &fact.name))?;
            let kind = self.one_of(&fact.kind, &FactKind::ALL, FactKind::name)?;
            facts.push(FactSpec { name, kind, required: fact.required });
        }
        Ok(facts)
    }

    fn terms(&self, raw: &Raw) -> Checked<Terms> {
        let head = raw.terms.get_ref();
        if *head.instalments_max.get_ref() == 0 {
            return Err(self.wrong(&head.instalments_max, "at least one instalment"));
        }
        if raw.item.is_empty() {
            return Err(self.wrong(&raw.terms, "terms have at least one [[item]]"));
        }
        let from = self.read(&head.from, Day::parse)?;
        let until = head.until.as_ref().map(|until| {
            let day = self.read(until, Day::parse)?;
            let ends = if day < from { Some("the terms end before they begin") } else { None };
            ends.map_or(Ok(day), |what| Err(self.wrong(until, what)))
        });
        let parts = TermsParts {
            name: self.read(&head.name, Word::new)?,
            authority: Authority {
                order: self.read(&head.order, OrderNumber::new)?,
                date: self.read(&head.date, Day::parse)?,
                paragraph: self.optional(head.paragraph.as_ref(), |at| self.read(at, Word::new))?,
            },
            from,
            until: until.transpose()?,
            rounding: self.one_of(&head.rounding, &Rounding::ALL, Rounding::name)?,
            instalments_max: *head.instalments_max.get_ref(),
            facts: self.facts.clone(),
            requires: self.requires(&raw.require)?,
            items: self.items(&raw.item)?,
            own_contribution: self.optional(head.own_contribution.as_ref(), |at| self.expr(at))?,
            policies: self.policies(&raw.policy)?,
            limits: self.limits(&raw.limit)?,
            procedure: self.procedure(raw)?,
        };
        Terms::new(parts).map_err(|error| self.wrong(&raw.terms, error))
    }

    fn optional<T>(
        &self,
        at: Option<&Text>,
        read: impl Fn(&Text) -> Checked<T>,
    ) -> Checked<Option<T>> {
        at.map(read).transpose()
    }

    fn requires(&self, raw: &[RawRequire]) -> Checked<Vec<Require>> {
        let one = |(index, require): (usize, &RawRequire)| {
            self.within(&require.code, index, "require")?;
            Ok(Require {
                test: self.test(&require.test)?,
                code: self.read(&require.code, Word::new)?,
                paragraph: self.read(&require.paragraph, Word::new)?,
            })
        };
        raw.iter().enumerate().map(one).collect()
    }

    fn items(&self, raw: &[RawItem]) -> Checked<Vec<Item>> {
        let mut items: Vec<Item> = Vec::new();
        for item in raw {
            let name =
                self.name(&item.name, ("item", "name"), items.iter().map(|item| &item.name))?;
            items.push(Item {
                name,
                when: self.optional(item.when.as_ref(), |at| self.test(at))?,
                claimed: self.optional(item.claimed.as_ref(), |at| self.expr(at))?,
                allowed: self.expr(&item.allowed)?,
                paragraph: self.read(&item.paragraph, Word::new)?,
            });
        }
        Ok(items)
    }

    fn policies(&self, raw: &[RawPolicy]) -> Checked<Vec<Policy>> {
        let mut policies: Vec<Policy> = Vec::new();
        for policy in raw {
            let before = policies.iter().map(|policy| &policy.name);
            let name = self.name(&policy.name, ("policy", "name"), before)?;
            policies.push(Policy { name, value: self.read(&policy.value, Word::new)? });
        }
        Ok(policies)
    }

    fn expr(&self, at: &Text) -> Checked<Expr> {
        let expr =
            expression::expr(at.get_ref(), &self.facts).map_err(|wrong| self.here(at, &wrong))?;
        self.bounded(at, expr.clone(), None)?;
        Ok(expr)
    }

    fn test(&self, at: &Text) -> Checked<Test> {
        let test =
            expression::test(at.get_ref(), &self.facts).map_err(|wrong| self.here(at, &wrong))?;
        self.bounded(at, Expr::Number(0), Some(test.clone()))?;
        Ok(test)
    }

    fn here(&self, at: &Text, wrong: &Wrong) -> SchemeFileError {
        let byte = inside(self.text, &at.span(), at.get_ref(), wrong.at);
        at_byte(self.text, byte, &wrong.what)
    }

    /// Complains of an expression that no terms may hold where it stands, and not at their head.
    fn bounded(&self, at: &Text, expr: Expr, when: Option<Test>) -> Checked<()> {
        bounds(expr, when, &self.facts).map_err(|error| self.wrong(at, error))
    }
}

/// Whether an expression, or a test, alone keeps the bounds of terms.
fn bounds(expr: Expr, when: Option<Test>, facts: &[FactSpec]) -> Result<(), bahi_core::TermsError> {
    let word = Word::new("probe")?;
    let item =
        Item { name: word.clone(), when, claimed: None, allowed: expr, paragraph: word.clone() };
    let parts = TermsParts {
        authority: Authority { order: OrderNumber::new("probe")?, date: Day::MAX, paragraph: None },
        name: word,
        from: Day::MAX,
        until: None,
        facts: facts.to_vec(),
        requires: Vec::new(),
        items: vec![item],
        own_contribution: None,
        rounding: Rounding::PaisaDown,
        instalments_max: 1,
        policies: Vec::new(),
        limits: Vec::new(),
        procedure: Procedure::default(),
    };
    Terms::new(parts).map(drop)
}
