//! Applicants, payees and who is barred: the shapes that hold keys.

use bahi_core::{Alias, Applicant, BarSubject, Ifsc, Payee};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::KeyJson;
use crate::{
    form::{Form, Reading},
    malformed::Complaint,
    value::{Object, Tagged, Text},
};

/// Who applies: exactly one of these, or "not_in_source" where the source names nobody.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "applicant")]
pub(crate) enum ApplicantJson {
    /// A person.
    Person(Object<PersonJson>),
    /// A unit.
    Unit(Object<UnitJson>),
    /// A special purpose vehicle.
    Spv(Object<SpvJson>),
    /// An institution.
    Institution(Object<InstitutionJson>),
    /// The source names nobody: a published list without names.
    NotInSource,
}

impl Tagged for ApplicantJson {
    const EXPECTED: &'static str =
        "an applicant is an object with exactly one key, or \"not_in_source\"";
    const BARE: bool = true;
}

/// A person.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "person")]
pub(crate) struct PersonJson {
    /// The person.
    person_key: KeyJson,
    /// The family whose benefit counts once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family_key: Option<KeyJson>,
}

/// A unit.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "unit")]
pub(crate) struct UnitJson {
    /// The unit.
    unit_key: KeyJson,
    /// Its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner_key: Option<KeyJson>,
}

/// A special purpose vehicle.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "spv")]
pub(crate) struct SpvJson {
    /// The vehicle.
    spv_key: KeyJson,
    /// Its members, at least one.
    members: Vec<KeyJson>,
}

/// An institution.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "institution")]
pub(crate) struct InstitutionJson {
    /// The institution.
    institution_key: KeyJson,
}

/// The value of a field of a shape; a complaint says which field it lies in.
fn field<V>(name: &str, shape: impl Form<V>, reading: &mut Reading<'_>) -> Result<V, Complaint> {
    shape.read(reading).map_err(|complaint| complaint.inside(name))
}

impl Form<Applicant> for ApplicantJson {
    fn read(self, reading: &mut Reading<'_>) -> Result<Applicant, Complaint> {
        Ok(match self {
            ApplicantJson::Person(Object(json)) => Applicant::Person {
                person: field("person.person_key", json.person_key, reading)?,
                family: field("person.family_key", json.family_key, reading)?,
            },
            ApplicantJson::Unit(Object(json)) => Applicant::Unit {
                unit: field("unit.unit_key", json.unit_key, reading)?,
                owner: field("unit.owner_key", json.owner_key, reading)?,
            },
            ApplicantJson::Spv(Object(json)) => Applicant::Spv {
                spv: field("spv.spv_key", json.spv_key, reading)?,
                members: field("spv.members", json.members, reading)?,
            },
            ApplicantJson::Institution(Object(json)) => {
                let key = json.institution_key;
                Applicant::Institution {
                    institution: field("institution.institution_key", key, reading)?,
                }
            }
            ApplicantJson::NotInSource => Applicant::NotInSource,
        })
    }

    fn write(applicant: &Applicant, aliases: &[Alias]) -> ApplicantJson {
        match applicant {
            Applicant::Person { person, family } => ApplicantJson::Person(Object(PersonJson {
                person_key: KeyJson::write(person, aliases),
                family_key: Option::write(family, aliases),
            })),
            Applicant::Unit { unit, owner } => ApplicantJson::Unit(Object(UnitJson {
                unit_key: KeyJson::write(unit, aliases),
                owner_key: Option::write(owner, aliases),
            })),
            Applicant::Spv { spv, members } => ApplicantJson::Spv(Object(SpvJson {
                spv_key: KeyJson::write(spv, aliases),
                members: Vec::write(members, aliases),
            })),
            Applicant::Institution { institution } => {
                let institution_key = KeyJson::write(institution, aliases);
                ApplicantJson::Institution(Object(InstitutionJson { institution_key }))
            }
            Applicant::NotInSource => ApplicantJson::NotInSource,
        }
    }
}

/// Who is barred: exactly one of these.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "subject")]
pub(crate) enum SubjectJson {
    /// A person, as applicant, owner or member.
    Person(KeyJson),
    /// A family.
    Family(KeyJson),
    /// A unit, vehicle or institution.
    Body(KeyJson),
    /// A bank account, as payee.
    Account(KeyJson),
}

impl Tagged for SubjectJson {
    const EXPECTED: &'static str = "a subject is an object with exactly one key";
    const BARE: bool = false;
}

impl Form<BarSubject> for SubjectJson {
    fn read(self, reading: &mut Reading<'_>) -> Result<BarSubject, Complaint> {
        Ok(match self {
            SubjectJson::Person(key) => BarSubject::Person(field("person", key, reading)?),
            SubjectJson::Family(key) => BarSubject::Family(field("family", key, reading)?),
            SubjectJson::Body(key) => BarSubject::Body(field("body", key, reading)?),
            SubjectJson::Account(key) => BarSubject::Account(field("account", key, reading)?),
        })
    }

    fn write(subject: &BarSubject, aliases: &[Alias]) -> SubjectJson {
        match subject {
            BarSubject::Person(key) => SubjectJson::Person(KeyJson::write(key, aliases)),
            BarSubject::Family(key) => SubjectJson::Family(KeyJson::write(key, aliases)),
            BarSubject::Body(key) => SubjectJson::Body(KeyJson::write(key, aliases)),
            BarSubject::Account(key) => SubjectJson::Account(KeyJson::write(key, aliases)),
        }
    }
}

/// Where a payment goes.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "payee")]
pub(crate) struct PayeeJson {
    /// The bank account, by fingerprint.
    account_key: KeyJson,
    /// Its branch.
    ifsc: Text<Ifsc>,
}

impl Form<Payee> for PayeeJson {
    fn read(self, reading: &mut Reading<'_>) -> Result<Payee, Complaint> {
        let account = field("account_key", self.account_key, reading)?;
        Ok(Payee { account, ifsc: self.ifsc.0 })
    }

    fn write(payee: &Payee, aliases: &[Alias]) -> PayeeJson {
        PayeeJson { account_key: KeyJson::write(&payee.account, aliases), ifsc: Text(payee.ifsc) }
    }
}
