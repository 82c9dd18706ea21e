//! A new version of a fold: folded beside the one before, compared with it, and only then switched to.
//!
//! # Invariants
//! * Whatever answers holds every event up to the position it is said to hold, and equals a fold of
//!   the whole log of its version.
//! * The new version answers after it was compared with the one before, both of the same events,
//!   and not found to contradict it. One that does answers nothing and is not put away.
//! * Nothing on the medium changes until the switch: whoever stops before it begins again as
//!   before.
//! * Folding beside takes no commit's time: it reads a snapshot of the log on a thread of its own,
//!   which gives way to others.
//!
//! # Not here
//! The file of a fold: `resume`.

use std::path::{Path, PathBuf};

use bahi_core::Position;
use thiserror::Error as ThisError;

use crate::{
    Error, Ledger, Resumable,
    aside::{Aside, Progress},
    resume::{fold_on, put_away, take_up},
};

/// How many events a new version may lack for them to be folded by whoever asks, and not beside.
const LACKING_MAX: u64 = 4_096;

/// A fold that comes after an older version of itself, which this program still reads and folds.
pub trait Renewed: Resumable + Send + 'static {
    /// The version before: of the same [`Resumable::NAME`] and a lower [`Resumable::VERSION`].
    type Before: Resumable;

    /// In what this fold contradicts the one before, where both are of the same events: a sum that
    /// both count and that differs, in words for whoever runs the program. `None` where all that
    /// both say is the same. What the new version was made to count otherwise is for it to leave
    /// out.
    fn contradicts(&self, before: &Self::Before) -> Option<String>;
}

/// What answers.
#[derive(Clone, Copy, Debug)]
pub enum Serving<'a, F: Renewed> {
    /// The version before, while the new one is folded beside it or after it was found to
    /// contradict it.
    Before(&'a F::Before),
    /// The version of this program.
    Now(&'a F),
}

/// Two versions of a fold that contradict each other, of the same events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contradiction {
    /// The name of the fold.
    pub fold: &'static str,
    /// The new version, which answers nothing.
    pub version: u16,
    /// The version before, which goes on answering.
    pub before: u16,
    /// The last event that both hold.
    pub position: Position,
    /// What differs.
    pub what: String,
}

impl std::fmt::Display for Contradiction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Contradiction { fold, version, before, position, what } = self;
        write!(
            f,
            "version {version} of the fold {fold} contradicts version {before} at position \
             {position}: {what}; version {before} goes on answering, and nothing of version \
             {version} is put away; fold both from the log to see which is wrong, then correct \
             version {version}, or delete the file {fold} to have it folded without the older one"
        )
    }
}

