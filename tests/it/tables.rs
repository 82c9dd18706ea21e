//! Tables as the programs they are for read them: DuckDB and pandas read Parquet, openpyxl a workbook,
//! and both add up to what the ledger says.
//!
//! # Invariants
//! * Amounts are compared as decimals, to the paisa; days and types as the reader has them.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use crate::{
    cli::{self, Place},
    outside_programs::python_with,
};

/// Reads a directory of postings with DuckDB and with pandas, and says what each makes of it.
const PARQUET: &str = r#"
import decimal, json, sys
import duckdb, pandas
path = sys.argv[1]
con = duckdb.connect()
con.execute("set timezone = 'UTC'")
files = f"read_parquet('{path}/*/*/*.parquet', hive_partitioning = true)"
types = {name: kind for name, kind, *_ in con.execute(f"describe select * from {files}").fetchall()}
sums = con.execute(f"""select scheme, fy, ledger_account, cast(sum(debit) - sum(credit) as varchar)
    from {files} group by all order by all""").fetchall()
first = con.execute(f"""select position, cast(effective_day as varchar),
    cast(epoch_us(recorded_at) as varchar), head, "case" from {files} order by position limit 1""").fetchone()
frame = pandas.read_parquet(path, dtype_backend="pyarrow")
net = {}
for row in frame.itertuples():
    key = (row.scheme, row.fy, row.ledger_account)
    assert isinstance(row.debit, decimal.Decimal), type(row.debit)
    net[key] = net.get(key, decimal.Decimal(0)) + row.debit - row.credit
pandas_sums = [[*map(str, key), str(amount)] for key, amount in sorted(net.items())]
print(json.dumps({
    "types": types, "sums": [list(map(str, row)) for row in sums], "first": first,
    "pandas": pandas_sums, "rows": len(frame), "day": str(frame["effective_day"].dtype),
}))
"#;

/// Reads a workbook, and says what stands in it.
const WORKBOOK: &str = r#"
import json, sys
import openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
rows = list(sheet.iter_rows())
print(json.dumps({
    "sheets": book.sheetnames, "frozen": sheet.freeze_panes,
    "heading": [cell.value for cell in rows[0]],
    "types": [[cell.data_type for cell in row] for row in rows[1:]],
    "cells": [[None if cell.value is None else str(cell.value) for cell in row] for row in rows[1:]],
    "formats": [cell.number_format for cell in rows[1]],
}))
"#;

