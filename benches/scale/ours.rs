//! What is measured of ours.
//!
//! # Invariants
//! * One configuration for everything: what a ledger is by default, its folds put away beside it.
//! * A question is answered by what whoever asks it would open: balances by [`Books`], trails and
//!   commands by [`Ledger`].

use std::{
    fs::File,
    hint::black_box,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command as Process, Stdio},
    time::Duration,
};

use bahi::{
    Books, By, Filter, Ledger, Subject, View,
    core::{Day, District, Instant, Position, SchemeName},
    rulebook::DISTRICTS,
};
use bahi_benches::{
    BATCH, Block, bytes_on_disk, is_accepted,
    machine::forget_cached,
    measure::{Measured, Watch},
    new_ledger,
    stores::APPEND_BATCH,
};
use bahi_log::{Log, Options};

use crate::setting::{Case, Ladder, Often, Outcome, Setting};

const fn events(
    name: &'static str,
    title: &'static str,
    often: Often,
    run: fn(&Setting) -> Outcome,
) -> Case {
    Case { name, title, ladder: Ladder::Events, often, run }
}

/// The case that makes the ledger of a size.
pub const FIRST: &str = "decided";
/// What a child is asked for that is killed.
pub const WRITER: &str = "writer";

/// Every case of ours, in the order they are run in.
pub const OURS: &[Case] = &[
    events(FIRST, "decided, durable commands, batches of 1 000", Often::OnceWhenLarge, decided),
    events("log-bytes", "  of its directory the log alone", Often::OnceWhenLarge, log_bytes),
    events("append", "durable bulk append, batches of 10 000", Often::OnceWhenLarge, append),
    events("replay", "full replay from disk to balances", Often::EachRound, replay),
    events("verify", "verify all of it: hashes, records, folds", Often::OnceWhenLarge, verify),
    events("replay-heap", "  heap at its peak, beside the store's", Often::OnceWhenLarge, heap),
    events("store-heap", "  heap of the store, read through", Often::OnceWhenLarge, store_heap),
    events("open", "open its books, and a first balance", Often::EachRound, open),
    events(
        "open-ledger",
        "open it to take commands, and a first balance",
        Often::EachRound,
        ledger,
    ),
    events("past-first", "first balance of a past after opening", Often::EachRound, past_first),
    events("past", "as-of and known-on balance, district × scheme", Often::EachRound, past),
    events("past-slowest", "  the slowest of them", Often::EachRound, past_slowest),
    events("trail-first", "first trail after opening", Often::EachRound, trail_first),
    events("trail", "trail of one case, cold", Often::EachRound, trail),
    events("trail-slowest", "  the slowest of them", Often::EachRound, trail_slowest),
    events("killed", "open its books after a kill, and a balance", Often::Afterwards, killed),
    events("submit-first", "open it, and a first command durable", Often::Afterwards, submit_first),
    Case {
        name: "submit-cases",
        title: "open it, and a first command durable",
        ladder: Ladder::Cases,
        often: Often::EachRound,
        run: submit_first,
    },
    Case {
        name: "replay-postings",
        title: "full replay from disk to balances (postings)",
        ladder: Ladder::Postings,
        often: Often::EachRound,
        run: replay_postings,
    },
];

/// Where the ledger of this size is not there yet, it is made there, and in scratch else.
fn decided(setting: &Setting) -> Outcome {
    let kept = setting.workload.ledger_dir();
    let dir = if kept.exists() { setting.scratch.join("ledger") } else { kept };
    let mut ledger = new_ledger(&dir);
    let mut watch = Watch::new();
    let commands = setting.history().live(&mut ledger, &mut watch);
    let events = ledger.position().0 as usize;
    drop(ledger);
    // Drawing a history takes more memory than deciding it.
    let measured = watch.end(commands).without_memory();
    Ok(measured.storing(bytes_on_disk(&dir), events))
}

/// No time: bytes alone.
fn log_bytes(setting: &Setting) -> Outcome {
    let dir = setting.workload.ledger_dir();
    let (all, beside) = (bytes_on_disk(&dir), bytes_on_disk(&dir.join("folds")));
    let measured = Watch::new().end(setting.events()).without_memory();
    Ok(measured.storing(all - beside, setting.events()))
}

fn append(setting: &Setting) -> Outcome {
    let dir = setting.scratch.join("log");
    let mut log = Log::create(&dir, b"first", Options::default()).expect("a log");
    let (mut watch, mut count) = (Watch::new(), 0);
    for batch in setting.workload.batches(APPEND_BATCH) {
        let records: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        watch.time(|| log.commit(&records)).expect("the log works");
        count += batch.len();
    }
    let measured = watch.end(count);
    drop(log);
    Ok(measured.storing(bytes_on_disk(&dir), count))
}

/// Nothing is open before, and nothing that was put away is taken up.
fn replayed(dir: &Path) -> (Measured, Books) {
    let mut watch = Watch::new();
    let books = watch.time(|| Books::open_from_log(dir, &mut |_| {})).expect("they open");
    let events = books.position().0 as usize;
    (watch.end(events), books)
}

