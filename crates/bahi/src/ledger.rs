//! The ledger: opening it, and what it keeps while it is open.
//!
//! # Invariants
//! * The log is the authority; state, balances and trail are folds of it and nothing else.
//! * No event enters but through `submit` and its kin.
//!
//! # Not here
//! Submitting: `submit`. Asking: `query`. Replaying and verifying: `replay`, `verify`.

use std::path::Path;

use bahi_balances::Balances;
use bahi_core::{
    Event, EventId, Instant, LedgerId, Names, Position, Projection as _, Recorded, StateCertified,
};
use bahi_log::{Log, Options as LogOptions};
use bahi_proof::Hash;
use bahi_rules::{Inconsistent, State};
use bahi_trail::Trail;
use bahi_wire::{ClockKind, FirstRecord, LedgerName, decode_first};

use crate::{
    Error,
    beside::{ASIDE_EVENTS_MIN, Begun, Beside, FOLDS, Later},
    clock::Clock,
    clock::system_now,
    elsewhere::Upstream,
    evidence::Meter,
    hand::Hand,
    history::History,
    keys::Keys,
    signed::Signatures,
};

/// How a new ledger is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLedger {
    /// What it is called in its checkpoints, for ever.
    pub name: LedgerName,
    /// A simulated clock that begins at this moment, for demonstrations and tests; the ledger
    /// shows it ever after. The system's clock where absent.
    pub simulated_from: Option<Instant>,
}

impl NewLedger {
    /// A ledger of this name on the system's clock.
    #[must_use]
    pub const fn named(name: LedgerName) -> NewLedger {
        NewLedger { name, simulated_from: None }
    }
}

/// An open ledger: the one writer of its log, with the folds that answer questions.
///
/// ```
/// use bahi::{Ledger, LedgerName, NewLedger, View};
/// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// assert_eq!(ledger.schemes().len(), 4);
/// assert!(ledger.verify().ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Ledger {
    pub(crate) log: Log,
    pub(crate) first: FirstRecord,
    pub(crate) clock: Clock,
    pub(crate) last_instant: Instant,
    pub(crate) folds: Folds,
    pub(crate) history: History,
    /// The folds put away beside it; none in memory and of a backup.
    pub(crate) beside: Option<Beside>,
    pub(crate) meter: Meter,
    /// Helps where many commands come at a time; absent until then, and while it does.
    pub(crate) hand: Option<Hand>,
    pub(crate) keys: Keys,
    #[cfg(feature = "vault")]
    pub(crate) details: crate::details::Standings,
    /// Every certificate of the log, in order.
    pub(crate) certificates: Vec<(Position, StateCertified)>,
    /// Set once the log held an event that cannot follow: nothing more is accepted.
    pub(crate) inconsistent: Option<Inconsistent>,
    /// Set once a commit failed in doubt: the state may be ahead of the log.
    pub(crate) in_doubt: bool,
    /// Where its commands go instead of into its own log; into that where absent.
    pub(crate) upstream: Option<Box<dyn Upstream>>,
    /// Whether signatures of commands are still to be looked at.
    pub(crate) signatures: Signatures,
    /// Whether a question waits for what is folded aside.
    pub(crate) waits: bool,
}

/// Every fold of the log that an open ledger keeps.
#[derive(Default)]
pub(crate) struct Folds {
    pub(crate) state: State,
    pub(crate) balances: Balances,
    pub(crate) trail: Later<Trail>,
}

impl Folds {
    /// Takes the next event into the views, which never fail.
    pub(crate) fn view(&mut self, recorded: &Recorded) {
        self.balances.apply(recorded);
        self.trail.apply(recorded);
    }
}

impl Ledger {
    /// Makes a new ledger in a directory that does not exist or is empty, and opens it.
    ///
    /// # Errors
    /// [`Error::NoRandomness`]; then [`Error::Fault`] as the log says: a directory that is in use
    /// or cannot be written.
    pub fn create(dir: &Path, new: &NewLedger) -> Result<Ledger, Error> {
        let first = first_record(new)?;
        Ok(Ledger::over(Log::create(dir, &first, LogOptions::default())?)?.beside(dir))
    }

