//! A history to look at: cases in the shape of the published figures, the same for the same seed.
//!
//! Counts by district and year, the split over cost slabs and the bunching at round amounts follow
//! the published list; 15.5 % of credits fail, as in audits of Indian benefit transfers. Everything
//! about a person is made up: fingerprints are drawn, never taken from anybody.
//!
//! # Invariants
//! * The same number of cases and the same seed submit the same commands in the same order.
//! * Nothing enters but by `submit_each`, on a simulated clock.

mod draw;
mod life;

use std::collections::BTreeMap;

use bahi_core::{AccountKey, CaseRef, Command, Day, Instant, Money, Position, Total};

use bahi_wire::LedgerName;

use crate::{Error, Ledger, NewLedger, Outcome};
use draw::Draw;
use life::{Life, Step};

/// How large a history, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demo {
    /// Margin-money cases; the published list has 11,608.
    pub cases: u32,
    /// The seed of everything drawn.
    pub seed: u64,
}

impl Default for Demo {
    fn default() -> Demo {
        Demo { cases: 11_608, seed: 2_018 }
    }
}

/// The most margin-money cases of one demonstration.
pub const DEMO_CASES_MAX: u32 = 5_000_000;

/// What a demonstration came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Story {
    /// Cases of every scheme.
    pub cases: usize,
    /// Commands submitted.
    pub commands: u64,
    /// Commands the rules refused, each with its evidence.
    pub refused: u64,
    /// Credits instructed.
    pub payments: u64,
    /// Credits that came back.
    pub returns: u64,
    /// A case with a failed credit, a re-issue and an audit: one to follow.
    pub example: Option<CaseRef>,
    /// The account that eleven cases were paid into.
    pub shared_account: Option<AccountKey>,
}

/// The moment a demonstration's clock begins at.
#[must_use]
pub fn beginning() -> Instant {
    Day::from_date(2018, 1, 25).unwrap_or(Day::MIN).at_second(9 * 3_600)
}

/// The commands of a demonstration, in order: submitted to a new ledger that has the rulebook,
/// they live the same history again. For benchmarks and tests.
///
/// # Errors
/// Those of [`run`], on a ledger in memory.
pub fn commands(demo: Demo) -> Result<Vec<Command>, Error> {
    let name = LedgerName::new("demonstration").map_err(|_| Error::Bug("a name of a ledger"))?;
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new)?;
    ledger.open_rulebook().map_err(|_| Error::Bug("the rulebook does not open"))?;
    let mut commands = Vec::new();
    live(&mut ledger, demo, &mut |batch| commands.extend_from_slice(batch), &mut |_| {})?;
    Ok(commands)
}

/// Lives a whole history on a ledger that has the ODOP rulebook and a simulated clock.
///
/// `progress` is given the position reached.
///
/// # Errors
/// [`Error::ClockIsReal`]; those of [`Ledger::submit_each`].
pub fn run(
    ledger: &mut Ledger,
    demo: Demo,
    progress: &mut dyn FnMut(Position),
) -> Result<Story, Error> {
    live(ledger, demo, &mut |_| {}, progress)
}

fn live(
    ledger: &mut Ledger,
    demo: Demo,
    submitted: &mut dyn FnMut(&[Command]),
    progress: &mut dyn FnMut(Position),
) -> Result<Story, Error> {
    let mut draw = Draw::new(demo.seed);
    let mut lives = life::margin_money(demo.cases.min(DEMO_CASES_MAX), &mut draw);
    lives.extend(life::other_schemes(demo.cases, &mut draw));
    let mut agenda: BTreeMap<Day, Vec<Step>> = BTreeMap::new();
    for (day, allotment) in life::allotments(&lives) {
        agenda.entry(day).or_default().push(allotment);
    }
    for (index, life) in lives.iter().enumerate() {
        agenda.entry(life.applied_on).or_default().push(Step::Apply(index));
    }
    let mut story = Story { cases: lives.len(), ..Story::default() };
    story.shared_account = lives.iter().find(|life| life.shares_account).map(|life| life.account);
    while let Some((last, steps)) = next_steps(&mut agenda) {
        let now = last.at_second(18 * 3_600).max(ledger.last_recorded_at());
        ledger.set_clock(now)?;
        let commands: Vec<_> =
            steps.iter().map(|(day, step)| step.command(*day, &lives, demo.seed)).collect();
        submitted(&commands);
        let outcomes = ledger.submit_each(&commands)?;
        story.commands += commands.len() as u64;
        for ((day, step), outcome) in steps.iter().zip(outcomes) {
            let position = match outcome {
                Outcome::Accepted(receipt) => receipt.position,
                Outcome::Refused(_) | Outcome::TooLarge(_) => {
                    story.refused += 1;
                    continue;
                }
            };
            count(step, &mut story);
            for (next_day, next) in step.follow(*day, position, &mut lives) {
                agenda.entry(next_day).or_default().push(next);
            }
        }
        progress(ledger.position());
    }
    story.example = example(&lives);
    Ok(story)
}

/// How many days of work the offices hand in together. Nothing follows sooner on what is handed in.
const DAYS_TOGETHER: i32 = 3;

/// The steps of the next few days, each with its day, and the last of those days.
fn next_steps(agenda: &mut BTreeMap<Day, Vec<Step>>) -> Option<(Day, Vec<(Day, Step)>)> {
    let (first, _) = agenda.first_key_value()?;
    let last = first.plus_days(DAYS_TOGETHER - 1).unwrap_or(Day::MAX);
    let mut steps = Vec::new();
    while let Some(entry) = agenda.first_entry().filter(|entry| *entry.key() <= last) {
        let day = *entry.key();
        steps.extend(entry.remove().into_iter().map(|step| (day, step)));
    }
    Some((last, steps))
}

fn count(step: &Step, story: &mut Story) {
    match step {
        Step::Pay(_) => story.payments += 1,
        Step::Return(_) => story.returns += 1,
        Step::Allot { .. }
        | Step::Apply(_)
        | Step::Sanction(_)
        | Step::SanctionTooMuch(_)
        | Step::PayTwice(_)
        | Step::Recover(_)
        | Step::Audit(_) => {}
    }
}

/// A case worth following: of Varanasi where there is one; sanctioned, failed once, re-issued,
/// audited.
fn example(lives: &[Life]) -> Option<CaseRef> {
    let full =
        |life: &&Life| life.attempts == 2 && life.failures == 1 && life.audited_after.is_some();
    let varanasi = |life: &&Life| life.district.0 == 187;
    let found = lives.iter().filter(full).find(varanasi).or_else(|| lives.iter().find(full));
    found.or(lives.first()).map(|life| life.case_ref.clone())
}

/// An allotment that covers what will be sanctioned, a twentieth more, up to the next lakh.
fn covering(sanctioned: Total) -> Money {
    let lakh = 10_000_000;
    let wanted = sanctioned.paise() + sanctioned.paise() / 20;
    let lakhs = wanted / lakh + 1;
    Total::from_paise(lakhs * lakh).to_money().unwrap_or(Money::MAX)
}
