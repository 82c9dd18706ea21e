//! What is written is read back, and what was touched is not.

use bahi_core::{Day, Instant, Total};

use crate::{
    Cell, Column, Filters, Form, Kind, Manifest, Part, ReportError, RowSink, Table, Tally,
    TextRows, part_of, read_back,
};

/// Rows of a table, their cells as awkward as they come.
fn rows(table: Table) -> Vec<Vec<Cell>> {
    let names = ["odop", "=1+1", "a,\"b\"", "x\ny", "'tis", "\\", "- ; @", "é", ""];
    let amounts = [0_i128, 1, 99, 100, 123_456, 99_999_999_999_999_999];
    let row = |number: usize| -> Vec<Cell> {
        let cell = |(index, column): (usize, &Column)| match column.kind {
            Kind::Number => Cell::Number(number as u64),
            Kind::Code if column.name == "ledger_account" => Cell::Code("advances".to_owned()),
            Kind::Code if column.name == "district" => Cell::Code("187".to_owned()),
            Kind::Code => Cell::Code("INR".to_owned()),
            Kind::Name => Cell::Name(names[(number + index) % names.len()].to_owned()),
            Kind::Day => Cell::Day(Day::parse("2024-06-10").expect("a day")),
            Kind::Instant => Cell::Instant(Instant::parse("2024-06-10").expect("a moment")),
            Kind::Amount => Cell::Amount(Total::from_paise(amounts[number % amounts.len()])),
        };
        table.columns().iter().enumerate().map(cell).collect()
    };
    (1..40).map(row).collect()
}

fn written(table: Table, form: Form, rows: &[Vec<Cell>]) -> (Tally, Vec<u8>) {
    let mut out = Vec::new();
    let mut sink = TextRows::begin(table, form, "a test", &mut out).expect("it begins");
    for row in rows {
        sink.row(row).expect("it fits");
    }
    let tally = sink.finish().expect("there is room");
    (tally, out)
}

fn texts() -> Vec<(Table, Form)> {
    let mut texts = Vec::new();
    for table in Table::ALL {
        texts.extend([Form::Csv, Form::JsonLines].map(|form| (table, form)));
    }
    texts.extend([Form::Hledger, Form::Beancount].map(|form| (Table::Postings, form)));
    texts
}

/// Rows whose amounts sum to zero within an event, as a journal asks.
fn balanced() -> Vec<Vec<Cell>> {
    let swapped = |row: &Vec<Cell>| {
        let mut other = row.clone();
        (other[11], other[12]) = (row[12].clone(), row[11].clone());
        other[10] = Cell::Code("disbursed".to_owned());
        other
    };
    let one_sided = |mut row: Vec<Cell>| {
        row[12] = Cell::Amount(Total::ZERO);
        row
    };
    rows(Table::Postings)
        .into_iter()
        .map(one_sided)
        .filter(|row| row[11] != Cell::Amount(Total::ZERO))
        .flat_map(|row| [row.clone(), swapped(&row)])
        .collect()
}

fn rows_of(table: Table, form: Form) -> Vec<Vec<Cell>> {
    match form {
        Form::Hledger | Form::Beancount => balanced(),
        Form::Csv | Form::JsonLines | Form::Parquet | Form::Xlsx => rows(table),
    }
}

#[test]
fn what_is_written_reads_back_as_what_it_adds_up_to() {
    for (table, form) in texts() {
        let rows = rows_of(table, form);
        let (tally, bytes) = written(table, form, &rows);
        assert_eq!(tally.rows, rows.len() as u64);
        let read = read_back(table, form, &mut &*bytes).expect("it reads back");
        assert_eq!(read, tally, "{} {}", table.name(), form.name());
    }
}

#[test]
fn a_text_cut_anywhere_is_no_more_the_same_table() {
    for (table, form) in texts() {
        let (tally, bytes) = written(table, form, &rows_of(table, form));
        for cut in (0..bytes.len()).step_by(7) {
            let read = read_back(table, form, &mut &bytes[..cut]);
            assert!(read.is_err() || read.is_ok_and(|read| read != tally), "{cut}");
        }
    }
}

