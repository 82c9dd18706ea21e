//! Steps of random histories: commands that know the history they stand in, and mostly fit it.
//!
//! # Invariants
//! * Names, ids, days and amounts are few, so that commands collide; positions are mostly real.
//! * Every act is among them: one that is added stops the build here.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "which acts there are is matched once, without a wildcard; its parts know theirs"
)]

use bahi_core::{
    AccountKey, Act, ActorName, Alias, Applicant, AuditScope, Authority, BarSubject, CaseRef,
    Command, CommandId, CommandKind, Day, District, Event, EventKind, FamilyKey, FinancialYear,
    Fingerprint, Fund, Further, GivenFact, HeadName, Ifsc, KeyChange, LineReference, LineSide,
    Money, Opinion, OrderNumber, Payee, PaymentMode, PersonKey, Position, Recorded, Reference,
    Role, SchemeName, SchemeNo, Settlement, StatementLine, StockMove, Word, WordNo,
};
use bahi_rules::{Case, State};
use proptest::prelude::*;

use crate::terms::terms;

pub const STEPS_MAX: usize = 80;
/// The last is longer than what a case holds of its reference itself.
pub const CASES: [&str; 3] = ["A", "B", "C/2024-25/VARANASI/000017"];
const ACTORS: [&str; 3] = ["dm-vns", "ddo-vns", "fin-01"];
const SCHEMES: [&str; 2] = ["margin-money", "cfc"];
const HEADS: [&str; 2] = ["2851", "4851"];
const DAYS: [&str; 6] =
    ["2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01", "2025-05-01", "2026-04-01"];
pub const RUPEES: [u64; 6] = [0, 1, 40, 60, 100, 101];
const DISTRICTS: [District; 4] = [District(187), District(162), District::POOL, District(9)];

/// How often each act is tried, of all of them together.
const WEIGHTS: [(CommandKind, usize); 43] = [
    (CommandKind::OpenScheme, 2),
    (CommandKind::ChangeTerms, 2),
    (CommandKind::Allot, 10),
    (CommandKind::WithdrawFunds, 3),
    (CommandKind::MoveFunds, 3),
    (CommandKind::LapseFund, 2),
    (CommandKind::LapseSanction, 5),
    (CommandKind::CarrySanction, 9),
    (CommandKind::Apply, 12),
    (CommandKind::Amend, 2),
    (CommandKind::RecordStep, 2),
    (CommandKind::Reject, 2),
    (CommandKind::Withdraw, 2),
    (CommandKind::CloseCase, 3),
    (CommandKind::Bar, 2),
    (CommandKind::Sanction, 16),
    (CommandKind::ReviseSanction, 8),
    (CommandKind::CancelSanction, 3),
    (CommandKind::Disburse, 22),
    (CommandKind::Return, 9),
    (CommandKind::Confirm, 4),
    (CommandKind::Suspend, 3),
    (CommandKind::Recover, 5),
    (CommandKind::DemandRecovery, 3),
    (CommandKind::Utilise, 4),
    (CommandKind::Adjust, 4),
    (CommandKind::EarnInterest, 3),
    (CommandKind::RemitInterest, 4),
    (CommandKind::MoveStock, 10),
    (CommandKind::Audit, 3),
    (CommandKind::SettleFinding, 4),
    (CommandKind::CertifyState, 2),
    (CommandKind::SealPeriod, 1),
    (CommandKind::ReceiveStatement, 4),
    (CommandKind::ReceiveLines, 6),
    (CommandKind::Match, 6),
    (CommandKind::Unmatch, 3),
    (CommandKind::DecideMatch, 3),
    (CommandKind::Reverse, 16),
    (CommandKind::NoteExport, 2),
    (CommandKind::DenyAccess, 2),
    (CommandKind::RotateKey, 2),
    (CommandKind::SetActorKey, 2),
];

