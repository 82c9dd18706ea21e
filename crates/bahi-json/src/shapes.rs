//! The shapes inside commands and events: authorities, funds, keys, applicants, payees, facts.
//!
//! # Not here
//! Terms (`terms`) and the commands themselves (`command`).

use std::{borrow::Cow, collections::BTreeMap, fmt};

use bahi_core::{
    AccountKey, Applicant, Authority, BodyKey, Day, District, FamilyKey, FinancialYear,
    Fingerprint, Fund, GivenFact, HeadName, Ifsc, Money, OrderNumber, Payee, PersonKey, SchemeName,
    Word,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    command::Districts,
    malformed::Complaint,
    value::{DistrictText, Object, OneKey, Tagged, Text},
};

/// The order an act rests on.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "authority")]
pub(crate) struct AuthorityJson {
    /// The number of the order, verbatim.
    order: Text<OrderNumber>,
    /// The date of the order.
    date: Text<Day>,
    /// The paragraph relied on, as the order numbers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paragraph: Option<Text<Word>>,
}

impl From<&Authority> for AuthorityJson {
    fn from(authority: &Authority) -> AuthorityJson {
        AuthorityJson {
            order: Text(authority.order.clone()),
            date: Text(authority.date),
            paragraph: authority.paragraph.clone().map(Text),
        }
    }
}

impl From<AuthorityJson> for Authority {
    fn from(json: AuthorityJson) -> Authority {
        Authority {
            order: json.order.0,
            date: json.date.0,
            paragraph: json.paragraph.map(|paragraph| paragraph.0),
        }
    }
}

/// A district of a text: by its code, as the pool, or by a name that the caller knows.
pub(crate) fn district(
    text: &DistrictText,
    path: &str,
    districts: Districts<'_>,
) -> Result<District, Complaint> {
    District::parse(&text.0).or_else(|| districts(&text.0)).ok_or_else(|| {
        let what = "no district has this code or name; a code is digits as text, money of no \
            district is of the \"pool\"";
        Complaint::new(path, what)
    })
}

/// A fund: a scheme's money under one head of account, for one year and one district.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "fund")]
pub(crate) struct FundJson {
    /// The scheme.
    scheme: Text<SchemeName>,
    /// The head of account.
    head: Text<HeadName>,
    /// The financial year of the allotment.
    fy: Text<FinancialYear>,
    /// The district, or the scheme's pool.
    district: Text<DistrictText>,
}

impl FundJson {
    pub(crate) fn fund(self, districts: Districts<'_>) -> Result<Fund, Complaint> {
        Ok(Fund {
            district: district(&self.district.0, "fund.district", districts)?,
            scheme: self.scheme.0,
            head: self.head.0,
            fy: self.fy.0,
        })
    }
}

impl From<&Fund> for FundJson {
    fn from(fund: &Fund) -> FundJson {
        FundJson {
            scheme: Text(fund.scheme.clone()),
            head: Text(fund.head.clone()),
            fy: Text(fund.fy),
            district: Text(DistrictText(fund.district.to_string())),
        }
    }
}

/// A keyed fingerprint of something about a person.
///
/// Under the one key that is held it is 32 lower-case hex digits; under any other, an object that
/// names the key, which is written and not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct KeyJson(pub Fingerprint);

/// The id of the one fingerprint key that is held.
const KEY_ID_HELD: u16 = 1;
const KEY_EXPECTED: &str = "a key is a string of 32 lower-case hex digits";

struct KeyVisitor;

fn print_of(text: &str) -> Result<Fingerprint, String> {
    Fingerprint::parse(text).ok_or_else(|| {
        "a key is a fingerprint of 32 lower-case hex digits, never the number itself".to_owned()
    })
}

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = KeyJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<KeyJson, E> {
        print_of(text).map(KeyJson).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyJson, A::Error> {
        let mut held = None;
        while let Some(id) = map.next_key::<String>()? {
            if id != KEY_ID_HELD.to_string() {
                let what = format_args!("key id {id} is not held; key id {KEY_ID_HELD} is");
                return Err(A::Error::custom(what));
            }
            if held.is_some() {
                return Err(A::Error::custom(format_args!("key id {id} stands twice")));
            }
            let print = map.next_value::<PrintText>()?;
            held = Some(KeyJson(print.0));
        }
        held.ok_or_else(|| {
            A::Error::custom(format_args!("the fingerprint under key id {KEY_ID_HELD} is missing"))
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<KeyJson, A::Error> {
        Err(A::Error::custom(format_args!("a list stands here; {KEY_EXPECTED}")))
    }
}

/// One fingerprint inside an object of fingerprints.
struct PrintText(Fingerprint);

struct PrintVisitor;

impl Visitor<'_> for PrintVisitor {
    type Value = PrintText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PrintText, E> {
        print_of(text).map(PrintText).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for PrintText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PrintVisitor)
    }
}

impl<'de> Deserialize<'de> for KeyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

impl Serialize for KeyJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.key_id == KEY_ID_HELD {
            return serializer.serialize_str(&self.0.to_string());
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.0.key_id.to_string(), &self.0.to_string())?;
        map.end()
    }
}

