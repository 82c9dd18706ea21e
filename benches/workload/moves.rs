//! The history as entries of a double-entry journal: what a peer without subsidies is given.
//!
//! # Invariants
//! * One entry of two postings for each event that moves money: its command id, day, kind, fund,
//!   amount, case, and the order or bill it rests on. Applications and audits move none and have no
//!   entry; nor has an entry a place for who acted, as what, or under which terms.
//!
//! # Not here
//! The postings by which our own balances are kept: those of a payment are four.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write as _},
    path::Path,
};

use bahi::{
    Ledger,
    core::{Event, EventKind, Position, Recorded},
};

/// One entry of a journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// The command id of the event, as text: the entry's key.
    pub key: String,
    /// The civil day on which it counts, in days since 1970-01-01.
    pub epoch_day: i32,
    /// What it is called.
    pub kind: String,
    /// The account debited, its parts divided by `:`.
    pub debit: String,
    /// The account credited.
    pub credit: String,
    /// The amount in paise.
    pub paise: i64,
    /// The office's name of the case, or nothing for an allotment.
    pub case_ref: String,
    /// The order or the bill it rests on, or nothing.
    pub paper: String,
}

/// Which account an event moves money into, and out of which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct MoveKind {
    kind: EventKind,
    into: &'static str,
    from: &'static str,
}

/// Every kind of event of the workload that moves money.
const MOVES: [MoveKind; 5] = [
    MoveKind { kind: EventKind::FundsAllotted, into: "available", from: "allotted" },
    MoveKind { kind: EventKind::Sanctioned, into: "committed", from: "available" },
    MoveKind { kind: EventKind::Disbursed, into: "advances", from: "committed" },
    MoveKind { kind: EventKind::PaymentReturned, into: "committed", from: "advances" },
    MoveKind { kind: EventKind::Recovered, into: "recovered", from: "advances" },
];

impl Move {
    /// Accounts that may not be overdrawn, by the last part of their path: so the peer keeps each
    /// fund's conservation, though not each case's.
    pub const GUARDED: [&'static str; 3] = ["available", "committed", "advances"];

    fn of(ledger: &Ledger, recorded: &Recorded) -> Option<Move> {
        let MoveKind { kind, into, from } =
            MOVES.into_iter().find(|one| one.kind == recorded.event.kind())?;
        let envelope = &recorded.envelope;
        let names = ledger.names();
        let fund = envelope.fund;
        let scheme = names.scheme(fund.scheme)?;
        let account = |name: &str| format!("{scheme}:{}:{}:{name}", fund.fy, fund.district);
        let case_ref = ledger.case_ref(envelope.case).map(|name| name.to_string());
        let order = names.authority(envelope.authority).map(|found| found.order.to_string());
        Some(Move {
            key: envelope.command.to_string(),
            epoch_day: envelope.effective_day.epoch_days(),
            kind: kind.name().to_owned(),
            debit: account(into),
            credit: account(from),
            paise: envelope.amount.paise(),
            case_ref: case_ref.unwrap_or_default(),
            paper: bill(&recorded.event).or(order).unwrap_or_default(),
        })
    }

    fn parse(line: &str) -> Option<Move> {
        let mut fields = line.split('\t');
        let mut text = || fields.next().map(str::to_owned);
        Some(Move {
            key: text()?,
            epoch_day: text()?.parse().ok()?,
            kind: text()?,
            debit: text()?,
            credit: text()?,
            paise: text()?.parse().ok()?,
            case_ref: text()?,
            paper: text()?,
        })
    }
}

fn bill(event: &Event) -> Option<String> {
    if let Event::Disbursed(paid) = event {
        return Some(paid.reference.to_string());
    }
    if let Event::Recovered(recovered) = event {
        return Some(recovered.reference.to_string());
    }
    None
}

pub(super) fn write(ledger: &Ledger, path: &Path, most: usize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    for recorded in ledger.events(Position(1), ledger.position()) {
        let recorded = recorded.map_err(io::Error::other)?;
        if written == most {
            break;
        }
        if let Some(one) = Move::of(ledger, &recorded) {
            written += 1;
            let Move { key, epoch_day, kind, debit, credit, paise, case_ref, paper } = one;
            write!(file, "{key}\t{epoch_day}\t{kind}\t{debit}\t{credit}\t{paise}")?;
            writeln!(file, "\t{case_ref}\t{paper}")?;
        }
    }
    file.flush()
}

pub(super) fn read(path: &Path) -> Vec<Move> {
    let file = BufReader::new(File::open(path).expect("a prepared workload"));
    let line = |line: io::Result<String>| {
        Move::parse(&line.expect("a readable line")).expect("a move reads back as it was written")
    };
    file.lines().map(line).collect()
}
