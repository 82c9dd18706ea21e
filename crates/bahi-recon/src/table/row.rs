//! What one row of a table says.

use std::borrow::Cow;

use bahi_core::{Day, LineSide};

use crate::{
    Amount, AmountProblem, Currency, Entry, EntryStatus, FoundReference, Layout, Party,
    ReferenceKind, Secret, Signed, Stretch, Told,
    amount::of_layout,
    day::of_pattern,
    layout::{Meaning, bare},
    reference::{is_utr, keep, scan},
    table::{Header, cells::Record},
};

/// The figures of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) booked: Day,
    pub(super) value: Option<Day>,
    pub(super) amount: Amount,
    pub(super) side: LineSide,
    pub(super) balance: Option<Signed>,
}

/// The longest cell that can be a figure or a flag.
const CELL_BYTES_MAX: usize = 256;

/// The text of a cell by its meaning.
pub(super) fn cell<'r>(
    record: &'r Record<'_>,
    header: &Header,
    meaning: Meaning,
) -> Option<&'r str> {
    let (_, index) = header.columns.iter().find(|(one, _)| *one == meaning)?;
    record.cells.get(*index).map(|cell| cell.as_ref()).filter(|cell| !cell.is_empty())
}

pub(super) fn day(layout: &Layout, text: &str) -> Option<Day> {
    layout.days.iter().find_map(|pattern| of_pattern(text, pattern))
}

/// Figures, and `Dr` or `Cr` behind them, in brackets or not.
fn worded(text: &str) -> (&str, Option<LineSide>) {
    let words = [
        ("(DR)", LineSide::Debit),
        ("(CR)", LineSide::Credit),
        ("DR.", LineSide::Debit),
        ("CR.", LineSide::Credit),
        ("DR", LineSide::Debit),
        ("CR", LineSide::Credit),
    ];
    let text = text.trim();
    let found = words.into_iter().find_map(|(word, side)| {
        let (figures, end) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
        end.eq_ignore_ascii_case(word).then_some((figures, side))
    });
    match found {
        Some((figures, side)) => (figures, Some(side)),
        None => (text, None),
    }
}

/// A balance: a sign, or `Dr` or `Cr` behind it.
pub(super) fn balance(
    layout: &Layout,
    text: &str,
    currency: Currency,
) -> Result<Signed, AmountProblem> {
    if text.len() > CELL_BYTES_MAX {
        return Err(AmountProblem::TooLarge);
    }
    let (figures, side) = worded(text);
    let (amount, negative) = of_layout(figures, layout.marks, currency)?;
    let minus = match (side, negative) {
        (Some(_), true) => return Err(AmountProblem::Sign),
        (Some(side), false) => side == LineSide::Debit,
        (None, negative) => negative,
    };
    let minor = i128::from(amount.minor());
    Ok(Signed { minor: if minus { -minor } else { minor }, currency })
}

/// Whether the file ends within figures of an amount, as far as can be seen: they are the last that
/// stands there, and do not have all the places of their currency.
fn may_go_on(record: &Record<'_>, header: &Header, layout: &Layout) -> bool {
    let last = record.cells.len().saturating_sub(1);
    let amounts = [Meaning::Debit, Meaning::Credit, Meaning::Amount];
    let of_money = header.columns.iter().any(|(one, at)| *at == last && amounts.contains(one));
    let Some(text) = record.cells.get(last).filter(|_| of_money) else { return false };
    let places = text.rsplit_once(layout.marks.decimal).map_or(0, |(_, places)| places.len());
    let digits = text.ends_with(|c: char| c.is_ascii_digit());
    digits && places < usize::from(layout.currency.minor_digits())
}

