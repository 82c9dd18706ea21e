//! Checking a package without the ledger: manifest, signature, checkpoint, every file, and what lies in it.
//!
//! # Invariants
//! * Nothing is said of what a file holds before the bytes of every file are those the manifest names.
//! * Every file of the directory is named; a link or a device is none.
//!
//! # Not here
//! Exports one by one: `export`. The same for somebody without Bahi: `check.py`.

use std::path::Path;

use bahi_core::Position;
use bahi_proof::{
    Checkpoint, Hash, LEAVES_MAX, LeafSet, NOTE_BYTES_MAX, Note, Policy, RecordProof, VerifierKey,
    leaf_hash, verify_inclusion,
};
use bahi_reports::{
    DEPTH_MAX as EXPORT_DEPTH_MAX, Manifest, Package, PackageFile, Part, is_package,
};

use super::{CHECKPOINT, PACKAGE_MANIFEST};
use crate::{
    ExportProblem, check_export,
    export::{bounded, unchanged, under, walk},
    signer_of,
};

/// The most bytes of a record or of a proof that are read.
const PROOF_BYTES_MAX: u64 = 1 << 24;
/// How deep files lie: those of an export under two folders of the package.
const DEPTH_MAX: usize = EXPORT_DEPTH_MAX + 2;
/// What the name of an export's manifest ends with.
const EXPORT_MANIFEST: &str = ".manifest";

/// A package that is what its manifest says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedPackage {
    /// What it is of.
    pub manifest: Package,
    /// The given key that signed manifest and checkpoint; nothing where no key was given, and where the
    /// manifest is nobody's.
    pub signer: Option<String>,
    /// The given key that signed the checkpoint.
    pub checkpoint_signer: Option<String>,
    /// How many exports were checked row by row.
    pub exports: u64,
    /// How many proofs lead to the root.
    pub proofs: u64,
}

/// Whether a path is a directory with the manifest of a package, or that manifest.
#[must_use]
pub fn is_package_at(path: &Path) -> bool {
    let manifest = if path.is_dir() { path.join(PACKAGE_MANIFEST) } else { path.to_path_buf() };
    bounded(&manifest, NOTE_BYTES_MAX as u64)
        .is_ok_and(|bytes| is_package(&String::from_utf8_lossy(&bytes)))
}

/// Checks the package in a directory, or that of the manifest at a path. With keys, one of them must have
/// signed its checkpoint, and its manifest unless that says that nobody did; with a checkpoint, it must be
/// of the same records and root.
///
/// # Errors
/// [`ExportProblem`], in the order of its variants; [`ExportProblem::File`] names the file.
pub fn check_package(
    path: &Path,
    keys: &[VerifierKey],
    checkpoint: Option<&Note>,
) -> Result<CheckedPackage, ExportProblem> {
    let dir = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let bytes = bounded(&dir.join(PACKAGE_MANIFEST), NOTE_BYTES_MAX as u64)?;
    let (manifest, note) = manifest_in(&bytes)?;
    let signer = match &note {
        Some(note) => signer_among(note, keys, &manifest.ledger, "the manifest")?,
        None => None,
    };
    if note.is_some() && !keys.is_empty() && signer != manifest.signed_by {
        let why = "a key signed it that it does not name".to_owned();
        return Err(ExportProblem::Signature(why));
    }
    if let Some(checkpoint) = checkpoint {
        under(&manifest.ledger, (manifest.position, manifest.root), checkpoint, keys)?;
    }
    every_file(dir, &manifest)?;
    let own = own_checkpoint(dir, &manifest)?;
    let checkpoint_signer = signer_among(&own, keys, &manifest.ledger, "the package's checkpoint")?;
    let exports = exports(dir, &manifest, keys)?;
    let proofs = proofs(dir, &manifest, &own, keys)?;
    Ok(CheckedPackage { manifest, signer, checkpoint_signer, exports, proofs })
}

fn manifest_in(bytes: &[u8]) -> Result<(Package, Option<Note>), ExportProblem> {
    let malformed = |error: &dyn std::fmt::Display| ExportProblem::Manifest(error.to_string());
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
    if !text.contains("\n\n") {
        let manifest = Package::parse(text).map_err(|error| malformed(&error))?;
        return match &manifest.signed_by {
            None => Ok((manifest, None)),
            Some(signer) => {
                Err(ExportProblem::Manifest(format!("{signer} is to have signed it, and did not")))
            }
        };
    }
    let note = Note::parse(bytes).map_err(|error| malformed(&error))?;
    let manifest = Package::parse(note.text()).map_err(|error| malformed(&error))?;
    match manifest.signed_by {
        Some(_) => Ok((manifest, Some(note))),
        None => Err(ExportProblem::Manifest("it says that nobody signs, and is signed".to_owned())),
    }
}

/// The key of a ledger that signed a note; nothing where no key is given.
fn signer_among(
    note: &Note,
    keys: &[VerifierKey],
    ledger: &str,
    what: &str,
) -> Result<Option<String>, ExportProblem> {
    if keys.is_empty() {
        return Ok(None);
    }
    let by = keys.iter().find(|key| key.name() == ledger && note.is_signed_by(key));
    let none = || {
        let why = format!("no key given of {ledger} signed {what}; anybody else can have made it");
        ExportProblem::Signature(why)
    };
    by.map(|key| Some(signer_of(key))).ok_or_else(none)
}

