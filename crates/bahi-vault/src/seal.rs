//! A person's key and what is sealed under it, as bytes.
//!
//! ```text
//! key file     "bahi-person-key 1\n"  key 32  check 16
//! sealed file  "bahi-sealed 1\n"  ledger 16  subject 32  commitment 32  nonce 24
//!              contents, XChaCha20-Poly1305  tag 16
//! ```
//!
//! The cipher's key, the commitment and the check are HMAC-SHA-256 under the person's key, each with
//! its own label, over ledger and subject. Everything before the contents is associated data.
//!
//! # Invariants
//! * What opens is what was sealed, for this subject of this ledger, in this form, under this key:
//!   no key but one opens it (the cipher by itself would not promise that).
//! * Any other byte anywhere is refused.
//! * No nonce is chosen twice but by chance, which 24 random bytes rule out.

use bahi_core::LedgerId;
use chacha20poly1305::{AeadInOut, Key, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::contents::{CONTENTS_BYTES_MAX, Contents};
use crate::key::{SECRET_BYTES, Secret};
use crate::subject::SubjectId;

const KEY_HEAD: &[u8] = b"bahi-person-key 1\n";
const SEALED_HEAD: &[u8] = b"bahi-sealed 1\n";
const DOMAIN: &[u8] = b"bahi person key 1";
const CHECK_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Everything before the contents.
const HEAD_BYTES: usize = SEALED_HEAD.len() + 16 + 32 + 32 + NONCE_BYTES;

/// The bytes of a key file.
pub(crate) const KEY_BYTES: usize = KEY_HEAD.len() + SECRET_BYTES + CHECK_BYTES;
/// The most bytes of a sealed file.
pub(crate) const SEALED_BYTES_MAX: usize = HEAD_BYTES + CONTENTS_BYTES_MAX + TAG_BYTES;

/// Whose: a subject of a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Whose {
    pub(crate) ledger: LedgerId,
    pub(crate) subject: SubjectId,
}

/// The key under which one person's details are sealed.
pub(crate) struct PersonKey {
    secret: Secret,
    whose: Whose,
}

impl PersonKey {
    /// A new key; `None` where the system gives no random bytes.
    pub(crate) fn new(whose: Whose) -> Option<PersonKey> {
        let mut secret = Secret::empty();
        getrandom::fill(secret.bytes_mut()).ok()?;
        Some(PersonKey { secret, whose })
    }

    /// The bytes of its file.
    pub(crate) fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_BYTES));
        bytes.extend_from_slice(KEY_HEAD);
        bytes.extend_from_slice(self.secret.bytes());
        bytes.extend_from_slice(&self.derived("check")[..CHECK_BYTES]);
        bytes
    }

    /// The key of a file, provided that it is whole and this subject's.
    pub(crate) fn read(bytes: &[u8], whose: Whose) -> Option<PersonKey> {
        let rest = bytes.strip_prefix(KEY_HEAD)?;
        let (held, check) = rest.split_first_chunk::<SECRET_BYTES>()?;
        let mut secret = Secret::empty();
        secret.bytes_mut().copy_from_slice(held);
        let key = PersonKey { secret, whose };
        (check == &key.derived("check")[..CHECK_BYTES]).then_some(key)
    }

    /// The bytes of contents sealed; `None` where the system gives no random bytes.
    pub(crate) fn seal(&self, contents: &Contents) -> Option<Vec<u8>> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let mut sealed = self.head(&nonce);
        let mut bytes = contents.bytes();
        let tag = self
            .cipher()
            .encrypt_inout_detached(&XNonce::from(nonce), &sealed, bytes.as_mut_slice().into())
            .expect("contents are far shorter than the cipher's bound");
        sealed.extend_from_slice(&bytes);
        sealed.extend_from_slice(&tag);
        Some(sealed)
    }

    /// The contents of sealed bytes; `None` where one of them is not as it was written under this
    /// key for this subject.
    pub(crate) fn unseal(&self, sealed: &[u8]) -> Option<Contents> {
        let (head, rest) = sealed.split_at_checked(HEAD_BYTES)?;
        let (_, nonce) = head.split_last_chunk::<NONCE_BYTES>()?;
        if head != self.head(nonce) || rest.len() > CONTENTS_BYTES_MAX + TAG_BYTES {
            return None;
        }
        let (bytes, tag) = rest.split_last_chunk::<TAG_BYTES>()?;
        let mut bytes = Zeroizing::new(bytes.to_vec());
        self.cipher()
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                head,
                bytes.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .ok()?;
        Contents::read(&bytes)
    }

    /// Everything before the contents.
    fn head(&self, nonce: &[u8; NONCE_BYTES]) -> Vec<u8> {
        let Whose { ledger, subject } = self.whose;
        let commitment = self.derived("commitment");
        [SEALED_HEAD, &ledger.0, &subject.0, commitment.as_slice(), nonce].concat()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = self.derived("cipher");
        // By reference, so that no copy of it stays behind.
        XChaCha20Poly1305::new(<&Key>::from(&*key))
    }

    /// HMAC-SHA-256 over the domain, a zero, the label, a zero, ledger and subject. No label has a
    /// zero in it, so no two labels read alike.
    fn derived(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let keyed = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.secret.bytes());
        let mut mac = keyed.expect("HMAC takes a key of any length");
        let Whose { ledger, subject } = self.whose;
        for part in [DOMAIN, &[0], label.as_bytes(), &[0], &ledger.0, &subject.0] {
            mac.update(part);
        }
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests;
