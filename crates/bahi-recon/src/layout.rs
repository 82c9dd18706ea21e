//! Layouts of separated values: which column says what, as data.
//!
//! # The file
//!
//! TOML, at most [`LAYOUT_BYTES_MAX`] bytes; a key that is not listed is refused with its line.
//! Names of columns and labels are compared by their letters and digits alone, in any case.
//!
//! | key | meaning |
//! | --- | --- |
//! | `format` | the form of the layout: [`LAYOUT_FORMAT`] |
//! | `name` | what the layout is known by |
//! | `kind` | *optional*: `statement`, or `scroll` for rows that say what became of payments |
//! | `currency` | three letters; what a column `currency` does not say is in this |
//! | `delimiter` | one ASCII character, `tab`, or `tab-or-comma` |
//! | `decimal` | the decimal mark, `.` or `,` |
//! | `group`, `grouping` | *optional*: the grouping mark, and `indian` (which takes threes too) or `threes` |
//! | `days` | patterns of `DD`, `D`, `MM`, `M`, `MON`, `YY`, `YYYY` and what stands between them; the first that fits is taken |
//! | `balances_decide_sides` | *optional*: columns of debit and credit may be exchanged; the printed balances say |
//! | `[columns]` | for each meaning the names its column may have: `booked` (needed), `value`, `narration`, `reference`, `cheque`, `transaction`, `end_to_end`, `debit` and `credit`, or `amount` with `side` or without, `balance`, `balance_side`, `currency`, `name`, `account`, `bank`; in a scroll also `status` (needed), `reason`, `batch`, `original`, `challan`; `unused` columns are known and passed over; `optional` lists meanings whose column may be missing |
//! | `[sides]` `debit`, `credit` | the words of a column `side`, in any case |
//! | `[statuses]` | of a scroll: the words of its column `status` that mean `paid`, `failed`, `accepted`; any other is for a person |
//! | `[labels]` | *optional*: words before or after the rows whose value follows: `account`, `opening`, `closing`, `from`, `to` |
//! | `[summary]` | *optional*: a table after the rows: the text it `begins` with, then names over values: `opening`, `closing`, `debits`, `credits`, `debit_count`, `credit_count` |
//!
//! An amount without a column `side` has its side in its sign: below zero is a debit.
//!
//! # Invariants
//! * A layout that exists can read a row: it has a day, and exactly one way to say amount and side.
//! * No two days of a layout's patterns can be confused but by the order they are listed in.

use serde::Deserialize;

use crate::{
    Currency, Verdict,
    amount::{Grouping, Marks},
};

/// The form of layouts this version reads.
pub const LAYOUT_FORMAT: u32 = 1;
/// The largest layout, in bytes.
pub const LAYOUT_BYTES_MAX: usize = 64 * 1024;

/// The layouts that are known by name: name and text.
pub const BUILT_IN_LAYOUTS: &[(&str, &str)] = &[
    ("hdfc-old", include_str!("../layouts/hdfc-old.toml")),
    ("hdfc-new", include_str!("../layouts/hdfc-new.toml")),
    ("icici", include_str!("../layouts/icici.toml")),
    ("icici-amount", include_str!("../layouts/icici-amount.toml")),
    ("sbi", include_str!("../layouts/sbi.toml")),
    ("axis", include_str!("../layouts/axis.toml")),
    ("kotak", include_str!("../layouts/kotak.toml")),
    ("pnb", include_str!("../layouts/pnb.toml")),
    ("pnb-branch", include_str!("../layouts/pnb-branch.toml")),
    ("pnb-one", include_str!("../layouts/pnb-one.toml")),
    ("payment-scroll", include_str!("../layouts/payment-scroll.toml")),
];

