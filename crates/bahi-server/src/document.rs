//! What is added to the document of the routes: who may ask, and how each says no.
//!
//! # Invariants
//! * What a route asks of a token is told from the table of rights, which the gate goes by.
//! * The schemas of bodies and answers are made from the types that read and write them.

use axum::http::Method;
use bahi::json::answer_schemas;
use serde_json::{Value, json};
use utoipa::openapi::{
    ArrayBuilder, ContentBuilder, Info, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder,
    Schema,
    path::Operation,
    schema::{SchemaType, Type},
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use crate::{
    problem::Code,
    rights::{Right, right_of},
};

/// The schema of each answer as JSON, by its method, route and status: a name among those that
/// `bahi-json` makes from the types of the answers.
const ANSWERS: &[(&str, &str, &str, &str)] = &[
    ("post", "/v1/commands", "200", "answer_to_a_command"),
    ("post", "/v1/commands", "201", "answer_to_a_command"),
    ("get", "/v1/schema/commands", "200", SCHEMA),
    ("get", "/v1/ledger", "200", "ledger"),
    ("get", "/v1/schemes", "200", "schemes"),
    ("get", "/v1/balances", "200", "balances"),
    ("get", "/v1/trail", "200", "trail"),
    ("get", "/v1/explain", "200", "explained"),
    ("get", "/v1/events", "200", "events"),
    ("get", "/v1/events/{position}", "200", "event"),
    ("get", "/v1/outcomes", "200", "outcomes"),
    ("get", "/v1/suspense", "200", "suspense"),
    ("get", "/v1/papers/certificate", "200", "paper"),
    ("get", "/v1/papers/expenditure", "200", "paper"),
    ("get", "/v1/papers/sanctions", "200", "paper"),
    ("get", "/v1/papers/term-deposits", "200", "paper"),
    ("get", "/v1/papers/ageing", "200", "paper"),
    ("get", "/v1/papers/case", "200", "paper"),
    ("get", "/v1/findings", "200", "findings"),
    ("post", "/v1/findings/take-up", "200", "finding_done"),
    ("post", "/v1/findings/take-up", "201", "finding_done"),
    ("post", "/v1/findings/settle", "200", "finding_done"),
    ("post", "/v1/findings/settle", "201", "finding_done"),
    ("get", "/v1/sample", "200", "sample"),
    ("get", "/v1/statements", "200", "statements"),
    ("post", "/v1/statements", "200", BROUGHT),
    ("get", "/v1/reconciliation", "200", "reconciliation"),
    ("post", "/v1/reconciliation", "200", "reconciliation"),
    ("get", "/v1/reconciliation/explain", "200", "match_explained"),
    ("post", "/v1/reconciliation/decide", "200", "match_decided"),
    ("post", "/v1/reconciliation/decide", "201", "match_decided"),
    ("get", "/v1/payments", "200", "payment_files"),
    ("get", "/v1/payments/due", "200", "payments_due"),
    ("post", "/v1/payments/written", "200", "payment_file"),
    ("get", "/v1/certificates", "200", "certificates"),
    ("post", "/v1/certificates", "201", "certificate"),
    ("post", "/v1/seals", "201", "seal"),
];

/// The name of what is said of a file that was brought: what it holds, or what was recorded of it.
const BROUGHT: &str = "statement_brought";

/// The name of what is said of a JSON Schema.
const SCHEMA: &str = "json_schema";

/// The schema of each body as JSON, likewise.
const BODIES: &[(&str, &str)] = &[("/v1/commands", "command")];

/// What the scheme of tokens is called in the document.
const TOKEN: &str = "token";

/// The schema of a flag among the parameters.
pub(crate) fn flag() -> Schema {
    words(&["true", "false"])
}

/// The schema of what lines are written as.
pub(crate) fn form() -> Schema {
    words(&["csv", "jsonl", "parquet", "xlsx", "hledger", "beancount"])
}

/// The schema of what a paper is written as.
pub(crate) fn look() -> Schema {
    words(&["json", "html", "pdf"])
}

fn words(words: &[&'static str]) -> Schema {
    let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
    Schema::Object(text.enum_values(Some(words.iter().copied())).build())
}

/// The document of the routes, finished.
pub(crate) fn finished(document: OpenApi) -> Value {
    let mut whole = serde_json::to_value(with_rights(document)).unwrap_or_default();
    let place = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    for (method, path, status, name) in ANSWERS {
        let operation = whole.get_mut("paths").and_then(|paths| paths.get_mut(path));
        if let Some(json) = operation.and_then(|it| answer_as_json(&mut it[method], status)) {
            json.insert("schema".to_owned(), place(name));
        }
    }
    for (path, name) in BODIES {
        for operation in operations(&mut whole, path) {
            let body = operation.get_mut("requestBody").map(|body| &mut body["content"]);
            let json = body.and_then(|content| content.get_mut("application/json"));
            if let Some(Value::Object(json)) = json {
                json.insert("schema".to_owned(), place(name));
            }
        }
    }
    if let Value::Object(schemas) = &mut whole["components"]["schemas"] {
        schemas.extend(answer_schemas());
        let schema = json!({
            "description": "A JSON Schema of draft 2020-12.",
            "type": "object",
            "required": ["$schema", "oneOf", "$defs"],
        });
        schemas.insert(SCHEMA.to_owned(), schema);
        let brought = json!({
            "description": "What a file holds; or what was recorded of it.",
            "oneOf": [place("statement_file"), place("statement_added")],
        });
        schemas.insert(BROUGHT.to_owned(), brought);
    }
    whole
}

/// What an operation says of its answer as JSON, where it has one of this status.
fn answer_as_json<'a>(
    operation: &'a mut Value,
    status: &str,
) -> Option<&'a mut serde_json::Map<String, Value>> {
    let place = format!("/responses/{status}/content/application~1json");
    operation.pointer_mut(&place).and_then(Value::as_object_mut)
}

