//! Where a question is put: to a ledger or a backup in a directory here, or to a service.
//!
//! # Invariants
//! * A command asks by these, and shows what it is told in one way, wherever it comes from.
//! * A service is asked the question itself, so that whoever may ask it alone may, and nothing is
//!   copied.
//!
//! # Not here
//! What needs the whole log, or records: a service's ledger is copied for that (`open`).

use bahi::{
    BalancesAt, Basis, Books, By, Filter, Ledger, OutcomesAt, Records, View, answers,
    core::{Names, Position},
    json::{ExplainAnswer, SuspenseAnswer, TrailAnswer, TrailSubject},
};

use crate::{
    Streams,
    arguments::{Global, Subject},
    commands::trail::follow,
    open::{open, open_books, open_records},
    server::{About, Client},
    status::Failure,
};

/// Where a question is put.
pub(crate) enum Source<H> {
    /// What is opened here.
    Here(H),
    /// A service.
    There(Box<Served>),
}

/// What a trail is of, what it rests on, and the trail where the ledger knows of any.
pub(crate) type Found = (TrailSubject, Basis, Option<TrailAnswer>);

/// A service that answers, and what it said of itself.
pub(crate) struct Served {
    pub(crate) client: Client,
    about: About,
    names: Names,
}

impl Served {
    fn of(client: Client) -> Result<Box<Served>, Failure> {
        let about = client.about()?;
        let names = client.names(&about)?;
        Ok(Box::new(Served { client, about, names }))
    }

    /// The position of the event that comes next, as far as it has said.
    pub(crate) fn next(&self) -> Position {
        Position(self.about.position).next()
    }

    /// Whether its clock is a simulated one.
    pub(crate) fn is_simulated(&self) -> bool {
        self.about.simulated
    }
}

impl Source<Books> {
    /// What answers balances.
    pub(crate) fn books(global: &Global, streams: &mut Streams<'_>) -> Result<Self, Failure> {
        Ok(match global.service()? {
            Some(client) => Source::There(Served::of(client)?),
            None => Source::Here(open_books(global, streams)?),
        })
    }

    pub(crate) fn names(&self) -> &Names {
        match self {
            Source::Here(books) => books.names(),
            Source::There(served) => &served.names,
        }
    }

    pub(crate) fn is_simulated(&self) -> bool {
        match self {
            Source::Here(books) => books.is_simulated(),
            Source::There(served) => served.is_simulated(),
        }
    }

    pub(crate) fn balances(
        &self,
        by: By,
        filter: &Filter,
        view: View,
    ) -> Result<BalancesAt, Failure> {
        Ok(match self {
            Source::Here(books) => books.balances(by, filter, view)?,
            Source::There(served) => served.client.balances(by, filter, view)?,
        })
    }
}

impl Source<Records> {
    /// What tells events.
    pub(crate) fn records(global: &Global, streams: &mut Streams<'_>) -> Result<Self, Failure> {
        Ok(match global.service()? {
            Some(client) => Source::There(Served::of(client)?),
            None => Source::Here(open_records(global, streams)?),
        })
    }

    pub(crate) fn names(&self) -> &Names {
        match self {
            Source::Here(records) => records.names(),
            Source::There(served) => &served.names,
        }
    }

    pub(crate) fn is_simulated(&self) -> bool {
        match self {
            Source::Here(records) => records.is_simulated(),
            Source::There(served) => served.is_simulated(),
        }
    }

    pub(crate) fn outcomes(
        &self,
        by: By,
        filter: &Filter,
        view: View,
    ) -> Result<OutcomesAt, Failure> {
        Ok(match self {
            Source::Here(records) => records.outcomes(by, filter, view)?,
            Source::There(served) => served.client.outcomes(by, filter, view)?,
        })
    }

    pub(crate) fn suspense(&self, filter: &Filter, view: View) -> Result<SuspenseAnswer, Failure> {
        Ok(match self {
            Source::Here(records) => records.suspense(filter, view)?,
            Source::There(served) => served.client.suspense(filter, view)?,
        })
    }
}

impl Source<Ledger> {
    /// What answers everything else that is asked by itself.
    pub(crate) fn open(global: &Global, streams: &mut Streams<'_>) -> Result<Self, Failure> {
        Ok(match global.service()? {
            Some(client) => Source::There(Served::of(client)?),
            None => Source::Here(open(global, streams)?),
        })
    }

    pub(crate) fn is_simulated(&self) -> bool {
        match self {
            Source::Here(ledger) => ledger.is_simulated(),
            Source::There(served) => served.is_simulated(),
        }
    }

    pub(crate) fn explain(&self, case: &str, view: View) -> Result<Option<ExplainAnswer>, Failure> {
        Ok(match self {
            Source::Here(ledger) => ledger.explain(case, view)?,
            Source::There(served) => served.client.explain(case, view)?,
        })
    }

    /// The trail of what a person named, with what it rests on; no trail where the ledger does not
    /// know it.
    pub(crate) fn trail(&self, asked: &Subject, view: View) -> Result<Found, Failure> {
        let served = match self {
            Source::There(served) => served,
            Source::Here(ledger) => {
                let (subject, at) = follow(ledger, asked, view)?;
                if at.entries.is_empty() {
                    return Ok((subject, at.basis, None));
                }
                let answer = answers::trail(ledger, subject.clone(), &at)?;
                return Ok((subject, at.basis, Some(answer)));
            }
        };
        let subject = asked.named()?;
        let told = served.client.trail((&subject.by, &subject.id), view)?;
        let basis = match &told {
            Some(told) => told_basis(told).ok_or_else(|| {
                Failure::from(served.client.other(&"a trail that rests on nothing"))
            })?,
            None => served.client.basis(view)?,
        };
        Ok((subject, basis, told))
    }
}

fn told_basis(told: &TrailAnswer) -> Option<Basis> {
    let as_of = told.as_of.as_deref();
    crate::server::basis_of(told.position, &told.root, as_of, &told.known_on)
}
