//! Tables made up to try one thing each.

use bahi_core::LineSide;

use crate::{
    AmountProblem, BUILT_IN_LAYOUTS, Collected, ControlKind, Fault, Format, Layout, LayoutError,
    Options, ReferenceKind, Told, Verdict, collect,
    tests::{read, read_bytes, told},
};

/// Amounts of the entries, debits below zero.
fn amounts(collected: &Collected) -> Vec<i64> {
    let signed = |side: LineSide, minor: i64| if side == LineSide::Debit { -minor } else { minor };
    let entries = collected.statements[0].entries.iter();
    entries.map(|(entry, _)| signed(entry.side, entry.amount.minor())).collect()
}

const HDFC_OLD: &str = "HDFC BANK Ltd.,,,,,,\nAccount No : 00112233445566,,,,,,\n\
    Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n\
    ********,********,********,********,********,********,********\n\
    01/04/26,NEFT DR-ABCD0000001-SOMEBODY,ABCDN26091123456,01/04/26,\"1,35,000.00\",,\"8,65,000.00\"\n\
    02/04/26,INTEREST,0000000000000,02/04/26,,500.50,\"8,65,500.50\"\n\
    ********,********,********,********,********,********,********\n\
    STATEMENT SUMMARY :-,,,,,,\n\
    Opening Balance,Dr Count,Cr Count,Debits,Credits,Closing Bal,\n\
    \"10,00,000.00\",1,1,\"1,35,000.00\",500.50,\"8,65,500.50\",\n";

const SBI: &str = "Account Number\t:\t_00000011112222\nStart Date\t:\t1 Apr 2026\nEnd Date\t:\t30 Apr 2026\n\n\
        Txn Date\tValue Date\tDescription\tRef No./Cheque No.\tBranch Code\tDebit\tCredit\tBalance\t\n\
        1 Apr 2026\t1 Apr 2026\tTO TRANSFER-X\tTRANSFER TO 998877\t99922\t135000.00\t\t865000.00\n\
        02-Apr-26\t2 Apr 2026\tINTEREST\t\t99922\t\t500.50\t865500.50\n**This is computer generated\n";

/// One file of each bank and layout: the same two movements.
const FILES: &[(&str, &str)] = &[
    ("hdfc-old", HDFC_OLD),
    (
        "hdfc-new",
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n\
             01/04/26,X,01/04/26,135000.00,0.00,ABCDN26091123456,865000.00\n\
             02/04/26,Y,02/04/26,0.00,500.50,0,865500.50\n",
    ),
    (
        "icici",
        "S No.,Value Date,Transaction Date,Cheque Number,Transaction Remarks,Withdrawal Amount (INR ),Deposit Amount (INR ),Balance (INR )\n\
             1,01/04/2026,01/04/2026,-,NEFT-ABCDN26091123456,135000.00,0.00,865000.00\n\
             2,02/04/2026,02/04/2026,,Y,0.00,500.50,865500.50\n",
    ),
    (
        "icici-amount",
        "No.,Transaction ID,Value Date,Txn Posted Date,ChequeNo.,Description,Cr/Dr,Transaction Amount(INR),Available Balance(INR)\n\
             1,S1,01/04/2026,01/04/2026,,X,DR,\"1,35,000.00\",\"8,65,000.00\"\n\
             2,S2,02/04/2026,02/04/2026,,Y,CR,500.50,\"8,65,500.50\"\n",
    ),
    ("sbi", SBI),
    (
        "axis",
        "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n\
             01-04-2026,,X  ,  135000.00,   ,865000.00,248\n02-04-2026,-,Y,,500.50,865500.50,248\n",
    ),
    (
        "kotak",
        "Sl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance,Dr / Cr\n\
             1,01-04-2026,01-04-2026,X,R1,\"1,35,000.00\",Dr,\"8,65,000.00\",CR\n\
             2,02-04-2026,02-04-2026,Y,R2,500.50,cR,\"8,65,500.50\",CR\n",
    ),
    (
        "pnb",
        "Opening Balance,,,,\"10,00,000.00\",\nTransaction Date,Cheque Number,Withdrawal,Deposit,Balance,Narration\n\
             2026/04/01,-,\"1,35,000.00\",-,\"8,65,000.00\",X\n02/04/2026,,,500.50,\"8,65,500.50 Cr.\",Y\n",
    ),
    (
        "pnb-branch",
        "Tran Date,Withdrawal,Deposit,Balance,Alpha,CHQ. NO.,Narration,Additional Info\n\
             01/04/2026,135000.00,,865000.00,CR,,X,\n02/04/2026,,500.50,865500.50,CR,,Y,\n",
    ),
    (
        "pnb-one",
        "Date,Instrument ID,Amount,Type,Balance,Remarks\n\
             02/04/2026,,500.50,CR,865500.50,Y\n01/04/2026,,135000.00,DR,865000.00,X\n",
    ),
];

