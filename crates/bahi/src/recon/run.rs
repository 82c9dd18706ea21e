//! A run: gather, match, record what was found, and say what is left.
//!
//! # Invariants
//! * The id of what is recorded follows from its lines and events, so that a run is repeated or taken
//!   up again without harm; a match that a person undid stays undone.

use std::error::Error as StdError;

use bahi_core::{
    AcceptedDifference, Act, ActorName, Command, Day, Further, LineReference, MATCH_TARGETS_MAX,
    Money, Position, Reference, Role, Total, Word,
};
pub use bahi_recon::matching::{Tolerance, ToleranceOf};
use bahi_recon::{
    Payer,
    matching::{
        AnswerFile, Charge, Confirmation, Evidence, LineId, Match, Reconciliation, Return,
        Settings, Source,
    },
};
use thiserror::Error as ThisError;

use super::{
    bench::{Asks, Bench},
    gather::{Gathered, ItemName, compare, gather},
    report::Report,
};
use crate::{Error, Ledger, Outcome, rulebook::derived_id};

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
    /// What was answered to payment files, beside the answers that the ledger recorded.
    pub answers: Vec<AnswerFile>,
    /// Who pays, as payment files describe it: with this, what e-Kuber's files call payments and batches
    /// is known.
    pub payer: Option<Payer>,
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
pub enum ReconcileError<F: StdError + 'static = Error> {
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(F),
}

/// How many commands share a commit.
const COMMIT_COMMANDS: usize = 1_000;

impl Ledger {
    /// Compares what the ledger says with what the bank says, and records nothing.
    ///
    /// # Errors
    /// [`ReconcileError::Failed`] for a record that cannot be read.
    pub fn reconciliation(&self, options: &RunOptions) -> Result<Report, ReconcileError> {
        reconciliation(self, options).map_err(ReconcileError::Failed)
    }

    /// Compares, records every match and return that is proved, and says what is left.
    ///
    /// # Errors
    /// [`ReconcileError::Failed`]: what was recorded before it stands, and a further run goes on.
    pub fn reconcile(&mut self, options: &RunOptions) -> Result<Report, ReconcileError> {
        reconcile(self, options).map_err(ReconcileError::Failed)
    }
}

/// Compares, and records nothing.
pub(crate) fn reconciliation<A: Asks>(asks: &A, options: &RunOptions) -> Result<Report, A::Failed> {
    let gathered = gather(asks, &options.answers, options.payer.as_ref())?;
    let found = compare(&gathered, &options.settings());
    Ok(Report::new(gathered, found, None, Vec::new(), options.today))
}

/// Compares, records what is proved, and says what is left.
pub(crate) fn reconcile<B: Bench>(
    bench: &mut B,
    options: &RunOptions,
) -> Result<Report, B::Failed> {
    let gathered = gather(bench, &options.answers, options.payer.as_ref())?;
    let found = compare(&gathered, &options.settings());
    let mut run = Running { bench, options, gathered: &gathered, withheld: Vec::new() };
    run.matches(&found)?;
    for told in &found.confirmations {
        run.confirmation(told)?;
    }
    for back in &found.returns {
        run.came_back(back)?;
    }
    let Running { withheld, .. } = run;
    drop(gathered);
    let after = gather(bench, &options.answers, options.payer.as_ref())?;
    // What another run recorded at the same time stands.
    let stands = |item: &ItemName| match item {
        ItemName::Line(at) => after.known_at(*at).is_some_and(|known| known.settled),
        ItemName::Event(_) | ItemName::Unread(_) | ItemName::Answer(_) => false,
    };
    let mut withheld = withheld;
    withheld.retain(|one| !one.items.iter().any(stands));
    let left = compare(&after, &options.settings());
    Ok(Report::new(after, left, Some(found), withheld, options.today))
}

/// What is being recorded.
struct Running<'r, B> {
    bench: &'r mut B,
    options: &'r RunOptions,
    gathered: &'r Gathered,
    withheld: Vec<Withheld>,
}

