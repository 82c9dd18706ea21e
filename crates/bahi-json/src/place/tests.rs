//! Columns and paths over small lines, and over bytes that are no JSON at all.

use super::*;

const LINE: &[u8] = br#"{"a": 1, "fund": {"fy":"x"}, "l":[10,{"k":true}]}"#;

#[test]
fn a_path_leads_to_its_column_and_back() {
    for (path, found) in [
        ("", "{\"a\""),
        ("a", "1,"),
        ("fund", "{\"fy\""),
        ("fund.fy", "\"x\""),
        ("l", "[10"),
        ("l[0]", "10"),
        ("l[1]", "{\"k\""),
        ("l[1].k", "true"),
    ] {
        let column = column_of(LINE, path);
        assert!(LINE[column - 1..].starts_with(found.as_bytes()), "{path} at {column}");
        assert_eq!(covering(LINE, column), Place { column, path: path.to_owned() });
    }
}

#[test]
fn a_missing_path_gives_its_nearest_container() {
    assert_eq!(column_of(LINE, "fund.head"), column_of(LINE, "fund"));
    assert_eq!(column_of(LINE, "nothing"), 1);
}

#[test]
fn a_key_lies_in_its_object() {
    let column = 1 + LINE.windows(4).position(|four| four == b"\"fy\"").expect("the line has fy");
    assert_eq!(covering(LINE, column + 2), Place { column, path: "fund".to_owned() });
}

#[test]
fn any_bytes_are_walked_to_the_end() {
    let nested = [b'['; 60_000];
    for bytes in [&b"\"\\"[..], b"}}}]]", b"\"", b"", b"{\"a", b"\xff\xfe,,::", &nested] {
        for column in [0, 1, bytes.len(), bytes.len() + 9] {
            assert!(covering(bytes, column).column <= bytes.len().max(1));
            assert!(beginning_at(bytes, column).column <= bytes.len().max(1));
        }
    }
}
