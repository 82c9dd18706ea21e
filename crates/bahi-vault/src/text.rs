//! The text of a key file: keys to bytes and back.
//!
//! ```text
//! bahi-fingerprint-keys 1
//! # comments, written by this program
//! 1 <64 lower-case hex digits> 2024-04-01
//! 2 <64 lower-case hex digits> 2025-04-01
//! check <32 lower-case hex digits>
//! ```
//!
//! Lines end with a line feed. Ids rise. The check value is computed with the newest key over every
//! byte before its line, so a changed, missing or added line is noticed, a comment too.
//!
//! # Invariants
//! * What is written reads back as the same keys, and what reads is bounded and whole.
//! * No flaw shows a byte of the file; a line number says where to look.

// Where there is no custody nothing is read.
#![cfg_attr(not(unix), allow(dead_code))]

use bahi_core::Day;
use zeroize::Zeroizing;

use crate::key::{FingerprintKey, KeyInfo, SECRET_BYTES, Secret};

/// The most keys held at a time.
pub const KEYS_MAX: usize = 64;

/// The largest key file, in bytes.
pub const KEY_FILE_BYTES_MAX: usize = 16 * 1024;

const WHAT: &str = "bahi-fingerprint-keys";
const VERSION: &str = "1";
const COMMENT: &str = "\
# The secrets under which a ledger's fingerprints of persons and accounts were made.
# Whoever has this file and the ledger can tell whose they are, by trying every number there is.
# Lost, it cannot be made again, and nobody finds a person or an account twice any more.
# Keep it outside the ledger, with a copy in a safe place, readable by its owner alone.
# Do not edit it: the last line is computed over all the others.
";

/// What is wrong with the text of a key file. What to do next: restore the file from its copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The first line does not say that this is a key file. Name another file.
    #[error("this is no file of fingerprint keys")]
    NotAKeyFile,
    /// A later program wrote it. Use that program.
    #[error("the file has a form that this program does not know")]
    FormUnknown,
    /// A byte that is no printable ASCII character, or a line feed too few or too many.
    #[error("the line is not of printable ASCII characters, ended by a line feed")]
    NotPrintable,
    /// The line is none of a comment, a key, and the check value.
    #[error("the line is neither `id secret day` nor `check value`")]
    NotAKey,
    /// The id is not 1 to 65535 without leading zeros.
    #[error("the key's id is not a number from 1 to 65535")]
    Id,
    /// The id is not above the one before it.
    #[error("the key's id is not above the one before it")]
    IdOrder,
    /// The secret is not 64 lower-case hex digits.
    #[error("the secret is not 64 lower-case hex digits")]
    Secret,
    /// The secret is nothing but zeros, or stands under two ids.
    #[error("the secret is all zeros or that of another key")]
    SecretWorthless,
    /// The day is no ISO date.
    #[error("the day is not an ISO date like 2024-06-30")]
    Day,
    /// More than [`KEYS_MAX`] keys.
    #[error("there are more than {KEYS_MAX} keys")]
    TooManyKeys,
    /// There is no key before the check value.
    #[error("there is no key")]
    NoKey,
    /// The file ends without its check value: a part is missing.
    #[error("the check value is missing, so the end of the file may be")]
    CheckMissing,
    /// The check value is not 32 lower-case hex digits, or not that of the lines before it.
    #[error("the check value does not fit what stands before it")]
    CheckWrong,
    /// Something follows the check value.
    #[error("something follows the check value")]
    Trailing,
}

/// The text of these keys, which rise in id and are at least one.
pub(crate) fn write(keys: &[FingerprintKey]) -> Zeroizing<String> {
    // Never grown, so that no half of it stays behind in freed memory.
    let mut text = Zeroizing::new(String::with_capacity(KEY_FILE_BYTES_MAX));
    for part in [WHAT, " ", VERSION, "\n", COMMENT] {
        text.push_str(part);
    }
    for FingerprintKey { info, secret, .. } in keys {
        text.push_str(&info.id.to_string());
        text.push(' ');
        push_hex(&mut text, secret.bytes());
        text.push(' ');
        text.push_str(&info.created.to_string());
        text.push('\n');
    }
    let newest = keys.last().expect("a ring holds at least one key");
    let check = newest.file_check(text.as_bytes());
    text.push_str("check ");
    push_hex(&mut text, &check);
    text.push('\n');
    text
}

