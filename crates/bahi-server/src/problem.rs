//! Problem documents of RFC 9457: why a request was not answered, and what to do next.
//!
//! # Invariants
//! * Every answer that is no success is one of these, with a stable code.
//! * No problem repeats a token, a person's key or a body.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bahi::{Error, ServiceError, answers, core::Refused};
use serde_json::{Map, Value, json};

/// Declares every code once: its name, its status and its title.
macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident $name:literal $status:ident $title:literal;)*) => {
        /// Why a request was not answered.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Code {
            $($(#[$doc])* $code,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// Its stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Code::$code => $name,)*
                }
            }

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Code::$code => StatusCode::$status,)*
                }
            }

            /// What is wrong, in general.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Code::$code => $title,)*
                }
            }
        }
    };
}

codes! {
    /// A command cannot be read. Correct it at the column.
    MalformedCommand "malformed_command" BAD_REQUEST "the body is no command";
    /// A parameter or a header cannot be read. Correct it.
    MalformedRequest "malformed_request" BAD_REQUEST "the request cannot be read";
    /// A position lies beyond the last. Ask for one up to the last.
    BeyondTheEnd "beyond_the_end" BAD_REQUEST "the position lies beyond the last";
    /// No token, or one that is not known, expired or revoked. Give a valid one.
    Unauthenticated "unauthenticated" UNAUTHORIZED "a valid token is needed";
    /// The role may not. Ask somebody who may; the denial is recorded.
    Forbidden "forbidden" FORBIDDEN "the token's role may not";
    /// The command names another actor or role than the token's. Act as oneself.
    OtherIdentity "other_identity" FORBIDDEN "the command names another actor or role than the token";
    /// What is asked lies outside the scheme or district of the token.
    OutsideScope "outside_scope" FORBIDDEN "outside the scheme or district of the token";
    /// A page of another site sent the request.
    CrossSite "cross_site" FORBIDDEN "the request was sent by a page of another site";
    /// There is no such route.
    NotFound "not_found" NOT_FOUND "there is nothing at this path";
    /// The ledger knows nothing of what was named.
    NothingKnown "nothing_known" NOT_FOUND "the ledger knows nothing of it";
    /// The service was given no signing key, so there are no checkpoints.
    NoSigningKey "no_signing_key" NOT_FOUND "the service has no signing key";
    /// The route takes another method.
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "the path takes another method";
    /// The body did not arrive in time. Send it faster, or in parts.
    TooSlow "too_slow" REQUEST_TIMEOUT "the request did not arrive in time";
    /// The rules say no. Correct the command and send it under a new id.
    Refused "refused" CONFLICT "the rules refuse the command";
    /// The body, or what is asked at once, is too large. Split it.
    TooLarge "too_large" PAYLOAD_TOO_LARGE "more than is taken at once";
    /// The body's type is none that is taken.
    UnsupportedType "unsupported_type" UNSUPPORTED_MEDIA_TYPE "the body's type is not taken";
    /// The `Host` is none of this service. Name it by its address.
    WrongHost "wrong_host" MISDIRECTED_REQUEST "the host is none of this service";
    /// The `Idempotency-Key` stands for another request.
    KeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "the idempotency key stands for another request";
    /// So many requests were sent. Wait as the answer says.
    TooMany "too_many_requests" TOO_MANY_REQUESTS "too many requests";
    /// A bug of this program. What was acknowledged stands; report it.
    Bug "bug" INTERNAL_SERVER_ERROR "a bug of this program";
    /// So much is waiting already. Come back.
    Busy "busy" SERVICE_UNAVAILABLE "too much is waiting already";
    /// The service is stopping. Send the same again once it is back.
    Stopping "stopping" SERVICE_UNAVAILABLE "the service is stopping";
    /// The command may be recorded all the same. Send the same id again once the ledger is opened.
    InDoubt "in_doubt" SERVICE_UNAVAILABLE "the command may be recorded all the same";
    /// Disk or damage. The detail says what to do.
    Fault "fault" SERVICE_UNAVAILABLE "the ledger cannot answer";
    /// The answer took too long. Ask for less.
    TookTooLong "took_too_long" GATEWAY_TIMEOUT "the answer took too long";
}

/// A problem document.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    more: Map<String, Value>,
    retry_after: Option<u32>,
    allow: Option<HeaderValue>,
}

impl Problem {
    /// A problem with its words.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem { code, detail: detail.into(), more: Map::new(), retry_after: None, allow: None }
    }

    /// With one more field.
    #[must_use]
    pub fn with(mut self, field: &'static str, value: impl Into<Value>) -> Problem {
        self.more.insert(field.to_owned(), value.into());
        self
    }

    /// With the seconds to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Problem {
        self.retry_after = Some(seconds);
        self
    }

    /// With the methods that are taken instead.
    #[must_use]
    pub fn allow(mut self, methods: &[&str]) -> Problem {
        self.allow = HeaderValue::from_str(&methods.join(", ")).ok();
        self
    }

    /// What is wrong.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// A batch that the rules refuse, or one command of it.
    #[must_use]
    pub fn refused(refused: &Refused) -> Problem {
        let reasons: Vec<bahi::json::RefusalLine> = refused.iter().map(Into::into).collect();
        Problem::new(Code::Refused, refused.message())
            .with("refusal", refused.first().code())
            .with("stage", refused.first().stage().name())
            .with("refusals", serde_json::to_value(reasons).unwrap_or_default())
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("type".into(), format!("urn:bahi:problem:{}", self.code.name()).into());
        document.insert("title".into(), self.code.title().into());
        document.insert("status".into(), self.code.status().as_u16().into());
        document.insert("code".into(), self.code.name().into());
        document.insert("detail".into(), json!(self.detail));
        for (field, value) in &self.more {
            document.insert(field.clone(), value.clone());
        }
        Value::Object(document)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.code.status(), Json(self.document())).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.code == Code::Unauthenticated {
            let scheme = HeaderValue::from_static("Bearer realm=\"bahi\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(methods) = self.allow {
            headers.insert(header::ALLOW, methods);
        }
        response.extensions_mut().insert(self.code);
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem::from(&error)
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Problem {
        let code = match error {
            Error::BeingFolded { .. } => {
                return Problem::new(Code::Busy, error.to_string()).retry_after(1);
            }
            Error::BeyondTheEnd { .. } => Code::BeyondTheEnd,
            Error::TooLarge(_) | Error::BatchTooLong { .. } => Code::TooLarge,
            Error::ReservedId { .. } => Code::MalformedCommand,
            Error::Bug(_) => Code::Bug,
            Error::Fault(_)
            | Error::Record { .. }
            | Error::ReadOnly(_)
            | Error::InDoubt
            | Error::ClockIsReal
            | Error::ClockGoesBack
            | Error::Elsewhere(_)
            | Error::FoldDiffers { .. }
            | Error::NoRandomness => {
                if error.may_be_recorded() {
                    Code::InDoubt
                } else {
                    Code::Fault
                }
            }
        };
        let problem = Problem::new(code, answers::full(error));
        if error.may_retry() { problem.retry_after(5) } else { problem }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Problem {
        match &error {
            ServiceError::QueueFull { .. } => {
                Problem::new(Code::Busy, error.to_string()).retry_after(1)
            }
            ServiceError::Stopped => Problem::new(Code::Stopping, error.to_string()),
            ServiceError::WriterLost => Problem::new(Code::InDoubt, error.to_string()),
            ServiceError::NoThread(_) => Problem::new(Code::Fault, answers::full(&error)),
            ServiceError::Failed(inner) => Problem::from(&**inner),
        }
    }
}
