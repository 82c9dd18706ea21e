//! What goes when the system asks the program to end: files and directories that are not complete.
//!
//! # Invariants
//! * Nothing is taken away but what this process made and has not finished.
//! * A program that leaves nothing behind ends as if nobody listened, and so does one that is embedded.
//!
//! # Not here
//! A service, which ends what is under way first (`bahi-server`).

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use tempfile::TempDir;

/// What is to go, in order of making.
static LEFT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Whether this process is the program, and ends when it is asked to.
static IS_PROGRAM: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Says that this process is the program: from the first thing that would stay behind, it listens.
pub(crate) fn is_program() {
    IS_PROGRAM.store(true, Relaxed);
}

/// Something that goes when the program is asked to end; dropped, it is finished, or gone already.
#[derive(Debug)]
pub(crate) struct Passing(PathBuf);

impl Passing {
    /// A file or a directory that was just made.
    pub(crate) fn at(path: &Path) -> Passing {
        // Whoever changes directory meanwhile means the same place.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        left(|left| left.push(path.clone()));
        if IS_PROGRAM.load(Relaxed) {
            LISTENING.call_once(|| {
                // Where there is no listening, the program ends as it would have: what it made stays.
                let _ = bahi_server::when_asked_to_end(end);
            });
        }
        Passing(path)
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

/// Takes away what is not complete, and ends with what a shell says of a program that was asked to.
fn end(status: i32) {
    for path in left(std::mem::take) {
        // Whoever writes there goes on until the process ends: once more takes what came meanwhile.
        for _ in 0..2 {
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
    std::process::exit(status)
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
    pub(crate) fn of(made: io::Result<TempDir>) -> io::Result<PassingDir> {
        let dir = made?;
        let passing = Passing::at(dir.path());
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
        let dir = PassingDir::of(tempfile::tempdir()).expect("a directory");
        let path = dir.path().to_owned();
        let is_left = || left(|left| left.contains(&path));
        assert!(is_left() && path.is_dir());
        drop(dir);
        assert!(!is_left() && !path.exists());
    }
}
