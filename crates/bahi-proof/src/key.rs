//! Keys of notes: who signs, how a key is written down, and whether a signature is one.
//!
//! # Invariants
//!
//! * A verifier key that exists has a name, an id that follows from its parts, and, if it is of an
//!   algorithm known here, a public key in its one encoding for which forging is hard.
//! * A private key is wiped when it is dropped and never shown by `Debug`.
//! * A key of an unknown algorithm is kept and verifies nothing.
//!
//! # Not here
//!
//! Where the randomness of a new key comes from, and who may read the file it is kept in.

use core::fmt;
use core::str::FromStr;

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use zeroize::Zeroizing;

use crate::text::{self, Flaw, Malformed, NAME_BYTES_MAX};
use crate::{Checkpoint, NoteSignature, sha256};

/// The most bytes of a key in the text of a verifier key: room for signatures of the next kind.
const KEY_BYTES_MAX: usize = 4_096;

/// How a key signs: the number that the C2SP signed-note page gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Algorithm(pub u8);

impl Algorithm {
    /// Ed25519 over the text of a note.
    pub const ED25519: Self = Self(0x01);
    /// ECDSA, whose key ids are made another way. Not verified here.
    pub const ECDSA: Self = Self(0x02);
    /// A timestamped Ed25519 cosignature of a witness, `cosignature/v1`.
    pub const COSIGNATURE: Self = Self(0x04);
    /// A timestamped ML-DSA-44 cosignature. Not verified here.
    pub const ML_DSA_44: Self = Self(0x06);
}

/// The four bytes that, with its name, tell a key from others. It is no proof of anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KeyId({self})")
    }
}

impl KeyId {
    fn of(name: &str, algorithm: Algorithm, key: &[u8]) -> Self {
        let input = if algorithm == Algorithm::ECDSA {
            key.to_vec()
        } else {
            [name.as_bytes(), &[b'\n', algorithm.0], key].concat()
        };
        let [a, b, c, d, ..] = sha256(&input).0;
        Self([a, b, c, d])
    }

    fn parse(text: &str) -> Option<Self> {
        let lower = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        if text.len() != 8 || !text.bytes().all(lower) {
            return None;
        }
        u32::from_str_radix(text, 16).ok().map(|id| Self(id.to_be_bytes()))
    }
}

/// A name a key may have: 1 to 255 bytes without spaces, plus signs and control characters.
pub(crate) fn is_name(name: &str) -> bool {
    let bad =
        |character: char| character.is_whitespace() || character == '+' || character < '\u{20}';
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains(bad)
}

fn named(name: &str) -> Result<String, Malformed> {
    if is_name(name) { Ok(name.to_owned()) } else { Err(Flaw::Name.into()) }
}

/// A public key with its name: what one must have to believe a signature.
///
/// Written `name+id+base64`, the id as eight lower-case hexadecimal digits, the base64 of the
/// algorithm's byte and the key.
///
/// ```
/// use bahi_proof::VerifierKey;
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!(key.name(), "PeterNeumann");
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), bahi_proof::Malformed>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    algorithm: Algorithm,
    material: Material,
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Ed25519(VerifyingKey),
    Unknown(Vec<u8>),
}

/// What a key says of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the key's; with the time, where it carries one, in seconds since 1970.
    Valid(Option<u64>),
    Invalid,
    /// The algorithm is not known here.
    Unknown,
}

impl VerifierKey {
    /// A key that signs notes, from the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    ///
    /// [`Flaw::Name`], [`Flaw::WeakKey`].
    pub fn ed25519(name: &str, public: &[u8; 32]) -> Result<Self, Malformed> {
        Self::new(name, Algorithm::ED25519, public)
    }

    /// A witness's key, from the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    ///
    /// [`Flaw::Name`], [`Flaw::WeakKey`].
    pub fn cosignature(name: &str, public: &[u8; 32]) -> Result<Self, Malformed> {
        Self::new(name, Algorithm::COSIGNATURE, public)
    }

