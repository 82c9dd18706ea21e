//! A case as the rules remember it: how far it has come, what it was granted, what it was paid.

use alloc::vec::Vec;

use bahi_core::{
    ActorNo, Day, District, EventKind, Fingerprint, FundKey, Money, Position, SchemeNo, Total,
};

use super::HeldRef;

/// A case, from its application on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its application.
    pub position: Position,
    /// Its last event.
    pub last: Position,
    /// Its number, from 0, and where its claims begin among all.
    pub(crate) number: u32,
    pub(crate) claims: u32,
    /// Whether somebody whose it is has a claim on another case too, as far as claims are kept.
    pub(crate) shared: bool,
    /// What it is called.
    pub(crate) reference: HeldRef,
    /// Its scheme.
    pub scheme: SchemeNo,
    /// Its district.
    pub district: District,
    /// Where its facts begin among all, and how many they are.
    pub(crate) facts: (u32, u8),
    /// The day it applied.
    pub applied: Day,
    /// Its sanction, while it has one.
    pub sanction: Option<Sanction>,
    /// What it drew on before its sanction was carried on, oldest first.
    pub older: Vec<Draw>,
    /// What changed its sanction and stands, oldest first.
    pub(crate) changes: Vec<Change>,
    /// Every payment, in order, reversed ones among them.
    pub payments: Vec<Payment>,
    /// What was asked back.
    pub demanded: Money,
    /// What was shown to be used.
    pub used: Money,
    /// How it ended, where it did.
    pub(crate) ending: Option<Ending>,
    /// Audits.
    pub audits: u32,
}

/// A case's sanction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sanction {
    /// Where it stands.
    pub position: Position,
    /// Who granted it.
    pub actor: ActorNo,
    /// The day it counts.
    pub day: Day,
    /// The version of the terms it was decided under.
    pub terms: u16,
    /// What it comes to, net of all that changed it.
    pub amount: Money,
    /// Where it was taken back; none while it stands.
    pub cancelled: Position,
    /// The fund it draws on now.
    pub draw: Draw,
}

/// What a case has of one fund.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    /// The fund.
    pub fund: FundKey,
    /// Granted from it and not paid.
    pub unpaid: Money,
    /// Paid from it and recovered, used or adjusted.
    pub accounted: Money,
    /// The carry after which the case drew on another fund; none while it draws on this one.
    pub(crate) until: Position,
}

/// An event that changed what a sanction comes to or draws on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    pub(crate) position: Position,
    /// Who raised it; none for any other change.
    pub(crate) raised_by: ActorNo,
}

/// How a case ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ending {
    pub(crate) position: Position,
    pub(crate) kind: EventKind,
}

/// A payment of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payment {
    /// Where it stands.
    pub position: Position,
    /// How much.
    pub amount: Money,
    /// The fund it came from.
    pub fund: FundKey,
    /// Its return; none while it has none.
    pub returned: Position,
    /// Its reversal; none while it stands.
    pub reversed: Position,
    /// Which instalment.
    pub instalment: u16,
    /// The day it counts.
    pub day: Day,
    /// Who issued it.
    pub(crate) actor: ActorNo,
    /// The account it went to, as far as two are told apart.
    pub(crate) payee: AccountMark,
}

/// The first half of an account's fingerprint: it tells two accounts apart and is no longer than
/// that takes. Prints are keyed, so nobody chooses two alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AccountMark(pub(super) [u8; 8]);

impl AccountMark {
    pub(crate) fn of(print: Fingerprint) -> AccountMark {
        let mut mark = [0; 8];
        mark.copy_from_slice(&print.print[..8]);
        AccountMark(mark)
    }
}

impl Payment {
    /// Whether it was issued, stands, and did not come back.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.returned.is_none() && self.reversed.is_none()
    }
}

impl Case {
    /// What it was granted, net.
    #[must_use]
    pub fn sanctioned(&self) -> Total {
        self.sanction.map_or(Total::ZERO, |sanction| Total::from(sanction.amount))
    }

    /// What was paid and did not come back.
    #[must_use]
    pub fn paid(&self) -> Total {
        self.live().map(|payment| Total::from(payment.amount)).sum()
    }

    /// What was paid and is recovered, used or adjusted.
    #[must_use]
    pub fn accounted(&self) -> Total {
        self.draws().map(|draw| Total::from(draw.accounted)).sum()
    }

