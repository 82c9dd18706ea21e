//! Reversals: which event stands, what rests on it, and how its effect is taken away.
//!
//! # Invariants
//! * An event is reversed once, and only after every event that rests on it.
//! * What changed a sanction is reversed in the opposite order.

use bahi_core::{EventKind, FundKey, Money, Movement, Position, Recorded, Reversed};

use super::{Check, change::regrant, holds};
use crate::state::{Case, Detail, Draw, State};

/// An event that can be reversed, as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) kind: EventKind,
    pub(crate) movement: Option<Movement>,
    pub(crate) fund: FundKey,
    pub(crate) amount: Money,
    /// Its case; none where it is of none.
    pub(crate) case: Position,
    pub(crate) detail: Detail,
}

impl State {
    /// The event at a position, if it is one that can be reversed, reversed already or not.
    pub(crate) fn standing(&self, of: Position) -> Option<Standing> {
        let case = self.owner(of);
        let owner = case.map(|case| case.position).unwrap_or_default();
        if let Some(entry) = self.entries.get(&of) {
            return Some(Standing {
                kind: entry.kind,
                movement: entry.movement,
                fund: entry.fund,
                amount: entry.amount,
                case: owner,
                detail: entry.detail,
            });
        }
        let of_case = |kind, movement, fund, amount| Standing {
            kind,
            movement: Some(movement),
            fund,
            amount,
            case: owner,
            detail: Detail::None,
        };
        let case = case?;
        if let Some(sanction) = case.sanction.filter(|sanction| sanction.position == of) {
            let (first, changed) = (case.older.first(), sanction.draw);
            let fund = first.unwrap_or(&changed).fund;
            return Some(of_case(EventKind::Sanctioned, Movement::Sanction, fund, sanction.amount));
        }
        for payment in &case.payments {
            let of_payment = |kind, movement| of_case(kind, movement, payment.fund, payment.amount);
            if payment.position == of {
                return Some(of_payment(EventKind::Disbursed, Movement::Payment));
            }
            if payment.returned == of {
                return Some(of_payment(EventKind::PaymentReturned, Movement::Return));
            }
        }
        None
    }

    /// An event that must be reversed, or a match that must be undone, before this one can be.
    pub(crate) fn rests_on(&self, of: Position, standing: &Standing) -> Option<Position> {
        if let Some(matched) = self.matched_targets.get(&of) {
            return Some(*matched);
        }
        let case = self.case(standing.case)?;
        let ended = case.closed().filter(|ended| *ended > of);
        match standing.movement? {
            Movement::Sanction => {
                let changes = case.changes.iter().map(|change| change.position);
                changes.chain(case.standing_payments().map(|one| one.position)).max()
            }
            Movement::Payment => {
                let payment = case.payments.iter().find(|payment| payment.position == of)?;
                let returned = Some(payment.returned).filter(|returned| !returned.is_none());
                let confirmed = self.confirmations.get(&of).map(|(confirmed, _)| *confirmed);
                ended.or(confirmed).or(returned)
            }
            Movement::Return => {
                let payment = case.payments.iter().find(|payment| payment.returned == of)?;
                let latest = case.latest(payment.instalment)?;
                (latest.position != payment.position).then_some(latest.position)
            }
            Movement::Increase => ended
                .or(case.changed_after(of))
                .or_else(|| case.come_back_since(of, &standing.fund)),
            Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
                ended.or(case.changed_after(of))
            }
            Movement::Carry { .. } => {
                // The fund was new to the case if the one before it was left by this very carry.
                let new = case.older.last().is_some_and(|older| older.until == of);
                let of_fund = case.standing_payments().filter(|one| one.fund == standing.fund);
                let paid = of_fund.map(|one| one.position).max().filter(|_| new);
                let back = case.come_back_since(of, &standing.fund);
                ended.or(case.changed_after(of)).or(paid).or(back)
            }
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::Transfer { .. }
            | Movement::FundLapse
            | Movement::Suspense
            | Movement::Recovery
            | Movement::Utilisation
            | Movement::Adjustment
            | Movement::Interest
            | Movement::Remittance => None,
        }
    }

    /// Takes away what an event did.
    pub(super) fn reverse(&mut self, recorded: &Recorded, reversed: &Reversed) -> Check {
        let (envelope, of) = (&recorded.envelope, reversed.of);
        let fresh = !self.reversals.contains_key(&of);
        holds(fresh, "its event is reversed already")?;
        let standing = self.standing(of).ok_or("its event cannot be reversed")?;
        let same = standing.kind == reversed.kind
            && standing.movement == reversed.movement
            && standing.amount == envelope.amount
            && standing.case == envelope.case
            && (standing.movement.is_none() || standing.fund == envelope.fund);
        holds(same, "it is not what its event was")?;
        let free = self.rests_on(of, &standing).is_none();
        holds(free, "a later event rests on its event")?;
        let stock = self.stock_without(&standing.detail)?;
        // An event of no case changes nothing but sums and what is remembered beside them.
        if !envelope.case.is_none() {
            self.on_case(recorded, |case| take_away(case, of, &standing, recorded.position))?;
        }
        match standing.detail {
            Detail::None | Detail::Demanded(_) => {}
            Detail::Suspended(payment) => self.forget_suspended(payment, of),
            Detail::Bar(subject, bar) => {
                if let Some(bars) = self.bars.get_mut(&subject) {
                    bars.retain(|held| held.position != bar.position);
                    if bars.is_empty() {
                        self.bars.remove(&subject);
                    }
                }
            }
            Detail::Confirmed(payment, _) => {
                self.confirmations.remove(&payment);
            }
            Detail::Step(step, _) => self.steps.leave((envelope.case, step), of),
            Detail::Settled(audit, finding) => {
                self.settlements.remove(&(audit, finding));
            }
            Detail::Stock(store, ..) => {
                self.keep_stock(store, stock.unwrap_or_default());
            }
        }
        self.reversals.insert(of, recorded.position);
        Ok(())
    }

    /// The stock without a movement of things; none where the event moved none.
    fn stock_without(&self, detail: &Detail) -> Result<Option<crate::state::Stock>, &'static str> {
        let Detail::Stock((scheme, district, item), movement, quantity) = *detail else {
            return Ok(None);
        };
        let mut stock = self.stock(scheme, district, item);
        let count = stock.count(movement);
        *count = count.checked_sub(u64::from(quantity)).ok_or("fewer things moved than that")?;
        holds(stock.sound(), "more things go than there are")?;
        Ok(Some(stock))
    }
}

