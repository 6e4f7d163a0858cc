//! What the worker does with the records that it takes out of the queue: each goes down the lane of its signal, or to
//! the file, and its fate is entered into the books. It waits for nothing; the worker does.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::def::SchemaDef;
use crate::ledger::Tally;
use crate::notice::Notices;
use crate::otlp::batch::{Batch, Sort};
use crate::otlp::channel::Message;
use crate::otlp::fallback::{Fallback, Place};
use crate::otlp::lane::{After, BATCH, Lane, Wish};
use crate::otlp::message::Messages;
use crate::otlp::packed::Packed;
use crate::otlp::sink::{Flush, Roads};
use crate::otlp::spans::{Item, Next, Spans};
use crate::otlp::verdict::Verdict;
use crate::record::Record;
use crate::sink::Taken;

/// Most items that wait in the lanes: with more, the rest stays in the queue, which is bounded.
const IN_HAND: usize = 8 * BATCH;

const TRACES: usize = 0;
const LOGS: usize = 1;
const METRICS: usize = 2;

/// An answer: of which signal, to which of its messages, and what it means.
pub(crate) type Answer = (usize, u64, Verdict);

/// What somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// Not even looked for in the queue.
    Unknown,
    /// On its way out of the queue.
    Due,
    /// In hand: everything before this number.
    Number(u64),
}

/// The records on their way.
pub(crate) struct Exporter {
    notices: Arc<Notices>,
    tally: Arc<Tally>,
    lanes: [Lane; 3],
    spans: Spans,
    messages: Messages,
    fallback: Fallback,
    /// Messages under way.
    pub(crate) answers: JoinSet<Answer>,
    /// Those who wait, and how far what they wait for has come.
    flushes: Vec<(Flush, Until)>,
    /// The run's last record, which has no form of its own on the wire: it shares the fate of the summary.
    end: Option<Packed>,
    anything_acknowledged: bool,
    summary_acknowledged: bool,
    told: bool,
    /// Whether the operator knows that records were lost here.
    told_lost: bool,
}

impl Exporter {
    /// Has to be made inside of the runtime that will drive its clients.
    pub(crate) fn new(schema: &'static SchemaDef, roads: Roads, place: Place, tally: Arc<Tally>) -> Exporter {
        Exporter {
            notices: Arc::clone(&place.notices),
            tally: Arc::clone(&tally),
            lanes: roads
                .signals
                .map(|road| Lane::new(road.map(|road| road.client()))),
            spans: Spans::default(),
            messages: Messages::new(schema, roads.temporality),
            fallback: Fallback::new(place, tally),
            answers: JoinSet::new(),
            flushes: Vec::new(),
            end: None,
            anything_acknowledged: false,
            summary_acknowledged: false,
            told: false,
            told_lost: false,
        }
    }

    /// Whether it can take more out of the queue.
    pub(crate) fn has_room(&self) -> bool {
        let in_hand: usize = self.lanes.iter().map(|lane| lane.pending.len()).sum();
        in_hand < IN_HAND
    }

    /// Whether somebody waits.
    pub(crate) fn is_urgent(&self) -> bool {
        !self.flushes.is_empty()
    }

    /// Somebody waits from now on.
    pub(crate) fn wait(&mut self, flush: Flush) {
        self.flushes.push((flush, Until::Unknown));
    }

    /// Sends everything that was in the queue on its way.
    pub(crate) fn take(&mut self, batch: &Arc<Batch>) {
        Packed::all(batch).for_each(|record| self.route(record, batch));
        self.spans.part(batch);
    }

    /// What waits in the queue was looked for.
    pub(crate) fn surveyed(&mut self) {
        for (_, until) in &mut self.flushes {
            if *until == Until::Unknown {
                *until = Until::Due;
            }
        }
    }

    /// What was looked for is in hand: everything before this number.
    pub(crate) fn drained(&mut self, next: u64) {
        for (_, until) in &mut self.flushes {
            if *until == Until::Due {
                *until = Until::Number(next);
            }
        }
    }

