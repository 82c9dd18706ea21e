//! The shapes of answers: plain fields in the order they are written, filled by whoever computed
//! them.
//!
//! # Invariants
//! * Amounts, days, instants, hashes are texts in their documented form; positions are integers,
//!   and position 0 means before the first event.
//! * A field that is an answer of none is `null`; a field that was not asked for is absent.
//!
//! # Not here
//! Receipts (`receipt`), entitlements (`entitlement`), events (`event`).

use std::{borrow::Cow, time::Duration};

use bahi_core::{Authority, BalanceRow, Day, FinancialYear, Role};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    described::{DistrictCode, EventIdText, Moment, Rupees},
    value::{OneOf, PublicKey, Text},
};

/// An answer as a document of its own: indented, with a newline at its end.
#[must_use]
pub fn document(answer: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(answer).expect("an answer has a JSON form");
    text.push('\n');
    text
}

/// A decision's order, its date and its paragraph.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "order_cited")]
pub struct AuthorityAnswer {
    /// The number of the order, verbatim.
    pub order: String,
    /// Its date; none only where the ledger's names lack the order.
    #[schemars(with = "Option<Text<Day>>")]
    pub date: Option<String>,
    /// The paragraph, where one is named.
    pub paragraph: Option<String>,
}

impl From<&Authority> for AuthorityAnswer {
    fn from(authority: &Authority) -> AuthorityAnswer {
        AuthorityAnswer {
            order: authority.order.to_string(),
            date: Some(authority.date.to_string()),
            paragraph: authority.paragraph.as_ref().map(ToString::to_string),
        }
    }
}

/// A length of time, written as a number of seconds with at most three places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Seconds(pub Duration);

impl Serialize for Seconds {
    // Time on the clock, nowhere near money; JSON has no other number with places.
    #[allow(clippy::float_arithmetic)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = u32::try_from(self.0.as_millis()).unwrap_or(u32::MAX);
        serializer.serialize_f64(f64::from(millis) / 1_000.0)
    }
}

// ---- balances

/// Which parts of a fund the rows of balances are told apart by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BalanceKeys {
    /// By scheme.
    pub scheme: bool,
    /// By district.
    pub district: bool,
    /// By head of account.
    pub head: bool,
    /// By financial year.
    pub fy: bool,
}

/// A key of a row: absent where it was not asked for, `null` where the row has none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Asked {
    /// It was not asked for.
    #[default]
    Not,
    /// It was.
    For(Option<String>),
}

impl Asked {
    /// A key of a row, provided that it was asked for.
    #[must_use]
    pub fn of(asked: bool, key: Option<&dyn ToString>) -> Asked {
        if asked { Asked::For(key.map(ToString::to_string)) } else { Asked::Not }
    }

    fn is_not(&self) -> bool {
        *self == Asked::Not
    }
}

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Asked::For(Some(key)) => serializer.serialize_str(key),
            Asked::For(None) | Asked::Not => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Asked {
    /// A key that is there was asked for; one that is not is [`Asked::Not`] by default.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Asked::For)
    }
}

impl JsonSchema for Asked {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "key_asked".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "null"] })
    }
}

/// Balances at a position, on both time axes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "balances")]
pub struct BalancesAnswer {
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The last effective day that counts; none for all.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// The instant the answer was known on; none for all the ledger knows.
    #[schemars(with = "Option<Moment>")]
    pub known_on: Option<String>,
    /// The rows.
    pub rows: Vec<BalanceRowAnswer>,
}

