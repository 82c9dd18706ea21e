//! Single cases, as data: what is given, and what comes of it.

use bahi_core::{
    AccountKey, Day, Fingerprint, Ifsc, LineSide, Money, Payee, Position, Reference, Word,
};

use crate::matching::*;

pub(super) fn day(after: i32) -> Day {
    Day::parse("2025-01-06").expect("a day").plus_days(after).expect("a day")
}

pub(super) fn rupees(rupees: u64) -> Money {
    Money::from_rupees(rupees).expect("an amount")
}

pub(super) fn text(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}

fn account(number: u8) -> AccountKey {
    AccountKey(Fingerprint { key_id: 1, print: [number; 16] })
}

fn payee(number: u8) -> Payee {
    Payee { account: account(number), ifsc: Ifsc::parse("ABCD0000001").expect("an IFSC") }
}

/// `own:X`, `utr:X`, `case:X`, `batch:X`, `told:X` (a narration's), `word:X` (a narration's, that the
/// ledger knows), `some:X`, by blanks.
pub(super) fn names(words: &str) -> Vec<Name> {
    let name = |word: &str| {
        let (kind, of) = word.split_once(':').expect("a kind and a name");
        let kind = match kind {
            "own" => NameKind::Own,
            "utr" => NameKind::Transfer,
            "case" => NameKind::Case,
            "batch" => NameKind::Batch,
            "told" => return Name::narrated(NameKind::Unstated, text(of)),
            "word" => return Name::narrated(NameKind::Own, text(of)),
            _ => NameKind::Unstated,
        };
        Name::field(kind, text(of))
    };
    words.split_whitespace().map(name).collect()
}

/// A payment of 100 rupees to account 1.
pub(super) fn paid(id: u64, words: &str) -> Voucher {
    Voucher {
        names: names(words),
        payee: Some(payee(1)),
        ..Voucher::payment(Position(id), rupees(100), day(0))
    }
}

/// A line of 100 rupees that went out.
pub(super) fn out(number: u32, words: &str) -> Line {
    Line { names: names(words), ..Line::new(number, rupees(100), LineSide::Debit, day(1)) }
}

/// A line of 100 rupees that the bank says came back.
pub(super) fn back(number: u32, words: &str) -> Line {
    Line { side: LineSide::Credit, kind: LineKind::Return, ..out(number, words) }
}

pub(super) fn of_file(file: u8, lines: Vec<Line>) -> Statement {
    Statement { file: [file; 32], account: account(200), recorded: false, lines }
}

pub(super) fn compare(vouchers: Vec<Voucher>, lines: Vec<Line>) -> Reconciliation {
    let statements = vec![of_file(1, lines)];
    reconcile(&Input { vouchers, statements, ..Input::default() }, &Settings::on(day(10)))
}

/// What came of it in words: `1=17 r1_reference`, `1~17 r7_amount`, `1<17 r5_return`, and
/// exceptions as `line 1 ambiguous`, `voucher 17 missing_in_bank`.
pub(super) fn said(found: &Reconciliation) -> Vec<String> {
    let ids = |ids: &[Position]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
    let lines =
        |ids: &[LineId]| ids.iter().map(|id| id.number.to_string()).collect::<Vec<_>>().join("+");
    let mut said = Vec::new();
    for one in &found.matches {
        said.push(format!("{}={} {}", one.line.number, ids(&one.vouchers), one.rule.name()));
    }
    for one in &found.returns {
        let (Source::Line(id) | Source::Answer(id)) = one.source;
        said.push(format!("{}<{} {}", id.number, one.payment, one.rule.name()));
    }
    for one in &found.confirmations {
        said.push(format!("{}!{}", one.answer.number, one.payment));
    }
    for one in &found.charges {
        said.push(format!("{} charge {}", one.line.number, one.rule));
    }
    for one in &found.proposals {
        let (lines, ids) = (lines(&one.lines), ids(&one.vouchers));
        said.push(format!("{lines}~{ids} {}", one.rule.name()));
    }
    for one in &found.exceptions {
        let item = match one.item {
            ItemId::Line(id) => format!("line {}", id.number),
            ItemId::Voucher(id) => format!("voucher {id}"),
            ItemId::Answer(id) => format!("answer {}", id.number),
        };
        said.push(format!("{item} {}", one.reason.name()));
    }
    said
}

pub(super) fn check(vouchers: Vec<Voucher>, lines: Vec<Line>, wanted: &[&str]) {
    assert_eq!(said(&compare(vouchers, lines)), wanted);
}

#[test]
fn a_reference_and_the_amount_match() {
    let long = "told:BILL-000001";
    for (voucher, line, rule) in [
        ("own:B1", "own:B1", "r1_reference"),
        ("utr:ABCDN26600012345", "utr:ABCDN26600012345", "r1_reference"),
        ("own:BILL-000001", "some:BILL-000001", "r2_narration"),
        ("own:BILL-000001", long, "r2_narration"),
        ("own:BILL-000001 utr:ABCDN26600012345", "utr:ABCDN26600012345", "r1_reference"),
        // One of two references of a kind agrees.
        ("own:B1", "own:B1 own:S1", "r1_reference"),
        // A UTR that nobody confirmed contradicts nothing, nor one of another system.
        ("own:B1", "own:B1 utr:ABCDN26600012345", "r1_reference"),
        ("own:B1 utr:426784531012", "own:B1 utr:ABCDN26600012345", "r1_reference"),
    ] {
        check(vec![paid(17, voucher)], vec![out(1, line)], &[&format!("1=17 {rule}")]);
    }
}

