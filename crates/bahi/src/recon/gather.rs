//! What the log says of payments, of lines, and of what stands matched: the plain data of a run.
//!
//! # Invariants
//! * Everything is gathered, settled or not: what is settled is a witness.
//! * All lines of the log are of one file here: what files repeat was left out when they were added.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use bahi_core::{
    AccountKey, CaseRef, Day, District, Event, Exported, Further, LineKind, LineReference, Money,
    PaymentMode, Position, Recorded, Reference, SchemeName, SchemeNo, StatementLine,
    StatementReceived, Total, Word, WordNo,
};
use bahi_recon::{
    Format,
    matching::{
        self, Answer, AnswerFile, BatchPlace, Covered, Input, ItemId, Line, LineId, Name, NameKind,
        Reconciliation, Settings, Standing, Statement, Verdict, Voucher, VoucherKind,
    },
};

use super::{bench::Asks, label::ACCOUNT_LABEL, written::Written};
use crate::Ledger;

/// A line, an event, or a stretch of a file that could not be read, as a person names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ItemName {
    /// `9/2`: line 2 of the statement at position 9.
    Line(LineReference),
    /// An event, by its position.
    Event(Position),
    /// What of the statement here could not be read.
    Unread(Position),
    /// An answer of a file that is given to a run and not recorded, by its number there.
    Answer(u32),
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItemName::Line(line) => write!(f, "{}/{}", line.statement, line.line),
            ItemName::Event(position) => write!(f, "{position}"),
            ItemName::Unread(statement) => write!(f, "{statement}/unread"),
            ItemName::Answer(number) => write!(f, "answer {number}"),
        }
    }
}

/// A line as the report looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) at: LineReference,
    pub(super) account: AccountKey,
    pub(super) amount: Money,
    pub(super) booked: Day,
    pub(super) settled: bool,
}

/// A match or decision that stands.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    pub(super) lines: Vec<LineReference>,
    pub(super) targets: Vec<Position>,
    /// The rule; none for a person's decision.
    pub(super) rule: Option<WordNo>,
    pub(super) rejected: bool,
    /// What a named rule accepted: how much, and its limit.
    pub(super) accepted: Option<Accepted>,
}

/// A difference that a named rule accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    pub(super) rule: WordNo,
    pub(super) amount: Total,
    pub(super) limit: Option<Money>,
}

/// An answer as the report looks at it.
#[derive(Clone, Debug)]
pub(super) struct KnownAnswer {
    pub(super) amount: Option<Money>,
    pub(super) day: Day,
    pub(super) verdict: Verdict,
    pub(super) reason: Option<Reference>,
    /// What banks call the transfer, or else any reference of it.
    pub(super) reference: Option<Reference>,
    /// Whether it is about a whole batch or file, and not about one payment.
    pub(super) whole: bool,
}

/// Everything a run looks at.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) input: Input,
    /// Lines by number, from 1.
    pub(super) lines: Vec<Known>,
    /// Statements of which something could not be read, by the numbers after those of the lines.
    unread: Vec<Position>,
    numbers: HashMap<LineReference, usize>,
    places: HashMap<Position, usize>,
    pub(super) funds: HashMap<Position, (SchemeNo, District)>,
    pub(super) matches: BTreeMap<Position, Joined>,
    pub(super) rejected: BTreeMap<(LineReference, Position), Position>,
    /// Where each standing confirmation of a payment is.
    confirmed: HashMap<Position, (Position, Day, Reference)>,
    returned: HashMap<Position, (Position, Day)>,
    statements: HashMap<Position, StatementReceived>,
    answers: BTreeMap<Position, AnswerFile>,
    /// Where each file of answers stands, by its hash.
    answer_files: HashMap<[u8; 32], Position>,
    pub(super) answered: BTreeMap<LineReference, KnownAnswer>,
    exported: Vec<(Position, Day, Exported)>,
    /// What the drawing officer calls each payment, and how it goes.
    own: HashMap<Position, (Reference, PaymentMode)>,
    settled_answers: BTreeSet<LineReference>,
    /// Names that the report shows.
    pub(super) words: HashMap<WordNo, Word>,
    pub(super) schemes: HashMap<SchemeNo, SchemeName>,
    pub(super) cases: HashMap<Position, CaseRef>,
    pub(super) position: Position,
    pub(super) root: Option<bahi_proof::Hash>,
    /// Statements of which what the bank wrote is in the vault.
    pub(super) kept: BTreeSet<Position>,
    by_account: BTreeMap<AccountKey, Vec<Line>>,
    pub(super) last_unmatched: Position,
}

