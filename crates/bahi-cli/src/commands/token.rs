//! `bahi token`: who may ask a service, as what, for how long.

use bahi::core::Instant;
use bahi_server::{NewToken, TokenFile, TokenRow, now};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Format, Global, Token, TokenNew, TokenOf, TokensFile},
    status::{Failure, Status},
    table::{Table, text},
    write,
};

/// A token as it is listed.
#[derive(Serialize)]
struct TokenAnswer {
    id: String,
    actor: String,
    role: String,
    scheme: Option<String>,
    district: Option<String>,
    made_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    /// `valid`, `expired` or `revoked`.
    standing: &'static str,
    /// The token itself, where it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

pub(super) fn run(
    asked: &Token,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match &asked.of {
        TokenOf::New(new) => make(new, global, streams),
        TokenOf::List(list) => {
            let rows = file(&list.file, global)?.list()?;
            told(&rows.iter().map(|row| answer(row, None)).collect::<Vec<_>>(), global, streams)
        }
        TokenOf::Revoke(revoke) => {
            let row = file(&revoke.file, global)?.revoke(revoke.id, now())?;
            told(&[answer(&row, None)], global, streams)
        }
    }
}

/// The file of tokens, provided that it lies outside the ledger.
pub(super) fn file(asked: &TokensFile, global: &Global) -> Result<TokenFile, Failure> {
    Ok(TokenFile::at(&asked.tokens, &global.dir())?)
}

fn make(asked: &TokenNew, global: &Global, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let new = NewToken {
        actor: asked.actor.clone(),
        role: asked.role,
        scheme: asked.scheme.clone(),
        district: asked.district,
        expires_at: end(asked)?,
    };
    let (token, row) = file(&asked.file, global)?.add(&new, now())?;
    if global.format == Format::Table {
        // The token alone, so that it can be put where it is used without being seen.
        writeln!(streams.out, "{token}")?;
        return Ok(Status::Done);
    }
    told(&[answer(&row, Some(token))], global, streams)
}

/// The moment from which a token is refused: the end of its last day in India.
fn end(asked: &TokenNew) -> Result<Instant, Failure> {
    let last = asked.until.or_else(|| now().day().plus_days(i32::from(asked.days)));
    let end = last.map(|day| day.end()).filter(|end| *end > now());
    end.ok_or_else(|| Failure::misuse("--until: that day is over; name a later one"))
}

fn answer(row: &TokenRow, token: Option<String>) -> TokenAnswer {
    let identity = &row.identity;
    TokenAnswer {
        id: identity.token.to_string(),
        actor: identity.actor.to_string(),
        role: identity.role.name().to_owned(),
        scheme: identity.scheme.as_ref().map(ToString::to_string),
        district: identity.district.map(|district| district.to_string()),
        made_at: row.made_at.to_string(),
        expires_at: row.expires_at.to_string(),
        revoked_at: row.revoked_at.map(|moment| moment.to_string()),
        standing: row.standing(now()).name(),
        token,
    }
}

fn told(
    rows: &[TokenAnswer],
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    match (global.format, rows) {
        (Format::Json, [one]) => write::json(streams.out, one)?,
        (Format::Json, rows) => write::json(streams.out, &serde_json::json!({ "tokens": rows }))?,
        (Format::Jsonl, rows) => write::json_lines(streams.out, rows)?,
        (Format::Csv, rows) => {
            let heading = [
                "id",
                "actor",
                "role",
                "scheme",
                "district",
                "made_at",
                "expires_at",
                "revoked_at",
                "standing",
            ];
            write::csv_row(streams.out, heading)?;
            for row in rows {
                let cells = [
                    row.id.clone(),
                    row.actor.clone(),
                    row.role.clone(),
                    or_none(&row.scheme),
                    or_none(&row.district),
                    row.made_at.clone(),
                    row.expires_at.clone(),
                    or_none(&row.revoked_at),
                    row.standing.to_owned(),
                ];
                write::csv_row(streams.out, cells)?;
            }
        }
        (Format::Table, rows) => {
            let mut table = Table::new([
                text("token"),
                text("who\nas what"),
                text("scheme\ndistrict"),
                text("valid until"),
                text("is"),
            ]);
            for row in rows {
                let of = |text: &Option<String>| text.clone().unwrap_or_else(|| "all".into());
                table.row([
                    row.id.clone(),
                    format!("{}\n{}", row.actor, row.role.replace('_', " ")),
                    format!("{}\n{}", of(&row.scheme), of(&row.district)),
                    super::stamp(&row.expires_at),
                    row.standing.to_owned(),
                ]);
            }
            table.write(streams.out, streams.terminal.width)?;
        }
    }
    Ok(Status::Done)
}
