//! Who may what: every route by every role, tokens that are none any more, denials, sessions.

use bahi::core::{CommandKind, Event, EventKind, Instant, Position, Role};
use bahi_server::{NewToken, RIGHTS, Right, brought_by, now};

use crate::{
    client::{Answer, Request},
    place::{ALLOT, APPLY, DISBURSE, Making, Place, SANCTION, allot, new_token},
};

/// A path of a route, with something lawful in the place of what varies.
pub(crate) fn path_of(route: &str) -> String {
    match route {
        "/v1/trail" => "/v1/trail?case=VNS/2024/0042".to_owned(),
        "/v1/explain" => "/v1/explain?case=VNS/2024/0042".to_owned(),
        "/v1/sample" => "/v1/sample?nonce=AG-UP/2025/1&size=1".to_owned(),
        "/v1/reconciliation/explain" => "/v1/reconciliation/explain?id=7".to_owned(),
        "/v1/papers/certificate" => {
            "/v1/papers/certificate?scheme=margin-money&fy=2024-25".to_owned()
        }
        "/v1/papers/expenditure" => "/v1/papers/expenditure?fy=2024-25".to_owned(),
        "/v1/payments/due" => "/v1/payments/due?to=ekuber&since=2024-04-01".to_owned(),
        "/v1/papers/case" => "/v1/papers/case?case=VNS/2024/0042".to_owned(),
        "/v1/proofs/history" => "/v1/proofs/history?size=1".to_owned(),
        "/tile/{*path}" => "/tile/0/000.p/5".to_owned(),
        // A stream of a position that is not there yet ends at once, past the gate.
        "/v1/stream" => "/v1/stream?from=99999".to_owned(),
        other => other.replace("{position}", "7"),
    }
}

fn ask(place: &Place, method: &str, route: &str, token: Option<&str>) -> Answer {
    let mut request = Request::new(method, &path_of(route));
    if route == "/v1/commands" {
        // Blank lines are no commands, so that the gate alone decides.
        request = request.bringing("application/x-ndjson", "\n");
    }
    if let Some(token) = token {
        request = request.by(token);
    }
    request.send(place.address)
}

#[test]
fn every_route_is_for_the_roles_of_the_table_and_for_no_other() {
    let place = Place::make(Making { tokens: true, signing: true, ..Making::default() });
    let mut asked = 0;
    for role in Role::ALL {
        let token = place.token(role);
        let scoped = place.scoped(role, "scoped", "margin-money", "187");
        for (method, route, right) in RIGHTS {
            let answer = ask(&place, method, route, Some(&token));
            let may = right.roles().contains(&role);
            let denied = answer.status == 403 || answer.status == 401;
            assert_eq!(may, !denied, "{} {method} {route}: {answer:?}", role.name());
            if !may {
                assert_eq!(answer.problem(), "forbidden", "{route}");
            }
            let narrow = ask(&place, method, route, Some(&scoped));
            let denied = narrow.status == 403 || narrow.status == 401;
            // Events 1 to 6 opened the schemes; the seventh is of margin money in Varanasi.
            let may = may && right.can_be_narrowed();
            assert_eq!(may, !denied, "scoped {} {method} {route}: {narrow:?}", role.name());
            asked += 2;
        }
    }
    assert_eq!(asked, 2 * Role::ALL.len() * RIGHTS.len());
}

#[test]
fn without_a_token_only_what_is_nobodys_secret_is_answered() {
    let place = Place::with_tokens();
    for (method, route, right) in RIGHTS {
        let answer = ask(&place, method, route, None);
        if *right == Right::Open {
            assert!(![401, 403].contains(&answer.status), "{route}: {answer:?}");
        } else {
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (401, "unauthenticated"),
                "{route}"
            );
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"bahi\""));
        }
    }
}

