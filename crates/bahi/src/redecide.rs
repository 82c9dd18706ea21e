//! Every sanction decided again: under the terms it pins, for the facts as they stood.
//!
//! # Invariants
//! * Facts and terms come from the state folded again up to the event before the decision.
//! * What is granted is compared to the paisa, and by the line of the order.

use bahi_core::{Event, Money, Recorded, Total, WordNo};
use bahi_log::Pass;
use bahi_rules::State;

/// The pass's name in a verification.
pub const REDECIDED: &str = "redecided";

/// The pass in the making.
#[derive(Default)]
pub(crate) struct Redecided {
    checked: u64,
    first: Option<String>,
}

/// What a decision says it granted by.
struct Granted {
    entitlement: Money,
    paragraph: WordNo,
    /// What the sanction comes to by it.
    sanctioned: Money,
}

impl Redecided {
    /// Decides an event again, where it grants; `state` is that before it.
    pub(crate) fn take(&mut self, recorded: &Recorded, state: &State) {
        let Some(granted) = granted(recorded) else { return };
        self.checked += 1;
        let difference = difference(recorded, &granted, state);
        if let Some(difference) = difference.filter(|_| self.first.is_none()) {
            let kind = recorded.event.kind().name();
            self.first = Some(format!("position {}: {kind}: {difference}", recorded.position));
        }
    }

    pub(crate) fn pass(self) -> Pass {
        let ok = self.first.is_none();
        Pass { name: REDECIDED, checked: self.checked, ok, first_problem: self.first }
    }
}

/// A sanction, or the raising of one; a lowering grants nothing.
fn granted(recorded: &Recorded) -> Option<Granted> {
    if let Event::Sanctioned(made) = &recorded.event {
        let (entitlement, paragraph) = (made.entitlement, made.paragraph);
        return Some(Granted { entitlement, paragraph, sanctioned: recorded.envelope.amount });
    }
    let Event::SanctionRevised(made) = &recorded.event else { return None };
    let (entitlement, paragraph) = (made.entitlement, made.paragraph);
    made.raised.then_some(Granted { entitlement, paragraph, sanctioned: made.sanctioned })
}

fn difference(recorded: &Recorded, granted: &Granted, state: &State) -> Option<String> {
    let envelope = &recorded.envelope;
    let index = usize::from(envelope.terms).checked_sub(1);
    let terms = index.and_then(|index| state.versions(envelope.fund.scheme).get(index));
    let Some(terms) = terms else {
        return Some(format!("it pins terms {}, which its scheme has not", envelope.terms));
    };
    let Some(facts) = state.case_facts(envelope.case) else {
        return Some("its case states no facts".to_owned());
    };
    let (version, recorded) = (&terms.parts().name, granted.entitlement);
    let computed = match terms.entitlement(&facts) {
        Ok(computed) => computed,
        Err(why) => {
            return Some(format!(
                "recorded entitlement {recorded}, terms {version} give none: {why}"
            ));
        }
    };
    if computed.amount != recorded {
        let amount = computed.amount;
        return Some(format!("recorded entitlement {recorded}, terms {version} give {amount}"));
    }
    // The line's name is introduced by the event itself where it is new.
    let line = state.names().word(granted.paragraph);
    if line.is_some_and(|line| *line != computed.paragraph) {
        let decided = &computed.paragraph;
        return Some(format!(
            "recorded under {}, terms {version} decide by {decided}",
            line.map(ToString::to_string).unwrap_or_default()
        ));
    }
    let over = Total::from(granted.sanctioned) - Total::from(computed.amount);
    (over > Total::ZERO).then(|| {
        format!("sanctioned {}, which is {over} above its entitlement", granted.sanctioned)
    })
}
