//! A file that is written whole or not at all.
//!
//! # Invariants
//! * Until it is complete and on the medium, the file stands under a name of its own beside its
//!   place; a failure takes it away again, and so does being asked to end.
//! * What stands in its place is replaced only when that was asked for, and only if it is a file.
//! * No file is put into a ledger's directory.

mod directory;

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

pub(crate) use directory::WholeDirectory;

use crate::{ended::Passing, status::Failure};

/// A file on its way to its place.
pub(crate) struct WholeFile {
    path: PathBuf,
    replaces: bool,
    file: NamedTempFile,
    /// After the file, so that it goes in any case.
    passing: Passing,
}

/// What the system says when another path is the remedy.
pub(crate) const ANOTHER_PATH: [ErrorKind; 7] = [
    ErrorKind::NotFound,
    ErrorKind::NotADirectory,
    ErrorKind::IsADirectory,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::InvalidFilename,
    ErrorKind::InvalidInput,
];

impl WholeFile {
    /// Begins a file that is to stand at a path; `force` replaces one that does already.
    pub(crate) fn begin(path: &Path, force: bool, ledger: &Path) -> Result<WholeFile, Failure> {
        // As any new file, not as a temporary one, which nobody else could read.
        WholeFile::begin_as(path, force, ledger, 0o666)
    }

    /// Begins a new file that its owner alone may read.
    pub(crate) fn begin_private(path: &Path, ledger: &Path) -> Result<WholeFile, Failure> {
        WholeFile::begin_as(path, false, ledger, 0o600)
    }

    #[cfg_attr(not(unix), expect(unused_variables, reason = "a mode is for Unix"))]
    fn begin_as(path: &Path, force: bool, ledger: &Path, mode: u32) -> Result<WholeFile, Failure> {
        let Some((folder, path)) = place(path) else {
            let path = path.display();
            return Err(Failure::misuse(format!(
                "{path}: this names no file; name one, or - for standard output"
            )));
        };
        if is_inside(&folder, ledger) {
            let path = path.display();
            return Err(Failure::misuse(format!(
                "{path}: this is inside the ledger's directory; name a file elsewhere"
            )));
        }
        let old = match fs::symlink_metadata(&path) {
            Ok(old) => Some(replaceable(&path, old, force)?),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(failure(&path, &error)),
        };
        let mut builder = Builder::new();
        builder.prefix(".bahi-").suffix(".partial");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        let made = Passing::made(|| builder.tempfile_in(&folder), NamedTempFile::path);
        let (file, passing) = made.map_err(|error| failure(&path, &error))?;
        if let Some(old) = &old {
            let kept = file.as_file().set_permissions(old.permissions());
            kept.map_err(|error| failure(&path, &error))?;
        }
        Ok(WholeFile { path, replaces: old.is_some(), file, passing })
    }

    /// Where it is written to.
    pub(crate) fn out(&mut self) -> &mut dyn Write {
        &mut self.file
    }

    /// The file as it is so far, to be written by others and read again.
    pub(crate) fn file(&mut self) -> &mut fs::File {
        self.file.as_file_mut()
    }

