//! One planted fault for every check that events decide, and a clean history beside it.

use alloc::{string::ToString, vec, vec::Vec};

use bahi_core::{
    AccountKey, Event, FundsMoved, Further, HeadName, HeadNo, InterestEarned, Introduction,
    LineReference, LineSide, Matched, Money, Opinion, Position, StatementLine, StatementLines,
    StatementReceived, StockMove, StockMoved, StoredFact, Within,
};

use super::story::{
    CFC, GRANTER, Life, MARGIN, MDA, OFFICE, PAYER, PLAIN, Story, TRAINING, day, fund, limit,
    of_family, person, print, reference, rupees, unit, word,
};
use crate::{CHECKS, CheckId, Finding, Standing, Wanted};

/// A fault: the check that finds it, the day of the audit, and what is done to a clean history.
type Planted = (&'static str, &'static str, fn(&mut Story));

const SOON: &str = "2024-09-30";

fn cost(rupees_stated: u64) -> (&'static str, StoredFact) {
    ("project_cost", StoredFact::Money(rupees(rupees_stated)))
}

/// A case with stated facts, granted and paid.
fn stated(story: &mut Story, number: u8, facts: &[(&str, StoredFact)], sum: u64) -> Life {
    let case = story.apply("2024-05-01", person(number), facts);
    story.step("2024-05-10", case, "committee");
    let sanction = story.sanction("2024-05-20", case, sum);
    Life { case, sanction, payment: 0 }
}

fn paid_at(story: &mut Story, number: u8, granted: &str, paid: &str) -> Life {
    let case = story.apply("2024-04-02", person(number), &[cost(800_000)]);
    story.step("2024-04-09", case, "committee");
    let sanction = story.sanction(granted, case, 200_000);
    let payment = story.pay(paid, case, 200_000, number);
    Life { case, sanction, payment }
}

/// A case that was paid through this branch.
fn through_branch(story: &mut Story, branch: &str) {
    let life = story.paid(person(9), 9);
    let position = Position(life.payment);
    let payment = story.events.iter_mut().find(|one| one.position == position);
    if let Some(Event::Disbursed(paid)) = payment.map(|one| &mut one.event) {
        paid.payee.ifsc = bahi_core::Ifsc::parse(branch).expect("a branch");
    }
}

/// A statement with one debit.
fn statement(story: &mut Story, debit: u64) -> u64 {
    let received = StatementReceived {
        file: [1; 32],
        bytes: 10,
        format: word("reason"),
        account: AccountKey(print(99)),
        from: day("2024-05-01"),
        to: day("2024-05-31"),
        opening: None,
        closing: None,
        lines: 1,
        part: 1,
        repeated: 0,
        set_aside: 0,
    };
    let position = story.at("2024-06-01", 0, 0, PAYER, Event::StatementReceived(received));
    let line = StatementLine {
        amount: rupees(debit),
        side: LineSide::Debit,
        booked: day("2024-05-30"),
        value: day("2024-05-30"),
        references: Vec::new(),
        counterparty: None,
        at: 0,
        bytes: 10,
        particulars: None,
    };
    let lines = StatementLines { statement: Position(position), first: 1, lines: vec![line] };
    story.at("2024-06-01", 0, 0, PAYER, Event::StatementLines(lines));
    position
}

fn matched(story: &mut Story, statement: u64, payment: u64) {
    let line = LineReference { statement: Position(statement), line: 1 };
    let matched = Matched {
        line,
        target: Position(payment),
        rule: word("reason"),
        further: Further::NONE,
        evidence: Vec::new(),
        difference: None,
    };
    story.at("2024-06-02", 0, 0, PAYER, Event::Matched(matched));
}

fn moved(story: &mut Story, on: &str) {
    let mut to = fund(MARGIN);
    to.district = bahi_core::District(162);
    let moved = FundsMoved { to, reason: word("reason") };
    story.at(on, 0, 5, OFFICE, Event::FundsMoved(moved));
}

