//! Tables as Apache Parquet: a directory partitioned by scheme and financial year.
//!
//! ```text
//! scheme=margin-money/fy=2024-25/part-00000.parquet
//! ```
//!
//! # Invariants
//! * An amount is a DECIMAL with two places, a day a DATE, a moment a TIMESTAMP in microseconds of UTC;
//!   none passes through a float.
//! * Scheme and year stand in the path and in no file, as Hive, DuckDB and pandas expect of a partition.
//! * Rows that wait are at most [`WAITING_ROWS_MAX`] and [`WAITING_BYTES_MAX`], and files that are open
//!   at most [`OPEN_MAX`], however many partitions there are.

use std::{collections::BTreeMap, fs::File, sync::Arc};

use bahi_core::Total;
use parquet::{
    basic::Compression,
    column::reader::ColumnReader,
    data_type::{
        ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
    },
    errors::ParquetError,
    file::{
        properties::{WriterProperties, WriterPropertiesPtr},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::TypePtr},
};

use crate::{
    Cell, Column, Form, Kind, Outlet, ReportError, Sink, Table, Tally,
    files::{Parts, Rows},
    read_back::added,
    table::fits,
};

/// The most rows that wait to be written.
const WAITING_ROWS_MAX: usize = 1 << 17;

/// The most bytes of texts that wait to be written.
const WAITING_BYTES_MAX: usize = 1 << 26;

/// The most files that are written at a time.
const OPEN_MAX: usize = 512;

/// How many values are read at a time.
const READ_AT_ONCE: usize = 1 << 13;

/// What stands in a path for a scheme or a year that is none.
const NOTHING: &str = "__HIVE_DEFAULT_PARTITION__";

/// The columns that stand in the path.
const PARTITIONS: [&str; 2] = ["scheme", "fy"];

impl From<ParquetError> for ReportError {
    fn from(error: ParquetError) -> ReportError {
        let ParquetError::External(source) = error else {
            return ReportError::Form(error.to_string());
        };
        match source.downcast::<std::io::Error>() {
            Ok(error) => ReportError::Io(*error),
            Err(source) => ReportError::Form(source.to_string()),
        }
    }
}

/// The columns that stand in a file.
fn columns(table: Table) -> impl Iterator<Item = (usize, &'static Column)> {
    let in_file = |(_, column): &(usize, &Column)| !PARTITIONS.contains(&column.name);
    table.columns().iter().enumerate().filter(in_file)
}

/// Whether the amounts of a table are sums, which 18 digits may not hold.
const fn has_sums(table: Table) -> bool {
    match table {
        Table::Events | Table::Postings | Table::GlDetail => false,
        Table::Cases | Table::Balances => true,
    }
}

fn schema(table: Table) -> Result<TypePtr, ReportError> {
    let mut text = format!("message bahi_{} {{\n", table.name());
    for (_, Column { name, kind }) in columns(table) {
        let kind = match kind {
            Kind::Number => format!("OPTIONAL INT64 {name} (INTEGER(64,false))"),
            Kind::Code | Kind::Name => format!("OPTIONAL BYTE_ARRAY {name} (STRING)"),
            Kind::Day => format!("OPTIONAL INT32 {name} (DATE)"),
            Kind::Instant => format!("OPTIONAL INT64 {name} (TIMESTAMP(MICROS,true))"),
            Kind::Amount if has_sums(table) => {
                format!("OPTIONAL FIXED_LEN_BYTE_ARRAY (16) {name} (DECIMAL(38,2))")
            }
            Kind::Amount => format!("OPTIONAL INT64 {name} (DECIMAL(18,2))"),
        };
        text.push_str(&format!("  {kind};\n"));
    }
    text.push('}');
    Ok(Arc::new(parse_message_type(&text)?))
}

/// The values of one column that wait, and for each row whether there is one.
enum Values {
    Wide(Vec<i64>),
    Narrow(Vec<i32>),
    Text(Vec<ByteArray>),
    Sum(Vec<FixedLenByteArray>),
}

struct Waiting {
    values: Values,
    present: Vec<i16>,
}

impl Waiting {
    fn of(table: Table, kind: Kind) -> Waiting {
        let values = match kind {
            Kind::Number | Kind::Instant => Values::Wide(Vec::new()),
            Kind::Code | Kind::Name => Values::Text(Vec::new()),
            Kind::Day => Values::Narrow(Vec::new()),
            Kind::Amount if has_sums(table) => Values::Sum(Vec::new()),
            Kind::Amount => Values::Wide(Vec::new()),
        };
        Waiting { values, present: Vec::new() }
    }

