//! `ETag` by position: an answer is what it was as long as what it rests on is.
//!
//! # Invariants
//! * The tag is the position and the root there: of two ledgers, or two histories of one, no tag is
//!   the same. It goes with the address it was given for, and with whoever asked.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{core::Position, proof::Hash};
use serde::Serialize;

/// What an answer rests on, as a tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tag(String);

impl Tag {
    pub(crate) fn of(position: Position, root: Hash) -> Tag {
        let root = root.to_string();
        Tag(format!("\"{position}-{}\"", root.get(..16).unwrap_or(&root)))
    }

    /// The answer to who has it already.
    pub(crate) fn known_by(&self, headers: &HeaderMap) -> Option<Response> {
        let mut texts =
            headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
        let is_known = texts.any(|text| {
            let tags = text.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
            text.trim() == "*" || tags.into_iter().any(|tag| tag == self.0)
        });
        is_known.then(|| self.on(StatusCode::NOT_MODIFIED.into_response()))
    }

    /// An answer with the tag. Whoever stores it asks whether it still holds.
    pub(crate) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
        let private = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, private);
        headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie"));
        response
    }

    pub(crate) fn json<T: Serialize>(&self, answer: &T) -> Response {
        self.on(Json(answer).into_response())
    }
}

#[cfg(test)]
mod tests {
    //! Tags sent back in every spelling.

    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use bahi::{core::Position, proof::Hash};

    use super::Tag;

    #[test]
    fn a_tag_that_is_sent_back_is_known() {
        let tag = Tag::of(Position(17), Hash([0xab; 32]));
        assert_eq!(tag.0, "\"17-abababababababab\"");
        let known = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(text).expect("a header"));
            tag.known_by(&headers).map(|response| response.status())
        };
        let own = tag.0.clone();
        for text in [own.as_str(), "*", &format!("W/{own}"), &format!("\"a\", {own}")] {
            assert_eq!(known(text), Some(StatusCode::NOT_MODIFIED), "{text}");
        }
        for text in ["", "\"17\"", "\"18-abababababababab\"", own.trim_matches('"')] {
            assert_eq!(known(text), None, "{text}");
        }
        assert!(tag.known_by(&HeaderMap::new()).is_none());
    }
}
