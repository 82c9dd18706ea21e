//! A paper as one HTML page that needs nothing else: to read, to print, to have read aloud.
//!
//! # Invariants
//! * Every text goes through [`escape`]; the page forbids scripts and anything fetched.

use super::model::{Cell, Column, Identity, Kind, Paper, Row, RowStyle, Table, shown_text};

/// The page's looks: on a screen, and on A4 with the stamp at the foot of each sheet.
const STYLE: &str = include_str!("html/paper.css");

/// The page, in UTF-8.
///
/// ```
/// use bahi_core::Instant;
/// use bahi_reports::papers::{Paper, Stamp, html};
/// let stamp = Stamp {
///     ledger: "up-odop".to_owned(),
///     position: 7,
///     root: "00".repeat(32),
///     as_of: None,
///     known_on: Instant::parse("2024-04-01")?,
///     simulated: false,
///     program: "bahi 0.1.0".to_owned(),
/// };
/// let paper = Paper {
///     kind: "example",
///     title: "<script>".to_owned(),
///     subtitles: Vec::new(),
///     wide: false,
///     facts: Vec::new(),
///     tables: Vec::new(),
///     identities: Vec::new(),
///     passages: Vec::new(),
///     signatures: Vec::new(),
///     stamp,
/// };
/// assert!(html(&paper).contains("<h1>&lt;script&gt;</h1>"));
/// # Ok::<(), bahi_core::TimeError>(())
/// ```
#[must_use]
pub fn html(paper: &Paper) -> String {
    let mut out = String::new();
    head(paper, &mut out);
    out.push_str("<header>\n");
    line(&mut out, "h1", "", &paper.title);
    for subtitle in &paper.subtitles {
        line(&mut out, "p", " class=\"subtitle\"", subtitle);
    }
    out.push_str("</header>\n");
    if !paper.facts.is_empty() {
        out.push_str("<dl>\n");
        for fact in &paper.facts {
            line(&mut out, "dt", "", &fact.label);
            line(&mut out, "dd", "", &shown(&fact.value));
        }
        out.push_str("</dl>\n");
    }
    paper.tables.iter().for_each(|one| table(one, &mut out));
    identities(&paper.identities, &mut out);
    for passage in &paper.passages {
        out.push_str("<section class=\"passage\">\n");
        line(&mut out, "h2", "", &passage.heading);
        out.push_str("<ol>\n");
        passage.items.iter().for_each(|item| line(&mut out, "li", "", item));
        out.push_str("</ol>\n</section>\n");
    }
    signatures(paper, &mut out);
    foot(paper, &mut out);
    out
}

fn head(paper: &Paper, out: &mut String) {
    out.push_str("<!DOCTYPE html>\n<html lang=\"en-IN\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n",
    );
    // A title holds text alone: the language of a part cannot be marked in it.
    out.push_str(&format!("<title>{}</title>\n<style>\n", escape(&paper.title)));
    let side = if paper.wide { "landscape" } else { "portrait" };
    let [place, time] = paper.stamp.lines().map(|line| css_text(&line));
    // The stamp on each sheet; at the end of the page it stands as text for all who do not print.
    out.push_str(&format!(
        "@page {{ size: A4 {side}; @bottom-left {{ content: \"{place}\\A {time}\"; }} }}\n\
         {STYLE}</style>\n</head>\n"
    ));
    out.push_str(&format!("<body class=\"{side}\">\n<main>\n"));
}

