//! Whether a command says again what an event already holds.
//!
//! # Invariants
//! * Content is what the sender stated; what the ledger supplied (instant, numbers, the version of
//!   the terms, the first open day in place of a sealed one) is not content.
//! * Fingerprints are compared under the key the event holds them by.
//! * No rule is consulted, so a retry gets its first receipt whatever has changed since.

use bahi_core::{
    AcceptedDifference, AccountKey, Act, Applicant, Applied, BarSubject, Command, Day, Envelope,
    Event, Evidence, Fingerprint, Fund, FundKey, GivenFact, MatchDifference, PersonKey, Recorded,
    Reference, StatementLine, StoredFact, Word, WordNo,
};

use crate::{
    State,
    decide::{is_fact_from_outside, returned_reference},
};

/// Whether the command has the content of the event recorded under its id.
#[must_use]
pub fn same_content(state: &State, command: &Command, recorded: &Recorded) -> bool {
    let envelope = &recorded.envelope;
    let names = &state.names;
    let known = Known { state, command, envelope };
    envelope.command == command.id
        && known.same_day(recorded)
        && envelope.role == command.role
        && names.actor(envelope.actor) == Some(&command.actor)
        && names.authority(envelope.authority) == command.authority.as_ref()
        && known.same_case()
        && (known.same_life(&recorded.event)
            || known.same_money(&recorded.event)
            || known.same_record(&recorded.event))
}

/// A command beside the envelope of the event that has its id.
struct Known<'a> {
    state: &'a State,
    command: &'a Command,
    envelope: &'a Envelope,
}

