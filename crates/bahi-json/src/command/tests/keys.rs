//! Keys under several key ids: what stands in the command, and what becomes an alias.

use bahi_core::{ALIASES_MAX, Act, Alias, Applicant, Fingerprint};

use super::*;

fn print(key_id: u16, digit: char) -> Fingerprint {
    let text: String = [digit; 32].iter().collect();
    Fingerprint { key_id, ..Fingerprint::parse(&text).expect("hex digits") }
}

fn apply(applicant: &str) -> String {
    format!(
        r#"{},"scheme":"m","district":"187","case_ref":"c","applicant":{applicant},"facts":{{}}}}"#,
        head("apply")
    )
}

/// A vehicle of these keys, where a letter stands for 32 of it.
fn vehicle(keys: &str) -> String {
    let hex = |letter: char| format!(r#""{}""#, letter.to_string().repeat(32));
    let keys = ['a', 'b', 'c', 'd', 'e']
        .iter()
        .fold(keys.to_owned(), |keys, letter| keys.replace(*letter, &hex(*letter)));
    let (body, members) = keys.split_once(' ').expect("a vehicle has members");
    apply(&format!(r#"{{"spv":{{"spv_key":{body},"members":[{members}]}}}}"#))
}

#[test]
fn the_newest_stands_in_the_command_and_the_others_are_aliases() {
    let alias = |newest, older| Alias { newest, older };
    let (b2, c3) = (print(2, 'b'), print(3, 'c'));
    let table: [(&str, Vec<Fingerprint>, Vec<Alias>, &str); 6] = [
        ("a ", vec![print(1, 'a')], vec![], "a "),
        (r#"{"1":a} "#, vec![print(1, 'a')], vec![], "a "),
        (r#"{"2":b} "#, vec![b2], vec![], r#"{"2":b} "#),
        (
            r#"{"3":c,"1":a,"2":b} "#,
            vec![c3],
            vec![alias(c3, print(1, 'a')), alias(c3, b2)],
            r#"{"1":a,"2":b,"3":c} "#,
        ),
        (
            r#"{"3":c,"2":b} {"1":a,"2":b},d,{"2":b,"1":a}"#,
            vec![c3, b2, print(1, 'd'), b2],
            vec![alias(b2, print(1, 'a')), alias(c3, b2)],
            r#"{"2":b,"3":c} {"1":a,"2":b},d,{"1":a,"2":b}"#,
        ),
        // What is said of a fingerprint in one place holds in the other.
        (
            r#"{"2":b} {"1":a,"2":b}"#,
            vec![b2, b2],
            vec![alias(b2, print(1, 'a'))],
            r#"{"1":a,"2":b} {"1":a,"2":b}"#,
        ),
    ];
    for (keys, stands, aliases, written) in table {
        let line = vehicle(keys);
        let command = check(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let Act::Apply { applicant: Applicant::Spv { spv, members }, .. } = &command.act else {
            panic!("this is no vehicle: {line}")
        };
        let found: Vec<_> = [spv.0].into_iter().chain(members.iter().map(|key| key.0)).collect();
        assert_eq!(found, stands, "{keys}");
        assert_eq!(command.aliases, aliases, "{keys}");
        assert_eq!(command_line(&command), vehicle(written), "{keys}");
    }
}

#[test]
fn one_fingerprint_has_one_under_each_older_key() {
    for (keys, path) in [
        (r#"{"1":a,"2":b} {"1":c,"2":b}"#, "applicant.spv.members[0]: "),
        (r#"a {"1":a,"3":b},{"1":a,"2":c,"3":b},{"2":d,"3":b}"#, "applicant.spv.members[2]: "),
    ] {
        let error = check(&vehicle(keys)).expect_err("the two do not agree");
        assert!(error.what.starts_with(path), "{error}");
        assert!(!error.what.contains("aaaa") && !error.what.contains("bbbb"), "{error}");
    }
}

#[test]
fn a_line_full_of_key_ids_is_read_and_written_back() {
    let ids: Vec<_> = (1..=1_550).map(|id| format!(r#""{id}":"{}""#, "a".repeat(32))).collect();
    let line = apply(&format!(r#"{{"institution":{{"institution_key":{{{}}}}}}}"#, ids.join(",")));
    assert!(line.len() <= LINE_BYTES_MAX && line.len() > LINE_BYTES_MAX - 2_000, "{}", line.len());
    let command = check(&line).expect("so many fit a line");
    assert_eq!(command.aliases.len(), 1_549);
    assert!(command.aliases.len() <= ALIASES_MAX && command.aliases.is_sorted());
    assert_eq!(command_line(&command), line);
}

#[test]
fn an_alias_of_nothing_in_the_command_is_not_written() {
    let line = vehicle("a b");
    let mut command = check(&line).expect("a sound line");
    command.aliases = vec![Alias { newest: print(2, 'e'), older: print(1, 'a') }];
    assert_eq!(command_line(&command), line);
}
