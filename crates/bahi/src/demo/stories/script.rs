//! The words that stories are written in: cases, deeds, and scenes with what must come of them.
//!
//! # Invariants
//! * What a deed names of an earlier one, a payment, a return or an audit, is the case's latest, and
//!   at least as many days later as the offices hand in together.
//! * Everything here is made up; fingerprints are hashes of what the script calls somebody.
//!
//! # Not here
//! Playing a scene: `stage`.

use bahi_core::{
    AccountKey, Act, Applicant, AuditScope, CaseRef, Day, District, FamilyKey, FinancialYear,
    Fingerprint, Fund, GivenFact, HeadName, Ifsc, Money, Opinion, Payee, PaymentMode, PersonKey,
    Position, Reference, Role, SchemeName, Settlement, StockMove, Word,
};

use super::STORIES_HEAD;
use crate::demo::life::{plus, word};

/// A story before it is told.
pub(super) struct Script {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) scheme: &'static str,
    pub(super) scenes: Vec<Scene>,
    /// What to ask the ledger about it: a command of the program and its arguments.
    pub(super) look: Vec<(&'static str, String)>,
}

/// One thing that happens.
pub(super) struct Scene {
    pub(super) day: Day,
    pub(super) role: Role,
    pub(super) deed: Deed,
    /// Whether it rests on an order.
    pub(super) ordered: bool,
    /// The code of the refusal it must meet; accepted where none.
    pub(super) refused: Option<&'static str>,
    /// What a reader is told of it: a text with the words of `stage` filled in.
    pub(super) told: Option<&'static str>,
}

/// What is done, and where.
pub(super) struct Deed {
    pub(super) act: Act,
    pub(super) district: District,
    /// The earlier event of a case that it names; its position is known once that stands.
    pub(super) names: Option<(Earlier, CaseRef)>,
}

/// An event of a case that stands before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Earlier {
    /// The latest payment.
    Payment,
    /// The latest return.
    Return,
    /// The latest audit.
    Audit,
}

/// Whatever a scene is of, in the order of its arguments: when, who, what.
pub(super) fn on(day: &str, role: Role, deed: Deed) -> Scene {
    on_day(date(day), role, deed)
}

/// The same, of a day that was counted.
pub(super) fn on_day(day: Day, role: Role, deed: Deed) -> Scene {
    let ordered = matches!(
        deed.act,
        Act::Allot { .. }
            | Act::WithdrawFunds { .. }
            | Act::Bar { .. }
            | Act::Sanction { .. }
            | Act::CancelSanction { .. }
            | Act::CarrySanction { .. }
    );
    Scene { day, role, deed, ordered, refused: None, told: None }
}

impl Scene {
    /// It must be refused, first of all for this.
    pub(super) fn refused(self, code: &'static str) -> Scene {
        Scene { refused: Some(code), ..self }
    }

    /// A reader is told.
    pub(super) fn told(self, text: &'static str) -> Scene {
        Scene { told: Some(text), ..self }
    }

    /// It rests on an order though it need not.
    pub(super) fn on_an_order(self) -> Scene {
        Scene { ordered: true, ..self }
    }

    /// It names no order though it must.
    pub(super) fn without_an_order(self) -> Scene {
        Scene { ordered: false, ..self }
    }
}

/// A case, and the fund of its scheme, district and year.
#[derive(Clone)]
pub(super) struct Case {
    scheme: &'static str,
    district: District,
    fy: FinancialYear,
    case_ref: CaseRef,
}

impl Case {
    pub(super) fn new(name: &str, scheme: &'static str, district: District, year: u16) -> Case {
        Case {
            scheme,
            district,
            fy: FinancialYear::from_first(year).expect("the stories' years are financial years"),
            case_ref: CaseRef::new(name).expect("the stories' cases are identifiers"),
        }
    }

    /// What the program is asked about it.
    pub(super) fn explained(&self) -> (&'static str, String) {
        ("explain", self.case_ref.to_string())
    }

    /// The same case where money of another year is meant.
    pub(super) fn of_year(&self, year: u16) -> Case {
        Case::new(self.case_ref.as_str(), self.scheme, self.district, year)
    }

    fn fund(&self) -> Fund {
        Fund {
            scheme: SchemeName::new(self.scheme).expect("a scheme's name is an identifier"),
            head: HeadName::new(STORIES_HEAD).expect("the stories' head is an identifier"),
            fy: self.fy,
            district: self.district,
        }
    }

    fn deed(&self, act: Act) -> Deed {
        Deed { act, district: self.district, names: None }
    }

    fn paper(&self, kind: &str) -> Reference {
        reference(&format!("{}/{kind}", self.case_ref))
    }
}

