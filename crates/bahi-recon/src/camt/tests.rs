//! Messages made up to try one thing each.

use bahi_core::LineSide;

use crate::{
    AmountProblem, ControlKind, Fault, Options, ReferenceKind, Told, collect,
    tests::{read, told},
};

fn message(statement: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <Stmt>{statement}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn balance(kind: &str, amount: &str, side: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"INR\">{amount}</Amt>\
         <CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-04-01</Dt></Dt></Bal>"
    )
}

fn entry(amount: &str, side: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"INR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt>{more}</Ntry>"
    )
}

#[test]
fn a_reversal_keeps_the_side_it_was_booked_with() {
    let reversal = "<RvslInd>true</RvslInd>";
    let text = message(&format!(
        "{}{}{}{}",
        balance("OPBD", "100.00", "CRDT"),
        entry("40.00", "DBIT", ""),
        entry("40.00", "CRDT", reversal),
        balance("CLBD", "100", "CRDT")
    ));
    let collected = read(&text);
    let entries = &collected.statements[0].entries;
    assert_eq!(entries[1].0.side, LineSide::Credit);
    assert!(entries[1].0.reversal);
    assert_eq!(collected.statements[0].statement.balance_equation, Some(true));
    assert_eq!(told(&collected), []);
}

#[test]
fn a_broken_equation_is_told_and_nothing_mended() {
    let text = message(&format!(
        "{}{}{}",
        balance("OPBD", "100.00", "DBIT"),
        entry("40.00", "CRDT", ""),
        balance("CLBD", "60.01", "DBIT")
    ));
    let collected = read(&text);
    let statement = &collected.statements[0].statement;
    assert_eq!(statement.balance_equation, Some(false));
    assert_eq!(statement.opening().map(|one| one.amount.minor), Some(-10_000));
    assert_eq!(statement.sums[0].booked.credits_minor, 4_000);
    let warning = collected.warnings[0].to_string();
    assert!(warning.contains("off by -0.01"), "{warning}");
}

#[test]
fn what_cannot_be_read_is_set_aside_with_its_bytes() {
    for (amount, side, wanted) in [
        ("12..34", "CRDT", Told::Amount("amount of an entry", AmountProblem::Character)),
        ("-5", "CRDT", Told::Amount("amount of an entry", AmountProblem::Sign)),
        ("5.001", "CRDT", Told::Amount("amount of an entry", AmountProblem::TooPrecise)),
        ("5", "CREDIT", Told::Side("of an entry")),
    ] {
        let bad =
            entry(amount, side, "<NtryDtls><TxDtls><Amt Ccy=\"INR\">5</Amt></TxDtls></NtryDtls>");
        let good = entry("7", "DBIT", "");
        let collected = read(&message(&format!("{good}{bad}{good}")));
        assert_eq!(collected.reading.bytes.set_aside, bad.len() as u64, "{amount} {side}");
        assert_eq!(collected.reading.records.set_aside, 1);
        assert_eq!(collected.reading.details, 0);
        let whole = &collected.statements[0];
        let numbers: Vec<u32> = whole.entries.iter().map(|(entry, _)| entry.number).collect();
        assert_eq!(numbers, [1, 3]);
        assert_eq!(whole.statement.set_aside, 1);
        assert_eq!(told(&collected), [wanted]);
        assert_eq!(collected.warnings[0].set_aside, bad.len() as u64);
    }
}

/// Which of two amounts or sides is meant, nobody can say.
#[test]
fn what_is_stated_twice_is_not_read() {
    let twice = |more: &str| {
        let first = "<Amt Ccy=\"INR\">40.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>";
        let text = message(&format!("<Ntry>{first}{more}<Sts>BOOK</Sts></Ntry>"));
        let collected = read(&text);
        let records = &collected.reading.records;
        assert_eq!((records.read, records.set_aside), (0, 1), "{more}");
        told(&collected)
    };
    let ambiguous = Told::Amount("amount of an entry", AmountProblem::Ambiguous);
    assert_eq!(twice("<Amt Ccy=\"INR\">400.00</Amt>"), [ambiguous]);
    assert_eq!(twice("<CdtDbtInd>CRDT</CdtDbtInd>"), [Told::Side("of an entry")]);
    let text = message(&balance("OPBD", "1.00</Amt><Amt Ccy=\"INR\">2.00", "CRDT"));
    assert_eq!(told(&read(&text)), [Told::Amount("balance", AmountProblem::Ambiguous)]);
    // Comments and marked sections inside an amount are no part of it, elements spoil it.
    for (inside, minor) in [
        ("4<!-- 9 -->0.00", Some(4000)),
        ("<![CDATA[40.00]]>", Some(4000)),
        ("4<B>0</B>0.00", None),
        (" 40.00\n ", Some(4000)),
        ("&#52;0.00", Some(4000)),
    ] {
        let collected = read(&message(&entry(inside, "DBIT", "")));
        let entries = &collected.statements[0].entries;
        let found = entries.first().map(|(entry, _)| entry.amount.minor());
        assert_eq!(found, minor, "{inside}");
    }
}

