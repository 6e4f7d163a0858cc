//! A record on its way: which one it is of the [`Batch`] that it was taken out of the queue with.

use std::sync::Arc;

use crate::otlp::batch::{Batch, Sort};
use crate::record::{Record, SpanId, UnixNanos};

/// A record on its way.
#[derive(Debug)]
pub(crate) struct Packed {
    batch: Arc<Batch>,
    at: u32,
    /// Whether its fate is known and counted already: then it is in the run file, or lost.
    pub(crate) settled: bool,
}

impl Packed {
    /// Every record of a batch, in its order.
    pub(crate) fn all(batch: &Arc<Batch>) -> impl Iterator<Item = Packed> {
        (0..batch.len()).map(|at| Packed {
            batch: Arc::clone(batch),
            // A row is short.
            at: at as u32,
            settled: batch.is_settled(at),
        })
    }

    /// Lets go of the batch that it came with, when it is kept for long.
    pub(crate) fn part(&mut self, from: &Arc<Batch>) {
        if Arc::ptr_eq(&self.batch, from) && from.len() > 1 {
            self.batch = Arc::new(from.alone(self.at()));
            self.at = 0;
        }
    }

    fn at(&self) -> usize {
        self.at as usize
    }

    /// Its number.
    pub(crate) fn seq(&self) -> u64 {
        self.batch.seq(self.at())
    }

    /// When it was emitted.
    pub(crate) fn time(&self) -> UnixNanos {
        self.batch.time(self.at())
    }

    pub(crate) fn sort(&self) -> Sort {
        self.batch.sort(self.at())
    }

    /// The span that it opens, closes, or is an event of.
    pub(crate) fn span(&self) -> Option<SpanId> {
        matches!(self.sort(), Sort::Start | Sort::End | Sort::OnSpan).then(|| self.batch.span(self.at()))
    }

    /// Shows the record as it was emitted.
    pub(crate) fn show<R>(&self, f: impl FnOnce(&Record<'_>) -> R) -> R {
        self.batch.show(self.at(), f)
    }
}
