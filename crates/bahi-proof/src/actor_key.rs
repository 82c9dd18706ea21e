//! The public key by which an actor's signature over a command is checked.
//!
//! # Invariants
//!
//! * A key that exists is in its one encoding, and forging under it is hard.
//!
//! # Not here
//!
//! Which bytes are signed, whose key it is and for how long: that is the ledger's.

use ed25519_dalek::{Signature, VerifyingKey};

use crate::key::point;
use crate::text::{Flaw, Malformed};

/// An actor's Ed25519 public key.
///
/// ```
/// use bahi_proof::{ActorKey, SigningKey};
///
/// let secret = SigningKey::from_seed("dm-vns", &[7; 32])?;
/// let key = ActorKey::new(&secret.public_bytes())?;
/// assert!(key.verify(b"sanctioned", &secret.sign_bytes(b"sanctioned")).is_ok());
/// assert!(ActorKey::new(&[0; 32]).is_err(), "anybody can sign for this one");
/// # Ok::<(), bahi_proof::Malformed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorKey(VerifyingKey);

/// The signature is not one of this key over these bytes. Nothing has been shown: treat the bytes
/// as nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is none of this key over these bytes")]
pub struct SignatureRejected;

impl ActorKey {
    /// The key of 32 bytes, as RFC 8032, 5.1.5 writes them.
    ///
    /// # Errors
    ///
    /// [`Flaw::WeakKey`].
    pub fn new(public: &[u8; 32]) -> Result<Self, Malformed> {
        point(public).map(Self).ok_or_else(|| Flaw::WeakKey.into())
    }

    /// Whether these 64 bytes are this key's signature over these bytes, by the strict rules: the
    /// one encoding of each part, no point of small order.
    ///
    /// # Errors
    ///
    /// [`SignatureRejected`].
    pub fn verify(&self, bytes: &[u8], signature: &[u8; 64]) -> Result<(), SignatureRejected> {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(bytes, &signature).map_err(|_| SignatureRejected)
    }
}

#[cfg(test)]
mod tests {
    //! Keys and signatures, each spoilt in every bit.

    use super::*;
    use crate::SigningKey;

    #[test]
    fn a_signature_with_any_bit_spoilt_is_none() {
        let secret = SigningKey::from_seed("dm-vns", &[7; 32]).expect("a name");
        let (text, signature) =
            (b"bahi command 1\nup\n", secret.sign_bytes(b"bahi command 1\nup\n"));
        let key = ActorKey::new(&secret.public_bytes()).expect("a key");
        assert_eq!(key.verify(text, &signature), Ok(()));
        for bit in 0..512 {
            let mut spoilt = signature;
            spoilt[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.verify(text, &spoilt), Err(SignatureRejected), "bit {bit}");
        }
        for bit in 0..256 {
            let mut spoilt = secret.public_bytes();
            spoilt[bit / 8] ^= 1 << (bit % 8);
            let holds = ActorKey::new(&spoilt).is_ok_and(|it| it.verify(text, &signature).is_ok());
            assert!(!holds, "bit {bit}");
        }
        for bit in 0..text.len() * 8 {
            let mut spoilt = *text;
            spoilt[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.verify(&spoilt, &signature), Err(SignatureRejected), "bit {bit}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_8032_hold() {
        // Section 7.1, TEST 2 and TEST 3: public key, message, signature.
        let rows = [
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16))
                .collect::<Result<_, _>>()
                .expect("digits")
        };
        for (key, message, signature) in rows {
            let key = ActorKey::new(&bytes(key).try_into().expect("32 bytes")).expect("a key");
            let signature = bytes(signature).try_into().expect("64 bytes");
            assert_eq!(key.verify(&bytes(message), &signature), Ok(()));
        }
    }
}
