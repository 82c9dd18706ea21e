//! `bahi vault keys`: the fingerprint keys' file made, shown and changed, and the ledger told.
//!
//! # Invariants
//! * A key is on the medium before the ledger hears of it; a ledger that missed it is told later.
//! * No secret is written anywhere but into the key file.
//!
//! # Not here
//! The file and who may read it: `bahi-vault`. Lending keys to a ledger: `open`.

use std::path::Path;

use bahi::{
    Ledger,
    core::{ActorName, hex},
    vault::{self, Keyring},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Keys, KeysOf},
    open::{key_file, lend, open_without_keys},
    status::{Failure, Status},
    table::{Table, number, text},
    write,
};

/// What every command on keys answers.
#[derive(Serialize)]
struct Answer {
    file: String,
    keys: Vec<Key>,
    /// The positions at which the ledger recorded what became of keys; absent where none is there.
    recorded: Option<Vec<u64>>,
}

/// A key as it may be shown.
#[derive(Serialize)]
struct Key {
    key_id: u16,
    made_on: String,
    check: String,
}

pub(super) fn keys(
    keys: &Keys,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let path = global.keys.as_deref().ok_or_else(|| {
        Failure::misuse("no key file is named; name it by --keys FILE or BAHI_KEYS")
    })?;
    let answer = match &keys.of {
        KeysOf::New(by) => made(path, &by.actor, global, streams)?,
        KeysOf::Show => shown(path, &key_file(global, path)?, None),
        KeysOf::Rotate(by) => changed(path, &by.actor, global, streams, |ring| {
            ring.rotate(bahi::today()).map(|_| ())
        })?,
        KeysOf::Destroy(end) => {
            changed(path, &end.by.actor, global, streams, |ring| ring.destroy(end.key_id))?
        }
        KeysOf::Record(by) => {
            let ledger = open_without_keys(global, streams)?;
            let ring = key_file(global, path)?;
            told(path, ring, Some(ledger), &by.actor, global)?
        }
    };
    tell(&answer, global, streams)?;
    Ok(Status::Done)
}

/// The ledger, where one is there; one that is named and cannot be opened is not passed over.
fn ledger_there(global: &Global, streams: &mut Streams<'_>) -> Result<Option<Ledger>, Failure> {
    let dir = global.dir();
    let there = dir.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if there { open_without_keys(global, streams).map(Some) } else { Ok(None) }
}

fn made(
    path: &Path,
    actor: &ActorName,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Answer, Failure> {
    vault::outside(&global.dir(), path)?;
    let ledger = ledger_there(global, streams)?;
    if ledger.as_ref().is_some_and(|ledger| ledger.recorded_keys().len() > 0) {
        return Err(Failure::misuse(
            "the ledger has fingerprint keys already, and another file cannot take their place; \
             restore the copy of its key file, or add a key by bahi vault keys rotate",
        ));
    }
    let ring = Keyring::create(path, bahi::today())?;
    told(path, ring, ledger, actor, global)
}

/// Changes the keys of a file that is the ledger's own, and tells the ledger.
fn changed(
    path: &Path,
    actor: &ActorName,
    global: &Global,
    streams: &mut Streams<'_>,
    change: impl FnOnce(&mut Keyring) -> Result<(), vault::KeyFileError>,
) -> Result<Answer, Failure> {
    let mut ring = key_file(global, path)?;
    let mut ledger = ledger_there(global, streams)?;
    if let Some(ledger) = &mut ledger {
        // Of a file that is another ledger's nothing is changed.
        lend(ledger, key_file(global, path)?, global)?;
    }
    change(&mut ring)?;
    told(path, ring, ledger, actor, global)
}

/// Tells the ledger, where one is there, what became of its keys.
fn told(
    path: &Path,
    ring: Keyring,
    ledger: Option<Ledger>,
    actor: &ActorName,
    global: &Global,
) -> Result<Answer, Failure> {
    let mut answer = shown(path, &ring, None);
    let Some(mut ledger) = ledger else { return Ok(answer) };
    lend(&mut ledger, ring, global)?;
    let receipts = ledger.record_keys(actor, bahi::today()).map_err(|error| {
        let failure = Failure::from(error);
        let line = failure.line().unwrap_or_default();
        failure.saying(format!(
            "{line}; the key file is changed and the ledger did not hear of it: run bahi vault \
             keys record once that is mended"
        ))
    })?;
    answer.recorded = Some(receipts.iter().map(|receipt| receipt.position.0).collect());
    Ok(answer)
}

fn shown(path: &Path, ring: &Keyring, recorded: Option<Vec<u64>>) -> Answer {
    let key = |key: vault::KeyInfo| Key {
        key_id: key.id,
        made_on: key.created.to_string(),
        check: ring.check(key.id).map(|check| hex(&check)).unwrap_or_default(),
    };
    Answer { file: path.display().to_string(), keys: ring.keys().map(key).collect(), recorded }
}

fn tell(answer: &Answer, global: &Global, streams: &mut Streams<'_>) -> Result<(), Failure> {
    match global.format {
        Format::Json => write::json(streams.out, answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.keys)?,
        Format::Csv => {
            write::csv_row(streams.out, ["key_id", "made_on", "check"])?;
            for key in &answer.keys {
                let key_id = key.key_id.to_string();
                write::csv_row(streams.out, [&key_id, &key.made_on, &key.check])?;
            }
        }
        Format::Table => {
            let (out, width) = (&mut *streams.out, streams.terminal.width);
            writeln!(out, "fingerprint keys in {}\n", answer.file)?;
            let mut table = Table::new([number("key"), text("made on"), text("known by")]);
            for key in &answer.keys {
                table.row([key.key_id.to_string(), key.made_on.clone(), key.check.clone()]);
            }
            table.write(out, width)?;
            match answer.recorded.as_deref() {
                None => {}
                Some([]) => writeln!(out, "\nthe ledger knew of them all")?,
                Some(positions) => {
                    let positions: Vec<String> = positions.iter().map(u64::to_string).collect();
                    writeln!(out, "\nrecorded in the ledger at {}", positions.join(", "))?;
                }
            }
        }
    }
    Ok(())
}
