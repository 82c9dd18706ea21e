//! Files made up to try one thing each.

use bahi_core::LineSide;

use crate::{
    AmountProblem, Collected, ControlKind, Format, Options, ReferenceKind, Told, collect,
    tests::{self, told},
};

const HEAD: &str = "01,BANK,US,260620,1200,1,80,1,2/\n02,US,BANK,1,260620,,INR,2/\n";

fn file(entries: &str, total: i64, records: u64) -> String {
    format!(
        "{HEAD}03,0001,,010,100000,,,015,90050,,/\n{entries}49,{total},{records}/\n\
         98,{total},1,{}/\n99,{total},1,{}/\n",
        records + 2,
        records + 4
    )
}

fn read(text: &str) -> Collected {
    let collected = tests::read(text);
    assert_eq!(collected.reading.format, Format::Bai2);
    collected
}

#[test]
fn entries_with_every_funds_type_and_continuations_are_read() {
    let entries = "16,142,50,Z,B-1,C-1,TEXT/WITH/SLASH/\n16,451,10000,V,260621,,B-2,,PAID, TO\n88, SOMEBODY ABCDN26600000001/\n\
        16,115,0,S,1,2,3,B-3,/\n16,115,0,D,2,1,100,2,200,B-4,C-4,X/\n";
    let collected = read(&file(entries, 200_100, 7));
    assert_eq!(told(&collected), []);
    let whole = &collected.statements[0];
    assert_eq!(whole.statement.balance_equation, Some(true));
    let found: Vec<(LineSide, i64, &str)> = whole
        .entries
        .iter()
        .map(|(entry, _)| (entry.side, entry.amount.minor(), entry.references[0].text.as_str()))
        .collect();
    let wanted = [
        (LineSide::Credit, 50, "B-1"),
        (LineSide::Debit, 10_000, "B-2"),
        (LineSide::Credit, 0, "B-3"),
        (LineSide::Credit, 0, "B-4"),
    ];
    assert_eq!(found, wanted);
    let paid = &whole.entries[1].0;
    assert_eq!(paid.value.map(|day| day.to_string()).as_deref(), Some("2026-06-21"));
    assert_eq!(paid.references[1].kind, ReferenceKind::Utr);
    assert_eq!(paid.narration.reveal(), "PAID, TO, SOMEBODY ABCDN26600000001");
}

#[test]
fn controls_are_compared_at_every_level() {
    let text = file("16,142,50,Z/\n16,451,10000,Z/\n", 200_100, 4);
    assert_eq!(told(&read(&text)), []);
    let wrong = text.replace("49,200100,4", "49,200101,6");
    let net = |declared, found| Told::Control { kind: ControlKind::Net, declared, found };
    assert_eq!(
        told(&read(&wrong)),
        [
            net(200_101, 200_100),
            Told::Control { kind: ControlKind::Records, declared: 6, found: 4 },
            net(200_100, 200_101),
        ]
    );
}

#[test]
fn what_is_no_movement_is_set_aside() {
    for (bad, wanted) in [
        ("16,890,50,Z/", Told::Side("the type of an entry is no movement")),
        ("16,142,,Z/", Told::Missing("amount of an entry")),
        ("16,142,5.0,Z/", Told::Amount("amount of an entry", AmountProblem::Character)),
        ("16,142,-5,Z/", Told::Amount("amount of an entry", AmountProblem::Sign)),
    ] {
        let collected = read(&file(&format!("{bad}\n16,451,9950,Z/\n"), 200_000, 4));
        assert_eq!(told(&collected)[0], wanted, "{bad}");
        assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64 + 1, "{bad}");
        assert_eq!(collected.reading.entries, 1);
    }
}

#[test]
fn a_line_without_a_code_goes_on_with_text_and_tears_figures() {
    let text = file(
        "16,142,50,Z,B-1,C-1,PAID\nTO SOMEBODY\n88, AGAIN/\n16,451,10000,Z,,,X/\n",
        200_100,
        6,
    );
    let collected = read(&text);
    assert_eq!(told(&collected), [Told::OutsideTheStandard("a line without a code")]);
    assert_eq!(collected.statements[0].entries[0].0.narration.reveal(), "PAID TO SOMEBODY, AGAIN");
    let torn = file("16,142,5\n0,Z,B-1,C-1,PAID/\n16,451,10000,Z,,,X/\n", 200_050, 5);
    let collected = read(&torn);
    assert_eq!(told(&collected)[0], Told::NotUnderstood("an entry torn by a line without a code"));
    assert_eq!((collected.reading.entries, collected.reading.records.set_aside), (1, 1));
}

#[test]
fn records_may_share_a_line_and_a_cut_file_loses_its_last_entry() {
    let text = file("16,142,50,Z,,,A   PPD/ 16,451,10000,Z,,,B/\n", 200_100, 4);
    assert_eq!(told(&read(&text)), []);
    let cut = &text[..text.find("451,10000").expect("it is there") + 7];
    let collected = read(cut);
    assert_eq!((collected.reading.entries, collected.reading.records.set_aside), (1, 1));
    assert_eq!(told(&collected).last(), Some(&Told::Missing("trailer of the file")));
    let head = read(&text[..text.find("010,100000").expect("it is there") + 7]);
    assert_eq!(head.statements[0].statement.balances, [], "a balance that may be cut is none");
    assert!(collect(b"00,0004,1/2/345,06/0321,0829,001,80,1,2/\n", &Options::default()).is_err());
}
