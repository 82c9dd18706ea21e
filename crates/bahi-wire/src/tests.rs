//! The stored form against itself, against hostile bytes, and against golden vectors.

mod content;
mod first;
mod golden;
mod hostile;
mod refused;
mod round_trip;
mod samples;
mod strategies;
mod strategies_terms;
