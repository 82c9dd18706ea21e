//! R4: what was answered to payment files.
//!
//! Answers come first of all rules: the transfers they tell are names by which lines are found.
//!
//! # Invariants
//! * Of a payment at most one confirmation and one return; a failure is final.
//! * Of a complete answer whose count or sum is not its batch's, nothing is taken; and nothing of what is
//!   said of a whole batch or file, where the count or the sum beside it is another.
//! * What a file says of a payment goes before what it says of a batch, and that before what it says of a
//!   larger one.
//! * That a whole batch is paid settles nothing: it may still fail one by one, and no payment's transfer is
//!   told. It is left to a person until each payment of it is told of elsewhere.

use std::collections::{HashMap, HashSet};

use bahi_core::{Day, LineSide, Reference};

use super::{
    index::{NOBODY, SEVERAL},
    items::{Answer, AnswerFile, LineId, NameKind, Standing, Verdict, VoucherKind},
    outcome::{Confirmation, Evidence, Exception, ItemId, Reason, Return, Rule, Source},
    proposals::NEAR_MAX,
    references::names_it,
    run::Run,
};

/// An answer with the payment it is about.
struct Said<'a> {
    payment: u32,
    id: LineId,
    answer: &'a Answer,
    evidence: Evidence,
}

pub(super) fn apply(run: &mut Run<'_>) {
    let batches = run.batches();
    let asked = asked(run);
    let mut files: Vec<&AnswerFile> = run.input.answers.iter().collect();
    files.sort_by_key(|file| file.file);
    files.dedup_by_key(|file| file.file);
    let mut said = Vec::new();
    for file in files {
        let from = said.len();
        read(run, file, &batches, &mut said);
        wholes(run, file, &asked, from, &mut said);
    }
    said.sort_by_key(|one| (one.payment, one.answer.day, one.answer.verdict, one.id));
    learn(run, &said);
    run.texts.forget();
    for of_one in said.chunk_by(|one, other| one.payment == other.payment) {
        decide(run, of_one);
    }
}

/// Finds the payment of each answer of a file.
fn read<'a>(
    run: &mut Run<'a>,
    file: &'a AnswerFile,
    batches: &HashMap<&'a str, Vec<u32>>,
    said: &mut Vec<Said<'a>>,
) {
    let of_batch = file.batch.as_ref().and_then(|batch| batches.get(batch.as_str()));
    let adds_up = !file.complete || of_batch.is_some_and(|of| adds_up(run, file, of));
    let items: HashMap<u32, u32> = of_batch.map_or_else(HashMap::new, |of| items(run, of));
    let mut answers: Vec<&Answer> = file.answers.iter().collect();
    answers.sort_by_key(|answer| answer.number);
    answers.dedup_by_key(|answer| answer.number);
    for answer in answers.into_iter().filter(|answer| !answer.whole) {
        let id = LineId { file: file.file, number: answer.number };
        let found =
            if adds_up { find(run, file, &items, answer) } else { Err(Reason::BatchDiffers) };
        match found {
            Ok((payment, evidence)) => said.push(Said { payment, id, answer, evidence }),
            Err(reason) => tell(run, id, answer, reason, &[]),
        }
    }
}

/// Payments by the name they were asked for under; nothing where one name is said of several.
type Asked<'a> = HashMap<&'a str, Option<Group>>;

/// Payments that were asked for together, and what they come to.
#[derive(PartialEq, Eq)]
struct Group {
    payments: Vec<u32>,
    paise: i128,
}

impl Group {
    fn of(run: &Run<'_>, mut payments: Vec<u32>) -> Group {
        payments.sort_unstable();
        payments.dedup();
        let paise = payments.iter().map(|item| i128::from(run.voucher(*item).amount.paise())).sum();
        Group { payments, paise }
    }
}

/// The batches that vouchers name, and what payment files asked for together.
fn asked<'a>(run: &Run<'a>) -> Asked<'a> {
    let mut batches: HashMap<&str, Vec<u32>> = HashMap::new();
    for item in 0..run.voucher_count() {
        let voucher = run.voucher(item);
        let place = voucher.batch.as_ref().filter(|_| voucher.kind == VoucherKind::Payment);
        if let Some(place) = place {
            batches.entry(place.batch.as_str()).or_default().push(item);
        }
    }
    let named = batches.into_iter().map(|(name, of)| (name, Some(Group::of(run, of))));
    let mut asked: Asked<'a> = named.collect();
    for one in &run.input.together {
        let of = one.payments.iter().filter_map(|id| run.find(*id)).collect();
        let group = Some(Group::of(run, of));
        match asked.get_mut(one.name.as_str()) {
            None => {
                asked.insert(one.name.as_str(), group);
            }
            Some(held) if *held != group => *held = None,
            Some(_) => {}
        }
    }
    asked
}