/// One row of balances.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "balance_row")]
pub struct BalanceRowAnswer {
    /// The scheme.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub scheme: Asked,
    /// The district's code, or `pool`.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub district: Asked,
    /// The head of account; none in the row of applications that have no fund yet.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub head: Asked,
    /// The financial year.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub fy: Asked,
    /// What the funds were given, net.
    #[schemars(with = "Rupees")]
    pub allotted: String,
    /// What was granted, net.
    #[schemars(with = "Rupees")]
    pub sanctioned: String,
    /// What was paid out, gross.
    #[schemars(with = "Rupees")]
    pub disbursed: String,
    /// What came back.
    #[schemars(with = "Rupees")]
    pub returned: String,
    /// What was recovered.
    #[schemars(with = "Rupees")]
    pub recovered: String,
    /// What was used for its purpose.
    #[schemars(with = "Rupees")]
    pub utilised: String,
    /// What became a grant.
    #[schemars(with = "Rupees")]
    pub adjusted: String,
    /// What may still be sanctioned.
    #[schemars(with = "Rupees")]
    pub available: String,
    /// What came in and nothing accounts for.
    #[schemars(with = "Rupees")]
    pub suspense: String,
    /// Interest earned, gross of what was handed back.
    #[schemars(with = "Rupees")]
    pub interest_earned: String,
    /// Interest handed back.
    #[schemars(with = "Rupees")]
    pub interest_remitted: String,
    /// Applications received.
    pub applied: u64,
    /// Cases with at least one audit.
    pub audited: u64,
}

impl BalanceRowAnswer {
    /// A row, with the keys that were asked for.
    #[must_use]
    pub fn new(row: &BalanceRow, keys: BalanceKeys) -> BalanceRowAnswer {
        let columns = &row.columns;
        BalanceRowAnswer {
            scheme: Asked::of(keys.scheme, row.scheme.as_ref().map(|key| key as _)),
            district: Asked::of(keys.district, row.district.as_ref().map(|key| key as _)),
            head: Asked::of(keys.head, row.head.as_ref().map(|key| key as _)),
            fy: Asked::of(keys.fy, row.fy.as_ref().map(|key| key as _)),
            allotted: columns.allotted.to_string(),
            sanctioned: columns.sanctioned.to_string(),
            disbursed: columns.disbursed.to_string(),
            returned: columns.returned.to_string(),
            recovered: columns.recovered.to_string(),
            utilised: columns.utilised.to_string(),
            adjusted: columns.adjusted.to_string(),
            available: columns.available.to_string(),
            suspense: columns.suspense.to_string(),
            interest_earned: columns.interest_earned.to_string(),
            interest_remitted: columns.interest_remitted.to_string(),
            applied: columns.applied,
            audited: columns.audited,
        }
    }
}

// ---- folds put away

/// What is put away beside a ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FoldsAnswer {
    /// The last event.
    pub position: u64,
    /// The root of the log's tree at that position.
    pub root: String,
    /// Every fold that this program puts away.
    pub folds: Vec<FoldRowAnswer>,
}

/// One fold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FoldRowAnswer {
    /// Its name.
    pub fold: String,
    /// The version that this program folds.
    pub version: u16,
    /// `kept`, `missing`, `other_version` or `unfit`.
    pub found: String,
    /// The version that is found, where it is another.
    pub found_version: Option<u16>,
    /// The last event that it holds, where it is kept.
    pub holds: Option<u64>,
    /// How many events are folded when the ledger is next opened, or when it is first asked for.
    pub to_fold: u64,
    /// The bytes of its file; none where there is none.
    pub bytes: Option<u64>,
}

// ---- outcomes

/// What a ledger is, and the names that questions may use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ledger")]
pub struct LedgerAnswer {
    /// What it is called in its checkpoints.
    pub name: String,
    /// The 16 bytes it is known by, in hex.
    pub ledger_id: String,
    /// Whether its clock is a simulated one.
    pub simulated: bool,
    /// The last position.
    pub position: u64,
    /// The root there.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// When the last event was recorded.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The schemes of its funds, in the order in which it learned of them.
    pub schemes: Vec<String>,
    /// The heads, likewise.
    pub heads: Vec<String>,
}

/// Money that came in and nothing accounts for yet, at a position, on both time axes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "suspense")]
pub struct SuspenseAnswer {
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The last effective day that counts; none for all.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// The instant the answer was known on; none for all the ledger knows.
    #[schemars(with = "Option<Moment>")]
    pub known_on: Option<String>,
    /// The day that ages are counted to.
    #[schemars(with = "Text<Day>")]
    pub aged_on: String,
    /// What lies there in all.
    #[schemars(with = "Rupees")]
    pub amount: String,
    /// Amount by amount, the oldest first.
    pub rows: Vec<SuspenseRowAnswer>,
}

