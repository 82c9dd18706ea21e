//! Every instruction of a ledger, whether it stands, and which file has it.
//!
//! # Invariants
//! * One pass over the log; what is kept is what is not settled.

use std::collections::BTreeMap;

use bahi_core::{
    BarSubject, Day, Disbursed, Event, Fingerprint, FundKey, Money, Names, PaymentMode, Position,
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
    files: Files,
    bars: Vec<AccountBar>,
}

/// The numbers of the words that files are recorded under.
pub(super) struct Words {
    in_file: Option<WordNo>,
    written: Option<WordNo>,
    forms: [(PaymentForm, Option<WordNo>); 2],
}

impl Words {
    pub(super) fn of(names: &Names) -> Words {
        let no = |word| names.word_no(word);
        Words {
            in_file: no(IN_FILE),
            written: no(WRITTEN),
            forms: PaymentForm::ALL.map(|form| (form, no(word_of(form)))),
        }
    }

    /// Whether an event says that a payment is in a file.
    pub(super) fn is_in_file(&self, body: &bahi_core::Exported) -> bool {
        Some(body.what) == self.in_file
    }
}

/// Every file, in order.
#[derive(Default)]
pub(super) struct Files(Vec<RecordedFile>);

impl Files {
    /// Takes what an event says of a file; nothing where it is about something else.
    pub(super) fn take(
        &mut self,
        at: Position,
        on: Day,
        body: &bahi_core::Exported,
        words: &Words,
    ) {
        let what = Some(body.what);
        if what == words.written {
            let of_digest = |one: &&mut RecordedFile| one.digest == body.digest;
            if let Some(file) = self.0.iter_mut().find(of_digest) {
                file.written = file.written.or(Some(at));
            }
        } else if let Some((form, _)) = words.forms.iter().find(|(_, no)| *no == what) {
            self.0.push(RecordedFile {
                number: u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX),
                position: at,
                form: *form,
                on,
                payments: body.rows,
                digest: body.digest,
                written: None,
            });
        }
    }

    pub(super) fn into_all(self) -> Vec<RecordedFile> {
        self.0
    }
}

impl Instructions {
    /// Reads the log from its first event.
    pub(super) fn of(ledger: &Ledger) -> Result<Instructions, Error> {
        let words = Words::of(ledger.names());
        let mut instructions = Instructions {
            all: BTreeMap::new(),
            about: BTreeMap::new(),
            in_files: BTreeMap::new(),
            files: Files::default(),
            bars: Vec::new(),
        };
        for recorded in ledger.events(Position(1), ledger.position()) {
            instructions.take(&recorded?, &words);
        }
        Ok(instructions)
    }

    fn take(&mut self, recorded: &Recorded, words: &Words) {
        let (at, envelope) = (recorded.position, &recorded.envelope);
        settled(&recorded.event).for_each(|payment| self.settle(at, payment));
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
        if words.is_in_file(body) {
            self.in_files.insert((body.digest, body.rows), body.upto);
            if let Some(one) = self.all.get_mut(&body.upto) {
                one.file = Some(body.digest);
            }
        } else {
            self.files.take(at, on, body, words);
        }
    }

    /// Every file, in order.
    pub(super) fn files(&self) -> &[RecordedFile] {
        &self.files.0
    }

    /// Every bar on an account that was not taken back.
    pub(super) fn bars(&self) -> &[AccountBar] {
        &self.bars
    }

    /// The first file that nobody said stood in its place. One that the bank has is not, and what the
    /// bank confirmed or sent back of it, or what a statement shows, says so; nor one of which every
    /// payment was taken back.
    pub(super) fn unfinished(&self) -> Option<&RecordedFile> {
        self.files().iter().find(|file| {
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
            self.files().iter().any(|file| file.digest == *digest && file.written.is_some())
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
        let mut sorting = Sorting::new(ledger.names(), run, since);
        let open = self
            .all
            .iter()
            .filter(|(_, one)| !one.reversed && one.settled_by.is_empty() && one.file.is_none());
        let due = open.filter(|(_, one)| sorting.takes(&one.fund, one.day, one.body.mode));
        let due = due.map(|(position, one)| (*position, one)).collect();
        Ok((due, sorting.left_out()))
    }
}

/// Which open instructions a run takes, in order of position, and what it leaves out.
pub(super) struct Sorting<'a> {
    names: &'a Names,
    run: &'a PaymentRun,
    filter: Filter,
    since: Day,
    taken: usize,
    left_out: LeftOut,
}

impl<'a> Sorting<'a> {
    pub(super) fn new(names: &'a Names, run: &'a PaymentRun, since: Day) -> Sorting<'a> {
        let (scheme, district) = (run.scheme.clone(), run.district);
        let filter = Filter { scheme, district, ..Filter::default() };
        Sorting { names, run, filter, since, taken: 0, left_out: LeftOut::default() }
    }

    /// Whether the run takes the next open instruction.
    pub(super) fn takes(&mut self, fund: &FundKey, day: Day, mode: PaymentMode) -> bool {
        let carried = service(mode).is_some_and(|service| self.run.form.carries(service));
        let left_out = &mut self.left_out;
        let counted = if !self.filter.takes(fund, self.names) {
            &mut left_out.elsewhere
        } else if day < self.since {
            &mut left_out.earlier
        } else if day > self.run.on {
            &mut left_out.later
        } else if !carried {
            &mut left_out.other_mode
        } else if self.taken >= RUN_MAX {
            &mut left_out.too_many
        } else {
            self.taken += 1;
            return true;
        };
        *counted += 1;
        false
    }

    pub(super) const fn left_out(&self) -> LeftOut {
        self.left_out
    }
}

/// The payments that an event says went out or came back. A match joins one or, as a bill does, several.
pub(super) fn settled(event: &Event) -> impl Iterator<Item = Position> {
    let (first, further): (Option<Position>, &[Position]) =
        if let Event::PaymentReturned(body) = event {
            (Some(body.payment), &[])
        } else if let Event::PaymentConfirmed(body) = event {
            (Some(body.payment), &[])
        } else if let Event::Matched(body) = event {
            (Some(body.target), &body.further.targets)
        } else if let Event::MatchDecided(body) = event
            && !body.rejected
        {
            // What a person found not to be a line is not paid by it.
            (Some(body.target), &body.further.targets)
        } else {
            (None, &[])
        };
    first.into_iter().chain(further.iter().copied())
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
