//! Tables for people: aligned, wrapped to the terminal, with rules where the eye needs them.
//!
//! # Invariants
//! * A table is as wide as the terminal at most, unless a single word is wider.

use std::{borrow::Cow, io::Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table as Grid};

use crate::status::{Failure, one_line};

/// The blanks between two columns.
const GAP: u16 = 2;

/// A blank that ends no line while a table is laid out.
pub(crate) const NO_BREAK: char = '\u{a0}';

/// How a column's cells stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A column: its heading, and how its cells stand.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    heading: Cow<'static, str>,
    align: Align,
    /// The column gives way to the others where the terminal is narrow.
    wraps: bool,
}

/// A column of texts.
pub(crate) fn text(heading: impl Into<Cow<'static, str>>) -> Column {
    Column { heading: heading.into(), align: Align::Left, wraps: false }
}

/// A column of texts that may take several lines.
pub(crate) fn words(heading: impl Into<Cow<'static, str>>) -> Column {
    Column { heading: heading.into(), align: Align::Left, wraps: true }
}

/// A column of numbers.
pub(crate) fn number(heading: impl Into<Cow<'static, str>>) -> Column {
    Column { heading: heading.into(), align: Align::Right, wraps: false }
}

/// A table in the making.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    total: Option<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Table {
        Table { columns: columns.into(), rows: Vec::new(), total: None }
    }

    /// Adds a row; a cell may have several lines.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds the row of sums, which stands under a rule.
    pub(crate) fn total(&mut self, cells: impl Into<Vec<String>>) {
        self.total = Some(cells.into());
    }

    /// How wide the table is where nothing wraps.
    pub(crate) fn natural_width(&self) -> usize {
        let mut grid = self.grid();
        grid.set_content_arrangement(ContentArrangement::Disabled);
        width_of(&grid)
    }

    pub(crate) fn write(&self, out: &mut dyn Write, width: u16) -> Result<(), Failure> {
        let mut grid = self.grid();
        grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        for (column, row) in grid.column_iter_mut().zip(&self.columns) {
            if !row.wraps {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let rule = "─".repeat(width_of(&grid));
        let lines: Vec<String> =
            grid.lines().map(|line| line.trim_end().replace(NO_BREAK, " ")).collect();
        let heading = heading_lines(&self.columns);
        let before_total = self.total.as_ref().map(|cells| lines.len() - height(cells));
        for (index, line) in lines.iter().enumerate() {
            if index == heading || Some(index) == before_total {
                writeln!(out, "{rule}")?;
            }
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new();
        grid.load_style(comfy_table::presets::NOTHING);
        grid.set_header(Row::from(self.columns.iter().map(|column| printable(&column.heading))));
        for row in self.rows.iter().chain(&self.total) {
            grid.add_row(Row::from(row.iter().map(|cell| printable(cell))));
        }
        for (column, ours) in grid.column_iter_mut().zip(&self.columns) {
            column.set_padding((0, GAP));
            column.set_cell_alignment(match ours.align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        grid
    }
}

/// What a terminal would act on is shown as its escape; a cell keeps its lines, and the sign of the
/// rupee stays with its amount.
fn printable(cell: &str) -> String {
    let line = |line: &str| one_line(line).replace("₹ ", &format!("₹{NO_BREAK}"));
    cell.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn height(cells: &[String]) -> usize {
    cells.iter().map(|cell| cell.split('\n').count()).max().unwrap_or(1)
}

fn heading_lines(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.heading.split('\n').count()).max().unwrap_or(1)
}

/// Every line of a grid is filled up to its width, the heading's too, and a heading's letters take
/// one column each.
fn width_of(grid: &Grid) -> usize {
    let heading = grid.lines().next().unwrap_or_default();
    heading.chars().count().saturating_sub(usize::from(GAP))
}