const PLANTED: &[Planted] = &[
    ("C01", SOON, |story| {
        let life = story.granted(person(9));
        story.pay("2024-05-30", life.case, 200_001, 9);
    }),
    ("C01", SOON, |story| {
        let life = story.granted(person(9));
        story.pay("2024-05-19", life.case, 200_000, 9);
    }),
    ("C01", SOON, |story| {
        let life = story.granted(person(9));
        story.reverse("2024-05-21", life.sanction);
        story.pay("2024-05-30", life.case, 200_000, 9);
    }),
    ("C02", SOON, |story| {
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.step("2024-05-02", case, "vehicle_share_spent");
        story.sanction("2024-05-20", case, 200_000);
    }),
    ("C02", SOON, |story| {
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.sanction("2024-05-20", case, 200_000);
    }),
    ("C03", SOON, |story| {
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.step("2024-05-02", case, "inspection");
    }),
    ("C03", SOON, |story| {
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.step("2024-05-05", case, "early_step");
    }),
    ("C04", SOON, |story| {
        let life = story.granted(person(9));
        story.pay("2024-05-30", life.case, 200_000, 9);
        story.last().envelope.actor = bahi_core::ActorNo(GRANTER);
    }),
    ("C04", SOON, |story| {
        let life = story.paid(person(9), 9);
        story.audited("2024-06-20", life.case, GRANTER, Opinion::Clear);
    }),
    ("C05", SOON, |story| {
        story.apply("2024-09-20", person(9), &[cost(800_000)]);
        story.last().envelope.effective_day = day("2024-06-21");
        story.last().recorded_at = day("2024-09-20").end();
    }),
    ("C06", SOON, |story| {
        story.apply("2024-09-20", person(9), &[cost(800_000)]);
        story.last().position = Position(900);
        story.last().envelope.case = Position(900);
    }),
    ("C06", SOON, |story| {
        story.step("2024-09-20", 900, "committee");
    }),
    ("C06", SOON, |story| {
        story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.last().recorded_at = day("2024-03-31").end();
    }),
    ("C07", SOON, |story| {
        story.granted(person(9));
        story.last().envelope.terms = 9;
    }),
    ("C10", SOON, |story| {
        stated(story, 9, &[cost(800_000)], 200_001);
    }),
    ("C11", SOON, |story| {
        stated(story, 9, &[cost(800_000)], 199_999);
    }),
    ("C14", SOON, |story| {
        let category = ("special_category", StoredFact::Flag(true));
        stated(story, 9, &[cost(800_000), category], 200_000);
    }),
    ("C15", SOON, |story| {
        for number in 100..110 {
            stated(story, number, &[cost(1_000_000)], 250_000);
        }
    }),
    ("C16", SOON, |story| {
        story.scheme = CFC;
        stated(story, 9, &[cost(800_000)], 200_001);
    }),
    ("C17", SOON, |story| {
        stated(story, 9, &[cost(999_999)], 250_000);
    }),
    ("C18", SOON, |story| {
        story.granted(unit(9));
        story.granted(unit(9));
    }),
    ("C19", SOON, |story| {
        story.scheme = MDA;
        stated(story, 9, &[cost(800_000)], 200_001);
    }),
    ("C20", SOON, |story| {
        story.scheme = TRAINING;
        stated(story, 9, &[cost(800_000)], 200_001);
    }),
    ("C21", SOON, |story| {
        story.scheme = TRAINING;
        let kit = ("toolkit_each", StoredFact::Money(rupees(101)));
        stated(story, 9, &[cost(800_000), kit], 200_101);
    }),
    ("C22", SOON, |story| {
        story.scheme = TRAINING;
        let food = ("food_each", StoredFact::Money(rupees(101)));
        stated(story, 9, &[cost(800_000), food], 200_101);
    }),
    ("C31", SOON, |story| {
        story.lived(person(9), 1);
    }),
    ("C33", SOON, |story| {
        story.apply("2024-05-01", person(1), &[cost(800_000)]);
        story.last().envelope.fund.district = bahi_core::District(162);
    }),
    ("C34", SOON, |story| {
        through_branch(story, "SBIN0123456");
    }),
    ("C34", SOON, |story| {
        through_branch(story, "XXXX0001204");
    }),
    ("C36", SOON, |story| {
        let life = story.paid(person(9), 9);
        let back = story.come_back("2024-06-05", life.case, life.payment, "dead");
        story.instalment("2024-06-08", life.case, 200_000, (9, 1, back));
    }),
    ("C36", SOON, |story| {
        let life = story.paid(person(9), 9);
        story.come_back("2024-06-05", life.case, life.payment, "dead");
        story.paid(person(9), 10);
    }),
    ("C37", SOON, |story| {
        let life = story.paid(person(9), 9);
        let back = story.come_back("2024-06-05", life.case, life.payment, "wrong_account");
        story.instalment("2024-06-08", life.case, 200_000, (9, 1, back));
    }),
    ("C38", SOON, |story| {
        story.recover("2024-09-02", 11, 1);
        if let Event::Recovered(recovered) = &mut story.last().event {
            // The example of the authority's own circular on the check digit.
            recovered.reference = reference("999941057058");
        }
    }),
    ("C43", SOON, |story| {
        story.apply("2024-05-01", person(9), &[("applicant_age", StoredFact::Count(2_068))]);
    }),
    ("C44", SOON, |story| {
        paid_at(story, 9, "2024-04-10", "2024-06-01");
        paid_at(story, 10, "2024-05-11", "2024-05-31");
    }),
    ("C60", "2026-04-30", |story| {
        let life = story.paid(person(9), 9);
        story.step("2026-01-01", life.case, "inspection");
        story.adjust("2026-05-31", life.case, 200_000);
    }),
    ("C61", "2026-08-31", |story| {
        story.paid(person(9), 9);
    }),
    ("C62", "2026-06-30", |story| {
        let life = story.paid(person(9), 9);
        story.adjust("2026-06-02", life.case, 200_000);
    }),
    ("C64", "2024-12-31", |story| {
        let life = story.lived(person(9), 9);
        story.audited("2024-10-01", life.case, 4, Opinion::Objection);
    }),
    ("C65", SOON, |story| {
        for number in 9..12 {
            story.lived(of_family(number, 50), number);
        }
    }),
    ("C66", SOON, |story| {
        for number in 100..120 {
            story.lived(person(number), 77);
        }
    }),
    ("C70", SOON, |story| {
        let life = halves(story);
        story.utilise("2024-06-01", life.case, 74_999);
        story.step("2024-06-02", life.case, "interest_set_off_2");
        story.instalment("2024-06-05", life.case, 100_000, (9, 2, 0));
    }),
    ("C71", SOON, |story| {
        story.scheme = CFC;
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.step("2024-05-10", case, "committee");
        story.sanction("2024-05-20", case, 200_000);
        story.pay("2024-05-30", case, 200_000, 9);
    }),
    ("C72", SOON, |story| {
        story.paid(person(9), 9);
    }),
    ("C72", SOON, |story| {
        let life = story.paid(person(9), 9);
        story.utilise("2024-09-02", life.case, 1);
    }),
    ("C73", SOON, |story| {
        let life = halves(story);
        story.utilise("2024-06-01", life.case, 100_000);
        story.instalment("2024-06-05", life.case, 100_000, (9, 2, 0));
    }),
    ("C75", "2026-05-21", |story| {
        let life = story.paid(person(9), 9);
        story.utilise("2024-07-01", life.case, 200_000);
    }),
    ("C80", SOON, |story| {
        let life = story.paid(person(9), 9);
        story.pay("2024-06-08", life.case, 200_000, 9);
    }),
    ("C80", SOON, |story| {
        let life = story.granted(person(9));
        story.instalment("2024-05-30", life.case, 200_000, (9, 1, 3));
    }),
    ("C81", SOON, |story| {
        let life = story.granted(person(9));
        let payment = story.pay("2024-05-30", life.case, 200_000, 9);
        story.confirm("2024-06-01", life.case, payment, "UTR11");
    }),
    ("C82", "2024-07-06", |story| {
        let life = story.paid(person(9), 9);
        story.come_back("2024-06-05", life.case, life.payment, "reason");
    }),
    ("C83", SOON, |story| {
        story.granted(person(9));
    }),
    ("C83", SOON, |story| {
        let life = story.granted(person(9));
        story.pay("2024-06-10", life.case, 200_000, 9);
    }),
    ("C83", SOON, |story| {
        let case = story.apply("2024-05-01", person(9), &[cost(800_000)]);
        story.step("2024-05-02", case, "committee");
        if let Event::StepRecorded(step) = &mut story.last().event {
            step.late_by = 3;
        }
    }),
    ("C83", SOON, |story| {
        story.scheme = PLAIN;
        let life = story.granted(person(9));
        story.pay("2024-08-19", life.case, 200_000, 9);
    }),
    ("C84", SOON, |story| {
        statement(story, 77);
    }),
    ("C85", SOON, |story| {
        let life = story.lived(person(9), 9);
        let statement = statement(story, 199_999);
        matched(story, statement, life.payment);
    }),
    ("C86", SOON, |story| {
        let life = story.lived(person(9), 9);
        story.demand("2024-08-02", life.case, 100, "2024-09-29");
        story.recover("2024-08-03", life.case, 99);
    }),
    ("C90", SOON, |story| {
        let mut elsewhere = fund(MARGIN);
        elsewhere.district = bahi_core::District(162);
        story.granted(person(9));
        story.last().envelope.fund = elsewhere;
    }),
    ("C91", "2025-06-30", |story| {
        let life = story.granted(person(9));
        story.pay("2025-04-01", life.case, 200_000, 9);
    }),
    ("C92", "2025-03-31", |story| {
        for number in 100..120 {
            paid_at(story, number, "2025-02-20", "2025-03-30");
        }
    }),
    ("C93", "2025-06-30", |story| {
        let earned = InterestEarned { reference: reference("BANK") };
        story.at("2024-12-31", 0, 7, PAYER, Event::InterestEarned(earned));
    }),
    ("C94", "2025-05-31", |story| {
        story.scheme = PLAIN;
        story.paid(person(9), 9);
    }),
    ("C95", "2025-04-30", |story| moved(story, "2025-04-01")),
    ("C95", SOON, |story| {
        moved(story, "2024-06-01");
        story.last().envelope.authority = bahi_core::AuthorityNo::NONE;
    }),
    ("C96", SOON, |story| {
        story.granted(person(9));
        story.last().envelope.fund.head = HeadNo::NONE;
    }),
    ("C96", SOON, |story| {
        story.granted(person(9));
        let head = HeadName::new("4250-00").expect("a head");
        story.last().envelope.introduced = vec![Introduction::Head(head)];
        story.last().envelope.fund.head = HeadNo(2);
    }),
    ("C97", "2024-12-31", |story| {
        for (movement, quantity) in [(StockMove::Received, 10), (StockMove::HandedOver, 9)] {
            let moved = StockMoved {
                item: word("toolkit"),
                movement,
                quantity,
                reference: reference("STORE"),
            };
            story.at("2024-06-01", 0, 0, OFFICE, Event::StockMoved(moved));
        }
    }),
    ("C99", SOON, |story| {
        story.scheme = PLAIN;
        for number in 0..1_000_u32 {
            story.lived(person((number % 200) as u8), (number % 200) as u8);
        }
    }),
];

