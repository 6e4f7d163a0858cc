//! The side of the emitting threads: a record is copied and queued, and nobody waits for the backend but who flushes.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::backend::{Backend, Temporality};
use crate::cells::Kept;
use crate::def::{SchemaDef, Severity};
use crate::ledger::{Counted, Tally};
use crate::line::Ledger;
use crate::notice::Notices;
use crate::otlp::channel::{NoRoad, Road};
use crate::otlp::fallback::Place;
use crate::otlp::queue::{Pushed, Queue};
use crate::otlp::ring::{Ending, Entry, Item, Starting};
use crate::otlp::worker;
use crate::record::{Event, Record, SpanEnd, SpanStart, UnixNanos};
use crate::run_file::RunFile;
use crate::sink::{Sink, Taken};

/// What the worker may take beyond the budget to write the file, before it is not waited for any more.
const GRACE: Duration = Duration::from_millis(500);

/// What the worker is asked to do.
pub(crate) enum Order {
    Flush(Flush),
    /// Take no more records but the run's own last ones, and say when.
    Close(SyncSender<()>),
}

/// Somebody waits until everything before this moment is where it belongs.
pub(crate) struct Flush {
    pub(crate) deadline: Instant,
    /// Whether the run is over.
    pub(crate) last: bool,
    pub(crate) done: Option<SyncSender<()>>,
}

/// The ways to a backend, checked, and not yet gone.
pub(crate) struct Roads {
    /// Of traces, logs and metrics.
    pub(crate) signals: [Option<Road>; 3],
    pub(crate) temporality: Temporality,
}

impl Roads {
    pub(crate) fn to(backend: &Backend) -> Result<Roads, NoRoad> {
        let road = |target: &Option<_>| target.as_ref().map(Road::to).transpose();
        Ok(Roads {
            signals: [
                road(&backend.traces)?,
                road(&backend.logs)?,
                road(&backend.metrics)?,
            ],
            temporality: backend.temporality,
        })
    }
}

/// What the worker needs to begin.
pub(crate) struct Begin {
    pub(crate) schema: &'static SchemaDef,
    pub(crate) roads: Roads,
    pub(crate) directory: PathBuf,
    pub(crate) id: String,
    pub(crate) notices: Arc<Notices>,
    pub(crate) budget: Duration,
    /// The file that was asked for beside the backend.
    pub(crate) file: Option<RunFile>,
}

/// An ordinary record.
const ITEM: Item = Item {
    spare: false,
    last: false,
    settled: None,
};

/// The sink of a run that is exported.
pub(crate) struct Otlp {
    queue: Arc<Queue>,
    tally: Arc<Tally>,
    orders: UnboundedSender<Order>,
    notices: Arc<Notices>,
    budget: Duration,
    file: Option<RunFile>,
    path: Arc<OnceLock<PathBuf>>,
    full: OnceLock<()>,
    /// When the end of the run, which begins when it closes, is not waited for any more.
    end: OnceLock<Instant>,
}

