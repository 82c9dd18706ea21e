//! Identifying columns: what is made of them, what is not, and which row is which.

use std::{cell::RefCell, collections::BTreeMap};

use bahi_core::{Act, Applicant, Command, CommandId, Day, Fingerprint};

use super::{district, margin_money, sha256};
use crate::{Complaints, Context, Import, Kind, Mapping, Prints, read};

/// The built-in mapping with these lines in the place of those that name nobody.
fn mapping(applicant: &str) -> Mapping {
    let (_, text) = crate::BUILT_IN[0];
    let text = text.replace("applicant = \"not_in_source\"", &format!("applicant = {applicant}"));
    Mapping::parse(text.as_bytes()).expect(applicant)
}

const PERSON: &str =
    r#"{ person = { column = "who" }, family = { column = "family", optional = true } }"#;
const HEADER: &str = "district,financial_year,sector,project_cost_inr_as_printed,who,family\n";

/// Prints under these keys: a value of letters has none.
fn prints(keys: &[u16], kind: Kind, value: &str) -> Result<Option<Prints>, String> {
    if value.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return Err("the value has no digit".to_owned());
    }
    let print = |key_id: &u16| {
        let mut print = [0; 16];
        print.copy_from_slice(&sha256(format!("{key_id} {kind:?} {value}").as_bytes())[..16]);
        Fingerprint { key_id: *key_id, print }
    };
    let all: Vec<Fingerprint> = keys.iter().map(print).collect();
    let (newest, older) = all.split_last().expect("a key");
    Ok((!value.is_empty()).then(|| Prints { newest: *newest, older: older.to_vec() }))
}

/// Rows by whom they name: a person and a family.
type List<'a> = &'a [(&'a str, &'a str)];

/// What a ledger knows: the applications it took.
type Known = BTreeMap<CommandId, Applicant>;

fn import(mapping: &Mapping, csv: &str, keys: &[u16], known: &Known) -> Result<Import, Complaints> {
    let terms = margin_money();
    let in_force = |on: Day| terms.in_force_on(on).then_some(&terms);
    let make = |kind, value: &str| prints(keys, kind, value);
    let context = Context {
        digest: &sha256,
        district: &district,
        terms_on: &in_force,
        recorded: &|id| known.contains_key(&id),
        applicant: &|id| known.get(&id).cloned(),
        fingerprint: Some(&make),
    };
    read(csv.as_bytes(), mapping, &context)
}

/// The applicant of a command that applies.
fn applicant(command: &Command) -> Option<&Applicant> {
    if let Act::Apply { applicant, .. } = &command.act { Some(applicant) } else { None }
}

fn applications(commands: &[Command]) -> Known {
    let of = |command: &Command| Some((command.id, applicant(command)?.clone()));
    commands.iter().filter_map(of).collect()
}

fn rows(rows: &[(&str, &str)]) -> String {
    let row =
        |(who, family): &(&str, &str)| format!("Agra,2020-21,business,1000000,{who},{family}\n");
    format!("{HEADER}{}", rows.iter().map(row).collect::<String>())
}

#[test]
fn only_prints_leave_and_older_ones_are_aliases() {
    let import =
        import(&mapping(PERSON), &rows(&[("5511", "77"), ("5522", "")]), &[1, 2], &Known::new());
    let import = import.expect("a sound file");
    let applied: Vec<_> = import
        .commands
        .iter()
        .filter_map(|command| Some((applicant(command)?.clone(), command.aliases.clone())))
        .collect();
    assert_eq!(applied.len(), 2);
    let Applicant::Person { person, family: Some(family) } = &applied[0].0 else {
        panic!("a person with a family: {applied:?}")
    };
    assert_eq!((person.0.key_id, family.0.key_id), (2, 2));
    let older: Vec<u16> = applied[0].1.iter().map(|alias| alias.older.key_id).collect();
    assert_eq!(older, [1, 1], "of the person and of the family");
    assert!(applied[0].1.iter().any(|alias| alias.newest == person.0));
    assert!(matches!(applied[1].0, Applicant::Person { family: None, .. }));
    let all = format!("{import:?}");
    assert!(!all.contains("5511") && !all.contains("5522"), "{all}");
    let said = import.assumptions.join(" ");
    assert!(
        said.contains("The column who identifies a person") && !said.contains("names no applicant")
    );
}

