//! A key file on a disk that has modes: who may read it, how it is made and replaced.
//!
//! # Not here
//! What its bytes mean: `signing`.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Component, Path, PathBuf},
};

use bahi_proof::Zeroizing;

use super::{KEY_FILE_BYTES_MAX, KeyFileError};

/// The mode of a key file: its owner reads and writes.
const MODE: u32 = 0o600;
/// The bits of a mode that give anything to others.
const OTHERS: u32 = 0o077;
/// The bits of a mode that let others write.
const WRITING_OTHERS: u32 = 0o022;
/// What the name of a key file ends with until it is whole.
const UNFINISHED: &str = ".new";

fn failed<'a>(what: &'static str, path: &'a Path) -> impl Fn(io::Error) -> KeyFileError + 'a {
    move |source| KeyFileError::Io { what, path: path.to_path_buf(), source }
}

/// The directory that holds the name of this file.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Makes sure that a key file, present or to be made, lies outside a ledger's directory, links on
/// the way followed. A ledger that is not there yet counts under the name it will have.
pub(super) fn outside(path: &Path, ledger: &Path) -> Result<(), KeyFileError> {
    let folder = resolved(parent(path)).map_err(failed("resolved", path))?;
    let ledger = resolved(ledger).map_err(failed("resolved", ledger))?;
    let inside = |place: &Path| place.starts_with(&ledger);
    let linked = path.canonicalize().is_ok_and(|place| inside(&place));
    let named = path.file_name().is_some_and(|name| inside(&folder.join(name)));
    if inside(&folder) || linked || named {
        return Err(KeyFileError::InsideLedger { path: path.to_path_buf() });
    }
    Ok(())
}

/// A path without links as far as it is there, and then as written.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut there = absolute.as_path();
    let mut missing = Vec::new();
    loop {
        match there.canonicalize() {
            Ok(mut found) => {
                found.extend(missing.iter().rev());
                return Ok(found);
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(error) => {
                // Above what is not there, `..` means nothing yet.
                let (Some(Component::Normal(name)), Some(above)) =
                    (there.components().next_back(), there.parent())
                else {
                    return Err(error);
                };
                missing.push(name);
                there = above;
            }
        }
    }
}

/// Makes the file, which must not be there, and makes it durable.
pub(super) fn create(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    make(path, text)?;
    sync_parent(path)
}

/// A key file that was read, still open.
pub(super) struct Held {
    path: PathBuf,
    file: File,
}

/// The bytes of the file, in a place that is overwritten when dropped, and the file.
pub(super) fn read(path: &Path) -> Result<(Zeroizing<Vec<u8>>, Held), KeyFileError> {
    let before = fs::symlink_metadata(path).map_err(|error| unreachable_file(path, error))?;
    judge(path, &before)?;
    let opened = OpenOptions::new().read(true).write(true).open(path);
    let opened = opened.or_else(|_| File::open(path));
    let mut file = opened.map_err(|error| unreachable_file(path, error))?;
    let metadata = file.metadata().map_err(failed("examined", path))?;
    if !is_same(&before, &metadata) {
        // What took the name since is not what was judged.
        return Err(KeyFileError::Busy { path: path.to_path_buf() });
    }
    judge(path, &metadata)?;
    let mut bytes = Zeroizing::new(vec![0; KEY_FILE_BYTES_MAX + 1]);
    let mut length = 0;
    while length < bytes.len() {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) => return Err(failed("read", path)(error)),
        }
    }
    if length > KEY_FILE_BYTES_MAX {
        return Err(KeyFileError::Malformed { path: path.to_path_buf(), line: 1 });
    }
    bytes.truncate(length);
    Ok((bytes, Held { path: path.to_path_buf(), file }))
}

impl Held {
    /// Puts a file with this text in its place, durably, and overwrites the former one's bytes
    /// unless they have another name: then they are a copy somebody keeps.
    pub(super) fn replace(self, text: &[u8]) -> Result<(), KeyFileError> {
        self.lock()?;
        let Held { path, file } = self;
        put(&path, text)?;
        erase(&file).map_err(failed("overwritten", &path))
    }

