//! Why the rules say no: every refusal, its stage, its stable code, and its figures.
//!
//! # Invariants
//! * The order of the variants is the checking order; a later stage is looked at only when every
//!   earlier one has nothing to say.
//! * A refusal is rebuilt from its code, figures and word alone, so a recorded one reads the same
//!   for ever.
//! * Codes and numbers are never reused. A new refusal is a breaking release.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::fmt;

use crate::{Day, District, FinancialYear, Money, Position, Total, Word};

/// The stages of a decision, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Is the request whole in itself?
    Form,
    /// Has it been made before?
    Repetition,
    /// Has the case come so far, and no further?
    OrderOfLife,
    /// Does everything it names exist and fit together?
    References,
    /// Do the scheme's terms allow it?
    Terms,
    /// Is the money there?
    Conservation,
}

impl Stage {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Form => "form",
            Stage::Repetition => "repetition",
            Stage::OrderOfLife => "order_of_life",
            Stage::References => "references",
            Stage::Terms => "terms",
            Stage::Conservation => "conservation",
        }
    }
}

/// A refusal as it is recorded: a number, its figures, and a word where it has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusalRecord {
    /// The refusal's number.
    pub number: u16,
    /// Its figures, in the order of its fields.
    pub figures: Vec<i128>,
    /// Its word, where it has one.
    pub word: Option<Word>,
}

/// The most figures a refusal has.
pub const REFUSAL_FIGURES_MAX: usize = 4;
/// The most refusals one command can meet in one stage.
pub const REFUSALS_MAX: usize = 64;

/// A value that travels as a figure.
trait Figure: Sized {
    fn figure(&self) -> i128;
    fn from_figure(figure: i128) -> Option<Self>;
}

impl Figure for Money {
    fn figure(&self) -> i128 {
        i128::from(self.paise())
    }
    fn from_figure(figure: i128) -> Option<Self> {
        i64::try_from(figure).ok().and_then(Money::from_paise)
    }
}

impl Figure for Total {
    fn figure(&self) -> i128 {
        self.paise()
    }
    fn from_figure(figure: i128) -> Option<Self> {
        Some(Total::from_paise(figure))
    }
}

impl Figure for Position {
    fn figure(&self) -> i128 {
        i128::from(self.0)
    }
    fn from_figure(figure: i128) -> Option<Self> {
        u64::try_from(figure).ok().map(Position)
    }
}

impl Figure for Day {
    fn figure(&self) -> i128 {
        i128::from(self.epoch_days())
    }
    fn from_figure(figure: i128) -> Option<Self> {
        i32::try_from(figure).ok().and_then(Day::from_epoch_days)
    }
}

impl Figure for District {
    fn figure(&self) -> i128 {
        i128::from(self.0)
    }
    fn from_figure(figure: i128) -> Option<Self> {
        u16::try_from(figure).ok().map(District)
    }
}

impl Figure for FinancialYear {
    fn figure(&self) -> i128 {
        i128::from(self.first())
    }
    fn from_figure(figure: i128) -> Option<Self> {
        u16::try_from(figure).ok().and_then(FinancialYear::from_first)
    }
}

macro_rules! whole_figures {
    ($($int:ty)*) => {$(
        impl Figure for $int {
            fn figure(&self) -> i128 {
                i128::from(*self)
            }
            fn from_figure(figure: i128) -> Option<Self> {
                <$int>::try_from(figure).ok()
            }
        }
    )*};
}

whole_figures! { u16 u32 u64 }

