//! The files of a vault as things on a disk: who may open them, how they are written and destroyed.
//!
//! # Invariants
//! * Nothing is read before it is known to be a regular file, of this user, closed to others. What
//!   was judged is what is read: both go through one open file.
//! * Whoever opens a file sees the former whole or the new whole, after a power cut too.
//! * What is destroyed was overwritten with random bytes on the medium before its name went.
//!
//! # Not here
//! What the bytes mean (`seal`), which files there are (`vault`).

use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::VaultError;
use crate::place::parent;

/// The mode of a file: its owner reads and writes.
const FILE_MODE: u32 = 0o600;
/// The mode of a directory.
const DIR_MODE: u32 = 0o700;
/// The bits of a mode that give anything to others.
const OTHERS: u32 = 0o077;
/// What the name of a file ends with until it is whole.
const UNFINISHED: &str = ".new";
/// How many bytes are overwritten at a time.
const CHUNK: usize = 4096;

/// What a name is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
}

/// Whether this system has owners and modes.
pub(crate) fn supported() -> Result<(), VaultError> {
    Ok(())
}

/// Makes a directory, durably, or makes sure that the one that is there is private.
pub(crate) fn make_dir(path: &Path) -> Result<(), VaultError> {
    step(path)?;
    match DirBuilder::new().mode(DIR_MODE).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return check_dir(path),
        Err(source) => return Err(VaultError::io("create", path, source)),
    }
    // The mode is set again because the process's mask may have taken more than others' bits.
    std::fs::set_permissions(path, PermissionsExt::from_mode(DIR_MODE))
        .map_err(|source| VaultError::io("create", path, source))?;
    sync_parent(path)
}

/// Makes sure that a directory is private.
pub(crate) fn check_dir(path: &Path) -> Result<(), VaultError> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => judge(&metadata, Kind::Directory, path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(VaultError::NoVault { path: path.to_path_buf() })
        }
        Err(source) => Err(VaultError::io("examine", path, source)),
    }
}

/// Whether anything has this name.
pub(crate) fn is_there(path: &Path) -> Result<bool, VaultError> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(source) => Err(VaultError::io("examine", path, source)),
    }
}

/// The names in a directory, at most so many, those left out that were never whole.
pub(crate) fn names(path: &Path, names_max: usize) -> Result<Vec<String>, VaultError> {
    let failed = |source| VaultError::io("list", path, source);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)?.take(names_max) {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if !name.ends_with(UNFINISHED) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The bytes of a private file, at most so many; `None` where there is no file.
pub(crate) fn read(
    path: &Path,
    bytes_max: usize,
) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let Some(mut file) = open(path, OpenOptions::new().read(true))? else { return Ok(None) };
    let metadata = file.metadata().map_err(|source| VaultError::io("examine", path, source))?;
    judge(&metadata, Kind::File, path)?;
    let damaged = || VaultError::Damaged { path: path.to_path_buf() };
    if metadata.len() > bytes_max as u64 {
        return Err(damaged());
    }
    // One place of the right size, so that no part stays behind where it grew.
    let mut bytes = Zeroizing::new(vec![0; metadata.len() as usize]);
    file.read_exact(&mut bytes).map_err(|source| {
        let cut_short = source.kind() == ErrorKind::UnexpectedEof;
        if cut_short { damaged() } else { VaultError::io("read", path, source) }
    })?;
    Ok(Some(bytes))
}

/// Puts a file with these bytes under a name, durably, in the place of one that is there.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let unfinished = unfinished(path);
    destroy_one(&unfinished)?;
    let failed = |what, source| VaultError::io(what, path, source);
    step(path)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&unfinished)
        .map_err(|source| failed("create", source))?;
    step(path)?;
    file.set_permissions(PermissionsExt::from_mode(FILE_MODE))
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .map_err(|source| failed("write", source))?;
    step(path)?;
    std::fs::rename(&unfinished, path).map_err(|source| failed("replace", source))?;
    step(path)?;
    sync_parent(path)
}

/// Destroys a file, and what a write that was cut off left of it: random bytes over all of it, on
/// the medium; then none; then no name. Whether there was one.
pub(crate) fn destroy(path: &Path) -> Result<bool, VaultError> {
    let left = destroy_one(&unfinished(path))?;
    Ok(destroy_one(path)? || left)
}

