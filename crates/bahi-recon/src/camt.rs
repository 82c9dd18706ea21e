//! camt.052, camt.053 and camt.054 of ISO 20022, of any version, prefix or none.
//!
//! # Invariants
//! * An entry's side is its own `CdtDbtInd`. With `RvslInd` it already says what was booked, and
//!   is not turned round (ISO 20022, *Reversal Indicator*: credit and reversed means that the original was a debit).
//! * An entry whose amount or side cannot be read is set aside whole, its details with it.
//!
//! # Not here
//! pain.001 and pain.002: `pain`.

mod draft;

use crate::{
    Fault, Format, Place, StatementKind, Told,
    camt::draft::{BalanceDraft, DetailDraft, EntryDraft, StatementDraft},
    output::Output,
    text::Text,
    xml::{Step, Walker},
};

/// How deep the message may lie in wrappers.
const WRAPPERS_MAX: usize = 8;

/// The elements that are messages read here, and what their statements are.
const MESSAGES: &[(&str, &str, Format, StatementKind)] = &[
    ("BkToCstmrStmt", "camt.053", Format::Camt053, StatementKind::Booked),
    ("BkToCstmrAcctRpt", "camt.052", Format::Camt052, StatementKind::Interim),
    ("BkToCstmrDbtCdtNtfctn", "camt.054", Format::Camt054, StatementKind::Notice),
];

/// The message an element begins, whatever version its name ends with.
fn message(name: &str) -> Option<(&'static str, Format, StatementKind)> {
    let versioned = |rest: &str| {
        rest.is_empty() || (rest.starts_with('V') && rest[1..].bytes().all(|b| b.is_ascii_digit()))
    };
    MESSAGES.iter().find_map(|(element, code, format, kind)| {
        name.strip_prefix(element).is_some_and(versioned).then_some((*code, *format, *kind))
    })
}

/// The format an element begins, if it is such a message.
pub(crate) fn format_of(name: &str) -> Option<Format> {
    message(name).map(|(_, format, _)| format)
}

/// Where the reader stands.
#[derive(Default)]
struct State {
    /// The depth of the message element and what its statements are.
    message: Option<(usize, StatementKind)>,
    statement: Option<(usize, StatementDraft)>,
    balance: Option<(usize, BalanceDraft)>,
    entry: Option<(usize, EntryDraft)>,
    detail: Option<(usize, DetailDraft)>,
    statements: u32,
}

/// Reads a camt message. Which of the three it is stands in the file; `wanted` is what it was
/// recognised as.
///
/// # Errors
/// `NotThisFormat` where no element is such a message, or its namespace is another's; those of
/// the walk.
pub(crate) fn read(text: &Text<'_>, wanted: Format, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    let mut walker = Walker::new(text);
    let mut state = State::default();
    loop {
        match walker.step()? {
            Step::Open => state.open(&walker, wanted, out)?,
            Step::Close => state.close(&walker, out),
            Step::End => break,
        }
    }
    if state.message.is_none() && state.statements == 0 {
        let what = "no statement, report or notification of ISO 20022 stands in the file";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    if walker.has_stray_text() {
        out.warn(Place { line: 1, byte: 0 }, Told::OutsideTheStandard("text beside the document"));
    }
    out.read_to(walker.end());
    Ok(())
}

/// What stands in the path after the element at a depth.
pub(crate) fn relative<'w>(walker: &'w Walker<'_>, depth: usize) -> &'w str {
    let path = walker.path();
    let at = path.match_indices('/').nth(depth - 1).map_or(path.len(), |(at, _)| at + 1);
    &path[at..]
}

impl State {
    fn open(
        &mut self,
        walker: &Walker<'_>,
        wanted: Format,
        out: &mut Output<'_, '_>,
    ) -> Result<(), Fault> {
        let depth = walker.depth();
        let Some((top, kind)) = self.message else {
            return self.message_begins(walker, wanted, out);
        };
        let Some((base, statement)) = &mut self.statement else {
            if depth == top + 1 && matches!(walker.name(), "Stmt" | "Rpt" | "Ntfctn") {
                self.statements += 1;
                out.part = self.statements;
                let mark = out.mark(walker.begin());
                self.statement = Some((depth, StatementDraft::new(self.statements, kind, mark)));
            }
            return Ok(());
        };
        if depth == *base + 1 {
            match walker.name() {
                "Ntry" => {
                    out.record();
                    let mark = out.mark(walker.begin());
                    let number = statement.next_entry();
                    self.entry = Some((depth, EntryDraft::new(self.statements, number, mark)));
                }
                "Bal" => self.balance = Some((depth, BalanceDraft::new(out.mark(walker.begin())))),
                _ => {}
            }
        } else if let Some((entry_depth, entry)) = &mut self.entry
            && self.detail.is_none()
            && matches!(relative(walker, *entry_depth), "TxDtls" | "NtryDtls/TxDtls")
        {
            entry.settle(statement.currency());
            self.detail = Some((depth, DetailDraft::new(out.mark(walker.begin()))));
        }
        Ok(())
    }

    fn message_begins(
        &mut self,
        walker: &Walker<'_>,
        wanted: Format,
        out: &mut Output<'_, '_>,
    ) -> Result<(), Fault> {
        let depth = walker.depth();
        let Some((code, format, kind)) = message(walker.name()) else { return Ok(()) };
        if depth > WRAPPERS_MAX {
            return Ok(());
        }
        let place = out.place(walker.begin());
        if format != wanted {
            let what = "the message is another than the one it is read as";
            return Err(Fault::NotThisFormat { place, what });
        }
        match walker.namespace() {
            None => out.warn(place, Told::OutsideTheStandard("a message without a namespace")),
            Some(uri) => {
                let named = uri.rsplit(':').next().unwrap_or_default();
                if named.starts_with(code) {
                    out.variant(named);
                } else if uri.starts_with("urn:iso:std:iso:20022") {
                    let what = "the namespace is of another message than the element";
                    return Err(Fault::NotThisFormat { place, what });
                } else {
                    out.warn(place, Told::OutsideTheStandard("the namespace of the message"));
                }
            }
        }
        self.message = Some((depth, kind));
        Ok(())
    }

    fn close(&mut self, walker: &Walker<'_>, out: &mut Output<'_, '_>) {
        let depth = walker.depth();
        let Some((base, statement)) = &mut self.statement else { return };
        if let Some((at, detail)) = &mut self.detail {
            let Some((_, entry)) = &mut self.entry else { return };
            if depth > *at {
                detail.leaf(walker, *at);
            } else if let Some((_, detail)) = self.detail.take() {
                detail.end(entry, walker.end(), out);
            }
            return;
        }
        if let Some((at, entry)) = &mut self.entry {
            if depth > *at {
                entry.leaf(walker, *at);
            } else if let Some((_, entry)) = self.entry.take() {
                entry.end(statement, walker.end(), out);
            }
            return;
        }
        if let Some((at, balance)) = &mut self.balance {
            if depth > *at {
                balance.leaf(walker, *at);
            } else if let Some((_, balance)) = self.balance.take() {
                balance.end(statement, walker.end(), out);
            }
            return;
        }
        if depth > *base {
            statement.leaf(walker, *base);
        } else if let Some((_, statement)) = self.statement.take() {
            statement.end(walker.end(), out);
        }
    }
}

#[cfg(test)]
mod tests;
