//! `Trails`: the trail of one case, found where it was put away, with no fold taken up; that of anything
//! else, read from the log.
//!
//! A [`Ledger`](crate::Ledger) takes up what decisions need, and a trail all of its index. Whoever
//! asks for one case needs neither: the index that is put away beside a ledger is a file in which a
//! case is found by its reference, and of which a few blocks are read, each hashed by itself.
//!
//! # Invariants
//! * An answer is that of the ledger itself, basis and lines.
//! * What was put away is looked into where it is of this log, this history and this version, and
//!   what is read of it is whole; the log is folded otherwise.
//! * Nothing is written but such a fold, where the log had to be folded, and none beside a backup, whose
//!   log is read through for the case instead.
//!
//! # Not here
//! Where things are in the index: `bahi-trail`, `lookup`.

mod seek;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bahi_balances::{By, Filter};
use bahi_core::{
    CaseRef, District, Event, EventId, EventKind, Instant, LedgerId, Names, Position, Projection,
    Recorded, SchemeNo, Terms, image::Reader,
};
use bahi_json::ExplainAnswer;
use bahi_log::Log;
use bahi_proof::Hash;
use bahi_trail::{Found, Lookup, Subject, Trail};
use bahi_wire::{ClockKind, FirstRecord, LedgerName, decode_first, envelope_view};

use crate::{
    BalancesAt, Basis, Error, TrailAt, View,
    answers::authorities,
    beside::{Kept, NAMES_AT, Whole, brought_up, trail_and_names, trail_image},
    books::log_of,
    history::Moments,
    press::{Folded, Press},
    query::{balances_of, lines},
    reading::Reading,
    records::schemes_of,
    resume::{Kind, blocks::Parts},
};

/// A trail with the names that its lines are told by, folded together.
#[derive(Default)]
struct Named {
    names: Names,
    trail: Trail,
}

impl Projection for Named {
    fn apply(&mut self, recorded: &Recorded) {
        introduce(&mut self.names, recorded);
        self.trail.apply(recorded);
    }
}

impl Kept for Named {
    const KIND: Kind = Trail::KIND;

    fn take(bytes: &[u8]) -> Option<Named> {
        let (trail, names) = trail_and_names(bytes)?;
        Some(Named { names: names_of(names)?, trail: Trail::from_image(trail)? })
    }
}

impl Whole for Named {
    fn put(&self) -> Vec<u8> {
        trail_image(&self.names, &self.trail)
    }
}

fn introduce(names: &mut Names, recorded: &Recorded) {
    for introduction in &recorded.envelope.introduced {
        // Whether it may be introduced is for the rules to say.
        let _ = names.introduce(introduction);
    }
}

fn names_of(bytes: &[u8]) -> Option<Names> {
    let mut from = Reader::new(bytes);
    let names = from.names()?;
    from.is_empty().then_some(names)
}

/// The names that a log introduced: those that are put away with its trail, and what came after. Of
/// most events the envelope is read and nothing else.
pub(crate) fn known_names(
    log: &Log,
    folds: Option<&Path>,
    progress: &mut dyn FnMut(Position),
) -> Result<Names, Error> {
    let kept = folds.and_then(|dir| {
        let mut parts = Parts::open(log, dir, Trail::KIND)?;
        Some((kept_names(&mut parts)?.0, parts.position()))
    });
    let (mut names, until) = kept.unwrap_or_default();
    let from = until.next();
    if from.0 >= log.size() {
        return Ok(names);
    }
    log.pages_ahead(from.0, |pages| {
        for page in pages {
            let page = page?;
            for (position, bytes) in page.records().filter(|(position, _)| *position >= from.0) {
                let position = Position(position);
                let unread = |source| Error::Record { position, source };
                if envelope_view(bytes).map_err(unread)?.introduced > 0 {
                    introduce(&mut names, &bahi_wire::decode(position, bytes).map_err(unread)?);
                }
            }
            progress(Position(page.end().saturating_sub(1)));
        }
        Ok(names)
    })
}

