//! The parts of a camt message while they are read.
//!
//! # Invariants
//! * A draft holds only what a part has once, and bounded lists; what it cannot read it keeps as
//!   a problem until its end.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, AmountProblem, Balance, BalanceKind, ControlKind, Currency, Detail, Entry, EntryStatus,
    Item, Party, ReferenceKind, Secret, StatementKind, Told,
    amount::of_schema,
    camt::relative,
    day::of_iso,
    output::{Mark, Output},
    reference::{keep, scan},
    tally::{Tally, signed},
    xml::Walker,
};

/// An amount of the leaf that ends, in the currency of its attribute or another.
fn amount(walker: &Walker<'_>, otherwise: Option<Currency>) -> Result<Amount, AmountProblem> {
    let currency = match walker.currency() {
        Some(None) => return Err(AmountProblem::Currency),
        Some(Some(currency)) => currency,
        None => otherwise.unwrap_or(Currency::NOT_STATED),
    };
    of_schema(walker.leaf().unwrap_or_default(), currency)
}

/// What stands twice in one part could mean either: of amounts neither is read.
fn once(held: &mut Option<ReadAmount>, read: ReadAmount) {
    *held = Some(if held.is_some() { Err(AmountProblem::Ambiguous) } else { read });
}

/// An amount, or why it is none.
type ReadAmount = Result<Amount, AmountProblem>;

/// A side as it is stated: nothing where it is none, or is stated twice.
#[derive(Clone, Copy, Default)]
struct StatedSide {
    stated: bool,
    side: Option<LineSide>,
}

impl StatedSide {
    fn state(&mut self, text: &str) {
        self.side = side(text).filter(|_| !self.stated);
        self.stated = true;
    }
}

fn side(text: &str) -> Option<LineSide> {
    match text {
        "CRDT" => Some(LineSide::Credit),
        "DBIT" => Some(LineSide::Debit),
        _ => None,
    }
}

/// The longest code that is kept.
const CODE_CHARS_MAX: usize = 35;

fn code(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(CODE_CHARS_MAX).collect()
}

/// Parts of a code, joined.
fn join(held: &mut Option<String>, part: &str) {
    match held {
        Some(held) if held.len() < 4 * CODE_CHARS_MAX => {
            held.push('/');
            held.push_str(&code(part));
        }
        Some(_) => {}
        None => *held = Some(code(part)),
    }
}

/// A statement, report or notification.
pub(super) struct StatementDraft {
    tally: Tally,
    /// Sums of the summary, read once the currency is known.
    sums: Vec<(ControlKind, String)>,
    net: Option<String>,
    net_side: Option<LineSide>,
}

impl StatementDraft {
    pub(super) fn new(number: u32, kind: StatementKind, mark: Mark) -> StatementDraft {
        let tally = Tally::new(number, kind, mark);
        StatementDraft { tally, sums: Vec::new(), net: None, net_side: None }
    }

    pub(super) fn next_entry(&mut self) -> u32 {
        self.tally.begun = self.tally.begun.saturating_add(1);
        self.tally.begun
    }

    pub(super) fn currency(&self) -> Option<Currency> {
        self.tally.statement.currency
    }

