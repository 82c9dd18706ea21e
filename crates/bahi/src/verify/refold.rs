//! The meaning of every record, computed again: read on one thread, while the rules and the views
//! each fold on another. The views also see that each record is the one stored form of its event.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, OnceLock},
};

use bahi_balances::{Balances, Movements, Stock, postings};
use bahi_core::{
    FundKey, Instant, LedgerId, Movement, Names, Position, Projection as _, Recorded, Total,
};
use bahi_log::Pass;
use bahi_proof::{TreeHead, leaf_hash};
use bahi_rules::State;
use bahi_trail::Trail;
use bahi_wire::{LedgerName, decode_checked_with, decode_first};

use super::{
    Problems,
    beside::{Part, Parts},
    certificates::Certificates,
    past::{Older, Past},
    put_away::PutAway,
};
use crate::{
    Ledger,
    beside::{Later, Which, trail_image},
    books::present_image,
    history::Moments,
    house::House,
    ledger::Folds,
    redecide::Redecided,
    signed::{SignedFor, SignedRecords},
};

/// Everything that is computed again.
#[derive(Default)]
pub(super) struct Refold {
    pub(super) reading: Reading,
    pub(super) rules: Rules,
    pub(super) views: Views,
}

impl Refold {
    pub(super) fn new(
        certificates: Certificates,
        older: Option<TreeHead>,
        redecide: bool,
    ) -> Refold {
        let redecided = redecide.then(Redecided::default);
        let rules = Rules { redecided, ..Rules::default() };
        let signed_for = Arc::clone(&rules.signed_for);
        Refold {
            reading: Reading { older: older.map(Older::new), signed_for, ..Reading::default() },
            rules,
            views: Views { certificates, ..Views::default() },
        }
    }

    /// Prepares to compare folds that are put away, each where it stands.
    pub(super) fn compare_with(&mut self, put_away: Vec<PutAway>) {
        for one in put_away {
            match one.which {
                Which::Rules => self.rules.put_away = Some(one),
                Which::House => self.views.beside.house = Some((House::default(), one)),
                Which::Balances => self.views.beside.balances = Some((Moments::default(), one)),
                Which::Movements => self.views.beside.movements = Some((Movements::default(), one)),
                Which::Trail => {
                    self.views.trail = Some(Trail::default());
                    self.views.beside.trail = Some(one);
                }
            }
        }
    }

    /// The folds that are put away and were compared.
    pub(super) fn compared(&mut self) -> Vec<PutAway> {
        let Aside { house, balances, movements, trail } = mem::take(&mut self.views.beside);
        let with = [house.map(|(_, one)| one), balances.map(|(_, one)| one)];
        let with = with.into_iter().chain([movements.map(|(_, one)| one), trail]);
        let all = with.chain([self.rules.put_away.take()]).flatten();
        all.filter(PutAway::was_compared).collect()
    }

    /// Prepares to compare what a ledger holds, and makes room for as much as it has folded.
    pub(super) fn compare_live(&mut self, live: &Ledger) {
        self.rules.state.reserve(&live.folds.state);
        let known = live.folds.trail.known();
        if known.is_some() || live.keeps(Which::Trail) {
            let mut trail = Trail::default();
            known.into_iter().for_each(|held| trail.reserve(held));
            self.views.trail = Some(trail);
        }
    }

    /// Computes again what `walk` tells, record by record; gives what the walk came to.
    pub(super) fn over<T>(&mut self, walk: impl FnOnce(&mut dyn FnMut(u64, &[u8])) -> T) -> T {
        let Refold { reading, rules, views } = self;
        let (rules, views) = (Mutex::new(rules), Mutex::new(views));
        std::thread::scope(|scope| {
            let mut parts = Parts::new();
            parts.start(scope, &rules);
            parts.start(scope, &views);
            let walked = walk(&mut |position, bytes| {
                let position = Position(position);
                if reading.take(position, bytes) {
                    parts.take(position, bytes);
                }
            });
            parts.hand_over();
            walked
        })
    }