/// The names that a trail was put away with, and where the trail itself begins.
fn kept_names(parts: &mut Parts) -> Option<(Names, u64)> {
    let len = u64::from_le_bytes(parts.read(0, NAMES_AT)?.try_into().ok()?);
    let names = parts.read(NAMES_AT as u64, usize::try_from(len).ok()?)?;
    Some((names_of(&names)?, len.checked_add(NAMES_AT as u64)?))
}

/// The index that is put away, and what came after.
struct Looked {
    parts: Mutex<Parts>,
    lookup: Lookup,
    /// Where the trail begins in the image.
    begin: u64,
    /// The events of cases since, each with its case.
    since: Vec<(Position, Position)>,
    /// The events of no one case since, each with what it is about.
    shared: Vec<(Position, Position)>,
    /// The references that events since begin a case with, and those that commands were refused
    /// for.
    begun: Vec<(CaseRef, Position)>,
    refused: Vec<(CaseRef, Position)>,
}

impl Looked {
    /// The index of a log that is put away in a directory, and the names known to it; `None` where
    /// there is none of this log and this version.
    fn open(log: &Log, dir: &Path) -> Option<(Looked, Names)> {
        let mut parts = Parts::open(log, dir, Trail::KIND)?;
        let (names, begin) = kept_names(&mut parts)?;
        let lookup = Lookup::of(&parts.read(begin, Lookup::HEAD_BYTES)?)?;
        (lookup.position() == parts.position()).then_some(())?;
        let looked = Looked {
            parts: Mutex::new(parts),
            lookup,
            begin,
            since: Vec::new(),
            shared: Vec::new(),
            begun: Vec::new(),
            refused: Vec::new(),
        };
        Some((looked, names))
    }

    /// Takes what came after. Of most of it the envelope is read and nothing else.
    fn follow(&mut self, log: &Log, names: &mut Names) -> Result<(), Error> {
        let from = self.lookup.position().next();
        if from.0 >= log.size() {
            return Ok(());
        }
        for page in log.pages(from.0) {
            let page = page?;
            for (position, bytes) in page.records().filter(|(position, _)| *position >= from.0) {
                let position = Position(position);
                let unread = |source| Error::Record { position, source };
                let envelope = envelope_view(bytes).map_err(unread)?;
                if !envelope.case.is_none() {
                    self.since.push((envelope.case, position));
                }
                let is_named =
                    matches!(envelope.kind, EventKind::Applied | EventKind::CommandRefused);
                let is_shared = envelope.case.is_none() && is_of_matching(envelope.kind);
                if envelope.introduced == 0 && !is_named && !is_shared {
                    continue;
                }
                let recorded = bahi_wire::decode(position, bytes).map_err(unread)?;
                introduce(names, &recorded);
                self.shared.extend(about(&recorded).into_iter().map(|one| (one, position)));
                let named = reference(&recorded).map(|case_ref| (case_ref, position));
                match envelope.kind == EventKind::Applied {
                    true => self.begun.extend(named),
                    false => self.refused.extend(named),
                }
            }
        }
        Ok(())
    }

