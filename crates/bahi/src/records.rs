//! `Records`: the events of a log as they stand, and proofs of them, with nothing folded.
//!
//! A [`Ledger`] takes up what decisions need. Whoever lists events, proves one, signs a checkpoint or
//! takes a backup needs the log, and of what is folded only the names that events are told by.
//!
//! # Invariants
//! * An answer is that of the ledger itself.
//! * Nothing is written to the ledger, and memory is bounded, whatever the log's length: by its names,
//!   and by [`REFERENCES_MAX`] references of cases.
//!
//! # Not here
//! How a proof is made: `prove`, `tiles`. Balances: `books`. The trail of a case: `trails`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use bahi_balances::{By, Filter};
use bahi_core::{
    CaseRef, District, Event, EventId, EventKind, Instant, LedgerId, Names, Position, Projection,
    Recorded, SchemeNo, Terms,
};
use bahi_json::SuspenseAnswer;
use bahi_log::Log;
use bahi_proof::{Hash, HistoryProof, Note, RecordProof, SigningKey};
use bahi_wire::{ClockKind, FirstRecord, LedgerName, decode_first};

use crate::{
    BackedUp, BalancesAt, Basis, Error, Events, Ledger, OpenScheme, OutcomesAt, ProveError, Tiled,
    TilesError, View,
    backup::back_up,
    books::log_of,
    history::Moments,
    press::{Folded, Press},
    prove::Shown,
    query::{balances_of, outcomes},
    reading::{Reading, decoded, walk},
    suspense,
    trails::known_names,
};

/// How many references of cases are remembered, so that they need not be read again.
const REFERENCES_MAX: usize = 1 << 18;

/// The references of the cases that were asked for last: where the later half is full, it becomes the
/// earlier, and what the earlier held is forgotten.
#[derive(Default)]
struct References {
    later: HashMap<Position, CaseRef>,
    earlier: HashMap<Position, CaseRef>,
}

impl References {
    fn of(&mut self, case: Position) -> Option<CaseRef> {
        if let Some(known) = self.later.get(&case) {
            return Some(known.clone());
        }
        let known = self.earlier.remove(&case)?;
        self.keep(case, known.clone());
        Some(known)
    }

    fn keep(&mut self, case: Position, case_ref: CaseRef) {
        if self.later.len() >= REFERENCES_MAX / 2 {
            self.earlier = std::mem::take(&mut self.later);
        }
        self.later.insert(case, case_ref);
    }
}

/// What others are shown of a ledger: a [`Ledger`], or its [`Records`] alone.
///
/// Each method is the one that [`Ledger`] has by the same name, which says what it needs and what it
/// is refused for.
pub trait Provable: sealed::Logged {
    /// What the ledger is called.
    fn name(&self) -> &LedgerName {
        self.shown().name
    }

    /// The 16 bytes the ledger is known by.
    fn id(&self) -> LedgerId {
        LedgerId(self.shown().log.ledger_id().0)
    }

    /// The last position: how many events there are.
    fn position(&self) -> Position {
        self.shown().position()
    }

    /// The root of the tree over every record.
    fn root(&self) -> Hash {
        self.shown().log.root()
    }

    /// The stored bytes at a position; see [`Ledger::record`].
    ///
    /// # Errors
    /// Those of [`Ledger::record`].
    fn record(&self, position: Position) -> Result<Vec<u8>, Error> {
        self.shown().record(position)
    }

    /// A signed checkpoint; see [`Ledger::checkpoint`].
    ///
    /// # Errors
    /// Those of [`Ledger::checkpoint`].
    fn checkpoint(&self, key: &SigningKey, at: Position) -> Result<Note, ProveError> {
        self.shown().checkpoint(key, at)
    }

    /// That a record is in the ledger; see [`Ledger::prove`].
    ///
    /// # Errors
    /// Those of [`Ledger::prove`].
    fn prove(&self, position: Position, note: Note) -> Result<RecordProof, ProveError> {
        self.shown().prove(position, note)
    }

    /// That the ledger continues an older size; see [`Ledger::prove_history`].
    ///
    /// # Errors
    /// Those of [`Ledger::prove_history`].
    fn prove_history(&self, old_size: u64, note: Note) -> Result<HistoryProof, ProveError> {
        self.shown().prove_history(old_size, note)
    }

    /// What a witness is asked with; see [`Ledger::ask_witness`].
    ///
    /// # Errors
    /// Those of [`Ledger::ask_witness`].
    fn ask_witness(&self, old_size: u64, note: Note) -> Result<HistoryProof, ProveError> {
        self.shown().ask_witness(old_size, note)
    }