/// The operations of a path.
fn operations<'a>(document: &'a mut Value, path: &str) -> impl Iterator<Item = &'a mut Value> {
    let item = document.get_mut("paths").and_then(|paths| paths.get_mut(path));
    item.and_then(Value::as_object_mut).into_iter().flat_map(|item| item.values_mut())
}

/// The document with who may ask, and how each route says no.
fn with_rights(mut document: OpenApi) -> OpenApi {
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
            }
        }
    }
    document
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
        let schema = Ref::from_schema_name("Problem");
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
    let whole = |what: &str| {
        let types = SchemaType::from_iter([Type::Integer, Type::Null]);
        ObjectBuilder::new().schema_type(types).description(Some(what))
    };
    let object = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Object))
        .description(Some("Why a request was not answered (RFC 9457)"))
        .property("type", text().format(Some(utoipa::openapi::SchemaFormat::Custom("uri".into()))))
        .property("title", text())
        .property("status", number)
        .property("code", text().enum_values(Some(codes)))
        .property("detail", text())
        .property("refusal", text().description(Some("The code of the rules' first reason")))
        .property("stage", text().description(Some("The stage of the rules that said no")))
        .property(
            "refusals",
            ArrayBuilder::new()
                .items(Ref::from_schema_name("refusal"))
                .description(Some("Every reason of that stage")),
        )
        .property("command_id", text().description(Some("The command it is about")))
        .property("position", whole("Where the refusal stands as evidence"))
        .property("line", whole("The line of the request it is about, from 1"))
        .property("column", whole("The column of the command it is about, from 1"))
        .examples([
            json!({ "type": "urn:bahi:problem:refused", "title": "the rules refuse the command",
            "status": 409, "code": "refused", "refusal": "exceeds_budget", "detail": "…" }),
        ]);
    let needed = ["type", "title", "status", "code", "detail"];
    Schema::Object(needed.into_iter().fold(object, ObjectBuilder::required).build())
}
