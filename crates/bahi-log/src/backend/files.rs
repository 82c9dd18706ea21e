//! The read-only backend: page files as a backup writes them, without a store.
//!
//! # Invariants
//!
//! * Nothing is written, whatever is asked.
//! * What is kept in memory does not grow with the files: an index of some of them, and one hash
//!   for every tile that a proof has asked about.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bahi_proof::{Frontier, Hash, leaf_hash};

use super::{Backend, Batch, Head, StoredPage, StoredPages};
use crate::anchor::{Kind, Reading, read_file};
use crate::directory::{self, FILES, LOCK, Lock, NOTE};
use crate::limits::{PAGE_HEADER_BYTES, STORED_LEVELS, TILE_RECORDS};
use crate::page::frame;
use crate::{Fault, Page, Part};

/// The most pages whose places are remembered.
const PLACES_MAX: usize = 1 << 20;

/// Page files and the head that their note witnesses. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Files(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    /// The files up to the head, in order.
    files: Vec<PageFile>,
    head: Head,
    memory: Mutex<Remembered>,
    /// Held off from writing while it is read; absent where there is no lock to hold.
    _lock: Option<Lock>,
}

#[derive(Clone)]
pub(crate) struct PageFile {
    /// The position that it begins with, and that it is named for.
    pub first: u64,
    pub path: PathBuf,
}

#[derive(Default)]
struct Remembered {
    places: HashMap<usize, Arc<Index>>,
    nodes: HashMap<(u32, u64), Hash>,
}

/// Where the pages of one file are.
type Index = Vec<Place>;

#[derive(Clone, Copy)]
struct Place {
    first: u64,
    at: u64,
    len: usize,
}

/// The page files of a backup, in order, wherever its note stands.
pub(crate) fn page_files(dir: &Path) -> Result<Vec<PageFile>, Fault> {
    let within = dir.join(FILES);
    let listed = |source| Fault::io("list", &within, source);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&within).map_err(listed)? {
        let path = entry.map_err(listed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        if let Some(first) = name.and_then(|name| directory::page_file_first(&name)) {
            files.push(PageFile { first, path });
        }
    }
    files.sort_unstable_by_key(|file| file.first);
    Ok(files)
}

impl Files {
    /// Opens a backup.
    pub(crate) fn open(dir: &Path) -> Result<Self, Fault> {
        directory::refuse_backup(dir, directory::survey(dir)?)?;
        let lock = Lock::share(dir)?;
        let head = match read_file(&dir.join(NOTE), Kind::Note)? {
            Reading::Witnessed(witness) => witness.head(),
            // The first note follows the first file: more than one, and it was lost.
            Reading::Blank if page_files(dir).is_ok_and(|files| files.len() > 1) => {
                let what = "it is missing or blank although there are page files";
                return Err(Fault::damage(Part::Note, None, what));
            }
            Reading::Blank => return Err(Fault::Unfinished { dir: dir.to_path_buf() }),
        };
        Self::at(dir, head, lock)
    }

    /// The files of a backup up to a head, whatever its note says.
    pub(crate) fn at(dir: &Path, head: Head, lock: Option<Lock>) -> Result<Self, Fault> {
        let mut files = page_files(dir)?;
        files.retain(|file| file.first < head.size);
        let inner =
            Inner { dir: dir.to_path_buf(), files, head, memory: Mutex::default(), _lock: lock };
        Ok(Self(Arc::new(inner)))
    }

    fn memory(&self) -> MutexGuard<'_, Remembered> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which file a position is in.
    fn file_of(&self, position: u64) -> usize {
        self.0.files.partition_point(|file| file.first <= position).saturating_sub(1)
    }

    /// Where the pages of a file are, and why there may be more after them.
    fn index(&self, number: usize) -> (Arc<Index>, Option<Fault>) {
        if let Some(index) = self.memory().places.get(&number) {
            return (Arc::clone(index), None);
        }
        let mut index = Index::new();
        let read = Reader::open(&self.0.files[number]).and_then(|mut reader| {
            while let Some(place) = reader.skip()? {
                index.push(place);
            }
            Ok(())
        });
        let index = Arc::new(index);
        if let Err(fault) = read {
            return (index, Some(fault));
        }
        let mut memory = self.memory();
        let remembered: usize = memory.places.values().map(|index| index.len()).sum();
        if remembered + index.len() > PLACES_MAX {
            memory.places.clear();
        }
        memory.places.insert(number, Arc::clone(&index));
        (index, None)
    }

