//! A run while it is alive: what guards, events and metrics record into. It stamps a record with time and place,
//! counts it and shows it to the run's sink; it takes no lock of its own on the way of an event.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cells::Kept;
use crate::clock::{Clock, Moment, SteadyNanos};
use crate::context;
use crate::def::{Observed, SchemaDef, Severity, Slot};
use crate::handover::Onward;
use crate::ids::Ids;
use crate::ledger::Counted;
use crate::line::Ledger;
use crate::metrics::{Instruments, Number};
use crate::notice::Notices;
use crate::record::{Event, Link, Record, SpanEnd, SpanId, SpanStart, TraceId, UnixNanos};
use crate::sampler::Probe;
use crate::shared::{Seen, Shared};
use crate::sink::{Sink, Taken};
use crate::summary::Counts;
use crate::sync::lock;
use crate::targets::Targets;
use crate::value::Value;
use crate::visit::{Trail, Visit};

/// What a recorder is made of.
pub(crate) struct Parts {
    pub(crate) schema: &'static SchemaDef,
    pub(crate) id: String,
    pub(crate) debug: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) notices: Arc<Notices>,
    /// The span whose context the process was started with.
    pub(crate) handover: Option<Link>,
    /// What the containers of this run are told.
    pub(crate) onward: Onward,
    /// Id of the stay in a container that this process is, when it joined a run.
    pub(crate) session: Option<String>,
    /// Whose `tracing` events are recorded.
    pub(crate) targets: Targets,
}

/// A run while it is alive.
pub(crate) struct Recorder {
    parts: Parts,
    /// Whether the sink is, see there.
    silent: bool,
    /// The span of everything: the command's, or the session's.
    whole: (TraceId, SpanId),
    visit: Shared<Visit>,
    trail: std::sync::Mutex<Trail>,
    counts: Counts,
    instruments: Instruments,
}

thread_local! {
    /// The visit that this thread saw last.
    static VISIT: RefCell<Seen<Visit>> = const { RefCell::new(Seen::NOTHING) };
}

impl Recorder {
    pub(crate) fn new(parts: Parts) -> Recorder {
        Recorder {
            whole: parts.ids.root(parts.clock.steady()),
            visit: Shared::none(),
            trail: std::sync::Mutex::default(),
            counts: Counts::default(),
            instruments: Instruments::default(),
            silent: parts.sink.is_silent(),
            parts,
        }
    }

    /// Shows a record, made now, to the sink.
    pub(crate) fn put(&self, record: &Record<'_>) {
        self.put_at(self.now(), record);
    }

    /// Shows a record to the sink.
    #[inline]
    pub(crate) fn put_at(&self, time: UnixNanos, record: &Record<'_>) {
        self.give(|sink| sink.take(time, record, false));
    }

    /// Shows an event to the sink.
    #[inline]
    pub(crate) fn put_event(&self, time: UnixNanos, event: &Event<'_>) {
        self.give(|sink| sink.take_event(time, event));
    }

    /// Shows the start of a span to the sink, and keeps its values.
    pub(crate) fn put_start(&self, time: UnixNanos, start: &SpanStart<'_>, kept: &mut Kept) {
        self.give(|sink| sink.take_start(time, start, kept));
    }

    /// Shows the end of a span, whose values are as they were kept at its start.
    pub(crate) fn put_kept_end(&self, time: UnixNanos, end: &SpanEnd<'_>, kept: &Kept) {
        self.give(|sink| sink.take_end(time, end, kept));
    }

    /// Gives the sink a record.
    #[inline(always)]
    fn give(&self, f: impl FnOnce(&dyn Sink)) {
        if self.silent {
            f(&*self.parts.sink);
        } else {
            context::in_sink_during(|| f(&*self.parts.sink));
        }
    }

    /// Shows one of the run's own last records to the sink.
    pub(crate) fn put_last(&self, record: &Record<'_>) {
        context::in_sink_during(|| self.parts.sink.take(self.now(), record, true));
    }

    /// Takes no more records but the run's own last ones.
    pub(crate) fn close(&self) {
        self.parts.sink.close();
    }

    /// Takes a sample of the process.
    pub(crate) fn sample(&self, probe: &mut Probe) {
        probe.sample(|what, amount| self.observe(what, amount));
    }

