//! What treasuries, banks and the clearing answer to payments: as lines of the log, and as what a
//! comparison looks at.
//!
//! # Invariants
//! * What is taken and not yet settled says nothing, and is counted; a word that is not known is left
//!   to a person.

use bahi_core::{Day, LineKind, LineSide, Money, Reference, looks_like_aadhaar};
use bahi_recon::{
    Batch, Collected, Fault, FoundReference, Instruction, Party, PaymentStatus, Secret,
    StatusLevel, Stretch, Verdict as Verdicts,
    matching::{Answer, AnswerFile, Name, Verdict},
};

use super::{
    lines::{Facts, Head, Maker, Part, Told, with},
    show::ReadOptions,
};

/// The answers of a file as they come.
#[derive(Default)]
pub(super) struct Answers {
    /// Those of the batch that is read.
    waiting: Vec<Instruction>,
    lines: Vec<Told>,
    /// Those that have no day of their own, by their place among the lines.
    undated: Vec<usize>,
    /// What is said of a batch or of the file, where nothing is said of a payment.
    above: Vec<(StatusLevel, Told, Option<Day>)>,
    day: Option<Day>,
    payer: Option<Secret>,
    open: u64,
    unknown: u64,
    /// Whether anything answers: a file that only asks for payments does not.
    any: bool,
}

impl Answers {
    pub(super) fn instruction(&mut self, one: Instruction) {
        self.waiting.push(one);
    }

    /// The batch of the instructions that came.
    pub(super) fn batch(&mut self, maker: &mut Maker<'_>, batch: &Batch) {
        self.payer = self.payer.take().or_else(|| batch.payer.account.clone());
        self.day = self.day.or(batch.day);
        self.instructions(maker, batch.day);
    }

    fn instructions(&mut self, maker: &mut Maker<'_>, day: Option<Day>) {
        let nobody = Party::default();
        for one in std::mem::take(&mut self.waiting) {
            self.any |= one.verdict != Verdicts::Open;
            let Some(kind) = self.kind(one.verdict) else { continue };
            // An Aadhaar number is no account's, and is kept nowhere.
            let party = if one.by_aadhaar { &nobody } else { &one.beneficiary };
            let said = Said {
                kind,
                amount: one.amount.money(),
                references: &one.references,
                reason: one.reason.as_deref(),
                day,
                place: one.place,
            };
            let told = said.told(maker, party, &one.narration);
            self.put(told, day);
        }
    }

    pub(super) fn status(&mut self, maker: &mut Maker<'_>, one: &PaymentStatus) {
        self.any = true;
        if one.level == StatusLevel::File {
            self.day = self.day.or(one.day);
        }
        let of_payment = one.level == StatusLevel::Payment;
        let failed = one.verdict == Verdicts::Failed;
        if !of_payment && !failed {
            return;
        }
        let kind = if of_payment { self.kind(one.verdict) } else { Some(LineKind::AnswerFailed) };
        let Some(kind) = kind else { return };
        let said = Said {
            kind,
            amount: one.amount.and_then(|amount| amount.money()),
            references: &one.references,
            reason: one.reasons.first().map(String::as_str),
            day: one.day,
            place: one.place,
        };
        let told = said.told(maker, &Party::default(), &Secret::default());
        if of_payment {
            self.put(told, one.day);
        } else {
            self.above.push((one.level, told, one.day));
        }
    }

    /// The kind of line that a verdict makes; what makes none is counted.
    fn kind(&mut self, verdict: Verdicts) -> Option<LineKind> {
        match verdict {
            Verdicts::Paid => Some(LineKind::AnswerPaid),
            Verdicts::Failed => Some(LineKind::AnswerFailed),
            Verdicts::Open | Verdicts::Accepted => {
                self.open += 1;
                None
            }
            Verdicts::Unknown => {
                self.unknown += 1;
                None
            }
        }
    }

    fn put(&mut self, told: Told, day: Option<Day>) {
        if day.is_none() {
            self.undated.push(self.lines.len());
        }
        self.lines.push(told);
    }

    /// All of them as one part of the file; none where the file answers nothing. What says nothing of
    /// its day is of the file's, or of the day stated for it.
    pub(super) fn part(
        mut self,
        maker: &mut Maker<'_>,
        parts: usize,
        stated: Option<Day>,
    ) -> Option<Part> {
        // Those of a batch that has no end.
        self.instructions(maker, None);
        self.day = self.day.or(stated);
        if !self.any {
            return None;
        }
        if self.lines.is_empty() && self.open + self.unknown == 0 {
            // A whole file or batch that failed: the lowest level that speaks.
            let level = self.above.iter().map(|(level, ..)| *level).max();
            for (of, told, day) in std::mem::take(&mut self.above) {
                if Some(of) == level {
                    self.put(told, day);
                }
            }
        }
        for place in &self.undated {
            let line = &mut self.lines[*place].line;
            let day = self.day.unwrap_or(Day::MIN);
            (line.booked, line.value) = (day, day);
        }
        let undated = self.day.is_none() && !self.undated.is_empty();
        let days = |pick: fn(Day, Day) -> Day| {
            let all = self.lines.iter().map(|told| told.line.booked);
            all.reduce(pick).or(self.day).filter(|_| !undated)
        };
        let head = Head {
            number: u32::try_from(parts + 1).unwrap_or(u32::MAX),
            answers: true,
            account: self.payer.clone(),
            days: (days(Day::min), days(Day::max)),
            balances: (None, None),
        };
        Some(Part { head, lines: self.lines, set_aside: self.unknown, unbooked: self.open })
    }
}

/// One answer.
struct Said<'a> {
    kind: LineKind,
    amount: Option<Money>,
    references: &'a [FoundReference],
    reason: Option<&'a str>,
    day: Option<Day>,
    place: Stretch,
}

impl Said<'_> {
    fn told(&self, maker: &mut Maker<'_>, party: &Party, narration: &Secret) -> Told {
        let day = self.day.unwrap_or(Day::MIN);
        let facts = Facts {
            amount: self.amount.unwrap_or(Money::ZERO),
            side: LineSide::Debit,
            days: (day, day),
            place: self.place,
        };
        let line = maker.line(&facts, self.references.iter(), party);
        let line = with(line, self.kind, self.reason, |_| {});
        Told { line, texts: maker.texts([narration, &Secret::default()], party) }
    }
}

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

fn verdict(told: Verdicts) -> Option<Verdict> {
    match told {
        Verdicts::Paid => Some(Verdict::Paid),
        Verdicts::Failed => Some(Verdict::Failed),
        Verdicts::Open | Verdicts::Accepted | Verdicts::Unknown => None,
    }
}

fn names(found: &[FoundReference]) -> Vec<Name> {
    let sound = |name: &Name| !looks_like_aadhaar(name.text.as_str());
    found.iter().filter_map(Name::found).filter(sound).collect()
}

fn code(text: &str) -> Option<Reference> {
    Reference::new(text).ok().filter(|code| !looks_like_aadhaar(code.as_str()))
}
