//! What a bank wrote beside the lines of a statement, into the vault.
//!
//! # Invariants
//! * That it is kept is recorded, with how many lines it is of, before the first of it is sealed; whoever
//!   adds the file again goes on where that ended.
//! * What was erased, line by line or of the whole statement, is not kept again.

use std::error::Error as StdError;

use bahi_core::{Act, Command, Day, LineReference, Position, Word};
use bahi_recon::Secret;
use bahi_vault::{Access, Contents, LINES_A_FILE, Subject, Vault};

use super::{
    add::{AddError, AddOptions, command, record},
    bench::Bench,
};
use crate::{Error, details::Standing};

/// The number of a line, and what is written beside it.
pub(super) type Texts = (u32, Contents);

/// What is to be kept of a statement.
pub(super) struct Kept {
    pub(super) statement: Position,
    pub(super) part: u16,
    pub(super) day: Day,
    pub(super) texts: Vec<Texts>,
    /// Whose account it is of.
    pub(super) account: Option<Secret>,
}

/// Keeps it; gives of how many lines, and how many events that took.
pub(super) fn keep<B: Bench>(
    bench: &mut B,
    vault: &mut Vault,
    own: Kept,
    file: [u8; 32],
    options: &AddOptions,
) -> Result<(u32, u64), AddError<B::Failed>>
where
    B::Failed: StdError + 'static,
{
    let ledger = vault.ledger();
    let (statement, whole) = (own.statement, Subject::Lines(own.statement));
    let numbers: Vec<u32> = own.texts.iter().map(|(number, _)| *number).collect();
    let line = move |line: u32| Subject::Line(LineReference { statement, line }).id(ledger);
    let id = whole.id(ledger);
    let erased = bench.ask(move |ledger| {
        let is = |standing| matches!(standing, Some(Standing::Erased(_)));
        let lines = numbers.iter().copied().filter(|number| is(ledger.details.of(line(*number))));
        (is(ledger.details.of(id)), lines.collect::<Vec<u32>>())
    });
    let (all_erased, mut gone) = erased.map_err(AddError::Failed)?;
    // A ledger restored from a backup older than the erasure is told of it by the vault.
    if all_erased || vault.erased_at(id).map_err(AddError::Vault)?.is_some() {
        return Ok((0, 0));
    }
    for (number, _) in &own.texts {
        if vault.erased_at(line(*number)).map_err(AddError::Vault)?.is_some() {
            gone.push(*number);
        }
    }
    gone.sort_unstable();
    gone.dedup();
    let mut texts = own.texts;
    // Told by the file alone, so that the same file again says the same.
    let told = u32::try_from(texts.len()).map_err(|_| AddError::TooMany)?;
    texts.retain(|(number, _)| gone.binary_search(number).is_err());
    let count = told - u32::try_from(gone.len()).map_err(|_| AddError::TooMany)?;
    let noted = note(own.part, own.day, (file, id.0, statement, told), options);
    let receipts = record(bench, vec![noted.map_err(|error| AddError::Failed(error.into()))?])?;
    let events = receipts.iter().filter(|receipt| !receipt.repeated).count() as u64;
    if let Some(account) = own.account.filter(|_| !texts.is_empty()) {
        let mut contents = Contents::default();
        drop(contents.add_told("account_number", account.reveal()));
        if !contents.is_empty() && !vault.holds(id).map_err(AddError::Vault)?.sealed {
            vault.put(id, &contents).map_err(AddError::Vault)?;
        }
    }
    put(vault, statement, texts).map_err(AddError::Vault)?;
    Ok((count, events))
}

/// Seals the texts, as many lines as share their files at a time.
fn put(
    vault: &mut Vault,
    statement: Position,
    texts: Vec<Texts>,
) -> Result<(), bahi_vault::VaultError> {
    let Some((last, _)) = texts.last() else { return Ok(()) };
    let pieces = (*last - 1) / LINES_A_FILE;
    let mut texts = texts.into_iter().peekable();
    for piece in 0..=pieces {
        let mut lines = Vec::new();
        while let Some(next) = texts.next_if(|(number, _)| (number - 1) / LINES_A_FILE == piece) {
            lines.push(next);
        }
        vault.keep_lines(statement, piece, &lines)?;
    }
    Ok(())
}

/// The event that says so, under an id that follows from the file.
fn note(
    part: u16,
    day: Day,
    (file, digest, statement, rows): ([u8; 32], [u8; 32], Position, u32),
    options: &AddOptions,
) -> Result<Command, Error> {
    let what =
        Word::new(Access::Keep.word()).map_err(|_| Error::Bug("the word of an access is none"))?;
    let act = Act::NoteExport { what, upto: statement, rows: rows.into(), digest };
    let id = [&b"kept\0"[..], &file, &part.to_be_bytes()].concat();
    Ok(command(act, day, &options.actor, &id))
}
