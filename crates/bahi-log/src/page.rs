//! A page: some records of one commit, as stored, checked and read.
//!
//! # Invariants
//!
//! * A [`Page`] that exists has passed its check: its lengths add up and every record is inside.
//!
//! # Not here
//!
//! How records are laid out into pages ([`crate::layout`]).

use std::ops::Deref;
use std::sync::Arc;

use bahi_proof::{Frontier, FrontierMalformed};

use crate::limits::{
    FORM_VERSION, PAGE_BYTES_MAX, PAGE_CHECK_BYTES, PAGE_HEADER_BYTES, PAGE_RECORDS_MAX,
    PAYLOAD_BYTES_MAX, RAW_BYTES_MAX, SIZE_MAX,
};
use crate::{Fault, LedgerId, Part};

pub(crate) const MAGIC: [u8; 4] = *b"BHPG";
pub(crate) const FLAG_LAST: u8 = 1;
pub(crate) const PLAIN: u8 = 0;
pub(crate) const LZ4: u8 = 1;

/// The bytes of a stored page: owned, and cheap to clone.
#[derive(Clone)]
pub struct PageBytes(Bytes);

#[derive(Clone)]
enum Bytes {
    Sled(sled::IVec),
    Shared(Arc<[u8]>),
}

impl PageBytes {
    pub(crate) fn from_sled(value: sled::IVec) -> Self {
        Self(Bytes::Sled(value))
    }

    /// Bytes that a store takes as they are, without another copy.
    pub(crate) fn to_be_stored(bytes: &[u8]) -> Self {
        Self(Bytes::Sled(bytes.into()))
    }

    pub(crate) fn to_sled(&self) -> sled::IVec {
        match &self.0 {
            Bytes::Sled(value) => value.clone(),
            Bytes::Shared(bytes) => sled::IVec::from(&**bytes),
        }
    }
}

impl From<Vec<u8>> for PageBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Bytes::Shared(bytes.into()))
    }
}

impl From<&[u8]> for PageBytes {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::Shared(bytes.into()))
    }
}

impl Deref for PageBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Bytes::Sled(value) => value,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

impl PartialEq for PageBytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for PageBytes {}

impl std::fmt::Debug for PageBytes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "PageBytes({} bytes)", self.len())
    }
}

/// Consecutive records of one commit, checked. Cheap to clone and to send to another thread.
#[derive(Clone, Debug)]
pub struct Page {
    first: u64,
    count: u32,
    commit_first: u64,
    index: u32,
    last: bool,
    payload: Payload,
    frontier: Option<PageBytes>,
}

#[derive(Clone, Debug)]
enum Payload {
    Plain(PageBytes, usize),
    Unpacked(Arc<[u8]>),
}

