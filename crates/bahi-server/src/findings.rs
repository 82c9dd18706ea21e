//! What the auditor's tests found last, so that looking again costs nothing until the log grows.
//!
//! # Invariants
//! * One audit at a time is made, however many ask; it reads the log in pieces and holds up nobody.

use std::sync::{Arc, Mutex, PoisonError};

use bahi::{AuditOptions, Ledger, Service, core::Position, json::AuditAnswer};
use tokio::sync::Semaphore;

use crate::{
    etag::Tag,
    problem::{Code, Problem},
};

/// What an audit answered, and its tag.
type Answered = Arc<(Tag, AuditAnswer)>;

/// The answer that was given last.
pub(crate) struct Kept {
    last: Mutex<Option<Found>>,
    /// Who makes an audit. It is held by the audit itself, which goes on though nobody waits any more.
    turn: Arc<Semaphore>,
}

struct Found {
    upto: Position,
    options: AuditOptions,
    answer: Answered,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { last: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Kept {
    /// What is found with these options, and its tag.
    pub(crate) async fn found(
        &self,
        service: &Service,
        options: AuditOptions,
    ) -> Result<Answered, Problem> {
        let bug = || Problem::new(Code::Bug, "an audit ended before its answer");
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| bug())?;
        let newest = service.snapshot().position();
        if let Some(answer) = self.known(newest, &options) {
            return Ok(answer);
        }
        let (service, asked) = (service.clone(), options.clone());
        let runtime = tokio::runtime::Handle::current();
        let work = move || {
            let _turn = turn;
            runtime.block_on(audit(&service, &asked))
        };
        let done = tokio::task::spawn_blocking(work).await.map_err(|_| bug())?;
        let answer = Arc::new(done?);
        let found = Found { upto: newest, options, answer: Arc::clone(&answer) };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(answer)
    }

    fn known(&self, newest: Position, options: &AuditOptions) -> Option<Answered> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let found = last.as_ref().filter(|it| it.upto == newest && it.options == *options)?;
        Some(Arc::clone(&found.answer))
    }
}

/// An audit; what is found is judged where this is awaited.
async fn audit(service: &Service, options: &AuditOptions) -> Result<(Tag, AuditAnswer), Problem> {
    let report = service.audit(options).await?;
    let tag = Tag::of(report.basis.position, report.basis.root);
    let answer = move |ledger: &Ledger| report.answer(ledger);
    Ok((tag, service.ask(answer).await?))
}
