//! Balances against tables, against a naive oracle, and against themselves in parts.

extern crate std;

use alloc::{collections::BTreeMap, collections::BTreeSet, vec::Vec};

use bahi_core::{
    Account, AccountKey, ActorNo, Applicant, Applied, AuditScope, Audited, AuthorityNo, CaseRef,
    Columns, CommandId, CommandKind, CommandRefused, Day, Disbursed, District, Envelope, Event,
    EventKind, FinancialYear, Fingerprint, FundKey, HeadName, HeadNo, Ifsc, Instant, Introduction,
    Money, Movement, Names, Opinion, Payee, PaymentMode, PaymentReturned, Position, Projection,
    Recorded, Recovered, Reference, Role, Sanctioned, SchemeName, SchemeNo, Total, WordNo,
};
use proptest::prelude::*;

use crate::{Balances, By, Filter, postings};

mod double_entry;

mod images;

mod leaves;

mod movements;

mod outcomes;

mod samples;

mod snapshots;

mod stock;

fn fund(scheme: u16, head: u16, first: u16, district: u16) -> FundKey {
    FundKey {
        scheme: SchemeNo(scheme),
        head: HeadNo(head),
        fy: FinancialYear::from_first(first).expect("a year in range"),
        district: District(district),
    }
}

fn recorded(position: u64, fund: FundKey, case: u64, paise: i64, event: Event) -> Recorded {
    Recorded {
        position: Position(position),
        recorded_at: Instant::MIN,
        clamped: false,
        signed: None,
        envelope: Envelope {
            command: CommandId::from_bytes([7; 16]),
            case: Position(case),
            previous: Position::NONE,
            effective_day: Day::MIN,
            fund,
            amount: Money::from_paise(paise).expect("an amount in range"),
            actor: ActorNo(1),
            role: Role::Finance,
            authority: AuthorityNo::NONE,
            terms: 1,
            introduced: Vec::new(),
        },
        event,
    }
}

fn reference() -> Reference {
    Reference::new("bill 1").expect("a reference")
}

fn sanctioned() -> Event {
    Event::Sanctioned(Sanctioned { entitlement: Money::MAX, paragraph: WordNo(1) })
}

fn disbursed() -> Event {
    let print = Fingerprint { key_id: 1, print: [9; 16] };
    Event::Disbursed(Disbursed {
        instalment: 1,
        payee: Payee {
            account: AccountKey(print),
            ifsc: Ifsc::parse("SBIN0001234").expect("a code"),
        },
        mode: PaymentMode::Neft,
        reference: reference(),
        reissue_of: Position::NONE,
    })
}

fn returned() -> Event {
    Event::PaymentReturned(PaymentReturned {
        payment: Position(3),
        reason: WordNo(1),
        own_day: Day::MIN,
    })
}

fn recovered() -> Event {
    Event::Recovered(Recovered { reason: WordNo(1), reference: reference() })
}

fn applied() -> Event {
    Event::Applied(Applied {
        case_ref: CaseRef::new("A/1").expect("a case"),
        applicant: Applicant::NotInSource,
        facts: Vec::new(),
    })
}

fn audited() -> Event {
    Event::Audited(Audited {
        scope: AuditScope::Case,
        seen: Vec::new(),
        opinion: Opinion::Clear,
        findings: Vec::new(),
    })
}

fn refused() -> Event {
    Event::CommandRefused(CommandRefused {
        command: CommandKind::Sanction,
        subject: None,
        refusals: Vec::new(),
        digest: [0; 32],
        count: 1,
    })
}

/// The events that random histories are made of, by number; `other` is the fund of those that
/// have two.
fn event(kind: u8, negated: bool, other: FundKey) -> Event {
    let kinds = EventKind::ALL;
    let kind = kinds[usize::from(kind) % kinds.len()];
    let event = samples::sample(kind, other);
    let movement = recorded(1, other, u64::from(negated), 1, event.clone()).movement();
    match movement {
        Some((movement, false)) if negated => samples::reversed(1, kind, Some(movement)),
        _ => event,
    }
}

