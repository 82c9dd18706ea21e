//! Histories of any length: blocks of the demonstration, one after another in one ledger.
//!
//! A demonstration is drawn in memory, and so is of some million events. A longer history is several
//! of them, each of another seed and so of other people, with the numbers of its cases after those of
//! the block before: to the ledger it is one history.
//!
//! # Invariants
//! * The same number of blocks and cases gives the same commands for the same position.
//! * A command that names a payment by its position names the one of its own block.

use bahi::{
    Ledger,
    core::{Act, ActorName, CaseRef, Command, CommandKind, Position, Reference},
    demo::{self, Demo},
};

use crate::{BATCH, SEED, is_accepted, measure::Watch, named};

/// Events that a case comes to, rather too few: so that a history is of no fewer than asked for.
const EVENTS_OF_TEN_CASES: u64 = 34;

/// How many events a block has at most.
const BLOCK_EVENTS_MAX: u64 = 1_050_000;

/// Where the seeds and case numbers of commands begin that belong to no block.
const AFTER_EVERY_BLOCK: u64 = 500_000_000;
/// How many case numbers lie between those of two positions: more than are drawn for one.
const NUMBERS_APART: u64 = 10_000;

/// How many blocks the same offices keep. A ledger tells so many refusals of an actor a day one by one,
/// and beyond that sums them up: then a command would leave no event of its own.
const BLOCKS_OF_AN_OFFICE: u64 = 12;

/// Every kind of command of a block.
const KINDS: [CommandKind; 7] = [
    CommandKind::Allot,
    CommandKind::Apply,
    CommandKind::Sanction,
    CommandKind::Disburse,
    CommandKind::Return,
    CommandKind::Recover,
    CommandKind::Audit,
];

/// How long a history is: so many blocks of so many margin-money cases each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct History {
    /// Blocks, from 1.
    pub blocks: u64,
    /// Margin-money cases of each.
    pub cases: u32,
}

impl History {
    /// A history of some so many events.
    #[must_use]
    pub fn of_events(events: u64) -> History {
        let blocks = events.div_ceil(BLOCK_EVENTS_MAX).max(1);
        let cases = (events / blocks * 10).div_ceil(EVENTS_OF_TEN_CASES);
        History { blocks, cases: u32::try_from(cases).unwrap_or(u32::MAX) }
    }

    /// A history of some more than so many cases.
    #[must_use]
    pub fn of_cases(cases: u64) -> History {
        let events = cases * EVENTS_OF_TEN_CASES / 10;
        let blocks = events.div_ceil(BLOCK_EVENTS_MAX).max(1);
        let cases = cases.div_ceil(blocks);
        History { blocks, cases: u32::try_from(cases).unwrap_or(u32::MAX) }
    }

    /// Submits it in batches of [`BATCH`]; only that is timed, and not the drawing of it. Gives how
    /// many commands there were.
    ///
    /// # Panics
    /// Where the ledger fails, or refuses more than one command in fifty.
    pub fn live(self, ledger: &mut Ledger, watch: &mut Watch) -> usize {
        let mut submitted = 0;
        for number in 0..self.blocks {
            let block = Block::drawn(number, self.cases);
            let first = ledger.position();
            let commands = block.at(first);
            let mut refused = 0;
            for batch in commands.chunks(BATCH) {
                let outcomes = watch.time(|| ledger.submit_each(batch)).expect("the ledger works");
                refused += outcomes.iter().filter(|outcome| !is_accepted(outcome)).count();
            }
            assert!(refused * 50 <= commands.len(), "{refused} of {} refused", commands.len());
            let events = ledger.position().0 - first.0;
            assert_eq!(events, commands.len() as u64, "each command leaves one event");
            submitted += commands.len();
        }
        submitted
    }
}

/// Commands of one demonstration, for any position of a ledger.
pub struct Block {
    commands: Vec<Command>,
    /// The last position before its first command, where it was drawn.
    drawn_after: Position,
    /// What is added to the numbers of its cases.
    cases_before: u64,
}

impl Block {
    /// The block of a number, of so many margin-money cases.
    ///
    /// # Panics
    /// Where the demonstration does not live.
    #[must_use]
    pub fn drawn(number: u64, cases: u32) -> Block {
        let mut block = Block::of(Demo { cases, seed: SEED + number }, number * u64::from(cases));
        if let Some(offices @ 1..) = number.checked_div(BLOCKS_OF_AN_OFFICE) {
            for command in &mut block.commands {
                let successor = format!("{}-{offices}", command.actor);
                command.actor = ActorName::new(&successor).expect("a longer name");
            }
        }
        block
    }

    /// Commands that are in no block: a few cases that a ledger of so many events does not know.
    ///
    /// # Panics
    /// Where the demonstration does not live.
    #[must_use]
    pub fn fresh(after: Position, cases: u32) -> Vec<Command> {
        let seed = AFTER_EVERY_BLOCK + after.0;
        let before = AFTER_EVERY_BLOCK + after.0 * NUMBERS_APART;
        Block::of(Demo { cases, seed }, before).at(after)
    }

    fn of(demo: Demo, cases_before: u64) -> Block {
        let mut empty = Ledger::in_memory(&named()).expect("a ledger in memory");
        empty.open_rulebook().expect("the rulebook opens");
        let commands = demo::commands(demo).expect("the demonstration lives in memory");
        Block { commands, drawn_after: empty.position(), cases_before }
    }

    /// The commands, for a ledger whose last position is this one.
    #[must_use]
    pub fn at(self, last: Position) -> Vec<Command> {
        let moved = |at: Position| match at {
            Position::NONE => at,
            Position(at) => Position(at - self.drawn_after.0 + last.0),
        };
        let mut commands = self.commands;
        for command in &mut commands {
            assert!(KINDS.contains(&command.act.kind()), "a kind that blocks know");
            move_act(&mut command.act, self.cases_before, moved);
        }
        commands
    }
}

/// An act with the numbers of its case and the positions of its payments moved.
fn move_act(act: &mut Act, cases_before: u64, moved: impl Fn(Position) -> Position) {
    if let Act::Apply { case_ref, .. }
    | Act::Sanction { case_ref, .. }
    | Act::Audit { case_ref: Some(case_ref), .. } = act
    {
        *case_ref = renumbered(case_ref, cases_before);
    } else if let Act::Disburse { case_ref, reference, reissue_of, .. } = act {
        let new = renumbered(case_ref, cases_before);
        *reference = of_case(reference, case_ref, &new);
        *case_ref = new;
        *reissue_of = moved(*reissue_of);
    } else if let Act::Recover { case_ref, reference, .. } = act {
        let new = renumbered(case_ref, cases_before);
        *reference = of_case(reference, case_ref, &new);
        *case_ref = new;
    } else if let Act::Return { payment, .. } = act {
        *payment = moved(*payment);
    }
}

/// `MM/2018-19/187/000001` with a higher number.
fn renumbered(case_ref: &CaseRef, more: u64) -> CaseRef {
    let text = case_ref.to_string();
    let (head, number) = text.rsplit_once('/').expect("a case's number is its last part");
    let number: u64 = number.parse().expect("a case's number");
    CaseRef::new(&format!("{head}/{:06}", number + more)).expect("a higher number")
}

/// The paper of a case under the case's new name.
fn of_case(paper: &Reference, old: &CaseRef, new: &CaseRef) -> Reference {
    let text = paper.to_string().replacen(&old.to_string(), &new.to_string(), 1);
    Reference::new(&text).expect("a higher number")
}
