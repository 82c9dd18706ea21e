//! In place of custody on systems without modes: every answer is that there is none.

use std::path::Path;

use bahi_proof::Zeroizing;

use super::KeyFileError;

pub(super) fn outside(_: &Path, _: &Path) -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

pub(super) fn create(_: &Path, _: &[u8]) -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

pub(super) fn absent(_: &Path) -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

pub(super) fn put(_: &Path, _: &[u8]) -> Result<(), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

pub(super) fn recall(_: &Path, _: usize) -> Result<Vec<u8>, KeyFileError> {
    Err(KeyFileError::NoCustody)
}

/// A key file that was read; there is none.
pub(super) enum Held {}

pub(super) fn read(_: &Path) -> Result<(Zeroizing<Vec<u8>>, Held), KeyFileError> {
    Err(KeyFileError::NoCustody)
}

impl Held {
    /// Never called.
    pub(super) fn lock(&self) -> Result<(), KeyFileError> {
        match *self {}
    }

    /// Never called.
    pub(super) fn replace(self, _: &[u8]) -> Result<(), KeyFileError> {
        match self {}
    }
}
