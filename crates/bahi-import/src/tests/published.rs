//! The published margin-money list against the figures known of it, where the list is at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::PathBuf,
};

use bahi_core::{Act, CommandId, Day, District, Fund, Money, Total};

use super::{built_in, margin_money, rupees, sha256};
use crate::{Context, Import, read};

/// A file of the domain's folder, looked for beside every folder above this crate. Where there is
/// none the test says so and ends.
fn domain_file(name: &str) -> Option<Vec<u8>> {
    let mut above = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    while above.pop() {
        let file = above.join("shared").join("domain").join(name);
        if let Ok(bytes) = fs::read(file) {
            return Some(bytes);
        }
    }
    let skipped = format!("skipped: no shared/domain/{name} beside the workspace\n");
    // Through the handle itself: the macros' output is held back for a test that passes.
    std::io::stderr().write_all(skipped.as_bytes()).ok();
    None
}

/// Districts by name and code, from the domain's list.
fn districts() -> Option<BTreeMap<String, District>> {
    let bytes = domain_file("up_districts_odop.csv")?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut found = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a readable list of districts");
        let code = District::parse(&record[0]).expect("a district's code");
        found.insert(record[1].to_string(), code);
    }
    Some(found)
}

fn published(recorded: &dyn Fn(CommandId) -> bool) -> Option<Import> {
    let csv = domain_file("odop_margin_money_rows.csv")?;
    let districts = districts()?;
    let terms = margin_money();
    let in_force = |on: Day| terms.in_force_on(on).then_some(&terms);
    let district = |name: &str| districts.get(name).copied();
    let context = Context {
        digest: &sha256,
        district: &district,
        terms_on: &in_force,
        recorded,
        applicant: &|_| None,
        fingerprint: None,
    };
    Some(read(&csv, &built_in(), &context).expect("the published list is readable"))
}

#[test]
fn the_published_list_has_its_known_figures() {
    let Some(import) = published(&|_| false) else { return };
    let report = &import.report;
    assert_eq!((report.rows, report.taken, report.distinct_rows), (11_608, 11_608, 5_117));
    assert_eq!(report.sums[0].sum.grouped(), "40,89,48,38,751.77");
    assert_eq!(report.entitlement.grouped(), "5,23,83,90,027.66");
    let rows: Vec<(String, u64)> =
        report.years.iter().map(|year| (year.fy.to_string(), year.rows)).collect();
    let known = [1_992, 2_416, 3_071, 2_495, 1_634];
    let years = ["2020-21", "2021-22", "2022-23", "2023-24", "2024-25"];
    assert_eq!(rows, years.map(String::from).into_iter().zip(known).collect::<Vec<_>>());
    let by_year: Total = report.years.iter().map(|year| year.entitlement).sum();
    assert_eq!(by_year, report.entitlement);
    let lines: Vec<u64> = import.suspicious.iter().map(|suspicion| suspicion.line).collect();
    let expected =
        [2381, 2398, 5143, 6049, 6324, 6473, 6847, 6859, 6903, 6924, 7076, 7939, 9692, 9693, 9694];
    assert_eq!(lines, expected);
    assert!(import.suspicious.iter().all(|suspicion| suspicion.taken));
}

#[test]
fn the_published_list_becomes_commands_that_balance() {
    let Some(import) = published(&|_| false) else { return };
    let mut sanctions: BTreeMap<Money, u64> = BTreeMap::new();
    let mut funds: BTreeMap<Fund, Total> = BTreeMap::new();
    let (mut ids, mut applied) = (BTreeSet::new(), BTreeSet::new());
    for command in &import.commands {
        assert!(ids.insert(command.id), "an id stands twice");
        if let Act::Allot { fund, amount } = &command.act {
            assert!(fund.fy.contains(command.effective_day));
            assert!(funds.insert(fund.clone(), Total::from(*amount)).is_none());
        } else if let Act::Apply { case_ref, .. } = &command.act {
            assert!(applied.insert(case_ref.clone()));
        } else if let Act::Sanction { case_ref, fund, amount } = &command.act {
            assert!(applied.contains(case_ref), "sanctioned before it applied");
            assert!(fund.fy.contains(command.effective_day));
            *sanctions.entry(*amount).or_default() += 1;
            let left = funds.get_mut(fund).expect("allotted before it is drawn on");
            *left -= Total::from(*amount);
        } else {
            let kind = command.act.kind().name();
            panic!("the list allots, applies and sanctions, not {kind}");
        }
    }
    assert_eq!(applied.len(), 11_608);
    assert_eq!(sanctions.len(), 418);
    assert_eq!(sanctions.get(&rupees(250_000)), Some(&3_608));
    assert_eq!(funds.len() as u64, import.report.funds);
    assert!(funds.values().all(|left| *left == Total::ZERO));
}

#[test]
fn the_published_list_again_allots_nothing_and_keeps_every_id() {
    let Some(first) = published(&|_| false) else { return };
    let allotments = usize::try_from(first.report.funds).expect("a count of funds");
    let known: BTreeSet<CommandId> = first.commands.iter().map(|command| command.id).collect();
    let Some(second) = published(&|id| known.contains(&id)) else { return };
    assert_eq!(second.commands, first.commands[allotments..]);
    assert_eq!(published(&|_| false), Some(first));
}
