//! Files that read as terms, terms that print as files, and files that are refused at a place.

mod procedure;

use bahi_core::{
    Authority, Day, Expr, FactKind, FactSpec, Item, Money, OrderNumber, Policy, Require, Rounding,
    SlabRow, TERMS_DEPTH_MAX, TermsParts, Test, Word,
};
use proptest::{
    collection::{btree_map, btree_set, vec},
    option,
    prelude::*,
    sample::select,
};

use super::*;

const SOUND: &str = r#"format = 1
scheme = "loom-aid"
districts = ["187", "127"]

[terms]
name = "la-2024"
order = "12/2024"
date = "2024-04-01"
from = "2024-04-01"
rounding = "rupee_down"
instalments_max = 2

[[fact]]
name = "cost"
kind = "money"

[[fact]]
name = "looms"
kind = "count"
required = false

[[fact]]
name = "trade"
kind = "word"

[[fact]]
name = "widow"
kind = "flag"
required = false

[[require]]
test = 'cost >= 1_000.00 and (looms < 5 or flag(widow))'
code = "small"
paragraph = "2"

[[item]]
name = "loom"
allowed = '''
# A share by size.
by cost {
  up to 100000.00: cap(50% of cost, 40000.00) under "3(1)",
  above: min(cost - 10.00 - 5.00, 3/8 of cost * 2 + 1.00 + 2.00) under "3(2)"
}'''
paragraph = "3"
"#;

fn parse(text: &str) -> Result<SchemeFile, SchemeFileError> {
    SchemeFile::parse(text.as_bytes(), &District::parse)
}

fn sound() -> SchemeFile {
    parse(SOUND).expect("the sound file reads")
}

fn money(text: &str) -> Expr {
    Expr::Const(Money::parse(text).expect("an amount"))
}

fn named(name: &str) -> Word {
    Word::new(name).expect("an identifier")
}

#[test]
fn a_file_reads_as_the_terms_it_writes() {
    let file = sound();
    let codes: Vec<u16> = file.districts.iter().map(|code| code.0).collect();
    assert_eq!(codes, [127, 187]);
    let parts = file.terms.parts();
    let cost = || Box::new(Expr::Fact(named("cost")));
    let small = Test::All(vec![
        Test::AtMost(money("1000.00"), *cost()),
        Test::Any(vec![
            Test::Below(Expr::Fact(named("looms")), Expr::Number(5)),
            Test::Flag(named("widow")),
        ]),
    ]);
    assert_eq!(parts.requires[0].test, small);
    let half = Expr::Ratio { parts: 50, of: 100, base: cost() };
    let less = Expr::Sub(Box::new(Expr::Sub(cost(), Box::new(money("10")))), Box::new(money("5")));
    let eighths = Expr::Ratio { parts: 3, of: 8, base: cost() };
    let more = Expr::Add(vec![
        Expr::Mul(Box::new(eighths), Box::new(Expr::Number(2))),
        money("1"),
        money("2"),
    ]);
    let row = |up_to: Option<&str>, gives, paragraph| SlabRow {
        up_to: up_to.map(|text| Money::parse(text).expect("an amount")),
        gives,
        paragraph: named(paragraph),
    };
    let rows = vec![
        row(Some("100000"), Expr::Cap(Box::new(half), Box::new(money("40000"))), "3(1)"),
        row(None, Expr::Min(vec![less, more]), "3(2)"),
    ];
    assert_eq!(parts.items[0].allowed, Expr::Slab { on: cost(), rows });
    assert_eq!(parse(&file.to_toml()), Ok(file));
}

