//! A person's word on a proposal, or on a line and events they name: accepted, rejected, explained.
//!
//! # Invariants
//! * What a person accepts is an event of theirs; the rules keep makers and checkers apart.
//! * A decision is made once, until it is undone.

use bahi_core::{
    Act, Command, Day, Further, LineReference, MATCH_LINES_MAX, MATCH_TARGETS_MAX, Position,
    Receipt, Word,
};
use bahi_recon::matching::Rule;
use thiserror::Error as ThisError;

use super::{
    gather::{Gathered, ItemName},
    report::{Report, evidence},
    run::{ReconcileError, RunOptions, content},
};
use crate::{Acting, BatchError, Error, Ledger, rulebook::derived_id};

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
pub enum DecideError {
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
    Failed(#[from] Error),
}

impl From<ReconcileError> for DecideError {
    fn from(error: ReconcileError) -> DecideError {
        let ReconcileError::Failed(error) = error;
        DecideError::Failed(error)
    }
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
        let report = self.reconciliation(options)?;
        let (lines, events, returned) = match named(id)? {
            Named::Pair(lines, events) => (lines, events, false),
            Named::Item(_) => return Err(DecideError::NoId(id.to_owned())),
            Named::Proposal(id) => {
                let found = report.proposals().find(|(one, _)| *one == id);
                let (_, one) = found.ok_or(DecideError::NoProposal(id))?;
                (report.lines_of(one), one.vouchers.clone(), one.rule == Rule::Return)
            }
        };
        let returned = returned && wish == Wish::Accept;
        let mut acts = Vec::new();
        let mut events = events;
        if returned && let (Some(payment), Some(line)) = (events.first(), lines.first()) {
            let payment = *payment;
            acts.push(return_of(&report.gathered, payment, *line));
            events = vec![self.position().next()];
        }
        let (line, more_lines) = lines.split_first().ok_or_else(|| no_id(id))?;
        let (target, more) = events.split_first().unwrap_or((&Position::NONE, &[]));
        acts.push(Act::DecideMatch {
            line: *line,
            target: *target,
            reason: reason.clone(),
            further: Further { lines: more_lines.to_vec(), targets: more.to_vec() },
            rejected: wish == Wish::Reject,
        });
        // A decision that was undone may be made again: its id tells after which undoing.
        let undone = report.gathered.last_unmatched.0.to_be_bytes();
        let commands: Vec<Command> = acts
            .into_iter()
            .map(|act| {
                let kind = act.kind().name();
                let what = format!("{kind} {}", if wish == Wish::Accept { "yes" } else { "no" });
                let content = [content(&lines, &events, &what), undone.to_vec()].concat();
                Command {
                    id: derived_id(b"bahi reconcile decision", &content),
                    actor: acting.actor.clone(),
                    role: acting.role,
                    effective_day: day,
                    authority: acting.authority.clone(),
                    aliases: Vec::new(),
                    act,
                }
            })
            .collect();
        self.submit_all(&commands).map_err(|error| match error {
            BatchError::Refused { refused, .. } => DecideError::Refused(refused.message()),
            BatchError::Failed(error) => DecideError::Failed(error),
        })
    }

    /// What there is to say of a proposal, a line or an event.
    ///
    /// # Errors
    /// [`DecideError::NoId`], [`DecideError::NoProposal`], [`DecideError::Failed`].
    pub fn explain_match(&self, id: &str, options: &RunOptions) -> Result<Explained, DecideError> {
        let report = self.reconciliation(options)?;
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
                for line in report.lines_of(one) {
                    self.tell(&report, ItemName::Line(line), &mut says);
                }
                for event in &one.vouchers {
                    self.tell(&report, ItemName::Event(*event), &mut says);
                }
            }
            Named::Item(item) => self.tell(&report, item, &mut says),
            Named::Pair(lines, events) => {
                for line in lines {
                    self.tell(&report, ItemName::Line(line), &mut says);
                }
                for event in events {
                    self.tell(&report, ItemName::Event(event), &mut says);
                }
            }
        }
        if says.is_empty() {
            return Err(no_id(id));
        }
        Ok(Explained { id: id.to_owned(), says })
    }

    fn tell(&self, report: &Report, item: ItemName, says: &mut Vec<String>) {
        let gathered = &report.gathered;
        match item {
            ItemName::Line(at) => {
                let Some(known) = gathered.known_at(at) else { return };
                let (amount, day) = (known.amount.grouped(), known.booked);
                says.push(format!("line {item}: ₹ {amount}, booked on {day}"));
            }
            ItemName::Event(position) => {
                let Some(voucher) = gathered.voucher_at(position) else { return };
                let (amount, day) = (voucher.amount.grouped(), voucher.day);
                let case = self.case_ref(voucher.case).map(|case| format!(" of case {case}"));
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
                let rule = joined.rule.and_then(|rule| self.names().word(rule));
                let how = rule.map_or_else(|| "a person".to_owned(), |rule| format!("rule {rule}"));
                let what = if joined.rejected { "rejected" } else { "matched" };
                says.push(format!("{what} by {how} at position {position}"));
            }
        }
        for one in report.about(item) {
            let answer = report.exception(one, self);
            let ids = answer.ids.join(", ");
            says.push(format!("{}: {ids}; resolved by {}", answer.reason, answer.resolved_by));
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

fn no_id(id: &str) -> DecideError {
    DecideError::NoId(id.to_owned())
}

/// Reads an id.
fn named(id: &str) -> Result<Named, DecideError> {
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
