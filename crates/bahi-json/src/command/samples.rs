//! Lines for tests: one of every kind and form, and changes of them, each unsound in one place.

mod around;
mod keys;
mod procedure;

const ID: &str = "0198a7c2-0000-7000-8000-000000000001";
pub(crate) const KEY: &str = "00ff0123456789abcdef00112233aa99";

/// The beginning of a line: the fields of every command, but for the kind's own.
pub(crate) fn head(kind: &str) -> String {
    format!(
        r#"{{"command_id":"{ID}","kind":"{kind}","actor":"fin-01","role":"finance","effective_day":"2024-04-01""#
    )
}

const AUTHORITY: &str =
    r#""authority":{"order":"1/2018/2","date":"2018-10-04","paragraph":"3(1)"}"#;
const FUND: &str =
    r#""fund":{"scheme":"margin-money","head":"2851","fy":"2024-25","district":"187"}"#;
const TERMS: &str = r#""terms":{"name":"mm-2018","authority":{"order":"1/2018","date":"2018-10-04"},"from":"2018-10-04","until":"2025-03-31","facts":[{"name":"project_cost","kind":"money","required":true},{"name":"special","kind":"flag","required":false},{"name":"event","kind":"word","required":false}],"requires":[{"test":{"any":[{"flag":"special"},{"not":{"is":{"fact":"event","word":"none"}}},{"given":"event"}]},"code":"c1","paragraph":"2"}],"items":[{"name":"margin","when":{"all":[{"at_most":[{"number":0},{"fact":"project_cost"}]},{"below":[{"number":0},{"number":1}]}]},"claimed":{"fact":"project_cost"},"allowed":{"slab":{"on":{"fact":"project_cost"},"rows":[{"up_to":"2500000.00","gives":{"cap":{"value":{"ratio":{"parts":25,"of":100,"base":{"fact":"project_cost"}}},"limit":{"amount":"625000.00"}}},"paragraph":"3(1)"},{"gives":{"max":[{"min":[{"number":1}]},{"add":[{"sub":[{"number":3},{"number":2}]},{"mul":[{"number":3},{"amount":"2.00"}]}]}]},"paragraph":"3(2)"}]}},"paragraph":"3"},{"name":"fair","allowed":{"choose":{"fact":"event","rows":[{"is":"fair","gives":{"if":{"test":{"flag":"special"},"then":{"number":1},"else":{"number":2}}}}]}},"paragraph":"4"},{"name":"last","allowed":{"require":{"test":{"flag":"special"},"code":"c2","paragraph":"5","then":{"number":0}}},"paragraph":"5"}],"own_contribution":{"number":5},"rounding":"paisa_half_away_from_zero","instalments_max":2,"policies":[{"name":"toolkit","value":"per_trainee"}]}"#;

/// One line of every kind and form, each written exactly as this crate writes it.
pub(crate) fn sound_lines() -> Vec<String> {
    [spine(), around::sound(), keys::sound(), procedure::sound()].concat()
}