/// The file of every line: what the log holds is one witness.
const FILE: [u8; 32] = [0; 32];

/// How many cases one question asks for.
const CASES_ASKED: usize = 1_024;

/// Gathers what a run looks at.
pub(super) fn gather<A: Asks>(
    asks: &A,
    answers: &[AnswerFile],
    payer: Option<&bahi_recon::Payer>,
) -> Result<Gathered, A::Failed> {
    let mut gathered = Gathered::default();
    let (position, root) = asks.ask(|ledger| (ledger.position(), ledger.root()))?;
    (gathered.position, gathered.root) = (position, Some(root));
    asks.events(position, &mut |recorded| gathered.take(recorded))?;
    gathered.ask_for_cases(asks)?;
    gathered.ask_for_names(asks)?;
    let written = Written::of(&gathered.exported, &gathered.words, payer);
    gathered.finish(answers, &written);
    Ok(gathered)
}

/// Compares what was gathered. An answer that a person set aside is no exception any more.
pub(super) fn compare(gathered: &Gathered, settings: &Settings) -> Reconciliation {
    let mut found = matching::reconcile(&gathered.input, settings);
    found.exceptions.retain(|one| match one.item {
        ItemId::Answer(id) => gathered.answer_at(id).is_none_or(|at| !gathered.is_joined(at)),
        ItemId::Voucher(_) | ItemId::Line(_) => true,
    });
    found
}

impl Gathered {
    /// The references of the vouchers' cases, and whether a payment is the whole of its case.
    fn ask_for_cases<A: Asks>(&mut self, asks: &A) -> Result<(), A::Failed> {
        for vouchers in self.input.vouchers.chunks_mut(CASES_ASKED) {
            let cases: Vec<Position> = vouchers.iter().map(|voucher| voucher.case).collect();
            let told = asks.ask(move |ledger: &Ledger| {
                let granted = |case| {
                    let sanction = ledger.folds.state.case(case).and_then(|case| case.sanction);
                    sanction.map(|sanction| sanction.amount)
                };
                let about = |case: Position| (ledger.case_ref(case), granted(case));
                cases.into_iter().map(about).collect::<Vec<_>>()
            })?;
            for (voucher, (case, granted)) in vouchers.iter_mut().zip(told) {
                let name = case.as_ref().and_then(|case| Reference::new(case.as_str()).ok());
                voucher.names.extend(name.map(|name| Name::field(NameKind::Case, name)));
                self.cases.extend(case.map(|case| (voucher.case, case)));
                voucher.whole =
                    voucher.kind == VoucherKind::Payment && granted == Some(voucher.amount);
            }
        }
        Ok(())
    }

    /// The words and the schemes that were met.
    fn ask_for_names<A: Asks>(&mut self, asks: &A) -> Result<(), A::Failed> {
        let rules = self.matches.values().filter_map(|joined| joined.rule);
        let accepted = self.matches.values().filter_map(|joined| joined.accepted);
        let exported = self.exported.iter().map(|(_, _, one)| one.what);
        let formats = self.statements.values().map(|received| received.format);
        let words: BTreeSet<WordNo> =
            rules.chain(accepted.map(|one| one.rule)).chain(exported).chain(formats).collect();
        let schemes: BTreeSet<SchemeNo> = self.funds.values().map(|(scheme, _)| *scheme).collect();
        let told = asks.ask(move |ledger: &Ledger| {
            let names = ledger.names();
            let word = |no: WordNo| names.word(no).map(|word| (no, word.clone()));
            let scheme = |no: SchemeNo| names.scheme(no).map(|name| (no, name.clone()));
            let words: Vec<_> = words.into_iter().filter_map(word).collect();
            (words, schemes.into_iter().filter_map(scheme).collect::<Vec<_>>())
        })?;
        self.words.extend(told.0);
        self.schemes.extend(told.1);
        Ok(())
    }

