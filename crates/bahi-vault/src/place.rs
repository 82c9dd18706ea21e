//! Where a key file lies: never inside the ledger whose fingerprints it makes.
//!
//! # Not here
//! Who may read it: `custody`.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::KeyFileError;

/// Makes sure that a key file, present or to be created, lies outside a ledger's directory, present
/// or to be created. Symbolic links on the way are followed, and a directory that is known by two
/// names is one directory.
///
/// # Errors
/// `Symlink` for a link that leads nowhere, since it may lead anywhere later; `Io`; `InsideLedger`.
///
/// ```
/// use std::path::Path;
/// use bahi_vault::outside;
/// assert!(outside(Path::new("ledger"), Path::new("ledger/keys")).is_err());
/// assert!(outside(Path::new("ledger"), Path::new("ledger-keys")).is_ok());
/// ```
pub fn outside(ledger_dir: &Path, key_path: &Path) -> Result<(), KeyFileError> {
    let ledger = resolved(ledger_dir)?;
    // The name itself, and what it leads to where it is a link.
    let mut places = vec![resolved(key_path)?];
    if let Some(name) = key_path.file_name() {
        places.push(resolved(parent(key_path))?.join(name));
    }
    let mut inside = places.iter().any(|place| place.starts_with(&ledger));
    for ancestor in places.iter().flat_map(|place| place.ancestors()) {
        inside = inside || is_one_directory(ancestor, &ledger)?;
    }
    if inside {
        let (path, ledger) = (key_path.to_path_buf(), ledger_dir.to_path_buf());
        return Err(KeyFileError::InsideLedger { path, ledger });
    }
    Ok(())
}

/// The directory that holds the name of this file.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// A path from the root without links: as far as it is there from the system, then as written.
fn resolved(path: &Path) -> Result<PathBuf, KeyFileError> {
    let failed = |source| KeyFileError::io("resolve", path, source);
    let absolute = std::path::absolute(path).map_err(failed)?;
    let mut there = absolute.as_path();
    let mut missing = Vec::new();
    let mut found = loop {
        match there.canonicalize() {
            Ok(found) => break found,
            Err(error) if error.kind() == ErrorKind::NotFound => (),
            Err(source) => return Err(failed(source)),
        }
        if there.is_symlink() {
            return Err(KeyFileError::Symlink { path: there.to_path_buf() });
        }
        // Above what is not there, `..` means nothing yet.
        let (Some(Component::Normal(name)), Some(above)) =
            (there.components().next_back(), there.parent())
        else {
            return Err(failed(io::Error::from(ErrorKind::NotFound)));
        };
        missing.push(name);
        there = above;
    };
    found.extend(missing.iter().rev());
    Ok(found)
}

/// Whether two paths are the same directory, also where their names differ: a mount, a file system
/// that takes capitals for small letters.
#[cfg(unix)]
fn is_one_directory(one: &Path, other: &Path) -> Result<bool, KeyFileError> {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some((metadata.dev(), metadata.ino()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(KeyFileError::io("examine", path, source)),
    };
    let other = identity(other)?;
    Ok(other.is_some() && identity(one)? == other)
}

/// Whether two paths are the same directory: their names, all links followed, are compared.
#[cfg(not(unix))]
fn is_one_directory(one: &Path, other: &Path) -> Result<bool, KeyFileError> {
    Ok(one == other)
}