/// A change to the sound file, and the complaint with its place.
const WRONG: &[(&str, &str, &str)] = &[
    ("format = 1", "format = 2", "line 1, column 10: this version reads terms files of format 1"),
    ("scheme = \"loom-aid\"", "scheme = \"\"", "line 2, column 10: "),
    ("\"127\"", "\"0127\"", "line 3, column 21: no district; allowed here: a code"),
    ("\"127\"", "\"187\"", "line 3, column 21: the district 187 stands here twice"),
    ("\"127\"", "\"pool\"", "line 3, column 21: no district"),
    ("date = \"2024-04-01\"", "date = \"2024-04-31\"", "line 8, column 8: "),
    ("rupee_down", "up", "line 10, column 12: allowed here: paisa_half_away_from_zero, "),
    ("instalments_max = 2", "instalments_max = 0", "line 11, column 19: at least one instalment"),
    (
        "instalments_max = 2",
        "instalment_max = 2",
        "line 11, column 1: unknown field `instalment_max`, expected one of `name`",
    ),
    (
        "kind = \"word\"",
        "kind = \"text\"",
        "line 24, column 8: allowed here: money, count, flag, word",
    ),
    (
        "name = \"trade\"",
        "name = \"cost\"",
        "line 23, column 8: another [[fact]] has the name cost",
    ),
    (
        "flag(widow)",
        "flag(cost)",
        "line 32, column 49: the fact cost is a money where a flag is allowed",
    ),
    (
        "flag(widow)",
        "widow",
        "line 32, column 44: the fact widow is a flag where a money or count is allowed; flag(widow) tests it",
    ),
    (
        "looms < 5",
        "loom < 5",
        "line 32, column 31: no [[fact]] has the name loom; of kind money or count or flag or word there are: cost, looms, trade, widow",
    ),
    (
        "looms < 5",
        "trade is widow",
        "line 32, column 40: widow stands where \"word\", a quoted text, is allowed",
    ),
    ("looms < 5", "looms", "line 32, column 31: an amount stands where a test is allowed"),
    ("looms < 5", "looms @ 5", "line 32, column 37: no expression holds the character @"),
    ("or flag(widow))", "or flag(widow)", "line 32, column 55: the end stands where ) is allowed"),
    ("up to 100000.00", "up to 100000", "line 41, column 9: an amount has a point: 100000.00"),
    ("above:", "up to 100000.00:", "line 42, column 3: rows rise: this one ends above 100000.00"),
    (
        "above:",
        "below:",
        "line 42, column 3: below stands where a row, up to AMOUNT: or above:, is allowed",
    ),
    ("3/8 of", "3/0 of", "line 42, column 37: nothing has zero parts in the whole"),
    ("under \"3(2)\"\n", "\n", "line 43, column 1: } stands where under is allowed"),
    ("10.00", "10.005", "line 42, column 21: an amount has at most two places"),
    ("3/8 of", "4294967296/8 of", "line 42, column 35: a whole number is at most 4294967295"),
    (
        "by cost {",
        "by cost < 1.00 {",
        "line 40, column 4: a test stands where an amount or a count is allowed",
    ),
    ("[[item]]", "[[items]]", "line 36, column 3: unknown field `items`"),
];

