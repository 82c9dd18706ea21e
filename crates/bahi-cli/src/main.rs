//! The bahi program.
fn main() {}
