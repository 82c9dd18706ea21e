//! How a command ends: its exit status, and the one line that says why.
//!
//! # Invariants
//! * A failure's line is one line of printable text, whatever it quotes.

use std::{any::Any, io};

use bahi::{
    BatchError, DetailsError, Error, Fault, FindingError, NoAnswer, PaymentsError, ProveError,
    SubmitError, TilesError, Unanswered,
    answers::full,
    signing,
    vault::{KeyFileError, VaultError},
};
use bahi_server::{ServeError, TokenError};

/// The exit status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(crate) enum Status {
    /// Done.
    Done = 0,
    /// The answer is no.
    No = 1,
    /// The request is malformed.
    Misuse = 2,
    /// Disk, damage or a bug.
    Fault = 3,
}

/// Why a command did not come to its end.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    /// What, where, what to do next; none where nobody listens any more.
    line: Option<String>,
}

impl Failure {
    /// The answer is no.
    pub(crate) fn no(line: impl Into<String>) -> Failure {
        Failure { status: Status::No, line: Some(line.into()) }
    }

    /// The request is malformed.
    pub(crate) fn misuse(line: impl Into<String>) -> Failure {
        Failure { status: Status::Misuse, line: Some(line.into()) }
    }

    /// Disk, damage or a bug.
    pub(crate) fn fault(line: impl Into<String>) -> Failure {
        Failure { status: Status::Fault, line: Some(line.into()) }
    }

    /// A status whose reasons were told already.
    pub(crate) fn told(status: Status) -> Failure {
        Failure { status, line: None }
    }

    /// The same status with other words.
    pub(crate) fn saying(self, line: impl Into<String>) -> Failure {
        Failure { line: Some(line.into()), ..self }
    }

    /// A panic: a bug of this program.
    pub(crate) fn bug(panic: &(dyn Any + Send)) -> Failure {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("no words");
        Failure::fault(format!(
            "a bug of this program: {text}; what was answered stands, please report the rest"
        ))
    }

