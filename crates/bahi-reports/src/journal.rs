//! Journals of double entry, for hledger, ledger and beancount.
//!
//! An event is a transaction, a posting a line of it. An account is the ledger account in its fund:
//!
//! ```text
//! Assets:S-margin-money:H-odop:2024-25:187:Advances
//! ```
//!
//! # Invariants
//! * Different funds and ledger accounts are different accounts of the journal, whatever their names.
//! * A name never ends a line, an account, a string or a tag, nor begins a directive, a date or an
//!   expression: what is not plain is written as two hyphens and two hexadecimal digits.
//! * Every transaction sums to zero, because the postings of every event do.

use std::collections::BTreeSet;

use crate::{Cell, Form, ReportError};

/// What every line begins with that is a posting; lines of texts about it are told apart after it.
const INDENT: &str = "    ";

/// What may stand in a comment as it is, beside letters and digits.
const PLAIN_IN_COMMENTS: &[char] = &['/', '.', '_'];

/// What a journal remembers between rows: the event it is in, as far as it is written, and the accounts
/// it opened. Accounts are opened between transactions.
#[derive(Default)]
pub(crate) struct Journal {
    event: Option<u64>,
    transaction: String,
    opened: BTreeSet<String>,
}

/// Adds what stands before the first transaction.
pub(crate) fn push_heading(text: &mut String, form: Form, of: &str) {
    text.push_str(&format!("; {}\n", spelled(of, &[' ', ',', ':', '/', '.', '_'])));
    if form == Form::Beancount {
        text.push_str("option \"operating_currency\" \"INR\"\n");
    }
    text.push('\n');
}

impl Journal {
    /// Adds a posting, and what begins its transaction where it is the first of an event.
    pub(crate) fn push(
        &mut self,
        text: &mut String,
        form: Form,
        cells: &[Cell],
    ) -> Result<(), ReportError> {
        let [
            Cell::Number(position),
            Cell::Code(_),
            Cell::Code(kind),
            Cell::Instant(recorded_at),
            Cell::Day(day),
            Cell::Code(fy),
            scheme,
            Cell::Code(district),
            head,
            case,
            Cell::Code(account),
            Cell::Amount(debit),
            Cell::Amount(credit),
            Cell::Code(currency),
        ] = cells
        else {
            return Err(ReportError::Misfit);
        };
        let (Cell::Name(scheme), Cell::Name(head)) = (scheme, head) else {
            return Err(ReportError::Misfit);
        };
        let account = account_of(scheme, head, fy, district, account).ok_or(ReportError::Misfit)?;
        if self.event != Some(*position) {
            self.end(text);
            self.event = Some(*position);
            let case = if let Cell::Name(case) = case { Some(case.as_str()) } else { None };
            let said = (*position, &*day.to_string(), &**kind, &*recorded_at.to_string());
            push_transaction(&mut self.transaction, form, said, case);
        }
        if form == Form::Beancount && self.opened.insert(account.clone()) {
            text.push_str(&format!("1900-01-01 open {account} {currency}\n\n"));
        }
        let amount = *debit - *credit;
        self.transaction.push_str(&format!("{INDENT}{account}  {amount} {currency}\n"));
        Ok(())
    }

    /// Adds the transaction that is under way.
    pub(crate) fn end(&mut self, text: &mut String) {
        if self.event.take().is_some() {
            text.push_str(&self.transaction);
            text.push('\n');
            self.transaction.clear();
        }
    }
}

fn push_transaction(
    text: &mut String,
    form: Form,
    (position, day, kind, recorded_at): (u64, &str, &str, &str),
    case: Option<&str>,
) {
    match form {
        Form::Beancount => {
            text.push_str(&format!("{day} * \"{kind}\"\n"));
            text.push_str(&format!("  position: {position}\n  recorded_at: \"{recorded_at}\"\n"));
            if let Some(case) = case {
                let case = case.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                text.push_str(&format!("  case: \"{case}\"\n"));
            }
        }
        Form::Hledger | Form::Csv | Form::JsonLines | Form::Parquet | Form::Xlsx => {
            text.push_str(&format!("{day} * ({position}) {kind}\n"));
            text.push_str(&format!("{INDENT}; recorded_at: {recorded_at}\n"));
            if let Some(case) = case {
                let case = spelled(case, PLAIN_IN_COMMENTS);
                text.push_str(&format!("{INDENT}; case: {case}\n"));
            }
        }
    }
}

