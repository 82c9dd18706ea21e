//! A file's entries as lines of the log: amount, days, references, prints, and where each lies.
//!
//! # Invariants
//! * An entry becomes one line, or one line for each of its details where these sum up to it; an answer
//!   to a payment one line of no movement.
//! * What is not in rupees, or has no day, is counted and not recorded.
//! * What may name somebody leaves here as fingerprints, and as texts for a vault alone.

use std::collections::BTreeSet;

use super::{
    answers::Answers,
    narrated::{Found, words},
};
use bahi_core::{
    Alias, Day, LineKind, LineSide, Money, NameKind, NameMark, Particulars, REFERENCES_MAX,
    Reference, StatementLine, Total, looks_like_aadhaar,
};
use bahi_recon::{
    Currency, Detail, Entry, EntryStatus, FoundReference, Item, Party, Reading, Secret, Statement,
    Stretch, back_of, matching::Name,
};
use bahi_vault::{Contents, FingerprintKind, Keyring};

/// What a file says of an account, or what it answers to payments, in lines.
pub(super) struct Part {
    pub(super) head: Head,
    pub(super) lines: Vec<Told>,
    /// What could not be read, is of another currency, or has no day.
    pub(super) set_aside: u64,
    /// What is not booked, or not settled, yet.
    pub(super) unbooked: u64,
}

/// What is said of all lines of a part.
pub(super) struct Head {
    /// Its number in the file.
    pub(super) number: u32,
    /// Whether it answers to payments, and is no statement of an account.
    pub(super) answers: bool,
    pub(super) account: Option<Secret>,
    pub(super) days: (Option<Day>, Option<Day>),
    pub(super) balances: (Option<Total>, Option<Total>),
}

/// A line, and what a vault is given of it.
pub(super) struct Told {
    pub(super) line: StatementLine,
    /// Nothing where the file says nothing more, or nobody keeps it.
    pub(super) texts: Option<Contents>,
    /// Words of its narrations that may be references somebody gave.
    pub(super) words: Vec<Box<str>>,
    /// What it is by its narration, if this word of it is a reference that the ledger gave.
    pub(super) back: Option<(LineKind, Box<str>)>,
    /// Whether its kind is what its narration says.
    pub(super) by_words: bool,
    /// What these came to.
    pub(super) found: Found,
}

impl Told {
    /// A line of which no word was looked at.
    pub(super) fn new(line: StatementLine, texts: Option<Contents>, words: Vec<Box<str>>) -> Told {
        Told { line, texts, words, back: None, by_words: false, found: Found::Nothing }
    }

    /// What its narration says came back.
    fn says(&mut self, narration: &str) {
        let Some(back) = back_of(narration) else { return };
        match back.only_if_given {
            Some(word) => self.back = Some((back.kind, word.into())),
            None => self.is_back(back.kind),
        }
    }

    /// It is what its narration says. What a bank says otherwise stays.
    pub(super) fn is_back(&mut self, kind: LineKind) {
        if let Some(told) = &mut self.line.particulars
            && told.kind == LineKind::Movement
        {
            told.kind = kind;
            self.by_words = true;
        }
    }
}

/// A file as lines.
pub(super) struct Read {
    pub(super) reading: Reading,
    pub(super) parts: Vec<Part>,
    /// Prints under older keys, of whatever was fingerprinted.
    pub(super) aliases: BTreeSet<Alias>,
}

/// Reads a file; `keeps` says whether a vault is to be given what it says beside, and the day is of
/// answers that state none.
///
/// # Errors
/// Those of the reader.
pub(super) fn read(
    bytes: &[u8],
    options: &bahi_recon::Options,
    ring: Option<&Keyring>,
    (keeps, day): (bool, Option<Day>),
) -> Result<Read, bahi_recon::Fault> {
    let (mut parts, mut maker) = (Vec::new(), Maker::new(ring, keeps));
    let mut details: Vec<Detail> = Vec::new();
    let mut answers = Answers::default();
    let reading = bahi_recon::read(bytes, options, &mut |item| match item {
        Item::Detail(detail) => details.push(*detail),
        Item::Entry(entry) => maker.entry(&entry, &std::mem::take(&mut details)),
        Item::Statement(statement) => parts.push(part(&mut maker, &statement)),
        Item::Instruction(one) => answers.instruction(*one),
        Item::Batch(batch) => answers.batch(&mut maker, &batch),
        Item::Status(said) => answers.status(&mut maker, &said),
        Item::Warning(_) => {}
    })?;
    parts.extend(answers.part(&mut maker, parts.len(), day));
    Ok(Read { reading, parts, aliases: maker.aliases })
}

