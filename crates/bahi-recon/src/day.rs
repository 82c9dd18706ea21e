//! Days as formats write them.

use bahi_core::Day;

/// The day of a date or a moment of ISO 8601, as the bank's own calendar has it: the first ten
/// characters, whatever offset follows.
pub(crate) fn of_iso(text: &str) -> Option<Day> {
    let text = text.trim();
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let goes_on = rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-', ' ']);
    if !goes_on || rest.len() > 40 {
        return None;
    }
    Day::parse(day).ok()
}

/// A day of digits alone.
fn of_parts(year: i16, month: &str, day: &str) -> Option<Day> {
    Day::from_date(year, month.parse().ok()?, day.parse().ok()?)
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYMMDD` of SWIFT: 80 to 99 are of the twentieth century.
pub(crate) fn of_swift(text: &str) -> Option<Day> {
    if !digits(text, 6) {
        return None;
    }
    let year: i16 = text[..2].parse().ok()?;
    of_parts(if year >= 80 { 1900 + year } else { 2000 + year }, &text[2..4], &text[4..])
}

/// `MMDD` in the year that brings it nearest to another day.
pub(crate) fn near(text: &str, other: Day) -> Option<Day> {
    if !digits(text, 4) {
        return None;
    }
    let (year, _, _) = other.date();
    (year - 1..=year + 1)
        .filter_map(|year| of_parts(year, &text[..2], &text[2..]))
        .min_by_key(|day| day.epoch_days().abs_diff(other.epoch_days()))
}

/// `DDMMYYYY`.
pub(crate) fn of_npci(text: &str) -> Option<Day> {
    if !digits(text, 8) {
        return None;
    }
    of_parts(text[4..].parse().ok()?, &text[2..4], &text[..2])
}

/// `YYYYMMDD`, perhaps followed by a time.
pub(crate) fn of_compact(text: &str) -> Option<Day> {
    let day = text.get(..8)?;
    if !digits(day, 8) {
        return None;
    }
    of_parts(day[..4].parse().ok()?, &day[4..6], &day[6..])
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day after a pattern of `DD`, `MM`, `MON`, `YY`, `YYYY` and what stands between them. A blank
/// may stand for any one of `-`, `/`, `.` or blanks where the pattern has a blank; `D` is a day of
/// one digit or two. Two-digit years are of this century.
pub(crate) fn of_pattern(text: &str, pattern: &str) -> Option<Day> {
    let mut rest = text.trim();
    let mut pattern = pattern;
    let (mut year, mut month, mut day) = (None, None, None);
    while !pattern.is_empty() {
        let token = ["YYYY", "YY", "MON", "MM", "DD", "D", "M"]
            .into_iter()
            .find(|token| pattern.starts_with(token));
        let Some(token) = token else {
            let mark = pattern.chars().next()?;
            rest = rest.strip_prefix(mark)?;
            pattern = &pattern[mark.len_utf8()..];
            continue;
        };
        pattern = &pattern[token.len()..];
        let most = match token {
            "YYYY" => 4,
            "MON" => 3,
            _ => 2,
        };
        let least = if token.len() == 1 { 1 } else { most };
        let taken = rest.bytes().take(most).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let piece = rest.get(..taken)?;
        if taken < least || (token != "MON" && !piece.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        rest = &rest[taken..];
        match token {
            "YYYY" => year = Some(piece.parse::<i16>().ok()?),
            "YY" => year = Some(2000 + piece.parse::<i16>().ok()?),
            "MON" => {
                let named = piece.to_ascii_lowercase();
                month = Some(i8::try_from(MONTHS.iter().position(|one| *one == named)? + 1).ok()?);
            }
            "MM" | "M" => month = Some(piece.parse::<i8>().ok()?),
            _ => day = Some(piece.parse::<i8>().ok()?),
        }
    }
    // A time may follow the day.
    if !rest.is_empty() && !rest.starts_with([' ', 'T']) {
        return None;
    }
    Day::from_date(year?, month?, day?)
}

#[cfg(test)]
mod tests {
    //! Days of every writing.

    use super::*;

    fn shown(day: Option<Day>) -> String {
        day.map_or_else(|| "none".to_owned(), |day| day.to_string())
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        assert_eq!(shown(of_iso("2007-10-18T12:30:00+01:00")), "2007-10-18");
        assert_eq!(shown(of_iso("2015-01-02+01:00")), "2015-01-02");
        assert_eq!(shown(of_iso("2015-01-02x")), "none");
        assert_eq!(shown(of_iso("2015-1-2")), "none");
        assert_eq!(shown(of_swift("160230")), "none");
        assert_eq!(shown(of_swift("991231")), "1999-12-31");
        assert_eq!(shown(of_swift("790101")), "2079-01-01");
        assert_eq!(shown(of_npci("31032026")), "2026-03-31");
        assert_eq!(shown(of_compact("20260331120000[5.5:IST]")), "2026-03-31");
        assert_eq!(shown(of_compact("00000000")), "none");
        let new_year = Day::parse("2026-01-01").expect("a day");
        assert_eq!(shown(near("1231", new_year)), "2025-12-31");
        assert_eq!(shown(near("0102", new_year)), "2026-01-02");
        assert_eq!(shown(near("0230", new_year)), "none");
        for (text, pattern, wanted) in [
            ("01/04/26", "DD/MM/YY", "2026-04-01"),
            ("01/04/2026", "DD/MM/YY", "none"),
            ("01/04/26", "DD/MM/YYYY", "none"),
            ("15 Jan 2024", "D MON YYYY", "2024-01-15"),
            ("1 Jan 2024", "D MON YYYY", "2024-01-01"),
            ("01-Apr-24", "DD-MON-YY", "2024-04-01"),
            ("31-02-2024", "DD-MM-YYYY", "none"),
            ("2024/04/01 10:15", "YYYY/MM/DD", "2024-04-01"),
            ("2024/04/011", "YYYY/MM/DD", "none"),
            ("०१/०४/२६", "DD/MM/YY", "none"),
            ("", "DD/MM/YY", "none"),
        ] {
            assert_eq!(shown(of_pattern(text, pattern)), wanted, "{text} as {pattern}");
        }
    }
}
