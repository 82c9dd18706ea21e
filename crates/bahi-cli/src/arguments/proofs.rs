//! The arguments of keys, checkpoints, certificates, proofs and tiles.

use std::path::PathBuf;

use bahi_core::{
    ActorName, Authority, Day, District, FinancialYear, HeadName, OrderNumber, Position, Role,
    SchemeName,
};
use clap::{Args, Subcommand};

use super::{district, position};

/// Make, show or replace the key that signs the ledger's checkpoints, or an actor's commands
///
/// The key lies in a file of its own, outside the ledger, that its owner alone may read. What is
/// shown is its public half: hand that to whoever is to check proofs.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi key new --key up-odop.key\n  \
    bahi key show --key up-odop.key")]
pub(crate) struct Key {
    #[command(subcommand)]
    pub(crate) of: KeyOf,
}

/// What to do with a key.
#[derive(Subcommand, Debug)]
pub(crate) enum KeyOf {
    New(KeyNew),
    Show(KeyShow),
    Rotate(KeyRotate),
    Remember(KeyRemember),
}

/// Make a key for the ledger, or for an actor, in a file that is not there yet
#[derive(Args, Debug)]
#[command(
    after_long_help = "An actor's key signs commands (bahi submit --sign) once it is set: the \
    command set_actor_key takes what bahi key show --hex prints. It is made where it is used, and \
    needs no ledger there.\n\n\
    Example:\n  bahi key new --key up-odop.key\n  bahi key new --key dm-vns.key --actor dm-vns"
)]
pub(crate) struct KeyNew {
    #[command(flatten)]
    pub(crate) file: KeyFile,
    /// The actor whose commands it is to sign
    #[arg(long, value_name = "ACTOR", value_parser = ActorName::new)]
    pub(crate) actor: Option<ActorName>,
}

/// Print the public halves of a key file: those retired, and last the one in use
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi key show --key up-odop.key > up-odop.keys\n  \
    bahi key show --key dm-vns.key --hex")]
pub(crate) struct KeyShow {
    #[command(flatten)]
    pub(crate) file: KeyFile,
    /// Print the one in use alone, in hex, as set_actor_key takes an actor's
    #[arg(long)]
    pub(crate) hex: bool,
}

/// Put a new key in the place of the one in use, whose private half is overwritten
#[derive(Args, Debug)]
#[command(after_long_help = "What the old key signed stays signed: its public half is kept, and \
    checkers need both from now on.\n\nExample:\n  bahi key rotate --key up-odop.key")]
pub(crate) struct KeyRotate {
    #[command(flatten)]
    pub(crate) file: KeyFile,
}

/// Say what the key signed last, or have it remember that again
///
/// Beside the key file K lies K.signed: the largest checkpoint that its keys signed. A ledger that
/// does not continue it, as an older copy does not, is not signed for. Carry both files together.
/// Where K.signed is lost, nothing is signed until it is put back or made again from a checkpoint.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi key remember --key up-odop.key\n  \
    bahi key remember --key up-odop.key --checkpoint 2025-03-31.note")]
pub(crate) struct KeyRemember {
    #[command(flatten)]
    pub(crate) file: KeyFile,
    /// The newest checkpoint of this key's that anybody has
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// The key never signed anything, as one that another program made
    #[arg(long, conflicts_with = "checkpoint")]
    pub(crate) signed_nothing: bool,
}

/// A file of a private key.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeyFile {
    /// The file of the private key
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: PathBuf,
}

