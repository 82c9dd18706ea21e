//! `bahi demo`: the whole story on a new ledger, in an order a reader can follow.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant as Stopwatch},
};

use bahi::{
    AuditOptions, AuditReport, By, Filter, Ledger, LedgerName, NewLedger, Subject, Verification,
    View, answers,
    core::ActorName,
    demo::{Story, Tale, beginning, run as live},
    json::{
        AccountAnswer, BalancesAnswer, CheckAnswer, MatchedAnswer, ReconciliationAnswer,
        TrailAnswer, TrailSubject, VerifyAnswer,
    },
    recon::{ReconcileError, RunOptions},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Demo, Format, Global},
    commands::{audit, balances, count, reconcile, trail, verify},
    progress::Progress,
    status::{Failure, Status},
    table::NO_BREAK,
    write,
};

/// What a demonstration's ledger is called.
const NAME: &str = "bahi-demo";

/// The story as one document.
#[derive(Serialize)]
struct Answer {
    ledger: String,
    position: u64,
    root: String,
    cases: u64,
    commands: u64,
    refused: u64,
    payments: u64,
    returns: u64,
    balances: BalancesAnswer,
    stories: Vec<StoryAnswer>,
    trail: Option<TrailAnswer>,
    shared_account: Option<String>,
    shared_account_cases: u64,
    reconciliation: Reconciled,
    audit: Vec<CheckAnswer>,
    verify: VerifyAnswer,
}

/// A reconciliation in numbers.
#[derive(Serialize)]
struct Reconciled {
    today: String,
    matched: MatchedAnswer,
    lines: AccountAnswer,
    vouchers: AccountAnswer,
    exceptions: u64,
}

impl From<ReconciliationAnswer> for Reconciled {
    fn from(answer: ReconciliationAnswer) -> Reconciled {
        Reconciled {
            today: answer.today,
            matched: answer.matched,
            lines: answer.lines,
            vouchers: answer.vouchers,
            exceptions: answer.exceptions.len() as u64,
        }
    }
}

/// One of its stories.
#[derive(Serialize)]
struct StoryAnswer {
    name: &'static str,
    title: &'static str,
    scheme: &'static str,
    cases: Vec<String>,
    refused: Vec<RefusalAnswer>,
    outcome: String,
}

/// What a story was refused.
#[derive(Serialize)]
struct RefusalAnswer {
    code: &'static str,
    message: String,
}

impl From<&Tale> for StoryAnswer {
    fn from(tale: &Tale) -> StoryAnswer {
        let refused = tale.refused.iter();
        StoryAnswer {
            name: tale.name,
            title: tale.title,
            scheme: tale.scheme,
            cases: tale.cases.iter().map(ToString::to_string).collect(),
            refused: refused
                .map(|one| RefusalAnswer { code: one.code, message: one.message.clone() })
                .collect(),
            outcome: tale.outcome().to_owned(),
        }
    }
}

/// What was lived, looked at from every side.
struct Lived {
    dir: PathBuf,
    ledger: Ledger,
    story: Story,
    took: Duration,
    found: Verification,
}

pub(super) fn run(
    demo: &Demo,
    global: &Global,
    program: String,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let lived = lived(demo, global, streams)?;
    match global.format {
        Format::Table => tell(&lived, &program, streams)?,
        Format::Json => write::json(streams.out, &document(&lived)?)?,
        Format::Jsonl | Format::Csv => write::json_line(streams.out, &document(&lived)?)?,
    }
    if lived.found.ok() {
        return Ok(Status::Done);
    }
    Err(Failure::no("the ledger just made does not verify: a bug, please report it"))
}

