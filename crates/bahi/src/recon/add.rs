//! A file into the log: its statements, and of their lines those that no file told before.
//!
//! # Invariants
//! * Of equal lines as many stand in the log as the file has that has most: two of one file are two,
//!   and what another file tells again is counted and left out.
//! * An addition that was broken off goes on where it ended: what is new is compared with what the
//!   ledger held before the file, and ids follow from the file.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error as StdError,
    sync::Arc,
};

use bahi_core::{
    AccountKey, Act, ActorName, Alias, Command, Day, Event, Fingerprint, LedgerId,
    PARTICULAR_LINES_MAX, Position, Refused, Role, StatementLine, Total, Word,
};
use bahi_json::{AddedPartAnswer, FollowsAnswer, StatementAddedAnswer};
use bahi_vault::{FingerprintKind, Keyring, Vault, VaultError};
use thiserror::Error as ThisError;

use super::{
    aliases::Aliases,
    bench::Bench,
    keep::{self, Kept},
    label::AccountLabel,
    lines::{self, Head, Part, Told as ToldLine},
    narrated::{Found, Known},
    overlap::{Held, Spent, fresh},
    show::ReadOptions,
};
use crate::{Error, Ledger, keys::protected, rulebook::derived_id};

/// How a file is added.
#[derive(Clone, Debug)]
pub struct AddOptions {
    /// How it is read.
    pub read: ReadOptions,
    /// The account it is of, where the file does not say.
    pub account: Option<String>,
    /// The day of answers to payments that state none.
    pub day: Option<Day>,
    /// What a person calls the account of its statements.
    pub label: Option<AccountLabel>,
    /// Who adds it: a job or an office.
    pub actor: ActorName,
}

/// What adding a file came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Added {
    /// SHA-256 of the file.
    pub file: [u8; 32],
    /// Its format.
    pub format: bahi_recon::Format,
    /// Whether the ledger held all of it, so that none of its lines was recorded.
    pub known: bool,
    /// Its statements, in order.
    pub parts: Vec<AddedPart>,
    /// How many events were recorded.
    pub events: u64,
}

/// A statement of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddedPart {
    /// Where it stands.
    pub position: Position,
    /// Its number in the file, from 1.
    pub part: u16,
    /// How many of its lines are new.
    pub lines: u32,
    /// How many an earlier file told.
    pub repeated: u32,
    /// How many could not be read, or are not in rupees, or have no day.
    pub set_aside: u32,
    /// How many are not booked, or answers that do not settle anything yet.
    pub unbooked: u64,
    /// Whether they are answers to payments, and no lines of an account.
    pub answers: bool,
    /// How it follows the statement of its account before it; none of answers, of the first, and of one
    /// that ends before another began.
    pub follows: Option<Follows>,
    /// Of how many lines what the bank wrote is in the vault; none where no vault was given, so that
    /// it is kept nowhere.
    pub kept: Option<u32>,
    /// How many new lines have a reference of the ledger in their narration, and no other.
    pub named: u32,
    /// How many have several, or one beside another that is written like it: nothing is matched by them.
    pub unclear: u32,
}

impl Added {
    /// The JSON shape, as of the ledger's position.
    #[must_use]
    pub fn answer(&self, position: Position) -> StatementAddedAnswer {
        let part = |part: &AddedPart| AddedPartAnswer {
            position: part.position.0,
            part: part.part,
            lines: part.lines,
            repeated: part.repeated,
            set_aside: part.set_aside,
            unbooked: part.unbooked,
            answers: part.answers,
            follows: part.follows.map(|one| FollowsAnswer {
                last: one.last.to_string(),
                days_missing: one.days_missing,
                apart: one.apart.map(|apart| apart.to_string()),
            }),
            kept: part.kept,
            named: part.named,
            unclear: part.unclear,
        };
        StatementAddedAnswer {
            file: bahi_core::hex(&self.file),
            format: self.format.name().to_owned(),
            known: self.known,
            statements: self.parts.iter().map(part).collect(),
            events: self.events,
            position: position.0,
        }
    }
}

/// How a statement follows the latest one of its account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Follows {
    /// The last day of that one.
    pub last: Day,
    /// How many days lie between the two that neither says anything of, where their balances do not agree:
    /// a file may be missing.
    pub days_missing: u32,
    /// Its opening balance less the other's closing, where it begins after that one and both say: money
    /// moved that no statement tells.
    pub apart: Option<Total>,
}