    /// Why writing it failed, for a person.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        failure(&self.path, error)
    }

    /// Puts the complete file in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let WholeFile { path, replaces, file, passing } = self;
        file.as_file().sync_all().map_err(|error| failure(&path, &error))?;
        let placed = if replaces { file.persist(&path) } else { file.persist_noclobber(&path) };
        match placed {
            Ok(_) => {}
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                return Err(already_there(&path));
            }
            Err(error) => return Err(failure(&path, &error.error)),
        }
        drop(passing);
        // The file is whole under either name; a system that cannot sync a directory keeps one.
        if let Some(folder) = path.parent()
            && let Ok(folder) = fs::File::open(folder)
        {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// The directory of a path, and the path with that directory before it.
fn place(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let name = path.file_name()?;
    if path.to_string_lossy().ends_with(std::path::is_separator) {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let path = folder.join(name);
    Some((folder, path))
}

/// Whether a directory is a ledger's or lies in it, itself or where it is to be made; not where the
/// ledger is missing.
pub(crate) fn is_inside(folder: &Path, ledger: &Path) -> bool {
    let there = folder.ancestors().find_map(|folder| {
        let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::canonicalize(named).ok()
    });
    match (there, fs::canonicalize(ledger)) {
        (Some(folder), Ok(ledger)) => folder.starts_with(ledger),
        (Some(_) | None, Err(_)) | (None, Ok(_)) => false,
    }
}

/// What stands at a path, provided that it is a file that may be replaced.
fn replaceable(path: &Path, old: fs::Metadata, force: bool) -> Result<fs::Metadata, Failure> {
    if !old.is_file() {
        let path = path.display();
        return Err(Failure::misuse(format!(
            "{path}: this is no ordinary file; name another, or - for standard output"
        )));
    }
    if force { Ok(old) } else { Err(already_there(path)) }
}

fn already_there(path: &Path) -> Failure {
    let path = path.display();
    Failure::misuse(format!("{path}: the file exists; name another, or replace it with --force"))
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    if ANOTHER_PATH.contains(&error.kind()) {
        return Failure::misuse(format!("{path} cannot be written: {error}; name another path"));
    }
    Failure::fault(format!(
        "{path} cannot be written: {error}; nothing is changed there, try again or elsewhere"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: &str = "no ledger";

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().into_owned()
        };
        fs::read_dir(folder).expect("the directory is there").map(name).collect()
    }

    fn written(path: &Path, force: bool, text: &str) -> Result<(), Failure> {
        let mut file = WholeFile::begin(path, force, Path::new(LEDGER))?;
        file.out().write_all(text.as_bytes()).expect("there is room");
        file.finish()
    }

    fn line(failure: Option<Failure>) -> String {
        failure.and_then(|failure| failure.line()).expect("a failure that says why")
    }

    #[test]
    fn a_file_left_half_written_leaves_what_was_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.csv");
        for before in [None, Some("before")] {
            if let Some(before) = before {
                fs::write(&path, before).expect("written");
            }
            let mut file = WholeFile::begin(&path, true, Path::new(LEDGER)).expect("it begins");
            file.out().write_all(b"half").expect("there is room");
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), before, "not under its name");
            drop(file);
            assert_eq!(fs::read_to_string(&path).ok().as_deref(), before);
            assert_eq!(names(dir.path()).len(), before.iter().count(), "nothing is left over");
        }
    }

    #[test]
    fn a_file_is_replaced_by_force_alone_and_never_when_it_came_meanwhile() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.csv");
        written(&path, false, "one").expect("nothing was there");
        assert!(line(written(&path, false, "two").err()).contains("--force"));
        assert_eq!(fs::read_to_string(&path).expect("it reads"), "one");
        written(&path, true, "two").expect("by force");
        assert_eq!(fs::read_to_string(&path).expect("it reads"), "two");
        fs::remove_file(&path).expect("removed");
        let file = WholeFile::begin(&path, true, Path::new(LEDGER)).expect("it begins");
        fs::write(&path, "somebody else's").expect("written");
        assert!(line(file.finish().err()).contains("the file exists"));
        assert_eq!(fs::read_to_string(&path).expect("it reads"), "somebody else's");
        assert_eq!(names(dir.path()), ["a.csv"]);
    }

    #[test]
    fn a_full_disk_is_a_fault_and_a_wrong_path_is_misuse() {
        use crate::status::Status;
        let cases = [
            (ErrorKind::StorageFull, Status::Fault),
            (ErrorKind::QuotaExceeded, Status::Fault),
            (ErrorKind::FileTooLarge, Status::Fault),
            (ErrorKind::BrokenPipe, Status::Fault),
            (ErrorKind::PermissionDenied, Status::Misuse),
            (ErrorKind::NotFound, Status::Misuse),
        ];
        for (kind, status) in cases {
            let failure = failure(Path::new("a.csv"), &kind.into());
            assert_eq!(failure.status(), status, "{kind}");
            assert!(line(Some(failure)).starts_with("a.csv cannot be written: "), "{kind}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_who_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.csv");
        let mode = || fs::metadata(&path).expect("it is there").permissions().mode() & 0o777;
        written(&path, false, "one").expect("nothing was there");
        let other = dir.path().join("other");
        fs::write(&other, "as any file").expect("written");
        let usual = fs::metadata(&other).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(), usual);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
        written(&path, true, "two").expect("by force");
        assert_eq!(mode(), 0o640);
    }
}
