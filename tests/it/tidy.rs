//! What holds in every source file, manifest and page, as far as a program can see it.
//!
//! # Invariants
//! * A rule is a function of a text, and each is seen to fail on a text made up to break it.
//! * An exception has a line in [`EXCEPTIONS`] with its reason, and one that is not needed is a
//!   problem of its own.
//!
//! # Not here
//! What clippy and rustdoc see by themselves; who may depend on whom (`layers`).

use std::collections::BTreeMap;

use crate::tree::{self, SourceFile, bare_code};

/// The longest source file, in lines.
const LINES_MAX: usize = 800;

/// Code that no source file holds, and why not.
const BANNED: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing"),
    ("should_panic", "assert on the error itself"),
    ("thread::sleep", "wait for what is waited for"),
    ("dbg!", "left behind"),
    ("todo!", "unfinished"),
    ("unimplemented!", "unfinished"),
];

/// Files that may hold one banned text, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "crates/bahi-log/src/backend/store.rs",
        "thread::sleep",
        "sled's threads let go of its file some moments after it is closed, and give no sign",
    ),
    (
        "crates/bahi-cli/src/server/client.rs",
        "thread::sleep",
        "a service that is busy says when to come back, and gives no sign before",
    ),
];

/// Crates in which money is computed, and so no float stands.
const WITHOUT_FLOATS: &[&str] = &[
    "bahi-core",
    "bahi-rules",
    "bahi-odop",
    "bahi-wire",
    "bahi-balances",
    "bahi-trail",
    "bahi-recon",
    "bahi-checks",
];

/// Folders of somebody's machine.
const MACHINE_PATHS: &[&str] = &["/home", "/root", "/work", "/farm", "/Users"];

/// Hosts of package registries, which the lock file alone names; written here in two parts.
const REGISTRIES: &[(&str, &str)] =
    &[("crates", ".io"), ("npmjs", ".org"), ("npmjs", ".com"), ("pypi", ".org")];

fn says_what_may_live_there(file: &SourceFile) -> Option<String> {
    let first = file.text.lines().next().unwrap_or_default();
    let sentence = first.strip_prefix("//! ").is_some_and(|rest| !rest.trim().is_empty());
    (!sentence).then(|| "line one is no `//!` sentence".to_owned())
}

fn is_no_longer_than_can_be_read(file: &SourceFile) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > LINES_MAX).then(|| format!("{lines} lines, over {LINES_MAX}"))
}

fn holds_nothing_banned(file: &SourceFile) -> Option<String> {
    let code = bare_code(&file.text);
    BANNED.iter().find_map(|(banned, why)| {
        let (number, _) = code.lines().enumerate().find(|(_, line)| line.contains(banned))?;
        let excepted = |(path, one, _): &(&str, &str, &str)| *path == file.path && one == banned;
        let found = || format!("line {}: `{banned}`: {why}", number + 1);
        (!EXCEPTIONS.iter().any(excepted)).then(found)
    })
}

/// A `matches!` whose answer nobody takes: a check that cannot fail.
fn takes_the_answer_of_every_match(file: &SourceFile) -> Option<String> {
    let code = bare_code(&file.text);
    let mut from = 0;
    while let Some(found) = code[from..].find("matches!") {
        let at = from + found;
        from = at + "matches!".len();
        let before = code[..at].trim_end();
        let begins = before.is_empty() || before.ends_with([';', '{', '}']);
        let rest = &code[from..];
        if begins && after_parentheses(rest).is_some_and(|after| after.starts_with(';')) {
            let line = code[..at].matches('\n').count() + 1;
            return Some(format!("line {line}: a `matches!` whose answer nobody takes"));
        }
    }
    None
}

/// What follows the parentheses that a text begins with.
fn after_parentheses(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, found) in text.char_indices() {
        match found {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(text[at + found.len_utf8()..].trim_start());
        }
    }
    None
}

/// Code of the program, not of its tests, with no `unwrap`.
fn unwraps_nothing(file: &SourceFile) -> Option<String> {
    if tree::is_test(&file.path) {
        return None;
    }
    let code = bare_code(&file.text);
    let shipped = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let number = shipped.lines().position(|line| line.contains(".unwrap()"))?;
    Some(format!("line {}: an unwrap; say the invariant, or give the error on", number + 1))
}

/// A `mod tests` that would be part of the program.
fn keeps_tests_out_of_the_program(file: &SourceFile) -> Option<String> {
    if tree::is_test(&file.path) {
        return None;
    }
    let code = bare_code(&file.text);
    let mut before = "";
    for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let begins = ["mod tests;", "mod tests {", "pub mod tests"];
        if begins.iter().any(|begin| line.trim().starts_with(begin)) && before != "#[cfg(test)]" {
            return Some(format!("line {}: tests without `#[cfg(test)]`", number + 1));
        }
        before = line.trim();
    }
    None
}

