//! Bytes as text: base64 for exported and salvaged records.

/// Bytes as RFC 4648 writes them, section 4: the standard alphabet, padded.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) as usize & 63;
            // Of one byte two letters speak, of two bytes three.
            let speaks = place <= three.len();
            text.push(if speaks { char::from(ALPHABET[sextet]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_base64_are_those_of_the_standard() {
        // RFC 4648, section 10, and the last two letters of the alphabet.
        let cases: [(&[u8], &str); 9] = [
            (b"", ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xff\xff\xfe", "///+"),
            (b"\0\0\0\0", "AAAAAA=="),
        ];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes), text, "{bytes:?}");
        }
    }
}
