//! `bahi vault put|show|erase|accesses`: somebody's details, each access told to the ledger first.
//!
//! # Invariants
//! * Details come in from a file or standard input and never as an argument; no error quotes them.
//! * A role that may not is told so before the vault is opened, and leaves an event.
//! * Nothing of anybody is written out before its event is durable.
//!
//! # Not here
//! What a vault is (`bahi-vault`), and what comes first (`bahi`). Fingerprint keys: `vault`.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use bahi::{
    DetailsError, Ledger, NewVault,
    vault::{Access, Contents, ContentsError, Plain, Subject, Vault},
};
use serde::{
    Serialize,
    de::{DeserializeSeed, Deserializer, MapAccess, Visitor},
};

use crate::{
    Streams,
    arguments::{Accesses, Asking, Erase, Format, Global, Put, Show, Whose},
    open::{open, open_asked},
    status::{Failure, Status, one_line},
    table::{Table, number, text, words},
    write,
};

/// The most bytes of details as JSON: every text at its bound, each of its bytes escaped.
const INPUT_BYTES_MAX: usize = 512 * 1024;

/// What `vault put` and `vault erase` answer.
#[derive(Serialize)]
struct Done {
    subject: String,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<usize>,
    /// Of details put in: whether there were some before. Of erased ones: whether they were erased
    /// before, so that nothing more was recorded.
    before: bool,
    vault: String,
}

/// What `vault show` answers.
#[derive(Serialize)]
struct Shown<'a> {
    subject: String,
    position: u64,
    fields: BTreeMap<&'a str, &'a str>,
}

/// A row of `vault show`.
#[derive(Serialize)]
struct Field<'a> {
    field: &'a str,
    text: &'a str,
}

/// What `vault accesses` answers.
#[derive(Serialize)]
struct Listed {
    subject: String,
    accesses: Vec<Listing>,
}

/// A row of it.
#[derive(Serialize)]
struct Listing {
    position: u64,
    recorded_at: String,
    access: &'static str,
    actor: String,
    role: &'static str,
    fields: u64,
}

/// What is written where the answer is no.
#[derive(Serialize)]
struct Refused<'a> {
    refusal: &'static str,
    message: &'a str,
    position: Option<u64>,
}

pub(super) fn put(
    asked: &Put,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let subject = subject(&asked.whose)?;
    let dir = vault_dir(global)?;
    let contents = contents(asked.file.as_deref(), global, streams)?;
    let mut ledger = permitted(Access::Put, &asked.by, global, streams)?;
    let new = if asked.new { NewVault::Another } else { NewVault::First };
    let mut vault = open_vault(&ledger, &dir, new, global, streams)?;
    let by = asked.by.acting();
    let done = ledger.put_details(&mut vault, &subject, &contents, asked.again, &by);
    let done = done.or_else(|error| Err(say_no(error, global, streams)?))?;
    let answer = Done {
        subject: subject.to_string(),
        position: done.position.0,
        fields: Some(contents.len()),
        before: done.replaced,
        vault: dir.display().to_string(),
    };
    let what = if done.replaced { "replaced" } else { "put in" };
    tell(&answer, &format!("the details of {subject} are {what}"), global, streams)?;
    Ok(Status::Done)
}

pub(super) fn show(
    asked: &Show,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let subject = subject(&asked.whose)?;
    let dir = vault_dir(global)?;
    let mut ledger = permitted(Access::Show, &asked.by, global, streams)?;
    let mut vault = open_vault(&ledger, &dir, NewVault::No, global, streams)?;
    let shown = ledger.show_details(&mut vault, &subject, &asked.by.acting());
    let shown = shown.or_else(|error| Err(say_no(error, global, streams)?))?;
    let (position, contents) = (shown.position.0, &shown.contents);
    match global.format {
        Format::Json => {
            let (subject, fields) = (subject.to_string(), contents.iter().collect());
            write::json(streams.out, &Shown { subject, position, fields })?;
        }
        Format::Jsonl => {
            for (field, text) in contents.iter() {
                write::json_line(streams.out, &Field { field, text })?;
            }
        }
        Format::Csv => {
            write::csv_row(streams.out, ["field", "text"])?;
            for (field, text) in contents.iter() {
                write::csv_row(streams.out, [field, &no_formula(text)])?;
            }
        }
        Format::Table => {
            let (out, width) = (&mut *streams.out, streams.terminal.width);
            writeln!(out, "details of {subject}, shown as position {position} records\n")?;
            let mut table = Table::new([text("field"), words("text")]);
            for (field, text) in contents.iter() {
                let lines: Vec<String> = text.lines().map(one_line).collect();
                table.row([field.to_owned(), lines.join("\n")]);
            }
            table.write(out, width)?;
        }
    }
    Ok(Status::Done)
}

