//! `bahi check-proof`: what a file shows to somebody who has no ledger.
//!
//! # Invariants
//! * Whatever is wrong with the proof is an answer, exit status 1, and never misuse or a fault.

use std::collections::BTreeMap;

use bahi::{
    BalanceLeaf, answers, certificate_in, certified_head,
    core::{BalanceRow, Columns, Position, StateCertified},
    json::{BalanceKeys, BalanceRowAnswer, CheckedAnswer, CosignedAnswer},
    proof::{
        Checkpoint, HISTORY_PROOF_BYTES_MAX, History, HistoryProof, LEAF_PROOF_BYTES_MAX,
        LEAF_SET_BYTES_MAX, LeafProof, LeafSet, NOTE_BYTES_MAX, Note, Policy, RECORD_BYTES_MAX,
        RecordProof, Trusted,
    },
};

use crate::{
    Streams,
    arguments::{CheckProof, Format, Global},
    commands::{certify, district_name, grouped, trust},
    status::{Failure, Status, one_line},
    table::{Table, number, text},
    write,
};

// One bound for reading any of them, since only its bytes say which one a file is.
const _: () = assert!(LEAF_SET_BYTES_MAX >= LEAF_PROOF_BYTES_MAX);
const _: () = assert!(LEAF_SET_BYTES_MAX >= HISTORY_PROOF_BYTES_MAX);

/// What a proof shows.
struct Shown {
    proves: &'static str,
    trusted: Trusted,
    position: Position,
    certificate: Option<StateCertified>,
    leaves: Vec<BalanceLeaf>,
}

pub(super) fn run(
    asked: &CheckProof,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let policy = trust::policy(&asked.trust)?;
    let event = asked.event.as_deref().map(|path| trust::bytes(path, RECORD_BYTES_MAX));
    let event = event.transpose()?;
    let bytes = trust::bytes(&asked.file, LEAF_SET_BYTES_MAX)?;
    let kind = Kind::of(&bytes);
    if kind == Some(Kind::Record) && event.is_none() {
        return Err(Failure::misuse(
            "name the record's exact bytes with --event; this proof does not bring them",
        ));
    }
    let older = asked.against.as_deref().map(|path| trust::bytes(path, NOTE_BYTES_MAX));
    let older = older.transpose()?;
    if (kind == Some(Kind::History)) != older.is_some() {
        return Err(Failure::misuse(
            "--against names the older checkpoint of a proof of history, and of nothing else",
        ));
    }
    let shown = match kind {
        Some(Kind::Checkpoint) => note(&bytes, &policy),
        Some(Kind::History) => history(&bytes, older.as_deref().unwrap_or_default(), &policy),
        Some(Kind::Record) => record(&bytes, event.as_deref().unwrap_or_default(), &policy),
        Some(Kind::Balance) => balance(&bytes, event.as_deref(), &policy),
        Some(Kind::Balances) => balances(&bytes, event.as_deref(), &policy),
        None => Err("it is no checkpoint, and its first line is that of no proof".to_owned()),
    };
    let answer = answer(kind, &shown);
    match global.format {
        Format::Json => write::json(streams.out, &answer)?,
        Format::Jsonl => write::json_line(streams.out, &answer)?,
        Format::Csv => csv(&answer, streams)?,
        Format::Table => {
            if let Ok(shown) = &shown {
                table(shown, &answer, streams)?;
            }
        }
    }
    match shown {
        Ok(_) => Ok(Status::Done),
        Err(problem) => Err(Failure::no(format!(
            "{} shows nothing: {problem}; rely on nothing in it",
            asked.file.display()
        ))),
    }
}

/// What a file is a proof of, by its first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Record,
    Balance,
    Balances,
    History,
    Checkpoint,
}

impl Kind {
    fn of(bytes: &[u8]) -> Option<Kind> {
        let kinds: [(&[u8], Kind); 4] = [
            (b"c2sp.org/tlog-proof@v1\n", Kind::Record),
            (b"bahi-leaf-proof@v1\n", Kind::Balance),
            (b"bahi-leaf-set@v1\n", Kind::Balances),
            (b"old ", Kind::History),
        ];
        let found = kinds.into_iter().find(|(line, _)| bytes.starts_with(line));
        // A checkpoint has no first line of its own.
        let is_note = || Checkpoint::parse(Note::parse(bytes).ok()?.text()).ok();
        found.map(|(_, kind)| kind).or_else(|| is_note().map(|_| Kind::Checkpoint))
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Record => "record",
            Kind::Balance => "balance",
            Kind::Balances => "balances",
            Kind::History => "history",
            Kind::Checkpoint => "checkpoint",
        }
    }
}

