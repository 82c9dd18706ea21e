//! The envelope: what every record says, at fixed offsets, and a view of it without allocation.
//!
//! # Not here
//! The names an event introduces and the kind's own fields: `body`.

use bahi_core::{
    ActorNo, AuthorityNo, CommandId, Day, District, EventKind, FundKey, HeadNo, Instant, Money,
    Position, Recorded, Role, SchemeNo,
};

use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
    numbers, schema,
};

/// The flag of a recorded instant that is the one of the event before.
const FLAG_CLAMPED: u8 = 1;
/// The flag of a signed command, whose line and signature stand before the body.
const FLAG_SIGNED: u8 = 2;

/// Where the kind stands: u16.
pub const KIND_AT: usize = 0;
/// Where the schema of the kind's body stands: u8.
pub const SCHEMA_AT: usize = 2;
/// Where the flags stand: u8; bit 0 says that the clock had gone back, bit 1
/// that the command was signed.
pub const FLAGS_AT: usize = 3;
/// Where the command id stands: 16 bytes.
pub const COMMAND_AT: usize = 4;
/// Where the position of the case's application stands: u64.
pub const CASE_AT: usize = 20;
/// Where the position of the case's event before stands: u64.
pub const PREVIOUS_AT: usize = 28;
/// Where the recorded instant stands: i64, microseconds since 1970-01-01 UTC.
pub const RECORDED_AT_AT: usize = 36;
/// Where the effective day stands: i32, days since 1970-01-01.
pub const EFFECTIVE_DAY_AT: usize = 44;
/// Where the fund's scheme stands: u16.
pub const SCHEME_AT: usize = 48;
/// Where the fund's head stands: u16.
pub const HEAD_AT: usize = 50;
/// Where the calendar year stands in which the fund's year begins: u16.
pub const FY_AT: usize = 52;
/// Where the fund's district stands: u16.
pub const DISTRICT_AT: usize = 54;
/// Where the amount stands: i64, paise.
pub const AMOUNT_AT: usize = 56;
/// Where the actor stands: u32.
pub const ACTOR_AT: usize = 64;
/// Where the role stands: u8.
pub const ROLE_AT: usize = 68;
/// Where the number of introduced names stands: u8.
pub const INTRODUCED_AT: usize = 69;
/// Where the version of the terms stands: u16.
pub const TERMS_AT: usize = 70;
/// Where the authority stands: u32.
pub const AUTHORITY_AT: usize = 72;
/// How many bytes the envelope has.
pub const ENVELOPE_BYTES: usize = 76;

forms! {
    /// The envelope as bincode writes it. Sixteen raw bytes are an integer here, so that they move as
    /// one: its little-endian bytes are the bytes themselves.
    EnvelopeForm: 76 {
        kind: u16,
        schema: u8,
        flags: u8,
        command: u128,
        case: u64,
        previous: u64,
        recorded_at: i64,
        effective_day: i32,
        scheme: u16,
        head: u16,
        fy: u16,
        district: u16,
        amount: i64,
        actor: u32,
        role: u8,
        introduced: u8,
        terms: u16,
        authority: u32,
    }
}

const _: () = assert!(ENVELOPE_BYTES == AUTHORITY_AT + 4);

/// What a record's envelope says, without the names it introduces and without its body.
///
/// ```
/// # use bahi_wire::{WireError, envelope_view};
/// assert_eq!(envelope_view(&[1, 0, 1]), Err(WireError::Truncated { at: 0 }));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnvelopeView {
    /// The kind of the event.
    pub kind: EventKind,
    /// Whether the clock had gone back, so that the instant is the one of the event before.
    pub clamped: bool,
    /// Whether its command was signed: line and signature stand after the introduced names.
    pub signed: bool,
    /// The command that asked for it.
    pub command: CommandId,
    /// The case: the position of its `Applied`, or none.
    pub case: Position,
    /// The event of the same case before it, or none.
    pub previous: Position,
    /// When the ledger learned it.
    pub recorded_at: Instant,
    /// The civil day on which it counts.
    pub effective_day: Day,
    /// The fund whose money moves, or what is known of it.
    pub fund: FundKey,
    /// The amount that moves; zero where none does.
    pub amount: Money,
    /// Who acted.
    pub actor: ActorNo,
    /// As what.
    pub role: Role,
    /// The version of the scheme's terms it was decided under; 0 where none was.
    pub terms: u16,
    /// On what order.
    pub authority: AuthorityNo,
    /// How many names the record introduces.
    pub introduced: u8,
}