/// Destroys a part of a file: random bytes over it, on the medium; then zeros. Nothing where there is
/// no file.
pub(crate) fn destroy_part(path: &Path, at: u64, length: usize) -> Result<(), VaultError> {
    let Some(file) = open(path, OpenOptions::new().write(true))? else { return Ok(()) };
    let failed = |source| VaultError::io("overwrite", path, source);
    let mut bytes = vec![0_u8; length];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::NoRandomness)?;
    step(path)?;
    file.write_all_at(&bytes, at).and_then(|()| file.sync_all()).map_err(failed)?;
    step(path)?;
    file.write_all_at(&vec![0; length], at).and_then(|()| file.sync_all()).map_err(failed)
}

fn destroy_one(path: &Path) -> Result<bool, VaultError> {
    let Some(file) = open(path, OpenOptions::new().write(true))? else { return Ok(false) };
    let failed = |source| VaultError::io("overwrite", path, source);
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(VaultError::NotOfItsKind { path: path.to_path_buf(), what: "file" });
    }
    let mut noise = [0_u8; CHUNK];
    getrandom::fill(&mut noise).map_err(|_| VaultError::NoRandomness)?;
    for at in (0..metadata.len()).step_by(CHUNK) {
        let length = (metadata.len() - at).min(CHUNK as u64) as usize;
        step(path)?;
        file.write_all_at(&noise[..length], at).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    step(path)?;
    file.set_len(0).and_then(|()| file.sync_all()).map_err(failed)?;
    step(path)?;
    std::fs::remove_file(path).map_err(|source| VaultError::io("remove", path, source))?;
    step(path)?;
    sync_parent(path)?;
    Ok(true)
}

/// Keeps other programs from what a file stands for, for as long as what is given back lives.
pub(crate) fn lock(path: &Path) -> Result<File, VaultError> {
    let missing = || VaultError::NoVault { path: parent(path).to_path_buf() };
    let file = open(path, OpenOptions::new().read(true))?.ok_or_else(missing)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(VaultError::Busy { path: parent(path).to_path_buf() }),
        Err(TryLockError::Error(source)) => Err(VaultError::io("lock", path, source)),
    }
}

/// Opens what is under a name, which is judged before; `None` where nothing is.
fn open(path: &Path, how: &mut OpenOptions) -> Result<Option<File>, VaultError> {
    let link = || VaultError::Symlink { path: path.to_path_buf() };
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Err(link()),
        Ok(metadata) if !metadata.is_file() => {
            return Err(VaultError::NotOfItsKind { path: path.to_path_buf(), what: "file" });
        }
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(VaultError::io("examine", path, source)),
    }
    // What took the name since must neither be followed nor waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    match how.custom_flags(flags.bits().cast_signed()).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            Err(link())
        }
        Err(source) => Err(VaultError::io("open", path, source)),
    }
}

/// # Errors
/// `Symlink`, `NotOfItsKind`, `ForeignOwner`, `OpenToOthers`.
fn judge(metadata: &Metadata, kind: Kind, path: &Path) -> Result<(), VaultError> {
    let (path, user) = (path.to_path_buf(), rustix::process::geteuid().as_raw());
    let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
    let (fits, what) = match kind {
        Kind::File => (metadata.is_file(), "file"),
        Kind::Directory => (metadata.is_dir(), "directory"),
    };
    if metadata.is_symlink() {
        return Err(VaultError::Symlink { path });
    }
    if !fits {
        return Err(VaultError::NotOfItsKind { path, what });
    }
    if owner != user {
        return Err(VaultError::ForeignOwner { path, owner, user });
    }
    if mode & OTHERS != 0 {
        return Err(VaultError::OpenToOthers { path, mode });
    }
    Ok(())
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(UNFINISHED);
    PathBuf::from(name)
}

/// Makes the name of a file durable, or that it is gone.
fn sync_parent(path: &Path) -> Result<(), VaultError> {
    let parent = parent(path);
    File::open(parent)
        .and_then(|directory| directory.sync_all())
        .map_err(|source| VaultError::io("sync", parent, source))
}

/// Where a test cuts the program off.
#[cfg(test)]
pub(crate) use cut::step;

/// Before everything that changes a disk; nothing outside of tests.
#[cfg(not(test))]
fn step(_: &Path) -> Result<(), VaultError> {
    Ok(())
}

#[cfg(test)]
pub(crate) mod cut {
    //! The end of a program at any of its steps, as far as a test of one process can tell.

    use std::cell::Cell;
    use std::io;
    use std::path::Path;

    use crate::VaultError;

    thread_local! {
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// Lets so many steps happen and no more; all of them for `None`.
    pub(crate) fn after(steps: Option<u32>) {
        LEFT.set(steps);
    }

    pub(crate) fn step(path: &Path) -> Result<(), VaultError> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(VaultError::io("go on with", path, io::Error::other("cut off"))),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}
