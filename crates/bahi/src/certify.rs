//! Certificates: what balances came to, bound into the log so that anybody can derive it again.
//!
//! # Invariants
//! * The leaves of a certificate follow from the log up to the position it names and from its day,
//!   and from nothing else.
//! * A certificate enters as every event does: by a command that the rules decide.
//!
//! # Not here
//! Showing a balance to a stranger: `prove`. Deriving every certificate again: `verify`.

use bahi_balances::{BalanceLeaf, Balances, FOLD, FOLD_VERSION};
use bahi_core::{
    Act, ActorName, Authority, Command, CommandId, Day, Event, EventKind, Names, Position,
    Projection as _, Receipt, Role, StateCertified, Word,
};
use bahi_proof::{Hash, TreeHead, root_of, sha256};

use crate::{
    BatchError, Error, Ledger, SubmitError, View,
    ledger::note_certificate,
    press::Press,
    reading::{decoded, walk},
    rulebook::derived_id,
};

/// Who acts, as what, and on what order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acting {
    /// Who.
    pub actor: ActorName,
    /// As what.
    pub role: Role,
    /// On what order, where it rests on one.
    pub authority: Option<Authority>,
}

/// What a fold of balances came to: what a certificate says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Derived {
    pub(crate) count: u64,
    pub(crate) root: Hash,
    pub(crate) hash: Hash,
}

impl Derived {
    /// What funds opened by all events and figures of those that count come to; `None` where a
    /// fund has a number without a name.
    pub(crate) fn of(opened: &Balances, counted: &Balances, names: &Names) -> Option<Derived> {
        let leaves = leaf_bytes(&opened.leaves(counted, names)?);
        Some(Derived {
            count: leaves.len() as u64,
            root: root_of(leaves.iter().map(Vec::as_slice)),
            hash: sha256(&counted.state_bytes()),
        })
    }

    /// Whether a certificate says this.
    pub(crate) fn is(&self, certificate: &StateCertified) -> bool {
        self.count == certificate.count
            && self.root.0 == certificate.root
            && self.hash.0 == certificate.hash
    }
}

pub(crate) fn leaf_bytes(leaves: &[BalanceLeaf]) -> Vec<Vec<u8>> {
    leaves.iter().map(BalanceLeaf::bytes).collect()
}

/// Whether a certificate is one of balances in the version known here.
pub(crate) fn is_of_balances(certificate: &StateCertified, names: &Names) -> bool {
    names.word(certificate.fold).is_some_and(|fold| fold.as_str() == FOLD)
        && certificate.version == FOLD_VERSION
}

/// The certificate that a record is; `None` for every other record. The position is the record's.
#[must_use]
pub fn certificate_in(position: Position, record: &[u8]) -> Option<StateCertified> {
    let recorded = bahi_wire::decode(position, record).ok()?;
    let Event::StateCertified(certificate) = recorded.event else { return None };
    Some(certificate)
}

/// The number and the root of the leaves that a record certifies, as
/// [`LeafProof::check`](bahi_proof::LeafProof::check) asks for them.
#[must_use]
pub fn certified_head(position: Position, record: &[u8]) -> Option<TreeHead> {
    let StateCertified { count, root, .. } = certificate_in(position, record)?;
    Some(TreeHead { size: count, root: Hash(root) })
}

impl Press<'_> {
    /// The leaves of a certificate, derived again from the log.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub(crate) fn derive(&self, upto: Position, as_of: Day) -> Result<(Balances, Balances), Error> {
        let (mut opened, mut counted) = (Balances::default(), Balances::default());
        let view = View { as_of: Some(as_of), known_on: None, at: Some(upto) };
        self.basis(view)?;
        for recorded in self.events(Position(1), upto) {
            let recorded = recorded?;
            if view.counts(recorded.envelope.effective_day) {
                counted.apply(&recorded);
            }
            opened.apply(&recorded);
        }
        Ok((opened, counted))
    }

    /// As [`Ledger::certificates`] says, read from the log: of other events the envelope alone.
    pub(crate) fn certificates(&self) -> Result<Vec<(Position, StateCertified)>, Error> {
        let mut certificates = Vec::new();
        walk(self.log(), |position, envelope, bytes| {
            if envelope.kind == EventKind::StateCertified {
                note_certificate(&mut certificates, &decoded(position, bytes)?);
            }
            Ok(())
        })?;
        Ok(certificates)
    }

    /// The certificate at a position; `None` where none is.
    pub(crate) fn certificate_at(
        &self,
        position: Position,
    ) -> Result<Option<StateCertified>, Error> {
        if position.is_none() || position > self.reading.position() {
            return Ok(None);
        }
        let Event::StateCertified(certificate) = self.event(position)?.event else {
            return Ok(None);
        };
        Ok(Some(certificate))
    }
}

