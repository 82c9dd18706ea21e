//! What the rulebook's codes mean, in words for people.
//!
//! # Invariants
//! * Every policy, value, condition, item, fact and choice in the rulebook's terms has its words
//!   here, and nothing else has.

/// The meaning of a code that the rulebook's terms use, as a fragment without a full stop; `None`
/// for a code they do not use.
///
/// A policy's name says where the order is silent, its value what these terms choose there, so that
/// the two read as one sentence. A condition says what must hold.
///
/// ```
/// use bahi_odop::note;
/// let sentence = [note("rounding"), note("paisa_half_away_from_zero")];
/// assert_eq!(
///     sentence,
///     [
///         Some("the order is silent on rounding"),
///         Some("to the nearest paisa, a half away from zero"),
///     ]
/// );
/// assert_eq!(note("no such code"), None);
/// ```
#[must_use]
pub fn note(code: &str) -> Option<&'static str> {
    let lists = [POLICIES, CONDITIONS, ITEMS, FACTS, CHOICES];
    lists.into_iter().flatten().find(|(name, _)| *name == code).map(|(_, text)| *text)
}

type Notes = &'static [(&'static str, &'static str)];

/// Names of policies, then the values they take.
const POLICIES: Notes = &[
    ("rounding", "the order is silent on rounding"),
    ("lock_in_start", "the order is silent on the day the two years of the lock begin"),
    ("partial_loan", "the order is silent on a loan that the bank pays out only in part"),
    ("payment_in_parts", "the order is silent on paying the margin money in parts"),
    ("early_closure", "the order is silent on a loan closed before the two years end"),
    ("deposit_interest", "the order is silent on whose the interest of the term deposit is"),
    ("death_of_beneficiary", "the order is silent on what follows a beneficiary's death"),
    ("terms_of_which_day", "the order is silent on a case that began under the terms before it"),
    ("land_above_quarter", "the order is silent on what follows where land is above its quarter"),
    (
        "stated_land_cost",
        "the order leaves land out of the project cost and is silent on land stated beside it",
    ),
    ("claim_window_start", "the order counts 120 days without the month of the activity"),
    ("certification_fee", "the order pays certification besides and sets no rate for it"),
    ("paisa_half_away_from_zero", "to the nearest paisa, a half away from zero"),
    ("margin_money_credit", "from the day the margin money is credited"),
    ("up_to_twelve_parts", "in up to twelve, together never above the sanction"),
    ("undecided", "not decided here; a person decides"),
    ("day_of_sanction", "the terms in force on the day of the sanction"),
    ("refused", "the case is refused, and nothing is cut down to fit"),
    ("outside_project_cost", "recorded, and neither added to the project cost nor taken from it"),
    ("first_day_of_next_month", "from the first day of the month after it"),
    ("left_out", "left out of the entitlement"),
];

/// Conditions, as what must hold.
const CONDITIONS: Notes = &[
    ("vehicle_route_only", "only a special purpose vehicle may apply under these terms"),
    ("land_at_most_quarter", "land is at most a quarter of the cost, and of 15 crore at most"),
    ("special_purpose_only", "above 10 crore only a centre for environment or research is helped"),
    (
        "paid_as_one_total",
        "what was paid for this event is stated as one total, without stall, freight or travel",
    ),
    ("paid_item_by_item", "what was paid for a fair is stated item by item, not as one total"),
    ("total_paid_stated", "the total paid is stated"),
    ("rail_or_bus_only", "travel to a fair of this class is by rail or bus"),
    ("units_at_least_20", "at least 20 units take part"),
    ("batch_at_most_25", "a batch has at most 25 trainees"),
    ("ten_days", "the training lasts ten days"),
];

/// Items of an entitlement; those that are also an event's word stand here.
const ITEMS: Notes = &[
    ("margin_money", "margin money"),
    ("state_share", "the state's share of the project cost"),
    ("stall", "stall charges"),
    ("freight", "freight"),
    ("travel", "travel of one person, there and back"),
    ("total", "everything paid for the listing"),
    ("institutional_fair", "a fair that an export council or authority organises or takes part in"),
    ("international_branding", "an event of international branding by an export council"),
    ("honorarium", "the trainees' honorarium"),
    ("institute", "the institute's fee"),
    ("food", "the trainees' food"),
    ("toolkit", "the trainees' toolkits"),
];

