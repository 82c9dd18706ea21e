//! From arguments to the command that answers them, one module each.

mod audit;
mod backup;
mod balances;
mod certify;
mod check_export;
mod check_proof;
mod checkpoint;
mod demo;
mod details;
mod entitlement;
mod events;
mod explain;
mod export;
mod folds;
mod import;
mod init;
mod invented;
mod key;
mod outcomes;
mod pack;
mod payments;
mod papers;
mod prove;
mod reconcile;
mod replay;
mod restore;
mod rulebook;
mod salvage;
mod sample;
mod scheme;
mod serve;
mod shell;
mod statement;
mod submit;
mod suspense;
mod terms;
mod tiles;
mod tour;
mod token;
pub(crate) mod trail;
mod trust;
mod vault;
mod verify;
mod witness;

use std::{ffi::OsString, path::Path};

use bahi::{
    Basis, Filter, View,
    core::{Instant, Money, Names},
    reports::Table,
};
use clap::{Parser, error::ErrorKind};

use crate::{
    Streams,
    arguments::{
        Cli, Command, DemoOf, ExportOf, Global, ImportOf, Past, Payments, PaymentsOf, Rare,
        SchemaOf, TilesOf, VaultOf, WitnessOf,
    },
    status::{Failure, Status},
    write,
};

/// Parses the arguments and runs the command they name.
pub(crate) fn run(arguments: &[OsString], streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let Cli { stated, command } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return said_by_clap(&error, streams),
    };
    let (global, rare) = stated.split();
    check_rare(rare, &command)?;
    check_place(&global, &command)?;
    match command {
        Command::Demo(demo) => match &demo.of {
            Some(DemoOf::Statements(asked)) => invented::statements(asked, &global, streams),
            None => demo::run(&demo, &global, program(arguments), streams),
        },
        Command::Tour(tour) => tour::run(&tour, &global, program(arguments), streams),
        Command::Init(init) => init::run(&init, &global, streams),
        Command::Submit(submit) => submit::run(&submit, &global, streams),
        Command::Schema(schema) => match schema.of {
            SchemaOf::Commands => {
                write::json(streams.out, &bahi::json::command_schema())?;
                Ok(Status::Done)
            }
        },
        Command::Import(import) => match import.of {
            ImportOf::Cases(cases) => import::run(&cases, &global, streams),
        },
        Command::Vault(vault) => match vault.of {
            VaultOf::Keys(keys) => vault::keys(&keys, &global, streams),
            VaultOf::Put(asked) => details::put(&asked, &global, streams),
            VaultOf::Show(asked) => details::show(&asked, &global, streams),
            VaultOf::Erase(asked) => details::erase(&asked, &global, streams),
            VaultOf::Accesses(asked) => details::accesses(&asked, &global, streams),
        },
        Command::Entitlement(asked) => entitlement::run(&asked, &global, streams),
        Command::Scheme(asked) => {
            scheme::run(&asked.of, &global, rare == Some(Rare::Toml), streams)
        }
        Command::Schemes(asked) => rulebook::schemes(&asked, &global, streams),
        Command::Districts(asked) => rulebook::districts(&asked, &global, streams),
        Command::Balances(asked) => balances::run(&asked, &global, streams),
        Command::Audit(asked) => audit::run(&asked, &global, streams),
        Command::Sample(asked) => sample::run(&asked, &global, streams),
        Command::Certificate(asked) => papers::certificate(&asked, &global, rare, streams),
        Command::Paper(asked) => papers::run(&asked.of, &global, rare, streams),
        Command::Statement(asked) => statement::run(&asked.of, &global, streams),
        Command::Reconcile(asked) => reconcile::run(&asked, &global, streams),
        Command::Outcomes(asked) => outcomes::run(&asked, &global, streams),
        Command::Suspense(asked) => suspense::run(&asked, &global, streams),
        Command::Payments(asked) => match asked.of {
            PaymentsOf::Due(asked) => payments::due(&asked, &global, streams),
            PaymentsOf::Export(asked) => payments::export(&asked, &global, streams),
            PaymentsOf::Files(_) => payments::files(&global, streams),
        },
        Command::Trail(asked) => trail::run(&asked, &global, streams),
        Command::Explain(asked) => explain::run(&asked, &global, streams),
        Command::Events(asked) => events::run(&asked, &global, streams),
        Command::Export(export) => match export.of {
            ExportOf::Postings(asked) => export::run(Table::Postings, &asked, &global, streams),
            ExportOf::GlDetail(asked) => export::run(Table::GlDetail, &asked, &global, streams),
            ExportOf::Events(asked) => export::run(Table::Events, &asked, &global, streams),
            ExportOf::Cases(asked) => export::run(Table::Cases, &asked, &global, streams),
            ExportOf::Balances(asked) => export::run(Table::Balances, &asked, &global, streams),
        },
        Command::CheckExport(asked) => check_export::run(&asked, &global, streams),
        Command::Replay(asked) => replay::run(&asked, &global, streams),
        Command::Folds(_) => folds::run(&global, streams),
        Command::Verify(asked) => verify::run(&asked, &global, streams),
        Command::Key(asked) => key::run(&asked, &global, streams),
        Command::Checkpoint(asked) => checkpoint::run(&asked, &global, streams),
        Command::Prove(asked) => prove::record(&asked, &global, streams),
        Command::Certify(asked) => certify::certify(&asked, &global, streams),
        Command::Seal(asked) => certify::seal(&asked, &global, streams),
        Command::ProveBalance(asked) => prove::balance(&asked, &global, streams),
        Command::ProveHistory(asked) => witness::history(&asked, &global, streams),
        Command::Witness(asked) => match asked.of {
            WitnessOf::Ask(asked) => witness::ask(&asked, &global, streams),
            WitnessOf::Add(asked) => witness::add(&asked, &global, streams),
        },
        Command::CheckProof(asked) => check_proof::run(&asked, &global, streams),
        Command::Tiles(asked) => match asked.of {
            TilesOf::Export(asked) => tiles::run(&asked, &global, streams),
        },
        Command::Backup(asked) => backup::run(&asked, &global, streams),
        Command::Restore(asked) => restore::run(&asked, &global, streams),
        Command::Salvage(asked) => salvage::run(&asked, &global, streams),
        Command::Serve(asked) => serve::run(&asked, &global, streams),
        Command::Token(asked) => token::run(&asked, &global, streams),
        Command::Completions(asked) => shell::completions(&asked, streams),
        Command::Man(asked) => shell::man(&asked, streams),
    }
}