#[test]
fn details_come_with_their_entry_and_are_compared_with_it() {
    let detail = |amount: &str, id: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{id}</EndToEndId><PmtInfId>B1</PmtInfId></Refs>\
             <Amt Ccy=\"INR\">{amount}</Amt>\
             <RltdPties><CdtrAcct><Id><Othr><Id>0011</Id></Othr></Id></CdtrAcct></RltdPties>\
             <RltdAgts><CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>ABCD0123456</MmbId></ClrSysMmbId>\
             </FinInstnId></CdtrAgt></RltdAgts>\
             <RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
        )
    };
    let batch = "<Btch><PmtInfId>B1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>";
    let details = format!(
        "<NtryDtls>{batch}{}{}</NtryDtls>",
        detail("10", "E1"),
        detail("20.5", "NOTPROVIDED")
    );
    let collected = read(&message(&entry("31", "DBIT", &details)));
    let (entry, details) = &collected.statements[0].entries[0];
    assert_eq!((entry.details, entry.batch_count, details.len()), (2, Some(3), 2));
    assert_eq!(entry.return_reason.as_deref(), Some("AC04"));
    let kinds = |index: usize| -> Vec<ReferenceKind> {
        details[index].references.iter().map(|one| one.kind).collect()
    };
    assert_eq!(kinds(0), [ReferenceKind::EndToEnd, ReferenceKind::Batch]);
    assert_eq!(kinds(1), [ReferenceKind::Batch]);
    assert!(details[0].creditor.ifsc().is_some());
    assert_eq!(
        told(&collected),
        [
            Told::Details { entry_minor: 3100, details_minor: 3050 },
            Told::Control { kind: ControlKind::Count, declared: 3, found: 2 },
        ]
    );
}

#[test]
fn declared_counts_and_sums_are_compared() {
    let summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>12</Sum>\
        <TtlNetNtryAmt>2</TtlNetNtryAmt><CdtDbtInd>DBIT</CdtDbtInd></TtlNtries>\
        <TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>8.00</Sum></TtlDbtNtries></TxsSummry>";
    let collected = read(&message(&format!(
        "<Acct><Ccy>INR</Ccy></Acct>{summary}{}{}",
        entry("5", "CRDT", ""),
        entry("7", "DBIT", "")
    )));
    assert_eq!(
        told(&collected),
        [Told::Control { kind: ControlKind::DebitSum, declared: 800, found: 700 }]
    );
}

#[test]
fn any_prefix_any_version_any_wrapper_and_no_namespace_are_read() {
    let inner = entry("5", "CRDT", "").replace('<', "<n:").replace("<n:/", "</n:");
    let prefixed = format!(
        "<?xml version=\"1.0\"?><w><Hdr/><n:Document xmlns:n=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.99\">\
         <n:BkToCstmrAcctRptV01><n:Rpt>{inner}</n:Rpt></n:BkToCstmrAcctRptV01></n:Document></w>"
    );
    let collected = read(&prefixed);
    assert_eq!(collected.reading.variant.as_deref(), Some("camt.052.001.99"));
    assert_eq!(collected.reading.entries, 1);
    let bare = format!(
        "<BkToCstmrDbtCdtNtfctn><Ntfctn>{}</Ntfctn></BkToCstmrDbtCdtNtfctn>",
        entry("5", "CRDT", "")
    );
    let collected = read(&bare);
    assert_eq!(collected.reading.entries, 1);
    assert_eq!(told(&collected), [Told::OutsideTheStandard("a message without a namespace")]);
}

/// Several statements of one message, under a prefix: each has its account, entries and equation.
#[test]
fn statements_of_one_message_are_told_apart() {
    let statement = |account: &str, currency: &str, inside: &str| {
        let own =
            format!("<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>");
        format!("<Stmt><Id>S</Id>{own}{inside}</Stmt>")
            .replace("Ccy=\"INR\"", &format!("Ccy=\"{currency}\""))
    };
    let of = |out: &str, closing: &str| {
        [
            balance("OPBD", "100.00", "CRDT"),
            entry(out, "DBIT", ""),
            balance("CLBD", closing, "CRDT"),
        ]
        .concat()
    };
    let both = statement("0011", "INR", &of("40.00", "60.00"))
        + &statement("0022", "USD", &of("30.00", "60.00"));
    let text = message("").replace("<Stmt></Stmt>", &both);
    let prefixed = text
        .replace("</", "</n0:")
        .replace('<', "<n0:")
        .replace("<n0:/n0:", "</n0:")
        .replace("xmlns=", "xmlns:n0=");
    for text in [text, prefixed] {
        let collected = read(&text);
        let found: Vec<_> = collected
            .statements
            .iter()
            .map(|one| {
                let own = &one.statement;
                let account = own.account.as_ref().map(|account| account.reveal().to_owned());
                let currency = own.currency.map(|one| one.to_string());
                (account, currency, one.entries.len(), own.balance_equation)
            })
            .collect();
        let text = |text: &str| Some(text.to_owned());
        let wanted = [
            (text("0011"), text("INR"), 1, Some(true)),
            (text("0022"), text("USD"), 1, Some(false)),
        ];
        assert_eq!(found, wanted);
    }
}

