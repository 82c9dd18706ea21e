//! Money on its way, audits, statements, reversals, and what the ledger records of itself.

use alloc::{vec, vec::Vec};

use bahi_core::{
    AccessDenied, AccountKey, ActorKeySet, ActorNo, Adjusted, AuthorityNo, Envelope, Event,
    EventKind, Exported, FindingSettled, Further, KeyChange, KeyRotated, LineSide, MatchDecided,
    Matched, MovedToSuspense, Movement, PaymentConfirmed, PaymentReturned, PeriodSealed, Position,
    Reference, Reversed, Role, Settlement, StateCertified, StatementLines, StatementReceived,
    Unmatched, Utilised, WordNo,
};

use super::{super::builders::*, Row, ledger, new_actor, new_word, nowhere, of_case, varanasi};

pub(super) fn rows() -> Vec<Row> {
    [incoming(), accounted(), certified(), statements(), matches(), reversals(), house()].concat()
}

fn of_bank(number: usize, previous: u64, on: &str, amount: u64) -> Envelope {
    Envelope { amount: rupees(amount), ..of_case(number, previous, 6, Role::TreasuryJob, on) }
}

fn suspense(payment: u64, reason: u32, reference: Reference, on: &str) -> Event {
    let (payment, reason, own_day) = (Position(payment), WordNo(reason), day(on));
    Event::MovedToSuspense(MovedToSuspense { payment, reason, reference, own_day })
}

fn incoming() -> Vec<Row> {
    let bank = |word: Option<&str>| {
        let words = word.map(new_word);
        [new_actor("bank-job")].into_iter().chain(words).collect::<Vec<_>>()
    };
    let recovered = then(disbursed(), recover("A", 5));
    let carried = then(then(disbursed(), allot_next(150_000)), carry("A", 150_000));
    let later_fund =
        then(then(carried, on("2025-04-12", disburse("A", 2, 150_000))), utilise("A", 5));
    let confirmed = PaymentConfirmed {
        payment: Position(5),
        reference: reference("UTR9"),
        own_day: day("2024-06-22"),
    };
    let back =
        PaymentReturned { payment: Position(5), reason: WordNo(4), own_day: day("2024-06-25") };
    let closed =
        then(then(then(applied(), sanction("A", 100_000)), disburse("A", 1, 100_000)), close("A"));
    let late = PaymentReturned { reason: WordNo(4), ..back.clone() };
    let of_none = Envelope {
        effective_day: day("2024-06-28"),
        authority: AuthorityNo::NONE,
        amount: rupees(5),
        introduced: bank(Some("no_match")),
        ..ledger(6, 6, Role::TreasuryJob, varanasi())
    };
    vec![
        (
            "a return of what was recovered is other money",
            recovered,
            give_back(5, 100_000),
            Envelope {
                introduced: bank(Some("account_closed")),
                ..of_bank(7, 6, "2024-06-25", 100_000)
            },
            suspense(5, 4, reference("return"), "2024-06-25"),
        ),
        (
            "a return of what was used is other money, whatever a later fund paid",
            later_fund,
            on("2025-04-13", give_back(5, 100_000)),
            Envelope {
                introduced: bank(Some("account_closed")),
                ..of_bank(10, 9, "2025-04-13", 100_000)
            },
            suspense(5, 3, reference("return"), "2025-04-13"),
        ),
        (
            "a return of a sealed day counts on the first open one",
            sealed(disbursed(), "2025-03-31"),
            give_back(5, 100_000),
            Envelope {
                introduced: bank(Some("account_closed")),
                ..of_bank(8, 5, "2025-04-01", 100_000)
            },
            Event::PaymentReturned(back),
        ),
        (
            "a closed case's payment comes back",
            closed,
            give_back(5, 100_000),
            Envelope {
                introduced: bank(Some("account_closed")),
                ..of_bank(7, 6, "2024-06-25", 100_000)
            },
            Event::PaymentReturned(late),
        ),
        (
            "a bank confirms",
            disbursed(),
            confirm(5),
            Envelope { introduced: bank(None), ..of_bank(6, 5, "2024-06-22", 0) },
            Event::PaymentConfirmed(confirmed),
        ),
        (
            "money that seems a payment's waits",
            disbursed(),
            suspend(5, 5),
            Envelope { introduced: bank(Some("no_match")), ..of_bank(6, 5, "2024-06-28", 5) },
            suspense(5, 3, reference("UTR5"), "2024-06-28"),
        ),
        (
            "money of nothing known waits",
            disbursed(),
            suspend(5, 0),
            of_none,
            suspense(0, 3, reference("UTR5"), "2024-06-28"),
        ),
    ]
}

