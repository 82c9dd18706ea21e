//! The folds beside a ledger: taken up as it opens or is first asked, put away as it grows and closes.
//!
//! # Invariants
//! * What is taken up is of this log, this history and this version, whole; the log is folded from
//!   its first event otherwise, and from where it stood in any case.
//! * Each fold stands at a position of its own; an event is taken by those that do not hold it yet.
//! * Nothing waits for a file while a ledger takes commands: the bytes of one fold at a time are
//!   made between two commits, and hashed and written on a thread of their own.
//!
//! # Not here
//! The file of a fold: `resume`. What a fold's image says: the crates of the folds, and `house`.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
    thread::{Builder, JoinHandle},
};

use bahi_balances::Movements;
use bahi_core::{Event, EventKind, Names, Position, Projection, Recorded, image::put_names};
use bahi_log::Log;
use bahi_rules::{Drawn, State};
use bahi_trail::Trail;

use crate::{
    Error, Ledger,
    aside::{Aside, Progress, Reach},
    books::{Present, present_image},
    house::House,
    parts::in_parts,
    resume::{Kind, Sheet, fold_on, kept_until, taken},
};

/// The directory of the folds beside a ledger.
pub(crate) const FOLDS: &str = "folds";
/// How many events must come after what is put away for it to be worth doing again.
const EVENTS_MIN: u64 = 4_096;
/// How many events a log has at least for its larger folds to be put away as it is closed: a
/// shorter one is folded within a second, and they take half as much room as its pages.
const LARGE_EVENTS_MIN: u64 = 1 << 20;
/// How many times as many events a log has as are folded again at most after it was closed.
const TAIL_PART: u64 = 64;
/// From how many events on a fold that is not put away is folded aside, and not as the ledger
/// opens.
pub(crate) const ASIDE_EVENTS_MIN: u64 = 1 << 18;
/// How many events a ledger takes at least before it puts its folds away while it is open.
const OPEN_EVENTS_MIN: u64 = 1 << 20;

/// A fold that is kept beside a ledger and is nothing but a fold of its events.
pub(crate) trait Kept: Projection {
    /// Which file is its.
    const KIND: Kind;

    /// The fold that bytes are of, whatever bytes they are.
    fn take(bytes: &[u8]) -> Option<Self>;

    /// Takes every event of a log after a position into the fold; `progress` is given how far that
    /// has come.
    fn fold_on(
        &mut self,
        log: &Log,
        until: Position,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(), Error> {
        fold_on(log, self, until, progress)
    }
}

/// One that is whole by itself: its bytes need nothing beside it.
pub(crate) trait Whole: Kept {
    /// The fold as bytes.
    fn put(&self) -> Vec<u8>;
}

impl Kept for Movements {
    const KIND: Kind = Kind::own("movements", 1);

    fn take(bytes: &[u8]) -> Option<Movements> {
        Movements::from_image(bytes)
    }
}

impl Whole for Movements {
    fn put(&self) -> Vec<u8> {
        self.image()
    }
}

impl Kept for Trail {
    const KIND: Kind = Kind::own("trail", 3);

    fn take(bytes: &[u8]) -> Option<Trail> {
        Trail::from_image(trail_and_names(bytes)?.0)
    }
}

/// A trail as it is put away, with the names that its lines are told by: their bytes, how many
/// these are before them, and the trail.
pub(crate) fn trail_image(names: &Names, trail: &Trail) -> Vec<u8> {
    let mut out = vec![0; NAMES_AT];
    put_names(&mut out, names);
    let bytes = (out.len() - NAMES_AT) as u64;
    out[..NAMES_AT].copy_from_slice(&bytes.to_le_bytes());
    out.extend_from_slice(&trail.image());
    out
}

/// Where the names begin in the image of a trail.
pub(crate) const NAMES_AT: usize = 8;

/// The bytes of a trail that is put away, and of its names.
pub(crate) fn trail_and_names(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<NAMES_AT>()?;
    let (names, trail) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    Some((trail, names))
}

/// The rules' memory; another layout of it, or another way to fold, takes another number.
pub(crate) const RULES: Kind = Kind::own("rules", 4);
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

/// A fold that is taken up when it is first asked for, or folded aside; from then on it takes every
/// event.
pub(crate) struct Later<F> {
    fold: OnceLock<F>,
    aside: Mutex<Option<Aside<F>>>,
}

impl<F: Default> Default for Later<F> {
    /// One that holds no event and takes every one.
    fn default() -> Later<F> {
        Later::from(F::default())
    }
}

impl<F> From<F> for Later<F> {
    fn from(fold: F) -> Later<F> {
        Later { fold: OnceLock::from(fold), aside: Mutex::default() }
    }
}

impl<F: Kept + Send + 'static> Later<F> {
    /// One that is yet to be taken up.
    pub(crate) const fn unasked() -> Later<F> {
        Later { fold: OnceLock::new(), aside: Mutex::new(None) }
    }