    /// What may still be paid, from whichever fund.
    #[must_use]
    pub fn payable(&self) -> Total {
        self.draws().map(|draw| Total::from(draw.unpaid)).sum()
    }

    /// What may still be recovered, used or adjusted: paid, not come back, not accounted for.
    #[must_use]
    pub fn recoverable(&self) -> Total {
        self.paid() - self.accounted()
    }

    /// The same, of what one fund paid.
    #[must_use]
    pub fn outstanding(&self, fund: &FundKey) -> Total {
        let of_fund = self.live().filter(|payment| payment.fund == *fund);
        let paid: Total = of_fund.map(|payment| Total::from(payment.amount)).sum();
        paid - self.draw(fund).map_or(Total::ZERO, |draw| Total::from(draw.accounted))
    }

    /// The oldest fund with money outstanding, and how much.
    #[must_use]
    pub fn oldest_outstanding(&self) -> Option<(FundKey, Total)> {
        let of = |draw: &Draw| (draw.fund, self.outstanding(&draw.fund));
        self.draws().map(of).find(|(_, outstanding)| *outstanding > Total::ZERO)
    }

    /// The oldest fund with something unpaid, other than one.
    #[must_use]
    pub fn oldest_unpaid(&self, other_than: Option<FundKey>) -> Option<&Draw> {
        self.draws().find(|draw| !draw.unpaid.is_zero() && Some(draw.fund) != other_than)
    }

    /// What the case has of one fund.
    #[must_use]
    pub fn draw(&self, fund: &FundKey) -> Option<&Draw> {
        self.draws().find(|draw| draw.fund == *fund)
    }

    /// The latest payment of an instalment that was not reversed.
    #[must_use]
    pub fn latest(&self, instalment: u16) -> Option<&Payment> {
        let of =
            |payment: &&Payment| payment.instalment == instalment && payment.reversed.is_none();
        self.payments.iter().rev().find(of)
    }

    /// Where the case was rejected, withdrawn or closed; none while it is open.
    #[must_use]
    pub fn closed(&self) -> Option<Position> {
        self.ending.map(|ending| ending.position)
    }

    /// Whether a fund or a store is of the case's scheme, and of its district or the pool.
    pub(crate) fn may_draw_on(&self, fund: &FundKey) -> bool {
        fund.scheme == self.scheme && (fund.district == self.district || fund.district.is_pool())
    }

    pub(crate) fn live(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().filter(|payment| payment.is_live())
    }

    /// Payments that were not reversed, come back or not.
    pub(crate) fn standing_payments(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().filter(|payment| payment.reversed.is_none())
    }

    /// The latest payment from a fund after an event that came back and was not reversed. It rests
    /// on what gave it room: without that room its return could not be reversed any more.
    pub(crate) fn come_back_since(&self, of: Position, fund: &FundKey) -> Option<Position> {
        let back = |one: &&Payment| one.position > of && one.fund == *fund && !one.is_live();
        self.standing_payments().filter(back).map(|one| one.position).max()
    }

    /// The latest change of the sanction, where it is another than this one.
    pub(crate) fn changed_after(&self, of: Position) -> Option<Position> {
        self.changes.last().map(|last| last.position).filter(|last| *last != of)
    }

    pub(crate) fn draws(&self) -> impl Iterator<Item = &Draw> {
        self.older.iter().chain(self.sanction.as_ref().map(|sanction| &sanction.draw))
    }

    pub(crate) fn draw_mut(&mut self, fund: &FundKey) -> Option<&mut Draw> {
        let current = self.sanction.as_mut().map(|sanction| &mut sanction.draw);
        self.older.iter_mut().chain(current).find(|draw| draw.fund == *fund)
    }

    /// Whether what the case was granted is what its payments and unpaid parts come to, and no
    /// fund has more accounted for than it paid.
    pub(crate) fn sound(&self) -> Result<(), &'static str> {
        if self.sanctioned() != self.paid() + self.payable() {
            return Err("more is paid than sanctioned");
        }
        // What was paid is not below zero: only where something is accounted for can it be too much.
        let mut accounted = self.draws().filter(|draw| !draw.accounted.is_zero());
        if accounted.any(|draw| self.outstanding(&draw.fund).is_negative()) {
            return Err("more is accounted for than paid");
        }
        Ok(())
    }
}
