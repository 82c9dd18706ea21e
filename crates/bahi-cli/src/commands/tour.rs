//! `bahi tour`: an auditor's first hour with a ledger, on one made for it, by the real commands.
//!
//! # Invariants
//! * What a stop shows is what its command answers: it is run, on the ledger that was made, as if it
//!   had been typed.
//! * The ledger is made for the tour, and goes with it unless it was given a place.
//! * A ledger stands in its place when it is whole, so that a tour goes on with nothing else; and no ledger but
//!   one that was made for a tour is toured.

use std::{ffi::OsString, path::Path};

use bahi::{
    Ledger, LedgerName, NewLedger,
    demo::{Demo, Story, beginning, run as live},
};

use crate::{
    Streams,
    arguments::{Format, Global, Tour},
    ended::PassingDir,
    status::{Failure, Status},
};

/// The seed of the history that is toured, so that what is to be noticed is there.
const SEED: u64 = 7;
/// The most of a line that is read at a pause.
const LINE_BYTES_MAX: u64 = 4_096;

/// A question, the command that answers it, and what to see in the answer.
struct Stop {
    asks: &'static str,
    command: &'static str,
    notice: &'static str,
}

const fn stop(asks: &'static str, command: &'static str, notice: &'static str) -> Stop {
    Stop { asks, command, notice }
}

/// The way through the ledger.
const STOPS: [Stop; 12] = [
    stop(
        "What was given, granted and paid, up to now?",
        "balances --by scheme",
        "The lines above the table say what the answer rests on: the last position of the log, when \
             it was recorded, and the root of the tree over all records. Two offices with one root have \
             one history.",
    ),
    stop(
        "How did it stand at the end of June 2021?",
        "balances --by scheme --as-of 2021-06-30",
        "Nothing was restored or reloaded. --as-of counts what took effect by that day, from \
             everything the ledger knows today.",
    ),
    stop(
        "And what could anybody have known of it on that day?",
        "balances --by scheme --as-of 2021-06-30 --known-on 2021-06-30",
        "The position is another: it stands where the log stood then. Where these figures differ from \
             the ones before, something was recorded afterwards. A report signed on that day is held \
             against these.",
    ),
    stop(
        "Are these figures what the events come to, or what somebody stored?",
        "replay --compare",
        "Every event was folded again from the first one, and what came out compared byte for byte \
             with what the ledger answers from.",
    ),
    stop(
        "What would an auditor look at first?",
        "audit",
        "All checks, one pass over the log. Errors contradict a rule; a lead is a pattern honest work \
             may leave too. Most of this ledger is quiet, so what is not stands out.",
    ),
    stop(
        "Whose money went round?",
        "audit --check C65",
        "One account, eleven cases, twenty lakh each, a month apart. Each of them was within the \
             rules when it was granted; side by side they are not what they seem.",
    ),
    stop(
        "When could this have been seen?",
        "audit --check C65 --known-on 2021-06-30",
        "After the third cycle, with only what the ledger knew on that day. The first audit to object \
             came two years and eight cycles later; see the trail of one of them.",
    ),
    stop(
        "What became of one of the eleven?",
        "trail --case ROUND-TRIP/04",
        "An account and a person are fingerprints here: the ledger holds no number and no name, and \
             still the same account is the same wherever it is paid. The objection is of 2023, the demand \
             of 2026.",
    ),
    stop(
        "Why was the first of these cases granted?",
        "explain ROUND-TRIP/01",
        "Each decision with the facts of that day, the paragraph of the order, and the computation. \
             It can be worked out again by hand.",
    ),
    stop(
        "What was tried and refused?",
        "events --kind CommandRefused --reverse --limit 6",
        "A refusal is an event too, with its figures: what was tried and by whom is in the log as long \
             as what was granted.",
    ),
    stop(
        "Which payments should a field party see, so that nobody picked them?",
        "sample --of payments --monetary --size 8 --nonce letter-of-1-July-2026",
        "The seed is a hash over the root and the nonce. The office did not know the nonce, the \
             auditor did not know the root. On a backup, elsewhere, by another program, it is the same \
             sample.",
    ),
    stop(
        "Is every byte of this what was written?",
        "verify",
        "Pages, records, the tree, every fold and the laws that money neither appears nor vanishes. \
             Keep the root of today somewhere else: it is how you know this ledger again.",
    ),
];

pub(super) fn run(
    asked: &Tour,
    global: &Global,
    program: String,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if global.format != Format::Table {
        return Err(Failure::misuse("a tour is for a person; leave --format out"));
    }
    let made = match &global.ledger {
        Some(_) => None,
        None => Some(temporary()?),
    };
    let dir = match (&made, &global.ledger) {
        (Some(made), _) => made.path().join("ledger"),
        (None, Some(dir)) => dir.clone(),
        (None, None) => return Err(Failure::fault("a bug: a tour without a place")),
    };
    welcome(asked, &dir, streams)?;
    let from = usize::from(asked.from);
    // Somebody waits only where answers are read as they come, and not from a file or by a pager.
    let mut pausing = !asked.no_pause && streams.terminal.read;
    for (stop, number) in STOPS.iter().zip(1..).skip(from - 1) {
        if pausing {
            match pause(streams)? {
                Pause::GoOn => {}
                Pause::Nobody => pausing = false,
                Pause::End => {
                    return ended(number, (&program, &dir), made.is_none(), streams);
                }
            }
        }
        show((stop, number, STOPS.len()), (&program, &dir), streams)?;
    }
    writeln!(streams.out, "\nThat is the tour. On a ledger of your own:")?;
    for next in ["help audit", "audit --strict --since 2025-04-01", "backup /mnt/usb/ledger"] {
        writeln!(streams.out, "  {program} {next}")?;
    }
    if made.is_none() {
        writeln!(streams.out, "The ledger stays in {}", dir.display())?;
    }
    Ok(Status::Done)
}