    /// The case of a reference, and every event of its trail; `None` where what is put away is not
    /// whole.
    fn find(&self, reading: &Reading<'_>, case_ref: &str) -> Result<Option<Told>, Error> {
        let found = {
            let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            let mut read = |at: u64, len| parts.read(self.begin.checked_add(at)?, len);
            self.lookup.find(case_ref, &mut read)
        };
        let Some(Found { case, mut events, refused }) = found else { return Ok(None) };
        for position in refused {
            // Found by a hash, which another reference may have.
            if reference(&reading.event(position)?).is_some_and(|one| one.as_str() == case_ref) {
                events.push(position);
            }
        }
        // What came after is folded as the whole is, after the case's own first event.
        let mut trail = Trail::default();
        if let Some(case) = case {
            trail.apply(&reading.event(case)?);
        }
        let named = |all: &[(CaseRef, Position)]| -> Vec<Position> {
            let of_it = all.iter().filter(|(one, _)| one.as_str() == case_ref);
            of_it.map(|(_, position)| *position).collect()
        };
        let mut since = named(&self.begun);
        let begun = case.or_else(|| since.first().copied());
        since.extend(named(&self.refused));
        let of_case = self.since.iter().filter(|(case, _)| Some(*case) == begun);
        since.extend(of_case.map(|(_, position)| *position));
        since.sort_unstable();
        since.dedup();
        for position in since {
            trail.apply(&reading.event(position)?);
        }
        let Some(case) = trail.case_of(case_ref) else { return Ok(Some(Told::default())) };
        events.extend(trail.positions(Subject::Case(case)));
        let mut next = 0;
        while let Some(one) = events.get(next).copied() {
            // What is about an event comes after it, so this ends.
            let further = self.shared.iter().filter(|(about, at)| *about == one && *at > one);
            events.extend(further.map(|(_, at)| *at));
            next += 1;
        }
        events.sort_unstable();
        events.dedup();
        Ok(Some(Told { case: Some(case), events }))
    }
}

/// Whether events of a kind can be of several cases.
const fn is_of_matching(kind: EventKind) -> bool {
    matches!(kind, EventKind::Matched | EventKind::MatchDecided | EventKind::Unmatched)
}

/// What an event is about that is of no one case: the events it joins, the match it undoes.
fn about(recorded: &Recorded) -> Vec<Position> {
    let (one, further): (Position, &[Position]) = if !recorded.envelope.case.is_none() {
        return Vec::new();
    } else if let Event::Matched(one) = &recorded.event {
        (one.target, &one.further.targets)
    } else if let Event::MatchDecided(one) = &recorded.event {
        (one.target, &one.further.targets)
    } else if let Event::Unmatched(one) = &recorded.event {
        (one.matched, &[])
    } else {
        return Vec::new();
    };
    let all = core::iter::once(&one).chain(further);
    all.copied().filter(|at| !at.is_none()).collect()
}

/// The reference that an event begins a case with or was refused for.
fn reference(recorded: &Recorded) -> Option<CaseRef> {
    if let Event::Applied(applied) = &recorded.event {
        Some(applied.case_ref.clone())
    } else if let Event::CommandRefused(refused) = &recorded.event {
        refused.subject.clone()
    } else {
        None
    }
}

/// A case and the positions that its trail is read from.
#[derive(Default)]
struct Told {
    case: Option<Position>,
    events: Vec<Position>,
}

/// Where cases are found.
enum Index {
    Looked(Box<Looked>),
    Folded(Box<Trail>),
    Unfolded(Box<Unfolded>),
}

/// A log that nothing is put away of, nor can be: the first case asked for is found by reading it
/// through, in little memory; the trail is folded for the second.
#[derive(Default)]
struct Unfolded {
    asked: AtomicBool,
    folded: OnceLock<Trail>,
}

