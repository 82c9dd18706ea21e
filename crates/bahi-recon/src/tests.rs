//! Tests that need more than one module.

mod agree;
mod corpus;
mod noise;
mod streams;
mod variants;

use crate::{Collected, Options, Reading, Told, collect};

/// A small file of each format, made up for tests: its name, and how many records, warnings.
const SAMPLES: &[(&str, &[u8], u64)] = &[
    ("camt053", include_bytes!("../samples/camt053.xml"), 3),
    ("camt054", include_bytes!("../samples/camt054.xml"), 1),
    ("mt940", include_bytes!("../samples/mt940.txt"), 3),
    ("mt942", include_bytes!("../samples/mt942.txt"), 1),
    ("csv", include_bytes!("../samples/hdfc-old.csv"), 2),
    ("csv", include_bytes!("../samples/axis.csv"), 3),
    ("csv", include_bytes!("../samples/payment-scroll.csv"), 2),
    ("npci306", include_bytes!("../samples/npci-answer.txt"), 2),
    ("pain001", include_bytes!("../samples/pain001-ekuber.xml"), 2),
    ("pain002", include_bytes!("../samples/pain002.xml"), 2),
    ("scroll", include_bytes!("../samples/scroll.xml"), 2),
    ("ofx", include_bytes!("../samples/ofx.txt"), 2),
    ("bai2", include_bytes!("../samples/bai2.txt"), 2),
];

/// What is read of a text made up for a test, with every byte and record of it accounted for.
pub(crate) fn read(text: &str) -> Collected {
    read_bytes(text.as_bytes())
}

pub(crate) fn read_bytes(file: &[u8]) -> Collected {
    let collected = collect(file, &Options::default()).expect("readable");
    let Reading { bytes, records, .. } = &collected.reading;
    assert_eq!(bytes.read + bytes.set_aside, file.len() as u64);
    assert_eq!(records.read + records.set_aside, records.present);
    collected
}

/// What is told about a file.
pub(crate) fn told(collected: &Collected) -> Vec<Told> {
    collected.warnings.iter().map(|warning| warning.what.clone()).collect()
}

/// The format of a sample, the records in it, and that nothing of it is set aside.
#[test]
fn every_sample_is_read_whole() {
    for (name, bytes, records) in SAMPLES {
        let collected = crate::collect(bytes, &crate::Options::default()).expect("readable");
        let reading = &collected.reading;
        assert_eq!(reading.format.name(), *name);
        assert_eq!((reading.records.read, reading.records.set_aside), (*records, 0), "{name}");
        assert_eq!(reading.bytes.set_aside, 0, "{name}");
        let told: Vec<String> = collected.warnings.iter().map(ToString::to_string).collect();
        let exchanged = reading.variant.as_deref() == Some("axis");
        assert_eq!(told.len(), usize::from(exchanged), "{name}: {told:?}");
        for whole in &collected.statements {
            assert_ne!(whole.statement.balance_equation, Some(false), "{name}");
        }
    }
}

/// The layout that the page of reconciliation shows reads a table.
#[test]
fn the_layout_of_the_page_is_one() {
    let page = include_str!("../../../docs/RECONCILIATION.md");
    let block = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    let layout = crate::Layout::parse(block.expect("the page shows a layout")).expect("a layout");
    let options = crate::Options { layout: Some(layout), ..crate::Options::default() };
    let text = b"Date,Particulars,Debit,Credit,Balance\n20/06/2026,X,\"2,50,000.00\",,0.00\n";
    assert_eq!(crate::collect(text, &options).expect("readable").reading.entries, 1);
    for format in crate::Format::ALL {
        let name = format!("`{}`", format.name());
        assert!(page.contains(&name), "the page does not name {name}");
        assert_eq!(crate::Format::parse(format.name()), Some(format));
    }
    for (name, _) in crate::BUILT_IN_LAYOUTS {
        assert!(page.contains(&format!("`{name}`")), "the page does not name {name}");
    }
}
