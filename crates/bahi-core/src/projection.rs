//! What a fold is: a state made of events alone.

use crate::Recorded;

/// A fold over the log that never fails: it counts and shows what it could not place.
///
/// # Invariants
/// * Applying the same events in the same order to a default value gives the same state.
/// * Nothing but the events is read: no clock, no file, no environment.
pub trait Projection: Default {
    /// Takes the next event.
    fn apply(&mut self, recorded: &Recorded);
}
