//! Pictures of figures as inline SVG: the flow of money, years side by side, the map in small.
//!
//! # Invariants
//! * A picture holds numbers and labels of the console's own table alone, no text of a ledger.
//! * Coordinates are whole tenths; no float is near an amount.
//! * Every picture stands beside a table that says the same.

use std::fmt::Write as _;

use bahi::core::{Columns, Day, District, Total};

use super::{
    ask::Unit,
    figures::amount,
    tiles::{COLUMNS, ROWS, tile},
    words::Words,
};

/// The height of the tallest node, in tenths.
const FLOW_HEIGHT: i128 = 1_900;
/// The width of a node, in tenths.
const NODE: i128 = 140;

/// A node of the flow: where it stands, how high, and what it says.
struct Node {
    x: i128,
    y: i128,
    height: i128,
    class: &'static str,
    label: &'static str,
    total: Total,
}

/// A number of tenths as SVG writes it.
fn tenths(number: i128) -> String {
    format!("{}{}.{}", if number < 0 { "-" } else { "" }, number.abs() / 10, number.abs() % 10)
}

/// What of an amount the tallest node is high, in tenths; at least a line where there is any.
fn height(total: Total, whole: Total) -> i128 {
    if total.paise() <= 0 || whole.paise() <= 0 {
        return 0;
    }
    (total.paise() * FLOW_HEIGHT / whole.paise()).clamp(12, FLOW_HEIGHT)
}

/// What was paid and did not come back.
pub(super) fn net(columns: &Columns) -> Total {
    columns.disbursed - columns.returned
}

/// What was sanctioned and is not paid, and what was paid and is not accounted for; neither is
/// less than nothing.
pub(super) fn rests(columns: &Columns) -> (Total, Total) {
    let over = |total: Total| if total.is_negative() { Total::ZERO } else { total };
    let net = net(columns);
    let accounted = columns.recovered + columns.utilised + columns.adjusted;
    (over(columns.sanctioned - net), over(net - accounted))
}

/// The flow of money from what was allotted to what became of it; nothing where none was.
pub(super) fn flow(columns: &Columns, unit: Unit, words: Words) -> String {
    let whole = columns.allotted.max(columns.sanctioned).max(net(columns));
    if whole.paise() <= 0 {
        return String::new();
    }
    let (unpaid, outstanding) = rests(columns);
    let mut ends = [
        ("utilised", words.utilised(), columns.utilised),
        ("adjusted", words.adjusted(), columns.adjusted),
        ("recovered", words.recovered(), columns.recovered),
        ("outstanding", words.outstanding(), outstanding),
    ];
    // The broadest runs straight on, so that none crosses another that is broader.
    ends.sort_by_key(|(_, _, total)| std::cmp::Reverse(*total));
    let steps: [&[(&'static str, &'static str, Total)]; 4] = [
        &[("allotted", words.allotted(), columns.allotted)],
        &[
            ("sanctioned", words.sanctioned(), columns.sanctioned),
            ("rest", words.available(), columns.available),
        ],
        &[("disbursed", words.paid_net(), net(columns)), ("rest", words.unpaid(), unpaid)],
        &ends,
    ];
    let columns: Vec<Vec<Node>> =
        (0..).zip(steps).map(|(at, step)| stacked(20 + at * 2_600, step, whole)).collect();
    let bottom = columns.iter().flatten().map(|node| node.y + node.height.max(300)).max();
    let mut out = format!(
        "<svg class=\"flow\" viewBox=\"0 0 960 {}\" role=\"img\" aria-labelledby=\"flow-title\">",
        bottom.unwrap_or_default() / 10 + 12,
    );
    let _ = write!(out, "<title id=\"flow-title\">{}</title>", words.flow());
    for two in columns.windows(2) {
        bands(&two[0][0], &two[1], &mut out);
    }
    for node in columns.iter().flatten() {
        draw_node(node, unit, &mut out);
    }
    out.push_str("</svg>");
    out
}

