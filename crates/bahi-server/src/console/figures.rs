//! Amounts, days and counts for a person's eye, and the figures that open what is behind them.
//!
//! # Invariants
//! * Amounts are whole paise until they are text; in lakh and crore they are rounded, half away
//!   from nothing, and the exact amount stands beside.
//! * A figure that is not zero links to the events it is the sum of.

use bahi::{
    Column, Filter,
    core::{Columns, Day, Instant, Total},
};

use super::{
    ask::{Ask, Unit, filter_pairs},
    paths,
    words::{Lang, Words},
};

/// An amount in a unit, grouped the Indian way, with two places.
pub(super) fn amount(total: Total, unit: Unit) -> String {
    let hundredth: i128 = match unit {
        Unit::Rupees => return total.grouped(),
        Unit::Lakh => 100_000,
        Unit::Crore => 10_000_000,
    };
    let paise = total.paise();
    let half = if paise < 0 { -hundredth / 2 } else { hundredth / 2 };
    Total::from_paise((paise + half) / hundredth).grouped()
}

/// A count, grouped the Indian way.
pub(super) fn count(number: u64) -> String {
    let grouped = Total::from_paise(i128::from(number) * 100).grouped();
    grouped.strip_suffix(".00").unwrap_or(&grouped).to_owned()
}

/// A day as people write it: `10 Jun 2024`.
pub(super) fn day(day: Day, lang: Lang) -> String {
    const ENGLISH: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const HINDI: [&str; 12] = [
        "जनवरी",
        "फ़रवरी",
        "मार्च",
        "अप्रैल",
        "मई",
        "जून",
        "जुलाई",
        "अगस्त",
        "सितंबर",
        "अक्टूबर",
        "नवंबर",
        "दिसंबर",
    ];
    let (year, month, date) = day.date();
    let names = if lang == Lang::Hindi { HINDI } else { ENGLISH };
    let month = usize::try_from(month - 1).ok().and_then(|at| names.get(at)).unwrap_or(&"?");
    format!("{date} {month} {year}")
}

/// A moment in India to the second: `10 Jun 2024, 18:00:07`.
pub(super) fn moment(instant: Instant, lang: Lang) -> String {
    let text = instant.to_string();
    let time = text.split_once('T').map_or("", |(_, time)| time.get(..8).unwrap_or_default());
    format!("{}, {time}", day(instant.day(), lang))
}

/// A part of a whole in per cent, to one place; nothing of nothing.
pub(super) fn share(part: Total, whole: Total) -> Option<String> {
    if whole.paise() <= 0 {
        return None;
    }
    let thousandths = (part.paise() * 2_000 + whole.paise()) / (2 * whole.paise());
    Some(format!("{}.{} %", thousandths / 10, (thousandths % 10).abs()))
}

/// A number on a page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Figure {
    /// As it is shown.
    pub(super) text: String,
    /// To the paisa, where what is shown is rounded.
    pub(super) exact: String,
    /// The events behind it; empty where there are none.
    pub(super) href: String,
    /// Whether it is nothing.
    pub(super) zero: bool,
}

impl Figure {
    /// An amount without events of its own.
    pub(super) fn plain(total: Total, unit: Unit) -> Figure {
        Figure {
            text: amount(total, unit),
            exact: total.grouped(),
            href: String::new(),
            zero: total == Total::ZERO,
        }
    }

    /// A column of a row of balances, with the events behind it.
    pub(super) fn of(column: Column, columns: &Columns, filter: &Filter, ask: &Ask) -> Figure {
        let mut figure = match counted(column, columns) {
            Some(number) => Figure {
                text: count(number),
                exact: String::new(),
                href: String::new(),
                zero: number == 0,
            },
            None => Figure::plain(total(column, columns), ask.unit),
        };
        if !figure.zero {
            figure.href = behind(column, filter, ask);
        }
        figure
    }
}

/// Where the events behind a figure are.
pub(super) fn behind(shown: impl Into<Shown>, filter: &Filter, ask: &Ask) -> String {
    ask.link(&paths::behind(shown.into()), &filter_pairs(filter))
}

