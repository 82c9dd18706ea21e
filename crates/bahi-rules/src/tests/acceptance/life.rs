//! Funds, cases and sanctions beyond the story of one case.

use alloc::{vec, vec::Vec};

use bahi_core::{
    ApplicationAmended, AuthorityNo, Barred, CaseClosed, District, Envelope, Event, Evidence, Fund,
    FundKey, FundsMoved, FundsWithdrawn, HeadNo, InterestEarned, InterestRemitted, Introduction,
    Lapsed, Rejected, Role, SanctionCancelled, SanctionCarried, SanctionRevised, StepRecorded,
    StockMove, StockMoved, StoredFact, Withdrawn, WordNo,
};

use super::{
    super::builders::*, Row, disbursed_event, ledger, new_actor, new_word, nowhere, of_case,
    varanasi,
};

pub(super) fn rows() -> Vec<Row> {
    [funds(), interest(), sanctions(), carried(), applications(), endings(), things()].concat()
}

/// An envelope of fin-01, which is actor 2, on no order.
fn of_finance(number: usize, on: &str, amount: u64) -> Envelope {
    Envelope {
        effective_day: day(on),
        authority: AuthorityNo::NONE,
        amount: rupees(amount),
        ..ledger(number, 2, Role::Finance, varanasi())
    }
}

fn ordered(envelope: Envelope) -> Envelope {
    Envelope { authority: AuthorityNo(1), ..envelope }
}

fn says(envelope: Envelope, words: &[&str]) -> Envelope {
    let words = words.iter().map(|text| new_word(text));
    let introduced = envelope.introduced.into_iter().chain(words).collect();
    Envelope { introduced, ..envelope }
}

fn funds() -> Vec<Row> {
    let to = FundKey { district: PRAYAGRAJ, ..varanasi() };
    let other_head = Fund { head: head("4851"), ..fund(PRAYAGRAJ) };
    let reason = WordNo(1);
    let moving = || ordered(of_finance(3, "2024-09-02", 5));
    let head_first = vec![Introduction::Head(head("4851")), new_word("reappropriation")];
    vec![
        (
            "money is taken back",
            allotted(),
            withdraw_funds(5),
            says(ordered(of_finance(3, "2024-09-01", 5)), &["surrender"]),
            Event::FundsWithdrawn(FundsWithdrawn { reason }),
        ),
        (
            "all of a fund is moved to another district",
            allotted(),
            move_funds(fund(PRAYAGRAJ), 1_000_000),
            says(ordered(of_finance(3, "2024-09-02", 1_000_000)), &["reappropriation"]),
            Event::FundsMoved(FundsMoved { to, reason }),
        ),
        (
            "money is moved to a head not heard of",
            allotted(),
            move_funds(other_head, 5),
            Envelope { introduced: head_first, ..moving() },
            Event::FundsMoved(FundsMoved { to: FundKey { head: HeadNo(2), ..to }, reason }),
        ),
        (
            "what nobody was granted lapses",
            allotted(),
            lapse_fund(1_000_000),
            says(of_finance(3, "2025-03-31", 1_000_000), &["year_over"]),
            Event::Lapsed(Lapsed { reason }),
        ),
    ]
}

fn interest() -> Vec<Row> {
    vec![
        (
            "a fund's money earns interest",
            allotted(),
            earn(5),
            of_finance(3, "2024-09-30", 5),
            Event::InterestEarned(InterestEarned { reference: reference("INT/1") }),
        ),
        (
            "all of it is handed back",
            then(allotted(), earn(5)),
            remit(5),
            of_finance(4, "2024-10-05", 5),
            Event::InterestRemitted(InterestRemitted { reference: reference("CH/7") }),
        ),
    ]
}

fn granting(number: usize, previous: u64, on: &str, amount: u64) -> Envelope {
    let envelope = of_case(number, previous, 4, Role::SanctioningAuthority, on);
    Envelope { amount: rupees(amount), ..envelope }
}

