//! Properties of the whole ledger over random histories: what must hold after every command.
//!
//! A history is a list of small operations, so it shrinks to the few that matter. An oracle of
//! sums, fed with the commands that were accepted, stands beside the ledger's own folds.

use std::collections::{BTreeMap, BTreeSet};

use bahi::{
    By, Filter, Ledger, LedgerName, NewLedger, Outcome, View,
    core::{
        AccountKey, Act, ActorName, Applicant, AuditScope, Authority, CaseRef, Command, CommandId,
        Day, District, FinancialYear, Fingerprint, Fund, GivenFact, HeadName, Ifsc, Money, Opinion,
        OrderNumber, Payee, PaymentMode, Position, Reference, Role, SchemeName, Stage, Total, Word,
    },
    postings,
};
use proptest::prelude::*;

/// One operation of a history; numbers pick among few names, so that operations meet.
#[derive(Clone, Debug)]
enum Operation {
    Allot {
        fund: u8,
        lakh: u8,
    },
    Apply {
        case: u8,
        district: u8,
        lakh: u8,
    },
    Sanction {
        case: u8,
        fund: u8,
        percent: u8,
        actor: u8,
    },
    Disburse {
        case: u8,
        instalment: u8,
        percent: u8,
        actor: u8,
        reissue: bool,
    },
    Return {
        payment: u8,
        short: bool,
    },
    Recover {
        case: u8,
        percent: u8,
    },
    Audit {
        case: u8,
        actor: u8,
    },
    /// The same command again, byte for byte.
    Retry {
        earlier: u8,
    },
    /// Another command under an id that stands.
    Reuse {
        earlier: u8,
    },
    /// Close and open again.
    Reopen,
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::{
        Allot, Apply, Audit, Disburse, Recover, Reopen, Retry, Return, Reuse, Sanction,
    };
    prop_oneof![
        2 => (0..4_u8, 0..6_u8).prop_map(|(fund, lakh)| Allot { fund, lakh }),
        4 => (0..5_u8, 0..3_u8, 1..60_u8)
            .prop_map(|(case, district, lakh)| Apply { case, district, lakh }),
        4 => (0..5_u8, 0..4_u8, 0..108_u8, 0..3_u8)
            .prop_map(|(case, fund, percent, actor)| Sanction { case, fund, percent, actor }),
        5 => (0..5_u8, 0..3_u8, 1..120_u8, 0..3_u8, any::<bool>()).prop_map(
            |(case, instalment, percent, actor, reissue)| Disburse {
                case, instalment, percent, actor, reissue,
            }
        ),
        3 => (0..8_u8, prop::bool::weighted(0.1))
            .prop_map(|(payment, short)| Return { payment, short }),
        2 => (0..5_u8, 1..120_u8).prop_map(|(case, percent)| Recover { case, percent }),
        2 => (0..5_u8, 0..3_u8).prop_map(|(case, actor)| Audit { case, actor }),
        2 => any::<u8>().prop_map(|earlier| Retry { earlier }),
        1 => any::<u8>().prop_map(|earlier| Reuse { earlier }),
        1 => Just(Reopen),
    ]
}

/// The sums of one fund, kept from accepted commands alone.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
struct Sums {
    allotted: i128,
    sanctioned: i128,
    disbursed: i128,
    returned: i128,
    recovered: i128,
}

/// What the oracle remembers of a case: its fund and its sanction.
type Cases = BTreeMap<CaseRef, (Fund, Money)>;

/// A ledger and the oracle beside it.
struct World {
    dir: tempfile::TempDir,
    ledger: Option<Ledger>,
    sums: BTreeMap<Fund, Sums>,
    cases: Cases,
    payments: Vec<(Position, CaseRef, Money)>,
    returns: BTreeMap<CaseRef, Position>,
    sent: Vec<(Command, Outcome)>,
    used: BTreeSet<CommandId>,
}

