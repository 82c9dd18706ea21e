//! A history to look at: cases in the shape of the published figures, the same for the same seed.
//!
//! Counts by district and year, the split over cost slabs and the bunching at round amounts follow
//! the published list; 15.5 % of credits fail, as in audits of Indian benefit transfers. Everything
//! about a person is made up: fingerprints are drawn, never taken from anybody. Among the drawn cases
//! live a few named ones, by scripts: the [`Tale`]s.
//!
//! # Invariants
//! * The same number of cases and the same seed submit the same commands in the same order.
//! * The stories are the same for every number of cases and every seed.
//! * Nothing enters but by `submit_each`, on a simulated clock.

mod course;
mod draw;
mod life;
mod stories;
#[cfg(feature = "recon")]
mod statements;

use std::collections::BTreeMap;

use bahi_core::{AccountKey, CaseRef, Command, Day, EventKind, Instant, Money, Position, Total};

use bahi_wire::LedgerName;

use crate::{Error, Ledger, NewLedger, Outcome};
use draw::Draw;
use life::{Life, Step};
use stories::{SceneNo, Stage};

#[cfg(feature = "recon")]
pub use statements::{Fate, Month, MonthOfFiles, Shares, Told};
pub use stories::{Look, STORIES_HEAD, Tale, TaleLine, TaleRefusal};

/// How large a history, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demo {
    /// Drawn margin-money cases, from 0; the published list has 11,608.
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
    /// A case with a failed credit, a re-issue and an audit where there is one: one to follow.
    pub example: Option<CaseRef>,
    /// The account that eleven cases were paid into.
    pub shared_account: Option<AccountKey>,
    /// The stories, as they were told.
    pub tales: Vec<Tale>,
}

/// The moment a demonstration's clock begins at.
#[must_use]
pub fn beginning() -> Instant {
    Day::from_date(2018, 1, 25).unwrap_or(Day::MIN).at_second(9 * 3_600)
}

/// The commands of a demonstration's drawn cases that move money or decide about it, in order, without
/// the stories and without the steps of a procedure: submitted to a new ledger that has the rulebook,
/// they are a history by themselves, of some three and a half commands a case. For benchmarks and tests.
///
/// # Errors
/// Those of [`run`], on a ledger in memory.
pub fn commands(demo: Demo) -> Result<Vec<Command>, Error> {
    let name = LedgerName::new("demonstration").map_err(|_| Error::Bug("a name of a ledger"))?;
    let new = NewLedger { name, simulated_from: Some(beginning()) };
    let mut ledger = Ledger::in_memory(&new)?;
    ledger.open_rulebook().map_err(|_| Error::Bug("the rulebook does not open"))?;
    let mut commands = Vec::new();
    let drawn = Living::drawn(demo, false);
    drawn.live(&mut ledger, &mut |batch| commands.extend_from_slice(batch), &mut |_| {})?;
    Ok(commands)
}

/// Lives a whole history on a ledger that has the ODOP rulebook and a simulated clock.
///
/// `progress` is given the position reached.
///
/// # Errors
/// [`Error::ClockIsReal`]; those of [`Ledger::submit_each`]; [`Error::Bug`] with the scene, where a
/// story comes to anything but what its script says.
pub fn run(
    ledger: &mut Ledger,
    demo: Demo,
    progress: &mut dyn FnMut(Position),
) -> Result<Story, Error> {
    let mut living = Living::drawn(demo, true);
    living.tell(stories::stage());
    living.live(ledger, &mut |_| {}, progress)
}

/// What happens next: to a drawn case, or in a story.
enum Next {
    Drawn(Step),
    Told(SceneNo),
}

/// A history that is being lived.
struct Living {
    seed: u64,
    lives: Vec<Life>,
    stage: Option<Stage>,
    agenda: BTreeMap<Day, Vec<Next>>,
    story: Story,
}

impl Living {
    /// The drawn cases, before the first of them applies; with the steps of their procedures or
    /// without.
    fn drawn(demo: Demo, with_steps: bool) -> Living {
        let mut draw = Draw::new(demo.seed);
        let mut lives = life::margin_money(demo.cases.min(DEMO_CASES_MAX), &mut draw);
        lives.extend(life::other_schemes(demo.cases, &mut draw));
        lives.iter_mut().for_each(|life| life.with_steps = with_steps);
        let mut agenda: BTreeMap<Day, Vec<Next>> = BTreeMap::new();
        for (day, allotment) in life::allotments(&lives) {
            agenda.entry(day).or_default().push(Next::Drawn(allotment));
        }
        for (index, life) in lives.iter().enumerate() {
            agenda.entry(life.applied_on).or_default().push(Next::Drawn(Step::Apply(index)));
        }
        Living { seed: demo.seed, lives, stage: None, agenda, story: Story::default() }
    }

