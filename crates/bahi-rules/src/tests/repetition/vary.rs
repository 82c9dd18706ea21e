//! Every act with one field changed, each field in turn.
//!
//! # Invariants
//! * The match names every act and every field: one that is added stops the build here.

#![allow(clippy::ptr_arg, reason = "each change takes a field of an act as it is")]

use alloc::vec::Vec;

use bahi_core::{
    AcceptedDifference, AccountKey, Act, ActorName, Applicant, AuditScope, BarSubject, BodyKey,
    CaseRef, Day, District, FamilyKey, Fund, Further, GivenFact, KeyChange, LineKind,
    LineReference, LineSide, Money, Opinion, Payee, PaymentMode, PersonKey, Position, Reference,
    SchemeName, Settlement, StatementLine, StockMove, Terms, Total, Word,
};

use super::super::builders::*;

macro_rules! vary {
    ($act:ident; $($kind:ident { $($field:ident: $($change:ident)+),+ })+) => {
        match $act {
            $(Act::$kind { $($field: _),+ } => {
                let mut varied = Vec::new();
                $($(
                    let mut other = $act.clone();
                    if let Act::$kind { $field, .. } = &mut other {
                        $change($field);
                    }
                    let says = concat!(stringify!($kind), " ", stringify!($field), " ", stringify!($change));
                    varied.push((says, other));
                )+)+
                varied
            })+
        }
    };
}

/// An act with each of its fields changed alone, in every way that counts.
#[rustfmt::skip]
pub(super) fn varied(act: &Act) -> Vec<(&'static str, Act)> {
    vary! { act;
        OpenScheme { scheme: a_scheme, districts: fewer_districts, terms: other_terms }
        ChangeTerms { scheme: a_scheme, terms: other_terms }
        Allot { fund: f_scheme f_head f_year f_district, amount: more }
        WithdrawFunds { fund: f_scheme f_head f_year f_district, amount: more, reason: a_word new_word }
        MoveFunds { from: f_scheme f_head f_district f_year, to: f_scheme f_head f_other f_year, amount: more, reason: a_word new_word }
        LapseFund { fund: f_scheme f_head f_year f_district, amount: more, reason: a_word new_word }
        LapseSanction { case_ref: a_case, amount: more, reason: a_word new_word }
        CarrySanction { case_ref: a_case, fund: f_scheme f_head f_year f_district, amount: more }
        Apply { scheme: a_scheme, district: a_district, case_ref: a_case, applicant: a_person a_family a_unit no_name, facts: a_fact no_facts fact_name more_facts }
        Amend { case_ref: a_case, facts: a_fact no_facts fact_name more_facts }
        RecordStep { case_ref: a_case, step: a_word new_word, evidence: no_papers more_papers paper_kind paper_reference, reported: a_fact no_facts fact_name more_facts }
        Reject { case_ref: a_case, reason: a_word new_word }
        Withdraw { case_ref: a_case, reason: a_word new_word }
        CloseCase { case_ref: a_case, reason: a_word new_word }
        Bar { subject: s_person s_family, until: d_none d_later, reason: a_word new_word }
        Sanction { case_ref: a_case, fund: f_scheme f_head f_year f_district, amount: more }
        ReviseSanction { case_ref: a_case, amount: more }
        CancelSanction { case_ref: a_case, reason: a_word new_word }
        Disburse { case_ref: a_case, instalment: n_more, amount: more, payee: p_account p_branch, mode: a_mode, reference: a_reference, reissue_of: elsewhere }
        Return { payment: elsewhere, amount: more, reason: a_word new_word }
        Confirm { payment: elsewhere, reference: a_reference }
        Suspend { fund: f_scheme f_head f_year f_district, amount: more, payment: elsewhere, reason: a_word new_word, reference: a_reference }
        Recover { case_ref: a_case, amount: more, reason: a_word new_word, reference: a_reference }
        DemandRecovery { case_ref: a_case, amount: more, reason: a_word new_word, due: later, reference: a_reference }
        Utilise { case_ref: a_case, amount: more, certificate: a_reference }
        Adjust { case_ref: a_case, amount: more, reason: a_word new_word, reference: a_reference }
        EarnInterest { fund: f_scheme f_head f_year f_district, amount: more, reference: a_reference }
        RemitInterest { fund: f_scheme f_head f_year f_district, amount: more, reference: a_reference }
        MoveStock { scheme: a_scheme, district: a_district, case_ref: turn_case, item: a_word new_word, movement: a_move, quantity: q_more, reference: a_reference }
        Audit { case_ref: other_case turn_case, scope: a_scope, seen: more_papers, opinion: an_opinion, findings: fewer_findings more_findings turned_findings finding_check finding_amount }
        SettleFinding { audit: elsewhere, finding: n_more, settlement: a_settlement, reference: a_reference }
        CertifyState { upto: elsewhere, as_of: later, fold: a_word new_word, version: n_more, count: c_more, root: a_hash, hash: a_hash }
        SealPeriod { until: month_before, certified: elsewhere }
        ReceiveStatement { file: a_hash, bytes: c_more, format: a_word new_word, account: an_account, from: earlier, to: later, opening: t_none t_more, closing: t_more, lines: q_more, part: n_more, repeated: q_more, set_aside: q_more }
        ReceiveLines { statement: elsewhere, first: q_more, lines: fewer_lines more_lines l_amount l_side l_booked l_value l_references l_reference l_nobody l_somebody l_at l_bytes l_told l_kind }
        Match { line: r_statement r_line, target: elsewhere, rule: a_word new_word, further: m_line m_target, evidence: more_evidence, difference: a_difference }
        Unmatch { matched: elsewhere, reason: a_word new_word }
        DecideMatch { line: r_statement r_line, target: elsewhere nowhere, reason: a_word new_word, further: m_line m_target, rejected: turn_flag }
        Reverse { of: elsewhere, reason: a_word new_word }
        NoteExport { what: a_word new_word, upto: elsewhere, rows: c_more, digest: a_hash }
        DenyAccess { what: a_word new_word, count: q_more }
        RotateKey { key_id: n_more, change: a_change, check: a_check }
        SetActorKey { signer: an_actor, key: a_hash, until: d_none d_later, required: turn_flag }
    }
}

