//! The body of each kind: a group of fixed width, then its texts and lists.

use bahi_core::{
    AccountKey, AuditFinding, AuditScope, Audited, CaseRef, CommandKind, CommandRefused,
    DISTRICTS_MAX, Disbursed, District, Event, EventKind, FINDINGS_MAX, Opinion, Payee,
    PaymentMode, PaymentReturned, Position, REFUSAL_FIGURES_MAX, REFUSALS_MAX, Recovered,
    Reference, Refusal, RefusalRecord, Sanctioned, SchemeOpened, TermsChanged, Word, WordNo,
};

use crate::{
    Problem, WireError, applied,
    bytes::{Reader, Writer, forms, invalid},
    numbers, terms,
};

forms! {
    SanctionedForm: 12 {
        entitlement: i64,
        paragraph: u32,
    }
    DisbursedForm: 33 {
        instalment: u16,
        account_key: u16,
        account: u128,
        ifsc_head: u64,
        ifsc_middle: u16,
        ifsc_tail: u8,
        mode: u8,
        reissue: u8,
    }
    PaymentReturnedForm: 12 {
        payment: u64,
        reason: u32,
    }
    AuditedForm: 3 {
        scope: u8,
        opinion: u8,
        findings: u8,
    }
    FindingForm: 12 {
        check: u32,
        amount: i64,
    }
    CommandRefusedForm: 39 {
        command: u16,
        count: u32,
        digest_head: u128,
        digest_tail: u128,
        refusals: u8,
    }
    RefusalForm: 3 {
        number: u16,
        figures: u8,
    }
}

/// The least bytes of a recorded refusal: its group and the length of no word.
const REFUSAL_BYTES_MIN: usize = 4;

/// Writes the body of an event.
pub(crate) fn write(writer: &mut Writer<'_>, event: &Event) -> Result<(), WireError> {
    match event {
        Event::SchemeOpened(opened) => write_scheme_opened(writer, opened),
        Event::TermsChanged(changed) => {
            writer.form(&changed.version);
            terms::write(writer, &changed.terms);
            Ok(())
        }
        Event::FundsAllotted => Ok(()),
        Event::Applied(applied) => applied::write(writer, applied),
        Event::Sanctioned(sanctioned) => {
            writer.form(&SanctionedForm {
                entitlement: sanctioned.entitlement.paise(),
                paragraph: sanctioned.paragraph.0,
            });
            Ok(())
        }
        Event::Disbursed(disbursed) => write_disbursed(writer, disbursed),
        Event::PaymentReturned(returned) => {
            writer.form(&PaymentReturnedForm {
                payment: returned.payment.0,
                reason: returned.reason.0,
            });
            Ok(())
        }
        Event::Recovered(recovered) => {
            writer.form(&recovered.reason.0);
            writer.text(recovered.reference.as_str());
            Ok(())
        }
        Event::Audited(audited) => write_audited(writer, audited),
        Event::CommandRefused(refused) => write_refused(writer, refused),
    }
}

/// Reads the body of an event of this kind.
#[inline]
pub(crate) fn read(reader: &mut Reader<'_>, kind: EventKind) -> Result<Event, WireError> {
    Ok(match kind {
        EventKind::SchemeOpened => Event::SchemeOpened(read_scheme_opened(reader)?),
        EventKind::TermsChanged => Event::TermsChanged(TermsChanged {
            version: reader.form()?,
            terms: terms::read(reader)?,
        }),
        EventKind::FundsAllotted => Event::FundsAllotted,
        EventKind::Applied => Event::Applied(applied::read(reader)?),
        EventKind::Sanctioned => Event::Sanctioned(read_sanctioned(reader)?),
        EventKind::Disbursed => Event::Disbursed(read_disbursed(reader)?),
        EventKind::PaymentReturned => {
            let form: PaymentReturnedForm = reader.form()?;
            Event::PaymentReturned(PaymentReturned {
                payment: Position(form.payment),
                reason: WordNo(form.reason),
            })
        }
        EventKind::Recovered => Event::Recovered(Recovered {
            reason: WordNo(reader.form()?),
            reference: reader.name("reference", Reference::new)?,
        }),
        EventKind::Audited => Event::Audited(read_audited(reader)?),
        EventKind::CommandRefused => Event::CommandRefused(read_refused(reader)?),
    })
}

