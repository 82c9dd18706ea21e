//! What somebody asks for: commands, in the imperative, before any rule has looked at them.
//!
//! # Invariants
//! * A command names things by name; numbers are the ledger's own business.
//! * `Act` is exhaustive, as `Event` is.

use alloc::vec::Vec;

use crate::{
    ActorName, Applicant, AuditScope, Authority, CaseRef, CommandId, Day, District, Fund,
    GivenFact, Money, Opinion, Payee, PaymentMode, Position, Reference, SchemeName, Terms, Word,
};

/// A request for one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// What the request is known by, for ever.
    pub id: CommandId,
    /// Who asks.
    pub actor: ActorName,
    /// As what.
    pub role: Role,
    /// The civil day on which the event is to count.
    pub effective_day: Day,
    /// The order it rests on, where it rests on one.
    pub authority: Option<Authority>,
    /// What is asked.
    pub act: Act,
}

/// As what somebody acts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Gives funds.
    Finance,
    /// Receives applications: the District Industries Centre.
    DistrictOffice,
    /// Grants.
    SanctioningAuthority,
    /// Draws and pays.
    DrawingOfficer,
    /// Reads the bank's and the treasury's files.
    TreasuryJob,
    /// Audits.
    Auditor,
    /// Keeps the ledger.
    Administrator,
}

impl Role {
    /// Every role, in order of its number.
    pub const ALL: [Role; 7] = [
        Role::Finance,
        Role::DistrictOffice,
        Role::SanctioningAuthority,
        Role::DrawingOfficer,
        Role::TreasuryJob,
        Role::Auditor,
        Role::Administrator,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Finance => "finance",
            Role::DistrictOffice => "district_office",
            Role::SanctioningAuthority => "sanctioning_authority",
            Role::DrawingOfficer => "drawing_officer",
            Role::TreasuryJob => "treasury_job",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Open a scheme with its first terms.
    OpenScheme {
        /// Its name.
        scheme: SchemeName,
        /// The districts it runs in.
        districts: Vec<District>,
        /// Its first terms.
        terms: Terms,
    },
    /// Give a scheme further terms.
    ChangeTerms {
        /// The scheme.
        scheme: SchemeName,
        /// The terms; they begin after the latest ones do.
        terms: Terms,
    },
    /// Allot money to a fund.
    Allot {
        /// The fund.
        fund: Fund,
        /// How much.
        amount: Money,
    },
    /// Record an application.
    Apply {
        /// The scheme.
        scheme: SchemeName,
        /// The district.
        district: District,
        /// What the office calls the case.
        case_ref: CaseRef,
        /// Who applies.
        applicant: Applicant,
        /// What the application states.
        facts: Vec<(Word, GivenFact)>,
    },
    /// Grant money to a case.
    Sanction {
        /// The case.
        case_ref: CaseRef,
        /// The fund to draw on.
        fund: Fund,
        /// How much.
        amount: Money,
    },
    /// Issue an instruction to pay.
    Disburse {
        /// The case.
        case_ref: CaseRef,
        /// Which instalment, from 1.
        instalment: u16,
        /// How much.
        amount: Money,
        /// To whom.
        payee: Payee,
        /// How.
        mode: PaymentMode,
        /// What the drawing officer calls it.
        reference: Reference,
        /// The `PaymentReturned` it follows, for a re-issue; else none.
        reissue_of: Position,
    },
    /// Record that a payment came back.
    Return {
        /// The `Disbursed` that came back.
        payment: Position,
        /// How much came back: the whole payment.
        amount: Money,
        /// The return code.
        reason: Word,
    },
    /// Record money recovered.
    Recover {
        /// The case.
        case_ref: CaseRef,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
        /// The challan or bank reference.
        reference: Reference,
    },
    /// Record an audit.
    Audit {
        /// The case.
        case_ref: CaseRef,
        /// How far it looked.
        scope: AuditScope,
        /// What it came to.
        opinion: Opinion,
        /// What it found: the check's code and the money in question.
        findings: Vec<(Word, Money)>,
    },
}

/// The kind of a command: explicit numbers, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum CommandKind {
    /// `OpenScheme`.
    OpenScheme = 1,
    /// `ChangeTerms`.
    ChangeTerms = 2,
    /// `Allot`.
    Allot = 10,
    /// `Apply`.
    Apply = 20,
    /// `Sanction`.
    Sanction = 30,
    /// `Disburse`.
    Disburse = 40,
    /// `Return`.
    Return = 41,
    /// `Recover`.
    Recover = 44,
    /// `Audit`.
    Audit = 60,
}

impl CommandKind {
    /// Every kind, in order of number.
    pub const ALL: [CommandKind; 9] = [
        CommandKind::OpenScheme,
        CommandKind::ChangeTerms,
        CommandKind::Allot,
        CommandKind::Apply,
        CommandKind::Sanction,
        CommandKind::Disburse,
        CommandKind::Return,
        CommandKind::Recover,
        CommandKind::Audit,
    ];

    /// Its number in the stored form of a refusal.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The kind of a number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<CommandKind> {
        CommandKind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its name in JSON: `allot`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CommandKind::OpenScheme => "open_scheme",
            CommandKind::ChangeTerms => "change_terms",
            CommandKind::Allot => "allot",
            CommandKind::Apply => "apply",
            CommandKind::Sanction => "sanction",
            CommandKind::Disburse => "disburse",
            CommandKind::Return => "return",
            CommandKind::Recover => "recover",
            CommandKind::Audit => "audit",
        }
    }
}

impl Act {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Act::OpenScheme { .. } => CommandKind::OpenScheme,
            Act::ChangeTerms { .. } => CommandKind::ChangeTerms,
            Act::Allot { .. } => CommandKind::Allot,
            Act::Apply { .. } => CommandKind::Apply,
            Act::Sanction { .. } => CommandKind::Sanction,
            Act::Disburse { .. } => CommandKind::Disburse,
            Act::Return { .. } => CommandKind::Return,
            Act::Recover { .. } => CommandKind::Recover,
            Act::Audit { .. } => CommandKind::Audit,
        }
    }

    /// The case it names, where it names one.
    #[must_use]
    pub const fn case_ref(&self) -> Option<&CaseRef> {
        match self {
            Act::Apply { case_ref, .. }
            | Act::Sanction { case_ref, .. }
            | Act::Disburse { case_ref, .. }
            | Act::Recover { case_ref, .. }
            | Act::Audit { case_ref, .. } => Some(case_ref),
            Act::OpenScheme { .. }
            | Act::ChangeTerms { .. }
            | Act::Allot { .. }
            | Act::Return { .. } => None,
        }
    }
}