#[test]
fn no_bytes_at_all_make_a_reader_panic() {
    let mut seed = 0x9e37_79b9_u32;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed
    };
    let mut refused = 0;
    for (table, form) in texts() {
        let (_, bytes) = written(table, form, &rows_of(table, form));
        for _ in 0..400 {
            let mut bytes = bytes.clone();
            for _ in 0..1 + next() % 3 {
                let at = next() as usize % bytes.len();
                bytes[at] = next().to_le_bytes()[0];
            }
            refused += u32::from(read_back(table, form, &mut &*bytes).is_err());
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn a_transaction_that_does_not_sum_to_zero_is_none() {
    for form in [Form::Hledger, Form::Beancount] {
        let mut rows = balanced();
        rows.pop();
        let (_, bytes) = written(Table::Postings, form, &rows);
        let read = read_back(Table::Postings, form, &mut &*bytes);
        let why = read.expect_err("its last one").to_string();
        assert!(why.contains("does not sum to zero"), "{why}");
    }
}

#[test]
fn a_row_that_does_not_fit_is_a_misfit_and_nothing_is_written_of_it() {
    let mut out = Vec::new();
    let mut sink = TextRows::begin(Table::Cases, Form::Csv, "", &mut out).expect("it begins");
    let fits = rows(Table::Cases).remove(0);
    let (mut short, mut other, mut bare) = (fits.clone(), fits.clone(), fits);
    short.pop();
    other[1] = Cell::Name("1".to_owned());
    bare[8] = Cell::None;
    for row in [short, other, bare] {
        assert!(matches!(sink.row(&row), Err(ReportError::Misfit)), "{row:?}");
    }
    assert_eq!(sink.finish().expect("there is room").rows, 0);
    for form in [Form::Hledger, Form::Parquet] {
        let mut out = Vec::new();
        assert!(TextRows::begin(Table::Events, form, "", &mut out).is_err());
    }
}

fn manifest() -> Manifest {
    let part = |name: &str| part_of(name, 20, &mut &b"bytes"[..]).expect("it reads");
    Manifest {
        ledger: "up-odop".to_owned(),
        ledger_id: "0".repeat(32),
        simulated: true,
        program: "bahi 0".to_owned(),
        table: Table::Postings,
        form: Form::Parquet,
        position: 7,
        root: [0xab; 32],
        known_on: Instant::parse("2024-06-10").expect("a moment"),
        as_of: Day::parse("2024-03-31").ok(),
        asked: (Instant::parse("2024-06-10").ok(), Some(7)),
        filters: Filters {
            scheme: Some("margin-money".to_owned()),
            district: Some("pool".to_owned()),
            fy: Some("2024-25".to_owned()),
            head: Some("a head".to_owned()),
        },
        events: 20,
        unplaced: 0,
        tally: Tally { rows: 40, totals: vec![Total::from_paise(-5), Total::from_paise(123_456)] },
        signed_by: Some("up-odop+00000000".to_owned()),
        files: vec![part("scheme=a/fy=b/part-0"), part("scheme=a/fy=c/part-0 with a blank")],
    }
}

#[test]
fn a_manifest_reads_back_as_what_it_says() {
    let whole = manifest();
    let mut bare = manifest();
    (bare.as_of, bare.asked, bare.filters) = (None, (None, None), Filters::default());
    (bare.signed_by, bare.files, bare.simulated) = (None, Vec::new(), false);
    for manifest in [whole, bare] {
        let text = manifest.text();
        assert_eq!(Manifest::parse(&text).expect("it reads"), manifest);
        // Any line gone, doubled or changed places with the next is noticed.
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            let optional = ["asked", "scheme", "district", "fy", "head", "file"];
            let joined = |lines: &[&str]| format!("{}\n", lines.join("\n"));
            let (mut gone, mut twice) = (lines.clone(), lines.clone());
            gone.remove(at);
            twice.insert(at, lines[at]);
            if !optional.iter().any(|word| lines[at].starts_with(word)) {
                assert!(Manifest::parse(&joined(&gone)).is_err(), "without {}", lines[at]);
            }
            assert!(Manifest::parse(&joined(&twice)).is_err(), "twice {}", lines[at]);
            if at + 1 < lines.len() {
                let mut swapped = lines.clone();
                swapped.swap(at, at + 1);
                assert!(Manifest::parse(&joined(&swapped)).is_err(), "late: {}", lines[at]);
            }
        }
        for cut in 0..text.len() {
            let read = Manifest::parse(&text[..cut]);
            assert!(read.is_err() || read.is_ok_and(|read| read != manifest), "{cut}");
        }
    }
}

#[test]
fn a_name_in_a_manifest_leads_nowhere_else() {
    let names = ["../a", "/etc/a", "a/../b", "a//b", "", ".", "a\\b", "a\tb", "a/."];
    for name in names {
        let mut manifest = manifest();
        manifest.files.truncate(1);
        manifest.files[0] = Part { name: name.to_owned(), ..manifest.files[0].clone() };
        assert!(Manifest::parse(&manifest.text()).is_err(), "{name}");
    }
    // A name that would be lines of its own is read as something else, or as nothing.
    let mut two = manifest();
    two.files.truncate(1);
    two.files[0].name = format!("a\nfile {} 1 1 b", "0".repeat(64));
    assert!(Manifest::parse(&two.text()).is_ok_and(|read| read != two));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_reads_back_as_what_it_adds_up_to() {
    use std::io::{Seek, Write};
    /// One file, whatever its name.
    struct One(std::fs::File);
    impl crate::Outlet for One {
        fn create(&mut self, _: &str) -> std::io::Result<Box<dyn crate::Sink>> {
            Ok(Box::new(self.0.try_clone()?))
        }
    }
    for table in Table::ALL {
        let file = tempfile::tempfile().expect("a file");
        let mut outlet = One(file.try_clone().expect("the same file"));
        let mut sink = crate::FileRows::begin(table, Form::Xlsx, "a", &mut outlet).expect("begins");
        let rows = rows(table);
        for row in &rows {
            sink.row(row).expect("it fits");
        }
        let (tally, parts) = sink.finish().expect("there is room");
        assert_eq!(parts, [("a".to_owned(), rows.len() as u64)]);
        let mut file = file;
        file.rewind().expect("to the beginning");
        let read = crate::read_back_file(table, Form::Xlsx, file.try_clone().expect("it"));
        assert_eq!(read.expect("it reads back"), tally, "{}", table.name());
        file.rewind().expect("to the beginning");
        file.write_all(b"no zip at all").expect("written");
        file.set_len(13).expect("cut");
        assert!(crate::read_back_file(table, Form::Xlsx, file).is_err());
    }
}

#[cfg(feature = "parquet")]
#[test]
fn partitions_beyond_those_that_are_open_at_a_time_lose_no_row() {
    use std::{collections::BTreeMap, fs::File, io, path::PathBuf};
    struct Folder(PathBuf);
    impl crate::Outlet for Folder {
        fn create(&mut self, name: &str) -> io::Result<Box<dyn crate::Sink>> {
            Ok(Box::new(File::create_new(self.0.join(name.replace('/', "+")))?))
        }
    }
    let dir = tempfile::tempdir().expect("a directory");
    let table = Table::Postings;
    let mut outlet = Folder(dir.path().to_path_buf());
    let mut sink =
        crate::FileRows::begin(table, Form::Parquet, "a", &mut outlet).expect("it begins");
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    let pattern = rows(table);
    for number in 0..2_000_usize {
        let mut row = pattern[number % pattern.len()].clone();
        let scheme = format!("s/{}", number % 600);
        row[6] = Cell::Name(scheme.clone());
        *all.entry(format!("scheme=s%2F{}", number % 600)).or_default() += 1;
        sink.row(&row).expect("it fits");
    }
    let (tally, parts) = sink.finish().expect("there is room");
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let mut read = Tally::of(table);
    for (name, rows) in &parts {
        let file = File::open(dir.path().join(name.replace('/', "+"))).expect("it is there");
        let one = crate::read_back_file(table, Form::Parquet, file).expect("it reads back");
        assert_eq!(one.rows, *rows, "{name}");
        read.add(&one);
        let (scheme, _) = name.split_once('/').expect("a partition");
        *found.entry(scheme.to_owned()).or_default() += rows;
    }
    assert_eq!((read, found), (tally, all));
    assert!(parts.len() > 600, "some were closed and begun again: {}", parts.len());
}
