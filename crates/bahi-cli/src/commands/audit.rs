//! `bahi audit`: what the auditor's tests find, check by check or finding by finding.

use bahi::{
    Acting, AuditOptions, AuditReport, CHECKS, CheckId, Finding, FindingId, Ledger, Parameters,
    Severity, Standing, View, Wanted,
    core::{Day, Receipt},
    json::{AuditAnswer, FindingDone},
};

use crate::{
    Streams,
    arguments::{Audit, AuditOf, Format, Global, Settle, TakeUp},
    commands::{count, district_name, pack, papers, say_basis},
    open::{open, open_to_write},
    plot::blocks,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

/// The most findings a table shows; the other forms have them all.
const SHOWN_MAX: usize = 50;
/// The most events a table names for a finding.
const EVENTS_SHOWN_MAX: usize = 6;

pub(super) fn run(
    asked: &Audit,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match &asked.of {
        Some(AuditOf::TakeUp(asked)) => return take_up(asked, global, streams),
        Some(AuditOf::Settle(asked)) => return settle(asked, global, streams),
        Some(AuditOf::Pack(asked)) => return pack::run(asked, global, streams),
        None => {}
    }
    let ledger = open(global, streams)?;
    let options = AuditOptions {
        view: View::from(&asked.past),
        wanted: Wanted { check: asked.check, since: asked.since, district: asked.district },
        parameters: Parameters::default(),
    };
    let report = ledger.audit(&options)?;
    match global.format {
        Format::Json => write::json(streams.out, &report.answer(&ledger))?,
        Format::Jsonl => write::json_lines(streams.out, &report.answer(&ledger).findings)?,
        Format::Csv => csv(&report.answer(&ledger), streams)?,
        Format::Table => {
            say_basis(ledger.is_simulated(), &report.basis, streams)?;
            match asked.check {
                Some(check) => one_by_one(check, &report, &ledger, streams)?,
                None => by_check(&report, streams)?,
            }
        }
    }
    let failed = asked.strict && report.has_open_errors();
    Ok(if failed { Status::No } else { Status::Done })
}

fn take_up(asked: &TakeUp, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let mut ledger = open_to_write(global, true, streams)?;
    let by = Acting { actor: asked.actor.clone(), role: asked.role, authority: None };
    let receipts = ledger.take_up_finding(asked.finding, &by)?;
    done(asked.finding, "taken_up", &receipts, global, streams)
}

fn settle(asked: &Settle, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let mut ledger = open_to_write(global, true, streams)?;
    let by = Acting { actor: asked.actor.clone(), role: asked.role, authority: None };
    let (id, how) = (asked.finding, asked.settlement);
    let receipts = ledger.settle_finding(id, how, asked.reference.clone(), &by)?;
    done(id, how.name(), &receipts, global, streams)
}

fn done(
    finding: FindingId,
    done: &str,
    receipts: &[Receipt],
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let finding = finding.to_string();
    let positions: Vec<u64> = receipts.iter().map(|receipt| receipt.position.0).collect();
    let position = positions.last().copied().unwrap_or_default();
    let answer = FindingDone { finding, done: done.to_owned(), position, positions };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => {
            write::csv_row(streams.out, ["finding", "done", "position"])?;
            let position = answer.position.to_string();
            write::csv_row(streams.out, [&answer.finding, &answer.done, &position])?;
        }
        Format::Table => {
            let FindingDone { finding, done, position, positions } = &answer;
            let done = done.replace('_', " ");
            match positions.len() {
                0 | 1 => writeln!(streams.out, "{finding} {done}, at position {position}")?,
                cases => writeln!(
                    streams.out,
                    "{finding} {done} in {cases} cases, the last at position {position}"
                )?,
            }
        }
    }
    Ok(Status::Done)
}

/// One row for each check that found something, the gravest first.
pub(super) fn by_check(report: &AuditReport, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let as_of = report.as_of;
    let mut table = Table::new([
        text("check"),
        text("grade"),
        words("what"),
        number("findings"),
        number("amount"),
    ]);
    for severity in [Severity::Error, Severity::Warning, Severity::Lead] {
        for check in CHECKS.iter().filter(|check| check.severity == severity) {
            let Some(found) = report.findings.counts.get(&check.id) else { continue };
            let all = report.findings.of(check.id).count() as u64 == *found;
            let amount = report.amount(check.id);
            let amount = match (amount.paise(), all) {
                (0, _) => "–".to_owned(),
                (_, true) => amount.grouped(),
                (_, false) => format!("over {}", amount.grouped()),
            };
            let title = check.title.to_owned();
            let grade = severity.name().to_owned();
            let settled = report.findings.of(check.id).filter(|one| one.settled.is_some()).count();
            let found = match settled {
                0 => count(*found),
                _ => format!("{}\n{} settled", count(*found), count(settled as u64)),
            };
            table.row([check.id.to_string(), grade, title, found, amount]);
        }
    }
    if table.len() == 0 {
        writeln!(streams.out, "as of {as_of}, no check found anything")?;
    } else {
        table.write(streams.out, streams.terminal.width)?;
        let first = report.findings.counts.keys().next().map(ToString::to_string);
        let first = first.unwrap_or_default();
        writeln!(streams.out, "\nas of {as_of}; bahi audit --check {first} lists its findings")?;
        writeln!(streams.out, "a lead is for a person to look at, and no verdict")?;
        trend(report, streams)?;
    }
    let cannot = |check: &&bahi::Check| match check.standing {
        Standing::Decided(_) => false,
        Standing::Undecidable(_) => true,
    };
    let cannot = CHECKS.iter().filter(cannot).count();
    Ok(writeln!(
        streams.out,
        "{} checks were made; {cannot} more cannot be made from events: docs/CHECKS.md",
        CHECKS.len() - cannot
    )?)
}

