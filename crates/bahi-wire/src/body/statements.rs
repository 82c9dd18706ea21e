//! The bodies of statements, their lines, and what the lines are matched with.

use bahi_core::{
    AccountKey, Further, LineKind, LineReference, LineSide, MATCH_EVIDENCE_MAX, MATCH_LINES_MAX,
    MATCH_TARGETS_MAX, MatchDecided, MatchDifference, Matched, NameKind, NameMark,
    PARTICULAR_LINES_MAX, Particulars, Position, REFERENCES_MAX, Reference, StatementLine,
    StatementLines, StatementReceived, Total, Unmatched, WordNo,
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
    StatementReceivedForm: 86 {
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
        part: u16,
        repeated: u32,
        set_aside: u32,
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
    ParticularsForm: 10 {
        is_there: u8,
        kind: u8,
        has_ifsc: u8,
        has_balance: u8,
        batch: u32,
        names: u8,
        has_reason: u8,
    }
    NameMarkForm: 2 {
        kind: u8,
        narrated: u8,
    }
    IfscForm: 11 {
        head: u64,
        middle: u16,
        tail: u8,
    }
    MatchedForm: 30 {
        statement: u64,
        line: u32,
        target: u64,
        rule: u32,
        lines: u16,
        targets: u16,
        evidence: u8,
        has_difference: u8,
    }
    MatchDecidedForm: 29 {
        statement: u64,
        line: u32,
        target: u64,
        reason: u32,
        lines: u16,
        targets: u16,
        rejected: u8,
    }
    LineReferenceForm: 12 {
        statement: u64,
        line: u32,
    }
    DifferenceForm: 20 {
        tolerance: u32,
        amount: i128,
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
        numbers::from_one(self.part).map_err(|problem| writer.invalid("part", problem))?;
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
            part: self.part,
            repeated: self.repeated,
            set_aside: self.set_aside,
        });
        write_totals(writer, [self.opening, self.closing]);
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
            part: numbers::from_one(form.part).map_err(unsound("part", at))?,
            repeated: form.repeated,
            set_aside: form.set_aside,
        })
    }
}

/// Writes the totals that there are.
pub(crate) fn write_totals(writer: &mut Writer<'_>, totals: [Option<Total>; 2]) {
    totals.into_iter().flatten().for_each(|total| writer.form(&total.paise()));
}

pub(crate) fn read_total(
    reader: &mut Reader<'_>,
    is_there: bool,
) -> Result<Option<Total>, WireError> {
    if is_there { reader.form().map(Total::from_paise).map(Some) } else { Ok(None) }
}

