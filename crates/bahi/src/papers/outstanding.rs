//! Money that is out: payments that stand, and what of them is accounted for.
//!
//! # Invariants
//! * What a case accounts for in a fund is set against its oldest payment from that fund first; what is
//!   left over stands against its last, so that the lines come to the balances.

use std::collections::{BTreeMap, BTreeSet};

use bahi_core::{
    Day, Event, EventKind, FundKey, Milestone, Movement, Position, Recorded, Span, Subject, Terms,
    Total,
};
use bahi_reports::papers::{
    Paper,
    forms::{Ageing, Back, Out, TermDeposits},
};

use super::{district_shown, effects, scope};
use crate::{Basis, Error, Filter, Ledger, View, press::Press};

/// The scheme whose money lies in term deposits.
pub const LOCKED_SCHEME: &str = "margin-money";
/// The step by which a deposit is seen to have served its purpose.
const INSPECTION: &str = "joint_inspection";
/// How many digits of an account's key a register has.
const ACCOUNT_DIGITS: usize = 12;

/// A payment that stands.
struct Payment {
    fund: FundKey,
    case: Position,
    day: Day,
    amount: Total,
    terms: u16,
    ifsc: String,
    account: String,
    reference: String,
}

/// What accounts for money.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Adjusted,
    Utilised,
    Recovered,
}

/// Something that accounted for money of a case and stands.
struct Accounted {
    fund: FundKey,
    case: Position,
    day: Day,
    how: How,
    amount: Total,
}

/// A return that stands.
struct Returned {
    payment: Position,
    day: Day,
    reason: String,
}

/// An event of a view that takes back what counts only after it: a reversal, a return.
struct Loose {
    position: Position,
    fund: FundKey,
    case: Position,
    day: Day,
    of: Position,
    /// What it changes advances by.
    amount: Total,
}

/// What is out, and what came back.
#[derive(Default)]
struct Outstanding {
    refs: BTreeMap<Position, String>,
    payments: BTreeMap<Position, Payment>,
    /// Returns that stand.
    returns: BTreeMap<Position, Returned>,
    /// What counts in the view before what it rests on does.
    loose: Vec<Loose>,
    /// Returns that a payment followed, by that payment.
    reissued: BTreeMap<Position, Position>,
    accounted: BTreeMap<Position, Accounted>,
    inspected: BTreeMap<Position, (Position, Day)>,
    /// Credits that stand, with the payment.
    credits: BTreeMap<Position, (Position, Day)>,
}

impl Ledger {
    /// The register of margin money in term deposits over the funds a filter takes; of the scheme
    /// [`LOCKED_SCHEME`] where it names none.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn term_deposits(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.press().term_deposits(filter, view)
    }

    /// The ageing of unadjusted and returned money over the funds a filter takes.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn ageing(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.press().ageing(filter, view)
    }
}

