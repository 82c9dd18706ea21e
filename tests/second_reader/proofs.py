"""Proofs of records and of balances, checked as docs/PROOFS.md says, against a backup that was read.

What such a file brings is never believed: the record, the tree's root and the leaves are those that
the backup's own bytes lead to.
"""
import base64
import binascii

import books
import ed25519
from pages import Damage, leaf_hash, must, node_hash, root_of, sha

HASHES_MAX = 65
LEAVES_MAX = 1 << 20


def decode(text):
    """Base64 in its one spelling."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Damage("a text that is no base64") from None
    must(base64.b64encode(value) == text, "a second spelling of base64")
    return value


def decimal(text):
    must(text.isdigit() and text.isascii() and (text == b"0" or text[:1] != b"0"),
         "a number with another spelling")
    must(int(text) < 1 << 63, "a number above the bound")
    return int(text)


def lines_of(text):
    """Lines that each end with one newline."""
    must(text.endswith(b"\n") and b"\r" not in text, "a line without its end")
    return text[:-1].split(b"\n")


def after(prefix, line):
    must(line.startswith(prefix), "a line that begins otherwise than with %s", prefix.decode())
    return line[len(prefix):]


class Key:
    """A verifier key: name, id, algorithm and 32 bytes."""

    def __init__(self, text):
        parts = text.encode().split(b"+", 2)
        must(len(parts) == 3, "this is no verifier key")
        self.name, ident, key = parts[0], parts[1], decode(parts[2])
        must(sha(self.name, b"\n", key)[:4].hex().encode() == ident, "the id is not the key's")
        must(len(key) == 33 and key[0] == 1, "this is no Ed25519 key of a log")
        self.ident, self.public = bytes.fromhex(ident.decode()), key[1:]


class Checkpoint:
    """A checkpoint that the log's key signed: its name, size and root."""

    def __init__(self, note, key):
        text, found, signatures = note.rpartition(b"\n\n")
        must(found, "a note without its signatures")
        text += b"\n"
        by_key = []
        for line in lines_of(signatures):
            parts = after("— ".encode(), line).split(b" ")
            must(len(parts) == 2, "a line that is no signature")
            name, signature = parts[0], decode(parts[1])
            if (name, signature[:4]) == (key.name, key.ident):
                by_key.append(signature[4:])
        must(len(by_key) == 1, "%d signatures of the log's key", len(by_key))
        must(ed25519.is_signed(key.public, text, by_key[0]), "the signature is not the key's")
        head = lines_of(text)
        must(len(head) >= 3, "a checkpoint of %d lines", len(head))
        must(head[0] == key.name, "this is another log's checkpoint")
        self.size, self.root = decimal(head[1]), decode(head[2])


def climb(leaf, index, size, path):
    """The root a leaf leads to through its siblings, from the leaf upward: RFC 9162, 2.1.3.2."""
    must(0 <= index < size, "no such leaf")
    at, last, root = index, size - 1, leaf
    for sibling in path:
        must(last > 0, "too many hashes")
        if at & 1 or at == last:
            root = node_hash(sibling, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        at, last = at >> 1, last >> 1
    must(last == 0, "too few hashes")
    return root


def hashes(lines):
    must(len(lines) <= HASHES_MAX, "%d hashes", len(lines))
    found = [decode(line) for line in lines]
    must(all(len(one) == 32 for one in found), "a hash that is not 32 bytes")
    return found


def record_proof(text, key, backup):
    """The position of the record that a `.tlog-proof` proves, and the size of its tree."""
    head, found, note = text.partition(b"\n\n")
    must(found, "a proof without a checkpoint")
    lines = head.split(b"\n")
    must(lines.pop(0) == b"c2sp.org/tlog-proof@v1", "this is no proof of a record")
    if lines and lines[0].startswith(b"extra "):
        decode(lines.pop(0)[len(b"extra "):])
    must(lines, "a proof without an index")
    index = decimal(after(b"index ", lines.pop(0)))
    checkpoint = Checkpoint(note, key)
    must(checkpoint.size <= len(backup.leaves), "a checkpoint beyond the backup")
    must(root_of(backup.leaves[:checkpoint.size]) == checkpoint.root,
         "the checkpoint's root is not that of the backup's records")
    must(index < checkpoint.size, "no such position")
    led_to = climb(backup.leaves[index], index, checkpoint.size, hashes(lines))
    must(led_to == checkpoint.root, "the record leads to another root")
    return index, checkpoint.size


def certificate(lines, proof, key, backup, log):
    """The certificate in a proof of leaves: in its record, in the tree, and in the backup."""
    record = decode(after(b"record ", lines.pop(0)))
    position, size = record_proof(proof, key, backup)
    must(record == backup.records[position], "the record is not the one that is proved")
    must(position > 0 and log[position - 1].kind == "StateCertified", "this certifies nothing")
    event = log[position - 1]
    # Read as docs/PROOFS.md says, without the form of the event.
    must(int.from_bytes(record[-72:-64], "little") == event.fields["count"], "another count")
    must(record[-64:-32].hex() == event.fields["root"], "another root of leaves")
    return event, position, size


def leaf_proof(text, key, backup, log, names):
    """One certified balance, which must be what the backup's events come to."""
    head, found, proof = text.partition(b"\n\n")
    must(found, "a proof of a leaf without the proof of its record")
    lines = head.split(b"\n")
    must(lines.pop(0) == b"bahi-leaf-proof@v1" and len(lines) >= 3, "this is no proof of a leaf")
    event, position, size = certificate(lines, proof, key, backup, log)
    index = decimal(after(b"index ", lines.pop(0)))
    leaf = decode(after(b"leaf ", lines.pop(0)))
    led_to = climb(leaf_hash(leaf), index, event.fields["count"], hashes(lines))
    must(led_to.hex() == event.fields["root"], "the leaf leads to another root")
    must(books.leaves(log, names, event)[index] == leaf, "the events come to another balance")
    return {"proof": "leaf", "position": position, "size": size, "index": index,
            "leaf": leaf.decode()}


def leaf_set(text, key, backup, log, names):
    """All certified balances, which must be what the backup's events come to."""
    head, found, proof = text.partition(b"\n\n")
    must(found, "a set of leaves without the proof of its record")
    lines = head.split(b"\n")
    must(lines.pop(0) == b"bahi-leaf-set@v1" and lines, "this is no set of leaves")
    event, position, size = certificate(lines, proof, key, backup, log)
    must(len(lines) == event.fields["count"] <= LEAVES_MAX, "%d leaves", len(lines))
    found = [decode(after(b"leaf ", line)) for line in lines]
    must(root_of(map(leaf_hash, found)).hex() == event.fields["root"], "another root of leaves")
    must(books.leaves(log, names, event) == found, "the events come to other balances")
    return {"proof": "leaf set", "position": position, "size": size, "leaves": len(found)}


def check(text, key, backup, log, names):
    """Whatever proof a file holds."""
    first = text.partition(b"\n")[0]
    if first == b"bahi-leaf-proof@v1":
        return leaf_proof(text, key, backup, log, names)
    if first == b"bahi-leaf-set@v1":
        return leaf_set(text, key, backup, log, names)
    position, size = record_proof(text, key, backup)
    return {"proof": "record", "position": position, "size": size}
