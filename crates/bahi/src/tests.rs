//! The hub against a log that fails, lies, or holds what no rule could have let happen.

use bahi_balances::{By, Filter};
use bahi_core::{
    Command, CommandId, Day, District, Envelope, Event, FinancialYear, FundKey, HeadNo, Instant,
    Money, Position, Recorded, Role, SchemeNo,
};
use bahi_log::{
    Log,
    backend::{Faulty, MemoryDisk, Step, Trigger},
};
use bahi_rules::decide;
use bahi_wire::LedgerName;

use crate::{
    BatchError, EVIDENCE_MAX, Error, FLOOD_STEP, Ledger, NewLedger, Outcome, SubmitError, View,
    parse_command,
};

const START: &str = "2024-04-01T09:00:00+05:30";

fn instant(text: &str) -> Instant {
    Instant::parse(text).expect("a moment")
}

pub(crate) fn new_ledger() -> NewLedger {
    let name = LedgerName::new("test").expect("a name");
    NewLedger { name, simulated_from: Some(instant(START)) }
}

fn first_record() -> Vec<u8> {
    crate::ledger::first_record(&new_ledger()).expect("a first record")
}

/// A ledger with the rulebook on a memory disk, the disk, its first record, and its trigger.
pub(crate) fn faulty() -> (Ledger, MemoryDisk, Vec<u8>, Trigger) {
    let disk = MemoryDisk::new();
    let first = first_record();
    let (backend, trigger) = Faulty::new(Box::new(disk.open()));
    let log = Log::with_backend(Box::new(backend), &first).expect("a log");
    let mut ledger = Ledger::over(log).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    (ledger, disk, first, trigger)
}

pub(crate) fn reopened(disk: &MemoryDisk, first: &[u8]) -> Ledger {
    let log = Log::with_backend(Box::new(disk.open()), first).expect("the log opens again");
    Ledger::over(log).expect("the ledger opens again")
}

fn line(number: u32, rest: &str) -> Command {
    let id = format!("0198a7c2-0000-7000-8000-{number:012}");
    let line = format!(
        r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},{rest}}}"#
    );
    parse_command(line.as_bytes()).expect("a command")
}

const FUND: &str =
    r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}"#;

