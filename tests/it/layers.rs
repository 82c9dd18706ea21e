//! The layer table of `docs/ARCHITECTURE.md` as code: who may depend on whom, who owns what.
//!
//! # Invariants
//! * A rule is a function of a parsed graph, and each is seen to fail on a graph made up to break
//!   it.
//! * Every declared edge counts: build and test edges, optional, renamed and platform-bound ones.
//!
//! # Not here
//! What may stand inside a file: `tidy`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::tree::{self, SourceFile, bare_code};

/// The layers, upward: a crate depends on crates of lower ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Layer {
    Ground,
    Meaning,
    Hub,
    Service,
    Program,
}

/// Every crate of the workspace, in its layer.
const LAYERS: &[(&str, Layer)] = &[
    ("bahi-core", Layer::Ground),
    ("bahi-proof", Layer::Ground),
    ("bahi-log", Layer::Ground),
    ("bahi-rules", Layer::Meaning),
    ("bahi-odop", Layer::Meaning),
    ("bahi-wire", Layer::Meaning),
    ("bahi-json", Layer::Meaning),
    ("bahi-import", Layer::Meaning),
    ("bahi-recon", Layer::Meaning),
    ("bahi-reports", Layer::Meaning),
    ("bahi-balances", Layer::Meaning),
    ("bahi-trail", Layer::Meaning),
    ("bahi-checks", Layer::Meaning),
    ("bahi-vault", Layer::Meaning),
    ("bahi", Layer::Hub),
    ("bahi-server", Layer::Service),
    ("bahi-cli", Layer::Program),
];

/// Workspace packages without a layer: they may use any crate, and no crate uses them.
const OUTSIDE_THE_LAYERS: &[&str] = &["bahi-tests", "bahi-benches"];

/// The arrows inside a layer.
const SIDEWAYS: &[(&str, &str)] = &[("bahi-log", "bahi-proof")];

/// What a crate above the hub may see of ours: the program the service too, which is below it.
const ABOVE_THE_HUB: &[&str] = &["bahi", "bahi-json", "bahi-proof", "bahi-core", "bahi-server"];

/// Crates the compiler keeps from reaching a file, a clock or the environment.
const NO_STD: &[&str] =
    &["bahi-core", "bahi-rules", "bahi-odop", "bahi-balances", "bahi-trail", "bahi-checks"];

