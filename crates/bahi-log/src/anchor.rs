//! The anchor: a small file beside the store that witnesses how far the log has come. The note of a
//! backup is the same under another magic.
//!
//! Two slots are written in turn, each in a block of its own, so that a write cut short leaves the
//! other whole. Everything outside the slots is zero.
//!
//! # Invariants
//!
//! * The slot with the higher sequence is the head; the other one is its predecessor.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bahi_proof::Hash;

use crate::backend::Head;
use crate::limits::FORM_VERSION;
use crate::{Fault, LedgerId, Part};

/// The bytes of a slot.
pub(crate) const SLOT_BYTES: usize = 84;
/// The bytes from one slot to the next.
pub(crate) const BLOCK_BYTES: usize = 4096;
/// The bytes of the file.
pub(crate) const ANCHOR_BYTES: usize = 2 * BLOCK_BYTES;

/// What a witness stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A store.
    Anchor,
    /// The files of a backup.
    Note,
}

impl Kind {
    fn magic(self) -> [u8; 8] {
        match self {
            Self::Anchor => *b"BHANCHOR",
            Self::Note => *b"BHBACKUP",
        }
    }

    fn part(self) -> Part {
        match self {
            Self::Anchor => Part::Anchor,
            Self::Note => Part::Note,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    sequence: u64,
    head: Head,
}

impl Slot {
    fn to_bytes(self, kind: Kind) -> [u8; SLOT_BYTES] {
        let mut slot = [0; SLOT_BYTES];
        slot[..8].copy_from_slice(&kind.magic());
        slot[8..10].copy_from_slice(&FORM_VERSION.to_le_bytes());
        slot[16..24].copy_from_slice(&self.sequence.to_le_bytes());
        slot[24..40].copy_from_slice(&self.head.ledger.0);
        slot[40..48].copy_from_slice(&self.head.size.to_le_bytes());
        slot[48..80].copy_from_slice(self.head.root.as_bytes());
        let check = crc32fast::hash(&slot[..80]);
        slot[80..].copy_from_slice(&check.to_le_bytes());
        slot
    }

    fn read(block: &[u8], kind: Kind) -> Result<Option<Self>, Fault> {
        let damage = |what: &str| Err(Fault::damage(kind.part(), None, what));
        let Some((slot, padding)) = block.split_first_chunk::<SLOT_BYTES>() else {
            return damage("a slot is cut off");
        };
        if padding.iter().any(|byte| *byte != 0) {
            return damage("there is something beside a slot");
        }
        if slot.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let check = crc32fast::hash(&slot[..80]).to_le_bytes();
        if slot[..8] != kind.magic() || slot[80..] != check {
            return damage("the check of a slot does not hold");
        }
        let version = u16::from_le_bytes(field(slot, 8));
        Fault::check_form(version)?;
        let size = u64::from_le_bytes(field(slot, 40));
        let sequence = u64::from_le_bytes(field(slot, 16));
        if size == 0 || sequence == 0 || slot[10..16] != [0; 6] {
            return damage("a slot holds what is never written");
        }
        let ledger = LedgerId(field(slot, 24));
        Ok(Some(Self { sequence, head: Head { ledger, size, root: Hash(field(slot, 48)) } }))
    }
}

fn field<const N: usize>(slot: &[u8; SLOT_BYTES], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&slot[at..at + N]);
    field
}

/// What an anchor file says.
#[derive(Debug)]
pub(crate) struct Witness {
    latest: Slot,
    /// What is wrong with the file all the same.
    pub problem: Option<String>,
}

/// What can be made of an anchor file.
#[derive(Debug)]
pub(crate) enum Reading {
    /// Nothing was ever written in it, or it is not there: a creation that was cut short leaves
    /// this, if the store holds no more than record 0.
    Blank,
    /// It witnesses a head.
    Witnessed(Witness),
}

impl Witness {
    pub(crate) fn head(&self) -> Head {
        self.latest.head
    }
}

/// Makes what can be made of an anchor's bytes.
pub(crate) fn read(bytes: &[u8], kind: Kind) -> Result<Reading, Fault> {
    if bytes.len() <= ANCHOR_BYTES && bytes.iter().all(|byte| *byte == 0) {
        return Ok(Reading::Blank);
    }
    if bytes.len() != ANCHOR_BYTES {
        let what = format!("it has {} bytes of {ANCHOR_BYTES}", bytes.len());
        return Err(Fault::damage(kind.part(), None, what));
    }
    let (left, right) = bytes.split_at(BLOCK_BYTES);
    let witness = match (Slot::read(left, kind), Slot::read(right, kind)) {
        (Err(other @ (Fault::NewerForm { .. } | Fault::EarlyForm { .. })), _)
        | (_, Err(other @ (Fault::NewerForm { .. } | Fault::EarlyForm { .. }))) => {
            return Err(other);
        }
        (Ok(Some(left)), Ok(Some(right))) => pair(left, right, kind)?,
        (Ok(Some(slot)), Ok(None)) | (Ok(None), Ok(Some(slot))) => Witness {
            latest: slot,
            problem: (slot.sequence > 1).then(|| "the older slot is empty".to_owned()),
        },
        (Ok(Some(slot)), Err(fault)) | (Err(fault), Ok(Some(slot))) => {
            Witness { latest: slot, problem: Some(what(fault)) }
        }
        (Err(fault), Ok(None) | Err(_)) | (Ok(None), Err(fault)) => return Err(fault),
        (Ok(None), Ok(None)) => return Ok(Reading::Blank),
    };
    Ok(Reading::Witnessed(witness))
}

fn what(fault: Fault) -> String {
    if let Fault::Damage { what, .. } = fault { what } else { fault.to_string() }
}

fn pair(left: Slot, right: Slot, kind: Kind) -> Result<Witness, Fault> {
    let (older, latest) =
        if left.sequence < right.sequence { (left, right) } else { (right, left) };
    let follows = older.sequence.checked_add(1) == Some(latest.sequence);
    if !follows || older.head.ledger != latest.head.ledger || older.head.size > latest.head.size {
        return Err(Fault::damage(kind.part(), None, "its two slots contradict each other"));
    }
    Ok(Witness { latest, problem: None })
}

/// Reads an anchor file without opening it for writing.
pub(crate) fn read_file(path: &Path, kind: Kind) -> Result<Reading, Fault> {
    let mut bytes = Vec::new();
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Reading::Blank),
        other => other.map_err(|source| Fault::io("open", path, source))?,
    };
    let limit = 2 * ANCHOR_BYTES as u64;
    file.take(limit).read_to_end(&mut bytes).map_err(|source| Fault::io("read", path, source))?;
    read(&bytes, kind)
}

