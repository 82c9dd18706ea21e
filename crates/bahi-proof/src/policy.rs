//! Whom to believe: the keys of a log, its witnesses, and how many of them.
//!
//! The text is C2SP's `tlog-policy`: lines `log KEY`, `witness NAME KEY`,
//! `group NAME all|any|K NAME…`, and one `quorum NAME`.
//!
//! # Invariants
//!
//! * No two keys of a policy share their public key, nor their name and id: a line of signatures
//!   belongs to one key or to none, and a log cannot be its own witness.
//! * A group is made of what stands before it, and each name is a member once: no witness counts
//!   twice.
//! * A [`Trusted`] checkpoint came out of [`Policy::check`] and nowhere else.

use std::borrow::Cow;
use std::collections::BTreeSet;

mod read;

use crate::key::Verdict;
use crate::text::Malformed;
use crate::{Algorithm, Checkpoint, History, Note, VerifierKey, judge_history};

/// The most bytes of the text of a policy.
pub const POLICY_BYTES_MAX: usize = 1 << 20;

/// The most logs, the most witnesses, and the most groups of a policy.
pub const POLICY_ENTRIES_MAX: usize = 256;

/// Keys of logs and witnesses, and which witnesses must have cosigned.
#[derive(Clone, Debug)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Member>,
}

#[derive(Clone, Debug)]
struct Witness {
    name: Vec<u8>,
    key: VerifierKey,
}

#[derive(Clone, Debug)]
struct Group {
    name: Vec<u8>,
    threshold: usize,
    members: Vec<Member>,
}

/// A place in the list of witnesses, or in that of groups.
#[derive(Clone, Copy, Debug)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// Why a note is not to be believed under a policy. The caller uses nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// The text of the note is no checkpoint.
    #[error("the note is no checkpoint")]
    NoCheckpoint(#[source] Malformed),
    /// The policy knows no key for this log. Get the log's key from whoever runs it.
    #[error("no key is known for the log {origin}")]
    UnknownLog {
        /// The log's name.
        origin: String,
    },
    /// A key that is known has more than one line. Ask for a clean copy.
    #[error("the key {key} has signed more than once")]
    Repeated {
        /// The key's name.
        key: String,
    },
    /// A line that names a known key is not its signature: the note was changed, or the line
    /// forged.
    #[error("the signature of {key} is not its own")]
    Forged {
        /// The key's name.
        key: String,
    },
    /// No key of the log has signed.
    #[error("the log {origin} has not signed")]
    Unsigned {
        /// The log's name.
        origin: String,
    },
    /// Too few witnesses have cosigned. Ask for a copy with more cosignatures.
    #[error("the quorum {quorum} is not reached: {cosigned} of the witnesses have cosigned")]
    Unwitnessed {
        /// The name of the quorum.
        quorum: String,
        /// How many witnesses of the policy have cosigned.
        cosigned: usize,
    },
    /// The two checkpoints are of different logs and say nothing of each other.
    #[error("a checkpoint of {found} where one of {expected} is compared")]
    OtherLog {
        /// The log that was asked about.
        expected: String,
        /// The other log.
        found: String,
    },
}

/// A checkpoint that a policy accepted, and who cosigned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trusted {
    checkpoint: Checkpoint,
    cosigned: Vec<Cosigned>,
}

/// A witness's word: that no larger tree of this log was known to it at this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The name of the witness's key.
    pub key: String,
    /// When, by the witness's clock, in seconds since 1970. Whether it is recent enough is for the
    /// reader to judge.
    pub time: u64,
}

impl Trusted {
    /// The checkpoint.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The witnesses of the policy that cosigned, in the order of the note.
    #[must_use]
    pub fn cosigned(&self) -> &[Cosigned] {
        &self.cosigned
    }

    /// Whether a newer checkpoint of the same log continues this one.
    ///
    /// # Errors
    ///
    /// [`Untrusted::OtherLog`].
    pub fn judge(&self, newer: &Self, proof: &[crate::Hash]) -> Result<History, Untrusted> {
        let (expected, found) = (self.checkpoint.origin(), newer.checkpoint.origin());
        if expected != found {
            let (expected, found) = (expected.to_owned(), found.to_owned());
            return Err(Untrusted::OtherLog { expected, found });
        }
        Ok(judge_history(self.checkpoint.head(), newer.checkpoint.head(), proof))
    }
}

impl Policy {
    /// One log, no witness.
    ///
    /// # Errors
    ///
    /// [`Flaw::Algorithm`](crate::Flaw::Algorithm) for a key that a log cannot have.
    pub fn of_log(key: VerifierKey) -> Result<Self, Malformed> {
        read::log_key(&key)?;
        Ok(Self { logs: vec![key], witnesses: Vec::new(), groups: Vec::new(), quorum: None })
    }

