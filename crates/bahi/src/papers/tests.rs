//! What an event does to the columns, against the fold of balances.

use bahi_balances::{By, Filter};
use bahi_core::{Columns, Position};

use super::effects;
use crate::{Ledger, View, tests::new_ledger};

#[test]
fn effects_of_every_event_come_to_the_balances() {
    let mut ledger = Ledger::in_memory(&new_ledger()).expect("a ledger");
    ledger.open_rulebook().expect("the rulebook opens");
    let commands = (0..40).map(|number| crate::tests::allot(number, "17.25")).collect::<Vec<_>>();
    ledger.submit_each(&commands).expect("the ledger takes commands");
    let mut sum = Columns::default();
    for recorded in ledger.events(Position(1), ledger.position()) {
        let recorded = recorded.expect("every event reads");
        effects(&recorded).iter().for_each(|(_, columns)| sum.add(columns));
    }
    let total = ledger.balances(By::default(), &Filter::default(), View::NOW).expect("balances");
    assert_eq!(sum, total.total);
    assert_eq!(sum.allotted.to_string(), "690.00");
}
