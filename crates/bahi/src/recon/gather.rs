//! What the log says of payments, of lines, and of what stands matched: the plain data of a run.
//!
//! # Invariants
//! * Everything is gathered, settled or not: what is settled is a witness.
//! * All lines of the log are of one file here: what files repeat was left out when they were added.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use bahi_core::{
    AccountKey, Day, District, Event, Further, LineKind, LineReference, Money, Position, Recorded,
    Reference, SchemeNo, StatementLine, WordNo,
};
use bahi_recon::matching::{
    AnswerFile, BatchPlace, Input, ItemId, Line, LineId, Name, NameKind, Standing, Statement,
    Voucher, VoucherKind,
};

use crate::{Error, Ledger};

/// A line, an event, or a stretch of a file that could not be read, as a person names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ItemName {
    /// `9/2`: line 2 of the statement at position 9.
    Line(LineReference),
    /// An event, by its position.
    Event(Position),
    /// What of the statement here could not be read.
    Unread(Position),
    /// An answer of a file of answers, by its number there.
    Answer(u32),
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItemName::Line(line) => write!(f, "{}/{}", line.statement, line.line),
            ItemName::Event(position) => write!(f, "{position}"),
            ItemName::Unread(statement) => write!(f, "{statement}/unread"),
            ItemName::Answer(number) => write!(f, "answer {number}"),
        }
    }
}

/// A line as the report looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) at: LineReference,
    pub(super) account: AccountKey,
    pub(super) amount: Money,
    pub(super) booked: Day,
    pub(super) settled: bool,
}

/// A match or decision that stands.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    pub(super) lines: Vec<LineReference>,
    pub(super) targets: Vec<Position>,
    /// The rule; none for a person's decision.
    pub(super) rule: Option<WordNo>,
    pub(super) rejected: bool,
}

/// Everything a run looks at.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) input: Input,
    /// Lines by number, from 1.
    pub(super) lines: Vec<Known>,
    /// Statements of which something could not be read, by the numbers after those of the lines.
    unread: Vec<Position>,
    numbers: HashMap<LineReference, usize>,
    places: HashMap<Position, usize>,
    pub(super) funds: HashMap<Position, (SchemeNo, District)>,
    pub(super) matches: BTreeMap<Position, Joined>,
    pub(super) rejected: BTreeMap<(LineReference, Position), Position>,
    /// Where each standing confirmation of a payment is.
    confirmed: HashMap<Position, (Position, Day, Reference)>,
    returned: HashMap<Position, (Position, Day)>,
    accounts: HashMap<Position, AccountKey>,
    by_account: BTreeMap<AccountKey, Vec<Line>>,
    pub(super) last_unmatched: Position,
}

/// The file of every line: what the log holds is one witness.
const FILE: [u8; 32] = [0; 32];

impl Ledger {
    /// Gathers what a run looks at.
    pub(super) fn gather(&self, answers: &[AnswerFile]) -> Result<Gathered, Error> {
        let mut gathered = Gathered::default();
        gathered.input.answers = answers.to_vec();
        for recorded in self.events(Position(1), self.position()) {
            gathered.take(&recorded?);
        }
        for voucher in &mut gathered.input.vouchers {
            let case = self.case_ref(voucher.case);
            let name = case.and_then(|case| Reference::new(case.as_str()).ok());
            voucher.names.extend(name.map(|name| Name::field(NameKind::Case, name)));
            let granted = self.folds.state.case(voucher.case).and_then(|case| case.sanction);
            voucher.whole = voucher.kind == VoucherKind::Payment
                && granted.is_some_and(|sanction| sanction.amount == voucher.amount);
        }
        gathered.finish();
        Ok(gathered)
    }
}

