//! Requests to a service, and answers within bounds.
//!
//! # Invariants
//! * No redirect is followed and no proxy asked: what is sent goes where it was told to.
//! * Each read, each request and each answer has a bound, and so has trying again.
//! * What a service says of itself reaches a person on one line, shortened.

use std::{
    io::{self, Read},
    thread,
    time::Duration,
};

use bahi::{NoAnswer, Unanswered};
use serde_json::Value;
use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::address::Address;

/// The most bytes of an answer that is read whole.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// The most bytes of an answer that says no.
const PROBLEM_BYTES_MAX: u64 = 64 << 10;
/// The most bytes of the head of an answer.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// How long the service may say nothing.
const SILENCE: Duration = Duration::from_secs(90);
/// How long one request may take, answer and all.
const REQUEST_TIME: Duration = Duration::from_secs(600);
/// How often a request is sent at most.
const TRIES: u32 = 5;
/// How long to wait at most before a request is sent again.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// The most characters of a service's words that are shown.
const WORDS_MAX: usize = 600;

/// A service, and how it is asked.
pub(crate) struct Client {
    agent: Agent,
    address: Address,
    token: Option<String>,
}

/// What is sent.
#[derive(Clone, Copy)]
enum Sent<'s> {
    Nothing,
    Body(&'static str, &'s [u8]),
}

/// Why a request came to nothing, and whether it may be sent again, after how long.
struct Nothing {
    unanswered: Unanswered,
    again: Option<Duration>,
    /// The ledger knows nothing of what was named.
    unknown: bool,
}

