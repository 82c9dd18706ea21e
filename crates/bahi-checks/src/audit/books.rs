//! Funds, statements and stores.

use alloc::{format, vec::Vec};

use bahi_core::{
    Event, FundKey, Further, LineReference, LineSide, Movement, Position, Recorded, StatementLine,
    StatementLines, StatementReceived, StockMove, StockMoved, Total,
};

use super::{Audit, FundBook};
use crate::memory::{Line, Statement, Store};

impl Audit {
    /// Adds what an event's amount does to its case and its funds.
    pub(super) fn take_amount(&mut self, recorded: &Recorded) {
        let Some((movement, back)) = recorded.movement() else { return };
        let amount = i128::from(recorded.envelope.amount.paise());
        let signed = if back { -amount } else { amount };
        if let Some(case) = self.case_no(recorded.envelope.case) {
            let case = &mut self.cases[case];
            match movement {
                Movement::Sanction | Movement::Increase => case.granted.add(signed),
                Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
                    case.granted.add(-signed);
                }
                Movement::Payment => case.paid.add(signed),
                Movement::Return => case.paid.add(-signed),
                Movement::Recovery => case.recovered.add(signed),
                Movement::Utilisation | Movement::Adjustment => case.used.add(signed),
                Movement::Allotment
                | Movement::Withdrawal
                | Movement::Transfer { .. }
                | Movement::FundLapse
                | Movement::Carry { .. }
                | Movement::Suspense
                | Movement::Interest
                | Movement::Remittance => {}
            }
        }
        self.take_fund(recorded, movement, signed);
    }

    /// C90: what is left to grant, and interest.
    fn take_fund(&mut self, recorded: &Recorded, movement: Movement, signed: i128) {
        let fund = recorded.envelope.fund;
        let here = match movement {
            Movement::Allotment
            | Movement::Decrease
            | Movement::Cancellation
            | Movement::SanctionLapse => signed,
            Movement::Withdrawal
            | Movement::FundLapse
            | Movement::Sanction
            | Movement::Increase => -signed,
            Movement::Transfer { to } => {
                self.books(to).available += signed;
                -signed
            }
            Movement::Carry { from } => {
                self.books(from).available += signed;
                -signed
            }
            Movement::Interest | Movement::Remittance => {
                let day = recorded.envelope.effective_day;
                let book = self.books(fund);
                book.interest += if movement == Movement::Interest { signed } else { -signed };
                if movement == Movement::Interest {
                    book.last_interest = recorded.position;
                    book.last_interest_on = Some(day);
                }
                return;
            }
            Movement::Payment
            | Movement::Return
            | Movement::Suspense
            | Movement::Recovery
            | Movement::Utilisation
            | Movement::Adjustment => return,
        };
        let book = self.books(fund);
        book.available += here;
        let (left, was_beyond) = (book.available, book.beyond);
        book.beyond = left < 0;
        if left < 0 && !was_beyond {
            let over = Total::from_paise(-left);
            let detail = format!("{} more than the fund was given", over.grouped());
            self.note(recorded, 90, detail).amount = over;
        }
    }

    fn books(&mut self, fund: FundKey) -> &mut FundBook {
        self.funds.entry(fund).or_default()
    }

    /// C95: money moved after its year, or on nobody's order.
    pub(super) fn look_at_move(&mut self, recorded: &Recorded, to: FundKey) {
        let year = to.fy;
        if recorded.envelope.effective_day > year.last_day() {
            self.note(recorded, 95, format!("moved after {year}"));
        }
        if recorded.envelope.authority.is_none() {
            self.note(recorded, 95, "moved without an order".into());
        }
    }

    pub(super) fn take_stock(&mut self, recorded: &Recorded, moved: &StockMoved) {
        let fund = recorded.envelope.fund;
        let store = Store { scheme: fund.scheme, district: fund.district, item: moved.item };
        self.moves.insert(recorded.position, (store, moved.movement, moved.quantity));
        self.add_stock(store, moved.movement, i128::from(moved.quantity));
        if moved.movement == StockMove::Received {
            let stored = self.stores.entry(store).or_default();
            stored.last_in = recorded.position;
            stored.last_in_on = Some(recorded.envelope.effective_day);
        }
    }

    pub(super) fn unstock(&mut self, position: Position) {
        if let Some((store, movement, quantity)) = self.moves.remove(&position) {
            self.add_stock(store, movement, -i128::from(quantity));
        }
    }

    fn add_stock(&mut self, store: Store, movement: StockMove, quantity: i128) {
        let stored = self.stores.entry(store).or_default();
        match movement {
            StockMove::Ordered => {}
            StockMove::Received => stored.here += quantity,
            StockMove::HandedOver | StockMove::WrittenOff => stored.here -= quantity,
        }
    }

    pub(super) fn take_statement(&mut self, recorded: &Recorded, received: &StatementReceived) {
        self.statements.push(Statement {
            position: recorded.position,
            last_day: received.to,
            lines: Vec::new(),
        });
    }

    pub(super) fn take_lines(&mut self, lines: &StatementLines) {
        let Some(statement) = self.statement(lines.statement) else { return };
        let all = &mut self.statements[statement].lines;
        let told = lines.lines.iter().zip(lines.first..);
        // An answer to a payment file moved nothing.
        let answer = |line: &StatementLine| {
            line.particulars.as_ref().is_some_and(|told| told.kind.is_answer())
        };
        for (line, number) in told.filter(|(line, _)| !answer(line)) {
            let out = line.side == LineSide::Debit;
            let amount = i128::from(line.amount.paise());
            all.push(Line { number, amount, out, matched: Position::NONE });
        }
    }

    fn statement(&self, position: Position) -> Option<usize> {
        self.statements.binary_search_by_key(&position, |one| one.position).ok()
    }

    fn line(&self, of: LineReference) -> Option<(usize, usize)> {
        let statement = self.statement(of.statement)?;
        let lines = &self.statements[statement].lines;
        let line = lines.binary_search_by_key(&of.line, |line| line.number).ok()?;
        Some((statement, line))
    }

    /// C85: the amounts of lines and of the payments they are, but for what a named rule accepted.
    pub(super) fn take_match(
        &mut self,
        recorded: &Recorded,
        (line, target): (LineReference, Position),
        further: &Further,
        accepted: Total,
    ) {
        let lines: Vec<(usize, usize)> = core::iter::once(&line)
            .chain(&further.lines)
            .filter_map(|line| self.line(*line))
            .collect();
        let mut apart = -accepted.paise();
        for (statement, line) in &lines {
            let one = &mut self.statements[*statement].lines[*line];
            one.matched = recorded.position;
            apart += one.amount;
        }
        let known = lines.len() == 1 + further.lines.len();
        self.matched.insert(recorded.position, lines);
        let mut payments = Vec::with_capacity(1 + further.targets.len());
        for target in core::iter::once(&target).chain(&further.targets) {
            let Some(payment) = self.payment(*target) else { return };
            let payment = &self.payments[payment];
            apart -= payment.paise();
            payments.push(payment.position);
        }
        if apart != 0 && known {
            let apart = Total::from_paise(apart.abs());
            let what = if payments.len() == 1 { "its payment" } else { "its payments" };
            let detail = format!("line {} and {what} are {} apart", line.line, apart.grouped());
            let finding = self.note(recorded, 85, detail);
            finding.amount = apart;
            finding.events.extend(payments.into_iter().take(MATCH_EVENTS_MAX));
        }
    }

    pub(super) fn free_line(&mut self, matched: Position) {
        self.reversed.insert(matched);
        for (statement, line) in self.matched.remove(&matched).unwrap_or_default() {
            self.statements[statement].lines[line].matched = Position::NONE;
        }
    }
}

