//! `bahi statement`: what a bank's file holds, and its lines into the log.

use std::{fs, path::Path};

use bahi::{
    DetailsError, NewVault,
    json::{StatementAddedAnswer, StatementFileAnswer},
    recon::{AddError, AddOptions, ReadOptions, profile, show_statement},
};

use crate::{
    Streams,
    arguments::{Format, Global, Reading, StatementAdd, StatementOf},
    commands::{count, counted, details::open_vault, grouped},
    open::open_to_write,
    status::{Failure, Status},
    table::{Table, number, text},
    write,
};

/// The most warnings a table shows; JSON has them all.
const WARNINGS_SHOWN_MAX: usize = 20;

pub(super) fn run(
    of: &StatementOf,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match of {
        StatementOf::Show(asked) => {
            let (bytes, options) = read(&asked.reading)?;
            let shown = show_statement(&bytes, &options);
            let answer = shown.map_err(|fault| unreadable(&asked.reading.file, &fault))?;
            show(&answer, global, streams)
        }
        StatementOf::Add(asked) => add(asked, global, streams),
    }
}

/// The file's bytes, and how they are to be read.
fn read(reading: &Reading) -> Result<(Vec<u8>, ReadOptions), Failure> {
    let path = &reading.file;
    let named = |error: std::io::Error| {
        Failure::misuse(format!("{}: {error}; name a file that can be read", path.display()))
    };
    let layout = match &reading.profile {
        None => None,
        Some(name) => {
            let mut failed = None;
            let file = || {
                fs::read_to_string(name).unwrap_or_else(|error| {
                    failed = Some(error);
                    String::new()
                })
            };
            let layout = profile(name, file);
            if let Some(error) = failed {
                return Err(Failure::misuse(format!(
                    "{name} is no built-in layout and no file that can be read: {error}"
                )));
            }
            Some(layout.map_err(|error| Failure::misuse(format!("{name}: {error}")))?)
        }
    };
    let bytes = fs::read(path).map_err(named)?;
    Ok((bytes, ReadOptions { format: reading.kind, layout }))
}

fn unreadable(path: &Path, fault: &bahi::recon::FileFault) -> Failure {
    Failure::misuse(format!("{}: {fault}", path.display()))
}

fn show(
    answer: &StatementFileAnswer,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match global.format {
        Format::Json => write::json(streams.out, answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.statements)?,
        Format::Csv => csv(answer, streams)?,
        Format::Table => table(answer, streams)?,
    }
    Ok(Status::Done)
}

fn csv(answer: &StatementFileAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = [
        "account",
        "currency",
        "from",
        "to",
        "opening",
        "closing",
        "entries",
        "details",
        "credits",
        "debits",
        "balance_equation",
        "set_aside",
    ];
    write::csv_row(streams.out, heading)?;
    for one in &answer.statements {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        write::csv_row(
            streams.out,
            [
                or_empty(&one.account),
                or_empty(&one.currency),
                or_empty(&one.from),
                or_empty(&one.to),
                or_empty(&one.opening),
                or_empty(&one.closing),
                one.entries.to_string(),
                one.details.to_string(),
                one.credits.clone(),
                one.debits.clone(),
                one.balance_equation.map(|holds| holds.to_string()).unwrap_or_default(),
                one.set_aside.to_string(),
            ],
        )?;
    }
    Ok(())
}

fn table(answer: &StatementFileAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let variant = answer.variant.as_deref().map(|one| format!(", {one}")).unwrap_or_default();
    writeln!(streams.out, "{}{variant}\n", answer.format)?;
    let mut table = Table::new([
        text("account"),
        text("days"),
        number("opening"),
        number("in"),
        number("out"),
        number("closing"),
        number("entries"),
        text("agrees"),
    ]);
    for one in &answer.statements {
        let day = |day: &Option<String>| day.clone().unwrap_or_else(|| "?".to_owned());
        let amount = |amount: &Option<String>| amount.as_deref().map_or("–".to_owned(), grouped);
        let agrees = match one.balance_equation {
            Some(true) => "yes",
            Some(false) => "no",
            None => "cannot say",
        };
        table.row([
            one.account.clone().unwrap_or_else(|| "not named".to_owned()),
            format!("{} to {}", day(&one.from), day(&one.to)),
            amount(&one.opening),
            grouped(&one.credits),
            grouped(&one.debits),
            amount(&one.closing),
            count(one.entries),
            agrees.to_owned(),
        ]);
    }
    if table.len() > 0 {
        table.write(streams.out, streams.terminal.width)?;
    }
    if answer.instructions + answer.payment_statuses > 0 {
        let asked = counted(answer.instructions, "payment asked for", "payments asked for");
        let told = counted(answer.payment_statuses, "answer", "answers");
        writeln!(streams.out, "{asked}, {told} about payments")?;
    }
    let bytes = &answer.account_of_bytes;
    writeln!(
        streams.out,
        "\n{} bytes: {} read, {} set aside",
        count(bytes.total),
        count(bytes.read),
        count(bytes.set_aside)
    )?;
    for warning in answer.warnings.iter().take(WARNINGS_SHOWN_MAX) {
        writeln!(streams.out, "- line {}: {}", warning.line, warning.what)?;
    }
    let shown = answer.warnings.len().min(WARNINGS_SHOWN_MAX) as u64;
    if answer.warnings_count > shown {
        let more = count(answer.warnings_count - shown);
        writeln!(streams.out, "- and {more} more (--format json lists them)")?;
    }
    Ok(())
}

