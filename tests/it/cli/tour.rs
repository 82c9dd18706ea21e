//! `bahi tour`: every stop is answered, and what is to be noticed is there.

use std::ffi::OsString;

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

#[test]
fn the_tour_waits_for_enter_while_somebody_is_there() {
    let words = ["bahi", "tour", "--cases", "0"].map(OsString::from);
    let pauses = |input: &[u8]| {
        let ran = bahi_reading(input, &words[1..]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        ran.out.matches("Enter goes on").count()
    };
    // The third finds nobody, and there is no fourth.
    assert_eq!((pauses(b"\n\n"), pauses(b""), pauses(&[b'\n'; 40])), (3, 1, 12));
}

#[test]
fn a_tour_with_a_place_leaves_its_ledger_there() {
    let place = Place::empty();
    let told = place.bahi(&["tour", "--no-pause", "--cases", "0"]).done().out;
    assert!(told.contains("The ledger stays in "), "{told}");
    place.bahi(&["verify"]).done();
    let again = place.bahi(&["tour", "--no-pause", "--cases", "0"]);
    assert!(again.failed(2).contains("already holds a ledger"), "{again:?}");
    assert!(bahi(&["tour", "--format", "json"]).failed(2).contains("a tour is for a person"));
}
