//! Schemes from terms files: opened and amended without a release, and printed as such files.
//!
//! # Invariants
//! * A scheme's file is what opens it: printed from a ledger and read again it is the same terms.
//!
//! # Not here
//! The form of the files: `bahi-import`.

use bahi_core::{ActorName, Command, CommandId, Day, District, Role, SchemeName, Terms};
pub use bahi_import::{SCHEME_FILE_BYTES_MAX, SCHEME_FILE_FORMAT, SchemeFile, SchemeFileError};

use crate::{Error, Ledger, press::Press, rulebook::derived_id};

/// Reads a terms file; a district may be a code, or a name of the ODOP table.
///
/// # Errors
/// [`SchemeFileError`] with its line and column.
pub fn read(bytes: &[u8]) -> Result<SchemeFile, SchemeFileError> {
    SchemeFile::parse(bytes, &crate::commands::district)
}

/// What a file is to do to a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Telling {
    /// Open the scheme.
    Open,
    /// Give the open scheme further terms.
    Amend,
}

/// The command that tells a ledger of a file, on the order that sets the terms.
///
/// It counts from `on`, the terms' first day where absent. Its id derives from what it says, so
/// telling a ledger twice changes nothing.
#[must_use]
pub fn command(file: SchemeFile, telling: Telling, actor: &ActorName, on: Option<Day>) -> Command {
    let (authority, from) = (file.terms.parts().authority.clone(), file.terms.parts().from);
    let act = match telling {
        Telling::Open => file.open(),
        Telling::Amend => file.amend(),
    };
    let mut command = Command {
        id: CommandId::NIL,
        actor: actor.clone(),
        role: Role::Administrator,
        effective_day: on.unwrap_or(from),
        authority: Some(authority),
        aliases: Vec::new(),
        signed: None,
        act,
    };
    command.id = derived_id(b"bahi scheme", &bahi_wire::encode_command(&command));
    command
}

/// A version of a scheme of the ODOP rulebook as a file, by number from 1, the latest where absent.
#[must_use]
pub fn of_rulebook(scheme: &str, version: Option<u16>) -> Option<(u16, SchemeFile)> {
    let found = bahi_odop::scheme(scheme)?;
    let districts = bahi_odop::DISTRICTS.iter().map(|entry| entry.code).collect();
    pick(&found.name, districts, &found.versions, version)
}

impl Ledger {
    /// A version of an open scheme as a file, by number from 1, the latest where absent.
    #[must_use]
    pub fn scheme_file(&self, scheme: &str, version: Option<u16>) -> Option<(u16, SchemeFile)> {
        // The rules have them at hand, and nothing fails.
        self.press().scheme_file(scheme, version).ok().flatten()
    }
}

impl Press<'_> {
    /// As [`Ledger::scheme_file`] says.
    pub(crate) fn scheme_file(
        &self,
        scheme: &str,
        version: Option<u16>,
    ) -> Result<Option<(u16, SchemeFile)>, Error> {
        let number = self.names().scheme_no(scheme);
        let known = number.and_then(|number| Some((number, self.names().scheme(number)?)));
        let Some((number, name)) = known else { return Ok(None) };
        let districts = self.folded.districts(number)?;
        Ok(pick(name, districts, &self.folded.versions(number)?, version))
    }

    /// As [`Ledger::terms_on`] says.
    pub(crate) fn terms_on(&self, scheme: &str, day: Day) -> Result<Option<(u16, Terms)>, Error> {
        let Some(number) = self.names().scheme_no(scheme) else { return Ok(None) };
        let versions = self.folded.versions(number)?;
        let index = versions.iter().rposition(|terms| terms.in_force_on(day));
        let found = index
            .and_then(|index| Some((u16::try_from(index + 1).ok()?, versions.get(index)?.clone())));
        Ok(found)
    }
}

fn pick(
    scheme: &SchemeName,
    districts: Vec<District>,
    versions: &[Terms],
    version: Option<u16>,
) -> Option<(u16, SchemeFile)> {
    let version = version.or_else(|| u16::try_from(versions.len()).ok())?;
    let terms = versions.get(usize::from(version).checked_sub(1)?)?.clone();
    Some((version, SchemeFile { scheme: scheme.clone(), districts, terms }))
}
