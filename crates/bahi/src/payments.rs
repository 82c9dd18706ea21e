//! Payment files of a ledger: which instructions no file has yet, and one file at a time of them.
//!
//! A `Disbursed` is the instruction to pay. What is sanctioned and has no instruction is in no file:
//! how much of it an instalment is, and to which account, is a drawing officer's decision and not a
//! program's. A file holds instructions that stand, that nothing says were paid otherwise, and that no
//! file had before.
//!
//! # What is recorded
//!
//! `Exported` events, all of one file in one commit, before a byte of the file is given out:
//!
//! | what | up to | rows | digest |
//! | --- | --- | --- | --- |
//! | `vault_show`, for each payee | where the ledger stood | texts read | whose, as for any access |
//! | `payment_in_file`, for each payment | its `Disbursed` | its place in the file, from 1 | SHA-256 of the file |
//! | `payment_codes:` and what ids are put together of, for e-Kuber | the last `Disbursed` in it | how many | SHA-256 of the file |
//! | `payments_ekuber` or `payments_nach306` | the last `Disbursed` in it | how many | SHA-256 of the file |
//! | `payments_written`, once the file stands in its place | as above | how many | SHA-256 of the file |
//!
//! Their effective day is the day on which the file is to be paid.
//!
//! # Invariants
//! * A payment is in one file for ever. The id of the command that records it is derived from its
//!   position, so that the rules themselves refuse it in another file.
//! * A file that was recorded, that nobody said stood in its place and of which the bank said nothing,
//!   is the next that is given out, with the same bytes; no other is before it.
//! * All payments asked for stand in the file, or none is recorded and every reason is told.
//! * An account leaves the vault for a file only if its fingerprint is the instruction's payee.
//!
//! # Not here
//! The bytes of a file: `bahi-recon`. Putting it in its place: whoever asked.

mod answer;
pub(crate) mod due;
mod sought;
mod payees;

use bahi_core::{
    Act, CaseRef, Command, CommandId, Day, District, Money, Position, Role, SchemeName, Word, hex,
};
use bahi_proof::sha256;
use bahi_recon::{
    FILE_PAYMENTS_MAX, FileMark, Flaw, OutwardError, Payer, PaymentFile, PaymentForm,
    own_references,
};
use bahi_vault::{SubjectId, Vault, VaultError};

use crate::details::access_command;
use crate::{Acting, BatchError, Error, Ledger, SubmitError};

use due::{Chosen, Instructions};
use payees::Payees;

/// Who may have payment files written.
const MAY: Role = Role::DrawingOfficer;
/// What a payment in a file is recorded as.
pub(crate) const IN_FILE: &str = "payment_in_file";
/// What an event begins with that says what identifications of an e-Kuber file are put together of, so that
/// answers to it are known without the payer's description.
pub(crate) const CODES: &str = "payment_codes:";
/// What a file that stands in its place is recorded as.
const WRITTEN: &str = "payments_written";
/// What a denial is recorded as.
const DENIED: &str = "payments_export";

/// What a file of a form is recorded as.
pub(crate) const fn word_of(form: PaymentForm) -> &'static str {
    match form {
        PaymentForm::Ekuber => "payments_ekuber",
        PaymentForm::Nach306 => "payments_nach306",
    }
}

/// Which payments a file is to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentRun {
    /// The form of the file.
    pub form: PaymentForm,
    /// Those of a scheme alone, where one is named.
    pub scheme: Option<SchemeName>,
    /// Those of a district alone, where one is named.
    pub district: Option<District>,
    /// The day on which they are to be paid. Later instructions wait for a later file.
    pub on: Day,
    /// The first day whose instructions go into files of this ledger; those before went to the bank
    /// otherwise. Where absent it is the first day of which a file had one.
    pub since: Option<Day>,
}

/// A payment file that the ledger recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordedFile {
    /// Its number, from 1 in order of recording.
    pub number: u32,
    /// Where it is recorded.
    pub position: Position,
    /// Its form.
    pub form: PaymentForm,
    /// The day on which it was to be paid.
    pub on: Day,
    /// How many payments it has.
    pub payments: u64,
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Where it is recorded that it stood in its place; none where that never came.
    pub written: Option<Position>,
}

