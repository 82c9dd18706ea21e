//! One account of a BAI2 file: its head with balances and sums, and its entries.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, AmountProblem, Balance, BalanceKind, ControlKind, Currency, Entry, EntryStatus, Item,
    Party, ReferenceKind, Secret, Signed, StatementKind, Stretch, Told,
    bai::records::Record,
    day::of_swift,
    output::{Mark, Output},
    reference::{keep, scan},
    tally::Tally,
};

/// The most fields of a head and its continuations.
const HEAD_FIELDS_MAX: usize = 4_096;
/// The most fields of an entry.
const FIELDS_MAX: usize = 512;
/// The most bytes of an entry and its continuations that are looked at.
const ENTRY_BYTES_MAX: usize = 16 * 1024;

/// The part of an account that may go on in the next record.
enum Part {
    /// The head: what follows account and currency, whether its end is marked.
    Head(Vec<String>, bool),
    /// An entry: its fields joined again, where it begins, whether its end is marked.
    Entry(String, Mark, bool),
    /// An entry that a line without a code tore in its figures.
    Torn(Mark),
    Nothing,
}

/// An account that is being read.
pub(super) struct Account {
    tally: Tally,
    day: Option<Day>,
    currency: Currency,
    part: Part,
    /// The sum of every amount, head and entries, for the control total.
    pub(super) sum: i128,
    pub(super) records: i128,
}

/// Whole minor units with a sign, nothing for a blank.
fn minor(text: &str) -> Result<Option<i128>, AmountProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (figures, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    if figures.is_empty() || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AmountProblem::Character);
    }
    if figures.len() > 24 {
        return Err(AmountProblem::TooLarge);
    }
    let minor: i128 = figures.parse().map_err(|_| AmountProblem::TooLarge)?;
    Ok(Some(if negative { -minor } else { minor }))
}

/// How many fields a funds type has behind it.
fn funds(fields: &[&str], at: usize) -> usize {
    match fields.get(at).map(|kind| kind.trim()) {
        Some("V") => 2,
        Some("S") => 3,
        Some("D") => {
            let pairs = fields.get(at + 1).and_then(|count| count.trim().parse::<usize>().ok());
            1 + 2 * pairs.unwrap_or(0).min(256)
        }
        _ => 0,
    }
}

impl Account {
    pub(super) fn new(
        number: u32,
        currency: Currency,
        day: Option<Day>,
        record: &Record<'_>,
        mark: Mark,
    ) -> Account {
        let mut tally = Tally::new(number, StatementKind::Booked, mark);
        tally.account(record.field(1).unwrap_or_default());
        tally.statement.currency = Some(currency);
        tally.statement.to = day;
        let rest = record.fields.iter().skip(3).map(|field| short(field)).collect();
        Account {
            tally,
            day,
            currency,
            part: Part::Head(rest, record.is_ended),
            sum: 0,
            records: 1,
        }
    }

    /// An entry, or the continuation of what came before.
    pub(super) fn take(&mut self, record: &Record<'_>, out: &mut Output<'_, '_>) {
        if record.code == "16" {
            out.record();
            self.tally.begun = self.tally.begun.saturating_add(1);
            let mark = out.mark(record.at);
            let mut text = String::new();
            add(&mut text, record);
            self.part = Part::Entry(text, mark, record.is_ended);
            return;
        }
        if record.code.is_empty() {
            self.take_rest(record, out);
            return;
        }
        match &mut self.part {
            Part::Head(fields, ended) if fields.len() + record.fields.len() < HEAD_FIELDS_MAX => {
                fields.extend(record.fields[1..].iter().map(|field| short(field)));
                *ended = record.is_ended;
            }
            Part::Entry(text, _, ended) => {
                add(text, record);
                *ended = record.is_ended;
            }
            Part::Torn(_) => {}
            Part::Head(..) | Part::Nothing => {
                let mark = out.mark(record.at);
                let what = Told::NotUnderstood("a continuation of nothing");
                out.set_aside(mark, record.end, what);
            }
        }
    }

    /// A line without a code: text that was broken over lines goes on; figures that may have been
    /// torn are none.
    fn take_rest(&mut self, record: &Record<'_>, out: &mut Output<'_, '_>) {
        let in_text = match &self.part {
            Part::Entry(text, ..) => {
                let fields: Vec<&str> = text.splitn(FIELDS_MAX, ',').collect();
                fields.len() > 3 + funds(&fields, 2) + 2
            }
            Part::Head(..) | Part::Torn(_) | Part::Nothing => false,
        };
        match std::mem::replace(&mut self.part, Part::Nothing) {
            Part::Entry(mut text, mark, _) if in_text => {
                out.warn(mark.place(), Told::OutsideTheStandard("a line without a code"));
                let room = ENTRY_BYTES_MAX.saturating_sub(text.len()) / 4;
                let fields = record.fields.iter().flat_map(|field| field.chars().chain([',']));
                let rest: String = fields.take(room).collect();
                text.push(' ');
                text.push_str(rest.trim_end_matches(','));
                self.part = Part::Entry(text, mark, record.is_ended);
            }
            Part::Entry(_, mark, _) | Part::Torn(mark) => self.part = Part::Torn(mark),
            Part::Head(..) | Part::Nothing => {
                let mark = out.mark(record.at);
                out.set_aside(mark, record.end, Told::NotUnderstood("a line without a code"));
            }
        }
    }

