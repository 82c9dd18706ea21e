//! Tables as workbooks of Office Open XML.
//!
//! # Invariants
//! * Every amount is exact: a number where a spreadsheet keeps all its digits, which are fifteen, and a
//!   text beyond. The decimal text is what becomes the number, so nothing is computed in floats.
//! * A text is a text and no formula, whatever it begins with.
//! * A row is in memory alone; beyond [`SHEET_ROWS`] rows there is a further sheet, and beyond
//!   [`SHEETS_MAX`] sheets a refusal.
//! * The same rows make the same bytes: a workbook does not say when it was made.

use std::{
    cell::Cell as Counter,
    fs::File,
    io::{self, BufReader, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use bahi_core::{Day, Total};
use quick_xml::{Reader, events::Event as Xml};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::{
    Cell, Column, Kind, Outlet, ROW_BYTES_MAX, ReportError, Sink, Table, Tally,
    files::{Parts, Rows},
    read_back::added,
    table::fits,
};

/// How many rows a sheet holds below its heading.
const SHEET_ROWS: u64 = 1_048_575;

/// The most sheets of a workbook.
const SHEETS_MAX: u64 = 16;

/// The largest amount, in paise, of which a spreadsheet keeps every digit.
const EXACT_PAISE_MAX: i128 = 999_999_999_999_999;

/// The largest whole number that a spreadsheet keeps.
const EXACT_NUMBER_MAX: u64 = 999_999_999_999_999;

/// Lakhs and crores apart, as far as a spreadsheet's formats can tell them: above zero.
const RUPEES: &str = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;#,##0.00";

impl From<XlsxError> for ReportError {
    fn from(error: XlsxError) -> ReportError {
        if let XlsxError::IoError(error) | XlsxError::ZipError(zip::result::ZipError::Io(error)) =
            error
        {
            return ReportError::Io(error);
        }
        ReportError::Form(error.to_string())
    }
}

/// Rows on their way into a workbook.
pub(crate) struct WorkbookRows {
    table: Table,
    workbook: Workbook,
    sink: Box<dyn Sink>,
    name: String,
    rupees: Format,
    day: Format,
    heading: Format,
    tally: Tally,
}

impl WorkbookRows {
    pub(crate) fn begin(
        table: Table,
        name: &str,
        outlet: &mut dyn Outlet,
    ) -> Result<WorkbookRows, ReportError> {
        let sink = outlet.create(name)?;
        let mut workbook = Workbook::new();
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let mut rows = WorkbookRows {
            table,
            workbook,
            sink,
            name: name.to_owned(),
            rupees: Format::new().set_num_format(RUPEES),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            heading: Format::new().set_bold().set_align(FormatAlign::Left),
            tally: Tally::of(table),
        };
        rows.guarded(|rows| rows.begin_sheet(1))?;
        Ok(rows)
    }

    fn begin_sheet(&mut self, number: u64) -> Result<(), ReportError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        let name = self.table.name();
        sheet.set_name(if number == 1 { name.to_owned() } else { format!("{name} {number}") })?;
        sheet.set_freeze_panes(1, 0)?;
        for (index, column) in (0_u16..).zip(self.table.columns()) {
            sheet.set_column_width(index, width(column))?;
        }
        for (index, column) in (0_u16..).zip(self.table.columns()) {
            sheet.write_string_with_format(0, index, column.name, &self.heading)?;
        }
        Ok(())
    }

    /// The writer of workbooks gives up where its temporary file cannot be written; here that is an
    /// error like any other.
    fn guarded<T>(
        &mut self,
        act: impl FnOnce(&mut WorkbookRows) -> Result<T, ReportError>,
    ) -> Result<T, ReportError> {
        catch_unwind(AssertUnwindSafe(|| act(self))).unwrap_or_else(|_| {
            let why = "the temporary directory takes no more, or the form does not";
            Err(ReportError::Form(why.to_owned()))
        })
    }

    fn write(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        let (number, row) = (self.tally.rows / SHEET_ROWS, self.tally.rows % SHEET_ROWS);
        if row == 0 && number > 0 {
            if number == SHEETS_MAX {
                return Err(ReportError::TooManyRows { max: SHEET_ROWS * SHEETS_MAX });
            }
            self.begin_sheet(number + 1)?;
        }
        let place = usize::try_from(number).map_err(|_| ReportError::Misfit)?;
        let row = u32::try_from(row + 1).map_err(|_| ReportError::Misfit)?;
        let (rupees, day) = (&self.rupees, &self.day);
        let sheet = self.workbook.worksheet_from_index(place)?;
        for (column, cell) in (0_u16..).zip(cells) {
            put(sheet, (row, column), cell, (rupees, day))?;
        }
        self.tally.take(cells);
        Ok(())
    }
}

impl Rows for WorkbookRows {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        if !fits(self.table, cells) {
            return Err(ReportError::Misfit);
        }
        self.guarded(|rows| rows.write(cells))
    }

    fn finish(mut self: Box<Self>) -> Result<(Tally, Parts), ReportError> {
        self.guarded(|rows| {
            let WorkbookRows { workbook, sink, .. } = rows;
            workbook.save_to_writer(&mut *sink)?;
            sink.flush()?;
            Ok(())
        })?;
        Ok((self.tally.clone(), vec![(self.name, self.tally.rows)]))
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (rupees, day): (&Format, &Format),
) -> Result<(), ReportError> {
    match cell {
        Cell::None => {}
        Cell::Number(number) if *number <= EXACT_NUMBER_MAX => {
            sheet.write_number(row, column, exact(&number.to_string())?)?;
        }
        Cell::Number(number) => {
            sheet.write_string(row, column, number.to_string())?;
        }
        Cell::Code(text) | Cell::Name(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Day(on) => {
            sheet.write_datetime_with_format(row, column, &date(*on)?, day)?;
        }
        Cell::Instant(instant) => {
            sheet.write_string(row, column, instant.to_string())?;
        }
        Cell::Amount(amount) if amount.paise().abs() <= EXACT_PAISE_MAX => {
            sheet.write_number_with_format(row, column, exact(&amount.to_string())?, rupees)?;
        }
        Cell::Amount(amount) => {
            sheet.write_string_with_format(row, column, amount.to_string(), rupees)?;
        }
    }
    Ok(())
}

/// The number that a text of at most fifteen digits is.
fn exact(text: &str) -> Result<f64, ReportError> {
    text.parse().map_err(|_| ReportError::Misfit)
}

fn date(day: Day) -> Result<ExcelDateTime, ReportError> {
    let (year, month, day) = day.date();
    let of = |part: i8| u8::try_from(part).map_err(|_| ReportError::Misfit);
    let year = u16::try_from(year).map_err(|_| ReportError::Misfit)?;
    Ok(ExcelDateTime::from_ymd(year, of(month)?, of(day)?)?)
}

fn width(column: &Column) -> u32 {
    match column.kind {
        Kind::Number => 12,
        Kind::Day => 14,
        Kind::Amount => 20,
        Kind::Name => 22,
        Kind::Code => 20,
        Kind::Instant => 34,
    }
}

// ---- reading back

/// Counts and sums the rows of a workbook, sheet by sheet.
pub(crate) fn read_back(table: Table, from: File) -> Result<Tally, ReportError> {
    let damaged = |error: zip::result::ZipError| ReportError::at("the workbook", error.to_string());
    let mut archive = zip::ZipArchive::new(BufReader::new(from)).map_err(damaged)?;
    let mut tally = Tally::of(table);
    for number in 1..=SHEETS_MAX {
        let name = format!("xl/worksheets/sheet{number}.xml");
        let sheet = match archive.by_name(&name) {
            Ok(sheet) => sheet,
            Err(zip::result::ZipError::FileNotFound) if number > 1 => break,
            Err(error) => return Err(damaged(error)),
        };
        read_sheet(table, sheet, &mut tally)
            .map_err(|(row, why)| ReportError::at(format!("sheet {number}, row {row}"), why))?;
    }
    Ok(tally)
}

/// A reader that gives no more than a row may have until it is told that a row ended.
struct Bounded<R> {
    inner: R,
    left: Rc<Counter<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other("a row is longer than any")),
        }
        Ok(read)
    }
}

