//! Recordings: what a job did to the files below a directory, as `strace` saw it.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::disk::{Contents, contents};
use crate::jobs::Job;

/// One step, with the path below the directory that it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    Create(String),
    MakeDir(String),
    Write(String, u64, Vec<u8>),
    SetLen(String, u64),
    Rename(String, String),
    Remove(String),
    /// Of a file or a directory.
    Sync(String),
    Acknowledge(String),
}

/// What was there before, all of it durable, and what was done.
#[derive(Clone, Debug)]
pub struct Recording {
    pub before: Contents,
    pub ops: Vec<Op>,
}

/// Whether anything can be traced here.
pub fn is_there() -> bool {
    Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Calls that change files or their places. One that the reader below does not know ends the run.
const CALLS: &str = "open,openat,creat,mkdir,mkdirat,write,pwrite64,writev,pwritev,pwritev2,lseek,\
                     ftruncate,truncate,fallocate,fsync,fdatasync,sync,syncfs,rename,renameat,\
                     renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,\
                     copy_file_range,sendfile,splice";

/// Runs a job in a directory and records it.
pub fn record(job: &Job, dir: &Path) -> Recording {
    std::fs::create_dir_all(dir).expect("a directory");
    let dir = dir.canonicalize().expect("the directory is there");
    job.prepare(&dir);
    let before = contents(&dir);
    let output = dir.with_extension("trace");
    let status = Command::new("strace")
        .args(["-f", "-y", "-xx", "-s", "100000000", "-e", &format!("trace={CALLS}"), "-o"])
        .arg(&output)
        .arg(std::env::current_exe().expect("this program"))
        .args(["--job", job.name, "--dir"])
        .arg(&dir)
        .stdout(Stdio::null())
        .status()
        .expect("strace runs");
    assert!(status.success(), "the job {} ends as it should", job.name);
    let text = std::fs::read_to_string(&output).expect("a trace is text");
    let root = dir.to_str().expect("the path is text");
    let ops = Reader { root, files: HashMap::new(), ops: Vec::new() }.read(&text);
    assert!(ops.iter().any(|op| matches!(op, Op::Acknowledge(_))), "something is acknowledged");
    Recording { before, ops }
}

struct Reader<'a> {
    root: &'a str,
    /// Where each descriptor stands.
    files: HashMap<String, u64>,
    ops: Vec<Op>,
}

impl Reader<'_> {
    fn read(mut self, text: &str) -> Vec<Op> {
        let mut begun: HashMap<&str, String> = HashMap::new();
        for line in text.lines() {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let call = call.trim_start();
            if let Some(start) = call.strip_suffix("<unfinished ...>") {
                // What is written while a sync runs is not what it makes durable.
                if start.starts_with("fsync(") || start.starts_with("fdatasync(") {
                    self.call(&format!("{}) = 0", start.trim_end()));
                }
                begun.insert(thread, start.trim_end().to_owned());
            } else if let Some((_, rest)) =
                call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>"))
            {
                let start = begun.remove(thread).unwrap_or_default();
                if !start.starts_with("fsync(") && !start.starts_with("fdatasync(") {
                    self.call(&format!("{start}{rest}"));
                }
            } else {
                self.call(call);
            }
        }
        self.ops
    }

    fn call(&mut self, call: &str) {
        let Some((name, rest)) = call.split_once('(') else { return };
        // Short calls are followed by blanks, so that results stand below each other.
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { return };
        let Some(arguments) = arguments.trim_end().strip_suffix(')') else { return };
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        let arguments: Vec<&str> = arguments.split(", ").collect();
        match name {
            "open" | "openat" | "creat" => self.open(name, &arguments, result),
            "lseek" => {
                let at = result.split_whitespace().next().and_then(|at| at.parse().ok());
                self.files.insert(descriptor(arguments[0]), at.expect("a position"));
            }
            "write" => self.write(&arguments, None),
            "pwrite64" => self.write(&arguments, Some(number(arguments[3]))),
            "ftruncate" => {
                if let Some(path) = self.below(&held(arguments[0])) {
                    self.ops.push(Op::SetLen(path, number(arguments[1])));
                }
            }
            "fsync" | "fdatasync" => {
                if let Some(path) = self.below(&held(arguments[0])) {
                    self.ops.push(Op::Sync(path));
                }
            }
            "mkdir" | "mkdirat" | "unlink" | "unlinkat" | "rmdir" => {
                let path = if name.ends_with("at") { arguments[1] } else { arguments[0] };
                if let Some(path) = self.below(&quoted(path)) {
                    let makes = name.starts_with("mkdir");
                    self.ops.push(if makes { Op::MakeDir(path) } else { Op::Remove(path) });
                }
            }
            "rename" => {
                let paths = (self.below(&quoted(arguments[0])), self.below(&quoted(arguments[1])));
                if let (Some(from), Some(to)) = paths {
                    self.ops.push(Op::Rename(from, to));
                }
            }
            _ => assert!(
                !text_of(call).contains(self.root),
                "the harness does not know the call {name}, and the program uses it"
            ),
        }
    }

    fn open(&mut self, name: &str, arguments: &[&str], result: &str) {
        assert_ne!(name, "creat", "the harness does not know the call");
        let at = usize::from(name == "openat");
        let flags = arguments.get(at + 1).copied().unwrap_or_default();
        let fd = descriptor(result);
        self.files.insert(fd, 0);
        let Some(path) = self.below(&quoted(arguments[at])) else { return };
        assert!(!flags.contains("O_APPEND"), "the harness does not know where it would write");
        if flags.contains("O_CREAT") {
            self.ops.push(Op::Create(path.clone()));
        }
        if flags.contains("O_TRUNC") {
            self.ops.push(Op::SetLen(path, 0));
        }
    }

    fn write(&mut self, arguments: &[&str], at: Option<u64>) {
        let (fd, data) = (descriptor(arguments[0]), bytes(arguments[1]));
        if fd == "1" {
            let text = String::from_utf8_lossy(&data);
            self.ops.extend(
                text.lines()
                    .filter_map(|line| line.strip_prefix("acknowledged "))
                    .map(|what| Op::Acknowledge(what.to_owned())),
            );
            return;
        }
        let own = self.files.entry(fd).or_default();
        let from = at.unwrap_or(*own);
        if at.is_none() {
            *own += data.len() as u64;
        }
        if let Some(path) = self.below(&held(arguments[0])) {
            self.ops.push(Op::Write(path, from, data));
        }
    }

    /// The path below the directory, if it is.
    fn below(&self, path: &str) -> Option<String> {
        if path == self.root {
            return Some(String::new());
        }
        Some(path.strip_prefix(self.root)?.strip_prefix('/')?.to_owned())
    }
}

/// `4<path>` without its path.
fn descriptor(text: &str) -> String {
    text.chars().take_while(char::is_ascii_digit).collect()
}

/// The path of `4<path>`.
fn held(text: &str) -> String {
    let path = text.split_once('<').map_or("", |(_, path)| path.trim_end_matches('>'));
    text_of(path)
}

fn quoted(text: &str) -> String {
    text_of(text.trim_matches('"'))
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn bytes(text: &str) -> Vec<u8> {
    assert!(!text.ends_with("..."), "the trace is not cut");
    let hex = |digits: &str| u8::from_str_radix(digits, 16).expect("a byte");
    text.trim_matches('"').split("\\x").skip(1).map(hex).collect()
}

/// The text of which every character is written `\xNN`, or as it is.
fn text_of(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = text.split("\\x");
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(digits, 16));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
