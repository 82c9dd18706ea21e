//! Field 86 where it is structured: German `?20` codes and `/EREF/` words.
//!
//! # Invariants
//! * Codes are read only where the field shows that it has them; free text stays free text.

use crate::ReferenceKind;

/// The most bytes that are looked at.
const BYTES_MAX: usize = 4_096;

/// What a structured field says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Information {
    pub(super) references: Vec<(ReferenceKind, String)>,
    pub(super) name: Option<String>,
    pub(super) account: Option<String>,
    pub(super) bank: Option<String>,
    pub(super) return_reason: Option<String>,
}

/// Reads a field if it is structured.
pub(super) fn read(text: &str) -> Option<Information> {
    let end = (0..=text.len().min(BYTES_MAX)).rev().find(|at| text.is_char_boundary(*at))?;
    // Lines are cut at a fixed width: a line break is no part of the text.
    let text: String = text[..end].chars().filter(|c| *c != '\n' && *c != '\r').collect();
    let code = text.get(..3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    if code && text.as_bytes().get(3) == Some(&b'?') {
        return Some(of_codes(&text[3..]));
    }
    if text.starts_with('/') || text.contains("/EREF/") {
        return Some(of_words(&text));
    }
    None
}

/// `?20` to `?29` and `?60` to `?63`: the purpose, with words such as `EREF+` in it.
fn of_codes(text: &str) -> Information {
    let mut found = Information::default();
    let (mut purpose, mut name) = (String::new(), String::new());
    for part in text.split('?').skip(1) {
        let (Some(code), Some(value)) = (part.get(..2), part.get(2..)) else { continue };
        match code.parse::<u8>() {
            Ok(20..=29 | 60..=63) => purpose.push_str(value),
            Ok(30) => found.bank = Some(value.trim().to_owned()).filter(|bank| bank.len() <= 35),
            Ok(31) => found.account = Some(value.trim().to_owned()),
            Ok(32 | 33) => name.push_str(value),
            Ok(_) | Err(_) => {}
        }
    }
    found.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    const WORDS: [&str; 8] =
        ["EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+"];
    for (word, kind) in [
        ("EREF+", ReferenceKind::EndToEnd),
        ("KREF+", ReferenceKind::Owner),
        ("MREF+", ReferenceKind::Mandate),
    ] {
        if let Some(at) = purpose.find(word) {
            let value = &purpose[at + word.len()..];
            let end = WORDS.iter().filter_map(|next| value.find(next)).min().unwrap_or(value.len());
            found.references.push((kind, value[..end].trim().to_owned()));
        }
    }
    found
}

/// `/EREF/value/NAME/value…`: a value ends where the next known word begins.
fn of_words(text: &str) -> Information {
    const WORDS: [&str; 24] = [
        "TRTP", "TRCD", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "PREF", "ORDP",
        "BENM", "RTRN", "ACCW", "ISDT", "SVCL", "CNTP", "PURP", "ULTC", "ULTD", "ID", "ADDR",
        "OCMT", "CHGS",
    ];
    let mut found = Information::default();
    let mut word = "";
    let mut value = String::new();
    let mut set = |word: &str, value: &str| {
        let value = value.trim_matches(['/', ' ']).to_owned();
        if value.is_empty() {
            return;
        }
        match word {
            "EREF" => found.references.push((ReferenceKind::EndToEnd, value)),
            "PREF" => found.references.push((ReferenceKind::Batch, value)),
            "MARF" => found.references.push((ReferenceKind::Mandate, value)),
            "IBAN" => found.account = Some(value),
            "BIC" => found.bank = Some(value).filter(|bank| bank.len() <= 35),
            "NAME" => found.name = Some(value),
            "RTRN" => found.return_reason = Some(value.chars().take(35).collect()),
            _ => {}
        }
    };
    for part in text.split('/') {
        if WORDS.contains(&part) {
            set(word, &value);
            word = part;
            value.clear();
        } else {
            value.push('/');
            value.push_str(part);
        }
    }
    set(word, &value);
    found
}