impl Press<'_> {
    /// As [`Ledger::term_deposits`] says.
    pub(crate) fn term_deposits(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        let mut filter = filter.clone();
        if filter.scheme.is_none() {
            filter.scheme = bahi_core::SchemeName::new(LOCKED_SCHEME).ok();
        }
        let basis = self.basis(view)?;
        let outstanding = self.outstanding(&filter, view)?;
        let mut payments = self.outs(&outstanding)?;
        payments.sort_by_key(|out| (out.paid, out.position));
        let register = TermDeposits {
            scope: scope(&filter),
            on: told_for(&basis),
            payments,
            by_balances: self.advances(&filter, view)?,
        };
        Ok(register.paper(self.stamp(&basis)))
    }

    /// As [`Ledger::ageing`] says.
    pub(crate) fn ageing(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        let basis = self.basis(view)?;
        let outstanding = self.outstanding(filter, view)?;
        let mut payments = self.outs(&outstanding)?;
        payments.retain(|out| out.outstanding().paise() != 0);
        payments.sort_by_key(|out| (out.paid, out.position));
        let mut returned = self.backs(&outstanding);
        returned.sort_by_key(|back| (back.day, back.position));
        let paper = Ageing {
            scope: scope(filter),
            on: told_for(&basis),
            payments,
            returned,
            by_balances: self.advances(filter, view)?,
        };
        Ok(paper.paper(self.stamp(&basis)))
    }

    /// What the balances hold as advances.
    fn advances(&self, filter: &Filter, view: View) -> Result<Total, Error> {
        let columns = self.columns(filter, view)?;
        let accounted = columns.recovered + columns.utilised + columns.adjusted;
        Ok(columns.disbursed - columns.returned - accounted)
    }

    fn outstanding(&self, filter: &Filter, view: View) -> Result<Outstanding, Error> {
        let mut outstanding = Outstanding::default();
        self.each_event(view, |recorded| {
            outstanding.take(recorded, filter, self);
            Ok(())
        })?;
        Ok(outstanding)
    }

    /// Every payment that stands and did not come back, with what is accounted for of it. What is
    /// accounted for where no payment counts yet is a line of its own, below zero.
    fn outs(&self, all: &Outstanding) -> Result<Vec<Out>, Error> {
        let back: BTreeSet<Position> = all.returns.values().map(|back| back.payment).collect();
        let credits: BTreeMap<Position, Day> = all.credits.values().copied().collect();
        let inspected: BTreeMap<Position, Day> = all.inspected.values().copied().collect();
        let mut by_fund: BTreeMap<(Position, FundKey), Vec<Out>> = BTreeMap::new();
        for (position, payment) in &all.payments {
            if back.contains(position) {
                continue;
            }
            let credited = credits.get(position).copied();
            let out = Out {
                ifsc: payment.ifsc.clone(),
                account: payment.account.clone(),
                reference: payment.reference.clone(),
                credited,
                free: self.free_on(payment, credited)?,
                inspected: inspected.get(&payment.case).copied(),
                amount: payment.amount,
                ..self.out(all, *position, payment.case, payment.fund, payment.day)
            };
            by_fund.entry((payment.case, payment.fund)).or_default().push(out);
        }
        for (position, accounted) in &all.accounted {
            let Accounted { case, fund, day, .. } = *accounted;
            let outs = by_fund.entry((case, fund)).or_insert_with(|| {
                vec![Out {
                    reference: "no payment counts yet".to_owned(),
                    ..self.out(all, *position, case, fund, day)
                }]
            });
            account(outs, accounted);
        }
        let loose = all.loose.iter().map(|loose| Out {
            reference: format!("takes back event {}, which counts later", loose.of),
            amount: loose.amount,
            ..self.out(all, loose.position, loose.case, loose.fund, loose.day)
        });
        Ok(by_fund.into_values().flatten().chain(loose).collect())
    }

    /// A line of nothing yet.
    fn out(
        &self,
        all: &Outstanding,
        position: Position,
        case: Position,
        fund: FundKey,
        day: Day,
    ) -> Out {
        Out {
            position: position.0,
            case_ref: all.refs.get(&case).cloned().unwrap_or_default(),
            district: district_shown(fund.district),
            scheme: self.scheme_name(fund.scheme),
            ifsc: String::new(),
            account: String::new(),
            reference: String::new(),
            paid: day,
            credited: None,
            free: None,
            inspected: None,
            accounted_on: None,
            amount: Total::ZERO,
            adjusted: Total::ZERO,
            utilised: Total::ZERO,
            recovered: Total::ZERO,
        }
    }

    /// The first day on which a payment's money may become the payee's own, by its terms.
    fn free_on(&self, payment: &Payment, credited: Option<Day>) -> Result<Option<Day>, Error> {
        let versions = self.folded.versions(payment.fund.scheme)?;
        let terms = usize::from(payment.terms).checked_sub(1).and_then(|at| versions.get(at));
        let Some(terms): Option<&Terms> = terms else { return Ok(None) };
        let locks =
            terms.parts().procedure.gates.iter().filter(|gate| gate.of == Subject::Adjustment);
        let spans = locks.filter_map(|gate| gate.earliest.as_ref());
        let since = |span: &Span| match &span.since {
            Milestone::Credit => Some(credited.unwrap_or(payment.day)),
            Milestone::Payment | Milestone::Instalment(_) => Some(payment.day),
            Milestone::Application | Milestone::Step(_) | Milestone::Sanction => None,
        };
        Ok(spans.filter_map(|span| Some(span.length.after(since(span)?))).max())
    }

    /// Every payment that came back and was not issued again.
    fn backs(&self, all: &Outstanding) -> Vec<Back> {
        let again: BTreeSet<Position> = all.reissued.values().copied().collect();
        let mut backs = Vec::new();
        for (position, Returned { payment, day, reason }) in &all.returns {
            let Some(payment) = all.payments.get(payment) else { continue };
            if again.contains(position) {
                continue;
            }
            backs.push(Back {
                position: position.0,
                case_ref: all.refs.get(&payment.case).cloned().unwrap_or_default(),
                district: district_shown(payment.fund.district),
                scheme: self.scheme_name(payment.fund.scheme),
                day: *day,
                reason: reason.clone(),
                amount: payment.amount,
            });
        }
        backs
    }
}