/// What a file says of whole batches and files, each answer once and in order.
fn about_wholes(file: &AnswerFile, verdict: Verdict) -> Vec<&Answer> {
    let is = |answer: &&Answer| answer.whole && answer.verdict == verdict;
    let mut answers: Vec<&Answer> = file.answers.iter().filter(is).collect();
    answers.sort_by_key(|answer| answer.number);
    answers.dedup_by_key(|answer| answer.number);
    answers
}

/// Leaves to a person what is said to be paid as a whole, once everything else was compared: with the
/// payments of it that nothing else tells of.
pub(super) fn paid_wholes(run: &mut Run<'_>) {
    let mut files: Vec<&AnswerFile> = run.input.answers.iter().collect();
    files.sort_by_key(|file| file.file);
    files.dedup_by_key(|file| file.file);
    let paid = |file| about_wholes(file, Verdict::Paid).into_iter().map(move |one| (file, one));
    let answers: Vec<(&AnswerFile, &Answer)> = files.into_iter().flat_map(paid).collect();
    if answers.is_empty() {
        return;
    }
    let asked = asked(run);
    for (file, answer) in answers {
        let id = LineId { file: file.file, number: answer.number };
        match whole(&asked, answer) {
            Ok((of, _)) => {
                let of: Vec<u32> =
                    of.iter().copied().filter(|item| is_untold(run, *item)).collect();
                if !of.is_empty() {
                    tell(run, id, answer, Reason::BatchAlone, &of);
                }
            }
            Err((reason, of)) => tell(run, id, answer, reason, of),
        }
    }
}

/// Whether neither a line nor an answer of its own tells of a payment.
fn is_untold(run: &Run<'_>, item: u32) -> bool {
    match run.standings[item as usize] {
        Standing::Live => !run.voucher_done[item as usize],
        Standing::Confirmed(_) | Standing::Returned(_) | Standing::Reversed => false,
    }
}

/// What a file says of whole batches, or of all that a payment file asked for: of each payment of them
/// of which it says nothing nearer.
fn wholes<'a>(
    run: &mut Run<'a>,
    file: &'a AnswerFile,
    asked: &Asked<'_>,
    from: usize,
    said: &mut Vec<Said<'a>>,
) {
    let answers = about_wholes(file, Verdict::Failed);
    let mut found: Vec<(&[u32], &Answer, Evidence)> = Vec::new();
    let mut names: HashSet<&Reference> = HashSet::new();
    for answer in answers {
        let id = LineId { file: file.file, number: answer.number };
        match whole(asked, answer) {
            // What is said of a batch once more says nothing more.
            Ok((of, name)) if names.insert(name) => {
                found.push((of, answer, Evidence::Name(name.clone())));
            }
            Ok(_) => {}
            Err((reason, of)) => tell(run, id, answer, reason, of),
        }
    }
    // The smaller a batch, the nearer is what is said of it.
    found.sort_by_key(|(of, answer, _)| (of.len(), answer.number));
    let mut told: HashSet<u32> = said[from..].iter().map(|one| one.payment).collect();
    for (of, answer, evidence) in found {
        let id = LineId { file: file.file, number: answer.number };
        let stands = |item: &&u32| run.voucher(**item).standing != Standing::Reversed;
        for payment in of.iter().filter(stands) {
            if told.insert(*payment) {
                said.push(Said { payment: *payment, id, answer, evidence: evidence.clone() });
            }
        }
    }
}

/// The payments that an answer about a whole batch or file is about, and the name that says so; or why
/// there are none, and which it could be.
type Whole<'r> = Result<(&'r [u32], &'r Reference), (Reason, &'r [u32])>;

