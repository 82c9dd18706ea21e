//! Where every reader puts what it finds: items to the caller, bytes to the account.
//!
//! # Invariants
//! * Every byte is claimed once and in order, as read or as set aside; what no reader claimed when
//!   the file ends is set aside with a warning.
//! * Records found by their beginning are read or set aside, each once.

use crate::{Encoding, Format, Item, Place, Stretch, Told, Warning, text::Tracker};

/// Bytes of a file: read and set aside are all there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ByteAccount {
    /// How many the file has.
    pub total: u64,
    /// How many were read.
    pub read: u64,
    /// How many were set aside, each with a warning.
    pub set_aside: u64,
}

/// Records of a file (entries, rows, items): read and set aside are all that begin in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RecordAccount {
    /// How many begin in the file.
    pub present: u64,
    /// How many were read.
    pub read: u64,
    /// How many were set aside, each with a warning.
    pub set_aside: u64,
}

/// What was read of a file, in numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The format it was read as.
    pub format: Format,
    /// The version or layout, as the file or the layout names it.
    pub variant: Option<String>,
    /// How its characters are written.
    pub encoding: Encoding,
    /// Its bytes.
    pub bytes: ByteAccount,
    /// Its records.
    pub records: RecordAccount,
    /// How many statements.
    pub statements: u64,
    /// How many entries.
    pub entries: u64,
    /// How many details.
    pub details: u64,
    /// How many batches, heads of files among them.
    pub batches: u64,
    /// How many instructions.
    pub instructions: u64,
    /// How many payment_statuses.
    pub payment_statuses: u64,
    /// How many warnings, given or not.
    pub warnings: u64,
}

/// The most warnings of one file that are given; all are counted, and whatever was set aside is
/// in the account whether its warning was given or not.
pub const WARNINGS_GIVEN_MAX: u64 = 10_000;

/// A state of the account to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    at: Place,
    set_aside: u64,
}

impl Mark {
    /// Where it was made.
    pub(crate) fn place(self) -> Place {
        self.at
    }
}

/// Where a reader puts what it finds.
pub(crate) struct Output<'t, 's> {
    sink: &'s mut dyn FnMut(Item),
    tracker: Tracker<'t>,
    claimed: u64,
    reading: Reading,
    /// The statement or batch that is being read.
    pub(crate) part: u32,
}

impl<'t, 's> Output<'t, 's> {
    pub(crate) fn new(
        format: Format,
        total: u64,
        tracker: Tracker<'t>,
        sink: &'s mut dyn FnMut(Item),
    ) -> Output<'t, 's> {
        let bytes = ByteAccount { total, ..ByteAccount::default() };
        let reading = Reading {
            format,
            variant: None,
            encoding: tracker.encoding(),
            bytes,
            records: RecordAccount::default(),
            statements: 0,
            entries: 0,
            details: 0,
            batches: 0,
            instructions: 0,
            payment_statuses: 0,
            warnings: 0,
        };
        Output { sink, tracker, claimed: 0, reading, part: 0 }
    }

    pub(crate) fn variant(&mut self, name: &str) {
        self.reading.variant = Some(name.to_owned());
    }

    /// The place of a text offset, asked for in order.
    pub(crate) fn place(&mut self, at: usize) -> Place {
        self.tracker.place(at)
    }

    /// Everything before a place is read; the account as it stands there.
    pub(crate) fn mark(&mut self, at: usize) -> Mark {
        self.read_to(at);
        Mark { at: self.place(at), set_aside: self.reading.bytes.set_aside }
    }

    /// The place up to which everything was asked for.
    pub(crate) fn mark_place(&mut self) -> Place {
        self.tracker.place(0)
    }

    /// Everything up to here that was not claimed is read.
    pub(crate) fn read_to(&mut self, at: usize) {
        let byte = self.tracker.place(at).byte;
        self.claimed = self.claimed.max(byte);
    }

    /// From a mark to here: the stretch of something read.
    pub(crate) fn stretch(&mut self, from: Mark, to: usize) -> Stretch {
        self.read_to(to);
        Stretch { at: from.at.byte, bytes: self.claimed - from.at.byte, line: from.at.line }
    }

    /// Everything from a mark to here is set aside, whatever of it was claimed since.
    pub(crate) fn set_aside(&mut self, from: Mark, to: usize, what: Told) {
        self.read_to(to);
        let bytes = self.claimed - from.at.byte;
        self.reading.bytes.set_aside = from.set_aside + bytes;
        self.tell(from.at, bytes, what);
    }

    /// Tells something; nothing is set aside for it.
    pub(crate) fn warn(&mut self, place: Place, what: Told) {
        self.tell(place, 0, what);
    }

    fn tell(&mut self, place: Place, set_aside: u64, what: Told) {
        self.reading.warnings += 1;
        if self.reading.warnings <= WARNINGS_GIVEN_MAX {
            (self.sink)(Item::Warning(Warning { place, part: self.part, set_aside, what }));
        }
    }

    /// A record begins.
    pub(crate) fn record(&mut self) {
        self.reading.records.present += 1;
    }

    /// The record that began was read.
    pub(crate) fn record_read(&mut self) {
        self.reading.records.read += 1;
    }

    /// The record that began is set aside.
    pub(crate) fn record_set_aside(&mut self) {
        self.reading.records.set_aside += 1;
    }

    /// Gives an item to the caller.
    pub(crate) fn give(&mut self, item: Item) {
        match &item {
            Item::Detail(_) => self.reading.details += 1,
            Item::Entry(_) => self.reading.entries += 1,
            Item::Statement(_) => self.reading.statements += 1,
            Item::Instruction(_) => self.reading.instructions += 1,
            Item::Batch(_) => self.reading.batches += 1,
            Item::Status(_) => self.reading.payment_statuses += 1,
            Item::Warning(_) => self.reading.warnings += 1,
        }
        (self.sink)(item);
    }

    /// The file is over: what nobody claimed is set aside.
    pub(crate) fn finish(mut self) -> Reading {
        let bytes = self.reading.bytes;
        let rest = bytes.total.saturating_sub(self.claimed);
        if rest > 0 {
            let place = Place { line: self.tracker.place(0).line, byte: self.claimed };
            self.reading.bytes.set_aside += rest;
            self.tell(place, rest, Told::NotUnderstood("the end of the file"));
        }
        self.reading.bytes.read = bytes.total.saturating_sub(self.reading.bytes.set_aside);
        self.reading
    }
}
