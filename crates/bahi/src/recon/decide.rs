//! A person's word on a proposal, or on a line and events they name: accepted, rejected, explained.
//!
//! # Invariants
//! * What a person accepts is an event of theirs; the rules keep makers and checkers apart.
//! * A decision is made once, until it is undone.

use std::error::Error as StdError;

use bahi_core::{
    Act, Command, Day, Further, LineReference, MATCH_LINES_MAX, MATCH_TARGETS_MAX, Position,
    Receipt, Reference, Word,
};
use bahi_recon::{
    matching::{Rule, Verdict},
    reason_in_words,
};
use thiserror::Error as ThisError;

use super::{
    bench::{Asks, Bench},
    gather::{Gathered, ItemName, KnownAnswer},
    report::{Report, evidence},
    run::{self, RunOptions, content},
};
use crate::{Acting, Error, Ledger, rulebook::derived_id};

/// What a person wishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The lines are the events; without events, money of something else.
    Accept,
    /// They are not.
    Reject,
}

/// What there is to say of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained {
    /// The item, as it was asked for.
    pub id: String,
    /// Sentences, without a full stop.
    pub says: Vec<String>,
}

/// Why nothing was decided.
#[derive(Debug, ThisError)]
pub enum DecideError<F: StdError + 'static = Error> {
    /// The text names nothing. Take an id from the report.
    #[error(
        "{0} names no proposal, line or event; a proposal is p and twelve hex digits, a line is \
        9/2 (line 2 of the statement at position 9), a pair is 9/2=17, or 9/2=none for money of \
        something else"
    )]
    NoId(String),
    /// There is no such proposal any more. Ask for the report again.
    #[error("there is no proposal {0}; it was decided, matched, or never made")]
    NoProposal(String),
    /// The rules refuse it. What to do is in the words.
    #[error("{0}")]
    Refused(String),
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(F),
}

/// What an id names.
enum Named {
    Proposal(String),
    Pair(Vec<LineReference>, Vec<Position>),
    Item(ItemName),
}

impl Ledger {
    /// Records a person's decision.
    ///
    /// # Errors
    /// [`DecideError::NoId`], [`DecideError::NoProposal`], [`DecideError::Refused`],
    /// [`DecideError::Failed`].
    pub fn decide_match(
        &mut self,
        wish: Wish,
        id: &str,
        (acting, reason, day): (&Acting, &Word, Day),
        options: &RunOptions,
    ) -> Result<Vec<Receipt>, DecideError> {
        let asked = Decision { wish, id, acting, reason, day };
        decide(self, &asked, options)
    }

    /// What there is to say of a proposal, a line or an event.
    ///
    /// # Errors
    /// [`DecideError::NoId`], [`DecideError::NoProposal`], [`DecideError::Failed`].
    pub fn explain_match(&self, id: &str, options: &RunOptions) -> Result<Explained, DecideError> {
        explain(self, id, options)
    }
}

/// What a person decides.
pub(crate) struct Decision<'d> {
    pub(crate) wish: Wish,
    pub(crate) id: &'d str,
    pub(crate) acting: &'d Acting,
    pub(crate) reason: &'d Word,
    pub(crate) day: Day,
}

/// Records a decision by way of a ledger or a service.
pub(crate) fn decide<B: Bench>(
    bench: &mut B,
    asked: &Decision<'_>,
    options: &RunOptions,
) -> Result<Vec<Receipt>, DecideError<B::Failed>>
where
    B::Failed: StdError + 'static,
{
    let report = run::reconciliation(bench, options).map_err(DecideError::Failed)?;
    let gathered = &report.gathered;
    let (lines, events, returned) = match named(asked.id)? {
        Named::Pair(lines, events) => (lines, events, false),
        Named::Item(_) => return Err(no_id(asked.id)),
        Named::Proposal(id) => {
            let found = report.proposals().find(|(one, _)| *one == id);
            let (_, one) = found.ok_or(DecideError::NoProposal(id))?;
            (report.lines_of(one), one.vouchers.clone(), one.rule == Rule::Return)
        }
    };
    let (line, _) = lines.split_first().ok_or_else(|| no_id(asked.id))?;
    let accepted = asked.wish == Wish::Accept;
    let answer = gathered.answered.get(line).filter(|_| accepted);
    let mut before = Vec::new();
    let mut joined = events.clone();
    if let Some(answer) = answer {
        if lines.len() > 1 || (events.len() > 1 && !answer.whole) {
            return Err(DecideError::Refused(format!(
                "answer {} is one answer about one payment; name one of each",
                ItemName::Line(*line)
            )));
        }
        // What an answer says of a payment is recorded; the answer itself is no money, and done with.
        let said = |payment: &Position| (*payment, said(gathered, answer, (*line, *payment)));
        before.extend(events.iter().map(said));
        joined = Vec::new();
    } else if let (true, Some(payment)) = (returned && accepted, events.first()) {
        before.push((*payment, return_of(gathered, *payment, *line)));
    }
    // A decision that was undone may be made again: its id tells after which undoing.
    let undone = gathered.last_unmatched.0.to_be_bytes().to_vec();
    let built = Built { lines, events, joined, before, undone, returned: returned && accepted };
    let (wish, reason, day) = (asked.wish, asked.reason.clone(), asked.day);
    let acting = asked.acting.clone();
    let batch = bench.batch(move |ledger| built.commands(ledger, wish, &reason, (&acting, day)));
    match batch.map_err(DecideError::Failed)? {
        Ok(receipts) => Ok(receipts),
        Err((_, refused)) => Err(DecideError::Refused(refused.message())),
    }
}

