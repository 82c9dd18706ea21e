//! Each kind of event as it is written, to the byte, and events whose names are not known.

mod around;

use std::fmt;

use bahi_core::{
    AccountKey, ActorName, Applicant, Applied, AuditFinding, AuditScope, Audited, Authority,
    CommandId, CommandKind, CommandRefused, Day, Disbursed, District, Envelope, Event, EventKind,
    Expr, FinancialYear, Fingerprint, FundKey, HeadName, HeadNo, Ifsc, Instant, Introduction, Item,
    Money, Opinion, OrderNumber, Payee, PaymentMode, PaymentReturned, PersonKey, Position,
    Procedure, Recovered, Reference, Refusal, RefusalRecord, Role, Rounding, Sanctioned,
    SchemeName, SchemeNo, SchemeOpened, Signed, StoredFact, Terms, TermsChanged, TermsParts, Total,
    Word, WordNo,
};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use super::*;

const KEY: &str = "00ff0123456789abcdef00112233aa99";

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn word_of(text: &str) -> Word {
    Word::new(text).expect("a word")
}

fn rupees(amount: u64) -> Money {
    Money::from_rupees(amount).expect("an amount")
}

fn authority_of(paragraph: Option<&str>) -> Authority {
    Authority {
        order: OrderNumber::new("1/2018").expect("an order"),
        date: day("2018-10-04"),
        paragraph: paragraph.map(word_of),
    }
}

/// Words 1 to 4: `cost`, `R03`, `3(1)`, `fair`; one scheme, head, actor and authority.
fn names() -> Names {
    let mut names = Names::default();
    let words = ["cost", "R03", "3(1)", "fair"].map(|text| Introduction::Word(word_of(text)));
    let others = [
        Introduction::Scheme(SchemeName::new("margin-money").expect("a name")),
        Introduction::Head(HeadName::new("2851").expect("a name")),
        Introduction::Actor(ActorName::new("fin-01").expect("a name")),
        Introduction::Authority(authority_of(Some("3"))),
    ];
    for introduction in words.iter().chain(&others) {
        assert!(names.introduce(introduction));
    }
    names
}

fn terms() -> Terms {
    let item = Item {
        name: word_of("grant"),
        when: None,
        claimed: None,
        allowed: Expr::Number(1),
        paragraph: word_of("3"),
    };
    Terms::new(TermsParts {
        name: word_of("t-1"),
        authority: authority_of(None),
        from: day("2018-10-04"),
        until: None,
        facts: vec![],
        requires: vec![],
        items: vec![item],
        own_contribution: None,
        rounding: Rounding::PaisaDown,
        instalments_max: 1,
        limits: Vec::new(),
        procedure: Procedure::default(),
        policies: vec![],
    })
    .expect("sound terms")
}

const TERMS: &str = r#""terms":{"name":"t-1","authority":{"order":"1/2018","date":"2018-10-04"},"from":"2018-10-04","facts":[],"items":[{"name":"grant","allowed":{"number":1},"paragraph":"3"}],"rounding":"paisa_down","instalments_max":1}"#;

fn recorded(event: Event) -> Recorded {
    Recorded {
        position: Position(17),
        recorded_at: Instant::parse("2024-06-10T11:00:00+05:30").expect("an instant"),
        clamped: false,
        signed: None,
        envelope: Envelope {
            command: CommandId::from_bytes([0x11; 16]),
            case: Position(12),
            previous: Position(14),
            effective_day: day("2024-06-10"),
            fund: FundKey {
                scheme: SchemeNo(1),
                head: HeadNo(1),
                fy: FinancialYear::from_first(2024).expect("a year"),
                district: District(187),
            },
            amount: rupees(250_000),
            actor: ActorNo(1),
            role: Role::Finance,
            authority: AuthorityNo(1),
            terms: 2,
            introduced: vec![],
        },
        event,
    }
}

fn extra() -> EventExtra {
    EventExtra { event_id: "ab-17".to_owned(), leaf_hash: None, record_base64: None }
}

fn print(key_id: u16) -> Fingerprint {
    Fingerprint { key_id, ..Fingerprint::parse(KEY).expect("a key") }
}

/// Events of each kind, in order of kind, and their own fields as they are written.
fn kinds() -> Vec<(Event, String)> {
    let spine = [kinds_of_a_scheme(), kinds_of_a_case(), kinds_of_evidence()].concat();
    let mut kinds = [spine, around::kinds()].concat();
    kinds.sort_by_key(|(event, _)| event.kind());
    kinds
}

