//! The folds beside a ledger: taken up as it opens or is first asked, put away as it grows and closes.
//!
//! # Invariants
//! * What is taken up is of this log, this history and this version, whole; the log is folded from
//!   its first event otherwise, and from where it stood in any case.
//! * Each fold stands at a position of its own; an event is taken by those that do not hold it yet.
//! * Nothing waits for a file while a ledger takes commands: the bytes of one fold at a time are made
//!   between two commits, and hashed and written on a thread of their own.
//!
//! # Not here
//! The file of a fold: `resume`. What a fold's image says: the crates of the folds, and `house`.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    thread::{Builder, JoinHandle},
};

use bahi_balances::Movements;
use bahi_core::{Event, Position, Projection, Recorded};
use bahi_log::Log;
use bahi_rules::State;
use bahi_trail::Trail;

use crate::{
    Error, Ledger,
    books::{Present, present_image},
    house::House,
    resume::{Kind, Sheet, fold_on, kept_until, taken},
};

/// The directory of the folds beside a ledger.
pub(crate) const FOLDS: &str = "folds";
/// How many events must come after what is put away for it to be worth doing again.
const EVENTS_MIN: u64 = 4_096;
/// How many events a log has at least for its larger folds to be put away as it is closed: a shorter
/// one is folded within a second, and they take half as much room as its pages.
const LARGE_EVENTS_MIN: u64 = 1 << 20;
/// How many times as many events a log has as are folded again at most after it was closed.
const TAIL_PART: u64 = 64;
/// How many events a ledger takes at least before it puts its folds away while it is open.
const OPEN_EVENTS_MIN: u64 = 1 << 20;

/// A fold that is kept beside a ledger and is nothing but a fold of its events.
pub(crate) trait Kept: Projection {
    /// Which file is its.
    const KIND: Kind;

    /// The fold as bytes.
    fn put(&self) -> Vec<u8>;

    /// The fold that bytes are of, whatever bytes they are.
    fn take(bytes: &[u8]) -> Option<Self>;
}

impl Kept for Movements {
    const KIND: Kind = Kind::own("movements", 1);

    fn put(&self) -> Vec<u8> {
        self.image()
    }

    fn take(bytes: &[u8]) -> Option<Movements> {
        Movements::from_image(bytes)
    }
}

impl Kept for Trail {
    const KIND: Kind = Kind::own("trail", 1);

    fn put(&self) -> Vec<u8> {
        self.image()
    }

    fn take(bytes: &[u8]) -> Option<Trail> {
        Trail::from_image(bytes)
    }
}

/// The rules' memory; another layout of it, or another way to fold, takes another number.
pub(crate) const RULES: Kind = Kind::own("rules", 1);
/// What the hub itself remembers, which is less in a build that keeps no details.
pub(crate) const HOUSE: Kind =
    Kind::own(if cfg!(feature = "vault") { "house" } else { "house-without-details" }, 1);

/// The folds that are put away, in the order in which that is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    Rules,
    House,
    Balances,
    Movements,
    Trail,
}

impl Which {
    pub(crate) const ALL: [Which; 5] =
        [Which::Rules, Which::House, Which::Balances, Which::Movements, Which::Trail];

    /// Those worth their room beside a log of so many events, where it is large from so many on.
    fn worth(last: Position, large: u64) -> impl DoubleEndedIterator<Item = Which> {
        let is_worth = move |which: &Which| match which {
            Which::Balances | Which::Movements => true,
            Which::Rules | Which::House | Which::Trail => last.0 >= large,
        };
        Which::ALL.into_iter().filter(is_worth)
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Which::Rules => RULES,
            Which::House => HOUSE,
            Which::Balances => Present::KIND,
            Which::Movements => Movements::KIND,
            Which::Trail => Trail::KIND,
        }
    }
}

/// A fold that is taken up when it is first asked for; from then on it takes every event.
pub(crate) struct Later<F>(OnceLock<F>);

