//! Bytes in and out: groups of fixed width through bincode, short texts and counts by hand.
//!
//! # Invariants
//! * A value has one encoding: little-endian, fixed width; a text is its length and its bytes.
//! * Nothing is allocated for a count before the count is within its bound and the bytes for it
//!   are there.

use bahi_core::NameError;
use bincode::{DefaultOptions, Options};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Problem, RECORD_BYTES_MAX, SCHEMA_AT, WireError};

/// A group of integers of fixed width.
///
/// Bincode writes every group. It reads them where a record is checked; where many records are
/// replayed a group is read at its offsets, which takes a third of the time. Tests hold the two
/// readings equal for any bytes.
pub(crate) trait Form: Serialize + DeserializeOwned {
    /// Its width in bytes; a test holds it against bincode's own count.
    const BYTES: usize;

    /// Reads the group at its offsets; `None` of fewer bytes than its width.
    fn at_offsets(bytes: &[u8]) -> Option<Self>;
}

/// Declares groups: each its name, its width, and its fields in the order of the bytes.
macro_rules! forms {
    ($($(#[$doc:meta])* $form:ident: $bytes:literal { $($field:ident: $int:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(serde::Serialize, serde::Deserialize, Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub(crate) struct $form {
            $(pub(crate) $field: $int,)*
        }

        const _: () = assert!(<$form as $crate::bytes::Form>::BYTES == $bytes);

        impl $crate::bytes::Form for $form {
            const BYTES: usize = 0 $(+ size_of::<$int>())*;

            #[inline]
            fn at_offsets(bytes: &[u8]) -> Option<Self> {
                $(
                    let ($field, bytes) = bytes.split_first_chunk()?;
                    let $field = <$int>::from_le_bytes(*$field);
                )*
                bytes.is_empty().then_some($form { $($field,)* })
            }
        }
    )*};
}
pub(crate) use forms;