/// One step before it knows the history it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    act: CommandKind,
    case: usize,
    actor: usize,
    day: usize,
    amount: usize,
    scheme: usize,
    head: usize,
    district: usize,
    instalment: u16,
    pick: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let acts = WEIGHTS.iter().flat_map(|(kind, often)| vec![*kind; *often]).collect::<Vec<_>>();
    let small = prop_oneof![6 => Just(0_usize), 1 => 1..2_usize];
    let head = prop_oneof![9 => Just(0_usize), 1 => 1..2_usize];
    let day =
        prop_oneof![1 => Just(0_usize), 6 => Just(1), 6 => Just(2), 2 => Just(3), 2 => Just(4)];
    let district = prop_oneof![8 => Just(0_usize), 2 => 1..4_usize];
    let case = prop_oneof![6 => Just(0_usize), 3 => Just(1_usize), 1 => Just(2_usize)];
    let amount = prop_oneof![1 => Just(0_usize), 12 => 1..RUPEES.len()];
    let words = (case, 0..ACTORS.len(), day, amount);
    let instalment = prop_oneof![20 => 1..3_u16, 1 => Just(0_u16), 1 => Just(3_u16)];
    let fund = (small, head, district);
    (proptest::sample::select(acts), words, fund, instalment, 0..64_usize).prop_map(
        |(act, (case, actor, day, amount), (scheme, head, district), instalment, pick)| Step {
            act,
            case,
            actor,
            day,
            amount,
            scheme,
            head,
            district,
            instalment,
            pick,
        },
    )
}

/// Histories that mostly begin as lawful ones do: opened, allotted, applied, sanctioned.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = prop_oneof![1 => 0..6_usize, 9 => Just(6_usize)];
    (begin, proptest::collection::vec(step(), 1..STEPS_MAX)).prop_map(|(begin, rest)| {
        let lawful = |(act, day)| Step { act, day, ..LAWFUL };
        let acts = [
            (CommandKind::OpenScheme, 1),
            (CommandKind::Allot, 1),
            (CommandKind::Allot, 1),
            (CommandKind::Allot, 4),
            (CommandKind::Apply, 1),
            (CommandKind::Sanction, 1),
        ];
        acts.into_iter().take(begin).map(lawful).chain(rest).collect()
    })
}

/// Of case A and the first fund, in its year, over ₹ 100.
const LAWFUL: Step = Step {
    act: CommandKind::OpenScheme,
    case: 0,
    actor: 0,
    day: 1,
    amount: 4,
    scheme: 0,
    head: 0,
    district: 0,
    instalment: 1,
    pick: 0,
};

// ---- words

pub fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn id(number: usize) -> CommandId {
    CommandId::from_bytes((number as u128).to_be_bytes())
}

pub fn order() -> Authority {
    let order = OrderNumber::new("GO-1").expect("an order's number");
    Authority { order, date: day("2024-03-15"), paragraph: None }
}

fn reference() -> Reference {
    Reference::new("R/1").expect("a reference")
}

/// Something's fingerprint under a key.
fn print(key_id: u16, thing: u8) -> Fingerprint {
    let key = u8::try_from(key_id % 16).expect("below 16");
    Fingerprint { key_id, print: [thing.wrapping_add(key * 16); 16] }
}

// ---- commands

/// A command of the keeper's, on an order, on a day no history comes to otherwise.
pub fn kept(number: usize, act: Act) -> Command {
    Command {
        id: id(number),
        actor: ActorName::new("keeper").expect("an actor's name"),
        role: Role::Administrator,
        effective_day: day("2026-06-01"),
        authority: Some(order()),
        aliases: vec![],
        signed: None,
        act,
    }
}

pub fn reversal(of: Position) -> Act {
    Act::Reverse { of, reason: word("wrong_entry") }
}

pub fn unmatching(matched: Position) -> Act {
    Act::Unmatch { matched, reason: word("wrong_line") }
}

impl Step {
    fn one_in(self, often: usize) -> bool {
        self.pick % often == often - 1
    }