/// Why a file was not added. No message holds an account's number or a text of the file.
#[derive(Debug, ThisError)]
pub enum AddError<F: StdError + 'static = Error> {
    /// The ledger recorded fingerprint keys and was lent none. Lend them.
    #[error("accounts are kept as fingerprints, and the ledger was lent no fingerprint keys")]
    KeysMissing,
    /// The file cannot be read. What to do is in the words.
    #[error(transparent)]
    Unreadable(#[from] bahi_recon::Fault),
    /// The file holds neither a statement of an account nor answers: a payment file. Ask for what the
    /// bank answered to it.
    #[error("the file holds no statement of an account and no answer, but {0}")]
    NoStatement(String),
    /// A statement does not say which account it is of, or not by digits. Name the account.
    #[error("statement {part} of the file does not say which account it is of; name the account")]
    NoAccount {
        /// Its number in the file.
        part: u32,
    },
    /// A statement has no day, or answers. Ask the bank; of answers the day may be stated.
    #[error("statement {part} of the file has no day")]
    NoDay {
        /// Its number in the file.
        part: u32,
    },
    /// The file has more statements or lines than one addition takes. Split it.
    #[error("the file has more statements or lines than one addition takes; split it")]
    TooMany,
    /// The rules refuse it. What to do is that error's.
    #[error("the statement is refused: {}", .0.message())]
    Refused(Box<Refused>),
    /// The statement is recorded, and what the bank wrote is not in the vault, or not all of it. See to
    /// what the vault says, and add the file again: that goes on.
    #[error(
        "{0}; the lines are recorded, and what the bank wrote beside them is not kept: add the file again"
    )]
    Vault(VaultError),
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(F),
}

impl From<Error> for AddError {
    fn from(error: Error) -> AddError {
        AddError::Failed(error)
    }
}

/// A statement that is ready to be recorded.
struct Ready {
    frame: Act,
    day: Day,
    lines: Vec<StatementLine>,
    texts: Vec<keep::Texts>,
    account: Option<bahi_recon::Secret>,
    part: AddedPart,
}

/// What is known of the ledger and of the file before its lines are looked at.
struct Adding<'o> {
    id: LedgerId,
    ring: Option<Arc<Keyring>>,
    options: &'o AddOptions,
    file: [u8; 32],
    bytes: u64,
    format: bahi_recon::Format,
    aliases: Aliases,
}

/// How many events one commit takes: of these the largest is far below what it may hold.
const COMMIT_EVENTS: usize = 2_000;

impl Ledger {
    /// Records a file's statements and, of their lines, those that no file told before; or its answers to
    /// payments. What the bank wrote beside the lines is kept nowhere.
    ///
    /// # Errors
    /// [`AddError::KeysMissing`], [`AddError::Unreadable`], [`AddError::NoStatement`],
    /// [`AddError::NoAccount`], [`AddError::NoDay`], [`AddError::TooMany`], [`AddError::Refused`],
    /// [`AddError::Failed`].
    pub fn add_statement(&mut self, bytes: &[u8], options: &AddOptions) -> Result<Added, AddError> {
        add(self, bytes, options, None)
    }

    /// The same, and keeps what the bank wrote beside each line in the ledger's vault, under a key of
    /// its own: narration, account and name, as the details of `line:9/2`. That it is kept is recorded
    /// with the lines; what was erased is not kept again.
    ///
    /// # Errors
    /// Those of [`Ledger::add_statement`]; [`AddError::Vault`].
    pub fn add_statement_keeping(
        &mut self,
        bytes: &[u8],
        options: &AddOptions,
        vault: &mut Vault,
    ) -> Result<Added, AddError> {
        add(self, bytes, options, Some(vault))
    }
}

