//! Targets of what people and programs write: commands, facts, terms, spreadsheets, mappings,
//! terms files, and the small texts in arguments.

use bahi::{
    core::{Act, CommandId, Day, District, FinancialYear, Instant, Money},
    json::{command_line, parse_command, parse_facts, parse_terms, terms_json},
    rulebook::{rulebook_commands, terms_on},
};
use bahi_import::{Context, Import, Mapping, SchemeFile};
use sha2::{Digest, Sha256};

use super::{Target, material::Material};
use crate::tree;

pub(super) fn targets(material: &Material) -> Vec<Target> {
    vec![
        command(material),
        facts(),
        terms(material),
        scheme_file(material),
        mapping(),
        spreadsheet(),
        small("day", "2024-02-29", |text| Day::parse(text).ok().map(|it| it.to_string())),
        small("financial year", "2024-25", |text| {
            FinancialYear::parse(text).ok().map(|it| it.to_string())
        }),
        small("amount", "1234567.89", |text| Money::parse(text).ok().map(|it| it.to_string())),
        small("instant", "2024-06-10T12:00:00.125+05:30", |text| {
            Instant::parse(text).ok().map(|it| it.to_string())
        }),
    ]
}

fn district(name: &str) -> Option<District> {
    (name == "Varanasi").then_some(District(187))
}

/// A command as a line of JSON: what is read is written as a line that reads the same.
fn command(material: &Material) -> Target {
    Target::new("command", material.commands(), |bytes| {
        let Ok(command) = parse_command(bytes, &district) else { return false };
        let again = parse_command(command_line(&command).as_bytes(), &district);
        assert_eq!(again.as_ref(), Ok(&command), "another command");
        true
    })
    .holding((96, 96 * 1024), (8, 2_000))
}

fn facts() -> Target {
    let seeds = [
        r#"{"project_cost":"1000000.00","special":true,"days":10,"event":"fair"}"#,
        r#"{"a":0,"b":18446744073709551615}"#,
    ];
    Target::new("facts", seeds.map(|seed| seed.as_bytes().to_vec()).to_vec(), |bytes| {
        let Ok(facts) = parse_facts(bytes) else { return false };
        assert!(facts.is_sorted_by(|one, other| one.0 < other.0), "in order of name, each once");
        true
    })
}

/// Terms of commands: what is read is written as what reads the same.
fn terms(material: &Material) -> Target {
    let written = |line: Vec<u8>| {
        let command = parse_command(&line, &district).ok()?;
        let Act::OpenScheme { terms, .. } = command.act else { return None };
        serde_json::to_vec(&terms_json(&terms)).ok()
    };
    let mut seeds: Vec<Vec<u8>> = material.commands().into_iter().filter_map(written).collect();
    for command in rulebook_commands() {
        if let Act::OpenScheme { terms, .. } = command.act {
            seeds.push(serde_json::to_vec(&terms_json(&terms)).expect("terms are JSON"));
        }
    }
    Target::new("terms", seeds, |bytes| {
        let Ok(terms) = parse_terms(bytes) else { return false };
        let written = serde_json::to_vec(&terms_json(&terms)).expect("terms are JSON");
        assert_eq!(parse_terms(&written).as_ref(), Ok(&terms), "other terms");
        true
    })
    .holding((96, 96 * 1024), (8, 2_000))
}

/// A terms file: what is read is printed as what reads the same.
fn scheme_file(material: &Material) -> Target {
    let seeds = ["margin-money", "mda", "cfc", "training-toolkit"]
        .map(|scheme| material.scheme_file(scheme))
        .to_vec();
    let district = |name: &str| name.parse().ok().map(District);
    Target::new("terms file", seeds, move |bytes| {
        let Ok(file) = SchemeFile::parse(bytes, &district) else { return false };
        let printed = file.to_toml();
        assert_eq!(SchemeFile::parse(printed.as_bytes(), &district), Ok(file), "other terms");
        true
    })
    .slow(4)
    .holding((256, 512 * 1024), (32, 20_000))
}