#[test]
fn a_short_reference_proves_nothing_where_its_kind_is_not_said() {
    for line in ["some:B1", "told:B1", "case:B1"] {
        let found = compare(vec![paid(17, "own:B1")], vec![out(1, line)]);
        assert_eq!(said(&found)[0], "1~17 r7_amount", "{line}");
    }
}

/// Words of narrations are a payment's own only where nothing longer could stand there, and nothing else
/// does.
#[test]
fn a_word_of_a_narration_names_one_whole_reference_or_nobody() {
    let line = |words: &str| vec![out(1, words)];
    let two = || vec![paid(17, "own:BILL-00001"), paid(18, "own:BILL-00017")];
    let rest = "voucher 18 missing_in_bank";
    check(two(), line("word:BILL-00001"), &["1=17 r2_narration", rest]);
    check(two(), line("word:BILL-00001 utr:ABCDN26600012345"), &["1=17 r2_narration", rest]);
    // A column's width may have cut a longer one, at its end or at its beginning.
    for of in ["BILL-000017", "9/BILL-00001", "OLD BILL-00001 X", "BILL-000999", "BILL-00002/1"] {
        let longer = Voucher { names: vec![Name::field(NameKind::Own, text(of))], ..paid(18, "") };
        let found = compare(vec![paid(17, "own:BILL-00001"), longer], line("word:BILL-00001"));
        assert_eq!(found.matches, [], "{of}");
        assert_eq!(said(&found)[0], "line 1 ambiguous", "{of}");
    }
    // A bill, and what the clearing house calls a payment of it, are no two references.
    let billed = |id, own: &str| Voucher {
        batch: Some(BatchPlace { batch: text("BILL-00009"), item: 0 }),
        ..paid(id, own)
    };
    let bill = vec![billed(17, "own:BILL-00009/17"), billed(18, "own:BILL-00009/18")];
    let whole = vec![Line { amount: rupees(200), ..out(1, "word:BILL-00009") }];
    check(bill.clone(), whole, &["1=17+18 r3_batch"]);
    check(
        bill,
        line("word:BILL-00009 own:BILL-00009/18"),
        &["1=18 r1_reference", "voucher 17 missing_in_bank"],
    );
    // Two known ones: nobody's, whichever amount agrees, and whatever a field says.
    let both = [
        "line 1 reference_contradicts",
        "voucher 17 reference_contradicts",
        "voucher 18 reference_contradicts",
    ];
    check(two(), line("word:BILL-00001 word:BILL-00017"), &both);
    check(two(), line("own:BILL-00001 word:BILL-00017"), &both);
    // Of a bill, a challan or a file: known, and no payment's.
    let more = [both[0], both[1], rest];
    check(two(), line("word:BILL-00001 word:CHALLAN-0001"), &more);
    check(two(), line("own:BILL-00001 word:000020062024000001"), &more);
    // A transfer that is another's still vetoes.
    let known = vec![paid(17, "own:BILL-00001 utr:ABCDN26600012345"), paid(18, "own:BILL-00017")];
    let contradicts = ["line 1 reference_contradicts", "voucher 17 reference_contradicts", rest];
    check(known, line("word:BILL-00001 utr:ABCDN26600012346"), &contradicts);
}

#[test]
fn a_contradicting_reference_always_vetoes() {
    let utrs = ("utr:ABCDN26600012345", "utr:ABCDN26600012346");
    // One reference agrees, another contradicts.
    check(
        vec![paid(17, &format!("own:B1 {}", utrs.0))],
        vec![out(1, &format!("own:B1 {}", utrs.1))],
        &["line 1 reference_contradicts", "voucher 17 reference_contradicts"],
    );
    // Account, amount and day agree.
    let line = Line { counterparty: Some(account(1)), ..out(1, utrs.1) };
    check(
        vec![paid(17, utrs.0)],
        vec![line],
        &["line 1 missing_in_ledger", "voucher 17 missing_in_bank"],
    );
    // Amount and day agree; the line names a payment that the ledger has not.
    check(
        vec![paid(17, "own:B1")],
        vec![out(1, "own:B2")],
        &["line 1 missing_in_ledger", "voucher 17 missing_in_bank"],
    );
    // A line names two.
    check(
        vec![paid(17, "own:B1"), paid(18, utrs.0)],
        vec![out(1, &format!("own:B1 {}", utrs.0))],
        &[
            "line 1 reference_contradicts",
            "voucher 17 reference_contradicts",
            "voucher 18 reference_contradicts",
        ],
    );
}

