//! `bahi reconcile`: what banks and ledger agree on, what is left, and a person's word on it.

use std::collections::BTreeMap;

use bahi::{
    Acting, Ledger,
    core::{Money, Role, Total},
    json::{ExceptionAnswer, NotCoveredAnswer, ReconciliationAnswer, TallyAnswer},
    recon::{DecideError, Explained, ReadOptions, ReconcileError, RunOptions, Wish, read_answers},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Decide, ExplainMatch, Format, Global, How, Reconcile, ReconcileOf},
    commands::{count, counted, grouped, papers, payments::payer},
    open::{open, open_to_write},
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

/// The most exceptions and proposals a table shows; the other forms have them all.
const SHOWN_MAX: usize = 30;
/// The most statements needed that a table shows one by one: the last year's.
const MONTHS_SHOWN_MAX: usize = 12;
/// The most days that a table shows one by one: a month.
const DAYS_SHOWN_MAX: usize = 31;

pub(super) fn run(
    asked: &Reconcile,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match &asked.of {
        Some(ReconcileOf::Accept(one)) => decide(Wish::Accept, one, global, streams),
        Some(ReconcileOf::Reject(one)) => decide(Wish::Reject, one, global, streams),
        Some(ReconcileOf::Explain(one)) => explain(one, global, streams),
        None => compare(asked, global, streams),
    }
}

impl How {
    /// What a comparison is told; ages are counted to the day it is by the ledger's own clock.
    fn options(
        &self,
        actor: &bahi::core::ActorName,
        ledger: &Ledger,
    ) -> Result<RunOptions, Failure> {
        let today = self.today.unwrap_or_else(|| ledger.day_of_its_clock());
        let payer = self.payer.as_deref().map(payer).transpose()?;
        let mut answers = Vec::with_capacity(self.answers.len());
        for path in &self.answers {
            let named = |error: String| Failure::misuse(format!("{}: {error}", path.display()));
            let bytes = std::fs::read(path).map_err(|error| named(error.to_string()))?;
            let file = read_answers(&bytes, &ReadOptions::default(), today);
            answers.push(file.map_err(|fault| named(fault.to_string()))?);
        }
        Ok(RunOptions {
            today,
            window_days: self.window,
            holidays: self.holidays.clone(),
            tolerances: self.tolerances.clone(),
            answers,
            payer,
            actor: actor.clone(),
        })
    }
}

fn compare(
    asked: &Reconcile,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let failed = |ReconcileError::Failed(error)| Failure::from(error);
    let report = if asked.run {
        let mut ledger = open_to_write(global, true, streams)?;
        let options = asked.how.options(&asked.actor, &ledger)?;
        ledger.reconcile(&options).map_err(failed)?
    } else {
        let ledger = open(global, streams)?;
        let options = asked.how.options(&asked.actor, &ledger)?;
        ledger.reconciliation(&options).map_err(failed)?
    };
    let answer = report.answer();
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.exceptions)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => table(&answer, asked.report || !asked.run, streams)?,
    }
    let no = asked.strict && report.has_exceptions();
    Ok(if no { Status::No } else { Status::Done })
}

fn csv(answer: &ReconciliationAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = [
        "reason",
        "side",
        "ids",
        "amount",
        "differs_by",
        "since",
        "age_days",
        "bucket",
        "case_ref",
        "resolved_by",
        "days_needed",
    ];
    write::csv_row(streams.out, heading)?;
    for one in &answer.exceptions {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        write::csv_row(
            streams.out,
            [
                one.reason.clone(),
                one.side.clone(),
                one.ids.join(" "),
                or_empty(&one.amount),
                or_empty(&one.differs_by),
                or_empty(&one.since),
                one.age_days.to_string(),
                one.bucket.clone(),
                or_empty(&one.case_ref),
                one.resolved_by.clone(),
                one.days_needed
                    .as_ref()
                    .map(|days| format!("{}/{}", days.from, days.to))
                    .unwrap_or_default(),
            ],
        )?;
    }
    Ok(())
}

