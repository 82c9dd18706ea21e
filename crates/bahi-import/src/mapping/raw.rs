//! The mapping as TOML has it, and the way from there to a checked one.

use std::fmt;

use bahi_core::{
    ActorName, Authority, Day, FACTS_MAX, FactKind, HeadName, Money, OrderNumber, Role, SchemeName,
    Word,
};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Amounts, CHECKED_VALUES_MAX, CheckedColumn, Disbursement, FactColumn, MAPPING_FORMAT, Mapping,
    MappingError, NOTES_MAX, Step, Suspicious, YearDay, line_of,
};
use crate::{Kind, read::IMPORT_COLUMNS_MAX};
use who::{RawApplicant, RawIdentifying};

mod who;

/// The longest beginning of case references, in bytes: with year, district and digits they stay
/// within an identifier.
const CASE_PREFIX_BYTES_MAX: usize = 16;
/// The longest note, in bytes.
const NOTE_BYTES_MAX: usize = 400;

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: Spanned<u32>,
    name: Text,
    version: Spanned<u32>,
    scheme: Text,
    head: Text,
    case_prefix: Text,
    treat_as: Spanned<TreatAs>,
    applicant: Spanned<RawApplicant>,
    #[serde(default)]
    notes: Vec<Text>,
    file: RawFile,
    columns: RawColumns,
    fact: Vec<RawFact>,
    #[serde(default)]
    checked: Vec<RawChecked>,
    application: RawStep,
    sanction: Option<Spanned<RawStep>>,
    disbursement: Option<Spanned<RawDisbursement>>,
    allotment: Option<Spanned<RawAllotment>>,
    suspicious: Option<RawSuspicious>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum TreatAs {
    Sanctioned,
    Applied,
    Disbursed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "encoding")]
    _encoding: RawEncoding,
    delimiter: Text,
    #[serde(rename = "header")]
    _header: RawHeader,
    amounts: RawAmounts,
    #[serde(default)]
    ignored_columns: Vec<Text>,
}

