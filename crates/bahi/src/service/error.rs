//! Why a service gave no answer, in a form that every waiter of a group can share.

use std::sync::Arc;

use thiserror::Error as ThisError;

use crate::Error;

/// Why a service gave no answer. A refusal is no error: it is an [`Outcome`](crate::Outcome).
#[derive(Clone, Debug, ThisError)]
pub enum ServiceError {
    /// As many requests wait as may. Nothing is recorded: try again later, or wait with `submit`.
    #[error("{limit} requests wait already; nothing is recorded, try again later")]
    QueueFull {
        /// How many may wait.
        limit: usize,
    },
    /// The service has stopped and took nothing. Open the ledger again.
    #[error("the service has stopped; nothing is recorded of this, open the ledger again")]
    Stopped,
    /// The writer ended by a bug before it answered. Open the ledger again, submit the same command
    /// ids, and report what it wrote to standard error.
    #[error(
        "the service's writer ended before it answered; open the ledger again and submit the same command ids"
    )]
    WriterLost,
    /// The system gave no thread for the writer. Open the ledger again.
    #[error("the system gave no thread for the writer: {0}; open the ledger again")]
    NoThread(#[source] Arc<std::io::Error>),
    /// The ledger could not do it; every waiter of the same commit is told the same. Ask
    /// [`ServiceError::may_retry`] and [`ServiceError::may_be_recorded`].
    #[error(transparent)]
    Failed(Arc<Error>),
}

impl ServiceError {
    /// Whether the same call can succeed later, without anything else being done.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            ServiceError::QueueFull { .. } => true,
            ServiceError::Stopped | ServiceError::WriterLost | ServiceError::NoThread(_) => false,
            ServiceError::Failed(error) => error.may_retry(),
        }
    }

    /// Whether the command may be recorded all the same. Then the ledger has to be opened again,
    /// and the same command id tells.
    #[must_use]
    pub fn may_be_recorded(&self) -> bool {
        match self {
            ServiceError::QueueFull { .. } | ServiceError::Stopped | ServiceError::NoThread(_) => {
                false
            }
            ServiceError::WriterLost => true,
            ServiceError::Failed(error) => error.may_be_recorded(),
        }
    }

    /// Whether something stored is not what was written.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            ServiceError::Failed(error) => error.is_damage(),
            ServiceError::QueueFull { .. }
            | ServiceError::Stopped
            | ServiceError::WriterLost
            | ServiceError::NoThread(_) => false,
        }
    }
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> ServiceError {
        ServiceError::Failed(Arc::new(error))
    }
}
