//! Replays a ledger or a backup to its balances on an allocator that counts, and says what it held.
//!
//! `replay-heap DIR` prints two numbers: events, and bytes of heap at the peak of opening the log and
//! replaying it, the store's among them. `replay-heap --stored DIR` prints bytes of heap at the peak of
//! opening a log of any records and reading it through, which is what the store takes, its cache first of
//! all. Each is asked of a process of its own: a store that was closed leaves some of it.
//!
//! # Not here
//! Time: counting takes some. The benchmark `scale` times the same replay.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{path::Path, process::ExitCode};

use bahi::Books;
use bahi_log::{Fault, Log, Options};
use cap::Cap;

#[cfg(feature = "allocator")]
#[global_allocator]
static HEAP: Cap<mimalloc::MiMalloc> = Cap::new(mimalloc::MiMalloc, usize::MAX);

#[cfg(not(feature = "allocator"))]
#[global_allocator]
static HEAP: Cap<std::alloc::System> = Cap::new(std::alloc::System, usize::MAX);

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let (dir, only_stored) = match &arguments[..] {
        [dir] => (Path::new(dir), false),
        [asked, dir] if asked == "--stored" => (Path::new(dir), true),
        _ => {
            eprintln!("replay-heap [--stored] DIR");
            return ExitCode::from(2);
        }
    };
    if only_stored {
        return match read_through(dir) {
            Ok(()) => {
                println!("{}", HEAP.max_allocated());
                ExitCode::SUCCESS
            }
            Err(fault) => {
                eprintln!("{fault}");
                ExitCode::from(3)
            }
        };
    }
    match Books::open_from_log(dir, &mut |_| {}) {
        Ok(books) => {
            println!("{} {}", books.position(), HEAP.max_allocated());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

/// Reads every page of a log, and makes nothing of any.
fn read_through(dir: &Path) -> Result<(), Fault> {
    let log = match Log::open(dir, Options::default()) {
        Err(Fault::NotALedger { .. }) => Log::open_backup(dir),
        other => other,
    }?;
    log.pages(0).try_for_each(|page| page.map(drop))
}
