//! Long files: what is held does not grow with them.

use crate::{Item, Options, Reading, read};

/// How many entries the long files have.
const ENTRIES: u64 = 500_000;
/// The most bytes held beside the file and the item in hand.
const HELD_MAX: u64 = 64 * 1024;

fn streamed(name: &str, text: &[u8]) -> Reading {
    let mut reading = None;
    let mut sum: i128 = 0;
    let info = allocation_counter::measure(|| {
        let found = read(text, &Options::default(), &mut |item| match item {
            Item::Entry(entry) => sum += i128::from(entry.amount.minor()),
            Item::Instruction(one) => sum += i128::from(one.amount.minor()),
            Item::Detail(_)
            | Item::Statement(_)
            | Item::Batch(_)
            | Item::Status(_)
            | Item::Warning(_) => {}
        });
        reading = Some(found.expect("readable"));
    });
    assert!(info.bytes_max < HELD_MAX, "{name}: {} bytes held", info.bytes_max);
    let reading = reading.expect("it was measured");
    assert_eq!(reading.records.read, ENTRIES, "{name}");
    assert_eq!(sum, i128::from(ENTRIES) * 250, "{name}");
    assert_eq!(reading.bytes.set_aside, 0, "{name}");
    reading
}

#[test]
fn half_a_million_entries_are_read_in_bounded_memory() {
    let entry = "<Ntry><Amt Ccy=\"INR\">2.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>\
        <NtryDtls><TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n";
    let many = entry.repeat(usize::try_from(ENTRIES).expect("it fits"));
    let camt = format!("<Document><BkToCstmrStmt><Stmt>\n{many}</Stmt></BkToCstmrStmt></Document>");
    assert_eq!(streamed("camt", camt.as_bytes()).details, ENTRIES);
    drop((camt, many));
    // All of them in one entry.
    let detail =
        "<TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><Amt Ccy=\"INR\">2.50</Amt></TxDtls>\n";
    let details = detail.repeat(usize::try_from(ENTRIES).expect("it fits"));
    let batch = format!(
        "<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"INR\">1250000.00</Amt>\
         <CdtDbtInd>DBIT</CdtDbtInd><NtryDtls>{details}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    );
    let info = allocation_counter::measure(|| {
        let reading = read(batch.as_bytes(), &Options::default(), &mut |_| ()).expect("readable");
        assert_eq!((reading.entries, reading.details, reading.warnings), (1, ENTRIES, 1));
    });
    assert!(info.bytes_max < HELD_MAX, "one entry: {} bytes held", info.bytes_max);
    drop((batch, details));
    let line = ":61:260620D2,50NTRFE-1//B-1\n:86:NEFT BAHIN26600000001\n";
    let many = line.repeat(usize::try_from(ENTRIES).expect("it fits"));
    streamed("mt940", format!(":20:1\n:25:1\n:60F:C260620INR1,00\n{many}-\n").as_bytes());
    let row = "20/06/26,NEFT BAHIN26600000001,20/06/26,2.50,0.00,R-1,\n";
    let many = row.repeat(usize::try_from(ENTRIES).expect("it fits"));
    let head =
        "Date,Narration,Value Dat,Debit Amount,Credit Amount,Chq/Ref Number,Closing Balance\n";
    streamed("csv", format!("{head}{many}").as_bytes());
}

#[test]
fn what_never_ends_is_read_in_bounded_memory() {
    let units = [
        "a",
        "\"",
        "\"\"",
        ",",
        "/",
        "/ 16,142,1,Z",
        ":",
        "\n:",
        ":61:",
        "\n:86:x",
        "\n88,1",
        "\n88,x,1,2,3",
        "<",
        "<a>",
        "<a/>",
        "</",
        "&amp;",
        "<!--",
        "é",
        "0",
        "?20",
        "/EREF/",
        "<NAME>x",
        "<NbOfTxs>1</NbOfTxs>",
        "\n23",
        " ",
        "-",
        "<Bal></Bal>",
        "<TxDtls></TxDtls>",
        "UPI ",
        "123456789012 ",
        "ABCDN26600012345 ",
    ];
    for (name, sample, _) in super::SAMPLES {
        for unit in units {
            for at in [sample.len() / 3, sample.len() / 2, 2 * sample.len() / 3] {
                let long = unit.repeat(80_000 / unit.len());
                let bytes = [&sample[..at], long.as_bytes(), &sample[at..]].concat();
                let info = allocation_counter::measure(|| {
                    read(&bytes, &Options::default(), &mut |_| ()).ok();
                });
                // Where a mutant is no UTF-8 any more it is held once more, each byte up to three.
                let most = 2 * HELD_MAX + 256 * 1024 + bytes.len() as u64 * 3;
                let plain = std::str::from_utf8(&bytes).is_ok();
                let most = if plain { HELD_MAX * 8 } else { most };
                assert!(info.bytes_max < most, "{name}, {unit:?} at {at}: {} held", info.bytes_max);
            }
        }
    }
}