impl Known<'_> {
    /// The day the sender stated. Where the event tells its own day, that is the one; else an event
    /// from outside may count on a later day than was stated, when that day was sealed.
    fn same_day(&self, recorded: &Recorded) -> bool {
        let stated = self.command.effective_day;
        let counted = recorded.envelope.effective_day;
        match own_day(&recorded.event) {
            Some(own) => own == stated,
            None if stated == counted => true,
            None => is_fact_from_outside(&self.command.act) && self.put_off(stated, counted),
        }
    }

    /// Whether a day is sealed and another is the first open one after a seal: what a fact that
    /// was stated for the one counts on.
    fn put_off(&self, stated: Day, counted: Day) -> bool {
        let sealed = counted.plus_days(-1).filter(|until| stated <= *until);
        sealed.is_some_and(|until| self.state.seals.binary_search(&until).is_ok())
    }

    fn same_case(&self) -> bool {
        self.command.act.case_ref().is_none_or(|case_ref| {
            self.state.case_position(case_ref.as_str()) == Some(self.envelope.case)
        })
    }

    /// Schemes, applications and what happens to a case beside its money.
    fn same_life(&self, event: &Event) -> bool {
        let scheme = self.state.names.scheme(self.envelope.fund.scheme);
        match (&self.command.act, event) {
            (Act::OpenScheme { scheme: name, districts, terms }, Event::SchemeOpened(opened)) => {
                let mut districts = districts.clone();
                districts.sort_unstable();
                scheme == Some(name) && opened.districts == districts && opened.terms == *terms
            }
            (Act::ChangeTerms { scheme: name, terms }, Event::TermsChanged(changed)) => {
                scheme == Some(name) && changed.terms == *terms
            }
            (
                Act::Apply { scheme: name, district, case_ref, applicant, facts },
                Event::Applied(applied),
            ) => {
                scheme == Some(name)
                    && self.envelope.fund.district == *district
                    && applied.case_ref == *case_ref
                    && self.same_applicant(applicant, applied)
                    && self.same_facts(facts, &applied.facts)
            }
            (Act::Amend { facts, .. }, Event::ApplicationAmended(amended)) => {
                self.same_facts(facts, &amended.facts)
            }
            (Act::RecordStep { step, evidence, reported, .. }, Event::StepRecorded(recorded)) => {
                self.word(recorded.step, step)
                    && self.same_papers(evidence, &recorded.evidence)
                    && self.same_facts(reported, &recorded.reported)
            }
            (Act::Reject { reason, .. }, Event::Rejected(body)) => self.word(body.reason, reason),
            (Act::Withdraw { reason, .. }, Event::Withdrawn(body)) => {
                self.word(body.reason, reason)
            }
            (Act::CloseCase { reason, .. }, Event::CaseClosed(body)) => {
                self.word(body.reason, reason)
            }
            (Act::Bar { subject, until, reason }, Event::Barred(barred)) => {
                self.same_subject(*subject, barred.subject)
                    && barred.until == *until
                    && self.word(barred.reason, reason)
            }
            (
                Act::MoveStock {
                    scheme: name,
                    district,
                    case_ref,
                    item,
                    movement,
                    quantity,
                    reference,
                },
                Event::StockMoved(moved),
            ) => {
                scheme == Some(name)
                    && self.envelope.fund.district == *district
                    && (case_ref.is_some() || self.envelope.case.is_none())
                    && self.word(moved.item, item)
                    && moved.movement == *movement
                    && moved.quantity == *quantity
                    && moved.reference == *reference
            }
            _ => false,
        }
    }

    /// What moves an amount, or asks for one.
    fn same_money(&self, event: &Event) -> bool {
        let stated = self.envelope.amount;
        match (&self.command.act, event) {
            (Act::Allot { fund, amount }, Event::FundsAllotted) => {
                self.fund(fund) && stated == *amount
            }
            (Act::WithdrawFunds { fund, amount, reason }, Event::FundsWithdrawn(body)) => {
                self.fund(fund) && stated == *amount && self.word(body.reason, reason)
            }
            (Act::MoveFunds { from, to, amount, reason }, Event::FundsMoved(body)) => {
                self.fund(from)
                    && self.is_fund(to, &body.to)
                    && stated == *amount
                    && self.word(body.reason, reason)
            }
            (Act::LapseFund { fund, amount, reason }, Event::Lapsed(body)) => {
                self.envelope.case.is_none()
                    && self.fund(fund)
                    && stated == *amount
                    && self.word(body.reason, reason)
            }
            (Act::LapseSanction { amount, reason, .. }, Event::Lapsed(body)) => {
                stated == *amount && self.word(body.reason, reason)
            }
            (Act::CarrySanction { fund, amount, .. }, Event::SanctionCarried(_))
            | (Act::Sanction { fund, amount, .. }, Event::Sanctioned(_)) => {
                self.fund(fund) && stated == *amount
            }
            (Act::ReviseSanction { amount, .. }, Event::SanctionRevised(body)) => {
                body.sanctioned == *amount
            }
            (Act::CancelSanction { reason, .. }, Event::SanctionCancelled(body)) => {
                self.word(body.reason, reason)
            }
            (
                Act::Disburse { instalment, amount, payee, mode, reference, reissue_of, .. },
                Event::Disbursed(disbursed),
            ) => {
                stated == *amount
                    && disbursed.instalment == *instalment
                    && self.same_account(payee.account, disbursed.payee.account)
                    && disbursed.payee.ifsc == payee.ifsc
                    && disbursed.mode == *mode
                    && self.reference(reference, &disbursed.reference)
                    && disbursed.reissue_of == *reissue_of
            }
            (Act::Return { payment, amount, reason }, Event::PaymentReturned(returned)) => {
                stated == *amount
                    && returned.payment == *payment
                    && self.word(returned.reason, reason)
            }
            (Act::Return { payment, amount, reason }, Event::MovedToSuspense(moved)) => {
                let paid = self.state.payment(*payment).map(|(_, paid)| paid.fund);
                stated == *amount
                    && moved.payment == *payment
                    && paid == Some(self.envelope.fund)
                    && moved.reference == returned_reference()
                    && self.word(moved.reason, reason)
            }
            (Act::Confirm { payment, reference }, Event::PaymentConfirmed(confirmed)) => {
                confirmed.payment == *payment && self.reference(reference, &confirmed.reference)
            }
            (
                Act::Suspend { fund, amount, payment, reason, reference },
                Event::MovedToSuspense(moved),
            ) => {
                self.fund(fund)
                    && stated == *amount
                    && moved.payment == *payment
                    && self.word(moved.reason, reason)
                    && self.reference(reference, &moved.reference)
            }
            (Act::Recover { amount, reason, reference, .. }, Event::Recovered(recovered)) => {
                stated == *amount
                    && self.word(recovered.reason, reason)
                    && self.reference(reference, &recovered.reference)
            }
            (
                Act::DemandRecovery { amount, reason, due, reference, .. },
                Event::RecoveryDemanded(demand),
            ) => {
                demand.demanded == *amount
                    && self.word(demand.reason, reason)
                    && demand.due == *due
                    && demand.reference == *reference
            }
            (Act::Utilise { amount, certificate, .. }, Event::Utilised(utilised)) => {
                stated == *amount && utilised.certificate == *certificate
            }
            (Act::Adjust { amount, reason, reference, .. }, Event::Adjusted(adjusted)) => {
                stated == *amount
                    && self.word(adjusted.reason, reason)
                    && adjusted.reference == *reference
            }
            (Act::EarnInterest { fund, amount, reference }, Event::InterestEarned(earned)) => {
                self.fund(fund) && stated == *amount && self.reference(reference, &earned.reference)
            }
            (Act::RemitInterest { fund, amount, reference }, Event::InterestRemitted(remitted)) => {
                self.fund(fund)
                    && stated == *amount
                    && self.reference(reference, &remitted.reference)
            }
            _ => false,
        }
    }

    /// Audits, periods, statements, reversals and what the ledger says of itself.
    fn same_record(&self, event: &Event) -> bool {
        match (&self.command.act, event) {
            (Act::Audit { case_ref, scope, seen, opinion, findings }, Event::Audited(audited)) => {
                let same_finding =
                    |((check, amount), stored): (&(Word, _), &bahi_core::AuditFinding)| {
                        self.word(stored.check, check) && stored.amount == *amount
                    };
                (case_ref.is_some() || self.envelope.case.is_none())
                    && audited.scope == *scope
                    && audited.opinion == *opinion
                    && self.same_papers(seen, &audited.seen)
                    && audited.findings.len() == findings.len()
                    && findings.iter().zip(&audited.findings).all(same_finding)
            }
            (
                Act::SettleFinding { audit, finding, settlement, reference },
                Event::FindingSettled(settled),
            ) => {
                settled.audit == *audit
                    && settled.finding == *finding
                    && settled.settlement == *settlement
                    && settled.reference == *reference
            }
            (
                Act::CertifyState { upto, as_of, fold, version, count, root, hash },
                Event::StateCertified(body),
            ) => {
                body.upto == *upto
                    && body.as_of == *as_of
                    && self.word(body.fold, fold)
                    && body.version == *version
                    && body.count == *count
                    && body.root == *root
                    && body.hash == *hash
            }
            (Act::SealPeriod { until, certified }, Event::PeriodSealed(sealed)) => {
                sealed.until == *until && sealed.certified == *certified
            }
            (
                Act::ReceiveStatement {
                    file,
                    bytes,
                    format,
                    account,
                    from,
                    to,
                    opening,
                    closing,
                    lines,
                    part,
                    repeated,
                    set_aside,
                },
                Event::StatementReceived(body),
            ) => {
                body.file == *file
                    && body.bytes == *bytes
                    && self.word(body.format, format)
                    && self.same_account(*account, body.account)
                    && (body.from, body.to) == (*from, *to)
                    && (body.opening, body.closing) == (*opening, *closing)
                    && body.lines == *lines
                    && (body.part, body.repeated, body.set_aside) == (*part, *repeated, *set_aside)
            }
            (Act::ReceiveLines { statement, first, lines }, Event::StatementLines(body)) => {
                body.statement == *statement
                    && body.first == *first
                    && body.lines.len() == lines.len()
                    && lines
                        .iter()
                        .zip(&body.lines)
                        .all(|(given, held)| self.same_line(given, held))
            }
            (
                Act::Match { line, target, rule, further, evidence, difference },
                Event::Matched(body),
            ) => {
                let differs = |given: &AcceptedDifference, held: &MatchDifference| {
                    self.word(held.tolerance, &given.tolerance)
                        && (held.amount, held.limit) == (given.amount, given.limit)
                };
                body.line == *line
                    && body.target == *target
                    && body.further == *further
                    && self.word(body.rule, rule)
                    && self.same_references(evidence, &body.evidence)
                    && both(difference, &body.difference, differs)
            }
            (Act::Unmatch { matched, reason }, Event::Unmatched(body)) => {
                body.matched == *matched && self.word(body.reason, reason)
            }
            (
                Act::DecideMatch { line, target, reason, further, rejected },
                Event::MatchDecided(body),
            ) => {
                body.line == *line
                    && body.target == *target
                    && body.further == *further
                    && body.rejected == *rejected
                    && self.word(body.reason, reason)
            }
            (Act::Reverse { of, reason }, Event::Reversed(body)) => {
                body.of == *of && self.word(body.reason, reason)
            }
            (Act::NoteExport { what, upto, rows, digest }, Event::Exported(body)) => {
                self.word(body.what, what)
                    && body.upto == *upto
                    && body.rows == *rows
                    && body.digest == *digest
            }
            (Act::DenyAccess { what, count }, Event::AccessDenied(body)) => {
                self.word(body.what, what) && body.count == *count
            }
            (Act::RotateKey { key_id, change, check }, Event::KeyRotated(body)) => {
                body.key_id == *key_id && body.change == *change && body.check == *check
            }
            (Act::SetActorKey { signer, key, until, required }, Event::ActorKeySet(body)) => {
                self.state.names.actor(body.signer) == Some(signer)
                    && body.key == *key
                    && body.until == *until
                    && body.required == *required
            }
            _ => false,
        }
    }

    fn word(&self, held: WordNo, given: &Word) -> bool {
        self.state.names.word(held) == Some(given)
    }

    fn fund(&self, given: &Fund) -> bool {
        self.is_fund(given, &self.envelope.fund)
    }

    fn is_fund(&self, given: &Fund, held: &FundKey) -> bool {
        self.state.names.scheme(held.scheme) == Some(&given.scheme)
            && self.state.names.head(held.head) == Some(&given.head)
            && held.fy == given.fy
            && held.district == given.district
    }

    /// Whether a fingerprint is the one held, under the key that one was made with.
    fn print(&self, given: Fingerprint, held: Fingerprint) -> bool {
        let aliases = &self.command.aliases;
        given == held || aliases.iter().any(|alias| alias.newest == given && alias.older == held)
    }

    fn reference(&self, given: &Reference, held: &Reference) -> bool {
        let prints = given.print().zip(held.print());
        given == held || prints.is_some_and(|(given, held)| self.print(given, held))
    }

    fn same_account(&self, AccountKey(given): AccountKey, AccountKey(held): AccountKey) -> bool {
        self.print(given, held)
    }

    fn same_subject(&self, given: BarSubject, held: BarSubject) -> bool {
        given.under(held.print()) == held && self.print(given.print(), held.print())
    }

    fn same_applicant(&self, given: &Applicant, applied: &Applied) -> bool {
        let person = |given: &PersonKey, held: &PersonKey| self.print(given.0, held.0);
        match (given, &applied.applicant) {
            (
                Applicant::Person { person: given, family },
                Applicant::Person { person: held, family: held_family },
            ) => {
                person(given, held)
                    && both(family, held_family, |given, held| self.print(given.0, held.0))
            }
            (
                Applicant::Unit { unit, owner },
                Applicant::Unit { unit: held, owner: held_owner },
            ) => self.print(unit.0, held.0) && both(owner, held_owner, person),
            (
                Applicant::Spv { spv, members },
                Applicant::Spv { spv: held, members: held_members },
            ) => {
                self.print(spv.0, held.0)
                    && members.len() == held_members.len()
                    && members.iter().zip(held_members).all(|(given, held)| person(given, held))
            }
            (
                Applicant::Institution { institution },
                Applicant::Institution { institution: held },
            ) => self.print(institution.0, held.0),
            (Applicant::NotInSource, Applicant::NotInSource) => true,
            _ => false,
        }
    }

    fn same_facts(&self, given: &[(Word, GivenFact)], held: &[(WordNo, StoredFact)]) -> bool {
        let names = &self.state.names;
        let same = |(name, stored): &(WordNo, StoredFact)| {
            let name = names.word(*name);
            let fact = given.iter().find(|(word, _)| Some(word) == name);
            fact.zip(stored.value_ref(names))
                .is_some_and(|((_, given), value)| given.gives_ref(value))
        };
        given.len() == held.len() && held.iter().all(same)
    }

    fn same_papers(&self, given: &[(Word, Reference)], held: &[Evidence]) -> bool {
        let same = |((kind, reference), held): (&(Word, Reference), &Evidence)| {
            self.word(held.kind, kind) && held.reference == *reference
        };
        given.len() == held.len() && given.iter().zip(held).all(same)
    }

    fn same_references(&self, given: &[Reference], held: &[Reference]) -> bool {
        let mut pairs = given.iter().zip(held);
        given.len() == held.len() && pairs.all(|(given, held)| self.reference(given, held))
    }

    fn same_line(&self, given: &StatementLine, held: &StatementLine) -> bool {
        given.amount == held.amount
            && given.side == held.side
            && (given.booked, given.value) == (held.booked, held.value)
            && (given.at, given.bytes) == (held.at, held.bytes)
            && given.particulars == held.particulars
            && self.same_references(&given.references, &held.references)
            && both(&given.counterparty, &held.counterparty, |given, held| {
                self.same_account(*given, *held)
            })
    }
}

/// The day the source gave, where the event keeps it.
fn own_day(event: &Event) -> Option<Day> {
    if let Event::PaymentReturned(body) = event {
        return Some(body.own_day);
    }
    if let Event::PaymentConfirmed(body) = event {
        return Some(body.own_day);
    }
    if let Event::MovedToSuspense(body) = event {
        return Some(body.own_day);
    }
    None
}

/// Whether both are absent, or both are there and the same.
fn both<T, U>(given: &Option<T>, held: &Option<U>, same: impl Fn(&T, &U) -> bool) -> bool {
    match (given, held) {
        (Some(given), Some(held)) => same(given, held),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
