//! Records of a BAI2 file, whether each has a line of its own or not.
//!
//! # Invariants
//! * Every byte of the text belongs to one record.

/// The codes a record begins with.
const CODES: &[&str] = &["01", "02", "03", "16", "49", "88", "98", "99"];
/// The most fields of one record that are looked at.
const FIELDS_MAX: usize = 512;

/// A record: its code, and its fields with the code as the first.
pub(super) struct Record<'t> {
    pub(super) code: &'t str,
    pub(super) fields: Vec<&'t str>,
    pub(super) at: usize,
    pub(super) end: usize,
    /// Whether its end is marked, by a slash or a line end.
    pub(super) is_ended: bool,
}

impl<'t> Record<'t> {
    /// A field that is not blank.
    pub(super) fn field(&self, index: usize) -> Option<&'t str> {
        self.fields.get(index).map(|field| field.trim()).filter(|field| !field.is_empty())
    }
}

/// Records of a text, one by one.
pub(super) struct Records<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t str) -> Records<'t> {
        Records { text, at: 0 }
    }
}

/// Whether a text begins with the code of a record.
fn begins(text: &str) -> bool {
    text.as_bytes().get(2) == Some(&b',') && CODES.iter().any(|code| text.starts_with(code))
}

/// Where a record ends: behind its line, or behind a slash and blanks where the next begins.
fn end_of(rest: &str) -> usize {
    for (at, mark) in rest.match_indices(['/', '\n']) {
        if mark == "\n" {
            return at + 1;
        }
        let after = &rest[at + 1..];
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        if blanks > 0 && begins(&after[blanks..]) {
            return at + 1 + blanks;
        }
    }
    rest.len()
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let mut length = end_of(rest);
        // Blank lines belong to the record before them.
        while rest[length..].starts_with(['\n', '\r', ' ', '\t', '\u{1a}']) {
            length += 1;
        }
        let at = self.at;
        self.at += length;
        let whole = &rest[..length];
        let line = whole.trim();
        let is_ended = line.ends_with('/') || whole.ends_with(['\n', '\r', ' ', '\t']);
        let bare = line.strip_suffix('/').unwrap_or(line);
        let code = if begins(line) || CODES.contains(&bare) { &bare[..2] } else { "" };
        let fields = bare.splitn(FIELDS_MAX, ',').collect();
        Some(Record { code, fields, at, end: self.at, is_ended })
    }
}
