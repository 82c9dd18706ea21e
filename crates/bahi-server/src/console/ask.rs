//! What a page is asked: the time, the unit, the language, and what the page is narrowed to.
//!
//! # Invariants
//! * An address says all there is to say: the console keeps nothing about who looks.
//! * Every text is bounded and becomes a typed value, or the page says which part it could not read.
//! * Links carry time, unit and language on; what narrows one page is not carried to another.

use bahi::{
    CheckId, Filter, Severity, View,
    core::{Day, District, FinancialYear, HeadName, Instant, Position, SchemeName},
};
use serde::Deserialize;

use super::{
    watch::{Age, Place, State, Which},
    words::{Lang, Words},
};

/// The longest value of a parameter, in bytes.
pub(super) const VALUE_BYTES_MAX: usize = 200;

/// What amounts are shown in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Unit {
    /// Rupees and paise.
    Rupees,
    /// Hundred thousands of rupees.
    #[default]
    Lakh,
    /// Ten millions of rupees.
    Crore,
}

impl Unit {
    /// Every unit, in the order they are offered.
    pub(super) const ALL: [Unit; 3] = [Unit::Rupees, Unit::Lakh, Unit::Crore];

    /// Its code in addresses.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Unit::Rupees => "rupees",
            Unit::Lakh => "lakh",
            Unit::Crore => "crore",
        }
    }

    /// Its name.
    pub(super) const fn name(self, words: Words) -> &'static str {
        match self {
            Unit::Rupees => words.rupees(),
            Unit::Lakh => words.lakh(),
            Unit::Crore => words.crore(),
        }
    }
}

/// The parameters of an address as they were typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    as_of: String,
    known_on: String,
    unit: String,
    lang: String,
    scheme: String,
    district: String,
    fy: String,
    head: String,
    before: String,
    since: String,
    pile: String,
    age: String,
    statement: String,
    after: String,
    check: String,
    severity: String,
    q: String,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Ask {
    /// The day by which events count; the present where absent.
    pub(super) as_of: Option<Day>,
    /// The moment by which they were known.
    pub(super) known_on: Option<Instant>,
    /// That moment as it was typed.
    known_on_typed: String,
    /// What amounts are shown in.
    pub(super) unit: Unit,
    /// The language of labels.
    pub(super) lang: Lang,
    /// What figures are made of.
    pub(super) filter: Filter,
    /// Before which position a list goes on.
    pub(super) before: Option<Position>,
    /// The day from which figures are told.
    pub(super) since: Option<Day>,
    /// Which lines of statements.
    pub(super) lines: Which,
    /// One test's findings.
    pub(super) check: Option<CheckId>,
    /// Findings of one severity.
    pub(super) severity: Option<Severity>,
    /// What is searched for.
    pub(super) words_sought: String,
}

/// Which parameter could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unreadable(pub(super) &'static str);

/// The value of a parameter; nothing where it is empty.
fn read<T>(
    name: &'static str,
    typed: &str,
    value: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Unreadable> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.len() > VALUE_BYTES_MAX {
        return Err(Unreadable(name));
    }
    value(typed).map(Some).ok_or(Unreadable(name))
}

/// A severity by its stable name.
fn severity(name: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Lead].into_iter().find(|it| it.name() == name)
}

/// A district by its code, by `pool`, or by its name.
fn district(text: &str) -> Option<District> {
    let named = || bahi::rulebook::districts::by_name(text).map(|entry| entry.code);
    District::parse(text).or_else(named)
}

