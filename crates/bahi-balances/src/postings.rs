//! The double entry of every kind of event, row by row.
//!
//! # Invariants
//! * Debits equal credits in every event, fund by fund.

use bahi_core::{Account, Event, FundKey, Money, Posting, Recorded};

/// The most postings of one event.
pub const POSTINGS_MAX: usize = 6;

/// The postings of one event, in order, each with the fund it is in; at most [`POSTINGS_MAX`].
///
/// Every kind there is posts in its envelope's fund alone. The fund stands beside each posting all
/// the same, because a kind that moves money between funds posts in two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Postings {
    items: [(FundKey, Posting); POSTINGS_MAX],
    len: usize,
}

/// The double entry of an event.
///
/// | kind | debit | credit |
/// | --- | --- | --- |
/// | `FundsAllotted` | available | allotted |
/// | `Sanctioned` | committed | available |
/// | `Disbursed` | advances, issued | disbursed, committed |
/// | `PaymentReturned` | returned, committed | advances, issued |
/// | `Recovered` | recovered | advances |
/// | every other | – | – |
///
/// ```
/// # use bahi_core::*;
/// # let envelope = Envelope {
/// #     command: CommandId::from_bytes([0; 16]),
/// #     case: Position::NONE,
/// #     previous: Position::NONE,
/// #     effective_day: Day::parse("2024-04-01")?,
/// #     fund: FundKey {
/// #         scheme: SchemeNo(1),
/// #         head: HeadNo(1),
/// #         fy: FinancialYear::parse("2024-25")?,
/// #         district: District(187),
/// #     },
/// #     amount: Money::from_rupees(100).unwrap_or_default(),
/// #     actor: ActorNo(1),
/// #     role: Role::Finance,
/// #     authority: AuthorityNo(1),
/// #     terms: 0,
/// #     introduced: Vec::new(),
/// # };
/// let allotted = Recorded {
///     position: Position(1),
///     recorded_at: Instant::parse("2024-04-01")?,
///     clamped: false,
///     envelope,
///     event: Event::FundsAllotted,
/// };
/// let accounts: Vec<_> =
///     bahi_balances::postings(&allotted).into_iter().map(|(_, p)| (p.account, p.debit)).collect();
/// assert_eq!(accounts, [(Account::Available, true), (Account::Allotted, false)]);
/// # Ok::<(), TimeError>(())
/// ```
#[must_use]
pub fn postings(recorded: &Recorded) -> Postings {
    use Account::{
        Advances, Allotted, Available, Committed, Disbursed, Issued, Recovered, Returned,
    };
    let mut entry = Postings::none(recorded.envelope.fund);
    let amount = recorded.envelope.amount;
    match &recorded.event {
        Event::FundsAllotted => entry.pair(Available, Allotted, amount),
        Event::Sanctioned(_) => entry.pair(Committed, Available, amount),
        Event::Disbursed(_) => {
            entry.pair(Advances, Disbursed, amount);
            entry.pair(Issued, Committed, amount);
        }
        Event::PaymentReturned(_) => {
            entry.pair(Returned, Advances, amount);
            entry.pair(Committed, Issued, amount);
        }
        Event::Recovered(_) => entry.pair(Recovered, Advances, amount),
        Event::SchemeOpened(_)
        | Event::TermsChanged(_)
        | Event::Applied(_)
        | Event::Audited(_)
        | Event::CommandRefused(_) => {}
    }
    entry
}

impl Postings {
    /// No postings yet; the fund is that of the ones to come.
    fn none(fund: FundKey) -> Postings {
        let blank = Posting { account: Account::Allotted, debit: false, amount: Money::ZERO };
        Postings { items: [(fund, blank); POSTINGS_MAX], len: 0 }
    }

    fn pair(&mut self, debit: Account, credit: Account, amount: Money) {
        self.push(Posting { account: debit, debit: true, amount });
        self.push(Posting { account: credit, debit: false, amount });
    }

    fn push(&mut self, posting: Posting) {
        if let Some((_, slot)) = self.items.get_mut(self.len) {
            *slot = posting;
            self.len += 1;
        }
    }

    /// The postings in order, each with its fund.
    #[must_use]
    pub fn as_slice(&self) -> &[(FundKey, Posting)] {
        &self.items[..self.len]
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the event moves no money.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl IntoIterator for Postings {
    type Item = (FundKey, Posting);
    type IntoIter = core::iter::Take<core::array::IntoIter<(FundKey, Posting), POSTINGS_MAX>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter().take(self.len)
    }
}

impl<'a> IntoIterator for &'a Postings {
    type Item = &'a (FundKey, Posting);
    type IntoIter = core::slice::Iter<'a, (FundKey, Posting)>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}
