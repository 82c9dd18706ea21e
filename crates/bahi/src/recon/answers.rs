//! What treasuries, banks and the clearing answer to payments: as lines of the log, and as what a
//! comparison looks at.
//!
//! # Invariants
//! * What is taken and not yet settled says nothing, and is counted; a word that is not known is left
//!   to a person.
//! * Where a whole batch or file failed, or is paid, and not every payment of it is listed, that is an
//!   answer of its own. It goes by names of batches alone, and no answer about one payment does.

use bahi_core::{Day, LineKind, LineSide, Money, Reference, looks_like_aadhaar};
use bahi_recon::{
    Amount, Batch, Collected, ControlKind, Fault, FoundReference, Instruction, Party,
    PaymentStatus, ReferenceKind, Secret, StatusLevel, Stretch, Verdict as Verdicts,
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
    levels: Levels,
    day: Option<Day>,
    payer: Option<Secret>,
    open: u64,
    unknown: u64,
    /// Whether anything answers: a file that only asks for payments does not.
    any: bool,
}

/// How many payments a file of answers speaks of, in the batch that is read and in all.
#[derive(Default)]
struct Levels {
    in_batch: u64,
    in_file: u64,
    /// Whether a batch failed with payments that are not listed.
    of_batch: bool,
    /// Whether a batch said something else of such payments.
    of_other: bool,
}

impl Levels {
    /// Whether a status says something of payments of which nothing below it does. A batch comes after
    /// its payments, and the file last.
    fn speaks(&mut self, one: &PaymentStatus) -> bool {
        let listed = match one.level {
            StatusLevel::Payment => {
                self.in_batch += 1;
                self.in_file += 1;
                return true;
            }
            StatusLevel::Batch => std::mem::take(&mut self.in_batch),
            StatusLevel::File => self.in_file,
        };
        let count = declared_count(one);
        // Without a count, those listed are taken for all there are.
        let nothing_below = listed == 0 && (one.level == StatusLevel::Batch || !self.of_batch);
        let more = count.is_some_and(|count| count > listed);
        if one.verdict != Verdicts::Failed {
            // Said of a batch, and of its file once more: that is one word.
            let again = one.level == StatusLevel::File && self.of_other;
            let speaks = (nothing_below || more) && !again;
            self.of_other |= speaks;
            return speaks;
        }
        let speaks = nothing_below || more;
        if speaks && one.level == StatusLevel::Batch {
            self.of_batch = true;
            self.in_file += count.unwrap_or(0).saturating_sub(listed);
        }
        speaks
    }
}

fn declared(one: &PaymentStatus, kind: ControlKind) -> Option<i128> {
    one.declared.iter().find(|control| control.kind == kind).map(|control| control.declared)
}

fn declared_count(one: &PaymentStatus) -> Option<u64> {
    declared(one, ControlKind::Count).and_then(|count| u64::try_from(count).ok())
}

/// What a status says a whole batch or file comes to.
fn declared_sum(one: &PaymentStatus) -> Option<Money> {
    let paise = i64::try_from(declared(one, ControlKind::Sum)?).ok()?;
    Money::from_paise(paise).filter(|sum| !sum.is_zero())
}

/// The names of a batch or a file as a status has them; an answer's own name is none.
fn names_of_whole(one: &PaymentStatus) -> Vec<FoundReference> {
    let names = one.references.iter();
    let names = names
        .filter(|name| matches!(name.kind, ReferenceKind::Batch | ReferenceKind::Original))
        .map(|name| FoundReference { kind: ReferenceKind::Batch, ..name.clone() });
    names.collect()
}

/// The names of one payment. What names its batch alone names no payment, and is none of them.
fn names_of_one(found: &[FoundReference]) -> &[FoundReference] {
    let of_batch = |one: &FoundReference| {
        Name::found(one).is_none_or(|name| name.kind == bahi_core::NameKind::Batch)
    };
    if found.iter().all(of_batch) { &[] } else { found }
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
                references: names_of_one(&one.references),
                reason: one.reason.as_deref(),
                day,
                place: one.place,
                count: None,
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
        if !self.levels.speaks(one) {
            return;
        }
        let Some(kind) = self.kind(one.verdict) else { return };
        let whole = one.level != StatusLevel::Payment;
        let names =
            if whole { names_of_whole(one) } else { names_of_one(&one.references).to_vec() };
        let amount = if whole { declared_sum(one) } else { one.amount.and_then(Amount::money) };
        let said = Said {
            kind,
            amount,
            references: &names,
            reason: one.reasons.first().map(String::as_str),
            day: one.day,
            place: one.place,
            count: if whole { declared_count(one) } else { None },
        };
        let told = said.told(maker, &Party::default(), &Secret::default());
        self.put(told, one.day);
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
    /// Of how many payments, where that is said of a whole batch or file.
    count: Option<u64>,
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
        let count = self.count.and_then(|count| u32::try_from(count).ok()).filter(|one| *one > 0);
        let line = with(line, self.kind, self.reason, |told| told.batch = count);
        let texts = maker.texts([narration, &Secret::default()], party);
        Told::new(line, texts, Vec::new())
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
    let mut levels = Levels::default();
    for said in &file.payment_statuses {
        if !levels.speaks(said) {
            continue;
        }
        let Some(verdict) = verdict(said.verdict) else { continue };
        let whole = said.level != StatusLevel::Payment;
        let found = names_of_whole(said);
        let found = if whole { &found[..] } else { names_of_one(&said.references) };
        let amount = if whole { declared_sum(said) } else { said.amount.and_then(Amount::money) };
        answers.push(Answer {
            number: next(answers),
            item: 0,
            names: names(found),
            amount,
            verdict,
            reason: said.reasons.first().and_then(|reason| code(reason)),
            day: said.day.unwrap_or(today),
            whole,
            count: if whole { declared_count(said) } else { None },
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
                names: names(names_of_one(&one.references)),
                amount: one.amount.money(),
                verdict,
                reason: one.reason.as_deref().and_then(code),
                day: batch.batch.day.unwrap_or(today),
                whole: false,
                count: None,
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
