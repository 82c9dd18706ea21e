//! Districts: the tiles of all of them with their products, and one with its schemes and cases.

use askama::Template;
use axum::{extract::Path, response::Response};
use bahi::{
    By, Filter,
    core::{District, FinancialYear},
    rulebook::{DISTRICTS, DistrictEntry},
};

use super::{
    case::{CaseRow, latest},
    overview::{Flow, by_scheme, by_year, grouped, paid},
    scheme::{Trend, years},
};
use crate::console::{
    answer::{Asked, Wrong},
    ask::filter_pairs,
    draw,
    figures::{Figure, Register},
    frame::{Frame, Section},
    paths, tiles,
    words::{Lang, Words, product},
};

/// How many of a district's applications its page shows.
const LATEST: usize = 8;

/// The rulebook's entry of a district.
fn entry(district: District) -> Option<&'static DistrictEntry> {
    bahi::rulebook::districts::by_code(district)
}

/// What a district is called: the pool by its own name, one of another state by its code.
pub(in crate::console) fn name(district: District, lang: Lang) -> String {
    match entry(district) {
        Some(entry) => lang.pick(entry.name, entry.name_hi).to_owned(),
        None if district.is_pool() => Words(lang).pool().to_owned(),
        None => district.to_string(),
    }
}

/// A tile of the map.
struct Tile {
    name: &'static str,
    other: &'static str,
    other_lang: &'static str,
    product: &'static str,
    other_product: &'static str,
    column: u8,
    row: u8,
    rank: u8,
    figure: Figure,
    href: String,
}

#[derive(Template)]
#[template(path = "districts.html")]
struct Districts {
    frame: Frame,
    w: Words,
    tiles: Vec<Tile>,
    pool: Option<(String, Figure)>,
}

/// `/console/districts`: the tiles of all districts.
pub(in crate::console) async fn all(asked: Asked) -> Response {
    let page = answer_all(&asked).await;
    asked.respond(page)
}

async fn answer_all(asked: &Asked) -> Result<Districts, Wrong> {
    let (around, at) = asked
        .question(|ledger, ask, caller| {
            let filter = Filter { scheme: ask.filter.scheme.clone(), ..Filter::default() };
            let filter = caller.narrow(Filter { fy: ask.filter.fy, ..filter })?;
            let by = By { district: true, ..By::default() };
            Ok(ledger.balances(by, &filter, ask.view())?)
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let rank = draw::ranks(&paid(&at.rows));
    let sums = grouped(&at.rows, |row| row.district);
    let figure = |district: District| {
        let total = sums.get(&district).map(|columns| columns.disbursed).unwrap_or_default();
        Figure::plain(total, ask.unit)
    };
    let other = if ask.lang == Lang::Hindi { Lang::English } else { Lang::Hindi };
    let tile = |entry: &'static DistrictEntry| {
        let (column, row) = tiles::tile(entry.code)?;
        Some(Tile {
            name: ask.lang.pick(entry.name, entry.name_hi),
            other: other.pick(entry.name, entry.name_hi),
            other_lang: other.code(),
            product: product(entry.product, ask.lang),
            other_product: product(entry.product, other),
            column,
            row,
            rank: rank(entry.code),
            figure: figure(entry.code),
            href: ask.link(&paths::district(entry.code), &[]),
        })
    };
    let pool = sums
        .contains_key(&District::POOL)
        .then(|| (ask.link(&paths::district(District::POOL), &[]), figure(District::POOL)));
    let mut tiles: Vec<Tile> = DISTRICTS.iter().filter_map(tile).collect();
    // Read aloud, and on a narrow page, they come by name.
    tiles.sort_by_key(|tile| tile.name);
    let frame = asked.frame(w.districts(), Section::Districts, paths::DISTRICTS, &around);
    Ok(Districts { frame, w, tiles, pool })
}

#[derive(Template)]
#[template(path = "district.html")]
struct OneDistrict {
    frame: Frame,
    w: Words,
    name: String,
    other: &'static str,
    other_lang: &'static str,
    code: String,
    division: &'static str,
    product: &'static str,
    other_product: &'static str,
    further: Vec<&'static str>,
    doubtful: &'static str,
    flow: Flow,
    trend: Trend,
    schemes: Register,
    years: Register,
    latest: Vec<CaseRow>,
    cases: String,
}

/// `/console/districts/{district}`: one district, or the pool.
pub(in crate::console) async fn page(Path(district): Path<String>, asked: Asked) -> Response {
    let page = answer(&asked, &district).await;
    asked.respond(page)
}

async fn answer(asked: &Asked, district: &str) -> Result<OneDistrict, Wrong> {
    let district = District::parse(district);
    let district = district.ok_or(Wrong::Nothing("a district is a code of digits, or pool"))?;
    let (around, (at, filter, years, latest)) = asked
        .question(move |ledger, ask, caller| {
            let filter = Filter { district: Some(district), ..Filter::default() };
            let filter = caller.narrow(filter)?;
            let by = By { scheme: true, fy: true, district: false, head: false };
            let at = ledger.balances(by, &filter, ask.view())?;
            let to = at.basis.as_of.unwrap_or_else(|| at.basis.known_on.day());
            let from = at.rows.iter().filter_map(|row| row.fy).min();
            let from = from.map_or(to, FinancialYear::first_day);
            let years = years(ledger, &filter, at.basis.position, (from, to))?;
            let (latest, _) = latest(ledger, &filter, ask, None, LATEST)?;
            Ok((at, filter, years, latest))
        })
        .await?;
    let (ask, w) = (&asked.ask, asked.words());
    let entry = entry(district);
    let other = if ask.lang == Lang::Hindi { Lang::English } else { Lang::Hindi };
    let name = name(district, ask.lang);
    let frame = asked.frame(&*name, Section::Districts, paths::district(district), &around);
    let further = entry.map_or(&[][..], |entry| entry.further_products);
    Ok(OneDistrict {
        name,
        other: entry.map_or("", |entry| other.pick(entry.name, entry.name_hi)),
        other_lang: other.code(),
        code: district.to_string(),
        division: entry.map_or("", |entry| entry.division),
        product: entry.map_or("", |entry| product(entry.product, ask.lang)),
        other_product: entry.map_or("", |entry| product(entry.product, other)),
        further: further.iter().map(|name| product(name, ask.lang)).collect(),
        doubtful: entry.and_then(|entry| entry.unverified).unwrap_or_default(),
        flow: Flow::of(&at.total, &filter, ask),
        trend: Trend::of(&years, &filter, ask),
        schemes: by_scheme(&at.rows, &at.total, &filter, ask),
        years: by_year(&at.rows, &at.total, &filter, ask),
        latest,
        cases: ask.link(paths::CASES, &filter_pairs(&filter)),
        frame,
        w,
    })
}
