//! Who may sign a command, and whose commands must be signed.
//!
//! # Invariants
//! * A key counts on the days its actor was given it for, and of these on the day of recording: what a
//!   command says of its own day gives no key back that has ended.
//! * What is refused here is refused before anything that leaves evidence, so that a stranger cannot
//!   take the id of a command.
//!
//! # Not here
//! Whether a signature is one, and whether its line says what the command says: the hub looks first.

use bahi_core::{Act, Command, Day, Event, Recorded, Refusal, Refused, looks_like_aadhaar};

use crate::{State, decide::word};

/// Whether a command may be decided, as far as it is signed, on the day it would be recorded. It comes
/// before [`decide`](crate::decide), for a command whose id does not stand yet.
///
/// # Errors
/// In checking order: `SignatureMissing` of an actor who signs everything; `SigningKeyUnknown`;
/// `LooksLikeAadhaar` where a bank's reference does, which an unsigned command would be kept without.
pub fn signing(state: &State, command: &Command, on: Day) -> Result<(), Refused> {
    if command.signed.is_none() && state.actor_keys.is_empty() {
        return Ok(());
    }
    let actor = state.names().actor_no(command.actor.as_str()).unwrap_or_default();
    let Some(signed) = &command.signed else {
        // A denial says what somebody asked, and is no command of theirs.
        let is_own = !matches!(command.act, Act::DenyAccess { .. });
        let missing = is_own && state.must_sign(actor);
        return if missing { Err(Refusal::SignatureMissing {}.into()) } else { Ok(()) };
    };
    if !state.signs(actor, signed.key(), on) {
        return Err(Refusal::SigningKeyUnknown { day: on }.into());
    }
    let mut names_somebody = false;
    command.act.each_bank_reference(|one| names_somebody |= looks_like_aadhaar(one.as_str()));
    if names_somebody {
        return Err(Refusal::LooksLikeAadhaar { field: word("reference") }.into());
    }
    Ok(())
}

/// Whether the next event must be signed, its actor signing everything: all but denials, and counts of
/// a flood, which stand for many commands.
#[must_use]
pub fn ought_to_be_signed(state: &State, recorded: &Recorded) -> bool {
    let is_own = !matches!(&recorded.event, Event::AccessDenied(_))
        && !matches!(&recorded.event, Event::CommandRefused(refused) if refused.count != 1);
    is_own && state.must_sign(recorded.envelope.actor)
}