type Wrong = (u64, String);

fn read_sheet(table: Table, sheet: impl Read, tally: &mut Tally) -> Result<(), Wrong> {
    let left = Rc::new(Counter::new(ROW_BYTES_MAX));
    let bounded = Bounded { inner: sheet, left: left.clone() };
    let mut reader = Reader::from_reader(BufReader::new(bounded));
    let mut buffer = Vec::new();
    let mut row = 0_u64;
    let mut cells: Vec<Option<String>> = Vec::new();
    let mut text: Option<String> = None;
    loop {
        buffer.clear();
        let event =
            reader.read_event_into(&mut buffer).map_err(|error| (row, error.to_string()))?;
        match event {
            Xml::Start(element) => match element.name().as_ref() {
                "row" => {
                    row += 1;
                    cells = vec![None; table.columns().len()];
                }
                "v" | "t" => text = Some(String::new()),
                "c" => {
                    let place = element
                        .try_get_attribute("r")
                        .ok()
                        .flatten()
                        .and_then(|place| column_of(place.value.as_bytes()))
                        .filter(|place| *place < cells.len());
                    let place = place.ok_or((row, "a cell stands under no column".to_owned()))?;
                    left_of(&mut cells, place);
                }
                _ => {}
            },
            Xml::Text(found) => {
                if let Some(text) = &mut text {
                    text.push_str(&found);
                }
            }
            Xml::End(element) => match element.name().as_ref() {
                "v" | "t" => {
                    if let Some(cell) = cells.iter_mut().rev().find(|cell| cell.is_some()) {
                        *cell = text.take();
                    }
                }
                "row" => {
                    take(table, row, &cells, tally).map_err(|why| (row, why))?;
                    left.set(ROW_BYTES_MAX);
                }
                _ => {}
            },
            Xml::Eof => {
                return if row > 0 { Ok(()) } else { Err((0, "it has no heading".to_owned())) };
            }
            Xml::Empty(_)
            | Xml::CData(_)
            | Xml::Comment(_)
            | Xml::Decl(_)
            | Xml::PI(_)
            | Xml::DocType(_)
            | Xml::GeneralRef(_) => {}
        }
    }
}

