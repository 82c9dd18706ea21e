//! The arguments of fingerprint keys and of the vault.

use std::path::PathBuf;

use bahi_core::{ActorName, Authority, Day, OrderNumber, Role};
use clap::{Args, Subcommand};

use super::proofs::role;

/// Keep personal details apart from the ledger, and the keys that make fingerprints of numbers
///
/// Details lie in a directory of their own, sealed under one key for each person. Whoever puts
/// them in, sees them or erases them is an event of the ledger, and so is whoever may not.
#[derive(Args, Debug)]
#[command(after_long_help = "Who may: put is for district_office and administrator; show for \
    district_office, sanctioning_authority, drawing_officer, auditor and administrator; erase for \
    administrator. The role is what the caller says; the files are their owner's alone.\n\n\
    Example:\n  bahi vault keys new --keys ~/up-odop.keys\n  \
    bahi vault put 0123456789abcdef0123456789abcdef --vault /safe/up-odop.vault --actor dic-vns \
    --role district_office < details.json")]
pub(crate) struct Vault {
    #[command(subcommand)]
    pub(crate) of: VaultOf,
}

/// What the vault keeps.
#[derive(Subcommand, Debug)]
pub(crate) enum VaultOf {
    Put(Put),
    Show(Show),
    Erase(Erase),
    Accesses(Accesses),
    Keys(Keys),
}

/// Whose details.
#[derive(Args, Debug)]
pub(crate) struct Whose {
    /// A person's key in the ledger, 32 hex digits, after 2: where fingerprint key 2 made it; or a
    /// reference such as a case's. Never a name or a number of the person's
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,
}

/// Who asks for details.
#[derive(Args, Debug)]
pub(crate) struct Asking {
    /// Who acts, as an identifier
    #[arg(long, value_name = "NAME", value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
    /// As what: district_office, auditor, administrator and so on
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub(crate) role: Role,
    /// The number of the order it rests on
    #[arg(long, value_name = "NUMBER", value_parser = OrderNumber::new, requires = "order_date")]
    pub(crate) order: Option<OrderNumber>,
    /// The day of that order
    #[arg(long, value_name = "DAY", value_parser = Day::parse, requires = "order")]
    pub(crate) order_date: Option<Day>,
}

impl Asking {
    /// The same for the ledger.
    pub(crate) fn acting(&self) -> bahi::Acting {
        let order = self.order.clone().zip(self.order_date);
        let authority = order.map(|(order, date)| Authority { order, date, paragraph: None });
        bahi::Acting { actor: self.actor.clone(), role: self.role, authority }
    }
}

/// Put in somebody's details, all of them, in the place of those that are there
///
/// They come as one JSON object of names with texts, from a file or standard input and never from
/// the command line, which a shell remembers: {"name":"…","address":"…","mobile":"…"}. At most 64
/// names of small letters, digits and _, each text at most 1,024 bytes. A text that looks like an
/// Aadhaar number is refused.
#[derive(Args, Debug)]
#[command(after_long_help = "The first details make the vault. The file they came from is still \
    there afterwards: destroy it.\n\n\
    Example:\n  bahi vault put 0123456789abcdef0123456789abcdef details.json \
    --vault /safe/up-odop.vault --actor dic-vns --role district_office")]
pub(crate) struct Put {
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// The file; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) by: Asking,
    /// The details were erased, and the person gave them anew
    #[arg(long)]
    pub(crate) again: bool,
    /// Make a vault although the ledger had one, which is lost
    #[arg(long)]
    pub(crate) new: bool,
}

/// Show somebody's details; that they were shown is in the ledger before they are
#[derive(Args, Debug)]
#[command(
    after_long_help = "Exit status: 1 where there are none, where they were erased, and for a \
    role that may not.\n\n\
    Example:\n  bahi vault show 0123456789abcdef0123456789abcdef --vault /safe/up-odop.vault \
    --actor ag-7 --role auditor"
)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) whose: Whose,
    #[command(flatten)]
    pub(crate) by: Asking,
}

/// Erase somebody's details for good, by destroying the key they are sealed under
///
/// Every event, proof and balance stays as it is, and so does the pseudonym by which the ledger
/// knows the person: a fingerprint, which whoever has the fingerprint keys can make again from the
/// person's number. Copies of the key and printed details are not in reach of any program.
#[derive(Args, Debug)]
#[command(after_long_help = "Cut off in the middle, it is completed by whoever opens the vault \
    next, if the ledger recorded it, and otherwise given up. Twice is once.\n\n\
    Example:\n  bahi vault erase 0123456789abcdef0123456789abcdef --vault /safe/up-odop.vault \
    --actor records --role administrator")]
pub(crate) struct Erase {
    #[command(flatten)]
    pub(crate) whose: Whose,
    #[command(flatten)]
    pub(crate) by: Asking,
}

/// List who put in, saw or erased somebody's details, from the ledger alone
#[derive(Args, Debug)]
#[command(after_long_help = "Denials are in bahi events --kind AccessDenied.\n\n\
    Example:\n  bahi vault accesses 0123456789abcdef0123456789abcdef")]
pub(crate) struct Accesses {
    #[command(flatten)]
    pub(crate) whose: Whose,
}

/// Make, show, rotate or destroy fingerprint keys
///
/// A ledger keeps no number of a person, a family, a body or a bank account, but a fingerprint of
/// it under a secret key. The keys lie in a file of their own, named by --keys or BAHI_KEYS, which
/// belongs outside the ledger and into a safe: with it, whoever has the ledger can tell which
/// number is whose; without it, nobody can, and no new number can be told from an old one.
#[derive(Args, Debug)]
#[command(
    after_long_help = "What becomes of a key is recorded in the ledger where one is there, with a \
    value by which the key is known and which tells nothing else, so that another file in its place \
    is refused. A ledger that is not there yet hears of its first key when it first takes something \
    with --keys. `submit` keeps a bank's reference that looks like an Aadhaar number as a \
    fingerprint, and refuses it without keys; `import` needs keys where its mapping has identifying \
    columns.\n\n\
    Example:\n  bahi vault keys new --keys /safe/up-odop.keys\n  \
    bahi vault keys rotate --keys /safe/up-odop.keys --ledger up-odop"
)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) of: KeysOf,
}

/// What is to become of keys.
#[derive(Subcommand, Debug)]
pub(crate) enum KeysOf {
    /// Make a key file with its first key
    New(ByWhom),
    /// Say which keys the file holds: numbers, days and the values they are known by, no secret
    Show,
    /// Add a key, under which fingerprints are made from then on as well; older ones stay
    Rotate(ByWhom),
    /// End an older key, and with it anybody's power to tie a number to the fingerprints it made
    Destroy(Destroy),
    /// Tell the ledger what became of the keys where it was not there to hear of it
    Record(ByWhom),
}

/// Who keeps the keys.
#[derive(Args, Debug)]
pub(crate) struct ByWhom {
    /// Who is recorded to have done it
    #[arg(long, value_name = "NAME", default_value = KEY_KEEPER, value_parser = ActorName::new)]
    pub(crate) actor: ActorName,
}

/// The end of a key.
#[derive(Args, Debug)]
pub(crate) struct Destroy {
    /// Its number, as `show` has it
    #[arg(value_name = "KEY", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) key_id: u16,
    #[command(flatten)]
    pub(crate) by: ByWhom,
}

/// Who keeps keys where nobody says.
pub(crate) const KEY_KEEPER: &str = "key-keeper";