/// The case of a reference, and every event of its trail, read from the whole log: matches come after
/// the events they join, so that once is enough.
fn sought(log: &Log, case_ref: &str) -> Result<Told, Error> {
    let (mut begun, mut events) = (None, BTreeSet::new());
    log.pages_ahead(1, |pages| {
        for page in pages {
            let page = page?;
            for (position, bytes) in page.records() {
                let position = Position(position);
                let unread = |source| Error::Record { position, source };
                let envelope = envelope_view(bytes).map_err(unread)?;
                let is_named =
                    matches!(envelope.kind, EventKind::Applied | EventKind::CommandRefused);
                let is_shared = envelope.case.is_none() && is_of_matching(envelope.kind);
                let mut is_of_it = begun.is_some() && begun == Some(envelope.case);
                if (is_named && !is_of_it) || is_shared {
                    let recorded = bahi_wire::decode(position, bytes).map_err(unread)?;
                    is_of_it = match is_named {
                        true => reference(&recorded).is_some_and(|one| one.as_str() == case_ref),
                        false => about(&recorded).iter().any(|one| events.contains(one)),
                    };
                    if is_of_it && begun.is_none() && envelope.kind == EventKind::Applied {
                        begun = Some(position);
                    }
                    // The reference is that of the case which had it first.
                    is_of_it &= envelope.kind != EventKind::Applied || begun == Some(position);
                }
                if is_of_it {
                    events.insert(position);
                }
            }
        }
        Ok::<(), Error>(())
    })?;
    let told = begun.map(|case| Told { case: Some(case), events: events.into_iter().collect() });
    Ok(told.unwrap_or_default())
}

/// A ledger's trails of cases, opened for no other question.
///
/// ```
/// use bahi::{Ledger, LedgerName, NewLedger, Trails, View};
///
/// let place = tempfile::tempdir()?;
/// let dir = place.path().join("ledger");
/// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// drop(ledger);
/// let trails = Trails::open(&dir, &mut |_| {})?;
/// assert_eq!(trails.trail("VNS/2024/0042", View::NOW)?.entries, []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trails {
    log: Log,
    first: FirstRecord,
    last_instant: Instant,
    moments: Moments,
    index: Index,
    names: Names,
    looked_from: Option<Position>,
}

