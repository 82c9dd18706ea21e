//! The document of the routes against the routes.

use std::collections::BTreeSet;

use bahi_server::{Code, RIGHTS, Right, openapi};
use serde_json::Value;

use crate::place::Place;

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
    let document = serde_json::to_value(openapi()).expect("JSON");
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
    // What is said of an answer holds of one.
    for path in
        ["/v1/balances", "/v1/events", "/v1/findings", "/v1/me", "/v1/schemes", "/v1/ledger"]
    {
        let schema = &document["paths"][path]["get"]["responses"]["200"]["content"];
        let needed = schema["application/json"]["schema"]["required"].as_array().expect("fields");
        let answer = place.get(path).json();
        let mut fields: Vec<&str> = needed.iter().filter_map(Value::as_str).collect();
        let mut told: Vec<&String> = answer.as_object().expect("an object").keys().collect();
        fields.sort_unstable();
        told.sort_unstable();
        assert_eq!(fields, told, "{path}");
    }
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
