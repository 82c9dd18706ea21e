//! Text that may identify somebody: kept apart, so that nothing shows it by accident.
//!
//! # Invariants
//! * `Debug` shows the length alone, and there is no `Display`.

use std::fmt;

/// The most characters of one such text; what is longer is cut, and the whole lies in the file.
pub const SECRET_CHARS_MAX: usize = 2_000;

/// A text that may name a person or an account: a name, an account number, a narration.
///
/// It is no part of an error, a warning or a log. [`Secret::reveal`] is the one way to it, for
/// whoever fingerprints it or seals it into a vault.
///
/// ```
/// use bahi_recon::Secret;
/// let account = Secret::new("00112233445566");
/// assert_eq!(format!("{account:?}"), "Secret(14 characters)");
/// assert_eq!(account.reveal(), "00112233445566");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text, cut after [`SECRET_CHARS_MAX`] characters.
    #[must_use]
    pub fn new(text: &str) -> Secret {
        let end = text.char_indices().nth(SECRET_CHARS_MAX).map_or(text.len(), |(at, _)| at);
        Secret(text[..end].to_owned())
    }

    /// The text of something that has one: nothing for blanks alone.
    #[must_use]
    pub fn some(text: &str) -> Option<Secret> {
        let text = text.trim();
        (!text.is_empty()).then(|| Secret::new(text))
    }

    /// The text itself. Whoever asks keeps it out of events, errors and logs.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a text after a blank, as far as there is room.
    pub(crate) fn push(&mut self, text: &str) {
        let text = text.trim();
        let room = SECRET_CHARS_MAX.saturating_sub(self.0.chars().count() + 1);
        if text.is_empty() || room == 0 {
            return;
        }
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.extend(text.chars().take(room));
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} characters)", self.0.chars().count())
    }
}