fn told(python: &Path, script: &str, path: &str) -> Value {
    let output = Command::new(python).args(["-c", script, path]).output().expect("it runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Net paise by scheme, year and ledger account, of rows of JSON lines.
fn nets(lines: &[Value]) -> BTreeMap<Vec<String>, i128> {
    let mut nets = BTreeMap::new();
    for line in lines {
        let text = |field: &str| line[field].as_str().expect("a text").to_owned();
        let key = vec![text("scheme"), text("fy"), text("ledger_account")];
        *nets.entry(key).or_default() += paise(&text("debit")) - paise(&text("credit"));
    }
    nets
}

fn paise(text: &str) -> i128 {
    let (rupees, paise) = text.split_once('.').unwrap_or((text, ""));
    format!("{rupees}{paise:0<2}").parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn as_nets(rows: &Value) -> BTreeMap<Vec<String>, i128> {
    let row = |row: &Value| {
        let texts: Vec<String> = row
            .as_array()
            .expect("a row")
            .iter()
            .map(|cell| cell.as_str().expect("a text").to_owned())
            .collect();
        let (amount, key) = texts.split_last().expect("an amount");
        (key.to_vec(), paise(amount))
    };
    rows.as_array().expect("rows").iter().map(row).collect()
}

#[test]
fn duckdb_and_pandas_read_parquet_to_the_paisa() {
    let Some(python) = python_with(&["duckdb", "pandas", "pyarrow"]) else { return };
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "300", "--seed", "11", "--quiet"]).done();
    let path = |name: &str| place.beside().join(name).display().to_string();
    let postings = path("postings");
    let words = ["export", "postings", "--to", "parquet", "--out", &postings, "--format", "json"];
    let said = place.bahi(&words).done().json();
    let lines = place.bahi(&["export", "postings", "--to", "jsonl", "--out", "-"]).done();
    let lines = lines.json_lines();
    let ours = nets(&lines);
    let theirs = told(&python, PARQUET, &postings);
    assert_eq!(as_nets(&theirs["sums"]), ours, "DuckDB");
    assert_eq!(as_nets(&theirs["pandas"]), ours, "pandas");
    assert_eq!(theirs["rows"], said["rows"]);
    for (column, kind) in [
        ("position", "UBIGINT"),
        ("effective_day", "DATE"),
        ("recorded_at", "TIMESTAMP WITH TIME ZONE"),
        ("debit", "DECIMAL(18,2)"),
        ("case", "VARCHAR"),
        ("scheme", "VARCHAR"),
        ("fy", "VARCHAR"),
    ] {
        assert_eq!(theirs["types"][column], kind, "{column}");
    }
    assert!(theirs["day"].as_str().is_some_and(|day| day.starts_with("date32")), "{theirs}");
    assert_eq!(theirs["first"][0], lines[0]["position"]);
    assert_eq!(theirs["first"][1], lines[0]["effective_day"]);
    let partitions: Vec<_> = fs::read_dir(&postings).expect("a directory").collect();
    assert!(partitions.len() >= 4, "one for each scheme");
    // Every other table opens too, the sums among them.
    for (table, column) in [("events", "amount"), ("cases", "sanctioned"), ("balances", "allotted")]
    {
        let out = path(table);
        let words = ["export", table, "--to", "parquet", "--out", &out, "--format", "json"];
        let said = place.bahi(&words).done().json();
        let script = format!(
            r#"
import duckdb, json, sys
files = f"read_parquet('{{sys.argv[1]}}/*/*/*.parquet', hive_partitioning = true)"
print(json.dumps(duckdb.execute(f"select count(*), cast(sum({column}) as varchar) from {{files}}").fetchone()))
"#
        );
        let theirs = told(&python, &script, &out);
        assert_eq!(theirs[0], said["rows"], "{table}");
        assert_eq!(theirs[1], said["totals"][column], "{table}");
    }
}

#[test]
fn a_workbook_has_exact_amounts_days_and_a_frozen_heading_and_no_formula() {
    let Some(python) = python_with(&["openpyxl"]) else { return };
    let place = Place::with_rulebook();
    let lines = [cli::ALLOT, cli::APPLY, cli::SANCTION, cli::DISBURSE, cli::AUDIT].join("\n");
    let lines = lines.replace("VNS/2024/0042", "=1+1").replace("250000.00", "249999.97");
    // As much as the rules take: more digits than a spreadsheet keeps.
    let lines = lines.replace("10000000.00", "900000000000000.01");
    place.reading(&lines, &["submit"]).done();
    let out = place.beside().join("postings.xlsx").display().to_string();
    place.bahi(&["export", "postings", "--to", "xlsx", "--out", &out]).done();
    cli::bahi(&["check-export", &out]).done();
    let theirs = told(&python, WORKBOOK, &out);
    assert_eq!(theirs["sheets"], serde_json::json!(["postings"]));
    assert_eq!(theirs["frozen"], "A2");
    let heading = theirs["heading"].as_array().expect("a heading");
    assert_eq!(heading, &bahi::POSTING_COLUMNS);
    let ours = place.bahi(&["export", "postings", "--to", "jsonl", "--out", "-"]).done();
    let ours = ours.json_lines();
    let cells = theirs["cells"].as_array().expect("rows");
    assert_eq!(cells.len(), ours.len());
    let (mut texts, mut numbers) = (0, 0);
    for ((cells, types), ours) in
        cells.iter().zip(theirs["types"].as_array().expect("types")).zip(&ours)
    {
        for (index, column) in bahi::POSTING_COLUMNS.iter().enumerate() {
            let (cell, ours) = (&cells[index], &ours[*column]);
            assert_ne!(types[index], "f", "a formula");
            match *column {
                "debit" | "credit" => {
                    let (cell, ours) =
                        (cell.as_str().expect("a text"), ours.as_str().expect("one"));
                    assert_eq!(paise(cell), paise(ours), "{column}");
                    match types[index] == "n" {
                        true => numbers += 1,
                        false => texts += 1,
                    }
                }
                "effective_day" => {
                    assert_eq!(types[index], "d");
                    let day = cell.as_str().expect("a day");
                    assert!(ours.as_str().is_some_and(|ours| day.starts_with(ours)), "{day}");
                }
                "position" => assert_eq!(cell.as_str(), Some(ours.to_string().as_str())),
                _ => assert_eq!(cell, ours, "{column}"),
            }
        }
    }
    assert_eq!((texts, numbers), (2, 2 * ours.len() - 2));
    assert_eq!(theirs["formats"][4], "yyyy-mm-dd");
}
