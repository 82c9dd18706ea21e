//! The content of a command as bytes: what its digest is taken of, and never stored.
//!
//! # Invariants
//! * Two commands have the same bytes only if they ask for the same: every field of an act is
//!   there, each with its length or of fixed width. Facts are in order of name, since their order
//!   is no content.
//! * Nothing the ledger supplies is content: no instant, no number it gave, no fingerprint under
//!   an older key. Fingerprints are the command's own, under the newest key.
//!
//! # Not here
//! The digest itself: whoever records a refusal hashes these bytes with SHA-256.

mod values;

use bahi_core::{Act, Command, Money};

use crate::{
    bytes::{Writer, forms},
    numbers, record,
};

use values::{NoCase, Stated, in_order};

/// The version of this form, in its first byte. Digests in a log stay comparable for ever: a new
/// version is written beside the old one, not instead of it.
const CONTENT_VERSION: u8 = 1;
/// The version of an act that says what version 1 has no place for: its fields, and then those.
const CONTENT_VERSION_MORE: u8 = 2;
/// The version of the content of a match by a rule with a limit, which stands behind all else.
const CONTENT_VERSION_LIMIT: u8 = 3;

forms! {
    ContentForm: 9 {
        version: u8,
        kind: u16,
        role: u8,
        effective_day: i32,
        has_authority: u8,
    }
}

/// The content of a command in its one form: everything but the command id and the aliases.
///
/// The commands' lists are as long as their sender made them, so this may be longer than any
/// record.
#[must_use]
pub fn encode_command(command: &Command) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(160);
    let mut writer = Writer::new(&mut bytes);
    writer.form(&ContentForm {
        version: version(&command.act),
        kind: command.act.kind().number(),
        role: numbers::role(command.role),
        effective_day: command.effective_day.epoch_days(),
        has_authority: u8::from(command.authority.is_some()),
    });
    writer.text(command.actor.as_str());
    if let Some(authority) = &command.authority {
        record::write_authority(&mut writer, authority);
    }
    write_act(&mut writer, &command.act);
    bytes
}

/// The lowest version that has a place for all an act says.
fn version(act: &Act) -> u8 {
    match (limit(act), says_more(act)) {
        (Some(_), _) => CONTENT_VERSION_LIMIT,
        (None, true) => CONTENT_VERSION_MORE,
        (None, false) => CONTENT_VERSION,
    }
}

/// The limit of the rule that accepts a match's difference.
fn limit(act: &Act) -> Option<Money> {
    let Act::Match { difference, .. } = act else { return None };
    difference.as_ref().and_then(|one| one.limit)
}

/// Whether an act says something that version 1 of the content has no place for.
fn says_more(act: &Act) -> bool {
    if let Act::ReceiveStatement { part, repeated, set_aside, .. } = act {
        (*part, *repeated, *set_aside) != (1, 0, 0)
    } else if let Act::ReceiveLines { lines, .. } = act {
        lines.iter().any(|line| line.particulars.is_some())
    } else if let Act::Match { further, evidence, difference, .. } = act {
        !further.is_none() || !evidence.is_empty() || difference.is_some()
    } else if let Act::DecideMatch { further, rejected, .. } = act {
        !further.is_none() || *rejected
    } else {
        false
    }
}