#[test]
fn what_is_named_twice_is_matched_by_nobody() {
    let dup = "duplicate_in_bank";
    check(
        vec![paid(17, "own:B1")],
        vec![out(1, "own:B1"), out(2, "own:B1")],
        &[&format!("line 1 {dup}"), &format!("line 2 {dup}"), &format!("voucher 17 {dup}")],
    );
    let dup = "duplicate_in_ledger";
    check(
        vec![paid(17, "own:B1"), paid(18, "own:B1")],
        vec![out(1, "own:B1")],
        &[&format!("line 1 {dup}"), &format!("voucher 17 {dup}"), &format!("voucher 18 {dup}")],
    );
    // Two of one bill, to two accounts: nothing says which.
    let other = Voucher { payee: Some(payee(2)), ..paid(18, "own:B1") };
    check(
        vec![paid(17, "own:B1"), other],
        vec![out(1, "own:B1")],
        &["line 1 ambiguous", "voucher 17 ambiguous", "voucher 18 ambiguous"],
    );
    // What was matched before is a witness.
    check(
        vec![Voucher { settled: true, ..paid(17, "own:B1") }],
        vec![out(1, "own:B1")],
        &["line 1 duplicate_in_bank"],
    );
    check(
        vec![paid(17, "own:B1")],
        vec![Line { settled: true, ..out(1, "own:B1") }, out(2, "own:B1")],
        &["line 2 duplicate_in_bank", "voucher 17 duplicate_in_bank"],
    );
}

#[test]
fn of_equal_instalments_with_one_missing_none_is_taken_for_the_other() {
    let instalments = || vec![paid(17, "own:B1 case:SANC-001"), paid(18, "own:B2 case:SANC-001")];
    for line in ["", "told:SANC-001", "case:SANC-001"] {
        let found = compare(instalments(), vec![out(1, line)]);
        assert_eq!((found.matches.len(), found.proposals.len()), (0, 0), "{line}");
        let ambiguous = ["line 1 ambiguous", "voucher 17 ambiguous", "voucher 18 ambiguous"];
        let told = said(&found);
        assert_eq!(told[0], ambiguous[0], "{line}");
        assert_eq!(told.len(), 3, "{told:?}");
    }
    // The first is matched by its bill; a second line for the case is still not the second's.
    let lines = vec![out(1, "own:B1 case:SANC-001"), out(2, "told:SANC-001")];
    let found = compare(instalments(), lines);
    assert_eq!(said(&found)[..2], ["1=17 r1_reference", "line 2 ambiguous"]);
    assert_eq!(found.proposals, []);
    // One of an unknown number is only proposed; the whole of a case is matched.
    let one = paid(17, "own:B1 case:SANC-001");
    let proposed = ["1~17 r2_narration", "line 1 proposed", "voucher 17 proposed"];
    check(vec![one.clone()], vec![out(1, "told:SANC-001")], &proposed);
    let whole = Voucher { whole: true, ..one };
    check(vec![whole.clone()], vec![out(1, "told:SANC-001")], &["1=17 r2_narration"]);
    // Two lines of one case: neither is it.
    check(
        vec![whole],
        vec![out(1, "told:SANC-001"), out(2, "told:SANC-001")],
        &["line 1 ambiguous", "line 2 ambiguous", "voucher 17 ambiguous"],
    );
}

#[test]
fn a_match_by_reference_asks_for_sound_days_and_the_account() {
    let both = |reason: &str| vec![format!("line 1 {reason}"), format!("voucher 17 {reason}")];
    let early = Line { booked: day(-1), ..out(1, "own:B1") };
    assert_eq!(said(&compare(vec![paid(17, "own:B1")], vec![early])), both("date_illogical"));
    let confirmed = Voucher { standing: Standing::Confirmed(day(0)), ..paid(17, "own:B1") };
    let found = compare(vec![confirmed], vec![out(1, "own:B1")]);
    assert_eq!(said(&found), both("date_illogical"));
    let other = Line { counterparty: Some(account(2)), ..out(1, "own:B1") };
    assert_eq!(said(&compare(vec![paid(17, "own:B1")], vec![other])), both("payee_differs"));
    // Prints under two keys say nothing of each other.
    let key = AccountKey(Fingerprint { key_id: 2, print: [2; 16] });
    let rotated = Line { counterparty: Some(key), ..out(1, "own:B1") };
    check(vec![paid(17, "own:B1")], vec![rotated], &["1=17 r1_reference"]);
    let reversed = Voucher { standing: Standing::Reversed, ..paid(17, "own:B1") };
    check(vec![reversed], vec![out(1, "own:B1")], &["line 1 reversed"]);
}