impl<F: Default> Default for Later<F> {
    /// One that holds no event and takes every one.
    fn default() -> Later<F> {
        Later(OnceLock::from(F::default()))
    }
}

impl<F> From<F> for Later<F> {
    fn from(fold: F) -> Later<F> {
        Later(OnceLock::from(fold))
    }
}

impl<F: Kept> Later<F> {
    /// One that is yet to be taken up.
    pub(crate) const fn unasked() -> Later<F> {
        Later(OnceLock::new())
    }

    /// The fold, where it was asked for before.
    pub(crate) fn known(&self) -> Option<&F> {
        self.0.get()
    }

    /// Takes the next event, where the fold was asked for before.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        if let Some(fold) = self.0.get_mut() {
            fold.apply(recorded);
        }
    }

    /// The fold of a whole log: taken up where it was put away, and folded from there.
    pub(crate) fn of(&self, log: &Log, beside: Option<&Beside>) -> Result<&F, Error> {
        if let Some(fold) = self.known() {
            return Ok(fold);
        }
        let dir = beside.map(|beside| beside.dir.as_path());
        let (fold, _) = taken_on(log, dir, &mut |_| {})?;
        Ok(self.0.get_or_init(|| fold))
    }
}

/// A fold of a whole log: taken up where it was put away, which is given beside it.
fn taken_on<F: Kept>(
    log: &Log,
    folds: Option<&Path>,
    progress: &mut dyn FnMut(Position),
) -> Result<(F, Position), Error> {
    let taken = folds.and_then(|dir| taken(log, dir, F::KIND, F::take));
    let (mut fold, until) = taken.unwrap_or_default();
    fold_on(log, &mut fold, until, progress)?;
    Ok((fold, until))
}

/// The same, and put away again where much came after.
pub(crate) fn brought_up<F: Kept>(
    log: &Log,
    folds: Option<&Path>,
    progress: &mut dyn FnMut(Position),
) -> Result<(F, Position), Error> {
    let (fold, until) = taken_on::<F>(log, folds, progress)?;
    let last = Position(log.size().saturating_sub(1));
    if let Some(dir) = folds
        && is_due(until, last)
        && let Ok(sheet) = Sheet::new(log, dir, F::KIND, fold.put(), last)
    {
        // A cache that cannot be written leaves the answer as it is, and the next one slower.
        drop(sheet.put_away());
    }
    Ok((fold, until))
}

/// Whether so much came after what is put away that a log that is closed should put it away again.
const fn is_due(until: Position, last: Position) -> bool {
    let part = last.0 / TAIL_PART;
    last.0.saturating_sub(until.0) >= if part > EVENTS_MIN { part } else { EVENTS_MIN }
}

/// What an open ledger knows of the folds beside it.
pub(crate) struct Beside {
    pub(crate) dir: PathBuf,
    /// Up to where all of them are put away.
    until: Position,
    /// Those that are still to be put away, the next one last.
    waiting: Vec<Which>,
    /// The one that is being written.
    writing: Option<JoinHandle<()>>,
    /// How many events come at least before it is done again while the ledger is open.
    every: u64,
    /// From how many events on the larger folds are put away too.
    large: u64,
    /// Whether any was written beside the ledger's own thread, which does not tell how it went.
    wrote: bool,
}

impl Beside {
    /// The folds beside the ledger in a directory.
    pub(crate) fn of(ledger_dir: &Path, log: &Log) -> Beside {
        let dir = ledger_dir.join(FOLDS);
        let until = Beside::until(log, &dir);
        let (every, large) = (OPEN_EVENTS_MIN, LARGE_EVENTS_MIN);
        Beside { dir, until, waiting: Vec::new(), writing: None, every, large, wrote: false }
    }

    fn until(log: &Log, dir: &Path) -> Position {
        let last = Position(log.size().saturating_sub(1));
        let kept =
            Which::worth(last, LARGE_EVENTS_MIN).map(|which| kept_until(log, dir, which.kind()));
        kept.min().unwrap_or_default()
    }

    fn is_writing(&self) -> bool {
        self.writing.as_ref().is_some_and(|writing| !writing.is_finished())
    }