fn computes_money_without_floats(file: &SourceFile) -> Option<String> {
    let inside = |name: &&str| file.path.starts_with(&format!("crates/{name}/"));
    if !WITHOUT_FLOATS.iter().any(inside) {
        return None;
    }
    let code = bare_code(&file.text);
    let word = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| {
            // A literal may carry its type: 1_f64.
            word == "f32" || word == "f64" || literal_float(word)
        })
    };
    let number = code.lines().position(word)?;
    Some(format!("line {}: a float in a crate that computes money", number + 1))
}

fn literal_float(word: &str) -> bool {
    let digits = word.starts_with(|c: char| c.is_ascii_digit());
    digits && !word.starts_with("0x") && (word.ends_with("f32") || word.ends_with("f64"))
}

/// No path of a machine and no host of a registry, in any kind of text.
fn names_no_machine(file: &SourceFile) -> Option<String> {
    for (number, line) in file.text.lines().enumerate() {
        for folder in MACHINE_PATHS {
            let path = format!("{folder}/");
            let starts = |at: usize| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && !".-_/}".contains(c))
            };
            if line.match_indices(&path).any(|(at, _)| starts(at)) {
                return Some(format!("line {}: a path of some machine: {path}", number + 1));
            }
        }
        let lower = line.to_lowercase();
        let host = REGISTRIES.iter().map(|(head, tail)| format!("{head}{tail}"));
        if let Some(host) = host.into_iter().find(|host| lower.contains(host)) {
            return Some(format!("line {}: the host of a registry: {host}", number + 1));
        }
    }
    None
}

/// The anchors of a page's headings, as they are made where pages are read.
pub fn anchors(text: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::new();
    for line in prose(text).filter(|line| line.starts_with('#')) {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let anchor: String = title
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let before = seen.entry(anchor.clone()).or_default();
        anchors.push(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
        *before += 1;
    }
    anchors
}

/// The lines of a page outside its code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// The links of a page to other pages of the tree: line, path, anchor.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        // Every second part between backticks is code.
        let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for part in plain.split("](").skip(1) {
            let link = part.split([')', ' ']).next().unwrap_or_default();
            if !link.contains("://") && !link.starts_with("mailto:") {
                links.push(link.to_owned());
            }
        }
    }
    links
}

fn broken_links(pages: &[SourceFile], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for page in pages {
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(&page.text) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { page.path.clone() } else { resolve(folder, path) };
            if !exists(&target) {
                problems.push(format!("{}: {link}: there is no {target}", page.path));
                continue;
            }
            let on = pages.iter().find(|page| page.path == target);
            let found = on.is_none_or(|on| anchors(&on.text).iter().any(|one| one == anchor));
            if !anchor.is_empty() && !found {
                problems.push(format!("{}: {link}: {target} has no such heading", page.path));
            }
        }
    }
    problems
}

fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

type Rule = fn(&SourceFile) -> Option<String>;

fn problems(files: &[SourceFile], rule: Rule) -> Vec<String> {
    let one = |file: &SourceFile| Some(format!("{}: {}", file.path, rule(file)?));
    files.iter().filter_map(one).collect()
}

/// Every rule for Rust sources, by what it asks.
const RUST_RULES: &[(&str, Rule)] = &[
    ("says what may live there", says_what_may_live_there),
    ("is no longer than can be read", is_no_longer_than_can_be_read),
    ("holds nothing banned", holds_nothing_banned),
    ("takes the answer of every match", takes_the_answer_of_every_match),
    ("unwraps nothing", unwraps_nothing),
    ("keeps tests out of the program", keeps_tests_out_of_the_program),
    ("computes money without floats", computes_money_without_floats),
];

