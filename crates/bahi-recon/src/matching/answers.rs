//! R4: what was answered to payment files.
//!
//! Answers come first of all rules: the transfers they tell are names by which lines are found.
//!
//! # Invariants
//! * Of a payment at most one confirmation and one return; a failure is final.
//! * Of a complete answer whose count or sum is not its batch's, nothing is taken.

use std::collections::HashMap;

use bahi_core::{Day, LineSide, Reference};

use super::{
    index::{NOBODY, SEVERAL},
    items::{Answer, AnswerFile, LineId, NameKind, Standing, Verdict, VoucherKind},
    outcome::{Confirmation, Evidence, Exception, ItemId, Reason, Return, Rule, Source},
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
    let mut files: Vec<&AnswerFile> = run.input.answers.iter().collect();
    files.sort_by_key(|file| file.file);
    files.dedup_by_key(|file| file.file);
    let mut said = Vec::new();
    for file in files {
        read(run, file, &batches, &mut said);
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
    for answer in answers {
        let id = LineId { file: file.file, number: answer.number };
        let found =
            if adds_up { find(run, file, &items, answer) } else { Err(Reason::BatchDiffers) };
        match found {
            Ok((payment, evidence)) => said.push(Said { payment, id, answer, evidence }),
            Err(reason) => tell(run, id, answer, reason, None),
        }
    }
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
            let id = ItemId::Voucher(run.voucher(payment).id);
            tell(run, one.id, one.answer, Reason::AnswerContradicts, Some(id));
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
        let id = ItemId::Voucher(run.voucher(payment).id);
        tell(run, one.id, one.answer, Reason::AnswerContradicts, Some(id));
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

/// Leaves an answer to a person.
fn tell(run: &mut Run<'_>, id: LineId, answer: &Answer, reason: Reason, near: Option<ItemId>) {
    run.out.exceptions.push(Exception {
        item: ItemId::Answer(id),
        reason,
        amount: answer.amount,
        since: Some(answer.day),
        age_days: super::exceptions::age(answer.day, run.settings.today),
        near_count: u64::from(near.is_some()),
        near: near.into_iter().collect(),
    });
}
