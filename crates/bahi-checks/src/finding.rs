//! What checks find, and where findings are gathered.
//!
//! # Invariants
//! * A finding's id is its check and its first event, and where one event has several findings of a
//!   check, their order: what is recorded later changes no id.
//! * Findings of a check beyond the most that are kept are counted.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::fmt;

use bahi_core::{
    Authority, BarSubject, Day, District, FundKey, Position, SchemeNo, Settlement, Total, Word,
};

use crate::check::{Check, CheckId};

/// The most events and parties that one finding names; it says how many there are.
pub const FINDING_EVENTS_MAX: usize = 32;

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The check.
    pub check: CheckId,
    /// Which finding of its check at its first event, from 1.
    pub ordinal: u32,
    /// The events it rests on, the first of them first; at most [`FINDING_EVENTS_MAX`].
    pub events: Vec<Position>,
    /// How many events it rests on, or how many things were counted.
    pub count: u64,
    /// The case; none where it is about several or none.
    pub case: Position,
    /// The scheme; none where it is about several.
    pub scheme: SchemeNo,
    /// The district; absent where it is about several.
    pub district: Option<District>,
    /// The day it counts from: that of the event that made it a finding.
    pub day: Day,
    /// The money in question; zero where none is.
    pub amount: Total,
    /// Whom it is about, as keys.
    pub parties: Vec<BarSubject>,
    /// The line of the terms, where terms decide.
    pub rule: Option<Word>,
    /// The order: of the terms, else the one the event rests on.
    pub order: Option<Authority>,
    /// What was found, with its figures: a fragment.
    pub detail: String,
    /// The settlement of an audit's finding of this check on this case, where there is one: the event
    /// and what it says. What is about several cases is settled once it is in each, by audits that name
    /// its id; then it is the last of them. What is about no case is settled by an audit of the ledger that
    /// names its id. A settled finding stays.
    pub settled: Option<(Position, Settlement)>,
}

impl Finding {
    /// Its check.
    #[must_use]
    pub fn about(&self) -> &'static Check {
        self.check.check()
    }

    /// Whether it rests on an event before this one, so that an audit there can have found it.
    #[must_use]
    pub fn is_before(&self, position: Position) -> bool {
        self.events.first().is_some_and(|first| *first < position)
    }

    /// Its stable id: `C31-417`, the second at one event `C31-417.2`.
    #[must_use]
    pub fn id(&self) -> FindingId {
        let event = self.events.first().copied().unwrap_or_default();
        FindingId { check: self.check, event, ordinal: self.ordinal }
    }
}

/// What a finding is known by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FindingId {
    /// The check.
    pub check: CheckId,
    /// Its first event.
    pub event: Position,
    /// Which one of the check at that event, from 1.
    pub ordinal: u32,
}

impl FindingId {
    /// The id of a finding from its text: `C31-417`, `C31-417.2`.
    ///
    /// ```
    /// use bahi_checks::FindingId;
    /// let id = FindingId::parse("C31-417.2").expect("an id");
    /// assert_eq!((id.event.0, id.ordinal), (417, 2));
    /// assert_eq!(id.to_string(), "C31-417.2");
    /// assert!(FindingId::parse("C31-417.1").is_none(), "one text for one id");
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<FindingId> {
        let (check, rest) = text.split_once('-')?;
        let check = CheckId::parse(check)?;
        let (event, ordinal) = match rest.split_once('.') {
            Some((event, ordinal)) => (event, u32::try_from(number(ordinal)?).ok()?),
            None => (rest, 1),
        };
        let id = FindingId { check, event: Position(number(event)?), ordinal };
        (rest.contains('.') == (ordinal > 1)).then_some(id)
    }
}

/// A number from 1, in digits, without zeros before it.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.check, self.event)?;
        if self.ordinal > 1 { write!(f, ".{}", self.ordinal) } else { Ok(()) }
    }
}

/// Which findings are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Those of one check.
    pub check: Option<CheckId>,
    /// Those that count from this day or later.
    pub since: Option<Day>,
    /// Those of one district; what is about several districts is left out.
    pub district: Option<District>,
}

