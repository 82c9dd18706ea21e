//! The document of the routes against the routes.

use std::collections::BTreeSet;

use bahi_server::{Code, RIGHTS, Right, openapi};
use serde_json::{Value, json};

use crate::{
    asked::{JSON, paid, statement},
    client::{Answer, Request},
    place::{Making, Place, allot},
    validator::valid,
};

/// The routes that the document has no need to list: itself.
const ITSELF: &str = "/openapi.json";

fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| -> Vec<(String, String)> {
        let methods = item.as_object().expect("an item").keys().cloned();
        methods.map(|method| (method.to_uppercase(), path.clone())).collect()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn the_document_has_every_route_of_the_table_and_the_table_every_route() {
    let document = openapi();
    let told = operations(&document);
    let of_table =
        |(method, path, _): &(&str, &str, Right)| ((*method).to_owned(), (*path).to_owned());
    let table: BTreeSet<_> = RIGHTS.iter().filter(|row| row.1 != ITSELF).map(of_table).collect();
    assert_eq!(told, table);
}

#[test]
fn the_document_says_how_each_route_says_no_and_whom_it_is_for() {
    let place = Place::open();
    let document = place.get(ITSELF).json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    for (method, path, right) in RIGHTS.iter().filter(|row| row.1 != ITSELF) {
        let operation = &document["paths"][path][method.to_lowercase()];
        let needs_token = operation["security"].as_array().is_some_and(|all| !all.is_empty());
        assert_eq!(needs_token, *right != Right::Open, "{path}");
        assert!(
            operation["description"].is_string() && operation["operationId"].is_string(),
            "{path}"
        );
        for code in Code::ALL {
            let status = code.status().as_u16().to_string();
            let response = &operation["responses"][&status];
            let told = response["description"].as_str().unwrap_or_default();
            assert!(told.contains(code.name()), "{path} {status}: {response}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let twice = schemas.keys().find(|name| name.ends_with(|end: char| end.is_ascii_digit()));
    assert_eq!(twice, None, "a name that stands twice is given a number");
    // Whoever reads it takes a content that is there for one.
    assert!(!document.to_string().contains(r#""content":null"#));
    let names = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].clone();
    assert_eq!(names.as_array().map(Vec::len), Some(Code::ALL.len()));
    let ids: Vec<&Value> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("an item").values().map(|it| &it["operationId"]))
        .collect();
    let different: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), ids.len(), "{ids:?}");
}

/// The schema that the document has of an answer.
fn schema_of<'a>(document: &'a Value, method: &str, path: &str, status: u16) -> &'a Value {
    let response = &document["paths"][path][method]["responses"][status.to_string()];
    let content = response["content"].as_object().expect("an answer has a content");
    let json =
        ["application/json", "application/problem+json"].iter().find_map(|it| content.get(*it));
    &json.unwrap_or_else(|| panic!("{path} {status} is no JSON"))["schema"]
}

/// Whether what was answered is what the document says, and no answer with one field more.
#[track_caller]
fn told(document: &Value, method: &str, path: &str, answer: &Answer) {
    let schema = schema_of(document, method, path, answer.status);
    let value = answer.json();
    assert!(valid(document, schema, &value), "{path} {}: {value}", answer.status);
    // Of a problem, more is allowed; of an answer it is not, at any depth.
    if answer.status < 300 {
        let mut more = value.clone();
        let deepest = deepest(&mut more);
        deepest.insert("and_more".to_owned(), Value::Null);
        assert!(!valid(document, schema, &more), "{path}: {more}");
    }
}

/// An object inside a value that has no other inside its first fields and elements.
fn deepest(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    let is_listed = |inner: &Value| {
        // Facts by name take any name.
        inner.is_object() || inner.as_array().is_some_and(|all| all.iter().any(Value::is_object))
    };
    if value.is_array() {
        let all = value.as_array_mut().expect("a list");
        return deepest(all.iter_mut().find(|one| one.is_object()).expect("an object inside"));
    }
    let object = value.as_object_mut().expect("an object");
    let open = ["facts", "reported", "tables"];
    let inside =
        object.iter().find(|(name, inner)| !open.contains(&name.as_str()) && is_listed(inner));
    match inside.map(|(name, _)| name.clone()) {
        Some(name) => deepest(&mut object[&name]),
        None => object,
    }
}