fn accounted() -> Vec<Row> {
    let drawing = |on, amount| Envelope {
        amount: rupees(amount),
        ..of_case(6, 5, 5, Role::DrawingOfficer, on)
    };
    let demanded = bahi_core::RecoveryDemanded {
        demanded: rupees(100_000),
        reason: WordNo(3),
        due: day("2024-12-15"),
        reference: reference("NOTICE/4"),
    };
    let adjusted = Adjusted { reason: WordNo(3), reference: reference("REPORT/2") };
    vec![
        (
            "all that was paid is asked back",
            disbursed(),
            demand("A", 100_000),
            Envelope { introduced: vec![new_word("unit_closed")], ..drawing("2024-11-15", 0) },
            Event::RecoveryDemanded(demanded),
        ),
        (
            "all that was paid was used",
            disbursed(),
            utilise("A", 100_000),
            drawing("2024-10-01", 100_000),
            Event::Utilised(Utilised { certificate: reference("UC/2") }),
        ),
        (
            "all that was paid became the beneficiary's",
            disbursed(),
            adjust("A", 100_000),
            Envelope {
                introduced: vec![new_word("two_years_run")],
                ..drawing("2024-10-02", 100_000)
            },
            Event::Adjusted(adjusted),
        ),
    ]
}

fn of_keeper(number: usize, on: &str, first: u16) -> Envelope {
    Envelope {
        effective_day: day(on),
        authority: AuthorityNo::NONE,
        ..ledger(number, 1, Role::Administrator, nowhere(first))
    }
}

fn certified() -> Vec<Row> {
    let settled = FindingSettled {
        audit: Position(6),
        finding: 2,
        settlement: Settlement::MadeGood,
        reference: reference("REPLY/1"),
    };
    let state = StateCertified {
        upto: Position(5),
        as_of: day("2025-03-31"),
        fold: WordNo(3),
        version: 1,
        count: 4,
        root: [1; 32],
        hash: [2; 32],
    };
    let period = PeriodSealed { until: day("2025-03-31"), certified: Position(6) };
    let of_none =
        Envelope { authority: AuthorityNo::NONE, ..ledger(7, 6, Role::Auditor, nowhere(2024)) };
    vec![
        (
            "the last finding is settled",
            then(disbursed(), audit("A")),
            settle(6, 2),
            of_case(7, 6, 6, Role::Auditor, "2025-02-20"),
            Event::FindingSettled(settled.clone()),
        ),
        (
            "a finding of an audit of the ledger is settled, and is of no case",
            then(disbursed(), audit_books()),
            settle(6, 2),
            Envelope { effective_day: day("2025-02-20"), introduced: vec![], ..of_none },
            Event::FindingSettled(settled),
        ),
        (
            "a fold is certified up to the last event",
            disbursed(),
            certify(5, "2025-03-31"),
            Envelope { introduced: vec![new_word("balances")], ..of_keeper(6, "2025-04-05", 2025) },
            Event::StateCertified(state),
        ),
        (
            "a period is sealed",
            then(disbursed(), certify(5, "2025-03-31")),
            seal(6, "2025-03-31"),
            of_keeper(7, "2025-04-06", 2025),
            Event::PeriodSealed(period),
        ),
    ]
}

fn statements() -> Vec<Row> {
    let bank = |number, on: &str| Envelope {
        effective_day: day(on),
        authority: AuthorityNo::NONE,
        ..ledger(number, 6, Role::TreasuryJob, nowhere(2024))
    };
    let received = StatementReceived {
        file: [1; 32],
        bytes: 900,
        format: WordNo(3),
        account: AccountKey(print(40)),
        from: day("2024-06-01"),
        to: day("2024-06-30"),
        opening: Some(total(5)),
        closing: None,
        lines: 4,
        part: 1,
        repeated: 0,
        set_aside: 0,
    };
    let held = || vec![line(LineSide::Debit, 1), line(LineSide::Credit, 2)];
    let fourth =
        StatementLines { statement: Position(6), first: 4, lines: vec![line(LineSide::Debit, 1)] };
    let first = StatementLines { statement: Position(6), first: 1, lines: held() };
    vec![
        (
            "a statement is received",
            disbursed(),
            statement(1, 4),
            Envelope {
                introduced: vec![new_actor("bank-job"), new_word("camt053")],
                ..bank(6, "2024-07-01")
            },
            Event::StatementReceived(received),
        ),
        (
            "its first lines follow",
            then(disbursed(), statement(1, 4)),
            lines(6, 1, held()),
            bank(7, "2024-07-01"),
            Event::StatementLines(first),
        ),
        (
            "and its last",
            stated(),
            lines(6, 4, vec![line(LineSide::Debit, 1)]),
            bank(8, "2024-07-01"),
            Event::StatementLines(fourth),
        ),
    ]
}