    /// Reads the text of a policy.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        read::policy(text)
    }

    /// The keys of logs, in order.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of witnesses with their names in the policy, in order.
    pub fn witnesses(&self) -> impl Iterator<Item = (Cow<'_, str>, &VerifierKey)> {
        self.witnesses.iter().map(|one| (String::from_utf8_lossy(&one.name), &one.key))
    }

    /// The witnesses of the policy that cosigned this note, few as they may be, each once, in the
    /// order of the note. It says nothing of whether the note is to be believed: [`check`](Self::check) does.
    #[must_use]
    pub fn cosigned(&self, note: &Note) -> Vec<Cosigned> {
        let (mut cosigned, mut seen) = (Vec::new(), BTreeSet::new());
        for line in note.signatures() {
            let is_by = |key: &VerifierKey| key.name() == line.name() && key.id() == line.id();
            let witness = self.witnesses.iter().find(|one| is_by(&one.key));
            let verdict = witness.map(|one| one.key.judge(note.text(), line.bytes()));
            if let Some(Verdict::Valid(Some(time))) = verdict
                && seen.insert((line.name(), line.id()))
            {
                cosigned.push(Cosigned { key: line.name().to_owned(), time });
            }
        }
        cosigned
    }

    /// Whether this note is a checkpoint of a log of the policy, signed by it and cosigned as the
    /// quorum says.
    ///
    /// Signatures of unknown keys are passed over; one of a known key must be valid and single.
    ///
    /// # Errors
    ///
    /// [`Untrusted::NoCheckpoint`], [`Untrusted::UnknownLog`]; per line [`Untrusted::Repeated`],
    /// [`Untrusted::Forged`]; [`Untrusted::Unsigned`], [`Untrusted::Unwitnessed`].
    pub fn check(&self, note: &Note) -> Result<Trusted, Untrusted> {
        let checkpoint = Checkpoint::parse(note.text()).map_err(Untrusted::NoCheckpoint)?;
        let origin = checkpoint.origin().to_owned();
        let logs: Vec<&VerifierKey> = self.logs.iter().filter(|key| key.name() == origin).collect();
        if logs.is_empty() {
            return Err(Untrusted::UnknownLog { origin });
        }
        let (mut signed, mut cosigned) = (false, Vec::new());
        let (mut seen, mut present) = (BTreeSet::new(), BTreeSet::new());
        for line in note.signatures() {
            let is_by = |key: &VerifierKey| key.name() == line.name() && key.id() == line.id();
            let log = logs.iter().copied().find(|key| is_by(key));
            let witness = self.witnesses.iter().position(|one| is_by(&one.key));
            let Some(key) = log.or(witness.map(|at| &self.witnesses[at].key)) else { continue };
            let name = || key.name().to_owned();
            if !seen.insert((key.name(), key.id())) {
                return Err(Untrusted::Repeated { key: name() });
            }
            match key.judge(note.text(), line.bytes()) {
                Verdict::Valid(None) => signed |= log.is_some(),
                Verdict::Valid(Some(time)) => {
                    cosigned.push(Cosigned { key: name(), time });
                    present.extend(witness);
                }
                Verdict::Invalid => return Err(Untrusted::Forged { key: name() }),
                Verdict::Unknown => {}
            }
        }
        if !signed {
            return Err(Untrusted::Unsigned { origin });
        }
        if !self.quorum.is_none_or(|member| self.witnessed(member, &present)) {
            let quorum = self.quorum.map_or(Cow::Borrowed("none"), |member| self.name(member));
            let (quorum, cosigned) = (quorum.into_owned(), present.len());
            return Err(Untrusted::Unwitnessed { quorum, cosigned });
        }
        Ok(Trusted { checkpoint, cosigned })
    }

    /// Whether a witness cosigned, or enough of a group's members. Groups are made of earlier ones,
    /// each once, so this ends after as many steps as there are names.
    fn witnessed(&self, member: Member, present: &BTreeSet<usize>) -> bool {
        match member {
            Member::Witness(at) => present.contains(&at),
            Member::Group(at) => {
                let Group { threshold, members, .. } = &self.groups[at];
                let count = members.iter().filter(|one| self.witnessed(**one, present)).count();
                count >= *threshold
            }
        }
    }

    fn name(&self, member: Member) -> Cow<'_, str> {
        String::from_utf8_lossy(match member {
            Member::Witness(at) => &self.witnesses[at].name,
            Member::Group(at) => &self.groups[at].name,
        })
    }
}

/// Keys that may sign for a log; those of an unknown algorithm are kept and never count.
fn may_sign_for_a_log(algorithm: Algorithm) -> bool {
    algorithm != Algorithm::COSIGNATURE
}

/// Keys that may cosign; those of an unknown algorithm are kept and never count.
fn may_cosign(algorithm: Algorithm) -> bool {
    algorithm != Algorithm::ED25519
}