fn fold(events: &[Recorded]) -> Balances {
    let mut balances = Balances::default();
    for recorded in events {
        balances.apply(recorded);
    }
    balances
}

fn rupees(amount: i128) -> Total {
    Total::from_paise(amount * 100)
}

/// A case paid, returned, paid again and partly recovered, step by step.
#[test]
fn the_columns_follow_a_case_through_its_life() {
    let key = fund(1, 1, 2024, 187);
    let pending = fund(1, 0, 2024, 187);
    let columns =
        |allotted: i128, sanctioned: i128, disbursed: i128, returned: i128, recovered| Columns {
            allotted: rupees(allotted),
            sanctioned: rupees(sanctioned),
            disbursed: rupees(disbursed),
            returned: rupees(returned),
            recovered: rupees(recovered),
            available: rupees(allotted - sanctioned),
            ..Columns::default()
        };
    let steps = [
        (Event::FundsAllotted, 1_000, columns(1_000, 0, 0, 0, 0)),
        (sanctioned(), 400, columns(1_000, 400, 0, 0, 0)),
        (disbursed(), 400, columns(1_000, 400, 400, 0, 0)),
        (returned(), 400, columns(1_000, 400, 400, 400, 0)),
        (disbursed(), 400, columns(1_000, 400, 800, 400, 0)),
        (recovered(), 150, columns(1_000, 400, 800, 400, 150)),
        (refused(), 999, columns(1_000, 400, 800, 400, 150)),
    ];
    let mut balances = Balances::default();
    balances.apply(&recorded(1, pending, 1, 0, applied()));
    for (position, (event, amount, expected)) in (2..).zip(steps) {
        balances.apply(&recorded(position, key, 1, amount * 100, event));
        assert_eq!(balances.fund(&key), expected, "after {position}");
        assert_eq!(balances.total(), Columns { applied: 1, ..expected });
    }
    assert_eq!(balances.position(), Position(8));
    assert_eq!(balances.account(&key, Account::Advances), rupees(250));
    assert_eq!(balances.account(&key, Account::Issued), rupees(400));
    assert_eq!(balances.account(&key, Account::Committed), Total::ZERO);
    assert_eq!(balances.fund(&pending), Columns { applied: 1, ..Columns::default() });
    assert_eq!(balances.unplaced(), 0);
}

#[test]
fn a_case_is_counted_at_its_first_audit_alone() {
    let before = fund(1, 0, 2024, 187);
    let after = fund(1, 1, 2024, 187);
    let balances = fold(&[
        recorded(1, before, 1, 0, audited()),
        recorded(2, after, 1, 0, audited()),
        recorded(3, after, 9, 0, audited()),
    ]);
    assert_eq!(balances.fund(&before).audited, 1);
    assert_eq!(balances.fund(&after).audited, 1);
    assert_eq!(balances.total().audited, 2);
}

#[test]
fn what_cannot_be_placed_is_counted_and_changes_nothing() {
    let sound = fund(1, 1, 2024, 187);
    let base = [recorded(5, sound, 0, 100, Event::FundsAllotted)];
    let strays = [
        recorded(6, fund(0, 1, 2024, 187), 0, 100, Event::FundsAllotted),
        recorded(6, fund(1, 0, 2024, 187), 0, 100, sanctioned()),
        recorded(6, fund(0, 0, 2024, 187), 6, 0, applied()),
        recorded(6, sound, 0, 0, audited()),
        recorded(6, fund(0, 0, 2024, 187), 1, 0, audited()),
        recorded(5, sound, 0, 100, Event::FundsAllotted),
        recorded(4, sound, 0, 100, Event::FundsAllotted),
        recorded(0, sound, 0, 100, Event::FundsAllotted),
    ];
    for stray in strays {
        let mut balances = fold(&base);
        balances.apply(&stray);
        assert_eq!(balances.unplaced(), 1, "{stray:?}");
        assert_eq!(balances.first_unplaced(), Some(stray.position));
        assert_eq!(balances.funds(), fold(&base).funds());
        assert_ne!(balances.state_bytes(), fold(&base).state_bytes());
    }
}

