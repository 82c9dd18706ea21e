//! What is due, read from a log that nothing is folded of: a byte for each event, and what is told.
//!
//! The first walk finds the files, the second what is settled, the last what a run takes; where nobody says
//! from which day on, one between them finds it. Of most records the envelope is read and nothing else.
//!
//! # Invariants
//! * What is told is what [`Instructions`](super::due::Instructions) tells of the same log.
//!
//! # Not here
//! Which instruction a run takes, once it is known to be open: `due`.

use std::collections::{BTreeMap, BTreeSet};

use bahi_core::{Day, Event, EventKind, Position};
use bahi_wire::EnvelopeView;

use super::{
    DuePayment, PaymentRun, PaymentsDue, PaymentsError, RecordedFile,
    due::{Files, Sorting, Words, settled},
};
use crate::{
    Error,
    press::Press,
    reading::{decoded, walk},
};

/// An instruction.
const PAYMENT: u8 = 0x80;
/// It was taken back.
const REVERSED: u8 = 0x40;
/// It is in a file.
const IN_FILE: u8 = 0x20;
/// An event that settles instructions and was not taken back.
const STANDS: u8 = 0x10;
/// How many events settle an instruction; more than that are counted beside.
const SETTLED: u8 = 0x0f;

/// What is known of each event, by position.
struct Marks {
    of: Vec<u8>,
    /// How many more events settle an instruction than its own byte can count.
    many: BTreeMap<Position, u64>,
}

impl Marks {
    fn of(&self, at: Position) -> u8 {
        self.place(at).and_then(|at| self.of.get(at)).copied().unwrap_or_default()
    }

    fn place(&self, at: Position) -> Option<usize> {
        usize::try_from(at.0).ok().filter(|at| *at < self.of.len())
    }

    fn set(&mut self, at: Position, mark: u8) {
        if let Some(place) = self.place(at) {
            self.of[place] |= mark;
        }
    }

    /// Sets a mark of an instruction; of anything else it is none.
    fn set_payment(&mut self, at: Position, mark: u8) {
        if self.of(at) & PAYMENT != 0 {
            self.set(at, mark);
        }
    }

    fn settle(&mut self, payment: Position) {
        match self.place(payment) {
            Some(place) if self.of[place] & PAYMENT == 0 => {}
            Some(place) if self.of[place] & SETTLED < SETTLED => self.of[place] += 1,
            Some(_) => *self.many.entry(payment).or_default() += 1,
            None => {}
        }
    }

    fn unsettle(&mut self, payment: Position) {
        if let Some(more) = self.many.get_mut(&payment).filter(|more| **more > 0) {
            *more -= 1;
        } else if let Some(place) = self.place(payment)
            && self.of[place] & PAYMENT != 0
            && self.of[place] & SETTLED > 0
        {
            self.of[place] -= 1;
        }
    }

    /// Whether an event settled instructions and was not taken back before; it is now.
    fn takes_back(&mut self, event: Position) -> bool {
        let Some(place) = self.place(event) else { return false };
        let stood = self.of[place] & STANDS != 0;
        self.of[place] &= !STANDS;
        stood
    }
}

