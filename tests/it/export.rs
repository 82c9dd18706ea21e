//! Exports as whoever receives them takes them: read by other means, summed and hashed again.
//!
//! # Invariants
//! * What is compared with an export comes from the ledger's other answers, or from code that
//!   stands here and shares nothing with it.
//!
//! # Not here
//! A file that is left half written: beside the writer of whole files, in the program's crate.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
};

use bahi::{
    By, ExportError, Exported, Filter, Ledger, LedgerName, NewLedger, POSTING_COLUMNS,
    PostingsForm, View,
    core::{
        Columns, Day, District, EventKind, FinancialYear, HeadName, Instant, Position, SchemeName,
        Total,
    },
    demo::{Demo, beginning},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    cli::{ALLOT, Place, bahi as program},
    tree,
};

/// A ledger that lived through some two hundred cases.
fn demonstration() -> Ledger {
    let name = LedgerName::new("demonstration").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let demo = Demo { cases: 200, seed: 7 };
    bahi::demo::run(&mut ledger, demo, &mut |_| {}).expect("the demonstration runs");
    ledger
}

fn postings(
    ledger: &Ledger,
    form: PostingsForm,
    filter: &Filter,
    view: View,
) -> (Exported, String) {
    let mut out = Vec::new();
    let exported = ledger.export_postings(form, filter, view, &mut out, &mut |_| {});
    (exported.expect("an export"), String::from_utf8(out).expect("it is text"))
}

fn events(ledger: &Ledger, filter: &Filter, view: View) -> (Exported, Vec<Value>) {
    let mut out = Vec::new();
    let exported = ledger.export_events(filter, view, &mut out, &mut |_| {}).expect("an export");
    let text = String::from_utf8(out).expect("it is text");
    assert!(text.is_empty() || text.ends_with('\n'));
    let parse = |line: &str| serde_json::from_str(line).expect("a JSON object");
    (exported, text.lines().map(parse).collect())
}

/// A row of postings by the names of its columns.
type Row = BTreeMap<String, String>;

fn rows(csv: &str) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(csv.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    assert_eq!(heading.iter().collect::<Vec<_>>(), POSTING_COLUMNS);
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.expect("a row of as many cells as the heading");
        heading.iter().zip(record.iter()).map(|(name, cell)| (name.into(), cell.into())).collect()
    };
    reader.records().map(row).collect()
}

/// Paise of a text of rupees with two places.
fn paise(text: &str) -> i128 {
    let (rupees, paise) = text.split_once('.').expect("two places");
    assert_eq!(paise.len(), 2, "{text}");
    format!("{rupees}{paise}").parse().expect("digits")
}

/// Debits less credits by fund and ledger account.
type Sums = BTreeMap<(Vec<String>, String), i128>;

fn sums(rows: &[Row]) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let fund = ["scheme", "district", "head", "fy"].map(|part| row[part].clone()).to_vec();
        let account = row["ledger_account"].clone();
        *sums.entry((fund, account)).or_default() += paise(&row["debit"]) - paise(&row["credit"]);
    }
    sums
}

/// The columns of balances as `docs/EVENTS.md` derives them from the accounts of a fund.
fn columns(sums: &Sums, fund: &[String]) -> [i128; 8] {
    let of =
        |account: &str| sums.get(&(fund.to_vec(), account.to_owned())).copied().unwrap_or_default();
    [
        -of("allotted"),
        of("committed") + of("issued"),
        -of("disbursed"),
        of("returned"),
        of("recovered"),
        of("utilised"),
        of("adjusted"),
        of("available"),
    ]
}