fn names() -> Names {
    let mut names = Names::default();
    for scheme in ["training", "mda"] {
        let name = SchemeName::new(scheme).expect("a scheme");
        assert!(names.introduce(&Introduction::Scheme(name)));
    }
    for head in ["head-b", "head-a"] {
        let name = HeadName::new(head).expect("a head");
        assert!(names.introduce(&Introduction::Head(name)));
    }
    names
}

fn sample() -> Balances {
    fold(&[
        recorded(1, fund(1, 1, 2024, 187), 0, 100, Event::FundsAllotted),
        recorded(2, fund(2, 1, 2024, 187), 0, 200, Event::FundsAllotted),
        recorded(3, fund(2, 2, 2024, 187), 0, 400, Event::FundsAllotted),
        recorded(4, fund(2, 1, 2023, 200), 0, 800, Event::FundsAllotted),
        recorded(5, fund(2, 1, 2024, 0), 0, 1_600, Event::FundsAllotted),
        recorded(6, fund(2, 0, 2024, 187), 6, 0, applied()),
    ])
}

#[test]
fn rows_stand_in_order_of_scheme_year_district_and_head() {
    let rows = sample().rows(By::ALL, &Filter::default(), &names());
    let text: Vec<std::string::String> = rows
        .iter()
        .map(|row| {
            std::format!(
                "{} {} {} {} {} {}",
                row.scheme.as_ref().map_or("-", SchemeName::as_str),
                row.fy.map_or_else(std::string::String::new, |fy| std::format!("{fy}")),
                row.district.map_or_else(std::string::String::new, |d| std::format!("{d}")),
                row.head.as_ref().map_or("-", HeadName::as_str),
                row.columns.allotted.paise(),
                row.columns.applied,
            )
        })
        .collect();
    assert_eq!(
        text,
        [
            "mda 2023-24 200 head-b 800 0",
            "mda 2024-25 pool head-b 1600 0",
            "mda 2024-25 187 - 0 1",
            "mda 2024-25 187 head-a 400 0",
            "mda 2024-25 187 head-b 200 0",
            "training 2024-25 187 head-b 100 0",
        ]
    );
}

#[test]
fn rows_group_and_filter_by_any_part() {
    let (none, all) = (By::default(), Filter::default());
    let mda = Some(SchemeName::new("mda").expect("a scheme"));
    let head_a = Some(HeadName::new("head-a").expect("a head"));
    let unknown = Some(SchemeName::new("cfc").expect("a scheme"));
    let cases: [(By, Filter, &[i128]); 10] = [
        (none, all.clone(), &[3_100]),
        (By { scheme: true, ..none }, all.clone(), &[3_000, 100]),
        (By { fy: true, ..none }, all.clone(), &[800, 2_300]),
        (By { district: true, ..none }, all.clone(), &[1_600, 700, 800]),
        (By { head: true, ..none }, all.clone(), &[0, 400, 2_700]),
        (none, Filter { scheme: mda.clone(), ..all.clone() }, &[3_000]),
        (none, Filter { district: Some(District(187)), ..all.clone() }, &[700]),
        (none, Filter { fy: FinancialYear::from_first(2023), ..all.clone() }, &[800]),
        (By::ALL, Filter { head: head_a, scheme: mda, ..all.clone() }, &[400]),
        (By::ALL, Filter { scheme: unknown, ..all }, &[]),
    ];
    for (by, filter, expected) in cases {
        let rows = sample().rows(by, &filter, &names());
        let found: Vec<i128> = rows.iter().map(|row| row.columns.allotted.paise()).collect();
        assert_eq!(found, expected, "{by:?} {filter:?}");
        for row in &rows {
            assert_eq!(row.scheme.is_some(), by.scheme);
            assert_eq!(row.fy.is_some(), by.fy);
            assert_eq!(row.district.is_some(), by.district);
        }
    }
    let empty = Balances::default().rows(none, &Filter::default(), &names());
    assert_eq!(empty.len(), 1);
    assert_eq!(empty[0].columns, Columns::default());
}

