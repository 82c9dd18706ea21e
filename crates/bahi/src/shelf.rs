//! What is put away beside a ledger, as it is found, and what becomes of it when that is next opened.
//!
//! # Invariants
//! * Nothing is written, no fold is taken up, and of a file what stands before its image is read.
//!
//! # Not here
//! Whether what is put away is what the log folds to: `verify`.

use std::{fs::File, path::Path};

use bahi_core::Position;
use bahi_log::{Log, Options as LogOptions};
use bahi_proof::Hash;

use crate::{
    Error, Ledger,
    beside::{FOLDS, Which},
    resume::{any_version, kept_until},
};

/// A fold beside a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldFile {
    /// Its name, which is that of its file.
    pub fold: &'static str,
    /// The version that this program folds and takes up.
    pub version: u16,
    /// What is found.
    pub found: FoundFold,
}

/// What is found of a fold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoundFold {
    /// Nothing. It is folded from the log: it takes little time yet, or nothing was put away.
    Missing,
    /// A fold of this log and this version. It is taken up, and what came after is folded.
    Kept {
        /// The last event that it holds.
        position: Position,
        /// The bytes of its file.
        bytes: u64,
    },
    /// Another version of it. It is folded from the log, beside what is taken up.
    OtherVersion {
        /// Which.
        version: u16,
        /// The bytes of its file.
        bytes: u64,
    },
    /// A file that is torn, or of another ledger or another history of this one. It is folded from
    /// the log.
    Unfit {
        /// The bytes of the file.
        bytes: u64,
    },
}

/// What is put away beside a ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoldsBeside {
    /// The last position of the ledger.
    pub position: Position,
    /// The root of the tree at that position.
    pub root: Hash,
    /// Every fold that this program puts away.
    pub folds: Vec<FoldFile>,
}

impl Ledger {
    /// What is put away beside the ledger in a directory, which must not be open elsewhere.
    ///
    /// # Errors
    /// [`Error::Fault`] as [`Ledger::open`] says.
    ///
    /// ```
    /// use bahi::{FoundFold, Ledger, LedgerName, NewLedger};
    ///
    /// let place = tempfile::tempdir()?;
    /// let dir = place.path().join("ledger");
    /// let mut ledger = Ledger::create(&dir, &NewLedger::named(LedgerName::new("up-odop")?))?;
    /// ledger.open_rulebook()?;
    /// ledger.put_folds_away()?;
    /// let position = ledger.position();
    /// drop(ledger);
    /// let beside = Ledger::folds_beside(&dir)?;
    /// let is_kept = |found| matches!(found, FoundFold::Kept { position: at, .. } if at == position);
    /// assert!(beside.folds.iter().all(|one| is_kept(one.found)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn folds_beside(dir: &Path) -> Result<FoldsBeside, Error> {
        let log = Log::open(dir, LogOptions::default())?;
        let folds = dir.join(FOLDS);
        let of = |which: Which| {
            let kind = which.kind();
            let (fold, version) = (kind.name(), kind.version());
            FoldFile { fold, version, found: found(&log, &folds, which) }
        };
        let position = Position(log.size().saturating_sub(1));
        Ok(FoldsBeside { position, root: log.root(), folds: Which::ALL.map(of).into() })
    }
}

fn found(log: &Log, folds: &Path, which: Which) -> FoundFold {
    let kind = which.kind();
    let file = File::open(kind.place(folds)).ok();
    let Some((mut file, bytes)) =
        file.and_then(|file| file.metadata().ok().map(|known| (file, known.len())))
    else {
        return FoundFold::Missing;
    };
    match any_version(kind, &mut file) {
        Some(version) if version != kind.version() => FoundFold::OtherVersion { version, bytes },
        Some(_) | None => match kept_until(log, folds, kind) {
            Position::NONE => FoundFold::Unfit { bytes },
            position => FoundFold::Kept { position, bytes },
        },
    }
}

#[cfg(test)]
mod tests {
    //! Each thing that can be found, told apart.

    use std::fs;

    use super::*;
    use crate::tests::new_ledger;

    #[test]
    fn what_is_put_away_is_told_apart_by_what_becomes_of_it() {
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("ledger");
        let mut ledger = Ledger::create(&dir, &new_ledger()).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        ledger.put_folds_away().expect("they are put away");
        let (last, root) = (ledger.position(), ledger.root());
        drop(ledger);
        let told = || Ledger::folds_beside(&dir).expect("it is looked at");
        assert_eq!((told().position, told().root, told().folds.len()), (last, root, 5));
        for (at, which) in Which::ALL.into_iter().enumerate() {
            let file = which.kind().place(&dir.join(FOLDS));
            let bytes = fs::read(&file).expect("it was put away");
            let len = bytes.len() as u64;
            let found = || told().folds[at].found;
            assert_eq!(found(), FoundFold::Kept { position: last, bytes: len });
            let mut newer = bytes.clone();
            newer[10] = 200;
            let mut foreign = bytes.clone();
            foreign[16] ^= 1;
            let torn = &bytes[..bytes.len() - 1];
            for (spoilt, expected) in [
                (&newer[..], FoundFold::OtherVersion { version: 200, bytes: len }),
                (&foreign, FoundFold::Unfit { bytes: len }),
                (torn, FoundFold::Unfit { bytes: len - 1 }),
                (b"", FoundFold::Unfit { bytes: 0 }),
            ] {
                fs::write(&file, spoilt).expect("written");
                assert_eq!(found(), expected, "{which:?}");
            }
            fs::remove_file(&file).expect("removed");
            assert_eq!(found(), FoundFold::Missing);
        }
    }
}
