//! What each story comes to, to the rupee, and that one which comes to anything else is not told.

use std::collections::BTreeSet;

use bahi_core::{Columns, Event, HeadName, Position};

use super::{script::Script, *};
use crate::{
    BalancesAt, By, Error, Filter, Ledger, LedgerName, NewLedger, Outcome, Subject, View,
    demo::{DAYS_TOGETHER, Demo, Living, Story, beginning, commands, run},
};

fn new_ledger() -> Ledger {
    let name = LedgerName::new("stories").expect("a name");
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger
}

fn lived(cases: u32, seed: u64) -> (Ledger, Story) {
    let mut ledger = new_ledger();
    let story = run(&mut ledger, Demo { cases, seed }, &mut |_| {}).expect("the stories are told");
    (ledger, story)
}

/// Plays scripts alone, for the error they end with.
fn played(scripts: Vec<Script>) -> Result<Story, Error> {
    let mut living = Living::drawn(Demo { cases: 0, seed: 1 }, true);
    living.tell(Stage::new(scripts));
    living.live(&mut new_ledger(), &mut |_| {}, &mut |_| {})
}

fn balances(ledger: &Ledger, head: &str) -> BalancesAt {
    let by = By { scheme: true, district: true, fy: true, head: true };
    let head = Some(HeadName::new(head).expect("a head"));
    ledger.balances(by, &Filter { head, ..Filter::default() }, View::NOW).expect("balances")
}

fn trail(ledger: &Ledger, case: &str) -> Vec<crate::TrailEntry> {
    let subject = ledger.case(case).unwrap_or_else(|| panic!("no case {case}"));
    ledger.trail(subject, View::NOW).expect("a trail").entries
}

/// Name, scheme, cases, and every code it is refused with, in order of the days.
const EXPECTED: [(&str, &str, &[&str], &[&str]); 7] = [
    ("one_loom", "margin-money", &["LOOM/VARANASI"], &["step_out_of_order", "too_early"]),
    (
        "a_rupee_more",
        "cfc",
        &["CFC/FOUR-CRORE", "CFC/FOUR-CRORE-AND-ONE"],
        &["exceeds_entitlement", "too_little_used"],
    ),
    (
        "the_fourth_fair",
        "mda",
        &["FAIR/1-DELHI", "FAIR/2-LUCKNOW", "FAIR/3-FRANKFURT", "FAIR/ORDINARY-BHOPAL"],
        &["limit_reached", "not_entitled"],
    ),
    (
        "credits_that_came_back",
        "mda",
        &["CREDIT/01-ACCOUNT-CLOSED", "CREDIT/60-HOLDER-DIED"],
        &["other_account_needed", "payment_stopped"],
    ),
    (
        "round_trip",
        "margin-money",
        &[
            "ROUND-TRIP/01",
            "ROUND-TRIP/02",
            "ROUND-TRIP/03",
            "ROUND-TRIP/04",
            "ROUND-TRIP/05",
            "ROUND-TRIP/06",
            "ROUND-TRIP/07",
            "ROUND-TRIP/08",
            "ROUND-TRIP/09",
            "ROUND-TRIP/10",
            "ROUND-TRIP/11",
            "ROUND-TRIP/12",
        ],
        &["limit_reached", "payee_barred"],
    ),
    (
        "twice",
        "training-toolkit",
        &["TOOLKIT/TRAINEE"],
        &["exceeds_stock", "limit_reached", "limit_reached"],
    ),
    (
        "year_end",
        "margin-money",
        &["YEAR-END/LAPSED", "YEAR-END/CARRIED"],
        &["not_yet_lapsed", "outside_fund_year", "authority_required"],
    ),
];

#[test]
fn every_story_goes_by_its_script_with_or_without_drawn_cases() {
    for (cases, seed) in [(0, 1), (0, 2), (3, 7), (150, 2_018)] {
        let (ledger, story) = lived(cases, seed);
        let told: Vec<_> = story
            .tales
            .iter()
            .map(|tale| {
                let cases = tale.cases.iter().map(|case| case.as_str()).collect::<Vec<_>>();
                let codes = tale.refused.iter().map(|one| one.code).collect::<Vec<_>>();
                (tale.name, tale.scheme, cases, codes)
            })
            .collect();
        let expected =
            EXPECTED.map(|(name, scheme, cases, codes)| (name, scheme, cases.into(), codes.into()));
        assert_eq!(told, expected, "{cases} cases, seed {seed}");
        let verification = ledger.verify();
        assert!(verification.ok(), "{:?}", verification.passes);
        assert!(story.example.is_some() && story.shared_account.is_some());
    }
}

