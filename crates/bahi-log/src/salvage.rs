//! What is intact in a damaged ledger or backup, and what is not.
//!
//! # Invariants
//!
//! * Every position up to the end is either given or listed as missing.
//! * A record that is given lies in a page whose check holds and that no other page contradicts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bahi_proof::{Frontier, Hash, leaf_hash};

use crate::anchor::{Kind, Reading, read_file};
use crate::backend::Head;
use crate::backend::files::page_files;
use crate::directory::{self, ANCHOR, Lock, NOTE, PAGES, Survey};
use crate::log::frontier_of;
use crate::search::{self, Found};
use crate::{Fault, LedgerId, Log, Options, Page, PageBytes};

/// Positions that are next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first of them.
    pub first: u64,
    /// The one after the last.
    pub end: u64,
}

/// Positions that no intact record could be given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The positions.
    pub positions: Stretch,
    /// Why, as far as that can be told.
    pub why: WhyMissing,
}

/// Why records are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMissing {
    /// No page that holds them has a check that holds.
    NotFound,
    /// Pages that differ claim the same place, and nothing says which is right.
    Contradicted,
}

impl std::fmt::Display for WhyMissing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::NotFound => "no intact page holds them",
            Self::Contradicted => "pages that differ claim their place",
        })
    }
}

/// What was found in a damaged ledger or backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvage {
    /// The ledger, as its pages name it.
    pub ledger: LedgerId,
    /// The size up to which every position is accounted for: that of the anchor or note, or if it
    /// cannot be read, the end of the last intact page.
    pub size: u64,
    /// The root that the anchor or note has, if it can be read. Without it records may be missing
    /// at the end that nothing tells of.
    pub witnessed: Option<Hash>,
    /// The number of records that were given.
    pub intact: u64,
    /// What was not, in order.
    pub missing: Vec<Missing>,
    /// The records below this position are proved: the tree over them is one that was kept with
    /// them. The intact ones at and after it have only the check of their page to speak for them.
    pub proved: u64,
    /// Records found beyond the size, which were never acknowledged, and not given.
    pub beyond: u64,
}

impl Salvage {
    /// Whether everything that was acknowledged is there, and proved.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.proved == self.size && self.witnessed.is_some()
    }
}

/// Gives every intact record of a damaged ledger or backup, in order, with its position, and says
/// which positions are not among them. It reads the files themselves, so that it works where the
/// store does not open, and writes nothing there.
///
/// # Errors
///
/// [`Fault::NotALedger`]; [`Fault::Locked`]; [`Fault::Damage`] if no intact page is there at all;
/// then whatever the medium says.
pub fn salvage(dir: &Path, on_record: &mut dyn FnMut(u64, &[u8])) -> Result<Salvage, Fault> {
    let survey = directory::survey(dir)?;
    let files: Vec<PathBuf> = if survey == Survey::Backup {
        page_files(dir)?.into_iter().map(|file| file.path).collect()
    } else {
        directory::refuse(dir, survey)?;
        vec![dir.join(PAGES).join("db")]
    };
    let _lock = Lock::share(dir)?;
    let witness = witness(dir, survey);
    let places = Places::search(&files, witness.map(|head| head.ledger))?;
    let Some(ledger) = places.ledger else {
        let what = "no intact page is left";
        return Err(Fault::damage(crate::Part::Store, None, what));
    };
    let size = witness.map_or(places.end(), |head| head.size);
    let mut given = Given::new(size);
    for (first, place) in &places.pages {
        if *first >= size {
            given.beyond += place.found.end - first;
        } else if place.is_contradicted {
            given.contradicted.push(Stretch { first: *first, end: place.found.end.min(size) });
        } else {
            given.page(&places.files[place.file], &place.found, ledger, on_record)?;
        }
    }
    given.reach(size);
    if witness.is_some_and(|head| given.proved == size && given.tree.root() != head.root) {
        // All of it hangs together and is not what was witnessed.
        given.proved = 0;
    }
    Ok(Salvage {
        ledger,
        size,
        witnessed: witness.map(|head| head.root),
        intact: given.intact,
        missing: given.missing,
        proved: given.proved,
        beyond: given.beyond,
    })
}

/// What became of a [`salvage_into`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// What was found.
    pub salvage: Salvage,
    /// Where records came to lie: the stretch they had, and the position that its first has in the
    /// new log.
    pub moved: Vec<(Stretch, u64)>,
}

/// Writes every intact record of a damaged ledger or backup but record 0, as it is, to a new log
/// that begins with a record of its own: another ledger, since a position is not what it was once
/// one before it is missing.
///
/// # Errors
///
/// Those of [`salvage`], then those of [`Log::create`] and [`Log::commit`].
pub fn salvage_into(
    dir: &Path,
    into: &Path,
    first_record: &[u8],
    options: Options,
) -> Result<Salvaged, Fault> {
    const COMMIT_RECORDS: usize = 8192;
    // Nothing is created for what cannot be read at all.
    salvage(dir, &mut |_, _| ())?;
    let mut log = Log::create(into, first_record, options)?;
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    let mut moved: Vec<(Stretch, u64)> = Vec::new();
    let mut failed = None;
    let salvage = salvage(dir, &mut |position, record| {
        if position == 0 || failed.is_some() {
            return;
        }
        let to = log.size() + waiting.len() as u64;
        match moved.last_mut() {
            Some((stretch, _)) if stretch.end == position => stretch.end += 1,
            Some(_) | None => moved.push((Stretch { first: position, end: position + 1 }, to)),
        }
        waiting.push(record.to_vec());
        if waiting.len() == COMMIT_RECORDS {
            failed = commit(&mut log, &mut waiting).err();
        }
    })?;
    commit(&mut log, &mut waiting)?;
    failed.map_or(Ok(Salvaged { salvage, moved }), Err)
}

