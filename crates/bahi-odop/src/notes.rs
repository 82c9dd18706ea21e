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
    (
        "state_maximum",
        "the order prints the vehicle's least share and is silent on the state's largest",
    ),
    (
        "cost_beside_union_scheme",
        "the order holds the state to the union's share and is silent on how the cost is divided",
    ),
    ("claim_window_start", "the order counts 120 days without the month of the activity"),
    ("month_of_activity", "the order is silent on an activity that lasts into another month"),
    ("cash_for_a_total", "the order lists what may be paid in cash and no event paid as one total"),
    (
        "ordinary_fair_outside_state",
        "the order's table names no fair outside the state below the national level",
    ),
    (
        "cash_at_national_fair_in_state",
        "the order names a national fair in the state under both of its rules for cash",
    ),
    ("trainee_not_completing", "the order is silent on a trainee who does not complete"),
    ("certification_fee", "the order pays certification besides and sets no rate for it"),
    ("paisa_half_away_from_zero", "to the nearest paisa, a half away from zero"),
    ("margin_money_credit", "from the day the margin money is credited"),
    ("up_to_twelve_parts", "in up to twelve, together never above the sanction"),
    ("undecided", "not decided here; a person decides"),
    ("day_of_sanction", "the terms in force on the day of the sanction"),
    ("refused", "the case is refused, and nothing is cut down to fit"),
    ("outside_project_cost", "recorded, and neither added to the project cost nor taken from it"),
    ("rest_of_the_least_share", "what the vehicle's least share leaves of the whole cost"),
    (
        "vehicle_keeps_its_least",
        "the union's comes first, the vehicle keeps its least share, the state gives the rest",
    ),
    ("first_day_of_next_month", "the first day of the month after it is day one"),
    ("month_of_last_day", "its last day says which month is left out"),
    ("no_row", "it is not helped"),
    ("tickets_alone", "the stricter holds: tickets alone"),
    ("no_honorarium", "who did not complete is paid no honorarium; the institute's days stand"),
    ("actual_cost", "what it cost, without a limit"),
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
    ("union_share_within_cost", "the union's share is no more than the project cost"),
    ("members_at_least_20", "the vehicle has at least 20 members"),
    ("two_thirds_linked", "at least two thirds of the members are linked to the product"),
    ("holding_at_most_tenth", "no member holds more than a tenth of the shares"),
    ("state_represented", "the vehicle's constitution admits a representative of the state"),
    (
        "legal_form_of_three",
        "the vehicle is a producer company, a society or a company under section 8",
    ),
    ("one_of_each_family", "no two members are of one family"),
    ("lease_at_least_15_years", "land is leased for at least 15 years"),
    ("lease_at_least_25_years", "land is leased for at least 25 years"),
    (
        "lease_only_in_government_area",
        "land is leased only in an industrial area or park of the government",
    ),
    ("land_of_no_member", "the land is no member's"),
    ("mortgage_at_least_15_years", "the land is mortgaged to the state for at least 15 years"),
    ("stall_not_in_cash", "the stall is not paid in cash"),
    ("freight_not_in_cash", "freight is not paid in cash"),
    ("total_not_in_cash", "the total is not paid in cash"),
    ("cash_for_rail_or_bus_alone", "of travel only a ticket for rail or bus is bought in cash"),
    (
        "cash_for_stall_in_state_alone",
        "only the stall of a fair in the state below the national level is paid in cash",
    ),
    ("cash_for_tickets_in_india_alone", "no ticket to a fair abroad is bought in cash"),
    ("five_and_five_days", "five days are skill or bridge training, five entrepreneurship"),
    ("honoraria_at_most_trainees", "no more honoraria than trainees"),
    ("toolkits_at_most_trainees", "no more toolkits than trainees"),
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
    (
        "institutional_fair",
        "a fair abroad, or in India of international level, by an export council or authority",
    ),
    (
        "international_branding",
        "international branding by an export council or authority: festival, seminar, workshop, \
         symposium, meeting of buyers and sellers, study of a market",
    ),
    ("honorarium", "the trainees' honorarium"),
    ("institute", "the institute's fee"),
    ("food", "the trainees' food"),
    ("toolkit", "the trainees' toolkits"),
    ("certification", "the trainees' certification"),
];

/// Facts that the terms ask for.
const FACTS: Notes = &[
    ("project_cost", "the cost of the project"),
    (
        "special_category",
        "whether the applicant is of a scheduled caste or tribe, another backward class, a \
         minority, a woman, or divyang",
    ),
    ("product", "the product of the district"),
    ("land_cost", "the cost of the land"),
    ("union_share", "what the union gives under a scheme of its own"),
    ("members", "how many members the vehicle has"),
    ("linked_members", "how many members are linked to the product"),
    ("shares", "how many shares the vehicle has"),
    ("largest_holding", "how many shares the largest holder has"),
    ("state_representative", "whether the constitution admits a representative of the state"),
    ("legal_form", "what the vehicle is in law"),
    ("one_member_per_family", "whether no two members are of one family"),
    ("lease_years", "how many years the land is leased for"),
    (
        "lease_in_government_area",
        "whether the leased land lies in an industrial area or park of the government",
    ),
    ("land_of_member", "whether the land is a member's"),
    ("mortgage_years", "how many years the land is mortgaged to the state for"),
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
    ("stall_in_cash", "whether the stall was paid in cash"),
    ("freight_in_cash", "whether freight was paid in cash"),
    ("travel_in_cash", "whether tickets were bought in cash"),
    ("total_in_cash", "whether the total was paid in cash"),
    ("trainees", "how many trainees the batch has"),
    ("days", "how many days the training lasts"),
    ("institute_fee_per_trainee_day", "the institute's fee for one trainee and day"),
    ("food_per_trainee_day", "what food costs for one trainee and day"),
    ("toolkit_each", "what one toolkit costs"),
    ("skill_days", "how many days are skill or bridge training"),
    ("entrepreneurship_days", "how many days are on entrepreneurship"),
    ("honoraria", "how many trainees completed and are due the honorarium; all where not stated"),
    ("toolkits", "how many trainees are due a toolkit; all where not stated"),
    ("certification_paid", "what certification cost"),
];

/// Words that facts may hold.
const CHOICES: Notes = &[
    ("spv", "a special purpose vehicle of makers"),
    ("technical_institution", "a technical institution of the union or a state"),
    ("international_body", "an international body permitted to"),
    (
        "environment_rnd",
        "protection of the environment, or research and development: effluent, waste, zero defect",
    ),
    ("producer_company", "a producer company"),
    ("society", "a society"),
    ("section_8_company", "a company under section 8"),
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
    ("rail_bus", "by rail in air-conditioned three-tier, or by air-conditioned bus"),
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
