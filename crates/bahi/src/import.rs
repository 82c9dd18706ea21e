//! Bulk history from a spreadsheet: read whole, checked whole, recorded whole or not at all.

use std::collections::BTreeSet;

use bahi_core::{Applicant, CaseRef, Command, CommandId, Event, Position, Refusal, Refused, Word};
pub use bahi_import::{
    BUILT_IN, COMPLAINTS_MAX, Complaint, Complaints, FactSum, IMPORT_BYTES_MAX, IMPORT_ROWS_MAX,
    Import, Mapping, MappingError, Report, Suspicion, YearFigures,
};
#[cfg(feature = "vault")]
use bahi_import::{Kind, Prints};
use bahi_rules::{Decision, State, decide, decide_history};
use thiserror::Error as ThisError;

use crate::{BatchError, Ledger};

/// What an import came to, or would.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imported {
    /// What was read, with every assumption and every suspicious row.
    pub import: Import,
    /// Events that are new, or would be.
    pub new: u64,
    /// Events that stood already.
    pub there: u64,
    /// Of what is new, the cases that had more than the terms' limits allow, with each limit, in order
    /// of reference. They are kept as the source has them: history is not undone by refusing to
    /// record it.
    pub beyond: Vec<(CaseRef, Word)>,
    /// The last position after it; of a check, the last position as it is.
    pub position: Position,
}

/// Why nothing was imported; the ledger is as it was.
#[derive(Debug, ThisError)]
pub enum ImportError {
    /// The mapping's scheme is not open in this ledger. Open it, or correct the mapping.
    #[error(
        "the scheme {0} of the mapping is not open in this ledger; open it, or correct the mapping"
    )]
    SchemeNotOpen(String),
    /// The mapping has identifying columns and the ledger was lent no fingerprint keys. Lend them.
    #[error(
        "the mapping keeps fingerprints of {}, and the ledger was lent no fingerprint keys; give its key file", .0.join(", ")
    )]
    KeysMissing(
        /// The identifying columns.
        Vec<String>,
    ),
    /// The file cannot be read as the mapping says. Correct the lines named.
    #[error("{}", complaints(.0))]
    Unreadable(Complaints),
    /// The rules refuse one of its commands. Correct the row, or what the ledger lacks.
    #[error("{what}: {source}")]
    Refused {
        /// What the command was to do.
        what: String,
        /// Why it is refused.
        source: Box<BatchError>,
    },
    /// The ledger could not do it.
    #[error(transparent)]
    Failed(#[from] crate::Error),
}

fn complaints(complaints: &Complaints) -> String {
    let first = complaints.listed.first().map(ToString::to_string).unwrap_or_default();
    match complaints.count {
        0 | 1 => first,
        count => format!("{first} (and {} more)", count - 1),
    }
}

impl Ledger {
    /// Imports a spreadsheet of cases under a mapping: all of it, or nothing.
    ///
    /// What the rows say happened before it came here: the terms' limits and procedure refuse none of
    /// it, and [`Imported::beyond`] tells of cases that had more than the limits allow. Ids derive from
    /// the file's rows, so importing twice changes nothing. With `check` the whole
    /// way is gone, decisions included, and nothing is recorded. Identifying columns become
    /// fingerprints under the keys lent to the ledger, and ids do not depend on them: under later
    /// keys the file is still the same, as long as the older ones are held.
    ///
    /// # Errors
    /// [`ImportError::SchemeNotOpen`]; [`ImportError::KeysMissing`]; [`ImportError::Unreadable`]
    /// with every complaint; [`ImportError::Refused`]; [`ImportError::Failed`].
    pub fn import_cases(
        &mut self,
        csv: &[u8],
        mapping: &Mapping,
        check: bool,
    ) -> Result<Imported, ImportError> {
        let import = self.read_cases(csv, mapping)?;
        let mut beyond = BTreeSet::new();
        let mut by = |state: &State, command: &Command| match decide(state, command) {
            Decision::Refused(refused) => {
                for limit in limits_alone(&refused) {
                    let case_ref = command.act.case_ref().cloned();
                    beyond.extend(case_ref.map(|case_ref| (case_ref, limit)));
                }
                decide_history(state, command)
            }
            decision @ (Decision::Accepted(_) | Decision::Known(_)) => decision,
        };
        let receipts = if check {
            self.dry_run_by(&import.commands, &mut by)
        } else {
            self.submit_all_by(&import.commands, &mut by)
        };
        let receipts = receipts.map_err(|error| match error {
            BatchError::Refused { index, .. } => ImportError::Refused {
                what: import.commands.get(index).map(named).unwrap_or_default(),
                source: Box::new(error),
            },
            BatchError::Failed(error) => ImportError::Failed(error),
        })?;
        let there = receipts.iter().filter(|receipt| receipt.repeated).count() as u64;
        let new = receipts.len() as u64 - there;
        let beyond = beyond.into_iter().collect();
        Ok(Imported { import, new, there, beyond, position: self.position() })
    }