    pub(super) fn leaf(&mut self, walker: &Walker<'_>, base: usize) {
        let Some(text) = walker.leaf() else { return };
        let statement = &mut self.tally.statement;
        match relative(walker, base) {
            "Id" => statement.reference = Secret::some(text),
            "ElctrncSeqNb" | "LglSeqNb" if statement.sequence.is_none() => {
                statement.sequence = Some(code(text));
            }
            "FrToDt/FrDtTm" | "FrToDt/FrDt" => statement.from = of_iso(text),
            "FrToDt/ToDtTm" | "FrToDt/ToDt" => statement.to = of_iso(text),
            "Acct/Id/IBAN"
            | "Acct/Id/Othr/Id"
            | "Acct/Id/PrtryAcct/Id"
            | "Acct/Id/BBAN"
            | "Acct/Id/UPIC" => self.tally.account(text),
            "Acct/Ccy" => statement.currency = Currency::parse(text),
            "Acct/Svcr/FinInstnId/BIC"
            | "Acct/Svcr/FinInstnId/BICFI"
            | "Acct/Svcr/FinInstnId/ClrSysMmbId/MmbId"
                if statement.bank.is_none() =>
            {
                statement.bank = Some(code(text));
            }
            "TxsSummry/TtlNtries/NbOfNtries" => self.count(ControlKind::Count, text),
            "TxsSummry/TtlCdtNtries/NbOfNtries" => self.count(ControlKind::CreditCount, text),
            "TxsSummry/TtlDbtNtries/NbOfNtries" => self.count(ControlKind::DebitCount, text),
            "TxsSummry/TtlNtries/Sum" => self.sum(ControlKind::Sum, text),
            "TxsSummry/TtlCdtNtries/Sum" => self.sum(ControlKind::CreditSum, text),
            "TxsSummry/TtlDbtNtries/Sum" => self.sum(ControlKind::DebitSum, text),
            "TxsSummry/TtlNtries/TtlNetNtryAmt" | "TxsSummry/TtlNtries/TtlNetNtry/Amt" => {
                self.net = Some(text.chars().take(64).collect());
            }
            "TxsSummry/TtlNtries/CdtDbtInd" | "TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd" => {
                self.net_side = side(text);
            }
            _ => {}
        }
    }

    fn count(&mut self, kind: ControlKind, text: &str) {
        if let Ok(count) = text.parse::<u64>() {
            self.tally.declare(kind, i128::from(count));
        }
    }

    fn sum(&mut self, kind: ControlKind, text: &str) {
        if self.sums.len() < 8 {
            self.sums.push((kind, text.chars().take(64).collect()));
        }
    }

    pub(super) fn end(mut self, to: usize, out: &mut Output<'_, '_>) {
        let currency = self.tally.currency();
        for (kind, text) in std::mem::take(&mut self.sums) {
            match of_schema(&text, currency) {
                Ok(sum) => self.tally.declare(kind, i128::from(sum.minor())),
                Err(problem) => {
                    let place = out.place(to);
                    out.warn(place, Told::Amount(kind.name(), problem));
                }
            }
        }
        let net = self.net.as_deref().map(|text| of_schema(text, currency));
        if let (Some(Ok(net)), Some(side)) = (net, self.net_side) {
            self.tally.declare(ControlKind::Net, signed(net, side).minor);
        }
        self.tally.end(out, to);
    }
}

/// A balance.
pub(super) struct BalanceDraft {
    mark: Mark,
    kind: BalanceKind,
    amount: Option<ReadAmount>,
    side: StatedSide,
    day: Option<Day>,
}

impl BalanceDraft {
    pub(super) fn new(mark: Mark) -> BalanceDraft {
        let side = StatedSide::default();
        BalanceDraft { mark, kind: BalanceKind::Other, amount: None, side, day: None }
    }

    pub(super) fn leaf(&mut self, walker: &Walker<'_>, base: usize) {
        let Some(text) = walker.leaf() else { return };
        match relative(walker, base) {
            "Tp/CdOrPrtry/Cd" | "Tp/Cd" => {
                self.kind = match text {
                    "OPBD" => BalanceKind::Opening,
                    "PRCD" => BalanceKind::PreviousClosing,
                    "CLBD" => BalanceKind::Closing,
                    "ITBD" => BalanceKind::Interim,
                    "CLAV" | "OPAV" | "ITAV" => BalanceKind::Available,
                    "FWAV" => BalanceKind::Forward,
                    _ => BalanceKind::Other,
                }
            }
            "Amt" => once(&mut self.amount, amount(walker, None)),
            "CdtDbtInd" => self.side.state(text),
            "Dt/Dt" | "Dt/DtTm" => self.day = of_iso(text),
            _ => {}
        }
    }

    pub(super) fn end(self, statement: &mut StatementDraft, to: usize, out: &mut Output<'_, '_>) {
        let problem = match (self.amount, self.side.side) {
            (Some(Ok(amount)), Some(side)) => {
                let amount = signed(amount, side);
                let balance = Balance { kind: self.kind, amount, day: self.day };
                // The account's currency comes first in the message; a balance in another is kept.
                statement.tally.balance(out, balance);
                return;
            }
            (Some(Err(problem)), _) => Told::Amount("balance", problem),
            (None, _) => Told::Missing("amount of a balance"),
            (_, None) => Told::Side("of a balance"),
        };
        out.set_aside(self.mark, to, problem);
    }
}

