//! Whom to believe, and the files that are judged: keys, policies, notes, proofs.
//!
//! # Invariants
//! * What the person who asks gives wrongly, such as a key, is misuse; what is wrong with a file
//!   that is judged is an answer.
//! * No file is read beyond its bound.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use bahi::{
    Provable,
    core::Position,
    proof::{NOTE_BYTES_MAX, Note, POLICY_BYTES_MAX, Policy, VerifierKey},
    signing,
};

use crate::{
    arguments::{Asks, Global, Trust, Under},
    status::Failure,
};

/// A file's bytes, and one more than it may have where it has more.
pub(super) fn bytes(path: &Path, max: usize) -> Result<Vec<u8>, Failure> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(max as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| {
        Failure::misuse(format!("{} cannot be read: {error}; name a readable file", path.display()))
    })
}

/// The policy that the arguments speak of.
pub(super) fn policy(trust: &Trust) -> Result<Policy, Failure> {
    let Some(path) = &trust.policy else {
        return policy_of(&trust.key)?.ok_or_else(|| {
            Failure::misuse(
                "no key is named: give the log's public key with --key, or a policy with --policy",
            )
        });
    };
    policy_file(path)
}

/// The policy of a file.
pub(super) fn policy_file(path: &Path) -> Result<Policy, Failure> {
    let text = bytes(path, POLICY_BYTES_MAX)?;
    Policy::parse(&text)
        .map_err(|error| Failure::misuse(format!("{}: {error}; name a policy", path.display())))
}

/// The policy that believes these keys of a log and asks for no witness; nothing without a key.
pub(super) fn policy_of(given: &[String]) -> Result<Option<Policy>, Failure> {
    let keys = keys(given)?;
    if keys.is_empty() {
        return Ok(None);
    }
    let mut text: String = keys.iter().map(|key| format!("log {key}\n")).collect();
    text.push_str("quorum none\n");
    let policy = Policy::parse(text.as_bytes());
    let policy = policy.map_err(|error| Failure::misuse(format!("the keys given: {error}")))?;
    Ok(Some(policy))
}

/// The keys of arguments, each once.
pub(super) fn keys(given: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for text in given {
        for key in public_keys(text)? {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// The keys of an argument: a public key, or a file of them, one a line.
fn public_keys(text: &str) -> Result<Vec<VerifierKey>, Failure> {
    let unread = match text.parse() {
        Ok(key) => return Ok(vec![key]),
        Err(unread) => unread,
    };
    let path = Path::new(text);
    // The argument is not shown: it may be a private key.
    if !path.is_file() {
        return Err(Failure::misuse(format!(
            "--key is neither a public key ({unread}) nor a file of them; bahi key show prints it"
        )));
    }
    let lines = bytes(path, POLICY_BYTES_MAX)?;
    let lines = String::from_utf8_lossy(&lines);
    let mut keys = Vec::new();
    for (number, line) in (1..).zip(lines.lines()) {
        // What stands there is not shown: it may be a private key.
        let key = line.parse().map_err(|_| {
            Failure::misuse(format!(
                "{}: line {number} is no public key; bahi key show prints them",
                path.display()
            ))
        })?;
        keys.push(key);
    }
    Ok(keys)
}

/// The checkpoint that a proof is to rest on: one given, or one signed for it; if it is what is asked.
pub(super) fn note(
    ledger: &(impl Provable + ?Sized),
    (under, asks): (&Under, &Asks),
    global: &Global,
) -> Result<Note, Failure> {
    let policy = asks.policy.as_deref().map(policy_file).transpose()?;
    let note = match (&under.checkpoint, &under.key) {
        (Some(path), _) => read_note(path)?,
        (None, None) if global.server.is_none() => {
            return Err(Failure::misuse(
                "no key is named; give --key FILE (bahi key new makes one), or --checkpoint FILE",
            ));
        }
        (None, key) => sign(ledger, key.as_deref(), global, ledger.position())?,
    };
    if let Some(Err(error)) = policy.map(|policy| policy.check(&note)) {
        let error = bahi::answers::full(&error);
        return Err(Failure::no(format!("{error}; nothing is made under this checkpoint")));
    }
    Ok(note)
}

/// The note of a file.
pub(super) fn read_note(path: &Path) -> Result<Note, Failure> {
    Note::parse(&bytes(path, NOTE_BYTES_MAX)?).map_err(|error| {
        Failure::misuse(format!("{}: {error}; name a signed checkpoint", path.display()))
    })
}

/// A checkpoint signed by the key of a file, which remembers it; of a service, by its own key.
pub(super) fn sign(
    ledger: &(impl Provable + ?Sized),
    key: Option<&Path>,
    global: &Global,
    at: Position,
) -> Result<Note, Failure> {
    let Some(client) = global.service()? else {
        let key = key.ok_or_else(no_key)?;
        return Ok(signing::checkpoint(key, &global.dir(), ledger, at)?);
    };
    if at != ledger.position() {
        return Err(Failure::misuse(
            "a service signs what its ledger holds by now; leave --at out, or sign where the key lies",
        ));
    }
    let note = Note::parse(&client.get("/checkpoint")?)
        .map_err(|error| Failure::from(client.other(&error)))?;
    let head = bahi::proof::Checkpoint::parse(note.text());
    let head = head.map_err(|error| Failure::from(client.other(&error)))?;
    if head.size() != ledger.position().0 + 1 {
        return Err(Failure::fault("the service's ledger went on while it was asked; ask again"));
    }
    if head.root() != ledger.root() {
        return Err(Failure::no(
            "the service signed another root than its records lead to; keep both, and ask who keeps it",
        ));
    }
    Ok(note)
}

fn no_key() -> Failure {
    Failure::misuse("no key is named; give --key FILE (bahi key new makes one)")
}
