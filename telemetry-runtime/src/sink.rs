//! Where records go. A run shows every record, still borrowed, to its one sink; the sink says at once what became
//! of it, so that the ledger is right at every moment. Sinks know nothing of what is upstream of a record.

use std::path::PathBuf;

use crate::record::{Record, UnixNanos};

/// What became of a record that a sink was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is in the file, or in the memory of a capture.
    InFile,
    /// On its way: whoever queued it settles it with the tally later.
    #[cfg(feature = "otlp")]
    Queued,
    /// Lost, and counted.
    Dropped,
}

/// A place for records: the run file, the memory of a capture, the queue of the export.
///
/// `take` is called by any thread, at any time, also during a panic: it never panics, never calls the program
/// back and never blocks for long. It gives the record its `seq` while it holds its own lock, so that the order
/// of the lines is the order of their numbers. What the operator must be told goes through [`Notices`], which
/// only queues.
///
/// [`Notices`]: crate::notice::Notices
pub(crate) trait Sink: Send + Sync {
    /// Takes a record, made at `time`, and says what became of it.
    fn take(&self, time: UnixNanos, record: &Record<'_>) -> Taken;

    /// Returns when every record taken so far is where it belongs.
    fn flush(&self);

    /// The same for the last time: what is only known when the run is over is settled too.
    fn finish(&self) {
        self.flush();
    }

    /// The run file, when there is one by now.
    fn file(&self) -> Option<PathBuf>;

    /// What becomes of a record when nothing goes wrong.
    fn expects(&self) -> Taken {
        Taken::InFile
    }
}