/// Why a renewal did not go on.
#[derive(Debug, ThisError)]
pub enum RenewalError {
    /// The log cannot be read, or the fold not be put away. Do what the source says and go on.
    #[error(transparent)]
    Failed(#[from] Error),
    /// The versions contradict each other. Told once; [`Renewal::contradiction`] tells it again.
    /// See which of them is wrong.
    #[error("{0}")]
    Contradicts(Contradiction),
}

/// A fold of which a new version takes the place of the one before. See [`Ledger::renew`].
pub struct Renewal<F: Renewed> {
    dir: PathBuf,
    /// The last event that what answers holds.
    until: Position,
    answers: Answers<F>,
    /// The new version, while it is folded.
    beside: Option<Aside<F>>,
    contradiction: Option<Contradiction>,
}

/// Which version answers.
enum Answers<F: Renewed> {
    Before(F::Before),
    Now(F),
}

impl Ledger {
    /// A fold of every event whose version may have changed since it was put away in a directory.
    ///
    /// Where this version is put away, it is taken up and answers. Where the version before is,
    /// that one is taken up and answers at once, and this one is folded beside it from the first
    /// event; [`Renewal::follow`] takes both on, compares them and switches. Where neither is, this
    /// one is folded here, as [`Ledger::resume`] does.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`] of reading the events that are folded here.
    ///
    /// ```
    /// use bahi::{Contradiction, Renewed, Resumable, Serving, core::{Event, Projection, Recorded}};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// /// Version 1 counted events, version 2 counts schemes beside them.
    /// #[derive(Default)]
    /// struct Events(u64);
    /// #[derive(Default)]
    /// struct Both { events: u64, schemes: u64 }
    /// impl Projection for Events {
    ///     fn apply(&mut self, _: &Recorded) { self.0 += 1 }
    /// }
    /// impl Projection for Both {
    ///     fn apply(&mut self, recorded: &Recorded) {
    ///         self.events += 1;
    ///         self.schemes += u64::from(matches!(recorded.event, Event::SchemeOpened(_)));
    ///     }
    /// }
    /// impl Resumable for Events {
    ///     const NAME: &'static str = "counts";
    ///     const VERSION: u16 = 1;
    ///     fn image(&self) -> Vec<u8> { self.0.to_le_bytes().to_vec() }
    ///     fn from_image(bytes: &[u8]) -> Option<Events> {
    ///         bytes.try_into().ok().map(u64::from_le_bytes).map(Events)
    ///     }
    /// }
    /// impl Resumable for Both {
    ///     const NAME: &'static str = "counts";
    ///     const VERSION: u16 = 2;
    ///     fn image(&self) -> Vec<u8> {
    ///         [self.events.to_le_bytes(), self.schemes.to_le_bytes()].concat()
    ///     }
    ///     fn from_image(bytes: &[u8]) -> Option<Both> {
    ///         let (events, schemes) = bytes.split_at_checked(8)?;
    ///         let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
    ///         Some(Both { events: number(events)?, schemes: number(schemes)? })
    ///     }
    /// }
    /// impl Renewed for Both {
    ///     type Before = Events;
    ///     fn contradicts(&self, before: &Events) -> Option<String> {
    ///         (self.events != before.0).then(|| format!("{} events, not {}", self.events, before.0))
    ///     }
    /// }
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// # let place = tempfile::tempdir()?;
    /// # let dir = place.path();
    /// ledger.put_away(&ledger.resume::<Events>(dir)?, dir)?; // by the program of before
    ///
    /// let mut counts = ledger.renew::<Both>(dir)?;
    /// assert!(matches!(counts.serving(), Serving::Before(Events(0))));
    /// ledger.open_rulebook()?;
    /// counts.finish(&ledger)?; // or `follow`, now and then, which waits for nothing
    /// let Serving::Now(both) = counts.serving() else { panic!("it was switched") };
    /// assert_eq!((both.events, both.schemes), (ledger.position().0, 4));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn renew<F: Renewed>(&self, dir: &Path) -> Result<Renewal<F>, Error> {
        const {
            assert!(F::VERSION > F::Before::VERSION, "a new version has the higher number");
        }
        let renewal = |answers, beside| {
            let (dir, until) = (dir.to_path_buf(), self.position());
            Renewal { dir, until, answers, beside, contradiction: None }
        };
        let now = take_up::<F>(&self.log, dir);
        if now.is_none()
            && F::NAME == F::Before::NAME
            && let Some((mut before, from)) = take_up::<F::Before>(&self.log, dir)
        {
            fold_on(&self.log, &mut before, from, &mut |_| {})?;
            let beside = Aside::begin(&self.log, F::default(), Position::NONE)?;
            return Ok(renewal(Answers::Before(before), Some(beside)));
        }
        let (mut fold, from) = now.unwrap_or_default();
        fold_on(&self.log, &mut fold, from, &mut |_| {})?;
        Ok(renewal(Answers::Now(fold), None))
    }
}

