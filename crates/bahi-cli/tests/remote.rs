//! The program on a service as on a directory: the same questions, the same answers, to the byte; and
//! on services that lie, break off, or are none.
//!
//! # Invariants
//! * Each service listens on this machine at a port of the system's choosing, and is ended.
//! * What is asked of a directory is asked of a copy of it that is served, by the same words.

#![cfg(unix)]

#[path = "remote/hostile.rs"]
mod hostile;
#[path = "remote/place.rs"]
mod place;

use place::{Office, Ran, commands};
use serde_json::Value;

/// Questions, and whether each has an answer.
const ASKED: &[(&[&str], i32)] = &[
    (&["balances"], 0),
    (&["balances", "--by", "scheme,district,head,fy", "--as-of", "2024-06-15"], 0),
    (&["balances", "--by", "head", "--district", "Varanasi", "--at", "9"], 0),
    (&["balances", "--by", "none", "--known-on", "2020-01-01"], 0),
    (&["balances", "--scheme", "nowhere"], 2),
    (&["balances", "--head", "nowhere"], 2),
    (&["balances", "--at", "99999"], 2),
    (&["outcomes", "--by", "district,fy"], 0),
    (&["outcomes", "--scheme", "margin-money", "--as-of", "2024-05-30"], 0),
    (&["suspense"], 0),
    (&["suspense", "--scheme", "margin-money", "--at", "12"], 0),
    (&["trail", "--case", "VNS/2024/0042"], 0),
    (&["trail", "--case", "VNS/2024/0042", "--as-of", "2024-06-01"], 0),
    (&["trail", "--order", "B-1/2024"], 0),
    (&["trail", "--person", "0123456789abcdef0123456789abcdef"], 0),
    (&["trail", "--account", "fedcba9876543210fedcba9876543210", "--at", "11"], 0),
    (&["trail", "--case", "NOBODY & nothing"], 1),
    (&["trail", "--order", "none", "--at", "9"], 1),
    (&["explain", "VNS/2024/0042"], 0),
    (&["explain", "NOBODY/1"], 1),
    (&["events"], 0),
    (&["events", "--reverse", "--limit", "7"], 0),
    (&["events", "--from", "3", "--to", "9", "--kind", "SchemeOpened"], 0),
    (&["events", "--kind", "CommandRefused"], 0),
    (&["events", "--scheme", "margin-money", "--as-of", "2024-06-15", "--at", "20"], 0),
    (&["events", "--scheme", "nowhere"], 2),
    (&["events", "--at", "99999"], 2),
    (&["schemes"], 0),
    (&["schemes", "margin-money"], 0),
    (&["scheme", "show", "mda"], 0),
    (&["audit"], 0),
    (&["audit", "--check", "C31"], 0),
    (&["audit", "--strict", "--as-of", "2026-01-01"], 1),
    (&["sample", "--nonce", "AG-UP/2025/1", "--size", "2", "--of", "cases"], 0),
    (&["reconcile", "--today", "2024-07-10"], 0),
    (&["certificate", "--scheme", "margin-money", "--fy", "2024-25"], 0),
    (&["paper", "ageing"], 0),
    (&["paper", "case", "VNS/2024/0042"], 0),
    (&["payments", "files"], 0),
];

#[test]
fn what_is_asked_of_a_service_is_answered_as_of_the_directory_to_the_byte() {
    let office = Office::with_history();
    let copy = office.copied();
    let service = copy.serve(&[]);
    for (words, status) in ASKED {
        for format in ["table", "json", "jsonl", "csv"] {
            let words = [words, &["--format", format][..]].concat();
            let (here, there) = (office.run(&words), service.run(&words));
            assert_eq!(here.status, *status, "{words:?}: {here:?}");
            assert_eq!(there, here, "{words:?}");
        }
    }
    let facts = r#"{"project_cost":"1000000"}"#;
    let entitled =
        ["entitlement", "--scheme", "margin-money", "--on", "2024-06-10", "--facts", facts];
    assert_eq!(service.run(&entitled), office.run(&entitled));
    for table in ["events", "postings", "gl-detail", "cases", "balances"] {
        let words = ["export", table, "--to", "csv", "--out", "-"];
        assert_eq!(service.run(&words), office.run(&words), "{table}");
    }
    let replayed = service.json(&["replay", "--compare"]);
    assert_eq!(replayed["compared"]["equal"], true, "{replayed}");
    let verified = service.json(&["verify", "--redecide"]);
    assert_eq!((&verified["ok"], &verified["position"]), (&true.into(), &replayed["position"]));
}

