//! Statements in separated values, read by a layout.
//!
//! # Invariants
//! * Nothing is read whose column the layout does not name; separators and marks are the
//!   layout's and never guessed.
//! * A row that says both sides, neither, or no real day is set aside, and the rest is read.
//! * Where a layout says that columns may be exchanged, the printed balances decide for the whole
//!   file or nothing is read. Where it does not, and the balances say that they are, nothing is read.
//!
//! # Not here
//! What a row says: `row`. The cells of a line: `cells`.

mod cells;
mod edges;
mod row;
mod scroll;

use bahi_core::LineSide;

use crate::{
    Balance, BalanceKind, Fault, Item, Layout, Place, Signed, StatementKind, Told,
    layout::Meaning,
    output::Output,
    table::{
        cells::{Record, Records},
        edges::Edges,
        row::Row,
    },
    tally::Tally,
    text::Text,
};

/// How many lines may stand before the names of the columns.
const BANNER_LINES_MAX: usize = 200;

/// Where the names of the columns stand, and which cell says what.
pub(crate) struct Header {
    delimiter: u8,
    at: usize,
    end: usize,
    columns: Vec<(Meaning, usize)>,
    /// How many cells have a name, those between that have none among them.
    width: usize,
    /// Whether a column stands there that the layout does not know.
    unknown: bool,
}

/// Finds the names of a layout's columns near the beginning of a text.
pub(crate) fn header(text: &str, layout: &Layout) -> Option<Header> {
    layout.delimiters.iter().find_map(|delimiter| {
        Records::new(text, *delimiter)
            .take(BANNER_LINES_MAX)
            .find_map(|record| named(&record, layout, *delimiter))
    })
}

/// Whether a text has the columns of a layout and no others.
pub(crate) fn is_of(text: &str, layout: &Layout) -> bool {
    header(text, layout).is_some_and(|header| !header.unknown)
}

fn named(record: &Record<'_>, layout: &Layout, delimiter: u8) -> Option<Header> {
    let names: Vec<String> = record.cells.iter().map(|cell| crate::layout::bare(cell)).collect();
    let mut taken = vec![false; names.len()];
    let mut columns = Vec::new();
    for (meaning, wanted, optional) in &layout.columns {
        let free = |index: &usize| !taken[*index] && wanted.contains(&names[*index]);
        match (0..names.len()).find(free) {
            Some(index) => {
                taken[index] = true;
                columns.push((*meaning, index));
            }
            None if *optional => {}
            None => return None,
        }
    }
    let known = |(index, name): (usize, &String)| {
        taken[index] || name.is_empty() || layout.unused.contains(name)
    };
    let unknown = !names.iter().enumerate().all(known);
    let width = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    Some(Header { delimiter, at: record.at, end: record.end, columns, width, unknown })
}

/// Which way the rows go and whether the columns of the sides are exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Order {
    descending: bool,
    exchanged: bool,
}

/// The orders there could be, as they stand in the file first.
const ORDERS: [Order; 4] = [
    Order { descending: false, exchanged: false },
    Order { descending: true, exchanged: false },
    Order { descending: false, exchanged: true },
    Order { descending: true, exchanged: true },
];

/// Whether two balances printed one after the other fit a row under an order.
fn fits(order: Order, before: &Row, row: &Row) -> Option<bool> {
    let (one, other) = (before.balance?, row.balance?);
    let signed = |row: &Row| match (row.side, order.exchanged) {
        (LineSide::Credit, false) | (LineSide::Debit, true) => i128::from(row.amount.minor()),
        (LineSide::Debit, false) | (LineSide::Credit, true) => -i128::from(row.amount.minor()),
    };
    Some(if order.descending {
        other.minor + signed(before) == one.minor
    } else {
        one.minor + signed(row) == other.minor
    })
}

/// What the balances of a whole file say, as far as they do.
#[derive(Clone, Copy, Default)]
struct Decided {
    descending: Option<bool>,
    exchanged: Option<bool>,
    /// Whether the balances say that sides are exchanged which the layout says cannot be.
    against: bool,
}

