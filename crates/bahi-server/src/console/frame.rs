//! What stands around every answer: where one is, the time asked about, and what it rests on.
//!
//! # Invariants
//! * Position, root and both times stand on every page.
//! * The axes of time begin where the ledger does and end with what it last learned.

use bahi::{
    Basis, By, Error, Filter, Ledger, View,
    core::{Day, FinancialYear, Instant},
};

use super::{
    ask::{Ask, Unit},
    figures, paths,
    words::{Lang, Words},
};

/// The most ends of years that are offered.
const YEARS_MAX: usize = 12;

/// Which part of the console a page is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    /// Everything at a glance.
    Overview,
    /// Schemes.
    Schemes,
    /// Districts.
    Districts,
    /// Cases.
    Cases,
    /// What the auditor's tests find.
    Findings,
    /// Statements and what they match.
    Reconciliation,
    /// Search.
    Search,
    /// None of them.
    Elsewhere,
}

/// What the ledger says around an answer.
#[derive(Clone, Debug)]
pub(super) struct Around {
    /// What the answer rests on.
    pub(super) basis: Basis,
    /// When the first event was recorded.
    first_known: Instant,
    /// When the last was.
    last_known: Instant,
    /// The earliest year of a fund.
    first_year: Option<FinancialYear>,
}

impl Around {
    /// Of a ledger, for a view of it.
    ///
    /// # Errors
    /// Those of [`Ledger::basis`].
    pub(super) fn of(ledger: &Ledger, view: View) -> Result<Around, Error> {
        let basis = ledger.basis(view)?;
        let last_known = ledger.last_recorded_at();
        let first_known = if ledger.position().is_none() {
            last_known
        } else {
            ledger.event(bahi::core::Position(1))?.recorded_at
        };
        let by = By { fy: true, ..By::default() };
        let years = ledger.balances(by, &Filter::default(), View::NOW)?;
        let first_year = years.rows.iter().filter_map(|row| row.fy).min();
        Ok(Around { basis, first_known, last_known, first_year })
    }

    /// The first and the last day on which events may be asked to count.
    pub(super) fn days(&self) -> (Day, Day) {
        let last = self.last_known.day();
        let first = self.first_year.map_or(last, FinancialYear::first_day);
        (first.min(self.first_known.day()), last.max(self.basis.as_of.unwrap_or(last)))
    }

    /// The day that ages are counted to.
    pub(super) fn aged_on(&self) -> Day {
        self.basis.as_of.unwrap_or_else(|| self.basis.known_on.day())
    }
}

/// A link that may be the one one stands on.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What it says.
    pub(super) name: String,
    /// Where it leads.
    pub(super) href: String,
    /// Whether one is there.
    pub(super) current: bool,
    /// The language it is in.
    pub(super) lang: &'static str,
}

/// An axis of time, as a form shows it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The day chosen; empty for the present.
    pub(super) day: String,
    /// The first day, and as a number.
    pub(super) from: Day,
    /// The last day, and as a number.
    pub(super) to: Day,
    /// Where the slider stands.
    pub(super) at: i32,
    /// Links to ends of years.
    pub(super) ends: Vec<Choice>,
}

/// What stands around an answer, ready to be written.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The labels.
    pub(super) w: Words,
    /// The title of the page.
    pub(super) title: String,
    /// The ledger's name.
    pub(super) ledger: String,
    /// Whether its clock is a simulated one.
    pub(super) simulated: bool,
    /// This page's path.
    pub(super) path: String,
    /// The parts of the console.
    pub(super) nav: Vec<Choice>,
    /// Units of amounts.
    pub(super) units: Vec<Choice>,
    /// Languages.
    pub(super) langs: Vec<Choice>,
    /// What the form says beside its two days.
    pub(super) hidden: Vec<(&'static str, String)>,
    /// The axis of effective days; none on a page that could not be answered.
    pub(super) as_of: Option<Axis>,
    /// The axis of moments.
    pub(super) known_on: Option<Axis>,
    /// The same page at present.
    pub(super) present: String,
    /// Whether a past is shown.
    pub(super) past: bool,
    /// The position; empty on a page that could not be answered.
    pub(super) position: String,
    /// The root.
    pub(super) root: String,
    /// The day that bounds what counts, in words.
    pub(super) as_of_text: String,
    /// The moment known, in words.
    pub(super) known_on_text: String,
    /// What is typed into the search field.
    pub(super) sought: String,
    /// What amounts are shown in.
    pub(super) unit: &'static str,
    /// Whether a session can be ended.
    pub(super) signed_in: bool,
}