/// Nodes one under the other, those that hold something.
fn stacked(x: i128, step: &[(&'static str, &'static str, Total)], whole: Total) -> Vec<Node> {
    let mut y = 80;
    let mut nodes = Vec::new();
    for (at, (class, label, total)) in step.iter().enumerate() {
        let height = height(*total, whole);
        if height == 0 && at > 0 {
            continue;
        }
        nodes.push(Node { x, y, height, class, label, total: *total });
        // Two lines of text need their room however little there is.
        y += height.max(260) + 120;
    }
    nodes
}

/// What flows from one node into those after it, from the top down.
fn bands(from: &Node, to: &[Node], out: &mut String) {
    let mut y = from.y;
    for node in to {
        let height = node.height.min(from.y + from.height - y).max(0);
        if height == 0 {
            continue;
        }
        let (x0, x1) = (from.x + NODE, node.x);
        let middle = (x0 + x1) / 2;
        let curve = |from: (i128, i128), to: (i128, i128)| {
            let (x0, y0, x1, y1) = (tenths(from.0), tenths(from.1), tenths(to.0), tenths(to.1));
            let middle = tenths(middle);
            format!("{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}")
        };
        let there = curve((x0, y), (x1, node.y));
        let back = curve((x1, node.y + height), (x0, y + height));
        let _ = write!(out, "<path class=\"band {}\" d=\"M{there}L{back}Z\"/>", node.class);
        y += height;
    }
}

fn draw_node(node: &Node, unit: Unit, out: &mut String) {
    let (x, y, text) = (tenths(node.x), tenths(node.y), tenths(node.x + NODE + 80));
    let height = tenths(node.height);
    let _ = write!(
        out,
        "<rect class=\"node {}\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{height}\" rx=\"2\"/>",
        node.class,
        tenths(NODE),
    );
    let (first, second) = (tenths(node.y + 110), tenths(node.y + 260));
    let _ = write!(out, "<text class=\"what\" x=\"{text}\" y=\"{first}\">{}</text>", node.label);
    let amount = amount(node.total, unit);
    let _ = write!(out, "<text class=\"much\" x=\"{text}\" y=\"{second}\">{amount}</text>");
}

/// What one year came to.
pub(super) struct Year {
    /// Its name.
    pub(super) name: String,
    /// The first and the last of its days that are told.
    pub(super) days: (Day, Day),
    /// What was sanctioned within it.
    pub(super) sanctioned: Total,
    /// What was paid within it.
    pub(super) disbursed: Total,
}

/// Years side by side; nothing where none moved anything.
pub(super) fn trend(years: &[Year], words: Words) -> String {
    let most = years.iter().map(|year| year.sanctioned.max(year.disbursed)).max();
    let Some(most) = most.filter(|most| most.paise() > 0) else { return String::new() };
    const HEIGHT: i128 = 1_400;
    let step = 9_000 / i128::try_from(years.len()).unwrap_or(1).max(1);
    let bar = (step * 3 / 10).clamp(20, 320);
    let mut out = String::from(
        "<svg class=\"trend\" viewBox=\"0 0 920 190\" role=\"img\" aria-labelledby=\"trend-title\">",
    );
    let _ = write!(out, "<title id=\"trend-title\">{}</title>", words.trend());
    for line in 0..=4 {
        let y = tenths(100 + HEIGHT * line / 4);
        let _ = write!(out, "<line class=\"grid\" x1=\"10\" x2=\"910\" y1=\"{y}\" y2=\"{y}\"/>");
    }
    for (at, year) in (0..).zip(years) {
        let middle = 100 + step * at + step / 2;
        for (class, total, x) in [
            ("sanctioned", year.sanctioned, middle - bar - 8),
            ("disbursed", year.disbursed, middle + 8),
        ] {
            let height = (total.paise() * HEIGHT / most.paise()).clamp(0, HEIGHT);
            let y = tenths(100 + HEIGHT - height);
            let (x, width, height) = (tenths(x), tenths(bar), tenths(height));
            let _ = write!(
                out,
                "<rect class=\"bar {class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
            );
        }
        let x = tenths(middle);
        let _ = write!(out, "<text class=\"what\" x=\"{x}\" y=\"172\">{}</text>", year.name);
    }
    out.push_str("</svg>");
    out
}

