//! The arguments: what a person or a job may type, and what each command's help says.
//!
//! # Invariants
//! * A value that is parsed is valid; a wrong one is told with its argument's name.
//!
//! # Not here
//! What a command does with them: `commands`.

mod audit;
mod invented;
mod export;
mod keep;
mod payments;
mod papers;
mod proofs;
mod sample;
mod tour;
mod serve;
mod recon;
mod witnesses;
mod vault;

use std::path::PathBuf;

use bahi::Filter;
use bahi_core::{
    ActorName, Day, District, EventKind, FinancialYear, HeadName, Instant, Position, SchemeName,
};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::RangedU64ValueParser};

pub(crate) use audit::*;
pub(crate) use export::*;
pub(crate) use invented::*;
pub(crate) use keep::*;
pub(crate) use papers::*;
pub(crate) use payments::*;
pub(crate) use proofs::*;
pub(crate) use recon::*;
pub(crate) use sample::*;
pub(crate) use serve::*;
pub(crate) use tour::*;
pub(crate) use vault::*;
pub(crate) use witnesses::*;

/// An event-sourced subsidy ledger: every decision an event, every balance provable.
#[derive(Parser, Debug)]
#[command(
    name = "bahi",
    version,
    long_about = "An event-sourced subsidy ledger.\n\n\
        Every decision about a subsidy (applied, sanctioned, disbursed, returned, audited) is an \
        event in an append-only log; balances and audit trails are computed from it and can be \
        computed again at any time. A refused command leaves evidence too.",
    after_long_help = "Exit status: 0 done; 1 the answer is no (a refusal, a failed verification, \
        not entitled, nothing known); 2 misuse (arguments, unreadable input, no ledger there); \
        3 fault (disk, damage, a ledger in use).\n\n\
        Begin with:\n  bahi demo\n  bahi init --ledger my-ledger\n  bahi help submit",
    infer_long_args = false,
    disable_help_subcommand = false,
    propagate_version = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) stated: Stated,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes, as it is written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Stated {
    /// The ledger's directory; ./bahi-ledger where nobody says
    #[arg(long, global = true, env = "BAHI_LEDGER", value_name = "DIR", hide_env_values = true)]
    pub(crate) ledger: Option<PathBuf>,
    /// A service that keeps the ledger, instead of a directory: https://HOST:PORT, or http:// on this
    /// machine; its token is in the variable BAHI_TOKEN
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// The file that has the service's token, instead of the variable BAHI_TOKEN
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Certificates in PEM that the service's rests on; no other is then believed
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// A backup of the service's ledger: of what is copied whole, only what came after it is fetched
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) copy: Option<PathBuf>,
    /// The ledger's fingerprint key file, outside of it and readable by its owner alone
    #[arg(long, global = true, env = "BAHI_KEYS", value_name = "FILE", hide_env_values = true)]
    pub(crate) keys: Option<PathBuf>,
    /// The ledger's vault of personal details, a directory outside of it and of every backup
    #[arg(long, global = true, env = "BAHI_VAULT", value_name = "DIR", hide_env_values = true)]
    pub(crate) vault: Option<PathBuf>,
    /// How the answer is written: a table for a person, one JSON document, or rows as JSON lines
    /// or CSV
    #[arg(long, global = true, value_enum, default_value_t = Form::Table)]
    pub(crate) format: Form,
    /// Fold the whole log, and take nothing that was put away beside it
    #[arg(long, global = true)]
    pub(crate) from_log: bool,
    /// Show no progress
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
}

/// What every command takes.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    pub(crate) ledger: Option<PathBuf>,
    pub(crate) server: Option<String>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) ca: Option<PathBuf>,
    pub(crate) copy: Option<PathBuf>,
    pub(crate) keys: Option<PathBuf>,
    pub(crate) vault: Option<PathBuf>,
    pub(crate) format: Format,
    pub(crate) from_log: bool,
    pub(crate) quiet: bool,
}

