//! Denials of those who are known, as events of the ledger: `AccessDenied`, at most two a minute of
//! an actor.
//!
//! # Invariants
//! * The first denial of an actor is recorded at once; those of the minute after are counted, and
//!   recorded as one once it is over, or the service stops.
//! * The event is the actor's own, in the role of the token.
//! * Nobody waits for it.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bahi::{
    Ledger, Service, ServiceError,
    core::{Act, ActorName, Command, CommandId, Role, Word},
};

use crate::caller::Identity;

/// How long denials are counted before they are recorded.
const MINUTE: Duration = Duration::from_secs(60);
/// What stands for denials of several kinds.
const SEVERAL: &str = "http_several";

/// The denials that are not recorded yet.
#[derive(Clone)]
pub(crate) struct Denials(Arc<Inner>);

struct Inner {
    service: Service,
    /// At most one for each actor and role that a token stands for.
    counted: Mutex<HashMap<(ActorName, Role), Counted>>,
}

/// What was denied to somebody since the first was recorded.
struct Counted {
    since: Instant,
    what: &'static str,
    count: u32,
}

/// So many denials of one actor, to be recorded.
struct Denial {
    actor: ActorName,
    role: Role,
    what: &'static str,
    count: u32,
}

impl Denials {
    pub(crate) fn new(service: Service) -> Denials {
        Denials(Arc::new(Inner { service, counted: Mutex::default() }))
    }

    /// Counts a denial, and records it where it is the first.
    pub(crate) fn deny(&self, identity: &Identity, what: &'static str, now: Instant) {
        let due = self.count(identity, what, now);
        for denial in due {
            let service = self.0.service.clone();
            tokio::spawn(async move {
                // Where the ledger takes nothing any more, the operational log has it all the same.
                drop(denial.record(&service).await);
            });
        }
    }

    fn count(&self, identity: &Identity, what: &'static str, now: Instant) -> Vec<Denial> {
        let key = (identity.actor.clone(), identity.role);
        let mut counted = self.0.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        match counted.get_mut(&key) {
            Some(found) if now.duration_since(found.since) < MINUTE => {
                if found.count > 0 && found.what != what {
                    found.what = SEVERAL;
                } else {
                    found.what = what;
                }
                found.count = found.count.saturating_add(1);
                return due;
            }
            Some(found) => {
                let over = mem::replace(found, Counted { since: now, what, count: 0 });
                due.extend(over.denial(key));
            }
            None => {
                counted.insert(key, Counted { since: now, what, count: 0 });
            }
        }
        let Identity { actor, role, .. } = identity;
        due.push(Denial { actor: actor.clone(), role: *role, what, count: 1 });
        due
    }

    /// Those whose minute is over at a moment; all of them where there is none.
    fn over(&self, now: Option<Instant>) -> Vec<Denial> {
        let mut counted = self.0.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |since: Instant| now.is_none_or(|now| now.duration_since(since) >= MINUTE);
        let over = counted.extract_if(|_, found| is_over(found.since));
        over.filter_map(|(key, found)| found.denial(key)).collect()
    }

    /// Records the denials of every minute that is over, for as long as the service runs.
    pub(crate) async fn keep(&self) {
        loop {
            tokio::time::sleep(MINUTE / 12).await;
            for denial in self.over(Some(Instant::now())) {
                drop(denial.record(&self.0.service).await);
            }
        }
    }

    /// Records all that were counted.
    pub(crate) async fn finish(&self) {
        for denial in self.over(None) {
            drop(denial.record(&self.0.service).await);
        }
    }
}

impl Counted {
    fn denial(self, (actor, role): (ActorName, Role)) -> Option<Denial> {
        let Counted { what, count, .. } = self;
        (count > 0).then_some(Denial { actor, role, what, count })
    }
}

impl Denial {
    async fn record(self, service: &Service) -> Result<(), ServiceError> {
        let bug = |what| ServiceError::from(bahi::Error::Bug(what));
        let day = |ledger: &Ledger| {
            let simulated = ledger.is_simulated();
            if simulated { ledger.last_recorded_at().day() } else { crate::clock::now().day() }
        };
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| ServiceError::from(bahi::Error::NoRandomness))?;
        let command = Command {
            id: CommandId::derived(id),
            actor: self.actor,
            role: self.role,
            effective_day: service.ask(day).await?,
            authority: None,
            aliases: Vec::new(),
            signed: None,
            act: Act::DenyAccess {
                what: Word::new(self.what).map_err(|_| bug("the word of a denial is none"))?,
                count: self.count,
            },
        };
        service.submit(command).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    //! What is counted, by a clock of the test's own.

    use std::time::{Duration, Instant};

    use bahi::{
        Ledger, LedgerName, NewLedger, Service, ServiceOptions,
        core::{ActorName, Role},
    };

    use super::{Denials, MINUTE};
    use crate::{caller::Identity, tokens::TokenId};

    fn identity(actor: &str) -> Identity {
        Identity {
            token: TokenId([1; 8]),
            actor: ActorName::new(actor).expect("a name"),
            role: Role::Finance,
            scheme: None,
            district: None,
        }
    }

    #[test]
    fn the_first_of_a_minute_stands_for_itself_and_the_others_for_one() {
        let new = NewLedger::named(LedgerName::new("denials").expect("a name"));
        let ledger = Ledger::in_memory(&new).expect("a ledger");
        let service = Service::start(ledger, ServiceOptions::default()).expect("a service");
        let denials = Denials::new(service);
        let (now, one, two) = (Instant::now(), identity("one"), identity("two"));
        let counted = |identity, what, now| -> Vec<(String, &str, u32)> {
            let due = denials.count(identity, what, now);
            due.into_iter().map(|it| (it.actor.to_string(), it.what, it.count)).collect()
        };
        let told = |actor: &str, what, count| (actor.to_owned(), what, count);
        assert_eq!(counted(&one, "http_tiles", now), [told("one", "http_tiles", 1)]);
        assert_eq!(counted(&two, "http_people", now), [told("two", "http_people", 1)]);
        for _ in 0..1_000 {
            assert_eq!(counted(&one, "http_tiles", now), []);
        }
        let later = now + MINUTE;
        let both = [told("one", "http_tiles", 1_000), told("one", "http_people", 1)];
        assert_eq!(counted(&one, "http_people", later), both);
        assert_eq!(counted(&one, "http_people", later), []);
        assert_eq!(counted(&one, "http_tiles", later), []);
        assert_eq!(denials.over(Some(later)).len(), 0, "nothing more of two, and one's goes on");
        let after = later + MINUTE + Duration::from_secs(1);
        let over: Vec<_> =
            denials.over(Some(after)).into_iter().map(|it| (it.what, it.count)).collect();
        assert_eq!(over, [("http_several", 2)]);
        assert!(denials.0.counted.lock().unwrap().is_empty(), "who rests costs nothing");
    }
}