fn matches() -> Vec<Row> {
    let matched = |line, target, rule| {
        let (line, target, rule) = (at_line(6, line), Position(target), WordNo(rule));
        Event::Matched(Matched {
            line,
            target,
            rule,
            further: Further::NONE,
            evidence: Vec::new(),
            difference: None,
        })
    };
    let decided = |line, target, reason| {
        let (line, target, reason) = (at_line(6, line), Position(target), WordNo(reason));
        Event::MatchDecided(MatchDecided {
            line,
            target,
            reason,
            further: Further::NONE,
            rejected: false,
        })
    };
    let rule = || vec![new_word("utr_and_amount")];
    let seen = || vec![new_actor("cao-vns"), new_word("seen_by_hand")];
    let by_rule = |number, previous| of_bank(number, previous, "2024-07-02", 0);
    let returned = then(stated(), give_back(5, 100_000));
    let suspended = then(stated(), suspend(50, 0));
    let earned = then(stated(), earn(50));
    let of_none = |number, actor, role, on: &str| Envelope {
        effective_day: day(on),
        authority: AuthorityNo::NONE,
        ..ledger(number, actor, role, nowhere(2024))
    };
    let matching = then(stated(), match_line(at_line(6, 1), 5));
    let undone = then(matching.clone(), unmatch(8));
    let by_hand = of_case(8, 5, 7, Role::DrawingOfficer, "2024-07-04");
    vec![
        (
            "a line is a payment",
            stated(),
            match_line(at_line(6, 1), 5),
            Envelope { introduced: rule(), ..by_rule(8, 5) },
            matched(1, 5, 4),
        ),
        (
            "or a return",
            returned,
            match_line(at_line(6, 2), 8),
            Envelope { introduced: rule(), ..by_rule(9, 8) },
            matched(2, 8, 5),
        ),
        (
            "or money in suspense",
            suspended,
            match_line(at_line(6, 3), 8),
            Envelope { introduced: rule(), ..of_none(9, 6, Role::TreasuryJob, "2024-07-02") },
            matched(3, 8, 5),
        ),
        (
            "or interest",
            earned,
            match_line(at_line(6, 3), 8),
            Envelope { introduced: rule(), ..of_none(9, 6, Role::TreasuryJob, "2024-07-02") },
            matched(3, 8, 4),
        ),
        (
            "a match is undone",
            matching,
            unmatch(8),
            Envelope { introduced: vec![new_word("wrong_line")], ..of_bank(9, 8, "2024-07-03", 0) },
            Event::Unmatched(Unmatched { matched: Position(8), reason: WordNo(5) }),
        ),
        ("and made again", undone, match_line(at_line(6, 1), 5), by_rule(10, 9), matched(1, 5, 4)),
        (
            "a person decides",
            stated(),
            decide_match(at_line(6, 1), 5),
            Envelope { introduced: seen(), ..by_hand },
            decided(1, 5, 4),
        ),
        (
            "that a line is nothing of the ledger's",
            stated(),
            decide_match(at_line(6, 3), 0),
            Envelope { introduced: seen(), ..of_none(8, 7, Role::DrawingOfficer, "2024-07-04") },
            decided(3, 0, 4),
        ),
    ]
}

