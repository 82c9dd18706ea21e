//! The lines of a register of sanctions.

use std::collections::HashMap;

use bahi_core::{Event, EventKind, FundKey, Money, Position, Recorded, Total, WordNo};
use bahi_reports::papers::{
    Fact, Paper,
    forms::{SanctionLine, Sanctions},
};

use super::{district_shown, effects, scope};
use crate::{Error, Filter, Ledger, View, press::Press};

impl Ledger {
    /// The register of sanctions over the funds a filter takes: every event that changed what a case
    /// is granted, with the order, the terms and the amount.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    pub fn register_of_sanctions(&self, filter: &Filter, view: View) -> Result<Paper, Error> {
        self.press().register_of_sanctions(filter, view)
    }
}

impl Press<'_> {
    /// As [`Ledger::register_of_sanctions`] says.
    pub(crate) fn register_of_sanctions(
        &self,
        filter: &Filter,
        view: View,
    ) -> Result<Paper, Error> {
        let basis = self.basis(view)?;
        let mut lines = Vec::new();
        let mut refs: HashMap<Position, String> = HashMap::new();
        self.each_event(view, |recorded| {
            if let Event::Applied(applied) = &recorded.event {
                refs.insert(recorded.position, applied.case_ref.to_string());
            }
            for (fund, moved) in effects(recorded) {
                if moved.sanctioned.paise() != 0 && filter.takes(&fund, self.names()) {
                    let case = recorded.envelope.case;
                    let case_ref = refs.get(&case).cloned().unwrap_or_default();
                    lines.push(self.sanction_line(recorded, &fund, moved.sanctioned, case_ref));
                }
            }
            Ok(())
        })?;
        let mut scope = scope(filter);
        if let Some(fy) = filter.fy {
            scope.push(Fact::text("Financial year of allotment", fy.to_string()));
        }
        let by_balances = self.columns(filter, view)?.sanctioned;
        Ok(Sanctions { scope, lines, by_balances }.paper(self.stamp(&basis)))
    }

    fn sanction_line(
        &self,
        recorded: &Recorded,
        fund: &FundKey,
        amount: Total,
        case_ref: String,
    ) -> SanctionLine {
        let envelope = &recorded.envelope;
        let (order, order_day) = self.order_of(envelope.authority);
        let (entitlement, paragraph) = granted(&recorded.event);
        let mut terms = String::new();
        if envelope.terms > 0 {
            terms = format!("version {}", envelope.terms);
        }
        if let Some(paragraph) = paragraph {
            terms = format!("{terms}, {}", self.word_of(paragraph));
        }
        SanctionLine {
            position: recorded.position.0,
            day: envelope.effective_day,
            case_ref,
            district: district_shown(fund.district),
            fund: format!(
                "{}, {} {}",
                self.scheme_name(fund.scheme),
                self.head_name(fund.head),
                fund.fy
            ),
            order,
            order_day,
            what: what(recorded, amount),
            terms,
            entitlement: entitlement.map(Total::from),
            amount,
        }
    }
}

/// What an event says of the entitlement, and by which line of the terms.
fn granted(event: &Event) -> (Option<Money>, Option<WordNo>) {
    if let Event::Sanctioned(one) = event {
        return (Some(one.entitlement), Some(one.paragraph));
    }
    if let Event::SanctionRevised(one) = event {
        return (Some(one.entitlement), Some(one.paragraph));
    }
    (None, None)
}

/// What changed a sanction, in words.
fn what(recorded: &Recorded, amount: Total) -> String {
    if let Event::Reversed(reversed) = &recorded.event {
        return format!("reversal of event {}", reversed.of);
    }
    let kind = recorded.event.kind();
    let words = [
        (EventKind::Sanctioned, "sanctioned", "sanctioned"),
        (EventKind::SanctionRevised, "raised", "lowered"),
        (EventKind::SanctionCancelled, "cancelled", "cancelled"),
        (EventKind::SanctionCarried, "carried to this fund", "carried to a later year"),
        (EventKind::Lapsed, "lapsed", "lapsed"),
    ];
    let word = words.iter().find(|(of, ..)| *of == kind);
    let word = word.map(|(_, up, down)| if amount.is_negative() { *down } else { *up });
    word.unwrap_or(kind.name()).to_owned()
}
