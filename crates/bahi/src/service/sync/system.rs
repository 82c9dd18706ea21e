//! The system's own locks, thread and stopwatch.

use std::{
    io,
    sync::{self, PoisonError},
    thread,
    time::{Duration, Instant},
};

pub(in super::super) use std::sync::MutexGuard;

/// A lock that does not ask whether a holder has panicked.
pub(in super::super) struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(in super::super) const fn new(value: T) -> Mutex<T> {
        Mutex(sync::Mutex::new(value))
    }

    pub(in super::super) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where one thread sleeps until another has something for it.
pub(in super::super) struct Condvar(sync::Condvar);

impl Condvar {
    pub(in super::super) const fn new() -> Condvar {
        Condvar(sync::Condvar::new())
    }

    pub(in super::super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.0.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits with a guard of this lock at most so long, and says whether that was it.
    pub(in super::super) fn wait_for<'a, T>(
        &self,
        _mutex: &'a Mutex<T>,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> (MutexGuard<'a, T>, bool) {
        let (guard, waited) =
            self.0.wait_timeout(guard, limit).unwrap_or_else(PoisonError::into_inner);
        (guard, waited.timed_out())
    }

    pub(in super::super) fn notify(&self) {
        self.0.notify_one();
    }
}

/// Begins a thread that nobody joins.
pub(in super::super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// What work gives, and how long it took.
pub(in super::super) fn elapsed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let given = work();
    (given, begin.elapsed())
}
