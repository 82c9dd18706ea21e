//! `bahi explain`: every decision of a case, with the facts, the rule and the computation.

use bahi::{
    View,
    json::{AuthorityAnswer, DecisionAnswer, ExplainAnswer, GateAnswer, JudgementAnswer},
};

use crate::{
    Streams,
    arguments::{Explain, Format, Global},
    commands::{grouped, terms::Words},
    open::open_trails,
    source::Source,
    status::{Failure, Status, one_line},
    write,
};

pub(super) fn run(
    asked: &Explain,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let view = View::from(&asked.past);
    let found = match global.keys.is_none() && global.server.is_none() {
        true => open_trails(global, streams)?.explain(&asked.case, view)?,
        false => Source::open(global, streams)?.explain(&asked.case, view)?,
    };
    let answer = found.ok_or_else(|| {
        Failure::no(format!(
            "the ledger knows no case {} at that time; correct it, or ask about another time",
            one_line(&asked.case)
        ))
    })?;
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.decisions)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => prose(&answer, streams)?,
    }
    Ok(Status::Done)
}

/// The steps of the computations, one a row.
fn csv(answer: &ExplainAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let heading = ["position", "kind", "version", "of", "depth", "rule", "value", "because"];
    write::csv_row(streams.out, heading)?;
    for decision in &answer.decisions {
        let Some(under) = &decision.under else { continue };
        for step in &under.steps {
            let (position, depth) = (decision.position.to_string(), step.depth.to_string());
            let value = step.value.clone().unwrap_or_default();
            let because = step.because.clone().unwrap_or_default();
            let cells = [
                &position,
                &decision.kind,
                &under.version,
                &step.of,
                &depth,
                &step.rule,
                &value,
                &because,
            ];
            write::csv_row(streams.out, cells)?;
        }
    }
    Ok(())
}

fn prose(answer: &ExplainAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut page = Words::new(streams.terminal.width);
    page.line(0, &format!("case {} of {}", answer.case_ref, answer.scheme));
    page.line(0, &format!("position {}, root {}", answer.position, answer.root));
    for decision in &answer.decisions {
        page.line(0, "");
        page.line(
            0,
            &format!("{}  {}  {}", decision.position, decision.effective_day, decision.kind),
        );
        page.line(2, &decision.says);
        if let Some(authority) = &decision.authority {
            page.line(2, &format!("on order {}", order(authority)));
        }
        if let Some(under) = &decision.under {
            judged(decision, under, &mut page);
        }
    }
    procedure(answer, &mut page);
    for note in &answer.notes {
        page.line(0, "");
        page.line(0, &format!("note: {note}"));
    }
    Ok(streams.out.write_all(page.text().as_bytes())?)
}

/// How far the case has come, a gate a line, and what it came to.
fn procedure(answer: &ExplainAnswer, page: &mut Words) {
    if !answer.procedure.is_empty() {
        page.line(0, "");
        page.line(0, "procedure");
        for gate in &answer.procedure {
            page.line(2, &passed(gate));
        }
    }
    if !answer.outcomes.is_empty() {
        page.line(0, "");
        page.line(0, "outcomes");
        for outcome in &answer.outcomes {
            page.line(2, &format!("{} {}", outcome.name, amount(&outcome.value)));
        }
    }
}

/// One gate: what happened there, or what it waits for.
fn passed(gate: &GateAnswer) -> String {
    let mut said = Vec::new();
    if let (Some(day), Some(position)) = (&gate.day, gate.position) {
        said.push(format!("done on {day} (position {position})"));
        if gate.late_by > 0 {
            let days = if gate.late_by == 1 { "day" } else { "days" };
            said.push(format!("late by {} {days}", gate.late_by));
        }
        if !gate.missing.is_empty() {
            said.push(format!("without {}", gate.missing.join(", ")));
        }
        let early = gate.earliest.as_ref().filter(|earliest| day < *earliest);
        said.extend(early.map(|earliest| format!("before {earliest}")));
    } else {
        if gate.missing.is_empty() {
            said.push("not yet".to_owned());
        } else {
            said.push(format!("waiting for {}", gate.missing.join(", ")));
        }
        said.extend(gate.earliest.as_ref().map(|earliest| format!("not before {earliest}")));
        said.extend(gate.latest.as_ref().map(|latest| format!("due by {latest}")));
    }
    if let Some(used) = &gate.used {
        let (shown, needed) = (amount(&used.shown), amount(&used.needed));
        said.push(format!("{shown} of {needed} shown to be used"));
    }
    if !gate.binding {
        said.push("shown only".to_owned());
    }
    let reasons = gate.reasons.join(", ");
    let reasons = if reasons.is_empty() { reasons } else { format!(" for {reasons}") };
    format!("{}{reasons}: {} ({})", gate.of, said.join(", "), gate.paragraph)
}

