//! Files under mappings: what becomes commands, what is complained of, and the published list.

mod identifying;
mod published;

use std::collections::BTreeSet;

use bahi_core::{
    Act, Authority, Command, CommandId, Day, District, Expr, FactKind, FactSpec, Item, Money,
    OrderNumber, Rounding, SlabRow, Terms, TermsParts, Total, Word,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::{
    COMPLAINTS_MAX, Complaints, Context, IMPORT_BYTES_MAX, IMPORT_ROWS_MAX, Import, Mapping, read,
};

const HEADER: &str = "district,financial_year,sector,project_cost_inr_as_printed\n";

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// The margin money of order 861 of 24 September 2018, paragraph 1(2) to 1(5).
fn margin_money() -> Terms {
    let cost = || Expr::Fact(word("project_cost"));
    let share = |parts| Expr::Ratio { parts, of: 100, base: Box::new(cost()) };
    let row = |up_to: Option<u64>, gives, paragraph: &str| SlabRow {
        up_to: up_to.map(|lakh| rupees(lakh * 100_000)),
        gives,
        paragraph: word(paragraph),
    };
    let least = |amount| Expr::Const(rupees(amount));
    let rows = vec![
        row(Some(25), Expr::Min(vec![share(25), least(625_000)]), "1(2)"),
        row(Some(50), Expr::Max(vec![least(625_000), share(20)]), "1(3)"),
        row(Some(150), Expr::Max(vec![least(1_000_000), share(10)]), "1(4)"),
        row(None, Expr::Min(vec![share(10), least(2_000_000)]), "1(5)"),
    ];
    Terms::new(TermsParts {
        name: word("mm-2018"),
        authority: Authority {
            order: OrderNumber::new("861").expect("an order"),
            date: day("2018-09-24"),
            paragraph: None,
        },
        from: day("2018-09-24"),
        until: None,
        facts: vec![FactSpec { name: word("project_cost"), kind: FactKind::Money, required: true }],
        requires: vec![],
        items: vec![Item {
            name: word("margin_money"),
            when: None,
            claimed: None,
            allowed: Expr::Slab { on: Box::new(cost()), rows },
            paragraph: word("1"),
        }],
        own_contribution: None,
        rounding: Rounding::PaisaHalfAwayFromZero,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: bahi_core::Procedure::default(),
        policies: vec![],
    })
    .expect("sound terms")
}

fn district(name: &str) -> Option<District> {
    match name {
        "Agra" => Some(District(118)),
        "Varanasi" => Some(District(187)),
        "Pool" => Some(District::POOL),
        _ => None,
    }
}

fn built_in() -> Mapping {
    Mapping::built_in("odop-margin-money").expect("a built-in mapping")
}

fn read_with(
    csv: &[u8],
    mapping: &Mapping,
    recorded: &dyn Fn(CommandId) -> bool,
) -> Result<Import, Complaints> {
    let terms = margin_money();
    let in_force = |on: Day| terms.in_force_on(on).then_some(&terms);
    let context = Context {
        digest: &sha256,
        district: &district,
        terms_on: &in_force,
        recorded,
        applicant: &|_| None,
        fingerprint: None,
    };
    read(csv, mapping, &context)
}

fn rows(csv: &str) -> Result<Import, Complaints> {
    read_with(format!("{HEADER}{csv}").as_bytes(), &built_in(), &|_| false)
}

/// A command in a line: kind, day, and what tells it from its neighbours.
fn line(command: &Command) -> String {
    let what =
        if let Act::Allot { fund, amount } | Act::Sanction { fund, amount, .. } = &command.act {
            format!("{} {} {amount}", fund.fy, fund.district)
        } else if let Act::Apply { district, facts, .. } = &command.act {
            let facts: Vec<String> =
                facts.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
            format!("{district} {}", facts.join(" "))
        } else {
            command.act.kind().name().to_owned()
        };
    format!("{} {} {} {what}", command.act.kind().name(), command.effective_day, command.actor)
}

#[test]
fn a_file_becomes_allotments_then_applications_and_sanctions_in_row_order() {
    let import = rows(
        "Varanasi,2021-22,service,1000000\nAgra,2020-2021,business,2600000.50\n\
         Varanasi,2021-2022,service,100.01\n",
    )
    .expect("a sound file");
    let found: Vec<String> = import.commands.iter().map(line).collect();
    assert_eq!(
        found,
        [
            "allot 2020-04-01 import-finance 2020-21 118 625000.00",
            "allot 2021-04-01 import-finance 2021-22 187 250025.00",
            "apply 2021-04-01 import-district-office 187 project_cost Text(1000000.00)",
            "sanction 2022-03-31 import-sanctioning-authority 2021-22 187 250000.00",
            "apply 2020-04-01 import-district-office 118 project_cost Text(2600000.50)",
            "sanction 2021-03-31 import-sanctioning-authority 2020-21 118 625000.00",
            "apply 2021-04-01 import-district-office 187 project_cost Text(100.01)",
            "sanction 2022-03-31 import-sanctioning-authority 2021-22 187 25.00",
        ]
    );
    let report = &import.report;
    assert_eq!((report.rows, report.taken, report.distinct_rows, report.funds), (3, 3, 3, 2));
    assert_eq!(report.sums[0].sum.to_string(), "3600100.51");
    assert_eq!(report.entitlement.to_string(), "875025.00");
    assert_eq!(report.allotted, report.entitlement);
    let years: Vec<(String, u64, String)> = report
        .years
        .iter()
        .map(|year| (year.fy.to_string(), year.rows, year.entitlement.to_string()))
        .collect();
    assert_eq!(
        years,
        [("2020-21".into(), 1, "625000.00".into()), ("2021-22".into(), 2, "250025.00".into())]
    );
    assert_eq!(import.suspicious.len(), 1);
    let suspicion = &import.suspicious[0];
    assert_eq!((suspicion.line, suspicion.taken), (4, true));
    assert_eq!(suspicion.what, "the project_cost of ₹ 100.01 is below ₹ 1,000.00");
}

#[test]
fn every_assumption_is_a_sentence() {
    let import = rows("Agra,2020-21,business,1000000\n").expect("a sound file");
    assert!(import.assumptions.len() >= 10);
    for assumption in &import.assumptions {
        let first = assumption.chars().next().expect("a sentence has words");
        assert!(first.is_uppercase() || assumption.starts_with("import-"), "{assumption}");
        assert!(assumption.ends_with('.') && !assumption.ends_with(".."), "{assumption}");
        assert!(!assumption.contains('\n'), "{assumption}");
    }
    for part in ["1 April", "31 March", "names no applicant", "sector", "taken as printed"] {
        assert!(import.assumptions.iter().any(|sentence| sentence.contains(part)), "{part}");
    }
}

#[test]
fn equal_rows_are_separate_cases_that_keep_their_ids() {
    let row = "Agra,2020-2021,business,1000000\n";
    let other = "Agra,2020-2021,business,1000001\n";
    let ids = |csv: String| -> BTreeSet<_> {
        let import = rows(&csv).expect("a sound file");
        let cases = import.commands.iter().filter(|c| c.act.case_ref().is_some());
        cases.map(|command| (command.id, command.act.case_ref().cloned())).collect()
    };
    let twice = ids(format!("{row}{row}{other}"));
    assert_eq!(twice.len(), 6);
    assert_eq!(twice, ids(format!("{row}{row}{other}")));
    assert_eq!(twice, ids(format!("{row}{other}{row}")));
    assert!(ids(format!("{row}{row}{row}{other}")).is_superset(&twice));
    assert!(twice.is_superset(&ids(row.to_string())));
    for (_, case_ref) in &twice {
        let text = case_ref.as_ref().map(|case_ref| case_ref.as_str().to_string());
        let text = text.expect("a case");
        assert!(text.starts_with("MM/2020-21/118/") && text.len() == 31, "{text}");
    }
}

#[test]
fn ids_depend_on_every_column_on_the_mapping_and_on_no_column_order() {
    let ids = |csv: &str, mapping: &Mapping| -> BTreeSet<_> {
        let import = read_with(csv.as_bytes(), mapping, &|_| false).expect("a sound file");
        import.commands.iter().map(|command| command.id).collect()
    };
    let plain = ids(&format!("{HEADER}Agra,2020-21,business,1000000\n"), &built_in());
    let (_, text) = crate::BUILT_IN[0];
    let second = text.replace("version = 1", "version = 2");
    let second = Mapping::parse(second.as_bytes()).expect("a mapping");
    let moved = "sector,district,project_cost_inr_as_printed,financial_year\n\
                 business,Agra,1000000,2020-21\n";
    assert_eq!(ids(moved, &built_in()), plain);
    let quoted =
        format!("\u{feff}{}\"Agra\",2020-21,business,1000000\r\n", HEADER.replace('\n', "\r\n"));
    assert_eq!(ids(&quoted, &built_in()), plain);
    for (csv, mapping) in [
        (format!("{HEADER}Agra,2020-21,service,1000000\n"), built_in()),
        (format!("{HEADER}Agra,2020-2021,business,1000000\n"), built_in()),
        (format!("{HEADER}Agra,2020-21,business,1000000\n"), second),
    ] {
        let found = ids(&csv, &mapping);
        let cases = found.difference(&plain).count();
        assert!(cases >= 2, "{csv}");
    }
}

#[test]
fn a_longer_file_allots_for_its_new_cases_under_an_id_of_its_own() {
    let row = "Agra,2020-21,business,1000000\n";
    let import = |times: usize, known: &BTreeSet<CommandId>| {
        let csv = format!("{HEADER}{}", row.repeat(times));
        let import = read_with(csv.as_bytes(), &built_in(), &|id| known.contains(&id));
        import.expect("a sound file").commands
    };
    let allotment = |commands: &[Command]| {
        let Act::Allot { amount, .. } = &commands[0].act else { return None };
        Some((commands[0].id, *amount))
    };
    let mut known = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for times in 1..=3 {
        let commands = import(times, &known);
        let (id, amount) = allotment(&commands).expect("an allotment");
        assert_eq!(amount, rupees(250_000), "for the one new case alone");
        assert!(ids.insert(id));
        assert_eq!(import(times, &known), commands);
        known.extend(commands.iter().map(|command| command.id));
        assert_eq!(allotment(&import(times, &known)), None, "nothing is new");
    }
    let (whole, amount) = allotment(&import(2, &BTreeSet::new())).expect("an allotment");
    assert_eq!(amount, rupees(500_000));
    assert!(ids.insert(whole));
}

#[test]
fn a_complaint_repeats_no_more_of_a_name_than_tells_which_it_is() {
    let long = "é".repeat(1_000_000);
    let csv = HEADER.replace("sector", &long);
    let complaints =
        read_with(csv.as_bytes(), &built_in(), &|_| false).expect_err("no such column");
    let column = complaints.listed[0].column.as_deref().expect("it is about a column");
    assert_eq!(column, format!("{}…", "é".repeat(120)));
    assert!(complaints.to_string().len() < 2_000);
}

/// A file and its complaints, each as `line, column: what`.
#[test]
fn complaints_name_line_column_and_reason() {
    let good = "Agra,2020-21,business,1000000\n";
    let table: [(String, &[&str]); 22] = [
        (String::new(), &["line 1: the file is empty"]),
        ("\u{feff}".into(), &["line 1: the file is empty"]),
        (HEADER.into(), &["line 1: the file has a header and no rows"]),
        (
            "district,financial_year,sector\nAgra,2020-21,business\n".into(),
            &["line 1, column \"project_cost_inr_as_printed\": the file has no such column"],
        ),
        (
            HEADER.replace("\n", ",name\n") + good,
            &["line 1, column \"name\": the mapping does not know this column"],
        ),
        (
            HEADER.replace("\n", ",sector\n") + good,
            &["line 1, column \"sector\": two columns have this name"],
        ),
        (
            format!("{HEADER}{good}Agra,2020-21,business\n"),
            &["line 3: 3 fields where the header has 4"],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,1,2\n"),
            &["line 2: 5 fields where the header has 4"],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,\n"),
            &["line 2, column \"project_cost_inr_as_printed\": \"\": no amount stands here"],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,\"1,00,000\"\n"),
            &[
                "line 2, column \"project_cost_inr_as_printed\": \"1,00,000\": ',' at character 2 is \
               no part of an amount",
            ],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,-5\n"),
            &["line 2, column \"project_cost_inr_as_printed\": \"-5\": '-' at character 1 is no \
               part of an amount"],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,10.005\n"),
            &["line 2, column \"project_cost_inr_as_printed\": \"10.005\": an amount has at most \
               two places after the point"],
        ),
        (
            format!("{HEADER}Agra,2020-21,business,0\n"),
            &["line 2: the terms give nothing for this row"],
        ),
        (
            format!("{HEADER}Agar,2020-21,business,1\n"),
            &["line 2, column \"district\": no district is called \"Agar\""],
        ),
        (
            format!("{HEADER}Pool,2020-21,business,1\n"),
            &["line 2, column \"district\": no district is called \"Pool\""],
        ),
        (
            format!("{HEADER}Agra,2020-22,business,1\n"),
            &[
                "line 2, column \"financial_year\": \"2020-22\" is not a financial year like 2024-25",
            ],
        ),
        (
            format!("{HEADER}Agra,2010-11,business,1\n"),
            &["line 2, column \"financial_year\": no terms of margin-money are in force on \
               2010-04-01"],
        ),
        (
            format!("{HEADER}Agra,2020-21,Business,1\n"),
            &["line 2, column \"sector\": \"Business\" is none of its values"],
        ),
        (
            format!("{HEADER}Agra,2020-21,\"two\nlines\",1\nX,2020-21,business,1\n"),
            &[
                "line 2, column \"sector\": \"two\\nlines\" is none of its values",
                "line 4, column \"district\": no district is called \"X\"",
            ],
        ),
        (
            format!("{HEADER}A,B,C,D\n"),
            &[
                "line 2, column \"district\": no district is called \"A\"",
                "line 2, column \"financial_year\": \"B\" is not a financial year like 2024-25",
                "line 2, column \"project_cost_inr_as_printed\": \"D\": 'D' at character 1 is no \
                 part of an amount",
                "line 2, column \"sector\": \"C\" is none of its values",
            ],
        ),
        (format!("{HEADER}{good}\n{good}"), &["line 3: the line is empty"]),
        (
            format!("{HEADER}{good}\"Agra,2020-21,business,1\n"),
            &["line 3: a quoted field is not closed before the file ends"],
        ),
    ];
    for (csv, expected) in table {
        let complaints = read_with(csv.as_bytes(), &built_in(), &|_| false).expect_err(&csv);
        let found: Vec<String> = complaints.listed.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{csv}");
        assert_eq!(complaints.count, expected.len() as u64);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line_and_byte() {
    let mut csv = format!("{HEADER}Agra,2020-21,business,1\nAgr").into_bytes();
    csv.extend_from_slice(b"\xe9\xe9,2020-21,business,1\n\xff\n");
    let complaints = read_with(&csv, &built_in(), &|_| false).expect_err("not UTF-8");
    let found: Vec<String> = complaints.listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 3: byte 4 of the line, 0xe9, is not UTF-8",
            "line 3: byte 5 of the line, 0xe9, is not UTF-8",
            "line 4: byte 1 of the line, 0xff, is not UTF-8",
        ]
    );
}

