//! OFX and QFX, in SGML with or without closing tags and in XML.
//!
//! # Invariants
//! * The sign of `TRNAMT` says the side (OFX 2.2, 11.4.4), whatever `TRNTYPE` is; where the two
//!   contradict each other that is told.
//! * An amount is in the statement's currency, or in the one of its `CURRENCY`; `ORIGCURRENCY` names
//!   what it was converted from (OFX 2.2, 5.2).
//! * An empty tag is an absent one.
//! * A date of zeros or of six digits is no day here: six digits could be written two ways.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, AmountProblem, Balance, BalanceKind, Currency, Entry, EntryStatus, Fault, Format, Item,
    Party, Place, ReferenceKind, Secret, Signed, StatementKind, Stretch, Told,
    amount::{is_grouped_by_blanks, of_swift},
    day::of_compact,
    output::{Mark, Output},
    reference::{keep, scan},
    tally::Tally,
    text::Text,
};

/// The longest name of a tag.
const NAME_BYTES_MAX: usize = 64;

/// Whether a text is such a file: its header, or its outermost tag.
pub(crate) fn format_of(beginning: &str) -> Option<Format> {
    let text = beginning.trim_start();
    let header = text.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("OFXHEADER"));
    let tagged = Tags { text, at: 0 }.take(8).any(|tag| tag.is("OFX") && !tag.closing);
    (header || tagged).then_some(Format::Ofx)
}

/// A tag with the text that follows it up to the next.
#[derive(Clone, Copy)]
struct Tag<'t> {
    name: &'t str,
    closing: bool,
    value: &'t str,
    at: usize,
    /// Where the tag ends.
    after: usize,
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            let at = self.at + self.text[self.at..].find('<')?;
            let rest = &self.text[at + 1..];
            let Some(length) = rest.find(['>', '<']).filter(|end| rest.as_bytes()[*end] == b'>')
            else {
                // A `<` that begins no tag is part of a text.
                self.at = at + 1;
                continue;
            };
            let inside = rest[..length].trim();
            let (inside, closing) =
                inside.strip_prefix('/').map_or((inside, false), |rest| (rest, true));
            let inside = inside.strip_suffix('/').unwrap_or(inside).trim();
            let after = at + 1 + length + 1;
            let end = self.text[after..].find('<').map_or(self.text.len(), |next| after + next);
            self.at = end;
            let name_fits = inside.len() <= NAME_BYTES_MAX
                && inside
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            if !name_fits || inside.is_empty() {
                // `<?xml …?>` and comments.
                continue;
            }
            let value = self.text[after..end].trim();
            return Some(Tag { name: inside, closing, value, at, after });
        }
    }
}

/// Reads a file.
///
/// # Errors
/// `NotThisFormat` where no statement begins in it.
pub(crate) fn read(text: &Text<'_>, out: &mut Output<'_, '_>) -> Result<(), Fault> {
    let source = text.as_str();
    let mut reader = Reader::default();
    for tag in (Tags { text: source, at: 0 }) {
        reader.tag(&tag, out);
    }
    reader.break_off(source.len(), out);
    reader.end_statement(source.len(), out);
    if reader.statements == 0 {
        let what = "no statement of OFX begins in the file";
        return Err(Fault::NotThisFormat { place: Place { line: 1, byte: 0 }, what });
    }
    out.read_to(source.len());
    Ok(())
}

/// An entry while it is read.
struct Draft {
    mark: Mark,
    amount: Option<String>,
    kind: Option<String>,
    booked: Option<Day>,
    value: Option<Day>,
    currency: Option<String>,
    /// Inside the currency an amount was converted from: the amount is in the statement's.
    in_original: bool,
    references: Vec<crate::FoundReference>,
    party: Party,
    narration: Secret,
}

#[derive(Default)]
struct Reader {
    statement: Option<Tally>,
    entry: Option<Draft>,
    /// The balance that is being read: its kind, the amount, the day.
    balance: Option<(BalanceKind, Option<String>, Option<Day>, Place)>,
    statements: u32,
}

