//! Which ledger, backup or service a command is about, and opening it.

use std::path::{Path, PathBuf};

use bahi::{
    Asked, Books, Ledger, Provable, Records, Reported, Trails,
    core::ActorName,
    vault::{self, Keyring},
};

use crate::{
    Streams,
    arguments::{Global, KEY_KEEPER},
    ended::PassingDir,
    progress::Progress,
    server::{Client, There},
    status::Failure,
};

/// Where a ledger is looked for when nobody says.
const DEFAULT_DIR: &str = "bahi-ledger";

impl Global {
    /// The ledger's directory.
    pub(crate) fn dir(&self) -> PathBuf {
        self.ledger.clone().unwrap_or_else(|| Path::new(".").join(DEFAULT_DIR))
    }
}

/// Opens the ledger, or the backup that stands in its place, lends it the keys that are named, and
/// warns where it can be read and no longer written.
pub(crate) fn open(global: &Global, streams: &mut Streams<'_>) -> Result<Ledger, Failure> {
    let ring = match &global.keys {
        Some(path) => Some(key_file(global, path)?),
        None => None,
    };
    let mut ledger = open_without_keys(global, streams)?;
    if let Some(ring) = ring {
        lend(&mut ledger, ring, global)?;
    }
    Ok(ledger)
}

/// Opens the books of the ledger, or of the backup that stands in its place: its balances of any
/// past, and nothing else. A key file that is named is checked as it always is.
pub(crate) fn open_books(global: &Global, streams: &mut Streams<'_>) -> Result<Books, Failure> {
    if global.keys.is_some() {
        drop(open(global, streams)?);
    }
    let progress = Progress::begin(global, streams, "opening");
    let (dir, mut reach) = (global.dir(), |at| progress.reach(at));
    Ok(match global.from_log {
        true => Books::open_from_log(&dir, &mut reach)?,
        false => Books::open_either_with(&dir, &mut reach)?,
    })
}

/// Opens the trails of the ledger, or of the backup that stands in its place, and nothing else.
pub(crate) fn open_trails(global: &Global, streams: &mut Streams<'_>) -> Result<Trails, Failure> {
    let progress = Progress::begin(global, streams, "opening");
    let (dir, mut reach) = (global.dir(), |at| progress.reach(at));
    Ok(match global.from_log {
        true => Trails::open_from_log(&dir, &mut reach)?,
        false => Trails::open(&dir, &mut reach)?,
    })
}

/// Opens the records of the ledger, or of the backup that stands in its place: its events and proofs,
/// and nothing else. A key file that is named is checked as it always is.
pub(crate) fn open_records(global: &Global, streams: &mut Streams<'_>) -> Result<Records, Failure> {
    if global.keys.is_some() {
        drop(open(global, streams)?);
    }
    let progress = Progress::begin(global, streams, "opening");
    let (dir, mut reach) = (global.dir(), |at| progress.reach(at));
    Ok(match global.from_log {
        true => Records::open_from_log(&dir, &mut reach)?,
        false => Records::open(&dir, &mut reach)?,
    })
}