    /// The hash over 2^level leaves, from the records.
    fn compute(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        let Some(below) = STORED_LEVELS.iter().position(|stored| *stored == level) else {
            return Ok(None);
        };
        if index >= self.0.head.size >> level {
            return Ok(None);
        }
        if let Some(hash) = self.memory().nodes.get(&(level, index)) {
            return Ok(Some(*hash));
        }
        let mut frontier = Frontier::new();
        if below == 0 {
            let (first, end) = (index * TILE_RECORDS, (index + 1) * TILE_RECORDS);
            for stored in self.pages(first) {
                let stored = stored?;
                if stored.first != first + frontier.size() {
                    break;
                }
                let page = Page::decode(stored.bytes, stored.first, self.0.head.ledger)?;
                page.records().for_each(|(_, record)| frontier.push(leaf_hash(record)));
                if page.end() >= end {
                    break;
                }
            }
            if frontier.size() != TILE_RECORDS {
                let what = "a page is missing";
                return Err(Fault::damage(Part::Page, Some(first + frontier.size()), what));
            }
        } else {
            let lower = STORED_LEVELS[below - 1];
            let width = 1 << (level - lower);
            for child in index * width..(index + 1) * width {
                let Some(hash) = self.compute(lower, child)? else { return Ok(None) };
                frontier.push(hash);
            }
        }
        let hash = frontier.root();
        self.memory().nodes.insert((level, index), hash);
        Ok(Some(hash))
    }

    /// What of the files up to the head is no page, or beyond it.
    fn leftover(&self) -> Result<Option<String>, Fault> {
        let mut next = 0;
        for file in &self.0.files {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            if file.first != next {
                return Ok(Some(format!("no file begins at position {next}; {name} follows")));
            }
            let mut reader = Reader::open(file)?;
            loop {
                match reader.skip() {
                    Ok(Some(_)) => (),
                    Ok(None) => break,
                    Err(Fault::Damage { what, .. }) => return Ok(Some(what)),
                    Err(other) => return Err(other),
                }
            }
            next = reader.next;
        }
        if next != self.0.head.size {
            let size = self.0.head.size;
            return Ok(Some(format!("the files end at position {next} and the note at {size}")));
        }
        match std::fs::metadata(self.0.dir.join(LOCK)) {
            Ok(lock) if lock.len() > 0 => Ok(Some("there is something in the lock".to_owned())),
            Ok(_) | Err(_) => Ok(None),
        }
    }
}

impl Backend for Files {
    fn head(&self) -> Result<Option<Head>, Fault> {
        Ok(Some(self.0.head))
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        Box::new(Forward { files: self, number: self.file_of(from), from, reader: None })
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        let number = self.file_of(upto) + 1;
        Box::new(Backward { files: self, number, upto, index: None, reader: None, left: 0 })
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        self.compute(level, index)
    }

    fn append(&mut self, _expected: Option<&Head>, _batch: &Batch) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn advance(&mut self, _expected: Option<&Head>, _head: &Head) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn cut(&mut self, _size: u64) -> Result<(), Fault> {
        Err(Fault::ForReading)
    }

    fn inventory(
        &self,
        _on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        directory::walk(&self.0.dir, on_file)
    }

    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        Ok(Box::new(self.clone()))
    }

    fn keeps_nodes(&self) -> bool {
        false
    }

    fn claims(&self, name: &str) -> bool {
        directory::claims_in_backup(name)
    }

    fn file_problem(&self) -> Result<Option<String>, Fault> {
        self.leftover()
    }

    fn witness_problem(&self) -> Result<Option<String>, Fault> {
        match read_file(&self.0.dir.join(NOTE), Kind::Note)? {
            Reading::Blank => Ok(Some("it is blank".to_owned())),
            Reading::Witnessed(witness) if witness.head() != self.0.head => {
                Ok(Some("it is not what it was when it was opened".to_owned()))
            }
            Reading::Witnessed(witness) => Ok(witness.problem),
        }
    }
}

/// Reads one page file from its beginning.
struct Reader {
    input: BufReader<File>,
    path: PathBuf,
    at: u64,
    /// The position that the next page begins with, if nothing is missing.
    next: u64,
}

