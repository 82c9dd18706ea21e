//! The rows of a view: what stands in each column of each table.
//!
//! # Invariants
//! * A name the ledger has lost is its number, `#7`.
//!
//! # Not here
//! The rows of cases: `cases`.

use bahi_balances::{By, Filter, postings};
use bahi_core::{
    BalanceRow, CaseRef, Columns, Event, FundKey, Names, Position, Posting, Recorded, Total,
};
use bahi_json::{EventExtra, event_line};
use bahi_proof::leaf_hash;
use bahi_reports::{Cell, Form, Table};

use super::{Export, ExportError, Exported};
use crate::{Error, View, base64::base64, press::Press};

/// What every amount is in: rupees, as ISO 4217 names them.
const CURRENCY: &str = "INR";

/// Takes a row, with the event it is of and that event's bytes, where it is of one.
pub(super) type Take<'a> =
    &'a mut dyn FnMut(&[Cell], Option<(&Recorded, &[u8])>) -> Result<(), ExportError>;

/// Takes an event with its bytes.
pub(super) type TakeEvent<'a> = &'a mut dyn FnMut(&Recorded, &[u8]) -> Result<(), ExportError>;

impl Press<'_> {
    /// Gives every row of a table, of events between two positions where it is one of events.
    pub(super) fn rows(
        &self,
        asked: &Export,
        range: (Position, Position),
        exported: &mut Exported,
        progress: &mut dyn FnMut(Position),
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        match asked.table {
            Table::Postings | Table::GlDetail => {
                self.posting_rows(asked, range, exported, progress, take)
            }
            Table::Events => self.event_rows(asked, range, exported, progress, take),
            Table::Cases => self.case_rows(asked, exported, progress, take),
            Table::Balances => {
                let answer = self.folded.balances(By::ALL, &asked.filter, asked.view)?;
                answer.rows.iter().try_for_each(|row| take(&balance_cells(row), None))?;
                Ok(())
            }
        }
    }

    fn posting_rows(
        &self,
        asked: &Export,
        range: (Position, Position),
        exported: &mut Exported,
        progress: &mut dyn FnMut(Position),
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        self.each_event_between(asked.view, range, progress, &mut |recorded, _| {
            let taken = exported.take_postings(recorded, &asked.filter, self.names());
            exported.events += u64::from(!taken.is_empty());
            for (number, (fund, posting)) in (1..).zip(taken) {
                match asked.table {
                    Table::GlDetail => {
                        take(&self.gl_cells(recorded, number, &fund, posting)?, None)?;
                    }
                    Table::Events | Table::Postings | Table::Cases | Table::Balances => {
                        take(&self.posting_cells(recorded, &fund, posting)?, None)?;
                    }
                }
            }
            Ok(())
        })
    }

    fn event_rows(
        &self,
        asked: &Export,
        range: (Position, Position),
        exported: &mut Exported,
        progress: &mut dyn FnMut(Position),
        take: Take<'_>,
    ) -> Result<(), ExportError> {
        self.each_event_between(asked.view, range, progress, &mut |recorded, record| {
            exported.take_postings(recorded, &asked.filter, self.names());
            if !takes(&asked.filter, &recorded.envelope.fund, self.names()) {
                return Ok(());
            }
            exported.events += 1;
            let with_record = asked.form != Form::Xlsx;
            take(&self.event_cells(recorded, record, with_record)?, Some((recorded, record)))
        })
    }

    /// Gives every event of a view between two positions, with its stored bytes.
    pub(super) fn each_event_between(
        &self,
        view: View,
        (from, last): (Position, Position),
        progress: &mut dyn FnMut(Position),
        take: TakeEvent<'_>,
    ) -> Result<(), ExportError> {
        for page in self.log().pages(from.0) {
            let page = page.map_err(Error::from)?;
            if page.first() > last.0 {
                break;
            }
            let mut reached = Position::NONE;
            for (position, record) in page.records() {
                let position = Position(position);
                if position < from || position > last {
                    continue;
                }
                let recorded = bahi_wire::decode(position, record)
                    .map_err(|source| Error::Record { position, source })?;
                self.folded.met(&recorded);
                if view.counts(recorded.envelope.effective_day) {
                    take(&recorded, record)?;
                }
                reached = position;
            }
            progress(reached);
        }
        Ok(())
    }

    /// An event with all it says, as one line of JSON.
    pub(super) fn whole_line(&self, recorded: &Recorded, record: &[u8]) -> Result<String, Error> {
        let extra = EventExtra {
            event_id: self.event_id(recorded.position).to_string(),
            leaf_hash: Some(leaf_hash(record).to_string()),
            record_base64: Some(base64(record)),
        };
        let case_ref = self.case_ref(recorded)?;
        Ok(event_line(recorded, self.names(), case_ref.as_ref(), extra))
    }

    /// What the office calls the case of an event.
    fn case_ref(&self, recorded: &Recorded) -> Result<Option<CaseRef>, Error> {
        self.folded.case_ref(recorded.envelope.case)
    }

    fn posting_cells(
        &self,
        recorded: &Recorded,
        fund: &FundKey,
        posting: Posting,
    ) -> Result<[Cell; 14], Error> {
        let (amount, zero) = (Total::from(posting.amount), Total::ZERO);
        let (debit, credit) = if posting.debit { (amount, zero) } else { (zero, amount) };
        let [fy, scheme, district, head] = fund_cells(fund, self.names());
        let case_ref = self.case_ref(recorded)?;
        Ok([
            Cell::Number(recorded.position.0),
            Cell::Code(self.event_id(recorded.position).to_string()),
            Cell::Code(recorded.event.kind().name().to_owned()),
            Cell::Instant(recorded.recorded_at),
            Cell::Day(recorded.envelope.effective_day),
            fy,
            scheme,
            district,
            head,
            case_ref.map_or(Cell::None, |case_ref| Cell::Name(case_ref.to_string())),
            Cell::Code(posting.account.to_string()),
            Cell::Amount(debit),
            Cell::Amount(credit),
            Cell::Code(CURRENCY.to_owned()),
        ])
    }

    /// A posting as the Audit Data Standard has it.
    fn gl_cells(
        &self,
        recorded: &Recorded,
        number: u64,
        fund: &FundKey,
        posting: Posting,
    ) -> Result<[Cell; 17], Error> {
        let [fy, scheme, district, head] = fund_cells(fund, self.names());
        let (envelope, code) = (&recorded.envelope, |text: &str| Cell::Code(text.to_owned()));
        let case_ref = self.case_ref(recorded)?;
        let recorded_at = recorded.recorded_at.to_string();
        let time = recorded_at.split_once('T').map_or("", |(_, time)| time);
        let actor = self.names().actor(envelope.actor).map(ToString::to_string);
        let actor = actor.or_else(|| numbered(envelope.actor.is_none(), envelope.actor.0));
        Ok([
            Cell::Number(recorded.position.0),
            Cell::Number(number),
            code(recorded.event.kind().name()),
            case_ref.map_or(Cell::None, |case_ref| Cell::Name(case_ref.to_string())),
            code("bahi"),
            district,
            Cell::Day(envelope.effective_day),
            fy,
            Cell::Code(posting.account.to_string()),
            Cell::Amount(Total::from(posting.amount)),
            code(if posting.debit { "D" } else { "C" }),
            code(CURRENCY),
            actor.map_or(Cell::None, Cell::Name),
            Cell::Day(recorded.recorded_at.day()),
            code(time),
            scheme,
            head,
        ])
    }

    fn event_cells(
        &self,
        recorded: &Recorded,
        record: &[u8],
        with_record: bool,
    ) -> Result<[Cell; 20], Error> {
        let (envelope, names) = (&recorded.envelope, self.names());
        let [fy, scheme, district, head] = match envelope.fund.scheme.is_none() {
            true => [Cell::None, Cell::None, Cell::None, Cell::None],
            false => fund_cells(&envelope.fund, names),
        };
        let actor = names.actor(envelope.actor).map(ToString::to_string);
        let authority = names.authority(envelope.authority);
        let case_ref = match named_case(&recorded.event) {
            Some(case_ref) => Some(case_ref),
            None => self.case_ref(recorded)?,
        };
        let name = |text: Option<String>| text.map_or(Cell::None, Cell::Name);
        Ok([
            Cell::Number(recorded.position.0),
            Cell::Code(self.event_id(recorded.position).to_string()),
            Cell::Code(envelope.command.to_string()),
            Cell::Code(recorded.event.kind().name().to_owned()),
            Cell::Instant(recorded.recorded_at),
            Cell::Day(envelope.effective_day),
            name(actor.or_else(|| numbered(envelope.actor.is_none(), envelope.actor.0))),
            Cell::Code(envelope.role.name().to_owned()),
            name(
                authority
                    .map(|one| one.order.to_string())
                    .or_else(|| numbered(envelope.authority.is_none(), envelope.authority.0)),
            ),
            authority.map_or(Cell::None, |one| Cell::Day(one.date)),
            name(authority.and_then(|one| one.paragraph.as_ref()).map(ToString::to_string)),
            name(case_ref.map(|case_ref| case_ref.to_string())),
            fy,
            scheme,
            district,
            head,
            Cell::Amount(Total::from(envelope.amount)),
            if envelope.terms == 0 { Cell::None } else { Cell::Number(envelope.terms.into()) },
            Cell::Code(leaf_hash(record).to_string()),
            if with_record { Cell::Code(base64(record)) } else { Cell::None },
        ])
    }
}

