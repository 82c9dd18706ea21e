//! `Service`: many callers on one ledger, one thread that writes, answers only once durable.
//!
//! A [`Service`] is a handle that any number of tasks clone. One thread of its own holds the
//! [`Ledger`]: it takes what has gathered in the queue, decides it in order, makes it durable in
//! one commit, publishes what the books then say, and answers every waiter. Any executor drives the
//! futures; [`Service::open`] alone asks for tokio's.
//!
//! ```
//! use bahi::{Ledger, LedgerName, NewLedger, Outcome, Service, ServiceOptions, core::Position};
//!
//! let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # let allot = concat!(
//! #     r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","#,
//! #     r#""actor":"fin-01","role":"finance","effective_day":"2024-04-01","#,
//! #     r#""authority":{"order":"B-1/2024","date":"2024-04-01"},"amount":"10000000.00","#,
//! #     r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}}"#
//! # );
//! runtime.block_on(async {
//!     let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("up-odop")?))?;
//!     ledger.open_rulebook()?;
//!     let from = ledger.position().next();
//!     let service = Service::start(ledger, ServiceOptions::default())?;
//!     let mut follow = service.follow(from);
//!
//!     let outcome = service.submit(bahi::parse_command(allot.as_bytes())?).await?;
//!     let Outcome::Accepted(receipt) = outcome else { panic!("{outcome:?}") };
//!     // Whoever has a receipt finds what it stands for in the published books …
//!     assert_eq!(service.snapshot().position(), receipt.position);
//!     // … and a follower is given it.
//!     let recorded = follow.next().await.expect("the service runs")?;
//!     assert_eq!(recorded.position, receipt.position);
//!
//!     let ledger = service.shutdown().await?;
//!     assert!(ledger.verify().ok());
//!     assert!(follow.next().await.is_none());
//!     # Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! * A command is answered after its event is durable and published, never before.
//! * A command is taken whole or not at all. Dropping the future of [`Service::submit`] before the
//!   queue took the command leaves no trace; after, the command runs its course and only its answer
//!   is lost. The same command submitted again tells which it was.
//! * Every queue has a bound: who submits faster than the medium syncs waits.
//! * Whatever was acknowledged before a shutdown is in the ledger that the shutdown gives back,
//!   and whatever the queue had taken is decided and answered first.
//! * No reader holds up the writer but through [`Service::ask`], which says so.
//!
//! # What holds up the writer
//!
//! Nothing that reads a [`Published`]: it is a version of its own that no later commit changes, and
//! publishing costs the same whoever still holds older ones. Questions about the log go to the
//! writer's thread and are answered between two commits, at most [`READS_PER_TURN`] at a time, each
//! of which fetches at most [`EVENTS_PER_READ`] events and a page; trails and followers take as many
//! such turns as they need. Balances of the past are sums that the ledger keeps, and one turn.
//!
//! # Not here
//! Deciding and committing: `submit`. What a question means: `query`.

mod answer;
mod backup;
mod board;
mod error;
mod follow;
mod gather;
mod look;
mod open;
mod published;
mod queue;
mod reads;
#[cfg(feature = "recon")]
mod recon;
mod sync;
#[cfg(feature = "vault")]
mod vault;
mod writer;

#[cfg(test)]
mod schedules;
#[cfg(test)]
mod tests;

use std::{future::poll_fn, num::NonZeroUsize, sync::Arc, task::Poll};

use bahi_core::{Command, Position, Receipt, Refused};

pub use answer::Awaited;
pub use error::ServiceError;
pub use follow::Follow;
pub use published::Published;
pub use reads::{EVENTS_PER_READ, READS_PER_TURN};
#[cfg(feature = "recon")]
pub use recon::{MatchDecision, RECONS_WAITING_MAX};
#[cfg(feature = "vault")]
pub use vault::{ACCESSES_WAITING_MAX, ServiceDetailsError, ServiceVault};

use crate::{
    BATCH_COMMANDS_MAX, BatchError, BeingFolded, Error, Ledger, Outcome,
    aside::Reach,
    beside::being_folded,
    signed::{Signatures, SignedFor},
    submit::check_ids,
};
use board::Board;
use look::Looked;
use queue::{Hold, NotTaken, Queue};
use reads::Reader;
use writer::{Desk, Work, Writer};

/// The most commands of one group: the largest events of so many still fit one commit.
pub const GROUP_COMMANDS_MAX: usize = 8_192;

