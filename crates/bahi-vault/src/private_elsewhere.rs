//! In place of private files on systems without owners and modes: every answer is that there are none.

use std::fs::File;
use std::path::Path;

use zeroize::Zeroizing;

use crate::VaultError;

/// Whether this system has owners and modes.
pub(crate) fn supported() -> Result<(), VaultError> {
    Err(VaultError::NoCustody)
}

/// Makes no directory.
pub(crate) fn make_dir(_: &Path) -> Result<(), VaultError> {
    Err(VaultError::NoCustody)
}

/// Knows no directory.
pub(crate) fn check_dir(_: &Path) -> Result<(), VaultError> {
    Err(VaultError::NoCustody)
}

/// Knows no file.
pub(crate) fn is_there(_: &Path) -> Result<bool, VaultError> {
    Err(VaultError::NoCustody)
}

/// Lists nothing.
pub(crate) fn names(_: &Path, _: usize) -> Result<Vec<String>, VaultError> {
    Err(VaultError::NoCustody)
}

/// Reads no file.
pub(crate) fn read(_: &Path, _: usize) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    Err(VaultError::NoCustody)
}

/// Writes no file.
pub(crate) fn write(_: &Path, _: &[u8]) -> Result<(), VaultError> {
    Err(VaultError::NoCustody)
}

/// Destroys no file.
pub(crate) fn destroy(_: &Path) -> Result<bool, VaultError> {
    Err(VaultError::NoCustody)
}

/// Destroys no part of a file.
pub(crate) fn destroy_part(_: &Path, _: u64, _: usize) -> Result<(), VaultError> {
    Err(VaultError::NoCustody)
}

/// Locks no file.
pub(crate) fn lock(_: &Path) -> Result<File, VaultError> {
    Err(VaultError::NoCustody)
}
