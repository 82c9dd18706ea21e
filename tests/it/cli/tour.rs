//! `bahi tour`: every stop is answered, and what is to be noticed is there.

use std::ffi::OsString;

use bahi_cli::Terminal;

use super::{Place, bahi, bahi_reading};

/// Each question in order, its command, and a text of its answer.
const STOPS: [(&str, &str, &str); 12] = [
    ("What was given", "balances --by scheme", "margin-money"),
    ("at the end of June 2021", "--as-of 2021-06-30", "counting what is effective by 2021-06-30"),
    ("have known of it", "--known-on 2021-06-30", "known on 2021-06-30"),
    ("what somebody stored", "replay --compare", "equal to the live ones, byte for byte"),
    ("look at first", "audit", "Money that goes round"),
    ("went round", "audit --check C65", "11 cases, one soon"),
    ("have been seen", "--known-on 2021-06-30", "3 cases, one soon"),
    ("one of the eleven", "trail --case ROUND-TRIP/04", "audit of the payment, objection"),
    ("granted", "explain ROUND-TRIP/01", "20,00,000.00"),
    ("refused", "events --kind CommandRefused --reverse --limit 6", "refused"),
    ("nobody picked", "sample --of payments", "interval "),
    ("every byte", "verify", "everything holds"),
];

#[test]
fn the_tour_asks_shows_and_says_what_to_notice() {
    let told = bahi(&["tour", "--no-pause", "--cases", "60"]).done().out;
    let mut rest = told.as_str();
    for ((asks, command, answer), number) in STOPS.iter().zip(1..) {
        let heading = format!("\n{number} of 12  ");
        let at = rest.find(&heading).unwrap_or_else(|| panic!("{heading}: {rest}"));
        rest = &rest[at + 1..];
        let end = rest.find("\n→ ").unwrap_or_else(|| panic!("nothing to notice: {rest}"));
        let stop = &rest[..end];
        let heading = stop.lines().next().unwrap_or_default();
        assert!(heading.contains(asks), "{heading}");
        let typed = stop.lines().find(|line| line.starts_with("$ bahi ")).unwrap_or_default();
        assert!(typed.contains(command), "{typed}");
        let flowing = stop.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flowing.contains(answer), "{answer}: {stop}");
        rest = &rest[end..];
    }
    assert!(!told.contains("Enter goes on") && rest.contains("On a ledger of your own"), "{rest}");
    for line in told.lines().filter(|line| line.starts_with("→ ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

/// What a tour says to somebody who reads it on a terminal and types this.
fn watched(typed: &[u8], words: &[&str]) -> String {
    let program = ["bahi", "tour", "--cases", "0"].into_iter().chain(words.iter().copied());
    let (mut input, mut out, mut err) = (typed, Vec::new(), Vec::new());
    let terminal = Terminal { read: true, width: 80, ..Terminal::default() };
    let program = program.map(OsString::from);
    let status = bahi_cli::run(program, &mut input, &mut out, &mut err, terminal);
    assert_eq!((status, err.len()), (0, 0), "{}", String::from_utf8_lossy(&err));
    String::from_utf8(out).expect("the program writes UTF-8")
}

#[test]
fn the_tour_waits_for_enter_while_somebody_is_there() {
    let pauses = |input: &[u8]| watched(input, &[]).matches("Enter goes on").count();
    // The third finds nobody, and there is no fourth.
    assert_eq!((pauses(b"\n\n"), pauses(b""), pauses(&[b'\n'; 40])), (3, 1, 12));
    // In a pipe nobody reads what is asked: nothing is asked, and no line is taken.
    let words = ["tour", "--cases", "0"].map(OsString::from);
    let piped = bahi_reading(b"\n\n", &words).done().out;
    assert!(!piped.contains("Enter goes on") && piped.contains("12 of 12"), "{piped}");
}

#[test]
fn a_tour_ends_by_a_q_and_goes_on_where_it_was() {
    let place = Place::empty();
    let at = place.ledger();
    let dir = at.to_str().expect("a path");
    let told = watched(b"\n\nq\n", &["--ledger", dir]);
    assert!(told.contains("\n2 of 12  ") && !told.contains("\n3 of 12  "), "{told}");
    let next = format!("tour --ledger {dir} --from 3\n");
    assert!(told.ends_with(&next), "{told}");
    let position = place.position();
    let told = place.bahi(&["tour", "--from", "3"]).done().out;
    assert!(told.starts_with("The ledger of a tour stands in "), "{told}");
    assert!(!told.contains("\n2 of 12  ") && told.contains("\n3 of 12  "), "{told}");
    assert!(told.contains("10 questions follow") && told.contains("12 of 12"), "{told}");
    assert_eq!(place.position(), position, "a tour records nothing");
    // One without a place says how to have one.
    let told = watched(b"q\n", &[]);
    assert!(told.ends_with("tour --ledger tour-ledger --from 1\n"), "{told}");
    for from in ["0", "13", "x"] {
        place.bahi(&["tour", "--from", from]).failed(2);
    }
    // What lies beside it while it is made is gone.
    let beside = std::fs::read_dir(place.beside()).expect("a directory").flatten();
    let names: Vec<_> = beside.map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["ledger"]);
}

#[test]
fn a_tour_with_a_place_leaves_its_ledger_there() {
    let place = Place::empty();
    let told = place.bahi(&["tour", "--no-pause", "--cases", "0"]).done().out;
    assert!(told.contains("The ledger stays in "), "{told}");
    place.bahi(&["verify"]).done();
    let office = Place::with_rulebook();
    let ran = office.bahi(&["tour", "--no-pause", "--cases", "0"]);
    assert!(ran.failed(2).contains("already holds a ledger that no tour made"), "{ran:?}");
    assert!(bahi(&["tour", "--format", "json"]).failed(2).contains("a tour is for a person"));
}