pub(crate) fn allot(number: u32, amount: &str) -> Command {
    let who = r#""kind":"allot","actor":"fin-01","role":"finance""#;
    line(number, &format!(r#"{who},{FUND},"amount":"{amount}""#))
}

pub(crate) fn apply(number: u32, case_ref: &str) -> Command {
    let who = r#""kind":"apply","actor":"dic-vns","role":"district_office""#;
    let what = r#""scheme":"margin-money","district":"187","applicant":"not_in_source","facts":{"project_cost":"1000000"}"#;
    line(number, &format!(r#"{who},{what},"case_ref":"{case_ref}""#))
}

pub(crate) fn sanction(number: u32, case_ref: &str, amount: &str) -> Command {
    let who = r#""kind":"sanction","actor":"dm-vns","role":"sanctioning_authority""#;
    line(number, &format!(r#"{who},{FUND},"case_ref":"{case_ref}","amount":"{amount}""#))
}

fn available(ledger: &Ledger) -> String {
    let balances = ledger.balances(By::default(), &Filter::default(), View::NOW);
    balances.expect("balances answer").total.available.to_string()
}

#[test]
fn a_full_disk_refuses_the_batch_and_the_same_command_goes_in_later() {
    let (mut ledger, disk, first, trigger) = faulty();
    let before = (ledger.position(), available(&ledger));
    trigger.fail_at(Step::NoSpace, 0);
    let failed = ledger.submit_each(&[allot(1, "100.00"), apply(2, "A")]);
    let error = failed.expect_err("the disk is full");
    assert!(error.may_retry() && !error.may_be_recorded(), "{error}");
    assert_eq!(before, (ledger.position(), available(&ledger)));
    let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
    assert!(replay.agrees(), "the state came back to what the log holds");
    let receipt = ledger.submit(&allot(1, "100.00")).expect("there is room again");
    assert!(!receipt.repeated);
    assert_eq!(available(&ledger), "100.00");
    drop(ledger);
    assert_eq!(available(&reopened(&disk, &first)), "100.00");
}

#[test]
fn a_failure_in_doubt_is_settled_by_reopening_and_the_same_id() {
    for (step, recorded) in [
        (Step::BeforeSync, false),
        (Step::AfterSync, true),
        (Step::BeforeAdvance, true),
        (Step::AfterAdvance, true),
    ] {
        let (mut ledger, disk, first, trigger) = faulty();
        trigger.fail_at(step, 0);
        let error = ledger.submit(&allot(1, "100.00")).expect_err("the commit fails");
        let SubmitError::Failed(error) = error else { panic!("{error}") };
        assert!(error.may_be_recorded(), "{step:?}: {error}");
        let next = ledger.submit(&allot(2, "1.00")).expect_err("nothing goes on in doubt");
        assert!(matches!(next, SubmitError::Failed(Error::InDoubt)), "{step:?}: {next}");
        assert_eq!(available(&ledger), "0.00", "{step:?}: what is in doubt is not shown");
        drop(ledger);
        let mut ledger = reopened(&disk, &first);
        let receipt = ledger.submit(&allot(1, "100.00")).expect("the same id settles it");
        assert_eq!(receipt.repeated, recorded, "{step:?}");
        assert_eq!(available(&ledger), "100.00", "{step:?}");
        assert!(ledger.verify().ok(), "{step:?}");
    }
}

/// A log whose last record is this event, whatever the rules say of it.
fn forged(event: Recorded) -> (MemoryDisk, Vec<u8>) {
    let (ledger, disk, first, _) = faulty();
    assert_eq!(ledger.position().next(), event.position, "the event comes next");
    drop(ledger);
    let mut log = Log::with_backend(Box::new(disk.open()), &first).expect("the log opens");
    let bytes = bahi_wire::encode(&event).expect("it has bytes");
    log.commit(&[&bytes]).expect("the log does not judge");
    (disk, first)
}

fn impossible() -> Recorded {
    let day = Day::parse("2024-06-10").expect("a day");
    let position = Position(7);
    Recorded {
        position,
        recorded_at: instant(START),
        clamped: false,
        signed: None,
        envelope: Envelope {
            command: bahi_core::CommandId::from_bytes([9; 16]),
            case: Position(3),
            previous: Position(3),
            effective_day: day,
            fund: FundKey {
                scheme: SchemeNo(1),
                head: HeadNo(1),
                fy: FinancialYear::of(day),
                district: District(187),
            },
            amount: Money::from_rupees(5).expect("an amount"),
            actor: bahi_core::ActorNo(1),
            role: Role::DrawingOfficer,
            authority: bahi_core::AuthorityNo::NONE,
            terms: 1,
            introduced: Vec::new(),
        },
        event: Event::Sanctioned(bahi_core::Sanctioned {
            entitlement: Money::from_rupees(5).expect("an amount"),
            paragraph: bahi_core::WordNo::NONE,
        }),
    }
}

#[test]
fn a_log_the_rules_could_not_have_made_is_read_and_takes_no_command() {
    let (disk, first) = forged(impossible());
    let mut ledger = reopened(&disk, &first);
    let inconsistent = ledger.inconsistency().expect("it is noticed").clone();
    assert_eq!(inconsistent.position, Position(7));
    let error = ledger.submit(&allot(1, "1.00")).expect_err("nothing is accepted");
    assert!(matches!(error, SubmitError::Failed(Error::ReadOnly(_))), "{error}");
    assert_eq!(ledger.events(Position(1), Position(7)).count(), 7, "reading goes on");
    let verification = ledger.verify();
    let conservation = verification.passes.iter().find(|pass| pass.name == "conservation");
    let problem = conservation.and_then(|pass| pass.first_problem.clone()).unwrap_or_default();
    assert!(problem.contains("position 7"), "{problem}");
}

#[test]
fn a_record_that_is_no_event_is_named_by_its_position() {
    let (ledger, disk, first, _) = faulty();
    drop(ledger);
    let mut log = Log::with_backend(Box::new(disk.open()), &first).expect("the log opens");
    log.commit(&[b"no event"]).expect("the log does not judge");
    drop(log);
    let log = Log::with_backend(Box::new(disk.open()), &first).expect("the log opens");
    let error = Ledger::over(log).expect_err("it is no event");
    assert!(matches!(error, Error::Record { position: Position(7), .. }), "{error}");
    assert!(error.is_damage());
}

#[test]
fn a_clock_that_goes_back_is_clamped_and_flagged() {
    let (mut ledger, disk, first, _) = faulty();
    ledger.set_clock(instant("2030-01-01T00:00:00+05:30")).expect("a simulated clock");
    ledger.submit(&allot(1, "1.00")).expect("accepted");
    drop(ledger);
    let mut ledger = reopened(&disk, &first);
    ledger.clock = crate::clock::Clock::Simulated(instant("2025-01-01T00:00:00+05:30"));
    let receipt = ledger.submit(&allot(2, "1.00")).expect("accepted");
    let recorded = ledger.event(receipt.position).expect("it reads");
    assert!(recorded.clamped);
    assert_eq!(recorded.recorded_at, instant("2030-01-01T00:00:00+05:30"));
    assert!(ledger.verify().ok());
}

#[test]
fn every_view_of_the_past_is_a_replay_cut_at_that_moment() {
    let (mut ledger, ..) = faulty();
    let moments = ["2024-05-01", "2024-07-01", "2024-09-01"];
    for (number, moment) in (1..).zip(moments) {
        ledger.set_clock(Day::parse(moment).expect("a day").at_second(3_600)).expect("later");
        let mut command = allot(number, "10.00");
        command.effective_day = Day::parse("2024-04-01")
            .ok()
            .and_then(|day| day.plus_days(100 * (3 - i32::try_from(number).unwrap_or(0))))
            .expect("a day");
        ledger.submit(&command).expect("accepted");
    }
    let seen = |view: View| {
        let answer = ledger.balances(By::default(), &Filter::default(), view).expect("an answer");
        let replay = ledger.replay(view, false, &mut |_| {}).expect("a replay");
        assert_eq!(answer.basis, replay.basis);
        let total: bahi_core::Total = replay.rows.iter().map(|row| row.columns.allotted).sum();
        assert_eq!(answer.total.allotted, total);
        (answer.basis.position.0, answer.total.allotted.to_string())
    };
    let day = |text: &str| Day::parse(text).expect("a day");
    let now = View::NOW;
    for (view, position, allotted) in [
        (now, 9, "30.00"),
        (View { known_on: Some(day("2024-04-30").end()), ..now }, 6, "0.00"),
        (View { known_on: Some(day("2024-05-01").end()), ..now }, 7, "10.00"),
        (View { known_on: Some(day("2024-08-31").end()), ..now }, 8, "20.00"),
        (View { known_on: Some(day("2024-07-01").at_second(3_600)), ..now }, 8, "20.00"),
        (View { known_on: Some(day("2024-07-01").at_second(3_599)), ..now }, 7, "10.00"),
        (View { as_of: Some(day("2024-04-01")), ..now }, 9, "10.00"),
        (View { as_of: Some(day("2024-03-31")), ..now }, 9, "0.00"),
        (View { at: Some(Position(8)), ..now }, 8, "20.00"),
        (View { at: Some(Position(8)), as_of: Some(day("2024-07-10")), ..now }, 8, "10.00"),
        (View { at: Some(Position::NONE), ..now }, 0, "0.00"),
    ] {
        assert_eq!(seen(view), (position, allotted.to_string()), "{view:?}");
    }
    let beyond = View { at: Some(Position(99)), ..now };
    let error = ledger.balances(By::default(), &Filter::default(), beyond);
    assert!(matches!(error, Err(Error::BeyondTheEnd { .. })));
}

#[test]
fn rows_by_head_are_funds_and_applications_count_in_the_total() {
    let (mut ledger, ..) = faulty();
    ledger.submit(&apply(1, "A")).expect("accepted");
    let all = By { scheme: true, district: true, head: true, fy: true };
    let answer = |ledger: &Ledger, by| {
        let answer = ledger.balances(by, &Filter::default(), View::NOW).expect("an answer");
        (answer.rows.len(), answer.total.applied)
    };
    assert_eq!(answer(&ledger, all), (0, 1));
    assert_eq!(answer(&ledger, By { head: false, ..all }), (1, 1));
    ledger.submit(&allot(2, "1.00")).expect("accepted");
    assert_eq!(answer(&ledger, all), (1, 1));
}

#[test]
fn a_flood_of_refusals_becomes_counts() {
    let (mut ledger, disk, first, _) = faulty();
    let total = EVIDENCE_MAX + FLOOD_STEP + 5;
    let commands: Vec<Command> =
        (1..=total).map(|number| sanction(number, "nobody", "1.00")).collect();
    let before = ledger.position().0;
    let outcomes = ledger.submit_each(&commands).expect("the ledger works");
    let with_evidence = outcomes
        .iter()
        .filter(|one| matches!(one, Outcome::Refused(refusal) if refusal.evidence.is_some()))
        .count();
    assert_eq!(with_evidence, EVIDENCE_MAX as usize + 1);
    assert_eq!(ledger.position().0 - before, u64::from(EVIDENCE_MAX) + 1);
    let last = ledger.event(ledger.position()).expect("it reads");
    let Event::CommandRefused(summary) = &last.event else { panic!("{last:?}") };
    assert_eq!(summary.count, FLOOD_STEP);
    drop(ledger);
    let mut ledger = reopened(&disk, &first);
    let position = ledger.position();
    let again = ledger.submit(&commands[0]).expect_err("refused as before");
    let SubmitError::Refused(again) = again else { panic!("{again}") };
    assert_eq!(again.evidence, Some(Position(before + 1)), "the first refusal again");
    let beyond = ledger.submit(&sanction(total + 1, "nobody", "1.00"));
    let Err(SubmitError::Refused(beyond)) = beyond else { panic!("{beyond:?}") };
    assert_eq!(beyond.evidence, None, "the cap holds over a reopening");
    assert_eq!(ledger.position(), position);
    assert!(ledger.verify().ok());
}

#[test]
fn an_id_that_is_nobodys_is_no_commands_and_is_read_where_it_stands() {
    let (mut ledger, disk, first, _) = faulty();
    let with = |bytes| Command { id: CommandId::from_bytes(bytes), ..allot(2, "1.00") };
    let before = ledger.position();
    for reserved in [[0; 16], [0xff; 16]] {
        let both = [allot(1, "1.00"), with(reserved)];
        let told = [
            ledger.submit_each(&both).map(drop),
            ledger.dry_run_each(&both).map(drop),
            ledger.submit_all(&both).map(drop).map_err(failed),
            ledger.dry_run(&both).map(drop).map_err(failed),
        ];
        for one in told {
            assert!(matches!(one, Err(Error::ReservedId { index: 1 })), "{one:?}");
        }
    }
    assert_eq!(ledger.position(), before);
    // What an older release took stands as it is.
    ledger.submit_all_by(&[with([0; 16]), with([0xff; 16])], &mut decide).expect("recorded");
    drop(ledger);
    let ledger = reopened(&disk, &first);
    let ids = ledger.events(before.next(), ledger.position());
    let ids: Vec<CommandId> = ids.map(|one| one.expect("it reads").envelope.command).collect();
    assert_eq!(ids, [CommandId::NIL, CommandId::from_bytes([0xff; 16])]);
    assert!(ledger.verify().ok());
}

fn failed(error: BatchError) -> Error {
    match error {
        BatchError::Failed(error) => error,
        BatchError::Refused { refused, .. } => panic!("{refused}"),
    }
}

#[test]
fn form_comes_before_a_reused_id_and_a_retry_before_both() {
    let (mut ledger, ..) = faulty();
    ledger.submit(&allot(1, "10.00")).expect("accepted");
    let code = |outcome: Result<_, SubmitError>| match outcome {
        Err(SubmitError::Refused(refusal)) => {
            (refusal.refused.first().code(), refusal.evidence.is_some())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(code(ledger.submit(&allot(1, "11.00"))), ("command_id_reused", false));
    assert_eq!(code(ledger.submit(&allot(1, "0.00"))), ("amount_is_zero", false));
    assert_eq!(code(ledger.submit(&allot(2, "0.00"))), ("amount_is_zero", true));
    let position = ledger.position();
    assert_eq!(code(ledger.submit(&allot(2, "0.00"))), ("amount_is_zero", true));
    assert_eq!(code(ledger.submit(&allot(2, "5.00"))), ("command_id_reused", false));
    assert_eq!(ledger.position(), position);
}

#[test]
fn a_refusal_is_known_again_after_its_key_was_followed_by_another() {
    let (mut ledger, ..) = faulty();
    let (older, newer) = ("1".repeat(32), "2".repeat(32));
    let apply = |number: u32, key: &str| {
        line(
            number,
            &format!(
                r#""kind":"apply","actor":"dic-vns","role":"district_office","scheme":"no-such","district":"187","case_ref":"A","applicant":{{"person":{{"person_key":{key}}}}},"facts":{{}}"#
            ),
        )
    };
    let before = apply(1, &format!(r#""{older}""#));
    let refused = |answer: Result<_, SubmitError>| match answer {
        Err(SubmitError::Refused(refusal)) => (refusal.refused, refusal.evidence),
        other => panic!("{other:?}"),
    };
    let first = refused(ledger.submit(&before));
    let rotate = format!(
        r#""kind":"rotate_key","actor":"keeper","role":"administrator","key_id":2,"change":"added","check":"{newer}""#
    );
    ledger.submit(&line(2, &rotate)).expect("a key is added");
    let after = apply(1, &format!(r#"{{"1":"{older}","2":"{newer}"}}"#));
    assert_eq!(refused(ledger.submit(&after)), first);
    // Another person under the same id is another command, whatever the keys.
    let stranger = apply(1, &format!(r#"{{"1":"{newer}","2":"{older}"}}"#));
    assert_eq!(refused(ledger.submit(&stranger)).0.first().code(), "command_id_reused");
}

#[test]
fn a_refused_batch_leaves_neither_event_nor_evidence() {
    let (mut ledger, ..) = faulty();
    let before = (ledger.position(), ledger.root());
    let batch = [allot(1, "250000.00"), apply(2, "A"), sanction(3, "A", "250000.01")];
    let error = ledger.submit_all(&batch).expect_err("a paisa too much");
    let BatchError::Refused { index, refused } = &error else { panic!("{error}") };
    assert_eq!((*index, refused.first().code()), (2, "exceeds_entitlement"));
    assert_eq!(before, (ledger.position(), ledger.root()));
    assert!(ledger.names().head_no("odop").is_none(), "no name stays behind");
    let batch = [allot(1, "250000.00"), apply(2, "A"), sanction(3, "A", "250000.00")];
    assert_eq!(ledger.dry_run(&batch).expect("lawful").len(), 3);
    assert_eq!(before, (ledger.position(), ledger.root()));
    let receipts = ledger.submit_all(&batch).expect("lawful");
    assert!(receipts.iter().all(|receipt| !receipt.repeated));
    let again = ledger.submit_all(&batch).expect("a retry of the whole");
    assert!(again.iter().all(|receipt| receipt.repeated));
}
