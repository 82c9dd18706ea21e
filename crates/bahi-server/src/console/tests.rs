//! The console's pages in process: what they answer, refuse, escape and keep to themselves.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Extension,
    body::Body,
    http::{Request, StatusCode, header},
};
use bahi::{
    By, Column, Filter, Ledger, LedgerName, NewLedger, Outcome, Service, ServiceOptions, View,
    core::{ActorName, District, Role, SchemeName},
    demo::{self, Demo},
    parse_command,
};
use tower::ServiceExt as _;

use super::{POLICY, figures};
use crate::{AppState, Caller, Identity, Journal, Limits, Setup, TokenId};

/// What every text of a ledger is made to hold: markup that would run, and that would end a tag.
const MARKUP: &str = r#"<script>alert(1)</script>"'><img src=x>"#;

/// A ledger that is served without tokens.
struct Served {
    state: AppState,
    caller: Caller,
}

impl Served {
    async fn over(ledger: Ledger) -> Served {
        let service = Service::start(ledger, ServiceOptions::default()).expect("it starts");
        let setup = Setup {
            service,
            tokens: None,
            signing: None,
            payments: None,
            limits: Limits::default(),
            journal: Journal::silent(),
            encrypted: false,
        };
        let state = AppState::new(setup).await.expect("a state");
        Served { state, caller: Caller::Anybody }
    }

    /// A small history with every scheme and story.
    async fn demo() -> Served {
        let mut ledger = new_ledger("console-test");
        ledger.open_rulebook().expect("the rulebook opens");
        demo::run(&mut ledger, Demo { cases: 40, seed: 7 }, &mut |_| {}).expect("it is lived");
        Served::over(ledger).await
    }

    async fn get(&self, path: &str) -> (StatusCode, axum::http::HeaderMap, String) {
        let router =
            super::router().layer(Extension(self.caller.clone())).with_state(self.state.clone());
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 24).await.expect("a body");
        let text = String::from_utf8(body.to_vec()).expect("text");
        (parts.status, parts.headers, text)
    }

    /// A page, asked for again until it has read all there is.
    async fn page(&self, path: &str) -> String {
        loop {
            let (status, _, text) = self.get(path).await;
            assert_eq!(status, StatusCode::OK, "{path}: {text}");
            if !text.contains("data-again") {
                return text;
            }
        }
    }
}

fn new_ledger(name: &str) -> Ledger {
    let name = LedgerName::new(name).expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    Ledger::in_memory(&new).expect("a ledger")
}

/// Every address that a page links to within the console, without its parameters' order.
fn links(page: &str) -> BTreeSet<String> {
    let inside = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let ours = inside.filter(|href| href.starts_with("/console") && !href.contains("/assets/"));
    ours.map(|href| href.replace("&#38;", "&").replace("&amp;", "&")).collect()
}

const PAGES: &[&str] = &[
    "/console",
    "/console/schemes",
    "/console/schemes/margin-money",
    "/console/districts",
    "/console/districts/187",
    "/console/districts/pool",
    "/console/cases",
    "/console/cases?scheme=margin-money&fy=2019-20",
    "/console/behind/disbursed?scheme=margin-money",
    "/console/behind/applied",
    "/console/behind/available",
    "/console/events/1",
    "/console/search",
    "/console/search?q=jaggery",
    "/console/findings",
    "/console/reconciliation",
    "/console/reconciliation/lines",
    "/console/behind/outstanding?scheme=margin-money",
    "/console/behind/sanctioned?scheme=margin-money&since=2020-04-01",
];

#[tokio::test]
async fn every_page_stands_on_a_position_a_root_and_both_times_in_both_languages() {
    let served = Served::demo().await;
    let root = served.state.service().snapshot().root().to_string();
    for path in PAGES {
        for lang in ["", "lang=hi", "as_of=2021-03-31&lang=hi", "known_on=2020-03-31&unit=crore"] {
            let sign = if path.contains('?') { '&' } else { '?' };
            let address =
                if lang.is_empty() { (*path).to_owned() } else { format!("{path}{sign}{lang}") };
            let (status, headers, text) = served.get(&address).await;
            assert_eq!(status, StatusCode::OK, "{address}: {text}");
            assert!(text.contains("id=\"basis\"") && text.contains("<code>"), "{address}");
            assert_eq!(text.contains(&root), !lang.contains("known_on"), "{address}");
            let html =
                if lang.contains("hi") { "<html lang=\"hi\">" } else { "<html lang=\"en\">" };
            assert!(text.contains(html), "{address}");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY);
            assert!(!text.contains(" style=") && !text.contains("<style"), "{address}");
            assert!(!text.contains("onclick") && text.matches("<script").count() == 1, "{address}");
            for elsewhere in ["http://", "https://", "\"//"] {
                assert!(!text.contains(elsewhere), "{address} names {elsewhere}");
            }
        }
    }
}

