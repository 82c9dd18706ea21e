//! What stands before and after the rows of a table: labels with values, and a summary.

use crate::{
    Balance, BalanceKind, ControlKind, Layout, Secret, Told,
    amount::of_layout,
    layout::{Label, bare},
    output::Output,
    table::{
        cells::Record,
        row::{balance, day},
    },
    tally::Tally,
};

/// Where in a summary the reader stands.
enum Summary {
    /// It has not begun.
    Before,
    /// It has begun; names come next.
    Begun,
    /// The names are known, by cell; values come next.
    Named(Vec<(Label, usize)>),
    /// It is over.
    Over,
}

/// What a layout knows of the lines around its rows.
pub(super) struct Edges<'l> {
    layout: &'l Layout,
    summary: Summary,
}

impl<'l> Edges<'l> {
    pub(super) fn new(layout: &'l Layout) -> Edges<'l> {
        Edges { layout, summary: Summary::Before }
    }

    /// Takes a line that is no row, if it is one of these.
    pub(super) fn take(
        &mut self,
        record: &Record<'_>,
        tally: &mut Tally,
        out: &mut Output<'_, '_>,
    ) -> bool {
        if record.broken {
            return false;
        }
        self.summary(record, tally, out) || self.label(record, tally, out)
    }

    fn summary(
        &mut self,
        record: &Record<'_>,
        tally: &mut Tally,
        out: &mut Output<'_, '_>,
    ) -> bool {
        let Some((begins, names)) = &self.layout.summary else { return false };
        match &self.summary {
            Summary::Before => {
                let begun = record.cells.iter().any(|cell| bare(cell).starts_with(begins.as_str()));
                if begun {
                    self.summary = Summary::Begun;
                }
                begun
            }
            Summary::Begun => {
                let cells: Vec<String> = record.cells.iter().map(|cell| bare(cell)).collect();
                let place = |name: &String| cells.iter().position(|cell| cell == name);
                let found: Vec<(Label, usize)> =
                    names.iter().filter_map(|(label, name)| Some((*label, place(name)?))).collect();
                let named = !found.is_empty();
                if named {
                    self.summary = Summary::Named(found);
                }
                named
            }
            Summary::Named(columns) => {
                let mut read = true;
                for (label, index) in columns {
                    let text = record.cells.get(*index).map_or("", |cell| cell.as_ref());
                    read &= value(self.layout, *label, text, tally, out);
                }
                self.summary = Summary::Over;
                read
            }
            Summary::Over => false,
        }
    }

    fn label(&self, record: &Record<'_>, tally: &mut Tally, out: &mut Output<'_, '_>) -> bool {
        let mut read = false;
        for (index, cell) in record.cells.iter().enumerate() {
            let (name, inside) = cell.split_once(':').unwrap_or((cell.as_ref(), ""));
            let name = bare(name);
            let known = self.layout.labels.iter().find(|(_, names)| names.contains(&name));
            let Some((label, _)) = known else { continue };
            let beside = || {
                let rest =
                    record.cells[index + 1..].iter().map(|cell| cell.trim_matches([':', ' ']));
                rest.filter(|text| !text.is_empty()).map(str::to_owned).next()
            };
            let text = if inside.trim().is_empty() { beside() } else { Some(inside.to_owned()) };
            if let Some(text) = text {
                read |= value(self.layout, *label, text.trim(), tally, out);
            }
        }
        read
    }
}

/// Takes one value; false where it cannot be read.
fn value(
    layout: &Layout,
    label: Label,
    text: &str,
    tally: &mut Tally,
    out: &mut Output<'_, '_>,
) -> bool {
    let sum = || of_layout(text, layout.marks, layout.currency).ok().filter(|(_, minus)| !minus);
    let count = || text.parse::<u64>().ok().map(i128::from);
    match label {
        Label::Account => {
            let number = text.trim_start_matches(['_', '=', '\'']).trim_matches('"');
            if tally.statement.account.is_none() {
                tally.statement.account = Secret::some(number);
            }
            return true;
        }
        Label::From => tally.statement.from = day(layout, text),
        Label::To => tally.statement.to = day(layout, text),
        Label::Opening | Label::Closing => {
            let kind =
                if label == Label::Opening { BalanceKind::Opening } else { BalanceKind::Closing };
            match balance(layout, text, layout.currency) {
                Ok(amount) => tally.balance(out, Balance { kind, amount, day: None }),
                Err(problem) => {
                    let place = out.mark_place();
                    out.warn(place, Told::Amount("balance beside the rows", problem));
                    return false;
                }
            }
        }
        Label::Debits | Label::Credits => {
            let kind =
                if label == Label::Debits { ControlKind::DebitSum } else { ControlKind::CreditSum };
            let Some((sum, _)) = sum() else { return false };
            tally.declare(kind, i128::from(sum.minor()));
        }
        Label::DebitCount | Label::CreditCount => {
            let debits = label == Label::DebitCount;
            let kind = if debits { ControlKind::DebitCount } else { ControlKind::CreditCount };
            let Some(count) = count() else { return false };
            tally.declare(kind, count);
        }
    }
    true
}