#[test]
fn every_bank_is_recognised_and_read() {
    assert_eq!(FILES.len() + 1, BUILT_IN_LAYOUTS.len(), "all of them and the scroll");
    for (layout, text) in FILES {
        let collected = read(text);
        assert_eq!(collected.reading.format, Format::Csv, "{layout}");
        assert_eq!(collected.reading.variant.as_deref(), Some(*layout));
        let mut found = amounts(&collected);
        found.sort_unstable();
        assert_eq!(found, [-13_500_000, 50_050], "{layout}");
        let statement = &collected.statements[0].statement;
        let minor = |balance: Option<&crate::Balance>| balance.map(|one| one.amount.minor);
        assert_eq!(minor(statement.opening()), Some(100_000_000), "{layout}");
        assert_eq!(minor(statement.closing()), Some(86_550_050), "{layout}");
        assert_eq!(statement.balance_equation, Some(true), "{layout}");
        let note = Told::NotUnderstood("a row without a day");
        let wanted = if *layout == "sbi" { vec![note] } else { Vec::new() };
        assert_eq!(told(&collected), wanted, "{layout}");
        assert_eq!(statement.from.map(|day| day.to_string()).as_deref(), Some("2026-04-01"));
        assert!(!format!("{collected:?}").contains("998877"), "{layout}");
    }
}

#[test]
fn a_summary_is_compared_with_the_rows() {
    let wrong = HDFC_OLD.replace(",1,1,\"1,35", ",2,1,\"1,36");
    let collected = read(&wrong);
    assert_eq!(
        told(&collected),
        [
            Told::Control { kind: ControlKind::DebitSum, declared: 13_600_000, found: 13_500_000 },
            Told::Control { kind: ControlKind::DebitCount, declared: 2, found: 1 },
        ]
    );
    let account = collected.statements[0].statement.account.as_ref();
    assert_eq!(account.map(|one| one.reveal()), Some("00112233445566"));
    let entry = &collected.statements[0].entries[0].0;
    assert_eq!(entry.references[0].kind, ReferenceKind::Utr);
    assert_eq!(collected.statements[0].entries[1].0.references, []);
}

fn hdfc_new(row: &str) -> String {
    format!(
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n\
         01/04/26,A,01/04/26,10,0,R1,90\n{row}\n03/04/26,C,03/04/26,10,0,R3,60\n"
    )
}

