//! A record whole: envelope, introduced names, the command as it was signed, body.
//!
//! # Invariants
//! * What `decode` accepts, `encode` writes back byte for byte.

use bahi_core::{
    ActorName, Authority, Day, Envelope, HeadName, INTRODUCTIONS_MAX, Introduction, OrderNumber,
    Position, Recorded, SchemeName, Word,
};

use crate::{
    Problem, RECORD_BYTES_MAX, WireError, body,
    bytes::{Reader, Writer},
    envelope, numbers, signed,
};

const INTRODUCED_SCHEME: u8 = 1;
const INTRODUCED_HEAD: u8 = 2;
const INTRODUCED_ACTOR: u8 = 3;
const INTRODUCED_AUTHORITY: u8 = 4;
const INTRODUCED_WORD: u8 = 5;

/// The least bytes of an introduced name: its tag, its length, one character.
const INTRODUCTION_BYTES_MIN: usize = 3;

/// The stored form of an event: the exact bytes that the log keeps, hashes and proves. The
/// position is not among them, being the record's place.
///
/// # Errors
/// `Invalid` where a list is empty or longer than its bound, or a value is one that no record
/// holds; `TooLong` above [`RECORD_BYTES_MAX`].
pub fn encode(recorded: &Recorded) -> Result<Vec<u8>, WireError> {
    // Most records are shorter; the few that are not grow once or twice.
    let mut bytes = Vec::with_capacity(160);
    encode_into(recorded, &mut bytes)?;
    Ok(bytes)
}

/// Appends the stored form of an event to `bytes`, and nothing where it has none.
///
/// # Errors
/// Those of [`encode`].
pub fn encode_into(recorded: &Recorded, bytes: &mut Vec<u8>) -> Result<(), WireError> {
    let mut writer = Writer::new(bytes);
    let written = write(&mut writer, recorded).and_then(|()| match writer.at() {
        length if length > RECORD_BYTES_MAX => Err(WireError::TooLong { bytes: length }),
        _ => Ok(()),
    });
    if written.is_err() {
        writer.undo();
    }
    written
}

/// The event at a position, from its stored form.
///
/// Every value is checked by the constructors of `bahi-core`; whether the event is possible where
/// it stands is for the fold to say.
///
/// # Errors
/// `NotAnEvent` at position 0, then those of [`crate::envelope_view`], then `Truncated` or
/// `Invalid` for the first unsound value in the order of the bytes, then `TrailingBytes`.
pub fn decode(position: Position, bytes: &[u8]) -> Result<Recorded, WireError> {
    if position.is_none() {
        return Err(WireError::NotAnEvent);
    }
    read(position, Reader::new(bytes)?)
}

fn read(position: Position, mut reader: Reader<'_>) -> Result<Recorded, WireError> {
    let view = envelope::view(&mut reader)?;
    let introduced = read_introduced(&mut reader, view.introduced)?;
    let signed = if view.signed { Some(signed::read(&mut reader)?) } else { None };
    let event = body::read(&mut reader, view.kind)?;
    reader.finish()?;
    Ok(Recorded {
        position,
        recorded_at: view.recorded_at,
        clamped: view.clamped,
        signed,
        envelope: Envelope {
            command: view.command,
            case: view.case,
            previous: view.previous,
            effective_day: view.effective_day,
            fund: view.fund,
            amount: view.amount,
            actor: view.actor,
            role: view.role,
            authority: view.authority,
            terms: view.terms,
            introduced,
        },
        event,
    })
}

/// [`decode`] through bincode alone, and the proof that the bytes are the one stored form of what
/// they say. Slower: for records that are being verified.
///
/// # Errors
/// Those of [`decode`], then `NotCanonical`.
pub fn decode_checked(position: Position, bytes: &[u8]) -> Result<Recorded, WireError> {
    decode_checked_with(position, bytes, &mut Vec::with_capacity(bytes.len()))
}

