//! Field 61, one movement, and what follows it.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, Currency, Entry, EntryStatus, Item, Party, ReferenceKind, Secret, Stretch, Told,
    amount::of_swift,
    day,
    output::{Mark, Output},
    reference::{is_none, keep, scan},
    swift::information::{self, Information},
    tally::Tally,
};

/// The most bytes of narration of one entry that are looked at.
const NARRATION_BYTES_MAX: usize = 16 * 1024;
/// The longest first line that may have been cut in two.
const LINE_BYTES_MAX: usize = 256;
/// The longest customer reference and bank reference of the standard.
const REFERENCE_CHARS: usize = 16;

/// What a mark says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mark61 {
    side: LineSide,
    reversal: bool,
    expected: bool,
}

/// The mark a text begins with, and how many bytes it takes, the funds code included.
fn mark(text: &str) -> Option<(Mark61, usize)> {
    let bytes = text.as_bytes();
    let (kind, length) = match (bytes.first()?, bytes.get(1)) {
        (b'R', Some(b'C')) => {
            (Mark61 { side: LineSide::Debit, reversal: true, expected: false }, 2)
        }
        (b'R', Some(b'D')) => {
            (Mark61 { side: LineSide::Credit, reversal: true, expected: false }, 2)
        }
        (b'E', Some(b'C')) => {
            (Mark61 { side: LineSide::Credit, reversal: false, expected: true }, 2)
        }
        (b'E', Some(b'D')) => {
            (Mark61 { side: LineSide::Debit, reversal: false, expected: true }, 2)
        }
        (b'C', _) => (Mark61 { side: LineSide::Credit, reversal: false, expected: false }, 1),
        (b'D', _) => (Mark61 { side: LineSide::Debit, reversal: false, expected: false }, 1),
        _ => return None,
    };
    let funds_code = bytes.get(length).is_some_and(u8::is_ascii_uppercase);
    Some((kind, length + usize::from(funds_code)))
}

/// A movement as its first line says it.
struct Movement<'t> {
    value: Option<Day>,
    booked: Option<Day>,
    bad_day: Option<&'static str>,
    mark: Mark61,
    amount: Amount,
    odd: Option<&'static str>,
    code: Option<&'t str>,
    customer: &'t str,
    bank: &'t str,
}

/// Reads a first line. Where it `is_last` in the file and ends with its amount, figures may be missing.
fn movement(line: &str, currency: Currency, is_last: bool) -> Result<Movement<'_>, Told> {
    let date = line.get(..6).ok_or(Told::Missing("value day of an entry"))?;
    if !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Told::Day("value day of an entry"));
    }
    let value = day::of_swift(date);
    let mut bad_day = value.is_none().then_some("value day of an entry");
    let mut rest = &line[6..];
    let mut booked = value;
    if let Some(date) = rest.get(..4).filter(|date| date.bytes().all(|byte| byte.is_ascii_digit()))
    {
        // Without a value day the year of the entry day is not known.
        booked = value.and_then(|value| day::near(date, value));
        if value.is_some() && booked.is_none() {
            bad_day = Some("entry day of an entry");
        }
        rest = &rest[4..];
    }
    let rest = rest.trim_start();
    let (mark, length) = mark(rest).ok_or(Told::Side("of an entry"))?;
    let rest = &rest[length..];
    let figures = rest.bytes().take_while(|byte| byte.is_ascii_digit() || b".,".contains(byte));
    let (figures, rest) = rest.split_at(figures.count());
    let (amount, odd_amount) = of_swift(figures, currency)
        .map_err(|problem| Told::Amount("amount of an entry", problem))?;
    let mut odd = odd_amount.then_some("the decimal mark of an entry");
    let code = rest.get(..4).filter(|code| code.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    if rest.is_empty() && is_last {
        return Err(Told::NotUnderstood("an entry that is broken off"));
    }
    let standard = code.is_some_and(|code| code.starts_with(['N', 'F', 'S']));
    if !standard {
        odd = odd.or(Some("the type of an entry"));
    }
    let rest = if code.is_some() { &rest[4..] } else { rest };
    let (customer, bank) = rest.split_once("//").unwrap_or((rest, ""));
    Ok(Movement { value, booked, bad_day, mark, amount, odd, code, customer, bank })
}

/// Two letters, two digits and more: an account, whatever field it stands in.
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

/// An entry while its narration comes in.
pub(super) struct EntryDraft {
    mark: Mark,
    entry: Result<Box<Entry>, Told>,
    bad_day: Option<&'static str>,
    odd: Option<&'static str>,
    narration: String,
}