impl Reader {
    fn tag(&mut self, tag: &Tag<'_>, out: &mut Output<'_, '_>) {
        let begins_statement = ["STMTRS", "CCSTMTRS", "INVSTMTRS"].iter().any(|name| tag.is(name));
        if begins_statement {
            self.end_entry(tag.at, false, out);
            self.end_statement(if tag.closing { tag.after } else { tag.at }, out);
            if !tag.closing {
                self.statements += 1;
                out.part = self.statements;
                let mark = out.mark(tag.at);
                self.statement = Some(Tally::new(self.statements, StatementKind::Booked, mark));
            }
            return;
        }
        if self.statement.is_none() {
            return;
        }
        if tag.is("STMTTRN") {
            self.end_entry(if tag.closing { tag.after } else { tag.at }, tag.closing, out);
            if !tag.closing {
                self.begin_entry(tag, out);
            }
            return;
        }
        if tag.is("BANKTRANLIST") && tag.closing {
            self.end_entry(tag.at, true, out);
        }
        self.begin_or_end_balance(tag, out);
        if let Some(entry) = &mut self.entry
            && tag.is("ORIGCURRENCY")
        {
            entry.in_original = !tag.closing;
        }
        if tag.closing || tag.value.is_empty() {
            return;
        }
        if let Some(entry) = &mut self.entry {
            entry.field(tag);
        } else if self.balance.is_some() {
            self.of_balance(tag);
        } else if let Some(tally) = &mut self.statement {
            of_statement(tally, tag);
        }
    }

    fn begin_entry(&mut self, tag: &Tag<'_>, out: &mut Output<'_, '_>) {
        out.record();
        let draft = Draft {
            mark: out.mark(tag.at),
            amount: None,
            kind: None,
            booked: None,
            value: None,
            currency: None,
            in_original: false,
            references: Vec::new(),
            party: Party::default(),
            narration: Secret::default(),
        };
        self.entry = Some(draft);
        if let Some(tally) = &mut self.statement {
            tally.begun = tally.begun.saturating_add(1);
        }
    }

    /// Ends an entry: `whole` where its end was seen, or where tags are not closed and the next began.
    fn end_entry(&mut self, to: usize, whole: bool, out: &mut Output<'_, '_>) {
        let (Some(draft), Some(tally)) = (self.entry.take(), self.statement.as_mut()) else {
            return;
        };
        let mark = draft.mark;
        let odd = if whole { None } else { Some("an entry without its end") };
        let read = draft.read(tally.currency(), tally.statement.number, tally.begun);
        match read {
            Ok((mut entry, mut odds)) => {
                odds.extend(odd);
                for odd in odds {
                    out.warn(mark.place(), Told::OutsideTheStandard(odd));
                }
                if entry.booked.is_none() {
                    out.warn(mark.place(), Told::Day("day of an entry"));
                }
                entry.place = out.stretch(mark, to);
                tally.entry(
                    out,
                    entry.amount,
                    entry.side,
                    entry.status,
                    entry.booked.or(entry.value),
                    entry.place,
                );
                out.record_read();
                out.give(Item::Entry(Box::new(entry)));
            }
            Err(problem) => {
                tally.statement.set_aside += 1;
                out.set_aside(mark, to, problem);
                out.record_set_aside();
            }
        }
    }

    /// The file ends inside an entry: its last figures may be missing.
    fn break_off(&mut self, to: usize, out: &mut Output<'_, '_>) {
        let (Some(draft), Some(tally)) = (self.entry.take(), self.statement.as_mut()) else {
            return;
        };
        tally.statement.set_aside += 1;
        out.set_aside(draft.mark, to, Told::NotUnderstood("an entry that is broken off"));
        out.record_set_aside();
    }

    fn end_statement(&mut self, to: usize, out: &mut Output<'_, '_>) {
        self.balance = None;
        if let Some(tally) = self.statement.take() {
            tally.end(out, to);
        }
    }

    fn begin_or_end_balance(&mut self, tag: &Tag<'_>, out: &mut Output<'_, '_>) {
        let kind = if tag.is("LEDGERBAL") {
            BalanceKind::Closing
        } else if tag.is("AVAILBAL") {
            BalanceKind::Available
        } else {
            return;
        };
        if !tag.closing {
            self.balance = Some((kind, None, None, out.place(tag.at)));
            return;
        }
        let (Some((kind, Some(figures), day, place)), Some(tally)) =
            (self.balance.take(), self.statement.as_mut())
        else {
            return;
        };
        match amount(&figures, tally.currency()) {
            Ok((amount, negative, _)) => {
                let minor = i128::from(amount.minor());
                let minor = if negative { -minor } else { minor };
                let amount = Signed { minor, currency: amount.currency() };
                tally.balance(out, Balance { kind, amount, day });
            }
            Err(problem) => out.warn(place, Told::Amount("balance", problem)),
        }
    }

    fn of_balance(&mut self, tag: &Tag<'_>) {
        let Some((_, figures, day, _)) = &mut self.balance else { return };
        if tag.is("BALAMT") {
            *figures = Some(tag.value.chars().take(64).collect());
        } else if tag.is("DTASOF") {
            *day = of_compact(tag.value);
        }
    }
}

