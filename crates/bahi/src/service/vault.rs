//! Personal details beside a service: put in, shown and erased while others submit.
//!
//! One thread of its own holds the [`Vault`] and does one access after another: it asks the writer
//! what the log says of the subject, submits the event like any caller, and when that is durable
//! touches the vault. The writer never waits for the vault's medium, and the access shares its commit
//! with whatever else is submitted.
//!
//! # Invariants
//! * An access that was begun runs its course, whoever still waits for it: what was recorded is done.
//! * The event is durable and published before anything is put in, shown or destroyed.
//! * No two accesses to one vault are under way at a time.
//!
//! # Not here
//! The steps themselves, which are those of a ledger's own: `details`.

use std::{
    collections::VecDeque,
    path::PathBuf,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use bahi_core::{Act, LedgerId, Position, Recorded};
use bahi_vault::{Contents, Subject, SubjectId, Vault};
use thiserror::Error as ThisError;

use super::{
    Service, ServiceError,
    answer::{self, Answer},
    sync::{self, Condvar, Mutex},
};
use crate::{
    Acting, ErasedDetails, Error, NewVault, Outcome, PutDetails, SettledErasure, ShownDetails,
    SubmitError, VaultAccess,
    details::{self, Books, DetailsError, Standing, access_command, is_of, told_access},
};

/// The most accesses that may wait for the one under way.
pub const ACCESSES_WAITING_MAX: usize = 1_024;

/// Why details were not put in, shown or erased by a service.
#[derive(Debug, ThisError)]
pub enum ServiceDetailsError {
    /// As a ledger says it; what to do is that error's.
    #[error(transparent)]
    Details(#[from] DetailsError),
    /// The service gave no answer. Where [`ServiceError::may_be_recorded`], the access may be
    /// recorded and is not done: run the same again once the ledger is open again.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<Error> for ServiceDetailsError {
    fn from(error: Error) -> ServiceDetailsError {
        DetailsError::from(error).into()
    }
}

/// One access, as the vault's thread does it.
type Access = Box<dyn FnOnce(&mut Vault, &mut Desk) + Send>;

/// A handle to a vault that runs on a thread of its own; a clone is the same vault.
///
/// It holds the service: drop it, or have the service shut down. The vault is closed some moments
/// after the last handle is dropped.
#[derive(Clone)]
pub struct ServiceVault {
    line: Arc<Line>,
    _hold: Arc<Hold>,
}

/// What waits for the vault.
struct Line {
    state: Mutex<Waiting>,
    keeper: Condvar,
}

struct Waiting {
    accesses: VecDeque<Access>,
    open: bool,
}

/// Where the vault's thread asks and records.
pub(super) struct Desk {
    pub(super) service: Service,
    id: LedgerId,
}

impl Service {
    /// Opens the ledger's vault, or makes it, as [`Ledger::open_vault`](crate::Ledger::open_vault)
    /// does, and gives it to a thread of its own. Opening is done on the writer's thread, once, and no
    /// command is committed meanwhile.
    ///
    /// # Errors
    /// Those of [`Ledger::open_vault`](crate::Ledger::open_vault), and of [`Service::ask`];
    /// [`ServiceError::NoThread`], with the vault closed.
    pub async fn open_vault(
        &self,
        ledger_dir: PathBuf,
        vault_dir: PathBuf,
        new: NewVault,
    ) -> Result<(ServiceVault, Vec<SettledErasure>), ServiceDetailsError> {
        let open = move |ledger: &crate::Ledger| {
            ledger.open_vault(&ledger_dir, &vault_dir, new).map(|opened| (opened, ledger.id()))
        };
        let ((vault, settled), id) = self.ask(open).await??;
        let waiting = Waiting { accesses: VecDeque::new(), open: true };
        let line = Arc::new(Line { state: Mutex::new(waiting), keeper: Condvar::new() });
        let (kept, desk) = (Kept(Arc::clone(&line)), Desk { service: self.clone(), id });
        sync::spawn("bahi-vault", move || kept.keep(vault, desk))
            .map_err(|error| ServiceError::NoThread(Arc::new(error)))?;
        let hold = Arc::new(Hold(Arc::clone(&line)));
        Ok((ServiceVault { line, _hold: hold }, settled))
    }
}

impl Service {
    /// Every access to somebody's details that the log records up to what is published, as
    /// [`Ledger::accesses`](crate::Ledger::accesses) gives them: the log is read in pieces.
    ///
    /// # Errors
    /// Those of [`Service::events`].
    pub async fn accesses(&self, subject: &Subject) -> Result<Vec<VaultAccess>, ServiceError> {
        let wanted = subject.id(self.ask(crate::Ledger::id).await?).0;
        let (last, mut next) = (self.snapshot().position(), Position(1));
        let mut found: Vec<Recorded> = Vec::new();
        while next <= last {
            for recorded in self.reader().events(next, last).await? {
                next = recorded.position.next();
                if is_of(&recorded, wanted) {
                    found.push(recorded);
                }
            }
        }
        // Words and actors are not published: the ledger has their names.
        let told = move |ledger: &crate::Ledger| {
            let told = found.iter().map(|one| told_access(one, wanted, ledger.names()));
            told.filter_map(Result::transpose).collect::<Result<Vec<_>, Error>>()
        };
        Ok(self.ask(told).await??)
    }
}

impl ServiceVault {
    /// Puts somebody's details into the vault, as
    /// [`Ledger::put_details`](crate::Ledger::put_details) does.
    ///
    /// Dropped before its turn, it leaves no trace; after, it runs its course.
    ///
    /// # Errors
    /// Those of [`Ledger::put_details`](crate::Ledger::put_details) and of [`Service::submit`];
    /// [`ServiceError::QueueFull`] where [`ACCESSES_WAITING_MAX`] wait.
    pub async fn put(
        &self,
        subject: Subject,
        contents: Contents,
        again: bool,
        by: Acting,
    ) -> Result<PutDetails, ServiceDetailsError> {
        let put = move |vault: &mut Vault, desk: &mut Desk| {
            details::put(desk, vault, (&subject, &contents), again, &by)
        };
        self.access(put).await
    }

    /// Somebody's details, as [`Ledger::show_details`](crate::Ledger::show_details) gives them: that
    /// they were shown is recorded by then, though whoever asked be gone.
    ///
    /// # Errors
    /// Those of [`Ledger::show_details`](crate::Ledger::show_details), and as [`ServiceVault::put`].
    pub async fn show(
        &self,
        subject: Subject,
        by: Acting,
    ) -> Result<ShownDetails, ServiceDetailsError> {
        self.access(move |vault, desk| details::show(desk, vault, &subject, &by)).await
    }

    /// Erases somebody's details for good, as
    /// [`Ledger::erase_details`](crate::Ledger::erase_details) does.
    ///
    /// # Errors
    /// Those of [`Ledger::erase_details`](crate::Ledger::erase_details), and as
    /// [`ServiceVault::put`].
    pub async fn erase(
        &self,
        subject: Subject,
        by: Acting,
    ) -> Result<ErasedDetails, ServiceDetailsError> {
        self.access(move |vault, desk| details::erase(desk, vault, &subject, &by)).await
    }

    async fn access<T: Send + 'static>(
        &self,
        steps: impl FnOnce(&mut Vault, &mut Desk) -> Result<T, ServiceDetailsError> + Send + 'static,
    ) -> Result<T, ServiceDetailsError> {
        self.on_its_thread(steps).await?
    }

    /// What steps come to, done on the vault's thread in their turn.
    pub(super) async fn on_its_thread<T: Send + 'static>(
        &self,
        steps: impl FnOnce(&mut Vault, &mut Desk) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (answer, awaited): (Answer<T>, _) = answer::pair();
        let access = move |vault: &mut Vault, desk: &mut Desk| {
            // Nobody waits any more, so nothing is begun.
            if answer.is_wanted() {
                drop(answer.send(Ok(steps(vault, desk))));
            }
        };
        self.line.join(Box::new(access))?;
        awaited.await
    }
}

