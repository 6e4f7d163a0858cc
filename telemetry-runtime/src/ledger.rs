//! Where the records of a run went, counted one by one: `emitted = acknowledged + in_file + dropped + in_flight`.
//! Each sink keeps a [`Book`] under the lock that it takes anyway; what the export settles later is in a [`Tally`].

#[cfg(feature = "otlp")]
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use crate::line::Ledger;
use crate::sink::Taken;

/// The records that a sink was shown, and what became of them at once.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Book {
    pub(crate) emitted: u64,
    pub(crate) in_file: u64,
    pub(crate) dropped: u64,
}

impl Book {
    /// A record was shown, and this became of it.
    #[inline]
    pub(crate) fn enter(&mut self, taken: Taken) {
        self.emitted += 1;
        match taken {
            Taken::InFile => self.in_file += 1,
            Taken::Dropped => self.dropped += 1,
            #[cfg(feature = "otlp")]
            Taken::Queued => {}
        }
    }

    /// The ledger of a sink that settles everything at once.
    pub(crate) fn ledger(self) -> Ledger {
        Ledger {
            emitted: self.emitted,
            in_file: self.in_file,
            dropped: self.dropped,
            ..Ledger::default()
        }
    }
}

/// The fate of records that were queued.
#[cfg(feature = "otlp")]
#[derive(Debug, Default)]
pub(crate) struct Tally {
    acknowledged: AtomicU64,
    in_file: AtomicU64,
    dropped: AtomicU64,
}

#[cfg(feature = "otlp")]
impl Tally {
    /// The fate of so many records is known.
    pub(crate) fn settle(&self, taken: Taken, records: u64) {
        match taken {
            Taken::InFile => self.in_file.fetch_add(records, SeqCst),
            Taken::Dropped => self.dropped.fetch_add(records, SeqCst),
            Taken::Queued => return,
        };
    }

    /// The backend said yes to so many records.
    pub(crate) fn acknowledge(&self, records: u64) {
        self.acknowledged.fetch_add(records, SeqCst);
    }

    /// The ledger of everything that was emitted up to `book`, which is asked for last: what is settled was emitted.
    pub(crate) fn ledger(&self, book: impl FnOnce() -> Book) -> Ledger {
        let acknowledged = self.acknowledged.load(SeqCst);
        let (in_file, dropped) = (self.in_file.load(SeqCst), self.dropped.load(SeqCst));
        let book = book();
        let (in_file, dropped) = (book.in_file + in_file, book.dropped + dropped);
        Ledger {
            emitted: book.emitted,
            acknowledged,
            in_file,
            dropped,
            in_flight: book.emitted.saturating_sub(acknowledged + in_file + dropped),
        }
    }
}