#[test]
fn differences_and_charges_are_accepted_by_a_named_rule_alone() {
    let rule = |name, of, paise| Tolerance {
        name: Word::new(name).expect("a word"),
        of,
        limit: Money::from_paise(paise).expect("an amount"),
    };
    let less = [rule("fee_wide", ToleranceOf::Less, 900), rule("fee", ToleranceOf::Less, 590)];
    let more = [rule("rounding", ToleranceOf::More, 99)];
    let charge = [rule("charges", ToleranceOf::Charge, 590)];
    let differ = ["line 1 amount_differs", "voucher 17 amount_differs"];
    let over = ["line 1 over_limit", "voucher 17 over_limit"];
    for (paise, kind, rules, wanted) in [
        (9_410, LineKind::Movement, &[][..], &differ[..]),
        (9_410, LineKind::Movement, &less, &["1=17 r8_tolerance"]),
        (9_409, LineKind::Movement, &less, &["1=17 r8_tolerance"]),
        (9_099, LineKind::Movement, &less, &over),
        (9_410, LineKind::Movement, &more, &differ),
        (10_099, LineKind::Movement, &more, &["1=17 r8_tolerance"]),
        (10_100, LineKind::Movement, &more, &over),
        (590, LineKind::Charge, &[], &["line 1 fee", "voucher 17 missing_in_bank"]),
        (590, LineKind::Charge, &charge, &["1 charge charges", "voucher 17 missing_in_bank"]),
        (591, LineKind::Charge, &charge, &["line 1 over_limit", "voucher 17 missing_in_bank"]),
    ] {
        let amount = Money::from_paise(paise).expect("an amount");
        let line = Line { amount, kind, ..out(1, "own:B1") };
        let statements = vec![of_file(1, vec![line])];
        let input = Input { vouchers: vec![paid(17, "own:B1")], statements, ..Input::default() };
        let settings = Settings { tolerances: rules.to_vec(), ..Settings::on(day(10)) };
        let found = reconcile(&input, &settings);
        assert_eq!(said(&found), wanted, "{paise} {rules:?}");
        for one in &found.matches {
            let difference = one.difference.as_ref().expect("a difference");
            assert_eq!(difference.paise, paise - 10_000);
            let name = if paise == 9_410 { "fee" } else { difference.rule.as_str() };
            assert_eq!(difference.rule.as_str(), name);
        }
    }
}

#[test]
fn a_batch_is_one_line_for_many() {
    let item = |id: u64, number| Voucher {
        batch: Some(BatchPlace { batch: text("ADV-0001"), item: number }),
        ..paid(id, "")
    };
    let batch = || vec![item(17, 1), item(18, 2), item(19, 3)];
    let line = |amount, words: &str| Line { amount: rupees(amount), ..out(1, words) };
    let whole = "1=17+18+19 r3_batch";
    check(batch(), vec![line(300, "batch:ADV-0001")], &[whole]);
    check(batch(), vec![line(300, "told:ADV-0001")], &[whole]);
    let counted = |count| Line { batch_count: Some(count), ..line(300, "batch:ADV-0001") };
    check(batch(), vec![counted(3)], &[whole]);
    let differs = [
        "line 1 batch_differs",
        "voucher 17 batch_differs",
        "voucher 18 batch_differs",
        "voucher 19 batch_differs",
    ];
    check(batch(), vec![counted(2)], &differs);
    check(batch(), vec![line(200, "batch:ADV-0001")], &differs);
    // One failed before it was debited: the sum is that of the others.
    let mut failed = batch();
    failed[1].standing = Standing::Returned(day(0));
    let others = ["1=17+19 r3_batch", "voucher 18 returned"];
    check(failed.clone(), vec![line(200, "batch:ADV-0001")], &others);
    // Twice the whole sum is once too often; a part of it matched by itself is not the whole.
    let again = Line { number: 2, ..line(300, "batch:ADV-0001") };
    let found = compare(batch(), vec![line(300, "batch:ADV-0001"), again]);
    assert_eq!(said(&found)[..2], ["line 1 duplicate_in_bank", "line 2 duplicate_in_bank"]);
    let mut settled = batch();
    settled[0].settled = true;
    let found = compare(settled, vec![line(300, "batch:ADV-0001")]);
    assert_eq!(said(&found)[0], "line 1 batch_differs");
    let early = Line { booked: day(-1), ..line(300, "batch:ADV-0001") };
    assert_eq!(said(&compare(batch(), vec![early]))[0], "line 1 date_illogical");
}

