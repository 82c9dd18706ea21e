//! The fold: every event once, in order.
//!
//! # Invariants
//! * An event is looked at before it is remembered, so that it is no milestone of its own.
//! * No two events are compared by anything but positions, keys, days and amounts.
//!
//! # Not here
//! What shows only when all events are known: `end`.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};
use core::hash::BuildHasher as _;

use bahi_core::{
    AccountKey, ActorNo, Day, EventKind, FinancialYear, FundKey, Instant, Names, PersonKey, Places,
    Position, Projection, Recorded, Rows, SchemeNo, Settlement, StockMove, Subject, Terms, WordNo,
    looks_like_aadhaar,
};
use foldhash::fast::{FixedState, RandomState};
use hashbrown::{HashMap, HashSet};

use crate::{
    check::CheckId,
    end,
    finding::{Finding, FindingId, Findings, Gather, Place, Wanted, found},
    memory::{Case, Payment, Statement, Store, Version},
    parameters::Parameters,
    transfers::Transfers,
};

mod cases;

mod sanctions;

mod payments;

mod books;

pub(crate) use cases::iso;
pub(crate) use sanctions::check_of_code;

type Map<K, V> = HashMap<K, V, RandomState>;

/// Where a position is looked for.
fn hash_of(position: Position) -> u64 {
    FixedState::default().hash_one(position)
}

/// Every test of the catalogue over a ledger's events.
///
/// ```
/// use bahi_checks::{Audit, Wanted};
/// use bahi_core::Day;
/// let audit = Audit::default();
/// let findings = audit.findings(Day::parse("2025-03-31")?, Wanted::default());
/// assert_eq!(findings.total(), 0);
/// # Ok::<(), bahi_core::TimeError>(())
/// ```
#[derive(Default)]
pub struct Audit {
    pub(crate) parameters: Parameters,
    pub(crate) names: Names,
    pub(crate) versions: Vec<Version>,
    pub(crate) cases: Rows<Case>,
    case_at: Places,
    pub(crate) payments: Rows<Payment>,
    payment_at: Places,
    pub(crate) funds: BTreeMap<FundKey, FundBook>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) stores: BTreeMap<Store, Stored>,
    moves: Map<Position, (Store, StockMove, u32)>,
    /// Accounts and persons whose money came back for good, with the return.
    stopped_accounts: Map<AccountKey, Position>,
    stopped_persons: Map<PersonKey, Position>,
    transfers: Transfers,
    /// Steps as gates name them.
    subjects: Map<WordNo, Subject>,
    /// The numbers of the facts that state an age and a category, once they are known.
    age: WordNo,
    category: WordNo,
    heads_seen: HashSet<u16, RandomState>,
    pub(crate) late_records: BTreeMap<(ActorNo, FinancialYear), LateRecords>,
    pub(crate) without_steps: BTreeMap<FundKey, Group>,
    audited: Map<Position, Vec<WordNo>>,
    settled: Map<(Position, CheckId), Vec<Settled>>,
    /// Findings about several cases or about none, by id, as audits took them up.
    taken_up: Map<FindingId, Vec<TakenUp>>,
    matched: Map<Position, Vec<(usize, usize)>>,
    reversed: HashSet<Position, RandomState>,
    notes: Vec<Finding>,
    position: Position,
    last: Option<Instant>,
}

/// How an audit's finding of a check on a case was settled.
struct Settled {
    /// The `Audited` that found it: what comes after it is another matter.
    audit: Position,
    /// The settlement.
    by: Position,
    how: Settlement,
}

/// A finding about several cases or about none, taken up in one of them or in the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenUp {
    /// The case; none where the audit is of the ledger.
    pub case: Position,
    /// The `Audited` that names the finding by its id.
    pub audit: Position,
    /// Which of that audit's findings it is, from 1.
    pub finding: u16,
    /// The settlement that stands, and what it says.
    pub settled: Option<(Position, Settlement)>,
}

/// What a fund was given and what was granted from it.
#[derive(Default)]
pub(crate) struct FundBook {
    available: i128,
    /// Whether the fund is beyond its budget, so that it is found once.
    beyond: bool,
    pub(crate) interest: i128,
    pub(crate) last_interest: Position,
    pub(crate) last_interest_on: Option<Day>,
}

/// Things in a store.
#[derive(Default)]
pub(crate) struct Stored {
    pub(crate) here: i128,
    pub(crate) last_in: Position,
    pub(crate) last_in_on: Option<Day>,
}

/// What an actor recorded long after it counts, in one year of recording.
pub(crate) struct LateRecords {
    pub(crate) events: Vec<Position>,
    pub(crate) count: u64,
    pub(crate) worst: u32,
    pub(crate) day: Day,
}