/// [`decode_checked`] that writes the record back into `again`, whatever that holds: for many.
///
/// # Errors
/// Those of [`decode_checked`].
pub fn decode_checked_with(
    position: Position,
    bytes: &[u8],
    again: &mut Vec<u8>,
) -> Result<Recorded, WireError> {
    if position.is_none() {
        return Err(WireError::NotAnEvent);
    }
    let recorded = read(position, Reader::new(bytes)?.by_bincode())?;
    again.clear();
    encode_into(&recorded, again)?;
    if again == bytes {
        return Ok(recorded);
    }
    let common = again.iter().zip(bytes).take_while(|(left, right)| left == right).count();
    Err(WireError::NotCanonical { at: common })
}

fn write(writer: &mut Writer<'_>, recorded: &Recorded) -> Result<(), WireError> {
    let introduced = &recorded.envelope.introduced;
    let count = u8::try_from(introduced.len()).map_err(|_| {
        let problem = Problem::TooMany { count: introduced.len(), max: INTRODUCTIONS_MAX };
        WireError::Invalid { field: "introduced", at: envelope::INTRODUCED_AT, problem }
    })?;
    envelope::write(writer, recorded, count);
    for introduction in introduced {
        write_introduction(writer, introduction);
    }
    if let Some(signed) = &recorded.signed {
        signed::write(writer, signed);
    }
    body::write(writer, &recorded.event)
}

// The count is a byte of the envelope, so the bound of the words is the bound of the byte.
const _: () = assert!(INTRODUCTIONS_MAX == u8::MAX as usize);

fn write_introduction(writer: &mut Writer<'_>, introduction: &Introduction) {
    match introduction {
        Introduction::Scheme(name) => {
            writer.form(&INTRODUCED_SCHEME);
            writer.text(name.as_str());
        }
        Introduction::Head(name) => {
            writer.form(&INTRODUCED_HEAD);
            writer.text(name.as_str());
        }
        Introduction::Actor(name) => {
            writer.form(&INTRODUCED_ACTOR);
            writer.text(name.as_str());
        }
        Introduction::Authority(authority) => {
            writer.form(&INTRODUCED_AUTHORITY);
            write_authority(writer, authority);
        }
        Introduction::Word(word) => {
            writer.form(&INTRODUCED_WORD);
            writer.text(word.as_str());
        }
    }
}

/// Appends an authority: the order's number, its date, the paragraph or none.
pub(crate) fn write_authority(writer: &mut Writer<'_>, authority: &Authority) {
    writer.text(authority.order.as_str());
    writer.form(&authority.date.epoch_days());
    writer.text_or_none(authority.paragraph.as_ref().map(Word::as_str));
}

fn read_introduced(reader: &mut Reader<'_>, count: u8) -> Result<Vec<Introduction>, WireError> {
    let count = reader.counted("introduced", count, INTRODUCTIONS_MAX, INTRODUCTION_BYTES_MIN)?;
    let mut introduced = Vec::with_capacity(count);
    for _ in 0..count {
        introduced.push(read_introduction(reader)?);
    }
    Ok(introduced)
}

fn read_introduction(reader: &mut Reader<'_>) -> Result<Introduction, WireError> {
    let unknown = reader.at();
    Ok(match reader.form::<u8>()? {
        INTRODUCED_SCHEME => Introduction::Scheme(reader.name("scheme", SchemeName::new)?),
        INTRODUCED_HEAD => Introduction::Head(reader.name("head", HeadName::new)?),
        INTRODUCED_ACTOR => Introduction::Actor(reader.name("actor", ActorName::new)?),
        INTRODUCED_AUTHORITY => Introduction::Authority(read_authority(reader)?),
        INTRODUCED_WORD => Introduction::Word(reader.name("word", Word::new)?),
        tag => {
            let problem = Problem::UnknownNumber(u32::from(tag));
            return Err(WireError::Invalid { field: "introduction", at: unknown, problem });
        }
    })
}

/// Reads an authority.
pub(crate) fn read_authority(reader: &mut Reader<'_>) -> Result<Authority, WireError> {
    Ok(Authority {
        order: reader.name("order", OrderNumber::new)?,
        date: read_day(reader, "order date")?,
        paragraph: reader.name_or_none("paragraph", Word::new)?,
    })
}

/// Reads a day.
pub(crate) fn read_day(reader: &mut Reader<'_>, field: &'static str) -> Result<Day, WireError> {
    let at = reader.at();
    numbers::day(reader.form()?).map_err(|problem| WireError::Invalid { field, at, problem })
}
