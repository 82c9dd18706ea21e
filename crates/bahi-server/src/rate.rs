//! How fast a caller may ask: so many requests a minute each, in an even flow with a reserve.
//!
//! # Invariants
//! * A caller costs a few bytes, and there are at most [`CALLERS_MAX`] of them; where there are more,
//!   those who rest are forgotten first.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::tokens::TokenId;

/// The most callers that are told apart.
const CALLERS_MAX: usize = 16_384;
/// What part of a minute's requests may come at once: a sixth.
const RESERVE: Duration = Duration::from_secs(10);
/// How many times slower than a caller who is known a stranger may ask.
const STRANGERS_SLOWER: u32 = 20;

/// Whose requests are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Who {
    /// Those of a token.
    Token(TokenId),
    /// Those from an address, of whoever needs no token.
    Anybody(IpAddr),
    /// Those from an address that were not believed.
    Stranger(IpAddr),
}

/// The requests of every caller.
pub(crate) struct Rates {
    /// The time that one request takes of a caller's minute.
    each: Duration,
    /// By when each caller's requests, had they come evenly, would be over.
    even: Mutex<HashMap<Who, Instant>>,
}

impl Rates {
    pub(crate) fn new(a_minute: u32) -> Rates {
        let each = Duration::from_secs(60) / a_minute.max(1);
        Rates { each, even: Mutex::default() }
    }

    /// Counts a request at a moment.
    ///
    /// # Errors
    /// How long to wait, where the caller asks too fast.
    pub(crate) fn count(&self, who: Who, now: Instant) -> Result<(), Duration> {
        let each = match who {
            Who::Token(_) | Who::Anybody(_) => self.each,
            Who::Stranger(_) => self.each * STRANGERS_SLOWER,
        };
        let mut even = self.even.lock().unwrap_or_else(PoisonError::into_inner);
        if even.len() >= CALLERS_MAX && !even.contains_key(&who) {
            even.retain(|_, until| *until > now);
            if even.len() >= CALLERS_MAX {
                return Err(RESERVE);
            }
        }
        let until = even.entry(who).or_insert(now);
        let ahead = (*until).max(now).duration_since(now);
        if ahead > RESERVE {
            return Err(ahead - RESERVE);
        }
        *until = (*until).max(now) + each;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! The flow, by a clock of the test's own.

    use std::{
        net::{IpAddr, Ipv4Addr},
        time::{Duration, Instant},
    };

    use super::{CALLERS_MAX, Rates, Who};

    fn taken(rates: &Rates, who: Who, now: Instant, tries: u32) -> u32 {
        (0..tries).filter(|_| rates.count(who, now).is_ok()).count() as u32
    }

    #[test]
    fn a_reserve_goes_at_once_and_then_an_even_flow() {
        let (rates, now) = (Rates::new(600), Instant::now());
        let somebody = Who::Anybody(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(taken(&rates, somebody, now, 1_000), 101, "ten seconds' worth, and the one");
        let wait = rates.count(somebody, now).expect_err("no more at once");
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        assert_eq!(taken(&rates, somebody, now + Duration::from_secs(1), 1_000), 10);
        let stranger = Who::Stranger(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(taken(&rates, stranger, now, 1_000), 6, "a twentieth");
    }

    #[test]
    fn callers_without_number_take_no_memory_without_bound() {
        let (rates, now) = (Rates::new(1), Instant::now());
        for number in 0..2 * CALLERS_MAX {
            let address = IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(number).unwrap()));
            let _ = rates.count(Who::Stranger(address), now);
        }
        assert_eq!(rates.even.lock().unwrap().len(), CALLERS_MAX);
        // Once they rest they are forgotten for those who come.
        let later = now + Duration::from_secs(7_200);
        let somebody = Who::Anybody(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(rates.count(somebody, later), Ok(()));
        assert_eq!(rates.even.lock().unwrap().len(), 1);
    }
}