const _: () = {
    let largest = GROUP_COMMANDS_MAX * bahi_log::RECORD_BYTES_MAX;
    assert!(largest <= bahi_log::COMMIT_BYTES_MAX, "a group never outgrows a commit");
    assert!(GROUP_COMMANDS_MAX <= BATCH_COMMANDS_MAX, "a group is a lawful call");
};

/// The bounds of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceOptions {
    /// How many requests may wait for the writer. A batch is one.
    pub queue: NonZeroUsize,
    /// How many requests the writer takes at once, of which the commands are made durable by one
    /// commit; at most [`GROUP_COMMANDS_MAX`] are taken, whatever stands here.
    pub group_max: NonZeroUsize,
}

impl Default for ServiceOptions {
    /// A queue of 1 024, taken whole.
    fn default() -> ServiceOptions {
        let thousand = NonZeroUsize::MIN.saturating_add(1_023);
        ServiceOptions { queue: thousand, group_max: thousand }
    }
}

/// What a batch came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BatchOutcome {
    /// Every event of it is durable; the receipts are in the order of the commands.
    Accepted(Vec<Receipt>),
    /// The rules refuse one of its commands, and nothing of it is recorded.
    Refused {
        /// Which, from 0.
        index: usize,
        /// Why.
        refused: Refused,
    },
}

/// A handle to a ledger that runs on a thread of its own; a clone is the same service.
///
/// When the last handle is dropped, what the queue had taken is decided and made durable, and the
/// ledger is closed, some moments later; [`Service::shutdown`] waits for that.
#[derive(Clone)]
pub struct Service {
    queue: Arc<Queue>,
    board: Arc<Board>,
    limit: usize,
    looked: Arc<Looked>,
    reaches: Arc<[(&'static str, Reach)]>,
    /// What signatures are made for; they are looked at before the queue, each by its caller.
    signed_for: Option<Arc<SignedFor>>,
    #[cfg(feature = "recon")]
    recon: Arc<recon::Turns>,
    _hold: Arc<Hold>,
}

impl Service {
    /// Gives a ledger to a thread of its own.
    ///
    /// # Errors
    /// [`ServiceError::NoThread`], with the ledger closed.
    pub fn start(mut ledger: Ledger, options: ServiceOptions) -> Result<Service, ServiceError> {
        let group_max = options.group_max.get().min(GROUP_COMMANDS_MAX);
        // No question is to wait for what can be taken up before; where it cannot, or is folded
        // aside, the question that needs it is told.
        ledger.waits = false;
        ledger.signatures = Signatures::Checked;
        let signed_for = ledger.signed_for();
        drop(ledger.take_up_the_rest());
        let reaches = ledger.reaches();
        let board = Board::new(Published::first(&mut ledger));
        let mut service = Service::over(options.queue.get(), board);
        service.reaches = reaches.into();
        service.signed_for = Some(Arc::new(signed_for));
        let writer = Writer::new(ledger, service.desk(), group_max);
        sync::spawn("bahi-writer", move || writer.run())
            .map_err(|error| ServiceError::NoThread(Arc::new(error)))?;
        Ok(service)
    }

    /// A handle whose writer is yet to come.
    fn over(limit: usize, board: Board) -> Service {
        let queue = Arc::new(Queue::new(limit));
        let hold = Arc::new(Hold(Arc::clone(&queue)));
        Service {
            queue,
            board: Arc::new(board),
            limit,
            looked: Arc::default(),
            reaches: Arc::new([]),
            signed_for: None,
            #[cfg(feature = "recon")]
            recon: Arc::default(),
            _hold: hold,
        }
    }

    fn desk(&self) -> Desk {
        Desk { queue: Arc::clone(&self.queue), board: Arc::clone(&self.board) }
    }

    /// Decides a command, and resolves once what it came to is durable and published.
    ///
    /// Waits while the queue is full. A retry (same id, same content) gets its first answer again.
    /// May be dropped at any time: the command is then recorded whole or not at all.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`], with nothing recorded; [`ServiceError::Failed`] with what the
    /// ledger said of the group the command was in; [`ServiceError::WriterLost`].
    pub async fn submit(&self, command: Command) -> Result<Outcome, ServiceError> {
        check_ids(std::slice::from_ref(&command))?;
        if let Err(refused) = self.signature(&command) {
            return Ok(refused_unheard(refused));
        }
        let (answer, awaited) = answer::pair();
        let _place = self.queue.leave_work(Work::One(Box::new(command), answer))?;
        awaited.await
    }

    /// Puts a command into the queue without waiting; what is given back resolves as
    /// [`Service::submit`] does.
    ///
    /// # Errors
    /// [`ServiceError::QueueFull`] and [`ServiceError::Stopped`], with nothing recorded.
    pub fn try_submit(&self, command: &Command) -> Result<Awaited<Outcome>, ServiceError> {
        let (answer, awaited) = answer::pair();
        if let Err(none) = check_ids(std::slice::from_ref(command)) {
            drop(answer.send(Err(none.into())));
            return Ok(awaited);
        }
        if let Err(refused) = self.signature(command) {
            drop(answer.send(Ok(refused_unheard(refused))));
            return Ok(awaited);
        }
        let work = || Work::One(Box::new(command.clone()), answer);
        self.queue.try_leave_work(work).map_err(|not_taken| match not_taken {
            NotTaken::Full => ServiceError::QueueFull { limit: self.limit },
            NotTaken::Closed => ServiceError::Stopped,
        })?;
        Ok(awaited)
    }

    /// Decides a batch, all of it or none, and resolves once it is durable and published.
    ///
    /// It is committed on its own, in its turn among what was submitted before and after.
    ///
    /// # Errors
    /// Those of [`Service::submit`]; [`Error::BatchTooLong`] before the queue is asked.
    pub async fn submit_all(&self, commands: Vec<Command>) -> Result<BatchOutcome, ServiceError> {
        if commands.len() > BATCH_COMMANDS_MAX {
            return Err(Error::BatchTooLong { limit: BATCH_COMMANDS_MAX }.into());
        }
        check_ids(&commands)?;
        for (index, command) in commands.iter().enumerate() {
            if let Err(refused) = self.signature(command) {
                return Ok(BatchOutcome::Refused { index, refused });
            }
            if command.signed.is_some() {
                give_way().await;
            }
        }
        let (answer, awaited) = answer::pair();
        let _place = self.queue.leave_work(Work::Batch(commands, answer))?;
        awaited.await
    }

    /// Looks at a command's signature, on the thread of whoever sends it: the writer has better to do.
    fn signature(&self, command: &Command) -> Result<(), Refused> {
        match &self.signed_for {
            Some(signed_for) => signed_for.check(command),
            None if command.signed.is_none() => Ok(()),
            None => Err(bahi_core::Refusal::SignatureInvalid {}.into()),
        }
    }

    /// How many requests wait for the writer.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.queue.queued()
    }

    /// The folds that are folded while the service runs, as [`Ledger::being_folded`] says; none is waited for,
    /// and a question that needs one is told.
    #[must_use]
    pub fn being_folded(&self) -> Vec<BeingFolded> {
        self.reaches.iter().filter_map(|(fold, reach)| being_folded(fold, reach)).collect()
    }

    /// Whether the service takes no more requests: one has shut it down, or its writer is lost.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.queue.is_closed()
    }