    fn new(name: &str, algorithm: Algorithm, key: &[u8]) -> Result<Self, Malformed> {
        let name = named(name)?;
        let id = KeyId::of(&name, algorithm, key);
        let material = if [Algorithm::ED25519, Algorithm::COSIGNATURE].contains(&algorithm) {
            Material::Ed25519(point(key).ok_or(Flaw::WeakKey)?)
        } else {
            Material::Unknown(key.to_vec())
        };
        Ok(Self { name, id, algorithm, material })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes of the public key, without the algorithm's byte.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        match &self.material {
            Material::Ed25519(key) => key.as_bytes(),
            Material::Unknown(key) => key,
        }
    }

    /// Whether these bytes are this key's signature under this text.
    pub(crate) fn judge(&self, text: &str, signature: &[u8]) -> Verdict {
        let Material::Ed25519(key) = &self.material else { return Verdict::Unknown };
        let plain = self.algorithm == Algorithm::ED25519;
        let (time, signature) = if plain {
            (None, signature)
        } else {
            let Some((time, signature)) = signature.split_first_chunk::<8>() else {
                return Verdict::Invalid;
            };
            (Some(u64::from_be_bytes(*time)), signature)
        };
        let message = match time {
            None => text.to_owned(),
            Some(time) if time <= text::TREE_SIZE_MAX => cosigned(time, text),
            Some(_) => return Verdict::Invalid,
        };
        let signature = <&[u8; 64]>::try_from(signature).map(Signature::from_bytes);
        let valid = signature.is_ok_and(|it| key.verify_strict(message.as_bytes(), &it).is_ok());
        if valid { Verdict::Valid(time) } else { Verdict::Invalid }
    }
}

/// What a witness signs.
fn cosigned(time: u64, checkpoint: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{checkpoint}")
}

/// An Ed25519 public key in its one encoding, not of small order.
pub(crate) fn point(key: &[u8]) -> Option<VerifyingKey> {
    let bytes = <[u8; 32]>::try_from(key).ok()?;
    // The y coordinate is below the field's prime, 2^255 − 19.
    let large = bytes[31] & 0x7f == 0x7f && bytes[1..31].iter().all(|byte| *byte == 0xff);
    if large && bytes[0] >= 0xed {
        return None;
    }
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
}

impl FromStr for VerifierKey {
    type Err = Malformed;

    /// # Errors
    ///
    /// [`Flaw::TooLong`], [`Flaw::Expected`], [`Flaw::Name`], [`Flaw::KeyId`], [`Flaw::WeakKey`].
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let max = NAME_BYTES_MAX + KEY_BYTES_MAX * 2;
        if text.len() > max {
            return Err(Flaw::TooLong { max, found: text.len() }.into());
        }
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Flaw::Expected("verifier key").into());
        };
        let id = KeyId::parse(id).ok_or(Flaw::Expected("key id"))?;
        let key = text::bytes(key).ok_or(Flaw::Expected("base64 of a key"))?;
        let (algorithm, key) = key.split_first().ok_or(Flaw::Expected("base64 of a key"))?;
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(Flaw::Expected("base64 of a key").into());
        }
        let name = named(name)?;
        if KeyId::of(&name, Algorithm(*algorithm), key) != id {
            return Err(Flaw::KeyId.into());
        }
        Self::new(&name, Algorithm(*algorithm), key)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = text::base64(&[&[self.algorithm.0], self.public_key()].concat());
        write!(out, "{}+{}+{key}", self.name, self.id)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifierKey({self})")
    }
}

/// A private key that signs notes: a log's.
///
/// Written `PRIVATE+KEY+name+id+base64`, the base64 of the algorithm's byte and the 32 secret
/// bytes. The text is a secret: keep it where only its owner reads.
pub struct SigningKey(Secret);

/// A private key that cosigns checkpoints: a witness's.
///
/// A witness MUST NOT cosign a checkpoint before it has checked that it extends the last one it
/// cosigned for the same origin, and has stored it.
pub struct CosigningKey(Secret);

struct Secret {
    verifier: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

impl Secret {
    fn new(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, Malformed> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, algorithm, key.verifying_key().as_bytes())?;
        Ok(Self { verifier, key })
    }

