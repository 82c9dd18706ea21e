//! The pages against the code they speak of.
//!
//! # Not here
//! Whether their links lead anywhere: `tidy`. Their refusals one by one: beside `docs/REFUSALS.md`.

use std::collections::BTreeSet;

use bahi_core::{
    AccessDenied, Account, AccountKey, ActorKeySet, ActorNo, Adjusted, Applicant,
    ApplicationAmended, Applied, AuditScope, Audited, AuthorityNo, BarSubject, Barred, CaseClosed,
    CaseRef, CommandId, CommandKind, CommandRefused, Day, Disbursed, District, Envelope, Event,
    EventKind, Exported, FinancialYear, FindingSettled, Fingerprint, FundKey, FundsMoved,
    FundsWithdrawn, Further, HeadNo, Ifsc, Instant, InterestEarned, InterestRemitted, KeyChange,
    KeyRotated, Lapsed, LineReference, MatchDecided, Matched, Money, MovedToSuspense, Opinion,
    Payee, PaymentConfirmed, PaymentMode, PaymentReturned, PeriodSealed, Position, Recorded,
    Recovered, RecoveryDemanded, Reference, Refusal, Rejected, Reversed, Role, SanctionCancelled,
    SanctionCarried, SanctionRevised, Sanctioned, SchemeNo, SchemeOpened, Settlement, Stage,
    StateCertified, StatementLines, StatementReceived, StepRecorded, StockMove, StockMoved,
    TermsChanged, Unmatched, Utilised, Withdrawn, WordNo,
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

/// A row of a double entry: its debit, its credit, and which fund or case of several it is for.
type Row = (String, String, String);

/// The rows of an entry's double entry.
fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let (debit, rest) = line.trim().strip_prefix("- Dr ")?.split_once(" · Cr ")?;
        let (credit, which) = rest.split_once(", ").unwrap_or((rest, ""));
        Some((debit.to_owned(), credit.to_owned(), which.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

const WORD: WordNo = WordNo(1);

fn reference() -> Reference {
    Reference::new("UTR-1").expect("a reference")
}

fn account() -> AccountKey {
    AccountKey(Fingerprint { key_id: 1, print: [7; 16] })
}

fn day() -> Day {
    Day::parse("2024-06-10").expect("a day")
}

fn fund(scheme: u16) -> FundKey {
    let (head, fy, district) = (HeadNo(1), FinancialYear::of(day()), District(187));
    FundKey { scheme: SchemeNo(scheme), head, fy, district }
}

fn amount() -> Money {
    Money::from_rupees(100).expect("an amount")
}

/// An event of each kind in order of number, sound in itself; two of a kind that posts in two ways.
fn samples() -> Vec<Recorded> {
    let events = [of_schemes_and_funds(), of_cases(), of_money(), of_records(), of_the_house()];
    let mut samples: Vec<Recorded> = events.into_iter().flatten().map(recorded).collect();
    // Of the two that lapse, the first is of no case.
    if let Some(lapsed) = samples.iter_mut().find(|one| one.event.kind() == EventKind::Lapsed) {
        lapsed.envelope.case = Position::NONE;
    }
    samples
}

fn of_schemes_and_funds() -> Vec<Event> {
    let terms = || bahi_odop::schemes()[0].versions[0].clone();
    vec![
        Event::SchemeOpened(SchemeOpened { districts: vec![District(187)], terms: terms() }),
        Event::TermsChanged(TermsChanged { version: 2, terms: terms() }),
        Event::FundsAllotted,
        Event::FundsWithdrawn(FundsWithdrawn { reason: WORD }),
        Event::FundsMoved(FundsMoved { to: fund(2), reason: WORD }),
        Event::Lapsed(Lapsed { reason: WORD }),
        Event::Lapsed(Lapsed { reason: WORD }),
        Event::SanctionCarried(SanctionCarried { from: fund(2) }),
    ]
}

fn of_cases() -> Vec<Event> {
    let revised = |raised| {
        let (sanctioned, entitlement, paragraph) = (amount(), amount(), WORD);
        Event::SanctionRevised(SanctionRevised { raised, sanctioned, entitlement, paragraph })
    };
    vec![
        Event::Applied(Applied {
            case_ref: case_ref(),
            applicant: Applicant::NotInSource,
            facts: Vec::new(),
        }),
        Event::ApplicationAmended(ApplicationAmended { facts: Vec::new() }),
        Event::StepRecorded(StepRecorded {
            step: WORD,
            evidence: Vec::new(),
            reported: Vec::new(),
            late_by: 0,
        }),
        Event::Rejected(Rejected { reason: WORD }),
        Event::Withdrawn(Withdrawn { reason: WORD }),
        Event::CaseClosed(CaseClosed { reason: WORD }),
        Event::Barred(Barred {
            subject: BarSubject::Account(account()),
            until: None,
            reason: WORD,
        }),
        Event::Sanctioned(Sanctioned { entitlement: amount(), paragraph: WORD }),
        revised(true),
        revised(false),
        Event::SanctionCancelled(SanctionCancelled { reason: WORD }),
    ]
}

fn of_money() -> Vec<Event> {
    let (payment, reason, own_day) = (Position(4), WORD, day());
    vec![
        Event::Disbursed(Disbursed {
            instalment: 1,
            payee: Payee {
                account: account(),
                ifsc: Ifsc::parse("SBIN0001234").expect("a branch"),
            },
            mode: PaymentMode::Neft,
            reference: reference(),
            reissue_of: Position::NONE,
        }),
        Event::PaymentReturned(PaymentReturned { payment, reason, own_day }),
        Event::PaymentConfirmed(PaymentConfirmed { payment, reference: reference(), own_day }),
        Event::MovedToSuspense(MovedToSuspense {
            payment,
            reason,
            reference: reference(),
            own_day,
        }),
        Event::Recovered(Recovered { reason, reference: reference() }),
        Event::RecoveryDemanded(RecoveryDemanded {
            demanded: amount(),
            reason,
            due: day(),
            reference: reference(),
        }),
        Event::Utilised(Utilised { certificate: reference() }),
        Event::Adjusted(Adjusted { reason, reference: reference() }),
        Event::InterestEarned(InterestEarned { reference: reference() }),
        Event::InterestRemitted(InterestRemitted { reference: reference() }),
        Event::StockMoved(StockMoved {
            item: WORD,
            movement: StockMove::Ordered,
            quantity: 1,
            reference: reference(),
        }),
    ]
}

fn of_records() -> Vec<Event> {
    let line = LineReference { statement: Position(4), line: 1 };
    vec![
        Event::Audited(Audited {
            scope: AuditScope::Case,
            seen: Vec::new(),
            opinion: Opinion::Clear,
            findings: Vec::new(),
        }),
        Event::FindingSettled(FindingSettled {
            audit: Position(4),
            finding: 1,
            settlement: Settlement::NoFault,
            reference: reference(),
        }),
        Event::StateCertified(StateCertified {
            upto: Position(4),
            as_of: day(),
            fold: WORD,
            version: 1,
            count: 0,
            root: [0; 32],
            hash: [0; 32],
        }),
        Event::PeriodSealed(PeriodSealed { until: day(), certified: Position(4) }),
        Event::StatementReceived(StatementReceived {
            file: [0; 32],
            bytes: 1,
            format: WORD,
            account: account(),
            from: day(),
            to: day(),
            opening: None,
            closing: None,
            lines: 1,
            part: 1,
            repeated: 0,
            set_aside: 0,
        }),
        Event::StatementLines(StatementLines {
            statement: Position(4),
            first: 1,
            lines: Vec::new(),
        }),
        Event::Matched(Matched {
            line,
            target: Position(4),
            rule: WORD,
            further: Further::NONE,
            evidence: Vec::new(),
            difference: None,
        }),
        Event::Unmatched(Unmatched { matched: Position(4), reason: WORD }),
        Event::MatchDecided(MatchDecided {
            line,
            target: Position(4),
            reason: WORD,
            further: Further::NONE,
            rejected: false,
        }),
    ]
}

fn of_the_house() -> Vec<Event> {
    vec![
        Event::Reversed(Reversed {
            of: Position(4),
            kind: EventKind::StepRecorded,
            movement: None,
            reason: WORD,
        }),
        Event::CommandRefused(CommandRefused {
            command: CommandKind::Sanction,
            subject: Some(case_ref()),
            refusals: vec![Refusal::NotApplied {}.record()],
            digest: [0; 32],
            count: 1,
        }),
        Event::Exported(Exported { what: WORD, upto: Position(4), rows: 0, digest: [0; 32] }),
        Event::AccessDenied(AccessDenied { what: WORD, count: 1 }),
        Event::KeyRotated(KeyRotated { key_id: 2, change: KeyChange::Added, check: [0; 16] }),
        Event::ActorKeySet(ActorKeySet {
            signer: ActorNo(1),
            key: [0; 32],
            until: None,
            required: false,
        }),
    ]
}

fn case_ref() -> CaseRef {
    CaseRef::new("VNS/1").expect("a case reference")
}

fn recorded(event: Event) -> Recorded {
    let envelope = Envelope {
        command: CommandId::from_bytes([1; 16]),
        case: Position(2),
        previous: Position(3),
        effective_day: day(),
        fund: fund(1),
        amount: amount(),
        actor: ActorNo(1),
        role: Role::Finance,
        authority: AuthorityNo(1),
        terms: 1,
        introduced: Vec::new(),
    };
    let recorded_at = Instant::parse("2024-06-10").expect("a moment");
    Recorded { position: Position(5), recorded_at, clamped: false, signed: None, envelope, event }
}

/// The reversal of an event.
fn reversal(of: &Recorded) -> Recorded {
    let (kind, movement) = (of.event.kind(), of.movement().map(|(movement, _)| movement));
    let reversed = Reversed { of: of.position, kind, movement, reason: WORD };
    Recorded { event: Event::Reversed(reversed), ..of.clone() }
}

/// Which fund or case of several a posting in this fund is for.
fn which(recorded: &Recorded, fund: FundKey) -> &'static str {
    let own = fund == recorded.envelope.fund;
    let kind = recorded.event.kind();
    if let Event::SanctionRevised(revised) = &recorded.event {
        return if revised.raised { "raised" } else { "lowered" };
    }
    if kind == EventKind::Lapsed {
        return if recorded.envelope.case.is_none() { "of a fund" } else { "of a case" };
    }
    match (kind == EventKind::FundsMoved, kind == EventKind::SanctionCarried, own) {
        (true, _, true) | (_, true, true) => "in the envelope's fund",
        (true, _, false) => "in the fund it goes to",
        (_, true, false) => "in the fund it comes from",
        (false, false, _) => "",
    }
}

/// The double entry that the code makes of an event: pairs of postings in one fund.
fn posted(recorded: &Recorded) -> Vec<Row> {
    let postings = bahi_balances::postings(recorded);
    let pairs = postings.as_slice().chunks(2).map(|pair| {
        let [(fund, one), (other_fund, other)] = pair else {
            panic!("{} has a posting without its other side", recorded.event.kind().name())
        };
        let sound = fund == other_fund && one.debit != other.debit && one.amount == other.amount;
        assert!(sound, "{} has a pair that is none", recorded.event.kind().name());
        let (debit, credit) = if one.debit { (one, other) } else { (other, one) };
        let which = which(recorded, *fund).to_owned();
        (debit.account.to_string(), credit.account.to_string(), which)
    });
    pairs.collect()
}

/// The commands an entry is of, as its first sentence names them.
fn commands(text: &str) -> Vec<&str> {
    let first = text.split(". ").next().unwrap_or_default();
    codes(first)
}

#[test]
fn every_kind_of_event_has_its_entry_in_order_of_number() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let titles: Vec<&str> = entries.iter().map(|(title, _)| title.as_str()).collect();
    let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(titles, names);
    let mut sampled: Vec<EventKind> = samples().iter().map(|one| one.event.kind()).collect();
    sampled.dedup();
    assert_eq!(sampled, EventKind::ALL, "each kind has its sample");
    for ((title, text), kind) in entries.iter().zip(EventKind::ALL) {
        let begin = format!("\nKind {}, from ", kind.number());
        assert!(text.starts_with(&begin), "{title} does not begin with its number");
        for part in ["Guarantees:", "**Refused by**", "**Postings:**", "**Corrected by**"] {
            assert!(paragraph(text, part).is_some(), "{title} has no paragraph `{part}`");
        }
    }
}

#[test]
fn every_command_is_named_by_the_entries_of_what_it_becomes() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let named: BTreeSet<&str> = entries.iter().flat_map(|(_, text)| commands(text)).collect();
    let all: BTreeSet<&str> = CommandKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(named, all);
}