/// An instruction that no file has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DuePayment {
    /// The `Disbursed`.
    pub position: Position,
    /// The case it is of.
    pub case: Option<CaseRef>,
    /// Which instalment.
    pub instalment: u16,
    /// How much.
    pub amount: Money,
}

/// How many instructions that no file has are not for this one, and why. Each is counted once, for
/// the first reason that holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    /// Of another scheme or district than asked for.
    pub elsewhere: u64,
    /// Issued before the first day whose instructions go into files.
    pub earlier: u64,
    /// Issued for a day after the one on which the file is to be paid.
    pub later: u64,
    /// Of a mode that files of this form do not carry: cheques, the Aadhaar Payment Bridge, those
    /// whose mode is not stated.
    pub other_mode: u64,
    /// More than one file takes: for the next.
    pub too_many: u64,
}

/// What a run would put into a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentsDue {
    /// The payments, in order of position.
    pub payments: Vec<DuePayment>,
    /// What they come to.
    pub total: bahi_core::Total,
    /// What is not among them.
    pub left_out: LeftOut,
    /// The file that was recorded and may never have been written: it comes first.
    pub unfinished: Option<RecordedFile>,
}

/// Why a payment cannot be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WhyNot {
    /// The vault has no details under the account's key or the applicant's. Put them in.
    #[error("the vault has no account number of the payee")]
    NoAccount,
    /// The payee's details were erased. Put them in anew, where the payee gave them anew.
    #[error("the payee's details were erased, as position {0} records")]
    Erased(Position),
    /// The account in the vault is not the one that the instruction names. Correct one of them.
    #[error("the account number in the vault is not of the account that was instructed")]
    OtherAccount,
    /// The vault has no `account_name` and no `name` beside the account number.
    #[error("the vault has no name of the payee")]
    NoName,
    /// Thirteen digits, which may be twelve after the zero that tells an account from an Aadhaar
    /// number. Put in `account_digits`, `12` or `13`.
    #[error("the account number may be of twelve digits or of thirteen; say account_digits")]
    TwelveOrThirteen,
    /// `account_digits` is no number that the account number can have.
    #[error("the account number does not have the account_digits that the vault says")]
    Digits,
    /// The account is barred on the day of payment.
    #[error("the account is barred, as position {0} records")]
    Barred(Position),
    /// An earlier instruction of the same instalment is in a file that was written, and was taken back
    /// after that, so that the bank may pay it all the same. Where it failed, record that it came back
    /// and name that; what the bank never got is paid by a mode that no file carries.
    #[error(
        "the instalment was asked for before, by the instruction at position {0}, in a file that was written"
    )]
    AskedBefore(Position),
    /// It does not fit the file.
    #[error(transparent)]
    Flaw(Flaw),
}

/// A payment that cannot be asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentProblem {
    /// The `Disbursed`.
    pub payment: Position,
    /// The case it is of.
    pub case: Option<CaseRef>,
    /// Why.
    pub why: WhyNot,
}

