//! Showing what the log holds to somebody who trusts nobody: checkpoints, and proofs under them.
//!
//! # Invariants
//! * A checkpoint is signed only by a key that is named as the ledger is.
//! * What is handed out as a proof was checked against its checkpoint before.
//!
//! # Not here
//! Checking proofs, for which no ledger is needed: `bahi-proof`. Key files: `signing`.

use bahi_core::{District, FinancialYear, FundKey, HeadName, HeadNo, Position, SchemeName};
use bahi_log::{Fault, Log};
use bahi_proof::{
    Checkpoint, Hash, HistoryProof, LEAVES_MAX, LeafProof, LeafSet, Leaves, Malformed, Note,
    ProofUnavailable, ProveFailed, RecordProof, SigningKey, TreeHead, leaf_hash, prove_inclusion,
    prove_prefix,
};
use thiserror::Error as ThisError;

use crate::{
    Error, Ledger, LedgerName,
    certify::{Derived, is_of_balances, leaf_bytes},
    press::Press,
};

/// Why nothing could be shown.
#[derive(Debug, ThisError)]
pub enum ProveError {
    /// The ledger could not be read, or has no such position; the message says what to do.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The key is not named as the ledger is, so nobody would take its signature for the ledger's.
    /// Give the ledger's own key.
    #[error("the key is that of {key}, and this is {ledger}; give the ledger's own key")]
    OtherKey {
        /// The key's name.
        key: String,
        /// The ledger's.
        ledger: String,
    },
    /// The note that a proof was to rest on is no checkpoint. Give another.
    #[error("the checkpoint cannot be used: {0}; give another")]
    NoCheckpoint(Malformed),
    /// The checkpoint is of another log. Give one of this ledger's.
    #[error("the checkpoint is of {found}, and this is {ledger}; give one of this ledger's")]
    OtherLog {
        /// The ledger's name.
        ledger: String,
        /// The log's.
        found: String,
    },
    /// The checkpoint was signed before the position, or the ledger was shortened. Give a later
    /// checkpoint; where there is none, run `verify --against` with it.
    #[error(
        "position {asked} is not among the {size} records of the checkpoint and the ledger; give another checkpoint"
    )]
    NotYet {
        /// What was to be shown.
        asked: u64,
        /// How many records there are.
        size: u64,
    },
    /// The checkpoint is not of this tree: either was rewritten. Run `verify --against` with it, and
    /// keep both.
    #[error("the checkpoint is not of this ledger's history; run verify --against with it")]
    OtherTree,
    /// No balances were certified there. Certify them, or name the position of a certificate.
    #[error("no balances are certified at position {0}; bahi certify makes a certificate")]
    NotCertified(Position),
    /// The fund had not been opened when the balances were certified. Name another, or a later
    /// certificate.
    #[error("the certificate at position {0} has no such fund")]
    UnknownFund(Position),
    /// The certificate does not follow from the log. Run `verify`; it says the same.
    #[error("the certificate at position {0} does not follow from the log; run verify")]
    NotDerived(Position),
    /// There are more leaves than a file may hold. Show funds one by one.
    #[error("{0} leaves, and a file holds at most {LEAVES_MAX}; show funds one by one")]
    TooManyLeaves(u64),
}

/// A fund by its names, as somebody asks for it; without a head, what has no fund yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FundName {
    /// The scheme.
    pub scheme: SchemeName,
    /// The head of account.
    pub head: Option<HeadName>,
    /// The year of allotment.
    pub fy: FinancialYear,
    /// The district, or the pool.
    pub district: District,
}

