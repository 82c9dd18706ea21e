//! `bahi payments due|export|files`: files of payments for the bank, every instruction once.
//!
//! # Invariants
//! * The file is begun beside its place before anything is recorded, and stands in its place only
//!   after.
//! * No answer and no message has a name or an account number.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
};

use bahi::{
    Asked, NewVault, PaymentProblem, PaymentRun, PaymentsError, RecordedFile,
    core::Day,
    json::{LeftOutAnswer, PaymentDueAnswer, PaymentFileAnswer},
    proof::sha256,
    recon::{PAYER_BYTES_MAX, Payer},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, PaymentsDue, PaymentsExport, PaymentsWanted},
    commands::{check_scheme, count, counted, details::open_vault, details::vault_dir, grouped},
    open::{open_asked, open_to_write},
    status::{Failure, Status, one_line},
    table::{Table, number, text, words},
    whole::WholeFile,
    write,
};

/// The largest file that is taken for a payment file.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// What `payments export` answers.
#[derive(Serialize)]
struct Exported {
    /// `written`, `written_again`, `stands`.
    status: &'static str,
    #[serde(flatten)]
    recorded: PaymentFileAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    out: String,
}

/// What it answers where there is nothing to write.
#[derive(Serialize)]
struct Nothing {
    status: &'static str,
    left_out: LeftOutAnswer,
}

/// What it answers where payments cannot be asked for.
#[derive(Serialize)]
struct Refused {
    refusal: &'static str,
    message: String,
    problems: Vec<Problem>,
}

/// One of them.
#[derive(Serialize)]
struct Problem {
    position: u64,
    case_ref: Option<String>,
    why: String,
}

pub(super) fn due(
    asked: &PaymentsDue,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open_asked(global, streams)?;
    let run = run(&asked.wanted, &*ledger)?;
    let due = ledger.payments_due(&run)?;
    let answer = due.answer(&run);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.payments)?,
        Format::Csv => {
            write::csv_row(streams.out, ["position", "case_ref", "instalment", "amount"])?;
            for one in &answer.payments {
                write::csv_row(streams.out, cells(one))?;
            }
        }
        Format::Table => {
            let (out, width) = (&mut *streams.out, streams.terminal.width);
            let mut table = Table::new([
                number("position"),
                text("case"),
                number("instalment"),
                number("amount"),
            ]);
            for one in &answer.payments {
                let [position, case, instalment, amount] = cells(one);
                table.row([position, case, instalment, grouped(&amount)]);
            }
            table.write(out, width)?;
            let payments = counted(answer.payments.len() as u64, "payment", "payments");
            let total = due.total.grouped();
            writeln!(out, "\n{payments} by {} on {}, ₹ {total}", answer.form, answer.on)?;
            say_left_out(&answer.left_out, streams)?;
            if let Some(file) = &answer.unfinished {
                writeln!(
                    streams.out,
                    "file {}, recorded at position {}, was never seen to be written and comes first",
                    file.number, file.position
                )?;
            }
        }
    }
    Ok(Status::Done)
}

fn cells(one: &PaymentDueAnswer) -> [String; 4] {
    let case = one.case_ref.clone().unwrap_or_default();
    [one.position.to_string(), case, one.instalment.to_string(), one.amount.clone()]
}

pub(super) fn files(global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let ledger = open_asked(global, streams)?;
    let files: Vec<PaymentFileAnswer> =
        ledger.payment_files()?.iter().map(RecordedFile::answer).collect();
    let cells = |one: &PaymentFileAnswer| {
        let written = one.written.map(|position| position.to_string()).unwrap_or_default();
        let (number, position) = (one.number.to_string(), one.position.to_string());
        let (form, payments) = (one.form.clone(), one.payments.to_string());
        [number, position, form, one.on.clone(), payments, written, one.digest.clone()]
    };
    match global.format {
        Format::Json => write::json(streams.out, &files)?,
        Format::Jsonl => write::json_lines(streams.out, &files)?,
        Format::Csv => {
            let heading = ["number", "position", "form", "on", "payments", "written", "digest"];
            write::csv_row(streams.out, heading)?;
            for one in &files {
                write::csv_row(streams.out, cells(one))?;
            }
        }
        Format::Table if files.is_empty() => {
            writeln!(streams.out, "no payment file was written from this ledger")?;
        }
        Format::Table => {
            let columns = [
                number("file"),
                number("position"),
                text("form"),
                text("to be paid on"),
                number("payments"),
                number("written"),
                words("SHA-256"),
            ];
            let mut table = Table::new(columns);
            files.iter().for_each(|one| table.row(cells(one)));
            table.write(streams.out, streams.terminal.width)?;
        }
    }
    Ok(Status::Done)
}

