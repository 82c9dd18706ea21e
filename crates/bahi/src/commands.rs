//! Lines in: JSON commands, with districts by code or by the names of the ODOP table.

use bahi_core::{Command, District};
use bahi_json::Malformed;

/// Reads one JSON command; a district may be a code, `pool`, or a name in English or Hindi.
///
/// # Errors
/// [`Malformed`] with its column.
pub fn parse_command(line: &[u8]) -> Result<Command, Malformed> {
    bahi_json::parse_command(line, &district)
}

/// The district of a text: any code, `pool`, or a name of the ODOP table.
#[must_use]
pub fn district(text: &str) -> Option<District> {
    District::parse(text).or_else(|| bahi_odop::districts::by_name(text).map(|entry| entry.code))
}
