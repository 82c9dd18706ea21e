//! What is measured of ours, and the list of every case.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bahi::{
    AuditOptions, Balances, Books, By, Filter, Ledger, Service, ServiceOptions, View,
    core::{
        Command, CommandKind, Day, District, FactKind, FactValue, Facts, Money, Position,
        Projection, Recorded, SchemeName, Terms, Word,
    },
    import::{BUILT_IN, Mapping},
};
use bahi_benches::{
    Workload, bytes_on_disk, commands, fill, is_accepted,
    measure::{Measured, Watch},
    named, new_ledger,
    stores::APPEND_BATCH,
};
use bahi_log::{Log, Options};
use bahi_rules::{Decision, State, decide, evidence};

use crate::{peers, proofs};

/// Tasks that submit to a service, each awaiting one command before the next.
const SUBMITTERS: usize = 64;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Margin-money cases of the workload; some three and a half commands come of each.
    pub cases: u32,
    /// Commands awaited one by one.
    pub singles: usize,
    /// Commands that the tasks submit together.
    pub served: usize,
    /// Cases of the ledger on which single decisions are timed.
    pub deciding: u32,
    /// Decisions timed on it: the last ones of its history.
    pub decisions: usize,
    /// Cases of the large ledger.
    pub large: u32,
    /// Cases of the ledger that is audited.
    pub audited: u32,
    /// Records of the log of which proofs are made.
    pub proven: u64,
    /// Proofs made of it, each of another record.
    pub proofs: usize,
    /// Rounds of each case.
    pub rounds: usize,
}

impl Scale {
    /// What the figures are taken at.
    pub const FULL: Scale = Scale {
        cases: 30_000,
        singles: 1_000,
        served: 64 * 200,
        deciding: 1_000_000,
        decisions: 500_000,
        large: 290_000,
        audited: 1_000_000,
        proven: 10_000_000,
        proofs: 20_000,
        rounds: 5,
    };
    /// What shows that every case still runs.
    pub const QUICK: Scale = Scale {
        cases: 1_000,
        singles: 50,
        served: 64 * 4,
        deciding: 10_000,
        decisions: 2_000,
        large: 3_000,
        audited: 10_000,
        proven: 40_000,
        proofs: 200,
        rounds: 1,
    };
}

/// What a case is given.
pub struct Setting {
    /// The history.
    pub workload: Workload,
    /// A directory of its own that is gone afterwards.
    pub scratch: PathBuf,
    /// Where the large ledger is, once it is made.
    pub large: PathBuf,
    /// Where the ledger is that is audited, once it is made.
    pub audited: PathBuf,
    /// Where the log is of which proofs are made, once it is made.
    pub proven: PathBuf,
    /// How much of everything.
    pub scale: Scale,
}

/// One thing that is measured, in a process of its own.
pub struct Case {
    /// What a child is asked for.
    pub name: &'static str,
    /// What the reader is told.
    pub title: &'static str,
    /// Whether once is enough.
    pub once: bool,
    /// The work. `None` where this machine lacks what it needs.
    pub run: fn(&Setting) -> Option<Measured>,
}

pub const fn case(
    name: &'static str,
    title: &'static str,
    run: fn(&Setting) -> Option<Measured>,
) -> Case {
    Case { name, title, once: false, run }
}

pub const fn once(
    name: &'static str,
    title: &'static str,
    run: fn(&Setting) -> Option<Measured>,
) -> Case {
    Case { name, title, once: true, run }
}

