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

mod statements;

use std::borrow::Cow;

use bahi_core::{EventKind, Evidence, StepRecorded, WordNo};

use crate::{
    Problem, SCHEMA_AT, WireError,
    body::{Body, parts},
    bytes::{Reader, Writer, forms, invalid},
    schema::{self, newest_schema},
};

/// A body of which there are older schemas.
pub(crate) trait Upcast: Body {
    /// Its kind.
    const KIND: EventKind;

    /// The lowest schema that says all of it, where the newest is not needed.
    fn lowest(&self) -> Option<u8>;

    /// Writes it in that schema.
    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>>;

    /// Reads it from an older schema; `None` where that is none.
    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>>;
}

/// The schema in which a body is written.
#[inline]
pub(crate) fn schema<T: Upcast>(body: &T) -> u8 {
    body.lowest().unwrap_or(newest_schema(T::KIND))
}

/// Writes a body in the lowest schema that says all of it.
pub(crate) fn write<T: Upcast>(writer: &mut Writer<'_>, body: &T) -> Result<(), WireError> {
    body.write_older(writer).unwrap_or_else(|| body.write(writer))
}

/// Reads a body from the schema that its envelope tells, which was found to be one; refused where a
/// lower one says all of it.
pub(crate) fn read<T: Upcast>(reader: &mut Reader<'_>) -> Result<T, WireError> {
    let schema = reader.schema();
    let body = T::read_older(reader, schema).unwrap_or_else(|| T::read(reader))?;
    match body.lowest() {
        Some(lower) if lower != schema => {
            Err(invalid("schema", SCHEMA_AT, Problem::LowerSchema(lower)))
        }
        Some(_) | None => Ok(body),
    }
}

#[cfg(test)]
pub(crate) use statements::{FirstMatchForm, FirstReceivedForm};

impl Upcast for StepRecorded {
    const KIND: EventKind = EventKind::StepRecorded;

    fn lowest(&self) -> Option<u8> {
        FirstStep::downcast(self).map(|_| schema::FIRST)
    }

    fn write_older(&self, writer: &mut Writer<'_>) -> Option<Result<(), WireError>> {
        FirstStep::downcast(self).map(|older| older.write(writer))
    }

    fn read_older(reader: &mut Reader<'_>, schema: u8) -> Option<Result<Self, WireError>> {
        (schema == schema::FIRST).then(|| FirstStep::read(reader).map(FirstStep::upcast))
    }
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

impl<'e> FirstStep<'e> {
    /// It reported nothing, and no latest day was set for it that it could have missed.
    fn upcast(self) -> StepRecorded {
        let evidence = self.evidence.into_owned();
        StepRecorded { step: self.step, evidence, reported: Vec::new(), late_by: 0 }
    }

    /// What today's body says, where this schema can say all of it.
    fn downcast(today: &'e StepRecorded) -> Option<Self> {
        let StepRecorded { step, evidence, reported, late_by } = today;
        let is_all = reported.is_empty() && *late_by == 0;
        is_all.then_some(FirstStep { step: *step, evidence: Cow::Borrowed(evidence) })
    }
}
