//! A fold of statements: their lines, and which of them are matched, decided, or open.
//!
//! # Invariants
//! * A line that was matched and unmatched is open again.
//! * Lines of a statement that was never received are of no statement and counted nowhere.

use std::collections::{BTreeMap, HashMap};

use bahi::core::{
    Day, Event, Further, LineReference, LineSide, Position, Projection, Recorded,
    StatementReceived, Total,
};

/// The most open lines that a page is given.
const OPEN_MAX: usize = 100;
/// The most statements that a page is given.
const STATEMENTS_MAX: usize = 100;

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::console) enum State {
    /// Nobody said what it is.
    Open,
    /// A rule matched it.
    Matched,
    /// A person decided what it is.
    Decided,
}

/// A line as far as a page shows it.
#[derive(Clone, Copy, Debug)]
struct Line {
    paise: i64,
    side: LineSide,
    booked: Day,
    at: Position,
    state: State,
}

/// A statement with its lines.
#[derive(Clone, Debug)]
struct Statement {
    said: StatementReceived,
    lines: BTreeMap<u32, Line>,
    sums: [Sum; 3],
}

/// Every statement of a ledger.
#[derive(Default)]
pub(in crate::console) struct Statements {
    received: BTreeMap<Position, Statement>,
    /// The lines that an event matched or decided.
    said: HashMap<Position, Vec<LineReference>>,
    /// Open lines in order of the day they were booked.
    open: BTreeMap<(Day, Position, u32), Line>,
    sums: [Sum; 3],
}

impl Projection for Statements {
    fn apply(&mut self, recorded: &Recorded) {
        let position = recorded.position;
        if let Event::StatementReceived(said) = &recorded.event {
            let (said, sums) = (said.clone(), [Sum::default(); 3]);
            self.received.insert(position, Statement { said, lines: BTreeMap::new(), sums });
        }
        if let Event::StatementLines(told) = &recorded.event {
            for (number, line) in (told.first..).zip(&told.lines) {
                let (paise, side, booked) = (line.amount.paise(), line.side, line.booked);
                let line = Line { paise, side, booked, at: position, state: State::Open };
                self.tell(LineReference { statement: told.statement, line: number }, line);
            }
        }
        if let Event::Matched(matched) = &recorded.event {
            self.say(position, matched.line, &matched.further, State::Matched);
        }
        // What a line is said not to be leaves it open.
        if let Event::MatchDecided(decided) = &recorded.event
            && !decided.rejected
        {
            self.say(position, decided.line, &decided.further, State::Decided);
        }
        if let Event::Unmatched(unmatched) = &recorded.event {
            self.take_back(unmatched.matched);
        }
        if let Event::Reversed(reversed) = &recorded.event {
            self.take_back(reversed.of);
        }
    }
}

/// Counts and sums of lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::console) struct Sum {
    /// How many.
    pub(in crate::console) count: u64,
    /// What they come to, whatever the side.
    pub(in crate::console) total: Total,
}

impl Sum {
    fn add(&mut self, line: &Line) {
        self.count += 1;
        self.total += Total::from_paise(i128::from(line.paise));
    }

    fn take(&mut self, line: &Line) {
        self.count = self.count.saturating_sub(1);
        self.total -= Total::from_paise(i128::from(line.paise));
    }
}

/// A statement, for a page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Received {
    /// Where it was received.
    pub(in crate::console) position: Position,
    /// What it says of itself.
    pub(in crate::console) said: StatementReceived,
    /// Lines by what became of them: open, matched, decided.
    pub(in crate::console) sums: [Sum; 3],
}

/// An open line, for a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::console) struct OpenLine {
    /// Which line.
    pub(in crate::console) line: LineReference,
    /// The event that told it.
    pub(in crate::console) at: Position,
    /// How much.
    pub(in crate::console) amount: Total,
    /// Whether it came in.
    pub(in crate::console) side: LineSide,
    /// The day it was booked.
    pub(in crate::console) booked: Day,
    /// Its age in days; not less than none.
    pub(in crate::console) age_days: u32,
}