/// Adds a file by way of a ledger or a service.
pub(crate) fn add<B: Bench>(
    bench: &mut B,
    bytes: &[u8],
    options: &AddOptions,
    vault: Option<&mut Vault>,
) -> Result<Added, AddError<B::Failed>>
where
    B::Failed: StdError + 'static,
{
    let about = |ledger: &Ledger| {
        (ledger.id(), ledger.shared_keys(), ledger.recorded_keys().len() > 0, ledger.position())
    };
    let (id, ring, keyed, end) = bench.ask(about).map_err(AddError::Failed)?;
    if ring.is_none() && keyed {
        return Err(AddError::KeysMissing);
    }
    if let Some(vault) = &vault
        && vault.ledger() != id
    {
        let path = vault.dir().to_path_buf();
        return Err(AddError::Vault(VaultError::OtherLedger { path }));
    }
    let beside = (vault.is_some(), options.day);
    let read = lines::read(bytes, &options.read.options(), ring.as_deref(), beside)?;
    if read.parts.is_empty() {
        let what = match read.reading.instructions {
            0 => "nothing of a payment".to_owned(),
            1 => "1 payment asked for".to_owned(),
            asked => format!("{asked} payments asked for"),
        };
        return Err(AddError::NoStatement(what));
    }
    let file = *bahi_proof::sha256(bytes).as_bytes();
    let mut aliases = Aliases::default();
    aliases.extend(read.aliases);
    let mut adding = Adding {
        id,
        ring,
        options,
        file,
        bytes: bytes.len() as u64,
        format: read.reading.format,
        aliases,
    };
    let before = bench.ask(move |ledger| ledger.folds.state.statement_of(&file, 1));
    let before = before.map_err(AddError::Failed)?.unwrap_or(end.next());
    let last = Position(before.0.saturating_sub(1));
    let forms = bench.ask(Known::forms).map_err(AddError::Failed)?;
    let known = Known::of(&read.parts, forms);
    let before = before_it(bench, last, known).map_err(AddError::Failed)?;
    let latest = &before.latest;
    let mut spent = Spent::default();
    let mut ready = Vec::with_capacity(read.parts.len());
    for (number, part) in (1_u32..).zip(read.parts) {
        let number = u16::try_from(number).map_err(|_| AddError::TooMany)?;
        let mut one = adding.ready_part(part, number, &before, &mut spent)?;
        one.part.follows = follows(&one.frame, latest).filter(|_| !one.part.answers);
        ready.push(one);
    }
    adding.record(bench, ready, vault)
}

/// The last day and the closing balance of each account's latest statement.
type Latest = HashMap<AccountKey, (Day, Option<Total>)>;

/// How a statement follows the latest one of its account.
fn follows(frame: &Act, latest: &Latest) -> Option<Follows> {
    let Act::ReceiveStatement { account, from, to, opening, .. } = frame else { return None };
    let (last, closing) = latest.get(account).copied().filter(|(last, _)| to > last)?;
    let between = i64::from(from.epoch_days()) - i64::from(last.epoch_days()) - 1;
    let apart = opening.zip(closing).map(|(opening, closing)| opening - closing);
    // Where the one opens with what the other closed with, nothing moved in between.
    let quiet = apart == Some(Total::ZERO);
    Some(Follows {
        last,
        days_missing: if quiet { 0 } else { u32::try_from(between).unwrap_or(0) },
        apart: apart.filter(|_| *from > last && !quiet),
    })
}

/// What the ledger held before a file.
struct Before {
    held: Held,
    latest: Latest,
    known: Known,
}

/// The lines that the ledger held up to a position, counted, the latest statement of each account, and
/// which words of the file are references.
fn before_it<B: Bench>(bench: &B, last: Position, mut known: Known) -> Result<Before, B::Failed> {
    let mut accounts = BTreeMap::new();
    let mut latest = Latest::new();
    let mut held = Held::default();
    // A file adds only what is beyond those before it, so that all files' lines together are the most
    // that one of them has.
    bench.events(last, &mut |recorded| {
        if let Event::StatementReceived(received) = &recorded.event {
            accounts.insert(recorded.position, received.account.0);
            let known = latest.entry(received.account).or_insert((received.to, received.closing));
            if received.to >= known.0 {
                *known = (received.to, received.closing);
            }
        } else if let Event::StatementLines(lines) = &recorded.event {
            if let Some(account) = accounts.get(&lines.statement) {
                lines.lines.iter().for_each(|line| held.add(*account, line));
            }
        } else {
            known.take(recorded);
        }
    })?;
    Ok(Before { held, latest, known })
}

