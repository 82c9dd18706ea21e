//! A file into the log: its statements, and of their lines those that no file told before.
//!
//! # Invariants
//! * Of equal lines as many stand in the log as the file has that has most: two of one file are two,
//!   and what another file tells again is counted and left out.
//! * An addition that was broken off goes on where it ended: what is new is compared with what the
//!   ledger held before the file, and ids follow from the file.

use std::collections::{BTreeMap, HashMap};

use bahi_core::{
    AccountKey, Act, ActorName, Alias, Command, Day, Event, Fingerprint, LineSide, Money, NameMark,
    PARTICULAR_LINES_MAX, Position, Reference, Role, StatementLine, Total, Word,
};
use bahi_vault::FingerprintKind;
use thiserror::Error as ThisError;

use super::{
    lines::{self, Part},
    show::ReadOptions,
};
use crate::{BatchError, Error, Ledger, rulebook::derived_id};

/// How a file is added.
#[derive(Clone, Debug)]
pub struct AddOptions {
    /// How it is read.
    pub read: ReadOptions,
    /// The account it is of, where the file does not say.
    pub account: Option<String>,
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
    /// Whether the ledger held all of it, so that nothing was recorded.
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
    /// How many are not booked.
    pub unbooked: u64,
}

/// Why a file was not added. No message holds an account's number or a text of the file.
#[derive(Debug, ThisError)]
pub enum AddError {
    /// The ledger recorded fingerprint keys and was lent none. Lend them.
    #[error("accounts are kept as fingerprints, and the ledger was lent no fingerprint keys")]
    KeysMissing,
    /// The file cannot be read. What to do is in the words.
    #[error(transparent)]
    Unreadable(#[from] bahi_recon::Fault),
    /// The file holds no statement of an account: a payment file or answers. Read it as such.
    #[error("the file holds no statement of an account, but {0}")]
    NoStatement(String),
    /// A statement does not say which account it is of, or not by digits. Name the account.
    #[error("statement {part} of the file does not say which account it is of; name the account")]
    NoAccount {
        /// Its number in the file.
        part: u32,
    },
    /// A statement has no day. Ask the bank.
    #[error("statement {part} of the file has no day")]
    NoDay {
        /// Its number in the file.
        part: u32,
    },
    /// The file has more statements or lines than one addition takes. Split it.
    #[error("the file has more statements or lines than one addition takes; split it")]
    TooMany,
    /// The rules refuse it. What to do is that error's.
    #[error("the statement is refused: {0}")]
    Refused(Box<BatchError>),
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What makes two lines of different files one: all that is recorded but where it lies.
#[derive(Clone, PartialEq, Eq, Hash)]
struct LineKey {
    account: Fingerprint,
    amount: Money,
    side: LineSide,
    days: (Day, Day),
    references: Vec<Reference>,
    counterparty: Option<AccountKey>,
    told: Option<Told>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Told {
    kind: bahi_core::LineKind,
    names: Vec<NameMark>,
    ifsc: Option<bahi_core::Ifsc>,
    reason: Option<Reference>,
    batch: Option<u32>,
    balance: Option<Total>,
}

impl LineKey {
    fn of(account: Fingerprint, line: &StatementLine) -> LineKey {
        LineKey {
            account,
            amount: line.amount,
            side: line.side,
            days: (line.booked, line.value),
            references: line.references.clone(),
            counterparty: line.counterparty,
            told: line.particulars.as_ref().map(|told| Told {
                kind: told.kind,
                names: told.names.clone(),
                ifsc: told.ifsc,
                reason: told.reason.clone(),
                batch: told.batch,
                balance: told.balance,
            }),
        }
    }
}

/// A statement that is ready to be recorded.
struct Ready {
    frame: Act,
    day: Day,
    lines: Vec<StatementLine>,
    part: AddedPart,
    aliases: Vec<Alias>,
}

/// How many events one commit takes: of these the largest is far below what it may hold.
const COMMIT_EVENTS: usize = 2_000;

impl Ledger {
    /// Records a file's statements and, of their lines, those that no file told before.
    ///
    /// # Errors
    /// [`AddError::KeysMissing`], [`AddError::Unreadable`], [`AddError::NoStatement`],
    /// [`AddError::NoAccount`], [`AddError::NoDay`], [`AddError::TooMany`], [`AddError::Refused`],
    /// [`AddError::Failed`].
    pub fn add_statement(&mut self, bytes: &[u8], options: &AddOptions) -> Result<Added, AddError> {
        let ring = self.lent_keys();
        if ring.is_none() && self.recorded_keys().len() > 0 {
            return Err(AddError::KeysMissing);
        }
        let read = lines::read(bytes, &options.read.options(), ring)?;
        if read.parts.is_empty() {
            let (instructions, answers) =
                (read.reading.instructions, read.reading.payment_statuses);
            let what = format!("{instructions} payments asked for and {answers} answers");
            return Err(AddError::NoStatement(what));
        }
        let file = *bahi_proof::sha256(bytes).as_bytes();
        let format = read.reading.format;
        let aliases: Vec<Alias> = read.aliases.into_iter().collect();
        let before = self.folds.state.statement_of(&file, 1).unwrap_or(Position(u64::MAX));
        let held = self.held_lines(before)?;
        let mut told = HashMap::new();
        let mut ready = Vec::with_capacity(read.parts.len());
        for (number, part) in (1_u16..).zip(read.parts) {
            let frame = (file, bytes.len() as u64, format, number);
            ready.push(self.ready_part(part, frame, options, &aliases, &held, &mut told)?);
        }
        self.record_parts(ready, file, format, &options.actor)
    }

    /// The lines that the ledger held before a position, counted.
    fn held_lines(&self, before: Position) -> Result<HashMap<LineKey, u64>, Error> {
        let last = Position(before.0.saturating_sub(1)).min(self.position());
        let mut accounts = BTreeMap::new();
        let mut held: HashMap<LineKey, HashMap<[u8; 32], u64>> = HashMap::new();
        for recorded in self.events(Position(1), last) {
            let recorded = recorded?;
            if let Event::StatementReceived(received) = &recorded.event {
                accounts.insert(recorded.position, (received.account.0, received.file));
            } else if let Event::StatementLines(lines) = &recorded.event
                && let Some((account, file)) = accounts.get(&lines.statement)
            {
                for line in &lines.lines {
                    *held
                        .entry(LineKey::of(*account, line))
                        .or_default()
                        .entry(*file)
                        .or_default() += 1;
                }
            }
        }
        // A file adds only what is beyond those before it, so that all files' lines are the most
        // that one of them has.
        Ok(held.into_iter().map(|(key, files)| (key, files.values().sum())).collect())
    }

    fn ready_part(
        &self,
        part: Part,
        (file, bytes, format, number): ([u8; 32], u64, bahi_recon::Format, u16),
        options: &AddOptions,
        aliases: &[Alias],
        held: &HashMap<LineKey, u64>,
        told: &mut HashMap<LineKey, u64>,
    ) -> Result<Ready, AddError> {
        let Part { statement, lines, set_aside, unbooked } = part;
        let of = statement.number;
        let stated = statement.account.as_ref().map(bahi_recon::Secret::reveal);
        let account =
            stated.or(options.account.as_deref()).ok_or(AddError::NoAccount { part: of })?;
        let prints = self.account_prints(account).ok_or(AddError::NoAccount { part: of })?;
        let (account, older) = prints.split_last().ok_or(AddError::NoAccount { part: of })?;
        let mut aliases = aliases.to_vec();
        aliases.extend(older.iter().map(|older| Alias { newest: *account, older: *older }));
        let days = || lines.iter().map(|line| line.booked);
        let first = statement.from.or_else(|| days().min());
        let last = statement.to.or_else(|| days().max());
        let (Some(from), Some(to)) = (first.or(last), last.or(first)) else {
            return Err(AddError::NoDay { part: of });
        };
        let lines = self.protected(lines, &mut aliases);
        let present = lines.len();
        let new = fresh(*account, lines, &aliases, held, told);
        let count = |count: u64| u32::try_from(count).map_err(|_| AddError::TooMany);
        let part = AddedPart {
            position: Position::NONE,
            part: number,
            lines: count(new.len() as u64)?,
            repeated: count((present - new.len()) as u64)?,
            set_aside: count(set_aside)?,
            unbooked,
        };
        let frame = Act::ReceiveStatement {
            file,
            bytes,
            format: Word::new(format.name()).expect("a format's name is an identifier"),
            account: AccountKey(*account),
            from: from.min(to),
            to: from.max(to),
            opening: lines::balance(statement.opening()),
            closing: lines::balance(statement.closing()),
            lines: part.lines,
            part: number,
            repeated: part.repeated,
            set_aside: part.set_aside,
        };
        Ok(Ready { frame, day: from.max(to), lines: new, part, aliases })
    }

    /// An account under every key lent. A ledger that never had keys knows the offices' own accounts
    /// by a digest that is its own, and no other account at all.
    fn account_prints(&self, account: &str) -> Option<Vec<Fingerprint>> {
        if self.lent_keys().is_some() {
            return self.fingerprint(FingerprintKind::Account, account).ok().flatten();
        }
        let digits: String = account.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return None;
        }
        let of = [&b"bahi own account\0"[..], &self.id().0, digits.as_bytes()].concat();
        let mut print = [0; 16];
        print.copy_from_slice(&bahi_proof::sha256(&of).as_bytes()[..16]);
        Some(vec![Fingerprint { key_id: 1, print }])
    }

    /// The lines with every reference that looks like a person's number as a fingerprint.
    fn protected(&self, lines: Vec<StatementLine>, aliases: &mut Vec<Alias>) -> Vec<StatementLine> {
        let act = Act::ReceiveLines { statement: Position::NONE, first: 1, lines };
        let command = command(act, Day::MIN, &ActorName::new("recon").expect("a name"), b"");
        let command = self.keys.protect(&command).into_owned();
        aliases.extend(&command.aliases);
        if let Act::ReceiveLines { lines, .. } = command.act { lines } else { Vec::new() }
    }

    /// Records what is ready, in commits of bounded size.
    fn record_parts(
        &mut self,
        ready: Vec<Ready>,
        file: [u8; 32],
        format: bahi_recon::Format,
        actor: &ActorName,
    ) -> Result<Added, AddError> {
        let mut added = Added { file, format, known: true, parts: Vec::new(), events: 0 };
        for one in ready {
            let Ready { frame, day, lines, mut part, aliases } = one;
            let held = self.folds.state.statement_of(&file, part.part);
            let statement = held.unwrap_or_else(|| self.position().next());
            part.position = statement;
            let have = self.folds.state.lines_of(statement).map_or(0, |(have, _)| have);
            let mut commands = Vec::new();
            if held.is_none() {
                let AccountKey(print) = account_of(&frame);
                let mut received = command(frame, day, actor, &content(&file, part.part, 0));
                received.aliases = of_prints(&aliases, &[print]);
                commands.push(received);
            }
            for (index, chunk) in lines.chunks(PARTICULAR_LINES_MAX).enumerate() {
                let first = index * PARTICULAR_LINES_MAX + 1;
                if first <= have {
                    continue;
                }
                let first = u32::try_from(first).map_err(|_| AddError::TooMany)?;
                let act = Act::ReceiveLines { statement, first, lines: chunk.to_vec() };
                let mut next = command(act, day, actor, &content(&file, part.part, first));
                next.aliases = of_prints(&aliases, &prints_of(chunk));
                commands.push(next);
            }
            for chunk in commands.chunks(COMMIT_EVENTS) {
                let receipts = self.submit_all(chunk).map_err(|error| match error {
                    BatchError::Failed(error) => AddError::Failed(error),
                    refused @ BatchError::Refused { .. } => AddError::Refused(Box::new(refused)),
                })?;
                added.events += receipts.iter().filter(|receipt| !receipt.repeated).count() as u64;
            }
            added.parts.push(part);
        }
        added.known = added.events == 0;
        Ok(added)
    }
}

fn account_of(frame: &Act) -> AccountKey {
    if let Act::ReceiveStatement { account, .. } = frame {
        return *account;
    }
    AccountKey(Fingerprint { key_id: 1, print: [0; 16] })
}

fn prints_of(lines: &[StatementLine]) -> Vec<Fingerprint> {
    let accounts = lines.iter().filter_map(|line| line.counterparty.map(|AccountKey(print)| print));
    let references = lines.iter().flat_map(|line| &line.references).filter_map(Reference::print);
    accounts.chain(references).collect()
}

fn of_prints(aliases: &[Alias], prints: &[Fingerprint]) -> Vec<Alias> {
    let mut wanted: Vec<Alias> =
        aliases.iter().filter(|alias| prints.contains(&alias.newest)).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// The lines beyond those that the ledger held: of equal ones as many as the file has more.
fn fresh(
    account: Fingerprint,
    lines: Vec<StatementLine>,
    aliases: &[Alias],
    held: &HashMap<LineKey, u64>,
    told: &mut HashMap<LineKey, u64>,
) -> Vec<StatementLine> {
    let keep = |line: &StatementLine| {
        let key = LineKey::of(account, line);
        let before = held.get(&key).copied().unwrap_or_default() + older(&key, aliases, held);
        let so_far = told.entry(key).or_default();
        *so_far += 1;
        *so_far > before
    };
    let mut keep = keep;
    lines.into_iter().filter(|line| keep(line)).collect()
}

/// How often the ledger held the same line by prints under older keys.
fn older(key: &LineKey, aliases: &[Alias], held: &HashMap<LineKey, u64>) -> u64 {
    let ids: std::collections::BTreeSet<u16> =
        aliases.iter().map(|alias| alias.older.key_id).collect();
    let under = |print: Fingerprint, id: u16| {
        let found = aliases.iter().find(|one| one.newest == print && one.older.key_id == id);
        found.map_or(print, |alias| alias.older)
    };
    let of = |id: u16| {
        let mut before = key.clone();
        before.account = under(before.account, id);
        before.counterparty = before.counterparty.map(|AccountKey(one)| AccountKey(under(one, id)));
        for reference in &mut before.references {
            if let Some(print) = reference.print() {
                *reference = Reference::of_print(under(print, id));
            }
        }
        held.get(&before).copied().filter(|_| before != *key).unwrap_or_default()
    };
    ids.into_iter().map(of).sum()
}

/// What an id follows from: the file, the statement in it, and the first of the lines; 0 for the
/// statement itself.
fn content(file: &[u8; 32], part: u16, first: u32) -> Vec<u8> {
    [&file[..], &part.to_be_bytes(), &first.to_be_bytes()].concat()
}

fn command(act: Act, day: Day, actor: &ActorName, content: &[u8]) -> Command {
    Command {
        id: derived_id(b"bahi statement", content),
        actor: actor.clone(),
        role: Role::TreasuryJob,
        effective_day: day,
        authority: None,
        aliases: Vec::new(),
        act,
    }
}
