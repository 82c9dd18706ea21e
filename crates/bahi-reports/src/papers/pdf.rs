//! A paper as a PDF/A-2a document: tagged, its fonts within, on A4.
//!
//! # Invariants
//! * The same paper gives the same bytes; the document's date is that of what it shows.
//! * A row stands whole on one page, unless it is taller than a page; a table's head is repeated.
//! * Every page has the stamp, its number and how many there are.
//! * Places are whole thousandths of a point until they are drawn, so that no machine rounds them its
//!   own way.

mod fonts;
mod flow;
mod grid;
mod wrap;

use std::num::{NonZeroU16, NonZeroU32};

use krilla::{
    Document, SerializeSettings,
    color::luma,
    configure::{Archival, ConfigurationBuilder},
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
};
use thiserror::Error;

use super::model::{Paper, Stamp};
use flow::{Flow, Op, Page, Tree, TreeKind};
use fonts::{Fonts, shaper_data};

/// Why there is no document.
#[derive(Debug, Error)]
pub enum PdfError {
    /// A rule of PDF/A is broken, or a limit of PDF reached: the paper is beyond what a document can
    /// hold. Ask for less of it.
    #[error("the paper cannot be a PDF/A document: {0}; ask for less of it, or for html")]
    Refused(String),
}

/// The document's bytes.
///
/// # Errors
/// [`PdfError::Refused`].
///
/// ```
/// # use bahi_core::Instant;
/// # use bahi_reports::papers::{Paper, Stamp, pdf};
/// # let stamp = Stamp {
/// #     ledger: "up-odop".to_owned(),
/// #     position: 7,
/// #     root: "00".repeat(32),
/// #     as_of: None,
/// #     known_on: Instant::parse("2024-04-01")?,
/// #     simulated: false,
/// #     program: "bahi 0.1.0".to_owned(),
/// # };
/// let paper = Paper {
///     kind: "example",
///     title: "वाराणसी".to_owned(),
///     subtitles: Vec::new(),
///     wide: false,
///     facts: Vec::new(),
///     tables: Vec::new(),
///     identities: Vec::new(),
///     passages: Vec::new(),
///     signatures: Vec::new(),
///     stamp,
/// };
/// assert!(pdf(&paper)?.starts_with(b"%PDF-1.7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, PdfError> {
    let data = shaper_data();
    let fonts = Fonts::over(&data)
        .ok_or_else(|| PdfError::Refused("a font within the program does not read".to_owned()))?;
    let flow = flow::of(paper, &fonts);
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|_| PdfError::Refused("its configuration contradicts itself".to_owned()))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(paper));
    let Flow { pages, tree, geometry, leaves, .. } = flow;
    let mut identifiers: Vec<Option<Identifier>> = vec![None; leaves];
    for page in &pages {
        let size = PageSettings::from_wh(points(geometry.width), points(geometry.height))
            .ok_or_else(|| PdfError::Refused("a page of no size".to_owned()))?;
        let mut started = document.start_page_with(size);
        let mut surface = started.surface();
        draw(page, &fonts, &mut surface, &mut identifiers);
        surface.finish();
        started.finish();
    }
    let mut tags = TagTree::new().with_lang(Some("en-IN".to_owned()));
    for node in tree {
        if let Some(group) = tagged(node, &mut identifiers) {
            tags.push(group);
        }
    }
    document.set_tag_tree(tags);
    document.finish().map_err(|error| PdfError::Refused(told(&error)))
}

/// What kept a document from being finished.
fn told(error: &KrillaError) -> String {
    if let KrillaError::Validation(broken) = error {
        return format!("it breaks rules of PDF/A in {} places", broken.len());
    }
    if let KrillaError::Limit(_) = error {
        return "it reaches a limit of PDF".to_owned();
    }
    "it could not be written".to_owned()
}