    /// Opens the ledger in a directory; it is locked for every other process until dropped.
    ///
    /// What was put away beside it is taken up, and the log is folded from there. Whoever may write
    /// there may mislead it: [`Ledger::open_from_log`] takes nothing up, and what is verified
    /// is compared with what was.
    ///
    /// # Errors
    /// [`Error::Fault`] as the log says: no ledger, a newer form, locked, read-only, damaged; then
    /// [`Error::Record`] for a record that cannot be read. A log that holds an impossible event
    /// opens, takes no commands, and says so by [`Ledger::inconsistency`].
    pub fn open(dir: &Path) -> Result<Ledger, Error> {
        Ledger::open_with(dir, &mut |_| {})
    }

    /// Opens the ledger as [`Ledger::open`] does; `progress` is given the position folded so far.
    ///
    /// # Errors
    /// Those of [`Ledger::open`].
    pub fn open_with(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Ledger, Error> {
        Ledger::open_aside(dir, ASIDE_EVENTS_MIN, progress)
    }

    /// The same; from so many events on, what is not put away is folded aside.
    pub(crate) fn open_aside(
        dir: &Path,
        aside_min: u64,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        let log = Log::open(dir, LogOptions::default())?;
        let folds = dir.join(FOLDS);
        Ok(Ledger::folded_from(log, Some((&folds, aside_min)), progress)?.beside(dir))
    }

    /// The same, with the folds that are put away beside it in its directory.
    pub(crate) fn beside(mut self, dir: &Path) -> Ledger {
        self.beside = Some(Beside::of(dir, &self.log));
        self
    }

    /// A ledger in memory, gone when dropped: for tests and trials.
    ///
    /// # Errors
    /// [`Error::NoRandomness`].
    pub fn in_memory(new: &NewLedger) -> Result<Ledger, Error> {
        Ledger::over(Log::in_memory(&first_record(new)?)?)
    }

    /// A ledger over a log already opened.
    pub(crate) fn over(log: Log) -> Result<Ledger, Error> {
        Ledger::folded(log, &mut |_| {})
    }

    /// A ledger over a log already opened, folded from its first event.
    pub(crate) fn folded(log: Log, progress: &mut dyn FnMut(Position)) -> Result<Ledger, Error> {
        Ledger::folded_from(log, None, progress)
    }

    /// A ledger over a log already opened, folded from what is put away in a directory, if one is
    /// named, with from how many events on the rest is folded aside.
    pub(crate) fn folded_from(
        log: Log,
        folds: Option<(&Path, u64)>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Ledger, Error> {
        let record = log.record(0)?;
        let first = decode_first(&record)
            .map_err(|source| Error::Record { position: Position::NONE, source })?;
        drop(record);
        let mut ledger = Ledger {
            clock: Clock::of(first.clock, first.made_at),
            last_instant: first.made_at,
            first,
            log,
            folds: Folds::default(),
            history: History::default(),
            beside: None,
            meter: Meter::default(),
            hand: None,
            keys: Keys::default(),
            #[cfg(feature = "vault")]
            details: crate::details::Standings::default(),
            certificates: Vec::new(),
            inconsistent: None,
            in_doubt: false,
            upstream: None,
            signatures: Signatures::ToCheck,
            waits: true,
        };
        let begun = folds.map(|(dir, min)| ledger.take_up(dir, min)).unwrap_or_default();
        ledger.fold_log(&begun, progress)?;
        if ledger.inconsistent.is_some() {
            // The rules stopped, and the trail did not: it alone knows every case.
            ledger.take_up_the_rest()?;
        }
        ledger.clock = Clock::of(ledger.first.clock, ledger.last_instant);
        Ok(ledger)
    }

    /// Takes every event into those folds that do not hold it yet.
    pub(crate) fn fold_log(
        &mut self,
        begun: &Begun,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(), Error> {
        let from = begun.all().next();
        if from > self.position() {
            return Ok(());
        }
        for page in self.log.pages(from.0) {
            let page = page?;
            for (position, bytes) in page.records().filter(|(position, _)| *position >= from.0) {
                let position = Position(position);
                let recorded = bahi_wire::decode(position, bytes)
                    .map_err(|source| Error::Record { position, source })?;
                if self.inconsistent.is_none()
                    && position > begun.rules
                    && let Err(inconsistent) = self.folds.state.apply(&recorded)
                {
                    self.inconsistent = Some(inconsistent);
                }
                if position > begun.balances {
                    self.folds.balances.apply(&recorded);
                    self.history.moments.take(position, recorded.recorded_at);
                    self.last_instant = recorded.recorded_at;
                }
                // Those that are yet to be taken up take nothing.
                if position > begun.later {
                    self.folds.trail.apply(&recorded);
                    self.history.movements.apply(&recorded);
                }
                if position > begun.house {
                    self.keys.take(&recorded);
                    #[cfg(feature = "vault")]
                    self.details.take(&recorded, self.folds.state.names());
                    note_certificate(&mut self.certificates, &recorded);
                    self.meter.apply(&recorded, self.folds.state.names());
                }
            }
            self.folds.state.settle();
            progress(Position(page.first()));
        }
        Ok(())
    }

    /// What the ledger is called.
    #[must_use]
    pub const fn name(&self) -> &LedgerName {
        &self.first.name
    }

    /// The 16 bytes the ledger is known by.
    #[must_use]
    pub fn id(&self) -> LedgerId {
        LedgerId(self.log.ledger_id().0)
    }

    /// Whether the recorded instants come from a simulated clock.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.first.clock == ClockKind::Simulated
    }

    /// The last position: how many events there are.
    #[must_use]
    pub fn position(&self) -> Position {
        Position(self.log.size().saturating_sub(1))
    }

    /// The root of the tree over every record, in the checkpoint's sense.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.log.root()
    }

    /// The root as it was when a position was the last.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`]; [`Error::Fault`].
    pub fn root_at(&self, position: Position) -> Result<Hash, Error> {
        self.shown().root_at(position)
    }

    /// When the last event was recorded; when the ledger was made, before the first.
    #[must_use]
    pub const fn last_recorded_at(&self) -> Instant {
        self.last_instant
    }

    /// The names known so far, by number and back.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.folds.state.names()
    }