#[test]
fn parts_that_overlap_are_not_added() {
    let key = fund(1, 1, 2024, 187);
    let early = fold(&[recorded(1, key, 0, 100, Event::FundsAllotted)]);
    let late = fold(&[recorded(2, key, 0, 100, Event::FundsAllotted)]);
    for (first, second, added) in
        [(&early, &late, true), (&late, &early, false), (&early, &early, false)]
    {
        let mut sum = first.clone();
        assert_eq!(sum.absorb(second), added);
        let unchanged = sum.state_bytes() == first.state_bytes();
        assert_eq!(unchanged, !added);
    }
    let mut sum = early.clone();
    assert!(sum.absorb(&Balances::default()));
    assert_eq!(sum.state_bytes(), early.state_bytes());
}

#[test]
fn a_second_audit_in_a_later_part_leaves_the_same_state() {
    let (before, after) = (fund(1, 0, 2024, 187), fund(1, 1, 2024, 187));
    let events = [recorded(1, before, 1, 0, audited()), recorded(2, after, 1, 0, audited())];
    let mut sum = fold(&events[..1]);
    assert!(sum.absorb(&fold(&events[1..])));
    assert_eq!(sum.state_bytes(), fold(&events).state_bytes());
    assert_eq!(sum.total().audited, 1);
}

/// What a balance is, computed event by event from the meaning of the words and not from postings.
#[derive(Default)]
struct Oracle {
    funds: BTreeMap<FundKey, Columns>,
    audited: BTreeSet<Position>,
    unplaced: u64,
}

impl Oracle {
    fn take(&mut self, recorded: &Recorded) {
        let envelope = &recorded.envelope;
        let key = envelope.fund;
        let amount = Total::from(envelope.amount);
        let movement = recorded.movement().filter(|_| amount != Total::ZERO);
        let audit = matches!(recorded.event, Event::Audited(_));
        let counted = audit || matches!(recorded.event, Event::Applied(_));
        let whole = |key: FundKey| !key.scheme.is_none() && !key.head.is_none();
        if let Some((movement, negated)) = movement {
            if !whole(key) || !movement.other().is_none_or(whole) {
                self.unplaced += 1;
                return;
            }
            let amount = if negated { -amount } else { amount };
            return self.move_money(movement, key, amount);
        }
        if !counted {
            return;
        }
        if key.scheme.is_none() || audit && envelope.case.is_none() {
            self.unplaced += 1;
            return;
        }
        let row = self.funds.entry(key).or_default();
        if !audit {
            row.applied += 1;
        } else if self.audited.insert(envelope.case) {
            row.audited += 1;
        }
    }

    /// Grants more, or less, from a fund.
    fn grant(&mut self, key: FundKey, amount: Total) {
        let row = self.funds.entry(key).or_default();
        row.sanctioned += amount;
        row.available -= amount;
    }

    /// Gives a fund more, or less.
    fn allot(&mut self, key: FundKey, amount: Total) {
        let row = self.funds.entry(key).or_default();
        row.allotted += amount;
        row.available += amount;
    }

    fn move_money(&mut self, movement: Movement, key: FundKey, amount: Total) {
        let row = self.funds.entry(key).or_default();
        match movement {
            Movement::Allotment => self.allot(key, amount),
            Movement::Withdrawal | Movement::FundLapse => self.allot(key, -amount),
            Movement::Transfer { to } => {
                self.allot(key, -amount);
                self.allot(to, amount);
            }
            Movement::Sanction | Movement::Increase => self.grant(key, amount),
            Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
                self.grant(key, -amount);
            }
            Movement::Carry { from } => {
                self.grant(from, -amount);
                self.grant(key, amount);
            }
            Movement::Payment => row.disbursed += amount,
            Movement::Return => row.returned += amount,
            Movement::Suspense => row.suspense += amount,
            Movement::Recovery => row.recovered += amount,
            Movement::Utilisation => row.utilised += amount,
            Movement::Adjustment => row.adjusted += amount,
            Movement::Interest => row.interest_earned += amount,
            Movement::Remittance => row.interest_remitted += amount,
        }
    }
}

