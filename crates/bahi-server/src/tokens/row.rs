//! One token as its file keeps it: whom it stands for, until when, and the hash of its secret.

use bahi::core::{ActorName, District, Instant, Role, SchemeName, hex};
use serde::{Deserialize, Serialize};

use super::{TokenId, bytes};
use crate::caller::Identity;

/// What a new token is to stand for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewToken {
    /// Who acts.
    pub actor: ActorName,
    /// As what.
    pub role: Role,
    /// The one scheme it is for.
    pub scheme: Option<SchemeName>,
    /// The one district it is for.
    pub district: Option<District>,
    /// The moment from which it is refused.
    pub expires_at: Instant,
}

/// A token without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow {
    /// Whom it stands for.
    pub identity: Identity,
    /// When it was made.
    pub made_at: Instant,
    /// The moment from which it is refused.
    pub expires_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// SHA-256 of its secret.
    pub(super) hash: [u8; 32],
}

/// Whether a token is believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is.
    Valid,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl Standing {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Expired => "expired",
            Standing::Revoked => "revoked",
        }
    }
}

impl TokenRow {
    /// Whether it is believed at a moment.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        match self.revoked_at {
            Some(_) => Standing::Revoked,
            None if self.expires_at <= now => Standing::Expired,
            None => Standing::Valid,
        }
    }
}

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileForm {
    /// The form's version: 1.
    pub(super) version: u16,
    pub(super) tokens: Vec<RowForm>,
}

/// A row as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowForm {
    id: String,
    sha256: String,
    actor: String,
    role: String,
    scheme: Option<String>,
    district: Option<String>,
    made_at: String,
    expires_at: String,
    revoked_at: Option<String>,
}

impl From<&TokenRow> for RowForm {
    fn from(row: &TokenRow) -> RowForm {
        let TokenRow { identity, made_at, expires_at, revoked_at, hash } = row;
        RowForm {
            id: identity.token.to_string(),
            sha256: hex(hash),
            actor: identity.actor.to_string(),
            role: identity.role.name().to_owned(),
            scheme: identity.scheme.as_ref().map(ToString::to_string),
            district: identity.district.map(|district| district.to_string()),
            made_at: made_at.to_string(),
            expires_at: expires_at.to_string(),
            revoked_at: revoked_at.map(|moment| moment.to_string()),
        }
    }
}

impl RowForm {
    /// The row; else the field that is not as it is written here.
    pub(super) fn row(&self) -> Result<TokenRow, &'static str> {
        let role = |name: &str| Role::ALL.into_iter().find(|role| role.name() == name);
        let moment = |text: &String, field| Instant::parse(text).map_err(|_| field);
        let scheme = self.scheme.as_deref().map(SchemeName::new).transpose();
        let district = self.district.as_deref();
        let district = district.map(|text| District::parse(text).ok_or("district")).transpose()?;
        Ok(TokenRow {
            identity: Identity {
                token: TokenId::parse(&self.id).ok_or("id")?,
                actor: ActorName::new(&self.actor).map_err(|_| "actor")?,
                role: role(&self.role).ok_or("role")?,
                scheme: scheme.map_err(|_| "scheme")?,
                district,
            },
            made_at: moment(&self.made_at, "made_at")?,
            expires_at: moment(&self.expires_at, "expires_at")?,
            revoked_at: self.revoked_at.as_ref().map(|it| moment(it, "revoked_at")).transpose()?,
            hash: bytes(&self.sha256).ok_or("sha256")?,
        })
    }
}
