//! What older schemas of bodies say, and how it reads as the event of today: the one way from one to
//! the other.
//!
//! # Invariants
//! * An upcast loses nothing and adds nothing: its event says what the record said, and is written
//!   back in the record's own schema.
//! * No other part of the program knows that a body was ever otherwise.
//!
//! # Not here
//! The newest schema of each kind: `body`. Which there are: `schema`.

use std::borrow::Cow;

use bahi_core::{Event, EventKind, Evidence, StepRecorded, WordNo};

use crate::{
    WireError,
    body::{Body, parts},
    bytes::{Reader, Writer, forms},
    schema,
};

/// A body in the form of an older schema.
trait Older<'e>: Body {
    /// The body of the newest schema.
    type Today: 'e;

    /// Its schema.
    const SCHEMA: u8;

    /// What it says, as it is said today.
    fn upcast(self) -> Self::Today;

    /// What today's body says, where this schema can say all of it.
    fn downcast(today: &'e Self::Today) -> Option<Self>;
}

/// The lowest schema that says all of an event, where the newest is not needed.
#[inline]
pub(crate) fn lowest(event: &Event) -> Option<u8> {
    let Event::StepRecorded(today) = event else {
        return None;
    };
    FirstStep::downcast(today).map(|_| FirstStep::SCHEMA)
}

/// Writes an event in the lowest schema that says all of it, where the newest is not needed; says
/// whether it did.
pub(crate) fn write(writer: &mut Writer<'_>, event: &Event) -> Result<bool, WireError> {
    let Event::StepRecorded(today) = event else {
        return Ok(false);
    };
    match FirstStep::downcast(today) {
        Some(older) => older.write(writer).map(|()| true),
        None => Ok(false),
    }
}

/// Reads the body of a record in an older schema, as the event of today.
///
/// # Errors
/// `UnknownSchema`; then those of the body.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    kind: EventKind,
    schema: u8,
) -> Result<Event, WireError> {
    if kind == EventKind::StepRecorded && schema == FirstStep::SCHEMA {
        return FirstStep::read(reader).map(FirstStep::upcast).map(Event::StepRecorded);
    }
    Err(WireError::UnknownSchema { kind: kind.number(), schema })
}

forms! {
    FirstStepForm: 5 {
        step: u32,
        evidence: u8,
    }
}

/// A step as it was recorded before steps had reports and latest days.
struct FirstStep<'e> {
    step: WordNo,
    evidence: Cow<'e, [Evidence]>,
}

impl Body for FirstStep<'_> {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let evidence = parts::evidence_count(writer, "evidence", &self.evidence)?;
        writer.form(&FirstStepForm { step: self.step.0, evidence });
        parts::write_evidence(writer, &self.evidence);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let form: FirstStepForm = reader.form()?;
        let evidence = Cow::Owned(parts::read_evidence(reader, "evidence", form.evidence)?);
        Ok(FirstStep { step: WordNo(form.step), evidence })
    }
}

impl<'e> Older<'e> for FirstStep<'e> {
    type Today = StepRecorded;

    const SCHEMA: u8 = schema::FIRST;

    /// It reported nothing, and no latest day was set for it that it could have missed.
    fn upcast(self) -> StepRecorded {
        let evidence = self.evidence.into_owned();
        StepRecorded { step: self.step, evidence, reported: Vec::new(), late_by: 0 }
    }

    fn downcast(today: &'e StepRecorded) -> Option<Self> {
        let StepRecorded { step, evidence, reported, late_by } = today;
        let is_all = reported.is_empty() && *late_by == 0;
        is_all.then_some(FirstStep { step: *step, evidence: Cow::Borrowed(evidence) })
    }
}
