//! From what the ledger answers to the JSON shapes of answers: one place for every edge above.
//!
//! # Invariants
//! * Nothing is computed here that an answer does not hold already, save counting and naming.
//!
//! # Not here
//! The shapes and their field names: `bahi-json`.

use std::collections::{BTreeMap, BTreeSet};

use bahi_core::{
    Authority, CaseRef, Command, Event, EventId, EventKind, FactKind, FactValue, Facts, GivenFact,
    Names, Position, Recorded, SchemeName, Terms, Total, Word,
};
use bahi_json::{
    Asked, AuthorityAnswer, BalanceKeys, BalanceRowAnswer, BalancesAnswer, CertificateAnswer,
    EntitlementAnswer, EventExtra, EventLine, FoldRowAnswer, FoldsAnswer, LineOutcome, Malformed,
    NotEntitledAnswer, OutcomeRowAnswer, OutcomesAnswer, ReplayAnswer, ReplayComparison, SchemeRow,
    SchemesAnswer, Seconds, TermsRow, TrailAnswer, TrailCase, TrailEntry, TrailFigures,
    TrailSubject, VerifyAnswer, VerifyPass, entitlement_answer, event_json, no_terms_answer,
    not_entitled_answer,
};
use bahi_proof::{Hash, leaf_hash};

use crate::{
    BalancesAt, By, Error, Figures, FoldFile, FoldsBeside, FoundFold, Ledger, Outcome, OutcomeRow,
    OutcomeSum, OutcomesAt, Records, Replay, TrailAt, Trails, Verification,
    rulebook::{note, scheme},
};

// ---- what a command came to

/// The answer to a line whose command came to this.
#[must_use]
pub fn outcome(command: &Command, outcome: &Outcome) -> LineOutcome {
    let command_id = command.id;
    match outcome {
        Outcome::Accepted(receipt) if receipt.repeated => {
            LineOutcome::Duplicate { command_id, position: receipt.position }
        }
        Outcome::Accepted(receipt) => {
            LineOutcome::Accepted { command_id, position: receipt.position }
        }
        Outcome::Refused(refusal) => LineOutcome::Refused {
            command_id,
            refused: refusal.refused.clone(),
            evidence: refusal.evidence,
        },
        Outcome::TooLarge(why) => {
            let what = format!("the event would be larger than a record may be: {why}; split it");
            LineOutcome::Malformed(Malformed { column: 1, what })
        }
    }
}

/// The answer to a line whose command the ledger could not take, in words that say what to do.
#[must_use]
pub fn fault(command: &Command, error: &Error) -> LineOutcome {
    let what = full(error);
    let message = if error.may_be_recorded() {
        format!("{what}; it may be recorded: submit the same id again to know")
    } else {
        format!("{what}; nothing is recorded of it")
    };
    LineOutcome::Fault { command_id: command.id, message }
}

