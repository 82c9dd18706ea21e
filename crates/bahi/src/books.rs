//! `Books`: balances of any past from what was put away, without folding the log again.
//!
//! A [`Ledger`](crate::Ledger) takes up the rules' memory when it opens, because it takes commands.
//! Whoever only asks what balances were needs neither that nor the trail: books open with the
//! balances that were put away beside the ledger, and fold what came after.
//!
//! # Invariants
//! * An answer is that of the ledger itself, basis and rows.
//! * What was put away is taken where it is of this log, this history and this version, whole; the
//!   log is folded from its first event otherwise.
//! * Nothing is written but such folds, and none beside a backup.
//!
//! # Not here
//! The file of a fold: `resume`, and `docs/FORMAT.md`. When folds are put away: `beside`.

use std::{
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bahi_balances::{Balances, By, Filter, Movements};
use bahi_core::{
    HeadName, HeadNo, Instant, Introduction, Names, Position, Projection, Recorded, SchemeName,
};
use bahi_log::{Fault, Log, Options as LogOptions};
use bahi_proof::Hash;
use bahi_wire::{ClockKind, FirstRecord, LedgerName, decode_first};

use crate::{
    BalancesAt, Basis, Divisible, Error, View,
    beside::{FOLDS, Kept, Whole, brought_up},
    history::Moments,
    parts,
    reading::Reading,
    resume::Kind,
};

/// The balances of a log and the little that a question about them needs beside.
#[derive(Default)]
pub(crate) struct Present {
    /// Of schemes and heads alone.
    names: Names,
    pub(crate) balances: Balances,
    pub(crate) moments: Moments,
    pub(crate) last_instant: Option<Instant>,
}

impl Projection for Present {
    fn apply(&mut self, recorded: &Recorded) {
        for introduction in &recorded.envelope.introduced {
            match introduction {
                Introduction::Scheme(_) | Introduction::Head(_) => {
                    self.names.introduce(introduction);
                }
                Introduction::Actor(_) | Introduction::Authority(_) | Introduction::Word(_) => {}
            }
        }
        self.balances.apply(recorded);
        self.moments.take(recorded.position, recorded.recorded_at);
        self.last_instant = Some(recorded.recorded_at);
    }
}

impl Divisible for Present {
    fn absorb(&mut self, later: Present) -> bool {
        if !self.balances.absorb(&later.balances) {
            return false;
        }
        for (_, name) in later.names.schemes() {
            self.names.introduce(&Introduction::Scheme(name.clone()));
        }
        for name in heads(&later.names) {
            self.names.introduce(&Introduction::Head(name.clone()));
        }
        self.moments.absorb(&later.moments);
        self.last_instant = later.last_instant.or(self.last_instant);
        true
    }
}

/// The names of heads, in the order in which they were introduced.
fn heads(names: &Names) -> impl Iterator<Item = &HeadName> {
    (1..=u16::MAX).map_while(|number| names.head(HeadNo(number)))
}

impl Kept for Present {
    const KIND: Kind = Kind::own("balances", 1);

    fn fold_on(
        &mut self,
        log: &Log,
        until: Position,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(), Error> {
        let last = Position(log.size().saturating_sub(1));
        parts::fold_on(log, self, until.next()..=last, View::NOW, progress)
    }

    fn take(bytes: &[u8]) -> Option<Present> {
        let mut rest = Bytes(bytes);
        let last_instant = Instant::from_epoch_micros(rest.number()?.cast_signed())?;
        let mut names = Names::default();
        for _ in 0..rest.number()? {
            names.introduce(&Introduction::Scheme(SchemeName::new(rest.text()?).ok()?));
        }
        for _ in 0..rest.number()? {
            names.introduce(&Introduction::Head(HeadName::new(rest.text()?).ok()?));
        }
        let mut moments = Moments::default();
        for _ in 0..rest.number()? {
            let (position, micros) = (Position(rest.number()?), rest.number()?.cast_signed());
            moments.take(position, Instant::from_epoch_micros(micros)?);
        }
        let balances = Balances::from_image(rest.0)?;
        Some(Present { names, balances, moments, last_instant: Some(last_instant) })
    }
}

impl Whole for Present {
    fn put(&self) -> Vec<u8> {
        present_image(&self.names, &self.balances, &self.moments, self.last_instant)
    }
}

/// The log of what a directory holds: of a ledger, with where its folds are put away, or of a backup.
pub(crate) fn log_of(dir: &Path) -> Result<(Log, Option<PathBuf>), Error> {
    let no_ledger = match Log::open(dir, LogOptions::default()) {
        Err(fault @ Fault::NotALedger { .. }) => fault,
        other => return Ok((other?, Some(dir.join(FOLDS)))),
    };
    match Log::open_backup(dir) {
        Err(Fault::NotABackup { .. }) => Err(no_ledger.into()),
        other => Ok((other?, None)),
    }
}

/// What [`Present`] is as bytes, of its parts.
pub(crate) fn present_image(
    names: &Names,
    balances: &Balances,
    moments: &Moments,
    last_instant: Option<Instant>,
) -> Vec<u8> {
    fn put(out: &mut Vec<u8>, number: u64) {
        out.extend_from_slice(&number.to_le_bytes());
    }
    fn put_texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a str>) {
        let texts: Vec<&str> = texts.collect();
        put(out, texts.len() as u64);
        for text in texts {
            put(out, text.len() as u64);
            out.extend_from_slice(text.as_bytes());
        }
    }
    let mut out = Vec::new();
    put(&mut out, last_instant.unwrap_or(Instant::MIN).epoch_micros().cast_unsigned());
    put_texts(&mut out, names.schemes().map(|(_, name)| name.as_str()));
    put_texts(&mut out, heads(names).map(|name| name.as_str()));
    put(&mut out, moments.kept().len() as u64);
    for (position, instant) in moments.kept() {
        put(&mut out, position.0);
        put(&mut out, instant.epoch_micros().cast_unsigned());
    }
    out.extend_from_slice(&balances.image());
    out
}

/// What is left of an image.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

/// A ledger's balances of any past, opened for no other question.
///
/// ```
/// use bahi::{Books, By, Filter, Ledger, LedgerName, NewLedger, View};
///
/// let place = tempfile::tempdir()?;
/// let dir = place.path().join("ledger");
/// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// let by = By { scheme: true, ..By::default() };
/// let answer = ledger.balances(by, &Filter::default(), View::NOW)?;
/// drop(ledger);
/// assert_eq!(Books::open(&dir)?.balances(by, &Filter::default(), View::NOW)?, answer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Books {
    log: Log,
    first: FirstRecord,
    present: Present,
    /// Up to where the balances had been put away.
    resumed_from: Position,
    /// Where folds are put away; none for a backup.
    folds: Option<PathBuf>,
    /// What moved, once a past is asked about.
    movements: OnceLock<Movements>,
    /// Whether one was asked about before.
    asked: AtomicBool,
}

