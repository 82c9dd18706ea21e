//! A log folded in parts, side by side.
//!
//! # Invariants
//! * The fold is that of the same events taken one by one, in their order.
//! * Where no thread can be started the parts are folded one after another.

use std::{
    num::NonZero,
    ops::RangeInclusive,
    panic::resume_unwind,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread::{self, Builder, available_parallelism},
};

use bahi_balances::Balances;
use bahi_core::{Position, Projection};
use bahi_log::{Fault, Log, Page};
use bahi_wire::WireError;

use crate::{Error, View};

/// The most parts that a log is folded in at a time.
pub const FOLD_PARTS_MAX: usize = 8;

/// The fewest events of a part that are worth a thread.
const PART_EVENTS_MIN: u64 = 1 << 12;

/// A fold that can be made in parts, side by side.
pub trait Divisible: Projection + Send {
    /// Adds the fold of the events that come after these: the state is then that of one fold of
    /// all of them. `false`, and nothing changes, where they do not come after these.
    #[must_use]
    fn absorb(&mut self, later: Self) -> bool;
}

impl Divisible for Balances {
    fn absorb(&mut self, later: Balances) -> bool {
        Balances::absorb(self, &later)
    }
}

/// Folds the events of some pages between two positions that a view counts; `folded` is given, page
/// by page, how many positions were come by.
pub(crate) fn fold_pages<P: Projection>(
    pages: &mut dyn Iterator<Item = Result<Page, Fault>>,
    between: RangeInclusive<Position>,
    view: View,
    folded: &mut dyn FnMut(u64),
) -> Result<P, Error> {
    take_pages(
        pages,
        between,
        &|fold, position, bytes| decoded(fold, position, bytes, view),
        folded,
    )
}

/// Takes an event into a fold, where a view counts it.
fn decoded<P: Projection>(
    fold: &mut P,
    position: Position,
    bytes: &[u8],
    view: View,
) -> Result<(), WireError> {
    let recorded = bahi_wire::decode(position, bytes)?;
    if view.counts(recorded.envelope.effective_day) {
        fold.apply(&recorded);
    }
    Ok(())
}

/// Takes the records of some pages between two positions.
fn take_pages<P: Default>(
    pages: &mut dyn Iterator<Item = Result<Page, Fault>>,
    between: RangeInclusive<Position>,
    take: &impl Fn(&mut P, Position, &[u8]) -> Result<(), WireError>,
    folded: &mut dyn FnMut(u64),
) -> Result<P, Error> {
    let mut fold = P::default();
    for page in pages {
        let page = page?;
        let mut come_by = 0;
        for (position, bytes) in page.records() {
            let position = Position(position);
            if position > *between.end() {
                return Ok(fold);
            }
            if position < *between.start() {
                continue;
            }
            take(&mut fold, position, bytes)
                .map_err(|source| Error::Record { position, source })?;
            come_by += 1;
        }
        folded(come_by);
    }
    Ok(fold)
}

/// Takes the events of a log between two positions, of those that a view counts, into a fold that
/// holds what came before; `progress` is given a position, as many events as were folded.
pub(crate) fn fold_on<P: Divisible>(
    log: &Log,
    fold: &mut P,
    between: RangeInclusive<Position>,
    view: View,
    progress: &mut dyn FnMut(Position),
) -> Result<(), Error> {
    let take = |fold: &mut P, position, bytes: &[u8]| decoded(fold, position, bytes, view);
    for part in in_parts(log, between, &take, progress) {
        if !fold.absorb(part?) {
            return Err(Error::Bug("a fold does not take its own later part"));
        }
    }
    Ok(())
}

/// What `take` makes of the records of a log between two positions, in parts and in their order.
pub(crate) fn in_parts<P: Default + Send>(
    log: &Log,
    between: RangeInclusive<Position>,
    take: &(impl Fn(&mut P, Position, &[u8]) -> Result<(), WireError> + Sync),
    progress: &mut dyn FnMut(Position),
) -> Vec<Result<P, Error>> {
    let (before, last) = (between.start().0.saturating_sub(1), between.end().0);
    let events = last.saturating_sub(before);
    let processors = available_parallelism().map_or(1, NonZero::get).min(FOLD_PARTS_MAX) as u64;
    let parts = (events / PART_EVENTS_MIN).clamp(1, processors);
    let end = |part: u64| Position(before + events * part / parts);
    let count = AtomicU64::new(before);
    let take_part = |part: u64, told: &mut dyn FnMut(Position)| {
        let between = end(part).next()..=end(part + 1);
        let mut folded = |more| told(Position(count.fetch_add(more, Relaxed) + more));
        if parts == 1 {
            log.pages_ahead(between.start().0, |pages| {
                take_pages(pages, between, take, &mut folded)
            })
        } else {
            take_pages(&mut log.pages(between.start().0), between, take, &mut folded)
        }
    };
    let take_part = &take_part;
    thread::scope(|scope| {
        let start = |part| Builder::new().spawn_scoped(scope, move || take_part(part, &mut |_| {}));
        let later: Vec<_> = (1..parts).map(|part| (part, start(part))).collect();
        let mut taken = vec![take_part(0, progress)];
        taken.extend(later.into_iter().map(|(part, thread)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // A thread that cannot be started is not needed.
            Err(_) => take_part(part, progress),
        }));
        taken
    })
}

#[cfg(test)]
mod tests;
