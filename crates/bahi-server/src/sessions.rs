//! Sessions of the pages: a cookie that stands for a token, so that a browser need not send one.
//!
//! # Invariants
//! * A session opens reading alone: no command is ever taken for a cookie's sake, so that no page of
//!   another site brings one in somebody's name.
//! * It ends with its token, whose standing is looked up at each request.
//! * The service has the cookie's SHA-256 alone, in memory; a restart ends every session.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, header};
use bahi::{core::hex, proof::sha256};

use crate::{
    problem::{Code, Problem},
    tokens::{TokenId, bytes},
};

/// What the cookie is called.
const COOKIE: &str = "bahi_session";
/// How long a session lasts.
const LASTS: Duration = Duration::from_secs(12 * 3_600);
/// The most sessions at once; one more ends the oldest.
const SESSIONS_MAX: usize = 4_096;

/// The sessions that are open, by the hash of their cookie.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

struct Session {
    token: TokenId,
    since: Instant,
}

impl Sessions {
    /// Opens a session, and gives the cookie to be set.
    pub(crate) fn open(&self, token: TokenId, encrypted: bool) -> Result<String, Problem> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)
            .map_err(|_| Problem::new(Code::Fault, "the system gave no random bytes"))?;
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| session.since.elapsed() < LASTS);
        if open.len() >= SESSIONS_MAX {
            let oldest = open.iter().min_by_key(|(_, session)| session.since);
            if let Some(oldest) = oldest.map(|(hash, _)| *hash) {
                open.remove(&oldest);
            }
        }
        open.insert(sha256(&secret).0, Session { token, since: Instant::now() });
        Ok(cookie(&hex(&secret), LASTS.as_secs(), encrypted))
    }

    /// The token of the session that a request's cookie names.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<TokenId> {
        let hash = named(headers)?;
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = open.get(&hash).filter(|session| session.since.elapsed() < LASTS)?;
        Some(session.token)
    }

    /// Ends the session of a request, and gives the cookie to be set.
    pub(crate) fn end(&self, headers: &HeaderMap, encrypted: bool) -> String {
        if let Some(hash) = named(headers) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        }
        cookie("", 0, encrypted)
    }
}

fn cookie(value: &str, seconds: u64, encrypted: bool) -> String {
    let secure = if encrypted { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The hash of the one cookie of this service; of two of them neither counts.
fn named(headers: &HeaderMap) -> Option<[u8; 32]> {
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    let mut ours = pairs.filter(|(name, _)| name.trim() == COOKIE);
    let (_, value) = ours.next()?;
    if ours.next().is_some() {
        return None;
    }
    Some(sha256(&bytes::<32>(value.trim())?).0)
}

#[cfg(test)]
mod tests {
    //! Cookies set, sent back, doubled and made up.

    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Sessions;
    use crate::tokens::TokenId;

    fn sent(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).expect("a header"));
        }
        headers
    }

    #[test]
    fn a_session_is_its_cookie_and_nothing_else() {
        let sessions = Sessions::default();
        let token = TokenId([7; 8]);
        let set = sessions.open(token, true).expect("random bytes");
        assert!(set.ends_with("; HttpOnly; SameSite=Strict; Secure"), "{set}");
        let pair = set.split(';').next().expect("a pair");
        assert_eq!(sessions.of(&sent(&[pair])), Some(token));
        assert_eq!(sessions.of(&sent(&["a=b; c=d", pair])), Some(token));
        let other = pair.replace(['0', '1', '2', '3', '4', '5', '6', '7'], "8");
        for wrong in [&[] as &[&str], &["bahi_session="], &["bahi_session=00"], &[&other]] {
            assert_eq!(sessions.of(&sent(wrong)), None, "{wrong:?}");
        }
        assert_eq!(sessions.of(&sent(&[pair, &other])), None, "one of two is not chosen");
        let ended = sessions.end(&sent(&[pair]), false);
        assert!(ended.starts_with("bahi_session=; ") && ended.contains("Max-Age=0"), "{ended}");
        assert_eq!(sessions.of(&sent(&[pair])), None);
    }

    #[test]
    fn the_oldest_session_makes_room() {
        let sessions = Sessions::default();
        let first = sessions.open(TokenId([0; 8]), false).expect("random bytes");
        let first = first.split(';').next().expect("a pair").to_owned();
        for _ in 0..super::SESSIONS_MAX - 1 {
            sessions.open(TokenId([1; 8]), false).expect("random bytes");
        }
        assert!(sessions.of(&sent(&[&first])).is_some());
        sessions.open(TokenId([1; 8]), false).expect("random bytes");
        assert_eq!(sessions.of(&sent(&[&first])), None);
        assert_eq!(sessions.0.lock().unwrap().len(), super::SESSIONS_MAX);
    }
}
