//! Verification of a ledger that may not open, without writing a byte to it.
//!
//! The store cannot be opened without writing, so a copy of it is made in the system's temporary
//! directory, opened there, and removed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Pass, Verification, run};
use crate::anchor::{Kind, Reading, read_file};
use crate::backend::files::Files;
use crate::backend::store::{self, Store};
use crate::backend::{Backend, Head};
use crate::directory::{self, ANCHOR, Lock, PAGES, Survey};
use crate::{Fault, Page, Part};

const NAMES: [&str; 7] = ["pages", "tree", "nodes", "frontier", "anchor", "keys", "files"];

/// Verifies a ledger or a backup by its directory, also where opening it fails. It writes nothing
/// there; for a ledger it needs room for a copy of the store in the temporary directory.
#[must_use]
pub fn examine(dir: &Path) -> Verification {
    examine_with(dir, &mut |_, _| (), &mut |_| ())
}

/// As [`examine`], with what [`Log::verify`](crate::Log::verify) tells on the way.
#[must_use]
pub fn examine_with(
    dir: &Path,
    on_record: &mut dyn FnMut(u64, &[u8]),
    progress: &mut dyn FnMut(u64),
) -> Verification {
    match Examination::of(dir) {
        Ok(examination) => examination.verify(on_record, progress),
        Err(fault) => unreadable(dir, &fault),
    }
}

/// A ledger or a backup that is examined, more than once if need be: what must be copied for it is
/// copied once.
pub struct Examination {
    dir: PathBuf,
    /// What is read, or the damage that leaves no record to be read.
    found: Result<Found, Fault>,
}

/// A log that can be read, closed before its copy is removed.
struct Found {
    backend: Box<dyn Backend>,
    head: Head,
    /// A ledger's store is read from a copy, and nobody writes to the ledger meanwhile; a backup
    /// where it is.
    copy: Option<(Copied, Option<Lock>)>,
}

impl Examination {
    /// Makes ready to examine the ledger or backup of a directory.
    ///
    /// # Errors
    ///
    /// [`Fault::NotALedger`], [`Fault::Locked`], [`Fault::NewerForm`], [`Fault::EarlyForm`],
    /// [`Fault::Unfinished`]; then whatever the medium says, that of the temporary directory too.
    /// Damage is no error: it is in the passes.
    pub fn of(dir: &Path) -> Result<Self, Fault> {
        let found = match find(dir) {
            Err(fault) if !fault.is_damage() => return Err(fault),
            found => found,
        };
        Ok(Self { dir: dir.to_path_buf(), found })
    }

    /// Every record up to the first damage, with its position; nothing is recomputed.
    pub fn each_record(&self, on_record: &mut dyn FnMut(u64, &[u8])) {
        let Ok(Found { backend, head, .. }) = &self.found else { return };
        let pages = backend.pages(0).map_while(Result::ok).take_while(|one| one.first < head.size);
        let decoded = pages.map_while(|one| Page::decode(one.bytes, one.first, head.ledger).ok());
        for page in decoded {
            page.records().for_each(|(position, record)| on_record(position, record));
        }
    }

    /// Verifies it, with what [`Log::verify`](crate::Log::verify) tells on the way.
    #[must_use]
    pub fn verify(
        &self,
        on_record: &mut dyn FnMut(u64, &[u8]),
        progress: &mut dyn FnMut(u64),
    ) -> Verification {
        let found = match &self.found {
            Ok(found) => found,
            Err(fault) => return unreadable(&self.dir, fault),
        };
        let mut verification = run(&*found.backend, &found.head, on_record, progress);
        // The copy has only the files that are known; the ledger may have others.
        if let (Some(_), Some(files)) = (&found.copy, verification.passes.last_mut()) {
            *files = examine_files(&self.dir);
        }
        verification
    }
}

fn find(dir: &Path) -> Result<Found, Fault> {
    let survey = directory::survey(dir)?;
    if survey == Survey::Backup {
        let files = Files::open(dir)?;
        let head = files.head()?.ok_or_else(|| unfinished(dir))?;
        return Ok(Found { backend: Box::new(files), head, copy: None });
    }
    directory::refuse(dir, survey)?;
    let lock = Lock::share(dir)?;
    if matches!(read_file(&dir.join(ANCHOR), Kind::Anchor)?, Reading::Blank) {
        store::refuse_a_lost_anchor(dir)?;
        return Err(unfinished(dir));
    }
    let copy = Copied::of(dir)?;
    let store = Store::open(&copy.0)?;
    let head = store.head()?.ok_or_else(|| unfinished(dir))?;
    Ok(Found { backend: Box::new(store), head, copy: Some((copy, lock)) })
}