/// Reads a record's envelope and nothing after it: a fold that needs no more reads no more.
///
/// # Errors
/// `TooLong`, `Truncated`, `UnknownKind`, `UnknownSchema`, then `Invalid` for the first unsound
/// value in the order of the bytes. The body is not looked at.
pub fn envelope_view(bytes: &[u8]) -> Result<EnvelopeView, WireError> {
    view(&mut Reader::new(bytes)?)
}

/// Reads the envelope.
#[inline]
pub(crate) fn view(reader: &mut Reader<'_>) -> Result<EnvelopeView, WireError> {
    let form: EnvelopeForm = reader.form()?;
    let kind = EventKind::from_number(form.kind).ok_or(WireError::UnknownKind(form.kind))?;
    if form.schema != schema::FIRST {
        schema::check(kind, form.schema)?;
    }
    if form.flags & !(FLAG_CLAMPED | FLAG_SIGNED) != 0 {
        let problem = Problem::UnknownNumber(u32::from(form.flags));
        return Err(invalid("flags", FLAGS_AT, problem));
    }
    Ok(EnvelopeView {
        kind,
        clamped: form.flags & FLAG_CLAMPED != 0,
        signed: form.flags & FLAG_SIGNED != 0,
        command: CommandId::from_bytes(form.command.to_le_bytes()),
        case: Position(form.case),
        previous: Position(form.previous),
        recorded_at: Instant::from_epoch_micros(form.recorded_at).ok_or_else(|| {
            let problem = Problem::OutOfRange(i128::from(form.recorded_at));
            invalid("recorded_at", RECORDED_AT_AT, problem)
        })?,
        effective_day: numbers::day(form.effective_day)
            .map_err(|problem| invalid("effective_day", EFFECTIVE_DAY_AT, problem))?,
        fund: FundKey {
            scheme: SchemeNo(form.scheme),
            head: HeadNo(form.head),
            fy: numbers::financial_year(form.fy)
                .map_err(|problem| invalid("fy", FY_AT, problem))?,
            district: District(form.district),
        },
        amount: numbers::money(form.amount)
            .map_err(|problem| invalid("amount", AMOUNT_AT, problem))?,
        actor: ActorNo(form.actor),
        role: numbers::variant(&Role::ALL, numbers::role, form.role)
            .map_err(|problem| invalid("role", ROLE_AT, problem))?,
        terms: form.terms,
        authority: AuthorityNo(form.authority),
        introduced: form.introduced,
    })
}

/// Writes the envelope of a record that introduces so many names.
pub(crate) fn write(writer: &mut Writer<'_>, recorded: &Recorded, introduced: u8) {
    let envelope = &recorded.envelope;
    let clamped = if recorded.clamped { FLAG_CLAMPED } else { 0 };
    let signed = if recorded.signed.is_some() { FLAG_SIGNED } else { 0 };
    writer.form(&EnvelopeForm {
        kind: recorded.event.kind().number(),
        schema: schema::of(&recorded.event),
        flags: clamped | signed,
        command: u128::from_le_bytes(envelope.command.to_bytes()),
        case: envelope.case.0,
        previous: envelope.previous.0,
        recorded_at: recorded.recorded_at.epoch_micros(),
        effective_day: envelope.effective_day.epoch_days(),
        scheme: envelope.fund.scheme.0,
        head: envelope.fund.head.0,
        fy: envelope.fund.fy.first(),
        district: envelope.fund.district.0,
        amount: envelope.amount.paise(),
        actor: envelope.actor.0,
        role: numbers::role(envelope.role),
        introduced,
        terms: envelope.terms,
        authority: envelope.authority.0,
    });
}