fn lived(demo: &Demo, global: &Global, streams: &Streams<'_>) -> Result<Lived, Failure> {
    let dir = match &global.ledger {
        Some(dir) => dir.clone(),
        None => temporary()?,
    };
    let name = LedgerName::new(NAME).expect("the demonstration's name is a ledger's name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::create(&dir, &new)?;
    ledger.open_rulebook()?;
    let begun = Stopwatch::now();
    let progress = Progress::begin(global, streams, "living five years");
    let history = bahi::demo::Demo { cases: demo.cases, seed: demo.seed };
    let story = live(&mut ledger, history, &mut |position| progress.reach(position))?;
    let took = begun.elapsed();
    drop(progress);
    let progress = Progress::begin(global, streams, "verifying");
    let found = ledger.verify_with(&mut |position| progress.reach(position));
    drop(progress);
    Ok(Lived { dir, ledger, story, took, found })
}

/// A new directory that stays, where the system keeps what may go.
fn temporary() -> Result<PathBuf, Failure> {
    let made = tempfile::Builder::new().prefix("bahi-demo-").tempdir().map_err(|error| {
        Failure::fault(format!(
            "no temporary directory can be made: {error}; name one with --ledger"
        ))
    })?;
    Ok(made.keep())
}

fn by_scheme() -> By {
    By { scheme: true, ..By::default() }
}

fn document(lived: &Lived) -> Result<Answer, Failure> {
    let Lived { dir, ledger, story, found, .. } = lived;
    let at = ledger.balances(by_scheme(), &Filter::default(), View::NOW)?;
    Ok(Answer {
        ledger: dir.display().to_string(),
        position: ledger.position().0,
        root: ledger.root().to_string(),
        cases: story.cases as u64,
        commands: story.commands,
        refused: story.refused,
        payments: story.payments,
        returns: story.returns,
        balances: answers::balances(&at, by_scheme()),
        stories: story.tales.iter().map(StoryAnswer::from).collect(),
        trail: example(lived)?,
        shared_account: story.shared_account.map(|account| account.to_string()),
        shared_account_cases: shared_cases(lived)?,
        reconciliation: reconciliation(lived)?.into(),
        audit: audited(lived)?.answer(ledger).checks,
        verify: answers::verification(found),
    })
}

/// The trail of the case worth following.
fn example(lived: &Lived) -> Result<Option<TrailAnswer>, Failure> {
    let Some(case) = &lived.story.example else { return Ok(None) };
    let at = trail::of_case(&lived.ledger, case.as_str(), View::NOW)?;
    let subject = TrailSubject { by: "case".to_owned(), id: case.to_string() };
    Ok(Some(answers::trail(&lived.ledger, subject, &at)?))
}

/// How many cases were paid into the account that several share.
fn shared_cases(lived: &Lived) -> Result<u64, Failure> {
    let Some(account) = lived.story.shared_account else { return Ok(0) };
    let at = lived.ledger.trail(Subject::Account(account), View::NOW)?;
    let cases = at.entries.iter().map(|entry| entry.case);
    let cases: BTreeSet<_> = cases.filter(|case| !case.is_none()).collect();
    Ok(cases.len() as u64)
}

/// What banks and the ledger agree on. No bank's file is in this ledger: every payment waits for its line.
fn reconciliation(lived: &Lived) -> Result<ReconciliationAnswer, Failure> {
    /// Working days within which a line may come, as `bahi reconcile` has them.
    const WINDOW_DAYS: u16 = 3;
    let actor = ActorName::new("reconciliation").expect("the word is an actor's name");
    let options = RunOptions {
        today: lived.ledger.day_of_its_clock(),
        window_days: WINDOW_DAYS,
        holidays: Vec::new(),
        tolerances: Vec::new(),
        answers: Vec::new(),
        payer: None,
        actor,
    };
    let failed = |ReconcileError::Failed(error)| Failure::from(error);
    Ok(lived.ledger.reconciliation(&options).map_err(failed)?.answer())
}

/// What the auditor's tests find.
fn audited(lived: &Lived) -> Result<AuditReport, Failure> {
    Ok(lived.ledger.audit(&AuditOptions::default())?)
}

fn tell(lived: &Lived, program: &str, streams: &mut Streams<'_>) -> Result<(), Failure> {
    what_was_done(lived, streams)?;
    heading("Balances by scheme, in rupees", streams)?;
    let at = lived.ledger.balances(by_scheme(), &Filter::default(), View::NOW)?;
    balances::table(&at, by_scheme(), streams)?;
    stories(lived, program, streams)?;
    heading("One case, from application to audit", streams)?;
    if let Some(answer) = example(lived)? {
        trail::table(&answer, streams)?;
    }
    heading("Reconciliation: no bank's file is in this ledger yet", streams)?;
    reconcile::table(&reconciliation(lived)?, false, streams)?;
    heading("An audit: what its tests find", streams)?;
    audit::by_check(&audited(lived)?, streams)?;
    heading("Verified: every page, record, link, fold and law, computed again", streams)?;
    verify::table(&lived.found, streams)?;
    what_next(lived, program, streams)
}

fn heading(text: &str, streams: &mut Streams<'_>) -> Result<(), Failure> {
    Ok(writeln!(streams.out, "\n{text}\n{}", "═".repeat(text.chars().count()))?)
}

fn what_was_done(lived: &Lived, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let Lived { ledger, story, took, .. } = lived;
    let out = &mut *streams.out;
    writeln!(
        out,
        "A made-up history in the shape of the published figures; nobody real is in it."
    )?;
    writeln!(out, "The clock is simulated, and the ledger says so ever after.\n")?;
    let (first, last) = (beginning().day(), ledger.last_recorded_at().day());
    let (events, millis) = (ledger.position().0, took.as_millis());
    let a_second = u128::from(events) * 1_000 / millis.max(1);
    let a_second = count(u64::try_from(a_second).unwrap_or(u64::MAX));
    let schemes = ledger.schemes().len();
    let of = |part: u64, whole: u64| {
        let tenths = (part * 1_000).checked_div(whole).unwrap_or_default();
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    let facts = [
        ("schemes opened", schemes.to_string(), "with every version of their terms".to_owned()),
        ("cases", count(story.cases as u64), format!("from {first} to {last}")),
        (
            "commands",
            count(story.commands),
            format!("in {millis} ms, three days to a durable commit"),
        ),
        ("events", count(events), format!("{a_second} a second, refusals among them")),
        ("refused", count(story.refused), "each with its evidence in the log".to_owned()),
        ("credits instructed", count(story.payments), "re-issues among them".to_owned()),
        ("credits that failed", count(story.returns), of(story.returns, story.payments)),
    ];
    for (name, figure, words) in facts {
        writeln!(out, "{name:<20}{figure:>9}   {words}")?;
    }
    Ok(())
}

/// Each story in a few lines, with what shows it.
fn stories(lived: &Lived, program: &str, streams: &mut Streams<'_>) -> Result<(), Failure> {
    /// What a line begins with: two blanks, a day, two blanks.
    const INDENT: usize = 14;
    heading("Stories: cases that live by a script, refused where the rules say no", streams)?;
    let (program, on) = invoked(lived, program);
    let width = usize::from(streams.terminal.width).saturating_sub(INDENT);
    let out = &mut *streams.out;
    for tale in &lived.story.tales {
        writeln!(out, "{} ({})", tale.title, tale.scheme)?;
        for line in &tale.lines {
            let mut day = line.day.to_string();
            for part in wrapped(&line.text, width) {
                writeln!(out, "  {day:<10}  {part}")?;
                day.clear();
            }
        }
        for look in &tale.look {
            writeln!(out, "  {program} {} {on} {}", look.command, look.arguments)?;
        }
        writeln!(out)?;
    }
    let head = bahi::demo::STORIES_HEAD;
    writeln!(out, "Their money, apart from all other:")?;
    writeln!(out, "  {program} balances {on} --by scheme,district,fy --head {head}")?;
    Ok(())
}

/// A text in lines of so many characters at most, unless a word is longer; the sign of the rupee
/// stays with its amount.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let whole = text.replace("₹ ", &format!("₹{NO_BREAK}"));
    for word in whole.split(' ') {
        let fits = |line: &&mut String| line.chars().count() + 1 + word.chars().count() <= width;
        match lines.last_mut().filter(fits) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| line.replace(NO_BREAK, " ")).collect()
}

/// The program and the ledger, as a shell takes them.
fn invoked(lived: &Lived, program: &str) -> (String, String) {
    let dir = std::path::absolute(&lived.dir).unwrap_or_else(|_| lived.dir.clone());
    (quoted(Path::new(program)), format!("--ledger {}", quoted(&dir)))
}

fn what_next(lived: &Lived, program: &str, streams: &mut Streams<'_>) -> Result<(), Failure> {
    heading("What to try next", streams)?;
    let shared = shared_cases(lived)?;
    let (program, on) = invoked(lived, program);
    let out = &mut *streams.out;
    let dir = std::path::absolute(&lived.dir).unwrap_or_else(|_| lived.dir.clone());
    writeln!(out, "The ledger stays in {}\n", dir.display())?;
    let mut next = vec![
        (
            "balances by year, as they stood on a day",
            "balances",
            "--by scheme,fy --as-of 2021-03-31".to_owned(),
        ),
        ("what was refused, and why", "events", "--kind CommandRefused --limit 10".to_owned()),
    ];
    if let Some(account) = lived.story.shared_account.filter(|_| shared > 1) {
        next.push((
            "one account, paid for many cases: find out why",
            "trail",
            format!("--account {account}"),
        ));
    }
    next.push((
        "one account of several beneficiaries, as an audit finds it",
        "audit",
        "--check C31".to_owned(),
    ));
    let files = quoted(&beside(&dir));
    next.push((
        "a month of bank files for it; bahi statement add and bahi reconcile take them",
        "demo statements",
        format!("--out {files}"),
    ));
    next.push(("history folded again and compared", "replay", "--compare".to_owned()));
    next.push(("everything checked again, from the disk", "verify", String::new()));
    for (words, command, arguments) in next {
        let line = format!("{program} {command} {on} {arguments}");
        writeln!(out, "# {words}\n{}", line.trim_end())?;
    }
    Ok(())
}

/// Where files made of the ledger may go: a directory of its name beside it.
fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push("-statements");
    dir.with_file_name(name)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |found: char| found.is_ascii_alphanumeric() || "/._-+:@,".contains(found);
    if !text.is_empty() && text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