/// Cases that have one thing in common.
pub(crate) struct Group {
    pub(crate) events: Vec<Position>,
    pub(crate) cases: HashSet<Position, RandomState>,
    pub(crate) amount: i128,
    pub(crate) day: Day,
}

/// Whether what a check finds of several cases is about each of them: they share an account, a person, a
/// family, a line of a statement, or lack the same steps. Other findings without a case are about a scheme, a
/// fund, a statement, a store or an actor, and name a few events of these to look at.
const fn is_about_cases(check: CheckId) -> bool {
    matches!(check.number(), 2 | 31 | 33 | 65 | 85)
}

impl Projection for Audit {
    fn apply(&mut self, recorded: &Recorded) {
        self.place_in_line(recorded);
        self.take_names(recorded);
        self.look_at_texts(recorded);
        self.look_at_recording(recorded);
        self.take(recorded);
        self.take_amount(recorded);
    }
}

impl Audit {
    /// An audit by other thresholds.
    #[must_use]
    pub fn with(parameters: Parameters) -> Audit {
        Audit { parameters, ..Audit::default() }
    }

    /// Passes over an event that does not count as of the day of the audit: only its place in the log
    /// and the names it introduces are taken.
    pub fn leave_out(&mut self, recorded: &Recorded) {
        self.place_in_line(recorded);
        self.take_names(recorded);
    }