    fn amount(self) -> Money {
        Money::from_rupees(RUPEES[self.amount]).expect("an amount")
    }

    /// What would fit, or one time in six any amount.
    fn or_any(self, fits: Option<Money>) -> Money {
        fits.filter(|_| !self.one_in(6)).unwrap_or(self.amount())
    }

    fn scheme(self) -> SchemeName {
        SchemeName::new(SCHEMES[self.scheme]).expect("a scheme's name")
    }

    fn case_ref(self) -> CaseRef {
        CaseRef::new(CASES[self.case]).expect("a case's name")
    }

    fn fund_of(self, district: usize, on: &str) -> Fund {
        Fund {
            scheme: self.scheme(),
            head: HeadName::new(HEADS[self.head]).expect("a head's name"),
            fy: FinancialYear::of(day(on)),
            district: DISTRICTS[district],
        }
    }

    /// The fund of the step's day; the first days have that of the first year.
    fn fund(self) -> Fund {
        self.fund_of(self.district, DAYS[self.day.max(1)])
    }

    fn sums(self, state: &State) -> Option<bahi_rules::FundTotals> {
        let fund = self.fund();
        let scheme = state.names().scheme_no(fund.scheme.as_str())?;
        let head = state.names().head_no(fund.head.as_str())?;
        let key = bahi_core::FundKey { scheme, head, fy: fund.fy, district: fund.district };
        Some(state.fund(&key))
    }

    fn case(self, state: &State) -> Option<&Case> {
        state.case_position(CASES[self.case]).and_then(|at| state.case(at))
    }

    /// The command of a step in the history so far; one in sixteen takes an id that stands.
    pub fn command(mut self, state: &State, events: &[Recorded]) -> Command {
        let certified =
            matches!(events.last(), Some(one) if one.event.kind() == EventKind::StateCertified);
        if certified && !self.one_in(4) {
            self.act = CommandKind::SealPeriod;
        } else if !self.one_in(7) {
            self.prepare(state, events);
        }
        let number =
            if self.one_in(16) { self.pick % (events.len() + 1) } else { events.len() + 1 };
        let act = self.act(state, events);
        let aliases = if self.one_in(12) { vec![] } else { aliases(state) };
        Command {
            id: id(number),
            actor: ActorName::new(ACTORS[self.actor()]).expect("an actor's name"),
            role: Role::Finance,
            effective_day: self.day(state, &act),
            authority: (self.pick != 13).then(order),
            aliases,
            signed: None,
            act,
        }
    }

    /// Turns to what must come first where the act cannot be yet.
    fn prepare(&mut self, state: &State, events: &[Recorded]) {
        let has = |kind| events.iter().any(|one| one.event.kind() == kind);
        let lines = !pairs(state, events).is_empty();
        let first = match self.act {
            CommandKind::ReceiveLines if !has(EventKind::StatementReceived) => {
                CommandKind::ReceiveStatement
            }
            CommandKind::Match | CommandKind::DecideMatch if !lines => CommandKind::ReceiveLines,
            CommandKind::Unmatch if !has(EventKind::Matched) => CommandKind::Match,
            CommandKind::SettleFinding if !has(EventKind::Audited) => CommandKind::Audit,
            CommandKind::RemitInterest if !has(EventKind::InterestEarned) => {
                CommandKind::EarnInterest
            }
            act => act,
        };
        if first != self.act {
            self.act = first;
            return self.prepare(state, events);
        }
        if self.case(state).is_none_or(|case| case.closed().is_some()) {
            let applied = CASES.map(|name| state.case_position(name).and_then(|at| state.case(at)));
            let open = |case: &Option<&Case>| case.is_some_and(|case| case.closed().is_none());
            self.case = applied.iter().position(open).unwrap_or(self.case);
        }
        let live = |case: &&Case| case.payments.iter().any(bahi_rules::Payment::is_live);
        let case = self.case(state);
        let granted = case.is_some_and(|case| case.sanction.is_some());
        let paid = case.filter(live).is_some();
        self.act = match self.act {
            CommandKind::Return
            | CommandKind::Confirm
            | CommandKind::Recover
            | CommandKind::DemandRecovery
            | CommandKind::Utilise
            | CommandKind::Adjust
                if granted && !paid =>
            {
                CommandKind::Disburse
            }
            CommandKind::Return
            | CommandKind::Confirm
            | CommandKind::Recover
            | CommandKind::DemandRecovery
            | CommandKind::Utilise
            | CommandKind::Adjust
            | CommandKind::Disburse
            | CommandKind::ReviseSanction
            | CommandKind::CancelSanction
            | CommandKind::LapseSanction
            | CommandKind::CarrySanction
                if !granted =>
            {
                CommandKind::Sanction
            }
            act => act,
        };
        if self.act == CommandKind::Sanction && case.is_none() {
            self.act = CommandKind::Apply;
        }
    }

