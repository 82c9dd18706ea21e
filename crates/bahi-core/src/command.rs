//! What somebody asks for: commands, in the imperative, before any rule has looked at them.
//!
//! # Invariants
//! * A command names things by name; numbers are the ledger's own business.
//! * `Act` is exhaustive, as `Event` is.

mod prints;

use alloc::{boxed::Box, vec::Vec};

use crate::{
    AcceptedDifference, AccountKey, ActorName, Applicant, AuditScope, Authority, BarSubject,
    CaseRef, CommandId, Day, District, Fingerprint, Fund, Further, GivenFact, KeyChange,
    LineReference, Money, Opinion, Payee, PaymentMode, Position, Reference, SchemeName, Settlement,
    Signed, StatementLine, StockMove, Terms, Total, Word,
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
    /// The same people, accounts and bank references under the older fingerprint keys that are
    /// held; empty while one key is.
    pub aliases: Vec<Alias>,
    /// The line it was sent as with its actor's signature, where it is signed. No content.
    pub signed: Option<Box<Signed>>,
    /// What is asked.
    pub act: Act,
}

/// One thing's fingerprint under the newest key, as the command has it, and under an older one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Alias {
    /// Under the newest key.
    pub newest: Fingerprint,
    /// Under an older one.
    pub older: Fingerprint,
}

/// The most aliases of one command.
pub const ALIASES_MAX: usize = 4_096;

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