#[test]
fn no_id_depends_on_whom_a_row_names() {
    let ids = |who: &str, keys: &[u16]| -> Vec<CommandId> {
        let import = import(&mapping(PERSON), &rows(&[(who, "1")]), keys, &Known::new());
        import.expect("a sound file").commands.iter().map(|command| command.id).collect()
    };
    assert_eq!(ids("5511", &[1]), ids("5522", &[1]));
    assert_eq!(ids("5511", &[1]), ids("5511", &[1, 2]));
    let optional = r#"{ person = { column = "who", optional = true }, family = { column = "family", optional = true } }"#;
    let nobody = import(&mapping(optional), &rows(&[("", "")]), &[1], &Known::new());
    let nobody = nobody.expect("a sound file");
    assert!(applications(&nobody.commands).values().all(|one| *one == Applicant::NotInSource));
}

#[test]
fn a_row_is_known_again_wherever_it_stands_and_whichever_key_it_was_taken_under() {
    let list = [("11", ""), ("22", ""), ("11", ""), ("33", "")];
    let import = |rows_of: &[(&str, &str)], keys: &[u16], known: &Known| {
        import(&mapping(PERSON), &rows(rows_of), keys, known)
    };
    let first = import(&list, &[1], &Known::new()).expect("a sound file");
    assert_eq!(first.report.distinct_rows, 3);
    let known = applications(&first.commands);
    assert_eq!(known.len(), 4, "equal rows are separate cases");
    let new = |rows_of: &[(&str, &str)], keys: &[u16]| -> Vec<Applicant> {
        let found = applications(&import(rows_of, keys, &known).expect("a sound file").commands);
        assert_eq!(found.len(), rows_of.len());
        let of = found.iter().filter(|(id, _)| !known.contains_key(id));
        let same = found.iter().filter_map(|(id, now)| Some((now, known.get(id)?)));
        for (now, before) in same.filter(|_| keys == [1]) {
            assert_eq!(now, before, "an id stands for another applicant");
        }
        of.map(|(_, applicant)| applicant.clone()).collect()
    };
    let cases: [(List<'_>, &[u16], usize); 6] = [
        (&list, &[1], 0),
        (&list, &[1, 2], 0),
        (&[("33", ""), ("11", ""), ("22", "")], &[1], 0),
        (&[("33", ""), ("11", ""), ("22", "")], &[1, 2], 0),
        (&[("44", ""), ("33", ""), ("11", ""), ("55", ""), ("11", ""), ("22", "")], &[1, 2], 2),
        (&[("11", ""), ("11", ""), ("11", "")], &[1], 1),
    ];
    for (rows_of, keys, expected) in cases {
        assert_eq!(new(rows_of, keys).len(), expected, "{rows_of:?} under {keys:?}");
    }
    let complaints = import(&list, &[2], &known).expect_err("key 1 is gone");
    assert_eq!(complaints.count, 4);
    assert!(complaints.to_string().contains("fingerprint key 1, which is not held"));
}

#[test]
fn each_kind_of_applicant_has_its_columns() {
    let unit = r#"{ body = { column = "who" }, person = { column = "family", optional = true } }"#;
    let institution = r#"{ kind = "institution", body = { column = "who" } }"#;
    let found = |applicant: &str, csv: &str| {
        let import = import(&mapping(applicant), csv, &[1], &Known::new()).expect("a sound file");
        applications(&import.commands).into_values().next().expect("an application")
    };
    let owned = found(unit, &rows(&[("1", "2")]));
    assert!(matches!(owned, Applicant::Unit { owner: Some(_), .. }), "{owned:?}");
    let unowned = found(unit, &rows(&[("1", "")]));
    assert!(matches!(unowned, Applicant::Unit { owner: None, .. }), "{unowned:?}");
    let csv = rows(&[("1", "")]).replace(",family", "").replace(",1,\n", ",1\n");
    let taken = found(institution, &csv);
    assert!(matches!(taken, Applicant::Institution { .. }), "{taken:?}");
}

#[test]
fn what_is_wrong_with_a_cell_is_said_without_the_cell() {
    let (asked, number) = (RefCell::new(0), "200000000009");
    let cases = [
        (("", ""), "column \"who\": the cell is empty"),
        (("ABCD", ""), "column \"who\": the value has no digit"),
        (("55", "WXYZ"), "column \"family\": the value has no digit"),
    ];
    for ((who, family), what) in cases {
        let complaints = import(&mapping(PERSON), &rows(&[(who, family)]), &[1], &Known::new());
        let said = complaints.expect_err(what).to_string();
        assert!(said.contains(what), "{said}");
        assert!(!said.contains("ABCD") && !said.contains("WXYZ"), "{said}");
        *asked.borrow_mut() += 1;
    }
    assert_eq!(asked.into_inner(), 3);
    // A number of that kind is quoted and hashed under no mapping.
    let nobody = Mapping::built_in("odop-margin-money").expect("built in");
    let header = "district,financial_year,sector,project_cost_inr_as_printed\n";
    for row in [
        format!("{number},2020-21,business,1"),
        format!("Agra,{number},business,1"),
        format!("Agra,2020-21,{number},1"),
        format!("Agra,2020-21,business,{number}"),
    ] {
        let found = import(&nobody, &format!("{header}{row}\n"), &[1], &Known::new());
        let said = found.expect_err(&row).to_string();
        assert!(said.contains("looks like an Aadhaar number") && !said.contains(number), "{said}");
    }
    let found =
        import(&nobody, &format!("{}{number}\n", header.replace('\n', ",")), &[1], &Known::new());
    let said = found.expect_err("a number as a name").to_string();
    assert!(said.contains("field 5 looks like") && !said.contains(number), "{said}");
}

#[test]
fn without_keys_nothing_is_read() {
    let terms = margin_money();
    let context = Context {
        digest: &sha256,
        district: &district,
        terms_on: &|_| Some(&terms),
        recorded: &|_| false,
        applicant: &|_| None,
        fingerprint: None,
    };
    let said = read(rows(&[("5511", "")]).as_bytes(), &mapping(PERSON), &context);
    let said = said.expect_err("there is no key").to_string();
    assert!(said.contains("who, family") && said.contains("--keys FILE"), "{said}");
}

#[test]
fn a_mapping_names_the_columns_its_applicant_has() {
    let (_, text) = crate::BUILT_IN[0];
    let cases = [
        ("\"nobody\"", "unknown variant `nobody`"),
        ("1", "\"not_in_source\" or a table"),
        ("{ }", "no column for its person"),
        (r#"{ family = { column = "f" } }"#, "no column for its person"),
        (r#"{ kind = "institution", person = { column = "p" } }"#, "no column for its body"),
        (r#"{ body = { column = "b", optional = true } }"#, "not optional"),
        (r#"{ body = { column = "b" }, family = { column = "f" } }"#, "no such column"),
        (r#"{ kind = "person", person = { column = "p" }, body = { column = "b" } }"#, "no such"),
        (r#"{ person = { column = "sector" } }"#, "twice"),
        (r#"{ person = { column = "p" }, family = { column = "p" } }"#, "twice"),
        (r#"{ person = { column = "" } }"#, "has a name"),
        (r#"{ person = { column = "p", sort = 1 } }"#, "unknown field `sort`"),
        (r#"{ name = { column = "p" } }"#, "unknown field `name`"),
    ];
    for (applicant, what) in cases {
        let text =
            text.replace("applicant = \"not_in_source\"", &format!("applicant = {applicant}"));
        let said = Mapping::parse(text.as_bytes()).expect_err(applicant).to_string();
        assert!(said.contains(what), "{applicant}: {said}");
        let line = text.lines().position(|line| line.starts_with("applicant")).unwrap_or_default();
        assert!(said.starts_with(&format!("line {}: ", line + 1)), "{applicant}: {said}");
    }
    let paid = "[disbursement]\nday = \"06-15\"\nactor = \"d\"\nrole = \"drawing_officer\"\n\
                account = { column = \"a\", optional = true }\nifsc = \"i\"\nreference = \"r\"\n";
    let disbursed = text.replace("\"sanctioned\"", "\"disbursed\"");
    let cases = [
        (disbursed.clone(), "there is no [disbursement]"),
        (format!("{text}{paid}"), "not treated as disbursed"),
        (format!("{disbursed}{paid}"), "its column is not optional"),
    ];
    for (text, what) in cases {
        let said = Mapping::parse(text.as_bytes()).expect_err(what).to_string();
        assert!(said.contains(what), "{said}");
    }
    let sound = format!("{disbursed}{}", paid.replace(", optional = true", ""));
    let sound = Mapping::parse(sound.as_bytes()).expect("a sound mapping");
    assert_eq!(sound.identifying_columns().collect::<Vec<_>>(), ["a"]);
}