    /// Who sanctions is mostly another than who pays and audits.
    fn actor(self) -> usize {
        let other = match self.act {
            CommandKind::Sanction | CommandKind::ReviseSanction => 0,
            CommandKind::Disburse | CommandKind::Audit => 1,
            CommandKind::DecideMatch => 0,
            CommandKind::ReceiveStatement => 2,
            _ => self.actor,
        };
        if self.one_in(5) { self.actor } else { other }
    }

    /// The day of the act that is mostly lawful for it, or the step's.
    fn day(self, state: &State, act: &Act) -> Day {
        let own = day(DAYS[self.day]);
        let fund_day = |first: u16| FinancialYear::from_first(first).map(FinancialYear::last_day);
        let lawful = match act {
            Act::LapseFund { fund, .. } => fund_day(fund.fy.first()),
            Act::LapseSanction { .. } => Some(day("2026-03-31")),
            Act::CarrySanction { fund, .. } | Act::Sanction { fund, .. } => {
                fund_day(fund.fy.first())
            }
            Act::Disburse { .. } => {
                let sanction = self.case(state).and_then(|case| case.sanction);
                sanction.and_then(|one| fund_day(one.draw.fund.fy.first()))
            }
            Act::SealPeriod { until, .. } => until.plus_days(1),
            Act::Reverse { .. } => Some(day("2026-04-01")),
            _ => None,
        };
        lawful.filter(|_| !self.one_in(7)).unwrap_or(own)
    }