/// A scheme's districts: at least one, each above the one before.
fn districts_sound(districts: &[District]) -> Result<(), Problem> {
    if districts.is_empty() {
        return Err(Problem::Empty);
    }
    if districts.is_sorted_by(|left, right| left < right) { Ok(()) } else { Err(Problem::Order) }
}

fn write_scheme_opened(writer: &mut Writer<'_>, opened: &SchemeOpened) -> Result<(), WireError> {
    districts_sound(&opened.districts).map_err(|problem| writer.invalid("districts", problem))?;
    writer.count("districts", opened.districts.len(), DISTRICTS_MAX)?;
    for district in &opened.districts {
        writer.form(&district.0);
    }
    terms::write(writer, &opened.terms);
    Ok(())
}

fn read_scheme_opened(reader: &mut Reader<'_>) -> Result<SchemeOpened, WireError> {
    let at = reader.at();
    let count: u16 = reader.form()?;
    let count = reader.counted("districts", count, DISTRICTS_MAX, 2)?;
    let mut districts = Vec::with_capacity(count);
    for _ in 0..count {
        districts.push(District(reader.form()?));
    }
    districts_sound(&districts).map_err(|problem| invalid("districts", at, problem))?;
    Ok(SchemeOpened { districts, terms: terms::read(reader)? })
}

fn read_sanctioned(reader: &mut Reader<'_>) -> Result<Sanctioned, WireError> {
    let at = reader.at();
    let form: SanctionedForm = reader.form()?;
    Ok(Sanctioned {
        entitlement: numbers::money(form.entitlement)
            .map_err(|problem| invalid("entitlement", at, problem))?,
        paragraph: WordNo(form.paragraph),
    })
}

fn write_disbursed(writer: &mut Writer<'_>, disbursed: &Disbursed) -> Result<(), WireError> {
    numbers::from_one(u32::from(disbursed.instalment))
        .map_err(|problem| writer.invalid("instalment", problem))?;
    let account = disbursed.payee.account.0;
    applied::print_sound(account).map_err(|problem| writer.invalid("account key id", problem))?;
    let (ifsc_head, ifsc_middle, ifsc_tail) = numbers::ifsc_parts(disbursed.payee.ifsc);
    writer.form(&DisbursedForm {
        instalment: disbursed.instalment,
        account_key: account.key_id,
        account: u128::from_le_bytes(account.print),
        ifsc_head,
        ifsc_middle,
        ifsc_tail,
        mode: numbers::mode(disbursed.mode),
        reissue: u8::from(!disbursed.reissue_of.is_none()),
    });
    writer.text(disbursed.reference.as_str());
    if !disbursed.reissue_of.is_none() {
        writer.form(&disbursed.reissue_of.0);
    }
    Ok(())
}

fn read_disbursed(reader: &mut Reader<'_>) -> Result<Disbursed, WireError> {
    let at = reader.at();
    let form: DisbursedForm = reader.form()?;
    let unsound = |field| move |problem| invalid(field, at, problem);
    numbers::from_one(u32::from(form.instalment)).map_err(unsound("instalment"))?;
    let account =
        applied::print(form.account_key, form.account).map_err(unsound("account key id"))?;
    let ifsc =
        numbers::ifsc(form.ifsc_head, form.ifsc_middle, form.ifsc_tail).map_err(unsound("ifsc"))?;
    let mode =
        numbers::variant(&PaymentMode::ALL, numbers::mode, form.mode).map_err(unsound("mode"))?;
    let is_reissue = numbers::flag(form.reissue).map_err(unsound("reissue"))?;
    Ok(Disbursed {
        instalment: form.instalment,
        payee: Payee { account: AccountKey(account), ifsc },
        mode,
        reference: reader.name("reference", Reference::new)?,
        reissue_of: if is_reissue { read_reissue_of(reader)? } else { Position::NONE },
    })
}

/// Reads the return a re-issue names; a re-issue of nothing is said by the flag alone.
fn read_reissue_of(reader: &mut Reader<'_>) -> Result<Position, WireError> {
    let at = reader.at();
    match reader.form()? {
        0 => Err(invalid("reissue_of", at, Problem::OutOfRange(0))),
        position => Ok(Position(position)),
    }
}

fn write_audited(writer: &mut Writer<'_>, audited: &Audited) -> Result<(), WireError> {
    let findings = audited.findings.len();
    let problem = Problem::TooMany { count: findings, max: FINDINGS_MAX };
    let short = u8::try_from(findings).ok().filter(|_| findings <= FINDINGS_MAX);
    writer.form(&AuditedForm {
        scope: numbers::scope(audited.scope),
        opinion: numbers::opinion(audited.opinion),
        findings: short.ok_or_else(|| writer.invalid("findings", problem))?,
    });
    for finding in &audited.findings {
        writer.form(&FindingForm { check: finding.check.0, amount: finding.amount.paise() });
    }
    Ok(())
}