/// A decision with all that it needs but the ledger's last position.
struct Built {
    lines: Vec<LineReference>,
    events: Vec<Position>,
    /// What the lines are joined with.
    joined: Vec<Position>,
    /// What is recorded just before, each of a payment.
    before: Vec<(Position, Act)>,
    undone: Vec<u8>,
    /// Whether the lines are what is recorded just before.
    returned: bool,
}

impl Built {
    fn commands(
        self,
        ledger: &Ledger,
        wish: Wish,
        reason: &Word,
        (acting, day): (&Acting, Day),
    ) -> Vec<Command> {
        let joined = if self.returned { vec![ledger.position().next()] } else { self.joined };
        let Some((line, more_lines)) = self.lines.split_first() else { return Vec::new() };
        let (target, more) = joined.split_first().unwrap_or((&Position::NONE, &[]));
        let decided = Act::DecideMatch {
            line: *line,
            target: *target,
            reason: reason.clone(),
            further: Further { lines: more_lines.to_vec(), targets: more.to_vec() },
            rejected: wish == Wish::Reject,
        };
        let command = |events: &[Position], act: Act| {
            let kind = act.kind().name();
            let what = format!("{kind} {}", if wish == Wish::Accept { "yes" } else { "no" });
            let content = [content(&self.lines, events, &what), self.undone.clone()].concat();
            Command {
                id: derived_id(b"bahi reconcile decision", &content),
                actor: acting.actor.clone(),
                role: acting.role,
                effective_day: day,
                authority: acting.authority.clone(),
                aliases: Vec::new(),
                signed: None,
                act,
            }
        };
        let before = self.before.iter().map(|(payment, act)| command(&[*payment], act.clone()));
        let before: Vec<Command> = before.collect();
        before.into_iter().chain([command(&self.events, decided)]).collect()
    }
}

/// What there is to say, by way of a ledger or a service.
pub(crate) fn explain<A: Asks>(
    asks: &A,
    id: &str,
    options: &RunOptions,
) -> Result<Explained, DecideError<A::Failed>>
where
    A::Failed: StdError + 'static,
{
    let report = run::reconciliation(asks, options).map_err(DecideError::Failed)?;
    let mut says = Vec::new();
    match named(id)? {
        Named::Proposal(id) => {
            let found = report.proposals().find(|(one, _)| *one == id);
            let (id, one) = found.ok_or(DecideError::NoProposal(id))?;
            let answer = report.proposal(id, one);
            let events: Vec<String> = answer.events.iter().map(u64::to_string).collect();
            let (lines, events) = (answer.lines.join(", "), events.join(", "));
            says.push(format!("proposed by {}: {lines} may be {events}", answer.rule));
            says.push(evidence(&one.evidence));
            let lines = report.lines_of(one).into_iter().map(ItemName::Line);
            let events = one.vouchers.iter().copied().map(ItemName::Event);
            lines.chain(events).for_each(|item| tell(&report, item, &mut says));
        }
        Named::Item(item) => tell(&report, item, &mut says),
        Named::Pair(lines, events) => {
            let lines = lines.into_iter().map(ItemName::Line);
            let events = events.into_iter().map(ItemName::Event);
            lines.chain(events).for_each(|item| tell(&report, item, &mut says));
        }
    }
    if says.is_empty() {
        return Err(no_id(id));
    }
    Ok(Explained { id: id.to_owned(), says })
}

fn tell(report: &Report, item: ItemName, says: &mut Vec<String>) {
    let gathered = &report.gathered;
    match item {
        ItemName::Line(at) => tell_line(gathered, at, says),
        ItemName::Event(position) => {
            let Some(voucher) = gathered.voucher_at(position) else { return };
            let (amount, day) = (voucher.amount.grouped(), voucher.day);
            let case = gathered.cases.get(&voucher.case).map(|case| format!(" of case {case}"));
            let case = case.unwrap_or_default();
            says.push(format!("event {position}: ₹ {amount}{case}, of {day}"));
        }
        ItemName::Unread(_) | ItemName::Answer(_) => {}
    }
    for (position, joined) in &gathered.matches {
        let is = match item {
            ItemName::Line(at) => joined.lines.contains(&at),
            ItemName::Event(event) => joined.targets.contains(&event),
            ItemName::Unread(_) | ItemName::Answer(_) => false,
        };
        if is {
            let rule = joined.rule.map(|rule| format!("rule {}", gathered.word(rule)));
            let how = rule.unwrap_or_else(|| "a person".to_owned());
            let what = match (joined.rejected, joined.targets.is_empty()) {
                (true, _) => "rejected",
                (false, true) => "taken as no event's",
                (false, false) => "matched",
            };
            let accepted = joined.accepted.map(|one| {
                let (rule, amount) = (gathered.word(one.rule), one.amount.grouped());
                let limit = one.limit.map(|limit| format!(" (limit ₹ {})", limit.grouped()));
                format!("; {rule}{} accepts ₹ {amount}", limit.unwrap_or_default())
            });
            let accepted = accepted.unwrap_or_default();
            says.push(format!("{what} by {how} at position {position}{accepted}"));
        }
    }
    for one in report.about(item) {
        let answer = report.exception(one);
        let ids = answer.ids.join(", ");
        let differs = answer.differs_by.map(|differs| format!(" by ₹ {differs}"));
        let differs = differs.unwrap_or_default();
        says.push(format!("{}{differs}: {ids}; resolved by {}", answer.reason, answer.resolved_by));
    }
}

