//! A ledger and the oracle beside it, living through a history.

use std::{collections::BTreeMap, path::PathBuf};

use bahi::{
    Balances, By, Filter, Ledger, LedgerName, NewLedger, Outcome, View,
    core::{
        Act, ActorName, Alias, Applicant, Authority, BalanceRow, CaseRef, Command, CommandId, Day,
        Event, EventKind, FinancialYear, Fingerprint, Fund, KeyChange, LineReference, LineSide,
        Money, OrderNumber, Position, Projection, Recorded, Refusal, Role, Stage, Total,
    },
    postings,
};

use super::{
    acts::{fund_of, home, money, name},
    operations::{Ask, Operation, What},
    oracle::{Column, Oracle},
};

pub(super) struct World {
    pub(super) dir: Option<tempfile::TempDir>,
    pub(super) ledger: Option<Ledger>,
    pub(super) oracle: Oracle,
    pub(super) day: usize,
    pub(super) sent: Vec<(Command, Outcome)>,
    /// Accepted events, with their acts.
    pub(super) happened: Vec<(Position, Act)>,
    /// What each reversible position came to.
    pub(super) returns: Vec<(Position, Position)>,
    pub(super) lines: Vec<(LineReference, Money, LineSide)>,
    pub(super) matches: Vec<Position>,
    pub(super) keys: u16,
}

/// The days a history passes through, across two years' ends.
pub(super) const DAYS: [(i16, i8, i8); 8] = [
    (2024, 4, 1),
    (2024, 6, 10),
    (2024, 12, 31),
    (2025, 3, 31),
    (2025, 4, 7),
    (2025, 9, 30),
    (2026, 3, 31),
    (2026, 4, 2),
];

const ROWS: By = By::ALL;

impl World {
    pub(super) fn in_memory() -> World {
        World::of(None)
    }

    pub(super) fn on_disk() -> World {
        World::of(Some(tempfile::tempdir().expect("a directory")))
    }

    fn of(dir: Option<tempfile::TempDir>) -> World {
        let new = NewLedger::named(LedgerName::new("properties").expect("a name"));
        let ledger = match &dir {
            Some(dir) => Ledger::create(&dir.path().join("ledger"), &new),
            None => Ledger::in_memory(&new),
        };
        let mut ledger = ledger.expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        World {
            dir,
            ledger: Some(ledger),
            oracle: Oracle::default(),
            day: 0,
            sent: Vec::new(),
            happened: Vec::new(),
            returns: Vec::new(),
            lines: Vec::new(),
            matches: Vec::new(),
            keys: 1,
        }
    }

    /// The directory of a ledger on disk, which is closed.
    pub(super) fn close(self) -> tempfile::TempDir {
        let World { dir, ledger, .. } = self;
        drop(ledger);
        dir.expect("a world on disk")
    }