    /// Takes a cell, and says how many bytes it adds beside its place.
    fn take(&mut self, cell: &Cell) -> Result<usize, ReportError> {
        let beyond = || ReportError::Form("a number is beyond 64 bits".to_owned());
        let wide = match (&mut self.values, cell) {
            (_, Cell::None) => {
                self.present.push(0);
                return Ok(0);
            }
            (Values::Text(values), Cell::Code(text) | Cell::Name(text)) => {
                values.push(ByteArray::from(text.as_str()));
                self.present.push(1);
                return Ok(text.len());
            }
            (Values::Narrow(values), Cell::Day(day)) => {
                values.push(day.epoch_days());
                self.present.push(1);
                return Ok(0);
            }
            (Values::Sum(values), Cell::Amount(amount)) => {
                values.push(ByteArray::from(amount.paise().to_be_bytes().to_vec()).into());
                self.present.push(1);
                return Ok(16);
            }
            // Unsigned in its logical type: the same bits.
            (Values::Wide(values), Cell::Number(number)) => (values, number.cast_signed()),
            (Values::Wide(values), Cell::Instant(instant)) => (values, instant.epoch_micros()),
            (Values::Wide(values), Cell::Amount(amount)) => {
                (values, i64::try_from(amount.paise()).map_err(|_| beyond())?)
            }
            (Values::Wide(_) | Values::Narrow(_) | Values::Text(_) | Values::Sum(_), _) => {
                return Err(ReportError::Misfit);
            }
        };
        wide.0.push(wide.1);
        self.present.push(1);
        Ok(0)
    }
}

/// One file on its way.
struct Part {
    writer: SerializedFileWriter<Box<dyn Sink>>,
    waiting: Vec<Waiting>,
    waiting_rows: usize,
    rows: u64,
    name: String,
}

impl Part {
    /// Writes what waits as a row group.
    fn write(&mut self) -> Result<(), ReportError> {
        if self.waiting_rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for Waiting { values, present } in &mut self.waiting {
            let mut column = group.next_column()?.ok_or(ReportError::Misfit)?;
            let present_or_not = Some(present.as_slice());
            match values {
                Values::Wide(values) => {
                    column.typed::<Int64Type>().write_batch(values, present_or_not, None)?;
                    values.clear();
                }
                Values::Narrow(values) => {
                    column.typed::<Int32Type>().write_batch(values, present_or_not, None)?;
                    values.clear();
                }
                Values::Text(values) => {
                    column.typed::<ByteArrayType>().write_batch(values, present_or_not, None)?;
                    values.clear();
                }
                Values::Sum(values) => {
                    let column = column.typed::<FixedLenByteArrayType>();
                    column.write_batch(values, present_or_not, None)?;
                    values.clear();
                }
            }
            present.clear();
            column.close()?;
        }
        group.close()?;
        self.waiting_rows = 0;
        Ok(())
    }

    fn close(mut self) -> Result<(String, u64), ReportError> {
        self.write()?;
        self.writer.close()?;
        Ok((self.name, self.rows))
    }
}

/// The scheme and the year of a partition.
type Key = (Option<String>, Option<String>);

/// Rows on their way into a directory of Parquet.
pub(crate) struct ParquetRows<'a> {
    table: Table,
    schema: TypePtr,
    properties: WriterPropertiesPtr,
    outlet: &'a mut dyn Outlet,
    open: BTreeMap<Key, Part>,
    /// How many files each partition has had.
    begun: BTreeMap<Key, u32>,
    waiting: (usize, usize),
    done: Parts,
    tally: Tally,
}

impl<'a> ParquetRows<'a> {
    pub(crate) fn begin(
        table: Table,
        outlet: &'a mut dyn Outlet,
    ) -> Result<ParquetRows<'a>, ReportError> {
        if !table.has(Form::Parquet) {
            let (what, form) = (table.name(), Form::Parquet.name());
            return Err(ReportError::NoSuchForm { what, form });
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("bahi ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(ParquetRows {
            table,
            schema: schema(table)?,
            properties: Arc::new(properties),
            outlet,
            open: BTreeMap::new(),
            begun: BTreeMap::new(),
            waiting: (0, 0),
            done: Vec::new(),
            tally: Tally::of(table),
        })
    }

    fn begin_part(&mut self, key: Key) -> Result<(), ReportError> {
        if self.open.len() == OPEN_MAX {
            self.close_all()?;
        }
        let number = self.begun.entry(key.clone()).or_default();
        let part = |one: &Option<String>| one.as_deref().map_or(NOTHING.to_owned(), in_path);
        let (scheme, fy) = (part(&key.0), part(&key.1));
        let name = format!("scheme={scheme}/fy={fy}/part-{number:05}.parquet");
        *number += 1;
        let sink = self.outlet.create(&name)?;
        let (schema, properties) = (self.schema.clone(), self.properties.clone());
        let writer = SerializedFileWriter::new(sink, schema, properties)?;
        let waiting = columns(self.table).map(|(_, one)| Waiting::of(self.table, one.kind));
        let part = Part { writer, waiting: waiting.collect(), waiting_rows: 0, rows: 0, name };
        self.open.insert(key, part);
        Ok(())
    }

    fn close_all(&mut self) -> Result<(), ReportError> {
        for (_, part) in std::mem::take(&mut self.open) {
            self.done.push(part.close()?);
        }
        self.waiting = (0, 0);
        Ok(())
    }
}

