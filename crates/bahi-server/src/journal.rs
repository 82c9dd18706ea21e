//! The operational log: one JSON object a line of what the service did, with nobody's data in it.
//!
//! What stands in a line: the route as the router has it and never the path, the status, the code,
//! how long it took, and the token's id, which says whose request it was to whoever keeps the file of
//! tokens. No path, parameter, body, address or token.
//!
//! # Invariants
//! * Nobody waits for it: what cannot be written is counted and dropped.
//! * Lines of what nobody who is known sent are capped a minute, so that no stranger fills a disk.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How large the file of the log grows before it becomes the old one: so much twice is what it takes
/// of a disk.
const FILE_BYTES_MAX: u64 = 32 << 20;
/// Lines that may wait to be written.
const LINES_WAITING_MAX: usize = 4_096;
/// Lines a minute of what strangers sent.
const STRANGERS_A_MINUTE: u32 = 120;

/// How long the end of a service waits for what was said before.
const SETTLE_TIME: Duration = Duration::from_secs(2);

/// What the thread that writes is given.
enum Entry {
    /// A line.
    Line(String),
    /// Whoever waits until everything before it is written.
    Settle(SyncSender<()>),
}

/// A log that takes lines without ever making anybody wait.
#[derive(Clone)]
pub struct Journal {
    lines: Option<SyncSender<Entry>>,
    dropped: Arc<AtomicU64>,
    strangers: Arc<Mutex<Minute>>,
}

/// How many lines the current minute has had.
struct Minute {
    since: Instant,
    lines: u32,
    passed_over: u64,
}

impl Journal {
    /// A log that writes nowhere.
    #[must_use]
    pub fn silent() -> Journal {
        Journal::over(None)
    }

    /// A log whose lines a thread of its own writes. It ends once nobody holds the log any more.
    #[must_use]
    pub fn to(mut out: Box<dyn Write + Send>) -> Journal {
        let (lines, waiting) = sync_channel::<Entry>(LINES_WAITING_MAX);
        let write = move || {
            while let Ok(entry) = waiting.recv() {
                match entry {
                    Entry::Line(line) => {
                        // Whoever keeps the log has closed it; the ledger goes on.
                        if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
                            break;
                        }
                    }
                    // Whoever has gone has waited long enough.
                    Entry::Settle(waits) => {
                        let _ = waits.try_send(());
                    }
                }
            }
        };
        let started = std::thread::Builder::new().name("bahi-journal".into()).spawn(write);
        Journal::over(started.is_ok().then_some(lines))
    }

    /// A log in a file that is added to, closed to others. One that has grown to its bound is kept
    /// under its name with `.old` after it, in place of the one before, and another is begun.
    ///
    /// # Errors
    /// What the system says.
    pub fn in_file(path: &Path) -> io::Result<Journal> {
        Ok(Journal::to(Box::new(Capped::open(path, FILE_BYTES_MAX)?)))
    }

    fn over(lines: Option<SyncSender<Entry>>) -> Journal {
        let minute = Minute { since: Instant::now(), lines: 0, passed_over: 0 };
        Journal { lines, dropped: Arc::default(), strangers: Arc::new(Mutex::new(minute)) }
    }

    /// Says something that happened.
    pub fn say(&self, event: &str, mut fields: Value) {
        let Some(lines) = &self.lines else { return };
        fields["event"] = event.into();
        fields["at"] = crate::clock::now().to_string().into();
        let line = format!("{fields}\n");
        if lines.try_send(Entry::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Says that somebody who is not known was turned away.
    pub fn stranger(&self, route: &str, why: &str) {
        let passed_over = {
            let mut minute = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
            let mut passed_over = 0;
            if minute.since.elapsed() >= Duration::from_secs(60) {
                passed_over = minute.passed_over;
                *minute = Minute { since: Instant::now(), lines: 0, passed_over: 0 };
            }
            if minute.lines >= STRANGERS_A_MINUTE {
                minute.passed_over += 1;
                return;
            }
            minute.lines += 1;
            passed_over
        };
        if passed_over > 0 {
            self.say("strangers_passed_over", json!({ "count": passed_over }));
        }
        self.say("stranger_turned_away", json!({ "route": route, "why": why }));
    }

    /// Waits, not for long, until everything that was said is written: for who is about to end.
    pub fn settle(&self) {
        let Some(lines) = &self.lines else { return };
        let (waits, settled) = sync_channel(1);
        if lines.try_send(Entry::Settle(waits)).is_ok() {
            // Where the log's disk hangs, ending does not.
            let _ = settled.recv_timeout(SETTLE_TIME);
        }
    }

    /// How many lines were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// A file that is begun anew once it has so many bytes.
struct Capped {
    path: PathBuf,
    file: File,
    bytes: u64,
    max: u64,
}

impl Capped {
    fn open(path: &Path, max: u64) -> io::Result<Capped> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Capped { path: path.to_path_buf(), file, bytes, max })
    }
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes >= self.max {
            let mut old = self.path.as_os_str().to_owned();
            old.push(".old");
            fs::rename(&self.path, old)?;
            *self = Capped::open(&self.path, self.max)?;
        }
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! What is written, and how much of it.

    use std::{
        io::{self, Write},
        sync::mpsc::{Receiver, Sender, channel},
    };

    use super::{Journal, STRANGERS_A_MINUTE};

    /// Hands on what is written.
    struct Pipe(Sender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            drop(self.0.send(bytes.to_vec()));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn piped() -> (Journal, Receiver<Vec<u8>>) {
        let (sender, written) = channel();
        (Journal::to(Box::new(Pipe(sender))), written)
    }

    #[test]
    fn a_line_is_one_json_object() {
        let (journal, written) = piped();
        journal.say("begun", serde_json::json!({ "why": "a\nline" }));
        journal.settle();
        let text: Vec<u8> = written.try_iter().flatten().collect();
        let text = String::from_utf8(text).expect("text");
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&line["event"], &line["why"]), (&"begun".into(), &"a\nline".into()));
    }

    #[test]
    fn a_file_takes_at_most_its_bound_twice_and_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("log");
        let mut file = super::Capped::open(&path, 100).expect("a file");
        for number in 0..100 {
            file.write_all(format!("line {number:02}\n").as_bytes()).expect("written");
        }
        let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a file");
        let (new, old) = (read(&path), read(&place.path().join("log.old")));
        assert!(new.len() <= 108 && old.len() <= 108, "{} {}", new.len(), old.len());
        assert!(new.ends_with("line 99\n"), "{new}");
        let next = old.lines().last().map(|line| line[5..].parse::<u32>().expect("a number") + 1);
        assert!(new.starts_with(&format!("line {:02}\n", next.expect("a line"))), "{old} {new}");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(file);
        let again = super::Capped::open(&path, 100).expect("a file");
        assert_eq!(again.bytes, new.len() as u64, "it is added to");
    }

    #[test]
    fn strangers_fill_no_disk() {
        let (journal, written) = piped();
        for _ in 0..10 * STRANGERS_A_MINUTE {
            journal.stranger("/v1/balances", "unknown");
        }
        drop(journal);
        let lines = written.iter().flatten().filter(|byte| *byte == b'\n').count();
        assert_eq!(lines, STRANGERS_A_MINUTE as usize);
    }
}
