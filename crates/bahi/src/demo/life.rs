//! The lives of a demonstration's cases: what happens to each, on which day, by which command.

use std::collections::BTreeMap;

use bahi_core::{
    AccountKey, Act, ActorName, Applicant, AuditScope, Authority, CaseRef, Command, Day, District,
    EventKind, FactValue, Facts, FamilyKey, FinancialYear, Fingerprint, Fund, GivenFact, HeadName,
    Ifsc, Money, Opinion, OrderNumber, Payee, PaymentMode, PersonKey, Position, Reference, Role,
    SchemeName, Total, Word,
};
use bahi_odop::{DISTRICTS, FIGURES, Figure, HEAD};

use super::{
    course::{self, Taken},
    covering,
    draw::Draw,
};
use crate::rulebook::{derived_id, terms_on};

/// Failed credits in a thousand, as in audits of Indian benefit transfers (14 to 17 %).
const FAILED_PER_MILLE: u64 = 155;
/// The most credits of one case that come back.
const ATTEMPTS_MAX: usize = 3;
/// Rows of the published list.
const PUBLISHED_ROWS: u64 = 11_608;

/// One case, all of it drawn before it begins.
pub(super) struct Life {
    pub(super) scheme: &'static str,
    pub(super) district: District,
    pub(super) fy: FinancialYear,
    pub(super) case_ref: CaseRef,
    pub(super) applicant: Applicant,
    pub(super) facts: Vec<(Word, GivenFact)>,
    pub(super) amount: Money,
    pub(super) applied_on: Day,
    pub(super) sanctioned_after: Option<u64>,
    pub(super) paid_after: u64,
    /// How many credits in a row come back.
    pub(super) failures: u32,
    /// How many credits were instructed so far.
    pub(super) attempts: u32,
    pub(super) reason: &'static str,
    pub(super) reissued: bool,
    pub(super) recovered_after: Option<u64>,
    pub(super) audited_after: Option<u64>,
    pub(super) opinion: Opinion,
    pub(super) asks_too_much: bool,
    pub(super) paid_twice: bool,
    pub(super) account: AccountKey,
    /// The account the first re-issue goes to.
    pub(super) new_account: AccountKey,
    pub(super) ifsc: Ifsc,
    pub(super) payment: Position,
    pub(super) returned: Position,
    /// Whether it goes through its procedure, or its money alone is lived.
    pub(super) with_steps: bool,
    /// Where the sequence begins from which everything beside its money is drawn.
    pub(super) own: u64,
}

impl Life {
    /// The account the next re-issue goes to: another each time, as most returns ask for.
    fn other_account(&self) -> AccountKey {
        let AccountKey(mut account) = self.new_account;
        let again = u8::try_from(self.attempts.saturating_sub(1)).unwrap_or(u8::MAX);
        account.print[0] ^= again;
        AccountKey(account)
    }
}

/// The next thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Allot { scheme: &'static str, fy: FinancialYear, district: District, amount: Money },
    Apply(usize),
    SanctionTooMuch(usize),
    Sanction(usize),
    Pay(usize),
    PayTwice(usize),
    Return(usize),
    Recover(usize),
    Audit(usize),
    Take(usize, Taken),
    Use(usize),
    Adjust(usize),
    Cancel(usize),
}

/// Margin-money cases over the published districts and years, `cases` in all.
pub(super) fn margin_money(cases: u32, draw: &mut Draw) -> Vec<Life> {
    let mut lives = Vec::with_capacity(cases as usize);
    let mut rows_before = 0_u64;
    for figure in FIGURES {
        let scaled = |rows: u64| rows * u64::from(cases) / PUBLISHED_ROWS;
        let rows_after = rows_before + u64::from(figure.rows);
        let Some(fy) = figure.fy() else { continue };
        for _ in scaled(rows_before)..scaled(rows_after) {
            let cost = draw_cost(figure, draw);
            let product = product(figure.district);
            let facts = vec![
                (word("project_cost"), GivenFact::Text(word(&cost.to_string()))),
                (word("product"), GivenFact::Text(word(product))),
            ];
            let number = lives.len() + 1;
            lives.push(life(("margin-money", "MM"), figure.district, fy, number, facts, draw));
        }
        rows_before = rows_after;
    }
    lives
}