/// Who may use an outside crate.
enum Owner {
    /// This crate, which sets its version; and those, privately.
    Crate(&'static str, &'static [&'static str]),
    /// Nobody else, tests and benchmarks included.
    Only(&'static str),
    /// Any crate.
    Anyone,
    /// Tests and benchmarks, of any crate; in the program's own code, those.
    Tests(&'static [&'static str]),
}

/// Every outside crate, as `docs/DEPENDENCIES.md` gives the reasons for.
const OUTSIDE: &[(&str, Owner)] = &[
    ("jiff", Owner::Crate("bahi-core", &[])),
    ("rust_decimal", Owner::Crate("bahi-core", &[])),
    ("uuid", Owner::Crate("bahi-core", &[])),
    ("sha2", Owner::Crate("bahi-proof", &["bahi-import", "bahi-reports", "bahi-vault"])),
    ("ed25519-dalek", Owner::Crate("bahi-proof", &[])),
    ("base64", Owner::Crate("bahi-proof", &[])),
    ("zeroize", Owner::Crate("bahi-proof", &["bahi-vault"])),
    ("crc32fast", Owner::Crate("bahi-log", &[])),
    ("lz4_flex", Owner::Crate("bahi-log", &[])),
    ("rustix", Owner::Crate("bahi-log", &["bahi-vault"])),
    ("sled", Owner::Only("bahi-log")),
    ("foldhash", Owner::Crate("bahi-rules", &["bahi-balances", "bahi-trail", "bahi-checks"])),
    ("hashbrown", Owner::Crate("bahi-rules", &["bahi-balances", "bahi-trail", "bahi-checks"])),
    ("bincode", Owner::Only("bahi-wire")),
    (
        "serde",
        Owner::Crate(
            "bahi-wire",
            &["bahi-json", "bahi-import", "bahi-recon", "bahi-server", "bahi-cli"],
        ),
    ),
    ("schemars", Owner::Crate("bahi-json", &[])),
    ("serde_json", Owner::Crate("bahi-json", &["bahi-reports", "bahi-server", "bahi-cli"])),
    ("csv", Owner::Crate("bahi-recon", &["bahi-import"])),
    ("quick-xml", Owner::Crate("bahi-recon", &["bahi-reports"])),
    ("parquet", Owner::Crate("bahi-reports", &[])),
    ("rust_xlsxwriter", Owner::Crate("bahi-reports", &[])),
    ("zip", Owner::Crate("bahi-reports", &[])),
    ("toml", Owner::Crate("bahi-import", &["bahi-recon"])),
    ("harfrust", Owner::Crate("bahi-reports", &[])),
    ("krilla", Owner::Crate("bahi-reports", &[])),
    ("getrandom", Owner::Crate("bahi", &["bahi-vault", "bahi-server"])),
    ("hmac", Owner::Crate("bahi-vault", &[])),
    ("chacha20poly1305", Owner::Crate("bahi-vault", &[])),
    ("tokio", Owner::Crate("bahi", &["bahi-server"])),
    ("futures-core", Owner::Crate("bahi", &["bahi-server"])),
    ("axum", Owner::Crate("bahi-server", &[])),
    ("http-body", Owner::Crate("bahi-server", &[])),
    ("hyper", Owner::Crate("bahi-server", &[])),
    ("hyper-util", Owner::Crate("bahi-server", &[])),
    ("prometheus-client", Owner::Crate("bahi-server", &[])),
    ("rustls", Owner::Crate("bahi-server", &[])),
    ("subtle", Owner::Crate("bahi-server", &[])),
    ("tokio-rustls", Owner::Crate("bahi-server", &[])),
    ("tower", Owner::Crate("bahi-server", &[])),
    ("tower-http", Owner::Crate("bahi-server", &[])),
    ("utoipa", Owner::Crate("bahi-server", &[])),
    ("utoipa-axum", Owner::Crate("bahi-server", &[])),
    ("askama", Owner::Crate("bahi-server", &[])),
    ("clap", Owner::Crate("bahi-cli", &[])),
    ("clap_complete", Owner::Crate("bahi-cli", &[])),
    ("clap_mangen", Owner::Crate("bahi-cli", &[])),
    ("comfy-table", Owner::Crate("bahi-cli", &[])),
    ("indicatif", Owner::Crate("bahi-cli", &[])),
    ("terminal_size", Owner::Crate("bahi-cli", &[])),
    ("mimalloc", Owner::Crate("bahi-cli", &["bahi-benches"])),
    ("ureq", Owner::Crate("bahi-cli", &[])),
    ("thiserror", Owner::Anyone),
    ("allocation-counter", Owner::Tests(&[])),
    ("ct-merkle", Owner::Tests(&[])),
    ("proptest", Owner::Tests(&[])),
    ("cap", Owner::Crate("bahi-benches", &["bahi-cli"])),
    ("doubleentry", Owner::Crate("bahi-benches", &[])),
    ("redb", Owner::Crate("bahi-benches", &[])),
    ("rusqlite", Owner::Crate("bahi-benches", &[])),
    ("shuttle", Owner::Tests(&[])),
    ("tempfile", Owner::Tests(&["bahi-cli", "bahi-server"])),
];

/// Outside crates whose version is fixed to the last digit.
const PINNED: &[&str] = &["sled", "bincode"];

/// The names of the outside crates of the table.
pub fn outside_crates() -> impl Iterator<Item = &'static str> {
    OUTSIDE.iter().map(|(name, _)| *name)
}

/// The names of our crates.
pub fn our_crates() -> impl Iterator<Item = &'static str> {
    LAYERS.iter().map(|(name, _)| *name)
}

