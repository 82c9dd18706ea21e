//! R1, R2 and R8: lines that a reference names.
//!
//! # Invariants
//! * Whom a line names is counted over all vouchers, and which lines name a voucher over all lines,
//!   settled or not: nothing matched makes the rest look unique.
//! * A reference in a narration, or of another kind than the voucher has it, counts only when it is
//!   long enough not to be there by chance.

use std::collections::HashMap;

use bahi_core::{LineSide, Reference};

use super::{
    ToleranceOf,
    index::{NOBODY, Owner, Owners, SEVERAL},
    items::{Line, LineKind, NameKind, Standing},
    outcome::{Difference, Evidence, Reason, Rule},
    proposals::NEAR_MAX,
    run::{Run, is_told},
};

/// The fewest characters of a reference that is found in a narration, or of another kind than the
/// voucher has it.
pub const FOUND_CHARS_MIN: usize = 8;

/// By which rule a name of a line names the owner of its text, if it does.
pub(super) fn names_it(
    kind: NameKind,
    in_narration: bool,
    owner: Owner,
    length: usize,
) -> Option<Rule> {
    let of_a_payment = kind == NameKind::Own || kind == NameKind::Transfer;
    if of_a_payment && !in_narration && owner.has(kind) {
        return Some(Rule::Reference);
    }
    (length >= FOUND_CHARS_MIN).then_some(Rule::Narration)
}

/// Whom a line names.
#[derive(Clone, Copy)]
pub(super) struct Named {
    /// The voucher, or that there is none, or several.
    pub(super) voucher: u32,
    /// Whether one reference is several vouchers', and not several references name one each.
    shared: bool,
    /// The strongest rule, and the place of its name in the line.
    rule: Rule,
    place: u32,
}

impl Named {
    /// A payment that is named by what stands at a place among a line's names.
    pub(super) const fn at(voucher: u32, place: u32) -> Named {
        Named { voucher, shared: false, rule: Rule::Narration, place }
    }

    /// The reference it is named by.
    pub(super) fn evidence(self, line: &Line) -> Evidence {
        Evidence::Name(line.names[self.place as usize].text.clone())
    }
}

/// How often a voucher is named.
#[derive(Clone, Copy, Default)]
struct Count {
    lines: u32,
    of_its_amount: u32,
}

/// What decides about a line: how often each voucher is named, and by which lines where several
/// have its amount.
struct Counts {
    of: Vec<Count>,
    doubles: HashMap<u32, Vec<u32>>,
}

pub(super) fn apply(run: &mut Run<'_>) {
    charges(run);
    let named: Vec<Named> = (0..run.line_count()).map(|line| of_payments(run, line)).collect();
    run.named = named.iter().map(|named| named.voucher).collect();
    let counts = count(run, &named);
    let shared = shared(run);
    for line in 0..run.line_count() {
        if run.line_free(line) {
            decide(run, line, named[line as usize], &counts, &shared);
        }
    }
    by_case(run, &named);
}

/// Counts which lines name each voucher, settled ones too.
fn count(run: &Run<'_>, named: &[Named]) -> Counts {
    let mut of = vec![Count::default(); run.vouchers.len()];
    let own = |line: u32, voucher: u32| run.voucher(voucher).amount == run.line(line).amount;
    let each = || (0..).zip(named).filter(|(_, named)| named.voucher < SEVERAL);
    for (line, named) in each() {
        let count = &mut of[named.voucher as usize];
        count.lines += 1;
        count.of_its_amount += u32::from(own(line, named.voucher));
    }
    let mut doubles: HashMap<u32, Vec<u32>> = HashMap::new();
    for (line, named) in each() {
        let double = of[named.voucher as usize].of_its_amount > 1;
        if double && own(line, named.voucher) {
            doubles.entry(named.voucher).or_default().push(line);
        }
    }
    Counts { of, doubles }
}

