//! Samples that neither side can pick: drawn from the log's own root and a nonce the auditor brings.
//!
//! # Invariants
//! * The same view, filter, drawing and nonce give the same sample, on the ledger, on a backup of it,
//!   and by any other program that does what `docs/SAMPLING.md` says.
//! * Everything that the draw rests on is in the answer.
//!
//! # Not here
//! What an auditor's tests find: `audit`.

mod draw;
mod population;

use std::{collections::BTreeSet, sync::Arc};

use bahi_balances::Filter;
use bahi_core::{CaseRef, District, FinancialYear, Position, SchemeName, Total};
use bahi_json::{SampleAnswer, SampledItem, StratumAnswer};
use bahi_proof::Hash;

use crate::{Basis, Error, Ledger, View, press::Press};
use population::{Population, Unit};

#[cfg(feature = "papers")]
pub(crate) use draw::DOMAIN;
pub use draw::{Drawing, Drawn, SampleItem, Stratum, draw, seed};

/// The most items that one sample is asked for.
pub const SAMPLE_ITEMS_MAX: u32 = 1_000_000;

/// A text that the auditor brings: from 8 to 64 printable ASCII characters without a blank. It is
/// settled before the root is known, or else whoever brings it picks the sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nonce(String);

impl Nonce {
    /// A nonce from its text; `None` where it is too short, too long, or holds anything else.
    #[must_use]
    pub fn new(text: &str) -> Option<Nonce> {
        let length = (8..=64).contains(&text.len());
        (length && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Nonce(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SampleOf {
    /// Cases, each worth what was granted to it and stands.
    Cases,
    /// Payments that neither came back nor were taken back, each worth its amount.
    Payments,
}

impl SampleOf {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SampleOf::Cases => "cases",
            SampleOf::Payments => "payments",
        }
    }
}

/// How much is drawn, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// So many, each as likely as any other.
    Simple {
        /// How many.
        size: u32,
    },
    /// So many over strata, at least one of each.
    Stratified {
        /// How many.
        size: u32,
        /// What makes a stratum.
        by: Strata,
    },
    /// By money: the interval is what the items are worth, divided by how many are wanted.
    Monetary {
        /// About how many.
        size: u32,
    },
    /// By money with an interval of the auditor's.
    MonetaryBy {
        /// The money from one selected paisa to the next.
        interval: Total,
    },
}

impl Method {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Method::Simple { .. } => "simple",
            Method::Stratified { .. } => "stratified",
            Method::Monetary { .. } | Method::MonetaryBy { .. } => "monetary",
        }
    }

    /// How it is drawn from a population worth so much.
    fn drawing(self, worth: Total) -> Drawing {
        match self {
            Method::Simple { size } => Drawing::Simple { size },
            Method::Stratified { size, .. } => Drawing::Stratified { size },
            Method::Monetary { size } => {
                let interval = worth.paise() / i128::from(size.max(1));
                Drawing::Monetary { interval: Total::from_paise(interval.max(1)) }
            }
            Method::MonetaryBy { interval } => Drawing::Monetary { interval },
        }
    }
}

/// What makes a stratum; with none of them there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Strata {
    /// Each scheme.
    pub scheme: bool,
    /// Each district.
    pub district: bool,
    /// Each financial year of the fund.
    pub fy: bool,
}

/// What sample is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampleOptions {
    /// The past.
    pub view: View,
    /// The funds whose cases or payments are drawn from.
    pub filter: Filter,
    /// What is drawn from.
    pub of: SampleOf,
    /// How much, and how.
    pub method: Method,
    /// The auditor's nonce.
    pub nonce: Nonce,
}

/// A sample and everything it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// What was asked for.
    pub options: SampleOptions,
    /// What it rests on.
    pub basis: Basis,
    /// The seed.
    pub seed: Hash,
    /// Everything that was drawn from, in order of position, by number from 0.
    pub frame: Vec<SampleItem>,
    /// What was drawn.
    pub drawn: Drawn,
    /// The interval of a monetary sample.
    pub interval: Option<Total>,
    /// What is known of each item drawn, in order.
    pub items: Vec<Sampled>,
}

/// An item that was drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sampled {
    /// Its number in the frame, from 1.
    pub number: u64,
    /// Where it begins in the log.
    pub position: Position,
    /// Its case.
    pub case_ref: Option<CaseRef>,
    /// Its scheme.
    pub scheme: Option<SchemeName>,
    /// Its district.
    pub district: District,
    /// The year of its fund; absent for a case that nothing was granted to.
    pub fy: Option<FinancialYear>,
    /// What it is worth.
    pub amount: Total,
    /// How often it was hit; above one in a monetary sample alone.
    pub hits: u64,
}

impl Ledger {
    /// Draws a sample of the cases or payments of a view.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    ///
    /// ```
    /// use bahi::{Filter, Method, Nonce, SampleOf, SampleOptions, View};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// let options = SampleOptions {
    ///     view: View::NOW,
    ///     filter: Filter::default(),
    ///     of: SampleOf::Payments,
    ///     method: Method::Monetary { size: 60 },
    ///     nonce: Nonce::new("AG-UP/2025/letter-114").expect("a nonce"),
    /// };
    /// let sample = ledger.sample(&options)?;
    /// assert_eq!(sample.basis.position, ledger.position());
    /// assert!(sample.items.is_empty(), "nobody was paid");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sample(&self, options: &SampleOptions) -> Result<Sample, Error> {
        self.press().sample(options)
    }
}

