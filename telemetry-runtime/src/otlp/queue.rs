//! The way from the threads that emit to the one that exports: a ring for each of them, and the order among them.
//!
//! An emitting thread looks at nothing that others write but two flags: whether the queue is closed, and whether the
//! worker sleeps. So it is the worker that numbers records, counts events and closes the queue. Among the records of
//! several threads it keeps the order of their times, and never takes one before another that it may follow from.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::ledger::{Counted, Counter, Numbers};
use crate::otlp::ring::{Entry, Item, Meter, Next, Ring, Source};
use crate::otlp::row::Row;
use crate::record::UnixNanos;
use crate::sync::lock;

/// Most items of a row.
pub(crate) const ROW: usize = 1024;

/// Empty rows that are kept.
const ROWS: usize = 8;

/// Tells the queues of a process apart.
static QUEUES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The rings of this thread, each with the queue that it leads to; the last is the one that was used last.
    static RINGS: RefCell<Vec<(u64, Ring)>> = const { RefCell::new(Vec::new()) };
}

/// The queue of a run.
pub(crate) struct Queue {
    id: u64,
    /// What threads come with that are new here, and the meters of all.
    desk: Mutex<Desk>,
    /// Locked by the worker, and by whoever asks what was counted.
    intake: Mutex<Intake>,
    /// For threads that are ending, and have no ring of their own any more.
    side: Mutex<Ring>,
    closed: AtomicBool,
    asleep: AtomicBool,
    bell: Notify,
}

#[derive(Default)]
struct Desk {
    new: Vec<Source>,
    meters: Vec<Arc<Meter>>,
    /// Of rings that are gone, and of what came when the queue was closed.
    past: Numbers,
    /// What was turned away.
    turned: Counter,
}

/// The worker's side.
#[derive(Default)]
struct Intake {
    sources: Vec<Source>,
    /// The number of the next record.
    next: u64,
    counter: Counter,
    /// Whether only the run's own last records are taken.
    closed: bool,
    empty: Vec<Row>,
}

/// Whether an item found its way into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    In,
    Full,
    Closed,
}

impl Queue {
    pub(crate) fn new() -> Queue {
        let (side, source) = Ring::new();
        let desk = Desk {
            meters: vec![Arc::clone(source.meter())],
            new: vec![source],
            ..Desk::default()
        };
        Queue {
            id: QUEUES.fetch_add(1, Relaxed),
            desk: Mutex::new(desk),
            intake: Mutex::default(),
            side: Mutex::new(side),
            closed: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            bell: Notify::new(),
        }
    }

    /// Takes a record, if it has room for it.
    #[inline]
    pub(crate) fn push(&self, time: UnixNanos, mut entry: impl Entry, item: Item) -> Pushed {
        let own = RINGS.try_with(|rings| {
            let mut rings = rings.try_borrow_mut().ok()?;
            let ring = match rings.last_mut() {
                Some((id, ring)) if *id == self.id => ring,
                _ => self.own_ring(&mut rings)?,
            };
            Some(self.push_into(ring, time, &mut entry, item))
        });
        let call = match own {
            Ok(Some(call)) => call,
            _ => self.push_aside(time, &mut entry, item),
        };
        match call {
            Some(call) => {
                if call || self.asleep.load(Relaxed) {
                    self.ring();
                }
                Pushed::In
            }
            None => self.turned_away(&entry, item),
        }
    }

    #[inline(always)]
    fn push_into(
        &self,
        ring: &mut Ring,
        time: UnixNanos,
        entry: &mut impl Entry,
        item: Item,
    ) -> Option<bool> {
        if self.closed.load(Relaxed) && !item.last {
            ring.turn_away(item);
            return None;
        }
        ring.push(time, entry, item)
    }

    /// For a thread that is ending.
    #[cold]
    #[inline(never)]
    fn push_aside(&self, time: UnixNanos, entry: &mut impl Entry, item: Item) -> Option<bool> {
        self.push_into(&mut lock(&self.side), time, entry, item)
    }

    #[cold]
    #[inline(never)]
    fn turned_away(&self, entry: &impl Entry, item: Item) -> Pushed {
        lock(&self.desk).turned.record(&entry.record());
        if self.closed.load(Relaxed) && !item.last {
            Pushed::Closed
        } else {
            Pushed::Full
        }
    }

