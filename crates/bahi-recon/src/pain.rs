//! pain.001 (payments asked for) and pain.002 (what became of them) of ISO 20022, of any version,
//! the dialect of the Reserve Bank's e-Kuber and the scrolls of its kind among them.
//!
//! # Invariants
//! * Control counts and sums are compared at the level that states them; an instruction that cannot
//!   be read is set aside and missing from what was found.
//! * In an answer a level without a status has the one above; `PART` says nothing for the level
//!   below, which stays open. A refusal is final, an acceptance is not.

mod orders;
mod report;
mod scroll;

use crate::{
    Fault, Format, Place, Told,
    output::Output,
    pain::{orders::Orders, report::Report, scroll::Scroll},
    text::Text,
    xml::{Step, Walker},
};

/// How deep the message may lie in wrappers.
const WRAPPERS_MAX: usize = 8;

/// The format an element begins, whatever version its name ends with.
pub(crate) fn format_of(name: &str) -> Option<Format> {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match name.strip_suffix('V').unwrap_or(name) {
        "CstmrCdtTrfInitn" => Some(Format::Pain001),
        "CstmrPmtStsRpt" => Some(Format::Pain002),
        "FileDefId" => Some(Format::Scroll),
        _ => None,
    }
}

/// A reader of one of the two messages.
pub(super) trait Message {
    /// An element begins, so deep below the message.
    fn open(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>);
    /// An element ends.
    fn close(&mut self, path: &str, walker: &Walker<'_>, out: &mut Output<'_, '_>);
    /// The message ends.
    fn end(&mut self, to: usize, out: &mut Output<'_, '_>);
}

/// Reads a message of the wanted format.
///
/// # Errors
/// `NotThisFormat`, and those of the walk.
pub(crate) fn read(text: &Text<'_>, wanted: Format, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    let mut walker = Walker::new(text);
    let mut message: Option<(usize, Box<dyn Message>)> = None;
    let (mut found, mut is_scroll) = (false, false);
    loop {
        match walker.step()? {
            Step::Open => match &mut message {
                Some((depth, message)) => message.open(below(&walker, *depth), &walker, out),
                None if walker.depth() <= WRAPPERS_MAX && begins(walker.name(), wanted) => {
                    found = true;
                    begin(&walker, wanted, out)?;
                    let mark = out.mark(walker.begin());
                    let reader: Box<dyn Message> = if wanted == Format::Pain002 {
                        Box::new(Report::new(mark))
                    } else if wanted == Format::Scroll {
                        Box::new(Scroll::new(mark))
                    } else {
                        Box::new(Orders::new(mark))
                    };
                    message = Some((walker.depth(), reader));
                }
                None if wanted == Format::Scroll && walker.name() == "FileDefId" => {
                    is_scroll = true
                }
                None => {}
            },
            Step::Close => {
                if is_scroll && message.is_none() && walker.name() == "FileDefId" {
                    out.variant(
                        &walker.leaf().unwrap_or_default().chars().take(35).collect::<String>(),
                    );
                }
                if let Some((depth, reader)) = &mut message {
                    if walker.depth() > *depth {
                        reader.close(below(&walker, *depth), &walker, out);
                    } else {
                        reader.end(walker.end(), out);
                        message = None;
                    }
                }
            }
            Step::End => break,
        }
    }
    if !found || (wanted == Format::Scroll && !is_scroll) {
        let what = "no such payment message of ISO 20022 stands in the file";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    if walker.has_stray_text() {
        out.warn(Place { line: 1, byte: 0 }, Told::OutsideTheStandard("text beside the document"));
    }
    out.read_to(walker.end());
    Ok(())
}

/// Whether an element begins what is wanted: a message, or the document of a scroll.
fn begins(name: &str, wanted: Format) -> bool {
    if wanted == Format::Scroll { name == "Document" } else { format_of(name) == Some(wanted) }
}

/// The path below the element at a depth.
fn below<'w>(walker: &'w Walker<'_>, depth: usize) -> &'w str {
    crate::camt::relative(walker, depth)
}

/// Notes the version, and that the dialect of e-Kuber has no namespace.
fn begin(walker: &Walker<'_>, wanted: Format, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    if wanted == Format::Scroll {
        return Ok(());
    }
    let code = if wanted == Format::Pain001 { "pain.001" } else { "pain.002" };
    let Some(uri) = walker.namespace() else { return Ok(()) };
    let named = uri.rsplit(':').next().unwrap_or_default();
    if named.starts_with(code) {
        out.variant(named);
    } else if uri.starts_with("urn:iso:std:iso:20022") {
        let place = out.place(walker.begin());
        let what = "the namespace is of another message than the element";
        return Err(Fault::NotThisFormat { place, what });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
