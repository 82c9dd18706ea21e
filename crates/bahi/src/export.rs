//! Exports: the events of a view, and their postings, as lines for other programs.
//!
//! # Invariants
//! * The log is read page by page and each page's lines are written before the next is read, so
//!   that memory does not grow with the log.
//! * The postings of a view and a filter, summed by ledger account, are the balances of the same
//!   view and filter.
//! * The postings written of one event sum to zero, whatever the filter.
//!
//! # Not here
//! Which events post what: `bahi-balances`. The JSON form of an event: `bahi-json`. The writers of
//! comma-separated rows, of a posting's JSON and of base64 stand at the end of this file until the
//! outward forms have a crate of their own.

use std::io::{self, Write};

use bahi_balances::{Filter, postings};
use bahi_core::{FundKey, Names, Position, Posting, Recorded, Total};
use bahi_json::{EventExtra, event_line};
use bahi_proof::leaf_hash;
use thiserror::Error as ThisError;

use crate::{Basis, Error, Ledger, View};

/// How the lines of postings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PostingsForm {
    /// A heading, then comma-separated rows (RFC 4180) whose lines end in `\n`. A name that begins
    /// with `=`, `+`, `-` or `@`, after apostrophes or none, has an apostrophe before it, so that
    /// no spreadsheet takes it for a formula; taking one away gives the name back.
    Csv,
    /// One JSON object a line, with the columns as fields; names as they are.
    JsonLines,
}

/// The columns of exported postings, in order.
pub const POSTING_COLUMNS: [&str; 14] = [
    "position",
    "event_id",
    "kind",
    "recorded_at",
    "effective_day",
    "fy",
    "scheme",
    "district",
    "head",
    "case",
    "ledger_account",
    "debit",
    "credit",
    "currency",
];

/// What every amount is in: rupees, as ISO 4217 names them.
const CURRENCY: &str = "INR";

/// What an export holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exported {
    /// What it rests on.
    pub basis: Basis,
    /// Events with at least one line.
    pub events: u64,
    /// Lines, the heading not among them.
    pub rows: u64,
    /// The debits of the events' postings, as far as the filter takes them.
    pub debits: Total,
    /// Their credits: as much.
    pub credits: Total,
    /// Events that post money without a scheme or a head. Balances leave them out and so do exported
    /// postings; no rule lets one happen.
    pub unplaced: u64,
}

/// Why an export did not come to its end. What was written is the beginning of it.
#[derive(Debug, ThisError)]
pub enum ExportError {
    /// The ledger could not be read so far. What to do is that error's.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The lines could not be written. Free the output and export again.
    #[error("the export cannot be written: {0}")]
    Write(io::Error),
}

impl Ledger {
    /// Writes a line for each posting of a view, as far as a filter takes its fund.
    ///
    /// The columns are [`POSTING_COLUMNS`]: `fy` is the year of the fund, `district` a code or
    /// `pool`, `case` what the office calls the case (empty or `null` for none), `debit` and
    /// `credit` rupees with two places of which one is `0.00`. Lines are written a page of the log
    /// at a time; `progress` is given the position reached.
    ///
    /// # Errors
    /// [`ExportError::Ledger`] as [`Ledger::basis`] and [`Ledger::events`]; [`ExportError::Write`].
    ///
    /// ```
    /// use bahi::{Filter, Ledger, LedgerName, NewLedger, PostingsForm, View};
    ///
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let line = concat!(
    ///     r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","#,
    ///     r#""actor":"fin-01","role":"finance","effective_day":"2024-04-01","#,
    ///     r#""authority":{"order":"B-1/2024","date":"2024-04-01"},"amount":"500.00","#,
    ///     r#""fund":{"scheme":"mda","head":"odop","fy":"2024-25","district":"pool"}}"#
    /// );
    /// ledger.submit(&bahi::parse_command(line.as_bytes())?)?;
    /// let (mut csv, filter) = (Vec::new(), Filter::default());
    /// let form = PostingsForm::Csv;
    /// let exported = ledger.export_postings(form, &filter, View::NOW, &mut csv, &mut |_| {})?;
    /// assert_eq!((exported.events, exported.rows), (1, 2));
    /// assert_eq!(exported.debits, exported.credits);
    /// let csv = String::from_utf8(csv)?;
    /// let last = csv.lines().last().unwrap_or_default();
    /// assert!(last.ends_with(",2024-25,mda,pool,odop,,allotted,0.00,500.00,INR"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_postings(
        &self,
        form: PostingsForm,
        filter: &Filter,
        view: View,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let basis = self.basis(view)?;
        let mut exported = Exported::nothing(basis);
        if form == PostingsForm::Csv {
            let heading = POSTING_COLUMNS.join(",");
            out.write_all(format!("{heading}\n").as_bytes()).map_err(ExportError::Write)?;
        }
        self.write_pages(view, basis.position, out, progress, &mut |recorded, _, text| {
            let before = exported.rows;
            for (fund, posting) in exported.take_postings(recorded, filter, self.names()) {
                let cells = self.posting_cells(recorded, &fund, posting);
                match form {
                    PostingsForm::Csv => push_csv(text, &cells),
                    PostingsForm::JsonLines => push_json(text, &cells),
                }
                exported.rows += 1;
            }
            exported.events += u64::from(exported.rows > before);
        })?;
        Ok(exported)
    }