pub(super) fn erase(
    asked: &Erase,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let subject = subject(&asked.whose)?;
    let dir = vault_dir(global)?;
    let mut ledger = permitted(Access::Erase, &asked.by, global, streams)?;
    let mut vault = open_vault(&ledger, &dir, NewVault::No, global, streams)?;
    let done = ledger.erase_details(&mut vault, &subject, &asked.by.acting());
    let done = done.or_else(|error| Err(say_no(error, global, streams)?))?;
    let answer = Done {
        subject: subject.to_string(),
        position: done.position.0,
        fields: None,
        before: done.before,
        vault: dir.display().to_string(),
    };
    let before = if done.before { "were erased before" } else { "are erased" };
    let line = format!(
        "the details of {subject} {before}; the ledger keeps the pseudonym, its events and proofs"
    );
    tell(&answer, &line, global, streams)?;
    Ok(Status::Done)
}

pub(super) fn accesses(
    asked: &Accesses,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let subject = subject(&asked.whose)?;
    let ledger = open_asked(global, streams)?;
    let found = ledger.accesses(&subject)?;
    let listing = |one: &bahi::VaultAccess| Listing {
        position: one.position.0,
        recorded_at: one.recorded_at.to_string(),
        access: one.access.word(),
        actor: one.actor.to_string(),
        role: one.role.name(),
        fields: one.fields,
    };
    let subject = subject.to_string();
    let answer = Listed { subject, accesses: found.iter().map(listing).collect() };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.accesses)?,
        Format::Csv => {
            let heading = ["position", "recorded_at", "access", "actor", "role", "fields"];
            write::csv_row(streams.out, heading)?;
            for one in &answer.accesses {
                write::csv_row(streams.out, cells(one))?;
            }
        }
        Format::Table => {
            let (out, width) = (&mut *streams.out, streams.terminal.width);
            if answer.accesses.is_empty() {
                writeln!(out, "no access to details of {} is recorded", answer.subject)?;
                return Ok(Status::Done);
            }
            writeln!(out, "accesses to the details of {}\n", answer.subject)?;
            let heading = ["recorded at", "access", "actor", "role"].map(text);
            let mut columns = vec![number("position")];
            columns.extend(heading);
            columns.push(number("fields"));
            let mut table = Table::new(columns);
            answer.accesses.iter().for_each(|one| table.row(cells(one)));
            table.write(out, width)?;
        }
    }
    Ok(Status::Done)
}

fn cells(one: &Listing) -> [String; 6] {
    let Listing { position, recorded_at, access, actor, role, fields } = one;
    let (access, role) = ((*access).to_owned(), (*role).to_owned());
    [position.to_string(), recorded_at.clone(), access, actor.clone(), role, fields.to_string()]
}

fn tell(
    answer: &Done,
    line: &str,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    match global.format {
        Format::Json => write::json(streams.out, answer),
        Format::Jsonl => write::json_line(streams.out, answer),
        Format::Csv => {
            let Done { subject, position, before, .. } = answer;
            write::csv_row(streams.out, ["subject", "position", "before"])?;
            write::csv_row(streams.out, [subject, &position.to_string(), &before.to_string()])
        }
        Format::Table => Ok(writeln!(streams.out, "{line}\nposition {}", answer.position)?),
    }
}

/// A subject of the arguments. What is wrong with it is said without quoting it: it may be what it
/// must not be, somebody's name or number.
fn subject(whose: &Whose) -> Result<Subject, Failure> {
    Subject::parse(&whose.subject).map_err(|error| Failure::misuse(format!("SUBJECT: {error}")))
}

pub(super) fn vault_dir(global: &Global) -> Result<PathBuf, Failure> {
    global.vault.clone().ok_or_else(|| {
        Failure::misuse("no vault is named; name its directory by --vault DIR or BAHI_VAULT")
    })
}

