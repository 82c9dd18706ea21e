//! PostgreSQL on a local socket, in a private cluster that is gone afterwards.
//!
//! It is spoken to in its own protocol, values in binary, so that no driver is measured: rows of many
//! values in one prepared `INSERT`, and `COPY` beside it, ten thousand records to a transaction.
//!
//! # Invariants
//! * The cluster is as durable as PostgreSQL is by itself: `fsync` and `synchronous_commit` are on.
//! * It belongs to a user that is not root, listens on no network, and lies in a temporary directory.

use std::{
    io::{BufReader, Read as _, Write as _},
    os::unix::{fs::chown, net::UnixStream, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bahi_benches::{
    measure::{Watch, peak_of},
    stores::APPEND_BATCH,
};

use tempfile::TempDir;

use crate::{
    peers::answered,
    setting::{Outcome, Setting},
};

/// Records of one `INSERT`; ten of these are a transaction.
const ROWS: usize = 1_000;
/// What is set beside what it sets itself: memory, and room before it must write its tables.
const SETTINGS: &str = "-c listen_addresses= -c shared_buffers=512MB -c max_wal_size=4GB";
const TABLE: &str = "CREATE TABLE log (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                     record bytea NOT NULL)";

pub fn insert(setting: &Setting) -> Outcome {
    appended(setting, |wire, batch| {
        for rows in batch.chunks(ROWS) {
            if rows.len() == ROWS {
                wire.execute("rows", rows);
            } else {
                rows.iter().for_each(|row| wire.execute("row", std::slice::from_ref(row)));
            }
        }
        wire.sync();
    })
}

pub fn copy(setting: &Setting) -> Outcome {
    appended(setting, |wire, batch| {
        wire.copy("COPY log (record) FROM STDIN (FORMAT binary)", batch)
    })
}

fn appended(setting: &Setting, mut append: impl FnMut(&mut Wire, &[Vec<u8>])) -> Outcome {
    let cluster = Cluster::start()?;
    let mut wire =
        Wire::open(cluster.dir.path()).map_err(|error| format!("its socket: {error}"))?;
    wire.ask(TABLE);
    wire.prepare("rows", &inserting(ROWS));
    wire.prepare("row", &inserting(1));
    let backend = wire.ask("SELECT pg_backend_pid()").unwrap_or_default();
    let (mut watch, mut count) = (Watch::new(), 0);
    for batch in setting.workload.batches(APPEND_BATCH) {
        watch.time(|| append(&mut wire, &batch));
        count += batch.len();
    }
    let measured = watch.end(count);
    assert_eq!(wire.ask("SELECT count(*) FROM log"), Some(count.to_string()), "every record");
    wire.ask("CHECKPOINT");
    let bytes = wire.ask("SELECT pg_total_relation_size('log')").unwrap_or_default();
    let bytes: u64 = bytes.parse().expect("a size");
    // What its backend had, and not this process; the shared buffers it touched are in it.
    let peak = backend.parse().ok().and_then(peak_of).unwrap_or_default();
    Ok(measured.with_memory(peak).storing(bytes, count))
}

/// An `INSERT` of so many rows.
fn inserting(rows: usize) -> String {
    let places: Vec<String> = (1..=rows).map(|number| format!("(${number})")).collect();
    format!("INSERT INTO log (record) VALUES {}", places.join(","))
}

/// A running server with a directory of its own.
struct Cluster {
    dir: TempDir,
    programs: PathBuf,
    user: Option<(u32, u32)>,
}

impl Cluster {
    fn start() -> Result<Cluster, String> {
        let programs = programs().ok_or("no PostgreSQL here")?;
        let user = user()?;
        let dir = tempfile::Builder::new().prefix("bahi-postgres-").tempdir();
        let dir = dir.map_err(|error| format!("a directory: {error}"))?;
        if let Some((user, group)) = user {
            let given = chown(dir.path(), Some(user), Some(group));
            given.map_err(|error| format!("a directory of its own: {error}"))?;
        }
        let cluster = Cluster { dir, programs, user };
        let mut init = cluster.program("initdb");
        init.args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--no-locale", "-D"]);
        succeeded(init.arg(cluster.data()))?;
        let options = format!("-k {} {SETTINGS}", cluster.dir.path().display());
        let mut start = cluster.program("pg_ctl");
        start.args(["-w", "-t", "120", "-o", &options, "-l"]).arg(cluster.dir.path().join("words"));
        // What it starts keeps what it is given to write to.
        start.stdout(Stdio::null()).stderr(Stdio::null()).arg("-D").arg(cluster.data());
        let started = start.arg("start").status().map_err(|error| format!("pg_ctl: {error}"))?;
        let words =
            || std::fs::read_to_string(cluster.dir.path().join("words")).unwrap_or_default();
        if started.success() { Ok(cluster) } else { Err(format!("it does not start: {}", words())) }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        as_user(&mut command, self.user).current_dir(self.dir.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["-w", "-m", "immediate", "-D"]).arg(self.data()).arg("stop");
        // Where it does not stop there is nobody to tell.
        let _ = stop.output();
    }
}

/// The server's version, where it is there.
pub fn version() -> Option<String> {
    Some(answered(Command::new(programs()?.join("postgres")).arg("--version")).trim().to_owned())
}

/// Where its programs are: those of a cluster are seldom on the path.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for root in ["/usr/lib/postgresql", "/usr/libexec/postgresql"] {
        let versions = std::fs::read_dir(root).into_iter().flatten().flatten();
        found.extend(versions.map(|version| version.path().join("bin")));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&path));
    found.into_iter().find(|dir| dir.join("initdb").is_file() && dir.join("pg_ctl").is_file())
}

