//! An append-only log of byte records on sled: commits, pages, an anchor, and verification.
//!
//! A log is a sequence of records, each of 0 to [`RECORD_BYTES_MAX`] bytes, at the positions 0, 1,
//! 2 and so on without a gap. Record 0 is the ledger's own and names it: the [`LedgerId`] is the
//! head of its leaf hash. Records are appended by [`Log::commit`], some at a time, and are never
//! changed or removed. An RFC 6962 tree over their exact bytes gives every size of the log a root.
//!
//! # Promises
//!
//! * [`Log::commit`] MUST NOT return `Ok` before every record of the commit survives a power cut.
//! * A commit MUST be kept whole or not at all. One that was cut off MUST be gone when the log is
//!   next opened, unless all of it was stored: then it MUST be there, acknowledged or not.
//! * A log whose store holds less than was acknowledged MUST NOT open.
//! * Damage MUST be a [`Fault`] or a failed [`Pass`]. It MUST NOT be a panic, and MUST NOT be fewer
//!   records without a word.
//! * After a failed sync a log MUST NOT take another commit: what the system lost it may report
//!   as written the next time it is asked.
//! * Nothing MUST be written to a directory that is not a ledger, and nothing by [`examine`].
//! * Every key of the store and every file of the directory MUST be accounted for by
//!   [`Log::verify`].
//! * Only one log MUST be open on a ledger at a time.
//!
//! What is not promised: a copy of the *whole* directory as it was earlier cannot be told from the
//! ledger itself. That takes a root kept elsewhere, and [`Log::prove_consistency`].
//!
//! # The directory
//!
//! ```text
//! pages/    the store: sled, segments of 4 MiB
//!   conf      sled's configuration
//!   db        sled's data
//!   blobs/    always empty: nothing is large enough to go there
//!   snap.*    sled's snapshots, which it can do without
//! anchor    the head: size and root of what is acknowledged
//! lock      held while the ledger is open; the number of the process that holds it
//! folds/    perhaps: what can be made again from the pages, and no part of the log
//! ```
//!
//! The store has two kinds of keys. A page is kept under the position of its first record, 8 bytes,
//! big-endian. A hash of the tree is kept under 0xff, its level (8, 16 or 24), and its index, 8
//! bytes, big-endian; its value is the 32 bytes over 2^level leaves. Leaf hashes are not kept.
//!
//! # A page
//!
//! Integers are little-endian. A page has at most [`PAGE_BYTES_MAX`] bytes and
//! [`PAGE_RECORDS_MAX`] records, all of one commit, and never crosses a multiple of
//! [`PAGE_RECORDS_MAX`].
//!
//! ```text
//!  at  bytes
//!   0    4   "BHPG"
//!   4    2   form version
//!   6    1   1 if it is the last page of its commit, else 0
//!   7    1   compression of the payload: 0 none, 1 LZ4 block
//!   8   16   ledger id
//!  24    8   position of the first record, which is the size of the log before the page
//!  32    8   size of the log before the commit
//!  40    4   index of the page within the commit, from 0
//!  44    4   number of records, from 1
//!  48    4   bytes of the payload before compression
//!  52    4   bytes of the payload as stored: p
//!  56    p   payload
//! 56+p  32k  in the last page of a commit: the frontier of the tree after it, which is the hash of
//!            each of its k complete subtrees, the largest first; k is the number of one-bits in
//!            the size of the log after the commit
//!  end   4   CRC-32 (IEEE) of everything before
//! ```
//!
//! The payload is the length of every record, 2 bytes each, and then the bytes of every record; at
//! most [`RAW_BYTES_MAX`] before compression.
//!
//! # The anchor
//!
//! A file of 8192 bytes: two slots, at 0 and at 4096, written in turn. What is not a slot is zero;
//! a slot that was never written is zero. The slot with the higher sequence counts.
//!
//! ```text
//!  at  bytes
//!   0    8   "BHANCHOR"
//!   8    2   form version
//!  10    6   zero
//!  16    8   sequence, from 1
//!  24   16   ledger id
//!  40    8   size of the log
//!  48   32   root of the tree
//!  80    4   CRC-32 (IEEE) of everything before in the slot
//! ```
//!
//! # How a commit becomes durable
//!
//! Its pages are written to the store in batches of at most [`BATCH_PAGES_MAX`], each whole or not
//! at all, with the hashes of the tree they complete; for a large batch the keys of the pages are
//! written before, with empty values. A commit of at most eight pages is written one by one, hashes
//! first, which is one write to the medium instead of three. Then the store is flushed, `pages/db` synced,
//! the anchor written into its older slot, and the anchor synced. Only then does the commit return.
//! Before the first commit of a process the configuration, the directories and the directory above
//! are synced too.
//!
//! On opening, the commit that ends at the anchor is read, hashed and compared with the anchor's
//! root. Pages beyond it are synced, the store is closed, the system is told to forget what it has
//! cached of it, and it is opened again, so that they are read from the medium: whole commits are
//! then taken over and the anchor moves on; the rest is removed.
//!
//! # Backups
//!
//! [`Log::backup`] writes the pages as plain files and a note like the anchor; `docs/FORMAT.md` says
//! how anyone reads them. It adds to what is there, goes on where a run was cut short, and reads
//! back what it wrote. [`Log::open_backup`] opens one for reading, without the store and without
//! writing a byte; [`Log::restore`] makes a ledger of one. [`Log::snapshot`] is a log that stays as
//! it is while its ledger is written: back that up, verify it, or read it on another thread.
//!
//! ```
//! # use bahi_log::{Fault, Log, Options};
//! # let base = tempfile::tempdir().expect("a directory");
//! # let (backup, restored) = (base.path().join("backup"), base.path().join("restored"));
//! let mut log = Log::in_memory(b"the ledger's own record")?;
//! log.commit(&[b"first".as_slice()])?;
//! let done = log.snapshot()?.backup(&backup, &mut |_| ())?;
//! assert_eq!((done.before, done.size), (0, 2));
//! assert_eq!(&*Log::open_backup(&backup)?.record(1)?, b"first");
//! let mut log = Log::restore(&backup, &restored, Options::default(), &mut |_| ())?;
//! log.commit(&[b"second".as_slice()])?;
//! # Ok::<(), Fault>(())
//! ```
//!
//! # Damage
//!
//! [`examine`] says where a ledger or backup is damaged that does not open. [`salvage`] gives every
//! record that is intact in one and lists every position that is not, reading the files themselves;
//! [`salvage_into`] writes them to a new log. What is still proved by the tree kept with it, and
//! what has only its page's check to speak for it, is told apart.
//!
//! Opening a damaged ledger may cost what is left of it: the store clears away what it cannot read
//! before anything here can object. [`examine`] and [`salvage`] write nothing; ask them first, or
//! open a copy.
//!
//! # Not here
//!
//! What a record means.

mod anchor;
pub mod backend;
mod chain;
mod directory;
mod fault;
mod hush;
mod id;
mod layout;
mod limits;
mod log;
mod page;
mod priority;
mod salvage;
mod search;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod verify;

pub use backend::Backend;
pub use fault::{Fault, Part};
pub use id::LedgerId;
pub use layout::Packing;
pub use limits::*;
pub use log::{BackedUp, Committed, Log, Options, Pages, PagesBack};
pub use page::{Page, PageBytes, Record, Records};
pub use priority::give_way;
pub use salvage::{Missing, Salvage, Salvaged, Stretch, WhyMissing, salvage, salvage_into};
pub use verify::{Examination, Pass, Verification, examine, examine_with};

#[cfg(test)]
mod tests;
