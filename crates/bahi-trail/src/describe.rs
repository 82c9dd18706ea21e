//! What happened, in one line of English: amounts, codes and references, never free text.
//!
//! # Invariants
//! * Of a fingerprint a line shows the head alone, also where one stands for a bank reference.

mod cases;

mod funds;

mod house;

mod payments;

mod statements;

use alloc::{
    format,
    string::{String, ToString},
};

use bahi_core::{
    ActorNo, Event, Evidence, Fingerprint, FundKey, Money, Names, Recorded, Reference, SchemeNo,
    WordNo, hex,
};

/// How many facts, findings or refusals a line names before it counts the rest.
const NAMED_MAX: usize = 4;

/// One line about an event; amounts are grouped the Indian way, a name the ledger does not hold
/// yet reads `?`.
#[must_use]
pub fn describe(recorded: &Recorded, names: &Names) -> String {
    let teller = Teller { recorded, names };
    match &recorded.event {
        Event::SchemeOpened(opened) => teller.scheme_opened(opened),
        Event::TermsChanged(changed) => teller.terms_changed(changed),
        Event::FundsAllotted => teller.funds_allotted(),
        Event::FundsWithdrawn(withdrawn) => teller.funds_withdrawn(withdrawn),
        Event::FundsMoved(moved) => teller.funds_moved(moved),
        Event::Lapsed(lapsed) => teller.lapsed(lapsed),
        Event::SanctionCarried(carried) => teller.sanction_carried(carried),
        Event::Applied(applied) => teller.applied(applied),
        Event::ApplicationAmended(amended) => teller.amended(amended),
        Event::StepRecorded(step) => teller.step(step),
        Event::Rejected(rejected) => teller.ended("application rejected", rejected.reason),
        Event::Withdrawn(withdrawn) => teller.ended("application withdrawn", withdrawn.reason),
        Event::CaseClosed(closed) => teller.ended("case closed", closed.reason),
        Event::Barred(barred) => teller.barred(barred),
        Event::Sanctioned(sanctioned) => teller.sanctioned(sanctioned),
        Event::SanctionRevised(revised) => teller.revised(revised),
        Event::SanctionCancelled(cancelled) => teller.cancelled(cancelled),
        Event::Disbursed(disbursed) => teller.disbursed(disbursed),
        Event::PaymentReturned(returned) => teller.returned(returned),
        Event::PaymentConfirmed(confirmed) => teller.confirmed(confirmed),
        Event::MovedToSuspense(moved) => teller.suspended(moved),
        Event::Recovered(recovered) => teller.recovered(recovered),
        Event::RecoveryDemanded(demand) => teller.demanded(demand),
        Event::Utilised(utilised) => teller.utilised(utilised),
        Event::Adjusted(adjusted) => teller.adjusted(adjusted),
        Event::InterestEarned(earned) => teller.interest_earned(earned),
        Event::InterestRemitted(remitted) => teller.interest_remitted(remitted),
        Event::StockMoved(moved) => teller.stock_moved(moved),
        Event::Audited(audited) => teller.audited(audited),
        Event::FindingSettled(settled) => teller.finding_settled(settled),
        Event::StateCertified(certified) => teller.certified(certified),
        Event::PeriodSealed(sealed) => teller.sealed(sealed),
        Event::StatementReceived(statement) => teller.statement(statement),
        Event::StatementLines(lines) => teller.lines(lines),
        Event::Matched(matched) => teller.matched(matched),
        Event::Unmatched(unmatched) => teller.unmatched(unmatched),
        Event::MatchDecided(decided) => teller.decided(decided),
        Event::Reversed(reversed) => teller.reversed(reversed),
        Event::CommandRefused(refused) => teller.refused(refused),
        Event::Exported(exported) => teller.exported(exported),
        Event::AccessDenied(denied) => teller.denied(denied),
        Event::KeyRotated(rotated) => teller.key_rotated(rotated),
        Event::ActorKeySet(set) => teller.actor_key_set(set),
    }
}

/// Tells of one event, with the names its numbers stand for.
struct Teller<'a> {
    recorded: &'a Recorded,
    names: &'a Names,
}

impl Teller<'_> {
    fn amount(&self) -> String {
        rupees(self.recorded.envelope.amount)
    }

    fn scheme(&self) -> String {
        self.scheme_of(self.recorded.envelope.fund.scheme)
    }

    fn scheme_of(&self, number: SchemeNo) -> String {
        self.names.scheme(number).map_or_else(|| "?".to_string(), ToString::to_string)
    }

    fn actor(&self, number: ActorNo) -> String {
        self.names.actor(number).map_or_else(|| "?".to_string(), ToString::to_string)
    }

    fn word(&self, number: WordNo) -> String {
        self.names.word(number).map_or_else(|| "?".to_string(), ToString::to_string)
    }

    fn fund(&self) -> String {
        self.fund_of(&self.recorded.envelope.fund)
    }

    fn fund_of(&self, fund: &FundKey) -> String {
        let head = self.names.head(fund.head).map_or_else(|| "?".to_string(), ToString::to_string);
        let (scheme, place) = (self.scheme_of(fund.scheme), place(fund));
        format!("{scheme}, head {head}, {}, {place}", fund.fy)
    }

    /// What was seen, at the end of a line; nothing where nothing was.
    fn seen(&self, evidence: &[Evidence]) -> String {
        let seen =
            listed(evidence, |one| format!("{} {}", self.word(one.kind), called(&one.reference)));
        if seen.is_empty() { seen } else { format!("; seen: {seen}") }
    }
}

fn rupees(amount: Money) -> String {
    format!("₹ {}", amount.grouped())
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn place(fund: &FundKey) -> String {
    if fund.district.is_pool() {
        "the pool".to_string()
    } else {
        format!("district {}", fund.district)
    }
}

/// A reference as it is, or the head of the fingerprint that stands for it.
fn called(reference: &Reference) -> String {
    match reference.print() {
        Some(print) => format!("print {}", short(&print)),
        None => reference.to_string(),
    }
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
