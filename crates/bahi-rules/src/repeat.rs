//! Whether a command says again what an event already holds.
//!
//! # Invariants
//! * Content is what the sender stated; what the ledger supplied (instant, numbers, the version of
//!   the terms) is not content.
//! * No rule is consulted, so a retry gets its first receipt whatever has changed since.

use bahi_core::{Act, Command, Envelope, Event, Fund, GivenFact, Recorded, Word};

use crate::State;

/// Whether the command has the content of the event recorded under its id.
#[must_use]
pub fn same_content(state: &State, command: &Command, recorded: &Recorded) -> bool {
    let envelope = &recorded.envelope;
    let names = &state.names;
    envelope.command == command.id
        && envelope.effective_day == command.effective_day
        && envelope.role == command.role
        && names.actor(envelope.actor) == Some(&command.actor)
        && names.authority(envelope.authority) == command.authority.as_ref()
        && same_act(state, &command.act, recorded)
}

fn same_act(state: &State, act: &Act, recorded: &Recorded) -> bool {
    let envelope = &recorded.envelope;
    let names = &state.names;
    let same_case = act
        .case_ref()
        .is_none_or(|case_ref| state.case_position(case_ref.as_str()) == Some(envelope.case));
    let event = &recorded.event;
    same_case
        && match act {
            Act::OpenScheme { scheme, districts, terms } => {
                let Event::SchemeOpened(opened) = event else { return false };
                let mut districts = districts.clone();
                districts.sort_unstable();
                names.scheme(envelope.fund.scheme) == Some(scheme)
                    && opened.districts == districts
                    && opened.terms == *terms
            }
            Act::ChangeTerms { scheme, terms } => {
                let Event::TermsChanged(changed) = event else { return false };
                names.scheme(envelope.fund.scheme) == Some(scheme) && changed.terms == *terms
            }
            Act::Allot { fund, amount } => {
                let Event::FundsAllotted = event else { return false };
                same_fund(state, fund, envelope) && envelope.amount == *amount
            }
            Act::Apply { scheme, district, case_ref, applicant, facts } => {
                let Event::Applied(applied) = event else { return false };
                names.scheme(envelope.fund.scheme) == Some(scheme)
                    && envelope.fund.district == *district
                    && applied.case_ref == *case_ref
                    && applied.applicant == *applicant
                    && same_facts(state, facts, applied)
            }
            Act::Sanction { fund, amount, .. } => {
                let Event::Sanctioned(_) = event else { return false };
                same_fund(state, fund, envelope) && envelope.amount == *amount
            }
            Act::Disburse { instalment, amount, payee, mode, reference, reissue_of, .. } => {
                let Event::Disbursed(disbursed) = event else { return false };
                envelope.amount == *amount
                    && disbursed.instalment == *instalment
                    && disbursed.payee == *payee
                    && disbursed.mode == *mode
                    && disbursed.reference == *reference
                    && disbursed.reissue_of == *reissue_of
            }
            Act::Return { payment, amount, reason } => {
                let Event::PaymentReturned(returned) = event else { return false };
                envelope.amount == *amount
                    && returned.payment == *payment
                    && names.word(returned.reason) == Some(reason)
            }
            Act::Recover { amount, reason, reference, .. } => {
                let Event::Recovered(recovered) = event else { return false };
                envelope.amount == *amount
                    && names.word(recovered.reason) == Some(reason)
                    && recovered.reference == *reference
            }
            Act::Audit { scope, opinion, findings, .. } => {
                let Event::Audited(audited) = event else { return false };
                let same_finding =
                    |((check, amount), stored): (&(Word, _), &bahi_core::AuditFinding)| {
                        names.word(stored.check) == Some(check) && stored.amount == *amount
                    };
                audited.scope == *scope
                    && audited.opinion == *opinion
                    && audited.findings.len() == findings.len()
                    && findings.iter().zip(&audited.findings).all(same_finding)
            }
        }
}

fn same_fund(state: &State, fund: &Fund, envelope: &Envelope) -> bool {
    let key = &envelope.fund;
    state.names.scheme(key.scheme) == Some(&fund.scheme)
        && state.names.head(key.head) == Some(&fund.head)
        && key.fy == fund.fy
        && key.district == fund.district
}

fn same_facts(state: &State, given: &[(Word, GivenFact)], applied: &bahi_core::Applied) -> bool {
    let same = |(name, stored): &(bahi_core::WordNo, bahi_core::StoredFact)| {
        let name = state.names.word(*name);
        let value = stored.value(&state.names);
        let fact = given.iter().find(|(word, _)| Some(word) == name);
        fact.zip(value).is_some_and(|((_, given), value)| given.gives(&value))
    };
    given.len() == applied.facts.len() && applied.facts.iter().all(same)
}
