//! Folds put away and taken up again, so that a fold goes on where it stood and not from the first
//! event.
//!
//! # Invariants
//! * What is put away is a cache, and nothing rests on it: a file that is missing, torn, of another
//!   ledger, of another history of this one, or of another version of its fold is as good as none,
//!   and costs time alone.
//! * A file is written beside its place, synced, and only then renamed into it; it is whole or it
//!   is not taken.
//! * Nothing that verifies reads one.
//!
//! # Not here
//! Which folds a ledger keeps beside itself: `beside`. What stands after an image: `resume/blocks.rs`.

pub(crate) mod blocks;

use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
    thread::Builder,
};

use bahi_core::{Position, Projection, image::Reader};
use bahi_log::{Fault, LedgerId, Log};
use bahi_proof::Hash;

use self::blocks::{Closing, closing_bytes};
use crate::{Error, Ledger};

/// What a file begins with.
const MARK: &[u8; 8] = b"BHFOLDED";
/// The form of the file; another layout takes another one.
const FORM: u16 = 1;
/// The bytes before the name.
const HEADER_BYTES: usize = 80;
/// The bytes of the hash at the end.
pub(crate) const HASH_BYTES: usize = 32;
/// The most bytes of a name.
const NAME_BYTES_MAX: usize = 32;
/// How many bytes a file has at least for it to be worth hashing beside what is made of it.
const BESIDE_BYTES_MIN: usize = 1 << 20;

/// A fold that can be put away and taken up again.
pub trait Resumable: Projection {
    /// What its file is called: lower-case letters, digits and `-`, at most 32 bytes.
    const NAME: &'static str;

    /// The version of the fold; one that counts another way takes another number, and what an
    /// older one put away is then folded again.
    const VERSION: u16;

    /// The fold as bytes.
    fn image(&self) -> Vec<u8>;

    /// The fold that bytes are of; `None` for bytes that are none. They are those that were put
    /// away, but this code may be newer than them.
    fn from_image(bytes: &[u8]) -> Option<Self>;
}

impl Ledger {
    /// A fold of every event: taken up where [`Ledger::put_away`] put it away in a directory, if it did
    /// and that is of this history, and folded from there; from the first event otherwise.
    ///
    /// # Errors
    /// [`Error::Fault`], [`Error::Record`] of reading the events that are folded.
    ///
    /// ```
    /// use bahi::{Resumable, core::{Projection, Recorded}};
    /// # use bahi::{Ledger, LedgerName, NewLedger};
    /// #[derive(Default)]
    /// struct Count(u64);
    /// impl Projection for Count {
    ///     fn apply(&mut self, _: &Recorded) {
    ///         self.0 += 1;
    ///     }
    /// }
    /// impl Resumable for Count {
    ///     const NAME: &'static str = "count";
    ///     const VERSION: u16 = 1;
    ///     fn image(&self) -> Vec<u8> {
    ///         self.0.to_le_bytes().to_vec()
    ///     }
    ///     fn from_image(bytes: &[u8]) -> Option<Count> {
    ///         bytes.try_into().ok().map(u64::from_le_bytes).map(Count)
    ///     }
    /// }
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// # let place = tempfile::tempdir()?;
    /// # let dir = place.path();
    /// ledger.put_away(&ledger.resume::<Count>(dir)?, dir)?;
    /// ledger.open_rulebook()?;
    /// assert_eq!(ledger.resume::<Count>(dir)?.0, ledger.position().0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume<F: Resumable>(&self, dir: &Path) -> Result<F, Error> {
        let (mut fold, position) = take_up(&self.log, dir).unwrap_or_default();
        fold_on(&self.log, &mut fold, position, &mut |_| {})?;
        Ok(fold)
    }

    /// Puts a fold of every event away in a directory, which is made where it is missing; durable
    /// on return. A fold of fewer events put away like this goes on with a gap: give what
    /// [`Ledger::resume`] or [`Ledger::fold`] gave, or what took every event since.
    ///
    /// # Errors
    /// [`Error::Fault`] where the file cannot be written; what was put away before is then as it
    /// was.
    pub fn put_away<F: Resumable>(&self, fold: &F, dir: &Path) -> Result<(), Error> {
        put_away(&self.log, dir, fold, self.position())
    }
}

