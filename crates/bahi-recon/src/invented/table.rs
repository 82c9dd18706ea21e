//! Tables of Indian banks, in the columns and spellings of each.

use bahi_core::{Day, LineSide, Total};

use super::{InventedLine, InventedStatement, Wording};

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Number,
    Booked,
    Value,
    Text,
    /// The transfer, or zeros for none.
    Transfer,
    /// A cheque's number: these lines have none.
    Cheque,
    Debit,
    Credit,
    Amount,
    Side,
    Balance,
    Branch,
}

/// How a bank writes its table.
pub(super) struct Spelling {
    columns: &'static [(&'static str, Cell)],
    delimiter: char,
    day: fn(Day) -> String,
    grouped: bool,
    /// What stands before the number of the account.
    account: &'static str,
    /// Whether the sums stand behind the rows.
    summary: bool,
}

pub(super) const HDFC_OLD: Spelling = Spelling {
    columns: &[
        ("Date", Cell::Booked),
        ("Narration", Cell::Text),
        ("Chq./Ref.No.", Cell::Transfer),
        ("Value Dt", Cell::Value),
        ("Withdrawal Amt.", Cell::Debit),
        ("Deposit Amt.", Cell::Credit),
        ("Closing Balance", Cell::Balance),
    ],
    delimiter: ',',
    day: |day| slashes(day, true),
    grouped: true,
    account: "Account No : ",
    summary: true,
};

pub(super) const HDFC_NEW: Spelling = Spelling {
    columns: &[
        ("Date", Cell::Booked),
        ("Narration", Cell::Text),
        ("Value Dat", Cell::Value),
        ("Debit Amount", Cell::Debit),
        ("Credit Amount", Cell::Credit),
        ("Chq/Ref Number", Cell::Transfer),
        ("Closing Balance", Cell::Balance),
    ],
    delimiter: ',',
    day: |day| slashes(day, true),
    grouped: false,
    account: "Account No : ",
    summary: false,
};

pub(super) const ICICI: Spelling = Spelling {
    columns: &[
        ("S No.", Cell::Number),
        ("Value Date", Cell::Value),
        ("Transaction Date", Cell::Booked),
        ("Cheque Number", Cell::Cheque),
        ("Transaction Remarks", Cell::Text),
        ("Withdrawal Amount (INR )", Cell::Debit),
        ("Deposit Amount (INR )", Cell::Credit),
        ("Balance (INR )", Cell::Balance),
    ],
    delimiter: ',',
    day: |day| slashes(day, false),
    grouped: true,
    account: "Account Number : ",
    summary: false,
};

pub(super) const SBI: Spelling = Spelling {
    columns: &[
        ("Txn Date", Cell::Booked),
        ("Value Date", Cell::Value),
        ("Description", Cell::Text),
        ("Ref No./Cheque No.", Cell::Transfer),
        ("Branch Code", Cell::Branch),
        ("Debit", Cell::Debit),
        ("Credit", Cell::Credit),
        ("Balance", Cell::Balance),
    ],
    delimiter: '\t',
    day: named_month,
    grouped: true,
    account: "Account Number : _",
    summary: false,
};

/// Its readers decide by the printed balances which column is which, and so need two lines that differ.
pub(super) const AXIS: Spelling = Spelling {
    columns: &[
        ("Tran Date", Cell::Booked),
        ("CHQNO", Cell::Cheque),
        ("PARTICULARS", Cell::Text),
        ("DR", Cell::Debit),
        ("CR", Cell::Credit),
        ("BAL", Cell::Balance),
        ("SOL", Cell::Branch),
    ],
    delimiter: ',',
    day: hyphens,
    grouped: false,
    account: "Statement of Account No : ",
    summary: false,
};

pub(super) const KOTAK: Spelling = Spelling {
    columns: &[
        ("Sl. No.", Cell::Number),
        ("Transaction Date", Cell::Booked),
        ("Value Date", Cell::Value),
        ("Description", Cell::Text),
        ("Chq / Ref No.", Cell::Transfer),
        ("Amount", Cell::Amount),
        ("Dr / Cr", Cell::Side),
        ("Balance", Cell::Balance),
    ],
    delimiter: ',',
    day: hyphens,
    grouped: true,
    account: "Account No : ",
    summary: false,
};

pub(super) const PNB: Spelling = Spelling {
    columns: &[
        ("Transaction Date", Cell::Booked),
        ("Cheque Number", Cell::Cheque),
        ("Withdrawal", Cell::Debit),
        ("Deposit", Cell::Credit),
        ("Balance", Cell::Balance),
        ("Narration", Cell::Text),
    ],
    delimiter: ',',
    day: |day| slashes(day, false),
    grouped: true,
    account: "Account Number : ",
    summary: false,
};