/// Counts over the whole file which order the balances fit. Where two directions fit equally, the
/// days of the first and the last row say which.
fn order(text: &str, header: &Header, layout: &Layout) -> Decided {
    let mut counts = [0_u64; 4];
    let mut first: Option<Row> = None;
    let mut before: Option<Row> = None;
    let mut pairs = 0_u64;
    for record in Records::from(text, header.delimiter, header.end) {
        let Ok(Some(row)) = row::read(&record, header, layout) else { continue };
        if let Some(before) = &before {
            pairs += 1;
            for (count, order) in counts.iter_mut().zip(ORDERS) {
                *count += u64::from(fits(order, before, &row) == Some(true));
            }
        }
        first.get_or_insert_with(|| row.clone());
        before = Some(row);
    }
    let days = first
        .zip(before)
        .and_then(|(first, last)| which(first.booked > last.booked, first.booked < last.booked));
    let against = !layout.balances_decide_sides && is_against(&counts, pairs, days);
    let allowed = if layout.balances_decide_sides { &counts[..] } else { &counts[..2] };
    let most = allowed.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Decided { against, ..Decided::default() };
    }
    let winners = |wanted: fn(Order) -> bool| {
        allowed.iter().zip(ORDERS).any(|(count, order)| *count == most && wanted(order))
    };
    Decided {
        descending: which(winners(|order| order.descending), winners(|order| !order.descending))
            .or(days),
        exchanged: which(winners(|order| order.exchanged), winners(|order| !order.exchanged)),
        against,
    }
}

/// One of two that exclude each other, where it is clear which.
fn which(one: bool, other: bool) -> Option<bool> {
    (one != other).then_some(one)
}

/// Whether most balances fit the rows only where their sides are exchanged, in the direction that the days
/// have, or else in either.
fn is_against(counts: &[u64; 4], pairs: u64, descending: Option<bool>) -> bool {
    let of = |exchanged| {
        let fits = counts.iter().zip(ORDERS).filter(|(_, order)| order.exchanged == exchanged);
        let fits = fits.filter(|(_, order)| descending.is_none_or(|one| one == order.descending));
        fits.map(|(count, _)| *count).max().unwrap_or(0)
    };
    of(true) > of(false) && of(true) * 2 > pairs
}

/// Reads a table under a layout.
///
/// # Errors
/// `NotThisFormat` where the names of the columns are not found.
pub(crate) fn read(
    text: &Text<'_>,
    layout: &Layout,
    out: &mut Output<'_, '_>,
) -> Result<(), Fault> {
    let source = text.as_str();
    let Some(header) = header(source, layout) else {
        let what = "the columns of the layout are not named in the first lines";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    };
    out.variant(&layout.name);
    if let Some(statuses) = &layout.statuses {
        scroll::read(source, &header, layout, statuses, out);
        return Ok(());
    }
    out.part = 1;
    let mark = out.mark(0);
    let tally = Tally::new(1, StatementKind::Booked, mark);
    let has_balances = layout.has(Meaning::Balance);
    let decided = if has_balances { order(source, &header, layout) } else { Decided::default() };
    let mut reader = Reader {
        layout,
        header: &header,
        tally,
        edges: Edges::new(layout),
        decided,
        before: None,
        last: None,
        first: None,
        rows: 0,
    };
    for record in Records::new(source, header.delimiter) {
        if record.at >= header.at {
            break;
        }
        reader.banner(&record, out);
    }
    if header.unknown {
        let place = out.place(header.at);
        out.warn(place, Told::OutsideTheStandard("a column the layout does not name"));
    }
    out.read_to(header.end);
    for record in Records::from(source, header.delimiter, header.end) {
        reader.record(&record, out);
    }
    reader.end(source.len(), out);
    Ok(())
}

struct Reader<'l> {
    layout: &'l Layout,
    header: &'l Header,
    tally: Tally,
    edges: Edges<'l>,
    decided: Decided,
    /// The row just before, for the balance of the next.
    before: Option<Row>,
    /// The first row read and the last.
    first: Option<Row>,
    last: Option<Row>,
    rows: u64,
}

