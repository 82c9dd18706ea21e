//! Noise for every reader: mutants of the samples, and of the collected files where at hand.
//!
//! # Invariants
//! * No mutant makes a reader panic, whatever format it is read as.
//! * Of every mutant that is read, bytes and records are accounted for, and every stretch lies in
//!   the file.

use std::{fs, path::PathBuf};

use super::SAMPLES;
use crate::{Format, Options, Stretch, collect, recognise};

/// Numbers that follow from a seed (xorshift).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % (most.max(1) as u64)).unwrap_or_default()
    }

    fn mutant(&mut self, from: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = from.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, other);
            bytes.truncate(1 << 16);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + self.below(60)).min(bytes.len());
        match self.below(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let from = self.below(other.len() + 1);
                let to = (from + self.below(120)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            5 => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(at..end, piece.bytes());
            }
            6 => {
                let piece = bytes[at..end].repeat(1 + self.below(200));
                bytes.splice(at..end, piece);
            }
            _ if !bytes.is_empty() => {
                let place = at % bytes.len();
                bytes[place] = self.next().to_le_bytes()[self.below(8)];
            }
            _ => {}
        }
    }
}

/// Pieces of text at which something changes.
const PIECES: &[&str] = &[
    "0",
    "-1",
    ".",
    ",",
    "1,000",
    "1.000",
    "99999999999999999999",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"\"",
    "\t",
    ";",
    ":",
    ":61:",
    "\n:61:260620D1,00N",
    "\n:86:",
    "\n:62F:C260620INR1,00",
    "-\n",
    "{1:",
    "<",
    ">",
    "</",
    "/>",
    "<Ntry>",
    "</Ntry>",
    "<TxDtls>",
    "</TxDtls>",
    "<Amt Ccy=\"JPY\">",
    "<!--",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&x;",
    "&#0;",
    "&#x10FFFF;",
    "<!DOCTYPE a>",
    "<?xml",
    "é",
    "\u{202e}",
    "\u{feff}",
    "\u{a0}",
    "२",
    "\0",
    "XXX",
    "INR",
    "KWD",
    "CRDT",
    "DBIT",
    "00000000",
    "2026-02-30",
    "12",
    "23",
    "56",
    "01,",
    "49,",
    "88,",
    "/",
    "<STMTTRN>",
    "<TRNAMT>",
    "NaN",
    "(",
    ")",
    "Dr",
    "CR",
];

fn sound(bytes: &[u8], options: &Options) -> bool {
    let Ok(collected) = collect(bytes, options) else { return false };
    let reading = &collected.reading;
    assert_eq!(reading.bytes.read + reading.bytes.set_aside, bytes.len() as u64);
    assert_eq!(reading.records.read + reading.records.set_aside, reading.records.present);
    let inside = |place: Stretch| {
        assert!(place.at + place.bytes <= bytes.len() as u64, "{place:?} of {}", bytes.len());
    };
    let (mut entries, mut details) = (0, 0);
    for whole in &collected.statements {
        inside(whole.statement.place);
        assert_eq!(whole.statement.entries, whole.entries.len() as u64);
        for (entry, of_entry) in &whole.entries {
            inside(entry.place);
            assert_eq!(entry.details as usize, of_entry.len());
            entries += 1;
            details += of_entry.len() as u64;
        }
    }
    assert_eq!((entries, details), (reading.entries, reading.details));
    for whole in &collected.batches {
        inside(whole.batch.place);
        for instruction in &whole.instructions {
            inside(instruction.place);
        }
    }
    let told: u64 = collected.warnings.iter().map(|one| one.set_aside).sum();
    let all_given = reading.warnings == collected.warnings.len() as u64;
    assert!(told == reading.bytes.set_aside || !all_given, "{told}, {:?}", reading.bytes);
    true
}

fn tried(seeds: &[Vec<u8>], rounds: usize, seed: u64) -> usize {
    let mut noise = Noise(seed);
    let mut read = 0;
    for _ in 0..rounds {
        let (one, other) = (noise.below(seeds.len()), noise.below(seeds.len()));
        let mutant = noise.mutant(&seeds[one], &seeds[other]);
        let format = Format::ALL[noise.below(Format::ALL.len())];
        sound(&mutant, &Options { format: Some(format), ..Options::default() });
        if recognise(&mutant).is_some() {
            read += usize::from(sound(&mutant, &Options::default()));
        }
    }
    read
}

#[test]
fn every_reader_withstands_noise() {
    let seeds: Vec<Vec<u8>> = SAMPLES.iter().map(|(_, bytes, _)| bytes.to_vec()).collect();
    let rounds =
        std::env::var("BAHI_NOISE_ROUNDS").map_or(6_000, |text| text.parse().expect("a number"));
    let seed = std::env::var("BAHI_NOISE_SEED").map_or(1, |text| text.parse().expect("a number"));
    let read = tried(&seeds, rounds, seed);
    assert!(read > rounds / 5, "{read} of {rounds} mutants were read");
}

#[test]
fn every_reader_withstands_noise_on_the_collected_files() {
    let Some(folder) = super::corpus::corpus() else { return };
    let mut paths: Vec<PathBuf> = Vec::new();
    super::corpus::files(&folder, &mut paths);
    let small = |bytes: &Vec<u8>| bytes.len() < 8_000 && recognise(bytes).is_some();
    let seeds: Vec<Vec<u8>> =
        paths.iter().filter_map(|path| fs::read(path).ok()).filter(small).collect();
    assert!(seeds.len() > 50, "{} seeds", seeds.len());
    let read = tried(&seeds, 4_000, 7);
    assert!(read > 400, "{read} mutants were read");
}
