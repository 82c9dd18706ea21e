//! The key file as a thing on a disk: who may read it, how it is made, replaced and erased.
//!
//! # Invariants
//! * Nothing is read before the file is known to be a regular one, of this user, closed to others.
//!   What was judged is what is read: both go through one open file.
//! * Whoever opens the file sees a former whole or the new whole, after a power cut too.
//! * Of two programs that change it at once, one is told so and changes nothing.
//!
//! # Not here
//! What the bytes mean (`text`); whether the place is a good one (`place`).

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::KeyFileError;
use crate::key::FingerprintKey;
use crate::place::parent;
use crate::text::{self, KEY_FILE_BYTES_MAX};

/// The mode of a key file: its owner reads and writes.
const MODE: u32 = 0o600;
/// The bits of a mode that give anything to others.
const OTHERS: u32 = 0o077;
/// How often a file that is replaced while it is read is read again.
const READS_MAX: usize = 8;
/// What the name of a key file ends with until it is whole.
const UNFINISHED: &str = ".new";

/// What a locked key file is to be opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be replaced.
    Replace,
    /// To be replaced, and its former bytes to be overwritten.
    ReplaceAndErase,
}

/// Whether this system has owners and modes.
pub(crate) fn supported() -> Result<(), KeyFileError> {
    Ok(())
}

/// Makes the file, which must not be there, and makes it durable.
pub(crate) fn create(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    make(path, text)?;
    sync_parent(path)
}

/// The keys of the file.
pub(crate) fn read(path: &Path) -> Result<Vec<FingerprintKey>, KeyFileError> {
    for _ in 0..READS_MAX {
        let mut file = open(path, Purpose::Replace)?;
        match text::read(&bytes(path, &mut file)?) {
            Ok(keys) => return Ok(keys),
            // A former file, erased while it was read, looks damaged and is not.
            Err(_) if !is_still(path, &file)? => continue,
            Err((line, flaw)) => {
                return Err(KeyFileError::Malformed { path: path.to_path_buf(), line, flaw });
            }
        }
    }
    Err(KeyFileError::Busy { path: path.to_path_buf() })
}

/// Keeps other programs from changing the file, and makes sure that it holds these keys.
pub(crate) fn lock(
    path: &Path,
    keys: &[FingerprintKey],
    purpose: Purpose,
) -> Result<Locked, KeyFileError> {
    let named = || path.to_path_buf();
    let mut file = open(path, purpose)?;
    match file.try_lock() {
        Ok(()) => (),
        Err(TryLockError::WouldBlock) => return Err(KeyFileError::Busy { path: named() }),
        Err(TryLockError::Error(source)) => return Err(KeyFileError::io("lock", path, source)),
    }
    // The lock belongs to the file and not to its name, which may have gone to another since.
    if !is_still(path, &file)? {
        return Err(KeyFileError::Changed { path: named() });
    }
    let found = text::read(&bytes(path, &mut file)?)
        .map_err(|(line, flaw)| KeyFileError::Malformed { path: named(), line, flaw })?;
    let same = found.len() == keys.len()
        && found.iter().zip(keys).all(|(found, key)| {
            found.info == key.info && found.secret.bytes() == key.secret.bytes()
        });
    if same {
        Ok(Locked { path: named(), file })
    } else {
        Err(KeyFileError::Changed { path: named() })
    }
}

/// A key file that no other program changes.
pub(crate) struct Locked {
    path: PathBuf,
    file: File,
}

impl Locked {
    /// Puts a file with this text in its place, durably, and gives the former one.
    pub(crate) fn replace(self, text: &[u8]) -> Result<Former, KeyFileError> {
        let mut unfinished = self.path.clone().into_os_string();
        unfinished.push(UNFINISHED);
        let unfinished = PathBuf::from(unfinished);
        // The lock is held, so what lies there was left by a program that was cut off.
        match std::fs::remove_file(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(KeyFileError::io("remove", &unfinished, error));
            }
            Ok(()) | Err(_) => (),
        }
        make(&unfinished, text)?;
        if let Err(source) = std::fs::rename(&unfinished, &self.path) {
            remove_quietly(&unfinished);
            return Err(KeyFileError::io("replace", &self.path, source));
        }
        sync_parent(&self.path)?;
        Ok(Former { path: self.path, file: self.file })
    }
}

/// The file that had the name before; the lock is held until it is dropped.
pub(crate) struct Former {
    path: PathBuf,
    file: File,
}

