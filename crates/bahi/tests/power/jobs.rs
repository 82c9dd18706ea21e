//! The jobs that are cut, and what must hold afterwards.

use std::path::Path;

use bahi::{
    By, Filter, Ledger, LedgerName, NewLedger, Outcome, View,
    core::{Command, Instant, Position},
    parse_command,
    proof::sha256,
};

/// Something that is done to files, and acknowledged step by step.
pub struct Job {
    pub name: &'static str,
    prepare: fn(&Path),
    run: fn(&Path),
}

pub const JOBS: &[Job] = &[
    Job { name: "first folds", prepare: a_ledger, run: folds },
    Job { name: "later folds", prepare: a_ledger_with_folds, run: folds },
];

/// How often folds are put away.
const ROUNDS: u32 = 3;
/// Commands between two times.
const COMMANDS: u32 = 60;

pub fn named(name: &str) -> &'static Job {
    JOBS.iter().find(|job| job.name == name).expect("a job of that name")
}

impl Job {
    pub fn prepare(&self, dir: &Path) {
        (self.prepare)(dir);
    }

    pub fn run(&self, dir: &Path) {
        (self.run)(dir);
    }
}

/// Applications of cases, allotments, and commands that are refused.
fn commands(round: u32) -> Vec<Command> {
    let command = |number: u32| {
        let id = format!("0198a7c2-0000-7000-8000-{:012}", round * 1_000 + number);
        let rest = match number % 4 {
            0 => {
                r#""kind":"allot","actor":"fin-01","role":"finance","amount":"1000000.00","fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}"#.to_owned()
            }
            1 | 2 => format!(
                r#""kind":"apply","actor":"dic-vns","role":"district_office","scheme":"margin-money","district":"187","applicant":"not_in_source","facts":{{"project_cost":"1000000"}},"case_ref":"{}/{}""#,
                round, number
            ),
            _ => format!(
                r#""kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","amount":"250000.00","case_ref":"{}/{}","fund":{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"}}"#,
                round,
                number - u32::from(number % 8 == 3)
            ),
        };
        let line = format!(
            r#"{{"command_id":"{id}","effective_day":"2024-06-10","authority":{{"order":"GO/1","date":"2024-04-01"}},{rest}}}"#
        );
        parse_command(line.as_bytes()).expect("a command")
    };
    (0..COMMANDS).map(command).collect()
}

fn a_ledger(dir: &Path) {
    let from = Instant::parse("2024-04-01T09:00:00+05:30").expect("a moment");
    let name = LedgerName::new("cut").expect("a name");
    let new = NewLedger { name, simulated_from: Some(from) };
    let mut ledger = Ledger::create(&dir.join("ledger"), &new).expect("it is new");
    ledger.open_rulebook().expect("the rulebook opens");
    ledger.submit_each(&commands(100)).expect("the ledger takes commands");
}

fn a_ledger_with_folds(dir: &Path) {
    a_ledger(dir);
    let mut ledger = Ledger::open(&dir.join("ledger")).expect("it opens");
    ledger.put_folds_away().expect("they are put away");
    ledger.submit_each(&commands(101)).expect("the ledger takes commands");
}

fn folds(dir: &Path) {
    let mut ledger = Ledger::open(&dir.join("ledger")).expect("it opens");
    for round in 1..=ROUNDS {
        ledger.submit_each(&commands(round)).expect("the ledger takes commands");
        println!("acknowledged {}", ledger.position());
        ledger.put_folds_away().expect("they are put away");
    }
}

/// Every file that stands under a fold's own name is whole.
pub fn folds_are_whole(dir: &Path, _: &[String]) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(dir.join("ledger/folds")) else { return Ok(()) };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.extension().is_some() {
            continue;
        }
        let bytes = std::fs::read(&path).expect("it can be read");
        if is_whole(&bytes) != Some(true) {
            return Err(format!("{} is not whole", path.display()));
        }
    }
    Ok(())
}

/// Whether the bytes of a file are those of a fold, by the page of the form.
fn is_whole(bytes: &[u8]) -> Option<bool> {
    let number = |at: usize, len: usize| {
        let mut number = [0; 8];
        number[..len].copy_from_slice(bytes.get(at..at + len)?);
        usize::try_from(u64::from_le_bytes(number)).ok()
    };
    let (head, rest) = bytes.split_at_checked(number(12, 4)?.checked_add(80)?)?;
    let (image, closing) = rest.split_at_checked(number(72, 8)?)?;
    let (blocks, whole) = closing.split_last_chunk::<32>()?;
    let hashes = image.chunks(1 << 14).flat_map(|block| *sha256(block).as_bytes());
    let said = [head, blocks].concat();
    let is_sealed = head.starts_with(b"BHFOLDED") && *sha256(&said).as_bytes() == *whole;
    Some(is_sealed && hashes.eq(blocks.iter().copied()))
}

/// The ledger holds what was acknowledged, answers and decides as its log does, and goes on.
pub fn answers(dir: &Path, acknowledged: &[String]) -> Result<(), String> {
    let dir = dir.join("ledger");
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let ledger = Ledger::open(&dir).map_err(|error| told(&error))?;
    let last = acknowledged.iter().map(|text| text.parse().expect("a position"));
    let last = Position(last.max().unwrap_or_default());
    if ledger.position() < last {
        return Err(format!("{} of {last} acknowledged", ledger.position()));
    }
    let seen = said(ledger);
    let folded = Ledger::open_from_log(&dir, &mut |_| ()).map_err(|error| told(&error))?;
    if said(folded) != seen {
        return Err("it does not say what its log says".to_owned());
    }
    let verified = Ledger::verify_dir(&dir, &mut |_| ()).map_err(|error| told(&error))?;
    if let Some(pass) = verified.passes.iter().find(|pass| !pass.ok) {
        return Err(format!("{}: {:?}", pass.name, pass.first_problem));
    }
    let mut ledger = Ledger::open(&dir).map_err(|error| told(&error))?;
    let outcomes = ledger.submit_each(&commands(200)).map_err(|error| told(&error))?;
    ledger.put_folds_away().map_err(|error| told(&error))?;
    drop(ledger);
    if !outcomes.iter().any(|one| matches!(one, Outcome::Accepted(_))) {
        return Err("it takes no more".to_owned());
    }
    folds_are_whole(dir.parent().expect("it lies in one"), &[])
}

/// All that somebody may ask of a ledger, and what it decides.
fn said(mut ledger: Ledger) -> String {
    let mut all = format!("{} {:?} {:?}", ledger.position(), ledger.root(), ledger.schemes());
    let middle = View { at: Some(Position(ledger.position().0 / 2)), ..View::NOW };
    for view in [View::NOW, middle] {
        let balances = ledger.balances(By::ALL, &Filter::default(), view).expect("an answer");
        all += &format!("{balances:?}");
    }
    for round in [1, 2, 3, 100, 101] {
        for number in 0..COMMANDS {
            let subject = ledger.case(&format!("{round}/{number}"));
            let trail = subject.map(|subject| ledger.trail(subject, View::NOW).expect("a trail"));
            all += &format!("{trail:?}");
        }
    }
    for round in [1, 3, 100, 300] {
        let decided = ledger.dry_run_each(&commands(round)).expect("they are decided");
        all += &format!("{decided:?}");
    }
    all
}
