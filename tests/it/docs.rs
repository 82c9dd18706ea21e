//! The pages against the code they speak of.
//!
//! # Not here
//! Whether their links lead anywhere: `tidy`. Their refusals one by one: beside `docs/REFUSALS.md`.

use std::collections::BTreeSet;

use bahi_core::{
    Account, AccountKey, ActorNo, Applicant, Applied, AuditScope, Audited, AuthorityNo, CaseRef,
    CommandId, CommandKind, CommandRefused, Day, Disbursed, District, Envelope, Event, EventKind,
    FinancialYear, Fingerprint, FundKey, HeadNo, Ifsc, Instant, Money, Opinion, Payee, PaymentMode,
    PaymentReturned, Position, Recorded, Recovered, Reference, Refusal, Role, Sanctioned, SchemeNo,
    SchemeOpened, TermsChanged, WordNo,
};

use crate::{layers, tree};

/// One entry of the page of events: its title and its text.
fn entries(page: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    for part in page.split("\n### ").skip(1) {
        let (title, text) = part.split_once('\n').unwrap_or((part, ""));
        let text = text.split("\n## ").next().unwrap_or_default();
        entries.push((title.trim().to_owned(), text.to_owned()));
    }
    entries
}

/// The paragraph of an entry that begins with these words, its lines joined.
fn paragraph(text: &str, begin: &str) -> Option<String> {
    let found = text.split("\n\n").find(|part| part.trim_start().starts_with(begin))?;
    Some(found.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn codes(paragraph: &str) -> Vec<&str> {
    paragraph.split('`').skip(1).step_by(2).collect()
}

/// The rows of an entry's double entry, debits first: `(debit, credit)`.
fn rows(text: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (debit, credit) = line.trim().strip_prefix("- Dr ")?.split_once(" · Cr ")?;
        Some((debit.to_owned(), credit.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// An event of a kind, sound in itself.
fn sample(kind: EventKind) -> Event {
    let word = WordNo(1);
    let terms = || bahi_odop::schemes()[0].versions[0].clone();
    let reference = || Reference::new("UTR-1").expect("a reference");
    let case_ref = CaseRef::new("VNS/1").expect("a case reference");
    let account = AccountKey(Fingerprint { key_id: 1, print: [7; 16] });
    let ifsc = Ifsc::parse("SBIN0001234").expect("a branch");
    match kind {
        EventKind::SchemeOpened => {
            Event::SchemeOpened(SchemeOpened { districts: vec![District(187)], terms: terms() })
        }
        EventKind::TermsChanged => Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
        EventKind::FundsAllotted => Event::FundsAllotted,
        EventKind::Applied => {
            let applicant = Applicant::NotInSource;
            Event::Applied(Applied { case_ref, applicant, facts: Vec::new() })
        }
        EventKind::Sanctioned => {
            Event::Sanctioned(Sanctioned { entitlement: amount(), paragraph: word })
        }
        EventKind::Disbursed => Event::Disbursed(Disbursed {
            instalment: 1,
            payee: Payee { account, ifsc },
            mode: PaymentMode::Neft,
            reference: reference(),
            reissue_of: Position::NONE,
        }),
        EventKind::PaymentReturned => {
            Event::PaymentReturned(PaymentReturned { payment: Position(4), reason: word })
        }
        EventKind::Recovered => {
            Event::Recovered(Recovered { reason: word, reference: reference() })
        }
        EventKind::Audited => Event::Audited(Audited {
            scope: AuditScope::Case,
            opinion: Opinion::Clear,
            findings: Vec::new(),
        }),
        EventKind::CommandRefused => Event::CommandRefused(CommandRefused {
            command: CommandKind::Sanction,
            subject: Some(case_ref),
            refusals: vec![Refusal::NotApplied {}.record()],
            digest: [0; 32],
            count: 1,
        }),
    }
}

fn amount() -> Money {
    Money::from_rupees(100).expect("an amount")
}

fn recorded(kind: EventKind) -> Recorded {
    let day = Day::parse("2024-06-10").expect("a day");
    let fund = FundKey {
        scheme: SchemeNo(1),
        head: HeadNo(1),
        fy: FinancialYear::of(day),
        district: District(187),
    };
    let envelope = Envelope {
        command: CommandId::from_bytes([1; 16]),
        case: Position(2),
        previous: Position(3),
        effective_day: day,
        fund,
        amount: amount(),
        actor: ActorNo(1),
        role: Role::Finance,
        authority: AuthorityNo(1),
        terms: 1,
        introduced: Vec::new(),
    };
    let recorded_at = Instant::parse("2024-06-10").expect("a moment");
    Recorded { position: Position(5), recorded_at, clamped: false, envelope, event: sample(kind) }
}

/// The double entry that the code makes of a kind: `(debit, credit)`.
fn posted(kind: EventKind) -> Vec<(String, String)> {
    let postings = bahi_balances::postings(&recorded(kind));
    let side = |wanted: bool| -> Vec<Account> {
        let of_side = postings.as_slice().iter().filter(|(_, one)| one.debit == wanted);
        of_side.map(|(_, posting)| posting.account).collect()
    };
    let (debits, credits) = (side(true), side(false));
    assert_eq!(debits.len(), credits.len(), "{} has a credit for each debit", kind.name());
    let named = |(debit, credit): (&Account, &Account)| (debit.to_string(), credit.to_string());
    debits.iter().zip(&credits).map(named).collect()
}

#[test]
fn every_kind_of_event_has_its_entry_in_order_of_number() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let titles: Vec<&str> = entries.iter().map(|(title, _)| title.as_str()).collect();
    let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(titles, names);
    for ((title, text), kind) in entries.iter().zip(EventKind::ALL) {
        assert_eq!(sample(kind).kind(), kind);
        let begin = format!("\nKind {}, from ", kind.number());
        assert!(text.starts_with(&begin), "{title} does not begin with its number");
        for part in ["Guarantees:", "**Refused by**", "**Postings:**", "**Corrected by**"] {
            assert!(paragraph(text, part).is_some(), "{title} has no paragraph `{part}`");
        }
    }
}

#[test]
fn the_double_entry_of_every_kind_is_as_documented() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    assert_eq!(
        rows("- Dr a · Cr b\ntext\n- Dr c · Cr d"),
        [("a".to_owned(), "b".to_owned()), ("c".to_owned(), "d".to_owned()),]
    );
    assert!(EventKind::ALL.iter().any(|kind| posted(*kind).len() == 2), "some kind posts twice");
    for ((title, text), kind) in entries.iter().zip(EventKind::ALL) {
        assert_eq!(rows(text), posted(kind), "{title}");
        let says_none = paragraph(text, "**Postings:** none").is_some();
        assert_eq!(says_none, posted(kind).is_empty(), "{title}");
    }
}

#[test]
fn every_ledger_account_is_documented() {
    let page = tree::read("docs/EVENTS.md");
    for account in Account::ALL {
        assert!(page.contains(&format!("\n| `{account}` | ")), "{account} has no row");
    }
}

#[test]
fn every_refusal_is_named_where_it_refuses_and_in_checking_order() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let stage_of = |code: &str| {
        let known = Refusal::CODES.iter().find(|(_, one, _)| *one == code);
        known.map(|(_, _, stage)| *stage)
    };
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (title, text) in &entries {
        let refused = paragraph(text, "**Refused by**").unwrap_or_default();
        let codes = codes(&refused);
        for code in &codes {
            let stage = stage_of(code).unwrap_or_else(|| panic!("{title}: no refusal is {code}"));
            named.insert((*code).to_owned());
            // What has run out of numbers is found where the number is needed.
            if *code == "list_too_long" {
                continue;
            }
            let heading = stage.name().replace('_', " ");
            let before = refused.split(&format!("`{code}`")).next().unwrap_or_default();
            let part = before.rsplit("; ").next().unwrap_or_default();
            let under = part.split(": ").next().unwrap_or_default();
            let under = under.trim_start_matches("**Refused by** ");
            assert_eq!(under, heading, "{title}: {code} stands under another stage");
        }
    }
    named.insert("command_id_reused".to_owned());
    let all: BTreeSet<String> =
        Refusal::CODES.iter().map(|(_, code, _)| (*code).to_owned()).collect();
    assert_eq!(named, all);
}

#[test]
fn the_commands_a_stranger_types_are_run_where_changes_are_checked() {
    let readme = tree::read("README.md");
    let run = tree::read(".ci/run");
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        let stands_alone = |text: &str| text.lines().any(|line| line.trim() == command);
        assert!(stands_alone(&readme), "README.md does not show `{command}`");
        assert!(stands_alone(&run), ".ci/run does not run `{command}`");
    }
}

#[test]
fn the_example_of_the_readme_is_the_one_that_is_compiled() {
    let readme = tree::read("README.md");
    let example = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    let example = example.expect("README.md has an example");
    let hub = tree::read("crates/bahi/src/lib.rs");
    let compiled: Vec<&str> =
        hub.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let shown: Vec<&str> = example.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(shown.len() >= 8, "the example of README.md has {} lines", shown.len());
    for line in shown {
        assert!(compiled.contains(&line), "README.md shows `{line}`, the hub's pages do not");
    }
}

#[test]
fn every_crate_stands_in_its_page() {
    let map = tree::read("docs/ARCHITECTURE.md");
    for name in layers::our_crates() {
        assert!(map.contains(&format!("`{name}`")), "docs/ARCHITECTURE.md leaves out {name}");
    }
    let reasons = tree::read("docs/DEPENDENCIES.md");
    for name in layers::outside_crates() {
        assert!(reasons.contains(&format!("| `{name}` | ")), "docs/DEPENDENCIES.md: {name}");
    }
}

#[test]
fn the_changelog_has_a_place_for_the_next_change() {
    let changes = tree::read("CHANGELOG.md");
    let first = changes.lines().find(|line| line.starts_with("## "));
    assert_eq!(first, Some("## Unreleased"));
}