impl Stated {
    /// What a command takes, and the form that only few commands write, where one is asked for.
    pub(crate) fn split(self) -> (Global, Option<Rare>) {
        let Stated { ledger, server, token_file, ca, copy, keys, vault, format, from_log, quiet } =
            self;
        let (format, rare) = match format {
            Form::Table => (Format::Table, None),
            Form::Json => (Format::Json, None),
            Form::Jsonl => (Format::Jsonl, None),
            Form::Csv => (Format::Csv, None),
            Form::Toml => (Format::Table, Some(Rare::Toml)),
            Form::Html => (Format::Table, Some(Rare::Html)),
            Form::Pdf => (Format::Table, Some(Rare::Pdf)),
        };
        let global =
            Global { ledger, server, token_file, ca, copy, keys, vault, format, from_log, quiet };
        (global, rare)
    }
}

/// What an answer may be asked to be written as.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Table,
    Json,
    Jsonl,
    Csv,
    /// A terms file; of scheme show alone
    Toml,
    /// A page to read or print; of papers alone
    Html,
    /// A document in PDF/A; of papers alone
    Pdf,
}

/// A form that few commands write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rare {
    /// A terms file, of `scheme show`.
    Toml,
    /// A page, of a paper.
    Html,
    /// A document, of a paper.
    Pdf,
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Demo(Demo),
    Tour(Tour),
    Init(Init),
    Submit(Submit),
    Schema(Schema),
    Import(Import),
    Vault(Vault),
    Entitlement(Entitlement),
    Scheme(Scheme),
    Schemes(Schemes),
    Districts(Districts),
    Balances(Balances),
    Outcomes(Outcomes),
    Suspense(Suspense),
    Payments(Payments),
    Trail(Trail),
    Explain(Explain),
    Events(Events),
    Export(Export),
    CheckExport(CheckExport),
    Audit(Audit),
    Sample(Sample),
    Certificate(Certificate),
    Paper(Paper),
    Statement(Statement),
    Reconcile(Reconcile),
    Replay(Replay),
    Folds(Folds),
    Verify(Verify),
    Key(Key),
    Checkpoint(Checkpoint),
    Prove(Prove),
    Certify(Certify),
    Seal(Seal),
    ProveBalance(ProveBalance),
    ProveHistory(ProveHistory),
    CheckProof(CheckProof),
    Witness(Witness),
    Tiles(Tiles),
    Backup(Backup),
    Restore(Restore),
    Salvage(Salvage),
    Serve(Serve),
    Token(Token),
    Completions(Completions),
    Man(Man),
}

/// Show the whole story on a new ledger with a made-up history
///
/// Opens the four schemes of One District One Product on a simulated clock, lives through cases in
/// the shape of the published figures (75 districts, five years, failed credits and re-issues), and
/// through seven stories of named cases with what each was refused, a fraud among them. Prints
/// balances, the stories, one audit trail, a reconciliation and an audit in numbers and a
/// verification, and leaves the ledger on disk to look around in. Nobody real is in it.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_long_help = "Without --ledger the ledger is made in a temporary directory, and the \
    last lines say where. The same --cases and --seed give the same history.\n\n\
    Example:\n  bahi demo --cases 500 --ledger demo-ledger"
)]
pub(crate) struct Demo {
    #[command(subcommand)]
    pub(crate) of: Option<DemoOf>,
    /// How many margin-money cases are drawn beside the stories; the published list has 11608
    #[arg(long, value_name = "N", default_value_t = 11_608,
        value_parser = clap::value_parser!(u32).range(0..=i64::from(bahi::demo::DEMO_CASES_MAX)))]
    pub(crate) cases: u32,
    /// Another seed gives another history
    #[arg(long, value_name = "S", default_value_t = 2_018)]
    pub(crate) seed: u64,
}

/// Make a new ledger with the ODOP rulebook
///
/// A creation that was cut short is completed. A directory that holds a ledger is left alone.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi init --ledger up-odop --name up-odop")]
pub(crate) struct Init {
    /// What the ledger is called in its checkpoints, for ever; printable ASCII without blank or +
    #[arg(long, value_name = "NAME", default_value = "bahi-ledger", value_parser = ledger_name)]
    pub(crate) name: bahi::LedgerName,
}