fn slashes(day: Day, short: bool) -> String {
    let (year, month, day) = day.date();
    if short {
        return format!("{day:02}/{month:02}/{:02}", year.rem_euclid(100));
    }
    format!("{day:02}/{month:02}/{year}")
}

fn hyphens(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{day:02}-{month:02}-{year}")
}

fn named_month(day: Day) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = day.date();
    let index = usize::try_from(month).unwrap_or(1).saturating_sub(1);
    format!("{day} {} {year}", MONTHS.get(index).copied().unwrap_or("Jan"))
}

pub(super) fn write(spelling: &Spelling, statement: &InventedStatement) -> Vec<u8> {
    let mut text = format!("{}{}\n", spelling.account, statement.account);
    let names = spelling.columns.iter().map(|(name, _)| (*name).to_owned());
    row(&mut text, spelling, names.collect());
    for (at, line) in statement.lines.iter().enumerate() {
        let cell = |(_, cell): &(&str, Cell)| self::cell(spelling, statement, *cell, at, line);
        row(&mut text, spelling, spelling.columns.iter().map(cell).collect());
    }
    if spelling.summary {
        summary(&mut text, spelling, statement);
    }
    text.into_bytes()
}

fn cell(
    spelling: &Spelling,
    statement: &InventedStatement,
    cell: Cell,
    at: usize,
    line: &InventedLine,
) -> String {
    let figure = |paise| figure(spelling, paise);
    let amount = || figure(i128::from(line.amount.paise()));
    let only = |side| if line.side == side { amount() } else { String::new() };
    match cell {
        Cell::Number => (at + 1).to_string(),
        Cell::Booked => (spelling.day)(line.booked),
        Cell::Value => (spelling.day)(line.value),
        Cell::Text => narration(spelling, line),
        Cell::Transfer => line.transfer.clone().unwrap_or_else(|| "0000000000000".to_owned()),
        Cell::Cheque => String::new(),
        Cell::Debit => only(LineSide::Debit),
        Cell::Credit => only(LineSide::Credit),
        Cell::Amount => amount(),
        Cell::Side => if line.side == LineSide::Credit { "CR" } else { "Dr" }.to_owned(),
        Cell::Balance => figure(statement.balance(at + 1)),
        Cell::Branch => "1".to_owned(),
    }
}

/// The text, with the payment's reference, and the transfer's where no column has it.
fn narration(spelling: &Spelling, line: &InventedLine) -> String {
    let has = spelling.columns.iter().any(|(_, cell)| *cell == Cell::Transfer);
    let transfer = line.transfer.as_deref().filter(|_| !has);
    let kind = if line.returned { "NEFT RETURN" } else { "NEFT" };
    let mut parts: Vec<&str> = [Some(kind), transfer].into_iter().flatten().collect();
    let Some(reference) = line.reference.as_deref() else {
        parts.push(&line.text);
        return parts.join(" ");
    };
    // A reference that stands everywhere is ASCII.
    let half = reference.len() / 2;
    match &line.wording {
        Wording::Whole => parts.extend([reference, &line.text]),
        Wording::Cut => parts.extend([line.text.as_str(), &reference[..reference.len() - 1]]),
        Wording::Broken => parts.extend([&reference[..half], &reference[half..], &line.text]),
        Wording::Glued => return format!("{}-{reference}-{}", parts.join("-"), line.text),
        Wording::Beside(other) => parts.extend([reference, "FOR", other, &line.text]),
    }
    parts.join(" ")
}

fn figure(spelling: &Spelling, paise: i128) -> String {
    let total = Total::from_paise(paise);
    if spelling.grouped { total.grouped() } else { total.to_string() }
}

fn row(text: &mut String, spelling: &Spelling, cells: Vec<String>) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(spelling.delimiter);
        }
        if cell.contains(spelling.delimiter) {
            text.push_str(&format!("\"{cell}\""));
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

fn summary(text: &mut String, spelling: &Spelling, statement: &InventedStatement) {
    let of = |side| statement.lines.iter().filter(move |line| line.side == side);
    let count = |side| of(side).count().to_string();
    let sum = |side| figure(spelling, of(side).map(|line| i128::from(line.amount.paise())).sum());
    text.push_str("STATEMENT SUMMARY :-\n");
    text.push_str("Opening Balance,Dr Count,Cr Count,Debits,Credits,Closing Bal\n");
    let cells = vec![
        figure(spelling, i128::from(statement.opening_paise)),
        count(LineSide::Debit),
        count(LineSide::Credit),
        sum(LineSide::Debit),
        sum(LineSide::Credit),
        figure(spelling, statement.balance(statement.lines.len())),
    ];
    row(text, spelling, cells);
}
