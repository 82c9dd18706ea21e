//! The manifest of an export: what the files are of, so that they can be known again.
//!
//! A text of lines, each a word, a blank and what it says, in a fixed order:
//!
//! ```text
//! bahi-export v1
//! ledger up-odop
//! …
//! rows 4812
//! total debit 1250000.00
//! signed-by up-odop+c186e258
//! file 96cf… 388123 4812 postings.csv
//! ```
//!
//! Signed, it is the text of a signed note; unsigned, it is the file by itself.
//!
//! # Invariants
//! * A manifest has one text, and a text is read only if it is that of what it says.
//! * The name of a file is relative, of plain characters, and leads nowhere else.
//!
//! # Not here
//! Signatures: `bahi-proof`. What lies under the names: the hub.

use std::io::Read;

use bahi_core::{Day, Instant};
use sha2::{Digest, Sha256};

use crate::{Form, ReportError, Table, Tally, read_back};

/// The first line.
const VERSION: &str = "bahi-export v1";

/// The most bytes of a manifest's text.
pub const MANIFEST_BYTES_MAX: usize = 1 << 19;

/// The most files of an export.
pub const FILES_MAX: usize = 2_000;

/// What an export was asked to leave out; nothing is everything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filters {
    /// This scheme alone.
    pub scheme: Option<String>,
    /// This district alone: a code or `pool`.
    pub district: Option<String>,
    /// This financial year of allotment alone.
    pub fy: Option<String>,
    /// This head alone.
    pub head: Option<String>,
}

/// One file of an export.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many bytes.
    pub bytes: u64,
    /// How many rows.
    pub rows: u64,
    /// Its name; of a directory's file from the directory, its parts divided by `/`.
    pub name: String,
}

/// What an export is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The ledger's name, which is its checkpoints' origin.
    pub ledger: String,
    /// The ledger's id, 32 hex digits.
    pub ledger_id: String,
    /// Whether the ledger's clock is simulated, fixed so in its first record.
    pub simulated: bool,
    /// The program and its version.
    pub program: String,
    /// The table.
    pub table: Table,
    /// The form.
    pub form: Form,
    /// The last position seen.
    pub position: u64,
    /// The root of the tree at that position: a checkpoint of `position + 1` records has it.
    pub root: [u8; 32],
    /// When the ledger had learned what is shown.
    pub known_on: Instant,
    /// The last effective day that counts; every day without one.
    pub as_of: Option<Day>,
    /// The bounds asked for: a moment of learning, a position.
    pub asked: (Option<Instant>, Option<u64>),
    /// What was left out.
    pub filters: Filters,
    /// Events with at least one row.
    pub events: u64,
    /// Events that post money without a scheme or a head, which are left out.
    pub unplaced: u64,
    /// What the rows of all files add up to.
    pub tally: Tally,
    /// The signer's name and key id, `up-odop+c186e258`; nothing where nobody signs.
    pub signed_by: Option<String>,
    /// The files, in order of their names.
    pub files: Vec<Part>,
}

impl Manifest {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{VERSION}\n");
        let mut say = |word: &str, what: &str| text.push_str(&format!("{word} {what}\n"));
        say("ledger", &self.ledger);
        say("ledger-id", &self.ledger_id);
        say("clock", if self.simulated { "simulated" } else { "real" });
        say("program", &self.program);
        say("table", self.table.name());
        say("form", self.form.name());
        let seen = Seen {
            position: self.position,
            root: self.root,
            known_on: self.known_on,
            as_of: self.as_of,
            asked: self.asked,
            filters: self.filters.clone(),
        };
        seen.say(&mut say);
        say("events", &self.events.to_string());
        say("unplaced", &self.unplaced.to_string());
        say("rows", &self.tally.rows.to_string());
        for (column, total) in self.table.amounts().zip(&self.tally.totals) {
            say("total", &format!("{column} {total}"));
        }
        say("signed-by", self.signed_by.as_deref().unwrap_or("nobody"));
        for Part { sha256, bytes, rows, name } in &self.files {
            say("file", &format!("{} {bytes} {rows} {name}", hex(sha256)));
        }
        text
    }

    /// SHA-256 of the text, by which the event of an export names it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.text().as_bytes()).into()
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`ReportError::Unreadable`] with the line.
    pub fn parse(text: &str) -> Result<Manifest, ReportError> {
        let manifest = Said::after(VERSION, text)?.manifest()?;
        if manifest.text() != text {
            return Err(ReportError::at("the manifest", "it is not written as one is"));
        }
        Ok(manifest)
    }
}

