//! Where the records of a run went, counted one by one: `emitted = acknowledged + in_file + dropped`. A record
//! counts as emitted once its fate is known, which is before the emitting call returns.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::line::Ledger;
use crate::sink::Taken;

/// The counters behind a [`Ledger`].
#[derive(Debug, Default)]
pub(crate) struct Tally {
    begun: AtomicU64,
    in_file: AtomicU64,
    dropped: AtomicU64,
}

impl Tally {
    /// A record is about to be shown to the sink.
    #[inline]
    pub(crate) fn begin(&self) {
        self.begun.fetch_add(1, SeqCst);
    }

    /// What became of it.
    #[inline]
    pub(crate) fn end(&self, taken: Taken) {
        let term = match taken {
            Taken::InFile => &self.in_file,
            Taken::Dropped => &self.dropped,
        };
        term.fetch_add(1, SeqCst);
    }

    /// Whether some record is still on its way into the sink.
    pub(crate) fn busy(&self) -> bool {
        // The terms first: a record that begins in between makes the tally busy, never falsely quiet.
        let settled = self.in_file.load(SeqCst) + self.dropped.load(SeqCst);
        self.begun.load(SeqCst) != settled
    }

    /// The ledger. Records that other threads are emitting at this moment are not in it yet.
    pub(crate) fn ledger(&self) -> Ledger {
        let (in_file, dropped) = (self.in_file.load(SeqCst), self.dropped.load(SeqCst));
        Ledger {
            emitted: in_file + dropped,
            acknowledged: 0,
            in_file,
            dropped,
        }
    }
}