impl Books {
    /// Opens the books of the ledger in a directory, which is locked for every other process until
    /// they are dropped.
    ///
    /// # Errors
    /// [`Error::Fault`] as [`Ledger::open`](crate::Ledger::open) says; [`Error::Record`] for a record that cannot be
    /// read among those that are folded.
    pub fn open(dir: &Path) -> Result<Books, Error> {
        Books::open_with(dir, &mut |_| {})
    }

    /// Opens the books as [`Books::open`] does; `progress` is given the position folded so far.
    ///
    /// # Errors
    /// Those of [`Books::open`].
    pub fn open_with(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Books, Error> {
        Books::over(Log::open(dir, LogOptions::default())?, Some(dir.join(FOLDS)), progress)
    }

    /// Opens the books of a backup, and writes nothing.
    ///
    /// # Errors
    /// Those of [`Ledger::open_backup`](crate::Ledger::open_backup).
    pub fn open_backup(dir: &Path) -> Result<Books, Error> {
        Books::over(Log::open_backup(dir)?, None, &mut |_| {})
    }

    /// Opens the books of what a directory holds: of a ledger as [`Books::open_with`] does, of a
    /// backup as [`Books::open_backup`].
    ///
    /// # Errors
    /// Those of [`Books::open`]; for a backup those of [`Books::open_backup`].
    pub fn open_either_with(
        dir: &Path,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Books, Error> {
        let (log, folds) = log_of(dir)?;
        Books::over(log, folds, progress)
    }

    /// Opens the books of what a directory holds, and takes nothing that was put away: the whole log
    /// is folded, and nothing is written. For whoever does not trust who may write there.
    ///
    /// # Errors
    /// Those of [`Books::open_either_with`].
    pub fn open_from_log(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Books, Error> {
        Books::over(log_of(dir)?.0, None, progress)
    }

    fn over(
        log: Log,
        folds: Option<PathBuf>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Books, Error> {
        let record = log.record(0)?;
        let first = decode_first(&record)
            .map_err(|source| Error::Record { position: Position::NONE, source })?;
        drop(record);
        let (present, resumed_from) = brought_up(&log, folds.as_deref(), progress)?;
        let (movements, asked) = (OnceLock::new(), AtomicBool::new(false));
        Ok(Books { log, first, present, resumed_from, folds, movements, asked })
    }

    /// Balances by the parts of the fund key asked for, exactly as [`Ledger::balances`](crate::Ledger::balances) gives them.
    ///
    /// The first question about a past takes up what moved, which is more than the balances are. Where
    /// nothing is put away, as of a backup, it folds the log up to that past in the memory that balances
    /// take; what moved is folded for the second.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error> {
        let basis = self.basis(view)?;
        let rows = if basis.position == self.position() && basis.as_of.is_none() {
            self.present.balances.rows(by, filter, self.names())
        } else if self.folds.is_none() && !self.asked.swap(true, Relaxed) {
            let (mut past, all) = (Balances::default(), Position(1)..=basis.position);
            parts::fold_on(&self.log, &mut past, all, view, &mut |_| {})?;
            past.rows(by, filter, self.names())
        } else {
            self.movements()?.rows(basis.position, basis.as_of, by, filter, self.names())
        };
        Ok(BalancesAt::of(basis, by, rows))
    }

    /// What an answer to a view rests on, as [`Ledger::basis`](crate::Ledger::basis) says.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`](crate::Ledger::basis).
    pub fn basis(&self, view: View) -> Result<Basis, Error> {
        let last_instant = self.present.last_instant.unwrap_or(self.first.made_at);
        let (log, first, moments) = (&self.log, &self.first, &self.present.moments);
        Reading { log, first, last_instant, moments }.basis(view)
    }

    /// The names of schemes and heads, by number and back; no other names are in the books.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.present.names
    }

    /// What the ledger is called.
    #[must_use]
    pub const fn name(&self) -> &LedgerName {
        &self.first.name
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

    /// The root of the tree over every record.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.log.root()
    }

    /// Up to where the balances were taken up as they had been put away; what came after was folded
    /// as the books opened.
    #[must_use]
    pub const fn resumed_from(&self) -> Position {
        self.resumed_from
    }

    fn movements(&self) -> Result<&Movements, Error> {
        if let Some(movements) = self.movements.get() {
            return Ok(movements);
        }
        let (movements, _) = brought_up(&self.log, self.folds.as_deref(), &mut |_| {})?;
        Ok(self.movements.get_or_init(|| movements))
    }
}

impl std::fmt::Debug for Books {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Books")
            .field("name", &self.first.name.as_str())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
