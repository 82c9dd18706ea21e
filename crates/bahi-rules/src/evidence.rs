//! The event a refusal leaves.

use alloc::vec::Vec;

use bahi_core::{
    AuthorityNo, Command, CommandId, CommandRefused, District, Envelope, Event, FinancialYear,
    FundKey, HeadNo, Money, Naming, Position, Refused, SchemeNo,
};

use crate::{Decided, State};

/// The evidence of one refused command: its kind, subject, actor, refusals and digest; no body.
///
/// `digest` is the SHA-256 of the command's content, by which a retry is known.
#[must_use]
pub fn evidence(state: &State, command: &Command, refused: &Refused, digest: [u8; 32]) -> Decided {
    let refusals = refused.iter().map(bahi_core::Refusal::record).collect();
    recorded(
        state,
        command,
        command.id,
        CommandRefused {
            command: command.act.kind(),
            subject: command.act.case_ref().cloned(),
            refusals,
            digest,
            count: 1,
        },
    )
}

/// The summary of a flood: how many more commands of this actor were refused, the last of them
/// standing for all. Its command id is nil, and none of their ids is remembered.
#[must_use]
pub fn flood(state: &State, last: &Command, refused: &Refused, count: u32) -> Decided {
    let first = Vec::from([refused.first().record()]);
    recorded(
        state,
        last,
        CommandId::NIL,
        CommandRefused {
            command: last.act.kind(),
            subject: None,
            refusals: first,
            digest: [0; 32],
            count,
        },
    )
}

fn recorded(state: &State, command: &Command, id: CommandId, refused: CommandRefused) -> Decided {
    let mut naming = Naming::new(state.names());
    let actor = naming.actor(&command.actor);
    let fund = FundKey {
        scheme: SchemeNo::NONE,
        head: HeadNo::NONE,
        fy: FinancialYear::of(command.effective_day),
        district: District::POOL,
    };
    let envelope = Envelope {
        command: id,
        case: Position::NONE,
        previous: Position::NONE,
        effective_day: command.effective_day,
        fund,
        amount: Money::ZERO,
        actor,
        role: command.role,
        authority: AuthorityNo::NONE,
        terms: 0,
        introduced: naming.finish(),
    };
    Decided { envelope, event: Event::CommandRefused(refused) }
}