impl<F: Renewed> Renewal<F> {
    /// What answers, holding every event up to [`Renewal::position`].
    pub const fn serving(&self) -> Serving<'_, F> {
        match &self.answers {
            Answers::Now(fold) => Serving::Now(fold),
            Answers::Before(before) => Serving::Before(before),
        }
    }

    /// The last event that what answers holds.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.until
    }

    /// How far the new version has come that is folded beside; `None` where none is.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.beside.as_ref().map(Aside::progress)
    }

    /// In what the new version contradicts the one before, where it was found to.
    #[must_use]
    pub const fn contradiction(&self) -> Option<&Contradiction> {
        self.contradiction.as_ref()
    }

    /// Takes what the ledger recorded since into what answers. Once the new version has caught up,
    /// compares it with the one before, puts it away, and switches to it. Waits for nothing that is
    /// folded beside.
    ///
    /// # Errors
    /// [`RenewalError::Contradicts`], once: the one before goes on answering.
    /// [`RenewalError::Failed`] of reading the log or of putting the new version away, which
    /// answers then all the same.
    pub fn follow(&mut self, ledger: &Ledger) -> Result<(), RenewalError> {
        self.bring_on(ledger)?;
        match self.beside.take() {
            Some(beside) if beside.is_done() => self.decide(ledger, beside),
            beside => {
                self.beside = beside;
                Ok(())
            }
        }
    }

    /// Does the same, and waits until the new version answers or was found to contradict the one
    /// before.
    ///
    /// # Errors
    /// Those of [`Renewal::follow`].
    pub fn finish(&mut self, ledger: &Ledger) -> Result<(), RenewalError> {
        self.bring_on(ledger)?;
        while let Some(beside) = self.beside.take() {
            self.decide(ledger, beside)?;
        }
        Ok(())
    }

    /// Puts what answers away where it was; durable on return. The next [`Ledger::renew`] begins
    /// there.
    ///
    /// # Errors
    /// [`Error::Fault`] where the file cannot be written.
    pub fn put_away(&self, ledger: &Ledger) -> Result<(), Error> {
        match &self.answers {
            Answers::Now(fold) => put_away(&ledger.log, &self.dir, fold, self.until),
            Answers::Before(before) => put_away(&ledger.log, &self.dir, before, self.until),
        }
    }

    /// Takes what was recorded since into what answers, and begins to fold the new version again
    /// where that ended without one.
    fn bring_on(&mut self, ledger: &Ledger) -> Result<(), Error> {
        match &mut self.answers {
            Answers::Now(fold) => fold_on(&ledger.log, fold, self.until, &mut |_| {})?,
            Answers::Before(before) => {
                fold_on(&ledger.log, before, self.until, &mut |_| {})?;
                if self.beside.is_none() && self.contradiction.is_none() {
                    self.beside = Some(Aside::begin(&ledger.log, F::default(), Position::NONE)?);
                }
            }
        }
        self.until = ledger.position();
        Ok(())
    }

    /// Waits for what is folded beside, and switches to it, takes it further, or refuses it.
    fn decide(&mut self, ledger: &Ledger, beside: Aside<F>) -> Result<(), RenewalError> {
        let Answers::Before(before) = &self.answers else { return Ok(()) };
        let contradiction = |what: String| Contradiction {
            fold: F::NAME,
            version: F::VERSION,
            before: F::Before::VERSION,
            position: self.until,
            what,
        };
        let what = match beside.end() {
            None => Some("folding it panicked".to_owned()),
            Some(folded) => {
                let (mut fold, at) = folded?;
                if self.until.0.saturating_sub(at.0) > LACKING_MAX {
                    self.beside = Some(Aside::begin(&ledger.log, fold, at)?);
                    return Ok(());
                }
                fold_on(&ledger.log, &mut fold, at, &mut |_| {})?;
                let what = fold.contradicts(before);
                if what.is_none() {
                    let put = put_away(&ledger.log, &self.dir, &fold, self.until);
                    self.answers = Answers::Now(fold);
                    return Ok(put?);
                }
                what
            }
        };
        let contradiction = contradiction(what.unwrap_or_default());
        self.contradiction = Some(contradiction.clone());
        Err(RenewalError::Contradicts(contradiction))
    }
}

impl<F: Renewed> std::fmt::Debug for Renewal<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewal")
            .field("fold", &F::NAME)
            .field("position", &self.until)
            .field("progress", &self.progress())
            .field("contradiction", &self.contradiction())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
