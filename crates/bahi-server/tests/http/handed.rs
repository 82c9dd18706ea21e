//! What a person takes away: exports as files, and papers; against what the ledger itself writes.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use bahi::{
    Export, Filter, View,
    core::{Day, FinancialYear, Role, SchemeName},
    papers::{self, CertificateOf, Paper},
    reports::{Form, Outlet, Sink, Table},
};
use serde_json::Value;

use crate::{
    client::Answer,
    place::{Making, Place},
};

/// A file's name, and what is in it.
type Named = (String, Vec<u8>);

/// Files in memory, each under its name.
#[derive(Clone, Default)]
struct Files(Arc<Mutex<Vec<Named>>>);

/// One of them.
struct One(Files, usize);

impl Outlet for Files {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Sink>> {
        let mut files = self.0.lock().expect("nobody panicked");
        files.push((name.to_owned(), Vec::new()));
        Ok(Box::new(One(self.clone(), files.len() - 1)))
    }
}

impl Write for One {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.lock().expect("nobody panicked")[self.1].1.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The files of an archive of short names.
fn unpacked(mut bytes: &[u8]) -> Vec<Named> {
    let mut files = Vec::new();
    while bytes.first().is_some_and(|byte| *byte != 0) {
        let (header, rest) = bytes.split_at(512);
        let text = |at: usize, most: usize| {
            let field = header[at..at + most].split(|byte| *byte == 0).next().unwrap_or_default();
            String::from_utf8(field.to_vec()).expect("text")
        };
        let length = usize::from_str_radix(&text(124, 12), 8).expect("a length");
        files.push((text(0, 100), rest[..length].to_vec()));
        bytes = &rest[length.div_ceil(512) * 512..];
    }
    files
}

#[test]
fn exports_as_files_are_those_of_the_ledger() {
    let place = Place::demo();
    let asked: Vec<(Table, Form, Answer)> = [
        (Table::Postings, "/v1/export/postings"),
        (Table::Events, "/v1/export/events"),
        (Table::Cases, "/v1/export/cases"),
        (Table::Balances, "/v1/export/balances"),
    ]
    .into_iter()
    .flat_map(|(table, path)| [(table, Form::Parquet, path), (table, Form::Xlsx, path)])
    .map(|(table, form, path)| (table, form, place.get(&format!("{path}?to={}", form.name()))))
    .collect();
    let wrong = [
        place.get("/v1/export/gl-detail?to=parquet"),
        place.get("/v1/export/events?to=hledger"),
        place.get("/v1/export/events?to=docx"),
        place.get("/v1/export/balances?to=parquet&at=9999999"),
    ];
    for answer in wrong {
        assert_eq!(answer.status, 400, "{answer:?}");
        answer.problem();
    }
    let known = asked[0].2.header("etag").expect("a tag").to_owned();
    let again = crate::client::Request::new("GET", "/v1/export/postings?to=parquet");
    assert_eq!(again.with("If-None-Match", &known).send(place.address).status, 304);
    let (ledger, _dir) = place.stop();
    for (table, form, answer) in asked {
        let what = format!("{} as {}", table.name(), form.name());
        let length = answer.header("content-length").expect("a length").parse();
        assert_eq!((answer.status, length), (200, Ok(answer.body.len())), "{what}");
        let (position, named) =
            (ledger.position(), answer.header("content-disposition").expect("a name"));
        let begin = format!("attachment; filename=\"{}-{position}.", table.name());
        assert!(named.starts_with(&begin), "{named}");
        let mut files = Files::default();
        let export = Export { table, form, filter: Filter::default(), view: View::NOW };
        let name = format!("{}.{}", table.name(), form.name());
        ledger.export_files(&export, &name, &mut files, &mut |_| {}).expect("an export");
        let mut expected = files.0.lock().expect("nobody panicked").clone();
        expected.sort();
        if form == Form::Xlsx {
            assert!(answer.body.starts_with(b"PK"), "{what}");
            assert!(answer.body == expected[0].1, "{what}");
        } else {
            let told = unpacked(&answer.body);
            let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
                files.iter().map(|(name, _)| name.clone()).collect()
            };
            assert_eq!(names(&told), names(&expected), "{what}");
            assert!(told.iter().all(|(_, bytes)| bytes.starts_with(b"PAR1")), "{what}");
            assert!(told == expected, "{what}");
        }
    }
}

