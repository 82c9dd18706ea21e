//! `bahi salvage`: what is left of a damaged ledger, as a new ledger and a list.
//!
//! # Invariants
//! * The report file has every stranded record whole; what is shown to a person may be cut short,
//!   and says so.
//! * Whoever stops reading the answer takes nothing from the report.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use bahi::{Known, Ledger, Lost, Salvaged, Stranded, StrandedSum, json::EventLine};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Salvage},
    commands::{count, moment, terms::Words},
    progress::Progress,
    status::{Failure, Status},
    table::{Table, number, text, words},
    whole::WholeFile,
    write,
};

/// How many stranded events a table shows.
const SHOWN_MAX: usize = 100;

/// A line of the report.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum Line {
    /// An intact record that is not in the new ledger.
    NotInLedger(Intact),
    /// Positions that nothing intact is left of.
    Lost(Gap),
    /// What it came to; the last line.
    Summary(Summary),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Intact {
    Event {
        /// Names that it introduces, whose numbers nobody can tell for certain any more.
        introduces: Vec<Name>,
        #[serde(flatten)]
        event: Box<EventLine>,
    },
    /// A record that is no event: its bytes alone.
    Unreadable { position: u64, problem: String, leaf_hash: String, record: String },
}

#[derive(Serialize)]
struct Name {
    of: &'static str,
    name: String,
}

#[derive(Serialize)]
struct Gap {
    from: u64,
    to: u64,
    why: String,
    recorded_after: Option<String>,
    recorded_before: Option<String>,
    known: Vec<Told>,
}

/// What intact events say of a lost one.
#[derive(Serialize)]
struct Told {
    position: u64,
    kind: Option<&'static str>,
    case: Option<u64>,
    case_ref: Option<String>,
    amount: Option<String>,
    told_by: u64,
}

#[derive(Serialize)]
struct Summary {
    ledger_id: String,
    /// The last position acknowledged.
    last: u64,
    /// The new ledger's, or that which it would have; none where there can be none.
    kept: Option<KeptAnswer>,
    into: Option<String>,
    ends_because: Option<String>,
    /// Records up to this position are proved by the tree kept with them.
    proved: Option<u64>,
    witnessed_root: Option<String>,
    lost: u64,
    /// How many intact records are not in the new ledger.
    stranded: u64,
    beyond: u64,
    by_kind: Vec<Sum>,
}

#[derive(Serialize)]
struct KeptAnswer {
    position: u64,
    root: String,
}

/// The events of a scheme and kind that are intact and not in the new ledger.
#[derive(Serialize)]
struct Sum {
    scheme: Option<String>,
    kind: &'static str,
    count: u64,
    amount: String,
}

/// One document of everything.
#[derive(Serialize)]
struct Whole {
    summary: Summary,
    lost: Vec<Gap>,
    not_in_ledger: Vec<Intact>,
}

/// What stands in a row about a stranded record: position, day, kind, scheme, case, amount.
type Row = [String; 6];

/// Where the stranded records go while they are read.
struct Telling<'a> {
    format: Format,
    out: &'a mut dyn Write,
    report: Option<WholeFile>,
    /// Every one, for the one document.
    intact: Vec<Intact>,
    /// As many as a table shows; with CSV every one.
    rows: Vec<Row>,
    /// Why the report cannot be written.
    failed: Option<Failure>,
    /// Why the answer cannot.
    unheard: Option<Failure>,
}

pub(super) fn run(
    asked: &Salvage,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    let report = asked.report.clone().or_else(|| asked.into.as_deref().map(beside));
    let report = report.map(|path| WholeFile::begin(&path, false, &dir)).transpose()?;
    let progress = Progress::begin(global, streams, "salvaging");
    let width = streams.terminal.width;
    let mut telling = Telling {
        format: global.format,
        out: &mut *streams.out,
        report,
        intact: Vec::new(),
        rows: Vec::new(),
        failed: None,
        unheard: None,
    };
    let found = Ledger::salvage(
        &dir,
        asked.into.as_deref(),
        &mut |stranded| telling.take(stranded),
        &mut |position| progress.reach(position),
    )?;
    drop(progress);
    telling.finish(&found, asked, width)?;
    if found.is_whole() { Ok(Status::Done) } else { Err(Failure::no(verdict(&found))) }
}

/// The report beside a new ledger.
fn beside(into: &Path) -> PathBuf {
    let mut name = into.file_name().unwrap_or_default().to_os_string();
    name.push(".report.jsonl");
    into.with_file_name(name)
}

/// What the exit status rests on.
fn verdict(found: &Salvaged) -> String {
    let (lost, stranded) = (found.lost_count(), found.stranded);
    match &found.ends {
        Some(ends) => format!(
            "{lost} positions are lost and {stranded} intact records are not in the beginning that \
             holds together: {ends}; see whether a backup has them"
        ),
        None if found.witnessed.is_none() => {
            "nothing is missing up to the last record, but what witnessed the end cannot be read; \
             compare with a backup or a checkpoint, there may have been more"
                .to_owned()
        }
        None => {
            "every record is there, but not all are proved by the tree kept with them; compare \
                 with a backup or a checkpoint"
                .to_owned()
        }
    }
}

