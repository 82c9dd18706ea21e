//! The bodies of audits, of what becomes of their findings, and of certified and sealed periods.

use bahi_core::{
    AuditFinding, AuditScope, Audited, FINDINGS_MAX, FindingSettled, Opinion, PeriodSealed,
    Position, Settlement, StateCertified, WordNo,
};

use super::{
    Body,
    parts::{self, read_reference, unsound},
};
use crate::{
    WireError,
    bytes::{Form, Reader, Writer, forms},
    numbers,
};

forms! {
    AuditedForm: 4 {
        scope: u8,
        opinion: u8,
        seen: u8,
        findings: u8,
    }
    FindingForm: 12 {
        check: u32,
        amount: i64,
    }
    FindingSettledForm: 11 {
        audit: u64,
        finding: u16,
        settlement: u8,
    }
    StateCertifiedForm: 90 {
        upto: u64,
        as_of: i32,
        fold: u32,
        version: u16,
        count: u64,
        root_head: u128,
        root_tail: u128,
        hash_head: u128,
        hash_tail: u128,
    }
    PeriodSealedForm: 12 {
        until: i32,
        certified: u64,
    }
}

impl Body for Audited {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&AuditedForm {
            scope: numbers::scope(self.scope),
            opinion: numbers::opinion(self.opinion),
            seen: parts::evidence_count(writer, "seen", &self.seen)?,
            findings: writer.short("findings", self.findings.len(), FINDINGS_MAX)?,
        });
        parts::write_evidence(writer, &self.seen);
        for finding in &self.findings {
            writer.form(&FindingForm { check: finding.check.0, amount: finding.amount.paise() });
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Audited, WireError> {
        let at = reader.at();
        let form: AuditedForm = reader.form()?;
        let scope = numbers::variant(&AuditScope::ALL, numbers::scope, form.scope)
            .map_err(unsound("scope", at))?;
        let opinion = numbers::variant(&Opinion::ALL, numbers::opinion, form.opinion)
            .map_err(unsound("opinion", at))?;
        let seen = parts::read_evidence(reader, "seen", form.seen)?;
        let count = reader.counted("findings", form.findings, FINDINGS_MAX, FindingForm::BYTES)?;
        let mut findings = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.at();
            let form: FindingForm = reader.form()?;
            let amount = numbers::money(form.amount).map_err(unsound("amount of a finding", at))?;
            findings.push(AuditFinding { check: WordNo(form.check), amount });
        }
        Ok(Audited { scope, seen, opinion, findings })
    }
}

impl Body for FindingSettled {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.finding).map_err(|problem| writer.invalid("finding", problem))?;
        writer.form(&FindingSettledForm {
            audit: self.audit.0,
            finding: self.finding,
            settlement: numbers::settlement(self.settlement),
        });
        writer.text(self.reference.as_str());
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<FindingSettled, WireError> {
        let at = reader.at();
        let form: FindingSettledForm = reader.form()?;
        Ok(FindingSettled {
            audit: Position(form.audit),
            finding: numbers::from_one(form.finding).map_err(unsound("finding", at))?,
            settlement: numbers::variant(&Settlement::ALL, numbers::settlement, form.settlement)
                .map_err(unsound("settlement", at))?,
            reference: read_reference(reader)?,
        })
    }
}

impl Body for StateCertified {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.version).map_err(|problem| writer.invalid("version", problem))?;
        let (root_head, root_tail) = numbers::digest_parts(&self.root);
        let (hash_head, hash_tail) = numbers::digest_parts(&self.hash);
        writer.form(&StateCertifiedForm {
            upto: self.upto.0,
            as_of: self.as_of.epoch_days(),
            fold: self.fold.0,
            version: self.version,
            count: self.count,
            root_head,
            root_tail,
            hash_head,
            hash_tail,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<StateCertified, WireError> {
        let at = reader.at();
        let form: StateCertifiedForm = reader.form()?;
        Ok(StateCertified {
            upto: Position(form.upto),
            as_of: numbers::day(form.as_of).map_err(unsound("as_of", at))?,
            fold: WordNo(form.fold),
            version: numbers::from_one(form.version).map_err(unsound("version", at))?,
            count: form.count,
            root: numbers::digest(form.root_head, form.root_tail),
            hash: numbers::digest(form.hash_head, form.hash_tail),
        })
    }
}

impl Body for PeriodSealed {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.form(&PeriodSealedForm {
            until: self.until.epoch_days(),
            certified: self.certified.0,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<PeriodSealed, WireError> {
        let at = reader.at();
        let form: PeriodSealedForm = reader.form()?;
        let until = numbers::day(form.until).map_err(unsound("until", at))?;
        Ok(PeriodSealed { until, certified: Position(form.certified) })
    }
}
