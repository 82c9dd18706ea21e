//! An append-only log of byte records on sled: commits, pages, an anchor, and verification.