/// The money of the case's fund.
impl Case {
    pub(super) fn allot(&self, amount: Money) -> Deed {
        self.deed(Act::Allot { fund: self.fund(), amount })
    }

    pub(super) fn surrender(&self, amount: Money) -> Deed {
        self.deed(Act::WithdrawFunds { fund: self.fund(), amount, reason: word("surrendered") })
    }

    pub(super) fn fund_lapses(&self, amount: Money) -> Deed {
        self.deed(Act::LapseFund { fund: self.fund(), amount, reason: word("year_over") })
    }
}

/// The life of the case.
impl Case {
    pub(super) fn applies(&self, applicant: Applicant, facts: Vec<(Word, GivenFact)>) -> Deed {
        self.deed(Act::Apply {
            scheme: self.fund().scheme,
            district: self.district,
            case_ref: self.case_ref.clone(),
            applicant,
            facts,
        })
    }

    pub(super) fn step(&self, step: &str) -> Deed {
        self.step_with(step, &[], Vec::new())
    }

    /// A step that names papers of these kinds and reports what the case came to.
    pub(super) fn step_with(
        &self,
        step: &str,
        papers: &[&str],
        reported: Vec<(Word, GivenFact)>,
    ) -> Deed {
        let evidence = papers.iter().map(|kind| (word(kind), self.paper(kind))).collect();
        let case_ref = self.case_ref.clone();
        self.deed(Act::RecordStep { case_ref, step: word(step), evidence, reported })
    }

    pub(super) fn granted(&self, amount: Money) -> Deed {
        self.deed(Act::Sanction { case_ref: self.case_ref.clone(), fund: self.fund(), amount })
    }

    pub(super) fn sanction_cancelled(&self, reason: &str) -> Deed {
        let case_ref = self.case_ref.clone();
        self.deed(Act::CancelSanction { case_ref, reason: word(reason) })
    }

    pub(super) fn sanction_lapses(&self, amount: Money) -> Deed {
        let case_ref = self.case_ref.clone();
        self.deed(Act::LapseSanction { case_ref, amount, reason: word("year_over") })
    }

    pub(super) fn carried(&self, amount: Money) -> Deed {
        self.deed(Act::CarrySanction { case_ref: self.case_ref.clone(), fund: self.fund(), amount })
    }

    pub(super) fn withdrawn(&self, reason: &str) -> Deed {
        self.deed(Act::Withdraw { case_ref: self.case_ref.clone(), reason: word(reason) })
    }

    pub(super) fn rejected(&self, reason: &str) -> Deed {
        self.deed(Act::Reject { case_ref: self.case_ref.clone(), reason: word(reason) })
    }

    pub(super) fn closed(&self) -> Deed {
        self.deed(Act::CloseCase { case_ref: self.case_ref.clone(), reason: word("complete") })
    }
}

/// Payments of the case, and what becomes of them.
impl Case {
    pub(super) fn paid(&self, instalment: u16, amount: Money, payee: Payee) -> Deed {
        self.deed(Act::Disburse {
            case_ref: self.case_ref.clone(),
            instalment,
            amount,
            payee,
            mode: PaymentMode::NachCredit,
            reference: self.paper(&format!("bill-{instalment}")),
            reissue_of: Position::NONE,
        })
    }

    /// The first instalment once more, after its return.
    pub(super) fn paid_again(&self, amount: Money, payee: Payee) -> Deed {
        let names = Some((Earlier::Return, self.case_ref.clone()));
        Deed { names, ..self.paid(1, amount, payee) }
    }

    /// The credit of an only instalment reached its account.
    pub(super) fn credited(&self) -> Deed {
        self.credited_under("credit")
    }

    /// The credit of one instalment of several, each under a reference of its own.
    pub(super) fn credited_of(&self, instalment: u16) -> Deed {
        self.credited_under(&format!("credit-{instalment}"))
    }

    fn credited_under(&self, kind: &str) -> Deed {
        let act = Act::Confirm { payment: Position::NONE, reference: self.paper(kind) };
        self.naming(Earlier::Payment, act)
    }

    pub(super) fn came_back(&self, amount: Money, reason: &str) -> Deed {
        let act = Act::Return { payment: Position::NONE, amount, reason: word(reason) };
        self.naming(Earlier::Payment, act)
    }

    pub(super) fn used(&self, amount: Money) -> Deed {
        let certificate = self.paper("utilisation-certificate");
        self.deed(Act::Utilise { case_ref: self.case_ref.clone(), amount, certificate })
    }

