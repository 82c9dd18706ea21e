//! The auditor's tests over a ledger, as of any past it can be asked about.
//!
//! # Invariants
//! * One pass over the log; nothing of the ledger changes.
//!
//! # Not here
//! The tests themselves: `bahi-checks`.

mod settle;

use std::collections::BTreeMap;

use bahi_checks::{Audit, CHECKS, CheckId, Finding, Findings, Parameters, Wanted};
use bahi_core::{BarSubject, CaseRef, Day, Position, Projection, Recorded, Total};
use bahi_json::{AuditAnswer, CheckAnswer, FindingAnswer, PartyAnswer};

use crate::{Basis, Error, Ledger, View};

pub use settle::FindingError;

/// What an audit looks for, and in which past.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditOptions {
    /// The past; the audit is as of its day, else of the day of its last event.
    pub view: View,
    /// Which findings are wanted.
    pub wanted: Wanted,
    /// Thresholds that no terms say.
    pub parameters: Parameters,
}

/// What an audit found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditReport {
    /// What it rests on.
    pub basis: Basis,
    /// The day that what is late is counted to.
    pub as_of: Day,
    /// What was found.
    pub findings: Findings,
    /// The references of the cases that findings are about.
    pub cases: BTreeMap<Position, CaseRef>,
}

impl Ledger {
    /// Puts the auditor's tests to every event of a view.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    ///
    /// ```
    /// use bahi::AuditOptions;
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// assert_eq!(ledger.audit(&AuditOptions::default())?.findings.total(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn audit(&self, options: &AuditOptions) -> Result<AuditReport, Error> {
        let basis = self.basis(options.view)?;
        let mut auditing = Auditing::new(options);
        for recorded in self.events(Position(1), basis.position) {
            auditing.take(&recorded?);
        }
        Ok(auditing.report(basis).named(self))
    }
}

/// An audit on its way: the events go by one after another.
pub(crate) struct Auditing {
    audit: Audit,
    view: View,
    wanted: Wanted,
    last: Option<Day>,
}

impl Auditing {
    pub(crate) fn new(options: &AuditOptions) -> Auditing {
        let AuditOptions { view, wanted, parameters } = options;
        let audit = Audit::with(parameters.clone());
        Auditing { audit, view: *view, wanted: *wanted, last: None }
    }

    /// Takes the next event.
    pub(crate) fn take(&mut self, recorded: &Recorded) {
        self.last = Some(recorded.recorded_at.day());
        if self.view.counts(recorded.envelope.effective_day) {
            self.audit.apply(recorded);
        } else {
            self.audit.leave_out(recorded);
        }
    }

    /// The day that what is late is counted to.
    fn as_of(&self, basis: &Basis) -> Day {
        self.view.as_of.or(self.last).unwrap_or_else(|| basis.known_on.day())
    }

    /// What was found, without the cases' references.
    pub(crate) fn report(self, basis: Basis) -> AuditReport {
        let as_of = self.as_of(&basis);
        let findings = self.audit.findings(as_of, self.wanted);
        AuditReport { basis, as_of, findings, cases: BTreeMap::new() }
    }
}

impl AuditReport {
    /// With the references of the cases that findings are about.
    pub(crate) fn named(mut self, ledger: &Ledger) -> AuditReport {
        let named = |finding: &Finding| Some((finding.case, ledger.case_ref(finding.case)?));
        self.cases = self.findings.kept.iter().filter_map(named).collect();
        self
    }

    /// Whether an error was found that no audit settled. Findings that are not kept count as open.
    #[must_use]
    pub fn has_open_errors(&self) -> bool {
        let errors = |check: CheckId| check.check().severity == bahi_checks::Severity::Error;
        self.findings.counts.iter().filter(|(check, _)| errors(**check)).any(|(check, count)| {
            let settled = self.findings.of(*check).filter(|finding| finding.settled.is_some());
            settled.count() as u64 != *count
        })
    }

    /// The sum of the findings kept of a check.
    #[must_use]
    pub fn amount(&self, check: CheckId) -> Total {
        Total::from_paise(self.findings.of(check).map(|finding| finding.amount.paise()).sum())
    }

    /// The JSON shape, with names as the ledger has them.
    #[must_use]
    pub fn answer(&self, ledger: &Ledger) -> AuditAnswer {
        AuditAnswer {
            position: self.basis.position.0,
            root: self.basis.root.to_string(),
            as_of: self.as_of.to_string(),
            known_on: self.basis.known_on.to_string(),
            checks: self.checks(),
            findings: self.findings.kept.iter().map(|one| self.finding(one, ledger)).collect(),
        }
    }

    fn checks(&self) -> Vec<CheckAnswer> {
        let found = CHECKS.iter().filter_map(|check| {
            let count = self.findings.counts.get(&check.id)?;
            Some(CheckAnswer {
                check: check.id.to_string(),
                severity: check.severity.name().to_owned(),
                title: check.title.to_owned(),
                question: check.question.to_owned(),
                findings: *count,
                amount: self.amount(check.id).to_string(),
            })
        });
        found.collect()
    }

    fn finding(&self, finding: &Finding, ledger: &Ledger) -> FindingAnswer {
        let party = |party: &BarSubject| PartyAnswer {
            by: party.name().to_owned(),
            key: party.print().to_string(),
        };
        FindingAnswer {
            id: finding.id().to_string(),
            check: finding.check.to_string(),
            severity: finding.about().severity.name().to_owned(),
            day: finding.day.to_string(),
            scheme: ledger.names().scheme(finding.scheme).map(ToString::to_string),
            district: finding.district.map(|district| district.to_string()),
            case_ref: self.cases.get(&finding.case).map(ToString::to_string),
            amount: finding.amount.to_string(),
            detail: finding.detail.clone(),
            count: finding.count,
            events: finding.events.iter().map(|position| position.0).collect(),
            parties: finding.parties.iter().map(party).collect(),
            rule: finding.rule.as_ref().map(ToString::to_string),
            order: finding.order.as_ref().map(Into::into),
            settled: finding.settled.map(|(_, settlement)| settlement.name().to_owned()),
            settled_by: finding.settled.map(|(position, _)| position.0),
            question: finding.about().question.to_owned(),
        }
    }
}