/// An entry.
pub(super) struct EntryDraft {
    mark: Mark,
    entry: Entry,
    amount: Option<ReadAmount>,
    side: StatedSide,
    unreadable_day: Option<&'static str>,
    /// What its details sum to, those of the other side below zero; nothing once one of them has
    /// no amount in the entry's currency.
    details_minor: Option<i128>,
    details: u32,
    /// Set at the first detail: whether amount and side were read by then.
    sound: Option<bool>,
}

impl EntryDraft {
    pub(super) fn new(statement: u32, number: u32, mark: Mark) -> EntryDraft {
        let nothing = Amount::from_minor(0, Currency::NOT_STATED).expect("zero is an amount");
        let entry = Entry {
            statement,
            number,
            amount: nothing,
            side: LineSide::Credit,
            reversal: false,
            status: EntryStatus::NotStated,
            booked: None,
            value: None,
            code: None,
            return_reason: None,
            references: Vec::new(),
            counterparty: Party::default(),
            narration: Secret::default(),
            running_balance: None,
            details: 0,
            batch_count: None,
            place: crate::Stretch::default(),
        };
        EntryDraft {
            mark,
            entry,
            amount: None,
            side: StatedSide::default(),
            unreadable_day: None,
            details_minor: Some(0),
            details: 0,
            sound: None,
        }
    }

    /// Fixes amount and side before the first detail is given, so that no detail is given of an
    /// entry that is set aside.
    pub(super) fn settle(&mut self, otherwise: Option<Currency>) {
        if self.sound.is_some() {
            return;
        }
        if let (Some(Ok(amount)), Some(side)) = (&self.amount, self.side.side) {
            let stated = amount.currency() != Currency::NOT_STATED;
            let currency =
                if stated { amount.currency() } else { otherwise.unwrap_or(Currency::NOT_STATED) };
            // An amount without a currency was read with two places.
            let same_places = currency.minor_digits() == amount.currency().minor_digits();
            let read = Amount::from_minor(amount.minor(), currency).filter(|_| same_places);
            if let Some(amount) = read {
                self.entry.amount = amount;
                self.entry.side = side;
                self.sound = Some(true);
                return;
            }
            self.amount = Some(Err(AmountProblem::Currency));
        }
        self.sound = Some(false);
    }

    pub(super) fn leaf(&mut self, walker: &Walker<'_>, base: usize) {
        let Some(text) = walker.leaf() else { return };
        let entry = &mut self.entry;
        match relative(walker, base) {
            "Amt" => once(&mut self.amount, amount(walker, None)),
            "CdtDbtInd" => self.side.state(text),
            "RvslInd" => entry.reversal = matches!(text, "true" | "1"),
            "Sts" | "Sts/Cd" => {
                entry.status = match text {
                    "BOOK" => EntryStatus::Booked,
                    "PDNG" | "FUTR" => EntryStatus::Pending,
                    "INFO" => EntryStatus::Information,
                    _ => EntryStatus::NotStated,
                }
            }
            "BookgDt/Dt" | "BookgDt/DtTm" => {
                entry.booked = of_iso(text);
                self.unreadable_day =
                    self.unreadable_day.or(entry.booked.is_none().then_some("booking day"));
            }
            "ValDt/Dt" | "ValDt/DtTm" => {
                entry.value = of_iso(text);
                self.unreadable_day =
                    self.unreadable_day.or(entry.value.is_none().then_some("value day"));
            }
            "AcctSvcrRef" => keep(&mut entry.references, ReferenceKind::Bank, text),
            "NtryRef" => keep(&mut entry.references, ReferenceKind::Entry, text),
            "BkTxCd/Domn/Cd"
            | "BkTxCd/Domn/Fmly/Cd"
            | "BkTxCd/Domn/Fmly/SubFmlyCd"
            | "BkTxCd/Prtry/Cd" => join(&mut entry.code, text),
            "AddtlNtryInf" => entry.narration.push(text),
            "Btch/MsgId" | "NtryDtls/Btch/MsgId" => {
                keep(&mut entry.references, ReferenceKind::Message, text);
            }
            "Btch/PmtInfId" | "NtryDtls/Btch/PmtInfId" => {
                keep(&mut entry.references, ReferenceKind::Batch, text);
            }
            "Btch/NbOfTxs" | "NtryDtls/Btch/NbOfTxs" => {
                let more = text.parse::<u64>().ok();
                entry.batch_count = match (entry.batch_count, more) {
                    (Some(held), Some(more)) => held.checked_add(more),
                    (held, more) => held.or(more),
                };
            }
            _ => {}
        }
    }

