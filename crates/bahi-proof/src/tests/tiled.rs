//! A log as files, and a reader that believes none of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::*;

type Files = BTreeMap<String, Vec<u8>>;

fn record(number: u64) -> Vec<u8> {
    number.to_be_bytes().repeat(at(number % 5))
}

fn exported(tiles: impl Iterator<Item = Tile>, leaves: &[Hash]) -> Files {
    let bytes = |tile: Tile| match tile.kind() {
        TileKind::Hashes(_) => tile.hashes(&Leaves(leaves)).unwrap(),
        TileKind::Entries => {
            let mut bundle = Vec::new();
            for number in tile.first()..tile.first() + u64::from(tile.width()) {
                push_entry(&mut bundle, &record(number)).unwrap();
            }
            bundle
        }
    };
    tiles.map(|tile| (tile.to_string(), bytes(tile))).collect()
}

fn fetch(files: &Files) -> impl Fn(&Tile) -> Result<Vec<u8>, String> {
    |tile| files.get(&tile.to_string()).cloned().ok_or_else(|| format!("no file {tile}"))
}

/// Seventy thousand leaves: three levels.
fn large() -> &'static (Vec<Hash>, Files) {
    static LARGE: OnceLock<(Vec<Hash>, Files)> = OnceLock::new();
    LARGE.get_or_init(|| {
        let leaves: Vec<Hash> = (0..70_000).map(|number| leaf_hash(&record(number))).collect();
        let files = exported(Tile::all(70_000), &leaves);
        (leaves, files)
    })
}

#[test]
fn a_tree_of_seventy_thousand_has_the_files_that_are_published() {
    let count = |kind, full: bool| {
        Tile::all(70_000)
            .filter(|tile| tile.kind() == kind && (tile.width() == 256) == full)
            .count()
    };
    let widths = |kind| Tile::all(70_000).filter(move |tile| tile.kind() == kind).last();
    for (level, full, last) in [(0, 273, 112), (1, 1, 17), (2, 0, 1)] {
        let kind = TileKind::Hashes(level);
        assert_eq!((count(kind, true), count(kind, false)), (full, 1));
        assert_eq!(widths(kind).map(|tile| tile.width()), Some(last));
    }
    assert_eq!((count(TileKind::Entries, true), count(TileKind::Entries, false)), (273, 1));
    assert_eq!(Tile::all(70_000).count(), 2 * 274 + 2 + 1);
    let paths: Vec<String> = Tile::all(256).map(|tile| tile.to_string()).collect();
    assert_eq!(paths, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(Tile::all(0).count(), 0);
}

#[test]
fn a_growing_log_adds_the_files_that_it_had_not() {
    let leaves: Vec<Hash> = (0..1_100).map(|number| leaf_hash(&record(number))).collect();
    for (old, new) in [(0, 1), (1, 255), (255, 256), (256, 257), (300, 1_100), (512, 512), (9, 3)] {
        let mut files = exported(Tile::all(old), &leaves);
        let before = files.clone();
        let added = exported(Tile::since(old, new), &leaves);
        for (path, bytes) in &added {
            assert!(files.insert(path.clone(), bytes.clone()).is_none(), "{old} {new} {path}");
        }
        for (path, bytes) in &exported(Tile::all(new.max(old)), &leaves) {
            assert_eq!(files.get(path), Some(bytes), "{old} {new} {path}");
        }
        assert_eq!(old >= new, files == before);
    }
}

#[test]
fn proofs_from_tiles_are_those_from_leaves_and_few_files_are_read() {
    let (leaves, files) = large();
    let head = head(leaves, 70_000);
    let read = RefCell::new(0);
    let counting = |tile: &Tile| {
        *read.borrow_mut() += 1;
        fetch(files)(tile)
    };
    let reader = TileReader::open(head, counting).unwrap();
    assert_eq!(*read.borrow(), 3, "the right edge");
    for position in [0, 1, 255, 256, 65_535, 65_536, 69_999] {
        let before = *read.borrow();
        let proof = prove_inclusion(&reader, position, 70_000).unwrap();
        assert!(*read.borrow() - before <= 2, "{position}");
        verify_inclusion(leaves[at(position)], position, 70_000, &proof, head.root).unwrap();
    }
    for old in [1, 256, 65_536, 69_888, 69_999] {
        let proof = prove_consistency(&reader, old, 70_000).unwrap();
        let old_root = root_of_leaves(&leaves[..at(old)]);
        verify_consistency(old, old_root, 70_000, head.root, &proof).unwrap();
        assert_eq!(root_at(&reader, old).unwrap(), old_root);
    }
    let records = reader.records(273).unwrap();
    assert_eq!(records.len(), 112);
    assert_eq!(records[111], record(69_999));
    assert!(matches!(reader.records(274), Err(TileFault::Missing(_))));
    assert!(matches!(reader.hash(0, 70_000), Err(TileFault::Missing(_))));
    assert!(matches!(reader.hash(16, 1), Err(TileFault::Missing(_))));
    assert!(matches!(reader.hash(64, 0), Err(TileFault::Missing(_))));
    assert!(matches!(reader.hash(63, u64::MAX), Err(TileFault::Missing(_))));
}

/// Reads everything: every hash of every level, and every record.
fn read_all(files: &Files, head: TreeHead) -> Result<(), TileFault<String>> {
    let reader = TileReader::open(head, fetch(files))?;
    for index in 0..head.size.div_ceil(256) {
        reader.records(index)?;
    }
    for level in 0..9 {
        for index in 0..head.size >> level {
            reader.hash(level, index)?;
        }
    }
    Ok(())
}

#[test]
fn every_changed_byte_of_every_file_is_noticed() {
    let leaves: Vec<Hash> = (0..300).map(|number| leaf_hash(&record(number))).collect();
    let files = exported(Tile::all(300), &leaves);
    let head = head(&leaves, 300);
    assert_eq!(files.len(), 5);
    assert_eq!(read_all(&files, head), Ok(()));
    for (path, bytes) in &files {
        let broken = |bytes: Vec<u8>| {
            let mut other = files.clone();
            other.insert(path.clone(), bytes);
            // One reading of the hashes and one of the records sees every file.
            let reader = TileReader::open(head, fetch(&other));
            reader.and_then(|reader| (0..2).try_for_each(|index| reader.records(index).map(|_| ())))
        };
        assert_eq!(broken(bytes.clone()), Ok(()));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1 << (at % 8);
            assert!(broken(other).is_err(), "{path} {at}");
        }
        for other in [&bytes[1..], &bytes[..bytes.len() - 1], &[bytes, &[0][..]].concat(), &[]] {
            assert!(broken(other.to_vec()).is_err(), "{path}");
        }
        let mut other = files.clone();
        other.remove(path);
        assert!(matches!(read_all(&other, head), Err(TileFault::Unread { .. })), "{path}");
    }
    let other = TreeHead { root: flipped(head.root, 7), ..head };
    assert!(matches!(read_all(&files, other), Err(TileFault::OtherRoot { .. })));
    for size in [0, 1, 299, 301, 600] {
        assert!(read_all(&files, TreeHead { size, ..head }).is_err(), "{size}");
    }
    assert_eq!(read_all(&Files::new(), TreeHead { size: 0, root: EMPTY_ROOT }), Ok(()));
}