/// The rank of each district among those where anything was paid: five for the most, one for the
/// least, none for nothing.
pub(super) fn ranks(paid: &[(District, Total)]) -> impl Fn(District) -> u8 + use<> {
    let mut some: Vec<(Total, District)> =
        paid.iter().filter(|(_, paid)| paid.paise() > 0).map(|(at, paid)| (*paid, *at)).collect();
    some.sort_unstable();
    move |district| {
        let place = some.iter().position(|(_, one)| *one == district);
        place.map_or(0, |place| u8::try_from(place * 5 / some.len() + 1).unwrap_or(5))
    }
}

/// A text as it may stand in a picture.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The map in small: a square a district, which leads to it. The page of all districts has the same
/// links for the keyboard.
pub(super) fn map(
    districts: &[(District, &str, String)],
    rank: &dyn Fn(District) -> u8,
    words: Words,
) -> String {
    const SIDE: i128 = 100;
    let (width, height) = (i128::from(COLUMNS) * SIDE, i128::from(ROWS) * SIDE);
    let mut out = format!(
        "<svg class=\"map\" viewBox=\"0 0 {} {}\" role=\"group\" aria-labelledby=\"map-title\">",
        width / 10,
        height / 10,
    );
    let _ = write!(out, "<title id=\"map-title\">{}</title>", words.map_caption());
    for (district, name, href) in districts {
        let Some((column, row)) = tile(*district) else { continue };
        let x = tenths(i128::from(column - 1) * SIDE + 4);
        let y = tenths(i128::from(row - 1) * SIDE + 4);
        let _ = write!(
            out,
            "<a href=\"{}\" tabindex=\"-1\"><title>{}</title><rect class=\"tile q{}\" x=\"{x}\" y=\"{y}\" \
             width=\"9.2\" height=\"9.2\" rx=\"1.6\"/></a>",
            escaped(href),
            escaped(name),
            rank(*district),
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    //! Pictures of nothing, of something, and of the largest and oddest there is.

    use super::*;

    fn rupees(rupees: i128) -> Total {
        Total::from_paise(rupees * 100)
    }

    #[test]
    fn a_flow_of_nothing_is_no_picture() {
        assert_eq!(flow(&Columns::default(), Unit::Lakh, Words::default()), "");
        assert_eq!(trend(&[], Words::default()), "");
    }

    #[test]
    fn every_amount_of_a_flow_stands_in_its_picture() {
        let columns = Columns {
            allotted: rupees(1_000_000),
            sanctioned: rupees(900_000),
            disbursed: rupees(700_000),
            returned: rupees(50_000),
            recovered: rupees(10_000),
            utilised: rupees(400_000),
            adjusted: rupees(100_000),
            available: rupees(100_000),
            ..Columns::default()
        };
        let picture = flow(&columns, Unit::Lakh, Words::default());
        for text in ["10.00", "9.00", "6.50", "0.10", "4.00", "1.00", "2.50", "1.40"] {
            assert!(picture.contains(&format!(">{text}</text>")), "{text}: {picture}");
        }
        assert_eq!(rests(&columns), (rupees(250_000), rupees(140_000)));
    }

    #[test]
    fn amounts_beyond_all_reason_and_below_nothing_stay_within_the_picture() {
        for many in [i128::from(i64::MAX), -1, i128::from(i64::MIN)] {
            let columns = Columns {
                allotted: rupees(1),
                sanctioned: Total::from_paise(many),
                disbursed: rupees(3),
                recovered: Total::from_paise(many),
                ..Columns::default()
            };
            let picture = flow(&columns, Unit::Crore, Words::default());
            assert!(picture.ends_with("</svg>") && !picture.contains("height=\"-"), "{picture}");
        }
    }

    #[test]
    fn ranks_spread_what_was_paid_over_five() {
        let paid: Vec<(District, Total)> =
            (0..10).map(|at| (District(118 + at), rupees(i128::from(at)))).collect();
        let rank = ranks(&paid);
        assert_eq!([118, 119, 123, 127].map(|code| rank(District(code))), [0, 1, 3, 5]);
        assert_eq!(rank(District::POOL), 0);
    }
}