/// Makes sure that a form which few commands write is asked of one of them.
fn check_rare(rare: Option<Rare>, command: &Command) -> Result<(), Failure> {
    let paper = matches!(command, Command::Certificate(_) | Command::Paper(_));
    let told = match rare {
        None => return Ok(()),
        Some(Rare::Toml) if scheme::writes_toml(command) => return Ok(()),
        Some(Rare::Html | Rare::Pdf) if paper => return Ok(()),
        Some(Rare::Toml) => "--format toml is for bahi scheme show alone",
        Some(Rare::Html) => "--format html is for bahi certificate and bahi paper",
        Some(Rare::Pdf) => "--format pdf is for bahi certificate and bahi paper",
    };
    let here = if paper { "table, json, html or pdf" } else { "table, json, jsonl or csv" };
    Err(Failure::misuse(format!("{told}; here it is {here}")))
}

/// Makes sure that what is to be done over a service can be.
fn check_place(global: &Global, command: &Command) -> Result<(), Failure> {
    if global.server.is_none() {
        let given =
            [(&global.token_file, "--token-file"), (&global.ca, "--ca"), (&global.copy, "--copy")];
        let given = given.into_iter().find(|(path, _)| path.is_some());
        return given.map_or(Ok(()), |(_, name)| {
            Err(Failure::misuse(format!("{name} is about a service; name that by --server")))
        });
    }
    let from_environment = std::env::var_os("BAHI_LEDGER");
    let named = global.ledger.as_deref().map(Path::as_os_str);
    if named.is_some() && named != from_environment.as_deref() {
        return Err(Failure::misuse(
            "a ledger is in a directory or at a service: name one of --ledger and --server",
        ));
    }
    works_at_home(command).map_or(Ok(()), |what| {
        Err(Failure::misuse(format!(
            "bahi {what} works where the ledger lies, and not over a service: leave --server out \
             and name a directory by --ledger, on the machine that keeps it (stop the service first \
             where it has the ledger open)"
        )))
    })
}

/// What a command is called that works in a directory alone.
fn works_at_home(command: &Command) -> Option<&'static str> {
    Some(match command {
        Command::Demo(_) => "demo",
        Command::Tour(_) => "tour",
        Command::Init(_) => "init",
        Command::Import(_) => "import",
        Command::Vault(_) => "vault",
        Command::Key(_) => "key",
        Command::Folds(_) => "folds",
        Command::Restore(_) => "restore",
        Command::Salvage(_) => "salvage",
        Command::Serve(_) => "serve",
        Command::Token(_) => "token",
        Command::Witness(_) => "witness",
        Command::Payments(Payments { of: PaymentsOf::Export(_) }) => "payments export",
        Command::Submit(_)
        | Command::Schema(_)
        | Command::Entitlement(_)
        | Command::Scheme(_)
        | Command::Schemes(_)
        | Command::Districts(_)
        | Command::Balances(_)
        | Command::Outcomes(_)
        | Command::Suspense(_)
        | Command::Payments(_)
        | Command::Trail(_)
        | Command::Explain(_)
        | Command::Events(_)
        | Command::Export(_)
        | Command::CheckExport(_)
        | Command::Audit(_)
        | Command::Sample(_)
        | Command::Certificate(_)
        | Command::Paper(_)
        | Command::Statement(_)
        | Command::Reconcile(_)
        | Command::Replay(_)
        | Command::Verify(_)
        | Command::Checkpoint(_)
        | Command::Prove(_)
        | Command::Certify(_)
        | Command::Seal(_)
        | Command::ProveBalance(_)
        | Command::ProveHistory(_)
        | Command::CheckProof(_)
        | Command::Tiles(_)
        | Command::Backup(_)
        | Command::Completions(_)
        | Command::Man(_) => return None,
    })
}

