//! Signed commands: made here, and looked at here before the rules see them.
//!
//! # Invariants
//! * A command that carries a signature is decided only after the signature held, for this ledger, over
//!   a line that says this very command.
//!
//! # Not here
//! Whose key it is, since when, and who must sign: `bahi-rules`. The bytes that are signed: `bahi-core`.

use bahi_core::{
    Command, Event, LedgerId, Position, Recorded, Refusal, Refused, Signed, signed_bytes,
};
use bahi_json::Malformed;
use bahi_log::Pass;
use bahi_proof::{ActorKey, SigningKey};
use bahi_rules::{State, ought_to_be_signed, same_content};
use bahi_wire::LedgerName;

use crate::{Ledger, parse_command, submit::says_again};

/// The pass of a verification that looks at signed commands.
pub const SIGNATURES: &str = "signatures";

/// What a signature is made for: a ledger by its name and its id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SignedFor {
    name: LedgerName,
    id: LedgerId,
}

/// Whether signatures are still to be looked at when commands are decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signatures {
    ToCheck,
    /// Whoever hands commands over has looked at them.
    #[cfg(feature = "service")]
    Checked,
}

/// Why a line was not signed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignCommandError {
    /// It is no command. Correct it at the column.
    #[error("the line is no command: {0}")]
    Malformed(#[from] Malformed),
    /// It is signed already, or longer than a signed line may be. Send it as it is, or split it.
    #[error("a line is signed once, and has at most {limit} bytes")]
    NotToBeSigned {
        /// The most bytes of a signed line.
        limit: usize,
    },
}

/// A command of a line that an actor signs for one ledger, known by its name and its id.
///
/// The line is signed as it stands, without its ending. The ledger takes the signature while the key is
/// the actor's (`set_actor_key`).
///
/// # Errors
/// [`SignCommandError::Malformed`], [`SignCommandError::NotToBeSigned`].
///
/// ```
/// use bahi::{Ledger, LedgerName, NewLedger, proof::SigningKey, sign_command};
///
/// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("up-odop")?))?;
/// ledger.open_rulebook()?;
/// let key = SigningKey::from_seed("fin-01", &[7; 32])?; // of random bytes, kept by the office
/// let set = format!(
///     concat!(
///         r#"{{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"set_actor_key","#,
///         r#""actor":"admin-1","role":"administrator","effective_day":"2024-04-01","#,
///         r#""authority":{{"order":"IT-7","date":"2024-04-01"}},"#,
///         r#""signer":"fin-01","key":"{}","required":true}}"#
///     ),
///     bahi::core::hex(&key.public_bytes()),
/// );
/// ledger.submit(&bahi::parse_command(set.as_bytes())?)?;
/// let line = concat!(
///     r#"{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"allot","actor":"fin-01","#,
///     r#""role":"finance","effective_day":"2024-04-01","#,
///     r#""authority":{"order":"B-1/2024","date":"2024-04-01"},"amount":"10000000.00","#,
///     r#""fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}}"#
/// );
/// assert!(ledger.submit(&bahi::parse_command(line.as_bytes())?).is_err()); // signature_missing
/// let receipt = ledger.submit(&sign_command(line, &key, ledger.name(), ledger.id())?)?;
/// let recorded = ledger.event(receipt.position)?;
/// assert_eq!(recorded.signed.map(|signed| signed.line().to_owned()).as_deref(), Some(line));
/// assert!(ledger.verify().ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign_command(
    line: &str,
    key: &SigningKey,
    ledger_name: &LedgerName,
    ledger: LedgerId,
) -> Result<Command, SignCommandError> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let command = parse_command(line.as_bytes())?;
    let signature = key.sign_bytes(&signed_bytes(ledger_name.as_str(), ledger, line));
    let signed = Signed::new(line, key.public_bytes(), signature);
    match (signed, command.signed) {
        (Some(signed), None) => Ok(Command { signed: Some(Box::new(signed)), ..command }),
        (None, _) | (_, Some(_)) => {
            Err(SignCommandError::NotToBeSigned { limit: bahi_core::SIGNED_LINE_BYTES_MAX })
        }
    }
}