    /// The log as tiles; see [`Ledger::export_tiles`].
    ///
    /// # Errors
    /// Those of [`Ledger::export_tiles`].
    fn export_tiles(
        &self,
        dir: &Path,
        note: &Note,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Tiled, TilesError> {
        self.shown().export_tiles(dir, note, progress)
    }

    /// Brings a backup up to date; see [`Ledger::backup`].
    ///
    /// # Errors
    /// Those of [`Ledger::backup`].
    fn backup(&self, dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<BackedUp, Error> {
        back_up(self.shown().log, dir, progress)
    }
}

pub(crate) mod sealed {
    //! What only this crate makes provable.

    use crate::prove::Shown;

    /// Something over a log.
    pub trait Logged {
        /// The log, and what the ledger is called.
        fn shown(&self) -> Shown<'_>;
    }
}

impl sealed::Logged for Ledger {
    fn shown(&self) -> Shown<'_> {
        Ledger::shown(self)
    }
}

impl Provable for Ledger {}

impl sealed::Logged for Records {
    fn shown(&self) -> Shown<'_> {
        Shown { log: &self.log, name: &self.first.name }
    }
}

impl Provable for Records {}

/// A ledger's events and proofs, opened for no other question.
///
/// ```
/// use bahi::{Ledger, LedgerName, NewLedger, Provable, Records, View, core::Position};
///
/// let place = tempfile::tempdir()?;
/// let dir = place.path().join("ledger");
/// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// let (root, last) = (ledger.root(), ledger.position());
/// drop(ledger);
/// let records = Records::open(&dir, &mut |_| {})?;
/// assert_eq!((records.root(), records.basis(View::NOW)?.position), (root, last));
/// assert_eq!(records.events(Position(1), last).count() as u64, last.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Records {
    log: Log,
    first: FirstRecord,
    last_instant: Instant,
    /// None is kept: where a moment falls is found by halving the log.
    moments: Moments,
    names: Names,
    references: Mutex<References>,
    schemes: OnceLock<BTreeMap<SchemeNo, Opened>>,
}

/// A scheme as it is open, and where.
#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) open: OpenScheme,
    pub(crate) districts: Vec<District>,
}

impl Records {
    /// Opens the records of what a directory holds: of a ledger, which is locked for every other
    /// process until they are dropped, or of a backup. `progress` is given the position whose names
    /// are known: those of a ledger of a million events or more are put away beside it.
    ///
    /// # Errors
    /// [`Error::Fault`] as [`Ledger::open`] and [`Ledger::open_backup`] say; [`Error::Record`] for a
    /// record that cannot be read among those that introduce a name.
    pub fn open(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Records, Error> {
        let (log, folds) = log_of(dir)?;
        Records::over(log, folds.as_deref(), progress)
    }

    /// Opens the records of a backup, and of nothing else.
    ///
    /// # Errors
    /// [`Error::Fault`] as [`Ledger::open_backup`] says; [`Error::Record`] for a record that cannot be
    /// read among those that introduce a name.
    pub fn open_backup(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Records, Error> {
        Records::over(Log::open_backup(dir)?, None, progress)
    }

    /// The same, with nothing that was put away: every name is found in the log.
    ///
    /// # Errors
    /// Those of [`Records::open`].
    pub fn open_from_log(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Records, Error> {
        Records::over(log_of(dir)?.0, None, progress)
    }

    fn over(
        log: Log,
        folds: Option<&Path>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Records, Error> {
        let record = log.record(0)?;
        let first = decode_first(&record)
            .map_err(|source| Error::Record { position: Position::NONE, source })?;
        drop(record);
        let names = known_names(&log, folds, progress)?;
        let (last_instant, moments) = (first.made_at, Moments::default());
        let (references, schemes) = (Mutex::default(), OnceLock::new());
        let mut records = Records { log, first, last_instant, moments, names, references, schemes };
        let last = records.position();
        if !last.is_none() {
            records.last_instant = records.event(last)?.recorded_at;
        }
        Ok(records)
    }

    /// What an answer to a view rests on, as [`Ledger::basis`] says.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`].
    pub fn basis(&self, view: View) -> Result<Basis, Error> {
        self.reading().basis(view)
    }

    /// The event at a position, as [`Ledger::event`] gives it.
    ///
    /// # Errors
    /// Those of [`Ledger::event`].
    pub fn event(&self, position: Position) -> Result<Recorded, Error> {
        self.reading().event(position)
    }

    /// The stored bytes at a position, as [`Ledger::record`] gives them.
    ///
    /// # Errors
    /// Those of [`Ledger::record`].
    pub fn record(&self, position: Position) -> Result<Vec<u8>, Error> {
        Provable::record(self, position)
    }

    /// Events from one position to another, both inclusive, as [`Ledger::events`] gives them.
    pub fn events(&self, from: Position, to: Position) -> Events<'_> {
        Events::of(&self.log, (from, to), false)
    }

    /// The same events backward.
    pub fn events_back(&self, from: Position, to: Position) -> Events<'_> {
        Events::of(&self.log, (from, to), true)
    }

    /// The reference of a case by the position of its application, which is read; `None` where no
    /// application stands there.
    ///
    /// # Errors
    /// [`Error::Fault`]; [`Error::Record`].
    pub fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
        if case.is_none() {
            return Ok(None);
        }
        if let Some(known) = self.references().of(case) {
            return Ok(Some(known));
        }
        let Some(found) = self.reading().case_ref(case)? else { return Ok(None) };
        self.references().keep(case, found.clone());
        Ok(Some(found))
    }

    fn references(&self) -> MutexGuard<'_, References> {
        self.references.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn press(&self) -> Press<'_> {
        Press { reading: self.reading(), names: &self.names, folded: self }
    }

