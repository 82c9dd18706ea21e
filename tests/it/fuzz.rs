//! Noise for every decoder of bytes: mutants of what the program itself wrote.
//!
//! For each there is a *target*: seeds, which are real; a repair that makes checksums anew, so that
//! noise gets behind them; and a reading that holds what must hold of anything accepted. A mutant
//! that was accepted becomes a seed too, so that later ones go deeper.
//!
//! `BAHI_NOISE_SEED` and `BAHI_NOISE_ROUNDS` set where it begins and how many mutants each target
//! is given, `BAHI_NOISE_TARGET` the one target to try. A failure names all three, and the file in
//! which it left the bytes, since keys and clocks of the seeds are of their own run; with
//! `BAHI_NOISE_INPUT` the target is given that file alone. `.ci/campaign noise` goes on from seed to
//! seed.
//!
//! # Invariants
//! * No decoder panics, and none holds more memory or allocates more often than the length of its
//!   input allows.
//! * What is accepted and has one spelling is written back byte for byte.
//! * What passes a check of hashes or signatures says what was hashed or signed.
//!
//! # Not here
//! Every value of every byte of a record (`bahi-wire`), every bit of a page (`bahi-log`).

#![allow(clippy::print_stdout, reason = "a campaign says how far it came")]

mod files;
mod material;
mod mutate;
mod proofs;
mod statements;
mod texts;
mod two_readers;

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use self::{
    material::Material,
    mutate::{BYTES_MAX, Noise},
};

/// What one decoder is given, and what must hold of it.
struct Target {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    /// Of how many rounds it is given one: slow ones fewer.
    slowness: u64,
    /// Makes checksums anew.
    repair: fn(&mut Vec<u8>),
    /// The most bytes held at once, for each byte of input and besides.
    bytes: (u64, u64),
    /// The most allocations, for each byte of input and besides.
    allocations: (u64, u64),
    /// Whether bytes are accepted; panics where what is accepted does not hold.
    accepts: Box<Accepts>,
}

/// Whether bytes are accepted.
type Accepts = dyn Fn(&[u8]) -> bool;

impl Target {
    fn new(
        name: &'static str,
        seeds: Vec<Vec<u8>>,
        accepts: impl Fn(&[u8]) -> bool + 'static,
    ) -> Target {
        Target {
            name,
            seeds,
            slowness: 1,
            repair: |_| (),
            bytes: (32, 32 * 1024),
            allocations: (2, 256),
            accepts: Box::new(accepts),
        }
    }

    fn slow(self, slowness: u64) -> Target {
        Target { slowness, ..self }
    }

    fn repaired(self, repair: fn(&mut Vec<u8>)) -> Target {
        Target { repair, ..self }
    }

    /// Where a decoder may hold more than most: for each byte of input, and besides.
    fn holding(self, bytes: (u64, u64), allocations: (u64, u64)) -> Target {
        Target { bytes, allocations, ..self }
    }
}

/// What became of the mutants of one target.
struct Tally {
    rounds: u64,
    accepted: u64,
}

/// How many accepted mutants become seeds.
const POOL_MAX: usize = 64;

/// Leaves a mutant where cargo lets tests leave files, and says where.
fn kept(name: &str, mutant: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("noise-{name}"));
    fs::write(&path, mutant).expect("the build's folder can be written");
    path
}