/// Why a text is no layout. What to do next: correct it at its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LayoutError {
    /// Larger than [`LAYOUT_BYTES_MAX`].
    #[error("the layout has {bytes} bytes, more than {LAYOUT_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No TOML, or a key or value that no layout has.
    #[error("line {line}: {what}")]
    Text {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Values that do not go together.
    #[error("{0}")]
    Contradiction(&'static str),
}

/// Which column says what, checked.
///
/// ```
/// use bahi_recon::Layout;
/// let layout = Layout::built_in("hdfc-old").ok_or("built in")?;
/// assert_eq!(layout.name(), "hdfc-old");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    pub(crate) name: String,
    pub(crate) currency: Currency,
    /// Whether its rows say what became of payments, with the words of their statuses.
    pub(crate) statuses: Option<Statuses>,
    pub(crate) delimiters: Vec<u8>,
    pub(crate) marks: Marks,
    pub(crate) days: Vec<String>,
    pub(crate) balances_decide_sides: bool,
    pub(crate) columns: Vec<(Meaning, Vec<String>, bool)>,
    pub(crate) unused: Vec<String>,
    pub(crate) debit_words: Vec<String>,
    pub(crate) credit_words: Vec<String>,
    pub(crate) labels: Labels,
    pub(crate) summary: Option<Summary>,
}

/// The words of a scroll for each verdict.
pub(crate) type Statuses = Vec<(Verdict, Vec<String>)>;

/// What a column says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Meaning {
    Booked,
    Value,
    Narration,
    Reference,
    Cheque,
    Transaction,
    EndToEnd,
    Debit,
    Credit,
    Amount,
    Side,
    Balance,
    BalanceSide,
    Currency,
    Name,
    Account,
    Bank,
    Status,
    Reason,
    Batch,
    Original,
    Challan,
}

/// What a label beside the rows says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Label {
    Account,
    Opening,
    Closing,
    From,
    To,
    Debits,
    Credits,
    DebitCount,
    CreditCount,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    name: String,
    kind: Option<String>,
    currency: String,
    delimiter: String,
    decimal: String,
    group: Option<String>,
    grouping: Option<String>,
    days: Vec<String>,
    #[serde(default)]
    balances_decide_sides: bool,
    columns: RawColumns,
    sides: Option<RawSides>,
    statuses: Option<RawStatuses>,
    #[serde(default)]
    labels: RawLabels,
    summary: Option<RawSummary>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawColumns {
    booked: Vec<String>,
    value: Vec<String>,
    narration: Vec<String>,
    reference: Vec<String>,
    cheque: Vec<String>,
    transaction: Vec<String>,
    end_to_end: Vec<String>,
    debit: Vec<String>,
    credit: Vec<String>,
    amount: Vec<String>,
    side: Vec<String>,
    balance: Vec<String>,
    balance_side: Vec<String>,
    currency: Vec<String>,
    name: Vec<String>,
    account: Vec<String>,
    bank: Vec<String>,
    status: Vec<String>,
    reason: Vec<String>,
    batch: Vec<String>,
    original: Vec<String>,
    challan: Vec<String>,
    unused: Vec<String>,
    optional: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSides {
    debit: Vec<String>,
    credit: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawStatuses {
    paid: Vec<String>,
    failed: Vec<String>,
    accepted: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawLabels {
    account: Vec<String>,
    opening: Vec<String>,
    closing: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSummary {
    begins: String,
    opening: Option<String>,
    closing: Option<String>,
    debits: Option<String>,
    credits: Option<String>,
    debit_count: Option<String>,
    credit_count: Option<String>,
}

/// A name as it is compared: its letters and digits, in lower case.
pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}

impl Layout {
    /// Reads a layout.
    ///
    /// # Errors
    /// `TooLarge`, `Text`, then `Contradiction`.
    pub fn parse(text: &str) -> Result<Layout, LayoutError> {
        if text.len() > LAYOUT_BYTES_MAX {
            return Err(LayoutError::TooLarge { bytes: text.len() });
        }
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            LayoutError::Text { line, what }
        })?;
        check(raw)
    }

    /// A layout that is known by name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Layout> {
        let (_, text) = BUILT_IN_LAYOUTS.iter().find(|(one, _)| *one == name)?;
        Layout::parse(text).ok()
    }

    /// What it is known by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn has(&self, meaning: Meaning) -> bool {
        self.columns.iter().any(|(one, _, _)| *one == meaning)
    }
}

fn no(what: &'static str) -> LayoutError {
    LayoutError::Contradiction(what)
}

fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn marks(raw: &Raw) -> Result<Marks, LayoutError> {
    let decimal = one_char(&raw.decimal).filter(|mark| matches!(mark, '.' | ','));
    let decimal = decimal.ok_or(no("decimal is a point or a comma"))?;
    let group = match raw.group.as_deref().map(one_char) {
        None => None,
        Some(Some(mark)) if mark != decimal && !mark.is_ascii_alphanumeric() => Some(mark),
        Some(_) => return Err(no("group is one character and not the decimal mark")),
    };
    let grouping = match raw.grouping.as_deref() {
        Some("indian") => Grouping::IndianOrThrees,
        Some("threes") | None => Grouping::Threes,
        Some(_) => return Err(no("grouping is indian or threes")),
    };
    Ok(Marks { decimal, group, grouping })
}

fn delimiters(text: &str) -> Result<Vec<u8>, LayoutError> {
    match text {
        "tab" => Ok(vec![b'\t']),
        "tab-or-comma" => Ok(vec![b'\t', b',']),
        _ => {
            let byte = one_char(text).and_then(|one| u8::try_from(one).ok());
            let fits = |byte: &u8| {
                byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n.-".contains(byte)
            };
            let byte = byte.filter(fits).ok_or(no("delimiter is one mark, tab or tab-or-comma"))?;
            Ok(vec![byte])
        }
    }
}

fn columns(raw: &RawColumns) -> Result<Vec<(Meaning, Vec<String>, bool)>, LayoutError> {
    let named: [(&str, Meaning, &Vec<String>); 22] = [
        ("booked", Meaning::Booked, &raw.booked),
        ("value", Meaning::Value, &raw.value),
        ("narration", Meaning::Narration, &raw.narration),
        ("reference", Meaning::Reference, &raw.reference),
        ("cheque", Meaning::Cheque, &raw.cheque),
        ("transaction", Meaning::Transaction, &raw.transaction),
        ("end_to_end", Meaning::EndToEnd, &raw.end_to_end),
        ("debit", Meaning::Debit, &raw.debit),
        ("credit", Meaning::Credit, &raw.credit),
        ("amount", Meaning::Amount, &raw.amount),
        ("side", Meaning::Side, &raw.side),
        ("balance", Meaning::Balance, &raw.balance),
        ("balance_side", Meaning::BalanceSide, &raw.balance_side),
        ("currency", Meaning::Currency, &raw.currency),
        ("name", Meaning::Name, &raw.name),
        ("account", Meaning::Account, &raw.account),
        ("bank", Meaning::Bank, &raw.bank),
        ("status", Meaning::Status, &raw.status),
        ("reason", Meaning::Reason, &raw.reason),
        ("batch", Meaning::Batch, &raw.batch),
        ("original", Meaning::Original, &raw.original),
        ("challan", Meaning::Challan, &raw.challan),
    ];
    if raw.optional.iter().any(|word| !named.iter().any(|(name, _, _)| name == word)) {
        return Err(no("optional names a meaning that there is none of"));
    }
    let mut columns = Vec::new();
    for (name, meaning, names) in named {
        let bare_names: Vec<String> = names.iter().map(|one| bare(one)).collect();
        if bare_names.iter().any(String::is_empty) {
            return Err(no("a column's name has no letter and no digit"));
        }
        if !bare_names.is_empty() {
            let optional = raw.optional.iter().any(|one| one == name);
            columns.push((meaning, bare_names, optional));
        }
    }
    Ok(columns)
}

/// The words of statuses of a scroll; nothing for a statement.
fn statuses(raw: &Raw) -> Result<Option<Statuses>, LayoutError> {
    match (raw.kind.as_deref(), &raw.statuses) {
        (None | Some("statement"), None) => Ok(None),
        (Some("scroll"), Some(words)) => {
            let all = |words: &[String]| words.iter().map(|word| bare(word)).collect::<Vec<_>>();
            let (paid, failed, accepted) =
                (all(&words.paid), all(&words.failed), all(&words.accepted));
            let twice = |word: &String| {
                let held =
                    [&paid, &failed, &accepted].iter().filter(|one| one.contains(word)).count();
                held > 1 || word.is_empty()
            };
            if [&paid, &failed, &accepted].into_iter().flatten().any(twice) {
                return Err(no("a word of a status means one thing"));
            }
            let words =
                [(Verdict::Paid, paid), (Verdict::Failed, failed), (Verdict::Accepted, accepted)];
            Ok(Some(words.to_vec()))
        }
        (_, _) => Err(no("kind is statement, or scroll with statuses")),
    }
}