/// A package of the workspace as its manifest declares it.
#[derive(Clone)]
struct Package {
    name: String,
    /// Its folder, from the root.
    folder: String,
    edges: Vec<Edge>,
}

/// A declared dependency, under the true name of what it depends on.
#[derive(Clone)]
struct Edge {
    to: String,
    /// Whether it is for tests alone.
    dev: bool,
    /// The version asked for.
    version: String,
    /// Where it comes from; nothing for a folder.
    source: Option<String>,
}

fn parse(package: &Value, root: &str) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = text(&package["manifest_path"]).replace('\\', "/");
    let folder = manifest.trim_start_matches(root).trim_matches('/');
    let edge = |declared: &Value| Edge {
        to: text(&declared["name"]),
        dev: declared["kind"].as_str() == Some("dev"),
        version: text(&declared["req"]),
        source: declared["source"].as_str().map(str::to_owned),
    };
    let edges = package["dependencies"].as_array().expect("a package lists its dependencies");
    Package {
        name: text(&package["name"]),
        folder: folder.trim_end_matches("/Cargo.toml").to_owned(),
        edges: edges.iter().map(edge).collect(),
    }
}

fn workspace() -> Vec<Package> {
    let root = tree::root().to_string_lossy().replace('\\', "/");
    tree::packages().iter().map(|package| parse(package, &root)).collect()
}

fn layer(name: &str) -> Option<Layer> {
    LAYERS.iter().find(|(one, _)| *one == name).map(|(_, layer)| *layer)
}

/// Packages and table: each has the other.
fn unknown_packages(packages: &[Package]) -> Vec<String> {
    let present: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut problems = Vec::new();
    for Package { name, folder, .. } in packages {
        let has_place = layer(name).is_some() && *folder == format!("crates/{}", name);
        if !has_place && !OUTSIDE_THE_LAYERS.contains(&name.as_str()) {
            problems
                .push(format!("{name} in {folder} has no layer, or not the folder of its name"));
        }
    }
    for name in our_crates().filter(|name| !present.contains(name)) {
        problems.push(format!("{name} has a layer and is no crate"));
    }
    problems
}

/// Arrows among ours: downward only, and above the hub only to what the hub shows.
fn wrong_arrows(packages: &[Package]) -> Vec<String> {
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut problems = Vec::new();
    for Package { name, edges, .. } in packages {
        let Some(from) = layer(name) else { continue };
        for edge in edges.iter().filter(|edge| ours.contains(edge.to.as_str())) {
            let to = edge.to.as_str();
            let sideways = SIDEWAYS.contains(&(name.as_str(), to));
            let downward = layer(to).is_some_and(|to| to < from);
            let around_the_hub = from > Layer::Hub && !ABOVE_THE_HUB.contains(&to);
            let meaning_on_log = from == Layer::Meaning && to == "bahi-log";
            if !(downward || sideways) || around_the_hub || meaning_on_log {
                problems.push(format!("{name} depends on {to}, which its layer may not"));
            }
        }
    }
    problems
}

/// Outside crates: from the registry, owned, used where the table says, pinned where it matters.
fn wrong_outside(packages: &[Package]) -> Vec<String> {
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut problems = Vec::new();
    for Package { name, edges, .. } in packages {
        let tests = OUTSIDE_THE_LAYERS.contains(&name.as_str());
        for edge in edges.iter().filter(|edge| !ours.contains(edge.to.as_str())) {
            let to = edge.to.as_str();
            let own = |owner: &str, users: &[&str]| owner == name || users.contains(&name.as_str());
            let allowed = match OUTSIDE.iter().find(|(one, _)| *one == to).map(|(_, owner)| owner) {
                None => {
                    problems.push(format!("{name} depends on {to}, which no crate owns"));
                    continue;
                }
                Some(Owner::Only(owner)) => own(owner, &[]),
                Some(Owner::Crate(owner, users)) => tests || own(owner, users),
                Some(Owner::Anyone) => true,
                Some(Owner::Tests(users)) => tests || edge.dev || users.contains(&name.as_str()),
            };
            if !allowed {
                problems.push(format!("{name} depends on {to}, which another crate owns"));
            }
            if PINNED.contains(&to) && !edge.version.starts_with('=') {
                problems.push(format!("{name} takes {to} {}, not one exact version", edge.version));
            }
            if edge.source.as_deref().is_none_or(|source| !source.starts_with("registry+")) {
                problems.push(format!("{name} takes {to} from elsewhere than the registry"));
            }
        }
    }
    problems
}