/// How many bytes of a mutant a failure shows.
const SHOWN_MAX: usize = 2_048;

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// Tries one input: no panic, and no more memory than it may take.
fn one(target: &Target, input: &[u8], why: &dyn Fn() -> String) -> bool {
    let mut accepted = None;
    let info = allocation_counter::measure(|| {
        accepted = Some(catch_unwind(AssertUnwindSafe(|| (target.accepts)(input))));
    });
    let accepted = accepted.expect("it was measured").unwrap_or_else(|panic| {
        panic!("{}: {}", said(&*panic), why());
    });
    let length = input.len() as u64;
    let within = |(each, besides): (u64, u64)| length * each + besides;
    let (held, count) = (info.bytes_max, info.count_total);
    assert!(held <= within(target.bytes), "{held} bytes held for {length}: {}", why());
    assert!(count <= within(target.allocations), "{count} allocations for {length}: {}", why());
    accepted
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

fn run(target: &Target, seed: u64, rounds: u64) -> Tally {
    let mut pool = target.seeds.clone();
    for (index, sound) in pool.iter().enumerate() {
        let why = || format!("seed {index} of {}", target.name);
        assert!(
            one(target, sound, &why),
            "{} refuses what the program wrote: {index}",
            target.name
        );
    }
    let mut noise = Noise::new(seed, target.name);
    let mut accepted = 0;
    let rounds = rounds.div_ceil(target.slowness);
    for round in 0..rounds {
        let (from, other) = (noise.below(pool.len()), noise.below(pool.len()));
        let mut mutant = noise.mutant(&pool[from], &pool[other]);
        (target.repair)(&mut mutant);
        mutant.truncate(BYTES_MAX);
        let why = || {
            format!(
                "BAHI_NOISE_TARGET='{}' BAHI_NOISE_SEED={seed} round {round} BAHI_NOISE_INPUT={}: \"{}\"",
                target.name,
                kept(target.name, &mutant).display(),
                mutant[..mutant.len().min(SHOWN_MAX)].escape_ascii()
            )
        };
        if !one(target, &mutant, &why) {
            continue;
        }
        accepted += 1;
        if pool.contains(&mutant) {
            continue;
        }
        if pool.len() < target.seeds.len() + POOL_MAX {
            pool.push(mutant);
        } else {
            let place = target.seeds.len() + noise.below(POOL_MAX);
            pool[place] = mutant;
        }
    }
    Tally { rounds, accepted }
}

/// Every target there is.
fn targets(material: &Material) -> Vec<Target> {
    [
        files::targets(material),
        proofs::targets(material),
        statements::targets(),
        texts::targets(material),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_decoder_withstands_noise() {
    let material = Material::made();
    let seed = number("BAHI_NOISE_SEED", 1);
    let rounds = number("BAHI_NOISE_ROUNDS", 4_000);
    let only = env::var("BAHI_NOISE_TARGET").ok();
    let (mut tried, mut found) = (0, Vec::new());
    for target in targets(&material) {
        if only.as_ref().is_some_and(|only| *only != target.name) {
            continue;
        }
        tried += 1;
        if let Some(path) = env::var_os("BAHI_NOISE_INPUT") {
            let input = fs::read(path).expect("the input can be read");
            let accepted = one(&target, &input, &|| "the input".to_owned());
            println!("{}: {}", target.name, if accepted { "accepted" } else { "refused" });
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| run(&target, seed, rounds))) {
            Ok(Tally { rounds, accepted }) => {
                println!("{rounds:>9} mutants, {accepted:>7} accepted: {}", target.name);
            }
            Err(panic) => found.push(said(&*panic)),
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(tried >= if only.is_some() { 1 } else { 25 }, "{tried} targets");
}

#[test]
fn a_decoder_that_panics_or_hoards_is_found_out() {
    let seeds = || vec![b"sound 7\n".to_vec()];
    let broken = [
        (
            "panics",
            Target::new("panics", seeds(), |bytes| {
                let seven = bytes.iter().position(|byte| *byte == b'7');
                seven.is_none_or(|at| bytes[at + 1] == b'\n')
            }),
        ),
        (
            "hoards",
            Target::new("hoards", seeds(), |bytes| {
                let length = bytes.iter().filter(|byte| **byte == 0xff).count();
                vec![0_u8; length * (1 << 16)].len() < 1 << 30
            }),
        ),
        (
            "repeats",
            Target::new("repeats", seeds(), |bytes| {
                let texts = bytes.iter().flat_map(|byte| vec![byte.to_string(); 8]);
                texts.map(|text| text.len()).sum::<usize>() > 0
            }),
        ),
        (
            "misreads",
            Target::new("misreads", seeds(), |bytes| {
                let text = std::str::from_utf8(bytes).map(str::trim_end).unwrap_or_default();
                assert!(text.is_empty() || text.len() + 1 == bytes.len(), "two spellings");
                true
            }),
        ),
    ];
    for (name, target) in broken {
        let tried = catch_unwind(AssertUnwindSafe(|| run(&target, 1, 20_000).rounds));
        let why = tried.map_or_else(|panic| said(&*panic), |rounds| format!("{rounds} rounds"));
        assert!(why.contains(&format!("BAHI_NOISE_TARGET='{name}'")), "{name}: {why}");
    }
}