/// Half of a centre's money paid.
fn halves(story: &mut Story) -> Life {
    story.scheme = CFC;
    let life = story.granted(person(9));
    let payment = story.instalment("2024-05-30", life.case, 100_000, (9, 1, 0));
    Life { payment, ..life }
}

/// A history to which nobody has anything to say: one life in each scheme with a procedure.
fn clean() -> Story {
    let mut story = Story::new(None, None);
    for (scheme, number) in [(MARGIN, 1), (CFC, 2), (MDA, 3), (TRAINING, 4)] {
        story.scheme = scheme;
        story.lived(person(number), number);
    }
    story.scheme = MARGIN;
    story
}

fn id(text: &str) -> CheckId {
    CheckId::parse(text).expect("an id of the catalogue")
}

#[test]
fn a_clean_history_is_silent() {
    for as_of in [SOON, "2025-03-31", "2030-12-31"] {
        let findings = clean().findings(as_of, Wanted::default());
        assert_eq!(findings.kept, Vec::<Finding>::new(), "{as_of}");
    }
}

#[test]
fn every_planted_fault_is_found() {
    for (check, as_of, plant) in PLANTED {
        let mut story = clean();
        let before = story.events.len() as u64;
        plant(&mut story);
        let only = Wanted { check: Some(id(check)), ..Wanted::default() };
        let findings = story.findings(as_of, only);
        assert!(findings.total() > 0, "{check} is not found");
        assert!(findings.kept.iter().all(|one| one.check == id(check)), "{check}");
        let planted = |one: &Finding| one.events.iter().any(|event| event.0 > before);
        assert!(findings.kept.iter().any(planted), "{check} names no event of the fault");
        let all = story.findings(as_of, Wanted::default());
        assert_eq!(all.of(id(check)).count(), findings.kept.len(), "{check} alone and among all");
    }
}

