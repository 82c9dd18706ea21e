//! `bahi verify`: everything read and computed again from the stored bytes.

use std::path::Path;

use bahi::{
    Ledger, Past, Verification, answers,
    json::AgainstAnswer,
    proof::{Checkpoint, NOTE_BYTES_MAX, Note, Policy, TreeHead},
};

use crate::{
    Streams,
    arguments::{Format, Global, Verify},
    commands::{count, trust},
    ended::PassingDir,
    open::open_without_keys,
    progress::Progress,
    status::{Failure, Status, one_line},
    table::{Table, number, text, words},
    write,
};

pub(super) fn run(
    asked: &Verify,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let older = asked.against.as_deref().map(|path| Older::read(path, asked)).transpose()?;
    let head = older.as_ref().and_then(Older::head);
    let copy = copied(global, streams)?;
    let dir = copy.as_ref().map_or_else(|| global.dir(), |copy| copy.path().join(COPY));
    let progress = Progress::begin(global, streams, "verifying");
    let reach = &mut |position| progress.reach(position);
    let found = Ledger::verify_dir_asked(&dir, head, asked.redecide, reach)?;
    drop(progress);
    let mut answer = answers::verification(&found);
    answer.against = older.map(|older| older.judge(&found));
    answer.ok &= answer.against.as_ref().is_none_or(|against| against.answer == "consistent");
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_lines(streams.out, &answer.passes)?,
        Format::Csv => {
            write::csv_row(streams.out, ["name", "checked", "ok", "first_problem"])?;
            for pass in &answer.passes {
                let (checked, ok) = (pass.checked.to_string(), pass.ok.to_string());
                let problem = pass.first_problem.as_deref().unwrap_or_default();
                write::csv_row(streams.out, [&pass.name, &checked, &ok, problem])?;
            }
        }
        Format::Table => {
            table(&found, streams)?;
            if let Some(against) = &answer.against {
                let AgainstAnswer { answer, says, .. } = against;
                writeln!(streams.out, "against the checkpoint: {answer}: {}", one_line(says))?;
            }
        }
    }
    let against = answer.against.filter(|against| against.answer != "consistent");
    if let Some(AgainstAnswer { answer, says, .. }) = against {
        return Err(Failure::no(format!("{answer}: {says}; keep the checkpoint and the ledger")));
    }
    match found.passes.iter().find(|pass| !pass.ok) {
        None => Ok(Status::Done),
        Some(pass) => {
            let problem = pass.first_problem.as_deref().unwrap_or("it could not be run");
            Err(Failure::no(format!(
                "the ledger does not verify: {}: {problem}; restore a backup, or see bahi salvage for what is left",
                pass.name
            )))
        }
    }
}

/// What a service's records are verified as: a backup, in a directory that goes away.
const COPY: &str = "copy";

/// The records of a service, where one is named, as a backup of its ledger.
fn copied(global: &Global, streams: &mut Streams<'_>) -> Result<Option<PassingDir>, Failure> {
    if global.server.is_none() {
        return Ok(None);
    }
    let ledger = open_without_keys(global, streams)?;
    let dir = PassingDir::made(tempfile::tempdir).map_err(|error| {
        Failure::fault(format!("the service's records have no place: {error}; free the disk"))
    })?;
    ledger.backup(&dir.path().join(COPY), &mut |_| {})?;
    Ok(Some(dir))
}

/// A checkpoint that the ledger is compared with.
struct Older {
    /// What it says, or why it cannot be used.
    checkpoint: Result<Checkpoint, String>,
    signature_checked: bool,
}

impl Older {
    /// Reads a checkpoint and, where a key is given, checks who signed it.
    fn read(path: &Path, asked: &Verify) -> Result<Older, Failure> {
        let policy = match &asked.policy {
            Some(path) => Some(trust::policy_file(path)?),
            None => trust::policy_of(&asked.key)?,
        };
        let bytes = trust::bytes(path, NOTE_BYTES_MAX)?;
        let checkpoint = accepted(&bytes, policy.as_ref());
        let signature_checked = policy.is_some() && checkpoint.is_ok();
        Ok(Older { checkpoint, signature_checked })
    }

    fn head(&self) -> Option<TreeHead> {
        self.checkpoint.as_ref().ok().map(Checkpoint::head)
    }

    /// What the comparison came to.
    fn judge(self, found: &Verification) -> AgainstAnswer {
        let checkpoint = match self.checkpoint {
            Ok(checkpoint) => checkpoint,
            Err(says) => {
                return AgainstAnswer {
                    answer: "unproven",
                    origin: None,
                    position: None,
                    root: None,
                    past: None,
                    signature_checked: false,
                    says: format!("the checkpoint shows nothing: {says}"),
                };
            }
        };
        let name = found.name.as_ref().map(bahi::LedgerName::as_str);
        let other = name.filter(|name| *name != checkpoint.origin());
        let past = found.past.filter(|_| other.is_none());
        let (answer, mut says) = match (other, past) {
            (Some(name), _) => (
                "unproven",
                format!("the checkpoint is of {}, and this is {name}", checkpoint.origin()),
            ),
            (None, Some(past)) => (past.answer(), past.to_string()),
            (None, None) => ("unproven", "nothing was compared".to_owned()),
        };
        if !self.signature_checked {
            says.push_str(" (the checkpoint's signature was not checked: no --key or --policy)");
        }
        AgainstAnswer {
            answer,
            origin: Some(checkpoint.origin().to_owned()),
            position: Some(checkpoint.size().saturating_sub(1)),
            root: Some(checkpoint.root().to_string()),
            past: past.and_then(|past| match past {
                Past::Forked { past } => Some(past.to_string()),
                Past::Consistent | Past::Shortened { .. } | Past::Unread { .. } | Past::Vacuous => {
                    None
                }
            }),
            signature_checked: self.signature_checked,
            says,
        }
    }
}

/// The checkpoint of a note, provided that the policy accepts it.
fn accepted(bytes: &[u8], policy: Option<&Policy>) -> Result<Checkpoint, String> {
    let why = |error: &(dyn std::error::Error + 'static)| answers::full(error);
    let note = Note::parse(bytes).map_err(|error| why(&error))?;
    match policy {
        None => Checkpoint::parse(note.text()).map_err(|error| why(&error)),
        Some(policy) => {
            let trusted = policy.check(&note).map_err(|error| why(&error))?;
            Ok(trusted.checkpoint().clone())
        }
    }
}

/// The passes, and what they were run on.
pub(super) fn table(found: &Verification, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut table =
        Table::new([text("pass"), number("checked"), text("holds"), words("first problem")]);
    for pass in &found.passes {
        let holds = if pass.ok { "yes" } else { "NO" };
        let problem = pass.first_problem.clone().unwrap_or_default();
        table.row([pass.name.to_owned(), count(pass.checked), holds.to_owned(), problem]);
    }
    table.write(streams.out, streams.terminal.width)?;
    let verdict = if found.ok() { "everything holds" } else { "NOT everything holds" };
    let (position, millis) = (found.position, found.took.as_millis());
    writeln!(streams.out, "\n{verdict} up to position {position}, in {millis} ms")?;
    match found.root {
        Some(root) => writeln!(streams.out, "root {root}")?,
        None => writeln!(streams.out, "root unknown")?,
    }
    Ok(())
}
