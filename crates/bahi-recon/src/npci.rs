//! Files of the National Automated Clearing House and the Aadhaar Payment Bridge, and their
//! answers: one header and its items in lines of 306 characters.
//!
//! # Invariants
//! * An amount is thirteen digits of paise; anything else in its place sets the line aside.
//! * What became of an item is read only where flag and reason agree: flag 1 without a reason is
//!   paid, flag 0 with a reason has failed; neither said is open; all else is for a person.
//! * An answer may carry a day behind each line, 314 characters; nothing else may be longer.
//!
//! # Not here
//! The checksums of header and items, whose rule is not published, are not looked at.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, Batch, Control, ControlKind, Currency, Fault, Format, FoundReference, Instruction,
    Item, Party, Place, ReferenceKind, Secret, Stretch, Told, Verdict,
    day::of_npci,
    output::{Mark, Output},
    reference::keep,
    text::Text,
};

/// The characters of a line.
const LINE_CHARS: usize = 306;
/// The characters of a line with a day behind it.
const DATED_CHARS: usize = 314;
/// Where the filler of a header begins: a line cut there has lost nothing.
const HEADER_CHARS: usize = 249;
/// Where the filler of an item begins.
const ITEM_CHARS: usize = 299;

/// What the first two characters of a line say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Header(LineSide),
    Item(LineSide),
}

fn kind(line: &str) -> Option<Kind> {
    match line.get(..2)? {
        "12" => Some(Kind::Header(LineSide::Credit)),
        "56" => Some(Kind::Header(LineSide::Debit)),
        "23" => Some(Kind::Item(LineSide::Credit)),
        "67" => Some(Kind::Item(LineSide::Debit)),
        _ => None,
    }
}

/// Whether a text is such a file: its first line is a header of the right length with a total
/// and a count in their places.
pub(crate) fn format_of(beginning: &str) -> Option<Format> {
    let line = beginning.lines().next()?;
    let line = Line::of(line)?;
    let header = matches!(kind(line.text), Some(Kind::Header(_)));
    let figures = digits(line.field(112, 13)) && digits(line.field(238, 9).trim());
    (header && line.count >= HEADER_CHARS && figures).then_some(Format::Npci)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A line by its characters.
struct Line<'t> {
    text: &'t str,
    /// How many characters.
    count: usize,
    /// Where each begins, where they are not bytes.
    starts: Option<Vec<usize>>,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Option<Line<'t>> {
        if text.len() > DATED_CHARS * 4 {
            return None;
        }
        if text.is_ascii() {
            return Some(Line { text, count: text.len(), starts: None });
        }
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        Some(Line { text, count: starts.len(), starts: Some(starts) })
    }

    /// A field by its first character, from 0, and its length; short at the end of the line.
    fn field(&self, from: usize, length: usize) -> &'t str {
        let place = |at: usize| match &self.starts {
            None => at.min(self.text.len()),
            Some(starts) => starts.get(at).copied().unwrap_or(self.text.len()),
        };
        &self.text[place(from)..place(from + length)]
    }

    fn secret(&self, from: usize, length: usize) -> Option<Secret> {
        Secret::some(self.field(from, length))
    }

    fn text(&self, from: usize, length: usize) -> Option<String> {
        let text = self.field(from, length).trim();
        let plain = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        plain.then(|| text.to_owned())
    }
}

/// Reads a file.
///
/// # Errors
/// `NotThisFormat` where no line is a header or an item.
pub(crate) fn read(text: &Text<'_>, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    let mut reader = Reader { open: None, batches: 0, lines: 0 };
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        reader.line(line, at, out);
        at += line.len();
    }
    reader.end(at, out);
    if reader.lines == 0 {
        let what = "no line is a header or an item of the clearing house";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    Ok(())
}

/// A batch whose items are being read.
struct Open {
    batch: Batch,
    mark: Mark,
    side: Option<LineSide>,
    sum: i128,
    begun: u32,
}

struct Reader {
    open: Option<Open>,
    batches: u32,
    lines: u64,
}

