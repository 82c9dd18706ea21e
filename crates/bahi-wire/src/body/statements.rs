//! The bodies of statements, their lines, and what the lines are matched with.

use bahi_core::{
    AccountKey, LINES_MAX, LineReference, LineSide, MatchDecided, Matched, Position,
    REFERENCES_MAX, StatementLine, StatementLines, StatementReceived, Total, Unmatched, WordNo,
};

use super::{
    Body,
    parts::{self, read_reference, unsound},
};
use crate::{
    Problem, WireError,
    bytes::{Form, Reader, Writer, forms, invalid},
    numbers,
};

forms! {
    StatementReceivedForm: 76 {
        file_head: u128,
        file_tail: u128,
        bytes: u64,
        format: u32,
        account_key: u16,
        account: u128,
        from: i32,
        to: i32,
        lines: u32,
        has_opening: u8,
        has_closing: u8,
    }
    StatementLinesForm: 13 {
        statement: u64,
        first: u32,
        lines: u8,
    }
    LineForm: 31 {
        amount: i64,
        side: u8,
        booked: i32,
        value: i32,
        at: u64,
        bytes: u32,
        has_counterparty: u8,
        references: u8,
    }
    MatchForm: 24 {
        statement: u64,
        line: u32,
        target: u64,
        word: u32,
    }
    UnmatchedForm: 12 {
        matched: u64,
        reason: u32,
    }
}

/// The least bytes of a reference: its length and one character.
const REFERENCE_BYTES_MIN: usize = 2;

impl Body for StatementReceived {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let account = self.account.0;
        parts::print_sound(account).map_err(|problem| writer.invalid("account key id", problem))?;
        let (file_head, file_tail) = numbers::digest_parts(&self.file);
        writer.form(&StatementReceivedForm {
            file_head,
            file_tail,
            bytes: self.bytes,
            format: self.format.0,
            account_key: account.key_id,
            account: u128::from_le_bytes(account.print),
            from: self.from.epoch_days(),
            to: self.to.epoch_days(),
            lines: self.lines,
            has_opening: u8::from(self.opening.is_some()),
            has_closing: u8::from(self.closing.is_some()),
        });
        for total in [self.opening, self.closing].into_iter().flatten() {
            writer.form(&total.paise());
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<StatementReceived, WireError> {
        let at = reader.at();
        let form: StatementReceivedForm = reader.form()?;
        let account =
            parts::print(form.account_key, form.account).map_err(unsound("account key id", at))?;
        let from = numbers::day(form.from).map_err(unsound("from", at))?;
        let to = numbers::day(form.to).map_err(unsound("to", at))?;
        let has_opening = numbers::flag(form.has_opening).map_err(unsound("has opening", at))?;
        let has_closing = numbers::flag(form.has_closing).map_err(unsound("has closing", at))?;
        Ok(StatementReceived {
            file: numbers::digest(form.file_head, form.file_tail),
            bytes: form.bytes,
            format: WordNo(form.format),
            account: AccountKey(account),
            from,
            to,
            opening: read_total(reader, has_opening)?,
            closing: read_total(reader, has_closing)?,
            lines: form.lines,
        })
    }
}

fn read_total(reader: &mut Reader<'_>, is_there: bool) -> Result<Option<Total>, WireError> {
    if is_there { reader.form().map(Total::from_paise).map(Some) } else { Ok(None) }
}

impl Body for StatementLines {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let lines = writer.short("lines", self.lines.len(), LINES_MAX)?;
        lines_sound(self.first, lines).map_err(|problem| writer.invalid("lines", problem))?;
        writer.form(&StatementLinesForm { statement: self.statement.0, first: self.first, lines });
        self.lines.iter().try_for_each(|line| write_line(writer, line))
    }

    fn read(reader: &mut Reader<'_>) -> Result<StatementLines, WireError> {
        let at = reader.at();
        let form: StatementLinesForm = reader.form()?;
        let count = reader.counted("lines", form.lines, LINES_MAX, LineForm::BYTES)?;
        lines_sound(form.first, form.lines).map_err(unsound("lines", at))?;
        let mut lines = Vec::with_capacity(count);
        for _ in 0..count {
            lines.push(read_line(reader)?);
        }
        Ok(StatementLines { statement: Position(form.statement), first: form.first, lines })
    }
}

