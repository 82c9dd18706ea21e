//! `AppState`: what every handler has at hand, and the limits it works within.
//!
//! # Invariants
//! * A clone is the same state.
//! * Whoever reads the ledger does so by [`Service`], which no reader holds up.
//!
//! # Not here
//! Who asks: `caller`. What a role may see: `rights`.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bahi::{LedgerName, Service, ServiceError};
use tokio::sync::{Semaphore, watch};

use crate::{
    denials::Denials, findings::Kept, idempotency::Remembered, journal::Journal, metrics::Metrics,
    rate::Rates, routes::Paying, sessions::Sessions, signer::Signer, tokens::Tokens,
};

/// What a service works within. Each is a bound of count, bytes or time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections open at once; whoever comes beyond waits to be accepted.
    pub connections: usize,
    /// Requests answered at once, and as many that bring commands; one beyond waits for its turn, and is
    /// told to come back where that does not come.
    pub requests: usize,
    /// Requests with many commands that are read and decided at once: what their bodies take of memory.
    pub batches: usize,
    /// Streams of events and exports open at once; one beyond is told to come back.
    pub streams: usize,
    /// The bytes of a request's body.
    pub body_bytes: usize,
    /// The commands of one request.
    pub commands: usize,
    /// How long a request's head may take to arrive, and how long a connection may rest.
    pub head_time: Duration,
    /// How long a request's body may take to arrive.
    pub body_time: Duration,
    /// How long an answer may take until it begins.
    pub answer_time: Duration,
    /// The same of an export or a paper: it may be a file of the whole ledger, which is made first.
    pub file_time: Duration,
    /// How long a client may leave unread what was written to it.
    pub stall_time: Duration,
    /// How long requests under way may take once the service is to stop.
    pub stop_time: Duration,
    /// Requests of one caller a minute.
    pub requests_a_minute: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 4_096,
            requests: 512,
            batches: 32,
            streams: 128,
            body_bytes: 8 << 20,
            commands: 10_000,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(60),
            file_time: Duration::from_secs(15 * 60),
            stall_time: Duration::from_secs(30),
            stop_time: Duration::from_secs(20),
            requests_a_minute: 60_000,
        }
    }
}

/// What is to be served.
pub struct Setup {
    /// The ledger, running.
    pub service: Service,
    /// Who may ask; without, everybody who reaches the address may, and acts as a command states.
    pub tokens: Option<Tokens>,
    /// The ledger's signing key and its directory; without, there are no checkpoints, and no proofs
    /// and tiles under them.
    pub signing: Option<(PathBuf, PathBuf)>,
    /// What payment files are made of; without, none is given out.
    pub payments: Option<Paying>,
    /// The bounds.
    pub limits: Limits,
    /// Where the operational log goes.
    pub journal: Journal,
    /// Whether clients come by TLS, so that a cookie is for TLS alone.
    pub encrypted: bool,
}

/// What every handler has at hand.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    service: Service,
    name: LedgerName,
    simulated: bool,
    tokens: Option<Tokens>,
    sessions: Sessions,
    signer: Option<Signer>,
    paying: Option<Arc<Paying>>,
    limits: Limits,
    requests: Arc<Semaphore>,
    submissions: Arc<Semaphore>,
    batches: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    looks: Arc<Semaphore>,
    rates: Rates,
    remembered: Remembered,
    findings: Kept,
    denials: Denials,
    journal: Journal,
    metrics: Metrics,
    encrypted: bool,
    stopping: watch::Sender<bool>,
}

impl AppState {
    /// The state of a service over a ledger that runs.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`] and [`ServiceError::WriterLost`].
    pub async fn new(setup: Setup) -> Result<AppState, ServiceError> {
        let Setup { service, tokens, signing, payments, limits, journal, encrypted } = setup;
        let told = |ledger: &bahi::Ledger| (ledger.name().clone(), ledger.is_simulated());
        let (name, simulated) = service.ask(told).await?;
        Ok(AppState(Arc::new(Inner {
            name,
            simulated,
            tokens,
            sessions: Sessions::default(),
            signer: signing.map(|(key, dir)| Signer::new(key, dir)),
            paying: payments.map(Arc::new),
            requests: Arc::new(Semaphore::new(limits.requests)),
            submissions: Arc::new(Semaphore::new(limits.requests)),
            batches: Arc::new(Semaphore::new(limits.batches)),
            streams: Arc::new(Semaphore::new(limits.streams)),
            looks: Arc::new(Semaphore::new(1)),
            rates: Rates::new(limits.requests_a_minute),
            remembered: Remembered::default(),
            findings: Kept::default(),
            denials: Denials::new(service.clone()),
            metrics: Metrics::new(service.clone(), journal.clone()),
            limits,
            journal,
            encrypted,
            service,
            stopping: watch::Sender::new(false),
        })))
    }

    /// The ledger.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// What the ledger is called.
    #[must_use]
    pub fn name(&self) -> &LedgerName {
        &self.0.name
    }

    /// Whether the ledger's clock is a simulated one, which is shown wherever a time is.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.0.simulated
    }

    /// Who may ask; nothing where everybody may.
    #[must_use]
    pub fn tokens(&self) -> Option<&Tokens> {
        self.0.tokens.as_ref()
    }

    /// The bounds.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Whether clients come by TLS.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.encrypted
    }

    /// Whether the service is to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Tells everybody that the service is to stop.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Resolves once the service is to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        // The sender is the state's own and lives as long.
        drop(stopping.wait_for(|stop| *stop).await);
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn signer(&self) -> Option<&Signer> {
        self.0.signer.as_ref()
    }

    pub(crate) fn paying(&self) -> Option<Arc<Paying>> {
        self.0.paying.clone()
    }

    pub(crate) fn requests(&self) -> &Arc<Semaphore> {
        &self.0.requests
    }

    pub(crate) fn submissions(&self) -> &Arc<Semaphore> {
        &self.0.submissions
    }

    pub(crate) fn batches(&self) -> &Arc<Semaphore> {
        &self.0.batches
    }

    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    /// The one place for what reads the whole ledger on one of its own.
    pub(crate) fn looks(&self) -> &Arc<Semaphore> {
        &self.0.looks
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn remembered(&self) -> &Remembered {
        &self.0.remembered
    }

    pub(crate) fn findings(&self) -> &Kept {
        &self.0.findings
    }

    pub(crate) fn denials(&self) -> &Denials {
        &self.0.denials
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.0.journal
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}