#[derive(Deserialize)]
enum RawEncoding {
    #[serde(rename = "utf-8")]
    Utf8,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawHeader {
    Required,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawAmounts {
    Strict,
    Indian,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumns {
    district: Text,
    financial_year: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: Text,
    column: Text,
    kind: RawKind,
    #[serde(default)]
    optional: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawKind {
    Money,
    Count,
    Flag,
    Word,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChecked {
    column: Text,
    values: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    day: Text,
    actor: Text,
    role: Text,
    authority: Option<RawAuthority>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDisbursement {
    day: Text,
    actor: Text,
    role: Text,
    authority: Option<RawAuthority>,
    account: RawIdentifying,
    ifsc: Text,
    reference: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAuthority {
    order: Text,
    date: Text,
    paragraph: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllotment {
    #[serde(rename = "amount")]
    _amount: RawAllotmentAmount,
    day: Text,
    actor: Text,
    role: Text,
    authority: Option<RawAuthority>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawAllotmentAmount {
    SumOfEntitlementsPerYearAndDistrict,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSuspicious {
    fact: Text,
    below: Text,
    take: bool,
}

pub(super) fn parse(text: &str) -> Result<Mapping, MappingError> {
    let raw: Raw = toml::from_str(text).map_err(|error| MappingError::Form {
        line: error.span().map_or(1, |span| line_of(text, &span)),
        what: error.message().lines().collect::<Vec<_>>().join("; "),
    })?;
    Check { text }.mapping(raw)
}

/// The check of one mapping's values, which knows the text for its lines.
struct Check<'t> {
    text: &'t str,
}

impl Check<'_> {
    fn wrong<T>(
        &self,
        at: &Spanned<T>,
        key: &'static str,
        what: impl fmt::Display,
    ) -> MappingError {
        MappingError::Value { line: line_of(self.text, &at.span()), key, what: what.to_string() }
    }

    fn read<T, E: fmt::Display>(
        &self,
        at: &Text,
        key: &'static str,
        reader: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, MappingError> {
        reader(at.get_ref()).map_err(|error| self.wrong(at, key, error))
    }

    fn mapping(&self, raw: Raw) -> Result<Mapping, MappingError> {
        if *raw.format.get_ref() != MAPPING_FORMAT {
            let what = format!("this version reads mappings of format {MAPPING_FORMAT}");
            return Err(self.wrong(&raw.format, "format", what));
        }
        if *raw.version.get_ref() == 0 {
            return Err(self.wrong(&raw.version, "version", "versions are numbered from 1"));
        }
        let name = self.read(&raw.name, "name", Word::new)?;
        let scheme = self.read(&raw.scheme, "scheme", SchemeName::new)?;
        let head = self.read(&raw.head, "head", HeadName::new)?;
        let case_prefix = self.read(&raw.case_prefix, "case_prefix", Word::new)?;
        if case_prefix.as_str().len() > CASE_PREFIX_BYTES_MAX {
            let what = format!("longer than {CASE_PREFIX_BYTES_MAX} bytes");
            return Err(self.wrong(&raw.case_prefix, "case_prefix", what));
        }
        let notes = self.notes(&raw.notes)?;
        let delimiter = self.delimiter(&raw.file.delimiter)?;
        let facts = self.facts(&raw.fact, &raw.columns.district)?;
        let checked = self.checked(&raw.checked)?;
        self.columns_once(&raw)?;
        let application = self.step(&raw.application)?;
        let applicant = who::applicant(self, &raw.applicant)?;
        let (sanction, allotment) = self.grants(&raw)?;
        let disbursement = self.disbursement(&raw)?;
        let suspicious = match &raw.suspicious {
            Some(suspicious) => Some(self.suspicious(suspicious, &facts)?),
            None => None,
        };
        let amounts = match raw.file.amounts {
            RawAmounts::Strict => Amounts::Strict,
            RawAmounts::Indian => Amounts::Indian,
        };
        Ok(Mapping {
            name,
            version: raw.version.into_inner(),
            scheme,
            head,
            case_prefix,
            notes,
            delimiter,
            amounts,
            district: raw.columns.district.into_inner(),
            financial_year: raw.columns.financial_year.into_inner(),
            applicant,
            facts,
            checked,
            ignored: raw.file.ignored_columns.into_iter().map(Spanned::into_inner).collect(),
            application,
            sanction,
            disbursement,
            allotment,
            suspicious,
        })
    }

    fn notes(&self, raw: &[Text]) -> Result<Vec<String>, MappingError> {
        for (index, note) in raw.iter().enumerate() {
            let text = note.get_ref();
            if index == NOTES_MAX {
                return Err(self.wrong(note, "notes", format!("more than {NOTES_MAX} notes")));
            }
            if text.is_empty() || text.len() > NOTE_BYTES_MAX || text.chars().any(char::is_control)
            {
                let what = format!("a note is one line of 1 to {NOTE_BYTES_MAX} bytes");
                return Err(self.wrong(note, "notes", what));
            }
        }
        Ok(raw.iter().map(|note| note.get_ref().clone()).collect())
    }

    fn delimiter(&self, raw: &Text) -> Result<u8, MappingError> {
        match raw.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
            _ => Err(self.wrong(raw, "delimiter", "one ASCII character, no quote or line end")),
        }
    }

    fn facts(&self, raw: &[RawFact], first: &Text) -> Result<Vec<FactColumn>, MappingError> {
        if raw.is_empty() {
            return Err(self.wrong(first, "fact", "a mapping has at least one fact"));
        }
        let mut facts: Vec<FactColumn> = Vec::with_capacity(raw.len().min(FACTS_MAX));
        for fact in raw {
            let name = self.read(&fact.name, "name", Word::new)?;
            if facts.len() == FACTS_MAX {
                return Err(self.wrong(&fact.name, "fact", format!("more than {FACTS_MAX} facts")));
            }
            if facts.iter().any(|other| other.name == name) {
                return Err(self.wrong(&fact.name, "name", "a fact stands here twice"));
            }
            let kind = match fact.kind {
                RawKind::Money => FactKind::Money,
                RawKind::Count => FactKind::Count,
                RawKind::Flag => FactKind::Flag,
                RawKind::Word => FactKind::Word,
            };
            let column = fact.column.get_ref().clone();
            facts.push(FactColumn { name, column, kind, optional: fact.optional });
        }
        Ok(facts)
    }

    fn checked(&self, raw: &[RawChecked]) -> Result<Vec<CheckedColumn>, MappingError> {
        let mut columns = Vec::with_capacity(raw.len().min(IMPORT_COLUMNS_MAX));
        for checked in raw {
            let values = checked.values.get_ref();
            if values.is_empty() || values.len() > CHECKED_VALUES_MAX {
                let what = format!("a checked column has 1 to {CHECKED_VALUES_MAX} values");
                return Err(self.wrong(&checked.values, "values", what));
            }
            let column = checked.column.get_ref().clone();
            columns.push(CheckedColumn { column, values: values.clone() });
        }
        Ok(columns)
    }

    fn columns_once(&self, raw: &Raw) -> Result<(), MappingError> {
        let columns: Vec<&Text> = [&raw.columns.district, &raw.columns.financial_year]
            .into_iter()
            .chain(raw.fact.iter().map(|fact| &fact.column))
            .chain(raw.checked.iter().map(|checked| &checked.column))
            .chain(&raw.file.ignored_columns)
            .chain(raw.disbursement.iter().flat_map(|paid| paid.get_ref().columns()))
            .chain(raw.applicant.get_ref().columns())
            .collect();
        for (index, column) in columns.iter().enumerate() {
            if index == IMPORT_COLUMNS_MAX {
                let what = format!("more than {IMPORT_COLUMNS_MAX} columns");
                return Err(self.wrong(column, "column", what));
            }
            if column.get_ref().is_empty() {
                return Err(self.wrong(column, "column", "a column has a name"));
            }
            if columns[..index].iter().any(|other| other.get_ref() == column.get_ref()) {
                return Err(self.wrong(column, "column", "the mapping names this column twice"));
            }
        }
        Ok(())
    }

    /// The steps that grant, which go with `treat_as` and rest on an order.
    fn grants(&self, raw: &Raw) -> Result<(Option<Step>, Option<Step>), MappingError> {
        let sanctioned = *raw.treat_as.get_ref() != TreatAs::Applied;
        let sanction = match (&raw.sanction, sanctioned) {
            (None, false) => None,
            (Some(step), true) => {
                let checked = self.step(step.get_ref())?;
                if checked.authority.is_none() {
                    return Err(self.wrong(step, "sanction", "a sanction rests on an authority"));
                }
                Some(checked)
            }
            (None, true) => {
                let what = "rows are sanctioned and there is no [sanction]";
                return Err(self.wrong(&raw.treat_as, "treat_as", what));
            }
            (Some(step), false) => {
                return Err(self.wrong(step, "sanction", "rows are not treated as sanctioned"));
            }
        };
        let Some(allotment) = &raw.allotment else { return Ok((sanction, None)) };
        if !sanctioned {
            let what = "nothing is allotted for rows that are not treated as sanctioned";
            return Err(self.wrong(allotment, "allotment", what));
        }
        let RawAllotment { day, actor, role, authority, .. } = allotment.get_ref();
        let checked = self.step_of(day, actor, role, authority.as_ref())?;
        if checked.authority.is_none() {
            return Err(self.wrong(allotment, "allotment", "an allotment rests on an authority"));
        }
        Ok((sanction, Some(checked)))
    }

    /// The step that pays, which goes with `treat_as`.
    fn disbursement(&self, raw: &Raw) -> Result<Option<Disbursement>, MappingError> {
        let disbursed = *raw.treat_as.get_ref() == TreatAs::Disbursed;
        match &raw.disbursement {
            None if disbursed => {
                let what = "rows are disbursed and there is no [disbursement]";
                Err(self.wrong(&raw.treat_as, "treat_as", what))
            }
            Some(paid) if !disbursed => {
                Err(self.wrong(paid, "disbursement", "rows are not treated as disbursed"))
            }
            None => Ok(None),
            Some(paid) => {
                let RawDisbursement { day, actor, role, authority, account, ifsc, reference } =
                    paid.get_ref();
                if account.optional {
                    let what = "a payment goes to an account: its column is not optional";
                    return Err(self.wrong(&account.column, "account", what));
                }
                let step = self.step_of(day, actor, role, authority.as_ref())?;
                let (ifsc, reference) = (ifsc.get_ref().clone(), reference.get_ref().clone());
                let account = account.of_kind(Kind::Account);
                Ok(Some(Disbursement { step, account, ifsc, reference }))
            }
        }
    }

    fn step(&self, raw: &RawStep) -> Result<Step, MappingError> {
        self.step_of(&raw.day, &raw.actor, &raw.role, raw.authority.as_ref())
    }

    fn step_of(
        &self,
        day: &Text,
        actor: &Text,
        role: &Text,
        authority: Option<&RawAuthority>,
    ) -> Result<Step, MappingError> {
        let day = self.read(day, "day", year_day)?;
        let actor = self.read(actor, "actor", ActorName::new)?;
        let role = self.read(role, "role", |text| {
            Role::ALL.into_iter().find(|role| role.name() == text).ok_or("no role of this name")
        })?;
        let Some(raw) = authority else { return Ok(Step { actor, role, day, authority: None }) };
        let order = self.read(&raw.order, "order", OrderNumber::new)?;
        let date = self.read(&raw.date, "date", Day::parse)?;
        let paragraph = match &raw.paragraph {
            Some(paragraph) => Some(self.read(paragraph, "paragraph", Word::new)?),
            None => None,
        };
        Ok(Step { actor, role, day, authority: Some(Authority { order, date, paragraph }) })
    }

    fn suspicious(
        &self,
        raw: &RawSuspicious,
        facts: &[FactColumn],
    ) -> Result<Suspicious, MappingError> {
        let found = facts
            .iter()
            .find(|fact| fact.name.as_str() == raw.fact.get_ref() && fact.kind == FactKind::Money);
        let Some(fact) = found else {
            return Err(self.wrong(&raw.fact, "fact", "the mapping has no such fact of money"));
        };
        let below = self.read(&raw.below, "below", Money::parse)?;
        Ok(Suspicious { fact: fact.name.clone(), below, take: raw.take })
    }
}

impl RawDisbursement {
    fn columns(&self) -> [&Text; 3] {
        [&self.ifsc, &self.reference, &self.account.column]
    }
}

/// Reads a day of every year. 29 February is none: most years lack it.
fn year_day(text: &str) -> Result<YearDay, &'static str> {
    const WRONG: &str = "first_day_of_year, last_day_of_year, or a date of every year as MM-DD";
    match text {
        "first_day_of_year" => return Ok(YearDay::First),
        "last_day_of_year" => return Ok(YearDay::Last),
        _ => {}
    }
    // 2023 is no leap year, so it has the dates that every year has.
    let (_, month, day) = Day::parse(&format!("2023-{text}")).map_err(|_| WRONG)?.date();
    Ok(YearDay::Date { month, day })
}