/// R8, of charges: lines that the bank marks as its own.
fn charges(run: &mut Run<'_>) {
    for line in 0..run.line_count() {
        let own = run.line(line);
        if own.kind != LineKind::Charge || !run.line_free(line) {
            continue;
        }
        let paise = own.amount.paise();
        let accepted = run.settings.tolerance(ToleranceOf::Charge, paise);
        match accepted.filter(|_| own.side == LineSide::Debit) {
            Some(rule) => {
                run.line_done[line as usize] = true;
                let (rule, limit) = (rule.name.clone(), rule.limit);
                let line = run.lines[line as usize].id();
                run.out.charges.push(super::Charge { line, amount: own.amount, rule, limit });
            }
            None => {
                let ruled = run.settings.has_tolerance(ToleranceOf::Charge);
                let over = ruled && own.side == LineSide::Debit;
                let reason = if over { Reason::OverLimit { paise } } else { Reason::Fee };
                run.mark_line(line, reason, &[], 0);
            }
        }
    }
}

/// Whom a line names by a reference of a payment or a transfer.
fn of_payments(run: &Run<'_>, line: u32) -> Named {
    target(run, line, &run.owners, run.line(line).side, false)
}

/// Which payment a line that comes in names.
pub(super) fn of_returned(run: &Run<'_>, line: u32) -> Named {
    target(run, line, &run.owners, LineSide::Debit, false)
}

fn target(run: &Run<'_>, line: u32, owners: &Owners, side: LineSide, by_case: bool) -> Named {
    let own = run.line(line);
    let mut found = Named { voucher: NOBODY, shared: false, rule: Rule::Narration, place: 0 };
    for (place, named) in (0_u32..).zip(run.line_names.of(line)) {
        if run.is_cut(*named) {
            continue;
        }
        let owner = owners.of(side, named.text);
        let length = own.names[place as usize].text.as_str().len();
        if owner.item == NOBODY {
            continue;
        }
        let Some(rule) = names_it(named.kind, named.in_narration, owner, length) else { continue };
        let case = run.cases.of(side, named.text).item;
        let also_a_case = !by_case && rule == Rule::Narration && case != NOBODY;
        let is_cut = run.is_cut_in_field(*named, own.amount);
        let several = is_cut || (also_a_case && case != owner.item);
        let voucher = if several { SEVERAL } else { owner.item };
        if found.voucher == NOBODY || found.voucher == voucher {
            let text = |place: u32| &own.names[place as usize].text;
            // Of equals the first by its text, whatever the order of the line's names.
            let stronger =
                found.voucher == NOBODY || (rule, text(place)) < (found.rule, text(found.place));
            let shared = found.shared || voucher == SEVERAL;
            let (rule, place) = if stronger { (rule, place) } else { (found.rule, found.place) };
            found = Named { voucher, shared, rule, place };
        } else {
            found.shared |= voucher == SEVERAL;
            found.voucher = SEVERAL;
        }
    }
    if found.voucher < SEVERAL && tells_of_more(run, line, found.voucher) {
        found.voucher = SEVERAL;
    }
    found
}

/// Whether a narration names, beside a voucher, something else that the ledger knows: another payment, a
/// bill of others, a file that did not ask for it, what comes in where this goes out; or what may be left
/// of one.
fn tells_of_more(run: &Run<'_>, line: u32, voucher: u32) -> bool {
    let own = run.line(line);
    let batch = run.voucher(voucher).batch.as_ref().map(|place| &place.batch);
    let called = run.voucher(voucher).names.iter().map(|name| &name.text).chain(batch);
    let mut told = own.names.iter().zip(run.line_names.of(line));
    told.any(|(name, named)| {
        let (text, is_cut) = (name.text.as_str(), run.is_cut(*named));
        let of = |called: &Reference| {
            let called = called.as_str();
            called == text || is_cut && (called.starts_with(text) || called.ends_with(text))
        };
        let known = || run.names_of(voucher, NameKind::Own).any(|(own, _)| own == named.text);
        let asked_in = || named.kind == NameKind::Batch && run.asked_in(named.text, voucher);
        let told = name.in_narration && is_told(named.kind);
        told && !known() && !called.clone().any(of) && !asked_in()
    })
}

