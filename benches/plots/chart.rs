//! A chart of lines over sizes, both axes in powers of ten, as SVG.
//!
//! # Invariants
//! * The same series give the same bytes.
//! * Every point of every series lies inside the frame.

use std::fmt::Write as _;

/// One line of a chart.
pub struct Series {
    /// What it is called beside its last point.
    pub name: String,
    /// Whether it is ours: drawn thicker.
    pub ours: bool,
    /// Points, by size.
    pub points: Vec<(f64, f64)>,
}

/// A chart.
pub struct Chart<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// What the axis along the bottom counts.
    pub across: &'a str,
    /// What the axis up the side counts.
    pub up: &'a str,
    /// Its lines.
    pub series: Vec<Series>,
}

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
/// The frame: left, right, top and bottom.
const FRAME: [f64; 4] = [90.0, 610.0, 46.0, 400.0];
/// Names beside the lines are so far apart at least.
const NAME_GAP: f64 = 15.0;
/// Colours of ours, and of peers; told apart in print and by those who see fewer colours.
const OURS: [&str; 5] = ["#0b5394", "#b45f06", "#38761d", "#741b47", "#134f5c"];
const PEERS: [&str; 8] =
    ["#7f7f7f", "#c27ba0", "#6aa84f", "#e69138", "#8e7cc3", "#a61c00", "#45818e", "#bf9000"];

/// An axis in powers of ten.
struct Axis {
    low: i32,
    high: i32,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| *value > 0.0) {
            (low, high) = (low.min(value.log10()), high.max(value.log10()));
        }
        // Powers of ten of figures that are measured are far within an i32.
        let (low, high) = (low.floor() as i32, high.ceil() as i32);
        Axis { low, high: high.max(low + 1), from, to }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        self.from + (self.to - self.from) * share
    }
}

impl Chart<'_> {
    /// As SVG; `None` where there is no point.
    #[must_use]
    pub fn svg(&self) -> Option<String> {
        let points = || self.series.iter().flat_map(|series| &series.points);
        points().next()?;
        let [left, right, top, bottom] = FRAME;
        let across = Axis::over(points().map(|point| point.0), left + 20.0, right - 20.0);
        let up = Axis::over(points().map(|point| point.1), bottom, top);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
             <text x=\"{left}\" y=\"24\" font-size=\"16\">{}</text>\n",
            escaped(self.title)
        );
        self.put_axes(&mut svg, &across, &up);
        self.put_lines(&mut svg, &across, &up);
        svg.push_str("</svg>\n");
        Some(svg)
    }

    fn put_axes(&self, svg: &mut String, across: &Axis, up: &Axis) {
        let [left, right, top, bottom] = FRAME;
        // Writing to a text does not fail, here and below.
        for power in up.low..=up.high {
            let y = up.at(10_f64.powi(power));
            let _ = writeln!(
                svg,
                "<line x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                left - 6.0,
                y + 4.0,
                power_of_ten(power)
            );
        }
        for power in across.low..=across.high {
            let x = across.at(10_f64.powi(power));
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\" stroke=\"#eeeeee\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 18.0,
                power_of_ten(power)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(20 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(left, right),
            bottom + 40.0,
            escaped(self.across),
            f64::midpoint(top, bottom),
            escaped(self.up)
        );
    }

    fn put_lines(&self, svg: &mut String, across: &Axis, up: &Axis) {
        let right = FRAME[1];
        let (mut ours, mut peers) = (OURS.iter().cycle(), PEERS.iter().cycle());
        let mut names: Vec<(f64, &str, &str, bool)> = Vec::new();
        for series in self.series.iter().filter(|series| !series.points.is_empty()) {
            let colours = if series.ours { &mut ours } else { &mut peers };
            let colour = colours.next().copied().unwrap_or("#000000");
            let width = if series.ours { 3.0 } else { 1.5 };
            let places = series.points.iter().map(|(x, y)| (across.at(*x), up.at(*y)));
            let places: Vec<(f64, f64)> = places.collect();
            let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
                path.join(" ")
            );
            for (x, y) in &places {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>"
                );
            }
            if let Some((_, y)) = places.last() {
                names.push((*y, &series.name, colour, series.ours));
            }
        }
        names.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut free = FRAME[2];
        for (y, name, colour, ours) in names {
            let y = y.max(free);
            free = y + NAME_GAP;
            let weight = if ours { "bold" } else { "normal" };
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" fill=\"{colour}\" font-weight=\"{weight}\">{}</text>",
                right + 10.0,
                y + 4.0,
                escaped(name)
            );
        }
    }
}

/// A power of ten as a reader of India and elsewhere knows it: in digits, or with its exponent.
fn power_of_ten(power: i32) -> String {
    match power {
        ..=-4 => format!("10<tspan dy=\"-5\" font-size=\"9\">{power}</tspan>"),
        -3..0 => {
            let digits = usize::try_from(-power).unwrap_or_default();
            format!("0.{:0>digits$}", 1)
        }
        0..4 => 10_u64.pow(power.unsigned_abs()).to_string(),
        4.. => format!("10<tspan dy=\"-5\" font-size=\"9\">{power}</tspan>"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
