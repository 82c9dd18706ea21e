//! What goes when the system asks the program to end: files and directories that are not complete.
//!
//! # Invariants
//! * Nothing is taken away but what this process made and has not finished.
//! * A program that leaves nothing behind ends as if nobody listened, and so does one that is embedded.
//! * Once it is asked, nothing else decides how it ends: what fails because its place is gone says nothing.
//!
//! # Not here
//! A service, which ends what is under way first (`bahi-server`).

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// What is to go, in order of making.
static LEFT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Whether this process is the program, and ends when it is asked to.
static IS_PROGRAM: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();
/// Whether it was asked to.
static IS_ENDING: AtomicBool = AtomicBool::new(false);
/// Whether the program's own work has come to its end since.
static RESTS: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
/// How long that is waited for, where it may still make anew what was taken away.
const REST_TIME: Duration = Duration::from_secs(1);

/// Says that this process is the program: from the first thing that would stay behind, it listens.
pub(crate) fn is_program() {
    IS_PROGRAM.store(true, Relaxed);
}

/// Something that goes when the program is asked to end; dropped, it is finished, or gone already.
#[derive(Debug)]
pub(crate) struct Passing(PathBuf);

impl Passing {
    /// Makes a file or a directory, which is never there without going when the program is asked to end.
    pub(crate) fn made<T>(
        make: impl FnOnce() -> io::Result<T>,
        path: impl FnOnce(&T) -> &Path,
    ) -> io::Result<(T, Passing)> {
        if IS_PROGRAM.load(Relaxed) {
            LISTENING.call_once(|| {
                // Where there is no listening, the program ends as it would have: what it made stays.
                let _ = bahi_server::when_asked_to_end(end);
            });
        }
        left(|left| {
            let made = make()?;
            // Whoever changes directory meanwhile means the same place.
            let path = path(&made);
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            left.push(path.clone());
            Ok((made, Passing(path)))
        })
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        left(|left| left.retain(|path| *path != self.0));
    }
}

fn left<T>(work: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    work(&mut LEFT.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Whether the program was asked to end, so that it has nothing more to say.
pub(crate) fn is_ending() -> bool {
    IS_ENDING.load(Relaxed)
}

/// The program's own work is done. Where it was asked to end, it ends by that.
pub(crate) fn rest() {
    if is_ending() {
        *RESTS.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        RESTS.1.notify_all();
        loop {
            thread::park();
        }
    }
}

/// Takes away what is not complete, and ends with what a shell says of a program that was asked to.
fn end(status: i32) {
    IS_ENDING.store(true, Relaxed);
    let paths = left(std::mem::take);
    let may_come_again = paths.iter().any(|path| path.is_dir());
    take_away(&paths);
    if may_come_again {
        // Whoever works in a directory may make it anew, and fails soon without it.
        let rests = RESTS.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(RESTS.1.wait_timeout_while(rests, REST_TIME, |rests| !*rests));
        take_away(&paths);
    }
    std::process::exit(status)
}

fn take_away(paths: &[PathBuf]) {
    for path in paths {
        let _ = fs::remove_file(path);
        let _ = fs::remove_dir_all(path);
    }
}

/// A directory that goes with whoever has it, and when the program is asked to end.
#[derive(Debug)]
pub(crate) struct PassingDir {
    dir: TempDir,
    /// After the directory, so that it goes in any case.
    _passing: Passing,
}

impl PassingDir {
    /// A directory that a builder made.
    pub(crate) fn made(make: impl FnOnce() -> io::Result<TempDir>) -> io::Result<PassingDir> {
        let (dir, passing) = Passing::made(make, TempDir::path)?;
        Ok(PassingDir { dir, _passing: passing })
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Leaves it, where it has another name by now.
    pub(crate) fn keep(self) {
        let _ = self.dir.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finished_is_no_longer_taken_away() {
        let dir = PassingDir::made(tempfile::tempdir).expect("a directory");
        let path = dir.path().to_owned();
        let is_left = || left(|left| left.contains(&path));
        assert!(is_left() && path.is_dir());
        drop(dir);
        assert!(!is_left() && !path.exists());
    }
}