/// Conditions and limits are data of the terms; the code says which check they belong to.
const CONDITIONS: &[(&str, &str)] = &[
    ("C20", "ten_days"),
    ("C39", "first_self_employment_benefit"),
    ("C41", "applicant_of_18_years"),
    ("C42", "notified_product_only"),
    ("C52", "notified_fair_only"),
    ("C53", "claimed_within_120_days"),
    ("C54", "freight_not_in_cash"),
    ("C55", "units_at_least_20"),
    ("C74", "members_at_least_20"),
    ("C76", "committee_for_the_cost"),
];

#[test]
fn a_grant_that_a_condition_forbids_is_found_under_its_check() {
    for (check, code) in CONDITIONS {
        let mut story = Story::new(Some(code), None);
        story.lived(person(1), 1);
        assert_eq!(story.findings(SOON, Wanted::default()).total(), 0, "{check} is silent");
        stated(&mut story, 9, &[cost(800_000), ("fault", StoredFact::Flag(true))], 200_000);
        let findings = story.findings(SOON, Wanted::default());
        let found: Vec<_> = findings.of(id(check)).collect();
        assert_eq!(found.len(), 1, "{check}");
        assert_eq!(found[0].rule.as_ref().map(|rule| rule.as_str()), Some("condition"));
        assert!(found[0].order.is_some() && found[0].detail.contains(code), "{check}");
    }
}