    /// One that is folded aside from the first event of a log.
    fn aside(log: &Log) -> Result<Later<F>, Error> {
        let aside = Aside::begin(log, F::default(), Position::NONE)?;
        Ok(Later { fold: OnceLock::new(), aside: Mutex::new(Some(aside)) })
    }

    /// How far it has come, where it is folded aside.
    fn reach(&self) -> Option<Reach> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Aside::reach)
    }

    /// The fold, where it was asked for before.
    pub(crate) fn known(&self) -> Option<&F> {
        self.fold.get()
    }

    /// Takes the next event, where the fold was asked for before.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        if let Some(fold) = self.fold.get_mut() {
            fold.apply(recorded);
        }
    }

    /// The fold of a whole log: taken up where it was put away, and folded from there; what is
    /// folded aside is waited for, unless whoever asks does not wait. It answers if `differs` finds
    /// nothing.
    fn of(
        &self,
        ledger: &Ledger,
        differs: impl Fn(&F) -> Option<&'static str>,
    ) -> Result<&F, Error> {
        if let Some(fold) = self.known() {
            return Ok(fold);
        }
        let mut aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folding) = aside.as_ref().filter(|one| !ledger.waits && !one.is_done()) {
            let Progress { at, of } = folding.progress();
            return Err(Error::BeingFolded { fold: F::KIND.name(), at, of });
        }
        let fold = match aside.take().map(Aside::end) {
            Some(Some(folded)) => {
                let (mut fold, from) = folded?;
                fold_on(&ledger.log, &mut fold, from, &mut |_| {})?;
                fold
            }
            // None was folded aside, or folding it panicked.
            None | Some(None) => {
                let dir = ledger.beside.as_ref().map(|beside| beside.dir.as_path());
                taken_on(&ledger.log, dir, &mut |_| {})?.0
            }
        };
        // What is in doubt ran ahead of the log, which the fold is of.
        if let Some(with) = differs(&fold).filter(|_| !ledger.in_doubt) {
            let (fold, position) = (F::KIND.name(), ledger.position());
            return Err(Error::FoldDiffers { fold, with, position });
        }
        Ok(self.fold.get_or_init(|| fold))
    }
}

/// A fold that is folded aside while its ledger goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BeingFolded {
    /// Its name.
    pub fold: &'static str,
    /// How far it has come.
    pub progress: Progress,
}

/// A fold of a whole log: taken up where it was put away, which is given beside it.
fn taken_on<F: Kept>(
    log: &Log,
    folds: Option<&Path>,
    progress: &mut dyn FnMut(Position),
) -> Result<(F, Position), Error> {
    let taken = folds.and_then(|dir| taken(log, dir, F::KIND, F::take));
    let (mut fold, until) = taken.unwrap_or_default();
    fold.fold_on(log, until, progress)?;
    Ok((fold, until))
}

