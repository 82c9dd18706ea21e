//! One measurement in a process of its own: time, memory added at the peak, bytes left behind.
//!
//! # Invariants
//! * The clock runs only inside [`Watch::time`].
//! * Memory is what the process held at its peak beyond what it held when the watch began; freed
//!   memory that was there before may serve the work unseen, so cases read their input from files
//!   and do nothing large before.
//!
//! # Not here
//! What is measured: the benchmarks.

use std::{
    fs,
    time::{Duration, Instant},
};

/// What a case came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    /// How many commands, records or events the time is for.
    pub things: u64,
    /// How long they took together.
    pub time: Duration,
    /// Bytes of memory added at the peak, where the system tells.
    pub memory: Option<u64>,
    /// Bytes on disk for a thousand events, where something was stored.
    pub stored: Option<u64>,
}

impl Measured {
    /// With what was stored: so many bytes for so many events.
    #[must_use]
    pub fn storing(self, bytes: u64, events: usize) -> Measured {
        Measured { stored: Some(bytes * 1_000 / (events as u64).max(1)), ..self }
    }

    /// With memory that was measured otherwise.
    #[must_use]
    pub fn with_memory(self, bytes: u64) -> Measured {
        Measured { memory: Some(bytes), ..self }
    }

    /// Without memory, where the process did something large before.
    #[must_use]
    pub fn without_memory(self) -> Measured {
        Measured { memory: None, ..self }
    }

    /// As a line for the process that asked.
    #[must_use]
    pub fn line(&self) -> String {
        let or_none = |value: Option<u64>| value.map_or("-".to_owned(), |value| value.to_string());
        let (memory, stored) = (or_none(self.memory), or_none(self.stored));
        format!("{} {} {memory} {stored}", self.things, self.time.as_nanos())
    }

    /// From the line of a child.
    #[must_use]
    pub fn parse(line: &str) -> Option<Measured> {
        let mut fields = line.split(' ');
        let mut number = || fields.next().map(|field| field.parse().ok());
        let (things, nanos) = (number()??, number()??);
        let (memory, stored) = (number()?, number()?);
        Some(Measured { things, time: Duration::from_nanos(nanos), memory, stored })
    }

    /// Seconds for one.
    #[must_use]
    pub fn each(&self) -> f64 {
        self.time.as_secs_f64() / (self.things as f64).max(1.0)
    }
}

impl Default for Watch {
    fn default() -> Watch {
        Watch::new()
    }
}

/// A stopwatch that also watches memory.
pub struct Watch {
    base: Option<u64>,
    time: Duration,
}

impl Watch {
    /// Begins to watch; everything the work is given is there already.
    #[must_use]
    pub fn new() -> Watch {
        // The peak begins again at what is held now.
        let reset = fs::write("/proc/self/clear_refs", "5").is_ok();
        Watch { base: reset.then(|| status("VmRSS:")).flatten(), time: Duration::ZERO }
    }

    /// Times work.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.time += start.elapsed();
        result
    }

    /// Ends with so many things done.
    #[must_use]
    pub fn end(self, things: usize) -> Measured {
        let peak = self.base.and_then(|base| Some(status("VmHWM:")?.saturating_sub(base)));
        Measured { things: things as u64, time: self.time, memory: peak, stored: None }
    }
}

/// The most memory that another process ever had, in bytes, where the system tells.
#[must_use]
pub fn peak_of(process: u32) -> Option<u64> {
    status_of(&process.to_string(), "VmHWM:")
}

/// A figure of this process, in bytes, where the system tells.
fn status(name: &str) -> Option<u64> {
    status_of("self", name)
}

fn status_of(process: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}
