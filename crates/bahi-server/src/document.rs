//! What is added to the document of the routes: who may ask, and how each says no.
//!
//! # Invariants
//! * What a route asks of a token is told from the table of rights, which the gate goes by.

use axum::http::Method;
use serde_json::json;
use utoipa::openapi::{
    ContentBuilder, Info, ObjectBuilder, OpenApi, RefOr, ResponseBuilder, Schema,
    path::Operation,
    schema::{SchemaType, Type},
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use crate::{
    problem::Code,
    rights::{Right, right_of},
};

/// The fields that an answer as JSON has whatever it says, by its route and status.
const ANSWERS: &[(&str, &str, &[&str])] = &[
    ("/v1/me", "200", &["token", "actor", "role", "scheme", "district", "rights"]),
    ("/v1/commands", "200", &["line", "status", "position", "command_id"]),
    ("/v1/commands", "201", &["line", "status", "position", "command_id"]),
    ("/v1/schema/commands", "200", &["$schema", "oneOf", "$defs"]),
    ("/v1/schemes", "200", &["position", "root", "schemes"]),
    ("/v1/balances", "200", &["position", "root", "as_of", "known_on", "rows"]),
    ("/v1/trail", "200", &["subject", "position", "root", "as_of", "known_on", "cases", "entries"]),
    ("/v1/events", "200", &["position", "root", "as_of", "known_on", "events", "next"]),
    (
        "/v1/events/{position}",
        "200",
        &[
            "position",
            "event_id",
            "command_id",
            "kind",
            "recorded_at",
            "effective_day",
            "actor",
            "role",
            "authority",
            "fund",
            "amount",
            "leaf_hash",
        ],
    ),
    ("/v1/findings", "200", &["position", "root", "as_of", "known_on", "checks", "findings"]),
    (
        "/v1/ledger",
        "200",
        &["name", "ledger_id", "simulated", "position", "root", "known_on", "schemes", "heads"],
    ),
    ("/v1/outcomes", "200", &["position", "root", "as_of", "known_on", "unplaced", "rows"]),
    ("/v1/suspense", "200", &["position", "root", "as_of", "known_on", "amount", "rows"]),
    ("/v1/explain", "200", &["case_ref", "case", "scheme", "position", "root", "decisions"]),
    ("/v1/findings/take-up", "200", &["finding", "done", "position"]),
    ("/v1/findings/take-up", "201", &["finding", "done", "position"]),
    ("/v1/findings/settle", "200", &["finding", "done", "position"]),
    ("/v1/findings/settle", "201", &["finding", "done", "position"]),
    ("/v1/sample", "200", &["position", "root", "nonce", "seed", "of", "method", "items"]),
    // Of a GET the statements, of a POST what the file holds or what was recorded of it.
    ("/v1/statements", "200", &["statements"]),
    ("/v1/reconciliation", "200", &["position", "matched", "proposed", "exceptions"]),
    ("/v1/reconciliation/explain", "200", &["id", "says"]),
    ("/v1/reconciliation/decide", "200", &["id", "position", "duplicate"]),
    ("/v1/reconciliation/decide", "201", &["id", "position", "duplicate"]),
    ("/v1/certificates", "200", &["position", "root", "certificates"]),
    ("/v1/certificates", "201", &["position", "upto", "as_of", "count", "root", "hash"]),
    ("/v1/seals", "201", &["position", "until", "certificate"]),
];

/// What the scheme of tokens is called in the document.
const TOKEN: &str = "token";

/// The schema of a flag among the parameters.
pub(crate) fn flag() -> Schema {
    words(&["true", "false"])
}

/// The schema of what lines are written as.
pub(crate) fn form() -> Schema {
    words(&["csv", "jsonl", "hledger", "beancount"])
}

fn words(words: &[&'static str]) -> Schema {
    let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
    Schema::Object(text.enum_values(Some(words.iter().copied())).build())
}

/// The document of the routes, finished.
pub(crate) fn finished(mut document: OpenApi) -> OpenApi {
    document.info = Info::new("Bahi", env!("CARGO_PKG_VERSION"));
    document.info.description = Some(
        "A subsidy ledger over HTTP. Every answer that is no success is a problem document of \
         RFC 9457 whose code is stable; a refusal of the rules has the refusal's own code beside it."
            .to_owned(),
    );
    let mut components = document.components.take().unwrap_or_default();
    let problem = problem_schema();
    components.schemas.insert("Problem".to_owned(), RefOr::T(problem));
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert(TOKEN.to_owned(), RefOr::T(scheme));
    document.components = Some(components);
    for (path, item) in &mut document.paths.paths {
        let operations = [(Method::GET, item.get.as_mut()), (Method::POST, item.post.as_mut())];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                finish(operation, right_of(&method, path));
                answers(operation, path);
            }
        }
    }
    document
}

/// Says of each answer as JSON which fields it has.
fn answers(operation: &mut Operation, path: &str) {
    for (_, status, fields) in ANSWERS.iter().filter(|(route, ..)| *route == path) {
        let Some(RefOr::T(response)) = operation.responses.responses.get_mut(*status) else {
            continue;
        };
        if let Some(RefOr::T(content)) = response.content.get_mut("application/json") {
            let object = ObjectBuilder::new().schema_type(SchemaType::new(Type::Object));
            let object = fields.iter().copied().fold(object, ObjectBuilder::required);
            content.schema = Some(RefOr::T(Schema::Object(object.build())));
        }
    }
}

fn finish(operation: &mut Operation, right: Option<Right>) {
    if right.is_some_and(|right| right != Right::Open) {
        operation.security = Some(vec![SecurityRequirement::new(TOKEN, [""; 0])]);
    }
    if let Some(right) = right {
        let roles: Vec<&str> = right.roles().iter().map(|role| role.name()).collect();
        let roles = roles.join(", ");
        let who =
            if right == Right::Open { "Anybody.".to_owned() } else { format!("For {roles}.") };
        let told = operation.description.take().map_or(String::new(), |told| format!("{told}\n\n"));
        operation.description = Some(format!("{told}{who}"));
    }
    let responses = &mut operation.responses.responses;
    for code in Code::ALL {
        let status = code.status().as_u16().to_string();
        if responses.contains_key(&status) {
            continue;
        }
        let same = Code::ALL.iter().filter(|one| one.status() == code.status());
        let names: Vec<&str> = same.map(|one| one.name()).collect();
        let schema = utoipa::openapi::Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description(names.join(", "))
            .content("application/problem+json", content)
            .build();
        responses.insert(status, RefOr::T(response));
    }
}

fn problem_schema() -> Schema {
    let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer));
    let object = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Object))
        .description(Some("Why a request was not answered (RFC 9457)"))
        .property("type", text().format(Some(utoipa::openapi::SchemaFormat::Custom("uri".into()))))
        .property("title", text())
        .property("status", number)
        .property("code", text().enum_values(Some(codes)))
        .property("detail", text())
        .property("refusal", text().description(Some("The code of the rules' first reason")))
        .examples([
            json!({ "type": "urn:bahi:problem:refused", "title": "the rules refuse the command",
            "status": 409, "code": "refused", "refusal": "exceeds_budget", "detail": "…" }),
        ]);
    let needed = ["type", "title", "status", "code", "detail"];
    Schema::Object(needed.into_iter().fold(object, ObjectBuilder::required).build())
}