impl Ledger {
    /// Certifies the balances as of a day: every event in the log opens its fund, those effective
    /// by that day count. The event is durable on return and holds the root over one leaf a fund.
    ///
    /// # Errors
    /// Those of [`Ledger::submit`].
    pub fn certify(&mut self, as_of: Day, by: &Acting) -> Result<Receipt, SubmitError> {
        let command = self.certificate_command(as_of, by)?;
        self.submit(&command)
    }

    /// Certifies the balances as of a day, the last of its month, and closes everything up to it:
    /// two events in one commit. The receipts are the certificate's and the seal's.
    ///
    /// # Errors
    /// Those of [`Ledger::submit_all`].
    pub fn seal(&mut self, until: Day, by: &Acting) -> Result<(Receipt, Receipt), BatchError> {
        let certify = self.certificate_command(until, by)?;
        let certified = self.position().next();
        let seal = self.own_command(by, Act::SealPeriod { until, certified });
        match self.submit_all(&[certify, seal])?.as_slice() {
            [certified, sealed] => Ok((*certified, *sealed)),
            _ => Err(Error::Bug("two commands came to other than two receipts").into()),
        }
    }

    /// The command by which [`Ledger::certify`] certifies: true of the ledger as it stands, however
    /// many events come before it is submitted.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    pub fn certificate_command(&self, as_of: Day, by: &Acting) -> Result<Command, Error> {
        let upto = self.position();
        let (opened, counted) = self.press().derive(upto, as_of)?;
        let derived = Derived::of(&opened, &counted, self.names());
        let Derived { count, root, hash } = derived.ok_or(Error::Bug("a fund has no name"))?;
        let fold = Word::new(FOLD).map_err(|_| Error::Bug("the fold's name is a word"))?;
        let (version, root, hash) = (FOLD_VERSION, root.0, hash.0);
        let act = Act::CertifyState { upto, as_of, fold, version, count, root, hash };
        Ok(self.own_command(by, act))
    }

    /// Every certificate of the log with its position, in order.
    #[must_use]
    pub fn certificates(&self) -> &[(Position, StateCertified)] {
        &self.certificates
    }

    /// A command of the ledger's own making: effective today, its id derived from what it says, so
    /// that the same one is the same command.
    pub(crate) fn own_command(&self, by: &Acting, act: Act) -> Command {
        let mut command = Command {
            id: CommandId::NIL,
            actor: by.actor.clone(),
            role: by.role,
            effective_day: self.today(),
            authority: by.authority.clone(),
            aliases: Vec::new(),
            signed: None,
            act,
        };
        command.id = self.own_id(&command);
        command
    }

    /// The same, of which it is known whether it `stands`: where it does not, one that was recorded
    /// under such an id was taken back or refused, and this is another.
    pub(crate) fn own_command_once(&self, by: &Acting, act: Act, stands: bool) -> Command {
        let mut command = self.own_command(by, act);
        let mut last = command.id;
        while self.folds.state.command(command.id).is_some() {
            last = command.id;
            command.id = self.own_id(&command);
        }
        if stands {
            command.id = last;
        }
        command
    }

    /// The id of what a command says; where it has one, another that follows from it.
    fn own_id(&self, command: &Command) -> CommandId {
        let mut content = self.id().0.to_vec();
        content.extend(bahi_wire::encode_command(command));
        if command.id != CommandId::NIL {
            content.extend(command.id.to_bytes());
        }
        derived_id(b"bahi certificate", &content)
    }

    /// The day it is by the ledger's clock, which never goes back.
    pub(crate) fn today(&self) -> Day {
        self.clock.now().max(self.last_instant).day()
    }
}
