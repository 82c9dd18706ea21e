//! `Stock`: how many things in kind were ordered, received, handed over and written off.
//!
//! # Invariants
//! * The same events in the same order give the same [`Stock::state_bytes`].
//! * A quantity is the sum of the moves that still stand: a reversed one counts nowhere.
//!
//! # Not here
//! What may be ordered or handed over (`bahi-rules`); money, which things in kind have none of.

use alloc::{collections::BTreeMap, vec::Vec};

use bahi_core::{
    District, Event, EventKind, Position, Projection, Recorded, SchemeNo, StockMove, StockMoved,
    WordNo,
};

/// The mark that state bytes begin with; another layout takes another one.
const STATE_MARK: &[u8; 16] = b"bahi-stock/1   \n";

/// What stock is told apart by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StockKey {
    /// The scheme.
    pub scheme: SchemeNo,
    /// The district whose store it is, or the pool.
    pub district: District,
    /// What it is, as a code.
    pub item: WordNo,
}

/// Pieces of one thing in one store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Quantities {
    /// Ordered.
    pub ordered: u64,
    /// Received, out of what was ordered.
    pub received: u64,
    /// Handed over to beneficiaries, out of what was received.
    pub handed_over: u64,
    /// Written off, out of what was received.
    pub written_off: u64,
}

impl Quantities {
    /// Ordered and not yet received; negative where more came than was ordered.
    #[must_use]
    pub fn due(&self) -> i128 {
        i128::from(self.ordered) - i128::from(self.received)
    }

    /// Received and still there; negative where more left than came.
    #[must_use]
    pub fn held(&self) -> i128 {
        i128::from(self.received) - i128::from(self.handed_over) - i128::from(self.written_off)
    }

    fn of(&mut self, movement: StockMove) -> &mut u64 {
        match movement {
            StockMove::Ordered => &mut self.ordered,
            StockMove::Received => &mut self.received,
            StockMove::HandedOver => &mut self.handed_over,
            StockMove::WrittenOff => &mut self.written_off,
        }
    }
}

/// The stock of every scheme, district and item.
///
/// A reversal names only the place of the move it takes back, so the moves that stand are kept by
/// place. They come by the lot and not by the piece: there are few of them beside the money's.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    rows: BTreeMap<StockKey, Quantities>,
    standing: BTreeMap<Position, Standing>,
    position: Position,
    unplaced: u64,
    first_unplaced: Option<Position>,
}

/// A move that was not reversed.
#[derive(Clone, Copy, Debug)]
struct Standing {
    key: StockKey,
    movement: StockMove,
    quantity: u32,
}

impl Projection for Stock {
    fn apply(&mut self, recorded: &Recorded) {
        let placed = recorded.position > self.position && {
            self.position = recorded.position;
            self.place(recorded)
        };
        if !placed {
            self.unplaced += 1;
            self.first_unplaced = self.first_unplaced.or(Some(recorded.position));
        }
    }
}

impl Stock {
    /// The quantities of one thing in one store; all zero where no event named it.
    #[must_use]
    pub fn quantities(&self, key: &StockKey) -> Quantities {
        self.rows.get(key).copied().unwrap_or_default()
    }

    /// Everything that was ever moved, in order of its key.
    #[must_use]
    pub fn rows(&self) -> Vec<(StockKey, Quantities)> {
        self.rows.iter().map(|(key, quantities)| (*key, *quantities)).collect()
    }

    /// The last event taken; none before the first.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// How many events could not be placed: a move without a scheme, a reversal of a move that
    /// does not stand, a move beyond what a quantity can hold, an event that does not come after
    /// the last one.
    #[must_use]
    pub const fn unplaced(&self) -> u64 {
        self.unplaced
    }

    /// The first event that could not be placed.
    #[must_use]
    pub const fn first_unplaced(&self) -> Option<Position> {
        self.first_unplaced
    }

