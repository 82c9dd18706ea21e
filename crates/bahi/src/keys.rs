//! The fingerprint keys of a ledger: lent to it while it is open, checked against what it recorded.
//!
//! # Invariants
//! * A key that is not the one recorded under its number is never used.
//! * A bank's reference that looks like an Aadhaar number reaches the rules as a fingerprint only.
//!
//! # Not here
//! The keys themselves and their file: `bahi-vault`.

use std::collections::BTreeMap;

use bahi_core::{
    Event, KeyChange, Recorded,
    image::{Reader, put_short},
};

/// The check values the log holds, and the keys lent.
#[derive(Default)]
pub(crate) struct Keys {
    checks: BTreeMap<u16, [u8; 16]>,
    #[cfg(feature = "vault")]
    pub(crate) ring: Option<std::sync::Arc<bahi_vault::Keyring>>,
}

impl Keys {
    /// Learns from an event which key has which check value.
    pub(crate) fn take(&mut self, recorded: &Recorded) {
        if let Event::KeyRotated(rotated) = &recorded.event {
            match rotated.change {
                KeyChange::Added => self.checks.insert(rotated.key_id, rotated.check),
                KeyChange::Destroyed => self.checks.remove(&rotated.key_id),
            };
        }
    }

    /// Puts the check values.
    pub(crate) fn put_image(&self, out: &mut Vec<u8>) {
        put_short(out, self.checks.len() as u64);
        for (key_id, check) in &self.checks {
            out.extend_from_slice(&key_id.to_le_bytes());
            out.extend_from_slice(check);
        }
    }

    /// Takes check values; no keys are lent with them.
    pub(crate) fn take_image(from: &mut Reader<'_>) -> Option<Keys> {
        let mut keys = Keys::default();
        for _ in 0..from.short_count(18)? {
            keys.checks.insert(from.u16()?, from.array()?).is_none().then_some(())?;
        }
        Some(keys)
    }

    /// The command with every bank reference that looks like an Aadhaar number as a fingerprint,
    /// as far as there is a key; without one the rules refuse it, and also where the command is signed,
    /// since its line would keep the number.
    #[cfg(not(feature = "vault"))]
    pub(crate) fn protect<'a>(
        &self,
        command: &'a bahi_core::Command,
    ) -> std::borrow::Cow<'a, bahi_core::Command> {
        std::borrow::Cow::Borrowed(command)
    }
}

#[cfg(feature = "vault")]
#[cfg(feature = "recon")]
pub(crate) use lent::protected;
#[cfg(feature = "vault")]
pub use lent::{KeysError, today};

#[cfg(feature = "vault")]
mod lent {
    //! What a ledger does with keys that are lent to it.

    use std::{borrow::Cow, sync::Arc};

    use bahi_core::{
        Act, ActorName, Alias, Command, CommandId, Day, Fingerprint, KeyChange, Receipt, Reference,
        Role, looks_like_aadhaar,
    };
    use bahi_vault::{FingerprintKind, Keyring, ValueError};

    use super::Keys;
    use crate::{Error, Ledger, SubmitError};

