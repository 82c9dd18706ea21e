//! The stored form against itself, against hostile bytes, and against golden vectors.

mod content;
mod first;
mod golden;
mod groups;
mod hostile;
mod refused;
mod round_trip;
mod schemas;
mod samples;
mod samples_acts;
mod samples_events;
mod samples_terms;
mod strategies;
mod strategies_acts;
mod strategies_events;
mod strategies_terms;
mod vocabulary;
