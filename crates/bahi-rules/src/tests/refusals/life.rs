//! What the order of life refuses of the acts beyond the story of one case.

use alloc::{vec, vec::Vec};

use bahi_core::{Command, FamilyKey, KeyChange, Position, Refusal};

use super::{super::builders::*, Row};

pub(super) fn rows() -> Vec<Row> {
    [early(), ended(), barred(), once(), lapsing(), resting(), house(), matched()].concat()
}

/// Case A, granted and paid ₹ 1 lakh, closed at 6.
fn done() -> Vec<Command> {
    then(then(then(applied(), sanction("A", 100_000)), disburse("A", 1, 100_000)), close("A"))
}

fn early() -> Vec<Row> {
    let first = |when| ("no case, no act", allotted(), when, Refusal::NotApplied {});
    let ungranted = |when| ("no sanction, no act", applied(), when, Refusal::NotSanctioned {});
    let unpaid = |when| ("no payment, no act", sanctioned(), when, Refusal::NothingPaid {});
    vec![
        first(amend("A", vec![])),
        first(step("A")),
        first(reject("A")),
        first(withdraw("A")),
        first(close("A")),
        first(revise("A", 1)),
        first(cancel("A")),
        first(lapse("A", 1)),
        first(carry("A", 1)),
        first(demand("A", 1)),
        first(utilise("A", 1)),
        first(adjust("A", 1)),
        first(stock(HANDED, 1, Some("A"))),
        ungranted(revise("A", 1)),
        ungranted(cancel("A")),
        ungranted(lapse("A", 1)),
        ungranted(carry("A", 1)),
        unpaid(demand("A", 1)),
        unpaid(utilise("A", 1)),
        unpaid(adjust("A", 1)),
        (
            "who raised a sanction does not pay",
            then(sanction_less(), by("dm-2", revise("A", 220_000))),
            by("dm-2", disburse("A", 1, 1)),
            Refusal::MakerIsChecker { sanctioned: Position(5) },
        ),
        (
            "who raised a sanction does not audit",
            then(sanction_less(), by("dm-2", revise("A", 220_000))),
            by("dm-2", audit("A")),
            Refusal::MakerIsChecker { sanctioned: Position(5) },
        ),
    ]
}

/// Case A, granted ₹ 2 lakh of the ₹ 2.5 lakh it may be granted.
pub(super) fn sanction_less() -> Vec<Command> {
    then(applied(), sanction("A", 200_000))
}

fn ended() -> Vec<Row> {
    let closed =
        |when| ("a closed case", done(), when, Refusal::CaseClosed { closed: Position(6) });
    let bare = |when| {
        let given = then(applied(), close("A"));
        ("a closed case", given, when, Refusal::CaseClosed { closed: Position(4) })
    };
    let cancelled = |when| {
        let given = then(then(disbursed(), cancel("A")), allot_next(1));
        let refusal = Refusal::SanctionCancelled { cancelled: Position(6) };
        ("a sanction taken back", given, when, refusal)
    };
    let stands = |when| {
        (
            "a sanction stands",
            sanctioned(),
            when,
            Refusal::SanctionStands { sanctioned: Position(4) },
        )
    };
    let late = then(then(disbursed(), cancel("A")), give_back(5, 100_000));
    let open = |given, remaining, when| {
        ("something is unpaid", given, when, Refusal::SanctionOpen { remaining: rupees(remaining) })
    };
    vec![
        closed(amend("A", vec![])),
        closed(step("A")),
        closed(close("A")),
        closed(revise("A", 1)),
        closed(cancel("A")),
        closed(disburse("A", 2, 1)),
        closed(utilise("A", 1)),
        closed(adjust("A", 1)),
        closed(stock(HANDED, 1, Some("A"))),
        bare(reject("A")),
        bare(withdraw("A")),
        bare(sanction("A", 1)),
        (
            "a rejected case is closed",
            then(applied(), reject("A")),
            step("A"),
            Refusal::CaseClosed { closed: Position(4) },
        ),
        (
            "a withdrawn case is closed",
            then(applied(), withdraw("A")),
            step("A"),
            Refusal::CaseClosed { closed: Position(4) },
        ),
        cancelled(revise("A", 1)),
        cancelled(cancel("A")),
        cancelled(disburse("A", 2, 1)),
        stands(reject("A")),
        stands(withdraw("A")),
        open(disbursed(), 150_000, close("A")),
        open(late.clone(), 100_000, reject("A")),
        open(late, 100_000, withdraw("A")),
    ]
}

