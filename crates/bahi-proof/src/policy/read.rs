//! Reading the text of a policy: octets in lines, words in a line, names before their use.

use std::collections::BTreeMap;

use super::{Group, Member, POLICY_BYTES_MAX, POLICY_ENTRIES_MAX, Policy, Witness};
use super::{may_cosign, may_sign_for_a_log};
use crate::VerifierKey;
use crate::text::{Flaw, Malformed};

/// What has been read so far.
#[derive(Default)]
struct Reading {
    logs: Vec<VerifierKey>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    names: BTreeMap<Vec<u8>, (Member, bool)>,
    quorum: Option<Option<Member>>,
}

pub(super) fn policy(text: &[u8]) -> Result<Policy, Malformed> {
    if text.len() > POLICY_BYTES_MAX {
        return Err(Flaw::TooLong { max: POLICY_BYTES_MAX, found: text.len() }.into());
    }
    let mut reading = Reading::default();
    let mut rest = text;
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let at = rest.iter().position(|byte| *byte == b'\n');
        let at = at.ok_or_else(|| Malformed::at(number, Flaw::Ended))?;
        reading.line(&rest[..at]).map_err(|flaw| Malformed::at(number, flaw))?;
        rest = &rest[at + 1..];
    }
    let missing = || Malformed::at(number + 1, Flaw::Expected("quorum"));
    let Reading { logs, witnesses, groups, quorum, .. } = reading;
    Ok(Policy { logs, witnesses, groups, quorum: quorum.ok_or_else(missing)? })
}

pub(super) fn log_key(key: &VerifierKey) -> Result<(), Flaw> {
    let algorithm = key.algorithm();
    if may_sign_for_a_log(algorithm) { Ok(()) } else { Err(Flaw::Algorithm(algorithm.0)) }
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), Flaw> {
        let allowed = |byte: &u8| *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7f);
        if !line.iter().all(allowed) {
            return Err(Flaw::NotText);
        }
        let words: Vec<&[u8]> =
            line.split(|byte| b" \t".contains(byte)).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [comment, ..] if comment.starts_with(b"#") => Ok(()),
            [b"log", key] | [b"log", key, _] => self.log(key),
            [b"witness", name, key] | [b"witness", name, key, _] => self.witness(name, key),
            [b"group", name, threshold, members @ ..] => self.group(name, threshold, members),
            [b"quorum", name] => self.set_quorum(name),
            [..] => Err(Flaw::Expected("log, witness, group or quorum")),
        }
    }

    fn log(&mut self, key: &[u8]) -> Result<(), Flaw> {
        room(self.logs.len(), "logs")?;
        let key = self.new_key(key)?;
        log_key(&key)?;
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8]) -> Result<(), Flaw> {
        room(self.witnesses.len(), "witnesses")?;
        let key = self.new_key(key)?;
        if !may_cosign(key.algorithm()) {
            return Err(Flaw::Algorithm(key.algorithm().0));
        }
        self.take_name(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness { name: name.to_vec(), key });
        Ok(())
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], members: &[&[u8]]) -> Result<(), Flaw> {
        room(self.groups.len(), "groups")?;
        let count = members.len();
        let threshold = match threshold {
            b"all" => count,
            b"any" => 1,
            number => core::str::from_utf8(number)
                .ok()
                .and_then(crate::text::decimal)
                .and_then(|number| usize::try_from(number).ok())
                .ok_or(Flaw::Expected("threshold"))?,
        };
        if threshold == 0 || threshold > count {
            return Err(Flaw::Expected("threshold"));
        }
        let mut found = Vec::with_capacity(count);
        for member in members {
            let (member, taken) = self.names.get_mut(*member).ok_or(Flaw::UnknownName)?;
            if core::mem::replace(taken, true) {
                return Err(Flaw::RepeatedName);
            }
            found.push(*member);
        }
        self.take_name(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { name: name.to_vec(), threshold, members: found });
        Ok(())
    }

    fn set_quorum(&mut self, name: &[u8]) -> Result<(), Flaw> {
        if self.quorum.is_some() {
            return Err(Flaw::RepeatedName);
        }
        self.quorum = Some(match name {
            b"none" => None,
            name => Some(self.names.get(name).ok_or(Flaw::UnknownName)?.0),
        });
        Ok(())
    }

    fn take_name(&mut self, name: &[u8], member: Member) -> Result<(), Flaw> {
        if name == b"none" || self.names.insert(name.to_vec(), (member, false)).is_some() {
            return Err(Flaw::RepeatedName);
        }
        Ok(())
    }

    /// Reads a key that shares neither its public key nor its name and id with another.
    fn new_key(&self, text: &[u8]) -> Result<VerifierKey, Flaw> {
        let text = core::str::from_utf8(text).map_err(|_| Flaw::Expected("verifier key"))?;
        let key: VerifierKey = text.parse().map_err(|malformed: Malformed| malformed.flaw)?;
        let others = self.logs.iter().chain(self.witnesses.iter().map(|one| &one.key));
        let same = |other: &VerifierKey| {
            other.public_key() == key.public_key()
                || (other.name() == key.name() && other.id() == key.id())
        };
        if others.into_iter().any(same) { Err(Flaw::RepeatedKey) } else { Ok(key) }
    }
}

fn room(count: usize, what: &'static str) -> Result<(), Flaw> {
    let max = POLICY_ENTRIES_MAX;
    if count < max { Ok(()) } else { Err(Flaw::TooMany { what, max }) }
}
