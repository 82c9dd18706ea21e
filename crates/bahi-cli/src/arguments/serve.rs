//! The arguments of serving a ledger over HTTP, and of the tokens by which it is asked.

use std::{net::SocketAddr, path::PathBuf};

use bahi_core::{ActorName, Day, District, Role, SchemeName};
use bahi_server::TokenId;
use clap::{Args, Subcommand};

use super::{district, proofs::role};

/// Serve the ledger over HTTP, until the process is asked to end
///
/// Takes commands, answers balances, trails, events, findings, exports and proofs, and streams events
/// as they come. Says where it listens once it does. On SIGTERM or SIGINT it takes nothing more, ends
/// what is under way, and closes the ledger: nothing that was acknowledged is lost.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Without --tokens everybody who reaches the address may ask everything, \
    so that it listens on this machine alone. docs/SERVICE.md has the routes and who may what.\n\n\
    Example:\n  bahi serve --ledger up-odop\n  \
    bahi serve --ledger up-odop --listen 10.0.0.5:8443 --tokens /safe/up-odop.tokens \
    --key /safe/up-odop.key --tls-cert cert.pem --tls-key key.pem"
)]
pub(crate) struct Serve {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8210")]
    pub(crate) listen: SocketAddr,
    /// The file of tokens, outside the ledger and readable by its owner alone
    #[arg(long, value_name = "FILE", env = "BAHI_TOKENS", hide_env_values = true)]
    pub(crate) tokens: Option<PathBuf>,
    /// The file of the ledger's private key, for checkpoints and proofs
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: Option<PathBuf>,
    /// Who pays: a description in TOML. With it, the vault and the fingerprint keys, the drawing officer is
    /// given payment files
    #[arg(long, value_name = "FILE")]
    pub(crate) payer: Option<PathBuf>,
    /// The certificate and those it rests on, in PEM, for TLS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// The operational log, added to: JSON lines with nobody's data; at most 64 MiB with its .old
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

/// Make, list and revoke the tokens by which a service is asked
#[derive(Args, Debug)]
#[command(
    after_long_help = "A service that runs believes a new token, and no longer a revoked one, \
    from the next request on.\n\n\
    Example:\n  bahi token new --tokens /safe/up-odop.tokens --actor dic-vns \
    --role district_office --district Varanasi --days 90"
)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) of: TokenOf,
}

/// What is to become of tokens.
#[derive(Subcommand, Debug)]
pub(crate) enum TokenOf {
    New(TokenNew),
    List(TokenList),
    Revoke(TokenRevoke),
}

/// A file of tokens.
#[derive(Args, Debug)]
pub(crate) struct TokensFile {
    /// The file of tokens, outside the ledger; made where there is none
    #[arg(long, value_name = "FILE", env = "BAHI_TOKENS", hide_env_values = true)]
    pub(crate) tokens: PathBuf,
}

/// Make a token, and show it this once
///
/// The file keeps its SHA-256. Whoever has the token acts as the actor in the role, and as nobody
/// else.
#[derive(Args, Debug)]
pub(crate) struct TokenNew {
    #[command(flatten)]
    pub(crate) file: TokensFile,
    /// Who acts: an office or a job
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// As what: finance, district_office, sanctioning_authority, drawing_officer, treasury_job,
    /// auditor, administrator
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub(crate) role: Role,
    /// One scheme alone
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new)]
    pub(crate) scheme: Option<SchemeName>,
    /// One district alone: its code or its name
    #[arg(long, value_name = "DISTRICT", value_parser = district)]
    pub(crate) district: Option<District>,
    /// How many days it is valid
    #[arg(long, value_name = "N", default_value_t = 90, conflicts_with = "until",
        value_parser = clap::value_parser!(u16).range(1..=3_660))]
    pub(crate) days: u16,
    /// The last day on which it is valid
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) until: Option<Day>,
}

/// List the tokens of a file, without their secrets, which it has not
#[derive(Args, Debug)]
pub(crate) struct TokenList {
    #[command(flatten)]
    pub(crate) file: TokensFile,
}

/// Revoke a token by its id; it stays in the list
#[derive(Args, Debug)]
pub(crate) struct TokenRevoke {
    /// The id, as list shows it
    #[arg(value_name = "ID", value_parser = token_id)]
    pub(crate) id: TokenId,
    #[command(flatten)]
    pub(crate) file: TokensFile,
}

fn token_id(text: &str) -> Result<TokenId, &'static str> {
    TokenId::parse(text).ok_or("an id is 16 lower-case hex digits; bahi token list shows them")
}