    fn route(&mut self, mut record: Packed, batch: &Arc<Batch>) {
        match record.sort() {
            Sort::Run => {
                record.part(batch);
                let messages = &mut self.messages;
                record.show(|shown| {
                    if let Record::Run(run) = shown {
                        messages.begin(record.time(), run);
                    }
                });
                self.fallback.begins_with(record);
            }
            Sort::Last => self.end = Some(record),
            Sort::Metrics => self.send(METRICS, Item::alone(record)),
            Sort::Told | Sort::Summary => self.send(LOGS, Item::alone(record)),
            Sort::Start | Sort::End | Sort::OnSpan => match self.spans.take(record) {
                Next::Waits => {}
                Next::Goes(item) => {
                    let is_span = item.lead.sort() == Sort::End;
                    self.send(if is_span { TRACES } else { LOGS }, item);
                }
                Next::Lost(record) if record.settled => {}
                Next::Lost(_) => self.lose(),
            },
        }
    }

    /// Counts a record that nothing has room for; the operator is told of the first.
    fn lose(&mut self) {
        self.tally.settle(Taken::Dropped, 1);
        if !std::mem::replace(&mut self.told_lost, true) {
            self.notices.tell(
                "span_full",
                "records are lost, because more of them wait for the end of their span than there is room for; they are counted",
            );
        }
    }

    fn send(&mut self, signal: usize, item: Item) {
        if let Some(refused) = self.lanes[signal].push(item) {
            refused
                .into_records()
                .for_each(|record| self.fallback.put(record));
        }
    }

    /// Does what the lanes want, and says when they want more.
    pub(crate) fn step(&mut self, now: Instant) -> Option<Instant> {
        let urgent = self.is_urgent();
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
                Err(Some(at)) => wake = earlier(wake, at),
            }
        }
        self.write();
        self.flushes
            .iter()
            .fold(wake, |wake, (flush, _)| earlier(wake, flush.deadline))
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

    fn fly(&mut self, signal: usize, items: Vec<Item>, message: Message, now: Instant) {
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

    /// An answer came.
    pub(crate) fn answered(&mut self, (signal, flight, verdict): Answer, now: Instant) {
        let after = self.lanes[signal].answered(flight, verdict, now);
        self.settle(signal, after);
    }

    fn settle(&mut self, signal: usize, after: After) {
        match after {
            After::Nothing => {}
            After::Acknowledged(items) => {
                if signal == METRICS && !items.is_empty() {
                    self.messages.points.acknowledge();
                }
                self.anything_acknowledged |= !items.is_empty();
                self.summary_acknowledged |= items.iter().any(|item| item.lead.sort() == Sort::Summary);
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
        let all = self.lanes[TRACES].is_open();
        if !all && !self.fallback.is_waiting() {
            return;
        }
        let before = self.lanes.iter().filter_map(Lane::oldest_unsettled).min();
        self.fallback
            .write(before.unwrap_or(u64::MAX), self.spans.records_mut(), all);
    }

    /// Answers those whose flush is done, and says whether the run is over.
    pub(crate) fn finish_flushes(&mut self, now: Instant) -> bool {
        let oldest = self
            .lanes
            .iter()
            .filter_map(Lane::oldest)
            .min()
            .unwrap_or(u64::MAX);
        let is_done = |(flush, until): &(Flush, Until)| match until {
            Until::Number(next) => oldest >= *next || now >= flush.deadline,
            _ => false,
        };
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
            if in_file || !self.summary_acknowledged {
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

    /// Ends without delivering: everything that is in hand, and what is left in the queue, goes to the file.
    pub(crate) fn bury(&mut self, left: impl Iterator<Item = Arc<Batch>>, now: Instant) {
        self.tell("the exporter came to a sudden end");
        left.for_each(|batch| self.take(&batch));
        for lane in &mut self.lanes {
            for record in lane.give_up(now).into_iter().flat_map(Item::into_records) {
                self.fallback.put(record);
            }
        }
        self.settle_last();
    }
}

fn earlier(one: Option<Instant>, other: Instant) -> Option<Instant> {
    Some(one.map_or(other, |one| one.min(other)))
}
