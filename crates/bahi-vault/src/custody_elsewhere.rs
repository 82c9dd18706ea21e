//! In place of custody on systems without owners and modes: every answer is that there is none.

use std::path::Path;

use crate::KeyFileError;
use crate::key::FingerprintKey;

/// What a locked key file is to be opened for.
pub(crate) enum Purpose {
    /// To be replaced.
    Replace,
    /// To be replaced, and its former bytes to be overwritten.
    ReplaceAndErase,
}

/// Whether this system has owners and modes.
pub(crate) fn supported() -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

/// Makes no file.
pub(crate) fn create(_: &Path, _: &[u8]) -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

/// Reads no file.
pub(crate) fn read(_: &Path) -> Result<Vec<FingerprintKey>, KeyFileError> {
    Err(KeyFileError::NoCustody)
}

/// Locks no file.
pub(crate) fn lock(_: &Path, _: &[FingerprintKey], _: Purpose) -> Result<Locked, KeyFileError> {
    Err(KeyFileError::NoCustody)
}

/// A key file that no other program changes; there is none.
pub(crate) enum Locked {}

impl Locked {
    /// Never called.
    pub(crate) fn replace(self, _: &[u8]) -> Result<Former, KeyFileError> {
        match self {}
    }
}

/// The file that had the name before; there is none.
pub(crate) enum Former {}

impl Former {
    /// Never called.
    pub(crate) fn erase(self) -> Result<(), KeyFileError> {
        match self {}
    }
}