/// Labels with the names each may have.
type Labels = Vec<(Label, Vec<String>)>;
/// How a summary begins, and the names over its values.
type Summary = (String, Vec<(Label, String)>);

/// What stands around the rows.
fn edges(raw: &Raw) -> (Labels, Option<Summary>) {
    let all = |names: &[String]| names.iter().map(|name| bare(name)).collect::<Vec<_>>();
    let labels = vec![
        (Label::Account, all(&raw.labels.account)),
        (Label::Opening, all(&raw.labels.opening)),
        (Label::Closing, all(&raw.labels.closing)),
        (Label::From, all(&raw.labels.from)),
        (Label::To, all(&raw.labels.to)),
    ];
    let summary = raw.summary.as_ref().map(|summary| {
        let names = [
            (Label::Opening, &summary.opening),
            (Label::Closing, &summary.closing),
            (Label::Debits, &summary.debits),
            (Label::Credits, &summary.credits),
            (Label::DebitCount, &summary.debit_count),
            (Label::CreditCount, &summary.credit_count),
        ];
        let named = names.iter().filter_map(|(label, name)| Some((*label, bare(name.as_ref()?))));
        (bare(&summary.begins), named.collect())
    });
    (labels, summary)
}

fn check(raw: Raw) -> Result<Layout, LayoutError> {
    if raw.format != LAYOUT_FORMAT {
        return Err(no("the layout is of another form than is read here"));
    }
    let currency = Currency::parse(&raw.currency).ok_or(no("currency is three capital letters"))?;
    let marks = marks(&raw)?;
    let delimiters = delimiters(&raw.delimiter)?;
    let columns = columns(&raw.columns)?;
    let has = |meaning| columns.iter().any(|(one, _, optional)| *one == meaning && !optional);
    let two = has(Meaning::Debit) && has(Meaning::Credit);
    let one = has(Meaning::Amount);
    if !has(Meaning::Booked) || raw.days.is_empty() {
        return Err(no("a layout has a column booked and patterns of days"));
    }
    if two == one || (two && has(Meaning::Side)) || has(Meaning::Debit) != has(Meaning::Credit) {
        return Err(no("a layout has debit and credit, or amount, perhaps with side"));
    }
    if raw.balances_decide_sides && !(two && has(Meaning::Balance)) {
        return Err(no("balances decide sides of debit and credit, and need a column balance"));
    }
    let statuses = statuses(&raw)?;
    if statuses.is_some() != has(Meaning::Status)
        || (statuses.is_some() && (two || has(Meaning::Side)))
    {
        return Err(no("a scroll has amount and status, and no sides; a statement has no status"));
    }
    let complete = |pattern: &String| {
        ["D", "M", "YY"].iter().all(|part| pattern.contains(part)) && pattern.len() <= 32
    };
    if !raw.days.iter().all(complete) {
        return Err(no("a pattern of days has day, month and year"));
    }
    let upper = |words: &[String]| words.iter().map(|word| word.trim().to_uppercase()).collect();
    let sides = raw.sides.as_ref();
    let (debit_words, credit_words): (Vec<String>, Vec<String>) =
        sides.map(|sides| (upper(&sides.debit), upper(&sides.credit))).unwrap_or_default();
    let worded = !debit_words.is_empty() && !credit_words.is_empty();
    if has(Meaning::Side) != worded || debit_words.iter().any(|word| credit_words.contains(word)) {
        return Err(no("a column side has words for debit and others for credit"));
    }
    let (labels, summary) = edges(&raw);
    Ok(Layout {
        name: raw.name,
        statuses,
        currency,
        delimiters,
        marks,
        days: raw.days,
        balances_decide_sides: raw.balances_decide_sides,
        columns,
        unused: raw.columns.unused.iter().map(|name| bare(name)).collect(),
        debit_words,
        credit_words,
        labels,
        summary,
    })
}