#[test]
fn another_message_a_broken_one_and_a_hostile_one_are_refused() {
    let fault = |text: &str| collect(text.as_bytes(), &Options::default()).expect_err("a fault");
    assert_eq!(fault("<Document><Other/></Document>"), Fault::Unrecognised);
    let other = message("").replace("camt.053", "pacs.008");
    assert!(matches!(fault(&other), Fault::NotThisFormat { .. }));
    let whole = message(&entry("5", "CRDT", ""));
    for cut in 0..whole.len() {
        let fault = fault(&whole[..cut]);
        assert!(matches!(fault, Fault::Malformed { .. } | Fault::Unrecognised), "{cut}: {fault}");
    }
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"aaaa\">]>{whole}");
    assert_eq!(fault(&bomb), Fault::Unrecognised);
    let entity = whole.replace(">5<", ">&five;<");
    assert!(matches!(fault(&entity), Fault::Entities { .. }), "{:?}", fault(&entity));
    let deep = message(&format!("{}{}", "<a>".repeat(100), "</a>".repeat(100)));
    assert!(matches!(fault(&deep), Fault::TooDeep { most: 64, .. }));
    let long = message(&format!("<Id>{}</Id>", "x".repeat(70_000)));
    assert!(matches!(fault(&long), Fault::TooLong { .. }));
}

#[test]
fn an_amount_without_a_currency_takes_the_statements() {
    let bare = "<Ntry><Amt>5.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>";
    let stated = read(&message(&format!("<Acct><Ccy>INR</Ccy></Acct>{bare}")));
    assert_eq!(format!("{:?}", stated.statements[0].entries[0].0.amount), "5.50 INR");
    let yen = read(&message(&format!("<Acct><Ccy>JPY</Ccy></Acct>{bare}")));
    assert_eq!(yen.reading.records.set_aside, 1, "two places are none of the yen's");
    let unstated = read(&message(bare));
    assert_eq!(told(&unstated), [Told::NoCurrency]);
}

#[test]
fn the_content_of_an_entry_does_not_depend_on_where_it_stands() {
    let content = |text: &str, index: usize| read(text).statements[0].entries[index].0.content();
    let one = entry("5", "CRDT", "<NtryRef>R1</NtryRef>");
    let alone = content(&message(&one), 0);
    assert_eq!(content(&message(&format!("{}\n{one}", entry("6", "CRDT", ""))), 1), alone);
    for other in [
        one.replace("CRDT", "DBIT"),
        one.replace(">5<", ">5.01<"),
        one.replace("INR", "USD"),
        one.replace("R1", "R2"),
        one.replace("2026-04-02", "2026-04-03"),
        one.replace("</Ntry>", "<RvslInd>true</RvslInd></Ntry>"),
        one.replace("</Ntry>", "<AddtlNtryInf>x</AddtlNtryInf></Ntry>"),
    ] {
        assert_ne!(content(&message(&other), 0), alone, "{other}");
    }
}

#[test]
fn days_are_those_of_balances_and_entries_where_none_are_stated() {
    let text = message(&format!("{}{}", balance("OPBD", "1", "CRDT"), entry("5", "CRDT", "")));
    let shown = |text: &str| {
        let collected = read(text);
        let statement = &collected.statements[0].statement;
        [statement.from, statement.to].map(|day| day.map(|day| day.to_string()).unwrap_or_default())
    };
    assert_eq!(shown(&text), ["2026-04-02", "2026-04-02"]);
    assert_eq!(shown(&message(&balance("CLBD", "1", "CRDT"))), ["2026-04-01", "2026-04-01"]);
}

#[test]
fn no_warning_and_no_fault_shows_what_is_private() {
    let text = message(&format!(
        "<Acct><Id><Othr><Id>99887766554433</Id></Othr></Id></Acct>{}",
        entry("5x99887766554433", "CRDT", "<AddtlNtryInf>Somebody 99887766554433</AddtlNtryInf>")
    ));
    let collected = read(&text);
    let shown = format!("{collected:?}{}", collected.warnings[0]);
    assert!(!shown.contains("9988") && !shown.contains("Somebody"), "{shown}");
}
