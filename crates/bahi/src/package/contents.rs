//! Figures, findings and samples of a package.
//!
//! # Invariants
//! * Figures come from the balances and not from the postings that others compare with them.
//! * In comma-separated values a text that a spreadsheet would take for a formula has an apostrophe
//!   before it.

use bahi_balances::By;
use bahi_checks::{Severity, Wanted};
use bahi_core::Total;
use bahi_json::{AuditAnswer, SampleAnswer, document};
use bahi_reports::is_formula;

use super::{PackageError, build::Building};
use crate::{
    AuditOptions, Method, Nonce, Parameters, Sample, SampleOf, SampleOptions, Strata, View,
};

/// Comma-separated values: a heading and rows.
struct Csv(String);

impl Csv {
    fn under(heading: &[&str]) -> Csv {
        Csv(format!("{}\n", heading.join(",")))
    }

    /// Adds a row; a number keeps its sign, any other text is made safe.
    fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let mut line = String::new();
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                line.push(',');
            }
            let cell = cell.as_ref();
            let number = cell.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
            let safe = if is_formula(cell) && !number { "'" } else { "" };
            if cell.contains(['"', ',', '\n', '\r']) {
                line.push_str(&format!("\"{safe}{}\"", cell.replace('"', "\"\"")));
            } else {
                line.push_str(safe);
                line.push_str(cell);
            }
        }
        self.0.push_str(&line);
        self.0.push('\n');
    }
}

impl Building<'_> {
    /// What each ledger account comes to that is a column of balances by itself.
    pub(super) fn figures(&mut self) -> Result<(), PackageError> {
        let at = self.ledger.balances(By::default(), &self.asked.filter, self.asked.view)?;
        let total = at.total;
        let figures: [(&str, Total); 10] = [
            ("allotted", -total.allotted),
            ("available", total.available),
            ("disbursed", -total.disbursed),
            ("returned", total.returned),
            ("recovered", total.recovered),
            ("utilised", total.utilised),
            ("adjusted", total.adjusted),
            ("suspense", -total.suspense),
            ("interest_earned", -total.interest_earned),
            ("interest_remitted", total.interest_remitted),
        ];
        let mut csv = Csv::under(&["account", "journal", "amount"]);
        for (account, amount) in figures {
            csv.row([account.to_owned(), journal_name(account), amount.to_string()]);
        }
        self.put("figures.csv", csv.0.as_bytes())
    }

    /// What every check finds, with each finding's first event to be proved.
    pub(super) fn findings(&mut self) -> Result<(), PackageError> {
        let wanted = Wanted { district: self.asked.filter.district, ..Wanted::default() };
        let (view, parameters) = (self.asked.view, Parameters::default());
        let mut report = self.ledger.audit(&AuditOptions { view, wanted, parameters })?;
        if let Some(scheme) = &self.asked.filter.scheme {
            let names = self.ledger.names();
            let only = names.scheme_no(scheme.as_str());
            report.findings.kept.retain(|one| Some(one.scheme) == only);
            let kept = &report.findings.kept;
            let counts = report.findings.counts.keys().map(|check| {
                (*check, kept.iter().filter(|one| one.check == *check).count() as u64)
            });
            let counts = counts.filter(|(_, count)| *count > 0).collect();
            report.findings.counts = counts;
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Lead] {
            let of = report.findings.kept.iter().filter(|one| one.about().severity == severity);
            self.wanted.extend(of.filter_map(|one| one.events.first().copied()));
        }
        let (total, kept) = (report.findings.total(), report.findings.kept.len() as u64);
        if total > kept {
            self.left_out.push(format!(
                "findings/: {} of {total} findings are counted and not listed",
                total - kept
            ));
        }
        self.findings = total;
        let answer = report.answer(self.ledger);
        self.put("findings/findings.json", document(&answer).as_bytes())?;
        self.put("findings/findings.csv", findings(&answer).as_bytes())
    }

    /// Three samples and what they were drawn from; the cases of the first.
    pub(super) fn samples(&mut self) -> Result<Vec<String>, PackageError> {
        let Some((nonce, size)) = self.asked.sample.clone() else { return Ok(Vec::new()) };
        let by = Strata { scheme: true, district: true, fy: false };
        let cases = self.sample(SampleOf::Cases, Method::Simple { size }, &nonce, "cases")?;
        let stratified = Method::Stratified { size, by };
        let strata = self.sample(SampleOf::Cases, stratified, &nonce, "cases-by-district")?;
        let monetary = Method::Monetary { size };
        let money = self.sample(SampleOf::Payments, monetary, &nonce, "payments-by-money")?;
        self.put("samples/cases.frame.csv", frame(&strata).as_bytes())?;
        self.put("samples/payments.frame.csv", frame(&money).as_bytes())?;
        let names = cases.items.iter().filter_map(|item| item.case_ref.as_ref());
        Ok(names.map(ToString::to_string).collect())
    }

    fn sample(
        &mut self,
        of: SampleOf,
        method: Method,
        nonce: &Nonce,
        name: &str,
    ) -> Result<Sample, PackageError> {
        let view: View = self.asked.view;
        let (filter, nonce) = (self.asked.filter.clone(), nonce.clone());
        let sample = self.ledger.sample(&SampleOptions { view, filter, of, method, nonce })?;
        self.wanted.extend(sample.items.iter().map(|item| item.position));
        let answer = sample.answer();
        self.put(&format!("samples/{name}.json"), document(&answer).as_bytes())?;
        self.put(&format!("samples/{name}.csv"), drawn(&answer).as_bytes())?;
        Ok(sample)
    }
}

