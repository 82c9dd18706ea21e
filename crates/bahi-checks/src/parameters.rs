//! What the checks hold to where no terms of a scheme say it: every threshold by name, with its source.
//!
//! # Invariants
//! * A threshold is a whole number with its unit in its name; none stands anywhere else.
//!
//! # Not here
//! Deadlines, gates, limits and formulas of a scheme: they are in its terms.

use bahi_core::Money;

/// Thresholds; the default is what each field says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameters {
    /// C05: recorded more than so many days after the effective day. 90: our choice.
    pub back_dated_days: u32,
    /// C15: cases on an edge are at least so many. 10: our choice.
    pub bunch_cases_min: u32,
    /// C15: and at least so many times those within `near_edge_percent` of it. 3: our choice.
    pub bunch_times: u32,
    /// C15, C17: how near an edge is near, in parts of a hundred of it. 5: our choice.
    pub near_edge_percent: u8,
    /// C31: different applicants of one account, at least. 2: any sharing is worth a look.
    pub account_sharers_min: u32,
    /// C43: a stated age below is no age of an applicant. 18: the age the orders ask for.
    pub age_min: u64,
    /// C43: a stated age above is no age. 100: our choice.
    pub age_max: u64,
    /// C43: the fact that states an age. `applicant_age`: the rulebook's name for it.
    pub age_fact: &'static str,
    /// C14: the fact that states a special category. `special_category`: the rulebook's name.
    pub category_fact: &'static str,
    /// C14: kinds of papers that prove it. Our choice: the orders name the papers, not their codes.
    pub category_papers: &'static [&'static str],
    /// C44: a case was overtaken if sanctioned so many days before the one paid first. 30: ours.
    pub overtaken_days: i32,
    /// C61: so many days after the lock's end. 90: our choice.
    pub after_lock_days: i32,
    /// C64: so many days after an objection. 90: our choice.
    pub after_objection_days: i32,
    /// C65: cases that make a round, at least. 3: our choice.
    pub round_cases_min: u32,
    /// C65: days from one payment to the next, at most. 120: our choice.
    pub round_days: i32,
    /// C66: payments of a branch, at least. 20: our choice.
    pub branch_payments_min: u32,
    /// C66: and so many parts of a hundred of its district's, at least. 50: our choice.
    pub branch_percent: u8,
    /// C82: so many days after a return. 30: the time audits of Indian transfers ask for.
    pub reissue_days: i32,
    /// C83: days from a sanction to its payment where the terms have no clock. 90: our choice.
    pub unpaid_days: i32,
    /// C84: so many days after a statement's last day a debit may wait. 30: our choice.
    pub unmatched_days: i32,
    /// C86: so many days after a demand is due. 0: due is due.
    pub after_due_days: i32,
    /// C91: months that a sanction lasts. 12: General Financial Rules 2017, rule 30.
    pub sanction_months: i32,
    /// C92: parts of a hundred of a year's payments in March, at most. 15: the limit that the Union's
    /// Ministry of Finance sets for March.
    pub march_percent: u8,
    /// C92: payments of a year, at least. 20: our choice, since few are always uneven.
    pub march_payments_min: u32,
    /// C93: so many days after the year. 90: our choice.
    pub interest_days: i32,
    /// C94: months after a payment. 12: General Financial Rules 2017, rule 238.
    pub certificate_months: i32,
    /// C96: digits of a full head of account. 15: what the Accountant General's office asks for.
    pub head_digits: usize,
    /// C97: so many days after things came in. 180: our choice.
    pub stock_days: i32,
    /// C99: payments of a scheme, at least. 1,000: fewer say nothing.
    pub digits_payments_min: u32,
    /// C99: mean distance of the nine shares, in parts of ten thousand. 150: Nigrini's bound of
    /// 0.015, above which first digits do not conform.
    pub digits_per_ten_thousand: u32,
    /// C10 and others: an amount is above what the terms give if by more. Nothing: to the paisa.
    pub above_terms: Money,
    /// How many findings of one check are kept; further ones are counted. 10,000: our choice.
    pub kept_max: usize,
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters {
            back_dated_days: 90,
            bunch_cases_min: 10,
            bunch_times: 3,
            near_edge_percent: 5,
            account_sharers_min: 2,
            age_min: 18,
            age_max: 100,
            age_fact: "applicant_age",
            category_fact: "special_category",
            category_papers: &[
                "category_certificate",
                "caste_certificate",
                "minority_certificate",
                "disability_certificate",
            ],
            overtaken_days: 30,
            after_lock_days: 90,
            after_objection_days: 90,
            round_cases_min: 3,
            round_days: 120,
            branch_payments_min: 20,
            branch_percent: 50,
            reissue_days: 30,
            unpaid_days: 90,
            unmatched_days: 30,
            after_due_days: 0,
            sanction_months: 12,
            march_percent: 15,
            march_payments_min: 20,
            interest_days: 90,
            certificate_months: 12,
            head_digits: 15,
            stock_days: 180,
            digits_payments_min: 1_000,
            digits_per_ten_thousand: 150,
            above_terms: Money::ZERO,
            kept_max: 10_000,
        }
    }
}
