//! Who asks: the identity that a token gives, or nobody in particular where no tokens are asked for.
//!
//! # Invariants
//! * A handler is given a [`Caller`] by the gate alone, which has checked what it may.
//!
//! # Not here
//! Checking a token: `tokens`. What a role may: `rights`.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use bahi::{
    Filter,
    core::{ActorName, District, Role, SchemeName},
};

use crate::{
    problem::{Code, Problem},
    tokens::TokenId,
};

/// Whom a token stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The token.
    pub token: TokenId,
    /// Who acts.
    pub actor: ActorName,
    /// As what.
    pub role: Role,
    /// The one scheme it is for; every scheme where absent.
    pub scheme: Option<SchemeName>,
    /// The one district it is for; every district where absent.
    pub district: Option<District>,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caller {
    /// Whoever reaches the service, where no tokens are asked for. Acts as a command states.
    Anybody,
    /// Whom a token stands for.
    Known(Arc<Identity>),
}

impl Caller {
    /// The identity; nothing where no tokens are asked for.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Caller::Anybody => None,
            Caller::Known(identity) => Some(identity),
        }
    }

    /// Whether it is held to one scheme or one district.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        self.identity().is_some_and(|it| it.scheme.is_some() || it.district.is_some())
    }

    /// A filter narrowed to what the caller is held to.
    ///
    /// # Errors
    /// [`Code::OutsideScope`] where the filter asks for what lies outside.
    pub fn narrow(&self, mut filter: Filter) -> Result<Filter, Problem> {
        let Some(identity) = self.identity() else { return Ok(filter) };
        if let Some(scheme) = &identity.scheme {
            let asked = filter.scheme.get_or_insert_with(|| scheme.clone());
            if asked != scheme {
                return Err(outside());
            }
        }
        if let Some(district) = identity.district {
            let asked = *filter.district.get_or_insert(district);
            if asked != district {
                return Err(outside());
            }
        }
        Ok(filter)
    }

    /// Whether something of a scheme and a district lies within what the caller is held to.
    #[must_use]
    pub fn covers(&self, scheme: &SchemeName, district: District) -> bool {
        self.identity().is_none_or(|it| {
            it.scheme.as_ref().is_none_or(|one| one == scheme)
                && it.district.is_none_or(|one| one == district)
        })
    }
}

pub(crate) fn outside() -> Problem {
    Problem::new(Code::OutsideScope, "the token is held to another scheme or district")
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Problem> {
        let unchecked = || Problem::new(Code::Bug, "a request came past the gate");
        parts.extensions.get::<Caller>().cloned().ok_or_else(unchecked)
    }
}
