//! Which refusal comes first: an earlier stage hides a later one, and one stage tells all it finds.

use alloc::{format, vec, vec::Vec};

use bahi_core::{
    Command, DISTRICTS_MAX, District, FACTS_MAX, GivenFact, Position, REFUSALS_MAX, Refusal,
};

use super::{builders::*, check};
use crate::Decision;

mod every;
mod later;

type Row<T> = (&'static str, Vec<Command>, Command, T);

#[test]
fn an_earlier_stage_hides_a_later_one() {
    for (says, given, when, then) in [hidden_early(), hidden_late(), later::rows()].concat() {
        check(says, &given, when, refused(vec![then]));
    }
}

#[test]
fn a_known_id_hides_every_stage_after_repetition() {
    let rows: [Row<u64>; 4] = [
        ("order of life", applied(), under(1, apply("A")), 1),
        ("references", applied(), under(2, give_back(9, 1)), 2),
        ("terms", sanctioned(), under(3, disburse("A", 9, 1)), 3),
        ("conservation", sanctioned(), under(4, disburse("A", 1, 250_001)), 4),
    ];
    for (says, given, when, first) in rows {
        check(says, &given, when, Decision::Known(Position(first)));
    }
}

#[test]
fn one_stage_tells_all_it_finds_in_checking_order() {
    for (says, given, when, then) in [together_early(), together_late()].concat() {
        check(says, &given, when, refused(then));
    }
}

#[test]
fn a_refusal_fits_its_record_however_much_is_wrong() {
    let fact = |n: usize| (word(&format!("z{n}")), GivenFact::Flag(true));
    let unknown = (0..FACTS_MAX).map(fact).collect::<Vec<_>>();
    let said = unknown.iter().map(|(fact, _)| Refusal::UnknownFact { fact: fact.clone() });
    let said: Vec<Refusal> = said.take(REFUSALS_MAX).collect();
    check("a missing fact has no room left", &opened(), apply_with("A", unknown), refused(said));
}

fn hidden_early() -> Vec<Row<Refusal>> {
    let zero = || Refusal::AmountIsZero {};
    vec![
        // ---- form before repetition
        ("zero under a known id", allotted(), under(2, allot(0)), zero()),
        // ---- form before order of life
        ("zero for no case", opened(), sanction("A", 0), zero()),
        // ---- order of life before references
        (
            "a second application to no scheme",
            applied(),
            of_scheme("cfc", apply("A")),
            Refusal::AlreadyApplied { applied: Position(3) },
        ),
        (
            "a second sanction from another district",
            sanctioned(),
            sanction_from(fund(PRAYAGRAJ), "A", 1),
            Refusal::AlreadySanctioned { sanctioned: Position(4) },
        ),
        (
            "a live instalment and no such return",
            disbursed(),
            reissue("A", 1, 1, 4),
            Refusal::InstalmentAlreadyPaid { payment: Position(5) },
        ),
        (
            "a second return of another amount",
            returned(),
            give_back(5, 1),
            Refusal::AlreadyReturned { returned: Position(6) },
        ),
    ]
}

fn hidden_late() -> Vec<Row<Refusal>> {
    let late = || Refusal::OutsideFundYear { fund: year("2024-25"), day: day("2025-04-01") };
    let another = || Refusal::FundOfAnotherDistrict { case: VARANASI, fund: PRAYAGRAJ };
    let nothing = (word("nothing"), GivenFact::Flag(true));
    vec![
        // ---- references before terms
        (
            "another district and a fact not asked for",
            opened(),
            in_district(District(9), apply_with("A", vec![nothing])),
            Refusal::UnknownDistrict { district: District(9) },
        ),
        (
            "a fund of another district, too late",
            applied(),
            on("2025-04-01", sanction_from(fund(PRAYAGRAJ), "A", 1)),
            another(),
        ),
        (
            "no such return, too many instalments",
            sanctioned(),
            reissue("A", 9, 1, 4),
            Refusal::UnknownReturn { returned: Position(4) },
        ),
        (
            "terms out of order for no scheme",
            vec![],
            change_terms("2024-04-01"),
            Refusal::UnknownScheme {},
        ),
        // ---- terms before conservation
        (
            "above the entitlement and the budget",
            vec![open(), allot(1), apply("A")],
            sanction("A", 250_001),
            Refusal::ExceedsEntitlement { entitlement: rupees(250_000), over: rupees(1) },
        ),
        (
            "too late and above the sanction",
            sanctioned(),
            on("2025-04-01", disburse("A", 1, 250_001)),
            late(),
        ),
        // ---- references before conservation, where no terms are asked
        (
            "another amount than was paid, and more than is left",
            then(disbursed(), recover("A", 60_000)),
            give_back(5, 50_000),
            Refusal::AmountDiffers { paid: rupees(100_000), stated: rupees(50_000) },
        ),
        // ---- order of life before conservation
        (
            "nothing paid is not too little paid",
            sanctioned(),
            recover("A", 1),
            Refusal::NothingPaid {},
        ),
        // ---- order of life before terms
        (
            "who sanctioned pays, too late",
            sanctioned(),
            by("dm-vns", on("2025-04-01", disburse("A", 1, 1))),
            Refusal::MakerIsChecker { sanctioned: Position(4) },
        ),
    ]
}

fn together_early() -> Vec<Row<Vec<Refusal>>> {
    let twice = || Refusal::FactStatedTwice { fact: word("project_cost") };
    let maker = || Refusal::MakerIsChecker { sanctioned: Position(4) };
    let limit = u16::try_from(DISTRICTS_MAX).expect("a bound of two bytes");
    let long = vec![VARANASI; DISTRICTS_MAX + 1];
    vec![
        (
            "form, of an allotment",
            opened(),
            without_order(allot(0)),
            vec![Refusal::AmountIsZero {}, Refusal::AuthorityRequired {}],
        ),
        (
            "form, of a payment",
            sanctioned(),
            disburse("A", 0, 0),
            vec![Refusal::AmountIsZero {}, Refusal::InstalmentIsZero {}],
        ),
        (
            "form, of a scheme",
            vec![],
            without_order(districts(long, open())),
            vec![
                Refusal::AuthorityRequired {},
                Refusal::ListTooLong { limit, list: word("districts") },
                Refusal::DistrictsUnsound {},
            ],
        ),
        (
            "form, of an application",
            opened(),
            of_vehicle(0, apply_with("A", vec![cost("1"), cost("2")])),
            vec![twice(), Refusal::MembersMissing {}],
        ),
        (
            "order of life, paid again",
            disbursed(),
            by("dm-vns", disburse("A", 1, 1)),
            vec![maker(), Refusal::InstalmentAlreadyPaid { payment: Position(5) }],
        ),
        (
            "order of life, issued again",
            returned(),
            by("dm-vns", disburse("A", 1, 1)),
            vec![maker(), Refusal::ReissueNotNamed { returned: Position(6) }],
        ),
    ]
}

fn together_late() -> Vec<Row<Vec<Refusal>>> {
    let late = || Refusal::OutsideFundYear { fund: year("2024-25"), day: day("2025-04-01") };
    let elsewhere = sanction_from(fund(PRAYAGRAJ), "A", 1);
    let mixed = vec![
        (word("zinc"), GivenFact::Count(1)),
        (word("special"), GivenFact::Count(1)),
        (word("brass"), GivenFact::Count(1)),
    ];
    vec![
        (
            "references, of a sanction",
            applied(),
            of_scheme("cfc", elsewhere),
            vec![
                Refusal::FundOfAnotherScheme {},
                Refusal::FundOfAnotherDistrict { case: VARANASI, fund: PRAYAGRAJ },
            ],
        ),
        (
            "terms, of an application",
            opened(),
            apply_with("A", mixed),
            vec![
                Refusal::UnknownFact { fact: word("zinc") },
                Refusal::UnknownFact { fact: word("brass") },
                Refusal::FactOfWrongKind { fact: word("special") },
                Refusal::MissingFact { fact: word("project_cost") },
            ],
        ),
        (
            "terms, of a sanction too early",
            applied(),
            on("2024-03-31", sanction("A", 1)),
            vec![
                Refusal::NoTermsInForce { day: day("2024-03-31") },
                Refusal::OutsideFundYear { fund: year("2024-25"), day: day("2024-03-31") },
            ],
        ),
        (
            "terms, of a sanction too late",
            applied(),
            on("2025-04-01", sanction("A", 250_002)),
            vec![
                Refusal::ExceedsEntitlement { entitlement: rupees(250_000), over: rupees(2) },
                late(),
            ],
        ),
        (
            "terms, of a payment",
            sanctioned(),
            on("2025-04-01", disburse("A", 3, 1)),
            vec![Refusal::TooManyInstalments { limit: 2 }, late()],
        ),
    ]
}