/// Takes the events after a position into a fold; `progress` is given the position reached.
pub(crate) fn fold_on<F: Projection>(
    log: &Log,
    fold: &mut F,
    position: Position,
    progress: &mut dyn FnMut(Position),
) -> Result<(), Error> {
    let from = position.next();
    if from.0 >= log.size() {
        return Ok(());
    }
    for page in log.pages(from.0) {
        let page = page?;
        for (position, bytes) in page.records().filter(|(position, _)| *position >= from.0) {
            let position = Position(position);
            let recorded = bahi_wire::decode(position, bytes)
                .map_err(|source| Error::Record { position, source })?;
            fold.apply(&recorded);
        }
        progress(Position(page.first()));
    }
    Ok(())
}

/// A fold as its file knows it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    name: &'static str,
    version: u16,
    /// Whether any bytes may be given to what takes its image, those of a spoilt file too.
    safe: bool,
}

impl Kind {
    /// The kind of an embedder's fold.
    const fn of<F: Resumable>() -> Kind {
        const { assert!(is_name(F::NAME), "the name of a fold is one of a file") };
        Kind { name: F::NAME, version: F::VERSION, safe: false }
    }

    /// The kind of a fold of our own, whose image is taken from any bytes without harm.
    pub(crate) const fn own(name: &'static str, version: u16) -> Kind {
        assert!(is_name(name), "the name of a fold is one of a file");
        Kind { name, version, safe: true }
    }

    /// Which version of it this program folds.
    pub(crate) const fn version(self) -> u16 {
        self.version
    }

    /// What its file is called.
    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// Where its file is in a directory.
    pub(crate) fn place(self, dir: &Path) -> PathBuf {
        dir.join(self.name)
    }

    /// The bytes before the image, of a fold of a ledger up to a position.
    pub(crate) fn head(
        self,
        ledger: LedgerId,
        position: Position,
        root: Hash,
        len: u64,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES + NAME_BYTES_MAX);
        out.extend_from_slice(MARK);
        out.extend_from_slice(&FORM.to_le_bytes());
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&(self.name.len() as u32).to_le_bytes());
        out.extend_from_slice(&ledger.0);
        out.extend_from_slice(&position.0.to_le_bytes());
        out.extend_from_slice(&root.0);
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(self.name.as_bytes());
        out
    }
}

const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len() <= NAME_BYTES_MAX
}

/// What a file says of a fold before the fold itself.
pub(crate) struct Header {
    pub(crate) ledger: LedgerId,
    pub(crate) position: Position,
    pub(crate) root: Hash,
    /// The bytes of the image.
    pub(crate) len: u64,
}

/// Reads what stands before the image, and makes sure that it speaks of this fold.
pub(crate) fn read_header(kind: Kind, file: &mut File) -> Option<(Header, Vec<u8>)> {
    let mut bytes = vec![0; HEADER_BYTES + kind.name.len()];
    file.read_exact(&mut bytes).ok()?;
    let mut from = Reader::new(bytes.get(16..HEADER_BYTES)?);
    let (ledger, position) = (LedgerId(from.array()?), from.position()?);
    let header = Header { ledger, position, root: Hash(from.array()?), len: from.u64()? };
    let expected = kind.head(ledger, position, header.root, header.len);
    (bytes == expected).then_some((header, bytes))
}

/// The version that a file of a fold says to be of, whichever it is.
pub(crate) fn any_version(kind: Kind, file: &mut File) -> Option<u16> {
    let mut bytes = vec![0; HEADER_BYTES + kind.name.len()];
    file.read_exact(&mut bytes).ok()?;
    let version = u16::from_le_bytes(bytes.get(10..12)?.try_into().ok()?);
    let mut from = Reader::new(bytes.get(16..HEADER_BYTES)?);
    let (ledger, position) = (LedgerId(from.array()?), from.position()?);
    let (root, len) = (Hash(from.array()?), from.u64()?);
    let any = Kind { version, ..kind };
    (bytes == any.head(ledger, position, root, len)).then_some(version)
}

/// How long a file is with what its header says and what stands before the image.
pub(crate) fn whole_bytes(header: &Header, head: &[u8]) -> Option<u64> {
    let with_head = header.len.checked_add(head.len() as u64)?;
    with_head.checked_add(closing_bytes(header.len)?)
}

/// The same, where the file is as long as it says and speaks of this log as well.
fn header_of(log: &Log, kind: Kind, file: &mut File) -> Option<(Header, Vec<u8>)> {
    let (header, bytes) = read_header(kind, file)?;
    (file.metadata().ok()?.len() == whole_bytes(&header, &bytes)?).then_some(())?;
    let known = header.ledger == log.ledger_id() && header.position.0 < log.size();
    let root = known.then(|| log.root_at(header.position.0 + 1))?.ok()?;
    (header.root == root).then_some((header, bytes))
}

