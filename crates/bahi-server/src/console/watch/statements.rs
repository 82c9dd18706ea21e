//! A fold of statements: their lines, and which of them are matched, decided, or open.
//!
//! # Invariants
//! * A line that was matched and unmatched is open again.
//! * Lines of a statement that was never received are of no statement and counted nowhere.
//! * What a page asks for is looked up or cut from what lies in order; no page goes through all lines.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use bahi::core::{
    Day, Event, Further, LineReference, LineSide, Position, Projection, Recorded, StatementLine,
    StatementReceived, Total,
};

/// The most open lines that the first page is given.
const OPEN_MAX: usize = 25;
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

impl State {
    /// Its word in addresses.
    pub(in crate::console) const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Matched => "matched",
            State::Decided => "decided",
        }
    }

    /// The state of a word.
    pub(in crate::console) fn from_name(name: &str) -> Option<State> {
        let all = [State::Open, State::Matched, State::Decided];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// How old an open line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::console) enum Age {
    /// Up to 30 days.
    Month,
    /// Up to 90.
    Quarter,
    /// Up to 365.
    Year,
    /// More.
    Beyond,
}

impl Age {
    /// Every age, the youngest first.
    pub(in crate::console) const ALL: [Age; 4] = [Age::Month, Age::Quarter, Age::Year, Age::Beyond];

    /// Its word in addresses: the most days, or `more`.
    pub(in crate::console) const fn name(self) -> &'static str {
        match self {
            Age::Month => "30",
            Age::Quarter => "90",
            Age::Year => "365",
            Age::Beyond => "more",
        }
    }

    /// The age of a word.
    pub(in crate::console) fn from_name(name: &str) -> Option<Age> {
        Age::ALL.into_iter().find(|age| age.name() == name)
    }

    /// The days on which a line of this age was booked, seen from a day. What is booked later than
    /// that day is of no age, which is the first.
    fn booked(self, aged_on: Day) -> RangeInclusive<Day> {
        let back = |days: i32| aged_on.plus_days(-days).unwrap_or(Day::MIN);
        match self {
            Age::Month => back(30)..=Day::MAX,
            Age::Quarter => back(90)..=back(31),
            Age::Year => back(365)..=back(91),
            Age::Beyond => Day::MIN..=back(366),
        }
    }
}

/// Where a line stands in the order of lines: the day it was booked, its statement, its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::console) struct Place {
    day: Day,
    statement: Position,
    line: u32,
}

impl Place {
    /// A place as an address has it.
    pub(in crate::console) fn parse(text: &str) -> Option<Place> {
        let mut parts = text.split(':');
        let (day, statement, line) = (parts.next()?, parts.next()?, parts.next()?);
        let day = Day::parse(day).ok()?;
        let place =
            Place { day, statement: Position(statement.parse().ok()?), line: line.parse().ok()? };
        parts.next().is_none().then_some(place)
    }

    /// As an address has it.
    pub(in crate::console) fn text(self) -> String {
        format!("{}:{}:{}", self.day, self.statement.0, self.line)
    }
}

/// Which lines a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::console) struct Which {
    /// What became of them; open where nobody says.
    pub(in crate::console) pile: Option<State>,
    /// Of open lines, how old; not where a statement is named.
    pub(in crate::console) age: Option<Age>,
    /// Those of one statement.
    pub(in crate::console) statement: Option<Position>,
    /// Those after a place.
    pub(in crate::console) after: Option<Place>,
}

impl Which {
    /// As parameters of an address, but for the place.
    pub(in crate::console) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.pile.map(|pile| ("pile", pile.name().to_owned())));
        pairs.extend(self.age.map(|age| ("age", age.name().to_owned())));
        pairs.extend(self.statement.map(|statement| ("statement", statement.to_string())));
        pairs
    }
}