pub(super) fn export(
    asked: &PaymentsExport,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let payer = payer(&asked.payer)?;
    let dir = vault_dir(global)?;
    let mut ledger = open_to_write(global, true, streams)?;
    let by = asked.by.acting();
    ledger.may_export_payments(&by)?;
    let run = run(&asked.wanted, &ledger)?;
    if let Some(digest) = digest_of(&asked.out)? {
        return stands(&mut ledger, digest, asked, global, streams);
    }
    let vault = open_vault(&ledger, &dir, NewVault::No, global, streams)?;
    let mut file = WholeFile::begin_private(&asked.out, &global.dir())?;
    let issued = match ledger.issue_payments(&vault, &payer, &run, &by) {
        Ok(Some(issued)) => issued,
        Ok(None) => {
            let left_out = ledger.payments_due(&run)?.left_out.answer();
            return nothing(left_out, run.on, global, streams);
        }
        Err(PaymentsError::Refused(problems)) => return refuse(&problems, global, streams),
        Err(error) => return Err(error.into()),
    };
    let written = file.out().write_all(&issued.file.bytes);
    written.map_err(|error| recorded_only(&issued.recorded, file.failed(&error)))?;
    file.finish().map_err(|failure| recorded_only(&issued.recorded, failure))?;
    let recorded = ledger.note_payments_written(issued.recorded.digest, &by)?;
    let answer = Exported {
        status: if issued.again { "written_again" } else { "written" },
        recorded: recorded.answer(),
        total: Some(issued.file.total.to_string()),
        message: Some(issued.file.message.clone()),
        out: asked.out.display().to_string(),
    };
    tell(&answer, global, streams)
}

/// A file that stands in its place is one of the ledger's, or is left alone.
fn stands(
    ledger: &mut bahi::Ledger,
    digest: [u8; 32],
    asked: &PaymentsExport,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let out = asked.out.display().to_string();
    let recorded = match ledger.note_payments_written(digest, &asked.by.acting()) {
        Ok(recorded) => recorded,
        Err(PaymentsError::Unknown) => {
            return Err(Failure::misuse(format!(
                "{out}: another file stands there, which is no payment file of this ledger; name \
                 another"
            )));
        }
        Err(error) => return Err(error.into()),
    };
    let answer =
        Exported { status: "stands", recorded: recorded.answer(), total: None, message: None, out };
    tell(&answer, global, streams)
}

fn tell(answer: &Exported, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    match global.format {
        Format::Json => write::json(streams.out, answer)?,
        Format::Jsonl => write::json_line(streams.out, answer)?,
        Format::Csv => {
            let PaymentFileAnswer { number, payments, digest, .. } = &answer.recorded;
            write::csv_row(streams.out, ["status", "number", "payments", "digest", "out"])?;
            let (number, payments) = (number.to_string(), payments.to_string());
            write::csv_row(streams.out, [answer.status, &number, &payments, digest, &answer.out])?;
        }
        Format::Table => {
            let PaymentFileAnswer { number, payments, on, form, position, digest, .. } =
                &answer.recorded;
            let payments = counted(*payments, "payment", "payments");
            let what = match answer.status {
                "written" => "is written",
                "written_again" => "was recorded before and is written, the same",
                _ => "stands there already",
            };
            let out = one_line(&answer.out);
            writeln!(streams.out, "payment file {number} {what}: {out}")?;
            if let (Some(total), Some(message)) = (&answer.total, &answer.message) {
                let total = grouped(total);
                writeln!(streams.out, "{payments} by {form} on {on}, ₹ {total}, as {message}")?;
            }
            writeln!(streams.out, "position {position}, SHA-256 {digest}")?;
        }
    }
    Ok(Status::Done)
}

