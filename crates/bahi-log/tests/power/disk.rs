//! A disk with what is durable on it, what is not yet, and what a power cut leaves of both.

use std::collections::BTreeMap;
use std::path::Path;

use crate::trace::Op;

/// Files and directories by their paths; a directory has no bytes.
pub type Contents = BTreeMap<String, Option<Vec<u8>>>;

const BLOCK: u64 = 4096;
const SECTOR: usize = 512;
/// Every hundredth is kept.
const ALL: usize = 100;

/// Numbers that look like chance and follow from a seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to one less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is below a usize")
    }

    /// True this many times of a hundred.
    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Everything below a directory.
pub fn contents(dir: &Path) -> Contents {
    let mut found = Contents::new();
    let mut open = vec![(dir.to_path_buf(), String::new())];
    while let Some((path, name)) = open.pop() {
        for entry in std::fs::read_dir(path).expect("a directory") {
            let path = entry.expect("an entry").path();
            let own = path.file_name().expect("a name").to_string_lossy().into_owned();
            let name = if name.is_empty() { own } else { format!("{name}/{own}") };
            if path.is_dir() {
                found.insert(name.clone(), None);
                open.push((path, name));
            } else {
                found.insert(name, Some(std::fs::read(&path).expect("a file")));
            }
        }
    }
    found
}

enum Node {
    File { durable: Vec<u8>, pending: Vec<Change> },
    Dir { durable: BTreeMap<String, usize>, pending: Vec<Vec<Naming>> },
}

enum Change {
    Write(u64, Vec<u8>),
    SetLen(u64),
}

/// A name and what it stands for from then on.
type Naming = (String, Option<usize>);

pub struct Disk {
    nodes: Vec<Node>,
    /// What every path stands for in the program's eyes.
    live: BTreeMap<String, usize>,
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Disk {
    /// A disk on which all of this is durable.
    pub fn holding(contents: &Contents) -> Self {
        let root = Node::Dir { durable: BTreeMap::new(), pending: Vec::new() };
        let mut disk = Self { nodes: vec![root], live: BTreeMap::from([(String::new(), 0)]) };
        for (path, bytes) in contents {
            match bytes {
                None => disk.apply(&Op::MakeDir(path.clone())),
                Some(bytes) => {
                    disk.apply(&Op::Create(path.clone()));
                    disk.apply(&Op::Write(path.clone(), 0, bytes.clone()));
                    disk.apply(&Op::Sync(path.clone()));
                }
            }
        }
        let dirs: Vec<String> = disk.live.keys().cloned().collect();
        dirs.into_iter().for_each(|path| disk.apply(&Op::Sync(path)));
        disk
    }

    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Create(path) if self.live.contains_key(path) => (),
            Op::Create(path) => {
                self.make(path, Node::File { durable: Vec::new(), pending: Vec::new() });
            }
            Op::MakeDir(path) => {
                self.make(path, Node::Dir { durable: BTreeMap::new(), pending: Vec::new() });
            }
            Op::Write(path, at, data) => self.change(path, Change::Write(*at, data.clone())),
            Op::SetLen(path, len) => self.change(path, Change::SetLen(*len)),
            Op::Rename(from, to) => {
                let node = self.live.remove(from).expect("what is renamed is there");
                self.live.insert(to.clone(), node);
                assert_eq!(split(from).0, split(to).0, "within one directory");
                let namings =
                    vec![(split(from).1.to_owned(), None), (split(to).1.to_owned(), Some(node))];
                self.name(from, namings);
            }
            Op::Remove(path) => {
                self.live.remove(path).expect("what is removed is there");
                self.name(path, vec![(split(path).1.to_owned(), None)]);
            }
            Op::Sync(path) => {
                // A file whose name was taken away while it was open.
                let Some(node) = self.live.get(path) else { return };
                match &mut self.nodes[*node] {
                    Node::File { durable, pending } => {
                        pending.drain(..).for_each(|change| settle(durable, change));
                    }
                    Node::Dir { durable, pending } => {
                        pending.drain(..).flatten().for_each(|naming| set(durable, naming));
                    }
                }
            }
            Op::Acknowledge(_) => (),
        }
    }

    fn make(&mut self, path: &str, node: Node) {
        self.nodes.push(node);
        let number = self.nodes.len() - 1;
        self.live.insert(path.to_owned(), number);
        self.name(path, vec![(split(path).1.to_owned(), Some(number))]);
    }

    fn name(&mut self, path: &str, namings: Vec<Naming>) {
        let parent = self.live[split(path).0];
        match &mut self.nodes[parent] {
            Node::Dir { pending, .. } => pending.push(namings),
            Node::File { .. } => unreachable!("a file holds no names"),
        }
    }

    fn change(&mut self, path: &str, change: Change) {
        let Some(node) = self.live.get(path) else { return };
        match &mut self.nodes[*node] {
            Node::File { pending, .. } => pending.push(change),
            Node::Dir { .. } => unreachable!("a directory is not written to"),
        }
    }

    /// Lays out in a directory what a power cut leaves.
    pub fn lay_out(&self, dir: &Path, chance: &mut Chance) {
        // All, nothing, nearly all, nearly nothing, or some of what was not synced.
        let kept = [ALL, 0, 95, 5, 50, 50, 30, 80][chance.below(8)];
        self.lay_out_keeping(kept, dir, chance);
    }

    /// Lays out in a directory what is there in the program's eyes.
    pub fn lay_out_all(&self, dir: &Path) {
        self.lay_out_keeping(ALL, dir, &mut Chance::new(0));
    }

    fn lay_out_keeping(&self, kept: usize, dir: &Path, chance: &mut Chance) {
        std::fs::create_dir_all(dir).expect("a directory");
        self.lay_out_node(0, dir, kept, chance);
    }

    fn lay_out_node(&self, node: usize, path: &Path, kept: usize, chance: &mut Chance) {
        match &self.nodes[node] {
            Node::File { durable, pending } => {
                std::fs::write(path, left(durable, pending, kept, chance)).expect("a file");
            }
            Node::Dir { durable, pending } => {
                let mut names = durable.clone();
                for namings in pending {
                    if chance.percent(kept) {
                        namings.iter().cloned().for_each(|naming| set(&mut names, naming));
                    }
                }
                if !path.is_dir() {
                    std::fs::create_dir(path).expect("a directory");
                }
                for (name, node) in names {
                    self.lay_out_node(node, &path.join(name), kept, chance);
                }
            }
        }
    }
}

