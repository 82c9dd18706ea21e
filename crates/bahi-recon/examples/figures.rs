//! Files in numbers: what each is read as, how much of it, its sums, and what is to be told.
//!
//! `cargo run --release -p bahi-recon --example figures -- FILE…` prints one line for each file, with
//! tabs: file, format, statements, entries, credits and debits in minor units, warnings, bytes set
//! aside, milliseconds; or the fault. Nothing private is printed.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::{env, fs, time::Instant};

use bahi_recon::{Item, Options, read};

fn main() {
    for path in env::args().skip(1) {
        match fs::read(&path) {
            Ok(bytes) => println!("{path}\t{}", line(&bytes)),
            Err(error) => println!("{path}\tunreadable\t{error}"),
        }
    }
}

fn line(bytes: &[u8]) -> String {
    let (mut credits, mut debits) = (0, 0);
    let begun = Instant::now();
    let result = read(bytes, &Options::default(), &mut |item| {
        if let Item::Statement(statement) = item {
            for sums in &statement.sums {
                let all = sums.all();
                credits += all.credits_minor;
                debits += all.debits_minor;
            }
        }
    });
    let spent = begun.elapsed().as_millis();
    match result {
        Err(fault) => format!("fault\t{fault}"),
        Ok(reading) => format!(
            "{}\t{}\t{}\t{credits}\t{debits}\t{}\t{}\t{spent}",
            reading.format.name(),
            reading.statements,
            reading.entries + reading.instructions + reading.payment_statuses,
            reading.warnings,
            reading.bytes.set_aside
        ),
    }
}