/// Why there is no payment file. Unless it says so, nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// The role may not. The denial is recorded; ask the drawing officer.
    #[error("{} may not write payment files: that is for {}; recorded at position {position}", role.name(), MAY.name())]
    Denied {
        /// As what.
        role: Role,
        /// Where the denial is recorded.
        position: Position,
    },
    /// No keys are lent, so that no account can be told to be the one instructed. Lend them.
    #[error(
        "without its fingerprint keys the ledger cannot tell whose account is whose; name the key file"
    )]
    NoKeys,
    /// No file was written before, and nobody said from which day on. Say it: what was instructed
    /// before went to the bank otherwise and must not go again.
    #[error(
        "no payment file was written from this ledger before; say from which day on its instructions go into files, since those before went to the bank otherwise"
    )]
    SinceWhen,
    /// A file of another form was recorded and perhaps never written: ask for that form.
    #[error("payment file {number}, of the form {}, was recorded and never seen to be written; write it first", form.name())]
    OtherForm {
        /// Its number.
        number: u32,
        /// Its form.
        form: PaymentForm,
    },
    /// The recorded file does not come out the same again: the payer's description or somebody's
    /// details are others. Put them back; or take every instruction in it back by `reverse` and issue
    /// it anew.
    #[error(
        "payment file {number} was recorded and does not come out the same again: the payer's description or somebody's details changed; put them back, or reverse its instructions and issue them anew"
    )]
    Differs {
        /// Its number.
        number: u32,
    },
    /// The recorded file has a payment that was since taken back. Take back the others as well: then
    /// it is asked for no more.
    #[error(
        "payment file {number} was recorded and never seen to be written, and the payment at position {payment} in it was taken back; reverse the others in it too, and issue them anew"
    )]
    Stale {
        /// Its number.
        number: u32,
        /// The payment.
        payment: Position,
    },
    /// Payments that cannot be asked for, every one. Mend them, or leave them out by reversing them.
    #[error("payments that cannot be asked for: {}; nothing was written or recorded", .0.len())]
    Refused(Vec<PaymentProblem>),
    /// No such file can be. What to do is that error's.
    #[error(transparent)]
    File(OutwardError),
    /// The vault could not be read. What to do is that error's.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The events could not be recorded. What to do is that error's.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// No such file is recorded.
    #[error("no payment file of this digest is recorded")]
    Unknown,
}

impl From<Error> for PaymentsError {
    fn from(error: Error) -> PaymentsError {
        PaymentsError::Batch(error.into())
    }
}

impl From<SubmitError> for PaymentsError {
    fn from(error: SubmitError) -> PaymentsError {
        PaymentsError::Batch(match error {
            SubmitError::Failed(error) => error.into(),
            SubmitError::Refused(refusal) => {
                BatchError::Refused { index: 0, refused: refusal.refused }
            }
        })
    }
}

/// A payment file that is recorded and to be put in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IssuedFile {
    /// What is recorded of it.
    pub recorded: RecordedFile,
    /// The file.
    pub file: PaymentFile,
    /// Whether it was recorded before, and is given out again because nobody said that it stood in
    /// its place.
    pub again: bool,
}

