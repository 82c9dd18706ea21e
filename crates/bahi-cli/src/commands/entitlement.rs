//! `bahi entitlement`: what the terms in force on a day give for the facts of a case.

use bahi::{
    answers::{self, Entitled},
    core::{Day, SchemeName, Terms},
    json::{EntitlementAnswer, NotEntitledAnswer, parse_facts},
    rulebook,
};

use crate::{
    Streams,
    arguments::{Entitlement, Format, Global},
    commands::{check_scheme, grouped, terms::Words},
    open::open_asked,
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Entitlement,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let given = parse_facts(asked.facts.as_bytes()).map_err(|malformed| {
        Failure::misuse(format!("--facts: {malformed}; state them as a JSON object"))
    })?;
    let terms = terms(&asked.scheme, asked.on, global, streams)?;
    match answers::entitlement(&asked.scheme, asked.on, terms.as_ref(), &given) {
        Entitled::Yes(answer) => {
            match global.format {
                Format::Json => write::json(streams.out, &answer)?,
                Format::Jsonl => write::json_line(streams.out, &answer)?,
                Format::Csv => csv(&answer, streams)?,
                Format::Table => table(&answer, streams)?,
            }
            Ok(Status::Done)
        }
        Entitled::No(answer) => {
            match global.format {
                Format::Json => write::json(streams.out, &answer)?,
                Format::Jsonl => write::json_line(streams.out, &answer)?,
                Format::Csv => {
                    write::csv_row(streams.out, ["refusal", "message"])?;
                    write::csv_row(streams.out, [&answer.refusal, &answer.message])?;
                }
                Format::Table => not_entitled(&answer, terms.as_ref(), streams)?,
            }
            Ok(Status::No)
        }
    }
}

/// The terms in force: the rulebook's, or those of a ledger that was named.
fn terms(
    scheme: &SchemeName,
    on: Day,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Option<Terms>, Failure> {
    if global.names_a_ledger() {
        let ledger = open_asked(global, streams)?;
        check_scheme(ledger.names(), scheme.as_str())?;
        return Ok(ledger.terms_on(scheme.as_str(), on)?.map(|(_, terms)| terms));
    }
    if rulebook::scheme(scheme.as_str()).is_none() {
        let known: Vec<String> =
            rulebook::schemes().iter().map(|scheme| scheme.name.to_string()).collect();
        let known = known.join(", ");
        return Err(Failure::misuse(format!(
            "the rulebook has no scheme {scheme}; it has {known} (--ledger asks a ledger's own)"
        )));
    }
    Ok(rulebook::terms_on(scheme.as_str(), on))
}

fn csv(answer: &EntitlementAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(streams.out, ["item", "claimed", "allowed", "limit", "paragraph"])?;
    for item in &answer.items {
        let claimed = item.claimed.as_deref().unwrap_or_default();
        let limit = item.limit.as_deref().unwrap_or_default();
        let cells = [item.item.as_str(), claimed, &item.allowed, limit, &item.paragraph];
        write::csv_row(streams.out, cells)?;
    }
    Ok(())
}

fn table(answer: &EntitlementAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let (out, width) = (&mut *streams.out, streams.terminal.width);
    let title = rulebook::scheme(&answer.scheme).map_or("", |scheme| scheme.title);
    writeln!(out, "{}  {title}", answer.scheme)?;
    writeln!(out, "entitlement       ₹ {}", grouped(&answer.entitlement))?;
    if let Some(own) = &answer.own_contribution {
        writeln!(out, "own contribution  ₹ {}", grouped(own))?;
    }
    let authority = &answer.authority;
    let date = authority.date.as_deref().unwrap_or("an unknown day");
    let paragraph = authority.paragraph.as_deref().unwrap_or("no paragraph");
    writeln!(out, "terms             {}", answer.version)?;
    writeln!(out, "order             {} of {date}, {paragraph}", authority.order)?;
    let rounding = &answer.rounding;
    let rule = rulebook::note(&rounding.rule).unwrap_or(&rounding.rule);
    writeln!(out, "rounding          {rule}\n                  {}\n", exactly(&rounding.exact))?;
    let mut table = Table::new([
        words("item"),
        number("claimed"),
        number("allowed"),
        number("at most"),
        text("paragraph"),
    ]);
    for item in &answer.items {
        let name = rulebook::note(&item.item).unwrap_or(&item.item);
        let or_none = |amount: Option<&str>| amount.map_or_else(|| "–".to_owned(), grouped);
        table.row([
            name.to_owned(),
            or_none(item.claimed.as_deref()),
            grouped(&item.allowed),
            or_none(item.limit.as_deref()),
            item.paragraph.clone(),
        ]);
    }
    table.write(out, width)?;
    let mut page = Words::new(width);
    page.line(0, "");
    page.line(0, "choices of these terms");
    answer.notes.iter().for_each(|note| page.line(0, &format!("- {note}")));
    if !answer.notes.is_empty() {
        out.write_all(page.text().as_bytes())?;
    }
    Ok(())
}

/// The amount before rounding: a fraction of rupees, where it is one.
fn exactly(exact: &str) -> String {
    match exact.strip_suffix("/1") {
        Some(rupees) => format!("exactly ₹ {}, so nothing to round", grouped(rupees)),
        None => format!("exactly ₹ {exact}"),
    }
}

fn not_entitled(
    answer: &NotEntitledAnswer,
    terms: Option<&Terms>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let out = &mut *streams.out;
    writeln!(out, "not entitled: {}", answer.message)?;
    writeln!(out, "refusal       {}", answer.refusal)?;
    if let Some(words) = answer.code.as_deref().and_then(rulebook::note) {
        writeln!(out, "that is       {words}")?;
    }
    if let Some(authority) = &answer.authority {
        let date = authority.date.as_deref().unwrap_or("an unknown day");
        let paragraph = authority.paragraph.as_deref().map(|paragraph| format!(", {paragraph}"));
        let paragraph = paragraph.unwrap_or_default();
        writeln!(out, "order         {} of {date}{paragraph}", authority.order)?;
    }
    let Some(terms) = terms.filter(|_| answer.refusal.contains("fact")) else { return Ok(()) };
    writeln!(out, "\nthe terms ask for")?;
    for fact in &terms.parts().facts {
        let need = if fact.required { "" } else { ", if it is so" };
        let words = rulebook::note(fact.name.as_str()).unwrap_or_default();
        writeln!(out, "- {} ({}{need})  {words}", fact.name, fact.kind.name())?;
    }
    Ok(())
}
