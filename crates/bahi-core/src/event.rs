//! What happened: the events of the ledger and the envelope each is recorded in.
//!
//! # Invariants
//! * Events are in the past tense and immutable; what corrects one is another event.
//! * No event holds personal data or free text: fingerprints, codes, references, amounts, days.
//! * `Event` is exhaustive: a new kind stops the build everywhere it matters.
//!
//! # Not here
//! Their stored bytes (`bahi-wire`) and their JSON (`bahi-json`).

use alloc::vec::Vec;

use crate::{
    AccountKey, ActorNo, AuthorityNo, BodyKey, CaseRef, CommandId, CommandKind, Day, District,
    FactValue, FamilyKey, FundKey, Ifsc, Instant, Introduction, Money, PersonKey, Position,
    Reference, RefusalRecord, Role, Terms, WordNo,
};

/// An event as it stands in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Its place.
    pub position: Position,
    /// When the ledger learned it; never earlier than the event before it.
    pub recorded_at: Instant,
    /// Whether the clock had gone back, so that the instant is the one of the event before.
    pub clamped: bool,
    /// What every event says.
    pub envelope: Envelope,
    /// What this one says.
    pub event: Event,
}

/// What every event says beside its own fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The command that asked for it.
    pub command: CommandId,
    /// The case: the position of its `Applied` (its own, for `Applied`); none for other events.
    pub case: Position,
    /// The event of the same case before it.
    pub previous: Position,
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
    /// On what order.
    pub authority: AuthorityNo,
    /// The version of the scheme's terms it was decided under, from 1; 0 where none was.
    pub terms: u16,
    /// Names used for the first time, in order.
    pub introduced: Vec<Introduction>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A scheme opened, with its first terms.
    SchemeOpened(SchemeOpened),
    /// A scheme has further terms; the older versions stay for the days they cover.
    TermsChanged(TermsChanged),
    /// A fund was given money: the envelope's amount.
    FundsAllotted,
    /// An application was received.
    Applied(Applied),
    /// A case was granted the envelope's amount from a fund.
    Sanctioned(Sanctioned),
    /// An instruction to pay the envelope's amount was issued.
    Disbursed(Disbursed),
    /// A payment came back whole.
    PaymentReturned(PaymentReturned),
    /// Money paid was recovered: the envelope's amount.
    Recovered(Recovered),
    /// A case was audited.
    Audited(Audited),
    /// A command was refused: evidence, without effect on any case or balance.
    CommandRefused(CommandRefused),
}

/// The kind of an event: explicit numbers, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum EventKind {
    /// `SchemeOpened`.
    SchemeOpened = 1,
    /// `TermsChanged`.
    TermsChanged = 2,
    /// `FundsAllotted`.
    FundsAllotted = 10,
    /// `Applied`.
    Applied = 20,
    /// `Sanctioned`.
    Sanctioned = 30,
    /// `Disbursed`.
    Disbursed = 40,
    /// `PaymentReturned`.
    PaymentReturned = 41,
    /// `Recovered`.
    Recovered = 44,
    /// `Audited`.
    Audited = 60,
    /// `CommandRefused`.
    CommandRefused = 90,
}

impl EventKind {
    /// Every kind, in order of number.
    pub const ALL: [EventKind; 10] = [
        EventKind::SchemeOpened,
        EventKind::TermsChanged,
        EventKind::FundsAllotted,
        EventKind::Applied,
        EventKind::Sanctioned,
        EventKind::Disbursed,
        EventKind::PaymentReturned,
        EventKind::Recovered,
        EventKind::Audited,
        EventKind::CommandRefused,
    ];