/// A ledger account as the journals name it.
fn journal_name(account: &str) -> String {
    let mut letters = account.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).map(|one| if one == '_' { '-' } else { one }).collect()
}

/// Everything that was drawn from, numbered.
fn frame(sample: &Sample) -> String {
    let mut csv = Csv::under(&["number", "position", "amount", "stratum"]);
    for (number, item) in (1_u64..).zip(&sample.frame) {
        let (number, position) = (number.to_string(), item.position.to_string());
        csv.row([number, position, item.amount.to_string(), item.stratum.to_string()]);
    }
    csv.0
}

fn drawn(answer: &SampleAnswer) -> String {
    let mut csv = Csv::under(&[
        "number", "position", "case_ref", "scheme", "district", "fy", "amount", "hits",
    ]);
    for item in &answer.items {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        csv.row([
            item.number.to_string(),
            item.position.to_string(),
            or_empty(&item.case_ref),
            or_empty(&item.scheme),
            item.district.clone(),
            or_empty(&item.fy),
            item.amount.clone(),
            item.hits.to_string(),
        ]);
    }
    csv.0
}

fn findings(answer: &AuditAnswer) -> String {
    let mut csv = Csv::under(&[
        "id",
        "check",
        "severity",
        "day",
        "scheme",
        "district",
        "case_ref",
        "amount",
        "count",
        "events",
        "detail",
        "rule",
        "order",
        "settled",
        "settled_by",
        "question",
    ]);
    for one in &answer.findings {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let events: Vec<String> = one.events.iter().map(ToString::to_string).collect();
        csv.row([
            one.id.clone(),
            one.check.clone(),
            one.severity.clone(),
            one.day.clone(),
            or_empty(&one.scheme),
            or_empty(&one.district),
            or_empty(&one.case_ref),
            one.amount.clone(),
            one.count.to_string(),
            events.join(" "),
            one.detail.clone(),
            or_empty(&one.rule),
            one.order.as_ref().map(|order| order.order.clone()).unwrap_or_default(),
            or_empty(&one.settled),
            one.settled_by.map(|position| position.to_string()).unwrap_or_default(),
            one.question.clone(),
        ]);
    }
    csv.0
}
