//! One fund's balance as a text of its own: the leaf by which a certificate speaks of it.
//!
//! # Invariants
//! * A leaf that is read is the one spelling of what it says.
//! * A leaf names its fund and has every column, zeros included, so that nothing but the leaf has
//!   to be believed.
//!
//! # Not here
//! The tree over the leaves, and the record that holds its root.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use bahi_core::{
    Columns, District, FinancialYear, FundKey, HeadName, HeadNo, Names, SchemeName, SchemeNo, Total,
};

use crate::Balances;

/// What certificates call the fold of balances.
pub const FOLD: &str = "balances";

/// The version of the fold and of its leaves; another layout of either takes another one.
pub const FOLD_VERSION: u16 = 1;

/// The first line of a leaf.
const HEADER: &str = "bahi-balance@v1";

/// A fund under its names, with its columns.
///
/// ```text
/// bahi-balance@v1
/// scheme 1 margin-money
/// head 1 odop
/// fy 2024-25
/// district 187
/// allotted 10000000.00
/// …
/// audited 1
/// ```
///
/// The numbers before the names are those by which the ledger's records speak of them; the district
/// is its code, or `pool`. Applications and audits that have no fund yet stand in a leaf of their
/// scheme, year and district with the line `head 0`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalanceLeaf {
    /// The fund by number.
    pub fund: FundKey,
    /// The scheme.
    pub scheme: SchemeName,
    /// The head; none where the leaf counts what has no fund yet.
    pub head: Option<HeadName>,
    /// The figures.
    pub columns: Columns,
}

impl BalanceLeaf {
    /// The leaf of a fund under its names; `None` where a number has no name.
    #[must_use]
    pub fn named(fund: FundKey, columns: Columns, names: &Names) -> Option<BalanceLeaf> {
        let scheme = names.scheme(fund.scheme)?.clone();
        let head = if fund.head.is_none() { None } else { Some(names.head(fund.head)?.clone()) };
        Some(BalanceLeaf { fund, scheme, head, columns })
    }

    /// The bytes that are hashed: lines that end with a newline.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let FundKey { scheme, head, fy, district } = &self.fund;
        let mut text = format!("{HEADER}\nscheme {} {}\nhead {}", scheme.0, self.scheme, head.0);
        if let Some(name) = &self.head {
            text.push(' ');
            text.push_str(name.as_str());
        }
        text.push_str(&format!("\nfy {fy}\ndistrict {district}\n"));
        for (name, total) in totals(&self.columns) {
            text.push_str(&format!("{name} {total}\n"));
        }
        let Columns { applied, audited, .. } = self.columns;
        text.push_str(&format!("applied {applied}\naudited {audited}\n"));
        text.into_bytes()
    }

    /// Reads the bytes of a leaf; `None` for any other bytes, another spelling included.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<BalanceLeaf> {
        let text = core::str::from_utf8(bytes).ok()?;
        let mut lines = text.split('\n');
        if lines.next()? != HEADER {
            return None;
        }
        let mut word = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let (number, scheme) = word("scheme")?.split_once(' ')?;
        let scheme_no = SchemeNo(number.parse().ok()?);
        let scheme = SchemeName::new(scheme).ok()?;
        let (number, head) = match word("head")?.split_once(' ') {
            Some((number, head)) => (number, Some(HeadName::new(head).ok()?)),
            None => ("0", None),
        };
        let fund = FundKey {
            scheme: scheme_no,
            head: HeadNo(number.parse().ok()?),
            fy: FinancialYear::parse(word("fy")?).ok()?,
            district: District::parse(word("district")?)?,
        };
        let mut columns = Columns::default();
        for (name, total) in totals_mut(&mut columns) {
            *total = parse_total(word(name)?)?;
        }
        columns.applied = word("applied")?.parse().ok()?;
        columns.audited = word("audited")?.parse().ok()?;
        let leaf = BalanceLeaf { fund, scheme, head, columns };
        let sound = leaf.head.is_none() == fund.head.is_none() && !fund.scheme.is_none();
        (sound && leaf.bytes() == bytes).then_some(leaf)
    }
}

/// The amounts of a leaf in the order of their lines.
fn totals(columns: &Columns) -> [(&'static str, Total); 11] {
    let mut columns = *columns;
    totals_mut(&mut columns).map(|(name, total)| (name, *total))
}

fn totals_mut(columns: &mut Columns) -> [(&'static str, &mut Total); 11] {
    [
        ("allotted", &mut columns.allotted),
        ("sanctioned", &mut columns.sanctioned),
        ("disbursed", &mut columns.disbursed),
        ("returned", &mut columns.returned),
        ("recovered", &mut columns.recovered),
        ("utilised", &mut columns.utilised),
        ("adjusted", &mut columns.adjusted),
        ("available", &mut columns.available),
        ("suspense", &mut columns.suspense),
        ("interest_earned", &mut columns.interest_earned),
        ("interest_remitted", &mut columns.interest_remitted),
    ]
}

/// The most digits before the point of an amount: sums of a ledger have far fewer.
const RUPEE_DIGITS_MAX: usize = 30;

fn parse_total(text: &str) -> Option<Total> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (rupees, paise) = digits.split_once('.')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if rupees.len() > RUPEE_DIGITS_MAX || paise.len() != 2 || !plain(rupees) || !plain(paise) {
        return None;
    }
    let amount: i128 = [rupees, paise].concat().parse().ok()?;
    Some(Total::from_paise(if negative { -amount } else { amount }))
}

impl Balances {
    /// The leaves of a certificate: the funds opened here, in the order in which events first named
    /// them, with their columns in `counted`, which holds those of the same events that count.
    ///
    /// Whether an event counts, by its day, decides about its figures alone: the fund that it
    /// opened has its leaf, of zeros if need be. `None` where a fund has a number without a name.
    #[must_use]
    pub fn leaves(&self, counted: &Balances, names: &Names) -> Option<Vec<BalanceLeaf>> {
        let leaf = |fund: &FundKey| BalanceLeaf::named(*fund, counted.fund(fund), names);
        self.every_row().iter().map(|row| leaf(&row.fund)).collect()
    }

    /// Where a fund stands among those opened, from 0, under its names.
    #[must_use]
    pub fn leaf_index(&self, fund: &FundKey) -> Option<u64> {
        let place = self.every_row().iter().position(|row| row.fund == *fund)?;
        u64::try_from(place).ok()
    }
}

impl core::fmt::Display for BalanceLeaf {
    /// The fund, for a person: scheme, year, district, head.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let head = self.head.as_ref().map_or_else(|| "no head".to_string(), ToString::to_string);
        let district: String = self.fund.district.to_string();
        write!(f, "{} {} {district} {head}", self.scheme, self.fund.fy)
    }
}
