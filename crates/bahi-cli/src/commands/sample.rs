//! `bahi sample`: what was drawn, from what, by which seed.

use bahi::{Filter, Method, Sample as Drawn, SampleOptions, View, json::SampleAnswer};

use crate::{
    Streams,
    arguments::{Format, Global, Sample, strata},
    commands::{check_funds, count, district_name, grouped, say_basis},
    open::open,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Sample,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let ledger = open(global, streams)?;
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
    let mut table = Table::new([
        number("number"),
        number("position"),
        words("case"),
        text("scheme"),
        words("district"),
        text("fy"),
        number("amount"),
        number("hits"),
    ]);
    for item in &sample.items {
        table.row([
            count(item.number),
            item.position.to_string(),
            item.case_ref.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
            item.scheme.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
            district_name(item.district),
            item.fy.map_or_else(|| "–".to_owned(), |fy| fy.to_string()),
            item.amount.grouped(),
            item.hits.to_string(),
        ]);
    }
    table.write(streams.out, streams.terminal.width)
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
