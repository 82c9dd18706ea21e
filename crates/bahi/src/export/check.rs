//! Checking an export without the ledger: manifest, signature, checkpoint, files.
//!
//! # Invariants
//! * Nothing is said of files before the bytes of every one are those the manifest names.
//! * What the rows add up to is computed again from the files, by other code than wrote them.
//! * A name of the manifest is followed only down from the export, and through no link.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use bahi_proof::{Checkpoint, NOTE_BYTES_MAX, Note, VerifierKey};
use bahi_reports::{Form, Manifest, Part, ReportError, Tally, part_of, read_back, read_back_file};
use thiserror::Error as ThisError;

use super::signer_of;

/// What the name of an export's manifest ends with.
const SUFFIX: &str = ".manifest";

/// An export that is what its manifest says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedExport {
    /// What it is of.
    pub manifest: Manifest,
    /// The given key that signed the manifest; nothing where no key was given.
    pub signer: Option<String>,
    /// Whether a given checkpoint has the manifest's root.
    pub under_checkpoint: bool,
}

/// Why an export is not to be relied on.
#[derive(Debug, ThisError)]
pub enum ExportProblem {
    /// A file cannot be read. Name the export or its manifest, both side by side.
    #[error("{path} cannot be read: {source}")]
    Unread {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The manifest is none, or was changed. Rely on nothing it says.
    #[error("the manifest: {0}")]
    Manifest(String),
    /// No key that was given signed the manifest. Rely on nothing it says.
    #[error("{0}")]
    Signature(String),
    /// The checkpoint given does not have the manifest's root.
    #[error("{0}")]
    Checkpoint(String),
    /// A file is not the one that the manifest names. Rely on nothing in it.
    #[error("{name}: {why}")]
    File {
        /// Its name in the manifest, or in the directory.
        name: String,
        /// What is wrong.
        why: String,
    },
}

/// The manifest of an export at a path.
#[must_use]
pub fn manifest_of(export: &Path) -> PathBuf {
    let mut name = export.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}

/// Checks the export at a path, or that of the manifest at a path. With keys, one of them must have
/// signed the manifest, under the ledger's name; with a checkpoint, it must be of as many records as
/// the manifest speaks of, signed by one of the keys where there are any, and have the same root.
///
/// # Errors
/// [`ExportProblem`], in the order of its variants.
pub fn check_export(
    path: &Path,
    keys: &[VerifierKey],
    checkpoint: Option<&Note>,
) -> Result<CheckedExport, ExportProblem> {
    let named = path.to_string_lossy();
    let (export, beside) = match named.strip_suffix(SUFFIX) {
        Some(export) if path.is_file() => (PathBuf::from(export), path.to_path_buf()),
        Some(_) | None => (path.to_path_buf(), manifest_of(path)),
    };
    let bytes = bounded(&beside, NOTE_BYTES_MAX as u64)?;
    let (manifest, note) = manifest_in(&bytes)?;
    let signer = signed(&manifest, note.as_ref(), keys)?;
    if let Some(checkpoint) = checkpoint {
        under(&manifest.ledger, (manifest.position, manifest.root), checkpoint, keys)?;
    }
    let mut tally = Tally::of(manifest.table);
    let files = files_of(&manifest, &export)?;
    for (part, path) in &files {
        unchanged(part, path)?;
    }
    for (part, path) in &files {
        tally.add(&counted(&manifest, part, path)?);
    }
    if tally != manifest.tally {
        return Err(ExportProblem::Manifest(sums_differ(&manifest, &tally)));
    }
    Ok(CheckedExport { manifest, signer, under_checkpoint: checkpoint.is_some() })
}

fn sums_differ(manifest: &Manifest, tally: &Tally) -> String {
    if tally.rows != manifest.tally.rows {
        return format!("it says {} rows, the files have {}", manifest.tally.rows, tally.rows);
    }
    let totals = manifest.tally.totals.iter().zip(&tally.totals);
    let differing = manifest.table.amounts().zip(totals).find(|(_, (said, found))| said != found);
    differing.map_or_else(
        || "its totals are not those of the files".to_owned(),
        |(column, (said, found))| {
            format!("it says {column} adds up to {said}, the files to {found}")
        },
    )
}

fn unread(path: &Path) -> impl FnOnce(io::Error) -> ExportProblem {
    let path = path.to_path_buf();
    |source| ExportProblem::Unread { path, source }
}

/// A file's bytes, and one more than it may have where it has more.
pub(crate) fn bounded(path: &Path, max: u64) -> Result<Vec<u8>, ExportProblem> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unread(path))?;
    file.take(max + 1).read_to_end(&mut bytes).map_err(unread(path))?;
    Ok(bytes)
}

/// The manifest of a file, and the note that it is where it is signed.
fn manifest_in(bytes: &[u8]) -> Result<(Manifest, Option<Note>), ExportProblem> {
    let malformed = |error: &dyn std::fmt::Display| ExportProblem::Manifest(error.to_string());
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
    if !text.contains("\n\n") {
        let manifest = Manifest::parse(text).map_err(|error| malformed(&error))?;
        return match manifest.signed_by {
            None => Ok((manifest, None)),
            Some(signer) => {
                Err(ExportProblem::Manifest(format!("{signer} is to have signed it, and did not")))
            }
        };
    }
    let note = Note::parse(bytes).map_err(|error| malformed(&error))?;
    let manifest = Manifest::parse(note.text()).map_err(|error| malformed(&error))?;
    Ok((manifest, Some(note)))
}