    fn take(&mut self, recorded: &Recorded) {
        let at = recorded.position;
        match &recorded.event {
            Event::Disbursed(paid) => {
                let own = Name::field(NameKind::Own, paid.reference.clone());
                self.own.insert(at, (paid.reference.clone(), paid.mode));
                self.voucher(recorded, VoucherKind::Payment, own, |voucher| {
                    voucher.payee = Some(paid.payee);
                    voucher.instalment = paid.instalment;
                });
            }
            Event::PaymentConfirmed(told) => {
                let confirmed = (at, told.own_day, told.reference.clone());
                self.confirmed.insert(told.payment, confirmed);
            }
            Event::PaymentReturned(back) => {
                self.returned.insert(back.payment, (at, back.own_day));
                let (of, day) = (back.payment, back.own_day);
                self.voucher_of(recorded, VoucherKind::Return, None, |voucher| {
                    voucher.of = of;
                    voucher.day = day;
                });
            }
            Event::MovedToSuspense(moved) => {
                let name = bank_name(&moved.reference);
                self.voucher(recorded, VoucherKind::Suspense, name, |_| {});
            }
            Event::Recovered(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::Recovery, name, |_| {});
            }
            Event::InterestEarned(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::InterestEarned, name, |_| {});
            }
            Event::InterestRemitted(one) => {
                let name = bank_name(&one.reference);
                self.voucher(recorded, VoucherKind::InterestRemitted, name, |_| {});
            }
            Event::Reversed(reversed) => self.reverse(reversed.of),
            Event::StatementReceived(received) => {
                self.statements.insert(at, received.clone());
                if received.set_aside > 0 {
                    self.unread.push(at);
                }
            }
            Event::StatementLines(told) => {
                for (line, number) in told.lines.iter().zip(told.first..) {
                    self.line(LineReference { statement: told.statement, line: number }, line);
                }
            }
            Event::Matched(one) => {
                let mut joined = Joined::new((one.line, one.target), &one.further);
                joined.rule = Some(one.rule);
                joined.accepted = one.difference.map(|found| Accepted {
                    rule: found.tolerance,
                    amount: found.amount,
                    limit: found.limit,
                });
                self.matches.insert(at, joined);
            }
            Event::MatchDecided(one) => {
                let mut joined = Joined::new((one.line, one.target), &one.further);
                joined.rejected = one.rejected;
                if joined.rejected {
                    self.rejected.extend(pairs(&joined).into_iter().map(|pair| (pair, at)));
                }
                self.matches.insert(at, joined);
            }
            Event::Exported(one) => {
                let day = recorded.envelope.effective_day;
                self.exported.push((at, day, *one));
            }
            Event::Unmatched(one) => {
                self.last_unmatched = at;
                if let Some(joined) = self.matches.remove(&one.matched) {
                    let pairs = pairs(&joined);
                    self.rejected.retain(|pair, by| *by != one.matched || !pairs.contains(pair));
                }
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::StockMoved(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::CommandRefused(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => {}
        }
    }

    fn voucher(
        &mut self,
        recorded: &Recorded,
        kind: VoucherKind,
        name: Name,
        more: impl FnOnce(&mut Voucher),
    ) {
        self.voucher_of(recorded, kind, Some(name), more);
    }

    fn voucher_of(
        &mut self,
        recorded: &Recorded,
        kind: VoucherKind,
        name: Option<Name>,
        more: impl FnOnce(&mut Voucher),
    ) {
        let envelope = &recorded.envelope;
        let mut voucher = Voucher {
            kind,
            case: envelope.case,
            scheme: envelope.fund.scheme,
            names: name.into_iter().collect(),
            ..Voucher::payment(recorded.position, envelope.amount, envelope.effective_day)
        };
        more(&mut voucher);
        self.funds.insert(recorded.position, (envelope.fund.scheme, envelope.fund.district));
        self.places.insert(recorded.position, self.input.vouchers.len());
        self.input.vouchers.push(voucher);
    }

    /// An event no longer holds: a voucher, or what was known of one.
    fn reverse(&mut self, of: Position) {
        if let Some(place) = self.places.get(&of) {
            self.input.vouchers[*place].standing = Standing::Reversed;
        }
        self.confirmed.retain(|_, (at, ..)| *at != of);
        self.returned.retain(|_, (at, _)| *at != of);
    }

    fn line(&mut self, at: LineReference, line: &StatementLine) {
        let Some(received) = self.statements.get(&at.statement) else { return };
        let account = received.account;
        let told = line.particulars.as_ref();
        let name = |(place, text): (usize, &Reference)| match told.and_then(|t| t.names.get(place))
        {
            Some(mark) => Name { kind: mark.kind, in_narration: mark.narrated, text: text.clone() },
            None => Name::stored(text.clone()),
        };
        let names: Vec<Name> = line.references.iter().enumerate().map(name).collect();
        let kind = told.map_or(LineKind::Movement, |told| told.kind);
        if let Some(verdict) = verdict(kind) {
            let reason = told.and_then(|told| told.reason.clone());
            let amount = (!line.amount.is_zero()).then_some(line.amount);
            let day = line.booked;
            let transfer = names.iter().find(|name| name.kind == NameKind::Transfer);
            let reference = transfer.or(names.first()).map(|name| name.text.clone());
            // An answer that goes by names of batches alone is about all that they name.
            let whole = !names.is_empty() && names.iter().all(|one| one.kind == NameKind::Batch);
            let known =
                KnownAnswer { amount, day, verdict, reason: reason.clone(), reference, whole };
            self.answered.insert(at, known);
            let count = told.and_then(|told| told.batch).map(u64::from).filter(|_| whole);
            let (number, item) = (at.line, 0);
            let answer = Answer { number, item, names, amount, verdict, reason, day, whole, count };
            let nothing = || AnswerFile {
                file: received.file,
                batch: None,
                complete: false,
                answers: vec![],
            };
            self.answer_files.insert(received.file, at.statement);
            self.answers.entry(at.statement).or_insert_with(nothing).answers.push(answer);
            return;
        }
        self.lines.push(Known {
            at,
            account,
            amount: line.amount,
            booked: line.booked,
            settled: false,
        });
        self.numbers.insert(at, self.lines.len());
        let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        let line = Line {
            kind,
            value: line.value,
            names,
            counterparty: line.counterparty,
            ifsc: told.and_then(|told| told.ifsc),
            reason: told.and_then(|told| told.reason.clone()),
            batch_count: told.and_then(|told| told.batch).map(u64::from),
            balance_paise: told.and_then(|told| told.balance).map(|balance| balance.paise()),
            ..Line::new(number, line.amount, line.side, line.booked)
        };
        self.by_account.entry(account).or_default().push(line);
    }

    /// Marks what is settled, gives payments their fates and their batches, and closes statements.
    fn finish(&mut self, given: &[AnswerFile], written: &Written) {
        let known: BTreeSet<[u8; 32]> = self.answers.values().map(|file| file.file).collect();
        self.input.answers = self.answers.values().cloned().collect();
        // A file that is recorded is not asked again.
        let more = given.iter().filter(|file| !known.contains(&file.file));
        self.input.answers.extend(more.cloned());
        self.kept = written.kept.clone();
        for joined in self.matches.values().filter(|joined| !joined.rejected) {
            for line in &joined.lines {
                if self.answered.contains_key(line) {
                    self.settled_answers.insert(*line);
                }
                if let Some(number) = self.numbers.get(line) {
                    self.lines[number - 1].settled = true;
                }
            }
            for target in &joined.targets {
                if let Some(place) = self.places.get(target) {
                    self.input.vouchers[*place].settled = true;
                }
            }
        }
        self.input.went_out = self.went_out();
        for (payment, (_, day, reference)) in &self.confirmed {
            let Some(place) = self.places.get(payment) else { continue };
            let voucher = &mut self.input.vouchers[*place];
            voucher.names.push(Name::field(NameKind::Transfer, reference.clone()));
            if voucher.standing == Standing::Live {
                voucher.standing = Standing::Confirmed(*day);
            }
        }
        for (payment, (_, day)) in &self.returned {
            let Some(place) = self.places.get(payment) else { continue };
            let voucher = &mut self.input.vouchers[*place];
            if voucher.standing != Standing::Reversed {
                voucher.standing = Standing::Returned(*day);
            }
        }
        batches(&mut self.input.vouchers);
        written.name(&mut self.input.vouchers, &self.places, &self.own);
        self.input.together = written.together(&self.own);
        for (account, mut lines) in std::mem::take(&mut self.by_account) {
            for line in &mut lines {
                line.settled = self.lines[line.number as usize - 1].settled;
            }
            let statement = Statement { file: FILE, account, recorded: true, lines };
            self.input.statements.push(statement);
        }
        self.input.covered = Some(self.covered());
        let first = self.lines.len();
        let unread = (1..=self.unread.len()).map(|more| LineId {
            file: FILE,
            number: u32::try_from(first + more).unwrap_or(u32::MAX),
        });
        self.input.unreadable = unread.collect();
    }

    /// By which line payments went out, where a match is of one line and one payment.
    fn went_out(&self) -> Vec<(LineId, Position)> {
        let of = |joined: &Joined| match (&joined.lines[..], &joined.targets[..]) {
            ([line], [target]) if !joined.rejected => {
                let number = u32::try_from(*self.numbers.get(line)?).ok()?;
                let voucher = self.voucher_at(*target)?;
                let paid = voucher.kind == VoucherKind::Payment;
                paid.then_some((LineId { file: FILE, number }, *target))
            }
            _ => None,
        };
        self.matches.values().filter_map(of).collect()
    }

    /// The days that booked statements are of. What is of a day not over, of single movements or of
    /// payment files says nothing of what is not in it.
    fn covered(&self) -> Vec<Covered> {
        let booked = |(at, received): &(&Position, &StatementReceived)| {
            // A treasury's scroll may be a table.
            let answers = self.answers.contains_key(*at);
            let format =
                self.words.get(&received.format).and_then(|word| Format::parse(word.as_str()));
            !answers && format.is_some_and(Format::is_of_closed_days)
        };
        let covered = |(_, one): (&Position, &StatementReceived)| Covered {
            account: one.account,
            from: one.from,
            to: one.to,
            opening: one.opening,
            closing: one.closing,
        };
        self.statements.iter().filter(booked).map(covered).collect()
    }

    /// What a person calls an account: the last label given with a statement of it, else its first
    /// statement.
    pub(super) fn account_name(&self, account: AccountKey) -> Option<String> {
        let label = |(_, _, one): &(Position, Day, Exported)| {
            let of = self.statements.get(&one.upto).filter(|of| of.account == account);
            let label = self.words.get(&one.what)?.as_str().strip_prefix(ACCOUNT_LABEL)?;
            of.map(|_| label.to_owned())
        };
        let labelled = self.exported.iter().rev().find_map(label);
        labelled.or_else(|| {
            let of = self.statements.iter().filter(|(_, received)| received.account == account);
            let (at, received) = of.min_by_key(|(at, _)| **at)?;
            Some(format!("account of statement {at}, {}", self.word(received.format)))
        })
    }

    /// Where the log has an answer.
    pub(super) fn answer_at(&self, id: LineId) -> Option<LineReference> {
        let at = LineReference { statement: *self.answer_files.get(&id.file)?, line: id.number };
        self.answered.contains_key(&at).then_some(at)
    }

    /// Whether a person set an answer aside.
    pub(super) fn is_joined(&self, at: LineReference) -> bool {
        self.settled_answers.contains(&at)
    }

    /// The rule or the named rule of a number.
    pub(super) fn word(&self, no: WordNo) -> String {
        self.words.get(&no).map(ToString::to_string).unwrap_or_default()
    }

    /// The line of a number.
    pub(super) fn known(&self, id: LineId) -> Option<&Known> {
        self.lines.get((id.number as usize).checked_sub(1)?)
    }

    /// A line by how a person names it.
    pub(super) fn known_at(&self, at: LineReference) -> Option<&Known> {
        self.lines.get(self.numbers.get(&at)?.checked_sub(1)?)
    }

    pub(super) fn voucher_at(&self, position: Position) -> Option<&Voucher> {
        self.places.get(&position).and_then(|place| self.input.vouchers.get(*place))
    }

    /// Whether the treasury's or the bank's answer confirmed a payment.
    pub(super) fn is_confirmed(&self, payment: Position) -> bool {
        self.confirmed.contains_key(&payment)
    }

    /// How a person names an item of a run.
    pub(super) fn name(&self, item: ItemId) -> Option<ItemName> {
        match item {
            ItemId::Voucher(position) => Some(ItemName::Event(position)),
            ItemId::Answer(id) => Some(match self.answer_at(id) {
                Some(at) => ItemName::Line(at),
                None => ItemName::Answer(id.number),
            }),
            ItemId::Line(id) => match self.known(id) {
                Some(known) => Some(ItemName::Line(known.at)),
                None => {
                    let more = (id.number as usize).checked_sub(self.lines.len() + 1)?;
                    self.unread.get(more).map(|statement| ItemName::Unread(*statement))
                }
            },
        }
    }
}

impl Joined {
    fn new((line, target): (LineReference, Position), further: &Further) -> Joined {
        let lines = std::iter::once(line).chain(further.lines.iter().copied()).collect();
        let targets = std::iter::once(target).chain(further.targets.iter().copied());
        let targets = targets.filter(|target| !target.is_none()).collect();
        Joined { lines, targets, rule: None, rejected: false, accepted: None }
    }
}

/// What an answer says; nothing for a movement of an account.
fn verdict(kind: LineKind) -> Option<Verdict> {
    match kind {
        LineKind::AnswerPaid => Some(Verdict::Paid),
        LineKind::AnswerFailed => Some(Verdict::Failed),
        LineKind::Movement | LineKind::Return | LineKind::Reversal | LineKind::Charge => None,
    }
}

fn pairs(joined: &Joined) -> BTreeSet<(LineReference, Position)> {
    let each = joined.lines.iter();
    each.flat_map(|line| joined.targets.iter().map(move |target| (*line, *target))).collect()
}

/// What a bank or a treasury calls something: of a transfer where it has the form of a UTR.
fn bank_name(reference: &Reference) -> Name {
    let stored = Name::stored(reference.clone());
    let kind = if stored.kind == NameKind::Transfer { NameKind::Transfer } else { NameKind::Own };
    Name { kind, ..stored }
}

/// A bill that pays several: the one reference of payments of one day, each of another instalment
/// or case. It names the batch, and none of them alone.
///
/// A reference that stands on another day too, or twice for one instalment, names no batch: the line
/// of one could be taken for the other's.
fn batches(vouchers: &mut [Voucher]) {
    let mut bills: HashMap<Reference, Vec<usize>> = HashMap::new();
    for (place, voucher) in vouchers.iter().enumerate() {
        let counts = voucher.kind == VoucherKind::Payment && voucher.standing != Standing::Reversed;
        let own = voucher.names.iter().find(|name| name.kind == NameKind::Own);
        if let Some(own) = own.filter(|_| counts) {
            bills.entry(own.text.clone()).or_default().push(place);
        }
    }
    for (bill, places) in bills {
        let paid: BTreeSet<(Position, u16)> =
            places.iter().map(|at| (vouchers[*at].case, vouchers[*at].instalment)).collect();
        let one_day = places.iter().all(|at| vouchers[*at].day == vouchers[places[0]].day);
        if places.len() < 2 || paid.len() != places.len() || !one_day {
            continue;
        }
        for place in places {
            let voucher = &mut vouchers[place];
            voucher.names.retain(|name| name.kind != NameKind::Own);
            voucher.batch = Some(BatchPlace { batch: bill.clone(), item: 0 });
        }
    }
}