#[test]
fn what_came_back_is_linked_and_takes_nothing_back() {
    // The line out is matched, and the line back is a return of its own.
    check(
        vec![paid(17, "own:B1")],
        vec![out(1, "own:B1"), back(2, "own:B1")],
        &["1=17 r1_reference", "2<17 r5_return"],
    );
    // After the bank's word that it arrived.
    let confirmed = Voucher { standing: Standing::Confirmed(day(1)), ..paid(17, "own:B1") };
    let found = compare(vec![confirmed], vec![out(1, "own:B1"), back(2, "own:B1")]);
    assert!(found.returns[0].after_confirmation);
    // The ledger knows: its return is the line's voucher.
    let returned =
        Voucher { kind: VoucherKind::Return, of: Position(17), names: Vec::new(), ..paid(20, "") };
    let payment = Voucher { standing: Standing::Returned(day(1)), ..paid(17, "own:B1") };
    check(
        vec![payment, returned],
        vec![out(1, "own:B1"), back(2, "own:B1")],
        &["1=17 r1_reference", "2=20 r1_reference"],
    );
    // Not marked as a return, it may be a recovery.
    let unmarked = Line { kind: LineKind::Movement, ..back(2, "own:B1") };
    check(
        vec![paid(17, "own:B1")],
        vec![out(1, "own:B1"), unmarked],
        &["1=17 r1_reference", "2~17 r5_return", "line 2 proposed"],
    );
    // By account, amount and reason: where it is the whole of its case, and was seen to go out.
    let unnamed = |number| Line {
        counterparty: Some(account(1)),
        reason: Some(text("54")),
        ..back(number, "")
    };
    let whole = Voucher { whole: true, ..paid(17, "own:B1") };
    let lines = || vec![out(1, "own:B1"), unnamed(2)];
    check(vec![whole.clone()], lines(), &["1=17 r1_reference", "2<17 r5_return"]);
    let proposed = ["1=17 r1_reference", "2~17 r5_return", "line 2 proposed"];
    check(vec![paid(17, "own:B1")], lines(), &proposed);
    let two = vec![whole, paid(18, "own:B2")];
    let told = said(&compare(two, lines()));
    assert_eq!(told[..2], ["1=17 r1_reference", "line 2 ambiguous"]);
    // Twice back is once too often.
    let found = compare(vec![paid(17, "own:B1")], vec![back(1, "own:B1"), back(2, "own:B1")]);
    assert_eq!(said(&found)[..2], ["line 1 duplicate_in_bank", "line 2 duplicate_in_bank"]);
}

fn answer(number: u32, words: &str, verdict: Verdict, on: i32) -> Answer {
    let (amount, reason) = (Some(rupees(100)), None);
    let (names, day) = (names(words), day(on));
    Answer { number, item: number, names, amount, verdict, reason, day, whole: false, count: None }
}

fn answered(batch: Option<&str>, complete: bool, answers: Vec<Answer>) -> Vec<String> {
    let item = |id: u64, number| Voucher {
        batch: Some(BatchPlace { batch: text("ADV-0001"), item: number }),
        ..paid(id, &format!("own:B{id}"))
    };
    let file = AnswerFile { file: [3; 32], batch: batch.map(text), complete, answers };
    let vouchers = vec![item(17, 1), item(18, 2)];
    let input = Input { vouchers, answers: vec![file], ..Input::default() };
    said(&reconcile(&input, &Settings::on(day(10))))
}

#[test]
fn answers_confirm_and_return() {
    use Verdict::{Failed, Paid};
    let batch = Some("ADV-0001");
    let told = answered(batch, true, vec![answer(1, "", Paid, 1), answer(2, "", Failed, 1)]);
    assert_eq!(
        told,
        ["2<18 r4_answer", "1!17", "voucher 17 missing_in_bank", "voucher 18 returned"]
    );
    let told = answered(None, false, vec![answer(9, "own:B18", Failed, 1)]);
    assert_eq!(told[0], "9<18 r4_answer");
    // Paid, and failed later: both; failed, and paid later: a contradiction.
    let told =
        answered(None, false, vec![answer(8, "own:B17", Paid, 1), answer(9, "own:B17", Failed, 2)]);
    assert_eq!(told[..2], ["9<17 r4_answer", "8!17"]);
    let told =
        answered(None, false, vec![answer(8, "own:B17", Paid, 3), answer(9, "own:B17", Failed, 2)]);
    assert_eq!(told[..1], ["9<17 r4_answer"]);
    assert!(told.contains(&"answer 8 answer_contradicts".to_owned()), "{told:?}");
    // A complete answer that does not add up is not taken at all.
    let told = answered(batch, true, vec![answer(1, "", Paid, 1)]);
    assert!(told.contains(&"answer 1 batch_differs".to_owned()), "{told:?}");
    // Item and reference name two.
    let told = answered(batch, false, vec![answer(1, "own:B18", Paid, 1)]);
    assert!(told.contains(&"answer 1 reference_contradicts".to_owned()), "{told:?}");
    let more = Answer { amount: Some(rupees(101)), ..answer(9, "own:B17", Paid, 1) };
    let told = answered(None, false, vec![more, answer(7, "own:B9", Paid, 1)]);
    assert!(told.contains(&"answer 9 amount_differs".to_owned()), "{told:?}");
    assert!(told.contains(&"answer 7 missing_in_ledger".to_owned()), "{told:?}");
}

/// Payments 17 and 18 of a batch, 18 and 19 that a file asked for together with 17, and one of neither.
fn answered_whole(answers: Vec<Answer>) -> Vec<String> {
    let vouchers = vec![
        Voucher {
            batch: Some(BatchPlace { batch: text("ADV-0001"), item: 1 }),
            ..paid(17, "own:B17")
        },
        Voucher {
            batch: Some(BatchPlace { batch: text("ADV-0001"), item: 2 }),
            ..paid(18, "own:B18")
        },
        paid(19, "own:B19"),
        paid(20, "own:B20"),
    ];
    let of = |name: &str, ids: &[u64]| Together {
        name: text(name),
        payments: ids.iter().map(|id| Position(*id)).collect(),
    };
    let together = vec![
        of("FILE-0001", &[17, 18, 19]),
        of("ADV-0001", &[18, 17]),
        of("ADV-0002", &[19]),
        of("TWICE-01", &[17]),
        of("TWICE-01", &[18]),
    ];
    let file = AnswerFile { file: [3; 32], batch: None, complete: false, answers };
    let input = Input { vouchers, answers: vec![file], together, ..Input::default() };
    said(&reconcile(&input, &Settings::on(day(10))))
}

