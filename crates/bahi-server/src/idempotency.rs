//! `Idempotency-Key`: one key, one request, for as long as it is remembered.
//!
//! What makes a retry harmless is the command's own id, for which the ledger has a memory that
//! outlasts everything. Of one command the key must be that id. Of many it is a name for the whole
//! request, and what is remembered here tells a retry from another request under the same key.
//!
//! # Invariants
//! * At most [`KEYS_MAX`] keys are remembered; one more forgets the oldest.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use axum::http::HeaderMap;
use bahi::{core::CommandId, proof::sha256};

use crate::{
    problem::{Code, Problem},
    tokens::TokenId,
};

/// The header.
pub(crate) const HEADER: &str = "idempotency-key";
/// How many keys are remembered.
const KEYS_MAX: usize = 8_192;
/// The longest key.
const KEY_BYTES_MAX: usize = 128;

type Key = (Option<TokenId>, String);

/// The keys of requests with many commands, and what was sent under each.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    sent: HashMap<Key, [u8; 32]>,
    order: VecDeque<Key>,
}

/// The key of a request: its header, or the text within quotes that a structured field has.
pub(crate) fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(HEADER).iter();
    let Some(key) = given.next() else { return Ok(None) };
    let wrong = |what| Problem::new(Code::MalformedRequest, format!("Idempotency-Key: {what}"));
    if given.next().is_some() {
        return Err(wrong("it is given twice"));
    }
    let text = key.to_str().map_err(|_| wrong("it is no printable text"))?;
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = inside.unwrap_or(text);
    if text.is_empty() || text.len() > KEY_BYTES_MAX || text.contains('"') {
        return Err(wrong("it is empty, too long, or has quotes within"));
    }
    Ok(Some(text.to_owned()))
}

/// Makes sure that the key of one command is its id.
pub(crate) fn is_id(key: &str, id: CommandId) -> Result<(), Problem> {
    if CommandId::parse(key) == Some(id) {
        return Ok(());
    }
    let why = "of one command the Idempotency-Key is its command_id, or is left out";
    Err(Problem::new(Code::KeyReused, why))
}

impl Remembered {
    /// Makes sure that a key stands for this body and no other.
    pub(crate) fn check(
        &self,
        token: Option<TokenId>,
        key: String,
        body: &[u8],
    ) -> Result<(), Problem> {
        let hash = sha256(body).0;
        let key = (token, key);
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = memory.sent.get(&key) {
            let why = "another body was sent under this Idempotency-Key";
            let same = *before == hash;
            return if same { Ok(()) } else { Err(Problem::new(Code::KeyReused, why)) };
        }
        if memory.order.len() >= KEYS_MAX
            && let Some(oldest) = memory.order.pop_front()
        {
            memory.sent.remove(&oldest);
        }
        memory.order.push_back(key.clone());
        memory.sent.insert(key, hash);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! One key, one request.

    use axum::http::{HeaderMap, HeaderValue};
    use bahi::core::CommandId;

    use super::{HEADER, KEYS_MAX, Remembered, is_id, key_of};
    use crate::problem::Code;

    #[test]
    fn a_key_is_read_with_quotes_and_without() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            values.iter().for_each(|value| {
                headers.append(HEADER, HeaderValue::from_static(value));
            });
            key_of(&headers).map_err(|problem| problem.code())
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["night-7"]), Ok(Some("night-7".to_owned())));
        assert_eq!(of(&["\"night-7\""]), Ok(Some("night-7".to_owned())));
        for wrong in [&[""] as &[&str], &["\"\""], &["a\"b"], &["a", "a"]] {
            assert_eq!(of(wrong), Err(Code::MalformedRequest), "{wrong:?}");
        }
    }

    #[test]
    fn the_key_of_one_command_is_its_id() {
        let id = CommandId::from_bytes([1; 16]);
        assert!(is_id("01010101-0101-0101-0101-010101010101", id).is_ok());
        for wrong in ["night-7", "01010101-0101-0101-0101-010101010102"] {
            let problem = is_id(wrong, id).expect_err(wrong);
            assert_eq!(problem.code(), Code::KeyReused);
        }
    }

    #[test]
    fn a_key_stands_for_one_body_until_it_is_forgotten() {
        let remembered = Remembered::default();
        let check = |key: &str, body: &[u8]| remembered.check(None, key.to_owned(), body).is_ok();
        assert!(check("a", b"one") && check("a", b"one"));
        assert!(!check("a", b"two"));
        assert!(check("b", b"two"));
        for number in 0..KEYS_MAX {
            assert!(check(&format!("night {number}"), b"three"));
        }
        assert!(check("a", b"two"), "the oldest was forgotten");
        let memory = remembered.0.lock().unwrap();
        assert_eq!((memory.sent.len(), memory.order.len()), (KEYS_MAX, KEYS_MAX));
    }
}
