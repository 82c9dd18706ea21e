//! Listening, answering, stopping: connections in, until somebody says it is enough.
//!
//! # Invariants
//! * It listens on this machine alone, unless there are tokens.
//! * Stopping ends no request that is under way, as far as its time allows; then the ledger decides
//!   and answers what its queue holds, and is given back.
//! * However many come, so many connections are open, and nobody keeps one for nothing: a head, a
//!   body, an answer each have their time.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::Request};
use bahi::{Ledger, Service, ServiceError, ServiceOptions};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use serde_json::json;
use thiserror::Error as ThisError;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::{
    gate::Peer,
    journal::Journal,
    patience::Patient,
    routes::{Paying, router},
    state::{AppState, Limits, Setup},
    tls::{self, TlsError},
    tokens::Tokens,
};

/// Why nothing is served.
#[derive(Debug, ThisError)]
pub enum ServeError {
    /// It was to listen beyond this machine without tokens. Give it a file of them.
    #[error(
        "{0} can be reached from other machines, and no tokens are asked for; give a file of them with --tokens"
    )]
    OpenToAll(SocketAddr),
    /// It cannot listen at this address. Name another, or end who listens there.
    #[error("{address} cannot be listened at: {source}; name another address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no threads, or no signals. Try again.
    #[error("the system does not let a service run: {0}")]
    NoRuntime(io::Error),
    /// There is no TLS. What to do is that error's.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The ledger does not answer. What to do is that error's.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// A service that listens.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    state: AppState,
}

/// What [`run`] is told.
#[derive(Debug)]
pub struct Running {
    /// Where to listen.
    pub address: SocketAddr,
    /// Who may ask.
    pub tokens: Option<Tokens>,
    /// The ledger's signing key and its directory.
    pub signing: Option<(PathBuf, PathBuf)>,
    /// What payment files are made of; without, none is given out.
    pub payments: Option<Paying>,
    /// A certificate and its key, for TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The bounds.
    pub limits: Limits,
    /// Where the operational log goes.
    pub journal: Journal,
}

/// Serves a ledger until the system asks this process to end (SIGINT, SIGTERM), and gives it back.
/// `listening` is told the address once it answers there.
///
/// # Errors
/// Those of [`Server::listen`] and [`Server::run`]; [`ServeError::NoRuntime`].
pub fn run(
    ledger: Ledger,
    running: Running,
    listening: impl FnOnce(SocketAddr, &AppState),
) -> Result<Ledger, ServeError> {
    let Running { address, tokens, signing, payments, tls, limits, journal } = running;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(ServeError::NoRuntime)?;
    runtime.block_on(async move {
        let tls = tls.as_ref().map(|(certificate, key)| (certificate.as_path(), key.as_path()));
        // Where it cannot listen, the ledger is closed once this returns, and nobody held it.
        let bound = bind(address, tokens.is_some(), tls).await?;
        let service = Service::start(ledger, ServiceOptions::default())?;
        let setup = Setup { service, tokens, signing, payments, limits, journal, encrypted: false };
        let server = Server::over(bound, setup).await?;
        let stop = asked_to_end().map_err(ServeError::NoRuntime)?;
        let address = server.address().map_err(|source| ServeError::Listen { address, source })?;
        listening(address, server.state());
        let stop = async {
            let _status = stop.await;
        };
        Ok(server.run(stop).await?)
    })
}

/// Does something once the system asks this process to end, on a thread of its own: it is given the
/// status that a shell says a process ended with, which a signal ended (130 for SIGINT, 143 for SIGTERM).
/// From this call on the process ends by what is done here, and no longer by being asked.
///
/// # Errors
/// Where the system gives no thread or no signals; the process then ends as it would have.
pub fn when_asked_to_end(then: impl FnOnce(i32) + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = {
        let _within = runtime.enter();
        asked_to_end()?
    };
    let wait = move || then(runtime.block_on(asked));
    std::thread::Builder::new().name("bahi-end".to_owned()).spawn(wait).map(drop)
}

/// Resolves once the system asks this process to end; it listens for that from now on. The status is that
/// of a process which a signal ended.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = i32>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut end) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => 130,
            _ = end.recv() => 143,
        }
    })
}

/// Resolves once the system asks this process to end.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = i32>> {
    Ok(async {
        drop(tokio::signal::ctrl_c().await);
        130
    })
}

