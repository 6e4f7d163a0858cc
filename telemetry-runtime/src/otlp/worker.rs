//! The one thread that exports. It drives a runtime of its own all the time, so that connections live also while
//! nothing is sent, and it is deaf to `tracing`: what the transport says of itself never comes back as a record.
//!
//! It sleeps while nothing is queued. The first record wakes it, it lets others keep that one company for a moment,
//! and takes them all; as long as more of them come, it looks for them by itself.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tracing::subscriber::NoSubscriber;

use crate::context;
use crate::def::SchemaDef;
use crate::ledger::Tally;
use crate::otlp::batch::Batch;
use crate::otlp::exporter::Exporter;
use crate::otlp::fallback::Place;
use crate::otlp::lane::BATCH;
use crate::otlp::queue::Queue;
use crate::otlp::row::Row;
use crate::otlp::sink::{Flush, Order, Roads};

/// How long the first record waits for company.
const LINGER: Duration = Duration::from_millis(50);

/// How long nothing has to wait before the worker sleeps.
const QUIET: Duration = Duration::from_secs(1);

/// Starts the thread.
pub(crate) fn spawn(
    schema: &'static SchemaDef,
    roads: Roads,
    queue: Arc<Queue>,
    orders: UnboundedReceiver<Order>,
    place: Place,
    tally: Arc<Tally>,
    budget: Duration,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let work = move || {
        let _deaf = tracing::subscriber::set_default(NoSubscriber::new());
        // Moved in after it: connections end with the runtime, and speak of that while they do.
        let runtime = runtime;
        context::in_sink_during(|| {
            let inside = runtime.enter();
            let mut exporter = Exporter::new(schema, roads, place, Arc::clone(&tally));
            drop(inside);
            let mut worker = Worker {
                queue: &queue,
                orders,
                lent: VecDeque::new(),
                budget,
            };
            let work = || runtime.block_on(worker.run(&mut exporter));
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                bury(&queue, &mut exporter);
            }
            close(&queue, &tally);
        });
    };
    thread::Builder::new().name("telemetry".to_owned()).spawn(work)?;
    Ok(())
}

/// The last words of a worker that panicked: what it had in hand, and what still waits, goes to the file.
fn bury(queue: &Queue, exporter: &mut Exporter) {
    let left = queue.abandon();
    let left = left.into_iter().map(|row| Arc::new(Batch::of(row)));
    let bury = || exporter.bury(left, Instant::now());
    // Should it panic again, the books still balance: see `close`.
    let _ = catch_unwind(AssertUnwindSafe(bury));
}

/// Nobody takes records out of the queue any more: what is not settled by now is lost, and counted.
fn close(queue: &Queue, tally: &Tally) {
    queue.abandon();
    tally.end();
}

/// How the worker comes to rest: for a while it looks by itself whether something waits, so that records that follow each
/// other closely call nobody; then it asks to be called, looks once more, and sleeps.
#[derive(Default)]
struct Rest {
    since: Option<Instant>,
    dozes: bool,
}

impl Rest {
    /// Nothing waits. When to look again.
    fn quiet(&mut self, queue: &Queue, now: Instant) -> Option<Instant> {
        let since = *self.since.get_or_insert(now);
        if now < since + QUIET {
            return Some(now + LINGER);
        }
        let dozed = std::mem::replace(&mut self.dozes, true);
        queue.doze();
        (!dozed).then(|| now + LINGER)
    }
}

struct Worker<'w> {
    queue: &'w Queue,
    orders: UnboundedReceiver<Order>,
    /// Batches with records on their way, the oldest first.
    lent: VecDeque<Arc<Batch>>,
    budget: Duration,
}