/// Declares every refusal once: its number, stage, code, fields and message. The enum, the record
/// and the way back from it cannot disagree, because they are written from the same line.
macro_rules! refusals {
    ($(
        $(#[$doc:meta])*
        $number:literal $stage:ident $code:literal
        $name:ident { $($(#[$field_doc:meta])* $field:ident : $kind:ty),* $(; $(#[$word_doc:meta])* $word:ident)? }
        => $message:literal $(, $argument:expr)*;
    )*) => {
        /// Why the rules say no. The order of variants is the checking order.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Refusal {
            $(
                $(#[$doc])*
                $name {
                    $($(#[$field_doc])* $field: $kind,)*
                    $($(#[$word_doc])* $word: Word,)?
                },
            )*
        }

        impl Refusal {
            /// Every code with its number and stage, in checking order.
            pub const CODES: &'static [(u16, &'static str, Stage)] =
                &[$(($number, $code, Stage::$stage)),*];

            /// Its number, never reused.
            #[must_use]
            pub const fn number(&self) -> u16 {
                match self { $(Refusal::$name { .. } => $number,)* }
            }

            /// Its stable code: `exceeds_budget`.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Refusal::$name { .. } => $code,)* }
            }

            /// The stage that gives it.
            #[must_use]
            pub const fn stage(&self) -> Stage {
                match self { $(Refusal::$name { .. } => Stage::$stage,)* }
            }

            /// The form it is recorded in.
            #[must_use]
            pub fn record(&self) -> RefusalRecord {
                match self {
                    $(Refusal::$name { $($field,)* $($word)? } => RefusalRecord {
                        number: $number,
                        figures: Vec::from([$(Figure::figure($field)),*] as [i128; refusals!(@count $($field)*)]),
                        word: refusals!(@word $($word)?),
                    },)*
                }
            }

            /// The refusal of a record; `None` when no refusal has such a record.
            #[must_use]
            pub fn from_record(record: &RefusalRecord) -> Option<Refusal> {
                let mut figures = record.figures.iter().copied();
                let refusal = match record.number {
                    $($number => Refusal::$name {
                        $($field: Figure::from_figure(figures.next()?)?,)*
                        $($word: record.word.clone()?,)?
                    },)*
                    _ => return None,
                };
                if refusal.record() == *record { Some(refusal) } else { None }
            }
        }

        impl fmt::Display for Refusal {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(#[allow(unused_variables)]
                    Refusal::$name { $($field,)* $($word)? } => {
                        write!(f, $message $(, $argument)*)
                    })*
                }
            }
        }
    };
    (@count) => { 0 };
    (@count $head:ident $($tail:ident)*) => { 1 + refusals!(@count $($tail)*) };
    (@word) => { None };
    (@word $word:ident) => { Some($word.clone()) };
}

refusals! {
    // ---- form
    /// An amount that must move money is zero. Next: state the amount.
    101 Form "amount_is_zero" AmountIsZero {}
        => "an amount of zero moves nothing";
    /// The act rests on an order and names none. Next: name the order and its date.
    102 Form "authority_required" AuthorityRequired {}
        => "this act rests on an order; name it";
    /// Instalments count from 1. Next: number the instalment.
    103 Form "instalment_is_zero" InstalmentIsZero {}
        => "instalments are numbered from 1";
    /// A fact is stated twice. Next: state it once.
    104 Form "fact_stated_twice" FactStatedTwice { ; /** The fact. */ fact }
        => "the fact {fact} is stated twice";
    /// A list of the command is longer than the ledger takes. Next: split it.
    105 Form "list_too_long" ListTooLong {
        /** How long it may be. */ limit: u16;
        /** Which list. */ list
    } => "the list of {list} has over {limit} rows";
    /// A scheme runs in no district, or in one twice. Next: list its districts, each once.
    106 Form "districts_unsound" DistrictsUnsound {}
        => "a scheme lists its districts, at least one, each once";
    /// A vehicle without members. Next: list them.
    107 Form "members_missing" MembersMissing {}
        => "a special purpose vehicle lists its members";
    /// A text of the command looks like an Aadhaar number. Next: leave it out; name people by
    /// fingerprints.
    108 Form "looks_like_aadhaar" LooksLikeAadhaar { ; /** The field. */ field }
        => "{field} looks like an Aadhaar number, which the ledger does not keep";
    /// A bank's reference looks like an Aadhaar number and could not be fingerprinted. Next: open
    /// the ledger with its fingerprint key.
    109 Form "fingerprint_key_missing" FingerprintKeyMissing { ; /** The field. */ field }
        => "{field} looks like an Aadhaar number and is kept only as a fingerprint; open the ledger with its key";
    /// Nothing is counted. Next: state how many.
    110 Form "quantity_is_zero" QuantityIsZero {}
        => "a count of zero says nothing";
    /// Days that end before they begin. Next: correct them.
    111 Form "days_out_of_order" DaysOutOfOrder {
        /** The first. */ from: Day,
        /** The last. */ until: Day
    } => "{until} lies before {from}";
    /// Money moved from a fund to itself. Next: name another fund.
    112 Form "same_fund" SameFund {}
        => "both funds are the same";
    /// No line, or a line numbered past the last a statement can have. Next: send its lines.
    113 Form "lines_unsound" LinesUnsound {}
        => "lines of a statement are numbered from 1, at least one at a time";
    /// A period ends with a month. Next: name the month's last day.
    114 Form "not_a_month_end" NotAMonthEnd {
        /** The day. */ day: Day
    } => "{day} is not the last day of a month";
    /// A key, a version or a finding is numbered from 1. Next: number it.
    115 Form "number_is_zero" NumberIsZero { ; /** What is numbered. */ what }
        => "{what} is numbered from 1";
    /// A match joins lines and events, each once, rising; a rule joins some event, and a rejection
    /// names what it rejects. Next: correct it.
    116 Form "match_unsound" MatchUnsound {}
        => "a match joins lines and events in rising order, each once, and differs by a named rule or not at all";
    /// The actor signs every command, and this one is not signed. Next: sign it.
    117 Form "signature_missing" SignatureMissing {}
        => "every command of this actor is signed, and this one is not";
    /// The signature is none of the key's, for this ledger and this line, or the line says another
    /// command. Next: sign the line again, as it is sent, for this ledger's name and id.
    118 Form "signature_invalid" SignatureInvalid {}
        => "the signature does not hold for this ledger, this line and this key";
    /// The key is none of the actor's on the day of recording. Next: have it set, or sign with the
    /// actor's own.
    119 Form "signing_key_unknown" SigningKeyUnknown {
        /** The day on which it was to be recorded. */ day: Day
    } => "the key is none of this actor's on {day}";
    // ---- repetition
    /// The id belongs to another command. Next: send the command under an id of its own.
    201 Repetition "command_id_reused" CommandIdReused {
        /** Where the first stands. */ first: Position
    } => "this command id stands at position {first} with other content";
    // ---- order of life
    /// The scheme is open already. Next: change its terms.
    301 OrderOfLife "scheme_already_open" SchemeAlreadyOpen {}
        => "the scheme is open already";
    /// A case has this reference already. Next: use the case, or another reference.
    302 OrderOfLife "already_applied" AlreadyApplied {
        /** Its application. */ applied: Position
    } => "a case of this reference applied at position {applied}";
    /// Nothing is sanctioned, paid, recovered or audited that was not applied for. Next: apply.
    303 OrderOfLife "not_applied" NotApplied {}
        => "no case of this reference has applied";
    /// A case is sanctioned once. Next: revise the sanction.
    304 OrderOfLife "already_sanctioned" AlreadySanctioned {
        /** Its sanction. */ sanctioned: Position
    } => "the case was sanctioned at position {sanctioned}";
    /// Nothing is paid that was not sanctioned. Next: have the case sanctioned.
    305 OrderOfLife "not_sanctioned" NotSanctioned {}
        => "the case is not sanctioned";
    /// Whoever sanctioned a case neither pays nor audits it. Next: another officer acts.
    306 OrderOfLife "maker_is_checker" MakerIsChecker {
        /** What the same actor did. */ sanctioned: Position
    } => "the same actor sanctioned the case at position {sanctioned}";
    /// One live payment for an instalment. Next: wait for its return, or pay the next instalment.
    307 OrderOfLife "instalment_already_paid" InstalmentAlreadyPaid {
        /** The live payment. */ payment: Position
    } => "the instalment has a live payment at position {payment}";
    /// An instalment that came back is paid again only in the name of its return. Next: name it.
    308 OrderOfLife "reissue_not_named" ReissueNotNamed {
        /** The return to name. */ returned: Position
    } => "the instalment came back at position {returned}; a re-issue names that return";
    /// A payment comes back once. Next: look at the return that stands.
    309 OrderOfLife "already_returned" AlreadyReturned {
        /** The return. */ returned: Position
    } => "the payment came back at position {returned}";
    /// A recovery follows a payment. Next: none; nothing was paid.
    310 OrderOfLife "nothing_paid" NothingPaid {}
        => "nothing was paid on the case";
    /// A closed case takes only audits, recoveries, returns, matches and reversals. Next: reverse
    /// its closing, where it was wrong.
    311 OrderOfLife "case_closed" CaseClosed {
        /** Where it was closed, rejected or withdrawn. */ closed: Position
    } => "the case was closed at position {closed}";
    /// The sanction was taken back. Next: reverse that, or apply anew.
    312 OrderOfLife "sanction_cancelled" SanctionCancelled {
        /** Where. */ cancelled: Position
    } => "the sanction was cancelled at position {cancelled}";
    /// What the case was granted is not paid out. Next: pay it, cancel it or let it lapse.
    313 OrderOfLife "sanction_open" SanctionOpen {
        /** What may still be paid. */ remaining: Money
    } => "₹ {} of the sanction are not paid", remaining.grouped();
    /// The applicant, an owner or a member is barred. Next: none while the bar stands.
    314 OrderOfLife "applicant_barred" ApplicantBarred {
        /** The bar. */ barred: Position
    } => "the applicant was barred at position {barred}";
    /// The account is barred. Next: pay into another account.
    315 OrderOfLife "payee_barred" PayeeBarred {
        /** The bar. */ barred: Position
    } => "the account was barred at position {barred}";
    /// The payment is confirmed already. Next: look at the confirmation that stands.
    316 OrderOfLife "already_confirmed" AlreadyConfirmed {
        /** The confirmation. */ confirmed: Position
    } => "the payment was confirmed at position {confirmed}";
    /// The event is reversed already. Next: look at the reversal.
    317 OrderOfLife "already_reversed" AlreadyReversed {
        /** The reversal. */ reversed: Position
    } => "the event was reversed at position {reversed}";
    /// Later events rest on it. Next: reverse them first, the latest before the others.
    318 OrderOfLife "later_event_rests_on_it" LaterEventRestsOnIt {
        /** One of them. */ later: Position
    } => "the event at position {later} rests on it; reverse that first";
    /// There is nothing left that could lapse or be carried. Next: none.
    319 OrderOfLife "nothing_left" NothingLeft {}
        => "nothing is left";
    /// Money lapses when its year is over; what was granted, also a year after. Next: wait.
    320 OrderOfLife "not_yet_lapsed" NotYetLapsed {
        /** The first day it may. */ from: Day
    } => "it does not lapse before {from}";
    /// The finding is settled already. Next: reverse the settlement, where it was wrong.
    321 OrderOfLife "already_settled" AlreadySettled {
        /** The settlement. */ settled: Position
    } => "the finding was settled at position {settled}";
    /// The period is sealed. Next: use the first open day, and name what is corrected.
    322 OrderOfLife "period_sealed" PeriodSealed {
        /** The last sealed day. */ until: Day
    } => "everything up to {until} is sealed";
    /// Periods are sealed in order, and not before they are over. Next: correct the day.
    323 OrderOfLife "seal_out_of_order" SealOutOfOrder {
        /** The day named. */ until: Day
    } => "{until} is sealed already or not yet over";
    /// A seal rests on the certificate just before it, as of its own day. Next: certify, then seal.
    324 OrderOfLife "not_certified" NotCertified {
        /** The position named. */ certified: Position
    } => "position {certified} is no certificate of that day just before the seal";
    /// The file stands in the ledger. Next: none; it changes nothing twice.
    325 OrderOfLife "statement_known" StatementKnown {
        /** Where. */ statement: Position
    } => "this file was received at position {statement}";
    /// The line is matched already. Next: undo that match.
    326 OrderOfLife "line_matched" LineMatched {
        /** The match. */ matched: Position
    } => "the line was matched at position {matched}";
    /// The event is matched already. Next: undo that match.
    327 OrderOfLife "target_matched" TargetMatched {
        /** The match. */ matched: Position
    } => "the event was matched at position {matched}";
    /// Keys are added one after the other, and the newest is never destroyed. Next: correct it.
    328 OrderOfLife "key_out_of_order" KeyOutOfOrder {
        /** The newest key. */ newest: u16
    } => "the newest key is {newest}; the next one is added, an older one destroyed";
    /// A case that was granted money is not rejected or withdrawn. Next: cancel the sanction first.
    329 OrderOfLife "sanction_stands" SanctionStands {
        /** The sanction. */ sanctioned: Position
    } => "the case was sanctioned at position {sanctioned}, which stands";
    /// A person found that the line is not this event's money. Next: undo that decision.
    330 OrderOfLife "pair_rejected" PairRejected {
        /** The decision. */ decided: Position
    } => "line and event were found to be different money at position {decided}";
    /// Who received the statement or issued the payment does not decide what they are. Next:
    /// somebody else does.
    331 OrderOfLife "maker_decides" MakerDecides {
        /** What the same actor did. */ made: Position
    } => "the same actor recorded what stands at position {made}, which the decision is about";
    // ---- references
    /// No scheme of this name is open. Next: open it, or correct the name.
    401 References "unknown_scheme" UnknownScheme {}
        => "no scheme of this name is open";
    /// The scheme does not run in this district. Next: correct the code.
    402 References "unknown_district" UnknownDistrict {
        /** The code. */ district: District
    } => "the scheme does not run in district {district}";
    /// The fund is of another scheme than the case. Next: draw on a fund of the case's scheme.
    403 References "fund_of_another_scheme" FundOfAnotherScheme {}
        => "the fund is of another scheme than the case";
    /// The fund is of another district than the case. Next: draw on its district's or the pool's.
    404 References "fund_of_another_district" FundOfAnotherDistrict {
        /** The case's district. */ case: District,
        /** The fund's district. */ fund: District
    } => "the case is of district {case}, the fund of {fund}";
    /// The position is no payment. Next: name the position of a `Disbursed`.
    405 References "unknown_payment" UnknownPayment {
        /** The position named. */ payment: Position
    } => "position {payment} is no payment";
    /// The position is no return of this instalment that waits for a re-issue. Next: correct it.
    406 References "unknown_return" UnknownReturn {
        /** The position named. */ returned: Position
    } => "position {returned} is no return of this instalment that waits for a re-issue";
    /// A payment comes back whole. Next: state its whole amount.
    407 References "amount_differs" AmountDiffers {
        /** The payment's amount. */ paid: Money,
        /** The amount stated. */ stated: Money
    } => "the payment was ₹ {}, not ₹ {}", paid.grouped(), stated.grouped();
    /// The position is no event, or none that can be reversed. Next: correct it; the entry of its
    /// kind says what corrects it.
    408 References "not_reversible" NotReversible {
        /** The position named. */ of: Position
    } => "position {of} is no event that can be reversed";
    /// Money moves between funds of one year. Next: name a fund of that year.
    409 References "fund_of_another_year" FundOfAnotherYear {
        /** The year of the fund it leaves. */ from: FinancialYear,
        /** The year of the fund it goes to. */ to: FinancialYear
    } => "the one fund is of {from}, the other of {to}";
    /// A sanction is carried into a later year. Next: name a fund of one.
    410 References "fund_not_of_a_later_year" FundNotOfALaterYear {
        /** The year it was granted in. */ from: FinancialYear,
        /** The year of the fund named. */ to: FinancialYear
    } => "a sanction of {from} is not carried into {to}";
    /// No audit stands there, or it has no such finding. Next: correct the position or the number.
    411 References "unknown_finding" UnknownFinding {
        /** The position named. */ audit: Position,
        /** The finding named. */ finding: u16
    } => "no audit with a finding {finding} stands at position {audit}";
    /// The position is no statement. Next: name the position of a `StatementReceived`.
    412 References "unknown_statement" UnknownStatement {
        /** The position named. */ statement: Position
    } => "position {statement} is no statement";
    /// Lines come in order, each once, and no more than the statement has. Next: send the next ones.
    413 References "line_out_of_order" LineOutOfOrder {
        /** The number of the next line. */ next: u32
    } => "the statement's next line is number {next}";
    /// The statement has no such line. Next: correct the number.
    414 References "unknown_line" UnknownLine {
        /** The line named. */ line: u32
    } => "the statement has no line {line}";
    /// The position is no event that a line can be. Next: correct it.
    415 References "unknown_target" UnknownTarget {
        /** The position named. */ target: Position
    } => "position {target} is no money that a line of this side can be";
    /// The position is no match that stands. Next: correct it.
    416 References "unknown_match" UnknownMatch {
        /** The position named. */ matched: Position
    } => "position {matched} is no match that stands";
    /// A fingerprint is missing under a key that is held. Next: send one under every key held.
    417 References "key_id_missing" KeyIdMissing {
        /** The key. */ key_id: u16
    } => "a fingerprint is missing under key {key_id}";
    /// The case is of another scheme or district than the stock. Next: correct either.
    418 References "case_of_another_store" CaseOfAnotherStore {}
        => "the case is of another scheme or district than the stock";
    /// The position lies in the future of the ledger. Next: correct it.
    419 References "position_ahead" PositionAhead {
        /** The position named. */ position: Position
    } => "position {position} is not reached yet";
    // ---- terms
    /// No terms of the scheme are in force on this day. Next: open the scheme's terms for it.
    501 Terms "no_terms_in_force" NoTermsInForce {
        /** The day. */ day: Day
    } => "no terms of the scheme are in force on {day}";
    /// The terms do not ask for this fact. Next: leave it out.
    502 Terms "unknown_fact" UnknownFact { ; /** The fact. */ fact }
        => "the terms do not ask for the fact {fact}";
    /// The fact is of another kind. Next: state it as the terms ask.
    503 Terms "fact_of_wrong_kind" FactOfWrongKind { ; /** The fact. */ fact }
        => "the fact {fact} is not of the kind the terms ask for";
    /// The terms ask for a fact that is not stated. Next: state it.
    504 Terms "missing_fact" MissingFact { ; /** The fact. */ fact }
        => "the terms ask for the fact {fact}";
    /// The terms give nothing for these facts. Next: none under these terms.
    505 Terms "not_entitled" NotEntitled { ; /** The condition or item. */ code }
        => "the terms give nothing: {code} does not hold";
    /// Above what the terms give. Next: sanction at most the entitlement.
    506 Terms "exceeds_entitlement" ExceedsEntitlement {
        /** What the terms give. */ entitlement: Money,
        /** How much is too much. */ over: Money
    } => "₹ {} above the entitlement of ₹ {}", over.grouped(), entitlement.grouped();
    /// The terms begin no later than the latest ones, or belong to no later day. Next: correct
    /// their first day.
    507 Terms "terms_out_of_order" TermsOutOfOrder {
        /** The latest terms' first day. */ latest: Day
    } => "the terms begin no later than the latest ones, which begin on {latest}";
    /// More instalments than the terms allow. Next: pay in fewer.
    508 Terms "too_many_instalments" TooManyInstalments {
        /** The most there may be. */ limit: u16
    } => "the terms allow {limit} instalments";
    /// The day lies outside the fund's financial year. Next: a fund of that year, or carry the
    /// sanction forward with its authority.
    509 Terms "outside_fund_year" OutsideFundYear {
        /** The fund's year. */ fund: FinancialYear,
        /** The day. */ day: Day
    } => "{day} lies outside {fund}, the year of the fund";
    /// The sanction comes to that already. Next: none.
    510 Terms "amount_unchanged" AmountUnchanged {
        /** What it comes to. */ sanctioned: Money
    } => "the sanction comes to ₹ {} already", sanctioned.grouped();
    /// Somebody of the case had as much of this as the terms allow. Next: none while that counts.
    511 Terms "limit_reached" LimitReached {
        /** The application of the first case that counts. */ first: Position,
        /** How many there may be. */ limit: u16;
        /** The limit. */ code
    } => "{code} allows {limit}, and the first that counts applied at position {first}";
    /// Something must come first that the case has not come to. Next: that, or its record.
    512 Terms "step_out_of_order" StepOutOfOrder { ; /** What must come first. */ missing }
        => "{missing} must come first";
    /// The terms leave this step, or what it comes to, to another role. Next: who has it.
    513 Terms "step_of_another_role" StepOfAnotherRole { ; /** The step. */ step }
        => "the terms leave {step} to another role";
    /// The terms ask for a paper of a kind that is not named. Next: name it.
    514 Terms "evidence_missing" EvidenceMissing { ; /** The kind. */ kind }
        => "the terms ask for a paper of the kind {kind}";
    /// The terms do not allow it yet. Next: wait for the day.
    515 Terms "too_early" TooEarly {
        /** The first day. */ from: Day
    } => "the terms allow it from {from}";
    /// Too little of what was paid is shown to be used. Next: record what was used.
    516 Terms "too_little_used" TooLittleUsed {
        /** What is shown to be used. */ used: Total,
        /** What must be. */ needed: Total
    } => "₹ {} is shown to be used, and must be ₹ {}", used.grouped(), needed.grouped();
    /// The step is one of cases with other facts. Next: the step for these, or amend the facts.
    517 Terms "step_of_other_cases" StepOfOtherCases { ; /** The step. */ step }
        => "{step} is a step of cases with other facts";
    /// What came back for this reason is paid again to another account only. Next: another account.
    518 Terms "other_account_needed" OtherAccountNeeded {
        /** The return. */ returned: Position
    } => "what came back at position {returned} is paid again to another account only";
    /// What came back for this reason is not paid again. Next: an order that names who takes the
    /// payee's place, with another account.
    519 Terms "payment_stopped" PaymentStopped {
        /** The return. */ returned: Position
    } => "what came back at position {returned} stops the payment";
    // ---- conservation
    /// More than the fund has left. Next: sanction less, or have the fund allotted more.
    601 Conservation "exceeds_budget" ExceedsBudget {
        /** What may still be sanctioned. */ available: Total,
        /** How much is too much. */ over: Total
    } => "₹ {} above the ₹ {} the fund has left", over.grouped(), available.grouped();
    /// More than the sanction has left. Next: pay at most what is left.
    602 Conservation "exceeds_sanction" ExceedsSanction {
        /** What may still be paid. */ remaining: Total,
        /** How much is too much. */ over: Total
    } => "₹ {} above the ₹ {} the sanction has left", over.grouped(), remaining.grouped();
    /// More than the oldest fund with money outstanding paid and nobody recovered, used or adjusted.
    /// Next: at most that; what a later fund paid, by another command.
    603 Conservation "exceeds_paid" ExceedsPaid {
        /** What may still be recovered. */ remaining: Total,
        /** How much is too much. */ over: Total
    } => "₹ {} above the ₹ {} paid and not accounted for", over.grouped(), remaining.grouped();
    /// More interest than the fund's money earned and nobody handed back. Next: remit at most that.
    604 Conservation "exceeds_interest" ExceedsInterest {
        /** What is held. */ held: Total,
        /** How much is too much. */ over: Total
    } => "₹ {} above the ₹ {} of interest held", over.grouped(), held.grouped();
    /// More things than there are. Next: count again, or record what came.
    605 Conservation "exceeds_stock" ExceedsStock {
        /** How many there are. */ held: u64,
        /** How many are too many. */ over: u64
    } => "{over} above the {held} there are";
    /// More is asked back, earlier demands counted, than was paid and did not come back. Next: demand
    /// at most what is left.
    606 Conservation "exceeds_demandable" ExceedsDemandable {
        /** What may still be demanded. */ remaining: Total,
        /** How much is too much. */ over: Total
    } => "₹ {} above the ₹ {} that may still be asked back", over.grouped(), remaining.grouped();
}

impl core::error::Error for Refusal {}

/// The refusals of the first stage that fails, in checking order; never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    first: Box<Refusal>,
    others: Vec<Refusal>,
}

impl Refused {
    /// Refusals of one stage in checking order; `None` of none.
    #[must_use]
    pub fn new(refusals: Vec<Refusal>) -> Option<Refused> {
        let mut refusals = refusals.into_iter();
        let first = Box::new(refusals.next()?);
        Some(Refused { first, others: refusals.collect() })
    }

    /// The first, whose code is the answer's.
    #[must_use]
    pub const fn first(&self) -> &Refusal {
        &self.first
    }

    /// All of them, in checking order.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        core::iter::once(&*self.first).chain(&self.others)
    }

    /// Every message, joined for a reader.
    #[must_use]
    pub fn message(&self) -> String {
        self.others.iter().fold(format!("{}", self.first), |text, next| format!("{text}; {next}"))
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        Refused { first: Box::new(refusal), others: Vec::new() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.first.code(), self.message())
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests;