macro_rules! changes {
    ($($name:ident($one:ident: &mut $kind:ty) $change:expr;)+) => {
        $(fn $name($one: &mut $kind) {
            $change;
        })+
    };
}

changes! {
    an_actor(one: &mut ActorName) *one = actor("another");
    a_scheme(one: &mut SchemeName) *one = scheme("cfc");
    a_district(one: &mut District) *one = PRAYAGRAJ;
    a_case(one: &mut CaseRef) *one = case_ref("B");
    other_case(one: &mut Option<CaseRef>) *one = Some(case_ref("B"));
    turn_case(one: &mut Option<CaseRef>) *one = if one.is_none() { Some(case_ref("A")) } else { None };
    fewer_districts(one: &mut Vec<District>) one.truncate(one.len() - 1);
    other_terms(one: &mut Terms) *one = terms("2025-04-03");
    more(one: &mut Money) *one = one.checked_add(rupees(1)).expect("an amount");
    a_word(one: &mut Word) *one = word("project_cost");
    new_word(one: &mut Word) *one = word("not_heard_of");
    a_reference(one: &mut Reference) *one = reference("ANOTHER");
    f_scheme(one: &mut Fund) one.scheme = scheme("cfc");
    f_head(one: &mut Fund) one.head = head("4851");
    f_year(one: &mut Fund) one.fy = year("2026-27");
    f_district(one: &mut Fund) one.district = District::POOL;
    f_other(one: &mut Fund) one.district = District::POOL;
    a_person(one: &mut Applicant) *one = Applicant::Person { person: PersonKey(print(2)), family: None };
    a_family(one: &mut Applicant) *one = Applicant::Person { person: PersonKey(print(1)), family: Some(FamilyKey(print(4))) };
    a_unit(one: &mut Applicant) *one = Applicant::Unit { unit: BodyKey(print(1)), owner: None };
    no_name(one: &mut Applicant) *one = Applicant::NotInSource;
    a_fact(one: &mut Vec<(Word, GivenFact)>) one[0].1 = GivenFact::Text(word("7"));
    no_facts(one: &mut Vec<(Word, GivenFact)>) one.clear();
    fact_name(one: &mut Vec<(Word, GivenFact)>) one[0].0 = word("special");
    more_facts(one: &mut Vec<(Word, GivenFact)>) one.push((word("trainees"), GivenFact::Count(0)));
    no_papers(one: &mut Vec<(Word, Reference)>) one.clear();
    more_papers(one: &mut Vec<(Word, Reference)>) one.push((word("project_cost"), reference("P/1")));
    paper_kind(one: &mut Vec<(Word, Reference)>) one[0].0 = word("project_cost");
    paper_reference(one: &mut Vec<(Word, Reference)>) one[0].1 = reference("TF/4");
    s_person(one: &mut BarSubject) *one = person(2);
    s_family(one: &mut BarSubject) *one = BarSubject::Family(FamilyKey(print(1)));
    d_none(one: &mut Option<Day>) *one = None;
    d_later(one: &mut Option<Day>) *one = Some(day("2025-01-01"));
    n_more(one: &mut u16) *one += 1;
    q_more(one: &mut u32) *one += 1;
    c_more(one: &mut u64) *one += 1;
    p_account(one: &mut Payee) one.account = AccountKey(print(8));
    p_branch(one: &mut Payee) one.ifsc = bahi_core::Ifsc::parse("SBIN0001235").expect("an IFSC");
    a_mode(one: &mut PaymentMode) *one = PaymentMode::Rtgs;
    elsewhere(one: &mut Position) *one = one.next();
    nowhere(one: &mut Position) *one = Position::NONE;
    later(one: &mut Day) *one = one.plus_days(1).expect("a day");
    earlier(one: &mut Day) *one = one.plus_days(-1).expect("a day");
    month_before(one: &mut Day) *one = day("2025-02-28");
    a_move(one: &mut StockMove) *one = StockMove::WrittenOff;
    a_scope(one: &mut AuditScope) *one = AuditScope::Inspection;
    an_opinion(one: &mut Opinion) *one = Opinion::Clear;
    fewer_findings(one: &mut Vec<(Word, Money)>) one.truncate(one.len() - 1);
    more_findings(one: &mut Vec<(Word, Money)>) one.push((word("C05"), Money::ZERO));
    turned_findings(one: &mut Vec<(Word, Money)>) one.reverse();
    finding_check(one: &mut Vec<(Word, Money)>) one[0].0 = word("C99");
    finding_amount(one: &mut Vec<(Word, Money)>) one[0].1 = Money::ZERO;
    a_settlement(one: &mut Settlement) *one = Settlement::Dropped;
    a_hash(one: &mut [u8; 32]) one[31] ^= 1;
    a_check(one: &mut [u8; 16]) one[15] ^= 1;
    a_change(one: &mut KeyChange) *one = KeyChange::Destroyed;
    an_account(one: &mut AccountKey) *one = AccountKey(print(41));
    t_none(one: &mut Option<Total>) *one = None;
    t_more(one: &mut Option<Total>) *one = Some(total(6));
    m_line(one: &mut Further) one.lines.push(LineReference { statement: Position(999), line: 1 });
    m_target(one: &mut Further) one.targets.push(Position(999));
    more_evidence(one: &mut Vec<Reference>) one.push(reference("UTR9"));
    a_difference(one: &mut Option<AcceptedDifference>) *one =
        Some(AcceptedDifference { tolerance: word("charges"), amount: total(1), limit: None });
    turn_flag(one: &mut bool) *one = !*one;
    l_told(one: &mut Vec<StatementLine>) one[2].particulars = Some(particulars(LineKind::Movement));
    l_kind(one: &mut Vec<StatementLine>) one[1].particulars = Some(particulars(LineKind::Charge));
    fewer_lines(one: &mut Vec<StatementLine>) one.truncate(one.len() - 1);
    more_lines(one: &mut Vec<StatementLine>) one.push(line(LineSide::Credit, 50));
    l_amount(one: &mut Vec<StatementLine>) one[2].amount = rupees(51);
    l_side(one: &mut Vec<StatementLine>) one[2].side = LineSide::Debit;
    l_booked(one: &mut Vec<StatementLine>) one[2].booked = day("2024-06-22");
    l_value(one: &mut Vec<StatementLine>) one[2].value = day("2024-06-22");
    l_references(one: &mut Vec<StatementLine>) one[2].references.clear();
    l_reference(one: &mut Vec<StatementLine>) one[2].references[0] = reference("UTR8");
    l_nobody(one: &mut Vec<StatementLine>) one[2].counterparty = None;
    l_somebody(one: &mut Vec<StatementLine>) one[2].counterparty = Some(AccountKey(print(8)));
    l_at(one: &mut Vec<StatementLine>) one[2].at += 1;
    l_bytes(one: &mut Vec<StatementLine>) one[2].bytes += 1;
    r_statement(one: &mut LineReference) one.statement = Position(5);
    r_line(one: &mut LineReference) one.line = 2;
}