impl Press<'_> {
    /// As [`crate::Ledger::payment_files`] says.
    pub(crate) fn payment_files(&self) -> Result<Vec<RecordedFile>, Error> {
        let (words, mut files) = (Words::of(self.names()), Files::default());
        walk(self.log(), |position, envelope, bytes| {
            if envelope.kind == EventKind::Exported
                && let Event::Exported(body) = decoded(position, bytes)?.event
            {
                files.take(position, envelope.effective_day, &body, &words);
            }
            Ok(())
        })?;
        Ok(files.into_all())
    }

    /// As [`crate::Ledger::payments_due`] says.
    pub(crate) fn payments_due(&self, run: &PaymentRun) -> Result<PaymentsDue, PaymentsError> {
        let files = self.payment_files()?;
        let (marks, in_files) = self.marked(&files)?;
        let since = match run.since {
            Some(since) => Some(since),
            None => self.first_in_a_file(&marks)?,
        };
        let since = since.ok_or(PaymentsError::SinceWhen)?;
        let mut sorting = Sorting::new(self.names(), run, since);
        let mut payments = Vec::new();
        walk(self.log(), |position, envelope, bytes| {
            if marks.of(position) != PAYMENT {
                return Ok(());
            }
            let Event::Disbursed(body) = decoded(position, bytes)?.event else { return Ok(()) };
            if sorting.takes(&envelope.fund, envelope.effective_day, body.mode) {
                let (instalment, amount) = (body.instalment, envelope.amount);
                let case = self.folded.case_ref(envelope.case)?;
                payments.push(DuePayment { position, case, instalment, amount });
            }
            Ok(())
        })?;
        let total = payments.iter().map(|one| bahi_core::Total::from(one.amount)).sum();
        let is_unfinished = |file: &&RecordedFile| {
            let range = (file.digest, 0)..=(file.digest, u64::MAX);
            let of_it = || in_files.range(range.clone()).map(|(_, at)| marks.of(*at));
            let payments = || of_it().filter(|mark| mark & PAYMENT != 0);
            file.written.is_none()
                && payments().all(|mark| mark & SETTLED == 0)
                && payments().any(|mark| mark & REVERSED == 0)
        };
        let unfinished = files.iter().find(is_unfinished).copied();
        Ok(PaymentsDue { payments, total, left_out: sorting.left_out(), unfinished })
    }

    /// What is known of every event, and the payments of files that were never seen to be written, by digest
    /// and place.
    fn marked(&self, files: &[RecordedFile]) -> Result<(Marks, InFiles), Error> {
        let unwritten = files.iter().filter(|file| file.written.is_none());
        let unwritten: BTreeSet<[u8; 32]> = unwritten.map(|file| file.digest).collect();
        let words = Words::of(self.names());
        let records = usize::try_from(self.log().size());
        let records = records.map_err(|_| Error::Bug("a log is longer than memory"))?;
        let mut marks = Marks { of: vec![0; records], many: BTreeMap::new() };
        let mut in_files = InFiles::new();
        walk(self.log(), |position, envelope, bytes| {
            if envelope.kind == EventKind::Disbursed {
                marks.set(position, PAYMENT);
                return Ok(());
            }
            if !tells_of_payments(envelope) {
                return Ok(());
            }
            let event = decoded(position, bytes)?.event;
            for payment in settled(&event) {
                marks.set(position, STANDS);
                marks.settle(payment);
            }
            let undone = if let Event::Unmatched(body) = &event {
                Some(body.matched)
            } else if let Event::Reversed(body) = &event {
                marks.set_payment(body.of, REVERSED);
                Some(body.of)
            } else {
                None
            };
            if let Some(undone) = undone.filter(|undone| marks.takes_back(*undone)) {
                let before = self.event(undone)?.event;
                settled(&before).filter(|one| *one < undone).for_each(|one| marks.unsettle(one));
            }
            if let Event::Exported(body) = &event
                && words.is_in_file(body)
            {
                marks.set_payment(body.upto, IN_FILE);
                if unwritten.contains(&body.digest) {
                    in_files.insert((body.digest, body.rows), body.upto);
                }
            }
            Ok(())
        })?;
        Ok((marks, in_files))
    }

    /// The first day of which a file had an instruction.
    fn first_in_a_file(&self, marks: &Marks) -> Result<Option<Day>, Error> {
        let mut first = None;
        walk(self.log(), |position, envelope, _| {
            if marks.of(position) & (PAYMENT | IN_FILE) == PAYMENT | IN_FILE {
                let day = envelope.effective_day;
                first = Some(first.map_or(day, |first: Day| first.min(day)));
            }
            Ok(())
        })?;
        Ok(first)
    }
}

/// Which payments files have, by digest and place.
type InFiles = BTreeMap<([u8; 32], u64), Position>;

/// Whether an event of a kind can say something of instructions.
const fn tells_of_payments(envelope: &EnvelopeView) -> bool {
    matches!(
        envelope.kind,
        EventKind::PaymentReturned
            | EventKind::PaymentConfirmed
            | EventKind::Matched
            | EventKind::MatchDecided
            | EventKind::Unmatched
            | EventKind::Reversed
            | EventKind::Exported
    )
}
