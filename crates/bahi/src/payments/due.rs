//! Every instruction of a ledger, whether it stands, and which file has it.
//!
//! # Invariants
//! * One pass over the log; what is kept is what is not settled.

use std::collections::BTreeMap;

use bahi_core::{
    BarSubject, Day, Disbursed, Event, Fingerprint, FundKey, Further, Money, PaymentMode, Position,
    Recorded, WordNo,
};
use bahi_recon::{PaymentForm, Service};

use super::{IN_FILE, LeftOut, PaymentRun, PaymentsError, RUN_MAX, RecordedFile, WRITTEN, word_of};
use crate::{Error, Filter, Ledger};

/// An instruction to pay.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    pub(super) case: Position,
    pub(super) fund: FundKey,
    pub(super) amount: Money,
    pub(super) day: Day,
    pub(super) body: Disbursed,
    /// Events that say that it went out or came back, and were not taken back.
    settled_by: Vec<Position>,
    /// Whether it was taken back itself.
    reversed: bool,
    /// The digest of the file that has it.
    file: Option<[u8; 32]>,
}

/// An instruction, with its position.
pub(super) type Chosen<'i> = (Position, &'i Instruction);

/// A bar on an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccountBar {
    pub(super) account: Fingerprint,
    pub(super) from: Day,
    pub(super) until: Option<Day>,
    pub(super) position: Position,
}

/// What the log says of instructions and of files.
pub(super) struct Instructions {
    all: BTreeMap<Position, Instruction>,
    /// The instructions that an event says something of, by the event.
    about: BTreeMap<Position, Vec<Position>>,
    /// Which payments a file has, by digest and place.
    in_files: BTreeMap<([u8; 32], u64), Position>,
    files: Vec<RecordedFile>,
    bars: Vec<AccountBar>,
}

/// The numbers of the words that files are recorded under.
struct Words {
    in_file: Option<WordNo>,
    written: Option<WordNo>,
    forms: [(PaymentForm, Option<WordNo>); 2],
}

impl Instructions {
    /// Reads the log from its first event.
    pub(super) fn of(ledger: &Ledger) -> Result<Instructions, Error> {
        let no = |word| ledger.names().word_no(word);
        let words = Words {
            in_file: no(IN_FILE),
            written: no(WRITTEN),
            forms: PaymentForm::ALL.map(|form| (form, no(word_of(form)))),
        };
        let mut instructions = Instructions {
            all: BTreeMap::new(),
            about: BTreeMap::new(),
            in_files: BTreeMap::new(),
            files: Vec::new(),
            bars: Vec::new(),
        };
        for recorded in ledger.events(Position(1), ledger.position()) {
            instructions.take(&recorded?, &words);
        }
        Ok(instructions)
    }

    fn take(&mut self, recorded: &Recorded, words: &Words) {
        let (at, envelope) = (recorded.position, &recorded.envelope);
        if let Event::Disbursed(body) = &recorded.event {
            let instruction = Instruction {
                case: envelope.case,
                fund: envelope.fund,
                amount: envelope.amount,
                day: envelope.effective_day,
                body: body.clone(),
                settled_by: Vec::new(),
                reversed: false,
                file: None,
            };
            self.all.insert(at, instruction);
        } else if let Event::PaymentReturned(body) = &recorded.event {
            self.settle(at, body.payment);
        } else if let Event::PaymentConfirmed(body) = &recorded.event {
            self.settle(at, body.payment);
        } else if let Event::Matched(body) = &recorded.event {
            self.settle_all(at, body.target, &body.further);
        } else if let Event::MatchDecided(body) = &recorded.event {
            // What a person found not to be a line is not paid by it.
            if !body.rejected {
                self.settle_all(at, body.target, &body.further);
            }
        } else if let Event::Unmatched(body) = &recorded.event {
            self.unsettle(body.matched);
        } else if let Event::Reversed(body) = &recorded.event {
            self.unsettle(body.of);
            self.bars.retain(|bar| bar.position != body.of);
            if let Some(one) = self.all.get_mut(&body.of) {
                one.reversed = true;
            }
        } else if let Event::Barred(body) = &recorded.event
            && let BarSubject::Account(account) = body.subject
        {
            let (from, until) = (envelope.effective_day, body.until);
            self.bars.push(AccountBar { account: account.0, from, until, position: at });
        } else if let Event::Exported(body) = &recorded.event {
            self.exported(at, envelope.effective_day, body, words);
        }
    }

    /// A match joins one payment or, as a bill does, several.
    fn settle_all(&mut self, event: Position, first: Position, further: &Further) {
        for payment in std::iter::once(first).chain(further.targets.iter().copied()) {
            self.settle(event, payment);
        }
    }

    fn settle(&mut self, event: Position, payment: Position) {
        if let Some(one) = self.all.get_mut(&payment) {
            one.settled_by.push(event);
            self.about.entry(event).or_default().push(payment);
        }
    }