impl Telling<'_> {
    fn take(&mut self, stranded: &Stranded<'_>) {
        if self.failed.is_none()
            && let Err(failure) = self.report(&Line::NotInLedger(intact(stranded)))
        {
            self.failed = Some(failure);
        }
        if self.unheard.is_none()
            && let Err(failure) = self.tell(stranded)
        {
            self.unheard = Some(failure);
        }
    }

    fn tell(&mut self, stranded: &Stranded<'_>) -> Result<(), Failure> {
        match self.format {
            Format::Json => self.intact.push(intact(stranded)),
            Format::Jsonl => write::json_line(self.out, &Line::NotInLedger(intact(stranded)))?,
            Format::Csv => self.rows.push(row(stranded)),
            Format::Table if self.rows.len() < SHOWN_MAX => self.rows.push(row(stranded)),
            Format::Table => {}
        }
        Ok(())
    }

    fn report(&mut self, line: &Line) -> Result<(), Failure> {
        let Some(file) = &mut self.report else { return Ok(()) };
        let written = serde_json::to_writer(&mut *file.out(), line).map_err(io::Error::from);
        written.and_then(|()| file.out().write_all(b"\n")).map_err(|error| file.failed(&error))
    }

    fn finish(mut self, found: &Salvaged, asked: &Salvage, width: u16) -> Result<(), Failure> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let gaps: Vec<Gap> = found.lost.iter().map(gap).collect();
        let lines = gaps.into_iter().map(Line::Lost);
        let lines: Vec<Line> = lines.chain([Line::Summary(summary(found, asked))]).collect();
        lines.iter().try_for_each(|line| self.report(line))?;
        if let Some(report) = self.report.take() {
            report.finish()?;
        }
        if let Some(unheard) = self.unheard.take() {
            return Err(unheard);
        }
        match self.format {
            Format::Json => {
                let summary = summary(found, asked);
                let lost = found.lost.iter().map(gap).collect();
                write::json(self.out, &Whole { summary, lost, not_in_ledger: self.intact })
            }
            Format::Jsonl => write::json_lines(self.out, &lines),
            Format::Csv => self.csv(found),
            Format::Table => self.table(found, asked, width),
        }
    }

    fn csv(&mut self, found: &Salvaged) -> Result<(), Failure> {
        let heading =
            ["what", "from", "to", "effective_day", "kind", "scheme", "case_ref", "amount"];
        write::csv_row(self.out, heading)?;
        for lost in &found.lost {
            let (from, to) = (lost.first.to_string(), lost.last.to_string());
            write::csv_row(self.out, ["lost", &from, &to, "", "", "", "", ""])?;
        }
        for [position, day, kind, scheme, case_ref, amount] in &self.rows {
            let cells = ["not_in_ledger", position, position, day, kind, scheme, case_ref, amount];
            write::csv_row(self.out, cells)?;
        }
        Ok(())
    }

    fn table(&mut self, found: &Salvaged, asked: &Salvage, width: u16) -> Result<(), Failure> {
        let out = &mut *self.out;
        let summary = summary(found, asked);
        writeln!(out, "ledger {}, {} acknowledged positions", found.id, count(found.last.0))?;
        match (&summary.kept, &summary.into) {
            (Some(kept), Some(into)) => {
                writeln!(out, "{into} holds it up to position {}", kept.position)?;
                writeln!(out, "root {}", kept.root)?;
            }
            (Some(kept), None) => {
                let KeptAnswer { position, root } = kept;
                writeln!(out, "it holds together up to position {position}\nroot {root}")?;
            }
            (None, _) => writeln!(out, "not even its own record is left: no ledger can be made")?,
        }
        match (&found.ends, found.proved) {
            (Some(ends), _) => {
                let mut page = Words::new(width);
                page.line(0, &format!("and no further: {ends}"));
                write!(out, "{}", page.text())?;
            }
            (None, Some(proved)) => writeln!(out, "proved up to position {proved}")?,
            (None, None) => writeln!(out, "nothing of it is proved by a tree kept with it")?,
        }
        lost_table(found, width, out)?;
        if found.stranded > 0 {
            writeln!(out, "\nintact and not in it, {} records:\n", count(found.stranded))?;
            sums(found).write(out, width)?;
            writeln!(out)?;
            let heads = ["position", "day", "kind", "scheme", "case"].map(text);
            let mut table = Table::new([heads.as_slice(), &[number("amount")]].concat());
            self.rows.iter().for_each(|row| table.row(row.clone()));
            table.write(out, width)?;
            let rest = found.stranded.saturating_sub(self.rows.len() as u64);
            if rest > 0 {
                writeln!(out, "and {} more (a report or --format jsonl lists all)", count(rest))?;
            }
        }
        Ok(())
    }
}

