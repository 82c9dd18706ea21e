//! MT940 and MT942 of SWIFT in the dialects that banks write.
//!
//! # Invariants
//! * `RC` takes back a credit and is a debit, `RD` takes back a debit and is a credit (SWIFT, field
//!   61, subfield 3); the side is decided there and nowhere else.
//! * A line belongs to the field it stands in: a tag is one only at the beginning of a line, and
//!   only if the message has it. So `:26:` inside a narration stays narration.
//! * What stands between messages, and a field that cannot be read, is set aside.

mod information;
mod line;

use bahi_core::LineSide;

use crate::{
    Balance, BalanceKind, ControlKind, Currency, Fault, Format, Place, Secret, StatementKind, Told,
    amount::of_swift,
    day,
    output::Output,
    swift::line::EntryDraft,
    tally::{Tally, signed},
    text::Text,
};

/// The tags that are fields of these messages, or stand in them in some dialect.
const TAGS: &[&str] = &[
    "20", "21", "25", "25P", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86",
    "34F", "13", "13D", "90C", "90D", "NS", "940", "942",
];

/// The tag a text begins with, up to its closing colon, and how many bytes that takes.
fn tag_of(text: &str) -> Option<(&'static str, usize)> {
    let end = text.bytes().take(4).position(|byte| byte == b':')?;
    let named = text.get(..end)?;
    TAGS.iter().find(|tag| **tag == named).map(|tag| (*tag, end + 1))
}

/// Whether the beginning of a text is such a message.
pub(crate) fn format_of(beginning: &str) -> Option<Format> {
    let mut pieces = Pieces { text: beginning, at: 0 };
    let (mut fields, mut interim) = (0, false);
    while let Some(piece) = pieces.next() {
        if let Kind::Field(tag, _) = piece.kind {
            fields += 1;
            interim |= matches!(tag, "34F" | "13D" | "90C" | "90D" | "942");
        }
    }
    let format = if interim { Format::Mt942 } else { Format::Mt940 };
    (fields > 0).then_some(format)
}

/// A physical line: where it begins and ends, its end-of-line included, and its text.
#[derive(Clone, Copy)]
struct Line<'t> {
    at: usize,
    end: usize,
    text: &'t str,
}

fn line_at(text: &str, at: usize) -> Option<Line<'_>> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
    Some(Line { at, end: at + length, text: rest[..length].trim_end_matches(['\n', '\r']) })
}

/// What a piece of the file is.
enum Kind<'t> {
    /// A field: its tag and its text without the tag.
    Field(&'static str, &'t str),
    /// The end of a message.
    End,
    /// The envelope around messages, or blank lines between them.
    Envelope,
    /// A line that is none of these.
    Outside,
}

/// A piece of the file and where it lies.
struct Piece<'t> {
    kind: Kind<'t>,
    at: usize,
    end: usize,
}

/// Cuts a text into pieces, each ending where the next begins.
struct Pieces<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Pieces<'t> {
    /// The tag a line begins with and where the field's text begins. A colon may stand on a line of its
    /// own where lines are cut at a fixed width.
    fn tag(&self, line: Line<'t>) -> Option<(&'static str, usize)> {
        if line.text == ":" {
            let next = line_at(self.text, line.end)?;
            return tag_of(next.text).map(|(tag, head)| (tag, next.at + head));
        }
        tag_of(line.text.strip_prefix(':')?).map(|(tag, head)| (tag, line.at + 1 + head))
    }

    fn next(&mut self) -> Option<Piece<'t>> {
        let first = line_at(self.text, self.at)?;
        let (at, mut end) = (first.at, first.end);
        let kind = if let Some((tag, begin)) = self.tag(first) {
            end = line_at(self.text, begin).map_or(begin.max(end), |rest| rest.end.max(end));
            while let Some(line) = line_at(self.text, end) {
                if self.tag(line).is_some() || ends_message(line.text) || is_envelope(line.text) {
                    break;
                }
                end = line.end;
            }
            Kind::Field(tag, &self.text[begin.min(end)..end])
        } else if ends_message(first.text) {
            Kind::End
        } else if first.text.trim().is_empty() || is_envelope(first.text) {
            Kind::Envelope
        } else {
            Kind::Outside
        };
        self.at = end;
        Some(Piece { kind, at, end })
    }
}

/// `-`, or `-}` with the trailers that follow it.
fn ends_message(line: &str) -> bool {
    line.trim_end() == "-" || line.starts_with("-}")
}