/// A statement with the lines that were made before it.
fn part(maker: &mut Maker<'_>, statement: &Statement) -> Part {
    let made = std::mem::take(&mut maker.made);
    let balance =
        |balance: Option<&bahi_recon::Balance>| balance.and_then(|one| one.amount.total());
    let head = Head {
        number: statement.number,
        answers: false,
        account: statement.account.clone(),
        days: (statement.from, statement.to),
        balances: (balance(statement.opening()), balance(statement.closing())),
    };
    let set_aside = made.set_aside + statement.set_aside;
    Part { head, lines: made.lines, set_aside, unbooked: made.unbooked }
}

#[derive(Default)]
pub(super) struct Made {
    pub(super) lines: Vec<Told>,
    pub(super) set_aside: u64,
    pub(super) unbooked: u64,
}

/// What a line is made of beside its references.
pub(super) struct Facts {
    pub(super) amount: Money,
    pub(super) side: LineSide,
    pub(super) days: (Day, Day),
    pub(super) place: Stretch,
}

pub(super) struct Maker<'k> {
    ring: Option<&'k Keyring>,
    keeps: bool,
    pub(super) made: Made,
    aliases: BTreeSet<Alias>,
}

impl Maker<'_> {
    fn new(ring: Option<&Keyring>, keeps: bool) -> Maker<'_> {
        Maker { ring, keeps, made: Made::default(), aliases: BTreeSet::new() }
    }

    /// What is written beside a line, for a vault.
    pub(super) fn texts(&self, narrations: [&Secret; 2], party: &Party) -> Option<Contents> {
        if !self.keeps {
            return None;
        }
        let mut texts = Contents::default();
        let account = party.account.iter().map(|account| ("account_number", account));
        let name = party.name.iter().map(|name| ("account_name", name));
        let [first, second] = narrations;
        let told = [("narration", first), ("detail", second)].into_iter();
        for (field, text) in account.chain(name).chain(told) {
            // The names of the fields are sound, and there are few.
            drop(texts.add_told(field, text.reveal()));
        }
        (!texts.is_empty()).then_some(texts)
    }

    fn entry(&mut self, entry: &Entry, details: &[Detail]) {
        if entry.status != EntryStatus::Booked {
            self.made.unbooked += 1;
            return;
        }
        let day = entry.booked.or(entry.value);
        let (Some(amount), Some(booked)) = (entry.amount.money(), day) else {
            self.made.set_aside += 1;
            return;
        };
        let days = (booked, entry.value.unwrap_or(booked));
        let balance = entry.running_balance.and_then(|balance| balance.total());
        if details.len() > 1 && sum_up(entry, details) {
            for detail in details {
                self.detail(entry, detail, days);
            }
            return;
        }
        let alone = if let [alone] = details { Some(alone) } else { None };
        let found =
            entry.references.iter().chain(alone.into_iter().flat_map(|one| &one.references));
        let batch = entry.batch_count.or((details.len() > 1).then_some(details.len() as u64));
        let code = alone.and_then(|one| one.code.as_deref());
        let reason =
            entry.return_reason.as_deref().or(alone.and_then(|one| one.return_reason.as_deref()));
        let codes = [entry.code.as_deref(), code];
        let party = match alone {
            Some(one) if entry.counterparty.account.is_none() => other_side(one, entry.side),
            Some(_) | None => &entry.counterparty,
        };
        let facts = Facts { amount, side: entry.side, days, place: entry.place };
        let line = self.line(&facts, found, party);
        let line = with(line, kind(entry.reversal, reason, &codes), reason, |told| {
            told.batch = batch.and_then(|count| u32::try_from(count).ok()).filter(|one| *one > 0);
            told.balance = balance;
        });
        let nothing = Secret::default();
        let detail = alone.map_or(&nothing, |one| &one.narration);
        let narrations = [&entry.narration, detail];
        let (texts, words) = (self.texts(narrations, party), words(narrations));
        let mut told = Told::new(line, texts, words);
        // What a bank's code says of a line is not asked of its words.
        if entry.code.is_none() && alone.is_none() && entry.side == LineSide::Credit {
            told.says(entry.narration.reveal());
        }
        self.made.lines.push(told);
    }

    /// One of several details that sum up to their entry, as a line of its own.
    fn detail(&mut self, entry: &Entry, detail: &Detail, days: (Day, Day)) {
        let Some(amount) = detail.amount.and_then(|amount| amount.money()) else { return };
        let side = detail.side.unwrap_or(entry.side);
        let codes = [entry.code.as_deref(), detail.code.as_deref()];
        let reason = detail.return_reason.as_deref().or(entry.return_reason.as_deref());
        let place = if detail.place.bytes == 0 { entry.place } else { detail.place };
        let party = other_side(detail, side);
        let facts = Facts { amount, side, days, place };
        let line = self.line(&facts, detail.references.iter(), party);
        let line = with(line, kind(entry.reversal, reason, &codes), reason, |_| {});
        let texts = self.texts([&entry.narration, &detail.narration], party);
        // What stands beside the entry is of all its details.
        let words = words([&detail.narration, &Secret::default()]);
        self.made.lines.push(Told::new(line, texts, words));
    }

    pub(super) fn line<'f>(
        &mut self,
        facts: &Facts,
        found: impl Iterator<Item = &'f FoundReference>,
        party: &Party,
    ) -> StatementLine {
        let Facts { amount, side, days: (booked, value), place } = *facts;
        // The strongest names come first, and of what is too much the weakest go.
        // Without keys a reference that could be a person's number is left in the file.
        let kept = |name: &Name| self.ring.is_some() || !looks_like_aadhaar(name.text.as_str());
        let names: BTreeSet<(NameKind, bool, Reference)> = found
            .filter_map(Name::found)
            .filter(kept)
            .map(|name| (name.kind, name.in_narration, name.text))
            .collect();
        let mut references = Vec::new();
        let mut marks = Vec::new();
        for (kind, narrated, text) in names.into_iter().take(REFERENCES_MAX) {
            references.push(text);
            marks.push(NameMark { kind, narrated });
        }
        let account = party.account.as_ref().and_then(|account| self.print(account.reveal()));
        StatementLine {
            amount,
            side,
            booked,
            value,
            references,
            counterparty: account.map(bahi_core::AccountKey),
            at: place.at,
            bytes: u32::try_from(place.bytes).unwrap_or(u32::MAX),
            particulars: Some(Particulars {
                kind: LineKind::Movement,
                names: marks,
                ifsc: party.ifsc(),
                reason: None,
                batch: None,
                balance: None,
            }),
        }
    }

    /// The newest print of an account; what is no account's number has none.
    fn print(&mut self, account: &str) -> Option<bahi_core::Fingerprint> {
        let prints = self.ring?.of_cell(FingerprintKind::Account, account).ok().flatten()?;
        let (newest, older) = prints.split_last()?;
        self.aliases.extend(older.iter().map(|older| Alias { newest: *newest, older: *older }));
        Some(*newest)
    }
}