const MAPPING: &str = "crates/bahi-import/mappings/odop-margin-money.toml";

fn mapping() -> Target {
    let seeds = vec![tree::read(MAPPING).into_bytes(), SMALL_MAPPING.as_bytes().to_vec()];
    Target::new("mapping", seeds, |bytes| Mapping::parse(bytes).is_ok())
        .slow(2)
        .holding((256, 512 * 1024), (32, 20_000))
}

const SMALL_MAPPING: &str = r#"format = 1
name = "office-list"
version = 1
scheme = "margin-money"
head = "odop"
case_prefix = "OL"
treat_as = "sanctioned"
applicant = "not_in_source"
[file]
encoding = "utf-8"
delimiter = ","
header = "required"
amounts = "strict"
ignored_columns = ["Remarks"]
[columns]
district = "District"
financial_year = "Year"
[[fact]]
name = "project_cost"
column = "Cost"
kind = "money"
[application]
day = "04-15"
actor = "dic"
role = "district_office"
[sanction]
day = "05-15"
actor = "dm"
role = "sanctioning_authority"
authority = { order = "861", date = "2018-09-24" }
[allotment]
amount = "sum_of_entitlements_per_year_and_district"
day = "first_day_of_year"
actor = "fin"
role = "finance"
authority = { order = "861", date = "2018-09-24" }
"#;

const SPREADSHEET: &str = "District,Year,Cost,Remarks\nVaranasi,2024-25,1000000.00,\n\
    Varanasi,2023-24,\"250000\",\"a \"\"b\"\"\nc\"\nVaranasi,2024-25,99.50,=x\n";

/// A spreadsheet of cases: each row becomes a case or a complaint, and money is neither lost nor
/// made.
fn spreadsheet() -> Target {
    let mapping = Mapping::parse(SMALL_MAPPING.as_bytes()).expect("a mapping");
    let day = Day::parse("2024-06-10").expect("a day");
    let terms = terms_on("margin-money", day).expect("the rulebook has terms");
    Target::new("spreadsheet of cases", vec![SPREADSHEET.as_bytes().to_vec()], move |bytes| {
        let in_force = |on: Day| terms.in_force_on(on).then_some(&terms);
        let context = Context {
            digest: &|bytes| Sha256::digest(bytes).into(),
            district: &district,
            terms_on: &in_force,
            recorded: &|_: CommandId| false,
            applicant: &|_| None,
            fingerprint: None,
        };
        match bahi_import::read(bytes, &mapping, &context) {
            Ok(import) => {
                balances_itself(&import);
                true
            }
            Err(complaints) => {
                assert!(!complaints.to_string().is_empty(), "refused for no reason");
                false
            }
        }
    })
    .slow(2)
    .holding((2_048, 256 * 1024), (256, 10_000))
}

/// What is sanctioned is what is allotted.
fn balances_itself(import: &Import) {
    let mut sums = [0_i128; 2];
    for command in &import.commands {
        if let Act::Allot { amount, .. } = &command.act {
            sums[0] += i128::from(amount.paise());
        } else if let Act::Sanction { amount, .. } = &command.act {
            sums[1] += i128::from(amount.paise());
        }
    }
    assert_eq!(sums[0], sums[1], "money is lost or made");
    assert!(import.report.taken <= import.report.rows);
}

/// A small text with one spelling, once it was written.
fn small(
    name: &'static str,
    seed: &'static str,
    read: impl Fn(&str) -> Option<String> + 'static,
) -> Target {
    Target::new(name, vec![seed.as_bytes().to_vec()], move |bytes| {
        let Some(written) = std::str::from_utf8(bytes).ok().and_then(&read) else { return false };
        assert_eq!(read(&written).as_ref(), Some(&written), "written and read it is another");
        true
    })
}