/// Take commands as JSON lines, and answer each in one JSON line once it is durable
///
/// A command is accepted with its position, refused with a code, a duplicate of one that was
/// accepted before, or malformed with a column; the lines after it go on. Blank lines are skipped
/// and counted. `bahi schema commands` prints what a line may hold.
#[derive(Args, Debug)]
#[command(after_long_help = "The exit status is the worst of the lines: 3 fault, 2 malformed, \
    1 refused, 0 accepted or duplicate.\n\n\
    Answers come when a batch of lines is read or the input ends: a client that waits for each \
    answer before it writes on asks for --batch 1. After a fault the lines of that batch are \
    answered with status fault and the rest is not attempted; submitting the whole file again is \
    safe, since what was recorded answers as a duplicate. Where nobody reads the answers any more, \
    nothing further is submitted, and the exit status is 3. Answers are JSON lines whatever \
    --format says.\n\n\
    Example:\n  bahi submit commands.jsonl\n  bahi submit --batch 1 < commands.jsonl\n  \
    bahi submit --sign dm-vns.key sanctions.jsonl")]
pub(crate) struct Submit {
    /// The file; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// How many lines share a commit
    #[arg(long, value_name = "N", default_value_t = 1_000,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=BATCH_LINES_MAX))]
    pub(crate) batch: usize,
    /// Decide and record nothing; positions are those the commands would take. The whole input is
    /// decided as one batch, in memory
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Sign each line with this key file's key before it is submitted; a line that is signed
    /// already stays as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// The most lines of one batch: what is kept in memory of an input.
pub(crate) const BATCH_LINES_MAX: u64 = 100_000;

/// Print the JSON Schema of what `submit` takes
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi schema commands > commands.schema.json")]
pub(crate) struct Schema {
    /// Of what
    #[arg(value_enum, value_name = "OF")]
    pub(crate) of: SchemaOf,
}

/// What there is a schema of.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub(crate) enum SchemaOf {
    /// The lines of `submit`
    Commands,
}

/// Take bulk history from a spreadsheet, all of a file or nothing
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi import cases cases.csv --check")]
pub(crate) struct Import {
    #[command(subcommand)]
    pub(crate) of: ImportOf,
}

/// What there is to import.
#[derive(Subcommand, Debug)]
pub(crate) enum ImportOf {
    Cases(Cases),
}

/// Take the cases of a spreadsheet, one a row, under a mapping
///
/// Says what the mapping assumes, what the file adds up to, which rows look wrong, and what is new.
/// A file with one unreadable row gives every complaint with its line, and changes nothing. The
/// same file twice changes nothing either. Where the mapping has identifying columns, --keys names
/// the key file under which their numbers become fingerprints, and nothing else is kept of them.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi import cases cases.csv --check\n  \
    bahi import cases cases.csv --map my-columns.toml")]
pub(crate) struct Cases {
    /// The spreadsheet, as CSV
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What the columns mean: a mapping's file, or the name of a built-in one
    #[arg(long, value_name = "FILE", default_value = "odop-margin-money")]
    pub(crate) map: PathBuf,
    /// Go the whole way and record nothing
    #[arg(long)]
    pub(crate) check: bool,
}

/// Say what the terms in force on a day give for the facts of a case
///
/// By the rulebook's terms; by those of the ledger where --ledger or BAHI_LEDGER names one. Who is
/// not entitled gets the refusal and the order it rests on, and exit status 1.
#[derive(Args, Debug)]
#[command(after_long_help = "Amounts in the facts are texts of rupees with at most two places. A \
    fact the terms do not ask for is refused.\n\n\
    Example:\n  bahi entitlement --scheme margin-money --on 2024-06-10 \
    --facts '{\"project_cost\":\"1000000\"}'")]
pub(crate) struct Entitlement {
    /// The scheme: cfc, mda, margin-money, training-toolkit
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: SchemeName,
    /// The day the terms must be in force on
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) on: Day,
    /// The facts, as a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) facts: String,
}

/// Open a scheme from a terms file, amend it, check such a file, show one
///
/// A terms file says which facts a scheme asks for and what it gives for them, so that another
/// programme opens without a release.
#[derive(Args, Debug)]
#[command(
    after_long_help = "The form of the file is in docs/SCHEME-FILES.md; a file to begin from \
    is printed by bahi scheme show margin-money --format toml.\n\n\
    Example:\n  bahi scheme check loom-aid.toml\n  \
    bahi scheme open loom-aid.toml --actor commissioner"
)]
pub(crate) struct Scheme {
    #[command(subcommand)]
    pub(crate) of: SchemeOf,
}

