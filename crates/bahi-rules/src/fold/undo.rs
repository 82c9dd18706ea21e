//! Unmaking the last event, exactly.

use bahi_core::{Event, KeyChange, Money, Position, Recorded};

use crate::state::{Case, Detail, State, Stock, Store};

impl State {
    /// Unmakes the last event applied.
    ///
    /// The caller gives the very event; anything else leaves a state that belongs to no log. An
    /// event from before the last [`State::settle`] is not unmade whole.
    pub fn unapply(&mut self, recorded: &Recorded) {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        if let Some((movement, back)) = recorded.movement() {
            self.post(movement, envelope.fund, envelope.amount, !back);
        }
        self.entries.remove(&position);
        self.commands.pop();
        self.unchange(recorded);
        self.owners.pop();
        self.names.forget(&envelope.introduced);
        self.last = Position(position.0.saturating_sub(1));
    }

    fn unchange(&mut self, recorded: &Recorded) {
        let (envelope, position) = (&recorded.envelope, recorded.position);
        match &recorded.event {
            Event::SchemeOpened(_) => {
                self.schemes.pop();
                self.terms_at.pop();
            }
            Event::TermsChanged(_) => {
                if let Some(scheme) = self.open_mut(envelope.fund.scheme) {
                    scheme.versions.pop();
                    self.terms_at.pop();
                }
            }
            Event::Applied(_) => {
                if let Some(case) = self.cases.pop() {
                    self.facts.truncate(case.facts.0 as usize);
                    self.unclaim(case.number);
                    self.case_refs.pop(&case.reference, case.number);
                }
            }
            Event::ApplicationAmended(_) => {
                if let Ok(case) = self.case_mut(envelope.case) {
                    let from = case.facts.0 as usize;
                    self.facts.truncate(from);
                }
                self.put_back(position);
            }
            Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::SanctionCarried(_)
            | Event::Lapsed(_) => self.put_back(position),
            Event::Barred(barred) => {
                if let Some(bars) = self.bars.get_mut(&barred.subject) {
                    bars.pop();
                    if bars.is_empty() {
                        self.bars.remove(&barred.subject);
                    }
                }
            }
            Event::Sanctioned(_) => self.unmake(recorded, |case| case.sanction = None),
            Event::Disbursed(_) => self.unmake(recorded, |case| {
                case.payments.pop();
                pay_back(case, recorded);
            }),
            Event::PaymentReturned(returned) => {
                self.return_reasons.remove(&position);
                self.unmake(recorded, |case| {
                    let find = |payment: &&mut crate::Payment| payment.position == returned.payment;
                    if let Some(payment) = case.payments.iter_mut().find(find) {
                        payment.returned = Position::NONE;
                    }
                    if let Some(draw) = case.draw_mut(&envelope.fund) {
                        draw.unpaid = less(draw.unpaid, envelope.amount);
                    }
                });
            }
            Event::PaymentConfirmed(confirmed) => {
                self.confirmations.remove(&confirmed.payment);
                self.unmake(recorded, |_| {});
            }
            Event::Recovered(_) | Event::Utilised(_) | Event::Adjusted(_) => {
                self.unmake(recorded, |case| {
                    if matches!(recorded.event, Event::Utilised(_)) {
                        case.used = less(case.used, envelope.amount);
                    }
                    if let Some(draw) = case.draw_mut(&envelope.fund) {
                        draw.accounted = less(draw.accounted, envelope.amount);
                    }
                });
            }
            Event::RecoveryDemanded(demand) => self.unmake(recorded, |case| {
                case.demanded = less(case.demanded, demand.demanded);
            }),
            Event::StockMoved(moved) => {
                let fund = &envelope.fund;
                let store = (fund.scheme, fund.district, moved.item);
                self.recount(store, |stock| {
                    let count = stock.count(moved.movement);
                    *count = count.saturating_sub(u64::from(moved.quantity));
                });
                self.unmake(recorded, |_| {});
            }
            Event::Audited(_) => {
                self.audits.remove(&position);
                self.unmake(recorded, |case| case.audits = case.audits.saturating_sub(1));
            }
            Event::FindingSettled(settled) => {
                self.settlements.remove(&(settled.audit, settled.finding));
                self.unmake(recorded, |_| {});
            }
            Event::StateCertified(_) => drop(self.certificates.pop()),
            Event::PeriodSealed(_) => drop(self.seals.pop()),
            Event::StatementReceived(statement) => {
                self.files.remove(&(statement.file, statement.part));
                self.statements.remove(&position);
            }
            Event::StatementLines(lines) => {
                if let Some(statement) = self.statements.get_mut(&lines.statement) {
                    let left = statement.lines.len().saturating_sub(lines.lines.len());
                    statement.lines.truncate(left);
                }
            }
            Event::Matched(_) | Event::MatchDecided(_) => {
                if let Some(joined) = self.matches.remove(&position) {
                    self.let_go(&joined);
                }
                self.unmake(recorded, |_| {});
            }
            Event::Unmatched(unmatched) => {
                if let Some(joined) = self.matches.get(&unmatched.matched).cloned() {
                    self.hold(&joined, unmatched.matched);
                }
                self.unmake(recorded, |_| {});
            }
            Event::Reversed(reversed) => self.unreverse(position, reversed.of),
            Event::KeyRotated(rotated) => match rotated.change {
                KeyChange::Added if rotated.key_id == 1 => self.keys.first = false,
                KeyChange::Added => self.keys.added = self.keys.added.saturating_sub(1),
                KeyChange::Destroyed => self.keys.destroyed.retain(|key| *key != rotated.key_id),
            },
            Event::ActorKeySet(set) => {
                if let Some(keys) = self.actor_keys.get_mut(&set.signer) {
                    keys.pop();
                    if keys.is_empty() {
                        self.actor_keys.remove(&set.signer);
                    }
                }
            }
            Event::MovedToSuspense(moved) => {
                self.forget_suspended(moved.payment, position);
                self.unmake(recorded, |_| {});
            }
            Event::StepRecorded(step) => {
                self.steps.leave((envelope.case, step.step), position);
                self.unmake(recorded, |_| {});
            }
            Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_) => {}
        }
    }

    /// Unmakes a change that its event tells how to unmake.
    fn unmake(&mut self, recorded: &Recorded, change: impl FnOnce(&mut Case)) {
        if let Ok(case) = self.case_mut(recorded.envelope.case) {
            change(case);
            case.last = recorded.envelope.previous;
        }
    }

    /// Puts a case back as it was before the event at a position.
    fn put_back(&mut self, position: Position) {
        if self.undo.0.last().is_some_and(|(of, _)| *of == position)
            && let Some((_, before)) = self.undo.0.pop()
            && let Ok(case) = self.case_mut(before.position)
        {
            *case = before;
        }
    }

    fn unreverse(&mut self, position: Position, of: Position) {
        self.reversals.remove(&of);
        self.put_back(position);
        match self.entries.get(&of).map(|entry| entry.detail) {
            None | Some(Detail::None | Detail::Demanded(_)) => {}
            Some(Detail::Suspended(payment)) => {
                let standing = self.suspended.entry(payment).or_default();
                let place = standing.partition_point(|one| *one < of);
                standing.insert(place, of);
            }
            Some(Detail::Bar(subject, bar)) => {
                let bars = self.bars.entry(subject).or_default();
                let place = bars.partition_point(|held| held.position < bar.position);
                bars.insert(place, bar);
            }
            Some(Detail::Confirmed(payment, day)) => {
                self.confirmations.insert(payment, (of, day));
            }
            Some(Detail::Step(step, day)) => {
                if let Some(case) = self.owner(of).map(|case| case.position) {
                    self.steps.take((case, step), (of, day));
                }
            }
            Some(Detail::Settled(audit, finding)) => {
                self.settlements.insert((audit, finding), of);
            }
            Some(Detail::Stock(store, movement, quantity)) => self.recount(store, |stock| {
                let count = stock.count(movement);
                *count = count.saturating_add(u64::from(quantity));
            }),
        }
    }

    fn recount(&mut self, store: Store, change: impl FnOnce(&mut Stock)) {
        let mut stock = self.stock.get(&store).copied().unwrap_or_default();
        change(&mut stock);
        self.keep_stock(store, stock);
    }
}

fn less(sum: Money, amount: Money) -> Money {
    sum.checked_sub(amount).unwrap_or_default()
}

fn pay_back(case: &mut Case, recorded: &Recorded) {
    if let Some(draw) = case.draw_mut(&recorded.envelope.fund) {
        draw.unpaid = draw.unpaid.checked_add(recorded.envelope.amount).unwrap_or(draw.unpaid);
    }
}