/// Takes away what an event did to its case.
fn take_away(case: &mut Case, of: Position, standing: &Standing, position: Position) -> Check {
    if case.ending.is_some_and(|ending| ending.position == of) {
        case.ending = None;
    }
    if let Detail::Demanded(amount) = standing.detail {
        let left = case.demanded.checked_sub(amount);
        case.demanded = left.ok_or("less was asked back than that")?;
    }
    let Some(movement) = standing.movement else { return Ok(()) };
    let (fund, amount) = (&standing.fund, standing.amount);
    match movement {
        Movement::Sanction => {
            let sanction = case.sanction.ok_or("its case is not sanctioned")?;
            holds(sanction.draw.unpaid == sanction.amount, "it was paid or changed")?;
            case.sanction = None;
            Ok(())
        }
        Movement::Payment => {
            let draw = case.draw_mut(fund).ok_or("its fund is not the sanction's")?;
            draw.unpaid = draw.unpaid.checked_add(amount).ok_or("more is unpaid than there is")?;
            let payment = case.payments.iter_mut().find(|payment| payment.position == of);
            payment.ok_or("its payment is not the case's")?.reversed = position;
            Ok(())
        }
        Movement::Return => {
            let draw = case.draw_mut(fund).ok_or("its fund is not the sanction's")?;
            draw.unpaid = draw.unpaid.checked_sub(amount).ok_or("more is paid than sanctioned")?;
            let payment = case.payments.iter_mut().find(|payment| payment.returned == of);
            payment.ok_or("its payment is not the case's")?.returned = Position::NONE;
            Ok(())
        }
        Movement::Recovery | Movement::Utilisation | Movement::Adjustment => {
            let draw = case.draw_mut(fund).ok_or("its fund is not the sanction's")?;
            let accounted = draw.accounted.checked_sub(amount);
            draw.accounted = accounted.ok_or("less is accounted for than that")?;
            if matches!(movement, Movement::Utilisation) {
                let used = case.used.checked_sub(amount);
                case.used = used.ok_or("less is used than that")?;
            }
            Ok(())
        }
        Movement::Increase => {
            regrant(case, fund, (Money::ZERO, amount))?;
            case.changes.pop();
            Ok(())
        }
        Movement::Decrease | Movement::SanctionLapse | Movement::Cancellation => {
            regrant(case, fund, (amount, Money::ZERO))?;
            case.changes.pop();
            let sanction = case.sanction.as_mut().ok_or("its case is not sanctioned")?;
            if sanction.cancelled == of {
                sanction.cancelled = Position::NONE;
            }
            Ok(())
        }
        Movement::Carry { from } => uncarry(case, &from, fund, amount),
        Movement::Allotment
        | Movement::Withdrawal
        | Movement::Transfer { .. }
        | Movement::FundLapse
        | Movement::Suspense
        | Movement::Interest
        | Movement::Remittance => Ok(()),
    }
}

fn uncarry(case: &mut Case, from: &FundKey, to: &FundKey, amount: Money) -> Check {
    let draw = case.draw_mut(to).ok_or("the case does not draw on the fund it was carried to")?;
    draw.unpaid = draw.unpaid.checked_sub(amount).ok_or("more is paid than sanctioned")?;
    let back = case.draw_mut(from).ok_or("the case did not draw on the fund it came from")?;
    back.unpaid = back.unpaid.checked_add(amount).ok_or("more is unpaid than there is")?;
    let carried = case.changes.pop().map(|change| change.position);
    if case.older.last().map(|draw| draw.until) == carried
        && let Some(sanction) = &mut case.sanction
        && let Some(before) = case.older.pop()
    {
        let idle = sanction.draw.unpaid.is_zero() && sanction.draw.accounted.is_zero();
        holds(idle, "the fund it was carried to is in use")?;
        sanction.draw = Draw { until: Position::NONE, ..before };
    }
    Ok(())
}
