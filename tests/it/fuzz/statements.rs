//! Targets of what banks and treasuries send: a small file of each format, as the program reads it.

use bahi_recon::{BUILT_IN_LAYOUTS, Layout, Options, collect, recognise};

use super::Target;

/// The samples that `bahi-recon` tests itself with.
const SAMPLES: &[(&str, &[&[u8]])] = &[
    (
        "camt statement",
        &[
            include_bytes!("../../../crates/bahi-recon/samples/camt053.xml"),
            include_bytes!("../../../crates/bahi-recon/samples/camt054.xml"),
        ],
    ),
    (
        "swift statement",
        &[
            include_bytes!("../../../crates/bahi-recon/samples/mt940.txt"),
            include_bytes!("../../../crates/bahi-recon/samples/mt942.txt"),
        ],
    ),
    (
        "table of a bank",
        &[
            include_bytes!("../../../crates/bahi-recon/samples/hdfc-old.csv"),
            include_bytes!("../../../crates/bahi-recon/samples/axis.csv"),
            include_bytes!("../../../crates/bahi-recon/samples/payment-scroll.csv"),
        ],
    ),
    ("clearing file", &[include_bytes!("../../../crates/bahi-recon/samples/npci-answer.txt")]),
    (
        "payment message",
        &[
            include_bytes!("../../../crates/bahi-recon/samples/pain001-ekuber.xml"),
            include_bytes!("../../../crates/bahi-recon/samples/pain002.xml"),
            include_bytes!("../../../crates/bahi-recon/samples/scroll.xml"),
        ],
    ),
    (
        "foreign statement",
        &[
            include_bytes!("../../../crates/bahi-recon/samples/ofx.txt"),
            include_bytes!("../../../crates/bahi-recon/samples/bai2.txt"),
        ],
    ),
];

pub(super) fn targets() -> Vec<Target> {
    let mut targets: Vec<Target> = SAMPLES.iter().map(|(name, seeds)| file(name, seeds)).collect();
    targets.push(layout());
    targets
}

/// A file of a bank: what is read and what is set aside are all there is. Whatever is found is held
/// at once here, so that what a byte may cost is what a short record of short lines costs.
fn file(name: &'static str, seeds: &[&[u8]]) -> Target {
    let seeds = seeds.iter().map(|seed| seed.to_vec()).collect();
    Target::new(name, seeds, |bytes| {
        if recognise(bytes).is_none() {
            return false;
        }
        let Ok(collected) = collect(bytes, &Options::default()) else { return false };
        let (all, records) = (collected.reading.bytes, collected.reading.records);
        assert_eq!(all.read + all.set_aside, bytes.len() as u64, "bytes are accounted for");
        assert_eq!(records.read + records.set_aside, records.present, "records are accounted for");
        for whole in &collected.statements {
            assert_eq!(whole.statement.entries, whole.entries.len() as u64, "entries as counted");
        }
        true
    })
    .holding((512, 512 * 1024), (16, 40_000))
}

fn layout() -> Target {
    let seeds = BUILT_IN_LAYOUTS.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    Target::new("layout", seeds, |bytes| {
        std::str::from_utf8(bytes).is_ok_and(|text| Layout::parse(text).is_ok())
    })
    .holding((96, 64 * 1024), (8, 4_000))
}