impl Rows for ParquetRows<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        if !fits(self.table, cells) {
            return Err(ReportError::Misfit);
        }
        let key = key_of(self.table, cells);
        if !self.open.contains_key(&key) {
            self.begin_part(key.clone())?;
        }
        let part = self.open.get_mut(&key).ok_or(ReportError::Misfit)?;
        for ((index, _), waiting) in columns(self.table).zip(&mut part.waiting) {
            self.waiting.1 += waiting.take(&cells[index])?;
        }
        part.waiting_rows += 1;
        part.rows += 1;
        self.waiting.0 += 1;
        self.tally.take(cells);
        if self.waiting.0 >= WAITING_ROWS_MAX || self.waiting.1 >= WAITING_BYTES_MAX {
            self.open.values_mut().try_for_each(Part::write)?;
            self.waiting = (0, 0);
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(Tally, Parts), ReportError> {
        if self.begun.is_empty() {
            // A table without a row is a file that says what its columns are.
            self.begin_part((None, None))?;
        }
        self.close_all()?;
        self.done.sort();
        Ok((self.tally, self.done))
    }
}

fn key_of(table: Table, cells: &[Cell]) -> Key {
    let of = |name: &str| {
        let at = table.columns().iter().position(|column| column.name == name)?;
        match &cells[at] {
            Cell::Code(text) | Cell::Name(text) => Some(text.clone()),
            Cell::None | Cell::Number(_) | Cell::Day(_) | Cell::Instant(_) | Cell::Amount(_) => {
                None
            }
        }
    };
    (of("scheme"), of("fy"))
}

/// A text as a part of a path: letters, digits, `-` and `_` as they are, all else as in a URI.
fn in_path(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

// ---- reading back

/// Counts and sums the rows of one file.
pub(crate) fn read_back(table: Table, from: File) -> Result<Tally, ReportError> {
    let wrong = |error: ParquetError| ReportError::at("the file", error.to_string());
    let reader = SerializedFileReader::new(from).map_err(wrong)?;
    let expected = schema(table)?;
    if reader.metadata().file_metadata().schema_descr().root_schema() != &*expected {
        let why = format!("its columns are not those of {}", table.name());
        return Err(ReportError::at("the file", why));
    }
    let mut tally = Tally::of(table);
    for group in 0..reader.num_row_groups() {
        let at = |why: String| ReportError::at(format!("row group {group}"), why);
        let rows = reader.get_row_group(group).map_err(|error| at(error.to_string()))?;
        let count = u64::try_from(rows.metadata().num_rows()).unwrap_or_default();
        tally.rows += count;
        let amounts = columns(table).enumerate().filter(|(_, (_, one))| one.kind == Kind::Amount);
        for ((index, (_, column)), total) in amounts.zip(&mut tally.totals) {
            let at = |why: String| at(format!("{}: {why}", column.name));
            let reader = rows.get_column_reader(index).map_err(|error| at(error.to_string()))?;
            let (sum, found) = summed(reader).map_err(at)?;
            if found != count {
                return Err(at(format!("{found} amounts in {count} rows")));
            }
            *total = added(*total, sum).ok_or_else(|| at("they add up to too much".to_owned()))?;
        }
    }
    Ok(tally)
}

/// What a column of amounts adds up to, and how many there are.
fn summed(reader: ColumnReader) -> Result<(Total, u64), String> {
    let mut sum = Sum::default();
    match reader {
        ColumnReader::Int64ColumnReader(mut reader) => loop {
            let (mut values, mut present) = (Vec::new(), Vec::new());
            let read = reader.read_records(READ_AT_ONCE, Some(&mut present), None, &mut values);
            if read.map_err(|error| error.to_string())?.0 == 0 {
                return Ok((sum.total, sum.count));
            }
            values.iter().try_for_each(|value| sum.take(i128::from(*value)))?;
        },
        ColumnReader::FixedLenByteArrayColumnReader(mut reader) => loop {
            let (mut values, mut present) = (Vec::new(), Vec::new());
            let read = reader.read_records(READ_AT_ONCE, Some(&mut present), None, &mut values);
            if read.map_err(|error| error.to_string())?.0 == 0 {
                return Ok((sum.total, sum.count));
            }
            for value in &values {
                let bytes = <[u8; 16]>::try_from(value.data()).map_err(|_| "not 16 bytes")?;
                sum.take(i128::from_be_bytes(bytes))?;
            }
        },
        ColumnReader::BoolColumnReader(_)
        | ColumnReader::Int32ColumnReader(_)
        | ColumnReader::Int96ColumnReader(_)
        | ColumnReader::FloatColumnReader(_)
        | ColumnReader::DoubleColumnReader(_)
        | ColumnReader::ByteArrayColumnReader(_) => Err("it holds no decimals".to_owned()),
    }
}

#[derive(Default)]
struct Sum {
    total: Total,
    count: u64,
}

impl Sum {
    fn take(&mut self, paise: i128) -> Result<(), String> {
        self.count += 1;
        self.total =
            added(self.total, Total::from_paise(paise)).ok_or("they add up to too much")?;
        Ok(())
    }
}