/// What is to become of a scheme.
#[derive(Subcommand, Debug)]
pub(crate) enum SchemeOf {
    /// Read a file and say what it gives, or what is wrong with its line, its column and what is
    /// allowed there
    Check(SchemeCheck),
    /// Open the scheme of a file; the same file twice changes nothing
    Open(SchemeTell),
    /// Give an open scheme the further terms of a file; older decisions keep theirs
    Amend(SchemeTell),
    /// Show a scheme of the rulebook, or of the ledger that is named; --format toml is its file
    Show(SchemeShow),
}

/// A terms file.
#[derive(Args, Debug)]
pub(crate) struct SchemeCheck {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// A terms file that a ledger is told of.
#[derive(Args, Debug)]
pub(crate) struct SchemeTell {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Who is recorded to have done it
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// The day on which it counts; the first day of the terms where nobody says
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) on: Option<Day>,
    /// Decide and record nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// A version of a scheme's terms.
#[derive(Args, Debug)]
#[command(disable_version_flag = true)]
pub(crate) struct SchemeShow {
    /// The scheme
    #[arg(value_name = "NAME", value_parser = SchemeName::new)]
    pub(crate) scheme: SchemeName,
    /// The version's number; the latest where nobody says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) version: Option<u16>,
}

/// List the schemes with their orders, the days they are in force, and what they give
///
/// Those of the rulebook; those open in the ledger where --ledger or BAHI_LEDGER names one.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi schemes margin-money")]
pub(crate) struct Schemes {
    /// One scheme alone
    #[arg(value_name = "SCHEME")]
    pub(crate) scheme: Option<String>,
}

/// List the districts with their codes, names and products
///
/// A cell that no list confirms says so.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi districts varanasi\n  bahi districts pottery")]
pub(crate) struct Districts {
    /// A code, or a part of a name in either script, of a division or of a product
    #[arg(value_name = "SEARCH")]
    pub(crate) search: Option<String>,
}

/// Which past is asked about.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Past {
    /// Only what counts on or before this day
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) as_of: Option<Day>,
    /// Only what the ledger knew at this moment; a bare day means its end in India
    #[arg(long, value_name = "INSTANT", value_parser = Instant::parse)]
    pub(crate) known_on: Option<Instant>,
    /// Only what stood at or before this position
    #[arg(long, value_name = "POSITION", value_parser = position)]
    pub(crate) at: Option<Position>,
}

/// Say what was allotted, sanctioned, disbursed, returned, recovered, and what is left
///
/// `disbursed` is gross of returns; `available` is what may still be sanctioned. Every answer
/// states the position and root it rests on, and both times.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi balances --by scheme,fy --as-of 2024-03-31\n  \
    bahi balances --district Varanasi --as-of 2024-03-31 --known-on 2024-06-30\n  \
    bahi balances --by district --scheme margin-money --format csv")]
pub(crate) struct Balances {
    /// What the rows are told apart by, separated by commas; none for one row of everything
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS", default_value = "scheme")]
    pub(crate) by: Vec<Part>,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
}

/// Say what cases came to beside the money, and what was paid for one of it: rupees a job
///
/// Of each outcome the latest report of a case counts, if its step stands. `paid` is what the cases
/// that reported it were paid, net of returns and recoveries; `not reported` counts paid cases whose
/// terms name it and that said nothing yet. Every answer states the position and root it rests
/// on, and both times.
#[derive(Args, Debug)]
#[command(
    after_long_help = "A case counts in its sanction's fund, as last carried; without a sanction, \
    where it applied. What was paid for one is rounded down to a paisa; amounts have none.\n\n\
    Example:\n  bahi outcomes --by district --scheme margin-money\n  \
    bahi outcomes --by scheme,fy --as-of 2024-03-31 --format csv"
)]
pub(crate) struct Outcomes {
    /// What the rows are told apart by, separated by commas; none for everything together
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS", default_value = "scheme")]
    pub(crate) by: Vec<Part>,
    #[command(flatten)]
    pub(crate) chosen: Chosen,
}

/// Money that came in and nothing accounts for yet, the oldest first
///
/// Ages are counted from the day the money came in to the day of --as-of, else to the day of the
/// last event. What lies here waits for a person: it is cleared by reversing it, once what it is
/// has been recorded.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Example:\n  bahi suspense\n  bahi suspense --scheme mda --as-of 2024-03-31 --format csv"
)]
pub(crate) struct Suspense {
    #[command(flatten)]
    pub(crate) chosen: Chosen,
}

/// A part of a fund that rows are told apart by.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Scheme,
    District,
    Head,
    Fy,
    None,
}

