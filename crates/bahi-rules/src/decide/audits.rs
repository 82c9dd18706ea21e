//! Audits, the settling of their findings, certificates and seals.

use bahi_core::{
    Act, AuditFinding, AuditScope, Audited, CaseRef, Day, Event, FindingSettled, Money,
    PeriodSealed, Position, Reference, Refusal, Settlement, StateCertified,
};

use super::{Answer, Ask};

impl Ask<'_> {
    pub(super) fn audit(&mut self, case_ref: Option<&CaseRef>, scope: AuditScope) -> Answer {
        let Act::Audit { seen, opinion, findings, .. } = &self.command.act else {
            return self.fail(Refusal::NotApplied {});
        };
        // Of a case, or of the ledger and then of none.
        if case_ref.is_none() != (scope == AuditScope::Ledger) {
            return self.fail(Refusal::NotApplied {});
        }
        let of = case_ref.map(|case_ref| self.case(case_ref)).transpose()?;
        if let Some((_, case)) = of {
            self.maker_is_checker(case);
        }
        self.stage()?;
        let mut draft = self.draft();
        if let Some((position, case)) = of {
            draft.on_case(position, case, Money::ZERO);
        }
        let seen = draft.evidence(seen);
        let findings = findings
            .iter()
            .map(|(check, amount)| AuditFinding {
                check: draft.naming.word(check),
                amount: *amount,
            })
            .collect();
        let audited = Audited { scope, seen, opinion: *opinion, findings };
        Ok(draft.event(Event::Audited(audited)))
    }

    pub(super) fn settle_finding(
        &mut self,
        (audit, finding): (Position, u16),
        settlement: Settlement,
        reference: &Reference,
    ) -> Answer {
        if let Some(settled) = self.state.settlements.get(&(audit, finding)).copied() {
            self.checks.refuse(Refusal::AlreadySettled { settled });
        }
        self.stage()?;
        let count = self.state.audits.get(&audit).copied().unwrap_or_default();
        if !(1..=count).contains(&finding) {
            return self.fail(Refusal::UnknownFinding { audit, finding });
        }
        let mut draft = self.draft();
        // An audit of the ledger is of no case, and so is what settles its findings.
        if let Some(case) = self.state.owner(audit) {
            draft.on_case(case.position, case, Money::ZERO);
        }
        let reference = reference.clone();
        let settled = FindingSettled { audit, finding, settlement, reference };
        Ok(draft.event(Event::FindingSettled(settled)))
    }

    pub(super) fn certify_state(&mut self) -> Answer {
        let Act::CertifyState { upto, as_of, fold, version, count, root, hash } = &self.command.act
        else {
            return self.fail(Refusal::NumberIsZero { what: super::word("version") });
        };
        let ahead = *upto > self.state.last();
        self.checks.refuse_if(ahead, || Refusal::PositionAhead { position: *upto });
        self.stage()?;
        let mut draft = self.draft();
        let fold = draft.naming.word(fold);
        Ok(draft.event(Event::StateCertified(StateCertified {
            upto: *upto,
            as_of: *as_of,
            fold,
            version: *version,
            count: *count,
            root: *root,
            hash: *hash,
        })))
    }

    pub(super) fn seal_period(&mut self, until: Day, certified: Position) -> Answer {
        let again = self.state.sealed().is_some_and(|sealed| until <= sealed);
        let early = self.command.effective_day <= until;
        self.checks.refuse_if(again || early, || Refusal::SealOutOfOrder { until });
        let rests = self.state.seal_rests_on(certified, until);
        self.checks.refuse_if(!rests, || Refusal::NotCertified { certified });
        self.stage()?;
        Ok(self.draft().event(Event::PeriodSealed(PeriodSealed { until, certified })))
    }
}
