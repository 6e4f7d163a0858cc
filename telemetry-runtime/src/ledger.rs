//! Where the records of a run went, counted one by one: `emitted = acknowledged + in_file + dropped + in_flight`.
//! A file settles a record before the emitting call returns; the export settles it when its fate is known.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::line::Ledger;
use crate::sink::Taken;

/// The counters behind a [`Ledger`].
#[derive(Debug, Default)]
pub(crate) struct Tally {
    begun: AtomicU64,
    taken: AtomicU64,
    acknowledged: AtomicU64,
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
        self.settle(taken);
        self.taken.fetch_add(1, SeqCst);
    }

    /// The fate of a record is known.
    #[inline]
    pub(crate) fn settle(&self, taken: Taken) {
        match taken {
            Taken::InFile => self.in_file.fetch_add(1, SeqCst),
            Taken::Dropped => self.dropped.fetch_add(1, SeqCst),
            #[cfg(feature = "otlp")]
            Taken::Queued => return,
        };
    }

    /// The backend said yes to so many records that were queued.
    #[cfg(feature = "otlp")]
    pub(crate) fn acknowledge(&self, records: u64) {
        self.acknowledged.fetch_add(records, SeqCst);
    }

    /// Whether some record is still on its way into the sink.
    pub(crate) fn busy(&self) -> bool {
        // `taken` first: a record that begins in between makes the tally busy, never falsely quiet.
        let taken = self.taken.load(SeqCst);
        self.begun.load(SeqCst) != taken
    }

    /// The ledger. Records that other threads are emitting at this moment are not in it yet.
    pub(crate) fn ledger(&self) -> Ledger {
        // `taken` first: what is settled in between is not taken for on its way.
        let taken = self.taken.load(SeqCst);
        let acknowledged = self.acknowledged.load(SeqCst);
        let (in_file, dropped) = (self.in_file.load(SeqCst), self.dropped.load(SeqCst));
        let settled = acknowledged + in_file + dropped;
        let emitted = taken.max(settled);
        Ledger {
            emitted,
            acknowledged,
            in_file,
            dropped,
            in_flight: emitted - settled,
        }
    }
}
