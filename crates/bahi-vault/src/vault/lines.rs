//! What a bank wrote beside the lines of a statement: many lines in two files, each under its own key.
//!
//! ```text
//! keys/lines-9-0    "bahi-line-keys 1\n"     count 2   of each: line 4, a key file's bytes
//! sealed/lines-9-0  "bahi-sealed-lines 1\n"  count 2   of each: line 4, at 4, length 4
//!                   then, at these places, a sealed file's bytes of each
//! ```
//!
//! The first number is the statement's position, the second which [`LINES_A_FILE`] of its lines, from 0.
//! Numbers have the greater byte first. A line that was erased has zeros for its key and what it sealed.
//!
//! # Invariants
//! * A line's texts are sealed as anybody's details are, under a random key that lies in one file alone.
//! * What is destroyed of a line was overwritten with random bytes on the medium; the other lines' stay.
//! * The files of a statement are there from the first on without a gap.

use std::path::{Path, PathBuf};

use bahi_core::{LineReference, Position};
use zeroize::Zeroizing;

use super::{Holds, KEYS, SEALED, Vault, private};
use crate::VaultError;
use crate::contents::Contents;
use crate::seal::{KEY_BYTES, PersonKey, SEALED_BYTES_MAX};
use crate::subject::{Among, Subject, SubjectId};

/// How many lines of a statement share their files.
pub const LINES_A_FILE: u32 = 240;

const KEYS_HEAD: &[u8] = b"bahi-line-keys 1\n";
const SEALED_HEAD: &[u8] = b"bahi-sealed-lines 1\n";
/// Of a line: its number and its key.
const KEY_ENTRY: usize = 4 + KEY_BYTES;
/// Of a line: its number, and where what it seals begins and how long it is.
const SEALED_ENTRY: usize = 12;
const KEYS_BYTES_MAX: usize = KEYS_HEAD.len() + 2 + LINES_A_FILE as usize * KEY_ENTRY;
const SEALED_LINES_BYTES_MAX: usize =
    SEALED_HEAD.len() + 2 + LINES_A_FILE as usize * (SEALED_ENTRY + SEALED_BYTES_MAX);

/// Where a line's bytes lie in a file.
struct Leaf {
    path: PathBuf,
    file: Zeroizing<Vec<u8>>,
    at: usize,
    length: usize,
}

impl Leaf {
    fn bytes(&self) -> &[u8] {
        &self.file[self.at..self.at + self.length]
    }

    fn is_erased(&self) -> bool {
        self.bytes().iter().all(|byte| *byte == 0)
    }

    fn destroy(&self) -> Result<(), VaultError> {
        private::destroy_part(&self.path, self.at as u64, self.length)
    }
}

impl Vault {
    /// Keeps the texts of some lines of a statement, each under a new key: of those from
    /// `LINES_A_FILE * piece + 1` on. Whether it did: where they were kept before, nothing is touched.
    /// Pieces are kept in order from 0, without leaving one out; one may have no text.
    ///
    /// # Errors
    /// `NoRandomness`; `Symlink`, `NotOfItsKind` for what was left of an earlier try; `Io`.
    ///
    /// # Panics
    /// If a line is not of the piece, or stands there twice.
    pub fn keep_lines(
        &mut self,
        statement: Position,
        piece: u32,
        lines: &[(u32, Contents)],
    ) -> Result<bool, VaultError> {
        let own = |line: u32| line.checked_sub(1).map(|line| line / LINES_A_FILE) == Some(piece);
        let rising = lines.is_sorted_by(|one, next| one.0 < next.0);
        assert!(rising && lines.iter().all(|(line, _)| own(*line)), "lines are of their piece");
        let (keys, sealed) = self.files_of_lines(statement, piece);
        if private::is_there(&keys)? && private::is_there(&sealed)? {
            return Ok(false);
        }
        // Whatever a try that was cut off left seals nothing that anybody has.
        private::destroy(&keys)?;
        private::destroy(&sealed)?;
        let count = (lines.len() as u16).to_be_bytes();
        let mut key_bytes = Zeroizing::new(Vec::with_capacity(KEYS_BYTES_MAX));
        key_bytes.extend_from_slice(KEYS_HEAD);
        key_bytes.extend_from_slice(&count);
        let mut entries = [SEALED_HEAD, &count].concat();
        let (mut blobs, first) = (Vec::new(), entries.len() + lines.len() * SEALED_ENTRY);
        for (line, contents) in lines {
            let subject = Subject::Line(LineReference { statement, line: *line });
            let key = PersonKey::new(self.whose(subject.id(self.ledger)))
                .ok_or(VaultError::NoRandomness)?;
            let blob = key.seal(contents).ok_or(VaultError::NoRandomness)?;
            key_bytes.extend_from_slice(&line.to_be_bytes());
            key_bytes.extend_from_slice(&key.bytes());
            let place = [(first + blobs.len()) as u32, blob.len() as u32];
            entries.extend_from_slice(&line.to_be_bytes());
            place.iter().for_each(|one| entries.extend_from_slice(&one.to_be_bytes()));
            blobs.extend_from_slice(&blob);
        }
        entries.append(&mut blobs);
        private::write(&keys, &key_bytes)?;
        private::write(&sealed, &entries)?;
        Ok(true)
    }

