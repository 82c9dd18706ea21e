//! What drawn cases go through beside their money: which step on which day, with which papers.
//!
//! Most cases keep to the procedure of their terms, so that an audit of the demonstration shows what
//! does not. A few do not, as in any office: a payment late, a lock forgotten, a return left lying,
//! and three district offices that wrote no steps down in the first year.
//!
//! # Invariants
//! * What is drawn here is drawn from a sequence of the case's own: the money of a case is the same
//!   with its steps and without.
//! * The first step, and whatever follows a sanction, comes no sooner than the offices hand in
//!   together.
//! * Nothing that is drawn here happens after the stories end.
//!
//! # Not here
//! The money of a case, and the commands: `life`.

use bahi_core::{
    Day,
    Role::{self, DistrictOffice, SanctioningAuthority},
};

use super::{draw::Draw, life::Life};

/// Cases in a thousand in which something is forgotten that the terms ask for.
const FORGOTTEN_PER_MILLE: u64 = 3;
/// Returns in a thousand, of those not paid again, that nobody looks at any more.
const LEFT_PER_MILLE: u64 = 80;
/// The year in which a few offices wrote no steps down, and one in how many district codes.
const SILENT_YEAR: u16 = 2020;
const SILENT_EVERY: u32 = 25;

/// A step that is taken, so many days after what it is counted from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Taken {
    pub(super) after: u64,
    pub(super) step: &'static str,
    pub(super) by: Role,
    pub(super) paper: Option<&'static str>,
}

const fn taken(after: u64, by: Role, step: &'static str) -> Taken {
    Taken { after, step, by, paper: None }
}

impl Taken {
    const fn with(self, paper: &'static str) -> Taken {
        Taken { paper: Some(paper), ..self }
    }
}

/// The last day on which anything drawn happens: some days before the last scene of the stories.
pub(super) fn end() -> Day {
    Day::from_date(2026, 6, 25).unwrap_or(Day::MAX)
}

/// Whether the case's office writes its steps down.
pub(super) fn recorded(life: &Life) -> bool {
    let silent =
        life.fy.first() == SILENT_YEAR && u32::from(life.district.0).is_multiple_of(SILENT_EVERY);
    life.with_steps && !silent
}

/// What is drawn for one purpose, the same whenever it is asked.
fn own(life: &Life, purpose: u64) -> Draw {
    Draw::new(life.own ^ purpose)
}

/// Whether something is forgotten after the payment.
fn forgets(life: &Life) -> bool {
    own(life, 1).per_mille(FORGOTTEN_PER_MILLE)
}

/// Whether a return that is not paid again is left lying, its sanction neither cancelled.
pub(super) fn leaves_return(life: &Life) -> bool {
    !life.with_steps || own(life, 2).per_mille(LEFT_PER_MILLE)
}

/// Days from the sanction to the payment.
pub(super) fn paid_after(life: &Life) -> u64 {
    let mut draw = own(life, 3);
    // Margin money is paid within seven days of a claim that came on the day before the sanction.
    let clock = life.with_steps && life.scheme == "margin-money";
    if clock && !draw.per_mille(FORGOTTEN_PER_MILLE) { draw.between(3, 6) } else { life.paid_after }
}

/// The steps before a sanction that many days after the application.
pub(super) fn before_sanction(life: &Life, sanction: u64) -> Vec<Taken> {
    if !recorded(life) {
        return Vec::new();
    }
    let office = |after, step| taken(after, DistrictOffice, step);
    let authority = |after, step| taken(after, SanctioningAuthority, step);
    match life.scheme {
        "margin-money" => margin_money(&mut own(life, 4), sanction),
        "cfc" => Vec::from([
            authority(3, "district_committee_screened"),
            authority(6, "state_committee_in_principle"),
            office(9, "vehicle_registered").with("registration"),
            office(sanction - 8, "report_submitted").with("project_report"),
            office(sanction - 5, "appraised").with("appraisal_report"),
            authority(sanction - 2, "state_committee_approved"),
        ]),
        "mda" => Vec::from([
            office(own(life, 5).between(3, 12), "hard_copy_received"),
            office(sanction - 6, "scrutinised"),
            authority(sanction - 4, "district_committee_decided"),
            office(sanction - 3, "listed").with("list_number"),
            authority(sanction - 1, "budget_confirmed"),
        ]),
        _ => Vec::from([office(5, "selected")]),
    }
}

