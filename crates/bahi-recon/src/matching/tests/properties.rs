//! Invariants of matching over worlds in which anything goes wrong.

use std::collections::{BTreeMap, HashSet};

use bahi_core::{LineSide, Position};
use proptest::prelude::*;

use crate::matching::{
    truth::{self, Shares, World, false_matches},
    *,
};

fn shares() -> impl Strategy<Value = Shares> {
    (0..1_000_u32, 0..400_u32, 0..300_u32, 0..400_u32, 0..200_u32, 0..900_u32, 0..600_u32).prop_map(
        |(missing_references, returned, duplicated, missing, split, instalments, batched)| Shares {
            missing_references,
            returned,
            duplicated,
            missing,
            split,
            instalments,
            batched,
        },
    )
}

/// References of one width made those of many, so that one begins another, and narrations that have them
/// cut at the end, beside another's, or whole. What remains is kept as a file's words are: where it is one
/// of the ledger's own.
fn narrated(world: &mut World, seed: u64) {
    let short = |name: &mut Name| {
        if let Some(number) = name.text.as_str().strip_prefix("PX24") {
            let own = format!("PX24-000{}", number.trim_start_matches('0'));
            name.text = bahi_core::Reference::new(&own).expect("a reference");
        }
    };
    let vouchers = &mut world.input.vouchers;
    vouchers.iter_mut().flat_map(|voucher| &mut voucher.names).for_each(short);
    let own: Vec<bahi_core::Reference> =
        vouchers.iter().map(|voucher| voucher.names[0].text.clone()).collect();
    for line in world.input.statements.iter_mut().flat_map(|file| &mut file.lines) {
        line.names.iter_mut().for_each(short);
        let told = |name: &Name| name.in_narration && name.text.as_str().starts_with("PX24");
        let Some(at) = line.names.iter().position(told) else { continue };
        let text = line.names.remove(at).text;
        // The same line of two files is garbled alike.
        let number: u64 = text.as_str()[8..].parse().expect("a number");
        let mixed = (number ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let of = |cut: usize| &text.as_str()[..text.as_str().len() - cut];
        // Of a series of which the ledger knows none so long, nothing says that it may be cut.
        let longest = own.iter().map(|one| one.as_str().len()).max().unwrap_or(0);
        let kept: Vec<&bahi_core::Reference> = match mixed % 8 {
            1..=2 if text.as_str().len() > longest => vec![],
            cut @ 1..=2 => {
                own.iter().filter(|one| one.as_str() == of(cut as usize)).take(1).collect()
            }
            3 => vec![&text, &own[mixed as usize / 8 % own.len()]],
            _ => vec![&text],
        };
        line.names.extend(kept.into_iter().map(|one| Name::narrated(NameKind::Own, one.clone())));
    }
}

/// A small world whose amounts, days and accounts are squeezed together, so that much is alike.
fn worlds() -> impl Strategy<Value = World> {
    let kinds = (any::<bool>(), proptest::option::of(any::<u64>()));
    (any::<u64>(), 1..160_u32, shares(), 1..40_i32, kinds).prop_map(
        |(seed, payments, shares, days, (known, words))| {
            let mut world = truth::world(seed, payments, shares);
            let first = bahi_core::Day::from_date(2024, 4, 1).expect("a day");
            for voucher in &mut world.input.vouchers {
                let after = voucher.day.epoch_days().wrapping_sub(first.epoch_days());
                voucher.day = first.plus_days(after % days).expect("a day");
            }
            // Lines keep their days apart from files, which go by week whatever is in them.
            for line in world.input.statements.iter_mut().flat_map(|file| &mut file.lines) {
                if !known {
                    line.counterparty = None;
                }
            }
            if let Some(words) = words {
                narrated(&mut world, words);
            }
            world
        },
    )
}

fn settings() -> Settings {
    let tolerance = |name: &str, of, rupees| Tolerance {
        name: bahi_core::Word::new(name).expect("a word"),
        of,
        limit: bahi_core::Money::from_rupees(rupees).expect("an amount"),
    };
    let tolerances =
        vec![tolerance("less", ToleranceOf::Less, 1), tolerance("more", ToleranceOf::More, 1)];
    Settings { tolerances, ..Settings::on(truth::last_day()) }
}

/// Puts everything in another order.
fn shuffled(input: &Input, seed: u64) -> Input {
    fn shuffle<T>(items: &mut [T], state: &mut u64) {
        for at in (1..items.len()).rev() {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            items.swap(at, (*state >> 33) as usize % (at + 1));
        }
    }
    let mut state = seed;
    let mut input = input.clone();
    shuffle(&mut input.vouchers, &mut state);
    shuffle(&mut input.statements, &mut state);
    shuffle(&mut input.answers, &mut state);
    shuffle(&mut input.together, &mut state);
    shuffle(&mut input.went_out, &mut state);
    for voucher in &mut input.vouchers {
        shuffle(&mut voucher.names, &mut state);
    }
    for line in input.statements.iter_mut().flat_map(|file| &mut file.lines) {
        shuffle(&mut line.names, &mut state);
    }
    for file in &mut input.statements {
        shuffle(&mut file.lines, &mut state);
    }
    for file in &mut input.answers {
        shuffle(&mut file.answers, &mut state);
    }
    input
}

/// What is given next time, once everything that was found is recorded.
fn recorded(input: &Input, found: &Reconciliation) -> Input {
    let mut input = input.clone();
    let mut lines: HashSet<LineId> = found.matches.iter().map(|one| one.line).collect();
    let vouchers: HashSet<Position> =
        found.matches.iter().flat_map(|one| one.vouchers.iter().copied()).collect();
    for voucher in &mut input.vouchers {
        voucher.settled |= vouchers.contains(&voucher.id);
        let of = |id: &Position| *id == voucher.id;
        for one in found.confirmations.iter().filter(|one| of(&one.payment)) {
            voucher.standing = Standing::Confirmed(one.day);
            voucher
                .names
                .extend(one.transfer.clone().map(|text| Name::field(NameKind::Transfer, text)));
        }
        for one in found.returns.iter().filter(|one| of(&one.payment)) {
            voucher.standing = Standing::Returned(one.day);
        }
    }
    for one in &found.matches {
        if let [payment] = one.vouchers[..] {
            input.went_out.push((one.line, payment));
        }
    }
    input.went_out.sort_unstable();
    let last = input.vouchers.iter().map(|voucher| voucher.id.0).max().unwrap_or(0);
    for (number, one) in (last + 1..).zip(&found.returns) {
        let payment = input.vouchers.iter().find(|voucher| voucher.id == one.payment);
        let payment = payment.expect("a return is of a payment").clone();
        // A return that only an answer tells still has its line to come.
        let settled = match one.source {
            Source::Line(line) => lines.insert(line),
            Source::Answer(_) => continue,
        };
        input.vouchers.push(Voucher {
            id: Position(number),
            kind: VoucherKind::Return,
            of: one.payment,
            day: one.day,
            names: Vec::new(),
            batch: None,
            standing: Standing::Live,
            settled,
            ..payment
        });
    }
    for file in &mut input.statements {
        file.recorded = true;
        for line in &mut file.lines {
            line.settled |= lines.contains(&LineId { file: file.file, number: line.number });
        }
    }
    input
}

fn all_once<T: Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    items.into_iter().all(|item| seen.insert(item))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn no_match_is_false(world in worlds()) {
        let found = reconcile(&world.input, &settings());
        prop_assert_eq!(false_matches(&world.truth, &found), 0);
    }

    #[test]
    fn nothing_is_consumed_twice_and_nothing_is_lost(world in worlds()) {
        let found = reconcile(&world.input, &settings());
        let by_line = found.returns.iter().filter_map(|one| match one.source {
            Source::Line(id) => Some(id),
            Source::Answer(_) => None,
        });
        let consumed = found.matches.iter().map(|one| one.line).chain(by_line)
            .chain(found.charges.iter().map(|one| one.line));
        let left = found.exceptions.iter().filter_map(|one| match one.item {
            ItemId::Line(id) => Some(id),
            ItemId::Voucher(_) | ItemId::Answer(_) => None,
        });
        // A line is consumed, or left with one exception, or repeated: each once.
        let repeats = found.repeats.iter().map(|one| one.line);
        let lines: Vec<LineId> = consumed.chain(left).chain(repeats).collect();
        prop_assert_eq!(lines.len() as u64, found.lines.present.count);
        prop_assert!(all_once(lines.into_iter()));
        let matched = found.matches.iter().flat_map(|one| one.vouchers.iter().copied());
        let left = found.exceptions.iter().filter_map(|one| match one.item {
            ItemId::Voucher(id) => Some(id),
            ItemId::Line(_) | ItemId::Answer(_) => None,
        });
        let vouchers: Vec<Position> = matched.chain(left).collect();
        prop_assert_eq!(vouchers.len() as u64, found.vouchers.present.count);
        prop_assert!(all_once(vouchers.into_iter()));
        prop_assert!(all_once(found.returns.iter().map(|one| one.payment)));
        prop_assert!(all_once(found.confirmations.iter().map(|one| one.payment)));
        for account in [found.lines, found.vouchers] {
            let parts = [account.settled, account.matched, account.returned, account.charges,
                account.repeated, account.open];
            prop_assert_eq!(parts.iter().map(|one| one.count).sum::<u64>(), account.present.count);
            let sum: i128 = parts.iter().map(|one| one.sum.paise()).sum();
            prop_assert_eq!(sum, account.present.sum.paise());
        }
    }

    #[test]
    fn order_changes_nothing(world in worlds(), seed in any::<u64>()) {
        let found = reconcile(&world.input, &settings());
        let again = reconcile(&shuffled(&world.input, seed), &settings());
        prop_assert_eq!(found, again);
    }

    #[test]
    fn running_again_finds_nothing(world in worlds(), files in 0..40_usize) {
        // First with the files that came so far, then with all, then with all again.
        let mut early = world.input.clone();
        early.statements.truncate(files);
        let first = reconcile(&early, &settings());
        let recorded_first = recorded(&early, &first);
        let mut all = recorded_first.clone();
        all.statements.extend(world.input.statements.iter().skip(files).cloned());
        let second = reconcile(&all, &settings());
        for one in &second.matches {
            let settled_before = first.matches.iter().any(|old| old.line == one.line);
            prop_assert!(!settled_before);
        }
        let third = reconcile(&recorded(&all, &second), &settings());
        prop_assert_eq!(third.matches, vec![]);
        prop_assert_eq!(third.returns, vec![]);
        prop_assert_eq!(third.confirmations, vec![]);
        prop_assert_eq!(third.charges, vec![]);
        for one in &third.proposals {
            prop_assert!(second.proposals.contains(one), "{:?}", one);
        }
    }

    #[test]
    fn undoing_a_match_restores_what_was_before(world in worlds(), which in any::<prop::sample::Index>()) {
        let found = reconcile(&world.input, &settings());
        if found.matches.is_empty() {
            return Ok(());
        }
        let undone = &found.matches[which.index(found.matches.len())];
        let mut input = recorded(&world.input, &found);
        for voucher in input.vouchers.iter_mut().filter(|one| undone.vouchers.contains(&one.id)) {
            voucher.settled = false;
        }
        for file in &mut input.statements {
            let of = file.file;
            let is = |line: &&mut Line| LineId { file: of, number: line.number } == undone.line;
            file.lines.iter_mut().filter(is).for_each(|line| line.settled = false);
        }
        input.went_out.retain(|(line, _)| *line != undone.line);
        let again = reconcile(&input, &settings());
        let pairs = |found: &[Match]| -> Vec<(LineId, Vec<Position>)> {
            found.iter().map(|one| (one.line, one.vouchers.clone())).collect()
        };
        prop_assert_eq!(pairs(&again.matches), pairs(std::slice::from_ref(undone)));
        prop_assert_eq!(again.returns.len(), 0);
        // Once it is made again, everything is as it was.
        let restored = recorded(&input, &again);
        prop_assert_eq!(&restored, &recorded(&world.input, &found));
    }

    #[test]
    fn nobody_of_an_ambiguous_group_is_matched(world in worlds()) {
        // All that is left is amounts, days and accounts: much is alike, and nothing is proved.
        let mut input = world.input;
        input.answers.clear();
        for voucher in &mut input.vouchers {
            voucher.names.clear();
            voucher.batch = None;
        }
        for line in input.statements.iter_mut().flat_map(|file| &mut file.lines) {
            line.names.clear();
            line.reason = None;
        }
        let found = reconcile(&input, &settings());
        prop_assert_eq!(found.matches, vec![]);
        prop_assert_eq!(found.returns, vec![]);
        // Who is proposed has one candidate, and is no other's.
        let lines = found.proposals.iter().flat_map(|one| one.lines.iter().copied());
        let vouchers = found.proposals.iter().flat_map(|one| one.vouchers.iter().copied());
        let items: Vec<ItemId> =
            lines.map(ItemId::Line).chain(vouchers.map(ItemId::Voucher)).collect();
        prop_assert!(all_once(items.iter()));
        for one in found.exceptions.iter().filter(|one| one.reason == Reason::Ambiguous) {
            prop_assert!(!items.contains(&one.item), "{:?}", one);
        }
    }

    #[test]
    fn the_same_files_again_add_nothing(world in worlds(), from in 0..40_usize) {
        let found = reconcile(&world.input, &settings());
        let mut doubled = world.input.clone();
        let again: Vec<Statement> = doubled.statements.iter().skip(from).cloned().collect();
        doubled.statements.extend(again);
        let answers = doubled.answers.clone();
        doubled.answers.extend(answers);
        let again = reconcile(&doubled, &settings());
        prop_assert_eq!(found.matches, again.matches);
        prop_assert_eq!(found.returns, again.returns);
        prop_assert_eq!(found.confirmations, again.confirmations);
        prop_assert_eq!(found.proposals, again.proposals);
        prop_assert_eq!(found.exceptions, again.exceptions);
    }

    #[test]
    fn a_batch_that_failed_is_told_of_each_of_its_payments_once(
        world in worlds(), told in 0..3_u8, seed in any::<u64>()
    ) {
        let mut input = world.input;
        input.statements.clear();
        let mut of: BTreeMap<bahi_core::Reference, Vec<&Voucher>> = BTreeMap::new();
        for voucher in input.vouchers.iter().filter(|one| one.kind == VoucherKind::Payment) {
            if let Some(place) = &voucher.batch {
                of.entry(place.batch.clone()).or_default().push(voucher);
            }
        }
        let mut failed: Vec<Position> = Vec::new();
        let mut answers = Vec::new();
        for ((name, payments), number) in of.iter().zip(1_u32..) {
            let paise: i64 = payments.iter().map(|one| one.amount.paise()).sum();
            failed.extend(payments.iter().map(|one| one.id));
            answers.push(Answer {
                number,
                item: 0,
                names: vec![Name::field(NameKind::Batch, name.clone())],
                amount: bahi_core::Money::from_paise(paise).filter(|_| told > 0),
                verdict: Verdict::Failed,
                reason: None,
                day: truth::last_day(),
                whole: true,
                count: (told > 1).then_some(payments.len() as u64),
            });
        }
        failed.sort_unstable();
        let batch = None;
        input.answers = vec![AnswerFile { file: [9; 32], batch, complete: false, answers }];
        let found = reconcile(&input, &settings());
        let back: Vec<Position> = found.returns.iter().map(|one| one.payment).collect();
        prop_assert!(all_once(back.iter()));
        let mut back = back;
        back.sort_unstable();
        prop_assert_eq!(back, failed);
        prop_assert!(found.exceptions.iter().all(|one| !matches!(one.item, ItemId::Answer(_))));
        prop_assert_eq!(&found, &reconcile(&shuffled(&input, seed), &settings()));
        let again = reconcile(&recorded(&input, &found), &settings());
        prop_assert_eq!(again.returns, vec![]);
    }

    #[test]
    fn a_contradicting_transfer_vetoes_every_match(world in worlds()) {
        // Every payment is known by a UTR of its own, and every line that goes out has another.
        let mut input = world.input;
        input.answers.clear();
        let utr = |head: &str, number: usize| {
            let text = bahi_core::Reference::new(&format!("{head}{number:011}"));
            Name::field(NameKind::Transfer, text.expect("a reference"))
        };
        for (number, voucher) in input.vouchers.iter_mut().enumerate() {
            voucher.names.push(utr("WXYZA", number));
            voucher.batch = None;
        }
        for (number, line) in input.statements.iter_mut().flat_map(|file| &mut file.lines).enumerate() {
            line.names.retain(|name| name.kind != NameKind::Transfer);
            line.names.push(utr("WXYZB", number));
        }
        let found = reconcile(&input, &settings());
        prop_assert_eq!(found.matches, vec![]);
        prop_assert_eq!(found.returns, vec![]);
        prop_assert_eq!(found.proposals, vec![]);
    }

    #[test]
    fn two_equal_lines_of_one_file_stay_two(world in worlds()) {
        // Without references and balances, all that can tell lines apart is how often they are there.
        let mut input = world.input;
        for file in &mut input.statements {
            file.lines.retain(|line| line.side == LineSide::Debit);
            for line in &mut file.lines {
                line.names.clear();
            }
        }
        let Some(file) = input.statements.first().cloned() else { return Ok(()) };
        let lines = file.lines.len() as u64;
        let other = Statement { file: [0xEE; 32], ..file.clone() };
        input.statements = vec![file, other];
        let found = reconcile(&input, &settings());
        prop_assert_eq!(found.lines.repeated.count, lines);
        prop_assert_eq!(found.lines.present.count, 2 * lines);
        prop_assert_eq!(found.matches, vec![]);
    }
}
