//! The one way in: commands are decided in order, made durable together, and only then answered.
//!
//! # Invariants
//! * An answer leaves this module only after what it rests on is durable.
//! * The folds hold exactly what the log holds when a call returns, unless the ledger is in doubt;
//!   one that ran ahead of a commit that failed is folded anew before it answers.
//!
//! # Not here
//! The rules themselves: `bahi-rules`.

use std::{collections::BTreeSet, mem, sync::Arc};

use bahi_core::{
    Command, Event, Instant, Position, Projection as _, Receipt, Recorded, Refusal as Rule,
    Refused, Signed,
};
use bahi_log::{COMMIT_RECORDS_MAX, Fault, PAGE_RECORDS_MAX, Packing};
use bahi_rules::{
    Decided, Decision, FORESEEN_MAX, State, decide, decide_foreseen, evidence, flood, same_content,
    signing,
};
use bahi_wire::WireError;

use crate::{
    BatchError, Error, Ledger, NoAnswer, Outcome, Refusal, SubmitError, Unanswered,
    evidence::Evidence,
    hand::{Hand, Portion, Views},
    ledger::note_certificate,
    signed::Signatures,
};

/// The most commands of one call: what one commit takes.
pub const BATCH_COMMANDS_MAX: usize = COMMIT_RECORDS_MAX;

/// With so many commands of one call a second hand is worth being asked.
const HANDED_MIN: usize = 2 * PAGE_RECORDS_MAX as usize;

/// Events decided and not yet durable, with their bytes.
#[derive(Default)]
struct Pending {
    /// What a second hand packs, in order: each ends where a page must.
    handed: Vec<Arc<Portion>>,
    /// What comes after.
    open: Portion,
    /// Taken from the ledger while it is busy with this.
    hand: Option<Hand>,
    /// Whether the hand has the ledger's views.
    lent: bool,
}

impl Pending {
    fn portions(&self) -> impl DoubleEndedIterator<Item = &Portion> {
        self.handed.iter().map(|portion| &**portion).chain([&self.open])
    }

    /// Every event, in order.
    fn events(&self) -> impl DoubleEndedIterator<Item = &Recorded> {
        self.portions().flat_map(|portion| &portion.events)
    }

    fn at(&self, position: Position) -> Option<&Recorded> {
        self.portions().find_map(|portion| {
            let begin = portion.events.first()?.position;
            portion.events.get(usize::try_from(position.0.checked_sub(begin.0)?).ok()?)
        })
    }

    /// Encodes the next event, which is then to be pushed.
    fn encode(&mut self, recorded: &Recorded) -> Result<(), WireError> {
        if self.open.events.is_empty() {
            self.open.reserve(if self.hand.is_some() { PAGE_RECORDS_MAX as usize } else { 1 });
        }
        bahi_wire::encode_into(recorded, &mut self.open.bytes)
    }

    /// Adds an event whose bytes are there.
    fn push(&mut self, recorded: Recorded) {
        let ends_page = (recorded.position.0 + 1).is_multiple_of(u64::from(PAGE_RECORDS_MAX));
        self.open.push(recorded);
        if ends_page {
            self.hand_over();
        }
    }

    /// Hands over what is open, where there is a hand.
    fn hand_over(&mut self) {
        let Some(hand) = &self.hand else { return };
        let portion = Arc::new(mem::take(&mut self.open));
        if hand.pack(Arc::clone(&portion)).is_err() {
            self.hand = None;
        }
        self.handed.push(portion);
    }

    /// What the hand has packed; nothing without one.
    fn packed(&mut self) -> Option<Packing> {
        self.hand_over();
        let packed = self.hand.as_ref()?.packed();
        if packed.is_err() {
            self.hand = None;
        }
        packed.ok()
    }
}

/// Commands that one commit is to make durable, as far as they are decided.
#[must_use = "what was begun is finished, or the state stays ahead of the log"]
pub(crate) struct Begun {
    now: Instant,
    pending: Pending,
    outcomes: Vec<Outcome>,
}