/// An address that is listened at.
struct Bound {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// Listens at an address, provided that who reaches it may.
async fn bind(
    address: SocketAddr,
    has_tokens: bool,
    tls: Option<(&Path, &Path)>,
) -> Result<Bound, ServeError> {
    if !has_tokens && !address.ip().is_loopback() {
        return Err(ServeError::OpenToAll(address));
    }
    let tls = tls.map(|(certificate, key)| tls::acceptor(certificate, key)).transpose()?;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| ServeError::Listen { address, source })?;
    Ok(Bound { listener, tls })
}

impl Server {
    /// Listens at an address; by TLS where a certificate and its key are named.
    ///
    /// # Errors
    /// [`ServeError::OpenToAll`], [`ServeError::Tls`], [`ServeError::Listen`],
    /// [`ServeError::Service`].
    pub async fn listen(
        address: SocketAddr,
        setup: Setup,
        tls: Option<(&Path, &Path)>,
    ) -> Result<Server, ServeError> {
        let bound = bind(address, setup.tokens.is_some(), tls).await?;
        Server::over(bound, setup).await
    }

    async fn over(bound: Bound, setup: Setup) -> Result<Server, ServeError> {
        let Bound { listener, tls } = bound;
        let state = AppState::new(Setup { encrypted: tls.is_some(), ..setup }).await?;
        Ok(Server { listener, tls, state })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What its handlers have at hand.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Serves until `stop` resolves, and gives the ledger back with everything that was
    /// acknowledged in it.
    ///
    /// # Errors
    /// [`ServiceError::Stopped`] where another handle was first; [`ServiceError::WriterLost`].
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<Ledger, ServiceError> {
        let Server { listener, tls, state } = self;
        let app = router(state.clone());
        let graceful = GracefulShutdown::new();
        let denials = state.denials().clone();
        let keeping = tokio::spawn(async move { denials.keep().await });
        tokio::select! {
            () = accept(&listener, tls.as_ref(), &app, &state, &graceful) => {}
            () = stop => {}
        }
        drop(listener);
        state.stop();
        let time = state.limits().stop_time;
        if tokio::time::timeout(time, graceful.shutdown()).await.is_err() {
            state.journal().say("stopped_with_requests_under_way", json!({}));
        }
        keeping.abort();
        state.denials().finish().await;
        let ledger = state.service().clone().shutdown().await?;
        state.journal().say("stopped", json!({ "position": ledger.position().0 }));
        state.journal().settle();
        Ok(ledger)
    }
}

/// Accepts connections for ever.
async fn accept(
    listener: &TcpListener,
    tls: Option<&TlsAcceptor>,
    app: &Router,
    state: &AppState,
    graceful: &GracefulShutdown,
) {
    let room = Arc::new(Semaphore::new(state.limits().connections));
    loop {
        // Whoever comes while there is no room waits in the system's queue.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: those in use are given back in time.
                state.journal().say("not_accepted", json!({ "why": error.kind().to_string() }));
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (app, state, watcher) = (app.clone(), state.clone(), graceful.watcher());
        let tls = tls.cloned();
        tokio::spawn(async move {
            let _place = place;
            let _counted = state.metrics().connection();
            converse(stream, peer, tls, app, &state, watcher).await;
        });
    }
}

/// One connection, from its first byte to its last.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    app: Router,
    state: &AppState,
    watcher: Watcher,
) {
    // Answers are written whole, and waiting for more to send delays them for nothing.
    drop(stream.set_nodelay(true));
    let stall = state.limits().stall_time;
    let Some(tls) = tls else {
        return speak(Patient::new(stream, stall), peer, app, state, watcher).await;
    };
    let stream = Patient::new(stream, stall);
    let greeting = tokio::time::timeout(state.limits().head_time, tls.accept(stream));
    if let Ok(Ok(stream)) = greeting.await {
        speak(stream, peer, app, state, watcher).await;
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: SocketAddr,
    app: Router,
    state: &AppState,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let app = app.clone();
        async move { app.oneshot(request.map(axum::body::Body::new) as Request).await }
    });
    let mut speaker = http1::Builder::new();
    speaker
        .timer(TokioTimer::new())
        .header_read_timeout(state.limits().head_time)
        .max_buf_size(64 * 1024)
        .max_headers(64);
    let conversation = speaker.serve_connection(TokioIo::new(stream), service);
    // What a client breaks off is its own matter.
    drop(watcher.watch(conversation).await);
}