    fn unsettle(&mut self, event: Position) {
        for payment in self.about.remove(&event).unwrap_or_default() {
            if let Some(one) = self.all.get_mut(&payment) {
                one.settled_by.retain(|by| *by != event);
            }
        }
    }

    fn exported(&mut self, at: Position, on: Day, body: &bahi_core::Exported, words: &Words) {
        let what = Some(body.what);
        if what == words.in_file {
            self.in_files.insert((body.digest, body.rows), body.upto);
            if let Some(one) = self.all.get_mut(&body.upto) {
                one.file = Some(body.digest);
            }
        } else if what == words.written {
            let of_digest = |one: &&mut RecordedFile| one.digest == body.digest;
            if let Some(file) = self.files.iter_mut().find(of_digest) {
                file.written = file.written.or(Some(at));
            }
        } else if let Some((form, _)) = words.forms.iter().find(|(_, no)| *no == what) {
            self.files.push(RecordedFile {
                number: u32::try_from(self.files.len() + 1).unwrap_or(u32::MAX),
                position: at,
                form: *form,
                on,
                payments: body.rows,
                digest: body.digest,
                written: None,
            });
        }
    }

    /// Every file, in order.
    pub(super) fn files(&self) -> &[RecordedFile] {
        &self.files
    }

    /// Every bar on an account that was not taken back.
    pub(super) fn bars(&self) -> &[AccountBar] {
        &self.bars
    }

    /// The first file that nobody said stood in its place. One that the bank has is not, and what the
    /// bank confirmed or sent back of it, or what a statement shows, says so; nor one of which every
    /// payment was taken back.
    pub(super) fn unfinished(&self) -> Option<&RecordedFile> {
        self.files.iter().find(|file| {
            let payments = || self.payments_of(file).filter_map(|at| self.all.get(&at));
            file.written.is_none()
                && payments().all(|one| one.settled_by.is_empty())
                && payments().any(|one| !one.reversed)
        })
    }

    /// Instalments of cases that stand in a file that was written, by an instruction that was taken
    /// back; with that instruction.
    pub(super) fn asked_and_taken_back(&self) -> BTreeMap<(Position, u16), Position> {
        let written = |digest: &[u8; 32]| {
            self.files.iter().any(|file| file.digest == *digest && file.written.is_some())
        };
        let asked = self.all.iter().filter(|(_, one)| one.reversed);
        let asked = asked.filter(|(_, one)| one.file.as_ref().is_some_and(written));
        asked.map(|(position, one)| ((one.case, one.body.instalment), *position)).collect()
    }

    fn payments_of(&self, file: &RecordedFile) -> impl Iterator<Item = Position> {
        let range = (file.digest, 0)..=(file.digest, u64::MAX);
        self.in_files.range(range).map(|(_, payment)| *payment)
    }

    /// The payments of a file, in its order; or the first of them that was taken back.
    pub(super) fn of_file(&self, file: &RecordedFile) -> Result<Vec<Chosen<'_>>, Position> {
        let one = |at: Position| {
            let found = self.all.get(&at).filter(|one| !one.reversed);
            found.map(|one| (at, one)).ok_or(at)
        };
        self.payments_of(file).map(one).collect()
    }

    /// What a run would put into a file, in order of position, and what it leaves out.
    pub(super) fn due(
        &self,
        ledger: &Ledger,
        run: &PaymentRun,
    ) -> Result<(Vec<Chosen<'_>>, LeftOut), PaymentsError> {
        let of_files = self.all.values().filter(|one| one.file.is_some()).map(|one| one.day);
        let since = run.since.or(of_files.min()).ok_or(PaymentsError::SinceWhen)?;
        let (scheme, district) = (run.scheme.clone(), run.district);
        let filter = Filter { scheme, district, ..Filter::default() };
        let (mut due, mut left_out) = (Vec::new(), LeftOut::default());
        for (position, one) in &self.all {
            if one.reversed || !one.settled_by.is_empty() || one.file.is_some() {
                continue;
            }
            let carried = service(one.body.mode).is_some_and(|service| run.form.carries(service));
            if !filter.takes(&one.fund, ledger.names()) {
                left_out.elsewhere += 1;
            } else if one.day < since {
                left_out.earlier += 1;
            } else if one.day > run.on {
                left_out.later += 1;
            } else if !carried {
                left_out.other_mode += 1;
            } else if due.len() >= RUN_MAX {
                left_out.too_many += 1;
            } else {
                due.push((*position, one));
            }
        }
        Ok((due, left_out))
    }
}

/// The service a mode is carried by in a file.
pub(crate) const fn service(mode: PaymentMode) -> Option<Service> {
    match mode {
        PaymentMode::Neft => Some(Service::Neft),
        PaymentMode::Rtgs => Some(Service::Rtgs),
        PaymentMode::NachCredit => Some(Service::Nach),
        // A bridge payment names an Aadhaar number, which is kept nowhere.
        PaymentMode::Apbs | PaymentMode::Cheque | PaymentMode::Unstated => None,
    }
}