impl Former {
    /// Overwrites the bytes, unless they have another name: then they are a copy somebody keeps.
    pub(crate) fn erase(self) -> Result<(), KeyFileError> {
        let erase = || {
            let metadata = self.file.metadata()?;
            if metadata.nlink() > 0 {
                return Ok(());
            }
            // Bounded: the file was read whole when it was locked.
            let length = metadata.len().min(KEY_FILE_BYTES_MAX as u64) as usize;
            self.file.write_all_at(&vec![0; length], 0)?;
            self.file.sync_all()
        };
        erase().map_err(|source| KeyFileError::io("overwrite the former", &self.path, source))
    }
}

/// What is judged about a file before it is read.
pub(crate) struct Looks {
    pub(crate) symlink: bool,
    pub(crate) regular: bool,
    pub(crate) owner: u32,
    pub(crate) mode: u32,
    pub(crate) length: u64,
}

impl Looks {
    fn of(metadata: &Metadata) -> Looks {
        Looks {
            symlink: metadata.is_symlink(),
            regular: metadata.is_file(),
            owner: metadata.uid(),
            mode: metadata.mode() & 0o7777,
            length: metadata.len(),
        }
    }

    /// # Errors
    /// `Symlink`, `NotAFile`, `ForeignOwner`, `OpenToOthers`, `TooLarge`.
    pub(crate) fn judge(&self, path: &Path, user: u32) -> Result<(), KeyFileError> {
        let path = path.to_path_buf();
        if self.symlink {
            return Err(KeyFileError::Symlink { path });
        }
        if !self.regular {
            return Err(KeyFileError::NotAFile { path });
        }
        if self.owner != user {
            return Err(KeyFileError::ForeignOwner { path, owner: self.owner, user });
        }
        if self.mode & OTHERS != 0 {
            return Err(KeyFileError::OpenToOthers { path, mode: self.mode });
        }
        if self.length > KEY_FILE_BYTES_MAX as u64 {
            return Err(KeyFileError::TooLarge { path });
        }
        Ok(())
    }
}

/// Opens the file once its looks are right, and judges again what was opened.
fn open(path: &Path, purpose: Purpose) -> Result<File, KeyFileError> {
    let user = rustix::process::geteuid().as_raw();
    let metadata =
        std::fs::symlink_metadata(path).map_err(|source| unreachable_file(path, source))?;
    Looks::of(&metadata).judge(path, user)?;
    // What took the name since must neither be followed nor waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .write(purpose == Purpose::ReplaceAndErase)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|source| unreachable_file(path, source))?;
    let metadata = file.metadata().map_err(|source| KeyFileError::io("examine", path, source))?;
    Looks::of(&metadata).judge(path, user)?;
    Ok(file)
}

fn unreachable_file(path: &Path, source: io::Error) -> KeyFileError {
    if source.kind() == ErrorKind::NotFound {
        KeyFileError::Missing { path: path.to_path_buf() }
    } else if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        KeyFileError::Symlink { path: path.to_path_buf() }
    } else {
        KeyFileError::io("open", path, source)
    }
}

/// The whole file, read into one place that is overwritten when dropped.
fn bytes(path: &Path, file: &mut File) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let mut bytes = Zeroizing::new(vec![0; KEY_FILE_BYTES_MAX + 1]);
    let mut length = 0;
    while length < bytes.len() {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(source) => return Err(KeyFileError::io("read", path, source)),
        }
    }
    if length > KEY_FILE_BYTES_MAX {
        return Err(KeyFileError::TooLarge { path: path.to_path_buf() });
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Whether the name is still that of the open file.
fn is_still(path: &Path, file: &File) -> Result<bool, KeyFileError> {
    let there = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(KeyFileError::io("examine", path, source)),
    };
    let open = file.metadata().map_err(|source| KeyFileError::io("examine", path, source))?;
    Ok((there.dev(), there.ino()) == (open.dev(), open.ino()))
}

/// Makes a file that must not be there, with its text on the medium; its name is not yet.
fn make(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path);
    let mut file = match made {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(KeyFileError::Exists { path: path.to_path_buf() });
        }
        Err(source) => return Err(KeyFileError::io("create", path, source)),
    };
    // The mode is set again because the process's mask may have taken more than others' bits.
    file.set_permissions(PermissionsExt::from_mode(MODE))
        .and_then(|()| file.write_all(text))
        .and_then(|()| file.sync_all())
        .map_err(|source| {
            remove_quietly(path);
            KeyFileError::io("write", path, source)
        })
}

/// Removes what was not finished. That it stays is no second failure: the next change removes it.
fn remove_quietly(path: &Path) {
    drop(std::fs::remove_file(path));
}

/// Makes the name of a file durable.
fn sync_parent(path: &Path) -> Result<(), KeyFileError> {
    let parent = parent(path);
    File::open(parent)
        .and_then(|directory| directory.sync_all())
        .map_err(|source| KeyFileError::io("sync", parent, source))
}