impl Ledger {
    /// The checkpoint of the ledger as it was when a position was the last, signed.
    ///
    /// It is remembered nowhere: of a ledger that was restored and went another way, the same key
    /// would sign another story. Whoever keeps the key in a file calls
    /// [`signing::checkpoint`](crate::signing::checkpoint), which refuses that.
    ///
    /// # Errors
    /// [`ProveError::OtherKey`]; [`Error::BeyondTheEnd`] and [`Error::Fault`] in
    /// [`ProveError::Ledger`].
    ///
    /// ```
    /// # use bahi::{Ledger, LedgerName, NewLedger, proof::{Policy, SigningKey}};
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("up-odop")?))?;
    /// ledger.open_rulebook()?;
    /// let key = SigningKey::from_seed("up-odop", &[7; 32])?; // a key that nobody should use
    /// let note = ledger.checkpoint(&key, ledger.position())?;
    /// let trusted = Policy::of_log(key.verifier().clone())?.check(&note)?;
    /// assert_eq!(trusted.checkpoint().size(), ledger.position().0 + 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn checkpoint(&self, key: &SigningKey, at: Position) -> Result<Note, ProveError> {
        self.shown().checkpoint(key, at)
    }

    /// That the record at a position is in the ledger, under a signed checkpoint of it; 0 is the
    /// ledger's own record.
    ///
    /// # Errors
    /// [`ProveError::NoCheckpoint`], [`ProveError::OtherLog`], [`ProveError::NotYet`],
    /// [`ProveError::Ledger`], [`ProveError::OtherTree`].
    pub fn prove(&self, position: Position, note: Note) -> Result<RecordProof, ProveError> {
        self.shown().prove(position, note)
    }

    /// That the ledger of a signed checkpoint continues the one of an older size: what a witness is
    /// asked with, and what shows a fork.
    ///
    /// # Errors
    /// Those of [`Ledger::prove`].
    pub fn prove_history(&self, old_size: u64, note: Note) -> Result<HistoryProof, ProveError> {
        self.shown().prove_history(old_size, note)
    }

    /// What a witness is asked with that knows the ledger at an older size, 0 for not at all: the body
    /// of C2SP `tlog-witness`' `add-checkpoint`. The proof is the RFC's, from which a fork shows only
    /// where the older size is no power of two: for an auditor make [`Ledger::prove_history`].
    ///
    /// # Errors
    /// Those of [`Ledger::prove_history`].
    pub fn ask_witness(&self, old_size: u64, note: Note) -> Result<HistoryProof, ProveError> {
        self.shown().ask_witness(old_size, note)
    }

    /// That a fund had this balance when balances were certified at a position.
    ///
    /// # Errors
    /// [`ProveError::NotCertified`], [`ProveError::NotDerived`], [`ProveError::UnknownFund`]; then
    /// those of [`Ledger::prove`].
    pub fn prove_balance(
        &self,
        certificate: Position,
        fund: &FundName,
        note: Note,
    ) -> Result<LeafProof, ProveError> {
        self.press().prove_balance(certificate, fund, note)
    }

    /// All balances that were certified at a position, so that anybody adds them up.
    ///
    /// # Errors
    /// [`ProveError::NotCertified`], [`ProveError::NotDerived`], [`ProveError::TooManyLeaves`]; then
    /// those of [`Ledger::prove`].
    pub fn prove_balances(&self, certificate: Position, note: Note) -> Result<LeafSet, ProveError> {
        self.press().prove_balances(certificate, note)
    }

    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown { log: &self.log, name: self.name() }
    }
}

impl Press<'_> {
    /// As [`Ledger::prove_balance`] says.
    pub(crate) fn prove_balance(
        &self,
        certificate: Position,
        fund: &FundName,
        note: Note,
    ) -> Result<LeafProof, ProveError> {
        let key = self.fund_key(fund).ok_or(ProveError::UnknownFund(certificate))?;
        let (leaves, index) = self.leaves(certificate, Some(key))?;
        let index = index.ok_or(ProveError::UnknownFund(certificate))?;
        let proof = self.shown().prove(certificate, note)?;
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let unknown = |_| ProveError::UnknownFund(certificate);
        let path = prove_inclusion(&Leaves(&hashes), index, hashes.len() as u64);
        let path = path.map_err(unknown)?;
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let leaf = leaves.into_iter().nth(at).ok_or(ProveError::UnknownFund(certificate))?;
        Ok(LeafProof { record: self.shown().record(certificate)?, index, leaf, path, proof })
    }

    /// As [`Ledger::prove_balances`] says.
    pub(crate) fn prove_balances(
        &self,
        certificate: Position,
        note: Note,
    ) -> Result<LeafSet, ProveError> {
        let (leaves, _) = self.leaves(certificate, None)?;
        if leaves.len() > LEAVES_MAX {
            return Err(ProveError::TooManyLeaves(leaves.len() as u64));
        }
        let proof = self.shown().prove(certificate, note)?;
        Ok(LeafSet { record: self.shown().record(certificate)?, leaves, proof })
    }

    /// The leaves of a certificate, derived again and compared with it, and where a fund stands.
    fn leaves(
        &self,
        certificate: Position,
        fund: Option<FundKey>,
    ) -> Result<(Vec<Vec<u8>>, Option<u64>), ProveError> {
        let found = self.certificate_at(certificate)?;
        let known = found.filter(|known| is_of_balances(known, self.names()));
        let known = known.ok_or(ProveError::NotCertified(certificate))?;
        let (opened, counted) = self.derive(known.upto, known.as_of)?;
        let derived = Derived::of(&opened, &counted, self.names());
        let leaves = opened.leaves(&counted, self.names());
        match (derived, leaves) {
            (Some(derived), Some(leaves)) if derived.is(&known) => {
                Ok((leaf_bytes(&leaves), fund.and_then(|fund| opened.leaf_index(&fund))))
            }
            (Some(_) | None, Some(_) | None) => Err(ProveError::NotDerived(certificate)),
        }
    }

    fn fund_key(&self, fund: &FundName) -> Option<FundKey> {
        let scheme = self.names().scheme_no(fund.scheme.as_str())?;
        let head = match &fund.head {
            Some(head) => self.names().head_no(head.as_str())?,
            None => HeadNo::NONE,
        };
        Some(FundKey { scheme, head, fy: fund.fy, district: fund.district })
    }
}

