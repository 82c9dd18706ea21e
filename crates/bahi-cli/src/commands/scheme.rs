//! `bahi scheme`: terms files checked, opened, amended, and shown.

use std::path::Path;

use bahi::{
    core::SchemeName,
    json::{SchemeFileAnswer, SchemeToldAnswer, terms_json},
    scheme::{self, SCHEME_FILE_BYTES_MAX, SchemeFile, Telling},
};

use crate::{
    Streams,
    arguments::{Command, Format, Global, SchemeOf, SchemeShow, SchemeTell},
    commands::{
        check_scheme,
        import::bounded,
        terms::{Words, sentences},
    },
    open::{open_asked, open_to_write},
    status::{Failure, Status},
    write,
};

/// Whether a command can write a terms file.
pub(super) fn writes_toml(command: &Command) -> bool {
    matches!(command, Command::Scheme(asked) if matches!(asked.of, SchemeOf::Show(_)))
}

pub(super) fn run(
    asked: &SchemeOf,
    global: &Global,
    toml: bool,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match asked {
        SchemeOf::Check(asked) => {
            let file = read(&asked.file)?;
            say(None, &file, global, streams)
        }
        SchemeOf::Open(asked) => tell(asked, Telling::Open, global, streams),
        SchemeOf::Amend(asked) => tell(asked, Telling::Amend, global, streams),
        SchemeOf::Show(asked) => show(asked, global, toml, streams),
    }
}

/// A terms file, or the one line that says where it is wrong.
fn read(path: &Path) -> Result<SchemeFile, Failure> {
    let bytes = bounded(path, SCHEME_FILE_BYTES_MAX)?;
    scheme::read(&bytes)
        .map_err(|error| Failure::misuse(format!("{}: {error}; correct the file", path.display())))
}

fn tell(
    asked: &SchemeTell,
    telling: Telling,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let file = read(&asked.file)?;
    let path = asked.file.display();
    let mut ledger = open_to_write(global, !asked.dry_run, streams)?;
    match telling {
        Telling::Open if file.districts.is_empty() => {
            return Err(Failure::misuse(format!(
                "{path}: a scheme opens in districts, and the file names none; add districts"
            )));
        }
        Telling::Amend => {
            check_scheme(ledger.names(), file.scheme.as_str())?;
            let runs = ledger.scheme_file(file.scheme.as_str(), None);
            let same = runs.is_some_and(|(_, open)| open.districts == file.districts);
            if !file.districts.is_empty() && !same {
                return Err(Failure::misuse(format!(
                    "{path}: amending changes the terms and not the districts; leave districts out"
                )));
            }
        }
        Telling::Open => {}
    }
    let (name, version) = (file.scheme.clone(), file.terms.parts().name.to_string());
    let command = scheme::command(file, telling, &asked.actor, asked.on);
    let commands = [command];
    let receipts =
        if asked.dry_run { ledger.dry_run(&commands)? } else { ledger.submit_all(&commands)? };
    let receipt = receipts.first().copied().ok_or_else(|| {
        Failure::fault("a bug: a command was accepted and has no receipt; please report it")
    })?;
    let versions = ledger.scheme_file(name.as_str(), None).map_or(0, |(number, _)| number);
    let number = match telling {
        _ if receipt.repeated => number_of(&ledger, &name, &version),
        Telling::Open => 1,
        Telling::Amend if asked.dry_run => versions + 1,
        Telling::Amend => versions,
    };
    let told = SchemeToldAnswer {
        scheme: name.to_string(),
        version,
        number,
        position: receipt.position.0,
        repeated: receipt.repeated,
    };
    said(&told, telling, asked.dry_run, global, streams)
}

/// The number of the version of a name, the latest of them.
fn number_of(ledger: &bahi::Ledger, scheme: &SchemeName, version: &str) -> u16 {
    let named = |number: &u16| {
        let found = ledger.scheme_file(scheme.as_str(), Some(*number));
        found.is_some_and(|(_, file)| file.terms.parts().name.as_str() == version)
    };
    let last = ledger.scheme_file(scheme.as_str(), None).map_or(0, |(number, _)| number);
    (1..=last).rev().find(named).unwrap_or(last)
}