fn every_file(dir: &Path, manifest: &Package) -> Result<(), ExportProblem> {
    let mut found = Vec::new();
    walk(dir, "", DEPTH_MAX, &mut found)?;
    for name in found {
        let named = manifest.files.iter().any(|file| file.name == name);
        if !named && name != PACKAGE_MANIFEST {
            let why = "the manifest does not name it".to_owned();
            return Err(ExportProblem::File { name, why });
        }
    }
    for PackageFile { sha256, bytes, name } in &manifest.files {
        let part = Part { sha256: *sha256, bytes: *bytes, rows: 0, name: name.clone() };
        unchanged(&part, &dir.join(name))?;
    }
    Ok(())
}

fn other(name: &str, why: impl Into<String>) -> ExportProblem {
    ExportProblem::File { name: name.to_owned(), why: why.into() }
}

fn own_checkpoint(dir: &Path, manifest: &Package) -> Result<Note, ExportProblem> {
    let no = |why: String| other(CHECKPOINT, why);
    let bytes = bounded(&dir.join(CHECKPOINT), NOTE_BYTES_MAX as u64)?;
    let note = Note::parse(&bytes).map_err(|error| no(error.to_string()))?;
    let said = Checkpoint::parse(note.text()).map_err(|error| no(error.to_string()))?;
    let same = said.origin() == manifest.ledger
        && said.size() == manifest.position + 1
        && said.root().0 == manifest.root;
    if same { Ok(note) } else { Err(no("it is not that of the manifest's root".to_owned())) }
}

/// Every export row by row, each of the same past as the package.
fn exports(dir: &Path, package: &Package, keys: &[VerifierKey]) -> Result<u64, ExportProblem> {
    let mut count = 0;
    // Nobody signed the exports of a package that nobody signed.
    let keys = if package.signed_by.is_some() { keys } else { &[] };
    for PackageFile { name, .. } in &package.files {
        if !name.ends_with(EXPORT_MANIFEST) {
            continue;
        }
        let checked =
            check_export(&dir.join(name), keys, None).map_err(|problem| match problem {
                problem @ ExportProblem::Unread { .. } => problem,
                problem @ (ExportProblem::Manifest(_)
                | ExportProblem::Signature(_)
                | ExportProblem::Checkpoint(_)
                | ExportProblem::File { .. }) => other(name, problem.to_string()),
            })?;
        if !is_of(&checked.manifest, package) {
            return Err(other(name, "it is of another past or other funds than the package"));
        }
        count += 1;
    }
    match count == package.exports {
        true => Ok(count),
        false => Err(ExportProblem::Manifest(format!(
            "it says {} exports, and {count} are there",
            package.exports
        ))),
    }
}

/// Whether an export is of a package's ledger, past and funds.
fn is_of(export: &Manifest, package: &Package) -> bool {
    (&export.ledger_id, export.position, export.root, export.as_of, &export.filters)
        == (&package.ledger_id, package.position, package.root, package.as_of, &package.filters)
}

/// Every proof, from its record to the package's root.
fn proofs(
    dir: &Path,
    package: &Package,
    own: &Note,
    keys: &[VerifierKey],
) -> Result<u64, ExportProblem> {
    let mut count = 0;
    let (size, root) = (package.position + 1, Hash(package.root));
    for PackageFile { name, .. } in &package.files {
        let no = |why: String| other(name, why);
        if name.ends_with(".leaf-set") {
            let set = LeafSet::parse(&bounded(&dir.join(name), PROOF_BYTES_MAX)?);
            let set = set.map_err(|error| no(error.to_string()))?;
            if set.leaves.len() > LEAVES_MAX || set.proof.note() != own {
                return Err(no("it is not under the package's checkpoint".to_owned()));
            }
            if let Some(key) = keys.iter().find(|key| own.is_signed_by(key)) {
                let policy = Policy::of_log(key.clone()).map_err(|error| no(error.to_string()))?;
                let position = Position(set.proof.index());
                let checked = set.check(&policy, |record| crate::certified_head(position, record));
                checked.map_err(|error| no(crate::answers::full(&error)))?;
            }
            continue;
        }
        let Some(record) = name.strip_suffix(".tlog-proof") else { continue };
        let proof = RecordProof::parse(&bounded(&dir.join(name), PROOF_BYTES_MAX)?);
        let proof = proof.map_err(|error| no(error.to_string()))?;
        let position = Position(proof.index());
        if proof.note() != own || record != format!("proofs/{position}") {
            return Err(no("it is not of its record under the package's checkpoint".to_owned()));
        }
        let bytes = bounded(&dir.join(format!("{record}.record")), PROOF_BYTES_MAX)?;
        verify_inclusion(leaf_hash(&bytes), proof.index(), size, proof.path(), root)
            .map_err(|error| no(error.to_string()))?;
        count += 1;
    }
    Ok(count)
}
