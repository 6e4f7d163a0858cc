//! Static definitions: what a build script generates from a schema, and what tests write by hand.
//!
//! A record never carries names of its own; it points at its def. Values stand in *slots*: slot `n` of a
//! record belongs to `def.attributes[n]`.

/// A whole vocabulary.
#[derive(Debug)]
pub struct SchemaDef {
    /// The vocabulary's name, such as `jackin`.
    pub name: &'static str,
    /// Its semantic version.
    pub version: &'static str,
    /// Its schema URL.
    pub url: &'static str,
    /// `service.name` of the resource.
    pub service: &'static str,
    /// How runs are named and kept.
    pub run: RunDef,
    /// Error code for an OTLP protocol other than gRPC, such as `E016`.
    pub unsupported_protocol: &'static str,
    /// Targets of `tracing` events that are recorded: a crate name, which covers its modules, or a prefix that
    /// ends in `*`.
    pub log_targets: &'static [&'static str],
    /// Every attribute.
    pub attributes: &'static [&'static AttributeDef],
    /// Every screen.
    pub screens: &'static [&'static ScreenDef],
    /// Every stage, in order.
    pub stages: &'static [&'static SpanDef],
    /// Every timing, stage by stage.
    pub timings: &'static [&'static SpanDef],
    /// Every event.
    pub events: &'static [&'static EventDef],
    /// Every span that is neither screen nor stage.
    pub spans: &'static [&'static SpanDef],
    /// Every metric.
    pub metrics: &'static [&'static MetricDef],
    /// The closed set of error types.
    pub errors: &'static [&'static ErrorDef],
    /// Which items the runtime itself records.
    pub roles: Roles,
}

/// How runs are named and kept.
#[derive(Debug)]
pub struct RunDef {
    /// Resource attributes that carry the run id; all have the same value.
    pub id_attributes: &'static [&'static str],
    /// Keys of `OTEL_RESOURCE_ATTRIBUTES` from which a run id is adopted; the first that is set wins.
    pub adopt_resource_attributes: &'static [&'static str],
    /// Environment variables from which a run id is adopted, after the resource attributes.
    pub adopt_env: &'static [&'static str],
    /// Folder of the run files; a leading `~/` is the home folder.
    pub directory: &'static str,
    /// How many runs are kept.
    pub keep_runs: usize,
    /// For how many days a run is kept.
    pub keep_days: u32,
    /// Variable that asks for the file beside a backend.
    pub file_env: &'static str,
    /// Variable that turns on the debug tier.
    pub debug_env: &'static str,
}

/// An attribute: a named, typed value, declared once.
#[derive(Debug)]
pub struct AttributeDef {
    /// The key, such as `process.exit.code`.
    pub key: &'static str,
    /// Type of its values.
    pub kind: ValueKind,
    /// The values of a closed set, as recorded; empty for an open one.
    pub values: &'static [&'static str],
    /// Never recorded: `[redacted]` stands in its place.
    pub secret: bool,
    /// Whether its text is passed through the scrubber first.
    pub scrub: bool,
    /// Longest string in bytes of UTF-8; longer ones are cut on a character boundary.
    pub max_length: usize,
    /// Unit in UCUM, where it has one.
    pub unit: Option<&'static str>,
}

/// Type of an attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// UTF-8 text; members of closed sets too.
    String,
    /// true or false.
    Bool,
    /// Signed 64-bit integer.
    Int,
    /// 64-bit floating point number.
    Double,
    /// List of strings.
    Strings,
    /// List of integers.
    Ints,
    /// List of floating point numbers.
    Doubles,
    /// List of booleans.
    Bools,
}

/// An attribute as an item uses it: one slot.
#[derive(Debug)]
pub struct Slot {
    /// Which attribute.
    pub attribute: &'static AttributeDef,
    /// Whether a record without it may not be made.
    pub required: bool,
}

/// A view of the program; one stay on it is one span.
#[derive(Debug)]
pub struct ScreenDef {
    /// The span of a visit: its name is the screen's id, its slots are the tags of a visit.
    pub span: SpanDef,
    /// Ids of the screens that may follow it.
    pub navigates_to: &'static [&'static str],
    /// Names of the events that may happen on it.
    pub actions: &'static [&'static str],
}

/// Anything with a start and an end: a visit, a stage, a timing, a span.
#[derive(Debug)]
pub struct SpanDef {
    /// Id in the schema, such as `derived_image`.
    pub id: &'static str,
    /// Name of the span, such as `launch.derived_image`.
    pub name: &'static str,
    /// Which of the four it is.
    pub class: SpanClass,
    /// Kind, as in the OpenTelemetry trace data model.
    pub kind: SpanKind,
    /// Whether it is the root of a trace of its own.
    pub new_trace: bool,
    /// What it links to when it starts.
    pub links: &'static [LinkRule],
    /// Id of the screen that a stage or timing belongs to.
    pub screen: Option<&'static str>,
    /// Id of the stage that a timing belongs to.
    pub stage: Option<&'static str>,
    /// What the operator reads, such as `derived image`.
    pub label: &'static str,
    /// Longer than this many milliseconds, and the slow-wait event is recorded as well.
    pub slow_after_ms: Option<u64>,
    /// Its attributes.
    pub attributes: &'static [Slot],
}

/// What a span stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanClass {
    /// A visit of a screen.
    Screen,
    /// A step of a launch.
    Stage,
    /// A named step inside a stage.
    Timing,
    /// Anything else.
    Span,
}

/// Kind of a span, as in the OpenTelemetry trace data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// Inside the program.
    #[default]
    Internal,
    /// Asks another.
    Client,
    /// Answers another.
    Server,
    /// Puts work into a queue.
    Producer,
    /// Takes work out of a queue.
    Consumer,
}

