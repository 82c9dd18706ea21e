//! Elements and texts of XML, written.
//!
//! # Invariants
//! * What is opened is closed, and a text is escaped.

/// A document that is being written.
pub(crate) struct Xml(pub(crate) String);

impl Xml {
    /// Elements within each other, the outermost first, around what is written inside.
    pub(crate) fn within(&mut self, names: &[&str], inner: impl FnOnce(&mut Xml)) {
        for name in names {
            self.0.push_str(&format!("<{name}>"));
        }
        inner(self);
        for name in names.iter().rev() {
            self.0.push_str(&format!("</{name}>"));
        }
    }

    /// Elements within each other around a text.
    pub(crate) fn leaf(&mut self, names: &[&str], text: &str) {
        self.within(names, |xml| xml.escaped(text));
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&apos;"),
                _ => self.0.push(c),
            }
        }
    }

    /// A line feed, for whoever reads along.
    pub(crate) fn line(&mut self) {
        self.0.push('\n');
    }
}