#[cfg(feature = "service")]
impl Begun {
    /// How many commands are decided.
    pub(crate) const fn decided(&self) -> usize {
        self.outcomes.len()
    }
}

/// What the decision on one command came to, before it is durable.
enum Step {
    Accepted(Position),
    Repeated(Position),
    Refused(Refused),
    /// A refusal that was recorded before.
    RefusedBefore(Refused, Position),
    /// Refused without evidence: the id stands with other content, or the signature is none.
    Unrecorded(Refused),
    TooLarge(WireError),
}

impl Step {
    /// The caller's answer, as far as nothing more is recorded for it.
    fn outcome(self) -> Outcome {
        match self {
            Step::Accepted(position) => Outcome::Accepted(Receipt { position, repeated: false }),
            Step::Repeated(position) => Outcome::Accepted(Receipt { position, repeated: true }),
            Step::RefusedBefore(refused, first) => {
                Outcome::Refused(Refusal { refused, evidence: Some(first) })
            }
            Step::Refused(refused) | Step::Unrecorded(refused) => {
                Outcome::Refused(Refusal { refused, evidence: None })
            }
            Step::TooLarge(error) => Outcome::TooLarge(error),
        }
    }
}

/// How a command is decided on a state.
pub(crate) type Deciding<'d> = dyn FnMut(&State, &Command) -> Decision + 'd;

/// Makes sure that every command has an id of its own.
pub(crate) fn check_ids(commands: &[Command]) -> Result<(), Error> {
    let reserved = commands.iter().position(|command| command.id.is_reserved());
    reserved.map_or(Ok(()), |index| Err(Error::ReservedId { index }))
}

impl Ledger {
    /// Decides a command, makes its event durable, and answers.
    ///
    /// A retry (same id, same content) gets the first receipt again, or the first refusal.
    ///
    /// # Errors
    /// In checking order: [`Error::ReservedId`]; [`Error::Fault`] for a backup; [`Error::ReadOnly`],
    /// [`Error::InDoubt`]; [`SubmitError::Refused`] when the rules say no, with evidence recorded;
    /// [`Error::TooLarge`]; [`Error::Fault`].
    pub fn submit(&mut self, command: &Command) -> Result<Receipt, SubmitError> {
        let outcome = self.submit_each(std::slice::from_ref(command))?.pop();
        match outcome {
            Some(Outcome::Accepted(receipt)) => Ok(receipt),
            Some(Outcome::Refused(refusal)) => Err(SubmitError::Refused(refusal)),
            Some(Outcome::TooLarge(error)) => Err(Error::TooLarge(error).into()),
            None => Err(Error::Bug("a command came to nothing").into()),
        }
    }

    /// Decides commands one after another and makes what they came to durable together: one
    /// commit, one outcome each, in order. A refused one does not hold up the others.
    ///
    /// # Errors
    /// In checking order: [`Error::ReservedId`]; [`Error::Fault`] for a backup; [`Error::ReadOnly`],
    /// [`Error::InDoubt`], [`Error::BatchTooLong`], [`Error::Fault`]: then none is recorded, or, where
    /// [`Error::may_be_recorded`], all or none.
    pub fn submit_each(&mut self, commands: &[Command]) -> Result<Vec<Outcome>, Error> {
        check_ids(commands)?;
        if self.upstream.is_some() {
            return self.submit_upwards(commands);
        }
        let begun = self.begin(commands.len())?;
        let begun = self.go_on(begun, commands)?;
        self.finish(begun)
    }

    /// Begins what [`Ledger::submit_each`] does with so many commands, which come later, some at a
    /// time. Until it is finished the state is ahead of the log, and nobody may be answered from it.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_each`] before anything is decided.
    pub(crate) fn begin(&mut self, commands: usize) -> Result<Begun, Error> {
        let now = self.ready_to_record(commands)?;
        let mut pending = self.pending(commands);
        self.lend_views(&mut pending);
        Ok(Begun { now, pending, outcomes: Vec::with_capacity(commands) })
    }