    pub(super) fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().expect("the world holds its ledger open")
    }

    fn path(&self) -> Option<PathBuf> {
        self.dir.as_ref().map(|dir| dir.path().join("ledger"))
    }

    pub(super) fn day(&self) -> Day {
        let (year, month, day) = DAYS[self.day.min(DAYS.len() - 1)];
        Day::from_date(year, month, day).expect("a day")
    }

    fn reopen(&mut self) {
        let Some(path) = self.path() else { return };
        let before = self.seen();
        let last = self.ledger().position().0;
        if last.is_multiple_of(2) {
            // So short a ledger folds its log as it opens, unless its folds are put away.
            self.ledger().put_folds_away().expect("its folds are put away");
        }
        drop(self.ledger.take());
        self.ledger = Some(Ledger::open(&path).expect("it opens again"));
        assert_eq!(before, self.seen(), "closing and opening changes nothing");
    }

    /// All that an outsider sees of the balances, and where the ledger stands.
    fn seen(&mut self) -> (Position, bahi::proof::Hash, Vec<BalanceRow>) {
        (self.ledger().position(), self.ledger().root(), self.rows())
    }

    fn rows(&mut self) -> Vec<BalanceRow> {
        let answer = self.ledger().balances(ROWS, &Filter::default(), View::NOW);
        answer.expect("balances answer").rows
    }

    /// A fund of the day's year, or now and then of the year after.
    pub(super) fn fund(&self, ask: &Ask) -> Fund {
        let next = self.day().plus_years(1).filter(|_| ask.pick % 16 == 9);
        let year = FinancialYear::of(next.unwrap_or(self.day()));
        fund_of(year, home(ask.case), ask.fund)
    }

    pub(super) fn print(&self, byte: u8) -> Fingerprint {
        Fingerprint { key_id: self.keys, print: [byte; 16] }
    }

    /// The position of something that happened, or now and then of nothing.
    pub(super) fn pick(&self, pick: u8, wanted: impl Fn(&Act) -> bool) -> Position {
        let found: Vec<Position> =
            self.happened.iter().filter(|(_, act)| wanted(act)).map(|(at, _)| *at).collect();
        let late = found.len().checked_sub(1 + usize::from(pick) / 4 % found.len().max(1));
        match late.and_then(|index| found.get(index)) {
            Some(position) if pick % 16 != 15 => *position,
            Some(_) | None => Position(u64::from(pick % 8)),
        }
    }

    pub(super) fn payment(&self, pick: u8) -> Position {
        self.pick(pick, |act| matches!(act, Act::Disburse { .. }))
    }

    /// The return a case's instalment waits for, as one who reads the answers would know it.
    pub(super) fn waits(&self, case: &CaseRef, instalment: u16) -> Position {
        let mut waits = Position::NONE;
        for (at, act) in &self.happened {
            if self.oracle.reversed.contains(at) {
                continue;
            }
            match act {
                Act::Disburse { case_ref, instalment: of, .. }
                    if case_ref == case && *of == instalment =>
                {
                    let came_back = |(_, payment): &&(Position, Position)| payment == at;
                    let back = self.returns.iter().rev().find(came_back);
                    let stands = back.filter(|(back, _)| !self.oracle.reversed.contains(back));
                    waits = stands.map_or(Position::NONE, |(back, _)| *back);
                }
                _ => {}
            }
        }
        waits
    }

    fn command(&self, number: usize, ask: &Ask) -> Command {
        let (role, actor, act) = self.act(ask);
        let mut bytes = [0_u8; 16];
        bytes[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        // Money becomes the beneficiary's own when its lock is over, and now and then before.
        let after_the_lock = matches!(act, Act::Adjust { .. }) && !ask.pick.is_multiple_of(8);
        let day = if after_the_lock { self.day().plus_years(3) } else { Some(self.day()) };
        let day = day.expect("a day");
        Command {
            id: CommandId::from_bytes(bytes),
            actor: ActorName::new(&format!("office-{actor}")).expect("a name"),
            role,
            effective_day: day,
            authority: Some(Authority {
                order: OrderNumber::new("GO/1").expect("a name"),
                date: day,
                paragraph: None,
            }),
            aliases: self.aliases(&act),
            signed: None,
            act,
        }
    }

    /// Every fingerprint of an act under the older keys, as the keyring would give them.
    fn aliases(&self, act: &Act) -> Vec<Alias> {
        let prints = match act {
            Act::Apply { applicant: Applicant::Person { person, .. }, .. } => vec![person.0],
            Act::Disburse { payee, .. } => vec![payee.account.0],
            Act::Bar { subject, .. } => vec![subject.print()],
            Act::ReceiveStatement { account, .. } => vec![account.0],
            _ => Vec::new(),
        };
        let older = |newest: Fingerprint| {
            (1..self.keys).map(move |key_id| Alias {
                newest,
                older: Fingerprint { key_id, print: newest.print },
            })
        };
        prints.into_iter().flat_map(older).collect()
    }

    pub(super) fn step(&mut self, number: usize, operation: &Operation) {
        match operation {
            Operation::Reopen => self.reopen(),
            Operation::Retry(earlier) => self.retry(usize::from(*earlier)),
            Operation::Reuse(earlier) => self.reuse(usize::from(*earlier)),
            Operation::Later => self.day = (self.day + 1).min(DAYS.len() - 1),
            Operation::Batch(asks) => self.batch(number, asks),
            Operation::Ask(ask) => {
                if ask.what == What::SealPeriod {
                    self.certify(number);
                }
                let command = self.command(number * 8, ask);
                self.submit(command);
            }
        }
    }

    /// A seal rests on a certificate just before it.
    fn certify(&mut self, number: usize) {
        let (year, month, day) = DAYS[self.day.saturating_sub(1)];
        let as_of = Day::from_date(year, month, day).expect("a day");
        let actor = bahi_core::ActorName::new("ag-7").expect("an actor");
        let by = bahi::Acting { actor, role: Role::Auditor, authority: None };
        let certificate = self.ledger().certificate_command(as_of, &by).expect("it is derived");
        let ask = Ask { what: What::Allot, case: 0, fund: 0, amount: 6, pick: 0 };
        let mut command = self.command(number * 8 + 7, &ask);
        command.act = certificate.act;
        self.submit(command);
    }

    pub(super) fn submit(&mut self, command: Command) -> bool {
        let before = (self.rows(), self.standing(&command));
        let outcome = self.send(&command);
        let accepted = match &outcome {
            Outcome::Accepted(receipt) => {
                self.learn(&command, receipt.position);
                true
            }
            Outcome::Refused(refusal) => {
                let stages: Vec<Stage> = refusal.refused.iter().map(|one| one.stage()).collect();
                assert!(stages.windows(2).all(|pair| pair[0] == pair[1]), "one stage: {stages:?}");
                let after = (self.rows(), self.standing(&command));
                assert_eq!(before, after, "a refusal changes no balance and no case");
                false
            }
            Outcome::TooLarge(error) => panic!("a record too large: {error}"),
        };
        self.sent.push((command, outcome));
        accepted
    }

    /// The last figures of the case a command names.
    fn standing(&mut self, command: &Command) -> Option<bahi::Figures> {
        let case_ref = command.act.case_ref()?.as_str().to_owned();
        let subject = self.ledger().case(&case_ref)?;
        let trail = self.ledger().trail(subject, View::NOW).expect("a trail");
        trail.entries.iter().rev().find_map(|entry| entry.after)
    }

    fn send(&mut self, command: &Command) -> Outcome {
        let outcomes = self.ledger().submit_each(std::slice::from_ref(command));
        outcomes.expect("the ledger works").pop().expect("one outcome for one command")
    }

    fn learn(&mut self, command: &Command, position: Position) {
        self.oracle.take(command, position);
        self.happened.push((position, command.act.clone()));
        match &command.act {
            Act::Return { payment, .. } => self.returns.push((position, *payment)),
            Act::ReceiveLines { statement, first, lines } => {
                for (line, held) in (*first..).zip(lines) {
                    let line = LineReference { statement: *statement, line };
                    self.lines.push((line, held.amount, held.side));
                }
            }
            Act::Match { .. } | Act::DecideMatch { .. } => self.matches.push(position),
            Act::Unmatch { matched, .. } => self.matches.retain(|one| one != matched),
            Act::RotateKey { key_id, change: KeyChange::Added, .. } => self.keys = *key_id,
            _ => {}
        }
    }

    fn batch(&mut self, number: usize, asks: &[Ask]) {
        let commands: Vec<Command> = asks
            .iter()
            .enumerate()
            .map(|(index, ask)| self.command(number * 8 + index, ask))
            .collect();
        let before = self.seen();
        match self.ledger().submit_all(&commands) {
            Ok(receipts) => {
                assert_eq!(receipts.len(), commands.len(), "all of a batch is accepted");
                for (command, receipt) in commands.iter().zip(receipts) {
                    self.learn(command, receipt.position);
                    self.sent.push((command.clone(), Outcome::Accepted(receipt)));
                }
            }
            Err(_) => assert_eq!(before, self.seen(), "or none of it"),
        }
    }

    fn retry(&mut self, earlier: usize) {
        if self.sent.is_empty() {
            return;
        }
        let (command, first) = self.sent[earlier % self.sent.len()].clone();
        let before = self.seen();
        let again = self.send(&command);
        match (first, again) {
            (Outcome::Accepted(first), Outcome::Accepted(again)) => {
                assert_eq!(first.position, again.position, "a retry gets the first receipt");
                assert!(again.repeated);
            }
            (Outcome::Refused(first), Outcome::Refused(again)) => {
                assert_eq!(first, again, "a retry gets the first refusal");
            }
            (first, again) => panic!("{first:?} became {again:?}"),
        }
        assert_eq!(before, self.seen(), "a retry changes nothing");
    }

    fn reuse(&mut self, earlier: usize) {
        if self.sent.is_empty() {
            return;
        }
        let (mut command, _) = self.sent[earlier % self.sent.len()].clone();
        command.actor = ActorName::new("somebody-else").expect("a name");
        let before = self.ledger().position();
        let Outcome::Refused(refusal) = self.send(&command) else {
            panic!("an id stands for one content");
        };
        // What is wrong with a command's form comes before what its id stands for.
        let first = refusal.refused.first();
        let expected = first.code() == "command_id_reused" || first.stage() == Stage::Form;
        assert!(expected, "{first:?}");
        assert_eq!(refusal.evidence, None);
        assert_eq!(before, self.ledger().position(), "a reused id leaves no event");
    }

    /// The laws, and agreement with the oracle, fund by fund.
    pub(super) fn check(&mut self) {
        self.oracle.check();
        let rows: BTreeMap<Fund, _> = self
            .rows()
            .into_iter()
            .filter_map(|row| {
                let fund = Fund {
                    scheme: row.scheme?,
                    head: row.head?,
                    fy: row.fy?,
                    district: row.district?,
                };
                Some((fund, row.columns))
            })
            .collect();
        for fund in self.oracle.funds() {
            let columns = rows.get(&fund).copied().unwrap_or_default();
            for (column, seen) in [
                (Column::Allotted, columns.allotted),
                (Column::Sanctioned, columns.sanctioned),
                (Column::Disbursed, columns.disbursed),
                (Column::Returned, columns.returned),
                (Column::Recovered, columns.recovered),
                (Column::Utilised, columns.utilised),
                (Column::Adjusted, columns.adjusted),
                (Column::Suspense, columns.suspense),
                (Column::InterestEarned, columns.interest_earned),
                (Column::InterestRemitted, columns.interest_remitted),
            ] {
                let expected = self.oracle.column(&fund, column);
                assert_eq!(
                    seen.paise(),
                    expected,
                    "{column:?} of {fund:?}, after {:?}",
                    self.sent.last()
                );
            }
        }
        for (fund, columns) in rows {
            assert!(!columns.available.is_negative(), "sanctioned beyond allotted: {fund:?}");
            assert_eq!(columns.allotted, columns.sanctioned + columns.available, "{fund:?}");
            let spent = columns.recovered + columns.utilised + columns.adjusted;
            assert!(
                spent <= columns.disbursed - columns.returned,
                "accounted beyond paid: {fund:?}"
            );
        }
    }

    fn events(&mut self) -> Vec<Recorded> {
        let last = self.ledger().position();
        let events = self.ledger().events(Position(1), last);
        events.map(|recorded| recorded.expect("an event reads")).collect()
    }

    /// What must hold at the end of every history.
    pub(super) fn finish(&mut self) {
        let verification = self.ledger().verify();
        assert!(verification.ok(), "{:?}", verification.passes);
        for _ in 0..2 {
            let replay = self.ledger().replay(View::NOW, true, &mut |_| {}).expect("a replay");
            assert!(replay.agrees(), "{:?}", replay.compared);
        }
        let events = self.events();
        for recorded in &events {
            let signed = |amount: Money, debit: bool| {
                if debit { Total::from(amount) } else { -Total::from(amount) }
            };
            let entry = postings(recorded);
            let postings = entry.as_slice().iter();
            let sum: Total = postings.map(|(_, one)| signed(one.amount, one.debit)).sum();
            assert_eq!(sum, Total::ZERO, "postings of {recorded:?}");
            let bytes = self.ledger().record(recorded.position).expect("a record");
            let read = bahi_wire::decode(recorded.position, &bytes).expect("it decodes");
            assert_eq!(read, *recorded);
            assert_eq!(bahi_wire::encode(&read).expect("it encodes"), bytes);
        }
        folds_the_same_from_every_cut(&events);
        crate::papers::hold_in_short(self.ledger());
    }

    /// Undoes every match and reverses everything, in an order that the numbers pick, until
    /// nothing more can be: then every sum is where it was before the first event.
    pub(super) fn take_everything_back(&mut self, mut pick: usize) {
        self.day = DAYS.len() - 1;
        let mut number = 1_000_000;
        let mut ask = |world: &mut World, act: Act| {
            number += 1;
            let blank = Ask { what: What::Allot, case: 0, fund: 0, amount: 0, pick: 0 };
            let command = Command { act, aliases: Vec::new(), ..world.command(number, &blank) };
            world.submit(command)
        };
        let reason = name("start_again");
        for matched in self.matches.clone() {
            ask(self, Act::Unmatch { matched, reason: reason.clone() });
        }
        let mut lent: Option<Vec<Position>> = None;
        loop {
            let is_lent = |at: &Position| lent.iter().flatten().any(|one| one == at);
            let mut left = self.reversible();
            left.retain(|(at, _)| !is_lent(at));
            let mut moved = false;
            while !left.is_empty() {
                pick = pick.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let (of, _) = left.swap_remove((pick >> 33) % left.len());
                moved |= ask(self, Act::Reverse { of, reason: reason.clone() });
            }
            if moved {
                continue;
            }
            if lent.is_some() {
                break;
            }
            // An allotment that was reversed early is missed when a lapse or a cancellation is to
            // be: lend every fund money, and take it back last.
            let before = self.happened.len();
            for fund in self.oracle.funds() {
                ask(self, Act::Allot { fund, amount: money(10_000_000_000) });
            }
            lent = Some(self.happened[before..].iter().map(|(at, _)| *at).collect());
        }
        for of in lent.into_iter().flatten() {
            ask(self, Act::Reverse { of, reason: reason.clone() });
        }
        self.check();
        let left = self.reversible();
        assert!(left.is_empty(), "reversed is everything but {left:?}: {:?}", self.sent.last());
        assert!(self.oracle.is_empty(), "every sum is where it was");
    }

    /// What happened, was not reversed, and can be.
    fn reversible(&self) -> Vec<(Position, Act)> {
        let stands =
            |(at, act): &&(Position, Act)| is_reversible(act) && !self.oracle.reversed.contains(at);
        self.happened.iter().filter(stands).cloned().collect()
    }
}