/// A few cases of the other three schemes, in proportion.
pub(super) fn other_schemes(cases: u32, draw: &mut Draw) -> Vec<Life> {
    let shares = [("cfc", "CFC", 29), ("mda", "MDA", 600), ("training-toolkit", "TT", 300)];
    let mut lives = Vec::new();
    for (scheme, letters, published) in shares {
        let count = (published * u64::from(cases)).div_ceil(PUBLISHED_ROWS);
        for number in 1..=count {
            let year = u16::try_from(draw.between(2_021, 2_024)).unwrap_or(2_021);
            let Some(fy) = FinancialYear::from_first(year) else { continue };
            let district = DISTRICTS[draw.below(DISTRICTS.len() as u64) as usize].code;
            let facts = other_facts(scheme, draw);
            let number = usize::try_from(number).unwrap_or_default();
            lives.push(life((scheme, letters), district, fy, number, facts, draw));
        }
    }
    lives
}

/// The allotment that each fund of the lives needs, and its day: the first of its year.
pub(super) fn allotments(lives: &[Life]) -> Vec<(Day, Step)> {
    let mut wanted: BTreeMap<(&'static str, FinancialYear, District), Total> = BTreeMap::new();
    for life in lives.iter().filter(|life| life.sanctioned_after.is_some()) {
        *wanted.entry((life.scheme, life.fy, life.district)).or_default() += life.amount.into();
    }
    let allot = |((scheme, fy, district), sanctioned): ((_, FinancialYear, _), _)| {
        (fy.first_day(), Step::Allot { scheme, fy, district, amount: covering(sanctioned) })
    };
    wanted.into_iter().map(allot).collect()
}

fn life(
    (scheme, letters): (&'static str, &str),
    district: District,
    fy: FinancialYear,
    number: usize,
    facts: Vec<(Word, GivenFact)>,
    draw: &mut Draw,
) -> Life {
    let applied_on = plus(fy.first_day(), draw.between(1, 200));
    let amount = entitlement(scheme, applied_on, &facts);
    let person = PersonKey(fingerprint(draw));
    let family = Some(FamilyKey(fingerprint(draw)));
    let failures = (0..ATTEMPTS_MAX).take_while(|_| draw.per_mille(FAILED_PER_MILLE)).count();
    let reasons = ["02", "01", "53", "71", "59"];
    let branch = format!("SBIN0{:06}", draw.below(20_000));
    let sanctioned = draw.per_mille(920) && !amount.is_zero();
    let PersonKey(Fingerprint { print, .. }) = person;
    let own = print.iter().fold(0, |sum: u64, byte| sum.rotate_left(8) ^ u64::from(*byte));
    Life {
        scheme,
        district,
        fy,
        case_ref: CaseRef::new(&format!("{letters}/{fy}/{district}/{number:06}"))
            .expect("letters, a year, a code and a number are an identifier"),
        applicant: Applicant::Person { person, family },
        facts,
        amount,
        applied_on,
        sanctioned_after: sanctioned.then(|| draw.between(20, 60)),
        paid_after: draw.between(7, 30),
        failures: u32::try_from(failures).unwrap_or_default(),
        attempts: 0,
        reason: reasons[draw.below(reasons.len() as u64) as usize],
        reissued: draw.per_mille(850),
        recovered_after: draw.per_mille(12).then(|| draw.between(60, 300)),
        audited_after: draw.per_mille(60).then(|| draw.between(120, 500)),
        opinion: if draw.per_mille(800) { Opinion::Clear } else { Opinion::Observation },
        asks_too_much: draw.per_mille(4),
        paid_twice: draw.per_mille(5),
        account: AccountKey(fingerprint(draw)),
        new_account: AccountKey(fingerprint(draw)),
        ifsc: Ifsc::parse(&branch).expect("four letters, a zero and six digits are an IFSC"),
        payment: Position::NONE,
        returned: Position::NONE,
        with_steps: true,
        own,
    }
}

/// A project cost in whole rupees, in the slab the figure's split gives, at the amounts the
/// published list bunches at.
fn draw_cost(figure: &Figure, draw: &mut Draw) -> u64 {
    const LAKH: u64 = 100_000;
    let split = figure.by_slab.unwrap_or([80, 9, 5, 6]);
    let all: u64 = split.iter().map(|count| u64::from(*count)).sum();
    let mut ticket = draw.below(all);
    let mut slab = 0;
    for (index, count) in split.iter().enumerate() {
        slab = index;
        if ticket < u64::from(*count) {
            break;
        }
        ticket -= u64::from(*count);
    }
    let (bunch, share, low, high) = match slab {
        0 if draw.per_mille(100) => (25 * LAKH, 1_000, 1, 1),
        0 => (10 * LAKH, 430, 10, 2_499),
        1 => (50 * LAKH, 590, 2_501, 4_999),
        2 => (100 * LAKH, 150, 5_001, 14_999),
        _ => (200 * LAKH, 360, 15_001, 60_000),
    };
    if draw.per_mille(share) { bunch } else { draw.between(low, high) * 1_000 }
}

fn other_facts(scheme: &str, draw: &mut Draw) -> Vec<(Word, GivenFact)> {
    let text = |name: &str, value: String| (word(name), GivenFact::Text(word(&value)));
    match scheme {
        "cfc" => {
            let cost = draw.between(150, 990) * 100_000;
            vec![text("project_cost", cost.to_string())]
        }
        "mda" => vec![
            text("event", "out_of_state_national_or_international_fair".into()),
            text("stall_paid", (draw.between(20, 300) * 1_000).to_string()),
            text("freight_paid", (draw.between(2, 60) * 500).to_string()),
            text("business", "b2b".into()),
            text("travel_mode", "rail_bus".into()),
            text("travel_paid", (draw.between(6, 60) * 100).to_string()),
        ],
        _ => vec![
            (word("trainees"), GivenFact::Count(draw.between(10, 25))),
            (word("days"), GivenFact::Count(10)),
            text("institute_fee_per_trainee_day", "400".into()),
            text("food_per_trainee_day", "250".into()),
            text("toolkit_each", (draw.between(80, 220) * 100).to_string()),
        ],
    }
}

/// What the terms in force give for the facts; zero where they give nothing.
fn entitlement(scheme: &str, day: Day, given: &[(Word, GivenFact)]) -> Money {
    let Some(terms) = terms_on(scheme, day) else { return Money::ZERO };
    let specs = &terms.parts().facts;
    let typed = |(name, fact): &(Word, GivenFact)| -> Option<(Word, FactValue)> {
        let spec = specs.iter().find(|spec| spec.name == *name)?;
        Some((name.clone(), bahi_core::fact_value(fact, spec.kind)?))
    };
    let facts = given.iter().filter_map(typed).collect();
    let facts = Facts::new(facts).unwrap_or_default();
    terms.entitlement(&facts).map(|given| given.amount).unwrap_or_default()
}

impl Step {
    /// The command of this step.
    pub(super) fn command(&self, day: Day, lives: &[Life], seed: u64) -> Command {
        let (office, role, name, act) = match self {
            Step::Allot { scheme, fy, district, amount } => {
                let fund = fund(scheme, *fy, *district);
                let name = format!("{scheme}/{fy}/{district}");
                ("fin-01", Role::Finance, name, Act::Allot { fund, amount: *amount })
            }
            Step::Apply(index)
            | Step::Sanction(index)
            | Step::SanctionTooMuch(index)
            | Step::Pay(index)
            | Step::PayTwice(index)
            | Step::Return(index)
            | Step::Recover(index)
            | Step::Audit(index)
            | Step::Take(index, _)
            | Step::Use(index)
            | Step::Adjust(index)
            | Step::Cancel(index) => {
                let life = &lives[*index];
                let (office, role, act) = self.act(life);
                (office, role, life.case_ref.to_string(), act)
            }
        };
        let district = match self {
            Step::Allot { .. } => String::new(),
            Step::Apply(index)
            | Step::Sanction(index)
            | Step::SanctionTooMuch(index)
            | Step::Pay(index)
            | Step::PayTwice(index)
            | Step::Take(index, _)
            | Step::Use(index)
            | Step::Adjust(index)
            | Step::Cancel(index) => format!("-{}", lives[*index].district),
            Step::Return(_) | Step::Recover(_) | Step::Audit(_) => String::new(),
        };
        let label = self.label(lives);
        let on_order = matches!(
            self,
            Step::Allot { .. } | Step::Sanction(_) | Step::SanctionTooMuch(_) | Step::Cancel(_)
        );
        Command {
            id: derived_id(b"bahi demo", format!("{seed}/{label}/{name}").as_bytes()),
            actor: ActorName::new(&format!("{office}{district}"))
                .expect("an office and a code are an identifier"),
            role,
            effective_day: day,
            authority: on_order.then(|| authority(day)),
            aliases: Vec::new(),
            signed: None,
            act,
        }
    }

    /// What tells this step's command id from every other of the same case.
    fn label(&self, lives: &[Life]) -> String {
        match self {
            Step::Allot { .. } => "allot".into(),
            Step::Apply(_) => "apply".into(),
            Step::Sanction(_) => "sanction".into(),
            Step::SanctionTooMuch(_) => "sanction-too-much".into(),
            Step::Pay(index) => format!("pay-{}", lives[*index].attempts + 1),
            Step::PayTwice(_) => "pay-twice".into(),
            Step::Return(index) => format!("return-{}", lives[*index].attempts),
            Step::Recover(_) => "recover".into(),
            Step::Audit(_) => "audit".into(),
            Step::Take(_, taken) => format!("step-{}", taken.step),
            Step::Use(_) => "use".into(),
            Step::Adjust(_) => "adjust".into(),
            Step::Cancel(_) => "cancel".into(),
        }
    }

    fn act(&self, life: &Life) -> (&'static str, Role, Act) {
        let case_ref = life.case_ref.clone();
        let amount = life.amount;
        let fund = fund(life.scheme, life.fy, life.district);
        let pay = |account: AccountKey, reissue_of: Position| Act::Disburse {
            case_ref: case_ref.clone(),
            instalment: 1,
            amount: life.amount,
            payee: Payee { account, ifsc: life.ifsc },
            mode: PaymentMode::NachCredit,
            reference: reference("BILL", life),
            reissue_of,
        };
        match self {
            Step::Apply(_) | Step::Allot { .. } => (
                "dic",
                Role::DistrictOffice,
                Act::Apply {
                    scheme: SchemeName::new(life.scheme).expect("a scheme's name is an identifier"),
                    district: life.district,
                    case_ref,
                    applicant: life.applicant.clone(),
                    facts: life.facts.clone(),
                },
            ),
            Step::Sanction(_) => {
                let amount = life.amount;
                ("dm", Role::SanctioningAuthority, Act::Sanction { case_ref, fund, amount })
            }
            Step::SanctionTooMuch(_) => {
                let more = Money::from_rupees(10_000).unwrap_or_default();
                let amount = life.amount.checked_add(more).unwrap_or(life.amount);
                ("dm", Role::SanctioningAuthority, Act::Sanction { case_ref, fund, amount })
            }
            Step::Pay(_) if life.returned.is_none() => {
                ("ddo", Role::DrawingOfficer, pay(life.account, Position::NONE))
            }
            Step::Pay(_) => ("ddo", Role::DrawingOfficer, pay(life.other_account(), life.returned)),
            Step::PayTwice(_) => ("ddo", Role::DrawingOfficer, pay(life.account, Position::NONE)),
            Step::Return(_) => (
                "treasury",
                Role::TreasuryJob,
                Act::Return {
                    payment: life.payment,
                    amount: life.amount,
                    reason: word(life.reason),
                },
            ),
            Step::Recover(_) => (
                "treasury",
                Role::TreasuryJob,
                Act::Recover {
                    case_ref,
                    amount: life.amount,
                    reason: word("misuse"),
                    reference: reference("CHALLAN", life),
                },
            ),
            Step::Take(_, taken) => taken.act(life),
            Step::Use(_) => {
                let certificate = reference("UC", life);
                ("dic", Role::DistrictOffice, Act::Utilise { case_ref, amount, certificate })
            }
            Step::Adjust(_) => {
                let (reason, reference) = (word("grant"), reference("INSPECTION", life));
                let act = Act::Adjust { case_ref, amount, reason, reference };
                ("dic", Role::DistrictOffice, act)
            }
            Step::Cancel(_) => {
                let act = Act::CancelSanction { case_ref, reason: word("credit_failed") };
                ("dm", Role::SanctioningAuthority, act)
            }
            Step::Audit(_) => {
                let findings = match life.opinion {
                    Opinion::Clear | Opinion::Objection | Opinion::Disclaimer => Vec::new(),
                    Opinion::Observation => vec![(word("C05"), Money::ZERO)],
                };
                let (case_ref, scope) = (Some(case_ref), AuditScope::Case);
                let opinion = life.opinion;
                (
                    "ag-7",
                    Role::Auditor,
                    Act::Audit { case_ref, scope, seen: Vec::new(), opinion, findings },
                )
            }
        }
    }

    /// The kind of event it becomes, once it is accepted.
    pub(super) const fn becomes(&self) -> EventKind {
        match self {
            Step::Allot { .. } => EventKind::FundsAllotted,
            Step::Apply(_) => EventKind::Applied,
            Step::Sanction(_) | Step::SanctionTooMuch(_) => EventKind::Sanctioned,
            Step::Pay(_) | Step::PayTwice(_) => EventKind::Disbursed,
            Step::Return(_) => EventKind::PaymentReturned,
            Step::Recover(_) => EventKind::Recovered,
            Step::Audit(_) => EventKind::Audited,
            Step::Take(_, _) => EventKind::StepRecorded,
            Step::Use(_) => EventKind::Utilised,
            Step::Adjust(_) => EventKind::Adjusted,
            Step::Cancel(_) => EventKind::SanctionCancelled,
        }
    }

    /// What follows an accepted step, and on which day.
    pub(super) fn follow(
        &self,
        day: Day,
        position: Position,
        lives: &mut [Life],
    ) -> Vec<(Day, Step)> {
        match self {
            Step::Apply(index) => {
                let life = &lives[*index];
                let Some(after) = life.sanctioned_after else { return Vec::new() };
                let steps = course::before_sanction(life, after).into_iter();
                let mut next: Vec<_> = steps.map(|taken| take(*index, day, taken)).collect();
                next.push((plus(day, after), Step::Sanction(*index)));
                if life.asks_too_much {
                    next.push((plus(day, after - 1), Step::SanctionTooMuch(*index)));
                }
                next
            }
            Step::Sanction(index) => {
                let life = &lives[*index];
                let steps = course::after_sanction(life).into_iter();
                let mut next: Vec<_> = steps.map(|taken| take(*index, day, taken)).collect();
                next.push((plus(day, course::paid_after(life)), Step::Pay(*index)));
                next
            }
            Step::Pay(index) => {
                let life = &mut lives[*index];
                life.payment = position;
                life.attempts += 1;
                if life.attempts <= life.failures {
                    return vec![(plus(day, 6), Step::Return(*index))];
                }
                let mut next = Vec::new();
                if life.paid_twice {
                    next.push((plus(day, 3), Step::PayTwice(*index)));
                }
                if let Some(after) = life.recovered_after {
                    next.push((plus(day, after), Step::Recover(*index)));
                }
                if let Some(after) = life.audited_after {
                    next.push((plus(day, after), Step::Audit(*index)));
                }
                next.extend(after_payment(*index, day, life));
                next
            }
            Step::Return(index) => {
                let life = &mut lives[*index];
                life.returned = position;
                match (life.reissued, course::leaves_return(life)) {
                    (true, _) => vec![(plus(day, 21), Step::Pay(*index))],
                    (false, false) => vec![(plus(day, 20), Step::Cancel(*index))],
                    (false, true) => Vec::new(),
                }
            }
            Step::Allot { .. }
            | Step::SanctionTooMuch(_)
            | Step::PayTwice(_)
            | Step::Recover(_)
            | Step::Audit(_)
            | Step::Take(_, _)
            | Step::Use(_)
            | Step::Adjust(_)
            | Step::Cancel(_) => Vec::new(),
        }
    }
}

impl Taken {
    fn act(&self, life: &Life) -> (&'static str, Role, Act) {
        let office = if self.by == Role::SanctioningAuthority { "dm" } else { "dic" };
        let paper = |kind: &str| (word(kind), reference(&kind.to_uppercase(), life));
        let act = Act::RecordStep {
            case_ref: life.case_ref.clone(),
            step: word(self.step),
            evidence: self.paper.map(paper).into_iter().collect(),
            reported: Vec::new(),
        };
        (office, self.by, act)
    }
}

/// A step so many days after a day.
fn take(index: usize, day: Day, taken: Taken) -> (Day, Step) {
    (plus(day, taken.after), Step::Take(index, taken))
}

/// What becomes of money that stayed with its payee.
fn after_payment(index: usize, day: Day, life: &Life) -> Vec<(Day, Step)> {
    let Some(then) = course::afterwards(life, day) else { return Vec::new() };
    let shown = then.shown.map(|(on, taken)| take(index, on, taken));
    let used = then.used_on.map(|on| (on, Step::Use(index)));
    let adjusted = then.adjusted_on.map(|on| (on, Step::Adjust(index)));
    shown.into_iter().chain(used).chain(adjusted).collect()
}

pub(super) fn plus(day: Day, days: u64) -> Day {
    i32::try_from(days).ok().and_then(|days| day.plus_days(days)).unwrap_or(Day::MAX)
}

fn product(district: District) -> &'static str {
    let entry = bahi_odop::districts::by_code(district);
    entry.map(|entry| entry.product).filter(|name| Word::new(name).is_ok()).unwrap_or("notified")
}

fn fund(scheme: &str, fy: FinancialYear, district: District) -> Fund {
    Fund {
        scheme: SchemeName::new(scheme).expect("a scheme's name is an identifier"),
        head: HeadName::new(HEAD).expect("the rulebook's head is an identifier"),
        fy,
        district,
    }
}

pub(super) fn authority(day: Day) -> Authority {
    let fy = FinancialYear::of(day);
    Authority {
        order: OrderNumber::new(&format!("DEMO/{fy}")).expect("a year is an identifier"),
        date: fy.first_day(),
        paragraph: None,
    }
}

fn reference(kind: &str, life: &Life) -> Reference {
    Reference::new(&format!("{kind}/{}/{}", life.case_ref, life.attempts + 1))
        .expect("a kind, a case reference and a number are an identifier")
}

fn fingerprint(draw: &mut Draw) -> Fingerprint {
    Fingerprint { key_id: 1, print: draw.sixteen() }
}

pub(super) fn word(text: &str) -> Word {
    Word::new(text).expect("the demonstration's words are identifiers")
}
