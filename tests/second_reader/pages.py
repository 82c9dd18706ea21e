"""The files of a backup: its note, its pages, and the tree over the records in them.

Written from docs/FORMAT.md ("A backup", "A page", "The anchor", "The tree") and from nothing else.
"""
import hashlib
import os
import struct
import zlib

VERSION = 1
SLOT_BYTES = 4096
SLOT = struct.Struct("<8sH6sQ16sQ32sI")
PAGE = struct.Struct("<4sHBB16sQQIIII")
PAGE_RECORDS_MAX = 256
PAGE_BYTES_MAX = 30_000
PAYLOAD_BYTES_MAX = 49_152
RECORD_BYTES_MAX = 24 * 1024


class Damage(Exception):
    """Something is not as the pages say it must be: what, and where."""


def must(holds, what, *where):
    """Goes on only if something holds."""
    if not holds:
        raise Damage(what % where if where else what)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(record):
    return sha(b"\x00", record)


def node_hash(left, right):
    return sha(b"\x01", left, right)


class Tree:
    """The Merkle tree of RFC 6962 over leaves added one by one, kept as its complete subtrees."""

    def __init__(self):
        self.size = 0
        self.frontier = []

    def push(self, leaf):
        """Adds a leaf; subtrees of one size become one of twice the size."""
        whole = self.size
        while whole & 1:
            leaf = node_hash(self.frontier.pop(), leaf)
            whole >>= 1
        self.frontier.append(leaf)
        self.size += 1

    def root(self):
        if not self.frontier:
            return sha()
        root = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves):
    """The root over all of some leaves' hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.push(leaf)
    return tree.root()


def lz4_block(data, expected):
    """An LZ4 block unpacked, which must come to the bytes expected."""
    out, at = bytearray(), 0

    def length(nibble):
        nonlocal at
        total = nibble
        while nibble == 15:
            must(at < len(data), "an LZ4 length is cut short")
            total, at = total + data[at], at + 1
            if data[at - 1] != 255:
                break
        return total

    while True:
        must(at < len(data), "an LZ4 block has no end")
        token, at = data[at], at + 1
        literals = length(token >> 4)
        must(at + literals <= len(data), "LZ4 literals are cut short")
        out += data[at : at + literals]
        at += literals
        if at == len(data):
            break
        must(at + 2 <= len(data), "an LZ4 offset is cut short")
        offset, at = int.from_bytes(data[at : at + 2], "little"), at + 2
        match = length(token & 15) + 4
        must(0 < offset <= len(out), "an LZ4 offset points before the beginning")
        must(len(out) + match <= expected, "an LZ4 block is longer than it says")
        for _ in range(match):
            out.append(out[-offset])
    must(len(out) == expected, "an LZ4 block is %d bytes and says %d", len(out), expected)
    return bytes(out)


class Note:
    """What a backup's note says: the slot with the higher sequence of those that are sound."""

    def __init__(self, data):
        must(len(data) == 2 * SLOT_BYTES, "the note is %d bytes", len(data))
        sound = []
        for start in (0, SLOT_BYTES):
            slot, rest = data[start : start + SLOT.size], data[start + SLOT.size : start + SLOT_BYTES]
            magic, version, zero, sequence, ledger, size, root, crc = SLOT.unpack(slot)
            must(not any(rest), "the note has bytes outside its slots")
            if crc != zlib.crc32(slot[:-4]) or not any(slot):
                continue
            must(magic == b"BHBACKUP", "this is no note of a backup")
            must(version == VERSION, "form version %d is not known", version)
            must(not any(zero) and sequence > 0 and size > 0, "the note's slot says nothing")
            sound.append((sequence, ledger, size, root))
        must(sound, "no slot of the note is sound")
        _, self.ledger, self.size, self.root = max(sound)