    /// Decides the next commands of those begun. Where that fails, none of them was.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_each`] from deciding: all that was begun is taken back.
    pub(crate) fn go_on(&mut self, begun: Begun, commands: &[Command]) -> Result<Begun, Error> {
        let Begun { now, mut pending, mut outcomes } = begun;
        for (index, command) in commands.iter().enumerate() {
            self.foresee(commands, index);
            let command = &*self.keys.protect(command);
            let step = self.step(command, now, &mut pending, &mut decide_foreseen);
            let outcome = step.and_then(|step| self.outcome(step, command, now, &mut pending));
            match outcome {
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => {
                    self.take_back(pending);
                    return Err(error);
                }
            }
        }
        Ok(Begun { now, pending, outcomes })
    }

    /// Makes durable what was begun.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_each`] from writing.
    pub(crate) fn finish(&mut self, begun: Begun) -> Result<Vec<Outcome>, Error> {
        self.settle(begun.pending)?;
        Ok(begun.outcomes)
    }

    /// Decides a batch: all of it is accepted, or none. A refused batch leaves no evidence.
    ///
    /// # Errors
    /// In checking order: [`Error::ReservedId`]; [`Error::Fault`] for a backup; [`Error::ReadOnly`],
    /// [`Error::InDoubt`], [`Error::BatchTooLong`]; [`BatchError::Refused`] with the first command the rules
    /// refuse; [`Error::TooLarge`]; [`Error::Fault`].
    pub fn submit_all(&mut self, commands: &[Command]) -> Result<Vec<Receipt>, BatchError> {
        check_ids(commands)?;
        if self.upstream.is_some() {
            let commands = self.as_sent(commands);
            let told = self.upwards(|upstream, here| upstream.submit_all(&commands, here));
            return told.unwrap_or_else(|| Err(Error::Bug(NO_UPSTREAM).into()));
        }
        self.submit_all_by(commands, &mut decide_foreseen)
    }

    fn submit_upwards(&mut self, commands: &[Command]) -> Result<Vec<Outcome>, Error> {
        let commands = self.as_sent(commands);
        let told = self.upwards(|upstream, here| upstream.submit_each(&commands, here));
        told.unwrap_or(Err(Error::Bug(NO_UPSTREAM)))
    }

    /// Commands as they may leave whoever holds the keys.
    fn as_sent(&self, commands: &[Command]) -> Vec<Command> {
        commands.iter().map(|command| self.keys.protect(command).into_owned()).collect()
    }

    /// The same, decided in another way.
    pub(crate) fn submit_all_by(
        &mut self,
        commands: &[Command],
        by: &mut Deciding<'_>,
    ) -> Result<Vec<Receipt>, BatchError> {
        if self.upstream.is_some() {
            // What is decided otherwise here is not decided so there.
            let words = "history is imported where the ledger lies, and not over a service; stop \
                         the service, and import it there";
            let misuse = Unanswered { kind: NoAnswer::Misuse, ..Unanswered::fault(words) };
            return Err(Error::from(misuse).into());
        }
        let now = self.ready_to_record(commands.len())?;
        let (receipts, pending) = self.decide_all(commands, now, by)?;
        self.settle(pending)?;
        Ok(receipts)
    }

    /// Decides a batch as [`Ledger::submit_all`] would and records nothing.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_all`], save faults of writing.
    pub fn dry_run(&mut self, commands: &[Command]) -> Result<Vec<Receipt>, BatchError> {
        check_ids(commands)?;
        self.dry_run_by(commands, &mut decide_foreseen)
    }

    /// The same, decided in another way.
    pub(crate) fn dry_run_by(
        &mut self,
        commands: &[Command],
        by: &mut Deciding<'_>,
    ) -> Result<Vec<Receipt>, BatchError> {
        let now = self.ready(commands.len())?;
        let (receipts, pending) = self.decide_all(commands, now, by)?;
        self.take_back(pending);
        Ok(receipts)
    }