impl Ledger {
    /// Every payment file the ledger recorded, in order.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    pub fn payment_files(&self) -> Result<Vec<RecordedFile>, Error> {
        self.press().payment_files()
    }

    /// What a file of this run would have; nothing is recorded and no vault is asked.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`]; [`PaymentsError::SinceWhen`].
    pub fn payments_due(&self, run: &PaymentRun) -> Result<PaymentsDue, PaymentsError> {
        let instructions = Instructions::of(self)?;
        let (chosen, left_out) = instructions.due(self, run)?;
        let payments: Vec<DuePayment> = chosen
            .iter()
            .map(|(position, one)| DuePayment {
                position: *position,
                case: self.case_ref(one.case),
                instalment: one.body.instalment,
                amount: one.amount,
            })
            .collect();
        let total = payments.iter().map(|one| bahi_core::Total::from(one.amount)).sum();
        let unfinished = instructions.unfinished().copied();
        Ok(PaymentsDue { payments, total, left_out, unfinished })
    }

    /// Records a denial where a role may not have payment files written.
    ///
    /// # Errors
    /// [`PaymentsError::Denied`]; those of recording it.
    pub fn may_export_payments(&mut self, by: &Acting) -> Result<(), PaymentsError> {
        if by.role == MAY {
            return Ok(());
        }
        let act = Act::DenyAccess { what: word(DENIED)?, count: 1 };
        let denial = access_command(act, by, self.day_of_its_clock())?;
        let position = self.submit(&denial)?.position;
        Err(PaymentsError::Denied { role: by.role, position })
    }

    /// Records the next payment file and gives it out: the one that was recorded and perhaps never
    /// written, or else one of everything due; `None` where nothing is.
    ///
    /// Whoever gets it puts it in its place whole, and then says so by
    /// [`Ledger::note_payments_written`]. Until then the same file is given out again, whoever asks.
    ///
    /// # Errors
    /// [`PaymentsError`] says which; where it is not [`PaymentsError::Batch`], only a denial was
    /// recorded.
    pub fn issue_payments(
        &mut self,
        vault: &Vault,
        payer: &Payer,
        run: &PaymentRun,
        by: &Acting,
    ) -> Result<Option<IssuedFile>, PaymentsError> {
        self.ready_to_record(1)?;
        self.may_export_payments(by)?;
        if self.lent_keys().is_none() {
            return Err(PaymentsError::NoKeys);
        }
        let instructions = Instructions::of(self)?;
        if let Some(unfinished) = instructions.unfinished().copied() {
            return self.again(vault, payer, run, by, &instructions, unfinished).map(Some);
        }
        let (chosen, _) = instructions.due(self, run)?;
        if chosen.is_empty() {
            return Ok(None);
        }
        self.none_asked_before(&instructions, &chosen)?;
        let number = u32::try_from(instructions.files().len() + 1).unwrap_or(u32::MAX);
        let mark = FileMark { number, day: run.on };
        let payees = Payees::gather(self, vault, instructions.bars(), &chosen, run.on)?;
        let file = written(payer, run.form, mark, &payees)?;
        let digest = *sha256(&file.bytes).as_bytes();
        let positions: Vec<Position> = chosen.iter().map(|(position, _)| *position).collect();
        let upto = positions.last().copied().unwrap_or(Position::NONE);
        let mut commands = self.shows(&payees, by, run.on)?;
        for (place, position) in positions.iter().enumerate() {
            let id = self.derived(&format!("{IN_FILE}\n{position}"));
            let rows = place as u64 + 1;
            commands.push(note(id, IN_FILE, (*position, rows), digest, by, run.on)?);
        }
        let id = self.derived(&format!("{}\n{}", word_of(run.form), hex(&digest)));
        let payments = positions.len() as u64;
        if let Some(codes) = payer.codes().filter(|_| run.form == PaymentForm::Ekuber) {
            let id = self.derived(&format!("{CODES}\n{}", hex(&digest)));
            let what = format!("{CODES}{codes}");
            commands.push(note(id, &what, (upto, payments), digest, by, run.on)?);
        }
        commands.push(note(id, word_of(run.form), (upto, payments), digest, by, run.on)?);
        let receipts = self.submit_all(&commands)?;
        let position = receipts.last().map_or(Position::NONE, |receipt| receipt.position);
        let (form, on) = (run.form, run.on);
        let recorded = RecordedFile { number, position, form, on, payments, digest, written: None };
        Ok(Some(IssuedFile { recorded, file, again: false }))
    }

    /// Makes sure that no instalment stands in a written file by an instruction that was taken back.
    fn none_asked_before(
        &self,
        instructions: &Instructions,
        chosen: &[Chosen<'_>],
    ) -> Result<(), PaymentsError> {
        let asked = instructions.asked_and_taken_back();
        let problem = |(payment, one): &Chosen<'_>| {
            let before = asked.get(&(one.case, one.body.instalment))?;
            let (payment, case) = (*payment, self.case_ref(one.case));
            Some(PaymentProblem { payment, case, why: WhyNot::AskedBefore(*before) })
        };
        let problems: Vec<PaymentProblem> = chosen.iter().filter_map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(PaymentsError::Refused(problems)) }
    }

    /// The recorded file once more, provided that it comes out the same.
    fn again(
        &mut self,
        vault: &Vault,
        payer: &Payer,
        run: &PaymentRun,
        by: &Acting,
        instructions: &Instructions,
        recorded: RecordedFile,
    ) -> Result<IssuedFile, PaymentsError> {
        let RecordedFile { number, form, on, digest, .. } = recorded;
        if form != run.form {
            return Err(PaymentsError::OtherForm { number, form });
        }
        let chosen = instructions.of_file(&recorded);
        let chosen = chosen.map_err(|payment| PaymentsError::Stale { number, payment })?;
        let differs = PaymentsError::Differs { number };
        let payees = match Payees::gather(self, vault, instructions.bars(), &chosen, on) {
            Ok(payees) => payees,
            Err(PaymentsError::Refused(_)) => return Err(differs),
            Err(other) => return Err(other),
        };
        let file = match written(payer, form, FileMark { number, day: on }, &payees) {
            Ok(file) if *sha256(&file.bytes).as_bytes() == digest => file,
            Ok(_) | Err(PaymentsError::Refused(_) | PaymentsError::File(_)) => return Err(differs),
            Err(other) => return Err(other),
        };
        let shows = self.shows(&payees, by, on)?;
        self.submit_all(&shows)?;
        Ok(IssuedFile { recorded, file, again: true })
    }

    /// Records that a payment file stands in its place, whole, and says where that is recorded. Twice
    /// is once.
    ///
    /// # Errors
    /// [`PaymentsError::Unknown`]; those of recording.
    pub fn note_payments_written(
        &mut self,
        digest: [u8; 32],
        by: &Acting,
    ) -> Result<RecordedFile, PaymentsError> {
        let files = self.payment_files()?;
        let of_digest = |one: &RecordedFile| one.digest == digest;
        let mut recorded = files.into_iter().find(of_digest).ok_or(PaymentsError::Unknown)?;
        if recorded.written.is_some() {
            return Ok(recorded);
        }
        let id = self.derived(&format!("{WRITTEN}\n{}", hex(&digest)));
        let said = (recorded.position, recorded.payments);
        let command = note(id, WRITTEN, said, digest, by, recorded.on)?;
        recorded.written = Some(self.submit(&command)?.position);
        Ok(recorded)
    }

    /// The events of the details that were read for a file.
    fn shows(&self, payees: &Payees, by: &Acting, on: Day) -> Result<Vec<Command>, Error> {
        let upto = self.position();
        let shown = |(subject, texts): (&SubjectId, &u64)| {
            let what = bahi_vault::Access::Show.word();
            let note = note(random()?, what, (upto, *texts), subject.0, by, on)?;
            Ok(note)
        };
        payees.shown().iter().map(shown).collect()
    }

    /// The id of a command that is only once in this ledger.
    fn derived(&self, what: &str) -> CommandId {
        let text = format!("bahi payments 1\n{}\n{what}\n", hex(&self.id().0));
        let mut head = [0_u8; 16];
        head.copy_from_slice(&sha256(text.as_bytes()).as_bytes()[..16]);
        CommandId::derived(head)
    }
}

