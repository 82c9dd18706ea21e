//! The words of what a case goes through: steps, papers, reasons, returns, outcomes.

use super::Notes;

/// Steps, as what was done.
pub(super) const STEPS: Notes = &[
    ("registered", "the office entered the application in its register, in serial order"),
    ("task_force_selected", "the district's task force chose the applicant"),
    ("sent_to_bank", "the office sent the file to the bank's branch"),
    ("bank_decided", "the branch granted the loan and told the office"),
    ("trained", "the applicant was trained for at least a week"),
    ("training_exempt", "the applicant was trained before and is exempt"),
    ("first_instalment_released", "the branch paid out the first instalment of the loan"),
    ("claim_received", "the office received the branch's claim of the margin money"),
    ("joint_inspection", "office and branch inspected the unit after two years, without default"),
    (
        "calamity_reported",
        "the unit closed by a natural calamity or another exceptional cause, and that was reported",
    ),
    ("district_committee_screened", "the district level committee screened the expression"),
    ("state_committee_in_principle", "the state level committee approved the centre in principle"),
    ("high_committee_in_principle", "the high level committee approved the centre in principle"),
    ("vehicle_registered", "the special purpose vehicle was registered"),
    ("report_submitted", "the detailed project report was submitted"),
    ("appraised", "experts appraised the report, and its civil works were estimated"),
    ("state_committee_approved", "the state level committee gave its final approval"),
    ("high_committee_approved", "the high level committee gave its final approval"),
    ("agreement_signed", "department and vehicle signed their agreement"),
    ("vehicle_share_spent", "the vehicle's own money was spent first"),
    ("interest_set_off_2", "interest earned was set off against the second tranche"),
    ("interest_set_off_3", "interest earned was set off against the third tranche"),
    ("completed", "the centre was completed"),
    ("hard_copy_received", "the office received the hard copy of the claim made online"),
    ("scrutinised", "the office looked through the claim item by item"),
    ("district_committee_decided", "the district level committee granted the claim"),
    ("state_committee_decided", "the state level committee granted the claim"),
    ("listed", "the claim has its place in the Commissioner's list, first come, first served"),
    ("budget_confirmed", "there is budget for the claim at its place in the list"),
    ("selected", "the selection committee chose the trainees"),
    ("enrolled", "the batch began its first day"),
    ("training_completed", "the trainees completed their ten days to satisfaction"),
    ("certified", "the sector's council certified the trainees' skill"),
    ("toolkit_ordered", "the office ordered the kits"),
    ("toolkit_received", "the office received the kits"),
    ("toolkit_handed_over", "the trainees have their kits"),
];

/// Kinds of papers that steps name.
pub(super) const PAPERS: Notes = &[
    ("claim", "the branch's claim"),
    ("inspection_report", "the report of the joint inspection"),
    ("report_of_closure", "the report of the unit's closure and its cause"),
    ("registration", "the vehicle's registration"),
    ("project_report", "the detailed project report"),
    ("appraisal_report", "the report of the appraisal"),
    ("agreement", "the agreement"),
    ("interest_statement", "the bank's statement of interest on the project's account"),
    ("provider_invoice", "the invoice of the online market"),
    ("bank_statement", "the statement of the account that paid"),
    ("identity_paper", "a paper that shows who applies"),
    ("list_number", "the number in the list"),
    ("completion_certificate", "the deputy commissioner's certificate of completion"),
    ("skill_certificate", "the council's certificate"),
    ("contract", "the contract of the purchase"),
    ("receipt", "the trainees' receipt"),
];

/// Reasons of an adjustment that have gates of their own.
pub(super) const REASONS: Notes = &[
    ("calamity", "set off against the loan after a natural calamity"),
    ("exceptional_cause", "set off against the loan after another exceptional cause"),
];

/// Why a payment came back, and what follows where that is not plain.
pub(super) const RETURNS: Notes = &[
    ("01", "the account is closed"),
    ("02", "there is no such account"),
    ("03", "the account's name or kind does not tally; the payee's record is corrected"),
    ("04", "another reason; the bank's remark says which"),
    ("51", "the account holder's papers are pending with the bank"),
    ("52", "papers are pending for a holder who came of age"),
    ("53", "the account is inoperative; its holder revives it"),
    ("54", "the account is dormant; its holder revives it"),
    ("55", "the account waits for its first transaction"),
    ("56", "a small account waits for its first transaction at its own branch"),
    (
        "57",
        "above what the account may be credited at once; a grant is not split, so its limit is raised",
    ),
    ("58", "the account has reached the most it may hold"),
    ("59", "the bank's network failed"),
    ("60", "the account holder has died"),
    ("62", "the account is under litigation"),
    ("68", "the account is blocked or frozen"),
    ("69", "the account holder is insolvent or of unsound mind"),
    ("71", "an account of this kind takes no such credit, as one of a loan or a deposit"),
];

/// Numbers that a step may report.
pub(super) const OUTCOMES: Notes = &[
    ("jobs", "how many persons have work by it"),
    ("units_set_up", "how many units were set up or enlarged"),
    ("turnover", "what was sold in a year"),
    ("members_served", "how many members used the centre"),
    ("orders_booked", "orders booked at the event"),
    ("exports", "what was exported on such orders"),
];
