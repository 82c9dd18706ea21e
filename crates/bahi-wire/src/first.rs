//! The ledger's own record, at position 0: its name, its clock, and what makes its id unique.
//!
//! # Invariants
//! * It begins with bytes that no event begins with, and no event is read from it.

use std::fmt;

use bahi_core::{EventKind, Instant};

use crate::{
    FORM_VERSION, Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers,
};

/// The longest name of a ledger, in bytes.
pub const LEDGER_NAME_BYTES_MAX: usize = 255;

/// How the record begins. Its first two bytes, read as the kind of an event, are 16 706.
const MAGIC: [u8; 8] = *b"BAHIHEAD";

const _: () = {
    let mut index = 0;
    while index < EventKind::ALL.len() {
        let kind = EventKind::ALL[index].number();
        assert!(
            kind != u16::from_le_bytes([MAGIC[0], MAGIC[1]]),
            "a kind must not look like a head"
        );
        index += 1;
    }
};

/// The name of a ledger, which is the origin of its checkpoints: 1 to 255 printable ASCII bytes
/// without a blank or a `+`.
///
/// ```
/// use bahi_wire::LedgerName;
/// assert!(LedgerName::new("odop.up.example/ledger").is_ok());
/// assert!(LedgerName::new("two words").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerName(Box<str>);

/// Why a text is not the name of a ledger. What to do next: choose another name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LedgerNameError {
    /// Nothing stands where a name should.
    #[error("the name of a ledger is at least one character")]
    Empty,
    /// Longer than [`LEDGER_NAME_BYTES_MAX`] bytes.
    #[error("the name of a ledger is at most {LEDGER_NAME_BYTES_MAX} bytes")]
    TooLong,
    /// A character that the name of a ledger cannot have.
    #[error("character {column} is a blank, a plus or no printable ASCII")]
    Character {
        /// Its place, in characters from 1.
        column: usize,
    },
}

impl LedgerName {
    /// Checks and keeps a text as given.
    ///
    /// # Errors
    /// In checking order: `Empty`, `TooLong`, `Character`.
    pub fn new(text: &str) -> Result<LedgerName, LedgerNameError> {
        if text.is_empty() {
            return Err(LedgerNameError::Empty);
        }
        if text.len() > LEDGER_NAME_BYTES_MAX {
            return Err(LedgerNameError::TooLong);
        }
        let allowed = |found: char| found.is_ascii_graphic() && found != '+';
        match text.chars().position(|found| !allowed(found)) {
            Some(index) => Err(LedgerNameError::Character { column: index + 1 }),
            None => Ok(LedgerName(Box::from(text))),
        }
    }

    /// The text as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LedgerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for LedgerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a ledger's recorded instants come from, fixed for ever when it is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClockKind {
    /// The system's clock.
    System,
    /// A simulated one: the ledger is a demonstration and says so in every answer.
    Simulated,
}

impl ClockKind {
    /// Every kind, in order of its number.
    pub const ALL: [ClockKind; 2] = [ClockKind::System, ClockKind::Simulated];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ClockKind::System => "system",
            ClockKind::Simulated => "simulated",
        }
    }
}

/// The ledger's own record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstRecord {
    /// The ledger's name.
    pub name: LedgerName,
    /// The version of the stored form that every record after it has.
    pub form_version: u16,
    /// Where recorded instants come from.
    pub clock: ClockKind,
    /// Random bytes, so that no two ledgers have one id.
    pub nonce: [u8; 32],
    /// When the ledger was made.
    pub made_at: Instant,
}

forms! {
    FirstForm: 51 {
        magic: u64,
        form_version: u16,
        clock: u8,
        made_at: i64,
        nonce_head: u128,
        nonce_tail: u128,
    }
}

const FORM_VERSION_AT: usize = 8;
const CLOCK_AT: usize = 10;
const MADE_AT_AT: usize = 11;
const NAME_AT: usize = 51;

/// The stored form of the ledger's own record.
///
/// # Errors
/// `UnknownForm` for a version that this program does not write.
pub fn encode_first(first: &FirstRecord) -> Result<Vec<u8>, WireError> {
    if first.form_version != FORM_VERSION {
        return Err(WireError::UnknownForm(first.form_version));
    }
    let mut bytes = Vec::with_capacity(NAME_AT + 1 + first.name.as_str().len());
    let (nonce_head, nonce_tail) = numbers::digest_parts(&first.nonce);
    let mut writer = Writer::new(&mut bytes);
    writer.form(&FirstForm {
        magic: u64::from_le_bytes(MAGIC),
        form_version: first.form_version,
        clock: numbers::clock(first.clock),
        made_at: first.made_at.epoch_micros(),
        nonce_head,
        nonce_tail,
    });
    writer.text(first.name.as_str());
    Ok(bytes)
}

/// The ledger's own record, from its stored form.
///
/// The bytes before the clock are the same in every version, so that a ledger of another version
/// is told from damage.
///
/// # Errors
/// `TooLong`, `NotAHead`, `UnknownForm`, `Truncated`, `Invalid`, `TrailingBytes`.
pub fn decode_first(bytes: &[u8]) -> Result<FirstRecord, WireError> {
    let mut reader = Reader::new(bytes)?;
    let rest = bytes.strip_prefix(&MAGIC).ok_or(WireError::NotAHead)?;
    let version = rest.first_chunk().ok_or(WireError::Truncated { at: FORM_VERSION_AT })?;
    let version = u16::from_le_bytes(*version);
    if version != FORM_VERSION {
        return Err(WireError::UnknownForm(version));
    }
    let form: FirstForm = reader.form()?;
    let clock = numbers::variant(&ClockKind::ALL, numbers::clock, form.clock)
        .map_err(|problem| invalid("clock", CLOCK_AT, problem))?;
    let made_at = Instant::from_epoch_micros(form.made_at).ok_or_else(|| {
        invalid("made_at", MADE_AT_AT, Problem::OutOfRange(i128::from(form.made_at)))
    })?;
    let name = LedgerName::new(reader.text("name")?)
        .map_err(|error| invalid("name", NAME_AT, Problem::LedgerName(error)))?;
    reader.finish()?;
    let nonce = numbers::digest(form.nonce_head, form.nonce_tail);
    Ok(FirstRecord { name, form_version: form.form_version, clock, nonce, made_at })
}
