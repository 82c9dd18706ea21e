//! `Balances`: the sums of every ledger account of every fund.
//!
//! # Invariants
//! * The same events in the same order give the same [`Balances::state_bytes`], however the fold
//!   was cut into parts.
//! * Taking an event allocates nothing, unless its fund or its audited case is new, or
//!   snapshots are given out.

mod image;

use alloc::{boxed::Box, vec::Vec};

use bahi_core::{
    Account, AuditScope, Columns, Event, FundKey, Movement, Position, Projection, Recorded, Total,
};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::{Copied, Snapshot, postings::each_pair};

/// The mark that state bytes begin with; another layout takes another one.
const STATE_MARK: &[u8; 16] = b"bahi-balances/2\n";

/// Balances of every fund, with counts of applications and audited cases.
///
/// A fund's row is found by number; two events in a row of one fund look it up once.
#[derive(Clone, Debug, Default)]
pub struct Balances {
    places: HashMap<FundKey, usize, RandomState>,
    rows: Vec<Row>,
    latest: usize,
    audited: HashMap<Position, FirstAudit, RandomState>,
    first: Position,
    position: Position,
    unplaced: u64,
    first_unplaced: Option<Position>,
    /// What was last given out and which rows have been touched since; nothing until asked for.
    published: Option<Box<(Snapshot, Vec<usize>)>>,
}

/// The first audit of a case: the row it counts in, and where it stands in the log.
#[derive(Clone, Copy, Debug)]
struct FirstAudit {
    place: usize,
    at: Position,
}

/// One fund: what its accounts hold, debits positive.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) fund: FundKey,
    accounts: [Total; Account::ALL.len()],
    applied: u64,
    audited: u64,
}

impl Row {
    pub(crate) fn new(fund: FundKey) -> Row {
        Row { fund, accounts: [Total::ZERO; Account::ALL.len()], applied: 0, audited: 0 }
    }

    fn debit(&self, account: Account) -> Total {
        self.accounts[account as usize]
    }

    /// Adds the double entry of so much of a movement within the fund.
    pub(crate) fn post(&mut self, movement: Movement, amount: Total) {
        each_pair(movement, self.fund, |_, debit, credit| {
            self.accounts[debit as usize] += amount;
            self.accounts[credit as usize] -= amount;
        });
    }

    /// Sets the counts of applications and of audited cases.
    pub(crate) const fn count(&mut self, applied: u64, audited: u64) {
        self.applied = applied;
        self.audited = audited;
    }

    pub(crate) fn columns(&self) -> Columns {
        Columns {
            allotted: -self.debit(Account::Allotted),
            sanctioned: self.debit(Account::Committed) + self.debit(Account::Issued),
            disbursed: -self.debit(Account::Disbursed),
            returned: self.debit(Account::Returned),
            recovered: self.debit(Account::Recovered),
            utilised: self.debit(Account::Utilised),
            adjusted: self.debit(Account::Adjusted),
            available: self.debit(Account::Available),
            suspense: -self.debit(Account::Suspense),
            interest_earned: -self.debit(Account::InterestEarned),
            interest_remitted: self.debit(Account::InterestRemitted),
            applied: self.applied,
            audited: self.audited,
        }
    }
}

