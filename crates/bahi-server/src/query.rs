//! The parameters of a request, read strictly: an unknown one, one given twice, or one that is not
//! what it should be is a problem with its name.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use bahi::{
    By, Filter, View,
    core::{Day, District, FinancialYear, HeadName, Instant, Position, SchemeName},
    rulebook::districts::by_name,
};
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

/// Declares the parameters of a route that asks about some past: its own, then those that all such
/// routes have.
macro_rules! about_a_past {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(super) struct $name {
            $($own)*
            /// Only what counts on or before this day.
            as_of: Option<String>,
            /// Only what the ledger knew at this moment; a bare day means its end in India.
            known_on: Option<String>,
            /// Only what stood at or before this position.
            at: Option<String>,
        }

        impl $name {
            /// The past that is asked about.
            pub(super) fn view(&self) -> Result<bahi::View, $crate::problem::Problem> {
                let $name { as_of, known_on, at, .. } = self;
                $crate::query::view(as_of.as_ref(), known_on.as_ref(), at.as_ref())
            }
        }
    };
}

/// Declares the parameters of a route that asks about funds in some past, likewise.
macro_rules! about_funds {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $crate::query::about_a_past! {
            $(#[$doc])*
            $name {
                $($own)*
                /// One scheme alone.
                scheme: Option<String>,
                /// One district alone: its code, its name, or `pool`.
                district: Option<String>,
                /// One head alone.
                head: Option<String>,
                /// One financial year alone: `2024-25`.
                fy: Option<String>,
            }
        }

        impl $name {
            /// The past that is asked about, and of its funds those that the caller may see.
            pub(super) fn read(
                &self,
                caller: &$crate::caller::Caller,
            ) -> Result<(bahi::View, bahi::Filter), $crate::problem::Problem> {
                let $name { scheme, district, head, fy, .. } = self;
                let (scheme, district) = (scheme.as_ref(), district.as_ref());
                let view = self.view()?;
                let filter =
                    $crate::query::filter(scheme, district, head.as_ref(), fy.as_ref())?;
                Ok((view, caller.narrow(filter)?))
            }
        }
    };
}

pub(crate) use {about_a_past, about_funds};

/// The parameters of a request, by name.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Problem> {
        let wrong = |error: axum::extract::rejection::QueryRejection| {
            // The reader names fields, and never their values: all of ours are texts.
            let text = error.body_text();
            let text = text.rsplit_once(": ").map_or(text.as_str(), |(_, last)| last);
            wrong("the parameters", text)
        };
        let Query(asked) = Query::try_from_uri(&parts.uri).map_err(wrong)?;
        Ok(Asked(asked))
    }
}

pub(crate) fn wrong(name: &str, what: impl std::fmt::Display) -> Problem {
    Problem::new(Code::MalformedRequest, format!("{name}: {what}"))
}

/// A parameter that is read by a function that says why it cannot be.
fn read<T, E: std::fmt::Display>(
    name: &str,
    text: Option<&String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, Problem> {
    text.map(|text| parse(text).map_err(|error| wrong(name, error))).transpose()
}

/// The past that is asked about.
pub(crate) fn view(
    as_of: Option<&String>,
    known_on: Option<&String>,
    at: Option<&String>,
) -> Result<View, Problem> {
    Ok(View {
        as_of: read("as_of", as_of, Day::parse)?,
        // A plus that a client wrote as it is arrives as a blank, which no instant has.
        known_on: read("known_on", known_on, |text| Instant::parse(&text.replace(' ', "+")))?,
        at: position("at", at)?,
    })
}

/// A position.
pub(crate) fn position(name: &str, text: Option<&String>) -> Result<Option<Position>, Problem> {
    read(name, text, position_of)
}

/// A position written in digits.
pub(crate) fn position_of(text: &str) -> Result<Position, &'static str> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.map(Position).ok_or("a position is a whole number")
}

/// A number of things, within bounds.
pub(crate) fn count(name: &str, text: Option<&String>, max: u64) -> Result<Option<u64>, Problem> {
    read(name, text, |text| match position_of(text) {
        Ok(Position(number)) if (1..=max).contains(&number) => Ok(number),
        Ok(_) | Err(_) => Err(format!("a whole number from 1 to {max}")),
    })
}

/// Yes or no.
pub(crate) fn flag(name: &str, text: Option<&String>) -> Result<bool, Problem> {
    let parsed = read(name, text, |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false"),
    })?;
    Ok(parsed.unwrap_or(false))
}

/// Which funds are asked about.
pub(crate) fn filter(
    scheme: Option<&String>,
    district: Option<&String>,
    head: Option<&String>,
    fy: Option<&String>,
) -> Result<Filter, Problem> {
    let district_of = |text: &str| {
        let named = || by_name(text).map(|entry| entry.code);
        District::parse(text).or_else(named).ok_or("a district's code, its name, or pool")
    };
    Ok(Filter {
        scheme: read("scheme", scheme, SchemeName::new)?,
        district: read::<District, _>("district", district, district_of)?,
        head: read("head", head, HeadName::new)?,
        fy: read("fy", fy, FinancialYear::parse)?,
    })
}

/// What rows are told apart by.
pub(crate) fn by(text: Option<&String>) -> Result<By, Problem> {
    let mut by = By::default();
    let Some(text) = text else { return Ok(by) };
    for part in text.split(',').filter(|part| !part.is_empty()) {
        match part {
            "scheme" => by.scheme = true,
            "district" => by.district = true,
            "head" => by.head = true,
            "fy" => by.fy = true,
            _ => return Err(wrong("by", "scheme, district, head and fy, with commas between")),
        }
    }
    Ok(by)
}