impl Press<'_> {
    /// As [`Ledger::sample`] says.
    pub(crate) fn sample(&self, options: &SampleOptions) -> Result<Sample, Error> {
        let basis = self.basis(options.view)?;
        let mut population = Population::of(options.of);
        for recorded in self.events(Position(1), basis.position) {
            let recorded = recorded?;
            if options.view.counts(recorded.envelope.effective_day) {
                population.apply(&recorded);
            }
        }
        let units = self.chosen(population, &options.filter);
        let frame = self.frame(&units, options.method);
        let worth = Total::from_paise(frame.iter().map(|item| item.amount.paise()).sum());
        let drawing = options.method.drawing(worth);
        let seed = seed(&basis.root, basis.position.next().0, options.nonce.as_str());
        let drawn = draw(&frame, &seed, drawing);
        let mut items = Vec::with_capacity(drawn.numbers.len());
        for (number, hits) in &drawn.numbers {
            if let Some(unit) = units.get(*number) {
                items.push(self.sampled((*number, *hits), unit)?);
            }
        }
        let interval = match drawing {
            Drawing::Monetary { interval } => Some(interval),
            Drawing::Simple { .. } | Drawing::Stratified { .. } => None,
        };
        let options = options.clone();
        Ok(Sample { options, basis, seed, frame, drawn, interval, items })
    }

    fn sampled(&self, (number, hits): (usize, u64), unit: &Unit) -> Result<Sampled, Error> {
        Ok(Sampled {
            number: number as u64 + 1,
            position: unit.position,
            case_ref: self.folded.case_ref(unit.case)?,
            scheme: self.names().scheme(unit.fund.scheme).cloned(),
            district: unit.fund.district,
            fy: year(unit),
            amount: unit.amount(),
            hits,
        })
    }

    /// What a filter takes of the population, in order of position.
    fn chosen(&self, population: Population, filter: &Filter) -> Vec<Unit> {
        let mut units = population.into_units();
        units.retain(|unit| {
            let known = year(unit).is_some() || (filter.fy.is_none() && filter.head.is_none());
            known && filter.takes(&unit.fund, self.names())
        });
        units
    }

    /// The items of the units, each in its stratum.
    fn frame(&self, units: &[Unit], method: Method) -> Vec<SampleItem> {
        let by = match method {
            Method::Stratified { by, .. } => by,
            Method::Simple { .. } | Method::Monetary { .. } | Method::MonetaryBy { .. } => {
                Strata::default()
            }
        };
        let mut strata: BTreeSet<Arc<str>> = BTreeSet::new();
        let item = |unit: &Unit| {
            let name = self.stratum(unit, by);
            let stratum = strata.get(name.as_str()).cloned().unwrap_or_else(|| {
                let name: Arc<str> = name.into();
                strata.insert(Arc::clone(&name));
                name
            });
            SampleItem { position: unit.position, amount: unit.amount(), stratum }
        };
        units.iter().map(item).collect()
    }

    fn stratum(&self, unit: &Unit, by: Strata) -> String {
        let scheme = || self.names().scheme(unit.fund.scheme).map(ToString::to_string);
        let fy = || year(unit).map_or_else(|| "none".to_owned(), |fy| fy.to_string());
        let parts = [
            by.scheme.then(|| format!("scheme={}", scheme().unwrap_or_default())),
            by.district.then(|| format!("district={}", unit.fund.district)),
            by.fy.then(|| format!("fy={}", fy())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The year of a unit's fund; none before it has one.
fn year(unit: &Unit) -> Option<FinancialYear> {
    (!unit.fund.head.is_none()).then_some(unit.fund.fy)
}

impl Sample {
    /// What everything that was drawn from is worth.
    #[must_use]
    pub fn worth(&self) -> Total {
        Total::from_paise(self.frame.iter().map(|item| item.amount.paise()).sum())
    }

    /// What the items drawn are worth.
    #[must_use]
    pub fn drawn_worth(&self) -> Total {
        Total::from_paise(self.items.iter().map(|item| item.amount.paise()).sum())
    }

    /// The JSON shape.
    #[must_use]
    pub fn answer(&self) -> SampleAnswer {
        let item = |item: &Sampled| SampledItem {
            number: item.number,
            position: item.position.0,
            case_ref: item.case_ref.as_ref().map(ToString::to_string),
            scheme: item.scheme.as_ref().map(ToString::to_string),
            district: item.district.to_string(),
            fy: item.fy.map(|fy| fy.to_string()),
            amount: item.amount.to_string(),
            hits: item.hits,
        };
        let stratum = |one: &Stratum| StratumAnswer {
            stratum: one.name.clone(),
            items: one.items,
            amount: one.amount.to_string(),
            drawn: one.drawn,
        };
        SampleAnswer {
            position: self.basis.position.0,
            root: self.basis.root.to_string(),
            records: self.basis.position.next().0,
            as_of: self.basis.as_of.map(|day| day.to_string()),
            known_on: self.basis.known_on.to_string(),
            nonce: self.options.nonce.as_str().to_owned(),
            seed: self.seed.to_string(),
            of: self.options.of.name().to_owned(),
            method: self.options.method.name().to_owned(),
            population: self.frame.len() as u64,
            population_amount: self.worth().to_string(),
            interval: self.interval.map(|interval| interval.to_string()),
            start: self.drawn.start.map(|start| start.to_string()),
            drawn: self.items.len() as u64,
            drawn_amount: self.drawn_worth().to_string(),
            strata: self.drawn.strata.iter().map(stratum).collect(),
            items: self.items.iter().map(item).collect(),
        }
    }
}
