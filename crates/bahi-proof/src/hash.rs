//! SHA-256 values, and the two kinds of input the tree feeds to it.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256, block_api::compress256};

/// A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// ```
/// use bahi_proof::{EMPTY_ROOT, Hash};
///
/// let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(text.parse::<Hash>(), Ok(EMPTY_ROOT));
/// assert_eq!(EMPTY_ROOT.to_string(), text);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// The root of the tree without leaves: the SHA-256 of nothing (section 2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

impl Hash {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0_u8; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        out.pad(core::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({self})")
    }
}

/// The text is not a hash: a hash is 64 lower-case hexadecimal digits. Correct the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 lower-case hexadecimal digits")]
pub struct HashMalformed;

impl FromStr for Hash {
    type Err = HashMalformed;

    fn from_str(text: &str) -> Result<Self, HashMalformed> {
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| HashMalformed)?;
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Result<u8, HashMalformed> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(HashMalformed),
    }
}

/// The SHA-256 of these bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The same of bytes that lie in several places, one after the other.
#[must_use]
pub fn sha256_of(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hash(hasher.finalize().into())
}

/// The hash of a leaf: SHA-256 of 0x00 and the record's bytes (section 2.1).
#[must_use]
pub fn leaf_hash(record: &[u8]) -> Hash {
    if let Some(short) = Short::of(0, &[record]) {
        return short.hash();
    }
    let mut hasher = Sha256::new();
    hasher.update([0_u8]);
    hasher.update(record);
    Hash(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256 of 0x01 and the hashes of its two children (section 2.1).
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    match Short::of(1, &[&left.0, &right.0]) {
        Some(short) => short.hash(),
        // 65 bytes are short.
        None => sha256(&[&[1][..], &left.0, &right.0].concat()),
    }
}

/// The bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// What follows an input of SHA-256 at least: a bit, and its length.
const PADDING_MIN: usize = 9;

/// An input of few blocks, whole and padded (FIPS 180-4, section 5.1.1). A ledger hashes little
/// else, and a general hasher takes as long to gather and to pad such an input as to digest it.
struct Short {
    bytes: [u8; Short::BYTES],
    blocks: usize,
}

impl Short {
    const BYTES: usize = 4 * BLOCK;

    /// A byte and what follows it, part by part; `None` where it is not short.
    fn of(first: u8, parts: &[&[u8]]) -> Option<Short> {
        let mut bytes = [0; Short::BYTES];
        bytes[0] = first;
        let mut len = 1;
        for part in parts {
            bytes.get_mut(len..len + part.len())?.copy_from_slice(part);
            len += part.len();
        }
        let blocks = (len + PADDING_MIN).div_ceil(BLOCK);
        let end = blocks * BLOCK;
        bytes.get_mut(end - 8..end)?.copy_from_slice(&(len as u64 * 8).to_be_bytes());
        bytes[len] = 0x80;
        Some(Short { bytes, blocks })
    }

    fn hash(&self) -> Hash {
        // The first 32 bits of the fractional parts of the square roots of the first eight primes
        // (section 5.3.3).
        let mut state = [
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19,
        ];
        let (blocks, _) = self.bytes.as_chunks::<BLOCK>();
        compress256(&mut state, &blocks[..self.blocks]);
        let mut hash = [0; 32];
        for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        Hash(hash)
    }
}

#[cfg(test)]
mod tests {
    //! Short inputs beside the general hasher.

    use super::*;

    #[test]
    fn an_input_of_any_length_is_hashed_as_the_general_hasher_does() {
        let bytes: Vec<u8> = (0..600_u32).map(|number| (number * 7 + 1) as u8).collect();
        for len in 0..bytes.len() {
            let record = &bytes[..len];
            let expected = sha256(&[&[0][..], record].concat());
            assert_eq!(leaf_hash(record), expected, "of {len} bytes");
            let is_short = len + 1 + PADDING_MIN <= Short::BYTES;
            assert_eq!(Short::of(0, &[record]).is_some(), is_short, "of {len} bytes");
        }
        let (left, right) = (sha256(b"left"), sha256(b"right"));
        let expected = sha256(&[&[1][..], &left.0, &right.0].concat());
        assert_eq!(node_hash(left, right), expected);
    }
}