/// What a span links to when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRule {
    /// The span whose context the process was started with (`TRACEPARENT`).
    Handover,
    /// The current visit.
    Visit,
    /// The span of the same name that started last.
    Previous,
}

/// Something that happened at one instant.
#[derive(Debug)]
pub struct EventDef {
    /// Its name, such as `container.exited`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Text of the record.
    pub body: &'static [BodyPart],
    /// Recorded as a log record.
    pub log: bool,
    /// Recorded as an event on the span of its place.
    pub span_event: bool,
    /// Listed by a screen: its place is the visit, not the innermost span.
    pub action: bool,
    /// Its attributes.
    pub attributes: &'static [Slot],
    /// Metrics that it feeds.
    pub feeds: &'static [Feed],
}

/// Severity, as in the OpenTelemetry log data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Severity {
    /// 1; recorded only in debug runs.
    Trace = 1,
    /// 5; recorded only in debug runs.
    Debug = 5,
    /// 9.
    Info = 9,
    /// 13.
    Warn = 13,
    /// 17.
    Error = 17,
}

/// A piece of a body.
#[derive(Debug)]
pub enum BodyPart {
    /// Fixed text.
    Text(&'static str),
    /// The value in this slot; nothing when it is absent.
    Slot(usize),
}

/// How an event feeds a metric.
#[derive(Debug)]
pub struct Feed {
    /// The metric.
    pub metric: &'static MetricDef,
    /// For each attribute of the metric, its slot in the event.
    pub slots: &'static [usize],
    /// Slot of the value; absent for a counter, which counts one.
    pub value: Option<usize>,
}

/// A metric instrument.
#[derive(Debug)]
pub struct MetricDef {
    /// Its name, such as `container.exits`.
    pub name: &'static str,
    /// One sentence.
    pub brief: &'static str,
    /// Which instrument.
    pub instrument: Instrument,
    /// Whether its values are floating point numbers.
    pub double: bool,
    /// Unit in UCUM.
    pub unit: &'static str,
    /// Attributes of its points.
    pub attributes: &'static [Slot],
    /// Upper bounds of a histogram's buckets, ascending.
    pub buckets: &'static [f64],
    /// What the runtime observes into it by itself.
    pub observes: Option<Observed>,
}

/// Kind of a metric instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    /// Only grows.
    Counter,
    /// Grows and shrinks.
    UpDownCounter,
    /// The latest value.
    Gauge,
    /// A distribution.
    Histogram,
}

/// What the process sampler can feed a metric with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// Share of the available processors that the process used since the last sample, 0 to 1.
    ProcessCpuUtilization,
    /// Resident memory, in bytes.
    ProcessMemoryUsage,
    /// Worker threads of the program's tokio runtime.
    TokioWorkers,
    /// Tasks that have not ended.
    TokioAliveTasks,
    /// Tasks in the runtime's global queue.
    TokioGlobalQueueDepth,
}

/// A member of the closed set of errors.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorDef {
    /// Value of `error.type`.
    pub id: &'static str,
    /// Code that the operator sees, such as `E016`.
    pub code: Option<&'static str>,
    /// One sentence.
    pub brief: &'static str,
}

/// Items that the runtime itself records.
#[derive(Debug)]
pub struct Roles {
    /// The screen that a span or event belongs to.
    pub screen: &'static AttributeDef,
    /// The screen that a visit came from.
    pub screen_from: &'static AttributeDef,
    /// Where a `navigate` goes.
    pub screen_to: &'static AttributeDef,
    /// The stage.
    pub stage: &'static AttributeDef,
    /// The timing inside it.
    pub timing: &'static AttributeDef,
    /// Why a stage was skipped.
    pub skip_reason: &'static AttributeDef,
    /// How long something took, in ms.
    pub duration: &'static AttributeDef,
    /// How long it may take at most, in ms.
    pub threshold: &'static AttributeDef,
    /// Which part of the product speaks.
    pub component: &'static AttributeDef,
    /// Name of the command.
    pub command_name: &'static AttributeDef,
    /// How a span ended.
    pub outcome: &'static AttributeDef,
    /// Which error.
    pub error_type: &'static AttributeDef,
    /// The stay in the container.
    pub session: &'static AttributeDef,
    /// Text of a panic.
    pub exception_message: &'static AttributeDef,
    /// File of a panic.
    pub code_file: &'static AttributeDef,
    /// Line of a panic.
    pub code_line: &'static AttributeDef,
    /// Thread of a panic.
    pub thread_name: &'static AttributeDef,
    /// The operator moved; has `screen_to`.
    pub navigate: &'static EventDef,
    /// A stage or timing kept the operator waiting; has `stage`, `duration`, `threshold`, and `timing`.
    pub slow_wait: &'static EventDef,
    /// A thread panicked; has `exception_message`, and the code and thread attributes.
    pub panic: &'static EventDef,
    /// The end-of-run summary on the wire.
    pub summary: &'static EventDef,
    /// The whole command; has `command_name`, `outcome` and `error_type`.
    pub command: &'static SpanDef,
    /// The stay in the container; has `session`.
    pub session_span: Option<&'static SpanDef>,
    /// It began; has `session`.
    pub session_start: Option<&'static EventDef>,
    /// It ended; has `session`, and `duration`, `outcome` and `error_type`.
    pub session_end: Option<&'static EventDef>,
    /// Counter of cache hits.
    pub cache_hits: Option<&'static MetricDef>,
    /// Counter of cache misses.
    pub cache_misses: Option<&'static MetricDef>,
}
