//! A case's course against what the rules refuse and record.

use std::collections::BTreeSet;

use bahi_core::{Act, ActorName, Command, Money, Refusal, Stage, Word};
use proptest::prelude::*;

use super::*;
use crate::{Ledger, Outcome, Subject as Of, View, scheme, tests::new_ledger};

/// Gates of every subject, of every part; a chain from selection to the grant's own.
const LOOM: &str = r#"format = 1
scheme = "loom"
districts = ["187"]
[terms]
name = "loom-1"
order = "1"
date = "2024-04-01"
from = "2024-04-01"
rounding = "paisa_half_even"
instalments_max = 2
[[fact]]
name = "cost"
kind = "money"
[[item]]
name = "loom"
allowed = 'cost'
paragraph = "2"
[[gate]]
of = "step selected"
roles = ["sanctioning_authority"]
paragraph = "5(1)"
[[gate]]
of = "step exempt"
when = 'cost <= 500.00'
after = [["application"]]
paragraph = "5(2)"
[[gate]]
of = "step claimed"
after = [["step selected", "step exempt"]]
latest = "7 days after step selected"
paragraph = "5(3)"
[[gate]]
of = "step claimed"
when = 'cost > 500.00'
earliest = "3 days after step selected"
latest = "20 days after application"
paragraph = "5(4)"
[[gate]]
of = "sanction"
after = [["step claimed"]]
earliest = "5 days after step claimed"
paragraph = "5(5)"
[[gate]]
of = "payment"
after = [["step inspected"]]
latest = "10 days after sanction"
binding = false
paragraph = "5(6)"
[[gate]]
of = "instalment 2"
after = [["instalment 1"]]
used_percent = 75
paragraph = "5(7)"
[[gate]]
of = "step inspected"
after = [["sanction"]]
earliest = "1 months after credit"
used_percent = 33
paragraph = "5(8)"
[[gate]]
of = "use"
earliest = "5 days after payment"
paragraph = "5(9)"
[[gate]]
of = "adjustment"
after = [["step inspected"]]
paragraph = "5(10)"
[[gate]]
of = "adjustment"
reasons = ["calamity"]
after = [["step exempt"], ["payment"]]
paragraph = "5(11)"
[[outcome]]
name = "jobs"
kind = "count"
paragraph = "9"
[[outcome]]
name = "turnover"
kind = "money"
paragraph = "9"
"#;

/// What is asked for, in the order in which a case that goes well asks for it.
const WAY: [&str; 16] = [
    "selected",
    "claimed",
    "sanction",
    "disburse 1",
    "confirm",
    "utilise",
    "inspected",
    "disburse 2",
    "adjust done",
    "exempt",
    "amend",
    "return",
    "adjust calamity",
    "reverse",
    "cancel",
    "visited",
];

/// A command of the way: on which day after the first of May 2024, and what it picks.
#[derive(Clone, Copy, Debug)]
struct Asked {
    what: &'static str,
    day: i32,
    pick: usize,
}

fn day(after: i32) -> Day {
    Day::parse("2024-05-01").expect("a day").plus_days(after).expect("a day of the year")
}

/// Mostly the next of the way, else anything; days go on, mostly.
fn journey() -> impl Strategy<Value = Vec<Asked>> {
    let one = (0_u8..10, 0..WAY.len(), 0_i32..30, any::<usize>());
    prop::collection::vec(one, 1..24).prop_map(|parts| {
        let mut next = 0;
        let asked = parts.into_iter().zip(0_i32..).map(|((luck, any, days, pick), passed)| {
            let what = if luck < 6 { next % WAY.len() } else { any };
            next += usize::from(luck < 6);
            Asked { what: WAY[what], day: passed * 9 + days, pick }
        });
        asked.collect()
    })
}

