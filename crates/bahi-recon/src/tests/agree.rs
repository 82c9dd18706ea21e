//! The same movements written in five formats are read as the same movements.

use std::fmt::Write;

use bahi_core::{Day, LineSide};
use proptest::prelude::*;

use crate::{Collected, Format, Options, collect};

/// A movement: paise, whether it came in, days after a first one, a reference.
#[derive(Clone, Debug)]
struct Movement {
    paise: i64,
    credit: bool,
    day: i32,
    reference: String,
}

fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let paise = prop_oneof![1_i64..1_000_000, Just(25_000_000), 1_i64..10_000_000_000_000];
    let one = (paise, any::<bool>(), 0_i32..700, "[A-Z]{2}[0-9]{1,9}[1-9]")
        .prop_map(|(paise, credit, day, reference)| Movement { paise, credit, day, reference });
    // A table whose days fall is read from its end, and where its balances agree with that too,
    // nothing says that it was meant otherwise.
    prop::collection::vec(one, 1..12).prop_map(|mut all| {
        all.sort_by_key(|movement| movement.day);
        all
    })
}

const OPENING: i64 = 5_000_000_000_000;

fn day(movement: &Movement) -> Day {
    let first = Day::parse("2025-04-01").expect("a day");
    first.plus_days(movement.day).expect("a day")
}

/// Rupees with two places under a mark, below zero with a minus.
fn rupees(paise: i64, mark: char) -> String {
    let sign = if paise < 0 { "-" } else { "" };
    format!("{sign}{}{mark}{:02}", paise.unsigned_abs() / 100, paise.unsigned_abs() % 100)
}

fn signed(movement: &Movement) -> i64 {
    if movement.credit { movement.paise } else { -movement.paise }
}

/// The balance after all movements.
fn closing(all: &[Movement]) -> i64 {
    OPENING + all.iter().map(signed).sum::<i64>()
}

fn camt(all: &[Movement]) -> String {
    let balance = |kind: &str, paise: i64| {
        let side = if paise < 0 { "DBIT" } else { "CRDT" };
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"INR\">{}</Amt>\
             <CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-06-20</Dt></Dt></Bal>",
            rupees(paise.abs(), '.')
        )
    };
    let mut text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>{}{}",
        balance("OPBD", OPENING),
        balance("CLBD", closing(all))
    );
    for one in all {
        write!(
            text,
            "<Ntry><Amt Ccy=\"INR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{}</Dt></BookgDt>\
             <AcctSvcrRef>{}</AcctSvcrRef></Ntry>",
            rupees(one.paise, '.'),
            if one.credit { "CRDT" } else { "DBIT" },
            day(one),
            one.reference
        )
        .expect("memory can be written");
    }
    text + "</Stmt></BkToCstmrStmt></Document>"
}

fn mt940(all: &[Movement]) -> String {
    let balance = |tag: &str, paise: i64| {
        let mark = if paise < 0 { 'D' } else { 'C' };
        format!(":{tag}:{mark}260620INR{}\n", rupees(paise.abs(), ','))
    };
    let mut text = format!(":20:R\n:25:1\n:28C:1\n{}", balance("60F", OPENING));
    for one in all {
        let short = day(one).to_string().replace('-', "")[2..].to_owned();
        // A reversal of a debit is a credit, and the other way round.
        let mark = match (one.credit, one.day % 2 == 0) {
            (true, true) => "C",
            (true, false) => "RD",
            (false, true) => "D",
            (false, false) => "RC",
        };
        let amount = rupees(one.paise, ',');
        writeln!(text, ":61:{short}{mark}{amount}NTRFNONREF//{}", one.reference)
            .expect("memory can be written");
    }
    text + &balance("62F", closing(all)) + "-\n"
}

fn hdfc(all: &[Movement]) -> String {
    let head =
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n";
    let mut text = head.to_owned();
    let mut balance = OPENING;
    for one in all {
        balance += signed(one);
        let (year, month, of_month) = day(one).date();
        let amount = rupees(one.paise, '.');
        let (debit, credit) =
            if one.credit { ("0.00", amount.as_str()) } else { (amount.as_str(), "") };
        writeln!(
            text,
            "{of_month:02}/{month:02}/{year},X,{of_month:02}/{month:02}/{year},{debit},{credit},{},{}",
            one.reference,
            rupees(balance, '.')
        )
        .expect("memory can be written");
    }
    text
}

fn ofx(all: &[Movement]) -> String {
    let mut text = "<OFX><STMTRS><CURDEF>INR<BANKTRANLIST>\n".to_owned();
    for one in all {
        let compact = day(one).to_string().replace('-', "");
        let amount = rupees(signed(one), '.');
        writeln!(
            text,
            "<STMTTRN><DTPOSTED>{compact}<TRNAMT>{amount}<FITID>{}</STMTTRN>",
            one.reference
        )
        .expect("memory can be written");
    }
    let closing = rupees(closing(all), '.');
    text + &format!("</BANKTRANLIST><LEDGERBAL><BALAMT>{closing}</LEDGERBAL></STMTRS></OFX>\n")
}

/// A group for each movement, since a day is the group's.
fn bai2(all: &[Movement]) -> String {
    let mut text = "01,B,T,260620,0600,1,,,2/\n".to_owned();
    for one in all {
        let short = day(one).to_string().replace('-', "")[2..].to_owned();
        let (kind, paise) = (if one.credit { 195 } else { 495 }, one.paise);
        write!(
            text,
            "02,T,B,1,{short},,INR,2/\n03,1,,,,,/\n16,{kind},{paise},Z,{},,/\n49,{paise},3/\n98,{paise},1,5/\n",
            one.reference
        )
        .expect("memory can be written");
    }
    let sum: i64 = all.iter().map(|one| one.paise).sum();
    text + &format!("99,{sum},{},{}/\n", all.len(), 5 * all.len() + 2)
}

/// What was read, as movements.
fn read_back(collected: &Collected) -> Vec<(i64, bool, String, String)> {
    let entries = collected.statements.iter().flat_map(|whole| &whole.entries);
    entries
        .map(|(entry, _)| {
            (
                entry.amount.minor(),
                entry.side == LineSide::Credit,
                entry.booked.map(|day| day.to_string()).unwrap_or_default(),
                entry.references.first().map(|one| one.text.clone()).unwrap_or_default(),
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn five_formats_say_the_same(all in movements()) {
        let wanted: Vec<(i64, bool, String, String)> = all
            .iter()
            .map(|one| (one.paise, one.credit, day(one).to_string(), one.reference.clone()))
            .collect();
        for (format, text) in [
            (Format::Camt053, camt(&all)),
            (Format::Mt940, mt940(&all)),
            (Format::Csv, hdfc(&all)),
            (Format::Ofx, ofx(&all)),
            (Format::Bai2, bai2(&all)),
        ] {
            let collected = collect(text.as_bytes(), &Options::default()).expect("readable");
            prop_assert_eq!(collected.reading.format, format);
            prop_assert_eq!(&read_back(&collected), &wanted, "{:?}", format);
            prop_assert_eq!(collected.warnings.len(), 0, "{:?}: {:?}", format, collected.warnings);
            let statement = &collected.statements[0].statement;
            let told = matches!(format, Format::Camt053 | Format::Mt940 | Format::Csv);
            if told {
                prop_assert_eq!(statement.balance_equation, Some(true), "{:?}", format);
                let ends = statement.closing().map(|one| one.amount.minor);
                prop_assert_eq!(ends, Some(i128::from(closing(&all))), "{:?}", format);
            }
        }
    }
}