#[test]
fn what_is_said_of_a_whole_batch_is_said_of_each_payment_in_it() {
    use Verdict::{Failed, Paid};
    let whole = |number, words: &str, count: Option<u64>, amount: Option<u64>| Answer {
        whole: true,
        count,
        amount: amount.map(rupees),
        ..answer(number, words, Failed, 1)
    };
    let (out, missing) = ("returned", "missing_in_bank");
    let left = |of: [&str; 4]| -> Vec<String> {
        (17..).zip(of).map(|(id, reason)| format!("voucher {id} {reason}")).collect()
    };
    let check = |answers: Vec<Answer>, first: &[&str], of: [&str; 4]| {
        let wanted: Vec<String> = first.iter().map(ToString::to_string).chain(left(of)).collect();
        let mut told = answered_whole(answers);
        // What is told of answers stands behind what is told of vouchers.
        told.sort_by_key(|one| one.starts_with("voucher"));
        assert_eq!(told, wanted);
    };
    let both = ["1<17 r4_answer", "1<18 r4_answer"];
    check(vec![whole(1, "batch:ADV-0001", None, None)], &both, [out, out, missing, missing]);
    check(
        vec![whole(1, "batch:ADV-0001", Some(2), Some(200))],
        &both,
        [out, out, missing, missing],
    );
    // All that a file asked for.
    let all = ["1<17 r4_answer", "1<18 r4_answer", "1<19 r4_answer"];
    check(vec![whole(1, "batch:FILE-0001", Some(3), Some(300))], &all, [out, out, out, missing]);
    // A count or a sum that is another's: nothing of it is taken.
    for (count, amount) in [(Some(3), None), (None, Some(199)), (Some(2), Some(100))] {
        let told = [whole(1, "batch:ADV-0001", count, amount)].to_vec();
        check(told, &["answer 1 batch_differs"], [missing; 4]);
    }
    // What is said of a payment goes before what is said of its batch, that before what is of the file.
    let said = vec![
        whole(1, "batch:FILE-0001", None, None),
        whole(2, "batch:ADV-0001", None, None),
        answer(3, "own:B18", Paid, 1),
    ];
    let wanted = ["1<19 r4_answer", "2<17 r4_answer", "3!18"];
    check(said, &wanted, [out, missing, out, missing]);
    for (words, reason) in [
        ("batch:ADV-9999", "missing_in_ledger"),
        ("batch:TWICE-01", "ambiguous"),
        ("batch:ADV-0001 batch:ADV-0002", "reference_contradicts"),
    ] {
        let wanted = format!("answer 1 {reason}");
        check(vec![whole(1, words, None, None)], &[&wanted], [missing; 4]);
    }
    // The name of a batch names no payment of it.
    let one = Answer { amount: None, ..answer(1, "batch:ADV-0002", Failed, 1) };
    check(vec![one], &["answer 1 missing_in_ledger"], [missing; 4]);
}

#[test]
fn that_a_whole_batch_is_paid_settles_none_of_its_payments() {
    use Verdict::{Failed, Paid};
    let whole = |words: &str, count| Answer {
        whole: true,
        count: Some(count),
        amount: None,
        ..answer(9, words, Paid, 1)
    };
    let told = answered_whole(vec![whole("batch:ADV-0001", 2)]);
    let missing: Vec<String> =
        (17..=20).map(|id| format!("voucher {id} missing_in_bank")).collect();
    assert_eq!(told[..4], missing);
    assert_eq!(told[4..], ["answer 9 batch_alone"]);
    let told = answered_whole(vec![whole("batch:ADV-0001", 3)]);
    assert_eq!(told[4..], ["answer 9 batch_differs"]);
    let told = answered_whole(vec![whole("batch:ADV-0009", 2)]);
    assert_eq!(told[4..], ["answer 9 missing_in_ledger"]);
    // Once each of its payments is told of, there is nothing left to ask.
    let one = answer(1, "own:B17", Paid, 1);
    let told = answered_whole(vec![one.clone(), whole("batch:ADV-0001", 2)]);
    assert!(told.contains(&"answer 9 batch_alone".to_owned()), "{told:?}");
    let both = vec![one, answer(2, "own:B18", Failed, 1), whole("batch:ADV-0001", 2)];
    let told = answered_whole(both);
    assert!(!told.iter().any(|one| one.starts_with("answer")), "{told:?}");
    // The debit of the batch is found as it would be without that word.
    let place = |item| Some(BatchPlace { batch: text("ADV-0001"), item });
    let vouchers = vec![
        Voucher { batch: place(1), ..paid(17, "own:B17") },
        Voucher { batch: place(2), ..paid(18, "own:B18") },
    ];
    let answers = vec![whole("batch:ADV-0001", 2)];
    let file = AnswerFile { file: [3; 32], batch: None, complete: false, answers };
    let debit = Line { amount: rupees(200), ..out(1, "batch:ADV-0001") };
    let statements = vec![of_file(1, vec![debit])];
    let input = Input { vouchers, statements, answers: vec![file], ..Input::default() };
    assert_eq!(said(&reconcile(&input, &Settings::on(day(10)))), ["1=17+18 r3_batch"]);
}