/// What is matched and what is left; the whole of it, or the numbers alone.
pub(super) fn table(
    answer: &ReconciliationAnswer,
    whole: bool,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let found = &answer.found;
    let (what, done) =
        (if found.recorded { "recorded now" } else { "would be recorded" }, "matched");
    let all = TallyAnswer { count: answer.matched.count, value: answer.matched.value.clone() };
    writeln!(streams.out, "position {}, ages to {}\n", answer.position, answer.today)?;
    let mut table = Table::new([text("lines"), number("count"), number("₹")]);
    let mut row = |name: &str, one: &TallyAnswer| {
        table.row([name.to_owned(), count(one.count), grouped(&one.value)]);
    };
    row(done, &all);
    for (rule, one) in &answer.matched.by_rule {
        row(&format!("  by {rule}"), one);
    }
    for one in &answer.matched.accepted {
        let limit = one.limit.as_deref().map(|limit| format!(", limit ₹ {}", grouped(limit)));
        let accepted = TallyAnswer { count: one.count, value: one.value.clone() };
        row(&format!("  accepted by {}{}", one.rule, limit.unwrap_or_default()), &accepted);
    }
    row(&format!("{what}: matches"), &found.matches);
    row(&format!("{what}: returns"), &found.returns);
    row("charges within a named rule", &found.charges);
    row("lines left", &answer.lines.open);
    row("payments and receipts left", &answer.vouchers.open);
    table.write(streams.out, streams.terminal.width)?;
    let told = answer.answers;
    if told.paid + told.failed > 0 {
        let (paid, failed) = (count(told.paid), count(told.failed));
        writeln!(streams.out, "answers to payments: {paid} paid, {failed} failed")?;
    }
    for one in found.withheld.iter().take(SHOWN_MAX) {
        writeln!(streams.out, "not recorded: {}: {}", one.ids.join(", "), one.why)?;
    }
    if !whole {
        return Ok(());
    }
    proposals(answer, streams)?;
    exceptions(answer, streams)?;
    ages(answer, streams)?;
    not_covered(&answer.not_covered, streams)?;
    for one in &answer.three_way {
        let who = match (one.treasury, one.bank) {
            (true, true) => "the ledger, the treasury and the bank",
            (true, false) => "the ledger and the treasury, no line of a bank",
            (false, true) => "the ledger and the bank",
            (false, false) => "the ledger alone",
        };
        let (payments, sum) = (counted(one.count, "payment", "payments"), grouped(&one.value));
        let are = if one.count == 1 { "is" } else { "are" };
        let told = format!("{payments} of ₹ {sum} {are} told by {who}");
        let lines = papers::wrapped(&told, usize::from(streams.terminal.width));
        writeln!(streams.out, "{}", lines.join("\n"))?;
    }
    abstracts(answer, streams)
}

/// By bank account, scheme and district; and by day where these are few.
fn abstracts(answer: &ReconciliationAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let said = |one: &TallyAnswer| format!("{} of ₹ {}", count(one.count), grouped(&one.value));
    let days = answer.abstracts.iter().filter(|one| one.by == "day").count();
    let shown = |by: &str| by != "day" || days <= DAYS_SHOWN_MAX;
    let mut table = Table::new([text("by"), text("which"), words("matched"), words("open")]);
    for one in answer.abstracts.iter().filter(|one| shown(&one.by)) {
        let which = match &one.name {
            Some(name) if one.by == "district" => format!("{} {name}", one.key),
            Some(name) => name.clone(),
            None => one.key.clone(),
        };
        table.row([one.by.clone(), which, said(&one.matched), said(&one.open)]);
    }
    if table.len() > 0 {
        writeln!(streams.out)?;
        table.write(streams.out, streams.terminal.width)?;
    }
    if !shown("day") {
        let days = counted(days as u64, "day", "days");
        writeln!(
            streams.out,
            "{days} with lines are not shown one by one; --format json has them"
        )?;
    }
    Ok(())
}

