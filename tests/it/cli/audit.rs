//! `bahi audit`: what it finds, how it is narrowed, what it exits with, and how findings are settled.

use std::{collections::BTreeSet, ffi::OsString, path::Path};

use bahi_cli::Terminal;
use serde_json::{Value, json};

use super::{ALLOT, APPLY, DISBURSE, Place, Ran, SANCTION, bahi, fields};

/// The stories and a few drawn cases.
fn demonstration() -> Place {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "60", "--seed", "7"]).done();
    place
}

/// A case that was sanctioned with a step recorded, but not the one that must come first.
fn without_a_claim() -> Place {
    const REGISTERED: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-0000000000f1","kind":"record_step","actor":"dic-vns","role":"district_office","effective_day":"2024-05-06","case_ref":"VNS/2024/0042","step":"registered","evidence":[],"reported":{}}"#;
    let place = Place::with_rulebook();
    let lines = [ALLOT, APPLY, REGISTERED, SANCTION, DISBURSE].join("\n");
    place.reading(&lines, &["submit"]).done();
    place
}

fn findings(answer: &Value) -> &[Value] {
    answer["findings"].as_array().expect("findings are a list")
}

fn audited(place: &Place, words: &[&str]) -> Value {
    place.bahi(&[&["audit", "--format", "json"], words].concat()).done().json()
}

fn on(dir: &Path, words: &[&str]) -> Ran {
    let dir = dir.to_str().expect("a path of plain characters");
    bahi(&[words, &["--ledger", dir]].concat())
}

