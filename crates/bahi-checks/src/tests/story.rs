//! Histories written by hand: four schemes of one kind, and the steps of a life.

use alloc::{boxed::Box, vec, vec::Vec};

use bahi_core::{
    AccountKey, Across, ActorName, Adjusted, AfterReturn, Applicant, Applied, AuditFinding,
    AuditScope, Audited, Authority, AuthorityNo, BodyKey, CaseRef, CommandId, Counted, Day,
    Disbursed, District, Envelope, Event, Evidence, Expr, FactKind, FactSpec, FamilyKey,
    FinancialYear, Fingerprint, FundKey, Gate, HeadName, HeadNo, Ifsc, Introduction, Item, Limit,
    Milestone, Money, Opinion, OrderNumber, Payee, PaymentConfirmed, PaymentMode, PaymentReturned,
    Per, PersonKey, Position, Procedure, Projection, Recorded, Recovered, RecoveryDemanded,
    Reference, Require, ReturnRule, Reversed, Role, Rounding, Sanctioned, SchemeName, SchemeNo,
    SchemeOpened, SlabRow, Span, StepRecorded, StoredFact, Subject, Terms, TermsParts, Test,
    Utilised, Within, Word, WordNo,
};

use crate::{Audit, Findings, Wanted};

/// The words of every history, in order of their numbers.
const WORDS: &[&str] = &[
    "project_cost",
    "fault",
    "applicant_age",
    "special_category",
    "committee",
    "inspection",
    "completed",
    "vehicle_share_spent",
    "interest_set_off_2",
    "early_step",
    "reason",
    "dead",
    "wrong_account",
    "toolkit",
    "C31",
    "C72",
    "C90-11",
    "toolkit_each",
    "food_each",
];

pub(super) const MARGIN: u16 = 1;
pub(super) const CFC: u16 = 2;
pub(super) const MDA: u16 = 3;
pub(super) const TRAINING: u16 = 4;
/// A scheme of no rulebook: no lock, no clock, and nothing of a procedure but a return's reason.
pub(super) const PLAIN: u16 = 5;

pub(super) const OFFICE: u32 = 1;
pub(super) const GRANTER: u32 = 2;
pub(super) const PAYER: u32 = 3;
pub(super) const AUDITOR: u32 = 4;

pub(super) fn text(word: &str) -> Word {
    Word::new(word).expect("a word")
}

pub(super) fn word(name: &str) -> WordNo {
    let at = WORDS.iter().position(|known| *known == name).expect("a known word");
    WordNo(u32::try_from(at + 1).expect("few words"))
}

pub(super) fn day(iso: &str) -> Day {
    Day::parse(iso).expect("a day")
}

pub(super) fn rupees(rupees: u64) -> Money {
    Money::from_rupees(rupees).expect("an amount")
}

pub(super) fn print(number: u8) -> Fingerprint {
    Fingerprint { key_id: 1, print: [number; 16] }
}

pub(super) fn reference(name: &str) -> Reference {
    Reference::new(name).expect("a reference")
}

pub(super) fn person(number: u8) -> Applicant {
    Applicant::Person { person: PersonKey(print(number)), family: None }
}

pub(super) fn of_family(number: u8, family: u8) -> Applicant {
    Applicant::Person { person: PersonKey(print(number)), family: Some(FamilyKey(print(family))) }
}

pub(super) fn unit(number: u8) -> Applicant {
    Applicant::Unit { unit: BodyKey(print(number)), owner: None }
}

pub(super) fn fund(scheme: u16) -> FundKey {
    FundKey {
        scheme: SchemeNo(scheme),
        head: HeadNo(1),
        fy: FinancialYear::from_first(2024).expect("a year"),
        district: District(187),
    }
}

fn gate(of: &str) -> Gate {
    Gate {
        of: Subject::parse(of).expect("a subject"),
        reasons: Vec::new(),
        when: None,
        roles: Vec::new(),
        after: Vec::new(),
        evidence: Vec::new(),
        earliest: None,
        latest: None,
        used_percent: 0,
        binding: false,
        paragraph: text("gate"),
    }
}

fn after(of: &str, milestone: &str) -> Gate {
    let milestone = Milestone::parse(milestone).expect("a milestone");
    Gate { after: vec![vec![milestone]], ..gate(of) }
}

fn span(words: &str) -> Option<Span> {
    Some(Span::parse(words).expect("a span"))
}