/// An error with every cause that its own message leaves out, on one line.
#[must_use]
pub fn full(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

// ---- balances

/// Balances, with the keys they were asked by.
#[must_use]
pub fn balances(at: &BalancesAt, by: By) -> BalancesAnswer {
    BalancesAnswer {
        position: at.basis.position.0,
        root: at.basis.root.to_string(),
        as_of: at.basis.as_of.map(|day| day.to_string()),
        known_on: Some(at.basis.known_on.to_string()),
        rows: rows(&at.rows, by),
    }
}

/// Rows of balances, with the keys they were asked by.
#[must_use]
pub fn rows(rows: &[bahi_core::BalanceRow], by: By) -> Vec<BalanceRowAnswer> {
    let keys = BalanceKeys { scheme: by.scheme, district: by.district, head: by.head, fy: by.fy };
    rows.iter().map(|row| BalanceRowAnswer::new(row, keys)).collect()
}

// ---- outcomes

/// Outcomes, with the keys they were asked by.
#[must_use]
pub fn outcomes(at: &OutcomesAt, by: By) -> OutcomesAnswer {
    OutcomesAnswer {
        position: at.basis.position.0,
        root: at.basis.root.to_string(),
        as_of: at.basis.as_of.map(|day| day.to_string()),
        known_on: Some(at.basis.known_on.to_string()),
        unplaced: at.unplaced,
        rows: outcome_rows(&at.rows, by),
    }
}

/// Rows of outcomes, with the keys they were asked by.
#[must_use]
pub fn outcome_rows(rows: &[OutcomeRow], by: By) -> Vec<OutcomeRowAnswer> {
    let row = |row: &OutcomeRow| OutcomeRowAnswer {
        scheme: Asked::of(by.scheme, row.scheme.as_ref().map(|key| key as _)),
        district: Asked::of(by.district, row.district.as_ref().map(|key| key as _)),
        head: Asked::of(by.head, row.head.as_ref().map(|key| key as _)),
        fy: Asked::of(by.fy, row.fy.as_ref().map(|key| key as _)),
        outcome: row.outcome.to_string(),
        kind: row.total.kind().name().to_owned(),
        total: match row.total {
            OutcomeSum::Money(total) => total.to_string(),
            OutcomeSum::Count(count) => count.to_string(),
        },
        reported: row.reported,
        paid: row.paid.to_string(),
        per_one: row.per_one().map(|amount| amount.to_string()),
        not_reported: row.silent,
    };
    rows.iter().map(row).collect()
}

// ---- folds put away

/// What is put away beside a ledger.
#[must_use]
pub fn folds_beside(at: &FoldsBeside) -> FoldsAnswer {
    let row = |one: &FoldFile| {
        let (found, found_version, holds, bytes) = match one.found {
            FoundFold::Missing => ("missing", None, None, None),
            FoundFold::Kept { position, bytes } => ("kept", None, Some(position.0), Some(bytes)),
            FoundFold::OtherVersion { version, bytes } => {
                ("other_version", Some(version), None, Some(bytes))
            }
            FoundFold::Unfit { bytes } => ("unfit", None, None, Some(bytes)),
        };
        FoldRowAnswer {
            fold: one.fold.to_owned(),
            version: one.version,
            found: found.to_owned(),
            found_version,
            holds,
            to_fold: at.position.0 - holds.unwrap_or_default(),
            bytes,
        }
    };
    FoldsAnswer {
        position: at.position.0,
        root: at.root.to_string(),
        folds: at.folds.iter().map(row).collect(),
    }
}

// ---- trails

/// What events are told from: a ledger, its trails, or its records alone.
pub trait Teller {
    /// The names known so far.
    fn names(&self) -> &Names;

    /// The event at a position.
    ///
    /// # Errors
    /// Those of [`Ledger::event`].
    fn event(&self, position: Position) -> Result<Recorded, Error>;

    /// The stored bytes at a position.
    ///
    /// # Errors
    /// Those of [`Ledger::record`].
    fn record(&self, position: Position) -> Result<Vec<u8>, Error>;

    /// The name in the world of the event at a position.
    fn event_id(&self, position: Position) -> EventId;

    /// The reference of a case by the position of its application.
    ///
    /// # Errors
    /// Those of [`Records::case_ref`].
    fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error>;
}

macro_rules! teller {
    ($one:ty, $case_ref:expr) => {
        impl Teller for $one {
            fn names(&self) -> &Names {
                <$one>::names(self)
            }

            fn event(&self, position: Position) -> Result<Recorded, Error> {
                <$one>::event(self, position)
            }

            fn record(&self, position: Position) -> Result<Vec<u8>, Error> {
                <$one>::record(self, position)
            }

            fn event_id(&self, position: Position) -> EventId {
                <$one>::event_id(self, position)
            }

            fn case_ref(&self, case: Position) -> Result<Option<CaseRef>, Error> {
                $case_ref(self, case)
            }
        }
    };
}

teller!(Ledger, |one: &Ledger, case| Ok(Ledger::case_ref(one, case)));
teller!(Trails, |one: &Trails, case| one.reading().case_ref(case));
teller!(Records, Records::case_ref);

/// A trail with the leaf hash of each of its events.
///
/// # Errors
/// Those of [`Ledger::event`].
pub fn trail(
    ledger: &impl Teller,
    subject: TrailSubject,
    at: &TrailAt,
) -> Result<TrailAnswer, Error> {
    let entry = |entry: &crate::TrailEntry| -> Result<TrailEntry, Error> {
        Ok(TrailEntry {
            position: entry.position.0,
            event_id: ledger.event_id(entry.position).to_string(),
            kind: entry.kind.name().to_owned(),
            recorded_at: entry.recorded_at.to_string(),
            effective_day: entry.effective_day.to_string(),
            back_dated_days: entry.effective_day.back_dated_days(entry.recorded_at),
            actor: entry.actor.as_ref().map(ToString::to_string),
            role: entry.role.name().to_owned(),
            authority: entry.authority.as_ref().map(AuthorityAnswer::from),
            case_ref: entry.case_ref.as_ref().map(ToString::to_string),
            signed_by: entry.signed_by.map(|key| bahi_core::hex(&key)),
            amount: (!entry.amount.is_zero()).then(|| entry.amount.to_string()),
            says: entry.text.clone(),
            running: entry.after.as_ref().map(figures),
            leaf: entry.position.0,
            leaf_hash: Some(leaf_hash(&ledger.record(entry.position)?).to_string()),
        })
    };
    Ok(TrailAnswer {
        subject,
        position: at.basis.position.0,
        root: at.basis.root.to_string(),
        as_of: at.basis.as_of.map(|day| day.to_string()),
        known_on: at.basis.known_on.to_string(),
        cases: trail_cases(ledger, at)?,
        entries: at.entries.iter().map(entry).collect::<Result<_, _>>()?,
    })
}

fn trail_cases(ledger: &impl Teller, at: &TrailAt) -> Result<Vec<TrailCase>, Error> {
    let mut ends: BTreeMap<Position, Figures> = BTreeMap::new();
    let mut audits: BTreeMap<Position, u64> = BTreeMap::new();
    for entry in at.entries.iter().filter(|entry| !entry.case.is_none()) {
        ends.insert(entry.case, entry.after.unwrap_or_default());
        *audits.entry(entry.case).or_default() += u64::from(entry.kind == EventKind::Audited);
    }
    let mut cases = Vec::with_capacity(ends.len());
    for (case, end) in ends {
        let applied = ledger.event(case)?;
        let fund = applied.envelope.fund;
        cases.push(TrailCase {
            case_ref: if let Event::Applied(applied) = &applied.event {
                applied.case_ref.to_string()
            } else {
                String::new()
            },
            case: case.0,
            scheme: ledger.names().scheme(fund.scheme).map(ToString::to_string).unwrap_or_default(),
            district: fund.district.to_string(),
            figures: figures(&end),
            audits: audits.get(&case).copied().unwrap_or_default(),
        });
    }
    Ok(cases)
}

fn figures(figures: &Figures) -> TrailFigures {
    let remaining: Total = figures.sanctioned - figures.net_paid();
    TrailFigures {
        sanctioned: figures.sanctioned.to_string(),
        disbursed: figures.disbursed.to_string(),
        returned: figures.returned.to_string(),
        recovered: figures.recovered.to_string(),
        utilised: figures.utilised.to_string(),
        adjusted: figures.adjusted.to_string(),
        demanded: figures.demanded.to_string(),
        remaining: remaining.to_string(),
        status: figures.status.to_string(),
    }
}

// ---- events

/// An event in its JSON form, with its id and leaf hash.
///
/// # Errors
/// Those of [`Ledger::record`].
pub fn event(ledger: &impl Teller, recorded: &Recorded) -> Result<EventLine, Error> {
    let extra = EventExtra {
        event_id: ledger.event_id(recorded.position).to_string(),
        leaf_hash: Some(leaf_hash(&ledger.record(recorded.position)?).to_string()),
        record_base64: None,
    };
    let case_ref = ledger.case_ref(recorded.envelope.case)?;
    Ok(event_json(recorded, ledger.names(), case_ref.as_ref(), extra))
}

/// What the office calls the case an event belongs to, or that a refused command named.
///
/// # Errors
/// Those of [`Teller::case_ref`].
pub fn case_of(ledger: &impl Teller, recorded: &Recorded) -> Result<Option<String>, Error> {
    if let Event::Applied(applied) = &recorded.event {
        return Ok(Some(applied.case_ref.to_string()));
    }
    if let Event::CommandRefused(refused) = &recorded.event {
        return Ok(refused.subject.as_ref().map(ToString::to_string));
    }
    Ok(ledger.case_ref(recorded.envelope.case)?.map(|case_ref| case_ref.to_string()))
}

// ---- trust

/// What a verification found.
#[must_use]
pub fn verification(found: &Verification) -> VerifyAnswer {
    let pass = |pass: &crate::Pass| VerifyPass {
        name: pass.name.to_owned(),
        checked: pass.checked,
        ok: pass.ok,
        first_problem: pass.first_problem.clone(),
    };
    VerifyAnswer {
        ok: found.ok(),
        position: found.position.0,
        root: found.root.map(|root| root.to_string()),
        passes: found.passes.iter().map(pass).collect(),
        against: None,
        seconds: Seconds(found.took),
    }
}

/// What a replay came to.
#[must_use]
pub fn replay(replay: &Replay) -> ReplayAnswer {
    let compared = replay.compared.as_ref().map(|folds| ReplayComparison {
        equal: replay.agrees(),
        compared: folds.len() as u64,
        first_difference: folds.iter().find(|(_, equal)| !equal).map(|(name, _)| (*name).into()),
    });
    ReplayAnswer {
        position: replay.basis.position.0,
        root: replay.basis.root.to_string(),
        as_of: replay.basis.as_of.map(|day| day.to_string()),
        known_on: Some(replay.basis.known_on.to_string()),
        events: replay.events,
        seconds: Seconds(replay.took),
        events_per_second: per_second(replay),
        compared,
    }
}

/// Events folded in a second; none where the clock did not move.
#[must_use]
pub fn per_second(replay: &Replay) -> Option<u64> {
    let micros = replay.took.as_micros();
    let events = u128::from(replay.events) * 1_000_000;
    events.checked_div(micros).and_then(|speed| u64::try_from(speed).ok())
}

/// What a certificate says.
#[must_use]
pub fn certificate(
    position: Position,
    certificate: &bahi_core::StateCertified,
) -> CertificateAnswer {
    CertificateAnswer {
        position: position.0,
        upto: certificate.upto.0,
        as_of: certificate.as_of.to_string(),
        version: certificate.version,
        count: certificate.count,
        root: Hash(certificate.root).to_string(),
        hash: Hash(certificate.hash).to_string(),
    }
}

// ---- the rulebook

/// The open schemes of a ledger.
#[must_use]
pub fn schemes(ledger: &Ledger) -> SchemesAnswer {
    schemes_at(ledger.position(), ledger.root(), &ledger.schemes())
}

/// Open schemes, as they are at a position with a root.
#[must_use]
pub fn schemes_at(position: Position, root: Hash, schemes: &[crate::OpenScheme]) -> SchemesAnswer {
    let row =
        |open: &crate::OpenScheme| scheme_row(&open.name, open.districts as u64, &open.versions);
    SchemesAnswer {
        position: position.0,
        root: root.to_string(),
        schemes: schemes.iter().map(row).collect(),
    }
}

/// The schemes of the ODOP rulebook, which no ledger has to be open for.
#[must_use]
pub fn rulebook_schemes() -> Vec<SchemeRow> {
    let districts = crate::rulebook::DISTRICTS.len() as u64;
    let row =
        |scheme: crate::rulebook::Scheme| scheme_row(&scheme.name, districts, &scheme.versions);
    crate::rulebook::schemes().into_iter().map(row).collect()
}

fn scheme_row(name: &SchemeName, districts: u64, versions: &[Terms]) -> SchemeRow {
    let version = |(number, terms): (u16, &Terms)| TermsRow::new(number, terms);
    SchemeRow {
        scheme: name.to_string(),
        title: scheme(name.as_str()).map(|scheme| scheme.title.to_owned()),
        districts,
        versions: (1_u16..).zip(versions).map(version).collect(),
    }
}

/// What terms give for stated facts, or why they give nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entitled {
    /// They give this.
    Yes(Box<EntitlementAnswer>),
    /// They give nothing.
    No(NotEntitledAnswer),
}