fn nothing(
    left_out: LeftOutAnswer,
    on: Day,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let answer = Nothing { status: "nothing_due", left_out };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => write::csv_row(streams.out, ["status"])
            .and_then(|()| write::csv_row(streams.out, [answer.status]))?,
        Format::Table => {
            writeln!(
                streams.out,
                "nothing is due on {on} that is in no file yet; no file is written"
            )?;
            say_left_out(&answer.left_out, streams)?;
        }
    }
    Ok(Status::Done)
}

fn say_left_out(left: &LeftOutAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let LeftOutAnswer { elsewhere, earlier, later, other_mode, too_many } = left;
    for (number, why) in [
        (elsewhere, "of another scheme or district"),
        (earlier, "instructed before the first day that goes into files"),
        (later, "instructed for a later day"),
        (other_mode, "of a mode that no such file carries"),
        (too_many, "for the next file, since one takes no more"),
    ] {
        if *number > 0 {
            writeln!(streams.out, "left out: {} {why}", count(*number))?;
        }
    }
    Ok(())
}

fn refuse(
    problems: &[PaymentProblem],
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let problem = |one: &PaymentProblem| Problem {
        position: one.payment.0,
        case_ref: one.case.as_ref().map(ToString::to_string),
        why: one.why.to_string(),
    };
    let listed: Vec<Problem> = problems.iter().map(problem).collect();
    let message = PaymentsError::Refused(problems.to_vec()).to_string();
    let cells = |one: &Problem| {
        [one.position.to_string(), one.case_ref.clone().unwrap_or_default(), one.why.clone()]
    };
    match global.format {
        Format::Json => {
            let message = message.clone();
            let answer = Refused { refusal: "payments_refused", message, problems: listed };
            write::json(streams.out, &answer)?;
        }
        Format::Jsonl => write::json_lines(streams.out, &listed)?,
        Format::Csv => {
            write::csv_row(streams.out, ["position", "case_ref", "why"])?;
            for one in &listed {
                write::csv_row(streams.out, cells(one))?;
            }
        }
        Format::Table => {
            let mut table = Table::new([number("position"), text("case"), words("why not")]);
            listed.iter().for_each(|one| table.row(cells(one)));
            table.write(streams.out, streams.terminal.width)?;
        }
    }
    Err(Failure::no(message))
}

fn run(wanted: &PaymentsWanted, ledger: &(impl Asked + ?Sized)) -> Result<PaymentRun, Failure> {
    if let Some(scheme) = &wanted.scheme {
        check_scheme(ledger.names(), scheme.as_str())?;
    }
    Ok(PaymentRun {
        form: wanted.to,
        scheme: wanted.scheme.clone(),
        district: wanted.district,
        on: wanted.on.unwrap_or_else(|| ledger.day_of_its_clock()),
        since: wanted.since,
    })
}

pub(super) fn payer(path: &Path) -> Result<Payer, Failure> {
    let named = path.display();
    let unread = |error: io::Error| Failure::misuse(format!("{named} cannot be read: {error}"));
    let file = File::open(path).map_err(unread)?;
    let mut text = String::new();
    let most = PAYER_BYTES_MAX as u64 + 1;
    file.take(most).read_to_string(&mut text).map_err(unread)?;
    Payer::parse(&text).map_err(|error| Failure::misuse(format!("{named}: {error}")))
}

/// SHA-256 of what stands in the place of the file; none where nothing does.
fn digest_of(path: &Path) -> Result<Option<[u8; 32]>, Failure> {
    let named = path.display();
    let unread = |error: io::Error| Failure::misuse(format!("{named} cannot be read: {error}"));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unread(error)),
    };
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(unread)?;
    Ok(Some(*sha256(&bytes).as_bytes()))
}

/// The failure of a file that is recorded and does not stand in its place.
fn recorded_only(recorded: &RecordedFile, failure: Failure) -> Failure {
    let line = failure.line().unwrap_or_default();
    let number = recorded.number;
    failure.saying(format!(
        "{line}; payment file {number} is recorded: run it again, and the same file is written"
    ))
}