impl std::fmt::Debug for ServiceVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceVault").finish_non_exhaustive()
    }
}

impl Line {
    fn join(&self, access: Access) -> Result<(), ServiceError> {
        let mut state = self.state.lock();
        let refused = match (state.open, state.accesses.len()) {
            (false, _) => Some(ServiceError::Stopped),
            (true, ACCESSES_WAITING_MAX..) => {
                Some(ServiceError::QueueFull { limit: ACCESSES_WAITING_MAX })
            }
            (true, _) => None,
        };
        if let Some(refused) = refused {
            // What it holds is a caller's, and is dropped with the lock let go.
            drop(state);
            drop(access);
            return Err(refused);
        }
        state.accesses.push_back(access);
        drop(state);
        self.keeper.notify();
        Ok(())
    }

    /// The next access; nothing once nobody sends any more and all are done.
    fn next(&self) -> Option<Access> {
        let mut state = self.state.lock();
        loop {
            if let Some(access) = state.accesses.pop_front() {
                return Some(access);
            }
            if !state.open {
                return None;
            }
            state = self.keeper.wait(state);
        }
    }

    fn close(&self) {
        self.state.lock().open = false;
        self.keeper.notify();
    }
}

/// The handles' hold on the line: when the last is dropped, nobody sends any more, and what was taken
/// is still done.
struct Hold(Arc<Line>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The thread's end of the line. Left for whatever reason, nobody is kept waiting.
struct Kept(Arc<Line>);

impl Kept {
    fn keep(self, mut vault: Vault, mut desk: Desk) {
        while let Some(access) = self.0.next() {
            access(&mut vault, &mut desk);
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.open = false;
        let left = std::mem::take(&mut state.accesses);
        drop(state);
        // Their answers say, as they are dropped, that nobody will give them.
        drop(left);
    }
}

impl Books for Desk {
    type Error = ServiceDetailsError;

    fn id(&self) -> LedgerId {
        self.id
    }

    fn ready(&mut self) -> Result<(), ServiceDetailsError> {
        let ready = |ledger: &crate::Ledger| ledger.ready_to_record(1).map(drop);
        Ok(awaited(self.service.ask(ready))??)
    }

    fn standing(&mut self, id: SubjectId) -> Result<Option<Standing>, ServiceDetailsError> {
        Ok(awaited(self.service.ask(move |ledger| ledger.details.of(id)))?)
    }

    fn position(&self) -> Position {
        self.service.snapshot().position()
    }

    fn record(&mut self, act: Act, by: &Acting) -> Result<Position, ServiceDetailsError> {
        let day = awaited(self.service.ask(crate::Ledger::day_of_its_clock))?;
        let command = access_command(act, by, day)?;
        match awaited(self.service.submit(command))? {
            Outcome::Accepted(receipt) => Ok(receipt.position),
            Outcome::Refused(refusal) => {
                Err(DetailsError::Submit(SubmitError::Refused(refusal)).into())
            }
            Outcome::TooLarge(source) => Err(Error::TooLarge(source).into()),
        }
    }
}

/// Wakes the vault's thread where it waits for the writer.
struct Alarm {
    rung: Mutex<bool>,
    sleeper: Condvar,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        *self.rung.lock() = true;
        self.sleeper.notify();
    }
}

/// What a future comes to, waited for on this thread.
pub(super) fn awaited<T>(future: impl Future<Output = T>) -> T {
    let alarm = Arc::new(Alarm { rung: Mutex::new(false), sleeper: Condvar::new() });
    let waker = Waker::from(Arc::clone(&alarm));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        let mut rung = alarm.rung.lock();
        while !*rung {
            rung = alarm.sleeper.wait(rung);
        }
        *rung = false;
    }
}