/// Begins the cell of a column, where its text is put when it comes.
fn left_of(cells: &mut [Option<String>], place: usize) {
    if let Some(cell) = cells.get_mut(place) {
        *cell = Some(String::new());
    }
}

fn take(table: Table, row: u64, cells: &[Option<String>], tally: &mut Tally) -> Result<(), String> {
    let columns = table.columns();
    if row == 1 {
        let names = cells.iter().map(Option::as_deref);
        let same = names.eq(columns.iter().map(|column| Some(column.name)));
        return if same { Ok(()) } else { Err("the heading is another table's".to_owned()) };
    }
    tally.rows += 1;
    let amounts = columns.iter().zip(cells).filter(|(column, _)| column.kind == Kind::Amount);
    for ((column, cell), total) in amounts.zip(&mut tally.totals) {
        let amount = cell.as_deref().and_then(decimal);
        let amount = amount.ok_or_else(|| format!("{}: no amount", column.name))?;
        *total = added(*total, amount).ok_or("the amounts add up to too much")?;
    }
    Ok(())
}

/// The column that a place such as `AB12` is in, from 0.
fn column_of(place: &[u8]) -> Option<usize> {
    let letters = place.iter().take_while(|byte| byte.is_ascii_uppercase());
    let mut column = 0_usize;
    for letter in letters.take(4) {
        column = column * 26 + usize::from(letter - b'A') + 1;
    }
    column.checked_sub(1)
}

/// An amount as a workbook has it: at most two places, fewer where they are zero.
fn decimal(text: &str) -> Option<Total> {
    let (rupees, paise) = text.split_once('.').unwrap_or((text, ""));
    if paise.len() > 2 {
        return None;
    }
    crate::read_back::amount(&format!("{rupees}.{paise:0<2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_that_becomes_a_number_keeps_its_digits() {
        let mut paise: i128 = 1;
        let mut checked = 0;
        while paise <= EXACT_PAISE_MAX {
            for near in [paise - 1, paise, paise + 1, EXACT_PAISE_MAX - paise] {
                for amount in [Total::from_paise(near), -Total::from_paise(near)] {
                    let number = exact(&amount.to_string()).expect("it is a number");
                    assert_eq!(decimal(&number.to_string()), Some(amount), "{near}");
                    checked += 1;
                }
            }
            paise = paise * 3 / 2 + 7;
        }
        assert!(checked > 500);
    }

    #[test]
    fn a_place_is_under_its_column() {
        let cases = [("A1", Some(0)), ("Z9", Some(25)), ("AA10", Some(26)), ("12", None)];
        for (place, column) in cases {
            assert_eq!(column_of(place.as_bytes()), column, "{place}");
        }
    }
}