    /// Writes each event of a view whole, one JSON object a line, as far as a filter takes its fund.
    ///
    /// Beside every field of the event a line has `record`, the exact stored bytes in base64, and
    /// `leaf_hash`, which is the RFC 6962 leaf hash of these bytes. A filter leaves out an event
    /// that names no scheme. The tree's leaf 0 is the ledger's own record and no event:
    /// [`Ledger::record`] at position 0 has it. Lines are written a page of the log at a time;
    /// `progress` is given the position reached.
    ///
    /// # Errors
    /// [`ExportError::Ledger`] as [`Ledger::basis`] and [`Ledger::events`]; [`ExportError::Write`].
    ///
    /// ```
    /// use bahi::{Filter, Ledger, LedgerName, NewLedger, View};
    ///
    /// let mut ledger = Ledger::in_memory(&NewLedger::named(LedgerName::new("x")?))?;
    /// ledger.open_rulebook()?;
    /// let (mut lines, filter) = (Vec::new(), Filter::default());
    /// let exported = ledger.export_events(&filter, View::NOW, &mut lines, &mut |_| {})?;
    /// assert_eq!(exported.rows, ledger.position().0);
    /// assert!(lines.starts_with(br#"{"position":1,"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export_events(
        &self,
        filter: &Filter,
        view: View,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Exported, ExportError> {
        let basis = self.basis(view)?;
        let mut exported = Exported::nothing(basis);
        self.write_pages(view, basis.position, out, progress, &mut |recorded, record, text| {
            exported.take_postings(recorded, filter, self.names());
            if !takes(filter, &recorded.envelope.fund, self.names()) {
                return;
            }
            let extra = EventExtra {
                event_id: self.event_id(recorded.position).to_string(),
                leaf_hash: Some(leaf_hash(record).to_string()),
                record_base64: Some(base64(record)),
            };
            let case_ref = self.case_ref(recorded.envelope.case);
            text.push_str(&event_line(recorded, self.names(), case_ref.as_ref(), extra));
            text.push('\n');
            exported.events += 1;
            exported.rows += 1;
        })?;
        Ok(exported)
    }

