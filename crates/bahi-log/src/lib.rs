//! An append-only log of byte records on sled: commits, pages, an anchor, and verification.

mod limits;
mod id;
mod fault;
mod page;
mod layout;
pub mod backend;
mod anchor;
mod directory;
mod hush;
mod log;
mod verify;

pub use backend::Backend;
pub use fault::{Fault, Part};
pub use id::LedgerId;
pub use limits::*;
pub use log::{Committed, Log, Options, Pages, PagesBack};
pub use page::{Page, PageBytes, Record, Records};
pub use verify::{Pass, Verification, examine};