#[test]
fn what_is_answered_is_what_the_document_says_of_it_to_the_last_field() {
    let place = Place::open();
    let document = place.get(ITSELF).json();
    let ask = |path: &str, query: &str| {
        let address = path.replace("{position}", "7");
        told(&document, "get", path, &place.get(&format!("{address}{query}")));
    };
    let by = "?by=scheme,district,head,fy";
    let cases = [
        ("/v1/me", ""),
        ("/v1/schemes", ""),
        ("/v1/balances", ""),
        ("/v1/balances", by),
        ("/v1/balances", "?by=district&as_of=2024-06-30&known_on=2024-06-30"),
        ("/v1/balances", "?district=Atlantis"),
        ("/v1/trail", "?case=none"),
        ("/v1/events", "?limit=1000"),
        ("/v1/events", "?reverse=true&limit=3"),
        ("/v1/events/{position}", ""),
        ("/v1/findings", ""),
        ("/v1/proofs/{position}", "?position=8"),
    ];
    for (path, query) in cases {
        ask(path, query);
    }
    for line in [allot(1, 1), allot(1, 1), allot(1, 2), "{}".to_owned()] {
        told(&document, "post", "/v1/commands", &place.post(&line));
    }
    // A history with every kind of story, event by event and case by case.
    let demo = Place::demo();
    let mut from = 1;
    loop {
        let page = demo.get(&format!("/v1/events?limit=1000&from={from}"));
        told(&document, "get", "/v1/events", &page);
        let value = page.json();
        for event in value["events"].as_array().expect("events") {
            if let Some(case) = event["case_ref"].as_str().filter(|_| event["kind"] == "Audited") {
                let address = format!("/v1/trail?case={}", case.replace('/', "%2F"));
                told(&document, "get", "/v1/trail", &demo.get(&address));
            }
        }
        let Some(next) = value["next"].as_u64() else { break };
        from = next;
    }
    for (path, query) in [
        ("/v1/findings", ""),
        ("/v1/balances", by),
        ("/v1/schemes", ""),
        ("/v1/ledger", ""),
        ("/v1/sample", "?nonce=AG-UP/2025/1&size=5"),
        ("/v1/sample", "?nonce=AG-UP/2025/1&size=5&by=scheme,fy&of=cases"),
        ("/v1/sample", "?nonce=AG-UP/2025/1&size=5&monetary=true"),
        ("/v1/papers/certificate", "?scheme=margin-money&fy=2019-20"),
        ("/v1/papers/expenditure", "?fy=2019-20"),
        ("/v1/papers/sanctions", ""),
        ("/v1/papers/term-deposits", ""),
        ("/v1/papers/ageing", "?as_of=2024-03-31"),
    ] {
        told(&document, "get", path, &demo.get(&format!("{path}{query}")));
    }
    for case in cases_of(&demo) {
        let case = case.replace('/', "%2F");
        for path in ["/v1/explain", "/v1/papers/case"] {
            told(&document, "get", path, &demo.get(&format!("{path}?case={case}")));
        }
    }
}

/// The cases of a place, as its events name them.
fn cases_of(place: &Place) -> BTreeSet<String> {
    let page = place.get("/v1/events?kind=Applied&limit=1000").json();
    let events = page["events"].as_array().expect("events");
    events.iter().filter_map(|event| event["case_ref"].as_str().map(str::to_owned)).collect()
}