impl Page {
    /// The position of its first record.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number of its records, from 1 to [`PAGE_RECORDS_MAX`].
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The position after its last record.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }

    /// The size of the log before the commit that this page is part of.
    #[must_use]
    pub fn commit_first(&self) -> u64 {
        self.commit_first
    }

    /// Which page of its commit this is, from 0.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Whether it is the last page of its commit.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.last
    }

    /// Its records in order, each with its position.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        let (lengths, bytes) = self.split();
        Records { position: self.first, lengths, bytes }
    }

    /// The record at this position, if it is in this page.
    #[must_use]
    pub fn record(&self, position: u64) -> Option<&[u8]> {
        let (start, end) = self.range(position)?;
        self.payload().get(start..end)
    }

    /// Where in the payload a record lies.
    fn range(&self, position: u64) -> Option<(usize, usize)> {
        let index = usize::try_from(position.checked_sub(self.first)?).ok()?;
        let (lengths, _) = self.split();
        let own = lengths.get(index)?;
        let before: usize = lengths[..index].iter().map(|len| length(*len)).sum();
        let start = lengths.len() * 2 + before;
        Some((start, start + length(*own)))
    }

    fn split(&self) -> (&[[u8; 2]], &[u8]) {
        let (lengths, bytes) = self.payload().split_at(self.count as usize * 2);
        (lengths.as_chunks::<2>().0, bytes)
    }

    fn payload(&self) -> &[u8] {
        match &self.payload {
            Payload::Plain(stored, len) => &stored[PAGE_HEADER_BYTES..PAGE_HEADER_BYTES + len],
            Payload::Unpacked(bytes) => bytes,
        }
    }

    /// The frontier of the tree after the commit, in its last page.
    pub(crate) fn frontier(&self) -> Option<Result<Frontier, FrontierMalformed>> {
        let stored = self.frontier.as_ref()?;
        let end = stored.len() - PAGE_CHECK_BYTES;
        let start = end - Frontier::bytes_len(self.end());
        Some(Frontier::from_bytes(self.end(), &stored[start..end]))
    }

    /// Checks and reads a stored page.
    pub(crate) fn decode(stored: PageBytes, key: u64, ledger: LedgerId) -> Result<Self, Fault> {
        let damage = |what: &str| Fault::damage(Part::Page, Some(key), what);
        let header = Header::read(&stored).map_err(|problem| match problem {
            HeaderProblem::Form(fault) => fault,
            HeaderProblem::Wrong(what) => damage(what),
        })?;
        if header.ledger != ledger {
            return Err(damage("the page is of another ledger"));
        }
        if header.first != key {
            return Err(damage("the page is stored under another position"));
        }
        let end = PAGE_HEADER_BYTES + header.stored_len;
        let payload = match header.compression {
            PLAIN if header.stored_len == header.raw_len => {
                Payload::Plain(stored.clone(), header.raw_len)
            }
            LZ4 => Payload::Unpacked(
                unpack(&stored[PAGE_HEADER_BYTES..end], header.raw_len)
                    .ok_or_else(|| damage("the payload cannot be decompressed"))?,
            ),
            _ => return Err(damage("the compression is unknown")),
        };
        let page = Self {
            first: header.first,
            count: header.count,
            commit_first: header.commit_first,
            index: header.index,
            last: header.last,
            payload,
            frontier: header.last.then_some(stored),
        };
        let lengths = header.count as usize * 2;
        if header.raw_len < lengths {
            return Err(damage("the payload is shorter than its lengths"));
        }
        let (each, bytes) = page.split();
        if each.iter().map(|len| length(*len)).sum::<usize>() != bytes.len() {
            return Err(damage("the lengths do not add up"));
        }
        Ok(page)
    }
}

/// The records of a page, each with its position.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    position: u64,
    lengths: &'a [[u8; 2]],
    bytes: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u64, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (len, rest) = self.lengths.split_first()?;
        let (record, bytes) = self.bytes.split_at_checked(length(*len))?;
        let position = self.position;
        (self.position, self.lengths, self.bytes) = (position + 1, rest, bytes);
        Some((position, record))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.lengths.len(), Some(self.lengths.len()))
    }
}

impl ExactSizeIterator for Records<'_> {}

/// One record, together with the page it lies in.
#[derive(Clone, Debug)]
pub struct Record {
    page: Page,
    start: usize,
    end: usize,
    position: u64,
}

impl Record {
    pub(crate) fn of(page: Page, position: u64) -> Option<Self> {
        let (start, end) = page.range(position)?;
        Some(Self { page, start, end, position })
    }

    /// Its position in the log.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The page it lies in.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }
}

impl Deref for Record {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.page.payload()[self.start..self.end]
    }
}

impl AsRef<[u8]> for Record {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

fn length(bytes: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(bytes))
}

fn unpack(stored: &[u8], raw_len: usize) -> Option<Arc<[u8]>> {
    let mut raw: Arc<[u8]> = std::iter::repeat_n(0, raw_len).collect();
    let written = lz4_flex::block::decompress_into(stored, Arc::get_mut(&mut raw)?).ok()?;
    (written == raw_len).then_some(raw)
}

/// What stands before the payload.
pub(crate) struct Header {
    pub last: bool,
    pub compression: u8,
    pub ledger: LedgerId,
    pub first: u64,
    pub commit_first: u64,
    pub index: u32,
    pub count: u32,
    pub raw_len: usize,
    pub stored_len: usize,
}

/// A page by its header alone, which its check may still contradict.
pub(crate) struct Frame {
    pub first: u64,
    /// The position after its last record.
    pub end: u64,
    /// The bytes of the whole page.
    pub len: usize,
}

