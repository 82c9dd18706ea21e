//! Folds put away and taken up again, so that a fold goes on where it stood and not from the first
//! event.
//!
//! # Invariants
//! * What is put away is a cache, and nothing rests on it: a file that is missing, torn, of another
//!   ledger, of another history of this one, or of another version of its fold is as good as none,
//!   and costs time alone.
//! * A file is written beside its place, synced, and only then renamed into it; it is whole or it
//!   is not taken.
//! * Nothing that verifies reads one.
//!
//! # Not here
//! Which folds a ledger keeps beside itself: `books`.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use bahi_core::{Position, Projection};
use bahi_log::{Fault, Log};
use bahi_proof::sha256;

use crate::{Error, Ledger};

/// What a file begins with.
const MARK: &[u8; 8] = b"BHFOLDED";
/// The form of the file; another layout takes another one.
const FORM: u16 = 0;
/// The bytes before the name.
const HEADER_BYTES: usize = 80;
/// The bytes of the hash at the end.
const HASH_BYTES: usize = 32;
/// The most bytes of a name.
const NAME_BYTES_MAX: usize = 32;

/// A fold that can be put away and taken up again.
pub trait Resumable: Projection {
    /// What its file is called: lower-case letters, digits and `-`, at most 32 bytes.
    const NAME: &'static str;

    /// The version of the fold; one that counts another way takes another number, and what an
    /// older one put away is then folded again.
    const VERSION: u16;

    /// The fold as bytes.
    fn image(&self) -> Vec<u8>;

    /// The fold that bytes are of; `None` for bytes that are none. They are those that were put
    /// away, but this code may be newer than them.
    fn from_image(bytes: &[u8]) -> Option<Self>;
}

impl Ledger {
    /// A fold of every event: taken up where [`Ledger::put_away`] put it away in a directory, if it did
    /// and that is of this history, and folded from there; from the first event otherwise.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`] of reading the events that are folded.
    ///
    /// ```
    /// use bahi::{Resumable, core::{Projection, Recorded}};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// #[derive(Default)]
    /// struct Count(u64);
    /// impl Projection for Count {
    ///     fn apply(&mut self, _: &Recorded) {
    ///         self.0 += 1;
    ///     }
    /// }
    /// impl Resumable for Count {
    ///     const NAME: &'static str = "count";
    ///     const VERSION: u16 = 1;
    ///     fn image(&self) -> Vec<u8> {
    ///         self.0.to_le_bytes().to_vec()
    ///     }
    ///     fn from_image(bytes: &[u8]) -> Option<Count> {
    ///         bytes.try_into().ok().map(u64::from_le_bytes).map(Count)
    ///     }
    /// }
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// # let place = tempfile::tempdir()?;
    /// # let dir = place.path();
    /// ledger.put_away(&ledger.resume::<Count>(dir)?, dir)?;
    /// ledger.open_rulebook()?;
    /// assert_eq!(ledger.resume::<Count>(dir)?.0, ledger.position().0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume<F: Resumable>(&self, dir: &Path) -> Result<F, Error> {
        let (mut fold, position) = take_up(&self.log, dir).unwrap_or_default();
        fold_on(&self.log, &mut fold, position, &mut |_| {})?;
        Ok(fold)
    }

    /// Puts a fold of every event away in a directory, which is made where it is missing; durable
    /// on return. A fold of fewer events put away like this goes on with a gap: give what
    /// [`Ledger::resume`] or [`Ledger::fold`] gave, or what took every event since.
    ///
    /// # Errors
    /// [`Error::Fault`] where the file cannot be written; what was put away before is then as it
    /// was.
    pub fn put_away<F: Resumable>(&self, fold: &F, dir: &Path) -> Result<(), Error> {
        put_away(&self.log, dir, fold, self.position())
    }
}

/// Takes the events after a position into a fold; `progress` is given the position reached.
pub(crate) fn fold_on<F: Projection>(
    log: &Log,
    fold: &mut F,
    position: Position,
    progress: &mut dyn FnMut(Position),
) -> Result<(), Error> {
    let from = position.next();
    if from.0 >= log.size() {
        return Ok(());
    }
    for page in log.pages(from.0) {
        let page = page?;
        for (position, bytes) in page.records().filter(|(position, _)| *position >= from.0) {
            let position = Position(position);
            let recorded = bahi_wire::decode(position, bytes)
                .map_err(|source| Error::Record { position, source })?;
            fold.apply(&recorded);
        }
        progress(Position(page.first()));
    }
    Ok(())
}

/// Where a fold is put away.
fn place<F: Resumable>(dir: &Path) -> PathBuf {
    const { assert!(is_name(F::NAME), "the name of a fold is one of a file") };
    dir.join(F::NAME)
}

const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() <= NAME_BYTES_MAX
}

