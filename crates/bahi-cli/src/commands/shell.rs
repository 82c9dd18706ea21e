//! `bahi completions` and `bahi man`: what a shell and a reader of manuals ask for.

use clap::CommandFactory;

use crate::{
    Streams,
    arguments::{Cli, Completions, Man},
    status::{Failure, Status},
};

pub(super) fn completions(
    asked: &Completions,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Cli::command(), "bahi", &mut script);
    streams.out.write_all(&script)?;
    Ok(Status::Done)
}

pub(super) fn man(asked: &Man, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let mut program = Cli::command();
    program.build();
    let command = match &asked.command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                Failure::misuse(format!("there is no command {name}; bahi help lists them"))
            })?
        }
    };
    clap_mangen::Man::new(command).render(&mut &mut *streams.out)?;
    Ok(Status::Done)
}