    fn read_cases(&self, csv: &[u8], mapping: &Mapping) -> Result<Import, ImportError> {
        let state = &self.folds.state;
        let scheme = state.names().scheme_no(mapping.scheme().as_str());
        let scheme =
            scheme.ok_or_else(|| ImportError::SchemeNotOpen(mapping.scheme().to_string()))?;
        #[cfg(feature = "vault")]
        let prints = |kind, value: &str| self.prints(kind, value);
        #[cfg(feature = "vault")]
        let fingerprint = self.lent_keys().map(|_| &prints as bahi_import::Fingerprints<'_>);
        #[cfg(not(feature = "vault"))]
        let fingerprint: Option<bahi_import::Fingerprints<'_>> = None;
        if mapping.identifies() && fingerprint.is_none() {
            let columns = mapping.identifying_columns().map(str::to_owned).collect();
            return Err(ImportError::KeysMissing(columns));
        }
        let context = bahi_import::Context {
            digest: &|bytes| *bahi_proof::sha256(bytes).as_bytes(),
            district: &crate::commands::district,
            terms_on: &|day| state.terms_on(scheme, day).map(|(_, terms)| terms),
            recorded: &|id| state.command(id).is_some(),
            applicant: &|id| self.applicant_of(id),
            fingerprint,
        };
        bahi_import::read(csv, mapping, &context).map_err(ImportError::Unreadable)
    }

    /// Whose application the event of a command is. A record that cannot be read is met again, and
    /// told, when the command is decided.
    fn applicant_of(&self, id: CommandId) -> Option<Applicant> {
        let position = self.folds.state.command(id)?;
        let recorded = self.event(position).ok()?;
        if let Event::Applied(applied) = recorded.event { Some(applied.applicant) } else { None }
    }

    /// The fingerprints of an identifying value under the keys lent.
    #[cfg(feature = "vault")]
    fn prints(&self, kind: Kind, value: &str) -> Result<Option<Prints>, String> {
        use bahi_vault::FingerprintKind;
        let kind = match kind {
            Kind::Person => FingerprintKind::Person,
            Kind::Family => FingerprintKind::Family,
            Kind::Body => FingerprintKind::Body,
            Kind::Account => FingerprintKind::Account,
        };
        let prints = self.fingerprint(kind, value).map_err(|error| error.to_string())?;
        Ok(prints.and_then(|prints| {
            let (newest, older) = prints.split_last()?;
            Some(Prints { newest: *newest, older: older.to_vec() })
        }))
    }
}

/// The limits that refuse a command, where nothing else does.
fn limits_alone(refused: &Refused) -> Vec<Word> {
    let limits = refused.iter().map(|refusal| {
        if let Refusal::LimitReached { code, .. } = refusal { Some(code.clone()) } else { None }
    });
    limits.collect::<Option<_>>().unwrap_or_default()
}

/// A command in a few words, for a message.
fn named(command: &Command) -> String {
    let kind = command.act.kind().name();
    match command.act.case_ref() {
        Some(case_ref) => format!("to {kind} case {case_ref}"),
        None => format!("to {kind} on {}", command.effective_day),
    }
}
