//! `bahi witness` and `bahi prove-history`: that a ledger continues what it was, and who saw that.
//!
//! # Invariants
//! * A line of a witness goes into a checkpoint's file only after it was checked against the key that
//!   a policy names.

use std::path::Path;

use bahi::{
    Provable,
    core::Position,
    json::{CosignedAnswer, WitnessedAnswer},
    proof::{NOTE_BYTES_MAX, Note, Policy, Untrusted, VerifierKey},
};

use super::prove::Made;
use crate::{
    Streams,
    arguments::{Format, Global, ProveHistory, WitnessAdd, WitnessAsk},
    commands::{checkpoint, trust},
    open::open_provable,
    status::{Failure, Status, one_line},
    whole::WholeFile,
    write,
};

pub(super) fn ask(
    asked: &WitnessAsk,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = checkpoint::begin(&asked.out, global)?;
    let ledger = open_provable(global, streams)?;
    let note = trust::note(&*ledger, (&asked.under, &asked.asks), global)?;
    let request = ledger.ask_witness(asked.old, note)?;
    let position = Position(asked.old.saturating_sub(1));
    let made = Made { proves: "history", position, note: &request.note, text: request.to_string() };
    made.hand_out(file, &asked.out, global, streams)
}

pub(super) fn history(
    asked: &ProveHistory,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = checkpoint::begin(&asked.out, global)?;
    let older = checkpoint::head(&trust::read_note(&asked.older)?)?;
    let ledger = open_provable(global, streams)?;
    is_own(&*ledger, older.origin())?;
    let note = trust::note(&*ledger, (&asked.under, &asked.asks), global)?;
    let proof = ledger.prove_history(older.size(), note)?;
    let position = Position(older.size().saturating_sub(1));
    let made = Made { proves: "history", position, note: &proof.note, text: proof.to_string() };
    made.hand_out(file, &asked.out, global, streams)
}

fn is_own(ledger: &dyn Provable, origin: &str) -> Result<(), Failure> {
    if origin == ledger.name().as_str() {
        return Ok(());
    }
    Err(Failure::misuse(format!(
        "the older checkpoint is of {}, and this is {}; give one of this ledger's",
        one_line(origin),
        ledger.name()
    )))
}

pub(super) fn add(
    asked: &WitnessAdd,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let policy = trust::policy_file(&asked.policy)?;
    let mut note = trust::read_note(&asked.checkpoint)?;
    let lines = trust::bytes(&asked.lines, NOTE_BYTES_MAX)?;
    signed_by_log(&policy, &note, &asked.checkpoint)?;
    let keys: Vec<&VerifierKey> = policy.witnesses().map(|(_, key)| key).collect();
    let added = note.add_lines(&lines, &keys).map_err(|error| {
        let lines = asked.lines.display();
        Failure::no(format!("{lines}: {error}; ask the witness again"))
    })?;
    let passed_over = lines.split(|byte| *byte == b'\n').count().saturating_sub(1 + added);
    if added == 0 {
        return Err(Failure::no(format!(
            "{}: no line in it is a cosignature of this checkpoint by a witness of the policy; nothing is changed",
            asked.lines.display()
        )));
    }
    let file = WholeFile::begin(&asked.checkpoint, true, &global.dir())?;
    checkpoint::finish(file, note.to_string().as_bytes())?;
    let answer = answer(&policy, &note, added, passed_over, &asked.checkpoint)?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.cosigned)?,
        Format::Csv => {
            write::csv_row(streams.out, ["key", "time"])?;
            for one in &answer.cosigned {
                write::csv_row(streams.out, [one.key.as_str(), &one.time.to_string()])?;
            }
        }
        Format::Table => table(&answer, streams)?,
    }
    Ok(Status::Done)
}

/// Makes sure that a checkpoint is one of a log of the policy, whoever cosigned it so far.
fn signed_by_log(policy: &Policy, note: &Note, path: &Path) -> Result<(), Failure> {
    match policy.check(note) {
        Ok(_) | Err(Untrusted::Unwitnessed { .. }) => Ok(()),
        Err(
            error @ (Untrusted::NoCheckpoint(_)
            | Untrusted::UnknownLog { .. }
            | Untrusted::Repeated { .. }
            | Untrusted::Forged { .. }
            | Untrusted::Unsigned { .. }
            | Untrusted::OtherLog { .. }),
        ) => Err(Failure::no(format!(
            "{}: {}; nothing is changed",
            path.display(),
            bahi::answers::full(&error)
        ))),
    }
}

fn answer(
    policy: &Policy,
    note: &Note,
    added: usize,
    passed_over: usize,
    path: &Path,
) -> Result<WitnessedAnswer, Failure> {
    let head = checkpoint::head(note)?;
    let checked = policy.check(note);
    let met = checked.is_ok();
    // The policy without its quorum says who cosigned where that is too few.
    let cosigned = policy.cosigned(note).into_iter();
    Ok(WitnessedAnswer {
        origin: head.origin().to_owned(),
        size: head.size(),
        root: head.root().to_string(),
        added,
        passed_over,
        cosigned: cosigned.map(|one| CosignedAnswer { key: one.key, time: one.time }).collect(),
        met,
        lacks: checked.err().map(|error| bahi::answers::full(&error)),
        file: path.display().to_string(),
    })
}

fn table(answer: &WitnessedAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (file, added) = (one_line(&answer.file), answer.added);
    let lines = if added == 1 { "line" } else { "lines" };
    writeln!(streams.out, "{added} {lines} put into {file}")?;
    if answer.passed_over > 0 {
        writeln!(streams.out, "{} passed over: of no witness of the policy", answer.passed_over)?;
    }
    for one in &answer.cosigned {
        writeln!(streams.out, "cosigned by {} at {}", one_line(&one.key), one.time)?;
    }
    match &answer.lacks {
        None => writeln!(streams.out, "the policy is met")?,
        Some(lacks) => writeln!(streams.out, "the policy is not met: {lacks}")?,
    }
    Ok(())
}