fn lost_table(found: &Salvaged, width: u16, out: &mut dyn Write) -> Result<(), Failure> {
    if found.lost.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nlost, {} positions:\n", count(found.lost_count()))?;
    let heads = [text("from"), text("to"), text("recorded between"), words("what is known")];
    let mut table = Table::new(heads);
    for lost in &found.lost {
        let side = |instant: Option<_>| instant.map_or_else(|| "?".to_owned(), moment);
        let between = format!("{} and\n{}", side(lost.after), side(lost.before));
        let known: Vec<String> = lost.known.iter().map(known_words).collect();
        let known = if known.is_empty() { lost.why.to_string() } else { known.join("\n") };
        table.row([lost.first.to_string(), lost.last.to_string(), between, known]);
    }
    table.write(out, width)
}

fn known_words(known: &Known) -> String {
    let kind = known.kind.map_or("an event", |kind| kind.name());
    let mut text = format!("{}: {kind}", known.position);
    match (&known.case_ref, known.case) {
        (Some(case_ref), _) => text.push_str(&format!(" of case {case_ref}")),
        (None, Some(case)) => text.push_str(&format!(" of the case begun at {case}")),
        (None, None) => {}
    }
    if let Some(amount) = known.amount {
        text.push_str(&format!(", ₹ {}", amount.grouped()));
    }
    text
}

fn sums(found: &Salvaged) -> Table {
    let mut table =
        Table::new([text("scheme"), text("kind"), number("records"), number("amounts")]);
    for sum in &found.by_kind {
        let scheme = scheme(sum).unwrap_or_else(|| "–".to_owned());
        table.row([scheme, sum.kind.name().into(), count(sum.count), sum.amount.grouped()]);
    }
    table
}

/// The scheme's name, or its number where the name is lost; none for none.
fn scheme(sum: &StrandedSum) -> Option<String> {
    match &sum.name {
        Some(name) => Some(name.to_string()),
        None => (!sum.scheme.is_none()).then(|| format!("#{}", sum.scheme.0)),
    }
}

fn intact(stranded: &Stranded<'_>) -> Intact {
    let name = |(of, name)| Name { of, name };
    match (stranded.json(), stranded.event) {
        (Some(event), _) => Intact::Event {
            introduces: stranded.introduces().into_iter().map(name).collect(),
            event: Box::new(event),
        },
        (None, event) => Intact::Unreadable {
            position: stranded.position.0,
            problem: event.err().map(ToString::to_string).unwrap_or_default(),
            leaf_hash: stranded.leaf_hash().to_string(),
            record: stranded.base64(),
        },
    }
}

fn row(stranded: &Stranded<'_>) -> Row {
    let position = stranded.position.to_string();
    let case_ref = stranded.case_ref.map(ToString::to_string).unwrap_or_default();
    match stranded.event {
        Ok(recorded) => {
            let envelope = &recorded.envelope;
            let number = envelope.fund.scheme;
            let scheme = match stranded.names.scheme(number) {
                Some(name) => name.to_string(),
                None if number.is_none() => String::new(),
                None => format!("#{}", number.0),
            };
            let (day, kind) = (envelope.effective_day.to_string(), recorded.event.kind().name());
            [position, day, kind.to_owned(), scheme, case_ref, envelope.amount.to_string()]
        }
        Err(_) => {
            let nothing = String::new();
            [position, nothing.clone(), "unreadable".into(), nothing.clone(), case_ref, nothing]
        }
    }
}

fn gap(lost: &Lost) -> Gap {
    let told = |known: &Known| Told {
        position: known.position.0,
        kind: known.kind.map(|kind| kind.name()),
        case: known.case.map(|case| case.0),
        case_ref: known.case_ref.as_ref().map(ToString::to_string),
        amount: known.amount.map(|amount| amount.to_string()),
        told_by: known.told_by.0,
    };
    Gap {
        from: lost.first.0,
        to: lost.last.0,
        why: lost.why.to_string(),
        recorded_after: lost.after.map(|instant| instant.to_string()),
        recorded_before: lost.before.map(|instant| instant.to_string()),
        known: lost.known.iter().map(told).collect(),
    }
}

fn summary(found: &Salvaged, asked: &Salvage) -> Summary {
    let sum = |sum: &StrandedSum| Sum {
        scheme: scheme(sum),
        kind: sum.kind.name(),
        count: sum.count,
        amount: sum.amount.to_string(),
    };
    let kept = found
        .kept
        .map(|kept| KeptAnswer { position: kept.position.0, root: kept.root.to_string() });
    let into = asked.into.as_ref().filter(|_| kept.is_some());
    Summary {
        ledger_id: found.id.to_string(),
        last: found.last.0,
        into: into.map(|into| into.display().to_string()),
        kept,
        ends_because: found.ends.as_ref().map(ToString::to_string),
        proved: found.proved.map(|position| position.0),
        witnessed_root: found.witnessed.map(|root| root.to_string()),
        lost: found.lost_count(),
        stranded: found.stranded,
        beyond: found.beyond,
        by_kind: found.by_kind.iter().map(sum).collect(),
    }
}
