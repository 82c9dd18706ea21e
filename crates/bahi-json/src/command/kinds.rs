//! The shape of each kind of command.
//!
//! # Not here
//! What a field holds: `shapes`, `terms`, `value`.

use bahi_core::{
    Act, ActorName, AuditScope, CaseRef, Command, CommandId, CommandKind, Day, KeyChange, Money,
    Opinion, PaymentMode, Position, Reference, Role, SchemeName, Settlement, StockMove, Total,
    Word,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    Malformed,
    form::{Form, Reading},
    malformed::{Complaint, read},
    shapes::{
        ApplicantJson, AuthorityJson, DifferenceJson, EvidenceJson, FactsJson, FindingJson,
        FundJson, FurtherJson, KeyJson, LineJson, PayeeJson, StatementLineJson, SubjectJson,
    },
    terms::TermsJson,
    value::{DistrictText, Kind, Object, OneKey, OneOf, PublicKey, Text, Whole},
};

shapes! {
    /// Open a scheme with its first terms.
    "open_scheme" OpenScheme {
        /// The scheme's name.
        scheme: Text<SchemeName>,
        /// The districts it runs in, each once; its pool comes with it.
        districts: Vec<Text<DistrictText>>,
        /// Its first terms.
        terms: Object<TermsJson>,
    }
    /// Give a scheme further terms; the older ones stay for the days they cover.
    "change_terms" ChangeTerms {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// The terms; they begin after the latest ones do.
        terms: Object<TermsJson>,
    }
    /// Allot money to a fund.
    "allot" Allot {
        /// The fund.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
    }
    /// Take back from a fund what nobody was granted: surrendered or cut.
    "withdraw_funds" WithdrawFunds {
        /// The fund.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Move what nobody was granted to another fund of the same year.
    "move_funds" MoveFunds {
        /// The fund it leaves.
        from: Object<FundJson>,
        /// The fund it goes to.
        to: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Let lapse all that a fund has left to sanction, once its year is over.
    "lapse_fund" LapseFund {
        /// The fund.
        fund: Object<FundJson>,
        /// How much: all of it.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Let lapse all that a case has left unpaid in the oldest fund it draws on.
    "lapse_sanction" LapseSanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much: all of it.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Carry all that a case has left unpaid in the oldest fund it draws on to a later year's.
    "carry_sanction" CarrySanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// The fund it is to draw on.
        fund: Object<FundJson>,
        /// How much: all of it.
        amount: Text<Money>,
    }
    /// Record an application.
    "apply" Apply {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// The district.
        district: Text<DistrictText>,
        /// What the office calls the case; unique in the ledger.
        case_ref: Text<CaseRef>,
        /// Who applies.
        applicant: OneKey<ApplicantJson>,
        /// What the application states.
        facts: FactsJson,
    }
    /// Record that an application states other facts.
    "amend" Amend {
        /// The case.
        case_ref: Text<CaseRef>,
        /// All that it states now.
        facts: FactsJson,
    }
    /// Record a step of the scheme's procedure.
    "record_step" RecordStep {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Which step, as a code: task_force.
        step: Text<Word>,
        /// What was seen; nothing where absent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Object<EvidenceJson>>,
        /// What the case came to beside the money, as the terms' outcomes name it; nothing where
        /// absent.
        #[serde(default, skip_serializing_if = "FactsJson::is_empty")]
        reported: FactsJson,
    }
    /// Record that an application was turned down.
    "reject" Reject {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Record that the applicant took the application back.
    "withdraw" Withdraw {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Close a case that has nothing left to be paid.
    "close_case" CloseCase {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Bar somebody from applying, or an account from being paid.
    "bar" Bar {
        /// Who.
        subject: OneKey<SubjectJson>,
        /// The last day of the bar; without end where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Text<Day>>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Grant money to a case from a fund.
    "sanction" Sanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// The fund to draw on.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
    }
    /// Raise or lower a sanction.
    "revise_sanction" ReviseSanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// What it is to come to.
        amount: Text<Money>,
    }
    /// Take back a sanction, as far as it was not paid.
    "cancel_sanction" CancelSanction {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Issue an instruction to pay.
    "disburse" Disburse {
        /// The case.
        case_ref: Text<CaseRef>,
        /// Which instalment, from 1.
        instalment: Whole<u16>,
        /// How much.
        amount: Text<Money>,
        /// To whom.
        payee: Object<PayeeJson>,
        /// How it travels; "unstated" where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<OneOf<PaymentMode>>,
        /// What the drawing officer calls it.
        reference: Text<Reference>,
        /// For a re-issue: the position of the PaymentReturned it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reissue_of: Option<Whole<Position>>,
    }
    /// Record that a payment came back whole.
    "return" Return {
        /// The position of the Disbursed that came back.
        payment: Whole<Position>,
        /// How much came back: the whole payment.
        amount: Text<Money>,
        /// The return code.
        reason: Text<Word>,
    }
    /// Record that the bank says a payment reached its account.
    "confirm" Confirm {
        /// The position of the Disbursed.
        payment: Whole<Position>,
        /// What the bank calls the transfer.
        reference: Text<Reference>,
    }
    /// Record money that came in and that nothing accounts for yet.
    "suspend" Suspend {
        /// The fund it came to.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
        /// The position of the Disbursed it seems to belong to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<Whole<Position>>,
        /// Why, as a code.
        reason: Text<Word>,
        /// What the bank calls it.
        reference: Text<Reference>,
    }
    /// Record money recovered.
    "recover" Recover {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
        /// The challan or bank reference.
        reference: Text<Reference>,
    }
    /// Ask money back.
    "demand_recovery" DemandRecovery {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
        /// The day by which it is due.
        due: Text<Day>,
        /// The notice.
        reference: Text<Reference>,
    }
    /// Record that money paid was shown to be used for its purpose.
    "utilise" Utilise {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much.
        amount: Text<Money>,
        /// The certificate.
        certificate: Text<Reference>,
    }
    /// Record that money paid became the beneficiary's own.
    "adjust" Adjust {
        /// The case.
        case_ref: Text<CaseRef>,
        /// How much.
        amount: Text<Money>,
        /// Why, as a code.
        reason: Text<Word>,
        /// The report it rests on.
        reference: Text<Reference>,
    }
    /// Record interest that a fund's money earned.
    "earn_interest" EarnInterest {
        /// The fund.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
        /// The bank's or the office's reference.
        reference: Text<Reference>,
    }
    /// Record interest handed back to the treasury.
    "remit_interest" RemitInterest {
        /// The fund.
        fund: Object<FundJson>,
        /// How much.
        amount: Text<Money>,
        /// The challan.
        reference: Text<Reference>,
    }
    /// Record things in kind ordered, received, handed over or written off.
    "move_stock" MoveStock {
        /// The scheme.
        scheme: Text<SchemeName>,
        /// Where they are, or the pool.
        district: Text<DistrictText>,
        /// The beneficiary's case, for things handed over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case_ref: Option<Text<CaseRef>>,
        /// What, as a code: toolkit_potter.
        item: Text<Word>,
        /// What becomes of them.
        movement: OneOf<StockMove>,
        /// How many, from 1.
        quantity: Whole<u32>,
        /// The order, the receipt, the voucher.
        reference: Text<Reference>,
    }
    /// Record an audit, of a case or of what the books hold of none.
    "audit" Audit {
        /// The case; absent exactly where the scope is ledger.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case_ref: Option<Text<CaseRef>>,
        /// How far it looked.
        scope: OneOf<AuditScope>,
        /// What was seen; nothing where absent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seen: Vec<Object<EvidenceJson>>,
        /// What it came to.
        opinion: OneOf<Opinion>,
        /// What it found.
        findings: Vec<Object<FindingJson>>,
    }
    /// Settle a finding of an audit.
    "settle_finding" SettleFinding {
        /// The position of the Audited.
        audit: Whole<Position>,
        /// Which of its findings, from 1.
        finding: Whole<u16>,
        /// How.
        settlement: OneOf<Settlement>,
        /// The reply or the order.
        reference: Text<Reference>,
    }
    /// Certify what a fold came to.
    "certify_state" CertifyState {
        /// The last position folded; 0 before the first event.
        upto: Whole<u64>,
        /// The last effective day taken in.
        as_of: Text<Day>,
        /// Which fold, as a code: balances.
        fold: Text<Word>,
        /// Its version, from 1.
        version: Whole<u16>,
        /// How many leaves the tree over its rows has.
        count: Whole<u64>,
        /// The root of that tree.
        root: Text<[u8; 32]>,
        /// The hash of the fold's whole state.
        hash: Text<[u8; 32]>,
    }
    /// Close everything up to a day.
    "seal_period" SealPeriod {
        /// The last day of the period, the last of its month.
        until: Text<Day>,
        /// The position of the StateCertified it rests on: the event just before.
        certified: Whole<Position>,
    }
    /// Record a statement of a bank or a treasury.
    "receive_statement" ReceiveStatement {
        /// SHA-256 of the file.
        file: Text<[u8; 32]>,
        /// How many bytes it has.
        bytes: Whole<u64>,
        /// Its format, as a code: camt053.
        format: Text<Word>,
        /// The account it is of, by fingerprint.
        account: KeyJson,
        /// The first day it covers.
        from: Text<Day>,
        /// The last day it covers.
        to: Text<Day>,
        /// What the account held before, where it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opening: Option<Text<Total>>,
        /// What it held after, where it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closing: Option<Text<Total>>,
        /// How many lines are to follow.
        lines: Whole<u32>,
        /// Which of the file's statements it is; 1 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Whole<u16>>,
        /// How many of its lines an earlier file told, so that they do not follow; 0 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repeated: Option<Whole<u32>>,
        /// How many of its lines could not be read; 0 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        set_aside: Option<Whole<u32>>,
    }
    /// Record the next lines of a statement.
    "receive_lines" ReceiveLines {
        /// The position of the StatementReceived.
        statement: Whole<Position>,
        /// The number of the first of them, from 1.
        first: Whole<u32>,
        /// The lines, in order.
        lines: Vec<Object<StatementLineJson>>,
    }
    /// Match a line of a statement with an event.
    "match" Match {
        /// The line.
        line: Object<LineJson>,
        /// The position of the event.
        target: Whole<Position>,
        /// The rule that proves it, as a code.
        rule: Text<Word>,
        /// What else it joins; nothing where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        further: Option<Object<FurtherJson>>,
        /// The references it rests on; none where absent.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Text<Reference>>,
        /// The difference accepted; none where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        difference: Option<Object<DifferenceJson>>,
    }
    /// Undo a match.
    "unmatch" Unmatch {
        /// The position of the Matched or MatchDecided.
        matched: Whole<Position>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Record a person's decision on a line of a statement.
    "decide_match" DecideMatch {
        /// The line.
        line: Object<LineJson>,
        /// The position of the event it is; absent where it is money of something else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<Whole<Position>>,
        /// Why, as a code.
        reason: Text<Word>,
        /// What else is joined; nothing where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        further: Option<Object<FurtherJson>>,
        /// Whether they are said not to be the same money; not where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejected: Option<bool>,
    }
    /// Reverse an event.
    "reverse" Reverse {
        /// The position of the event.
        of: Whole<Position>,
        /// Why, as a code.
        reason: Text<Word>,
    }
    /// Record that a part of the ledger was written out.
    "note_export" NoteExport {
        /// What, as a code: postings.
        what: Text<Word>,
        /// The last position it holds; 0 before the first event.
        upto: Whole<u64>,
        /// How many rows.
        rows: Whole<u64>,
        /// SHA-256 of the file, or of its manifest.
        digest: Text<[u8; 32]>,
    }
    /// Record that the actor asked for what they may not see or do.
    "deny_access" DenyAccess {
        /// What was asked, as a code.
        what: Text<Word>,
        /// How often within the minute, from 1.
        count: Whole<u32>,
    }
    /// Record that a fingerprint key was added or destroyed.
    "rotate_key" RotateKey {
        /// The key, from 1.
        key_id: Whole<u16>,
        /// What became of it.
        change: OneOf<KeyChange>,
        /// A value by which the key is known.
        check: Text<[u8; 16]>,
    }
    /// Set a key with which an actor signs commands, from the day on which this is to count.
    "set_actor_key" SetActorKey {
        /// Whose key it is.
        signer: Text<ActorName>,
        /// The public key.
        key: Text<PublicKey>,
        /// The last day on which it signs; without end where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Text<Day>>,
        /// Whether each command of this actor must be signed from then on; not where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        required: Option<bool>,
    }
}
