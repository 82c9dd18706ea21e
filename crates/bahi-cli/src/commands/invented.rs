//! `bahi demo statements`: a month of bank files made up from a ledger, with the truth beside them.
//!
//! # Invariants
//! * No file is written over: the directory is new or empty.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use bahi::{
    demo::{MonthOfFiles, Shares, Told},
    recon::invented::StatementForm,
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{DemoStatements, Format, Global},
    commands::{count, counted},
    open::open,
    status::{Failure, Status},
    table::{Table, number, text},
    whole::WholeFile,
    write,
};

/// What the truth is called.
const TRUTH: &str = "truth.jsonl";

/// A row of the truth.
#[derive(Serialize)]
struct Row {
    payment: Option<u64>,
    returned: Option<u64>,
    case_ref: Option<String>,
    amount: String,
    fate: &'static str,
    referenced: bool,
    narration: Option<&'static str>,
    file: Option<&'static str>,
    lines: Vec<u32>,
    answer: Option<&'static str>,
}

/// What the command answers.
#[derive(Serialize)]
struct Answer {
    month: String,
    seed: u64,
    files: Vec<&'static str>,
    truth: &'static str,
    payments: usize,
    fates: BTreeMap<&'static str, u64>,
}

pub(super) fn statements(
    asked: &DemoStatements,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open(global, streams)?;
    let month = match asked.month {
        Some(month) => month,
        None => ledger.busiest_month_of_payments()?.ok_or_else(|| {
            Failure::no("no payment was instructed in this ledger, so there is nothing to make up")
        })?,
    };
    let all = StatementForm::ALL.to_vec();
    let forms = if asked.forms.is_empty() { &all } else { &asked.forms };
    let shares = Shares::from(&asked.shares);
    let made = ledger.make_up_statements(month, asked.seed, shares, forms)?;
    if made.files.is_empty() {
        let month = &month.first().to_string()[..7];
        return Err(Failure::no(format!("no payment of this ledger is of {month}")));
    }
    ready(&asked.out)?;
    put(&made, &asked.out, &global.dir())?;
    let mut fates: BTreeMap<&'static str, u64> = BTreeMap::new();
    for told in &made.truth {
        *fates.entry(told.fate.name()).or_default() += 1;
    }
    let answer = Answer {
        month: month.first().to_string()[..7].to_owned(),
        seed: asked.seed,
        files: made.files.iter().map(|(name, _)| *name).collect(),
        truth: TRUTH,
        payments: made.truth.iter().filter(|told| told.payment.is_some()).count(),
        fates,
    };
    tell(&answer, &asked.out, global, streams)
}

/// Makes the directory; one that is there must be empty.
fn ready(dir: &Path) -> Result<(), Failure> {
    let named = dir.display();
    let failed = |error: io::Error| Failure::misuse(format!("{named}: {error}; name another"));
    match fs::create_dir(dir) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if fs::read_dir(dir).map_err(failed)?.next().is_some() {
                return Err(Failure::misuse(format!("{named}: not empty; name another directory")));
            }
            Ok(())
        }
        Err(error) => Err(failed(error)),
    }
}

fn put(made: &MonthOfFiles, dir: &Path, ledger: &Path) -> Result<(), Failure> {
    let mut truth = Vec::new();
    for told in &made.truth {
        write::json_line(&mut truth, &row(told))?;
    }
    let files = made.files.iter().map(|(name, bytes)| (*name, bytes));
    for (name, bytes) in files.chain([(TRUTH, &truth)]) {
        let mut file = WholeFile::begin(&dir.join(name), false, ledger)?;
        let written = file.out().write_all(bytes);
        written.map_err(|error| file.failed(&error))?;
        file.finish()?;
    }
    Ok(())
}

fn row(told: &Told) -> Row {
    Row {
        payment: told.payment.map(|position| position.0),
        returned: told.returned.map(|position| position.0),
        case_ref: told.case.as_ref().map(ToString::to_string),
        amount: told.amount.to_string(),
        fate: told.fate.name(),
        referenced: told.referenced,
        narration: told.narration,
        file: told.file,
        lines: told.lines.clone(),
        answer: told.answer,
    }
}

fn tell(
    answer: &Answer,
    out: &Path,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match global.format {
        Format::Json => write::json(streams.out, answer)?,
        Format::Jsonl => write::json_line(streams.out, answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["fate", "count"])?;
            for (fate, count) in &answer.fates {
                write::csv_row(streams.out, [*fate, &count.to_string()])?;
            }
        }
        Format::Table => {
            let payments = counted(answer.payments as u64, "payment", "payments");
            let (month, files) = (&answer.month, answer.files.join(", "));
            let out = out.display();
            writeln!(streams.out, "{payments} of {month}, made up in {out}: {files}")?;
            writeln!(streams.out, "what is true of them is in {TRUTH}\n")?;
            let mut table = Table::new([text("what became of them"), number("how many")]);
            for (fate, number) in &answer.fates {
                table.row([fate.replace('_', " "), count(*number)]);
            }
            table.write(streams.out, streams.terminal.width)?;
        }
    }
    Ok(Status::Done)
}
