//! The one thread that exports. It drives a runtime of its own all the time, so that connections live also while
//! nothing is sent, and it is deaf to `tracing`: what the transport says of itself never comes back as a record.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tracing::subscriber::NoSubscriber;

use crate::context;
use crate::def::SchemaDef;
use crate::ledger::Tally;
use crate::notice::Notices;
use crate::otlp::fallback::{Fallback, Place};
use crate::otlp::lane::{After, BATCH, Lane, Wish};
use crate::otlp::message::Messages;
use crate::otlp::packed::{Kept, Packed};
use crate::otlp::queue::Queue;
use crate::otlp::sink::{Flush, Queued, Roads};
use crate::otlp::spans::{Item, Next, Spans};
use crate::otlp::verdict::Verdict;
use crate::sink::Taken;

/// Most items that wait in the lanes: with more, the rest stays in the queue, which is bounded.
const IN_HAND: usize = 8 * BATCH;

const TRACES: usize = 0;
const LOGS: usize = 1;
const METRICS: usize = 2;

/// Starts the thread.
pub(crate) fn spawn(
    schema: &'static SchemaDef,
    roads: Roads,
    queue: Arc<Queue<Queued>>,
    orders: UnboundedReceiver<Flush>,
    place: Place,
    tally: Arc<Tally>,
    budget: Duration,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let work = move || {
        let _deaf = tracing::subscriber::set_default(NoSubscriber::new());
        context::in_sink_during(|| {
            runtime.block_on(async {
                // Clients are made inside of the runtime that will drive them.
                let worker = Worker::new(schema, roads, queue, place, tally);
                worker.run(orders, budget).await;
            });
        });
    };
    thread::Builder::new().name("telemetry".to_owned()).spawn(work)?;
    Ok(())
}

struct Worker {
    schema: &'static SchemaDef,
    queue: Arc<Queue<Queued>>,
    notices: Arc<Notices>,
    tally: Arc<Tally>,
    lanes: [Lane; 3],
    spans: Spans,
    messages: Messages,
    fallback: Fallback,
    answers: JoinSet<(usize, u64, Verdict)>,
    flushes: Vec<(Flush, bool)>,
    /// The run's last record, which has no form of its own on the wire: it shares the fate of the command's span.
    end: Option<Packed>,
    anything_acknowledged: bool,
    command_acknowledged: bool,
    told: bool,
}

impl Worker {
    fn new(
        schema: &'static SchemaDef,
        roads: Roads,
        queue: Arc<Queue<Queued>>,
        place: Place,
        tally: Arc<Tally>,
    ) -> Worker {
        let now = Instant::now();
        let lanes = roads
            .signals
            .map(|road| Lane::new(road.map(|road| road.client()), now));
        Worker {
            schema,
            queue,
            notices: Arc::clone(&place.notices),
            tally: Arc::clone(&tally),
            lanes,
            spans: Spans::default(),
            messages: Messages::new(schema, roads.temporality),
            fallback: Fallback::new(place, tally),
            answers: JoinSet::new(),
            flushes: Vec::new(),
            end: None,
            anything_acknowledged: false,
            command_acknowledged: false,
            told: false,
        }
    }

