//! Files made up to try one thing each.

use crate::{
    AmountProblem, Collected, ControlKind, Format, ReferenceKind, Told, Verdict,
    tests::{self, told},
};

/// A line of fields, each padded to its width: text to the right, figures to the left.
fn line(fields: &[(&str, usize)]) -> String {
    fields.iter().map(|(text, width)| format!("{text:<width$}")).collect()
}

fn header(count: &str, total: &str) -> String {
    let line = line(&[
        ("12", 2),
        ("", 7),
        ("TREASURY", 40),
        ("", 14),
        ("000000001", 9),
        ("", 9),
        ("", 15),
        ("", 3),
        ("", 13),
        (total, 13),
        ("20062026", 8),
        ("", 10),
        ("", 10),
        ("", 3),
        ("USER0001", 18),
        ("ADVICE-77", 18),
        ("ABCD0123456", 11),
        ("998877665544", 35),
        (count, 9),
        ("01", 2),
        ("", 57),
    ]);
    assert_eq!(line.len(), 306);
    line
}

fn item(paise: &str, flag: &str, reason: &str, account: &str, aadhaar: &str) -> String {
    let line = line(&[
        ("23", 2),
        ("", 9),
        ("10", 2),
        ("", 3),
        ("", 15),
        ("SOMEBODY", 40),
        ("", 9),
        ("", 7),
        ("SUBSIDY", 20),
        ("", 13),
        (paise, 13),
        ("0000000007", 10),
        ("", 10),
        (flag, 1),
        (reason, 2),
        ("ABCD0654321", 11),
        (account, 35),
        ("ABCD0123456", 11),
        ("USER0001", 18),
        ("TXN-1", 30),
        ("10", 3),
        (aadhaar, 15),
        ("", 20),
        ("", 7),
    ]);
    assert_eq!(line.len(), 306);
    line
}

fn read(text: &str) -> Collected {
    let collected = tests::read(text);
    assert_eq!(collected.reading.format, Format::Npci);
    collected
}

#[test]
fn a_file_is_read_by_its_columns() {
    let text = format!(
        "{}\n{}\r\n{}\n",
        header("000000002", "0000000025050"),
        item("0000000025000", "", "", "00112233", ""),
        item("0000000000050", "", "", "", "999900001111")
    );
    let collected = read(&text);
    assert_eq!(told(&collected), []);
    let whole = &collected.batches[0];
    assert_eq!((whole.batch.instructions, whole.batch.sum_minor), (2, Some(25_050)));
    assert_eq!(whole.batch.day.map(|day| day.to_string()).as_deref(), Some("2026-06-20"));
    let batch_reference = &whole.batch.references[0];
    assert_eq!(
        (batch_reference.kind, batch_reference.text.as_str()),
        (ReferenceKind::Batch, "ADVICE-77")
    );
    let one = &whole.instructions[0];
    assert_eq!(one.beneficiary.account.as_ref().map(|one| one.reveal()), Some("00112233"));
    assert_eq!((one.by_aadhaar, one.verdict, one.amount.minor()), (false, Verdict::Open, 25_000));
    assert!(one.beneficiary.ifsc().is_some());
    let kinds: Vec<_> = one.references.iter().map(|one| (one.kind, one.text.as_str())).collect();
    assert_eq!(kinds, [(ReferenceKind::EndToEnd, "TXN-1"), (ReferenceKind::Item, "0000000007")]);
    assert!(whole.instructions[1].by_aadhaar);
    assert!(!format!("{collected:?}").contains("999900001111"));
}

#[test]
fn an_answer_says_what_became_of_each_item() {
    for (flag, reason, verdict, code, odd) in [
        ("1", "00", Verdict::Paid, None, false),
        ("1", "", Verdict::Paid, None, false),
        ("0", "01", Verdict::Failed, Some("01"), false),
        ("0", "96", Verdict::Failed, Some("96"), false),
        ("0", "00", Verdict::Open, None, false),
        ("1", "53", Verdict::Unknown, Some("53"), true),
        ("3", "", Verdict::Unknown, None, true),
        ("", "53", Verdict::Unknown, Some("53"), true),
    ] {
        let answer = format!("{}21062026\n", item("0000000025000", flag, reason, "1", ""));
        let collected = read(&format!("{}\n{answer}", header("000000001", "0000000025000")));
        let found = &collected.batches[0].instructions[0];
        assert_eq!((found.verdict, found.reason.as_deref()), (verdict, code), "{flag} {reason}");
        assert_eq!(told(&collected).len(), usize::from(odd), "{flag} {reason}");
    }
}

#[test]
fn totals_are_compared_and_bad_items_set_aside() {
    let good = item("0000000025000", "", "", "1", "");
    for (bad, wanted) in [
        (
            item("000000002500O", "", "", "1", ""),
            Told::Amount("amount of an item", AmountProblem::Character),
        ),
        (
            item("   0000025000", "", "", "1", ""),
            Told::Amount("amount of an item", AmountProblem::Character),
        ),
        (item("0000000000000", "", "", "1", ""), Told::Missing("amount of an item")),
        (good[..290].to_owned(), Told::NotUnderstood("an item of another length")),
        (format!("{good}2106"), Told::NotUnderstood("an item of another length")),
        (good.replacen("23", "67", 1), Told::Side("the item is of the other side than its header")),
    ] {
        let text = format!("{}\n{good}\n{bad}\n{good}\n", header("000000003", "0000000075000"));
        let collected = read(&text);
        assert_eq!(
            told(&collected),
            [
                wanted,
                Told::Control { kind: ControlKind::Sum, declared: 75_000, found: 50_000 },
                Told::Control { kind: ControlKind::Count, declared: 3, found: 2 },
            ]
        );
        assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64 + 1);
        assert_eq!(collected.batches[0].batch.set_aside, 1);
    }
}

#[test]
fn fields_are_characters_and_fillers_may_be_cut() {
    let wide = item("0000000025000", "", "", "1", "").replace("SOMEBODY", "SÖMÉBODY");
    let cut = item("0000000025000", "", "", "1", "").trim_end().to_owned();
    let cut = format!("{cut:<299}");
    let text = format!("{}\n{wide}\n{cut}\n", header("000000002", "0000000050000"));
    let collected = read(&text);
    assert_eq!(told(&collected), []);
    assert_eq!(collected.reading.instructions, 2);
    let without = read(&format!(
        "{}\n{cut}\nNOISE\n",
        header("         ", "0000000025000").replacen("         01", "00000000101", 1)
    ));
    assert_eq!(without.reading.bytes.set_aside, 6);
}