/// Judges stated facts by the terms in force on a day; `None` where none are.
#[must_use]
pub fn entitlement(
    scheme: &SchemeName,
    day: bahi_core::Day,
    terms: Option<&Terms>,
    given: &[(Word, GivenFact)],
) -> Entitled {
    let Some(terms) = terms else { return Entitled::No(no_terms_answer(day)) };
    let refused = |why| Entitled::No(not_entitled_answer(terms, why));
    let entitlement = match terms.entitlement(&facts(terms, given)) {
        Ok(entitlement) => entitlement,
        Err(why) => return refused(&why),
    };
    match entitlement_answer(scheme, terms, &entitlement, notes(terms)) {
        Ok(answer) => Entitled::Yes(Box::new(answer)),
        Err(bahi_core::OutOfRange) => refused(&bahi_core::NotEntitled::OutOfRange),
    }
}

/// Stated facts as the terms ask for them. One the terms do not ask for, or of another kind than
/// they ask for, keeps the kind it was stated in, so that they refuse it by name.
fn facts(terms: &Terms, given: &[(Word, GivenFact)]) -> Facts {
    let typed = |(name, given): &(Word, GivenFact)| {
        let spec = terms.parts().facts.iter().find(|spec| spec.name == *name);
        let asked = spec.and_then(|spec| bahi_core::fact_value(given, spec.kind));
        (name.clone(), asked.unwrap_or_else(|| as_stated(given)))
    };
    Facts::new(given.iter().map(typed).collect()).unwrap_or_default()
}