/// What the fold says, for a page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Reconciled {
    /// Up to where events were read.
    pub(in crate::console) read: Position,
    /// The statements, the latest first.
    pub(in crate::console) statements: Vec<Received>,
    /// All lines by what became of them: open, matched, decided.
    pub(in crate::console) sums: [Sum; 3],
    /// Open lines by age: up to 30 days, 90, 365, more.
    pub(in crate::console) ages: [Sum; 4],
    /// The oldest open lines.
    pub(in crate::console) open: Vec<OpenLine>,
}

impl Statements {
    /// Takes a line of a statement, once.
    fn tell(&mut self, of: LineReference, line: Line) {
        let Some(statement) = self.received.get_mut(&of.statement) else { return };
        if statement.lines.contains_key(&of.line) {
            return;
        }
        statement.lines.insert(of.line, line);
        for sums in [&mut statement.sums, &mut self.sums] {
            sums[State::Open as usize].add(&line);
        }
        self.open.insert((line.booked, of.statement, of.line), line);
    }

    /// Makes something else of a line; `false` where there is none.
    fn become_(&mut self, of: LineReference, state: State) -> bool {
        let Some(statement) = self.received.get_mut(&of.statement) else { return false };
        let Some(line) = statement.lines.get_mut(&of.line) else { return false };
        for sums in [&mut statement.sums, &mut self.sums] {
            sums[line.state as usize].take(line);
            sums[state as usize].add(line);
        }
        line.state = state;
        let place = (line.booked, of.statement, of.line);
        if state == State::Open {
            self.open.insert(place, *line);
        } else {
            self.open.remove(&place);
        }
        true
    }

    fn say(&mut self, position: Position, first: LineReference, further: &Further, state: State) {
        let lines = std::iter::once(first).chain(further.lines.iter().copied());
        let said = lines.filter(|of| self.become_(*of, state)).collect();
        self.said.insert(position, said);
    }

    fn take_back(&mut self, said: Position) {
        for of in self.said.remove(&said).into_iter().flatten() {
            self.become_(of, State::Open);
        }
    }

    /// What there is, with ages counted to a day.
    pub(in crate::console) fn reconciled(&self, read: Position, aged_on: Day) -> Reconciled {
        let age = |line: &Line| {
            let days = aged_on.epoch_days().saturating_sub(line.booked.epoch_days());
            days.max(0).unsigned_abs()
        };
        let mut ages = [Sum::default(); 4];
        for line in self.open.values() {
            ages[[30, 90, 365].partition_point(|most| *most < age(line))].add(line);
        }
        let open = self.open.iter().take(OPEN_MAX).map(|((_, statement, number), line)| OpenLine {
            line: LineReference { statement: *statement, line: *number },
            at: line.at,
            amount: Total::from_paise(i128::from(line.paise)),
            side: line.side,
            booked: line.booked,
            age_days: age(line),
        });
        let latest = self.received.iter().rev().take(STATEMENTS_MAX);
        let received = |(position, statement): (&Position, &Statement)| Received {
            position: *position,
            said: statement.said.clone(),
            sums: statement.sums,
        };
        let statements = latest.map(received).collect();
        Reconciled { read, statements, sums: self.sums, ages, open: open.collect() }
    }
}

#[cfg(test)]
mod tests {
    //! Lines told, matched, decided, and taken back.

    use bahi::core::{
        AccountKey, ActorNo, AuthorityNo, CommandId, District, Envelope, FinancialYear,
        Fingerprint, FundKey, HeadNo, MatchDecided, Matched, Money, Role, SchemeNo, StatementLine,
        StatementLines, Unmatched, WordNo,
    };

    use super::*;