impl Gathered {
    fn take(&mut self, recorded: &Recorded) {
        let at = recorded.position;
        match &recorded.event {
            Event::Disbursed(paid) => {
                let own = Name::field(NameKind::Own, paid.reference.clone());
                self.voucher(recorded, VoucherKind::Payment, own, |voucher| {
                    voucher.payee = Some(paid.payee);
                    voucher.instalment = paid.instalment;
                });
            }
            Event::PaymentConfirmed(told) => {
                let confirmed = (at, told.own_day, told.reference.clone());
                self.confirmed.insert(told.payment, confirmed);
            }
            Event::PaymentReturned(back) => {
                self.returned.insert(back.payment, (at, back.own_day));
                let (of, day) = (back.payment, back.own_day);
                self.voucher_of(recorded, VoucherKind::Return, None, |voucher| {
                    voucher.of = of;
                    voucher.day = day;
                });
            }
            Event::MovedToSuspense(moved) => {
                let name = bank_name(&moved.reference);
                self.voucher(recorded, VoucherKind::Suspense, name, |_| {});
            }
            Event::Recovered(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::Recovery, name, |_| {});
            }
            Event::InterestEarned(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::InterestEarned, name, |_| {});
            }
            Event::InterestRemitted(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::InterestRemitted, name, |_| {});
            }
            Event::Reversed(reversed) => self.reverse(reversed.of),
            Event::StatementReceived(received) => {
                self.accounts.insert(at, received.account);
                if received.set_aside > 0 {
                    self.unread.push(at);
                }
            }
            Event::StatementLines(told) => {
                for (line, number) in told.lines.iter().zip(told.first..) {
                    self.line(LineReference { statement: told.statement, line: number }, line);
                }
            }
            Event::Matched(one) => {
                self.join(at, (one.line, one.target), &one.further, Some(one.rule), false);
            }
            Event::MatchDecided(one) => {
                self.join(at, (one.line, one.target), &one.further, None, one.rejected);
            }
            Event::Unmatched(one) => {
                self.last_unmatched = at;
                if let Some(joined) = self.matches.remove(&one.matched) {
                    let pairs = pairs(&joined);
                    self.rejected.retain(|pair, by| *by != one.matched || !pairs.contains(pair));
                }
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::StockMoved(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_) => {}
        }
    }

    fn voucher(
        &mut self,
        recorded: &Recorded,
        kind: VoucherKind,
        name: Name,
        more: impl FnOnce(&mut Voucher),
    ) {
        self.voucher_of(recorded, kind, Some(name), more);
    }

    fn voucher_of(
        &mut self,
        recorded: &Recorded,
        kind: VoucherKind,
        name: Option<Name>,
        more: impl FnOnce(&mut Voucher),
    ) {
        let envelope = &recorded.envelope;
        let mut voucher = Voucher {
            kind,
            case: envelope.case,
            scheme: envelope.fund.scheme,
            names: name.into_iter().collect(),
            ..Voucher::payment(recorded.position, envelope.amount, envelope.effective_day)
        };
        more(&mut voucher);
        self.funds.insert(recorded.position, (envelope.fund.scheme, envelope.fund.district));
        self.places.insert(recorded.position, self.input.vouchers.len());
        self.input.vouchers.push(voucher);
    }

    /// An event no longer holds: a voucher, or what was known of one.
    fn reverse(&mut self, of: Position) {
        if let Some(place) = self.places.get(&of) {
            self.input.vouchers[*place].standing = Standing::Reversed;
        }
        self.confirmed.retain(|_, (at, ..)| *at != of);
        self.returned.retain(|_, (at, _)| *at != of);
    }

    fn line(&mut self, at: LineReference, line: &StatementLine) {
        let Some(account) = self.accounts.get(&at.statement).copied() else { return };
        let told = line.particulars.as_ref();
        let name = |(place, text): (usize, &Reference)| match told.and_then(|t| t.names.get(place))
        {
            Some(mark) => Name { kind: mark.kind, in_narration: mark.narrated, text: text.clone() },
            None => Name::stored(text.clone()),
        };
        self.lines.push(Known {
            at,
            account,
            amount: line.amount,
            booked: line.booked,
            settled: false,
        });
        self.numbers.insert(at, self.lines.len());
        let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let line = Line {
            kind: told.map_or(LineKind::Movement, |told| told.kind),
            value: line.value,
            names: line.references.iter().enumerate().map(name).collect(),
            counterparty: line.counterparty,
            ifsc: told.and_then(|told| told.ifsc),
            reason: told.and_then(|told| told.reason.clone()),
            batch_count: told.and_then(|told| told.batch).map(u64::from),
            balance_paise: told.and_then(|told| told.balance).map(|balance| balance.paise()),
            ..Line::new(number, line.amount, line.side, line.booked)
        };
        self.by_account.entry(account).or_default().push(line);
    }

    fn join(
        &mut self,
        at: Position,
        (line, target): (LineReference, Position),
        further: &Further,
        rule: Option<WordNo>,
        rejected: bool,
    ) {
        let lines = std::iter::once(line).chain(further.lines.iter().copied()).collect();
        let targets = std::iter::once(target).chain(further.targets.iter().copied());
        let targets = targets.filter(|target| !target.is_none()).collect();
        let joined = Joined { lines, targets, rule, rejected };
        if rejected {
            self.rejected.extend(pairs(&joined).into_iter().map(|pair| (pair, at)));
        }
        self.matches.insert(at, joined);
    }

    /// Marks what is settled, gives payments their fates and their batches, and closes statements.
    fn finish(&mut self) {
        for joined in self.matches.values().filter(|joined| !joined.rejected) {
            for line in &joined.lines {
                if let Some(number) = self.numbers.get(line) {
                    self.lines[number - 1].settled = true;
                }
            }
            for target in &joined.targets {
                if let Some(place) = self.places.get(target) {
                    self.input.vouchers[*place].settled = true;
                }
            }
        }
        for (payment, (_, day, reference)) in &self.confirmed {
            let Some(place) = self.places.get(payment) else { continue };
            let voucher = &mut self.input.vouchers[*place];
            voucher.names.push(Name::field(NameKind::Transfer, reference.clone()));
            if voucher.standing == Standing::Live {
                voucher.standing = Standing::Confirmed(*day);
            }
        }
        for (payment, (_, day)) in &self.returned {
            let Some(place) = self.places.get(payment) else { continue };
            let voucher = &mut self.input.vouchers[*place];
            if voucher.standing != Standing::Reversed {
                voucher.standing = Standing::Returned(*day);
            }
        }
        batches(&mut self.input.vouchers);
        for (account, mut lines) in std::mem::take(&mut self.by_account) {
            for line in &mut lines {
                line.settled = self.lines[line.number as usize - 1].settled;
            }
            let statement = Statement { file: FILE, account, recorded: true, lines };
            self.input.statements.push(statement);
        }
        let first = self.lines.len();
        let unread = (1..=self.unread.len()).map(|more| LineId {
            file: FILE,
            number: u32::try_from(first + more).unwrap_or(u32::MAX),
        });
        self.input.unreadable = unread.collect();
    }

    /// The line of a number.
    pub(super) fn known(&self, id: LineId) -> Option<&Known> {
        self.lines.get((id.number as usize).checked_sub(1)?)
    }

    /// A line by how a person names it.
    pub(super) fn known_at(&self, at: LineReference) -> Option<&Known> {
        self.lines.get(self.numbers.get(&at)?.checked_sub(1)?)
    }

    pub(super) fn voucher_at(&self, position: Position) -> Option<&Voucher> {
        self.places.get(&position).and_then(|place| self.input.vouchers.get(*place))
    }

    /// Whether the treasury's or the bank's answer confirmed a payment.
    pub(super) fn is_confirmed(&self, payment: Position) -> bool {
        self.confirmed.contains_key(&payment)
    }

    /// How a person names an item of a run.
    pub(super) fn name(&self, item: ItemId) -> Option<ItemName> {
        match item {
            ItemId::Voucher(position) => Some(ItemName::Event(position)),
            ItemId::Answer(id) => Some(ItemName::Answer(id.number)),
            ItemId::Line(id) => match self.known(id) {
                Some(known) => Some(ItemName::Line(known.at)),
                None => {
                    let more = (id.number as usize).checked_sub(self.lines.len() + 1)?;
                    self.unread.get(more).map(|statement| ItemName::Unread(*statement))
                }
            },
        }
    }
}

