//! A package on its way: its files in order, and the manifest that names them.

use std::{
    collections::BTreeSet,
    io::{BufWriter, Write},
};

use bahi_core::Position;
use bahi_proof::{Note, SigningKey};
use bahi_reports::{Filters, Form, Hashing, Outlet, Package, Part, Table, Under};

use super::{CHECKPOINT, PACKAGE_MANIFEST, PackageError, PackageOf, Packed, SCRIPT, readme};
use crate::{
    Basis, Export, ExportError, Ledger, certify::is_of_balances, manifest_file, signer_of,
};

/// The exports of a package, each with its file's name.
const EXPORTS: [(Table, Form, &str); 10] = [
    (Table::Events, Form::JsonLines, "events.jsonl"),
    (Table::Postings, Form::Csv, "postings.csv"),
    (Table::Postings, Form::Hledger, "postings.journal"),
    (Table::Postings, Form::Beancount, "postings.beancount"),
    (Table::Postings, Form::Parquet, "postings.parquet"),
    (Table::GlDetail, Form::Csv, "gl-detail.csv"),
    (Table::Cases, Form::Csv, "cases.csv"),
    (Table::Cases, Form::Xlsx, "cases.xlsx"),
    (Table::Balances, Form::Csv, "balances.csv"),
    (Table::Balances, Form::Xlsx, "balances.xlsx"),
];

/// A package on its way.
pub(super) struct Building<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) asked: &'a PackageOf,
    pub(super) basis: Basis,
    pub(super) note: &'a Note,
    key: Option<&'a SigningKey>,
    place: Hashing<'a>,
    /// Records that are to be proved one by one, the most wanted first.
    pub(super) wanted: Vec<Position>,
    pub(super) left_out: Vec<String>,
    pub(super) holds: bool,
    pub(super) findings: u64,
    pub(super) papers: u64,
    exports: u64,
    rows: u64,
    proofs: u64,
}

