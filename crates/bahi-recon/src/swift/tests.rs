//! Messages made up to try one thing each.

use bahi_core::LineSide;

use crate::{
    AmountProblem, ControlKind, EntryStatus, Fault, Options, ReferenceKind, StatementKind, Told,
    collect,
    tests::{read, told},
};

fn message(lines: &str) -> String {
    format!(":20:REF\n:25:001122\n:28C:1/1\n:60F:C260401INR1000,00\n{lines}-\n")
}

#[test]
fn every_mark_has_one_side() {
    use LineSide::{Credit, Debit};
    for (mark, side, reversal, status) in [
        ("C", Credit, false, EntryStatus::Booked),
        ("D", Debit, false, EntryStatus::Booked),
        ("RC", Debit, true, EntryStatus::Booked),
        ("RD", Credit, true, EntryStatus::Booked),
        ("CR", Credit, false, EntryStatus::Booked),
        ("DR", Debit, false, EntryStatus::Booked),
        ("RCR", Debit, true, EntryStatus::Booked),
        ("RDR", Credit, true, EntryStatus::Booked),
        ("EC", Credit, false, EntryStatus::Pending),
        ("ED", Debit, false, EntryStatus::Pending),
        ("CD", Credit, false, EntryStatus::Booked),
        ("DD", Debit, false, EntryStatus::Booked),
    ] {
        let collected = read(&message(&format!(":61:2604020402{mark}10,50NTRFNONREF\n")));
        let entry = &collected.statements[0].entries[0].0;
        let found = (entry.side, entry.reversal, entry.status, entry.amount.minor());
        assert_eq!(found, (side, reversal, status, 1050), "{mark}");
        assert_eq!(told(&collected), [], "{mark}");
    }
}

#[test]
fn the_balance_equation_takes_reversals_as_booked() {
    let text = message(
        ":61:2604020402C100,00NTRFNONREF\n:61:2604020402RC100,00NTRFNONREF\n:62F:C260402INR1000,00\n",
    );
    let collected = read(&text);
    assert_eq!(collected.statements[0].statement.balance_equation, Some(true));
    let wrong = read(&text.replace("RC100", "RD100"));
    assert_eq!(wrong.statements[0].statement.balance_equation, Some(false));
}