    /// Works until the run is over.
    async fn run(mut self, mut orders: UnboundedReceiver<Flush>, budget: Duration) {
        let queue = Arc::clone(&self.queue);
        loop {
            self.drain();
            let mut wake = self.step(Instant::now());
            self.write();
            if self.finish_flushes(Instant::now()) {
                return;
            }
            for (flush, _) in &self.flushes {
                wake = Some(wake.map_or(flush.deadline, |wake| wake.min(flush.deadline)));
            }
            let timer = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                order = orders.recv() => {
                    // A sink that is gone without a word ends the run too.
                    let flush = order.unwrap_or_else(|| Flush {
                        upto: u64::MAX,
                        deadline: Instant::now() + budget,
                        last: true,
                        done: None,
                    });
                    self.flushes.push((flush, false));
                }
                Some(answer) = self.answers.join_next() => {
                    // A message that was given up has no answer.
                    if let Ok((signal, flight, verdict)) = answer {
                        let after = self.lanes[signal].answered(flight, verdict, Instant::now());
                        self.settle(signal, after);
                    }
                }
                () = queue.rung() => {}
                () = timer => {}
            }
        }
    }

    /// Takes records out of the queue, each on its way.
    fn drain(&mut self) {
        let in_hand: usize = self.lanes.iter().map(|lane| lane.pending.len()).sum();
        let room = IN_HAND.saturating_sub(in_hand);
        if room == 0 {
            return;
        }
        let taken = self.queue.take(room);
        if taken.len() < room {
            self.flushes.iter_mut().for_each(|(_, drained)| *drained = true);
        }
        let now = Instant::now();
        for (seq, queued) in taken {
            self.route(Packed::of(seq, queued), now);
        }
    }

    fn route(&mut self, record: Packed, now: Instant) {
        match &record.kept {
            Kept::Run(run) => {
                self.messages.begin(record.time, run);
                self.fallback.begins_with(record);
            }
            Kept::End(_) => self.end = Some(record),
            Kept::Metrics(_) => self.send(METRICS, Item::alone(record), now),
            _ => match self.spans.take(record) {
                Next::Waits => {}
                Next::Goes(item) => {
                    let is_span = matches!(item.lead.kept, Kept::SpanEnd(_));
                    self.send(if is_span { TRACES } else { LOGS }, item, now);
                }
                Next::Lost(record) if record.settled => {}
                Next::Lost(_) => self.tally.settle(Taken::Dropped),
            },
        }
    }

    fn send(&mut self, signal: usize, item: Item, now: Instant) {
        if let Some(refused) = self.lanes[signal].push(item, now) {
            refused
                .into_records()
                .for_each(|record| self.fallback.put(record));
        }
    }

    /// Does what the lanes want, and says when they want more.
    fn step(&mut self, now: Instant) -> Option<Instant> {
        let urgent = !self.flushes.is_empty();
        let overdue = self.flushes.iter().any(|(flush, _)| now >= flush.deadline);
        let mut wake: Option<Instant> = None;
        for signal in [TRACES, LOGS, METRICS] {
            if overdue && self.lanes[signal].oldest().is_some() {
                self.give_up(signal, "it was not done before the time for it was over", now);
            }
            match self.lanes[signal].wish(now, urgent) {
                Ok(Wish::Send) => self.launch(signal, now),
                Ok(Wish::Probe) => self.fly(signal, Vec::new(), Messages::probe(signal), now),
                Ok(Wish::GiveUp) => self.give_up(signal, "it does not keep up", now),
                Err(None) => {}
                Err(Some(at)) => wake = Some(wake.map_or(at, |wake| wake.min(at))),
            }
        }
        wake
    }

    fn launch(&mut self, signal: usize, now: Instant) {
        let lane = &mut self.lanes[signal];
        let (items, message) = match signal {
            TRACES => self.messages.traces(lane),
            LOGS => self.messages.logs(lane),
            _ => self.messages.metrics(lane),
        };
        self.fly(signal, items, message, now);
    }

    fn fly(&mut self, signal: usize, items: Vec<Item>, message: crate::otlp::channel::Message, now: Instant) {
        let lane = &mut self.lanes[signal];
        let Some(client) = lane.client.clone() else {
            return;
        };
        let flight = lane.next_flight();
        let export = async move { (signal, flight, client.export(message).await) };
        let abort = self.answers.spawn(export);
        lane.flies(items, now, abort);
    }

    fn give_up(&mut self, signal: usize, why: &str, now: Instant) {
        let items = self.lanes[signal].give_up(now);
        self.settle(signal, After::Undelivered(items, why.to_owned()));
    }

    fn settle(&mut self, signal: usize, after: After) {
        match after {
            After::Nothing => {}
            After::Acknowledged(items) => {
                if signal == METRICS && !items.is_empty() {
                    self.messages.points.acknowledge();
                }
                self.anything_acknowledged |= !items.is_empty();
                self.command_acknowledged |= items
                    .iter()
                    .any(|item| item.lead.kept.is_end_of(self.schema.roles.command));
                self.fallback.delivered(&items);
                let records = items.iter().flat_map(Item::unsettled).count();
                self.tally.acknowledge(records as u64);
            }
            After::Undelivered(items, why) => {
                if !items.is_empty() {
                    self.tell(&why);
                }
                for record in items.into_iter().flat_map(Item::into_records) {
                    self.fallback.put(record);
                }
            }
        }
    }

    /// Once a run: the operator can do something about it or not, but not each time again.
    fn tell(&mut self, why: &str) {
        if !std::mem::replace(&mut self.told, true) {
            let body = format!(
                "not everything could be delivered to the telemetry backend ({why}); what is not delivered goes to the run file, and delivery goes on being tried"
            );
            self.notices.tell("not_delivered", body);
        }
    }

    /// Writes what is certain not to be delivered.
    fn write(&mut self) {
        let before = self.lanes.iter().filter_map(Lane::oldest_unsettled).min();
        let all = self.lanes[TRACES].is_open();
        self.fallback
            .write(before.unwrap_or(u64::MAX), self.spans.records_mut(), all);
    }

    /// Answers those whose flush is done, and says whether the run is over.
    fn finish_flushes(&mut self, now: Instant) -> bool {
        let oldest = self
            .lanes
            .iter()
            .filter_map(Lane::oldest)
            .min()
            .unwrap_or(u64::MAX);
        let is_done =
            |(flush, drained): &(Flush, bool)| *drained && (oldest >= flush.upto || now >= flush.deadline);
        let done: Vec<_> = self.flushes.extract_if(.., |flush| is_done(flush)).collect();
        let over = done.iter().any(|(flush, _)| flush.last);
        if over {
            self.settle_last();
        }
        for (flush, _) in done {
            // Who does not wait any more does not need to know.
            let _ = flush.done.map(|done| done.send(()));
        }
        over
    }

    /// What is only known at the end: spans that never ended, and the records without a form on the wire.
    fn settle_last(&mut self) {
        let unfinished = self.spans.give_up();
        if unfinished.iter().any(|record| !record.settled) {
            self.tell("spans that never ended have no form on the wire");
        }
        unfinished
            .into_iter()
            .for_each(|record| self.fallback.put(record));
        self.write();
        let in_file = self.fallback.is_open();
        if let Some(end) = self.end.take_if(|end| !end.settled) {
            if in_file || !self.command_acknowledged {
                self.fallback.put(end);
            } else {
                self.tally.acknowledge(1);
            }
        }
        self.write();
        let nothing_else = self.anything_acknowledged;
        if let Some(run) = self.fallback.unsettled_run().filter(|_| nothing_else) {
            run.settled = true;
            self.tally.acknowledge(1);
        }
    }
}