fn tell_line(gathered: &Gathered, at: LineReference, says: &mut Vec<String>) {
    let item = ItemName::Line(at);
    if let Some(known) = gathered.known_at(at) {
        let (amount, day) = (known.amount.grouped(), known.booked);
        says.push(format!("line {item}: ₹ {amount}, booked on {day}"));
    } else if let Some(answer) = gathered.answered.get(&at) {
        let amount = answer.amount.map(|amount| format!(" of ₹ {}", amount.grouped()));
        let reason = answer.reason.as_ref().map(|code| {
            let words = reason_in_words(code.as_str()).map(|words| format!(": {words}"));
            format!(", code {code}{}", words.unwrap_or_default())
        });
        let verdict = match answer.verdict {
            Verdict::Paid => "reached its account",
            Verdict::Failed => "failed",
        };
        let (amount, reason) = (amount.unwrap_or_default(), reason.unwrap_or_default());
        let what = if answer.whole { "a whole batch" } else { "a payment" };
        says.push(format!("answer {item}: {what}{amount} {verdict} on {}{reason}", answer.day));
    } else {
        return;
    }
    if gathered.kept.contains(&at.statement) {
        says.push(format!(
            "what the bank wrote beside it is in the vault: bahi vault show line:{item}"
        ));
    }
}

/// What an answer says of the payment that a person found it to be about.
fn said(
    gathered: &Gathered,
    answer: &KnownAnswer,
    (line, payment): (LineReference, Position),
) -> Act {
    match answer.verdict {
        Verdict::Paid => {
            let own = || Reference::new(&format!("answer {}/{}", line.statement, line.line));
            // What names a whole batch is no payment's transfer.
            let told = answer.reference.clone().filter(|_| !answer.whole);
            let reference = told.map_or_else(own, Ok);
            let reference = reference.expect("two numbers are a reference");
            Act::Confirm { payment, reference }
        }
        Verdict::Failed => {
            let reason = answer.reason.as_ref().and_then(|code| Word::new(code.as_str()).ok());
            let Act::Return { amount, reason: plain, .. } = return_of(gathered, payment, line)
            else {
                return return_of(gathered, payment, line);
            };
            Act::Return { payment, amount, reason: reason.unwrap_or(plain) }
        }
    }
}

/// The return that a person found a line to be.
fn return_of(gathered: &Gathered, payment: Position, line: LineReference) -> Act {
    let amount = gathered.voucher_at(payment).map(|voucher| voucher.amount);
    let amount = amount.or_else(|| gathered.known_at(line).map(|known| known.amount));
    let reason = super::run::word("returned");
    Act::Return { payment, amount: amount.unwrap_or_default(), reason }
}

fn no_id<F: StdError + 'static>(id: &str) -> DecideError<F> {
    DecideError::NoId(id.to_owned())
}

/// Reads an id.
fn named<F: StdError + 'static>(id: &str) -> Result<Named, DecideError<F>> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_hexdigit());
    if id.len() == 13 && id.strip_prefix('p').is_some_and(digits) {
        return Ok(Named::Proposal(id.to_owned()));
    }
    if let Some((lines, events)) = id.split_once('=') {
        let lines: Option<Vec<LineReference>> = lines.split(',').map(line).collect();
        let events: Option<Vec<Position>> = match events {
            "none" => Some(Vec::new()),
            events => events.split(',').map(position).collect(),
        };
        let (Some(mut lines), Some(mut events)) = (lines, events) else { return Err(no_id(id)) };
        lines.sort_unstable();
        events.sort_unstable();
        let bounded = lines.len() <= MATCH_LINES_MAX && events.len() <= MATCH_TARGETS_MAX;
        return if bounded { Ok(Named::Pair(lines, events)) } else { Err(no_id(id)) };
    }
    let item = line(id).map(ItemName::Line).or_else(|| position(id).map(ItemName::Event));
    item.map(Named::Item).ok_or_else(|| no_id(id))
}

fn line(text: &str) -> Option<LineReference> {
    let (statement, number) = text.split_once('/')?;
    let line = number.parse().ok().filter(|number| *number > 0)?;
    Some(LineReference { statement: position(statement)?, line })
}

fn position(text: &str) -> Option<Position> {
    text.parse().ok().filter(|number| *number > 0).map(Position)
}
