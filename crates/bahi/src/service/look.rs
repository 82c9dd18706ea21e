//! What reads much, or decides what to record by reading much: done on a ledger of its own over the
//! log as it stands, on a thread of its own, beside the writer.
//!
//! # Invariants
//! * The writer is held up for as long as a snapshot takes, and by commands as by any other.
//! * What [`Service::act`] records went through the queue: it is decided by the writer.
//! * A ledger is kept for the next who asks while the log is as it was, and let go of as the service
//!   stops, so that the directory can be opened again.

use std::{
    any::Any,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use bahi_core::{Command, Receipt};
use bahi_log::Log;

use super::{
    BatchOutcome, Service, ServiceError,
    answer::{self, Awaited},
    sync::{self, Mutex},
};
use crate::{
    BatchError, Error, Ledger, Outcome,
    answers::full,
    elsewhere::{NoAnswer, Unanswered, Upstream},
};

/// The ledger that was looked at last.
pub(super) struct Looked(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    ledger: Option<Box<Ledger>>,
    closed: bool,
}

/// The log as it stands, and what is beside it.
struct Stand {
    log: Log,
    folds: Option<PathBuf>,
    #[cfg(feature = "vault")]
    keys: Option<Arc<bahi_vault::Keyring>>,
}

impl Service {
    /// Puts a question to a ledger of its own, over the log as it is when the writer comes to it, on a
    /// thread of its own: however much it reads, commands go on being taken and answered.
    ///
    /// The ledger takes no commands. It is folded from what is put away beside the real one and from
    /// what came after, and takes as much memory: let few of these run at once. A panic of the
    /// question is the asker's.
    ///
    /// # Errors
    /// Those of [`Ledger::open`]; [`ServiceError::Stopped`], [`ServiceError::WriterLost`],
    /// [`ServiceError::NoThread`].
    pub async fn look<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.aside(None, move |ledger| question(ledger)).await
    }

    /// Does on such a ledger what records: a statement is added, matches are run. Every command it
    /// submits is decided by the writer in its turn, and what came of it is folded before the next.
    ///
    /// Dropping the future does not stop it.
    ///
    /// # Errors
    /// Those of [`Service::look`]. Of a command, [`Error::Elsewhere`].
    pub async fn act<T: Send + 'static>(
        &self,
        action: impl FnOnce(&mut Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.aside(Some(Box::new(Served(self.clone()))), action).await
    }

    async fn aside<T: Send + 'static>(
        &self,
        upstream: Option<Box<dyn Upstream>>,
        work: impl FnOnce(&mut Ledger) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        type Caught<T> = Result<T, Box<dyn Any + Send>>;
        let stand = self.ask(Stand::of).await??;
        let (answer, awaited) = answer::pair::<Caught<T>>();
        let looked = Arc::clone(&self.looked);
        let look = move || {
            let done = looked.ledger(stand).map(|mut ledger| {
                ledger.upstream = upstream;
                // Whatever it leaves undone, the ledger is not looked at again.
                let done = catch_unwind(AssertUnwindSafe(|| work(&mut ledger)));
                ledger.upstream = None;
                if done.is_ok() {
                    looked.keep(ledger);
                }
                done
            });
            drop(answer.send(done.map_err(ServiceError::from)));
        };
        sync::spawn("bahi-look", look).map_err(|error| ServiceError::NoThread(Arc::new(error)))?;
        awaited.await?.or_else(|panic| resume_unwind(panic))
    }
}

impl Stand {
    fn of(ledger: &Ledger) -> Result<Stand, Error> {
        Ok(Stand {
            log: ledger.log.snapshot()?,
            folds: ledger.beside.as_ref().map(|beside| beside.dir.clone()),
            #[cfg(feature = "vault")]
            keys: ledger.keys.ring.clone(),
        })
    }
}

impl Default for Looked {
    fn default() -> Looked {
        Looked(Mutex::new(Kept::default()))
    }
}

impl Looked {
    /// The ledger of a log: the one that is kept, where it is of the same records.
    fn ledger(&self, stand: Stand) -> Result<Box<Ledger>, Error> {
        let kept = self.0.lock().ledger.take();
        let root = stand.log.root();
        let same = kept.filter(|kept| kept.root() == root && kept.log.size() == stand.log.size());
        let ledger = match same {
            Some(kept) => kept,
            None => Box::new(Ledger::folded_from(
                stand.log,
                stand.folds.as_deref().map(|folds| (folds, u64::MAX)),
                &mut |_| {},
            )?),
        };
        #[cfg(feature = "vault")]
        let ledger = {
            let mut ledger = ledger;
            ledger.keys.ring = stand.keys;
            ledger
        };
        Ok(ledger)
    }

    fn keep(&self, ledger: Box<Ledger>) {
        let mut kept = self.0.lock();
        let other = if kept.closed { Some(ledger) } else { kept.ledger.replace(ledger) };
        drop(kept);
        drop(other);
    }

    /// Keeps none any more.
    pub(super) fn close(&self) {
        let mut kept = self.0.lock();
        kept.closed = true;
        let ledger = kept.ledger.take();
        drop(kept);
        drop(ledger);
    }
}

/// The service itself, as the door for the commands of a ledger beside it.
struct Served(Service);

impl Served {
    /// Takes up what the writer has recorded.
    fn follow(&self, here: &mut Ledger) -> Result<(), Error> {
        let stand = wait(self.0.ask(Stand::of)).map_err(unanswered)??;
        let last = here.position();
        here.log = stand.log;
        here.fold_on(last)
    }

    /// As many at once as the queue takes.
    fn each(&self, commands: &[Command]) -> Result<Vec<Outcome>, ServiceError> {
        let mut outcomes = Vec::with_capacity(commands.len());
        let mut waiting: VecDeque<Awaited<Outcome>> = VecDeque::new();
        for command in commands {
            loop {
                match self.0.try_submit(command) {
                    Ok(awaited) => {
                        waiting.push_back(awaited);
                        break;
                    }
                    // What is asked first is answered first, and makes room.
                    Err(ServiceError::QueueFull { .. }) => match waiting.pop_front() {
                        Some(first) => outcomes.push(wait(first)?),
                        None => {
                            outcomes.push(wait(self.0.submit(command.clone()))?);
                            break;
                        }
                    },
                    Err(error) => return Err(error),
                }
            }
        }
        for awaited in waiting {
            outcomes.push(wait(awaited)?);
        }
        Ok(outcomes)
    }
}

impl Upstream for Served {
    fn submit_each(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Outcome>, Error> {
        let outcomes = self.each(commands);
        self.follow(here)?;
        outcomes.map_err(|error| unanswered(error).into())
    }

    fn submit_all(
        &mut self,
        commands: &[Command],
        here: &mut Ledger,
    ) -> Result<Vec<Receipt>, BatchError> {
        let outcome = wait(self.0.submit_all(commands.to_vec()));
        self.follow(here)?;
        match outcome.map_err(|error| Error::from(unanswered(error)))? {
            BatchOutcome::Accepted(receipts) => Ok(receipts),
            BatchOutcome::Refused { index, refused } => Err(BatchError::Refused { index, refused }),
        }
    }
}

/// What a service says, as a ledger that goes through it says it.
fn unanswered(error: ServiceError) -> Unanswered {
    Unanswered {
        kind: NoAnswer::Fault,
        may_be_recorded: error.may_be_recorded(),
        may_retry: error.may_retry(),
        words: full(&error),
    }
}

/// Waits on this thread, which is nobody else's.
fn wait<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
        thread::park();
    }
}