impl Projection for Balances {
    fn apply(&mut self, recorded: &Recorded) {
        if recorded.position <= self.position {
            return self.set_aside(recorded.position);
        }
        self.position = recorded.position;
        if self.first.is_none() {
            self.first = recorded.position;
        }
        let fund = recorded.envelope.fund;
        match &recorded.event {
            Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::MovedToSuspense(_)
            | Event::Recovered(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::Reversed(_) => self.post(recorded),
            Event::Applied(_) if fund.scheme.is_none() => self.set_aside(recorded.position),
            Event::Applied(_) => {
                let place = self.place(fund);
                self.rows[place].applied += 1;
            }
            Event::Audited(audited) if audited.scope == AuditScope::Ledger => {}
            Event::Audited(_) => self.audit(recorded),
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::PaymentConfirmed(_)
            | Event::RecoveryDemanded(_)
            | Event::StockMoved(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::Matched(_)
            | Event::Unmatched(_)
            | Event::MatchDecided(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }
}

impl Balances {
    /// The columns of one fund; all zero for a fund that no event named.
    #[must_use]
    pub fn fund(&self, fund: &FundKey) -> Columns {
        self.row(fund).map(Row::columns).unwrap_or_default()
    }

    /// What one ledger account of one fund holds: debits less credits.
    #[must_use]
    pub fn account(&self, fund: &FundKey, account: Account) -> Total {
        self.row(fund).map(|row| row.debit(account)).unwrap_or_default()
    }

    /// Every fund with its columns, in order of its key. Applications and audits that have no
    /// fund yet stand under a key without a head.
    #[must_use]
    pub fn funds(&self) -> Vec<(FundKey, Columns)> {
        self.sorted().into_iter().map(|row| (row.fund, row.columns())).collect()
    }

    /// The columns of everything.
    #[must_use]
    pub fn total(&self) -> Columns {
        let mut total = Columns::default();
        for row in &self.rows {
            total.add(&row.columns());
        }
        total
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed: money without a scheme or a head on either side of
    /// its way, an application without a scheme, an audit without a case or a scheme, an event that does not come after
    /// the last one.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The first event that could not be placed.
    #[must_use]
    pub const fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced
    }

    /// These balances as a snapshot that no later event changes, and what it cost to make.
    ///
    /// The first one copies every row; each later one the rows touched since, whoever still holds
    /// the ones before.
    pub fn publish(&mut self) -> (Snapshot, Copied) {
        let every = || Box::new((Snapshot::default(), (0..self.rows.len()).collect()));
        let mut published = self.published.take().unwrap_or_else(every);
        let (snapshot, touched) = &mut *published;
        let mut copied = Copied::default();
        touched.sort_unstable();
        touched.dedup();
        for row in touched.drain(..).filter_map(|place| self.rows.get(place)) {
            snapshot.put(row, &mut copied);
        }
        snapshot.position = self.position;
        snapshot.unplaced = self.unplaced;
        snapshot.first_unplaced = self.first_unplaced;
        let given = snapshot.clone();
        self.published = Some(published);
        (given, copied)
    }

    /// Adds the fold of the events that come after these, so that parts of a log can be folded
    /// side by side. `false`, and nothing changes, where the parts overlap or are out of order.
    #[must_use]
    pub fn absorb(&mut self, later: &Balances) -> bool {
        if !later.first.is_none() && later.first <= self.position {
            return false;
        }
        let mut moved = Vec::with_capacity(later.rows.len());
        for row in &later.rows {
            let place = self.place(row.fund);
            let mine = &mut self.rows[place];
            for (sum, more) in mine.accounts.iter_mut().zip(row.accounts) {
                *sum += more;
            }
            mine.applied += row.applied;
            moved.push(place);
        }
        // A case audited in both parts counts where its first audit stands.
        for (case, first) in &later.audited {
            let place = moved[first.place];
            if self.audited.try_insert(*case, FirstAudit { place, at: first.at }).is_ok() {
                self.rows[place].audited += 1;
            }
        }
        if self.first.is_none() {
            self.first = later.first;
        }
        self.position = self.position.max(later.position);
        self.unplaced += later.unplaced;
        self.first_unplaced = self.first_unplaced.or(later.first_unplaced);
        true
    }

    /// Adds the fold of other events of the same log, whose positions may lie between those of
    /// these: the state is that of one fold of all of them. The order in which funds were opened
    /// is not kept.
    pub fn merge(&mut self, other: &Balances) {
        let mut moved = Vec::with_capacity(other.rows.len());
        for row in &other.rows {
            let place = self.place(row.fund);
            let mine = &mut self.rows[place];
            for (sum, more) in mine.accounts.iter_mut().zip(row.accounts) {
                *sum += more;
            }
            mine.applied += row.applied;
            moved.push(place);
        }
        for (case, first) in &other.audited {
            let theirs = FirstAudit { place: moved[first.place], at: first.at };
            let mine = self.audited.entry(*case).or_insert(theirs);
            if mine.at > theirs.at {
                self.rows[mine.place].audited -= 1;
                *mine = theirs;
            } else if mine.at < theirs.at {
                continue;
            }
            self.rows[theirs.place].audited += 1;
        }
        let earliest = |one: Option<Position>, two: Option<Position>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        let begun = |first: Position| (!first.is_none()).then_some(first);
        self.first = earliest(begun(self.first), begun(other.first)).unwrap_or_default();
        self.position = self.position.max(other.position);
        self.unplaced += other.unplaced;
        self.first_unplaced = earliest(self.first_unplaced, other.first_unplaced);
    }

    /// The whole state as bytes, sorted, so that a replay and a live fold can be compared byte for
    /// byte or by their hash. Integers are big-endian.
    #[must_use]
    pub fn state_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.rows.len() * 264 + self.audited.len() * 16);
        out.extend_from_slice(STATE_MARK);
        out.extend_from_slice(&self.position.0.to_be_bytes());
        out.extend_from_slice(&self.unplaced.to_be_bytes());
        out.extend_from_slice(&self.first_unplaced.unwrap_or_default().0.to_be_bytes());
        out.extend_from_slice(&(self.rows.len() as u64).to_be_bytes());
        for row in self.sorted() {
            put_fund(&mut out, &row.fund);
            for sum in row.accounts {
                out.extend_from_slice(&sum.paise().to_be_bytes());
            }
            out.extend_from_slice(&row.applied.to_be_bytes());
            out.extend_from_slice(&row.audited.to_be_bytes());
        }
        let mut cases: Vec<(Position, usize)> =
            self.audited.iter().map(|(case, first)| (*case, first.place)).collect();
        cases.sort_unstable();
        out.extend_from_slice(&(cases.len() as u64).to_be_bytes());
        for (case, place) in cases {
            out.extend_from_slice(&case.0.to_be_bytes());
            put_fund(&mut out, &self.rows[place].fund);
        }
        out
    }

    #[cfg(test)]
    pub(crate) fn touched_capacity(&self) -> usize {
        self.published.as_ref().map_or(0, |published| published.1.capacity())
    }

    pub(crate) fn every_row(&self) -> &[Row] {
        &self.rows
    }

    fn row(&self, fund: &FundKey) -> Option<&Row> {
        self.places.get(fund).and_then(|place| self.rows.get(*place))
    }

    fn sorted(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_unstable_by_key(|row| row.fund);
        rows
    }

    fn set_aside(&mut self, position: Position) {
        self.unplaced += 1;
        self.first_unplaced = self.first_unplaced.or(Some(position));
    }

    /// The row of a fund that is about to change, made if need be.
    fn place(&mut self, fund: FundKey) -> usize {
        if self.rows.get(self.latest).is_none_or(|row| row.fund != fund) {
            self.latest = *self.places.entry(fund).or_insert_with(|| {
                self.rows.push(Row::new(fund));
                self.rows.len() - 1
            });
        }
        if let Some(published) = &mut self.published {
            touch(&mut published.1, self.latest, self.rows.len());
        }
        self.latest
    }

    /// Adds an event's postings to its funds, or none of them where it names a fund that is none.
    fn post(&mut self, recorded: &Recorded) {
        let Some((movement, negated)) = recorded.movement() else { return };
        let (fund, amount) = (recorded.envelope.fund, Total::from(recorded.envelope.amount));
        if amount == Total::ZERO {
            return;
        }
        let whole = |fund: FundKey| !fund.scheme.is_none() && !fund.head.is_none();
        if !whole(fund) || !movement.other().is_none_or(whole) {
            return self.set_aside(recorded.position);
        }
        let amount = if negated { -amount } else { amount };
        each_pair(movement, fund, |fund, debit, credit| {
            let place = self.place(fund);
            let accounts = &mut self.rows[place].accounts;
            accounts[debit as usize] += amount;
            accounts[credit as usize] -= amount;
        });
    }

    fn audit(&mut self, recorded: &Recorded) {
        let (fund, case) = (recorded.envelope.fund, recorded.envelope.case);
        if fund.scheme.is_none() || case.is_none() {
            return self.set_aside(recorded.position);
        }
        // The fund has a row though the case was counted before: whether there is one must not
        // depend on how the fold was cut into parts.
        let place = self.place(fund);
        let first = FirstAudit { place, at: recorded.position };
        if self.audited.try_insert(case, first).is_ok() {
            self.rows[place].audited += 1;
        }
    }
}

/// Notes a touched row. The list stays within twice the rows, though nobody asks for it again.
fn touch(touched: &mut Vec<usize>, place: usize, rows: usize) {
    if touched.last() == Some(&place) {
        return;
    }
    if touched.len() >= 2 * rows + 64 {
        touched.sort_unstable();
        touched.dedup();
    }
    touched.push(place);
}

fn put_fund(out: &mut Vec<u8>, fund: &FundKey) {
    for part in [fund.scheme.0, fund.head.0, fund.fy.first(), fund.district.0] {
        out.extend_from_slice(&part.to_be_bytes());
    }
}