    fn act(self, state: &State, events: &[Recorded]) -> Act {
        let (scheme, case_ref, amount) = (self.scheme(), self.case_ref(), self.amount());
        let reason = word(["closed", "returned"][self.pick % 2]);
        match self.act {
            CommandKind::OpenScheme => {
                let districts = vec![District(187), District(162)];
                Act::OpenScheme { scheme, districts, terms: terms(day("2024-04-01")) }
            }
            CommandKind::ChangeTerms => {
                Act::ChangeTerms { scheme, terms: terms(day(DAYS[self.day])) }
            }
            CommandKind::Allot
            | CommandKind::WithdrawFunds
            | CommandKind::MoveFunds
            | CommandKind::LapseFund
            | CommandKind::EarnInterest
            | CommandKind::RemitInterest
            | CommandKind::Suspend => self.fund_act(state, events),
            CommandKind::Apply => {
                let person = PersonKey(print(state.newest_key(), 1 + self.case as u8));
                let family = self.one_in(3).then(|| FamilyKey(print(state.newest_key(), 5)));
                let applicant = Applicant::Person { person, family };
                let district = DISTRICTS[self.district];
                Act::Apply { scheme, district, case_ref, applicant, facts: self.facts() }
            }
            CommandKind::Amend => Act::Amend { case_ref, facts: self.facts() },
            CommandKind::RecordStep => Act::RecordStep {
                case_ref,
                step: reason,
                evidence: vec![(word("paper"), reference())],
                reported: self.reported(),
            },
            CommandKind::Reject => Act::Reject { case_ref, reason },
            CommandKind::Withdraw => Act::Withdraw { case_ref, reason },
            CommandKind::CloseCase => Act::CloseCase { case_ref, reason },
            CommandKind::Bar => {
                let thing = [9, 9, 1, 7, 5][self.pick % 5];
                let print = print(state.newest_key(), thing);
                let subject = match thing {
                    7 => BarSubject::Account(AccountKey(print)),
                    5 => BarSubject::Family(FamilyKey(print)),
                    _ => BarSubject::Person(PersonKey(print)),
                };
                let until = self.one_in(2).then(|| day(DAYS[1 + self.pick % 2]));
                Act::Bar { subject, until, reason }
            }
            CommandKind::LapseSanction
            | CommandKind::CarrySanction
            | CommandKind::Sanction
            | CommandKind::ReviseSanction
            | CommandKind::CancelSanction
            | CommandKind::Disburse
            | CommandKind::Return
            | CommandKind::Confirm
            | CommandKind::Recover
            | CommandKind::DemandRecovery
            | CommandKind::Utilise
            | CommandKind::Adjust => self.case_money(state, events, amount),
            CommandKind::MoveStock => self.move_stock(state),
            CommandKind::Audit
            | CommandKind::SettleFinding
            | CommandKind::CertifyState
            | CommandKind::SealPeriod
            | CommandKind::Reverse
            | CommandKind::NoteExport
            | CommandKind::DenyAccess
            | CommandKind::RotateKey
            | CommandKind::SetActorKey => self.record(state, events),
            CommandKind::ReceiveStatement
            | CommandKind::ReceiveLines
            | CommandKind::Match
            | CommandKind::Unmatch
            | CommandKind::DecideMatch => self.statement_act(state, events),
        }
    }

    fn reported(self) -> Vec<(Word, GivenFact)> {
        let jobs = vec![(word("jobs"), GivenFact::Count(self.pick as u64 % 5))];
        if self.one_in(2) { jobs } else { vec![] }
    }

    fn facts(self) -> Vec<(Word, GivenFact)> {
        let cost = ["200", "120", "1.234"][self.pick % 3];
        vec![(word("cost"), GivenFact::Text(word(cost)))]
    }

    fn fund_act(self, state: &State, events: &[Recorded]) -> Act {
        let (fund, amount, reason) = (self.fund(), self.amount(), word("funds"));
        let left = self.sums(state).and_then(|sums| sums.available().to_money());
        let held = self.sums(state).and_then(|sums| sums.interest_held().to_money());
        match self.act {
            CommandKind::WithdrawFunds => Act::WithdrawFunds { fund, amount, reason },
            CommandKind::MoveFunds => {
                let from = self.fund_of(0, DAYS[self.day.max(1)]);
                let to = self.fund_of(1 + self.pick % 2, DAYS[self.day.max(1)]);
                Act::MoveFunds { from, to, amount, reason }
            }
            CommandKind::LapseFund => Act::LapseFund { fund, amount: self.or_any(left), reason },
            CommandKind::EarnInterest => Act::EarnInterest { fund, amount, reference: reference() },
            CommandKind::RemitInterest => {
                let amount = if self.one_in(2) { self.or_any(held) } else { amount };
                Act::RemitInterest { fund, amount, reference: reference() }
            }
            CommandKind::Suspend => {
                let (payment, _) = self.payment(events);
                let payment = if self.one_in(2) { payment } else { Position::NONE };
                Act::Suspend { fund, amount, payment, reason, reference: reference() }
            }
            _ => Act::Allot { fund, amount },
        }
    }

