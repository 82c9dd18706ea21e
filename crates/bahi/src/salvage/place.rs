//! The new ledger of a salvage while it is being written.
//!
//! # Invariants
//! * It has its own name only once all of it is durable.

use std::{
    ffi::OsString,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use bahi_log::{Fault, LedgerId, Log, Options as LogOptions, Part};
use bahi_proof::Hash;

/// Records of one commit: the largest of so many still fit one.
const COMMIT_RECORDS: usize = 8_192;
const _: () = assert!(COMMIT_RECORDS * bahi_log::RECORD_BYTES_MAX <= bahi_log::COMMIT_BYTES_MAX);

pub(super) struct Place {
    into: PathBuf,
    unfinished: PathBuf,
    log: Option<Log>,
    waiting: Vec<Vec<u8>>,
}

impl Place {
    /// Takes a directory that does not exist or is empty. What an earlier run left unfinished of
    /// the same ledger is begun anew.
    pub(super) fn begin(into: &Path, ledger: LedgerId) -> Result<Place, Fault> {
        refuse_what_is_there(into)?;
        let mut name = into.file_name().map(OsString::from).ok_or_else(|| not_empty(into))?;
        name.push(".unfinished");
        let unfinished = into.with_file_name(name);
        match Log::open(&unfinished, LogOptions::default()) {
            Ok(log) if log.ledger_id() != ledger => return Err(not_empty(&unfinished)),
            Ok(log) => {
                drop(log);
                fs::remove_dir_all(&unfinished)
                    .map_err(|source| io_fault("remove", &unfinished, source))?;
            }
            // Nothing is there, or less than a ledger, which creating completes.
            Err(Fault::NotALedger { .. } | Fault::Unfinished { .. }) => {}
            Err(other) => return Err(other),
        }
        Ok(Place { into: into.to_path_buf(), unfinished, log: None, waiting: Vec::new() })
    }

    /// Takes the next record, the ledger's own first.
    pub(super) fn write(&mut self, record: &[u8]) -> Result<(), Fault> {
        if self.log.is_none() {
            self.log = Some(Log::create(&self.unfinished, record, LogOptions::default())?);
            return Ok(());
        }
        self.waiting.push(record.to_vec());
        if self.waiting.len() == COMMIT_RECORDS { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<(), Fault> {
        if let Some(log) = &mut self.log
            && !self.waiting.is_empty()
        {
            let records: Vec<&[u8]> = self.waiting.iter().map(Vec::as_slice).collect();
            log.commit(&records)?;
        }
        self.waiting.clear();
        Ok(())
    }

    /// Makes all of it durable, looks whether it is what was read, and gives it its name.
    pub(super) fn finish(mut self, root: Hash) -> Result<(), Fault> {
        self.commit()?;
        if let Some(log) = self.log.take()
            && log.root() != root
        {
            let what = "the new ledger does not hold what was written to it".to_owned();
            return Err(Fault::Damage { part: Part::Tree, position: None, what });
        }
        fs::rename(&self.unfinished, &self.into)
            .map_err(|source| io_fault("rename", &self.unfinished, source))?;
        let above = match self.into.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        fs::File::open(above)
            .and_then(|above| above.sync_all())
            .map_err(|source| io_fault("sync", above, source))
    }

    /// There is nothing to make a ledger of, and nothing was made.
    pub(super) fn give_up(self) {}
}

fn refuse_what_is_there(into: &Path) -> Result<(), Fault> {
    match fs::read_dir(into) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) if into.join("anchor").exists() => {
                Err(Fault::AlreadyExists { dir: into.to_path_buf() })
            }
            Some(_) => Err(not_empty(into)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            let why = "it is a file; name a directory";
            Err(Fault::NotALedger { dir: into.to_path_buf(), why })
        }
        Err(source) => Err(io_fault("list", into, source)),
    }
}

fn not_empty(dir: &Path) -> Fault {
    let why = "the directory holds something else; name one that is empty or not there";
    Fault::NotALedger { dir: dir.to_path_buf(), why }
}

fn io_fault(what: &'static str, path: &Path, source: io::Error) -> Fault {
    let (path, kind) = (path.to_path_buf(), source.kind());
    if [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&kind) {
        return Fault::DiskFull { path };
    }
    if [ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied].contains(&kind) {
        return Fault::ReadOnly { path, source };
    }
    Fault::Io { what, path, source }
}
