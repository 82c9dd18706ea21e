//! A statement while its entries are read: sums, and at its end what contradicts itself.

use bahi_core::{Day, LineSide};

use crate::{
    Amount, Balance, Control, ControlKind, Currency, CurrencySums, EntryStatus, Item, Secret,
    Signed, Statement, StatementKind, Stretch, Sums, Told, output::Mark, output::Output,
};

/// The most currencies of one statement whose sums are kept.
const CURRENCIES_MAX: usize = 16;
/// The most balances of one statement that are kept.
pub const BALANCES_MAX: usize = 64;

/// A statement that is being read.
pub(crate) struct Tally {
    pub(crate) statement: Statement,
    /// Entries begun, set aside or not.
    pub(crate) begun: u32,
    /// The days of entries read, the first and the last.
    seen: Option<(Day, Day)>,
    mark: Mark,
}

impl Tally {
    pub(crate) fn new(number: u32, kind: StatementKind, mark: Mark) -> Tally {
        let statement = Statement {
            number,
            kind,
            reference: None,
            sequence: None,
            account: None,
            bank: None,
            currency: None,
            from: None,
            to: None,
            balances: Vec::new(),
            declared: Vec::new(),
            sums: Vec::new(),
            entries: 0,
            details: 0,
            set_aside: 0,
            balance_equation: None,
            place: Stretch::default(),
        };
        Tally { statement, begun: 0, seen: None, mark }
    }

    /// The currency of the statement as far as it is known.
    pub(crate) fn currency(&self) -> Currency {
        self.statement.currency.unwrap_or(Currency::NOT_STATED)
    }

    /// Keeps a balance; the first that names a currency gives it to the statement.
    pub(crate) fn balance(&mut self, out: &mut Output<'_, '_>, balance: Balance) {
        if balance.amount.currency != Currency::NOT_STATED {
            self.statement.currency.get_or_insert(balance.amount.currency);
        }
        if self.statement.balances.len() < BALANCES_MAX {
            self.statement.balances.push(balance);
        } else {
            out.warn(self.mark.place(), Told::TooMany("balances"));
        }
    }

    pub(crate) fn declare(&mut self, kind: ControlKind, declared: i128) {
        if self.statement.declared.len() < BALANCES_MAX {
            self.statement.declared.push(Control { kind, declared });
        }
    }

    /// Counts an entry. `place` is where it begins.
    pub(crate) fn entry(
        &mut self,
        out: &mut Output<'_, '_>,
        amount: Amount,
        side: LineSide,
        status: EntryStatus,
        day: Option<Day>,
        place: Stretch,
    ) {
        self.statement.entries += 1;
        if let Some(day) = day {
            let (first, last) = self.seen.unwrap_or((day, day));
            self.seen = Some((first.min(day), last.max(day)));
        }
        let currency = amount.currency();
        let place = crate::Place { line: place.line, byte: place.at };
        if *self.statement.currency.get_or_insert(currency) != currency {
            out.warn(place, Told::OtherCurrency);
        }
        let sums = &mut self.statement.sums;
        let index = sums.iter().position(|one| one.currency == currency).unwrap_or(sums.len());
        if index == sums.len() {
            if index >= CURRENCIES_MAX {
                out.warn(place, Told::TooMany("currencies"));
                return;
            }
            let nothing = Sums::default();
            sums.push(CurrencySums { currency, booked: nothing, unbooked: nothing });
        }
        let sums = match status {
            EntryStatus::Booked => &mut sums[index].booked,
            EntryStatus::Pending | EntryStatus::Information | EntryStatus::NotStated => {
                &mut sums[index].unbooked
            }
        };
        sums.add(amount, side);
    }

    /// Where the statement does not say which days it covers, its balances and entries do.
    fn settle_days(&mut self) {
        let statement = &self.statement;
        let opened = statement.opening().and_then(|balance| balance.day);
        let closed = statement.closing().and_then(|balance| balance.day);
        let first = self.seen.map(|(first, _)| first);
        let last = self.seen.map(|(_, last)| last);
        let from = statement.from.or(first).or(opened);
        let to = statement.to.or(closed).or(last);
        self.statement.from = from.or(to);
        self.statement.to = to.or(from);
    }

    pub(crate) fn account(&mut self, text: &str) {
        if self.statement.account.is_none() {
            self.statement.account = Secret::some(text);
        }
    }

    /// Ends the statement: what it declares is compared with what was found, and it is given.
    pub(crate) fn end(mut self, out: &mut Output<'_, '_>, to: usize) {
        self.statement.place = out.stretch(self.mark, to);
        self.settle_days();
        self.compare_balances(out);
        self.compare_controls(out);
        let counted = self.statement.entries > 0 || !self.statement.balances.is_empty();
        if self.currency() == Currency::NOT_STATED && counted {
            out.warn(self.mark.place(), Told::NoCurrency);
            self.statement.currency = None;
        }
        out.give(Item::Statement(Box::new(self.statement)));
    }

    fn compare_balances(&mut self, out: &mut Output<'_, '_>) {
        let (Some(opening), Some(closing)) = (self.statement.opening(), self.statement.closing())
        else {
            return;
        };
        let (opening, closing) = (opening.amount, closing.amount);
        if opening.currency != closing.currency {
            out.warn(self.mark.place(), Told::OutsideTheStandard("balances in two currencies"));
            return;
        }
        let others = self.statement.sums.iter().any(|sums| sums.currency != opening.currency);
        if others || self.statement.kind == StatementKind::Notice {
            return;
        }
        let net_minor = self.statement.sums_in(opening.currency).booked.net_minor();
        let holds = opening.minor + net_minor == closing.minor;
        self.statement.balance_equation = Some(holds);
        if !holds {
            out.warn(self.mark.place(), Told::BalanceEquation { opening, net_minor, closing });
        }
    }

    fn compare_controls(&mut self, out: &mut Output<'_, '_>) {
        let statement = &self.statement;
        let currency = statement.sums.first().map_or(Currency::NOT_STATED, |sums| sums.currency);
        let all = statement.sums_in(currency).all();
        // Sums over several currencies mean nothing; counts do.
        let one_currency = statement.sums.len() <= 1;
        for Control { kind, declared } in &statement.declared {
            let found = match kind {
                ControlKind::Count => i128::from(statement.entries),
                ControlKind::CreditCount if one_currency => i128::from(all.credit_count),
                ControlKind::DebitCount if one_currency => i128::from(all.debit_count),
                ControlKind::Sum if one_currency => all.credits_minor + all.debits_minor,
                ControlKind::CreditSum if one_currency => all.credits_minor,
                ControlKind::DebitSum if one_currency => all.debits_minor,
                ControlKind::Net if one_currency => all.net_minor(),
                ControlKind::CreditCount
                | ControlKind::DebitCount
                | ControlKind::Sum
                | ControlKind::CreditSum
                | ControlKind::DebitSum
                | ControlKind::Net
                | ControlKind::Records
                | ControlKind::Groups => continue,
            };
            if found != *declared {
                let (kind, declared) = (*kind, *declared);
                out.warn(self.mark.place(), Told::Control { kind, declared, found });
            }
        }
    }
}

/// A balance of an amount and its side.
pub(crate) fn signed(amount: Amount, side: LineSide) -> Signed {
    let minor = i128::from(amount.minor());
    let minor = match side {
        LineSide::Credit => minor,
        LineSide::Debit => -minor,
    };
    Signed { minor, currency: amount.currency() }
}
