//! The black-box tests: one binary, and this is its table of contents.
//!
//! Tests of one module stand beside it, in its crate. Here stands what looks at Bahi from outside:
//! the tree as it lies on disk, its pages, and the library as a stranger takes it.

/// The tree on disk, as the checks of it read it.
mod tree;

/// Who may depend on whom, and which crate owns what comes from outside.
mod layers;

/// What holds in every source file and every page.
mod tidy;

/// The pages against the code they speak of.
mod docs;

/// The page of hazards, and the tests it names.
mod hazards;

/// A program of somebody else's, with the library as its only dependency.
mod outside;

/// What holds over random histories of the whole ledger.
mod properties;

/// The program as whoever types it sees it.
mod cli;

/// Exports as whoever receives them takes them.
mod export;

/// Programs of others that exports are given to.
mod outside_programs;

/// Journals as hledger, ledger and beancount read them.
mod journals;

/// Parquet as DuckDB and pandas read it, workbooks as openpyxl does.
mod tables;

/// Questions about the past, against a replay cut there.
mod past;

/// Papers that a person hands in, over whole histories.
mod papers;

/// A reader of backups in another language, written from the pages alone.
mod second_reader;

/// Noise for every decoder of bytes.
mod fuzz;

/// Ledgers of every settled form, kept for ever.
mod golden;

/// Samples, drawn again by somebody else.
mod sample;

/// What a command costs, by count.
mod cost;