impl Body for StatementLines {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let lines = writer.short("lines", self.lines.len(), PARTICULAR_LINES_MAX)?;
        lines_sound(self.first, lines).map_err(|problem| writer.invalid("lines", problem))?;
        writer.form(&StatementLinesForm { statement: self.statement.0, first: self.first, lines });
        self.lines.iter().try_for_each(|line| {
            write_line(writer, line)?;
            write_particulars(writer, line)
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<StatementLines, WireError> {
        let at = reader.at();
        let form: StatementLinesForm = reader.form()?;
        let least = LineForm::BYTES + ParticularsForm::BYTES;
        let count = reader.counted("lines", form.lines, PARTICULAR_LINES_MAX, least)?;
        lines_sound(form.first, form.lines).map_err(unsound("lines", at))?;
        let mut lines = Vec::with_capacity(count);
        for _ in 0..count {
            let line = read_line(reader)?;
            let particulars = read_particulars(reader, line.references.len())?;
            lines.push(StatementLine { particulars, ..line });
        }
        Ok(StatementLines { statement: Position(form.statement), first: form.first, lines })
    }
}

/// Lines are numbered from 1, at least one at a time, and the last of them has a number too.
pub(crate) fn lines_sound(first: u32, count: u8) -> Result<(), Problem> {
    if count == 0 {
        return Err(Problem::Empty);
    }
    numbers::from_one(first)?;
    match first.checked_add(u32::from(count) - 1) {
        Some(_) => Ok(()),
        None => Err(Problem::OutOfRange(i128::from(first))),
    }
}

pub(crate) fn write_line(writer: &mut Writer<'_>, line: &StatementLine) -> Result<(), WireError> {
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

pub(crate) fn read_line(reader: &mut Reader<'_>) -> Result<StatementLine, WireError> {
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
        particulars: None,
    })
}

/// Writes what else is told of a line; where nothing is, a group of zeros.
fn write_particulars(writer: &mut Writer<'_>, line: &StatementLine) -> Result<(), WireError> {
    let Some(told) = &line.particulars else {
        writer.form(&ParticularsForm::default());
        return Ok(());
    };
    if told.names.len() != line.references.len() {
        let problem = Problem::TooMany { count: told.names.len(), max: line.references.len() };
        return Err(writer.invalid("names", problem));
    }
    if told.batch == Some(0) {
        return Err(writer.invalid("batch", Problem::OutOfRange(0)));
    }
    writer.form(&ParticularsForm {
        is_there: 1,
        kind: numbers::line_kind(told.kind),
        has_ifsc: u8::from(told.ifsc.is_some()),
        has_balance: u8::from(told.balance.is_some()),
        batch: told.batch.unwrap_or_default(),
        names: writer.short("names", told.names.len(), REFERENCES_MAX)?,
        has_reason: u8::from(told.reason.is_some()),
    });
    for name in &told.names {
        let kind = numbers::name_kind(name.kind);
        writer.form(&NameMarkForm { kind, narrated: u8::from(name.narrated) });
    }
    if let Some(ifsc) = told.ifsc {
        let (head, middle, tail) = numbers::ifsc_parts(ifsc);
        writer.form(&IfscForm { head, middle, tail });
    }
    if let Some(balance) = told.balance {
        writer.form(&balance.paise());
    }
    if let Some(reason) = &told.reason {
        writer.text(reason.as_str());
    }
    Ok(())
}

fn read_particulars(
    reader: &mut Reader<'_>,
    references: usize,
) -> Result<Option<Particulars>, WireError> {
    let at = reader.at();
    let form: ParticularsForm = reader.form()?;
    if !numbers::flag(form.is_there).map_err(unsound("has particulars", at))? {
        let nothing = form == ParticularsForm::default();
        let problem = Problem::OutOfRange(i128::from(form.kind));
        return if nothing { Ok(None) } else { Err(invalid("particulars", at, problem)) };
    }
    let kind = numbers::variant(&LineKind::ALL, numbers::line_kind, form.kind)
        .map_err(unsound("kind of a line", at))?;
    let has_ifsc = numbers::flag(form.has_ifsc).map_err(unsound("has ifsc", at))?;
    let has_balance = numbers::flag(form.has_balance).map_err(unsound("has balance", at))?;
    let has_reason = numbers::flag(form.has_reason).map_err(unsound("has reason", at))?;
    if usize::from(form.names) != references {
        let problem = Problem::TooMany { count: usize::from(form.names), max: references };
        return Err(invalid("names", at, problem));
    }
    let mut names = Vec::with_capacity(references);
    for _ in 0..references {
        names.push(read_name_mark(reader)?);
    }
    Ok(Some(Particulars {
        kind,
        names,
        ifsc: if has_ifsc { Some(read_ifsc(reader)?) } else { None },
        batch: (form.batch != 0).then_some(form.batch),
        balance: read_total(reader, has_balance)?,
        reason: if has_reason { Some(read_reference(reader)?) } else { None },
    }))
}

fn read_name_mark(reader: &mut Reader<'_>) -> Result<NameMark, WireError> {
    let at = reader.at();
    let form: NameMarkForm = reader.form()?;
    let kind = numbers::variant(&NameKind::ALL, numbers::name_kind, form.kind)
        .map_err(unsound("kind of a name", at))?;
    let narrated = numbers::flag(form.narrated).map_err(unsound("narrated", at))?;
    Ok(NameMark { kind, narrated })
}

fn read_ifsc(reader: &mut Reader<'_>) -> Result<bahi_core::Ifsc, WireError> {
    let at = reader.at();
    let form: IfscForm = reader.form()?;
    numbers::ifsc(form.head, form.middle, form.tail).map_err(unsound("ifsc", at))
}

impl Body for Matched {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        write_match(writer, self)?;
        if let Some(limit) = self.difference.and_then(|one| one.limit) {
            writer.form(&limit.paise());
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Matched, WireError> {
        let mut matched = read_match(reader)?;
        let at = reader.at();
        let limit = numbers::money(reader.form()?).map_err(unsound("limit", at))?;
        let Some(difference) = &mut matched.difference else {
            return Err(invalid("limit", at, Problem::Empty));
        };
        difference.limit = Some(limit);
        if !difference.is_sound() {
            return Err(invalid("limit", at, Problem::OutOfRange(limit.paise().into())));
        }
        Ok(matched)
    }
}

/// Writes a match but for the limit of the rule that accepts a difference.
pub(crate) fn write_match(writer: &mut Writer<'_>, matched: &Matched) -> Result<(), WireError> {
    let (lines, targets) = further_sound(writer, &matched.further, matched.line, matched.target)?;
    if let Some(one) = matched.difference.filter(|one| !one.is_sound()) {
        return Err(writer.invalid("difference", Problem::OutOfRange(one.amount.paise())));
    }
    writer.form(&MatchedForm {
        statement: matched.line.statement.0,
        line: matched.line.line,
        target: matched.target.0,
        rule: matched.rule.0,
        lines,
        targets,
        evidence: writer.short("evidence", matched.evidence.len(), MATCH_EVIDENCE_MAX)?,
        has_difference: u8::from(matched.difference.is_some()),
    });
    write_further(writer, &matched.further);
    matched.evidence.iter().for_each(|reference| writer.text(reference.as_str()));
    if let Some(MatchDifference { tolerance, amount, .. }) = matched.difference {
        writer.form(&DifferenceForm { tolerance: tolerance.0, amount: amount.paise() });
    }
    Ok(())
}

/// Reads a match but for the limit.
pub(crate) fn read_match(reader: &mut Reader<'_>) -> Result<Matched, WireError> {
    let at = reader.at();
    let form: MatchedForm = reader.form()?;
    let has_difference =
        numbers::flag(form.has_difference).map_err(unsound("has difference", at))?;
    let line = numbers::from_one(form.line).map_err(unsound("line", at))?;
    let line = LineReference { statement: Position(form.statement), line };
    let target = Position(form.target);
    let further = read_further(reader, (form.lines, form.targets), line, target, at)?;
    Ok(Matched {
        line,
        target,
        rule: WordNo(form.rule),
        further,
        evidence: read_match_evidence(reader, form.evidence)?,
        difference: if has_difference { Some(read_difference(reader)?) } else { None },
    })
}

fn read_match_evidence(reader: &mut Reader<'_>, count: u8) -> Result<Vec<Reference>, WireError> {
    let count = reader.counted("evidence", count, MATCH_EVIDENCE_MAX, REFERENCE_BYTES_MIN)?;
    let mut evidence = Vec::with_capacity(count);
    for _ in 0..count {
        evidence.push(read_reference(reader)?);
    }
    Ok(evidence)
}

fn read_difference(reader: &mut Reader<'_>) -> Result<MatchDifference, WireError> {
    let at = reader.at();
    let form: DifferenceForm = reader.form()?;
    if form.amount == 0 {
        return Err(invalid("difference", at, Problem::OutOfRange(0)));
    }
    let amount = Total::from_paise(form.amount);
    Ok(MatchDifference { tolerance: WordNo(form.tolerance), amount, limit: None })
}

impl Body for MatchDecided {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let (lines, targets) = further_sound(writer, &self.further, self.line, self.target)?;
        if self.rejected && self.target.is_none() {
            return Err(writer.invalid("rejected", Problem::Empty));
        }
        writer.form(&MatchDecidedForm {
            statement: self.line.statement.0,
            line: self.line.line,
            target: self.target.0,
            reason: self.reason.0,
            lines,
            targets,
            rejected: u8::from(self.rejected),
        });
        write_further(writer, &self.further);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<MatchDecided, WireError> {
        let at = reader.at();
        let form: MatchDecidedForm = reader.form()?;
        let rejected = numbers::flag(form.rejected).map_err(unsound("rejected", at))?;
        let line = numbers::from_one(form.line).map_err(unsound("line", at))?;
        let line = LineReference { statement: Position(form.statement), line };
        let target = Position(form.target);
        if rejected && target.is_none() {
            return Err(invalid("rejected", at, Problem::Empty));
        }
        let further = read_further(reader, (form.lines, form.targets), line, target, at)?;
        Ok(MatchDecided { line, target, reason: WordNo(form.reason), further, rejected })
    }
}

/// How many lines and events a match joins beside the first of each, where they rise from it.
fn further_sound(
    writer: &Writer<'_>,
    further: &Further,
    line: LineReference,
    target: Position,
) -> Result<(u16, u16), WireError> {
    numbers::from_one(line.line).map_err(|problem| writer.invalid("line", problem))?;
    if !further.is_sound(line, target) || further.lines.iter().any(|one| one.line == 0) {
        return Err(writer.invalid("further", Problem::Order));
    }
    let count = |field, count: usize, max: usize| match u16::try_from(count) {
        Ok(short) if count < max => Ok(short),
        Ok(_) | Err(_) => Err(writer.invalid(field, Problem::TooMany { count, max: max - 1 })),
    };
    Ok((
        count("further lines", further.lines.len(), MATCH_LINES_MAX)?,
        count("further targets", further.targets.len(), MATCH_TARGETS_MAX)?,
    ))
}

fn write_further(writer: &mut Writer<'_>, further: &Further) {
    for line in &further.lines {
        writer.form(&LineReferenceForm { statement: line.statement.0, line: line.line });
    }
    further.targets.iter().for_each(|target| writer.form(&target.0));
}

/// Reads what a match joins beside its first line and event, which begin at a known place.
fn read_further(
    reader: &mut Reader<'_>,
    (lines, targets): (u16, u16),
    line: LineReference,
    target: Position,
    at: usize,
) -> Result<Further, WireError> {
    let count =
        reader.counted("further lines", lines, MATCH_LINES_MAX - 1, LineReferenceForm::BYTES)?;
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.at();
        let form: LineReferenceForm = reader.form()?;
        let line = numbers::from_one(form.line).map_err(unsound("line", at))?;
        lines.push(LineReference { statement: Position(form.statement), line });
    }
    let count = reader.counted("further targets", targets, MATCH_TARGETS_MAX - 1, u64::BYTES)?;
    let mut targets = Vec::with_capacity(count);
    for _ in 0..count {
        targets.push(Position(reader.form()?));
    }
    let further = Further { lines, targets };
    if !further.is_sound(line, target) {
        return Err(invalid("further", at, Problem::Order));
    }
    Ok(further)
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