#[test]
fn what_is_wrong_is_told_with_its_line_its_column_and_what_is_allowed_there() {
    let mut missed = Vec::new();
    for (right, wrong, complaint) in WRONG {
        let text = SOUND.replacen(right, wrong, 1);
        assert_ne!(text, SOUND, "{right} stands in the sound file");
        let error = parse(&text).expect_err("the file is wrong").to_string();
        if !error.starts_with(complaint) {
            missed.push(format!("{wrong}: {error}"));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn a_place_inside_every_kind_of_string_is_found() {
    let cases = [
        ("'cost + ?'", 7),
        ("\"cost + ?\"", 7),
        ("\"\\u0063ost + ?\"", 12),
        ("\"fact(\\\"cost\\\") + ?\"", 18),
        ("\"\"\"\ncost + ?\"\"\"", 0),
        ("'''\r\ncost +\r\n ?'''", 0),
        ("\"\"\"cost \\\n   + ?\"\"\"", 0),
    ];
    let begin = SOUND.find("'''").expect("the sound file has a long string");
    let end = SOUND.rfind("'''").expect("it ends") + 3;
    for (string, _) in cases {
        let text = format!("{}{string}{}", &SOUND[..begin], &SOUND[end..]);
        let error = parse(&text).expect_err("a question mark is in no expression");
        let at = text[begin..].find('?').expect("it stands there") + begin;
        let expected = place::at_byte(&text, at, error.what.clone());
        assert_eq!(error, expected, "{string}");
    }
}

#[test]
fn depth_length_and_size_are_bounded() {
    let with = |allowed: &str| {
        let text = SOUND.replace("cost - 10.00 - 5.00", allowed);
        parse(&text).expect_err("beyond a bound").what
    };
    for open in ["(", "min(", "3% of ", "sum(", "if not not not flag(widow) then "] {
        let what = with(&open.repeat(10_000));
        assert!(what.contains("nested over 48 deep"), "{open}: {what}");
    }
    let what = with(&vec!["cost"; 65].join(" + "));
    assert!(what.contains("more than 64 in one list"), "{what}");
    let what = with(&vec!["cost"; 65].join(" - "));
    assert!(what.contains("more than 64 in one list"), "{what}");
    let deep = format!("{}cost{}", "min(".repeat(TERMS_DEPTH_MAX), ")".repeat(TERMS_DEPTH_MAX));
    assert!(with(&deep).contains("deep"));
    let large = vec![b' '; SCHEME_FILE_BYTES_MAX + 1];
    let error = SchemeFile::parse(&large, &District::parse).expect_err("too large");
    assert!(error.what.contains("at most"), "{error}");
    let error = SchemeFile::parse(b"format = 1\n\xff", &District::parse).expect_err("no text");
    assert_eq!((error.line, error.column), (2, 1));
}

// ---- random terms

fn word() -> impl Strategy<Value = Word> {
    let odd =
        select(vec!["a'b", "'''", "a\"b", "back\\slash", "by", "two words", "#x", "a\\\"", "é"]);
    prop_oneof!["[a-z][a-z0-9_]{0,9}", "[!-~]([ -~]{0,10}[!-~])?", odd.prop_map(str::to_owned),]
        .prop_filter_map("an identifier", |text| Word::new(&text).ok())
}

fn amount() -> impl Strategy<Value = Money> {
    (0..=Money::MAX.paise()).prop_filter_map("an amount", Money::from_paise)
}

/// Facts of every kind, of plain names, odd ones, and words of the language.
fn asked() -> Vec<FactSpec> {
    let fact = |name: &str, kind| FactSpec { name: named(name), kind, required: true };
    vec![
        fact("cost", FactKind::Money),
        fact("of", FactKind::Count),
        fact("heads \"x\"", FactKind::Count),
        fact("special", FactKind::Flag),
        fact("not", FactKind::Flag),
        fact("event", FactKind::Word),
        fact("an event's", FactKind::Word),
    ]
}

fn any_expr() -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        select(vec!["cost", "of", "heads \"x\""]).prop_map(|name| Expr::Fact(named(name))),
        amount().prop_map(Expr::Const),
        any::<u32>().prop_map(Expr::Number),
    ];
    leaf.prop_recursive(5, 32, 3, |inner| {
        let list = vec(inner.clone(), 1..4);
        let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        let two = two.boxed();
        let holds = any_test(inner.clone());
        let parts = prop_oneof![Just(100), 1..=u32::MAX];
        prop_oneof![
            (any::<u32>(), parts, inner.clone()).prop_map(|(parts, of, base)| Expr::Ratio {
                parts,
                of,
                base: Box::new(base)
            }),
            list.clone().prop_map(Expr::Min),
            list.clone().prop_map(Expr::Max),
            list.prop_map(Expr::Add),
            two.clone().prop_map(|(a, b)| Expr::Sub(a, b)),
            two.clone().prop_map(|(a, b)| Expr::Mul(a, b)),
            two.clone().prop_map(|(a, b)| Expr::Cap(a, b)),
            slab(inner.clone()),
            (select(vec!["event", "an event's"]), btree_map(word(), inner.clone(), 1..3)).prop_map(
                |(fact, rows)| Expr::Choose { fact: named(fact), rows: rows.into_iter().collect() }
            ),
            (holds.clone(), two).prop_map(|(holds, (yes, no))| Expr::If(Box::new(holds), yes, no)),
            (holds, word(), word(), inner).prop_map(|(test, code, paragraph, then)| {
                Expr::Require(Box::new(Require { test, code, paragraph }), Box::new(then))
            }),
        ]
    })
    .boxed()
}

fn slab(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Expr> {
    let bounds = btree_set(amount(), 1..3);
    (inner.clone(), bounds, any::<bool>(), inner, word()).prop_map(
        |(on, bounds, open, gives, paragraph)| {
            let row = |up_to| SlabRow { up_to, gives: gives.clone(), paragraph: paragraph.clone() };
            let mut rows: Vec<_> = bounds.into_iter().map(|bound| row(Some(bound))).collect();
            if open {
                rows.push(row(None));
            }
            Expr::Slab { on: Box::new(on), rows }
        },
    )
}

fn any_test(inner: impl Strategy<Value = Expr> + Clone + 'static) -> BoxedStrategy<Test> {
    let two = (inner.clone(), inner);
    let given = vec!["cost", "of", "special", "not", "event", "an event's"];
    let leaf = prop_oneof![
        two.clone().prop_map(|(a, b)| Test::AtMost(a, b)),
        two.prop_map(|(a, b)| Test::Below(a, b)),
        select(vec!["special", "not"]).prop_map(|name| Test::Flag(named(name))),
        (select(vec!["event", "an event's"]), word())
            .prop_map(|(fact, held)| Test::Is(named(fact), held)),
        select(given).prop_map(|name| Test::Given(named(name))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Test::All),
            vec(inner.clone(), 1..4).prop_map(Test::Any),
            inner.prop_map(|inner| Test::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

fn any_file() -> impl Strategy<Value = SchemeFile> {
    let require = (any_test(any_expr()), word(), word())
        .prop_map(|(test, code, paragraph)| Require { test, code, paragraph });
    let item = (option::of(any_test(any_expr())), option::of(any_expr()), any_expr(), word());
    let lists = (
        vec(require, 0..2),
        btree_map(word(), item, 1..3),
        btree_map(word(), word(), 0..3),
        btree_set((1..u16::MAX).prop_map(District), 0..30),
        procedure::limits(),
    );
    let instalments = prop_oneof![1..=3_u16, 1..=u16::MAX];
    let procedure = instalments.prop_flat_map(|most| (Just(most), procedure::procedure(most)));
    let head = (word(), word(), option::of(word()), any::<bool>(), procedure);
    let rounding = select(Rounding::ALL.to_vec());
    (head, lists, option::of(any_expr()), rounding).prop_filter_map(
        "terms stay within their bounds",
        |(head, (requires, items, policies, districts, limits), own_contribution, rounding)| {
            let (name, order, paragraph, ends, (instalments_max, procedure)) = head;
            let items = items.into_iter().map(|(name, (when, claimed, allowed, paragraph))| Item {
                name,
                when,
                claimed,
                allowed,
                paragraph,
            });
            let policies = policies.into_iter().map(|(name, value)| Policy { name, value });
            let order = OrderNumber::new(order.as_str()).ok()?;
            let terms = Terms::new(TermsParts {
                name,
                authority: Authority { order, date: Day::MAX, paragraph },
                from: Day::MAX,
                until: ends.then_some(Day::MAX),
                facts: asked(),
                requires,
                items: items.collect(),
                own_contribution,
                rounding,
                instalments_max,
                policies: policies.collect(),
                limits,
                procedure,
            });
            let scheme = SchemeName::new("loom-aid").ok()?;
            Some(SchemeFile {
                scheme,
                districts: districts.into_iter().collect(),
                terms: terms.ok()?,
            })
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_as_the_same_terms(file in any_file()) {
        let text = file.to_toml();
        let read = parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&file), "{}", text);
        prop_assert_eq!(read.map(|read| read.to_toml()), Ok(text));
    }

    #[test]
    fn a_damaged_file_is_refused_at_a_place_or_read_and_nothing_panics(
        at in 0..SOUND.len(), len in 0_usize..12, put in "[ -~\n]{0,6}",
    ) {
        let end = (at + len).min(SOUND.len());
        let text = format!("{}{put}{}", &SOUND[..at], &SOUND[end..]);
        match parse(&text) {
            Ok(file) => prop_assert_eq!(parse(&file.to_toml()), Ok(file)),
            Err(error) => {
                let lines: Vec<&str> = text.split('\n').collect();
                prop_assert!(error.line >= 1 && error.line <= lines.len() as u64, "{error}");
                let line = lines[usize::try_from(error.line).expect("a small number") - 1];
                prop_assert!(error.column <= line.chars().count() as u64 + 1, "{error}: {line}");
            }
        }
    }
}