impl Adding<'_> {
    fn ready_part<F: StdError + 'static>(
        &mut self,
        part: Part,
        number: u16,
        before: &Before,
        spent: &mut Spent,
    ) -> Result<Ready, AddError<F>> {
        let Part { head, lines, set_aside, unbooked } = part;
        let account = self.account(&head)?;
        let days = || lines.iter().map(|told| told.line.booked);
        let first = head.days.0.or_else(|| days().min().filter(|_| !head.answers));
        let last = head.days.1.or_else(|| days().max().filter(|_| !head.answers));
        let (Some(from), Some(to)) = (first.or(last), last.or(first)) else {
            return Err(AddError::NoDay { part: head.number });
        };
        let present = lines.len();
        let mut lines = lines;
        before.known.name(&mut lines);
        let lines = self.protected(lines);
        let new = fresh(account, lines, &self.aliases, &before.held, spent);
        let count = |count: u64| u32::try_from(count).map_err(|_| AddError::TooMany);
        let named =
            |found: Found| count(new.iter().filter(|told| told.found == found).count() as u64);
        let part = AddedPart {
            position: Position::NONE,
            part: number,
            lines: count(new.len() as u64)?,
            repeated: count((present - new.len()) as u64)?,
            set_aside: count(set_aside)?,
            unbooked,
            answers: head.answers,
            follows: None,
            kept: None,
            named: named(Found::Named)?,
            unclear: named(Found::Unclear)?,
        };
        let frame = Act::ReceiveStatement {
            file: self.file,
            bytes: self.bytes,
            format: Word::new(self.format.name()).expect("a format's name is an identifier"),
            account: AccountKey(account),
            from: from.min(to),
            to: from.max(to),
            opening: head.balances.0,
            closing: head.balances.1,
            lines: part.lines,
            part: number,
            repeated: part.repeated,
            set_aside: part.set_aside,
        };
        let mut lines = Vec::with_capacity(new.len());
        let mut texts = Vec::new();
        for (told, number) in new.into_iter().zip(1_u32..) {
            texts.extend(told.texts.map(|contents| (number, contents)));
            lines.push(told.line);
        }
        let account = head.account;
        Ok(Ready { frame, day: from.max(to), lines, texts, account, part })
    }

    /// The newest print of the account that a part is of. Answers need not say whose they are: those
    /// that do not are told apart by a digest that is the ledger's own and no account's.
    fn account<F: StdError + 'static>(&mut self, head: &Head) -> Result<Fingerprint, AddError<F>> {
        let stated = head.account.as_ref().map(bahi_recon::Secret::reveal);
        let stated = stated.or(self.options.account.as_deref());
        let prints = stated.and_then(|account| self.account_prints(account));
        if let Some((newest, older)) = prints.as_deref().and_then(<[Fingerprint]>::split_last) {
            let older = older.iter().map(|older| Alias { newest: *newest, older: *older });
            self.aliases.extend(older);
            return Ok(*newest);
        }
        if head.answers {
            return Ok(self.own_print(b"bahi answers\0", b""));
        }
        Err(AddError::NoAccount { part: head.number })
    }

    /// An account under every key lent. A ledger that never had keys knows the offices' own accounts
    /// by a digest that is its own, and no other account at all.
    fn account_prints(&self, account: &str) -> Option<Vec<Fingerprint>> {
        if let Some(ring) = &self.ring {
            return ring.of_cell(FingerprintKind::Account, account).ok().flatten();
        }
        let digits: String = account.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        let print = self.own_print(b"bahi own account\0", digits.as_bytes());
        (!digits.is_empty()).then(|| vec![print])
    }

    /// A digest under the ledger's id, which is no secret.
    fn own_print(&self, domain: &[u8], content: &[u8]) -> Fingerprint {
        let of = [domain, &self.id.0, content].concat();
        let mut print = [0; 16];
        print.copy_from_slice(&bahi_proof::sha256(&of).as_bytes()[..16]);
        let key_id = self.ring.as_ref().map_or(1, |ring| ring.newest().id);
        Fingerprint { key_id, print }
    }

    /// The lines with every reference that looks like a person's number as a fingerprint.
    fn protected(&mut self, mut told: Vec<ToldLine>) -> Vec<ToldLine> {
        let Some(ring) = &self.ring else { return told };
        let lines = told.iter().map(|told| told.line.clone()).collect();
        let act = Act::ReceiveLines { statement: Position::NONE, first: 1, lines };
        let command = protected(ring, command(act, Day::MIN, &self.options.actor, b""));
        self.aliases.extend(command.aliases);
        if let Act::ReceiveLines { lines, .. } = command.act {
            told.iter_mut().zip(lines).for_each(|(told, line)| told.line = line);
        }
        told
    }

    /// Records what is ready, in commits of bounded size, and keeps what a vault is given.
    fn record<B: Bench>(
        &self,
        bench: &mut B,
        ready: Vec<Ready>,
        mut vault: Option<&mut Vault>,
    ) -> Result<Added, AddError<B::Failed>>
    where
        B::Failed: StdError + 'static,
    {
        let (file, format) = (self.file, self.format);
        let mut added = Added { file, format, known: true, parts: Vec::new(), events: 0 };
        for one in ready {
            let Ready { frame, day, lines, texts, account, mut part } = one;
            let before = added.events;
            let statement = self.frame(bench, frame, (day, part.part), &mut added)?;
            part.position = statement;
            self.lines(bench, (statement, day, part.part), &lines, &mut added)?;
            added.known &= added.events == before;
            if let Some(label) = self.options.label.as_ref().filter(|_| !part.answers) {
                let note = label.note((file, part.part), (statement, day), self.options);
                added.events += fresh_of(&record(bench, vec![note])?);
            }
            if let Some(vault) = vault.as_deref_mut() {
                let own = Kept { statement, part: part.part, day, texts, account };
                let (kept, events) = keep::keep(bench, vault, own, self.file, self.options)?;
                part.kept = Some(kept);
                added.events += events;
            }
            added.parts.push(part);
        }
        Ok(added)
    }

    /// Records a statement's frame, unless that was done.
    fn frame<B: Bench>(
        &self,
        bench: &mut B,
        frame: Act,
        (day, part): (Day, u16),
        added: &mut Added,
    ) -> Result<Position, AddError<B::Failed>>
    where
        B::Failed: StdError + 'static,
    {
        let file = self.file;
        let held = bench.ask(move |ledger| ledger.folds.state.statement_of(&file, part));
        if let Some(statement) = held.map_err(AddError::Failed)? {
            return Ok(statement);
        }
        let AccountKey(print) = account_of(&frame);
        let id = content(&self.file, part, 0);
        let mut received = command(frame, day, &self.options.actor, &id);
        received.aliases = self.aliases.of([print]);
        let receipts = record(bench, vec![received])?;
        added.events += fresh_of(&receipts);
        let receipt = receipts.first().ok_or(Error::Bug("a statement has no receipt"));
        Ok(receipt.map_err(|error| AddError::Failed(error.into()))?.position)
    }

    /// Records a statement's lines, but for those that were.
    fn lines<B: Bench>(
        &self,
        bench: &mut B,
        (statement, day, part): (Position, Day, u16),
        lines: &[StatementLine],
        added: &mut Added,
    ) -> Result<(), AddError<B::Failed>>
    where
        B::Failed: StdError + 'static,
    {
        let have = bench.ask(move |ledger| ledger.folds.state.lines_of(statement));
        let have = have.map_err(AddError::Failed)?.map_or(0, |(have, _)| have);
        let mut commands = Vec::new();
        for (index, chunk) in lines.chunks(PARTICULAR_LINES_MAX).enumerate() {
            let first = index * PARTICULAR_LINES_MAX + 1;
            if first <= have {
                continue;
            }
            let first = u32::try_from(first).map_err(|_| AddError::TooMany)?;
            let act = Act::ReceiveLines { statement, first, lines: chunk.to_vec() };
            let id = content(&self.file, part, first);
            let mut next = command(act, day, &self.options.actor, &id);
            next.aliases = self.aliases.of_lines(chunk);
            commands.push(next);
            if commands.len() == COMMIT_EVENTS {
                let commands = std::mem::take(&mut commands);
                added.events += fresh_of(&record(bench, commands)?);
            }
        }
        if !commands.is_empty() {
            added.events += fresh_of(&record(bench, commands)?);
        }
        Ok(())
    }
}

