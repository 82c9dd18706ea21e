//! A run: gather, match, record what was found, and say what is left.
//!
//! # Invariants
//! * The id of what is recorded follows from its lines and events, so that a run is repeated or taken
//!   up again without harm; a match that a person undid stays undone.

use bahi_core::{
    Act, ActorName, Command, Day, Further, LineReference, MATCH_TARGETS_MAX, Money, Position,
    Reference, Role, Total, Word,
};
use bahi_recon::matching::{
    self, AnswerFile, Confirmation, Evidence, Match, Reconciliation, Return, Settings, Source,
};
pub use bahi_recon::matching::{Tolerance, ToleranceOf};
use thiserror::Error as ThisError;

use super::{
    gather::{Gathered, ItemName},
    report::Report,
};
use crate::{BatchError, Error, Ledger, Outcome, rulebook::derived_id};

/// What a run is told.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The day from which ages are counted.
    pub today: Day,
    /// How many working days after a payment its line may come and still be proposed.
    pub window_days: u16,
    /// Days on which banks are closed, beside Sundays and second and fourth Saturdays.
    pub holidays: Vec<Day>,
    /// Named rules that accept a difference or a charge.
    pub tolerances: Vec<Tolerance>,
    /// What was answered to payment files: by a treasury, a bank or the clearing.
    pub answers: Vec<AnswerFile>,
    /// Who is recorded to have matched.
    pub actor: ActorName,
}

impl RunOptions {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            today: self.today,
            window_days: self.window_days,
            holidays: self.holidays.clone(),
            tolerances: self.tolerances.clone(),
        }
    }
}

/// A named rule as a person writes it: `NAME:less:5.00`, `NAME:more:5.00`, `NAME:charge:50.00`.
///
/// # Errors
/// What is wrong with it, as a fragment for a person.
pub fn tolerance(text: &str) -> Result<Tolerance, String> {
    let wrong = || "a rule is NAME:less:5.00, NAME:more:5.00 or NAME:charge:50.00".to_owned();
    let mut parts = text.split(':');
    let (Some(name), Some(of), Some(limit), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    let of = match of {
        "less" => ToleranceOf::Less,
        "more" => ToleranceOf::More,
        "charge" => ToleranceOf::Charge,
        _ => return Err(wrong()),
    };
    let name = Word::new(name).map_err(|error| error.to_string())?;
    let limit = Money::parse(limit).map_err(|error| error.to_string())?;
    Ok(Tolerance { name, of, limit })
}

/// Something found that was not recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withheld {
    /// Its lines and events.
    pub items: Vec<ItemName>,
    /// Why, as a fragment for a person.
    pub why: String,
}

/// Why there is no reconciliation.
#[derive(Debug, ThisError)]
pub enum ReconcileError {
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// How many commands share a commit.
const COMMIT_COMMANDS: usize = 1_000;

impl Ledger {
    /// Compares what the ledger says with what the bank says, and records nothing.
    ///
    /// # Errors
    /// [`ReconcileError::Failed`] for a record that cannot be read.
    pub fn reconciliation(&self, options: &RunOptions) -> Result<Report, ReconcileError> {
        let gathered = self.gather(&options.answers)?;
        let found = matching::reconcile(&gathered.input, &options.settings());
        Ok(Report::new(gathered, found, None, Vec::new(), options.today))
    }

    /// Compares, records every match and return that is proved, and says what is left.
    ///
    /// # Errors
    /// [`ReconcileError::Failed`]: what was recorded before it stands, and a further run goes on.
    pub fn reconcile(&mut self, options: &RunOptions) -> Result<Report, ReconcileError> {
        let gathered = self.gather(&options.answers)?;
        let found = matching::reconcile(&gathered.input, &options.settings());
        let mut withheld = Vec::new();
        self.record_matches(&gathered, &found, options, &mut withheld)?;
        for told in &found.confirmations {
            self.record_confirmation(told, options, &mut withheld)?;
        }
        for back in &found.returns {
            self.record_return(&gathered, back, options, &mut withheld)?;
        }
        drop(gathered);
        let after = self.gather(&options.answers)?;
        let left = matching::reconcile(&after.input, &options.settings());
        Ok(Report::new(after, left, Some(found), withheld, options.today))
    }

    fn record_matches(
        &mut self,
        gathered: &Gathered,
        found: &Reconciliation,
        options: &RunOptions,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), Error> {
        let mut commands = Vec::new();
        let mut of = Vec::new();
        for one in &found.matches {
            match matched(gathered, one, options) {
                Ok(command) => {
                    commands.push(command);
                    of.push(one);
                }
                Err(why) => withheld.push(held_back(gathered, one, why)),
            }
        }
        for (commands, of) in commands.chunks(COMMIT_COMMANDS).zip(of.chunks(COMMIT_COMMANDS)) {
            for (outcome, one) in self.submit_each(commands)?.into_iter().zip(of) {
                let why = match outcome {
                    Outcome::Accepted(receipt) if !receipt.repeated => continue,
                    Outcome::Accepted(_) => "a person undid this match".to_owned(),
                    Outcome::Refused(refusal) => refusal.refused.message(),
                    Outcome::TooLarge(error) => error.to_string(),
                };
                withheld.push(held_back(gathered, one, why));
            }
        }
        Ok(())
    }