/// A line as far as a page shows it.
#[derive(Clone, Copy, Debug)]
struct Line {
    paise: i64,
    side: LineSide,
    booked: Day,
    at: Position,
    state: State,
    /// The event that says so; none of an open line.
    said: Position,
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
    /// Lines by what became of them, in order of place.
    piles: [BTreeMap<Place, Line>; 3],
    /// What is open, by the day it was booked.
    open_days: BTreeMap<Day, Sum>,
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
            // An answer to a payment is told beside lines, and is no money of an account.
            let moved = |line: &StatementLine| {
                line.particulars.as_ref().is_none_or(|told| !told.kind.is_answer())
            };
            let told_lines = (told.first..).zip(&told.lines);
            for (number, line) in told_lines.filter(|(_, line)| moved(line)) {
                let (paise, side, booked) = (line.amount.paise(), line.side, line.booked);
                let (state, said) = (State::Open, Position::NONE);
                let line = Line { paise, side, booked, at: position, state, said };
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

/// A line, for a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::console) struct ShownLine {
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
    /// The event that says what it is; none of an open line.
    pub(in crate::console) said: Position,
}

/// Lines, for a page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Lines {
    /// Up to where events were read.
    pub(in crate::console) read: Position,
    /// Whether that is all there is.
    pub(in crate::console) whole: bool,
    /// What there is in all.
    pub(in crate::console) sum: Sum,
    /// The lines, the first booked first.
    pub(in crate::console) lines: Vec<ShownLine>,
    /// After which place there are more.
    pub(in crate::console) next: Option<Place>,
}