fn barred() -> Vec<Row> {
    let barred = |subject| then(opened(), bar(subject, None));
    let family = bahi_core::BarSubject::Family(FamilyKey(print(4)));
    let body = |byte| bahi_core::BarSubject::Body(bahi_core::BodyKey(print(byte)));
    let applicant = || Refusal::ApplicantBarred { barred: Position(2) };
    let of = |applicant| {
        edited(apply("A"), |command| {
            if let bahi_core::Act::Apply { applicant: one, .. } = &mut command.act {
                *one = applicant;
            }
        })
    };
    let of_family = bahi_core::Applicant::Person {
        person: bahi_core::PersonKey(print(1)),
        family: Some(FamilyKey(print(4))),
    };
    let unit = || bahi_core::Applicant::Unit {
        unit: bahi_core::BodyKey(print(3)),
        owner: Some(bahi_core::PersonKey(print(6))),
    };
    let institution =
        || bahi_core::Applicant::Institution { institution: bahi_core::BodyKey(print(3)) };
    let older = then(barred(person(1)), add_key(2));
    let newer = bahi_core::Fingerprint { key_id: 2, print: [9; 16] };
    let under_new = Command {
        aliases: vec![bahi_core::Alias { newest: newer, older: print(1) }],
        ..of(bahi_core::Applicant::Person { person: bahi_core::PersonKey(newer), family: None })
    };
    let last_day = then(opened(), bar(person(1), Some("2024-05-02")));
    let paid_to = then(sanctioned(), bar(account(7), None));
    vec![
        ("a person", barred(person(1)), apply("A"), applicant()),
        ("a family", barred(family), of(of_family), applicant()),
        ("a unit", barred(body(3)), of(unit()), applicant()),
        ("its owner", barred(person(6)), of(unit()), applicant()),
        ("an institution", barred(body(3)), of(institution()), applicant()),
        ("a vehicle", barred(body(3)), of_vehicle(2, apply("A")), applicant()),
        ("its member", barred(person(2)), of_vehicle(2, apply("A")), applicant()),
        ("the same person under a newer key", older, under_new, applicant()),
        ("the last day of a bar", last_day, apply("A"), applicant()),
        ("an account", paid_to, disburse("A", 1, 1), Refusal::PayeeBarred { barred: Position(5) }),
    ]
}

fn once() -> Vec<Row> {
    let audited = then(disbursed(), audit("A"));
    let gone = |given| ("a payment that came back is not confirmed", given, confirm(5));
    let (says, given, when) = gone(returned());
    vec![
        (says, given, when, Refusal::AlreadyReturned { returned: Position(6) }),
        (
            "a payment is confirmed once",
            then(disbursed(), confirm(5)),
            confirm(5),
            Refusal::AlreadyConfirmed { confirmed: Position(6) },
        ),
        (
            "a finding is settled once",
            then(audited, settle(6, 2)),
            settle(6, 2),
            Refusal::AlreadySettled { settled: Position(7) },
        ),
        (
            "an event is reversed once",
            then(disbursed(), reverse(5)),
            reverse(5),
            Refusal::AlreadyReversed { reversed: Position(6) },
        ),
    ]
}

fn lapsing() -> Vec<Row> {
    let nothing = || Refusal::NothingLeft {};
    let early = || Refusal::NotYetLapsed { from: day("2025-03-31") };
    let all_paid = then(sanctioned(), disburse("A", 1, 250_000));
    let spent = vec![open(), allot(250_000), apply("A"), sanction("A", 250_000)];
    vec![
        ("nothing unpaid lapses", all_paid.clone(), lapse("A", 1), nothing()),
        ("nothing unpaid is carried", all_paid, carry("A", 1), nothing()),
        (
            "nothing is carried to where it is",
            sanctioned(),
            carry_to(fund(VARANASI), "A", 1),
            nothing(),
        ),
        ("an empty fund lets nothing lapse", spent, lapse_fund(1), nothing()),
        ("a fund never allotted neither", opened(), lapse_fund(1), nothing()),
        (
            "a fund lapses with its year",
            allotted(),
            on("2025-03-30", lapse_fund(1_000_000)),
            early(),
        ),
        (
            "a sanction lapses with its year",
            sanctioned(),
            on("2025-03-30", lapse("A", 250_000)),
            early(),
        ),
        (
            "a sanction of the last day lapses that day",
            then(applied(), on("2024-04-01", sanction("A", 1))),
            on("2025-03-30", lapse("A", 1)),
            early(),
        ),
        (
            "what was carried lapses a year after the sanction",
            then(then(sanctioned(), allot_next(250_000)), carry("A", 250_000)),
            on("2025-06-09", lapse("A", 250_000)),
            Refusal::NotYetLapsed { from: day("2025-06-10") },
        ),
    ]
}

