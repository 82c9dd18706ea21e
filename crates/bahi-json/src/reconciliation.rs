//! The shapes of answers about statements of banks and what their lines are matched with.
//!
//! # Not here
//! Events about them (`event`); commands (`command`).

use bahi_core::Day;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{described::Rupees, value::Text};

/// What a file of a bank or a treasury holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_file")]
pub struct StatementFileAnswer {
    /// The format it was read as: `camt053`.
    pub format: String,
    /// The version or layout, where it names one.
    pub variant: Option<String>,
    /// Its statements, in order.
    pub statements: Vec<StatementAnswer>,
    /// How many payments it asks for.
    pub instructions: u64,
    /// How many answers about payments it gives.
    pub payment_statuses: u64,
    /// Its bytes.
    pub account_of_bytes: ByteAccountAnswer,
    /// Its records.
    pub account_of_records: ByteAccountAnswer,
    /// What is to be told about it, as far as that is given.
    pub warnings: Vec<StatementWarningAnswer>,
    /// How many warnings there are.
    pub warnings_count: u64,
}

/// A statement of a file. Amounts have no sign, balances have one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_in_a_file")]
pub struct StatementAnswer {
    /// The account, as the file names it.
    pub account: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// What it held before.
    pub opening: Option<String>,
    /// What it held after.
    pub closing: Option<String>,
    /// How many entries it has.
    pub entries: u64,
    /// How many transactions stand inside them.
    pub details: u64,
    /// What came in.
    pub credits: String,
    /// What went out.
    pub debits: String,
    /// Whether opening and booked entries give the closing balance, where both are stated.
    pub balance_equation: Option<bool>,
    /// The first day it covers.
    pub from: Option<String>,
    /// The last day it covers.
    pub to: Option<String>,
    /// How many entries were set aside.
    pub set_aside: u64,
}

/// Bytes or records: read and set aside are all there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "account_of_bytes")]
pub struct ByteAccountAnswer {
    /// All there are.
    pub total: u64,
    /// Of them, how many were read.
    pub read: u64,
    /// Of them, how many were set aside.
    pub set_aside: u64,
}

/// Something to be told about a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_warning")]
pub struct StatementWarningAnswer {
    /// The line it is about, from 1.
    pub line: u64,
    /// What is to be told.
    pub what: String,
    /// How many bytes were set aside for it.
    pub set_aside: u64,
}

/// What adding a file came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_added")]
pub struct StatementAddedAnswer {
    /// The file, as SHA-256.
    #[schemars(with = "Text<[u8; 32]>")]
    pub file: String,
    /// The format it was read as.
    pub format: String,
    /// Whether the ledger held it already, so that nothing was recorded.
    pub known: bool,
    /// Its statements, in order.
    pub statements: Vec<AddedPartAnswer>,
    /// How many events were recorded.
    pub events: u64,
    /// The last position.
    pub position: u64,
}

/// A statement that was added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_part")]
pub struct AddedPartAnswer {
    /// Where it stands.
    pub position: u64,
    /// Its number in the file, from 1.
    pub part: u16,
    /// How many of its lines are new.
    pub lines: u32,
    /// How many an earlier file told.
    pub repeated: u32,
    /// How many could not be read or recorded.
    pub set_aside: u32,
    /// How many are not booked, or not settled, and come again when they are.
    pub unbooked: u64,
    /// Whether they are answers to payments, and no lines of an account.
    pub answers: bool,
    /// How it follows the latest statement of its account; null where there is none.
    pub follows: Option<FollowsAnswer>,
    /// Of how many lines what the bank wrote is in the vault; null where no vault was named, so that it is
    /// kept nowhere.
    pub kept: Option<u32>,
    /// How many new lines have one reference of the ledger in their narration, which names them.
    pub named: u32,
    /// How many have several, or one beside another word that is written like it: nothing is matched by it.
    pub unclear: u32,
}

/// How a statement follows the latest one of its account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_follows")]
pub struct FollowsAnswer {
    /// The last day of that one.
    #[schemars(with = "Text<Day>")]
    pub last: String,
    /// How many days between the two neither says anything of, where their balances do not agree.
    pub days_missing: u32,
    /// Its opening balance less the other's closing, where they differ.
    #[schemars(with = "Option<Rupees>")]
    pub apart: Option<String>,
}

/// Counts and sums.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "tally")]
pub struct TallyAnswer {
    /// How many.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
}

