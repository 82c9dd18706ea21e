//! The files of a ledger directory: what is whose, who holds it, and making it durable.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::Fault;

/// The directory of the store.
pub(crate) const PAGES: &str = "pages";
/// The file that witnesses the head.
pub(crate) const ANCHOR: &str = "anchor";
/// The file whose lock says that the ledger is in use.
pub(crate) const LOCK: &str = "lock";

/// A file that is there while a ledger is being restored.
pub(crate) const RESTORING: &str = "restoring";
/// The directory of what can be made again from the pages: no part of the ledger.
pub(crate) const CACHE: &str = "folds/";
/// The file of a backup that witnesses the head.
pub(crate) const NOTE: &str = "note";
/// The directory of a backup's page files.
pub(crate) const FILES: &str = "files";

/// What a path turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Survey {
    Missing,
    NotADirectory,
    /// A link that leads nowhere or in a circle, or a path longer than the system takes.
    Unreachable,
    Empty,
    /// None of a ledger's own files is there, but others are.
    Foreign,
    /// At least one of a ledger's own files is there.
    Ledger,
    /// At least one of a backup's own files is there.
    Backup,
}

/// Looks at a path without changing anything.
pub(crate) fn survey(dir: &Path) -> Result<Survey, Fault> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let is_link = dir.is_symlink();
            return Ok(if is_link { Survey::Unreachable } else { Survey::Missing });
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Ok(Survey::NotADirectory);
        }
        Err(error) if leads_nowhere(&error) => return Ok(Survey::Unreachable),
        Err(source) => return Err(Fault::io("list", dir, source)),
    };
    let mut found = Survey::Empty;
    for entry in entries {
        let name = entry.map_err(|source| Fault::io("list", dir, source))?.file_name();
        if [PAGES, ANCHOR, RESTORING].iter().any(|own| name == **own) {
            return Ok(Survey::Ledger);
        }
        found = match found {
            Survey::Backup => Survey::Backup,
            _ if [NOTE, FILES].iter().any(|own| name == **own) => Survey::Backup,
            Survey::Ledger => Survey::Ledger,
            _ if name == *LOCK => Survey::Ledger,
            Survey::Missing
            | Survey::NotADirectory
            | Survey::Unreachable
            | Survey::Empty
            | Survey::Foreign => Survey::Foreign,
        };
    }
    Ok(found)
}

/// Whether no directory can be reached by this path, whatever is put there.
fn leads_nowhere(error: &std::io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return true;
    }
    error.kind() == ErrorKind::InvalidFilename
}

/// What is said of a path by which no directory can be reached.
const UNREACHABLE: &str = "the path is too long, or a link in it leads nowhere; name another";

/// Why a directory that is no ledger is none, in words.
pub(crate) fn refuse(dir: &Path, survey: Survey) -> Result<(), Fault> {
    let why = match survey {
        Survey::Ledger => return Ok(()),
        Survey::Missing => "there is no such directory; create a ledger there or name another",
        Survey::NotADirectory => "it is a file; name a directory",
        Survey::Unreachable => UNREACHABLE,
        Survey::Empty => "the directory is empty; create a ledger there or name another",
        Survey::Foreign => "the directory holds other files; name another",
        Survey::Backup => "it is a backup; restore it or open it to be read",
    };
    Err(Fault::NotALedger { dir: dir.to_path_buf(), why })
}

/// Why a directory that is no backup is none, in words.
pub(crate) fn refuse_backup(dir: &Path, survey: Survey) -> Result<(), Fault> {
    let why = match survey {
        Survey::Backup => return Ok(()),
        Survey::Missing => "there is no such directory; name another",
        Survey::NotADirectory => "it is a file; name a directory",
        Survey::Unreachable => UNREACHABLE,
        Survey::Empty => "the directory is empty; name another",
        Survey::Foreign => "the directory holds other files; name another",
        Survey::Ledger => "it is a ledger; name another directory",
    };
    Err(Fault::NotABackup { dir: dir.to_path_buf(), why })
}

/// Holds the ledger until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock and leaves the number of this process in it.
    pub(crate) fn take(dir: &Path) -> Result<Self, Fault> {
        let mut lock = Self::hold(dir)?;
        lock.file
            .set_len(0)
            .and_then(|()| writeln!(lock.file, "{}", std::process::id()))
            .map_err(|source| Fault::io("write", &dir.join(LOCK), source))?;
        Ok(lock)
    }

    /// Takes the lock and leaves nothing in it.
    pub(crate) fn hold(dir: &Path) -> Result<Self, Fault> {
        let path = dir.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| Fault::io("open", &path, source))?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => return Err(locked(dir, &mut file)),
            Err(TryLockError::Error(source)) => return Err(Fault::io("lock", &path, source)),
        }
        Ok(Self { file })
    }

    /// Holds off writers while a ledger is looked at, writing nothing.
    pub(crate) fn share(dir: &Path) -> Result<Option<Self>, Fault> {
        let path = dir.join(LOCK);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Fault::io("open", &path, source)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Err(locked(dir, &mut file)),
            Err(TryLockError::Error(source)) => Err(Fault::io("lock", &path, source)),
        }
    }
}