#[test]
fn complaints_are_listed_to_a_bound_and_all_counted() {
    let bad = "X,2020-21,business,1\n".repeat(COMPLAINTS_MAX + 50);
    let complaints = rows(&bad).expect_err("no such district");
    assert_eq!(complaints.listed.len(), COMPLAINTS_MAX);
    assert_eq!(complaints.count, COMPLAINTS_MAX as u64 + 50);
    assert!(complaints.to_string().ends_with("; and 50 more"));
    let long = "Z".repeat(100_000);
    let complaints = rows(&format!("{long},2020-21,business,1\n")).expect_err("no such district");
    assert!(complaints.to_string().len() < 200);
}

#[test]
fn a_file_beyond_the_bounds_is_refused() {
    let mut large = HEADER.as_bytes().to_vec();
    large.resize(IMPORT_BYTES_MAX + 1, b'\n');
    let complaints = read_with(&large, &built_in(), &|_| false).expect_err("too large");
    assert_eq!(complaints.count, 1);
    assert!(complaints.listed[0].what.contains("over 268435456"));
    let many = ",\n".repeat(usize::try_from(IMPORT_ROWS_MAX).expect("fits") + 2);
    let complaints = rows(&many).expect_err("too many rows");
    assert_eq!(complaints.count, IMPORT_ROWS_MAX + 1);
    let wide = ",".repeat(256) + "\n";
    let complaints = read_with(wide.as_bytes(), &built_in(), &|_| false).expect_err("too wide");
    assert_eq!(complaints.to_string(), "line 1: 257 columns, over 256");
}

