//! What is made up, written, and read back by the readers to the very values.

use bahi_core::{Day, LineSide, Money};
use proptest::prelude::*;

use super::{
    InventedAnswer, InventedLine, InventedPayment, InventedStatement, StatementForm, Wording,
    answers::branch, stands_everywhere,
};
use crate::{
    Verdict,
    tests::{read_bytes, told},
};

fn day(at: i32) -> Day {
    Day::from_epoch_days(at).expect("a day")
}

const FIRST: i32 = 20_500;

fn any_line() -> impl Strategy<Value = InventedLine> {
    let reference = prop::option::of("[A-Z]{2,5}[/-][1-9][0-9/.-]{0,20}[0-9]");
    let transfer = prop::option::of("[1-9][0-9]{10}");
    let text = "(PAYEE|CASH|CHARGES) [A-Z]{1,12}";
    (
        0..28_i32,
        0..3_i32,
        any::<bool>(),
        1..9_999_999_999_i64,
        any::<bool>(),
        reference,
        transfer,
        text,
    )
        .prop_map(|(booked, later, credit, paise, returned, reference, transfer, text)| {
            InventedLine {
                booked: day(FIRST + booked),
                value: day(FIRST + booked + later),
                side: if credit { LineSide::Credit } else { LineSide::Debit },
                amount: Money::from_paise(paise).expect("an amount"),
                returned,
                reference,
                transfer: transfer.map(|digits| format!("BAHIN{digits}")),
                text,
                wording: Wording::Whole,
            }
        })
}

fn statement(mut lines: Vec<InventedLine>) -> InventedStatement {
    lines.sort_by_key(|line| line.booked);
    InventedStatement {
        account: "900000000017".to_owned(),
        branch: branch(),
        from: day(FIRST),
        to: day(FIRST + 30),
        opening_paise: 900_000_000_000,
        lines,
    }
}

fn check(form: StatementForm, statement: &InventedStatement) {
    let bytes = form.write(statement);
    let collected = read_bytes(&bytes);
    assert_eq!(told(&collected), [], "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(collected.reading.bytes.set_aside, 0);
    let name = form.name();
    let known = [Some(collected.reading.format.name()), collected.reading.variant.as_deref()];
    assert!(known.contains(&Some(name)), "{name} is {known:?}");
    assert_eq!(collected.statements.len(), 1);
    let whole = &collected.statements[0];
    let account = whole.statement.account.as_ref().expect("an account");
    assert_eq!(account.reveal(), statement.account);
    assert_ne!(whole.statement.balance_equation, Some(false), "{name}");
    assert_eq!(whole.entries.len(), statement.lines.len());
    for ((entry, details), line) in whole.entries.iter().zip(&statement.lines) {
        let amount = entry.amount.money();
        assert_eq!((entry.side, amount), (line.side, Some(line.amount)), "{name}");
        assert_eq!(entry.booked, Some(line.booked), "{name}");
        let no_value = matches!(form, StatementForm::Axis | StatementForm::Pnb);
        assert!(no_value || entry.value == Some(line.value), "{name}");
        check_words(form, entry, details, line);
    }
}

/// The references and the text of a line, wherever its form puts them.
fn check_words(
    form: StatementForm,
    entry: &crate::Entry,
    details: &[crate::Detail],
    line: &InventedLine,
) {
    let references = entry.references.iter().chain(details.iter().flat_map(|one| &one.references));
    let mut known: Vec<&str> = references.map(|one| one.text.as_str()).collect();
    known.push(entry.narration.reveal());
    known.extend(details.iter().map(|one| one.narration.reveal()));
    for wanted in line.reference.iter().chain(&line.transfer) {
        assert!(known.iter().any(|one| one.contains(wanted)), "{}: {wanted}", form.name());
    }
    // Field 86 cuts its text into parts of a fixed width.
    let whole = form != StatementForm::Mt940;
    let text = known.iter().any(|one| one.contains(&line.text));
    assert!(!whole || text, "{}: {} in {known:?}", form.name(), line.text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn statements_made_up_are_read_back(lines in prop::collection::vec(any_line(), 2..14)) {
        let statement = statement(lines);
        for form in StatementForm::ALL {
            check(form, &statement);
        }
    }

    #[test]
    fn answers_made_up_are_read_back(
        all in prop::collection::vec(("[A-Z]{2}[1-9][0-9]{0,20}", 1..9_999_999_999_i64, prop::option::of("(0[1-3]|5[1-9])")), 1..14),
    ) {
        let payments: Vec<InventedPayment> = all
            .into_iter()
            .enumerate()
            .map(|(at, (reference, paise, failed))| InventedPayment {
                reference: format!("{reference}-{at}"),
                transfer: format!("BAHIN{at:011}"),
                amount: Money::from_paise(paise).expect("an amount"),
                failed,
            })
            .collect();
        for answer in InventedAnswer::ALL {
            check_answer(answer, &payments);
        }
    }
}

fn check_answer(answer: InventedAnswer, payments: &[InventedPayment]) {
    let only_failed = answer == InventedAnswer::FailedScroll;
    let payments: Vec<&InventedPayment> =
        payments.iter().filter(|one| !only_failed || one.failed.is_some()).collect();
    if payments.is_empty() {
        return;
    }
    let owned: Vec<InventedPayment> = payments.iter().map(|one| (*one).clone()).collect();
    let bytes = answer.write("ADVICE-7", day(FIRST), &owned);
    let collected = read_bytes(&bytes);
    assert_eq!(told(&collected), [], "{}", String::from_utf8_lossy(&bytes));
    let instructions = collected.batches.iter().flat_map(|whole| &whole.instructions).map(|one| {
        assert_eq!(one.side, LineSide::Credit);
        (&one.references, Some(one.amount), one.verdict, &one.reason)
    });
    let mut found: Vec<_> = instructions
        .map(|(references, amount, verdict, reason)| {
            (references.clone(), amount, verdict, reason.clone())
        })
        .collect();
    let statuses = &collected.payment_statuses;
    found.extend(statuses.iter().filter(|one| one.level == crate::StatusLevel::Payment).map(
        |one| {
            let reason = one.reasons.first().cloned();
            (one.references.clone(), one.amount, one.verdict, reason)
        },
    ));
    assert_eq!(found.len(), payments.len(), "{answer:?}");
    for ((references, amount, verdict, reason), one) in found.iter().zip(payments) {
        assert!(references.iter().any(|found| found.text == one.reference), "{answer:?}");
        assert_eq!(amount.and_then(|amount| amount.money()), Some(one.amount), "{answer:?}");
        let wanted = if one.failed.is_some() { Verdict::Failed } else { Verdict::Paid };
        assert_eq!(*verdict, wanted, "{answer:?}");
        assert_eq!(reason.as_deref(), one.failed.as_deref(), "{answer:?}");
    }
}

#[test]
fn a_reference_that_would_not_come_back_stands_nowhere() {
    for (reference, stands) in [
        ("BILL/VNS-7.2", true),
        ("", false),
        ("BILL", false),
        ("0000", false),
        ("B 7", false),
        ("B+7", false),
        ("B?7", false),
        ("1234567890123456789012345678901", false),
    ] {
        assert_eq!(stands_everywhere(reference), stands, "{reference}");
    }
}