impl Drop for Lock {
    /// Lets go even if a child that was being started meanwhile has the file open as well.
    fn drop(&mut self) {
        // What cannot be unlocked is unlocked when the last who has it closes it.
        let _ = self.file.unlock();
    }
}

fn locked(dir: &Path, file: &mut File) -> Fault {
    let mut text = String::new();
    let read = file.take(32).read_to_string(&mut text);
    let pid = read.ok().and_then(|_| text.trim().parse().ok());
    Fault::Locked { dir: dir.to_path_buf(), pid }
}

/// Makes a directory with its missing ancestors; gives those whose entries are new, the deepest
/// first.
pub(crate) fn make(dir: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut touched = Vec::new();
    let mut missing = dir;
    while !missing.exists() {
        let parent = parent(missing);
        touched.push(parent.to_path_buf());
        missing = parent;
    }
    std::fs::create_dir_all(dir).map_err(|source| Fault::io("create", dir, source))?;
    if touched.is_empty() {
        touched.push(parent(dir).to_path_buf());
    }
    Ok(touched)
}

/// The directory that holds the name of this one.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Makes a file, or the entries of a directory, durable.
pub(crate) fn sync(path: &Path) -> Result<(), Fault> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| Fault::io("sync", path, source))
}

/// Every file below the directory, by its name within it, directories with a slash at the end.
pub(crate) fn walk(dir: &Path, on_file: &mut dyn FnMut(&str)) -> Result<(), Fault> {
    const DEPTH_MAX: usize = 8;
    let mut open = vec![(dir.to_path_buf(), String::new(), 0)];
    while let Some((path, prefix, depth)) = open.pop() {
        let entries =
            std::fs::read_dir(&path).map_err(|source| Fault::io("list", &path, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| Fault::io("list", &path, source))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind =
                entry.file_type().map_err(|source| Fault::io("read", &entry.path(), source))?;
            if kind.is_dir() && depth < DEPTH_MAX {
                on_file(&format!("{name}/"));
                open.push((entry.path(), format!("{name}/"), depth + 1));
            } else {
                on_file(&name);
            }
        }
    }
    Ok(())
}

/// Whether a file of this name, as [`walk`] gives it, is one that a ledger writes, or lies where
/// whoever folds the ledger may keep what spares them folding again.
pub(crate) fn claims(name: &str) -> bool {
    let snapshot = |name: &str| {
        name.strip_prefix("pages/snap.").is_some_and(|lsn| {
            !lsn.is_empty() && lsn.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    };
    matches!(name, "anchor" | "lock" | "pages/" | "pages/conf" | "pages/db" | "pages/blobs/")
        || snapshot(name)
        || name.starts_with(CACHE)
}

/// Whether a file of this name, as [`walk`] gives it, is what a ledger cut off in a moment may leave
/// behind, and takes away when it is next opened: no part of it, and no damage.
pub(crate) fn is_left_behind(name: &str) -> bool {
    let half_made = name.strip_prefix("pages/snap.").is_some_and(|rest| {
        rest.strip_suffix(".generating")
            .is_some_and(|lsn| lsn.bytes().all(|digit| digit.is_ascii_hexdigit()))
    });
    half_made || name == RESTORING
}

/// The name of the page file whose first record has this position.
pub(crate) fn page_file(first: u64) -> String {
    format!("{first:020}.pages")
}

/// The position a page file is named for.
pub(crate) fn page_file_first(name: &str) -> Option<u64> {
    let first = name.strip_suffix(".pages")?.parse().ok()?;
    (page_file(first) == name).then_some(first)
}

/// Whether a file of this name, as [`walk`] gives it, is one that a backup writes.
pub(crate) fn claims_in_backup(name: &str) -> bool {
    let is_page_file =
        name.strip_prefix("files/").is_some_and(|name| page_file_first(name).is_some());
    is_page_file || matches!(name, "note" | "lock" | "files/")
}

/// The bytes free where this path is, if the system tells.
pub(crate) fn bytes_free(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let space = rustix::fs::statvfs(path).ok()?;
        Some(space.f_bavail.saturating_mul(space.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Drops what the system remembers of a file, so that it is next read from the medium.
pub(crate) fn forget(path: &Path) -> Result<(), Fault> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    {
        let fault = |source| Fault::io("read", path, source);
        let file = File::open(path).map_err(fault)?;
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)
            .map_err(|error| fault(error.into()))?;
    }
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn whatever_is_kept_among_folds_is_no_damage() {
        let names = [
            ("folds/", true),
            ("folds/balances", true),
            ("folds/movements.new", true),
            ("folds/state", true),
            ("folds/balances.old", true),
            ("folds/balances/", true),
            ("folds", false),
        ];
        for (name, claimed) in names {
            assert_eq!(super::claims(name), claimed, "{name}");
        }
    }

    #[test]
    fn a_ledger_let_go_is_free_though_a_child_has_its_lock_file_open() {
        let base = tempfile::tempdir().unwrap();
        let lock = Lock::take(base.path()).unwrap();
        // What a child has of its parent's files until it becomes another program.
        let inherited = lock.file.try_clone().unwrap();
        assert!(Lock::hold(base.path()).is_err());
        drop(lock);
        assert!(Lock::hold(base.path()).is_ok());
        drop(inherited);
    }
}