    /// What the books said after the newest commit. It never changes; hold it as long as you like.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Published> {
        self.board.newest()
    }

    /// Every event from a position on, first from the log and then as it is committed, without gap
    /// or double. The first event is at 1.
    pub fn follow(&self, from: Position) -> Follow {
        Follow::new(self.reader(), Arc::clone(&self.board), from)
    }

    /// Takes no more requests, decides and answers what the queue holds, and gives the ledger back.
    ///
    /// Dropped before it resolves, it stops the service all the same and the ledger is closed.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`] where another handle was first; [`ServiceError::WriterLost`].
    pub async fn shutdown(self) -> Result<Ledger, ServiceError> {
        self.looked.close();
        let (answer, awaited) = answer::pair();
        self.queue.stop(answer)?;
        let mut ledger = awaited.await?;
        ledger.waits = true;
        ledger.signatures = Signatures::ToCheck;
        Ok(ledger)
    }

    fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.queue))
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("position", &self.snapshot().position())
            .field("queued", &self.queued())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Lets whatever else its thread has to do go on, once: signatures take their time.
async fn give_way() {
    let mut gave_way = false;
    poll_fn(|context| {
        if gave_way {
            return Poll::Ready(());
        }
        gave_way = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The answer to a command that is refused before the ledger hears of it.
const fn refused_unheard(refused: Refused) -> Outcome {
    Outcome::Refused(crate::Refusal { refused, evidence: None })
}

impl From<BatchError> for ServiceError {
    /// A refusal has an answer of its own; what is left is the ledger's.
    fn from(error: BatchError) -> ServiceError {
        match error {
            BatchError::Failed(error) => error.into(),
            BatchError::Refused { .. } => Error::Bug("a refusal taken for a failure").into(),
        }
    }
}
