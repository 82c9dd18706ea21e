//! Reading a request's body: so many bytes, in so much time, and not one more.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body::Body as _;

use crate::problem::{Code, Problem};

/// What a body is, by its `Content-Type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// One JSON document.
    Json,
    /// JSON documents, one a line.
    JsonLines,
    /// The fields of a form.
    Form,
}

/// The kind of a body. A page of another site cannot send JSON without asking first, which no
/// answer of ours allows.
pub(crate) fn kind(headers: &HeaderMap) -> Option<Kind> {
    let stated = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Some(Kind::Json),
        "application/x-ndjson" | "application/jsonl" => Some(Kind::JsonLines),
        "application/x-www-form-urlencoded" => Some(Kind::Form),
        _ => None,
    }
}

/// All of a body.
pub(crate) async fn read(body: Body, max: usize, time: Duration) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        Problem::new(Code::TooLarge, format!("a body has at most {max} bytes; send it in parts"))
    };
    if body.size_hint().lower() > max as u64 {
        return Err(too_large());
    }
    let reading = async {
        let (mut bytes, mut body) = (Vec::new(), body);
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let broken = |_| Problem::new(Code::MalformedRequest, "the body broke off");
            let data: Bytes = match frame.map_err(broken)?.into_data() {
                Ok(data) => data,
                // Trailers, which nothing here asks for.
                Err(_) => continue,
            };
            if bytes.len() + data.len() > max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    };
    match tokio::time::timeout(time, reading).await {
        Ok(read) => read,
        Err(_) => {
            let seconds = time.as_secs();
            let what = format!("the body did not arrive within {seconds} seconds");
            Err(Problem::new(Code::TooSlow, what))
        }
    }
}