/// Crates without `std`: said in the first lines of code, and taken back nowhere but in tests.
fn wrong_no_std(sources: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut codes: BTreeMap<&str, String> = BTreeMap::new();
    for file in sources {
        codes.insert(&file.path, bare_code(&file.text));
    }
    for name in NO_STD {
        let folder = format!("crates/{name}/src/");
        let lib = codes.get(format!("{folder}lib.rs").as_str());
        let says_so = lib.is_some_and(|code| code.lines().any(|line| line.trim() == "#![no_std]"));
        if !says_so {
            problems.push(format!("{name} is not `#![no_std]`"));
        }
        let shipped = |path: &str| path.starts_with(&folder) && !tree::is_test(path);
        for (path, code) in codes.iter().filter(|(path, _)| shipped(path)) {
            let words: Vec<&str> = code.split_whitespace().collect();
            if words.windows(3).any(|three| {
                three[..2] == ["extern", "crate"] && three[2].trim_end_matches(';') == "std"
            }) {
                problems.push(format!("{path} takes the standard library back"));
            }
        }
    }
    problems
}

#[test]
fn every_crate_has_a_layer() {
    assert_eq!(unknown_packages(&workspace()), [""; 0]);
}

#[test]
fn arrows_point_downward() {
    assert_eq!(wrong_arrows(&workspace()), [""; 0]);
}

#[test]
fn every_outside_crate_has_one_owner() {
    assert_eq!(wrong_outside(&workspace()), [""; 0]);
}

#[test]
fn the_pure_crates_cannot_reach_the_system() {
    assert_eq!(wrong_no_std(&tree::rust_files()), [""; 0]);
}

/// The arrows between our crates as `cargo tree` draws them once everything is resolved: all
/// features, all platforms, normal, build and test edges. `None` where it cannot be resolved here.
fn drawn_arrows() -> Option<BTreeSet<(String, String)>> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--all-features", "--target", "all", "--no-dedupe"])
        .args(["--edges", "normal,build,dev", "--prefix", "depth", "--depth", "1"])
        .args(["--format", " {p}", "--manifest-path"])
        .arg(tree::root().join("Cargo.toml"))
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut arrows = BTreeSet::new();
    let mut from = String::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("0"), Some(package)) => from = package.to_owned(),
            (Some("1"), Some(to)) if to.starts_with("bahi") => {
                arrows.insert((from.clone(), to.to_owned()));
            }
            _ => {}
        }
    }
    Some(arrows)
}

#[test]
fn cargo_tree_draws_the_arrows_that_were_checked() {
    let Some(drawn) = drawn_arrows() else {
        let skipped =
            "skipped: cargo tree cannot resolve the workspace here (no registry reached)\n";
        std::io::Write::write_all(&mut std::io::stderr(), skipped.as_bytes()).expect("stderr");
        return;
    };
    let ours = |name: &str| name.starts_with("bahi");
    let declared: BTreeSet<(String, String)> = workspace()
        .iter()
        .flat_map(|package| {
            package.edges.iter().map(|edge| (package.name.clone(), edge.to.clone()))
        })
        .filter(|(_, to)| ours(to))
        .collect();
    assert_eq!(drawn, declared);
    assert!(drawn.contains(&("bahi".to_owned(), "bahi-log".to_owned())), "{drawn:?}");
}

