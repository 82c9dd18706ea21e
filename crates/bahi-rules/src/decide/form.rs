//! The form stage: is the request whole in itself, and free of what the ledger does not keep?

use bahi_core::{
    ALIASES_MAX, Act, Applicant, Command, DISTRICTS_MAX, Day, District, EVIDENCE_MAX, FACTS_MAX,
    FINDINGS_MAX, Fund, Further, GivenFact, LINES_MAX, LineReference, MATCH_EVIDENCE_MAX,
    MATCH_LINES_MAX, MATCH_TARGETS_MAX, PARTICULAR_LINES_MAX, Position, REFERENCES_MAX, Reference,
    Refusal, Refused, SPV_MEMBERS_MAX, StatementLine, TERMS_LIST_MAX, Word, looks_like_aadhaar,
};

use super::word;
use crate::checks::Checks;

pub(super) fn form(command: &Command) -> Result<(), Refused> {
    let mut checks = Checks::default();
    checks.refuse_if(rests_on_an_order(&command.act) && command.authority.is_none(), || {
        Refusal::AuthorityRequired {}
    });
    checks.refuse_if(moves_nothing(&command.act), || Refusal::AmountIsZero {});
    bounded(&mut checks, command.aliases.len(), ALIASES_MAX, "aliases");
    own_form(command, &mut checks);
    names_nobody(command, &mut checks);
    checks.stage()
}

fn rests_on_an_order(act: &Act) -> bool {
    matches!(
        act,
        Act::OpenScheme { .. }
            | Act::ChangeTerms { .. }
            | Act::Allot { .. }
            | Act::WithdrawFunds { .. }
            | Act::MoveFunds { .. }
            | Act::CarrySanction { .. }
            | Act::Bar { .. }
            | Act::Sanction { .. }
            | Act::ReviseSanction { .. }
            | Act::CancelSanction { .. }
            | Act::Reverse { .. }
            | Act::SetActorKey { .. }
    )
}

/// Whether an act that moves an amount, or asks for one, names an amount of zero.
fn moves_nothing(act: &Act) -> bool {
    match act {
        Act::Allot { amount, .. }
        | Act::WithdrawFunds { amount, .. }
        | Act::MoveFunds { amount, .. }
        | Act::LapseFund { amount, .. }
        | Act::LapseSanction { amount, .. }
        | Act::CarrySanction { amount, .. }
        | Act::Sanction { amount, .. }
        | Act::ReviseSanction { amount, .. }
        | Act::Disburse { amount, .. }
        | Act::Return { amount, .. }
        | Act::Suspend { amount, .. }
        | Act::Recover { amount, .. }
        | Act::DemandRecovery { amount, .. }
        | Act::Utilise { amount, .. }
        | Act::Adjust { amount, .. }
        | Act::EarnInterest { amount, .. }
        | Act::RemitInterest { amount, .. } => amount.is_zero(),
        Act::OpenScheme { .. }
        | Act::ChangeTerms { .. }
        | Act::Apply { .. }
        | Act::Amend { .. }
        | Act::RecordStep { .. }
        | Act::Reject { .. }
        | Act::Withdraw { .. }
        | Act::CloseCase { .. }
        | Act::Bar { .. }
        | Act::CancelSanction { .. }
        | Act::Confirm { .. }
        | Act::MoveStock { .. }
        | Act::Audit { .. }
        | Act::SettleFinding { .. }
        | Act::CertifyState { .. }
        | Act::SealPeriod { .. }
        | Act::ReceiveStatement { .. }
        | Act::ReceiveLines { .. }
        | Act::Match { .. }
        | Act::Unmatch { .. }
        | Act::DecideMatch { .. }
        | Act::Reverse { .. }
        | Act::NoteExport { .. }
        | Act::DenyAccess { .. }
        | Act::RotateKey { .. }
        | Act::SetActorKey { .. } => false,
    }
}

fn bounded(checks: &mut Checks, len: usize, max: usize, list: &str) {
    checks.refuse_if(len > max, || Refusal::ListTooLong {
        limit: u16::try_from(max).unwrap_or(u16::MAX),
        list: word(list),
    });
}

