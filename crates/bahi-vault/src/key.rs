//! One secret and what is computed with it: prints and check values.
//!
//! # Invariants
//! * A secret stays at one place in memory from its making to its overwriting.
//! * Everything computed has its own label, so that no value of one use is one of another.

use std::fmt;

use bahi_core::{Day, Fingerprint};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::{FingerprintKind, canonical::Canonical};

/// The bytes of a secret.
pub(crate) const SECRET_BYTES: usize = 32;

/// What stands before everything that is hashed; a new way of hashing would get a new number.
const DOMAIN: &[u8] = b"bahi fingerprint 1";

/// What a key is known by; not the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyInfo {
    /// Its id, from 1; a later key has a higher one.
    pub id: u16,
    /// The day it was made.
    pub created: Day,
}

/// The bytes of a secret, overwritten when dropped.
///
/// They are boxed so that moving the owner does not leave a copy behind.
pub(crate) struct Secret(Box<[u8; SECRET_BYTES]>);

impl Secret {
    /// A place for a secret, to be filled.
    pub(crate) fn empty() -> Secret {
        Secret(Box::new([0; SECRET_BYTES]))
    }

    /// The bytes, to be filled.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; SECRET_BYTES] {
        &mut self.0
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A secret with its id and day.
pub(crate) struct FingerprintKey {
    pub(crate) info: KeyInfo,
    pub(crate) secret: Secret,
    /// The HMAC after its key block; as good as the secret, and overwritten as it is.
    keyed: Box<Hmac<Sha256>>,
}

impl FingerprintKey {
    pub(crate) fn new(info: KeyInfo, secret: Secret) -> FingerprintKey {
        let keyed = Hmac::new_from_slice(secret.bytes()).expect("HMAC takes a key of any length");
        FingerprintKey { info, secret, keyed: Box::new(keyed) }
    }

    /// The print of a value.
    pub(crate) fn print(&self, kind: FingerprintKind, value: &Canonical) -> Fingerprint {
        Fingerprint { key_id: self.info.id, print: self.tag(kind.name(), value.bytes()) }
    }

    /// What may be published about this key so that another in its place is noticed.
    pub(crate) fn check(&self) -> [u8; 16] {
        self.tag("key check", &self.info.id.to_be_bytes())
    }

    /// What ends a key file whose newest key this is.
    pub(crate) fn file_check(&self, text: &[u8]) -> [u8; 16] {
        self.tag("key file", text)
    }

    /// The first 16 bytes of HMAC-SHA-256 over the domain, a zero, the label, a zero, and the
    /// bytes. No label has a zero in it, so no two labels with their bytes read alike.
    fn tag(&self, label: &str, bytes: &[u8]) -> [u8; 16] {
        let mut mac = (*self.keyed).clone();
        for part in [DOMAIN, &[0], label.as_bytes(), &[0], bytes] {
            mac.update(part);
        }
        let whole = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
        let mut head = [0_u8; 16];
        head.copy_from_slice(&whole[..16]);
        head
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.info, f)
    }
}