/// Terms, allotments, applications, sanctions, payments, returns, recoveries, audits.
fn spine() -> Vec<String> {
    let payee = format!(r#""payee":{{"account_key":"{KEY}","ifsc":"SBIN0001234"}}"#);
    let apply = |applicant: &str, facts: &str| {
        format!(
            r#"{},"scheme":"margin-money","district":"pool","case_ref":"VNS/2024/0042","applicant":{applicant},"facts":{facts}}}"#,
            head("apply")
        )
    };
    let case = r#""case_ref":"VNS/2024/0042""#;
    vec![
        format!(r#"{},"scheme":"m","districts":["118","187"],{TERMS}}}"#, head("open_scheme")),
        format!(r#"{},{AUTHORITY},"scheme":"m",{TERMS}}}"#, head("change_terms")),
        format!(
            r#"{},"authority":{{"order":"1","date":"2018-10-04"}},{FUND},"amount":"0.00"}}"#,
            head("allot")
        ),
        apply(&format!(r#"{{"person":{{"person_key":"{KEY}","family_key":"{KEY}"}}}}"#), "{}"),
        apply(
            &format!(r#"{{"person":{{"person_key":"{KEY}"}}}}"#),
            r#"{"days":10,"project_cost":"1000000.00","special":true}"#,
        ),
        apply(&format!(r#"{{"unit":{{"unit_key":"{KEY}","owner_key":"{KEY}"}}}}"#), "{}"),
        apply(&format!(r#"{{"unit":{{"unit_key":"{KEY}"}}}}"#), "{}"),
        apply(&format!(r#"{{"spv":{{"spv_key":"{KEY}","members":["{KEY}","{KEY}"]}}}}"#), "{}"),
        apply(&format!(r#"{{"institution":{{"institution_key":"{KEY}"}}}}"#), "{}"),
        apply(r#""not_in_source""#, r#"{"a":0,"b":18446744073709551615}"#),
        format!(r#"{},{AUTHORITY},{case},{FUND},"amount":"250000.00"}}"#, head("sanction")),
        format!(
            r#"{},{case},"instalment":1,"amount":"250000.00",{payee},"reference":"bill 7"}}"#,
            head("disburse")
        ),
        format!(
            r#"{},{case},"instalment":2,"amount":"2.50",{payee},"mode":"neft","reference":"b","reissue_of":12}}"#,
            head("disburse")
        ),
        format!(r#"{},"payment":17,"amount":"2.50","reason":"R03"}}"#, head("return")),
        format!(
            r#"{},{case},"amount":"2.50","reason":"closed","reference":"challan 9"}}"#,
            head("recover")
        ),
        format!(
            r#"{},{case},"scope":"case","opinion":"observation","findings":[{{"check":"C05","amount":"0.00"}}]}}"#,
            head("audit")
        ),
    ]
}

/// A line, the text its column must point at, and what its message must hold.
pub(crate) type Unsound = (String, &'static str, &'static str);

/// Changes of sound lines, each in one place.
struct Changes {
    lines: Vec<String>,
    unsound: Vec<Unsound>,
}

impl Changes {
    fn change(&mut self, line: usize, from: &str, to: &str, at: &'static str, says: &'static str) {
        let sound = &self.lines[line];
        assert!(sound.contains(from), "line {line} has no {from}");
        self.unsound.push((sound.replacen(from, to, 1), at, says));
    }

    /// A change of the first line of a kind.
    fn change_kind(
        &mut self,
        kind: &str,
        from: &str,
        to: &str,
        at: &'static str,
        says: &'static str,
    ) {
        let kind = format!(r#""kind":"{kind}""#);
        let line = self.lines.iter().position(|line| line.contains(&kind));
        self.change(line.expect("the kind has a line"), from, to, at, says);
    }
}

/// Lines that differ from a sound one in one place.
pub(crate) fn unsound_lines() -> Vec<Unsound> {
    let mut changes = Changes { lines: sound_lines(), unsound: Vec::new() };
    unsound_fields(&mut changes);
    unsound_amounts(&mut changes);
    unsound_containers(&mut changes);
    unsound_districts(&mut changes);
    unsound_applicants(&mut changes);
    unsound_facts(&mut changes);
    unsound_numbers(&mut changes);
    unsound_terms(&mut changes);
    around::unsound(&mut changes);
    keys::unsound(&mut changes);
    procedure::unsound(&mut changes);
    changes.unsound
}

// Places in the list of sound lines.
const OPEN: usize = 0;
const ALLOT: usize = 2;
const APPLY: usize = 3;
const STATED: usize = 4;
const SPV: usize = 7;
const NOBODY: usize = 9;
const SANCTION: usize = 10;
const DISBURSE: usize = 11;
const REISSUE: usize = 12;
const RETURNED: usize = 13;
const AUDIT: usize = 15;

fn unsound_fields(changes: &mut Changes) {
    changes.change(ALLOT, r#","amount""#, r#","amonut""#, r#""amonut""#, "unknown field `amonut`");
    changes.change(ALLOT, r#","amount":"0.00""#, "", "}", "missing field `amount`");
    changes.change(ALLOT, r#""fy":"2024-25","#, "", "}", "fund: missing field `fy`");
    changes.change(
        ALLOT,
        r#""fy""#,
        r#""head" :"a","fy""#,
        r#""head" :"#,
        "duplicate field `head`",
    );
    changes.change(
        ALLOT,
        r#""kind""#,
        r#""kind":"allot","kind""#,
        r#""kind":"allot","actor"#,
        "duplicate",
    );
    changes.change(ALLOT, r#""kind":"allot","#, "", "}", "missing field `kind`");
    changes.change(
        ALLOT,
        r#""allot""#,
        r#""alot""#,
        r#""alot""#,
        "kind: no command is of this kind",
    );
    changes.change(ALLOT, r#""allot""#, "7", "7", "kind: a whole number stands here; a string");
    changes.change(
        ALLOT,
        r#""finance""#,
        r#""boss""#,
        r#""boss""#,
        "role: unknown word; one of finance,",
    );
    changes.change(ALLOT, r#""fin-01""#, "null", "null", "actor: null stands here");
    changes.change(ALLOT, r#""fin-01""#, r#""ab\n""#, r#""ab\n""#, "character 3 is not printable");
    changes.change(ALLOT, r#""fin-01""#, r#""दफ़्तर""#, r#""द"#, "character 1 is not printable");
    changes.change(
        ALLOT,
        "0198a7c2-",
        "0198a7c2",
        r#""0198a7c2"#,
        "command_id: a command id is a UUID",
    );
    for (reserved, at) in [
        ("00000000-0000-0000-0000-000000000000", r#""00000000-"#),
        ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", r#""FFFFFFFF-"#),
    ] {
        let says = "command_id: a UUID of all zeros or all ones is no command's";
        changes.change(ALLOT, ID, reserved, at, says);
    }
    changes.change(
        ALLOT,
        "2024-04-01",
        "2024-02-30",
        r#""2024-02-30"#,
        "effective_day: not an ISO date",
    );
    changes.change(
        ALLOT,
        "2024-04-01",
        "1024-02-01",
        r#""1024"#,
        "effective_day: a day before 1900",
    );
    changes.change(ALLOT, "2024-25", "2024-26", r#""2024-26"#, "fund.fy: not a financial year");
    changes.change(ALLOT, "2018-10-04", "4.10.2018", r#""4.10"#, "authority.date: not an ISO date");
}

fn unsound_amounts(changes: &mut Changes) {
    changes.change(ALLOT, r#""0.00""#, "250000", "250000", "an amount is a string of digits");
    changes.change(ALLOT, r#""0.00""#, "1e999", "", "number out of range");
    changes.change(ALLOT, r#""0.00""#, "2.5", "2.5", "an amount is a string of digits");
    changes.change(ALLOT, r#""0.00""#, r#""1e3""#, r#""1e3""#, "amount: 'e' at character 2");
    changes.change(ALLOT, r#""0.00""#, r#""1,000""#, r#""1,000""#, "amount: ',' at character 2");
    changes.change(ALLOT, r#""0.00""#, r#""-1""#, r#""-1""#, "amount: '-' at character 1");
    changes.change(ALLOT, r#""0.00""#, r#""1.005""#, r#""1.005""#, "two places");
    changes.change(
        ALLOT,
        r#""0.00""#,
        r#""1000000000000000.01""#,
        r#""10000"#,
        "above the largest",
    );
    changes.change(
        ALLOT,
        r#""0.00""#,
        r#"{"rupees":"1"}"#,
        "{\"rup",
        "amount: an object stands here; an amount is",
    );
    changes.change(
        ALLOT,
        r#""0.00""#,
        r#"["1"]"#,
        "[\"1",
        "amount: a list stands here; an amount is",
    );
}

fn unsound_containers(changes: &mut Changes) {
    let fund_list = r#"["margin-money","2851","2024-25","187"]"#;
    let fund = FUND.strip_prefix(r#""fund":"#).expect("the fund has its name");
    changes.change(ALLOT, fund, fund_list, "[\"margin", "fund: a list stands here; an object");
    changes.change(ALLOT, fund, r#""187""#, r#""187""#, "fund: a string stands here");
    changes.change(
        OPEN,
        r#"["118","187"]"#,
        r#"{"1":"118"}"#,
        "{\"1\"",
        "districts: an object stands",
    );
    changes.change(OPEN, r#"["118","187"]"#, r#"["118",[]]"#, "[]", "districts[1]: a list stands");
    changes.change(OPEN, r#"["118","187"]"#, r#"[ {}]"#, "{}", "districts[0]: an object");
}

fn unsound_districts(changes: &mut Changes) {
    changes.change(OPEN, r#""187"]"#, r#""Kashi"]"#, r#""Kashi""#, "districts[1]: no district has");
    changes.change(OPEN, r#""187"]"#, "187]", "187]", "districts[1]: a whole number stands");
    changes.change(ALLOT, r#""187""#, r#""0187""#, r#""0187""#, "fund.district: no district has");
    changes.change(SANCTION, r#""187""#, r#""""#, r#""""#, "fund.district: a district is named");
    changes.change(APPLY, r#""pool""#, r#""Pool""#, r#""Pool""#, "district: no district has");
}

fn unsound_applicants(changes: &mut Changes) {
    changes.change(
        APPLY,
        r#"{"person":{"#,
        r#"{"people":{"#,
        r#""people""#,
        "applicant: unknown word",
    );
    changes.change(
        APPLY,
        r#"}},"facts""#,
        r#"},"unit":1},"facts""#,
        r#""unit""#,
        "exactly one key",
    );
    changes.change(
        NOBODY,
        r#""not_in_source""#,
        r#"[{"a":{}}, 1]"#,
        "[{",
        "applicant: a list stands here",
    );
    changes.change(NOBODY, r#""not_in_source""#, "[]", "[]", "applicant: a list stands here");
    changes.change(
        NOBODY,
        r#""not_in_source""#,
        r#""nobody""#,
        r#""nobody""#,
        "applicant: unknown word",
    );
    changes.change(
        NOBODY,
        r#""not_in_source""#,
        r#""person""#,
        r#""person""#,
        "applicant: a bare word stands here",
    );
    changes.change(NOBODY, r#""not_in_source""#, "{}", "{}", "exactly one key");
    changes.change(NOBODY, r#""not_in_source""#, "7", "7", "an applicant is an object");
    changes.change(APPLY, KEY, &KEY.to_uppercase(), r#""00FF"#, "person.person_key: a key is");
    changes.change(APPLY, KEY, "999900001111", r#""9999"#, "never the number itself");
    let key = format!(r#""{KEY}""#);
    changes.change(
        SPV,
        &format!(r#",{key}]"#),
        ",null]",
        "null",
        "members[1]: null stands here; a key is",
    );
}

fn unsound_facts(changes: &mut Changes) {
    changes.change(STATED, "10", "-10", "-10", "facts.days: ");
    changes.change(STATED, "10", "1.5", "1.5", "facts.days: ");
    changes.change(STATED, "10", "null", "null", "facts.days: ");
    changes.change(STATED, "10", "[10]", "[10]", "facts.days: a list stands here; a fact");
    changes.change(STATED, "10", r#"{"a":1}"#, "", "facts.days: an object stands here; a fact");
    changes.change(
        STATED,
        r#""days""#,
        r#""special""#,
        r#""special":true"#,
        "special stands twice",
    );
    changes.change(STATED, r#""days""#, r#""""#, r#""":"#, "an identifier is at least one");
    changes.change(
        NOBODY,
        r#"{"a":0,"b":18446744073709551615}"#,
        "[{}]",
        "[{}]",
        "facts: a list stands",
    );
    changes.change(STATED, r#"{"days":10"#, r#"[{"days":10"#, "", "expected `,` or `]`");
}

fn unsound_numbers(changes: &mut Changes) {
    changes.change(DISBURSE, r#":1,"#, ":65536,", "65536", "no whole number from 0 to 65535");
    changes.change(DISBURSE, r#":1,"#, ":-1,", "-1", "a whole number from 0 to 65535");
    changes.change(DISBURSE, r#":1,"#, ":1.0,", "1.0", "a whole number from 0 to 65535");
    changes.change(DISBURSE, r#":1,"#, r#":"1","#, r#""1""#, "instalment: a string stands here");
    changes.change(RETURNED, "17", "0", "0", "payment: 0 is no whole number from 1");
    changes.change(
        RETURNED,
        "17",
        "18446744073709551616",
        "184",
        "payment: a number with places stands",
    );
    changes.change(
        REISSUE,
        r#""neft""#,
        r#""NEFT""#,
        r#""NEFT""#,
        "mode: unknown word; one of unstated",
    );
    changes.change(REISSUE, "SBIN0", "SBIN1", r#""SBIN1"#, "payee.ifsc: an IFSC is");
    changes.change(AUDIT, r#""C05""#, r#""""#, r#""""#, "findings[0].check: an identifier is");
    changes.change(AUDIT, r#""observation""#, r#""fine""#, r#""fine""#, "opinion: unknown word");
}

fn unsound_terms(changes: &mut Changes) {
    changes.change(
        OPEN,
        r#"{"amount":"625000.00"}"#,
        r#"{"amount":625000}"#,
        "625000",
        "terms.items[0].allowed.slab.rows[0].gives.cap.limit.amount: a whole number stands here",
    );
    changes.change(
        OPEN,
        r#"{"number":5}"#,
        "5",
        "5",
        "terms.own_contribution: a whole number stands here; an expression is",
    );
    changes.change(
        OPEN,
        r#"{"number":5}"#,
        r#""five""#,
        r#""five""#,
        "own_contribution: a string stands here",
    );
    changes.change(OPEN, r#"{"number":5}"#, "{}", "{}", "an object with exactly one key");
    changes.change(OPEN, r#"{"number":5}"#, r#"{"nmber":5}"#, r#""nmber""#, "unknown word `nmber`");
    changes.change(
        OPEN,
        r#"{"number":5}"#,
        r#"{"number":5,"fact":"a"}"#,
        r#""fact":"a""#,
        "terms.own_contribution: an object with exactly one key",
    );
    changes.change(
        OPEN,
        r#"[{"number":3},{"number":2}]"#,
        r#"[{"number":3}]"#,
        "",
        "list of exactly two",
    );
    changes.change(
        OPEN,
        r#"{"number":3},{"num"#,
        r#"{"number":3},1,{"num"#,
        "1,",
        "sub[1]: a whole number",
    );
    let empty = "{\"name\":\"mm";
    changes.change(OPEN, r#""min":[{"number":1}]"#, r#""min":[]"#, empty, "terms: an operation");
    changes.change(OPEN, r#""instalments_max":2"#, r#""instalments_max":0"#, empty, "terms: the");
    changes.change(
        OPEN,
        r#""of":100"#,
        r#""of":0"#,
        "{\"name\":\"mm",
        "terms: an operation in the terms",
    );
    changes.change(
        OPEN,
        r#"{"number":5}"#,
        r#"{"fact":"land"}"#,
        "{\"name\":\"mm",
        "terms use land but",
    );
    changes.change(
        OPEN,
        "_half_away",
        "_half_up",
        r#""paisa_half_up"#,
        "terms.rounding: unknown word",
    );
}