fn in_order(checks: &mut Checks, from: Day, until: Day) {
    checks.refuse_if(until < from, || Refusal::DaysOutOfOrder { from, until });
}

fn numbered(checks: &mut Checks, number: u16, what: &str) {
    checks.refuse_if(number == 0, || Refusal::NumberIsZero { what: word(what) });
}

/// What each act's own fields must satisfy.
fn own_form(command: &Command, checks: &mut Checks) {
    match &command.act {
        Act::OpenScheme { districts, .. } => {
            let mut looked_at = districts.iter().take(DISTRICTS_MAX).enumerate();
            let repeats = looked_at.any(|(index, one)| districts[..index].contains(one));
            let unsound = districts.is_empty() || repeats || districts.contains(&District::POOL);
            bounded(checks, districts.len(), DISTRICTS_MAX, "districts");
            checks.refuse_if(unsound, || Refusal::DistrictsUnsound {});
        }
        Act::MoveFunds { from, to, .. } => {
            checks.refuse_if(from == to, || Refusal::SameFund {});
        }
        Act::Apply { applicant, facts, .. } => {
            facts_form(facts, checks);
            if let Applicant::Spv { members, .. } = applicant {
                checks.refuse_if(members.is_empty(), || Refusal::MembersMissing {});
                bounded(checks, members.len(), SPV_MEMBERS_MAX, "members");
            }
        }
        Act::Amend { facts, .. } => facts_form(facts, checks),
        Act::RecordStep { evidence, reported, .. } => {
            facts_form(reported, checks);
            bounded(checks, evidence.len(), EVIDENCE_MAX, "evidence");
        }
        Act::Bar { until: Some(until), .. } | Act::SetActorKey { until: Some(until), .. } => {
            in_order(checks, command.effective_day, *until);
        }
        Act::Disburse { instalment, .. } => {
            checks.refuse_if(*instalment == 0, || Refusal::InstalmentIsZero {});
        }
        Act::DemandRecovery { due, .. } => in_order(checks, command.effective_day, *due),
        Act::MoveStock { quantity, .. } => {
            checks.refuse_if(*quantity == 0, || Refusal::QuantityIsZero {});
        }
        Act::Audit { seen, findings, .. } => {
            bounded(checks, seen.len(), EVIDENCE_MAX, "seen");
            bounded(checks, findings.len(), FINDINGS_MAX, "findings");
        }
        Act::SettleFinding { finding, .. } => numbered(checks, *finding, "finding"),
        Act::CertifyState { version, .. } => numbered(checks, *version, "version"),
        Act::SealPeriod { until, .. } => {
            let ends = until.plus_days(1).is_some_and(|next| next.date().2 == 1);
            checks.refuse_if(!ends, || Refusal::NotAMonthEnd { day: *until });
        }
        Act::ReceiveStatement { from, to, part, .. } => {
            in_order(checks, *from, *to);
            numbered(checks, *part, "part");
        }
        Act::ReceiveLines { first, lines, .. } => {
            let last = u32::try_from(lines.len()).ok().and_then(|len| first.checked_add(len));
            let unsound = *first == 0 || lines.is_empty() || last.is_none();
            let told = |line: &StatementLine| {
                line.particulars.as_ref().is_none_or(|told| {
                    told.names.len() == line.references.len() && told.batch != Some(0)
                })
            };
            let unsound = unsound || !lines.iter().all(told);
            checks.refuse_if(unsound, || Refusal::LinesUnsound {});
            let plain = lines.iter().all(|line| line.particulars.is_none());
            let most = if plain { LINES_MAX } else { PARTICULAR_LINES_MAX };
            bounded(checks, lines.len(), most, "lines");
            let most = lines.iter().map(|line| line.references.len()).max().unwrap_or_default();
            bounded(checks, most, REFERENCES_MAX, "references");
        }
        Act::Match { line, target, further, evidence, difference, .. } => {
            joins(checks, *line, *target, further);
            let unsound = difference.as_ref().is_some_and(|one| !one.is_sound());
            checks.refuse_if(unsound, || Refusal::MatchUnsound {});
            bounded(checks, evidence.len(), MATCH_EVIDENCE_MAX, "evidence");
        }
        Act::DecideMatch { line, target, further, rejected, .. } => {
            joins(checks, *line, *target, further);
            checks.refuse_if(*rejected && target.is_none(), || Refusal::MatchUnsound {});
            let pairs = (1 + further.lines.len()).saturating_mul(1 + further.targets.len());
            bounded(checks, if *rejected { pairs } else { 0 }, REJECTED_PAIRS_MAX, "pairs");
        }
        Act::DenyAccess { count, .. } => {
            checks.refuse_if(*count == 0, || Refusal::QuantityIsZero {});
        }
        Act::RotateKey { key_id, .. } => numbered(checks, *key_id, "key_id"),
        Act::ChangeTerms { .. }
        | Act::Allot { .. }
        | Act::WithdrawFunds { .. }
        | Act::LapseFund { .. }
        | Act::LapseSanction { .. }
        | Act::CarrySanction { .. }
        | Act::Reject { .. }
        | Act::Withdraw { .. }
        | Act::CloseCase { .. }
        | Act::Bar { until: None, .. }
        | Act::Sanction { .. }
        | Act::ReviseSanction { .. }
        | Act::CancelSanction { .. }
        | Act::Return { .. }
        | Act::Confirm { .. }
        | Act::Suspend { .. }
        | Act::Recover { .. }
        | Act::Utilise { .. }
        | Act::Adjust { .. }
        | Act::EarnInterest { .. }
        | Act::RemitInterest { .. }
        | Act::Unmatch { .. }
        | Act::Reverse { .. }
        | Act::SetActorKey { until: None, .. }
        | Act::NoteExport { .. } => {}
    }
}

