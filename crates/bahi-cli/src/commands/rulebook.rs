//! `bahi schemes` and `bahi districts`: the rulebook, readable.

use bahi::{
    Provable as _, answers,
    core::Terms,
    json::{SchemeRow, TermsRow},
    rulebook::{self, DistrictEntry, note},
};
use serde::Serialize;

use crate::{
    Streams,
    arguments::{Districts, Format, Global, Schemes},
    commands::terms::{Words, sentences},
    open::{open, open_records},
    status::{Failure, Status},
    table::{Table, number, text, words},
    write,
};

/// The schemes of the rulebook, or of a ledger at a position.
#[derive(Serialize)]
struct SchemesAnswer {
    position: Option<u64>,
    root: Option<String>,
    schemes: Vec<SchemeRow>,
}

/// A scheme with its terms as they are read.
struct Shown {
    row: SchemeRow,
    versions: Vec<Terms>,
}

pub(super) fn schemes(
    asked: &Schemes,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let (position, root, mut shown) = known(global, streams)?;
    if let Some(name) = &asked.scheme {
        let all: Vec<String> = shown.iter().map(|scheme| scheme.row.scheme.clone()).collect();
        shown.retain(|scheme| scheme.row.scheme == *name);
        if shown.is_empty() {
            let all = all.join(", ");
            return Err(Failure::misuse(format!("there is no scheme {name}; there are {all}")));
        }
    }
    match global.format {
        Format::Table => {
            for (index, scheme) in shown.iter().enumerate() {
                if index > 0 {
                    writeln!(streams.out)?;
                }
                prose(scheme, streams)?;
            }
        }
        Format::Csv => csv(&shown, streams)?,
        Format::Json => {
            let schemes = shown.into_iter().map(|scheme| scheme.row).collect();
            write::json(streams.out, &SchemesAnswer { position, root, schemes })?;
        }
        Format::Jsonl => {
            let rows: Vec<SchemeRow> = shown.into_iter().map(|scheme| scheme.row).collect();
            write::json_lines(streams.out, &rows)?;
        }
    }
    Ok(Status::Done)
}

type Known = (Option<u64>, Option<String>, Vec<Shown>);

/// The rulebook's schemes, or those of a ledger that was named.
fn known(global: &Global, streams: &mut Streams<'_>) -> Result<Known, Failure> {
    let shown = |row, versions| Shown { row, versions };
    if !global.names_a_ledger() {
        let versions = rulebook::schemes().into_iter().map(|scheme| scheme.versions);
        let rows = answers::rulebook_schemes().into_iter().zip(versions);
        return Ok((None, None, rows.map(|(row, versions)| shown(row, versions)).collect()));
    }
    let (position, root, schemes) = match global.service()? {
        Some(_) => {
            let ledger = open(global, streams)?;
            (ledger.position(), ledger.root(), ledger.schemes())
        }
        None => {
            let records = open_records(global, streams)?;
            (records.position(), records.root(), records.schemes()?)
        }
    };
    let answer = answers::schemes_at(position, root, &schemes);
    let versions = schemes.into_iter().map(|scheme| scheme.versions);
    let rows = answer.schemes.into_iter().zip(versions);
    let rows = rows.map(|(row, versions)| shown(row, versions)).collect();
    Ok((Some(answer.position), Some(answer.root), rows))
}

fn prose(scheme: &Shown, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let SchemeRow { scheme: name, title, districts, .. } = &scheme.row;
    let written = rulebook::scheme(name);
    let hindi = written.as_ref().map_or("", |scheme| scheme.title_hi);
    let title = title.as_deref().unwrap_or_default();
    let mut page = Words::new(streams.terminal.width);
    page.line(0, &format!("{name}  {title}  {hindi}"));
    page.line(0, &format!("runs in {districts} districts"));
    for sentence in written.iter().flat_map(|scheme| scheme.summary) {
        page.line(2, sentence);
    }
    for (row, terms) in scheme.row.versions.iter().zip(&scheme.versions) {
        version(row, terms, &mut page);
    }
    Ok(streams.out.write_all(page.text().as_bytes())?)
}