/// Opens the records of a backup that is asked in place of a ledger; none where there is no backup.
pub(crate) fn open_backup(
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Option<Records>, Failure> {
    if global.server.is_some() || global.keys.is_some() {
        return Ok(None);
    }
    let progress = Progress::begin(global, streams, "opening");
    match Records::open_backup(&global.dir(), &mut |at| progress.reach(at)) {
        Ok(records) => Ok(Some(records)),
        Err(bahi::Error::Fault(bahi::Fault::NotABackup { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Opens what papers are made of: the records here, or the copy of a service's ledger.
pub(crate) fn open_reported(
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Box<dyn Reported>, Failure> {
    Ok(match global.service()? {
        Some(_) => Box::new(open(global, streams)?),
        None => Box::new(open_records(global, streams)?),
    })
}

/// Opens what is only asked: the records here, or the copy of a service's ledger.
pub(crate) fn open_asked(
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Box<dyn Asked>, Failure> {
    Ok(match global.service()? {
        Some(_) => Box::new(open(global, streams)?),
        None => Box::new(open_records(global, streams)?),
    })
}

/// Opens what checkpoints, proofs and copies are made of: the records here, or the copy of a
/// service's ledger.
pub(crate) fn open_provable(
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Box<dyn Provable>, Failure> {
    Ok(match global.service()? {
        Some(_) => Box::new(open(global, streams)?),
        None => Box::new(open_records(global, streams)?),
    })
}

/// Opens a ledger that is to take something: it hears of its first key before it uses it.
pub(crate) fn open_to_write(
    global: &Global,
    recording: bool,
    streams: &mut Streams<'_>,
) -> Result<Ledger, Failure> {
    let mut ledger = open(global, streams)?;
    if !ledger.keys_changed() {
        return Ok(ledger);
    }
    if ledger.recorded_keys().len() > 0 {
        return Err(Failure::misuse(
            "the key file holds other fingerprint keys than the ledger recorded last; run bahi \
             vault keys record to tell it what became of them",
        ));
    }
    if recording {
        let keeper = ActorName::new(KEY_KEEPER)
            .map_err(|error| Failure::fault(format!("a bug: {KEY_KEEPER}: {error}")))?;
        ledger.record_keys(&keeper, bahi::today())?;
    }
    Ok(ledger)
}

/// A key file that lies outside the ledger, read.
pub(crate) fn key_file(global: &Global, path: &Path) -> Result<Keyring, Failure> {
    vault::outside(&global.dir(), path)?;
    Ok(Keyring::open(path)?)
}

/// Lends a ledger the keys of the file that is named.
pub(crate) fn lend(ledger: &mut Ledger, ring: Keyring, global: &Global) -> Result<(), Failure> {
    let path = global.keys.as_deref().unwrap_or(Path::new("the key file"));
    ledger.lend_keys(ring).map_err(|error| Failure::misuse(format!("{}: {error}", path.display())))
}

/// Makes sure that the vault that is named lies neither in a ledger or backup nor around it.
pub(crate) fn apart_from_vault(global: &Global, dir: &Path) -> Result<(), Failure> {
    global.vault.as_deref().map_or(Ok(()), |vault| Ok(vault::apart(dir, vault)?))
}

/// Opens the ledger, and warns where it can be read and no longer written.
pub(crate) fn open_without_keys(
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Ledger, Failure> {
    if let Some(client) = global.service()? {
        return copied(client, global, streams);
    }
    let progress = Progress::begin(global, streams, "opening");
    let (dir, mut reach) = (global.dir(), |at| progress.reach(at));
    let ledger = match global.from_log {
        true => Ledger::open_from_log(&dir, &mut reach)?,
        false => Ledger::open_either_with(&dir, &mut reach)?,
    };
    drop(progress);
    if let Some(inconsistent) = ledger.inconsistency() {
        let line = crate::status::one_line(&inconsistent.to_string());
        writeln!(
            streams.err,
            "bahi: warning: the ledger takes no commands: {line}; run bahi verify, then restore a backup"
        )?;
    }
    Ok(ledger)
}

/// The ledger that a service keeps: copied to a directory that goes with it.
fn copied(client: Client, global: &Global, streams: &mut Streams<'_>) -> Result<Ledger, Failure> {
    let dir = PassingDir::made(tempfile::tempdir).map_err(|error| {
        Failure::fault(format!(
            "a copy of the service's ledger has no place: {error}; free the temporary directory, or \
             name another by TMPDIR"
        ))
    })?;
    let path = dir.path().join("copy");
    let progress = Progress::begin(global, streams, "copying");
    let there = Box::new(There::new(client, dir));
    let backup = global.copy.as_deref();
    Ok(Ledger::elsewhere(&path, backup, there, &mut |at| progress.reach(at))?)
}