#[test]
fn a_narration_may_name_the_file_that_asked_for_a_payment_beside_it() {
    let file = |name: &str| Name::narrated(NameKind::Batch, text(name));
    let line = |name: &str| {
        let mut line = out(1, "word:BILL-00001");
        line.names.push(file(name));
        line
    };
    let asked = |ids: &[u64]| Together {
        name: text("000020062024000001"),
        payments: ids.iter().map(|id| Position(*id)).collect(),
    };
    let found = |together: Vec<Together>, name: &str| {
        let vouchers = vec![paid(17, "own:BILL-00001"), paid(18, "own:BILL-00017")];
        let statements = vec![of_file(1, vec![line(name)])];
        let input = Input { vouchers, statements, together, ..Input::default() };
        said(&reconcile(&input, &Settings::on(day(10))))[0].clone()
    };
    let name = "000020062024000001";
    assert_eq!(found(vec![asked(&[18, 17])], name), "1=17 r2_narration");
    assert_eq!(found(vec![asked(&[18])], name), "line 1 reference_contradicts");
    assert_eq!(found(vec![asked(&[17])], "000020062024000002"), "line 1 reference_contradicts");
    // A name of two groups is nobody's.
    let two = vec![asked(&[17]), asked(&[18])];
    assert_eq!(found(two, name), "line 1 reference_contradicts");
}

/// Banks cut a reference where their field ends.
#[test]
fn what_fills_a_field_and_begins_a_longer_reference_names_nobody() {
    let (short, long) = ("SANCTION/2024/01", "SANCTION/2024/017");
    let two = |rupees_of_the_longer| {
        let longer =
            Voucher { amount: rupees(rupees_of_the_longer), ..paid(18, &format!("own:{long}")) };
        vec![paid(17, &format!("own:{short}")), longer]
    };
    for kind in ["own", "some"] {
        let line = out(1, &format!("{kind}:{short}"));
        let told = said(&compare(two(100), vec![line.clone()]));
        let wanted = ["line 1 ambiguous", "voucher 17 ambiguous", "voucher 18 missing_in_bank"];
        assert_eq!(told, wanted, "{kind}");
        // It would have the longer one's amount.
        let told = said(&compare(two(99), vec![line]));
        assert!(told[0].starts_with("1=17 "), "{told:?}");
    }
    let whole = vec![out(1, &format!("own:{long}"))];
    check(two(100), whole, &["1=18 r1_reference", "voucher 17 missing_in_bank"]);
    // What ends before a field does was not cut.
    let narrow = vec![paid(17, "own:BILL-1"), paid(18, "own:BILL-17")];
    let told = ["1=17 r1_reference", "voucher 18 missing_in_bank"];
    check(narrow, vec![out(1, "own:BILL-1")], &told);
}

#[test]
fn a_transfer_that_an_answer_tells_names_its_payment() {
    let utr = "utr:ABCDN26600012345";
    let answers = vec![answer(1, &format!("own:B1 {utr}"), Verdict::Paid, 1)];
    let file = AnswerFile { file: [3; 32], batch: None, complete: false, answers };
    let input = Input {
        vouchers: vec![paid(17, "own:B1")],
        statements: vec![of_file(1, vec![out(1, utr)])],
        answers: vec![file.clone(), file],
        ..Input::default()
    };
    let found = reconcile(&input, &Settings::on(day(10)));
    assert_eq!(said(&found), ["1=17 r1_reference", "1!17"]);
    assert_eq!(found.confirmations[0].transfer, Some(text("ABCDN26600012345")));
}

#[test]
fn account_amount_and_day_only_propose() {
    let line =
        |number, on| Line { counterparty: Some(account(1)), booked: day(on), ..out(number, "") };
    let proposed = |rule: &str| {
        vec![format!("1~17 {rule}"), "line 1 proposed".into(), "voucher 17 proposed".into()]
    };
    assert_eq!(said(&compare(vec![paid(17, "own:B1")], vec![line(1, 1)])), proposed("r6_account"));
    assert_eq!(said(&compare(vec![paid(17, "own:B1")], vec![out(1, "")])), proposed("r7_amount"));
    // The sixth of January 2025 is a Monday: the third working day after it is the ninth.
    for (on, count) in [(-1, 0), (0, 1), (3, 1), (4, 0)] {
        let found = compare(vec![paid(17, "own:B1")], vec![line(1, on)]);
        assert_eq!((found.matches.len(), found.proposals.len()), (0, count), "{on}");
    }
    let two = || vec![paid(17, "own:B1"), paid(18, "own:B2")];
    for lines in [vec![line(1, 1)], vec![out(1, "")], vec![line(1, 1), line(2, 2)]] {
        let found = compare(two(), lines);
        assert_eq!((found.matches.len(), found.proposals.len()), (0, 0));
        assert!(found.exceptions.iter().all(|one| one.reason == Reason::Ambiguous), "{found:?}");
    }
    // Nobody is proposed for a line that went to another account.
    let other = Line { counterparty: Some(account(2)), ..out(1, "") };
    assert_eq!(compare(vec![paid(17, "own:B1")], vec![other]).proposals, []);
}