fn reversals() -> Vec<Row> {
    let role = Role::SanctioningAuthority;
    let reversing = |number, previous, amount| Envelope {
        authority: AuthorityNo(1),
        amount: rupees(amount),
        introduced: vec![new_word("wrong_entry")],
        ..of_case(number, previous, 4, role, "2025-03-01")
    };
    let reversed = |of, kind, movement, reason| {
        let (of, reason) = (Position(of), WordNo(reason));
        Event::Reversed(Reversed { of, kind, movement, reason })
    };
    let of_none = |number, fund, amount| Envelope {
        effective_day: day("2025-03-01"),
        amount: rupees(amount),
        introduced: vec![new_actor("dm-vns"), new_word("wrong_entry")],
        ..ledger(number, 3, role, fund)
    };
    let prayagraj = bahi_core::FundKey { district: PRAYAGRAJ, ..varanasi() };
    let moved = then(allotted(), move_funds(fund(PRAYAGRAJ), 5));
    let rejected = then(applied(), reject("A"));
    let unsanctioned = bahi_core::FundKey { head: bahi_core::HeadNo::NONE, ..varanasi() };
    let reopening = Envelope {
        fund: unsanctioned,
        terms: 0,
        introduced: vec![new_actor("dm-vns"), new_word("wrong_entry")],
        ..reversing(5, 4, 0)
    };
    vec![
        (
            "a payment is reversed",
            disbursed(),
            reverse(5),
            reversing(6, 5, 100_000),
            reversed(5, EventKind::Disbursed, Some(Movement::Payment), 3),
        ),
        (
            "a sanction is reversed",
            sanctioned(),
            reverse(4),
            reversing(5, 4, 250_000),
            reversed(4, EventKind::Sanctioned, Some(Movement::Sanction), 3),
        ),
        (
            "an allotment is reversed",
            allotted(),
            reverse(2),
            of_none(3, varanasi(), 1_000_000),
            reversed(2, EventKind::FundsAllotted, Some(Movement::Allotment), 1),
        ),
        (
            "money moved goes back",
            moved,
            reverse(3),
            of_none(4, varanasi(), 5),
            reversed(3, EventKind::FundsMoved, Some(Movement::Transfer { to: prayagraj }), 2),
        ),
        (
            "a closing is reversed",
            rejected,
            reverse(4),
            reopening,
            reversed(4, EventKind::Rejected, None, 3),
        ),
    ]
}

fn house() -> Vec<Row> {
    let exported = Exported { what: WordNo(3), upto: Position(5), rows: 12, digest: [3; 32] };
    let denying = Envelope {
        effective_day: day("2025-01-02"),
        authority: AuthorityNo::NONE,
        introduced: vec![new_actor("dic-vns"), new_word("export")],
        ..ledger(2, 2, Role::DistrictOffice, nowhere(2024))
    };
    let rotated = |key_id, change| Event::KeyRotated(KeyRotated { key_id, change, check: [9; 16] });
    vec![
        (
            "an export up to the last event is noted",
            disbursed(),
            export(5),
            Envelope { introduced: vec![new_word("postings")], ..of_keeper(6, "2025-01-01", 2024) },
            Event::Exported(exported),
        ),
        (
            "a denial is noted",
            opened(),
            deny(3),
            denying,
            Event::AccessDenied(AccessDenied { what: WordNo(1), count: 3 }),
        ),
        (
            "the first key is named",
            opened(),
            add_key(1),
            of_keeper(2, "2024-05-01", 2024),
            rotated(1, KeyChange::Added),
        ),
        (
            "the next key is added, the first unnamed",
            opened(),
            add_key(2),
            of_keeper(2, "2024-05-01", 2024),
            rotated(2, KeyChange::Added),
        ),
        (
            "and another beside it",
            [opened(), vec![add_key(2), add_key(3), rotate(1, KeyChange::Destroyed)]].concat(),
            rotate(2, KeyChange::Destroyed),
            of_keeper(5, "2024-05-01", 2024),
            rotated(2, KeyChange::Destroyed),
        ),
        (
            "an older key is destroyed",
            then(opened(), add_key(2)),
            rotate(1, KeyChange::Destroyed),
            of_keeper(3, "2024-05-01", 2024),
            rotated(1, KeyChange::Destroyed),
        ),
        (
            "an actor nobody has heard of is given a key",
            opened(),
            signing_key("dm-vns", 7, Some("2024-12-31")),
            Envelope {
                authority: AuthorityNo(1),
                introduced: vec![new_actor("dm-vns")],
                ..of_keeper(2, "2024-05-01", 2024)
            },
            Event::ActorKeySet(ActorKeySet {
                signer: ActorNo(2),
                key: [7; 32],
                until: Some(day("2024-12-31")),
                required: true,
            }),
        ),
    ]
}
