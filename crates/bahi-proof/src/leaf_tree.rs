//! A tree beside the log, whose root a record of the log holds: one leaf shown, or all of them.
//!
//! A log that certifies its balances puts each into a leaf, and the number of leaves and their root
//! into a record. A file then shows one balance by three steps: a policy accepts the checkpoint,
//! the record is in the log, the leaf is under the root in the record. Or it carries all leaves,
//! and a stranger adds them up.
//!
//! ```text
//! bahi-leaf-proof@v1          bahi-leaf-set@v1
//! record <base64>             record <base64>
//! index <position of leaf>    leaf <base64>
//! leaf <base64>               leaf <base64>
//! <hash>                      …
//! …
//!                             <the tlog-proof of the record>
//! <the tlog-proof of the record>
//! ```
//!
//! # Invariants
//!
//! * How many leaves there are, and under which root, is read from the record alone, never from the
//!   file.
//!
//! # Not here
//!
//! What a leaf says, and where in a record the root stands: the caller reads both.

use core::fmt;

use crate::record_proof::RECORD_PROOF_BYTES_MAX;
use crate::text::{self, Flaw, Lines, Malformed, below};
use crate::{
    CheckFailed, Hash, PROOF_HASHES_MAX, Policy, ProofRejected, RecordProof, TreeHead, Trusted,
    leaf_hash, root_of, verify_inclusion,
};

/// The most bytes of a leaf.
pub const LEAF_BYTES_MAX: usize = 4_096;

/// The most leaves of a set.
pub const LEAVES_MAX: usize = 1 << 20;

/// The most bytes of a record in such a file: what an entry of a tiled log may have.
pub const RECORD_BYTES_MAX: usize = 65_535;

/// The most bytes of the text of a [`LeafProof`].
pub const LEAF_PROOF_BYTES_MAX: usize =
    RECORD_PROOF_BYTES_MAX + (RECORD_BYTES_MAX + LEAF_BYTES_MAX) * 4 / 3 + 8_192;

/// The most bytes of the text of a [`LeafSet`].
pub const LEAF_SET_BYTES_MAX: usize = LEAF_PROOF_BYTES_MAX + (1 << 28);

const PROOF_HEADER: &str = "bahi-leaf-proof@v1";
const SET_HEADER: &str = "bahi-leaf-set@v1";

/// That one leaf stands under the root that a record of a log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafProof {
    /// The record that holds the number of leaves and their root.
    pub record: Vec<u8>,
    /// The position of the leaf among the leaves.
    pub index: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// The siblings on the way from the leaf to that root.
    pub path: Vec<Hash>,
    /// That the record is in the log.
    pub proof: RecordProof,
}

/// All leaves under the root that a record of a log holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafSet {
    /// The record that holds the number of leaves and their root.
    pub record: Vec<u8>,
    /// The leaves.
    pub leaves: Vec<Vec<u8>>,
    /// That the record is in the log.
    pub proof: RecordProof,
}

impl LeafProof {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut lines = Lines::of(text, LEAF_PROOF_BYTES_MAX)?;
        let record = head(&mut lines, PROOF_HEADER)?;
        let index = text::decimal(lines.word("index")?);
        let index = index.ok_or_else(|| lines.flaw(Flaw::Expected("index")))?;
        let leaf = value(&mut lines, "leaf", LEAF_BYTES_MAX)?;
        let path = lines.hashes(PROOF_HASHES_MAX)?;
        Ok(Self { record, index, leaf, path, proof: tail(lines)? })
    }

    /// Checks that the leaf stands where it is said to. `head_in` reads the number of leaves and
    /// their root from a record, and gives nothing for any record that does not certify leaves.
    ///
    /// # Errors
    ///
    /// [`CheckFailed::Untrusted`], [`CheckFailed::Record`], [`CheckFailed::NoRoot`],
    /// [`CheckFailed::Leaf`].
    pub fn check(
        &self,
        policy: &Policy,
        head_in: impl FnOnce(&[u8]) -> Option<TreeHead>,
    ) -> Result<Trusted, CheckFailed> {
        let trusted = self.proof.check(&self.record, policy)?;
        let head = head_in(&self.record).ok_or(CheckFailed::NoRoot)?;
        verify_inclusion(leaf_hash(&self.leaf), self.index, head.size, &self.path, head.root)
            .map_err(CheckFailed::Leaf)?;
        Ok(trusted)
    }
}