    /// What the ledger says it is called.
    pub(super) fn name(&self) -> Option<LedgerName> {
        self.reading.name.clone()
    }

    /// What the records say of the older head, of a log of this size.
    pub(super) fn past(&self, size: u64) -> Option<Past> {
        self.reading.older.as_ref().map(|older| older.judge(size))
    }

    /// Every pass, with the folds compared among themselves, and with those that are live.
    pub(super) fn finish(self, live: Option<&Ledger>) -> Vec<Pass> {
        let Refold { reading, rules, views } = self;
        let (state, stopped) = (rules.state, rules.stopped);
        let mut laws = views.laws.and(rules.laws);
        let mut agreement = Problems::default();
        compare_funds(&state, &views.balances, stopped, (&mut agreement, &mut laws));
        compare_stock(&state, &views.stock, stopped, &mut agreement);
        let unplaced = views.balances.unplaced();
        agreement.check(unplaced == 0, || format!("{unplaced} events have no place in balances"));
        let mut passes = vec![
            reading.records.and(views.records).pass("records"),
            views.links.pass("links"),
            views.postings.pass("postings"),
            laws.pass("conservation"),
            agreement.pass("agreement"),
            views.certificates.problems.pass("certificates"),
        ];
        if let Some(ledger) = live {
            let trail = views.trail.map_or_else(Later::unasked, Later::from);
            let folds = Folds { state, balances: views.balances, trail };
            let mut live = Problems::default();
            for (name, equal) in ledger.compare(&folds) {
                let differ = || format!("{name} as live differ from {name} as folded again");
                live.check(equal || stopped, differ);
            }
            passes.push(live.pass("folds"));
        }
        passes.extend(rules.redecided.map(Redecided::pass));
        passes.extend(rules.signed.pass());
        passes
    }
}

/// Each fund's sums as the rules and the balances have them.
fn compare_funds(
    state: &State,
    balances: &Balances,
    stopped: bool,
    (agreement, laws): (&mut Problems, &mut Problems),
) {
    let funds: HashMap<FundKey, _> = balances.funds().into_iter().collect();
    for (key, totals) in state.funds() {
        let columns = funds.get(key).copied().unwrap_or_default();
        let equal = columns.allotted == totals.allotted
            && columns.sanctioned == totals.sanctioned
            && columns.disbursed == totals.disbursed
            && columns.returned == totals.returned
            && columns.recovered == totals.recovered
            && columns.utilised == totals.utilised
            && columns.adjusted == totals.adjusted
            && columns.suspense == totals.suspense
            && columns.interest_earned == totals.interest_earned
            && columns.interest_remitted == totals.interest_remitted
            && columns.available == totals.available();
        agreement.check(equal || stopped, || {
            format!("the rules and the balances differ in fund {key:?}")
        });
        laws.check(!columns.available.is_negative(), || {
            format!("more is sanctioned than allotted in fund {key:?}")
        });
    }
}

fn compare_stock(state: &State, stock: &Stock, stopped: bool, agreement: &mut Problems) {
    for (key, seen) in stock.rows() {
        let held = state.stock(key.scheme, key.district, key.item);
        let equal = (seen.ordered, seen.received, seen.handed_over, seen.written_off)
            == (held.ordered, held.received, held.handed_over, held.written_off);
        agreement.check(equal || stopped, || format!("the rules and the stock differ in {key:?}"));
    }
}

/// Records read: the ledger's own, and how far an older head goes.
#[derive(Default)]
pub(super) struct Reading {
    name: Option<LedgerName>,
    older: Option<Older>,
    records: Problems,
    /// Told once the ledger's own record is read, before any event is handed over.
    signed_for: Arc<OnceLock<SignedFor>>,
}