/// Installs it where that can be done, which takes root and a package manager.
pub fn install() {
    if programs().is_some() || id(&["-u"]) != Some(0) {
        return;
    }
    for words in [["update", "-qq", "-q"], ["install", "-y", "postgresql"]] {
        let mut install = Command::new("apt-get");
        install.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        // Where it cannot be had, its cases say so.
        let _ = install.output();
    }
}

fn id(words: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(words).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// Whom it runs as: its server refuses to be root's.
fn user() -> Result<Option<(u32, u32)>, String> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let of = |name| id(&["-u", name]).zip(id(&["-g", name]));
    of("postgres").or_else(|| of("nobody")).map(Some).ok_or_else(|| "nobody to run it".to_owned())
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

fn succeeded(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{command:?}: {}", complaint.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A connection, in the protocol's version 3.
struct Wire {
    from: BufReader<UnixStream>,
    to: UnixStream,
    out: Vec<u8>,
}

impl Wire {
    fn open(dir: &Path) -> std::io::Result<Wire> {
        let to = UnixStream::connect(dir.join(".s.PGSQL.5432"))?;
        let mut wire = Wire { from: BufReader::new(to.try_clone()?), to, out: Vec::new() };
        let mut hello = 196_608_u32.to_be_bytes().to_vec();
        hello.extend_from_slice(b"user\0bench\0database\0postgres\0\0");
        wire.to.write_all(&length(hello.len() + 4).to_be_bytes())?;
        wire.to.write_all(&hello)?;
        wire.until_ready();
        Ok(wire)
    }

    /// Puts a message behind what is to be sent.
    fn put(&mut self, tag: u8, body: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(tag);
        let at = self.out.len();
        self.out.extend_from_slice(&[0; 4]);
        body(&mut self.out);
        let len = length(self.out.len() - at).to_be_bytes();
        self.out[at..at + 4].copy_from_slice(&len);
    }

    fn send(&mut self) {
        self.to.write_all(&self.out).expect("the server listens");
        self.out.clear();
    }

    /// Reads to where the server is ready; gives the first field of the last row that came.
    fn until_ready(&mut self) -> Option<String> {
        let mut field = None;
        loop {
            let (tag, body) = self.message();
            match tag {
                b'Z' => return field,
                b'D' => {
                    let text = body.get(6..).unwrap_or_default();
                    field = Some(String::from_utf8_lossy(text).into_owned());
                }
                // Where it takes a copy it says so, and reads on.
                b'G' => return field,
                _ => {}
            }
        }
    }

    fn message(&mut self) -> (u8, Vec<u8>) {
        let mut head = [0; 5];
        self.from.read_exact(&mut head).expect("the server answers");
        let [tag, length @ ..] = head;
        let mut body = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
        self.from.read_exact(&mut body).expect("a whole message");
        assert_ne!(tag, b'E', "{}", String::from_utf8_lossy(&body));
        (tag, body)
    }

    fn ask(&mut self, statement: &str) -> Option<String> {
        self.put(b'Q', |out| put_text(out, statement));
        self.send();
        self.until_ready()
    }

    fn prepare(&mut self, name: &str, statement: &str) {
        self.put(b'P', |out| {
            put_text(out, name);
            put_text(out, statement);
            out.extend_from_slice(&[0, 0]);
        });
        self.sync();
    }

    /// Binds and executes a prepared statement; it is answered for by [`Wire::sync`].
    fn execute(&mut self, name: &str, values: &[Vec<u8>]) {
        self.put(b'B', |out| {
            put_text(out, "");
            put_text(out, name);
            // Every value is in binary.
            out.extend_from_slice(&[0, 1, 0, 1]);
            let count = u16::try_from(values.len()).expect("values of one statement");
            out.extend_from_slice(&count.to_be_bytes());
            values.iter().for_each(|value| put_value(out, value));
            out.extend_from_slice(&[0, 0]);
        });
        self.put(b'E', |out| out.extend_from_slice(&[0; 5]));
    }

    /// Ends a transaction of what was executed, and waits for it.
    fn sync(&mut self) {
        self.put(b'S', |_| {});
        self.send();
        self.until_ready();
    }

    /// One copy, which is a transaction by itself.
    fn copy(&mut self, statement: &str, values: &[Vec<u8>]) {
        self.ask(statement);
        self.put(b'd', |out| {
            out.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
            out.extend_from_slice(&[0; 8]);
            for value in values {
                out.extend_from_slice(&[0, 1]);
                put_value(out, value);
            }
            out.extend_from_slice(&[0xff; 2]);
        });
        self.put(b'c', |_| {});
        self.send();
        self.until_ready();
    }
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a message is below 4 GiB")
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(0);
}

fn put_value(out: &mut Vec<u8>, value: &[u8]) {
    out.extend_from_slice(&length(value.len()).to_be_bytes());
    out.extend_from_slice(value);
}