/// Sets what was accounted for against the oldest payment that has something out.
fn account(outs: &mut [Out], accounted: &Accounted) {
    let mut left = accounted.amount;
    let last = outs.len().saturating_sub(1);
    for (index, out) in outs.iter_mut().enumerate() {
        let room = out.outstanding();
        let part = if index == last { left } else { left.min(room.max(Total::ZERO)) };
        if part.paise() == 0 {
            continue;
        }
        match accounted.how {
            How::Adjusted => out.adjusted += part,
            How::Utilised => out.utilised += part,
            How::Recovered => out.recovered += part,
        }
        out.accounted_on = Some(accounted.day);
        left -= part;
    }
}

/// The day that ages and standings are told for.
fn told_for(basis: &Basis) -> Day {
    basis.as_of.unwrap_or_else(|| basis.known_on.day())
}

impl Outstanding {
    fn take(&mut self, recorded: &Recorded, filter: &Filter, ledger: &Press<'_>) {
        let envelope = &recorded.envelope;
        let position = recorded.position;
        if let Event::Applied(applied) = &recorded.event {
            self.refs.insert(position, applied.case_ref.to_string());
        }
        if let Event::Reversed(reversed) = &recorded.event
            && !self.take_back(reversed.of, reversed.kind)
        {
            self.keep_loose(recorded, reversed.of, filter, ledger);
        }
        if let Event::StepRecorded(step) = &recorded.event
            && ledger.names().word(step.step).is_some_and(|word| word.as_str() == INSPECTION)
        {
            self.inspected.insert(position, (envelope.case, envelope.effective_day));
        }
        if let Event::PaymentConfirmed(credit) = &recorded.event {
            self.credits.insert(position, (credit.payment, credit.own_day));
        }
        if !filter.takes(&envelope.fund, ledger.names()) {
            return;
        }
        if let Event::PaymentReturned(back) = &recorded.event {
            if self.payments.contains_key(&back.payment) {
                let (payment, day) = (back.payment, envelope.effective_day);
                let reason = ledger.word_of(back.reason);
                self.returns.insert(position, Returned { payment, day, reason });
            } else {
                self.keep_loose(recorded, back.payment, filter, ledger);
            }
        }
        if let Event::Disbursed(payment) = &recorded.event {
            if !payment.reissue_of.is_none() {
                self.reissued.insert(position, payment.reissue_of);
            }
            let mut account = payment.payee.account.to_string();
            account.truncate(ACCOUNT_DIGITS);
            let payment = Payment {
                fund: envelope.fund,
                case: envelope.case,
                day: envelope.effective_day,
                amount: envelope.amount.into(),
                terms: envelope.terms,
                ifsc: payment.payee.ifsc.to_string(),
                account,
                reference: payment.reference.to_string(),
            };
            self.payments.insert(position, payment);
        }
        self.account(recorded);
    }

    /// Keeps what accounts for money, unless it takes something back.
    fn account(&mut self, recorded: &Recorded) {
        let how = match recorded.movement() {
            Some((Movement::Adjustment, false)) => How::Adjusted,
            Some((Movement::Utilisation, false)) => How::Utilised,
            Some((Movement::Recovery, false)) => How::Recovered,
            Some(_) | None => return,
        };
        let envelope = &recorded.envelope;
        let accounted = Accounted {
            fund: envelope.fund,
            case: envelope.case,
            day: envelope.effective_day,
            how,
            amount: envelope.amount.into(),
        };
        self.accounted.insert(recorded.position, accounted);
    }

    /// Keeps what an event changes advances by, where what it takes back is not of the view.
    fn keep_loose(
        &mut self,
        recorded: &Recorded,
        of: Position,
        filter: &Filter,
        ledger: &Press<'_>,
    ) {
        for (fund, moved) in effects(recorded) {
            let accounted = moved.recovered + moved.utilised + moved.adjusted;
            let amount = moved.disbursed - moved.returned - accounted;
            if amount.paise() != 0 && filter.takes(&fund, ledger.names()) {
                let Recorded { position, envelope, .. } = recorded;
                let (case, day) = (envelope.case, envelope.effective_day);
                self.loose.push(Loose { position: *position, fund, case, day, of, amount });
            }
        }
    }

    /// Takes back what a reversed event did, which may have been loose itself; whether the view has
    /// it. Its place is of one event alone.
    fn take_back(&mut self, of: Position, kind: EventKind) -> bool {
        let before = self.loose.len();
        self.loose.retain(|loose| loose.position != of);
        let mut found = self.loose.len() < before;
        if kind == EventKind::Disbursed {
            found |= self.payments.remove(&of).is_some();
            self.reissued.remove(&of);
        }
        found |= self.returns.remove(&of).is_some();
        found |= self.accounted.remove(&of).is_some();
        self.inspected.remove(&of);
        self.credits.remove(&of);
        found
    }
}