#[test]
fn the_double_entry_of_every_kind_is_as_documented() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let row = |debit: &str, credit: &str, which: &str| -> Row {
        (debit.to_owned(), credit.to_owned(), which.to_owned())
    };
    assert_eq!(
        rows("- Dr a · Cr b\ntext\n- Dr c · Cr d, of a case"),
        [row("a", "b", ""), row("c", "d", "of a case")]
    );
    for ((title, text), kind) in entries.iter().zip(EventKind::ALL) {
        let of_kind = samples().into_iter().filter(|one| one.event.kind() == kind);
        let posted: Vec<Row> = of_kind.flat_map(|one| posted(&one)).collect();
        assert_eq!(rows(text), posted, "{title}");
        let says_none = paragraph(text, "**Postings:** none").is_some();
        let none = posted.is_empty() && kind != EventKind::Reversed;
        assert_eq!(says_none, none, "{title}");
    }
}

#[test]
fn a_reversal_exchanges_debit_and_credit_in_the_same_order_and_funds() {
    let samples = samples();
    let moving: Vec<&Recorded> = samples.iter().filter(|one| one.movement().is_some()).collect();
    assert!(moving.iter().any(|one| posted(one).len() == 2), "some kind posts twice");
    for one in moving {
        let (forward, back) =
            (bahi_balances::postings(one), bahi_balances::postings(&reversal(one)));
        let exchanged = forward.into_iter().map(|(fund, mut posting)| {
            posting.debit = !posting.debit;
            (fund, posting)
        });
        assert!(exchanged.eq(back), "{}", one.event.kind().name());
    }
}