#[test]
fn genuine_tiles_in_the_wrong_place_are_foreign() {
    let (leaves, files) = large();
    let head = head(leaves, 70_000);
    let mut swapped = files.clone();
    swapped.insert("tile/0/000".to_owned(), files["tile/0/001"].clone());
    swapped.insert("tile/0/001".to_owned(), files["tile/0/000"].clone());
    let reader = TileReader::open(head, fetch(&swapped)).unwrap();
    assert!(matches!(reader.hash(0, 5), Err(TileFault::Foreign { .. })));
    assert!(matches!(reader.records(1), Err(TileFault::Foreign { .. })));
    assert!(reader.hash(0, 600).is_ok());
    let mut swapped = files.clone();
    swapped.insert("tile/1/000".to_owned(), files["tile/0/000"].clone());
    let reader = TileReader::open(head, fetch(&swapped)).unwrap();
    assert!(matches!(reader.hash(0, 5), Err(TileFault::Foreign { .. })));
    let mut swapped = files.clone();
    swapped.insert("tile/entries/003".to_owned(), files["tile/entries/004"].clone());
    let reader = TileReader::open(head, fetch(&swapped)).unwrap();
    assert!(matches!(reader.records(3), Err(TileFault::Foreign { .. })));
}

#[test]
fn a_path_has_one_spelling() {
    for index in [0, 1, 999, 1_000, 1_234_067, 999_999_999, (1 << 55) - 1] {
        for path in ["tile/0/", "tile/entries/"] {
            let tile = Tile::of(TileKind::Hashes(0), index, TREE_SIZE_MAX).unwrap();
            let text = tile.to_string().replacen("tile/0/", path, 1);
            assert_eq!(
                text.parse::<Tile>().map(|tile| (tile.index(), tile.to_string())),
                Ok((index, text))
            );
        }
    }
    let bad = [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x001/x002",
        "tile/0/X001/002",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p/",
        "tile/0/001.p",
        "tile/0/001.p/1/2",
        "tile/00/001",
        "tile/8/001",
        "tile/63/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/entries/000.p/300",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/00é",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x018/x446/x744/x073/x709/x551/615",
        "tile/7/x001/000",
        "tile/7/001",
    ];
    for text in bad {
        assert!(text.parse::<Tile>().is_err(), "{text}");
    }
}

#[test]
fn a_bundle_is_its_records_and_nothing_else() {
    let records = [&b""[..], b"one", &[7; ENTRY_BYTES_MAX]];
    let mut bundle = Vec::new();
    for record in records {
        push_entry(&mut bundle, record).unwrap();
    }
    assert_eq!(entries(&bundle, 3).unwrap(), records);
    assert_eq!(entries(&bundle, 2), None);
    assert_eq!(entries(&bundle, 4), None);
    assert_eq!(entries(&bundle[..bundle.len() - 1], 3), None);
    assert_eq!(entries(&[], 0), Some(Vec::new()));
    assert_eq!(entries(&[0], 1), None);
    let before = bundle.clone();
    let long = vec![0; ENTRY_BYTES_MAX + 1];
    assert_eq!(push_entry(&mut bundle, &long), Err(EntryTooLong { found: 65_536 }));
    assert_eq!(bundle, before);
}
