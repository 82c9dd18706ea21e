//! What happened, in one line of English: amounts, codes and references, never free text.

use alloc::{
    format,
    string::{String, ToString},
};

use bahi_core::{
    Applicant, Applied, Audited, CommandRefused, Disbursed, Event, Fingerprint, FundKey, Money,
    Names, Recorded, Refusal, StoredFact, WordNo, hex,
};

/// How many facts, findings or refusals a line names before it counts the rest.
const NAMED_MAX: usize = 4;

/// One line about an event; amounts are grouped the Indian way, a name the ledger does not hold
/// yet reads `?`.
#[must_use]
pub fn describe(recorded: &Recorded, names: &Names) -> String {
    let envelope = &recorded.envelope;
    let amount = rupees(envelope.amount);
    let fund = &envelope.fund;
    match &recorded.event {
        Event::SchemeOpened(opened) => format!(
            "scheme {} opened in {} under {}, in force from {}",
            scheme(fund, names),
            counted(opened.districts.len(), "district"),
            opened.terms.parts().name,
            opened.terms.parts().from,
        ),
        Event::TermsChanged(changed) => format!(
            "terms {} of scheme {}, {}, in force from {}",
            changed.version,
            scheme(fund, names),
            changed.terms.parts().name,
            changed.terms.parts().from,
        ),
        Event::FundsAllotted => format!("{amount} allotted to {}", fund_text(fund, names)),
        Event::Applied(applied) => applied_text(applied, names),
        Event::Sanctioned(sanctioned) => format!(
            "{amount} sanctioned from {}; the terms give {} by {}",
            fund_text(fund, names),
            rupees(sanctioned.entitlement),
            word(sanctioned.paragraph, names),
        ),
        Event::Disbursed(disbursed) => disbursed_text(disbursed, &amount),
        Event::PaymentReturned(returned) => format!(
            "payment {} of {amount} came back: {}",
            returned.payment,
            word(returned.reason, names),
        ),
        Event::Recovered(recovered) => format!(
            "{amount} recovered: {}, reference {}",
            word(recovered.reason, names),
            recovered.reference,
        ),
        Event::Audited(audited) => audited_text(audited, names),
        Event::CommandRefused(refused) => refused_text(refused),
    }
}

fn rupees(amount: Money) -> String {
    format!("₹ {}", amount.grouped())
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn scheme(fund: &FundKey, names: &Names) -> String {
    names.scheme(fund.scheme).map_or_else(|| "?".to_string(), ToString::to_string)
}

fn word(number: WordNo, names: &Names) -> String {
    names.word(number).map_or_else(|| "?".to_string(), ToString::to_string)
}

fn fund_text(fund: &FundKey, names: &Names) -> String {
    let head = names.head(fund.head).map_or_else(|| "?".to_string(), ToString::to_string);
    let place = if fund.district.is_pool() {
        "the pool".to_string()
    } else {
        format!("district {}", fund.district)
    };
    format!("{}, head {head}, {}, {place}", scheme(fund, names), fund.fy)
}

/// The head of a fingerprint: enough to tell two apart on a page, and no more.
fn short(print: &Fingerprint) -> String {
    hex(&print.print[..4])
}

/// Names the first few of a list and counts the rest.
fn listed<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().take(NAMED_MAX).enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&text(item));
    }
    let rest = items.len().saturating_sub(NAMED_MAX);
    if rest > 0 {
        out.push_str(&format!(" and {rest} more"));
    }
    out
}

fn applied_text(applied: &Applied, names: &Names) -> String {
    let applicant = match &applied.applicant {
        Applicant::Person { person, .. } => format!("a person {}", short(&person.0)),
        Applicant::Unit { unit, .. } => format!("a unit {}", short(&unit.0)),
        Applicant::Spv { spv, members } => {
            format!("a vehicle {} of {}", short(&spv.0), counted(members.len(), "member"))
        }
        Applicant::Institution { institution } => {
            format!("an institution {}", short(&institution.0))
        }
        Applicant::NotInSource => "an applicant the source does not name".to_string(),
    };
    let facts = listed(&applied.facts, |(name, value)| {
        let value = match value {
            StoredFact::Money(money) => rupees(*money),
            StoredFact::Count(count) => count.to_string(),
            StoredFact::Flag(flag) => if *flag { "yes" } else { "no" }.to_string(),
            StoredFact::Word(number) => word(*number, names),
        };
        format!("{} {value}", word(*name, names))
    });
    let stating = if facts.is_empty() { String::new() } else { format!(", stating {facts}") };
    format!("application {} of {applicant}{stating}", applied.case_ref)
}

fn disbursed_text(disbursed: &Disbursed, amount: &str) -> String {
    let again = if disbursed.reissue_of.is_none() {
        String::new()
    } else {
        format!(", again after the return at {}", disbursed.reissue_of)
    };
    format!(
        "{amount} issued as instalment {} to account {} at {}, mode {}, reference {}{again}",
        disbursed.instalment,
        short(&disbursed.payee.account.0),
        disbursed.payee.ifsc,
        disbursed.mode.name(),
        disbursed.reference,
    )
}

fn audited_text(audited: &Audited, names: &Names) -> String {
    let found = listed(&audited.findings, |finding| {
        format!("{} {}", word(finding.check, names), rupees(finding.amount))
    });
    let found = if found.is_empty() { "no finding".to_string() } else { found };
    format!("audit of the {}, {}: {found}", audited.scope.name(), audited.opinion.name())
}

fn refused_text(refused: &CommandRefused) -> String {
    let why = listed(&refused.refusals, |record| match Refusal::from_record(record) {
        Some(refusal) => format!("{}: {refusal}", refusal.code()),
        None => format!("refusal {}", record.number),
    });
    let subject =
        refused.subject.as_ref().map_or_else(String::new, |subject| format!(" of {subject}"));
    let flood = match refused.count {
        0 | 1 => String::new(),
        count => format!(" ({count} refusals in one)"),
    };
    format!("{}{subject} refused{flood}: {why}", refused.command.name())
}
