//! What the strict fold does not believe: lawful events, each spoilt in one way.

use alloc::{vec, vec::Vec};

use bahi_core::{
    ActorNo, AuthorityNo, Command, District, Event, HeadNo, Introduction, Position, Recorded,
    Refusal, SchemeNo, StoredFact, WordNo,
};

use super::{builders::*, check_evidence, check_fold};

mod every;
mod kinds;
mod records;

type Row = (Vec<Command>, Command, fn(&mut Recorded), &'static str);

#[test]
fn a_spoilt_event_is_refused_and_changes_nothing() {
    for (given, when, spoil, what) in [
        [frame(), amounts(), names(), ledger(), funds(), cases(), money()].concat(),
        kinds::rows(),
        records::rows(),
    ]
    .concat()
    {
        check_fold(&given, when, spoil, what);
    }
}

#[test]
fn a_refusal_is_remembered_and_a_flood_is_not() {
    let (given, when) = (opened(), allot(0));
    let zero = [Refusal::AmountIsZero {}];
    check_evidence(&given, when.clone(), &zero, 1, |_| {}, Ok(true));
    check_evidence(&given, when.clone(), &zero, 9, |_| {}, Ok(false));
    let case: fn(&mut Recorded) = |one| one.envelope.case = Position(1);
    let money: fn(&mut Recorded) = |one| one.envelope.amount = rupees(1);
    let known: fn(&mut Recorded) = |one| one.envelope.command = id(1);
    let empty: fn(&mut Recorded) = |one| {
        if let Event::CommandRefused(refused) = &mut one.event {
            refused.count = 0;
        }
    };
    for (spoil, what) in [
        (case, "it names a case"),
        (money, "its amount does not fit its kind"),
        (known, "its command id stands already"),
        (empty, "it counts no refusal"),
    ] {
        check_evidence(&given, when.clone(), &zero, 1, spoil, Err(what));
    }
}

fn frame() -> Vec<Row> {
    vec![
        (
            allotted(),
            allot(1),
            |one| one.position = Position(4),
            "its position is not the next one",
        ),
        (
            allotted(),
            allot(1),
            |one| one.position = Position(2),
            "its position is not the next one",
        ),
        (allotted(), allot(1), |one| one.envelope.command = id(1), "its command id stands already"),
        (allotted(), allot(1), |one| one.envelope.case = Position(1), "it names a case"),
        (
            opened(),
            change_terms("2025-04-01"),
            |one| one.envelope.previous = Position(1),
            "it names a case",
        ),
        (
            allotted(),
            apply("A"),
            |one| one.envelope.case = Position(2),
            "an application begins its own case",
        ),
        (
            allotted(),
            apply("A"),
            |one| one.envelope.previous = Position(2),
            "an application begins its own case",
        ),
        (
            applied(),
            sanction("A", 1),
            |one| one.envelope.case = Position(2),
            "its case has not applied",
        ),
        (
            sanctioned(),
            disburse("A", 1, 1),
            |one| one.envelope.previous = Position(3),
            "it does not follow its case's last event",
        ),
        (
            disbursed(),
            audit("A"),
            |one| one.envelope.previous = Position::NONE,
            "it does not follow its case's last event",
        ),
    ]
}

fn amounts() -> Vec<Row> {
    vec![
        (
            allotted(),
            apply("A"),
            |one| one.envelope.amount = rupees(1),
            "its amount does not fit its kind",
        ),
        (
            disbursed(),
            audit("A"),
            |one| one.envelope.amount = rupees(1),
            "its amount does not fit its kind",
        ),
        (
            allotted(),
            allot(1),
            |one| one.envelope.amount = rupees(0),
            "its amount does not fit its kind",
        ),
        (
            disbursed(),
            recover("A", 1),
            |one| one.envelope.amount = rupees(0),
            "its amount does not fit its kind",
        ),
    ]
}

fn names() -> Vec<Row> {
    const NAMELESS: &str = "a name without its number";
    const SCHEME: &str = "it names a scheme otherwise than by opening it";
    fn drop_last(one: &mut Recorded) {
        one.envelope.introduced.pop();
    }
    fn known(one: &mut Recorded) {
        one.envelope.introduced.push(Introduction::Actor(actor("keeper")));
    }
    fn other_scheme(one: &mut Recorded) {
        one.envelope.introduced.push(Introduction::Scheme(scheme("cfc")));
    }
    fn fact(one: &mut Recorded, name: u32, value: StoredFact) {
        if let Event::Applied(applied) = &mut one.event {
            applied.facts[0] = (WordNo(name), value);
        }
    }
    vec![
        (opened(), allot(1), |one| one.envelope.actor = ActorNo::NONE, NAMELESS),
        (opened(), allot(1), |one| one.envelope.actor = ActorNo(9), NAMELESS),
        (opened(), allot(1), |one| one.envelope.authority = AuthorityNo(9), NAMELESS),
        (opened(), allot(1), known, NAMELESS),
        (allotted(), apply("A"), drop_last, NAMELESS),
        (allotted(), apply("A"), |one| fact(one, 9, StoredFact::Count(1)), NAMELESS),
        (allotted(), apply("A"), |one| fact(one, 1, StoredFact::Word(WordNo(9))), NAMELESS),
        (applied(), sanction("A", 1), drop_last, NAMELESS),
        (disbursed(), give_back(5, 100_000), drop_last, NAMELESS),
        (disbursed(), recover("A", 1), drop_last, NAMELESS),
        (disbursed(), audit("A"), drop_last, NAMELESS),
        (opened(), allot(1), other_scheme, SCHEME),
        (vec![], open(), other_scheme, SCHEME),
        (vec![], open(), drop_last, SCHEME),
    ]
}

fn ledger() -> Vec<Row> {
    vec![
        (vec![], open(), |one| one.envelope.fund.scheme = SchemeNo(2), "its scheme has no name"),
        (
            opened(),
            of_scheme("cfc", open()),
            |one| one.envelope.fund.scheme = SchemeNo(1),
            "its scheme is not the next one",
        ),
        (
            vec![],
            open(),
            |one| {
                if let Event::SchemeOpened(opened) = &mut one.event {
                    opened.districts.reverse();
                }
            },
            "its districts are unsound",
        ),
        (
            vec![],
            open(),
            |one| {
                if let Event::SchemeOpened(opened) = &mut one.event {
                    opened.districts.clear();
                }
            },
            "its districts are unsound",
        ),
        (
            opened(),
            change_terms("2025-04-01"),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its scheme is not open",
        ),
        (
            opened(),
            change_terms("2025-04-01"),
            |one| {
                if let Event::TermsChanged(changed) = &mut one.event {
                    changed.version = 3;
                }
            },
            "its version is not the next one",
        ),
    ]
}

fn funds() -> Vec<Row> {
    vec![
        (
            opened(),
            allot(1),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its fund's scheme is not open",
        ),
        (
            opened(),
            allot(1),
            |one| one.envelope.fund.district = District(9),
            "its fund's district is not the scheme's",
        ),
        (
            opened(),
            allot(1),
            |one| one.envelope.fund.head = HeadNo(2),
            "its fund's head has no name",
        ),
        (
            allotted(),
            allot(1),
            |one| one.envelope.fund.head = HeadNo::NONE,
            "its fund's head has no name",
        ),
    ]
}

fn cases() -> Vec<Row> {
    const TERMS: &str = "its terms are none of the scheme's";
    fn of_case_a(one: &mut Recorded) {
        one.envelope.case = Position(3);
        one.envelope.previous = Position(4);
    }
    let other_scheme = vec![open(), of_scheme("cfc", open()), apply("A")];
    let cfc = |amount| of_scheme("cfc", allot(amount));
    let other_scheme = then(then(other_scheme, allot(5)), cfc(5));
    let other_head = {
        let mut fund = fund(VARANASI);
        fund.head = head("4851");
        allot_to(fund, 10)
    };
    let two_heads = then(sanctioned(), other_head);
    vec![
        (
            allotted(),
            apply("A"),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its scheme is not open",
        ),
        (
            allotted(),
            apply("A"),
            |one| one.envelope.fund.district = District::POOL,
            "its district is not the scheme's",
        ),
        (allotted(), apply("A"), |one| one.envelope.terms = 0, TERMS),
        (allotted(), apply("A"), |one| one.envelope.terms = 2, TERMS),
        (
            applied(),
            apply("B"),
            |one| {
                if let Event::Applied(applied) = &mut one.event {
                    applied.case_ref = case_ref("A");
                }
            },
            "its case reference stands already",
        ),
        (applied(), sanction("A", 1), |one| one.envelope.terms = 2, TERMS),
        (
            then(sanctioned(), apply("B")),
            sanction("B", 1),
            of_case_a,
            "its case is sanctioned already",
        ),
        (
            other_scheme,
            sanction("A", 1),
            |one| one.envelope.fund.scheme = SchemeNo(2),
            "its fund is of another scheme",
        ),
        (
            applied(),
            sanction("A", 1),
            |one| one.envelope.fund.head = HeadNo(7),
            "its fund's head has no name",
        ),
        (
            then(then(sanctioned(), apply("B")), by("dm-2", sanction("B", 1))),
            disburse("B", 1, 1),
            |one| {
                one.envelope.case = Position(5);
                one.envelope.fund.head = HeadNo::NONE;
            },
            "its fund is not the sanction's",
        ),
        (
            then(sanctioned(), apply("B")),
            disburse("A", 1, 1),
            |one| {
                one.envelope.case = Position(5);
                one.envelope.previous = Position(5);
            },
            "its case is not sanctioned",
        ),
        (
            two_heads,
            disburse("A", 1, 1),
            |one| one.envelope.fund.head = HeadNo(2),
            "its fund is not the sanction's",
        ),
        (
            disbursed(),
            disburse("A", 2, 1),
            |one| {
                if let Event::Disbursed(disbursed) = &mut one.event {
                    disbursed.instalment = 1;
                }
            },
            "its instalment has a live payment",
        ),
        (
            returned(),
            reissue("A", 1, 1, 6),
            |one| {
                if let Event::Disbursed(disbursed) = &mut one.event {
                    disbursed.reissue_of = Position::NONE;
                }
            },
            "it does not name the return it follows",
        ),
        (
            returned(),
            disburse("A", 2, 1),
            |one| {
                if let Event::Disbursed(disbursed) = &mut one.event {
                    disbursed.reissue_of = Position(6);
                }
            },
            "it does not name the return it follows",
        ),
    ]
}

fn money() -> Vec<Row> {
    const NOT_WHOLE: &str = "it is not the whole payment in the payment's fund";
    fn of_payment(one: &mut Recorded, payment: u64) {
        if let Event::PaymentReturned(returned) = &mut one.event {
            returned.payment = Position(payment);
        }
    }
    let again = || then(returned(), reissue("A", 1, 100_000, 6));
    vec![
        (
            disbursed(),
            give_back(5, 100_000),
            |one| of_payment(one, 4),
            "its payment is not the case's",
        ),
        (again(), give_back(7, 100_000), |one| of_payment(one, 5), "its payment came back already"),
        (disbursed(), give_back(5, 100_000), |one| one.envelope.amount = rupees(1), NOT_WHOLE),
        (
            disbursed(),
            give_back(5, 100_000),
            |one| one.envelope.fund.head = HeadNo::NONE,
            NOT_WHOLE,
        ),
        (
            then(disbursed(), apply("B")),
            recover("A", 1),
            |one| {
                one.envelope.case = Position(6);
                one.envelope.previous = Position(6);
            },
            "its fund is not the sanction's",
        ),
        (
            disbursed(),
            recover("A", 1),
            |one| one.envelope.fund.head = HeadNo::NONE,
            "its fund is not the sanction's",
        ),
        (
            applied(),
            sanction("A", 1),
            |one| one.envelope.amount = rupees(1_000_001),
            "more is sanctioned than allotted",
        ),
        (
            applied(),
            sanction("A", 1),
            |one| one.envelope.fund.fy = year("2025-26"),
            "more is sanctioned than allotted",
        ),
        (
            sanctioned(),
            disburse("A", 1, 1),
            |one| one.envelope.amount = rupees(250_001),
            "more is paid than sanctioned",
        ),
        (
            disbursed(),
            recover("A", 1),
            |one| one.envelope.amount = rupees(100_001),
            "more is accounted for than paid",
        ),
        (
            then(then(disbursed(), disburse("A", 2, 10)), recover("A", 50_000)),
            give_back(6, 10),
            |one| {
                of_payment(one, 5);
                one.envelope.amount = rupees(100_000);
            },
            "more is accounted for than paid",
        ),
    ]
}
