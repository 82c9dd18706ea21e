//! The figures of a utilisation certificate: what a year moved, and what lay in the accounts around it.

use std::collections::BTreeMap;

use bahi_core::{
    Columns, Day, District, Event, FinancialYear, HeadNo, Recorded, SchemeName, Total,
};
use bahi_reports::papers::{
    Paper,
    forms::{Certificate, Grant, Holding, Spent},
};

use super::{district_shown, effects, titles};
use crate::{Basis, By, Error, Filter, Ledger, View, press::Press};

/// What a certificate is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateOf {
    /// The scheme.
    pub scheme: SchemeName,
    /// The year, of effective days.
    pub fy: FinancialYear,
    /// A district alone, or the pool; all of them where absent.
    pub district: Option<District>,
}

/// What a year moved.
#[derive(Default)]
struct Moved {
    grants: Vec<Grant>,
    sums: Columns,
    spent: BTreeMap<HeadNo, (Total, Total)>,
}

impl Ledger {
    /// The utilisation certificate of a scheme's year in Form GFR 12-A, its identities computed.
    ///
    /// A scheme the ledger does not know has a certificate of nothing.
    ///
    /// # Errors
    /// [`Error::BeyondTheEnd`], [`Error::Fault`], [`Error::Record`].
    ///
    /// ```
    /// # use bahi::{Ledger, LedgerName, NewLedger, View, core::{FinancialYear, SchemeName}};
    /// # let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let of = bahi::papers::CertificateOf {
    ///     scheme: SchemeName::new("margin-money")?,
    ///     fy: FinancialYear::parse("2024-25")?,
    ///     district: None,
    /// };
    /// let paper = ledger.certificate(&of, View::NOW)?;
    /// assert!(paper.holds());
    /// assert!(bahi::papers::html(&paper).contains("Form GFR 12-A"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn certificate(&self, of: &CertificateOf, view: View) -> Result<Paper, Error> {
        self.press().certificate(of, view)
    }
}

impl Press<'_> {
    /// The utilisation certificate of a scheme's year.
    pub(crate) fn certificate(&self, of: &CertificateOf, view: View) -> Result<Paper, Error> {
        let basis = self.basis(view)?;
        let certificate = self.certificate_figures(of, view, &basis)?;
        Ok(certificate.paper(self.stamp(&basis)))
    }

    /// The figures of a certificate.
    fn certificate_figures(
        &self,
        of: &CertificateOf,
        view: View,
        basis: &Basis,
    ) -> Result<Certificate, Error> {
        let last = of.fy.last_day();
        let to = view.as_of.map_or(last, |as_of| as_of.min(last));
        let before = of.fy.first_day().plus_days(-1).map_or(to, |before| before.min(to));
        let filter =
            Filter { scheme: Some(of.scheme.clone()), district: of.district, ..Filter::default() };
        let held = |day: Day| -> Result<Holding, Error> {
            let view = View { as_of: Some(day), ..view };
            Ok(Holding::of(&self.folded.balances(By::default(), &filter, view)?.total))
        };
        let (opening, closing) = (held(before)?, held(to)?);
        let mut moved = Moved::default();
        self.each_event(View { as_of: Some(to), ..view }, |recorded| {
            if recorded.envelope.effective_day > before {
                self.move_of(recorded, &filter, &mut moved);
            }
            Ok(())
        })?;
        let spent = moved.spent.iter().filter(|(_, (used, own))| (*used + *own).paise() != 0);
        let spent = spent.map(|(head, (utilised, adjusted))| Spent {
            head: self.head_name(*head),
            utilised: *utilised,
            adjusted: *adjusted,
        });
        Ok(Certificate {
            scheme: of.scheme.to_string(),
            titles: titles(of.scheme.as_str()),
            district: of
                .district
                .map_or_else(|| "all districts and the pool".to_owned(), district_shown),
            fy: of.fy,
            to,
            opening,
            closing,
            spent: spent.collect(),
            grants: moved.grants,
            recovered: moved.sums.recovered,
            interest_earned: moved.sums.interest_earned,
            interest_remitted: moved.sums.interest_remitted,
            provisional: provisional(basis, to, last),
        })
    }

    /// Counts what an event of the year moved in the funds asked for.
    fn move_of(&self, recorded: &Recorded, filter: &Filter, moved: &mut Moved) {
        for (fund, columns) in effects(recorded) {
            if !filter.takes(&fund, self.names()) {
                continue;
            }
            moved.sums.add(&columns);
            let (used, own) = moved.spent.entry(fund.head).or_default();
            *used += columns.utilised;
            *own += columns.adjusted;
            if columns.allotted.paise() == 0 {
                continue;
            }
            let (order, order_day) = self.order_of(recorded.envelope.authority);
            moved.grants.push(Grant {
                position: recorded.position.0,
                day: recorded.envelope.effective_day,
                order,
                order_day,
                district: district_shown(fund.district),
                head: self.head_name(fund.head),
                what: what(recorded, columns.allotted),
                amount: columns.allotted,
            });
        }
    }
}

/// What brought or took a grant, in words.
fn what(recorded: &Recorded, allotted: Total) -> String {
    if let Event::Reversed(reversed) = &recorded.event {
        return format!("reversal of event {}", reversed.of);
    }
    use bahi_core::EventKind::{FundsAllotted, FundsMoved, FundsWithdrawn, Lapsed};
    let kind = recorded.event.kind();
    if kind == FundsAllotted {
        "allotted"
    } else if kind == FundsWithdrawn {
        "withdrawn"
    } else if kind == Lapsed {
        "lapsed"
    } else if kind == FundsMoved && allotted.is_negative() {
        "re-appropriated to another fund"
    } else if kind == FundsMoved {
        "re-appropriated from another fund"
    } else {
        kind.name()
    }
    .to_owned()
}

/// Why figures may still change, where they may.
pub(super) fn provisional(basis: &Basis, to: Day, last: Day) -> Option<String> {
    if to < last {
        return Some(
            "Provisional: what counts after the period's last day is left out.".to_owned(),
        );
    }
    (basis.known_on.day() <= last).then(|| {
        "Provisional: the year had not ended when the ledger learned what is shown.".to_owned()
    })
}
