//! The console behind the gate: who sees which page, and how a session in a browser begins and ends.

use bahi::core::Role;
use bahi_server::{PAGES, Right};

use crate::{client::Request, place::Place};

/// A page's address with something that the ledger has in place of what is open.
fn address(route: &str) -> String {
    let parts = [
        ("{scheme}", "margin-money"),
        ("{district}", "187"),
        ("{case}", "99"),
        ("{column}", "allotted"),
        ("{position}", "7"),
    ];
    parts.iter().fold(route.to_owned(), |path, (name, value)| path.replace(name, value))
}

fn page(path: &str) -> Request {
    Request::new("GET", path).with("Accept", "text/html,application/xhtml+xml")
}

#[test]
fn every_page_is_for_the_roles_of_its_table_and_for_no_other() {
    let place = Place::with_tokens();
    for role in Role::ALL {
        let token = place.token(role);
        let scoped = place.scoped(role, "scoped", "margin-money", "187");
        for (_, route, right) in PAGES {
            let answer = page(&address(route)).by(&token).send(place.address);
            let may = right.roles().contains(&role);
            assert_eq!(may, answer.status != 403, "{} {route}: {answer:?}", role.name());
            assert_ne!(answer.status, 401, "{} {route}", role.name());
            let narrow = page(&address(route)).by(&scoped).send(place.address);
            let may = may && right.can_be_narrowed();
            assert_eq!(may, narrow.status != 403, "scoped {} {route}", role.name());
            if narrow.status == 403 {
                assert!(narrow.text().starts_with("<!doctype html>"), "{route}: a page says so");
            }
        }
    }
}

#[test]
fn who_is_not_known_is_led_to_where_a_session_begins_and_sees_nothing_else() {
    let place = Place::with_tokens();
    for (_, route, right) in PAGES.iter().filter(|(_, _, right)| *right != Right::Open) {
        let answer = page(&address(route)).send(place.address);
        let to = answer.header("location");
        assert_eq!((answer.status, to), (303, Some("/console/session")), "{route} {right:?}");
        let program = Request::new("GET", &address(route)).send(place.address);
        assert_eq!(
            (program.status, program.problem().as_str()),
            (401, "unauthenticated"),
            "{route}"
        );
    }
    let begin = page("/console/session?lang=hi").send(place.address);
    assert!(begin.status == 200 && begin.text().contains("action=\"/session\""));
}

#[test]
fn a_session_shows_pages_until_it_is_ended() {
    let place = Place::with_tokens();
    let token = place.token(Role::Auditor);
    let form = format!("token={token}");
    let begun = Request::new("POST", "/session")
        .bringing("application/x-www-form-urlencoded", form)
        .send(place.address);
    assert_eq!((begun.status, begun.header("location")), (303, Some("/")));
    let cookie = begun.header("set-cookie").expect("a cookie").to_owned();
    let pair = cookie.split(';').next().expect("a pair");
    let shown = page("/console").with("Cookie", pair).send(place.address);
    assert!(shown.status == 200 && shown.text().contains("action=\"/session/end\""));
    let ended = Request::new("POST", "/session/end").with("Cookie", pair).send(place.address);
    assert_eq!(ended.status, 303);
    assert_eq!(page("/console").with("Cookie", pair).send(place.address).status, 303);
}