#[test]
fn the_fraud_of_the_demonstration_is_found_by_name() {
    let place = demonstration();
    let told = place.bahi(&["audit"]).done().out;
    for row in ["C31 lead", "C65 lead", "C72 warning", "C86 lead"] {
        let found = |line: &str| line.split_whitespace().take(2).eq(row.split(' '));
        assert!(told.lines().any(found), "{row}: {told}");
    }
    let round = audited(&place, &["--check", "C65"]);
    let [round] = findings(&round) else { panic!("{round}") };
    assert_eq!((&round["count"], &round["amount"]), (&json!(11), &json!("22000000.00")));
    let cases: BTreeSet<String> = round["events"]
        .as_array()
        .expect("positions")
        .iter()
        .map(|at| {
            let at = at.to_string();
            let event = place.bahi(&["events", "--from", &at, "--to", &at, "--format", "jsonl"]);
            event.done().json_lines()[0]["case_ref"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    let expected: BTreeSet<String> = (1..=11).map(|one| format!("ROUND-TRIP/{one:02}")).collect();
    assert_eq!(cases, expected);
    let account = round["parties"][0]["key"].as_str().expect("a key").to_owned();
    let shared = audited(&place, &["--check", "C31"]);
    assert_eq!(findings(&shared)[0]["parties"][0]["key"], json!(account));
    let trail = place.bahi(&["trail", "--account", &account]).done().out;
    assert!(trail.contains("ROUND-TRIP/07"), "{trail}");
    let idle = audited(&place, &["--check", "C72"]);
    let idle = &findings(&idle)[0];
    assert_eq!(
        (&idle["case_ref"], &idle["rule"]),
        (&json!("CFC/FOUR-CRORE"), &json!("idle money"))
    );
    assert!(idle["order"]["order"].as_str().is_some_and(|order| order.starts_with("613/")));
    let told = place.bahi(&["audit", "--check", "C72"]).done().out;
    for said in ["CFC/FOUR-CRORE", "by the time the terms give", "ask: What was bought, and when?"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn an_audit_is_narrowed_by_check_day_and_district() {
    let place = demonstration();
    let all = audited(&place, &[]);
    assert_eq!(fields(&all), ["as_of", "checks", "findings", "known_on", "position", "root"]);
    let asked = audited(&place, &["--check", "C61"]);
    assert!(findings(&asked).iter().all(|one| one["check"] == "C61"));
    assert_eq!(asked["checks"].as_array().map(Vec::len), Some(1));
    let since = audited(&place, &["--since", "2026-06-01"]);
    let kept = |one: &&Value| one["day"].as_str() >= Some("2026-06-01");
    let expected: Vec<&Value> = findings(&all).iter().filter(kept).collect();
    assert_eq!(findings(&since).iter().collect::<Vec<_>>(), expected);
    assert!(!expected.is_empty() && expected.len() < findings(&all).len());
    let kanpur = audited(&place, &["--district", "Kanpur Nagar"]);
    assert!(findings(&kanpur).iter().all(|one| one["district"] == "157"));
    assert!(findings(&kanpur).len() >= 20, "{kanpur}");
    let before = audited(&place, &["--as-of", "2021-04-30"]);
    assert_eq!((&before["as_of"], findings(&before).len()), (&json!("2021-04-30"), 3), "{before}");
    assert!(place.bahi(&["audit", "--check", "C12"]).done().out.contains("cannot be made"));
    for (words, said) in [
        (["--check", "C00"], "a check is C01 to C99"),
        (["--since", "2024-13-01"], "2024-13-01"),
        (["--district", "Delhi"], "Delhi"),
    ] {
        let ran = place.bahi(&[&["audit"][..], &words].concat());
        assert!(ran.failed(2).contains(said), "{ran:?}");
    }
}

#[test]
fn every_form_holds_the_same_findings() {
    let place = demonstration();
    let all = audited(&place, &[]);
    let lines = place.bahi(&["audit", "--format", "jsonl"]).done().json_lines();
    assert_eq!(lines, findings(&all));
    let csv = place.bahi(&["audit", "--format", "csv"]).done().out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let heading = rows.headers().expect("a heading").clone();
    assert_eq!(heading.iter().take(4).collect::<Vec<_>>(), ["id", "check", "severity", "day"]);
    let ids: Vec<String> = rows.records().map(|row| row.expect("a row")[0].to_owned()).collect();
    let expected: Vec<&str> = lines.iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids, expected);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are each one's own");
}

#[test]
fn a_backup_is_audited_like_its_ledger_and_left_as_it_is() {
    let place = demonstration();
    let backup = place.beside().join("backup");
    place.bahi(&["backup", backup.to_str().expect("a path")]).done();
    let bytes = |dir: &Path| {
        let files = std::fs::read_dir(dir.join("files")).expect("files");
        let read = |entry: std::fs::DirEntry| (entry.path(), std::fs::read(entry.path()).ok());
        files.flatten().map(read).collect::<BTreeSet<_>>()
    };
    let before = bytes(&backup);
    let theirs = on(&backup, &["audit", "--format", "json"]).done().json();
    assert_eq!(theirs, audited(&place, &[]));
    assert_eq!(bytes(&backup), before);
    let id = findings(&theirs)[0]["id"].as_str().expect("an id").to_owned();
    let ran = on(&backup, &["audit", "take-up", &id, "--actor", "ag-7"]);
    assert!(ran.status > 1, "a backup takes nothing: {ran:?}");
    assert_eq!(bytes(&backup), before);
}

#[test]
fn a_new_ledger_is_silent_and_passes_strictly() {
    let place = Place::with_rulebook();
    let told = place.bahi(&["audit", "--strict"]).done().out;
    assert!(told.contains("no check found anything"), "{told}");
    assert_eq!(findings(&audited(&place, &[])), [] as [Value; 0]);
    // Leads and warnings are no errors.
    demonstration().bahi(&["audit", "--strict"]).done();
}

/// The one finding of a sanction without its claim.
fn the_finding(place: &Place) -> Value {
    let answer = audited(place, &["--check", "C02"]);
    let [finding] = findings(&answer) else { panic!("{answer}") };
    assert_eq!(finding["case_ref"], "VNS/2024/0042");
    finding.clone()
}

fn settle<'a>(id: &'a str, actor: &'a str, role: &'a str) -> [&'a str; 11] {
    let how = ["--as", "no_fault", "--reference", "REPLY/12"];
    let [as_, how, by, paper] = how;
    ["audit", "settle", id, as_, how, by, paper, "--actor", actor, "--role", role]
}

#[test]
fn a_settled_finding_stays_and_no_longer_counts_under_strict() {
    let place = without_a_claim();
    assert_eq!(place.bahi(&["audit", "--strict"]).status, 1);
    assert_eq!(place.bahi(&["audit"]).status, 0);
    let finding = the_finding(&place);
    let id = finding["id"].as_str().expect("an id");
    let office = settle(id, "dic-vns", "district_office");
    assert!(place.bahi(&office).failed(1).contains("an auditor takes it up first"));
    let words = ["audit", "take-up", id, "--actor", "ag-7", "--format", "json"];
    let taken_up = place.bahi(&words).done().json();
    assert_eq!((&taken_up["finding"], &taken_up["done"]), (&json!(id), &json!("taken_up")));
    assert!(place.bahi(&words).failed(1).contains("was taken up by event"));
    assert_eq!(place.bahi(&["audit", "--strict"]).status, 1, "taken up is not settled");
    for (actor, role) in [("dm-vns", "sanctioning_authority"), ("ddo-vns", "drawing_officer")] {
        let ran = place.bahi(&settle(id, actor, role));
        assert!(ran.failed(1).contains("has a hand in VNS/2024/0042"), "{ran:?}");
    }
    let told = place.bahi(&office).done().out;
    let said = format!("{id} no fault, at position {}\n", place.position());
    assert_eq!(told, said);
    assert_eq!(place.bahi(&["audit", "--strict"]).status, 0);
    let after = the_finding(&place);
    assert_eq!((&after["settled"], &after["id"]), (&json!("no_fault"), &json!(id)));
    assert_eq!(after["settled_by"], json!(place.position()));
    let told = place.bahi(&["audit", "--check", "C02"]).done().out;
    let flowing = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("settled by event"), "{told}");
    let counted = place.bahi(&["audit"]).done().out;
    assert!(counted.contains("1 settled"), "{counted}");
    let again = place.bahi(&settle(id, "ag-8", "auditor"));
    assert!(again.failed(1).contains("already_settled"), "{again:?}");
    // As it was before, it is open.
    let before = taken_up["position"].to_string();
    assert_eq!(place.bahi(&["audit", "--strict", "--at", &before]).status, 1);
}

#[test]
fn what_no_audit_finds_is_neither_taken_up_nor_settled() {
    let place = without_a_claim();
    let position = place.position();
    for (id, said) in [
        ("C02-1", "finds no C02-1"),
        ("C02", "a finding is a check and an event"),
        ("C02-010.2", "a finding is a check and an event"),
    ] {
        let ran = place.bahi(&["audit", "take-up", id, "--actor", "ag-7"]);
        assert!(ran.failed(2).contains(said), "{ran:?}");
        let ran = place.bahi(&settle(id, "ag-7", "auditor"));
        assert!(ran.failed(2).contains(said), "{ran:?}");
    }
    assert_eq!(place.position(), position, "nothing is recorded of it");
}

#[test]
fn a_finding_of_no_case_is_taken_up_and_settled_in_the_ledger() {
    let place = without_a_claim();
    let audited_cases = |place: &Place| {
        let balances = place.bahi(&["balances", "--by", "scheme", "--format", "json"]).done();
        let rows = balances.json()["rows"].as_array().expect("rows").clone();
        rows.iter().map(|row| row["audited"].as_u64().unwrap_or_default()).sum::<u64>()
    };
    let before = audited_cases(&place);
    // Each actor recorded in one go what counts years before; one of them on a case.
    for (actor, another) in [("fin-01", "dic-vns"), ("dic-vns", "fin-01")] {
        let found = || {
            let answer = audited(&place, &["--check", "C05"]);
            let of = |one: &&Value| one["detail"].as_str().is_some_and(|it| it.contains(actor));
            findings(&answer).iter().find(of).expect("a finding of the actor").clone()
        };
        let finding = found();
        let id = finding["id"].as_str().expect("an id").to_owned();
        let office = settle(&id, another, "district_office");
        let ran = place.bahi(&office);
        assert!(ran.failed(1).contains("no audit of the ledger took up"), "{ran:?}");
        let ran = place.bahi(&["audit", "take-up", &id, "--actor", actor]);
        assert!(ran.failed(1).contains(&format!("{actor} recorded event")), "{ran:?}");
        let words = ["audit", "take-up", &id, "--actor", "ag-7", "--format", "json"];
        let taken_up = place.bahi(&words).done().json();
        let event = event_at(&place, &taken_up["position"]);
        assert_eq!((&event["kind"], &event["case_ref"]), (&json!("Audited"), &Value::Null));
        assert_eq!(
            (&event["scope"], &event["findings"][0]["check"]),
            (&json!("ledger"), &json!(id))
        );
        assert!(place.bahi(&words).failed(1).contains("was taken up by event"));
        assert_eq!(found()["settled"], Value::Null, "taken up is not settled");
        let own = place.bahi(&settle(&id, actor, "district_office"));
        assert!(own.failed(1).contains(&format!("{actor} recorded event")), "{own:?}");
        let told = place.bahi(&office).done().out;
        let position = place.position();
        assert_eq!(told, format!("{id} no fault, at position {position}\n"));
        let after = found();
        assert_eq!((&after["settled"], &after["id"]), (&json!("no_fault"), &json!(id)));
        assert_eq!(after["settled_by"], json!(position));
        assert_eq!(place.bahi(&office).done().out, told, "the same again is the same");
        let ran = place.bahi(&settle(&id, "ag-8", "auditor"));
        assert!(ran.failed(1).contains("already_settled"), "{ran:?}");
        // Where the settlement is taken back it is open again.
        let number = if actor == "fin-01" { "fb" } else { "fc" };
        let back = json!({
            "command_id": format!("0198a7c2-0000-7000-8000-0000000000{number}"), "kind": "reverse",
            "actor": "ag-8", "role": "auditor", "effective_day": "2026-07-01",
            "authority": { "order": "R-9/2026", "date": "2026-07-01" },
            "of": position, "reason": "entered_twice"
        });
        place.reading(&back.to_string(), &["submit"]).done();
        assert_eq!(found()["settled"], Value::Null);
        place.bahi(&office).done();
        assert_eq!(found()["settled"], json!("no_fault"));
    }
    let told = place.bahi(&["events", "--kind", "Audited"]).done().out;
    assert!(told.contains("audit of the ledger"), "{told}");
    assert_eq!(audited_cases(&place), before, "no case was audited");
    let counted = place.bahi(&["audit"]).done().out;
    assert!(counted.contains("2 settled"), "{counted}");
    place.bahi(&["verify"]).done();
    place.bahi(&["replay", "--compare"]).done();
    let backup = place.beside().join("backup");
    place.bahi(&["backup", backup.to_str().expect("a path")]).done();
    assert_eq!(on(&backup, &["audit", "--format", "json"]).done().json(), audited(&place, &[]));
}

#[test]
fn an_audit_names_a_case_or_says_that_it_is_of_the_ledger() {
    let place = Place::with_a_case();
    let audit = |number: u32, of: &str| {
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-0000000006{number:02}","kind":"audit","actor":"ag-7","role":"auditor","effective_day":"2025-02-01"{of},"opinion":"clear","findings":[]}}"#
        )
    };
    for (number, of, said) in [
        (1, r#","scope":"ledger""#, "accepted"),
        (2, r#","case_ref":"VNS/2024/0042","scope":"payment""#, "accepted"),
        (3, r#","scope":"payment""#, "not_applied"),
        (4, r#","case_ref":"VNS/2024/0042","scope":"ledger""#, "not_applied"),
    ] {
        let ran = place.reading(&audit(number, of), &["submit"]);
        assert!(ran.out.contains(said), "{said}: {ran:?}");
        // Sent again it is known again.
        let again = place.reading(&audit(number, of), &["submit"]);
        let known = if said == "accepted" { "duplicate" } else { said };
        assert!(again.out.contains(known), "{known}: {again:?}");
    }
    let other = audit(1, r#","case_ref":"VNS/2024/0042","scope":"case""#);
    assert!(place.reading(&other, &["submit"]).out.contains("command_id_reused"));
    place.bahi(&["verify"]).done();
}

/// The finding of the demonstration about one account of several applicants.
fn the_shared_account(place: &Place) -> Value {
    let answer = audited(place, &["--check", "C31"]);
    let [finding] = findings(&answer) else { panic!("{answer}") };
    assert_eq!((&finding["case_ref"], &finding["count"]), (&Value::Null, &json!(11)));
    finding.clone()
}

fn event_at(place: &Place, at: &Value) -> Value {
    let at = at.to_string();
    let words = ["events", "--from", &at, "--to", &at, "--format", "jsonl"];
    place.bahi(&words).done().json_lines()[0].clone()
}

#[test]
fn a_finding_of_several_cases_is_taken_up_and_settled_in_each_and_stays() {
    let place = demonstration();
    let finding = the_shared_account(&place);
    let id = finding["id"].as_str().expect("an id").to_owned();
    let office = settle(&id, "dic-900", "district_office");
    assert!(place.bahi(&office).failed(1).contains("an auditor takes it up first"));
    // Who granted one of the cases takes it up in none.
    let granted = |case: &str| {
        let words = ["events", "--kind", "Sanctioned", "--format", "jsonl"];
        let all = place.bahi(&words).done().json_lines();
        let of = all.iter().find(|event| event["case_ref"] == case).expect("a sanction").clone();
        of["actor"].as_str().expect("an actor").to_owned()
    };
    let (hand, position) = (granted("ROUND-TRIP/07"), place.position());
    let words = ["audit", "take-up", &id, "--actor", &hand];
    assert!(place.bahi(&words).failed(1).contains("maker"), "{hand}");
    assert_eq!(event_at(&place, &json!(place.position()))["kind"], "CommandRefused");
    assert_eq!(place.position(), position + 1, "a refusal is evidence, and nothing else is there");
    let words = ["audit", "take-up", &id, "--actor", "ag-7", "--format", "json"];
    let taken_up = place.bahi(&words).done().json();
    let audits = taken_up["positions"].as_array().expect("positions");
    assert_eq!((audits.len(), audits.last()), (11, Some(&taken_up["position"])));
    let mut money = 0;
    for (audit, number) in audits.iter().zip(1..) {
        let event = event_at(&place, audit);
        let case = format!("ROUND-TRIP/{number:02}");
        assert_eq!((&event["kind"], &event["case_ref"]), (&json!("Audited"), &json!(case)));
        assert_eq!(event["findings"][0]["check"], json!(id));
        let amount = event["findings"][0]["amount"].as_str().expect("an amount");
        money += amount.replace('.', "").parse::<i64>().expect("paise");
        let trail = place.bahi(&["trail", "--case", &case]).done().out;
        assert!(trail.contains(&id), "{trail}");
    }
    let all = finding["amount"].as_str().expect("an amount").replace('.', "");
    assert_eq!(all.parse(), Ok(money), "what is in question is so once");
    assert!(place.bahi(&words).failed(1).contains("was taken up by event"));
    assert_eq!(the_shared_account(&place)["settled"], Value::Null, "taken up is not settled");
    assert!(
        place.bahi(&settle(&id, &hand, "sanctioning_authority")).failed(1).contains("a hand in")
    );
    // Settled in one of them it is not settled yet.
    let one = json!({
        "command_id": "0198a7c2-0000-7000-8000-0000000000f9", "kind": "settle_finding",
        "actor": "dic-900", "role": "district_office", "effective_day": "2026-07-01",
        "audit": audits[4], "finding": 1, "settlement": "made_good", "reference": "CHALLAN/9"
    });
    let ran = place.reading(&one.to_string(), &["submit"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(the_shared_account(&place)["settled"], Value::Null);
    let told = place.bahi(&office).done().out;
    assert_eq!(
        told,
        format!("{id} no fault in 10 cases, the last at position {}\n", place.position())
    );
    let after = the_shared_account(&place);
    assert_eq!((&after["settled"], &after["id"]), (&json!("no_fault"), &json!(id)));
    assert_eq!(after["settled_by"], json!(place.position()));
    let trail = place.bahi(&["trail", "--case", "ROUND-TRIP/11"]).done().out;
    assert!(trail.to_lowercase().contains("settled"), "{trail}");
    assert!(place.bahi(&office).failed(1).contains("already_settled"));
    // Where one settlement is taken back it is open again.
    let back = json!({
        "command_id": "0198a7c2-0000-7000-8000-0000000000fa", "kind": "reverse",
        "actor": "dic-900", "role": "district_office", "effective_day": "2026-07-01",
        "authority": { "order": "R-9/2026", "date": "2026-07-01" },
        "of": after["settled_by"], "reason": "entered_twice"
    });
    let ran = place.reading(&back.to_string(), &["submit"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(the_shared_account(&place)["settled"], Value::Null);
    place.bahi(&["verify"]).done();
}

#[test]
fn on_a_terminal_a_trend_is_plotted_and_nowhere_else() {
    let place = demonstration();
    let watched = |words: &[&str]| {
        let program = ["bahi"].into_iter().chain(words.iter().copied()).map(OsString::from);
        let ledger = ["--ledger".into(), place.ledger().into_os_string()];
        let (mut input, mut out, mut err) = (&b""[..], Vec::new(), Vec::new());
        let terminal = Terminal { read: true, ..Terminal::default() };
        let words = program.chain(ledger);
        let status = bahi_cli::run(words, &mut input, &mut out, &mut err, terminal);
        assert_eq!((status, err.len()), (0, 0));
        String::from_utf8(out).expect("the program writes UTF-8")
    };
    let is_plot = |line: &str| line.chars().any(|found| ('▁'..='█').contains(&found));
    let plots = |told: &str| told.lines().filter(|line| is_plot(line)).count();
    let audit = watched(&["audit"]);
    assert!(audit.contains(", by quarter\n") && plots(&audit) == 2, "{audit}");
    let balances = watched(&["balances", "--by", "fy"]);
    assert!(balances.contains("2020-21 to 2024-25"), "{balances}");
    let disbursed = balances.lines().find(|line| line.starts_with("disbursed  ")).expect("a plot");
    // A block for each year, one of them the tallest.
    assert_eq!(disbursed.chars().count(), 12 + 5, "{disbursed}");
    assert!(disbursed.contains('█') && plots(&balances) >= 6, "{balances}");
    let rest = [&["audit", "--format", "json"][..], &["balances", "--by", "scheme"]];
    assert!(rest.iter().all(|words| plots(&watched(words)) == 0));
    for words in [&["audit"][..], &["balances", "--by", "fy"]] {
        assert_eq!(plots(&place.bahi(words).done().out), 0);
    }
}
