//! Backups of a ledger that is being written: a snapshot between two commits, copied elsewhere.
//!
//! # Invariants
//! * The writer is held up for as long as a snapshot takes, whatever there is to copy.

use std::{path::PathBuf, sync::Arc};

use bahi_core::Position;
use bahi_log::Log;

use super::{Service, ServiceError, answer, sync};
use crate::{
    Error, Ledger,
    backup::{BackedUp, back_up},
};

impl Service {
    /// Brings a backup up to what was committed when the writer comes to it, as [`Ledger::backup`]
    /// does, on a thread of its own, while commands go on being taken and answered. `progress` is
    /// given the position that the backup has reached.
    ///
    /// Dropping the future does not stop the copying. Until it is through, the ledger's store stays
    /// open: one that is given back by [`Service::shutdown`] meanwhile works, and a directory that
    /// was let go of cannot be opened again until then.
    ///
    /// # Errors
    /// Those of [`Ledger::backup`]; [`ServiceError::Stopped`], [`ServiceError::WriterLost`],
    /// [`ServiceError::NoThread`], of which the last leaves the service as it is.
    pub async fn backup(
        &self,
        dir: PathBuf,
        mut progress: impl FnMut(Position) + Send + 'static,
    ) -> Result<BackedUp, ServiceError> {
        let snapshot = |ledger: &Ledger| ledger.log.snapshot();
        let snapshot: Log = self.ask(snapshot).await?.map_err(Error::from)?;
        let (answer, awaited) = answer::pair();
        let copy = move || {
            let done = back_up(&snapshot, &dir, &mut progress);
            // Whoever is answered may open the directory again.
            drop(snapshot);
            drop(answer.send(done.map_err(ServiceError::from)));
        };
        sync::spawn("bahi-backup", copy)
            .map_err(|error| ServiceError::NoThread(Arc::new(error)))?;
        awaited.await
    }
}
