//! The first schemas of statements and matches: a file's only statement with new lines alone, lines
//! without particulars, one line with one event.

use bahi_core::{
    AccountKey, EventKind, Further, LINES_MAX, LineReference, MatchDecided, MatchDifference,
    Matched, Position, StatementLines, StatementReceived, WordNo,
};

use super::Upcast;
use crate::{
    WireError,
    body::{
        parts,
        statements::{
            self, LineForm, StatementLinesForm, lines_sound, read_line, read_total, write_line,
            write_totals,
        },
    },
    bytes::{Form, Reader, Writer, forms, invalid},
    numbers,
    schema::FIRST,
};

forms! {
    FirstReceivedForm: 76 {
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
    FirstMatchForm: 24 {
        statement: u64,
        line: u32,
        target: u64,
        word: u32,
    }
}

impl Upcast for StatementReceived {
    const KIND: EventKind = EventKind::StatementReceived;

    fn lowest(&self) -> Option<u8> {
        (self.part == 1 && self.repeated == 0 && self.set_aside == 0).then_some(FIRST)
    }

    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>> {
        self.lowest().map(|_| write_received(writer, self))
    }

    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>> {
        (schema == FIRST).then(|| read_received(reader))
    }
}

fn write_received(writer: &mut Writer<'_>, own: &StatementReceived) -> Result<(), WireError> {
    let account = own.account.0;
    parts::print_sound(account).map_err(|problem| writer.invalid("account key id", problem))?;
    let (file_head, file_tail) = numbers::digest_parts(&own.file);
    writer.form(&FirstReceivedForm {
        file_head,
        file_tail,
        bytes: own.bytes,
        format: own.format.0,
        account_key: account.key_id,
        account: u128::from_le_bytes(account.print),
        from: own.from.epoch_days(),
        to: own.to.epoch_days(),
        lines: own.lines,
        has_opening: u8::from(own.opening.is_some()),
        has_closing: u8::from(own.closing.is_some()),
    });
    write_totals(writer, [own.opening, own.closing]);
    Ok(())
}

fn read_received(reader: &mut Reader<'_>) -> Result<StatementReceived, WireError> {
    let at = reader.at();
    let form: FirstReceivedForm = reader.form()?;
    let unsound = |field| move |problem| invalid(field, at, problem);
    let account =
        parts::print(form.account_key, form.account).map_err(unsound("account key id"))?;
    let has_opening = numbers::flag(form.has_opening).map_err(unsound("has opening"))?;
    let has_closing = numbers::flag(form.has_closing).map_err(unsound("has closing"))?;
    Ok(StatementReceived {
        file: numbers::digest(form.file_head, form.file_tail),
        bytes: form.bytes,
        format: WordNo(form.format),
        account: AccountKey(account),
        from: numbers::day(form.from).map_err(unsound("from"))?,
        to: numbers::day(form.to).map_err(unsound("to"))?,
        opening: read_total(reader, has_opening)?,
        closing: read_total(reader, has_closing)?,
        lines: form.lines,
        part: 1,
        repeated: 0,
        set_aside: 0,
    })
}

impl Upcast for StatementLines {
    const KIND: EventKind = EventKind::StatementLines;

    fn lowest(&self) -> Option<u8> {
        self.lines.iter().all(|line| line.particulars.is_none()).then_some(FIRST)
    }

    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>> {
        self.lowest().map(|_| {
            let lines = writer.short("lines", self.lines.len(), LINES_MAX)?;
            lines_sound(self.first, lines).map_err(|problem| writer.invalid("lines", problem))?;
            let (statement, first) = (self.statement.0, self.first);
            writer.form(&StatementLinesForm { statement, first, lines });
            self.lines.iter().try_for_each(|line| write_line(writer, line))
        })
    }

    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>> {
        (schema == FIRST).then(|| {
            let at = reader.at();
            let form: StatementLinesForm = reader.form()?;
            let count = reader.counted("lines", form.lines, LINES_MAX, LineForm::BYTES)?;
            lines_sound(form.first, form.lines).map_err(|problem| invalid("lines", at, problem))?;
            let mut lines = Vec::with_capacity(count);
            for _ in 0..count {
                lines.push(read_line(reader)?);
            }
            Ok(StatementLines { statement: Position(form.statement), first: form.first, lines })
        })
    }
}

/// The schema of a match that tells no limit of the rule that accepts its difference.
const WITHOUT_LIMIT: u8 = 2;

impl Upcast for Matched {
    const KIND: EventKind = EventKind::Matched;

    fn lowest(&self) -> Option<u8> {
        let alone = self.further.is_none() && self.evidence.is_empty();
        match self.difference {
            None if alone => Some(FIRST),
            Some(MatchDifference { limit: Some(_), .. }) => None,
            Some(_) | None => Some(WITHOUT_LIMIT),
        }
    }

    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>> {
        self.lowest().map(|schema| match schema {
            FIRST => write_match(writer, self.line, self.target, self.rule),
            _ => statements::write_match(writer, self),
        })
    }

    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>> {
        match schema {
            FIRST => Some(read_match(reader).map(|(line, target, rule)| {
                let (further, evidence, difference) = (Further::NONE, Vec::new(), None);
                Matched { line, target, rule, further, evidence, difference }
            })),
            // No rule's limit was told.
            WITHOUT_LIMIT => Some(statements::read_match(reader)),
            _ => None,
        }
    }
}

impl Upcast for MatchDecided {
    const KIND: EventKind = EventKind::MatchDecided;

    fn lowest(&self) -> Option<u8> {
        (self.further.is_none() && !self.rejected).then_some(FIRST)
    }

    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>> {
        self.lowest().map(|_| write_match(writer, self.line, self.target, self.reason))
    }

    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>> {
        (schema == FIRST).then(|| {
            let (line, target, reason) = read_match(reader)?;
            let further = Further::NONE;
            Ok(MatchDecided { line, target, reason, further, rejected: false })
        })
    }
}

fn write_match(
    writer: &mut Writer<'_>,
    line: LineReference,
    target: Position,
    word: WordNo,
) -> Result<(), WireError> {
    numbers::from_one(line.line).map_err(|problem| writer.invalid("line", problem))?;
    writer.form(&FirstMatchForm {
        statement: line.statement.0,
        line: line.line,
        target: target.0,
        word: word.0,
    });
    Ok(())
}

fn read_match(reader: &mut Reader<'_>) -> Result<(LineReference, Position, WordNo), WireError> {
    let at = reader.at();
    let form: FirstMatchForm = reader.form()?;
    let line = numbers::from_one(form.line).map_err(|problem| invalid("line", at, problem))?;
    let line = LineReference { statement: Position(form.statement), line };
    Ok((line, Position(form.target), WordNo(form.word)))
}
