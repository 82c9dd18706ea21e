//! A paper laid out on pages: what is drawn where, and how it is read aloud.
//!
//! # Invariants
//! * Every piece of text that is not of a page's head or foot is a leaf of the tree, once.
//!
//! # Not here
//! Tables: `grid`.

use super::{
    fonts::Fonts,
    grid,
    wrap::{lines, width},
};
use crate::papers::model::{Identity, Paper, Passage, Signature};

/// The sides of A4, in thousandths of a point.
const SHORT: i32 = 595_276;
const LONG: i32 = 841_890;
/// From the sheet's edge to what is printed.
const SIDE: i32 = 36_000;
const TOP: i32 = 40_000;
const BOTTOM: i32 = 56_000;
/// Of a text's size, how far its line is from the next, in hundredths.
const LEADING: i32 = 140;
/// Of a text's size, how far under the top of its line it stands, in hundredths.
const ASCENT: i32 = 104;

/// The size of body text.
const BODY: i32 = 9_000;
/// The size of what stands at the foot.
const FOOT: i32 = 6_500;

/// A page's measures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub(super) width: i32,
    pub(super) height: i32,
}

/// What is drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Op {
    /// A run of text in one script, its start on the base line; read aloud as a leaf, where it is one.
    Text {
        x: i32,
        y: i32,
        size: i32,
        bold: bool,
        grey: bool,
        hindi: bool,
        text: String,
        leaf: Option<usize>,
    },
    /// A filled box.
    Rule { x: i32, y: i32, width: i32, height: i32, grey: bool },
}

/// A page.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) ops: Vec<Op>,
}

/// A part of what is read aloud: parts within it, then leaves.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) kind: TreeKind,
    pub(super) children: Vec<Tree>,
    pub(super) leaves: Vec<usize>,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TreeKind {
    Title,
    Heading,
    Paragraph,
    Table,
    Caption,
    Head,
    Body,
    Row,
    ColumnHead,
    /// Over so many columns.
    RowHead(u32),
    Cell,
}

impl Tree {
    pub(super) fn new(kind: TreeKind) -> Tree {
        Tree { kind, children: Vec::new(), leaves: Vec::new() }
    }
}

/// A paper on its way onto pages.
pub(super) struct Flow<'p, 'f> {
    pub(super) fonts: &'p Fonts<'f>,
    pub(super) geometry: Geometry,
    pub(super) pages: Vec<Page>,
    pub(super) tree: Vec<Tree>,
    pub(super) leaves: usize,
    /// The top of what comes next.
    pub(super) y: i32,
    /// What stands at the head of each page but the first.
    running: String,
}

/// A line of text to be placed.
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) size: i32,
    pub(super) bold: bool,
    pub(super) grey: bool,
}

/// The paper on its pages.
pub(super) fn of<'p, 'f>(paper: &Paper, fonts: &'p Fonts<'f>) -> Flow<'p, 'f> {
    let (width, height) = if paper.wide { (LONG, SHORT) } else { (SHORT, LONG) };
    let mut flow = Flow {
        fonts,
        geometry: Geometry { width, height },
        pages: vec![Page::default()],
        tree: Vec::new(),
        leaves: 0,
        y: TOP,
        running: paper.title.clone(),
    };
    flow.centred(&paper.title, 14_000, true, TreeKind::Title);
    for subtitle in &paper.subtitles {
        flow.centred(subtitle, BODY, false, TreeKind::Paragraph);
    }
    flow.space(10_000);
    for fact in &paper.facts {
        flow.fact(&fact.label, &fact.value.shown());
    }
    for table in &paper.tables {
        flow.space(10_000);
        grid::table(&mut flow, table);
    }
    flow.identities(&paper.identities);
    paper.passages.iter().for_each(|passage| flow.passage(passage));
    flow.signatures(&paper.signatures);
    flow.stamp(paper);
    flow
}

/// How high a line of a size is.
pub(super) const fn line_height(size: i32) -> i32 {
    size * LEADING / 100
}

impl Flow<'_, '_> {
    /// The left edge of what is printed.
    pub(super) const fn left(&self) -> i32 {
        SIDE
    }

    /// How wide what is printed is.
    pub(super) const fn across(&self) -> i32 {
        self.geometry.width - 2 * SIDE
    }

    /// Where what is printed ends.
    pub(super) const fn bottom(&self) -> i32 {
        self.geometry.height - BOTTOM
    }

    /// How high a new page is.
    pub(super) const fn page_height(&self) -> i32 {
        self.geometry.height - BOTTOM - TOP - line_height(FOOT) - 6_000
    }

