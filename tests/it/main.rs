//! The black-box tests: one binary.

fn main() {}