/// Reads a row: nothing where it has no day, and a problem where it has one and is none.
pub(super) fn read(
    record: &Record<'_>,
    header: &Header,
    layout: &Layout,
) -> Result<Option<Row>, Told> {
    if record.broken {
        return Err(Told::NotUnderstood("a quote that is not closed"));
    }
    let money = [Meaning::Debit, Meaning::Credit, Meaning::Amount, Meaning::Side, Meaning::Balance];
    let needed = header.columns.iter().filter(|(one, _)| money.contains(one)).map(|(_, at)| *at);
    let missing = needed.max().is_some_and(|at| at >= record.cells.len());
    if record.is_last && (missing || may_go_on(record, header, layout)) {
        return Err(Told::NotUnderstood("a row that is broken off"));
    }
    let Some(text) = cell(record, header, Meaning::Booked) else { return Ok(None) };
    let Some(booked) = day(layout, text) else {
        let moves = money[..3].iter().any(|meaning| cell(record, header, *meaning).is_some());
        return if moves { Err(Told::Day("booking day of a row")) } else { Ok(None) };
    };
    if goes_on(record, header) {
        return Err(Told::NotUnderstood("a row with more cells than there are columns"));
    }
    if is_total(record, header) {
        return Err(Told::NotUnderstood("a row of totals"));
    }
    let value = match cell(record, header, Meaning::Value) {
        Some(text) => Some(day(layout, text).ok_or(Told::Day("value day of a row"))?),
        None => None,
    };
    let currency = match cell(record, header, Meaning::Currency) {
        Some(code) => {
            Currency::parse(code).ok_or(Told::Amount("amount of a row", AmountProblem::Currency))?
        }
        None => layout.currency,
    };
    let (amount, side) = figures(record, header, layout, currency)?;
    let balance = match cell(record, header, Meaning::Balance) {
        Some(text) => {
            let text = match cell(record, header, Meaning::BalanceSide) {
                Some(side) if text.len() + side.len() < CELL_BYTES_MAX => {
                    Cow::Owned(format!("{text} {side}"))
                }
                Some(_) | None => Cow::Borrowed(text),
            };
            let read = balance(layout, &text, currency);
            Some(read.map_err(|problem| Told::Amount("balance of a row", problem))?)
        }
        None => None,
    };
    Ok(Some(Row { booked, value, amount, side, balance }))
}

/// Whether a row has more cells than there are columns: an amount that was not quoted falls apart at its
/// commas, and its first part is an amount too.
pub(super) fn goes_on(record: &Record<'_>, header: &Header) -> bool {
    record.cells.iter().skip(header.width).any(|cell| !cell.is_empty())
}

/// Whether a row sums up others: it says so and no more, and prints no balance where the others do.
fn is_total(record: &Record<'_>, header: &Header) -> bool {
    let prints = header.columns.iter().any(|(meaning, _)| *meaning == Meaning::Balance);
    let words = ["total", "totals", "grandtotal", "subtotal", "pagetotal"];
    let says = |text: &str| words.contains(&&*bare(text));
    prints
        && cell(record, header, Meaning::Balance).is_none()
        && cell(record, header, Meaning::Narration).is_some_and(says)
}