impl EntryDraft {
    /// Reads field 61. Lines cut at a fixed width may cut it too: where its first line is none,
    /// the first two are tried as one.
    pub(super) fn new(
        text: &str,
        currency: Currency,
        (statement, number): (u32, u32),
        mark: Mark,
    ) -> EntryDraft {
        let is_last = !text.ends_with('\n');
        let text = text.trim_end();
        let (first, more) = text.split_once('\n').unwrap_or((text, ""));
        let first = first.trim_end();
        let (second, rest) = more.split_once('\n').unwrap_or((more, ""));
        // A line that was cut at a fixed width is short.
        let cut = first.len() < LINE_BYTES_MAX && second.len() < LINE_BYTES_MAX;
        let joined = if cut { format!("{first}{}", second.trim_end()) } else { String::new() };
        let (read, more) = match movement(first, currency, is_last && more.is_empty()) {
            Err(_) if cut && !second.is_empty() => match movement(&joined, currency, is_last) {
                Ok(read) => (Ok(read), rest),
                Err(_) => (movement(first, currency, is_last && more.is_empty()), more),
            },
            read => (read, more),
        };
        let mut draft = EntryDraft {
            mark,
            entry: Err(Told::Missing("entry")),
            bad_day: None,
            odd: None,
            narration: String::new(),
        };
        match read {
            Err(problem) => draft.entry = Err(problem),
            Ok(read) => {
                draft.bad_day = read.bad_day;
                draft.odd = read.odd;
                draft.entry = Ok(Box::new(entry(&read, statement, number)));
                draft.add(more.trim());
            }
        }
        draft
    }

    fn add(&mut self, text: &str) {
        let room = NARRATION_BYTES_MAX.saturating_sub(self.narration.len());
        let end = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        if !self.narration.is_empty() {
            self.narration.push('\n');
        }
        self.narration.push_str(&text[..end.unwrap_or(0)]);
    }

    /// Takes the narration that follows; a structured one is read by its codes.
    pub(super) fn narration(&mut self, text: &str, structured: bool) {
        if structured
            && let Ok(entry) = &mut self.entry
            && let Some(found) = information::read(text)
        {
            apply(entry, &found);
        }
        self.add(text.trim());
    }

    /// Ends it: given, or set aside with its narration.
    pub(super) fn end(self, message: &mut Tally, to: usize, out: &mut Output<'_, '_>) {
        let mut entry = match self.entry {
            Ok(entry) => entry,
            Err(problem) => {
                out.set_aside(self.mark, to, problem);
                out.record_set_aside();
                message.statement.set_aside += 1;
                return;
            }
        };
        let place = self.mark.place();
        if let Some(day) = self.bad_day {
            out.warn(place, Told::Day(day));
        }
        if let Some(what) = self.odd {
            out.warn(place, Told::OutsideTheStandard(what));
        }
        let mut narration = Secret::default();
        for line in self.narration.lines() {
            narration.push(line);
        }
        if entry.narration.is_empty() {
            entry.narration = narration;
        }
        // Lines are cut anywhere, so a form is looked for in each line and not across them.
        for line in self.narration.lines() {
            scan(&mut entry.references, line);
        }
        entry.place = out.stretch(self.mark, to);
        message.entry(
            out,
            entry.amount,
            entry.side,
            entry.status,
            entry.booked.or(entry.value),
            entry.place,
        );
        out.record_read();
        out.give(Item::Entry(entry));
    }
}

fn entry(read: &Movement<'_>, statement: u32, number: u32) -> Entry {
    let mut entry = Entry {
        statement,
        number,
        amount: read.amount,
        side: read.mark.side,
        reversal: read.mark.reversal,
        status: if read.mark.expected { EntryStatus::Pending } else { EntryStatus::Booked },
        booked: read.booked,
        value: read.value,
        code: read.code.map(|code| code.trim().to_owned()),
        return_reason: None,
        references: Vec::new(),
        counterparty: Party::default(),
        narration: Secret::default(),
        running_balance: None,
        details: 0,
        batch_count: None,
        place: Stretch::default(),
    };
    let customer = read.customer.trim();
    if is_iban(customer) {
        entry.counterparty.account = Secret::some(customer);
    } else if customer.chars().count() <= REFERENCE_CHARS {
        keep(&mut entry.references, ReferenceKind::Owner, customer);
    } else if !is_none(customer) {
        // Longer than the standard's: an account and a name in the dialects that do this.
        entry.counterparty.account = Secret::some(customer);
    }
    keep(&mut entry.references, ReferenceKind::Bank, read.bank);
    entry
}

fn apply(entry: &mut Entry, found: &Information) {
    for (kind, text) in &found.references {
        // Where the word that ends it is missing, a narration follows: it is no reference then.
        if text.contains(char::is_whitespace) {
            continue;
        }
        keep(&mut entry.references, *kind, text);
    }
    let party = &mut entry.counterparty;
    if let Some(account) = &found.account {
        party.account = Secret::some(account);
    }
    if let Some(name) = &found.name {
        party.name = Secret::some(name);
    }
    party.bank = party.bank.take().or_else(|| found.bank.clone());
    entry.return_reason = entry.return_reason.take().or_else(|| found.return_reason.clone());
}
