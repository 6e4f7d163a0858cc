//! What the YAML means: every reference resolved, every default filled in, every Rust name chosen.
//!
//! `lower` makes a [`Model`], the renderers and `diff` read it. Nothing here remembers how a
//! value was written, only where its item was declared.

mod roles;

use std::sync::Arc;

pub use roles::Roles;

/// Index of an attribute in [`Model::attributes`].
pub type AttributeIndex = usize;
/// Index of an event in [`Model::events`].
pub type EventIndex = usize;
/// Index of a metric in [`Model::metrics`].
pub type MetricIndex = usize;
/// Index of a screen in [`Model::screens`].
pub type ScreenIndex = usize;
/// Index of a span in [`Model::spans`].
pub type SpanIndex = usize;

/// A whole vocabulary, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name, version and namespace of the vocabulary, and how its runs are kept.
    pub manifest: Manifest,
    /// Every attribute, in order of declaration; the implicit ones of [`Roles`] last.
    pub attributes: Vec<Attribute>,
    /// The closed set of error types, in order of declaration.
    pub errors: Vec<ErrorType>,
    /// Every screen.
    pub screens: Vec<Screen>,
    /// Every stage, grouped by the screen it belongs to, in order.
    pub stages: Vec<Stage>,
    /// Every event; the implicit ones of [`Roles`] last.
    pub events: Vec<Event>,
    /// Every span that is neither screen nor stage; the implicit ones of [`Roles`] last.
    pub spans: Vec<Span>,
    /// Every metric.
    pub metrics: Vec<Metric>,
    /// Which items the runtime itself records.
    pub roles: Roles,
}

/// The manifest: what is true of the whole vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The vocabulary's name, such as `jackin`.
    pub name: String,
    /// Semantic version of the vocabulary.
    pub version: String,
    /// Schema URL, which is sent with every record; the version is its last segment.
    pub url: String,
    /// Stripped from the front of ids when Rust names are made.
    pub namespace: String,
    /// `service.name` of the resource.
    pub service: String,
    /// How runs are named and kept.
    pub run: Run,
    /// Error code for an OTLP protocol other than gRPC, such as `E016`.
    pub unsupported_protocol: String,
    /// Targets of `tracing` events that are the program's own: a crate name, which covers its modules, or a
    /// prefix that ends in `*`. Everything else is recorded only on request.
    pub log_targets: Vec<String>,
}

/// How runs are named and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Resource attributes that carry the run id; all have the same value.
    pub id_attributes: Vec<String>,
    /// Keys of `OTEL_RESOURCE_ATTRIBUTES` from which a run id is adopted; the first that is set wins.
    pub adopt_resource_attributes: Vec<String>,
    /// Environment variables from which a run id is adopted, after the resource attributes.
    pub adopt_env: Vec<String>,
    /// Folder of the run files; a leading `~/` is the home folder.
    pub directory: String,
    /// How many runs are kept.
    pub keep_runs: u64,
    /// For how many days a run is kept.
    pub keep_days: u64,
    /// Variable that asks for the file beside a backend.
    pub file_env: String,
    /// Variable that turns on the debug tier.
    pub debug_env: String,
}

/// Where an item was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path as it was given to the compiler, `/` between its parts, such as `schema/events.yaml`.
    pub file: Arc<str>,
    /// Line, from 1. 0 for an implicit item.
    pub line: u32,
}

/// What every declared item has.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The id as written, such as `container.exited`.
    pub id: String,
    /// The id as a Rust word in snake case, namespace stripped or `short_name` taken, such as `exit_code`.
    pub rust_name: String,
    /// One sentence.
    pub brief: String,
    /// More, as Markdown.
    pub note: Option<String>,
    /// Where it was declared.
    pub place: Place,
    /// Set when the item should no longer be used.
    pub deprecated: Option<Deprecated>,
    /// Ids that it had in earlier versions.
    pub renamed_from: Vec<String>,
    /// Team or person in charge.
    pub owner: Option<String>,
    /// Link to the discussion.
    pub issue: Option<String>,
    /// Version of the vocabulary in which it has to be gone.
    pub expires_in: Option<String>,
    /// Lint codes that are suppressed on the item, each with its reason.
    pub allow: Vec<(String, String)>,
    /// Not written in any file: supplied by the compiler because the runtime records it (see [`Roles`]).
    pub implicit: bool,
}

impl Item {
    /// The Rust name as a type, such as `ContainerExited`.
    pub fn rust_type(&self) -> String {
        crate::name::upper_camel(&self.rust_name)
    }
}

/// Why and since when an item is deprecated.
#[derive(Debug, Clone, PartialEq)]
pub struct Deprecated {
    /// Version of the vocabulary that deprecated it.
    pub since: String,
    /// Why.
    pub reason: String,
    /// Id of what to use instead.
    pub instead: Option<String>,
}

/// A named, typed value, declared once.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Id, names, brief, place.
    pub item: Item,
    /// Type of its values.
    pub kind: AttributeKind,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// Longest string, in bytes of UTF-8; longer ones are cut on a character boundary.
    pub max_length: u32,
    /// Unit of a number, in UCUM. With `s`, `ms`, `us` or `ns` a `Duration` is accepted at the call site.
    pub unit: Option<String>,
    /// Example values, as written.
    pub examples: Vec<String>,
    /// Whether it is an OpenTelemetry semantic convention.
    pub standard: bool,
    /// Whether its text is passed through the scrubber before it is recorded.
    pub scrub: bool,
}