    /// Ends it: given, or set aside.
    pub(super) fn end(
        mut self,
        statement: &mut StatementDraft,
        to: usize,
        out: &mut Output<'_, '_>,
    ) {
        self.settle(statement.currency());
        if self.sound != Some(true) {
            let problem = match (self.amount, self.side.side) {
                (Some(Err(problem)), _) => Told::Amount("amount of an entry", problem),
                (None, _) => Told::Missing("amount of an entry"),
                (Some(Ok(_)), None) => Told::Side("of an entry"),
                (Some(Ok(_)), Some(_)) => Told::NotUnderstood("an entry whose details come first"),
            };
            out.set_aside(self.mark, to, problem);
            out.record_set_aside();
            statement.tally.statement.set_aside += 1;
            return;
        }
        let place = self.mark.place();
        if let Some(day) = self.unreadable_day {
            out.warn(place, Told::Day(day));
        }
        // Behind its details, which were given by then, another amount changes nothing.
        if matches!(self.amount, Some(Err(_))) {
            out.warn(place, Told::Repeated("amount of an entry"));
        }
        self.compare_details(out);
        let mut entry = self.entry;
        entry.details = self.details;
        entry.place = out.stretch(self.mark, to);
        scan(&mut entry.references, entry.narration.reveal());
        statement.tally.entry(
            out,
            entry.amount,
            entry.side,
            entry.status,
            entry.booked.or(entry.value),
            entry.place,
        );
        statement.tally.statement.details += u64::from(self.details);
        out.record_read();
        out.give(Item::Entry(Box::new(entry)));
    }

    fn compare_details(&self, out: &mut Output<'_, '_>) {
        let place = self.mark.place();
        let entry_minor = self.entry.amount.minor();
        if let Some(details_minor) = self.details_minor
            && self.details > 0
            && details_minor != i128::from(entry_minor)
        {
            out.warn(place, Told::Details { entry_minor, details_minor });
        }
        if let Some(declared) = self.entry.batch_count
            && self.details > 0
            && declared != u64::from(self.details)
        {
            let (declared, found) = (i128::from(declared), i128::from(self.details));
            out.warn(place, Told::Control { kind: ControlKind::Count, declared, found });
        }
    }
}

/// A detail.
pub(super) struct DetailDraft {
    mark: Mark,
    detail: Detail,
    amount: Option<ReadAmount>,
}

impl DetailDraft {
    pub(super) fn new(mark: Mark) -> DetailDraft {
        DetailDraft { mark, detail: Detail::default(), amount: None }
    }

    pub(super) fn leaf(&mut self, walker: &Walker<'_>, base: usize) {
        let Some(text) = walker.leaf() else { return };
        let path = relative(walker, base);
        if let Some(name) = path.strip_prefix("Refs/") {
            self.reference(name, text);
            return;
        }
        if let Some(path) = path.strip_prefix("RltdPties/") {
            self.party(path, text);
            return;
        }
        if let Some(path) = path.strip_prefix("RltdAgts/") {
            self.bank(path, text);
            return;
        }
        let detail = &mut self.detail;
        match path {
            "Amt" => once(&mut self.amount, amount(walker, None)),
            "AmtDtls/TxAmt/Amt" if self.amount.is_none() => {
                self.amount = Some(amount(walker, None))
            }
            "CdtDbtInd" => detail.side = side(text),
            "BkTxCd/Domn/Cd"
            | "BkTxCd/Domn/Fmly/Cd"
            | "BkTxCd/Domn/Fmly/SubFmlyCd"
            | "BkTxCd/Prtry/Cd" => join(&mut detail.code, text),
            "RtrInf/Rsn/Cd" | "RtrInf/Rsn/Prtry" | "RtrInf/RtrRsn/Cd" | "RtrInf/RtrRsn/Prtry" => {
                detail.return_reason = Some(code(text));
            }
            "RmtInf/Ustrd" | "AddtlTxInf" | "RtrInf/AddtlInf" => detail.narration.push(text),
            "RmtInf/Strd/CdtrRefInf/Ref" | "RmtInf/Strd/CdtrRefInf/CdtrRef" => {
                keep(&mut detail.references, ReferenceKind::Owner, text);
                detail.narration.push(text);
            }
            _ => {}
        }
    }