fn answered(columns: &Columns) -> [i128; 8] {
    [
        columns.allotted,
        columns.sanctioned,
        columns.disbursed,
        columns.returned,
        columns.recovered,
        columns.utilised,
        columns.adjusted,
        columns.available,
    ]
    .map(Total::paise)
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// Pasts of every kind, the awkward ones too.
fn views(ledger: &Ledger) -> Vec<View> {
    let now = View::NOW;
    let last = ledger.position();
    let at = |position| View { at: Some(Position(position)), ..now };
    let as_of = |text| View { as_of: Some(day(text)), ..now };
    let known_on = |text| View { known_on: Some(Instant::parse(text).expect("a moment")), ..now };
    let mut views = vec![now, at(0), at(1), at(6), at(7), at(8), at(255), at(256), at(257)];
    views.extend([at(last.0 / 3), at(last.0 / 2), at(last.0 - 1), at(last.0)]);
    views.extend(["2018-01-01", "2019-03-31", "2020-12-15", "2022-04-01", "2199-12-31"].map(as_of));
    views.extend(["2018-01-01", "2019-06-01", "2021-08-09T12:00:00+05:30"].map(known_on));
    views.push(View { at: at(last.0 / 2).at, ..as_of("2020-03-31") });
    views.push(View { known_on: known_on("2022-01-01").known_on, ..as_of("2020-03-31") });
    views
}

fn filters() -> Vec<Filter> {
    let none = Filter::default();
    let scheme = |name| Some(SchemeName::new(name).expect("a scheme"));
    let fy = FinancialYear::parse("2020-21").ok();
    assert!(fy.is_some());
    vec![
        none.clone(),
        Filter { scheme: scheme("margin-money"), ..none.clone() },
        Filter { scheme: scheme("no-such-scheme"), ..none.clone() },
        Filter { district: Some(District(187)), ..none.clone() },
        Filter { district: Some(District::POOL), ..none.clone() },
        Filter { fy, ..none.clone() },
        Filter { head: HeadName::new("no-such-head").ok(), ..none.clone() },
        Filter { scheme: scheme("mda"), fy, ..none },
    ]
}

#[test]
fn the_postings_of_a_demonstration_are_of_every_kind_that_moves_money() {
    let ledger = demonstration();
    let (exported, csv) = postings(&ledger, PostingsForm::Csv, &Filter::default(), View::NOW);
    let rows = rows(&csv);
    let kinds: BTreeSet<&str> = rows.iter().map(|row| row["kind"].as_str()).collect();
    for kind in ["FundsAllotted", "Sanctioned", "Disbursed", "PaymentReturned"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    assert!(exported.rows > 1_000 && exported.unplaced == 0, "{exported:?}");
}

#[test]
fn the_postings_of_every_event_sum_to_zero_and_add_up_to_what_is_returned() {
    let ledger = demonstration();
    for filter in filters() {
        for view in [View::NOW, View { as_of: Some(day("2020-12-15")), ..View::NOW }] {
            let (exported, csv) = postings(&ledger, PostingsForm::Csv, &filter, view);
            let rows = rows(&csv);
            let mut events: BTreeMap<u64, i128> = BTreeMap::new();
            let (mut debits, mut credits) = (0, 0);
            for row in &rows {
                let (debit, credit) = (paise(&row["debit"]), paise(&row["credit"]));
                assert!((debit == 0) != (credit == 0) && debit >= 0 && credit >= 0, "{row:?}");
                let position = row["position"].parse().expect("a position");
                *events.entry(position).or_default() += debit - credit;
                (debits, credits) = (debits + debit, credits + credit);
            }
            assert!(events.values().all(|sum| *sum == 0));
            assert_eq!(exported.rows, rows.len() as u64);
            assert_eq!(exported.events, events.len() as u64);
            assert_eq!((exported.debits.paise(), exported.credits.paise()), (debits, credits));
            assert_eq!(exported.basis, ledger.basis(view).expect("a basis"));
        }
    }
}

#[test]
fn accounts_summed_are_the_balances_of_every_past_and_filter() {
    let ledger = demonstration();
    let (mut compared, mut moved) = (0, 0);
    for view in views(&ledger) {
        for filter in filters() {
            let (_, csv) = postings(&ledger, PostingsForm::Csv, &filter, view);
            let sums = sums(&rows(&csv));
            let answer = ledger.balances(By::ALL, &filter, view).expect("balances");
            let mut funds = BTreeSet::new();
            for row in &answer.rows {
                let text = |part: Option<String>| part.unwrap_or_default();
                let fund = vec![
                    text(row.scheme.as_ref().map(ToString::to_string)),
                    text(row.district.map(|part| part.to_string())),
                    text(row.head.as_ref().map(ToString::to_string)),
                    text(row.fy.map(|part| part.to_string())),
                ];
                let answered = answered(&row.columns);
                assert_eq!(columns(&sums, &fund), answered, "{view:?} {filter:?} {fund:?}");
                compared += 1;
                moved += usize::from(answered != [0; 8]);
                funds.insert(fund);
            }
            for (fund, _) in sums.keys() {
                assert!(funds.contains(fund), "{view:?} {filter:?}: {fund:?} is in no balance");
            }
        }
    }
    assert!(compared > 1_000 && moved > 500, "{compared} compared, {moved} with money");
}

#[test]
fn every_field_of_a_posting_is_what_the_ledger_says_of_the_event() {
    let ledger = demonstration();
    let (_, csv) = postings(&ledger, PostingsForm::Csv, &Filter::default(), View::NOW);
    let (_, lines) = postings(&ledger, PostingsForm::JsonLines, &Filter::default(), View::NOW);
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let rows = rows(&csv);
    assert_eq!(rows.len(), lines.len());
    let mut expected = Vec::new();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let recorded = recorded.expect("an event");
        let event = bahi::answers::event(&ledger, &recorded).expect("its JSON");
        let event = serde_json::to_value(&event).expect("its JSON");
        for (fund, posting) in bahi::postings(&recorded) {
            // What is carried into another year has postings in two funds.
            let (scheme, head) =
                (ledger.names().scheme(fund.scheme), ledger.names().head(fund.head));
            let zero = json!("0.00");
            let amount = event["amount"].clone();
            let (debit, credit) = if posting.debit { (amount, zero) } else { (zero, amount) };
            expected.push(json!({
                "position": event["position"], "event_id": event["event_id"],
                "kind": event["kind"], "recorded_at": event["recorded_at"],
                "effective_day": event["effective_day"], "fy": fund.fy.to_string(),
                "scheme": scheme.map(ToString::to_string),
                "district": fund.district.to_string(),
                "head": head.map(ToString::to_string), "case": event["case_ref"],
                "ledger_account": posting.account.name(), "debit": debit, "credit": credit,
                "currency": "INR",
            }));
        }
    }
    assert_eq!(lines, expected);
    for (row, line) in rows.iter().zip(&lines) {
        for column in POSTING_COLUMNS {
            let value = &line[column];
            let text = if value.is_null() { String::new() } else { value.to_string() };
            let cell = value.as_str().map_or(text, str::to_owned);
            assert_eq!(row[column], cell, "{column} of {line}");
        }
    }
    assert!(lines.iter().any(|line| line["case"].is_null()), "an allotment is of no case");
    assert!(lines.iter().any(|line| line["case"].is_string()));
}

/// Bytes of base64, by the definition alone.
fn from_base64(text: &str) -> Vec<u8> {
    let letters = text.trim_end_matches('=');
    assert!(text.len().is_multiple_of(4) && text.len() - letters.len() < 3, "{text}");
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other} is no letter of base64"),
    };
    let bits: Vec<u8> = letters
        .bytes()
        .flat_map(|letter| (0..6).rev().map(move |bit| (value(letter) >> bit) & 1))
        .collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

