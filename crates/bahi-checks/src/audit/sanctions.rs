//! Sanctions against their terms, evaluated again.

use alloc::format;

use bahi_core::{
    ItemOutcome, Money, NotEntitled, Recorded, SanctionRevised, StoredFact, Subject, Total, Word,
};

use super::Audit;
use crate::memory::{Grant, push_single};

/// The rulebook's conditions and limits by their codes, and the check that each belongs to.
const CODES: &[(&str, u8)] = &[
    ("applicant_of_18_years", 41),
    ("batch_at_most_25", 20),
    ("cash_for_rail_or_bus_alone", 54),
    ("cash_for_stall_in_state_alone", 54),
    ("cash_for_tickets_in_india_alone", 54),
    ("claimed_within_120_days", 53),
    ("committee_for_the_cost", 76),
    ("fair_once", 51),
    ("first_self_employment_benefit", 39),
    ("five_and_five_days", 20),
    ("freight_not_in_cash", 54),
    ("holding_at_most_tenth", 74),
    ("honoraria_at_most_trainees", 20),
    ("legal_form_of_three", 74),
    ("listing_once", 56),
    ("members_at_least_20", 74),
    ("no_toolkit_in_two_years", 40),
    ("notified_fair_only", 52),
    ("notified_product_only", 42),
    ("one_of_each_family", 74),
    ("special_purpose_only", 76),
    ("stall_not_in_cash", 54),
    ("state_represented", 74),
    ("ten_days", 20),
    ("three_claims_a_purpose", 50),
    ("three_claims_a_year", 50),
    ("total_not_in_cash", 54),
    ("travel_not_in_cash", 54),
    ("two_thirds_linked", 74),
    ("units_at_least_20", 55),
];

/// The check of a condition's or a limit's code.
pub(crate) fn check_of_code(code: &str) -> Option<u8> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, check)| *check)
}

/// The check that a scheme's formula belongs to, by the rulebook's names; every other scheme's is C10.
fn check_of_formula(scheme: Option<&str>) -> u8 {
    match scheme {
        Some("cfc") => 16,
        Some("mda") => 19,
        Some("training-toolkit") => 20,
        Some(_) | None => 10,
    }
}

impl Audit {
    pub(super) fn take_sanction(&mut self, recorded: &Recorded, case: usize) {
        let envelope = &recorded.envelope;
        self.look_at_gates(recorded, case, &Subject::Sanction, None);
        if envelope.effective_day < self.cases[case].day {
            self.note(recorded, 3, "granted before it applied".into());
        }
        if envelope.fund.head.is_none() {
            self.note(recorded, 96, "no head of account".into());
        } else if self.heads_seen.insert(envelope.fund.head.0) {
            self.look_at_head(recorded);
        }
        self.look_at_terms(recorded, case, envelope.amount);
        let grant = Grant {
            position: recorded.position,
            day: envelope.effective_day,
            actor: envelope.actor,
            terms: envelope.terms,
            fund: envelope.fund,
            authority: envelope.authority,
            alive: true,
        };
        self.cases[case].fund = envelope.fund;
        push_single(&mut self.cases[case].grants, grant);
    }

    pub(super) fn take_revision(
        &mut self,
        recorded: &Recorded,
        case: usize,
        revised: &SanctionRevised,
    ) {
        if revised.raised {
            self.look_at_terms(recorded, case, revised.sanctioned);
        }
    }

    /// C96: a head that is not so many digits, once for each head.
    fn look_at_head(&mut self, recorded: &Recorded) {
        let Some(head) = self.names.head(recorded.envelope.fund.head).cloned() else { return };
        let digits = head.as_str().bytes().filter(u8::is_ascii_digit).count();
        if digits != self.parameters.head_digits {
            let finding = self.note(recorded, 96, format!("the head {head} has {digits} digits"));
            finding.district = None;
            finding.amount = Total::ZERO;
        }
    }

