//! The ledger of a service as one that is kept elsewhere: its records as tiles, its door for commands.

use bahi::{
    Elsewhere, NoAnswer, Told, Unanswered,
    core::{Command, Position},
    json::command_line,
    proof::{Tile, TileKind, TreeHead, entries},
};
use serde_json::Value;

use super::client::Client;
use crate::ended::PassingDir;

/// What commands are sent as.
pub(crate) const LINES: &str = "application/x-ndjson";
/// The most commands of one request.
pub(crate) const COMMANDS_MAX: usize = 1_000;
/// The most bytes of them, unless one alone has more.
pub(crate) const BYTES_MAX: usize = 4 << 20;
/// The most commands and bytes of a batch, which is one request.
const BATCH_MAX: (usize, usize) = (10_000, 8 << 20);
/// How many records a tile has.
const TILE_RECORDS: u64 = 256;

/// A service's ledger, with the directory that its copy lies in.
pub(crate) struct There {
    client: Client,
    /// It goes with the ledger.
    _dir: PassingDir,
}

impl There {
    pub(crate) fn new(client: Client, dir: PassingDir) -> There {
        There { client, _dir: dir }
    }

    fn send(&self, commands: &[Command], all: bool) -> Result<Vec<Told>, Unanswered> {
        let body: String = commands.iter().map(|command| command_line(command) + "\n").collect();
        let path = if all { "/v1/commands?all_or_none=true" } else { "/v1/commands" };
        let answer = self.client.post(path, LINES, body.as_bytes())?;
        let lines = String::from_utf8_lossy(&answer);
        let told: Result<Vec<Told>, Unanswered> =
            lines.lines().map(|line| self.told(line)).collect();
        let told = told?;
        if told.len() != commands.len() {
            let other = self.client.other(&"as many answers as commands are missing");
            return Err(Unanswered { may_be_recorded: true, ..other });
        }
        Ok(told)
    }

    fn told(&self, line: &str) -> Result<Told, Unanswered> {
        let answer: Value = serde_json::from_str(line).unwrap_or_default();
        let position = answer["position"].as_u64().map(Position);
        match (answer["status"].as_str(), position) {
            (Some("accepted"), Some(position)) => Ok(Told::Accepted(position)),
            (Some("duplicate"), Some(position)) => Ok(Told::Before(position)),
            (Some("refused" | "malformed"), _) => Ok(Told::Not),
            (Some("fault"), _) => {
                let words = answer["message"].as_str().unwrap_or("the service has a fault");
                Err(Unanswered { may_be_recorded: true, ..Unanswered::fault(words) })
            }
            _ => {
                let other = self.client.other(&"an answer to a command that is none");
                Err(Unanswered { may_be_recorded: true, ..other })
            }
        }
    }
}

impl Elsewhere for There {
    fn submit(&mut self, commands: &[Command], all_or_none: bool) -> Result<Vec<Told>, Unanswered> {
        if all_or_none {
            let bytes: usize = commands.iter().map(|command| command_line(command).len() + 1).sum();
            if commands.len() > BATCH_MAX.0 || bytes > BATCH_MAX.1 {
                let (count, bytes) = BATCH_MAX;
                let words = format!(
                    "a service takes at most {count} commands and {bytes} bytes at once, all of them \
                     or none; do it where the ledger lies"
                );
                let kind = NoAnswer::Misuse;
                return Err(Unanswered { kind, ..Unanswered::fault(words) });
            }
            return self.send(commands, true);
        }
        let mut told = Vec::with_capacity(commands.len());
        let (mut begin, mut bytes) = (0, 0);
        for (index, command) in commands.iter().enumerate() {
            let length = command_line(command).len() + 1;
            let is_full = index - begin == COMMANDS_MAX || bytes + length > BYTES_MAX;
            if is_full && index > begin {
                told.extend(self.send(&commands[begin..index], false)?);
                (begin, bytes) = (index, 0);
            }
            bytes += length;
        }
        if begin < commands.len() {
            told.extend(self.send(&commands[begin..], false)?);
        }
        Ok(told)
    }

    fn head(&mut self) -> Result<TreeHead, Unanswered> {
        let about = self.client.about()?;
        about.head().ok_or_else(|| self.client.other(&"a root that is none"))
    }

    fn records(&mut self, from: u64, until: u64) -> Result<Vec<Vec<u8>>, Unanswered> {
        let none = || self.client.other(&"a tile that is none");
        let index = from / TILE_RECORDS;
        let tile = Tile::of(TileKind::Entries, index, until).ok_or_else(none)?;
        let bytes = self.client.get(&format!("/{tile}"))?;
        let records = entries(&bytes, tile.width()).ok_or_else(none)?;
        let before = usize::try_from(from - index * TILE_RECORDS).unwrap_or(usize::MAX);
        Ok(records.into_iter().skip(before).map(<[u8]>::to_vec).collect())
    }
}
