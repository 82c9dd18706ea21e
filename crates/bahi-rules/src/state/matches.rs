//! What lines of statements are matched with: which pairs stand, and what a line can be.
//!
//! # Invariants
//! * A line and an event stand in one match at most; a rejection consumes neither.

use alloc::boxed::Box;

use bahi_core::{Further, LineReference, LineSide, Money, Movement, Position};

use super::State;

/// A line of a statement as far as matches look at it: how much, which way, and whether it is an answer
/// and no money.
pub(crate) type Line = (Money, LineSide, bool);

/// What a match joins, or a decision says is apart.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Joined {
    pub(super) line: LineReference,
    pub(super) target: Position,
    pub(super) further: Option<Box<Further>>,
    pub(crate) rejected: bool,
}

impl Joined {
    pub(crate) fn new(
        line: LineReference,
        target: Position,
        further: &Further,
        rejected: bool,
    ) -> Joined {
        let further = (!further.is_none()).then(|| Box::new(further.clone()));
        Joined { line, target, further, rejected }
    }

    /// Its lines, rising.
    pub(crate) fn lines(&self) -> impl Iterator<Item = LineReference> + Clone {
        let further = self.further.iter().flat_map(|further| &further.lines);
        core::iter::once(self.line).chain(further.copied())
    }

    /// Its events, rising; none where the lines are money of something else.
    pub(crate) fn targets(&self) -> impl Iterator<Item = Position> + Clone {
        let further = self.further.iter().flat_map(|further| &further.targets);
        let first = Some(self.target).filter(|target| !target.is_none());
        first.into_iter().chain(further.copied())
    }

    /// Every line with every event.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (LineReference, Position)> {
        self.lines().flat_map(|line| self.targets().map(move |target| (line, target)))
    }
}

impl State {
    /// A match or decision, where it stands.
    pub(crate) fn standing_match(&self, matched: Position) -> Option<&Joined> {
        let joined = self.matches.get(&matched)?;
        let held = if joined.rejected {
            joined.pairs().all(|pair| self.rejected.get(&pair) == Some(&matched))
        } else {
            joined.lines().all(|line| self.line_match(line) == Some(matched))
        };
        held.then_some(joined)
    }

    /// Lets a match or a rejection hold.
    pub(crate) fn hold(&mut self, joined: &Joined, at: Position) {
        if joined.rejected {
            for pair in joined.pairs() {
                self.rejected.insert(pair, at);
            }
            return;
        }
        for line in joined.lines() {
            self.matched_lines.insert(line, at);
        }
        for target in joined.targets() {
            self.matched_targets.insert(target, at);
        }
    }

    /// Lets it hold no more.
    pub(crate) fn let_go(&mut self, joined: &Joined) {
        if joined.rejected {
            for pair in joined.pairs() {
                self.rejected.remove(&pair);
            }
            return;
        }
        for line in joined.lines() {
            self.matched_lines.remove(&line);
        }
        for target in joined.targets() {
            self.matched_targets.remove(&target);
        }
    }

    /// The decision that says that some line of a match is not some event of it.
    pub(crate) fn rejection(&self, joined: &Joined) -> Option<Position> {
        if self.rejected.is_empty() {
            return None;
        }
        joined.pairs().find_map(|pair| self.rejected.get(&pair)).copied()
    }

    /// The case that all the events are of; none where they are of several, or of none.
    pub(crate) fn one_case(&self, joined: &Joined) -> Position {
        let mut cases = joined
            .targets()
            .map(|target| self.owner(target).map(|case| case.position).unwrap_or_default());
        let first = cases.next().unwrap_or_default();
        if cases.all(|case| case == first) { first } else { Position::NONE }
    }

    /// A line of a statement.
    pub(crate) fn line(&self, line: LineReference) -> Option<Line> {
        let index = (line.line as usize).checked_sub(1)?;
        self.statements.get(&line.statement)?.lines.get(index).copied()
    }

    /// The amount and the side of an event that a line of a statement can be.
    pub(crate) fn target(&self, position: Position) -> Option<(Money, LineSide)> {
        if self.reversals.contains_key(&position) {
            return None;
        }
        if let Some(case) = self.owner(position) {
            for payment in &case.payments {
                if payment.position == position {
                    return Some((payment.amount, LineSide::Debit));
                }
                if payment.returned == position {
                    return Some((payment.amount, LineSide::Credit));
                }
            }
        }
        let entry = self.entries.get(&position)?;
        let side = match entry.movement? {
            Movement::Recovery | Movement::Suspense | Movement::Interest => LineSide::Credit,
            Movement::Remittance => LineSide::Debit,
            Movement::Allotment
            | Movement::Withdrawal
            | Movement::Transfer { .. }
            | Movement::FundLapse
            | Movement::SanctionLapse
            | Movement::Carry { .. }
            | Movement::Sanction
            | Movement::Increase
            | Movement::Decrease
            | Movement::Cancellation
            | Movement::Payment
            | Movement::Return
            | Movement::Utilisation
            | Movement::Adjustment => return None,
        };
        Some((entry.amount, side))
    }
}