#[test]
fn a_row_that_could_mean_two_things_is_set_aside() {
    for (row, wanted) in [
        ("02/04/26,B,02/04/26,20,5,R2,70", Told::Side("both debit and credit are filled")),
        ("02/04/26,B,02/04/26,,,R2,70", Told::Missing("amount of a row")),
        ("02/04/26,B,02/04/26,0,0.00,R2,70", Told::Missing("amount of a row")),
        ("31/02/26,B,02/04/26,20,,R2,70", Told::Day("booking day of a row")),
        ("02/04/26,B,31/02/26,20,,R2,70", Told::Day("value day of a row")),
        (
            "02/04/26,B,02/04/26,20.001,,R2,70",
            Told::Amount("amount of a row", AmountProblem::TooPrecise),
        ),
        (
            "02/04/26,B,02/04/26,12..34,,R2,70",
            Told::Amount("amount of a row", AmountProblem::Character),
        ),
        ("02/04/26,B,02/04/26,-20,,R2,70", Told::Amount("amount of a row", AmountProblem::Sign)),
        (
            "02/04/26,B,02/04/26,20,,R2,7O",
            Told::Amount("balance of a row", AmountProblem::Character),
        ),
        ("02/04/26,\"B,02/04/26,20,,R2,70", Told::NotUnderstood("a quote that is not closed")),
        ("Page total,,,,,,", Told::NotUnderstood("a row without a day")),
    ] {
        let collected = read(&hdfc_new(row));
        assert_eq!(amounts(&collected), [-1000, -1000], "{row}");
        let told = told(&collected);
        assert_eq!(told[0], wanted, "{row}");
        assert_eq!(collected.reading.bytes.set_aside, row.len() as u64 + 1, "{row}");
        assert_eq!(collected.reading.records.set_aside, 1);
        assert!(!collected.warnings[0].to_string().contains("B,"));
    }
}

#[test]
fn a_row_that_the_end_of_the_file_may_have_cut_is_set_aside() {
    let whole = hdfc_new("02/04/26,B,02/04/26,20,0,R2,70");
    let text = whole.trim_end();
    let row = text.rfind("03/04").expect("it is there");
    for end in row + 10..text.rfind(',').expect("it is there") + 1 {
        let collected = read(&text[..end]);
        assert_eq!(amounts(&collected), [-1000, -2000], "{}", &text[row..end]);
    }
    assert_eq!(amounts(&read(text)).len(), 3);
}

#[test]
fn printed_balances_are_followed_in_either_direction() {
    let collected = read(&hdfc_new("02/04/26,B,02/04/26,21,,R2,70"));
    let balances: Vec<bool> =
        told(&collected).iter().map(|one| matches!(one, Told::RunningBalance { .. })).collect();
    assert_eq!(balances, [true, false], "the row, then the equation of the whole");
    assert_eq!(collected.statements[0].statement.balance_equation, Some(false));
}

#[test]
fn exchanged_columns_are_decided_by_the_balances_or_not_at_all() {
    let head = "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n";
    let right =
        "01-04-2026,,A,10.00,,90.00,1\n02-04-2026,,B,20.00,,70.00,1\n03-04-2026,,C,,5.00,75.00,1\n";
    let exchanged =
        "01-04-2026,,A,,10.00,90.00,1\n02-04-2026,,B,,20.00,70.00,1\n03-04-2026,,C,5.00,,75.00,1\n";
    for text in [right, exchanged] {
        let collected = read(&format!("{head}{text}"));
        assert_eq!(amounts(&collected), [-1000, -2000, 500]);
    }
    // Newest first, and exchanged: each amount stands beside the balance after it.
    let backwards: String = exchanged.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(amounts(&read(&format!("{head}{backwards}"))), [500, -2000, -1000]);
    // Two directions fit, and both leave the columns as they are.
    let either = "01-04-2026,,A,10.00,,90.00,1\n02-04-2026,,B,,10.00,100.00,1\n";
    assert_eq!(amounts(&read(&format!("{head}{either}"))), [-1000, 1000]);
    // Each of two orders fits one pair.
    let torn = "01-04-2026,,A,10.00,,90.00,1\n02-04-2026,,B,20.00,,70.00,1\n02-04-2026,,C,30.00,,100.00,1\n";
    let torn = read(&format!("{head}{torn}"));
    assert_eq!((torn.reading.records.set_aside, torn.reading.entries), (3, 0));
    assert_eq!(told(&torn)[0], Told::Side("the balances of the file do not decide it"));
    let one = read(&format!("{head}01-04-2026,,A,10.00,,90.00,1\n"));
    assert_eq!(one.reading.records.set_aside, 1, "one row decides nothing");
}

#[test]
fn flags_of_any_case_are_read_and_others_refused() {
    let file = |flag: &str| {
        format!(
            "Sl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance\n\
             1,01-04-2026,01-04-2026,X,R1,10.00,{flag},90.00\n"
        )
    };
    assert_eq!(amounts(&read(&file("dR"))), [-1000]);
    assert_eq!(amounts(&read(&file("CR"))), [1000]);
    for (flag, wanted) in [
        ("", Told::Side("the flag is blank")),
        ("X", Told::Side("the flag is none of the layout's")),
    ] {
        assert_eq!(told(&read(&file(flag)))[0], wanted);
    }
}