    /// Room between two things; none at the top of a page.
    pub(super) fn space(&mut self, height: i32) {
        if self.y > TOP && !self.at_top() {
            self.y += height;
        }
    }

    fn at_top(&self) -> bool {
        self.pages.len() > 1 && self.y <= TOP + line_height(FOOT) + 6_000
    }

    /// Whether so much fits under what is there.
    pub(super) const fn fits(&self, height: i32) -> bool {
        self.y + height <= self.bottom()
    }

    /// Goes on a new page where so much does not fit on this one.
    pub(super) fn need(&mut self, height: i32) {
        if !self.fits(height) {
            self.new_page();
        }
    }

    /// Goes on a new page, with the paper's title at its head.
    pub(super) fn new_page(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
        let running = self.running.clone();
        let line = Line { text: &running, size: FOOT, bold: false, grey: true };
        let shown = lines(self.fonts, line.text, false, FOOT, self.across());
        let first = shown.into_iter().next().unwrap_or_default();
        self.put(&Line { text: &first, ..line }, self.left(), self.y, false);
        self.y += line_height(FOOT);
        self.rule(self.left(), self.y, self.across(), 400, true);
        self.y += 6_000;
    }

    /// Draws on the page that is begun.
    fn draw(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.ops.push(op);
        }
    }

    /// Draws a horizontal rule.
    pub(super) fn rule(&mut self, x: i32, y: i32, width: i32, height: i32, grey: bool) {
        self.draw(Op::Rule { x, y, width, height, grey });
    }

    /// Draws a line of text whose top is at `y`; the leaves it became, where it is to be read.
    pub(super) fn put(&mut self, line: &Line<'_>, x: i32, y: i32, read: bool) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut at = x;
        for run in self.fonts.runs(line.text, line.bold) {
            let leaf = read.then_some(self.leaves);
            if let Some(leaf) = leaf {
                leaves.push(leaf);
                self.leaves += 1;
            }
            let wide = i64::from(run.width) * i64::from(line.size) / 1000;
            self.draw(Op::Text {
                x: at,
                y: y + line.size * ASCENT / 100,
                size: line.size,
                bold: line.bold,
                grey: line.grey,
                hindi: run.hindi,
                text: run.text,
                leaf,
            });
            at += i32::try_from(wide).unwrap_or_default();
        }
        leaves
    }

    fn centred(&mut self, text: &str, size: i32, bold: bool, kind: TreeKind) {
        let mut part = Tree::new(kind);
        for line in lines(self.fonts, text, bold, size, self.across()) {
            let wide = width(self.fonts, &line, bold, size);
            let x = self.left() + (self.across() - wide) / 2;
            let line = Line { text: &line, size, bold, grey: false };
            part.leaves.extend(self.put(&line, x, self.y, true));
            self.y += line_height(size);
        }
        self.tree.push(part);
    }

    /// A paragraph that may go on over a page.
    pub(super) fn paragraph(&mut self, text: &str, size: i32, bold: bool, indent: i32) -> Tree {
        let mut part = Tree::new(TreeKind::Paragraph);
        for line in lines(self.fonts, text, bold, size, self.across() - indent) {
            self.need(line_height(size));
            let line = Line { text: &line, size, bold, grey: false };
            part.leaves.extend(self.put(&line, self.left() + indent, self.y, true));
            self.y += line_height(size);
        }
        part
    }

    fn fact(&mut self, label: &str, value: &str) {
        let indent = self.across() * 28 / 100;
        let labels = lines(self.fonts, label, false, BODY, indent - 8_000);
        let values = lines(self.fonts, value, true, BODY, self.across() - indent);
        let rows = labels.len().max(values.len());
        let mut part = Tree::new(TreeKind::Paragraph);
        let mut spoken = Vec::new();
        for row in 0..rows {
            self.need(line_height(BODY));
            if let Some(text) = labels.get(row) {
                let line = Line { text, size: BODY, bold: false, grey: true };
                part.leaves.extend(self.put(&line, self.left(), self.y, true));
            }
            if let Some(text) = values.get(row) {
                let line = Line { text, size: BODY, bold: true, grey: false };
                spoken.extend(self.put(&line, self.left() + indent, self.y, true));
            }
            self.y += line_height(BODY);
        }
        part.leaves.extend(spoken);
        self.tree.push(part);
    }

    fn heading(&mut self, text: &str, keep_with: i32) {
        self.space(10_000);
        let shown = lines(self.fonts, text, true, BODY, self.across());
        let height = line_height(BODY) * i32::try_from(shown.len()).unwrap_or(1);
        self.need(height + keep_with);
        let part = self.paragraph(text, BODY, true, 0);
        self.tree.push(Tree { kind: TreeKind::Heading, ..part });
        self.y += 2_000;
    }

    fn identities(&mut self, identities: &[Identity]) {
        if identities.is_empty() {
            return;
        }
        let block = line_height(BODY) * 4 + 6_000;
        self.heading("Proved from the log", block);
        for identity in identities {
            self.need(block);
            let (top, left) = (self.y, self.left());
            let says = self.paragraph(&identity.says, BODY, true, 8_000);
            self.tree.push(says);
            for (how, amount) in [&identity.left, &identity.right] {
                self.side(how, &amount.grouped());
            }
            let verdict = self.paragraph(&identity.verdict(), BODY, true, 8_000);
            self.tree.push(verdict);
            // Where the block went on over a page, its bar stands beside the rest alone.
            let from = if self.y > top { top } else { self.y - line_height(BODY) };
            self.rule(left, from, 2_000, self.y - from, !identity.holds());
            self.y += 5_000;
        }
    }

    /// One side of an identity: how it was computed, and what it came to.
    fn side(&mut self, how: &str, amount: &str) {
        let wide = width(self.fonts, amount, false, BODY);
        let right = self.left() + self.across().min(420_000);
        let y = self.y;
        let mut part = self.paragraph(how, BODY, false, 8_000);
        let at = if self.y > y { self.y - line_height(BODY) } else { self.y };
        let line = Line { text: amount, size: BODY, bold: false, grey: false };
        part.leaves.extend(self.put(&line, right - wide, at, true));
        self.tree.push(part);
    }

    fn passage(&mut self, passage: &Passage) {
        self.heading(&passage.heading, line_height(BODY) * 2);
        for (index, item) in passage.items.iter().enumerate() {
            let size = 8_500;
            self.need(line_height(size));
            let number = format!("{}.", index + 1);
            let line = Line { text: &number, size, bold: false, grey: false };
            let mut leaves = self.put(&line, self.left(), self.y, true);
            let mut part = self.paragraph(item, size, false, 16_000);
            leaves.append(&mut part.leaves);
            self.tree.push(Tree { leaves, ..part });
            self.y += 1_500;
        }
    }

    fn signatures(&mut self, signatures: &[Signature]) {
        let count = i32::try_from(signatures.len()).unwrap_or(i32::MAX);
        if count == 0 {
            return;
        }
        let (room, each) = (44_000, self.across() / count);
        let offices = signatures.iter().map(|signature| {
            lines(self.fonts, &signature.office, false, BODY, each - 30_000).len()
        });
        let longest = i32::try_from(offices.max().unwrap_or(1)).unwrap_or(1);
        self.need(room + line_height(BODY) * (longest + 5));
        self.y += room;
        let top = self.y;
        let mut x = self.left();
        for signature in signatures {
            self.y = top;
            self.rule(x, top, each - 30_000, 500, false);
            let office = lines(self.fonts, &signature.office, false, BODY, each - 30_000);
            let texts = ["Signature", "Name"].map(str::to_owned).into_iter();
            let mut part = Tree::new(TreeKind::Paragraph);
            for text in texts.chain(office).chain(["Date", "Place"].map(str::to_owned)) {
                let line = Line { text: &text, size: BODY, bold: false, grey: false };
                part.leaves.extend(self.put(&line, x, self.y + 2_000, true));
                self.y += line_height(BODY);
            }
            self.tree.push(part);
            x += each;
        }
    }

    /// The foot of every page, once it is known how many there are.
    fn stamp(&mut self, paper: &Paper) {
        let count = self.pages.len();
        let [place, time] = paper.stamp.lines();
        let foot = self.geometry.height - BOTTOM + 14_000;
        let room = self.across() - 90_000;
        let mut shown = lines(self.fonts, &place, false, FOOT, room);
        shown.extend(lines(self.fonts, &time, false, FOOT, room));
        let mut pages = std::mem::take(&mut self.pages);
        for (index, page) in pages.iter_mut().enumerate() {
            self.pages = vec![std::mem::take(page)];
            self.rule(self.left(), foot - 3_000, self.across(), 400, true);
            for (row, text) in shown.iter().take(4).enumerate() {
                let line = Line { text, size: FOOT, bold: false, grey: true };
                let down = line_height(FOOT) * i32::try_from(row).unwrap_or_default();
                self.put(&line, self.left(), foot + down, false);
            }
            let number = format!("page {} of {count}", index + 1);
            let wide = width(self.fonts, &number, false, FOOT);
            let line = Line { text: &number, size: FOOT, bold: false, grey: true };
            self.put(&line, self.left() + self.across() - wide, foot, false);
            *page = self.pages.pop().unwrap_or_default();
        }
        self.pages = pages;
    }
}