/// Type of an attribute's values.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeKind {
    /// UTF-8 text.
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
    /// One of a closed set of its own.
    Enum(Vec<EnumValue>),
    /// One of the screens.
    Screen,
    /// One of the stages.
    Stage,
    /// One of the error types.
    Error,
}

impl AttributeKind {
    /// The word for it in the YAML, such as `string[]`.
    pub fn as_str(&self) -> &'static str {
        match self {
            AttributeKind::String => "string",
            AttributeKind::Bool => "bool",
            AttributeKind::Int => "int",
            AttributeKind::Double => "double",
            AttributeKind::Strings => "string[]",
            AttributeKind::Ints => "int[]",
            AttributeKind::Doubles => "double[]",
            AttributeKind::Bools => "bool[]",
            AttributeKind::Enum(_) => "enum",
            AttributeKind::Screen => "screen",
            AttributeKind::Stage => "stage",
            AttributeKind::Error => "error",
        }
    }
}

/// A value of a closed set.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The value as recorded, such as `current-dir`.
    pub id: String,
    /// Variant of the Rust enum, such as `CurrentDir`.
    pub rust_type: String,
    /// One sentence.
    pub brief: String,
    /// Set when it should no longer be used.
    pub deprecated: Option<Deprecated>,
    /// Values that it had in earlier versions.
    pub renamed_from: Vec<String>,
    /// Line of its declaration.
    pub line: u32,
}

/// Who may see an attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Anybody.
    Public,
    /// Tells something of a person or their work.
    Identifying,
    /// Never recorded: `[redacted]` stands in its place.
    Secret,
}

/// A member of the closed set of errors.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorType {
    /// Id, names, brief, place.
    pub item: Item,
    /// Code that the operator sees, such as `E016`.
    pub code: Option<String>,
}

/// An attribute as an item uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeUse {
    /// Which attribute.
    pub attribute: AttributeIndex,
    /// Whether a record without it may not be made.
    pub required: bool,
}

/// A view of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Id, names, brief, place.
    pub item: Item,
    /// Whether a run may begin on it.
    pub entry: bool,
    /// Screens that may follow it.
    pub navigates_to: Vec<ScreenIndex>,
    /// Tags of a visit; all optional.
    pub attributes: Vec<AttributeUse>,
    /// Events that may happen on it.
    pub actions: Vec<EventIndex>,
}

/// A step of a launch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Id, names, brief, place. The span is named `<screen>.<id>`.
    pub item: Item,
    /// The screen whose trace it is a child in.
    pub screen: ScreenIndex,
    /// What the operator reads, such as `derived image`.
    pub label: String,
    /// Longer than this many milliseconds, and the slow-wait event is recorded as well.
    pub slow_after_ms: Option<u64>,
    /// Attributes of the stage's span; all optional.
    pub attributes: Vec<AttributeUse>,
    /// Named steps inside the stage.
    pub timings: Vec<Timing>,
}

/// A named step inside a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// Id, such as `docker_build`. The span is named `<screen>.<stage>.<id>`.
    pub id: String,
    /// The id as a Rust type, such as `DockerBuild`.
    pub rust_type: String,
    /// Line of its declaration.
    pub line: u32,
}

/// Something that happened at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Id, names, brief, place.
    pub item: Item,
    /// How bad it is.
    pub severity: Severity,
    /// Text of the record, with placeholders filled from the event's own attributes.
    pub body: Vec<BodyPart>,
    /// Which kind of record it becomes.
    pub record: EventRecord,
    /// Its attributes, in order of declaration: the slots of the generated code.
    pub attributes: Vec<AttributeUse>,
    /// Whether a screen lists it as an action, or it is `navigate`.
    pub action: bool,
    /// Metrics that it feeds.
    pub feeds: Vec<Feed>,
}

/// Severity, as in the OpenTelemetry log data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// 1; recorded only with `--debug`.
    Trace,
    /// 5; recorded only with `--debug`.
    Debug,
    /// 9.
    Info,
    /// 13.
    Warn,
    /// 17.
    Error,
}

/// A piece of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyPart {
    /// Fixed text.
    Text(String),
    /// The value in this slot of the event's attributes.
    Slot(usize),
}

/// Which kind of record an event becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventRecord {
    /// A log record.
    Log,
    /// An event on the span of its place.
    SpanEvent,
    /// Both.
    Both,
}

/// How an event feeds a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The metric.
    pub metric: MetricIndex,
    /// For each attribute of the metric, its slot in the event.
    pub slots: Vec<usize>,
    /// Slot of the value; absent for a counter, which counts one.
    pub value: Option<usize>,
}

/// A span that is neither screen nor stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Id, names, brief, place. The id is the span's name.
    pub item: Item,
    /// Kind, as in the OpenTelemetry trace data model.
    pub kind: SpanKind,
    /// Whether it is the root of a trace of its own.
    pub new_trace: bool,
    /// What it links to.
    pub links: Vec<LinkRule>,
    /// Its attributes, in order of declaration: the slots of the generated code.
    pub attributes: Vec<AttributeUse>,
}

/// Kind of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// Inside the program.
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

/// A metric instrument.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Id, names, brief, place. The id is the metric's name.
    pub item: Item,
    /// Which instrument.
    pub instrument: Instrument,
    /// Whether its values are floating point numbers.
    pub double: bool,
    /// Unit in UCUM; `1` or `{thing}` for counts.
    pub unit: String,
    /// Attributes of its points.
    pub attributes: Vec<AttributeUse>,
    /// Upper bounds of a histogram's buckets, ascending.
    pub buckets: Vec<f64>,
    /// What the runtime observes into it by itself.
    pub observes: Option<Observed>,
}

/// Kind of a metric instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