#[test]
fn a_line_is_read_in_every_dialect() {
    for (line, booked, value, minor) in [
        (":61:2512310102D5,NCHGNONREF//B1", "2026-01-02", "2025-12-31", 500),
        (":61:260402    D5,00NCHGNONREF", "2026-04-02", "2026-04-02", 500),
        (":61:260402D000000000005.00N044NONREF", "2026-04-02", "2026-04-02", 500),
        (":61:260402D5,00", "2026-04-02", "2026-04-02", 500),
        (":61:2604020402CR\n5,00N062NONREF", "2026-04-02", "2026-04-02", 500),
        (":61:2604020402CR5,\n00N062NONREF", "2026-04-02", "2026-04-02", 500),
    ] {
        let collected = read(&message(&format!("{line}\n")));
        let entry = &collected.statements[0].entries[0].0;
        let shown =
            |day: Option<bahi_core::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let found = (shown(entry.booked), shown(entry.value), entry.amount.minor());
        assert_eq!(found, (booked.to_owned(), value.to_owned(), minor), "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_set_aside_with_its_narration() {
    for (line, wanted) in [
        ("260402X5,00NTRFNONREF", Told::Side("of an entry")),
        ("260402D1.000NTRFNONREF", Told::Amount("amount of an entry", AmountProblem::Ambiguous)),
        ("260402DNTRFNONREF", Told::Amount("amount of an entry", AmountProblem::Empty)),
        ("26O402D5,00NTRF", Told::Day("value day of an entry")),
        ("26", Told::Missing("value day of an entry")),
    ] {
        let bad = format!(":61:{line}\n:86:SOMEBODY\n");
        let text = message(&format!(":61:260402C1,00NTRFA\n{bad}:61:260402C2,00NTRFB\n"));
        let collected = read(&text);
        assert_eq!(told(&collected), [wanted], "{line}");
        assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64, "{line}");
        assert_eq!((collected.reading.entries, collected.reading.records.set_aside), (2, 1));
        assert!(!format!("{collected:?}").contains("SOMEBODY"));
    }
}

#[test]
fn an_amount_that_the_end_of_the_file_may_have_cut_is_set_aside() {
    let whole = message(":61:260402C1234,56NTRFA\n");
    let at = whole.find(",56N").expect("it is there");
    for end in at - 3..=at + 3 {
        let collected = read(&whole[..end]);
        assert_eq!(
            (collected.reading.entries, collected.reading.records.set_aside),
            (0, 1),
            "{end}"
        );
    }
    assert_eq!(read(&whole[..at + 4]).reading.entries, 1);
}

#[test]
fn a_day_that_is_none_keeps_the_entry() {
    let collected = read(&message(":61:2602300301D6,00N024NONREF\n"));
    let entry = &collected.statements[0].entries[0].0;
    assert_eq!((entry.value, entry.booked), (None, None));
    assert_eq!(told(&collected), [Told::Day("value day of an entry")]);
}

#[test]
fn references_are_found_where_they_stand() {
    let text = message(
        ":61:260402C5,00NTRFPAY-7//B77\n:86:166?00X?20EREF+E-1 ?21MREF+M-1SVWZ+RENT ABCD\n\
         N26600012345 Y?30ABCD0123456?31998877?32SOME?33BODY\n\
         :61:260402D5,00NTRFNL47ABCD9999999999\n:86:/TRTP/X/EREF/E-2/PREF/P/2/IBAN/DE11/NAME/N N/RTRN/AC04/\n\
         :61:260402D5,00NTRFNONREF\nNEFT ABCDN26600012345\n:86:free ?20EREF+none\n:26:no tag\n",
    );
    let collected = read(&text);
    let entries = &collected.statements[0].entries;
    let found = |index: usize| -> Vec<(ReferenceKind, &str)> {
        entries[index].0.references.iter().map(|one| (one.kind, one.text.as_str())).collect()
    };
    use ReferenceKind::{Bank, Batch, EndToEnd, Mandate, Owner, Utr};
    assert_eq!(found(0), [(Owner, "PAY-7"), (Bank, "B77"), (EndToEnd, "E-1"), (Mandate, "M-1")]);
    assert_eq!(found(1), [(EndToEnd, "E-2"), (Batch, "P/2")]);
    assert_eq!(found(2), [(Utr, "ABCDN26600012345")]);
    let party = &entries[0].0.counterparty;
    assert_eq!(party.account.as_ref().map(|one| one.reveal()), Some("998877"));
    assert!(party.ifsc().is_some());
    assert_eq!(entries[1].0.return_reason.as_deref(), Some("AC04"));
    assert_eq!(told(&collected), []);
}

#[test]
fn a_name_is_no_reference() {
    let text = message(
        ":61:260402C5,00NTRFSOME BODY\n:86:166?00X?20EREF+E-1 SOME?21BODY\n\
         :61:260402C5,00NTRF2026-04-02 10:05\n",
    );
    let collected = read(&text);
    let found = |index: usize| collected.statements[0].entries[index].0.references.len();
    assert_eq!((found(0), found(1)), (0, 1));
    assert!(!format!("{collected:?}").contains("SOME"));
}

#[test]
fn an_interim_report_declares_sums_and_has_no_balances() {
    let text = ":20:R\n:25:1\n:28C:1\n:34F:INRD0,00\n:13D:2604021815+0530\n\
        :61:2604020402C3,00NTRFA\n:90D:0INR0,00\n:90C:2INR3,00\n";
    let collected = read(text);
    let statement = &collected.statements[0].statement;
    assert_eq!(statement.kind, StatementKind::Interim);
    assert_eq!(statement.balance_equation, None);
    assert_eq!(
        told(&collected),
        [Told::Control { kind: ControlKind::CreditCount, declared: 2, found: 1 }]
    );
}

/// Pages carry their balances on: each agrees with its own, and no entry is told twice.
#[test]
fn pages_of_a_statement_keep_their_own_balances() {
    let page = |sequence: &str, opening: &str, line: &str, closing: &str| {
        format!(":20:REF\n:25:001122\n:28C:{sequence}\n{opening}\n{line}\n{closing}\n-\n")
    };
    let text = page("7/1", ":60F:C260401INR100,00", ":61:260402D10,NTRFA", ":62M:C260402INR90,00")
        + &page("7/2", ":60M:C260402INR90,00", ":61:260402RD5,NTRFB", ":62F:C260402INR95,00");
    let collected = read(&text);
    let found: Vec<(Option<bool>, usize)> = collected
        .statements
        .iter()
        .map(|one| (one.statement.balance_equation, one.entries.len()))
        .collect();
    assert_eq!(found, [(Some(true), 1), (Some(true), 1)]);
    assert_eq!(told(&collected), []);
    let opening = collected.statements[1].statement.opening().map(|one| one.amount.minor);
    assert_eq!(opening, Some(9_000));
}

/// Lines of field 86 are cut at a fixed width, through words and through references.
#[test]
fn a_reference_that_is_cut_by_a_line_is_read_whole() {
    for (field, wanted) in [
        ("166?00NEFT?20EREF+BILL-00\n0017?21SVWZ+SUBSIDY", "BILL-000017"),
        ("166?00NEFT?20EREF+BILL-\n?21000017?22SVWZ+SUBSIDY", "BILL-000017"),
        ("/EREF/BILL-000\n017/NAME/X", "BILL-000017"),
        ("/TRTP/NEFT/EREF/BILL-000017\n/REMI/BILL-000018", "BILL-000017"),
    ] {
        let text = message(&format!(":61:2604020402D10,50NTRFNONREF\n:86:{field}\n"));
        let entry = &read(&text).statements[0].entries[0].0;
        let own = entry.references.iter().find(|one| one.kind == ReferenceKind::EndToEnd);
        assert_eq!(own.map(|one| one.text.as_str()), Some(wanted), "{field}");
    }
}

#[test]
fn messages_follow_each_other_with_envelopes_or_without() {
    let one = message(":61:260402C5,00NTRFA\n:62F:C260402INR1005,00\n");
    let enveloped = format!("{{1:F01X}}{{2:O940}}{{4:\n{}}}{{5:}}\n", one.trim_end()).repeat(2);
    let plain = format!("{one}garbage between\n{}", one.trim_end_matches("-\n"));
    for (text, aside) in [(enveloped, 0), (plain, "garbage between\n".len() as u64)] {
        let collected = read(&text);
        let holds: Vec<Option<bool>> =
            collected.statements.iter().map(|one| one.statement.balance_equation).collect();
        assert_eq!(holds, [Some(true), Some(true)], "{text}");
        assert_eq!(collected.reading.bytes.set_aside, aside);
    }
    let fault = collect(
        b"1\n2\n3\n",
        &Options { format: Some(crate::Format::Mt940), ..Options::default() },
    );
    assert!(matches!(fault, Err(Fault::NotThisFormat { .. })));
}

#[test]
fn a_field_that_makes_no_sense_is_set_aside_alone() {
    let bad = ":65:Dnullnull\n";
    let collected = read(&message(&format!(":62F:C260402INR1000,00\n{bad}")));
    assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64);
    assert_eq!(collected.statements[0].statement.balance_equation, Some(true));
    let collected = read(&message(":62F:C260402900,00\n"));
    assert_eq!(told(&collected)[0], Told::OutsideTheStandard("a balance without a currency"));
    assert_eq!(
        collected.statements[0].statement.closing().map(|one| one.amount.minor),
        Some(90_000)
    );
}
