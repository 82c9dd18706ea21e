//! The manifest of a package: a directory of exports, findings, samples, papers and proofs, file by file.
//!
//! ```text
//! bahi-package v1
//! ledger up-odop
//! …
//! findings 312
//! signed-by up-odop+c186e258
//! file 96cf… 388123 exports/postings.csv
//! ```
//!
//! # Invariants
//! * A package has one text, and a text is read only if it is that of what it says.
//! * What a file's line says is of the bytes that were written to it, all of them and no others.
//!
//! # Not here
//! What the files hold: the hub. The lines that exports have too: `manifest`.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use bahi_core::{Day, Instant};
use sha2::{Digest, Sha256};

use crate::{
    Filters, Outlet, ReportError, Sink,
    manifest::{Said, Seen, hex, leads_down, unhex},
};

/// The first line.
const VERSION: &str = "bahi-package v1";

/// The most files of a package; with names as they are made, its lines stay within what is signed.
pub const PACKAGE_FILES_MAX: usize = 3_500;

/// One file of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageFile {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many bytes.
    pub bytes: u64,
    /// Its name from the package's directory, its parts divided by `/`.
    pub name: String,
}

/// What a package is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// The ledger's name, which is its checkpoints' origin.
    pub ledger: String,
    /// The ledger's id, 32 hex digits.
    pub ledger_id: String,
    /// Whether the ledger's clock is simulated.
    pub simulated: bool,
    /// The program and its version.
    pub program: String,
    /// The last position seen.
    pub position: u64,
    /// The root of the tree at that position.
    pub root: [u8; 32],
    /// When the ledger had learned what is shown.
    pub known_on: Instant,
    /// The last effective day that counts; every day without one.
    pub as_of: Option<Day>,
    /// The bounds asked for: a moment of learning, a position.
    pub asked: (Option<Instant>, Option<u64>),
    /// What was left out.
    pub filters: Filters,
    /// The auditor's nonce and how many were asked for, where samples were drawn.
    pub sample: Option<(String, u32)>,
    /// How many exports there are, each with a manifest of its own.
    pub exports: u64,
    /// How many rows these have together.
    pub rows: u64,
    /// How many findings.
    pub findings: u64,
    /// How many papers; each may be there in several forms.
    pub papers: u64,
    /// How many records are proved one by one.
    pub proofs: u64,
    /// The signer's name and key id; nothing where nobody signs.
    pub signed_by: Option<String>,
    /// The files in order of their names: all but the manifest itself.
    pub files: Vec<PackageFile>,
}

/// Whether a text begins as the manifest of a package does.
#[must_use]
pub fn is_package(text: &str) -> bool {
    text.lines().next() == Some(VERSION)
}

impl Package {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{VERSION}\n");
        let mut say = |word: &str, what: &str| text.push_str(&format!("{word} {what}\n"));
        say("ledger", &self.ledger);
        say("ledger-id", &self.ledger_id);
        say("clock", if self.simulated { "simulated" } else { "real" });
        say("program", &self.program);
        let seen = Seen {
            position: self.position,
            root: self.root,
            known_on: self.known_on,
            as_of: self.as_of,
            asked: self.asked,
            filters: self.filters.clone(),
        };
        seen.say(&mut say);
        if let Some((nonce, size)) = &self.sample {
            say("nonce", nonce);
            say("sample-size", &size.to_string());
        }
        for (word, number) in [
            ("exports", self.exports),
            ("rows", self.rows),
            ("findings", self.findings),
            ("papers", self.papers),
            ("proofs", self.proofs),
        ] {
            say(word, &number.to_string());
        }
        say("signed-by", self.signed_by.as_deref().unwrap_or("nobody"));
        for PackageFile { sha256, bytes, name } in &self.files {
            say("file", &format!("{} {bytes} {name}", hex(sha256)));
        }
        text
    }

    /// SHA-256 of the text, by which the event of a package names it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.text().as_bytes()).into()
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`ReportError::Unreadable`] with the line.
    pub fn parse(text: &str) -> Result<Package, ReportError> {
        let package = package(Said::after(VERSION, text)?)?;
        if package.text() != text {
            return Err(ReportError::at("the manifest", "it is not written as one is"));
        }
        Ok(package)
    }
}

fn package(mut said: Said<'_>) -> Result<Package, ReportError> {
    let ledger = said.next("ledger")?.to_owned();
    let ledger_id = said.next("ledger-id")?.to_owned();
    let simulated = said.next("clock")? == "simulated";
    let program = said.next("program")?.to_owned();
    let Seen { position, root, known_on, as_of, asked, filters } = said.seen()?;
    let sample = match said.optional("nonce") {
        Some(nonce) => {
            let size = said.next("sample-size")?.parse();
            Some((nonce.to_owned(), size.map_err(|_| said.wrong("sample-size"))?))
        }
        None => None,
    };
    let (exports, rows) = (said.number("exports")?, said.number("rows")?);
    let (findings, papers) = (said.number("findings")?, said.number("papers")?);
    let proofs = said.number("proofs")?;
    let signed_by = Some(said.next("signed-by")?.to_owned()).filter(|by| by != "nobody");
    let files = files(&mut said)?;
    said.end()?;
    Ok(Package {
        ledger,
        ledger_id,
        simulated,
        program,
        position,
        root,
        known_on,
        as_of,
        asked,
        filters,
        sample,
        exports,
        rows,
        findings,
        papers,
        proofs,
        signed_by,
        files,
    })
}