fn sanctions() -> Vec<Row> {
    let less = || then(applied(), sanction("A", 200_000));
    let nothing = then(less(), amend("A", vec![cost("10000000.01")]));
    let revised = |raised, sanctioned, entitlement, paragraph| {
        Event::SanctionRevised(SanctionRevised {
            raised,
            sanctioned: rupees(sanctioned),
            entitlement: rupees(entitlement),
            paragraph: WordNo(paragraph),
        })
    };
    let cancelled = || Event::SanctionCancelled(SanctionCancelled { reason: WordNo(3) });
    let all_paid = then(sanctioned(), disburse("A", 1, 250_000));
    let late = then(then(disbursed(), cancel("A")), give_back(5, 100_000));
    vec![
        (
            "a sanction is raised to the entitlement",
            less(),
            revise("A", 250_000),
            ordered(granting(5, 4, "2024-07-10", 50_000)),
            revised(true, 250_000, 250_000, 2),
        ),
        (
            "a sanction is lowered, though the facts give nothing now and the year is over",
            nothing,
            on("2025-05-01", revise("A", 150_000)),
            says(ordered(granting(6, 5, "2025-05-01", 50_000)), &["none"]),
            revised(false, 150_000, 0, 3),
        ),
        (
            "a sanction is lowered to what was paid",
            disbursed(),
            revise("A", 100_000),
            ordered(granting(6, 5, "2024-07-10", 150_000)),
            revised(false, 100_000, 250_000, 2),
        ),
        (
            "a sanction is taken back",
            sanctioned(),
            cancel("A"),
            says(ordered(granting(5, 4, "2024-08-10", 250_000)), &["unit_closed"]),
            cancelled(),
        ),
        (
            "one that is paid out is taken back for nothing",
            all_paid,
            cancel("A"),
            says(ordered(granting(6, 5, "2024-08-10", 0)), &["unit_closed"]),
            cancelled(),
        ),
        (
            "what is unpaid lapses with the year",
            disbursed(),
            lapse("A", 150_000),
            says(granting(6, 5, "2025-03-31", 150_000), &["year_over"]),
            Event::Lapsed(Lapsed { reason: WordNo(3) }),
        ),
        (
            "what came back to a sanction taken back lapses at once",
            late,
            on("2024-08-11", lapse("A", 100_000)),
            says(granting(8, 7, "2024-08-11", 100_000), &["year_over"]),
            Event::Lapsed(Lapsed { reason: WordNo(5) }),
        ),
    ]
}

fn carried() -> Vec<Row> {
    let next = FundKey { fy: year("2025-26"), ..varanasi() };
    let given = || then(disbursed(), allot_next(150_000));
    let after = || then(given(), carry("A", 150_000));
    let paying = of_case(8, 7, 5, Role::DrawingOfficer, "2025-04-12");
    let back = |number, previous, amount| Envelope {
        amount: rupees(amount),
        ..of_case(number, previous, 6, Role::TreasuryJob, "2025-04-20")
    };
    let returned = bahi_core::PaymentReturned {
        payment: bahi_core::Position(5),
        reason: WordNo(3),
        own_day: day("2025-04-20"),
    };
    let late = then(after(), on("2025-04-20", give_back(5, 100_000)));
    vec![
        (
            "what is unpaid is carried on",
            given(),
            carry("A", 150_000),
            Envelope { fund: next, ..ordered(granting(7, 5, "2025-04-10", 150_000)) },
            Event::SanctionCarried(SanctionCarried { from: varanasi() }),
        ),
        (
            "a later payment is the new fund's",
            after(),
            on("2025-04-12", disburse("A", 2, 150_000)),
            Envelope { amount: rupees(150_000), fund: next, ..paying },
            disbursed_event(2, 0),
        ),
        (
            "an older payment comes back to its own fund",
            after(),
            on("2025-04-20", give_back(5, 100_000)),
            Envelope {
                introduced: vec![new_actor("bank-job"), new_word("account_closed")],
                ..back(8, 7, 100_000)
            },
            Event::PaymentReturned(returned),
        ),
        (
            "what came back is carried after the rest",
            then(late, allot_next(100_000)),
            carry("A", 100_000),
            Envelope { fund: next, ..ordered(granting(10, 8, "2025-04-10", 100_000)) },
            Event::SanctionCarried(SanctionCarried { from: varanasi() }),
        ),
    ]
}

/// An envelope of case A before its sanction.
fn of_office(number: usize, previous: u64, on: &str) -> Envelope {
    let fund = FundKey { head: HeadNo::NONE, ..varanasi() };
    Envelope { fund, terms: 0, ..of_case(number, previous, 3, Role::DistrictOffice, on) }
}