fn replay(setting: &Setting) -> Outcome {
    Ok(replayed(&setting.workload.ledger_dir()).0)
}

fn verify(setting: &Setting) -> Outcome {
    let ledger = Ledger::open(&setting.workload.ledger_dir()).expect("it opens");
    let mut watch = Watch::new();
    assert!(watch.time(|| ledger.verify()).ok(), "a sound ledger");
    Ok(watch.end(ledger.position().0 as usize))
}

fn replay_postings(setting: &Setting) -> Outcome {
    let (measured, _) = replayed(&setting.workload.ledger_dir());
    Ok(Measured { things: setting.postings() as u64, ..measured })
}

/// What the program that counts prints; its time is not ours to show.
fn counted(setting: &Setting, asked: &[&str]) -> Result<Vec<u64>, String> {
    let mut child = Process::new(env!("CARGO_BIN_EXE_replay-heap"));
    let output = child.args(asked).arg(setting.workload.ledger_dir()).output();
    let output = output.map_err(|error| format!("replay-heap: {error}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "replay-heap failed: {complaint}");
    Ok(String::from_utf8_lossy(&output.stdout).split_whitespace().flat_map(str::parse).collect())
}

/// Events, bytes at the peak of a replay, and bytes at the peak of reading the store alone.
fn heaps(setting: &Setting) -> Result<(usize, u64, u64), String> {
    let (replayed, stored) = (counted(setting, &[])?, counted(setting, &["--stored"])?);
    let ([events, peak], [stored]) = (&replayed[..], &stored[..]) else {
        return Err(format!("replay-heap: three numbers, and not {replayed:?} {stored:?}"));
    };
    Ok((usize::try_from(*events).unwrap_or(usize::MAX), *peak, *stored))
}

fn heap(setting: &Setting) -> Outcome {
    let (events, peak, stored) = heaps(setting)?;
    Ok(Watch::new().end(events).with_memory(peak.saturating_sub(stored)))
}

fn store_heap(setting: &Setting) -> Outcome {
    let (events, _, stored) = heaps(setting)?;
    Ok(Watch::new().end(events).with_memory(stored))
}

/// The whole of it is one thing: its time is that of opening.
fn open(setting: &Setting) -> Outcome {
    let mut watch = Watch::new();
    let books = watch.time(|| {
        let books = Books::open(&setting.workload.ledger_dir()).expect("they open");
        first_balance(&books);
        books
    });
    assert!(books.position().0 > 0, "a history is in it");
    Ok(watch.end(1))
}

fn first_balance(books: &Books) {
    let by = By { scheme: true, ..By::default() };
    black_box(books.balances(by, &Filter::default(), View::NOW).expect("balances"));
}

fn ledger(setting: &Setting) -> Outcome {
    let mut watch = Watch::new();
    let ledger = watch.time(|| {
        let ledger = Ledger::open(&setting.workload.ledger_dir()).expect("it opens");
        let by = By { scheme: true, ..By::default() };
        black_box(ledger.balances(by, &Filter::default(), View::NOW).expect("balances"));
        ledger
    });
    assert!(ledger.position().0 > 0, "a history is in it");
    Ok(watch.end(1))
}

/// Moments of the ledger's life at which pasts are asked for.
const MOMENTS: i64 = 5;
const SCHEMES: [&str; 4] = ["margin-money", "mda", "training-toolkit", "cfc"];

/// Books, and a question for each district, scheme and moment, each as of another day.
fn questions(setting: &Setting) -> (Books, Vec<(Filter, View)>) {
    let books = Books::open(&setting.workload.ledger_dir()).expect("they open");
    let now = books.basis(View::NOW).expect("a basis").known_on.epoch_micros();
    let first = View { at: Some(Position(1)), ..View::NOW };
    let first = books.basis(first).expect("a basis").known_on.epoch_micros();
    let mut questions = Vec::new();
    for moment in 1..=MOMENTS {
        let known_on = Instant::from_epoch_micros(first + (now - first) * moment / (MOMENTS + 1));
        for (number, district) in (0..).zip(DISTRICTS) {
            let day = Day::from_date(2019, 3, 31).and_then(|day| day.plus_days(number * 30));
            for scheme in SCHEMES {
                questions
                    .push((of(scheme, district.code), View { as_of: day, known_on, at: None }));
            }
        }
    }
    (books, questions)
}

fn of(scheme: &str, district: District) -> Filter {
    let scheme = Some(SchemeName::new(scheme).expect("a scheme"));
    Filter { scheme, district: Some(district), ..Filter::default() }
}

fn ask(books: &Books, (filter, view): &(Filter, View)) {
    black_box(books.balances(By::ALL, filter, *view).expect("balances"));
}

fn past_first(setting: &Setting) -> Outcome {
    let (books, questions) = questions(setting);
    let first = questions.first().expect("questions");
    let mut watch = Watch::new();
    watch.time(|| ask(&books, first));
    Ok(watch.end(1))
}

/// Every question after the first, and the slowest of them.
fn asked_about_the_past(setting: &Setting) -> (Measured, Duration) {
    let (books, questions) = questions(setting);
    let (first, rest) = questions.split_first().expect("questions");
    ask(&books, first);
    let mut slowest = Duration::ZERO;
    let mut all = Watch::new();
    for question in rest {
        let mut one = Watch::new();
        all.time(|| one.time(|| ask(&books, question)));
        slowest = slowest.max(one.end(1).time);
    }
    (all.end(rest.len()), slowest)
}

fn past(setting: &Setting) -> Outcome {
    Ok(asked_about_the_past(setting).0)
}

fn past_slowest(setting: &Setting) -> Outcome {
    let (measured, time) = asked_about_the_past(setting);
    Ok(Measured { things: 1, time, ..measured }.without_memory())
}

/// A ledger of whose pages neither this process nor the system has any, as far as it can be asked to
/// forget; and cases of it.
fn cold(setting: &Setting) -> Result<(Ledger, Vec<Subject>), String> {
    let dir = setting.workload.ledger_dir();
    let lines = std::fs::read_to_string(setting.cases_file()).expect("a prepared size");
    let case = |line: &str| Subject::Case(Position(line.parse().expect("a position")));
    let cases = lines.lines().map(case).collect();
    let ledger = Ledger::open(&dir).expect("it opens");
    if !forget_cached(&dir.join("pages")) {
        return Err("the system cannot be asked to forget what it has cached".to_owned());
    }
    Ok((ledger, cases))
}

fn look_at(ledger: &Ledger, case: Subject) {
    let trail = ledger.trail(case, View::NOW).expect("a trail");
    assert!(!trail.entries.is_empty(), "it applied");
    black_box(trail);
}

/// What is known of cases by hash is taken up with it.
fn trail_first(setting: &Setting) -> Outcome {
    let (ledger, cases) = cold(setting)?;
    let first = *cases.first().expect("cases");
    let mut watch = Watch::new();
    watch.time(|| look_at(&ledger, first));
    Ok(watch.end(1))
}

fn trails(setting: &Setting) -> Result<(Measured, Duration), String> {
    let (ledger, cases) = cold(setting)?;
    let (first, rest) = cases.split_first().expect("cases");
    look_at(&ledger, *first);
    let mut slowest = Duration::ZERO;
    let mut all = Watch::new();
    for case in rest {
        let mut one = Watch::new();
        all.time(|| one.time(|| look_at(&ledger, *case)));
        slowest = slowest.max(one.end(1).time);
    }
    Ok((all.end(rest.len()), slowest))
}

fn trail(setting: &Setting) -> Outcome {
    Ok(trails(setting)?.0)
}

fn trail_slowest(setting: &Setting) -> Outcome {
    let (measured, time) = trails(setting)?;
    Ok(Measured { things: 1, time, ..measured }.without_memory())
}

/// Submits until it is killed, and says so once some commits are durable.
pub fn write_until_killed(dir: &Path) {
    let mut ledger = Ledger::open(dir).expect("it opens");
    let mut commits = 0;
    loop {
        for batch in Block::fresh(ledger.position(), 1_000).chunks(BATCH) {
            ledger.submit_each(batch).expect("the ledger works");
            commits += 1;
            if commits == 2 {
                let mut out = std::io::stdout();
                // Whoever no longer listens has killed it by now.
                let _ = writeln!(out, "ready").and_then(|()| out.flush());
            }
        }
    }
}

/// A writer is killed at its work, and what it left is opened.
fn killed(setting: &Setting) -> Outcome {
    let dir = setting.workload.ledger_dir();
    let mut writer = Process::new(std::env::current_exe().expect("this program"));
    writer.args(["--case", WRITER, "--in"]).arg(&dir).stdout(Stdio::piped());
    let mut writer = writer.spawn().expect("a child process");
    let mut out = BufReader::new(writer.stdout.take().expect("its output"));
    let mut ready = String::new();
    out.read_line(&mut ready).expect("a line");
    writer.kill().expect("it is killed");
    writer.wait().expect("it is gone");
    assert_eq!(ready.trim(), "ready", "it wrote");
    open(setting)
}

fn submit_first(setting: &Setting) -> Outcome {
    let dir = setting.workload.ledger_dir();
    let last = Books::open(&dir).expect("they open").position();
    let command = Block::fresh(last, 1).into_iter().take(1).collect::<Vec<_>>();
    let mut watch = Watch::new();
    let outcomes = watch.time(|| {
        let mut ledger = Ledger::open(&dir).expect("it opens");
        ledger.submit_each(&command).expect("the ledger works")
    });
    assert!(outcomes.iter().all(is_accepted), "{outcomes:?}");
    Ok(watch.end(1))
}

/// The bytes of the log, read once from the first to the last: the limit of any replay.
pub fn scan(setting: &Setting) -> Outcome {
    let file = setting.workload.ledger_dir().join("pages").join("db");
    let mut buffer = vec![0; 1 << 20];
    let mut watch = Watch::new();
    let read = watch.time(|| {
        let mut file = File::open(&file)?;
        let mut all = 0;
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok::<usize, std::io::Error>(all),
                count => all += black_box(&buffer[..count]).len(),
            }
        }
    });
    let read = read.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(watch.end(setting.events()).storing(read as u64, setting.events()))
}