    /// Waits for the file that is being written.
    fn settle(&mut self) {
        if let Some(writing) = self.writing.take() {
            // A cache that was not written costs the next opening time, and nothing else.
            drop(writing.join());
        }
    }

    /// Writes a file on a thread of its own; here, where none can be had.
    fn write(&mut self, sheet: Sheet) {
        self.wrote = true;
        let sheet = std::sync::Arc::new(sheet);
        let there = std::sync::Arc::clone(&sheet);
        let write = move || drop(there.put_away());
        match Builder::new().name("bahi-folds".to_owned()).spawn(write) {
            Ok(writing) => self.writing = Some(writing),
            Err(_) => drop(sheet.put_away()),
        }
    }
}

/// Up to where each fold of a ledger was taken up; from there on it takes events.
#[derive(Default)]
pub(crate) struct Begun {
    pub(crate) rules: Position,
    pub(crate) house: Position,
    pub(crate) balances: Position,
    /// Up to where those are that are taken up when they are asked for; none where they are folded
    /// with the others.
    pub(crate) later: Position,
}

impl Begun {
    /// Up to where all of them hold every event.
    pub(crate) fn all(&self) -> Position {
        self.rules.min(self.house).min(self.balances).min(self.later)
    }
}

impl Ledger {
    /// Takes up what is put away in a directory; what is not is folded from the first event.
    pub(crate) fn take_up(&mut self, dir: &Path) -> Begun {
        let Ledger { log, folds, history, .. } = self;
        let mut begun = Begun::default();
        if let Some((state, until)) = taken(log, dir, RULES, |image| rules(log, image)) {
            (folds.state, begun.rules) = (state, until);
        }
        if let Some((present, until)) = taken(log, dir, Present::KIND, Present::take) {
            self.last_instant = present.last_instant.unwrap_or(self.first.made_at);
            (folds.balances, history.moments) = (present.balances, present.moments);
            begun.balances = until;
        }
        let trail = kept_until(log, dir, Trail::KIND);
        let movements = kept_until(log, dir, Movements::KIND);
        begun.later = trail.min(movements);
        if !begun.later.is_none() {
            (folds.trail, history.movements) = (Later::unasked(), Later::unasked());
        }
        if let Some((house, until)) = taken(log, dir, HOUSE, |image| House::take(log, image)) {
            self.take_house(house);
            begun.house = until;
        }
        begun
    }

    /// The trail of every event.
    pub(crate) fn trails(&self) -> Result<&Trail, Error> {
        self.folds.trail.of(&self.log, self.beside.as_ref())
    }

    /// What moved in every event.
    pub(crate) fn movements(&self) -> Result<&Movements, Error> {
        self.history.movements.of(&self.log, self.beside.as_ref())
    }

    /// Takes up what is otherwise taken up when it is first asked for.
    pub(crate) fn take_up_the_rest(&self) -> Result<(), Error> {
        self.trails()?;
        self.movements().map(drop)
    }

    /// Puts every fold away beside the ledger, so that it opens again, and [`crate::Books`] do,
    /// without folding the log; durable on return. A ledger does it as it is dropped, and while it
    /// is open whenever it has half as many events again as it had; one of fewer than a million events
    /// then keeps balances and what moved alone, and folds the rest again within a second. A ledger in memory and a backup
    /// have nothing beside them.
    ///
    /// # Errors
    /// [`Error::InDoubt`]; [`Error::Fault`] where a file cannot be written or the log not be read.
    pub fn put_folds_away(&mut self) -> Result<(), Error> {
        self.put_away_each(Which::ALL.into_iter())
    }

    fn put_away_each(&mut self, which: impl Iterator<Item = Which>) -> Result<(), Error> {
        if self.in_doubt {
            return Err(Error::InDoubt);
        }
        let Some(beside) = &mut self.beside else { return Ok(()) };
        beside.settle();
        beside.waiting.clear();
        for which in which {
            if let Some(sheet) = self.sheet(which)? {
                sheet.put_away()?;
            }
        }
        let last = self.position();
        self.beside.iter_mut().for_each(|beside| beside.until = last);
        Ok(())
    }