fn resting() -> Vec<Row> {
    let rests = |says, given: Vec<Command>, of, later| {
        (says, given, reverse(of), Refusal::LaterEventRestsOnIt { later: Position(later) })
    };
    let carried = then(then(sanctioned(), allot_next(250_000)), carry("A", 250_000));
    let next = |command| on("2025-04-12", command);
    let paid_next = then(carried.clone(), next(disburse("A", 1, 5)));
    let back_next = then(paid_next.clone(), next(give_back(7, 5)));
    let revised = then(then(sanction_less(), revise("A", 210_000)), revise("A", 205_000));
    let matched = then(stated(), match_line(at_line(6, 1), 5));
    let rejected = then(then(sanctioned(), cancel("A")), reject("A"));
    let raised = then(then(sanction_less(), revise("A", 210_000)), disburse("A", 1, 205_000));
    let raised = then(raised, give_back(6, 205_000));
    vec![
        rests("a payment rests on its sanction", disbursed(), 4, 5),
        rests("one that came back does too", returned(), 4, 5),
        rests("a change rests on its sanction", then(sanctioned(), cancel("A")), 4, 5),
        rests("a change rests on the one before", revised.clone(), 5, 6),
        rests("the last of them on the sanction", revised, 4, 6),
        rests("a carry rests on the sanction", carried, 4, 6),
        rests("a payment from a fund rests on the carry into it", paid_next, 6, 7),
        rests("one that came back does too", back_next, 6, 7),
        rests("a payment that came back rests on the raise before it", raised, 5, 6),
        rests("a return rests on its payment", returned(), 5, 6),
        rests("a confirmation rests on its payment", then(disbursed(), confirm(5)), 5, 6),
        rests(
            "a re-issue rests on the return it names",
            then(returned(), reissue("A", 1, 1, 6)),
            6,
            7,
        ),
        rests("a match rests on its event", matched, 5, 8),
        rests("a rejection rests on the sanction being gone", rejected, 5, 6),
        rests("a closing rests on all being paid", done(), 5, 6),
    ]
}

fn house() -> Vec<Row> {
    let twice = sealed(disbursed(), "2025-03-31");
    let order = |until| Refusal::SealOutOfOrder { until: day(until) };
    let uncertified = |certified| Refusal::NotCertified { certified: Position(certified) };
    let certified = then(disbursed(), certify(5, "2025-03-31"));
    let keyed = |given: Vec<Command>, key, change, newest| {
        ("keys come in order", given, rotate(key, change), Refusal::KeyOutOfOrder { newest })
    };
    let (added, destroyed) = (KeyChange::Added, KeyChange::Destroyed);
    let second = then(opened(), add_key(2));
    vec![
        (
            "what is sealed is sealed",
            then(twice.clone(), certify(7, "2025-03-31")),
            seal(8, "2025-03-31"),
            order("2025-03-31"),
        ),
        (
            "earlier months go with later ones",
            then(twice, certify(7, "2025-02-28")),
            seal(8, "2025-02-28"),
            order("2025-02-28"),
        ),
        (
            "a period is over before it is sealed",
            certified.clone(),
            on("2025-03-31", seal(6, "2025-03-31")),
            order("2025-03-31"),
        ),
        ("a seal rests on a certificate", disbursed(), seal(5, "2025-03-31"), uncertified(5)),
        ("of its own day", certified.clone(), seal(6, "2025-02-28"), uncertified(6)),
        ("just before it", then(certified.clone(), deny(1)), seal(6, "2025-03-31"), uncertified(6)),
        ("which it names", certified, seal(5, "2025-03-31"), uncertified(5)),
        (
            "and that holds all before it",
            then(disbursed(), certify(4, "2025-03-31")),
            seal(6, "2025-03-31"),
            uncertified(6),
        ),
        keyed(opened(), 3, added, 1),
        keyed(second.clone(), 1, added, 2),
        keyed(second.clone(), 2, added, 2),
        keyed(then(opened(), add_key(1)), 1, added, 1),
        keyed(opened(), 1, destroyed, 1),
        keyed(second.clone(), 2, destroyed, 2),
        keyed(second.clone(), 3, destroyed, 2),
        keyed(then(second, rotate(1, destroyed)), 1, destroyed, 2),
        (
            "a sealed day",
            sealed(opened(), "2025-03-31"),
            on("2025-03-31", allot(1)),
            Refusal::PeriodSealed { until: day("2025-03-31") },
        ),
    ]
}

fn matched() -> Vec<Row> {
    let matched = then(stated(), match_line(at_line(6, 1), 5));
    let line = || Refusal::LineMatched { matched: Position(8) };
    let target = || Refusal::TargetMatched { matched: Position(8) };
    let aside = then(stated(), decide_match(at_line(6, 3), 0));
    let known = || Refusal::StatementKnown { statement: Position(6) };
    vec![
        ("a file is received once", stated(), statement(1, 9), known()),
        ("a line is matched once", matched.clone(), match_line(at_line(6, 1), 4), line()),
        ("or decided once", matched.clone(), decide_match(at_line(6, 1), 0), line()),
        ("a line set aside is done", aside, match_line(at_line(6, 3), 5), line()),
        ("an event is matched once", matched.clone(), match_line(at_line(6, 2), 5), target()),
        ("or decided to be one line", matched, decide_match(at_line(6, 2), 5), target()),
    ]
}