impl Reader {
    fn open(file: &PageFile) -> Result<Self, Fault> {
        let opened = match File::open(&file.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let what = format!("{} is missing", file.path.display());
                return Err(Fault::damage(Part::File, Some(file.first), what));
            }
            other => other.map_err(|source| Fault::io("open", &file.path, source))?,
        };
        let input = BufReader::with_capacity(1 << 17, opened);
        Ok(Self { input, path: file.path.clone(), at: 0, next: file.first })
    }

    fn damage(&self, what: &str) -> Fault {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let what = format!("{name} {what} at byte {}", self.at);
        Fault::damage(Part::File, Some(self.next), what)
    }

    /// The header of the next page, and how long the page is; none at the end of the file.
    fn header(&mut self) -> Result<Option<(Place, [u8; PAGE_HEADER_BYTES])>, Fault> {
        let mut header = [0; PAGE_HEADER_BYTES];
        let mut filled = 0;
        while filled < header.len() {
            match self.input.read(&mut header[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(self.damage("is cut off in the page")),
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                Err(source) => return Err(Fault::io("read", &self.path, source)),
            }
        }
        let Some(frame) = frame(&header) else {
            return Err(self.damage("holds no page"));
        };
        if frame.first != self.next {
            return Err(self.damage("does not hold the next page"));
        }
        let place = Place { first: frame.first, at: self.at, len: frame.len };
        self.next = frame.end;
        Ok(Some((place, header)))
    }

    /// Passes over the next page.
    fn skip(&mut self) -> Result<Option<Place>, Fault> {
        let Some((place, _)) = self.header()? else { return Ok(None) };
        let mut rest = self.input.by_ref().take((place.len - PAGE_HEADER_BYTES) as u64);
        let skipped = std::io::copy(&mut rest, &mut std::io::sink())
            .map_err(|source| Fault::io("read", &self.path, source))?;
        if skipped != (place.len - PAGE_HEADER_BYTES) as u64 {
            self.next = place.first;
            return Err(self.damage("is cut off in the page"));
        }
        self.at += place.len as u64;
        Ok(Some(place))
    }

    fn page(&mut self) -> Result<Option<StoredPage>, Fault> {
        let Some((place, header)) = self.header()? else { return Ok(None) };
        let mut bytes = vec![0; place.len];
        bytes[..PAGE_HEADER_BYTES].copy_from_slice(&header);
        match self.input.read_exact(&mut bytes[PAGE_HEADER_BYTES..]) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                self.next = place.first;
                return Err(self.damage("is cut off in the page"));
            }
            other => other.map_err(|source| Fault::io("read", &self.path, source))?,
        }
        self.at += place.len as u64;
        Ok(Some(StoredPage { first: place.first, bytes: bytes.into() }))
    }

    /// The page at a place that an index gave.
    fn page_at(&mut self, place: Place) -> Result<StoredPage, Fault> {
        self.input
            .seek(SeekFrom::Start(place.at))
            .map_err(|source| Fault::io("read", &self.path, source))?;
        (self.at, self.next) = (place.at, place.first);
        let missing = |reader: &Self| reader.damage("changed while it was read");
        self.page()?.ok_or_else(|| missing(self))
    }
}

struct Forward<'a> {
    files: &'a Files,
    /// The file being read.
    number: usize,
    from: u64,
    reader: Option<Reader>,
}

impl Forward<'_> {
    fn step(&mut self) -> Result<Option<StoredPage>, Fault> {
        loop {
            let Some(file) = self.files.0.files.get(self.number) else { return Ok(None) };
            let reader = match &mut self.reader {
                Some(reader) => reader,
                none => none.insert(Reader::open(file)?),
            };
            if reader.next < self.from {
                let (index, fault) = self.files.index(self.number);
                let place = index.partition_point(|place| place.first < self.from);
                match (index.get(place), fault) {
                    (Some(place), _) => return reader.page_at(*place).map(Some),
                    (None, Some(fault)) => return Err(fault),
                    // What is asked for begins in the next file.
                    (None, None) => {
                        self.reader = None;
                        self.number += 1;
                        continue;
                    }
                }
            }
            if let Some(page) = reader.page()? {
                return Ok(Some(page));
            }
            self.reader = None;
            self.number += 1;
        }
    }
}

impl Iterator for Forward<'_> {
    type Item = Result<StoredPage, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.number = usize::MAX;
            self.reader = None;
        }
        step
    }
}

struct Backward<'a> {
    files: &'a Files,
    /// The file after the one to be read next.
    number: usize,
    upto: u64,
    index: Option<Arc<Index>>,
    reader: Option<Reader>,
    /// How many places of the index are still to be served.
    left: usize,
}

impl Backward<'_> {
    fn step(&mut self) -> Result<Option<StoredPage>, Fault> {
        loop {
            if let Some(index) = &self.index
                && self.left > 0
            {
                self.left -= 1;
                let place = index[self.left];
                let reader = match &mut self.reader {
                    Some(reader) => reader,
                    none => none.insert(Reader::open(&self.files.0.files[self.number])?),
                };
                return reader.page_at(place).map(Some);
            }
            if self.number == 0 || self.files.0.files.is_empty() {
                return Ok(None);
            }
            let is_first = self.index.is_none();
            self.number -= 1;
            let (index, fault) = self.files.index(self.number);
            // Damage above the position asked about is not asked about.
            if let Some(fault) = fault
                && (!is_first || index.is_empty())
            {
                return Err(fault);
            }
            self.left = index.partition_point(|place| place.first <= self.upto);
            (self.index, self.reader) = (Some(index), None);
        }
    }
}

impl Iterator for Backward<'_> {
    type Item = Result<StoredPage, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            (self.number, self.left) = (0, 0);
        }
        step
    }
}