#[test]
fn commands_are_signed_for_the_ledger_that_the_service_keeps() {
    let office = Office::with_history();
    let key = office.path("fin-01.key");
    assert_eq!(office.run(&["key", "new", "--key", &key, "--actor", "fin-01"]).status, 0);
    let public = office.run(&["key", "show", "--key", &key, "--hex"]).out;
    let set = format!(
        r#"{{"command_id":"0198a7c2-0000-7000-a000-000000000001","kind":"set_actor_key","actor":"keeper","role":"administrator","effective_day":"2024-04-01","authority":{{"order":"IT-7","date":"2024-04-01"}},"signer":"fin-01","key":"{}","required":true}}"#,
        public.trim()
    );
    let set = office.write("set.jsonl", &set);
    assert_eq!(office.run(&["submit", &set]).status, 0);
    let copy = office.copied();
    let service = copy.serve(&[]);
    let more = commands(960, 962);
    let unsigned = service.program(&["submit"]);
    let unsigned = place::Ran::of(unsigned, &more, None);
    assert_eq!(
        unsigned.out.matches("\"refusal\":\"signature_missing\"").count(),
        2,
        "{unsigned:?}"
    );
    service.reading(&["submit", "--sign", &key], &more);
    let again = service.reading(&["submit", "--sign", &key], &more);
    assert_eq!(again.out.matches("\"duplicate\"").count(), 2);
    let dry = service.reading(&["submit", "--dry-run", "--sign", &key], &commands(962, 963));
    assert_eq!(dry.out.matches("\"accepted\"").count(), 1);
    let verified = service.json(&["verify"]);
    let passes = verified["passes"].as_array().expect("passes");
    let pass = passes.iter().find(|pass| pass["name"] == "signatures").expect("a pass");
    assert_eq!((&pass["ok"], &pass["checked"]), (&true.into(), &2.into()));
}

#[test]
fn what_is_recorded_over_a_service_is_answered_as_in_the_directory() {
    let office = Office::with_history();
    let copy = office.copied();
    let service = copy.serve(&[]);
    let more = office.write("more.jsonl", &commands(900, 940));
    let mixed = office.write(
        "mixed.jsonl",
        &format!("{}\n\nnot a command\n{}", commands(940, 941).trim(), commands(900, 901)),
    );
    let refused = commands(950, 951).replace("\"amount\":\"5.00\"", "\"amount\":\"-1\"");
    let refused = office.write("refused.jsonl", &refused);
    let bank = office.write("bank.sta", place::STATEMENT);
    let finding = {
        let found = office.json(&["audit"]);
        let all = found["findings"].as_array().expect("findings").clone();
        let one = all.iter().find(|one| one["case_ref"] == "VNS/2024/0042");
        one.expect("of the case")["id"].as_str().expect("an id").to_owned()
    };
    let written: &[(&[&str], i32)] = &[
        (&["submit", &more], 0),
        (&["submit", &more, "--batch", "7"], 0),
        (&["submit", &mixed], 2),
        (&["submit", &refused], 2),
        (&["submit", &more, "--dry-run"], 0),
        (&["certify", "--as-of", "2024-06-30", "--actor", "ag-7", "--role", "auditor"], 0),
        (&["seal", "--until", "2024-04-29", "--actor", "fin-01", "--role", "finance"], 1),
        (&["seal", "--until", "2024-04-30", "--actor", "fin-01", "--role", "finance"], 0),
        (&["audit", "take-up", &finding, "--actor", "ag-7"], 0),
        (&["audit", "take-up", &finding, "--actor", "ag-7"], 1),
        (&["audit", "take-up", "C31-99999", "--actor", "ag-7"], 2),
        (&["statement", "add", &bank], 0),
        (&["statement", "add", &bank], 0),
        (&["reconcile", "--run", "--today", "2024-07-10"], 0),
        (&["reconcile", "--run", "--report", "--strict", "--today", "2024-07-10"], 1),
        (&["reconcile", "accept", "p0123456789ab", "--actor", "cao-vns"], 1),
    ];
    for (words, status) in written {
        for format in ["table", "json"] {
            let words = [words, &["--format", format][..]].concat();
            let (here, there) = (office.run(&words), service.run(&words));
            // What was done once may be no the second time, and is so in both.
            assert_eq!(there.alike(), here.alike(), "{words:?}");
            assert!(here.status == *status || format == "json", "{words:?}: {here:?}");
        }
    }
    let csv = ["balances", "--by", "scheme,fy", "--format", "csv"];
    // Two ledgers: each row ends in a root, an effective day and an instant of its own.
    let sums = |ran: place::Ran| -> Vec<String> {
        ran.out.lines().filter_map(|row| row.rsplitn(4, ',').nth(3)).map(str::to_owned).collect()
    };
    let (here, there) = (sums(office.run(&csv)), sums(service.run(&csv)));
    assert_eq!(there, here);
    assert!(here[0].ends_with(",position") && here.len() == 2, "{here:?}");
}