/// What the fold says, for a page.
#[derive(Clone, Debug)]
pub(in crate::console) struct Reconciled {
    /// Up to where events were read.
    pub(in crate::console) read: Position,
    /// Whether that is all there is.
    pub(in crate::console) whole: bool,
    /// The statements, the latest first.
    pub(in crate::console) statements: Vec<Received>,
    /// All lines by what became of them: open, matched, decided.
    pub(in crate::console) sums: [Sum; 3],
    /// Open lines by age: up to 30 days, 90, 365, more.
    pub(in crate::console) ages: [Sum; 4],
    /// The oldest open lines.
    pub(in crate::console) open: Vec<ShownLine>,
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
        let place = Place { day: line.booked, statement: of.statement, line: of.line };
        self.piles[State::Open as usize].insert(place, line);
        self.open_days.entry(line.booked).or_default().add(&line);
    }

    /// Makes something else of a line; `false` where there is none.
    fn become_(&mut self, of: LineReference, state: State, said: Position) -> bool {
        let Some(statement) = self.received.get_mut(&of.statement) else { return false };
        let Some(line) = statement.lines.get_mut(&of.line) else { return false };
        for sums in [&mut statement.sums, &mut self.sums] {
            sums[line.state as usize].take(line);
            sums[state as usize].add(line);
        }
        let place = Place { day: line.booked, statement: of.statement, line: of.line };
        self.piles[line.state as usize].remove(&place);
        let day = self.open_days.entry(line.booked).or_default();
        if line.state == State::Open {
            day.take(line);
        }
        if state == State::Open {
            day.add(line);
        }
        (line.state, line.said) = (state, said);
        self.piles[state as usize].insert(place, *line);
        true
    }

    fn say(&mut self, position: Position, first: LineReference, further: &Further, state: State) {
        let lines = std::iter::once(first).chain(further.lines.iter().copied());
        let said = lines.filter(|of| self.become_(*of, state, position)).collect();
        self.said.insert(position, said);
    }

    fn take_back(&mut self, said: Position) {
        for of in self.said.remove(&said).into_iter().flatten() {
            self.become_(of, State::Open, Position::NONE);
        }
    }

    /// What there is, with ages counted to a day.
    pub(in crate::console) fn reconciled(
        &self,
        (read, whole): (Position, bool),
        aged_on: Day,
    ) -> Reconciled {
        let ages = Age::ALL.map(|age| self.of_age(age, aged_on));
        let open = self.piles[State::Open as usize].iter().take(OPEN_MAX);
        let open = open.map(|(place, line)| shown(*place, line, aged_on));
        let latest = self.received.iter().rev().take(STATEMENTS_MAX);
        let received = |(position, statement): (&Position, &Statement)| Received {
            position: *position,
            said: statement.said.clone(),
            sums: statement.sums,
        };
        let statements = latest.map(received).collect();
        Reconciled { read, whole, statements, sums: self.sums, ages, open: open.collect() }
    }

    /// Open lines of an age.
    fn of_age(&self, age: Age, aged_on: Day) -> Sum {
        let mut whole = Sum::default();
        for day in self.open_days.range(age.booked(aged_on)).map(|(_, sum)| sum) {
            whole.count += day.count;
            whole.total += day.total;
        }
        whole
    }

    /// Lines in order of place, at most so many, with ages counted to a day.
    pub(in crate::console) fn lines(
        &self,
        which: &Which,
        (read, whole): (Position, bool),
        aged_on: Day,
        most: usize,
    ) -> Lines {
        let pile = which.pile.unwrap_or(State::Open);
        let age = which.age.filter(|_| pile == State::Open);
        let (sum, mut found): (Sum, Vec<(Place, &Line)>) = match which.statement {
            Some(at) => self.of_statement(at, pile, which.after, most + 1),
            None => {
                let days = age.map_or(Day::MIN..=Day::MAX, |age| age.booked(aged_on));
                let first = Place { day: *days.start(), statement: Position::NONE, line: 0 };
                let last = Position(u64::MAX);
                let last = Place { day: *days.end(), statement: last, line: u32::MAX };
                let from = which.after.map_or(first, |after| after.max(first));
                let sum = match age {
                    Some(age) => self.of_age(age, aged_on),
                    None => self.sums[pile as usize],
                };
                let after = |place: &Place| which.after.is_none_or(|after| *place > after);
                // An age that ends before it begins, or a place beyond the last, has no lines.
                let range = if from <= last { from..=last } else { last..=last };
                let found = self.piles[pile as usize].range(range);
                let found = found.filter(|(place, _)| after(place)).take(most + 1);
                (sum, found.map(|(place, line)| (*place, line)).collect())
            }
        };
        let more = found.len() > most;
        found.truncate(most);
        let next = found.last().filter(|_| more).map(|(place, _)| *place);
        let lines = found.into_iter().map(|(place, line)| shown(place, line, aged_on)).collect();
        Lines { read, whole, sum, lines, next }
    }

    /// Lines of a statement in order of number, after the one of a place.
    fn of_statement(
        &self,
        at: Position,
        pile: State,
        after: Option<Place>,
        most: usize,
    ) -> (Sum, Vec<(Place, &Line)>) {
        let Some(statement) = self.received.get(&at) else { return (Sum::default(), Vec::new()) };
        let first = after.map_or(0, |after| after.line.saturating_add(1));
        let lines = statement.lines.range(first..).filter(|(_, line)| line.state == pile);
        let place = |(number, line): (&u32, &'_ Line)| Place {
            day: line.booked,
            statement: at,
            line: *number,
        };
        let placed = lines.take(most).map(|(number, line)| (place((number, line)), line));
        (statement.sums[pile as usize], placed.collect())
    }
}

/// A line, for a page.
fn shown(place: Place, line: &Line, aged_on: Day) -> ShownLine {
    let days = aged_on.epoch_days().saturating_sub(line.booked.epoch_days());
    ShownLine {
        line: LineReference { statement: place.statement, line: place.line },
        at: line.at,
        amount: Total::from_paise(i128::from(line.paise)),
        side: line.side,
        booked: line.booked,
        age_days: days.max(0).unsigned_abs(),
        said: line.said,
    }
}

#[cfg(test)]
mod tests {
    //! Lines told, matched, decided, and taken back.

