//! The shapes of answers about keys, checkpoints, certificates and proofs.
//!
//! # Invariants
//! * Hashes are lower-case hex; what C2SP writes in base64 stands in the notes themselves.

use bahi_core::Day;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{BalanceRowAnswer, value::Text};

/// What a file of a signing key holds, its private half aside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KeyAnswer {
    /// The log whose checkpoints it signs.
    pub name: String,
    /// The public halves, the oldest first.
    pub keys: Vec<VerifierAnswer>,
}

/// The public half of a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VerifierAnswer {
    /// What others check by: `name+id+base64`.
    pub verifier: String,
    /// Its 32 bytes in hex, as `set_actor_key` takes an actor's.
    pub public_key: String,
    /// Whether it is the one in use; the others are retired.
    pub in_use: bool,
}

/// The largest checkpoint that a ledger's keys signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RememberedAnswer {
    /// The log.
    pub origin: String,
    /// The number of records; 0 where they signed nothing.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The file that remembers it.
    pub file: String,
}

/// A signed checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckpointAnswer {
    /// The log.
    pub origin: String,
    /// The last position.
    pub position: u64,
    /// The number of records.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The note, whole.
    pub note: String,
    /// The file it was written to; none for standard output.
    pub file: Option<String>,
}

/// A proof that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProofAnswer {
    /// What it shows: `record`, `balance`, `balances`, `history`.
    pub proves: &'static str,
    /// The position of the record; of the older checkpoint, for history.
    pub position: u64,
    /// The number of records of the checkpoint it rests on.
    pub size: u64,
    /// The checkpoint's root.
    pub root: String,
    /// The proof, whole; none where it went to a file.
    pub proof: Option<String>,
    /// The file it was written to; none for standard output.
    pub file: Option<String>,
}

/// A certificate of balances.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "certificate")]
pub struct CertificateAnswer {
    /// Where it stands.
    pub position: u64,
    /// The last position folded.
    pub upto: u64,
    /// The last effective day that counts.
    #[schemars(with = "Text<Day>")]
    pub as_of: String,
    /// The version of the fold.
    pub version: u16,
    /// How many leaves there are.
    pub count: u64,
    /// The root over the leaves.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The hash of the fold's whole state.
    #[schemars(with = "Text<[u8; 32]>")]
    pub hash: String,
}

/// Every certificate of balances.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "certificates")]
pub struct CertificatesAnswer {
    /// The last position it rests on.
    pub position: u64,
    /// The root there.
    #[schemars(with = "Text<[u8; 32]>")]
    pub root: String,
    /// The certificates, in order.
    pub certificates: Vec<CertificateAnswer>,
}

/// A period that was sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "seal")]
pub struct SealAnswer {
    /// Where the seal stands.
    pub position: u64,
    /// The last day of the period.
    #[schemars(with = "Text<Day>")]
    pub until: String,
    /// The certificate it rests on.
    pub certificate: CertificateAnswer,
}

/// A witness's word.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CosignedAnswer {
    /// The witness's key, by name.
    pub key: String,
    /// When, in seconds since 1970, by the witness's clock.
    pub time: u64,
}

/// A checkpoint into which lines of witnesses were put.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WitnessedAnswer {
    /// The log.
    pub origin: String,
    /// The number of records.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// How many lines were put in.
    pub added: usize,
    /// How many were not: of nobody that the policy names, or not made under this checkpoint.
    pub passed_over: usize,
    /// The witnesses of the policy that have cosigned by now.
    pub cosigned: Vec<CosignedAnswer>,
    /// Whether they are as many as the policy asks for.
    pub met: bool,
    /// What the policy asks for beyond that.
    pub lacks: Option<String>,
    /// The checkpoint's file.
    pub file: String,
}

/// What a proof was found to show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckedAnswer {
    /// Whether it shows what it says.
    pub ok: bool,
    /// What it shows: `record`, `balance`, `balances`, `history`, `checkpoint`; none where that
    /// cannot be told.
    pub proves: Option<&'static str>,
    /// Why it shows nothing.
    pub problem: Option<String>,
    /// The log that signed the checkpoint.
    pub origin: Option<String>,
    /// The position of the record.
    pub position: Option<u64>,
    /// The number of records of the checkpoint.
    pub size: Option<u64>,
    /// The checkpoint's root.
    pub root: Option<String>,
    /// The witnesses that cosigned.
    pub cosigned: Vec<CosignedAnswer>,
    /// The certificate that the record is, where balances are shown.
    pub certificate: Option<CertificateAnswer>,
    /// The balances shown: the one, or all of them added up by scheme and year.
    pub rows: Vec<BalanceRowAnswer>,
}

/// Whether a ledger continues an older checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AgainstAnswer {
    /// `consistent`, `unproven` or `forked`.
    pub answer: &'static str,
    /// The log of the checkpoint; none where it cannot be read.
    pub origin: Option<String>,
    /// The last position of the checkpoint.
    pub position: Option<u64>,
    /// The checkpoint's root.
    pub root: Option<String>,
    /// The root that the ledger had at that size, where it is another.
    pub past: Option<String>,
    /// Whether the checkpoint's signature was checked by a key that was given.
    pub signature_checked: bool,
    /// What the answer means, or why there is none.
    pub says: String,
}

/// What an export of tiles wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TilesAnswer {
    /// The directory.
    pub directory: String,
    /// The last position it holds.
    pub position: u64,
    /// The root over its records.
    pub root: String,
    /// How many records it holds.
    pub size: u64,
    /// How many of them are new.
    pub added: u64,
    /// How many files of hashes and records were written.
    pub files: u64,
}
