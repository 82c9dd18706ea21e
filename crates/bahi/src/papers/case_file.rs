//! Everything of one case, each event with the proof that it is in the ledger.
//!
//! # Invariants
//! * A path is written only after the root was computed by it.

use bahi_core::{Applicant, BarSubject, Event, FactValue, Position, StoredFact, Total, WordNo};
use bahi_proof::{ProofUnavailable, leaf_hash, prove_inclusion, verify_inclusion};
use bahi_reports::papers::{
    Fact, Paper,
    forms::{CaseEvent, CaseFile},
};

use super::{district_shown, effects};
use crate::{Basis, Error, Ledger, Subject, TrailAt, TrailEntry, View, press::Press};

impl Ledger {
    /// The file of a case: what it states, every event of it with its order and its proof; `None`
    /// where the ledger, under that view, knows no such case.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`]; [`Error::Bug`] where a proof
    /// does not give the root.
    pub fn case_file(&self, case_ref: &str, view: View) -> Result<Option<Paper>, Error> {
        let Some(Subject::Case(case)) = self.case(case_ref) else { return Ok(None) };
        let at = self.trail(Subject::Case(case), view)?;
        self.press().case_file(case_ref, case, &at)
    }
}

impl Press<'_> {
    /// The file of a case whose trail is given; `None` of an empty one.
    pub(crate) fn case_file(
        &self,
        case_ref: &str,
        case: Position,
        at: &TrailAt,
    ) -> Result<Option<Paper>, Error> {
        let Some(last) = at.entries.last() else { return Ok(None) };
        let mut out_by_postings = Total::ZERO;
        let mut events = Vec::with_capacity(at.entries.len());
        let mut facts = Vec::new();
        for entry in &at.entries {
            let recorded = self.event(entry.position)?;
            if let Some(stated) = stated(&recorded.event) {
                facts = stated.iter().map(|one| self.fact(one)).collect();
            }
            for (_, moved) in effects(&recorded) {
                let accounted = moved.recovered + moved.utilised + moved.adjusted;
                out_by_postings += moved.disbursed - moved.returned - accounted;
            }
            events.push(self.case_event(entry, &at.basis)?);
        }
        let figures = last.after.unwrap_or_default();
        let file = CaseFile {
            case_ref: case_ref.to_owned(),
            about: self.about(case, last)?,
            facts,
            events,
            out_by_figures: figures.net_paid() - figures.accounted(),
            out_by_postings,
            tree_size: at.basis.position.0 + 1,
        };
        Ok(Some(file.paper(self.stamp(&at.basis))))
    }

    fn case_event(&self, entry: &TrailEntry, basis: &Basis) -> Result<CaseEvent, Error> {
        let position = entry.position;
        let leaf = leaf_hash(&self.log().record(position.0)?);
        let size = basis.position.0 + 1;
        let path =
            prove_inclusion(self.log(), position.0, size).map_err(|failed| match failed {
                ProofUnavailable::Unread(fault) => Error::Fault(fault),
                ProofUnavailable::OutOfRange { .. } => {
                    Error::Bug("a record of the view is outside its tree")
                }
            })?;
        verify_inclusion(leaf, position.0, size, &path, basis.root)
            .map_err(|_| Error::Bug("a path does not give the root of its tree"))?;
        let after = entry.after.unwrap_or_default();
        let actor = entry.actor.as_ref().map(ToString::to_string).unwrap_or_default();
        let order = entry.authority.as_ref().map(super::order_shown).unwrap_or_default();
        Ok(CaseEvent {
            position: position.0,
            day: entry.effective_day,
            recorded: entry.recorded_at,
            who: format!("{actor}, {}", entry.role.name().replace('_', " ")),
            order,
            order_day: entry.authority.as_ref().map(|authority| authority.date),
            what: entry.text.clone(),
            amount: Total::from(entry.amount),
            sanctioned: after.sanctioned,
            net_paid: after.net_paid(),
            leaf: leaf.to_string(),
            path: path.iter().map(ToString::to_string).collect(),
        })
    }

    /// What a case is, and how it stands after its last event.
    fn about(&self, case: Position, last: &TrailEntry) -> Result<Vec<Fact>, Error> {
        let applied = self.event(case)?;
        let envelope = &applied.envelope;
        let mut about = vec![
            Fact::text("Scheme", self.scheme_name(envelope.fund.scheme)),
            Fact::text("District", district_shown(envelope.fund.district)),
        ];
        if let Event::Applied(application) = &applied.event {
            about.push(Fact::text("Applicant", applicant(&application.applicant)));
        }
        let figures = last.after.unwrap_or_default();
        about.push(Fact::text("The case is", figures.status.name().replace('_', " ")));
        let amounts = [
            ("Sanctioned", figures.sanctioned),
            ("Disbursed", figures.disbursed),
            ("Came back", figures.returned),
            ("Recovered", figures.recovered),
            ("Shown to be used", figures.utilised),
            ("Became a grant", figures.adjusted),
            ("Paid and not accounted for", figures.net_paid() - figures.accounted()),
        ];
        about.extend(amounts.map(|(label, amount)| Fact::money(label, amount)));
        Ok(about)
    }

    /// A fact by its name, with its value in words.
    fn fact(&self, (name, value): &(WordNo, StoredFact)) -> (String, String) {
        let shown = match value.value(self.names()) {
            Some(FactValue::Money(money)) => format!("₹ {}", money.grouped()),
            Some(FactValue::Count(count)) => count.to_string(),
            Some(FactValue::Flag(true)) => "yes".to_owned(),
            Some(FactValue::Flag(false)) => "no".to_owned(),
            Some(FactValue::Word(word)) => word.to_string(),
            None => String::new(),
        };
        (self.word_of(*name), shown)
    }
}

/// The facts an event states, where it states any.
fn stated(event: &Event) -> Option<&[(WordNo, StoredFact)]> {
    if let Event::Applied(applied) = event {
        return Some(&applied.facts);
    }
    if let Event::ApplicationAmended(amended) = event { Some(&amended.facts) } else { None }
}

/// Who applied, by fingerprints.
fn applicant(applicant: &Applicant) -> String {
    let mut parts = Vec::new();
    applicant.each_subject(|subject: BarSubject| {
        parts.push(format!("{} {}", subject.name(), subject.print()));
    });
    if parts.is_empty() { "not in the source".to_owned() } else { parts.join(", ") }
}
