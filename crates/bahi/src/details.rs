//! Personal details in a vault beside the ledger: put in, shown and erased, each access an event.
//!
//! # Invariants
//! * The event is durable before anything is put in, shown or destroyed; whoever may not leaves an
//!   event as well.
//! * An erasure that was recorded is completed by whoever opens the vault next; one that was begun
//!   and not recorded destroyed nothing, and is given up.
//! * No detail of anybody comes into the log: an access is known by the digest of a pseudonym.
//!
//! # Not here
//! Files, keys and ciphers: `bahi-vault`. Who may, as a table: [`Access::roles`].

mod steps;

use std::collections::BTreeMap;
use std::path::Path;

use bahi_core::{
    Act, ActorName, Command, CommandId, Day, Event, EventKind, Instant, LedgerId, Names, Position,
    Recorded, Role, Word,
    image::{Reader, put_position, put_short},
};
use bahi_vault::{Access, Contents, Subject, SubjectId, Vault, VaultError, apart};

pub(crate) use steps::Books;
#[cfg(feature = "service")]
pub(crate) use steps::{erase, put, show};

use crate::{
    Acting, Error, Ledger, SubmitError,
    press::Press,
    reading::{decoded, walk},
};

/// Why details were not put in, shown or erased.
#[derive(Debug, thiserror::Error)]
pub enum DetailsError {
    /// The role may not. The denial is recorded; ask somebody who may.
    #[error("{} may not {}: that is for {}; recorded at position {position}", role.name(), verb(*access), list(*access))]
    Denied {
        /// What was asked.
        access: Access,
        /// By whom.
        role: Role,
        /// Where the denial is recorded.
        position: Position,
    },
    /// The details were erased. They are nowhere; where the person gave them anew, put them in
    /// again and say so.
    #[error("the details were erased, as position {position} records{}", put_back(*left))]
    Erased {
        /// Where the ledger records it.
        position: Position,
        /// Whether the vault has something of them all the same, which somebody put back from a
        /// copy. Erase it again.
        left: bool,
    },
    /// The vault holds no details of this subject. Look for how the ledger names them.
    #[error("no details of {subject} are in the vault")]
    NothingHeld {
        /// Whose.
        subject: String,
    },
    /// The ledger has put details into a vault before, and none is in this directory. Name that
    /// vault; only where it is lost make another.
    #[error("{} holds no vault, and this ledger has put details into one; name it, or say --new where it is lost", path.display())]
    VaultAway {
        /// The directory.
        path: std::path::PathBuf,
    },
    /// The vault could not be opened, read or changed. What to do is that error's.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// It is recorded and not done. See to what the vault says, and run the same again.
    #[error("{source}; position {position} records it and it is not done: run it again")]
    Unfinished {
        /// Where it is recorded.
        position: Position,
        /// Why it is not done.
        source: VaultError,
    },
    /// The event could not be recorded, so nothing was done. What to do is that error's.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl From<Error> for DetailsError {
    fn from(error: Error) -> DetailsError {
        DetailsError::Submit(SubmitError::Failed(error))
    }
}

const fn verb(access: Access) -> &'static str {
    match access {
        Access::Put => "put in details",
        Access::Show => "see details",
        Access::Erase => "erase details",
        Access::Keep => "keep what a bank wrote",
    }
}

fn list(access: Access) -> String {
    access.roles().iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
}

const fn put_back(left: bool) -> &'static str {
    if left { "; what the vault has was put back from a copy: erase it again" } else { "" }
}

/// Whether a vault that is not there is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewVault {
    /// It must be there.
    No,
    /// It is made where the ledger never put details into one.
    First,
    /// It is made where none is.
    Another,
}

/// What became of an erasure that was cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SettledErasure {
    /// Whose.
    pub subject: SubjectId,
    /// Where it was recorded, so that it was completed; `None` where it was given up, since it never
    /// was.
    pub recorded: Option<Position>,
}

/// Details were put in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PutDetails {
    /// Where that is recorded.
    pub position: Position,
    /// Whether there were details before.
    pub replaced: bool,
}

/// Details that may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownDetails {
    /// Where that is recorded.
    pub position: Position,
    /// The details.
    pub contents: Contents,
}

/// Details were erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErasedDetails {
    /// Where that is recorded.
    pub position: Position,
    /// Whether it was recorded before, and nothing more was.
    pub before: bool,
}

/// An access to somebody's details, as the ledger recorded it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultAccess {
    /// Where.
    pub position: Position,
    /// When.
    pub recorded_at: Instant,
    /// What was done.
    pub access: Access,
    /// By whom.
    pub actor: ActorName,
    /// As what.
    pub role: Role,
    /// How many texts were put in or shown.
    pub fields: u64,
}

/// What the log says last of each subject's details.
#[derive(Default)]
pub(crate) struct Standings(BTreeMap<[u8; 32], Standing>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    Put(Position),
    Erased(Position),
}