/// Every case of ours, in the order they are run in.
pub const OURS: &[Case] = &[
    case("durable", "durable commands, batches of 1 000", durable),
    case("awaited", "one awaited command", awaited),
    case("raw", "  limit: raw file, append + sync_data", peers::raw_singly),
    case("served", "64 submitters, each awaiting durability", served),
    case("appends", "log appends, batches of 10 000", appends),
    case("raw-appends", "  limit: raw file, batches of 10 000", peers::raw_batches),
    case("replay", "full replay to balances", replay_balances),
    case("replay-all", "replay of every fold, rules included", replay_all),
    case("verify", "verify: pages, tree, records, folds, laws", verify),
    case("open", "open from the log, and a first balance (events)", open),
    case("import", "import of the published list (rows)", import),
    case("entitlement", "entitlement, one of each scheme", entitlement),
    once("large", "durable commands, to a million events", large),
    once("large-replay", "  full replay of it to balances", large_replay),
    once("large-open", "  open it from its log, and a first balance (events)", large_open),
    once("large-beside", "  open it from folds put away, and a first balance", large_beside),
    once("large-submit", "  open it, and a first command decided (events)", large_submit),
    once("large-books", "  open its books, and a first balance (events)", large_books),
    once("large-past", "  a past balance of a district and a scheme, root included", large_past),
    once("audited", "durable commands, to a million cases", audited),
    once("audit", "  every check of an audit over it, in one pass (events)", audit),
    once("proven", "log appends to ten million records, 10 000", proofs::log),
    once("proof", "  proof of a record of it, with the record", proofs::record),
    once("proof-check", "  check of such a proof", proofs::check_record),
    once("history", "  proof that it continues an earlier size", proofs::history),
    once("history-check", "  check of such a proof", proofs::check_history),
    once("decide", "deciding, a million cases (median of single decisions)", deciding),
    once("clock", "  of which reading the clock", clock),
];

fn durable(setting: &Setting) -> Option<Measured> {
    let commands = setting.workload.commands();
    let dir = setting.scratch.join("ledger");
    let mut ledger = new_ledger(&dir);
    let mut watch = Watch::new();
    watch.time(|| fill(&mut ledger, &commands));
    let measured = watch.end(commands.len());
    let events = ledger.position().0;
    drop(ledger);
    Some(measured.storing(bytes_on_disk(&dir), events as usize))
}

fn awaited(setting: &Setting) -> Option<Measured> {
    let mut commands = setting.workload.commands();
    commands.truncate(setting.scale.singles);
    let mut ledger = new_ledger(&setting.scratch.join("ledger"));
    let mut watch = Watch::new();
    watch.time(|| {
        for command in &commands {
            ledger.submit_each(std::slice::from_ref(command)).expect("the ledger works");
        }
    });
    Some(watch.end(commands.len()))
}