/// Where a checkpoint or a proof goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Out {
    /// The file, which appears when it is complete; standard output without one
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// Sign what the ledger holds: a checkpoint for others to keep
///
/// A C2SP checkpoint of the ledger's tree. Keep each where the ledger's keeper cannot reach it:
/// `bahi verify --against` finds with it whether history was rewritten or shortened.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi checkpoint --key up-odop.key --out 2025-03-31.note")]
pub(crate) struct Checkpoint {
    /// The file of the ledger's private key; a service signs by its own
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: Option<PathBuf>,
    /// As it was when this position was the last
    #[arg(long, value_name = "POSITION", value_parser = position)]
    pub(crate) at: Option<Position>,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// What a proof rests on; a checkpoint goes before a key, which the environment may name.
#[derive(Args, Clone, Debug)]
#[group(multiple = true)]
pub(crate) struct Under {
    /// The file of the ledger's private key, with which a checkpoint is signed
    #[arg(long, value_name = "FILE", env = "BAHI_KEY", hide_env_values = true)]
    pub(crate) key: Option<PathBuf>,
    /// A checkpoint that was signed before, with its cosignatures
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
}

/// What is asked of a checkpoint before anything rests on it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Asks {
    /// A C2SP policy that the checkpoint must satisfy, such as that witnesses have cosigned it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// Prove that the ledger holds a record
///
/// A C2SP tlog-proof: a file by which anybody who has the record and the ledger's public key finds
/// it at its position. `bahi check-proof` checks it, and so do other programs.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi prove 42 --key up-odop.key --event 42.record \
    --out 42.tlog-proof\n  bahi check-proof 42.tlog-proof --event 42.record --key up-odop.keys")]
pub(crate) struct Prove {
    /// The record's position; 0 is the ledger's own
    #[arg(value_name = "POSITION", value_parser = position)]
    pub(crate) position: Position,
    #[command(flatten)]
    pub(crate) under: Under,
    #[command(flatten)]
    pub(crate) asks: Asks,
    /// Write the record's exact bytes to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Who certifies or seals.
#[derive(Args, Clone, Debug)]
pub(crate) struct Acting {
    /// Who acts, as an identifier
    #[arg(long, value_name = "NAME", default_value = "bahi", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// As what: finance, auditor, administrator and so on
    #[arg(long, value_name = "ROLE", default_value = "administrator", value_parser = role)]
    pub(crate) role: Role,
    /// The number of the order it rests on
    #[arg(long, value_name = "NUMBER", value_parser = OrderNumber::new, requires = "order_date")]
    pub(crate) order: Option<OrderNumber>,
    /// The day of that order
    #[arg(long, value_name = "DAY", value_parser = Day::parse, requires = "order")]
    pub(crate) order_date: Option<Day>,
}

impl Acting {
    /// The same for the ledger.
    pub(crate) fn acting(&self) -> bahi::Acting {
        let order = self.order.clone().zip(self.order_date);
        let authority = order.map(|(order, date)| Authority { order, date, paragraph: None });
        bahi::Acting { actor: self.actor.clone(), role: self.role, authority }
    }
}

/// Bind the balances as of a day into the log, so that each can be proved
///
/// One event, StateCertified, that holds the root over the balances of all funds. `bahi verify`
/// derives every certificate again.
#[derive(Args, Debug)]
#[command(
    after_long_help = "Example:\n  bahi certify --as-of 2025-03-31 --actor ag-7 --role auditor"
)]
pub(crate) struct Certify {
    /// The last effective day that counts
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) as_of: Day,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// Certify the balances as of the last day of a month, and close everything up to it
///
/// Two events in one commit. Nothing takes effect on or before that day any more; what is found
/// wrong is corrected on an open day. A seal is not broken.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi seal --until 2025-03-31")]
pub(crate) struct Seal {
    /// The last day of the period, the last of its month
    #[arg(long, value_name = "DAY", value_parser = Day::parse)]
    pub(crate) until: Day,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// Prove one certified balance, or hand out all of them
///
/// The proof of one fund shows its figures, zeros included, under the certificate and a checkpoint.
/// With --all the file holds every fund's, so that anybody adds them up.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi prove-balance --scheme margin-money --fy 2024-25 \
    --district Varanasi --head odop --key up-odop.key --out varanasi.proof\n  \
    bahi prove-balance --all --key up-odop.key --out everything.proof\n  \
    bahi check-proof everything.proof --key up-odop.keys")]
pub(crate) struct ProveBalance {
    /// The scheme
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName::new,
        required_unless_present = "all")]
    pub(crate) scheme: Option<SchemeName>,
    /// The financial year of allotment
    #[arg(long, value_name = "FY", value_parser = FinancialYear::parse,
        required_unless_present = "all")]
    pub(crate) fy: Option<FinancialYear>,
    /// The district, by code or name, or pool
    #[arg(long, value_name = "DISTRICT", value_parser = district,
        required_unless_present = "all")]
    pub(crate) district: Option<District>,
    /// The head of account; without one, the applications and audits that have no fund yet
    #[arg(long, value_name = "HEAD", value_parser = HeadName::new)]
    pub(crate) head: Option<HeadName>,
    /// All funds of the certificate
    #[arg(long, conflicts_with_all = ["scheme", "fy", "district", "head"])]
    pub(crate) all: bool,
    /// The position of the certificate; the last one without it
    #[arg(long, value_name = "POSITION", value_parser = position)]
    pub(crate) at: Option<Position>,
    #[command(flatten)]
    pub(crate) under: Under,
    #[command(flatten)]
    pub(crate) asks: Asks,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Whom to believe.
#[derive(Args, Clone, Debug)]
pub(crate) struct Trust {
    /// The log's public key, or a file of such keys, one a line; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<String>,
    /// A C2SP policy: logs, witnesses, and how many of them must have cosigned
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub(crate) policy: Option<PathBuf>,
}

/// Check a proof or a checkpoint, for which no ledger is needed
///
/// Of a record, of one certified balance, of all, or of history; of a checkpoint it says who signed
/// and cosigned it. Exit status 1 says that the file shows nothing,
/// whatever is wrong with it.
#[derive(Args, Debug)]
#[command(
    after_long_help = "The key is to come from whoever runs the ledger, and not from whoever \
    sent the proof.\n\nExample:\n  bahi check-proof 42.tlog-proof --event 42.record --key up-odop.keys"
)]
pub(crate) struct CheckProof {
    /// The proof
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The record's exact bytes; a proof of balances brings its own
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// The older checkpoint that a proof of history is to begin with
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// Write the ledger as static files that any web server can offer
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi tiles export public/ --key up-odop.key")]
pub(crate) struct Tiles {
    #[command(subcommand)]
    pub(crate) of: TilesOf,
}

/// What to do with tiles.
#[derive(Subcommand, Debug)]
pub(crate) enum TilesOf {
    Export(TilesExport),
}

/// Write what is new as C2SP tiles: hashes, records, and the checkpoint last
///
/// A directory that was written before is added to, if it is of this ledger's history.
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  bahi tiles export public/ --key up-odop.key")]
pub(crate) struct TilesExport {
    /// The directory
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) under: Under,
    #[command(flatten)]
    pub(crate) asks: Asks,
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.name() == text);
    found.ok_or_else(|| format!("the roles are {}", Role::ALL.map(Role::name).join(", ")))
}
