//! Screens, stages, events, spans and metrics, as written.

use super::choice::choice;
use super::collection::{Keyed, List};
use super::form::{AttributeId, Duration, EventId, Id, MetricId, ScreenId, Words};
use super::item::{Item, Uses};
use super::record::record;
use crate::model;

record! {
    /// A view of the program; one visit of it is one span.
    pub(crate) struct Screen with item: Item {
        /// Screens that may follow it; no other move compiles.
        optional navigates_to: List<ScreenId>,
        /// Tags of a visit; all of them optional.
        optional attributes: Uses,
        /// Events that may happen on it.
        optional actions: List<EventId>,
        /// Whether a run may begin on it.
        optional entry: bool,
    }
}

record! {
    /// The stages of a screen, in order.
    pub(crate) struct StageGroup {
        /// A stage that takes longer is also recorded as a slow wait.
        optional slow_after: Duration,
        /// Every stage, by id.
        required stages: Keyed<Id, Stage>,
    }
}

record! {
    /// A step of a launch.
    pub(crate) struct Stage with item: Item {
        /// What the operator reads.
        required label: Words,
        /// Attributes of the stage's span; all of them optional.
        optional attributes: Uses,
        /// Named steps inside it.
        optional timings: List<Id>,
    }
}

record! {
    /// Something that happens at one instant.
    pub(crate) struct Event with item: Item {
        /// How bad it is, `info` by default; `trace` and `debug` are recorded only on request.
        optional severity: Severity,
        /// Text of the record, with `{attribute.id}` for a value; the brief by default.
        optional body: Words,
        /// Which kind of record it becomes; `log` by default.
        optional record: EventRecord,
        /// Its attributes.
        optional attributes: Uses,
        /// A counter that this event feeds.
        optional counts: MetricId,
    }
}

record! {
    /// A span that is neither screen nor stage.
    pub(crate) struct Span with item: Item {
        /// Its kind in the OpenTelemetry model; `internal` by default.
        optional kind: SpanKind,
        /// Whether it begins a trace of its own; `child` by default.
        optional trace: Trace,
        /// What it links to when it starts.
        optional links: List<LinkRule>,
        /// Its attributes.
        optional attributes: Uses,
    }
}

record! {
    /// A metric instrument.
    pub(crate) struct Metric with item: Item {
        /// Which instrument.
        required kind: Instrument,
        /// Type of its values; `double` by default for a histogram, else `int`.
        optional value: Number,
        /// Unit in UCUM; `1` by default.
        optional unit: Words,
        /// Attributes of its points.
        optional attributes: Uses,
        /// Upper bounds of a histogram's buckets, ascending.
        optional buckets: List<f64>,
        /// What the runtime observes into it by itself.
        optional observes: Observed,
        /// The event that feeds it, and with which value.
        optional fed_by: FedBy,
    }
}

record! {
    /// An event that feeds a metric.
    pub(crate) struct FedBy {
        /// Id of the event.
        required event: EventId,
        /// Id of the attribute that holds the value.
        required value: AttributeId,
    }
}

choice! {
    /// How bad an event is.
    pub(crate) enum Severity for model::Severity {
        /// Finest detail; only on request.
        Trace "trace",
        /// Detail; only on request.
        Debug "debug",
        /// As it should be.
        Info "info",
        /// Worse than it should be.
        Warn "warn",
        /// A failure.
        Error "error",
    }
}

choice! {
    /// Which kind of record an event becomes.
    pub(crate) enum EventRecord for model::EventRecord {
        /// A log record.
        Log "log",
        /// An event on the span of its place.
        SpanEvent "span_event",
        /// Both.
        Both "both",
    }
}

choice! {
    /// Kind of a span in the OpenTelemetry model.
    pub(crate) enum SpanKind for model::SpanKind {
        /// Inside the program.
        Internal "internal",
        /// Asks another.
        Client "client",
        /// Answers another.
        Server "server",
        /// Puts work into a queue.
        Producer "producer",
        /// Takes work out of a queue.
        Consumer "consumer",
    }
}

choice! {
    /// Whether a span begins a trace.
    pub(crate) enum Trace {
        /// The root of a trace of its own.
        New "new",
        /// A child of the span that is current.
        Child "child",
    }
}

choice! {
    /// What a span links to when it starts.
    pub(crate) enum LinkRule for model::LinkRule {
        /// The span whose context the process was started with.
        Handover "handover",
        /// The current visit.
        Visit "visit",
        /// The span of the same name that started last.
        Previous "previous",
    }
}

choice! {
    /// Kind of a metric.
    pub(crate) enum Instrument for model::Instrument {
        /// Only grows.
        Counter "counter",
        /// Grows and shrinks.
        UpDownCounter "up_down_counter",
        /// The latest value.
        Gauge "gauge",
        /// A distribution.
        Histogram "histogram",
    }
}

choice! {
    /// Type of a metric's values.
    pub(crate) enum Number {
        /// Whole numbers.
        Int "int",
        /// Floating point numbers.
        Double "double",
    }
}

choice! {
    /// What the runtime can observe by itself.
    pub(crate) enum Observed for model::Observed {
        /// Share of the processors that the process used, 0 to 1.
        ProcessCpuUtilization "process_cpu_utilization",
        /// Resident memory in bytes.
        ProcessMemoryUsage "process_memory_usage",
        /// Worker threads of the tokio runtime.
        TokioWorkers "tokio_workers",
        /// Tasks that have not ended.
        TokioAliveTasks "tokio_alive_tasks",
        /// Tasks in the tokio runtime's global queue.
        TokioGlobalQueueDepth "tokio_global_queue_depth",
    }
}
