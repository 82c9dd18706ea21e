//! The file of tokens: made, read and replaced where only its owner opens it.
//!
//! # Invariants
//! * It lies outside the ledger's directory, and is a regular file that is closed to others; what
//!   was judged is what is read.
//! * Whoever opens it sees a former whole or the new whole, after a power cut too.
//! * Of two programs that change it at once, one is told to try again.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use bahi::{core::Instant, proof::sha256};

use super::{
    NewToken, TOKENS_MAX, TokenError, TokenId, TokenRow,
    row::{FileForm, RowForm},
    text_of,
};
use crate::caller::Identity;

/// The most bytes of the file.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The form that is written.
const VERSION: u16 = 1;

/// A file of tokens that lies outside its ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenFile {
    path: PathBuf,
}

/// What tells that a file was changed or put in another's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stamp([u64; 4]);

impl TokenFile {
    /// The file at a path, provided that it is not in the directory of its ledger.
    ///
    /// # Errors
    /// [`TokenError::InsideLedger`]; [`TokenError::Io`] where its folder is not there.
    pub fn at(path: &Path, ledger: &Path) -> Result<TokenFile, TokenError> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        let found = folder.canonicalize().map_err(failed("looked for", path))?;
        let inside = ledger.canonicalize().is_ok_and(|ledger| found.starts_with(ledger));
        if inside {
            return Err(TokenError::InsideLedger { path: path.to_path_buf() });
        }
        Ok(TokenFile { path: path.to_path_buf() })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every token of it, in the order they were made.
    ///
    /// # Errors
    /// [`TokenError::Missing`], [`TokenError::NotAFile`], [`TokenError::OpenToOthers`],
    /// [`TokenError::Io`], [`TokenError::Malformed`]; [`TokenError::NoCustody`].
    pub fn list(&self) -> Result<Vec<TokenRow>, TokenError> {
        let file = open_closed(&self.path)?;
        let mut text = String::new();
        let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
        read.map_err(failed("read", &self.path))?;
        if text.len() as u64 > FILE_BYTES_MAX {
            return Err(self.malformed(format!("it is longer than {FILE_BYTES_MAX} bytes")));
        }
        // The reader's own words may repeat what stands there.
        let form: FileForm = serde_json::from_str(&text)
            .map_err(|error| self.malformed(format!("line {} cannot be read", error.line())))?;
        if form.version != VERSION {
            return Err(self.malformed(format!("it is of version {}", form.version)));
        }
        if form.tokens.len() > TOKENS_MAX {
            return Err(self.malformed(format!("it has more than {TOKENS_MAX} tokens")));
        }
        let row = |(number, row): (usize, &RowForm)| {
            let wrong = |field| self.malformed(format!("token {number}: {field}"));
            row.row().map_err(wrong)
        };
        (1..).zip(&form.tokens).map(row).collect()
    }

    /// Makes a token, and the file where there is none. The text is the token, and is kept nowhere.
    ///
    /// # Errors
    /// Those of [`TokenFile::list`] but [`TokenError::Missing`]; [`TokenError::Busy`],
    /// [`TokenError::Full`], [`TokenError::NoRandomness`].
    pub fn add(&self, new: &NewToken, now: Instant) -> Result<(String, TokenRow), TokenError> {
        let _lock = self.lock()?;
        let mut rows = match self.list() {
            Ok(rows) => rows,
            Err(TokenError::Missing { .. }) => Vec::new(),
            Err(other) => return Err(other),
        };
        if rows.len() >= TOKENS_MAX {
            return Err(TokenError::Full { path: self.path.clone() });
        }
        let (mut id, mut secret) = ([0; 8], [0; 32]);
        getrandom::fill(&mut id).map_err(|_| TokenError::NoRandomness)?;
        getrandom::fill(&mut secret).map_err(|_| TokenError::NoRandomness)?;
        let id = TokenId(id);
        let row = TokenRow {
            identity: Identity {
                token: id,
                actor: new.actor.clone(),
                role: new.role,
                scheme: new.scheme.clone(),
                district: new.district,
            },
            made_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
            hash: sha256(&secret).0,
        };
        rows.push(row.clone());
        self.replace(&rows)?;
        Ok((text_of(id, &secret), row))
    }

    /// Revokes a token; one that was revoked before stays so since then.
    ///
    /// # Errors
    /// Those of [`TokenFile::list`]; [`TokenError::Busy`], [`TokenError::NoSuchToken`].
    pub fn revoke(&self, id: TokenId, now: Instant) -> Result<TokenRow, TokenError> {
        let _lock = self.lock()?;
        let mut rows = self.list()?;
        let found = rows.iter_mut().find(|row| row.identity.token == id);
        let missing = || TokenError::NoSuchToken { path: self.path.clone(), id };
        let row = found.ok_or_else(missing)?;
        row.revoked_at.get_or_insert(now);
        let row = row.clone();
        self.replace(&rows)?;
        Ok(row)
    }

