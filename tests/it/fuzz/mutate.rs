//! Changes of bytes that decoders trip over, one after another from a seed.
//!
//! # Invariants
//! * The same seed, name and inputs give the same mutants on every machine.

/// The longest mutant.
pub(super) const BYTES_MAX: usize = 1 << 17;

/// Numbers that follow from a seed.
pub(super) struct Noise(u64);

/// Numbers at which something changes.
const EDGES: &[u64] = &[
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 62,
    i64::MAX as u64,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

/// Pieces of text at which something changes.
const PIECES: &[&str] = &[
    "0",
    "-1",
    "+1",
    "007",
    "1e9",
    "0.005",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "1,00,000.00",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\0",
    "\t",
    " ",
    "  ",
    "\"",
    "\"\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "=",
    "+",
    "—",
    "\u{feff}",
    "\u{202e}",
    "\u{a0}",
    "é",
    "२",
    "null",
    "true",
    "[[",
    "]]",
    "{\"a\":",
    "#",
    "AAAA",
    "====",
    "2299-12-31",
    "2024-02-30",
    "0000-00-00",
    "2024-25",
    "pool",
    "not ",
    "if ",
    "min(",
    "extra ",
    "index ",
    "group a any a\n",
    "quorum none\n",
];

impl Noise {
    /// The numbers of a seed for a target of this name.
    pub(super) fn new(seed: u64, name: &str) -> Noise {
        let named = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // Mixed, since neighbouring states give the same numbers, one place on.
        Noise(Noise(seed ^ named).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let below = self.next() % (end as u64).max(1);
        usize::try_from(below).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A stretch of a text: mostly short, now and then of any length.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        let most = if self.below(8) == 0 { length } else { 48 };
        let end = (from + self.below(most + 1)).min(length);
        from..end
    }

    /// The stretch of a line, with its end.
    fn line(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let at = self.below(bytes.len());
        let from = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let end = bytes[at..].iter().position(|byte| *byte == b'\n');
        from..end.map_or(bytes.len(), |end| at + end + 1)
    }

    /// Some changes of one text, now and then with pieces of another.
    pub(super) fn mutant(&mut self, from: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = from.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, other);
            bytes.truncate(BYTES_MAX);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        match self.below(18) {
            0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            2 if !bytes.is_empty() => bytes[at] = self.next().to_le_bytes()[0],
            3 if !bytes.is_empty() => {
                let step = self.pick(&[1_u8, 255, 2, 254, 16, 240]);
                bytes[at] = bytes[at].wrapping_add(step);
            }
            4 | 5 => self.put_number(bytes, at),
            6 => bytes.truncate(at),
            7 => drop(bytes.drain(self.stretch(bytes.len()))),
            8 => {
                let piece = bytes[self.stretch(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            9 => self.exchange(bytes),
            10 | 11 => {
                let piece = other[self.stretch(other.len())].to_vec();
                let place = if self.below(2) == 0 { at..at } else { self.stretch(bytes.len()) };
                bytes.splice(place, piece);
            }
            12 => {
                // The beginning of one and the end of the other.
                bytes.truncate(at);
                bytes.extend_from_slice(&other[at.min(other.len())..]);
            }
            13 => self.repeat(bytes, at),
            14 => self.put_text(bytes, at),
            15 => self.replace_digits(bytes, at),
            _ => self.move_lines(bytes, other),
        }
    }

    /// An edge, or a step beside what stands there, in any width and order.
    fn put_number(&mut self, bytes: &mut [u8], at: usize) {
        let width = self.pick(&[1, 2, 4, 8]).min(bytes.len() - at);
        let place = &mut bytes[at..at + width];
        let mut held = [0; 8];
        held[..width].copy_from_slice(place);
        let number = match self.below(3) {
            0 => u64::from_le_bytes(held).wrapping_add(self.pick(&[1, u64::MAX, 16, 255, 256])),
            _ => self.pick(EDGES),
        };
        let (little, big) = (number.to_le_bytes(), number.to_be_bytes());
        if self.below(4) == 0 {
            place.copy_from_slice(&big[8 - width..]);
        } else {
            place.copy_from_slice(&little[..width]);
        }
    }

    /// Two stretches of one length change places.
    fn exchange(&mut self, bytes: &mut [u8]) {
        let first = self.stretch(bytes.len() / 2);
        let second = bytes.len() / 2 + first.start;
        for step in 0..first.len() {
            bytes.swap(first.start + step, second + step);
        }
    }

    /// A stretch stands many times over.
    fn repeat(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let short = self.below(3) != 0;
        let piece = if short {
            bytes[at..(at + 1 + self.below(6)).min(bytes.len())].to_vec()
        } else {
            bytes[self.stretch(bytes.len())].to_vec()
        };
        let most = if self.below(16) == 0 { BYTES_MAX / 4 } else { 2_000 };
        let count = self.below(most / piece.len().max(1) + 2);
        bytes.splice(at..at, piece.repeat(count));
    }

    fn put_text(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let piece = self.pick(PIECES).bytes();
        let end = if self.below(2) == 0 { at } else { (at + piece.len()).min(bytes.len()) };
        bytes.splice(at..end, piece);
    }

    /// A number written out becomes another.
    fn replace_digits(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let Some(skip) = bytes[at..].iter().position(u8::is_ascii_digit) else { return };
        let from = at + skip;
        let digits = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let piece = self.pick(PIECES).bytes();
        bytes.splice(from..from + digits, piece);
    }

    /// A line is doubled, dropped, or put in another's place.
    fn move_lines(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        if bytes.is_empty() || other.is_empty() {
            return;
        }
        let line = self.line(bytes);
        let piece = match self.below(4) {
            0 => Vec::new(),
            1 => bytes[line.clone()].repeat(2),
            2 => bytes[self.line(bytes)].to_vec(),
            _ => other[self.line(other)].to_vec(),
        };
        bytes.splice(line, piece);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Noise;

    #[test]
    fn a_seed_gives_the_same_mutants_and_another_seed_others() {
        let text: Vec<u8> = (0..=u8::MAX).collect();
        let mutants = |seed: u64| {
            let mut noise = Noise::new(seed, "a target");
            (0..500).map(|_| noise.mutant(&text, b"\n12 other\n")).collect::<Vec<_>>()
        };
        assert_eq!(mutants(1), mutants(1));
        let (one, other): (BTreeSet<_>, BTreeSet<_>) =
            (mutants(1).into_iter().collect(), mutants(2).into_iter().collect());
        let both = one.intersection(&other).count();
        assert!(one.len() > 400 && both < 100, "{} mutants, {both} in both", one.len());
        Noise::new(1, "nothing").mutant(b"", b"");
    }
}
