//! What a person calls an account of the office: kept with a statement of it, and never a number.

use bahi_core::{Act, Command, Day, Position, Word};

use super::add::{AddOptions, command};

/// What an event begins with that says what an account is called.
pub(super) const ACCOUNT_LABEL: &str = "account:";
/// The most characters of a label.
pub const LABEL_CHARS_MAX: usize = 40;
/// The most digits of a label: a branch has up to seven, an account more than eight.
pub const LABEL_DIGITS_MAX: usize = 8;

/// What a person calls an account: `SBI treasury branch`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountLabel(Word);

impl AccountLabel {
    /// Checks a label: 1 to 40 printable ASCII characters, no blank at its ends, at most eight digits, so
    /// that it is no account's number.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment for a person.
    pub fn new(text: &str) -> Result<AccountLabel, String> {
        if text.len() > LABEL_CHARS_MAX {
            return Err(format!("a label has at most {LABEL_CHARS_MAX} characters"));
        }
        if text.bytes().filter(u8::is_ascii_digit).count() > LABEL_DIGITS_MAX {
            let most = LABEL_DIGITS_MAX;
            return Err(format!("a label has at most {most} digits: an account's number is none"));
        }
        Word::new(text).map_err(|error| error.to_string())?;
        let kept = Word::new(&format!("{ACCOUNT_LABEL}{text}"));
        kept.map(AccountLabel).map_err(|error| error.to_string())
    }

    /// The event that says so of the account of a statement. The same label of the same statement is one
    /// event.
    pub(super) fn note(
        &self,
        (file, part): ([u8; 32], u16),
        (statement, day): (Position, Day),
        options: &AddOptions,
    ) -> Command {
        let what = self.0.clone();
        let id = [&b"label\0"[..], self.0.as_str().as_bytes(), &file, &part.to_be_bytes()].concat();
        let act = Act::NoteExport { what, upto: statement, rows: 0, digest: file };
        command(act, day, &options.actor, &id)
    }
}

#[cfg(test)]
mod tests {
    //! Labels, and what is none.

    use super::*;

    #[test]
    fn a_label_is_words_and_no_number_of_an_account() {
        for (text, sound) in [
            ("SBI treasury branch", true),
            ("SBIN0001234", true),
            ("PNB ..7789", true),
            ("", false),
            (" SBI", false),
            ("SBI 123456789", false),
            ("1 2 3 4 5 6 7 8 9", false),
            ("\u{92d}\u{93e}\u{930}\u{924}", false),
            ("a label of more than forty characters, as none is", false),
        ] {
            assert_eq!(AccountLabel::new(text).is_ok(), sound, "{text}");
        }
    }
}
