//! Files of answers to payments, as what a comparison looks at: what a treasury or a clearing says.

use bahi_core::{Day, Reference, looks_like_aadhaar};
use bahi_recon::{
    Collected, Fault, FoundReference, StatusLevel, Verdict as Told,
    matching::{Answer, AnswerFile, Name, Verdict},
};

use super::show::ReadOptions;

/// Reads a file of answers: pain.002, a scroll, an NPCI file with its flags.
///
/// What is taken and not yet settled, and words that are not known, say nothing here. An answer
/// without a day of its own is of the day given.
///
/// # Errors
/// Those of the reader.
pub fn read_answers(bytes: &[u8], options: &ReadOptions, today: Day) -> Result<AnswerFile, Fault> {
    let file = bahi_recon::collect(bytes, &options.options())?;
    let mut answers = Vec::new();
    of_statuses(&file, today, &mut answers);
    of_instructions(&file, today, &mut answers);
    let digest = *bahi_proof::sha256(bytes).as_bytes();
    Ok(AnswerFile { file: digest, batch: None, complete: false, answers })
}

fn of_statuses(file: &Collected, today: Day, answers: &mut Vec<Answer>) {
    for said in &file.payment_statuses {
        let Some(verdict) = verdict(said.verdict) else { continue };
        if said.level != StatusLevel::Payment {
            continue;
        }
        answers.push(Answer {
            number: next(answers),
            item: 0,
            names: names(&said.references),
            amount: said.amount.and_then(|amount| amount.money()),
            verdict,
            reason: said.reasons.first().and_then(|reason| code(reason)),
            day: said.day.unwrap_or(today),
        });
    }
}

fn of_instructions(file: &Collected, today: Day, answers: &mut Vec<Answer>) {
    for batch in &file.batches {
        for one in &batch.instructions {
            let Some(verdict) = verdict(one.verdict) else { continue };
            answers.push(Answer {
                number: next(answers),
                item: 0,
                names: names(&one.references),
                amount: one.amount.money(),
                verdict,
                reason: one.reason.as_deref().and_then(code),
                day: batch.batch.day.unwrap_or(today),
            });
        }
    }
}

fn next(answers: &[Answer]) -> u32 {
    u32::try_from(answers.len() + 1).unwrap_or(u32::MAX)
}

fn verdict(told: Told) -> Option<Verdict> {
    match told {
        Told::Paid => Some(Verdict::Paid),
        Told::Failed => Some(Verdict::Failed),
        Told::Open | Told::Accepted | Told::Unknown => None,
    }
}

fn names(found: &[FoundReference]) -> Vec<Name> {
    let sound = |name: &Name| !looks_like_aadhaar(name.text.as_str());
    found.iter().filter_map(Name::found).filter(sound).collect()
}

fn code(text: &str) -> Option<Reference> {
    Reference::new(text).ok().filter(|code| !looks_like_aadhaar(code.as_str()))
}