macro_rules! integers {
    ($($int:ty)*) => {$(
        impl Form for $int {
            const BYTES: usize = size_of::<$int>();

            #[inline]
            fn at_offsets(bytes: &[u8]) -> Option<Self> {
                bytes.as_array().copied().map(<$int>::from_le_bytes)
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 i32 i64 i128 }

/// The one configuration of bincode.
fn options() -> impl Options {
    DefaultOptions::new().with_fixint_encoding().with_limit(RECORD_BYTES_MAX as u64)
}

/// The width bincode gives a group.
#[cfg(test)]
pub(crate) fn width<T: Form>(form: &T) -> usize {
    usize::try_from(options().serialized_size(form).expect("a group has a width"))
        .expect("a group is small")
}

/// Appends values to a record.
pub(crate) struct Writer<'v> {
    bytes: &'v mut Vec<u8>,
    start: usize,
}

impl<'v> Writer<'v> {
    /// Begins a record at the end of `bytes`.
    pub(crate) fn new(bytes: &'v mut Vec<u8>) -> Writer<'v> {
        let start = bytes.len();
        Writer { bytes, start }
    }

    /// How many bytes the record has so far.
    pub(crate) fn at(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Takes back every byte of the record.
    pub(crate) fn undo(self) {
        self.bytes.truncate(self.start);
    }

    /// Appends a group.
    pub(crate) fn form<T: Form>(&mut self, form: &T) {
        options()
            .serialize_into(&mut *self.bytes, form)
            .expect("a group of fixed width is below the limit, and memory takes every byte");
    }

    /// The length of a list with a bound of at most 255, for the group it stands in.
    pub(crate) fn short(
        &self,
        field: &'static str,
        count: usize,
        max: usize,
    ) -> Result<u8, WireError> {
        match u8::try_from(count) {
            Ok(short) if count <= max => Ok(short),
            Ok(_) | Err(_) => Err(self.invalid(field, Problem::TooMany { count, max })),
        }
    }

    /// Appends the length of a list with a bound of at most 65 535.
    pub(crate) fn count(
        &mut self,
        field: &'static str,
        count: usize,
        max: usize,
    ) -> Result<(), WireError> {
        match u16::try_from(count) {
            Ok(short) if count <= max => {
                self.form(&short);
                Ok(())
            }
            Ok(_) | Err(_) => Err(self.invalid(field, Problem::TooMany { count, max })),
        }
    }

    /// Appends a text of at most 255 bytes: its length in one byte, then its bytes.
    pub(crate) fn text(&mut self, text: &str) {
        let length = u8::try_from(text.len()).expect("a name is at most 255 bytes");
        self.bytes.push(length);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a text where there is one; a length of zero says that there is none, since no name
    /// is empty.
    pub(crate) fn text_or_none(&mut self, text: Option<&str>) {
        self.text(text.unwrap_or_default());
    }

    /// Appends bytes whose length stands in a group before them.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The error for a value that has no stored form here.
    pub(crate) fn invalid(&self, field: &'static str, problem: impl Into<Problem>) -> WireError {
        WireError::Invalid { field, at: self.at(), problem: problem.into() }
    }
}

/// Takes values from a record.
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    by_bincode: bool,
}

impl<'b> Reader<'b> {
    /// Begins to read a record.
    ///
    /// # Errors
    /// `TooLong`.
    pub(crate) fn new(bytes: &'b [u8]) -> Result<Reader<'b>, WireError> {
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(WireError::TooLong { bytes: bytes.len() });
        }
        Ok(Reader { bytes, at: 0, by_bincode: false })
    }

    /// Reads every group through bincode.
    pub(crate) fn by_bincode(self) -> Reader<'b> {
        Reader { by_bincode: true, ..self }
    }

    /// How many bytes have been read.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The schema that the envelope tells; 0, which is none, before there is one.
    pub(crate) fn schema(&self) -> u8 {
        self.bytes.get(SCHEMA_AT).copied().unwrap_or_default()
    }

    /// The next bytes.
    fn take(&mut self, count: usize) -> Result<&'b [u8], WireError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.get(..count) {
            Some(part) => {
                self.at += count;
                Ok(part)
            }
            None => Err(WireError::Truncated { at: self.at }),
        }
    }

    /// The next group.
    #[inline]
    pub(crate) fn form<T: Form>(&mut self) -> Result<T, WireError> {
        let at = self.at;
        let part = self.take(T::BYTES)?;
        // A group is plain numbers and `part` is exactly as wide, so neither reading has anything
        // to refuse; if one had, the group would be too short.
        let form =
            if self.by_bincode { options().deserialize(part).ok() } else { T::at_offsets(part) };
        form.ok_or(WireError::Truncated { at })
    }

    /// The length of a list whose rows take at least `row_bytes` each, within its bound and
    /// within what is left of the record.
    pub(crate) fn counted(
        &self,
        field: &'static str,
        count: impl Into<usize>,
        max: usize,
        row_bytes: usize,
    ) -> Result<usize, WireError> {
        let count = count.into();
        if count > max {
            return Err(self.invalid(field, Problem::TooMany { count, max }));
        }
        if count * row_bytes > self.bytes.len() - self.at {
            return Err(WireError::Truncated { at: self.at });
        }
        Ok(count)
    }

    /// The next text, which may be empty.
    #[inline]
    pub(crate) fn text(&mut self, field: &'static str) -> Result<&'b str, WireError> {
        let at = self.at;
        let length: u8 = self.form()?;
        let part = self.take(usize::from(length)).map_err(|_| WireError::Truncated { at })?;
        core::str::from_utf8(part).map_err(|_| WireError::Invalid {
            field,
            at,
            problem: Problem::Text,
        })
    }

    /// The next text of so many bytes, in UTF-8.
    pub(crate) fn line(
        &mut self,
        field: &'static str,
        length: usize,
    ) -> Result<&'b str, WireError> {
        let at = self.at;
        let part = self.take(length)?;
        core::str::from_utf8(part).map_err(|_| invalid(field, at, Problem::Line))
    }

    /// The next text as a name.
    #[inline]
    pub(crate) fn name<T>(
        &mut self,
        field: &'static str,
        new: impl FnOnce(&str) -> Result<T, NameError>,
    ) -> Result<T, WireError> {
        let at = self.at;
        let text = self.text(field)?;
        new(text).map_err(|error| invalid(field, at, error))
    }

    /// The next text as a name, where it is not empty.
    pub(crate) fn name_or_none<T>(
        &mut self,
        field: &'static str,
        new: impl FnOnce(&str) -> Result<T, NameError>,
    ) -> Result<Option<T>, WireError> {
        let at = self.at;
        let text = self.text(field)?;
        if text.is_empty() {
            return Ok(None);
        }
        new(text).map(Some).map_err(|error| invalid(field, at, error))
    }

    /// The error for an unsound value that begins here.
    pub(crate) fn invalid(&self, field: &'static str, problem: impl Into<Problem>) -> WireError {
        invalid(field, self.at, problem)
    }

    /// Ends the record.
    ///
    /// # Errors
    /// `TrailingBytes`.
    pub(crate) fn finish(self) -> Result<(), WireError> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            count => Err(WireError::TrailingBytes { at: self.at, count }),
        }
    }
}

/// The error for an unsound value that begins at a known place.
pub(crate) fn invalid(field: &'static str, at: usize, problem: impl Into<Problem>) -> WireError {
    WireError::Invalid { field, at, problem: problem.into() }
}
