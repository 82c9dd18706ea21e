//! BAI2, the cash management format of American banks, in its dialects.
//!
//! # Invariants
//! * A type code from 100 to 399 is a credit and from 400 to 699 a debit (BAI2, appendix A); any other is no
//!   movement and is set aside.
//! * An amount is digits in the minor unit of its currency; there is no decimal mark.
//! * Control totals and counts of records are compared at account, group and file.

mod account;
mod records;

use bahi_core::Day;

use crate::{
    ControlKind, Currency, Fault, Format, Place, Told,
    bai::{account::Account, records::Records},
    day::of_swift,
    output::Output,
    text::Text,
};

/// The currency where a group states none: the standard's own.
const DEFAULT_CURRENCY: &str = "USD";

/// Whether a text is such a file.
pub(crate) fn format_of(beginning: &str) -> Option<Format> {
    let line = beginning.lines().find(|line| !line.trim().is_empty())?.trim_start();
    let fields = line.split(',').count();
    (line.starts_with("01,") && (7..=40).contains(&fields)).then_some(Format::Bai2)
}

/// Sums and counts of a group or a file.
#[derive(Default)]
struct Level {
    /// The control totals of its parts.
    sum: i128,
    parts: i128,
    records: i128,
}

/// Reads a file.
///
/// # Errors
/// `NotThisFormat` where it does not begin with a file header.
pub(crate) fn read(text: &Text<'_>, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    if format_of(text.as_str()).is_none() {
        let what = "the file does not begin with a record 01";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    let mut reader = Reader::default();
    for record in Records::new(text.as_str()) {
        // A line without a code may be the rest of one that was cut.
        let continues = record.code == "88" || record.code.is_empty();
        if !continues {
            reader.end_part(record.at, out);
        }
        reader.record(&record, out);
    }
    reader.end(text.as_str().len(), out);
    Ok(())
}

#[derive(Default)]
struct Reader {
    file: Level,
    group: Level,
    day: Option<Day>,
    currency: Option<Currency>,
    account: Option<Account>,
    accounts: u32,
    closed: bool,
}

impl Reader {
    /// An account's head or an entry ends where a record begins that does not continue it.
    fn end_part(&mut self, at: usize, out: &mut Output<'_, '_>) {
        if let Some(account) = &mut self.account {
            account.end_part(at, false, out);
        }
    }

    fn record(&mut self, record: &records::Record<'_>, out: &mut Output<'_, '_>) {
        self.file.records += 1;
        self.group.records += 1;
        if let Some(account) = &mut self.account {
            account.records += 1;
        }
        match record.code {
            "01" => out.read_to(record.end),
            "02" => {
                self.end_account(record.at, out);
                self.group = Level { records: 1, ..Level::default() };
                self.day = record.field(4).and_then(of_swift);
                self.currency = record.field(6).and_then(Currency::parse);
                out.read_to(record.end);
            }
            "03" => {
                self.end_account(record.at, out);
                self.accounts += 1;
                out.part = self.accounts;
                let currency = record.field(2).and_then(Currency::parse).or(self.currency);
                let currency = currency.or(Currency::parse(DEFAULT_CURRENCY));
                let mark = out.mark(record.at);
                let currency = currency.unwrap_or(Currency::NOT_STATED);
                self.account = Some(Account::new(self.accounts, currency, self.day, record, mark));
            }
            "16" | "88" | "" => match &mut self.account {
                Some(account) => account.take(record, out),
                None => {
                    let mark = out.mark(record.at);
                    let what = Told::NotUnderstood("a line outside an account");
                    out.set_aside(mark, record.end, what);
                }
            },
            "49" => self.account_total(record, out),
            "98" => {
                self.end_account(record.at, out);
                let group = std::mem::take(&mut self.group);
                self.file.sum += control(record, 1).unwrap_or_default();
                self.file.parts += 1;
                compare(record, &group, out);
            }
            "99" => {
                self.end_account(record.at, out);
                self.closed = true;
                let file = std::mem::take(&mut self.file);
                compare(record, &file, out);
            }
            // The codes there are, all named above.
            _ => out.read_to(record.end),
        }
    }

    fn account_total(&mut self, record: &records::Record<'_>, out: &mut Output<'_, '_>) {
        self.group.sum += control(record, 1).unwrap_or_default();
        self.group.parts += 1;
        let place = out.place(record.at);
        if let Some(account) = &self.account {
            let found =
                [(ControlKind::Net, account.sum, 1), (ControlKind::Records, account.records, 2)];
            for (kind, found, field) in found {
                match control(record, field) {
                    Some(declared) if declared != found => {
                        out.warn(place, Told::Control { kind, declared, found });
                    }
                    Some(_) => {}
                    None => out.warn(place, Told::Missing(kind.name())),
                }
            }
        }
        self.end_account(record.end, out);
        out.read_to(record.end);
    }

    fn end_account(&mut self, to: usize, out: &mut Output<'_, '_>) {
        if let Some(account) = self.account.take() {
            account.end(to, out);
        }
    }

    fn end(&mut self, to: usize, out: &mut Output<'_, '_>) {
        if let Some(account) = &mut self.account {
            account.end_part(to, !self.closed, out);
        }
        self.end_account(to, out);
        out.read_to(to);
        if !self.closed {
            let place = out.place(to);
            out.warn(place, Told::Missing("trailer of the file"));
        }
    }
}

/// A signed whole number of a field.
fn control(record: &records::Record<'_>, field: usize) -> Option<i128> {
    let text = record.field(field)?;
    let text = text.strip_prefix('+').unwrap_or(text);
    text.parse().ok().filter(|_| text.len() <= 24)
}

/// A trailer against what was found.
fn compare(record: &records::Record<'_>, level: &Level, out: &mut Output<'_, '_>) {
    let place = out.place(record.at);
    let found = [
        (ControlKind::Net, level.sum, 1),
        (ControlKind::Groups, level.parts, 2),
        (ControlKind::Records, level.records, 3),
    ];
    for (kind, found, field) in found {
        match control(record, field) {
            Some(declared) if declared != found => {
                out.warn(place, Told::Control { kind, declared, found });
            }
            Some(_) => {}
            None => out.warn(place, Told::Missing(kind.name())),
        }
    }
    out.read_to(record.end);
}

#[cfg(test)]
mod tests;
