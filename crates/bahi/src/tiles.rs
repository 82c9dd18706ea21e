//! The whole log as static files: the directory of C2SP `tlog-tiles` that any file server offers.
//!
//! # Invariants
//! * The checkpoint in the directory is replaced last: at any moment all its tiles are there.
//! * Nothing is added to a directory whose checkpoint is not of this ledger's history.
//! * A file that stands is replaced only whole.
//!
//! # Not here
//! Which tiles a tree has and what is in them: `bahi-proof`.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use bahi_core::Position;
use bahi_proof::{
    Checkpoint, History, Malformed, NOTE_BYTES_MAX, Note, Tile, TileKind, judge_tree, push_entry,
};
use thiserror::Error as ThisError;

use crate::{Error, Ledger, ProveError, prove::Shown};

/// What an export of tiles wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tiled {
    /// How many records the directory held before.
    pub old_size: u64,
    /// How many it holds.
    pub size: u64,
    /// How many files of hashes and of records were written.
    pub files: u64,
}

/// Why tiles could not be exported. What is in the directory stands as it was, up to files that its
/// checkpoint does not speak of.
#[derive(Debug, ThisError)]
pub enum TilesError {
    /// The ledger, or the checkpoint given.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The directory's checkpoint cannot be read as one. Name another directory, or repair it.
    #[error("{path}: {source}; name another directory")]
    Malformed {
        /// The checkpoint in the directory.
        path: PathBuf,
        /// What is wrong with it.
        source: Malformed,
    },
    /// The directory holds another log, or another history of this one. Keep it, find out which,
    /// and name another directory.
    #[error("{path} is not of this ledger's history; keep it and name another directory")]
    OtherHistory {
        /// The checkpoint in the directory.
        path: PathBuf,
    },
    /// The directory holds more records than the checkpoint given. Give a later checkpoint.
    #[error("the directory holds {found} records already, and the checkpoint has {size}")]
    Newer {
        /// How many records the directory holds.
        found: u64,
        /// How many the checkpoint has.
        size: u64,
    },
    /// A file cannot be read or written; the source says why. Free the disk or name another
    /// directory, and export again: it goes on.
    #[error("{path} cannot be {what}: {source}; export again when it can")]
    Io {
        /// What was to be done.
        what: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Ledger {
    /// Writes the records of a signed checkpoint and their tree as tiles into a directory, or adds
    /// what is new to one that was written before.
    ///
    /// `progress` is given the position reached.
    ///
    /// # Errors
    /// Of the checkpoint, those of [`Ledger::prove`] in [`TilesError::Prove`];
    /// [`TilesError::Malformed`], [`TilesError::OtherHistory`], [`TilesError::Newer`]; then
    /// [`TilesError::Io`] and [`Error::Fault`].
    pub fn export_tiles(
        &self,
        dir: &Path,
        note: &Note,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Tiled, TilesError> {
        self.shown().export_tiles(dir, note, progress)
    }

    /// The bytes of one file of the tiled log; `None` where the log does not reach so far. A file
    /// narrower than the log has it by now is what it was.
    ///
    /// # Errors
    /// [`Error::Fault`]; [`Error::Bug`].
    ///
    /// ```
    /// # use bahi::{Ledger, LedgerName, NewLedger, proof::{Tile, leaf_hash}};
    /// # let ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let leaves: Tile = "tile/0/000.p/1".parse()?;
    /// let first = ledger.record(bahi::core::Position(0))?;
    /// assert_eq!(ledger.tile(&leaves)?, Some(leaf_hash(&first).0.to_vec()));
    /// assert_eq!(ledger.tile(&"tile/0/001".parse()?)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, Error> {
        self.shown().tile(tile)
    }
}

impl Shown<'_> {
    pub(crate) fn export_tiles(
        self,
        dir: &Path,
        note: &Note,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Tiled, TilesError> {
        let checkpoint = self.own_checkpoint(note)?;
        let size = checkpoint.size();
        if size > self.log.size() {
            let last = self.log.size();
            return Err(ProveError::NotYet { asked: size.saturating_sub(1), size: last }.into());
        }
        self.is_ours(&checkpoint)?.then_some(()).ok_or(ProveError::OtherTree)?;
        let old_size = self.tiled_before(dir, size)?;
        let mut files = 0;
        for tile in Tile::since(old_size, size) {
            let bytes = match tile.kind() {
                TileKind::Entries => self.bundle(&tile).map_err(ProveError::from)?,
                TileKind::Hashes(_) => tile.hashes(self.log).map_err(fault)?,
            };
            place(&dir.join(tile.to_string()), &bytes)?;
            files += 1;
            if tile.kind() == TileKind::Entries {
                progress(Position(tile.first()));
            }
        }
        place(&dir.join(CHECKPOINT), note.to_string().as_bytes())?;
        Ok(Tiled { old_size, size, files })
    }

    fn tile(self, tile: &Tile) -> Result<Option<Vec<u8>>, Error> {
        let widest = Tile::of(tile.kind(), tile.index(), self.log.size());
        if widest.is_none_or(|widest| widest.width() < tile.width()) {
            return Ok(None);
        }
        let bytes = match tile.kind() {
            TileKind::Entries => self.bundle(tile)?,
            TileKind::Hashes(_) => tile.hashes(self.log)?,
        };
        Ok(Some(bytes))
    }

    /// How many records a directory of tiles holds, provided that they are this ledger's.
    fn tiled_before(self, dir: &Path, size: u64) -> Result<u64, TilesError> {
        let path = dir.join(CHECKPOINT);
        let Some(bytes) = read(&path)? else { return Ok(0) };
        let note = Note::parse(&bytes).and_then(|note| Checkpoint::parse(note.text()));
        let before = match note {
            Ok(before) => before,
            Err(source) => return Err(TilesError::Malformed { path, source }),
        };
        let found = before.size();
        if before.origin() != self.name.as_str() {
            return Err(TilesError::OtherHistory { path });
        }
        if found > size {
            return Err(TilesError::Newer { found, size });
        }
        if found > 0 && !self.is_ours(&before)? {
            return Err(TilesError::OtherHistory { path });
        }
        Ok(found)
    }

    /// Whether the ledger's tree had the root of a checkpoint at its size.
    fn is_ours(self, checkpoint: &Checkpoint) -> Result<bool, TilesError> {
        let judged = judge_tree(checkpoint.head(), self.log, self.log.size()).map_err(fault)?;
        Ok(judged == History::Consistent)
    }

    /// The bytes of a bundle of records.
    fn bundle(self, tile: &Tile) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        for position in tile.first()..tile.first() + u64::from(tile.width()) {
            let record = self.log.record(position)?;
            let pushed = push_entry(&mut bytes, &record);
            pushed.map_err(|_| Error::Bug("a record is longer than an entry"))?;
        }
        Ok(bytes)
    }
}

/// What the checkpoint is called in the directory.
const CHECKPOINT: &str = "checkpoint";

fn fault(fault: bahi_log::Fault) -> TilesError {
    ProveError::Ledger(fault.into()).into()
}

fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> TilesError + 'a {
    move |source| TilesError::Io { what, path: path.to_path_buf(), source }
}

/// The bytes of a checkpoint; `None` where there is none. One byte more than a note may have is
/// read, so that a longer one is refused as too long.
fn read(path: &Path) -> Result<Option<Vec<u8>>, TilesError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(NOTE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    Ok(Some(bytes))
}

/// Puts a file in its place, whole and on the medium.
fn place(path: &Path, bytes: &[u8]) -> Result<(), TilesError> {
    let written = failed("written", path);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(written(ErrorKind::InvalidFilename.into()));
    };
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = folder.join(partial);
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&partial, path)?;
        // A system that cannot sync a directory keeps the file under either name.
        File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
    };
    write().map_err(written)
}
