//! Cases as they come, go through their steps, and are audited.

use alloc::{format, string::String, vec::Vec};

use bahi_core::{
    Applied, AuditScope, Audited, Event, EventKind, FindingSettled, FundKey, Opinion, Position,
    Recorded, Reversed, StepRecorded, StoredFact, Subject, Total, WordNo,
};

use super::{Audit, CheckId, FindingId, Settled, TakenUp, hash_of};
use crate::{
    catalogue::CHECKS,
    finding::counted,
    gates::{Breach, Course, one_of},
    memory::{Case, Objection, Step, Sum, Version},
};

impl Audit {
    /// Looks at an event and remembers it.
    pub(super) fn take(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::SchemeOpened(opened) => self.take_terms(recorded, 1, &opened.terms),
            Event::TermsChanged(changed) => {
                self.take_terms(recorded, changed.version, &changed.terms);
            }
            Event::Applied(applied) => self.take_application(recorded, applied),
            Event::Reversed(reversed) => self.take_reversal(recorded, reversed),
            Event::FundsMoved(moved) => self.look_at_move(recorded, moved.to),
            Event::StockMoved(moved) => self.take_stock(recorded, moved),
            Event::StatementReceived(received) => self.take_statement(recorded, received),
            Event::StatementLines(lines) => self.take_lines(lines),
            Event::Matched(one) => {
                let accepted = one.difference.map_or(Total::ZERO, |one| one.amount);
                self.take_match(recorded, (one.line, one.target), &one.further, accepted);
            }
            Event::MatchDecided(one) if one.rejected => {}
            Event::MatchDecided(one) => {
                self.take_match(recorded, (one.line, one.target), &one.further, Total::ZERO);
            }
            Event::Unmatched(unmatched) => self.free_line(unmatched.matched),
            Event::Audited(audited) if audited.scope == AuditScope::Ledger => {
                self.take_up(recorded, audited);
            }
            Event::FindingSettled(settled) if self.is_of_the_ledger(recorded, settled) => {
                self.settle_taken_up(recorded, settled);
            }
            Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::SanctionCarried(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::PaymentConfirmed(_)
            | Event::Recovered(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::Audited(_)
            | Event::FindingSettled(_) => match self.case_no(recorded.envelope.case) {
                Some(case) => self.take_of_case(recorded, case),
                None => {
                    self.note(recorded, 6, "of a case that no application opened".into());
                }
            },
            Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::Lapsed(_)
            | Event::Barred(_)
            | Event::MovedToSuspense(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }

    fn take_terms(&mut self, recorded: &Recorded, number: u16, terms: &bahi_core::Terms) {
        let scheme = recorded.envelope.fund.scheme;
        self.versions.push(Version { scheme, number, terms: terms.clone() });
    }

    fn take_of_case(&mut self, recorded: &Recorded, case: usize) {
        let day = recorded.envelope.effective_day;
        match &recorded.event {
            Event::ApplicationAmended(amended) => {
                self.cases[case].facts = amended.facts.as_slice().into();
                self.look_at_age(recorded, case);
            }
            Event::StepRecorded(step) => self.take_step(recorded, case, step),
            Event::Rejected(_) | Event::Withdrawn(_) | Event::CaseClosed(_) => {
                self.cases[case].ended = recorded.position;
            }
            Event::Sanctioned(_) => self.take_sanction(recorded, case),
            Event::SanctionRevised(revised) => self.take_revision(recorded, case, revised),
            Event::SanctionCancelled(_) => {
                for grant in &mut self.cases[case].grants {
                    grant.alive = false;
                }
            }
            Event::SanctionCarried(_) => {
                let fund = recorded.envelope.fund;
                if let Some(grant) = self.cases[case].grants.iter_mut().rev().find(|one| one.alive)
                {
                    grant.fund = fund;
                    // A sanction that was carried on begins anew.
                    grant.day = day.max(grant.day);
                }
            }
            Event::Disbursed(paid) => self.take_payment(recorded, case, paid),
            Event::PaymentReturned(returned) => self.take_return(recorded, returned),
            Event::PaymentConfirmed(confirmed) => self.take_confirmation(recorded, confirmed),
            Event::Recovered(_) => self.cases[case].followed = Some(day),
            Event::RecoveryDemanded(demanded) => self.take_demand(recorded, case, demanded),
            Event::Utilised(_) => self.take_use(recorded, case, &Subject::Use, None),
            Event::Adjusted(adjusted) => {
                self.take_use(recorded, case, &Subject::Adjustment, Some(adjusted.reason));
            }
            Event::Audited(audited) => self.take_audit(recorded, case, audited),
            Event::FindingSettled(settled) => self.take_settlement(recorded, case, settled),
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::Applied(_)
            | Event::Barred(_)
            | Event::MovedToSuspense(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::StockMoved(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::Matched(_)
            | Event::Unmatched(_)
            | Event::MatchDecided(_)
            | Event::Reversed(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }

    fn take_application(&mut self, recorded: &Recorded, applied: &Applied) {
        let number = u32::try_from(self.cases.len());
        let (Ok(number), true) = (number, recorded.envelope.case == recorded.position) else {
            self.note(recorded, 6, "an application that is not its own case".into());
            return;
        };
        self.case_at.insert(hash_of(recorded.position), number);
        self.cases.push(Case {
            first: recorded.position,
            day: recorded.envelope.effective_day,
            fund: recorded.envelope.fund,
            applicant: applied.applicant.clone(),
            facts: applied.facts.as_slice().into(),
            steps: Vec::new(),
            grants: Vec::new(),
            payments: Vec::new(),
            ended: Position::NONE,
            granted: Sum::default(),
            paid: Sum::default(),
            recovered: Sum::default(),
            used: Sum::default(),
            first_use: None,
            contested: None,
            followed: None,
            category_paper: false,
        });
        self.look_at_age(recorded, number as usize);
    }

    /// C43: an age that cannot be.
    fn look_at_age(&mut self, recorded: &Recorded, case: usize) {
        let stated = self.cases[case].fact_of(self.age);
        let Some(StoredFact::Count(age)) = stated else { return };
        if age < self.parameters.age_min || age > self.parameters.age_max {
            self.note(recorded, 43, format!("{age} years are stated"));
        }
    }

    fn take_step(&mut self, recorded: &Recorded, case: usize, step: &StepRecorded) {
        if let Some(subject) = self.subject_of(step.step) {
            self.look_at_gates(recorded, case, &subject, None);
            self.subjects.insert(step.step, subject);
        }
        // Its gate, looked up again, has said so already where the terms are known.
        let said = self.notes.last().is_some_and(|note| {
            note.check.number() == 83 && note.events.first() == Some(&recorded.position)
        });
        if step.late_by > 0 && !said {
            let step_name = self.word(step.step);
            let late_by = counted(step.late_by, "day");
            self.note(recorded, 83, format!("step {step_name} {late_by} late"));
        }
        if self.is_category_paper(step.evidence.iter().map(|paper| paper.kind)) {
            self.cases[case].category_paper = true;
        }
        self.cases[case].steps.push(Step {
            word: step.step,
            day: recorded.envelope.effective_day,
            position: recorded.position,
        });
    }

    /// A step as a gate names it, until it is put back: of most steps there are very many.
    fn subject_of(&mut self, step: WordNo) -> Option<Subject> {
        let known = self.subjects.remove(&step);
        known.or_else(|| self.names.word(step).cloned().map(Subject::Step))
    }

    /// C02, C03, C60, C62, C70, C71, C72, C73, C83: what the terms put around this.
    pub(super) fn look_at_gates(
        &mut self,
        recorded: &Recorded,
        case: usize,
        of: &Subject,
        reason: Option<WordNo>,
    ) {
        let ended = self.cases[case].ended;
        if !ended.is_none() {
            self.note(recorded, 3, format!("the case ended with event {ended}"));
        }
        let day = recorded.envelope.effective_day;
        let scheme = self.cases[case].fund.scheme;
        let reason = reason.and_then(|reason| self.names.word(reason).cloned());
        let Some(terms) = self.terms(scheme, recorded.envelope.terms, day) else { return };
        let one = &self.cases[case];
        let course = Course { terms, case: one, payments: &self.payments, names: &self.names };
        let no_step_at_all = one.steps.is_empty() && !matches!(of, Subject::Step(_));
        let mut without_a_step = false;
        let mut found: Vec<(u8, String, _, _)> = Vec::new();
        for (breach, line) in course.breaches(of, reason.as_ref(), day) {
            let check = check_of(of, &breach);
            if no_step_at_all && matches!(check, 2 | 3 | 62 | 71 | 73) {
                without_a_step = true;
                continue;
            }
            let order = terms.authority_of(line);
            found.push((check, tell(of, &breach), line.clone(), order));
        }
        if without_a_step {
            let fund = FundKey { head: bahi_core::HeadNo::NONE, ..recorded.envelope.fund };
            self.without_a_step(recorded, fund);
        }
        for (check, detail, line, order) in found {
            let finding = self.note(recorded, check, detail);
            finding.rule = Some(line);
            finding.order = Some(order);
        }
    }

    /// C02: a case without any recorded step, counted with the others of its fund.
    fn without_a_step(&mut self, recorded: &Recorded, fund: FundKey) {
        let group = self.without_steps.entry(fund).or_insert_with(|| super::Group {
            events: Vec::new(),
            cases: hashbrown::HashSet::default(),
            amount: 0,
            day: recorded.envelope.effective_day,
        });
        if group.cases.insert(recorded.envelope.case) {
            group.amount += i128::from(recorded.envelope.amount.paise());
            group.day = group.day.max(recorded.envelope.effective_day);
            if group.events.len() < crate::FINDING_EVENTS_MAX {
                group.events.push(recorded.position);
            }
        }
    }

    fn is_category_paper(&self, mut kinds: impl Iterator<Item = WordNo>) -> bool {
        let papers = self.parameters.category_papers;
        kinds.any(|kind| self.names.word(kind).is_some_and(|kind| papers.contains(&kind.as_str())))
    }

    fn take_audit(&mut self, recorded: &Recorded, case: usize, audited: &Audited) {
        let auditor = recorded.envelope.actor;
        if self.cases[case].grants.iter().any(|grant| grant.alive && grant.actor == auditor) {
            self.note(recorded, 4, "who granted the case audited it".into());
        }
        if self.is_category_paper(audited.seen.iter().map(|paper| paper.kind)) {
            self.cases[case].category_paper = true;
        }
        self.take_up(recorded, audited);
        let objects = match audited.opinion {
            Opinion::Objection => true,
            Opinion::Clear | Opinion::Observation | Opinion::Disclaimer => false,
        };
        if objects {
            let amounts = audited.findings.iter().map(|one| i128::from(one.amount.paise()));
            self.cases[case].contested().objections.push(Objection {
                position: recorded.position,
                day: recorded.envelope.effective_day,
                amount: amounts.sum(),
            });
        }
    }

    /// Remembers what an audit found, by check or by id.
    fn take_up(&mut self, recorded: &Recorded, audited: &Audited) {
        let (case, audit) = (recorded.envelope.case, recorded.position);
        let checks: Vec<WordNo> = audited.findings.iter().map(|finding| finding.check).collect();
        for (check, finding) in checks.iter().zip(1..) {
            if let Some(id) = FindingId::parse(self.word(*check)) {
                let taken_up = TakenUp { case, audit, finding, settled: None };
                self.taken_up.entry(id).or_default().push(taken_up);
            }
        }
        self.audited.insert(audit, checks);
    }

    /// Whether a settlement is of an audit of no case.
    fn is_of_the_ledger(&self, recorded: &Recorded, settled: &FindingSettled) -> bool {
        recorded.envelope.case.is_none() && self.audited.contains_key(&settled.audit)
    }

    /// What an audit called the finding that is settled.
    fn finding_settled(&self, settled: &FindingSettled) -> Option<&str> {
        let checks = self.audited.get(&settled.audit)?;
        let number = usize::from(settled.finding).checked_sub(1)?;
        Some(self.names.word(*checks.get(number)?)?.as_str())
    }

    fn settle_taken_up(&mut self, recorded: &Recorded, settled: &FindingSettled) {
        let Some(id) = self.finding_settled(settled).and_then(FindingId::parse) else { return };
        let taken_up = self.taken_up.get_mut(&id).into_iter().flatten();
        for one in taken_up.filter(|one| one.audit == settled.audit) {
            one.settled = Some((recorded.position, settled.settlement));
        }
    }

    fn take_settlement(&mut self, recorded: &Recorded, case: usize, settled: &FindingSettled) {
        self.cases[case].followed = Some(recorded.envelope.effective_day);
        self.settle_taken_up(recorded, settled);
        if let Some(check) = self.finding_settled(settled).and_then(CheckId::parse) {
            let key = (self.cases[case].first, check);
            let (audit, by, how) = (settled.audit, recorded.position, settled.settlement);
            self.settled.entry(key).or_default().push(Settled { audit, by, how });
        }
    }

    fn take_reversal(&mut self, recorded: &Recorded, reversed: &Reversed) {
        self.reversed.insert(reversed.of);
        let of = reversed.of;
        if reversed.kind == EventKind::Disbursed {
            self.unpay(of);
        } else if reversed.kind == EventKind::PaymentReturned {
            self.unreturn(of);
        } else if reversed.kind == EventKind::StockMoved {
            self.unstock(of);
        } else if reversed.kind == EventKind::FindingSettled {
            self.settled.values_mut().for_each(|all| all.retain(|one| one.by != of));
            for one in self.taken_up.values_mut().flatten() {
                one.settled = one.settled.filter(|(by, _)| *by != of);
            }
        }
        let Some(case) = self.case_no(recorded.envelope.case) else { return };
        let case = &mut self.cases[case];
        case.steps.retain(|step| step.position != of);
        if case.ended == of {
            case.ended = Position::NONE;
        }
        for grant in case.grants.iter_mut().filter(|grant| grant.position == of) {
            grant.alive = false;
        }
        if reversed.kind == EventKind::SanctionCancelled
            && let Some(grant) = case.grants.last_mut()
        {
            grant.alive = true;
        }
        let demands = case.contested.iter_mut().flat_map(|one| &mut one.demands);
        for demand in demands.filter(|demand| demand.position == of) {
            demand.alive = false;
        }
    }

    /// A word by its number.
    pub(crate) fn word(&self, number: WordNo) -> &str {
        self.names.word(number).map_or("that has no name", |word| word.as_str())
    }
}

/// Which check a breach belongs to.
fn check_of(of: &Subject, breach: &Breach<'_>) -> u8 {
    match (breach, of) {
        (Breach::Unused(_), _) => 70,
        (Breach::Late(_), Subject::Use) => 72,
        (Breach::Late(_), _) => 83,
        (Breach::Early(_), Subject::Adjustment) => 60,
        (Breach::Early(_), _) => 3,
        (Breach::After(row), of) => {
            let begins = |text: &str| {
                row.iter().any(|one| match one {
                    bahi_core::Milestone::Step(step) => step.as_str().starts_with(text),
                    bahi_core::Milestone::Application
                    | bahi_core::Milestone::Sanction
                    | bahi_core::Milestone::Payment
                    | bahi_core::Milestone::Instalment(_)
                    | bahi_core::Milestone::Credit => false,
                })
            };
            match of {
                _ if begins(VEHICLE_FIRST) => 71,
                _ if begins(SET_OFF) => 73,
                Subject::Sanction => 2,
                Subject::Adjustment => 62,
                Subject::Instalment(_) => 70,
                Subject::Step(_) | Subject::Payment | Subject::Use => 3,
            }
        }
    }
}

/// What the rulebook calls the step that a vehicle's own money was spent.
const VEHICLE_FIRST: &str = "vehicle_share_spent";
/// How its steps that set off interest begin.
const SET_OFF: &str = "interest_set_off";

fn tell(of: &Subject, breach: &Breach<'_>) -> String {
    match breach {
        Breach::After(row) => format!("{of} without {} before it", one_of(row)),
        Breach::Early(from) => format!("{of} before {}, its first day", iso(*from)),
        Breach::Late(until) => format!("{of} after {}, its last day", iso(*until)),
        Breach::Unused(percent) => format!("{of} with less than {percent} % of what was paid used"),
    }
}

/// A day as text.
pub(crate) fn iso(day: bahi_core::Day) -> String {
    let (year, month, day) = day.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Every check's id is a number below a hundred, as the text form takes for granted.
const _: () = assert!(CHECKS[CHECKS.len() - 1].id.number() < 100);
