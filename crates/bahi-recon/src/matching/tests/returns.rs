//! What came back: which payment it is, and where nobody can say.

use bahi_core::{LineSide, Position};

use super::cases::{back, check, compare, day, of_file, out, paid, rupees, said};
use crate::matching::*;

const UTR: &str = "utr:ABCDN26600012345";

/// A line that came in, of which the bank says no more.
fn unmarked(number: u32, words: &str) -> Line {
    Line { kind: LineKind::Movement, ..back(number, words) }
}

#[test]
fn a_transfer_that_came_back_is_known_by_the_line_it_went_out_by() {
    let two = || vec![paid(17, "own:B1"), paid(18, "own:B2")];
    let went = |number, own: &str, utr: &str| out(number, &format!("{own} {utr}"));
    let other = went(3, "own:B2", "utr:ABCDN26600012346");
    let lines = vec![went(1, "own:B1", UTR), back(2, UTR), other.clone()];
    check(two(), lines, &["1=17 r1_reference", "3=18 r1_reference", "2<17 r5_return"]);
    // What went out before, and is settled, is known by what the ledger was told.
    let mut vouchers = two();
    vouchers[0].settled = true;
    let settled = Line { settled: true, ..out(1, UTR) };
    let lines = vec![settled, back(2, UTR), other.clone()];
    let input = |went_out| Input {
        vouchers: vouchers.clone(),
        statements: vec![of_file(1, lines.clone())],
        went_out,
        ..Input::default()
    };
    let known = vec![(LineId { file: [1; 32], number: 1 }, Position(17))];
    let found = reconcile(&input(known), &Settings::on(day(10)));
    assert_eq!(said(&found), ["3=18 r1_reference", "2<17 r5_return"]);
    let found = reconcile(&input(Vec::new()), &Settings::on(day(10)));
    assert_eq!(said(&found), ["3=18 r1_reference", "line 2 return_unnamed"]);
    // What the bank does not mark is proposed; so is nothing of another amount.
    let lines = vec![went(1, "own:B1", UTR), unmarked(2, UTR)];
    let told = ["1=17 r1_reference", "2~17 r5_return", "line 2 proposed"];
    check(vec![paid(17, "own:B1")], lines, &told);
    let less = Line { amount: rupees(99), ..back(2, UTR) };
    let told = ["1=17 r1_reference", "line 2 amount_differs"];
    check(vec![paid(17, "own:B1")], vec![went(1, "own:B1", UTR), less], &told);
}

#[test]
fn a_transfer_that_is_not_one_payment_names_none() {
    let paid = || vec![paid(17, "own:B1")];
    let went = |words: &str| out(1, &format!("own:B1 {words}"));
    for lines in [
        // Another line tells of it, and is nobody's.
        vec![went(UTR), back(2, UTR), Line { amount: rupees(7), ..out(3, UTR) }],
        // The line tells of two, and one of them is another's, quoted.
        vec![went("utr:ABCDN26600012345 utr:ABCDN26600012346"), back(2, UTR)],
    ] {
        let found = compare(paid(), lines);
        assert_eq!(found.returns, []);
        assert!(said(&found).contains(&"line 2 return_unnamed".to_owned()), "{:?}", said(&found));
    }
    // It is one payment's, and the line that comes back names another.
    let vouchers = vec![paid().remove(0), super::cases::paid(18, "own:B2")];
    let found = compare(vouchers, vec![went(UTR), back(2, &format!("own:B2 {UTR}"))]);
    assert_eq!(found.returns, []);
    assert!(said(&found).contains(&"line 2 ambiguous".to_owned()), "{:?}", said(&found));
}

/// The bank paid twice, and took one back: whether the payment stands, only it can say.
#[test]
fn what_went_out_twice_did_not_come_back_for_certain() {
    let lines = vec![out(1, "own:B1"), out(2, "own:B1"), back(3, "own:B1")];
    let dup = "duplicate_in_bank";
    check(
        vec![paid(17, "own:B1")],
        lines.clone(),
        &[
            &format!("line 1 {dup}"),
            &format!("line 2 {dup}"),
            &format!("line 3 {dup}"),
            &format!("voucher 17 {dup}"),
        ],
    );
    // Nor where the first is matched already.
    let mut lines = lines;
    lines[0].settled = true;
    let found = compare(vec![Voucher { settled: true, ..paid(17, "own:B1") }], lines);
    assert_eq!(said(&found), [format!("line 2 {dup}"), format!("line 3 {dup}")]);
}

#[test]
fn the_money_of_a_return_that_the_ledger_has_is_matched_by_its_transfer() {
    let returned = |id| Voucher {
        kind: VoucherKind::Return,
        of: Position(17),
        day: day(3),
        payee: None,
        ..paid(id, "")
    };
    let went = || Voucher { standing: Standing::Returned(day(3)), ..paid(17, "own:B1") };
    let lines = |line: Line| vec![out(1, &format!("own:B1 {UTR}")), line];
    let told = ["1=17 r1_reference", "2=20 r5_return"];
    check(vec![went(), returned(20)], lines(back(2, UTR)), &told);
    let told = ["1=17 r1_reference", "2~20 r5_return", "line 2 proposed", "voucher 20 proposed"];
    check(vec![went(), returned(20)], lines(unmarked(2, UTR)), &told);
    // Its money is there already: this is more.
    let settled = Voucher { settled: true, ..returned(20) };
    check(
        vec![went(), settled],
        lines(back(2, UTR)),
        &["1=17 r1_reference", "line 2 duplicate_in_bank"],
    );
}

#[test]
fn what_comes_back_without_a_name_is_nobodys() {
    let unnamed = ["line 1 return_unnamed", "voucher 17 missing_in_bank"];
    check(vec![paid(17, "own:B1")], vec![back(1, "")], &unnamed);
    // Two payments of the amount, one of which came back by the ledger: proposed, and no more.
    let returned = Voucher {
        kind: VoucherKind::Return,
        of: Position(17),
        day: day(2),
        payee: None,
        settled: false,
        ..paid(20, "")
    };
    let went =
        Voucher { standing: Standing::Returned(day(2)), settled: true, ..paid(17, "own:B1") };
    let recovered =
        Voucher { kind: VoucherKind::Recovery, payee: None, day: day(2), ..paid(21, "own:R1") };
    check(
        vec![went.clone(), returned.clone(), recovered],
        vec![back(1, "")],
        &["1~20 r7_amount", "line 1 proposed", "voucher 20 proposed", "voucher 21 missing_in_bank"],
    );
    // Two lines for it: nothing tells them apart.
    let told = ["line 1 ambiguous", "line 2 ambiguous", "voucher 20 ambiguous"];
    check(vec![went, returned], vec![back(1, ""), back(2, "")], &told);
    // What goes out is no return, whatever it is marked.
    let line = Line { side: LineSide::Debit, ..back(1, "own:B1") };
    check(vec![paid(17, "own:B1")], vec![line], &["1=17 r1_reference"]);
}