/// Reads the keys of a text.
///
/// # Errors
/// The first flaw in order of lines, with its line from 1.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<FingerprintKey>, (usize, Flaw)> {
    let mut keys: Vec<FingerprintKey> = Vec::with_capacity(KEYS_MAX);
    let mut rest = bytes;
    let mut number = 0;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        number += 1;
        let at = |flaw| (number, flaw);
        let before = &bytes[..bytes.len() - rest.len()];
        let line = printable(&rest[..end]).ok_or(at(if number == 1 {
            Flaw::NotAKeyFile
        } else {
            Flaw::NotPrintable
        }))?;
        rest = &rest[end + 1..];
        if number == 1 {
            first_line(line).map_err(at)?;
        } else if let Some(check) = line.strip_prefix("check ") {
            closes(&keys, before, check).map_err(at)?;
            return if rest.is_empty() { Ok(keys) } else { Err((number + 1, Flaw::Trailing)) };
        } else if !line.starts_with('#') {
            let key = key_line(line, &keys).map_err(at)?;
            keys.push(key);
        }
    }
    let flaw = match (number, rest.is_empty()) {
        (0, _) => Flaw::NotAKeyFile,
        (_, true) => Flaw::CheckMissing,
        (_, false) => Flaw::NotPrintable,
    };
    Err((number + 1, flaw))
}

fn printable(line: &[u8]) -> Option<&str> {
    let good = line.iter().all(|byte| (b' '..=b'~').contains(byte));
    std::str::from_utf8(line).ok().filter(|_| good)
}

fn first_line(line: &str) -> Result<(), Flaw> {
    match line.split_once(' ') {
        Some((WHAT, VERSION)) => Ok(()),
        Some((WHAT, _)) => Err(Flaw::FormUnknown),
        Some(_) | None => Err(Flaw::NotAKeyFile),
    }
}

fn key_line(line: &str, before: &[FingerprintKey]) -> Result<FingerprintKey, Flaw> {
    let mut words = line.split(' ');
    let (Some(id), Some(secret), Some(day), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Flaw::NotAKey);
    };
    let id = key_id(id).ok_or(Flaw::Id)?;
    if before.last().is_some_and(|last| last.info.id >= id) {
        return Err(Flaw::IdOrder);
    }
    let mut bytes = Secret::empty();
    from_hex(secret, bytes.bytes_mut()).ok_or(Flaw::Secret)?;
    let taken = before.iter().any(|key| key.secret.bytes() == bytes.bytes());
    if taken || *bytes.bytes() == [0; SECRET_BYTES] {
        return Err(Flaw::SecretWorthless);
    }
    let created = Day::parse(day).map_err(|_| Flaw::Day)?;
    if before.len() == KEYS_MAX {
        return Err(Flaw::TooManyKeys);
    }
    Ok(FingerprintKey::new(KeyInfo { id, created }, bytes))
}

fn key_id(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

fn closes(keys: &[FingerprintKey], before: &[u8], check: &str) -> Result<(), Flaw> {
    let newest = keys.last().ok_or(Flaw::NoKey)?;
    let mut stated = [0_u8; 16];
    from_hex(check, &mut stated).ok_or(Flaw::CheckWrong)?;
    if stated == newest.file_check(before) { Ok(()) } else { Err(Flaw::CheckWrong) }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// Fills a place with the bytes of exactly as many lower-case hex digits as it takes.
fn from_hex(text: &str, place: &mut [u8]) -> Option<()> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != place.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in place.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(())
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