/// How far a page reaches that begins with these bytes; `None` if none can.
pub(crate) fn frame(header: &[u8; PAGE_HEADER_BYTES]) -> Option<Frame> {
    let (first, count) = (u64::from_le_bytes(at(header, 24)), u32::from_le_bytes(at(header, 44)));
    let stored_len = widen(u32::from_le_bytes(at(header, 52)));
    let is_one = header[..4] == MAGIC
        && header[6] & !FLAG_LAST == 0
        && (1..=PAGE_RECORDS_MAX).contains(&count)
        && first < SIZE_MAX
        && stored_len <= PAYLOAD_BYTES_MAX;
    let end = first.checked_add(u64::from(count))?;
    let frontier = if header[6] == FLAG_LAST { Frontier::bytes_len(end) } else { 0 };
    let len = PAGE_HEADER_BYTES + stored_len + frontier + PAGE_CHECK_BYTES;
    is_one.then_some(Frame { first, end, len })
}

fn at<const N: usize>(header: &[u8; PAGE_HEADER_BYTES], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&header[at..at + N]);
    field
}

pub(crate) enum HeaderProblem {
    Form(Fault),
    Wrong(&'static str),
}

impl Header {
    pub(crate) fn to_bytes(&self) -> [u8; PAGE_HEADER_BYTES] {
        let mut header = [0; PAGE_HEADER_BYTES];
        let mut rest = &mut header[..];
        for field in [
            &MAGIC[..],
            &FORM_VERSION.to_le_bytes(),
            &[if self.last { FLAG_LAST } else { 0 }, self.compression],
            &self.ledger.0,
            &self.first.to_le_bytes(),
            &self.commit_first.to_le_bytes(),
            &self.index.to_le_bytes(),
            &self.count.to_le_bytes(),
            &narrow(self.raw_len).to_le_bytes(),
            &narrow(self.stored_len).to_le_bytes(),
        ] {
            let (own, after) = rest.split_at_mut(field.len());
            own.copy_from_slice(field);
            rest = after;
        }
        header
    }

    pub(crate) fn read(page: &[u8]) -> Result<Self, HeaderProblem> {
        use HeaderProblem::{Form, Wrong};

        if page.len() > PAGE_BYTES_MAX {
            return Err(Wrong("the page is too long"));
        }
        let (body, check) = page.split_last_chunk().ok_or(Wrong("the page is too short"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*check) {
            return Err(Wrong("the check does not hold"));
        }
        let mut fields = Fields(body);
        if fields.take()? != MAGIC {
            return Err(Wrong("the page has no magic"));
        }
        let version = u16::from_le_bytes(fields.take()?);
        Fault::check_form(version).map_err(Form)?;
        let [flags, compression] = fields.take()?;
        let header = Self {
            last: flags == FLAG_LAST,
            compression,
            ledger: LedgerId(fields.take()?),
            first: u64::from_le_bytes(fields.take()?),
            commit_first: u64::from_le_bytes(fields.take()?),
            index: u32::from_le_bytes(fields.take()?),
            count: u32::from_le_bytes(fields.take()?),
            raw_len: widen(u32::from_le_bytes(fields.take()?)),
            stored_len: widen(u32::from_le_bytes(fields.take()?)),
        };
        if flags & !FLAG_LAST != 0 {
            return Err(Wrong("the page has an unknown flag"));
        }
        header.check(body.len()).map_err(Wrong)?;
        Ok(header)
    }

    fn check(&self, body_len: usize) -> Result<(), &'static str> {
        if self.count == 0 || self.count > PAGE_RECORDS_MAX {
            return Err("the number of records is out of bounds");
        }
        if self.first >= SIZE_MAX || self.commit_first > self.first {
            return Err("the position is out of bounds");
        }
        let tile = u64::from(PAGE_RECORDS_MAX);
        if self.first / tile != (self.first + u64::from(self.count) - 1) / tile {
            return Err("the page crosses a tile");
        }
        if self.raw_len > RAW_BYTES_MAX || self.stored_len > PAYLOAD_BYTES_MAX {
            return Err("the payload is too long");
        }
        let end = self.first + u64::from(self.count);
        let frontier = if self.last { Frontier::bytes_len(end) } else { 0 };
        if body_len != PAGE_HEADER_BYTES + self.stored_len + frontier {
            return Err("the page does not have the length its header says");
        }
        Ok(())
    }
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], HeaderProblem> {
        let (field, rest) =
            self.0.split_first_chunk().ok_or(HeaderProblem::Wrong("the page is too short"))?;
        self.0 = rest;
        Ok(*field)
    }
}

fn narrow(len: usize) -> u32 {
    u32::try_from(len).expect("a payload is shorter than 64 KiB")
}

fn widen(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}