    pub(super) fn holds_among(&self, among: Among) -> Result<Holds, VaultError> {
        match among {
            Among::Nobody => Ok(Holds { key: false, sealed: false }),
            Among::Line(at) => {
                let alive = |leaf: Option<Leaf>| leaf.is_some_and(|leaf| !leaf.is_erased());
                Ok(Holds { key: alive(self.key_leaf(at)?), sealed: alive(self.sealed_leaf(at)?) })
            }
            Among::Lines(statement) => {
                let (keys, sealed) = self.files_of_lines(statement, 0);
                Ok(Holds { key: private::is_there(&keys)?, sealed: private::is_there(&sealed)? })
            }
        }
    }

    pub(super) fn show_among(
        &self,
        among: Among,
        subject: SubjectId,
    ) -> Result<Option<Contents>, VaultError> {
        let Among::Line(at) = among else { return Ok(None) };
        let Some(sealed) = self.sealed_leaf(at)?.filter(|leaf| !leaf.is_erased()) else {
            return Ok(None);
        };
        let (path, _) = self.files_of_lines(at.statement, piece_of(at.line));
        let key = self.key_leaf(at)?.filter(|leaf| !leaf.is_erased());
        let Some(key) = key else { return Err(VaultError::KeyMissing { path }) };
        let key = PersonKey::read(key.bytes(), self.whose(subject));
        let key = key.ok_or(VaultError::Damaged { path })?;
        let damaged = || VaultError::Damaged { path: sealed.path.clone() };
        key.unseal(sealed.bytes()).map(Some).ok_or_else(damaged)
    }

    /// Keys first, so that whatever is cut off leaves nothing that opens.
    pub(super) fn destroy_among(&mut self, among: Among) -> Result<(), VaultError> {
        match among {
            Among::Nobody => Ok(()),
            Among::Line(at) => {
                self.key_leaf(at)?.map_or(Ok(()), |leaf| leaf.destroy())?;
                self.sealed_leaf(at)?.map_or(Ok(()), |leaf| leaf.destroy())
            }
            Among::Lines(statement) => {
                let mut pieces = 0;
                while self.holds_piece(statement, pieces)? {
                    pieces += 1;
                }
                // From the last, so that what is left after a cut is without a gap; and one beyond it
                // may have been begun.
                for piece in (0..=pieces).rev() {
                    let (keys, sealed) = self.files_of_lines(statement, piece);
                    private::destroy(&keys)?;
                    private::destroy(&sealed)?;
                }
                Ok(())
            }
        }
    }

    fn holds_piece(&self, statement: Position, piece: u32) -> Result<bool, VaultError> {
        let (keys, sealed) = self.files_of_lines(statement, piece);
        Ok(private::is_there(&keys)? || private::is_there(&sealed)?)
    }

    fn files_of_lines(&self, statement: Position, piece: u32) -> (PathBuf, PathBuf) {
        let name = format!("lines-{statement}-{piece}");
        (self.dir.join(KEYS).join(&name), self.dir.join(SEALED).join(&name))
    }

    fn key_leaf(&self, at: LineReference) -> Result<Option<Leaf>, VaultError> {
        let (path, _) = self.files_of_lines(at.statement, piece_of(at.line));
        let place = |_: &[u8], entry: usize| Some((entry + 4, KEY_BYTES));
        leaf(&path, (KEYS_HEAD, KEYS_BYTES_MAX, KEY_ENTRY), at.line, place)
    }

    fn sealed_leaf(&self, at: LineReference) -> Result<Option<Leaf>, VaultError> {
        let (_, path) = self.files_of_lines(at.statement, piece_of(at.line));
        let place = |file: &[u8], entry: usize| {
            let from = number(file, entry + 4)? as usize;
            Some((from, number(file, entry + 8)? as usize))
        };
        leaf(&path, (SEALED_HEAD, SEALED_LINES_BYTES_MAX, SEALED_ENTRY), at.line, place)
    }
}

/// Which files a line is in.
fn piece_of(line: u32) -> u32 {
    line.saturating_sub(1) / LINES_A_FILE
}

/// A line's place in a file; none where the file is not there or does not have it.
fn leaf(
    path: &Path,
    (head, bytes_max, entry_bytes): (&[u8], usize, usize),
    line: u32,
    place: impl Fn(&[u8], usize) -> Option<(usize, usize)>,
) -> Result<Option<Leaf>, VaultError> {
    let Some(file) = private::read(path, bytes_max)? else { return Ok(None) };
    let damaged = || VaultError::Damaged { path: path.to_path_buf() };
    let counted = file.strip_prefix(head).and_then(<[u8]>::first_chunk::<2>);
    let count = usize::from(u16::from_be_bytes(*counted.ok_or_else(damaged)?));
    for entry in (0..count).map(|entry| head.len() + 2 + entry * entry_bytes) {
        if number(&file, entry).ok_or_else(damaged)? == line {
            let (at, length) = place(&file, entry).ok_or_else(damaged)?;
            if at.checked_add(length).is_none_or(|end| end > file.len()) {
                return Err(damaged());
            }
            return Ok(Some(Leaf { path: path.to_path_buf(), file, at, length }));
        }
    }
    Ok(None)
}

fn number(file: &[u8], at: usize) -> Option<u32> {
    let bytes = file.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests;