/// What a reconciliation says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "reconciliation")]
pub struct ReconciliationAnswer {
    /// The last position it rests on.
    pub position: u64,
    /// The root there.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The day from which ages are counted.
    #[schemars(with = "Text<Day>")]
    pub today: String,
    /// What stands matched: lines, and by which rule or decision.
    pub matched: MatchedAnswer,
    /// What was found by this run and recorded; without --run, what would be.
    pub found: FoundAnswer,
    /// The answers to payments that the ledger has.
    pub answers: AnswersAnswer,
    /// What a person may accept or reject.
    pub proposed: Vec<ProposalAnswer>,
    /// What is left to a person.
    pub exceptions: Vec<ExceptionAnswer>,
    /// Exceptions by age, from young to old, but for what no statement covers.
    pub ageing: Vec<AgeingAnswer>,
    /// What no statement covers, as far as nothing else is known of it.
    pub not_covered: NotCoveredAnswer,
    /// Lines and vouchers by bank account, month, scheme and district.
    #[serde(rename = "abstract")]
    pub abstracts: Vec<AbstractAnswer>,
    /// Payments by who speaks of them: the ledger, the treasury that confirms, the bank's lines.
    pub three_way: Vec<ThreeWayAnswer>,
    /// The lines in numbers.
    pub lines: AccountAnswer,
    /// The vouchers in numbers.
    pub vouchers: AccountAnswer,
}

/// Answers to payments, recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "payment_answers")]
pub struct AnswersAnswer {
    /// How many say that a payment reached its account.
    pub paid: u64,
    /// How many say that one failed.
    pub failed: u64,
}

/// What stands matched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "matched_lines")]
pub struct MatchedAnswer {
    /// How many lines.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
    /// By rule, or `decided` by a person.
    pub by_rule: std::collections::BTreeMap<String, TallyAnswer>,
    /// What named rules accepted, in order of their names.
    pub accepted: Vec<AcceptedAnswer>,
}

/// Differences and charges that one named rule accepted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "accepted_difference")]
pub struct AcceptedAnswer {
    /// The rule.
    pub rule: String,
    /// Its limit, as it was when they were; null of what was recorded without one.
    #[schemars(with = "Option<Rupees>")]
    pub limit: Option<String>,
    /// How many.
    pub count: u64,
    /// The lines' sums less the events'.
    #[schemars(with = "Rupees")]
    pub value: String,
}

/// What a run found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "found_by_a_run")]
pub struct FoundAnswer {
    /// Whether it was recorded.
    pub recorded: bool,
    /// Matches.
    pub matches: TallyAnswer,
    /// Payments that came back.
    pub returns: TallyAnswer,
    /// Payments that an answer says reached their accounts.
    pub confirmations: u64,
    /// Charges of the bank within a named rule.
    pub charges: TallyAnswer,
    /// What was found and not recorded, each with why.
    pub withheld: Vec<WithheldAnswer>,
}

/// Something found that was not recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "withheld")]
pub struct WithheldAnswer {
    /// The lines and events.
    pub ids: Vec<String>,
    /// Why.
    pub why: String,
}

/// What may belong together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "proposal")]
pub struct ProposalAnswer {
    /// What it is accepted or rejected by.
    pub id: String,
    /// Lines, as `9/2`: line 2 of the statement at position 9.
    pub lines: Vec<String>,
    /// Events, by position.
    pub events: Vec<u64>,
    /// The rule.
    pub rule: String,
    /// What it rests on, for a person.
    pub evidence: String,
    /// The sum of the lines.
    #[schemars(with = "Rupees")]
    pub amount: String,
}

/// Something that is left to a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "exception")]
pub struct ExceptionAnswer {
    /// Why.
    pub reason: String,
    /// `bank` for a line, `ledger` for an event, `treasury` for an answer.
    pub side: String,
    /// What it is about, then what it could belong to or stands against.
    pub ids: Vec<String>,
    /// How much, where it is known.
    #[schemars(with = "Option<Rupees>")]
    pub amount: Option<String>,
    /// By how much the line is more, or less, than it should be, where that is why.
    #[schemars(with = "Option<Rupees>")]
    pub differs_by: Option<String>,
    /// The day it is counted from.
    #[schemars(with = "Option<Text<Day>>")]
    pub since: Option<String>,
    /// How old it is.
    pub age_days: u32,
    /// Its age as a bucket.
    pub bucket: String,
    /// What would resolve it.
    pub resolved_by: String,
    /// The case, where it is of one.
    pub case_ref: Option<String>,
    /// The days of which a statement is needed, where that is why.
    pub days_needed: Option<DaysAnswer>,
}