/// Up to which position a fold of this log is put away; none where it is not.
pub(crate) fn kept_until(log: &Log, dir: &Path, kind: Kind) -> Position {
    let file = File::open(kind.place(dir)).ok();
    let header = file.and_then(|mut file| header_of(log, kind, &mut file));
    header.map_or(Position::NONE, |(header, _)| header.position)
}

/// A fold as it was put away, with the last position that it holds; `None` where there is none of
/// this log and this version, whole.
pub(crate) fn take_up<F: Resumable>(log: &Log, dir: &Path) -> Option<(F, Position)> {
    taken(log, dir, Kind::of::<F>(), F::from_image)
}

/// What `take` makes of the image of a kind that is put away, as [`take_up`] says.
pub(crate) fn taken<T>(
    log: &Log,
    dir: &Path,
    kind: Kind,
    take: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<(T, Position)> {
    let mut file = File::open(kind.place(dir)).ok()?;
    let (header, mut bytes) = header_of(log, kind, &mut file)?;
    let begin = bytes.len();
    let end = begin.checked_add(usize::try_from(header.len).ok()?)?;
    let whole = usize::try_from(whole_bytes(&header, &bytes)?).ok()?;
    bytes.try_reserve_exact(whole - begin).ok()?;
    file.read_to_end(&mut bytes).ok()?;
    let (said, closing) = bytes.split_at_checked(end)?;
    let (head, image) = said.split_at_checked(begin)?;
    let is_sound = || Closing::of(head, image).is(closing);
    let take = || take(image);
    let fold = if kind.safe && said.len() >= BESIDE_BYTES_MIN {
        // Hashing takes about as long as taking: the two go side by side, and both must hold.
        std::thread::scope(|scope| match Builder::new().spawn_scoped(scope, is_sound) {
            Ok(hashed) => take().filter(|_| hashed.join().is_ok_and(|sound| sound)),
            Err(_) => is_sound().then(take).flatten(),
        })
    } else {
        is_sound().then(take).flatten()
    };
    fold.map(|fold| (fold, header.position))
}

/// Puts a fold that holds every event up to a position away, durably.
pub(crate) fn put_away<F: Resumable>(
    log: &Log,
    dir: &Path,
    fold: &F,
    position: Position,
) -> Result<(), Error> {
    Ok(Sheet::new(log, dir, Kind::of::<F>(), fold.image(), position)?.put_away()?)
}

/// A file that is to be put away: it is of a moment, and can be written later and elsewhere.
pub(crate) struct Sheet {
    dir: PathBuf,
    kind: Kind,
    head: Vec<u8>,
    image: Vec<u8>,
}

impl Sheet {
    /// The file of the image of a fold that holds every event of a log up to a position.
    pub(crate) fn new(
        log: &Log,
        dir: &Path,
        kind: Kind,
        image: Vec<u8>,
        position: Position,
    ) -> Result<Sheet, Fault> {
        let root = log.root_at(position.0 + 1)?;
        let head = kind.head(log.ledger_id(), position, root, image.len() as u64);
        Ok(Sheet { dir: dir.to_path_buf(), kind, head, image })
    }

    /// Writes it beside its place, syncs it, and renames it into its place.
    pub(crate) fn put_away(&self) -> Result<(), Fault> {
        let dir = &self.dir;
        match fs::create_dir(dir) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => (),
            made => made.map_err(io("create", dir))?,
        }
        let beside = dir.join(format!("{}.new", self.kind.name));
        let replaced = self.replace(&beside);
        if replaced.is_err() {
            // Half a file is of no use, and takes room where there may be none.
            drop(fs::remove_file(&beside));
        }
        replaced?;
        // The name may come back as it was; then the older file stands there, whole.
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(io("sync", dir))
    }

    fn replace(&self, beside: &Path) -> Result<(), Fault> {
        let closing = Closing::of(&self.head, &self.image);
        let mut file = File::create(beside).map_err(io("create", beside))?;
        for part in [&self.head[..], &self.image, &closing.blocks, &closing.whole.0] {
            file.write_all(part).map_err(io("write", beside))?;
        }
        file.sync_all().map_err(io("sync", beside))?;
        drop(file);
        fs::rename(beside, self.kind.place(&self.dir)).map_err(io("rename", beside))
    }
}

fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Fault + use<> {
    let path = path.to_path_buf();
    move |source| Fault::Io { what, path, source }
}

#[cfg(test)]
mod tests;