#[test]
fn a_service_is_backed_up_and_the_backup_verifies_and_goes_on() {
    let office = Office::with_history();
    let copy = office.copied();
    let service = copy.serve(&["--key"]);
    let backup = office.path("backup");
    let first = service.json(&["backup", &backup]);
    let position = first["position"].as_u64().expect("a position");
    assert!(first["before"].is_null() && position > 300, "{first}");
    service.reading(&["submit"], &commands(900, 960));
    let second = service.json(&["backup", &backup, "--copy", &backup]);
    assert_eq!(second["before"], position);
    assert_eq!(second["position"], position + 60);
    let asked = office.run_on(&backup, &["balances"]);
    assert_eq!(service.run(&["balances", "--copy", &backup]), asked);
    assert_eq!(office.run_on(&backup, &["verify"]).status, 0);

    let note = office.path("now.note");
    assert_eq!(service.run(&["checkpoint", "--out", &note]).status, 0);
    let (proof, event) = (office.path("7.proof"), office.path("7.event"));
    let proved = service.run(&["prove", "7", "--out", &proof, "--event", &event]);
    assert_eq!(proved.status, 0, "{proved:?}");
    let key = copy.path("key.pub");
    let checked = office.run(&["check-proof", &proof, "--event", &event, "--key", &key]);
    assert_eq!(checked.status, 0, "{checked:?}");
    let against = service.run(&["verify", "--against", &note, "--key", &key]);
    assert_eq!(against.status, 0, "{against:?}");
    let other = Office::with_history();
    let strange = other.copied().serve(&[]).run(&["backup", &backup, "--copy", &backup]);
    assert_eq!(strange.status, 2, "another ledger's: {strange:?}");
    let unkeyed = other.copied().serve(&[]).run(&["checkpoint"]);
    assert_eq!(unkeyed.status, 2, "{unkeyed:?}");
}

#[test]
fn a_token_says_who_asks_and_what_is_not_theirs_is_a_no() {
    let office = Office::with_history();
    let service = office.serve(&["--tokens"]);
    let token = |actor: &str, role: &str, more: &[&str]| {
        let words = [&["token", "new", "--actor", actor, "--role", role], more].concat();
        let made = office.run(&[&words[..], &["--tokens", &office.path("tokens")]].concat());
        made.out.trim().to_owned()
    };
    let clerk = token("dic-vns", "district_office", &["--district", "Varanasi"]);
    let finance = token("fin-01", "finance", &[]);
    let as_clerk = |words: &[&str]| service.run_as(&clerk, words, "");
    assert_eq!(service.run(&["balances"]).status, 2, "no token");
    assert_eq!(service.run_as("bahi_forged", &["balances"], "").status, 2);
    let balances = as_clerk(&["balances", "--by", "district", "--format", "csv"]);
    assert_eq!((balances.status, balances.out.lines().count()), (0, 2), "{balances:?}");
    assert_eq!(as_clerk(&["trail", "--case", "VNS/2024/0042"]).status, 0);
    assert_eq!(as_clerk(&["explain", "VNS/2024/0042"]).status, 0);
    for words in [
        &["balances", "--district", "Agra"][..],
        &["events"],
        &["verify"],
        &["audit"],
        &["trail", "--order", "B-1/2024"],
    ] {
        let ran = as_clerk(words);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{words:?}: {ran:?}");
        assert!(!ran.err.contains(&clerk), "no token is shown: {ran:?}");
    }
    let denied = service.run_as(&clerk, &["submit"], &commands(900, 901));
    assert_eq!((denied.status, denied.out.as_str()), (1, ""), "{denied:?}");
    let accepted = service.run_as(&finance, &["submit"], &commands(900, 901));
    assert!(accepted.out.contains("\"status\":\"accepted\""), "{accepted:?}");
    let file = office.write("token", &format!("{finance}\n"));
    let by_file = service.run(&["events", "--limit", "1", "--token-file", &file]);
    assert_eq!(by_file.status, 0, "{by_file:?}");
    let certified = ["certify", "--as-of", "2024-06-30", "--actor", "fin-02", "--role", "finance"];
    assert_eq!(service.run_as(&finance, &certified, "").status, 1, "nobody acts as another");
    assert_eq!(service.run_as(&finance, &["verify"], "").status, 0, "finance reads every event");
}

