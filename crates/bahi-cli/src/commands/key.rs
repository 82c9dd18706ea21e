//! `bahi key`: the key that signs a ledger's checkpoints.

use bahi::{
    json::{KeyAnswer, VerifierAnswer},
    signing::{self, SigningKeys},
};

use crate::{
    Streams,
    arguments::{Format, Global, Key, KeyOf},
    open::open,
    status::{Failure, Status},
    write,
};

pub(super) fn run(
    asked: &Key,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    let keys = match &asked.of {
        KeyOf::New(new) => {
            let ledger = open(global, streams)?;
            signing::create(&new.file.key, &dir, ledger.name())?
        }
        KeyOf::Show(show) => signing::read(&show.file.key, &dir)?,
        KeyOf::Rotate(rotate) => signing::rotate(&rotate.file.key, &dir)?,
    };
    let answer = answer(&keys);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.keys)?,
        Format::Csv => {
            write::csv_row(streams.out, ["verifier", "in_use"])?;
            for key in &answer.keys {
                write::csv_row(streams.out, [key.verifier.as_str(), &key.in_use.to_string()])?;
            }
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

fn answer(keys: &SigningKeys) -> KeyAnswer {
    let in_use = keys.signing.verifier();
    let key = |key: &bahi::proof::VerifierKey| VerifierAnswer {
        verifier: key.to_string(),
        in_use: key == in_use,
    };
    KeyAnswer { name: in_use.name().to_owned(), keys: keys.verifiers().map(key).collect() }
}