/// What is shown of a log, whatever is folded beside it.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub(crate) log: &'a Log,
    pub(crate) name: &'a LedgerName,
}

impl Shown<'_> {
    /// The last position.
    pub(crate) fn position(self) -> Position {
        Position(self.log.size().saturating_sub(1))
    }

    /// The stored bytes at a position.
    pub(crate) fn record(self, position: Position) -> Result<Vec<u8>, Error> {
        if position > self.position() {
            return Err(Error::BeyondTheEnd { asked: position, last: self.position() });
        }
        Ok(self.log.record(position.0)?.to_vec())
    }

    /// The root as it was when a position was the last.
    pub(crate) fn root_at(self, position: Position) -> Result<Hash, Error> {
        if position > self.position() {
            return Err(Error::BeyondTheEnd { asked: position, last: self.position() });
        }
        Ok(self.log.root_at(position.0 + 1)?)
    }

    pub(crate) fn checkpoint(self, key: &SigningKey, at: Position) -> Result<Note, ProveError> {
        if key.verifier().name() != self.name.as_str() {
            let (key, ledger) = (key.verifier().name().to_owned(), self.name.to_string());
            return Err(ProveError::OtherKey { key, ledger });
        }
        let head = TreeHead { size: at.0 + 1, root: self.root_at(at)? };
        let note = Checkpoint::new(self.name.as_str(), head).and_then(|it| it.sign(key));
        note.map_err(ProveError::NoCheckpoint)
    }

    pub(crate) fn prove(self, position: Position, note: Note) -> Result<RecordProof, ProveError> {
        let checkpoint = self.own_checkpoint(&note)?;
        let size = checkpoint.size().min(self.log.size());
        if position.0 >= size {
            return Err(ProveError::NotYet { asked: position.0, size });
        }
        RecordProof::prove(self.log, position.0, note).map_err(|failed| match failed {
            ProveFailed::NoCheckpoint(malformed) => ProveError::NoCheckpoint(malformed),
            ProveFailed::Unavailable(unavailable) => unread(unavailable),
            ProveFailed::OtherTree(_) => ProveError::OtherTree,
        })
    }

    pub(crate) fn prove_history(
        self,
        old_size: u64,
        note: Note,
    ) -> Result<HistoryProof, ProveError> {
        let checkpoint = self.own_checkpoint(&note)?;
        let size = checkpoint.size();
        if size > self.log.size() || old_size == 0 || old_size > size {
            return Err(ProveError::NotYet { asked: old_size, size: self.log.size() });
        }
        let root = self.log.root_at(size).map_err(Error::from)?;
        if root != checkpoint.root() {
            return Err(ProveError::OtherTree);
        }
        let proof = prove_prefix(self.log, old_size, size).map_err(unread)?;
        Ok(HistoryProof { old_size, proof, note })
    }

    pub(crate) fn ask_witness(self, old_size: u64, note: Note) -> Result<HistoryProof, ProveError> {
        if old_size == 0 {
            // There is nothing to continue; that the checkpoint is this tree's is looked at all the same.
            let size = self.own_checkpoint(&note)?.size();
            let asked = self.prove_history(size.max(1), note)?;
            return Ok(HistoryProof { old_size, proof: Vec::new(), note: asked.note });
        }
        let mut asked = self.prove_history(old_size, note)?;
        let size = self.own_checkpoint(&asked.note)?.size();
        if old_size.is_power_of_two() && old_size < size {
            asked.proof.remove(0);
        }
        Ok(asked)
    }

    /// What a note says, provided that it speaks of this ledger. Its signatures are for whoever
    /// relies on it to check.
    pub(crate) fn own_checkpoint(self, note: &Note) -> Result<Checkpoint, ProveError> {
        let checkpoint = Checkpoint::parse(note.text()).map_err(ProveError::NoCheckpoint)?;
        if checkpoint.origin() != self.name.as_str() {
            let (ledger, found) = (self.name.to_string(), checkpoint.origin().to_owned());
            return Err(ProveError::OtherLog { ledger, found });
        }
        Ok(checkpoint)
    }
}

pub(crate) fn unread(unavailable: ProofUnavailable<Fault>) -> ProveError {
    match unavailable {
        ProofUnavailable::OutOfRange { asked, size } => ProveError::NotYet { asked, size },
        ProofUnavailable::Unread(fault) => ProveError::Ledger(fault.into()),
    }
}
