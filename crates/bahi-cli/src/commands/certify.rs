//! `bahi certify` and `bahi seal`: balances bound into the log, and periods closed.

use bahi::{
    Ledger, answers,
    core::Position,
    json::{CertificateAnswer, SealAnswer},
};

use crate::{
    Streams,
    arguments::{Certify, Format, Global, Seal},
    commands::count,
    open::open,
    status::{Failure, Status},
    write,
};

pub(super) fn certify(
    asked: &Certify,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mut ledger = open(global, streams)?;
    let receipt = ledger.certify(asked.as_of, &asked.acting.acting())?;
    let answer = certificate(&ledger, receipt.position)?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => table(&answer, streams)?,
    }
    Ok(Status::Done)
}

pub(super) fn seal(
    asked: &Seal,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mut ledger = open(global, streams)?;
    let (certified, sealed) = ledger.seal(asked.until, &asked.acting.acting())?;
    let certificate = certificate(&ledger, certified.position)?;
    let (position, until) = (sealed.position.0, asked.until.to_string());
    let answer = SealAnswer { position, until, certificate };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => csv(&answer.certificate, streams)?,
        Format::Table => {
            let SealAnswer { position, until, .. } = &answer;
            writeln!(streams.out, "everything up to {until} is sealed, at position {position}")?;
            table(&answer.certificate, streams)?;
        }
    }
    Ok(Status::Done)
}

fn certificate(ledger: &Ledger, at: Position) -> Result<CertificateAnswer, Failure> {
    let found = ledger.certificates().iter().rev().find(|(position, _)| *position == at);
    let (position, certificate) =
        found.ok_or_else(|| Failure::fault("a bug: the certificate made is not there"))?;
    Ok(answers::certificate(*position, certificate))
}

fn csv(answer: &CertificateAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(streams.out, ["position", "upto", "as_of", "count", "root", "hash"])?;
    let numbers = [answer.position, answer.upto, answer.count].map(|number| number.to_string());
    let [position, upto, count] = &numbers;
    let (root, hash) = (&answer.root, &answer.hash);
    write::csv_row(streams.out, [position, upto, &answer.as_of, count, root, hash])
}

pub(super) fn table(answer: &CertificateAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let CertificateAnswer { position, upto, as_of, root, .. } = answer;
    writeln!(
        streams.out,
        "certified at position {position}: {} balances as of {as_of}, of the events up to {upto}",
        count(answer.count)
    )?;
    Ok(writeln!(streams.out, "root over the balances {root}")?)
}