#[test]
fn other_encodings_are_read_and_accounted_for() {
    let text = hdfc_new("02/04/26,=CMD café,02/04/26,20,,R2,70");
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
    for bytes in [wide, latin] {
        let collected = read_bytes(&bytes);
        let entry = &collected.statements[0].entries[1].0;
        assert_eq!(entry.narration.reveal(), "=CMD café");
        let at = usize::try_from(entry.place.at).expect("small");
        let stretch = &bytes[at..at + usize::try_from(entry.place.bytes).expect("small")];
        assert!(stretch.starts_with(b"0"), "{stretch:?}");
    }
}

#[test]
fn a_layout_of_ones_own_reads_any_table() {
    let layout = Layout::parse(
        "format = 1\nname = \"de\"\ncurrency = \"EUR\"\ndelimiter = \";\"\ndecimal = \",\"\ngroup = \".\"\n\
         days = [\"YYYY-MM-DD\"]\n[columns]\nbooked = [\"Buchungstag\"]\nnarration = [\"Verwendungszweck\"]\n\
         amount = [\"Betrag\"]\ncurrency = [\"CCY\"]\naccount = [\"IBAN\"]\nreference = [\"Ref\"]\n",
    )
    .expect("a layout");
    let text = "Buchungstag;Verwendungszweck;Betrag;CCY;IBAN;Ref\n\
        2026-04-02;Miete;-1.234,56;EUR;DE00;R1\n2026-04-05;Lohn;3.500,00;EUR;DE00;R2\n\
        2026-04-06;X;1.234;EUR;DE00;R3\n2026-04-07;X;1,234;EUR;DE00;R4\n";
    let options = Options { layout: Some(layout), ..Options::default() };
    let collected = collect(text.as_bytes(), &options).expect("readable");
    assert_eq!(amounts(&collected), [-123_456, 350_000, 123_400]);
    assert_eq!(told(&collected), [Told::Amount("amount of a row", AmountProblem::TooPrecise)]);
    let other = collect(b"a,b\n1,2\n", &options);
    assert!(matches!(other, Err(Fault::NotThisFormat { .. })));
}

#[test]
fn a_layout_that_cannot_read_a_row_is_none() {
    let sound = "format = 1\nname = \"x\"\ncurrency = \"INR\"\ndelimiter = \",\"\ndecimal = \".\"\n\
        days = [\"DD/MM/YY\"]\n[columns]\nbooked = [\"Date\"]\namount = [\"Amount\"]\n";
    assert!(Layout::parse(sound).is_ok());
    for (from, to) in [
        ("format = 1", "format = 2"),
        ("INR", "rupee"),
        ("\",\"\ndecimal", "\"5\"\ndecimal"),
        ("decimal = \".\"", "decimal = \"-\""),
        ("DD/MM/YY", "DD/MM"),
        ("booked", "value"),
        ("amount", "debit"),
        ("amount = [\"Amount\"]", "amount = [\"Amount\"]\ndebit = [\"D\"]\ncredit = [\"C\"]"),
        ("amount = [\"Amount\"]", "amount = [\"Amount\"]\nside = [\"S\"]"),
        ("amount = [\"Amount\"]", "amount = [\"...\"]"),
        ("days", "balances_decide_sides = true\ndays"),
    ] {
        let text = sound.replace(from, to);
        assert!(matches!(Layout::parse(&text), Err(LayoutError::Contradiction(_))), "{text}");
    }
    let unknown = sound.replace("days", "dayz");
    assert!(matches!(
        Layout::parse(&unknown),
        Err(LayoutError::Text { line: 6, .. }) | Err(LayoutError::Text { line: 1, .. })
    ));
    for (name, text) in BUILT_IN_LAYOUTS {
        let layout = Layout::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(layout.name(), *name);
    }
}

