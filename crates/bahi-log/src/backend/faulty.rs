//! A backend that fails at a chosen step, for tests of whatever stands above a log.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bahi_proof::Hash;

use super::{Backend, Batch, Head, StoredPages};
use crate::Fault;

/// Where a [`Faulty`] backend fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// In an append, before anything is written.
    BeforeApply,
    /// In an append, after its batch was written.
    AfterApply,
    /// In an append, for want of space, before anything is written.
    NoSpace,
    /// In a sync, before it has made anything durable.
    BeforeSync,
    /// In a sync, after everything is durable.
    AfterSync,
    /// In an advance, before the head has moved.
    BeforeAdvance,
    /// In an advance, after the head has moved.
    AfterAdvance,
    /// In a cut, before anything is removed.
    BeforeCut,
}

/// A backend that does as the one inside, until it comes to a chosen step.
pub struct Faulty {
    inner: Box<dyn Backend>,
    trigger: Trigger,
}

/// Says at which step a [`Faulty`] backend fails next; shared with it.
#[derive(Clone, Default)]
pub struct Trigger(Arc<(Mutex<Vec<Step>>, AtomicUsize)>);

impl Trigger {
    /// Fails at this step once, after it has been passed `passes` times.
    pub fn fail_at(&self, step: Step, passes: usize) {
        *self.steps() = vec![step];
        self.0.1.store(passes, Ordering::SeqCst);
    }

    /// Fails at the first of these steps it comes to, then at the next, each once.
    pub fn fail_at_each(&self, steps: &[Step]) {
        *self.steps() = steps.to_vec();
        self.0.1.store(0, Ordering::SeqCst);
    }

    fn steps(&self) -> std::sync::MutexGuard<'_, Vec<Step>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pull(&self, step: Step) -> Result<(), Fault> {
        let mut steps = self.steps();
        if steps.first() != Some(&step) {
            return Ok(());
        }
        if self.0.1.load(Ordering::SeqCst) > 0 {
            self.0.1.fetch_sub(1, Ordering::SeqCst);
            return Ok(());
        }
        steps.remove(0);
        let kind = match step {
            Step::NoSpace => io::ErrorKind::StorageFull,
            Step::BeforeApply
            | Step::AfterApply
            | Step::BeforeSync
            | Step::AfterSync
            | Step::BeforeAdvance
            | Step::AfterAdvance
            | Step::BeforeCut => io::ErrorKind::Other,
        };
        Err(Fault::io("write", Path::new("faulty"), io::Error::from(kind)))
    }
}

impl Faulty {
    /// A backend around another one, and what makes it fail.
    #[must_use]
    pub fn new(inner: Box<dyn Backend>) -> (Self, Trigger) {
        let trigger = Trigger::default();
        (Self { inner, trigger: trigger.clone() }, trigger)
    }
}

impl Backend for Faulty {
    fn head(&self) -> Result<Option<Head>, Fault> {
        self.inner.head()
    }

    fn pages(&self, from: u64) -> StoredPages<'_> {
        self.inner.pages(from)
    }

    fn pages_back(&self, upto: u64) -> StoredPages<'_> {
        self.inner.pages_back(upto)
    }

    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, Fault> {
        self.inner.node(level, index)
    }

    fn append(&mut self, expected: Option<&Head>, batch: &Batch) -> Result<(), Fault> {
        self.trigger.pull(Step::BeforeApply)?;
        self.trigger.pull(Step::NoSpace)?;
        self.inner.append(expected, batch)?;
        self.trigger.pull(Step::AfterApply)
    }

    fn sync(&mut self) -> Result<(), Fault> {
        self.trigger.pull(Step::BeforeSync)?;
        self.inner.sync()?;
        self.trigger.pull(Step::AfterSync)
    }

    fn advance(&mut self, expected: Option<&Head>, head: &Head) -> Result<(), Fault> {
        self.trigger.pull(Step::BeforeAdvance)?;
        self.inner.advance(expected, head)?;
        self.trigger.pull(Step::AfterAdvance)
    }

    fn cut(&mut self, size: u64) -> Result<(), Fault> {
        self.trigger.pull(Step::BeforeCut)?;
        self.inner.cut(size)
    }

    fn settle(&mut self) -> Result<(), Fault> {
        self.inner.settle()
    }

    fn inventory(
        &self,
        on_key: &mut dyn FnMut(&[u8]),
        on_file: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        self.inner.inventory(on_key, on_file)
    }

    fn reader(&self) -> Result<Box<dyn Backend>, Fault> {
        self.inner.reader()
    }

    fn keeps_nodes(&self) -> bool {
        self.inner.keeps_nodes()
    }

    fn claims(&self, name: &str) -> bool {
        self.inner.claims(name)
    }

    fn file_problem(&self) -> Result<Option<String>, Fault> {
        self.inner.file_problem()
    }

    fn witness_problem(&self) -> Result<Option<String>, Fault> {
        self.inner.witness_problem()
    }
}