const LIMITS: &[(&str, &str, u16, Within)] = &[
    ("C30", "once_per_family", 1, Within::Ever),
    ("C40", "no_toolkit_in_two_years", 1, Within::Years(2)),
    ("C50", "three_claims_a_year", 3, Within::FinancialYear),
    ("C51", "fair_once", 1, Within::Ever),
    ("C56", "listing_once", 1, Within::Ever),
];

#[test]
fn one_case_more_than_a_limit_allows_is_found_under_its_check() {
    for (check, code, count, within) in LIMITS {
        let limit = limit(code, *count, *within);
        let mut story = Story::new(None, Some(&limit));
        for _ in 0..*count {
            story.lived(person(1), 1);
        }
        let only = Wanted { check: Some(id(check)), ..Wanted::default() };
        assert_eq!(story.findings(SOON, only).total(), 0, "{check} is silent");
        let last = story.lived(person(1), 1);
        let findings = story.findings(SOON, only);
        assert_eq!(findings.total(), 1, "{check}");
        let found = &findings.kept[0];
        assert_eq!(found.events[0], Position(last.case), "{check}");
        assert_eq!(found.events.len(), usize::from(*count) + 1, "{check}");
        assert_eq!(found.amount, Money::from_rupees(200_000).expect("an amount").into());
    }
}

#[test]
fn claims_of_one_applicant_are_no_round() {
    let mut story = clean();
    for _ in 0..5 {
        story.lived(of_family(9, 50), 9);
    }
    let round = Wanted { check: Some(id("C65")), ..Wanted::default() };
    assert_eq!(story.findings(SOON, round).total(), 0);
}

#[test]
fn every_check_that_events_decide_has_a_planted_fault() {
    let planted = PLANTED.iter().map(|one| one.0).chain(CONDITIONS.iter().map(|one| one.0));
    let planted: Vec<&str> = planted.chain(LIMITS.iter().map(|one| one.0)).collect();
    for check in CHECKS {
        let is_planted = planted.contains(&check.id.to_string().as_str());
        let decided = match check.standing {
            Standing::Decided(_) => true,
            Standing::Undecidable(_) => false,
        };
        assert_eq!(is_planted, decided, "{}", check.id);
    }
}