    /// What tells that the file changed.
    pub(super) fn stamp(&self) -> Result<Stamp, TokenError> {
        let found = fs::symlink_metadata(&self.path).map_err(|error| self.gone(error))?;
        custody::stamp(&found)
    }

    /// The lock by which one program at a time changes the file; let go of when dropped.
    fn lock(&self) -> Result<File, TokenError> {
        let path = beside(&self.path, ".lock");
        let file = custody::to_write(OpenOptions::new().create(true).truncate(false), &path)
            .map_err(failed("locked", &self.path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(TokenError::Busy { path: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(failed("locked", &self.path)(error)),
        }
    }

    fn replace(&self, rows: &[TokenRow]) -> Result<(), TokenError> {
        let form = FileForm { version: VERSION, tokens: rows.iter().map(Into::into).collect() };
        let partial = beside(&self.path, ".partial");
        let write = || {
            let mut text = serde_json::to_vec_pretty(&form).map_err(io::Error::from)?;
            text.push(b'\n');
            // What a run that was cut off has left is nobody's.
            match fs::remove_file(&partial) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                Err(_) | Ok(()) => {}
            }
            let mut file = custody::to_write(OpenOptions::new().create_new(true), &partial)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&partial, &self.path)?;
            match self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                Some(folder) => File::open(folder)?.sync_all(),
                None => File::open(".")?.sync_all(),
            }
        };
        write().map_err(failed("written", &self.path))
    }

    fn gone(&self, error: io::Error) -> TokenError {
        if error.kind() == ErrorKind::NotFound {
            return TokenError::Missing { path: self.path.clone() };
        }
        failed("looked at", &self.path)(error)
    }

    fn malformed(&self, what: String) -> TokenError {
        TokenError::Malformed { path: self.path.clone(), what }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> TokenError + 'a {
    move |source| TokenError::Io { what, path: path.to_path_buf(), source }
}

/// Opens a regular file that is closed to others.
fn open_closed(path: &Path) -> Result<File, TokenError> {
    let gone = |error: io::Error| {
        if error.kind() == ErrorKind::NotFound {
            return TokenError::Missing { path: path.to_path_buf() };
        }
        failed("looked at", path)(error)
    };
    let judged = fs::symlink_metadata(path).map_err(gone)?;
    if !judged.is_file() {
        return Err(TokenError::NotAFile { path: path.to_path_buf() });
    }
    let file = File::open(path).map_err(failed("read", path))?;
    let opened = file.metadata().map_err(failed("looked at", path))?;
    // A link that was put there meanwhile leads elsewhere.
    if !custody::is_same(&judged, &opened) {
        return Err(TokenError::NotAFile { path: path.to_path_buf() });
    }
    match custody::others_mode(&opened)? {
        Some(mode) => Err(TokenError::OpenToOthers { path: path.to_path_buf(), mode }),
        None => Ok(file),
    }
}

/// What a Unix keeps a file by.
#[cfg(unix)]
mod custody {
    use std::{
        fs::{File, Metadata, OpenOptions},
        io,
        os::unix::fs::{MetadataExt, OpenOptionsExt},
        path::Path,
    };

    use super::{Stamp, TokenError};

    pub(super) fn to_write(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        options.write(true).mode(0o600).open(path)
    }

    pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }

    /// The mode, where it lets others in.
    pub(super) fn others_mode(found: &Metadata) -> Result<Option<u32>, TokenError> {
        let mode = found.mode() & 0o777;
        Ok((mode & 0o077 != 0).then_some(mode))
    }

    pub(super) fn stamp(found: &Metadata) -> Result<Stamp, TokenError> {
        let time = found.ctime().cast_unsigned();
        Ok(Stamp([found.ino(), found.size(), time, found.ctime_nsec().cast_unsigned()]))
    }
}

/// Elsewhere nothing keeps it from others, so it is not used.
#[cfg(not(unix))]
mod custody {
    use std::{
        fs::{File, Metadata, OpenOptions},
        io,
        path::Path,
    };

    use super::{Stamp, TokenError};

    pub(super) fn to_write(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
        options.write(true).open(path)
    }

    pub(super) fn is_same(_: &Metadata, _: &Metadata) -> bool {
        false
    }

    pub(super) fn others_mode(_: &Metadata) -> Result<Option<u32>, TokenError> {
        Err(TokenError::NoCustody)
    }

    pub(super) fn stamp(_: &Metadata) -> Result<Stamp, TokenError> {
        Err(TokenError::NoCustody)
    }
}
