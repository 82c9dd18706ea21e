//! A file read and told, with nothing recorded.

use bahi_json::{ByteAccountAnswer, StatementAnswer, StatementFileAnswer, StatementWarningAnswer};
use bahi_recon::{BUILT_IN_LAYOUTS, Fault, Format, Item, Layout, LayoutError, Statement, Warning};

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Its format; nothing to have it recognised.
    pub format: Option<Format>,
    /// The layout of a table; nothing to have one of those known recognised.
    pub layout: Option<Layout>,
}

impl ReadOptions {
    pub(super) fn options(&self) -> bahi_recon::Options {
        let (format, layout) = (self.format, self.layout.clone());
        bahi_recon::Options { format, layout, ..bahi_recon::Options::default() }
    }
}

/// A layout by its name, or from the text of a layout file.
///
/// # Errors
/// Those of reading a layout.
pub fn profile(name: &str, file: impl FnOnce() -> String) -> Result<Layout, LayoutError> {
    let known = BUILT_IN_LAYOUTS.iter().find(|(known, _)| *known == name);
    match known {
        Some((_, text)) => Layout::parse(text),
        None => Layout::parse(&file()),
    }
}

/// What a file holds, in numbers; its entries are read one by one and let go.
///
/// # Errors
/// Those of the reader, each with its place in the file.
pub fn show_statement(bytes: &[u8], options: &ReadOptions) -> Result<StatementFileAnswer, Fault> {
    let (mut statements, mut warnings) = (Vec::new(), Vec::new());
    let reading = bahi_recon::read(bytes, &options.options(), &mut |item| match item {
        Item::Statement(statement) => statements.push(told(&statement)),
        Item::Warning(warning) => warnings.push(warned(&warning)),
        Item::Detail(_)
        | Item::Entry(_)
        | Item::Instruction(_)
        | Item::Batch(_)
        | Item::Status(_) => {}
    })?;
    let (bytes, records) = (reading.bytes, reading.records);
    Ok(StatementFileAnswer {
        format: reading.format.name().to_owned(),
        variant: reading.variant,
        statements,
        instructions: reading.instructions,
        payment_statuses: reading.payment_statuses,
        account_of_bytes: ByteAccountAnswer {
            total: bytes.total,
            read: bytes.read,
            set_aside: bytes.set_aside,
        },
        account_of_records: ByteAccountAnswer {
            total: records.present,
            read: records.read,
            set_aside: records.set_aside,
        },
        warnings,
        warnings_count: reading.warnings,
    })
}

fn told(statement: &Statement) -> StatementAnswer {
    let found = statement.sums.first().map(|sums| sums.currency);
    let currency = statement.currency.or(found).unwrap_or(bahi_recon::Currency::INR);
    let sums = statement.sums_in(currency).all();
    let signed = |minor| bahi_recon::Signed { minor, currency }.to_string();
    let balance = |balance: Option<&bahi_recon::Balance>| balance.map(|one| one.amount.to_string());
    StatementAnswer {
        account: statement.account.as_ref().map(|account| account.reveal().to_owned()),
        currency: statement.currency.or(found).map(|currency| currency.to_string()),
        opening: balance(statement.opening()),
        closing: balance(statement.closing()),
        entries: statement.entries,
        details: statement.details,
        credits: signed(sums.credits_minor),
        debits: signed(sums.debits_minor),
        balance_equation: statement.balance_equation,
        from: statement.from.map(|day| day.to_string()),
        to: statement.to.map(|day| day.to_string()),
        set_aside: statement.set_aside,
    }
}

fn warned(warning: &Warning) -> StatementWarningAnswer {
    StatementWarningAnswer {
        line: warning.place.line,
        what: warning.what.to_string(),
        set_aside: warning.set_aside,
    }
}