    /// Folds every event of a view into a fold of the caller's own, as [`Ledger::fold`] does.
    ///
    /// # Errors
    /// Those of [`Ledger::fold`].
    pub fn fold<P: Projection>(&self, view: View) -> Result<P, Error> {
        let reading = self.reading();
        reading.fold(&reading.basis(view)?, view)
    }

    /// What cases came to beside the money, as [`Ledger::outcomes`] says.
    ///
    /// # Errors
    /// Those of [`Ledger::outcomes`].
    pub fn outcomes(&self, by: By, filter: &Filter, view: View) -> Result<OutcomesAt, Error> {
        outcomes(&self.reading(), &self.names, (by, filter), view)
    }

    /// Every amount in suspense, as [`Ledger::suspense`] says.
    ///
    /// # Errors
    /// Those of [`Ledger::suspense`].
    pub fn suspense(&self, filter: &Filter, view: View) -> Result<SuspenseAnswer, Error> {
        suspense::answer(&self.reading(), &self.names, filter, view)
    }

    /// The open schemes with every version of their terms, as [`Ledger::schemes`] gives them: of other
    /// events the envelope is read and nothing else.
    ///
    /// # Errors
    /// [`Error::Fault`]; [`Error::Record`].
    pub fn schemes(&self) -> Result<Vec<OpenScheme>, Error> {
        Ok(self.opened()?.values().map(|one| one.open.clone()).collect())
    }

    fn opened(&self) -> Result<&BTreeMap<SchemeNo, Opened>, Error> {
        if let Some(known) = self.schemes.get() {
            return Ok(known);
        }
        let read = schemes_of(&self.log, &self.names)?;
        Ok(self.schemes.get_or_init(|| read))
    }

    /// The names known so far, by number and back.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Whether the recorded instants come from a simulated clock.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.first.clock == ClockKind::Simulated
    }

    /// The name in the world of the event at a position.
    #[must_use]
    pub fn event_id(&self, position: Position) -> EventId {
        EventId { ledger: self.id(), position }
    }

    fn reading(&self) -> Reading<'_> {
        let Records { log, first, last_instant, moments, .. } = self;
        Reading { log, first, last_instant: *last_instant, moments }
    }
}

impl Folded for Records {
    fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
        Records::case_ref(self, case)
    }

    fn met(&self, application: &Recorded) {
        if let Event::Applied(applied) = &application.event {
            self.references().keep(application.position, applied.case_ref.clone());
        }
    }

    fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error> {
        balances_of(&self.reading(), &self.names, (by, filter), view)
    }

    fn versions(&self, scheme: SchemeNo) -> Result<Cow<'_, [Terms]>, Error> {
        let opened = self.opened()?.get(&scheme);
        Ok(Cow::Borrowed(opened.map(|one| one.open.versions.as_slice()).unwrap_or_default()))
    }

    fn districts(&self, scheme: SchemeNo) -> Result<Vec<District>, Error> {
        let opened = self.opened()?.get(&scheme);
        Ok(opened.map(|one| one.districts.clone()).unwrap_or_default())
    }
}

/// The open schemes of a log with every version of their terms, by number: of other events the envelope
/// is read and nothing else.
pub(crate) fn schemes_of(log: &Log, names: &Names) -> Result<BTreeMap<SchemeNo, Opened>, Error> {
    let mut open = BTreeMap::new();
    walk(log, |position, envelope, bytes| {
        if matches!(envelope.kind, EventKind::SchemeOpened | EventKind::TermsChanged) {
            opened(&decoded(position, bytes)?, names, &mut open);
        }
        Ok(())
    })?;
    Ok(open)
}

fn opened(recorded: &Recorded, names: &Names, open: &mut BTreeMap<SchemeNo, Opened>) {
    let number = recorded.envelope.fund.scheme;
    if let Event::SchemeOpened(opened) = &recorded.event
        && let Some(name) = names.scheme(number)
    {
        let (districts, versions) = (opened.districts.clone(), vec![opened.terms.clone()]);
        let scheme = OpenScheme { name: name.clone(), districts: districts.len(), versions };
        open.insert(number, Opened { open: scheme, districts });
    } else if let Event::TermsChanged(changed) = &recorded.event
        && let Some(scheme) = open.get_mut(&number)
    {
        scheme.open.versions.push(changed.terms.clone());
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("name", &self.first.name.as_str())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