#[test]
fn a_scroll_says_what_became_of_each_payment() {
    let text = "Payment Date,UTR,End To End Id,Account No,Amount,Status,Reason,Challan No\n\
        20/06/2026,ABCDN26600012345,E1,00112233,\"2,50,000.00\",Successful,,\n\
        21/06/2026,ABCDN26600012345,E1,00112233,250000,FAILED,Account closed,C77\n\
        21/06/2026,,E2,00112233,5,Parked,,\n\
        21/06/2026,,,00112233,5,Failed,,\n\
        21/06/2026,,E4,00112233,,Failed,,\n";
    let collected = read(text);
    let found: Vec<(Verdict, usize)> =
        collected.payment_statuses.iter().map(|one| (one.verdict, one.references.len())).collect();
    assert_eq!(found, [(Verdict::Paid, 2), (Verdict::Failed, 3), (Verdict::Unknown, 1)]);
    assert_eq!(collected.payment_statuses[1].reasons, ["Account closed"]);
    assert_eq!(collected.payment_statuses[0].references[1].kind, ReferenceKind::Utr);
    assert_eq!(
        told(&collected),
        [
            Told::NotUnderstood("the status of a payment"),
            Told::Missing("reference of a payment"),
            Told::Missing("amount of a payment"),
        ]
    );
    assert!(!format!("{collected:?}").contains("00112233"));
}

/// Rows as banks and spreadsheets write them beside the plain ones: read exactly, or set aside and told.
#[test]
fn an_odd_row_is_read_exactly_or_set_aside() {
    let head =
        "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n";
    let first = "01/04/26,X,R1,01/04/26,100.00,,900.00\n";
    let last = "03/04/26,Y,R3,03/04/26,,50.00,\n";
    for (row, wanted) in [
        // Quotes over lines, doubled quotes, blanks around them.
        ("02/04/26,\"NEFT\nDR, \"\"A\"\"\",R2,02/04/26, \"1,35,000.00\" ,,\n", Some(-13_500_000)),
        ("02/04/26,Z,R2,02/04/26,\"135,000.00\",,\n", Some(-13_500_000)),
        ("02/04/26,Z,R2,02/04/26,₹ 12.50,,\n", Some(-1250)),
        ("02/04/26,Z,R2,02/04/26,\u{a0}12.50\u{a0},,\n", Some(-1250)),
        ("02/04/26,Z,R2,02/04/26,-,12.50,\n", Some(1250)),
        ("02/04/26,Z,R2,02/04/26,0.00,12.50,\n", Some(1250)),
        ("02/04/26,Z,R2,02/04/26,.50,,\n", Some(-50)),
        // A word beside the amount that says what its column says.
        ("02/04/26,Z,R2,02/04/26,12.50 Dr,,\n", Some(-1250)),
        ("02/04/26,Z,R2,02/04/26,,12.50(CR),\n", Some(1250)),
        ("02/04/26,Z,R2,02/04/26,0.00 Cr,12.50Cr.,\n", Some(1250)),
        ("02/04/2026,Z,R2,02/04/26,12.50,,\n", Some(-1250)),
        // What could mean two things, or nothing.
        ("02/04/26,Z,R2,02/04/26,(12.50),,\n", None),
        ("02/04/26,Z,R2,02/04/26,-12.50,,\n", None),
        ("02/04/26,Z,R2,02/04/26,12.50Cr,,\n", None),
        ("02/04/26,Z,R2,02/04/26,,12.50 (Dr),\n", None),
        ("02/04/26,Z,R2,02/04/26,-12.50 Dr,,\n", None),
        // A comma that was not quoted: the first part alone would be an amount.
        ("02/04/26,Z,R2,02/04/26,50,000.00,,\n", None),
        ("02/04/26,Z,R2,02/04/26,,50,000.00,10\n", None),
        ("02/04/26,Z,R2,02/04/26,\"12,50\",,\n", None),
        ("02/04/26,Z,R2,02/04/26,\"1.35.000,00\",,\n", None),
        ("02/04/26,Z,R2,02/04/26,12.505,,\n", None),
        ("02/04/26,Z,R2,02/04/26,1.25E1,,\n", None),
        ("02/04/26,Z,R2,02/04/26,१२.५०,,\n", None),
        ("02/04/26,Z,R2,02/04/26,\"1,35,00,0.00\",,\n", None),
        ("02/04/26,Z,R2,02/04/26,12.50,7.00,\n", None),
        ("02/04/26,Z,R2,02/04/26,,,\n", None),
        ("31/02/26,Z,R2,02/04/26,12.50,,\n", None),
        ("04/13/26,Z,R2,04/13/26,12.50,,\n", None),
        (",Z,R2,02/04/26,12.50,,\n", None),
        ("02/04/26,a field, too many,R2,02/04/26,12.50,,\n", None),
        ("02/04/26,Z,R2,02/04/26\n", None),
        ("02/04/26,\"Z,R2,02/04/26,12.50,,\n", None),
        // The names of the columns again, a page's end, and totals behind the rows.
        (head, None),
        ("Page 1 of 2,,,,,,\n", None),
        ("Total,,,,112.50,50.00,\n", None),
        ("TOTAL :,,,,\"1,12.50\",,\n", None),
        ("02/04/26,Total,,02/04/26,112.50,,\n", None),
        ("02/04/26,GRAND TOTAL :,,02/04/26,112.50,,\n", None),
        ("02/04/26,TOTAL GAS AGENCY,,02/04/26,112.50,,\n", Some(-11_250)),
        ("02/04/26,Total,,02/04/26,12.50,,887.50\n", Some(-1_250)),
    ] {
        let text = format!("{head}{first}{row}{last}");
        let collected = read(&text);
        let wanted: Vec<i64> = [Some(-10_000), wanted, Some(5_000)].into_iter().flatten().collect();
        assert_eq!(amounts(&collected), wanted, "{row}");
        let told = collected.warnings.len();
        assert_eq!(told > 0, wanted.len() < 3, "{row}: {:?}", collected.warnings);
        let records = &collected.reading.records;
        assert_eq!(records.present, 3, "{row}");
    }
}

