//! The double entry of every movement of money, row by row.
//!
//! # Invariants
//! * Debits equal credits in every event, fund by fund.
//! * A reversed event's postings and its reversal's add up to nothing, account by account.

use bahi_core::{Account, FundKey, Money, Movement, Posting, Recorded};

/// The most postings of one event.
pub const POSTINGS_MAX: usize = 4;

/// The postings of one event, in order, each with the fund it is in; at most [`POSTINGS_MAX`].
///
/// Most kinds post in their envelope's fund alone. The fund stands beside each posting all the
/// same, because a kind that moves money between funds posts in two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Postings {
    items: [(FundKey, Posting); POSTINGS_MAX],
    len: usize,
}

/// The double entry of an event.
///
/// | kind | fund | debit | credit |
/// | --- | --- | --- | --- |
/// | `FundsAllotted` | its own | available | allotted |
/// | `FundsWithdrawn` | its own | allotted | available |
/// | `FundsMoved` | its own | allotted | available |
/// | | the one it goes to | available | allotted |
/// | `Lapsed`, of a fund | its own | allotted | available |
/// | `Lapsed`, of a case | its own | available | committed |
/// | `SanctionCarried` | the one it comes from | available | committed |
/// | | its own | committed | available |
/// | `Sanctioned` | its own | committed | available |
/// | `SanctionRevised`, upwards | its own | committed | available |
/// | `SanctionRevised`, downwards | its own | available | committed |
/// | `SanctionCancelled` | its own | available | committed |
/// | `Disbursed` | its own | advances, issued | disbursed, committed |
/// | `PaymentReturned` | its own | returned, committed | advances, issued |
/// | `MovedToSuspense` | its own | bank | suspense |
/// | `Recovered` | its own | recovered | advances |
/// | `Utilised` | its own | utilised | advances |
/// | `Adjusted` | its own | adjusted | advances |
/// | `InterestEarned` | its own | interest_held | interest_earned |
/// | `InterestRemitted` | its own | interest_remitted | interest_held |
/// | `Reversed` | as what it reverses | its credits | its debits |
/// | every other | – | – | – |
///
/// An amount of zero posts nothing.
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
///     signed: None,
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
    let fund = recorded.envelope.fund;
    let amount = recorded.envelope.amount;
    let mut entry = Postings::none(fund);
    let Some((movement, negated)) = recorded.movement() else { return entry };
    if !amount.is_zero() {
        each_pair(movement, fund, |fund, debit, credit| {
            entry.push(fund, Posting { account: debit, debit: !negated, amount });
            entry.push(fund, Posting { account: credit, debit: negated, amount });
        });
    }
    entry
}

/// The double entry of a movement, forward: each pair of a debit and a credit with its fund, in
/// order.
#[inline]
pub(crate) fn each_pair(
    movement: Movement,
    fund: FundKey,
    mut pair: impl FnMut(FundKey, Account, Account),
) {
    use Account::{
        Adjusted, Advances, Allotted, Available, Bank, Committed, Disbursed, InterestEarned,
        InterestHeld, InterestRemitted, Issued, Recovered, Returned, Suspense, Utilised,
    };
    match movement {
        Movement::Allotment => pair(fund, Available, Allotted),
        Movement::Withdrawal | Movement::FundLapse => pair(fund, Allotted, Available),
        Movement::Transfer { to } => {
            pair(fund, Allotted, Available);
            pair(to, Available, Allotted);
        }
        Movement::Sanction | Movement::Increase => pair(fund, Committed, Available),
        Movement::Decrease | Movement::Cancellation | Movement::SanctionLapse => {
            pair(fund, Available, Committed);
        }
        Movement::Carry { from } => {
            pair(from, Available, Committed);
            pair(fund, Committed, Available);
        }
        Movement::Payment => {
            pair(fund, Advances, Disbursed);
            pair(fund, Issued, Committed);
        }
        Movement::Return => {
            pair(fund, Returned, Advances);
            pair(fund, Committed, Issued);
        }
        Movement::Suspense => pair(fund, Bank, Suspense),
        Movement::Recovery => pair(fund, Recovered, Advances),
        Movement::Utilisation => pair(fund, Utilised, Advances),
        Movement::Adjustment => pair(fund, Adjusted, Advances),
        Movement::Interest => pair(fund, InterestHeld, InterestEarned),
        Movement::Remittance => pair(fund, InterestRemitted, InterestHeld),
    }
}

impl Postings {
    /// No postings yet; the fund fills the places that stay empty.
    fn none(fund: FundKey) -> Postings {
        let blank = Posting { account: Account::Allotted, debit: false, amount: Money::ZERO };
        Postings { items: [(fund, blank); POSTINGS_MAX], len: 0 }
    }

    fn push(&mut self, fund: FundKey, posting: Posting) {
        if let Some(slot) = self.items.get_mut(self.len) {
            *slot = (fund, posting);
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