#[test]
fn a_story_is_told_in_two_to_five_lines_in_order_with_its_figures() {
    let (_, story) = lived(0, 1);
    for tale in &story.tales {
        assert!((2..=5).contains(&tale.lines.len()), "{}: {:?}", tale.name, tale.lines);
        assert!(tale.lines.is_sorted_by_key(|line| line.day), "{:?}", tale.lines);
        assert!(!tale.look.is_empty() && !tale.title.is_empty());
        for line in &tale.lines {
            for unfilled in ["AMOUNT", "PAID", "BACK", "LATE"] {
                assert!(!line.text.contains(unfilled), "{line:?}");
            }
        }
    }
    let outcome = |name: &str| {
        let tale = story.tales.iter().find(|tale| tale.name == name).expect("a story");
        tale.outcome().to_owned()
    };
    // 22 April 2026 is two years after the sanction: 8 days of April, 31 of May, 8 of June.
    assert!(outcome("a_rupee_more").starts_with("Complete, 47 days late; all of ₹ 3,60,00,000.00"));
    assert!(outcome("round_trip").contains("₹ 50,00,000.00 of ₹ 2,20,00,000.00 recovered"));
    assert!(outcome("one_loom").contains("₹ 2,50,000.00 are the weaver's own"));
    assert!(outcome("credits_that_came_back").contains("₹ 47,850.00"));
    assert!(outcome("year_end").contains("₹ 6,25,000.00"));
}

#[test]
fn what_is_refused_says_why_in_figures() {
    let (_, story) = lived(0, 1);
    let messages: Vec<&str> = story
        .tales
        .iter()
        .flat_map(|tale| tale.refused.iter().map(|one| one.message.as_str()))
        .collect();
    for expected in [
        "task_force_selected must come first",
        "the terms allow it from 2023-07-26",
        // 80 % of 4,00,00,001 are 3,20,00,000.80, and 90 % of 4 crore are 3.60 crore.
        "₹ 39,99,999.20 above the entitlement of ₹ 3,20,00,000.80",
        "₹ 1,00,00,000.00 is shown to be used, and must be ₹ 1,08,00,000.00",
        "three_claims_a_year allows 3",
        "the terms give nothing: stall does not hold",
        "is paid again to another account only",
        "stops the payment",
        "once_per_family allows 1",
        "the account was barred at position",
        "2 above the 0 there are",
        "training_once_per_family allows 1",
        "no_toolkit_in_two_years allows 1",
        "2023-03-31",
        "2023-04-05 lies outside 2022-23",
        "this act rests on an order; name it",
    ] {
        assert!(messages.iter().any(|one| one.contains(expected)), "{expected}: {messages:#?}");
    }
}

/// Allotted, sanctioned, disbursed, returned, recovered, utilised, adjusted, available, in rupees.
type Rupees = [i128; 8];

fn rupees(columns: &Columns) -> Rupees {
    [
        columns.allotted,
        columns.sanctioned,
        columns.disbursed,
        columns.returned,
        columns.recovered,
        columns.utilised,
        columns.adjusted,
        columns.available,
    ]
    .map(|total| {
        assert_eq!(total.paise() % 100, 0, "{total}");
        total.paise() / 100
    })
}