/// `{1:…}{2:…}{4:`.
fn is_envelope(line: &str) -> bool {
    let rest = line.strip_prefix('{').and_then(|rest| rest.get(..2));
    rest.is_some_and(|rest| rest.as_bytes()[0].is_ascii_digit() && rest.ends_with(':'))
}

/// Reads messages. `format` says what they are taken for where a message does not show it.
///
/// # Errors
/// `NotThisFormat` where no field of such a message stands in the file.
pub(crate) fn read(text: &Text<'_>, format: Format, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    let mut pieces = Pieces { text: text.as_str(), at: 0 };
    let mut reader = Reader { format, message: None, entry: None, statements: 0, fields: 0 };
    while let Some(piece) = pieces.next() {
        reader.take(&piece, out);
    }
    reader.end_message(text.as_str().len(), out);
    if reader.fields == 0 {
        let what = "no field of MT940 or MT942 stands in the file";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    Ok(())
}

struct Reader {
    format: Format,
    message: Option<Tally>,
    /// The entry whose narration may still come, and where it ends.
    entry: Option<(EntryDraft, usize)>,
    statements: u32,
    fields: u64,
}

impl Reader {
    fn take(&mut self, piece: &Piece<'_>, out: &mut Output<'_, '_>) {
        match piece.kind {
            Kind::Field(tag, text) => {
                self.fields += 1;
                self.field(tag, text, piece, out);
            }
            Kind::End => {
                self.end_message(piece.at, out);
                out.read_to(piece.end);
            }
            Kind::Envelope => {
                self.end_entry(out);
                out.read_to(piece.end);
            }
            Kind::Outside => {
                self.end_entry(out);
                let mark = out.mark(piece.at);
                out.set_aside(mark, piece.end, Told::NotUnderstood("a line outside the fields"));
            }
        }
    }

    /// The message a field belongs to; a field before any `:20:` begins one too.
    fn message(&mut self, at: usize, out: &mut Output<'_, '_>) -> &mut Tally {
        let interim = self.format == Format::Mt942;
        let kind = if interim { StatementKind::Interim } else { StatementKind::Booked };
        let statements = &mut self.statements;
        self.message.get_or_insert_with(|| {
            *statements += 1;
            out.part = *statements;
            Tally::new(*statements, kind, out.mark(at))
        })
    }

    fn end_entry(&mut self, out: &mut Output<'_, '_>) {
        if let (Some((entry, end)), Some(message)) = (self.entry.take(), self.message.as_mut()) {
            entry.end(message, end, out);
        }
    }

    fn end_message(&mut self, at: usize, out: &mut Output<'_, '_>) {
        self.end_entry(out);
        if let Some(message) = self.message.take() {
            message.end(out, at);
        }
    }

    fn field(&mut self, tag: &str, text: &str, piece: &Piece<'_>, out: &mut Output<'_, '_>) {
        match tag {
            "86" | "NS" => {
                if let Some((entry, end)) = &mut self.entry {
                    entry.narration(text, tag == "86");
                    *end = piece.end;
                } else {
                    self.message(piece.at, out);
                    out.read_to(piece.end);
                }
                return;
            }
            "61" => {
                self.end_entry(out);
                let currency = self.message(piece.at, out).currency();
                out.record();
                let mark = out.mark(piece.at);
                let message = self.message(piece.at, out);
                message.begun = message.begun.saturating_add(1);
                let (number, statement) = (message.begun, message.statement.number);
                let entry = EntryDraft::new(text, currency, (statement, number), mark);
                self.entry = Some((entry, piece.end));
                return;
            }
            // Not of the message, but the name of it before it in some dialects.
            "940" | "942" => {
                self.end_message(piece.at, out);
                out.read_to(piece.end);
                return;
            }
            _ => self.end_entry(out),
        }
        if tag == "20" {
            self.end_message(piece.at, out);
        }
        let mark = out.mark(piece.at);
        let message = self.message(piece.at, out);
        match head(message, tag, text, out) {
            Ok(()) => out.read_to(piece.end),
            Err(problem) => out.set_aside(mark, piece.end, problem),
        }
    }
}

/// Reads a field that is about the whole message.
fn head(tally: &mut Tally, tag: &str, text: &str, out: &mut Output<'_, '_>) -> Result<(), Told> {
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default().trim();
    match tag {
        "20" => tally.statement.reference = Secret::some(first),
        "25" | "25P" => return account(tally, text),
        "28" | "28C" => {
            tally.statement.sequence = Some(first.chars().take(35).collect());
        }
        "34F" => {
            let currency = first.get(..3).and_then(Currency::parse);
            let currency = currency.ok_or(Told::Missing("currency of the floor limit"))?;
            tally.statement.kind = StatementKind::Interim;
            tally.statement.currency.get_or_insert(currency);
        }
        "13" | "13D" => {
            tally.statement.to = first.get(..6).and_then(day::of_swift);
            if tag == "13D" {
                tally.statement.kind = StatementKind::Interim;
            }
        }
        "90C" | "90D" => return sums(tally, tag, first),
        "60F" => return balance(tally, BalanceKind::Opening, first, out),
        "60M" => return balance(tally, BalanceKind::PageOpening, first, out),
        "62F" => return balance(tally, BalanceKind::Closing, first, out),
        "62M" => return balance(tally, BalanceKind::PageClosing, first, out),
        "64" => return balance(tally, BalanceKind::Available, first, out),
        "65" => return balance(tally, BalanceKind::Forward, first, out),
        // A related reference says nothing of money.
        _ => {}
    }
    Ok(())
}

/// The account, perhaps with its currency behind it.
fn account(tally: &mut Tally, text: &str) -> Result<(), Told> {
    if tally.statement.account.is_some() {
        return Err(Told::Repeated("account of a statement"));
    }
    let first = text.lines().next().unwrap_or_default().trim();
    let at = first.len().saturating_sub(3);
    let split = first.is_char_boundary(at).then(|| first.split_at(at));
    if let Some((number, code)) = split
        && number.ends_with(|c: char| c.is_ascii_digit())
        && let Some(currency) = Currency::parse(code)
    {
        tally.account(number);
        tally.statement.currency.get_or_insert(currency);
    } else {
        tally.account(first);
    }
    Ok(())
}

/// `:90D:` and `:90C:`: how many and how much.
fn sums(tally: &mut Tally, tag: &str, text: &str) -> Result<(), Told> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let count: i128 = text[..digits].parse().map_err(|_| Told::Missing("count of a sum"))?;
    let rest = &text[digits..];
    let currency = rest.get(..3).and_then(Currency::parse);
    let currency = currency.ok_or(Told::Missing("currency of a sum"))?;
    let (sum, _) =
        of_swift(&rest[3..], currency).map_err(|problem| Told::Amount("sum", problem))?;
    let (counts, sums) = if tag == "90C" {
        (ControlKind::CreditCount, ControlKind::CreditSum)
    } else {
        (ControlKind::DebitCount, ControlKind::DebitSum)
    };
    tally.statement.kind = StatementKind::Interim;
    tally.statement.currency.get_or_insert(currency);
    tally.declare(counts, count);
    tally.declare(sums, i128::from(sum.minor()));
    Ok(())
}

