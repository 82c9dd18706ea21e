//! `bahi prove` and `bahi prove-balance`: files that show what the ledger holds.

use bahi::{Asked, FundName, core::Position, json::ProofAnswer, proof::Note};

use crate::{
    Streams,
    arguments::{Format, Global, Out, Prove, ProveBalance},
    commands::{checkpoint, trust},
    open::{open_asked, open_provable},
    status::{Failure, Status},
    whole::WholeFile,
    write,
};

pub(super) fn record(
    asked: &Prove,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = checkpoint::begin(&asked.out, global)?;
    let event = asked.event.as_deref();
    let event = event.map(|path| WholeFile::begin(path, asked.out.force, &global.dir()));
    let event = event.transpose()?;
    let ledger = open_provable(global, streams)?;
    // A position that is not there is said as such, before the checkpoint's own end.
    let bytes = ledger.record(asked.position)?;
    let proof = ledger
        .prove(asked.position, trust::note(&*ledger, (&asked.under, &asked.asks), global)?)?;
    if let Some(event) = event {
        checkpoint::finish(event, &bytes)?;
    }
    let made = Made {
        proves: "record",
        position: asked.position,
        note: proof.note(),
        text: proof.to_string(),
    };
    made.hand_out(file, &asked.out, global, streams)
}

pub(super) fn balance(
    asked: &ProveBalance,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = checkpoint::begin(&asked.out, global)?;
    let ledger = open_asked(global, streams)?;
    let at = certificate(&*ledger, asked.at)?;
    let note = trust::note(&*ledger, (&asked.under, &asked.asks), global)?;
    if asked.all {
        let set = ledger.prove_balances(at, note)?;
        let (text, note) = (set.to_string(), set.proof.note());
        let made = Made { proves: "balances", position: at, note, text };
        return made.hand_out(file, &asked.out, global, streams);
    }
    let (Some(scheme), Some(fy), Some(district)) = (&asked.scheme, asked.fy, asked.district) else {
        return Err(Failure::misuse("name a fund by --scheme, --fy and --district, or --all"));
    };
    let fund = FundName { scheme: scheme.clone(), head: asked.head.clone(), fy, district };
    let proof = ledger.prove_balance(at, &fund, note)?;
    let (text, note) = (proof.to_string(), proof.proof.note());
    let made = Made { proves: "balance", position: at, note, text };
    made.hand_out(file, &asked.out, global, streams)
}

/// The position of the certificate asked for, or of the last one.
fn certificate(ledger: &dyn Asked, at: Option<Position>) -> Result<Position, Failure> {
    let at = match at {
        Some(at) => Some(at),
        None => ledger.certificates()?.last().map(|(position, _)| *position),
    };
    at.ok_or_else(|| {
        Failure::no("no balances are certified in this ledger; bahi certify --as-of does it")
    })
}

/// A proof that was made.
pub(super) struct Made<'a> {
    pub(super) proves: &'static str,
    pub(super) position: Position,
    pub(super) note: &'a Note,
    pub(super) text: String,
}

impl Made<'_> {
    pub(super) fn hand_out(
        self,
        file: Option<WholeFile>,
        out: &Out,
        global: &Global,
        streams: &mut Streams<'_>,
    ) -> Result<Status, Failure> {
        if global.format == Format::Table && file.is_none() {
            write!(streams.out, "{}", self.text)?;
            return Ok(Status::Done);
        }
        let head = checkpoint::head(self.note)?;
        let in_file = file.is_some();
        if let Some(file) = file {
            checkpoint::finish(file, self.text.as_bytes())?;
        }
        let answer = ProofAnswer {
            proves: self.proves,
            position: self.position.0,
            size: head.size(),
            root: head.root().to_string(),
            proof: (!in_file).then_some(self.text),
            file: out.out.as_ref().map(|file| file.display().to_string()),
        };
        match global.format {
            Format::Json => write::json(streams.out, &answer)?,
            Format::Jsonl => write::json_line(streams.out, &answer)?,
            Format::Csv => {
                write::csv_row(streams.out, ["proves", "position", "size", "root", "file"])?;
                let numbers = [answer.position, answer.size].map(|number| number.to_string());
                let [position, size] = numbers.each_ref().map(String::as_str);
                let file = answer.file.as_deref().unwrap_or_default();
                write::csv_row(streams.out, [answer.proves, position, size, &answer.root, file])?;
            }
            Format::Table => {
                let file = answer.file.as_deref().map(crate::status::one_line).unwrap_or_default();
                let ProofAnswer { proves, position, size, root, .. } = &answer;
                let of = match *proves {
                    "record" => format!("the record at position {position}"),
                    "history" => format!("the history from position {position} on"),
                    "balance" => format!("one balance certified at position {position}"),
                    _ => format!("all balances certified at position {position}"),
                };
                writeln!(streams.out, "proof of {of} in {file}")?;
                writeln!(streams.out, "under a checkpoint of {size} records, root {root}")?;
            }
        }
        Ok(Status::Done)
    }
}