/// Whether every detail states an amount in rupees and they come to the entry.
fn sum_up(entry: &Entry, details: &[Detail]) -> bool {
    let own = |detail: &Detail| {
        let amount = detail.amount.filter(|amount| amount.currency() == Currency::INR)?;
        let minor = i128::from(amount.minor());
        Some(if detail.side.unwrap_or(entry.side) == entry.side { minor } else { -minor })
    };
    let sum: Option<i128> = details.iter().map(own).sum();
    sum == Some(i128::from(entry.amount.minor()))
}

fn other_side(detail: &Detail, side: LineSide) -> &Party {
    match side {
        LineSide::Debit => &detail.creditor,
        LineSide::Credit => &detail.debtor,
    }
}

/// What the bank's codes say a line is. A reversal is one whatever else it is.
fn kind(reversal: bool, reason: Option<&str>, codes: &[Option<&str>]) -> LineKind {
    let has = |words: &[&str]| {
        let parts = codes.iter().flatten().flat_map(|code| code.split('/'));
        parts.into_iter().any(|part| words.contains(&part))
    };
    if reversal {
        LineKind::Reversal
    } else if reason.is_some() || has(&["RRTN", "NRTI", "RTI"]) {
        LineKind::Return
    } else if has(&["CHRG", "NCHG", "FCHG", "CHG"]) {
        LineKind::Charge
    } else {
        LineKind::Movement
    }
}

pub(super) fn with(
    mut line: StatementLine,
    kind: LineKind,
    reason: Option<&str>,
    more: impl FnOnce(&mut Particulars),
) -> StatementLine {
    if let Some(told) = &mut line.particulars {
        told.kind = kind;
        let sound = |reason: &&str| !looks_like_aadhaar(reason);
        told.reason = reason.filter(sound).and_then(|reason| Reference::new(reason).ok());
        more(told);
    }
    line
}