impl Trails {
    /// Opens the trails of what a directory holds: of a ledger, which is locked for every other
    /// process until they are dropped, or of a backup. `progress` is given the position folded so
    /// far, where the log has to be folded: that of a backup, and where no index of this version is
    /// put away.
    ///
    /// # Errors
    /// [`Error::Fault`] as [`Ledger::open`](crate::Ledger::open) and
    /// [`Ledger::open_backup`](crate::Ledger::open_backup) say; [`Error::Record`] for a record that
    /// cannot be read among those that are folded.
    pub fn open(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Trails, Error> {
        let (log, folds) = log_of(dir)?;
        Trails::over(log, folds, progress)
    }

    /// The same, with nothing that was put away: the whole log is folded, and nothing is written.
    /// For whoever does not trust who may write there.
    ///
    /// # Errors
    /// Those of [`Trails::open`].
    pub fn open_from_log(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Trails, Error> {
        Trails::over(log_of(dir)?.0, None, progress)
    }

    fn over(
        log: Log,
        folds: Option<PathBuf>,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Trails, Error> {
        let record = log.record(0)?;
        let first = decode_first(&record)
            .map_err(|source| Error::Record { position: Position::NONE, source })?;
        drop(record);
        let looked = folds.as_deref().and_then(|dir| Looked::open(&log, dir));
        let (index, names, looked_from) = match looked {
            Some((mut looked, mut names)) => {
                looked.follow(&log, &mut names)?;
                let from = looked.lookup.position();
                (Index::Looked(Box::new(looked)), names, Some(from))
            }
            None if folds.is_none() => {
                let names = known_names(&log, None, progress)?;
                (Index::Unfolded(Box::default()), names, None)
            }
            None => {
                let (named, _) = brought_up::<Named>(&log, folds.as_deref(), progress)?;
                (Index::Folded(Box::new(named.trail)), named.names, None)
            }
        };
        let (last_instant, moments) = (first.made_at, Moments::default());
        let mut trails = Trails { log, first, last_instant, moments, index, names, looked_from };
        let last = trails.position();
        if !last.is_none() {
            trails.last_instant = trails.event(last)?.recorded_at;
        }
        Ok(trails)
    }

    /// The trail of the case of a reference, exactly as [`Ledger::trail`](crate::Ledger::trail)
    /// gives it; an empty one where no such case applied.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn trail(&self, case_ref: &str, view: View) -> Result<TrailAt, Error> {
        Ok(self.of_case(case_ref, view)?.1)
    }

    /// The trail of a case of any name, a person, a family, a body, an account or an order, exactly as
    /// [`Ledger::trail`](crate::Ledger::trail) gives it; an empty one where the ledger knows of none.
    ///
    /// The log is read twice, in the memory that the answer takes: which cases there are, then their
    /// events.
    ///
    /// # Errors
    /// Those of [`Trails::trail`].
    pub fn trail_of(&self, subject: Subject, view: View) -> Result<TrailAt, Error> {
        let basis = self.basis(view)?;
        let mut entries = Vec::new();
        for events in self.positions(&[subject])? {
            entries = lines(&self.reading(), &basis, &events, subject, view, &self.names)?;
        }
        Ok(TrailAt { basis, entries })
    }

    /// The trail of an order under every paragraph it was cited by, exactly as
    /// [`answers::order_trail`](crate::answers::order_trail) gives it. The log is read twice for all of
    /// them.
    ///
    /// # Errors
    /// Those of [`Trails::trail`].
    pub fn order_trail(&self, order: &str, view: View) -> Result<TrailAt, Error> {
        let cited = authorities(&self.names, order).into_iter();
        let subjects: Vec<Subject> = cited.map(|(number, _)| Subject::Order(number)).collect();
        let mut whole = TrailAt { basis: self.basis(view)?, entries: Vec::new() };
        for (subject, events) in subjects.iter().zip(self.positions(&subjects)?) {
            let (reading, names) = (self.reading(), &self.names);
            whole.entries.extend(lines(&reading, &whole.basis, &events, *subject, view, names)?);
        }
        // An event rests on one order at most, by one paragraph.
        whole.entries.sort_by_key(|entry| entry.position);
        Ok(whole)
    }

    /// Every decision of a case, explained exactly as [`Ledger::explain`](crate::Ledger::explain) does;
    /// `None` where no such case applied.
    ///
    /// Beside the case's own events what its scheme's terms were is read, and nothing of other cases: a
    /// decision is judged again by the facts it had, and whether limits were kept is not asked anew.
    ///
    /// # Errors
    /// Those of [`Trails::trail`].
    pub fn explain(&self, case_ref: &str, view: View) -> Result<Option<ExplainAnswer>, Error> {
        let (Some(case), at) = self.of_case(case_ref, view)? else { return Ok(None) };
        self.press().explained(case_ref, case, &at)
    }

    /// The file of a case, exactly as `Ledger::case_file` makes it; `None` where the ledger, under that
    /// view, knows no such case.
    ///
    /// # Errors
    /// Those of `Ledger::case_file`.
    #[cfg(feature = "papers")]
    pub fn case_file(
        &self,
        case_ref: &str,
        view: View,
    ) -> Result<Option<crate::papers::Paper>, Error> {
        let (Some(case), at) = self.of_case(case_ref, view)? else { return Ok(None) };
        self.press().case_file(case_ref, case, &at)
    }

    /// The case of a reference, and its trail.
    fn of_case(&self, case_ref: &str, view: View) -> Result<(Option<Position>, TrailAt), Error> {
        let (reading, basis) = (self.reading(), self.basis(view)?);
        let Told { case, events } = self.told(case_ref)?;
        let entries = match case {
            None => Vec::new(),
            Some(case) => lines(&reading, &basis, &events, Subject::Case(case), view, &self.names)?,
        };
        Ok((case, TrailAt { basis, entries }))
    }

    /// The events that the trails of some subjects are read from, rising, of each by itself.
    fn positions(&self, subjects: &[Subject]) -> Result<Vec<Vec<Position>>, Error> {
        let folded = match &self.index {
            Index::Folded(trail) => Some(&**trail),
            Index::Unfolded(one) => one.folded.get(),
            Index::Looked(_) => None,
        };
        match folded {
            Some(trail) => Ok(subjects.iter().map(|one| trail.positions(*one)).collect()),
            None => seek::positions(&self.log, subjects),
        }
    }

    fn press(&self) -> Press<'_> {
        Press { reading: self.reading(), names: &self.names, folded: self }
    }

    fn told(&self, case_ref: &str) -> Result<Told, Error> {
        let of = |trail: &Trail| {
            let case = trail.case_of(case_ref);
            let events = case.map(|case| trail.positions(Subject::Case(case)));
            Told { case, events: events.unwrap_or_default() }
        };
        let folded = || Ok(brought_up::<Named>(&self.log, None, &mut |_| {})?.0.trail);
        match &self.index {
            Index::Folded(trail) => Ok(of(trail)),
            Index::Unfolded(one) => match one.folded.get() {
                Some(trail) => Ok(of(trail)),
                None if !one.asked.swap(true, Relaxed) => sought(&self.log, case_ref),
                None => folded().map(|trail| of(one.folded.get_or_init(|| trail))),
            },
            Index::Looked(looked) => match looked.find(&self.reading(), case_ref)? {
                Some(told) => Ok(told),
                None => folded().map(|trail| of(&trail)),
            },
        }
    }

    /// What an answer to a view rests on, as [`Ledger::basis`](crate::Ledger::basis) says.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`](crate::Ledger::basis).
    pub fn basis(&self, view: View) -> Result<Basis, Error> {
        self.reading().basis(view)
    }

    /// The event at a position, as [`Ledger::event`](crate::Ledger::event) gives it.
    ///
    /// # Errors
    /// Those of [`Ledger::event`](crate::Ledger::event).
    pub fn event(&self, position: Position) -> Result<Recorded, Error> {
        self.reading().event(position)
    }

    /// The stored bytes at a position, as [`Ledger::record`](crate::Ledger::record) gives them.
    ///
    /// # Errors
    /// Those of [`Ledger::record`](crate::Ledger::record).
    pub fn record(&self, position: Position) -> Result<Vec<u8>, Error> {
        if position > self.position() {
            return Err(Error::BeyondTheEnd { asked: position, last: self.position() });
        }
        Ok(self.log.record(position.0)?.to_vec())
    }

    /// The names known so far, by number and back.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
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

    /// The name in the world of the event at a position.
    #[must_use]
    pub fn event_id(&self, position: Position) -> EventId {
        EventId { ledger: LedgerId(self.log.ledger_id().0), position }
    }

    /// Up to where the index reaches that is looked into; `None` where the log was folded.
    #[must_use]
    pub const fn looked_from(&self) -> Option<Position> {
        self.looked_from
    }

    pub(crate) fn reading(&self) -> Reading<'_> {
        let Trails { log, first, last_instant, moments, .. } = self;
        Reading { log, first, last_instant: *last_instant, moments }
    }
}

impl Folded for Trails {
    fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
        self.reading().case_ref(case)
    }

    fn met(&self, _: &Recorded) {}

    fn balances(&self, by: By, filter: &Filter, view: View) -> Result<BalancesAt, Error> {
        balances_of(&self.reading(), &self.names, (by, filter), view)
    }

    fn versions(&self, scheme: SchemeNo) -> Result<Cow<'_, [Terms]>, Error> {
        let opened = schemes_of(&self.log, &self.names)?.remove(&scheme);
        Ok(Cow::Owned(opened.map(|one| one.open.versions).unwrap_or_default()))
    }

    fn districts(&self, scheme: SchemeNo) -> Result<Vec<District>, Error> {
        let opened = schemes_of(&self.log, &self.names)?.remove(&scheme);
        Ok(opened.map(|one| one.districts).unwrap_or_default())
    }
}

impl std::fmt::Debug for Trails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trails")
            .field("name", &self.first.name.as_str())
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