/// A figure whose events can be shown: a column of balances, or what several come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    /// A column.
    Column(Column),
    /// What was paid, less what came back.
    Net,
    /// What was paid and neither used, adjusted nor recovered.
    Outstanding,
    /// What was granted and is not paid.
    Unpaid,
}

impl From<Column> for Shown {
    fn from(column: Column) -> Shown {
        Shown::Column(column)
    }
}

impl Shown {
    /// The figures of several columns.
    pub(super) const SEVERAL: [Shown; 3] = [Shown::Net, Shown::Outstanding, Shown::Unpaid];

    /// Its name in addresses.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Shown::Column(column) => column.name(),
            Shown::Net => "paid_net",
            Shown::Outstanding => "outstanding",
            Shown::Unpaid => "unpaid",
        }
    }

    /// The figure of a name.
    pub(super) fn from_path(name: &str) -> Option<Shown> {
        let several = || Shown::SEVERAL.into_iter().find(|shown| shown.path() == name);
        Column::from_name(name).map(Shown::Column).or_else(several)
    }

    /// Its name for a reader.
    pub(super) const fn name(self, words: Words) -> &'static str {
        match self {
            Shown::Column(column) => column_name(column, words),
            Shown::Net => words.paid_net(),
            Shown::Outstanding => words.outstanding(),
            Shown::Unpaid => words.unpaid(),
        }
    }

    /// The columns it comes to, each with whether it is taken off.
    pub(super) fn columns(self) -> Vec<(Column, bool)> {
        use Column::{Adjusted, Disbursed, Recovered, Returned, Sanctioned, Utilised};
        match self {
            Shown::Column(column) => vec![(column, false)],
            Shown::Net => vec![(Disbursed, false), (Returned, true)],
            Shown::Outstanding => vec![
                (Disbursed, false),
                (Returned, true),
                (Recovered, true),
                (Utilised, true),
                (Adjusted, true),
            ],
            Shown::Unpaid => vec![(Sanctioned, false), (Disbursed, true), (Returned, false)],
        }
    }

    /// Whether it counts events, and is no sum of money.
    pub(super) const fn is_count(self) -> bool {
        matches!(self, Shown::Column(column) if column.is_count())
    }

    /// What it comes to, of a column that counts its count in place of paise.
    pub(super) fn total(self, columns: &Columns) -> Total {
        let of = |(column, taken_off): (Column, bool)| {
            let whole = match counted(column, columns) {
                Some(number) => Total::from_paise(i128::from(number)),
                None => total(column, columns),
            };
            if taken_off { -whole } else { whole }
        };
        self.columns().into_iter().map(of).sum()
    }
}

/// What a column counts; nothing for one of money.
pub(super) const fn counted(column: Column, columns: &Columns) -> Option<u64> {
    match column {
        Column::Applied => Some(columns.applied),
        Column::Audited => Some(columns.audited),
        Column::Allotted
        | Column::Sanctioned
        | Column::Disbursed
        | Column::Returned
        | Column::Recovered
        | Column::Utilised
        | Column::Adjusted
        | Column::Available
        | Column::Suspense
        | Column::InterestEarned
        | Column::InterestRemitted => None,
    }
}

/// What a column of money comes to; nothing for one that counts.
pub(super) const fn total(column: Column, columns: &Columns) -> Total {
    match column {
        Column::Allotted => columns.allotted,
        Column::Sanctioned => columns.sanctioned,
        Column::Disbursed => columns.disbursed,
        Column::Returned => columns.returned,
        Column::Recovered => columns.recovered,
        Column::Utilised => columns.utilised,
        Column::Adjusted => columns.adjusted,
        Column::Available => columns.available,
        Column::Suspense => columns.suspense,
        Column::InterestEarned => columns.interest_earned,
        Column::InterestRemitted => columns.interest_remitted,
        Column::Applied | Column::Audited => Total::ZERO,
    }
}