    fn reference(&mut self, name: &str, text: &str) {
        let kind = match name {
            "EndToEndId" => ReferenceKind::EndToEnd,
            "InstrId" => ReferenceKind::Instruction,
            "TxId" => ReferenceKind::Transaction,
            "UETR" => ReferenceKind::Uetr,
            "AcctSvcrRef" | "AcctSvcrTxId" => ReferenceKind::Bank,
            "PmtInfId" => ReferenceKind::Batch,
            "MsgId" => ReferenceKind::Message,
            "MndtId" => ReferenceKind::Mandate,
            "ClrSysRef" | "MktInfrstrctrTxId" | "PrcgId" => ReferenceKind::Clearing,
            "ChqNb" => ReferenceKind::Cheque,
            "AcctOwnrTxId" | "Prtry/Ref" => ReferenceKind::Owner,
            _ => return,
        };
        keep(&mut self.detail.references, kind, text);
    }

    fn party(&mut self, path: &str, text: &str) {
        let detail = &mut self.detail;
        let (party, rest) = if let Some(rest) = path.strip_prefix("Dbtr") {
            (&mut detail.debtor, rest)
        } else if let Some(rest) = path.strip_prefix("Cdtr") {
            (&mut detail.creditor, rest)
        } else {
            return;
        };
        match rest {
            "/Nm" | "/Pty/Nm" => party.name = Secret::some(text),
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" | "Acct/Id/PrtryAcct/Id" | "Acct/Id/BBAN" => {
                party.account = Secret::some(text);
            }
            _ => {}
        }
    }

    fn bank(&mut self, path: &str, text: &str) {
        let detail = &mut self.detail;
        let (party, rest) = if let Some(rest) = path.strip_prefix("DbtrAgt/FinInstnId/") {
            (&mut detail.debtor, rest)
        } else if let Some(rest) = path.strip_prefix("CdtrAgt/FinInstnId/") {
            (&mut detail.creditor, rest)
        } else {
            return;
        };
        if matches!(rest, "BIC" | "BICFI" | "ClrSysMmbId/MmbId" | "CmbndId/BIC") {
            party.bank.get_or_insert_with(|| code(text));
        }
    }

    /// Ends it: given, unless its entry is set aside.
    pub(super) fn end(mut self, entry: &mut EntryDraft, to: usize, out: &mut Output<'_, '_>) {
        if entry.sound != Some(true) {
            return;
        }
        match self.amount {
            Some(Ok(amount)) => self.detail.amount = Some(amount),
            Some(Err(problem)) => {
                out.warn(self.mark.place(), Told::Amount("amount of a detail", problem));
            }
            None => {}
        }
        let side = self.detail.side.unwrap_or(entry.entry.side);
        entry.details_minor = match (entry.details_minor, self.detail.amount) {
            (Some(sum), Some(amount)) if amount.currency() == entry.entry.amount.currency() => {
                let minor = i128::from(amount.minor());
                Some(if side == entry.entry.side { sum + minor } else { sum - minor })
            }
            _ => None,
        };
        entry.details = entry.details.saturating_add(1);
        if entry.entry.return_reason.is_none() {
            entry.entry.return_reason.clone_from(&self.detail.return_reason);
        }
        scan(&mut self.detail.references, self.detail.narration.reveal());
        self.detail.place = out.stretch(self.mark, to);
        out.give(Item::Detail(Box::new(self.detail)));
    }
}