    fn case_money(self, state: &State, events: &[Recorded], amount: Money) -> Act {
        let (case_ref, reason, reference) = (self.case_ref(), word("money"), reference());
        let case = self.case(state);
        let (payment, paid) = self.payment(events);
        match self.act {
            CommandKind::LapseSanction => {
                let left = case.and_then(|case| case.oldest_unpaid(None)).map(|draw| draw.unpaid);
                Act::LapseSanction { case_ref, amount: self.or_any(left), reason }
            }
            CommandKind::CarrySanction => {
                let years = ["2025-05-01", "2025-05-01", "2026-05-01"];
                let fund = self.fund_of(self.district, years[self.pick % 3]);
                let left = case.and_then(|case| {
                    let draws =
                        case.older.iter().chain(case.sanction.as_ref().map(|one| &one.draw));
                    draws.into_iter().find(|one| one.fund.fy < fund.fy && !one.unpaid.is_zero())
                });
                Act::CarrySanction {
                    case_ref,
                    fund,
                    amount: self.or_any(left.map(|one| one.unpaid)),
                }
            }
            CommandKind::Sanction => {
                let fund = if self.one_in(8) { self.fund() } else { self.fund_of(0, "2024-04-01") };
                Act::Sanction { case_ref, fund, amount }
            }
            CommandKind::ReviseSanction => Act::ReviseSanction { case_ref, amount },
            CommandKind::CancelSanction => Act::CancelSanction { case_ref, reason },
            CommandKind::Disburse => Act::Disburse {
                reissue_of: self.return_to_name(state),
                case_ref,
                instalment: self.instalment,
                amount: self.to_pay(state),
                payee: payee(state),
                mode: PaymentMode::Neft,
                reference,
            },
            CommandKind::Return => {
                let amount = if self.one_in(5) { amount } else { paid };
                Act::Return { payment, amount, reason }
            }
            CommandKind::Confirm => Act::Confirm { payment, reference },
            CommandKind::Recover => Act::Recover { case_ref, amount, reason, reference },
            CommandKind::DemandRecovery => {
                let due = day(DAYS[(self.day + self.pick % 2).min(5)]);
                Act::DemandRecovery { case_ref, amount, reason, due, reference }
            }
            CommandKind::Utilise => Act::Utilise { case_ref, amount, certificate: reference },
            _ => Act::Adjust { case_ref, amount, reason, reference },
        }
    }

    fn move_stock(self, state: &State) -> Act {
        let movement = StockMove::ALL[self.pick % 4];
        let item = state.names().word_no("toolkit").unwrap_or(WordNo(u32::MAX));
        let stock = state.stock(SchemeNo(1), DISTRICTS[self.district], item);
        let room = match movement {
            StockMove::Ordered => 6,
            StockMove::Received => stock.ordered.saturating_sub(stock.received),
            StockMove::HandedOver | StockMove::WrittenOff => stock.held(),
        };
        let quantity = if self.one_in(8) { self.pick as u64 } else { room.min(3) };
        Act::MoveStock {
            scheme: self.scheme(),
            district: DISTRICTS[self.district],
            case_ref: (movement == StockMove::HandedOver).then(|| self.case_ref()),
            item: word("toolkit"),
            movement,
            quantity: u32::try_from(quantity).expect("a small count"),
            reference: reference(),
        }
    }

