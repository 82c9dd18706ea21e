//! Every deadline of the programme, and where the terms hold it or why they do not.
//!
//! # Invariants
//! * What a row names is there, in each of its versions, and no gate has a length without a row.

/// A deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// A short name that stays: `MM-S2`.
    pub id: &'static str,
    /// From what, to what, in which time.
    pub what: &'static str,
    /// The versions of terms it belongs to; none where it is no scheme's own.
    pub versions: &'static [&'static str],
    /// Where it is held.
    pub held: Held,
}

/// Where a deadline is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// A gate makes it late: what the gate is of, and the length, in the text forms of terms.
    LateAfter(&'static [(&'static str, &'static str)]),
    /// A gate does not let it come before: the same.
    NotBefore(&'static [(&'static str, &'static str)]),
    /// A condition of this code.
    Condition(&'static str),
    /// A limit of this code.
    Limit(&'static str),
    /// Nowhere, and why.
    Nowhere(&'static str),
}

use Held::{Condition, LateAfter, Limit, NotBefore, Nowhere};

const MM: &[&str] = &["mm-2018"];
const MDA: &[&str] = &["mda-2019", "mda-2020"];
const TT: &[&str] = &["tt-2020"];
const CFC: &[&str] = &["cfc-2018", "cfc-2023"];
const CFC_2023: &[&str] = &["cfc-2023"];
const NO_SCHEME: &[&str] = &[];

/// Every deadline of the four schemes, then those of rules beside them.
pub const DEADLINES: &[Deadline] = &[
    row(
        "MM-S1",
        "from the register to the task force: one of its monthly meetings",
        MM,
        LateAfter(&[("step task_force_selected", "1 months after step registered")]),
    ),
    row(
        "MM-S2",
        "from the task force to the bank's branch: 7 days",
        MM,
        LateAfter(&[("step sent_to_bank", "7 days after step task_force_selected")]),
    ),
    row(
        "MM-S3",
        "from the branch's receipt to its decision: a month",
        MM,
        LateAfter(&[("step bank_decided", "1 months after step sent_to_bank")]),
    ),
    row(
        "MM-S4",
        "from the bank's decision to the end of training: at least a week",
        MM,
        NotBefore(&[("step trained", "7 days after step bank_decided")]),
    ),
    row(
        "MM-S5",
        "from the training to the first instalment of the loan: a month",
        MM,
        LateAfter(&[("step first_instalment_released", "1 months after step trained")]),
    ),
    row(
        "MM-S6",
        "from the first instalment to the bank's claim: 7 days",
        MM,
        LateAfter(&[("step claim_received", "7 days after step first_instalment_released")]),
    ),
    row(
        "MM-S7",
        "from the claim to the payment: 7 days, subject to budget",
        MM,
        LateAfter(&[("payment", "7 days after step claim_received")]),
    ),
    row(
        "MM-S8",
        "from the lock's beginning to inspection and grant: not before two years",
        MM,
        NotBefore(&[
            ("step joint_inspection", "24 months after credit"),
            ("adjustment", "24 months after credit"),
        ]),
    ),
    row(
        "MDA-S1",
        "from the month after the event to the claim: 120 days",
        MDA,
        Condition("claimed_within_120_days"),
    ),
    row(
        "MDA-S2",
        "from the claim to its hard copy: 15 days",
        MDA,
        LateAfter(&[("step hard_copy_received", "15 days after application")]),
    ),
    row(
        "TT-S1",
        "from a training without a kit for want of funds to the kit: next year, first",
        TT,
        Nowhere("the end of the next financial year is no length of days or months after a step"),
    ),
    row(
        "TT-S2",
        "from the last toolkit to an application: two years",
        TT,
        Limit("no_toolkit_in_two_years"),
    ),
    row(
        "TT-DAYS",
        "from the first day of a batch to its last: ten days, both counted",
        TT,
        NotBefore(&[("step training_completed", "9 days after step enrolled")]),
    ),
    row(
        "CFC-S1",
        "from the approval in principle to the project report: 3 months",
        CFC,
        LateAfter(&[
            ("step report_submitted", "3 months after step state_committee_in_principle"),
            ("step report_submitted", "3 months after step high_committee_in_principle"),
        ]),
    ),
    row(
        "CFC-S2",
        "from the expression of interest to the district committee: typically a month",
        CFC_2023,
        LateAfter(&[("step district_committee_screened", "1 months after application")]),
    ),
    row(
        "CFC-S3",
        "from the approval in principle to the vehicle's registration: typically 20 to 30 days",
        CFC_2023,
        LateAfter(&[
            ("step vehicle_registered", "30 days after step state_committee_in_principle"),
            ("step vehicle_registered", "30 days after step high_committee_in_principle"),
        ]),
    ),
    row(
        "CFC-S4",
        "from the financial sanction to the finished centre: two years",
        CFC,
        LateAfter(&[("step completed", "24 months after sanction")]),
    ),
    row(
        "CFC-S5",
        "from the credit to the use of the state's money: 3 months",
        CFC,
        LateAfter(&[("use", "3 months after credit")]),
    ),
    row(
        "UC-S1",
        "from the close of a year to the certificate of use: 12 months",
        NO_SCHEME,
        Nowhere("a rule of the union, about a year's grants together and not about a case"),
    ),
    row(
        "SAN-S1",
        "from a sanction to its first payment: 12 months, or the year's end",
        NO_SCHEME,
        Nowhere("a rule of the union, and the end of a financial year is no length of time"),
    ),
    row(
        "BUD-S1",
        "the surrender of savings: 25 March",
        NO_SCHEME,
        Nowhere("a day of the calendar, about a fund and not about a case"),
    ),
    row(
        "GRV-S1",
        "from a grievance to its next level: at once, 10, 20, 30 days",
        NO_SCHEME,
        Nowhere("a grievance is no part of a case"),
    ),
    row(
        "PAY-S1",
        "from a credit that failed to its reversal: the day after",
        NO_SCHEME,
        Nowhere("it binds banks, and a return is known only once it is recorded"),
    ),
    row(
        "TOK-S1",
        "from a treasury's token to the bill: 10 days",
        NO_SCHEME,
        Nowhere("a treasury's token is no part of a case"),
    ),
];

const fn row(
    id: &'static str,
    what: &'static str,
    versions: &'static [&'static str],
    held: Held,
) -> Deadline {
    Deadline { id, what, versions, held }
}