    /// Decides commands as [`Ledger::submit_each`] would and records nothing, evidence neither.
    ///
    /// # Errors
    /// In checking order: [`Error::ReservedId`]; [`Error::ReadOnly`], [`Error::InDoubt`],
    /// [`Error::BatchTooLong`]; [`Error::Fault`] of reading.
    pub fn dry_run_each(&mut self, commands: &[Command]) -> Result<Vec<Outcome>, Error> {
        check_ids(commands)?;
        let now = self.ready(commands.len())?;
        let mut pending = Pending::default();
        let mut outcomes = Vec::with_capacity(commands.len());
        let mut failed = None;
        for command in commands {
            let command = &*self.keys.protect(command);
            match self.step(command, now, &mut pending, &mut decide) {
                Ok(step) => outcomes.push(step.outcome()),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        self.take_back(pending);
        failed.map_or(Ok(outcomes), Err)
    }

    fn decide_all(
        &mut self,
        commands: &[Command],
        now: Instant,
        by: &mut Deciding<'_>,
    ) -> Result<(Vec<Receipt>, Pending), BatchError> {
        let mut pending = self.pending(commands.len());
        let mut receipts = Vec::with_capacity(commands.len());
        for (index, command) in commands.iter().enumerate() {
            self.foresee(commands, index);
            let command = &*self.keys.protect(command);
            let failed = match self.step(command, now, &mut pending, by) {
                Ok(Step::Accepted(position)) => {
                    receipts.push(Receipt { position, repeated: false });
                    continue;
                }
                Ok(Step::Repeated(position)) => {
                    receipts.push(Receipt { position, repeated: true });
                    continue;
                }
                Ok(
                    Step::Refused(refused)
                    | Step::RefusedBefore(refused, _)
                    | Step::Unrecorded(refused),
                ) => BatchError::Refused { index, refused },
                Ok(Step::TooLarge(error)) => Error::TooLarge(error).into(),
                Err(error) => error.into(),
            };
            self.take_back(pending);
            return Err(failed);
        }
        Ok((receipts, pending))
    }

    /// Asks memory for what the commands from an index on need, where none before asked for them.
    fn foresee(&self, commands: &[Command], index: usize) {
        if index.is_multiple_of(FORESEEN_MAX) {
            self.folds.state.foresee_commands(&commands[index..]);
        }
    }

    /// The instant of the commit that is to come, where one may be written.
    pub(crate) fn ready_to_record(&self, commands: usize) -> Result<Instant, Error> {
        if self.is_for_reading() {
            return Err(Fault::ForReading.into());
        }
        self.ready(commands)
    }

    /// The instant a commit would have.
    fn ready(&self, commands: usize) -> Result<Instant, Error> {
        if let Some(inconsistent) = &self.inconsistent {
            return Err(Error::ReadOnly(inconsistent.clone()));
        }
        if self.in_doubt {
            return Err(Error::InDoubt);
        }
        if commands > BATCH_COMMANDS_MAX {
            return Err(Error::BatchTooLong { limit: BATCH_COMMANDS_MAX });
        }
        Ok(self.clock.now())
    }

    /// Decides one command and, where it is accepted, lets the state run ahead of the disk.
    fn step(
        &mut self,
        command: &Command,
        now: Instant,
        pending: &mut Pending,
        by: &mut Deciding<'_>,
    ) -> Result<Step, Error> {
        // Whoever is not who they say leaves no evidence, or a stranger could take a command's id.
        if command.signed.is_some()
            && self.signatures == Signatures::ToCheck
            && let Err(refused) = self.signed_for().check(command)
        {
            return Ok(Step::Unrecorded(refused));
        }
        if let Some(first) = self.folds.state.command(command.id) {
            return self.known(command, first, pending);
        }
        let day = now.max(self.last_instant).day();
        if let Err(refused) = signing(&self.folds.state, command, day) {
            return Ok(Step::Unrecorded(refused));
        }
        match by(&self.folds.state, command) {
            Decision::Accepted(decided) => {
                self.advance(decided, command.signed.as_deref(), now, pending)
            }
            Decision::Known(first) => self.known(command, first, pending),
            Decision::Refused(refused) => Ok(Step::Refused(refused)),
        }
    }

    /// The answer to a command whose id stands: the first answer, or that the id is reused.
    fn known(&self, command: &Command, first: Position, pending: &Pending) -> Result<Step, Error> {
        let recorded = match pending.at(first) {
            Some(recorded) => recorded.clone(),
            None => self.event(first)?,
        };
        if let Event::CommandRefused(before) = &recorded.event {
            let rules: Option<Vec<Rule>> = before.refusals.iter().map(Rule::from_record).collect();
            let refused = rules.and_then(Refused::new);
            return match refused {
                Some(refused) if says_again(command, &before.digest) => {
                    Ok(Step::RefusedBefore(refused, first))
                }
                Some(_) | None => Ok(self.reused(command, first)),
            };
        }
        if same_content(&self.folds.state, command, &recorded) {
            Ok(Step::Repeated(first))
        } else {
            Ok(self.reused(command, first))
        }
    }

    /// The answer to another command under an id that stands: what is wrong with its form, if
    /// anything, comes before the reuse. Either leaves no evidence, since the id is taken.
    fn reused(&self, command: &Command, first: Position) -> Step {
        match decide(&self.folds.state, command) {
            Decision::Refused(refused) => Step::Unrecorded(refused),
            Decision::Accepted(_) | Decision::Known(_) => {
                Step::Unrecorded(Rule::CommandIdReused { first }.into())
            }
        }
    }

    /// Gives a decision its place and instant, encodes it, and folds it into the state.
    fn advance(
        &mut self,
        decided: Decided,
        signed: Option<&Signed>,
        now: Instant,
        pending: &mut Pending,
    ) -> Result<Step, Error> {
        let position = self.folds.state.last().next();
        let recorded = Recorded {
            position,
            recorded_at: now.max(self.last_instant),
            clamped: now < self.last_instant,
            signed: signed.cloned().map(Box::new),
            envelope: decided.envelope,
            event: decided.event,
        };
        if let Err(error) = pending.encode(&recorded) {
            return Ok(Step::TooLarge(error));
        }
        if self.folds.state.apply(&recorded).is_err() {
            return Err(Error::Bug("a decided event does not follow from the state"));
        }
        pending.push(recorded);
        Ok(Step::Accepted(position))
    }

    /// Turns a step into the caller's answer, leaving evidence of a new refusal.
    fn outcome(
        &mut self,
        step: Step,
        command: &Command,
        now: Instant,
        pending: &mut Pending,
    ) -> Result<Outcome, Error> {
        if let Step::Refused(refused) = step {
            if names_somebody(&refused) {
                return Ok(Outcome::Refused(Refusal { refused, evidence: None }));
            }
            let evidence = self.leave_evidence(command, &refused, now, pending)?;
            return Ok(Outcome::Refused(Refusal { refused, evidence }));
        }
        Ok(step.outcome())
    }

    fn leave_evidence(
        &mut self,
        command: &Command,
        refused: &Refused,
        now: Instant,
        pending: &mut Pending,
    ) -> Result<Option<Position>, Error> {
        let day = now.max(self.last_instant).day();
        let state = &self.folds.state;
        let (decided, signed) = match self.meter.measure(&command.actor, day) {
            Evidence::Counted => return Ok(None),
            Evidence::Whole => {
                (evidence(state, command, refused, digest(command)), command.signed.as_deref())
            }
            Evidence::Summary(count) => (flood(state, command, refused, count), None),
        };
        match self.advance(decided, signed, now, pending)? {
            Step::Accepted(position) => Ok(Some(position)),
            Step::Repeated(_)
            | Step::Refused(_)
            | Step::RefusedBefore(..)
            | Step::Unrecorded(_)
            | Step::TooLarge(_) => Err(Error::Bug("a refusal's evidence could not be recorded")),
        }
    }

    /// What so many commands will come to, with a second hand where they are many.
    fn pending(&mut self, commands: usize) -> Pending {
        let mut pending = Pending::default();
        if commands >= HANDED_MIN
            && let Some(hand) = self.hand.take().or_else(Hand::new)
            && hand.begin(self.log.packing()).is_ok()
        {
            pending.hand = Some(hand);
        }
        pending
    }

    /// Lends the views to the second hand, if there is one and it has not got them yet.
    fn lend_views(&mut self, pending: &mut Pending) {
        if pending.lent || pending.hand.is_none() {
            return;
        }
        let views = Views::out_of(self);
        pending.lent = true;
        if let Some(hand) = &pending.hand
            && hand.lend(views).is_err()
        {
            pending.hand = None;
        }
    }

    /// Makes pending events durable; the views that answer for the ledger take them only then.
    fn settle(&mut self, mut pending: Pending) -> Result<(), Error> {
        let packed = pending.packed();
        if pending.events().next().is_none() {
            self.take_views_back(pending);
            return Ok(());
        }
        self.lend_views(&mut pending);
        let committed = match packed {
            Some(packing) => self.log.commit_packed(packing),
            None => {
                let records: Vec<&[u8]> = pending.portions().flat_map(Portion::records).collect();
                self.log.commit(&records)
            }
        };
        if let Err(fault) = committed {
            if fault.may_be_recorded() {
                self.in_doubt = true;
                self.rest(&mut pending);
            } else {
                self.take_back(pending);
            }
            return Err(fault.into());
        }
        self.folds.state.settle();
        for recorded in pending.events() {
            self.folds.balances.apply(recorded);
            self.history.moments.take(recorded.position, recorded.recorded_at);
            self.keys.take(recorded);
            #[cfg(feature = "vault")]
            self.details.take(recorded, self.folds.state.names());
            note_certificate(&mut self.certificates, recorded);
            self.last_instant = recorded.recorded_at;
        }
        self.take_views_back(pending);
        self.put_folds_away_in_time();
        Ok(())
    }

    /// Lets the views take what was committed, or has those back that took it elsewhere.
    fn take_views_back(&mut self, mut pending: Pending) {
        if !pending.lent {
            let mut views = Views::out_of(self);
            pending.portions().for_each(|portion| views.take(portion));
            views.back_into(self);
            self.hand = pending.hand.take().or_else(|| self.hand.take());
            return;
        }
        // Views that were lost stay away: they are folded anew when they are asked for.
        if let Some(hand) = pending.hand.take()
            && let Ok(views) = hand.returned()
        {
            views.back_into(self);
            self.hand = Some(hand);
        }
    }

    /// Lets the hand rest, and forget what it was given. Views that ran ahead of the log are let go.
    fn rest(&mut self, pending: &mut Pending) {
        let Some(hand) = pending.hand.take() else { return };
        let is_sound = !pending.lent || hand.returned().is_ok();
        if is_sound && hand.begin(self.log.packing()).is_ok() {
            self.hand = Some(hand);
        }
    }

    fn take_back(&mut self, mut pending: Pending) {
        if pending.events().any(|one| matches!(one.event, Event::CommandRefused(_))) {
            self.meter.was_taken_back();
        }
        for recorded in pending.events().rev() {
            self.folds.state.unapply(recorded);
        }
        self.rest(&mut pending);
    }
}

/// What is said where commands go nowhere.
const NO_UPSTREAM: &str = "a ledger lost the way of its commands";

/// Whether a command was refused for a number that names a person: its evidence would keep a hash
/// of it, or the number itself, so it leaves none, as a malformed line does.
fn names_somebody(refused: &Refused) -> bool {
    refused.iter().any(|rule| {
        matches!(rule, Rule::LooksLikeAadhaar { .. } | Rule::FingerprintKeyMissing { .. })
    })
}

/// Whether a command says what one with this digest said, under the keys of now or of then.
pub(crate) fn says_again(command: &Command, before: &[u8; 32]) -> bool {
    let then = |alias: &bahi_core::Alias| alias.older.key_id;
    let keys: BTreeSet<u16> = command.aliases.iter().map(then).collect();
    digest(command) == *before
        || keys.into_iter().filter_map(|key| command.under(key)).any(|one| digest(&one) == *before)
}

/// The SHA-256 of a command's content, by which a retry of a refused one is known.
fn digest(command: &Command) -> [u8; 32] {
    *bahi_proof::sha256(&bahi_wire::encode_command(command)).as_bytes()
}