fn as_stated(given: &GivenFact) -> FactValue {
    match given {
        GivenFact::Text(text) => bahi_core::fact_value(given, FactKind::Word)
            .unwrap_or_else(|| FactValue::Word(text.clone())),
        GivenFact::Count(count) => FactValue::Count(*count),
        GivenFact::Flag(flag) => FactValue::Flag(*flag),
    }
}

/// What a reader of an answer under these terms should know: each choice where the order is silent.
#[must_use]
pub fn notes(terms: &Terms) -> Vec<String> {
    let words = |code: &Word| note(code.as_str()).unwrap_or(code.as_str()).to_owned();
    let sentence =
        |policy: &bahi_core::Policy| format!("{}: {}", words(&policy.name), words(&policy.value));
    terms.parts().policies.iter().map(sentence).collect()
}

// ---- orders

/// Every authority of an order's number, as a ledger's events name it.
#[must_use]
pub fn authorities<'a>(
    names: &'a Names,
    order: &str,
) -> Vec<(bahi_core::AuthorityNo, &'a Authority)> {
    names.authorities().filter(|(_, authority)| authority.order.as_str() == order).collect()
}

/// The trail of an order under every paragraph it was cited by, in order of position.
///
/// # Errors
/// Those of [`Ledger::trail`].
pub fn order_trail(ledger: &Ledger, order: &str, view: crate::View) -> Result<TrailAt, Error> {
    let mut whole = TrailAt { basis: ledger.basis(view)?, entries: Vec::new() };
    let mut seen = BTreeSet::new();
    for (number, _) in authorities(ledger.names(), order) {
        let part = ledger.trail(crate::Subject::Order(number), view)?;
        whole.entries.extend(part.entries.into_iter().filter(|entry| seen.insert(entry.position)));
    }
    whole.entries.sort_by_key(|entry| entry.position);
    Ok(whole)
}