/// The account of a journal that a ledger account in a fund is; `None` where there is no such ledger
/// account. `district` is a code or `pool`.
#[must_use]
pub fn account_of(
    scheme: &str,
    head: &str,
    fy: &str,
    district: &str,
    ledger_account: &str,
) -> Option<String> {
    let (class, leaf) = class_of(ledger_account)?;
    let district = if district == "pool" { "Pool" } else { district };
    let (scheme, head) = (encoded(scheme), encoded(head));
    Some(format!("{class}:S-{scheme}:H-{head}:{fy}:{district}:{leaf}"))
}

/// The class of a ledger account, as beancount asks for one of five, and its name there.
fn class_of(ledger_account: &str) -> Option<(&'static str, &'static str)> {
    Some(match ledger_account {
        "allotted" => ("Equity", "Allotted"),
        "available" => ("Assets", "Available"),
        "committed" => ("Assets", "Committed"),
        "issued" => ("Assets", "Issued"),
        "disbursed" => ("Equity", "Disbursed"),
        "advances" => ("Assets", "Advances"),
        "returned" => ("Assets", "Returned"),
        "recovered" => ("Assets", "Recovered"),
        "utilised" => ("Expenses", "Utilised"),
        "adjusted" => ("Expenses", "Adjusted"),
        "bank" => ("Assets", "Bank"),
        "suspense" => ("Liabilities", "Suspense"),
        "interest_earned" => ("Income", "Interest-earned"),
        "interest_held" => ("Assets", "Interest-held"),
        "interest_remitted" => ("Expenses", "Interest-remitted"),
        _ => return None,
    })
}

/// A name as a part of an account: letters and digits as they are, and a hyphen between two of them;
/// every other byte is two hyphens and its two hexadecimal digits. Different names stay different.
#[must_use]
pub fn encoded(name: &str) -> String {
    spelled(name, &[])
}

fn spelled(name: &str, plain: &[char]) -> String {
    let bytes = name.as_bytes();
    let mut text = String::with_capacity(name.len());
    for (at, byte) in bytes.iter().enumerate() {
        let beside = |found: Option<&u8>| found.is_some_and(u8::is_ascii_alphanumeric);
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let within = *byte == b'-' && beside(before) && beside(bytes.get(at + 1));
        if byte.is_ascii_alphanumeric() || within || plain.contains(&char::from(*byte)) {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("--{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_so_that_no_other_is() {
        let cases = [
            ("odop", "odop"),
            ("margin-money", "margin-money"),
            ("3451", "3451"),
            ("-a", "--2da"),
            ("a-", "a--2d"),
            ("a--b", "a--2d--2db"),
            ("a:b", "a--3ab"),
            ("#7", "--237"),
            ("a  b", "a--20--20b"),
            ("; date:2020-01-01", "--3b--20date--3a2020-01-01"),
            ("é", "--c3--a9"),
        ];
        for (name, spelled) in cases {
            assert_eq!(encoded(name), spelled);
        }
        // Every text of up to five of the awkward characters, each spelled otherwise.
        let letters = ["-", "2", "d", ":", "="];
        let mut texts = vec![String::new()];
        let mut all = BTreeSet::from([String::new()]);
        for _ in 0..5 {
            texts = texts
                .iter()
                .flat_map(|text| letters.iter().map(move |letter| format!("{text}{letter}")))
                .collect();
            all.extend(texts.iter().cloned());
        }
        let spelled: BTreeSet<String> = all.iter().map(|text| encoded(text)).collect();
        assert_eq!(spelled.len(), all.len());
    }

    #[test]
    fn every_ledger_account_has_its_class() {
        for account in bahi_core::Account::ALL {
            assert!(class_of(&account.to_string()).is_some(), "{account}");
        }
        assert_eq!(class_of("none"), None);
        assert_eq!(
            account_of("margin-money", "odop", "2024-25", "pool", "interest_held").as_deref(),
            Some("Assets:S-margin-money:H-odop:2024-25:Pool:Interest-held")
        );
    }
}