/// What becomes of a line that names a payment or a transfer.
fn decide(run: &mut Run<'_>, line: u32, named: Named, counts: &Counts, shared: &Shared) {
    if named.voucher == NOBODY {
        return;
    }
    if named.voucher == SEVERAL {
        several(run, line, named.shared, Some(shared));
        return;
    }
    let voucher = named.voucher;
    let (own, other) = (run.line(line), run.voucher(voucher));
    let count = counts.of[voucher as usize];
    let paise = own.amount.paise() - other.amount.paise();
    if other.standing == Standing::Reversed {
        run.mark_line(line, Reason::Reversed, &[voucher], 1);
    } else if own.kind == LineKind::Reversal && own.side == LineSide::Debit {
        run.mark_line(line, Reason::Ambiguous, &[voucher], 1);
    } else if paise != 0 {
        differs(run, line, named, paise, count);
    } else if run.voucher_done[voucher as usize] || count.of_its_amount > 1 {
        run.mark_line(line, Reason::DuplicateInBank, &[voucher], 1);
        let lines = counts.doubles.get(&voucher).map_or(&[][..], Vec::as_slice);
        let near = &lines[..lines.len().min(NEAR_MAX)];
        run.mark_voucher(voucher, Reason::DuplicateInBank, near, lines.len());
    } else if let Some(reason) = vetoed(run, line, voucher) {
        run.mark_both(line, voucher, reason);
    } else {
        let evidence = named.evidence(own);
        run.settle(line, voucher, named.rule, evidence, None);
    }
}

/// What speaks against a match although reference and amount agree.
pub(super) fn vetoed(run: &Run<'_>, line: u32, voucher: u32) -> Option<Reason> {
    if run.contradicts(line, voucher) {
        Some(Reason::ReferenceContradicts)
    } else if run.line(line).side == LineSide::Debit && run.payee_differs(line, voucher) {
        Some(Reason::PayeeDiffers)
    } else if run.day_illogical(line, voucher) {
        Some(Reason::DateIllogical)
    } else {
        None
    }
}

/// The reference agrees and the amount does not: R8 where this is the only line so named.
fn differs(run: &mut Run<'_>, line: u32, named: Named, paise: i64, count: Count) {
    let voucher = named.voucher;
    let of = if paise < 0 { ToleranceOf::Less } else { ToleranceOf::More };
    let alone = count.lines == 1 && !run.voucher_done[voucher as usize];
    if !alone || !run.settings.has_tolerance(of) {
        run.mark_line(line, Reason::AmountDiffers { paise }, &[voucher], 1);
        // Where another line has the amount, the voucher is matched with that one, or told why not.
        if count.of_its_amount == 0 {
            run.mark_voucher(
                voucher,
                Reason::AmountDiffers { paise },
                &[line],
                count.lines as usize,
            );
        }
        return;
    }
    if let Some(reason) = vetoed(run, line, voucher) {
        run.mark_both(line, voucher, reason);
        return;
    }
    let accepted = run.settings.tolerance(of, paise.saturating_abs());
    let Some((rule, limit)) = accepted.map(|one| (one.name.clone(), one.limit)) else {
        run.mark_both(line, voucher, Reason::OverLimit { paise });
        return;
    };
    let evidence = named.evidence(run.line(line));
    run.settle(line, voucher, Rule::Tolerance, evidence, Some(Difference { paise, rule, limit }));
}

/// Vouchers that share a reference of a payment or a transfer, by side and text.
type Shared = HashMap<(LineSide, u32), Vec<u32>>;

/// Collects them, and marks those that are one voucher twice: live, of one amount, and of one
/// instalment of a case or to one account. A payment that came back and its re-issue are not.
fn shared(run: &mut Run<'_>) -> Shared {
    let mut shared = Shared::new();
    for item in 0..run.voucher_count() {
        let side = run.voucher(item).kind.side();
        for named in run.voucher_names.of(item) {
            let of_payment = named.kind == NameKind::Own || named.kind == NameKind::Transfer;
            if of_payment && run.owners.of(side, named.text).item == SEVERAL {
                shared.entry((side, named.text)).or_default().push(item);
            }
        }
    }
    for vouchers in shared.values_mut() {
        vouchers.dedup();
        let doubles = doubles(run, vouchers);
        for item in doubles {
            run.mark_voucher(item, Reason::DuplicateInLedger, &[], 0);
        }
    }
    shared
}

