//! Where things stand in a line of JSON: the column of a value and the path that leads to it.
//!
//! The reader reports where it stopped; a person wants to know where the offending value begins
//! and what it is called. Both are found here, after the fact, by walking the line's tokens.
//!
//! # Invariants
//! * Time is linear in the line for any bytes, sound JSON or not; nothing recurses.

/// A place in a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// In bytes, from 1.
    pub column: usize,
    /// `fund.fy`, `terms.items[0].allowed`; empty for the whole line.
    pub path: String,
}

/// The token that covers a column, or the last one before it; of an empty object or list, where it
/// begins.
pub(crate) fn covering(line: &[u8], column: usize) -> Place {
    let mut start = 0;
    let mut opened = false;
    for token in Tokens::new(line) {
        if token.start >= column {
            break;
        }
        let closes_empty = opened && token.role == Role::Close;
        opened = token.role == Role::Open;
        if !closes_empty {
            start = token.start;
        }
    }
    Place { column: start + 1, path: path_at(line, start) }
}

/// The token that begins right after a column; where there is none, the one that covers it.
pub(crate) fn beginning_at(line: &[u8], column: usize) -> Place {
    match Tokens::new(line).find(|token| token.start == column) {
        Some(token) => Place { column: token.start + 1, path: path_at(line, token.start) },
        None => covering(line, column),
    }
}

/// The column where the value of a path begins; that of its nearest container where it is not.
///
/// Only for lines that were read before, whose nesting is therefore bounded.
pub(crate) fn column_of(line: &[u8], path: &str) -> usize {
    let mut best = (0, 1);
    let mut tokens = Tokens::new(line);
    while let Some(token) = tokens.next() {
        if token.role == Role::Key || token.role == Role::Close {
            continue;
        }
        let here = tokens.path(token.depth);
        let leads = path
            .strip_prefix(here.as_str())
            .is_some_and(|rest| rest.is_empty() || here.is_empty() || rest.starts_with(['.', '[']));
        if leads && here.len() >= best.0 {
            best = (here.len(), token.start + 1);
        }
        if here == path {
            break;
        }
    }
    best.1
}

fn path_at(line: &[u8], start: usize) -> String {
    let mut tokens = Tokens::new(line);
    while let Some(token) = tokens.next() {
        if token.start == start {
            return tokens.path(token.depth);
        }
    }
    String::new()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Key,
    Value,
    Open,
    Close,
}

struct Token {
    /// The index of its first byte.
    start: usize,
    /// How many of the open frames lead to it.
    depth: usize,
    role: Role,
}

enum Frame {
    Object { key: (usize, usize), expects_key: bool },
    List { index: usize },
}

/// The tokens of a line, and the frames open around the last one.
struct Tokens<'a> {
    line: &'a [u8],
    at: usize,
    frames: Vec<Frame>,
}

impl<'a> Tokens<'a> {
    fn new(line: &'a [u8]) -> Self {
        Tokens { line, at: 0, frames: Vec::new() }
    }

    fn path(&self, depth: usize) -> String {
        let mut path = String::new();
        for frame in self.frames.iter().take(depth) {
            match frame {
                Frame::Object { key: (start, end), .. } => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    let key = self.line.get(*start..*end).unwrap_or_default();
                    path.push_str(&String::from_utf8_lossy(key));
                }
                Frame::List { index } => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    fn string(&mut self, start: usize) -> Token {
        while let Some(byte) = self.line.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                _ => 1,
            };
            if *byte == b'"' {
                break;
            }
        }
        let end = self.at.min(self.line.len());
        let depth = self.frames.len();
        match self.frames.last_mut() {
            Some(Frame::Object { key, expects_key: true }) => {
                *key = (start + 1, end.saturating_sub(1));
                Token { start, depth: depth - 1, role: Role::Key }
            }
            Some(Frame::Object { .. } | Frame::List { .. }) | None => {
                Token { start, depth, role: Role::Value }
            }
        }
    }

    fn open(&mut self, start: usize, frame: Frame) -> Token {
        let depth = self.frames.len();
        self.frames.push(frame);
        Token { start, depth, role: Role::Open }
    }

    fn close(&mut self, start: usize) -> Token {
        self.frames.pop();
        Token { start, depth: self.frames.len(), role: Role::Close }
    }

    fn comma(&mut self) {
        match self.frames.last_mut() {
            Some(Frame::Object { expects_key, .. }) => *expects_key = true,
            Some(Frame::List { index }) => *index += 1,
            None => {}
        }
    }

    fn colon(&mut self) {
        if let Some(Frame::Object { expects_key, .. }) = self.frames.last_mut() {
            *expects_key = false;
        }
    }

    fn scalar(&mut self, start: usize) -> Token {
        let ends = |byte: &u8| b"{}[],:\" \t\r\n".contains(byte);
        while self.line.get(self.at).is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        Token { start, depth: self.frames.len(), role: Role::Value }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            let byte = *self.line.get(start)?;
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b',' => self.comma(),
                b':' => self.colon(),
                b'{' => {
                    let frame = Frame::Object { key: (0, 0), expects_key: true };
                    return Some(self.open(start, frame));
                }
                b'[' => return Some(self.open(start, Frame::List { index: 0 })),
                b'}' | b']' => return Some(self.close(start)),
                b'"' => return Some(self.string(start)),
                _ => return Some(self.scalar(start)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
