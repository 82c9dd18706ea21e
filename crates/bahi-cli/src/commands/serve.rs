//! `bahi serve`: the ledger over HTTP.

use bahi::{Error, Fault};
use bahi_server::{Journal, Limits, Paying, Running, TokenFile, Tokens, now};
use serde_json::json;

use crate::{
    Streams,
    arguments::{Format, Global, Serve},
    commands::{count, details::vault_dir, payments::payer},
    open::open_to_write,
    status::{Failure, Status},
};

pub(super) fn run(
    asked: &Serve,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let dir = global.dir();
    // What is wrong with a file is said before a long log is read.
    let tokens = match &asked.tokens {
        Some(path) => Some(Tokens::open(TokenFile::at(path, &dir)?, now)?),
        None => None,
    };
    if let Some(key) = &asked.key {
        bahi::signing::read(key, &dir)?;
    }
    let payments = match &asked.payer {
        Some(path) => {
            let (payer, vault) = (payer(path)?, vault_dir(global)?);
            Some(Paying { ledger: dir.clone(), vault, payer })
        }
        None => None,
    };
    let journal = match &asked.log {
        Some(path) => Journal::in_file(path).map_err(|error| {
            Failure::misuse(format!("{} cannot be written: {error}", path.display()))
        })?,
        None => Journal::silent(),
    };
    let ledger = open_to_write(global, true, streams)?;
    if ledger.is_for_reading() {
        return Err(Error::Fault(Fault::ForReading).into());
    }
    let with_tokens = tokens.is_some();
    let scheme = if asked.tls_cert.is_some() { "https" } else { "http" };
    let running = Running {
        address: asked.listen,
        tokens,
        signing: asked.key.clone().map(|key| (key, dir)),
        payments,
        tls: asked.tls_cert.clone().zip(asked.tls_key.clone()),
        limits: Limits::default(),
        journal,
    };
    let (format, out) = (global.format, &mut *streams.out);
    let mut said = Ok(());
    let ledger = bahi_server::run(ledger, running, |address, state| {
        let (url, position) =
            (format!("{scheme}://{address}"), state.service().snapshot().position());
        said = match format {
            Format::Json | Format::Jsonl => {
                let line = json!({ "listening": url, "ledger": state.name().as_str(),
                    "position": position.0, "tokens": with_tokens });
                writeln!(out, "{line}")
            }
            Format::Csv | Format::Table => {
                let who =
                    if with_tokens { "whoever has a token" } else { "everybody on this machine" };
                let (name, position) = (state.name(), count(position.0));
                writeln!(out, "{name} at position {position} answers {who} at {url}")
            }
        }
        .and_then(|()| out.flush());
    })?;
    said?;
    drop(ledger);
    Ok(Status::Done)
}