    use bahi::core::{
        AccountKey, ActorNo, AuthorityNo, CommandId, District, Envelope, FinancialYear,
        Fingerprint, FundKey, HeadNo, MatchDecided, Matched, Money, Role, SchemeNo, StatementLines,
        Unmatched, WordNo,
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
        Recorded {
            position: Position(position),
            recorded_at,
            clamped: false,
            signed: None,
            envelope,
            event,
        }
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
        fold.reconciled((Position(9), true), day("2024-06-10")).sums.map(|sum| sum.count)
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
        let ages =
            |on: &str| fold.reconciled((Position(2), true), day(on)).ages.map(|sum| sum.count);
        assert_eq!(ages("2024-05-01"), [2, 0, 0, 0]);
        assert_eq!(ages("2024-06-01"), [2, 0, 0, 0]);
        assert_eq!(ages("2024-06-02"), [0, 2, 0, 0]);
        assert_eq!(ages("2025-05-02"), [0, 0, 2, 0]);
        assert_eq!(ages("2025-05-03"), [0, 0, 0, 2]);
        let open = fold.reconciled((Position(2), true), day("2024-06-10")).open;
        assert_eq!((open.len(), open[0].age_days, open[0].line.line), (2, 39, 1));
    }

    #[test]
    fn the_pages_of_lines_add_up_to_what_they_are_counted_as() {
        let mut fold = Statements::default();
        let many: Vec<u64> = (1..=9).collect();
        let matched = Event::Matched(joining(of(4), Further::NONE));
        let decided = Event::MatchDecided(decision(of(6), false));
        let events = [received(), lines(1, &many), matched, decided];
        for (position, event) in (1..).zip(events) {
            fold.apply(&recorded(position, event));
        }
        let on = day("2024-06-10");
        let all = |which: Which, most: usize| -> (Sum, Vec<(u32, u64)>) {
            let (mut which, mut found) = (which, Vec::new());
            loop {
                let page = fold.lines(&which, (Position(4), true), on, most);
                assert!(page.lines.len() <= most, "no more than were asked for");
                found.extend(page.lines.iter().map(|one| (one.line.line, one.said.0)));
                which.after = page.next;
                if which.after.is_none() {
                    return (page.sum, found);
                }
            }
        };
        let of_pile = |pile| Which { pile: Some(pile), ..Which::default() };
        let of_first = |which| Which { statement: Some(Position(1)), ..which };
        let open = vec![(1, 0), (2, 0), (3, 0), (5, 0), (7, 0), (8, 0), (9, 0)];
        for most in [1, 2, 3, 7, 100] {
            for which in [Which::default(), of_pile(State::Open), of_first(Which::default())] {
                assert_eq!(all(which, most).1, open, "{most} {which:?}");
            }
            assert_eq!(all(of_pile(State::Matched), most).1, [(4, 3)]);
            assert_eq!(all(of_first(of_pile(State::Decided)), most).1, [(6, 4)]);
            let aged = |age| all(Which { age: Some(age), ..Which::default() }, most);
            assert_eq!(aged(Age::Quarter).1, open);
            for age in Age::ALL {
                let (sum, found) = aged(age);
                assert_eq!(sum.count, found.len() as u64, "{age:?}");
            }
        }
        let nowhere = Which { statement: Some(Position(7)), ..Which::default() };
        assert_eq!(all(nowhere, 5), (Sum::default(), Vec::new()));
        let beyond = Place { day: Day::MAX, statement: Position(u64::MAX), line: u32::MAX };
        for age in [None, Some(Age::Beyond), Some(Age::Month)] {
            let which = Which { age, after: Some(beyond), ..Which::default() };
            assert_eq!(all(which, 5).1, Vec::new(), "{age:?}");
        }
        for text in ["2024-05-02:1:9", "1900-01-01:0:0"] {
            assert_eq!(Place::parse(text).map(Place::text).as_deref(), Some(text));
        }
    }
}
