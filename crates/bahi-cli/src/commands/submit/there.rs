//! A batch of lines, decided by a service.
//!
//! # Invariants
//! * Lines that are no commands are told here, and none of them is sent.
//! * Where an answer is lost the same ids are sent again; what was recorded answers as a duplicate.

use bahi::{
    NoAnswer, Unanswered,
    core::Command,
    json::{LineOutcome, command_line, outcome_line},
};
use serde_json::Value;

use super::{Decided, Line, stopped};
use crate::{
    server::{BYTES_MAX, COMMANDS_MAX, Client, LINES},
    status::{Failure, Status},
};

/// A line's number with the command that it is, or what is said of one that is none.
type Numbered = (u64, Result<Command, String>);

/// A batch, decided by a service piece by piece.
pub(super) fn decided(client: &Client, batch: Vec<Line>) -> Decided {
    let mut lines: Vec<Numbered> = Vec::with_capacity(batch.len());
    for Line { number, parsed } in batch {
        lines.push((
            number,
            parsed.map_err(|why| outcome_line(number, &LineOutcome::Malformed(why))),
        ));
    }
    let mut decided = Decided::default();
    let mut rest = &lines[..];
    while !rest.is_empty() {
        let (piece, body) = piece(rest);
        rest = &rest[piece.len()..];
        let told = match body.is_empty() {
            true => Ok(Vec::new()),
            false => ask(client, &body),
        };
        match told {
            Ok(told) => tell(client, piece, told, &mut decided),
            Err(unanswered) => {
                not_told(piece, &unanswered, &mut decided);
                return decided;
            }
        }
        if decided.stopped.is_some() {
            return decided;
        }
    }
    decided
}

/// The lines that one request takes, and its body.
fn piece(lines: &[Numbered]) -> (&[Numbered], String) {
    let (mut body, mut commands) = (String::new(), 0);
    for (index, (_, parsed)) in lines.iter().enumerate() {
        let Ok(command) = parsed else { continue };
        let line = command_line(command);
        if commands == COMMANDS_MAX || (commands > 0 && body.len() + line.len() > BYTES_MAX) {
            return (&lines[..index], body);
        }
        body.push_str(&line);
        body.push('\n');
        commands += 1;
    }
    (lines, body)
}

fn ask(client: &Client, body: &str) -> Result<Vec<String>, Unanswered> {
    let answer = client.post("/v1/commands", LINES, body.as_bytes())?;
    let text = String::from_utf8(answer).map_err(|error| client.other(&error))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Answers each line of a piece, in order.
fn tell(client: &Client, piece: &[Numbered], told: Vec<String>, into: &mut Decided) {
    let mut told = told.into_iter();
    for (number, parsed) in piece {
        match parsed {
            Err(malformed) => into.tell(malformed.clone(), Status::Misuse),
            Ok(command) => match told.next().and_then(|line| renumbered(&line, *number)) {
                Some((line, status)) => into.tell(line, status),
                None => {
                    let why = client.other(&"fewer answers than commands, or none that is one");
                    let why = Unanswered { may_be_recorded: true, ..why };
                    into.tell(fault(*number, command, &why), Status::Fault);
                    into.stopped.get_or_insert_with(|| stopped(*number, &why.words));
                }
            },
        }
    }
    let last = piece.last().map_or(0, |(number, _)| *number);
    if into.worst == Some(Status::Fault) {
        let why = "the service has a fault, as its answers say";
        into.stopped.get_or_insert_with(|| stopped(last, why));
    }
}

/// A piece that was not answered.
fn not_told(piece: &[Numbered], why: &Unanswered, into: &mut Decided) {
    let last = piece.last().map_or(0, |(number, _)| *number);
    if why.kind != NoAnswer::Fault {
        // None of the request was taken: whoever asks may not, or not so.
        into.stopped = Some(Failure::from(why.clone()));
        return;
    }
    for (number, parsed) in piece {
        match parsed {
            Err(malformed) => into.tell(malformed.clone(), Status::Misuse),
            Ok(command) => into.tell(fault(*number, command, why), Status::Fault),
        }
    }
    into.stopped = Some(stopped(last, &why.words));
}

fn fault(number: u64, command: &Command, why: &Unanswered) -> String {
    let next = if why.may_be_recorded {
        "it may be recorded: submit the same id again to know"
    } else {
        "nothing is recorded of it"
    };
    let message = format!("{}; {next}", why.words);
    outcome_line(number, &LineOutcome::Fault { command_id: command.id, message })
}

/// An answer under the number that its line has here, and what it amounts to.
fn renumbered(line: &str, number: u64) -> Option<(String, Status)> {
    let answer: Value = serde_json::from_str(line).ok()?;
    let status = match answer["status"].as_str()? {
        "accepted" | "duplicate" => Status::Done,
        "refused" => Status::No,
        "malformed" => Status::Misuse,
        "fault" => Status::Fault,
        _ => return None,
    };
    let there = format!("{{\"line\":{},", answer["line"].as_u64()?);
    let rest = line.strip_prefix(&there)?;
    Some((format!("{{\"line\":{number},{rest}"), status))
}

#[cfg(test)]
mod tests {
    //! Answers under other numbers.

    use super::renumbered;
    use crate::status::Status;

    #[test]
    fn an_answer_keeps_every_byte_but_its_number() {
        let line = r#"{"line":3,"status":"duplicate","position":17,"command_id":"x"}"#;
        let (told, status) = renumbered(line, 4_000).expect("an answer");
        assert_eq!(told, line.replace("\"line\":3", "\"line\":4000"));
        assert_eq!(status, Status::Done);
        for other in [
            "",
            "{}",
            "null",
            r#"{"line":3}"#,
            r#"{"status":"accepted","line":3}"#,
            r#"{"line":3,"status":"perhaps"}"#,
            r#"{"line":-1,"status":"accepted"}"#,
        ] {
            assert!(renumbered(other, 1).is_none(), "{other}");
        }
    }
}