    /// Gives every event of a view with its stored bytes to `lines`, which adds what is to be
    /// written of it to a text, and writes that text at the end of each page.
    fn write_pages(
        &self,
        view: View,
        last: Position,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Position),
        lines: &mut dyn FnMut(&Recorded, &[u8], &mut String),
    ) -> Result<(), ExportError> {
        let mut text = String::new();
        for page in self.log.pages(1) {
            let page = page.map_err(Error::from)?;
            if page.first() > last.0 {
                break;
            }
            let mut reached = Position::NONE;
            for (position, record) in page.records() {
                let position = Position(position);
                if position.is_none() || position > last {
                    continue;
                }
                let recorded = bahi_wire::decode(position, record)
                    .map_err(|source| Error::Record { position, source })?;
                if view.counts(recorded.envelope.effective_day) {
                    lines(&recorded, record, &mut text);
                }
                reached = position;
            }
            out.write_all(text.as_bytes()).map_err(ExportError::Write)?;
            text.clear();
            progress(reached);
        }
        out.flush().map_err(ExportError::Write)
    }

    fn posting_cells(
        &self,
        recorded: &Recorded,
        fund: &FundKey,
        posting: Posting,
    ) -> [Cell; POSTING_COLUMNS.len()] {
        let (names, amount) = (self.names(), posting.amount.to_string());
        let nothing = || bahi_core::Money::ZERO.to_string();
        let (debit, credit) = if posting.debit { (amount, nothing()) } else { (nothing(), amount) };
        let numbered = |number: u16| format!("#{number}");
        let scheme = names.scheme(fund.scheme).map(ToString::to_string);
        let head = names.head(fund.head).map(ToString::to_string);
        let case_ref = self.case_ref(recorded.envelope.case);
        [
            Cell::Number(recorded.position.0),
            Cell::Code(self.event_id(recorded.position).to_string()),
            Cell::Code(recorded.event.kind().name().to_owned()),
            Cell::Code(recorded.recorded_at.to_string()),
            Cell::Code(recorded.envelope.effective_day.to_string()),
            Cell::Code(fund.fy.to_string()),
            Cell::Name(scheme.unwrap_or_else(|| numbered(fund.scheme.0))),
            Cell::Code(fund.district.to_string()),
            Cell::Name(head.unwrap_or_else(|| numbered(fund.head.0))),
            case_ref.map_or(Cell::None, |case_ref| Cell::Name(case_ref.to_string())),
            Cell::Code(posting.account.to_string()),
            Cell::Code(debit),
            Cell::Code(credit),
            Cell::Code(CURRENCY.to_owned()),
        ]
    }
}

impl Exported {
    fn nothing(basis: Basis) -> Exported {
        let (debits, credits) = (Total::ZERO, Total::ZERO);
        Exported { basis, events: 0, rows: 0, debits, credits, unplaced: 0 }
    }

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
fn takes(filter: &Filter, fund: &FundKey, names: &Names) -> bool {
    let (scheme, head) = (filter.scheme.as_ref(), filter.head.as_ref());
    *filter == Filter::default()
        || !fund.scheme.is_none()
            && scheme.is_none_or(|scheme| names.scheme(fund.scheme) == Some(scheme))
            && head.is_none_or(|head| names.head(fund.head) == Some(head))
            && filter.district.is_none_or(|district| district == fund.district)
            && filter.fy.is_none_or(|fy| fy == fund.fy)
}

// ---- lines

/// What stands in one column of one posting.
enum Cell {
    /// A whole number.
    Number(u64),
    /// A text in a form of this ledger's own: a day, an amount, a code.
    Code(String),
    /// A name that somebody gave: any printable text.
    Name(String),
    /// Nothing.
    None,
}

/// Adds a row of comma-separated cells.
fn push_csv(line: &mut String, cells: &[Cell]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match cell {
            Cell::Number(number) => line.push_str(&number.to_string()),
            Cell::Code(code) => push_quoted(line, code),
            Cell::Name(name) if is_formula(name) => push_quoted(line, &format!("'{name}")),
            Cell::Name(name) => push_quoted(line, name),
            Cell::None => {}
        }
    }
    line.push('\n');
}

/// Whether a spreadsheet would take a text for a formula, now or with the apostrophes before it
/// taken away.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@'])
}

