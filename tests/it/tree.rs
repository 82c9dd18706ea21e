//! The tree on disk: its root, its files, what cargo says of its packages, and its code bare.
//!
//! # Invariants
//! * Paths are relative to the root, with `/`, and listed in order of name.
//! * What a build or a run leaves behind is no part of the tree.
//!
//! # Not here
//! What must hold of any of it: `layers`, `tidy`, `docs`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A file of the tree with its text.
pub struct SourceFile {
    /// Its path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The deepest folder the tree has; a loop of links ends there.
const DEPTH_MAX: usize = 16;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests lie in a folder of the workspace").to_path_buf()
}

/// The text of a file that must be there.
pub fn read(path: &str) -> String {
    let full = root().join(path);
    fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

/// Every text file below the given folders and every given file; what is no UTF-8 is left out.
pub fn files(below: &[&str]) -> Vec<SourceFile> {
    let mut found = Vec::new();
    for start in below {
        walk(&root().join(start), start, 0, &mut found);
    }
    found
}

/// Every Rust source of the workspace and of the programs built outside it.
pub fn rust_files() -> Vec<SourceFile> {
    let mut found = files(&["crates", "tests", "benches"]);
    found.retain(|file| file.path.ends_with(".rs"));
    assert!(found.len() > 50, "the walk over the tree found {} Rust files", found.len());
    found
}

fn walk(full: &Path, path: &str, depth: usize, found: &mut Vec<SourceFile>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let left_behind = name == "target" || name == ".git" || name == "bahi-ledger";
    if left_behind || depth > DEPTH_MAX {
        return;
    }
    if full.is_file() {
        if let Ok(text) = fs::read_to_string(full) {
            found.push(SourceFile { path: path.to_owned(), text });
        }
        return;
    }
    let Ok(entries) = fs::read_dir(full) else { return };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for name in names {
        let below = if path == "." { name.clone() } else { format!("{path}/{name}") };
        walk(&full.join(&name), &below, depth + 1, found);
    }
}

/// Whether a source file is compiled for tests alone. That its `mod` line says so, `tidy` checks.
pub fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("tests")
        || path.ends_with("/tests.rs")
        || parts.any(|part| part == "tests")
}

/// What cargo says of the packages of the workspace: every declared dependency of every kind,
/// target and feature, under its true name.
pub fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .expect("cargo runs: it has just run this test");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {complaint}");
    let said: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata gives JSON");
    said["packages"].as_array().expect("cargo metadata lists packages").clone()
}

/// Rust source with every comment, text and character blanked; lines and columns stay.
pub fn bare_code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut bare = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_block(&chars, at),
            '"' => end_of_text(&chars, at),
            'r' if !continues_word(&chars, at) => end_of_raw(&chars, at).unwrap_or(at),
            '\'' => end_of_character(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            bare.push(chars[at]);
            at += 1;
        } else {
            bare.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    bare
}

/// Whether the character is inside a word; `b` before a raw text belongs to the text.
fn continues_word(chars: &[char], at: usize) -> bool {
    let word = |c: &char| c.is_alphanumeric() || *c == '_';
    match at.checked_sub(1).map(|before| chars[before]) {
        Some('b' | 'c') => at.checked_sub(2).is_some_and(|before| word(&chars[before])),
        Some(before) => word(&before),
        None => false,
    }
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| at + length)
}

fn end_of_block(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn end_of_text(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn end_of_raw(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |end: usize| {
        chars[end] == '"'
            && chars[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    let close = (open + 1..chars.len()).find(|end| closes(*end));
    Some(close.map_or(chars.len(), |close| close + 1 + hashes))
}

/// The end of a character literal; none where the quote begins a lifetime.
fn end_of_character(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at + 1) == Some(&'\\') {
        let close = chars[at + 3..].iter().position(|c| *c == '\'')?;
        return Some(at + 3 + close + 1);
    }
    if chars.get(at + 2) == Some(&'\'') { Some(at + 3) } else { None }
}

#[test]
fn code_is_bared_of_comments_and_texts_alone() {
    let cases = [
        ("let a = 1; // dbg!(a)", "let a = 1;          "),
        ("/* a /* b */ c */ d", "                  d"),
        (r#"f("x \" y", 2)"#, "f(        , 2)"),
        (r##"f(r#"a "b" c"#)"##, "f(            )"),
        (r#"f(br"a")"#, "f(b    )"),
        ("let c = '\"'; g()", "let c =    ; g()"),
        (r"let c = '\''; g()", "let c =     ; g()"),
        ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)"),
        ("for_r\"x\"", "for_r   "),
        ("\"a\nb\"c", "  \n  c"),
    ];
    for (code, bare) in cases {
        let found = bare_code(code);
        assert_eq!(found.len(), code.len(), "{code}");
        assert_eq!(found.trim_end(), bare.trim_end(), "{code}");
    }
}

#[test]
fn the_walk_leaves_out_what_a_build_leaves_behind() {
    for file in files(&["crates", "tests", "docs", ".ci"]) {
        assert!(!file.path.split('/').any(|part| part == "target"), "{}", file.path);
    }
}