    fn record(self, state: &State, events: &[Recorded]) -> Act {
        let last = state.last();
        match self.act {
            CommandKind::Audit => Act::Audit {
                case_ref: Some(self.case_ref()).filter(|_| !self.pick.is_multiple_of(4)),
                scope: match self.pick.is_multiple_of(4) {
                    true => AuditScope::Ledger,
                    false => AuditScope::Case,
                },
                seen: vec![],
                opinion: Opinion::Clear,
                findings: vec![(word("C05"), self.amount()); self.pick % 3],
            },
            CommandKind::SettleFinding => Act::SettleFinding {
                audit: self.event(events, |kind| kind == EventKind::Audited),
                finding: u16::try_from(1 + self.pick % 2).expect("a small number"),
                settlement: Settlement::MadeGood,
                reference: reference(),
            },
            CommandKind::SealPeriod => {
                let until = events.last().and_then(|one| match &one.event {
                    Event::StateCertified(certified) => Some(certified.as_of),
                    _ => None,
                });
                Act::SealPeriod { until: until.unwrap_or(day("2024-04-30")), certified: last }
            }
            CommandKind::Reverse => {
                let recent = events.len().saturating_sub(16);
                let of = self.event(&events[recent..], |kind| kind != EventKind::CommandRefused);
                Act::Reverse { of, reason: word("wrong_entry") }
            }
            CommandKind::NoteExport => Act::NoteExport {
                what: word("postings"),
                upto: if self.one_in(4) { last.next() } else { last },
                rows: 1,
                digest: [1; 32],
            },
            CommandKind::DenyAccess => {
                Act::DenyAccess { what: word("export"), count: u32::from(!self.one_in(4)) }
            }
            CommandKind::RotateKey => {
                let newest = state.newest_key();
                let destroyed = self.one_in(3);
                let change = if destroyed { KeyChange::Destroyed } else { KeyChange::Added };
                let key_id = if destroyed { newest.saturating_sub(1) } else { newest + 1 };
                Act::RotateKey { key_id, change, check: [1; 16] }
            }
            CommandKind::SetActorKey => Act::SetActorKey {
                signer: ActorName::new(ACTORS[self.actor()]).expect("an actor's name"),
                key: [u8::from(self.one_in(3)); 32],
                until: self.one_in(4).then(|| day("2024-04-02")),
                required: self.one_in(2),
            },
            _ => Act::CertifyState {
                upto: if self.one_in(8) { last.next() } else { last },
                as_of: day(["2024-03-31", "2025-03-31", "2024-03-31", "2024-02-29"][self.pick % 4]),
                fold: word("balances"),
                version: 1,
                count: 1,
                root: [1; 32],
                hash: [2; 32],
            },
        }
    }

    fn statement_act(self, state: &State, events: &[Recorded]) -> Act {
        let reason = word("matched");
        let pairs = pairs(state, events);
        let (line, fits) = match pairs.get(self.pick % pairs.len().max(1)) {
            Some(pair) if !self.one_in(6) => *pair,
            Some(_) | None => {
                let statement = self.event(events, |kind| kind == EventKind::StatementReceived);
                let line = u32::try_from(self.pick % 4).expect("a small number");
                (LineReference { statement, line }, self.event(events, |_| true))
            }
        };
        match self.act {
            CommandKind::ReceiveStatement => Act::ReceiveStatement {
                file: [(self.pick % 24) as u8; 32],
                bytes: 1,
                format: word("csv"),
                account: AccountKey(print(state.newest_key(), 6)),
                from: day("2024-04-01"),
                to: day(DAYS[self.pick % 3]),
                opening: None,
                closing: None,
                lines: 6,
                part: 1,
                repeated: 0,
                set_aside: 0,
            },
            CommandKind::ReceiveLines => self.receive_lines(state, events),
            CommandKind::Match => Act::Match {
                line,
                target: fits,
                rule: reason,
                further: Further::NONE,
                evidence: Vec::new(),
                difference: None,
            },
            CommandKind::Unmatch => {
                let of = |kind| matches!(kind, EventKind::Matched | EventKind::MatchDecided);
                Act::Unmatch { matched: self.event(events, of), reason }
            }
            _ => {
                let target = if self.one_in(4) { Position::NONE } else { fits };
                let rejected = self.one_in(5) && !target.is_none();
                Act::DecideMatch { line, target, reason, further: Further::NONE, rejected }
            }
        }
    }