/// The most pairs of one rejection: a person looks at every one.
const REJECTED_PAIRS_MAX: usize = 400;

/// What a match joins: each line and each event once.
fn joins(checks: &mut Checks, line: LineReference, target: Position, further: &Further) {
    checks.refuse_if(!further.is_sound(line, target), || Refusal::MatchUnsound {});
    bounded(checks, 1 + further.lines.len(), MATCH_LINES_MAX, "lines");
    bounded(checks, 1 + further.targets.len(), MATCH_TARGETS_MAX, "targets");
}

fn facts_form(facts: &[(Word, GivenFact)], checks: &mut Checks) {
    bounded(checks, facts.len(), FACTS_MAX, "facts");
    for (index, (fact, _)) in facts.iter().take(TERMS_LIST_MAX).enumerate() {
        let twice = facts[..index].iter().any(|(other, _)| other == fact);
        checks.refuse_if(twice, || Refusal::FactStatedTwice { fact: fact.clone() });
    }
}

/// Refuses texts that look like a person's number. A bank's reference that does must have been
/// fingerprinted before it came here.
fn names_nobody(command: &Command, checks: &mut Checks) {
    let mut name = |text: &str, field: &str| {
        checks.refuse_if(looks_like_aadhaar(text), || Refusal::LooksLikeAadhaar {
            field: word(field),
        });
    };
    name(command.actor.as_str(), "actor");
    if let Some(authority) = &command.authority {
        name(authority.order.as_str(), "order");
        if let Some(paragraph) = &authority.paragraph {
            name(paragraph.as_str(), "paragraph");
        }
    }
    if let Some(case_ref) = command.act.case_ref() {
        name(case_ref.as_str(), "case_ref");
    }
    each_name(&command.act, &mut name);
    command.act.each_bank_reference(|reference| {
        checks.refuse_if(looks_like_aadhaar(reference.as_str()), || {
            Refusal::FingerprintKeyMissing { field: word("reference") }
        });
    });
}