impl Standings {
    /// Learns from an event what became of somebody's details.
    pub(crate) fn take(&mut self, recorded: &Recorded, names: &Names) {
        let Some((access, digest, _)) = access_of(recorded, names) else { return };
        let standing = match access {
            Access::Put | Access::Keep => Standing::Put(recorded.position),
            Access::Erase => Standing::Erased(recorded.position),
            Access::Show => return,
        };
        self.0.insert(digest, standing);
    }

    /// Puts what it says of everybody's.
    pub(crate) fn put_image(&self, out: &mut Vec<u8>) {
        put_short(out, self.0.len() as u64);
        for (digest, standing) in &self.0 {
            let (kind, position) = match standing {
                Standing::Put(position) => (0, *position),
                Standing::Erased(position) => (1, *position),
            };
            out.extend_from_slice(digest);
            out.push(kind);
            put_position(out, position);
        }
    }

    /// Takes it.
    pub(crate) fn take_image(from: &mut Reader<'_>) -> Option<Standings> {
        let mut standings = Standings::default();
        for _ in 0..from.short_count(41)? {
            let (digest, kind) = (from.array()?, from.byte()?);
            let standing = match kind {
                0 => Standing::Put(from.position()?),
                1 => Standing::Erased(from.position()?),
                _ => return None,
            };
            standings.0.insert(digest, standing).is_none().then_some(())?;
        }
        Some(standings)
    }

    /// What it says of one subject's.
    pub(crate) fn of(&self, id: SubjectId) -> Option<Standing> {
        self.0.get(&id.0).copied()
    }
}

/// The access that an event records, whose details by digest, and how many texts. What a role that
/// may not have done it records is none.
fn access_of(recorded: &Recorded, names: &Names) -> Option<(Access, [u8; 32], u64)> {
    let Event::Exported(exported) = &recorded.event else { return None };
    let access = Access::from_word(names.word(exported.what)?.as_str())?;
    access.is_for(recorded.envelope.role).then_some((access, exported.digest, exported.rows))
}

impl Ledger {
    /// Opens the ledger's vault, or makes it, once it is sure that it lies apart from this and any
    /// ledger or backup; and settles what was cut off in erasing.
    ///
    /// # Errors
    /// Of recording, where nothing could be; [`DetailsError::Vault`] as [`apart`], [`Vault::open`]
    /// and [`Vault::make`] say; [`DetailsError::VaultAway`].
    pub fn open_vault(
        &self,
        ledger_dir: &Path,
        vault_dir: &Path,
        new: NewVault,
    ) -> Result<(Vault, Vec<SettledErasure>), DetailsError> {
        self.ready_to_record(1)?;
        apart(ledger_dir, vault_dir)?;
        outside_of_any(vault_dir)?;
        let there = Vault::is_in(vault_dir)?;
        let makes = match new {
            NewVault::No => false,
            NewVault::First if !there && !self.details.0.is_empty() => {
                return Err(DetailsError::VaultAway { path: vault_dir.to_path_buf() });
            }
            NewVault::First | NewVault::Another => !there,
        };
        let make = if makes { Vault::make } else { Vault::open };
        let mut vault = make(vault_dir, self.id())?;
        let settled = self.settle_erasures(&mut vault)?;
        Ok((vault, settled))
    }

    fn settle_erasures(&self, vault: &mut Vault) -> Result<Vec<SettledErasure>, DetailsError> {
        let mut settled = Vec::new();
        for sought in vault.begun()? {
            let subject = sought.id;
            let recorded = match self.details.0.get(&subject.0) {
                Some(Standing::Erased(position)) => Some(*position),
                Some(Standing::Put(_)) | None => None,
            };
            match recorded {
                Some(position) => vault.destroy(sought, position)?,
                None => vault.give_up_erasing(subject)?,
            }
            settled.push(SettledErasure { subject, recorded });
        }
        Ok(settled)
    }

    /// Records a denial where a role may not do what is asked.
    ///
    /// # Errors
    /// [`DetailsError::Denied`]; those of [`Ledger::submit`] where the denial could not be recorded.
    pub fn may_access(&mut self, access: Access, by: &Acting) -> Result<(), DetailsError> {
        steps::may(self, access, by)
    }

    /// Puts somebody's details into the vault, in the place of those that are there. `again` says
    /// that a person whose details were erased gave them anew.
    ///
    /// # Errors
    /// [`DetailsError::Denied`]; [`DetailsError::Erased`] unless `again`; those of recording;
    /// [`DetailsError::Unfinished`] with those of [`Vault::put`].
    pub fn put_details(
        &mut self,
        vault: &mut Vault,
        subject: &Subject,
        contents: &Contents,
        again: bool,
        by: &Acting,
    ) -> Result<PutDetails, DetailsError> {
        steps::put(self, vault, (subject, contents), again, by)
    }

    /// Somebody's details, to be shown: that they were is recorded by then.
    ///
    /// # Errors
    /// [`DetailsError::Denied`]; [`DetailsError::Erased`]; those of [`Vault::show`];
    /// [`DetailsError::NothingHeld`]; those of recording. None of them but the first leaves an event.
    pub fn show_details(
        &mut self,
        vault: &mut Vault,
        subject: &Subject,
        by: &Acting,
    ) -> Result<ShownDetails, DetailsError> {
        steps::show(self, vault, subject, by)
    }

