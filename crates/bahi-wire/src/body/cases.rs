//! The bodies of what happens to a case before and beside its money.
//!
//! # Not here
//! Applications and what they state: `applied`.

use bahi_core::{
    AccountKey, BarSubject, Barred, BodyKey, CaseClosed, FamilyKey, Fingerprint, PersonKey,
    Rejected, SanctionCancelled, SanctionRevised, Sanctioned, StepRecorded, Withdrawn, WordNo,
};

use super::{
    Body,
    applied::{facts_count, read_facts, write_facts},
    parts::{self, reasons, unsound},
};
use crate::{
    WireError,
    bytes::{Reader, Writer, forms},
    numbers,
};

forms! {
    StepRecordedForm: 10 {
        step: u32,
        evidence: u8,
        reported: u8,
        late_by: u32,
    }
    BarredForm: 27 {
        subject: u8,
        key_id: u16,
        print: u128,
        until: i32,
        reason: u32,
    }
    SanctionedForm: 12 {
        entitlement: i64,
        paragraph: u32,
    }
    SanctionRevisedForm: 21 {
        raised: u8,
        sanctioned: i64,
        entitlement: i64,
        paragraph: u32,
    }
}

reasons! { Rejected Withdrawn CaseClosed SanctionCancelled }

impl Body for StepRecorded {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let evidence = parts::evidence_count(writer, "evidence", &self.evidence)?;
        let reported = facts_count(writer, "reported", &self.reported)?;
        let late_by = self.late_by;
        writer.form(&StepRecordedForm { step: self.step.0, evidence, reported, late_by });
        parts::write_evidence(writer, &self.evidence);
        write_facts(writer, &self.reported);
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<StepRecorded, WireError> {
        let form: StepRecordedForm = reader.form()?;
        let evidence = parts::read_evidence(reader, "evidence", form.evidence)?;
        let at = reader.at();
        let reported = read_facts(reader, "reported", form.reported, at)?;
        let late_by = form.late_by;
        Ok(StepRecorded { step: WordNo(form.step), evidence, reported, late_by })
    }
}

impl Body for Barred {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let print = self.subject.print();
        parts::print_sound(print).map_err(|problem| writer.invalid("key id", problem))?;
        writer.form(&BarredForm {
            subject: numbers::bar_subject(self.subject),
            key_id: print.key_id,
            print: u128::from_le_bytes(print.print),
            until: numbers::until_number(self.until),
            reason: self.reason.0,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Barred, WireError> {
        let at = reader.at();
        let form: BarredForm = reader.form()?;
        let print = parts::print(form.key_id, form.print).map_err(unsound("key id", at))?;
        let subject = numbers::variant(&bar_subjects(print), numbers::bar_subject, form.subject)
            .map_err(unsound("subject", at))?;
        let until = numbers::until(form.until).map_err(unsound("until", at))?;
        Ok(Barred { subject, until, reason: WordNo(form.reason) })
    }
}

/// Everything a fingerprint may be of.
const fn bar_subjects(print: Fingerprint) -> [BarSubject; 4] {
    [
        BarSubject::Person(PersonKey(print)),
        BarSubject::Family(FamilyKey(print)),
        BarSubject::Body(BodyKey(print)),
        BarSubject::Account(AccountKey(print)),
    ]
}

impl Body for Sanctioned {
    #[inline]
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&SanctionedForm {
            entitlement: self.entitlement.paise(),
            paragraph: self.paragraph.0,
        });
        Ok(())
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Sanctioned, WireError> {
        let at = reader.at();
        let form: SanctionedForm = reader.form()?;
        let entitlement = numbers::money(form.entitlement).map_err(unsound("entitlement", at))?;
        Ok(Sanctioned { entitlement, paragraph: WordNo(form.paragraph) })
    }
}

impl Body for SanctionRevised {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&SanctionRevisedForm {
            raised: u8::from(self.raised),
            sanctioned: self.sanctioned.paise(),
            entitlement: self.entitlement.paise(),
            paragraph: self.paragraph.0,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<SanctionRevised, WireError> {
        let at = reader.at();
        let form: SanctionRevisedForm = reader.form()?;
        Ok(SanctionRevised {
            raised: numbers::flag(form.raised).map_err(unsound("raised", at))?,
            sanctioned: numbers::money(form.sanctioned).map_err(unsound("sanctioned", at))?,
            entitlement: numbers::money(form.entitlement).map_err(unsound("entitlement", at))?,
            paragraph: WordNo(form.paragraph),
        })
    }
}
