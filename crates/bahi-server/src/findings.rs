//! What the auditor's tests found last, so that looking again costs nothing until the log grows.
//!
//! # Invariants
//! * One audit at a time is made, however many ask; it reads the log in pieces and holds up nobody.

use std::sync::Arc;

use bahi::{AuditOptions, Ledger, Service, core::Position, json::AuditAnswer};
use tokio::sync::Mutex;

use crate::{
    etag::Tag,
    problem::{Code, Problem},
};

/// The answers that were given last.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<Found>>);

#[derive(Clone)]
struct Found {
    upto: Position,
    options: AuditOptions,
    answer: Arc<(Tag, AuditAnswer)>,
}

impl Kept {
    /// What is found with these options, and its tag.
    pub(crate) async fn found(
        &self,
        service: &Service,
        options: AuditOptions,
    ) -> Result<Arc<(Tag, AuditAnswer)>, Problem> {
        let mut kept = self.0.lock().await;
        let newest = service.snapshot().position();
        if let Some(found) = &*kept
            && found.upto == newest
            && found.options == options
        {
            return Ok(Arc::clone(&found.answer));
        }
        let answer = Arc::new(audit(service.clone(), options.clone()).await?);
        *kept = Some(Found { upto: newest, options, answer: Arc::clone(&answer) });
        Ok(answer)
    }
}

/// An audit, on a thread that may be kept busy.
async fn audit(service: Service, options: AuditOptions) -> Result<(Tag, AuditAnswer), Problem> {
    let runtime = tokio::runtime::Handle::current();
    let work = move || -> Result<_, Problem> {
        runtime.block_on(async move {
            let report = service.audit(&options).await?;
            let tag = Tag::of(report.basis.position, report.basis.root);
            let answer = move |ledger: &Ledger| report.answer(ledger);
            Ok((tag, service.ask(answer).await?))
        })
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(Code::Bug, "an audit ended before its answer"))?
}