impl Reader {
    fn line(&mut self, whole: &str, at: usize, out: &mut Output<'_, '_>) {
        let end = at + whole.len();
        let text = whole.trim_end_matches(['\n', '\r', '\u{1a}']);
        if text.trim().is_empty() {
            out.read_to(end);
            return;
        }
        let line = Line::of(text);
        let kind = kind(text);
        match (line, kind) {
            (Some(line), Some(Kind::Header(side))) => {
                self.end(at, out);
                self.lines += 1;
                self.header(&line, side, (at, end), out);
            }
            (line, Some(Kind::Item(side))) => {
                self.lines += 1;
                self.item(line.as_ref(), side, (at, end), out);
            }
            _ => {
                let mark = out.mark(at);
                out.set_aside(
                    mark,
                    end,
                    Told::NotUnderstood("a line that is no header and no item"),
                );
            }
        }
    }

    fn begin(&mut self, mark: Mark, out: &mut Output<'_, '_>) -> &mut Open {
        let batches = &mut self.batches;
        self.open.get_or_insert_with(|| {
            *batches += 1;
            out.part = *batches;
            Open { batch: empty(*batches), mark, side: None, sum: 0, begun: 0 }
        })
    }

    fn header(
        &mut self,
        line: &Line<'_>,
        side: LineSide,
        (at, end): (usize, usize),
        out: &mut Output<'_, '_>,
    ) {
        let mark = out.mark(at);
        let open = self.begin(mark, out);
        if !(HEADER_CHARS..=DATED_CHARS).contains(&line.count) {
            out.set_aside(mark, end, Told::NotUnderstood("a header of another length"));
            return;
        }
        open.side = Some(side);
        let batch = &mut open.batch;
        keep(&mut batch.references, ReferenceKind::Batch, line.field(174, 18));
        keep(&mut batch.references, ReferenceKind::Message, line.field(72, 9));
        batch.payer = Party {
            name: line.secret(9, 40),
            account: line.secret(203, 35),
            bank: line.text(192, 11),
        };
        batch.day = of_npci(line.field(125, 8));
        batch.service = line.text(156, 18);
        for (kind, from, length) in [(ControlKind::Sum, 112, 13), (ControlKind::Count, 238, 9)] {
            let figures = line.field(from, length).trim();
            match figures.parse::<i128>() {
                Ok(declared) if digits(figures) => batch.declared.push(Control { kind, declared }),
                Ok(_) | Err(_) => out.warn(mark.place(), Told::Missing(kind.name())),
            }
        }
        if batch.day.is_none() {
            out.warn(mark.place(), Told::Day("day of settlement"));
        }
        out.read_to(end);
    }

    fn item(
        &mut self,
        line: Option<&Line<'_>>,
        side: LineSide,
        (at, end): (usize, usize),
        out: &mut Output<'_, '_>,
    ) {
        out.record();
        let mark = out.mark(at);
        let open = self.begin(mark, out);
        open.begun = open.begun.saturating_add(1);
        let of_batch = open.side.unwrap_or(side);
        open.side = Some(of_batch);
        let place = (open.batch.number, open.begun);
        let read = match line {
            _ if of_batch != side => {
                Err(Told::Side("the item is of the other side than its header"))
            }
            Some(line) => instruction(line, side, place),
            None => Err(Told::NotUnderstood("an item of another length")),
        };
        let (mut instruction, day, odd) = match read {
            Ok(read) => read,
            Err(problem) => {
                open.batch.set_aside += 1;
                out.set_aside(mark, end, problem);
                out.record_set_aside();
                return;
            }
        };
        if let Some(odd) = odd {
            out.warn(mark.place(), odd);
        }
        open.sum += i128::from(instruction.amount.minor());
        open.batch.instructions += 1;
        open.batch.day = open.batch.day.or(day);
        instruction.place = out.stretch(mark, end);
        out.record_read();
        out.give(Item::Instruction(Box::new(instruction)));
    }

