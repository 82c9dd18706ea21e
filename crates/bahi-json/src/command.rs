//! Commands as JSON: one object a line in, the same object out.
//!
//! # Invariants
//! * What is written reads back as the same command.
//! * A command of each kind has one shape, and the schema is generated from it.
//! * A kind's fields are those of its act, by the same names.
//!
//! # Not here
//! Whether a command is allowed (`bahi-rules`): an amount of zero or a fact too many is well formed.

use bahi_core::{Command, CommandKind, District};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Malformed,
    form::Reading,
    malformed::{Complaint, one_line, read},
    signed::{SignedShape, is_signed, signed_command},
    value::Object,
};

/// The district of a name, for names the caller knows; codes and `pool` are read without it.
pub type Districts<'a> = &'a dyn Fn(&str) -> Option<District>;

/// Reads one command from one line, with or without its line ending.
///
/// A signed command is an object with the line as a text, the key and the signature; it reads as the
/// command of that line, with what was signed beside it.
///
/// Facts come out in order of name, as an object has no order of its own. Of the fingerprints of one
/// thing the newest stands in the command, and each other becomes one of its aliases.
///
/// # Errors
/// [`Malformed`], in checking order: length, UTF-8, JSON, kind, fields and their types, then in
/// order of the fields what no field says alone: names of districts, terms, fingerprints of one
/// thing that do not agree.
///
/// ```
/// let line = br#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot",
/// "actor":"fin-01"}"#;
/// let error = bahi_json::parse_command(line, &|_| None).expect_err("a line is one line");
/// assert_eq!(error.to_string(), "column 69: a line break stands inside the line");
/// ```
pub fn parse_command(line: &[u8], districts: Districts<'_>) -> Result<Command, Malformed> {
    let line = one_line(line)?;
    if is_signed(line) { signed_command(line, districts) } else { plain_command(line, districts) }
}

/// Reads a command that is not signed from a line without its ending.
pub(crate) fn plain_command(line: &[u8], districts: Districts<'_>) -> Result<Command, Malformed> {
    let line = one_line(line)?;
    let mut reading = Reading::new(districts);
    let command = kinds::command_of(kind_of(line)?, line, &mut reading)?;
    match command {
        Ok(command) => Ok(Command { aliases: reading.aliases(), ..command }),
        Err(complaint) => Err(Malformed::at_path(line, &complaint)),
    }
}

/// The first look at a line: is it an object at all, and of which kind?
#[derive(Deserialize)]
struct KindOfLine {
    kind: String,
}

fn kind_of(line: &[u8]) -> Result<CommandKind, Malformed> {
    let Object(KindOfLine { kind }) = read(line)?;
    let found = CommandKind::ALL.into_iter().find(|known| known.name() == kind);
    found.ok_or_else(|| {
        let known: Vec<_> = CommandKind::ALL.into_iter().map(CommandKind::name).collect();
        let what = format!("no command is of this kind; the kinds are {}", known.join(", "));
        Malformed::at_path(line, &Complaint::new("kind", what))
    })
}

/// A command in its JSON form, its fields in the documented order; one that is signed, as it was.
#[derive(Serialize)]
pub struct CommandLine(Written);

#[expect(clippy::large_enum_variant, reason = "nearly every command is plain, written in place")]
#[derive(Serialize)]
#[serde(untagged)]
enum Written {
    Plain(kinds::Shape),
    Signed(SignedShape),
}

impl From<&Command> for CommandLine {
    fn from(command: &Command) -> CommandLine {
        CommandLine(match &command.signed {
            Some(signed) => Written::Signed(SignedShape::from(&**signed)),
            None => Written::Plain(kinds::shape_of(command)),
        })
    }
}

/// A command as a JSON value. Reading it back gives the same command, with its facts in order of
/// name, and of its aliases those of the keys that stand in it, rising.
///
/// # Panics
/// Never: every field is a text, a whole number, a flag, or made of these.
#[must_use]
pub fn command_json(command: &Command) -> Value {
    serde_json::to_value(CommandLine::from(command)).expect("a command has a JSON form")
}

/// A command as one line of text without a line ending, its fields in the documented order.
///
/// # Panics
/// Never: every field is a text, a whole number, a flag, or made of these.
#[must_use]
pub fn command_line(command: &Command) -> String {
    serde_json::to_string(&CommandLine::from(command)).expect("a command has a JSON form")
}

/// Declares the shape of each kind: the fields of every command, then its own, which have the names
/// of the act's. A struct inside a struct would lose the columns of errors and the refusal of
/// unknown fields.
macro_rules! shapes {
    ($(
        $(#[$doc:meta])*
        $schema:literal $kind:ident {
            $($(#[$field_doc:meta])* $field:ident : $type:ty,)*
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            #[schemars(rename = $schema)]
            pub(super) struct $kind {
                command_id: Text<CommandId>,
                /// What is asked.
                kind: Kind<{ CommandKind::$kind.number() }>,
                /// Who asks: an office or a job, never a person's own name.
                actor: Text<ActorName>,
                /// As what the actor acts.
                role: OneOf<Role>,
                /// The day on which the event is to count.
                effective_day: Text<Day>,
                /// The order it rests on.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                authority: Option<Object<AuthorityJson>>,
                $($(#[$field_doc])* $field: $type,)*
            }

            impl $kind {
                fn command(self, reading: &mut Reading<'_>) -> Result<Command, Complaint> {
                    $(let $field = Form::read(self.$field, reading)
                        .map_err(|complaint| complaint.inside(stringify!($field)))?;)*
                    Ok(Command {
                        id: self.command_id.0,
                        actor: self.actor.0,
                        role: self.role.0,
                        effective_day: self.effective_day.0,
                        authority: self.authority.map(|Object(authority)| authority.into()),
                        aliases: Vec::new(),
                        signed: None,
                        act: Act::$kind { $($field,)* },
                    })
                }
            }
        )*

        /// A shape of each kind.
        #[derive(Serialize)]
        #[serde(untagged)]
        pub(super) enum Shape {
            $($kind($kind),)*
        }

        /// The shape of a command.
        pub(super) fn shape_of(command: &Command) -> Shape {
            let Command { id, actor, role, effective_day, authority, aliases, act, .. } = command;
            match act {
                $(Act::$kind { $($field,)* } => Shape::$kind($kind {
                    command_id: Text(*id),
                    kind: Kind,
                    actor: Text(actor.clone()),
                    role: OneOf(*role),
                    effective_day: Text(*effective_day),
                    authority: authority.as_ref().map(|authority| Object(authority.into())),
                    $($field: Form::write($field, aliases),)*
                }),)*
            }
        }

        /// The command of a line of a kind, or a complaint about what was read.
        pub(super) fn command_of(
            kind: CommandKind,
            line: &[u8],
            reading: &mut Reading<'_>,
        ) -> Result<Result<Command, Complaint>, Malformed> {
            match kind {
                $(CommandKind::$kind => read::<$kind>(line).map(|shape| shape.command(reading)),)*
            }
        }

        /// The schema of each kind, in order of their numbers.
        pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
            vec![$(generator.subschema_for::<$kind>()),*]
        }
    };
}

mod kinds;

pub(crate) use kinds::schemas;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
