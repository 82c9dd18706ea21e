//! Which formats there are, and by what a file shows which it is.
//!
//! # Invariants
//! * Recognising looks at the beginning of a file alone, and never at its name.

use crate::{
    BUILT_IN_LAYOUTS, Fault, Layout, bai, npci, ofx, swift,
    table::is_of,
    text::Text,
    xml::{Step, Walker},
};

/// A format that is read here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Format {
    /// ISO 20022 account report of a day not over.
    Camt052,
    /// ISO 20022 statement.
    Camt053,
    /// ISO 20022 notification of debits and credits.
    Camt054,
    /// SWIFT customer statement.
    Mt940,
    /// SWIFT interim transaction report.
    Mt942,
    /// Separated values under a layout.
    Csv,
    /// Lines of 306 characters of the National Automated Clearing House.
    Npci,
    /// ISO 20022 payments asked for.
    Pain001,
    /// ISO 20022 answers about payments.
    Pain002,
    /// What became of payments, in the XML of treasuries' banks.
    Scroll,
    /// OFX and QFX.
    Ofx,
    /// BAI2.
    Bai2,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 12] = [
        Format::Camt052,
        Format::Camt053,
        Format::Camt054,
        Format::Mt940,
        Format::Mt942,
        Format::Csv,
        Format::Npci,
        Format::Pain001,
        Format::Pain002,
        Format::Scroll,
        Format::Ofx,
        Format::Bai2,
    ];

    /// Its stable name, as `StatementReceived` keeps it and as a person types it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Format::Camt052 => "camt052",
            Format::Camt053 => "camt053",
            Format::Camt054 => "camt054",
            Format::Mt940 => "mt940",
            Format::Mt942 => "mt942",
            Format::Csv => "csv",
            Format::Npci => "npci306",
            Format::Pain001 => "pain001",
            Format::Pain002 => "pain002",
            Format::Scroll => "scroll",
            Format::Ofx => "ofx",
            Format::Bai2 => "bai2",
        }
    }

    /// Whether it tells all that moved on the days it is of: no day that is not over, no single movements,
    /// no payments asked for or answered.
    #[must_use]
    pub const fn is_of_closed_days(self) -> bool {
        match self {
            Format::Camt053 | Format::Mt940 | Format::Csv | Format::Ofx | Format::Bai2 => true,
            Format::Camt052
            | Format::Camt054
            | Format::Mt942
            | Format::Npci
            | Format::Pain001
            | Format::Pain002
            | Format::Scroll => false,
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How much of a file is looked at.
const BEGINNING_BYTES: usize = 64 * 1024;
/// How many elements of an XML file are looked at.
const STEPS_MAX: usize = 64;

/// What format a file is of, as its beginning shows; nothing where none fits.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Format> {
    let mut beginning = &bytes[..bytes.len().min(BEGINNING_BYTES)];
    // A character that is cut in two at the end would make the whole look like another encoding.
    while beginning.len() < bytes.len() && beginning.last().is_some_and(|byte| *byte >= 0x80) {
        beginning = &beginning[..beginning.len() - 1];
    }
    let wide = beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff");
    if wide && !beginning.len().is_multiple_of(2) {
        beginning = &beginning[..beginning.len() - 1];
    }
    let text = Text::of(beginning).ok()?;
    if let Some(format) = ofx::format_of(text.as_str()) {
        return Some(format);
    }
    if text.as_str().trim_start().starts_with('<') {
        return of_xml(&text);
    }
    let text = text.as_str();
    swift::format_of(text)
        .or_else(|| npci::format_of(text))
        .or_else(|| bai::format_of(text))
        .or_else(|| layout_of(text).map(|_| Format::Csv))
}

/// The one layout known by name whose columns a text has; nothing where there are several.
pub(crate) fn layout_of(text: &str) -> Option<Layout> {
    let known = BUILT_IN_LAYOUTS.iter().filter_map(|(_, layout)| Layout::parse(layout).ok());
    let mut of_text = known.filter(|layout| is_of(text, layout));
    of_text.next().filter(|_| of_text.next().is_none())
}

fn of_xml(text: &Text<'_>) -> Option<Format> {
    let mut walker = Walker::new(text);
    for _ in 0..STEPS_MAX {
        match walker.step() {
            Ok(Step::Open) => {
                if let Some(format) = of_element(walker.name()) {
                    return Some(format);
                }
            }
            Ok(Step::Close) => {}
            Ok(Step::End) | Err(Fault::Malformed { .. }) => return None,
            Err(_) => return None,
        }
    }
    None
}

fn of_element(name: &str) -> Option<Format> {
    crate::camt::format_of(name).or_else(|| crate::pain::format_of(name))
}
