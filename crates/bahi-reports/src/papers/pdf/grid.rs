//! Tables on pages: how wide columns are, and where rows go.
//!
//! # Invariants
//! * No cell is wider than its column: what is too wide takes several lines.
//! * A row stands whole on one page; only one that is taller than a page is cut, between lines.

use super::{
    flow::{Flow, Line, Tree, TreeKind, line_height},
    fonts::Fonts,
    wrap::{lines, widest_word, width},
};
use crate::papers::model::{Kind, Row, RowStyle, Table};

/// The sizes that are tried until every column has room, in thousandths of a point.
const SIZES: [i32; 7] = [8_500, 8_000, 7_500, 7_000, 6_500, 6_000, 5_500];
/// The least size that is taken for rows of one line.
const READS_WELL: i32 = 7_500;
/// Blank on either side of a cell.
const PAD: i32 = 3_500;
/// Blank above and under a row's text.
const GAP: i32 = 1_800;
/// What a column of words asks for at most, and a word that may not be broken.
const WORDS_MAX: i32 = 210_000;
const WORD_MAX: i32 = 95_000;
/// What a heading over figures asks for before it takes another line.
const HEADING_MAX: i32 = 48_000;
/// What a column has at least when nothing fits.
const LEAST: i32 = 24_000;

/// Over how many columns the eye would lose its line if they were spread over a wide page, and how wide
/// such a table is at most.
const FEW: usize = 2;
const FEW_MAX: i32 = 430_000;

/// How many rows a table has at most to be kept together.
const SHORT: usize = 20;
/// The part of a page that may be left blank to keep one together: one in so many.
const BLANK_PARTS: i32 = 3;

/// Columns with their widths, blanks on their sides among them.
struct Layout {
    size: i32,
    widths: Vec<i32>,
}

/// A row in lines.
struct Laid {
    style: RowStyle,
    cells: Vec<Vec<String>>,
}

/// Lays a table out.
pub(super) fn table(flow: &mut Flow<'_, '_>, table: &Table) {
    let few = table.columns.len() <= FEW;
    let across = if few { flow.across().min(FEW_MAX) } else { flow.across() };
    let layout = layout(flow.fonts, table, across);
    let head = head_lines(flow.fonts, table, &layout);
    let head_height = height(&head, layout.size);
    let caption_size = 9_000;
    let caption = lines(flow.fonts, &table.caption, true, caption_size, flow.across());
    let captions = i32::try_from(caption.len()).unwrap_or(1);
    let begin = line_height(caption_size) * captions + head_height;
    let row_height = |row| height(&laid(flow.fonts, row, table, &layout).cells, layout.size);
    let short = table.rows.len() <= SHORT;
    let rows: i32 = if short { table.rows.iter().map(row_height).sum() } else { 0 };
    // A short table stands whole where a page can hold it, unless most of this one would be left blank for
    // that; of a long one some rows follow its head.
    let whole = begin + rows + 4_000;
    let some = begin + line_height(layout.size) * 3;
    let blank = (flow.bottom() - flow.y) * BLANK_PARTS > flow.page_height();
    let kept = short && whole <= flow.page_height() && (flow.fits(whole) || !blank);
    flow.need(if kept { whole.max(some) } else { some });
    let mut part = Tree::new(TreeKind::Table);
    let told = flow.paragraph(&table.caption, caption_size, true, 0);
    part.children.push(Tree { kind: TreeKind::Caption, ..told });
    flow.y += 1_500;
    let mut head_part = Tree::new(TreeKind::Head);
    head_part.children.push(draw_head(flow, &head, table, &layout, true));
    part.children.push(head_part);
    let mut body = Tree::new(TreeKind::Body);
    if table.rows.is_empty() {
        let mut row = Tree::new(TreeKind::Row);
        let told = flow.paragraph(&table.if_empty, layout.size, false, PAD);
        row.children.push(Tree { kind: TreeKind::Cell, ..told });
        body.children.push(row);
    }
    for (index, row) in table.rows.iter().enumerate() {
        let laid = laid(flow.fonts, row, table, &layout);
        let mut needed = height(&laid.cells, layout.size);
        if row.style == RowStyle::Group && index + 1 < table.rows.len() {
            needed += 6_000 + line_height(layout.size) * 2;
        }
        if !flow.fits(needed) {
            flow.new_page();
            draw_head(flow, &head, table, &layout, false);
        }
        body.children.push(draw_row(flow, &laid, &head, table, &layout));
    }
    part.children.push(body);
    flow.tree.push(part);
}