fn metadata(paper: &Paper) -> Metadata {
    let Stamp { ledger, position, program, .. } = &paper.stamp;
    let (year, month, day) = paper.stamp.known_on.day().date();
    let number = |number: i8| u8::try_from(number).unwrap_or(1);
    let date = DateTime::new(u16::try_from(year).unwrap_or_default())
        .month(number(month))
        .day(number(day));
    Metadata::new()
        .title(super::model::shown_text(&paper.title))
        .description(format!("{ledger} at position {position}, root {}", paper.stamp.root))
        .language("en-IN".to_owned())
        .creator(program.clone())
        .creation_date(date)
}

/// Draws a page; what is read aloud gets an identifier for each piece.
fn draw(
    page: &Page,
    fonts: &Fonts<'_>,
    surface: &mut Surface<'_>,
    identifiers: &mut [Option<Identifier>],
) {
    for op in &page.ops {
        match op {
            Op::Text { x, y, size, bold, grey, hindi, text, leaf } => {
                let language = if *hindi { Some("hi-IN") } else { None };
                let tag = match leaf {
                    Some(_) => ContentTag::Span(SpanTag::empty().with_lang(language)),
                    None => ContentTag::Artifact(Artifact::new(ArtifactType::Other, None)),
                };
                let identifier = surface.start_tagged(tag);
                if let Some(slot) = leaf.and_then(|leaf| identifiers.get_mut(leaf)) {
                    *slot = Some(identifier);
                }
                surface.set_fill(Some(ink(if *grey { 80 } else { 0 })));
                let (font, glyphs) = fonts.glyphs(text, *hindi, *bold);
                let start = Point::from_xy(points(*x), points(*y));
                surface.draw_glyphs(start, &glyphs, font, text, points(*size), false);
                surface.end_tagged();
            }
            Op::Rule { x, y, width, height, grey } => {
                let artifact = Artifact::new(ArtifactType::Layout, None);
                surface.start_tagged(ContentTag::Artifact(artifact));
                surface.set_fill(Some(ink(if *grey { 185 } else { 0 })));
                let mut path = PathBuilder::new();
                let place = [*x, *y, *width, *height].map(points);
                if let Some(rule) = Rect::from_xywh(place[0], place[1], place[2], place[3]) {
                    path.push_rect(rule);
                }
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
                surface.end_tagged();
            }
        }
    }
}

fn ink(lightness: u8) -> Fill {
    Fill {
        paint: luma::Color::new(lightness).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

/// A part of the tree with what was drawn of it; nothing where nothing was.
fn tagged(tree: Tree, identifiers: &mut [Option<Identifier>]) -> Option<TagGroup> {
    let mut group = TagGroup::new(kind(tree.kind));
    for child in tree.children {
        if let Some(child) = tagged(child, identifiers) {
            group.push(child);
        }
    }
    for leaf in tree.leaves {
        if let Some(identifier) = identifiers.get_mut(leaf).and_then(Option::take) {
            group.push(identifier);
        }
    }
    (!group.children.is_empty()).then_some(group)
}

fn kind(kind: TreeKind) -> TagKind {
    let heading = |level| NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    match kind {
        TreeKind::Title => Tag::Hn(heading(1), None).into(),
        TreeKind::Heading => Tag::Hn(heading(2), None).into(),
        TreeKind::Paragraph => Tag::P.into(),
        TreeKind::Table => Tag::Table.into(),
        TreeKind::Caption => Tag::Caption.into(),
        TreeKind::Head => Tag::THead.into(),
        TreeKind::Body => Tag::TBody.into(),
        TreeKind::Row => Tag::TR.into(),
        TreeKind::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        TreeKind::RowHead(columns) => {
            Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(columns)).into()
        }
        TreeKind::Cell => Tag::TD.into(),
    }
}

/// Thousandths of a point as the library takes them.
// Where ink goes on a page; no money is near.
#[allow(clippy::float_arithmetic, clippy::cast_precision_loss)]
fn points(thousandths: i32) -> f32 {
    thousandths as f32 / 1000.0
}

#[cfg(test)]
mod tests;