    /// A machine whose clock is not set: what measures by it cannot.
    pub(crate) fn no_clock() -> Failure {
        Failure::fault(
            "this machine's clock stands before 1970, and a ledger's store measures by it: set the clock \
             (date shows it; timedatectl or the machine's setup sets it), then do the same again; what was \
             answered stands",
        )
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn line(&self) -> Option<String> {
        self.line.as_deref().map(one_line)
    }
}

/// Writing an answer failed. Whoever closed the pipe has read enough.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::told(Status::Done);
        }
        Failure::fault(format!(
            "the answer cannot be written: {error}; free the output and ask again"
        ))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::from(io::Error::from(error))
    }
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Failure {
        let words = unanswered.words;
        match unanswered.kind {
            NoAnswer::No => Failure::no(words),
            NoAnswer::Misuse => Failure::misuse(words),
            NoAnswer::Fault => Failure::fault(words),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let (status, next) = match &error {
            Error::Elsewhere(unanswered) => return unanswered.clone().into(),
            Error::Fault(fault) => of_fault(fault),
            Error::TooLarge(_)
            | Error::BatchTooLong { .. }
            | Error::ReservedId { .. }
            | Error::ClockIsReal
            | Error::ClockGoesBack
            | Error::BeyondTheEnd { .. } => (Status::Misuse, ""),
            Error::Record { .. }
            | Error::ReadOnly(_)
            | Error::InDoubt
            | Error::NoRandomness
            | Error::BeingFolded { .. }
            | Error::FoldDiffers { .. }
            | Error::Bug(_) => (Status::Fault, ""),
        };
        Failure { status, line: Some(format!("{}{next}", full(&error))) }
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Failure {
        match error {
            BatchError::Failed(error) => error.into(),
            BatchError::Refused { .. } => Failure::no(error.to_string()),
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Failure {
        match error {
            SubmitError::Failed(error) => error.into(),
            SubmitError::Refused(refusal) => Failure::no(refusal.to_string()),
        }
    }
}

impl From<FindingError> for Failure {
    fn from(error: FindingError) -> Failure {
        match error {
            FindingError::Unknown(_) => Failure::misuse(error.to_string()),
            FindingError::NotTakenUp { .. }
            | FindingError::TakenUp { .. }
            | FindingError::OwnHand { .. }
            | FindingError::OwnRecord { .. } => Failure::no(error.to_string()),
            FindingError::Submit(error) => error.into(),
        }
    }
}

impl From<ProveError> for Failure {
    fn from(error: ProveError) -> Failure {
        match error {
            ProveError::Ledger(error) => error.into(),
            ProveError::OtherKey { .. }
            | ProveError::NoCheckpoint(_)
            | ProveError::OtherLog { .. }
            | ProveError::NotYet { .. }
            | ProveError::TooManyLeaves(_) => Failure::misuse(full(&error)),
            ProveError::OtherTree
            | ProveError::NotCertified(_)
            | ProveError::UnknownFund(_)
            | ProveError::NotDerived(_) => Failure::no(full(&error)),
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Failure {
        let line = full(&error);
        match error {
            TokenError::InsideLedger { .. }
            | TokenError::Missing { .. }
            | TokenError::NotAFile { .. }
            | TokenError::OpenToOthers { .. }
            | TokenError::Malformed { .. }
            | TokenError::Full { .. }
            | TokenError::NoSuchToken { .. } => Failure::misuse(line),
            TokenError::Busy { .. }
            | TokenError::NoCustody
            | TokenError::NoRandomness
            | TokenError::Io { .. } => Failure::fault(line),
        }
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Failure {
        let line = full(&error);
        match error {
            ServeError::OpenToAll(_) | ServeError::Listen { .. } | ServeError::Tls(_) => {
                Failure::misuse(line)
            }
            ServeError::NoRuntime(_) | ServeError::Service(_) => Failure::fault(line),
        }
    }
}

impl From<TilesError> for Failure {
    fn from(error: TilesError) -> Failure {
        match error {
            TilesError::Prove(error) => error.into(),
            TilesError::Malformed { .. } | TilesError::Newer { .. } => {
                Failure::misuse(full(&error))
            }
            TilesError::OtherHistory { .. } => Failure::no(full(&error)),
            TilesError::Io { .. } => Failure::fault(full(&error)),
        }
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Failure {
        let line = error.to_string();
        match error {
            KeyFileError::Exists { .. }
            | KeyFileError::Missing { .. }
            | KeyFileError::Symlink { .. }
            | KeyFileError::NotAFile { .. }
            | KeyFileError::ForeignOwner { .. }
            | KeyFileError::OpenToOthers { .. }
            | KeyFileError::TooLarge { .. }
            | KeyFileError::Malformed { .. }
            | KeyFileError::InsideLedger { .. }
            | KeyFileError::NotHeld { .. }
            | KeyFileError::Newest { .. }
            | KeyFileError::TooManyKeys => Failure::misuse(line),
            KeyFileError::Busy { .. }
            | KeyFileError::Changed { .. }
            | KeyFileError::IdsExhausted
            | KeyFileError::NoRandomness
            | KeyFileError::NoCustody
            | KeyFileError::Io { .. } => Failure::fault(line),
        }
    }
}

impl From<DetailsError> for Failure {
    fn from(error: DetailsError) -> Failure {
        let line = error.to_string();
        match error {
            DetailsError::Denied { .. }
            | DetailsError::Erased { .. }
            | DetailsError::NothingHeld { .. } => Failure::no(line),
            DetailsError::VaultAway { .. } => Failure::misuse(line),
            DetailsError::Vault(error) => error.into(),
            DetailsError::Unfinished { source, .. } => Failure::from(source).saying(line),
            DetailsError::Submit(error) => error.into(),
        }
    }
}

impl From<PaymentsError> for Failure {
    fn from(error: PaymentsError) -> Failure {
        let line = error.to_string();
        match error {
            PaymentsError::Denied { .. }
            | PaymentsError::Differs { .. }
            | PaymentsError::Stale { .. }
            | PaymentsError::Refused(_) => Failure::no(line),
            PaymentsError::NoKeys
            | PaymentsError::SinceWhen
            | PaymentsError::OtherForm { .. }
            | PaymentsError::Unknown
            | PaymentsError::File(_) => Failure::misuse(line),
            PaymentsError::Vault(error) => error.into(),
            PaymentsError::Batch(error) => error.into(),
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Failure {
        let line = error.to_string();
        match error {
            VaultError::InsideLedger { .. }
            | VaultError::AroundLedger { .. }
            | VaultError::NoVault { .. }
            | VaultError::NotEmpty { .. }
            | VaultError::Symlink { .. }
            | VaultError::NotOfItsKind { .. }
            | VaultError::ForeignOwner { .. }
            | VaultError::OpenToOthers { .. }
            | VaultError::OtherLedger { .. }
            | VaultError::KeysAway { .. } => Failure::misuse(line),
            VaultError::NoCustody
            | VaultError::NewerForm { .. }
            | VaultError::Damaged { .. }
            | VaultError::KeyMissing { .. }
            | VaultError::Busy { .. }
            | VaultError::NoRandomness => Failure::fault(line),
            VaultError::Io { ref source, .. } if is_path_at_fault(source) => Failure::misuse(line),
            VaultError::Io { .. } => Failure::fault(line),
        }
    }
}

impl From<signing::KeyFileError> for Failure {
    fn from(error: signing::KeyFileError) -> Failure {
        match &error {
            signing::KeyFileError::Missing { .. }
            | signing::KeyFileError::Exists { .. }
            | signing::KeyFileError::NotAFile { .. }
            | signing::KeyFileError::OpenToOthers { .. }
            | signing::KeyFileError::InsideLedger { .. }
            | signing::KeyFileError::Malformed { .. }
            | signing::KeyFileError::Forgotten { .. }
            | signing::KeyFileError::MemoryMalformed { .. }
            | signing::KeyFileError::MemoryOpenToOthers { .. }
            | signing::KeyFileError::Full { .. } => Failure::misuse(full(&error)),
            signing::KeyFileError::Io { source, .. } if is_path_at_fault(source) => {
                Failure::misuse(full(&error))
            }
            signing::KeyFileError::Busy { .. }
            | signing::KeyFileError::NoCustody
            | signing::KeyFileError::NoRandomness
            | signing::KeyFileError::Io { .. } => Failure::fault(full(&error)),
        }
    }
}

impl From<signing::SignError> for Failure {
    fn from(error: signing::SignError) -> Failure {
        match error {
            signing::SignError::KeyFile(error) => error.into(),
            signing::SignError::Prove(error) => error.into(),
            signing::SignError::NotSigned => Failure::misuse(full(&error)),
            signing::SignError::Shortened { .. }
            | signing::SignError::Forked { .. }
            | signing::SignError::TwoStories { .. } => Failure::no(full(&error)),
        }
    }
}

/// Whether another path is the remedy.
fn is_path_at_fault(error: &io::Error) -> bool {
    crate::whole::ANOTHER_PATH.contains(&error.kind())
}

fn of_fault(fault: &Fault) -> (Status, &'static str) {
    match fault {
        Fault::NotALedger { .. } => {
            (Status::Misuse, " (bahi init makes one, --ledger names another)")
        }
        Fault::AlreadyExists { .. } | Fault::NotABackup { .. } | Fault::ForReading => {
            (Status::Misuse, "")
        }
        Fault::Unfinished { .. } => {
            (Status::Misuse, " (bahi init, bahi restore or bahi backup, whichever it was)")
        }
        Fault::OutOfRange { .. } | Fault::RecordTooLarge { .. } | Fault::CommitTooLarge { .. } => {
            (Status::Misuse, "")
        }
        Fault::Damage { .. } => {
            (Status::Fault, " (bahi verify says where, bahi salvage what is left)")
        }
        Fault::NewerForm { .. }
        | Fault::EarlyForm { .. }
        | Fault::OtherLedger { .. }
        | Fault::OtherHistory { .. }
        | Fault::Locked { .. }
        | Fault::ReadOnly { .. }
        | Fault::Io { .. }
        | Fault::DiskFull { .. }
        | Fault::Poisoned
        | Fault::Unsettled { .. }
        | Fault::HeadMoved { .. } => (Status::Fault, ""),
    }
}

/// A text on one line: what a terminal would act on is shown as its escape.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for found in text.trim().chars() {
        match found {
            '\n' => line.push_str("; "),
            found if found.is_control() || is_hidden(found) => line.extend(found.escape_unicode()),
            found => line.push(found),
        }
    }
    line
}

/// Marks that take no place and turn what stands beside them around.
fn is_hidden(found: char) -> bool {
    let marks = ['\u{200b}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2060}'..='\u{206f}'];
    found == '\u{feff}' || marks.iter().any(|range| range.contains(&found))
}
