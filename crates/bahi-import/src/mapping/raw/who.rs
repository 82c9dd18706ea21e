//! Who applies, as TOML has it: a word, or a table of identifying columns.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml::Spanned;

use super::{Check, MappingError, Text};
use crate::{
    Kind,
    mapping::{ApplicantColumns, ApplicantKind, IdentifyingColumn},
};

/// The word that stands for nobody.
const NOT_IN_SOURCE: &str = "not_in_source";

/// Whom rows are about.
pub(super) enum RawApplicant {
    NotInSource,
    Named(RawNamed),
}

/// The columns that say who applies.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNamed {
    kind: Option<RawKind>,
    person: Option<RawIdentifying>,
    family: Option<RawIdentifying>,
    body: Option<RawIdentifying>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RawKind {
    Person,
    Unit,
    Institution,
}

/// A column whose cells are kept as fingerprints alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIdentifying {
    pub(super) column: Text,
    #[serde(default)]
    pub(super) optional: bool,
}

impl RawIdentifying {
    pub(super) fn of_kind(&self, kind: Kind) -> IdentifyingColumn {
        IdentifyingColumn { column: self.column.get_ref().clone(), kind, optional: self.optional }
    }
}

impl RawApplicant {
    /// The columns it names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Text> {
        let named = match self {
            RawApplicant::NotInSource => None,
            RawApplicant::Named(named) => Some([&named.person, &named.family, &named.body]),
        };
        named.into_iter().flatten().flatten().map(|identifying| &identifying.column)
    }
}

impl<'de> Deserialize<'de> for RawApplicant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawApplicant, D::Error> {
        deserializer.deserialize_any(WordOrTable)
    }
}

struct WordOrTable;

impl<'de> Visitor<'de> for WordOrTable {
    type Value = RawApplicant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{NOT_IN_SOURCE}\" or a table of identifying columns")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<RawApplicant, E> {
        if word == NOT_IN_SOURCE {
            return Ok(RawApplicant::NotInSource);
        }
        Err(E::unknown_variant(word, &[NOT_IN_SOURCE]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawApplicant, A::Error> {
        RawNamed::deserialize(MapAccessDeserializer::new(map)).map(RawApplicant::Named)
    }
}

/// The columns of an applicant, those that its kind has and no other.
pub(super) fn applicant(
    check: &Check<'_>,
    raw: &Spanned<RawApplicant>,
) -> Result<Option<ApplicantColumns>, MappingError> {
    let RawApplicant::Named(named) = raw.get_ref() else { return Ok(None) };
    let kind = match (named.kind, &named.body) {
        (Some(RawKind::Person), _) | (None, None) => ApplicantKind::Person,
        (Some(RawKind::Unit), _) | (None, Some(_)) => ApplicantKind::Unit,
        (Some(RawKind::Institution), _) => ApplicantKind::Institution,
    };
    let (needed, name) = match kind {
        ApplicantKind::Person => (&named.person, "person"),
        ApplicantKind::Unit | ApplicantKind::Institution => (&named.body, "body"),
    };
    let Some(needed) = needed else {
        return Err(check.wrong(raw, "applicant", format!("it has no column for its {name}")));
    };
    if needed.optional && kind != ApplicantKind::Person {
        return Err(check.wrong(&needed.column, "body", "its column is not optional"));
    }
    let strange = match kind {
        ApplicantKind::Person => [&None, &named.body],
        ApplicantKind::Unit => [&None, &named.family],
        ApplicantKind::Institution => [&named.person, &named.family],
    };
    if let Some(strange) = strange.into_iter().flatten().next() {
        return Err(check.wrong(&strange.column, "applicant", "its kind has no such column"));
    }
    let column = |raw: &Option<RawIdentifying>, kind: Kind| {
        raw.as_ref().map(|identifying| identifying.of_kind(kind))
    };
    Ok(Some(ApplicantColumns {
        kind,
        person: column(&named.person, Kind::Person),
        family: column(&named.family, Kind::Family),
        body: column(&named.body, Kind::Body),
    }))
}