/// Applications alone: they do not rest on one another, so that any order of them is accepted.
fn served(setting: &Setting) -> Option<Measured> {
    let applications = setting
        .workload
        .commands()
        .into_iter()
        .filter(|command| command.act.kind() == CommandKind::Apply)
        .take(setting.scale.served);
    let applications: Vec<Command> = applications.collect();
    let share = applications.len().div_ceil(SUBMITTERS).max(1);
    let shares: Vec<Vec<Command>> = applications.chunks(share).map(<[_]>::to_vec).collect();
    let ledger = new_ledger(&setting.scratch.join("ledger"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut watch = Watch::new();
    let service = Service::start(ledger, ServiceOptions::default()).expect("a thread");
    watch.time(|| runtime.block_on(submit_all(&service, shares)));
    Some(watch.end(applications.len()))
}

async fn submit_all(service: &Service, shares: Vec<Vec<Command>>) {
    let submitter = |mine: Vec<Command>| {
        let service = service.clone();
        tokio::spawn(async move {
            for command in mine {
                let outcome = service.submit(command).await.expect("the ledger works");
                assert!(is_accepted(&outcome), "{outcome:?}");
            }
        })
    };
    let tasks: Vec<_> = shares.into_iter().map(submitter).collect();
    for task in tasks {
        task.await.expect("a submitter ends");
    }
}

fn appends(setting: &Setting) -> Option<Measured> {
    let records = setting.workload.records();
    let dir = setting.scratch.join("log");
    let mut log = Log::create(&dir, b"first", Options::default()).expect("a log");
    let mut watch = Watch::new();
    watch.time(|| {
        for batch in records.chunks(APPEND_BATCH) {
            let batch: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
            log.commit(&batch).expect("the log works");
        }
    });
    let measured = watch.end(records.len());
    drop(log);
    Some(measured.storing(bytes_on_disk(&dir), records.len()))
}

fn replay_balances(setting: &Setting) -> Option<Measured> {
    balances_of(&setting.workload.ledger_dir())
}

fn balances_of(dir: &Path) -> Option<Measured> {
    let ledger = Ledger::open(dir).expect("it opens");
    let mut watch = Watch::new();
    let balances = watch.time(|| ledger.fold_in_parts::<Balances>(View::NOW).expect("a fold"));
    black_box(&balances);
    Some(watch.end(ledger.position().0 as usize))
}

fn replay_all(setting: &Setting) -> Option<Measured> {
    let ledger = Ledger::open(&setting.workload.ledger_dir()).expect("it opens");
    let mut watch = Watch::new();
    let replay = watch.time(|| ledger.replay(View::NOW, false, &mut |_| {}).expect("a replay"));
    Some(watch.end(replay.events as usize))
}

fn verify(setting: &Setting) -> Option<Measured> {
    let ledger = Ledger::open(&setting.workload.ledger_dir()).expect("it opens");
    let mut watch = Watch::new();
    watch.time(|| assert!(ledger.verify().ok(), "a sound ledger"));
    Some(watch.end(ledger.position().0 as usize))
}

fn open(setting: &Setting) -> Option<Measured> {
    let dir = setting.workload.ledger_dir();
    opened(|| Ledger::open_from_log(&dir, &mut |_| {}))
}

fn opened(open: impl Fn() -> Result<Ledger, bahi::Error>) -> Option<Measured> {
    let mut watch = Watch::new();
    let ledger = watch.time(|| {
        let ledger = open().expect("it opens");
        let by = By { scheme: true, ..By::default() };
        black_box(ledger.balances(by, &Filter::default(), View::NOW).expect("balances"));
        ledger
    });
    Some(watch.end(ledger.position().0 as usize))
}

/// The published list is not part of the tree: it is looked for beside every folder above.
fn import(setting: &Setting) -> Option<Measured> {
    let mut above = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let csv = loop {
        if !above.pop() {
            return None;
        }
        let file = above.join("shared").join("domain").join("odop_margin_money_rows.csv");
        if let Ok(bytes) = std::fs::read(file) {
            break bytes;
        }
    };
    let (name, _) = BUILT_IN.first()?;
    let mapping = Mapping::built_in(name)?;
    let dir = setting.scratch.join("ledger");
    let mut ledger = new_ledger(&dir);
    let mut watch = Watch::new();
    let imported = watch.time(|| ledger.import_cases(&csv, &mapping, false).expect("an import"));
    let measured = watch.end(imported.import.report.rows as usize);
    let events = ledger.position().0 as usize;
    drop(ledger);
    Some(measured.storing(bytes_on_disk(&dir), events))
}

/// What a case of each scheme typically states: a loan of the second slab, a fair abroad with its
/// three bills, a full batch with its kits, a centre with its vehicle and its land.
const TYPICAL: [(&str, &[(&str, &str)]); 4] = [
    ("margin-money", &[("project_cost", "2600000.00"), ("special_category", "no")]),
    (
        "mda",
        &[
            ("event", "foreign_trade_fair"),
            ("business", "b2b"),
            ("stall_paid", "240000.00"),
            ("freight_paid", "31000.50"),
            ("travel_mode", "air"),
            ("travel_paid", "68000.00"),
        ],
    ),
    (
        "training-toolkit",
        &[
            ("trainees", "25"),
            ("days", "10"),
            ("institute_fee_per_trainee_day", "350.50"),
            ("food_per_trainee_day", "240.00"),
            ("toolkit_each", "18500.00"),
        ],
    ),
    (
        "cfc",
        &[
            ("project_cost", "80000000.00"),
            ("land_cost", "6000000.00"),
            ("members", "24"),
            ("linked_members", "20"),
            ("shares", "1000"),
            ("largest_holding", "60"),
            ("state_representative", "yes"),
            ("lease_years", "30"),
            ("lease_in_government_area", "yes"),
            ("mortgage_years", "30"),
        ],
    ),
];

/// Rounds of the typical cases of one measurement.
const ENTITLEMENT_ROUNDS: usize = 100_000;

/// Terms and facts of a typical case.
fn typical(scheme: &str, stated: &[(&str, &str)]) -> (Terms, Facts) {
    let day = Day::parse("2024-06-10").expect("a day");
    let terms = bahi::rulebook::terms_on(scheme, day).expect("the scheme has terms");
    let fact = |(name, text): &(&str, &str)| {
        let spec = terms.parts().facts.iter().find(|spec| spec.name.as_str() == *name);
        let spec = spec.expect("the terms ask for the fact");
        let value = match spec.kind {
            FactKind::Money => FactValue::Money(Money::parse(text).expect("an amount")),
            FactKind::Count => FactValue::Count(text.parse().expect("a count")),
            FactKind::Flag => FactValue::Flag(*text == "yes"),
            FactKind::Word => FactValue::Word(Word::new(text).expect("a word")),
        };
        (spec.name.clone(), value)
    };
    let facts = Facts::new(stated.iter().map(fact).collect()).expect("each once");
    (terms, facts)
}

fn entitlement(_: &Setting) -> Option<Measured> {
    let cases = TYPICAL.map(|(scheme, stated)| typical(scheme, stated));
    for (terms, facts) in &cases {
        let entitled = terms.entitlement(facts).expect("a typical case is entitled");
        assert!(!entitled.amount.is_zero(), "a typical case is given something");
    }
    let mut watch = Watch::new();
    watch.time(|| {
        for _ in 0..ENTITLEMENT_ROUNDS {
            for (terms, facts) in &cases {
                black_box(black_box(terms).entitlement(black_box(facts)).is_ok());
            }
        }
    });
    Some(watch.end(ENTITLEMENT_ROUNDS * cases.len()))
}

fn large(setting: &Setting) -> Option<Measured> {
    filled(setting.scale.large, &setting.large)
}

fn audited(setting: &Setting) -> Option<Measured> {
    filled(setting.scale.audited, &setting.audited)
}

/// Every check over a ledger, with every finding, as of its last day.
fn audit(setting: &Setting) -> Option<Measured> {
    let ledger = Ledger::open(&setting.audited).expect("it opens");
    let mut watch = Watch::new();
    let report = watch.time(|| ledger.audit(&AuditOptions::default()).expect("an audit"));
    assert!(report.findings.total() > 0, "cases without a step are found");
    Some(watch.end(ledger.position().0 as usize))
}

/// A history of so many cases in a ledger of its own.
fn filled(cases: u32, dir: &Path) -> Option<Measured> {
    let commands = commands(cases);
    let mut ledger = new_ledger(dir);
    let mut watch = Watch::new();
    watch.time(|| fill(&mut ledger, &commands));
    let events = ledger.position().0 as usize;
    drop(ledger);
    let measured = watch.end(commands.len()).without_memory();
    Some(measured.storing(bytes_on_disk(dir), events))
}

fn large_replay(setting: &Setting) -> Option<Measured> {
    balances_of(&setting.large)
}

fn large_open(setting: &Setting) -> Option<Measured> {
    opened(|| Ledger::open_from_log(&setting.large, &mut |_| {}))
}

fn large_beside(setting: &Setting) -> Option<Measured> {
    opened(|| Ledger::open(&setting.large))
}

/// The command is not recorded: it is decided on all that came before.
fn large_submit(setting: &Setting) -> Option<Measured> {
    let command = commands(1).pop().expect("a history has commands");
    let mut watch = Watch::new();
    let ledger = watch.time(|| {
        let mut ledger = Ledger::open(&setting.large).expect("it opens");
        let decided = ledger.dry_run_each(std::slice::from_ref(&command));
        black_box(decided.expect("it is decided"));
        ledger
    });
    Some(watch.end(ledger.position().0 as usize))
}

fn large_books(setting: &Setting) -> Option<Measured> {
    let mut watch = Watch::new();
    let books = watch.time(|| {
        let books = Books::open(&setting.large).expect("they open");
        let by = By { scheme: true, ..By::default() };
        black_box(books.balances(by, &Filter::default(), View::NOW).expect("balances"));
        books
    });
    Some(watch.end(books.position().0 as usize))
}

/// Questions about the past in one run of [`large_past`], each known on another moment.
const PAST_ROUNDS: i64 = 1_000;

fn large_past(setting: &Setting) -> Option<Measured> {
    let books = Books::open(&setting.large).expect("they open");
    let now = books.basis(View::NOW).expect("a basis").known_on;
    let first = View { at: Some(Position(1)), ..View::NOW };
    let first = books.basis(first).expect("a basis").known_on.epoch_micros();
    let step = (now.epoch_micros() - first) / PAST_ROUNDS;
    let filter = Filter {
        scheme: Some(SchemeName::new("margin-money").expect("a scheme")),
        district: Some(District(187)),
        ..Filter::default()
    };
    let view = |round: i64| View {
        as_of: Day::parse("2022-03-31").ok(),
        known_on: bahi::core::Instant::from_epoch_micros(first + round * step),
        at: None,
    };
    let ask = |round| books.balances(By::ALL, &filter, view(round)).expect("balances");
    black_box(ask(PAST_ROUNDS));
    let mut watch = Watch::new();
    watch.time(|| (0..PAST_ROUNDS).for_each(|round| drop(black_box(ask(round)))));
    Some(watch.end(PAST_ROUNDS as usize))
}

/// The rules' state alone, folded from a log.
#[derive(Default)]
struct Rules(State);

impl Projection for Rules {
    fn apply(&mut self, recorded: &Recorded) {
        self.0.apply(recorded).expect("a log holds what the rules let happen");
        self.0.settle();
    }
}

/// The last commands of a long history, each decided on all that came before; every decision is
/// timed by itself, the reading of the clock included, which [`clock`] measures.
fn deciding(setting: &Setting) -> Option<Measured> {
    let mut before = commands(setting.scale.deciding);
    let last = before.split_off(before.len() - setting.scale.decisions.min(before.len()));
    let mut ledger = Ledger::in_memory(&named()).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    fill(&mut ledger, &before);
    drop(before);
    let Rules(mut state) = ledger.fold(View::NOW).expect("a fold");
    let recorded_at = ledger.last_recorded_at();
    drop(ledger);
    let mut times: Vec<Duration> = Vec::with_capacity(last.len());
    for command in &last {
        // A command that arrives was made just now; one out of a long list was made long ago.
        let command = command.clone();
        let start = Instant::now();
        let decision = black_box(decide(&state, black_box(&command)));
        times.push(start.elapsed());
        let decided = match decision {
            Decision::Accepted(decided) => decided,
            // A refusal takes a place in the log too; what it digests is nothing to the rules.
            Decision::Refused(refused) => evidence(&state, &command, &refused, [0; 32]),
            Decision::Known(first) => panic!("a command of the demonstration twice: {first}"),
        };
        let (envelope, event) = (decided.envelope, decided.event);
        let position = state.last().next();
        let recorded =
            Recorded { position, recorded_at, clamped: false, signed: None, envelope, event };
        state.apply(&recorded).expect("what is decided can be folded");
        // As the ledger does after each commit.
        state.settle();
    }
    median(times)
}

/// What the two readings of the clock around a decision take by themselves.
fn clock(setting: &Setting) -> Option<Measured> {
    let reading = |_| {
        let start = Instant::now();
        black_box(());
        start.elapsed()
    };
    median((0..setting.scale.decisions).map(reading).collect())
}

fn median(mut times: Vec<Duration>) -> Option<Measured> {
    times.sort_unstable();
    let median = *times.get(times.len() / 2)?;
    Some(Measured { things: 1, time: median, memory: None, stored: None })
}
