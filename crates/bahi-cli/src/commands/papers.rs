//! `bahi certificate`, `bahi paper`: papers of a ledger, for a terminal or in a file.
//!
//! # Invariants
//! * A paper whose identities do not all hold is written, and the exit status is 1.

use std::{io::Write, path::Path};

use serde_json::{Map, Value};

use bahi::{
    Filter, Reported, View,
    core::FinancialYear,
    papers::{self, Cell, CertificateOf, Identity, Kind, Paper, RowStyle, Table as PaperTable},
};

use crate::{
    Streams,
    arguments::{
        Certificate, Format, Global, PaperExpenditure, PaperOf, PaperOfFunds, PaperSanctions,
        PaperTo, Rare,
    },
    commands::{check_funds, check_scheme},
    open::{open, open_reported, open_trails},
    status::{Failure, Status, one_line},
    table::{Column, Table, number, text, words},
    whole::WholeFile,
    write,
};

/// How wide a heading is before it takes another line.
const NARROW: usize = 13;

/// How wide a text is before it takes another line.
const TEXT_WIDE: usize = 36;
/// How many columns stand under each other at most.
const STACKED_MAX: usize = 7;

/// How a paper is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Look {
    Table,
    Json,
    Jsonl,
    Csv,
    Html,
    Pdf,
}

pub(super) fn certificate(
    asked: &Certificate,
    global: &Global,
    rare: Option<Rare>,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let of = CertificateOf { scheme: asked.scheme.clone(), fy: asked.fy, district: asked.district };
    let view = View::from(&asked.past);
    check_begun(of.fy, view)?;
    written(&asked.to, global, rare, streams, &|ledger| {
        check_scheme(ledger.names(), of.scheme.as_str())?;
        Ok(ledger.certificate(&of, view)?)
    })
}

pub(super) fn run(
    asked: &PaperOf,
    global: &Global,
    rare: Option<Rare>,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match asked {
        PaperOf::Expenditure(PaperExpenditure { fy, funds }) => {
            check_begun(*fy, View::from(&funds.past))?;
            of_funds(funds, None, global, rare, streams, &|ledger, filter, view| {
                ledger.expenditure(*fy, filter, view)
            })
        }
        PaperOf::Sanctions(PaperSanctions { fy, funds }) => {
            of_funds(funds, *fy, global, rare, streams, &|ledger, filter, view| {
                ledger.register_of_sanctions(filter, view)
            })
        }
        PaperOf::Tdr(funds) => {
            of_funds(funds, None, global, rare, streams, &|ledger, filter, view| {
                ledger.term_deposits(filter, view)
            })
        }
        PaperOf::Ageing(funds) => {
            of_funds(funds, None, global, rare, streams, &|ledger, filter, view| {
                ledger.ageing(filter, view)
            })
        }
        PaperOf::Case(asked) => {
            let view = View::from(&asked.past);
            let here = global.keys.is_none() && global.server.is_none();
            written_by(&asked.to, global, rare, streams, &|streams| {
                let file = match here {
                    true => open_trails(global, streams)?.case_file(&asked.case, view)?,
                    false => open(global, streams)?.case_file(&asked.case, view)?,
                };
                file.ok_or_else(|| {
                    let case = one_line(&asked.case);
                    Failure::no(format!(
                        "the ledger knows no case {case} in that past; correct it, or ask about \
                         another time"
                    ))
                })
            })
        }
    }
}

/// Makes sure that a year had begun by the day that is asked about.
fn check_begun(fy: FinancialYear, view: View) -> Result<(), Failure> {
    match view.as_of {
        Some(day) if day < fy.first_day() => {
            let begins = fy.first_day();
            Err(Failure::misuse(format!(
                "the year {fy} begins on {begins}, after --as-of {day}; name a later day or another \
                 year"
            )))
        }
        Some(_) | None => Ok(()),
    }
}

/// How a paper of some funds is made.
type Making<'a> = &'a dyn Fn(&dyn Reported, &Filter, View) -> Result<Paper, bahi::Error>;

/// A paper of the funds that were asked for.
fn of_funds(
    asked: &PaperOfFunds,
    fy: Option<FinancialYear>,
    global: &Global,
    rare: Option<Rare>,
    streams: &mut Streams<'_>,
    make: Making<'_>,
) -> Result<Status, Failure> {
    let filter = Filter {
        scheme: asked.scheme.clone(),
        district: asked.district,
        fy,
        head: asked.head.clone(),
    };
    let view = View::from(&asked.past);
    written(&asked.to, global, rare, streams, &|ledger| {
        check_funds(ledger.names(), &filter)?;
        Ok(make(ledger, &filter, view)?)
    })
}