    /// Why keys are not those of a ledger. What to do next: give the key file that was made for it.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
    pub enum KeysError {
        /// Another key stands under the number of one the ledger recorded.
        #[error(
            "fingerprint key {key_id} is not the one this ledger recorded; give its own key file"
        )]
        Another {
            /// The number.
            key_id: u16,
        },
        /// The ledger still makes fingerprints under a key the ring does not hold and has not had.
        #[error("fingerprint key {key_id}, which this ledger holds, is not in the key file")]
        Missing {
            /// The number.
            key_id: u16,
        },
        /// The ledger recorded keys and the ring holds none of them.
        #[error(
            "the key file holds none of the fingerprint keys this ledger recorded; give its own key file"
        )]
        Strange,
    }

    /// The day it is, by the system's clock: the day a key is made.
    #[must_use]
    pub fn today() -> Day {
        crate::clock::system_now().day()
    }

    impl Keys {
        pub(crate) fn protect<'a>(&self, command: &'a Command) -> Cow<'a, Command> {
            if command.signed.is_some() {
                return Cow::Borrowed(command);
            }
            let Some(ring) = &self.ring else { return Cow::Borrowed(command) };
            let mut any = false;
            // Nearly no command has such a reference: look before copying.
            command.act.each_bank_reference(|one| any |= looks_like_aadhaar(one.as_str()));
            if any { Cow::Owned(protected(ring, command.clone())) } else { Cow::Borrowed(command) }
        }
    }

    pub(crate) fn protected(ring: &Keyring, mut command: Command) -> Command {
        let aliases = &mut command.aliases;
        command.act.each_bank_reference_mut(|reference| {
            if !looks_like_aadhaar(reference.as_str()) {
                return;
            }
            let Ok(prints) = ring.prints(FingerprintKind::BankReference, reference.as_str()) else {
                return;
            };
            if let Some((newest, older)) = prints.split_last() {
                *reference = Reference::of_print(*newest);
                aliases.extend(older.iter().map(|older| Alias { newest: *newest, older: *older }));
            }
        });
        command
    }

    impl Ledger {
        /// Lends the ledger its fingerprint keys for as long as it is open. A ledger without any
        /// takes every command but those with a bank's reference that looks like an Aadhaar
        /// number.
        ///
        /// # Errors
        /// [`KeysError::Another`] where a key has another check value than the one recorded;
        /// [`KeysError::Missing`] where the ring lacks a key newer than all it holds;
        /// [`KeysError::Strange`] where it holds none the ledger recorded.
        pub fn lend_keys(&mut self, ring: Keyring) -> Result<(), KeysError> {
            for (key_id, recorded) in &self.keys.checks {
                match ring.check(*key_id) {
                    Some(check) if check != *recorded => {
                        return Err(KeysError::Another { key_id: *key_id });
                    }
                    None if *key_id > ring.newest().id => {
                        return Err(KeysError::Missing { key_id: *key_id });
                    }
                    Some(_) | None => {}
                }
            }
            let shared = |key_id: &u16| ring.check(*key_id).is_some();
            if !self.keys.checks.is_empty() && !self.keys.checks.keys().any(shared) {
                return Err(KeysError::Strange);
            }
            self.keys.ring = Some(Arc::new(ring));
            Ok(())
        }

        /// The keys the ledger recorded and that were not destroyed since, rising, each with the
        /// value it is known by.
        pub fn recorded_keys(&self) -> impl ExactSizeIterator<Item = (u16, [u8; 16])> {
            self.keys.checks.iter().map(|(key_id, check)| (*key_id, *check))
        }

        /// Whether the keys lent are others than the ledger recorded, so that
        /// [`Ledger::record_keys`] would record something.
        #[must_use]
        pub fn keys_changed(&self) -> bool {
            let held = |ring: &Keyring| ring.keys().map(|key| key.id).collect::<Vec<_>>();
            self.keys.ring.as_deref().is_some_and(|ring| {
                held(ring) != self.keys.checks.keys().copied().collect::<Vec<_>>()
            })
        }

        /// The keys lent, if any.
        #[must_use]
        pub fn lent_keys(&self) -> Option<&Keyring> {
            self.keys.ring.as_deref()
        }

        /// The keys lent, for whoever reads a file while the ledger goes on.
        #[cfg(feature = "recon")]
        pub(crate) fn shared_keys(&self) -> Option<Arc<Keyring>> {
            self.keys.ring.clone()
        }

        /// Records what became of the keys lent since the ledger last heard of them: the first,
        /// those added, those destroyed. Nothing is recorded where nothing did.
        ///
        /// # Errors
        /// Those of [`Ledger::submit`].
        pub fn record_keys(
            &mut self,
            actor: &ActorName,
            day: Day,
        ) -> Result<Vec<Receipt>, SubmitError> {
            let mut receipts = Vec::new();
            while let Some((key_id, change, check)) = self.next_change() {
                let mut id = [0_u8; 16];
                getrandom::fill(&mut id).map_err(|_| Error::NoRandomness)?;
                let command = Command {
                    id: CommandId::derived(id),
                    actor: actor.clone(),
                    role: Role::Administrator,
                    effective_day: day,
                    authority: None,
                    aliases: Vec::new(),
                    signed: None,
                    act: Act::RotateKey { key_id, change, check },
                };
                receipts.push(self.submit(&command)?);
            }
            Ok(receipts)
        }

        /// What the ledger is to hear next of the keys lent. Each is recorded before the next is
        /// asked for, so a record that was broken off goes on where it ended.
        ///
        /// A key that was added and destroyed between two hearings is recorded as both, with a
        /// value of zeros, since the numbers have no gap.
        fn next_change(&self) -> Option<(u16, KeyChange, [u8; 16])> {
            let ring = self.keys.ring.as_ref()?;
            let newest = self.folds.state.newest_key();
            if newest == 1
                && !self.keys.checks.contains_key(&1)
                && self.folds.state.holds_key(1)
                && let Some(check) = ring.check(1)
            {
                return Some((1, KeyChange::Added, check));
            }
            if newest < ring.newest().id {
                let key_id = newest + 1;
                return Some((key_id, KeyChange::Added, ring.check(key_id).unwrap_or_default()));
            }
            let gone =
                |key_id: &u16| self.folds.state.holds_key(*key_id) && ring.check(*key_id).is_none();
            let key_id = (1..newest).find(gone)?;
            let check = self.keys.checks.get(&key_id).copied().unwrap_or_default();
            Some((key_id, KeyChange::Destroyed, check))
        }

        /// The fingerprint of a value under the newest key lent, with those under older ones;
        /// `None` without keys or for an empty value.
        ///
        /// # Errors
        /// Those of [`Keyring::of_cell`].
        pub fn fingerprint(
            &self,
            kind: FingerprintKind,
            value: &str,
        ) -> Result<Option<Vec<Fingerprint>>, ValueError> {
            self.keys.ring.as_ref().map_or(Ok(None), |ring| ring.of_cell(kind, value))
        }
    }
}