/// How wide the columns are, at the largest size at which all have room.
fn layout(fonts: &Fonts<'_>, table: &Table, across: i32) -> Layout {
    // Rows of one line each are worth a size less, as far as that reads well; so are fewer lines.
    for whole_rows in [true, false] {
        let sizes = SIZES.into_iter().filter(|size| match whole_rows {
            true => *size >= READS_WELL,
            false => *size <= READS_WELL,
        });
        for size in sizes {
            let asked = asked(fonts, table, size);
            let sum = |of: fn(&(i32, i32)) -> i32| {
                asked.iter().map(|column| of(column) + 2 * PAD).sum::<i32>()
            };
            let (least, whole) = (sum(|(least, _)| *least), sum(|(_, whole)| *whole));
            if least <= across && (!whole_rows || whole <= across) {
                return Layout { size, widths: shared(&asked, table, across - least) };
            }
        }
    }
    let size = SIZES[SIZES.len() - 1];
    let asked = asked(fonts, table, size);
    let whole: i64 = asked.iter().map(|(least, _)| i64::from(least + 2 * PAD)).sum();
    let part = |(least, _): &(i32, i32)| {
        let part = i64::from(least + 2 * PAD) * i64::from(across) / whole.max(1);
        i32::try_from(part).unwrap_or(LEAST).max(LEAST.min(across))
    };
    Layout { size, widths: asked.iter().map(part).collect() }
}

/// Of each column the least width, and the one at which nothing takes a second line.
fn asked(fonts: &Fonts<'_>, table: &Table, size: i32) -> Vec<(i32, i32)> {
    let column = |(index, column): (usize, &crate::papers::Column)| {
        // A heading over figures takes two lines rather than three.
        let heading = width(fonts, &column.heading, true, size);
        let mut least = widest_word(fonts, &column.heading, true, size);
        if column.kind == Kind::Money {
            least = least.max(heading.min(HEADING_MAX));
        }
        let mut whole = least;
        for row in table.rows.iter().filter(|row| row.style != RowStyle::Group) {
            let bold = row.style == RowStyle::Total;
            let Some(text) = row.cells.get(index).map(crate::papers::Cell::shown) else { continue };
            let wide = width(fonts, &text, bold, size);
            match column.kind {
                Kind::Money | Kind::Count | Kind::Day => least = least.max(wide),
                Kind::Code => least = least.max(wide.min(WORD_MAX)),
                Kind::Text => {
                    least = least.max(widest_word(fonts, &text, bold, size).min(WORD_MAX));
                }
            }
            whole = whole.max(wide.min(WORDS_MAX));
        }
        (least, whole.max(least))
    };
    table.columns.iter().enumerate().map(column).collect()
}

/// The least widths with what is left over: first to columns that would take fewer lines for it, then
/// to columns of words, then to all.
fn shared(asked: &[(i32, i32)], table: &Table, left: i32) -> Vec<i32> {
    let mut widths: Vec<i32> = asked.iter().map(|(least, _)| least + 2 * PAD).collect();
    let wanted: i64 = asked.iter().map(|(least, whole)| i64::from(whole - least)).sum();
    let given = wanted.min(i64::from(left));
    for (width, (least, whole)) in widths.iter_mut().zip(asked) {
        let part = i64::from(whole - least) * given / wanted.max(1);
        *width += i32::try_from(part).unwrap_or_default();
    }
    let rest = left - i32::try_from(given).unwrap_or(left);
    let words: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind == Kind::Text)
        .map(|(index, _)| index)
        .collect();
    let takers = if words.is_empty() { (0..widths.len()).collect() } else { words };
    let each = rest / i32::try_from(takers.len()).unwrap_or(1).max(1);
    takers.into_iter().for_each(|index| widths[index] += each);
    widths
}

fn head_lines(fonts: &Fonts<'_>, table: &Table, layout: &Layout) -> Vec<Vec<String>> {
    let columns = table.columns.iter().zip(&layout.widths);
    columns
        .map(|(column, wide)| lines(fonts, &column.heading, true, layout.size, wide - 2 * PAD))
        .collect()
}

fn laid(fonts: &Fonts<'_>, row: &Row, table: &Table, layout: &Layout) -> Laid {
    let bold = row.style != RowStyle::Plain;
    let cells = if row.style == RowStyle::Group {
        let across: i32 = layout.widths.iter().sum();
        let text = row.cells.first().map(crate::papers::Cell::shown).unwrap_or_default();
        vec![lines(fonts, &text, bold, layout.size, across - 2 * PAD)]
    } else {
        let cells = row.cells.iter().zip(&layout.widths).take(table.columns.len());
        cells
            .map(|(cell, wide)| lines(fonts, &cell.shown(), bold, layout.size, wide - 2 * PAD))
            .collect()
    };
    Laid { style: row.style, cells }
}

