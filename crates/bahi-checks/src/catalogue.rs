//! The table of the auditor's tests, by their stable ids.
//!
//! # Invariants
//! * Ids rise and never change their meaning; every id is here, decided or not.
//!
//! # Not here
//! Deciding: `audit` while the events go by, `end` after the last.

use crate::check::{
    Check, CheckId,
    Severity::{self, Error, Lead, Warning},
    Standing::{self, Decided, Undecidable},
};

const fn check(
    number: u8,
    severity: Severity,
    title: &'static str,
    question: &'static str,
    standing: Standing,
) -> Check {
    Check { id: CheckId::of(number), severity, title, question, standing }
}

/// Every check, by id.
pub const CHECKS: &[Check] = &[
    check(
        1,
        Error,
        "A payment that no sanction covers",
        "Which order let this payment go out?",
        Decided(
            "each payment against what its case was granted and already paid, counted anew, and against the day of the sanction",
        ),
    ),
    check(
        2,
        Error,
        "A sanction before its committee's word",
        "Where is the minute of the committee that came before this sanction?",
        Decided(
            "the milestones that the terms put before a sanction; cases without a single recorded step count once for a fund",
        ),
    ),
    check(
        3,
        Error,
        "A step out of order, or none where one is due",
        "What let the office go on without the step before?",
        Decided(
            "the milestones, the earliest day and the closing of a case, looked up again for each step, payment and use",
        ),
    ),
    check(
        4,
        Error,
        "One hand in two roles",
        "Who else looked at this before the money left?",
        Decided(
            "who applied for, granted, paid and audited a case: no two of the last three by one actor",
        ),
    ),
    check(
        5,
        Warning,
        "Recorded long after it counts",
        "Why was this written down so late, and by whom?",
        Decided(
            "days between an event's effective day and its recording, one finding for an actor and year",
        ),
    ),
    check(
        6,
        Error,
        "Events that do not hang together",
        "What stood at the place that is missing or out of order?",
        Decided(
            "positions without gap, instants that never fall, cases that exist; hashes and signatures are for `bahi verify`",
        ),
    ),
    check(
        7,
        Warning,
        "Terms not pinned or not in force",
        "Under which version of the terms was this granted?",
        Decided("the version a sanction names, against the days that version is in force"),
    ),
    check(
        10,
        Error,
        "Granted above the formula",
        "How was the amount worked out, and who allowed the rest?",
        Decided(
            "the terms evaluated again over the facts of the case; schemes that have no check of their own are found here too",
        ),
    ),
    check(
        11,
        Warning,
        "Granted below the formula",
        "Why did this case get less than its terms give?",
        Decided("the same evaluation; the ledger keeps no reason for giving less"),
    ),
    check(
        12,
        Error,
        "Land counted in the project cost",
        "Is land in the stated cost?",
        Undecidable(
            "the stated cost of margin money is one figure; its parts are in the bank's appraisal",
        ),
    ),
    check(
        13,
        Error,
        "Own contribution short",
        "What did the applicant bring?",
        Undecidable("what an applicant brought is in the bank's books and no fact states it"),
    ),
    check(
        14,
        Warning,
        "Special category without its paper",
        "Which paper proves the category?",
        Decided(
            "a case that states the category and has no paper of a named kind in any step or audit",
        ),
    ),
    check(
        15,
        Lead,
        "Costs that stand exactly on a slab's edge",
        "Were these costs written backwards from the slab?",
        Decided("sanctioned cases exactly on an edge of the terms' slabs against those near it"),
    ),
    check(
        16,
        Error,
        "The state's share above its slab",
        "How was the share worked out?",
        Decided("the terms evaluated again over the facts of the case"),
    ),
    check(
        17,
        Lead,
        "A cost just under an edge",
        "What was left out to stay under the edge?",
        Decided(
            "cases whose stated amount lies in the last parts under an edge of the terms, slabs and approval tiers alike",
        ),
    ),
    check(
        18,
        Error,
        "One project in two parts",
        "Is this one project under two names?",
        Decided(
            "two living sanctions of one body, each under an edge of the terms and together above it",
        ),
    ),
    check(
        19,
        Error,
        "Marketing aid above its cap",
        "Which bill carries this amount?",
        Decided("the terms evaluated again over the facts of the claim"),
    ),
    check(
        20,
        Error,
        "Training that is not what the order pays for",
        "Who attended, and on how many days?",
        Decided("the conditions on days, batch and honoraria, and the amount, evaluated again"),
    ),
    check(
        21,
        Error,
        "Toolkit above its price",
        "What did the kit cost at the shop?",
        Decided(
            "a kit stated above its limit in a case granted above its terms; a district's fixed price is not in the ledger",
        ),
    ),
    check(
        22,
        Error,
        "Institute or food above its rate",
        "What does the institute's bill say for each trainee and day?",
        Decided("a fee stated above its limit in a case granted above its terms"),
    ),
    check(
        30,
        Error,
        "The same person or family again",
        "Was it known that they had this benefit before?",
        Decided("the limits of the terms, counted again over every case of the ledger"),
    ),
    check(
        31,
        Lead,
        "One account for several beneficiaries",
        "Whose account is this, and how do the beneficiaries know each other?",
        Decided("payments by account, with different applicants"),
    ),
    check(
        32,
        Warning,
        "One telephone for many",
        "Who files these applications?",
        Undecidable("no event holds a telephone number or its fingerprint"),
    ),
    check(
        33,
        Warning,
        "One person in several districts",
        "Where does this person live and work?",
        Decided("applications by person, in more than one district of one scheme"),
    ),
    check(
        34,
        Error,
        "A made-up account or identity",
        "What was in the field before it was hashed?",
        Decided(
            "the branch code of a payment's payee, which is in the event: one letter or one digit throughout, or 123456; numbers of accounts and persons are fingerprints, and looked at on import",
        ),
    ),
    check(
        35,
        Warning,
        "Names that are nearly the same",
        "Are these two one person?",
        Undecidable("names are in no event, and fingerprints of near names are far apart"),
    ),
    check(
        36,
        Error,
        "Paid after word of a death",
        "Who took the money?",
        Decided(
            "a payment to an account or a person after a return whose reason the terms hold to be final",
        ),
    ),
    check(
        37,
        Error,
        "Paid again to an account that is not theirs",
        "Why was it sent to the same account once more?",
        Decided(
            "a payment again to the account of a return whose reason asks for another; holders' names are in no event",
        ),
    ),
    check(
        38,
        Error,
        "A number that looks like an Aadhaar number",
        "Who typed this, and where else is it?",
        Decided("every reference, case reference and introduced name, looked at again"),
    ),
    check(
        39,
        Warning,
        "An earlier benefit of another programme",
        "Which other register was asked?",
        Decided(
            "the terms' condition on what the application states; other registers are not in the ledger",
        ),
    ),
    check(
        40,
        Error,
        "A toolkit again too soon",
        "Where is the first kit?",
        Decided("the limits of the terms within years, counted again"),
    ),
    check(
        41,
        Error,
        "Too young",
        "Which paper shows the age?",
        Decided("the terms' condition on age, evaluated again"),
    ),
    check(
        42,
        Error,
        "A product that is not the district's",
        "Which notification has this product?",
        Decided(
            "the terms' condition on the product, evaluated again; whether it was notified is what the office stated",
        ),
    ),
    check(
        43,
        Warning,
        "An age that cannot be",
        "Which paper was the age taken from?",
        Decided("stated ages outside plausible bounds"),
    ),
    check(
        44,
        Lead,
        "A later case paid first",
        "Why did the later case not wait its turn?",
        Decided(
            "first payments of a fund against the order of its sanctions, one finding for a fund",
        ),
    ),
    check(
        50,
        Error,
        "More claims than the year allows",
        "Which of these claims should not have been paid?",
        Decided("the limits of the terms within a financial year, counted again"),
    ),
    check(
        51,
        Error,
        "One fair paid twice",
        "Who else paid for this fair?",
        Decided(
            "the limits of the terms on one fair, counted again over the schemes of the ledger",
        ),
    ),
    check(
        52,
        Error,
        "A fair that was not notified",
        "Which list has this fair?",
        Decided("the terms' condition, evaluated again; the list itself is not in the ledger"),
    ),
    check(
        53,
        Warning,
        "A claim after its time",
        "When did the office receive the claim?",
        Decided("the terms' condition on days to the claim, evaluated again"),
    ),
    check(
        54,
        Error,
        "Cash where the order asks for none",
        "Which bank statement shows the spending?",
        Decided("the terms' conditions on cash, evaluated again"),
    ),
    check(
        55,
        Error,
        "A fair of too few units",
        "Which units took part?",
        Decided("the terms' condition on units, evaluated again"),
    ),
    check(
        56,
        Error,
        "Listing aid again",
        "Which listing was paid for before?",
        Decided("the limits of the terms on a listing, counted again"),
    ),
    check(
        60,
        Error,
        "Made a grant before the lock ended",
        "Who let go of the deposit early?",
        Decided("the earliest day that the terms give an adjustment, computed again"),
    ),
    check(
        61,
        Warning,
        "Still locked long after the lock",
        "Where does this deposit lie, and who earns on it?",
        Decided(
            "money paid, neither adjusted nor returned, so many days after the earliest day of its adjustment",
        ),
    ),
    check(
        62,
        Error,
        "Made a grant without an inspection",
        "Who saw the unit at work?",
        Decided("the milestones that the terms put before an adjustment"),
    ),
    check(
        63,
        Error,
        "Interest on the margin money",
        "On which balance did the bank charge interest?",
        Undecidable("the loan account is the bank's; no event holds its interest"),
    ),
    check(
        64,
        Error,
        "Objected to, and nothing followed",
        "What was done after the objection?",
        Decided(
            "an audit that objects to money, and no recovery, demand or settlement within so many days",
        ),
    ),
    check(
        65,
        Lead,
        "Money that goes round",
        "Does each grant come back as the next one's security?",
        Decided("several cases of one account or one family, paid one soon after the other"),
    ),
    check(
        66,
        Lead,
        "One branch with much of a district",
        "Why does this branch have so many?",
        Decided("payments by branch within a scheme and district"),
    ),
    check(
        70,
        Error,
        "A tranche before the last was used",
        "Which certificate opened this tranche?",
        Decided(
            "the part that the terms ask to be used before an instalment, and the instalments before it",
        ),
    ),
    check(
        71,
        Error,
        "The state's money before the vehicle's",
        "Where did the vehicle spend its share first?",
        Decided("the step that the terms put before a payment"),
    ),
    check(
        72,
        Warning,
        "Money that lies idle",
        "What was bought, and when?",
        Decided(
            "the time the terms give for a first use after the credit, past or still running out",
        ),
    ),
    check(
        73,
        Error,
        "Interest not set off",
        "What did the earlier tranches earn?",
        Decided("the step that the terms put before a later instalment"),
    ),
    check(
        74,
        Error,
        "A vehicle that is not made up as ordered",
        "Who are the members, and how are they related?",
        Decided("the terms' conditions on members and holdings, evaluated again"),
    ),
    check(
        75,
        Warning,
        "Not finished in its time",
        "What still stands open on the ground?",
        Decided(
            "a step that the terms give a time after the sanction, not taken by the day of the audit",
        ),
    ),
    check(
        76,
        Error,
        "Approved by the wrong committee",
        "Whose signature is on the approval?",
        Decided("the terms' conditions on committee and class, evaluated again"),
    ),
    check(
        77,
        Error,
        "A certificate above its vouchers",
        "Which vouchers make up the certificate?",
        Undecidable("vouchers are with the vehicle; no event holds them"),
    ),
    check(
        80,
        Error,
        "One instalment paid twice",
        "Which of the two payments is the true one?",
        Decided(
            "payments of one instalment that both stand, and payments again that name no return of theirs",
        ),
    ),
    check(
        81,
        Error,
        "A bank's reference used twice",
        "Which of the two credits does the bank know?",
        Decided("the references of confirmed credits"),
    ),
    check(
        82,
        Error,
        "Came back and was left",
        "Who is waiting for this money?",
        Decided("returns with no payment again, cancellation or closing within so many days"),
    ),
    check(
        83,
        Warning,
        "Slow",
        "Where did the file lie?",
        Decided(
            "steps that were late by the terms, payments late by the terms, and sanctions unpaid or paid after so many days where the terms have no clock",
        ),
    ),
    check(
        84,
        Error,
        "The bank knows what the ledger does not",
        "What is this debit for?",
        Decided(
            "debits of statements that nothing matches or sets aside, one finding for a statement",
        ),
    ),
    check(
        85,
        Error,
        "The bank and the ledger differ",
        "Which of the two amounts left the account?",
        Decided("the amount of each matched line against that of its payment, compared again"),
    ),
    check(
        86,
        Lead,
        "Asked back and not received",
        "What has been done to recover this?",
        Decided("demands past their day, less what was recovered since"),
    ),
    check(
        90,
        Error,
        "Beyond the budget",
        "Which allotment covers this?",
        Decided(
            "what each fund was given, less what was granted from it, counted anew after each event",
        ),
    ),
    check(
        91,
        Warning,
        "Paid from a sanction that has lapsed",
        "Was the sanction carried on?",
        Decided("payments after the year of their fund, or so many months after their sanction"),
    ),
    check(
        92,
        Lead,
        "The rush of March",
        "What was March's money spent on, and was it needed then?",
        Decided("the part of a year's payments of a scheme and district that falls in March"),
    ),
    check(
        93,
        Error,
        "Money parked",
        "In whose account does the money lie at the end of the year?",
        Decided(
            "interest a fund earned and has not handed back so many days after its year; drawings from the treasury are not in the ledger",
        ),
    ),
    check(
        94,
        Warning,
        "No certificate in its time",
        "Where is the utilisation certificate?",
        Decided(
            "payments of schemes without a lock, neither used nor returned so many months after",
        ),
    ),
    check(
        95,
        Warning,
        "Money moved late or without an order",
        "Who authorised the move?",
        Decided("moves between funds after their year, or without an authority"),
    ),
    check(
        96,
        Warning,
        "No full head of account",
        "Which head was this charged to?",
        Decided(
            "sanctions without a head, and heads that are not so many digits, one finding for a head",
        ),
    ),
    check(
        97,
        Warning,
        "Bought and not given",
        "Where are the kits?",
        Decided(
            "things received less those handed over and written off, so many days after the last came in",
        ),
    ),
    check(
        98,
        Lead,
        "A beneficiary was asked for money",
        "Who complained, and of whom?",
        Undecidable("the ledger takes no complaints"),
    ),
    check(
        99,
        Lead,
        "Digits that are not by chance",
        "What makes these amounts so alike?",
        Decided(
            "first digits of the payments of a scheme against the first-digit law; formulas and caps bend it too",
        ),
    ),
];
