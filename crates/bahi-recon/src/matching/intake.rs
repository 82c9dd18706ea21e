//! Intake: which lines are new, where files overlap or come again.
//!
//! # Invariants
//! * Of what several files tell alike, as often stays as the file has it that has it most often:
//!   two equal lines of one file are two.
//! * What the ledger holds stays before what it does not, and what is settled before what is open.

use std::{
    cmp::Ordering,
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash},
};

use bahi_core::AccountKey;

use super::{
    items::{Line, LineId, Name, Statement},
    outcome::Repeat,
};

/// A line in its statement. There are as many as lines, so it holds nothing that either tells.
#[derive(Clone, Copy)]
pub(super) struct LineAt<'a> {
    statement: &'a Statement,
    pub(super) line: &'a Line,
}

impl LineAt<'_> {
    pub(super) const fn id(&self) -> LineId {
        LineId { file: self.statement.file, number: self.line.number }
    }

    pub(super) const fn account(&self) -> AccountKey {
        self.statement.account
    }
}

/// The lines that stay, by id, and those that add nothing.
pub(super) fn lines(statements: &[Statement]) -> (Vec<LineAt<'_>>, Vec<Repeat>) {
    let mut lines: Vec<LineAt<'_>> =
        Vec::with_capacity(statements.iter().map(|s| s.lines.len()).sum());
    for statement in statements {
        lines.extend(statement.lines.iter().map(|line| LineAt { statement, line }));
    }
    let mut repeats = Vec::new();
    given_once(&mut lines, &mut repeats);
    told_once(&mut lines, &mut repeats);
    repeats.sort_unstable();
    (lines, repeats)
}

/// Of one id one line.
fn given_once(lines: &mut Vec<LineAt<'_>>, repeats: &mut Vec<Repeat>) {
    lines.sort_unstable_by(|one, other| {
        let order = |at: &LineAt<'_>| {
            let statement = at.statement;
            (at.id(), !at.line.settled, !statement.recorded, statement.account)
        };
        order(one).cmp(&order(other)).then_with(|| one.line.cmp(other.line))
    });
    lines.dedup_by(|later, first| {
        let again = later.id() == first.id();
        if again {
            repeats.push(Repeat { line: later.id(), stays: first.id() });
        }
        again
    });
}

/// Of equal lines of several files, as many as one file has.
fn told_once(lines: &mut Vec<LineAt<'_>>, repeats: &mut Vec<Repeat>) {
    let at = |index: u32| lines[index as usize];
    // Hashes are sorted by themselves: the lines they are of lie far apart.
    let keys = RandomState::new();
    let mut order: Vec<(u64, u32)> =
        (0..).zip(lines.iter()).map(|(i, at)| (content(&keys, at.line), i)).collect();
    order.sort_unstable();
    let mut gone = vec![false; lines.len()];
    for group in order.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1) {
        // Lines of one file are never compared with each other alone.
        let file = at(group[0].1).statement.file;
        if group.iter().all(|(_, index)| at(*index).statement.file == file) {
            continue;
        }
        // The same hash is not yet the same content.
        let mut exact: Vec<u32> = group.iter().map(|(_, index)| *index).collect();
        exact.sort_by(|one, other| compare(at(*one), at(*other)));
        for equal in exact.chunk_by(|one, other| compare(at(*one), at(*other)).is_eq()) {
            for (goes, stays) in overlap(lines, equal) {
                gone[goes as usize] = true;
                repeats.push(Repeat { line: at(goes).id(), stays: at(stays).id() });
            }
        }
    }
    let mut gone = gone.into_iter();
    lines.retain(|_| gone.next() != Some(true));
}

/// Which of equal lines go, each with the one that stays for it.
fn overlap(lines: &[LineAt<'_>], equal: &[u32]) -> Vec<(u32, u32)> {
    let at = |index: u32| lines[index as usize];
    // The how-manieth of its file each is: settled ones first.
    let mut numbered: Vec<u32> = equal.to_vec();
    numbered.sort_by_key(|index| {
        (at(*index).statement.file, !at(*index).line.settled, at(*index).id())
    });
    let mut ranked: Vec<(usize, u32)> = Vec::with_capacity(numbered.len());
    for file in numbered.chunk_by(|one, other| at(*one).statement.file == at(*other).statement.file)
    {
        ranked.extend(file.iter().copied().enumerate());
    }
    ranked.sort_by_key(|(rank, index)| {
        let at = at(*index);
        (*rank, !at.line.settled, !at.statement.recorded, at.id())
    });
    ranked
        .chunk_by(|one, other| one.0 == other.0)
        .flat_map(|same| same[1..].iter().map(|(_, index)| (*index, same[0].1)))
        .collect()
}

/// A hash of what a line tells, whatever its file, its number and the order of its names.
fn content(keys: &RandomState, line: &Line) -> u64 {
    let names = line.names.iter().fold(0_u64, |sum, name| sum.wrapping_add(keys.hash_one(name)));
    let mut hasher = keys.build_hasher();
    (line.amount, line.side, line.booked, line.value, line.balance_paise).hash(&mut hasher);
    (line.counterparty, names).hash(&mut hasher);
    std::hash::Hasher::finish(&hasher)
}

/// Compares what two lines tell.
fn compare(one: LineAt<'_>, other: LineAt<'_>) -> Ordering {
    let told = |at: LineAt<'_>| {
        let line = at.line;
        let amounts = (at.account(), line.amount, line.side, line.kind, line.balance_paise);
        (amounts, line.booked, line.value, line.counterparty, line.ifsc, line.batch_count)
    };
    told(one)
        .cmp(&told(other))
        .then_with(|| one.line.reason.cmp(&other.line.reason))
        .then_with(|| names(one.line).cmp(&names(other.line)))
}

fn names(line: &Line) -> Vec<&Name> {
    let mut names: Vec<&Name> = line.names.iter().collect();
    names.sort_unstable();
    names
}