impl<'a> Building<'a> {
    pub(super) fn begin(
        ledger: &'a Ledger,
        asked: &'a PackageOf,
        basis: Basis,
        (note, key): (&'a Note, Option<&'a SigningKey>),
        outlet: &'a mut dyn Outlet,
    ) -> Building<'a> {
        Building {
            ledger,
            asked,
            basis,
            note,
            key,
            place: Hashing::new(outlet),
            wanted: vec![Position::NONE],
            left_out: Vec::new(),
            holds: true,
            findings: 0,
            papers: 0,
            exports: 0,
            rows: 0,
            proofs: 0,
        }
    }

    /// Writes all of it, the manifest last.
    pub(super) fn whole(
        mut self,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Packed, PackageError> {
        for (table, form, name) in EXPORTS {
            self.export(table, form, name, progress)?;
        }
        self.figures()?;
        let cases = self.samples()?;
        self.findings()?;
        self.all_papers(&cases)?;
        self.proofs()?;
        self.put(CHECKPOINT, self.note.to_string().as_bytes())?;
        self.put("check.py", SCRIPT.as_bytes())?;
        let readme = readme::text(&self.manifest(), &self.left_out);
        self.put("README.md", readme.as_bytes())?;
        let manifest = self.manifest();
        let text = manifest.text();
        if Package::parse(&text).ok().as_ref() != Some(&manifest) {
            return Err(PackageError::Manifest("it does not read back as itself".to_owned()));
        }
        let text = match self.key {
            Some(key) => Note::sign(&text, key)
                .map_err(|error| PackageError::Manifest(error.to_string()))?
                .to_string(),
            None => text,
        };
        self.put(PACKAGE_MANIFEST, text.as_bytes())?;
        let (basis, left_out, holds) = (self.basis, self.left_out, self.holds);
        Ok(Packed { basis, manifest, left_out, holds })
    }

    /// Whether a file was begun under a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.place.file(name).is_some()
    }

    /// Writes a file whole.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), PackageError> {
        let mut file = self.place.create(name)?;
        file.write_all(bytes)?;
        Ok(file.flush()?)
    }

    fn export(
        &mut self,
        table: Table,
        form: Form,
        name: &str,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(), PackageError> {
        let (filter, view) = (self.asked.filter.clone(), self.asked.view);
        let export = Export { table, form, filter, view };
        let path = format!("exports/{name}");
        let exported = if form.is_text() {
            let mut out = BufWriter::new(self.place.create(&path)?);
            let exported = self.ledger.export_text(&export, &mut out, progress)?;
            out.flush()?;
            exported
        } else {
            let folder = if form == Form::Parquet { path.as_str() } else { "exports" };
            let mut under = Under::new(&mut self.place, folder);
            match self.ledger.export_files(&export, name, &mut under, progress) {
                Err(ExportError::Form(bahi_reports::ReportError::NotBuilt(form))) => {
                    self.left_out.push(format!("{path}: this program was built without {form}"));
                    return Ok(());
                }
                exported => exported?,
            }
        };
        let part = |file: &str, path: String, rows| {
            let written = self.place.file(&path)?;
            let (sha256, bytes) = (written.sha256, written.bytes);
            Some(Part { sha256, bytes, rows, name: file.to_owned() })
        };
        let parts: Option<Vec<Part>> = match form {
            Form::Parquet => {
                let parts = exported.parts.iter();
                parts.map(|(file, rows)| part(file, format!("{path}/{file}"), *rows)).collect()
            }
            Form::Csv | Form::JsonLines | Form::Xlsx | Form::Hledger | Form::Beancount => {
                part(name, path.clone(), exported.rows).map(|part| vec![part])
            }
        };
        let missing = || PackageError::Manifest(format!("{path} has a part that was not written"));
        let signer = self.key.map(SigningKey::verifier);
        let manifest =
            self.ledger.export_manifest(&export, &exported, parts.ok_or_else(missing)?, signer)?;
        let text = manifest_file(&manifest, self.key)?;
        self.put(&format!("{path}.manifest"), text.as_bytes())?;
        self.exports += 1;
        self.rows += exported.rows;
        Ok(())
    }

    /// Records with the paths by which the root is computed from each, the most wanted first.
    fn proofs(&mut self) -> Result<(), PackageError> {
        let mut seen = BTreeSet::new();
        let wanted = std::mem::take(&mut self.wanted);
        let all: Vec<Position> = wanted.into_iter().filter(|one| seen.insert(*one)).collect();
        let most = super::PACKAGE_PROOFS_MAX;
        if all.len() > most {
            let (asked, rest) = (all.len(), all.len() - most);
            self.left_out.push(format!(
                "proofs/: {rest} of {asked} records that findings and samples begin with have no \
                 proof of their own; exports/events.jsonl has them"
            ));
        }
        for position in all.into_iter().take(most) {
            let proof = self.ledger.prove(position, self.note.clone())?;
            self.put(&format!("proofs/{position}.tlog-proof"), proof.to_string().as_bytes())?;
            self.put(&format!("proofs/{position}.record"), &self.ledger.record(position)?)?;
            self.proofs += 1;
        }
        self.certified()
    }

    /// All balances that were certified last, where any were.
    fn certified(&mut self) -> Result<(), PackageError> {
        let ledger = self.ledger;
        let last = ledger.certificates().iter().rfind(|(at, known)| {
            *at <= self.basis.position && is_of_balances(known, ledger.names())
        });
        if let Some((at, _)) = last {
            match self.ledger.prove_balances(*at, self.note.clone()) {
                Ok(set) => {
                    self.put(
                        &format!("proofs/balances-{at}.leaf-set"),
                        set.to_string().as_bytes(),
                    )?;
                }
                Err(error @ crate::ProveError::TooManyLeaves(_)) => {
                    self.left_out.push(format!("proofs/balances-{at}.leaf-set: {error}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn manifest(&self) -> Package {
        let (basis, asked, filter) = (&self.basis, self.asked, &self.asked.filter);
        Package {
            ledger: self.ledger.name().as_str().to_owned(),
            ledger_id: self.ledger.id().to_string(),
            simulated: self.ledger.is_simulated(),
            program: format!("bahi {}", env!("CARGO_PKG_VERSION")),
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
            sample: asked.sample.as_ref().map(|(nonce, size)| (nonce.as_str().to_owned(), *size)),
            exports: self.exports,
            rows: self.rows,
            findings: self.findings,
            papers: self.papers,
            proofs: self.proofs,
            signed_by: self.key.map(|key| signer_of(key.verifier())),
            files: self.place.files(),
        }
    }
}