#[test]
fn every_source_file_is_tidy() {
    let sources = tree::rust_files();
    let found: Vec<String> =
        RUST_RULES.iter().flat_map(|(_, rule)| problems(&sources, *rule)).collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn every_exception_is_needed() {
    for (path, banned, why) in EXCEPTIONS {
        let used = bare_code(&tree::read(path)).contains(banned);
        assert!(used, "{path} is excepted for {banned} ({why}) and does not hold it");
    }
}

#[test]
fn no_text_names_a_machine_or_a_registry() {
    let mut texts = tree::files(&["."]);
    texts.retain(|file| file.path != "Cargo.lock" && file.path != "tests/it/tidy.rs");
    assert!(texts.len() > 100, "the walk over the tree found {} texts", texts.len());
    assert_eq!(problems(&texts, names_no_machine), [""; 0]);
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut pages = tree::files(&["."]);
    pages.retain(|file| file.path.ends_with(".md"));
    let root = tree::root();
    assert_eq!(broken_links(&pages, &|path| root.join(path).exists()), [""; 0]);
}

#[test]
fn every_crate_says_what_it_is_and_under_which_licence() {
    let packages = tree::packages();
    for package in &packages {
        let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let description = text("description");
        assert!(description.len() > 20, "{}: {description}", text("name"));
        // Fonts of others lie in this one, under their own licence.
        let licence = match text("name").as_str() {
            "bahi-reports" => "(MIT OR Apache-2.0) AND OFL-1.1",
            _ => "MIT OR Apache-2.0",
        };
        assert_eq!(text("license"), licence, "{}", text("name"));
        assert_eq!(package["version"], packages[0]["version"], "{}", text("name"));
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE", "crates/bahi-reports/fonts/OFL.txt"] {
        assert!(tree::read(licence).len() > 500, "{licence}");
    }
}

#[test]
fn each_rule_is_seen_to_fail() {
    let long = format!("//! x\n{}", "\n".repeat(LINES_MAX));
    let core = "crates/bahi-core/src/x.rs";
    let cases: &[(Rule, &str, &str, bool)] = &[
        (says_what_may_live_there, core, "//! One sentence.\n", true),
        (says_what_may_live_there, core, "", false),
        (says_what_may_live_there, core, "//!\n", false),
        (says_what_may_live_there, core, "use std::fs;\n//! late\n", false),
        (is_no_longer_than_can_be_read, core, &long, false),
        (is_no_longer_than_can_be_read, core, "//! x\n", true),
        (holds_nothing_banned, core, "fn f() { dbg!(1); }", false),
        (holds_nothing_banned, core, "// dbg!(1)\nfn f() { g(\"todo!\") }", true),
        (holds_nothing_banned, core, "#[ignore = \"slow\"]\n#[test]", false),
        (holds_nothing_banned, core, "#[test]\n#[should_panic(expected = \"x\")]", false),
        (holds_nothing_banned, core, "std::thread::sleep(pause);", false),
        (holds_nothing_banned, core, "fn f() -> ! { todo!() }", false),
        (holds_nothing_banned, core, "fn f() -> ! { unimplemented!() }", false),
        (takes_the_answer_of_every_match, core, "fn f() {\n  matches!(a, B(_));\n}", false),
        (takes_the_answer_of_every_match, core, "f();\nmatches!(\n  a,\n  B { .. }\n);\n", false),
        (takes_the_answer_of_every_match, core, "assert!(matches!(a, B));", true),
        (takes_the_answer_of_every_match, core, "fn f() -> bool {\n  matches!(a, B(_))\n}", true),
        (takes_the_answer_of_every_match, core, "let x =\n  matches!(a, B);", true),
        (unwraps_nothing, core, "fn f() { g().unwrap() }", false),
        (unwraps_nothing, core, "/// g().unwrap()\nfn f() {}", true),
        (unwraps_nothing, core, "#[cfg(test)]\nmod tests {\n g().unwrap()\n}", true),
        (unwraps_nothing, "crates/bahi-core/src/tests.rs", "g().unwrap()", true),
        (keeps_tests_out_of_the_program, core, "#[cfg(test)]\nmod tests;\n", true),
        (keeps_tests_out_of_the_program, core, "mod tests;\n", false),
        (keeps_tests_out_of_the_program, core, "// #[cfg(test)]\nmod tests {\n}\n", false),
        (computes_money_without_floats, core, "fn f(x: f64) {}", false),
        (computes_money_without_floats, core, "let x = 1_f32;", false),
        (computes_money_without_floats, core, "let x = 0xf32; // f64", true),
        (computes_money_without_floats, "crates/bahi-json/src/x.rs", "fn f(x: f64) {}", true),
        (names_no_machine, "docs/X.md", concat!("see /ho", "me/someone/bahi"), false),
        (names_no_machine, "x.toml", concat!("path = \"/wo", "rk/bahi\""), false),
        (
            names_no_machine,
            "docs/X.md",
            concat!("a/ro", "ot/b and https://example.org/wo", "rk/x"),
            true,
        ),
        (names_no_machine, "docs/X.md", concat!("on Crates", ".IO"), false),
        (names_no_machine, "x.toml", concat!("registry = \"https://pypi", ".org/simple\""), false),
    ];
    for (rule, path, text, tidy) in cases {
        let file = SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
        let found = rule(&file);
        assert_eq!(found.is_none(), *tidy, "{path}: {text}: {found:?}");
    }
}

#[test]
fn a_broken_link_is_seen() {
    let page = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let pages = |text: &str| {
        let other = "# Two words\n## `Code` & more\n## Two words\n```\n# no heading\n```\n";
        vec![page("docs/A.md", text), page("docs/B.md", other), page("README.md", "# Bahi")]
    };
    let cases = [
        ("[b](B.md) [r](../README.md) [s](#here)\n# Here", 0),
        ("[b](B.md#two-words) [b](B.md#code--more) [b](B.md#two-words-1)", 0),
        ("[x](https://example.org/x) `[b](C.md)`\n```\n[b](C.md)\n```", 0),
        ("[b](C.md)", 1),
        ("[b](../B.md)", 1),
        ("[b](B.md#no-heading)", 1),
        ("[b](B.md#two-words-2)", 1),
        ("[s](#nowhere)", 1),
    ];
    for (text, broken) in cases {
        let pages = pages(text);
        let exists = |path: &str| pages.iter().any(|page| page.path == path);
        let found = broken_links(&pages, &exists);
        assert_eq!(found.len(), broken, "{text}: {found:?}");
    }
}
