//! What must hold of a file before its rows are read: its size, its text, its header.

use bahi_core::looks_like_aadhaar;

use crate::{Complaints, IMPORT_BYTES_MAX, IMPORT_COLUMNS_MAX, Mapping, table::Table};

/// The text of a file: bounded, UTF-8, without its byte order mark, and not empty.
pub(crate) fn text_of(csv: &[u8]) -> Result<&str, Complaints> {
    if csv.len() > IMPORT_BYTES_MAX {
        let what = format!("the file has {} bytes, over {IMPORT_BYTES_MAX}", csv.len());
        return Err(Complaints::one(1, what));
    }
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    if csv.is_empty() {
        return Err(Complaints::one(1, "the file is empty"));
    }
    std::str::from_utf8(csv).map_err(|_| not_text(csv))
}

fn not_text(csv: &[u8]) -> Complaints {
    let mut complaints = Complaints::default();
    let (mut line, mut before) = (1, 0);
    for chunk in csv.utf8_chunks() {
        let valid = chunk.valid();
        line += valid.bytes().filter(|byte| *byte == b'\n').count() as u64;
        before = valid.rfind('\n').map_or(before + valid.len(), |at| valid.len() - at - 1);
        if let Some(byte) = chunk.invalid().first() {
            let at = before + 1;
            complaints.add(line, None, format!("byte {at} of the line, {byte:#04x}, is not UTF-8"));
        }
        before += chunk.invalid().len();
    }
    complaints
}

/// Where the columns of the mapping stand in the file.
pub(crate) struct Header {
    /// How many columns there are.
    pub(crate) width: usize,
    /// Every column's name and place, in order of name, save the identifying ones.
    pub(crate) sorted: Vec<(String, usize)>,
    pub(crate) district: usize,
    pub(crate) financial_year: usize,
    pub(crate) facts: Vec<usize>,
    pub(crate) checked: Vec<usize>,
    pub(crate) ignored: Vec<usize>,
    /// The identifying columns' names and places.
    pub(crate) identifying: Vec<(String, usize)>,
    pub(crate) ifsc: Option<usize>,
    pub(crate) reference: Option<usize>,
}

impl Header {
    /// Reads the first record as the names of the columns.
    pub(crate) fn read(table: &mut Table<'_>, mapping: &Mapping) -> Result<Header, Complaints> {
        let record = match table.next() {
            Some(Ok(record)) => record,
            Some(Err(broken)) => return Err(Complaints::one(broken.line, broken.what)),
            None => return Err(Complaints::one(1, "the file is empty")),
        };
        let line = record.line;
        let mut complaints = Complaints::default();
        if record.fields.len() > IMPORT_COLUMNS_MAX {
            let what = format!("{} columns, over {IMPORT_COLUMNS_MAX}", record.fields.len());
            return Err(Complaints::one(line, what));
        }
        let known = |name: &str| mapping.columns().any(|known| known == name);
        if mapping.identifies() && !record.fields.iter().any(|name| known(name)) {
            // The line is probably a row, and a row is not to be quoted.
            let what = "the line names no column of the mapping; line 1 must name the columns";
            return Err(Complaints::one(line, what));
        }
        for (index, name) in record.fields.iter().enumerate() {
            if looks_like_aadhaar(name) {
                let what = format!("field {} looks like an Aadhaar number, no name", index + 1);
                complaints.add(line, None, what);
            } else if record.fields[..index].contains(name) {
                complaints.add(line, Some(name), "two columns have this name");
            } else if !known(name) {
                complaints.add(line, Some(name), "the mapping does not know this column");
            }
        }
        let mut place = |name: &str| {
            let found = record.fields.iter().position(|field| field == name);
            if found.is_none() {
                complaints.add(line, Some(name), "the file has no such column");
            }
            found.unwrap_or_default()
        };
        let district = place(&mapping.district);
        let financial_year = place(&mapping.financial_year);
        let facts = mapping.facts.iter().map(|fact| place(&fact.column)).collect();
        let checked = mapping.checked.iter().map(|checked| place(&checked.column)).collect();
        let ignored = mapping.ignored.iter().map(|column| place(column)).collect();
        let identifying: Vec<(String, usize)> =
            mapping.identifying_columns().map(|name| (name.to_owned(), place(name))).collect();
        let paid = mapping.disbursement.as_ref();
        let ifsc = paid.map(|paid| place(&paid.ifsc));
        let reference = paid.map(|paid| place(&paid.reference));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let mut sorted: Vec<(String, usize)> =
            record.fields.iter().enumerate().map(|(at, name)| (name.to_string(), at)).collect();
        sorted.retain(|(name, _)| !identifying.iter().any(|(other, _)| other == name));
        sorted.sort_unstable();
        let width = record.fields.len();
        Ok(Header {
            width,
            sorted,
            district,
            financial_year,
            facts,
            checked,
            ignored,
            identifying,
            ifsc,
            reference,
        })
    }
}
