//! A command as its actor signed it, as bytes: signature, key, and the line.
//!
//! # Not here
//! Whether the signature holds: `bahi-proof`; whether the line says what the event says: `bahi`.

use bahi_core::{SIGNED_LINE_BYTES_MAX, Signed};

use crate::{
    Problem, WireError,
    bytes::{Reader, Writer, forms, invalid},
};

forms! {
    /// Signature and key are integers here, so that they move as such: their little-endian bytes are
    /// the bytes themselves.
    SignedForm: 98 {
        signature_first: u128,
        signature_second: u128,
        signature_third: u128,
        signature_fourth: u128,
        key_head: u128,
        key_tail: u128,
        line: u16,
    }
}

// The length of the longest line fits its two bytes.
const _: () = assert!(SIGNED_LINE_BYTES_MAX <= u16::MAX as usize);

/// Appends it.
pub(crate) fn write(writer: &mut Writer<'_>, signed: &Signed) {
    let part = |bytes: &[u8], index: usize| {
        let chunk = bytes.as_chunks::<16>().0.get(index).copied().unwrap_or_default();
        u128::from_le_bytes(chunk)
    };
    let (signature, key) = (signed.signature(), signed.key());
    let line = signed.line().as_bytes();
    writer.form(&SignedForm {
        signature_first: part(signature, 0),
        signature_second: part(signature, 1),
        signature_third: part(signature, 2),
        signature_fourth: part(signature, 3),
        key_head: part(key, 0),
        key_tail: part(key, 1),
        line: u16::try_from(line.len()).expect("a signed line is bounded"),
    });
    writer.bytes(line);
}

/// Takes it.
#[cold]
pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Box<Signed>, WireError> {
    let form: SignedForm = reader.form()?;
    let at = reader.at();
    let line = reader.line("signed line", usize::from(form.line))?;
    let (mut signature, mut key) = ([0; 64], [0; 32]);
    let parts =
        [form.signature_first, form.signature_second, form.signature_third, form.signature_fourth];
    for (chunk, part) in signature.as_chunks_mut::<16>().0.iter_mut().zip(parts) {
        *chunk = part.to_le_bytes();
    }
    for (chunk, part) in key.as_chunks_mut::<16>().0.iter_mut().zip([form.key_head, form.key_tail])
    {
        *chunk = part.to_le_bytes();
    }
    let signed = Signed::new(line, key, signature);
    signed.map(Box::new).ok_or_else(|| invalid("signed line", at, Problem::Line))
}
