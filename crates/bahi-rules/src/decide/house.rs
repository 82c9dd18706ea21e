//! What the ledger records of itself: exports, denials, keys.

use bahi_core::{
    AccessDenied, ActorKeySet, ActorName, Day, Event, Exported, KeyChange, KeyRotated, Position,
    Refusal, Word,
};

use super::{Answer, Ask};

impl Ask<'_> {
    pub(super) fn note_export(
        &mut self,
        what: &Word,
        upto: Position,
        rows: u64,
        digest: &[u8; 32],
    ) -> Answer {
        self.stage()?;
        let ahead = upto > self.state.last();
        self.checks.refuse_if(ahead, || Refusal::PositionAhead { position: upto });
        self.stage()?;
        let mut draft = self.draft();
        let what = draft.naming.word(what);
        Ok(draft.event(Event::Exported(Exported { what, upto, rows, digest: *digest })))
    }

    pub(super) fn deny_access(&mut self, what: &Word, count: u32) -> Answer {
        self.stage()?;
        let mut draft = self.draft();
        let what = draft.naming.word(what);
        Ok(draft.event(Event::AccessDenied(AccessDenied { what, count })))
    }

    pub(super) fn rotate_key(&mut self, key_id: u16, change: KeyChange, check: [u8; 16]) -> Answer {
        let keys = &self.state.keys;
        let newest = keys.newest();
        let in_order = match change {
            KeyChange::Added if key_id == 1 => newest == 1 && !keys.first,
            KeyChange::Added => newest.checked_add(1) == Some(key_id),
            KeyChange::Destroyed => key_id < newest && keys.holds(key_id),
        };
        self.checks.refuse_if(!in_order, || Refusal::KeyOutOfOrder { newest });
        self.stage()?;
        Ok(self.draft().event(Event::KeyRotated(KeyRotated { key_id, change, check })))
    }

    pub(super) fn set_actor_key(
        &mut self,
        signer: &ActorName,
        key: [u8; 32],
        until: Option<Day>,
        required: bool,
    ) -> Answer {
        self.stage()?;
        let mut draft = self.draft();
        let signer = draft.naming.actor(signer);
        Ok(draft.event(Event::ActorKeySet(ActorKeySet { signer, key, until, required })))
    }
}