fn word(text: &str) -> Result<Word, Error> {
    Word::new(text).map_err(|_| Error::Bug("the word of a payment file is none"))
}

fn random() -> Result<CommandId, Error> {
    let mut id = [0_u8; 16];
    getrandom::fill(&mut id).map_err(|_| Error::NoRandomness)?;
    Ok(CommandId::derived(id))
}

fn note(
    id: CommandId,
    what: &str,
    (upto, rows): (Position, u64),
    digest: [u8; 32],
    by: &Acting,
    on: Day,
) -> Result<Command, Error> {
    Ok(Command {
        id,
        actor: by.actor.clone(),
        role: by.role,
        effective_day: on,
        authority: by.authority.clone(),
        aliases: Vec::new(),
        signed: None,
        act: Act::NoteExport { what: word(what)?, upto, rows, digest },
    })
}

/// The file, or what keeps each payment out of it.
fn written(
    payer: &Payer,
    form: PaymentForm,
    mark: FileMark,
    payees: &Payees,
) -> Result<PaymentFile, PaymentsError> {
    let mut payments = payees.payments().to_vec();
    if form == PaymentForm::Nach306 {
        // The clearing house's file has one reference for each payment, so a bill's say which they are.
        let named: Vec<_> =
            payees.payments().iter().map(|one| (one.number, &*one.reference)).collect();
        for (payment, reference) in payments.iter_mut().zip(own_references(&named)) {
            payment.reference = reference;
        }
    }
    match payer.write(form, mark, &payments) {
        Ok(file) => Ok(file),
        Err(OutwardError::Flaws(flaws)) => {
            let problem = |(index, flaw)| payees.problem(index, WhyNot::Flaw(flaw));
            Err(PaymentsError::Refused(flaws.into_iter().filter_map(problem).collect()))
        }
        Err(other) => Err(PaymentsError::File(other)),
    }
}

/// The most payments of a run.
const RUN_MAX: usize = FILE_PAYMENTS_MAX;

#[cfg(test)]
mod tests;