impl SignedFor {
    pub(crate) fn new(name: LedgerName, id: LedgerId) -> SignedFor {
        SignedFor { name, id }
    }

    /// Refuses a command whose signature does not hold, or is over a line that says something else. One
    /// that is not signed passes.
    pub(crate) fn check(&self, command: &Command) -> Result<(), Refused> {
        let Some(signed) = &command.signed else { return Ok(()) };
        let said = parse_command(signed.line().as_bytes()).is_ok_and(|said| same(&said, command));
        if said && self.holds(signed) { Ok(()) } else { Err(Refusal::SignatureInvalid {}.into()) }
    }

    /// Whether a signature is the key's over the line, for this ledger.
    pub(crate) fn holds(&self, signed: &Signed) -> bool {
        let bytes = signed.bytes_for(self.name.as_str(), self.id);
        let key = ActorKey::new(signed.key());
        key.is_ok_and(|key| key.verify(&bytes, signed.signature()).is_ok())
    }
}

/// Whether a line that was signed says the command it came with.
fn same(said: &Command, command: &Command) -> bool {
    let Command { id, actor, role, effective_day, authority, aliases, act, signed } = said;
    signed.is_none()
        && *id == command.id
        && *actor == command.actor
        && *role == command.role
        && *effective_day == command.effective_day
        && *authority == command.authority
        && *aliases == command.aliases
        && *act == command.act
}

impl Ledger {
    /// What signatures for this ledger are made for.
    pub(crate) fn signed_for(&self) -> SignedFor {
        SignedFor::new(self.name().clone(), self.id())
    }
}

/// The pass in the making: every record that is signed, or should be.
#[derive(Default)]
pub(crate) struct SignedRecords {
    checked: u64,
    first: Option<(Position, &'static str)>,
}

impl SignedRecords {
    /// Looks at an event before it is folded: is it signed where it must be, by a key that its actor had
    /// then, and does the signature hold?
    pub(crate) fn before(&mut self, recorded: &Recorded, state: &State, of: Option<&SignedFor>) {
        let Some(signed) = &recorded.signed else {
            if ought_to_be_signed(state, recorded) {
                self.count(recorded, Some("its actor signs every command, and it is not signed"));
            }
            return;
        };
        let actor = recorded.envelope.actor;
        let problem = if !state.signs(actor, signed.key(), recorded.recorded_at.day()) {
            Some("it is signed by a key that its actor did not have then")
        } else if !of.is_some_and(|of| of.holds(signed)) {
            Some("its signature does not hold")
        } else {
            None
        };
        self.count(recorded, problem);
    }

    /// Looks at a signed event once it is folded: does the line that was signed say what it says?
    pub(crate) fn after(&mut self, recorded: &Recorded, state: &State) {
        let Some(signed) = &recorded.signed else { return };
        let said = parse_command(signed.line().as_bytes());
        if !said.is_ok_and(|said| says(&said, recorded, state)) && self.first.is_none() {
            self.first = Some((recorded.position, "the line that was signed says something else"));
        }
    }

    fn count(&mut self, recorded: &Recorded, problem: Option<&'static str>) {
        self.checked += 1;
        if let Some(problem) = problem.filter(|_| self.first.is_none()) {
            self.first = Some((recorded.position, problem));
        }
    }

    /// The pass; none where no record was signed and none had to be.
    pub(crate) fn pass(self) -> Option<Pass> {
        let first_problem =
            self.first.map(|(position, what)| format!("position {position}: {what}"));
        let ok = first_problem.is_none();
        let pass = Pass { name: SIGNATURES, checked: self.checked, ok, first_problem };
        (self.checked > 0).then_some(pass)
    }
}

/// Whether a command is the one that came to an event: what the event says, or what was refused.
fn says(said: &Command, recorded: &Recorded, state: &State) -> bool {
    let Event::CommandRefused(refused) = &recorded.event else {
        return same_content(state, said, recorded);
    };
    refused.count == 1
        && recorded.envelope.command == said.id
        && state.names().actor(recorded.envelope.actor) == Some(&said.actor)
        && says_again(said, &refused.digest)
}

#[cfg(test)]
mod tests;