#[test]
fn the_stories_funds_hold_what_adding_up_by_hand_gives() {
    const CRORE: i128 = 10_000_000;
    const LAKH: i128 = 100_000;
    let (ledger, _) = lived(40, 3);
    let at = balances(&ledger, STORIES_HEAD);
    let rows: BTreeSet<_> = at
        .rows
        .iter()
        .map(|row| {
            let scheme = row.scheme.as_ref().map(ToString::to_string).unwrap_or_default();
            let district = row.district.map_or(0, |district| district.0);
            let fy = row.fy.map(|fy| fy.first()).unwrap_or_default();
            (scheme, district, fy, rupees(&row.columns))
        })
        .collect();
    let loom = [3 * LAKH, 250_000, 250_000, 0, 0, 0, 250_000, 50_000];
    let share = 36 * CRORE / 10;
    let centre = [7 * CRORE, share, share, 0, 0, share, 0, 7 * CRORE - share];
    let fairs = 108_000 + 66_900 + 292_500;
    let fairs = [5 * LAKH, fairs, fairs, 0, 0, 0, 0, 5 * LAKH - fairs];
    let credits = 33_600 + 47_850;
    let credits = [LAKH, credits, 2 * credits, credits, 0, 0, 0, LAKH - credits];
    let cycles = 11 * 20 * LAKH;
    let round_trip = [cycles, cycles, cycles, 0, 50 * LAKH, 0, 0, 0];
    let twelfth = [20 * LAKH, 0, 0, 0, 0, 0, 0, 20 * LAKH];
    let training = [25_000, 22_500, 22_500, 0, 0, 0, 0, 2_500];
    let carried = [625_000, 625_000, 625_000, 0, 0, 0, 0, 0];
    let expected = [
        ("margin-money", 187, 2021, loom),
        ("cfc", 143, 2024, centre),
        ("mda", 177, 2022, fairs),
        ("mda", 123, 2022, credits),
        ("margin-money", 157, 2021, round_trip),
        ("margin-money", 157, 2023, twelfth),
        ("training-toolkit", 148, 2022, training),
        ("margin-money", 162, 2022, [0; 8]),
        ("margin-money", 162, 2023, carried),
    ];
    let expected: BTreeSet<_> = expected
        .into_iter()
        .map(|(scheme, district, fy, columns)| (scheme.to_owned(), district, fy, columns))
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn the_one_account_leads_to_eleven_cases_of_one_amount_at_one_branch_weeks_apart() {
    let (ledger, story) = lived(20, 9);
    let account = story.shared_account.expect("the one account");
    let entries = ledger.trail(Subject::Account(account), View::NOW).expect("a trail").entries;
    let cases: BTreeSet<Position> =
        entries.iter().map(|entry| entry.case).filter(|case| !case.is_none()).collect();
    assert_eq!(cases.len(), 11);
    let mut days = Vec::new();
    let mut branches = BTreeSet::new();
    for entry in &entries {
        if let Event::Disbursed(paid) = ledger.event(entry.position).expect("an event").event {
            assert_eq!(
                (paid.payee.account, entry.amount.grouped().as_str()),
                (account, "20,00,000.00")
            );
            branches.insert(paid.payee.ifsc);
            days.push(entry.effective_day.epoch_days());
        }
    }
    assert_eq!((days.len(), branches.len()), (11, 1));
    assert!(days.windows(2).all(|pair| pair[1] - pair[0] == 28), "{days:?}");
    for case in 1..=11 {
        let kinds: Vec<_> =
            trail(&ledger, &format!("ROUND-TRIP/{case:02}")).iter().map(|one| one.kind).collect();
        let has = |kind| kinds.contains(&kind);
        assert!(has(bahi_core::EventKind::Audited) && has(bahi_core::EventKind::RecoveryDemanded));
        assert_eq!(has(bahi_core::EventKind::Recovered), case <= 3, "{case}");
        assert_eq!(has(bahi_core::EventKind::FindingSettled), case <= 2, "{case}");
    }
}

#[test]
fn explain_shows_the_loom_through_its_whole_procedure() {
    let (ledger, _) = lived(0, 1);
    let told = ledger.explain("LOOM/VARANASI", View::NOW).expect("an answer").expect("a case");
    for gate in &told.procedure {
        let skipped = ["step training_exempt", "step calamity_reported"].contains(&&*gate.of);
        let for_others = !gate.reasons.is_empty();
        assert_eq!(gate.day.is_none(), skipped || for_others, "{gate:?}");
        assert!(gate.missing.is_empty() || for_others, "{gate:?}");
        assert_eq!(gate.late_by, 0, "{gate:?}");
    }
    let lock = told.procedure.iter().find(|gate| gate.of == "step joint_inspection");
    assert_eq!(lock.and_then(|gate| gate.earliest.as_deref()), Some("2023-07-26"));
    let jobs = told.outcomes.iter().find(|fact| fact.name == "jobs").map(|fact| &*fact.value);
    assert_eq!(jobs, Some("4"));
}

#[test]
fn every_refusal_of_a_story_is_evidence_in_the_log() {
    let (ledger, story) = lived(0, 1);
    let mut recorded = Vec::new();
    for page in ledger.events(Position(1), ledger.position()) {
        if let Event::CommandRefused(refused) = page.expect("an event").event {
            recorded.extend(refused.refusals.first().map(|first| first.number));
        }
    }
    let number = |code: &str| {
        let found = bahi_core::Refusal::CODES.iter().find(|(_, other, _)| *other == code);
        found.map(|(number, _, _)| *number).expect("a code")
    };
    let mut told: Vec<u16> = story
        .tales
        .iter()
        .flat_map(|tale| tale.refused.iter().map(|one| number(one.code)))
        .collect();
    recorded.sort_unstable();
    told.sort_unstable();
    assert_eq!((recorded, story.refused), (told.clone(), told.len() as u64));
}

#[test]
fn the_drawn_cases_live_as_they_would_without_stories() {
    let demo = Demo { cases: 60, seed: 5 };
    let (with, _) = lived(demo.cases, demo.seed);
    let mut without = new_ledger();
    let living = Living::drawn(demo, true);
    let story = living.live(&mut without, &mut |_| {}, &mut |_| {}).expect("the drawn cases live");
    assert!(story.commands - story.refused > 500, "{story:?}");
    assert_eq!(balances(&with, "odop").rows, balances(&without, "odop").rows);
    assert_eq!(balances(&without, STORIES_HEAD).rows, []);
}

#[test]
fn the_money_of_the_drawn_cases_is_the_same_with_their_steps_and_without() {
    let demo = Demo { cases: 200, seed: 5 };
    let (whole, _) = lived(demo.cases, demo.seed);
    let mut money = new_ledger();
    let mut accepted = 0;
    for batch in commands(demo).expect("the drawn cases live").chunks(500) {
        let outcomes = money.submit_each(batch).expect("the ledger works");
        accepted += outcomes.iter().filter(|one| matches!(one, Outcome::Accepted(_))).count();
    }
    assert!(accepted > 500, "{accepted}");
    let moved = |ledger: &Ledger| {
        let columns = |row: &bahi_core::BalanceRow| {
            let Columns { allotted, disbursed, returned, recovered, .. } = row.columns;
            (row.scheme.clone(), row.district, row.fy, [allotted, disbursed, returned, recovered])
        };
        balances(ledger, "odop").rows.iter().map(columns).collect::<Vec<_>>()
    };
    assert_eq!(moved(&whole), moved(&money));
    let kinds = |ledger: &Ledger, kind| {
        let events = ledger.events(Position(1), ledger.position());
        events.filter(|one| one.as_ref().is_ok_and(|one| one.event.kind() == kind)).count()
    };
    let step = bahi_core::EventKind::StepRecorded;
    assert_eq!(kinds(&money, step), 0);
    assert!(kinds(&whole, step) > 1_000);
}

/// What is done to a script before it is played.
type Change<'a> = &'a dyn Fn(&mut Script);

#[test]
fn a_scene_that_comes_to_something_else_ends_the_demonstration_with_its_name() {
    let told = |change: Change<'_>| {
        let mut script = margin_money::one_loom();
        change(&mut script);
        match played(Vec::from([script])) {
            Err(error) => error.to_string(),
            Ok(story) => panic!("told all the same: {:?}", story.tales),
        }
    };
    let cases: [(Change<'_>, &str); 5] = [
        // Meant to be accepted, refused.
        (
            &|script| script.scenes[3].refused = None,
            "scene 4 of one_loom, record_step on 2021-04-20: acceptance is meant; step_out_of_order",
        ),
        // Meant to be refused, accepted.
        (
            &|script| script.scenes[4].refused = Some("too_early"),
            "scene 5 of one_loom, record_step on 2021-05-05: too_early is meant; it was accepted",
        ),
        // Refused for something else.
        (
            &|script| script.scenes[3].refused = Some("too_early"),
            "too_early is meant; step_out_of_order",
        ),
        // An amount too much.
        (
            &|script| {
                script.scenes[0].deed.act = margin_money::one_loom().scenes.remove(1).deed.act
            },
            "scene 2 of one_loom, apply on 2021-04-12: acceptance is meant; already_applied",
        ),
        // A credit before its payment could be known.
        (
            &|script| {
                let day = script.scenes[11].day;
                script.scenes[12].day = day.plus_days(DAYS_TOGETHER - 1).expect("a day");
            },
            "scene 13 of one_loom, confirm on 2021-07-25: acceptance is meant; what it names",
        ),
    ];
    for (change, expected) in cases {
        let error = told(change);
        assert!(error.contains(expected), "{error}");
    }
    assert!(played(Vec::from([margin_money::one_loom()])).is_ok());
}

#[test]
fn the_stories_districts_are_those_they_are_told_of() {
    let mut found = BTreeSet::new();
    let (ledger, _) = lived(0, 1);
    for row in balances(&ledger, STORIES_HEAD).rows {
        let code = row.district.expect("a district");
        found.extend(bahi_odop::districts::by_code(code).map(|entry| entry.name));
    }
    let expected =
        ["Azamgarh", "Firozabad", "Gorakhpur", "Kanpur Nagar", "Lucknow", "Saharanpur", "Varanasi"];
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn drawn_cases_are_refused_only_what_is_meant_to_be() {
    let (ledger, story) = lived(600, 11);
    let told: usize = story.tales.iter().map(|tale| tale.refused.len()).sum();
    let meant = ["exceeds_entitlement", "instalment_already_paid"];
    let mut drawn = 0;
    for recorded in ledger.events(Position(1), ledger.position()) {
        let Event::CommandRefused(refused) = recorded.expect("an event").event else { continue };
        let number = refused.refusals.first().map(|first| first.number);
        let code = bahi_core::Refusal::CODES.iter().find(|(other, _, _)| Some(*other) == number);
        drawn += usize::from(code.is_some_and(|(_, code, _)| meant.contains(code)));
    }
    // The centre a rupee above asks for too much as well.
    assert_eq!(drawn - 1 + told, usize::try_from(story.refused).expect("few"));
    assert!(drawn > 1, "somebody asks for too much, or pays twice");
}