fn of_statement(tally: &mut Tally, tag: &Tag<'_>) {
    let text = plain(tag.value);
    let statement = &mut tally.statement;
    if tag.is("CURDEF") {
        statement.currency = Currency::parse(&text);
    } else if tag.is("ACCTID") {
        tally.account(&text);
    } else if tag.is("BANKID") {
        statement.bank = Some(text.chars().take(35).collect());
    } else if tag.is("DTSTART") {
        statement.from = of_compact(&text);
    } else if tag.is("DTEND") {
        statement.to = of_compact(&text);
    }
}

/// A text with the entities that OFX has.
fn plain(text: &str) -> String {
    let text: String = text.chars().take(2_000).collect();
    if !text.contains('&') {
        return text;
    }
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// An amount, whether it is below zero, and whether its spelling is odd.
fn amount(text: &str, currency: Currency) -> Result<(Amount, bool, bool), AmountProblem> {
    let text = plain(text);
    let blank = |c: char| c == ' ' || c == '\u{a0}' || c == '\u{202f}';
    let text = text.trim_matches(blank);
    let (figures, negative, signed) = match text.strip_prefix('-') {
        Some(rest) => (rest, true, true),
        None => (text.strip_prefix('+').unwrap_or(text), false, text.starts_with('+')),
    };
    let figures = figures.trim_start_matches(blank);
    let spaced = signed && text.len() > figures.len() + 1;
    let bare = without_blanks(figures)?;
    let (amount, _) = of_swift(&bare, currency)?;
    Ok((amount, negative, spaced || bare.len() < figures.len() || figures.contains(',')))
}

/// Figures without the blanks that group their thousands.
fn without_blanks(figures: &str) -> Result<String, AmountProblem> {
    let even = figures.replace(['\u{a0}', '\u{202f}'], " ");
    let whole = even.split([',', '.']).next().unwrap_or_default();
    if even.contains(' ') && !is_grouped_by_blanks(whole) {
        return Err(AmountProblem::Grouping);
    }
    let rest = &even[whole.len()..];
    if rest.contains(' ') { Err(AmountProblem::Grouping) } else { Ok(even.replace(' ', "")) }
}

impl Draft {
    fn field(&mut self, tag: &Tag<'_>) {
        let text = plain(tag.value);
        let name = tag.name.to_ascii_uppercase();
        match name.as_str() {
            "TRNTYPE" => {
                self.kind = Some(text.chars().take(16).collect::<String>().to_ascii_uppercase())
            }
            "DTPOSTED" => self.booked = of_compact(&text),
            "DTAVAIL" => self.value = of_compact(&text),
            "TRNAMT" => self.amount = Some(text.chars().take(64).collect()),
            "CURSYM" if !self.in_original => self.currency = Some(text.chars().take(8).collect()),
            "FITID" => keep(&mut self.references, ReferenceKind::Bank, &text),
            "CHECKNUM" | "CHKNUM" => keep(&mut self.references, ReferenceKind::Cheque, &text),
            "REFNUM" => keep(&mut self.references, ReferenceKind::Owner, &text),
            "NAME" | "PAYEE" => self.party.name = Secret::some(&text),
            "MEMO" => self.narration.push(&text),
            "ACCTID" => self.party.account = Secret::some(&text),
            "BANKID" => self.party.bank = Some(text.chars().take(35).collect()),
            _ => {}
        }
    }

    /// The entry and what is odd about it.
    fn read(
        self,
        statement: Currency,
        part: u32,
        number: u32,
    ) -> Result<(Entry, Vec<&'static str>), Told> {
        let wrong = |problem| Told::Amount("amount of an entry", problem);
        let currency = match self.currency.as_deref() {
            Some(code) => Currency::parse(code).ok_or(wrong(AmountProblem::Currency))?,
            None => statement,
        };
        let figures = self.amount.as_deref().ok_or(Told::Missing("amount of an entry"))?;
        let (amount, negative, odd) = amount(figures, currency).map_err(wrong)?;
        let mut odds = Vec::new();
        if odd {
            odds.push("the spelling of an amount");
        }
        let contradicts = match self.kind.as_deref() {
            Some("DEBIT") => !negative && amount.minor() != 0,
            Some("CREDIT") => negative,
            Some(_) | None => false,
        };
        if contradicts {
            odds.push("a type of entry against its sign");
        }
        let mut references = self.references;
        scan(&mut references, self.narration.reveal());
        let entry = Entry {
            statement: part,
            number,
            amount,
            side: if negative { LineSide::Debit } else { LineSide::Credit },
            reversal: false,
            status: EntryStatus::Booked,
            booked: self.booked,
            value: self.value,
            code: self.kind,
            return_reason: None,
            references,
            counterparty: self.party,
            narration: self.narration,
            running_balance: None,
            details: 0,
            batch_count: None,
            place: Stretch::default(),
        };
        Ok((entry, odds))
    }
}

#[cfg(test)]
mod tests {
    //! Files made up to try one thing each.

    use crate::{
        AmountProblem, Told,
        tests::{read, told},
    };

    fn file(currency: &str, entries: &str) -> String {
        format!(
            "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>\n<CURDEF>{currency}\n\
             <BANKACCTFROM><BANKID>1<ACCTID>0001</BANKACCTFROM><BANKTRANLIST><DTSTART>20260601\n\
             <DTEND>20260630\n{entries}</BANKTRANLIST><LEDGERBAL><BALAMT>-90,50<DTASOF>20260630</LEDGERBAL>\n\
             </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
        )
    }

    fn entry(amount: &str, more: &str) -> String {
        format!(
            "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20260620120000[5.5:IST]<TRNAMT>{amount}\n<FITID>F1{more}</STMTTRN>\n"
        )
    }

    #[test]
    fn the_sign_says_the_side_and_odd_spellings_are_told() {
        let odd = Told::OutsideTheStandard("the spelling of an amount");
        for (text, shown, credit, told_odd) in [
            ("-10.00", "10.00", false, false),
            ("10.5", "10.50", true, false),
            ("+10", "10.00", true, false),
            ("+ 1006.60", "1006.60", true, true),
            ("+1 006,60", "1006.60", true, true),
            ("-2000,00", "2000.00", false, true),
            ("-1.234,56", "1234.56", false, true),
        ] {
            let collected = read(&file("INR", &entry(text, "")));
            let found = &collected.statements[0].entries[0].0;
            assert_eq!(found.amount.to_string(), shown, "{text}");
            assert_eq!(found.side == bahi_core::LineSide::Credit, credit, "{text}");
            assert_eq!(told(&collected).contains(&odd), told_odd, "{text}");
        }
        let collected = read(&file("INR", &entry("5", "").replace("OTHER", "Debit")));
        assert_eq!(
            told(&collected),
            [Told::OutsideTheStandard("a type of entry against its sign")]
        );
        let closing = collected.statements[0].statement.closing().map(|one| one.amount.minor);
        assert_eq!(closing, Some(-9_050));
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_alone() {
        for (text, problem) in [
            ("2,000", AmountProblem::Ambiguous),
            ("--5", AmountProblem::Sign),
            ("5.001", AmountProblem::Ambiguous),
            ("5.00.1", AmountProblem::Ambiguous),
            ("NaN", AmountProblem::Character),
            ("1 06", AmountProblem::Grouping),
            ("106.5 0", AmountProblem::Grouping),
        ] {
            let bad = entry(text, "");
            let collected =
                read(&file("INR", &format!("{}{bad}{}", entry("1", ""), entry("2", ""))));
            assert_eq!(told(&collected), [Told::Amount("amount of an entry", problem)], "{text}");
            assert_eq!(collected.reading.entries, 2);
            assert_eq!(collected.reading.bytes.set_aside, bad.trim_end().len() as u64);
        }
        let missing = read(&file("INR", "<STMTTRN><TRNAMT></TRNAMT></STMTTRN>"));
        assert_eq!(told(&missing), [Told::Missing("amount of an entry")]);
    }

    #[test]
    fn an_amount_is_in_its_own_currency_and_not_in_the_one_it_was_converted_from() {
        let shown = |name: &str| {
            let more = format!("<{name}><CURRATE>83.1<CURSYM>USD</{name}>");
            let collected = read(&file("INR", &entry("-5", &more)));
            format!("{:?}", collected.statements[0].entries[0].0.amount)
        };
        assert_eq!(shown("CURRENCY"), "5.00 USD");
        assert_eq!(shown("ORIGCURRENCY"), "5.00 INR");
    }

    #[test]
    fn tags_of_any_case_empty_or_not_closed_are_read() {
        let text = file("", &entry("-1", "<NAME/><MEMO>a &amp; b<X.Y>z").replace("</STMTTRN>", ""))
            .replace("STMTRS", "stmtrs");
        let collected = read(&text);
        let found = &collected.statements[0].entries[0].0;
        assert_eq!(found.narration.reveal(), "a & b");
        assert_eq!(found.counterparty.name, None);
        assert_eq!(told(&collected), [Told::NoCurrency]);
        let zero =
            read(&file("INR", &entry("1", "").replace("20260620120000[5.5:IST]", "00000000")));
        assert_eq!(told(&zero), [Told::Day("day of an entry")]);
        let whole = file("INR", &entry("1", ""));
        let cut = read(&whole[..whole.find("</STMTTRN>").expect("it is there")]);
        assert_eq!(told(&cut), [Told::NotUnderstood("an entry that is broken off")]);
        assert_eq!(cut.reading.records.set_aside, 1);
    }
}
