//! The steps of putting in, showing and erasing, for whoever records: a ledger, or its service.
//!
//! # Invariants
//! * Between the event and what it speaks of nothing else is done.
//! * Nobody else works on the vault meanwhile: it is borrowed for as long as the steps take.

use bahi_core::{Act, LedgerId, Position};
use bahi_vault::{Access, Contents, Sought, Subject, SubjectId, Vault, VaultError};

use super::{DetailsError, ErasedDetails, PutDetails, ShownDetails, Standing, word};
use crate::{Acting, Error};

/// Where accesses are recorded, and what is known of earlier ones.
pub(crate) trait Books {
    /// Why something could not be recorded, or was not done.
    type Error: From<DetailsError>;

    /// The ledger.
    fn id(&self) -> LedgerId;

    /// Whether anything can be recorded.
    fn ready(&mut self) -> Result<(), Self::Error>;

    /// What the log says last of a subject's details.
    fn standing(&mut self, id: SubjectId) -> Result<Option<Standing>, Self::Error>;

    /// The last position.
    fn position(&self) -> Position;

    /// Records what was done, on the day it is by the ledger's clock, and says where.
    fn record(&mut self, act: Act, by: &Acting) -> Result<Position, Self::Error>;
}

/// The vault's error as the books'.
fn vault<B: Books>(error: VaultError) -> B::Error {
    DetailsError::Vault(error).into()
}

fn unfinished<B: Books>(position: Position) -> impl FnOnce(VaultError) -> B::Error {
    move |source| DetailsError::Unfinished { position, source }.into()
}

/// Records a denial where a role may not do what is asked.
pub(crate) fn may<B: Books>(books: &mut B, access: Access, by: &Acting) -> Result<(), B::Error> {
    if access.is_for(by.role) {
        return Ok(());
    }
    let what = word(access).map_err(said)?;
    let position = books.record(Act::DenyAccess { what, count: 1 }, by)?;
    Err(DetailsError::Denied { access, role: by.role, position }.into())
}

fn said(error: Error) -> DetailsError {
    error.into()
}

pub(crate) fn put<B: Books>(
    books: &mut B,
    held: &mut Vault,
    (subject, contents): (&Subject, &Contents),
    again: bool,
    by: &Acting,
) -> Result<PutDetails, B::Error> {
    let sought = begin(books, Access::Put, held, subject, by)?;
    let id = sought.id;
    if let Some(position) = erased(books, held, subject)? {
        let left = held.holds(sought).map_err(vault::<B>)?.anything();
        if !again {
            return Err(DetailsError::Erased { position, left }.into());
        }
        // What is left was erased, so nothing new is sealed under it.
        held.destroy(sought, position).map_err(vault::<B>)?;
    }
    let replaced = held.holds(id).map_err(vault::<B>)?.sealed;
    let position = note(books, Access::Put, id, contents.len() as u64, by)?;
    held.put(id, contents)
        .and_then(|()| held.forget_erased(id))
        .map_err(unfinished::<B>(position))?;
    Ok(PutDetails { position, replaced })
}

pub(crate) fn show<B: Books>(
    books: &mut B,
    held: &mut Vault,
    subject: &Subject,
    by: &Acting,
) -> Result<ShownDetails, B::Error> {
    let sought = begin(books, Access::Show, held, subject, by)?;
    if let Some(position) = erased(books, held, subject)? {
        let left = held.holds(sought).map_err(vault::<B>)?.anything();
        return Err(DetailsError::Erased { position, left }.into());
    }
    let nothing = || DetailsError::NothingHeld { subject: subject.to_string() };
    let contents = held.show(sought).map_err(vault::<B>)?.ok_or_else(nothing)?;
    let position = note(books, Access::Show, sought.id, contents.len() as u64, by)?;
    Ok(ShownDetails { position, contents })
}

pub(crate) fn erase<B: Books>(
    books: &mut B,
    held: &mut Vault,
    subject: &Subject,
    by: &Acting,
) -> Result<ErasedDetails, B::Error> {
    let sought = begin(books, Access::Erase, held, subject, by)?;
    let id = sought.id;
    let standing = books.standing(id)?;
    if let Some(Standing::Erased(position)) = standing {
        held.destroy(sought, position).map_err(vault::<B>)?;
        return Ok(ErasedDetails { position, before: true });
    }
    let known = standing.is_some() || held.erased_at(id).map_err(vault::<B>)?.is_some();
    if !known && !held.holds(sought).map_err(vault::<B>)?.anything() {
        return Err(DetailsError::NothingHeld { subject: subject.to_string() }.into());
    }
    held.begin_erasing(sought).map_err(vault::<B>)?;
    let position = note(books, Access::Erase, id, 0, by)?;
    held.destroy(sought, position).map_err(unfinished::<B>(position))?;
    Ok(ErasedDetails { position, before: false })
}

/// What comes before every access: somebody who may, a ledger that records, its own vault.
fn begin<B: Books>(
    books: &mut B,
    access: Access,
    held: &Vault,
    subject: &Subject,
    by: &Acting,
) -> Result<Sought, B::Error> {
    may(books, access, by)?;
    books.ready()?;
    if held.ledger() != books.id() {
        let path = held.dir().to_path_buf();
        return Err(vault::<B>(VaultError::OtherLedger { path }));
    }
    Ok(subject.sought(books.id()))
}

/// Where a subject's details were erased, by themselves or with all lines of their statement, unless
/// they were put in anew since. A ledger that was restored from a backup older than that is told by
/// the vault.
pub(crate) fn erased<B: Books>(
    books: &mut B,
    held: &Vault,
    subject: &Subject,
) -> Result<Option<Position>, B::Error> {
    let mut put = Position::NONE;
    for of in std::iter::once(subject.clone()).chain(subject.whole()) {
        let id = of.id(books.id());
        match books.standing(id)? {
            Some(Standing::Erased(position)) if position > put => return Ok(Some(position)),
            Some(Standing::Put(position)) if of == *subject => put = position,
            Some(Standing::Erased(_) | Standing::Put(_)) | None => {}
        }
        let erased = held.erased_at(id).map_err(vault::<B>)?.filter(|erased| *erased > put);
        if erased.is_some() {
            return Ok(erased);
        }
    }
    Ok(None)
}

/// Records an access.
pub(super) fn note<B: Books>(
    books: &mut B,
    access: Access,
    id: SubjectId,
    rows: u64,
    by: &Acting,
) -> Result<Position, B::Error> {
    let what = word(access).map_err(said)?;
    let upto = books.position();
    books.record(Act::NoteExport { what, upto, rows, digest: id.0 }, by)
}