/// The gates of every scheme but the plain one.
fn gates(scheme: u16) -> Vec<Gate> {
    let mut gates = vec![
        after("step committee", "application"),
        Gate {
            earliest: span("5 days after application"),
            ..after("step early_step", "application")
        },
        after("sanction", "step committee"),
        Gate { latest: span("30 days after step committee"), ..gate("payment") },
        Gate { latest: span("3 months after credit"), ..gate("use") },
        after("step inspection", "payment"),
        after("step vehicle_share_spent", "application"),
        after("step interest_set_off_2", "instalment 1"),
        Gate { latest: span("24 months after sanction"), ..after("step completed", "payment") },
    ];
    if scheme == MARGIN {
        gates.push(Gate { earliest: span("24 months after credit"), ..gate("adjustment") });
        gates.push(after("adjustment", "step inspection"));
    }
    if scheme == CFC {
        gates.push(after("payment", "step vehicle_share_spent"));
        gates.push(after("instalment 2", "step interest_set_off_2"));
        gates.push(Gate { used_percent: 75, ..after("instalment 2", "instalment 1") });
    }
    gates
}

fn asks(name: &str, kind: FactKind, required: bool) -> FactSpec {
    FactSpec { name: text(name), kind, required }
}

fn quarter_of(fact: &str) -> Expr {
    Expr::Ratio { parts: 25, of: 100, base: Box::new(Expr::Fact(text(fact))) }
}

/// What is claimed of a fact and given up to a hundred rupees.
fn capped(name: &str, fact: &str) -> Item {
    let claimed = Expr::Fact(text(fact));
    let cap = Box::new(Expr::Const(rupees(100)));
    Item {
        name: text(name),
        when: Some(Test::Given(text(fact))),
        claimed: Some(claimed.clone()),
        allowed: Expr::Cap(Box::new(claimed), cap),
        paragraph: text("cap"),
    }
}

/// The terms: a quarter up to ten lakh, above it at most two and a half.
pub(super) fn terms(scheme: u16, condition: Option<&str>, limit: Option<Limit>) -> Terms {
    let row = |up_to: Option<u64>, gives| SlabRow {
        up_to: up_to.map(rupees),
        gives,
        paragraph: text("slab"),
    };
    let slab = Expr::Slab {
        on: Box::new(Expr::Fact(text("project_cost"))),
        rows: vec![
            row(Some(1_000_000), quarter_of("project_cost")),
            row(None, Expr::Const(rupees(250_000))),
        ],
    };
    let requires = condition.map(|code| Require {
        test: Test::Not(Box::new(Test::Flag(text("fault")))),
        code: text(code),
        paragraph: text("condition"),
    });
    Terms::new(TermsParts {
        name: text("v1"),
        authority: order(),
        from: day("2018-01-01"),
        until: Some(day("2030-12-31")),
        facts: vec![
            asks("project_cost", FactKind::Money, true),
            asks("fault", FactKind::Flag, false),
            asks("applicant_age", FactKind::Count, false),
            asks("special_category", FactKind::Flag, false),
            asks("toolkit_each", FactKind::Money, false),
            asks("food_each", FactKind::Money, false),
        ],
        requires: requires.into_iter().collect(),
        items: vec![
            Item {
                name: text("share"),
                when: None,
                claimed: None,
                allowed: slab,
                paragraph: text("share"),
            },
            capped("toolkit", "toolkit_each"),
            capped("food", "food_each"),
        ],
        own_contribution: None,
        rounding: Rounding::RupeeHalfAwayFromZero,
        instalments_max: 3,
        policies: Vec::new(),
        limits: limit.into_iter().collect(),
        procedure: Procedure {
            gates: if scheme == PLAIN { Vec::new() } else { gates(scheme) },
            returns: vec![
                ReturnRule { reason: text("dead"), then: AfterReturn::Stop },
                ReturnRule { reason: text("wrong_account"), then: AfterReturn::OtherAccount },
            ],
            outcomes: Vec::new(),
        },
    })
    .expect("sound terms")
}

pub(super) fn limit(code: &str, count: u16, within: Within) -> Limit {
    Limit {
        code: text(code),
        per: Per::Person,
        count,
        within,
        of: Counted::Sanctioned,
        across: Across::Scheme,
        when: None,
        same: None,
        paragraph: text("limit"),
    }
}

fn order() -> Authority {
    Authority {
        order: OrderNumber::new("GO 1").expect("an order"),
        date: day("2018-01-01"),
        paragraph: None,
    }
}

/// A history.
pub(super) struct Story {
    pub(super) events: Vec<Recorded>,
    pub(super) scheme: u16,
}

/// What a life came to.
pub(super) struct Life {
    pub(super) case: u64,
    pub(super) sanction: u64,
    pub(super) payment: u64,
}

