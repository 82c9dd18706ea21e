//! One row for every code: the least that gives it, with its exact figures.

use alloc::{format, vec, vec::Vec};

use bahi_core::{
    Act, AuditScope, Command, DISTRICTS_MAX, District, FACTS_MAX, FINDINGS_MAX, GivenFact, Money,
    Position, Refusal, SPV_MEMBERS_MAX, Stage,
};

use super::{builders::*, check};

mod form;
mod later;
mod life;

type Row = (&'static str, Vec<Command>, Command, Refusal);

#[test]
fn every_code_is_given_alone_with_its_figures() {
    for (says, given, when, then) in rows() {
        check(says, &given, when, refused(vec![then]));
    }
}

#[test]
fn the_rows_cover_every_code_in_checking_order() {
    let mut codes: Vec<&str> = rows().iter().map(|(_, _, _, then)| then.code()).collect();
    codes.dedup();
    // What is looked at before a command is decided has its rows in `signing`, and at the hub.
    let before = ["signature_missing", "signature_invalid", "signing_key_unknown"];
    let own = |(_, code, stage): &&(u16, &str, Stage)| {
        *stage != Stage::Repetition && !before.contains(code)
    };
    let all: Vec<&str> = Refusal::CODES.iter().filter(own).map(|(_, code, _)| *code).collect();
    assert_eq!(codes, all, "each code but the hub's own has its rows");
}

fn rows() -> Vec<Row> {
    let mut rows = [
        form(),
        order_of_life(),
        paid_once(),
        references(),
        early_rows(),
        fact_rows(),
        terms_rows(),
        conservation(),
        form::rows(),
        life::rows(),
        later::rows(),
        super::limits::rows(),
        super::procedure::rows(),
        super::matches::rows(),
    ]
    .concat();
    rows.sort_by_key(|(_, _, _, then)| then.number());
    rows
}

fn form() -> Vec<Row> {
    let too_long = |limit: usize, list| Refusal::ListTooLong {
        limit: u16::try_from(limit).expect("a bound of two bytes"),
        list: word(list),
    };
    let facts = |count| {
        (0..count).map(|n| (word(&format!("fact{n}")), GivenFact::Count(n))).collect::<Vec<_>>()
    };
    let long_audit = edited(audit("A"), |command| {
        if let Act::Audit { findings, .. } = &mut command.act {
            *findings = vec![(word("C05"), Money::ZERO); FINDINGS_MAX + 1];
        }
    });
    let many = |count: usize| (1..=count).map(|n| District(n as u16)).collect::<Vec<_>>();
    let unsound = || Refusal::DistrictsUnsound {};
    let unordered = || Refusal::AuthorityRequired {};
    let zero = || Refusal::AmountIsZero {};
    vec![
        ("an allotment moves money", opened(), allot(0), zero()),
        ("a sanction moves money", applied(), sanction("A", 0), zero()),
        ("a payment moves money", sanctioned(), disburse("A", 1, 0), zero()),
        ("a return moves money", disbursed(), give_back(5, 0), zero()),
        ("a recovery moves money", disbursed(), recover("A", 0), zero()),
        ("a scheme opens on an order", vec![], without_order(open()), unordered()),
        (
            "terms change on an order",
            opened(),
            without_order(change_terms("2025-04-01")),
            unordered(),
        ),
        ("an allotment rests on an order", opened(), without_order(allot(1)), unordered()),
        ("a sanction rests on an order", applied(), without_order(sanction("A", 1)), unordered()),
        ("instalments begin at 1", sanctioned(), disburse("A", 0, 1), Refusal::InstalmentIsZero {}),
        (
            "a fact is stated once, and said once however often it repeats",
            allotted(),
            apply_with("A", vec![cost("1"), cost("2"), cost("1")]),
            Refusal::FactStatedTwice { fact: word("project_cost") },
        ),
        ("facts are bounded", opened(), apply_with("A", facts(65)), too_long(FACTS_MAX, "facts")),
        (
            "districts are bounded",
            vec![],
            districts(many(DISTRICTS_MAX + 1), open()),
            too_long(DISTRICTS_MAX, "districts"),
        ),
        (
            "members are bounded",
            opened(),
            of_vehicle(SPV_MEMBERS_MAX + 1, apply("A")),
            too_long(SPV_MEMBERS_MAX, "members"),
        ),
        ("findings are bounded", applied(), long_audit, too_long(FINDINGS_MAX, "findings")),
        ("a scheme runs somewhere", vec![], districts(vec![], open()), unsound()),
        ("a district counts once", vec![], districts(vec![VARANASI, VARANASI], open()), unsound()),
        ("the pool is no district", vec![], districts(vec![District::POOL], open()), unsound()),
        ("a vehicle has members", opened(), of_vehicle(0, apply("A")), Refusal::MembersMissing {}),
    ]
}

fn order_of_life() -> Vec<Row> {
    let maker = || Refusal::MakerIsChecker { sanctioned: Position(4) };
    let not_applied = || Refusal::NotApplied {};
    vec![
        ("a scheme opens once", opened(), open(), Refusal::SchemeAlreadyOpen {}),
        (
            "a case applies once",
            applied(),
            apply("A"),
            Refusal::AlreadyApplied { applied: Position(3) },
        ),
        ("no sanction before the application", allotted(), sanction("A", 1), not_applied()),
        ("no payment before the application", allotted(), disburse("A", 1, 1), not_applied()),
        ("no recovery before the application", allotted(), recover("A", 1), not_applied()),
        ("no audit before the application", allotted(), audit("A"), not_applied()),
        (
            "no audit of a case that says it is of the ledger",
            disbursed(),
            scoped(audit("A"), AuditScope::Ledger),
            not_applied(),
        ),
        (
            "no audit of no case that says it is of one",
            disbursed(),
            scoped(audit_books(), AuditScope::Payment),
            not_applied(),
        ),
        (
            "a case is sanctioned once",
            sanctioned(),
            sanction("A", 1),
            Refusal::AlreadySanctioned { sanctioned: Position(4) },
        ),
        (
            "no payment before the sanction",
            applied(),
            disburse("A", 1, 1),
            Refusal::NotSanctioned {},
        ),
        ("who sanctioned does not pay", sanctioned(), by("dm-vns", disburse("A", 1, 1)), maker()),
        ("who sanctioned does not audit", sanctioned(), by("dm-vns", audit("A")), maker()),
    ]
}

fn paid_once() -> Vec<Row> {
    let reissued = then(returned(), reissue("A", 1, 100_000, 6));
    let twice = then(reissued.clone(), give_back(7, 100_000));
    vec![
        (
            "an instalment has one live payment",
            disbursed(),
            disburse("A", 1, 1),
            Refusal::InstalmentAlreadyPaid { payment: Position(5) },
        ),
        (
            "a re-issue is a live payment",
            reissued.clone(),
            reissue("A", 1, 1, 6),
            Refusal::InstalmentAlreadyPaid { payment: Position(7) },
        ),
        (
            "a re-issue names its return",
            returned(),
            disburse("A", 1, 1),
            Refusal::ReissueNotNamed { returned: Position(6) },
        ),
        (
            "a second re-issue names the second return",
            twice,
            disburse("A", 1, 1),
            Refusal::ReissueNotNamed { returned: Position(8) },
        ),
        (
            "a payment comes back once",
            returned(),
            give_back(5, 100_000),
            Refusal::AlreadyReturned { returned: Position(6) },
        ),
        (
            "a payment that came back and went out again stays returned",
            reissued,
            give_back(5, 100_000),
            Refusal::AlreadyReturned { returned: Position(6) },
        ),
        (
            "what came back after it was recovered lies in suspense once",
            then(then(disbursed(), recover("A", 100_000)), give_back(5, 100_000)),
            give_back(5, 100_000),
            Refusal::AlreadyReturned { returned: Position(7) },
        ),
        ("nothing paid, nothing recovered", sanctioned(), recover("A", 1), Refusal::NothingPaid {}),
        ("what came back is not recovered", returned(), recover("A", 1), Refusal::NothingPaid {}),
    ]
}

fn references() -> Vec<Row> {
    let no_scheme = || Refusal::UnknownScheme {};
    let no_return = |returned| Refusal::UnknownReturn { returned: Position(returned) };
    let no_payment = |payment| Refusal::UnknownPayment { payment: Position(payment) };
    let nowhere = |district| Refusal::UnknownDistrict { district };
    let elsewhere = then(allotted(), allot_to(fund(PRAYAGRAJ), 1_000));
    let twice = then(then(returned(), reissue("A", 1, 100_000, 6)), give_back(7, 100_000));
    vec![
        ("no terms for a scheme not open", vec![], change_terms("2025-04-01"), no_scheme()),
        ("no funds for a scheme not open", opened(), of_scheme("cfc", allot(1)), no_scheme()),
        ("no case of a scheme not open", opened(), of_scheme("cfc", apply("A")), no_scheme()),
        (
            "funds stay where the scheme runs",
            opened(),
            allot_to(fund(District(9)), 1),
            nowhere(District(9)),
        ),
        (
            "cases stay where the scheme runs",
            opened(),
            in_district(District(9), apply("A")),
            nowhere(District(9)),
        ),
        (
            "a case is never of the pool",
            opened(),
            in_district(District::POOL, apply("A")),
            nowhere(District::POOL),
        ),
        (
            "a sanction draws on its scheme",
            applied(),
            of_scheme("cfc", sanction("A", 1)),
            Refusal::FundOfAnotherScheme {},
        ),
        (
            "a sanction draws on its district",
            then(elsewhere, apply("A")),
            sanction_from(fund(PRAYAGRAJ), "A", 1),
            Refusal::FundOfAnotherDistrict { case: VARANASI, fund: PRAYAGRAJ },
        ),
        ("position 0 is no payment", disbursed(), give_back(0, 1), no_payment(0)),
        ("a sanction is no payment", disbursed(), give_back(4, 1), no_payment(4)),
        ("the future is no payment", disbursed(), give_back(6, 1), no_payment(6)),
        ("a first payment follows no return", sanctioned(), reissue("A", 1, 1, 5), no_return(5)),
        ("a payment is no return", returned(), reissue("A", 1, 1, 5), no_return(5)),
        ("a return waits for its own instalment", returned(), reissue("A", 2, 1, 6), no_return(6)),
        ("a return is followed once", twice, reissue("A", 1, 1, 6), no_return(6)),
        (
            "a payment comes back whole",
            disbursed(),
            give_back(5, 99_999),
            Refusal::AmountDiffers { paid: rupees(100_000), stated: rupees(99_999) },
        ),
    ]
}

fn early_rows() -> Vec<Row> {
    let before = || Refusal::NoTermsInForce { day: day("2024-03-31") };
    let last_year = {
        let mut fund = fund(VARANASI);
        fund.fy = year("2023-24");
        fund
    };
    vec![
        ("no case before the terms", opened(), on("2024-03-31", apply("A")), before()),
        (
            "no sanction before the terms",
            applied(),
            on("2024-03-31", sanction_from(last_year, "A", 1)),
            before(),
        ),
    ]
}

fn fact_rows() -> Vec<Row> {
    let with = |name, value| vec![cost("1000000"), (word(name), value)];
    let facts = |name, value| apply_with("A", with(name, value));
    let wrong = |name| Refusal::FactOfWrongKind { fact: word(name) };
    vec![
        (
            "facts are those asked for",
            opened(),
            facts("turnover", GivenFact::Count(1)),
            Refusal::UnknownFact { fact: word("turnover") },
        ),
        (
            "money is a text",
            opened(),
            apply_with("A", vec![(word("project_cost"), GivenFact::Count(1))]),
            wrong("project_cost"),
        ),
        (
            "money is an amount",
            opened(),
            apply_with("A", vec![cost("1.234")]),
            wrong("project_cost"),
        ),
        ("a flag is yes or no", opened(), facts("special", GivenFact::Count(1)), wrong("special")),
        (
            "a count is a number",
            opened(),
            facts("trainees", GivenFact::Flag(true)),
            wrong("trainees"),
        ),
        ("a word is a text", opened(), facts("product", GivenFact::Flag(true)), wrong("product")),
        (
            "required facts are stated",
            opened(),
            apply_with("A", vec![]),
            Refusal::MissingFact { fact: word("project_cost") },
        ),
    ]
}

fn terms_rows() -> Vec<Row> {
    let with = |name, value| vec![cost("1000000"), (word(name), value)];
    let after = |facts| then(allotted(), apply_with("A", facts));
    let nothing = |code| Refusal::NotEntitled { code: word(code) };
    let late = || Refusal::OutsideFundYear { fund: year("2024-25"), day: day("2025-04-01") };
    vec![
        (
            "a condition that does not hold gives nothing",
            after(vec![cost("10000000.01")]),
            sanction("A", 1),
            nothing("project_within_a_crore"),
        ),
        (
            "a word without a row gives nothing",
            after(with("product", GivenFact::Text(word("brass")))),
            sanction("A", 1),
            nothing("product_grant"),
        ),
        (
            "facts out of proportion give nothing",
            after(with("trainees", GivenFact::Count(2))),
            sanction("A", 1),
            nothing("facts_in_proportion"),
        ),
        (
            "a rupee above the entitlement is refused",
            applied(),
            sanction("A", 250_001),
            Refusal::ExceedsEntitlement { entitlement: rupees(250_000), over: rupees(1) },
        ),
        (
            "further terms begin later",
            opened(),
            change_terms("2024-04-01"),
            Refusal::TermsOutOfOrder { latest: day("2024-04-01") },
        ),
        (
            "instalments are bounded by the terms",
            sanctioned(),
            disburse("A", 3, 1),
            Refusal::TooManyInstalments { limit: 2 },
        ),
        (
            "no sanction after the fund's year",
            applied(),
            on("2025-04-01", sanction("A", 1)),
            late(),
        ),
        (
            "no payment after the fund's year",
            sanctioned(),
            on("2025-04-01", disburse("A", 1, 1)),
            late(),
        ),
    ]
}

fn conservation() -> Vec<Row> {
    let mut other_head = fund(VARANASI);
    other_head.head = head("4851");
    let pool = then(applied(), allot_to(fund(District::POOL), 100));
    let second = then(sanctioned(), disburse("A", 1, 200_000));
    let recovered = then(disbursed(), recover("A", 60_000));
    let broke =
        |available, over| Refusal::ExceedsBudget { available: total(available), over: total(over) };
    let unpaid = |remaining, over| Refusal::ExceedsSanction {
        remaining: total(remaining),
        over: total(over),
    };
    let beyond =
        |remaining, over| Refusal::ExceedsPaid { remaining: total(remaining), over: total(over) };
    let small =
        [vec![open(), allot(100), apply("A"), apply("B")], vec![sanction("A", 60)]].concat();
    vec![
        (
            "a fund never allotted has nothing",
            applied(),
            sanction_from(other_head, "A", 1),
            broke(0, 1),
        ),
        ("a sanction beyond the budget is refused", small, sanction("B", 41), broke(40, 1)),
        (
            "the pool has its own budget",
            pool,
            sanction_from(fund(District::POOL), "A", 101),
            broke(100, 1),
        ),
        (
            "a payment beyond the sanction is refused",
            sanctioned(),
            disburse("A", 1, 250_001),
            unpaid(250_000, 1),
        ),
        ("instalments share the sanction", second, disburse("A", 2, 50_001), unpaid(50_000, 1)),
        (
            "a recovery restores nothing to pay",
            recovered.clone(),
            disburse("A", 2, 150_001),
            unpaid(150_000, 1),
        ),
        (
            "a recovery beyond the payment is refused",
            disbursed(),
            recover("A", 100_001),
            beyond(100_000, 1),
        ),
        ("recoveries add up", recovered, recover("A", 40_001), beyond(40_000, 1)),
    ]
}