/// Declares every act once: its number, its name in JSON and its fields.
macro_rules! acts {
    ($($(#[$doc:meta])* $number:literal $json:literal $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {
        /// What is asked.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Act {
            $($(#[$doc])* $name { $($(#[$field_doc])* $field: $type,)* },)*
        }

        /// The kind of a command: explicit numbers, never reused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum CommandKind {
            $($(#[$doc])* $name = $number,)*
        }

        impl CommandKind {
            /// Every kind, in order of number.
            pub const ALL: [CommandKind; [$($number),*].len()] = [$(CommandKind::$name),*];

            /// The kind of a number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<CommandKind> {
                match number {
                    $($number => Some(CommandKind::$name),)*
                    _ => None,
                }
            }

            /// Its name in JSON: `allot`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(CommandKind::$name => $json,)*
                }
            }
        }

        impl Act {
            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> CommandKind {
                match self {
                    $(Act::$name { .. } => CommandKind::$name,)*
                }
            }
        }
    };
}

acts! {
    /// Open a scheme with its first terms.
    1 "open_scheme" OpenScheme {
        /// Its name.
        scheme: SchemeName,
        /// The districts it runs in.
        districts: Vec<District>,
        /// Its first terms.
        terms: Terms,
    }
    /// Give a scheme further terms.
    2 "change_terms" ChangeTerms {
        /// The scheme.
        scheme: SchemeName,
        /// The terms; they begin after the latest ones do.
        terms: Terms,
    }
    /// Allot money to a fund.
    10 "allot" Allot {
        /// The fund.
        fund: Fund,
        /// How much.
        amount: Money,
    }
    /// Take back from a fund what nobody was granted.
    11 "withdraw_funds" WithdrawFunds {
        /// The fund.
        fund: Fund,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
    }
    /// Move what nobody was granted to another fund of the same year.
    12 "move_funds" MoveFunds {
        /// The fund it leaves.
        from: Fund,
        /// The fund it goes to.
        to: Fund,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
    }
    /// Let lapse all that a fund has left to sanction, once its year is over.
    13 "lapse_fund" LapseFund {
        /// The fund.
        fund: Fund,
        /// How much: all of it.
        amount: Money,
        /// Why, as a code.
        reason: Word,
    }
    /// Let lapse all that a case has left unpaid in the oldest fund it draws on.
    14 "lapse_sanction" LapseSanction {
        /// The case.
        case_ref: CaseRef,
        /// How much: all of it.
        amount: Money,
        /// Why, as a code.
        reason: Word,
    }
    /// Carry all that a case has left unpaid in the oldest fund it draws on to a later year's.
    15 "carry_sanction" CarrySanction {
        /// The case.
        case_ref: CaseRef,
        /// The fund it is to draw on.
        fund: Fund,
        /// How much: all of it.
        amount: Money,
    }
    /// Record an application.
    20 "apply" Apply {
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
    }
    /// Record that an application states other facts.
    21 "amend" Amend {
        /// The case.
        case_ref: CaseRef,
        /// All that it states now.
        facts: Vec<(Word, GivenFact)>,
    }
    /// Record a step of the scheme's procedure.
    22 "record_step" RecordStep {
        /// The case.
        case_ref: CaseRef,
        /// Which step, as a code.
        step: Word,
        /// What was seen: its kind, as a code, and what it is called.
        evidence: Vec<(Word, Reference)>,
        /// What the case came to beside the money, as the terms' outcomes name it.
        reported: Vec<(Word, GivenFact)>,
    }
    /// Record that an application was turned down.
    23 "reject" Reject {
        /// The case.
        case_ref: CaseRef,
        /// Why, as a code.
        reason: Word,
    }
    /// Record that the applicant took the application back.
    24 "withdraw" Withdraw {
        /// The case.
        case_ref: CaseRef,
        /// Why, as a code.
        reason: Word,
    }
    /// Close a case that has nothing left to be paid.
    25 "close_case" CloseCase {
        /// The case.
        case_ref: CaseRef,
        /// Why, as a code.
        reason: Word,
    }
    /// Bar somebody from applying, or an account from being paid.
    26 "bar" Bar {
        /// Who.
        subject: BarSubject,
        /// The last day of the bar; without end where absent.
        until: Option<Day>,
        /// Why, as a code.
        reason: Word,
    }
    /// Grant money to a case.
    30 "sanction" Sanction {
        /// The case.
        case_ref: CaseRef,
        /// The fund to draw on.
        fund: Fund,
        /// How much.
        amount: Money,
    }
    /// Raise or lower a sanction.
    31 "revise_sanction" ReviseSanction {
        /// The case.
        case_ref: CaseRef,
        /// What it is to come to.
        amount: Money,
    }
    /// Take back a sanction, as far as it was not paid.
    32 "cancel_sanction" CancelSanction {
        /// The case.
        case_ref: CaseRef,
        /// Why, as a code.
        reason: Word,
    }
    /// Issue an instruction to pay.
    40 "disburse" Disburse {
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
    }
    /// Record that a payment came back. Where the money is no longer the payment's to return,
    /// because it was recovered or accounted for, it goes to suspense.
    41 "return" Return {
        /// The `Disbursed` that came back.
        payment: Position,
        /// How much came back: the whole payment.
        amount: Money,
        /// The return code.
        reason: Word,
    }
    /// Record that the bank says a payment reached its account.
    42 "confirm" Confirm {
        /// The `Disbursed`.
        payment: Position,
        /// What the bank calls the transfer.
        reference: Reference,
    }
    /// Record money that came in and that nothing accounts for yet.
    43 "suspend" Suspend {
        /// The fund it came to.
        fund: Fund,
        /// How much.
        amount: Money,
        /// The `Disbursed` it seems to belong to, or none.
        payment: Position,
        /// Why, as a code.
        reason: Word,
        /// What the bank calls it.
        reference: Reference,
    }
    /// Record money recovered.
    44 "recover" Recover {
        /// The case.
        case_ref: CaseRef,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
        /// The challan or bank reference.
        reference: Reference,
    }
    /// Ask money back.
    45 "demand_recovery" DemandRecovery {
        /// The case.
        case_ref: CaseRef,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
        /// The day by which it is due.
        due: Day,
        /// The notice.
        reference: Reference,
    }
    /// Record that money paid was shown to be used for its purpose.
    46 "utilise" Utilise {
        /// The case.
        case_ref: CaseRef,
        /// How much.
        amount: Money,
        /// The certificate.
        certificate: Reference,
    }
    /// Record that money paid became the beneficiary's own.
    47 "adjust" Adjust {
        /// The case.
        case_ref: CaseRef,
        /// How much.
        amount: Money,
        /// Why, as a code.
        reason: Word,
        /// The report it rests on.
        reference: Reference,
    }
    /// Record interest that a fund's money earned.
    48 "earn_interest" EarnInterest {
        /// The fund.
        fund: Fund,
        /// How much.
        amount: Money,
        /// The bank's or the office's reference.
        reference: Reference,
    }
    /// Record interest handed back to the treasury.
    49 "remit_interest" RemitInterest {
        /// The fund.
        fund: Fund,
        /// How much.
        amount: Money,
        /// The challan.
        reference: Reference,
    }
    /// Record things in kind ordered, received, handed over or written off.
    50 "move_stock" MoveStock {
        /// The scheme.
        scheme: SchemeName,
        /// Where they are, or the pool.
        district: District,
        /// The beneficiary's case, for things handed over.
        case_ref: Option<CaseRef>,
        /// What, as a code.
        item: Word,
        /// What becomes of them.
        movement: StockMove,
        /// How many, from 1.
        quantity: u32,
        /// The order, the receipt, the voucher.
        reference: Reference,
    }
    /// Record an audit.
    60 "audit" Audit {
        /// The case; none exactly where the scope is [`AuditScope::Ledger`].
        case_ref: Option<CaseRef>,
        /// How far it looked.
        scope: AuditScope,
        /// What was seen: its kind, as a code, and what it is called.
        seen: Vec<(Word, Reference)>,
        /// What it came to.
        opinion: Opinion,
        /// What it found: the check's code and the money in question.
        findings: Vec<(Word, Money)>,
    }
    /// Settle a finding of an audit.
    61 "settle_finding" SettleFinding {
        /// The `Audited`.
        audit: Position,
        /// Which of its findings, from 1.
        finding: u16,
        /// How.
        settlement: Settlement,
        /// The reply or the order.
        reference: Reference,
    }
    /// Certify what a fold came to.
    62 "certify_state" CertifyState {
        /// The last position folded.
        upto: Position,
        /// The last effective day taken in.
        as_of: Day,
        /// Which fold, as a code.
        fold: Word,
        /// Its version, from 1.
        version: u16,
        /// How many leaves the tree over its rows has.
        count: u64,
        /// The root of that tree.
        root: [u8; 32],
        /// The hash of the fold's whole state.
        hash: [u8; 32],
    }
    /// Close everything up to a day.
    63 "seal_period" SealPeriod {
        /// The last day of the period, the last of its month.
        until: Day,
        /// The `StateCertified` it rests on: the event just before.
        certified: Position,
    }
    /// Record a statement of a bank or a treasury.
    70 "receive_statement" ReceiveStatement {
        /// SHA-256 of the file.
        file: [u8; 32],
        /// How many bytes it has.
        bytes: u64,
        /// Its format, as a code.
        format: Word,
        /// The account it is of.
        account: AccountKey,
        /// The first day it covers.
        from: Day,
        /// The last day it covers.
        to: Day,
        /// What the account held before, where it says.
        opening: Option<Total>,
        /// What it held after, where it says.
        closing: Option<Total>,
        /// How many lines are to follow.
        lines: u32,
        /// Which of the file's statements it is, from 1.
        part: u16,
        /// How many of its lines an earlier file told, so that they do not follow.
        repeated: u32,
        /// How many of its lines could not be read.
        set_aside: u32,
    }
    /// Record the next lines of a statement.
    71 "receive_lines" ReceiveLines {
        /// The `StatementReceived`.
        statement: Position,
        /// The number of the first of them, from 1.
        first: u32,
        /// The lines.
        lines: Vec<StatementLine>,
    }
    /// Match lines of a statement with events: nearly always one with one.
    72 "match" Match {
        /// The line.
        line: LineReference,
        /// The event; none for a charge that a named rule accepts.
        target: Position,
        /// The rule that proves it, as a code.
        rule: Word,
        /// What else it joins.
        further: Further,
        /// The references it rests on.
        evidence: Vec<Reference>,
        /// The difference accepted: the named rule, its limit, and the lines' sum less the events'.
        difference: Option<AcceptedDifference>,
    }
    /// Undo a match.
    73 "unmatch" Unmatch {
        /// The `Matched` or `MatchDecided`.
        matched: Position,
        /// Why, as a code.
        reason: Word,
    }
    /// Record a person's decision on a line of a statement.
    74 "decide_match" DecideMatch {
        /// The line.
        line: LineReference,
        /// The event it is, or none.
        target: Position,
        /// Why, as a code.
        reason: Word,
        /// What else is joined.
        further: Further,
        /// Whether they are said not to be the same money.
        rejected: bool,
    }
    /// Reverse an event.
    80 "reverse" Reverse {
        /// The event.
        of: Position,
        /// Why, as a code.
        reason: Word,
    }
    /// Record that a part of the ledger was written out.
    91 "note_export" NoteExport {
        /// What, as a code.
        what: Word,
        /// The last position it holds.
        upto: Position,
        /// How many rows.
        rows: u64,
        /// SHA-256 of the file, or of its manifest.
        digest: [u8; 32],
    }
    /// Record that the actor asked for what they may not see or do.
    92 "deny_access" DenyAccess {
        /// What was asked, as a code.
        what: Word,
        /// How often within the minute, from 1.
        count: u32,
    }
    /// Record that a fingerprint key was added or destroyed.
    93 "rotate_key" RotateKey {
        /// The key, from 1.
        key_id: u16,
        /// What became of it.
        change: KeyChange,
        /// A value by which the key is known.
        check: [u8; 16],
    }
    /// Set a key with which an actor signs commands.
    94 "set_actor_key" SetActorKey {
        /// Whose key it is.
        signer: ActorName,
        /// The Ed25519 public key.
        key: [u8; 32],
        /// The last day on which it signs, if it is known.
        until: Option<Day>,
        /// Whether each command of this actor must be signed from then on.
        required: bool,
    }
}

impl CommandKind {
    /// Its number in the stored form of a refusal.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

/// The references of an act that a bank or a treasury gave, in either mutability.
macro_rules! bank_references {
    ($act:ident, $iter:ident, $take:ident) => {
        let mut take = $take;
        if let Act::Disburse { reference, .. }
        | Act::Confirm { reference, .. }
        | Act::Suspend { reference, .. }
        | Act::Recover { reference, .. }
        | Act::EarnInterest { reference, .. }
        | Act::RemitInterest { reference, .. } = $act
        {
            take(reference);
        } else if let Act::ReceiveLines { lines, .. } = $act {
            for line in lines.$iter() {
                line.references.$iter().for_each(&mut take);
            }
        } else if let Act::Match { evidence, .. } = $act {
            evidence.$iter().for_each(&mut take);
        }
    };
}

impl Act {
    /// Every reference of the act that a bank or a treasury gave. These may look like a person's
    /// number by chance; one that does is kept as a fingerprint only ([`Reference::of_print`]).
    pub fn each_bank_reference(&self, take: impl FnMut(&Reference)) {
        bank_references!(self, iter, take);
    }

    /// The same, to be changed in place.
    pub fn each_bank_reference_mut(&mut self, take: impl FnMut(&mut Reference)) {
        bank_references!(self, iter_mut, take);
    }

    /// The case it names, where it names one.
    #[must_use]
    pub const fn case_ref(&self) -> Option<&CaseRef> {
        match self {
            Act::LapseSanction { case_ref, .. }
            | Act::CarrySanction { case_ref, .. }
            | Act::Apply { case_ref, .. }
            | Act::Amend { case_ref, .. }
            | Act::RecordStep { case_ref, .. }
            | Act::Reject { case_ref, .. }
            | Act::Withdraw { case_ref, .. }
            | Act::CloseCase { case_ref, .. }
            | Act::Sanction { case_ref, .. }
            | Act::ReviseSanction { case_ref, .. }
            | Act::CancelSanction { case_ref, .. }
            | Act::Disburse { case_ref, .. }
            | Act::Recover { case_ref, .. }
            | Act::DemandRecovery { case_ref, .. }
            | Act::Utilise { case_ref, .. }
            | Act::Adjust { case_ref, .. } => Some(case_ref),
            Act::MoveStock { case_ref, .. } | Act::Audit { case_ref, .. } => case_ref.as_ref(),
            Act::OpenScheme { .. }
            | Act::ChangeTerms { .. }
            | Act::Allot { .. }
            | Act::WithdrawFunds { .. }
            | Act::MoveFunds { .. }
            | Act::LapseFund { .. }
            | Act::Bar { .. }
            | Act::Return { .. }
            | Act::Confirm { .. }
            | Act::Suspend { .. }
            | Act::EarnInterest { .. }
            | Act::RemitInterest { .. }
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
            | Act::SetActorKey { .. } => None,
        }
    }
}
