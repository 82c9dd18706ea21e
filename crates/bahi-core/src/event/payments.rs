//! What happens to money once it is issued, and to things given in kind.

use crate::{AccountKey, Day, Ifsc, Money, Position, Reference, WordNo};

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
    /// The day the source gives. The envelope's effective day is later where this one lies in a
    /// sealed period.
    pub own_day: Day,
}

/// The bank says that a payment reached its account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentConfirmed {
    /// The `Disbursed` it confirms.
    pub payment: Position,
    /// What the bank calls the transfer: a UTR.
    pub reference: Reference,
    /// The day the source gives.
    pub own_day: Day,
}

/// Money came in that nothing accounts for yet: it waits in suspense for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovedToSuspense {
    /// The `Disbursed` it seems to belong to, or none.
    pub payment: Position,
    /// Why it waits, as a code.
    pub reason: WordNo,
    /// What the bank calls it.
    pub reference: Reference,
    /// The day the source gives.
    pub own_day: Day,
}

/// Money paid was recovered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// Why, as a code.
    pub reason: WordNo,
    /// The challan or bank reference.
    pub reference: Reference,
}

/// Money paid was asked back. A demand moves nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecoveryDemanded {
    /// How much.
    pub demanded: Money,
    /// Why, as a code.
    pub reason: WordNo,
    /// The day by which it is due.
    pub due: Day,
    /// The notice.
    pub reference: Reference,
}

/// Money paid was shown to be used for its purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Utilised {
    /// The certificate.
    pub certificate: Reference,
}

/// Money paid became the beneficiary's own: a margin that turned into a grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adjusted {
    /// Why, as a code.
    pub reason: WordNo,
    /// The report it rests on.
    pub reference: Reference,
}

/// Money of a fund earned interest where it lay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterestEarned {
    /// The bank's or the office's reference.
    pub reference: Reference,
}

/// Interest earned was handed back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterestRemitted {
    /// The challan.
    pub reference: Reference,
}

/// Things in kind, of the envelope's scheme, in its district.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StockMoved {
    /// What, as a code: `toolkit_potter`.
    pub item: WordNo,
    /// What became of them.
    pub movement: StockMove,
    /// How many, from 1.
    pub quantity: u32,
    /// The order, the receipt, the voucher.
    pub reference: Reference,
}

/// What becomes of things in kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StockMove {
    /// They were ordered.
    Ordered,
    /// They came, out of what was ordered.
    Received,
    /// They went to a beneficiary, out of what was received.
    HandedOver,
    /// They are lost or useless, out of what was received.
    WrittenOff,
}

impl StockMove {
    /// Every movement, in order of its number.
    pub const ALL: [StockMove; 4] =
        [StockMove::Ordered, StockMove::Received, StockMove::HandedOver, StockMove::WrittenOff];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            StockMove::Ordered => "ordered",
            StockMove::Received => "received",
            StockMove::HandedOver => "handed_over",
            StockMove::WrittenOff => "written_off",
        }
    }
}