/// An error and every cause of it.
fn why(error: impl std::error::Error + 'static) -> String {
    answers::full(&error)
}

fn record(bytes: &[u8], event: &[u8], policy: &Policy) -> Result<Shown, String> {
    let proof = RecordProof::parse(bytes).map_err(why)?;
    let trusted = proof.check(event, policy).map_err(why)?;
    let (proves, position) = (Kind::Record.name(), Position(proof.index()));
    Ok(Shown { proves, trusted, position, certificate: None, leaves: Vec::new() })
}

fn note(bytes: &[u8], policy: &Policy) -> Result<Shown, String> {
    let trusted = policy.check(&Note::parse(bytes).map_err(why)?).map_err(why)?;
    let position = Position(trusted.checkpoint().size().saturating_sub(1));
    let proves = Kind::Checkpoint.name();
    Ok(Shown { proves, trusted, position, certificate: None, leaves: Vec::new() })
}

/// That the newer checkpoint continues the older one: consistent, or why not.
fn history(bytes: &[u8], older: &[u8], policy: &Policy) -> Result<Shown, String> {
    let HistoryProof { old_size, proof, note } = HistoryProof::parse(bytes).map_err(why)?;
    let older = policy.check(&Note::parse(older).map_err(why)?).map_err(why)?;
    let trusted = policy.check(&note).map_err(why)?;
    let size = older.checkpoint().size();
    if old_size != size {
        return Err(format!("unproven: it is about {old_size} records, and the older has {size}"));
    }
    match older.judge(&trusted, &proof).map_err(why)? {
        History::Consistent => {
            let (proves, position) = (Kind::History.name(), Position(size.saturating_sub(1)));
            Ok(Shown { proves, trusted, position, certificate: None, leaves: Vec::new() })
        }
        History::Unproven(rejected) => Err(format!("unproven: {rejected}")),
        History::Forked { past } => Err(format!(
            "forked: the newer checkpoint had root {past} at {size} records; keep both and this proof"
        )),
    }
}

fn balance(bytes: &[u8], event: Option<&[u8]>, policy: &Policy) -> Result<Shown, String> {
    let proof = LeafProof::parse(bytes).map_err(why)?;
    let position = Position(proof.proof.index());
    is_event(event, &proof.record)?;
    let trusted = proof.check(policy, |record| certified_head(position, record)).map_err(why)?;
    let certificate = certificate_in(position, &proof.record);
    let leaves = vec![leaf(&proof.leaf)?];
    Ok(Shown { proves: Kind::Balance.name(), trusted, position, certificate, leaves })
}

fn balances(bytes: &[u8], event: Option<&[u8]>, policy: &Policy) -> Result<Shown, String> {
    let set = LeafSet::parse(bytes).map_err(why)?;
    let position = Position(set.proof.index());
    is_event(event, &set.record)?;
    let trusted = set.check(policy, |record| certified_head(position, record)).map_err(why)?;
    let certificate = certificate_in(position, &set.record);
    let leaves = set.leaves.iter().map(|bytes| leaf(bytes)).collect::<Result<_, _>>()?;
    Ok(Shown { proves: Kind::Balances.name(), trusted, position, certificate, leaves })
}

fn is_event(event: Option<&[u8]>, record: &[u8]) -> Result<(), String> {
    if event.is_none_or(|event| event == record) {
        return Ok(());
    }
    Err("the certificate in it is another record than the one given".to_owned())
}

fn leaf(bytes: &[u8]) -> Result<BalanceLeaf, String> {
    BalanceLeaf::parse(bytes).ok_or_else(|| "a leaf in it is no balance".to_owned())
}