/// How high lines of cells are together.
fn height(cells: &[Vec<String>], size: i32) -> i32 {
    let rows = cells.iter().map(Vec::len).max().unwrap_or(1);
    line_height(size) * i32::try_from(rows).unwrap_or(1) + 2 * GAP
}

fn draw_head(
    flow: &mut Flow<'_, '_>,
    head: &[Vec<String>],
    table: &Table,
    layout: &Layout,
    read: bool,
) -> Tree {
    let mut part = Tree::new(TreeKind::Row);
    let across = layout.widths.iter().sum();
    flow.rule(flow.left(), flow.y, across, 800, false);
    let rows = head.iter().map(Vec::len).max().unwrap_or(1);
    let mut x = flow.left();
    for ((shown, column), wide) in head.iter().zip(&table.columns).zip(&layout.widths) {
        // A heading stands on the line under it, as its figures hang from it.
        let down = i32::try_from(rows - shown.len()).unwrap_or_default();
        let top = flow.y + GAP + down * line_height(layout.size);
        let place = Place { x, top, wide: *wide, kind: column.kind };
        let leaves = draw_cell(flow, shown, &place, layout.size, true, read);
        let mut cell = Tree::new(TreeKind::ColumnHead);
        cell.leaves = leaves;
        part.children.push(cell);
        x += wide;
    }
    flow.y += height(head, layout.size);
    flow.rule(flow.left(), flow.y, across, 500, false);
    part
}

/// Draws a row where it fits, on as many pages as it needs.
fn draw_row(
    flow: &mut Flow<'_, '_>,
    laid: &Laid,
    head: &[Vec<String>],
    table: &Table,
    layout: &Layout,
) -> Tree {
    let size = layout.size;
    let across = layout.widths.iter().sum();
    let bold = laid.style != RowStyle::Plain;
    let spans = laid.style == RowStyle::Group;
    let kind = match laid.style {
        RowStyle::Group => TreeKind::RowHead(u32::try_from(table.columns.len()).unwrap_or(1)),
        RowStyle::Plain | RowStyle::Total => TreeKind::Cell,
    };
    let mut part = Tree::new(TreeKind::Row);
    part.children = laid.cells.iter().map(|_| Tree::new(kind)).collect();
    match laid.style {
        RowStyle::Group => flow.y += 5_000,
        RowStyle::Total => flow.rule(flow.left(), flow.y, across, 500, false),
        RowStyle::Plain => {}
    }
    let rows = laid.cells.iter().map(Vec::len).max().unwrap_or(1);
    let mut from = 0;
    while from < rows {
        let room = (flow.bottom() - flow.y - 2 * GAP) / line_height(size);
        let to = rows.min(from + usize::try_from(room).unwrap_or_default().max(1));
        let mut x = flow.left();
        for (index, shown) in laid.cells.iter().enumerate() {
            let wide = if spans { across } else { layout.widths[index] };
            let kind = if spans { Kind::Text } else { table.columns[index].kind };
            let place = Place { x, top: flow.y + GAP, wide, kind };
            let shown = shown.get(from..to.min(shown.len())).unwrap_or_default();
            let leaves = draw_cell(flow, shown, &place, size, bold, true);
            part.children[index].leaves.extend(leaves);
            x += wide;
        }
        let drawn = i32::try_from(to - from).unwrap_or(1);
        flow.y += line_height(size) * drawn + 2 * GAP;
        from = to;
        if from < rows {
            flow.new_page();
            draw_head(flow, head, table, layout, false);
        }
    }
    match laid.style {
        RowStyle::Plain => flow.rule(flow.left(), flow.y, across, 250, true),
        RowStyle::Total => flow.rule(flow.left(), flow.y, across, 800, false),
        RowStyle::Group => flow.rule(flow.left(), flow.y, across, 400, false),
    }
    part
}

/// Where a cell goes.
struct Place {
    x: i32,
    top: i32,
    wide: i32,
    kind: Kind,
}

/// Draws the lines of a cell; one that is empty has a blank, so that every row is read with as many
/// cells.
fn draw_cell(
    flow: &mut Flow<'_, '_>,
    shown: &[String],
    place: &Place,
    size: i32,
    bold: bool,
    read: bool,
) -> Vec<usize> {
    let mut leaves = Vec::new();
    for (row, text) in shown.iter().enumerate() {
        let text = if text.is_empty() { " " } else { text };
        let wide = width(flow.fonts, text, bold, size);
        let x = match place.kind {
            Kind::Money | Kind::Count => place.x + place.wide - PAD - wide,
            Kind::Text | Kind::Code | Kind::Day => place.x + PAD,
        };
        let down = line_height(size) * i32::try_from(row).unwrap_or_default();
        let line = Line { text, size, bold, grey: false };
        leaves.extend(flow.put(&line, x, place.top + down, read));
    }
    leaves
}