impl<B: Bench> Running<'_, B> {
    /// Matches, and charges within named rules.
    fn matches(&mut self, found: &Reconciliation) -> Result<(), B::Failed> {
        let charges = found.charges.iter().map(|one| charge(self.gathered, one, self.options));
        let matches = found.matches.iter().map(|one| matched(self.gathered, one, self.options));
        let (mut commands, mut of) = (Vec::new(), Vec::new());
        for (command, items) in matches.chain(charges).collect::<Vec<_>>() {
            match command {
                Ok(command) => {
                    commands.push(command);
                    of.push(items);
                }
                Err(why) => self.withheld.push(Withheld { items, why }),
            }
        }
        for (commands, of) in commands.chunks(COMMIT_COMMANDS).zip(of.chunks(COMMIT_COMMANDS)) {
            for (outcome, items) in self.bench.each(commands.to_vec())?.into_iter().zip(of) {
                let why = match outcome {
                    Outcome::Accepted(receipt) if !receipt.repeated => continue,
                    Outcome::Accepted(_) => "a person undid this match".to_owned(),
                    Outcome::Refused(refusal) => refusal.refused.message(),
                    Outcome::TooLarge(error) => error.to_string(),
                };
                self.withheld.push(Withheld { items: items.clone(), why });
            }
        }
        Ok(())
    }

    /// An answer says that a payment reached its account.
    fn confirmation(&mut self, told: &Confirmation) -> Result<(), B::Failed> {
        let named = || references(&told.evidence).into_iter().next();
        let Some(reference) = told.transfer.clone().or_else(named) else { return Ok(()) };
        let act = Act::Confirm { payment: told.payment, reference };
        self.answered(told.payment, told.answer, (act, told.day))
    }

    /// Records what an answer says of a payment.
    fn answered(
        &mut self,
        payment: Position,
        answer: LineId,
        (act, day): (Act, Day),
    ) -> Result<(), B::Failed> {
        let at = self.gathered.answer_at(answer);
        let apart = at.and_then(|at| self.gathered.rejected.get(&(at, payment)));
        let line = at.map(ItemName::Line);
        let items: Vec<ItemName> = line.into_iter().chain([ItemName::Event(payment)]).collect();
        if let Some(decided) = apart {
            let why = format!("a person rejected it at position {decided}");
            self.withheld.push(Withheld { items, why });
            return Ok(());
        }
        let what = content(&[], &[payment], &format!("answer {}", act.kind().name()));
        let command = command(act, day, self.options, &what);
        for outcome in self.bench.each(vec![command])? {
            let why = match outcome {
                Outcome::Accepted(_) => continue,
                Outcome::Refused(refusal) => refusal.refused.message(),
                Outcome::TooLarge(error) => error.to_string(),
            };
            self.withheld.push(Withheld { items: items.clone(), why });
        }
        Ok(())
    }

    /// A return and its line, together or not at all.
    fn came_back(&mut self, back: &Return) -> Result<(), B::Failed> {
        let Some(payment) = self.gathered.voucher_at(back.payment) else { return Ok(()) };
        let returned = Act::Return {
            payment: back.payment,
            amount: payment.amount,
            reason: return_code(back),
        };
        let id = match back.source {
            Source::Line(id) => id,
            Source::Answer(id) => return self.answered(back.payment, id, (returned, back.day)),
        };
        let Some(known) = self.gathered.known(id) else { return Ok(()) };
        let (line, booked) = (known.at, known.booked);
        let rule = word(back.rule.name());
        let (evidence, options) = (references(&back.evidence), self.options.clone());
        let of = back.payment;
        let batch = self.bench.batch(move |ledger| {
            // The match is with the event that comes just before it.
            let target = ledger.position().next();
            let joined = Act::Match {
                line,
                target,
                rule,
                further: Further::NONE,
                evidence,
                difference: None,
            };
            let recorded = |act: Act| {
                let what = content(&[line], &[of], act.kind().name());
                command(act, booked, &options, &what)
            };
            [returned, joined].map(recorded).to_vec()
        })?;
        if let Err((_, refused)) = batch {
            let items = vec![ItemName::Line(line), ItemName::Event(of)];
            self.withheld.push(Withheld { items, why: refused.message() });
        }
        Ok(())
    }
}

/// The bank's code of a return, as the terms name it.
fn return_code(back: &Return) -> Word {
    let reason = back.reason.as_ref().map_or("returned", Reference::as_str);
    Word::new(reason).unwrap_or_else(|_| word("returned"))
}

/// A command, or why it is not recorded; and what it is about.
type Found = (Result<Command, String>, Vec<ItemName>);

/// The command that records a match.
fn matched(gathered: &Gathered, one: &Match, options: &RunOptions) -> Found {
    let line = gathered.known(one.line).map(|known| ItemName::Line(known.at));
    let events = one.vouchers.iter().map(|position| ItemName::Event(*position));
    (match_command(gathered, one, options), line.into_iter().chain(events).collect())
}

fn match_command(
    gathered: &Gathered,
    one: &Match,
    options: &RunOptions,
) -> Result<Command, String> {
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
            .map(|found| accepted(&found.rule, found.paise.into(), found.limit)),
    };
    Ok(command(act, known.booked, options, &content(&[known.at], &one.vouchers, one.rule.name())))
}

/// The command that records a charge: a line that is nobody's money, all of it accepted by its rule.
fn charge(gathered: &Gathered, one: &Charge, options: &RunOptions) -> Found {
    let Some(known) = gathered.known(one.line) else {
        return (Err("its line is not in the log".to_owned()), Vec::new());
    };
    let rule = bahi_recon::matching::Rule::Tolerance.name();
    let act = Act::Match {
        line: known.at,
        target: Position::NONE,
        rule: word(rule),
        further: Further::NONE,
        evidence: Vec::new(),
        difference: Some(accepted(&one.rule, one.amount.paise().into(), one.limit)),
    };
    let what = content(&[known.at], &[], rule);
    (Ok(command(act, known.booked, options, &what)), vec![ItemName::Line(known.at)])
}

/// What a named rule accepts, with its limit.
fn accepted(rule: &Word, paise: i128, limit: Money) -> AcceptedDifference {
    let amount = Total::from_paise(paise);
    AcceptedDifference { tolerance: rule.clone(), amount, limit: Some(limit) }
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
        signed: None,
        act,
    }
}

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("a rule's name is an identifier")
}