/// One amount in suspense.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "suspense_row")]
pub struct SuspenseRowAnswer {
    /// Where it was moved there.
    pub position: u64,
    /// The scheme.
    pub scheme: String,
    /// The district's code, or `pool`.
    #[schemars(with = "DistrictCode")]
    pub district: String,
    /// The head.
    pub head: String,
    /// The financial year.
    #[schemars(with = "Text<FinancialYear>")]
    pub fy: String,
    /// How much.
    #[schemars(with = "Rupees")]
    pub amount: String,
    /// Why nothing accounts for it, as a code.
    pub reason: String,
    /// What the bank called it.
    pub reference: String,
    /// The payment it seems to be of; none where none is known.
    pub payment: Option<u64>,
    /// The day it came in.
    #[schemars(with = "Text<Day>")]
    pub day: String,
    /// How many days ago that was.
    pub age_days: i64,
}

/// What cases came to beside the money, at a position, on both time axes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "outcomes")]
pub struct OutcomesAnswer {
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The last effective day that counts; none for all.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// The instant the answer was known on; none for all the ledger knows.
    #[schemars(with = "Option<Moment>")]
    pub known_on: Option<String>,
    /// How many events could not be placed, since what they rest on does not count.
    pub unplaced: u64,
    /// The rows.
    pub rows: Vec<OutcomeRowAnswer>,
}

/// One outcome of one group of cases.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "outcome_row")]
pub struct OutcomeRowAnswer {
    /// The scheme.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub scheme: Asked,
    /// The district's code, or `pool`.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub district: Asked,
    /// The head of account; none for cases without a sanction.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub head: Asked,
    /// The financial year.
    #[serde(default, skip_serializing_if = "Asked::is_not")]
    pub fy: Asked,
    /// What was reported: `jobs`.
    pub outcome: String,
    /// `count` or `money`.
    pub kind: String,
    /// The sum of the latest reports: a whole number, or rupees.
    pub total: String,
    /// How many cases reported it.
    pub reported: u64,
    /// What those cases were paid, net.
    #[schemars(with = "Rupees")]
    pub paid: String,
    /// What was paid for one, rounded down to a paisa; none for amounts and where none was counted.
    #[schemars(with = "Option<Rupees>")]
    pub per_one: Option<String>,
    /// How many cases whose terms name it have been paid and have not reported it.
    pub not_reported: u64,
}

// ---- trails

/// The audit trail of a case, a person, an account or an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "trail")]
pub struct TrailAnswer {
    /// What the trail is of.
    pub subject: TrailSubject,
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The day up to which events count; `null` where all do.
    #[schemars(with = "Option<Text<Day>>")]
    pub as_of: Option<String>,
    /// When the ledger had learned what is shown.
    #[schemars(with = "Moment")]
    pub known_on: String,
    /// The cases on the trail, as they stand at its end.
    pub cases: Vec<TrailCase>,
    /// Every event, in order of position.
    pub entries: Vec<TrailEntry>,
}

/// What a trail is of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "trail_subject")]
pub struct TrailSubject {
    /// `case`, `person`, `account` or `order`.
    pub by: String,
    /// The reference, key or order's number.
    pub id: String,
}

/// A case as it stands at the end of a trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "trail_case")]
pub struct TrailCase {
    /// What the office calls it.
    pub case_ref: String,
    /// The position of its application.
    pub case: u64,
    /// The scheme.
    pub scheme: String,
    /// The district's code, or `pool`.
    #[schemars(with = "DistrictCode")]
    pub district: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: TrailFigures,
    /// How many audits it had.
    pub audits: u64,
}