/// Facts that the terms ask for.
const FACTS: Notes = &[
    ("project_cost", "the cost of the project"),
    ("special_category", "whether the applicant is of a special category"),
    ("product", "the product of the district"),
    ("land_cost", "the cost of the land"),
    ("purpose", "what the centre is for"),
    ("route", "who builds and runs the centre"),
    ("event", "the class of event"),
    ("stall_paid", "what was paid for the stall"),
    ("freight_paid", "what was paid for freight"),
    ("business", "whether goods went to businesses or to the public"),
    ("travel_mode", "how the person travelled"),
    ("travel_paid", "what was paid for travel"),
    ("total_paid", "what was paid in all"),
    ("units", "how many units take part"),
    ("trainees", "how many trainees the batch has"),
    ("days", "how many days the training lasts"),
    ("institute_fee_per_trainee_day", "the institute's fee for one trainee and day"),
    ("food_per_trainee_day", "what food costs for one trainee and day"),
    ("toolkit_each", "what one toolkit costs"),
];

/// Words that facts may hold.
const CHOICES: Notes = &[
    ("spv", "a special purpose vehicle of makers"),
    ("technical_institution", "a technical institution of the union or a state"),
    ("environment_rnd", "protection of the environment, or research and development"),
    ("in_state_fair", "a fair inside the state"),
    ("out_of_state_domestic_fair", "a fair in India outside the state"),
    ("in_state_other_fair", "a fair inside the state below the national level"),
    (
        "in_state_national_or_international_fair",
        "a fair of national or international level inside the state",
    ),
    (
        "out_of_state_national_or_international_fair",
        "a fair of national or international level in India outside the state",
    ),
    ("foreign_trade_fair", "a trade fair abroad"),
    ("ecommerce_onboarding", "a first listing on an online market"),
    ("b2b", "sold to businesses"),
    ("b2c", "sold to the public"),
    ("rail_bus", "by rail or bus"),
    ("air", "by air, economy class"),
];

#[cfg(test)]
mod tests {
    //! Notes and the codes of the terms are the same set.

    use alloc::{collections::BTreeSet, string::String};

    use bahi_core::{Expr, Require, Test};

    use super::*;
    use crate::schemes;

    #[derive(Default)]
    struct Codes(BTreeSet<String>);

    impl Codes {
        fn add(&mut self, code: &impl alloc::string::ToString) {
            self.0.insert(code.to_string());
        }

        fn require(&mut self, require: &Require) {
            self.add(&require.code);
            self.test(&require.test);
        }

        fn expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Fact(_) | Expr::Const(_) | Expr::Number(_) => {}
                Expr::Ratio { base, .. } => self.expr(base),
                Expr::Min(list) | Expr::Max(list) | Expr::Add(list) => {
                    list.iter().for_each(|inner| self.expr(inner));
                }
                Expr::Sub(left, right) | Expr::Mul(left, right) | Expr::Cap(left, right) => {
                    self.expr(left);
                    self.expr(right);
                }
                Expr::Slab { on, rows } => {
                    self.expr(on);
                    rows.iter().for_each(|row| self.expr(&row.gives));
                }
                Expr::Choose { rows, .. } => {
                    for (choice, gives) in rows {
                        self.add(choice);
                        self.expr(gives);
                    }
                }
                Expr::If(test, yes, no) => {
                    self.test(test);
                    self.expr(yes);
                    self.expr(no);
                }
                Expr::Require(require, then) => {
                    self.require(require);
                    self.expr(then);
                }
            }
        }

        fn test(&mut self, test: &Test) {
            match test {
                Test::AtMost(left, right) | Test::Below(left, right) => {
                    self.expr(left);
                    self.expr(right);
                }
                Test::Flag(_) | Test::Given(_) => {}
                Test::Is(_, choice) => self.add(choice),
                Test::All(list) | Test::Any(list) => {
                    list.iter().for_each(|inner| self.test(inner));
                }
                Test::Not(inner) => self.test(inner),
            }
        }
    }

    #[test]
    fn every_code_has_its_words_and_no_words_are_left_over() {
        let mut codes = Codes::default();
        for terms in schemes().iter().flat_map(|scheme| &scheme.versions) {
            let parts = terms.parts();
            parts.requires.iter().for_each(|require| codes.require(require));
            for policy in &parts.policies {
                codes.add(&policy.name);
                codes.add(&policy.value);
            }
            for item in &parts.items {
                codes.add(&item.name);
                item.when.iter().for_each(|test| codes.test(test));
                codes.expr(&item.allowed);
            }
            parts.facts.iter().for_each(|fact| codes.add(&fact.name));
            parts.own_contribution.iter().for_each(|own| codes.expr(own));
        }
        let lists = [POLICIES, CONDITIONS, ITEMS, FACTS, CHOICES];
        let noted = || lists.into_iter().flatten().map(|(code, _)| String::from(*code));
        assert_eq!(noted().collect::<BTreeSet<_>>(), codes.0);
        assert_eq!(noted().count(), codes.0.len(), "a code stands in one list, once");
        for (code, text) in lists.into_iter().flatten() {
            assert!(note(code) == Some(text) && !text.ends_with('.') && !text.is_empty(), "{code}");
        }
    }
}
