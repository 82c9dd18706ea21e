//! Writing answers for programs: one JSON document, JSON lines, comma-separated rows.
//!
//! # Invariants
//! * A CSV cell is quoted where it must be (RFC 4180) and nowhere else; lines end in `\n`.

use std::io::Write;

use serde::Serialize;

use crate::status::Failure;

/// One document, indented.
pub(crate) fn json(out: &mut dyn Write, answer: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, answer)?;
    Ok(out.write_all(b"\n")?)
}

/// One document on one line.
pub(crate) fn json_line(out: &mut dyn Write, answer: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, answer)?;
    Ok(out.write_all(b"\n")?)
}

/// A document on a line for each row.
pub(crate) fn json_lines<T: Serialize>(out: &mut dyn Write, rows: &[T]) -> Result<(), Failure> {
    rows.iter().try_for_each(|row| json_line(out, row))
}

/// One row of comma-separated cells.
pub(crate) fn csv_row<T: AsRef<str>>(
    out: &mut dyn Write,
    cells: impl IntoIterator<Item = T>,
) -> Result<(), Failure> {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let cell = cell.as_ref();
        if cell.contains(['"', ',', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push('\n');
    Ok(out.write_all(line.as_bytes())?)
}