#[test]
fn forged_expired_and_revoked_tokens_open_nothing_and_are_told_alike() {
    let place = Place::with_tokens();
    let sound = place.token(Role::Auditor);
    let long_ago = Instant::parse("2020-01-01").expect("an instant");
    let expired =
        place.token_of(&NewToken { expires_at: long_ago, ..new_token("a", Role::Auditor) });
    let (revoked, id) = place.token_of(&new_token("b", Role::Auditor));
    assert_eq!(place.get_by(&revoked, "/v1/me").status, 200);
    place.token_file().revoke(id, now()).expect("it is there");
    let last = if sound.ends_with('0') { "1" } else { "0" };
    let forged = format!("{}{last}", &sound[..sound.len() - 1]);
    let nobody = format!("bahi_{}_{}", "0".repeat(16), "0".repeat(64));
    let mut told = Vec::new();
    for token in [&expired.0, &revoked, &forged, &nobody, "bahi_", "Bearer", "x"] {
        let answer = place.get_by(token, "/v1/balances");
        assert_eq!((answer.status, answer.problem().as_str()), (401, "unauthenticated"), "{token}");
        assert!(!answer.text().contains(token) || token.len() < 8, "{}", answer.text());
        told.push(answer.body);
    }
    assert!(told.iter().all(|one| *one == told[0]), "which it was is nobody's business");
    let headers = [
        format!("Basic {sound}"),
        sound.clone(),
        "Bearer  ".to_owned(),
        format!("Bearer {sound} {sound}"),
    ];
    for header in headers {
        let request = Request::new("GET", "/v1/me").with("Authorization", &header);
        assert_eq!(request.send(place.address).status, 401, "{header}");
    }
    let twice = Request::new("GET", "/v1/me").by(&sound).by(&sound);
    assert_eq!(twice.send(place.address).status, 401, "of two tokens neither counts");
    let in_path = place.get(&format!("/v1/me?token={sound}"));
    assert_eq!(in_path.status, 401, "a token in an address is in every log, and none");
    let me = place.get_by(&sound, "/v1/me").json();
    assert_eq!((&me["actor"], &me["role"]), (&"ag-7".into(), &"auditor".into()));
}

#[test]
fn who_acts_is_the_token_and_never_the_body() {
    let place = Place::make(Making { tokens: true, before: Vec::new(), ..Making::default() });
    let finance = place.token(Role::Finance);
    let post = |token: &str, line: &str| {
        place.commands("application/json", line).by(token).send(place.address)
    };
    let others = [
        ALLOT.replace("\"fin-01\"", "\"fin-02\""),
        ALLOT.replace("\"finance\"", "\"administrator\""),
        SANCTION.to_owned(),
    ];
    for line in &others {
        let answer = post(&finance, line);
        assert_eq!((answer.status, answer.problem().as_str()), (403, "other_identity"), "{line}");
    }
    // In its own name, but not its to bring.
    let as_finance =
        SANCTION.replace("dm-vns", "fin-01").replace("sanctioning_authority", "finance");
    let answer = post(&finance, &as_finance);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "forbidden"));
    // One that is not its own among many, and none is taken.
    let body = format!("{}\n{}\n", allot(1, 1), others[0]);
    let answer = place.commands("application/x-ndjson", &body).by(&finance).send(place.address);
    assert_eq!(answer.problem(), "other_identity");
    assert_eq!(answer.json()["line"], 2);
    let auditor = place.token(Role::Auditor);
    assert_eq!(
        place.get_by(&auditor, "/v1/events?kind=FundsAllotted").json()["events"],
        serde_json::json!([])
    );
    // The four of one case, each in its own name.
    let roles =
        [Role::Finance, Role::DistrictOffice, Role::SanctioningAuthority, Role::DrawingOfficer];
    for (role, line) in roles.into_iter().zip([ALLOT, APPLY, SANCTION, DISBURSE]) {
        let answer = post(&place.token(role), line);
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}

#[test]
fn nobody_brings_a_denial_or_what_is_anothers_by_the_table() {
    let place = Place::with_tokens();
    for role in Role::ALL {
        assert!(!brought_by(CommandKind::DenyAccess).contains(&role));
    }
    let keeper = place.token(Role::Administrator);
    let denial = r#"{"command_id":"0198a7c2-0000-7000-b000-000000000002","kind":"deny_access","actor":"keeper","role":"administrator","effective_day":"2024-05-03","what":"made_up","count":1}"#;
    let answer = place.commands("application/json", denial).by(&keeper).send(place.address);
    assert_eq!((answer.status, answer.problem().as_str()), (403, "forbidden"));
}

#[test]
fn denials_of_who_is_known_are_events_of_theirs_and_few() {
    let place = Place::with_tokens();
    let office = place.token(Role::DistrictOffice);
    for _ in 0..50 {
        assert_eq!(place.get_by(&office, "/v1/events").status, 403);
    }
    assert_eq!(place.get_by(&office, "/v1/findings").status, 403);
    for _ in 0..50 {
        assert_eq!(place.get("/v1/events").status, 401);
    }
    let (ledger, _dir) = place.stop();
    let denied: Vec<(String, u32, String)> = ledger
        .events(Position(1), ledger.position())
        .map(|recorded| recorded.expect("it is read"))
        .filter(|recorded| recorded.event.kind() == EventKind::AccessDenied)
        .map(|recorded| {
            let actor = ledger.names().actor(recorded.envelope.actor).expect("a name").to_string();
            let Event::AccessDenied(body) = &recorded.event else { panic!("{recorded:?}") };
            let what = ledger.names().word(body.what).expect("a word").to_string();
            (actor, body.count, what)
        })
        .collect();
    let office = "dic-vns".to_owned();
    let expected =
        [(office.clone(), 1, "http_events".to_owned()), (office, 50, "http_several".to_owned())];
    assert_eq!(denied, expected, "the first at once, the others together; strangers not at all");
}

