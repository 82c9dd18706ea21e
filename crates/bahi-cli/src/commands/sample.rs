//! `bahi sample`: what was drawn, from what, by which seed.

use bahi::{Filter, Method, Sample as Drawn, SampleOptions, View, json::SampleAnswer};

use crate::{
    Streams,
    arguments::{Format, Global, Sample, strata},
    commands::{check_funds, count, district_name, grouped, say_basis},
    open::open_asked,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Sample,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open_asked(global, streams)?;
    let chosen = &asked.chosen;
    let filter = Filter::from(chosen);
    check_funds(ledger.names(), &filter)?;
    let options = SampleOptions {
        view: View::from(&chosen.past),
        filter,
        of: asked.of.of(),
        method: method(asked),
        nonce: asked.nonce.clone(),
    };
    let sample = ledger.sample(&options)?;
    match global.format {
        Format::Json => write::json(streams.out, &sample.answer())?,
        Format::Jsonl => write::json_lines(streams.out, &sample.answer().items)?,
        Format::Csv => csv(&sample.answer(), streams)?,
        Format::Table => {
            say_basis(ledger.is_simulated(), &sample.basis, streams)?;
            table(&sample, streams)?;
        }
    }
    Ok(Status::Done)
}

fn method(asked: &Sample) -> Method {
    let size = asked.size.unwrap_or(1);
    match asked.interval {
        Some(interval) => Method::MonetaryBy { interval },
        None if asked.monetary => Method::Monetary { size },
        None if asked.by.is_empty() => Method::Simple { size },
        None => Method::Stratified { size, by: strata(&asked.by) },
    }
}

fn table(sample: &Drawn, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let answer = sample.answer();
    let (of, method) = (&answer.of, &answer.method);
    writeln!(
        streams.out,
        "{} {of} worth {}; {method} sample of {} worth {}",
        count(answer.population),
        sample.worth().grouped(),
        count(answer.drawn),
        sample.drawn_worth().grouped()
    )?;
    if let (Some(interval), Some(start)) = (sample.interval, sample.drawn.start) {
        let (interval, start) = (interval.grouped(), start.grouped());
        writeln!(streams.out, "interval {interval}, from {start}; what is worth as much is in it")?;
    }
    writeln!(streams.out, "nonce {}\nseed {}\n", answer.nonce, answer.seed)?;
    strata_table(&answer, streams)?;
    if sample.items.is_empty() {
        return Ok(writeln!(streams.out, "nothing was drawn")?);
    }
    let width = usize::from(streams.terminal.width);
    let flat = laid_out(sample, Layout::Flat);
    let table = match flat.natural_width() <= width {
        true => flat,
        false => {
            let stacked = laid_out(sample, Layout::Stacked);
            let fits = stacked.natural_width() <= width;
            if fits { stacked } else { laid_out(sample, Layout::Cut) }
        }
    };
    table.write(streams.out, streams.terminal.width)
}

/// How the items of a sample stand on a terminal. A case is called by what stands there, so it is whole
/// wherever it can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    /// Each item on one line.
    Flat,
    /// Its scheme, district and year under each other.
    Stacked,
    /// The same, and cases over several lines.
    Cut,
}

fn laid_out(sample: &Drawn, layout: Layout) -> Table {
    let flat = layout == Layout::Flat;
    // Only by money can one item be hit more than once.
    let monetary = sample.interval.is_some();
    let mut columns = vec![number("number"), number("position")];
    columns.push(if layout == Layout::Cut { words("case") } else { text("case") });
    match flat {
        true => columns.extend([text("scheme"), text("district"), text("fy")]),
        false => columns.push(text("scheme\ndistrict\nfy")),
    }
    columns.push(number("amount"));
    columns.extend(monetary.then(|| number("hits")));
    let mut table = Table::new(columns);
    for item in &sample.items {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let place = [
            or_none(item.scheme.as_ref().map(ToString::to_string)),
            district_name(item.district),
            or_none(item.fy.map(|fy| fy.to_string())),
        ];
        let mut cells = vec![count(item.number), item.position.to_string()];
        cells.push(or_none(item.case_ref.as_ref().map(ToString::to_string)));
        match flat {
            true => cells.extend(place),
            false => cells.push(place.join("\n")),
        }
        cells.push(item.amount.grouped());
        cells.extend(monetary.then(|| item.hits.to_string()));
        table.row(cells);
    }
    table
}

fn strata_table(answer: &SampleAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    if answer.strata.is_empty() {
        return Ok(());
    }
    let mut table =
        Table::new([words("stratum"), number("items"), number("amount"), number("drawn")]);
    for one in &answer.strata {
        let (items, drawn) = (count(one.items), count(one.drawn));
        table.row([one.stratum.clone(), items, grouped(&one.amount), drawn]);
    }
    table.write(streams.out, streams.terminal.width)?;
    Ok(writeln!(streams.out)?)
}

fn csv(answer: &SampleAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading =
        ["number", "position", "case_ref", "scheme", "district", "fy", "amount", "hits", "seed"];
    write::csv_row(streams.out, heading)?;
    for item in &answer.items {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            item.number.to_string(),
            item.position.to_string(),
            or_empty(&item.case_ref),
            or_empty(&item.scheme),
            item.district.clone(),
            or_empty(&item.fy),
            item.amount.clone(),
            item.hits.to_string(),
            answer.seed.clone(),
        ];
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}