    /// An answer says that a payment reached its account.
    fn record_confirmation(
        &mut self,
        told: &Confirmation,
        options: &RunOptions,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), Error> {
        let named = || references(&told.evidence).into_iter().next();
        let Some(reference) = told.transfer.clone().or_else(named) else { return Ok(()) };
        let act = Act::Confirm { payment: told.payment, reference };
        self.record_answer(told.payment, (act, told.day), options, withheld)
    }

    /// Records what an answer says of a payment.
    fn record_answer(
        &mut self,
        payment: Position,
        (act, day): (Act, Day),
        options: &RunOptions,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), Error> {
        let what = content(&[], &[payment], &format!("answer {}", act.kind().name()));
        let command = command(act, day, options, &what);
        for outcome in self.submit_each(std::slice::from_ref(&command))? {
            let why = match outcome {
                Outcome::Accepted(_) => continue,
                Outcome::Refused(refusal) => refusal.refused.message(),
                Outcome::TooLarge(error) => error.to_string(),
            };
            withheld.push(Withheld { items: vec![ItemName::Event(payment)], why });
        }
        Ok(())
    }

    /// A return and its line, together or not at all.
    fn record_return(
        &mut self,
        gathered: &Gathered,
        back: &Return,
        options: &RunOptions,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), Error> {
        let Some(payment) = gathered.voucher_at(back.payment) else { return Ok(()) };
        let Source::Line(id) = back.source else {
            let reason = return_code(back);
            let act = Act::Return { payment: back.payment, amount: payment.amount, reason };
            return self.record_answer(back.payment, (act, back.day), options, withheld);
        };
        let Some(known) = gathered.known(id) else { return Ok(()) };
        let target = self.position().next();
        let reason = return_code(back);
        let acts = [
            Act::Return { payment: back.payment, amount: payment.amount, reason },
            Act::Match {
                line: known.at,
                target,
                rule: word(back.rule.name()),
                further: Further::NONE,
                evidence: references(&back.evidence),
                difference: None,
            },
        ];
        let commands = acts.map(|act| {
            let what = content(&[known.at], &[back.payment], act.kind().name());
            command(act, known.booked, options, &what)
        });
        match self.submit_all(&commands) {
            Ok(_) => {}
            Err(BatchError::Refused { refused, .. }) => {
                let items = vec![ItemName::Line(known.at), ItemName::Event(back.payment)];
                withheld.push(Withheld { items, why: refused.message() });
            }
            Err(BatchError::Failed(error)) => return Err(error),
        }
        Ok(())
    }
}

/// The bank's code of a return, as the terms name it.
fn return_code(back: &Return) -> Word {
    let reason = back.reason.as_ref().map_or("returned", Reference::as_str);
    Word::new(reason).unwrap_or_else(|_| word("returned"))
}

fn held_back(gathered: &Gathered, one: &Match, why: String) -> Withheld {
    let line = gathered.known(one.line).map(|known| ItemName::Line(known.at));
    let events = one.vouchers.iter().map(|position| ItemName::Event(*position));
    Withheld { items: line.into_iter().chain(events).collect(), why }
}

/// The command that records a match, or why it is not recorded.
fn matched(gathered: &Gathered, one: &Match, options: &RunOptions) -> Result<Command, String> {
    let known = gathered.known(one.line).ok_or("its line is not in the log")?;
    let (target, further) = one.vouchers.split_first().ok_or("it joins nothing")?;
    if one.vouchers.len() > MATCH_TARGETS_MAX {
        return Err(format!("a match joins {MATCH_TARGETS_MAX} events at most"));
    }
    let apart = one.vouchers.iter().find_map(|event| gathered.rejected.get(&(known.at, *event)));
    if let Some(decided) = apart {
        return Err(format!("a person rejected it at position {decided}"));
    }
    let act = Act::Match {
        line: known.at,
        target: *target,
        rule: word(one.rule.name()),
        further: Further { lines: Vec::new(), targets: further.to_vec() },
        evidence: references(&one.evidence),
        difference: one
            .difference
            .as_ref()
            .map(|found| (found.rule.clone(), Total::from_paise(found.paise.into()))),
    };
    Ok(command(act, known.booked, options, &content(&[known.at], &one.vouchers, one.rule.name())))
}

/// The references a match rests on.
pub(super) fn references(evidence: &Evidence) -> Vec<Reference> {
    match evidence {
        Evidence::Name(name) => vec![name.clone()],
        Evidence::Batch { batch, .. } | Evidence::Item { batch, .. } => vec![batch.clone()],
        Evidence::Account(reason) => reason.iter().cloned().collect(),
        Evidence::Amount { .. } | Evidence::Sum => Vec::new(),
    }
}

/// What an id follows from.
pub(super) fn content(lines: &[LineReference], events: &[Position], what: &str) -> Vec<u8> {
    let mut bytes = what.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend((lines.len() as u64).to_be_bytes());
    for line in lines {
        bytes.extend(line.statement.0.to_be_bytes());
        bytes.extend(line.line.to_be_bytes());
    }
    bytes.extend(events.iter().flat_map(|event| event.0.to_be_bytes()));
    bytes
}

fn command(act: Act, day: Day, options: &RunOptions, content: &[u8]) -> Command {
    Command {
        id: derived_id(b"bahi reconcile", content),
        actor: options.actor.clone(),
        role: Role::TreasuryJob,
        effective_day: day,
        authority: None,
        aliases: Vec::new(),
        act,
    }
}

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("a rule's name is an identifier")
}
