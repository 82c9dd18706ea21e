//! The fonts within the program, and text shaped by them.
//!
//! # Invariants
//! * A character that no font here has is shown as U+FFFD, so that no document has a glyph of nothing.

use std::{cell::RefCell, collections::HashMap};

use harfrust::{
    Direction, FontRef, ShapeOptions, ShapePlan, Shaper, ShaperData, UnicodeBuffer, script,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::papers::{html::by_script, model::shown_text};

/// Latin regular and bold, Devanagari regular and bold.
const FILES: [&[u8]; 4] = [
    include_bytes!("../../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSansDevanagari-Bold.ttf"),
];

/// The characters of the Latin fonts, as they were reduced.
const LATIN: [(char, char); 12] = [
    ('\u{20}', '\u{7e}'),
    ('\u{a0}', '\u{17f}'),
    ('\u{2010}', '\u{2015}'),
    ('\u{2018}', '\u{201f}'),
    ('\u{2020}', '\u{2022}'),
    ('\u{2026}', '\u{2026}'),
    ('\u{2030}', '\u{2030}'),
    ('\u{2032}', '\u{2033}'),
    ('\u{20b9}', '\u{20b9}'),
    ('\u{2116}', '\u{2116}'),
    ('\u{2122}', '\u{2122}'),
    ('\u{fffd}', '\u{fffd}'),
];

/// How many words are kept with their widths.
const WORDS_KEPT_MAX: usize = 100_000;

/// What shaping needs of each font, made once for a document.
pub(super) fn shaper_data() -> Vec<ShaperData> {
    FILES.iter().filter_map(|file| Some(ShaperData::new(&FontRef::new(file).ok()?))).collect()
}

/// A font with its shaper.
struct Face<'a> {
    font: Font,
    shaper: Shaper<'a>,
    plan: ShapePlan,
    hindi: bool,
}

/// The fonts, ready to shape.
pub(super) struct Fonts<'a> {
    faces: Vec<Face<'a>>,
    widths: RefCell<HashMap<(bool, String), i32>>,
}

/// A part of a line in one script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Run {
    /// Whether it is in Devanagari.
    pub(super) hindi: bool,
    /// What it says.
    pub(super) text: String,
    /// Its width in thousandths of the size.
    pub(super) width: i32,
}

impl<'a> Fonts<'a> {
    /// The fonts over what was made of them; `None` where a font does not read.
    pub(super) fn over(data: &'a [ShaperData]) -> Option<Fonts<'a>> {
        let mut faces = Vec::with_capacity(FILES.len());
        for (index, (file, data)) in FILES.iter().zip(data).enumerate() {
            let hindi = index >= 2;
            let shaper = data.shaper(&FontRef::new(file).ok()?).build();
            let script = if hindi { script::DEVANAGARI } else { script::LATIN };
            let plan = ShapePlan::new(&shaper, Direction::LeftToRight, Some(script), None, &[]);
            faces.push(Face { font: Font::new((*file).into(), 0)?, shaper, plan, hindi });
        }
        (faces.len() == FILES.len()).then(|| Fonts { faces, widths: RefCell::default() })
    }

    /// A text in runs of one script, each with its width.
    pub(super) fn runs(&self, text: &str, bold: bool) -> Vec<Run> {
        let text: String = shown_text(text).chars().map(known).collect();
        let run = |(hindi, text): (bool, &str)| {
            let width = self.width_of_run(text, hindi, bold);
            Run { hindi, text: text.to_owned(), width }
        };
        by_script(&text).into_iter().map(run).collect()
    }

    /// How wide a text is, in thousandths of its size.
    pub(super) fn width(&self, text: &str, bold: bool) -> i32 {
        let key = (bold, text.to_owned());
        if let Some(width) = self.widths.borrow().get(&key) {
            return *width;
        }
        let width = self.runs(text, bold).iter().map(|run| run.width).sum();
        let mut widths = self.widths.borrow_mut();
        if widths.len() < WORDS_KEPT_MAX {
            widths.insert(key, width);
        }
        width
    }

    fn width_of_run(&self, text: &str, hindi: bool, bold: bool) -> i32 {
        let face = self.face(hindi, bold);
        shape(face, text).glyph_positions().iter().map(|glyph| glyph.x_advance).sum()
    }

    fn face(&self, hindi: bool, bold: bool) -> &Face<'a> {
        &self.faces[usize::from(hindi) * 2 + usize::from(bold)]
    }

    /// The glyphs of a run, for drawing.
    pub(super) fn glyphs(&self, text: &str, hindi: bool, bold: bool) -> (Font, Vec<KrillaGlyph>) {
        let face = self.face(hindi, bold);
        let shaped = shape(face, text);
        let infos = shaped.glyph_infos();
        let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let end_of = |start: usize| {
            let next = starts.partition_point(|other| *other <= start);
            starts.get(next).copied().unwrap_or(text.len())
        };
        let glyph = |(info, position): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
            let start = info.cluster as usize;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(position.x_advance),
                em(position.x_offset),
                em(position.y_offset),
                em(position.y_advance),
                start..end_of(start),
                None,
            )
        };
        (face.font.clone(), infos.iter().zip(shaped.glyph_positions()).map(glyph).collect())
    }
}

/// Thousandths of the size as parts of it; the fonts have a thousand units.
fn em(units: i32) -> f32 {
    super::points(units)
}

fn shape(face: &Face<'_>, text: &str) -> harfrust::GlyphBuffer {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    buffer.set_script(if face.hindi { script::DEVANAGARI } else { script::LATIN });
    face.shaper.shape(buffer, ShapeOptions::new().plan(Some(&face.plan)))
}

/// A character that a font here has.
fn known(found: char) -> char {
    // The font of text has no sign of subtraction; the dash is as wide as a figure.
    let found = if found == '\u{2212}' { '\u{2013}' } else { found };
    let latin = LATIN.iter().any(|(first, last)| (*first..=*last).contains(&found));
    let hindi = matches!(found, '\u{900}'..='\u{97f}' | '\u{200c}' | '\u{200d}');
    if latin || hindi { found } else { '\u{fffd}' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_is_let_through_has_a_glyph() {
        let data = shaper_data();
        let fonts = Fonts::over(&data).expect("the fonts read");
        let latin = LATIN.iter().flat_map(|(first, last)| *first..=*last).map(|one| (one, false));
        let hindi = ('\u{904}'..='\u{939}').chain('\u{950}'..='\u{950}').map(|one| (one, true));
        for (one, hindi) in latin.chain(hindi) {
            for bold in [false, true] {
                let (_, glyphs) = fonts.glyphs(&one.to_string(), hindi, bold);
                let nothing = glyphs.iter().any(|glyph| glyph.glyph_id.to_u32() == 0);
                assert!(!nothing, "{one:?} (U+{:04X})", one as u32);
            }
        }
    }

    #[test]
    fn hindi_is_shaped_and_not_set_letter_by_letter() {
        let data = shaper_data();
        let fonts = Fonts::over(&data).expect("the fonts read");
        // A conjunct of three signs is one glyph, and a short i stands before what it follows.
        let (_, conjunct) = fonts.glyphs("क्ष", true, false);
        assert_eq!(conjunct.len(), 1);
        let (_, before) = fonts.glyphs("वि", true, false);
        let (_, alone) = fonts.glyphs("व", true, false);
        assert_eq!(before.last().map(|one| one.glyph_id), alone.first().map(|one| one.glyph_id));
    }
}