impl Ask {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Unreadable`] with the first parameter that has no meaning.
    pub(super) fn of(typed: &Typed) -> Result<Ask, Unreadable> {
        let unit = |text: &str| Unit::ALL.into_iter().find(|unit| unit.code() == text);
        let number = |text: &str| text.parse().ok().map(Position);
        let any = |text: &str| Some(text.to_owned());
        Ok(Ask {
            lang: read("lang", &typed.lang, Lang::from_code)?.unwrap_or_default(),
            unit: read("unit", &typed.unit, unit)?.unwrap_or_default(),
            as_of: read("as_of", &typed.as_of, |text| Day::parse(text).ok())?,
            known_on: read("known_on", &typed.known_on, |text| Instant::parse(text).ok())?,
            known_on_typed: typed.known_on.trim().to_owned(),
            filter: Filter {
                scheme: read("scheme", &typed.scheme, |text| SchemeName::new(text).ok())?,
                district: read("district", &typed.district, district)?,
                fy: read("fy", &typed.fy, |text| FinancialYear::parse(text).ok())?,
                head: read("head", &typed.head, |text| HeadName::new(text).ok())?,
            },
            before: read("before", &typed.before, number)?,
            since: read("since", &typed.since, |text| Day::parse(text).ok())?,
            lines: Which {
                pile: read("pile", &typed.pile, State::from_name)?,
                age: read("age", &typed.age, Age::from_name)?,
                statement: read("statement", &typed.statement, number)?,
                after: read("after", &typed.after, Place::parse)?,
            },
            check: read("check", &typed.check, CheckId::parse)?,
            severity: read("severity", &typed.severity, severity)?,
            words_sought: read("q", &typed.q, any)?.unwrap_or_default(),
        })
    }

    /// The labels in the language asked for.
    pub(super) const fn words(&self) -> Words {
        Words(self.lang)
    }

    /// The past asked about.
    pub(super) const fn view(&self) -> View {
        View { as_of: self.as_of, known_on: self.known_on, at: None }
    }

    /// Whether a past is asked about.
    pub(super) const fn is_past(&self) -> bool {
        self.as_of.is_some() || self.known_on.is_some()
    }

    /// The day typed for the moment known, as the field of a form has it.
    pub(super) fn known_day(&self) -> Option<Day> {
        self.known_on.map(Instant::day)
    }

    /// What every page is asked alike, as parameters.
    pub(super) fn everywhere(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(day) = self.as_of {
            pairs.push(("as_of", day.to_string()));
        }
        if self.known_on.is_some() {
            pairs.push(("known_on", self.known_on_typed.clone()));
        }
        if self.unit != Unit::default() {
            pairs.push(("unit", self.unit.code().to_owned()));
        }
        if self.lang != Lang::default() {
            pairs.push(("lang", self.lang.code().to_owned()));
        }
        pairs
    }

    /// What this page is narrowed to, as parameters.
    pub(super) fn here(&self) -> Vec<(&'static str, String)> {
        let mut pairs = filter_pairs(&self.filter);
        if let Some(since) = self.since {
            pairs.push(("since", since.to_string()));
        }
        pairs.extend(self.lines.pairs());
        if let Some(check) = self.check {
            pairs.push(("check", check.to_string()));
        }
        if let Some(severity) = self.severity {
            pairs.push(("severity", severity.name().to_owned()));
        }
        if !self.words_sought.is_empty() {
            pairs.push(("q", self.words_sought.clone()));
        }
        pairs
    }

    /// The address of a page at the same time, in the same unit and language.
    pub(super) fn link(&self, path: &str, more: &[(&'static str, String)]) -> String {
        let everywhere = self.everywhere();
        address(path, more.iter().chain(&everywhere))
    }

    /// The address of this page with other settings.
    pub(super) fn here_with(&self, path: &str, change: impl FnOnce(&mut Ask)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.link(path, &other.here())
    }

    /// With the present in place of any past.
    pub(super) fn rest_at_present(&mut self) {
        self.as_of = None;
        self.known_on = None;
        self.known_on_typed.clear();
    }

    /// With another moment known, as a day.
    pub(super) fn known_by(&mut self, day: Day) {
        self.known_on = Some(day.end());
        self.known_on_typed = day.to_string();
    }
}

/// A filter as parameters.
pub(super) fn filter_pairs(filter: &Filter) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    let mut put = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
    put("scheme", filter.scheme.as_ref().map(ToString::to_string));
    put("district", filter.district.map(|district| district.to_string()));
    put("fy", filter.fy.map(|fy| fy.to_string()));
    put("head", filter.head.as_ref().map(ToString::to_string));
    pairs
}

/// A path with parameters.
fn address<'a>(path: &str, pairs: impl Iterator<Item = &'a (&'static str, String)>) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in pairs.enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// Writes a text so that it may stand in any part of an address.
pub(super) fn encode(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    //! Addresses that are read, written, and refused.

    use super::*;

    fn typed(change: impl FnOnce(&mut Typed)) -> Typed {
        let mut typed = Typed::default();
        change(&mut typed);
        typed
    }

    #[test]
    fn what_has_no_meaning_is_named_and_nothing_is_guessed() {
        type Change = fn(&mut Typed);
        let cases: &[(&str, Change)] = &[
            ("as_of", |it| it.as_of = "2024-13-01".into()),
            ("as_of", |it| it.as_of = "yesterday".into()),
            ("known_on", |it| it.known_on = "2024-06-10T99:00".into()),
            ("unit", |it| it.unit = "dollars".into()),
            ("lang", |it| it.lang = "fr".into()),
            ("scheme", |it| it.scheme = "नई योजना".into()),
            ("scheme", |it| it.scheme = "x".repeat(65)),
            ("district", |it| it.district = "Atlantis".into()),
            ("fy", |it| it.fy = "2024-26".into()),
            ("before", |it| it.before = "-1".into()),
            ("before", |it| it.before = "99999999999999999999".into()),
            ("since", |it| it.since = "2024-02-30".into()),
            ("pile", |it| it.pile = "closed".into()),
            ("age", |it| it.age = "31".into()),
            ("statement", |it| it.statement = "first".into()),
            ("after", |it| it.after = "2024-04-02:7".into()),
            ("after", |it| it.after = "2024-04-02:7:8:9".into()),
            ("check", |it| it.check = "X99".into()),
            ("severity", |it| it.severity = "fatal".into()),
            ("q", |it| it.q = "q".repeat(VALUE_BYTES_MAX + 1)),
        ];
        for (name, change) in cases {
            assert_eq!(Ask::of(&typed(change)), Err(Unreadable(name)), "{name}");
        }
    }

    #[test]
    fn a_link_says_the_time_unit_and_language_again_and_only_its_own_narrowing() {
        let ask = Ask::of(&typed(|it| {
            it.as_of = "2024-03-31".into();
            it.known_on = "2024-06-10T12:00:00+05:30".into();
            it.unit = "crore".into();
            it.lang = "hi".into();
            it.scheme = "margin-money".into();
            it.q = "a&b=<c>".into();
        }));
        let ask = ask.expect("it can be read");
        let link = ask.link("/x", &[("fy", "2024-25".into())]);
        let time = "as_of=2024-03-31&known_on=2024-06-10T12%3A00%3A00%2B05%3A30&unit=crore&lang=hi";
        assert_eq!(link, format!("/x?fy=2024-25&{time}"));
        let here = ask.here_with("/x", Ask::rest_at_present);
        assert_eq!(here, "/x?scheme=margin-money&q=a%26b%3D%3Cc%3E&unit=crore&lang=hi");
        assert_eq!(Ask::default().link("/", &[]), "/");
    }

    #[test]
    fn a_district_is_known_by_code_name_and_hindi_name() {
        for text in ["187", "varanasi", " Varanasi ", "वाराणसी"] {
            let ask = Ask::of(&typed(|it| it.district = text.into())).expect("a district");
            assert_eq!(ask.filter.district, Some(District(187)), "{text}");
        }
    }
}