fn set(names: &mut BTreeMap<String, usize>, (name, node): Naming) {
    match node {
        Some(node) => names.insert(name, node),
        None => names.remove(&name),
    };
}

fn settle(bytes: &mut Vec<u8>, change: Change) {
    match change {
        Change::Write(at, data) => put(bytes, at, &data),
        Change::SetLen(len) => bytes.resize(usize::try_from(len).expect("a length"), 0),
    }
}

fn put(bytes: &mut Vec<u8>, at: u64, data: &[u8]) {
    let at = usize::try_from(at).expect("a position");
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

/// What is left of a file: some of the blocks written since its last sync, whole or torn, and one
/// of the sizes it had.
fn left(durable: &[u8], pending: &[Change], kept: usize, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = durable.to_vec();
    let sizes_kept = match kept {
        ALL => pending.len(),
        0 => 0,
        _ => chance.below(pending.len() + 1),
    };
    let mut len = durable.len() as u64;
    for (number, change) in pending.iter().enumerate() {
        match change {
            Change::SetLen(to) => {
                if number < sizes_kept {
                    len = *to;
                    bytes.truncate(usize::try_from(*to).expect("a length"));
                }
            }
            Change::Write(at, data) => {
                if number < sizes_kept {
                    len = len.max(at + data.len() as u64);
                }
                let mut from = 0;
                while from < data.len() {
                    let place = at + from as u64;
                    let room = usize::try_from(BLOCK - place % BLOCK).expect("a block");
                    let end = data.len().min(from + room);
                    if chance.percent(kept) {
                        let is_torn = kept < ALL && chance.percent(4);
                        let sectors = (end - from).div_ceil(SECTOR);
                        let torn = from + SECTOR * chance.below(sectors.max(1));
                        put(&mut bytes, place, &data[from..if is_torn { torn } else { end }]);
                    }
                    from = end;
                }
            }
        }
    }
    bytes.resize(usize::try_from(len).expect("a length"), 0);
    bytes
}