fn commit(log: &mut Log, waiting: &mut Vec<Vec<u8>>) -> Result<(), Fault> {
    let records: Vec<&[u8]> = waiting.iter().map(Vec::as_slice).collect();
    log.commit(&records)?;
    waiting.clear();
    Ok(())
}

/// The head that the anchor or note has, if it can be read.
fn witness(dir: &Path, survey: Survey) -> Option<Head> {
    let read = if survey == Survey::Backup {
        read_file(&dir.join(NOTE), Kind::Note)
    } else {
        read_file(&dir.join(ANCHOR), Kind::Anchor)
    };
    match read {
        Ok(Reading::Witnessed(witness)) => Some(witness.head()),
        Ok(Reading::Blank) | Err(_) => None,
    }
}

/// Where the pages are, by their first positions.
struct Places<'a> {
    files: &'a [PathBuf],
    ledger: Option<LedgerId>,
    pages: BTreeMap<u64, Place>,
}

struct Place {
    file: usize,
    found: Found,
    /// Whether there is another page, unlike this one, that claims one of its positions.
    is_contradicted: bool,
}

impl<'a> Places<'a> {
    fn search(files: &'a [PathBuf], ledger: Option<LedgerId>) -> Result<Self, Fault> {
        let mut places = Self { files, ledger, pages: BTreeMap::new() };
        for (file, path) in files.iter().enumerate() {
            search::pages_in(path, &mut |found| places.take(file, found))?;
        }
        places.find_overlaps();
        Ok(places)
    }

    fn take(&mut self, file: usize, found: Found) {
        // Without a witness the first page speaks for the ledger.
        if *self.ledger.get_or_insert(found.ledger) != found.ledger {
            return;
        }
        match self.pages.get_mut(&found.first) {
            Some(place) => {
                let same = (place.found.len, place.found.check) == (found.len, found.check);
                place.is_contradicted |= !same;
                place.found.end = place.found.end.max(found.end);
            }
            None => {
                let place = Place { file, found, is_contradicted: false };
                self.pages.insert(found.first, place);
            }
        }
    }

    fn find_overlaps(&mut self) {
        let mut reached = (0, None);
        let mut contradicted = Vec::new();
        for (first, place) in &self.pages {
            if *first < reached.0 {
                contradicted.extend([Some(*first), reached.1]);
            }
            if place.found.end > reached.0 {
                reached = (place.found.end, Some(*first));
            }
        }
        for first in contradicted.into_iter().flatten() {
            if let Some(place) = self.pages.get_mut(&first) {
                place.is_contradicted = true;
            }
        }
    }

    fn end(&self) -> u64 {
        self.pages.values().map(|place| place.found.end).max().unwrap_or(0)
    }
}

/// What was given so far.
struct Given {
    size: u64,
    /// The position after the last that is accounted for.
    reached: u64,
    intact: u64,
    missing: Vec<Missing>,
    contradicted: Vec<Stretch>,
    tree: Frontier,
    proved: u64,
    beyond: u64,
}

impl Given {
    fn new(size: u64) -> Self {
        Self {
            size,
            reached: 0,
            intact: 0,
            missing: Vec::new(),
            contradicted: Vec::new(),
            tree: Frontier::new(),
            proved: 0,
            beyond: 0,
        }
    }

    /// Accounts for what was not given before this position.
    fn reach(&mut self, position: u64) {
        let mut from = self.reached;
        for at in std::mem::take(&mut self.contradicted) {
            self.miss(from, at.first, WhyMissing::NotFound);
            self.miss(at.first.max(from), at.end, WhyMissing::Contradicted);
            from = from.max(at.end);
        }
        self.miss(from, position, WhyMissing::NotFound);
        self.reached = self.reached.max(position);
    }

    fn miss(&mut self, first: u64, end: u64, why: WhyMissing) {
        if first >= end {
            return;
        }
        match self.missing.last_mut() {
            Some(last) if last.positions.end == first && last.why == why => {
                last.positions.end = end;
            }
            Some(_) | None => {
                self.missing.push(Missing { positions: Stretch { first, end }, why });
            }
        }
    }

    fn page(
        &mut self,
        path: &Path,
        found: &Found,
        ledger: LedgerId,
        on_record: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<(), Fault> {
        let bytes = PageBytes::from(search::read(path, found.at, found.len)?);
        let page = match Page::decode(bytes, found.first, ledger) {
            // Its check holds and what is under it does not: it is not given, and so it is missing.
            Err(fault) if fault.is_damage() => return Ok(()),
            other => other?,
        };
        if page.end() > self.size {
            return Ok(());
        }
        self.reach(page.first());
        for (position, record) in page.records() {
            on_record(position, record);
            self.intact += 1;
            if self.tree.size() == position {
                self.tree.push(leaf_hash(record));
            }
        }
        self.reached = page.end();
        let is_proved = page.is_last()
            && self.tree.size() == page.end()
            && frontier_of(&page).is_ok_and(|carried| carried == self.tree);
        if is_proved {
            self.proved = page.end();
        }
        Ok(())
    }
}