#[test]
fn what_is_recorded_beside_the_writer_is_answered_as_the_document_says() {
    let place = Place::make(Making { signing: true, ..paid() });
    let document = place.get(ITSELF).json();
    let post = |path: &str, query: &str, kind: &str, body: String| {
        let request = Request::new("POST", &format!("{path}{query}")).bringing(kind, body);
        told(&document, "post", path, &request.send(place.address));
    };
    let file = "application/octet-stream";
    let statements = "/v1/statements";
    for query in ["?check=true", "?actor=bank", "?actor=bank"] {
        post(statements, query, file, statement());
    }
    let reconciliation = "/v1/reconciliation";
    let today = "?today=2024-07-10";
    told(&document, "get", statements, &place.get(statements));
    told(&document, "get", reconciliation, &place.get(&format!("{reconciliation}{today}")));
    post(reconciliation, "?today=2024-07-10&actor=treasury", "", String::new());
    told(&document, "get", reconciliation, &place.get(&format!("{reconciliation}{today}")));
    let explain = "/v1/reconciliation/explain";
    told(&document, "get", explain, &place.get(&format!("{explain}{today}&id=11/2")));
    let decide = json!({ "id": "11/2=none", "decision": "accept", "actor": "cao-vns",
        "reason": "bank_charges", "today": "2024-07-10" });
    for _ in 0..2 {
        post("/v1/reconciliation/decide", "", JSON, decide.to_string());
    }
    let of_auditor = json!({ "as_of": "2024-06-30", "actor": "ag-7", "role": "auditor" });
    post("/v1/certificates", "", JSON, of_auditor.to_string());
    told(&document, "get", "/v1/certificates", &place.get("/v1/certificates"));
    let of_finance = json!({ "until": "2024-04-30", "actor": "fin-01", "role": "finance" });
    post("/v1/seals", "", JSON, of_finance.to_string());
    let found = place.get("/v1/findings").json();
    let findings = found["findings"].as_array().expect("findings");
    let of_case = findings.iter().find(|one| one["case_ref"] == "VNS/2024/0042");
    let id = of_case.expect("a payment nobody confirmed")["id"].clone();
    post("/v1/findings/take-up", "", JSON, json!({ "finding": id, "actor": "ag-7" }).to_string());
    let settled = json!({ "finding": id, "settlement": "no_fault", "reference": "REPLY/1",
        "actor": "fin-01", "role": "finance" });
    for _ in 0..2 {
        post("/v1/findings/settle", "", JSON, settled.to_string());
    }
}

#[test]
fn every_body_and_answer_as_json_is_described_by_name() {
    let document = openapi();
    let named = |content: &Value, place: &str| {
        let Some(json) = content.get("application/json") else { return 0 };
        let named = json["schema"]["$ref"].as_str().unwrap_or_else(|| panic!("{place}: {json}"));
        let found = named.strip_prefix('#').and_then(|at| document.pointer(at));
        let described = found.unwrap_or_else(|| panic!("{place} leads to {named}"));
        assert!(described.as_object().is_some_and(|it| it.len() > 1), "{named}: {described}");
        1
    };
    let mut count = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let place = format!("{method} {path}");
            count += named(&operation["requestBody"]["content"], &place);
            for (status, response) in operation["responses"].as_object().expect("responses") {
                count += named(&response["content"], &format!("{place} {status}"));
            }
        }
    }
    assert!(count >= 40, "{count} bodies and answers are JSON");
}

fn page() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/SERVICE.md");
    std::fs::read_to_string(page).expect("the page of the service")
}

#[test]
fn the_page_has_every_route_with_its_roles_every_role_with_its_commands_and_every_code() {
    use bahi::core::{CommandKind, Role};
    let page = page();
    for (method, route, right) in RIGHTS {
        let names = right.roles().iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
        let everybody = right.roles().len() == Role::ALL.len();
        let who = match (*right == Right::Open, everybody) {
            (true, _) => "anybody",
            (false, true) => "every role",
            (false, false) => &names,
        };
        let begin = format!("| `{method} {route}` |");
        let row = page.lines().find(|line| line.starts_with(&begin));
        let row = row.unwrap_or_else(|| panic!("the page has no {method} {route}"));
        assert!(row.ends_with(&format!("| {who} |")), "{row}: {who}");
    }
    let routes =
        page.lines().filter(|line| line.starts_with("| `GET") || line.starts_with("| `POST"));
    assert_eq!(routes.count(), RIGHTS.len(), "the page has a route that there is not");
    for role in Role::ALL {
        let kinds = CommandKind::ALL.into_iter();
        let brings = kinds.filter(|kind| bahi_server::brought_by(*kind).contains(&role));
        let names: Vec<&str> = brings.map(CommandKind::name).collect();
        let row = format!("| {} | {} |", role.name(), names.join(", "));
        assert!(page.contains(&row), "the page lacks: {row}");
    }
    for code in Code::ALL {
        let begin = format!("| {} |", code.status().as_u16());
        let row = page.lines().find(|line| line.starts_with(&begin)).expect("a row of the status");
        assert!(row.contains(&format!("`{}`", code.name())), "{row}: {}", code.name());
    }
    let people: Vec<&str> = Right::People.roles().iter().map(|role| role.name()).collect();
    let (last, first) = people.split_last().expect("roles");
    let told = format!("{} and {last}", first.join(", "));
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&told), "{told}");
}
