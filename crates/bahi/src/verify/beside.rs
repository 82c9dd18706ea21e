//! Parts of a verification that fold the same events, each on a thread of its own.
//!
//! # Invariants
//! * Each part takes every event, in order.
//! * No more than [`BATCHES_WAITING_MAX`] batches wait for a part: a slow part slows the reading
//!   down, and memory stays bounded.
//! * Where no thread can be had the part does its work on the one that reads.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread::{Builder, Scope},
};

use bahi_core::Recorded;

/// Events that are handed over together.
pub(super) const BATCH: usize = 256;

/// Batches that may wait for one part.
const BATCHES_WAITING_MAX: usize = 8;

/// Consecutive events, shared by the parts.
pub(super) type Batch = Arc<Vec<Recorded>>;

/// What takes events one after the other.
pub(super) trait Part: Send {
    /// Takes the next event.
    fn take(&mut self, recorded: &Recorded);
}

/// A part at work.
pub(super) enum Beside<'a, P> {
    /// On a thread of its own.
    There(SyncSender<Batch>),
    /// On the thread that reads.
    Here(&'a Mutex<P>),
}

impl<'a, P: Part> Beside<'a, P> {
    /// Sets a part to work until the scope ends, or panics with it if the part does.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, part: &'a Mutex<P>) -> Self
    where
        'a: 'scope,
    {
        let (sender, batches) = sync_channel::<Batch>(BATCHES_WAITING_MAX);
        let work = move || batches.iter().for_each(|batch| fold(part, &batch));
        match Builder::new().spawn_scoped(scope, work) {
            Ok(_) => Beside::There(sender),
            Err(_) => Beside::Here(part),
        }
    }

    /// Hands over the next events.
    pub(super) fn take(&self, batch: Batch) {
        match self {
            // Nobody receives any more only after a panic, which the scope passes on.
            Beside::There(sender) => drop(sender.send(batch)),
            Beside::Here(part) => fold(part, &batch),
        }
    }
}

fn fold<P: Part>(part: &Mutex<P>, batch: &[Recorded]) {
    let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
    batch.iter().for_each(|recorded| part.take(recorded));
}
