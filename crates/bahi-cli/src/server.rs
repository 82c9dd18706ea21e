//! A service as where a command asks: a `bahi serve` somewhere, instead of a directory here.
//!
//! # Invariants
//! * A token goes to the host that was named and to no other, by TLS or to this machine alone.
//! * Whatever is answered is read within bounds of bytes and of time, and is an error with words
//!   where it is none of what was asked.
//! * A command has its id before it is sent, so that sending it again after a lost answer changes
//!   nothing.
//!
//! # Not here
//! What a service answers: `bahi-server`. The commands: `commands`.

mod address;
mod client;
mod copy;
mod question;
mod scan;

use std::{fs::File, io::Read, path::Path};

use crate::{arguments::Global, status::Failure};

pub(crate) use client::{Client, wait_before_try};
pub(crate) use copy::{BYTES_MAX, COMMANDS_MAX, LINES, There};
pub(crate) use question::{About, Query, basis_of};

/// The variable of the environment that has a token.
const TOKEN: &str = "BAHI_TOKEN";
/// The most bytes of a file that has a token.
const TOKEN_BYTES_MAX: u64 = 4_096;
/// The most bytes of a file of certificates.
const CERTIFICATES_BYTES_MAX: u64 = 1 << 20;

impl Global {
    /// The service that is asked instead of a directory, where one is named.
    pub(crate) fn service(&self) -> Result<Option<Client>, Failure> {
        let Some(url) = &self.server else { return Ok(None) };
        let address = address::Address::parse(url).map_err(Failure::misuse)?;
        let certificates = match &self.ca {
            Some(path) => Some(read(path, CERTIFICATES_BYTES_MAX)?),
            None => None,
        };
        let token = match &self.token_file {
            Some(path) => Some(String::from_utf8_lossy(&read(path, TOKEN_BYTES_MAX)?).into_owned()),
            None => std::env::var(TOKEN).ok(),
        };
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        Client::new(address, token, certificates.as_deref()).map(Some).map_err(Failure::misuse)
    }

    /// Whether a ledger is named, wherever it is.
    pub(crate) fn names_a_ledger(&self) -> bool {
        self.ledger.is_some() || self.server.is_some()
    }
}

fn read(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let named = |what: String| Failure::misuse(format!("{}: {what}", path.display()));
    let file = File::open(path).map_err(|error| named(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(|error| named(error.to_string()))?;
    if bytes.len() as u64 > max {
        return Err(named(format!("it has more than {max} bytes; name another file")));
    }
    Ok(bytes)
}