impl Wanted {
    fn takes(&self, check: CheckId, day: Day, district: Option<District>) -> bool {
        self.check.is_none_or(|wanted| wanted == check)
            && self.since.is_none_or(|since| day >= since)
            && self.district.is_none_or(|wanted| district == Some(wanted))
    }
}

/// Everything that was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// The findings kept, in order of id.
    pub kept: Vec<Finding>,
    /// How many there are of each check that found something, kept or not.
    pub counts: BTreeMap<CheckId, u64>,
}

impl Findings {
    /// How many there are, kept or not.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The findings kept of one check.
    pub fn of(&self, check: CheckId) -> impl Iterator<Item = &Finding> {
        self.kept.iter().filter(move |finding| finding.check == check)
    }
}

/// Where and when something was found, before it is told whether anybody wants it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub event: Position,
    pub case: Position,
    pub scheme: SchemeNo,
    pub district: Option<District>,
    pub day: Day,
}

impl Place {
    pub(crate) const fn of(event: Position, case: Position, fund: FundKey, day: Day) -> Place {
        Place { event, case, scheme: fund.scheme, district: Some(fund.district), day }
    }
}

/// A number and what it counts, as a detail says it: 1 day, 31 days.
pub(crate) fn counted(number: impl fmt::Display, one: &str) -> String {
    let number = format!("{number}");
    let many = if number == "1" { "" } else { "s" };
    format!("{number} {one}{many}")
}

/// A finding at a place, with nothing told of it yet.
pub(crate) fn found(check: u8, place: Place, detail: String) -> Finding {
    Finding {
        check: CheckId::of(check),
        ordinal: 1,
        events: Vec::from([place.event]),
        count: 1,
        case: place.case,
        scheme: place.scheme,
        district: place.district,
        day: place.day,
        amount: Total::ZERO,
        parties: Vec::new(),
        rule: None,
        order: None,
        detail,
        settled: None,
    }
}

/// Gathers findings up to the most that are kept of each check.
pub(crate) struct Gather {
    wanted: Wanted,
    kept_max: usize,
    findings: Findings,
    kept: BTreeMap<CheckId, usize>,
}

impl Gather {
    pub(crate) fn new(wanted: Wanted, kept_max: usize) -> Gather {
        Gather { wanted, kept_max, findings: Findings::default(), kept: BTreeMap::new() }
    }

    /// Whether a check is worth a pass at all.
    pub(crate) fn asks(&self, check: u8) -> bool {
        self.wanted.check.is_none_or(|wanted| wanted.number() == check)
    }

    /// Takes a finding; `tell` is asked only where it is kept.
    pub(crate) fn take(&mut self, check: u8, place: Place, tell: impl FnOnce() -> Finding) {
        let id = CheckId::of(check);
        if !self.wanted.takes(id, place.day, place.district) {
            return;
        }
        *self.findings.counts.entry(id).or_default() += 1;
        let kept = self.kept.entry(id).or_default();
        if *kept < self.kept_max {
            *kept += 1;
            let mut finding = tell();
            finding.events.truncate(FINDING_EVENTS_MAX);
            finding.parties.truncate(FINDING_EVENTS_MAX);
            self.findings.kept.push(finding);
        }
    }

    /// Everything gathered, in order of id.
    pub(crate) fn finish(self) -> Findings {
        let mut findings = self.findings;
        findings.kept.sort_by(|left, right| {
            let key = |one: &Finding| (one.check, one.events.first().copied());
            key(left).cmp(&key(right)).then_with(|| left.detail.cmp(&right.detail))
        });
        let mut before: Option<FindingId> = None;
        for finding in &mut findings.kept {
            let id = finding.id();
            finding.ordinal = match before {
                Some(last) if (last.check, last.event) == (id.check, id.event) => last.ordinal + 1,
                Some(_) | None => 1,
            };
            before = Some(finding.id());
        }
        findings
    }
}