/// What a file says of a fold before the fold itself.
struct Header {
    position: Position,
    /// The bytes of the image.
    len: u64,
}

/// The bytes before the name, of a fold of a log up to a position.
fn header<F: Resumable>(log: &Log, position: Position, len: u64) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(HEADER_BYTES);
    out.extend_from_slice(MARK);
    out.extend_from_slice(&FORM.to_le_bytes());
    out.extend_from_slice(&F::VERSION.to_le_bytes());
    out.extend_from_slice(&(F::NAME.len() as u32).to_le_bytes());
    out.extend_from_slice(&log.ledger_id().0);
    out.extend_from_slice(&position.0.to_le_bytes());
    out.extend_from_slice(&log.root_at(position.0 + 1)?.0);
    out.extend_from_slice(&len.to_le_bytes());
    Ok(out)
}

/// Reads what stands before the name, and makes sure that it speaks of this log and this fold.
fn read_header<F: Resumable>(log: &Log, file: &mut File) -> Option<(Header, Vec<u8>)> {
    let mut bytes = vec![0; HEADER_BYTES];
    file.read_exact(&mut bytes).ok()?;
    let number = |at: usize| bytes[at..at + 8].try_into().ok().map(u64::from_le_bytes);
    let header = Header { position: Position(number(32)?), len: number(72)? };
    let known = header.position.0 < log.size();
    let expected = known.then(|| self::header::<F>(log, header.position, header.len))?.ok()?;
    (bytes == expected).then_some((header, bytes))
}

/// Up to which position a fold of this log is put away; none where it is not.
pub(crate) fn kept_until<F: Resumable>(log: &Log, dir: &Path) -> Position {
    let file = File::open(place::<F>(dir)).ok();
    let header = file.and_then(|mut file| read_header::<F>(log, &mut file));
    header.map_or(Position::NONE, |(header, _)| header.position)
}

/// A fold as it was put away, with the last position that it holds; `None` where there is none of
/// this log and this version, whole.
pub(crate) fn take_up<F: Resumable>(log: &Log, dir: &Path) -> Option<(F, Position)> {
    let mut file = File::open(place::<F>(dir)).ok()?;
    let (header, mut bytes) = read_header::<F>(log, &mut file)?;
    let begin = HEADER_BYTES + F::NAME.len();
    let end = begin.checked_add(usize::try_from(header.len).ok()?)?;
    let whole = end.checked_add(HASH_BYTES)?;
    if file.metadata().ok()?.len() != whole as u64 {
        return None;
    }
    bytes.try_reserve_exact(whole - HEADER_BYTES).ok()?;
    file.read_to_end(&mut bytes).ok()?;
    let (said, hash) = bytes.split_at_checked(end)?;
    let sound = said[HEADER_BYTES..begin] == *F::NAME.as_bytes() && sha256(said).0 == *hash;
    sound.then(|| F::from_image(&said[begin..]))?.map(|fold| (fold, header.position))
}

/// Puts a fold that holds every event up to a position away, durably.
pub(crate) fn put_away<F: Resumable>(
    log: &Log,
    dir: &Path,
    fold: &F,
    position: Position,
) -> Result<(), Error> {
    put_away_image::<F>(log, dir, &fold.image(), position)
}

/// The same, of the image of a fold.
pub(crate) fn put_away_image<F: Resumable>(
    log: &Log,
    dir: &Path,
    image: &[u8],
    position: Position,
) -> Result<(), Error> {
    let mut bytes = header::<F>(log, position, image.len() as u64)?;
    bytes.reserve_exact(F::NAME.len() + image.len() + HASH_BYTES);
    bytes.extend_from_slice(F::NAME.as_bytes());
    bytes.extend_from_slice(image);
    bytes.extend_from_slice(&sha256(&bytes).0);
    match fs::create_dir(dir) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => (),
        made => made.map_err(io("create", dir))?,
    }
    let beside = dir.join(format!("{}.new", F::NAME));
    let replaced = replace(&beside, &place::<F>(dir), &bytes);
    if replaced.is_err() {
        // Half a file is of no use, and takes room where there may be none.
        drop(fs::remove_file(&beside));
    }
    replaced?;
    // The name may come back as it was; then the older file stands there, whole.
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    Ok(synced.map_err(io("sync", dir))?)
}

/// Writes a file beside its place, syncs it, and renames it into its place.
fn replace(beside: &Path, at: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let mut file = File::create(beside).map_err(io("create", beside))?;
    file.write_all(bytes).map_err(io("write", beside))?;
    file.sync_all().map_err(io("sync", beside))?;
    drop(file);
    fs::rename(beside, at).map_err(io("rename", beside))
}

fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Fault + use<> {
    let path = path.to_path_buf();
    move |source| Fault::Io { what, path, source }
}

#[cfg(test)]
mod tests;
