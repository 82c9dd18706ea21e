//! The bodies of what the ledger records of itself: reversals, refusals, exports, denials, keys.

use bahi_core::{
    AccessDenied, ActorKeySet, ActorNo, CaseRef, CommandKind, CommandRefused, EventKind, Exported,
    KeyChange, KeyRotated, Position, REFUSAL_FIGURES_MAX, REFUSALS_MAX, Refusal, RefusalRecord,
    Reversed, Word, WordNo,
};

use super::{
    Body, movement,
    parts::{self, unsound},
};
use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers,
};

forms! {
    ReversedForm: 15 {
        of: u64,
        kind: u16,
        reason: u32,
        movement: u8,
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
    ExportedForm: 52 {
        what: u32,
        upto: u64,
        rows: u64,
        digest_head: u128,
        digest_tail: u128,
    }
    AccessDeniedForm: 8 {
        what: u32,
        count: u32,
    }
    KeyRotatedForm: 19 {
        key_id: u16,
        change: u8,
        check: u128,
    }
    ActorKeySetForm: 41 {
        signer: u32,
        until: i32,
        required: u8,
        key_head: u128,
        key_tail: u128,
    }
}

/// The least bytes of a recorded refusal: its group and the length of no word.
const REFUSAL_BYTES_MIN: usize = 4;

impl Body for Reversed {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        movement::sound(self.kind, self.movement)
            .map_err(|problem| writer.invalid("movement", problem))?;
        writer.form(&ReversedForm {
            of: self.of.0,
            kind: self.kind.number(),
            reason: self.reason.0,
            movement: movement::number(self.movement),
        });
        if let Some(other) = self.movement.and_then(bahi_core::Movement::other) {
            parts::write_fund(writer, other);
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Reversed, WireError> {
        let at = reader.at();
        let form: ReversedForm = reader.form()?;
        let kind = EventKind::from_number(form.kind)
            .ok_or_else(|| invalid("kind", at, Problem::UnknownNumber(u32::from(form.kind))))?;
        let movement = movement::read(reader, form.movement, at)?;
        movement::sound(kind, movement).map_err(unsound("movement", at))?;
        Ok(Reversed { of: Position(form.of), kind, movement, reason: WordNo(form.reason) })
    }
}

impl Body for CommandRefused {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let (digest_head, digest_tail) = numbers::digest_parts(&self.digest);
        numbers::from_one(self.count).map_err(|problem| writer.invalid("count", problem))?;
        if self.refusals.is_empty() {
            return Err(writer.invalid("refusals", Problem::Empty));
        }
        writer.form(&CommandRefusedForm {
            command: self.command.number(),
            count: self.count,
            digest_head,
            digest_tail,
            refusals: writer.short("refusals", self.refusals.len(), REFUSALS_MAX)?,
        });
        writer.text_or_none(self.subject.as_ref().map(CaseRef::as_str));
        self.refusals.iter().try_for_each(|record| write_refusal(writer, record))
    }

    fn read(reader: &mut Reader<'_>) -> Result<CommandRefused, WireError> {
        let at = reader.at();
        let form: CommandRefusedForm = reader.form()?;
        let command = CommandKind::from_number(form.command).ok_or_else(|| {
            invalid("command", at, Problem::UnknownNumber(u32::from(form.command)))
        })?;
        let count = numbers::from_one(form.count).map_err(unsound("count", at))?;
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
}

/// A recorded refusal is one that the rules give, with its own figures and word.
fn refusal_sound(record: &RefusalRecord) -> Result<(), Problem> {
    if Refusal::from_record(record).is_some() {
        return Ok(());
    }
    let is_known = Refusal::CODES.iter().any(|(number, _, _)| *number == record.number);
    Err(if is_known {
        Problem::Refusal(record.number)
    } else {
        Problem::UnknownNumber(u32::from(record.number))
    })
}

fn write_refusal(writer: &mut Writer<'_>, record: &RefusalRecord) -> Result<(), WireError> {
    refusal_sound(record).map_err(|problem| writer.invalid("refusal", problem))?;
    writer.form(&RefusalForm {
        number: record.number,
        figures: writer.short("figures", record.figures.len(), REFUSAL_FIGURES_MAX)?,
    });
    for figure in &record.figures {
        writer.form(figure);
    }
    writer.text_or_none(record.word.as_ref().map(Word::as_str));
    Ok(())
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
    refusal_sound(&record).map_err(unsound("refusal", at))?;
    Ok(record)
}

impl Body for Exported {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let (digest_head, digest_tail) = numbers::digest_parts(&self.digest);
        writer.form(&ExportedForm {
            what: self.what.0,
            upto: self.upto.0,
            rows: self.rows,
            digest_head,
            digest_tail,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Exported, WireError> {
        let form: ExportedForm = reader.form()?;
        Ok(Exported {
            what: WordNo(form.what),
            upto: Position(form.upto),
            rows: form.rows,
            digest: numbers::digest(form.digest_head, form.digest_tail),
        })
    }
}

impl Body for AccessDenied {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.count).map_err(|problem| writer.invalid("count", problem))?;
        writer.form(&AccessDeniedForm { what: self.what.0, count: self.count });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<AccessDenied, WireError> {
        let at = reader.at();
        let form: AccessDeniedForm = reader.form()?;
        let count = numbers::from_one(form.count).map_err(unsound("count", at))?;
        Ok(AccessDenied { what: WordNo(form.what), count })
    }
}

impl Body for KeyRotated {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        numbers::from_one(self.key_id).map_err(|problem| writer.invalid("key id", problem))?;
        writer.form(&KeyRotatedForm {
            key_id: self.key_id,
            change: numbers::key_change(self.change),
            check: u128::from_le_bytes(self.check),
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<KeyRotated, WireError> {
        let at = reader.at();
        let form: KeyRotatedForm = reader.form()?;
        Ok(KeyRotated {
            key_id: numbers::from_one(form.key_id).map_err(unsound("key id", at))?,
            change: numbers::variant(&KeyChange::ALL, numbers::key_change, form.change)
                .map_err(unsound("change", at))?,
            check: form.check.to_le_bytes(),
        })
    }
}

impl Body for ActorKeySet {
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let (key_head, key_tail) = numbers::digest_parts(&self.key);
        writer.form(&ActorKeySetForm {
            signer: self.signer.0,
            until: numbers::until_number(self.until),
            required: u8::from(self.required),
            key_head,
            key_tail,
        });
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<ActorKeySet, WireError> {
        let at = reader.at();
        let form: ActorKeySetForm = reader.form()?;
        Ok(ActorKeySet {
            signer: ActorNo(form.signer),
            key: numbers::digest(form.key_head, form.key_tail),
            until: numbers::until(form.until).map_err(unsound("until", at))?,
            required: numbers::flag(form.required).map_err(unsound("required", at))?,
        })
    }
}