/// Days, both included.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "days")]
pub struct DaysAnswer {
    /// The first.
    #[schemars(with = "Text<Day>")]
    pub from: String,
    /// The last.
    #[schemars(with = "Text<Day>")]
    pub to: String,
}

/// Events of the ledger on days that no statement covers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "not_covered")]
pub struct NotCoveredAnswer {
    /// How many.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
    /// Of them, how many are older than 35 days, so that a month's statement should be here.
    pub overdue: u64,
    /// The stretches of days of which statements are needed, in order, of one month each by their first
    /// day.
    pub statements_needed: Vec<NeededAnswer>,
}

/// Days of which a statement is needed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_needed")]
pub struct NeededAnswer {
    /// The first day.
    #[schemars(with = "Text<Day>")]
    pub from: String,
    /// The last day.
    #[schemars(with = "Text<Day>")]
    pub to: String,
    /// How many events wait for it.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
}

/// Exceptions of one age.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "exceptions_by_age")]
pub struct AgeingAnswer {
    /// The days: `0-1`.
    pub days: String,
    /// How many.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
}

/// A row of the abstract.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "abstract_row")]
pub struct AbstractAnswer {
    /// By what: `bank`, `day`, `scheme`, `district`.
    pub by: String,
    /// Which one: an account's key, a day, a scheme, a district's code.
    pub key: String,
    /// What a person calls it: of an account its label, else the first statement of it; of a district its
    /// name.
    pub name: Option<String>,
    /// What is matched.
    pub matched: TallyAnswer,
    /// What is open.
    pub open: TallyAnswer,
}

/// Payments of which the same sources speak.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "three_way")]
pub struct ThreeWayAnswer {
    /// Whether the treasury's answer confirmed them.
    pub treasury: bool,
    /// Whether a line of a bank is them.
    pub bank: bool,
    /// How many.
    pub count: u64,
    /// How much.
    #[schemars(with = "Rupees")]
    pub value: String,
}

/// Everything of one side, in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "account_of_items")]
pub struct AccountAnswer {
    /// What there is.
    pub present: TallyAnswer,
    /// Of it, what was matched before.
    pub settled: TallyAnswer,
    /// Of it, what this run found.
    pub matched: TallyAnswer,
    /// Of it, what proved to be returns.
    pub returned: TallyAnswer,
    /// Of it, what was accepted as charges.
    pub charges: TallyAnswer,
    /// Of it, what is left to a person.
    pub open: TallyAnswer,
}

/// Every statement that was received.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statements")]
pub struct StatementsAnswer {
    /// The last position it rests on.
    pub position: u64,
    /// The root there.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The statements, in order.
    pub statements: Vec<ReceivedAnswer>,
}

/// A statement that was received.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "statement_received")]
pub struct ReceivedAnswer {
    /// Where it stands.
    pub position: u64,
    /// The file, as SHA-256.
    #[schemars(with = "Text<[u8; 32]>")]
    pub file: String,
    /// Its number in the file, from 1.
    pub part: u16,
    /// The format it was read as.
    pub format: String,
    /// The account's key; `2:…` under another fingerprint key than the first.
    pub account_key: String,
    /// The first day it covers.
    #[schemars(with = "Text<Day>")]
    pub from: String,
    /// The last day it covers.
    #[schemars(with = "Text<Day>")]
    pub to: String,
    /// What the account held before.
    #[schemars(with = "Option<Rupees>")]
    pub opening: Option<String>,
    /// What it held after.
    #[schemars(with = "Option<Rupees>")]
    pub closing: Option<String>,
    /// How many of its lines no file told before.
    pub lines: u32,
    /// How many one did.
    pub repeated: u32,
    /// How many could not be read or recorded.
    pub set_aside: u32,
}

/// What is known of a proposal, a line or an event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "match_explained")]
pub struct MatchExplainedAnswer {
    /// The item, as it was asked for.
    pub id: String,
    /// Sentences about it.
    pub says: Vec<String>,
}

/// A person's word on a match, recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "match_decided")]
pub struct MatchDecidedAnswer {
    /// The item, as it was asked for.
    pub id: String,
    /// The event that says so.
    pub position: u64,
    /// Whether it was recorded before.
    pub duplicate: bool,
}