/// The running figures of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "trail_figures")]
pub struct TrailFigures {
    /// Granted.
    #[schemars(with = "Rupees")]
    pub sanctioned: String,
    /// Paid out, gross.
    #[schemars(with = "Rupees")]
    pub disbursed: String,
    /// Came back.
    #[schemars(with = "Rupees")]
    pub returned: String,
    /// Recovered.
    #[schemars(with = "Rupees")]
    pub recovered: String,
    /// Used for its purpose.
    #[schemars(with = "Rupees")]
    pub utilised: String,
    /// Became a grant.
    #[schemars(with = "Rupees")]
    pub adjusted: String,
    /// Asked back.
    #[schemars(with = "Rupees")]
    pub demanded: String,
    /// What may still be paid: sanctioned − disbursed + returned.
    #[schemars(with = "Rupees")]
    pub remaining: String,
    /// How far it has come: `sanctioned`.
    pub status: String,
}

/// One event of a trail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "trail_entry")]
pub struct TrailEntry {
    /// Its place in the log.
    pub position: u64,
    /// Its id.
    #[schemars(with = "EventIdText")]
    pub event_id: String,
    /// What happened: `Sanctioned`.
    pub kind: String,
    /// When the ledger learned it.
    #[schemars(with = "Moment")]
    pub recorded_at: String,
    /// The day on which it counts.
    #[schemars(with = "Text<Day>")]
    pub effective_day: String,
    /// How many days after that day it was recorded; absent for one recorded by then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub back_dated_days: u32,
    /// Who acted.
    pub actor: Option<String>,
    /// As what.
    #[schemars(with = "OneOf<Role>")]
    pub role: String,
    /// On what order.
    pub authority: Option<AuthorityAnswer>,
    /// The case.
    pub case_ref: Option<String>,
    /// The amount that moved; none where none did.
    #[schemars(with = "Option<Rupees>")]
    pub amount: Option<String>,
    /// The key that signed its command; absent for one that was not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Text<PublicKey>>")]
    pub signed_by: Option<String>,
    /// What the event says in one line, for a reader.
    pub says: String,
    /// The case's figures after it; none where it is of no case.
    pub running: Option<TrailFigures>,
    /// Its index among the leaves of the log's tree.
    pub leaf: u64,
    /// Its leaf hash, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Text<[u8; 32]>>")]
    pub leaf_hash: Option<String>,
}

/// Whether a count that says nothing is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(crate) const fn is_zero(count: &u32) -> bool {
    *count == 0
}

// ---- verification and replay

/// What a verification found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VerifyAnswer {
    /// Whether every pass is.
    pub ok: bool,
    /// The last event that was looked at.
    pub position: u64,
    /// The root of the log's tree; none where damage leaves it unknown.
    pub root: Option<String>,
    /// Pass by pass.
    pub passes: Vec<VerifyPass>,
    /// Whether the ledger continues an older checkpoint; absent where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<crate::AgainstAnswer>,
    /// How long it took.
    pub seconds: Seconds,
}

/// One pass of a verification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VerifyPass {
    /// What is checked: `pages`, `links`, `conservation`.
    pub name: String,
    /// How many things were checked.
    pub checked: u64,
    /// Whether all of them hold.
    pub ok: bool,
    /// The first that does not, and its place.
    pub first_problem: Option<String>,
}

/// What a replay came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReplayAnswer {
    /// The last event folded.
    pub position: u64,
    /// The root of the log's tree at that position.
    pub root: String,
    /// The last effective day that counts; none for all.
    pub as_of: Option<String>,
    /// The instant folded up to; none for all the ledger knows.
    pub known_on: Option<String>,
    /// How many events were folded.
    pub events: u64,
    /// How long it took.
    pub seconds: Seconds,
    /// Events folded in a second; none where too few for a speed.
    pub events_per_second: Option<u64>,
    /// How it compares with the live state, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<ReplayComparison>,
}

/// A replay beside the live state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ReplayComparison {
    /// Whether the two are the same.
    pub equal: bool,
    /// How many figures were compared.
    pub compared: u64,
    /// The first difference.
    pub first_difference: Option<String>,
}

// ---- the rulebook

