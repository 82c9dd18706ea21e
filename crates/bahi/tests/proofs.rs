//! Proofs, certificates and tiles of a whole ledger, checked as somebody else would.
#![cfg(feature = "demo")]

use std::{collections::BTreeMap, fs, path::Path};

use bahi::{
    Acting, BalanceLeaf, By, Filter, FundName, Ledger, LedgerName, NewLedger, Past, ProveError,
    TilesError, View, certificate_in, certified_head,
    core::{Act, ActorName, Columns, Command, CommandId, Day, Position, Role, Word},
    demo::{self, Demo},
    proof::{
        Checkpoint, History, Note, Policy, SigningKey, Tile, TileReader, TreeHead, judge_history,
    },
    signing,
};

const NAME: &str = "demo.example/ledger";

fn key() -> SigningKey {
    SigningKey::from_seed(NAME, &[7; 32]).expect("a name")
}

fn policy() -> Policy {
    Policy::of_log(key().verifier().clone()).expect("a policy")
}

fn acting() -> Acting {
    let actor = ActorName::new("ag-7").expect("an actor");
    Acting { actor, role: Role::Auditor, authority: None }
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn lived(cases: u32) -> Ledger {
    let name = LedgerName::new(NAME).expect("a name");
    let new = NewLedger { name, simulated_from: Some(demo::beginning()) };
    let mut ledger = Ledger::in_memory(&new).expect("a ledger in memory");
    ledger.open_rulebook().expect("the rulebook opens");
    demo::run(&mut ledger, Demo { cases, seed: 7 }, &mut |_| {}).expect("it lives");
    ledger
}

fn note(ledger: &Ledger) -> Note {
    ledger.checkpoint(&key(), ledger.position()).expect("it signs")
}

fn certificates_pass(ledger: &Ledger) -> (u64, Option<String>) {
    let passes = ledger.verify().passes;
    let pass = passes.into_iter().find(|pass| pass.name == "certificates").expect("a pass");
    (pass.checked, pass.first_problem)
}

#[test]
fn certificates_of_any_day_are_derived_again_in_one_fold() {
    let mut ledger = lived(200);
    // Days in no order, twice the same, before the first event, and after the last.
    let days = ["2021-03-31", "2019-03-31", "2021-03-31", "2010-01-01", "2099-12-31", "2020-07-31"];
    for (number, text) in days.into_iter().enumerate() {
        let receipt = ledger.certify(day(text), &acting()).expect("it certifies");
        let (position, last) = ledger.certificates().last().expect("it is noted").clone();
        assert_eq!((position, last.as_of), (receipt.position, day(text)));
        assert_eq!(last.upto.next(), receipt.position);
        assert_eq!(ledger.certificates().len(), number + 1);
    }
    assert_eq!(certificates_pass(&ledger), (6, None));
    let verification = ledger.verify();
    assert!(verification.ok(), "{:?}", verification.passes);
    assert_eq!(verification.name.as_ref().map(LedgerName::as_str), Some(NAME));
}

#[test]
fn a_certificate_that_does_not_follow_is_named_by_its_position() {
    type Spoiling<'a> = (&'a str, &'a dyn Fn(&mut Act));
    let spoil: [Spoiling<'_>; 5] = [
        ("another state", &|act| {
            let Act::CertifyState { root, .. } = act else { return };
            root[31] ^= 1;
        }),
        ("another state", &|act| {
            let Act::CertifyState { hash, .. } = act else { return };
            hash[0] ^= 1;
        }),
        ("another state", &|act| {
            let Act::CertifyState { count, .. } = act else { return };
            *count += 1;
        }),
        ("another state", &|act| {
            let Act::CertifyState { upto, .. } = act else { return };
            // The last three of them are the demonstration's own; the figures differ before.
            *upto = Position(7);
        }),
        ("fold that this program does not know", &|act| {
            let Act::CertifyState { fold, .. } = act else { return };
            *fold = Word::new("trail").expect("a word");
        }),
    ];
    for (why, spoil) in spoil {
        let mut ledger = lived(20);
        ledger.certify(day("2022-03-31"), &acting()).expect("it certifies");
        let (_, sound) = ledger.certificates()[0].clone();
        let mut act = Act::CertifyState {
            upto: sound.upto,
            as_of: sound.as_of,
            fold: Word::new("balances").expect("a word"),
            version: sound.version,
            count: sound.count,
            root: sound.root,
            hash: sound.hash,
        };
        spoil(&mut act);
        let command = Command {
            id: CommandId::from_bytes([9; 16]),
            actor: acting().actor,
            role: Role::Auditor,
            effective_day: day("2024-01-01"),
            authority: None,
            aliases: Vec::new(),
            signed: None,
            act,
        };
        let receipt = ledger.submit(&command).expect("the rules do not judge it");
        let (checked, problem) = certificates_pass(&ledger);
        let problem = problem.expect("it is found");
        assert_eq!(checked, 2);
        assert!(problem.starts_with(&format!("position {}: ", receipt.position)), "{problem}");
        assert!(problem.contains(why), "{problem}");
        let proved = ledger.prove_balances(receipt.position, note(&ledger));
        let refused = matches!(
            proved,
            Err(ProveError::NotDerived(at) | ProveError::NotCertified(at)) if at == receipt.position
        );
        assert!(refused, "what does not follow is not handed out");
    }
}

#[test]
fn a_stranger_adds_certified_balances_up_to_what_the_ledger_says() {
    let mut ledger = lived(150);
    let as_of = day("2021-03-31");
    let before = ledger.position();
    let receipt = ledger.certify(as_of, &acting()).expect("it certifies");
    let set = ledger.prove_balances(receipt.position, note(&ledger)).expect("a set");
    // From here on, what a stranger does.
    let text = set.to_string();
    let set = bahi::proof::LeafSet::parse(text.as_bytes()).expect("it reads");
    let at = Position(set.proof.index());
    set.check(&policy(), |record| certified_head(at, record)).expect("it holds");
    let certificate = certificate_in(at, &set.record).expect("a certificate");
    assert_eq!((certificate.upto, certificate.as_of), (before, as_of));
    let mut sums: BTreeMap<(String, String), Columns> = BTreeMap::new();
    let mut zeros = 0;
    for leaf in &set.leaves {
        let leaf = BalanceLeaf::parse(leaf).expect("a leaf");
        zeros += u64::from(leaf.columns == Columns::default());
        let key = (leaf.scheme.to_string(), leaf.fund.fy.to_string());
        sums.entry(key).or_default().add(&leaf.columns);
    }
    assert!(zeros > 0, "funds opened later are there with zeros");
    let by = By { scheme: true, fy: true, ..By::default() };
    let view = View { as_of: Some(as_of), known_on: None, at: Some(before) };
    let answer = ledger.balances(by, &Filter::default(), view).expect("balances");
    sums.retain(|_, columns| *columns != Columns::default());
    let rows: BTreeMap<_, _> = answer
        .rows
        .iter()
        .filter(|row| row.columns != Columns::default())
        .map(|row| {
            let scheme = row.scheme.as_ref().expect("a scheme").to_string();
            ((scheme, row.fy.expect("a year").to_string()), row.columns)
        })
        .collect();
    assert_eq!(sums, rows);
    // Leaves stand in the order their funds were opened, which does not depend on the day.
    let first = ledger.certify(day("2010-01-01"), &acting()).expect("it certifies");
    let other = ledger.prove_balances(first.position, note(&ledger)).expect("a set");
    let funds = |leaves: &[Vec<u8>]| -> Vec<_> {
        leaves.iter().map(|leaf| BalanceLeaf::parse(leaf).expect("a leaf").fund).collect()
    };
    assert_eq!(funds(&other.leaves), funds(&set.leaves));
}

#[test]
fn every_fund_is_shown_alone_and_no_other_figure_passes() {
    let mut ledger = lived(40);
    let receipt = ledger.certify(day("2023-03-31"), &acting()).expect("it certifies");
    let set = ledger.prove_balances(receipt.position, note(&ledger)).expect("a set");
    for (index, bytes) in (0..).zip(&set.leaves) {
        let leaf = BalanceLeaf::parse(bytes).expect("a leaf");
        let fund = FundName {
            scheme: leaf.scheme.clone(),
            head: leaf.head.clone(),
            fy: leaf.fund.fy,
            district: leaf.fund.district,
        };
        let proof = ledger.prove_balance(receipt.position, &fund, note(&ledger)).expect("a proof");
        assert_eq!((proof.index, &proof.leaf), (index, bytes));
        let head = |record: &[u8]| certified_head(receipt.position, record);
        proof.check(&policy(), head).expect("it holds");
        let mut other = proof.clone();
        other.leaf = set.leaves[(index as usize + 1) % set.leaves.len()].clone();
        assert!(other.check(&policy(), head).is_err());
    }
    let nobody = FundName {
        scheme: bahi::core::SchemeName::new("margin-money").expect("a scheme"),
        head: None,
        fy: bahi::core::FinancialYear::parse("2050-51").expect("a year"),
        district: bahi::core::District(187),
    };
    let unknown = ledger.prove_balance(receipt.position, &nobody, note(&ledger));
    assert!(matches!(unknown, Err(ProveError::UnknownFund(_))));
    let none = ledger.prove_balance(Position(1), &nobody, note(&ledger));
    assert!(matches!(none, Err(ProveError::UnknownFund(_) | ProveError::NotCertified(_))));
}

#[test]
fn every_record_is_shown_under_any_later_checkpoint() {
    let ledger = lived(20);
    let last = ledger.position();
    for size in [1, 2, 7, 64, last.0, last.0 + 1] {
        let note = ledger.checkpoint(&key(), Position(size - 1)).expect("it signs");
        for position in [0, 1, size / 2, size - 1].into_iter().filter(|at| *at < size) {
            let proof = ledger.prove(Position(position), note.clone()).expect("a proof");
            let record = ledger.record(Position(position)).expect("a record");
            proof.check(&record, &policy()).expect("it holds");
        }
        let beyond = ledger.prove(Position(size), note);
        assert!(matches!(beyond, Err(ProveError::NotYet { .. })), "{size}");
    }
    let stray = SigningKey::from_seed("other.example", &[7; 32]).expect("a name");
    let foreign = ledger.checkpoint(&stray, last);
    assert!(matches!(foreign, Err(ProveError::OtherKey { .. })));
    assert!(ledger.checkpoint(&key(), last.next()).is_err(), "no checkpoint of what is not there");
    let head = TreeHead { size: 3, root: ledger.root() };
    let lie = Checkpoint::new(NAME, head).and_then(|it| it.sign(&key())).expect("a lie is signed");
    assert!(matches!(ledger.prove(Position(1), lie), Err(ProveError::OtherTree)));
}

#[test]
fn a_rewritten_and_a_shortened_history_are_told_apart() {
    let (ledger, shorter) = (lived(30), lived(10));
    let last = ledger.position();
    for at in [0, 1, 63, last.0] {
        let head = TreeHead { size: at + 1, root: ledger.root_at(Position(at)).expect("a root") };
        let found = ledger.verify_against(Some(head), &mut |_| {});
        assert_eq!((found.past, found.ok()), (Some(Past::Consistent), true), "{at}");
        // Another ledger: its own record differs, so every prefix does.
        let found = shorter.verify_against(Some(head), &mut |_| {});
        let expected = match found.past.expect("it was asked") {
            Past::Forked { .. } => at <= shorter.position().0,
            Past::Shortened { old_size, size } => old_size == at + 1 && size < old_size,
            Past::Consistent | Past::Unread { .. } | Past::Vacuous => false,
        };
        assert!(expected && !found.ok(), "{at}: {:?}", found.past);
    }
    let empty = TreeHead { size: 0, root: bahi::proof::EMPTY_ROOT };
    assert_eq!(ledger.verify_against(Some(empty), &mut |_| {}).past, Some(Past::Vacuous));
    let older = ledger.checkpoint(&key(), Position(40)).expect("it signs");
    let proof = ledger.prove_history(41, note(&ledger)).expect("a proof");
    let trusted = |note: &Note| policy().check(note).expect("signed").checkpoint().head();
    let judged = judge_history(trusted(&older), trusted(&proof.note), &proof.proof);
    assert_eq!(judged, History::Consistent);
}

#[test]
fn a_period_is_sealed_on_its_certificate_in_one_commit() {
    let mut ledger = lived(20);
    let until = day("2019-03-31");
    let (certified, sealed) = ledger.seal(until, &acting()).expect("it seals");
    assert_eq!(certified.position.next(), sealed.position);
    assert_eq!(certificates_pass(&ledger), (1, None));
    assert!(ledger.verify().ok());
    let before = ledger.position();
    for again in [until, day("2019-02-28"), day("2019-04-15"), day("2199-12-31")] {
        assert!(ledger.seal(again, &acting()).is_err(), "{again}");
    }
    assert_eq!(ledger.position(), before, "a seal that is refused leaves no certificate either");
    let replay = ledger.replay(View::NOW, true, &mut |_| {}).expect("a replay");
    assert!(replay.agrees(), "{:?}", replay.compared);
}

fn fetch(dir: &Path) -> impl Fn(&Tile) -> std::io::Result<Vec<u8>> {
    let dir = dir.to_owned();
    move |tile| fs::read(dir.join(tile.to_string()))
}

#[test]
fn tiles_grow_and_hold_every_record() {
    let ledger = lived(120);
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path().join("tiles");
    let mut held = 0;
    let mut steps: Vec<u64> = vec![1, 255, 256, 257, 500, ledger.position().0 + 1];
    steps.dedup();
    for size in steps {
        let note = ledger.checkpoint(&key(), Position(size - 1)).expect("it signs");
        let tiled = ledger.export_tiles(&dir, &note, &mut |_| {}).expect("it exports");
        assert_eq!((tiled.old_size, tiled.size), (held, size));
        held = size;
        let read = Note::parse(&fs::read(dir.join("checkpoint")).expect("it is there"));
        let head = policy().check(&read.expect("a note")).expect("signed").checkpoint().head();
        let reader = TileReader::open(head, fetch(&dir)).expect("the tiles lead to the root");
        let mut position = 0;
        for index in 0..size.div_ceil(256) {
            for record in reader.records(index).expect("a bundle") {
                assert_eq!(record, ledger.record(Position(position)).expect("a record"));
                position += 1;
            }
        }
        assert_eq!(position, size);
        let again = ledger.export_tiles(&dir, &note, &mut |_| {}).expect("nothing is new");
        assert_eq!(again.files, 0);
    }
    let past = ledger.checkpoint(&key(), Position(3)).expect("it signs");
    let back = ledger.export_tiles(&dir, &past, &mut |_| {});
    assert!(matches!(back, Err(TilesError::Newer { .. })));
    let other = lived(5);
    let foreign = other.export_tiles(&dir, &note(&ledger), &mut |_| {});
    assert!(foreign.is_err(), "a checkpoint of another history is refused");
    let small = tempfile::tempdir().expect("a directory");
    other.export_tiles(small.path(), &note(&other), &mut |_| {}).expect("it exports");
    let mixed = ledger.export_tiles(small.path(), &note(&ledger), &mut |_| {});
    assert!(matches!(mixed, Err(TilesError::OtherHistory { .. })), "{mixed:?}");
    fs::write(small.path().join("checkpoint"), "no note").expect("written");
    let spoilt = ledger.export_tiles(small.path(), &note(&ledger), &mut |_| {});
    assert!(matches!(spoilt, Err(TilesError::Malformed { .. })));
}

#[cfg(unix)]
#[test]
fn a_key_file_is_closed_kept_apart_and_says_nothing() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let dir = tempfile::tempdir().expect("a directory");
    let (path, ledger) = (dir.path().join("key"), dir.path().join("ledger"));
    fs::create_dir(&ledger).expect("a directory");
    let name = LedgerName::new(NAME).expect("a name");
    let made = signing::create(&path, &ledger, &name).expect("it is made");
    assert_eq!(fs::metadata(&path).expect("it is there").mode() & 0o7777, 0o600);
    let text = fs::read_to_string(&path).expect("it reads");
    let secret = text.trim().splitn(5, '+').last().expect("the private half").to_owned();
    assert!(!format!("{made:?}").contains(&secret));
    let read = signing::read(&path, &ledger).expect("it reads");
    assert_eq!(read.signing.verifier(), made.signing.verifier());
    let kept = dir.path().join("kept");
    fs::hard_link(&path, &kept).expect("a second name");
    let turned = signing::rotate(&path, &ledger).expect("it turns");
    assert_eq!(turned.retired, [made.signing.verifier().clone()]);
    assert_ne!(turned.signing.verifier(), made.signing.verifier());
    assert!(!fs::read_to_string(&path).expect("it reads").contains(&secret), "it is gone");
    assert_eq!(fs::read_to_string(&kept).expect("it reads"), text, "a copy somebody keeps stays");
    let again = signing::read(&path, &ledger).expect("it reads");
    assert_eq!(again.verifiers().count(), 2);
    assert!(signing::create(&path, &ledger, &name).is_err(), "what is there is left alone");
    // Places and looks that a key file must not have.
    assert!(signing::create(&ledger.join("key"), &ledger, &name).is_err());
    fs::create_dir(ledger.join("below")).expect("a directory");
    assert!(signing::create(&ledger.join("below/../key"), &ledger, &name).is_err());
    let link = dir.path().join("link");
    symlink(&ledger, &link).expect("a link");
    assert!(signing::create(&link.join("key"), &ledger, &name).is_err());
    let named = dir.path().join("named");
    symlink(&path, &named).expect("a link");
    assert!(matches!(signing::read(&named, &ledger), Err(signing::KeyFileError::NotAFile { .. })));
    for mode in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
        let open = signing::read(&path, &ledger);
        assert!(matches!(open, Err(signing::KeyFileError::OpenToOthers { .. })), "{mode:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
    for spoilt in ["", "\n", "PRIVATE+KEY+", &format!("{text}x"), &format!("x\n{text}")] {
        fs::write(&path, spoilt).expect("written");
        let error = signing::read(&path, &ledger).expect_err("no key file").to_string();
        assert!(!error.contains(&secret) && error.contains("line"), "{error}");
    }
    // The key, its memory, the ledger, the copy, and two links.
    assert_eq!(fs::read_dir(dir.path()).expect("entries").count(), 6, "nothing is left over");
}