impl Reading {
    /// Reads the next record; whether it is not the ledger's own.
    pub(super) fn take(&mut self, position: Position, bytes: &[u8]) -> bool {
        if let Some(older) = &mut self.older {
            older.take(bytes);
        }
        if position.is_none() {
            let first = decode_first(bytes);
            self.records.check(first.is_ok(), || "the ledger's own record is damaged".into());
            self.name = first.ok().map(|first| first.name);
            if let Some(name) = &self.name {
                let leaf = leaf_hash(bytes).0;
                let id = leaf.first_chunk().copied().unwrap_or_default();
                // It is told once: there is one record at position 0.
                let _ = self.signed_for.set(SignedFor::new(name.clone(), LedgerId(id)));
            }
        }
        !position.is_none()
    }
}

/// The strict fold of the rules.
#[derive(Default)]
pub(super) struct Rules {
    state: State,
    /// Whether an event was met that cannot follow, after which nothing is folded.
    stopped: bool,
    laws: Problems,
    /// Only where it is asked for.
    redecided: Option<Redecided>,
    signed: SignedRecords,
    signed_for: Arc<OnceLock<SignedFor>>,
    put_away: Option<PutAway>,
}

impl Part for &mut Rules {
    fn foresee(&self, recorded: &Recorded) {
        self.state.foresee(recorded);
    }

    fn take(&mut self, recorded: &Recorded) {
        if self.stopped {
            return;
        }
        if let Some(redecided) = &mut self.redecided {
            redecided.take(recorded, &self.state);
        }
        self.signed.before(recorded, &self.state, self.signed_for.get());
        let applied = self.state.apply(recorded);
        self.stopped = applied.is_err();
        if applied.is_ok() {
            self.signed.after(recorded, &self.state);
        }
        self.laws.check_at(recorded.position, applied.is_ok(), || {
            applied.err().map(|error| error.to_string()).unwrap_or_default()
        });
        self.state.settle();
        if let Some(one) = self.put_away.as_mut().filter(|one| one.position() == recorded.position)
            && !self.stopped
        {
            one.compare(&self.state.image());
        }
    }
}

/// The views, which never fail, and the laws that can be seen without the rules.
#[derive(Default)]
pub(super) struct Views {
    pub(super) balances: Balances,
    /// Only where there is one to compare it with.
    trail: Option<Trail>,
    stock: Stock,
    names: Names,
    recorded_at: Option<Instant>,
    records: Problems,
    /// The record last decoded, written back.
    again: Vec<u8>,
    links: Problems,
    laws: Problems,
    postings: Problems,
    cases: Cases,
    certificates: Certificates,
    beside: Aside,
}

/// What is put away of the views, with what must be folded for it alone.
#[derive(Default)]
struct Aside {
    house: Option<(House, PutAway)>,
    balances: Option<(Moments, PutAway)>,
    movements: Option<(Movements, PutAway)>,
    trail: Option<PutAway>,
}

impl Part for &mut Views {
    fn decode(&mut self, position: Position, bytes: &[u8]) -> Option<Recorded> {
        match decode_checked_with(position, bytes, &mut self.again) {
            Ok(recorded) => {
                self.records.check(true, String::new);
                Some(recorded)
            }
            Err(error) => {
                self.records.check(false, || format!("position {position}: {error}"));
                None
            }
        }
    }

    fn take(&mut self, recorded: &Recorded) {
        self.link(recorded);
        self.sums(recorded);
        for introduction in &recorded.envelope.introduced {
            // Whether it may be introduced is for the rules to say.
            let _ = self.names.introduce(introduction);
        }
        self.balances.apply(recorded);
        if let Some(trail) = &mut self.trail {
            trail.apply(recorded);
        }
        self.stock.apply(recorded);
        self.certificates.take(recorded, &self.balances, &self.names);
        self.look_aside(recorded);
    }
}

