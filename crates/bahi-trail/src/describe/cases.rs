//! Lines about applications, sanctions, audits and bars.

use alloc::{
    format,
    string::{String, ToString},
};

use bahi_core::{
    Applicant, ApplicationAmended, Applied, Audited, Barred, FindingSettled, SanctionCancelled,
    SanctionRevised, Sanctioned, StepRecorded, StoredFact, WordNo,
};

use super::{Teller, called, counted, listed, rupees, short};

impl Teller<'_> {
    pub(super) fn applied(&self, applied: &Applied) -> String {
        let applicant = match &applied.applicant {
            Applicant::Person { person, .. } => format!("a person {}", short(&person.0)),
            Applicant::Unit { unit, .. } => format!("a unit {}", short(&unit.0)),
            Applicant::Spv { spv, members } => {
                format!("a vehicle {} of {}", short(&spv.0), counted(members.len(), "member"))
            }
            Applicant::Institution { institution } => {
                format!("an institution {}", short(&institution.0))
            }
            Applicant::NotInSource => "an applicant the source does not name".to_string(),
        };
        let stating = self.stating(&applied.facts);
        format!("application {} of {applicant}{stating}", applied.case_ref)
    }

    pub(super) fn amended(&self, amended: &ApplicationAmended) -> String {
        format!("application amended{}", self.stating(&amended.facts))
    }

    /// What is stated, at the end of a line; nothing where nothing is.
    fn stating(&self, facts: &[(WordNo, StoredFact)]) -> String {
        let facts = self.facts(facts);
        if facts.is_empty() { facts } else { format!(", stating {facts}") }
    }

    fn facts(&self, facts: &[(WordNo, StoredFact)]) -> String {
        listed(facts, |(name, value)| {
            let value = match value {
                StoredFact::Money(money) => rupees(*money),
                StoredFact::Count(count) => count.to_string(),
                StoredFact::Flag(flag) => if *flag { "yes" } else { "no" }.to_string(),
                StoredFact::Word(number) => self.word(*number),
            };
            format!("{} {value}", self.word(*name))
        })
    }

    pub(super) fn step(&self, step: &StepRecorded) -> String {
        let late = match step.late_by {
            0 => String::new(),
            days => format!(", {} late", counted(days as usize, "day")),
        };
        let reported = self.facts(&step.reported);
        let reported =
            if reported.is_empty() { reported } else { format!("; reported: {reported}") };
        format!("step {} taken{late}{}{reported}", self.word(step.step), self.seen(&step.evidence))
    }

    pub(super) fn ended(&self, how: &str, reason: WordNo) -> String {
        format!("{how}: {}", self.word(reason))
    }

    pub(super) fn barred(&self, barred: &Barred) -> String {
        let subject = barred.subject;
        let until = match barred.until {
            Some(day) => format!("until {day}"),
            None => "without end".to_string(),
        };
        let reason = self.word(barred.reason);
        format!("{} {} barred {until}: {reason}", subject.name(), short(&subject.print()))
    }

    pub(super) fn sanctioned(&self, sanctioned: &Sanctioned) -> String {
        format!(
            "{} sanctioned from {}; the terms give {} by {}",
            self.amount(),
            self.fund(),
            rupees(sanctioned.entitlement),
            self.word(sanctioned.paragraph),
        )
    }

    pub(super) fn revised(&self, revised: &SanctionRevised) -> String {
        format!(
            "sanction {} by {} to {} in {}; the terms give {} by {}",
            if revised.raised { "raised" } else { "lowered" },
            self.amount(),
            rupees(revised.sanctioned),
            self.fund(),
            rupees(revised.entitlement),
            self.word(revised.paragraph),
        )
    }

    pub(super) fn cancelled(&self, cancelled: &SanctionCancelled) -> String {
        let reason = self.word(cancelled.reason);
        format!("sanction cancelled, {} back to {}: {reason}", self.amount(), self.fund())
    }

    pub(super) fn audited(&self, audited: &Audited) -> String {
        let found = listed(&audited.findings, |finding| {
            format!("{} {}", self.word(finding.check), rupees(finding.amount))
        });
        let found = if found.is_empty() { "no finding".to_string() } else { found };
        let (scope, opinion) = (audited.scope.name(), audited.opinion.name());
        format!("audit of the {scope}, {opinion}: {found}{}", self.seen(&audited.seen))
    }

    pub(super) fn finding_settled(&self, settled: &FindingSettled) -> String {
        format!(
            "finding {} of the audit at {} settled, {}: reference {}",
            settled.finding,
            settled.audit,
            settled.settlement.name(),
            called(&settled.reference),
        )
    }
}
