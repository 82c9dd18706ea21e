//! A directory of files that appears whole or not at all.
//!
//! # Invariants
//! * Until every file is complete and on the medium, the directory stands under a name of its own
//!   beside its place; a failure takes it away again, and so does being asked to end.
//! * What stands in its place is never replaced.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use bahi::reports::{Outlet, Sink};
use tempfile::Builder;

use super::{failure, is_inside, place};
use crate::{ended::PassingDir, status::Failure};

/// A directory on its way to its place.
pub(crate) struct WholeDirectory {
    path: PathBuf,
    dir: PassingDir,
    /// Whether an empty directory may stand in its place.
    fills: bool,
}

impl WholeDirectory {
    /// Begins a directory that is to stand at a path, where nothing stands.
    pub(crate) fn begin(path: &Path, ledger: &Path) -> Result<WholeDirectory, Failure> {
        WholeDirectory::begin_at(path, ledger, false)
    }

    /// Begins a directory that is to stand at a path, where nothing stands or an empty directory.
    pub(crate) fn begin_or_fill(path: &Path, ledger: &Path) -> Result<WholeDirectory, Failure> {
        // Such a path is often typed with a separator at its end, where a directory is there.
        let path: PathBuf = path.components().collect();
        WholeDirectory::begin_at(&path, ledger, true)
    }

    fn begin_at(path: &Path, ledger: &Path, fills: bool) -> Result<WholeDirectory, Failure> {
        let Some((folder, path)) = place(path) else {
            let path = path.display();
            return Err(Failure::misuse(format!(
                "{path}: this names no directory; name a new one"
            )));
        };
        if is_inside(&folder, ledger) {
            let path = path.display();
            return Err(Failure::misuse(format!(
                "{path}: this is inside the ledger's directory; name one elsewhere"
            )));
        }
        match fs::symlink_metadata(&path) {
            Ok(there) if fills && there.is_dir() => {
                let mut within = fs::read_dir(&path).map_err(|error| failure(&path, &error))?;
                if within.next().is_some() {
                    return Err(not_empty(&path));
                }
            }
            Ok(_) => return Err(already_there(&path)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failure(&path, &error)),
        }
        if is_inside(&path, ledger) {
            let path = path.display();
            return Err(Failure::misuse(format!(
                "{path}: this is the ledger's directory; name another"
            )));
        }
        let mut builder = Builder::new();
        builder.prefix(".bahi-").suffix(".partial");
        // As any new directory, not as a temporary one, which nobody else could read.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let dir = PassingDir::made(|| builder.tempdir_in(&folder));
        let dir = dir.map_err(|error| failure(&path, &error))?;
        Ok(WholeDirectory { path, dir, fills })
    }

    /// A file of the directory, to be read again.
    pub(crate) fn open(&self, name: &str) -> io::Result<fs::File> {
        fs::File::open(self.dir.path().join(name))
    }

    /// Why writing it failed, for a person.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        failure(&self.path, error)
    }

    /// Puts the complete directory in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let WholeDirectory { path, dir, fills } = self;
        let failed = |error: io::Error| failure(&path, &error);
        synced(dir.path()).map_err(failed)?;
        match fs::symlink_metadata(&path) {
            // Removing takes nothing but an empty directory.
            Ok(there) if fills && there.is_dir() => {
                fs::remove_dir(&path).map_err(|_| not_empty(&path))?;
            }
            Ok(_) => return Err(already_there(&path)),
            Err(_) => {}
        }
        fs::rename(dir.path(), &path).map_err(failed)?;
        // It has its name, and is no longer taken away.
        dir.keep();
        // The directory is whole under either name; a system that cannot sync one keeps one.
        if let Some(folder) = path.parent()
            && let Ok(folder) = fs::File::open(folder)
        {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Outlet for WholeDirectory {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        let path = self.dir.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Box::new(fs::File::options().read(true).write(true).create_new(true).open(path)?))
    }
}

/// Brings a directory with all in it to the medium.
fn synced(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            synced(&entry.path())?;
        } else {
            fs::File::open(entry.path())?.sync_all()?;
        }
    }
    // Where a system cannot sync a directory, its files are synced all the same.
    if let Ok(dir) = fs::File::open(dir) {
        let _ = dir.sync_all();
    }
    Ok(())
}

fn already_there(path: &Path) -> Failure {
    let path = path.display();
    Failure::misuse(format!("{path}: something is there; name another, or take it away first"))
}

fn not_empty(path: &Path) -> Failure {
    let path = path.display();
    Failure::misuse(format!("{path}: the directory is not empty; name a new one"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_directory_appears_whole_and_replaces_nothing() {
        let outside = tempfile::tempdir().expect("a directory");
        let path = outside.path().join("table");
        let begin = || WholeDirectory::begin(&path, Path::new("no ledger"));
        let written = |mut dir: WholeDirectory| {
            let mut file = dir.create("scheme=mda/part-0").expect("a file");
            file.write_all(b"whole").expect("there is room");
            dir
        };
        drop(written(begin().expect("nothing is there")));
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 0);
        let meanwhile = written(begin().expect("nothing is there"));
        written(begin().expect("nothing is there")).finish().expect("it is put there");
        let text = fs::read_to_string(path.join("scheme=mda/part-0")).expect("it is there");
        assert_eq!(text, "whole");
        assert!(meanwhile.finish().is_err(), "it came meanwhile");
        assert!(begin().is_err(), "it is there");
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 1);
    }

    #[test]
    fn an_empty_directory_is_filled_and_nothing_else_is_touched() {
        let outside = tempfile::tempdir().expect("a directory");
        let path = outside.path().join("package");
        let begin = || WholeDirectory::begin_or_fill(&path, Path::new("no ledger"));
        let whole = || {
            let mut dir = begin().expect("it is empty or not there");
            let mut file = dir.create("MANIFEST").expect("a file");
            file.write_all(b"whole").expect("there is room");
            dir
        };
        fs::create_dir(&path).expect("it is made");
        let meanwhile = whole();
        whole().finish().expect("it is put there");
        assert_eq!(fs::read(path.join("MANIFEST")).expect("it is there"), b"whole");
        assert!(meanwhile.finish().is_err(), "it was filled meanwhile");
        assert!(begin().is_err(), "it is not empty");
        fs::remove_dir_all(&path).expect("removed");
        fs::write(&path, "a file").expect("written");
        assert!(begin().is_err(), "it is no directory");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "a file");
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 1);
    }
}