    /// The ring of this thread to this queue, made when there is none.
    #[cold]
    fn own_ring<'r>(&self, rings: &'r mut Vec<(u64, Ring)>) -> Option<&'r mut Ring> {
        let own = match rings.iter().position(|(id, _)| *id == self.id) {
            Some(at) => rings.remove(at),
            None => {
                rings.retain(|(_, ring)| !ring.is_abandoned());
                let (ring, source) = Ring::new();
                let mut desk = lock(&self.desk);
                desk.meters.push(Arc::clone(source.meter()));
                desk.new.push(source);
                (self.id, ring)
            }
        };
        rings.push(own);
        rings.last_mut().map(|(_, ring)| ring)
    }

    #[cold]
    fn ring(&self) {
        self.asleep.store(false, Relaxed);
        self.bell.notify_one();
    }

    /// Looks which records wait: those are what [`take`](Queue::take) gives out from now on.
    pub(crate) fn survey(&self) {
        self.survey_with(|| ());
    }

    /// With something that happens between two looks, for a test.
    fn survey_with(&self, between: impl FnOnce()) {
        let mut intake = lock(&self.intake);
        let Intake { sources, next, .. } = &mut *intake;
        let mut desk = lock(&self.desk);
        sources.append(&mut desk.new);
        sources.retain_mut(|source| {
            *next += source.turned_away();
            let over = source.is_over();
            if over {
                let gone = source.meter().numbers();
                desk.past = desk.past.and(gone);
                desk.meters.retain(|meter| !Arc::ptr_eq(meter, source.meter()));
            }
            !over
        });
        drop(desk);
        // What waits at the first look may follow only from what is there at the second, and is not younger.
        for source in &mut *sources {
            source.due = source.waiting();
        }
        between();
        for source in &mut *sources {
            source.ripe = source.waiting();
        }
    }

    /// A row of the oldest records that were due; `None` when there are none.
    pub(crate) fn take(&self) -> Option<Row> {
        let mut intake = lock(&self.intake);
        let mut row = None;
        let mut discarded = 0;
        while let Some((source, until)) = intake.oldest() {
            let mut filled = row
                .take()
                .unwrap_or_else(|| intake.empty.pop().unwrap_or_default());
            discarded += intake.fill(&mut filled, source, until);
            let is_full = filled.len() == ROW;
            row = Some(filled);
            if is_full {
                break;
            }
        }
        if discarded > 0 {
            lock(&self.desk).past.dropped += discarded;
        }
        row
    }

    /// Whether everything that was due is taken.
    pub(crate) fn is_done(&self) -> bool {
        lock(&self.intake).sources.iter().all(|source| source.due == 0)
    }

    /// Gives an empty row back, for its room.
    pub(crate) fn give_back(&self, row: Row) {
        let empty = &mut lock(&self.intake).empty;
        if empty.len() < ROWS {
            empty.push(row);
        }
    }

    /// How many records wait.
    pub(crate) fn waiting(&self) -> usize {
        let waiting = |sources: &[Source]| sources.iter().map(Source::waiting).sum::<u64>();
        let intake = lock(&self.intake);
        (waiting(&intake.sources) + waiting(&lock(&self.desk).new)) as usize
    }

    /// From now on a record rings the bell, unless it comes at this very moment: who sleeps looks again a little later.
    pub(crate) fn doze(&self) {
        self.asleep.store(true, SeqCst);
    }

    /// The number that the next record will have.
    pub(crate) fn next(&self) -> u64 {
        lock(&self.intake).next
    }

    /// Takes no more records but the last ones, as far as emitting threads have heard.
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
    }

    /// Takes no more records but the last ones, whoever has heard or not. For the worker, when it has taken what was due.
    pub(crate) fn seal(&self) {
        self.close();
        lock(&self.intake).closed = true;
    }

    /// Gives up all records: nobody takes any more.
    pub(crate) fn abandon(&self) -> Vec<Row> {
        self.close();
        self.survey();
        let left = std::iter::from_fn(|| self.take()).collect();
        lock(&self.intake).empty = Vec::new();
        left
    }

    /// What became of all records at once.
    pub(crate) fn numbers(&self) -> Numbers {
        let desk = lock(&self.desk);
        let now = desk.meters.iter().map(|meter| meter.numbers());
        now.fold(desk.past, Numbers::and)
    }

    /// What was counted of them: those that the worker has seen, and those that were turned away.
    pub(crate) fn counted(&self) -> Counted {
        let taken = lock(&self.intake).counter.counted();
        taken.and(lock(&self.desk).turned.counted())
    }

    /// Waits for the bell.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }
}

impl Intake {
    /// The source whose next record is the oldest, while any is due, and the time of the next one elsewhere.
    fn oldest(&mut self) -> Option<(usize, UnixNanos)> {
        if self.sources.iter().all(|source| source.due == 0) {
            return None;
        }
        let (mut oldest, mut until) = (None, UnixNanos::MAX);
        for (at, source) in self.sources.iter_mut().enumerate() {
            let Some(Next { time, .. }) = source.next() else {
                continue;
            };
            match oldest {
                Some((_, least)) if time >= least => until = until.min(time),
                _ => {
                    until = oldest.map_or(until, |(_, least)| least);
                    oldest = Some((at, time));
                }
            }
        }
        oldest.map(|(at, _)| (at, until))
    }

    /// Takes records out of a source into a row, until one is younger, none is due or the row is full. Says how many came
    /// when the queue was closed.
    fn fill(&mut self, row: &mut Row, source: usize, until: UnixNanos) -> u64 {
        let others = self.sources.iter().enumerate();
        let others_are_due = others
            .filter(|(at, _)| *at != source)
            .any(|(_, other)| other.due > 0);
        let source = &mut self.sources[source];
        let mut discarded = 0;
        while (source.due > 0 || source.ripe > 0 && others_are_due)
            && row.len() < ROW
            && let Some(next) = source.next().filter(|next| next.time <= until)
        {
            if self.closed && !next.last {
                source.take(self.next, &mut Row::empty(), &mut Counter::default());
                discarded += 1;
            } else {
                source.take(self.next, row, &mut self.counter);
            }
            self.next += 1;
        }
        discarded
    }
}

#[cfg(test)]
mod tests;