/// Each rule, seen to fail.
mod seen_to_fail {
    use serde_json::json;

    use super::*;

    fn ours(to: &str, more: Value) -> Value {
        declared(to, json!({ "path": "somewhere", "source": null }), more)
    }

    fn outside(to: &str, version: &str, more: Value) -> Value {
        let source = "registry+https://registry.example/index";
        declared(to, json!({ "req": version, "source": source }), more)
    }

    fn declared(to: &str, base: Value, more: Value) -> Value {
        let mut edge = json!({ "name": to, "req": "^0.1", "kind": null, "rename": null,
            "optional": false, "target": null });
        for (key, value) in
            [base, more].iter().flat_map(|part| part.as_object().into_iter().flatten())
        {
            edge[key] = value.clone();
        }
        edge
    }

    /// The workspace of the table, sound, with one more edge.
    fn with(from: &str, edge: Value) -> Vec<Package> {
        let mut packages: Vec<Package> = our_crates()
            .map(|name| {
                json!({ "name": name, "dependencies": [],
                "manifest_path": format!("/root-of-it/crates/{name}/Cargo.toml") })
            })
            .chain(OUTSIDE_THE_LAYERS.iter().map(|name| {
                json!({ "name": name, "dependencies": [],
                "manifest_path": format!("/root-of-it/{name}/Cargo.toml") })
            }))
            .map(|mut package| {
                if package["name"] == from {
                    package["dependencies"] = json!([edge]);
                }
                parse(&package, "/root-of-it")
            })
            .collect();
        assert!(packages.iter().any(|package| package.edges.len() == 1), "{from} is a package");
        packages.sort_by(|left, right| left.name.cmp(&right.name));
        packages
    }

    #[test]
    fn wrong_arrows_are_caught_whatever_their_kind() {
        let plain = || json!({});
        let bad = [
            ("bahi-balances", "bahi-trail", plain()),
            ("bahi-core", "bahi-proof", plain()),
            ("bahi-proof", "bahi-log", plain()),
            ("bahi-rules", "bahi", json!({ "kind": "dev" })),
            ("bahi-server", "bahi-cli", json!({ "kind": "dev" })),
            ("bahi-server", "bahi-balances", plain()),
            ("bahi-rules", "bahi-log", json!({ "kind": "build" })),
            ("bahi-wire", "bahi-log", json!({ "optional": true })),
            ("bahi-odop", "bahi-json", json!({ "rename": "shapes", "optional": true })),
            ("bahi-core", "bahi-rules", json!({ "target": "cfg(windows)" })),
            ("bahi-cli", "bahi-rules", plain()),
            ("bahi-cli", "bahi-log", json!({ "kind": "dev" })),
            ("bahi", "bahi-cli", json!({ "kind": "dev" })),
            ("bahi", "bahi-tests", json!({ "kind": "dev" })),
        ];
        for (from, to, more) in bad {
            let problems = wrong_arrows(&with(from, ours(to, more.clone())));
            assert_eq!(problems.len(), 1, "{from} → {to} {more}: {problems:?}");
        }
    }

    #[test]
    fn right_arrows_are_let_be() {
        let good = [
            ("bahi-log", "bahi-proof"),
            ("bahi-rules", "bahi-core"),
            ("bahi", "bahi-log"),
            ("bahi", "bahi-trail"),
            ("bahi-cli", "bahi-json"),
            ("bahi-cli", "bahi-server"),
            ("bahi-server", "bahi-proof"),
            ("bahi-tests", "bahi-log"),
        ];
        for (from, to) in good {
            assert_eq!(wrong_arrows(&with(from, ours(to, json!({})))), [""; 0], "{from} → {to}");
        }
    }

