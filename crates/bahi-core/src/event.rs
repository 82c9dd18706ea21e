//! What happened: the events of the ledger and the envelope each is recorded in.
//!
//! # Invariants
//! * Events are in the past tense and immutable; what corrects one is another event.
//! * No event holds personal data or free text: fingerprints, codes, references, amounts, days.
//! * `Event` is exhaustive: a new kind stops the build everywhere it matters.
//!
//! # Not here
//! Their stored bytes (`bahi-wire`) and their JSON (`bahi-json`).

use alloc::{boxed::Box, vec::Vec};

use crate::{
    ActorNo, AuthorityNo, CommandId, Day, FundKey, Instant, Introduction, Money, Position, Role,
    Signed,
};

mod schemes;
mod funds;
mod cases;
mod payments;
mod audits;
mod statements;
mod house;
mod movement;

pub use audits::{
    AuditFinding, AuditScope, Audited, EVIDENCE_MAX, Evidence, FINDINGS_MAX, FindingSettled,
    Opinion, PeriodSealed, Settlement, StateCertified,
};
pub use cases::{
    Applicant, ApplicationAmended, Applied, BarSubject, Barred, CaseClosed, Rejected,
    SPV_MEMBERS_MAX, SanctionCancelled, SanctionRevised, Sanctioned, StepRecorded, StoredFact,
    Withdrawn,
};
pub use funds::{FundsMoved, FundsWithdrawn, Lapsed, SanctionCarried};
pub use house::{
    AccessDenied, ActorKeySet, CommandRefused, Exported, KeyChange, KeyRotated, Reversed,
};
pub use movement::Movement;
pub use payments::{
    Adjusted, Disbursed, InterestEarned, InterestRemitted, MovedToSuspense, Payee,
    PaymentConfirmed, PaymentMode, PaymentReturned, Recovered, RecoveryDemanded, StockMove,
    StockMoved, Utilised,
};
pub use schemes::{DISTRICTS_MAX, SchemeOpened, TermsChanged};
pub use statements::{
    AcceptedDifference, Further, LINES_MAX, LineKind, LineReference, LineSide, MATCH_EVIDENCE_MAX,
    MATCH_LINES_MAX, MATCH_TARGETS_MAX, MatchDecided, MatchDifference, Matched, NameKind, NameMark,
    PARTICULAR_LINES_MAX, Particulars, REFERENCES_MAX, StatementLine, StatementLines,
    StatementReceived, Unmatched,
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
    /// What its command was signed with, where it was.
    pub signed: Option<Box<Signed>>,
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

/// Declares every kind once: its number, its name and its body. The two enums and the ways between
/// them cannot disagree, because they are written from the same line.
macro_rules! events {
    ($($(#[$doc:meta])* $number:literal $name:ident $(($body:ident))?;)*) => {
        /// What happened.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Event {
            $($(#[$doc])* $name $(($body))?,)*
        }

        /// The kind of an event: explicit numbers, never reused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum EventKind {
            $($(#[$doc])* $name = $number,)*
        }

        impl EventKind {
            /// Every kind, in order of number.
            pub const ALL: [EventKind; [$($number),*].len()] = [$(EventKind::$name),*];

            /// The kind of a number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<EventKind> {
                match number {
                    $($number => Some(EventKind::$name),)*
                    _ => None,
                }
            }

            /// Its name: `FundsAllotted`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(EventKind::$name => stringify!($name),)*
                }
            }
        }

        impl Event {
            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> EventKind {
                match self {
                    $(Event::$name { .. } => EventKind::$name,)*
                }
            }
        }
    };
}

events! {
    /// A scheme opened, with its first terms.
    1 SchemeOpened(SchemeOpened);
    /// A scheme has further terms; the older versions stay for the days they cover.
    2 TermsChanged(TermsChanged);
    /// A fund was given money: the envelope's amount.
    10 FundsAllotted;
    /// Money that nobody was granted was taken back from a fund.
    11 FundsWithdrawn(FundsWithdrawn);
    /// Money that nobody was granted went from the envelope's fund to another of the same year.
    12 FundsMoved(FundsMoved);
    /// Money lapsed: of a fund, what nobody was granted; of a case, what was granted and not paid.
    13 Lapsed(Lapsed);
    /// What a sanction had left unpaid went on to another year: to the envelope's fund.
    14 SanctionCarried(SanctionCarried);
    /// An application was received.
    20 Applied(Applied);
    /// An application states other facts.
    21 ApplicationAmended(ApplicationAmended);
    /// A step of the scheme's procedure was taken.
    22 StepRecorded(StepRecorded);
    /// An application was turned down.
    23 Rejected(Rejected);
    /// An applicant took the application back.
    24 Withdrawn(Withdrawn);
    /// A case is done.
    25 CaseClosed(CaseClosed);
    /// Somebody may not apply, or an account not be paid.
    26 Barred(Barred);
    /// A case was granted the envelope's amount from a fund.
    30 Sanctioned(Sanctioned);
    /// A sanction was raised or lowered by the envelope's amount.
    31 SanctionRevised(SanctionRevised);
    /// A sanction was taken back, as far as it was not paid.
    32 SanctionCancelled(SanctionCancelled);
    /// An instruction to pay the envelope's amount was issued.
    40 Disbursed(Disbursed);
    /// A payment came back whole.
    41 PaymentReturned(PaymentReturned);
    /// The bank says that a payment reached its account.
    42 PaymentConfirmed(PaymentConfirmed);
    /// Money came in that nothing accounts for yet.
    43 MovedToSuspense(MovedToSuspense);
    /// Money paid was recovered: the envelope's amount.
    44 Recovered(Recovered);
    /// Money paid was asked back.
    45 RecoveryDemanded(RecoveryDemanded);
    /// Money paid was shown to be used for its purpose.
    46 Utilised(Utilised);
    /// Money paid became the beneficiary's own.
    47 Adjusted(Adjusted);
    /// Money of a fund earned interest where it lay.
    48 InterestEarned(InterestEarned);
    /// Interest earned was handed back to the treasury.
    49 InterestRemitted(InterestRemitted);
    /// Things in kind were ordered, received, handed over or written off.
    50 StockMoved(StockMoved);
    /// A case was audited.
    60 Audited(Audited);
    /// A finding of an audit was settled.
    61 FindingSettled(FindingSettled);
    /// What a fold came to was certified.
    62 StateCertified(StateCertified);
    /// A period was closed to everything that would take effect in it.
    63 PeriodSealed(PeriodSealed);
    /// A statement of a bank or a treasury was received.
    70 StatementReceived(StatementReceived);
    /// Lines of a statement, in order.
    71 StatementLines(StatementLines);
    /// A line of a statement was matched with an event by a rule.
    72 Matched(Matched);
    /// A match was undone.
    73 Unmatched(Unmatched);
    /// A person decided what a line of a statement is.
    74 MatchDecided(MatchDecided);
    /// An event was reversed: its postings are negated, what it said no longer holds.
    80 Reversed(Reversed);
    /// A command was refused: evidence, without effect on any case or balance.
    90 CommandRefused(CommandRefused);
    /// A part of the ledger was written out.
    91 Exported(Exported);
    /// Somebody asked for what they may not see or do.
    92 AccessDenied(AccessDenied);
    /// A fingerprint key was added or destroyed.
    93 KeyRotated(KeyRotated);
    /// An actor has a key to sign commands with, until a day, or must sign from here on.
    94 ActorKeySet(ActorKeySet);
}

impl EventKind {
    /// Its number in the stored form.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The kind of a name, upper and lower case alike.
    #[must_use]
    pub fn from_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}
