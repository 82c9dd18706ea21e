//! Which texts name whom, and by what digest.

use super::*;

const PRINT: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn one_subject_has_one_digest_however_it_is_written() {
    let ledger = LedgerId([1; 16]);
    let id = |text: &str, ledger| Subject::parse(text).expect(text).id(ledger);
    let first = id(PRINT, ledger);
    for same in [format!("1:{PRINT}"), format!("print:1:{PRINT}"), format!("print:{PRINT}")] {
        assert_eq!(id(&same, ledger), first, "{same}");
    }
    for other in [format!("2:{PRINT}"), PRINT.replace('0', "1"), "VNS/2024/0042".to_owned()] {
        assert_ne!(id(&other, ledger), first, "{other}");
    }
    assert_ne!(id(PRINT, LedgerId([2; 16])), first);
}

#[test]
fn a_digest_is_the_one_that_other_programs_compute() {
    // printf 'bahi vault subject 1\n%032d\nprint:1:%s\n' 0 … | sha256sum
    let lines = format!("bahi vault subject 1\n{}\nprint:1:{PRINT}\n", "0".repeat(32));
    let expected = hex(&<[u8; 32]>::from(Sha256::digest(lines)));
    let id = Subject::parse(PRINT).expect("a subject").id(LedgerId([0; 16]));
    assert_eq!(id.to_string(), expected);
    assert_eq!(expected, "a7d8f0e0c4a334072c594aaaf47d4022a8facba33210ebe439f6f2627d793bc5");
    assert_eq!(SubjectId::parse(&expected), Some(id));
    assert_eq!(SubjectId::parse(&expected[1..]), None);
    assert_eq!(SubjectId::parse(&expected.to_uppercase()), None);
}

#[test]
fn what_is_nearly_a_subject_is_refused() {
    let nearly = |text: String| (text, SubjectError::NearlyAPrint);
    let cases = [
        nearly(PRINT.to_uppercase()),
        nearly(format!("0:{PRINT}")),
        nearly(format!("65536:{PRINT}")),
        nearly(format!("+1:{PRINT}")),
        nearly(format!("print:{}", &PRINT[1..])),
        nearly("print:".to_owned()),
        ("2000 0000 0009".to_owned(), SubjectError::LooksLikeAadhaar),
        ("case-200000000009".to_owned(), SubjectError::LooksLikeAadhaar),
        (String::new(), SubjectError::Name(NameError::Empty)),
        ("x".repeat(65), SubjectError::Name(NameError::TooLong)),
        ("लाइन:9/2".to_owned(), SubjectError::Name(NameError::Character { column: 1 })),
        ("आशा".to_owned(), SubjectError::Name(NameError::Character { column: 1 })),
    ];
    for (text, error) in cases {
        assert_eq!(Subject::parse(&text), Err(error), "{text}");
    }
}

#[test]
fn lines_are_named_by_statement_and_number() {
    let at = |statement, line| LineReference { statement: Position(statement), line };
    for (text, subject) in [
        ("line:9/2", Subject::Line(at(9, 2))),
        ("line:18446744073709551615/4294967295", Subject::Line(at(u64::MAX, u32::MAX))),
        ("lines:9", Subject::Lines(Position(9))),
    ] {
        assert_eq!(Subject::parse(text).as_ref(), Ok(&subject), "{text}");
        assert_eq!(subject.to_string(), text);
    }
    // What is not quite that is a reference like any other, and another subject.
    for text in ["line:9", "line:0/2", "line:9/0", "line:09/2", "line:9/4294967296", "lines:9/2"] {
        let subject = Subject::parse(text).expect(text);
        assert_eq!(subject, Subject::Reference(Reference::new(text).expect(text)));
        assert_eq!(subject.whole(), None);
    }
    assert_eq!(Subject::Line(at(9, 2)).whole(), Some(Subject::Lines(Position(9))));
}