fn command(number: usize, day: Day, what: &str) -> Command {
    // Nobody pays what they granted themselves: each kind has an actor of its own.
    let actor = what.split('"').nth(3).unwrap_or_default();
    let line = format!(
        r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","effective_day":"{day}","authority":{{"order":"GO/1","date":"2024-04-01"}},"actor":"{actor}",{what}}}"#
    );
    crate::parse_command(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// A ledger with the scheme, its money, and one application.
fn begun() -> Ledger {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger in memory");
    let file = scheme::read(LOOM.as_bytes()).expect("the terms are sound");
    let actor = ActorName::new("commissioner").expect("an actor");
    let open = scheme::command(file, scheme::Telling::Open, &actor, None);
    let fund = r#""fund":{"scheme":"loom","head":"odop","fy":"2024-25","district":"187"}"#;
    let allot = format!(r#""kind":"allot","role":"finance","amount":"100000.00",{fund}"#);
    let apply = r#""kind":"apply","role":"district_office","case_ref":"A","scheme":"loom","district":"187","applicant":"not_in_source","facts":{"cost":"1000.00"}"#;
    for command in [open, command(901, day(-20), &allot), command(902, day(0), apply)] {
        ledger.submit(&command).expect("it begins");
    }
    ledger
}

fn events(ledger: &Ledger) -> Vec<Recorded> {
    let case = ledger.case("A").expect("the case applied");
    let Of::Case(_) = case else { panic!("a case is a case") };
    let trail = ledger.trail(case, View::NOW).expect("a trail");
    let event = |position| ledger.event(position).expect("an event");
    trail.entries.iter().map(|entry| event(entry.position)).collect()
}

fn asked_for(asked: Asked, number: usize, events: &[Recorded]) -> Command {
    let picked = |is: fn(&Event) -> bool| {
        let found: Vec<u64> =
            events.iter().filter(|one| is(&one.event)).map(|one| one.position.0).collect();
        found.get(asked.pick % found.len().max(1)).copied().unwrap_or(1)
    };
    let payment = || picked(|event| matches!(event, Event::Disbursed(_)));
    let last_return = || {
        let of = |one: &&Recorded| matches!(one.event, Event::PaymentReturned(_));
        events.iter().rev().find(of).map(|one| one.position.0)
    };
    let case = r#""case_ref":"A""#;
    let office = r#""role":"district_office""#;
    let (kind, rest) = asked.what.split_once(' ').unwrap_or((asked.what, ""));
    let said = match kind {
        "sanction" => format!(
            r#""kind":"sanction","role":"sanctioning_authority",{case},"amount":"400.00","fund":{{"scheme":"loom","head":"odop","fy":"2024-25","district":"187"}}"#
        ),
        "disburse" => {
            let again = last_return().filter(|_| asked.pick.is_multiple_of(2));
            let again = again.map(|of| format!(r#","reissue_of":{of}"#)).unwrap_or_default();
            format!(
                r#""kind":"disburse","role":"drawing_officer",{case},"instalment":{rest},"amount":"{}.37","payee":{{"account_key":"fedcba9876543210fedcba9876543210","ifsc":"SBIN0001234"}},"reference":"B"{again}"#,
                101 + asked.pick % 60
            )
        }
        "confirm" => format!(
            r#""kind":"confirm","role":"treasury_job","payment":{},"reference":"UTR-1""#,
            payment()
        ),
        "return" => {
            let payment = payment();
            let of = events.iter().find(|one| one.position.0 == payment);
            let amount = of.map_or(Money::MAX, |one| one.envelope.amount);
            format!(
                r#""kind":"return","role":"treasury_job","payment":{payment},"amount":"{amount}","reason":"R03""#
            )
        }
        "utilise" => format!(
            r#""kind":"utilise",{office},{case},"amount":"{}.00","certificate":"U""#,
            30 + asked.pick % 60
        ),
        "adjust" => format!(
            r#""kind":"adjust",{office},{case},"amount":"5.00","reason":"{rest}","reference":"J""#
        ),
        "amend" => {
            let cost = if asked.pick.is_multiple_of(2) { "500.00" } else { "1000.00" };
            format!(r#""kind":"amend",{office},{case},"facts":{{"cost":"{cost}"}}"#)
        }
        "reverse" => {
            let of = picked(|event| !matches!(event, Event::Reversed(_)));
            format!(r#""kind":"reverse","role":"finance","of":{of},"reason":"slip""#)
        }
        "cancel" => format!(
            r#""kind":"cancel_sanction","role":"sanctioning_authority",{case},"reason":"slip""#
        ),
        step => {
            let role = if step == "selected" { "sanctioning_authority" } else { "district_office" };
            format!(
                r#""kind":"record_step","role":"{role}",{case},"step":"{step}","reported":{{"jobs":{}}}"#,
                asked.pick % 9
            )
        }
    };
    command(number, day(asked.day), &said)
}

/// Whether a gate is held before an act.
fn is_held(gate: &Gate, gates: &[Gate], act: &Act) -> bool {
    match (&gate.of, act) {
        (Subject::Step(name), Act::RecordStep { step, .. }) => step == name,
        (Subject::Sanction, Act::Sanction { .. })
        | (Subject::Payment, Act::Disburse { .. })
        | (Subject::Use, Act::Utilise { .. }) => true,
        (Subject::Instalment(of), Act::Disburse { instalment, .. }) => of == instalment,
        (Subject::Adjustment, Act::Adjust { reason, .. }) => {
            gate.concerns_reason(reason.as_str(), gates)
        }
        (_, _) => false,
    }
}

/// What a course says that a gate misses, in the words of refusals.
fn misses(course: &Course<'_>, gate: &Gate, on: Day) -> Vec<Refusal> {
    let first = |text: &String| text.split(" or ").next().map(ToOwned::to_owned);
    let word = |text: String| Word::new(&text).expect("a name");
    let missing = course.missing(gate, NOW).iter().filter_map(first).map(word).collect::<Vec<_>>();
    let mut said: Vec<Refusal> =
        missing.into_iter().map(|missing| Refusal::StepOutOfOrder { missing }).collect();
    if let Some(span) = &gate.earliest
        && let Some(from) = course.reached(&span.since, NOW).map(|since| span.length.after(since))
        && on < from
    {
        said.push(Refusal::TooEarly { from });
    }
    if let Some(used) = course.used(gate.used_percent, NOW) {
        let paise = |text: &str| Total::from(Money::parse(text).expect("an amount"));
        let (used, needed) = (paise(&used.shown), paise(&used.needed));
        if used < needed {
            said.push(Refusal::TooLittleUsed { used, needed });
        }
    }
    said
}

/// The refusals that a course foretells, as texts, so that they stand in a set.
fn of_a_course<'a>(refusals: impl IntoIterator<Item = &'a Refusal>) -> BTreeSet<String> {
    let codes = ["step_out_of_order", "too_early", "too_little_used"];
    let told = refusals.into_iter().filter(|one| codes.contains(&one.code()));
    told.map(|one| format!("{}: {one}", one.code())).collect()
}

/// What an accepted act is told as afterwards: at its own place, with nothing missing that binds.
fn told_afterwards(ledger: &Ledger, at: Position, of_it: usize) -> Result<(), TestCaseError> {
    let answer = ledger.explain("A", View::NOW).expect("an answer").expect("the case is known");
    let recorded = ledger.event(at).expect("an event");
    let here: Vec<&GateAnswer> =
        answer.procedure.iter().filter(|gate| gate.position == Some(at.0)).collect();
    prop_assert_eq!(here.len(), of_it, "{:?}", here);
    let day = recorded.envelope.effective_day.to_string();
    for gate in &here {
        prop_assert_eq!(gate.day.as_deref(), Some(day.as_str()));
        prop_assert!(!gate.binding || gate.missing.is_empty(), "{:?}", gate);
        let early = gate.earliest.as_ref().is_some_and(|earliest| day < *earliest);
        prop_assert!(!gate.binding || !early, "{:?}", gate);
    }
    if let Event::StepRecorded(step) = &recorded.event {
        let late = here.iter().map(|gate| gate.late_by).max().unwrap_or_default();
        prop_assert_eq!(late, step.late_by, "{:?}", here);
    }
    Ok(())
}

/// Asks one after another; how often the course foretold each refusal, and gates were passed.
fn travel(journey: &[Asked]) -> Result<BTreeMap<&'static str, usize>, TestCaseError> {
    let mut ledger = begun();
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (number, asked) in (1..).zip(journey) {
        let before = events(&ledger);
        let command = asked_for(*asked, number, &before);
        let outcomes = ledger.submit_each(std::slice::from_ref(&command)).expect("it works");
        let course = Course::of(&before, ledger.names());
        let (_, terms) = course
            .held_to(ledger.folds.state.versions(before[0].envelope.fund.scheme))
            .expect("the case has terms");
        let gates = &terms.parts().procedure.gates;
        let concerned: Vec<&Gate> = gates
            .iter()
            .filter(|gate| is_held(gate, gates, &command.act) && course.concerns(gate, terms, NOW))
            .collect();
        let binds = |gate: &&&Gate| gate.binding || matches!(gate.of, Subject::Step(_));
        let foretold: Vec<Refusal> = concerned
            .iter()
            .filter(binds)
            .flat_map(|gate| misses(&course, gate, command.effective_day))
            .collect();
        let foretold = of_a_course(&foretold);
        match outcomes.first().expect("one outcome") {
            Outcome::Accepted(receipt) => {
                prop_assert_eq!(&foretold, &BTreeSet::new(), "{:?} was accepted", command.act);
                *seen.entry("passed").or_default() += concerned.len();
                told_afterwards(&ledger, receipt.position, concerned.len())?;
            }
            Outcome::Refused(refusal) if refusal.refused.first().stage() == Stage::Terms => {
                let refused: Vec<&Refusal> = refusal.refused.iter().collect();
                for one in &refused {
                    *seen.entry(one.code()).or_default() += 1;
                }
                let refused = of_a_course(refused);
                prop_assert_eq!(refused, foretold, "{:?} was refused", command.act);
            }
            Outcome::Refused(_) => {}
            Outcome::TooLarge(why) => panic!("a small event: {why}"),
        }
    }
    Ok(seen)
}

proptest! {
    #[test]
    fn a_course_foretells_what_the_rules_refuse_and_tells_what_they_record(journey in journey()) {
        travel(&journey)?;
    }
}

fn on(journey: &[(&'static str, i32)]) -> Vec<Asked> {
    journey.iter().map(|(what, day)| Asked { what, day: *day, pick: 1 }).collect()
}

#[test]
fn a_journey_comes_to_every_kind_of_what_a_course_foretells() {
    let journey = on(&[
        ("sanction", 1),
        ("selected", 2),
        ("claimed", 3),
        ("claimed", 5),
        ("sanction", 8),
        ("sanction", 20),
        ("disburse 1", 25),
        ("utilise", 26),
        ("utilise", 40),
        ("disburse 2", 41),
        ("adjust done", 42),
    ]);
    let seen = travel(&journey).expect("the course and the rules agree");
    let expected =
        [("passed", 6), ("step_out_of_order", 2), ("too_early", 3), ("too_little_used", 1)];
    assert_eq!(seen, BTreeMap::from(expected));
}

/// A ledger in which these were asked for and taken.
fn after(journey: &[(&'static str, i32)]) -> Ledger {
    let mut ledger = begun();
    for (number, asked) in (1..).zip(on(journey)) {
        let command = asked_for(asked, number, &events(&ledger));
        ledger.submit(&command).unwrap_or_else(|error| panic!("{}: {error}", asked.what));
    }
    ledger
}

fn gate_of(ledger: &Ledger, paragraph: &str) -> Option<GateAnswer> {
    let answer = ledger.explain("A", View::NOW).expect("an answer").expect("the case is known");
    answer.procedure.into_iter().find(|gate| gate.paragraph == paragraph)
}

#[test]
fn a_gate_says_what_happened_there_and_what_it_waits_for() {
    let ledger = after(&[("selected", 0), ("claimed", 9)]);
    let claimed = gate_of(&ledger, "5(3)").expect("it concerns the case");
    assert_eq!((claimed.position, claimed.day.as_deref()), (Some(5), Some("2024-05-10")));
    assert_eq!((claimed.latest.as_deref(), claimed.late_by), (Some("2024-05-08"), 2));
    let large = gate_of(&ledger, "5(4)").expect("it concerns the case");
    assert_eq!((large.earliest.as_deref(), large.late_by), (Some("2024-05-04"), 0));
    let sanction = gate_of(&ledger, "5(5)").expect("it concerns the case");
    assert_eq!((sanction.position, sanction.earliest.as_deref()), (None, Some("2024-05-15")));
    let payment = gate_of(&ledger, "5(6)").expect("it concerns the case");
    assert_eq!((payment.missing, payment.binding), (vec!["inspected".to_owned()], false));
    let inspected = gate_of(&ledger, "5(8)").expect("it concerns the case");
    assert_eq!(inspected.missing, ["sanction", "credit"]);
    let used = inspected.used.expect("it looks at what is used");
    assert_eq!((used.shown.as_str(), used.needed.as_str()), ("0.00", "0.00"));
    assert_eq!(gate_of(&ledger, "5(2)"), None, "it concerns smaller cases");
}

#[test]
fn what_was_reversed_later_stood_when_the_next_step_was_taken() {
    let mut ledger = after(&[("selected", 0), ("claimed", 9)]);
    let claimed = gate_of(&ledger, "5(3)");
    let selected = r#""kind":"reverse","role":"finance","of":4,"reason":"slip""#;
    ledger.submit(&command(700, day(10), selected)).expect("a step is reversible");
    assert_eq!(gate_of(&ledger, "5(3)"), claimed, "it was late then, and is");
    let selected = gate_of(&ledger, "5(1)").expect("it concerns the case");
    assert_eq!(selected.position, None, "it happened to nobody");
    let reverse = r#""kind":"reverse","role":"finance","of":5,"reason":"slip""#;
    ledger.submit(&command(701, day(11), reverse)).expect("a step is reversible");
    let claimed = gate_of(&ledger, "5(3)").expect("it concerns the case");
    assert_eq!((claimed.position, claimed.latest), (None, None));
    assert_eq!(claimed.missing, ["selected or exempt"]);
}

#[test]
fn a_gate_is_of_the_facts_at_the_time() {
    let ledger = after(&[("selected", 0), ("claimed", 9)]);
    let mut amended = ledger;
    let small =
        r#""kind":"amend","role":"district_office","case_ref":"A","facts":{"cost":"500.00"}"#;
    amended.submit(&command(700, day(10), small)).expect("facts may be amended");
    let large = gate_of(&amended, "5(4)").expect("it concerned the case when it came there");
    assert_eq!(large.position, Some(5));
    let exempt = gate_of(&amended, "5(2)").expect("it concerns the case as it is");
    assert_eq!(exempt.position, None);
}

#[test]
fn outcomes_are_the_latest_reports_that_stand() {
    let outcomes = |ledger: &Ledger| {
        let answer = ledger.explain("A", View::NOW).expect("an answer").expect("the case is known");
        let told = answer.outcomes.into_iter().map(|fact| (fact.name, fact.value));
        told.collect::<Vec<_>>()
    };
    let mut ledger = begun();
    let told = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let steps = [
        (
            r#""kind":"record_step","role":"district_office","case_ref":"A","step":"visited","reported":{"jobs":3,"turnover":"10.50"}"#,
            vec![told("jobs", "3"), told("turnover", "10.50")],
        ),
        (
            r#""kind":"record_step","role":"district_office","case_ref":"A","step":"visited","reported":{"jobs":7}"#,
            vec![told("jobs", "7"), told("turnover", "10.50")],
        ),
        (
            r#""kind":"reverse","role":"finance","of":5,"reason":"slip""#,
            vec![told("jobs", "3"), told("turnover", "10.50")],
        ),
        (r#""kind":"reverse","role":"finance","of":4,"reason":"slip""#, Vec::new()),
    ];
    for (number, (said, expected)) in (700..).zip(steps) {
        ledger.submit(&command(number, day(1), said)).expect("it is taken");
        assert_eq!(outcomes(&ledger), expected, "after {said}");
    }
}