/// The same, and put away again where much came after.
pub(crate) fn brought_up<F: Whole>(
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

/// A fold, while it has not come to the end.
pub(crate) fn being_folded(fold: &'static str, reach: &Reach) -> Option<BeingFolded> {
    let progress = reach.progress();
    (progress.at < progress.of).then_some(BeingFolded { fold, progress })
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
    ///
    /// What is taken up later and is not put away is folded aside from so many events on, where
    /// opening would read the log for nothing else.
    pub(crate) fn take_up(&mut self, dir: &Path, aside_min: u64) -> Begun {
        let Ledger { log, folds, history, .. } = self;
        let mut begun = Begun::default();
        let until = kept_until(log, dir, RULES);
        if let Some((state, until)) = taken(log, dir, RULES, |image| rules(log, until, image)) {
            (folds.state, begun.rules) = (state, until);
        }
        if let Some((present, until)) = taken(log, dir, Present::KIND, Present::take) {
            self.last_instant = present.last_instant.unwrap_or(self.first.made_at);
            (folds.balances, history.moments) = (present.balances, present.moments);
            begun.balances = until;
        }
        if let Some((house, until)) = taken(log, dir, HOUSE, |image| House::take(log, image)) {
            self.take_house(house);
            begun.house = until;
        }
        let (trail, movements) =
            [Trail::KIND, Movements::KIND].map(|kind| kept_until(&self.log, dir, kind)).into();
        let rest = begun.rules.min(begun.house).min(begun.balances);
        begun.later = trail.min(movements);
        if begun.later.is_none() && rest.0 >= aside_min {
            // Opening reads little of the log but for these, which nobody may ask for: they are
            // folded while the ledger goes on.
            if let (Ok(trail), Ok(movements)) =
                (self.later::<Trail>(trail), self.later::<Movements>(movements))
            {
                (self.folds.trail, self.history.movements) = (trail, movements);
                begun.later = self.position();
            }
        } else if !begun.later.is_none() {
            (self.folds.trail, self.history.movements) = (Later::unasked(), Later::unasked());
        }
        begun
    }

    /// A fold that is taken up later where it is put away up to a position, and folded aside where
    /// it is not.
    fn later<F: Kept + Send + 'static>(&self, until: Position) -> Result<Later<F>, Error> {
        if until.is_none() { Later::aside(&self.log) } else { Ok(Later::unasked()) }
    }

    /// The folds that are folded while the ledger goes on, because they were not put away or are of
    /// another version, and how far each has come. Until they are done, a question that needs one
    /// waits; put to a `Service`, it is answered with [`Error::BeingFolded`].
    #[must_use]
    pub fn being_folded(&self) -> Vec<BeingFolded> {
        self.reaches().into_iter().filter_map(|(fold, reach)| being_folded(fold, &reach)).collect()
    }

    /// The same, to be looked at from elsewhere.
    pub(crate) fn reaches(&self) -> Vec<(&'static str, Reach)> {
        let trail = self.folds.trail.reach().map(|reach| (Trail::KIND.name(), reach));
        let movements = self.history.movements.reach().map(|reach| (Movements::KIND.name(), reach));
        trail.into_iter().chain(movements).collect()
    }

    /// The trail of every event.
    pub(crate) fn trails(&self) -> Result<&Trail, Error> {
        let cases = self.folds.state.cases_len();
        let differs = |trail: &Trail| {
            let same = trail.case_count() == cases || self.inconsistent.is_some();
            (!same).then_some("the rules' memory, in how many cases there are")
        };
        self.folds.trail.of(self, differs)
    }

    /// What moved in every event.
    pub(crate) fn movements(&self) -> Result<&Movements, Error> {
        let differs = |movements: &Movements| {
            let same = movements.funds(self.position(), None) == self.folds.balances.funds();
            (!same).then_some("the balances, in the sums of a fund")
        };
        self.history.movements.of(self, differs)
    }

    /// Takes up what is otherwise taken up when it is first asked for.
    pub(crate) fn take_up_the_rest(&self) -> Result<(), Error> {
        self.trails()?;
        self.movements().map(drop)
    }

    /// Puts every fold away beside the ledger, so that it opens again, and [`crate::Books`] do,
    /// without folding the log; durable on return. A ledger does it as it is dropped, and while it
    /// is open whenever it has half as many events again as it had; one of fewer than a million
    /// events then keeps balances and what moved alone, and folds the rest again within a second. A
    /// ledger in memory and a backup have nothing beside them.
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
        if self.being_folded().iter().any(|one| one.fold == which.kind().name()) {
            // No commit waits for it; it comes with the next round.
            return;
        }
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
            // The names are the rules', who stopped.
            Which::Rules | Which::Balances | Which::Trail if self.inconsistent.is_some() => {
                return Ok(None);
            }
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
            Which::Trail => trail_image(self.names(), self.trails()?),
        }))
    }

    /// Whether a fold lies beside the ledger, whatever it is worth.
    pub(crate) fn keeps(&self, which: Which) -> bool {
        self.beside.as_ref().is_some_and(|beside| which.kind().place(&beside.dir).is_file())
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
        let (last, aside) = (self.position(), self.being_folded());
        let Some(beside) = &mut self.beside else { return };
        beside.settle();
        if beside.wrote {
            beside.until = Beside::until(&self.log, &beside.dir);
        }
        if is_due(beside.until, last) && !std::thread::panicking() {
            // A cache that cannot be written costs the next opening time, and nothing else.
            // Nobody who closes a ledger waits for what is folded aside: whoever asks for it folds it.
            let is_done = |which: &Which| aside.iter().all(|one| one.fold != which.kind().name());
            let worth = Which::worth(last, beside.large).filter(is_done);
            drop(self.put_away_each(worth));
        }
    }
}

/// The state that an image is of, with the terms that the log holds, and what is drawn of its events
/// up to where the image is of.
fn rules(log: &Log, until: Position, image: &[u8]) -> Option<State> {
    let mut terms: Vec<Recorded> = Vec::new();
    for position in State::terms_in(image)? {
        let rises = terms.last().is_none_or(|last| last.position < position);
        let recorded = rises.then(|| recorded(log, position))??;
        let is_terms = matches!(recorded.event, Event::SchemeOpened(_) | Event::TermsChanged(_));
        is_terms.then(|| terms.push(recorded))?;
    }
    // Reading the log takes about as long as taking the image: the two go side by side.
    std::thread::scope(|scope| {
        let reading = Builder::new().spawn_scoped(scope, || drawn(log, until));
        State::from_image(image, &terms, || match reading {
            Ok(reading) => reading.join().ok()?,
            Err(_) => drawn(log, until),
        })
    })
}

/// What of a log the image of its rules' memory is taken up with: of the events but applications the
/// envelope is read, and nothing after it.
fn drawn(log: &Log, until: Position) -> Option<Drawn> {
    let take = |drawn: &mut Drawn, position, bytes: &[u8]| {
        let view = bahi_wire::envelope_view(bytes)?;
        drawn.note(view.command);
        if view.kind == EventKind::Applied
            && let Event::Applied(applied) = bahi_wire::decode(position, bytes)?.event
        {
            drawn.note_applicant(position, &applied.applicant);
        }
        Ok(())
    };
    let mut whole = Drawn::default();
    for part in in_parts(log, Position(1)..=until, &take, &mut |_| {}) {
        whole.absorb(part.ok()?);
    }
    Some(whole)
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
