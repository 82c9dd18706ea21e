//! Tables whose words say that money came back, through the whole program.

use serde_json::{Value, json};

use super::Office;

const TODAY: [&str; 2] = ["--today", "2024-07-10"];

/// An office with so many payments of one amount, each under a bill of its own.
fn office(bills: u64) -> Office {
    let mut office = Office::new();
    let mut commands = vec![office.allot()];
    for key in 1..=bills {
        let bill = format!("BILLNO-{key:05}");
        let paid = [(25_000_000, &*bill, "2024-06-20")];
        commands.extend(office.case(&format!("VNS/{key}"), &paid, key));
    }
    office.submit(&commands);
    office
}

/// A table of rows `(narration, debit or credit)`, a day apart, of two and a half lakh each.
fn table(rows: &[(&str, char)]) -> String {
    let mut text =
        "Account No : 123456789012\r\nDate,Narration,Value Dat,Debit Amount,Credit Amount,\
                    Chq/Ref Number,Closing Balance\r\n"
            .to_owned();
    let mut balance = 10_000_000;
    for ((narration, side), day) in rows.iter().zip(21..) {
        let (amount, nothing) = ("250000.00", "");
        let (debit, credit) = if *side == 'D' { (amount, nothing) } else { (nothing, amount) };
        balance += if *side == 'D' { -250_000 } else { 250_000 };
        text += &format!(
            "{day}/06/24,{narration},{day}/06/24,{debit},{credit},0000000000000,{balance}.00\r\n"
        );
    }
    text
}

fn kinds(office: &Office) -> Vec<Value> {
    let told = office.events("StatementLines");
    let lines = told.iter().flat_map(|one| one["lines"].as_array().expect("lines").clone());
    lines.map(|line| line["particulars"]["kind"].clone()).collect()
}

fn run(office: &Office) -> Value {
    office.json(&[&["reconcile", "--run"], &TODAY[..]].concat())
}

/// Reasons of what is left on the bank's side, by the line's number.
fn left(answer: &Value) -> Vec<(String, String)> {
    let all = answer["exceptions"].as_array().expect("exceptions").iter();
    let bank = all.filter(|one| one["side"] == "bank");
    let told = |value: &Value| value.as_str().expect("a text").to_owned();
    bank.map(|one| (told(&one["ids"][0]), told(&one["reason"]))).collect()
}

#[test]
fn a_return_that_a_table_tells_in_words_is_linked_to_its_payment() {
    let office = office(4);
    let utr = "SBIN324172000001";
    let file = table(&[
        ("NEFT BILLNO-00001 ASHA", 'D'),
        (&format!("NEFT {utr} BILLNO-00002 ASHA"), 'D'),
        ("NEFT BILLNO-00003 ASHA", 'D'),
        ("NEFT RETURN BILLNO-00001 ASHA", 'C'),
        (&format!("NEFT-RETURN-{utr}-ASHA-ACCOUNT CLOSED"), 'C'),
        ("NEFT RETURN FILING BILLNO-00003", 'C'),
        ("NEFT RETURN-SBIN324172000009-ASHA-ACCOUNT CLOSED", 'C'),
        ("NEFT RETURN GIFTS AND CO", 'C'),
        ("NEFT RETURN SBIN324172000008", 'D'),
    ]);
    let added = office.add("hdfc.csv", file.as_bytes());
    let at = added["statements"][0]["position"].as_u64().expect("a position");
    let (line, back) = (json!("movement"), json!("return"));
    let wanted = [&line, &line, &line, &back, &back, &line, &back, &line, &line];
    assert_eq!(kinds(&office), wanted.map(Clone::clone));
    let answer = run(&office);
    let returned = office.events("PaymentReturned");
    let paid = office.events("Disbursed");
    let of: Vec<&Value> = returned.iter().map(|one| &one["payment"]).collect();
    assert_eq!(of, [&paid[0]["position"], &paid[1]["position"]], "{answer}");
    let reasons = left(&answer);
    let reason = |number: u64| {
        let id = format!("{at}/{number}");
        reasons.iter().find(|(one, _)| *one == id).map(|(_, reason)| reason.as_str())
    };
    // Paid back by somebody, for all that is said: a person's word.
    assert_eq!(reason(6), Some("proposed"), "{reasons:?}");
    assert_eq!(reason(7), Some("return_unnamed"), "{reasons:?}");
    assert_eq!(reason(8), Some("missing_in_ledger"), "{reasons:?}");
    assert_eq!(reasons.iter().filter(|(id, _)| id.starts_with(&format!("{at}/"))).count(), 4);
    // Another run finds nothing, nor does the same file.
    let position = office.place.position();
    run(&office);
    assert_eq!(office.add("again.csv", file.as_bytes())["known"], true);
    assert_eq!(office.place.position(), position, "the same again adds nothing");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

/// The transfer that a line went out by is remembered, whichever file tells of its way back.
#[test]
fn a_return_of_a_later_month_is_known_by_the_line_it_went_out_by() {
    let office = office(2);
    let out = [("NEFT SBIN324172000001 BILLNO-00001", 'D')];
    office.add("june.csv", table(&out).as_bytes());
    run(&office);
    let back = table(&[("NEFT RETURN SBIN324172000001", 'C')]).replace("/06/24", "/07/24");
    office.add("july.csv", back.as_bytes());
    run(&office);
    let returned = office.events("PaymentReturned");
    assert_eq!(returned.len(), 1, "{returned:?}");
    assert_eq!(returned[0]["payment"], office.events("Disbursed")[0]["position"]);
    assert_eq!(left(&run(&office)), []);
}

/// A line that came before the ledger knew the payment stands there as a movement: it is told once.
#[test]
fn a_line_that_words_make_a_return_later_is_the_same_line() {
    let mut office = office(1);
    let row = ("NEFT RETURN BILLNO-00002", 'C');
    office.add("a.csv", table(&[row]).as_bytes());
    assert_eq!(kinds(&office), [json!("movement")]);
    let paid = [(25_000_000, "BILLNO-00002", "2024-06-20")];
    let more = office.case("VNS/2", &paid, 2);
    office.submit(&more);
    let added = office.add("b.csv", table(&[row, ("NEFT BILLNO-00001", 'D')]).as_bytes());
    let part = &added["statements"][0];
    assert_eq!((&part["lines"], &part["repeated"]), (&json!(1), &json!(1)), "{added}");
}