/// The name of a column.
pub(super) const fn column_name(column: Column, words: Words) -> &'static str {
    match column {
        Column::Applied => words.applied(),
        Column::Allotted => words.allotted(),
        Column::Sanctioned => words.sanctioned(),
        Column::Disbursed => words.disbursed(),
        Column::Returned => words.returned(),
        Column::Recovered => words.recovered(),
        Column::Utilised => words.utilised(),
        Column::Adjusted => words.adjusted(),
        Column::Available => words.available(),
        Column::Suspense => words.suspense(),
        Column::InterestEarned => words.interest_earned(),
        Column::InterestRemitted => words.interest_remitted(),
        Column::Audited => words.audited(),
    }
}

/// The columns that tables of funds show.
pub(super) const REGISTER: [Column; 9] = [
    Column::Applied,
    Column::Allotted,
    Column::Sanctioned,
    Column::Disbursed,
    Column::Returned,
    Column::Recovered,
    Column::Utilised,
    Column::Adjusted,
    Column::Available,
];

/// A row of a table of funds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// What it is of.
    pub(super) name: String,
    /// The page of that; empty where there is none.
    pub(super) href: String,
    /// What stands beside the name; may be empty.
    pub(super) aside: String,
    /// The figures of [`REGISTER`].
    pub(super) figures: Vec<Figure>,
}

impl Row {
    /// The row of a filter.
    pub(super) fn of(
        name: impl Into<String>,
        href: String,
        columns: &Columns,
        filter: &Filter,
        ask: &Ask,
    ) -> Row {
        let figure = |column: Column| Figure::of(column, columns, filter, ask);
        let figures = REGISTER.into_iter().map(figure).collect();
        Row { name: name.into(), href, aside: String::new(), figures }
    }
}

/// A table of funds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Register {
    /// What it shows.
    pub(super) caption: String,
    /// What its rows are of.
    pub(super) of: &'static str,
    /// The names of its columns.
    pub(super) columns: Vec<&'static str>,
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// Their sum.
    pub(super) total: Row,
}

impl Register {
    /// A table.
    pub(super) fn new(
        caption: impl Into<String>,
        of: &'static str,
        rows: Vec<Row>,
        total: Row,
        words: Words,
    ) -> Register {
        let columns = REGISTER.into_iter().map(|column| column_name(column, words)).collect();
        Register { caption: caption.into(), of, columns, rows, total }
    }

    /// Without the first column, which counts applications: they are of no head.
    pub(super) fn of_money(mut self) -> Register {
        self.columns.remove(0);
        for row in self.rows.iter_mut().chain([&mut self.total]) {
            row.figures.remove(0);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    //! Texts of amounts, days and parts.

    use super::*;

    #[test]
    fn amounts_are_grouped_and_rounded_half_away_from_nothing() {
        let cases = [
            (62_500_000, Unit::Rupees, "6,25,000.00"),
            (62_500_000, Unit::Lakh, "6.25"),
            (62_500_000, Unit::Crore, "0.06"),
            (49_999, Unit::Lakh, "0.00"),
            (50_000, Unit::Lakh, "0.01"),
            (-50_000, Unit::Lakh, "-0.01"),
            (-49_999, Unit::Lakh, "0.00"),
            (123_456_789_012_345, Unit::Crore, "1,23,456.79"),
            (123_456_789_012_345, Unit::Lakh, "1,23,45,678.90"),
        ];
        for (paise, unit, text) in cases {
            assert_eq!(amount(Total::from_paise(paise), unit), text, "{paise}");
        }
        assert_eq!((count(0).as_str(), count(1_234_567).as_str()), ("0", "12,34,567"));
    }

    #[test]
    fn days_and_moments_are_those_of_india() {
        let instant = Instant::parse("2024-06-10T18:00:07+05:30").expect("a moment");
        assert_eq!(moment(instant, Lang::English), "10 Jun 2024, 18:00:07");
        assert_eq!(day(instant.day(), Lang::Hindi), "10 जून 2024");
    }

    #[test]
    fn a_share_is_to_a_tenth_of_a_per_cent() {
        let share = |part, whole| share(Total::from_paise(part), Total::from_paise(whole));
        assert_eq!(share(1, 3).as_deref(), Some("33.3 %"));
        assert_eq!(share(2, 3).as_deref(), Some("66.7 %"));
        assert_eq!(share(3, 2).as_deref(), Some("150.0 %"));
        assert_eq!(share(1, 0), None);
    }
}