fn push_quoted(line: &mut String, cell: &str) {
    if cell.contains(['"', ',', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

/// Adds an object with a field for each column.
fn push_json(line: &mut String, cells: &[Cell]) {
    for (index, (column, cell)) in POSTING_COLUMNS.iter().zip(cells).enumerate() {
        line.push(if index == 0 { '{' } else { ',' });
        push_json_text(line, column);
        line.push(':');
        match cell {
            Cell::Number(number) => line.push_str(&number.to_string()),
            Cell::Code(text) | Cell::Name(text) => push_json_text(line, text),
            Cell::None => line.push_str("null"),
        }
    }
    line.push_str("}\n");
}

/// Adds a text as RFC 8259 writes it, section 7.
fn push_json_text(line: &mut String, text: &str) {
    line.push('"');
    for found in text.chars() {
        match found {
            '"' | '\\' => line.extend(['\\', found]),
            found if found < ' ' => line.push_str(&format!("\\u{:04x}", u32::from(found))),
            found => line.push(found),
        }
    }
    line.push('"');
}

/// Bytes as RFC 4648 writes them, section 4: the standard alphabet, padded.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) as usize & 63;
            // Of one byte two letters speak, of two bytes three.
            let speaks = place <= three.len();
            text.push(if speaks { char::from(ALPHABET[sextet]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use bahi_core::{
        ActorNo, AuthorityNo, CommandId, Day, District, Envelope, Event, FinancialYear, HeadNo,
        Instant, Money, Role, SchemeNo,
    };
    use bahi_log::Log;
    use bahi_wire::LedgerName;

    use super::*;
    use crate::{By, NewLedger};

    #[test]
    fn bytes_in_base64_are_those_of_the_standard() {
        // RFC 4648, section 10, and the last two letters of the alphabet.
        let cases: [(&[u8], &str); 9] = [
            (b"", ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xff\xff\xfe", "///+"),
            (b"\0\0\0\0", "AAAAAA=="),
        ];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes), text, "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_no_formula_and_one_apostrophe_less_is_the_name() {
        let cases = [
            ("odop", "odop"),
            ("", ""),
            ("'tis", "'tis"),
            ("a=b", "a=b"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("'=1", "''=1"),
            ("''-1", "'''-1"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=\"a\",b", "\"'=\"\"a\"\",b\""),
        ];
        for (name, written) in cases {
            let mut line = String::new();
            push_csv(&mut line, &[Cell::Name(name.to_owned()), Cell::None, Cell::Number(7)]);
            assert_eq!(line, format!("{written},,7\n"));
        }
    }

    #[test]
    fn a_text_in_json_is_escaped_where_it_must_be() {
        let mut line = String::new();
        push_json_text(&mut line, "=\"a\\b\"\n\u{7f}é");
        assert_eq!(line, "\"=\\\"a\\\\b\\\"\\u000a\u{7f}é\"");
    }

    /// A log that holds one allotment to this head, with the rulebook or without.
    fn forged(head: HeadNo) -> Ledger {
        let day = Day::parse("2024-06-10").expect("a day");
        let name = LedgerName::new("forged").expect("a name");
        let new = NewLedger { name, simulated_from: Some(day.at_second(0)) };
        let first = crate::ledger::first_record(&new).expect("a first record");
        let mut log = Log::in_memory(&first).expect("a log");
        let fund = FundKey {
            scheme: SchemeNo(1),
            head,
            fy: FinancialYear::of(day),
            district: District(187),
        };
        let envelope = Envelope {
            command: CommandId::from_bytes([9; 16]),
            case: Position::NONE,
            previous: Position::NONE,
            effective_day: day,
            fund,
            amount: Money::from_rupees(5).expect("an amount"),
            actor: ActorNo(1),
            role: Role::Finance,
            authority: AuthorityNo(1),
            terms: 0,
            introduced: Vec::new(),
        };
        let recorded = Recorded {
            position: Position(1),
            recorded_at: Instant::parse("2024-06-10").expect("a moment"),
            clamped: false,
            envelope,
            event: Event::FundsAllotted,
        };
        log.commit(&[&bahi_wire::encode(&recorded).expect("it has bytes")]).expect("no judge");
        Ledger::over(log).expect("it is read")
    }

    #[test]
    fn what_balances_cannot_place_is_left_out_and_counted_and_a_lost_name_is_its_number() {
        for (head, rows, unplaced) in [(HeadNo(1), 2, 0), (HeadNo::NONE, 0, 1)] {
            let ledger = forged(head);
            assert!(ledger.inconsistency().is_some(), "no rule lets it happen");
            let mut csv = Vec::new();
            let exported = ledger
                .export_postings(
                    PostingsForm::Csv,
                    &Filter::default(),
                    View::NOW,
                    &mut csv,
                    &mut |_| {},
                )
                .expect("it is read all the same");
            assert_eq!((exported.rows, exported.unplaced), (rows, unplaced));
            let balances = ledger.balances(By::default(), &Filter::default(), View::NOW);
            let allotted = balances.expect("balances").total.allotted;
            assert_eq!(exported.credits, allotted);
            let csv = String::from_utf8(csv).expect("it is text");
            assert_eq!(csv.matches(",2024-25,#1,187,#1,,").count() as u64, rows, "{csv}");
        }
    }
}
