//! The papers of a package, each as a document, a page and figures for programs.

use std::collections::BTreeMap;

use bahi_core::{FinancialYear, SchemeName};
use bahi_json::document;

use super::{CASE_FILES_MAX, CERTIFICATES_MAX, PAPER_ROWS_MAX, PackageError, build::Building};
use crate::{
    By,
    papers::{CertificateOf, Paper, answer, html, pdf},
};

impl Building<'_> {
    /// Certificates, statements, registers, the ageing, and a file of each of these cases.
    pub(super) fn all_papers(&mut self, cases: &[String]) -> Result<(), PackageError> {
        let (ledger, view) = (self.ledger, self.asked.view);
        let filter = self.asked.filter.clone();
        let years = self.years()?;
        let mut certificates = Vec::new();
        for (scheme, first, last) in &years {
            for fy in between(*first, *last).filter(|fy| filter.fy.is_none_or(|only| only == *fy)) {
                certificates.push((scheme.clone(), fy));
            }
        }
        if certificates.len() > CERTIFICATES_MAX {
            let (all, rest) = (certificates.len(), certificates.len() - CERTIFICATES_MAX);
            self.left_out.push(format!(
                "papers/: {rest} of {all} certificates, the oldest; --scheme or --fy narrows them"
            ));
            certificates.sort_by_key(|(_, fy)| std::cmp::Reverse(*fy));
            certificates.truncate(CERTIFICATES_MAX);
        }
        for (scheme, fy) in certificates {
            let name = format!("certificate-{}-{fy}", plain(scheme.as_str()));
            let of = CertificateOf { scheme, fy, district: filter.district };
            self.paper(&name, &ledger.certificate(&of, view)?)?;
        }
        let first = years.iter().map(|(_, first, _)| *first).min();
        let last = years.iter().map(|(_, _, last)| *last).max();
        for fy in first.zip(last).into_iter().flat_map(|(first, last)| between(first, last)) {
            if filter.fy.is_none_or(|only| only == fy) {
                self.paper(&format!("expenditure-{fy}"), &ledger.expenditure(fy, &filter, view)?)?;
            }
        }
        self.paper("sanctions", &ledger.register_of_sanctions(&filter, view)?)?;
        self.paper("term-deposits", &ledger.term_deposits(&filter, view)?)?;
        self.paper("ageing", &ledger.ageing(&filter, view)?)?;
        for case in cases.iter().take(CASE_FILES_MAX) {
            if let Some(paper) = ledger.case_file(case, view)? {
                let name = format!("case-{}", plain(case));
                // Of two names that are one file's the second has a number.
                let free = (2..).map(|number| format!("{name}~{number}"));
                let mut names = std::iter::once(name.clone()).chain(free);
                let taken = |name: &String| self.has(&format!("papers/{name}.json"));
                if let Some(name) = names.find(|name| !taken(name)) {
                    self.paper(&name, &paper)?;
                }
            }
        }
        if cases.len() > CASE_FILES_MAX {
            let rest = cases.len() - CASE_FILES_MAX;
            self.left_out.push(format!("papers/: the files of {rest} more cases of the sample"));
        }
        Ok(())
    }

    /// Each scheme with the first and the last year something can have moved in.
    fn years(&self) -> Result<Vec<(SchemeName, FinancialYear, FinancialYear)>, PackageError> {
        let by = By { scheme: true, fy: true, ..By::default() };
        let filter = crate::Filter { fy: None, ..self.asked.filter.clone() };
        let rows = self.ledger.balances(by, &filter, self.asked.view)?.rows;
        let mut found: BTreeMap<SchemeName, (FinancialYear, FinancialYear)> = BTreeMap::new();
        let end = FinancialYear::of(self.basis.as_of.unwrap_or_else(|| self.basis.known_on.day()));
        for row in rows {
            if let (Some(scheme), Some(fy)) = (row.scheme, row.fy) {
                let known = found.entry(scheme).or_insert((fy, fy.max(end)));
                *known = (known.0.min(fy), known.1.max(fy));
            }
        }
        // A year that had not begun by the day asked about has nothing to certify.
        let begun = |(scheme, (first, last)): (SchemeName, (FinancialYear, FinancialYear))| {
            let last = self.basis.as_of.map_or(last, |_| last.min(end));
            (first <= last).then_some((scheme, first, last))
        };
        Ok(found.into_iter().filter_map(begun).collect())
    }

    fn paper(&mut self, name: &str, paper: &Paper) -> Result<(), PackageError> {
        let rows: usize = paper.tables.iter().map(|table| table.rows.len()).sum();
        self.holds &= paper.holds();
        self.papers += 1;
        self.put(&format!("papers/{name}.json"), document(&answer(paper)).as_bytes())?;
        if rows > PAPER_ROWS_MAX {
            self.left_out.push(format!("papers/{name}: its {rows} lines are in its JSON alone"));
            return Ok(());
        }
        self.put(&format!("papers/{name}.html"), html(paper).as_bytes())?;
        self.put(&format!("papers/{name}.pdf"), &pdf(paper)?)
    }
}

fn between(first: FinancialYear, last: FinancialYear) -> impl Iterator<Item = FinancialYear> {
    let next = |fy: &FinancialYear| FinancialYear::from_first(fy.first() + 1);
    std::iter::successors(Some(first), next).take_while(move |fy| *fy <= last)
}

/// A name as part of a file's: letters, digits, `.`, `_` and `-` as they are, `/` as `-`, and any other byte
/// as `%` and two hexadecimal digits.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                plain.push(char::from(byte));
            }
            b'/' => plain.push('-'),
            _ => plain.push_str(&format!("%{byte:02x}")),
        }
    }
    plain
}
