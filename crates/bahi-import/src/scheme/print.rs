//! Terms as the text that reads as them.
//!
//! # Invariants
//! * Brackets stand exactly where reading without them would give another tree, or a reader pause.

mod procedure;

use std::fmt::Write as _;

use bahi_core::{Expr, SlabRow, Test, Word};

use super::{SCHEME_FILE_FORMAT, SchemeFile, expression::RESERVED};

/// The longest line an expression is kept on.
const LINE_CHARACTERS_MAX: usize = 88;

/// The whole file.
pub(super) fn file(file: &SchemeFile) -> String {
    let parts = file.terms.parts();
    let mut out = String::new();
    line(&mut out, "format", &SCHEME_FILE_FORMAT.to_string());
    line(&mut out, "scheme", &basic(file.scheme.as_str()));
    if !file.districts.is_empty() {
        let codes: Vec<String> =
            file.districts.iter().map(|code| basic(&code.to_string())).collect();
        out.push_str("districts = [");
        for codes in codes.chunks(12) {
            let _ = write!(out, "\n    {},", codes.join(", "));
        }
        out.push_str("\n]\n");
    }
    out.push_str("\n[terms]\n");
    line(&mut out, "name", &basic(parts.name.as_str()));
    line(&mut out, "order", &basic(parts.authority.order.as_str()));
    line(&mut out, "date", &basic(&parts.authority.date.to_string()));
    if let Some(paragraph) = &parts.authority.paragraph {
        line(&mut out, "paragraph", &basic(paragraph.as_str()));
    }
    line(&mut out, "from", &basic(&parts.from.to_string()));
    if let Some(until) = parts.until {
        line(&mut out, "until", &basic(&until.to_string()));
    }
    line(&mut out, "rounding", &basic(parts.rounding.name()));
    line(&mut out, "instalments_max", &parts.instalments_max.to_string());
    if let Some(own) = &parts.own_contribution {
        line(&mut out, "own_contribution", &quoted(&expr(own)));
    }
    lists(&mut out, file);
    out
}

/// The lists of the terms, a table a row.
fn lists(out: &mut String, file: &SchemeFile) {
    let parts = file.terms.parts();
    for fact in &parts.facts {
        out.push_str("\n[[fact]]\n");
        line(out, "name", &basic(fact.name.as_str()));
        line(out, "kind", &basic(fact.kind.name()));
        line(out, "required", &fact.required.to_string());
    }
    for require in &parts.requires {
        out.push_str("\n[[require]]\n");
        line(out, "test", &quoted(&test(&require.test)));
        line(out, "code", &basic(require.code.as_str()));
        line(out, "paragraph", &basic(require.paragraph.as_str()));
    }
    for item in &parts.items {
        out.push_str("\n[[item]]\n");
        line(out, "name", &basic(item.name.as_str()));
        if let Some(when) = &item.when {
            line(out, "when", &quoted(&test(when)));
        }
        if let Some(claimed) = &item.claimed {
            line(out, "claimed", &quoted(&expr(claimed)));
        }
        line(out, "allowed", &quoted(&expr(&item.allowed)));
        line(out, "paragraph", &basic(item.paragraph.as_str()));
    }
    for policy in &parts.policies {
        out.push_str("\n[[policy]]\n");
        line(out, "name", &basic(policy.name.as_str()));
        line(out, "value", &basic(policy.value.as_str()));
    }
    procedure::limits(out, &parts.limits);
    procedure::procedure(out, &parts.procedure);
}

fn line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

/// A TOML string of one line; names are printable ASCII.
fn basic(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// An expression as a TOML string: literal where it can be, so that it reads as it is.
fn quoted(text: &str) -> String {
    if text.contains("'''") {
        basic(text)
    } else if text.contains(['\n', '\'']) {
        format!("'''\n{text}\n'''")
    } else {
        format!("'{text}'")
    }
}

/// An expression's text.
pub(super) fn expr(expr: &Expr) -> String {
    let mut out = String::new();
    Printer { out: &mut out }.expr(expr, Level::Whole, 0);
    out
}

/// A test's text.
pub(super) fn test(test: &Test) -> String {
    let mut out = String::new();
    Printer { out: &mut out }.test(test, Level::Whole, 0);
    out
}

/// How tightly a place binds: what binds less tightly stands in brackets there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Whole,
    Sum,
    Product,
    Share,
    Single,
}