    /// Keeps others from signing with the file, or changing it, for as long as this is held.
    pub(super) fn lock(&self) -> Result<(), KeyFileError> {
        let Held { path, file } = self;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => {
                return Err(KeyFileError::Busy { path: path.clone() });
            }
            Err(TryLockError::Error(error)) => return Err(failed("locked", path)(error)),
        }
        let held = file.metadata().map_err(failed("examined", path))?;
        // The lock belongs to the file and not to its name, which may have gone to another since.
        if !fs::symlink_metadata(path).is_ok_and(|there| is_same(&there, &held)) {
            return Err(KeyFileError::Busy { path: path.clone() });
        }
        Ok(())
    }
}

/// Puts a file in its place, whole and on the medium. The key file it belongs to is locked.
pub(super) fn put(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let unfinished = PathBuf::from(unfinished);
    // The lock is held, so what lies there was left by a program that was cut off.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(failed("removed", &unfinished)(error));
        }
        Ok(()) | Err(_) => (),
    }
    make(&unfinished, text)?;
    if let Err(error) = fs::rename(&unfinished, path) {
        drop(fs::remove_file(&unfinished));
        return Err(failed("replaced", path)(error));
    }
    sync_parent(path)
}

/// Makes sure that nothing is there.
pub(super) fn absent(path: &Path) -> Result<(), KeyFileError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(KeyFileError::Exists { path: path.to_path_buf() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("examined", path)(error)),
    }
}

/// The bytes of a key file's memory. It is no secret, and nobody else may change it.
pub(super) fn recall(path: &Path, max: usize) -> Result<Vec<u8>, KeyFileError> {
    let forgotten = |error: io::Error| {
        if error.kind() == ErrorKind::NotFound {
            return KeyFileError::Forgotten { path: path.to_path_buf() };
        }
        failed("opened", path)(error)
    };
    // A link, a directory or a pipe is not opened, which could wait for ever.
    let named = fs::symlink_metadata(path).map_err(forgotten)?;
    if !named.is_file() {
        return Err(KeyFileError::NotAFile { path: path.to_path_buf() });
    }
    let file = File::open(path).map_err(forgotten)?;
    let metadata = file.metadata().map_err(failed("examined", path))?;
    if !is_same(&named, &metadata) {
        return Err(KeyFileError::Busy { path: path.to_path_buf() });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & WRITING_OTHERS != 0 {
        return Err(KeyFileError::MemoryOpenToOthers { path: path.to_path_buf(), mode });
    }
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    Ok(bytes)
}

fn erase(former: &File) -> io::Result<()> {
    let metadata = former.metadata()?;
    if metadata.nlink() > 0 {
        return Ok(());
    }
    // Bounded: the file was read whole before.
    let length = metadata.len().min(KEY_FILE_BYTES_MAX as u64) as usize;
    former.write_all_at(&vec![0; length], 0)?;
    former.sync_all()
}

fn judge(path: &Path, metadata: &Metadata) -> Result<(), KeyFileError> {
    let path = path.to_path_buf();
    if !metadata.is_file() {
        return Err(KeyFileError::NotAFile { path });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(KeyFileError::OpenToOthers { path, mode });
    }
    Ok(())
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

fn unreachable_file(path: &Path, error: io::Error) -> KeyFileError {
    if error.kind() == ErrorKind::NotFound {
        return KeyFileError::Missing { path: path.to_path_buf() };
    }
    failed("opened", path)(error)
}

/// Makes a file that must not be there, with its text on the medium; its name is not yet.
fn make(path: &Path, text: &[u8]) -> Result<(), KeyFileError> {
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(MODE).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(KeyFileError::Exists { path: path.to_path_buf() });
        }
        Err(error) => return Err(failed("made", path)(error)),
    };
    // The mode is set again because the process's mask may have taken more than others' bits.
    let written = file
        .set_permissions(PermissionsExt::from_mode(MODE))
        .and_then(|()| file.write_all(text))
        .and_then(|()| file.sync_all());
    written.map_err(|error| {
        drop(fs::remove_file(path));
        failed("written", path)(error)
    })
}

/// Makes the name of a file durable.
fn sync_parent(path: &Path) -> Result<(), KeyFileError> {
    let folder = parent(path);
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(failed("synced", folder))
}