/// Makes a paper and writes it where it is to go.
fn written(
    to: &PaperTo,
    global: &Global,
    rare: Option<Rare>,
    streams: &mut Streams<'_>,
    make: &dyn Fn(&dyn Reported) -> Result<Paper, Failure>,
) -> Result<Status, Failure> {
    written_by(to, global, rare, streams, &|streams| make(&*open_reported(global, streams)?))
}

/// The same of a paper that opens what it is made of.
fn written_by(
    to: &PaperTo,
    global: &Global,
    rare: Option<Rare>,
    streams: &mut Streams<'_>,
    make: &dyn Fn(&mut Streams<'_>) -> Result<Paper, Failure>,
) -> Result<Status, Failure> {
    let look = look(global.format, rare)?;
    let path = to.out.as_deref();
    if look == Look::Pdf && path.is_none() {
        return Err(Failure::misuse("--format pdf needs --out FILE, or --out - for a pipe"));
    }
    // A path that will not do is said before a long log is read.
    let file = match path.filter(|path| *path != Path::new("-")) {
        Some(path) => Some((path, WholeFile::begin(path, to.force, &global.dir())?)),
        None => None,
    };
    let paper = make(streams)?;
    let mut bytes = Vec::new();
    match look {
        Look::Table => table(&paper, streams.terminal.width, &mut bytes)?,
        Look::Json => write::json(&mut bytes, &papers::answer(&paper))?,
        Look::Jsonl => rows(&paper).try_for_each(|row| write::json_line(&mut bytes, &row))?,
        Look::Csv => csv(&paper, &mut bytes)?,
        Look::Html => bytes = papers::html(&paper).into_bytes(),
        Look::Pdf => {
            bytes = papers::pdf(&paper).map_err(|error| Failure::fault(error.to_string()))?;
        }
    }
    match file {
        None => streams.out.write_all(&bytes)?,
        Some((path, mut file)) => {
            file.out().write_all(&bytes).map_err(|error| file.failed(&error))?;
            file.finish()?;
            let path = one_line(&path.display().to_string());
            writeln!(streams.out, "{}: written to {path}", paper.title)?;
            broken(&paper.identities, streams.out)?;
        }
    }
    Ok(if paper.holds() { Status::Done } else { Status::No })
}

fn look(format: Format, rare: Option<Rare>) -> Result<Look, Failure> {
    match (rare, format) {
        (Some(Rare::Html), _) => Ok(Look::Html),
        (Some(Rare::Pdf), _) => Ok(Look::Pdf),
        (Some(Rare::Toml), _) => {
            Err(Failure::misuse("a paper is a table, json, jsonl, csv, html or pdf"))
        }
        (None, Format::Table) => Ok(Look::Table),
        (None, Format::Json) => Ok(Look::Json),
        (None, Format::Jsonl) => Ok(Look::Jsonl),
        (None, Format::Csv) => Ok(Look::Csv),
    }
}

/// The rows of a paper's tables and then their sums, each with the table it is of.
fn rows(paper: &Paper) -> impl Iterator<Item = Map<String, Value>> {
    papers::answer(paper).tables.into_iter().flat_map(|table| {
        let of_table = move |total: bool| {
            move |mut row: Map<String, Value>| {
                row.insert("table".to_owned(), table.table.into());
                row.insert("total".to_owned(), total.into());
                row
            }
        };
        let totals = table.totals.into_iter().map(of_table(true));
        table.rows.into_iter().map(of_table(false)).chain(totals)
    })
}

/// The same with one heading for all tables: a column that a table lacks is empty in its rows.
fn csv(paper: &Paper, out: &mut dyn Write) -> Result<(), Failure> {
    let rows: Vec<Map<String, Value>> = rows(paper).collect();
    let mut heading = vec!["table", "total"];
    if rows.iter().any(|row| row.contains_key("group")) {
        heading.push("group");
    }
    for column in paper.tables.iter().flat_map(|table| &table.columns) {
        if !heading.contains(&column.name) {
            heading.push(column.name);
        }
    }
    write::csv_row(out, &heading)?;
    for row in &rows {
        let cell = |name: &&str| match row.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        write::csv_row(out, heading.iter().map(cell))?;
    }
    Ok(())
}

/// The paper for a terminal.
fn table(paper: &Paper, width: u16, out: &mut dyn Write) -> Result<(), Failure> {
    let mut say = |text: &str| {
        let lines = wrapped(&one_line(text), usize::from(width));
        writeln!(out, "{}", lines.join("\n"))
    };
    say(&paper.title)?;
    for line in paper.subtitles.iter().chain(&paper.stamp.lines()) {
        say(line)?;
    }
    say("")?;
    for fact in &paper.facts {
        say(&format!("{}: {}", fact.label, fact.value.shown()))?;
    }
    for one in &paper.tables {
        let caption = wrapped(&one_line(&one.caption), usize::from(width)).join("\n");
        writeln!(out, "\n{caption}")?;
        one_table(one, width, out)?;
    }
    if !paper.identities.is_empty() {
        writeln!(out, "\nProved from the log")?;
        identities(&paper.identities, width, out)?;
    }
    for passage in &paper.passages {
        let heading = wrapped(&one_line(&passage.heading), usize::from(width)).join("\n");
        writeln!(out, "\n{heading}")?;
        for (index, item) in passage.items.iter().enumerate() {
            let numbered = format!("{}. {}", index + 1, one_line(item));
            let lines = wrapped(&numbered, usize::from(width.saturating_sub(3)));
            writeln!(out, "{}", lines.join("\n   "))?;
        }
    }
    Ok(())
}

/// A table as wide as the terminal: where its columns do not fit beside each other, those of one kind
/// stand under each other.
fn one_table(table: &PaperTable, width: u16, out: &mut dyn Write) -> Result<(), Failure> {
    if table.rows.is_empty() {
        return Ok(writeln!(out, "{}", one_line(&table.if_empty))?);
    }
    let mut grid = stacked(table, 1);
    for high in 2..=STACKED_MAX {
        if grid.natural_width() <= usize::from(width) {
            break;
        }
        grid = stacked(table, high);
    }
    grid.write(out, width)
}

/// A table with so many columns of one kind under each other.
fn stacked(table: &PaperTable, high: usize) -> Table {
    let mut stacks: Vec<Vec<usize>> = Vec::new();
    let is_number = |at: usize| match table.columns[at].kind {
        Kind::Money | Kind::Count => true,
        Kind::Text | Kind::Code | Kind::Day => false,
    };
    for at in 0..table.columns.len() {
        match stacks.last_mut() {
            Some(stack) if stack.len() < high && is_number(stack[0]) == is_number(at) => {
                stack.push(at);
            }
            Some(_) | None => stacks.push(vec![at]),
        }
    }
    let column = |stack: &Vec<usize>| -> Column {
        let headings = stack.iter().map(|at| {
            let heading = &table.columns[*at].heading;
            // Over a stack each heading is one line, as its cell is.
            if stack.len() > 1 { heading.clone() } else { wrapped(heading, NARROW).join("\n") }
        });
        let heading = headings.collect::<Vec<_>>().join("\n");
        let wraps = stack.iter().any(|at| table.columns[*at].kind == Kind::Text);
        match (is_number(stack[0]), wraps) {
            (true, _) => number(heading),
            (false, true) => words(heading),
            (false, false) => text(heading),
        }
    };
    let mut grid = Table::new(stacks.iter().map(column).collect::<Vec<_>>());
    let last = table.rows.len() - 1;
    for (index, row) in table.rows.iter().enumerate() {
        let cell = |at: &usize| match &row.cells[*at] {
            text @ Cell::Text(_) => wrapped(&text.shown(), TEXT_WIDE).join("\n"),
            other @ (Cell::Empty
            | Cell::Money(_)
            | Cell::Day(_)
            | Cell::Count(_)
            | Cell::Position(_)) => other.shown(),
        };
        let stack = |stack: &Vec<usize>| stack.iter().map(cell).collect::<Vec<_>>().join("\n");
        let cells: Vec<String> = stacks.iter().map(stack).collect();
        match row.style {
            RowStyle::Total if index == last => grid.total(cells),
            RowStyle::Total | RowStyle::Plain | RowStyle::Group => grid.row(cells),
        }
    }
    grid
}

fn identities(identities: &[Identity], width: u16, out: &mut dyn Write) -> Result<(), Failure> {
    let mut table = Table::new([words("what must be equal"), number("amount (₹)"), text("")]);
    for identity in identities {
        table.row([identity.says.clone(), String::new(), identity.verdict()]);
        for (how, amount) in [&identity.left, &identity.right] {
            table.row([format!("– {how}"), amount.grouped(), String::new()]);
        }
    }
    table.write(out, width)
}

/// A text in lines of so many characters at most, but for words that are longer.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The identities that do not hold, where there are any.
fn broken(identities: &[Identity], out: &mut dyn Write) -> Result<(), Failure> {
    for identity in identities.iter().filter(|identity| !identity.holds()) {
        writeln!(out, "{}: {}", one_line(&identity.says), identity.verdict())?;
    }
    Ok(())
}