/// What a tour ledger is called.
const NAME: &str = "bahi-tour";

/// Makes the ledger, or takes the one an earlier tour left in its place, and says what comes.
fn welcome(asked: &Tour, dir: &Path, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let questions = STOPS.len() + 1 - usize::from(asked.from);
    let follow = match questions {
        1 => "One question follows, with the command that answers it.".to_owned(),
        more => format!("{more} questions follow, each with the command that answers it."),
    };
    if stands(dir)? {
        let place = dir.display();
        return Ok(writeln!(streams.out, "The ledger of a tour stands in {place}.\n{follow}")?);
    }
    let story = live_through(asked, dir)?;
    writeln!(
        streams.out,
        "A ledger of made-up cases was made for you: {} cases from 2018 to 2026, a\nfraud among \
         them. {follow}",
        story.cases
    )?;
    Ok(())
}

/// Whether an earlier tour left its ledger in a directory; that of nobody's tour is left alone.
fn stands(dir: &Path) -> Result<bool, Failure> {
    let empty = dir.read_dir().map_or(true, |mut entries| entries.next().is_none());
    if empty {
        return Ok(false);
    }
    let ledger = Ledger::open(dir)?;
    match ledger.is_simulated() && ledger.name().as_str() == NAME {
        true => Ok(true),
        false => Err(Failure::misuse(format!(
            "{} already holds a ledger that no tour made; name another directory",
            dir.display()
        ))),
    }
}

/// A directory that goes with the tour.
fn temporary() -> Result<PassingDir, Failure> {
    let make = || tempfile::Builder::new().prefix("bahi-tour-").tempdir();
    PassingDir::made(make).map_err(|error| {
        Failure::fault(format!(
            "no temporary directory can be made: {error}; name one with --ledger"
        ))
    })
}

/// Lives through a history beside the place of its ledger, and puts it there once it is whole.
fn live_through(asked: &Tour, dir: &Path) -> Result<Story, Failure> {
    let no_place = |error: std::io::Error| {
        let dir = dir.display();
        Failure::misuse(format!("no ledger can be made in {dir}: {error}; name another directory"))
    };
    let beside = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    std::fs::create_dir_all(beside).map_err(no_place)?;
    let making = || tempfile::Builder::new().prefix(".bahi-tour-").tempdir_in(beside);
    let making = PassingDir::made(making).map_err(no_place)?;
    let name = LedgerName::new(NAME).expect("the tour's name is a ledger's name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let at = making.path().join("ledger");
    let mut ledger = Ledger::create(&at, &new)?;
    ledger.open_rulebook()?;
    let story = live(&mut ledger, Demo { cases: asked.cases, seed: SEED }, &mut |_| {})?;
    drop(ledger);
    std::fs::rename(&at, dir).map_err(no_place)?;
    Ok(story)
}

/// A tour that somebody ends, with the command that goes on with it where its ledger stays.
fn ended(
    number: usize,
    (program, dir): (&str, &Path),
    stays: bool,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if stays {
        let place = dir.display();
        writeln!(streams.out, "The ledger stays. To go on:")?;
        writeln!(streams.out, "  {program} tour --ledger {place} --from {number}")?;
    } else {
        writeln!(streams.out, "The ledger is gone. To go on with one that stays:")?;
        writeln!(streams.out, "  {program} tour --ledger tour-ledger --from {number}")?;
    }
    Ok(Status::Done)
}

/// A question, its command, the answer, and what to notice.
fn show(
    (stop, number, of): (&Stop, usize, usize),
    (program, dir): (&str, &Path),
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let heading = format!("{number} of {of}  {}", stop.asks);
    writeln!(streams.out, "\n{heading}\n{}", "═".repeat(heading.chars().count()))?;
    writeln!(streams.out, "$ {program} {}\n", stop.command)?;
    let mut arguments: Vec<OsString> = Vec::from([program.into()]);
    arguments.extend(stop.command.split(' ').map(OsString::from));
    arguments.extend(["--ledger".into(), dir.into()]);
    let status = super::run(&arguments, streams)?;
    if status != Status::Done {
        return Err(Failure::fault(format!("a bug: {} did not end well", stop.command)));
    }
    writeln!(streams.out)?;
    for line in wrapped(stop.notice, usize::from(streams.terminal.width)) {
        writeln!(streams.out, "→ {line}")?;
    }
    Ok(())
}

/// What somebody said at a pause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pause {
    GoOn,
    End,
    /// Nothing more comes: nobody is there to wait for.
    Nobody,
}

/// Waits for a line.
fn pause(streams: &mut Streams<'_>) -> Result<Pause, Failure> {
    write!(streams.out, "\nEnter goes on, q ends ")?;
    streams.out.flush()?;
    let mut line = Vec::new();
    let mut input = std::io::Read::take(&mut *streams.input, LINE_BYTES_MAX);
    let read = std::io::BufRead::read_until(&mut input, b'\n', &mut line);
    let read =
        read.map_err(|error| Failure::misuse(format!("the input cannot be read: {error}")))?;
    Ok(match (read, line.trim_ascii()) {
        (0, _) => Pause::Nobody,
        (_, b"q" | b"Q") => Pause::End,
        (_, _) => Pause::GoOn,
    })
}

/// A text in lines that fit beside their mark.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let most = width.saturating_sub(2).max(20);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}
