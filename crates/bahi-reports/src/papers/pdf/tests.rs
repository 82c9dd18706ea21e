//! Pages as they are laid out: within the margins, whole rows, the stamp on each.

use bahi_core::Total;

use super::*;
use crate::papers::{
    Cell, Column, Table,
    model::{Signature, sample},
};

/// Every text of every page, in order of drawing, with its page.
fn texts(flow: &Flow<'_, '_>) -> Vec<(usize, String, i32)> {
    let mut texts = Vec::new();
    for (number, page) in flow.pages.iter().enumerate() {
        for op in &page.ops {
            if let Op::Text { text, x, .. } = op {
                texts.push((number, text.clone(), *x));
            }
        }
    }
    texts
}

fn laid_out(paper: &Paper, look: impl FnOnce(&Flow<'_, '_>)) {
    let data = shaper_data();
    let fonts = Fonts::over(&data).expect("the fonts read");
    look(&flow::of(paper, &fonts));
}

/// Texts that stretch a page: long, unbroken, of no font, in two scripts.
fn hostile(rows: usize) -> Paper {
    let mut paper = sample(rows);
    let long = "Z".repeat(400);
    let cells = &mut paper.tables[0].rows[1].cells;
    cells[1] = Cell::Text(format!("{long} क्षत्रिय {} \u{202e}\u{1f600}\u{0}", "word ".repeat(40)));
    cells[3] = Cell::Text("0123456789abcdef".repeat(20));
    cells[4] = Cell::Money(Total::from_paise(i128::MIN / 2));
    paper.title = long;
    paper.facts[0].value = Cell::Text("x".repeat(900));
    paper.signatures = vec![Signature { office: "O".repeat(200) }; 3];
    paper
}

#[test]
fn the_same_paper_is_the_same_document() {
    let bytes = |paper: &Paper| pdf(paper).expect("a document");
    assert_eq!(bytes(&sample(60)), bytes(&sample(60)));
    assert_ne!(bytes(&sample(60)), bytes(&sample(61)));
}

#[test]
fn a_document_says_that_it_is_of_the_archive_and_is_tagged() {
    let bytes = pdf(&sample(3)).expect("a document");
    let text = String::from_utf8_lossy(&bytes);
    for wanted in ["%PDF-1.7", "pdfaid:part", "/MarkInfo", "/StructTreeRoot", "/Lang"] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[test]
fn every_page_has_the_stamp_its_number_and_the_head_of_its_table() {
    laid_out(&sample(200), |flow| {
        let count = flow.pages.len();
        assert!(count >= 4, "{count} pages");
        let all = texts(flow);
        for page in 0..count {
            let of_page = |wanted: &str| {
                all.iter().filter(|(at, text, _)| *at == page && text.contains(wanted)).count()
            };
            assert_eq!(of_page(&format!("page {} of {count}", page + 1)), 1);
            assert_eq!(of_page("root 0123456789abcdef"), 1);
            // Rows end before the last page does, where there is still a head over the rest.
            if of_page("B-") > 0 {
                assert_eq!(of_page("Amount"), 1, "page {page}");
            }
        }
        for row in 1..=200 {
            let drawn = all.iter().filter(|(_, text, _)| text == &format!("B-{row}/2024")).count();
            assert_eq!(drawn, 1, "row {row}");
        }
    });
}

#[test]
fn nothing_stands_beyond_the_margins_or_under_another_row() {
    for rows in [1, 2, 17, 61] {
        for wide in [false, true] {
            let mut paper = hostile(rows);
            paper.wide = wide;
            laid_out(&paper, |flow| {
                let fonts = flow.fonts;
                for page in &flow.pages {
                    for op in &page.ops {
                        if let Op::Text { x, y, size, bold, hindi: _, text, .. } = op {
                            let end = x + wrap::width(fonts, text, *bold, *size);
                            let within =
                                *x >= flow.left() && end <= flow.left() + flow.across() + 1;
                            assert!(within, "{text:?} from {x} to {end}");
                            assert!(*y > 0 && *y < flow.geometry.height, "{text:?} at {y}");
                        }
                    }
                }
            });
            assert!(pdf(&paper).is_ok(), "{rows} rows");
        }
    }
}

#[test]
fn a_row_stands_whole_on_one_page() {
    let mut paper = sample(0);
    let mut table = Table::new(
        "x",
        "Rows of several lines",
        vec![Column::count("number", "No."), Column::text("words", "Words")],
    );
    for number in 0..120_u64 {
        let words =
            format!("begin{number} {} end{number}", "word ".repeat(60 + number as usize % 40));
        table.row(vec![Cell::Count(number), Cell::Text(words)]);
    }
    paper.tables = vec![table];
    laid_out(&paper, |flow| {
        let all = texts(flow);
        let page_of = |wanted: &str| {
            let found = all.iter().find(|(_, text, _)| text.split(' ').any(|word| word == wanted));
            found.map(|(page, ..)| *page).expect("every word is drawn")
        };
        for number in 0..120 {
            let (begin, end) = (format!("begin{number}"), format!("end{number}"));
            assert_eq!(page_of(&begin), page_of(&end), "row {number}");
        }
    });
}

#[test]
fn a_short_table_of_tall_rows_leaves_no_page_half_blank() {
    for before in 2..18 {
        let mut paper = sample(0);
        let columns = || vec![Column::text("a", "A"), Column::text("b", "B")];
        let (mut first, mut second) =
            (Table::new("x", "X", columns()), Table::new("y", "Y", columns()));
        for number in 0..before {
            first.row(vec![Cell::Text(format!("first{number}")), Cell::text("one line")]);
        }
        for number in 0..7 {
            second.row(vec![Cell::Text(format!("second{number}")), Cell::Text("word ".repeat(60))]);
        }
        paper.wide = true;
        paper.tables = vec![first, second];
        laid_out(&paper, |flow| {
            let is_row = |text: &str| text.starts_with("first") || text.starts_with("second");
            let mut lowest = 0;
            for op in &flow.pages[0].ops {
                if let Op::Text { y, text, .. } = op
                    && is_row(text)
                {
                    lowest = lowest.max(*y);
                }
            }
            // A row that does not fit any more is tall, and a third of a page may be left.
            let least = flow.bottom() - flow.page_height() / 3 - 60_000;
            assert!(lowest > least, "{before} rows before: {lowest} of {}", flow.bottom());
        });
    }
}

#[test]
fn amounts_end_on_one_line() {
    laid_out(&sample(5), |flow| {
        let mut ends = std::collections::BTreeSet::new();
        for op in flow.pages.iter().flat_map(|page| &page.ops) {
            if let Op::Text { x, size, bold: false, text, .. } = op
                && text == "1,00,000.00"
            {
                ends.insert(x + wrap::width(flow.fonts, text, false, *size));
            }
        }
        assert_eq!(ends.len(), 1, "{ends:?}");
    });
}
