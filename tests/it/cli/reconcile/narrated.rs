//! References in narrations, through the whole program: whole and alone they match, else nobody does.

use serde_json::{Value, json};

use super::Office;

const TODAY: [&str; 2] = ["--today", "2024-07-10"];

/// An office with so many payments of one amount, under bills of their own.
fn office(bills: &[&str]) -> Office {
    let mut office = Office::new();
    let mut commands = vec![office.allot()];
    for (key, bill) in (1..).zip(bills) {
        let paid = [(25_000_000, *bill, "2024-06-20")];
        commands.extend(office.case(&format!("VNS/{key}"), &paid, key));
    }
    office.submit(&commands);
    office
}

/// A table with one debit of two and a half lakh for each narration.
fn table(narrations: &[&str]) -> String {
    let mut text =
        "Account No : 123456789012\nDate,Narration,Value Dat,Debit Amount,Credit Amount,\
        Chq/Ref Number,Closing Balance\n"
            .replace(",        ", ",");
    for (number, narration) in (1..).zip(narrations) {
        let balance = 10_000_000 - 250_000 * number;
        text += &format!("21/06/24,{narration},21/06/24,250000.00,,0000000000000,{balance}.00\n");
    }
    text
}

fn lines(office: &Office) -> Vec<Value> {
    let told = office.events("StatementLines");
    told.iter().flat_map(|one| one["lines"].as_array().expect("lines").clone()).collect()
}

#[test]
fn a_reference_in_a_narration_matches_whole_and_alone() {
    let bills = ["BILLNO-00001", "BILLNO-00002", "BILLNO-00003", "BILLNO-00004", "BILLNO-00005"];
    let office = office(&bills);
    let file = table(&[
        "NEFT BILLNO-00001 ASHA DEVI",
        "NEFT BILLNO-00002 FOR BILLNO-00003 ASHA",
        "NEFT-BILLNO-00004-ASHA",
        "NEFT BILLNO-0000 4 ASHA",
        "NEFT BILLNO-00005 AND BILLNO-00099",
    ]);
    let added = office.add("hdfc.csv", file.as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["named"], &part["unclear"]), (&json!(1), &json!(2)), "{added}");
    let references: Vec<Value> =
        lines(&office).iter().map(|line| line["references"].clone()).collect();
    let two = json!(["BILLNO-00002", "BILLNO-00003"]);
    assert_eq!(references, [json!(["BILLNO-00001"]), two, json!([]), json!([]), json!([])]);
    let answer = office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    let matched = office.events("Matched");
    assert_eq!(matched.len(), 1, "{matched:?}");
    assert_eq!(matched[0]["rule"], "r2_narration");
    assert_eq!(matched[0]["target"], office.events("Disbursed")[0]["position"]);
    let at = part["position"].as_u64().expect("a position");
    let second = format!("{at}/2");
    let all = answer["exceptions"].as_array().expect("exceptions");
    let of_second = all.iter().find(|one| one["ids"][0] == second.as_str());
    assert_eq!(of_second.expect("left")["reason"], "reference_contradicts");
    // Nothing that a bank wrote is anywhere else.
    for one in office.events("StatementLines") {
        assert!(!one.to_string().contains("ASHA") && !one.to_string().contains("00099"), "{one}");
    }
    let position = office.place.position();
    assert_eq!(office.add("again.csv", file.as_bytes())["known"], true);
    office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    assert_eq!(office.place.position(), position, "the same again adds nothing");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

/// Bills that are not numbered in one width may be cut to one another.
#[test]
fn what_may_be_cut_from_a_longer_reference_matches_nothing() {
    let office = office(&["BILL/2024/1", "BILL/2024/2", "BILL/2024/17"]);
    let file = table(&["NEFT ASHA BILL/2024/1", "NEFT BILL/2024/2 ASHA", "NEFT BILL/2024/17"]);
    office.add("hdfc.csv", file.as_bytes());
    office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    let matched = office.events("Matched");
    assert_eq!(matched.len(), 1, "{matched:?}");
    assert_eq!(matched[0]["target"], office.events("Disbursed")[2]["position"]);
}

/// A file that came before the ledger knew, and one that overlaps it: no line is told twice, and none is
/// taken for another's.
#[test]
fn lines_are_the_same_whatever_the_ledger_knew_when_they_came() {
    let mut office = office(&["BILLNO-00001"]);
    let entry = |narration: &str| format!(":61:2406210621D250000,00NTRFNONREF\n:86:{narration}\n");
    let file = |entries: &[String]| {
        format!(
            ":20:S\n:25:123456789012\n:28C:1/1\n:60F:C240601INR9000000,00\n{}\
             :62F:C240630INR1,00\n-\n",
            entries.concat()
        )
    };
    let (first, second) = (entry("NEFT BILLNO-00001 X"), entry("NEFT BILLNO-00002 Y"));
    office.add("a.sta", file(&[first.clone(), second.clone()]).as_bytes());
    let paid = [(25_000_000, "BILLNO-00002", "2024-06-20")];
    let more = office.case("VNS/2", &paid, 2);
    office.submit(&more);
    let third = entry("NEFT NO WORD");
    let added = office.add("b.sta", file(&[second, third, first]).as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["repeated"]), (&json!(1), &json!(2)), "{added}");
    let references: Vec<Value> =
        lines(&office).iter().map(|line| line["references"].clone()).collect();
    // The line that nothing was taken from is the one without a word, as far as can be told.
    assert_eq!(references, [json!(["BILLNO-00001"]), json!([]), json!(["BILLNO-00002"])]);
    office.json(&[&["reconcile", "--run"], &TODAY[..]].concat());
    assert_eq!(office.events("Matched").len(), 2);
    let held = office.place.position();
    let last = file(&[entry("NEFT BILLNO-00002 Y"), entry("NEFT BILLNO-00001 X")]);
    let added = office.add("c.sta", last.as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["repeated"]), (&json!(0), &json!(2)), "{added}");
    assert_eq!(office.place.position(), held + 1, "a statement without a new line");
}