class Page:
    """One page: its header and its records."""

    def __init__(self, data, at, where):
        must(at + PAGE.size <= len(data), "%s: a page is cut short", where)
        (magic, version, last, packing, self.ledger, self.first, self.before, self.index,
         self.count, plain, stored) = PAGE.unpack_from(data, at)
        must(magic == b"BHPG", "%s: no page begins at byte %d", where, at)
        must(version == VERSION, "%s: form version %d is not known", where, version)
        must(last in (0, 1) and packing in (0, 1), "%s: a flag of a page is unknown", where)
        must(1 <= self.count <= PAGE_RECORDS_MAX, "%s: a page of %d records", where, self.count)
        must(plain <= PAYLOAD_BYTES_MAX, "%s: a payload of %d bytes", where, plain)
        after = self.first + self.count
        must(self.first // 256 == (after - 1) // 256, "%s: a page crosses a multiple of 256", where)
        hashes = bin(after).count("1") if last else 0
        size = PAGE.size + stored + 32 * hashes + 4
        must(size <= PAGE_BYTES_MAX, "%s: a page of %d bytes", where, size)
        must(at + size <= len(data), "%s: a page is cut short", where)
        whole = data[at : at + size]
        must(int.from_bytes(whole[-4:], "little") == zlib.crc32(whole[:-4]),
             "%s: the CRC of the page at byte %d is another", where, at)
        payload = whole[PAGE.size : PAGE.size + stored]
        if packing == 1:
            payload = lz4_block(payload, plain)
        must(len(payload) == plain, "%s: a payload is not as long as it says", where)
        self.last, self.end = last == 1, at + size
        edge = whole[PAGE.size + stored : -4]
        self.frontier = [edge[i : i + 32] for i in range(0, len(edge), 32)]
        self.records = self.cut(payload, where)

    def cut(self, payload, where):
        """The records of a payload, which they fill."""
        lengths_end = 2 * self.count
        must(lengths_end <= len(payload), "%s: lengths of records are cut short", where)
        lengths = struct.unpack_from("<%dH" % self.count, payload)
        records, at = [], lengths_end
        for length in lengths:
            must(length <= RECORD_BYTES_MAX, "%s: a record of %d bytes", where, length)
            records.append(payload[at : at + length])
            at += length
        must(at == len(payload), "%s: the records do not fill their page", where)
        return records


class Backup:
    """A backup that was read whole: its note, its records, and their leaf hashes."""

    def __init__(self, directory):
        entries = sorted(os.listdir(directory))
        must(set(entries) <= {"note", "files", "lock"}, "the directory holds something else")
        must("note" in entries and "files" in entries, "this is no backup")
        must("lock" not in entries or os.path.getsize(os.path.join(directory, "lock")) == 0,
             "the lock is not empty")
        with open(os.path.join(directory, "note"), "rb") as file:
            self.note = Note(file.read())
        self.records, self.leaves, self.tree = [], [], Tree()
        folder = os.path.join(directory, "files")
        for name in sorted(os.listdir(folder)):
            stem = name.removesuffix(".pages")
            must(len(name) == 26 and len(stem) == 20 and stem.isdecimal() and stem.isascii(),
                 "%s is no name of a file of pages", name)
            if int(stem) >= self.note.size:
                continue
            must(int(stem) == len(self.records), "%s does not begin where the last ended", name)
            with open(os.path.join(folder, name), "rb") as file:
                self.read(file.read(), name)
        must(len(self.records) == self.note.size, "the files end at %d and the note at %d",
             len(self.records), self.note.size)
        must(self.tree.root() == self.note.root, "the root is not the note's")
        must(self.leaves[0][:16] == self.note.ledger, "the ledger id is not that of record 0")

    def read(self, data, name):
        """Takes in one file: whole commits, page after page."""
        must(data, "%s is empty", name)
        at, index, before, page = 0, 0, self.tree.size, None
        while at < len(data):
            page = Page(data, at, name)
            must(page.ledger == self.note.ledger, "%s: a page of another ledger", name)
            must(page.first == self.tree.size, "%s: a page in another's place", name)
            must((page.before, page.index) == (before, index), "%s: a page of another commit", name)
            for record in page.records:
                self.records.append(record)
                self.leaves.append(leaf_hash(record))
                self.tree.push(self.leaves[-1])
            at, index = page.end, index + 1
            if page.last:
                must(page.frontier == self.tree.frontier, "%s: another frontier", name)
                index, before = 0, self.tree.size
        must(page.last, "%s does not end with a commit", name)