impl Exported {
    /// The postings of an event that a filter takes, added to the sums. An event that balances
    /// cannot place has none.
    fn take_postings(
        &mut self,
        recorded: &Recorded,
        filter: &Filter,
        names: &Names,
    ) -> Vec<(FundKey, Posting)> {
        let entry = postings(recorded);
        let is_known = |fund: &FundKey| !fund.scheme.is_none() && !fund.head.is_none();
        if !entry.as_slice().iter().all(|(fund, _)| is_known(fund)) {
            self.unplaced += 1;
            return Vec::new();
        }
        let taken: Vec<_> =
            entry.into_iter().filter(|(fund, _)| takes(filter, fund, names)).collect();
        for (_, posting) in &taken {
            let side = if posting.debit { &mut self.debits } else { &mut self.credits };
            *side += Total::from(posting.amount);
        }
        taken
    }
}

/// Whether a filter takes what is of a fund; one that asks for anything takes no fund without a
/// scheme.
pub(super) fn takes(filter: &Filter, fund: &FundKey, names: &Names) -> bool {
    let (scheme, head) = (filter.scheme.as_ref(), filter.head.as_ref());
    *filter == Filter::default()
        || !fund.scheme.is_none()
            && scheme.is_none_or(|scheme| names.scheme(fund.scheme) == Some(scheme))
            && head.is_none_or(|head| names.head(fund.head) == Some(head))
            && filter.district.is_none_or(|district| district == fund.district)
            && filter.fy.is_none_or(|fy| fy == fund.fy)
}