fn is_reversible(act: &Act) -> bool {
    !matches!(
        act,
        Act::OpenScheme { .. }
            | Act::ChangeTerms { .. }
            | Act::Apply { .. }
            | Act::Amend { .. }
            | Act::Audit { .. }
            | Act::CertifyState { .. }
            | Act::SealPeriod { .. }
            | Act::ReceiveStatement { .. }
            | Act::ReceiveLines { .. }
            | Act::Match { .. }
            | Act::Unmatch { .. }
            | Act::DecideMatch { .. }
            | Act::Reverse { .. }
            | Act::NoteExport { .. }
            | Act::DenyAccess { .. }
            | Act::RotateKey { .. }
            | Act::SetActorKey { .. }
    )
}

/// Balances of all are those of a part and then of the rest, wherever it is cut.
fn folds_the_same_from_every_cut(events: &[Recorded]) {
    let fold = |events: &[Recorded]| {
        let mut balances = Balances::default();
        events.iter().for_each(|recorded| balances.apply(recorded));
        balances
    };
    let whole = fold(events).state_bytes();
    let mut head = Balances::default();
    for (cut, recorded) in events.iter().enumerate() {
        head.apply(recorded);
        let mut joined = head.clone();
        assert!(joined.absorb(&fold(&events[cut + 1..])), "parts in order join");
        assert_eq!(joined.state_bytes(), whole, "cut after position {}", recorded.position);
    }
}

/// The kinds that a history brought about, and the refusals it met.
pub(super) fn reached(world: &mut World) -> (BTreeMap<EventKind, usize>, BTreeMap<String, usize>) {
    let (mut kinds, mut codes) = (BTreeMap::new(), BTreeMap::new());
    for recorded in world.events() {
        *kinds.entry(recorded.event.kind()).or_default() += 1;
        if let Event::CommandRefused(refused) = &recorded.event {
            for record in &refused.refusals {
                let code = Refusal::from_record(record).map_or("?", |refusal| refusal.code());
                let asked = format!("{code} {}", refused.command.name());
                *codes.entry(asked).or_default() += 1;
            }
        }
    }
    (kinds, codes)
}