#[test]
fn suspicious_rows_are_left_out_where_the_mapping_says_so() {
    let (_, text) = crate::BUILT_IN[0];
    let mapping = Mapping::parse(text.replace("take = true", "take = false").as_bytes());
    let mapping = mapping.expect("a mapping");
    let csv = format!("{HEADER}Agra,2020-21,business,25\nAgra,2020-21,business,1000\n");
    let import = read_with(csv.as_bytes(), &mapping, &|_| false).expect("a sound file");
    assert_eq!((import.report.rows, import.report.taken), (2, 1));
    assert_eq!(import.commands.len(), 3);
    assert_eq!(import.suspicious.len(), 1);
    assert_eq!((import.suspicious[0].line, import.suspicious[0].taken), (2, false));
    assert!(import.assumptions.iter().any(|sentence| sentence.contains("left out")));
}

#[test]
fn other_kinds_of_facts_and_grouped_amounts_are_read() {
    let (_, text) = crate::BUILT_IN[0];
    let text = text
        .replace("amounts = \"strict\"", "amounts = \"indian\"\nignored_columns = [\"remarks\"]")
        .replace(
            "[[checked]]",
            "[[fact]]\nname = \"special_category\"\ncolumn = \"special\"\nkind = \"flag\"\n\
             optional = true\n[[fact]]\nname = \"trainees\"\ncolumn = \"trainees\"\n\
             kind = \"count\"\n[[fact]]\nname = \"product\"\ncolumn = \"product\"\n\
             kind = \"word\"\n[[checked]]",
        );
    let start = text.find("[allotment]").expect("an allotment");
    let application = text.find("[application]").expect("an application");
    let sanction = text.find("[sanction]").expect("a sanction");
    let suspicious = text.find("[suspicious]").expect("suspicious rows");
    let text = format!("{}{}{}", &text[..start], &text[application..sanction], &text[suspicious..])
        .replace("treat_as = \"sanctioned\"", "treat_as = \"applied\"");
    let mapping = Mapping::parse(text.as_bytes()).expect("a mapping");
    let mut parts = margin_money().parts().clone();
    for (name, kind) in [
        ("special_category", FactKind::Flag),
        ("trainees", FactKind::Count),
        ("product", FactKind::Word),
    ] {
        parts.facts.push(FactSpec { name: word(name), kind, required: false });
    }
    let terms = Terms::new(parts).expect("sound terms");
    let in_force = |_: Day| Some(&terms);
    let context = Context {
        digest: &sha256,
        district: &district,
        terms_on: &in_force,
        recorded: &|_| false,
        applicant: &|_| None,
        fingerprint: None,
    };
    let header = HEADER.replace('\n', ",special,trainees,product,remarks\n");
    let row = "Agra,2020-21,service,\"1,00,000.50\",";
    let read = |tail: &str| read(format!("{header}{row}{tail}\n").as_bytes(), &mapping, &context);
    let found = |tail: &str| line(&read(tail).expect("a sound file").commands[0]);
    let start = "apply 2020-04-01 import-district-office 118 project_cost Text(100000.50)";
    assert_eq!(
        found("true,25,Zari,free text"),
        format!("{start} special_category Flag(true) trainees Count(25) product Text(Zari)")
    );
    assert_eq!(found(",0,Zari,"), format!("{start} trainees Count(0) product Text(Zari)"));
    for (tail, what) in [
        ("yes,25,Zari,", "\"yes\" is neither true nor false"),
        (",+5,Zari,", "\"+5\" is no whole number"),
        (",,Zari,", "\"\" is no whole number"),
        (",5,,", "an identifier is at least one character"),
        (",5,ज़री,", "not printable ASCII"),
    ] {
        let complaints = read(tail).expect_err(tail);
        assert!(complaints.to_string().contains(what), "{complaints}");
    }
    let import = read("true,25,Zari,").expect("a sound file");
    assert_eq!(import.commands.len(), 1);
    assert_eq!(import.report.entitlement, Total::ZERO);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_mutation_of_a_file_makes_the_reader_fail(
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'"'), Just(b'\n'), Just(b','), Just(b'\r')], 0_u8..4),
            0..8,
        ),
    ) {
        let row = "Agra,2020-2021,business,1000000\nVaranasi,2021-22,\"service\",25.50\r\n";
        let mut bytes = format!("{HEADER}{row}{row}").into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        match read_with(&bytes, &built_in(), &|_| false) {
            Ok(import) => {
                let ids: BTreeSet<_> = import.commands.iter().map(|command| command.id).collect();
                prop_assert_eq!(ids.len(), import.commands.len());
                prop_assert_eq!(import.report.allotted, import.report.entitlement);
            }
            Err(complaints) => {
                prop_assert!(complaints.count >= 1 && !complaints.listed.is_empty());
                prop_assert!(complaints.listed.iter().all(|complaint| complaint.line >= 1));
            }
        }
    }
}
