//! Questions as a service takes them, and its answers as the commands show them.

use std::fmt::Write as _;

use bahi::{
    BalancesAt, Basis, By, Filter, LedgerName, OutcomeRow, OutcomeSum, OutcomesAt, Unanswered,
    View,
    core::{
        BalanceRow, Columns, Day, District, FinancialYear, HeadName, Instant, Introduction,
        LedgerId, Names, Position, SchemeName, Total, Word,
    },
    json::{
        Asked, BalanceRowAnswer, BalancesAnswer, ExplainAnswer, OutcomeRowAnswer, OutcomesAnswer,
        SuspenseAnswer, TrailAnswer,
    },
    proof::{Hash, TreeHead},
};
use serde::Deserialize;
use serde_json::Value;

use super::{client::Client, scan::elements};

/// A path with its parameters.
pub(crate) struct Query {
    path: String,
    any: bool,
}

impl Query {
    pub(crate) fn of(path: &str) -> Query {
        Query { path: path.to_owned(), any: false }
    }

    /// With a parameter, where there is one.
    pub(crate) fn with(mut self, name: &str, value: Option<impl ToString>) -> Query {
        let Some(value) = value else { return self };
        self.path.push(if self.any { '&' } else { '?' });
        self.any = true;
        self.path.push_str(name);
        self.path.push('=');
        for byte in value.to_string().bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.path.push(char::from(byte));
            } else {
                // Writing to a text does not fail.
                let _ = write!(self.path, "%{byte:02X}");
            }
        }
        self
    }

    pub(crate) fn view(self, view: View) -> Query {
        let at = view.at.map(|position| position.0);
        self.with("as_of", view.as_of).with("known_on", view.known_on).with("at", at)
    }

    pub(crate) fn filter(self, filter: &Filter) -> Query {
        let Filter { scheme, district, head, fy } = filter;
        let query = self.with("scheme", scheme.as_ref()).with("district", district.as_ref());
        query.with("head", head.as_ref()).with("fy", fy.as_ref())
    }

    pub(crate) fn by(self, by: By) -> Query {
        let parts =
            [(by.scheme, "scheme"), (by.district, "district"), (by.head, "head"), (by.fy, "fy")];
        let parts: Vec<&str> =
            parts.iter().filter(|(asked, _)| *asked).map(|(_, name)| *name).collect();
        self.with("by", (!parts.is_empty()).then(|| parts.join(",")))
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// What ledger a service keeps.
#[derive(Deserialize, Clone, Debug)]
pub(crate) struct About {
    name: String,
    ledger_id: String,
    pub(crate) simulated: bool,
    pub(crate) position: u64,
    pub(crate) root: String,
    schemes: Vec<String>,
    heads: Vec<String>,
}

impl About {
    /// The names of its schemes and heads.
    fn names(&self) -> Option<Names> {
        let mut names = Names::default();
        for name in &self.schemes {
            names.introduce(&Introduction::Scheme(SchemeName::new(name).ok()?));
        }
        for name in &self.heads {
            names.introduce(&Introduction::Head(HeadName::new(name).ok()?));
        }
        Some(names)
    }

    /// What it is called, and the id it is known by.
    pub(crate) fn identity(&self) -> Option<(LedgerName, LedgerId)> {
        Some((LedgerName::new(&self.name).ok()?, LedgerId::parse(&self.ledger_id)?))
    }

    /// How many records it holds, and the root over them.
    pub(crate) fn head(&self) -> Option<TreeHead> {
        let root: Hash = self.root.parse().ok()?;
        Some(TreeHead { size: self.position.checked_add(1)?, root })
    }
}

/// A page of events.
pub(crate) struct Page {
    pub(crate) basis: Basis,
    /// The events, each as it is written.
    pub(crate) events: Vec<String>,
    /// Where to go on.
    pub(crate) next: Option<u64>,
}

impl Client {
    pub(crate) fn about(&self) -> Result<About, Unanswered> {
        self.document("/v1/ledger")
    }

    pub(crate) fn names(&self, about: &About) -> Result<Names, Unanswered> {
        about.names().ok_or_else(|| self.other(&"a name that is none"))
    }

    /// What an answer about a view rests on.
    pub(crate) fn basis(&self, view: View) -> Result<Basis, Unanswered> {
        Ok(self.balances(By::default(), &Filter::default(), view)?.basis)
    }

    pub(crate) fn balances(
        &self,
        by: By,
        filter: &Filter,
        view: View,
    ) -> Result<BalancesAt, Unanswered> {
        let query = Query::of("/v1/balances").by(by).filter(filter).view(view);
        let told: BalancesAnswer = self.document(query.path())?;
        let read = || {
            let basis = basis(&told)?;
            let rows: Option<Vec<BalanceRow>> = told.rows.iter().map(row).collect();
            Some((basis, rows?))
        };
        let (basis, rows) = read().ok_or_else(|| self.other(&"balances that are none"))?;
        let mut total = Columns::default();
        if by.head {
            // What is of no head yet has no row, and counts in the total.
            let at = View { at: Some(basis.position), ..view };
            total = self.balances(By::default(), filter, at)?.total;
        } else {
            rows.iter().for_each(|row| total.add(&row.columns));
        }
        Ok(BalancesAt { basis, rows, total })
    }

    pub(crate) fn outcomes(
        &self,
        by: By,
        filter: &Filter,
        view: View,
    ) -> Result<OutcomesAt, Unanswered> {
        let query = Query::of("/v1/outcomes").by(by).filter(filter).view(view);
        let told: OutcomesAnswer = self.document(query.path())?;
        let read = || {
            let known_on = told.known_on.as_deref()?;
            let basis = basis_of(told.position, &told.root, told.as_of.as_deref(), known_on)?;
            let rows: Option<Vec<OutcomeRow>> = told.rows.iter().map(outcome).collect();
            Some(OutcomesAt { basis, rows: rows?, unplaced: told.unplaced })
        };
        read().ok_or_else(|| self.other(&"outcomes that are none"))
    }

    pub(crate) fn suspense(
        &self,
        filter: &Filter,
        view: View,
    ) -> Result<SuspenseAnswer, Unanswered> {
        self.document(Query::of("/v1/suspense").filter(filter).view(view).path())
    }

    /// The trail of what is named; nothing where the ledger knows nothing of it.
    pub(crate) fn trail(
        &self,
        (by, id): (&str, &str),
        view: View,
    ) -> Result<Option<TrailAnswer>, Unanswered> {
        self.known(Query::of("/v1/trail").with(by, Some(id)).view(view).path())
    }

    /// A case explained; nothing where no such case applied.
    pub(crate) fn explain(
        &self,
        case: &str,
        view: View,
    ) -> Result<Option<ExplainAnswer>, Unanswered> {
        self.known(Query::of("/v1/explain").with("case", Some(case)).view(view).path())
    }

    /// A document, where the ledger knows of it.
    fn known<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Unanswered> {
        let Some(answer) = self.found(path)? else { return Ok(None) };
        serde_json::from_slice(&answer).map(Some).map_err(|error| self.other(&error))
    }

    /// A page of events.
    pub(crate) fn page(&self, query: &Query) -> Result<Page, Unanswered> {
        let body = self.get(query.path())?;
        let read = || {
            let text = String::from_utf8(body).ok()?;
            let told: Value = serde_json::from_str(&text).ok()?;
            let field = |name: &str| told[name].as_str();
            let (position, root) = (told["position"].as_u64()?, field("root")?);
            let basis = basis_of(position, root, field("as_of"), field("known_on")?)?;
            let events = elements(&text, "events")?;
            let events = events.into_iter().map(str::to_owned).collect();
            Some(Page { basis, events, next: told["next"].as_u64() })
        };
        read().ok_or_else(|| self.other(&"a page of events that is none"))
    }
}

fn basis(told: &BalancesAnswer) -> Option<Basis> {
    basis_of(told.position, &told.root, told.as_of.as_deref(), told.known_on.as_deref()?)
}

/// What an answer rests on, as it says.
pub(crate) fn basis_of(
    position: u64,
    root: &str,
    as_of: Option<&str>,
    known_on: &str,
) -> Option<Basis> {
    let as_of = as_of.map(Day::parse).transpose().ok()?;
    let (root, known_on) = (root.parse().ok()?, Instant::parse(known_on).ok()?);
    Some(Basis { position: Position(position), root, as_of, known_on })
}

/// An amount as answers write it: a sign, rupees, a point, two places.
fn total(text: &str) -> Option<Total> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (rupees, paise) = digits.split_once('.')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if paise.len() != 2 || rupees.len() > 30 || !plain(rupees) || !plain(paise) {
        return None;
    }
    let (rupees, paise): (i128, i128) = (rupees.parse().ok()?, paise.parse().ok()?);
    Some(Total::from_paise(sign * (rupees * 100 + paise)))
}

