//! MT940, with the codes of field 86.

use bahi_core::{Day, LineSide};

use super::{InventedLine, InventedStatement, rupees};

/// The characters of a purpose's part, and of a line of field 86.
const PART_CHARS: usize = 27;
const LINE_CHARS: usize = 65;

pub(super) fn write(statement: &InventedStatement) -> Vec<u8> {
    let mut text = String::from("{1:F01BAHIINBBXXXX0000000000}{2:O940BAHIINBBXXXXN}{4:\n");
    let to = compact(statement.to);
    text += &format!(":20:STMT-{to}\n:25:{}\n:28C:1/1\n", statement.account);
    text += &balance("60F", statement.from, i128::from(statement.opening_paise));
    for line in &statement.lines {
        text += &field_61(line);
        text += &field_86(line);
    }
    text += &balance("62F", statement.to, statement.balance(statement.lines.len()));
    text += "-}\n";
    text.into_bytes()
}

/// `YYMMDD`.
fn compact(day: Day) -> String {
    let (year, month, day) = day.date();
    format!("{:02}{month:02}{day:02}", year.rem_euclid(100))
}

/// Rupees as field 61 writes them.
fn comma(paise: i128) -> String {
    rupees(paise).replace('.', ",")
}

fn balance(tag: &str, day: Day, paise: i128) -> String {
    let mark = if paise < 0 { 'D' } else { 'C' };
    format!(":{tag}:{mark}{}INR{}\n", compact(day), comma(paise.abs()))
}

fn field_61(line: &InventedLine) -> String {
    let mark = match (line.side, line.returned) {
        // What came back is the reversal of a debit.
        (LineSide::Credit, true) => "RD",
        (LineSide::Credit, false) => "C",
        (LineSide::Debit, true) => "RC",
        (LineSide::Debit, false) => "D",
    };
    let (value, booked) = (compact(line.value), compact(line.booked));
    let amount = comma(i128::from(line.amount.paise()));
    let transfer = line.transfer.as_deref().map(|one| format!("//{one}")).unwrap_or_default();
    format!(":61:{value}{}{mark}{amount}NTRFNONREF{transfer}\n", &booked[2..])
}

fn field_86(line: &InventedLine) -> String {
    let reference = line.reference.as_deref().map(|one| format!("EREF+{one}")).unwrap_or_default();
    let purpose = format!("{reference}SVWZ+{}", line.text);
    let mut text = String::from("166?00TRANSFER");
    let parts: Vec<&str> = cut(&purpose, PART_CHARS);
    for (code, part) in (20..30).chain(60..64).zip(parts) {
        text += &format!("?{code}{part}");
    }
    format!(":86:{}\n", cut(&text, LINE_CHARS - 4).join("\n"))
}

/// A text of ASCII cut into parts.
fn cut(text: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (part, after) = rest.split_at(width.min(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts
}