/// Appends an act's fields. The kind stands before them, so acts of like fields may share an arm.
fn write_act(writer: &mut Writer<'_>, act: &Act) {
    let mut all = |stated: &[&dyn Stated]| stated.iter().for_each(|value| value.put(writer));
    // What version 1 has no place for comes last, and only where it is said.
    match act {
        Act::OpenScheme { scheme, districts, terms } => all(&[scheme, districts, terms]),
        Act::ChangeTerms { scheme, terms } => all(&[scheme, terms]),
        Act::Allot { fund, amount } => all(&[fund, amount]),
        Act::WithdrawFunds { fund, amount, reason } | Act::LapseFund { fund, amount, reason } => {
            all(&[fund, amount, reason])
        }
        Act::MoveFunds { from, to, amount, reason } => all(&[from, to, amount, reason]),
        Act::LapseSanction { case_ref, amount, reason } => all(&[case_ref, amount, reason]),
        Act::Sanction { case_ref, fund, amount }
        | Act::CarrySanction { case_ref, fund, amount } => all(&[case_ref, fund, amount]),
        Act::Apply { scheme, district, case_ref, applicant, facts } => {
            all(&[scheme, district, case_ref, applicant, &in_order(facts)]);
        }
        Act::Amend { case_ref, facts } => all(&[case_ref, &in_order(facts)]),
        Act::RecordStep { case_ref, step, evidence, reported } => {
            all(&[case_ref, step, evidence, &in_order(reported)]);
        }
        Act::Reject { case_ref, reason }
        | Act::Withdraw { case_ref, reason }
        | Act::CloseCase { case_ref, reason }
        | Act::CancelSanction { case_ref, reason } => all(&[case_ref, reason]),
        Act::Bar { subject, until, reason } => all(&[subject, until, reason]),
        Act::ReviseSanction { case_ref, amount } => all(&[case_ref, amount]),
        Act::Disburse { case_ref, instalment, amount, payee, mode, reference, reissue_of } => {
            all(&[case_ref, instalment, amount, payee, mode, reference, reissue_of]);
        }
        Act::Return { payment, amount, reason } => all(&[payment, amount, reason]),
        Act::Confirm { payment, reference } => all(&[payment, reference]),
        Act::Suspend { fund, amount, payment, reason, reference } => {
            all(&[fund, amount, payment, reason, reference]);
        }
        Act::Recover { case_ref, amount, reason, reference }
        | Act::Adjust { case_ref, amount, reason, reference } => {
            all(&[case_ref, amount, reason, reference]);
        }
        Act::DemandRecovery { case_ref, amount, reason, due, reference } => {
            all(&[case_ref, amount, reason, due, reference]);
        }
        Act::Utilise { case_ref, amount, certificate } => all(&[case_ref, amount, certificate]),
        Act::EarnInterest { fund, amount, reference }
        | Act::RemitInterest { fund, amount, reference } => all(&[fund, amount, reference]),
        Act::MoveStock { scheme, district, case_ref, item, movement, quantity, reference } => {
            all(&[scheme, district, case_ref, item, movement, quantity, reference]);
        }
        Act::Audit { case_ref, scope, seen, opinion, findings } => {
            let of: &dyn Stated = match case_ref {
                Some(case_ref) => case_ref,
                None => &NoCase,
            };
            all(&[of, scope, seen, opinion, findings]);
        }
        Act::SettleFinding { audit, finding, settlement, reference } => {
            all(&[audit, finding, settlement, reference]);
        }
        Act::CertifyState { upto, as_of, fold, version, count, root, hash } => {
            all(&[upto, as_of, fold, version, count, root, hash]);
        }
        Act::SealPeriod { until, certified } => all(&[until, certified]),
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
        } => {
            all(&[file, bytes, format, account, from, to, opening, closing, lines]);
            if says_more(act) {
                all(&[part, repeated, set_aside]);
            }
        }
        Act::ReceiveLines { statement, first, lines } => {
            all(&[statement, first, lines]);
            if says_more(act) {
                lines.iter().for_each(|line| all(&[&line.particulars]));
            }
        }
        Act::Match { line, target, rule, further, evidence, difference } => {
            all(&[line, target, rule]);
            if says_more(act) {
                let differs = difference.as_ref().map(|one| (one.tolerance.clone(), one.amount));
                all(&[&further.lines, &further.targets, evidence, &differs]);
            }
            if let Some(limit) = limit(act) {
                all(&[&limit]);
            }
        }
        Act::DecideMatch { line, target, reason, further, rejected } => {
            all(&[line, target, reason]);
            if says_more(act) {
                all(&[&further.lines, &further.targets, &u16::from(*rejected)]);
            }
        }
        Act::Unmatch { matched: of, reason } | Act::Reverse { of, reason } => all(&[of, reason]),
        Act::NoteExport { what, upto, rows, digest } => all(&[what, upto, rows, digest]),
        Act::DenyAccess { what, count } => all(&[what, count]),
        Act::RotateKey { key_id, change, check } => all(&[key_id, change, check]),
        Act::SetActorKey { signer, key, until, required } => {
            all(&[signer, key, until, &u16::from(*required)]);
        }
    }
}
