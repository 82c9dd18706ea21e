//! Text in lines of a width.
//!
//! # Invariants
//! * No line is wider than its width, unless a single character is.

use super::fonts::Fonts;

/// After which a word that is too long may be broken.
const BREAKS: [char; 7] = ['/', '-', '_', ',', '.', ':', '='];

/// The width of a text in thousandths of a point, at a size in the same.
pub(super) fn width(fonts: &Fonts<'_>, text: &str, bold: bool, size: i32) -> i32 {
    scaled(fonts.width(text, bold), size)
}

/// The widest word of a text.
pub(super) fn widest_word(fonts: &Fonts<'_>, text: &str, bold: bool, size: i32) -> i32 {
    text.split(' ').map(|word| width(fonts, word, bold, size)).max().unwrap_or_default()
}

fn scaled(units: i32, size: i32) -> i32 {
    let exact = i64::from(units) * i64::from(size) / 1000;
    i32::try_from(exact).unwrap_or(i32::MAX)
}

/// A text in lines; at least one.
pub(super) fn lines(
    fonts: &Fonts<'_>,
    text: &str,
    bold: bool,
    size: i32,
    width_max: i32,
) -> Vec<String> {
    let blank = width(fonts, " ", bold, size);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let wide = width(fonts, word, bold, size);
        if !line.is_empty() && taken + blank + wide <= width_max {
            line.push(' ');
            line.push_str(word);
            taken += blank + wide;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while width(fonts, rest, bold, size) > width_max {
            let at = cut(fonts, rest, bold, size, width_max);
            if at >= rest.len() {
                break;
            }
            lines.push(rest[..at].to_owned());
            rest = &rest[at..];
        }
        line.push_str(rest);
        taken = width(fonts, rest, bold, size);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Where a word is cut so that what stands before fits: after a mark where there is one in the second
/// half, else after as many letters as fit; at least one.
fn cut(fonts: &Fonts<'_>, word: &str, bold: bool, size: i32, width_max: i32) -> usize {
    let mut fits = 0;
    let mut after_mark = 0;
    let mut before = None;
    for (at, found) in word.char_indices() {
        let end = at + found.len_utf8();
        let whole = !joins(word[end..].chars().next(), found);
        if width(fonts, &word[..end], bold, size) > width_max && before.is_some() {
            break;
        }
        if whole {
            fits = end;
            before = Some(found);
            if BREAKS.contains(&found) {
                after_mark = end;
            }
        }
    }
    let best = if after_mark * 2 > fits { after_mark } else { fits };
    if best == 0 { word.len() } else { best }
}

/// Whether a character of Devanagari hangs on the one before it.
fn joins(next: Option<char>, found: char) -> bool {
    let hangs = |one: char| {
        matches!(one, '\u{900}'..='\u{903}' | '\u{93a}'..='\u{93c}' | '\u{93e}'..='\u{94f}'
            | '\u{951}'..='\u{957}' | '\u{962}'..='\u{963}' | '\u{200c}' | '\u{200d}')
    };
    next.is_some_and(hangs) || matches!(found, '\u{94d}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::papers::pdf::fonts::shaper_data;

    #[test]
    fn no_line_is_wider_than_it_may_be_and_nothing_is_lost() {
        let data = shaper_data();
        let fonts = Fonts::over(&data).expect("the fonts read");
        let texts = [
            "",
            "one",
            "several words that go over some lines",
            "DEMO/2021-22/REFERENCE-WITHOUT-A-BLANK/0123456789012345678901234567890123456789",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "वित्त पोषण हेतु सहायता योजना (मार्जिन मनी)",
            "क्षत्रियकुलावतंसमहाराजाधिराजपरमेश्वरपरमभट्टारक",
            "\u{1f600}\u{1f600}\u{1f600} \u{7}",
        ];
        for text in texts {
            for width_max in [30_000, 55_000, 120_000, 400_000] {
                let lines = lines(&fonts, text, false, 8_000, width_max);
                for line in &lines {
                    let wide = width(&fonts, line, false, 8_000);
                    assert!(wide <= width_max, "{line:?} takes {wide} of {width_max}");
                }
                let kept: String = lines.concat().chars().filter(|one| *one != ' ').collect();
                let whole: String = text.chars().filter(|one| *one != ' ').collect();
                assert_eq!(kept, whole);
            }
        }
    }
}
