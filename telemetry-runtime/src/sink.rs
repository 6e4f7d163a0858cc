//! Where records go. A run shows every record, still borrowed, to its one sink, which keeps the books of them, so
//! that the ledger is right at every moment. Sinks know nothing of what is upstream of a record.

use std::path::PathBuf;

use crate::cells::Kept;
use crate::ledger::Counted;
use crate::line::Ledger;
use crate::record::{Event, Record, SpanEnd, SpanStart, UnixNanos};

/// What became of a record that a sink was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is in the file, or in the memory of a capture.
    InFile,
    /// On its way: its fate is known later.
    #[cfg(feature = "otlp")]
    Queued,
    /// Lost, and counted.
    Dropped,
}

/// A place for records: the run file, the memory of a capture, the queue of the export.
///
/// `take` is called by any thread, at any time, also during a panic: it never panics, never calls the program
/// back and never blocks for long. It counts the record and gives it its `seq` while it holds its own lock, so that
/// the order of the lines is the order of their numbers. What the operator must be told goes through [`Notices`],
/// which only queues.
///
/// [`Notices`]: crate::notice::Notices
pub(crate) trait Sink: Send + Sync {
    /// Takes a record, made at `time`. When the sink is closed, only the run's own last records are taken; others
    /// are counted as dropped.
    fn take(&self, time: UnixNanos, record: &Record<'_>, last: bool);

    /// Takes an event.
    fn take_event(&self, time: UnixNanos, event: &Event<'_>) {
        self.take(time, &Record::Event(event), false);
    }

    /// Takes the start of a span, and keeps its values for its end.
    fn take_start(&self, time: UnixNanos, start: &SpanStart<'_>, kept: &mut Kept) {
        self.take(time, &Record::SpanStart(start), false);
        kept.keep(start.attributes.values);
    }

    /// Takes the end of a span whose values are still as they were kept at its start: `end` has none of its own.
    fn take_end(&self, time: UnixNanos, end: &SpanEnd<'_>, kept: &Kept) {
        kept.show_end(end, |end| self.take(time, end, false));
    }

    /// Takes no more records but the run's own last ones. A record that another thread is emitting is either in
    /// the books when this returns, or will be dropped.
    fn close(&self);

    /// Where the records went so far.
    fn ledger(&self) -> Ledger;

    /// What was counted so far, for the summary.
    fn counted(&self) -> Counted;

    /// Returns when every record taken so far is where it belongs.
    fn flush(&self);

    /// The same for the last time: what is only known when the run is over is settled too, and files are closed.
    fn finish(&self);

    /// The run file, when there is one by now.
    fn file(&self) -> Option<PathBuf>;

    /// Whether taking a record calls nothing that could say something through `tracing`, or panic.
    fn is_silent(&self) -> bool {
        false
    }

    /// What becomes of a record when nothing goes wrong.
    fn expects(&self) -> Taken {
        Taken::InFile
    }
}