fn version(row: &TermsRow, terms: &Terms, page: &mut Words) {
    let until = match &row.until {
        Some(until) => format!("from {} to {until}", row.from),
        None => format!("from {} on", row.from),
    };
    page.line(0, "");
    page.line(2, &format!("terms {} ({}), in force {until}", row.number, row.version));
    let date = row.authority.date.as_deref().unwrap_or("an unknown day");
    page.line(4, &format!("order {} of {date}", row.authority.order));
    let facts = terms.parts().facts.iter().map(|fact| {
        let need = if fact.required { "" } else { ", optional" };
        format!("{} ({}{need})", fact.name, fact.kind.name())
    });
    page.line(4, &format!("asks for {}", facts.collect::<Vec<_>>().join(", ")));
    for sentence in sentences(terms) {
        page.line(4, &sentence);
    }
    let instalments = row.instalments_max;
    let plural = if instalments == 1 { "" } else { "s" };
    let rounding = note(&row.rounding).unwrap_or(&row.rounding);
    page.line(4, &format!("rounded {rounding}; paid in at most {instalments} instalment{plural}"));
    for note in answers::notes(terms) {
        page.line(4, &format!("- {note}"));
    }
}

fn csv(shown: &[Shown], streams: &mut Streams<'_>) -> Result<(), Failure> {
    write::csv_row(
        streams.out,
        [
            "scheme",
            "title",
            "districts",
            "number",
            "version",
            "order",
            "order_date",
            "from",
            "until",
            "facts",
            "items",
            "policies",
            "rounding",
            "instalments_max",
        ],
    )?;
    for Shown { row: scheme, .. } in shown {
        for row in &scheme.versions {
            let policies =
                row.policies.iter().map(|policy| format!("{}={}", policy.name, policy.value));
            write::csv_row(
                streams.out,
                [
                    scheme.scheme.clone(),
                    scheme.title.clone().unwrap_or_default(),
                    scheme.districts.to_string(),
                    row.number.to_string(),
                    row.version.clone(),
                    row.authority.order.clone(),
                    row.authority.date.clone().unwrap_or_default(),
                    row.from.clone(),
                    row.until.clone().unwrap_or_default(),
                    row.facts.join(" "),
                    row.items.join(" "),
                    policies.collect::<Vec<_>>().join(" "),
                    row.rounding.clone(),
                    row.instalments_max.to_string(),
                ],
            )?;
        }
    }
    Ok(())
}

/// A district of the rulebook.
#[derive(Serialize)]
struct District {
    code: String,
    name: &'static str,
    name_hi: &'static str,
    division: &'static str,
    product: &'static str,
    further_products: &'static [&'static str],
    unverified: Option<&'static str>,
}

#[derive(Serialize)]
struct DistrictsAnswer {
    districts: Vec<District>,
}

impl From<&'static DistrictEntry> for District {
    fn from(entry: &'static DistrictEntry) -> District {
        District {
            code: entry.code.to_string(),
            name: entry.name,
            name_hi: entry.name_hi,
            division: entry.division,
            product: entry.product,
            further_products: entry.further_products,
            unverified: entry.unverified,
        }
    }
}

pub(super) fn districts(
    asked: &Districts,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let search = asked.search.as_deref().unwrap_or_default();
    let found: Vec<District> = rulebook::districts::search(search).map(District::from).collect();
    if found.is_empty() {
        let guess = rulebook::districts::suggest(search);
        let guess = guess.map(|entry| format!("; did you mean {}?", entry.name));
        let guess = guess.unwrap_or_else(|| "; bahi districts lists all".to_owned());
        return Err(Failure::no(format!("no district, division or product holds {search}{guess}")));
    }
    match global.format {
        Format::Json => write::json(streams.out, &DistrictsAnswer { districts: found })?,
        Format::Jsonl => write::json_lines(streams.out, &found)?,
        Format::Csv => {
            write::csv_row(
                streams.out,
                [
                    "code",
                    "name",
                    "name_hi",
                    "division",
                    "product",
                    "further_products",
                    "unverified",
                ],
            )?;
            for district in &found {
                let further = district.further_products.join("; ");
                write::csv_row(
                    streams.out,
                    [
                        district.code.as_str(),
                        district.name,
                        district.name_hi,
                        district.division,
                        district.product,
                        &further,
                        district.unverified.unwrap_or_default(),
                    ],
                )?;
            }
        }
        Format::Table => districts_table(&found, streams)?,
    }
    Ok(Status::Done)
}

fn districts_table(found: &[District], streams: &mut Streams<'_>) -> Result<(), Failure> {
    let mut table = Table::new([
        number("code"),
        text("district"),
        text("in Hindi"),
        text("division"),
        words("products"),
    ]);
    for district in found {
        let mut products = vec![district.product.to_owned()];
        if !district.further_products.is_empty() {
            products.push(format!("later: {}", district.further_products.join("; ")));
        }
        if let Some(doubt) = district.unverified {
            products.push(format!("unverified: {doubt}"));
        }
        table.row([
            district.code.clone(),
            district.name.to_owned(),
            district.name_hi.to_owned(),
            district.division.to_owned(),
            products.join("\n"),
        ]);
    }
    table.write(streams.out, streams.terminal.width)
}