    /// Its number in the stored form.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The kind of a number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its name: `FundsAllotted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::SchemeOpened => "SchemeOpened",
            EventKind::TermsChanged => "TermsChanged",
            EventKind::FundsAllotted => "FundsAllotted",
            EventKind::Applied => "Applied",
            EventKind::Sanctioned => "Sanctioned",
            EventKind::Disbursed => "Disbursed",
            EventKind::PaymentReturned => "PaymentReturned",
            EventKind::Recovered => "Recovered",
            EventKind::Audited => "Audited",
            EventKind::CommandRefused => "CommandRefused",
        }
    }

    /// The kind of a name, upper and lower case alike.
    #[must_use]
    pub fn from_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

impl Event {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Event::SchemeOpened(_) => EventKind::SchemeOpened,
            Event::TermsChanged(_) => EventKind::TermsChanged,
            Event::FundsAllotted => EventKind::FundsAllotted,
            Event::Applied(_) => EventKind::Applied,
            Event::Sanctioned(_) => EventKind::Sanctioned,
            Event::Disbursed(_) => EventKind::Disbursed,
            Event::PaymentReturned(_) => EventKind::PaymentReturned,
            Event::Recovered(_) => EventKind::Recovered,
            Event::Audited(_) => EventKind::Audited,
            Event::CommandRefused(_) => EventKind::CommandRefused,
        }
    }
}

/// A scheme opened; its name is the envelope's fund's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchemeOpened {
    /// The districts it runs in, rising, at least one; its pool comes with it.
    pub districts: Vec<District>,
    /// Its first terms, version 1.
    pub terms: Terms,
}

/// The most districts of one scheme: every district of the country, with room.
pub const DISTRICTS_MAX: usize = 1_024;

/// A scheme has further terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermsChanged {
    /// The next version's number.
    pub version: u16,
    /// The terms.
    pub terms: Terms,
}

/// An application was received. The envelope's fund holds its scheme, district and year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// What the office calls the case; unique in the ledger.
    pub case_ref: CaseRef,
    /// Who applied.
    pub applicant: Applicant,
    /// What the application states, in order of the facts' names.
    pub facts: Vec<(WordNo, StoredFact)>,
}

/// A fact's value with its word by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredFact {
    /// An amount.
    Money(Money),
    /// A whole number.
    Count(u64),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Word(WordNo),
}

impl StoredFact {
    /// The value, its word by name.
    #[must_use]
    pub fn value(self, names: &crate::Names) -> Option<FactValue> {
        Some(match self {
            StoredFact::Money(money) => FactValue::Money(money),
            StoredFact::Count(count) => FactValue::Count(count),
            StoredFact::Flag(flag) => FactValue::Flag(flag),
            StoredFact::Word(word) => FactValue::Word(names.word(word)?.clone()),
        })
    }
}

/// Who an application is from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Applicant {
    /// A person, and the family whose benefit counts once.
    Person {
        /// The person.
        person: PersonKey,
        /// The family, where the scheme asks for one.
        family: Option<FamilyKey>,
    },
    /// A unit.
    Unit {
        /// The unit.
        unit: BodyKey,
        /// Its owner, where stated.
        owner: Option<PersonKey>,
    },
    /// A special purpose vehicle and its members.
    Spv {
        /// The body.
        spv: BodyKey,
        /// Its members, at least one.
        members: Vec<PersonKey>,
    },
    /// An institution.
    Institution {
        /// The institution.
        institution: BodyKey,
    },
    /// The source names nobody: a published list without names.
    NotInSource,
}

/// The most members of a special purpose vehicle.
pub const SPV_MEMBERS_MAX: usize = 512;

/// A case was granted money. The envelope has the fund drawn on, the amount and the terms' version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sanctioned {
    /// What the terms gave for the facts, at most: the amount is never above it.
    pub entitlement: Money,
    /// The line of the terms that decided it.
    pub paragraph: WordNo,
}

/// An instruction to pay was issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disbursed {
    /// Which instalment, from 1.
    pub instalment: u16,
    /// To whom.
    pub payee: Payee,
    /// How.
    pub mode: PaymentMode,
    /// What the drawing officer calls it.
    pub reference: Reference,
    /// The return it follows, for a re-issue; else none.
    pub reissue_of: Position,
}

