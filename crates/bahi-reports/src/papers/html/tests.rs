//! A paper as a page: nothing in it is markup, and everything that must stand out does.

use bahi_core::Total;

use super::super::model::{Signature, sample};
use super::*;

/// What somebody might write where a name is asked for.
const NASTY: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style></title></table><h1>",
    "&lt;b&gt; & <b>",
    "a\u{0}b\u{1b}[31m\u{202e}txet\r\n</p>",
];

#[test]
fn nothing_in_a_paper_becomes_markup() {
    for nasty in NASTY {
        let mut paper = sample(3);
        let plain = html(&paper);
        let elements = |page: &str| page.matches('<').count();
        let before = elements(&plain);
        paper.title = nasty.to_owned();
        paper.subtitles[0] = nasty.to_owned();
        paper.facts[0].label = nasty.to_owned();
        paper.facts[0].value = Cell::Text(nasty.to_owned());
        paper.tables[0].caption = nasty.to_owned();
        paper.tables[0].columns[0].heading = nasty.to_owned();
        paper.tables[0].rows[0].cells[1] = Cell::Text(nasty.to_owned());
        paper.identities[0].says = nasty.to_owned();
        paper.identities[0].left.0 = nasty.to_owned();
        paper.passages[0].items[0] = nasty.to_owned();
        paper.passages[0].heading = nasty.to_owned();
        paper.signatures[0] = Signature { office: nasty.to_owned() };
        paper.stamp.ledger = nasty.to_owned();
        let page = html(&paper);
        // Texts of ours have no Hindi where the nasty ones went, so the tags are the same in number.
        assert_eq!(elements(&page), before, "{nasty}: {page}");
        for bad in ["<script", "<img", "\u{0}", "\u{1b}", "\u{202e}"] {
            assert!(!page.contains(bad), "{bad:?} of {nasty}");
        }
    }
}

#[test]
fn a_table_says_what_its_heads_are_and_amounts_stand_to_the_right() {
    let page = html(&sample(2));
    for wanted in [
        "<th scope=\"col\" class=\"number\">Amount (₹)</th>",
        "<td class=\"number\">1,00,000.00</td>",
        "<tr class=\"total\">",
        "<span lang=\"hi\">वाराणसी</span>",
        "<html lang=\"en-IN\">",
        "default-src &#39;none&#39;",
    ] {
        let wanted = wanted.replace("&#39;", "'");
        assert!(page.contains(&wanted), "{wanted}\n{page}");
    }
}

#[test]
fn an_identity_that_fails_says_by_how_much() {
    let mut paper = sample(1);
    assert!(paper.holds() && html(&paper).contains("class=\"holds\""));
    paper.identities[0].right.1 += Total::from_paise(15_000_001);
    assert!(!paper.holds());
    let page = html(&paper);
    assert!(
        page.contains("class=\"broken\"") && page.contains("differ by ₹ -1,50,000.01"),
        "{page}"
    );
}

#[test]
fn the_stamp_is_on_every_sheet_and_is_no_style() {
    let mut paper = sample(1);
    paper.stamp.ledger = "x\"; } body { display: none } </style>\\".to_owned();
    let page = html(&paper);
    assert_eq!(page.matches("</style>").count(), 1, "{page}");
    let place = "@bottom-left { content: \"x\\22 \\3b \\20 \\7d \\20 body\\20 \\7b \\20 display";
    assert!(page.contains(place), "{page}");
}

#[test]
fn scripts_are_told_apart_with_their_blanks() {
    let cases: &[(&str, &[(bool, &str)])] = &[
        ("", &[]),
        ("abc", &[(false, "abc")]),
        ("वाराणसी", &[(true, "वाराणसी")]),
        ("Varanasi (वाराणसी)", &[(false, "Varanasi ("), (true, "वाराणसी"), (false, ")")]),
        ("एक जनपद एक", &[(true, "एक जनपद एक")]),
        ("एक  x", &[(true, "एक"), (false, "  x")]),
        ("एक ", &[(true, "एक"), (false, " ")]),
        (" एक", &[(false, " "), (true, "एक")]),
    ];
    for (text, parts) in cases {
        assert_eq!(by_script(text), *parts, "{text}");
        let whole: String = by_script(text).iter().map(|(_, part)| *part).collect();
        assert_eq!(whole, *text);
    }
}

#[test]
fn the_same_paper_is_the_same_page() {
    assert_eq!(html(&sample(40)), html(&sample(40)));
}
