//! What a run came to, as a file of lines: made by a benchmark, read by whatever shows it.
//!
//! # Invariants
//! * What is written reads back the same.
//! * A line has every round by itself: medians are made by the reader.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{figures::median, measure::Measured};

/// The names of the columns.
const HEAD: &str = "case\tsize\tthings\tnanoseconds\tmemory_bytes\tbytes_of_a_thousand";

/// One case of one round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Round {
    /// The name of the case.
    pub case: String,
    /// The size it was asked at: events, postings or cases, as the case counts.
    pub size: u64,
    /// What it came to.
    pub measured: Measured,
}

/// Everything that a run came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Results {
    /// What is to be said of the run: of the machine, its load, what was skipped.
    pub told: Vec<String>,
    /// Every round of every case.
    pub rounds: Vec<Round>,
}

impl Results {
    /// Of a case at a size, the round in the middle by time.
    #[must_use]
    pub fn median(&self, case: &str, size: u64) -> Option<Measured> {
        median(&self.of(case, size))
    }

    /// Every round of a case at a size.
    #[must_use]
    pub fn of(&self, case: &str, size: u64) -> Vec<Measured> {
        let wanted = |round: &&Round| round.case == case && round.size == size;
        self.rounds.iter().filter(wanted).map(|round| round.measured).collect()
    }

    /// The sizes at which a case was measured, ascending.
    #[must_use]
    pub fn sizes(&self, case: &str) -> Vec<u64> {
        let of = self.rounds.iter().filter(|round| round.case == case);
        let sizes: BTreeSet<u64> = of.map(|round| round.size).collect();
        sizes.into_iter().collect()
    }

    /// As text: what is told behind `#`, a heading, and a line for each round.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for told in &self.told {
            // Writing to a text does not fail.
            let _ = writeln!(text, "# {told}");
        }
        text.push_str(HEAD);
        text.push('\n');
        for Round { case, size, measured } in &self.rounds {
            let line = measured.line().replace(' ', "\t");
            let _ = writeln!(text, "{case}\t{size}\t{line}");
        }
        text
    }

    /// Of such a text.
    ///
    /// # Errors
    /// The first line that is none, with its number.
    pub fn parse(text: &str) -> Result<Results, String> {
        let mut results = Results::default();
        for (number, line) in text.lines().enumerate() {
            if let Some(told) = line.strip_prefix("# ") {
                results.told.push(told.to_owned());
            } else if line != HEAD {
                let round = Round::parse(line);
                results.rounds.push(round.ok_or_else(|| format!("line {}: {line}", number + 1))?);
            }
        }
        Ok(results)
    }
}

impl Round {
    fn parse(line: &str) -> Option<Round> {
        let mut fields = line.splitn(3, '\t');
        let (case, size) = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
        let measured = Measured::parse(&fields.next()?.replace('\t', " "))?;
        Some(Round { case, size, measured })
    }
}