fn table(table: &Table, out: &mut String) {
    out.push_str("<table>\n");
    line(out, "caption", "", &table.caption);
    out.push_str("<thead>\n<tr>");
    for column in &table.columns {
        out.push_str(&format!("<th scope=\"col\"{}>", class(column.kind)));
        text(out, &column.heading);
        out.push_str("</th>");
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    if table.rows.is_empty() {
        out.push_str(&format!("<tr><td colspan=\"{}\">", table.columns.len()));
        text(out, &table.if_empty);
        out.push_str("</td></tr>\n");
    }
    table.rows.iter().for_each(|one| row(one, &table.columns, out));
    out.push_str("</tbody>\n</table>\n");
}

fn row(row: &Row, columns: &[Column], out: &mut String) {
    match row.style {
        RowStyle::Plain => out.push_str("<tr>"),
        RowStyle::Total => out.push_str("<tr class=\"total\">"),
        RowStyle::Group => {
            let span = columns.len();
            out.push_str(&format!(
                "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{span}\">"
            ));
            text(out, &row.cells.first().map(shown).unwrap_or_default());
            out.push_str("</th></tr>\n");
            return;
        }
    }
    for (cell, column) in row.cells.iter().zip(columns) {
        let class = match cell {
            Cell::Text(_) | Cell::Empty | Cell::Day(_) => class(column.kind),
            Cell::Money(_) | Cell::Count(_) | Cell::Position(_) => " class=\"number\"",
        };
        out.push_str(&format!("<td{class}>"));
        text(out, &shown(cell));
        out.push_str("</td>");
    }
    out.push_str("</tr>\n");
}

fn identities(identities: &[Identity], out: &mut String) {
    if identities.is_empty() {
        return;
    }
    out.push_str("<section class=\"identities\">\n<h2>Proved from the log</h2>\n");
    for identity in identities {
        let class = if identity.holds() { "holds" } else { "broken" };
        out.push_str(&format!("<div class=\"{class}\">\n"));
        line(out, "p", " class=\"says\"", &identity.says);
        for (how, amount) in [&identity.left, &identity.right] {
            out.push_str("<p class=\"side\"><span>");
            text(out, how);
            out.push_str("</span><span class=\"number\">");
            text(out, &amount.grouped());
            out.push_str("</span></p>\n");
        }
        line(out, "p", " class=\"verdict\"", &identity.verdict());
        out.push_str("</div>\n");
    }
    out.push_str("</section>\n");
}

fn signatures(paper: &Paper, out: &mut String) {
    if paper.signatures.is_empty() {
        return;
    }
    out.push_str("<section class=\"signatures\">\n");
    for signature in &paper.signatures {
        out.push_str("<div><p class=\"line\">Signature</p>");
        line(out, "p", "", "Name");
        line(out, "p", "", &signature.office);
        line(out, "p", "", "Date");
        line(out, "p", "", "Place");
        out.push_str("</div>\n");
    }
    out.push_str("</section>\n");
}

fn foot(paper: &Paper, out: &mut String) {
    out.push_str("</main>\n<footer>\n");
    for text in paper.stamp.lines() {
        line(out, "p", "", &text);
    }
    out.push_str("</footer>\n</body>\n</html>\n");
}

fn shown(cell: &Cell) -> String {
    cell.shown()
}

const fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "",
        Kind::Code => " class=\"code\"",
        Kind::Day => " class=\"day\"",
        Kind::Money | Kind::Count => " class=\"number\"",
    }
}

/// An element with a text, on a line of its own.
fn line(out: &mut String, name: &str, attributes: &str, content: &str) {
    out.push_str(&format!("<{name}{attributes}>"));
    text(out, content);
    out.push_str(&format!("</{name}>\n"));
}

/// A text with its parts in Devanagari marked as Hindi, for whoever reads aloud or sets type.
fn text(out: &mut String, content: &str) {
    for (hindi, part) in by_script(content) {
        if hindi {
            out.push_str(&format!("<span lang=\"hi\">{}</span>", escape(part)));
        } else {
            out.push_str(&escape(part));
        }
    }
}

/// The parts of a text in order: whether each is in Devanagari, blanks between two such words with it.
pub(super) fn by_script(content: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut hindi = None;
    let mut blanks_from = None;
    for (at, found) in content.char_indices() {
        let now = is_devanagari(found);
        if hindi == Some(true) && !now && found == ' ' {
            blanks_from = blanks_from.or(Some(at));
            continue;
        }
        if hindi.is_some_and(|before| before != now) {
            let end = blanks_from.unwrap_or(at);
            parts.push((!now, &content[start..end]));
            start = end;
        }
        blanks_from = None;
        hindi = Some(now);
    }
    let end = blanks_from.unwrap_or(content.len());
    if let Some(hindi) = hindi
        && start < end
    {
        parts.push((hindi, &content[start..end]));
    }
    if end < content.len() {
        parts.push((false, &content[end..]));
    }
    parts
}

/// Whether a character is of the script Hindi is written in, or joins two that are.
const fn is_devanagari(found: char) -> bool {
    matches!(found, '\u{900}'..='\u{97f}' | '\u{200c}' | '\u{200d}')
}

/// A text as it stands between tags and in quoted attributes.
fn escape(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for found in shown_text(content).chars() {
        match found {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(found),
        }
    }
    out
}

/// A text as it stands in a quoted text of a style sheet: what is no letter or digit, by its number.
fn css_text(content: &str) -> String {
    let mut out = String::new();
    for found in shown_text(content).chars() {
        if found.is_ascii_alphanumeric() {
            out.push(found);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(found)));
        }
    }
    out
}

#[cfg(test)]
mod tests;