    /// Begins to put the folds away where the log has half as many events again since, one of them
    /// after each commit.
    pub(crate) fn put_folds_away_in_time(&mut self) {
        let last = self.position();
        let Some(beside) = self.beside.as_mut().filter(|beside| !beside.is_writing()) else {
            return;
        };
        beside.settle();
        let since = last.0.saturating_sub(beside.until.0);
        if beside.waiting.is_empty() && since >= beside.every.max(beside.until.0 / 2) {
            beside.waiting = Which::worth(last, beside.large).rev().collect();
            beside.until = last;
        }
        let Some(which) = beside.waiting.pop() else { return };
        let sheet = self.sheet(which);
        if let (Some(beside), Ok(Some(sheet))) = (&mut self.beside, sheet) {
            beside.write(sheet);
        }
    }

    /// One fold as it is, for its file; none of a state that stopped at an impossible event.
    fn sheet(&self, which: Which) -> Result<Option<Sheet>, Error> {
        let Some(beside) = &self.beside else { return Ok(None) };
        let Some(image) = self.image(which)? else { return Ok(None) };
        let kind = which.kind();
        Ok(Some(Sheet::new(&self.log, &beside.dir, kind, image, self.position())?))
    }

    fn image(&self, which: Which) -> Result<Option<Vec<u8>>, Error> {
        Ok(Some(match which {
            Which::Rules if self.inconsistent.is_some() => return Ok(None),
            Which::Rules => self.folds.state.image(),
            Which::House => match self.house_image() {
                Some(image) => image,
                None => return Ok(None),
            },
            Which::Balances => {
                let (names, balances) = (self.folds.state.names(), &self.folds.balances);
                let last_instant = Some(self.last_instant);
                present_image(names, balances, &self.history.moments, last_instant)
            }
            Which::Movements => self.movements()?.image(),
            Which::Trail => self.trails()?.image(),
        }))
    }

    /// Whether what is put away of the whole log is what is folded; nothing where none of it is.
    pub(crate) fn put_away_agrees(&self) -> Option<bool> {
        let (dir, last) = (&self.beside.as_ref()?.dir, self.position());
        let agrees = |which: Which| {
            let image = || self.image(which).ok().flatten();
            let same = |bytes: &[u8]| Some(image().is_some_and(|image| image == bytes));
            let found = taken(&self.log, dir, which.kind(), same);
            found.filter(|(_, until)| *until == last).map(|(same, _)| same)
        };
        Which::ALL.into_iter().filter_map(agrees).reduce(|one, other| one && other)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let last = self.position();
        let Some(beside) = &mut self.beside else { return };
        beside.settle();
        if beside.wrote {
            beside.until = Beside::until(&self.log, &beside.dir);
        }
        if is_due(beside.until, last) && !std::thread::panicking() {
            // A cache that cannot be written costs the next opening time, and nothing else.
            let worth = Which::worth(last, beside.large);
            drop(self.put_away_each(worth));
        }
    }
}

/// The state that an image is of, with the terms that the log holds.
fn rules(log: &Log, image: &[u8]) -> Option<State> {
    let mut terms: Vec<Recorded> = Vec::new();
    for position in State::terms_in(image)? {
        let rises = terms.last().is_none_or(|last| last.position < position);
        let recorded = rises.then(|| recorded(log, position))??;
        let is_terms = matches!(recorded.event, Event::SchemeOpened(_) | Event::TermsChanged(_));
        is_terms.then(|| terms.push(recorded))?;
    }
    State::from_image(image, &terms)
}

/// The event at a position of a log, where there is one that can be read.
pub(crate) fn recorded(log: &Log, position: Position) -> Option<Recorded> {
    if position.is_none() || position.0 >= log.size() {
        return None;
    }
    bahi_wire::decode(position, &log.record(position.0).ok()?).ok()
}

#[cfg(test)]
mod tests;