#[test]
fn a_scoped_token_sees_its_scheme_and_district_alone() {
    let place = Place::with_tokens();
    let finance = place.token(Role::Finance);
    let elsewhere = allot(1, 77).replace("Varanasi", "Agra");
    assert_eq!(
        place.commands("application/json", &elsewhere).by(&finance).send(place.address).status,
        201
    );
    let agra = place.scoped(Role::Finance, "fin-agra", "margin-money", "118");
    let rows = place.get_by(&agra, "/v1/balances?by=district").json()["rows"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!((&rows[0]["district"], &rows[0]["allotted"]), (&"118".into(), &"77.00".into()));
    for path in
        ["/v1/balances?district=187", "/v1/balances?scheme=mda", "/v1/export/events?scheme=mda"]
    {
        assert_eq!(place.get_by(&agra, path).problem(), "outside_scope", "{path}");
    }
    let positions = |path: &str| -> Vec<u64> {
        let events = place.get_by(&agra, path).json()["events"].clone();
        events
            .as_array()
            .expect("events")
            .iter()
            .map(|it| it["position"].as_u64().expect("a position"))
            .collect()
    };
    assert_eq!(positions("/v1/events"), [11]);
    assert_eq!(place.get_by(&agra, "/v1/events/11").status, 200);
    assert_eq!(place.get_by(&agra, "/v1/events/7").problem(), "outside_scope");
    assert_eq!(place.get_by(&agra, "/v1/trail?case=VNS/2024/0042").problem(), "outside_scope");
    assert_eq!(place.get_by(&agra, "/v1/trail?order=B-1/2024").problem(), "forbidden");
    let auditor = place.scoped(Role::Auditor, "ag-agra", "", "118");
    assert_eq!(place.get_by(&auditor, "/v1/trail?order=B-1/2024").problem(), "outside_scope");
    assert_eq!(place.get_by(&agra, "/v1/export/events").json_lines().len(), 1);
}

#[test]
fn a_scoped_token_touches_no_other_districts_case_by_applying_for_it_again() {
    let place = Place::with_tokens();
    let agra = place.scoped(Role::DistrictOffice, "dic-agra", "", "118");
    let command = |number: u32, kind: &str, rest: &str| {
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-a000-{number:012}","kind":"{kind}","actor":"dic-agra","role":"district_office","effective_day":"2024-07-01",{rest}}}"#
        )
    };
    let apply = |number: u32, case: &str| {
        let rest = r#""scheme":"margin-money","district":"118","applicant":"not_in_source","facts":{"project_cost":"1000000.00"}"#;
        command(number, "apply", &format!(r#""case_ref":"{case}",{rest}"#))
    };
    let reject = |number: u32, case: &str| {
        command(number, "reject", &format!(r#""case_ref":"{case}","reason":"incomplete""#))
    };
    let bring = |lines: &[String]| {
        let body = lines.join("\n");
        place.commands("application/x-ndjson", &body).by(&agra).send(place.address)
    };
    // The case is Varanasi's; an application that the rules refuse does not make it Agra's.
    let theirs = bring(&[apply(1, "VNS/2024/0042"), reject(2, "VNS/2024/0042")]);
    assert_eq!((theirs.status, theirs.problem().as_str()), (403, "outside_scope"));
    let own = bring(&[apply(3, "AGR/2024/0001"), reject(4, "AGR/2024/0001")]);
    let said: Vec<_> = own.json_lines().iter().map(|line| line["status"].clone()).collect();
    assert_eq!(said, ["accepted", "accepted"]);
    let unknown = bring(&[reject(5, "AGR/2024/0002"), apply(6, "AGR/2024/0002")]);
    assert_eq!(unknown.problem(), "nothing_known", "it was not yet applied for");
}

#[test]
fn a_scoped_token_takes_back_no_transfer_that_another_district_has_the_money_of() {
    let place = Place::with_tokens();
    let finance = place.token(Role::Finance);
    let fund = |district: &str| {
        format!(
            r#"{{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"{district}"}}"#
        )
    };
    let command = |number: u32, kind: &str, actor: &str, rest: &str| {
        format!(
            r#"{{"command_id":"0198a7c2-0000-7000-b000-{number:012}","kind":"{kind}","actor":"{actor}","role":"finance","effective_day":"2024-07-01","authority":{{"order":"T-1/2024","date":"2024-07-01"}},{rest}}}"#
        )
    };
    let (from, to) = (fund("187"), fund("118"));
    let moved = format!(r#""from":{from},"to":{to},"amount":"100.00","reason":"need""#);
    let moved = command(1, "move_funds", "fin-01", &moved);
    let answer = place.commands("application/json", &moved).by(&finance).send(place.address);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let at = answer.json()["position"].clone();
    for district in ["187", "118"] {
        let scoped = place.scoped(Role::Finance, "fin-one", "margin-money", district);
        let back = command(2, "reverse", "fin-one", &format!(r#""of":{at},"reason":"error""#));
        let answer = place.commands("application/json", &back).by(&scoped).send(place.address);
        assert_eq!(answer.problem(), "outside_scope", "{district}");
    }
    let back = command(3, "reverse", "fin-01", &format!(r#""of":{at},"reason":"error""#));
    let answer = place.commands("application/json", &back).by(&finance).send(place.address);
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn nobody_notes_over_http_what_programs_account_for_themselves() {
    let place = Place::with_tokens();
    let keeper = place.token(Role::Administrator);
    let digest = "0a".repeat(32);
    let note = |number: u32, what: &str| {
        let line = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-c000-{number:012}","kind":"note_export","actor":"keeper","role":"administrator","effective_day":"2024-07-01","what":"{what}","upto":7,"rows":1,"digest":"{digest}"}}"#
        );
        place.commands("application/json", &line).by(&keeper).send(place.address)
    };
    let words = ["payment_in_file", "payments_written", "vault_show", "vault_erase"];
    for (number, what) in (1..).zip(words) {
        assert_eq!(note(number, what).problem(), "forbidden", "{what}");
    }
    assert_eq!(note(9, "events").status, 201, "an export of the caller's own");
}

#[test]
fn a_session_reads_and_brings_nothing() {
    let place = Place::with_tokens();
    let token = place.token(Role::Finance);
    let begin = |body: &str, kind: &str| {
        Request::new("POST", "/session").bringing(kind, body).send(place.address)
    };
    let form = "application/x-www-form-urlencoded";
    let begun = begin(&format!("token={token}"), form);
    assert_eq!((begun.status, begun.header("location")), (303, Some("/")));
    let set = begun.header("set-cookie").expect("a cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    assert!(!set.contains(&token), "the cookie is no token");
    let json = begin(&format!("{{\"token\":\"{token}\"}}"), "application/json");
    assert_eq!(json.status, 204);
    let cookie = set.split(';').next().expect("a pair").to_owned();
    let by_cookie = |request: Request| request.with("Cookie", &cookie).send(place.address);
    assert_eq!(by_cookie(Request::new("GET", "/v1/me")).json()["actor"], "fin-01");
    assert_eq!(by_cookie(Request::new("GET", "/v1/findings")).status, 200);
    let brought = by_cookie(place.commands("application/json", &allot(1, 1)));
    assert_eq!((brought.status, brought.problem().as_str()), (401, "unauthenticated"));

    for wrong in ["token=", "token=bahi_", "name=x", "token=a&token=b", ""] {
        let answer = begin(wrong, form);
        assert!([400, 401].contains(&answer.status), "{wrong}: {answer:?}");
        assert_eq!(answer.header("set-cookie"), None, "{wrong}");
    }
    let ended = by_cookie(Request::new("POST", "/session/end"));
    assert!(ended.header("set-cookie").expect("a cookie").contains("Max-Age=0"));
    assert_eq!(by_cookie(Request::new("GET", "/v1/me")).status, 401);

    // Revoking the token ends the sessions that it began.
    let (token, id) = place.token_of(&new_token("gone", Role::Auditor));
    let begun = begin(&format!("token={token}"), form);
    let cookie =
        begun.header("set-cookie").expect("a cookie").split(';').next().expect("a pair").to_owned();
    let me = Request::new("GET", "/v1/me").with("Cookie", &cookie);
    assert_eq!(me.send(place.address).status, 200);
    place.token_file().revoke(id, now()).expect("it is there");
    assert_eq!(me.send(place.address).status, 401);
}
