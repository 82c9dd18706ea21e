//! Words of narrations that are references this ledger gave: which of a line's it is named by.
//!
//! # Invariants
//! * What is taken out of a narration is a word that the ledger held before the file: nothing of a person
//!   comes into the log by it.
//! * A word counts whole and as it stands. Where a narration has another that is written like it and that
//!   the ledger does not hold, none is taken: it may be about that.
//! * What is taken depends on the file and on what stood before it, so that the same file again says the
//!   same.
//!
//! # Not here
//! Which words may be looked at: `bahi-recon`. What a name in a narration proves: its matching.

use std::collections::{BTreeMap, BTreeSet};

use bahi_core::{Event, NameKind, NameMark, REFERENCES_MAX, Recorded, Reference, WordNo};
use bahi_recon::{
    FileMark, Payer, PaymentForm, Secret, make_of, matching::FOUND_CHARS_MIN, words_of,
};

use super::lines::{Part, Told};
use crate::{Ledger, payments::word_of};

/// The most references of the ledger that one narration may have and still be taken at its word.
const NAMED_MAX: usize = 4;

/// The words of a line's narrations.
pub(super) fn words(narrations: [&Secret; 2]) -> Vec<Box<str>> {
    let found = narrations.into_iter().flat_map(|text| words_of(text.reveal()));
    let found: BTreeSet<&str> = found.collect();
    found.into_iter().map(Box::from).collect()
}

/// The references of a ledger that words of a file are.
pub(super) struct Known {
    /// The words that are looked for, with what they name where the ledger holds them.
    words: BTreeMap<Box<str>, Option<NameKind>>,
    /// How payment files are recorded.
    forms: [(PaymentForm, Option<WordNo>); 2],
    files: u32,
}

impl Known {
    /// Nothing yet, of the words of a file.
    pub(super) fn of(parts: &[Part], forms: [(PaymentForm, Option<WordNo>); 2]) -> Known {
        let words = parts.iter().flat_map(|part| &part.lines).flat_map(|told| &told.words);
        let long = words.filter(|word| word.len() >= FOUND_CHARS_MIN);
        let words = long.map(|word| (word.clone(), None)).collect();
        Known { words, forms, files: 0 }
    }

    /// By which words the ledger's events say that a file of payments was made.
    pub(super) fn forms(ledger: &Ledger) -> [(PaymentForm, Option<WordNo>); 2] {
        PaymentForm::ALL.map(|form| (form, ledger.names().word_no(word_of(form))))
    }

    /// Learns what an event is called.
    pub(super) fn take(&mut self, recorded: &Recorded) {
        if let Event::Exported(one) = &recorded.event {
            let form = self.forms.iter().find(|(_, word)| *word == Some(one.what));
            let Some((form, _)) = form.copied() else { return };
            self.files = self.files.saturating_add(1);
            let mark = FileMark { number: self.files, day: recorded.envelope.effective_day };
            // What e-Kuber calls a file needs the payer's description, and stands in a field.
            let name = Payer::message(None, form, mark);
            if let Some(named) = name.and_then(|name| self.words.get_mut(name.as_str())) {
                *named = Some(NameKind::Batch);
            }
        } else if let Some(reference) = reference(&recorded.event)
            && let Some(named) = self.words.get_mut(reference.as_str())
            && reference.as_str().bytes().any(|byte| byte.is_ascii_alphabetic())
        {
            *named = Some(NameKind::Own);
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