/// Lines are numbered from 1, at least one at a time, and the last of them has a number too.
fn lines_sound(first: u32, count: u8) -> Result<(), Problem> {
    if count == 0 {
        return Err(Problem::Empty);
    }
    numbers::from_one(first)?;
    match first.checked_add(u32::from(count) - 1) {
        Some(_) => Ok(()),
        None => Err(Problem::OutOfRange(i128::from(first))),
    }
}

fn write_line(writer: &mut Writer<'_>, line: &StatementLine) -> Result<(), WireError> {
    writer.form(&LineForm {
        amount: line.amount.paise(),
        side: numbers::line_side(line.side),
        booked: line.booked.epoch_days(),
        value: line.value.epoch_days(),
        at: line.at,
        bytes: line.bytes,
        has_counterparty: u8::from(line.counterparty.is_some()),
        references: writer.short("references", line.references.len(), REFERENCES_MAX)?,
    });
    if let Some(counterparty) = line.counterparty {
        parts::write_print(writer, counterparty.0)?;
    }
    for reference in &line.references {
        writer.text(reference.as_str());
    }
    Ok(())
}

fn read_line(reader: &mut Reader<'_>) -> Result<StatementLine, WireError> {
    let at = reader.at();
    let form: LineForm = reader.form()?;
    let amount = numbers::money(form.amount).map_err(unsound("amount of a line", at))?;
    let side = numbers::variant(&LineSide::ALL, numbers::line_side, form.side)
        .map_err(unsound("side", at))?;
    let booked = numbers::day(form.booked).map_err(unsound("booked", at))?;
    let value = numbers::day(form.value).map_err(unsound("value", at))?;
    let has_counterparty =
        numbers::flag(form.has_counterparty).map_err(unsound("has counterparty", at))?;
    let counterparty =
        if has_counterparty { Some(AccountKey(parts::read_print(reader)?)) } else { None };
    let count =
        reader.counted("references", form.references, REFERENCES_MAX, REFERENCE_BYTES_MIN)?;
    let mut references = Vec::with_capacity(count);
    for _ in 0..count {
        references.push(read_reference(reader)?);
    }
    Ok(StatementLine {
        amount,
        side,
        booked,
        value,
        references,
        counterparty,
        at: form.at,
        bytes: form.bytes,
    })
}

impl Body for Matched {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        write_match(writer, self.line, self.target, self.rule)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Matched, WireError> {
        let (line, target, rule) = read_match(reader)?;
        Ok(Matched { line, target, rule })
    }
}

impl Body for MatchDecided {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        write_match(writer, self.line, self.target, self.reason)
    }

    fn read(reader: &mut Reader<'_>) -> Result<MatchDecided, WireError> {
        let (line, target, reason) = read_match(reader)?;
        Ok(MatchDecided { line, target, reason })
    }
}

fn write_match(
    writer: &mut Writer<'_>,
    line: LineReference,
    target: Position,
    word: WordNo,
) -> Result<(), WireError> {
    numbers::from_one(line.line).map_err(|problem| writer.invalid("line", problem))?;
    writer.form(&MatchForm {
        statement: line.statement.0,
        line: line.line,
        target: target.0,
        word: word.0,
    });
    Ok(())
}

fn read_match(reader: &mut Reader<'_>) -> Result<(LineReference, Position, WordNo), WireError> {
    let at = reader.at();
    let form: MatchForm = reader.form()?;
    let line = numbers::from_one(form.line).map_err(|problem| invalid("line", at, problem))?;
    let line = LineReference { statement: Position(form.statement), line };
    Ok((line, Position(form.target), WordNo(form.word)))
}

impl Body for Unmatched {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&UnmatchedForm { matched: self.matched.0, reason: self.reason.0 });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Unmatched, WireError> {
        let form: UnmatchedForm = reader.form()?;
        Ok(Unmatched { matched: Position(form.matched), reason: WordNo(form.reason) })
    }
}
