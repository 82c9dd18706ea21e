//! Lines that are signed before they are submitted: by whose key, and for which ledger.
//!
//! # Invariants
//! * A line is signed as it was read, without its ending; one that is signed already is left alone.

use std::path::Path;

use bahi::{
    Ledger, LedgerName, SignCommandError,
    core::{Command, LedgerId},
    json::Malformed,
    parse_command,
    proof::SigningKey,
    sign_command, signing,
};

use crate::{arguments::Global, server::Client, status::Failure};

/// The key of a file.
pub(super) fn key(path: &Path, global: &Global) -> Result<SigningKey, Failure> {
    Ok(signing::read(path, &global.dir())?.signing)
}

/// A key, and the ledger for which it signs.
pub(super) struct Signer {
    key: SigningKey,
    name: LedgerName,
    id: LedgerId,
}

impl Signer {
    /// For a ledger here.
    pub(super) fn here(key: SigningKey, ledger: &Ledger) -> Signer {
        Signer { key, name: ledger.name().clone(), id: ledger.id() }
    }

    /// For the ledger that a service says it keeps.
    pub(super) fn there(key: SigningKey, client: &Client) -> Result<Signer, Failure> {
        let about = client.about()?;
        let (name, id) =
            about.identity().ok_or_else(|| client.other(&"a ledger's name or id that is none"))?;
        Ok(Signer { key, name, id })
    }

    /// The command of a line, signed.
    pub(super) fn sign(&self, line: &[u8]) -> Result<Command, Malformed> {
        let command = parse_command(line)?;
        let Ok(text) = std::str::from_utf8(line) else { return Ok(command) };
        if command.signed.is_some() {
            return Ok(command);
        }
        sign_command(text, &self.key, &self.name, self.id).map_err(|error| match error {
            SignCommandError::Malformed(malformed) => malformed,
            SignCommandError::NotToBeSigned { limit } => Malformed {
                column: limit + 1,
                what: format!("a line that is signed has at most {limit} bytes"),
            },
        })
    }
}