/// Columns that a bank's export exchanged would make what came back of what went out: the printed balances
/// tell, whether or not the layout says that it may be so.
#[test]
fn exchanged_sides_are_told_by_the_balances() {
    let head = "Account No : 0011\nDate,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,\
                Closing Balance\n";
    let rows = |rows: &[(u8, &str, &str)]| -> String {
        let row = |(day, moved, balance): &(u8, &str, &str)| {
            format!("{day:02}/06/24,X,{day:02}/06/24,{moved},0,{balance}.00\n")
        };
        format!("{head}{}", rows.iter().map(row).collect::<String>())
    };
    let exchanged = "the printed balances say that the sides are exchanged";
    // Days go on and money that came in made the account poorer.
    for of in [
        rows(&[
            (21, ",250000.00", "750000"),
            (22, ",150000.00", "600000"),
            (23, "7.00,", "600007"),
        ]),
        rows(&[(21, ",250000.00", "750000"), (22, ",250000.00", "500000")]),
        rows(&[(23, ",100.00", "700"), (22, "50.00,", "800"), (21, ",9.00", "750")]),
    ] {
        let collected = read(&of);
        assert_eq!(amounts(&collected), [0_i64; 0], "{of}");
        assert!(told(&collected).iter().all(|one| *one == Told::Side(exchanged)), "{of}");
        assert_eq!(collected.statements[0].statement.set_aside, collected.reading.records.present);
    }
    // Balances that fit, that fit nothing, or that could be either are no reason.
    for of in [
        rows(&[(21, "250000.00,", "750000"), (22, ",150000.00", "900000")]),
        rows(&[(22, "250000.00,", "500000"), (21, "250000.00,", "750000")]),
        rows(&[(21, "250000.00,", "500000"), (21, "250000.00,", "750000")]),
        rows(&[(21, "1.00,", "500000"), (22, "2.00,", "3"), (23, "4.00,", "777")]),
    ] {
        assert_eq!(amounts(&read(&of)).len(), of.matches(",X,").count(), "{of}");
    }
}