/// An anchor that is being kept.
#[derive(Debug)]
pub(crate) struct Anchor {
    /// Opened by the first advance, so that merely looking at a directory leaves no file in it.
    file: Option<File>,
    path: PathBuf,
    kind: Kind,
    latest: Option<Slot>,
    /// Which slot the latest is in.
    at: usize,
}

impl Anchor {
    /// Reads the anchor; where there is none, the first advance makes it.
    pub(crate) fn open(path: &Path, kind: Kind) -> Result<Self, Fault> {
        let latest = match read_file(path, kind)? {
            Reading::Blank => None,
            Reading::Witnessed(witness) => Some(witness.latest),
        };
        let mut at = 1;
        if let Some(latest) = latest {
            let mut slot = [0; SLOT_BYTES];
            File::open(path)
                .and_then(|mut file| file.read_exact(&mut slot))
                .map_err(|source| Fault::io("read", path, source))?;
            at = usize::from(slot != latest.to_bytes(kind));
        }
        Ok(Self { file: None, path: path.to_path_buf(), kind, latest, at })
    }

    pub(crate) fn head(&self) -> Option<Head> {
        self.latest.map(|slot| slot.head)
    }

    /// Writes the head into the slot that is not the latest, durably.
    pub(crate) fn advance(&mut self, head: &Head) -> Result<(), Fault> {
        let sequence = self.latest.map_or(0, |slot| slot.sequence) + 1;
        let slot = Slot { sequence, head: *head };
        let at = 1 - self.at;
        self.write(at, &slot.to_bytes(self.kind))
            .map_err(|source| Fault::io("write", &self.path, source))?;
        (self.latest, self.at) = (Some(slot), at);
        Ok(())
    }

    fn write(&mut self, at: usize, slot: &[u8; SLOT_BYTES]) -> std::io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?,
        };
        if self.latest.is_none() {
            file.set_len(ANCHOR_BYTES as u64)?;
        }
        let mut block = [0; BLOCK_BYTES];
        block[..SLOT_BYTES].copy_from_slice(slot);
        file.seek(SeekFrom::Start((at * BLOCK_BYTES) as u64))?;
        file.write_all(&block)?;
        file.sync_data()?;
        self.file = Some(file);
        Ok(())
    }
}