fn files(said: &mut Said<'_>) -> Result<Vec<PackageFile>, ReportError> {
    let mut files: Vec<PackageFile> = Vec::new();
    while let Some(line) = said.optional("file") {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (sha256, bytes, name) = (unhex(word()), word().parse().ok(), word());
        let (sha256, bytes) = sha256.zip(bytes).ok_or_else(|| said.wrong("file"))?;
        let after = files.last().is_none_or(|before| before.name.as_str() < name);
        // A name with a blank would be two in the lines that a stranger cuts out for other tools.
        let plain = leads_down(name) && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || !after || files.len() == PACKAGE_FILES_MAX {
            return Err(said.wrong("file"));
        }
        files.push(PackageFile { sha256, bytes, name: name.to_owned() });
    }
    Ok(files)
}

/// What was written to a file so far.
type Written = Arc<Mutex<(Sha256, u64)>>;

/// An outlet that takes note of what is written to each file.
pub struct Hashing<'a> {
    outlet: &'a mut dyn Outlet,
    files: BTreeMap<String, Written>,
}

impl<'a> Hashing<'a> {
    /// Takes note of the files made through an outlet.
    pub fn new(outlet: &'a mut dyn Outlet) -> Hashing<'a> {
        Hashing { outlet, files: BTreeMap::new() }
    }

    /// A file as it is so far.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<PackageFile> {
        self.files.get(name).map(|written| file(name, written))
    }

    /// The files as they are so far, in order of their names.
    #[must_use]
    pub fn files(&self) -> Vec<PackageFile> {
        self.files.iter().map(|(name, written)| file(name, written)).collect()
    }
}

fn file(name: &str, written: &Written) -> PackageFile {
    let so_far = written.lock().unwrap_or_else(PoisonError::into_inner);
    let sha256 = so_far.0.clone().finalize().into();
    PackageFile { sha256, bytes: so_far.1, name: name.to_owned() }
}

impl Outlet for Hashing<'_> {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        if self.files.contains_key(name) || self.files.len() == PACKAGE_FILES_MAX {
            let why = format!("{name} is one file too many");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
        }
        let sink = self.outlet.create(name)?;
        let written: Written = Arc::default();
        self.files.insert(name.to_owned(), Arc::clone(&written));
        Ok(Box::new(Noting { sink, written }))
    }
}

/// A file on its way, with what was written to it.
struct Noting {
    sink: Box<dyn Sink>,
    written: Written,
}

impl Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.sink.write(bytes)?;
        let mut so_far = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.0.update(&bytes[..taken]);
        so_far.1 += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// An outlet into a folder of another.
pub struct Under<'a> {
    outlet: &'a mut dyn Outlet,
    folder: String,
}

impl<'a> Under<'a> {
    /// Makes files under a folder, which is named without a `/` at its end.
    pub fn new(outlet: &'a mut dyn Outlet, folder: &str) -> Under<'a> {
        Under { outlet, folder: folder.to_owned() }
    }
}

impl Outlet for Under<'_> {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        self.outlet.create(&format!("{}/{name}", self.folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An outlet whose files are thrown away.
    struct Nowhere;

    impl Outlet for Nowhere {
        fn create(&mut self, _: &str) -> io::Result<Box<dyn Sink>> {
            Ok(Box::new(io::sink()))
        }
    }

    fn package_of(files: Vec<PackageFile>) -> Package {
        Package {
            ledger: "up-odop".to_owned(),
            ledger_id: "00".repeat(16),
            simulated: false,
            program: "bahi 0".to_owned(),
            position: 7,
            root: [5; 32],
            known_on: Instant::parse("2025-03-31T23:59:59.999999+05:30").expect("a moment"),
            as_of: None,
            asked: (None, Some(7)),
            filters: Filters { district: Some("187".to_owned()), ..Filters::default() },
            sample: Some(("AG-UP/114".to_owned(), 25)),
            exports: 2,
            rows: 40,
            findings: 3,
            papers: 1,
            proofs: 0,
            signed_by: None,
            files,
        }
    }

    #[test]
    fn a_package_reads_back_and_no_other_spelling_of_it_does() {
        let mut outlet = Nowhere;
        let mut hashing = Hashing::new(&mut outlet);
        for name in ["b", "a"] {
            let mut under = Under::new(&mut hashing, "exports");
            let mut file = under.create(name).expect("it is made");
            file.write_all(b"abc").expect("there is room");
        }
        assert!(hashing.create("exports/a").is_err(), "a name is one file's");
        let files = hashing.files();
        assert_eq!(hex(&files[0].sha256)[..8], *"ba7816bf", "of FIPS 180-2's example");
        assert_eq!((files[0].bytes, files[0].name.as_str()), (3, "exports/a"));
        let package = package_of(files);
        let text = package.text();
        assert_eq!(Package::parse(&text).ok().as_ref(), Some(&package));
        assert!(is_package(&text) && !is_package("bahi-export v1\n"));
        for (from, to) in [
            ("bahi-package v1", "bahi-package v2"),
            ("position 7", "position 07"),
            ("rows 40\n", ""),
            ("sample-size 25\n", ""),
            ("exports/a", "exports/../a"),
            ("exports/a", "/exports/a"),
            ("exports/a", "exports/a b"),
            ("exports/a", "exports/z"),
            (" 3 exports/b", " 3  exports/b"),
            ("signed-by nobody", "signed-by nobody\nfurther 1"),
            ("clock real", "clock other"),
        ] {
            assert!(text.contains(from), "{from}");
            assert!(Package::parse(&text.replacen(from, to, 1)).is_err(), "{from} as {to}");
        }
        assert!(Package::parse(&format!("{text}more\n")).is_err());
    }
}
