//! Where the records of a run went, counted one by one: `emitted = acknowledged + in_file + dropped + in_flight`.
//! Each sink keeps a [`Book`] under the lock that it takes anyway; what the export settles later is in a [`Tally`].

use std::collections::BTreeMap;
#[cfg(feature = "otlp")]
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use crate::def::EventDef;
use crate::happened::Happened;
use crate::line::Ledger;
use crate::record::Record;
use crate::sink::Taken;

/// The records that a sink was shown, and what became of them at once.
#[derive(Debug, Default)]
pub(crate) struct Book {
    numbers: Numbers,
    counter: Counter,
}

/// What happened how often.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    happened: Happened,
    /// Undeclared records.
    logs: u64,
}

/// The numbers of a book.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) emitted: u64,
    pub(crate) in_file: u64,
    pub(crate) dropped: u64,
}

#[cfg(feature = "otlp")]
impl Numbers {
    /// Both together.
    pub(crate) fn and(self, other: Numbers) -> Numbers {
        Numbers {
            emitted: self.emitted + other.emitted,
            in_file: self.in_file + other.in_file,
            dropped: self.dropped + other.dropped,
        }
    }
}

/// What the summary tells of the records.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// How often each event happened, by name.
    pub(crate) events: BTreeMap<String, u64>,
    /// Undeclared records.
    pub(crate) logs: u64,
}

impl Counter {
    #[inline]
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        match record {
            Record::Event(event) => self.event(event.def, event.on_span),
            Record::Log(_) => self.log(),
            _ => {}
        }
    }

    /// An event that is recorded both ways happened once.
    #[inline]
    pub(crate) fn event(&mut self, def: &'static EventDef, on_span: bool) {
        if !on_span || !def.log {
            self.happened.count(def);
        }
    }

    /// An undeclared record.
    #[inline]
    pub(crate) fn log(&mut self) {
        self.logs += 1;
    }

    /// What was counted, for the summary.
    pub(crate) fn counted(&self) -> Counted {
        Counted {
            events: self.happened.by_name(),
            logs: self.logs,
        }
    }
}

impl Counted {
    /// What two counters counted.
    #[cfg(feature = "otlp")]
    pub(crate) fn and(mut self, other: Counted) -> Counted {
        for (name, times) in other.events {
            *self.events.entry(name).or_default() += times;
        }
        self.logs += other.logs;
        self
    }
}

impl Book {
    /// A record was shown, and this became of it.
    #[inline]
    pub(crate) fn enter(&mut self, record: &Record<'_>, taken: Taken) {
        self.numbers.emitted += 1;
        match taken {
            Taken::InFile => self.numbers.in_file += 1,
            Taken::Dropped => self.numbers.dropped += 1,
            #[cfg(feature = "otlp")]
            Taken::Queued => {}
        }
        self.counter.record(record);
    }

    pub(crate) fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// What was counted, for the summary.
    pub(crate) fn counted(&self) -> Counted {
        self.counter.counted()
    }

    /// The ledger of a sink that settles everything at once.
    pub(crate) fn ledger(&self) -> Ledger {
        let Numbers {
            emitted,
            in_file,
            dropped,
        } = self.numbers;
        Ledger {
            emitted,
            in_file,
            dropped,
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
    /// Whether nobody settles anything any more.
    over: AtomicBool,
}

#[cfg(feature = "otlp")]
impl Tally {
    /// Nobody settles anything any more: what is on its way by now, or comes later, is lost, and counted.
    pub(crate) fn end(&self) {
        self.over.store(true, SeqCst);
    }

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
    pub(crate) fn ledger(&self, book: impl FnOnce() -> Numbers) -> Ledger {
        let acknowledged = self.acknowledged.load(SeqCst);
        let (in_file, dropped) = (self.in_file.load(SeqCst), self.dropped.load(SeqCst));
        let over = self.over.load(SeqCst);
        let book = book();
        let (in_file, dropped) = (book.in_file + in_file, book.dropped + dropped);
        let in_flight = book.emitted.saturating_sub(acknowledged + in_file + dropped);
        let (in_flight, lost) = if over { (0, in_flight) } else { (in_flight, 0) };
        Ledger {
            emitted: book.emitted,
            acknowledged,
            in_file,
            dropped: dropped + lost,
            in_flight,
        }
    }
}