    fn take_names(&mut self, recorded: &Recorded) {
        for introduction in &recorded.envelope.introduced {
            self.names.introduce(introduction);
        }
        if !recorded.envelope.introduced.is_empty() {
            let number = |name| self.names.word_no(name).unwrap_or_default();
            self.age = number(self.parameters.age_fact);
            self.category = number(self.parameters.category_fact);
        }
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// What the tests find as of the end of a day.
    #[must_use]
    pub fn findings(&self, as_of: Day, wanted: Wanted) -> Findings {
        let mut gather = Gather::new(wanted, self.parameters.kept_max);
        for note in &self.notes {
            let trigger = note.events.first().copied().unwrap_or_default();
            if !self.reversed.contains(&trigger) {
                let place = Place {
                    event: trigger,
                    case: note.case,
                    scheme: note.scheme,
                    district: note.district,
                    day: note.day,
                };
                gather.take(note.check.number(), place, || note.clone());
            }
        }
        end::look(self, as_of, &mut gather);
        let mut findings = gather.finish();
        for finding in &mut findings.kept {
            if finding.case.is_none() {
                let in_ledger = self.settled_in_ledger(finding);
                finding.settled = in_ledger.max(self.settled_in_each(finding));
                continue;
            }
            let settled = self.settled.get(&(finding.case, finding.check)).into_iter().flatten();
            let mut of_it = settled.filter(|one| finding.is_before(one.audit));
            finding.settled = of_it.next_back().map(|one| (one.by, one.how));
        }
        findings
    }

    /// The audits that took up a finding about several cases or about none, in order of the log.
    #[must_use]
    pub fn taken_up(&self, id: FindingId) -> &[TakenUp] {
        self.taken_up.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The cases in which a finding is taken up, in order: its own, or those whose applications, sanctions
    /// or payments it names. Empty where it is about a scheme, a fund, a statement, a store or whoever
    /// records, and so about no case: it is taken up in the ledger.
    #[must_use]
    pub fn cases_of(&self, finding: &Finding) -> Vec<Position> {
        if !finding.case.is_none() {
            return Vec::from([finding.case]);
        }
        if !is_about_cases(finding.check) {
            return Vec::new();
        }
        self.cases_named(&finding.events).into_iter().collect()
    }

    /// The last settlement of a finding about no case, by an audit of the ledger that names its id.
    fn settled_in_ledger(&self, finding: &Finding) -> Option<(Position, Settlement)> {
        let taken_up = self.taken_up(finding.id()).iter();
        let of_ledger = taken_up.filter(|one| one.case.is_none() && finding.is_before(one.audit));
        let settled = of_ledger.filter_map(|one| one.settled).max()?;
        self.cases_of(finding).is_empty().then_some(settled)
    }

    /// The last settlement of a finding about several cases, once it is settled in each of them.
    fn settled_in_each(&self, finding: &Finding) -> Option<(Position, Settlement)> {
        let taken_up = self.taken_up.get(&finding.id())?;
        let in_case = |case: &Position| {
            let of_it = taken_up.iter().filter(|one| one.case == *case);
            of_it.filter_map(|one| one.settled).max()
        };
        let cases = self.cases_named(&finding.events);
        let each: Option<Vec<(Position, Settlement)>> = cases.iter().map(in_case).collect();
        each?.into_iter().max()
    }

    /// The cases that events are of, as far as they are applications, sanctions or payments.
    fn cases_named(&self, events: &[Position]) -> BTreeSet<Position> {
        let mut cases = BTreeSet::new();
        let mut others = BTreeSet::new();
        for event in events {
            let paid = self.payment(*event).map(|number| self.payments[number].case as usize);
            match self.case_no(*event).or(paid) {
                Some(case) => cases.insert(self.cases[case].first),
                None => others.insert(*event),
            };
        }
        if !others.is_empty() {
            let granted = |case: &&Case| case.grants.iter().any(|it| others.contains(&it.position));
            cases.extend(self.cases.iter().filter(granted).map(|case| case.first));
        }
        cases
    }

    /// C06: events without gap, instants that never fall.
    fn place_in_line(&mut self, recorded: &Recorded) {
        let expected = self.position.next();
        if recorded.position != expected {
            let at = recorded.position;
            self.note(recorded, 6, format!("event {at} stands where {expected} was to come"));
        }
        if self.last.is_some_and(|last| recorded.recorded_at < last) {
            self.note(recorded, 6, "recorded before the event before it".into());
        }
        self.position = recorded.position;
        self.last = Some(recorded.recorded_at);
    }

    /// C05: what is recorded long after it counts.
    fn look_at_recording(&mut self, recorded: &Recorded) {
        let days = recorded.envelope.effective_day.back_dated_days(recorded.recorded_at);
        // Terms of years ago are how a ledger begins; once there are cases they are another matter.
        let begins = self.cases.is_empty()
            && matches!(recorded.event.kind(), EventKind::SchemeOpened | EventKind::TermsChanged);
        if begins || days <= self.parameters.back_dated_days {
            return;
        }
        let day = recorded.recorded_at.day();
        let key = (recorded.envelope.actor, FinancialYear::of(day));
        let late = self.late_records.entry(key).or_insert_with(|| LateRecords {
            events: Vec::new(),
            count: 0,
            worst: 0,
            day,
        });
        late.count += 1;
        late.worst = late.worst.max(days);
        late.day = day;
        if late.events.len() < crate::FINDING_EVENTS_MAX {
            late.events.push(recorded.position);
        }
    }

    /// C38: texts that look like Aadhaar numbers.
    fn look_at_texts(&mut self, recorded: &Recorded) {
        let introduced = recorded.envelope.introduced.iter().any(|one| match one {
            bahi_core::Introduction::Scheme(name) => looks_like_aadhaar(name.as_str()),
            bahi_core::Introduction::Head(name) => looks_like_aadhaar(name.as_str()),
            bahi_core::Introduction::Actor(name) => looks_like_aadhaar(name.as_str()),
            bahi_core::Introduction::Authority(order) => looks_like_aadhaar(order.order.as_str()),
            bahi_core::Introduction::Word(word) => looks_like_aadhaar(word.as_str()),
        });
        let referred = books::any_text(&recorded.event, looks_like_aadhaar);
        if introduced || referred {
            self.note(
                recorded,
                38,
                "a text of this event has the form of an Aadhaar number".into(),
            );
        }
    }

    /// Notes a finding at an event.
    pub(crate) fn note(&mut self, recorded: &Recorded, check: u8, detail: String) -> &mut Finding {
        let envelope = &recorded.envelope;
        let place =
            Place::of(recorded.position, envelope.case, envelope.fund, envelope.effective_day);
        let mut finding = found(check, place, detail);
        finding.amount = envelope.amount.into();
        finding.order = self.names.authority(envelope.authority).cloned();
        if let Some(case) = self.case_no(envelope.case) {
            finding.parties = self.cases[case].parties();
            finding.scheme = self.cases[case].fund.scheme;
            finding.district = Some(self.cases[case].fund.district);
        }
        self.notes.push(finding);
        let last = self.notes.len() - 1;
        &mut self.notes[last]
    }

    /// The number of a case, by the position of its `Applied`.
    pub(crate) fn case_no(&self, first: Position) -> Option<usize> {
        let is = |number: u32| self.cases[number as usize].first == first;
        self.case_at.find(hash_of(first), is).map(|number| number as usize)
    }

    /// Terms by version; those in force on the day where none is named.
    pub(crate) fn terms(&self, scheme: SchemeNo, version: u16, day: Day) -> Option<&Terms> {
        let mut of = self.versions.iter().filter(|one| one.scheme == scheme);
        let found = if version > 0 {
            of.find(|one| one.number == version)
        } else {
            of.rev().find(|one| one.terms.in_force_on(day))
        };
        found.map(|one| &one.terms)
    }
}
