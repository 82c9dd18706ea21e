//! Separated values as RFC 4180 has them, and as it does not; and beside a lenient reader.

use proptest::prelude::*;

use super::{AFTER_QUOTE, BARE_RETURN, EMPTY_LINE, STRAY_QUOTE, Table, UNCLOSED};

type Read = Result<(u64, Vec<String>), (u64, &'static str)>;

fn read(text: &str) -> Vec<Read> {
    Table::new(text, b',')
        .map(|record| match record {
            Ok(record) => {
                Ok((record.line, record.fields.iter().map(|field| field.to_string()).collect()))
            }
            Err(broken) => Err((broken.line, broken.what)),
        })
        .collect()
}

fn ok(line: u64, fields: &[&str]) -> Read {
    Ok((line, fields.iter().map(|field| field.to_string()).collect()))
}

#[test]
fn records_are_read_with_the_line_they_begin_on() {
    let rows: [(&str, Vec<Read>); 16] = [
        ("", vec![]),
        ("a", vec![ok(1, &["a"])]),
        ("a,b\nc,d", vec![ok(1, &["a", "b"]), ok(2, &["c", "d"])]),
        ("a,b\r\nc,d\r\n", vec![ok(1, &["a", "b"]), ok(2, &["c", "d"])]),
        (",\n", vec![ok(1, &["", ""])]),
        ("a,", vec![ok(1, &["a", ""])]),
        ("\"a,b\",c\n", vec![ok(1, &["a,b", "c"])]),
        ("\"a\"\"b\"\n", vec![ok(1, &["a\"b"])]),
        ("\"\"\n\"\"\"\"\n", vec![ok(1, &[""]), ok(2, &["\""])]),
        ("\"a\r\nb\nc\",d\ne", vec![ok(1, &["a\r\nb\nc", "d"]), ok(4, &["e"])]),
        (" a , b \n", vec![ok(1, &[" a ", " b "])]),
        ("a\n\nb", vec![ok(1, &["a"]), Err((2, EMPTY_LINE)), ok(3, &["b"])]),
        ("a\rb\nc", vec![Err((1, BARE_RETURN)), ok(2, &["c"])]),
        ("a\"b\nc", vec![Err((1, STRAY_QUOTE)), ok(2, &["c"])]),
        ("\"a\"b\nc", vec![Err((1, AFTER_QUOTE)), ok(2, &["c"])]),
        ("a\n\"b\nc\n", vec![ok(1, &["a"]), Err((2, UNCLOSED))]),
    ];
    for (text, expected) in rows {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn another_delimiter_leaves_commas_alone() {
    let records: Vec<_> = Table::new("a,b\tc\n", b'\t').collect();
    assert_eq!(records.len(), 1);
    let fields = records[0].as_ref().map(|record| record.fields.len());
    assert_eq!(fields, Ok(2));
}

fn lenient(text: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| record.expect("text in").iter().map(str::to_string).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_read_without_error_is_what_a_lenient_reader_reads(text in "[ab,\"\r\n]{0,24}") {
        let read = read(&text);
        if let Ok(strict) = read.into_iter().collect::<Result<Vec<_>, _>>() {
            let fields: Vec<Vec<String>> = strict.into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(fields, lenient(&text));
        }
    }

    #[test]
    fn what_a_writer_quotes_is_read_back_at_its_line(
        rows in prop::collection::vec(prop::collection::vec("[ab,\"\r\né]{0,6}", 2..4), 1..5),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).expect("a vector takes all");
        }
        let bytes = writer.into_inner().expect("a vector takes all");
        let text = String::from_utf8(bytes).expect("text was written");
        let mut line = 1;
        let mut expected = Vec::new();
        for row in &rows {
            expected.push(Ok((line, row.clone())));
            line += 1 + row.concat().matches('\n').count() as u64;
        }
        prop_assert_eq!(read(&text), expected);
    }
}