    pub(super) fn made_its_own(&self, amount: Money) -> Deed {
        let case_ref = self.case_ref.clone();
        let reference = self.paper("inspection_report");
        self.deed(Act::Adjust { case_ref, amount, reason: word("grant"), reference })
    }

    /// An audit of its payments that saw a paper of this kind.
    pub(super) fn audited(
        &self,
        seen: &str,
        opinion: Opinion,
        findings: Vec<(Word, Money)>,
    ) -> Deed {
        self.deed(Act::Audit {
            case_ref: Some(self.case_ref.clone()),
            scope: AuditScope::Payment,
            seen: vec![(word(seen), self.paper(seen))],
            opinion,
            findings,
        })
    }

    pub(super) fn asked_back(&self, amount: Money, due: Day) -> Deed {
        let (case_ref, reference) = (self.case_ref.clone(), self.paper("notice"));
        self.deed(Act::DemandRecovery { case_ref, amount, reason: word("misuse"), due, reference })
    }

    pub(super) fn recovered(&self, amount: Money) -> Deed {
        let (case_ref, reference) = (self.case_ref.clone(), self.paper("challan"));
        self.deed(Act::Recover { case_ref, amount, reason: word("misuse"), reference })
    }

    /// The first finding of its audit is settled: what was wrong was put right.
    pub(super) fn finding_made_good(&self) -> Deed {
        let reference = self.paper("challan");
        let settlement = Settlement::MadeGood;
        let act = Act::SettleFinding { audit: Position::NONE, finding: 1, settlement, reference };
        self.naming(Earlier::Audit, act)
    }

    /// Somebody is barred by the case's office.
    pub(super) fn barred(&self, subject: bahi_core::BarSubject) -> Deed {
        self.deed(Act::Bar { subject, until: None, reason: word("misuse") })
    }

    /// Things move in the store of the case's district; the case's own, or nobody's yet.
    pub(super) fn stock(&self, item: &str, movement: StockMove, quantity: u32, own: bool) -> Deed {
        self.deed(Act::MoveStock {
            scheme: self.fund().scheme,
            district: self.district,
            case_ref: own.then(|| self.case_ref.clone()),
            item: word(item),
            movement,
            quantity,
            reference: self.paper(movement.name()),
        })
    }

    fn naming(&self, earlier: Earlier, act: Act) -> Deed {
        let names = Some((earlier, self.case_ref.clone()));
        Deed { act, district: self.district, names }
    }
}

/// A person, alone in a family.
pub(super) fn person(name: &str) -> Applicant {
    of_family(name, name)
}

/// A person of a family.
pub(super) fn of_family(name: &str, family: &str) -> Applicant {
    let person = PersonKey(print(&format!("person {name}")));
    Applicant::Person { person, family: Some(FamilyKey(print(&format!("family {family}")))) }
}

/// A special purpose vehicle of so many members.
pub(super) fn vehicle(name: &str, members: u32) -> Applicant {
    let member = |number: u32| PersonKey(print(&format!("member {number} of {name}")));
    let spv = bahi_core::BodyKey(print(&format!("vehicle {name}")));
    Applicant::Spv { spv, members: (1..=members).map(member).collect() }
}

/// An account of a branch that no bank has.
pub(super) fn account(name: &str) -> Payee {
    let account = AccountKey(print(&format!("account {name}")));
    Payee { account, ifsc: Ifsc::parse("DEMO0BRANCH").expect("eleven letters, the fifth a zero") }
}

fn print(name: &str) -> Fingerprint {
    let digest = bahi_proof::sha256(format!("bahi demo story\0{name}").as_bytes());
    let mut print = [0; 16];
    print.copy_from_slice(&digest.as_bytes()[..16]);
    Fingerprint { key_id: 1, print }
}

pub(super) fn text(name: &str, value: &str) -> (Word, GivenFact) {
    (word(name), GivenFact::Text(word(value)))
}

pub(super) fn count(name: &str, value: u64) -> (Word, GivenFact) {
    (word(name), GivenFact::Count(value))
}

pub(super) fn flag(name: &str, value: bool) -> (Word, GivenFact) {
    (word(name), GivenFact::Flag(value))
}

/// An amount in rupees: `3,60,00,000` or `32000000.80`.
pub(super) fn rupees(amount: &str) -> Money {
    Money::parse_grouped(amount).expect("the stories' amounts are amounts")
}

pub(super) fn date(day: &str) -> Day {
    Day::parse(day).expect("the stories' days are civil days")
}

/// So many days later.
pub(super) fn later(day: Day, days: u64) -> Day {
    plus(day, days)
}

fn reference(name: &str) -> Reference {
    Reference::new(name).expect("a case reference and a kind of paper are an identifier")
}