    /// C07, and what the terms give for the facts against what was granted.
    fn look_at_terms(&mut self, recorded: &Recorded, case: usize, granted: Money) {
        let envelope = &recorded.envelope;
        let (scheme, day) = (envelope.fund.scheme, envelope.effective_day);
        let known = (envelope.terms > 0).then(|| self.terms(scheme, envelope.terms, day)).flatten();
        let Some(terms) = known else {
            self.note(recorded, 7, format!("version {} of the terms is unknown", envelope.terms));
            return;
        };
        let in_force = terms.in_force_on(day);
        let facts = self.cases[case].facts(&self.names);
        let outcome = terms.entitlement(&facts);
        let scheme = self.names.scheme(scheme).map(|name| name.as_str());
        let formula = check_of_formula(scheme);
        let told = match outcome {
            // Nearly every grant is what the terms give: texts are made for the others alone.
            Ok(given) if given.amount == granted => None,
            Ok(given) => {
                let order = terms.authority_of(&given.paragraph);
                let item = item_check(formula, &given.items);
                Some(Ok((given.amount, given.paragraph, order, item)))
            }
            Err(why) => {
                let all = terms.parts();
                let (check, line) = match &why {
                    NotEntitled::Condition { code, paragraph } => {
                        (check_of_code(code.as_str()).unwrap_or(formula), paragraph)
                    }
                    NotEntitled::NoRow { paragraph, .. } => (formula, paragraph),
                    NotEntitled::MissingFact(_)
                    | NotEntitled::UnknownFact(_)
                    | NotEntitled::WrongKind(_)
                    | NotEntitled::OutOfRange => (formula, &all.name),
                };
                let why = format!("{} gives nothing: {why}", all.name);
                Some(Err((check, why, line.clone(), terms.authority_of(line))))
            }
        };
        let out_of_force = (!in_force).then(|| format!("{} was not in force", terms.parts().name));
        if let Some(told) = out_of_force {
            self.note(recorded, 7, told);
        }
        match told {
            None => {}
            Some(Ok((given, line, order, item))) => {
                self.compare(recorded, (granted, given), (line, order), (formula, item));
            }
            Some(Err((check, why, line, order))) => {
                let finding = self.note(recorded, check, why);
                finding.rule = Some(line);
                finding.order = Some(order);
            }
        }
        self.look_at_category(recorded, case);
    }

    fn compare(
        &mut self,
        recorded: &Recorded,
        (granted, given): (Money, Money),
        (line, order): (Word, bahi_core::Authority),
        (formula, item): (u8, u8),
    ) {
        let over = granted.paise() - given.paise();
        let (check, amount) = if over > self.parameters.above_terms.paise() {
            (item, over)
        } else if over < 0 && formula == 10 {
            (11, -over)
        } else {
            return;
        };
        let detail = format!("granted {}, the terms give {}", granted.grouped(), given.grouped());
        let finding = self.note(recorded, check, detail);
        finding.amount = Total::from_paise(i128::from(amount));
        finding.rule = Some(line);
        finding.order = Some(order);
    }

    /// C14: a special category without its paper, by the time of the sanction.
    fn look_at_category(&mut self, recorded: &Recorded, case: usize) {
        let one = &self.cases[case];
        let stated = one.fact_of(self.category);
        if stated == Some(StoredFact::Flag(true)) && !one.category_paper {
            self.note(
                recorded,
                14,
                "granted as of a special category, and no paper proves it".into(),
            );
        }
    }
}

/// The check of the item that claims more than its limit, where one does.
fn item_check(formula: u8, items: &[ItemOutcome]) -> u8 {
    if formula != 20 {
        return formula;
    }
    let above =
        items.iter().find(|item| item.claimed.is_some_and(|claimed| claimed > item.allowed));
    match above.map(|item| item.item.as_str()) {
        Some("toolkit") => 21,
        Some("institute" | "food") => 22,
        Some(_) | None => 20,
    }
}