    #[test]
    fn a_crate_without_a_layer_is_caught() {
        let sound = with("bahi", ours("bahi-core", json!({})));
        assert_eq!(unknown_packages(&sound), [""; 0]);
        let mut more = sound.clone();
        more.push(Package {
            name: "bahi-utils".to_owned(),
            folder: "crates/bahi-utils".to_owned(),
            edges: Vec::new(),
        });
        assert_eq!(unknown_packages(&more).len(), 1, "one too many");
        let mut fewer = sound.clone();
        fewer.retain(|package| package.name != "bahi-trail");
        assert_eq!(unknown_packages(&fewer).len(), 1, "one too few");
        let mut elsewhere = sound;
        elsewhere[0].folder = "attic/bahi".to_owned();
        assert_eq!(unknown_packages(&elsewhere).len(), 1, "{}", elsewhere[0].name);
    }

    #[test]
    fn outside_crates_are_kept_by_their_owners() {
        let plain = || json!({});
        let bad = [
            ("bahi", outside("sled", "=0.34.7", plain())),
            ("bahi-tests", outside("sled", "=0.34.7", json!({ "kind": "dev" }))),
            ("bahi-log", outside("sled", "0.34.7", plain())),
            ("bahi-wire", outside("bincode", "^1.3.3", plain())),
            ("bahi-json", outside("bincode", "=1.3.3", json!({ "rename": "codec" }))),
            ("bahi-rules", outside("serde", "^1", json!({ "optional": true }))),
            ("bahi-cli", outside("getrandom", "^0.4", plain())),
            ("bahi-log", outside("redb", "^4", json!({ "optional": true }))),
            ("bahi-rules", outside("left-pad", "^1", json!({ "kind": "dev" }))),
            ("bahi-core", outside("proptest", "^1", plain())),
            ("bahi-core", outside("uuid", "^1", json!({ "source": "git+https://elsewhere" }))),
            ("bahi-core", outside("uuid", "^1", json!({ "source": null, "path": "../uuid" }))),
        ];
        for (from, edge) in bad {
            let problems = wrong_outside(&with(from, edge.clone()));
            assert_eq!(problems.len(), 1, "{from} → {edge}: {problems:?}");
        }
        let good = [
            ("bahi-log", outside("sled", "=0.34.7", plain())),
            ("bahi-trail", outside("hashbrown", "^0.17", plain())),
            ("bahi-core", outside("proptest", "^1", json!({ "kind": "dev" }))),
            ("bahi-proof", outside("thiserror", "^2", plain())),
            ("bahi-benches", outside("redb", "^4", plain())),
        ];
        for (from, edge) in good {
            assert_eq!(wrong_outside(&with(from, edge)), [""; 0], "{from}");
        }
    }

    #[test]
    fn a_pure_crate_that_takes_the_standard_library_back_is_caught() {
        let file =
            |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let sound = || -> Vec<SourceFile> {
            let lib =
                |name: &&str| file(&format!("crates/{name}/src/lib.rs"), "//! x\n#![no_std]\n");
            NO_STD.iter().map(lib).collect()
        };
        assert_eq!(wrong_no_std(&sound()), [""; 0]);
        let breaks = [
            ("crates/bahi-core/src/lib.rs", "//! x\n"),
            ("crates/bahi-core/src/lib.rs", "//! x\n// #![no_std]\n"),
            ("crates/bahi-core/src/lib.rs", "#![cfg_attr(not(test), no_std)]\n"),
            ("crates/bahi-rules/src/deep/file.rs", "extern  crate std ;\nuse std::fs;\n"),
            ("crates/bahi-odop/src/file.rs", "extern crate std as alloc2;\n"),
        ];
        let mut tested = sound();
        tested.push(file("crates/bahi-core/src/money/tests.rs", "extern crate std;\n"));
        assert_eq!(wrong_no_std(&tested), [""; 0]);
        for (path, text) in breaks {
            let mut sources = sound();
            sources.retain(|file| file.path != path);
            sources.push(file(path, text));
            assert_eq!(wrong_no_std(&sources).len(), 1, "{path}: {text}");
        }
    }
}