fn said(
    told: &SchemeToldAnswer,
    telling: Telling,
    dry_run: bool,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    match global.format {
        Format::Json => write::json(streams.out, told)?,
        Format::Jsonl => write::json_line(streams.out, told)?,
        Format::Csv => {
            write::csv_row(streams.out, ["scheme", "version", "number", "position", "repeated"])?;
            let (number, position) = (told.number.to_string(), told.position.to_string());
            let repeated = told.repeated.to_string();
            let cells = [&told.scheme, &told.version, &number, &position, &repeated];
            write::csv_row(streams.out, cells)?;
        }
        Format::Table => {
            let SchemeToldAnswer { scheme, version, number, position, repeated } = told;
            let done = match (telling, dry_run) {
                _ if *repeated => "was told before:",
                (Telling::Open, false) => "opened",
                (Telling::Open, true) => "would open",
                (Telling::Amend, false) => "amended",
                (Telling::Amend, true) => "would be amended",
            };
            let told = format!("scheme {scheme} {done} with terms {number} ({version})");
            writeln!(streams.out, "{told}, position {position}")?;
        }
    }
    Ok(Status::Done)
}

fn show(
    asked: &SchemeShow,
    global: &Global,
    toml: bool,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let name = asked.scheme.as_str();
    let found = if global.names_a_ledger() {
        let ledger = open_asked(global, streams)?;
        check_scheme(ledger.names(), name)?;
        ledger.scheme_file(name, asked.version)?
    } else {
        scheme::of_rulebook(name, asked.version)
    };
    let Some((number, file)) = found else {
        let version = asked.version.map(|version| format!(" version {version} of"));
        let version = version.unwrap_or_default();
        return Err(Failure::misuse(format!(
            "there is no{version} scheme {name}; bahi schemes lists them (--ledger asks a \
             ledger's own)"
        )));
    };
    if toml {
        streams.out.write_all(file.to_toml().as_bytes())?;
        return Ok(Status::Done);
    }
    say(Some(number), &file, global, streams)
}

/// A file in words, or as JSON.
fn say(
    number: Option<u16>,
    file: &SchemeFile,
    global: &Global,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let answer = || SchemeFileAnswer {
        scheme: file.scheme.to_string(),
        number,
        districts: file.districts.iter().map(ToString::to_string).collect(),
        terms: terms_json(&file.terms),
    };
    match global.format {
        Format::Json => write::json(streams.out, &answer())?,
        Format::Jsonl => write::json_line(streams.out, &answer())?,
        Format::Csv => {
            write::csv_row(streams.out, ["item", "paragraph"])?;
            for item in &file.terms.parts().items {
                write::csv_row(streams.out, [item.name.as_str(), item.paragraph.as_str()])?;
            }
        }
        Format::Table => {
            let parts = file.terms.parts();
            let mut page = Words::new(streams.terminal.width);
            let number = number.map(|number| format!("{number} ")).unwrap_or_default();
            page.line(0, &format!("{}  terms {number}({})", file.scheme, parts.name));
            let until = match parts.until {
                Some(until) => format!("from {} to {until}", parts.from),
                None => format!("from {} on", parts.from),
            };
            page.line(2, &format!("in force {until}, in {} districts", file.districts.len()));
            let authority = &parts.authority;
            page.line(2, &format!("order {} of {}", authority.order, authority.date));
            for fact in &parts.facts {
                let need = if fact.required { "" } else { ", optional" };
                page.line(2, &format!("asks for {} ({}{need})", fact.name, fact.kind.name()));
            }
            sentences(&file.terms).iter().for_each(|sentence| page.line(2, sentence));
            let (rounding, most) = (parts.rounding.name(), parts.instalments_max);
            page.line(2, &format!("rounded {rounding}; instalments: at most {most}"));
            for policy in &parts.policies {
                page.line(2, &format!("- {}: {}", policy.name, policy.value));
            }
            streams.out.write_all(page.text().as_bytes())?;
        }
    }
    Ok(Status::Done)
}