impl JsonSchema for KeyJson {
    fn schema_name() -> Cow<'static, str> {
        "key".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A keyed fingerprint (HMAC) of an identity, never the identity: 32 \
                lower-case hex digits, or an object that gives them under the id of the key.",
            "oneOf": [
                { "type": "string", "pattern": "^[0-9a-f]{32}$" },
                {
                    "type": "object",
                    "properties": { "1": { "type": "string", "pattern": "^[0-9a-f]{32}$" } },
                    "required": ["1"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

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

impl From<&Applicant> for ApplicantJson {
    fn from(applicant: &Applicant) -> ApplicantJson {
        match applicant {
            Applicant::Person { person, family } => ApplicantJson::Person(Object(PersonJson {
                person_key: KeyJson(person.0),
                family_key: family.map(|family| KeyJson(family.0)),
            })),
            Applicant::Unit { unit, owner } => ApplicantJson::Unit(Object(UnitJson {
                unit_key: KeyJson(unit.0),
                owner_key: owner.map(|owner| KeyJson(owner.0)),
            })),
            Applicant::Spv { spv, members } => ApplicantJson::Spv(Object(SpvJson {
                spv_key: KeyJson(spv.0),
                members: members.iter().map(|member| KeyJson(member.0)).collect(),
            })),
            Applicant::Institution { institution } => {
                let institution_key = KeyJson(institution.0);
                ApplicantJson::Institution(Object(InstitutionJson { institution_key }))
            }
            Applicant::NotInSource => ApplicantJson::NotInSource,
        }
    }
}

impl From<OneKey<ApplicantJson>> for Applicant {
    fn from(json: OneKey<ApplicantJson>) -> Applicant {
        match json.0 {
            ApplicantJson::Person(Object(json)) => Applicant::Person {
                person: PersonKey(json.person_key.0),
                family: json.family_key.map(|family| FamilyKey(family.0)),
            },
            ApplicantJson::Unit(Object(json)) => Applicant::Unit {
                unit: BodyKey(json.unit_key.0),
                owner: json.owner_key.map(|owner| PersonKey(owner.0)),
            },
            ApplicantJson::Spv(Object(json)) => Applicant::Spv {
                spv: BodyKey(json.spv_key.0),
                members: json.members.into_iter().map(|member| PersonKey(member.0)).collect(),
            },
            ApplicantJson::Institution(Object(json)) => {
                Applicant::Institution { institution: BodyKey(json.institution_key.0) }
            }
            ApplicantJson::NotInSource => Applicant::NotInSource,
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

impl From<Payee> for PayeeJson {
    fn from(payee: Payee) -> PayeeJson {
        PayeeJson { account_key: KeyJson(payee.account.0), ifsc: Text(payee.ifsc) }
    }
}

impl From<PayeeJson> for Payee {
    fn from(json: PayeeJson) -> Payee {
        Payee { account: AccountKey(json.account_key.0), ifsc: json.ifsc.0 }
    }
}

/// One finding of an audit.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "finding")]
pub(crate) struct FindingJson {
    /// The check, as a code: C05.
    pub check: Text<Word>,
    /// The money in question; zero where none is.
    pub amount: Text<Money>,
}

/// The facts of a case by name, in order of name: an object has no order of its own.
pub(crate) struct FactsJson(pub Vec<(Word, GivenFact)>);

struct FactsVisitor;

impl<'de> Visitor<'de> for FactsVisitor {
    type Value = FactsJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facts are an object by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FactsJson, A::Error> {
        let mut facts = BTreeMap::new();
        while let Some(Text(name)) = map.next_key::<Text<Word>>()? {
            if facts.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the fact {name} stands twice")));
            }
            let FactJson(value) = map.next_value()?;
            facts.insert(name, value);
        }
        Ok(FactsJson(facts.into_iter().collect()))
    }
}

impl<'de> Deserialize<'de> for FactsJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FactsVisitor)
    }
}

impl Serialize for FactsJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                GivenFact::Text(text) => map.serialize_entry(name.as_str(), text.as_str())?,
                GivenFact::Count(count) => map.serialize_entry(name.as_str(), count)?,
                GivenFact::Flag(flag) => map.serialize_entry(name.as_str(), flag)?,
            }
        }
        map.end()
    }
}

impl JsonSchema for FactsJson {
    fn schema_name() -> Cow<'static, str> {
        "facts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<Text<Word>>();
        json_schema!({
            "type": "object",
            "description": "What an application states, by name: amounts as decimal strings of \
                rupees, counts as whole numbers, flags as true or false; the scheme's terms say \
                which facts they ask for, and any other is refused.",
            "propertyNames": name,
            "additionalProperties": {
                "anyOf": [
                    name,
                    { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                    { "type": "boolean" },
                ],
            },
            "examples": [{ "project_cost": "1000000.00" }],
        })
    }
}

/// The value of one fact.
struct FactJson(GivenFact);

const FACT_EXPECTED: &str = "a fact is a text, a whole number from zero, true or false";

struct FactVisitor;

impl<'de> Visitor<'de> for FactVisitor {
    type Value = FactJson;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FACT_EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FactJson, E> {
        let text = Word::new(text).map_err(E::custom)?;
        Ok(FactJson(GivenFact::Text(text)))
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<FactJson, E> {
        Ok(FactJson(GivenFact::Count(count)))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<FactJson, E> {
        Ok(FactJson(GivenFact::Flag(flag)))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<FactJson, A::Error> {
        Err(A::Error::custom(format_args!("an object stands here; {FACT_EXPECTED}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<FactJson, A::Error> {
        Err(A::Error::custom(format_args!("a list stands here; {FACT_EXPECTED}")))
    }
}

impl<'de> Deserialize<'de> for FactJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactVisitor)
    }
}
