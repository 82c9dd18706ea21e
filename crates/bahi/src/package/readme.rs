//! What a package says of itself to a stranger, with the commands that check it.

use bahi_reports::Package;

use super::{CHECKPOINT, PACKAGE_MANIFEST};
use crate::sample::DOMAIN;

/// The page, with names in braces where figures go.
const PAGE: &str = include_str!("readme.txt");

/// The page of a package whose files but itself and the manifest are written.
pub(super) fn text(package: &Package, left_out: &[String]) -> String {
    let past = match package.as_of {
        Some(day) => format!("counting what is effective by {day}"),
        None => "counting every effective day".to_owned(),
    };
    let filters = &package.filters;
    let chosen = [
        ("scheme", &filters.scheme),
        ("district", &filters.district),
        ("year", &filters.fy),
        ("head", &filters.head),
    ];
    let said = |(what, only): (&str, &Option<String>)| {
        only.as_ref().map(|only| format!("{what} {only} alone"))
    };
    let funds: Vec<String> = chosen.into_iter().filter_map(said).collect();
    let funds = match (funds.is_empty(), filters.fy.is_some() || filters.head.is_some()) {
        (true, _) => "all".to_owned(),
        (false, false) => funds.join(", "),
        (false, true) => format!("{}; findings are of every year and head", funds.join(", ")),
    };
    let samples = package.sample.as_ref().map_or_else(
        || "none: no auditor's nonce was brought".to_owned(),
        |(nonce, size)| {
            format!(
                "{size} cases drawn simply and by scheme and district, payments by money, with what they \
                 were drawn from; the seed is SHA-256 over `{}`, the root, the number of records and \
                 the nonce `{nonce}`",
                DOMAIN
            )
        },
    );
    let signed = package.signed_by.is_some();
    let notes =
        if signed { [PACKAGE_MANIFEST, CHECKPOINT].join(" ") } else { CHECKPOINT.to_owned() };
    let left_out = match left_out {
        [] => String::new(),
        _ => format!("Left out for its length:\n\n* {}\n\n", left_out.join("\n* ")),
    };
    let nobody = "nobody but for the checkpoint: the events are those of its root, and who made the rest \
                  is not shown";
    let root: String = package.root.iter().map(|byte| format!("{byte:02x}")).collect();
    let figures: [(&str, String); 18] = [
        ("ledger", package.ledger.clone()),
        ("position", package.position.to_string()),
        ("past", past),
        ("root", root),
        ("known_on", package.known_on.to_string()),
        ("funds", funds),
        ("clock", if package.simulated { "simulated: a demonstration" } else { "real" }.to_owned()),
        ("program", package.program.clone()),
        ("signer", package.signed_by.clone().unwrap_or_else(|| nobody.to_owned())),
        ("exports", package.exports.to_string()),
        ("rows", package.rows.to_string()),
        ("findings", package.findings.to_string()),
        ("papers", package.papers.to_string()),
        ("proofs", package.proofs.to_string()),
        ("manifest_signed", if signed { ", signed" } else { "" }.to_owned()),
        ("notes", notes),
        // Last, since an auditor's nonce may hold what looks like the name of a figure.
        ("left_out", left_out),
        ("samples", samples),
    ];
    let page = PAGE.to_owned();
    figures.iter().fold(page, |page, (name, said)| page.replace(&format!("{{{name}}}"), said))
}
