//! `bahi submit`: commands as JSON lines in, one JSON line out for each once it is durable.
//!
//! # Invariants
//! * Answers stand in the order of the lines, one for each line that is not blank.
//! * No more than a batch of lines is in memory, and no line beyond its bound.
//! * An answer is flushed before the next batch is read.
//! * Where nobody reads the answers any more, nothing further is decided, and that is no success.

mod sign;
mod there;

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use bahi::{
    Error, Fault, Ledger, Outcome, answers,
    core::Command,
    json::{LINE_BYTES_MAX, LineOutcome, Malformed, outcome_line},
    parse_command,
};

use self::sign::Signer;
use crate::{
    Streams,
    arguments::{BATCH_LINES_MAX, Global, Submit},
    open::open_to_write,
    server::Client,
    status::{Failure, Status},
};

pub(super) fn run(
    submit: &Submit,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mut file;
    let input: &mut dyn BufRead = match &submit.file {
        Some(path) if path != Path::new("-") => {
            file = BufReader::new(File::open(path).map_err(|error| unreadable(submit, &error))?);
            &mut file
        }
        Some(_) | None => &mut *streams.input,
    };
    let mut lines = Lines { input, number: 0, signer: None };
    let key = submit.sign.as_deref().map(|key| sign::key(key, global)).transpose()?;
    if let Some(client) = global.service()?.filter(|_| !submit.dry_run) {
        lines.signer = key.map(|key| Signer::there(key, &client)).transpose()?;
        return each_batch(&mut Door::There(&client), &mut lines, submit, streams.out);
    }
    let mut ledger = open_beside(global, !submit.dry_run, streams.err)?;
    lines.signer = key.map(|key| Signer::here(key, &ledger));
    if ledger.is_for_reading() && !submit.dry_run {
        return Err(Error::Fault(Fault::ForReading).into());
    }
    if submit.dry_run {
        dry_run(&mut ledger, &mut lines, submit, streams.out)
    } else {
        each_batch(&mut Door::Here(&mut ledger), &mut lines, submit, streams.out)
    }
}

/// Opens the ledger while the input is borrowed.
fn open_beside(
    global: &Global,
    recording: bool,
    err: &mut dyn io::Write,
) -> Result<Ledger, Failure> {
    let mut nothing = io::empty();
    let mut unused = Vec::new();
    let terminal = crate::Terminal::default();
    let mut streams = Streams { input: &mut nothing, out: &mut unused, err, terminal };
    open_to_write(global, recording, &mut streams)
}

fn unreadable(submit: &Submit, error: &io::Error) -> Failure {
    let name = match &submit.file {
        Some(path) => path.display().to_string(),
        None => "standard input".to_owned(),
    };
    Failure::misuse(format!(
        "{name} cannot be read: {error}; name a readable file, or - for standard input"
    ))
}

/// A line of the input, and what it is.
struct Line {
    number: u64,
    parsed: Result<Command, Malformed>,
}

/// The lines of an input, read one by one and counted.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: u64,
    /// Who signs what is read.
    signer: Option<Signer>,
}

impl Lines<'_> {
    /// The next line that is not blank; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        while self.read(&mut bytes)? {
            self.number += 1;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                let parsed = match &self.signer {
                    Some(signer) => signer.sign(&bytes),
                    None => parse_command(&bytes),
                };
                return Ok(Some(Line { number: self.number, parsed }));
            }
        }
        Ok(None)
    }

    /// Reads a line; of one beyond its bound no more is kept than shows that it is.
    fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        // A line at its bound with both characters of an ending, and one byte beyond.
        const KEPT_MAX: usize = LINE_BYTES_MAX + 3;
        bytes.clear();
        let mut any = false;
        loop {
            let ready = match self.input.fill_buf() {
                Ok(ready) => ready,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if ready.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = ready.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(ready.len());
            let room = KEPT_MAX - bytes.len();
            bytes.extend_from_slice(&ready[..taken.min(room)]);
            self.input.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Up to so many lines, and why no more could be read where that is so.
    fn batch(&mut self, lines_max: usize) -> (Vec<Line>, Option<io::Error>) {
        let mut lines = Vec::new();
        while lines.len() < lines_max {
            match self.next() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(error) => return (lines, Some(error)),
            }
        }
        (lines, None)
    }
}