    fn recorded(position: u64, event: Event) -> Recorded {
        let fund = FundKey {
            scheme: SchemeNo::NONE,
            head: HeadNo::NONE,
            fy: FinancialYear::parse("2024-25").expect("a year"),
            district: District::POOL,
        };
        let envelope = Envelope {
            command: CommandId::from_bytes([0; 16]),
            case: Position::NONE,
            previous: Position::NONE,
            effective_day: day("2024-06-10"),
            fund,
            amount: Money::ZERO,
            actor: ActorNo(1),
            role: Role::TreasuryJob,
            authority: AuthorityNo::NONE,
            terms: 0,
            introduced: Vec::new(),
        };
        let recorded_at = day("2024-06-10").end();
        Recorded { position: Position(position), recorded_at, clamped: false, envelope, event }
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn received() -> Event {
        Event::StatementReceived(StatementReceived {
            file: [7; 32],
            bytes: 100,
            format: WordNo(1),
            account: AccountKey(Fingerprint { key_id: 1, print: [9; 16] }),
            from: day("2024-05-01"),
            to: day("2024-05-31"),
            opening: None,
            closing: None,
            lines: 3,
            part: 1,
            repeated: 0,
            set_aside: 0,
        })
    }

    fn lines(first: u32, rupees: &[u64]) -> Event {
        let line = |rupees: &u64| StatementLine {
            amount: Money::from_rupees(*rupees).expect("an amount"),
            side: LineSide::Credit,
            booked: day("2024-05-02"),
            value: day("2024-05-02"),
            references: Vec::new(),
            counterparty: None,
            at: 0,
            bytes: 1,
            particulars: None,
        };
        let lines = rupees.iter().map(line).collect();
        Event::StatementLines(StatementLines { statement: Position(1), first, lines })
    }

    fn of(line: u32) -> LineReference {
        LineReference { statement: Position(1), line }
    }

    fn counts(events: Vec<Event>) -> [u64; 3] {
        let mut fold = Statements::default();
        for (position, event) in (1..).zip(events) {
            fold.apply(&recorded(position, event));
        }
        fold.reconciled(Position(9), day("2024-06-10")).sums.map(|sum| sum.count)
    }

    #[test]
    fn a_line_is_open_until_it_is_matched_or_decided_and_again_once_that_is_taken_back() {
        let matched = |line| Event::Matched(joining(of(line), Further::NONE));
        let decided = Event::MatchDecided(decision(of(3), false));
        let undone =
            |matched| Event::Unmatched(Unmatched { matched: Position(matched), reason: WordNo(1) });
        let told = || vec![received(), lines(1, &[10, 20]), lines(3, &[30])];
        let with = |more: &[Event]| told().into_iter().chain(more.iter().cloned()).collect();
        assert_eq!(counts(told()), [3, 0, 0]);
        assert_eq!(counts(with(&[matched(1)])), [2, 1, 0]);
        assert_eq!(counts(with(&[matched(1), decided.clone()])), [1, 1, 1]);
        assert_eq!(counts(with(&[matched(1), undone(4)])), [3, 0, 0]);
        assert_eq!(counts(with(&[decided, undone(4), undone(4), matched(9)])), [3, 0, 0]);
        let both = Further { lines: vec![of(2)], targets: Vec::new() };
        let parts = Event::Matched(joining(of(1), both));
        assert_eq!(counts(with(std::slice::from_ref(&parts))), [1, 2, 0]);
        assert_eq!(counts(with(&[parts, undone(4)])), [3, 0, 0]);
        assert_eq!(counts(with(&[Event::MatchDecided(decision(of(3), true))])), [3, 0, 0]);
    }

    fn joining(line: LineReference, further: Further) -> Matched {
        let (target, rule, evidence) = (Position(1), WordNo(1), Vec::new());
        Matched { line, target, rule, further, evidence, difference: None }
    }

    fn decision(line: LineReference, rejected: bool) -> MatchDecided {
        let (target, reason, further) = (Position::NONE, WordNo(1), Further::NONE);
        MatchDecided { line, target, reason, further, rejected }
    }

    #[test]
    fn open_lines_are_aged_to_the_day_asked_about_and_never_below_nothing() {
        let mut fold = Statements::default();
        for (position, event) in (1..).zip([received(), lines(1, &[10, 20])]) {
            fold.apply(&recorded(position, event));
        }
        let ages = |on: &str| fold.reconciled(Position(2), day(on)).ages.map(|sum| sum.count);
        assert_eq!(ages("2024-05-01"), [2, 0, 0, 0]);
        assert_eq!(ages("2024-06-01"), [2, 0, 0, 0]);
        assert_eq!(ages("2024-06-02"), [0, 2, 0, 0]);
        assert_eq!(ages("2025-05-02"), [0, 0, 2, 0]);
        assert_eq!(ages("2025-05-03"), [0, 0, 0, 2]);
        let open = fold.reconciled(Position(2), day("2024-06-10")).open;
        assert_eq!((open.len(), open[0].age_days, open[0].line.line), (2, 39, 1));
    }
}