struct Printer<'o> {
    out: &'o mut String,
}

impl Printer<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&mut self, word: &Word) {
        let escaped = word.as_str().replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(self.out, "\"{escaped}\"");
    }

    fn fact(&mut self, name: &Word) {
        if is_plain(name) {
            self.put(name.as_str());
        } else {
            self.text(name);
        }
    }

    fn stated(&mut self, name: &Word) {
        if is_plain(name) {
            self.put(name.as_str());
        } else {
            self.put("fact(");
            self.text(name);
            self.put(")");
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.put("\n");
        self.put(&"  ".repeat(indent));
    }

    fn expr(&mut self, found: &Expr, place: Level, indent: usize) {
        let brackets = level(found) < place;
        if brackets {
            self.put("(");
        }
        self.bare(found, indent);
        if brackets {
            self.put(")");
        }
    }

    fn bare(&mut self, found: &Expr, indent: usize) {
        match found {
            Expr::Fact(name) => self.stated(name),
            Expr::Const(money) => self.put(&money.to_string()),
            Expr::Number(number) => self.put(&number.to_string()),
            Expr::Ratio { parts, of, base } => {
                let share =
                    if *of == 100 { format!("{parts}% of ") } else { format!("{parts}/{of} of ") };
                self.put(&share);
                self.expr(base, Level::Share, indent);
            }
            Expr::Min(list) => self.call("min", list, indent),
            Expr::Max(list) => self.call("max", list, indent),
            Expr::Add(list) if list.len() < 2 => self.call("sum", list, indent),
            Expr::Add(list) => {
                for (index, part) in list.iter().enumerate() {
                    if index > 0 {
                        self.put(" + ");
                    }
                    let first = index == 0 && matches!(part, Expr::Sub(..));
                    self.expr(part, if first { Level::Sum } else { Level::Product }, indent);
                }
            }
            Expr::Sub(left, right) => {
                self.expr(left, Level::Sum, indent);
                self.put(" - ");
                self.expr(right, Level::Product, indent);
            }
            Expr::Mul(left, right) => {
                self.expr(left, Level::Product, indent);
                self.put(" * ");
                self.expr(right, Level::Share, indent);
            }
            Expr::Cap(value, limit) => {
                self.put("cap(");
                self.expr(value, Level::Whole, indent);
                self.put(", ");
                self.expr(limit, Level::Whole, indent);
                self.put(")");
            }
            Expr::Slab { on, rows } => self.slab(on, rows, indent),
            Expr::Choose { fact, rows } => self.choose(fact, rows, indent),
            Expr::If(holds, yes, no) => self.branch(holds, yes, no, indent),
            Expr::Require(require, then) => {
                self.put("require ");
                self.test(&require.test, Level::Whole, indent);
                self.put(" else refuse ");
                self.text(&require.code);
                self.put(" under ");
                self.text(&require.paragraph);
                self.put(" then");
                self.new_line(indent);
                self.expr(then, Level::Whole, indent);
            }
        }
    }

    fn call(&mut self, name: &str, list: &[Expr], indent: usize) {
        self.put(name);
        self.put("(");
        for (index, part) in list.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            self.expr(part, Level::Whole, indent);
        }
        self.put(")");
    }

    fn slab(&mut self, on: &Expr, rows: &[SlabRow], indent: usize) {
        self.put("by ");
        self.expr(on, Level::Sum, indent);
        self.put(" {");
        for row in rows {
            self.new_line(indent + 1);
            match row.up_to {
                Some(up_to) => self.put(&format!("up to {up_to}: ")),
                None => self.put("above: "),
            }
            self.expr(&row.gives, Level::Whole, indent + 1);
            self.put(" under ");
            self.text(&row.paragraph);
            self.put(",");
        }
        self.new_line(indent);
        self.put("}");
    }

    fn choose(&mut self, fact: &Word, rows: &[(Word, Expr)], indent: usize) {
        self.put("choose ");
        self.fact(fact);
        self.put(" {");
        for (word, gives) in rows {
            self.new_line(indent + 1);
            self.text(word);
            self.put(": ");
            self.expr(gives, Level::Whole, indent + 1);
            self.put(",");
        }
        self.new_line(indent);
        self.put("}");
    }

    /// On one line where it is short, else a line for each branch.
    fn branch(&mut self, holds: &Test, yes: &Expr, no: &Expr, indent: usize) {
        let text = |found: &Expr| expr(found);
        let parts = [test(holds), text(yes), text(no)];
        let long = parts.iter().map(String::len).sum::<usize>() > LINE_CHARACTERS_MAX
            || parts.iter().any(|part| part.contains('\n'));
        self.put("if ");
        self.test(holds, Level::Whole, indent);
        self.put(" then");
        self.gap(long, indent + 1);
        self.expr(yes, Level::Whole, indent + 1);
        self.gap(long, indent);
        self.put("else");
        self.gap(long, indent + 1);
        self.expr(no, Level::Whole, indent + 1);
    }

    fn gap(&mut self, long: bool, indent: usize) {
        if long {
            self.new_line(indent);
        } else {
            self.put(" ");
        }
    }

    fn test(&mut self, found: &Test, place: Level, indent: usize) {
        let joined = match found {
            Test::All(list) | Test::Any(list) => list.len() > 1,
            Test::AtMost(..) | Test::Below(..) | Test::Not(_) => place == Level::Single,
            Test::Flag(_) | Test::Is(..) | Test::Given(_) => false,
        };
        let brackets = joined && place > Level::Whole;
        if brackets {
            self.put("(");
        }
        self.bare_test(found, indent);
        if brackets {
            self.put(")");
        }
    }

    fn bare_test(&mut self, found: &Test, indent: usize) {
        match found {
            Test::AtMost(left, right) => self.compare(left, " <= ", right, indent),
            Test::Below(left, right) => self.compare(left, " < ", right, indent),
            Test::Flag(name) => {
                self.put("flag(");
                self.fact(name);
                self.put(")");
            }
            Test::Given(name) => {
                self.put("given(");
                self.fact(name);
                self.put(")");
            }
            Test::Is(name, word) => {
                self.stated(name);
                self.put(" is ");
                self.text(word);
            }
            Test::All(list) => self.join("all", " and ", list, indent),
            Test::Any(list) => self.join("any", " or ", list, indent),
            Test::Not(inner) => {
                self.put("not ");
                self.test(inner, Level::Single, indent);
            }
        }
    }

    fn compare(&mut self, left: &Expr, mark: &str, right: &Expr, indent: usize) {
        self.expr(left, Level::Sum, indent);
        self.put(mark);
        self.expr(right, Level::Sum, indent);
    }

    fn join(&mut self, name: &str, word: &str, list: &[Test], indent: usize) {
        if let [only] = list {
            self.put(name);
            self.put("(");
            self.test(only, Level::Whole, indent);
            self.put(")");
            return;
        }
        for (index, part) in list.iter().enumerate() {
            if index > 0 {
                self.put(word);
            }
            self.test(part, Level::Sum, indent);
        }
    }
}

fn is_plain(name: &Word) -> bool {
    let text = name.as_str();
    let begins = text.starts_with(|found: char| found.is_ascii_alphabetic() || found == '_');
    let part = |found: char| found.is_ascii_alphanumeric() || found == '_';
    begins && text.chars().all(part) && !RESERVED.contains(&text)
}

fn level(found: &Expr) -> Level {
    match found {
        Expr::If(..) | Expr::Require(..) => Level::Whole,
        Expr::Add(list) if list.len() < 2 => Level::Single,
        Expr::Add(_) | Expr::Sub(..) => Level::Sum,
        Expr::Mul(..) => Level::Product,
        Expr::Ratio { .. } => Level::Share,
        Expr::Fact(_)
        | Expr::Const(_)
        | Expr::Number(_)
        | Expr::Min(_)
        | Expr::Max(_)
        | Expr::Cap(..)
        | Expr::Slab { .. }
        | Expr::Choose { .. } => Level::Single,
    }
}
