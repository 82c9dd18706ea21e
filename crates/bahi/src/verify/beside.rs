//! Parts of a verification that fold the same events, each on a thread of its own.
//!
//! # Invariants
//! * Each part takes every record but the ledger's own, in order, and decodes it by itself: bytes
//!   that lie side by side reach another processor sooner than what was decoded of them.
//! * No more than [`BATCHES_MAX`] batches are under way: a slow part slows the reading down, and
//!   memory stays bounded.
//! * Where no thread can be had the part does its work on the one that reads.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread::{Builder, Scope},
};

use bahi_core::{Position, Recorded};

/// Records that are handed over together.
const BATCH: usize = 512;

/// Events that a part is told of before it takes them.
const AHEAD: usize = 32;

/// Batches that may wait for one part.
const BATCHES_MAX: usize = 8;

/// Consecutive records, one after the other.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// The position of each, and where it ends.
    ends: Vec<(Position, usize)>,
}

impl Batch {
    fn push(&mut self, position: Position, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push((position, self.bytes.len()));
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn records(&self) -> impl Iterator<Item = (Position, &[u8])> {
        let mut from = 0;
        self.ends.iter().filter_map(move |(position, end)| {
            let record = self.bytes.get(mem::replace(&mut from, *end)..*end)?;
            Some((*position, record))
        })
    }
}

/// What takes events one after the other.
pub(super) trait Part: Send {
    /// The event of a record; none where it has none that can be taken.
    fn decode(&mut self, position: Position, bytes: &[u8]) -> Option<Recorded> {
        bahi_wire::decode(position, bytes).ok()
    }

    /// Is told of an event that will be taken soon.
    fn foresee(&self, _recorded: &Recorded) {}

    /// Takes the next event.
    fn take(&mut self, recorded: &Recorded);
}

/// A part at work.
enum Beside<'a> {
    /// On a thread of its own.
    There(SyncSender<Arc<Batch>>),
    /// On the thread that reads.
    Here(&'a Mutex<dyn Part + 'a>),
}

impl Beside<'_> {
    fn take(&self, batch: &Arc<Batch>) {
        match self {
            // Nobody receives any more only after a panic, which the scope passes on.
            Beside::There(sender) => drop(sender.send(Arc::clone(batch))),
            Beside::Here(part) => fold(part, batch),
        }
    }
}

/// All parts at work, and the records that are gathered for them.
pub(super) struct Parts<'a> {
    parts: Vec<Beside<'a>>,
    gathered: Batch,
    /// Batches that a part is through with; the last part to be so gives it back.
    done: Receiver<Batch>,
    give_back: Sender<Batch>,
}

impl<'a> Parts<'a> {
    pub(super) fn new() -> Parts<'a> {
        let (give_back, done) = channel();
        Parts { parts: Vec::new(), gathered: Batch::default(), done, give_back }
    }

    /// Sets a part to work until the scope ends, or panics with it if the part does.
    pub(super) fn start<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        part: &'a Mutex<dyn Part + 'a>,
    ) where
        'a: 'scope,
    {
        let (sender, batches) = sync_channel::<Arc<Batch>>(BATCHES_MAX);
        let give_back = self.give_back.clone();
        let work = move || {
            for batch in batches {
                fold(part, &batch);
                if let Some(batch) = Arc::into_inner(batch) {
                    // Once the reading is over nobody has a use for it.
                    drop(give_back.send(batch));
                }
            }
        };
        self.parts.push(match Builder::new().spawn_scoped(scope, work) {
            Ok(_) => Beside::There(sender),
            Err(_) => Beside::Here(part),
        });
    }

    /// Takes the next record.
    pub(super) fn take(&mut self, position: Position, record: &[u8]) {
        self.gathered.push(position, record);
        if self.gathered.ends.len() == BATCH {
            self.hand_over();
        }
    }

    /// Hands over what is gathered.
    pub(super) fn hand_over(&mut self) {
        let mut next = self.done.try_recv().unwrap_or_default();
        next.clear();
        let batch = Arc::new(mem::replace(&mut self.gathered, next));
        self.parts.iter().for_each(|part| part.take(&batch));
    }
}

/// Lets a part take what it can decode.
fn fold(part: &Mutex<dyn Part + '_>, batch: &Batch) {
    let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
    let mut records = batch.records().peekable();
    let mut ahead: Vec<Recorded> = Vec::with_capacity(AHEAD);
    while records.peek().is_some() {
        // A loop and not `extend`, through which every event is moved three times.
        for (position, bytes) in records.by_ref().take(AHEAD) {
            if let Some(recorded) = part.decode(position, bytes) {
                ahead.push(recorded);
            }
        }
        ahead.iter().for_each(|recorded| part.foresee(recorded));
        ahead.iter().for_each(|recorded| part.take(recorded));
        ahead.clear();
    }
}