    fn end(&mut self, to: usize, out: &mut Output<'_, '_>) {
        let Some(mut open) = self.open.take() else { return };
        open.batch.sum_minor = Some(open.sum);
        open.batch.place = out.stretch(open.mark, to);
        let count = i128::from(open.batch.instructions);
        let found = |kind| if kind == ControlKind::Sum { open.sum } else { count };
        for Control { kind, declared } in &open.batch.declared {
            let found = found(*kind);
            if found != *declared {
                let (kind, declared) = (*kind, *declared);
                out.warn(open.mark.place(), Told::Control { kind, declared, found });
            }
        }
        if open.batch.declared.is_empty() {
            out.warn(open.mark.place(), Told::Missing("header of the items"));
        }
        out.give(Item::Batch(Box::new(open.batch)));
    }
}

fn empty(number: u32) -> Batch {
    Batch {
        number,
        references: Vec::new(),
        payer: Party::default(),
        day: None,
        // The clearing house settles a file in one debit of the sponsor's account.
        booked_as_one: Some(true),
        service: None,
        declared: Vec::new(),
        instructions: 0,
        set_aside: 0,
        sum_minor: None,
        currency: Some(Currency::INR),
        place: Stretch::default(),
    }
}

/// Flag and reason: the verdict, the reason, and whether the two contradict each other.
fn verdict(flag: &str, reason: &str) -> (Verdict, Option<String>, bool) {
    let none = reason.is_empty() || reason.bytes().all(|byte| byte == b'0');
    let given = (!none).then(|| reason.to_owned());
    match (flag, none) {
        ("", true) | ("0", true) => (Verdict::Open, None, false),
        ("1", true) => (Verdict::Paid, None, false),
        ("0", false) => (Verdict::Failed, given, false),
        _ => (Verdict::Unknown, given, true),
    }
}

type ReadItem = (Instruction, Option<Day>, Option<Told>);

fn instruction(line: &Line<'_>, side: LineSide, place: (u32, u32)) -> Result<ReadItem, Told> {
    let lengths = ITEM_CHARS..=LINE_CHARS;
    if !lengths.contains(&line.count) && line.count != DATED_CHARS {
        return Err(Told::NotUnderstood("an item of another length"));
    }
    let figures = line.field(120, 13);
    let minor = figures.parse::<i64>().ok().filter(|_| digits(figures) && figures.len() == 13);
    let amount = minor.and_then(|minor| Amount::from_minor(minor, Currency::INR));
    let amount =
        amount.ok_or(Told::Amount("amount of an item", crate::AmountProblem::Character))?;
    if amount.minor() == 0 {
        return Err(Told::Missing("amount of an item"));
    }
    let mut references: Vec<FoundReference> = Vec::new();
    keep(&mut references, ReferenceKind::EndToEnd, line.field(231, 30));
    keep(&mut references, ReferenceKind::Item, line.field(133, 10));
    keep(&mut references, ReferenceKind::Mandate, line.field(279, 20));
    let account = line.secret(167, 35);
    let aadhaar = line.field(264, 15).trim();
    let named = !aadhaar.is_empty() && aadhaar.bytes().any(|byte| byte != b'0');
    let by_aadhaar = account.is_none() && named;
    let account = if by_aadhaar { Secret::some(aadhaar) } else { account };
    let (verdict, reason, odd) = verdict(line.field(153, 1).trim(), line.field(154, 2).trim());
    let day = (line.count == DATED_CHARS).then(|| of_npci(line.field(LINE_CHARS, 8)));
    let odd = match (odd, day) {
        (true, _) => Some(Told::NotUnderstood("flag and reason of an item")),
        (false, Some(None)) => Some(Told::Day("day behind an item")),
        (false, Some(Some(_)) | None) => None,
    };
    let instruction = Instruction {
        batch: place.0,
        number: place.1,
        amount,
        side,
        references,
        beneficiary: Party { name: line.secret(31, 40), account, bank: line.text(156, 11) },
        by_aadhaar,
        narration: line.secret(87, 20).unwrap_or_default(),
        verdict,
        reason,
        place: Stretch::default(),
    };
    Ok((instruction, day.flatten(), odd))
}

#[cfg(test)]
mod tests;