    /// Observes something about the process into the metrics that ask for it.
    fn observe(&self, what: Observed, amount: Number) {
        for def in self
            .parts
            .schema
            .metrics
            .iter()
            .filter(|def| def.observes == Some(what))
        {
            self.instruments.measure(def, &[], amount, &self.parts.notices);
        }
    }

    /// Records what the instruments show, if they show anything.
    pub(crate) fn put_metrics(&self) {
        self.instruments.with_points(|points| {
            if !points.is_empty() {
                self.put(&Record::Metrics(points));
            }
        });
        self.settle();
    }

    /// Records the notices that came up and shows them to the operator. Calls code of the program, so it waits
    /// for a better moment while the thread panics.
    #[inline]
    pub(crate) fn settle(&self) {
        if self.has_notices() {
            self.settle_some();
        }
    }

    #[cold]
    fn settle_some(&self) {
        if std::thread::panicking() {
            return;
        }
        let told = self.parts.notices.take();
        for notice in &told {
            self.put(&Record::Notice(notice));
        }
        self.parts.notices.show(told);
    }

    pub(crate) fn flush(&self) {
        context::in_sink_during(|| self.parts.sink.flush());
    }

    /// Flushes for the last time.
    pub(crate) fn finish(&self) {
        context::in_sink_during(|| self.parts.sink.finish());
    }

    /// The run file, when there is one by now.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.parts.sink.file()
    }

    /// What becomes of a record when nothing goes wrong.
    pub(crate) fn expects(&self) -> Taken {
        self.parts.sink.expects()
    }

    /// The least severity that this run takes.
    pub(crate) fn least(&self) -> Severity {
        if self.parts.debug {
            Severity::Trace
        } else {
            Severity::Info
        }
    }

    pub(crate) fn has_notices(&self) -> bool {
        self.parts.notices.waiting()
    }

    /// What the sink counted.
    pub(crate) fn counted(&self) -> Counted {
        self.parts.sink.counted()
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.parts.sink.ledger()
    }

    pub(crate) fn now(&self) -> UnixNanos {
        self.parts.clock.now()
    }

    pub(crate) fn steady(&self) -> SteadyNanos {
        self.parts.clock.steady()
    }

    /// Both clocks, read once.
    #[inline]
    pub(crate) fn moment(&self) -> Moment {
        self.parts.clock.read()
    }

    pub(crate) fn schema(&self) -> &'static SchemaDef {
        self.parts.schema
    }

    pub(crate) fn id(&self) -> &str {
        &self.parts.id
    }

    pub(crate) fn debug(&self) -> bool {
        self.parts.debug
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.parts.ids
    }

    pub(crate) fn notices(&self) -> &Arc<Notices> {
        &self.parts.notices
    }

    pub(crate) fn handover(&self) -> Option<Link> {
        self.parts.handover.clone()
    }

    pub(crate) fn onward(&self) -> &Onward {
        &self.parts.onward
    }

    pub(crate) fn whole(&self) -> (TraceId, SpanId) {
        self.whole
    }

    pub(crate) fn session(&self) -> Option<&str> {
        self.parts.session.as_deref()
    }

    /// Where things happen that are inside of nothing else: in the session, when this is one.
    pub(crate) fn stay(&self) -> Option<(TraceId, SpanId)> {
        self.session().map(|_| self.whole)
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        &self.instruments
    }

    /// Whose `tracing` events are recorded.
    pub(crate) fn targets(&self) -> &Targets {
        &self.parts.targets
    }

    /// Shows the current visit to `f`.
    #[inline]
    pub(crate) fn with_visit<R>(&self, f: impl FnOnce(Option<&Arc<Visit>>) -> R) -> R {
        self.visit.with(&VISIT, f)
    }

    /// The current visit.
    pub(crate) fn visit(&self) -> Option<Arc<Visit>> {
        self.visit.load()
    }

    pub(crate) fn show_visit(&self, visit: Option<Arc<Visit>>) {
        self.visit.store(visit);
    }

    pub(crate) fn trail(&self) -> std::sync::MutexGuard<'_, Trail> {
        lock(&self.trail)
    }
}

/// The values of an item that the runtime records by itself: one a slot, found by key.
pub(crate) fn values<'v>(slots: &[Slot], known: &[(&str, Value<'v>)]) -> Vec<Value<'v>> {
    let of = |slot: &Slot| known.iter().find(|(key, _)| *key == slot.attribute.key);
    slots
        .iter()
        .map(|slot| of(slot).map_or(Value::Absent, |(_, value)| value.clone()))
        .collect()
}