impl Frame {
    /// The code of the labels' language.
    pub(super) fn lang(&self) -> &'static str {
        self.w.0.code()
    }

    /// A frame around an answer.
    pub(super) fn new(
        title: impl Into<String>,
        section: Section,
        path: impl Into<String>,
        ask: &Ask,
        around: &Around,
        (ledger, simulated): (&str, bool),
    ) -> Frame {
        let mut frame = Frame::bare(title, section, path, ask, (ledger, simulated));
        let basis = &around.basis;
        frame.position = figures::count(basis.position.0);
        frame.root = basis.root.to_string();
        frame.known_on_text = figures::moment(basis.known_on, ask.lang);
        if let Some(day) = basis.as_of {
            frame.as_of_text = figures::day(day, ask.lang);
        }
        let (from, to) = around.days();
        let (learned, last) = (around.first_known.day(), around.last_known.day());
        let path = frame.path.as_str();
        let end = |day: Day, current: bool, change: &dyn Fn(&mut Ask)| Choice {
            name: FinancialYear::of(day).to_string(),
            href: ask.here_with(path, |it| change(it)),
            current,
            lang: ask.lang.code(),
        };
        let ends_of = |from: Day, to: Day| ends_of_years(from, to).into_iter();
        let as_of = ends_of(from, to)
            .map(|day| end(day, ask.as_of == Some(day), &|it: &mut Ask| it.as_of = Some(day)));
        let known_on = ends_of(learned, last)
            .map(|day| end(day, ask.known_day() == Some(day), &|it: &mut Ask| it.known_by(day)));
        let axis = |day: Option<Day>, from: Day, to: Day, ends: Vec<Choice>| Axis {
            day: day.map(|day| day.to_string()).unwrap_or_default(),
            from,
            to,
            at: day.unwrap_or(to).epoch_days(),
            ends,
        };
        let (as_of, known_on) = (as_of.collect(), known_on.collect());
        frame.as_of = Some(axis(ask.as_of, from, to, as_of));
        frame.known_on = Some(axis(ask.known_day(), learned, last, known_on));
        frame
    }

    /// A frame around words alone: nothing is said of the ledger's state.
    pub(super) fn bare(
        title: impl Into<String>,
        section: Section,
        path: impl Into<String>,
        ask: &Ask,
        (ledger, simulated): (&str, bool),
    ) -> Frame {
        let (w, path) = (ask.words(), path.into());
        let unit = |unit: Unit| Choice {
            name: unit.name(w).to_owned(),
            href: ask.here_with(&path, |it| it.unit = unit),
            current: ask.unit == unit,
            lang: ask.lang.code(),
        };
        let lang = |lang: Lang| Choice {
            name: lang.name().to_owned(),
            href: ask.here_with(&path, |it| it.lang = lang),
            current: ask.lang == lang,
            lang: lang.code(),
        };
        let timeless = |name: &str| name != "as_of" && name != "known_on";
        let all = ask.here().into_iter().chain(ask.everywhere());
        Frame {
            w,
            title: title.into(),
            ledger: ledger.to_owned(),
            simulated,
            nav: nav(ask, section),
            units: Unit::ALL.map(unit).to_vec(),
            langs: Lang::ALL.map(lang).to_vec(),
            hidden: all.filter(|(name, _)| timeless(name)).collect(),
            as_of: None,
            known_on: None,
            present: ask.here_with(&path, Ask::rest_at_present),
            past: ask.is_past(),
            position: String::new(),
            root: String::new(),
            as_of_text: w.everything().to_owned(),
            known_on_text: String::new(),
            sought: ask.words_sought.clone(),
            unit: ask.unit.name(w),
            signed_in: false,
            path,
        }
    }
}

fn nav(ask: &Ask, section: Section) -> Vec<Choice> {
    let w = ask.words();
    let parts = [
        (Section::Overview, w.overview(), paths::OVERVIEW),
        (Section::Schemes, w.schemes(), paths::SCHEMES),
        (Section::Districts, w.districts(), paths::DISTRICTS),
        (Section::Cases, w.cases(), paths::CASES),
        (Section::Findings, w.findings(), paths::FINDINGS),
        (Section::Reconciliation, w.reconciliation(), paths::RECONCILIATION),
        (Section::Search, w.search(), paths::SEARCH),
    ];
    let choice = |(part, name, path): (Section, &str, &str)| Choice {
        name: name.to_owned(),
        href: ask.link(path, &[]),
        current: part == section,
        lang: ask.lang.code(),
    };
    parts.map(choice).to_vec()
}

/// The last days of the financial years that end within two days, the latest of them.
fn ends_of_years(from: Day, to: Day) -> Vec<Day> {
    let first = FinancialYear::of(from).first();
    let last = FinancialYear::of(to).first();
    let ends = (first..=last).rev().filter_map(FinancialYear::from_first);
    let mut ends: Vec<Day> = ends
        .map(FinancialYear::last_day)
        .filter(|day| *day >= from && *day <= to)
        .take(YEARS_MAX)
        .collect();
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    //! Ends of years within bounds.

    use super::*;

    #[test]
    fn the_ends_of_years_are_the_latest_within_the_axis() {
        let day = |text| Day::parse(text).expect("a day");
        let ends = |from, to| ends_of_years(day(from), day(to));
        assert_eq!(ends("2019-04-01", "2021-03-30"), [day("2020-03-31")]);
        assert_eq!(ends("2020-03-31", "2021-03-31"), [day("2020-03-31"), day("2021-03-31")]);
        assert_eq!(ends("2020-04-01", "2020-05-01"), []);
        assert_eq!(ends("1990-01-01", "2024-01-01").len(), YEARS_MAX);
        assert_eq!(ends("1990-01-01", "2024-01-01").last(), Some(&day("2023-03-31")));
    }
}