/// Help and version are answers; anything else is misuse, in one line.
fn said_by_clap(error: &clap::Error, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let text = error.render().to_string();
    if !error.use_stderr() {
        streams.out.write_all(text.as_bytes())?;
        return Ok(Status::Done);
    }
    if error.kind() == ErrorKind::MissingSubcommand {
        return Err(Failure::misuse(
            "no command is named; bahi help lists them, bahi demo shows them at work",
        ));
    }
    let rest = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more");
    let told = text.lines().map(str::trim).take_while(rest);
    let mut line = String::new();
    for part in told.filter(|part| !part.is_empty()) {
        let part = part.trim_start_matches("error: ").trim_start_matches("tip: ");
        if !line.is_empty() {
            line.push_str(if line.ends_with(':') { " " } else { "; " });
        }
        line.push_str(part);
    }
    Err(Failure::misuse(format!("{line}; see bahi help")))
}

/// What the program was called by, so that what it prints can be called again.
fn program(arguments: &[OsString]) -> String {
    let name = arguments.first().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| Path::new(name).components().count() > 1).unwrap_or_else(|| "bahi".into())
}

impl From<&Past> for View {
    fn from(past: &Past) -> View {
        View { as_of: past.as_of, known_on: past.known_on, at: past.at }
    }
}

/// The lines above a table: what the answer rests on.
fn say_basis(simulated: bool, basis: &Basis, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let counting = match basis.as_of {
        Some(day) => format!("counting what is effective by {day}"),
        None => "counting every effective day".to_owned(),
    };
    let clock = if simulated { " (simulated clock)" } else { "" };
    let (position, known_on) = (basis.position, moment(basis.known_on));
    writeln!(streams.out, "position {position}, known on {known_on}{clock}\n{counting}")?;
    Ok(writeln!(streams.out, "root {}\n", basis.root)?)
}

/// The day on which an event counts, and how many days after it was recorded, where it was.
fn late(effective_day: &str, days: u32) -> String {
    match days {
        0 => effective_day.to_owned(),
        1 => format!("{effective_day}\n1 day later"),
        days => format!("{effective_day}\n{days} days later"),
    }
}

/// A moment to the second, in India.
fn moment(instant: Instant) -> String {
    format!("{} IST", stamp(&instant.to_string()))
}

/// The day and time of a moment in its documented form.
fn stamp(text: &str) -> String {
    text.chars().take(19).map(|found| if found == 'T' { ' ' } else { found }).collect()
}

/// An amount of an answer, grouped for a person.
fn grouped(amount: &str) -> String {
    Money::parse(amount).map_or_else(|_| amount.to_owned(), Money::grouped)
}

/// A scheme a person named, provided that it is open.
fn check_scheme(names: &Names, scheme: &str) -> Result<bahi::core::SchemeNo, Failure> {
    names.scheme_no(scheme).ok_or_else(|| {
        let open: Vec<String> = names.schemes().map(|(_, name)| name.to_string()).collect();
        let open = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
        Failure::misuse(format!("no scheme {scheme} is open in this ledger; open are {open}"))
    })
}

/// Makes sure that the scheme a person named is open, and that a fund has the head.
fn check_funds(names: &Names, chosen: &Filter) -> Result<(), Failure> {
    if let Some(scheme) = &chosen.scheme {
        check_scheme(names, scheme.as_str())?;
    }
    if let Some(head) = chosen.head.as_ref().filter(|head| names.head_no(head.as_str()).is_none()) {
        return Err(Failure::misuse(format!("no fund of this ledger has the head {head}")));
    }
    Ok(())
}

/// A district with its name, for a person.
fn district_name(district: bahi::core::District) -> String {
    match bahi::rulebook::districts::by_code(district) {
        Some(entry) => format!("{district} {}", entry.name),
        None => district.to_string(),
    }
}

/// A count and what it counts: 1 payment, 11,608 payments.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A count as a person reads it: 11,608.
fn count(number: u64) -> String {
    let rupees = bahi::core::Total::from_paise(i128::from(number) * 100).grouped();
    rupees.trim_end_matches(".00").to_owned()
}
