//! The content of a command as bytes: what its digest is taken of, and never stored.
//!
//! # Invariants
//! * Two commands have the same bytes only if they ask for the same: every field but the command
//!   id is there, each with its length or of fixed width. Facts are in order of name, since their
//!   order is no content.
//! * Nothing the ledger supplies is content: no instant, no number it gave.
//!
//! # Not here
//! The digest itself: whoever records a refusal hashes these bytes with SHA-256.

use bahi_core::{Act, Applicant, Command, Fund, GivenFact, Position, Word};

use crate::{
    applied,
    bytes::{Writer, forms},
    numbers, record, terms,
};

/// The version of this form, in its first byte. Digests in a log stay comparable for ever: a new
/// version is written beside the old one, not instead of it.
const CONTENT_VERSION: u8 = 1;

const GIVEN_TEXT: u8 = 1;
const GIVEN_COUNT: u8 = 2;
const GIVEN_FLAG: u8 = 3;

forms! {
    ContentForm: 9 {
        version: u8,
        kind: u16,
        role: u8,
        effective_day: i32,
        has_authority: u8,
    }
}

/// The content of a command in its one form: everything but the command id.
///
/// The commands' lists are as long as their sender made them, so this may be longer than any
/// record.
#[must_use]
pub fn encode_command(command: &Command) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(160);
    let mut writer = Writer::new(&mut bytes);
    writer.form(&ContentForm {
        version: CONTENT_VERSION,
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

fn write_act(writer: &mut Writer<'_>, act: &Act) {
    match act {
        Act::OpenScheme { scheme, districts, terms } => {
            writer.text(scheme.as_str());
            write_length(writer, districts.len());
            for district in districts {
                writer.form(&district.0);
            }
            terms::write(writer, terms);
        }
        Act::ChangeTerms { scheme, terms } => {
            writer.text(scheme.as_str());
            terms::write(writer, terms);
        }
        Act::Allot { fund, amount } => {
            write_fund(writer, fund);
            writer.form(&amount.paise());
        }
        Act::Apply { scheme, district, case_ref, applicant, facts } => {
            writer.text(scheme.as_str());
            writer.form(&district.0);
            writer.text(case_ref.as_str());
            write_applicant(writer, applicant);
            write_facts(writer, facts);
        }
        Act::Sanction { case_ref, fund, amount } => {
            writer.text(case_ref.as_str());
            write_fund(writer, fund);
            writer.form(&amount.paise());
        }
        Act::Disburse { case_ref, instalment, amount, payee, mode, reference, reissue_of } => {
            writer.text(case_ref.as_str());
            writer.form(instalment);
            writer.form(&amount.paise());
            applied::put_print(writer, payee.account.0);
            writer.text(payee.ifsc.to_string().as_str());
            writer.form(&numbers::mode(*mode));
            writer.text(reference.as_str());
            writer.form(&reissue_of.0);
        }
        Act::Return { payment: Position(payment), amount, reason } => {
            writer.form(payment);
            writer.form(&amount.paise());
            writer.text(reason.as_str());
        }
        Act::Recover { case_ref, amount, reason, reference } => {
            writer.text(case_ref.as_str());
            writer.form(&amount.paise());
            writer.text(reason.as_str());
            writer.text(reference.as_str());
        }
        Act::Audit { case_ref, scope, opinion, findings } => {
            writer.text(case_ref.as_str());
            writer.form(&numbers::scope(*scope));
            writer.form(&numbers::opinion(*opinion));
            write_length(writer, findings.len());
            for (check, amount) in findings {
                writer.text(check.as_str());
                writer.form(&amount.paise());
            }
        }
    }
}

/// Appends the length of a list that has no bound yet.
fn write_length(writer: &mut Writer<'_>, length: usize) {
    writer.form(&(length as u64));
}

fn write_fund(writer: &mut Writer<'_>, fund: &Fund) {
    writer.text(fund.scheme.as_str());
    writer.text(fund.head.as_str());
    writer.form(&fund.fy.first());
    writer.form(&fund.district.0);
}

fn write_applicant(writer: &mut Writer<'_>, applicant: &Applicant) {
    writer.form(&applied::applicant_number(applicant));
    match applicant {
        Applicant::NotInSource => {}
        Applicant::Person { person, family } => {
            applied::put_print(writer, person.0);
            if let Some(family) = family {
                applied::put_print(writer, family.0);
            }
        }
        Applicant::Unit { unit, owner } => {
            applied::put_print(writer, unit.0);
            if let Some(owner) = owner {
                applied::put_print(writer, owner.0);
            }
        }
        Applicant::Spv { spv, members } => {
            applied::put_print(writer, spv.0);
            write_length(writer, members.len());
            for member in members {
                applied::put_print(writer, member.0);
            }
        }
        Applicant::Institution { institution } => applied::put_print(writer, institution.0),
    }
}

/// Facts in order of name; where a name repeats, which the rules refuse, in the order given.
fn write_facts(writer: &mut Writer<'_>, facts: &[(Word, GivenFact)]) {
    let mut in_order: Vec<&(Word, GivenFact)> = facts.iter().collect();
    in_order.sort_by(|left, right| left.0.cmp(&right.0));
    write_length(writer, in_order.len());
    for (name, fact) in in_order {
        writer.text(name.as_str());
        match fact {
            GivenFact::Text(text) => {
                writer.form(&GIVEN_TEXT);
                writer.text(text.as_str());
            }
            GivenFact::Count(count) => {
                writer.form(&GIVEN_COUNT);
                writer.form(count);
            }
            GivenFact::Flag(flag) => {
                writer.form(&GIVEN_FLAG);
                writer.form(&u8::from(*flag));
            }
        }
    }
}