impl Worker<'_> {
    /// Works until the run is over.
    async fn run(&mut self, exporter: &mut Exporter) {
        // When the records that wait in the queue are due.
        let mut due: Option<Instant> = None;
        let mut rest = Rest::default();
        loop {
            let now = Instant::now();
            if exporter.is_urgent() || due.is_some_and(|due| now >= due) {
                due = None;
                self.drain(exporter);
            }
            let mut wake = exporter.step(now);
            if exporter.finish_flushes(now) {
                return;
            }
            self.give_back();
            let next = match self.queue.waiting() {
                0 => {
                    due = None;
                    rest.quiet(self.queue, now)
                }
                // An answer makes room, and comes for itself.
                _ if !exporter.has_room() => None,
                waiting => {
                    rest = Rest::default();
                    let at_once = waiting >= BATCH || exporter.is_urgent();
                    Some(if at_once {
                        now
                    } else {
                        *due.get_or_insert(now + LINGER)
                    })
                }
            };
            if let Some(next) = next {
                due = Some(next);
                wake = Some(wake.map_or(next, |wake| wake.min(next)));
            }
            let timer = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(Order::Flush(flush)) => exporter.wait(flush),
                    Some(Order::Close(closed)) => {
                        self.close(exporter);
                        // Who does not wait any more does not need to know.
                        let _ = closed.send(());
                    }
                    // A sink that is gone without a word ends the run too.
                    None => exporter.wait(Flush {
                        deadline: Instant::now() + self.budget,
                        last: true,
                        done: None,
                    }),
                },
                Some(answer) = exporter.answers.join_next() => {
                    // A message that was given up has no answer.
                    if let Ok(answer) = answer {
                        exporter.answered(answer, Instant::now());
                    }
                }
                () = self.queue.rung() => {}
                () = timer => {}
            }
        }
    }

    /// Takes everything out of the queue that waits there now, row by row, as far as there is room for it.
    fn drain(&mut self, exporter: &mut Exporter) {
        if self.queue.is_done() {
            self.queue.survey();
            exporter.surveyed();
        }
        while exporter.has_room() {
            let Some(row) = self.queue.take() else {
                return exporter.drained(self.queue.next());
            };
            self.take(exporter, row);
        }
    }

    fn take(&mut self, exporter: &mut Exporter, row: Row) {
        let batch = Arc::new(Batch::of(row));
        exporter.take(&batch);
        self.lent.push_back(batch);
    }

    /// Takes everything out of the queue, whether there is room for it or not, and closes it.
    fn close(&mut self, exporter: &mut Exporter) {
        // The first time may only finish what was due before.
        for _ in 0..2 {
            while let Some(row) = self.queue.take() {
                self.take(exporter, row);
            }
            self.queue.survey();
            exporter.surveyed();
        }
        self.queue.seal();
    }

    /// Gives batches back to the queue whose records have all arrived somewhere.
    fn give_back(&mut self) {
        for _ in 0..self.lent.len() {
            match self.lent.pop_front().map(Arc::try_unwrap) {
                Some(Ok(batch)) => self.queue.give_back(batch.into_row()),
                Some(Err(batch)) => self.lent.push_back(batch),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, OnceLock};

    use super::*;
    use crate::backend::Temporality;
    use crate::line::{Ledger, Notice};
    use crate::notice::Notices;
    use crate::otlp::ring::Item;
    use crate::record::Record;
    use crate::tests::SCHEMA;

    fn push(queue: &Queue, code: &str) {
        let notice = Notice {
            code: code.to_owned(),
            body: String::new(),
        };
        let item = Item {
            spare: false,
            last: false,
            settled: None,
        };
        queue.push(7, &Record::Notice(&notice), item);
    }

    /// A worker between two of its steps, with records in hand and in the queue.
    fn interrupted(folder: &Path) -> (Queue, Exporter, Arc<Tally>, Arc<OnceLock<std::path::PathBuf>>) {
        let queue = Queue::new();
        let (tally, path) = (Arc::<Tally>::default(), Arc::<OnceLock<_>>::default());
        let roads = Roads {
            signals: [None, None, None],
            temporality: Temporality::Cumulative,
        };
        let place = Place {
            directory: folder.to_owned(),
            id: "sudden".to_owned(),
            notices: Arc::new(Notices::new(Some(Arc::new(|_| ())))),
            path: Arc::clone(&path),
        };
        let mut exporter = Exporter::new(&SCHEMA, roads, place, Arc::clone(&tally));
        push(&queue, "in hand");
        queue.survey();
        if let Some(row) = queue.take() {
            exporter.take(&Arc::new(Batch::of(row)));
        }
        push(&queue, "in the queue");
        (queue, exporter, tally, path)
    }

    #[test]
    fn what_a_worker_that_panics_has_in_hand_is_in_the_file() {
        let folder = std::env::temp_dir().join(format!("sudden-{}", std::process::id()));
        let (queue, mut exporter, tally, path) = interrupted(&folder);
        assert_eq!(tally.ledger(|| queue.numbers()).in_flight, 2);
        bury(&queue, &mut exporter);
        close(&queue, &tally);
        let expected = Ledger {
            emitted: 2,
            in_file: 2,
            ..Ledger::default()
        };
        assert_eq!(tally.ledger(|| queue.numbers()), expected);
        let text = std::fs::read_to_string(path.get().expect("a file")).expect("the file can be read");
        assert_eq!(text.lines().count(), 2, "{text}");
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn what_nobody_will_take_any_more_is_lost_and_counted() {
        let (queue, _, tally, _) = interrupted(Path::new("/nonexistent"));
        close(&queue, &tally);
        let ledger = tally.ledger(|| queue.numbers());
        assert_eq!((ledger.emitted, ledger.dropped, ledger.in_flight), (2, 2, 0));
    }
}
