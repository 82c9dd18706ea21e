//! Terms in words: what an order gives, as sentences a person can check against the order.
//!
//! # Invariants
//! * Every part of terms has words: nothing an entitlement depends on is left out.

use bahi::{
    core::{Expr, Require, SlabRow, Terms, Test, Word},
    rulebook::note,
};

use crate::table::NO_BREAK;

/// Every condition and item of terms; what depends on a choice or an amount stands below it, two
/// blanks further in.
pub(super) fn sentences(terms: &Terms) -> Vec<String> {
    let parts = terms.parts();
    let mut lines: Vec<String> = parts.requires.iter().map(only_if).collect();
    for item in &parts.items {
        let name = item.name.as_str();
        let name = note(name).unwrap_or(name);
        let when = item.when.as_ref().map(|when| format!(" where {}", test(when)));
        let start = format!("{name}{}", when.unwrap_or_default());
        branches(&start, &item.allowed, Some(&item.paragraph), 0, &mut lines);
    }
    if let Some(own) = &parts.own_contribution {
        branches("the applicant brings", own, None, 0, &mut lines);
    }
    lines
}

fn only_if(require: &Require) -> String {
    let code = require.code.as_str();
    format!("only if {} ({})", note(code).unwrap_or(code), require.paragraph)
}

/// An expression after some words: on one line, or its branches on lines of their own.
fn branches(
    start: &str,
    found: &Expr,
    paragraph: Option<&Word>,
    depth: usize,
    lines: &mut Vec<String>,
) {
    let indent = "  ".repeat(depth);
    match found {
        Expr::Slab { on, rows } => {
            // One row without bound says nothing but which line of the order it is.
            if let [SlabRow { up_to: None, gives, paragraph }] = rows.as_slice() {
                return branches(start, gives, Some(paragraph), depth, lines);
            }
            lines.push(format!("{indent}{start}, by {}:", expr(on)));
            for row in rows {
                let bound = match row.up_to {
                    Some(up_to) => format!("up to ₹ {}", up_to.grouped()),
                    None => "above".to_owned(),
                };
                branches(&bound, &row.gives, Some(&row.paragraph), depth + 1, lines);
            }
        }
        Expr::Choose { fact, rows } => {
            lines.push(format!("{indent}{start}, by {fact}:"));
            for (choice, gives) in rows {
                branches(choice.as_str(), gives, paragraph, depth + 1, lines);
            }
        }
        Expr::If(when, yes, no) => {
            lines.push(format!("{indent}{start}:"));
            let when = format!("where {}", test(when));
            branches(&when, yes, paragraph, depth + 1, lines);
            branches("else", no, paragraph, depth + 1, lines);
        }
        Expr::Require(require, then) => {
            branches(start, then, paragraph, depth, lines);
            lines.push(format!("{indent}  {}", only_if(require)));
        }
        Expr::Fact(_)
        | Expr::Const(_)
        | Expr::Number(_)
        | Expr::Ratio { .. }
        | Expr::Min(_)
        | Expr::Max(_)
        | Expr::Add(_)
        | Expr::Sub(..)
        | Expr::Mul(..)
        | Expr::Cap(..) => {
            let paragraph = paragraph.map(|paragraph| format!(" ({paragraph})"));
            lines.push(format!(
                "{indent}{start}: {}{}",
                expr(found),
                paragraph.unwrap_or_default()
            ));
        }
    }
}

fn slab_row(row: &SlabRow) -> String {
    let bound = match row.up_to {
        Some(up_to) => format!("up to ₹ {}", up_to.grouped()),
        None => "above".to_owned(),
    };
    format!("{bound}: {} ({})", expr(&row.gives), row.paragraph)
}

fn joined(list: &[Expr], with: &str) -> String {
    list.iter().map(expr).collect::<Vec<_>>().join(with)
}

fn expr(found: &Expr) -> String {
    match found {
        Expr::Fact(name) => name.to_string(),
        Expr::Const(money) => format!("₹ {}", money.grouped()),
        Expr::Number(number) => number.to_string(),
        Expr::Ratio { parts, of: 100, base } => format!("{parts} % of {}", expr(base)),
        Expr::Ratio { parts, of, base } => format!("{parts}/{of} of {}", expr(base)),
        Expr::Min(list) => format!("the smallest of ({})", joined(list, ", ")),
        Expr::Max(list) => format!("the largest of ({})", joined(list, ", ")),
        Expr::Add(list) => format!("({})", joined(list, " + ")),
        Expr::Sub(left, right) => format!("({} − {})", expr(left), expr(right)),
        Expr::Mul(left, right) => format!("{} × {}", expr(left), expr(right)),
        Expr::Cap(value, limit) => format!("{}, at most {}", expr(value), expr(limit)),
        Expr::Slab { on, rows } => {
            let rows: Vec<String> = rows.iter().map(slab_row).collect();
            format!("by {} ({})", expr(on), rows.join("; "))
        }
        Expr::Choose { fact, rows } => {
            let row = |(word, gives): &(Word, Expr)| format!("{word}: {}", expr(gives));
            let rows: Vec<String> = rows.iter().map(row).collect();
            format!("by {fact} ({})", rows.join("; "))
        }
        Expr::If(when, yes, no) => {
            format!("where {}: {}, else {}", test(when), expr(yes), expr(no))
        }
        Expr::Require(require, then) => format!("{}, {}", expr(then), only_if(require)),
    }
}

fn test(found: &Test) -> String {
    let all = |list: &[Test], with: &str| list.iter().map(test).collect::<Vec<_>>().join(with);
    match found {
        Test::AtMost(left, right) => format!("{} is at most {}", expr(left), expr(right)),
        Test::Below(left, right) => format!("{} is below {}", expr(left), expr(right)),
        Test::Flag(name) => format!("{name} is so"),
        Test::Is(name, word) => format!("{name} is {word}"),
        Test::Given(name) => format!("{name} is stated"),
        Test::All(list) => format!("({})", all(list, " and ")),
        Test::Any(list) => format!("({})", all(list, " or ")),
        Test::Not(inner) => format!("not ({})", test(inner)),
    }
}

/// Lines of words, wrapped to a terminal, each at its indent.
pub(super) struct Words {
    width: usize,
    text: String,
}

impl Words {
    pub(super) fn new(width: u16) -> Words {
        Words { width: usize::from(width), text: String::new() }
    }

    /// Adds a line at an indent; what does not fit goes on below, two further in.
    pub(super) fn line(&mut self, indent: usize, line: &str) {
        let deeper = line.len() - line.trim_start().len();
        let mut column = 0;
        // The sign of the rupee stays with its amount.
        let line = line.replace("₹ ", &format!("₹{NO_BREAK}"));
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let word = &word.replace(NO_BREAK, " ");
            let length = word.chars().count();
            if column == 0 {
                self.text.push_str(&" ".repeat(indent + deeper));
                column = indent + deeper;
            } else if column + 1 + length > self.width {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(indent + deeper + 2));
                column = indent + deeper + 2;
            } else {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += length;
        }
        self.text.push('\n');
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}
