//! Words of narrations that are references this ledger gave: which of a line's it is named by.
//!
//! # Invariants
//! * What is taken out of a narration is a word that the ledger held before the file: nothing of a person
//!   comes into the log by it.
//! * A word counts whole and as it stands. Where a narration has another that is written like it and that
//!   the ledger does not hold, none is taken: it may be about that.
//! * What is taken depends on the file and on what stood before it, so that the same file again says the
//!   same.
//! * What e-Kuber calls a payment, its batch and its file follows from the log where it keeps the codes of
//!   that file; a payer's description given beside is not asked.
//!
//! # Not here
//! Which words may be looked at: `bahi-recon`. What a name in a narration proves: its matching.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bahi_core::{
    Event, Exported, NameKind, NameMark, PaymentMode, Position, REFERENCES_MAX, Recorded,
    Reference, WordNo,
};
use bahi_recon::{
    EkuberCodes, FileMark, Payer, PaymentForm, Secret, make_of, matching::FOUND_CHARS_MIN, words_of,
};

use super::lines::{Part, Told};
use crate::{
    Ledger,
    payments::{CODES, IN_FILE, due::service, word_of},
};

/// The most references of the ledger that one narration may have and still be taken at its word.
const NAMED_MAX: usize = 4;

/// The words of a line's narrations.
pub(super) fn words(narrations: [&Secret; 2]) -> Vec<Box<str>> {
    let found = narrations.into_iter().flat_map(|text| words_of(text.reveal()));
    let found: BTreeSet<&str> = found.collect();
    found.into_iter().map(Box::from).collect()
}

/// The digits in a row, of the twenty that one has, without which no word is an identification of e-Kuber's:
/// those of a payment, of a batch and of a message.
const EKUBER_DIGITS_MIN: usize = 16;

/// By which words a ledger's events say what payment files hold.
pub(super) struct Forms {
    files: [(PaymentForm, Option<WordNo>); 2],
    in_file: Option<WordNo>,
    codes: HashMap<WordNo, EkuberCodes>,
}

/// The references of a ledger that words of a file are.
pub(super) struct Known {
    /// The words that are looked for, with what they name where the ledger holds them.
    words: BTreeMap<Box<str>, Option<NameKind>>,
    forms: Forms,
    /// How many payment files there are.
    files: u32,
    /// Whether a word is looked for that e-Kuber's files could have; what follows is kept only then.
    of_ekuber: bool,
    /// How payments go.
    modes: HashMap<Position, PaymentMode>,
    /// Payments by their place in files that are told next.
    places: BTreeMap<[u8; 32], BTreeMap<u64, Position>>,
    codes: BTreeMap<[u8; 32], EkuberCodes>,
}

impl Known {
    /// Nothing yet, of the words of a file.
    pub(super) fn of(parts: &[Part], forms: Forms) -> Known {
        let words = parts.iter().flat_map(|part| &part.lines).flat_map(|told| &told.words);
        let long = words.filter(|word| word.len() >= FOUND_CHARS_MIN);
        let words: BTreeMap<Box<str>, Option<NameKind>> =
            long.map(|word| (word.clone(), None)).collect();
        let numbered = |word: &str| {
            let mut runs = word.split(|c: char| !c.is_ascii_digit());
            runs.any(|run| run.len() >= EKUBER_DIGITS_MIN)
        };
        let of_ekuber = words.keys().any(|word| numbered(word)) && !forms.codes.is_empty();
        Known {
            words,
            forms,
            files: 0,
            of_ekuber,
            modes: HashMap::new(),
            places: BTreeMap::new(),
            codes: BTreeMap::new(),
        }
    }

    /// By which words the ledger's events say that a file of payments was made.
    pub(super) fn forms(ledger: &Ledger) -> Forms {
        let names = ledger.names();
        let files = PaymentForm::ALL.map(|form| (form, names.word_no(word_of(form))));
        let words = (1_u32..).map(WordNo).map_while(|no| Some((no, names.word(no)?)));
        let codes = words.filter_map(|(no, word)| {
            let codes = word.as_str().strip_prefix(CODES).and_then(EkuberCodes::parse);
            codes.map(|codes| (no, codes))
        });
        Forms { files, in_file: names.word_no(IN_FILE), codes: codes.collect() }
    }

    /// Learns what an event is called.
    pub(super) fn take(&mut self, recorded: &Recorded) {
        if let Event::Disbursed(one) = &recorded.event
            && self.of_ekuber
        {
            self.modes.insert(recorded.position, one.mode);
        }
        if let Event::Exported(one) = &recorded.event {
            self.exported(one, recorded);
        } else if let Some(reference) = reference(&recorded.event)
            && reference.as_str().bytes().any(|byte| byte.is_ascii_alphabetic())
        {
            self.is(reference.as_str(), NameKind::Own);
        }
    }