impl Reader<'_> {
    /// A line before the names of the columns. One that could be a row is not passed over.
    fn banner(&mut self, record: &Record<'_>, out: &mut Output<'_, '_>) {
        if let Ok(Some(_)) = row::read(record, self.header, self.layout) {
            out.record();
            out.record_set_aside();
            let mark = out.mark(record.at);
            let what = Told::NotUnderstood("a row before the names of the columns");
            out.set_aside(mark, record.end, what);
            self.tally.statement.set_aside += 1;
            return;
        }
        self.edges.take(record, &mut self.tally, out);
        out.read_to(record.end);
    }

    fn record(&mut self, record: &Record<'_>, out: &mut Output<'_, '_>) {
        if is_rule(record) {
            out.read_to(record.end);
            return;
        }
        let read = row::read(record, self.header, self.layout);
        if !matches!(read, Ok(Some(_))) && self.edges.take(record, &mut self.tally, out) {
            out.read_to(record.end);
            return;
        }
        out.record();
        let mark = out.mark(record.at);
        let problem = match read {
            Ok(Some(row)) => match self.decided(row) {
                Ok(row) => {
                    self.tally.begun = self.tally.begun.saturating_add(1);
                    let place = out.stretch(mark, record.end);
                    self.check_balance(&row, mark.place(), out);
                    let number = self.tally.begun;
                    let entry = row.entry(record, self.header, number, place);
                    self.tally.entry(out, row.amount, row.side, entry.status, entry.booked, place);
                    out.record_read();
                    out.give(Item::Entry(Box::new(entry)));
                    self.rows += 1;
                    self.first.get_or_insert_with(|| row.clone());
                    self.last = Some(row.clone());
                    self.before = Some(row);
                    return;
                }
                Err(problem) => problem,
            },
            Ok(None) => Told::NotUnderstood("a row without a day"),
            Err(problem) => problem,
        };
        self.tally.begun = self.tally.begun.saturating_add(1);
        self.tally.statement.set_aside += 1;
        // The balance after it is printed in the next row, which cannot be checked by this one.
        self.before = None;
        out.set_aside(mark, record.end, problem);
        out.record_set_aside();
    }

    /// The row with its side decided.
    fn decided(&self, mut row: Row) -> Result<Row, Told> {
        if self.decided.against {
            return Err(Told::Side("the printed balances say that the sides are exchanged"));
        }
        if self.layout.balances_decide_sides {
            let exchanged = self.decided.exchanged;
            let exchanged =
                exchanged.ok_or(Told::Side("the balances of the file do not decide it"))?;
            if exchanged {
                row.side = match row.side {
                    LineSide::Credit => LineSide::Debit,
                    LineSide::Debit => LineSide::Credit,
                };
            }
        }
        Ok(row)
    }

    fn check_balance(&self, row: &Row, place: Place, out: &mut Output<'_, '_>) {
        let (Some(before), Some(descending)) = (&self.before, self.decided.descending) else {
            return;
        };
        // Sides are decided by now.
        let order = Order { descending, exchanged: false };
        if fits(order, before, row) != Some(false) {
            return;
        }
        let (Some(one), Some(printed)) = (before.balance, row.balance) else { return };
        let moved = if order.descending { before.signed() } else { row.signed() };
        let minor = if order.descending { one.minor - moved } else { one.minor + moved };
        let expected = Signed { minor, currency: one.currency };
        out.warn(place, Told::RunningBalance { expected, printed });
    }

    fn end(mut self, to: usize, out: &mut Output<'_, '_>) {
        if self.decided.exchanged == Some(true) && self.layout.balances_decide_sides {
            let place = out.mark_place();
            out.warn(place, Told::OutsideTheStandard("the order of the columns debit and credit"));
        }
        // Without balances of its own the statement has those its rows print.
        let descending = self.decided.descending.or((self.rows == 1).then_some(false));
        let ends = (self.first.take(), self.last.take(), descending);
        if let (Some(first), Some(last), Some(descending)) = ends {
            let (first, last) = if descending { (last, first) } else { (first, last) };
            if let Some(balance) = first.balance
                && self.tally.statement.opening().is_none()
            {
                let minor = balance.minor - first.signed();
                let amount = Signed { minor, currency: balance.currency };
                let opening =
                    Balance { kind: BalanceKind::Opening, amount, day: Some(first.booked) };
                self.tally.balance(out, opening);
            }
            if let Some(amount) = last.balance
                && self.tally.statement.closing().is_none()
            {
                let closing =
                    Balance { kind: BalanceKind::Closing, amount, day: Some(last.booked) };
                self.tally.balance(out, closing);
            }
        }
        if self.tally.statement.currency.is_none() {
            self.tally.statement.currency = Some(self.layout.currency);
        }
        self.tally.end(out, to);
    }
}

/// A line of blanks, asterisks or dashes.
fn is_rule(record: &Record<'_>) -> bool {
    let ruled =
        |cell: &str| cell.chars().all(|c| matches!(c, '*' | '-' | '=' | '_' | ' ' | '\u{1a}'));
    !record.broken && record.cells.iter().all(|cell| ruled(cell))
}

#[cfg(test)]
mod tests;