/// From the register to the bank's claim. Of the weeks that pass, some are the task force's and some
/// the bank's; neither takes more than the order gives it.
fn margin_money(draw: &mut Draw, sanction: u64) -> Vec<Taken> {
    const SHORTEST: u64 = 20;
    const MONTH: u64 = 26;
    let slack = sanction.saturating_sub(SHORTEST);
    let waits = draw.between(slack.saturating_sub(MONTH), slack);
    let selected = draw.between(waits.saturating_sub(MONTH), waits.min(MONTH));
    let training = if draw.per_mille(700) { "trained" } else { "training_exempt" };
    Vec::from([
        taken(3, DistrictOffice, "registered"),
        taken(4 + selected, SanctioningAuthority, "task_force_selected"),
        taken(5 + selected, DistrictOffice, "sent_to_bank"),
        taken(6 + waits, DistrictOffice, "bank_decided"),
        taken(13 + waits, DistrictOffice, training),
        taken(sanction - 3, DistrictOffice, "first_instalment_released"),
        taken(sanction - 1, DistrictOffice, "claim_received").with("claim"),
    ])
}

/// The steps after the sanction, up to the payment and beside it, in days after the sanction.
pub(super) fn after_sanction(life: &Life) -> Vec<Taken> {
    if !recorded(life) {
        return Vec::new();
    }
    let office = |after, step| taken(after, DistrictOffice, step);
    match life.scheme {
        "cfc" => Vec::from([
            office(3, "agreement_signed").with("agreement"),
            office(5, "vehicle_share_spent"),
        ]),
        "training-toolkit" => Vec::from([
            office(3, "enrolled"),
            office(13, "training_completed").with("completion_certificate"),
            office(16, "certified").with("skill_certificate"),
            office(17, "toolkit_ordered").with("contract"),
            office(40, "toolkit_received"),
            office(45, "toolkit_handed_over").with("receipt"),
        ]),
        _ => Vec::new(),
    }
}

/// What is done with money that stayed with its payee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Afterwards {
    /// The step that shows it, and when.
    pub(super) shown: Option<(Day, Taken)>,
    /// When a certificate of its use comes, where the terms have no lock.
    pub(super) used_on: Option<Day>,
    /// When it is made the unit's own, where they have one.
    pub(super) adjusted_on: Option<Day>,
}

/// What follows a payment on this day that did not come back; nothing where it is recovered.
pub(super) fn afterwards(life: &Life, paid_on: Day) -> Option<Afterwards> {
    if !life.with_steps || life.recovered_after.is_some() || forgets(life) {
        return None;
    }
    let mut draw = own(life, 6);
    let later = |day: Day, days: u64| super::life::plus(day, days);
    let in_time = |day: &Day| *day <= end();
    if life.scheme == "margin-money" {
        let lock_ends = paid_on.plus_months(24).unwrap_or(Day::MAX);
        let inspected_on = later(lock_ends, draw.between(3, 45));
        let adjusted_on = later(inspected_on, draw.between(3, 25));
        if !in_time(&adjusted_on) {
            return None;
        }
        let inspection = taken(0, DistrictOffice, "joint_inspection").with("inspection_report");
        let shown = recorded(life).then_some((inspected_on, inspection));
        return Some(Afterwards { shown, used_on: None, adjusted_on: Some(adjusted_on) });
    }
    let centre = life.scheme == "cfc";
    let used_on = later(paid_on, if centre { draw.between(30, 80) } else { draw.between(30, 300) });
    let complete = (later(paid_on, draw.between(300, 560)), taken(0, DistrictOffice, "completed"));
    let shown = Some(complete).filter(|one| centre && recorded(life) && in_time(&one.0));
    Some(Afterwards { shown, used_on: Some(used_on).filter(in_time), adjusted_on: None })
}
