//! What several bodies have in them: fingerprints, funds, papers seen, reasons, references.

use bahi_core::{
    District, EVIDENCE_MAX, Evidence, Fingerprint, FundKey, HeadNo, Reference, SchemeNo, WordNo,
};

use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers,
};

forms! {
    PrintForm: 18 {
        key_id: u16,
        print: u128,
    }
    FundForm: 8 {
        scheme: u16,
        head: u16,
        fy: u16,
        district: u16,
    }
}

/// The least bytes of a paper seen: its kind, the length of its name, one character.
const EVIDENCE_BYTES_MIN: usize = 6;

/// The error for a value of a group that begins at a known place.
#[inline]
pub(super) fn unsound(field: &'static str, at: usize) -> impl FnOnce(Problem) -> WireError + Copy {
    move |problem| invalid(field, at, problem)
}

/// Keys are numbered from 1.
#[inline]
pub(crate) fn print_sound(print: Fingerprint) -> Result<(), Problem> {
    numbers::from_one(print.key_id).map(|_| ())
}

/// The fingerprint of a key's number and sixteen bytes.
#[inline]
pub(crate) fn print(key_id: u16, print: u128) -> Result<Fingerprint, Problem> {
    let print = Fingerprint { key_id, print: print.to_le_bytes() };
    print_sound(print).map(|()| print)
}

/// Writes a fingerprint that is sound.
#[inline]
pub(super) fn write_print(writer: &mut Writer<'_>, print: Fingerprint) -> Result<(), WireError> {
    print_sound(print).map_err(|problem| writer.invalid("key id", problem))?;
    put_print(writer, print);
    Ok(())
}

/// Writes a fingerprint as it is.
#[inline]
pub(crate) fn put_print(writer: &mut Writer<'_>, print: Fingerprint) {
    writer.form(&PrintForm { key_id: print.key_id, print: u128::from_le_bytes(print.print) });
}

/// Reads a fingerprint.
#[inline(always)]
pub(super) fn read_print(reader: &mut Reader<'_>) -> Result<Fingerprint, WireError> {
    let at = reader.at();
    let form: PrintForm = reader.form()?;
    print(form.key_id, form.print).map_err(unsound("key id", at))
}

/// Writes a fund beside the envelope's.
pub(super) fn write_fund(writer: &mut Writer<'_>, fund: FundKey) {
    writer.form(&FundForm {
        scheme: fund.scheme.0,
        head: fund.head.0,
        fy: fund.fy.first(),
        district: fund.district.0,
    });
}

/// Reads a fund beside the envelope's.
pub(super) fn read_fund(reader: &mut Reader<'_>) -> Result<FundKey, WireError> {
    let at = reader.at();
    let form: FundForm = reader.form()?;
    Ok(FundKey {
        scheme: SchemeNo(form.scheme),
        head: HeadNo(form.head),
        fy: numbers::financial_year(form.fy).map_err(unsound("fy of a fund", at))?,
        district: District(form.district),
    })
}

/// Reads a word by number.
#[inline]
pub(super) fn read_word(reader: &mut Reader<'_>) -> Result<WordNo, WireError> {
    reader.form().map(WordNo)
}

/// Reads what somebody else calls something.
#[inline]
pub(super) fn read_reference(reader: &mut Reader<'_>) -> Result<Reference, WireError> {
    reader.name("reference", Reference::new)
}

/// How many papers were seen, where they are no more than there may be.
pub(crate) fn evidence_count(
    writer: &Writer<'_>,
    field: &'static str,
    evidence: &[Evidence],
) -> Result<u8, WireError> {
    writer.short(field, evidence.len(), EVIDENCE_MAX)
}

/// Writes the papers seen, whose number stands in the group before.
pub(crate) fn write_evidence(writer: &mut Writer<'_>, evidence: &[Evidence]) {
    for paper in evidence {
        writer.form(&paper.kind.0);
        writer.text(paper.reference.as_str());
    }
}

/// Reads so many papers.
pub(crate) fn read_evidence(
    reader: &mut Reader<'_>,
    field: &'static str,
    count: u8,
) -> Result<Vec<Evidence>, WireError> {
    let count = reader.counted(field, count, EVIDENCE_MAX, EVIDENCE_BYTES_MIN)?;
    let mut evidence = Vec::with_capacity(count);
    for _ in 0..count {
        evidence.push(Evidence { kind: read_word(reader)?, reference: read_reference(reader)? });
    }
    Ok(evidence)
}

/// Declares the bodies that are a reason and nothing else.
macro_rules! reasons {
    ($($body:ident)*) => {$(
        impl $crate::body::Body for $body {
            fn write(
                &self,
                writer: &mut $crate::bytes::Writer<'_>,
            ) -> Result<(), $crate::WireError> {
                writer.form(&self.reason.0);
                Ok(())
            }

            fn read(
                reader: &mut $crate::bytes::Reader<'_>,
            ) -> Result<Self, $crate::WireError> {
                Ok($body { reason: $crate::body::parts::read_word(reader)? })
            }
        }
    )*};
}
pub(super) use reasons;