/// The balances shown: the one of a fund, or all of them added up by scheme and year.
fn rows(shown: &Shown) -> Vec<BalanceRow> {
    if shown.proves == Kind::Balance.name() {
        let row = |leaf: &BalanceLeaf| BalanceRow {
            scheme: Some(leaf.scheme.clone()),
            district: Some(leaf.fund.district),
            head: leaf.head.clone(),
            fy: Some(leaf.fund.fy),
            columns: leaf.columns,
        };
        return shown.leaves.iter().map(row).collect();
    }
    let mut sums: BTreeMap<_, Columns> = BTreeMap::new();
    for leaf in &shown.leaves {
        sums.entry((leaf.scheme.clone(), leaf.fund.fy)).or_default().add(&leaf.columns);
    }
    let row = |((scheme, fy), columns)| BalanceRow {
        scheme: Some(scheme),
        district: None,
        head: None,
        fy: Some(fy),
        columns,
    };
    sums.into_iter().map(row).collect()
}

fn answer(kind: Option<Kind>, shown: &Result<Shown, String>) -> CheckedAnswer {
    let proves = kind.map(Kind::name);
    let shown = match shown {
        Ok(shown) => shown,
        Err(problem) => {
            return CheckedAnswer {
                ok: false,
                proves,
                problem: Some(problem.clone()),
                origin: None,
                position: None,
                size: None,
                root: None,
                cosigned: Vec::new(),
                certificate: None,
                rows: Vec::new(),
            };
        }
    };
    let checkpoint = shown.trusted.checkpoint();
    let one = shown.proves == Kind::Balance.name();
    let keys = BalanceKeys { scheme: true, district: one, head: one, fy: true };
    let cosigned = shown.trusted.cosigned().iter();
    CheckedAnswer {
        ok: true,
        proves,
        problem: None,
        origin: Some(checkpoint.origin().to_owned()),
        position: Some(shown.position.0),
        size: Some(checkpoint.size()),
        root: Some(checkpoint.root().to_string()),
        cosigned: cosigned
            .map(|one| CosignedAnswer { key: one.key.clone(), time: one.time })
            .collect(),
        certificate: shown.certificate.as_ref().map(|it| answers::certificate(shown.position, it)),
        rows: rows(shown).iter().map(|row| BalanceRowAnswer::new(row, keys)).collect(),
    }
}

fn csv(answer: &CheckedAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(streams.out, ["ok", "proves", "origin", "position", "size", "root", "problem"])?;
    let text = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let (ok, position, size) = (answer.ok.to_string(), text(answer.position), text(answer.size));
    let origin = answer.origin.as_deref().unwrap_or_default();
    let root = answer.root.as_deref().unwrap_or_default();
    let problem = answer.problem.as_deref().unwrap_or_default();
    let proves = answer.proves.unwrap_or_default();
    write::csv_row(streams.out, [&*ok, proves, origin, &position, &size, root, problem])
}

fn table(shown: &Shown, answer: &CheckedAnswer, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let checkpoint = shown.trusted.checkpoint();
    let (origin, size) = (one_line(checkpoint.origin()), checkpoint.size());
    let what = match shown.proves {
        "record" => "the record is",
        "history" => "consistent: nothing was changed in what ended",
        "checkpoint" => "a checkpoint that ends",
        "balance" => "one certified balance, of the certificate that is",
        _ => "all certified balances, of the certificate that is",
    };
    let position = shown.position;
    writeln!(streams.out, "shown: {what} at position {position} of {origin}, of {size} records")?;
    writeln!(streams.out, "root {}", checkpoint.root())?;
    for one in shown.trusted.cosigned() {
        writeln!(streams.out, "cosigned by {} at {}", one_line(&one.key), one.time)?;
    }
    let Some(certificate) = &answer.certificate else { return Ok(()) };
    certify::table(certificate, streams)?;
    writeln!(streams.out)?;
    let rows = rows(shown);
    let mut table = Table::new([
        text("scheme"),
        text("district"),
        text("head"),
        text("fy"),
        number("allotted"),
        number("sanctioned"),
        number("disbursed"),
        number("returned"),
        number("available"),
        number("cases"),
    ]);
    for (row, figures) in rows.iter().zip(&answer.rows) {
        let or_all = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let amounts = [
            &figures.allotted,
            &figures.sanctioned,
            &figures.disbursed,
            &figures.returned,
            &figures.available,
        ];
        let mut cells = vec![
            or_all(row.scheme.as_ref().map(ToString::to_string)),
            or_all(row.district.map(district_name)),
            or_all(row.head.as_ref().map(ToString::to_string)),
            or_all(row.fy.map(|fy| fy.to_string())),
        ];
        cells.extend(amounts.map(|amount| grouped(amount)));
        cells.push(figures.applied.to_string());
        table.row(cells);
    }
    table.write(streams.out, streams.terminal.width)
}