/// Mark, day, currency, amount.
fn balance(
    tally: &mut Tally,
    kind: BalanceKind,
    text: &str,
    out: &mut Output<'_, '_>,
) -> Result<(), Told> {
    let side = match text.as_bytes().first() {
        Some(b'C') => LineSide::Credit,
        Some(b'D') => LineSide::Debit,
        _ => return Err(Told::Side("of a balance")),
    };
    let date = text.get(1..7).ok_or(Told::Missing("day of a balance"))?;
    if !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Told::Day("day of a balance"));
    }
    let rest = text.get(7..).unwrap_or_default();
    let stated = rest.get(..3).and_then(Currency::parse);
    let (currency, figures) = match stated {
        Some(currency) => (currency, &rest[3..]),
        None => (tally.currency(), rest),
    };
    let (amount, odd) =
        of_swift(figures, currency).map_err(|problem| Told::Amount("balance", problem))?;
    let place = out.mark_place();
    if odd && figures.contains('.') {
        out.warn(place, Told::OutsideTheStandard("the decimal mark of a balance"));
    }
    if stated.is_none() {
        out.warn(place, Told::OutsideTheStandard("a balance without a currency"));
    }
    let day = day::of_swift(date);
    if day.is_none() {
        out.warn(place, Told::Day("day of a balance"));
    }
    let statement = &mut tally.statement;
    let closes = matches!(kind, BalanceKind::Closing | BalanceKind::PageClosing);
    if closes && day.is_some() {
        statement.to = day;
    }
    tally.balance(out, Balance { kind, amount: signed(amount, side), day });
    Ok(())
}

#[cfg(test)]
mod tests;