fn proposals(answer: &ReconciliationAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    if answer.proposed.is_empty() {
        return Ok(());
    }
    let all = counted(answer.proposed.len() as u64, "proposal", "proposals");
    writeln!(streams.out, "\n{all}; bahi reconcile accept ID or reject ID decides one")?;
    let mut table =
        Table::new([text("id"), words("lines"), words("events"), words("because"), number("₹")]);
    for one in answer.proposed.iter().take(SHOWN_MAX) {
        let events: Vec<String> = one.events.iter().map(u64::to_string).collect();
        table.row([
            one.id.clone(),
            one.lines.join(" "),
            events.join(" "),
            one.evidence.clone(),
            grouped(&one.amount),
        ]);
    }
    table.write(streams.out, streams.terminal.width)?;
    if answer.proposed.len() > SHOWN_MAX {
        writeln!(streams.out, "{SHOWN_MAX} are shown; --format json has them all")?;
    }
    Ok(())
}

/// The exceptions that a proposal or a stretch of days does not tell already.
fn exceptions(answer: &ReconciliationAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let told = |one: &ExceptionAnswer| one.reason == "proposed" || one.days_needed.is_some();
    let found: Vec<&ExceptionAnswer> = answer.exceptions.iter().filter(|one| !told(one)).collect();
    if found.is_empty() {
        let more = if answer.exceptions.is_empty() { "" } else { " but what is told beside" };
        return Ok(writeln!(streams.out, "\nnothing is left to a person{more}")?);
    }
    writeln!(streams.out, "\n{}", counted(found.len() as u64, "exception", "exceptions"))?;
    if found.len() > SHOWN_MAX {
        by_reason(&found, streams)?;
    }
    let mut table = Table::new([
        text("reason"),
        text("side"),
        words("ids"),
        number("₹"),
        number("days"),
        words("resolved by"),
    ]);
    for one in found.iter().take(SHOWN_MAX) {
        table.row([
            match &one.differs_by {
                Some(differs) => format!("{} by {}", one.reason, grouped(differs)),
                None => one.reason.clone(),
            },
            one.side.clone(),
            one.ids.join(" "),
            one.amount.as_deref().map_or_else(|| "–".to_owned(), grouped),
            one.age_days.to_string(),
            one.resolved_by.clone(),
        ]);
    }
    table.write(streams.out, streams.terminal.width)?;
    if found.len() > SHOWN_MAX {
        writeln!(streams.out, "{SHOWN_MAX} are shown; --format csv or json has them all")?;
    }
    Ok(())
}

/// How many exceptions there are of each reason and side, and what would resolve them: more than are
/// shown one by one.
fn by_reason(found: &[&ExceptionAnswer], streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut sums: BTreeMap<[&str; 3], Vec<&str>> = BTreeMap::new();
    for one in found {
        let key = [&*one.reason, &*one.side, &*one.resolved_by];
        sums.entry(key).or_default().push(one.amount.as_deref().unwrap_or("0"));
    }
    let mut table = Table::new([
        text("reason"),
        text("side"),
        number("count"),
        number("₹"),
        words("resolved by"),
    ]);
    for ([reason, side, resolved_by], amounts) in sums {
        let (all, sum) = (count(amounts.len() as u64), added(amounts.into_iter()));
        table.row([reason.to_owned(), side.to_owned(), all, sum, resolved_by.to_owned()]);
    }
    table.write(streams.out, streams.terminal.width)?;
    Ok(writeln!(streams.out, "\nthe first {SHOWN_MAX}:")?)
}

