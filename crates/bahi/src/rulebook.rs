//! The ODOP rulebook: what a new ledger is told first, and what its terms give.

use bahi_core::{
    ActorName, Command, CommandId, Day, Entitlement, Facts, NotEntitled, Receipt, Role, Terms,
};
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
            id: CommandId::from_bytes([0; 16]),
            actor: actor.clone(),
            role: Role::Administrator,
            effective_day: opening.effective_day,
            authority: Some(opening.authority),
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

/// What terms in force on a day give for facts, or why they give nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// They give this.
    Entitled(Entitlement),
    /// They give nothing.
    Not(NotEntitled),
}

/// Judges facts by terms.
///
/// ```
/// use bahi::core::{Day, FactValue, Facts, Money, Word};
/// use bahi::rulebook::{Judgement, judge, scheme};
/// let margin_money = scheme("margin-money").ok_or("a scheme of the rulebook")?;
/// let terms = margin_money.in_force_on(Day::parse("2024-06-10")?).ok_or("terms in force")?;
/// let cost = FactValue::Money(Money::parse("1000000")?);
/// let facts = Facts::new(vec![(Word::new("project_cost")?, cost)]).ok_or("facts")?;
/// let Judgement::Entitled(entitlement) = judge(terms, &facts) else { return Err("no".into()) };
/// assert_eq!(entitlement.amount.grouped(), "2,50,000.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn judge(terms: &Terms, facts: &Facts) -> Judgement {
    match terms.entitlement(facts) {
        Ok(entitlement) => Judgement::Entitled(entitlement),
        Err(not) => Judgement::Not(not),
    }
}

/// The terms of the rulebook in force on a day, for a scheme of the programme.
#[must_use]
pub fn terms_on(scheme: &str, day: Day) -> Option<Terms> {
    bahi_odop::scheme(scheme)?.in_force_on(day).cloned()
}
