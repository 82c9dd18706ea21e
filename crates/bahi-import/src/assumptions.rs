//! The assumptions of an import, each as a sentence.

use bahi_core::{Money, Role};

use crate::{
    Kind,
    mapping::{Amounts, Mapping, Step, YearDay},
};

/// Every assumption a mapping makes, in the order of the steps.
pub(crate) fn assumptions(mapping: &Mapping) -> Vec<String> {
    let mut out: Vec<String> = mapping.notes().iter().map(|note| sentence(note)).collect();
    out.push(match (&mapping.sanction, &mapping.disbursement) {
        (_, Some(_)) => "Each row is taken as a case that applied, was sanctioned and was paid in \
            its financial year."
            .to_string(),
        (Some(_), None) => {
            "Each row is taken as a case that applied and was sanctioned in its financial year."
                .to_string()
        }
        (None, None) => "Each row is taken as a case that applied, and no more.".to_string(),
    });
    out.push("Equal rows are taken as separate cases.".to_string());
    applicants(mapping, &mut out);
    if let Some(allotment) = &mapping.allotment {
        out.push(format!(
            "Each district's fund of each year, head {}, is taken as allotted the sum of what the \
             terms give its cases, {}.",
            mapping.head(),
            when(allotment),
        ));
        out.push(by(allotment, "allots"));
    }
    out.push(format!("Every application counts {}.", when(&mapping.application)));
    out.push(by(&mapping.application, "applies"));
    if let Some(sanction) = &mapping.sanction {
        out.push(format!(
            "Every sanction counts {}, for the whole amount that the terms in force that day give, \
             rounded by their rule.",
            when(sanction),
        ));
        out.push(by(sanction, "sanctions"));
    }
    match (&mapping.disbursement, &mapping.sanction) {
        (Some(disbursement), _) => {
            out.push(format!(
                "Every sanction counts as paid {}, whole and in one instalment, to the account in \
                 the column {}.",
                when(&disbursement.step),
                disbursement.account.column,
            ));
            out.push(by(&disbursement.step, "pays"));
            out.push("No return or recovery is in the source, so none is made.".to_string());
        }
        (None, Some(_)) => {
            out.push("No payment, return or recovery is in the source, so none is made.".into());
        }
        (None, None) => {}
    }
    for fact in &mapping.facts {
        let empty = if fact.optional { ", where it is not empty" } else { "" };
        out.push(format!("The column {} is the fact {}{empty}.", fact.column, fact.name));
    }
    if mapping.amounts == Amounts::Indian {
        out.push("Commas in amounts group the Indian way and say nothing else.".to_string());
    }
    for checked in &mapping.checked {
        out.push(format!(
            "The column {} is checked and tells cases apart, and is no fact of a case.",
            checked.column
        ));
    }
    for column in &mapping.ignored {
        out.push(format!("The column {column} tells cases apart and is not read."));
    }
    if let Some(suspicious) = &mapping.suspicious {
        out.push(format!(
            "Rows whose {} is below {} are reported and {}.",
            suspicious.fact,
            rupees(suspicious.below),
            if suspicious.take { "taken as printed" } else { "left out" },
        ));
    }
    out
}

/// Who applies, and what is kept of whom the source names.
fn applicants(mapping: &Mapping, out: &mut Vec<String>) {
    if mapping.applicant.is_none() {
        let nobody = "The source names no applicant, so no case has a person, a family or a unit.";
        out.push(nobody.to_string());
    }
    for identifying in mapping.identifying() {
        let what = match identifying.kind {
            Kind::Person => "a person",
            Kind::Family => "a family",
            Kind::Body => "a unit or institution",
            Kind::Account => "a bank account",
        };
        let empty = if identifying.optional { ", where it is not empty" } else { "" };
        out.push(format!(
            "The column {} identifies {what}{empty}; keyed fingerprints are kept of it and nothing \
             else, and no id depends on it.",
            identifying.column
        ));
    }
}

/// An amount as people read it.
pub(crate) fn rupees(amount: Money) -> String {
    format!("₹ {}", amount.grouped())
}

fn sentence(note: &str) -> String {
    let mut characters = note.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if note.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

fn when(step: &Step) -> String {
    match step.day {
        YearDay::First => "on the first day of its financial year, 1 April".to_string(),
        YearDay::Last => "on the last day of its financial year, 31 March".to_string(),
        YearDay::Date { month, day } => {
            format!("on {month:02}-{day:02} (month and day) of its financial year")
        }
    }
}

fn by(step: &Step, acts: &str) -> String {
    let role = match step.role {
        Role::Finance => "finance",
        Role::DistrictOffice => "the district office",
        Role::SanctioningAuthority => "the sanctioning authority",
        Role::DrawingOfficer => "the drawing officer",
        Role::TreasuryJob => "the treasury's job",
        Role::Auditor => "the auditor",
        Role::Administrator => "the administrator",
    };
    let order = step.authority.as_ref().map_or_else(String::new, |authority| {
        format!(", on order {} of {}", authority.order, authority.date)
    });
    format!("{} {acts} in the place of {role}{order}; the source names nobody.", step.actor)
}