/// Which of some vouchers are there twice.
fn doubles(run: &Run<'_>, vouchers: &[u32]) -> Vec<u32> {
    let live = |item: &&u32| match run.standings[**item as usize] {
        Standing::Live | Standing::Confirmed(_) => true,
        Standing::Returned(_) | Standing::Reversed => false,
    };
    let live: Vec<u32> = vouchers.iter().filter(live).copied().collect();
    let of_account = |item: &u32| {
        let own = run.voucher(*item);
        own.payee.map(|payee| (own.amount, payee.account))
    };
    let of_case = |item: &u32| {
        let own = run.voucher(*item);
        (!own.case.is_none()).then_some((own.amount, own.case, own.instalment))
    };
    let mut found = twice(&live, of_account);
    found.extend(twice(&live, of_case));
    found.sort_unstable();
    found.dedup();
    found
}

/// Items whose key another has too.
fn twice<K: Ord>(items: &[u32], key: impl Fn(&u32) -> Option<K>) -> Vec<u32> {
    let mut keyed: Vec<(K, u32)> =
        items.iter().filter_map(|item| Some((key(item)?, *item))).collect();
    keyed.sort_unstable();
    let groups = keyed.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1);
    groups.flatten().map(|(_, item)| *item).collect()
}

/// A line that names several vouchers: by references of payments, or else of cases.
fn several(run: &mut Run<'_>, line: u32, by_one_name: bool, shared: Option<&Shared>) {
    let side = run.line(line).side;
    let mut near = Vec::new();
    for named in run.line_names.of(line) {
        let owners = if shared.is_some() { &run.owners } else { &run.cases };
        match owners.of(side, named.text).item {
            NOBODY => {}
            SEVERAL => {
                let holders = shared.and_then(|shared| shared.get(&(side, named.text)));
                near.extend(holders.into_iter().flatten().take(NEAR_MAX));
            }
            voucher => near.push(voucher),
        }
    }
    near.sort_unstable();
    near.dedup();
    let double = |item: &u32| {
        let mark = run.voucher_marks[*item as usize].as_deref();
        mark.is_some_and(|mark| mark.reason == Reason::DuplicateInLedger)
    };
    let reason = if !by_one_name {
        Reason::ReferenceContradicts
    } else if near.iter().any(double) {
        Reason::DuplicateInLedger
    } else {
        Reason::Ambiguous
    };
    for voucher in &near {
        run.mark_voucher(*voucher, reason, &[line], 1);
    }
    run.mark_line(line, reason, &near, near.len().max(2));
}

/// R2, of cases: a line that names no payment, but one case.
fn by_case(run: &mut Run<'_>, named: &[Named]) {
    let mut holders = vec![[0_u32; 2]; run.texts_count];
    for line in 0..run.line_count() {
        let side = usize::from(run.line(line).side == LineSide::Debit);
        for named in run.line_names.of(line) {
            holders[named.text as usize][side] += 1;
        }
    }
    for line in 0..run.line_count() {
        if named[line as usize].voucher != NOBODY || !run.line_free(line) {
            continue;
        }
        let side = run.line(line).side;
        let of_case = target(run, line, &run.cases, side, true);
        if of_case.voucher == NOBODY || run.line(line).kind != LineKind::Movement {
            continue;
        }
        if of_case.voucher == SEVERAL {
            several(run, line, of_case.shared, None);
            continue;
        }
        let voucher = of_case.voucher;
        let (own, other) = (run.line(line), run.voucher(voucher));
        let text = run.line_names.of(line)[of_case.place as usize].text;
        let alone = holders[text as usize][usize::from(side == LineSide::Debit)] == 1;
        if other.standing == Standing::Reversed {
            run.mark_line(line, Reason::Reversed, &[voucher], 1);
        } else if own.amount != other.amount {
            let paise = own.amount.paise() - other.amount.paise();
            run.mark_line(line, Reason::AmountDiffers { paise }, &[voucher], 1);
        } else if run.voucher_done[voucher as usize] {
            let again = if other.whole { Reason::DuplicateInBank } else { Reason::MissingInLedger };
            run.mark_line(line, again, &[voucher], 1);
        } else if !alone {
            run.mark_both(line, voucher, Reason::Ambiguous);
        } else if let Some(reason) = vetoed(run, line, voucher) {
            run.mark_both(line, voucher, reason);
        } else if run.voucher_free(voucher) {
            let evidence = of_case.evidence(own);
            if other.whole {
                run.settle(line, voucher, Rule::Narration, evidence, None);
            } else {
                run.propose(&[line], &[voucher], Rule::Narration, evidence);
            }
        } else {
            run.mark_both(line, voucher, Reason::Ambiguous);
        }
    }
}