fn add(
    asked: &StatementAdd,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let (bytes, read) = read(&asked.reading)?;
    let path = asked.reading.file.display();
    let mut ledger = open_to_write(global, true, streams)?;
    let (account, actor) = (asked.account.clone(), asked.actor.clone());
    let options = AddOptions { read, account, day: asked.day, label: asked.label.clone(), actor };
    let added = match &global.vault {
        None => ledger.add_statement(&bytes, &options),
        Some(dir) => {
            let mut vault = open_vault(&ledger, dir, NewVault::First, global, streams)?;
            ledger.add_statement_keeping(&bytes, &options, &mut vault)
        }
    };
    if matches!(added, Err(AddError::Vault(_))) {
        writeln!(
            streams.err,
            "bahi: the lines are recorded; add the file again to keep what the bank wrote beside them"
        )?;
    }
    let added = added.map_err(|error| match error {
        AddError::KeysMissing => Failure::misuse(
            "accounts are kept as fingerprints, and no key file is named; name the ledger's by \
             --keys FILE",
        ),
        AddError::NoAccount { .. } => Failure::misuse(format!("{path}: {error} by --account")),
        AddError::NoDay { .. } => {
            Failure::misuse(format!("{path}: {error}; of answers, --day states it"))
        }
        AddError::Unreadable(_) | AddError::NoStatement(_) | AddError::TooMany => {
            Failure::misuse(format!("{path}: {error}"))
        }
        AddError::Refused(_) => Failure::no(format!("{path}: {error}; nothing of it is recorded")),
        AddError::Vault(error) => DetailsError::from(error).into(),
        AddError::Failed(error) => error.into(),
    })?;
    let answer = added.answer(ledger.position());
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.statements)?,
        Format::Csv => {
            write::csv_row(
                streams.out,
                [
                    "position",
                    "part",
                    "lines",
                    "repeated",
                    "set_aside",
                    "unbooked",
                    "answers",
                    "kept",
                    "named",
                    "unclear",
                ],
            )?;
            for one in &answer.statements {
                let numbers = [
                    one.position,
                    one.part.into(),
                    one.lines.into(),
                    one.repeated.into(),
                    one.set_aside.into(),
                    one.unbooked,
                ];
                let kept = one.kept.map(|kept| kept.to_string()).unwrap_or_default();
                let [named, unclear] = [one.named, one.unclear].map(|count| count.to_string());
                let beside = [one.answers.to_string(), kept, named, unclear];
                let numbers = numbers.map(|number| number.to_string());
                write::csv_row(streams.out, numbers.into_iter().chain(beside))?;
            }
        }
        Format::Table => tell(&answer, streams)?,
    }
    Ok(Status::Done)
}

fn tell(answer: &StatementAddedAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    if answer.known {
        writeln!(streams.out, "the ledger holds this file; nothing was recorded")?;
    }
    for one in &answer.statements {
        let beside = |what: &str, count: u64| match count {
            0 => String::new(),
            count => format!(", {count} {what}"),
        };
        let (of, open) = match one.answers {
            true => (counted(one.lines.into(), "answer", "answers"), "not settled yet"),
            false => (counted(one.lines.into(), "line", "lines"), "not booked yet"),
        };
        let what = if one.answers { "answers" } else { "statement" };
        writeln!(
            streams.out,
            "{what} at {}: {of}{}{}{}{}{}{}",
            one.position,
            beside("named by what stands beside", one.named.into()),
            beside("beside which more than one reference stands", one.unclear.into()),
            beside("told before", one.repeated.into()),
            beside("set aside", one.set_aside.into()),
            beside(open, one.unbooked),
            beside("kept in the vault", one.kept.unwrap_or_default().into()),
        )?;
    }
    for one in &answer.statements {
        let Some(follows) = &one.follows else { continue };
        if follows.days_missing > 0 {
            let days = counted(follows.days_missing.into(), "day", "days");
            let last = &follows.last;
            writeln!(streams.out, "{days} after {last} are in no statement of this account")?;
        }
        if let Some(apart) = &follows.apart {
            let (apart, last) = (grouped(apart), &follows.last);
            writeln!(streams.out, "it opens ₹ {apart} from where the one to {last} closed")?;
        }
    }
    if answer.statements.iter().any(|one| one.kept.is_none()) {
        writeln!(
            streams.out,
            "what the bank wrote beside them is kept nowhere: --vault DIR names a vault for it"
        )?;
    }
    Ok(())
}