fn pairs(joined: &Joined) -> BTreeSet<(LineReference, Position)> {
    let each = joined.lines.iter();
    each.flat_map(|line| joined.targets.iter().map(move |target| (*line, *target))).collect()
}

/// What a bank or a treasury calls something: of a transfer where it has the form of a UTR.
fn bank_name(reference: &Reference) -> Name {
    let stored = Name::stored(reference.clone());
    let kind = if stored.kind == NameKind::Transfer { NameKind::Transfer } else { NameKind::Own };
    Name { kind, ..stored }
}

/// A bill that pays several: the one reference of payments of one day, each of another instalment
/// or case. It names the batch, and none of them alone.
///
/// A reference that stands on another day too, or twice for one instalment, names no batch: the line
/// of one could be taken for the other's.
fn batches(vouchers: &mut [Voucher]) {
    let mut bills: HashMap<Reference, Vec<usize>> = HashMap::new();
    for (place, voucher) in vouchers.iter().enumerate() {
        let counts = voucher.kind == VoucherKind::Payment && voucher.standing != Standing::Reversed;
        let own = voucher.names.iter().find(|name| name.kind == NameKind::Own);
        if let Some(own) = own.filter(|_| counts) {
            bills.entry(own.text.clone()).or_default().push(place);
        }
    }
    for (bill, places) in bills {
        let paid: BTreeSet<(Position, u16)> =
            places.iter().map(|at| (vouchers[*at].case, vouchers[*at].instalment)).collect();
        let one_day = places.iter().all(|at| vouchers[*at].day == vouchers[places[0]].day);
        if places.len() < 2 || paid.len() != places.len() || !one_day {
            continue;
        }
        for place in places {
            let voucher = &mut vouchers[place];
            voucher.names.retain(|name| name.kind != NameKind::Own);
            voucher.batch = Some(BatchPlace { batch: bill.clone(), item: 0 });
        }
    }
}