/// Finds the payments of an answer about a whole batch or file.
fn whole<'r>(asked: &'r Asked<'_>, answer: &'r Answer) -> Whole<'r> {
    let mut found: Option<(&Reference, &'r Group)> = None;
    for name in &answer.names {
        match (asked.get(name.text.as_str()), found) {
            (None, _) => {}
            (Some(None), _) => return Err((Reason::Ambiguous, &[][..])),
            (Some(Some(group)), Some((_, held))) if held != group => {
                return Err((Reason::ReferenceContradicts, &[][..]));
            }
            // Of names of one batch the first by its text, whatever their order.
            (Some(Some(_)), Some((text, _))) if *text < name.text => {}
            (Some(Some(group)), _) => found = Some((&name.text, group)),
        }
    }
    let (name, group) = found.ok_or((Reason::MissingInLedger, &[][..]))?;
    let counted = answer.count.is_none_or(|count| count == group.payments.len() as u64);
    let summed = answer.amount.is_none_or(|amount| i128::from(amount.paise()) == group.paise);
    if !counted || !summed {
        return Err((Reason::BatchDiffers, &group.payments[..]));
    }
    Ok((&group.payments[..], name))
}

/// Whether a complete answer is of as many payments and as much money as its batch.
fn adds_up(run: &Run<'_>, file: &AnswerFile, of_batch: &[u32]) -> bool {
    let paise = |amount: bahi_core::Money| i128::from(amount.paise());
    let told: Option<i128> = file.answers.iter().map(|answer| answer.amount.map(paise)).sum();
    let own: i128 = of_batch.iter().map(|item| paise(run.voucher(*item).amount)).sum();
    told == Some(own) && file.answers.len() == of_batch.len()
}

/// The payments of a batch by item number.
fn items(run: &Run<'_>, of_batch: &[u32]) -> HashMap<u32, u32> {
    let mut items = HashMap::with_capacity(of_batch.len());
    for payment in of_batch {
        let item = run.voucher(*payment).batch.as_ref().map_or(0, |place| place.item);
        items.entry(item).and_modify(|one| *one = SEVERAL).or_insert(*payment);
    }
    items.remove(&0);
    items
}

/// The one payment an answer is about.
fn find(
    run: &Run<'_>,
    file: &AnswerFile,
    items: &HashMap<u32, u32>,
    answer: &Answer,
) -> Result<(u32, Evidence), Reason> {
    let (mut payment, mut evidence) = (NOBODY, None);
    for name in &answer.names {
        let Some(text) = run.texts.find(name.text.as_str()) else { continue };
        let owner = run.owners.of(LineSide::Debit, text);
        let length = name.text.as_str().len();
        if owner.item == NOBODY || names_it(name.kind, name.in_narration, owner, length).is_none() {
            continue;
        }
        if owner.item == SEVERAL {
            return Err(Reason::Ambiguous);
        }
        if payment != NOBODY && payment != owner.item {
            return Err(Reason::ReferenceContradicts);
        }
        payment = owner.item;
        evidence.get_or_insert_with(|| Evidence::Name(name.text.clone()));
    }
    // A number in a batch proves no more than the amount beside it.
    if let (Some(batch), Some(by_item)) = (&file.batch, items.get(&answer.item))
        && answer.amount.is_some()
    {
        match (*by_item, payment) {
            (SEVERAL, NOBODY) => return Err(Reason::Ambiguous),
            (SEVERAL, _) => {}
            (item, NOBODY) => {
                payment = item;
                evidence = Some(Evidence::Item { batch: batch.clone(), item: answer.item });
            }
            (item, named) if item != named => return Err(Reason::ReferenceContradicts),
            _ => {}
        }
    }
    let Some(evidence) = evidence else { return Err(Reason::MissingInLedger) };
    let voucher = run.voucher(payment);
    if voucher.kind != VoucherKind::Payment {
        return Err(Reason::MissingInLedger);
    }
    if voucher.standing == Standing::Reversed {
        return Err(Reason::Reversed);
    }
    if let Some(amount) = answer.amount.filter(|amount| *amount != voucher.amount) {
        return Err(Reason::AmountDiffers { paise: amount.paise() - voucher.amount.paise() });
    }
    if contradicts(run, payment, answer) {
        return Err(Reason::ReferenceContradicts);
    }
    Ok((payment, evidence))
}