/// The most payments of a match that a finding names.
const MATCH_EVENTS_MAX: usize = 40;

/// Whether a text of an event that somebody else wrote is of this form.
pub(super) fn any_text(event: &Event, is: fn(&str) -> bool) -> bool {
    match event {
        Event::Applied(one) => is(one.case_ref.as_str()),
        Event::StepRecorded(one) => one.evidence.iter().any(|paper| is(paper.reference.as_str())),
        Event::Disbursed(one) => is(one.reference.as_str()),
        Event::PaymentConfirmed(one) => is(one.reference.as_str()),
        Event::MovedToSuspense(one) => is(one.reference.as_str()),
        Event::Recovered(one) => is(one.reference.as_str()),
        Event::RecoveryDemanded(one) => is(one.reference.as_str()),
        Event::Utilised(one) => is(one.certificate.as_str()),
        Event::Adjusted(one) => is(one.reference.as_str()),
        Event::InterestEarned(one) => is(one.reference.as_str()),
        Event::InterestRemitted(one) => is(one.reference.as_str()),
        Event::StockMoved(one) => is(one.reference.as_str()),
        Event::Audited(one) => one.seen.iter().any(|paper| is(paper.reference.as_str())),
        Event::FindingSettled(one) => is(one.reference.as_str()),
        Event::StatementLines(one) => {
            let mut all = one.lines.iter().flat_map(|line| &line.references);
            all.any(|reference| is(reference.as_str()))
        }
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::FundsAllotted
        | Event::FundsWithdrawn(_)
        | Event::FundsMoved(_)
        | Event::Lapsed(_)
        | Event::SanctionCarried(_)
        | Event::ApplicationAmended(_)
        | Event::Rejected(_)
        | Event::Withdrawn(_)
        | Event::CaseClosed(_)
        | Event::Barred(_)
        | Event::Sanctioned(_)
        | Event::SanctionRevised(_)
        | Event::SanctionCancelled(_)
        | Event::PaymentReturned(_)
        | Event::StateCertified(_)
        | Event::PeriodSealed(_)
        | Event::StatementReceived(_)
        | Event::Matched(_)
        | Event::Unmatched(_)
        | Event::MatchDecided(_)
        | Event::Reversed(_)
        | Event::CommandRefused(_)
        | Event::Exported(_)
        | Event::AccessDenied(_)
        | Event::KeyRotated(_)
        | Event::ActorKeySet(_) => false,
    }
}