#[test]
fn sums_only_propose_and_only_when_there_is_one_way() {
    let of = |id, amount| Voucher { amount: rupees(amount), ..paid(id, &format!("own:B{id}")) };
    let line = |number, amount, words: &str| Line {
        amount: rupees(amount),
        booked: day(0),
        ..out(number, words)
    };
    let several = vec![of(17, 30), of(18, 50), of(19, 90)];
    let found = compare(several, vec![line(1, 80, "")]);
    assert_eq!(said(&found)[0], "1~17+18 r9_sum");
    let found = compare(vec![of(17, 80)], vec![line(1, 30, ""), line(2, 50, "")]);
    assert_eq!(said(&found)[0], "1+2~17 r9_sum");
    let ways = vec![of(17, 30), of(18, 50), of(19, 20), of(20, 60)];
    let found = compare(ways, vec![line(1, 80, "")]);
    assert_eq!(found.proposals, []);
    assert_eq!(said(&found)[0], "line 1 ambiguous");
    // Two parts under one reference.
    let found = compare(vec![of(17, 80)], vec![line(1, 30, "own:B17"), line(2, 50, "own:B17")]);
    assert_eq!(said(&found)[0], "1+2~17 r9_sum");
    assert_eq!(found.matches, []);
    // A search that cannot end says nothing.
    let many: Vec<Voucher> = (1..=20).map(|id| of(id, 1_000 + id)).collect();
    assert_eq!(compare(many, vec![line(1, 9_999, "")]).proposals, []);
}

#[test]
fn files_that_overlap_add_only_what_is_new() {
    let input = |statements: Vec<Statement>| Input { statements, ..Input::default() };
    let kept = |statements: Vec<Statement>| {
        let found = reconcile(&input(statements), &Settings::on(day(10)));
        assert_eq!(found.lines.open.count + found.lines.repeated.count, found.lines.present.count);
        (found.lines.open.count, found.lines.repeated.count)
    };
    let file = |file, numbers: &[u32]| {
        of_file(file, numbers.iter().map(|number| out(*number, "")).collect())
    };
    // Two equal lines of one file are two; the file again adds nothing; another file that has
    // them, and one more, adds that one.
    assert_eq!(kept(vec![file(1, &[1, 2])]), (2, 0));
    assert_eq!(kept(vec![file(1, &[1, 2]), file(1, &[1, 2])]), (2, 2));
    assert_eq!(kept(vec![file(1, &[1, 2]), file(2, &[1, 2, 3])]), (3, 2));
    assert_eq!(kept(vec![file(1, &[1, 2]), file(2, &[1]), file(3, &[1, 2])]), (2, 3));
    // What the balance after it, a reference or the account tells apart is not one line.
    let balanced =
        |file, paise| of_file(file, vec![Line { balance_paise: Some(paise), ..out(1, "") }]);
    assert_eq!(kept(vec![balanced(1, 5), balanced(2, 5)]), (1, 1));
    assert_eq!(kept(vec![balanced(1, 5), balanced(2, 6)]), (2, 0));
    let elsewhere = Statement { account: account(201), ..file(2, &[1]) };
    assert_eq!(kept(vec![file(1, &[1]), elsewhere]), (2, 0));
    // The one that is settled stays.
    let mut old = file(9, &[1]);
    old.lines[0].settled = true;
    let found = reconcile(&input(vec![file(1, &[1]), old]), &Settings::on(day(10)));
    assert_eq!((found.lines.open.count, found.lines.settled.count), (0, 1));
    let (line, stays) = (found.repeats[0].line.file[0], found.repeats[0].stays.file[0]);
    assert_eq!((line, stays), (1, 9));
}

#[test]
fn what_is_open_ages() {
    let buckets = [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (30, 3), (31, 4)];
    for (age, bucket) in buckets.into_iter().chain([(90, 4), (91, 5), (u32::MAX, 5)]) {
        assert_eq!(Bucket::of(age), Bucket::ALL[bucket], "{age}");
    }
    let suspense =
        Voucher { kind: VoucherKind::Suspense, day: day(-30), settled: true, ..paid(17, "") };
    let found = compare(vec![suspense, paid(18, "own:B1")], Vec::new());
    assert_eq!(said(&found), ["voucher 17 in_suspense", "voucher 18 missing_in_bank"]);
    let ages: Vec<u32> = found.exceptions.iter().map(|one| one.age_days).collect();
    assert_eq!(ages, [40, 10]);
    let table = found.ageing();
    assert_eq!((table[3].1.count, table[4].1.count, table[5].1.count), (1, 1, 0));
    assert_eq!(table[4].1.sum.paise(), 10_000);
}