fn read_audited(reader: &mut Reader<'_>) -> Result<Audited, WireError> {
    let at = reader.at();
    let form: AuditedForm = reader.form()?;
    let scope = numbers::variant(&AuditScope::ALL, numbers::scope, form.scope)
        .map_err(|problem| invalid("scope", at, problem))?;
    let opinion = numbers::variant(&Opinion::ALL, numbers::opinion, form.opinion)
        .map_err(|problem| invalid("opinion", at, problem))?;
    let count = reader.counted("findings", form.findings, FINDINGS_MAX, 12)?;
    let mut findings = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.at();
        let form: FindingForm = reader.form()?;
        let amount = numbers::money(form.amount)
            .map_err(|problem| invalid("amount of a finding", at, problem))?;
        findings.push(AuditFinding { check: WordNo(form.check), amount });
    }
    Ok(Audited { scope, opinion, findings })
}

/// A recorded refusal is one that the rules give, with its own figures and word.
fn refusal_sound(record: &RefusalRecord) -> Result<(), Problem> {
    match Refusal::from_record(record) {
        Some(_) => Ok(()),
        None => Err(Problem::Refusal(record.number)),
    }
}

fn write_refused(writer: &mut Writer<'_>, refused: &CommandRefused) -> Result<(), WireError> {
    let count = refused.refusals.len();
    let (digest_head, digest_tail) = numbers::digest_parts(&refused.digest);
    numbers::from_one(refused.count).map_err(|problem| writer.invalid("count", problem))?;
    if count == 0 {
        return Err(writer.invalid("refusals", Problem::Empty));
    }
    let problem = Problem::TooMany { count, max: REFUSALS_MAX };
    let short = u8::try_from(count).ok().filter(|_| count <= REFUSALS_MAX);
    writer.form(&CommandRefusedForm {
        command: refused.command.number(),
        count: refused.count,
        digest_head,
        digest_tail,
        refusals: short.ok_or_else(|| writer.invalid("refusals", problem))?,
    });
    writer.text_or_none(refused.subject.as_ref().map(CaseRef::as_str));
    for record in &refused.refusals {
        refusal_sound(record).map_err(|problem| writer.invalid("refusal", problem))?;
        writer.form(&record.number);
        writer.short_count("figures", record.figures.len(), REFUSAL_FIGURES_MAX)?;
        for figure in &record.figures {
            writer.form(figure);
        }
        writer.text_or_none(record.word.as_ref().map(Word::as_str));
    }
    Ok(())
}

fn read_refused(reader: &mut Reader<'_>) -> Result<CommandRefused, WireError> {
    let at = reader.at();
    let form: CommandRefusedForm = reader.form()?;
    let command = CommandKind::from_number(form.command)
        .ok_or_else(|| invalid("command", at, Problem::UnknownNumber(u32::from(form.command))))?;
    let count = numbers::from_one(form.count).map_err(|problem| invalid("count", at, problem))?;
    let subject = reader.name_or_none("subject", CaseRef::new)?;
    let rows = reader.counted("refusals", form.refusals, REFUSALS_MAX, REFUSAL_BYTES_MIN)?;
    if rows == 0 {
        return Err(invalid("refusals", at, Problem::Empty));
    }
    let mut refusals = Vec::with_capacity(rows);
    for _ in 0..rows {
        refusals.push(read_refusal(reader)?);
    }
    let digest = numbers::digest(form.digest_head, form.digest_tail);
    Ok(CommandRefused { command, subject, refusals, digest, count })
}

fn read_refusal(reader: &mut Reader<'_>) -> Result<RefusalRecord, WireError> {
    let at = reader.at();
    let form: RefusalForm = reader.form()?;
    let count = reader.counted("figures", form.figures, REFUSAL_FIGURES_MAX, 16)?;
    let mut figures = Vec::with_capacity(count);
    for _ in 0..count {
        figures.push(reader.form()?);
    }
    let word = reader.name_or_none("word of a refusal", Word::new)?;
    let record = RefusalRecord { number: form.number, figures, word };
    refusal_sound(&record).map_err(|problem| invalid("refusal", at, problem))?;
    Ok(record)
}
