//! Keyed fingerprints of identifying values with the custody of their keys, and the vault in which
//! personal details are sealed under one key for each person.
//!
//! # Fingerprints
//!
//! A ledger has to know that two applications come from one person, or that two payments went to
//! one account, and may keep neither number. So an import hands each identifying value to a
//! [`Keyring`], keeps the [prints](bahi_core::Fingerprint) that come back, and lets go of the
//! value. A print is 16 bytes of an HMAC-SHA-256: without the key nobody can find the value by
//! trying every number there is, as one can with a plain hash of twelve digits.
//!
//! # Promises
//!
//! This crate MUST
//! * give equal prints for two ways of writing one value, and [`FingerprintKind`] says which ways
//!   those are;
//! * give a print under every key it holds, so that equality is found across a rotation;
//! * keep prints of different kinds apart: a person and an account with the same digits share none;
//! * refuse a key file that others than its owner could have read or written, and one that is not
//!   whole;
//! * have a key on the medium, under its name, before it gives the first print under it.
//!
//! This crate MUST NOT
//! * write a value or a secret anywhere but a secret into its key file; no error, `Debug` or
//!   `Display` shows either;
//! * keep a value after the call it came with, save what a [`Vault`] is given to seal;
//! * fingerprint a name: there are too many ways to write one, so equality would say nothing;
//! * give a number to a key that another key has had.
//!
//! Secrets and values in buffers of this crate are overwritten when they are dropped. What the
//! processor, the allocator of a caller or a swap file has seen is beyond it.
//!
//! # The life of a key
//!
//! [`Keyring::create`] makes the key file, once, outside the ledger ([`outside`] tells);
//! [`Keyring::rotate`] adds a key, from when on new prints are made under it as well;
//! [`Keyring::destroy`] ends an old one, and with it anybody's power to tie a value to the prints
//! it made. [`Keyring::check`] gives 16 bytes that may be published: an event that records them
//! lets a wrong key file be noticed before it makes a single print. A ledger whose key file is lost
//! still reads, balances and proves; it can no longer tell that a new applicant is an old one.
//!
//! # The vault
//!
//! What a person is called and where they live is no matter of a ledger, and yet somebody has to
//! look it up. It lies in a [`Vault`], a directory apart from the ledger ([`apart`] tells), as
//! [`Contents`] of a [`Subject`], under the pseudonym the ledger has. One file holds it sealed by
//! XChaCha20-Poly1305, another the key, which is random, of this one person, and written to that
//! file alone; [`Vault::destroy`] overwrites it in place before its name goes. Then nobody reads the
//! details again, from whatever copy of the sealed file, and the ledger is as it was.
//!
//! The keys are **not wrapped under a key for all**. Such a key would have to outlive each erasure:
//! whoever has it would open what overwriting left on a disk all the same, unless it were changed
//! and every other key written again each time; and lost, it would take everybody's details with
//! it. What it is for, that one stolen medium tells nothing, is reached by putting the vault's
//! directory `keys` on a medium of its own.
//!
//! What a bank writes beside the lines of a statement is kept so too, each line's under a key of its
//! own ([`Vault::keep_lines`]); the keys of many lines share a file, and so does what they seal.
//!
//! Who may do what is said by [`Access`]; that each access is an event, and durable first, is the
//! hub's.
//!
//! # Not here
//! Which column holds which kind of value (`bahi-import`), what equality means for a case
//! (`bahi-rules`), and events (`bahi`).
//!
//! # Example
//!
//! ```
//! use bahi_core::{Day, looks_like_aadhaar};
//! use bahi_vault::{FingerprintKind, Keyring};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # if cfg!(not(unix)) { return Ok(()); }
//! let safe = tempfile::tempdir()?;
//! let path = safe.path().join("fingerprint-keys");
//! let today = Day::parse("2024-04-01")?;
//!
//! let mut ring = Keyring::create(&path, today)?;
//! let before = ring.prints(FingerprintKind::Person, "1234 5678 9012")?;
//! assert_eq!(before, ring.prints(FingerprintKind::Person, "123456789012")?);
//! assert_ne!(before, ring.prints(FingerprintKind::Family, "123456789012")?);
//!
//! // After a rotation the old print is still given, and the newest stands last.
//! ring.rotate(Day::parse("2025-04-01")?)?;
//! let after = Keyring::open(&path)?.prints(FingerprintKind::Person, "123456789012")?;
//! assert_eq!(after.iter().map(|print| print.key_id).collect::<Vec<_>>(), [1, 2]);
//! assert_eq!(after[0], before[0]);
//!
//! // A number of that kind has no place among the fields that are kept as they are.
//! assert!(looks_like_aadhaar("VNS/2345 6789 0124"));
//! assert!(!looks_like_aadhaar("VNS/2024/0042"));
//! # Ok(())
//! # }
//! ```

mod canonical;
mod key;
mod text;
mod keyring;
#[cfg_attr(not(unix), path = "custody_elsewhere.rs")]
mod custody;
mod place;
mod access;
mod subject;
mod contents;
mod seal;
mod vault_error;
#[cfg_attr(not(unix), path = "private_elsewhere.rs")]
mod private;
mod vault;

pub use access::Access;
pub use canonical::{FingerprintKind, VALUE_BYTES_MAX, ValueError};
pub use contents::{
    Contents, ContentsError, FIELD_NAME_BYTES_MAX, FIELD_TEXT_BYTES_MAX, FIELDS_MAX, Plain,
};
pub use key::KeyInfo;
pub use keyring::{KeyFileError, Keyring};
pub use place::outside;
pub use subject::{Sought, Subject, SubjectError, SubjectId};
pub use text::{Flaw, KEY_FILE_BYTES_MAX, KEYS_MAX};
pub use vault::{Holds, LINES_A_FILE, Vault, apart};
pub use vault_error::VaultError;

#[cfg(test)]
mod tests;