impl Story {
    /// Five schemes, each with money enough.
    pub(super) fn new(condition: Option<&str>, limit: Option<&Limit>) -> Story {
        let mut story = Story { events: Vec::new(), scheme: MARGIN };
        for scheme in [MARGIN, CFC, MDA, TRAINING, PLAIN] {
            story.scheme = scheme;
            let terms = terms(scheme, condition, limit.cloned());
            let opened = SchemeOpened { districts: vec![District(187)], terms };
            story.at("2024-04-01", 0, 0, OFFICE, Event::SchemeOpened(opened));
            if scheme == MARGIN {
                story.events[0].envelope.introduced = introductions();
            }
            story.at("2024-04-01", 0, 1_000_000_000, OFFICE, Event::FundsAllotted);
        }
        story.scheme = MARGIN;
        story
    }

    /// The next event; its position.
    pub(super) fn at(&mut self, on: &str, case: u64, sum: u64, actor: u32, event: Event) -> u64 {
        let position = self.events.len() as u64 + 1;
        self.events.push(Recorded {
            position: Position(position),
            // Lives lie beside each other; that nothing is recorded late is said once for all.
            recorded_at: day("2024-04-01").end(),
            clamped: false,
            signed: None,
            envelope: Envelope {
                command: CommandId::from_bytes([7; 16]),
                case: Position(case),
                previous: Position::NONE,
                effective_day: day(on),
                fund: fund(self.scheme),
                amount: rupees(sum),
                actor: bahi_core::ActorNo(actor),
                role: Role::DistrictOffice,
                authority: AuthorityNo(1),
                terms: 1,
                introduced: Vec::new(),
            },
            event,
        });
        position
    }

    pub(super) fn last(&mut self) -> &mut Recorded {
        self.events.last_mut().expect("an event")
    }

    pub(super) fn apply(
        &mut self,
        on: &str,
        applicant: Applicant,
        facts: &[(&str, StoredFact)],
    ) -> u64 {
        let case = self.events.len() as u64 + 1;
        let facts = facts.iter().map(|(name, fact)| (word(name), *fact)).collect();
        let case_ref = CaseRef::new(&alloc::format!("CASE/{case}")).expect("a case");
        self.at(on, case, 0, OFFICE, Event::Applied(Applied { case_ref, applicant, facts }))
    }

    pub(super) fn step(&mut self, on: &str, case: u64, name: &str) -> u64 {
        let step = StepRecorded {
            step: word(name),
            evidence: Vec::new(),
            reported: Vec::new(),
            late_by: 0,
        };
        self.at(on, case, 0, OFFICE, Event::StepRecorded(step))
    }

    pub(super) fn sanction(&mut self, on: &str, case: u64, sum: u64) -> u64 {
        let sanctioned = Sanctioned { entitlement: rupees(sum), paragraph: word("reason") };
        self.at(on, case, sum, GRANTER, Event::Sanctioned(sanctioned))
    }

    pub(super) fn pay(&mut self, on: &str, case: u64, sum: u64, account: u8) -> u64 {
        self.instalment(on, case, sum, (account, 1, 0))
    }

    pub(super) fn instalment(
        &mut self,
        on: &str,
        case: u64,
        sum: u64,
        (account, instalment, reissue_of): (u8, u16, u64),
    ) -> u64 {
        let branch = alloc::format!("SBIN00{account:05}");
        let paid = Disbursed {
            instalment,
            payee: Payee {
                account: AccountKey(print(account)),
                ifsc: Ifsc::parse(&branch).expect("a branch"),
            },
            mode: PaymentMode::Neft,
            reference: reference("BILL"),
            reissue_of: Position(reissue_of),
        };
        self.at(on, case, sum, PAYER, Event::Disbursed(paid))
    }

    pub(super) fn confirm(&mut self, on: &str, case: u64, payment: u64, transfer: &str) -> u64 {
        let confirmed = PaymentConfirmed {
            payment: Position(payment),
            reference: reference(transfer),
            own_day: day(on),
        };
        self.at(on, case, 0, PAYER, Event::PaymentConfirmed(confirmed))
    }

    pub(super) fn come_back(&mut self, on: &str, case: u64, payment: u64, reason: &str) -> u64 {
        let sum = self.events[payment as usize - 1].envelope.amount;
        let returned =
            PaymentReturned { payment: Position(payment), reason: word(reason), own_day: day(on) };
        let position = self.at(on, case, 0, PAYER, Event::PaymentReturned(returned));
        self.last().envelope.amount = sum;
        position
    }