fn figures(
    record: &Record<'_>,
    header: &Header,
    layout: &Layout,
    currency: Currency,
) -> Result<(Amount, LineSide), Told> {
    let wrong = |problem| Told::Amount("amount of a row", problem);
    let read = |text: &str| of_layout(text, layout.marks, currency).map_err(wrong);
    // A dash stands for nothing in a column of amounts.
    let filled = |meaning| cell(record, header, meaning).filter(|text| *text != "-");
    let apart = Told::Side("the word beside the amount says another");
    if layout.has(Meaning::Amount) {
        let text = filled(Meaning::Amount).ok_or(Told::Missing("amount of a row"))?;
        let (text, said) = worded(text);
        let (amount, negative) = read(text)?;
        if !layout.has(Meaning::Side) {
            return match (said, negative) {
                (Some(_), true) => Err(wrong(AmountProblem::Sign)),
                (Some(side), false) => Ok((amount, side)),
                (None, true) => Ok((amount, LineSide::Debit)),
                (None, false) => Ok((amount, LineSide::Credit)),
            };
        }
        let word = cell(record, header, Meaning::Side).ok_or(Told::Side("the flag is blank"))?;
        let word = if word.len() <= CELL_BYTES_MAX { word.to_uppercase() } else { String::new() };
        let side = match (layout.debit_words.contains(&word), layout.credit_words.contains(&word)) {
            (true, false) => LineSide::Debit,
            (false, true) => LineSide::Credit,
            (true, true) | (false, false) => {
                return Err(Told::Side("the flag is none of the layout's"));
            }
        };
        if said.is_some_and(|said| said != side) {
            return Err(apart);
        }
        return if negative { Err(wrong(AmountProblem::Sign)) } else { Ok((amount, side)) };
    }
    let part = |meaning, side| -> Result<Option<Amount>, Told> {
        let Some(text) = filled(meaning) else { return Ok(None) };
        let (text, said) = worded(text);
        let (amount, negative) = read(text)?;
        if amount.minor() == 0 && text.trim_start().starts_with("00") {
            // `50,000.00` without quotes: nobody writes nothing so.
            return Err(Told::NotUnderstood("an amount that falls apart at its comma"));
        }
        if amount.minor() != 0 && said.is_some_and(|said| said != side) {
            return Err(apart.clone());
        }
        if negative {
            return Err(wrong(AmountProblem::Sign));
        }
        Ok(Some(amount))
    };
    let debit = part(Meaning::Debit, LineSide::Debit)?;
    let credit = part(Meaning::Credit, LineSide::Credit)?;
    let moves = |amount: &Amount| amount.minor() != 0;
    match (debit.filter(moves), credit.filter(moves)) {
        (Some(_), Some(_)) => Err(Told::Side("both debit and credit are filled")),
        (Some(amount), None) => Ok((amount, LineSide::Debit)),
        (None, Some(amount)) => Ok((amount, LineSide::Credit)),
        (None, None) => Err(Told::Missing("amount of a row")),
    }
}

impl Row {
    /// What it adds to the account.
    pub(super) fn signed(&self) -> i128 {
        let minor = i128::from(self.amount.minor());
        match self.side {
            LineSide::Credit => minor,
            LineSide::Debit => -minor,
        }
    }

    pub(super) fn entry(
        &self,
        record: &Record<'_>,
        header: &Header,
        number: u32,
        place: Stretch,
    ) -> Entry {
        let mut narration = Secret::default();
        if let Some(text) = cell(record, header, Meaning::Narration) {
            narration.push(text);
        }
        let mut references: Vec<FoundReference> = Vec::new();
        for (meaning, kind) in [
            (Meaning::EndToEnd, ReferenceKind::EndToEnd),
            (Meaning::Transaction, ReferenceKind::Transaction),
            (Meaning::Reference, ReferenceKind::Bank),
            (Meaning::Cheque, ReferenceKind::Cheque),
        ] {
            let Some(text) = cell(record, header, meaning) else { continue };
            let text = text.trim_start_matches(['=', '\'', '_']).trim_matches('"');
            // Words in a column of references are narration, and may hold an account.
            if text.contains(char::is_whitespace) {
                narration.push(text);
                continue;
            }
            keep(&mut references, if is_utr(text) { ReferenceKind::Utr } else { kind }, text);
        }
        scan(&mut references, narration.reveal());
        let secret = |meaning| cell(record, header, meaning).and_then(Secret::some);
        let bank = cell(record, header, Meaning::Bank).map(|text| text.chars().take(35).collect());
        Entry {
            statement: 1,
            number,
            amount: self.amount,
            side: self.side,
            reversal: false,
            status: EntryStatus::Booked,
            booked: Some(self.booked),
            value: self.value,
            code: None,
            return_reason: None,
            references,
            counterparty: Party {
                name: secret(Meaning::Name),
                account: secret(Meaning::Account),
                bank,
            },
            narration,
            running_balance: self.balance,
            details: 0,
            batch_count: None,
            place,
        }
    }
}
