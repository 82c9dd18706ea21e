//! `bahi key`: the key that signs a ledger's checkpoints, or an actor's commands.

use bahi::{
    json::{KeyAnswer, RememberedAnswer, VerifierAnswer},
    signing::{self, SigningKeys},
};

use crate::{
    Streams,
    arguments::{Format, Global, Key, KeyNew, KeyOf, KeyRemember, KeyShow},
    commands::{count, trust},
    open::open,
    status::{Failure, Status, one_line},
    write,
};

pub(super) fn run(
    asked: &Key,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    let keys = match &asked.of {
        KeyOf::New(KeyNew { file, actor: Some(actor) }) => {
            signing::create_for_actor(&file.key, &dir, actor)?
        }
        KeyOf::New(new) => {
            let ledger = open(global, streams)?;
            signing::create(&new.file.key, &dir, ledger.name())?
        }
        KeyOf::Show(show) => signing::read(&show.file.key, &dir)?,
        KeyOf::Rotate(rotate) => signing::rotate(&rotate.file.key, &dir)?,
        KeyOf::Remember(asked) => return remember(asked, global, streams),
    };
    let answer = answer(&keys);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.keys)?,
        Format::Csv => {
            write::csv_row(streams.out, ["verifier", "in_use", "public_key"])?;
            for VerifierAnswer { verifier, public_key, in_use } in &answer.keys {
                write::csv_row(streams.out, [verifier, &in_use.to_string(), public_key])?;
            }
        }
        Format::Table if matches!(&asked.of, KeyOf::Show(KeyShow { hex: true, .. })) => {
            let in_use = answer.keys.last().map(|key| &key.public_key);
            in_use.map_or(Ok(()), |key| writeln!(streams.out, "{key}"))?;
        }
        // Nothing but the keys, so that the answer is the file that checkers are given.
        Format::Table => {
            for key in &answer.keys {
                writeln!(streams.out, "{}", key.verifier)?;
            }
        }
    }
    Ok(Status::Done)
}

fn remember(
    asked: &KeyRemember,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let (key, dir) = (&asked.file.key, global.dir());
    let remembered = match &asked.checkpoint {
        Some(path) => signing::remember(key, &dir, &trust::read_note(path)?)?,
        None if asked.signed_nothing => signing::remember_nothing(key, &dir)?,
        None => signing::remembered(key, &dir)?,
    };
    let answer = RememberedAnswer {
        origin: remembered.origin().to_owned(),
        size: remembered.size(),
        root: remembered.root().to_string(),
        file: signing::memory_of(key).display().to_string(),
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["origin", "size", "root", "file"])?;
            let RememberedAnswer { origin, size, root, file } = &answer;
            write::csv_row(streams.out, [origin, &size.to_string(), root, file])?;
        }
        Format::Table => {
            let (origin, file) = (one_line(&answer.origin), one_line(&answer.file));
            if answer.size == 0 {
                writeln!(streams.out, "no checkpoint of {origin} was signed; {file} says so")?;
            } else {
                let size = count(answer.size);
                writeln!(streams.out, "checkpoint of {origin}, of {size} records, in {file}")?;
                writeln!(streams.out, "root {}", answer.root)?;
            }
        }
    }
    Ok(Status::Done)
}

fn answer(keys: &SigningKeys) -> KeyAnswer {
    let in_use = keys.signing.verifier();
    let key = |key: &bahi::proof::VerifierKey| VerifierAnswer {
        verifier: key.to_string(),
        public_key: bahi::core::hex(key.public_key()),
        in_use: key == in_use,
    };
    KeyAnswer { name: in_use.name().to_owned(), keys: keys.verifiers().map(key).collect() }
}