    pub(super) fn utilise(&mut self, on: &str, case: u64, sum: u64) -> u64 {
        let used = Utilised { certificate: reference("UC") };
        self.at(on, case, sum, OFFICE, Event::Utilised(used))
    }

    pub(super) fn adjust(&mut self, on: &str, case: u64, sum: u64) -> u64 {
        let adjusted = Adjusted { reason: word("reason"), reference: reference("REPORT") };
        self.at(on, case, sum, OFFICE, Event::Adjusted(adjusted))
    }

    pub(super) fn recover(&mut self, on: &str, case: u64, sum: u64) -> u64 {
        let recovered = Recovered { reason: word("reason"), reference: reference("CHALLAN") };
        self.at(on, case, sum, PAYER, Event::Recovered(recovered))
    }

    pub(super) fn demand(&mut self, on: &str, case: u64, sum: u64, due: &str) -> u64 {
        let demanded = RecoveryDemanded {
            demanded: rupees(sum),
            reason: word("reason"),
            due: day(due),
            reference: reference("NOTICE"),
        };
        self.at(on, case, 0, OFFICE, Event::RecoveryDemanded(demanded))
    }

    pub(super) fn audited(&mut self, on: &str, case: u64, actor: u32, opinion: Opinion) -> u64 {
        let audited = Audited {
            scope: AuditScope::Case,
            seen: vec![Evidence { kind: word("reason"), reference: reference("FILE") }],
            opinion,
            findings: vec![AuditFinding { check: word("C31"), amount: rupees(10) }],
        };
        self.at(on, case, 0, actor, Event::Audited(audited))
    }

    pub(super) fn reverse(&mut self, on: &str, of: u64) -> u64 {
        let one = self.events[of as usize - 1].clone();
        let reversed = Reversed {
            of: one.position,
            kind: one.event.kind(),
            movement: one.movement().map(|(movement, _)| movement),
            reason: word("reason"),
        };
        let case = one.envelope.case.0;
        let position = self.at(on, case, 0, GRANTER, Event::Reversed(reversed));
        self.last().envelope.amount = one.envelope.amount;
        self.last().envelope.fund = one.envelope.fund;
        position
    }

    /// From the application to the grant: a quarter of eight lakh.
    pub(super) fn granted(&mut self, applicant: Applicant) -> Life {
        let cost = [("project_cost", StoredFact::Money(rupees(800_000)))];
        let case = self.apply("2024-05-01", applicant, &cost);
        self.step("2024-05-10", case, "committee");
        if self.scheme == CFC {
            self.step("2024-05-11", case, "vehicle_share_spent");
        }
        let sanction = self.sanction("2024-05-20", case, 200_000);
        Life { case, sanction, payment: 0 }
    }

    /// From the application to the credit.
    pub(super) fn paid(&mut self, applicant: Applicant, account: u8) -> Life {
        let life = self.granted(applicant);
        let payment = self.pay("2024-05-30", life.case, 200_000, account);
        let transfer = alloc::format!("UTR{}", life.case);
        self.confirm("2024-06-01", life.case, payment, &transfer);
        Life { payment, ..life }
    }

    /// A whole life to which nobody objects.
    pub(super) fn lived(&mut self, applicant: Applicant, account: u8) -> Life {
        let life = self.paid(applicant, account);
        self.utilise("2024-07-01", life.case, 200_000);
        self.step("2024-08-01", life.case, "completed");
        self.audited("2024-09-01", life.case, AUDITOR, Opinion::Clear);
        life
    }

    /// What an audit of the history finds.
    pub(super) fn findings(&self, as_of: &str, wanted: Wanted) -> Findings {
        self.audit().findings(day(as_of), wanted)
    }

    pub(super) fn audit(&self) -> Audit {
        let mut audit = Audit::default();
        self.events.iter().for_each(|event| audit.apply(event));
        audit
    }
}

fn introductions() -> Vec<Introduction> {
    let schemes = ["margin-money", "cfc", "mda", "training-toolkit", "plain"];
    let scheme = |name: &str| Introduction::Scheme(SchemeName::new(name).expect("a scheme"));
    let actor = |name: &str| Introduction::Actor(ActorName::new(name).expect("an actor"));
    let mut all: Vec<Introduction> = schemes.into_iter().map(scheme).collect();
    all.extend(["office", "granter", "payer", "auditor"].into_iter().map(actor));
    all.push(Introduction::Head(HeadName::new("425000102010101").expect("a head")));
    all.push(Introduction::Authority(order()));
    all.extend(WORDS.iter().map(|name| Introduction::Word(text(name))));
    all
}