/// Follow a case, a person, an account or an order through every event
///
/// Each event with when it counts and when it was recorded, who acted on what order, the amount,
/// and how the case stands after it. A subject the ledger does not know gives exit status 1.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi trail --case VNS/2024/0042\n  \
    bahi trail --account 0123456789abcdef0123456789abcdef --format json")]
pub(crate) struct Trail {
    #[command(flatten)]
    pub(crate) subject: Subject,
    #[command(flatten)]
    pub(crate) past: Past,
}

/// Whose trail.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Subject {
    /// A case, by its reference
    #[arg(long, value_name = "ID")]
    pub(crate) case: Option<String>,
    /// A person, by the 32 hex digits of the key; 2: before them says fingerprint key 2
    #[arg(long, value_name = "KEY", value_parser = fingerprint)]
    pub(crate) person: Option<bahi_core::Fingerprint>,
    /// A bank account, by the 32 hex digits of the key; 2: before them says fingerprint key 2
    #[arg(long, value_name = "KEY", value_parser = fingerprint)]
    pub(crate) account: Option<bahi_core::Fingerprint>,
    /// An order, by its number
    #[arg(long, value_name = "ID")]
    pub(crate) order: Option<String>,
}

/// Explain every decision of a case: the facts then, the rule, the computation with its numbers
///
/// Each decision with the facts as the case stated them then, the version of the terms it was taken
/// by, the line of the order, every step of the computation, and what the other versions would have
/// given. A case the ledger does not know gives exit status 1.
#[derive(Args, Debug)]
#[command(after_long_help = "A step stands before those it is made of. JSON has the facts, items \
    and steps of every decision.\n\n\
    Example:\n  bahi explain VNS/2024/0042")]
pub(crate) struct Explain {
    /// The case, by its reference
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    #[command(flatten)]
    pub(crate) past: Past,
}

/// List the log itself, event by event
///
/// An event recorded after the day on which it counts says how many days later.
#[derive(Args, Debug)]
#[command(after_long_help = "JSON has every field of an event and its leaf hash in the tree.\n\n\
    Example:\n  bahi events --reverse --limit 20\n  \
    bahi events --as-of 2024-03-31 --known-on 2024-06-30\n  \
    bahi events --kind CommandRefused --format jsonl")]
pub(crate) struct Events {
    /// From this position on
    #[arg(long, value_name = "P", value_parser = position)]
    pub(crate) from: Option<Position>,
    /// Up to this position
    #[arg(long, value_name = "P", value_parser = position)]
    pub(crate) to: Option<Position>,
    /// Of this kind alone: Applied, Sanctioned, Disbursed, CommandRefused and so on
    #[arg(long, value_name = "K", value_parser = kind)]
    pub(crate) kind: Option<EventKind>,
    /// Of this scheme alone
    #[arg(long, value_name = "S", value_parser = SchemeName::new)]
    pub(crate) scheme: Option<SchemeName>,
    /// The latest first
    #[arg(long)]
    pub(crate) reverse: bool,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Go on as the service records more, from --from or from now on; of a service alone
    #[arg(long, conflicts_with_all = ["reverse", "as_of", "known_on", "at"])]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) past: Past,
}

/// What an answer is of.
#[derive(Args, Clone, Debug)]
pub(crate) struct Chosen {
    /// This scheme alone
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: Option<SchemeName>,
    /// This district alone, by code or name, or pool
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    /// This financial year of allotment alone
    #[arg(long, value_name = "FY", value_parser = FinancialYear::parse)]
    pub(crate) fy: Option<FinancialYear>,
    /// This head of account alone
    #[arg(long, value_name = "HEAD", value_parser = HeadName::new)]
    pub(crate) head: Option<HeadName>,
    #[command(flatten)]
    pub(crate) past: Past,
}

impl From<&Chosen> for Filter {
    fn from(chosen: &Chosen) -> Filter {
        let Chosen { scheme, district, fy, head, past: _ } = chosen.clone();
        Filter { scheme, district, fy, head }
    }
}