impl LeafSet {
    /// Reads the text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut lines = Lines::of(text, LEAF_SET_BYTES_MAX)?;
        let record = head(&mut lines, SET_HEADER)?;
        let mut leaves = Vec::new();
        while lines.begins("leaf") {
            if leaves.len() == LEAVES_MAX {
                return Err(lines.flaw(Flaw::TooMany { what: "leaves", max: LEAVES_MAX }));
            }
            leaves.push(value(&mut lines, "leaf", LEAF_BYTES_MAX)?);
        }
        if !lines.line()?.is_empty() {
            return Err(lines.flaw(Flaw::Expected("leaf")));
        }
        Ok(Self { record, leaves, proof: tail(lines)? })
    }

    /// Checks that these are all leaves, in their order. `head_in` as in [`LeafProof::check`].
    ///
    /// # Errors
    ///
    /// [`CheckFailed::Untrusted`], [`CheckFailed::Record`], [`CheckFailed::NoRoot`],
    /// [`CheckFailed::Count`], [`CheckFailed::Leaf`].
    pub fn check(
        &self,
        policy: &Policy,
        head_in: impl FnOnce(&[u8]) -> Option<TreeHead>,
    ) -> Result<Trusted, CheckFailed> {
        let trusted = self.proof.check(&self.record, policy)?;
        let TreeHead { size, root } = head_in(&self.record).ok_or(CheckFailed::NoRoot)?;
        let found = self.leaves.len() as u64;
        if found != size {
            return Err(CheckFailed::Count { expected: size, found });
        }
        let computed = root_of(self.leaves.iter().map(Vec::as_slice));
        if computed != root {
            let other = ProofRejected::OtherRoot { expected: root, computed };
            return Err(CheckFailed::Leaf(other));
        }
        Ok(trusted)
    }
}

/// The first line and the record.
fn head(lines: &mut Lines<'_>, header: &'static str) -> Result<Vec<u8>, Malformed> {
    if lines.line()? != header {
        return Err(lines.flaw(Flaw::Expected(header)));
    }
    value(lines, "record", RECORD_BYTES_MAX)
}

fn value(lines: &mut Lines<'_>, word: &'static str, max: usize) -> Result<Vec<u8>, Malformed> {
    let value = text::bytes(lines.word(word)?);
    let value = value.ok_or_else(|| lines.flaw(Flaw::Expected("base64")))?;
    let found = value.len();
    if found > max { Err(lines.flaw(Flaw::TooLong { max, found })) } else { Ok(value) }
}

fn tail(lines: Lines<'_>) -> Result<RecordProof, Malformed> {
    let (proof, above) = lines.rest();
    RecordProof::parse(proof.as_bytes()).map_err(below(above))
}

impl fmt::Display for LeafProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{PROOF_HEADER}\nrecord {}", text::base64(&self.record))?;
        writeln!(out, "index {}\nleaf {}", self.index, text::base64(&self.leaf))?;
        let mut hashes = String::new();
        text::push_hashes(&mut hashes, &self.path);
        write!(out, "{hashes}\n{}", self.proof)
    }
}

impl fmt::Display for LeafSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{SET_HEADER}\nrecord {}", text::base64(&self.record))?;
        for leaf in &self.leaves {
            writeln!(out, "leaf {}", text::base64(leaf))?;
        }
        write!(out, "\n{}", self.proof)
    }
}