impl Otlp {
    /// Starts the worker.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(begin: Begin) -> io::Result<Otlp> {
        let Begin {
            schema,
            roads,
            directory,
            id,
            notices,
            budget,
            file,
        } = begin;
        let tally = Arc::<Tally>::default();
        let queue = Arc::new(Queue::new());
        let (orders, to_worker) = unbounded_channel();
        let path = Arc::new(OnceLock::new());
        let place = Place {
            directory,
            id,
            notices: Arc::clone(&notices),
            path: Arc::clone(&path),
        };
        worker::spawn(
            schema,
            roads,
            Arc::clone(&queue),
            to_worker,
            place,
            Arc::clone(&tally),
            budget,
        )?;
        Ok(Otlp {
            queue,
            tally,
            orders,
            notices,
            budget,
            file,
            path,
            full: OnceLock::new(),
            end: OnceLock::new(),
        })
    }

    #[inline(always)]
    fn queue(&self, time: UnixNanos, entry: impl Entry, item: Item) {
        if self.queue.push(time, entry, item) == Pushed::Full && item.settled.is_none() {
            self.tell_full();
        }
    }

    #[cold]
    fn tell_full(&self) {
        if self.full.set(()).is_ok() {
            self.notices.tell(
                "queue_full",
                "records are lost, because more of them come than can be exported; they are counted",
            );
        }
    }

    /// Closing and the last flush share one budget.
    fn end(&self) -> Instant {
        *self.end.get_or_init(|| Instant::now() + self.budget)
    }

    fn wait(&self, last: bool) {
        let deadline = if last {
            self.end()
        } else {
            Instant::now() + self.budget
        };
        self.ask(deadline, |done| {
            Order::Flush(Flush {
                deadline,
                last,
                done: Some(done),
            })
        });
    }

    /// Asks the worker to do something, and waits until it has. One that is gone has nothing to wait for, and one that is
    /// late is not waited for.
    fn ask(&self, deadline: Instant, order: impl FnOnce(SyncSender<()>) -> Order) {
        let (done, answer) = sync_channel(1);
        if self.orders.send(order(done)).is_ok() {
            let _ = answer.recv_timeout((deadline + GRACE).saturating_duration_since(Instant::now()));
        }
    }
}

impl Sink for Otlp {
    fn take(&self, time: UnixNanos, record: &Record<'_>, last: bool) {
        let in_file = self.file.as_ref().map(|file| file.put(time, record, last));
        let settled = in_file.filter(|taken| *taken == Taken::InFile);
        let item = Item {
            spare: is_spare(record),
            last,
            settled,
        };
        self.queue(time, record, item);
    }

    fn take_event(&self, time: UnixNanos, event: &Event<'_>) {
        if self.file.is_some() || event.def.severity <= Severity::Debug {
            self.take(time, &Record::Event(event), false);
        } else {
            self.queue(time, event, ITEM);
        }
    }

    fn take_start(&self, time: UnixNanos, start: &SpanStart<'_>, kept: &mut Kept) {
        if self.file.is_some() {
            self.take(time, &Record::SpanStart(start), false);
        } else {
            self.queue(time, Starting(start, kept), ITEM);
        }
        if kept.words.is_empty() {
            kept.keep(start.attributes.values);
        }
    }

    fn take_end(&self, time: UnixNanos, end: &SpanEnd<'_>, kept: &Kept) {
        if self.file.is_none() && !kept.words.is_empty() {
            self.queue(time, Ending(end, kept), ITEM);
            return;
        }
        kept.show_end(end, |end| self.take(time, end, false));
    }

    fn close(&self) {
        if let Some(file) = &self.file {
            file.close();
        }
        self.queue.close();
        self.ask(self.end(), Order::Close);
    }

    fn ledger(&self) -> Ledger {
        self.tally.ledger(|| self.queue.numbers())
    }

    fn counted(&self) -> Counted {
        self.queue.counted()
    }

    fn flush(&self) {
        self.wait(false);
    }

    fn finish(&self) {
        self.wait(true);
        if let Some(file) = &self.file {
            file.finish();
        }
    }

    fn file(&self) -> Option<PathBuf> {
        let asked_for = self.file.as_ref().and_then(|file| file.path());
        asked_for
            .or(self.path.get().map(PathBuf::as_path))
            .map(ToOwned::to_owned)
    }

    fn is_silent(&self) -> bool {
        self.file.is_none()
    }

    fn expects(&self) -> Taken {
        match self.file {
            Some(_) => Taken::InFile,
            None => Taken::Queued,
        }
    }
}

/// Whether a record may be lost before others are.
fn is_spare(record: &Record<'_>) -> bool {
    match record {
        Record::Event(event) => event.def.severity <= Severity::Debug,
        Record::Log(log) => log.severity <= Severity::Debug,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