/// Whether an answer names another transfer than the ledger does, or another payment of its own.
fn contradicts(run: &Run<'_>, payment: u32, answer: &Answer) -> bool {
    [NameKind::Own, NameKind::Transfer].into_iter().any(|kind| {
        let told = || answer.names.iter().filter(move |name| name.kind == kind);
        let own = || run.names_of(payment, kind);
        let same = |text: &Reference| {
            run.texts.find(text.as_str()).is_some_and(|one| own().any(|(text, _)| text == one))
        };
        let comparable =
            |length: usize| kind == NameKind::Own || own().any(|(_, one)| one == length);
        let agrees = told().any(|name| same(&name.text));
        let differs = own().next().is_some()
            && told().any(|name| !same(&name.text) && comparable(name.text.as_str().len()));
        differs && !agrees
    })
}

/// Keeps the transfers that answers tell as names of their payments, and of what returns them.
fn learn(run: &mut Run<'_>, said: &[Said<'_>]) {
    let returns: HashMap<u32, u32> = (0..run.voucher_count())
        .filter(|item| run.voucher(*item).kind == VoucherKind::Return)
        .filter_map(|item| run.find(run.voucher(item).of).map(|payment| (payment, item)))
        .collect();
    for one in said {
        let back = returns.get(&one.payment).copied();
        for name in one.answer.names.iter().filter(|name| name.kind == NameKind::Transfer) {
            if let Some(text) = run.texts.find(name.text.as_str()) {
                let length = name.text.as_str().len();
                run.learned.push((one.payment, text, length));
                run.owners.add(LineSide::Debit, text, NameKind::Transfer, one.payment);
                if let Some(back) = back {
                    run.learned.push((back, text, length));
                    run.owners.add(LineSide::Credit, text, NameKind::Transfer, back);
                }
            }
        }
    }
    run.learned.sort_unstable();
    run.learned.dedup();
}

/// What becomes of a payment by all that is said of it, in order of days.
fn decide(run: &mut Run<'_>, said: &[Said<'_>]) {
    let payment = said[0].payment;
    let before = run.standings[payment as usize];
    let failed = said.iter().find(|one| one.answer.verdict == Verdict::Failed);
    let failed_on: Option<Day> = match before {
        Standing::Returned(day) => Some(day),
        Standing::Live | Standing::Confirmed(_) | Standing::Reversed => {
            failed.map(|one| one.answer.day)
        }
    };
    let late = |day: Day| failed_on.is_some_and(|failed| day > failed);
    let (mut paid, mut contradicted) = (None, false);
    for one in said.iter().filter(|one| one.answer.verdict == Verdict::Paid) {
        if late(one.answer.day) {
            tell(run, one.id, one.answer, Reason::AnswerContradicts, &[payment]);
        } else {
            paid = paid.or(Some(one));
        }
    }
    let confirmed_before = match before {
        Standing::Confirmed(day) => {
            contradicted = late(day);
            true
        }
        Standing::Live => false,
        Standing::Returned(_) | Standing::Reversed => return,
    };
    if let Some(one) = paid.filter(|_| !confirmed_before) {
        let transfer = one.answer.names.iter().filter(|name| name.kind == NameKind::Transfer);
        run.out.confirmations.push(Confirmation {
            answer: one.id,
            payment: run.voucher(payment).id,
            evidence: one.evidence.clone(),
            transfer: transfer.map(|name| name.text.clone()).min(),
            day: one.answer.day,
        });
        run.standings[payment as usize] = Standing::Confirmed(one.answer.day);
    }
    let Some(one) = failed else { return };
    if contradicted {
        tell(run, one.id, one.answer, Reason::AnswerContradicts, &[payment]);
        return;
    }
    run.returned.insert(payment, run.out.returns.len());
    run.out.returns.push(Return {
        source: Source::Answer(one.id),
        payment: run.voucher(payment).id,
        rule: Rule::Answer,
        evidence: one.evidence.clone(),
        reason: one.answer.reason.clone(),
        day: one.answer.day,
        after_confirmation: confirmed_before || paid.is_some(),
    });
    run.standings[payment as usize] = Standing::Returned(one.answer.day);
}

/// Leaves an answer to a person, with the payments that it stands near.
fn tell(run: &mut Run<'_>, id: LineId, answer: &Answer, reason: Reason, near: &[u32]) {
    let first = near.iter().take(NEAR_MAX);
    let first = first.map(|item| ItemId::Voucher(run.voucher(*item).id)).collect();
    run.out.exceptions.push(Exception {
        item: ItemId::Answer(id),
        reason,
        amount: answer.amount,
        since: Some(answer.day),
        age_days: super::exceptions::age(answer.day, run.settings.today),
        near_count: near.len() as u64,
        near: first,
    });
}
