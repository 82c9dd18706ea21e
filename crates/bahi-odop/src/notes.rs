//! What the rulebook's codes mean, in words for people.
//!
//! # Invariants
//! * Every policy, value, condition, limit, item, fact, choice, step, paper, reason, return and
//!   outcome in the rulebook's terms has its words here, and nothing else has.

mod procedures;

use procedures::{OUTCOMES, PAPERS, REASONS, RETURNS, STEPS};

/// The meaning of a code that the rulebook's terms use, as a fragment without a full stop; `None`
/// for a code they do not use.
///
/// A policy's name says where the order is silent, its value what these terms choose there, so that
/// the two read as one sentence. A condition says what must hold, a step what was done, a return why
/// a payment came back.
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
    LISTS.into_iter().flatten().find(|(name, _)| *name == code).map(|(_, text)| *text)
}

type Notes = &'static [(&'static str, &'static str)];

/// Every list; a code stands in one of them.
const LISTS: [Notes; 11] = [
    POLICIES, CONDITIONS, LIMITS, ITEMS, FACTS, CHOICES, STEPS, PAPERS, REASONS, RETURNS, OUTCOMES,
];

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
    (
        "other_schemes_claims",
        "the order forbids a fair under two schemes and is silent on how the other is known",
    ),
    (
        "task_force_time",
        "the order has the task force meet each month and is silent on the time of one case",
    ),
    (
        "joint_inspection_day",
        "the order is silent on an inspection before the two years of the lock end",
    ),
    ("typical_times", "the department's paper of 2025 names times it calls typical"),
    (
        "payments_by_payee",
        "the order pays the institute half at the start and half on completion, and a trainee then",
    ),
    (
        "steps_before_money",
        "the order asks for steps before money and is silent on a step that nobody recorded",
    ),
    ("payment_that_came_back", "the order is silent on a payment that came back"),
    ("outcomes", "no order asks a case for what it came to beside the money"),
    ("stated_in_this_ledger", "by the claims that this ledger holds"),
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
    ("one_month", "a month, one meeting's turn"),
    ("after_the_lock", "not before the two years end"),
    ("said_not_held", "what is beyond them is called late, and nothing is refused"),
    ("not_told_apart", "terms do not know a payment's payee, so any waits for the first day alone"),
    ("shown", "what is not recorded is shown, and the money is not refused for it"),
    ("by_its_reason", "what the clearing house's reason means for paying it again"),
    ("asked_by_this_ledger", "this ledger takes what a step reports, and asks for nothing"),
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
    ("applicant_of_18_years", "the applicant is at least 18 years old on the day of application"),
    ("no_defaulter", "the applicant owes no bank, financial or public institution a debt overdue"),
    (
        "first_self_employment_benefit",
        "the applicant had nothing from another self-employment scheme of the union or the state",
    ),
    ("notified_product_only", "the unit makes or trades the product notified for its district"),
    ("native_of_the_state", "the trainee is a native of Uttar Pradesh"),
    ("notified_fair_only", "the fair is one that the Commissioner notified"),
    ("claimed_within_120_days", "the claim is made within 120 days, the month of the event aside"),
    ("committee_for_the_cost", "above 10 crore the high level committee approved the centre"),
];

/// Limits, as how often somebody may have what the terms give.
const LIMITS: Notes = &[
    ("once_per_family", "an applicant or their family has margin money once"),
    ("training_once_per_family", "husband and wife are trained and equipped once"),
    ("no_toolkit_in_two_years", "a person has no second toolkit within two years"),
    ("three_claims_a_purpose", "three claims for one purpose in a financial year"),
    ("three_claims_a_year", "three claims in all in a financial year"),
    ("fair_once", "a fair is claimed for once, under whichever scheme"),
    ("listing_once", "a first listing is claimed for once"),
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
    ("applicant_age", "how many years old the applicant is on the day of application"),
    ("defaulter", "whether the applicant owes an institution a debt overdue"),
    (
        "earlier_self_employment_benefit",
        "whether the applicant had something from another self-employment scheme",
    ),
    ("product_notified", "whether the product is the one notified for the district"),
    ("native_of_state", "whether the trainee is a native of Uttar Pradesh"),
    ("event_name", "which event it was, by one name for all its claims"),
    ("fair_notified", "whether the Commissioner notified the fair"),
    ("days_to_claim", "days from the first of the month after the event to the claim"),
    ("approved_by", "which committee approved the centre"),
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
    ("state_level_committee", "the state level committee"),
    ("high_level_committee", "the high level committee"),
    ("rail_bus", "by rail in air-conditioned three-tier, or by air-conditioned bus"),
    ("air", "by air, economy class"),
];

#[cfg(test)]
mod tests;