fn leaf(record: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update([0]).chain_update(record).finalize().to_vec()
}

/// The root of a tree as RFC 6962 defines it, section 2.1.
fn root(leaves: &[Vec<u8>]) -> Vec<u8> {
    match leaves {
        [] => Sha256::digest([]).to_vec(),
        [one] => one.clone(),
        several => {
            let half = several.len().next_power_of_two() / 2;
            let (left, right) = (root(&several[..half]), root(&several[half..]));
            Sha256::new()
                .chain_update([1])
                .chain_update(left)
                .chain_update(right)
                .finalize()
                .to_vec()
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn exported_events_hash_to_the_root_of_the_ledger() {
    let ledger = demonstration();
    for view in views(&ledger).into_iter().filter(|view| view.as_of.is_none()) {
        let (exported, lines) = events(&ledger, &Filter::default(), view);
        assert_eq!(exported.rows, exported.basis.position.0);
        let mut leaves = vec![leaf(&ledger.record(Position::NONE).expect("the first record"))];
        for (line, position) in lines.iter().zip(1_u64..) {
            assert_eq!(line["position"], json!(position));
            let record = from_base64(line["record"].as_str().expect("a record"));
            let hash = leaf(&record);
            assert_eq!(line["leaf_hash"], json!(hex(&hash)), "position {position}");
            leaves.push(hash);
        }
        assert_eq!(leaves.len() as u64, exported.basis.position.0 + 1);
        assert_eq!(hex(&root(&leaves)), exported.basis.root.to_string(), "{view:?}");
        let now = exported.basis.position == ledger.position();
        assert_eq!(hex(&root(&leaves)) == ledger.root().to_string(), now);
    }
}

#[test]
fn exported_events_are_whole_and_those_a_view_and_a_filter_take() {
    let ledger = demonstration();
    let (mut full, mut none) = (0, 0);
    for view in views(&ledger) {
        for filter in filters() {
            let (exported, lines) = events(&ledger, &filter, view);
            let last = exported.basis.position;
            let mut expected = Vec::new();
            for recorded in ledger.events(Position(1), last) {
                let recorded = recorded.expect("an event");
                let event = bahi::answers::event(&ledger, &recorded).expect("its JSON");
                let event = serde_json::to_value(&event).expect("its JSON");
                let fund = &event["fund"];
                let is = |part: &str, wanted: Option<String>| {
                    wanted.is_none_or(|wanted| fund[part] == json!(wanted))
                };
                let taken = view.as_of.is_none_or(|day| recorded.envelope.effective_day <= day)
                    && is("scheme", filter.scheme.as_ref().map(ToString::to_string))
                    && is("head", filter.head.as_ref().map(ToString::to_string))
                    && is("district", filter.district.map(|part| part.to_string()))
                    && is("fy", filter.fy.map(|part| part.to_string()));
                if taken {
                    expected.push(event);
                }
            }
            assert_eq!(lines.len(), expected.len(), "{view:?} {filter:?}");
            for (mut line, event) in lines.into_iter().zip(expected) {
                let line = line.as_object_mut().expect("an object");
                assert!(line.remove("record").is_some());
                assert_eq!(json!(line), event);
                full += 1;
            }
            none += usize::from(exported.rows == 0);
            let (moved, _) = postings(&ledger, PostingsForm::Csv, &filter, view);
            assert_eq!((exported.debits, exported.credits), (moved.debits, moved.credits));
        }
    }
    assert!(full > 1_000 && none > 0);
}

#[test]
fn a_name_like_a_formula_is_none_in_a_spreadsheet_and_is_itself_in_json() {
    let place = Place::with_rulebook();
    let heads = ["=1+1", "+a,b", "-1", "@SUM(A1)", "'=1+1", "'quoted'", "a \\\"b\\\" \\\\ c"];
    for (index, head) in heads.iter().enumerate() {
        let line = ALLOT
            .replace("000000000001", &format!("{:012}", index + 1))
            .replace("\"head\":\"odop\"", &format!("\"head\":\"{head}\""));
        place.reading(&line, &["submit"]).done();
    }
    let told = |to: &str| place.bahi(&["export", "postings", "--to", to, "--out", "-"]).done();
    let names: Vec<String> =
        told("jsonl").json_lines().iter().map(|line| line["head"].to_string()).collect();
    let cells: Vec<String> = rows(&told("csv").out).iter().map(|row| row["head"].clone()).collect();
    assert_eq!((names.len(), cells.len()), (2 * heads.len(), 2 * heads.len()));
    let different: BTreeSet<&String> = cells.iter().collect();
    assert_eq!(different.len(), heads.len(), "no two names are one in a spreadsheet");
    for ((index, name), cell) in names.iter().enumerate().zip(&cells) {
        assert_eq!(*name, format!("\"{}\"", heads[index / 2]));
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        let given: String = serde_json::from_str(name).expect("a text");
        let formula = given.trim_start_matches('\'').starts_with(['=', '+', '-', '@']);
        let back = if formula { cell.strip_prefix('\'').unwrap_or_default() } else { cell };
        assert_eq!(back, given);
    }
}

/// An output with room for so many bytes.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_without_room_fails_the_export_wherever_it_ends() {
    let ledger = demonstration();
    let (filter, view) = (Filter::default(), View::NOW);
    let (_, whole) = postings(&ledger, PostingsForm::Csv, &filter, view);
    for room in [0, 1, 100, 1_000, whole.len() / 2, whole.len() - 1, whole.len()] {
        let mut out = Room(room);
        let exported =
            ledger.export_postings(PostingsForm::Csv, &filter, view, &mut out, &mut |_| {});
        let failed = matches!(exported, Err(ExportError::Write(_)));
        assert_eq!(failed, room < whole.len(), "{room} bytes of {}", whole.len());
        let events = ledger.export_events(&filter, view, &mut Room(room), &mut |_| {});
        assert!(matches!(events, Err(ExportError::Write(_))), "{room}");
    }
    let beyond = View { at: Some(ledger.position().next()), ..view };
    let mut out = Vec::new();
    let exported = ledger.export_events(&filter, beyond, &mut out, &mut |_| {});
    assert!(matches!(exported, Err(ExportError::Ledger(_))) && out.is_empty());
}

#[test]
fn lines_are_written_a_page_at_a_time() {
    /// The sizes of what was written.
    #[derive(Default)]
    struct Sizes(Vec<usize>);
    impl io::Write for Sizes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let ledger = demonstration();
    let (mut sizes, mut reached) = (Sizes::default(), Vec::new());
    let (filter, view) = (Filter::default(), View::NOW);
    ledger.export_events(&filter, view, &mut sizes, &mut |at| reached.push(at)).expect("done");
    let (total, largest) = (sizes.0.iter().sum::<usize>(), sizes.0.iter().max());
    assert!(largest.is_some_and(|largest| largest * 3 < total), "{:?}", sizes.0);
    assert!(reached.is_sorted() && reached.last() == Some(&ledger.position()), "{reached:?}");
}

#[test]
fn the_program_writes_what_the_library_writes_and_says_what_it_came_to() {
    let place = Place::empty();
    place.bahi(&["demo", "--cases", "60"]).done();
    let ledger = Ledger::open(&place.ledger()).expect("the ledger opens");
    let paid = ledger.events(Position(1), ledger.position()).flatten().find(|recorded| {
        recorded.event.kind() == EventKind::Disbursed
            && recorded.envelope.effective_day <= day("2022-03-31")
    });
    let district = paid.expect("somebody was paid by then").envelope.fund.district;
    drop(ledger);
    let (csv, lines) = (place.beside().join("p.csv"), place.beside().join("e.jsonl"));
    let (csv_name, lines_name) = (csv.to_string_lossy(), lines.to_string_lossy());
    let code = district.to_string();
    let view = ["--as-of", "2022-03-31", "--district", &code];
    let run = |words: &[&str]| place.bahi(&[words, &view[..]].concat()).done();
    let postings_to = |out| run(&["export", "postings", "--to", "csv", "--out", out]);
    let events_to =
        |out| run(&["export", "events", "--to", "jsonl", "--format", "json", "--out", out]);
    let said = postings_to(&csv_name).out;
    let answer = events_to(&lines_name).json();
    // What the ledger said of itself when a file was handed over stands after what it held.
    let before = ["--at", &answer["position"].to_string()];
    let events_before = ["export", "events", "--to", "jsonl", "--out", "-"];
    let streamed_lines = run(&[&events_before[..], &before[..]].concat()).out;
    let streamed_csv = postings_to("-").out;
    let read = |path| fs::read_to_string(path).expect("the file is there");
    assert_eq!((read(&csv), read(&lines)), (streamed_csv.clone(), streamed_lines.clone()));

    let ledger = Ledger::open(&place.ledger()).expect("the ledger opens");
    let filter = Filter { district: Some(district), ..Filter::default() };
    let past = View { as_of: Some(day("2022-03-31")), ..View::NOW };
    let (exported, text) = postings(&ledger, PostingsForm::Csv, &filter, past);
    assert!(exported.rows > 0);
    assert_eq!(streamed_csv, text);
    let counted = format!("{} postings of {} events written", exported.rows, exported.events);
    assert!(said.contains(&counted) && said.contains("counting what is effective by"), "{said}");
    let at = Position(answer["position"].as_u64().expect("a position"));
    assert_eq!(at.0 + 1, ledger.position().0, "two files, two events");
    let past = View { at: Some(at), ..past };
    let (exported, _) = events(&ledger, &filter, past);
    assert_eq!(streamed_lines.lines().count() as u64, exported.rows);
    let first = leaf(&ledger.record(Position::NONE).expect("the first record"));
    let expected = json!({
        "file": lines_name, "position": at.0,
        "root": ledger.root_at(at).expect("a root").to_string(),
        "as_of": "2022-03-31", "known_on": exported.basis.known_on.to_string(),
        "events": exported.events, "rows": exported.rows,
        "debits": exported.debits.to_string(), "credits": exported.credits.to_string(),
        "unplaced": 0, "first_leaf_hash": hex(&first), "signed_by": null,
        "totals": { "amount": exported.tally.totals[0].to_string() },
        "manifest": format!("{lines_name}.manifest"), "exported_at": at.0 + 1,
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_path_that_will_not_do_is_misuse_and_nothing_is_left_there() {
    let place = Place::with_a_case();
    let there = place.beside().join("there.csv");
    fs::write(&there, "mine").expect("written");
    let inside = place.ledger().join("anchor");
    let anchor = fs::read(&inside).expect("a ledger has an anchor");
    let path = |name: &str| place.beside().join(name).to_string_lossy().into_owned();
    let long = path(&"x".repeat(300));
    let cases: [(String, &[&str], &str); 10] = [
        (path("there.csv"), &[], "--force"),
        (path("no/such/directory.csv"), &["--force"], "cannot be written"),
        (path("there.csv/a.csv"), &[], "cannot be written"),
        (path("ledger/new.csv"), &[], "inside the ledger's directory"),
        (path("ledger/pages/../anchor"), &["--force"], "inside the ledger's directory"),
        (path("ledger"), &["--force"], "no ordinary file"),
        (path("new/"), &[], "names no file"),
        (path(".."), &[], "names no file"),
        (String::new(), &[], "a value is required"),
        (long, &[], "cannot be written"),
    ];
    for (out, more, why) in cases {
        let words = [&["export", "postings", "--to", "csv", "--out", &out], more].concat();
        let ran = place.bahi(&words);
        assert!(ran.failed(2).contains(why), "{out}: {ran:?}");
        assert_eq!(ran.out, "");
    }
    let new = path("new.csv");
    for more in [["--at", "99"], ["--scheme", "x"], ["--head", "x"]] {
        let words = ["export", "events", "--to", "jsonl", "--out", &new];
        place.bahi(&[&words[..], &more].concat()).failed(2);
    }
    let nobody = Place::empty();
    nobody.bahi(&["export", "events", "--to", "jsonl", "--out", &new]).failed(2);
    let mut names: Vec<_> = fs::read_dir(place.beside())
        .expect("the directory is there")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["ledger", "there.csv"]);
    assert_eq!(fs::read_to_string(&there).expect("it reads"), "mine");
    assert_eq!(fs::read(&inside).expect("it reads"), anchor);
    place.bahi(&["verify"]).done();
    let force = ["export", "postings", "--to", "csv", "--force", "--out", &path("there.csv")];
    place.bahi(&force).done();
    assert!(fs::read_to_string(&there).expect("it reads").starts_with("position,event_id,"));
}

#[test]
fn what_cannot_be_exported_is_refused_by_its_words() {
    let place = Place::with_rulebook();
    let cases: [&[&str]; 9] = [
        &["export"],
        &["export", "trails", "--to", "csv", "--out", "-"],
        &["export", "events", "--to", "hledger", "--out", "-"],
        &["export", "postings", "--to", "xlsx", "--out", "-"],
        &["export", "postings", "--to", "csv"],
        &["export", "postings", "--out", "-"],
        &["export", "postings", "--to", "csv", "--out", "-", "--district", "nowhere"],
        &["export", "postings", "--to", "csv", "--out", "-", "--as-of", "2024-02-30"],
        &["export", "events", "--to", "jsonl", "--out", "-", "--kind", "Applied"],
    ];
    for words in cases {
        let ran = place.bahi(words);
        assert_eq!(ran.out, "", "{words:?}");
        ran.failed(2);
    }
    for of in ["postings", "events"] {
        let help = program(&["export", of, "--help"]).done().out;
        assert!(help.contains("Example:") && help.contains(&format!("bahi export {of} --to")));
    }
}

#[test]
fn a_closed_pipe_ends_an_export_quietly_and_a_full_disk_does_not() {
    /// An output that takes nothing.
    struct Closed(io::ErrorKind);
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }
    let place = Place::with_a_case();
    for words in [["postings", "--to=csv"], ["postings", "--to=jsonl"], ["events", "--to=jsonl"]] {
        let words = [&["export"], &words[..], &["--out=-"]].concat();
        for (kind, status, lines) in
            [(io::ErrorKind::BrokenPipe, 0, 0), (io::ErrorKind::StorageFull, 3, 1)]
        {
            let (found, err) = place.streaming(&words, &mut io::empty(), &mut Closed(kind));
            assert_eq!((found, err.lines().count()), (status, lines), "{words:?}: {err}");
        }
    }
}

#[test]
fn every_column_of_exported_postings_is_documented_in_order() {
    let page = tree::read("docs/EVENTS.md");
    let section = page.split("\n## Exported postings\n").nth(1).expect("a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(column, _)| column)
        .collect();
    assert_eq!(rows, POSTING_COLUMNS);
}