/// What waits for a statement, and for which.
fn not_covered(found: &NotCoveredAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    if found.count == 0 {
        return Ok(());
    }
    let all = counted(found.count, "payment or receipt", "payments and receipts");
    let (is, sum) = (if found.count == 1 { "is" } else { "are" }, grouped(&found.value));
    let overdue = match found.overdue {
        0 => String::new(),
        overdue => format!(", {} of them for more than 35 days", count(overdue)),
    };
    let told = format!("{all} of ₹ {sum} {is} of days that no statement covers{overdue}; bring:");
    let lines = papers::wrapped(&told, usize::from(streams.terminal.width));
    writeln!(streams.out, "\n{}", lines.join("\n"))?;
    let mut table = Table::new([text("statement of"), number("for"), number("₹")]);
    // What is long past comes first, and in one line.
    let old = found.statements_needed.len().saturating_sub(MONTHS_SHOWN_MAX);
    let (before, shown) = found.statements_needed.split_at(old);
    if let (Some(first), Some(last)) = (before.first(), before.last()) {
        let days =
            format!("{} to {}, in {} months or parts", first.from, last.to, count(old as u64));
        let all = before.iter().map(|one| one.count).sum();
        table.row([days, count(all), added(before.iter().map(|one| &*one.value))]);
    }
    for one in shown {
        let days = format!("{} to {}", one.from, one.to);
        table.row([days, count(one.count), grouped(&one.value)]);
    }
    table.write(streams.out, streams.terminal.width)?;
    Ok(writeln!(streams.out, "--format csv lists each of them\n")?)
}

/// The sum of amounts as answers have them.
fn added<'a>(amounts: impl Iterator<Item = &'a str>) -> String {
    let sum: Total = amounts.filter_map(|one| Money::parse(one).ok()).map(Total::from).sum();
    grouped(&sum.to_string())
}

fn ages(answer: &ReconciliationAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    if answer.ageing.iter().all(|one| one.count == 0) {
        return Ok(());
    }
    let mut table = Table::new([text("days old"), number("count"), number("₹")]);
    for one in &answer.ageing {
        table.row([one.days.clone(), count(one.count), grouped(&one.value)]);
    }
    writeln!(streams.out)?;
    table.write(streams.out, streams.terminal.width)?;
    Ok(())
}

/// What a decision came to.
#[derive(Serialize)]
struct Decided {
    id: String,
    position: u64,
    duplicate: bool,
}

fn decide(
    wish: Wish,
    asked: &Decide,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mut ledger = open_to_write(global, true, streams)?;
    let options = asked.how.options(&asked.actor, &ledger)?;
    let acting = Acting { actor: asked.actor.clone(), role: Role::DrawingOfficer, authority: None };
    let word = (&acting, &asked.reason, options.today);
    let receipts = ledger.decide_match(wish, &asked.id, word, &options).map_err(refused)?;
    let last =
        receipts.last().ok_or_else(|| Failure::fault("a bug: a decision came to nothing"))?;
    let answer =
        Decided { id: asked.id.clone(), position: last.position.0, duplicate: last.repeated };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv | Format::Table => {
            let what = if wish == Wish::Accept { "accepted" } else { "rejected" };
            writeln!(streams.out, "{} {what} at position {}", answer.id, answer.position)?;
        }
    }
    Ok(Status::Done)
}

fn refused(error: DecideError) -> Failure {
    match error {
        DecideError::NoId(_) => Failure::misuse(error.to_string()),
        DecideError::NoProposal(_) | DecideError::Refused(_) => Failure::no(error.to_string()),
        DecideError::Failed(error) => error.into(),
    }
}

fn explain(
    asked: &ExplainMatch,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open(global, streams)?;
    let actor = bahi::core::ActorName::new("reconciliation")
        .map_err(|error| Failure::fault(format!("a bug: {error}")))?;
    let told =
        ledger.explain_match(&asked.id, &asked.how.options(&actor, &ledger)?).map_err(refused)?;
    let Explained { id, says } = told;
    match global.format {
        Format::Json => write::json(streams.out, &Told { id: &id, says: &says })?,
        Format::Jsonl => write::json_line(streams.out, &Told { id: &id, says: &says })?,
        Format::Csv | Format::Table => {
            for line in says {
                writeln!(streams.out, "{line}")?;
            }
        }
    }
    Ok(Status::Done)
}

#[derive(Serialize)]
struct Told<'t> {
    id: &'t str,
    says: &'t [String],
}