fn judged(decision: &DecisionAnswer, under: &JudgementAnswer, page: &mut Words) {
    let facts: Vec<String> = decision
        .facts
        .iter()
        .map(|fact| format!("{} {}", fact.name, amount(&fact.value)))
        .collect();
    page.line(2, &format!("facts: {}", facts.join(", ")));
    page.line(
        2,
        &format!("by terms {} ({}), {}", under.number, under.version, order(&under.authority)),
    );
    steps(under, page);
    for item in &under.items {
        let claimed =
            item.claimed.as_deref().map(|claimed| format!("claimed {}, ", amount(claimed)));
        let limit = item.limit.as_deref().map(|limit| format!(", at most {}", amount(limit)));
        page.line(
            4,
            &format!(
                "{}: {}allowed {}{} ({})",
                item.item,
                claimed.unwrap_or_default(),
                amount(&item.allowed),
                limit.unwrap_or_default(),
                item.paragraph
            ),
        );
    }
    page.line(4, &came_to(under));
    if let Some(own) = &under.own_contribution {
        page.line(4, &format!("own contribution {}", amount(own)));
    }
    if let (Some(recorded), Some(agrees)) = (&decision.recorded, decision.agrees) {
        let agrees = if agrees { "as computed" } else { "NOT as computed" };
        page.line(4, &format!("recorded entitlement {}, {agrees}", amount(recorded)));
    }
    for other in &decision.otherwise {
        let until = other.until.as_ref().map(|until| format!(" to {until}")).unwrap_or_default();
        page.line(
            4,
            &format!(
                "terms {} ({}), from {}{until}, would have given: {}",
                other.number,
                other.version,
                other.from,
                came_to(other)
            ),
        );
    }
}

/// The steps a person follows: of a test what it came to and its numbers, not the tests within it;
/// of rows the one taken. JSON and CSV have every step whole.
fn steps(under: &JudgementAnswer, page: &mut Words) {
    let mut inside: Option<u16> = None;
    for step in &under.steps {
        let is_test = matches!(step.value.as_deref(), Some("yes" | "no"));
        if inside.is_none_or(|depth| step.depth <= depth) {
            inside = is_test.then_some(step.depth);
        } else if is_test {
            continue;
        }
        let value = step.value.as_deref().map_or_else(|| "refused".to_owned(), amount);
        let because = step.because.as_ref().map(|why| format!("  ({why})")).unwrap_or_default();
        let indent = 4 + 2 * usize::from(step.depth).min(12);
        let of = if step.depth == 0 { format!("{}: ", step.of) } else { String::new() };
        let rule = match step.rule.split_once(" {") {
            Some((head, _)) => format!("{head} …"),
            None => step.rule.clone(),
        };
        page.line(indent, &format!("{of}{rule} = {value}{because}"));
    }
}

/// The sum before and after its one rounding, or the refusal.
fn came_to(judged: &JudgementAnswer) -> String {
    match (&judged.entitlement, &judged.exact, &judged.refusal) {
        (Some(entitlement), Some(exact), _) => {
            let exact = exact.strip_suffix("/1").unwrap_or(exact);
            format!("exactly {exact}, {} → {}", judged.rounding, amount(entitlement))
        }
        (_, _, Some(refusal)) => format!("nothing: {refusal}"),
        _ => "nothing".to_owned(),
    }
}

fn order(authority: &AuthorityAnswer) -> String {
    let date = authority.date.as_deref().unwrap_or("an unknown day");
    let line = authority.paragraph.as_ref().map(|line| format!(", {line}")).unwrap_or_default();
    format!("{} of {date}{line}", authority.order)
}

/// An amount as a person reads it; anything else as it is.
fn amount(text: &str) -> String {
    if text.contains('.') { grouped(text) } else { text.to_owned() }
}