#[tokio::test]
async fn every_link_of_every_page_leads_to_a_page() {
    let served = Served::demo().await;
    let mut seen: BTreeSet<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    let mut waiting: Vec<String> = seen.iter().cloned().collect();
    let mut sorts: BTreeSet<String> = BTreeSet::new();
    while let Some(address) = waiting.pop() {
        let (status, _, text) = served.get(&address).await;
        // A case or an event may not be known yet at the end of an earlier year.
        let earlier = address.contains("as_of=") || address.contains("known_on=");
        let sound = status == StatusCode::OK || earlier && status == StatusCode::NOT_FOUND;
        assert!(sound || status.is_redirection(), "{address}: {status} {text}");
        for link in links(&text) {
            // One of each sort of page under each sort of question is looked at.
            let path: String = link
                .split('?')
                .next()
                .unwrap_or_default()
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect();
            let names: Vec<&str> =
                link.split(['?', '&']).skip(1).filter_map(|pair| pair.split('=').next()).collect();
            if sorts.insert(format!("{path} {names:?}")) && seen.insert(link.clone()) {
                waiting.push(link);
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[tokio::test]
async fn a_figure_and_the_events_behind_it_come_to_the_same() {
    let served = Served::demo().await;
    let sums = |ledger: &Ledger| ledger.balances(By::default(), &Filter::default(), View::NOW);
    let total = served.state.service().ask(sums).await.expect("asked").expect("balances").total;
    let overview = served.page("/console?unit=rupees").await;
    let map = overview.matches("<a href=\"/console/districts/").count();
    assert!(map >= 75, "each tile of the map leads to its district: {map}");
    for shown in figures::Shown::SEVERAL {
        let text = figures::amount(shown.total(&total), super::ask::Unit::Rupees);
        let behind = served.page(&format!("/console/behind/{}?unit=rupees", shown.path())).await;
        let href = format!("/console/behind/{}", shown.path());
        // What is nothing has nothing behind it, and is no link.
        let leads = shown.total(&total) == bahi::core::Total::ZERO || overview.contains(&href);
        assert!(leads && overview.contains(&text), "{href}: {text}");
        assert!(behind.contains(&text), "{href}: {text}");
    }
    for column in [Column::Allotted, Column::Sanctioned, Column::Disbursed, Column::Returned] {
        let text = figures::amount(figures::total(column, &total), super::ask::Unit::Rupees);
        let href = format!("/console/behind/{}", column.name());
        assert!(overview.contains(&href) && overview.contains(&text), "{text}");
        let behind = served.page(&format!("{href}?unit=rupees")).await;
        assert!(behind.contains(&text), "{}: {text}", column.name());
    }
}

#[tokio::test]
async fn a_past_shows_what_was_known_then_and_says_so() {
    let served = Served::demo().await;
    let now = served.page("/console?unit=rupees").await;
    let then = served.page("/console?unit=rupees&as_of=2019-03-31").await;
    assert_ne!(now, then);
    assert!(then.contains("31 Mar 2019") && then.contains("class=\"time past\""));
    assert!(!now.contains("class=\"time past\""));
    let (status, ..) = served.get("/console/events/2?known_on=2010-01-01").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nothing was known then");
}

#[tokio::test]
async fn what_cannot_be_read_or_is_not_known_is_a_page_that_says_so() {
    let served = Served::demo().await;
    let cases = [
        ("/console?as_of=2024-02-30", StatusCode::BAD_REQUEST),
        ("/console?unit=%3Cscript%3E", StatusCode::BAD_REQUEST),
        ("/console?as_of=2024-01-01&as_of=2024-01-02", StatusCode::BAD_REQUEST),
        ("/console/cases?district=%00", StatusCode::BAD_REQUEST),
        ("/console/schemes/none", StatusCode::NOT_FOUND),
        ("/console/schemes/%3Cscript%3Ealert(1)%3C%2Fscript%3E", StatusCode::NOT_FOUND),
        ("/console/districts/0x10", StatusCode::NOT_FOUND),
        ("/console/cases/1", StatusCode::NOT_FOUND),
        ("/console/cases/..%2F..%2Fetc%2Fpasswd", StatusCode::NOT_FOUND),
        ("/console/events/0", StatusCode::NOT_FOUND),
        ("/console/events/99999999", StatusCode::NOT_FOUND),
        ("/console/behind/everything", StatusCode::NOT_FOUND),
        ("/console/trail?q=nobody", StatusCode::NOT_FOUND),
        ("/console/trail?q=order:none", StatusCode::NOT_FOUND),
    ];
    for (path, status) in cases {
        let (found, headers, text) = served.get(path).await;
        assert_eq!(found, status, "{path}");
        assert!(
            text.starts_with("<!doctype html>") && !text.contains("<script>"),
            "{path}: {text}"
        );
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY, "{path}");
    }
}

/// A ledger whose every text that may hold markup holds it.
fn poisoned() -> Ledger {
    let name: String = MARKUP.chars().filter(|c| !c.is_whitespace()).collect();
    let mut ledger = new_ledger(&name);
    let (_, mut file) = bahi::scheme::of_rulebook("margin-money", None).expect("a scheme");
    file.scheme = SchemeName::new(MARKUP).expect("a name");
    let actor = ActorName::new(MARKUP).expect("a name");
    let open = bahi::scheme::command(file, bahi::scheme::Telling::Open, &actor, None);
    let text = MARKUP.replace('"', "\\\"");
    let command = |number: u32, rest: &str| {
        let line = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","actor":"{text}{number}","effective_day":"2024-06-10","authority":{{"order":"{text}","date":"2024-04-01","paragraph":"{text}"}},{rest}}}"#
        );
        parse_command(line.as_bytes()).expect("a command")
    };
    let fund =
        format!(r#""fund":{{"scheme":"{text}","head":"{text}","fy":"2024-25","district":"187"}}"#);
    let case = format!(r#""case_ref":"{text}""#);
    let commands = [
        open,
        command(1, &format!(r#""kind":"allot","role":"finance",{fund},"amount":"90000000.00""#)),
        command(
            2,
            &format!(
                r#""kind":"apply","role":"district_office","scheme":"{text}","district":"187",{case},"applicant":"not_in_source","facts":{{"project_cost":"1000000","product":"{text}"}}"#
            ),
        ),
        command(
            3,
            &format!(
                r#""kind":"apply","role":"district_office","scheme":"{text}","district":"187",{case},"applicant":"not_in_source","facts":{{"project_cost":"1000000"}}"#
            ),
        ),
        command(
            4,
            &format!(
                r#""kind":"sanction","role":"sanctioning_authority",{fund},{case},"amount":"1.00""#
            ),
        ),
        command(
            5,
            &format!(r#""kind":"reject","role":"sanctioning_authority",{case},"reason":"{text}""#),
        ),
    ];
    let mut kept = 0;
    for one in &commands {
        match ledger.submit_each(std::slice::from_ref(one)).expect("it is taken").remove(0) {
            Outcome::Accepted(_) => kept += 1,
            // Evidence of a refusal names the case and the actor too.
            Outcome::Refused(_) => {}
            Outcome::TooLarge(why) => assert!(why.to_string().is_empty(), "{why}"),
        }
    }
    assert!(kept >= 4, "only {kept} texts reached the ledger");
    let at = tell_statement(&mut ledger, &text, 20);
    let decided = format!(
        r#""kind":"decide_match","role":"finance","line":{{"statement":{at},"line":1}},"reason":"{text}""#
    );
    take(&mut ledger, &command(22, &decided));
    ledger
}

/// Submits a command that the rules accept, and gives its position.
fn take(ledger: &mut Ledger, command: &bahi::core::Command) -> u64 {
    ledger.submit(command).expect("it is accepted").position.0
}

/// A statement of two lines whose texts are this one; the next two command numbers are used.
fn tell_statement(ledger: &mut Ledger, text: &str, number: u32) -> u64 {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let command = |number: u32, rest: &str| {
        let line = format!(
            r#"{{"command_id":"0198a7c2-0000-7000-8000-{number:012}","actor":"treasury","role":"treasury_job","effective_day":"2024-06-10",{rest}}}"#
        );
        parse_command(line.as_bytes()).expect("a command")
    };
    let statement = format!(
        r#""kind":"receive_statement","file":"{KEY}{KEY}","bytes":1024,"format":"{text}","account":"{KEY}","from":"2024-04-01","to":"2024-04-30","opening":"0.00","closing":"7.45","lines":2"#
    );
    let at = take(ledger, &command(number, &statement));
    let line = |amount: &str, side: &str| {
        format!(
            r#"{{"amount":"{amount}","side":"{side}","booked":"2024-04-02","value":"2024-04-03","references":["{text}"],"counterparty":"{KEY}","at":0,"bytes":80}}"#
        )
    };
    let lines = format!(
        r#""kind":"receive_lines","statement":{at},"first":1,"lines":[{},{}]"#,
        line("7.50", "credit"),
        line("0.05", "debit"),
    );
    take(ledger, &command(number + 1, &lines));
    at
}

#[tokio::test]
async fn statements_show_what_is_decided_and_what_is_open_with_its_age() {
    let served = Served::over(poisoned()).await;
    let page = served.page("/console/reconciliation?as_of=2024-06-10&unit=rupees").await;
    assert!(page.contains("2 Apr 2024") && page.contains(">69<"), "the open line's day and age");
    assert!(page.contains(">0.05<") && page.contains("₹ 7.50 rupees"), "open, and decided");
    assert!(page.contains("1 Apr 2024 – 30 Apr 2024"), "the statement's period");
    // Each count opens its lines, and each line its events.
    let lines: Vec<String> =
        links(&page).into_iter().filter(|link| link.contains("/lines?")).collect();
    assert!(lines.iter().any(|link| link.contains("age=90")), "{lines:?}");
    assert!(lines.iter().any(|link| link.contains("statement=")), "{lines:?}");
    for (pile, amount, said) in [("pile=open", "0.05", false), ("pile=decided", "7.50", true)] {
        let link = lines.iter().find(|link| link.contains(pile)).expect(pile);
        let page = served.page(link).await;
        assert!(page.contains(&format!(">{amount}<")), "{link}: {page}");
        let events = links(&page).into_iter().filter(|link| link.contains("/console/events/"));
        assert_eq!(events.count(), if said { 2 } else { 1 }, "{link}");
    }
}

#[tokio::test]
async fn the_pages_of_events_behind_a_figure_add_up_to_it() {
    use figures::Shown;
    let served = Served::demo().await;
    let sums = |view: View| {
        move |ledger: &Ledger| {
            ledger.balances(By::default(), &Filter::default(), view).expect("balances").total
        }
    };
    let day = |text: &str| bahi::core::Day::parse(text).expect("a day");
    let until = |text: &str| View { as_of: Some(day(text)), ..View::NOW };
    let now = served.state.service().ask(sums(View::NOW)).await.expect("asked");
    let eve = served.state.service().ask(sums(until("2020-03-31"))).await.expect("asked");
    let end = served.state.service().ask(sums(until("2021-03-31"))).await.expect("asked");
    let year = "&since=2020-04-01&as_of=2021-03-31";
    let several = Shown::SEVERAL.into_iter().chain([Shown::Column(Column::Disbursed)]);
    for shown in several {
        let rose = shown.total(&end) - shown.total(&eve);
        for (more, expected) in [("", shown.total(&now)), (year, rose)] {
            let (mut sum, mut pages) = (bahi::core::Total::ZERO, 0);
            let mut next = Some(format!("/console/behind/{}?unit=rupees{more}", shown.path()));
            while let Some(address) = next.take() {
                let page = served.page(&address).await;
                for cell in page.split("<td class=\"n").skip(1) {
                    let text = cell.split(['>', '<']).nth(1).expect("a cell holds a text");
                    sum += paise(text);
                }
                let older =
                    page.split("rel=\"next\"").next().filter(|_| page.contains("rel=\"next\""));
                let href = older.and_then(|before| before.rsplit("href=\"").next());
                let href = href.and_then(|href| href.split('"').next());
                next = href.map(|href| href.replace("&#38;", "&").replace("&amp;", "&"));
                pages += 1;
            }
            assert_eq!(sum, expected, "{} {more}", shown.path());
            assert!(pages > 1 || !more.is_empty(), "{}", shown.path());
        }
    }
}

/// An amount as a page groups it.
fn paise(text: &str) -> bahi::core::Total {
    let digits: String = text.chars().filter(|letter| !",.".contains(*letter)).collect();
    bahi::core::Total::from_paise(digits.parse().expect("an amount"))
}

#[tokio::test]
async fn markup_in_every_text_of_a_ledger_stays_text() {
    let served = Served::over(poisoned()).await;
    let last = served.state.service().snapshot().position().0;
    let encoded = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%3E%3Cimg%20src%3Dx%3E";
    let mut paths: Vec<String> = PAGES
        .iter()
        .filter(|path| !path.contains("margin-money"))
        .map(|path| (*path).to_owned())
        .collect();
    paths.extend((1..=last).map(|at| format!("/console/events/{at}")));
    paths.extend([
        "/console/cases/3".to_owned(),
        format!("/console/schemes/{encoded}"),
        format!("/console/cases?scheme={encoded}"),
        format!("/console/behind/allotted?scheme={encoded}&head={encoded}"),
        format!("/console/trail?q=order:{encoded}"),
        "/console/search?q=alert".to_owned(),
        format!("/console/search?q={encoded}x"),
    ]);
    let mut shown = 0;
    for path in paths {
        for lang in ["en", "hi"] {
            let sign = if path.contains('?') { '&' } else { '?' };
            let text = served.page(&format!("{path}{sign}lang={lang}")).await;
            let lower = text.to_ascii_lowercase();
            assert!(!lower.contains("<script>alert") && !lower.contains("<img"), "{path}: {text}");
            assert!(!lower.contains("\"'>"), "{path}: an attribute ends early");
            shown += lower.matches("alert(1)").count();
        }
    }
    assert!(shown > 200, "the markup is shown as text: {shown}");
}

#[tokio::test]
async fn a_caller_of_one_district_sees_its_district_alone() {
    let mut served = Served::demo().await;
    let all = served.page("/console?unit=rupees").await;
    served.caller = Caller::Known(Arc::new(Identity {
        token: TokenId::parse("0123456789abcdef").expect("an id"),
        actor: ActorName::new("dic-vns").expect("a name"),
        role: Role::DistrictOffice,
        scheme: None,
        district: Some(District(187)),
    }));
    let own = served.page("/console?unit=rupees").await;
    assert_ne!(all, own);
    for path in ["/console/districts/187", "/console/cases", "/console/findings"] {
        let text = served.page(path).await;
        assert!(!text.contains("Lucknow</a>"), "{path}");
    }
    let denied = [
        "/console/districts/162",
        "/console/cases?district=162",
        "/console/behind/disbursed?district=pool",
        "/console/reconciliation",
        "/console/trail?q=order:B-1",
    ];
    for path in denied {
        let (status, _, text) = served.get(path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: {text}");
    }
    let (mut seen, mut hidden) = (0, 0);
    for at in 1..=200 {
        let (status, _, text) = served.get(&format!("/console/events/{at}")).await;
        match status {
            StatusCode::OK => {
                assert!(text.contains("Varanasi") || text.contains(">187<"), "{at}: {text}");
                seen += 1;
            }
            StatusCode::FORBIDDEN => hidden += 1,
            other => assert_eq!(other, StatusCode::OK, "{at}"),
        }
    }
    assert!(hidden > 0 && seen + hidden == 200);
}

#[tokio::test]
async fn a_style_and_a_script_that_are_known_are_not_sent_again() {
    let served = Served::demo().await;
    for path in [super::paths::STYLE, super::paths::SCRIPT, super::paths::MARK] {
        let (status, headers, text) = served.get(path).await;
        assert_eq!((status, text.is_empty()), (StatusCode::OK, false), "{path}");
        let router =
            super::router().layer(Extension(Caller::Anybody)).with_state(served.state.clone());
        let known = headers[header::ETAG].clone();
        let request = Request::get(path).header(header::IF_NONE_MATCH, known);
        let request = request.body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{path}");
    }
}