    /// The whole state as bytes, sorted, so that a replay and a live fold can be compared byte for
    /// byte or by their hash. Integers are big-endian, lists begin with their length.
    #[must_use]
    pub fn state_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(56 + self.rows.len() * 40 + self.standing.len() * 21);
        out.extend_from_slice(STATE_MARK);
        out.extend_from_slice(&self.position.0.to_be_bytes());
        out.extend_from_slice(&self.unplaced.to_be_bytes());
        out.extend_from_slice(&self.first_unplaced.unwrap_or_default().0.to_be_bytes());
        out.extend_from_slice(&(self.rows.len() as u64).to_be_bytes());
        for (key, quantities) in &self.rows {
            put_key(&mut out, key);
            let Quantities { ordered, received, handed_over, written_off } = quantities;
            for pieces in [ordered, received, handed_over, written_off] {
                out.extend_from_slice(&pieces.to_be_bytes());
            }
        }
        out.extend_from_slice(&(self.standing.len() as u64).to_be_bytes());
        for (position, standing) in &self.standing {
            out.extend_from_slice(&position.0.to_be_bytes());
            put_key(&mut out, &standing.key);
            out.push(standing.movement as u8);
            out.extend_from_slice(&standing.quantity.to_be_bytes());
        }
        out
    }

    fn place(&mut self, recorded: &Recorded) -> bool {
        match &recorded.event {
            Event::StockMoved(moved) => self.add(recorded, moved),
            Event::Reversed(reversed) if reversed.kind == EventKind::StockMoved => {
                self.take_back(reversed.of)
            }
            Event::SchemeOpened(_)
            | Event::TermsChanged(_)
            | Event::FundsAllotted
            | Event::FundsWithdrawn(_)
            | Event::FundsMoved(_)
            | Event::Lapsed(_)
            | Event::SanctionCarried(_)
            | Event::Applied(_)
            | Event::ApplicationAmended(_)
            | Event::StepRecorded(_)
            | Event::Rejected(_)
            | Event::Withdrawn(_)
            | Event::CaseClosed(_)
            | Event::Barred(_)
            | Event::Sanctioned(_)
            | Event::SanctionRevised(_)
            | Event::SanctionCancelled(_)
            | Event::Disbursed(_)
            | Event::PaymentReturned(_)
            | Event::PaymentConfirmed(_)
            | Event::MovedToSuspense(_)
            | Event::Recovered(_)
            | Event::RecoveryDemanded(_)
            | Event::Utilised(_)
            | Event::Adjusted(_)
            | Event::InterestEarned(_)
            | Event::InterestRemitted(_)
            | Event::Audited(_)
            | Event::FindingSettled(_)
            | Event::StateCertified(_)
            | Event::PeriodSealed(_)
            | Event::StatementReceived(_)
            | Event::StatementLines(_)
            | Event::Matched(_)
            | Event::Unmatched(_)
            | Event::MatchDecided(_)
            | Event::Reversed(_)
            | Event::CommandRefused(_)
            | Event::Exported(_)
            | Event::AccessDenied(_)
            | Event::KeyRotated(_)
            | Event::ActorKeySet(_) => true,
        }
    }

    fn add(&mut self, recorded: &Recorded, moved: &StockMoved) -> bool {
        let fund = recorded.envelope.fund;
        if fund.scheme.is_none() {
            return false;
        }
        let key = StockKey { scheme: fund.scheme, district: fund.district, item: moved.item };
        let pieces = self.rows.entry(key).or_default().of(moved.movement);
        let Some(sum) = pieces.checked_add(u64::from(moved.quantity)) else { return false };
        *pieces = sum;
        let (movement, quantity) = (moved.movement, moved.quantity);
        self.standing.insert(recorded.position, Standing { key, movement, quantity });
        true
    }

    /// Takes a standing move back; its quantity holds it, since it was added and stands.
    fn take_back(&mut self, of: Position) -> bool {
        let Some(standing) = self.standing.remove(&of) else { return false };
        *self.rows.entry(standing.key).or_default().of(standing.movement) -=
            u64::from(standing.quantity);
        true
    }
}

fn put_key(out: &mut Vec<u8>, key: &StockKey) {
    out.extend_from_slice(&key.scheme.0.to_be_bytes());
    out.extend_from_slice(&key.district.0.to_be_bytes());
    out.extend_from_slice(&key.item.0.to_be_bytes());
}
