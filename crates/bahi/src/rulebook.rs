//! The ODOP rulebook: what a new ledger is told first, and what its terms give.

use bahi_core::{ActorName, Command, CommandId, Day, Receipt, Role, Terms};
pub use bahi_odop::{
    DISTRICTS, DistrictEntry, FIGURES, Figure, HEAD, Opening, Scheme, districts, note, scheme,
    schemes, schemes::ROUNDING,
};

use crate::{BatchError, Ledger};

/// Who opens the rulebook's schemes in the envelope of those events.
pub const RULEBOOK_ACTOR: &str = "bahi-rulebook";

impl Ledger {
    /// Opens the four ODOP schemes with every version of their terms, as one batch.
    ///
    /// The command ids derive from the acts, so telling a ledger twice changes nothing.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_all`].
    pub fn open_rulebook(&mut self) -> Result<Vec<Receipt>, BatchError> {
        self.submit_all(&rulebook_commands())
    }
}

/// The commands of the rulebook, in order.
#[must_use]
pub fn rulebook_commands() -> Vec<Command> {
    let actor = ActorName::new(RULEBOOK_ACTOR).expect("the rulebook's actor is an identifier");
    let command = |opening: bahi_odop::Opening| {
        let mut command = Command {
            id: CommandId::NIL,
            actor: actor.clone(),
            role: Role::Administrator,
            effective_day: opening.effective_day,
            authority: Some(opening.authority),
            aliases: Vec::new(),
            signed: None,
            act: opening.act,
        };
        command.id = derived_id(b"bahi rulebook", &bahi_wire::encode_command(&command));
        command
    };
    bahi_odop::rulebook().into_iter().map(command).collect()
}

/// A command id derived from content: the head of a SHA-256, as a version 8 UUID.
pub(crate) fn derived_id(space: &[u8], content: &[u8]) -> CommandId {
    let mut bytes = Vec::with_capacity(space.len() + 1 + content.len());
    bytes.extend_from_slice(space);
    bytes.push(0);
    bytes.extend_from_slice(content);
    let digest = bahi_proof::sha256(&bytes);
    let mut head = [0_u8; 16];
    head.copy_from_slice(&digest.as_bytes()[..16]);
    CommandId::derived(head)
}

/// The terms of the rulebook in force on a day, for a scheme of the programme.
///
/// ```
/// use bahi::core::{Day, FactValue, Facts, Money, Word};
/// use bahi::rulebook::terms_on;
/// let terms = terms_on("margin-money", Day::parse("2024-06-10")?).ok_or("terms in force")?;
/// let cost = FactValue::Money(Money::parse("1000000")?);
/// let facts = Facts::new(vec![(Word::new("project_cost")?, cost)]).ok_or("facts")?;
/// assert_eq!(terms.entitlement(&facts)?.amount.grouped(), "2,50,000.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn terms_on(scheme: &str, day: Day) -> Option<Terms> {
    bahi_odop::scheme(scheme)?.in_force_on(day).cloned()
}