type Key = (Option<SchemeName>, Option<District>, Option<HeadName>, Option<FinancialYear>);

fn key(scheme: &Asked, district: &Asked, head: &Asked, fy: &Asked) -> Option<Key> {
    fn part<T>(asked: &Asked, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
        match asked {
            Asked::For(Some(text)) => read(text).map(Some),
            Asked::For(None) | Asked::Not => Some(None),
        }
    }
    Some((
        part(scheme, |text| SchemeName::new(text).ok())?,
        part(district, District::parse)?,
        part(head, |text| HeadName::new(text).ok())?,
        part(fy, |text| FinancialYear::parse(text).ok())?,
    ))
}

fn row(told: &BalanceRowAnswer) -> Option<BalanceRow> {
    let (scheme, district, head, fy) = key(&told.scheme, &told.district, &told.head, &told.fy)?;
    let columns = Columns {
        allotted: total(&told.allotted)?,
        sanctioned: total(&told.sanctioned)?,
        disbursed: total(&told.disbursed)?,
        returned: total(&told.returned)?,
        recovered: total(&told.recovered)?,
        utilised: total(&told.utilised)?,
        adjusted: total(&told.adjusted)?,
        available: total(&told.available)?,
        suspense: total(&told.suspense)?,
        interest_earned: total(&told.interest_earned)?,
        interest_remitted: total(&told.interest_remitted)?,
        applied: told.applied,
        audited: told.audited,
    };
    Some(BalanceRow { scheme, district, head, fy, columns })
}