/// The account a payment goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payee {
    /// The account, by fingerprint.
    pub account: AccountKey,
    /// Its branch.
    pub ifsc: Ifsc,
}

/// How a payment travels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum PaymentMode {
    /// The source does not say.
    #[default]
    Unstated,
    /// National Electronic Funds Transfer.
    Neft,
    /// Real Time Gross Settlement.
    Rtgs,
    /// National Automated Clearing House, credit.
    NachCredit,
    /// Aadhaar Payment Bridge.
    Apbs,
    /// A cheque or draft.
    Cheque,
}

impl PaymentMode {
    /// Every mode, in order of its number.
    pub const ALL: [PaymentMode; 6] = [
        PaymentMode::Unstated,
        PaymentMode::Neft,
        PaymentMode::Rtgs,
        PaymentMode::NachCredit,
        PaymentMode::Apbs,
        PaymentMode::Cheque,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PaymentMode::Unstated => "unstated",
            PaymentMode::Neft => "neft",
            PaymentMode::Rtgs => "rtgs",
            PaymentMode::NachCredit => "nach_credit",
            PaymentMode::Apbs => "apbs",
            PaymentMode::Cheque => "cheque",
        }
    }
}

/// A payment came back whole; the envelope's fund is the payment's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentReturned {
    /// The `Disbursed` it returns.
    pub payment: Position,
    /// The return code, as the bank or NPCI gives it.
    pub reason: WordNo,
}

/// Money paid was recovered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// Why, as a code.
    pub reason: WordNo,
    /// The challan or bank reference.
    pub reference: Reference,
}

/// A case was audited by the envelope's actor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audited {
    /// How far the audit looked.
    pub scope: AuditScope,
    /// What it came to.
    pub opinion: Opinion,
    /// What it found.
    pub findings: Vec<AuditFinding>,
}

/// The most findings of one audit.
pub const FINDINGS_MAX: usize = 128;

/// How far an audit looked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AuditScope {
    /// The whole case.
    Case,
    /// Its sanction.
    Sanction,
    /// Its payments.
    Payment,
    /// The asset on the spot.
    Inspection,
}

impl AuditScope {
    /// Every scope, in order of its number.
    pub const ALL: [AuditScope; 4] =
        [AuditScope::Case, AuditScope::Sanction, AuditScope::Payment, AuditScope::Inspection];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AuditScope::Case => "case",
            AuditScope::Sanction => "sanction",
            AuditScope::Payment => "payment",
            AuditScope::Inspection => "inspection",
        }
    }
}

/// What an audit came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Opinion {
    /// Nothing to remark.
    Clear,
    /// Something to remark.
    Observation,
    /// Something to put right, or money to recover.
    Objection,
    /// The records did not allow an opinion.
    Disclaimer,
}

impl Opinion {
    /// Every opinion, in order of its number.
    pub const ALL: [Opinion; 4] =
        [Opinion::Clear, Opinion::Observation, Opinion::Objection, Opinion::Disclaimer];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Opinion::Clear => "clear",
            Opinion::Observation => "observation",
            Opinion::Objection => "objection",
            Opinion::Disclaimer => "disclaimer",
        }
    }
}

/// One finding of an audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditFinding {
    /// The check, as a code: `C05`.
    pub check: WordNo,
    /// The money in question; zero where none is.
    pub amount: Money,
}

/// A command was refused, or many of one actor were: no body, no free text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandRefused {
    /// The kind of the command.
    pub command: CommandKind,
    /// The case it named, where it named one.
    pub subject: Option<CaseRef>,
    /// Why, in the documented order; the first is the refusal's code.
    pub refusals: Vec<RefusalRecord>,
    /// SHA-256 of the command's content, so that a retry is known from another command.
    pub digest: [u8; 32],
    /// How many refusals this stands for: 1, or the count of a flood from one actor beyond the
    /// cap, whose ids are not remembered.
    pub count: u32,
}