fn signed(
    manifest: &Manifest,
    note: Option<&Note>,
    keys: &[VerifierKey],
) -> Result<Option<String>, ExportProblem> {
    if keys.is_empty() {
        return Ok(None);
    }
    let no = |why: String| Err(ExportProblem::Signature(why));
    let Some(note) = note else {
        return no("nobody signed the manifest; anybody can have made it".to_owned());
    };
    let Some(key) = keys.iter().find(|key| note.is_signed_by(key)) else {
        return no("no key given signed the manifest; anybody else can have made it".to_owned());
    };
    if key.name() != manifest.ledger || manifest.signed_by != Some(signer_of(key)) {
        let (signer, ledger) = (signer_of(key), &manifest.ledger);
        return no(format!("{signer} signed it, which is not the signer of {ledger} it names"));
    }
    Ok(Some(signer_of(key)))
}

/// Makes sure that a note is the checkpoint of a ledger at a position with a root.
pub(crate) fn under(
    ledger: &str,
    (position, root): (u64, [u8; 32]),
    note: &Note,
    keys: &[VerifierKey],
) -> Result<(), ExportProblem> {
    let no = |why: String| Err(ExportProblem::Checkpoint(why));
    let checkpoint = match Checkpoint::parse(note.text()) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return no(format!("the checkpoint: {error}")),
    };
    if !keys.is_empty() && !keys.iter().any(|key| note.is_signed_by(key)) {
        return no("no key given signed the checkpoint".to_owned());
    }
    if checkpoint.origin() != ledger {
        let origin = checkpoint.origin();
        return no(format!("the checkpoint is of {origin}, the export of {ledger}"));
    }
    let last = checkpoint.size().saturating_sub(1);
    if last != position {
        return no(format!(
            "the checkpoint is of position {last}, the export of {position}; ask for a checkpoint \
             made with --at {position}"
        ));
    }
    match checkpoint.root().0 == root {
        true => Ok(()),
        false => no("the checkpoint has another root: the export is of another history".to_owned()),
    }
}

/// Where the files of a manifest are; none of them missing, and none beside them in a directory.
fn files_of(manifest: &Manifest, export: &Path) -> Result<Vec<(Part, PathBuf)>, ExportProblem> {
    if manifest.form != Form::Parquet {
        // One file, which may have been given another name together with its manifest.
        return match manifest.files.as_slice() {
            [part] => Ok(vec![(part.clone(), export.to_path_buf())]),
            _ => Err(ExportProblem::Manifest("this form is of one file".to_owned())),
        };
    }
    let files: Vec<(Part, PathBuf)> =
        manifest.files.iter().map(|part| (part.clone(), export.join(&part.name))).collect();
    let mut found = Vec::new();
    walk(export, "", bahi_reports::DEPTH_MAX, &mut found)?;
    for name in found {
        if !manifest.files.iter().any(|part| part.name == name) {
            let why = "the manifest does not name it".to_owned();
            return Err(ExportProblem::File { name, why });
        }
    }
    Ok(files)
}

/// The names of everything in a directory that is no directory, each from where it began.
pub(crate) fn walk(
    dir: &Path,
    before: &str,
    deep: usize,
    found: &mut Vec<String>,
) -> Result<(), ExportProblem> {
    for entry in fs::read_dir(dir).map_err(unread(dir))? {
        let entry = entry.map_err(unread(dir))?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(unread(&entry.path()))?;
        if kind.is_dir() {
            if name.split('/').count() > deep {
                let why = "it lies deeper than any part".to_owned();
                return Err(ExportProblem::File { name, why });
            }
            walk(&entry.path(), &format!("{name}/"), deep, found)?;
        } else if kind.is_file() {
            found.push(name);
        } else {
            let why = "it is a link or a device".to_owned();
            return Err(ExportProblem::File { name, why });
        }
    }
    Ok(())
}

/// Makes sure that a file's bytes are those the manifest names.
pub(crate) fn unchanged(part: &Part, path: &Path) -> Result<(), ExportProblem> {
    let no = |why: String| Err(ExportProblem::File { name: part.name.clone(), why });
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return no("it is missing".to_owned());
        }
        opened => opened.map_err(unread(path))?,
    };
    let found = part_of(&part.name, part.rows, &mut file).map_err(unread(path))?;
    if found.bytes != part.bytes {
        return no(format!("it has {} bytes, the manifest says {}", found.bytes, part.bytes));
    }
    match found.sha256 == part.sha256 {
        true => Ok(()),
        false => no("its bytes are not those the manifest names".to_owned()),
    }
}

/// What the rows of a file add up to.
fn counted(manifest: &Manifest, part: &Part, path: &Path) -> Result<Tally, ExportProblem> {
    let no = |why: String| ExportProblem::File { name: part.name.clone(), why };
    let file = File::open(path).map_err(unread(path))?;
    let tally = match manifest.form.is_text() {
        true => read_back(manifest.table, manifest.form, &mut BufReader::new(file)),
        false => read_back_file(manifest.table, manifest.form, file),
    };
    let tally = tally.map_err(|error: ReportError| no(error.to_string()))?;
    match tally.rows == part.rows {
        true => Ok(tally),
        false => Err(no(format!("it has {} rows, the manifest says {}", tally.rows, part.rows))),
    }
}