    /// Ends the head or the entry. `is_last`: the file ends here without its trailer.
    pub(super) fn end_part(&mut self, to: usize, is_last: bool, out: &mut Output<'_, '_>) {
        match std::mem::replace(&mut self.part, Part::Nothing) {
            // Figures at the end of a file without its trailer may be cut.
            Part::Head(_, ended) if is_last && !ended => out.read_to(to),
            Part::Head(fields, _) => self.head(&fields, to, out),
            Part::Entry(text, mark, ended) => {
                let broken = is_last && !ended;
                let read = if broken {
                    Err(Told::NotUnderstood("an entry that is broken off"))
                } else {
                    self.entry(&text)
                };
                match read {
                    Ok(mut entry) => {
                        entry.place = out.stretch(mark, to);
                        self.tally.entry(
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
                    Err(problem) => {
                        self.tally.statement.set_aside += 1;
                        out.set_aside(mark, to, problem);
                        out.record_set_aside();
                    }
                }
            }
            Part::Torn(mark) => {
                self.tally.statement.set_aside += 1;
                out.set_aside(
                    mark,
                    to,
                    Told::NotUnderstood("an entry torn by a line without a code"),
                );
                out.record_set_aside();
            }
            Part::Nothing => {}
        }
    }

    /// Type, amount, count and funds type, as often as they stand there.
    fn head(&mut self, fields: &[String], to: usize, out: &mut Output<'_, '_>) {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let place = out.mark_place();
        let mut at = 0;
        while at + 1 < fields.len() {
            let code = fields[at].trim();
            match minor(fields[at + 1]) {
                Ok(Some(minor)) => {
                    self.sum += minor;
                    let count =
                        fields.get(at + 2).and_then(|count| count.trim().parse::<u64>().ok());
                    self.status(code, minor, count, out);
                }
                Ok(None) => {}
                Err(problem) => out.warn(place, Told::Amount("balance of an account", problem)),
            }
            at += 4 + funds(&fields, at + 3);
        }
        out.read_to(to);
    }

    fn status(&mut self, code: &str, minor: i128, count: Option<u64>, out: &mut Output<'_, '_>) {
        let kind = match code {
            "010" => BalanceKind::Opening,
            "015" => BalanceKind::Closing,
            "040" | "045" | "060" => BalanceKind::Available,
            "100" | "400" => {
                let credits = code == "100";
                let (counts, sums) = if credits {
                    (ControlKind::CreditCount, ControlKind::CreditSum)
                } else {
                    (ControlKind::DebitCount, ControlKind::DebitSum)
                };
                self.tally.declare(sums, minor);
                if let Some(count) = count {
                    self.tally.declare(counts, i128::from(count));
                }
                return;
            }
            _ => return,
        };
        let amount = Signed { minor, currency: self.currency };
        self.tally.balance(out, Balance { kind, amount, day: self.day });
    }

    fn entry(&mut self, text: &str) -> Result<Box<Entry>, Told> {
        let fields: Vec<&str> = text.splitn(FIELDS_MAX, ',').collect();
        let field = |at: usize| fields.get(at).map_or("", |field| field.trim());
        let wrong = |problem| Told::Amount("amount of an entry", problem);
        let found = minor(field(1)).map_err(wrong)?.ok_or(Told::Missing("amount of an entry"))?;
        self.sum += found;
        let code = field(0);
        let number = code.parse::<u16>().ok().filter(|_| code.len() == 3);
        let side = match number {
            Some(100..=399) => LineSide::Credit,
            Some(400..=699) => LineSide::Debit,
            Some(_) | None => return Err(Told::Side("the type of an entry is no movement")),
        };
        let plain = i64::try_from(found).map_err(|_| wrong(AmountProblem::TooLarge))?;
        if plain < 0 {
            return Err(wrong(AmountProblem::Sign));
        }
        let amount =
            Amount::from_minor(plain, self.currency).ok_or(wrong(AmountProblem::TooLarge))?;
        let value = (field(2) == "V").then(|| of_swift(field(3))).flatten();
        let rest = 3 + funds(&fields, 2);
        let mut references = Vec::new();
        keep(&mut references, ReferenceKind::Bank, field(rest));
        keep(&mut references, ReferenceKind::Owner, field(rest + 1));
        let narration = Secret::new(&fields.get(rest + 2..).unwrap_or_default().join(","));
        scan(&mut references, narration.reveal());
        Ok(Box::new(Entry {
            statement: self.tally.statement.number,
            number: self.tally.begun,
            amount,
            side,
            reversal: false,
            status: EntryStatus::Booked,
            booked: self.day,
            value,
            code: Some(code.to_owned()),
            return_reason: None,
            references,
            counterparty: Party::default(),
            narration,
            running_balance: None,
            details: 0,
            batch_count: None,
            place: Stretch::default(),
        }))
    }

    pub(super) fn end(self, to: usize, out: &mut Output<'_, '_>) {
        self.tally.end(out, to);
    }
}

/// Adds the fields of a record to a text, as far as there is room.
fn add(text: &mut String, record: &Record<'_>) {
    for (index, field) in record.fields.iter().skip(1).enumerate() {
        let room = ENTRY_BYTES_MAX.saturating_sub(text.len() + 1);
        let end = (0..=room.min(field.len())).rev().find(|at| field.is_char_boundary(*at));
        if room == 0 {
            return;
        }
        if index > 0 || !text.is_empty() {
            text.push(',');
        }
        text.push_str(&field[..end.unwrap_or(0)]);
    }
}

/// A field of a head, which is short.
fn short(field: &str) -> String {
    field.chars().take(64).collect()
}