/// The ledger, once it is sure that who asks may; that they may not is recorded.
fn permitted(
    access: Access,
    by: &Asking,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Ledger, Failure> {
    let mut ledger = open(global, streams)?;
    match ledger.may_access(access, &by.acting()) {
        Ok(()) => Ok(ledger),
        Err(error) => Err(say_no(error, global, streams)?),
    }
}

/// Opens the vault, and says what became of erasures that were cut off.
pub(super) fn open_vault(
    ledger: &Ledger,
    dir: &Path,
    new: NewVault,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Vault, Failure> {
    let (vault, settled) = ledger.open_vault(&global.dir(), dir, new)?;
    for one in settled {
        match one.recorded {
            Some(position) => writeln!(
                streams.err,
                "bahi: warning: an erasure that was cut off is complete: the one that position \
                 {position} records"
            )?,
            None => writeln!(
                streams.err,
                "bahi: warning: an erasure that was cut off before it was recorded destroyed \
                 nothing; ask for it again"
            )?,
        }
    }
    Ok(vault)
}

/// The failure of an access; where the answer is no, programs get a document as well.
fn say_no(
    error: DetailsError,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Failure, Failure> {
    let (refusal, position) = match &error {
        DetailsError::Denied { position, .. } => ("access_denied", Some(position.0)),
        DetailsError::Erased { position, .. } => ("details_erased", Some(position.0)),
        DetailsError::NothingHeld { .. } => ("no_details", None),
        DetailsError::VaultAway { .. }
        | DetailsError::Vault(_)
        | DetailsError::Unfinished { .. }
        | DetailsError::Submit(_) => {
            return Ok(error.into());
        }
    };
    let answer = Refused { refusal, message: &error.to_string(), position };
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv | Format::Table => {}
    }
    Ok(error.into())
}

/// A text that no spreadsheet takes for a formula.
fn no_formula(text: &str) -> String {
    let formula = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

// ---- details as JSON

/// Somebody's details from a file or standard input.
fn contents(
    file: Option<&Path>,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Contents, Failure> {
    let file = file.filter(|path| *path != Path::new("-"));
    let name = file.map_or("standard input".to_owned(), |path| path.display().to_string());
    let unread = |error: io::Error| Failure::misuse(format!("{name} cannot be read: {error}"));
    let plain = match file {
        Some(path) if crate::whole::is_inside(path, &global.dir()) => {
            return Err(Failure::misuse(format!(
                "{name}: this is inside the ledger's directory, where no detail of anybody may lie"
            )));
        }
        Some(path) => read(&mut File::open(path).map_err(unread)?),
        None => read(&mut streams.input),
    };
    let plain = plain
        .map_err(unread)?
        .ok_or_else(|| Failure::misuse(format!("{name} is longer than {INPUT_BYTES_MAX} bytes")))?;
    parse(plain.bytes()).map_err(|line| Failure::misuse(format!("{name}:{line}")))
}

fn read(mut from: &mut dyn Read) -> io::Result<Option<Plain>> {
    Plain::read(&mut from, INPUT_BYTES_MAX)
}

/// Reads an object of names with texts. What is wrong is said with its place and without a word of
/// the texts, which a message of the JSON reader may quote.
fn parse(bytes: &[u8]) -> Result<Contents, String> {
    let (mut contents, mut refused) = (Contents::default(), None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let fields = Fields { contents: &mut contents, refused: &mut refused };
    let read = fields.deserialize(&mut reader).and_then(|()| reader.end());
    match (refused, read) {
        (Some(refused), read) => {
            let line = read.err().map_or(1, |error| error.line());
            Err(format!("{line}: {refused}"))
        }
        (None, Err(error)) => {
            let (line, column) = (error.line(), error.column());
            Err(format!("{line}:{column}: not one JSON object of names with texts"))
        }
        (None, Ok(())) if contents.is_empty() => Err(format!("1: {}", ContentsError::None)),
        (None, Ok(())) => Ok(contents),
    }
}

/// Reads an object's fields into contents; what those refuse is kept beside the reader's error.
struct Fields<'a> {
    contents: &'a mut Contents,
    refused: &'a mut Option<ContentsError>,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // The reader's input is bounded, and contents refuse the field after the last.
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(TextOf {
                name,
                into: &mut *self.contents,
                refused: &mut *self.refused,
            })?;
        }
        Ok(())
    }
}

/// Reads one text into contents, without a copy of it elsewhere.
struct TextOf<'a> {
    name: String,
    into: &'a mut Contents,
    refused: &'a mut Option<ContentsError>,
}

impl<'de> DeserializeSeed<'de> for TextOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for TextOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.into.add(&self.name, text).map_err(|refused| {
            *self.refused = Some(refused);
            E::custom("refused")
        })
    }
}