fn name(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn day() -> Day {
    Day::from_date(2024, 6, 10).expect("a day")
}

fn district(index: u8) -> District {
    [District(187), District(118), District::POOL][usize::from(index % 3)]
}

fn fund(index: u8) -> Fund {
    Fund {
        scheme: SchemeName::new("margin-money").expect("a name"),
        head: HeadName::new(if index == 3 { "other" } else { "odop" }).expect("a name"),
        fy: FinancialYear::of(day()),
        district: district(index),
    }
}

fn share(of: Money, percent: u8) -> Money {
    Money::from_paise(of.paise() / 100 * i64::from(percent)).unwrap_or_default()
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().expect("a directory");
        let new = NewLedger::named(LedgerName::new("properties").expect("a name"));
        let mut ledger = Ledger::create(&dir.path().join("ledger"), &new).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        World {
            dir,
            ledger: Some(ledger),
            sums: BTreeMap::new(),
            cases: BTreeMap::new(),
            payments: Vec::new(),
            returns: BTreeMap::new(),
            sent: Vec::new(),
            used: BTreeSet::new(),
        }
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().expect("the world holds its ledger open")
    }

    fn reopen(&mut self) {
        let before = (self.ledger().position(), self.ledger().root(), self.rows());
        drop(self.ledger.take());
        let opened = Ledger::open(&self.dir.path().join("ledger")).expect("it opens again");
        self.ledger = Some(opened);
        let after = (self.ledger().position(), self.ledger().root(), self.rows());
        assert_eq!(before, after, "closing and opening changes nothing");
    }

    fn rows(&mut self) -> Vec<bahi::core::BalanceRow> {
        let by = By { scheme: true, district: true, head: true, fy: true };
        let answer = self.ledger().balances(by, &Filter::default(), View::NOW);
        answer.expect("balances answer").rows
    }

    /// The command of an operation, as somebody who sees the answers so far would send it.
    fn command(&self, operation: &Operation) -> Option<(Role, u8, Act)> {
        let case_ref = |case: &u8| CaseRef::new(&format!("CASE/{case}")).expect("a name");
        let sanctioned = |case: &u8| {
            self.cases.get(&case_ref(case)).map_or(Money::from_rupees(100), |(_, m)| Some(*m))
        };
        Some(match operation {
            Operation::Allot { fund: index, lakh } => {
                let amount = Money::from_rupees(u64::from(*lakh) * 100_000)?;
                (Role::Finance, 0, Act::Allot { fund: fund(*index), amount })
            }
            Operation::Apply { case, district: index, lakh } => {
                let cost = GivenFact::Text(name(&format!("{}", u64::from(*lakh) * 100_000)));
                (
                    Role::DistrictOffice,
                    1,
                    Act::Apply {
                        scheme: SchemeName::new("margin-money").expect("a name"),
                        district: district(*index),
                        case_ref: case_ref(case),
                        applicant: Applicant::NotInSource,
                        facts: vec![(name("project_cost"), cost)],
                    },
                )
            }
            Operation::Sanction { case, fund: index, percent, actor } => {
                let amount = share(Money::from_rupees(250_000)?, *percent);
                let act = Act::Sanction { case_ref: case_ref(case), fund: fund(*index), amount };
                (Role::SanctioningAuthority, *actor, act)
            }
            Operation::Disburse { case, instalment, percent, actor, reissue } => {
                let returned = self.returns.get(&case_ref(case)).copied().unwrap_or_default();
                let account = AccountKey(Fingerprint { key_id: 1, print: [*case; 16] });
                let ifsc = Ifsc::parse("SBIN0001234").expect("an IFSC");
                (
                    Role::DrawingOfficer,
                    *actor,
                    Act::Disburse {
                        case_ref: case_ref(case),
                        instalment: u16::from(*instalment),
                        amount: share(sanctioned(case)?, *percent),
                        payee: Payee { account, ifsc },
                        mode: PaymentMode::Neft,
                        reference: Reference::new("BILL/1").expect("a name"),
                        reissue_of: if *reissue { returned } else { Position::NONE },
                    },
                )
            }
            Operation::Return { payment, short } => {
                let known = self.payments.get(usize::from(*payment));
                let (payment, amount) =
                    known.map_or((Position(3), Money::from_rupees(1)?), |p| (p.0, p.2));
                let amount = if *short { share(amount, 50) } else { amount };
                (Role::TreasuryJob, 2, Act::Return { payment, amount, reason: name("02") })
            }
            Operation::Recover { case, percent } => (
                Role::TreasuryJob,
                2,
                Act::Recover {
                    case_ref: case_ref(case),
                    amount: share(sanctioned(case)?, *percent),
                    reason: name("misuse"),
                    reference: Reference::new("CHALLAN/1").expect("a name"),
                },
            ),
            Operation::Audit { case, actor } => (
                Role::Auditor,
                *actor,
                Act::Audit {
                    case_ref: case_ref(case),
                    scope: AuditScope::Case,
                    opinion: Opinion::Clear,
                    findings: vec![(name("C05"), Money::ZERO)],
                },
            ),
            Operation::Retry { .. } | Operation::Reuse { .. } | Operation::Reopen => return None,
        })
    }

    fn step(&mut self, number: usize, operation: &Operation) {
        match operation {
            Operation::Reopen => return self.reopen(),
            Operation::Retry { earlier } => return self.retry(usize::from(*earlier)),
            Operation::Reuse { earlier } => return self.reuse(usize::from(*earlier)),
            Operation::Allot { .. }
            | Operation::Apply { .. }
            | Operation::Sanction { .. }
            | Operation::Disburse { .. }
            | Operation::Return { .. }
            | Operation::Recover { .. }
            | Operation::Audit { .. } => {}
        }
        let Some((role, actor, act)) = self.command(operation) else { return };
        let mut bytes = [0_u8; 16];
        bytes[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        let command = Command {
            id: CommandId::from_bytes(bytes),
            actor: ActorName::new(&format!("office-{actor}")).expect("a name"),
            role,
            effective_day: day(),
            authority: Some(Authority {
                order: OrderNumber::new("GO/1").expect("a name"),
                date: day(),
                paragraph: None,
            }),
            act,
        };
        let before = self.rows();
        let outcome = self.send(&command);
        match &outcome {
            Outcome::Accepted(receipt) => self.learn(&command, receipt.position),
            Outcome::Refused(_) | Outcome::TooLarge(_) => {
                assert_eq!(before, self.rows(), "a refusal changes no balance");
            }
        }
        self.used.insert(command.id);
        self.sent.push((command, outcome));
    }

    fn send(&mut self, command: &Command) -> Outcome {
        let outcomes = self.ledger().submit_each(std::slice::from_ref(command));
        outcomes.expect("the ledger works").pop().expect("one outcome for one command")
    }

    /// What the oracle learns from an accepted command.
    fn learn(&mut self, command: &Command, position: Position) {
        match &command.act {
            Act::Allot { fund, amount } => {
                self.sums.entry(fund.clone()).or_default().allotted += i128::from(amount.paise());
            }
            Act::Sanction { case_ref, fund, amount } => {
                self.cases.insert(case_ref.clone(), (fund.clone(), *amount));
                self.of(&case_ref.clone()).sanctioned += i128::from(amount.paise());
            }
            Act::Disburse { case_ref, amount, .. } => {
                self.payments.push((position, case_ref.clone(), *amount));
                self.returns.remove(case_ref);
                self.of(&case_ref.clone()).disbursed += i128::from(amount.paise());
            }
            Act::Return { payment, amount, .. } => {
                let paid = self.payments.iter().find(|(at, ..)| at == payment).cloned();
                let (_, case_ref, _) = paid.expect("only a payment of the history comes back");
                self.returns.insert(case_ref.clone(), position);
                self.of(&case_ref).returned += i128::from(amount.paise());
            }
            Act::Recover { case_ref, amount, .. } => {
                self.of(&case_ref.clone()).recovered += i128::from(amount.paise());
            }
            Act::OpenScheme { .. }
            | Act::ChangeTerms { .. }
            | Act::Apply { .. }
            | Act::Audit { .. } => {}
        }
    }

    fn of(&mut self, case_ref: &CaseRef) -> &mut Sums {
        let (fund, _) = self.cases.get(case_ref).cloned().expect("money moves on sanctioned cases");
        self.sums.entry(fund).or_default()
    }

    fn retry(&mut self, earlier: usize) {
        if self.sent.is_empty() {
            return;
        }
        let (command, first) = self.sent[earlier % self.sent.len()].clone();
        let before = (self.rows(), self.ledger().position());
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
        assert_eq!(before, (self.rows(), self.ledger().position()), "a retry changes nothing");
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

    /// Conservation, and agreement with the oracle, fund by fund.
    fn check(&mut self) {
        let rows = self.rows();
        for row in &rows {
            let columns = &row.columns;
            assert!(!columns.available.is_negative(), "sanctioned beyond allotted: {row:?}");
            assert_eq!(columns.allotted, columns.sanctioned + columns.available, "{row:?}");
            let paid = columns.disbursed - columns.returned;
            assert!(paid <= columns.sanctioned, "paid beyond sanctioned: {row:?}");
            assert!(columns.recovered <= paid, "recovered beyond paid: {row:?}");
        }
        for (fund, sums) in &self.sums {
            let row = rows.iter().find(|row| {
                row.scheme.as_ref() == Some(&fund.scheme)
                    && row.head.as_ref() == Some(&fund.head)
                    && row.fy == Some(fund.fy)
                    && row.district == Some(fund.district)
            });
            let columns = row.map(|row| row.columns).unwrap_or_default();
            let seen = Sums {
                allotted: columns.allotted.paise(),
                sanctioned: columns.sanctioned.paise(),
                disbursed: columns.disbursed.paise(),
                returned: columns.returned.paise(),
                recovered: columns.recovered.paise(),
            };
            assert_eq!(seen, *sums, "balances and oracle of {fund:?}");
        }
    }

    /// What must hold at the end of every history.
    fn finish(&mut self) {
        let verification = self.ledger().verify();
        assert!(verification.ok(), "{:?}", verification.passes);
        let replay = self.ledger().replay(View::NOW, true, &mut |_| {}).expect("a replay");
        assert!(replay.agrees(), "{:?}", replay.compared);
        let last = self.ledger().position();
        for recorded in self.ledger().events(Position(1), last) {
            let recorded = recorded.expect("an event reads");
            let sum: Total = postings(&recorded)
                .as_slice()
                .iter()
                .map(|(_, posting)| {
                    let amount = Total::from(posting.amount);
                    if posting.debit { amount } else { -amount }
                })
                .sum();
            assert_eq!(sum, Total::ZERO, "postings of {recorded:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_history_conserves_money_and_tells_the_same_story_twice(
        operations in prop::collection::vec(operation(), 1..80)
    ) {
        let mut world = World::new();
        for (number, operation) in operations.iter().enumerate() {
            world.step(number, operation);
            world.check();
        }
        world.finish();
    }

    #[test]
    fn a_batch_is_all_or_none(
        operations in prop::collection::vec(operation(), 1..40)
    ) {
        let mut world = World::new();
        for (number, operation) in operations.iter().enumerate() {
            world.step(number, operation);
        }
        let before = (world.ledger().position(), world.ledger().root(), world.rows());
        let mut batch: Vec<Command> = world
            .sent
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Accepted(_)))
            .map(|(command, _)| {
                let mut fresh = command.clone();
                let mut bytes = fresh.id.to_bytes();
                bytes[0] = 1;
                fresh.id = CommandId::from_bytes(bytes);
                fresh
            })
            .filter(|command| matches!(command.act, Act::Allot { .. }))
            .collect();
        let lawful = world.ledger().submit_all(&batch);
        prop_assert_eq!(lawful.map(|receipts| receipts.len()).ok(), Some(batch.len()));
        let between = (world.ledger().position(), world.ledger().root(), world.rows());
        prop_assert_eq!(between.0.0 - before.0.0, batch.len() as u64);
        for command in &mut batch {
            let mut bytes = command.id.to_bytes();
            bytes[0] = 2;
            command.id = CommandId::from_bytes(bytes);
        }
        if let Some(last) = batch.last_mut() {
            if let Act::Allot { amount, .. } = &mut last.act {
                *amount = Money::ZERO;
            }
            prop_assert!(world.ledger().submit_all(&batch).is_err());
            let after = (world.ledger().position(), world.ledger().root(), world.rows());
            prop_assert_eq!(between, after);
            world.finish();
        }
    }
}