    /// Lets stories be told among them.
    fn tell(&mut self, stage: Stage) {
        for (day, scene) in stage.scenes() {
            self.agenda.entry(day).or_default().push(Next::Told(scene));
        }
        self.stage = Some(stage);
    }

    fn live(
        mut self,
        ledger: &mut Ledger,
        submitted: &mut dyn FnMut(&[Command]),
        progress: &mut dyn FnMut(Position),
    ) -> Result<Story, Error> {
        while let Some((last, steps)) = next_steps(&mut self.agenda) {
            let now = last.at_second(18 * 3_600).max(ledger.last_recorded_at());
            ledger.set_clock(now)?;
            let commands: Vec<_> =
                steps.iter().map(|step| self.command(step)).collect::<Result<_, _>>()?;
            submitted(&commands);
            let outcomes = ledger.submit_each(&commands)?;
            self.story.commands += commands.len() as u64;
            for (step, outcome) in steps.iter().zip(outcomes) {
                self.take(step, &outcome, ledger)?;
            }
            progress(ledger.position());
        }
        Ok(self.lived())
    }

    fn command(&self, (day, next): &(Day, Next)) -> Result<Command, Error> {
        match (next, &self.stage) {
            (Next::Drawn(step), _) => Ok(step.command(*day, &self.lives, self.seed)),
            (Next::Told(scene), Some(stage)) => stage.command(*scene),
            (Next::Told(_), None) => Err(Error::Bug("a scene without a stage")),
        }
    }

    fn take(
        &mut self,
        (day, next): &(Day, Next),
        outcome: &Outcome,
        ledger: &Ledger,
    ) -> Result<(), Error> {
        let accepted = match (next, outcome) {
            (Next::Told(scene), outcome) => {
                let stage = self.stage.as_mut().ok_or(Error::Bug("a scene without a stage"))?;
                stage.take(*scene, outcome, ledger)?
            }
            (Next::Drawn(step), Outcome::Accepted(receipt)) => {
                for (next_day, next) in step.follow(*day, receipt.position, &mut self.lives) {
                    self.agenda.entry(next_day).or_default().push(Next::Drawn(next));
                }
                Some(step.becomes())
            }
            (Next::Drawn(_), Outcome::Refused(_) | Outcome::TooLarge(_)) => None,
        };
        match accepted {
            None => self.story.refused += 1,
            Some(EventKind::Disbursed) => self.story.payments += 1,
            Some(EventKind::PaymentReturned) => self.story.returns += 1,
            Some(_) => {}
        }
        Ok(())
    }

    /// What it came to.
    fn lived(self) -> Story {
        let shared_account = self.stage.as_ref().map(|_| stories::one_account());
        let tales = self.stage.map(Stage::into_tales).unwrap_or_default();
        let told = tales.iter().flat_map(|tale| &tale.cases);
        let example = example(&self.lives).or_else(|| stories::example(&tales));
        Story {
            cases: self.lives.len() + told.count(),
            example: example.cloned(),
            shared_account,
            tales,
            ..self.story
        }
    }
}

/// How many days of work the offices hand in together. Nothing follows sooner on what is handed in.
const DAYS_TOGETHER: i32 = 3;

/// The steps of the next few days, each with its day, and the last of those days.
fn next_steps(agenda: &mut BTreeMap<Day, Vec<Next>>) -> Option<(Day, Vec<(Day, Next)>)> {
    let (first, _) = agenda.first_key_value()?;
    let last = first.plus_days(DAYS_TOGETHER - 1).unwrap_or(Day::MAX);
    let mut steps = Vec::new();
    while let Some(entry) = agenda.first_entry().filter(|entry| *entry.key() <= last) {
        let day = *entry.key();
        steps.extend(entry.remove().into_iter().map(|step| (day, step)));
    }
    Some((last, steps))
}

/// A case worth following: of Varanasi where there is one; sanctioned, failed once, re-issued,
/// audited.
fn example(lives: &[Life]) -> Option<&CaseRef> {
    let full =
        |life: &&Life| life.attempts == 2 && life.failures == 1 && life.audited_after.is_some();
    let varanasi = |life: &&Life| life.district.0 == 187;
    let found = lives.iter().filter(full).find(varanasi).or_else(|| lives.iter().find(full));
    found.map(|life| &life.case_ref)
}

/// An allotment that covers what will be sanctioned, a twentieth more, up to the next lakh.
fn covering(sanctioned: Total) -> Money {
    let lakh = 10_000_000;
    let wanted = sanctioned.paise() + sanctioned.paise() / 20;
    let lakhs = wanted / lakh + 1;
    Total::from_paise(lakhs * lakh).to_money().unwrap_or(Money::MAX)
}