/// Where commands are decided.
enum Door<'d> {
    Here(&'d mut Ledger),
    There(&'d Client),
}

/// What a batch came to: a line for each of its lines, the worst of them, and what ended it.
#[derive(Default)]
struct Decided {
    lines: Vec<String>,
    worst: Option<Status>,
    stopped: Option<Failure>,
}

impl Decided {
    fn tell(&mut self, line: String, status: Status) {
        self.lines.push(line);
        self.worst = self.worst.max(Some(status));
    }
}

fn each_batch(
    door: &mut Door<'_>,
    lines: &mut Lines<'_>,
    submit: &Submit,
    out: &mut dyn io::Write,
) -> Result<Status, Failure> {
    let mut worst = Status::Done;
    loop {
        let (batch, broken) = lines.batch(submit.batch);
        let last = batch.last().map(|line| line.number);
        let ended = batch.len() < submit.batch;
        let decided = match door {
            Door::Here(ledger) => decided_here(ledger, batch, last.unwrap_or_default()),
            Door::There(client) => there::decided(client, batch),
        };
        worst = worst.max(decided.worst.unwrap_or(Status::Done));
        let is_heard = is_heard(write_lines(&decided.lines, out))?;
        if let Some(failure) = decided.stopped {
            return Err(failure);
        }
        if let Some(error) = broken {
            return Err(unreadable(submit, &error));
        }
        if ended || (!is_heard && matches!(lines.next(), Ok(None))) {
            return Ok(worst);
        }
        if !is_heard {
            return Err(stopped(last.unwrap_or_default(), "nobody reads the answers any more"));
        }
    }
}

/// Whether somebody reads the answers; any other way in which writing them failed is a failure.
fn is_heard(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn write_lines(answers: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    for line in answers {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// A batch, decided by a ledger here.
fn decided_here(ledger: &mut Ledger, batch: Vec<Line>, last: u64) -> Decided {
    let (answers, failed) = decide(ledger, batch);
    let mut decided = Decided::default();
    for (number, outcome) in &answers {
        decided.tell(outcome_line(*number, outcome), status_of(outcome));
    }
    decided.stopped = failed.map(|error| stopped(last, &answers::full(&error)));
    decided
}

fn stopped(last: u64, why: &str) -> Failure {
    Failure::fault(format!(
        "stopped at line {last}: {why}; submit the same input again once that is mended: what is \
         recorded answers as a duplicate"
    ))
}

const fn status_of(outcome: &LineOutcome) -> Status {
    match outcome {
        LineOutcome::Accepted { .. } | LineOutcome::Duplicate { .. } => Status::Done,
        LineOutcome::Refused { .. } => Status::No,
        LineOutcome::Malformed(_) => Status::Misuse,
        LineOutcome::Fault { .. } => Status::Fault,
    }
}

/// What a line is answered.
type Answer = (u64, LineOutcome);

/// Decides a batch and makes it durable. After a fault every command of it is answered with one.
fn decide(ledger: &mut Ledger, batch: Vec<Line>) -> (Vec<Answer>, Option<Error>) {
    let commands: Vec<Command> =
        batch.iter().filter_map(|line| line.parsed.as_ref().ok().cloned()).collect();
    let (outcomes, failed) = submit_split(ledger, &commands);
    let mut outcomes = outcomes.into_iter();
    let answers = batch.into_iter().map(|line| {
        let outcome = match line.parsed {
            Err(malformed) => LineOutcome::Malformed(malformed),
            Ok(command) => match (outcomes.next(), &failed) {
                (Some(outcome), _) => answers::outcome(&command, &outcome),
                (None, Some(error)) => answers::fault(&command, error),
                (None, None) => answers::fault(&command, &Error::Bug("a command came to nothing")),
            },
        };
        (line.number, outcome)
    });
    (answers.collect(), failed)
}

/// Submits in one commit, or in halves where that is more than one commit takes.
fn submit_split(ledger: &mut Ledger, commands: &[Command]) -> (Vec<Outcome>, Option<Error>) {
    if commands.is_empty() {
        return (Vec::new(), None);
    }
    match ledger.submit_each(commands) {
        Ok(outcomes) => (outcomes, None),
        Err(Error::Fault(Fault::CommitTooLarge { .. })) if commands.len() > 1 => {
            let (first, second) = commands.split_at(commands.len() / 2);
            let (mut outcomes, failed) = submit_split(ledger, first);
            if failed.is_some() {
                return (outcomes, failed);
            }
            let (more, failed) = submit_split(ledger, second);
            outcomes.extend(more);
            (outcomes, failed)
        }
        Err(error) => (Vec::new(), Some(error)),
    }
}

/// Writes answers and gives the worst of them.
fn tell(answers: &[Answer], out: &mut dyn io::Write) -> Result<Status, Failure> {
    let mut worst = Status::Done;
    for (number, outcome) in answers {
        writeln!(out, "{}", outcome_line(*number, outcome))?;
        worst = worst.max(status_of(outcome));
    }
    out.flush()?;
    Ok(worst)
}

/// Decides the whole input in one go and records nothing; each line sees what was accepted before.
fn dry_run(
    ledger: &mut Ledger,
    lines: &mut Lines<'_>,
    submit: &Submit,
    out: &mut dyn io::Write,
) -> Result<Status, Failure> {
    let lines_max = usize::try_from(BATCH_LINES_MAX).unwrap_or(usize::MAX);
    let (batch, broken) = lines.batch(lines_max);
    if let Some(error) = broken {
        return Err(unreadable(submit, &error));
    }
    if batch.len() == lines_max {
        return Err(Failure::misuse(format!(
            "a dry run takes fewer than {BATCH_LINES_MAX} lines; split the input"
        )));
    }
    let commands: Vec<Command> =
        batch.iter().filter_map(|line| line.parsed.as_ref().ok().cloned()).collect();
    let outcomes = ledger.dry_run_each(&commands)?;
    let mut decided = commands.iter().zip(&outcomes);
    let mut answers: Vec<Answer> = Vec::with_capacity(batch.len());
    for line in batch {
        let answer = match line.parsed {
            Err(malformed) => LineOutcome::Malformed(malformed),
            Ok(command) => match decided.next() {
                Some((command, outcome)) => answers::outcome(command, outcome),
                None => answers::fault(&command, &Error::Bug("a command came to nothing")),
            },
        };
        answers.push((line.number, answer));
    }
    tell(&answers, out)
}