fn history() -> impl Strategy<Value = Vec<Recorded>> {
    let fund_of = |scheme: u16, head: u16| (0..scheme, 0..head, 2022_u16..2025, 0_u16..4);
    let part = (any::<(u8, bool)>(), fund_of(3, 3), fund_of(3, 2), 0_u64..6, 0_i64..1_000);
    let amount = prop_oneof![9 => Just(0_i64), 1 => Just(Money::MAX.paise() - 1_000)];
    prop::collection::vec((part, amount, 1_u64..3), 0..200).prop_map(|parts| {
        let mut position = 0;
        let mut events = Vec::with_capacity(parts.len());
        for (((kind, negated), own, other, case, paise), more, step) in parts {
            position += step;
            let of = |(scheme, head, first, district)| fund(scheme, head, first, district);
            let event = event(kind, negated, of(other));
            events.push(recorded(position, of(own), case, paise + more, event));
        }
        events
    })
}

proptest! {
    #[test]
    fn the_fold_agrees_with_a_naive_one(events in history()) {
        let balances = fold(&events);
        let mut oracle = Oracle::default();
        for recorded in &events {
            oracle.take(recorded);
        }
        let expected: Vec<(FundKey, Columns)> = oracle.funds.into_iter().collect();
        prop_assert_eq!(balances.funds(), expected);
        prop_assert_eq!(balances.unplaced(), oracle.unplaced);
    }

    #[test]
    fn every_fund_sums_to_zero_over_its_accounts(events in history()) {
        let balances = fold(&events);
        for (key, columns) in balances.funds() {
            let sum: Total = Account::ALL.into_iter().map(|a| balances.account(&key, a)).sum();
            prop_assert_eq!(sum, Total::ZERO);
            prop_assert_eq!(columns.allotted, columns.available + columns.sanctioned);
        }
    }

    #[test]
    fn a_fold_in_parts_is_the_fold_of_all(
        events in history(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).collect();
        cuts.sort_unstable();
        let mut sum = Balances::default();
        let mut from = 0;
        for to in cuts.into_iter().chain([events.len()]) {
            prop_assert!(sum.absorb(&fold(&events[from..to])));
            from = to;
        }
        prop_assert_eq!(sum.state_bytes(), fold(&events).state_bytes());
    }

    #[test]
    fn rows_of_any_grouping_add_up_to_the_total(
        events in history(),
        (scheme, district, head, fy) in any::<(bool, bool, bool, bool)>(),
    ) {
        let balances = fold(&events);
        let by = By { scheme, district, head, fy };
        let mut sum = Columns::default();
        for row in balances.rows(by, &Filter::default(), &names()) {
            sum.add(&row.columns);
        }
        prop_assert_eq!(sum, balances.total());
    }
}

#[test]
fn state_bytes_do_not_depend_on_the_order_of_funds_seen() {
    let (one, two) = (fund(1, 1, 2024, 187), fund(2, 1, 2024, 187));
    let part = |position, key| recorded(position, key, 0, 100, Event::FundsAllotted);
    let left = fold(&[part(1, one), part(2, two), part(3, one)]);
    let mut right = Balances::default();
    for (position, key) in [(1, two), (2, one), (3, one)] {
        right.apply(&part(position, key));
    }
    assert_eq!(left.state_bytes(), right.state_bytes());
    assert_eq!(left.state_bytes().len(), 16 + 8 * 4 + 2 * (8 + 240 + 16) + 8);
}
