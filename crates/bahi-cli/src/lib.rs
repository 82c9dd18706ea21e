//! The bahi program: a subsidy ledger from the command line, as a function of its arguments.
//!
//! ```
//! let (mut out, mut err) = (Vec::new(), Vec::new());
//! let terminal = bahi_cli::Terminal::default();
//! let words = ["bahi", "districts", "Agra", "--format", "csv"].map(Into::into);
//! let status = bahi_cli::run(words, &mut std::io::empty(), &mut out, &mut err, terminal);
//! assert_eq!((status, err.is_empty()), (0, true));
//! assert!(String::from_utf8(out)?.contains("118,Agra,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! * Results go to standard output alone; an error is one line on standard error.
//! * The exit status is 0 done, 1 the answer is no, 2 misuse, 3 fault; no panic reaches a user.
//! * Whoever stops reading the output ends the program quietly, with status 0; but a submission that
//!   still has lines says where it stopped.
//!
//! # Not here
//! What a ledger does (`bahi`), the JSON shapes (`bahi-json`).

mod arguments;
mod commands;

mod status;
mod server;
mod open;
mod source;
mod write;
mod whole;
mod ended;
mod table;
mod plot;
mod progress;

use std::{
    ffi::OsString,
    io::{self, BufRead, BufWriter, IsTerminal, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use status::Failure;

/// What the program knows of the terminal it writes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terminal {
    /// How many columns a table may take.
    pub width: u16,
    /// Whether a person watches standard error, so that long work may show how far it is.
    pub watched: bool,
    /// Whether a person reads standard output, so that small plots may stand beside numbers.
    pub read: bool,
}

/// The columns of a table where nobody says how many there are.
const WIDTH: u16 = 100;

impl Default for Terminal {
    /// No terminal: tables of a hundred columns, no progress, no plots.
    fn default() -> Terminal {
        Terminal { width: WIDTH, watched: false, read: false }
    }
}

impl Terminal {
    /// The terminal of this process, as wide as `COLUMNS` says, else as it says itself.
    #[must_use]
    pub fn of_process() -> Terminal {
        let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let itself = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
        Terminal {
            width: columns.or_else(itself).filter(|columns| *columns >= 40).unwrap_or(WIDTH),
            watched: io::stderr().is_terminal(),
            read: io::stdout().is_terminal(),
        }
    }
}

/// Where a command reads from and writes to.
pub(crate) struct Streams<'a> {
    pub(crate) input: &'a mut dyn BufRead,
    pub(crate) out: &'a mut dyn Write,
    pub(crate) err: &'a mut dyn Write,
    pub(crate) terminal: Terminal,
}

/// The program as its process runs it.
#[must_use]
pub fn main() -> ExitCode {
    // A panic is told by `run`, in one line; the default report would come before it.
    std::panic::set_hook(Box::new(|_| {}));
    ended::is_program();
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut input, mut err) = (io::stdin().lock(), io::stderr().lock());
    let status = run(std::env::args_os(), &mut input, &mut out, &mut err, Terminal::of_process());
    ended::rest();
    status.into()
}

/// Runs one command: the arguments, the program's own name first, and the three streams.
///
/// The answer is the exit status: 0 done, 1 the answer is no, 2 misuse, 3 fault.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: Terminal,
) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut streams = Streams { input, out, err, terminal };
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let status = commands::run(&arguments, &mut streams)?;
        match streams.out.flush() {
            // What was asked is done, whoever reads of it.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            Ok(()) | Err(_) => Ok(status),
        }
    }));
    let failure = match ran {
        Ok(Ok(status)) => return status as u8,
        Ok(Err(failure)) => {
            // What was answered before the failure is the answer to what was asked before it.
            let _ = streams.out.flush();
            failure
        }
        Err(_) if !bahi::clock_is_set() => Failure::no_clock(),
        Err(panic) => Failure::bug(panic.as_ref()),
    };
    if let Some(line) = failure.line()
        && !ended::is_ending()
    {
        let _ = writeln!(streams.err, "bahi: {line}");
    }
    failure.status() as u8
}
