//! Mappings that can be read, and what is said of those that cannot.

use bahi_core::FinancialYear;
use proptest::prelude::*;

use super::{BUILT_IN, MAPPING_BYTES_MAX, Mapping, MappingError, YearDay};

/// A small mapping that every row below breaks in one place.
const SOUND: &str = r#"format = 1
name = "small"
version = 3
scheme = "margin-money"
head = "odop"
case_prefix = "S"
treat_as = "sanctioned"
applicant = "not_in_source"
notes = ["a note"]
[file]
encoding = "utf-8"
delimiter = ";"
header = "required"
amounts = "indian"
ignored_columns = ["remarks"]
[columns]
district = "d"
financial_year = "y"
[[fact]]
name = "project_cost"
column = "cost"
kind = "money"
[[checked]]
column = "sector"
values = ["one", "two"]
[application]
day = "06-30"
actor = "a"
role = "district_office"
[sanction]
day = "last_day_of_year"
actor = "b"
role = "sanctioning_authority"
authority = { order = "861", date = "2018-09-24", paragraph = "1" }
[allotment]
amount = "sum_of_entitlements_per_year_and_district"
day = "first_day_of_year"
actor = "c"
role = "finance"
authority = { order = "861", date = "2018-09-24" }
[suspicious]
fact = "project_cost"
below = "1000"
take = false
"#;

#[test]
fn every_built_in_mapping_is_known_by_its_own_name() {
    for (name, text) in BUILT_IN {
        let mapping = Mapping::parse(text.as_bytes());
        assert_eq!(
            mapping.map(|mapping| mapping.name().as_str().to_string()),
            Ok(name.to_string())
        );
        assert!(Mapping::built_in(name).is_some());
    }
    assert_eq!(Mapping::built_in("no such mapping"), None);
}

#[test]
fn a_sound_mapping_is_read_with_or_without_a_byte_order_mark() {
    let mapping = Mapping::parse(SOUND.as_bytes()).expect("a sound mapping");
    assert_eq!(mapping.version(), 3);
    assert_eq!(mapping.delimiter, b';');
    assert_eq!(mapping.application.day, YearDay::Date { month: 6, day: 30 });
    let marked = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    assert_eq!(Mapping::parse(marked.as_bytes()), Ok(mapping));
}