/// Every text of an act that is kept as it is, with the name of its field.
fn each_name(act: &Act, name: &mut impl FnMut(&str, &str)) {
    let mut fund = |fund: &Fund| {
        name(fund.scheme.as_str(), "scheme");
        name(fund.head.as_str(), "head");
    };
    match act {
        Act::Allot { fund: one, .. }
        | Act::Sanction { fund: one, .. }
        | Act::CarrySanction { fund: one, .. }
        | Act::EarnInterest { fund: one, .. }
        | Act::RemitInterest { fund: one, .. } => fund(one),
        Act::WithdrawFunds { fund: one, reason, .. }
        | Act::LapseFund { fund: one, reason, .. }
        | Act::Suspend { fund: one, reason, .. } => {
            fund(one);
            name(reason.as_str(), "reason");
        }
        Act::MoveFunds { from, to, reason, .. } => {
            fund(from);
            fund(to);
            name(reason.as_str(), "reason");
        }
        Act::OpenScheme { scheme, terms, .. } | Act::ChangeTerms { scheme, terms } => {
            name(scheme.as_str(), "scheme");
            terms.each_text(&mut |text| name(text, "terms"));
        }
        Act::Apply { scheme, facts, .. } => {
            name(scheme.as_str(), "scheme");
            each_fact(facts, name);
        }
        Act::Amend { facts, .. } => each_fact(facts, name),
        Act::RecordStep { step, evidence, reported, .. } => {
            name(step.as_str(), "step");
            each_paper(evidence, "evidence", name);
            each_fact(reported, name);
        }
        Act::Audit { seen, findings, .. } => {
            each_paper(seen, "seen", name);
            findings.iter().for_each(|(check, _)| name(check.as_str(), "check"));
        }
        Act::Utilise { certificate, .. } => name(certificate.as_str(), "certificate"),
        Act::Adjust { reason, reference, .. } | Act::DemandRecovery { reason, reference, .. } => {
            name(reason.as_str(), "reason");
            name(reference.as_str(), "reference");
        }
        Act::MoveStock { scheme, item, reference, .. } => {
            name(scheme.as_str(), "scheme");
            name(item.as_str(), "item");
            name(reference.as_str(), "reference");
        }
        Act::SettleFinding { reference, .. } => name(reference.as_str(), "reference"),
        Act::LapseSanction { reason, .. }
        | Act::Reject { reason, .. }
        | Act::Withdraw { reason, .. }
        | Act::CloseCase { reason, .. }
        | Act::Bar { reason, .. }
        | Act::CancelSanction { reason, .. }
        | Act::Return { reason, .. }
        | Act::Recover { reason, .. }
        | Act::Unmatch { reason, .. }
        | Act::DecideMatch { reason, .. }
        | Act::Reverse { reason, .. } => name(reason.as_str(), "reason"),
        Act::CertifyState { fold, .. } => name(fold.as_str(), "fold"),
        Act::ReceiveStatement { format, .. } => name(format.as_str(), "format"),
        Act::Match { rule, difference, .. } => {
            name(rule.as_str(), "rule");
            difference.iter().for_each(|one| name(one.tolerance.as_str(), "tolerance"));
        }
        Act::NoteExport { what, .. } | Act::DenyAccess { what, .. } => name(what.as_str(), "what"),
        Act::SetActorKey { signer, .. } => name(signer.as_str(), "signer"),
        Act::ReviseSanction { .. }
        | Act::Disburse { .. }
        | Act::Confirm { .. }
        | Act::SealPeriod { .. }
        | Act::ReceiveLines { .. }
        | Act::RotateKey { .. } => {}
    }
}

fn each_fact(facts: &[(Word, GivenFact)], name: &mut impl FnMut(&str, &str)) {
    for (fact, value) in facts {
        name(fact.as_str(), "fact");
        match value {
            GivenFact::Text(text) => name(text.as_str(), "fact"),
            GivenFact::Count(count) if (100_000_000_000..1_000_000_000_000).contains(count) => {
                name(&alloc::format!("{count}"), "fact");
            }
            GivenFact::Count(_) | GivenFact::Flag(_) => {}
        }
    }
}

fn each_paper(papers: &[(Word, Reference)], field: &str, name: &mut impl FnMut(&str, &str)) {
    for (kind, reference) in papers {
        name(kind.as_str(), field);
        name(reference.as_str(), field);
    }
}