    fn receive_lines(self, state: &State, events: &[Recorded]) -> Act {
        let statement = self.event(events, |kind| kind == EventKind::StatementReceived);
        let had = events.iter().filter_map(|one| match &one.event {
            Event::StatementLines(body) if body.statement == statement => Some(body.lines.len()),
            _ => None,
        });
        let first = u32::try_from(had.sum::<usize>() + 1).expect("few lines");
        let moved = events.iter().filter_map(|one| Some((one.envelope.amount, side(one)?)));
        let moved: Vec<(Money, LineSide)> = moved.collect();
        let lines = (0..1 + self.pick % 3).map(|more| {
            let of = moved.get((self.pick + more) % moved.len().max(1)).copied();
            let (amount, side) = of.unwrap_or((self.amount(), LineSide::Credit));
            StatementLine {
                amount,
                side,
                booked: day("2024-04-02"),
                value: day("2024-04-02"),
                references: vec![reference()],
                counterparty: Some(AccountKey(print(state.newest_key(), 7))),
                at: 0,
                bytes: 1,
                particulars: None,
            }
        });
        let first = if self.one_in(9) { first + 1 } else { first };
        Act::ReceiveLines { statement, first, lines: lines.collect() }
    }

    /// An event of a kind, or now and then any position.
    fn event(self, events: &[Recorded], of: impl Fn(EventKind) -> bool) -> Position {
        let found: Vec<&Recorded> = events.iter().filter(|one| of(one.event.kind())).collect();
        match found.get(self.pick % found.len().max(1)) {
            Some(one) if !self.one_in(10) => one.position,
            Some(_) | None => Position(self.pick as u64),
        }
    }

    /// All the case may still be paid, or every other time any amount.
    fn to_pay(self, state: &State) -> Money {
        let unpaid = self.case(state).and_then(|case| case.sanction).map(|one| one.draw.unpaid);
        unpaid
            .filter(|left| self.pick.is_multiple_of(2) && !left.is_zero())
            .unwrap_or(self.amount())
    }

    /// The return a re-issue waits for, or now and then any position.
    fn return_to_name(self, state: &State) -> Position {
        let latest = self.case(state).and_then(|case| case.latest(self.instalment));
        let waits = latest.map_or(Position::NONE, |payment| payment.returned);
        if self.one_in(6) { Position(self.pick as u64) } else { waits }
    }

    /// A payment and its amount, or now and then any position.
    fn payment(self, events: &[Recorded]) -> (Position, Money) {
        let paid = self.event(events, |kind| kind == EventKind::Disbursed);
        let of = events.iter().find(|one| one.position == paid);
        (paid, of.map_or(self.amount(), |one| one.envelope.amount))
    }
}

fn payee(state: &State) -> Payee {
    let account = AccountKey(print(state.newest_key(), 7));
    Payee { account, ifsc: Ifsc::parse("SBIN0001234").expect("an IFSC") }
}

/// Everything the histories name, under every older key that is held.
fn aliases(state: &State) -> Vec<Alias> {
    let newest = state.newest_key();
    let older = (1..newest).filter(|key| state.holds_key(*key));
    let of = |key| (1..10).map(move |thing| (print(newest, thing), print(key, thing)));
    older.flat_map(of).map(|(newest, older)| Alias { newest, older }).collect()
}

/// On which side of a statement an event's money stands.
fn side(one: &Recorded) -> Option<LineSide> {
    match one.event.kind() {
        EventKind::Disbursed | EventKind::InterestRemitted => Some(LineSide::Debit),
        EventKind::PaymentReturned
        | EventKind::Recovered
        | EventKind::MovedToSuspense
        | EventKind::InterestEarned => Some(LineSide::Credit),
        _ => None,
    }
}

/// Lines nobody matched and events they could be.
fn pairs(state: &State, events: &[Recorded]) -> Vec<(LineReference, Position)> {
    let mut pairs = Vec::new();
    for one in events {
        let Event::StatementLines(body) = &one.event else { continue };
        for (number, line) in (body.first..).zip(&body.lines) {
            let place = LineReference { statement: body.statement, line: number };
            if state.line_match(place).is_some() {
                continue;
            }
            let fits = |one: &&Recorded| {
                side(one) == Some(line.side)
                    && one.envelope.amount == line.amount
                    && state.reversal(one.position).is_none()
            };
            pairs.extend(events.iter().filter(fits).map(|one| (place, one.position)));
        }
    }
    pairs
}
