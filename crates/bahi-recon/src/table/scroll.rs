//! Scrolls: tables whose rows say what became of payments.
//!
//! # Invariants
//! * A status that is none of the layout's words is not guessed at: its payment is for a person.
//! * A row without a reference cannot be told apart from another and is set aside.

use crate::{
    Currency, Item, Layout, PaymentStatus, ReferenceKind, StatusLevel, Stretch, Told, Verdict,
    amount::of_layout,
    layout::{Meaning, bare},
    output::Output,
    reference::{is_utr, keep},
    table::{
        Header,
        cells::{Record, Records},
        is_rule,
        row::{cell, day, goes_on},
    },
};

/// The words of each verdict.
type Statuses = [(Verdict, Vec<String>)];

pub(super) fn read(
    text: &str,
    header: &Header,
    layout: &Layout,
    statuses: &Statuses,
    out: &mut Output<'_, '_>,
) {
    for record in Records::new(text, header.delimiter) {
        if record.at >= header.at {
            break;
        }
        if matches!(payment(&record, header, layout, statuses), Ok(Some(_))) {
            out.record();
            out.record_set_aside();
            let mark = out.mark(record.at);
            let what = Told::NotUnderstood("a row before the names of the columns");
            out.set_aside(mark, record.end, what);
        }
        out.read_to(record.end);
    }
    out.read_to(header.end);
    for record in Records::from(text, header.delimiter, header.end) {
        if is_rule(&record) {
            out.read_to(record.end);
            continue;
        }
        out.record();
        let mark = out.mark(record.at);
        let problem = match payment(&record, header, layout, statuses) {
            Ok(Some(mut payment)) => {
                if payment.verdict == Verdict::Unknown {
                    out.warn(mark.place(), Told::NotUnderstood("the status of a payment"));
                }
                payment.place = out.stretch(mark, record.end);
                out.record_read();
                out.give(Item::Status(Box::new(payment)));
                continue;
            }
            Ok(None) => Told::NotUnderstood("a row without a day"),
            Err(problem) => problem,
        };
        out.set_aside(mark, record.end, problem);
        out.record_set_aside();
    }
}

fn payment(
    record: &Record<'_>,
    header: &Header,
    layout: &Layout,
    statuses: &Statuses,
) -> Result<Option<PaymentStatus>, Told> {
    if record.broken {
        return Err(Told::NotUnderstood("a quote that is not closed"));
    }
    let text = |meaning| cell(record, header, meaning);
    let place = |meaning| header.columns.iter().find(|(one, _)| *one == meaning).map(|(_, at)| *at);
    let needed = place(Meaning::Amount).max(place(Meaning::Status));
    if record.is_last && needed.is_some_and(|at| at >= record.cells.len()) {
        return Err(Told::NotUnderstood("a row that is broken off"));
    }
    let Some(booked) = text(Meaning::Booked) else { return Ok(None) };
    let Some(booked) = day(layout, booked) else {
        let moves = text(Meaning::Amount).is_some();
        return if moves { Err(Told::Day("day of a payment")) } else { Ok(None) };
    };
    if goes_on(record, header) {
        return Err(Told::NotUnderstood("a row with more cells than there are columns"));
    }
    let wrong = |problem| Told::Amount("amount of a payment", problem);
    let currency = match text(Meaning::Currency) {
        Some(code) => Currency::parse(code).ok_or(wrong(crate::AmountProblem::Currency))?,
        None => layout.currency,
    };
    let figures = text(Meaning::Amount).ok_or(Told::Missing("amount of a payment"))?;
    let (amount, negative) = of_layout(figures, layout.marks, currency).map_err(wrong)?;
    if negative {
        return Err(wrong(crate::AmountProblem::Sign));
    }
    let status = text(Meaning::Status).ok_or(Told::Missing("status of a payment"))?;
    let word = bare(status);
    let known = statuses.iter().find(|(_, words)| words.contains(&word));
    // Where the file ends within a word, it may be the beginning of another.
    let goes_on = |(verdict, words): &(Verdict, Vec<String>)| {
        let other = known.is_none_or(|(one, _)| one != verdict);
        other && words.iter().any(|one| one.starts_with(&word))
    };
    let ends = record.is_last && place(Meaning::Status) == record.cells.len().checked_sub(1);
    if ends && statuses.iter().any(goes_on) {
        return Err(Told::NotUnderstood("a row that is broken off"));
    }
    let mut references = Vec::new();
    for (meaning, kind) in [
        (Meaning::EndToEnd, ReferenceKind::EndToEnd),
        (Meaning::Transaction, ReferenceKind::Transaction),
        (Meaning::Reference, ReferenceKind::Bank),
        (Meaning::Batch, ReferenceKind::Batch),
        (Meaning::Original, ReferenceKind::Original),
        (Meaning::Challan, ReferenceKind::Clearing),
    ] {
        if let Some(text) = text(meaning) {
            keep(&mut references, if is_utr(text) { ReferenceKind::Utr } else { kind }, text);
        }
    }
    if references.is_empty() {
        return Err(Told::Missing("reference of a payment"));
    }
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(35).collect::<String>();
    Ok(Some(PaymentStatus {
        level: StatusLevel::Payment,
        status: Some(short(status)),
        verdict: known.map_or(Verdict::Unknown, |(verdict, _)| *verdict),
        inherited: false,
        reasons: text(Meaning::Reason).map(short).into_iter().collect(),
        references,
        amount: Some(amount),
        declared: Vec::new(),
        day: Some(booked),
        place: Stretch::default(),
    }))
}