#[test]
fn every_ledger_account_is_documented() {
    let page = tree::read("docs/EVENTS.md");
    for account in Account::ALL {
        assert!(page.contains(&format!("\n| `{account}` | ")), "{account} has no row");
    }
}

/// The codes that paragraphs beginning so name, each list under the stage it says it is of.
fn refusals(text: &str) -> Vec<Vec<(String, Vec<String>)>> {
    let joined = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let lists = text.split("\n\n").map(joined).filter_map(|part| {
        let list = part.strip_prefix("**Refused by** ")?.to_owned();
        let unnamed = list.strip_prefix('(').and_then(|rest| rest.split_once(") "));
        Some(unnamed.map_or(list.clone(), |(_, rest)| rest.to_owned()))
    });
    let stages = |list: String| {
        let stage = |part: &str| {
            let (under, named) = part.split_once(": ")?;
            let under = under.split(" (").next().unwrap_or_default();
            let named = codes(named).into_iter().map(str::to_owned).collect();
            Some((under.to_owned(), named))
        };
        list.split("; ").filter_map(stage).collect()
    };
    lists.map(stages).collect()
}

#[test]
fn every_refusal_is_named_where_it_refuses_and_in_checking_order() {
    let entries = entries(&tree::read("docs/EVENTS.md"));
    let known = |title: &str, code: &str| -> (u16, Stage) {
        let known = Refusal::CODES.iter().find(|(_, one, _)| *one == code);
        known.map(|(number, _, stage)| (*number, *stage)).unwrap_or_else(|| {
            panic!("{title}: no refusal is {code}");
        })
    };
    // What is looked at before any kind of command is said once for all.
    let before =
        ["command_id_reused", "signature_missing", "signature_invalid", "signing_key_unknown"];
    let mut named: BTreeSet<String> = before.map(str::to_owned).into();
    for (title, text) in &entries {
        for list in refusals(text) {
            let mut last = 0;
            for (under, codes) in &list {
                for code in codes {
                    let (number, stage) = known(title, code);
                    named.insert(code.clone());
                    // What has run out of numbers is found where the number is needed.
                    if code == "list_too_long" && under == "references" {
                        continue;
                    }
                    let heading = stage.name().replace('_', " ");
                    assert_eq!(*under, heading, "{title}: {code} stands under another stage");
                    assert!(last < number, "{title}: {code} stands too late");
                    last = number;
                }
            }
            let first = list.first().map(|(under, _)| under.as_str());
            let kind = EventKind::from_name(title);
            let refusable = kind != Some(EventKind::CommandRefused);
            assert_eq!(first, refusable.then_some("form"), "{title}");
        }
    }
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