/// Fold history again from its first event, and prove it equal to what is live
///
/// Says how fast, and what the balances then are, which alone are folded. With --compare the rules' state
/// and every view are folded too, each event as the rules let it follow, and compared byte for byte with
/// the live ones; exit status 1 where they differ.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi replay --compare\n  bahi replay --as-of 2023-03-31")]
pub(crate) struct Replay {
    /// Up to this position
    #[arg(long, value_name = "P", value_parser = position)]
    pub(crate) to: Option<Position>,
    /// Only what counts on or before this day
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) as_of: Option<Day>,
    /// Only what the ledger knew at this moment; a bare day means its end in India
    #[arg(long, value_name = "T", value_parser = Instant::parse)]
    pub(crate) known_on: Option<Instant>,
    /// Compare with the live state
    #[arg(long)]
    pub(crate) compare: bool,
}

/// Show what is put away beside the ledger, and what is folded when it is opened
///
/// Folds are caches of the log: which there are, of which version, up to which event each holds. One of
/// another version or another history is folded again. Whether they are what the log folds to,
/// `bahi verify` tells.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi folds\n  bahi folds --format json")]
pub(crate) struct Folds {}

/// Check every page, record, link, tree node, fold and law of the ledger
///
/// Everything is read and computed again from the stored bytes, every certificate of balances too. A
/// ledger too damaged to open is examined all the same, and nothing is written to it. With
/// --against, it is compared with a checkpoint that was kept elsewhere: consistent says that
/// nothing before it was changed; forked, that history was rewritten; unproven, that it was
/// shortened, or that the checkpoint shows nothing.
#[derive(Args, Debug)]
#[command(after_long_help = "Exit status: 0 all holds; 1 something does not, and the exact place \
    is said; 2 the directory is no ledger; 3 the ledger is in use, of a newer form, or cannot be \
    read for a reason other than damage.\n\n\
    Nothing is written to the ledger, however damaged it is: its store is copied to the temporary \
    directory (TMPDIR), which needs as much room, and opened there. A backup is read as it is.\n\n\
    Example:\n  bahi verify --ledger up-odop\n  \
    bahi verify --against 2025-03-31.note --key up-odop.keys")]
pub(crate) struct Verify {
    /// A signed checkpoint of this ledger, kept elsewhere
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) against: Option<PathBuf>,
    /// The ledger's public key, or a file of such keys, one a line; may be repeated. Without one
    /// the checkpoint's signature is not checked
    #[arg(long, value_name = "KEY", requires = "against")]
    pub(crate) key: Vec<String>,
    /// A C2SP policy: logs, witnesses, and how many of them must have cosigned the checkpoint
    #[arg(long, value_name = "FILE", requires = "against", conflicts_with = "key")]
    pub(crate) policy: Option<PathBuf>,
    /// Decide every sanction again under the terms it pins and the facts as they stood
    #[arg(long)]
    pub(crate) redecide: bool,
}

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi completions bash > bahi.bash && . ./bahi.bash")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Print a manual page
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi man submit > bahi-submit.1 && man ./bahi-submit.1")]
pub(crate) struct Man {
    /// Of this command; of the program without one
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

fn position(text: &str) -> Result<Position, String> {
    let number = text.parse().map_err(|_| "a position is a whole number from 0".to_owned())?;
    Ok(Position(number))
}

fn fingerprint(text: &str) -> Result<bahi_core::Fingerprint, String> {
    let (key_id, digits) = text.split_once(':').unwrap_or(("1", text));
    let key_id = key_id.parse().ok().filter(|key_id| *key_id > 0);
    let found = bahi_core::Fingerprint::parse(digits);
    found.zip(key_id).map(|(found, key_id)| bahi_core::Fingerprint { key_id, ..found }).ok_or_else(
        || "a key is 32 lower-case hex digits, after 2: where fingerprint key 2 made it".to_owned(),
    )
}

fn kind(text: &str) -> Result<EventKind, String> {
    let known = || EventKind::ALL.map(EventKind::name).join(", ");
    EventKind::from_name(text).ok_or_else(|| format!("the kinds are {}", known()))
}

fn district(text: &str) -> Result<District, String> {
    use bahi::rulebook::districts::{by_name, suggest};
    let found = District::parse(text).or_else(|| by_name(text).map(|entry| entry.code));
    found.ok_or_else(|| match suggest(text) {
        Some(entry) => format!("no district has this name; did you mean {}", entry.name),
        None => "no district has this name; bahi districts lists them".to_owned(),
    })
}

fn ledger_name(text: &str) -> Result<bahi::LedgerName, bahi::LedgerNameError> {
    bahi::LedgerName::new(text)
}
