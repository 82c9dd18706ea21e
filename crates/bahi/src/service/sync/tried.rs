//! The system's locks, and inside a run of schedules those of the scheduler that runs it.
//!
//! # Invariants
//! * A lock is of the kind of the place where it was made, and is used nowhere else.

use std::{
    io,
    ops::{Deref, DerefMut},
    sync::{self, PoisonError},
    time::Duration,
};

use super::system;

pub(in super::super) enum Mutex<T> {
    System(system::Mutex<T>),
    Tried(shuttle::sync::Mutex<T>),
}

pub(in super::super) enum MutexGuard<'a, T> {
    System(sync::MutexGuard<'a, T>),
    Tried(shuttle::sync::MutexGuard<'a, T>),
}

pub(in super::super) enum Condvar {
    System(system::Condvar),
    Tried(shuttle::sync::Condvar),
}

/// Whether this runs under a scheduler that tries out orders.
fn is_tried() -> bool {
    shuttle::current::try_get_current_task().is_some()
}

impl<T> Mutex<T> {
    pub(in super::super) fn new(value: T) -> Mutex<T> {
        if is_tried() {
            Mutex::Tried(shuttle::sync::Mutex::new(value))
        } else {
            Mutex::System(system::Mutex::new(value))
        }
    }

    pub(in super::super) fn lock(&self) -> MutexGuard<'_, T> {
        match self {
            Mutex::System(mutex) => MutexGuard::System(mutex.lock()),
            Mutex::Tried(mutex) => {
                MutexGuard::Tried(mutex.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            MutexGuard::System(guard) => guard,
            MutexGuard::Tried(guard) => guard,
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            MutexGuard::System(guard) => guard,
            MutexGuard::Tried(guard) => guard,
        }
    }
}

const OF_ONE_KIND: &str = "a lock and where its holder sleeps are made in the same place";

impl Condvar {
    pub(in super::super) fn new() -> Condvar {
        if is_tried() {
            Condvar::Tried(shuttle::sync::Condvar::new())
        } else {
            Condvar::System(system::Condvar::new())
        }
    }

    pub(in super::super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        match (self, guard) {
            (Condvar::System(condvar), MutexGuard::System(guard)) => {
                MutexGuard::System(condvar.wait(guard))
            }
            (Condvar::Tried(condvar), MutexGuard::Tried(guard)) => {
                MutexGuard::Tried(condvar.wait(guard).unwrap_or_else(PoisonError::into_inner))
            }
            (Condvar::System(_), MutexGuard::Tried(_))
            | (Condvar::Tried(_), MutexGuard::System(_)) => panic!("{OF_ONE_KIND}"),
        }
    }

    /// Under the scheduler the time may be over at any moment: after whatever it lets others do.
    pub(in super::super) fn wait_for<'a, T>(
        &self,
        mutex: &'a Mutex<T>,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        match (self, mutex, guard) {
            (Condvar::System(condvar), Mutex::System(mutex), MutexGuard::System(guard)) => {
                let (guard, over) = condvar.wait_for(mutex, guard, limit);
                (MutexGuard::System(guard), over)
            }
            (Condvar::Tried(_), Mutex::Tried(_), guard @ MutexGuard::Tried(_)) => {
                drop(guard);
                shuttle::thread::yield_now();
                (mutex.lock(), true)
            }
            (Condvar::System(_) | Condvar::Tried(_), ..) => panic!("{OF_ONE_KIND}"),
        }
    }

    pub(in super::super) fn notify(&self) {
        match self {
            Condvar::System(condvar) => condvar.notify(),
            Condvar::Tried(condvar) => condvar.notify_one(),
        }
    }
}

pub(in super::super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    if is_tried() {
        shuttle::thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
    } else {
        system::spawn(name, work)
    }
}

/// Under the scheduler everything takes a millisecond, so that the same schedule is the same run.
pub(in super::super) fn elapsed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    if is_tried() { (work(), Duration::from_millis(1)) } else { system::elapsed(work) }
}