    /// Erases somebody's details for good: marked, recorded, then destroyed. Erased details are not
    /// recorded again; what was put back of them from a copy is destroyed.
    ///
    /// # Errors
    /// [`DetailsError::Denied`]; [`DetailsError::NothingHeld`]; those of recording;
    /// [`DetailsError::Unfinished`] with those of [`Vault::destroy`], and whoever opens the vault next
    /// goes on.
    pub fn erase_details(
        &mut self,
        vault: &mut Vault,
        subject: &Subject,
        by: &Acting,
    ) -> Result<ErasedDetails, DetailsError> {
        steps::erase(self, vault, subject, by)
    }

    /// Every access to somebody's details that the log records, in order. Denials name nobody's
    /// details and are not among them.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`].
    pub fn accesses(&self, subject: &Subject) -> Result<Vec<VaultAccess>, Error> {
        self.press().accesses(subject)
    }

    /// The day it is by the ledger's own clock: of a simulated one, that of the last event.
    #[must_use]
    pub fn day_of_its_clock(&self) -> Day {
        self.press().day_of_its_clock()
    }
}

impl Press<'_> {
    /// As [`Ledger::accesses`] says.
    pub(crate) fn accesses(&self, subject: &Subject) -> Result<Vec<VaultAccess>, Error> {
        let wanted = subject.id(self.id()).0;
        let mut found = Vec::new();
        walk(self.log(), |position, envelope, bytes| {
            if envelope.kind == EventKind::Exported {
                found.extend(told_access(&decoded(position, bytes)?, wanted, self.names())?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// As [`Ledger::day_of_its_clock`] says.
    pub(crate) fn day_of_its_clock(&self) -> Day {
        if self.is_simulated() { self.reading.last_instant.day() } else { crate::keys::today() }
    }
}

/// Whether an event may be an access to the details of this digest; its names tell.
#[cfg(feature = "service")]
pub(crate) fn is_of(recorded: &Recorded, wanted: [u8; 32]) -> bool {
    let Event::Exported(exported) = &recorded.event else { return false };
    exported.digest == wanted
}

/// The access to the details of this digest that an event records, if it is one.
pub(crate) fn told_access(
    recorded: &Recorded,
    wanted: [u8; 32],
    names: &Names,
) -> Result<Option<VaultAccess>, Error> {
    let access = access_of(recorded, names);
    let Some((access, _, fields)) = access.filter(|(_, of, _)| *of == wanted) else {
        return Ok(None);
    };
    let actor = names.actor(recorded.envelope.actor).cloned();
    Ok(Some(VaultAccess {
        position: recorded.position,
        recorded_at: recorded.recorded_at,
        access,
        actor: actor.ok_or(Error::Bug("an actor has no name"))?,
        role: recorded.envelope.role,
        fields,
    }))
}

impl Books for Ledger {
    type Error = DetailsError;

    fn id(&self) -> LedgerId {
        Ledger::id(self)
    }

    fn ready(&mut self) -> Result<(), DetailsError> {
        Ok(self.ready_to_record(1).map(drop)?)
    }

    fn standing(&mut self, id: SubjectId) -> Result<Option<Standing>, DetailsError> {
        Ok(self.details.of(id))
    }

    fn position(&self) -> Position {
        Ledger::position(self)
    }

    fn record(&mut self, act: Act, by: &Acting) -> Result<Position, DetailsError> {
        let command = access_command(act, by, self.day_of_its_clock())?;
        Ok(self.submit(&command)?.position)
    }
}

/// A command under an id of its own.
pub(crate) fn access_command(act: Act, by: &Acting, day: Day) -> Result<Command, Error> {
    let mut id = [0_u8; 16];
    getrandom::fill(&mut id).map_err(|_| Error::NoRandomness)?;
    Ok(Command {
        id: CommandId::derived(id),
        actor: by.actor.clone(),
        role: by.role,
        effective_day: day,
        authority: by.authority.clone(),
        aliases: Vec::new(),
        signed: None,
        act,
    })
}

fn word(access: Access) -> Result<Word, Error> {
    Word::new(access.word()).map_err(|_| Error::Bug("the word of an access is none"))
}

/// Makes sure that a vault lies in no ledger and no backup, whosever.
fn outside_of_any(vault_dir: &Path) -> Result<(), VaultError> {
    let named = |path: &Path| {
        if path.as_os_str().is_empty() { Path::new(".") } else { path }.canonicalize()
    };
    let there = vault_dir.ancestors().find_map(|path| named(path).ok());
    for path in there.iter().flat_map(|there| there.ancestors()) {
        let has = |name: &str| path.join(name).exists();
        if has("pages") && has("anchor") || has("files") && has("note") {
            let (path, ledger) = (vault_dir.to_path_buf(), path.to_path_buf());
            return Err(VaultError::InsideLedger { path, ledger });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