fn applications() -> Vec<Row> {
    let facts = vec![(WordNo(1), StoredFact::Money(rupees(900_000)))];
    let twice = then(applied(), change_terms("2024-05-20"));
    let amended = || Event::ApplicationAmended(ApplicationAmended { facts: facts.clone() });
    let evidence = vec![Evidence { kind: WordNo(3), reference: reference("TF/3") }];
    let reported = vec![(WordNo(1), StoredFact::Money(rupees(3)))];
    let amending = || amend("A", vec![cost("900000")]);
    vec![
        (
            "an application states other facts",
            applied(),
            amending(),
            Envelope { terms: 1, ..of_office(4, 3, "2024-05-20") },
            amended(),
        ),
        (
            "under the terms of the day",
            twice,
            amending(),
            Envelope { terms: 2, ..of_office(5, 3, "2024-05-20") },
            amended(),
        ),
        (
            "a step is taken",
            applied(),
            step("A"),
            Envelope {
                terms: 1,
                ..says(of_office(4, 3, "2024-05-25"), &["task_force", "minutes"])
            },
            Event::StepRecorded(StepRecorded { step: WordNo(2), evidence, reported, late_by: 0 }),
        ),
    ]
}

fn endings() -> Vec<Row> {
    let reason = WordNo(2);
    let barred = Barred { subject: person(9), until: Some(day("2024-12-31")), reason: WordNo(1) };
    let barring = Envelope {
        effective_day: day("2024-05-01"),
        introduced: vec![new_actor("dm-vns"), new_word("default")],
        ..ledger(2, 2, Role::SanctioningAuthority, nowhere(2024))
    };
    let cancelled = then(sanctioned(), cancel("A"));
    let gone = Envelope { terms: 1, fund: varanasi(), ..of_office(6, 5, "2024-05-30") };
    vec![
        (
            "an application is turned down",
            applied(),
            reject("A"),
            says(of_office(4, 3, "2024-05-30"), &["no_project"]),
            Event::Rejected(Rejected { reason }),
        ),
        (
            "one whose sanction was taken back too",
            cancelled,
            reject("A"),
            says(gone, &["no_project"]),
            Event::Rejected(Rejected { reason: WordNo(4) }),
        ),
        (
            "an application is taken back",
            applied(),
            withdraw("A"),
            says(of_office(4, 3, "2024-05-30"), &["own_wish"]),
            Event::Withdrawn(Withdrawn { reason }),
        ),
        (
            "a case is done",
            then(sanctioned(), disburse("A", 1, 250_000)),
            close("A"),
            says(of_case(6, 5, 3, Role::DistrictOffice, "2025-01-10"), &["done"]),
            Event::CaseClosed(CaseClosed { reason: WordNo(3) }),
        ),
        (
            "somebody is barred",
            opened(),
            bar(person(9), Some("2024-12-31")),
            barring,
            Event::Barred(barred),
        ),
    ]
}

fn things() -> Vec<Row> {
    let moved = |movement, quantity| {
        let (item, reference) = (WordNo(2), reference("GRN/1"));
        Event::StockMoved(StockMoved { item, movement, quantity, reference })
    };
    let of_none = |number| Envelope {
        case: bahi_core::Position::NONE,
        previous: bahi_core::Position::NONE,
        ..of_office(number, 0, "2024-08-01")
    };
    let pooled = edited(stock(StockMove::Ordered, 10, None), |command| {
        if let bahi_core::Act::MoveStock { district, .. } = &mut command.act {
            *district = District::POOL;
        }
    });
    let pool = FundKey { head: HeadNo::NONE, district: District::POOL, ..varanasi() };
    vec![
        (
            "things are ordered",
            applied(),
            stock(StockMove::Ordered, 10, None),
            says(of_none(4), &["toolkit"]),
            moved(StockMove::Ordered, 10),
        ),
        (
            "for the pool too",
            applied(),
            pooled,
            says(Envelope { fund: pool, ..of_none(4) }, &["toolkit"]),
            moved(StockMove::Ordered, 10),
        ),
        (
            "all that were ordered come",
            stocked(),
            stock(StockMove::Received, 4, None),
            of_none(6),
            moved(StockMove::Received, 4),
        ),
        (
            "all that came go to a beneficiary",
            stocked(),
            stock(HANDED, 6, Some("A")),
            of_office(6, 3, "2024-08-01"),
            moved(HANDED, 6),
        ),
        (
            "or are lost",
            stocked(),
            stock(StockMove::WrittenOff, 6, None),
            of_none(6),
            moved(StockMove::WrittenOff, 6),
        ),
    ]
}