#[test]
fn papers_are_those_of_the_ledger_in_every_form() {
    let place = Place::demo();
    let past = "as_of=2021-03-31&scheme=margin-money";
    let case = {
        let page = place.get("/v1/events?kind=Applied&limit=1").json();
        page["events"][0]["case_ref"].as_str().expect("a case").to_owned()
    };
    let of_case = format!("case={}", case.replace('/', "%2F"));
    let asked = [
        ("certificate", format!("{past}&fy=2019-20")),
        ("expenditure", format!("{past}&fy=2019-20&district=187")),
        ("sanctions", past.to_owned()),
        ("term-deposits", past.to_owned()),
        ("ageing", past.to_owned()),
        ("case", of_case),
    ];
    let told: Vec<[Answer; 3]> = asked
        .iter()
        .map(|(name, query)| {
            ["json", "html", "pdf"]
                .map(|to| place.get(&format!("/v1/papers/{name}?{query}&to={to}")))
        })
        .collect();
    let plain = place.get(&format!("/v1/papers/ageing?{past}")).json();
    let (ledger, _dir) = place.stop();
    let scheme = SchemeName::new("margin-money").expect("a name");
    let fy = FinancialYear::parse("2019-20").expect("a year");
    let at = Some(ledger.position());
    let view = View { as_of: Day::parse("2021-03-31").ok(), at, ..View::NOW };
    let filter = Filter { scheme: Some(scheme.clone()), ..Filter::default() };
    let district = bahi::core::District::parse("187");
    let of_district = Filter { district, ..filter.clone() };
    let of = CertificateOf { scheme, fy, district: None };
    let now = View { at, ..View::NOW };
    let expected: [Paper; 6] = [
        ledger.certificate(&of, view).expect("a paper"),
        ledger.expenditure(fy, &of_district, view).expect("a paper"),
        ledger.register_of_sanctions(&filter, view).expect("a paper"),
        ledger.term_deposits(&filter, view).expect("a paper"),
        ledger.ageing(&filter, view).expect("a paper"),
        ledger.case_file(&case, now).expect("a paper").expect("there is such a case"),
    ];
    for ((name, _), ([json, html, pdf], paper)) in asked.iter().zip(told.iter().zip(&expected)) {
        let value = serde_json::to_value(papers::answer(paper)).expect("JSON");
        assert_eq!(json.json(), value, "{name}");
        assert!(html.text() == papers::html(paper), "{name}");
        assert!(pdf.body == papers::pdf(paper).expect("a document"), "{name}");
        assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(pdf.header("content-type"), Some("application/pdf"));
        let named = pdf.header("content-disposition").unwrap_or_default();
        let expected = format!("attachment; filename=\"{name}-{}.pdf\"", ledger.position());
        assert_eq!(named, expected);
        assert!(json.header("etag").is_some(), "{name}");
    }
    assert_eq!(plain, told[4][0].json(), "json is what nobody has to ask for");
}

#[test]
fn what_no_paper_can_be_of_is_told() {
    let place = Place::make(Making { tokens: true, ..Making::default() });
    let finance = place.token(Role::Finance);
    let agra = place.scoped(Role::DistrictOffice, "dic-agra", "", "118");
    let varanasi = place.scoped(Role::DistrictOffice, "dic-vns", "margin-money", "187");
    for (query, code) in [
        ("certificate", "malformed_request"),
        ("certificate?fy=2024-25", "malformed_request"),
        ("certificate?scheme=margin-money", "malformed_request"),
        ("certificate?scheme=margin-money&fy=2024-25&head=odop", "malformed_request"),
        ("certificate?scheme=margin-money&fy=2024-25&as_of=2023-01-01", "malformed_request"),
        ("certificate?scheme=nothing&fy=2024-25", "nothing_known"),
        ("expenditure", "malformed_request"),
        ("expenditure?fy=2024-25&head=nothing", "nothing_known"),
        ("sanctions?to=docx", "malformed_request"),
        ("sanctions?to=pdf&to=html", "malformed_request"),
        ("sanctions?case=VNS/2024/0042", "malformed_request"),
        ("ageing?at=9999999", "beyond_the_end"),
        ("case", "malformed_request"),
        ("case?case=nothing", "nothing_known"),
        ("case?case=VNS/2024/0042&at=6", "nothing_known"),
    ] {
        let answer = place.get_by(&finance, &format!("/v1/papers/{query}"));
        assert_eq!(answer.problem(), code, "{query}: {}", answer.text());
    }
    // Whoever is held to a district is given papers of it, and of no other.
    let sanctions = |token: &str, query: &str| -> Answer {
        place.get_by(token, &format!("/v1/papers/sanctions{query}"))
    };
    let rows = |answer: &Value| answer["tables"][0]["rows"].as_array().map(Vec::len);
    assert_eq!(rows(&sanctions(&varanasi, "").json()), Some(1));
    assert_eq!(rows(&sanctions(&agra, "").json()), Some(0));
    assert_eq!(sanctions(&agra, "?district=187").problem(), "outside_scope");
    let case = "/v1/papers/case?case=VNS/2024/0042";
    assert_eq!(place.get_by(&agra, case).problem(), "outside_scope");
    assert_eq!(place.get_by(&varanasi, case).status, 200);
}