/// The most quarters of a year that a plot of findings goes back.
const QUARTERS_MAX: i32 = 32;

/// For a person: from which quarters of the year the findings are, by grade.
fn trend(report: &AuditReport, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let quarter = |day: Day| {
        let (year, month, _) = day.date();
        i32::from(year) * 4 + (i32::from(month) - 1) / 3
    };
    let last = quarter(report.as_of);
    let kept = report.findings.kept.iter().map(|one| (quarter(one.day), one.about().severity));
    let recent = kept.filter(|(at, _)| (last - QUARTERS_MAX + 1..=last).contains(at));
    let recent: Vec<(i32, Severity)> = recent.collect();
    let Some(first) = recent.iter().map(|(at, _)| *at).min() else { return Ok(()) };
    if !streams.terminal.read || first == last {
        return Ok(());
    }
    let name = |at: i32| format!("{}-Q{}", at.div_euclid(4), at.rem_euclid(4) + 1);
    writeln!(streams.out, "\n{:8}  {} to {}, by quarter", "", name(first), name(last))?;
    for (severity, grade) in
        [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Lead, "leads")]
    {
        let of = |at: i32| recent.iter().filter(|one| **one == (at, severity)).count() as i128;
        let counts: Vec<i128> = (first..=last).map(of).collect();
        if counts.iter().any(|found| *found > 0) {
            writeln!(streams.out, "{grade:8}  {}", blocks(&counts))?;
        }
    }
    Ok(())
}

/// The findings of one check, and how it is decided.
fn one_by_one(
    check: CheckId,
    report: &AuditReport,
    ledger: &Ledger,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let about = check.check();
    writeln!(streams.out, "{check}  {} ({})", about.title, about.severity.name())?;
    match about.standing {
        Standing::Decided(how) => {
            let by = papers::wrapped(&format!("by {how}"), usize::from(streams.terminal.width));
            writeln!(streams.out, "{}", by.join("\n"))?;
        }
        Standing::Undecidable(why) => {
            return Ok(writeln!(streams.out, "cannot be made from events: {why}")?);
        }
    }
    let found = report.findings.counts.get(&check).copied().unwrap_or_default();
    if found == 0 {
        return Ok(writeln!(streams.out, "\nas of {}, nothing was found", report.as_of)?);
    }
    writeln!(streams.out, "ask: {}\n", about.question)?;
    let mut table = Table::new([
        text("finding"),
        text("day"),
        words("where"),
        words("what"),
        number("amount"),
        words("events"),
    ]);
    for finding in report.findings.of(check).take(SHOWN_MAX) {
        table.row([
            finding.id().to_string(),
            finding.day.to_string(),
            place(finding, report, ledger),
            what(finding),
            if finding.amount.paise() == 0 { "–".to_owned() } else { finding.amount.grouped() },
            events(finding),
        ]);
    }
    table.write(streams.out, streams.terminal.width)?;
    let shown = SHOWN_MAX.min(report.findings.of(check).count());
    if found > shown as u64 {
        let all = count(found);
        writeln!(streams.out, "\n{shown} of {all} are shown; --format csv or json has more")?;
    }
    Ok(())
}

fn place(finding: &Finding, report: &AuditReport, ledger: &Ledger) -> String {
    if let Some(case_ref) = report.cases.get(&finding.case) {
        return case_ref.to_string();
    }
    let scheme = ledger.names().scheme(finding.scheme).map(ToString::to_string);
    let district = finding.district.map(district_name);
    let parts: Vec<String> = scheme.into_iter().chain(district).collect();
    if parts.is_empty() { "the ledger".to_owned() } else { parts.join(", ") }
}

fn what(finding: &Finding) -> String {
    let mut said = finding.detail.clone();
    if let (Some(rule), Some(order)) = (&finding.rule, &finding.order) {
        said.push_str(&format!("; {}, {rule}", order.order));
    }
    if let Some((position, settlement)) = finding.settled {
        said.push_str(&format!("; settled by event {position}: {}", settlement.name()));
    }
    said
}

fn events(finding: &Finding) -> String {
    let named = finding.events.iter().take(EVENTS_SHOWN_MAX).map(ToString::to_string);
    let mut text = named.collect::<Vec<_>>().join(" ");
    if finding.events.len() > EVENTS_SHOWN_MAX {
        text.push_str(" …");
    }
    text
}

fn csv(answer: &AuditAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = [
        "id", "check", "severity", "day", "scheme", "district", "case_ref", "amount", "detail",
        "count", "events", "parties", "rule", "order", "settled", "question",
    ];
    write::csv_row(streams.out, heading)?;
    for one in &answer.findings {
        let events: Vec<String> = one.events.iter().map(ToString::to_string).collect();
        let party = |party: &bahi::json::PartyAnswer| format!("{}:{}", party.by, party.key);
        let parties: Vec<String> = one.parties.iter().map(party).collect();
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        write::csv_row(
            streams.out,
            [
                one.id.clone(),
                one.check.clone(),
                one.severity.clone(),
                one.day.clone(),
                or_empty(&one.scheme),
                or_empty(&one.district),
                or_empty(&one.case_ref),
                one.amount.clone(),
                one.detail.clone(),
                one.count.to_string(),
                events.join(" "),
                parties.join(" "),
                or_empty(&one.rule),
                one.order.as_ref().map(|order| order.order.clone()).unwrap_or_default(),
                or_empty(&one.settled),
                one.question.clone(),
            ],
        )?;
    }
    Ok(())
}