#[test]
fn a_mapping_is_refused_at_its_line() {
    let rows = [
        ("format = 1", "format = 2", 1, "format 1"),
        ("name = \"small\"", "name = \" small\"", 2, "no blank at its ends"),
        ("version = 3", "version = 0", 3, "numbered from 1"),
        ("version = 3", "version = -1", 3, "invalid value"),
        ("version = 3\n", "", 1, "missing field `version`"),
        ("version = 3", "version = 3\nversion = 4", 4, "duplicate key"),
        ("head = \"odop\"", "head = \"odop\"\nextra = 1", 6, "unknown field `extra`"),
        ("take = false", "take = false\nmore = 1", 45, "unknown field `more`"),
        ("head = \"odop\"", "head = 1", 5, "invalid type"),
        ("case_prefix = \"S\"", "case_prefix = \"12345678901234567\"", 6, "longer than 16"),
        ("treat_as = \"sanctioned\"", "treat_as = \"paid\"", 7, "unknown variant `paid`"),
        ("treat_as = \"sanctioned\"", "treat_as = \"applied\"", 30, "not treated as sanctioned"),
        ("notes = [\"a note\"]", "notes = [\"\"]", 9, "one line"),
        ("notes = [\"a note\"]", "notes = [\"a\\nb\"]", 9, "one line"),
        ("encoding = \"utf-8\"", "encoding = \"latin-1\"", 11, "unknown variant"),
        ("delimiter = \";\"", "delimiter = \";;\"", 12, "one ASCII character"),
        ("delimiter = \";\"", "delimiter = '\"'", 12, "one ASCII character"),
        ("delimiter = \";\"", "delimiter = \"é\"", 12, "one ASCII character"),
        ("amounts = \"indian\"", "amounts = \"any\"", 14, "unknown variant"),
        ("district = \"d\"", "district = \"\"", 17, "has a name"),
        ("district = \"d\"", "district = \"cost\"", 21, "twice"),
        ("[\"remarks\"]", "[\"remarks\", \"y\"]", 15, "twice"),
        ("name = \"project_cost\"", "name = \"\"", 20, "at least one character"),
        ("kind = \"money\"", "kind = \"float\"", 22, "unknown variant"),
        ("values = [\"one\", \"two\"]", "values = []", 25, "1 to 256 values"),
        ("day = \"06-30\"", "day = \"02-29\"", 27, "every year"),
        ("day = \"06-30\"", "day = \"6-30\"", 27, "every year"),
        ("role = \"district_office\"", "role = \"clerk\"", 29, "no role"),
        ("date = \"2018-09-24\", paragraph", "date = \"24-09-2018\", paragraph", 34, "ISO date"),
        ("fact = \"project_cost\"\nbelow", "fact = \"cost\"\nbelow", 42, "no such fact"),
        ("below = \"1000\"", "below = \"1,000\"", 43, "no part of an amount"),
        ("below = \"1000\"", "below = 1000", 43, "invalid type"),
        ("take = false", "take = ", 44, ""),
    ];
    for (from, to, line, what) in rows {
        assert!(SOUND.contains(from), "{from}");
        let text = SOUND.replacen(from, to, 1);
        let error = Mapping::parse(text.as_bytes()).expect_err(to);
        let message = error.to_string();
        let found = match error {
            MappingError::Form { line, .. }
            | MappingError::Value { line, .. }
            | MappingError::NotText { line } => line,
            MappingError::TooLarge => 0,
        };
        assert!(message.contains(what), "{to}: {message}");
        assert_eq!(found, line, "{to}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn steps_that_grant_rest_on_an_authority_and_go_with_sanctioned_rows() {
    let without = |part: &str| SOUND.replacen(part, "", 1);
    let order = "authority = { order = \"861\", date = \"2018-09-24\", paragraph = \"1\" }\n";
    let rows = [
        (without(order), "a sanction rests on an authority"),
        (without("authority = { order = \"861\", date = \"2018-09-24\" }\n"), "an allotment rests"),
    ];
    for (text, what) in rows {
        let error = Mapping::parse(text.as_bytes()).expect_err(what).to_string();
        assert!(error.contains(what), "{error}");
    }
    let start = SOUND.find("[sanction]").expect("a sanction");
    let end = SOUND.find("[allotment]").expect("an allotment");
    let unsanctioned = format!("{}{}", &SOUND[..start], &SOUND[end..]);
    let error = Mapping::parse(unsanctioned.as_bytes()).expect_err("rows are sanctioned");
    assert!(error.to_string().contains("there is no [sanction]"), "{error}");
    let applied = unsanctioned.replacen("\"sanctioned\"", "\"applied\"", 1);
    let error = Mapping::parse(applied.as_bytes()).expect_err("nothing to allot");
    assert!(error.to_string().contains("nothing is allotted"), "{error}");
}

#[test]
fn a_mapping_is_bounded_text() {
    let large = vec![b'#'; MAPPING_BYTES_MAX + 1];
    assert_eq!(Mapping::parse(&large), Err(MappingError::TooLarge));
    assert_eq!(Mapping::parse(b"a = 1\n\xff"), Err(MappingError::NotText { line: 2 }));
    for deep in ["a = ".to_string() + &"[".repeat(30_000), "[".repeat(30_000)] {
        assert!(Mapping::parse(deep.as_bytes()).is_err());
    }
}

#[test]
fn a_day_of_the_year_lies_in_its_year() {
    let rows = [
        (YearDay::First, 2023, Some("2023-04-01")),
        (YearDay::Last, 2023, Some("2024-03-31")),
        (YearDay::Date { month: 6, day: 30 }, 2023, Some("2023-06-30")),
        (YearDay::Date { month: 3, day: 31 }, 2023, Some("2024-03-31")),
        (YearDay::Date { month: 4, day: 1 }, 2023, Some("2023-04-01")),
        (YearDay::Date { month: 1, day: 1 }, 2199, None),
    ];
    for (policy, first, expected) in rows {
        let fy = FinancialYear::from_first(first).expect("a year");
        let day = policy.of(fy).map(|day| day.to_string());
        assert_eq!(day.as_deref(), expected, "{policy:?} {first}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_mutation_of_a_mapping_makes_the_reader_fail(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..8),
    ) {
        let mut bytes = SOUND.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        if let Err(error) = Mapping::parse(&bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