    /// A word names something of the ledger.
    fn is(&mut self, word: &str, kind: NameKind) {
        if let Some(named) = self.words.get_mut(word) {
            *named = Some(kind);
        }
    }

    /// Learns what a payment file calls itself, its batches and its payments: the event that says it was
    /// made comes behind those that say what it holds.
    fn exported(&mut self, one: &Exported, recorded: &Recorded) {
        if self.forms.in_file == Some(one.what) && self.of_ekuber {
            self.places.entry(one.digest).or_default().insert(one.rows, one.upto);
        } else if let Some(codes) = self.forms.codes.get(&one.what).filter(|_| self.of_ekuber) {
            self.codes.insert(one.digest, codes.clone());
        }
        let form = self.forms.files.iter().find(|(_, word)| *word == Some(one.what));
        let Some((form, _)) = form.copied() else { return };
        self.files = self.files.saturating_add(1);
        let mark = FileMark { number: self.files, day: recorded.envelope.effective_day };
        if let Some(message) = Payer::message(None, form, mark) {
            self.is(&message, NameKind::Batch);
        }
        let payments = self.places.remove(&one.digest).unwrap_or_default();
        let Some(codes) = self.codes.remove(&one.digest) else { return };
        if form != PaymentForm::Ekuber {
            return;
        }
        self.is(&codes.message(mark), NameKind::Batch);
        let numbered = |position: &Position| {
            let mode = self.modes.get(position)?;
            Some((position.0, service(*mode)?))
        };
        let numbered: Option<Vec<_>> = payments.values().map(numbered).collect();
        for called in codes.called(mark, &numbered.unwrap_or_default()) {
            self.is(&called.end_to_end, NameKind::Own);
            self.is(&called.batch, NameKind::Batch);
        }
    }

    /// Names lines by what stands beside them.
    pub(super) fn name(&self, lines: &mut [Told]) {
        lines.iter_mut().for_each(|told| told.found = self.name_one(told));
    }

    fn name_one(&self, told: &mut Told) -> Found {
        let words = std::mem::take(&mut told.words);
        let of = |word: &str| self.words.get(word).copied().flatten();
        let known: Vec<(&str, NameKind)> =
            words.iter().filter_map(|word| Some((&**word, of(word)?))).collect();
        if known.is_empty() {
            return Found::Nothing;
        }
        let makes: BTreeSet<String> = known.iter().map(|(word, _)| make_of(word)).collect();
        let like = |word: &str| of(word).is_none() && makes.contains(&make_of(word));
        if known.len() > NAMED_MAX || words.iter().any(|word| like(word)) {
            return Found::Unclear;
        }
        let several = known.len() > 1;
        let back = told.back.take().filter(|(_, word)| !several && *known[0].0 == **word);
        if let Some((kind, _)) = back {
            told.is_back(kind);
        }
        let line = &mut told.line;
        let Some(particulars) = &mut line.particulars else { return Found::Nothing };
        let marks = std::mem::take(&mut particulars.names);
        let mut names: BTreeSet<(NameKind, bool, Reference)> = marks
            .into_iter()
            .zip(std::mem::take(&mut line.references))
            .map(|(mark, text)| (mark.kind, mark.narrated, text))
            .collect();
        let mut added = false;
        for (word, kind) in known {
            let held = names.iter().any(|(.., text)| text.as_str() == word);
            let text = Reference::new(word).ok().filter(|_| !held);
            added |= text.is_some();
            names.extend(text.map(|text| (kind, true, text)));
        }
        for (kind, narrated, text) in names.into_iter().take(REFERENCES_MAX) {
            line.references.push(text);
            particulars.names.push(NameMark { kind, narrated });
        }
        match (several, added) {
            (true, _) => Found::Unclear,
            (false, true) => Found::Named,
            // A field of its own says so already.
            (false, false) => Found::Nothing,
        }
    }
}

/// What the words beside a line came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Found {
    /// None of them is a reference of the ledger.
    #[default]
    Nothing,
    /// One is.
    Named,
    /// Several are, or another is written like one. Two that are stand with the line, so that nothing is
    /// taken for either.
    Unclear,
}

/// Whether a name of a line was taken out of a narration because the ledger holds it.
pub(super) const fn is_taken(mark: NameMark) -> bool {
    mark.narrated && matches!(mark.kind, NameKind::Own | NameKind::Batch)
}

/// What somebody called an event whose money stands on an account.
fn reference(event: &Event) -> Option<&Reference> {
    if let Event::Disbursed(one) = event {
        Some(&one.reference)
    } else if let Event::Recovered(one) = event {
        Some(&one.reference)
    } else if let Event::MovedToSuspense(one) = event {
        Some(&one.reference)
    } else if let Event::InterestEarned(one) = event {
        Some(&one.reference)
    } else if let Event::InterestRemitted(one) = event {
        Some(&one.reference)
    } else {
        None
    }
}