#[test]
fn what_cannot_be_done_over_a_service_says_so_before_anything_is_sent() {
    let office = Office::with_history();
    let nowhere = ["--server", "http://127.0.0.1:1"];
    let file = office.write("x", "x");
    for words in [
        &["demo"][..],
        &["tour"],
        &["init"],
        &["import", "cases", &file],
        &["vault", "accesses", "0123456789abcdef0123456789abcdef"],
        &["key", "new", "--key", "k"],
        &["restore", &file],
        &["serve"],
        &["token", "list", "--tokens", &file],
    ] {
        let ran = office.run(&[words, &nowhere].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{words:?}: {ran:?}");
        assert!(ran.err.contains("not over a service"), "{words:?}: {ran:?}");
    }
    for (words, why) in [
        (&["balances", "--server", "ledger"][..], "https://HOST:PORT"),
        (&["balances", "--server", "https://a:b@c"], "no password"),
        (&["balances", "--server", "http://127.0.0.1:1", "--ledger", "elsewhere"], "name one of"),
        (&["balances", "--server", "http://127.0.0.1:1", "--ca", &file], "--ca"),
        (&["balances", "--server", "http://127.0.0.1:1", "--token-file", "nowhere"], "nowhere"),
        (&["balances", "--token-file", &file], "--server"),
        (&["events", "--follow"], "--server"),
        (
            &[
                "export",
                "cases",
                "--to",
                "csv",
                "--out",
                "o",
                "--key",
                "k",
                "--server",
                "http://[::1]:1",
            ],
            "--key",
        ),
    ] {
        let ran = office.run(words);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{words:?}: {ran:?}");
        assert!(ran.err.contains(why), "{words:?}: {ran:?}");
    }
    let in_clear = office.program(&["balances", "--server", "http://192.0.2.1:1"]);
    let ran = Ran::of(in_clear, "", Some("bahi_secret"));
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("in the clear") && !ran.err.contains("secret"), "{ran:?}");
    let gone = office.run(&["balances", "--server", "http://127.0.0.1:1"]);
    assert_eq!(gone.status, 3, "{gone:?}");
}

#[test]
fn events_are_followed_as_they_come_and_where_the_service_was_away() {
    let office = Office::with_history();
    let service = office.serve(&[]);
    let last = service.json(&["balances"])["position"].as_u64().expect("a position");
    let from = (last - 1).to_string();
    let mut words =
        vec!["events", "--follow", "--from", &from, "--limit", "5", "--format", "jsonl"];
    words.extend(["--kind", "FundsAllotted"]);
    let following = service.begin(&words);
    service.reading(&["submit"], &commands(900, 910));
    let followed = Ran::from(following.wait_with_output().expect("it ends"));
    assert_eq!(followed.status, 0, "{followed:?}");
    let positions: Vec<u64> = followed
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .map(|event| event["position"].as_u64().expect("a position"))
        .collect();
    assert_eq!(positions.len(), 5);
    assert!(positions.windows(2).all(|pair| pair[0] < pair[1]) && positions[0] >= last - 1);
    let listed = service.run(&[
        "events",
        "--from",
        &from,
        "--kind",
        "FundsAllotted",
        "--limit",
        "5",
        "--format",
        "jsonl",
    ]);
    assert_eq!(followed.out, listed.out, "the same lines as without --follow");
}
