//! An archive of files as one stream of bytes: the interchange format of POSIX, which every `tar` reads.
//!
//! # Invariants
//! * The same names and bytes give the same archive: no owner, no hour, no order but the one given.
//!
//! # Not here
//! Reading archives: nothing is ever taken out of one.

use std::io::{self, Read, Write};

/// What everything in an archive is measured in.
const BLOCK_BYTES: usize = 512;
/// The longest name that a header has room for; a longer one stands in a record before it.
const NAME_BYTES_MAX: usize = 100;

/// The longest file that a header has room for.
const FILE_BYTES_MAX: u64 = 0o777_7777_7777;

/// An archive on its way.
pub(crate) struct Archive<W> {
    out: W,
}

impl<W: Write> Archive<W> {
    pub(crate) fn begin(out: W) -> Archive<W> {
        Archive { out }
    }

    /// Adds a file of so many bytes under a relative name.
    ///
    /// # Errors
    /// `FileTooLarge` above [`FILE_BYTES_MAX`]; those of writing and reading; `UnexpectedEof` where there
    /// are fewer bytes than said.
    pub(crate) fn add(&mut self, name: &str, bytes: u64, from: impl Read) -> io::Result<()> {
        if bytes > FILE_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if name.len() > NAME_BYTES_MAX {
            let record = path_record(name);
            self.header("longer-name", record.len() as u64, b'x')?;
            self.content(record.len() as u64, record.as_bytes())?;
        }
        let short: String = name.chars().take(NAME_BYTES_MAX).filter(char::is_ascii).collect();
        self.header(&short, bytes, b'0')?;
        self.content(bytes, from)
    }

    /// Completes the archive.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.write_all(&[0; 2 * BLOCK_BYTES])?;
        self.out.flush()
    }

    fn header(&mut self, name: &str, bytes: u64, kind: u8) -> io::Result<()> {
        let mut block = [0; BLOCK_BYTES];
        block[..name.len()].copy_from_slice(name.as_bytes());
        let mut put = |at: usize, text: &str| {
            block[at..at + text.len()].copy_from_slice(text.as_bytes());
        };
        put(100, "0000644\0");
        put(108, "0000000\0");
        put(116, "0000000\0");
        put(124, &format!("{bytes:011o}\0"));
        put(136, "00000000000\0");
        // The sum is taken with blanks in its own place.
        put(148, "        ");
        put(257, "ustar\0");
        put(263, "00");
        block[156] = kind;
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.out.write_all(&block)
    }

    /// Exactly so many bytes, and what fills the last block.
    fn content(&mut self, bytes: u64, from: impl Read) -> io::Result<()> {
        let copied = io::copy(&mut from.take(bytes), &mut self.out)?;
        if copied != bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let over = usize::try_from(bytes % BLOCK_BYTES as u64).unwrap_or_default();
        let fill = if over == 0 { 0 } else { BLOCK_BYTES - over };
        self.out.write_all(&[0; BLOCK_BYTES][..fill])
    }
}

/// The record of a name that is longer than a header has room for: its own length counts too.
fn path_record(name: &str) -> String {
    let rest = format!(" path={name}\n");
    let mut length = rest.len();
    loop {
        let record = format!("{length}{rest}");
        if record.len() == length {
            return record;
        }
        length = record.len();
    }
}

#[cfg(test)]
mod tests {
    //! Archives against a reader of their format, which knows nothing of the writer.

    use super::{Archive, path_record};

    /// The names, kinds and contents of an archive.
    fn read(mut bytes: &[u8]) -> Vec<(String, u8, Vec<u8>)> {
        let mut found = Vec::new();
        while bytes.iter().take(512).any(|byte| *byte != 0) {
            let (header, rest) = bytes.split_at(512);
            let text = |at: usize, most: usize| {
                let field = header[at..at + most].split(|byte| *byte == 0).next();
                String::from_utf8(field.unwrap_or_default().to_vec()).expect("text")
            };
            let octal = |text: String| u64::from_str_radix(text.trim(), 8).expect("octal");
            let sum: u64 = header.iter().enumerate().fold(0, |sum, (at, byte)| {
                sum + u64::from(if (148..156).contains(&at) { b' ' } else { *byte })
            });
            assert_eq!(octal(text(148, 8)), sum, "the sum of {}", text(0, 100));
            assert_eq!(&header[257..265], b"ustar\x0000");
            let length = usize::try_from(octal(text(124, 12))).expect("a length");
            found.push((text(0, 100), header[156], rest[..length].to_vec()));
            bytes = &rest[length.div_ceil(512) * 512..];
        }
        assert_eq!(bytes, [0; 1024], "an end is two empty blocks");
        found
    }

    #[test]
    fn what_is_put_in_is_found_under_its_name() {
        let long = format!("scheme={}/fy=2024-25/part-00000.parquet", "x".repeat(120));
        let (full, empty) = (vec![7; 1024], Vec::new());
        let files: [(&str, &[u8]); 4] =
            [("a", b"one"), ("b/c.parquet", &full), (&long, b"far"), ("none", &empty)];
        let mut bytes = Vec::new();
        let mut archive = Archive::begin(&mut bytes);
        for (name, content) in files {
            archive.add(name, content.len() as u64, content).expect("it is written");
        }
        archive.finish().expect("it ends");
        let found = read(&bytes);
        let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["a", "b/c.parquet", "longer-name", &long[..100], "none"]);
        assert_eq!(found[2].2, path_record(&long).into_bytes());
        let contents = [0, 1, 3, 4].map(|at: usize| found[at].2.as_slice());
        assert_eq!(contents, files.map(|(_, content)| content));
        assert!(found.iter().all(|(name, kind, _)| (*kind == b'x') == (name == "longer-name")));
    }

    #[test]
    fn a_record_of_a_name_tells_its_own_length() {
        for length in 1..300 {
            let record = path_record(&"n".repeat(length));
            let (told, _) = record.split_once(' ').expect("a length");
            assert_eq!(told.parse(), Ok(record.len()), "{length}");
        }
    }

    #[test]
    fn a_file_that_is_shorter_than_it_was_said_to_be_is_no_archive() {
        let mut archive = Archive::begin(Vec::new());
        let short = archive.add("a", 10, &b"short"[..]).expect_err("five are missing");
        assert_eq!(short.kind(), std::io::ErrorKind::UnexpectedEof);
        archive.add("b", 2, &b"longer"[..]).expect("two are taken");
        let vast = archive.add("c", 1 << 33, std::io::empty()).expect_err("no header says so much");
        assert_eq!(vast.kind(), std::io::ErrorKind::FileTooLarge);
    }
}