/// The districts, readable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DistrictsAnswer {
    /// District by district.
    pub districts: Vec<DistrictRow>,
}

/// One district.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DistrictRow {
    /// Its code in the Local Government Directory, as text.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Other names it is known by.
    pub also: Vec<String>,
    /// Its products.
    pub products: Vec<String>,
}

/// The schemes, readable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "schemes")]
pub struct SchemesAnswer {
    /// The last event that counts.
    pub position: u64,
    /// The root of the log's tree at that position.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// Scheme by scheme.
    pub schemes: Vec<SchemeRow>,
}

/// One scheme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "scheme_row")]
pub struct SchemeRow {
    /// Its name: `margin-money`.
    pub scheme: String,
    /// What it is called for a reader.
    pub title: Option<String>,
    /// In how many districts it runs.
    pub districts: u64,
    /// Its terms, version by version.
    pub versions: Vec<TermsRow>,
}

/// One version of a scheme's terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "terms_row")]
pub struct TermsRow {
    /// Its number, from 1.
    pub number: u16,
    /// Its name: `mm-2018`.
    pub version: String,
    /// The order that sets it.
    pub authority: AuthorityAnswer,
    /// The first day it is in force.
    #[schemars(with = "Text<Day>")]
    pub from: String,
    /// The last, where one is set.
    #[schemars(with = "Option<Text<Day>>")]
    pub until: Option<String>,
    /// The facts it asks for, by name.
    pub facts: Vec<String>,
    /// What it gives for, by name.
    pub items: Vec<String>,
    /// Choices where the order is silent.
    pub policies: Vec<PolicyRow>,
    /// The rule of rounding.
    pub rounding: String,
    /// The most instalments.
    pub instalments_max: u16,
}

/// A choice where an order is silent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "policy_row")]
pub struct PolicyRow {
    /// What is chosen.
    pub name: String,
    /// The choice.
    pub value: String,
}

impl TermsRow {
    /// The row of a version of terms.
    #[must_use]
    pub fn new(number: u16, terms: &bahi_core::Terms) -> TermsRow {
        let parts = terms.parts();
        let policy = |policy: &bahi_core::Policy| PolicyRow {
            name: policy.name.to_string(),
            value: policy.value.to_string(),
        };
        TermsRow {
            number,
            version: parts.name.to_string(),
            authority: AuthorityAnswer::from(&parts.authority),
            from: parts.from.to_string(),
            until: parts.until.map(|until| until.to_string()),
            facts: parts.facts.iter().map(|fact| fact.name.to_string()).collect(),
            items: parts.items.iter().map(|item| item.name.to_string()).collect(),
            policies: parts.policies.iter().map(policy).collect(),
            rounding: parts.rounding.name().to_owned(),
            instalments_max: parts.instalments_max,
        }
    }
}

// ---- imports

/// What an import came to, or would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ImportAnswer {
    /// The file, as the person named it.
    pub file: String,
    /// Whether this was a dry run.
    pub check: bool,
    /// Rows read.
    pub rows: u64,
    /// Commands made of them.
    pub commands: u64,
    /// Commands accepted, or acceptable in a dry run.
    pub accepted: u64,
    /// Commands that were in the ledger already.
    pub duplicates: u64,
    /// The last event after the import; none in a dry run or where nothing was imported.
    pub position: Option<u64>,
    /// Of what is new, the cases that had more than the terms' limits allow, with each limit, in
    /// order of reference; kept as they are.
    pub beyond_limits: Vec<BeyondLimit>,
    /// What stands in the way, in order of row.
    pub problems: Vec<ImportProblem>,
    /// How many more problems there are than are listed.
    pub problems_left_out: u64,
}

/// A case that had more than a limit allows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BeyondLimit {
    /// The case.
    pub case_ref: String,
    /// The limit, by its code.
    pub limit: String,
}

/// One thing that stands in the way of an import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ImportProblem {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's header, where the problem is in one.
    pub column: Option<String>,
    /// The refusal's code, where the rules said no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What is wrong.
    pub message: String,
}

#[cfg(test)]
mod tests;