impl Views {
    /// Folds what is put away and was not folded yet, and compares each where it stands.
    fn look_aside(&mut self, recorded: &Recorded) {
        let Views { beside, names, balances, trail, .. } = self;
        let (position, recorded_at) = (recorded.position, recorded.recorded_at);
        if let Some((house, one)) = beside.house.as_mut().filter(|(_, one)| !one.was_compared()) {
            house.apply(recorded, names);
            if one.position() == position {
                one.compare(&house.image());
            }
        }
        if let Some((moments, one)) = &mut beside.balances {
            moments.take(position, recorded_at);
            if one.position() == position {
                one.compare(&present_image(names, balances, moments, Some(recorded_at)));
            }
        }
        let movements = beside.movements.as_mut();
        if let Some((movements, one)) = movements.filter(|(_, one)| !one.was_compared()) {
            movements.apply(recorded);
            if one.position() == position {
                one.compare(&movements.image());
            }
        }
        let one = beside.trail.as_mut().filter(|one| one.position() == position);
        if let (Some(one), Some(folded)) = (one, trail.as_ref()) {
            one.compare(&trail_image(names, folded));
            *trail = None;
        }
    }

    /// The links from event to event: cases, instants.
    fn link(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        let before = self.recorded_at.replace(recorded.recorded_at);
        let in_order = before.is_none_or(|before| before <= recorded.recorded_at);
        self.links.check(in_order, || format!("position {position}: recorded before the last"));
        let envelope = &recorded.envelope;
        if envelope.case.is_none() {
            return;
        }
        let Some(case) = self.cases.of(envelope.case, position) else {
            self.links.check(false, || format!("position {position}: its case comes after it"));
            return;
        };
        let previous = mem::replace(&mut case.last, position);
        self.links.check(previous == envelope.previous, || {
            format!("position {position}: its case's event before it is {previous}")
        });
    }

    /// The double entry of every event, and what each case was paid.
    fn sums(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        let mut sum = Total::ZERO;
        for (_, posting) in postings(recorded).as_slice() {
            let amount = Total::from(posting.amount);
            sum += if posting.debit { amount } else { -amount };
        }
        self.postings.check(sum == Total::ZERO, || {
            format!("position {position}: its postings sum to {sum}")
        });
        let Some(paid) = paid(recorded) else { return };
        let Some(case) = self.cases.of(recorded.envelope.case, position) else { return };
        case.paid += paid;
        let is_paid = !case.paid.is_negative();
        self.laws.check_at(position, is_paid, || {
            format!("position {position}: more is accounted for in the case than it was paid")
        });
    }
}

/// What an event adds to what its case was paid and has not accounted for.
fn paid(recorded: &Recorded) -> Option<Total> {
    let (movement, back) = recorded.movement()?;
    let amount = Total::from(recorded.envelope.amount);
    let paid = match movement {
        Movement::Payment => amount,
        Movement::Return | Movement::Recovery | Movement::Utilisation | Movement::Adjustment => {
            -amount
        }
        Movement::Allotment
        | Movement::Withdrawal
        | Movement::Transfer { .. }
        | Movement::FundLapse
        | Movement::SanctionLapse
        | Movement::Carry { .. }
        | Movement::Sanction
        | Movement::Increase
        | Movement::Decrease
        | Movement::Cancellation
        | Movement::Suspense
        | Movement::Interest
        | Movement::Remittance => return None,
    };
    Some(if back { -paid } else { paid })
}

/// What is followed of every case, by the position of its application.
#[derive(Default)]
struct Cases {
    /// The number of the case that begins at each position, from 1; 0 where none does.
    numbers: Vec<u32>,
    followed: Vec<Followed>,
}

#[derive(Default)]
struct Followed {
    last: Position,
    paid: Total,
}

impl Cases {
    /// The case of an event; none where it is said to begin after the event.
    fn of(&mut self, case: Position, event: Position) -> Option<&mut Followed> {
        let reached = usize::try_from(event.0).ok()? + 1;
        if self.numbers.len() < reached {
            self.numbers.resize(reached, 0);
        }
        let number = self.numbers.get_mut(usize::try_from(case.0).ok()?)?;
        if *number == 0 {
            self.followed.push(Followed::default());
            *number = u32::try_from(self.followed.len()).ok()?;
        }
        self.followed.get_mut(*number as usize - 1)
    }
}
