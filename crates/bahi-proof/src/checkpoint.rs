//! C2SP checkpoints: which log, how many leaves, which root.
//!
//! # Invariants
//!
//! * A checkpoint that exists can be written as the text of a note and read back as it is.
//! * One of size 0 has the empty root.

use crate::text::{self, Flaw, Lines, Malformed, NAME_BYTES_MAX, TREE_SIZE_MAX};
use crate::{EMPTY_ROOT, Hash, Note, SigningKey};

/// The size of a tree and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// The number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// What a log says of itself at one size.
///
/// The text that is signed has three lines.
///
/// ```text
/// example.com/behind-the-sofa
/// 20852163
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    /// Each with its newline.
    extensions: String,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    ///
    /// # Errors
    ///
    /// [`Flaw::Expected`] for an origin that is empty, longer than 255 bytes or not one line;
    /// [`Flaw::Expected`] for a size above 2^63 − 1; [`Flaw::EmptyTree`].
    pub fn new(origin: &str, head: TreeHead) -> Result<Self, Malformed> {
        let line = !origin.is_empty() && origin.len() <= NAME_BYTES_MAX;
        if !line || origin.contains('\n') || !text::is_plain(origin) {
            return Err(Flaw::Expected("origin").into());
        }
        if head.size > TREE_SIZE_MAX {
            return Err(Malformed::at(2, Flaw::Expected("size")));
        }
        if head.size == 0 && head.root != EMPTY_ROOT {
            return Err(Malformed::at(3, Flaw::EmptyTree));
        }
        Ok(Self { origin: origin.to_owned(), head, extensions: String::new() })
    }

    /// Reads the text of a note. Extension lines of other logs are kept and mean nothing here.
    ///
    /// # Errors
    ///
    /// [`Flaw::TooLong`], [`Flaw::Ended`], [`Flaw::Expected`], [`Flaw::EmptyTree`], each with its
    /// line; [`Flaw::Expected`] for an extension line that is empty or not plain text.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut lines = Lines::of(text.as_bytes(), crate::note::NOTE_BYTES_MAX)?;
        let origin = lines.line()?;
        let size = text::decimal(lines.line()?);
        let size = size.ok_or_else(|| lines.flaw(Flaw::Expected("size")))?;
        let root = text::hash(lines.line()?);
        let root = root.ok_or_else(|| lines.flaw(Flaw::Expected("root")))?;
        let mut checkpoint = Self::new(origin, TreeHead { size, root })?;
        while !lines.is_done() {
            let line = lines.line()?;
            if line.is_empty() || !text::is_plain(line) {
                return Err(lines.flaw(Flaw::Expected("extension line")));
            }
            checkpoint.extensions.push_str(line);
            checkpoint.extensions.push('\n');
        }
        Ok(checkpoint)
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.head.size
    }

    /// The root.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.head.root
    }

    /// Lines that another log added. Not to be relied on.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.extensions.lines()
    }

    /// The text that is signed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let root = text::base64(&self.root().0);
        format!("{}\n{}\n{root}\n{}", self.origin, self.size(), self.extensions)
    }

    /// Signs the checkpoint with the log's key.
    ///
    /// A log MUST NOT sign two checkpoints of which neither extends the other.
    ///
    /// # Errors
    ///
    /// [`Flaw::OtherName`] unless the key is named as the log is, since nobody's policy would
    /// accept it; as [`Note::sign`].
    pub fn sign(&self, key: &SigningKey) -> Result<Note, Malformed> {
        if key.verifier().name() != self.origin {
            return Err(Flaw::OtherName.into());
        }
        Note::sign(&self.to_text(), key)
    }
}