/// Which past was looked at, and what was left out.
pub(crate) struct Seen {
    pub(crate) position: u64,
    pub(crate) root: [u8; 32],
    pub(crate) known_on: Instant,
    pub(crate) as_of: Option<Day>,
    pub(crate) asked: (Option<Instant>, Option<u64>),
    pub(crate) filters: Filters,
}

impl Seen {
    pub(crate) fn say(&self, say: &mut impl FnMut(&str, &str)) {
        say("position", &self.position.to_string());
        say("root", &hex(&self.root));
        say("known-on", &self.known_on.to_string());
        let as_of = self.as_of.map_or_else(|| "every-day".to_owned(), |day| day.to_string());
        say("as-of", &as_of);
        let asked_at = self.asked.1.map(|position| position.to_string());
        let optional = [
            ("asked-known-on", &self.asked.0.map(|instant| instant.to_string())),
            ("asked-at", &asked_at),
            ("scheme", &self.filters.scheme),
            ("district", &self.filters.district),
            ("fy", &self.filters.fy),
            ("head", &self.filters.head),
        ];
        for (word, what) in optional {
            if let Some(what) = what {
                say(word, what);
            }
        }
    }
}

/// The lines of a manifest on their way.
pub(crate) struct Said<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
    held: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// The lines after a first one, which must be this.
    pub(crate) fn after(first: &str, text: &'a str) -> Result<Said<'a>, ReportError> {
        if text.len() > MANIFEST_BYTES_MAX {
            return Err(ReportError::at("the manifest", "it is longer than any"));
        }
        let mut lines = text.lines();
        if lines.next() != Some(first) {
            return Err(ReportError::at("line 1", "it is not that of a manifest"));
        }
        Ok(Said { lines, number: 1, held: None })
    }

    pub(crate) fn wrong(&self, word: &str) -> ReportError {
        ReportError::at(format!("line {}", self.number), format!("`{word}` is not as it should be"))
    }

    /// What the next line says, if it begins with a word.
    pub(crate) fn optional(&mut self, word: &str) -> Option<&'a str> {
        let line = self.held.take().or_else(|| self.lines.next())?;
        match line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) {
            Some(said) => {
                self.number += 1;
                Some(said)
            }
            None => {
                self.held = Some(line);
                None
            }
        }
    }

    pub(crate) fn next(&mut self, word: &str) -> Result<&'a str, ReportError> {
        self.optional(word).ok_or_else(|| {
            ReportError::at(format!("line {}", self.number + 1), format!("`{word}` is missing"))
        })
    }

    pub(crate) fn number(&mut self, word: &str) -> Result<u64, ReportError> {
        self.next(word)?.parse().map_err(|_| self.wrong(word))
    }

    /// Which past was looked at, and what was left out.
    pub(crate) fn seen(&mut self) -> Result<Seen, ReportError> {
        let position = self.number("position")?;
        let root = unhex(self.next("root")?).ok_or_else(|| self.wrong("root"))?;
        let instant = |text: &str| Instant::parse(text).ok();
        let known_on = instant(self.next("known-on")?).ok_or_else(|| self.wrong("known-on"))?;
        let as_of = match self.next("as-of")? {
            "every-day" => None,
            day => Some(Day::parse(day).map_err(|_| self.wrong("as-of"))?),
        };
        let asked_known_on = self.optional("asked-known-on").and_then(instant);
        let asked_at = self.optional("asked-at").and_then(|text| text.parse().ok());
        let mut filter = |word| self.optional(word).map(str::to_owned);
        let filters = Filters {
            scheme: filter("scheme"),
            district: filter("district"),
            fy: filter("fy"),
            head: filter("head"),
        };
        Ok(Seen { position, root, known_on, as_of, asked: (asked_known_on, asked_at), filters })
    }

    /// Makes sure that nothing follows.
    pub(crate) fn end(mut self) -> Result<(), ReportError> {
        match self.held.or_else(|| self.lines.next()) {
            None => Ok(()),
            Some(_) => {
                Err(ReportError::at(format!("line {}", self.number + 1), "nothing may stand here"))
            }
        }
    }

    fn manifest(mut self) -> Result<Manifest, ReportError> {
        let ledger = self.next("ledger")?.to_owned();
        let ledger_id = self.next("ledger-id")?.to_owned();
        let simulated = self.next("clock")? == "simulated";
        let program = self.next("program")?.to_owned();
        let (table, form) = (self.next("table")?, self.next("form")?);
        let table = Table::ALL.into_iter().find(|one| one.name() == table);
        let form = Form::ALL.into_iter().find(|one| one.name() == form);
        let (table, form) = table
            .zip(form)
            .filter(|(table, form)| table.has(*form))
            .ok_or_else(|| self.wrong("form"))?;
        let seen = self.seen()?;
        let (events, unplaced) = (self.number("events")?, self.number("unplaced")?);
        let mut tally = Tally { rows: self.number("rows")?, totals: Vec::new() };
        for column in table.amounts() {
            let said = self.next("total")?.strip_prefix(column).unwrap_or_default();
            let total = said.strip_prefix(' ').and_then(read_back::amount);
            tally.totals.push(total.ok_or_else(|| self.wrong("total"))?);
        }
        let signed_by = Some(self.next("signed-by")?.to_owned()).filter(|by| by != "nobody");
        let files = self.files()?;
        self.end()?;
        let Seen { position, root, known_on, as_of, asked, filters } = seen;
        Ok(Manifest {
            ledger,
            ledger_id,
            simulated,
            program,
            table,
            form,
            position,
            root,
            known_on,
            as_of,
            asked,
            filters,
            events,
            unplaced,
            tally,
            signed_by,
            files,
        })
    }

    fn files(&mut self) -> Result<Vec<Part>, ReportError> {
        let mut files: Vec<Part> = Vec::new();
        while let Some(said) = self.optional("file") {
            let mut words = said.splitn(4, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (sha256, bytes, rows, name) = (unhex(word()), word(), word(), word());
            let part = sha256.zip(bytes.parse().ok().zip(rows.parse().ok()));
            let (sha256, (bytes, rows)) = part.ok_or_else(|| self.wrong("file"))?;
            let after = files.last().is_none_or(|before| before.name.as_str() < name);
            if !leads_down(name) || !after || files.len() == FILES_MAX {
                return Err(self.wrong("file"));
            }
            files.push(Part { sha256, bytes, rows, name: name.to_owned() });
        }
        Ok(files)
    }
}

/// Whether a name is relative, of no control character, and leads nowhere but down.
pub(crate) fn leads_down(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    let plain = |found: char| !found.is_control() && found != '\\';
    name.split('/').all(part) && name.chars().all(plain)
}

/// A file as a manifest names it.
///
/// # Errors
/// Whatever keeps it from being read.
pub fn part_of(name: &str, rows: u64, from: &mut dyn Read) -> std::io::Result<Part> {
    let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = match from.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if read == 0 {
            let sha256 = hash.finalize().into();
            return Ok(Part { sha256, bytes, rows, name: name.to_owned() });
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if text.len() != 64 || !plain {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