    fn parse(text: &str, algorithm: Algorithm) -> Result<Self, Malformed> {
        let form = Flaw::Expected("private key");
        let max = NAME_BYTES_MAX + 128;
        if text.len() > max {
            return Err(Flaw::TooLong { max, found: text.len() }.into());
        }
        let mut parts = text.strip_prefix("PRIVATE+KEY+").ok_or(form.clone())?.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form.into());
        };
        let id = KeyId::parse(id).ok_or(Flaw::Expected("key id"))?;
        let key = Zeroizing::new(text::bytes(key).ok_or(form.clone())?);
        let (found, seed) = key.split_first().ok_or(form.clone())?;
        if *found != algorithm.0 {
            return Err(Flaw::Algorithm(*found).into());
        }
        let seed = <&[u8; 32]>::try_from(seed).map_err(|_| form)?;
        let secret = Self::new(name, algorithm, seed)?;
        if secret.verifier.id != id {
            return Err(Flaw::KeyId.into());
        }
        Ok(secret)
    }

    fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; 33]);
        bytes[0] = self.verifier.algorithm.0;
        bytes[1..].copy_from_slice(self.key.as_bytes());
        let key = Zeroizing::new(text::base64(&bytes[..]));
        let VerifierKey { name, id, .. } = &self.verifier;
        Zeroizing::new(["PRIVATE+KEY+", name, "+", &id.to_string(), "+", key.as_str()].concat())
    }

    fn signature(&self, time: Option<u64>, message: &str) -> NoteSignature {
        let mut bytes = time.map(u64::to_be_bytes).into_iter().flatten().collect::<Vec<u8>>();
        bytes.extend(self.key.sign(message.as_bytes()).to_bytes());
        NoteSignature { name: self.verifier.name.clone(), id: self.verifier.id, bytes }
    }

    fn debug(&self, kind: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{kind}({}+{}, secret)", self.verifier.name, self.verifier.id)
    }
}

impl SigningKey {
    /// The key of these 32 secret bytes, which must be random and used for nothing else.
    ///
    /// # Errors
    ///
    /// [`Flaw::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, Malformed> {
        Secret::new(name, Algorithm::ED25519, seed).map(Self)
    }

    /// Reads the text of a private key, without a newline.
    ///
    /// # Errors
    ///
    /// [`Flaw::TooLong`], [`Flaw::Expected`], [`Flaw::Algorithm`], [`Flaw::Name`],
    /// [`Flaw::KeyId`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        Secret::parse(text, Algorithm::ED25519).map(Self)
    }

    /// The text of the private key, wiped when dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text()
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.0.verifier
    }

    /// The Ed25519 signature over bytes that are no note's, as an actor signs a command: see
    /// [`ActorKey`](crate::ActorKey), which checks it. The bytes must begin with a line that no note
    /// begins with, or a signature over them could be taken for one under a note.
    ///
    /// ```
    /// use bahi_proof::{ActorKey, SigningKey};
    ///
    /// let key = SigningKey::from_seed("dm-vns", &[7; 32])?;
    /// let signature = key.sign_bytes(b"bahi command 1\n...");
    /// let public = ActorKey::new(&key.public_bytes())?;
    /// assert!(public.verify(b"bahi command 1\n...", &signature).is_ok());
    /// assert!(public.verify(b"bahi command 1\n..!", &signature).is_err());
    /// # Ok::<(), bahi_proof::Malformed>(())
    /// ```
    #[must_use]
    pub fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.key.sign(bytes).to_bytes()
    }

    /// The 32 bytes of the public half.
    #[must_use]
    pub fn public_bytes(&self) -> [u8; 32] {
        self.0.key.verifying_key().to_bytes()
    }

    /// The signature under the text of a note.
    pub(crate) fn sign(&self, text: &str) -> NoteSignature {
        self.0.signature(None, text)
    }
}

impl CosigningKey {
    /// The key of these 32 secret bytes, which must be random and used for nothing else.
    ///
    /// # Errors
    ///
    /// [`Flaw::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, Malformed> {
        Secret::new(name, Algorithm::COSIGNATURE, seed).map(Self)
    }

    /// Reads the text of a witness's private key, without a newline.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::parse`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        Secret::parse(text, Algorithm::COSIGNATURE).map(Self)
    }

    /// The text of the private key, wiped when dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text()
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.0.verifier
    }

    /// The cosignature that this checkpoint is the largest seen at this time, in seconds since
    /// 1970. A time above 2^63 − 1 is taken for 2^63 − 1.
    #[must_use]
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> NoteSignature {
        let time = time.min(text::TREE_SIZE_MAX);
        self.0.signature(Some(time), &cosigned(time, &checkpoint.to_text()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("SigningKey", out)
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("CosigningKey", out)
    }
}