fn kinds_of_a_scheme() -> Vec<(Event, String)> {
    vec![
        (
            Event::SchemeOpened(SchemeOpened {
                districts: vec![District(118), District(187)],
                terms: terms(),
            }),
            format!(r#","districts":["118","187"],{TERMS}"#),
        ),
        (
            Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
            format!(r#","version":2,{TERMS}"#),
        ),
        (Event::FundsAllotted, String::new()),
    ]
}

fn kinds_of_a_case() -> Vec<(Event, String)> {
    let payee =
        Payee { account: AccountKey(print(1)), ifsc: Ifsc::parse("SBIN0001234").expect("an IFSC") };
    let reference = Reference::new("bill 7").expect("a reference");
    let facts = vec![
        (WordNo(1), StoredFact::Money(rupees(10))),
        (WordNo(2), StoredFact::Count(25)),
        (WordNo(3), StoredFact::Flag(true)),
        (WordNo(9), StoredFact::Word(WordNo(4))),
    ];
    vec![
        (
            Event::Applied(Applied {
                case_ref: CaseRef::new("VNS/1").expect("a case"),
                applicant: Applicant::Person { person: PersonKey(print(2)), family: None },
                facts,
            }),
            format!(
                r##","applicant":{{"person":{{"person_key":{{"2":"{KEY}"}}}}}},"facts":{{"cost":"10.00","R03":25,"3(1)":true,"#9":"fair"}}"##
            ),
        ),
        (
            Event::Sanctioned(Sanctioned { entitlement: rupees(300_000), paragraph: WordNo(3) }),
            r#","entitlement":"300000.00","paragraph":"3(1)""#.to_owned(),
        ),
        (
            Event::Disbursed(Disbursed {
                instalment: 1,
                payee,
                mode: PaymentMode::NachCredit,
                reference: reference.clone(),
                reissue_of: Position::NONE,
            }),
            format!(
                r#","instalment":1,"payee":{{"account_key":"{KEY}","ifsc":"SBIN0001234"}},"mode":"nach_credit","reference":"bill 7","reissue_of":null"#
            ),
        ),
        (
            Event::PaymentReturned(PaymentReturned {
                payment: Position(15),
                reason: WordNo(2),
                own_day: day("2024-06-01"),
            }),
            r#","payment":15,"reason":"R03","own_day":"2024-06-01""#.to_owned(),
        ),
        (
            Event::Recovered(Recovered { reason: WordNo(2), reference }),
            r#","reason":"R03","reference":"bill 7""#.to_owned(),
        ),
    ]
}

fn kinds_of_evidence() -> Vec<(Event, String)> {
    let budget = Refusal::ExceedsBudget { available: Total::ZERO, over: rupees(1).into() };
    vec![
        (
            Event::Audited(Audited {
                scope: AuditScope::Case,
                seen: vec![],
                opinion: Opinion::Observation,
                findings: vec![AuditFinding { check: WordNo(2), amount: Money::ZERO }],
            }),
            r#","scope":"case","seen":[],"opinion":"observation","findings":[{"check":"R03","amount":"0.00"}]"#
                .to_owned(),
        ),
        (
            Event::CommandRefused(CommandRefused {
                command: CommandKind::Sanction,
                subject: Some(CaseRef::new("VNS/1").expect("a case")),
                refusals: vec![
                    budget.record(),
                    RefusalRecord { number: 699, figures: vec![1], word: None },
                ],
                digest: [0xab; 32],
                count: 1,
            }),
            format!(
                r##","command_kind":"sanction","refusal":"exceeds_budget","stage":"conservation","refusals":[{{"code":"exceeds_budget","message":"₹ 1.00 above the ₹ 0.00 the fund has left"}},{{"code":"#699","message":"a refusal that this release does not know"}}],"digest":"{}","count":1"##,
                "ab".repeat(32)
            ),
        ),
    ]
}

#[test]
fn each_kind_is_written_as_documented() {
    let case = CaseRef::new("VNS/1").expect("a case");
    let mut seen = Vec::new();
    for (event, own) in kinds() {
        let kind = event.kind();
        seen.push(kind);
        let line = event_line(&recorded(event), &names(), Some(&case), extra());
        let expected = format!(
            r#"{{"position":17,"event_id":"ab-17","command_id":"11111111-1111-1111-1111-111111111111","kind":"{}","recorded_at":"2024-06-10T11:00:00+05:30","effective_day":"2024-06-10","actor":"fin-01","role":"finance","authority":{{"order":"1/2018","date":"2018-10-04","paragraph":"3"}},"case_ref":"VNS/1","case":12,"previous":14,"fund":{{"scheme":"margin-money","head":"2851","fy":"2024-25","district":"187"}},"amount":"250000.00","terms_version":2{own}}}"#,
            kind.name()
        );
        assert_eq!(line, expected);
        let Keys(mut keys) = serde_json::from_str(&line).expect("a line is an object");
        keys.sort_unstable();
        assert!(keys.is_sorted_by(|one, next| one < next), "a field stands twice: {line}");
    }
    seen.dedup();
    assert_eq!(seen, EventKind::ALL);
}

/// The schema of events, as a document of routes has it, and whether it takes a value.
fn is_valid(schemas: &Value, value: &Value) -> bool {
    let event = schemas.pointer("/components/schemas/event").expect("events are described");
    crate::schema::validator::valid(schemas, event, value)
}

#[test]
fn each_kind_is_valid_as_it_is_written_and_with_nothing_more_and_nothing_less() {
    let schemas = json!({ "components": { "schemas": crate::answer_schemas() } });
    let case = CaseRef::new("VNS/1").expect("a case");
    for (event, _) in kinds() {
        let line = event_line(&recorded(event), &names(), Some(&case), sound_extra());
        let value: Value = serde_json::from_str(&line).expect("a line is JSON");
        assert!(is_valid(&schemas, &value), "{line}");
        let optional = ["reported", "late_by", "part", "repeated", "set_aside", "further"];
        let optional = [&optional[..], &["evidence", "difference", "rejected"]].concat();
        for name in value.as_object().expect("an object").keys() {
            let mut less = value.clone();
            less.as_object_mut().expect("an object").remove(name);
            let may = optional.contains(&name.as_str());
            assert!(may || !is_valid(&schemas, &less), "without {name}: {line}");
            let mut other = value.clone();
            other[name] = json!([["none of these"]]);
            assert!(!is_valid(&schemas, &other), "another {name}: {line}");
        }
        let mut more = value.clone();
        more["and_more"] = json!(1);
        assert!(!is_valid(&schemas, &more), "{line}");
    }
    let bare = event_json(&recorded(Event::FundsAllotted), &Names::default(), None, sound_extra());
    let bare = serde_json::to_value(bare).expect("JSON");
    assert!(is_valid(&schemas, &bare), "{bare}");
}

fn sound_extra() -> EventExtra {
    let event_id = format!("{}-17", "01".repeat(16));
    EventExtra { event_id, leaf_hash: None, record_base64: None }
}

/// The names of an object's fields, as they stand.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        deserializer.deserialize_map(Keys(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Keys, A::Error> {
        while let Some((name, IgnoredAny)) = map.next_entry()? {
            self.0.push(name);
        }
        Ok(self)
    }
}

