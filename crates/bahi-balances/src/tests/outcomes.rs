//! Outcomes against tables and against an oracle that strikes out what was reversed.

use alloc::string::{String, ToString};

use bahi_core::{
    FactKind, Outcome, Procedure, SanctionCarried, SchemeOpened, StepRecorded, StoredFact, Terms,
    TermsChanged, TermsParts, Word,
};

use super::{samples, *};
use crate::{OutcomeRow, OutcomeSum, Outcomes};

const JOBS: WordNo = WordNo(1);
const TURNOVER: WordNo = WordNo(2);
const HEADS: WordNo = WordNo(3);

fn word(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn known() -> Names {
    let mut names = names();
    for text in ["jobs", "turnover", "heads"] {
        assert!(names.introduce(&Introduction::Word(word(text))));
    }
    names
}

fn asking(outcomes: &[(&str, FactKind)]) -> Terms {
    let outcome = |(name, kind): &(&str, FactKind)| Outcome {
        name: word(name),
        kind: *kind,
        paragraph: word("9"),
    };
    let outcomes = outcomes.iter().map(outcome).collect();
    let procedure = Procedure { outcomes, ..Procedure::default() };
    let parts = samples::terms().parts().clone();
    Terms::new(TermsParts { procedure, ..parts }).expect("sound terms")
}

fn opened(outcomes: &[(&str, FactKind)]) -> Event {
    Event::SchemeOpened(SchemeOpened { districts: Vec::new(), terms: asking(outcomes) })
}

fn step(reported: &[(WordNo, StoredFact)]) -> Event {
    let reported = reported.to_vec();
    Event::StepRecorded(StepRecorded {
        step: WordNo(9),
        evidence: Vec::new(),
        reported,
        late_by: 0,
    })
}

fn jobs(count: u64) -> Event {
    step(&[(JOBS, StoredFact::Count(count))])
}

fn money(paise: i64) -> StoredFact {
    StoredFact::Money(Money::from_paise(paise).expect("an amount"))
}

/// A reversal of an event, as the rules make it.
fn undoing(position: u64, of: &Recorded) -> Recorded {
    let movement = of.movement().map(|(movement, _)| movement);
    let event = samples::reversed(of.position.0, of.event.kind(), movement);
    Recorded { position: Position(position), event, ..of.clone() }
}

fn carried(from: FundKey) -> Event {
    Event::SanctionCarried(SanctionCarried { from })
}

fn folded(events: &[Recorded]) -> Outcomes {
    let mut outcomes = Outcomes::default();
    for recorded in events {
        outcomes.apply(recorded);
    }
    outcomes
}

const BY_YEAR: By = By { scheme: false, district: false, head: false, fy: true };

/// A row by year: year, outcome, total, reported, paid and silent.
type Told = (u16, String, OutcomeSum, u64, i128, u64);

fn by_year(events: &[Recorded]) -> Vec<Told> {
    let outcomes = folded(events);
    assert_eq!(outcomes.unplaced(), 0);
    let rows = outcomes.rows(BY_YEAR, &Filter::default(), &known());
    let told = |row: OutcomeRow| {
        let year = row.fy.map(FinancialYear::first).unwrap_or_default();
        (year, row.outcome.to_string(), row.total, row.reported, row.paid.paise(), row.silent)
    };
    rows.into_iter().map(told).collect()
}

fn row(
    year: u16,
    outcome: &str,
    total: OutcomeSum,
    (reported, paid, silent): (u64, i128, u64),
) -> Told {
    (year, outcome.into(), total, reported, paid, silent)
}

/// A scheme that asks for jobs, a case of it granted and paid 1000.00, in 2024.
fn paid_case() -> Vec<Recorded> {
    let here = fund(1, 1, 2024, 187);
    Vec::from([
        recorded(1, here, 0, 0, opened(&[("jobs", FactKind::Count)])),
        recorded(2, FundKey { head: HeadNo::NONE, ..here }, 2, 0, applied()),
        recorded(3, here, 2, 250_000, sanctioned()),
        recorded(4, here, 2, 100_000, disbursed()),
    ])
}

#[test]
fn a_case_is_followed_through_reports_returns_carries_and_reversals() {
    let (here, next) = (fund(1, 1, 2024, 187), fund(1, 1, 2025, 187));
    let of = |position, paise, event| recorded(position, here, 2, paise, event);
    let carry = recorded(10, next, 2, 150_000, carried(here));
    let count = OutcomeSum::Count;
    let base = paid_case();
    let steps = [
        (None, row(2024, "jobs", count(0), (0, 0, 1))),
        (Some(of(5, 0, jobs(3))), row(2024, "jobs", count(3), (1, 100_000, 0))),
        (Some(of(6, 0, jobs(7))), row(2024, "jobs", count(7), (1, 100_000, 0))),
        // The report before it stands again.
        (Some(undoing(7, &of(6, 0, jobs(7)))), row(2024, "jobs", count(3), (1, 100_000, 0))),
        (Some(of(8, 100_000, returned())), row(2024, "jobs", count(3), (1, 0, 0))),
        (Some(of(9, 60_000, disbursed())), row(2024, "jobs", count(3), (1, 60_000, 0))),
        (Some(carry.clone()), row(2025, "jobs", count(3), (1, 60_000, 0))),
        (Some(of(11, 10_000, recovered())), row(2025, "jobs", count(3), (1, 50_000, 0))),
        (Some(undoing(12, &carry)), row(2024, "jobs", count(3), (1, 50_000, 0))),
        (
            Some(undoing(13, &of(8, 100_000, returned()))),
            row(2024, "jobs", count(3), (1, 150_000, 0)),
        ),
        (
            Some(undoing(14, &of(11, 10_000, recovered()))),
            row(2024, "jobs", count(3), (1, 160_000, 0)),
        ),
        (Some(undoing(15, &of(5, 0, jobs(3)))), row(2024, "jobs", count(0), (0, 0, 1))),
        (Some(recorded(16, next, 2, 0, carried(here))), row(2025, "jobs", count(0), (0, 0, 1))),
    ];
    let mut events = base;
    for (event, expected) in steps {
        events.extend(event);
        assert_eq!(by_year(&events), [expected], "after {}", events.len());
    }
}

#[test]
fn a_case_that_is_not_paid_is_not_silent_and_one_without_a_sanction_counts_where_it_applied() {
    let here = fund(1, 1, 2024, 187);
    let mut events = paid_case();
    events.push(recorded(5, here, 2, 100_000, returned()));
    assert_eq!(by_year(&events), []);
    let applied_in = FundKey { head: HeadNo::NONE, ..fund(1, 1, 2023, 187) };
    events.push(recorded(6, applied_in, 6, 0, applied()));
    events.push(recorded(7, applied_in, 6, 0, jobs(2)));
    assert_eq!(by_year(&events), [row(2023, "jobs", OutcomeSum::Count(2), (1, 0, 0))]);
    let granted = recorded(8, here, 6, 1, sanctioned());
    events.push(granted.clone());
    assert_eq!(by_year(&events), [row(2024, "jobs", OutcomeSum::Count(2), (1, 0, 0))]);
    events.push(undoing(9, &granted));
    assert_eq!(by_year(&events), [row(2023, "jobs", OutcomeSum::Count(2), (1, 0, 0))]);
}

#[test]
fn a_case_is_asked_what_the_terms_of_its_sanction_ask() {
    let here = fund(1, 1, 2024, 187);
    let second = TermsChanged { version: 2, terms: asking(&[("turnover", FactKind::Money)]) };
    let under = |terms: u16, position, case| {
        let mut granted = recorded(position, here, case, 1, sanctioned());
        granted.envelope.terms = terms;
        granted
    };
    let mut carry = recorded(10, here, 3, 1, carried(here));
    carry.envelope.terms = 0;
    let events = [
        recorded(1, here, 0, 0, opened(&[("jobs", FactKind::Count)])),
        recorded(2, here, 0, 0, Event::TermsChanged(second)),
        recorded(3, here, 3, 0, applied()),
        recorded(4, here, 4, 0, applied()),
        recorded(5, here, 5, 0, applied()),
        under(1, 6, 3),
        under(2, 7, 4),
        recorded(8, here, 3, 500, disbursed()),
        recorded(9, here, 4, 500, disbursed()),
        carry,
        recorded(11, here, 4, 0, step(&[(TURNOVER, money(9_000))])),
    ];
    let none = OutcomeSum::Count(0);
    let expected = [
        row(2024, "jobs", none, (0, 0, 1)),
        row(2024, "turnover", OutcomeSum::Money(Total::from_paise(9_000)), (1, 500, 0)),
    ];
    assert_eq!(by_year(&events), expected);
}

#[test]
fn what_is_paid_for_one_is_rounded_down_and_told_of_counts_alone() {
    let of = |total, paid| OutcomeRow {
        scheme: None,
        district: None,
        head: None,
        fy: None,
        outcome: word("jobs"),
        total,
        reported: 1,
        paid: Total::from_paise(paid),
        silent: 0,
    };
    let count = OutcomeSum::Count;
    let rows = [
        (of(count(3), 100_000), Some(33_333)),
        (of(count(1), 100_000), Some(100_000)),
        (of(count(7), 0), Some(0)),
        (of(count(3), -1), Some(-1)),
        (of(count(u128::from(u64::MAX) * 2), 1), Some(0)),
        (of(count(u128::MAX), 1), None),
        (of(count(0), 100_000), None),
        (of(OutcomeSum::Money(Total::from_paise(3)), 100_000), None),
    ];
    for (row, expected) in rows {
        assert_eq!(row.per_one(), expected.map(Total::from_paise), "{row:?}");
    }
}

#[test]
fn what_cannot_be_placed_with_a_case_is_counted_and_changes_nothing() {
    let here = fund(1, 1, 2024, 187);
    let reported = recorded(5, here, 2, 0, jobs(3));
    let base = [paid_case(), Vec::from([reported])].concat();
    let of = |position, case, event| recorded(position, here, case, 100, event);
    let granted = samples::reversed(4, EventKind::Sanctioned, Some(Movement::Sanction));
    let strays = [
        recorded(6, fund(0, 0, 2024, 187), 6, 0, applied()),
        of(6, 5, sanctioned()),
        of(6, 5, carried(here)),
        of(6, 5, disbursed()),
        of(6, 0, returned()),
        of(6, 5, recovered()),
        of(6, 5, jobs(1)),
        of(6, 2, step(&[(JOBS, StoredFact::Flag(true))])),
        of(6, 2, step(&[(HEADS, StoredFact::Count(1)), (JOBS, StoredFact::Word(JOBS))])),
        of(6, 2, granted),
        of(6, 5, samples::reversed(4, EventKind::Disbursed, Some(Movement::Payment))),
        of(5, 2, jobs(1)),
        of(0, 2, jobs(1)),
    ];
    let rows = |outcomes: &Outcomes| outcomes.rows(By::ALL, &Filter::default(), &known());
    for stray in strays {
        let mut outcomes = folded(&base);
        outcomes.apply(&stray);
        assert_eq!((outcomes.unplaced(), outcomes.first_unplaced()), (1, Some(stray.position)));
        assert_eq!(rows(&outcomes), rows(&folded(&base)), "{stray:?}");
    }
    let moving = [
        EventKind::Applied,
        EventKind::Sanctioned,
        EventKind::SanctionCarried,
        EventKind::Disbursed,
        EventKind::PaymentReturned,
        EventKind::Recovered,
        EventKind::Reversed,
    ];
    for kind in EventKind::ALL.into_iter().filter(|kind| !moving.contains(kind)) {
        let mut outcomes = folded(&base);
        outcomes.apply(&of(6, 2, samples::sample(kind, here)));
        assert_eq!(outcomes.unplaced(), 0, "{}", kind.name());
        let changes_terms = [EventKind::SchemeOpened].contains(&kind);
        assert!(changes_terms || rows(&outcomes) == rows(&folded(&base)), "{}", kind.name());
    }
}

/// Parts of an event before it knows the history it stands in.
type Part = (u8, usize, (u16, u16, u16), u64, usize);

/// Cases of two schemes that are granted, carried, paid and report, each event reversed at most
/// once, and not always the last first.
fn history() -> impl Strategy<Value = Vec<Recorded>> {
    let place = (1_u16..3, 2023_u16..2026, 187_u16..189);
    let part = (0_u8..10, 0_usize..8, place, 0_u64..5, any::<usize>());
    prop::collection::vec(part, 0..60).prop_map(|parts| lived(&parts))
}

fn lived(parts: &[Part]) -> Vec<Recorded> {
    let asked = [("jobs", FactKind::Count), ("turnover", FactKind::Money)];
    let changed = TermsChanged { version: 1, terms: asking(&[("heads", FactKind::Count)]) };
    let mut events = Vec::from([
        recorded(1, fund(1, 0, 2023, 0), 0, 0, opened(&asked)),
        recorded(2, fund(2, 0, 2023, 0), 0, 0, Event::TermsChanged(changed)),
    ]);
    let (mut cases, mut gone): (Vec<(u64, u16)>, Vec<Position>) = (Vec::new(), Vec::new());
    for (kind, at, (scheme, year, district), number, pick) in parts {
        let position = events.len() as u64 + 1;
        let Some((case, scheme)) = cases.get(*at).copied().filter(|_| *kind > 0) else {
            let fund = fund(*scheme, 0, *year, *district);
            events.push(recorded(position, fund, position, 0, applied()));
            cases.push((position, *scheme));
            continue;
        };
        let here = fund(scheme, 1 + district % 2, *year, *district);
        let paise = i64::try_from(*number).unwrap_or_default();
        let event = match kind {
            1 | 2 => sanctioned(),
            3 => carried(fund(scheme, 1, 2023, *district)),
            4 => disbursed(),
            5 => returned(),
            6 => recovered(),
            7 => jobs(*number),
            8 => step(&[(TURNOVER, money(paise)), (HEADS, StoredFact::Count(*number))]),
            _ => {
                let of = events[pick % events.len()].clone();
                if of.envelope.case.is_none()
                    || gone.contains(&of.position)
                    || matches!(of.event, Event::Applied(_) | Event::Reversed(_))
                {
                    continue;
                }
                gone.push(of.position);
                events.push(undoing(position, &of));
                continue;
            }
        };
        let mut one = recorded(position, here, case, paise, event);
        if *kind == 3 {
            one.envelope.terms = 0;
        }
        events.push(one);
    }
    events
}

/// One outcome of one group: total, reported, paid, silent.
type Figures = (i128, u64, i128, u64);

/// The rows by scheme number and year, from what was not struck out.
fn naive(events: &[Recorded]) -> BTreeMap<(u16, u16, WordNo), Figures> {
    let struck: BTreeSet<Position> = events
        .iter()
        .filter_map(|one| if let Event::Reversed(back) = &one.event { Some(back.of) } else { None })
        .collect();
    let standing: Vec<&Recorded> =
        events.iter().filter(|one| !struck.contains(&one.position)).collect();
    let mut rows: BTreeMap<(u16, u16, WordNo), Figures> = BTreeMap::new();
    for begun in events.iter().filter(|one| matches!(one.event, Event::Applied(_))) {
        let of_it: Vec<&Recorded> =
            standing.iter().copied().filter(|one| one.envelope.case == begun.position).collect();
        let sum = |kind: EventKind| -> i128 {
            let of_kind = of_it.iter().filter(|one| one.event.kind() == kind);
            of_kind.map(|one| i128::from(one.envelope.amount.paise())).sum()
        };
        let paid =
            sum(EventKind::Disbursed) - sum(EventKind::PaymentReturned) - sum(EventKind::Recovered);
        let granted = |one: &&&Recorded| {
            matches!(one.event, Event::Sanctioned(_) | Event::SanctionCarried(_))
        };
        let fund = of_it.iter().rev().find(granted).unwrap_or(&begun).envelope.fund;
        let key = |name| (fund.scheme.0, fund.fy.first(), name);
        let mut told = BTreeSet::new();
        for one in of_it.iter().rev() {
            let Event::StepRecorded(step) = &one.event else { continue };
            for (name, fact) in &step.reported {
                if told.insert(*name) {
                    let value = match fact {
                        StoredFact::Money(money) => i128::from(money.paise()),
                        StoredFact::Count(count) => i128::from(*count),
                        StoredFact::Flag(_) | StoredFact::Word(_) => continue,
                    };
                    let row = rows.entry(key(*name)).or_default();
                    *row = (row.0 + value, row.1 + 1, row.2 + paid, row.3);
                }
            }
        }
        let bound = of_it.iter().any(|one| matches!(one.event, Event::Sanctioned(_)));
        let asked: &[WordNo] = if fund.scheme.0 == 1 { &[JOBS, TURNOVER] } else { &[HEADS] };
        for name in asked.iter().filter(|name| bound && paid > 0 && !told.contains(name)) {
            rows.entry(key(*name)).or_default().3 += 1;
        }
    }
    rows
}

proptest! {
    #[test]
    fn outcomes_are_those_of_the_events_that_stand(events in history()) {
        let names = known();
        let outcomes = folded(&events);
        prop_assert_eq!(outcomes.unplaced(), 0);
        let by = By { scheme: true, fy: true, ..By::default() };
        let mut found = BTreeMap::new();
        for row in outcomes.rows(by, &Filter::default(), &names) {
            let total = match row.total {
                OutcomeSum::Money(total) => total.paise(),
                OutcomeSum::Count(count) => i128::try_from(count).expect("a small count"),
            };
            let scheme = row.scheme.and_then(|name| names.scheme_no(name.as_str()));
            let name = names.word_no(row.outcome.as_str()).expect("a known word");
            let year = row.fy.map(FinancialYear::first).unwrap_or_default();
            let key = (scheme.unwrap_or_default().0, year, name);
            found.insert(key, (total, row.reported, row.paid.paise(), row.silent));
        }
        prop_assert_eq!(found, naive(&events));
    }

    #[test]
    fn groups_of_outcomes_add_up_to_the_whole_and_filters_take_them_apart(events in history()) {
        let (names, outcomes) = (known(), folded(&events));
        let whole = outcomes.rows(By::default(), &Filter::default(), &names);
        let sums = |rows: &[OutcomeRow]| -> (u64, Total, u64) {
            let reported = rows.iter().map(|row| row.reported).sum();
            (reported, rows.iter().map(|row| row.paid).sum(), rows.iter().map(|row| row.silent).sum())
        };
        prop_assert_eq!(sums(&outcomes.rows(By::ALL, &Filter::default(), &names)), sums(&whole));
        let apart: Vec<OutcomeRow> = [187, 188]
            .into_iter()
            .flat_map(|code| {
                let filter = Filter { district: Some(District(code)), ..Filter::default() };
                outcomes.rows(By::default(), &filter, &names)
            })
            .collect();
        prop_assert_eq!(sums(&apart), sums(&whole));
    }

    #[test]
    fn outcomes_taken_up_again_are_the_outcomes_of_all(
        events in history(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (early, late) = events.split_at(cut.index(events.len() + 1));
        let mut resumed = folded(early).clone();
        late.iter().for_each(|recorded| resumed.apply(recorded));
        prop_assert_eq!(resumed, folded(&events));
    }
}