impl Client {
    /// A client of the service at an address, with a token and the certificates that are believed.
    ///
    /// # Errors
    /// What is wrong with either, as a fragment for a person.
    pub(crate) fn new(
        address: Address,
        token: Option<String>,
        certificates: Option<&[u8]>,
    ) -> Result<Client, String> {
        if let Some(token) = &token {
            if !address.is_private() {
                return Err(
                    "a token would go to another machine in the clear; name the service by https://"
                        .to_owned(),
                );
            }
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err("the token is none: bahi token new shows one, on one line".to_owned());
            }
        }
        let roots = match certificates {
            Some(pem) => believed(pem)?,
            None => RootCerts::WebPki,
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("bahi/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(HEAD_BYTES_MAX)
            .timeout_connect(Some(CONNECT_TIME))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .timeout_per_call(Some(REQUEST_TIME))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Ok(Client { agent: config.into(), address, token })
    }

    /// Reads what stands at a path.
    pub(crate) fn get(&self, path: &str) -> Result<Vec<u8>, Unanswered> {
        self.tried(|| self.whole(path, Sent::Nothing)).map_err(|nothing| nothing.unanswered)
    }

    /// Reads what stands at a path; nothing where the ledger knows nothing of it.
    pub(crate) fn found(&self, path: &str) -> Result<Option<Vec<u8>>, Unanswered> {
        match self.tried(|| self.whole(path, Sent::Nothing)) {
            Ok(answer) => Ok(Some(answer)),
            Err(nothing) if nothing.unknown => Ok(None),
            Err(nothing) => Err(nothing.unanswered),
        }
    }

    /// Reads a document at a path.
    pub(crate) fn document<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<T, Unanswered> {
        serde_json::from_slice(&self.get(path)?).map_err(|error| self.other(&error))
    }

    /// Sends what may be sent twice: commands, which have their ids.
    pub(crate) fn post(
        &self,
        path: &str,
        kind: &'static str,
        body: &[u8],
    ) -> Result<Vec<u8>, Unanswered> {
        let told = self.tried(|| self.whole(path, Sent::Body(kind, body)));
        told.map_err(|Nothing { unanswered, .. }| Unanswered {
            may_be_recorded: unanswered.kind == NoAnswer::Fault,
            ..unanswered
        })
    }

    /// What stands at a path, as it comes; it is tried once.
    pub(crate) fn stream(&self, path: &str) -> Result<impl Read + use<>, Unanswered> {
        let response = self.send(path, Sent::Nothing).map_err(|nothing| nothing.unanswered)?;
        Ok(response.into_body().into_with_config().limit(u64::MAX).reader())
    }

    /// What is said of an answer that is none of what was asked.
    pub(crate) fn other(&self, error: &dyn std::fmt::Display) -> Unanswered {
        let words: String = error.to_string().chars().take(WORDS_MAX).collect();
        Unanswered::fault(format!(
            "{} answers otherwise than a service of this ledger does ({words}); make sure that it is \
             one, of this version",
            self.address
        ))
    }

    /// Asks again what may come to something then.
    fn tried<T>(&self, ask: impl Fn() -> Result<T, Nothing>) -> Result<T, Nothing> {
        let mut tries = 1;
        loop {
            match ask() {
                Ok(answer) => return Ok(answer),
                Err(Nothing { again: Some(wait), .. }) if tries < TRIES => {
                    wait_before_try(tries, wait);
                    tries += 1;
                }
                Err(nothing) => return Err(nothing),
            }
        }
    }

    fn whole(&self, path: &str, sent: Sent<'_>) -> Result<Vec<u8>, Nothing> {
        let body = self.send(path, sent)?.into_body();
        read(body, ANSWER_BYTES_MAX).map_err(|error| self.lost(&error))
    }

    /// Sends a request and gives an answer that is no problem.
    fn send(&self, path: &str, sent: Sent<'_>) -> Result<Response<Body>, Nothing> {
        let url = self.address.url(path);
        let token = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let answered = match sent {
            Sent::Nothing => {
                let mut request = self.agent.get(&url);
                if let Some(token) = &token {
                    request = request.header(header::AUTHORIZATION, token);
                }
                request.call()
            }
            Sent::Body(kind, body) => {
                let mut request = self.agent.post(&url).content_type(kind);
                if let Some(token) = &token {
                    request = request.header(header::AUTHORIZATION, token);
                }
                request.send(body)
            }
        };
        let response = answered.map_err(|error| self.lost(&error))?;
        if response.status() == StatusCode::OK || response.status() == StatusCode::CREATED {
            return Ok(response);
        }
        Err(self.no(response))
    }

    /// A request that was not answered, or not to the end.
    fn lost(&self, error: &ureq::Error) -> Nothing {
        let wrong = matches!(
            error,
            ureq::Error::BodyExceedsLimit(_)
                | ureq::Error::LargeResponseHeader(..)
                | ureq::Error::Protocol(_)
                | ureq::Error::Http(_)
                | ureq::Error::BadUri(_)
        );
        if matches!(error, ureq::Error::RedirectFailed | ureq::Error::TooManyRedirects) {
            return self.elsewhere();
        }
        let words: String = bahi::answers::full(error).chars().take(WORDS_MAX).collect();
        if wrong {
            return Nothing { unanswered: self.other(&words), again: None, unknown: false };
        }
        let untrusted = matches!(error, ureq::Error::Tls(_) | ureq::Error::Rustls(_))
            || words.contains("certificate");
        let next = if untrusted {
            "name the certificate it rests on by --ca, or make sure that it is the service"
        } else {
            "make sure that it runs there, and ask again"
        };
        let words = format!("{} gives no answer: {words}; {next}", self.address);
        let may_retry = !untrusted;
        let unanswered = Unanswered { may_retry, ..Unanswered::fault(words) };
        Nothing { unanswered, again: may_retry.then_some(Duration::ZERO), unknown: false }
    }

    /// An answer that sends to somebody else.
    fn elsewhere(&self) -> Nothing {
        let words = format!(
            "{} sends to another address, which is not followed; name the service itself",
            self.address
        );
        let unanswered = Unanswered { kind: NoAnswer::Misuse, ..Unanswered::fault(words) };
        Nothing { unanswered, again: None, unknown: false }
    }

    /// An answer that says no.
    fn no(&self, response: Response<Body>) -> Nothing {
        let (parts, body) = response.into_parts();
        let status = parts.status;
        let after = parts.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let after = after.and_then(|text| text.parse().ok()).map(Duration::from_secs);
        if status.is_redirection() {
            return self.elsewhere();
        }
        let body = read(body, PROBLEM_BYTES_MAX).unwrap_or_default();
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
        let (code, detail) = (text("code"), text("detail"));
        let detail: String = detail.chars().take(WORDS_MAX).collect();
        let words = match (status.as_u16(), code.as_str()) {
            (401, _) => format!(
                "{} does not take the token: {}; give one by --token-file or BAHI_TOKEN (bahi token \
                 new makes one)",
                self.address,
                if detail.is_empty() { "it says no more" } else { detail.as_str() }
            ),
            (_, "") => format!("{} answers {status} and no more", self.address),
            _ => detail,
        };
        let busy = ["busy", "stopping", "too_many_requests", "took_too_long"].contains(&&*code);
        let (kind, may_retry) = (kind_of(status, &code), busy);
        let unanswered = Unanswered { kind, may_retry, ..Unanswered::fault(words) };
        let again = busy.then(|| after.unwrap_or_default());
        Nothing { unanswered, again, unknown: code == "nothing_known" }
    }
}

/// Waits before a service is asked again: longer each time, and as long as it says, within a bound.
pub(crate) fn wait_before_try(tries: u32, wait: Duration) {
    thread::sleep(wait.max(Duration::from_millis(50 << tries.min(8))).min(WAIT_MAX));
}

/// Whose matter a problem is: what the program would say of a directory in the same words.
fn kind_of(status: StatusCode, code: &str) -> NoAnswer {
    match (status.as_u16(), code) {
        (403 | 409, _) | (404, "nothing_known") => NoAnswer::No,
        (400 | 401 | 404 | 405 | 413 | 415 | 421 | 422, _) => NoAnswer::Misuse,
        _ => NoAnswer::Fault,
    }
}

fn read(body: Body, max: u64) -> Result<Vec<u8>, ureq::Error> {
    let mut bytes = Vec::new();
    let mut reader = body.into_with_config().limit(max + 1).reader();
    reader.by_ref().take(max + 1).read_to_end(&mut bytes).map_err(of_io)?;
    if bytes.len() as u64 > max {
        return Err(ureq::Error::BodyExceedsLimit(max));
    }
    Ok(bytes)
}

/// An error of a client's that came as one of reading.
fn of_io(error: io::Error) -> ureq::Error {
    ureq::Error::from(error)
}

/// The certificates of a file in PEM, which alone are believed.
fn believed(pem: &[u8]) -> Result<RootCerts, String> {
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(format!("--ca: {error}; name certificates in PEM")),
        }
    }
    if found.is_empty() {
        return Err("--ca: there is no certificate in the file; name one in PEM".to_owned());
    }
    Ok(RootCerts::new_with_certs(&found))
}