fn outcome(told: &OutcomeRowAnswer) -> Option<OutcomeRow> {
    let (scheme, district, head, fy) = key(&told.scheme, &told.district, &told.head, &told.fy)?;
    let sum = match told.kind.as_str() {
        "money" => OutcomeSum::Money(total(&told.total)?),
        "count" => OutcomeSum::Count(told.total.parse().ok()?),
        _ => return None,
    };
    Some(OutcomeRow {
        scheme,
        district,
        head,
        fy,
        outcome: Word::new(&told.outcome).ok()?,
        total: sum,
        reported: told.reported,
        paid: total(&told.paid)?,
        silent: told.not_reported,
    })
}

#[cfg(test)]
mod tests {
    //! Amounts and parameters as they are sent.

    use bahi::core::Total;

    use super::{Query, total};

    #[test]
    fn an_amount_is_read_as_it_is_written_and_nothing_else_is_one() {
        for paise in [0, 1, -1, 99, 100, -250, 1_000_000_000_000, i128::from(i64::MAX) * 4_096] {
            let amount = Total::from_paise(paise);
            assert_eq!(total(&amount.to_string()), Some(amount));
        }
        let long = format!("{}.00", "9".repeat(31));
        for text in
            ["", "1", "1.0", "1.000", "+1.00", "--1.00", "1,00.00", ".50", "-.50", "१.00", &long]
        {
            assert_eq!(total(text), None, "{text}");
        }
    }

    #[test]
    fn a_parameter_is_sent_as_what_it_is_whatever_it_holds() {
        let query = Query::of("/v1/trail").with("case", Some("A&b=c/ç %")).with("at", None::<u64>);
        assert_eq!(
            query.with("by", Some(7)).path(),
            "/v1/trail?case=A%26b%3Dc%2F%C3%A7%20%25&by=7"
        );
    }
}