fn unfinished(dir: &Path) -> Fault {
    Fault::Unfinished { dir: dir.to_path_buf() }
}

/// No pass could be run but those on the files themselves.
fn unreadable(dir: &Path, fault: &Fault) -> Verification {
    let mut verification = failed(dir, fault);
    let is_backup = matches!(directory::survey(dir), Ok(Survey::Backup));
    if let Some(files) = verification.passes.last_mut().filter(|_| !is_backup) {
        *files = examine_files(dir);
    }
    verification
}

/// Every pass failed for this, as far as the anchor does not speak for itself.
fn failed(dir: &Path, fault: &Fault) -> Verification {
    let mut passes: Vec<Pass> = NAMES.map(Pass::new).into();
    for pass in &mut passes {
        pass.problem(fault.to_string());
    }
    let (mut size, mut root) = (0, None);
    if matches!(fault, Fault::Damage { part, .. } if *part != Part::Anchor)
        && let Ok(Reading::Witnessed(witness)) = read_file(&dir.join(ANCHOR), Kind::Anchor)
        && let Some(anchor) = passes.iter_mut().find(|pass| pass.name == "anchor")
    {
        (size, root) = (witness.head().size, Some(witness.head().root));
        *anchor = Pass::new("anchor");
        anchor.check(witness.problem.is_none(), || witness.problem.clone().unwrap_or_default());
    }
    Verification { passes, size, root }
}

fn examine_files(dir: &Path) -> Pass {
    let mut files = Pass::new("files");
    for needed in ["anchor", "pages/conf", "pages/db"] {
        if !dir.join(needed).is_file() {
            files.problem(format!("{needed} is missing"));
        }
    }
    let walked = directory::walk(dir, &mut |name| {
        let is_known = directory::claims(name) || directory::is_left_behind(name);
        files.check(is_known, || format!("no part claims {name}"));
    });
    if let Err(fault) = walked {
        files.problem(fault.to_string());
    }
    files
}

/// A copy of a ledger in the temporary directory, removed when it is dropped.
struct Copied(PathBuf);

impl Copied {
    fn of(dir: &Path) -> Result<Self, Fault> {
        const TRIES_MAX: u32 = 10_000;
        let base = std::env::temp_dir();
        let mut tries = (0..TRIES_MAX)
            .map(|number| base.join(format!("bahi-examine-{}-{number}", std::process::id())))
            .map(|path| private_dir(&path).map(|()| path))
            .skip_while(|made| {
                made.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists)
            });
        let made = tries.next().unwrap_or_else(|| Err(ErrorKind::AlreadyExists.into()));
        let copied = Self(made.map_err(|source| no_copy(base, source))?);
        let mut names = Vec::new();
        directory::walk(dir, &mut |name| names.push(name.to_owned()))?;
        for name in names.iter().filter(|name| directory::claims(name)) {
            copied.take(dir, name)?;
        }
        Ok(copied)
    }

    fn take(&self, dir: &Path, name: &str) -> Result<(), Fault> {
        let (from, to) = (dir.join(name), self.0.join(name));
        if name.ends_with('/') {
            return std::fs::create_dir_all(&to).map_err(|source| Fault::io("create", &to, source));
        }
        if name.starts_with(PAGES) || name == ANCHOR {
            std::fs::create_dir_all(self.0.join(PAGES))
                .and_then(|()| std::fs::copy(&from, &to))
                .and_then(|_| writable(&to))
                .map_err(|source| {
                    Fault::io("copy", if is_full(&source) { &to } else { &from }, source)
                })?;
        }
        Ok(())
    }
}

fn is_full(error: &std::io::Error) -> bool {
    [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&error.kind())
}

/// That the temporary directory takes no copy; it is the caller's to name, and not the ledger's.
fn no_copy(base: PathBuf, source: std::io::Error) -> Fault {
    if is_full(&source) {
        return Fault::DiskFull { path: base };
    }
    let what = "copy the store to the temporary directory, which TMPDIR names,";
    Fault::Io { what, path: base, source }
}

impl Drop for Copied {
    fn drop(&mut self) {
        // A copy that cannot be removed is in the temporary directory, where others clean up.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn private_dir(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new().mode(0o700).create(path)
    }
    #[cfg(not(unix))]
    {
        std::fs::create_dir(path)
    }
}

/// Evidence is often read-only, and its copy inherits that.
fn writable(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
    }
    #[cfg(not(unix))]
    {
        let mut permissions = std::fs::metadata(path)?.permissions();
        permissions.set_readonly(false);
        std::fs::set_permissions(path, permissions)
    }
}
