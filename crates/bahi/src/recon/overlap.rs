//! Which lines of a file no file before it told.
//!
//! # Invariants
//! * Of lines that are equal in all that is recorded but where they lie, as many are new as the file has
//!   more than the ledger.
//! * What was taken out of narrations tells equal lines apart where both have something of it. A line of
//!   which nothing was taken may be any of them: another file says less, or came before the ledger knew.
//! * A return that only the words of a narration tell may be a line that stands there as a movement: it
//!   came before the ledger knew the payment, or before words were asked.

use std::collections::HashMap;

use bahi_core::{
    AccountKey, Day, Fingerprint, Ifsc, LineKind, LineSide, Money, NameMark, Reference,
    StatementLine, Total,
};

use super::{aliases::Aliases, lines::Told as ToldLine, narrated::is_taken};

/// What makes two lines of different files one: all that is recorded but where it lies.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct LineKey {
    account: Fingerprint,
    amount: Money,
    side: LineSide,
    days: (Day, Day),
    references: Vec<Reference>,
    counterparty: Option<AccountKey>,
    told: Option<Told>,
    /// What was taken out of narrations because the ledger holds it, in order.
    taken: Vec<Reference>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Told {
    kind: LineKind,
    names: Vec<NameMark>,
    ifsc: Option<Ifsc>,
    reason: Option<Reference>,
    batch: Option<u32>,
    balance: Option<Total>,
}

impl LineKey {
    fn of(account: Fingerprint, line: &StatementLine) -> LineKey {
        let (mut references, mut names, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        let marks = line.particulars.as_ref().map_or(&[][..], |told| &told.names);
        for (place, text) in line.references.iter().enumerate() {
            match marks.get(place) {
                Some(mark) if is_taken(*mark) => taken.push(text.clone()),
                mark => {
                    references.push(text.clone());
                    names.extend(mark.copied());
                }
            }
        }
        taken.sort_unstable();
        LineKey {
            account,
            amount: line.amount,
            side: line.side,
            days: (line.booked, line.value),
            references,
            counterparty: line.counterparty,
            told: line.particulars.as_ref().map(|told| Told {
                kind: told.kind,
                names,
                ifsc: told.ifsc,
                reason: told.reason.clone(),
                batch: told.batch,
                balance: told.balance,
            }),
            taken,
        }
    }

    /// The same line with something else taken out of its narration.
    fn with(&self, taken: Vec<Reference>) -> LineKey {
        LineKey { taken, ..self.clone() }
    }

    /// The same line where nothing was taken for a return by its words.
    fn unsaid(&self) -> LineKey {
        let mut before = self.clone();
        if let Some(told) = &mut before.told {
            told.kind = LineKind::Movement;
        }
        before
    }

    /// The same line by prints under an older key.
    fn under(&self, aliases: &Aliases, id: u16) -> LineKey {
        let mut before = self.clone();
        before.account = aliases.under(before.account, id);
        let other = before.counterparty.map(|AccountKey(one)| aliases.under(one, id));
        before.counterparty = other.map(AccountKey);
        for reference in &mut before.references {
            if let Some(print) = reference.print() {
                *reference = Reference::of_print(aliases.under(print, id));
            }
        }
        before
    }
}

/// The lines that a ledger holds, counted.
#[derive(Default)]
pub(super) struct Held {
    counts: HashMap<LineKey, u64>,
    /// What was taken out of the narrations of lines that are equal otherwise.
    taken: HashMap<LineKey, Vec<Vec<Reference>>>,
}

impl Held {
    /// One more line of an account.
    pub(super) fn add(&mut self, account: Fingerprint, line: &StatementLine) {
        let key = LineKey::of(account, line);
        if !key.taken.is_empty() {
            let of = self.taken.entry(key.with(Vec::new())).or_default();
            if !of.contains(&key.taken) {
                of.push(key.taken.clone());
            }
        }
        *self.counts.entry(key).or_default() += 1;
    }

    /// How many there are of a line, those by prints under older keys among them.
    fn count(&self, key: &LineKey, aliases: &Aliases) -> u64 {
        let of = |key: &LineKey| self.counts.get(key).copied().unwrap_or_default();
        let older = |id| Some(key.under(aliases, id)).filter(|before| before != key);
        of(key) + aliases.ids().filter_map(older).map(|before| of(&before)).sum::<u64>()
    }

    /// The lines that may be this one, though not the same was taken out of their narrations.
    fn like(&self, key: &LineKey, aliases: &Aliases) -> Vec<LineKey> {
        let bare = key.with(Vec::new());
        let older = aliases.ids().map(|id| bare.under(aliases, id));
        let keys: Vec<LineKey> = std::iter::once(bare.clone()).chain(older).collect();
        let held = keys.iter().filter_map(|bare| self.taken.get(bare)).flatten();
        let within = |one: &[Reference], other: &[Reference]| {
            one.iter().all(|reference| other.contains(reference))
        };
        let agrees =
            |taken: &&Vec<Reference>| within(taken, &key.taken) || within(&key.taken, taken);
        let mut taken: Vec<Vec<Reference>> = held.filter(agrees).cloned().collect();
        taken.push(Vec::new());
        taken.retain(|taken| *taken != key.taken);
        taken.sort_unstable();
        taken.dedup();
        taken.into_iter().map(|taken| bare.with(taken)).collect()
    }
}

/// How many of the lines that the ledger holds a file told again.
#[derive(Default)]
pub(super) struct Spent(HashMap<LineKey, u64>);

impl Spent {
    /// Takes one of the lines of a key, where one is left.
    fn take(&mut self, key: &LineKey, held: &Held, aliases: &Aliases) -> bool {
        let have = held.count(key, aliases);
        if have == 0 {
            return false;
        }
        let spent = self.0.entry(key.clone()).or_default();
        let left = *spent < have;
        *spent += u64::from(left);
        left
    }
}

/// The lines beyond those that the ledger held: of equal ones as many as the file has more.
pub(super) fn fresh(
    account: Fingerprint,
    lines: Vec<ToldLine>,
    aliases: &Aliases,
    held: &Held,
    spent: &mut Spent,
) -> Vec<ToldLine> {
    let keys: Vec<LineKey> = lines.iter().map(|told| LineKey::of(account, &told.line)).collect();
    // Those that are equal in everything first, so that none is taken for another's.
    let mut again: Vec<bool> = keys.iter().map(|key| spent.take(key, held, aliases)).collect();
    for ((told, key), again) in
        lines.iter().zip(&keys).zip(&mut again).filter(|(_, again)| !**again)
    {
        let mut like = held.like(key, aliases);
        if told.by_words {
            let unsaid = key.unsaid();
            like.extend(held.like(&unsaid, aliases));
            like.push(unsaid);
        }
        *again = like.iter().any(|key| spent.take(key, held, aliases));
    }
    lines.into_iter().zip(again).filter(|(_, again)| !again).map(|(told, _)| told).collect()
}