fn fresh_of(receipts: &[bahi_core::Receipt]) -> u64 {
    receipts.iter().filter(|receipt| !receipt.repeated).count() as u64
}

/// Records commands together.
pub(super) fn record<B: Bench>(
    bench: &mut B,
    commands: Vec<Command>,
) -> Result<Vec<bahi_core::Receipt>, AddError<B::Failed>>
where
    B::Failed: StdError + 'static,
{
    match bench.batch(move |_| commands).map_err(AddError::Failed)? {
        Ok(receipts) => Ok(receipts),
        Err((_, refused)) => Err(AddError::Refused(Box::new(refused))),
    }
}

fn account_of(frame: &Act) -> AccountKey {
    if let Act::ReceiveStatement { account, .. } = frame {
        return *account;
    }
    AccountKey(Fingerprint { key_id: 1, print: [0; 16] })
}

/// What an id follows from: the file, the statement in it, and the first of the lines; 0 for the
/// statement itself.
pub(super) fn content(file: &[u8; 32], part: u16, first: u32) -> Vec<u8> {
    [&file[..], &part.to_be_bytes(), &first.to_be_bytes()].concat()
}

pub(super) fn command(act: Act, day: Day, actor: &ActorName, content: &[u8]) -> Command {
    Command {
        id: derived_id(b"bahi statement", content),
        actor: actor.clone(),
        role: Role::TreasuryJob,
        effective_day: day,
        authority: None,
        aliases: Vec::new(),
        signed: None,
        act,
    }
}
