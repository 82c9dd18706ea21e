//! What lies beside an export: its manifest, who signs it, and the event that it left the ledger.
//!
//! # Invariants
//! * A manifest is made only if it reads back as what it says.
//! * The event of an export names the text that is signed, whoever signs it.

use bahi_core::{Act, Command, CommandId, Position, Receipt, Word};
use bahi_proof::{Note, SigningKey, VerifierKey};
use bahi_reports::{Filters, Manifest, Part};

use super::{Export, ExportError, Exported};
use crate::{Acting, Error, Ledger, SubmitError, press::Press};

/// How a manifest names a signer: its name and the id of its key.
#[must_use]
pub fn signer_of(key: &VerifierKey) -> String {
    format!("{}+{}", key.name(), key.id())
}

impl Ledger {
    /// The manifest of an export: what it is of, what it came to, and its files.
    ///
    /// # Errors
    /// [`ExportError::Manifest`] for a file's name with a control character, a part of `..`, or
    /// beside too many others.
    pub fn export_manifest(
        &self,
        asked: &Export,
        exported: &Exported,
        files: Vec<Part>,
        signer: Option<&VerifierKey>,
    ) -> Result<Manifest, ExportError> {
        self.press().export_manifest(asked, exported, files, signer)
    }

    /// Records that an export left the ledger, before its files are handed over.
    ///
    /// # Errors
    /// Those of [`Ledger::submit`]; a backup takes no events.
    pub fn note_export(
        &mut self,
        manifest: &Manifest,
        by: &Acting,
    ) -> Result<Receipt, SubmitError> {
        let upto = Position(manifest.position);
        self.note_left(manifest.table.name(), upto, manifest.tally.rows, manifest.digest(), by)
    }

    /// Records that something of a name left the ledger: what it rests on, its rows, and the SHA-256 of its
    /// manifest.
    pub(crate) fn note_left(
        &mut self,
        what: &str,
        upto: Position,
        rows: u64,
        digest: [u8; 32],
        by: &Acting,
    ) -> Result<Receipt, SubmitError> {
        let mut id = [0_u8; 16];
        getrandom::fill(&mut id).map_err(|_| Error::NoRandomness)?;
        let what = Word::new(what).map_err(|_| Error::Bug("the name of an export is no word"))?;
        self.submit(&Command {
            id: CommandId::derived(id),
            actor: by.actor.clone(),
            role: by.role,
            effective_day: self.today(),
            authority: by.authority.clone(),
            aliases: Vec::new(),
            signed: None,
            act: Act::NoteExport { what, upto, rows, digest },
        })
    }
}

impl Press<'_> {
    /// As [`Ledger::export_manifest`] says.
    pub(crate) fn export_manifest(
        &self,
        asked: &Export,
        exported: &Exported,
        mut files: Vec<Part>,
        signer: Option<&VerifierKey>,
    ) -> Result<Manifest, ExportError> {
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let (basis, filter) = (exported.basis, &asked.filter);
        let manifest = Manifest {
            ledger: self.name().as_str().to_owned(),
            ledger_id: self.id().to_string(),
            simulated: self.is_simulated(),
            program: format!("bahi {}", env!("CARGO_PKG_VERSION")),
            table: asked.table,
            form: asked.form,
            position: basis.position.0,
            root: basis.root.0,
            known_on: basis.known_on,
            as_of: basis.as_of,
            asked: (asked.view.known_on, asked.view.at.map(|position| position.0)),
            filters: Filters {
                scheme: filter.scheme.as_ref().map(ToString::to_string),
                district: filter.district.map(|district| district.to_string()),
                fy: filter.fy.map(|fy| fy.to_string()),
                head: filter.head.as_ref().map(ToString::to_string),
            },
            events: exported.events,
            unplaced: exported.unplaced,
            tally: exported.tally.clone(),
            signed_by: signer.map(signer_of),
            files,
        };
        let read = Manifest::parse(&manifest.text());
        match read.map_err(|error| ExportError::Manifest(error.to_string()))? == manifest {
            true => Ok(manifest),
            false => Err(ExportError::Manifest("a name in it has no plain form".to_owned())),
        }
    }
}

/// The bytes of the file beside an export: its manifest, a signed note where there is a key, whose
/// public half the manifest names; the text by itself where nobody signs.
///
/// # Errors
/// [`ExportError::Manifest`] for a manifest that names another signer, and for one too long to sign.
pub fn manifest_file(manifest: &Manifest, key: Option<&SigningKey>) -> Result<String, ExportError> {
    if manifest.signed_by != key.map(|key| signer_of(key.verifier())) {
        return Err(ExportError::Manifest("it names another signer".to_owned()));
    }
    let text = manifest.text();
    let Some(key) = key else { return Ok(text) };
    let note = Note::sign(&text, key).map_err(|error| ExportError::Manifest(error.to_string()))?;
    Ok(note.to_string())
}