#[test]
fn what_was_signed_stands_before_the_hash_and_is_left_out_where_nothing_was() {
    let mut signed = recorded(Event::FundsAllotted);
    let plain = event_line(&signed, &Names::default(), None, EventExtra::default());
    assert!(!plain.contains("signed"), "{plain}");
    let sent = r#"{"kind": "allot"}"#;
    signed.signed = Signed::new(sent, [0xab; 32], [0xcd; 64]).map(Box::new);
    let extra = EventExtra { leaf_hash: Some("00".to_owned()), ..EventExtra::default() };
    let line = event_line(&signed, &Names::default(), None, extra);
    let (key, signature) = ("ab".repeat(32), "cd".repeat(64));
    let end = format!(
        r#","signed":{{"key":"{key}","signature":"{signature}","line":"{{\"kind\": \"allot\"}}"}},"leaf_hash":"00"}}"#
    );
    assert!(line.ends_with(&end), "{line}");
}

#[test]
fn what_is_not_there_is_null_and_what_has_no_name_keeps_its_number() {
    let mut bare = recorded(Event::FundsAllotted);
    bare.clamped = true;
    bare.envelope.case = Position::NONE;
    bare.envelope.previous = Position::NONE;
    bare.envelope.fund.scheme = SchemeNo::NONE;
    bare.envelope.fund.head = HeadNo::NONE;
    bare.envelope.fund.district = District::POOL;
    bare.envelope.actor = ActorNo::NONE;
    bare.envelope.authority = AuthorityNo::NONE;
    bare.envelope.terms = 0;
    let extra = EventExtra {
        event_id: "ab-17".to_owned(),
        leaf_hash: Some("00".to_owned()),
        record_base64: Some("AA==".to_owned()),
    };
    let line = event_line(&bare, &Names::default(), None, extra.clone());
    let nulls = r#""actor":null,"role":"finance","authority":null,"case_ref":null,"case":null,"previous":null,"fund":null,"amount":"250000.00","terms_version":null,"leaf_hash":"00","record":"AA=="}"#;
    assert!(line.ends_with(nulls), "{line}");
    assert!(
        line.contains(r#""recorded_at":"2024-06-10T11:00:00+05:30","clamped":true,"#),
        "{line}"
    );

    let event = Event::Sanctioned(Sanctioned { entitlement: Money::ZERO, paragraph: WordNo(3) });
    let line = event_line(&recorded(event), &Names::default(), None, extra);
    let numbers = [
        r##""actor":"#1""##,
        r##""authority":{"order":"#1","date":null,"paragraph":null}"##,
        r##""fund":{"scheme":"#1","head":"#1","fy":"2024-25","district":"187"}"##,
        r##""paragraph":"#3""##,
    ];
    assert!(numbers.iter().all(|part| line.contains(part)), "{line}");
}

#[test]
fn an_application_without_a_head_says_so() {
    let mut kinds = kinds().into_iter();
    let found = kinds.find(|(event, _)| event.kind() == EventKind::Applied);
    let (applied, _) = found.expect("there is an application");
    let mut applied = recorded(applied);
    applied.envelope.fund.head = HeadNo::NONE;
    let line = event_line(&applied, &names(), None, extra());
    assert!(line.contains(r#""case_ref":"VNS/1""#), "{line}");
    assert!(line.contains(r#""fund":{"scheme":"margin-money","head":null,"#), "{line}");
}