    /// The name in the world of the event at a position.
    #[must_use]
    pub fn event_id(&self, position: Position) -> EventId {
        EventId { ledger: self.id(), position }
    }

    /// The impossible event, where the log holds one; the ledger then takes no commands.
    #[must_use]
    pub const fn inconsistency(&self) -> Option<&Inconsistent> {
        self.inconsistent.as_ref()
    }

    /// Sets a simulated clock.
    ///
    /// # Errors
    /// [`Error::ClockIsReal`]; [`Error::ClockGoesBack`].
    pub fn set_clock(&mut self, now: Instant) -> Result<(), Error> {
        if !self.is_simulated() {
            return Err(Error::ClockIsReal);
        }
        if now < self.last_instant {
            return Err(Error::ClockGoesBack);
        }
        self.clock = Clock::Simulated(now);
        Ok(())
    }
}

/// Keeps a certificate with its position.
pub(crate) fn note_certificate(
    certificates: &mut Vec<(Position, StateCertified)>,
    recorded: &Recorded,
) {
    if let Event::StateCertified(certificate) = &recorded.event {
        certificates.push((recorded.position, certificate.clone()));
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger")
            .field("name", &self.first.name.as_str())
            .field("id", &self.id())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

pub(crate) fn first_record(new: &NewLedger) -> Result<Vec<u8>, Error> {
    let mut nonce = [0_u8; 32];
    getrandom::fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
    let clock = match new.simulated_from {
        Some(_) => ClockKind::Simulated,
        None => ClockKind::System,
    };
    let first = FirstRecord {
        name: new.name.clone(),
        form_version: bahi_wire::FORM_VERSION,
        clock,
        nonce,
        made_at: new.simulated_from.unwrap_or_else(system_now),
    };
    bahi_wire::encode_first(&first).map_err(Error::TooLarge)
}