/// Year, scheme, district and head of a fund.
pub(super) fn fund_cells(fund: &FundKey, names: &Names) -> [Cell; 4] {
    let scheme = names.scheme(fund.scheme).map(ToString::to_string);
    let head = names.head(fund.head).map(ToString::to_string);
    let name = |text: Option<String>| text.map_or(Cell::None, Cell::Name);
    [
        Cell::Code(fund.fy.to_string()),
        name(scheme.or_else(|| numbered(fund.scheme.is_none(), fund.scheme.0.into()))),
        Cell::Code(fund.district.to_string()),
        name(head.or_else(|| numbered(fund.head.is_none(), fund.head.0.into()))),
    ]
}

/// The number that stands for a name that is lost.
fn numbered(is_none: bool, number: u32) -> Option<String> {
    (!is_none).then(|| format!("#{number}"))
}

/// The case that an event names itself.
fn named_case(event: &Event) -> Option<CaseRef> {
    if let Event::Applied(applied) = event {
        return Some(applied.case_ref.clone());
    }
    if let Event::CommandRefused(refused) = event { refused.subject.clone() } else { None }
}

fn balance_cells(row: &BalanceRow) -> [Cell; 17] {
    let Columns {
        allotted,
        sanctioned,
        disbursed,
        returned,
        recovered,
        utilised,
        adjusted,
        available,
        suspense,
        interest_earned,
        interest_remitted,
        applied,
        audited,
    } = row.columns;
    let name = |text: Option<String>| text.map_or(Cell::None, Cell::Name);
    let code = |text: Option<String>| text.map_or(Cell::None, Cell::Code);
    [
        name(row.scheme.as_ref().map(ToString::to_string)),
        code(row.district.map(|district| district.to_string())),
        name(row.head.as_ref().map(ToString::to_string)),
        code(row.fy.map(|fy| fy.to_string())),
        Cell::Amount(allotted),
        Cell::Amount(sanctioned),
        Cell::Amount(disbursed),
        Cell::Amount(returned),
        Cell::Amount(recovered),
        Cell::Amount(utilised),
        Cell::Amount(adjusted),
        Cell::Amount(available),
        Cell::Amount(suspense),
        Cell::Amount(interest_earned),
        Cell::Amount(interest_remitted),
        Cell::Number(applied),
        Cell::Number(audited),
    ]
}
