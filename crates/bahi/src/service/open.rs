//! Opening a ledger and starting its service from a task: the one thing here that asks for tokio.

use std::path::PathBuf;

use bahi_core::Position;

use super::{Service, ServiceError, ServiceOptions};
use crate::{Error, Ledger};

impl Service {
    /// Opens the ledger in a directory and starts its service. Folding a long log takes seconds, so
    /// it is done on the runtime's threads for blocking work, and other tasks run meanwhile;
    /// `progress` is given the position folded so far. Dropped before it resolves, the ledger is
    /// opened and closed again.
    ///
    /// # Panics
    /// Outside a tokio runtime; [`Service::start`] needs none.
    ///
    /// # Errors
    /// Those of [`Ledger::open`]; [`ServiceError::NoThread`].
    pub async fn open(
        dir: PathBuf,
        options: ServiceOptions,
        mut progress: impl FnMut(Position) + Send + 'static,
    ) -> Result<Service, ServiceError> {
        let opening = tokio::task::spawn_blocking(move || {
            let ledger = Ledger::open_with(&dir, &mut progress)?;
            Service::start(ledger, options)
        });
        match opening.await {
            Ok(opened) => opened,
            Err(_) => Err(Error::Bug("opening a ledger ended without an answer").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    //! A service opened from a task, over a ledger on disk.

    use bahi_core::Position;

    use crate::{Ledger, LedgerName, NewLedger, Service, ServiceOptions};

    #[test]
    fn a_service_opens_what_a_ledger_left_and_says_why_it_cannot() {
        let place = tempfile::tempdir().expect("a directory");
        let dir = place.path().join("ledger");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let missing = Service::open(dir.clone(), ServiceOptions::default(), |_| {});
        assert!(runtime.block_on(missing).is_err(), "there is nothing to open");

        let new = NewLedger::named(LedgerName::new("opened").expect("a name"));
        let mut ledger = Ledger::create(&dir, &new).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        let last = ledger.position();
        drop(ledger);

        let (sender, folded) = std::sync::mpsc::channel();
        let progress = move |position: Position| sender.send(position).expect("it is listened to");
        let opening = Service::open(dir, ServiceOptions::default(), progress);
        let service = runtime.block_on(opening).expect("it opens");
        assert_eq!(service.snapshot().position(), last);
        assert!(folded.iter().next().is_some(), "it says how far it is");
        let ledger = runtime.block_on(service.shutdown()).expect("it stops");
        assert_eq!(ledger.position(), last);
    }
}
