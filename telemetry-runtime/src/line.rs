//! The run file's format: one JSON object a line. Writers are tested against these types and every reader uses
//! them, so the two sides cannot drift apart.
//!
//! A [`Line`] is the common fields and a [`Record`]. Ids are lower-case hex, attribute values keep their JSON
//! type, absent fields are absent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::def::{Instrument as PointKind, Severity, SpanKind};
pub use crate::wire::Wire;

/// Version of the format that this module reads and writes.
pub const FORMAT: u32 = 1;

/// Attributes by key. The order is the key's: it tells nothing.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// One line of a run file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Line {
    /// Counter given at emission, 0 first.
    pub seq: u64,
    /// When it happened: RFC 3339 in UTC with nanoseconds, such as `2026-11-23T01:59:00.123456789Z`.
    pub time: String,
    /// What happened.
    #[serde(flatten)]
    pub record: Record,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// A run begins, or goes on in the same file.
    Run(Run),
    /// A span opens.
    SpanStart(SpanStart),
    /// It closes.
    SpanEnd(SpanEnd),
    /// A declared event.
    Event(Event),
    /// An undeclared record, which came through `tracing`.
    Log(Log),
    /// What the instruments show.
    Metrics(Metrics),
    /// Something that the operator was told.
    Notice(Notice),
    /// The end-of-run summary.
    Summary(Summary),
    /// The last line of a run that ended.
    End(End),
}

/// First line of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Run {
    /// Version of the format, see [`FORMAT`].
    pub format: u32,
    /// The vocabulary.
    pub schema: SchemaName,
    /// The run's id, which is also the file's name.
    pub run_id: String,
    /// Name of the command.
    pub command: String,
    /// Process id.
    pub pid: u32,
    /// Whether the debug tier is recorded.
    pub debug: bool,
    /// What is true of the whole process.
    pub resource: Attributes,
    /// Why the file is written.
    pub why: Why,
    /// What the schema adds to records on the wire; absent in files of versions that did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
}

/// Which vocabulary the records belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SchemaName {
    /// Its name, such as `jackin`.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// Its schema URL.
    pub url: String,
}

/// Why a run file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No backend is configured.
    NoEndpoint,
    /// It was asked for beside the backend.
    Requested,
    /// The backend could not be delivered to.
    Undelivered,
    /// A receiver kept what was sent to it.
    Received,
}

/// Kind of a span in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A visit of a screen.
    Screen,
    /// A step of a launch.
    Stage,
    /// A named step inside a stage.
    Timing,
    /// Anything else.
    Span,
}

/// A pointer to a span outside the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Link {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// Name of the span; empty when it is another process's.
    pub name: String,
}

/// A span opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SpanStart {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: Kind,
    /// Kind in the OpenTelemetry trace data model; absent means internal.
    #[serde(default, skip_serializing_if = "is_internal")]
    pub span_kind: SpanKind,
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits; absent for the root of a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_span_id: Option<String>,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// What is known at its start.
    #[serde(default)]
    pub attributes: Attributes,
    /// How many attributes were too many for the record, and are not in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_attributes: u64,
}

/// A span closes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct SpanEnd {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: Kind,
    /// Kind in the OpenTelemetry trace data model; absent means internal.
    #[serde(default, skip_serializing_if = "is_internal")]
    pub span_kind: SpanKind,
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits; absent for the root of a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_span_id: Option<String>,
    /// When it opened, in the form of [`Line::time`].
    pub started: String,
    /// How long it was open, in nanoseconds of a clock that does not jump.
    pub duration_ns: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// One of the schema's errors, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// The error's own words, scrubbed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Everything that is known of it.
    #[serde(default)]
    pub attributes: Attributes,
    /// How many attributes were too many for the record, and are not in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_attributes: u64,
}

/// How a span or a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Success,
    /// It did not; `error_type` says why.
    Failure,
    /// It was not needed.
    Skipped,
    /// The operator stopped it.
    Cancelled,
    /// Its guard was dropped without a word.
    Abandoned,
}

impl Outcome {
    /// Every outcome.
    #[cfg(feature = "otlp")]
    pub(crate) const ALL: [Outcome; 5] = [
        Outcome::Success,
        Outcome::Failure,
        Outcome::Skipped,
        Outcome::Cancelled,
        Outcome::Abandoned,
    ];

    /// As a record carries it, such as `success`.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Skipped => "skipped",
            Outcome::Cancelled => "cancelled",
            Outcome::Abandoned => "abandoned",
        }
    }
}

/// A declared event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Event {
    /// Its name.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// What a person reads.
    pub body: String,
    /// The screen that the operator was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// The stage that it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// 32 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// 16 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// Whether it is an event on the span; absent means no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_span: bool,
    /// Its attributes, and the tags of the visit.
    #[serde(default)]
    pub attributes: Attributes,
    /// How many attributes were too many for the record, and are not in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_attributes: u64,
}

/// An undeclared record, which came through `tracing`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Log {
    /// How bad it is.
    pub severity: Severity,
    /// Module that spoke.
    pub target: String,
    /// What a person reads, scrubbed.
    pub body: String,
    /// The screen that the operator was on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// The stage that it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// 32 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// 16 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// Its fields.
    #[serde(default)]
    pub attributes: Attributes,
    /// How many attributes were too many for the record, and are not in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_attributes: u64,
}

/// What the instruments show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Metrics {
    /// One point a metric and attribute set.
    pub points: Vec<Point>,
}

/// One instrument's state under one set of attributes. Sums and histograms are cumulative since the run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Point {
    /// The metric's name.
    pub name: String,
    /// Unit in UCUM.
    pub unit: String,
    /// Which instrument.
    pub kind: PointKind,
    /// A number, or the state of a histogram.
    pub value: PointValue,
    /// What the point speaks of.
    #[serde(default)]
    pub attributes: Attributes,
}

/// What a point shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum PointValue {
    /// Of an integer instrument.
    Int(i64),
    /// Of a floating point one.
    Double(f64),
    /// Of a histogram.
    Histogram(Histogram),
}

/// State of a histogram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Histogram {
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The least; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Upper bounds of the buckets, ascending.
    pub bounds: Vec<f64>,
    /// Values in each bucket: one more than there are bounds.
    pub counts: Vec<u64>,
}

/// Something that the operator was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Notice {
    /// Which notice, such as `file_unwritable`.
    pub code: String,
    /// Its words.
    pub body: String,
}

/// The end-of-run summary.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Summary {
    /// How the command ended; absent in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How long the run took, in nanoseconds of a clock that does not jump; absent in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ns: Option<u64>,
    /// Stages in the order of their first start.
    pub stages: Vec<StageSummary>,
    /// How often each event happened.
    pub events: BTreeMap<String, u64>,
    /// Undeclared records.
    pub logs: u64,
    /// Cache hits.
    pub cache_hits: u64,
    /// Cache misses.
    pub cache_misses: u64,
    /// Moves that the schema does not list, and calls on a screen that was not the current one.
    pub unexpected: u64,
    /// Where the records went, up to this line.
    pub ledger: Ledger,
}

/// A stage in the summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct StageSummary {
    /// Its id.
    pub stage: String,
    /// How often it ran.
    pub runs: u64,
    /// Its time in all, in nanoseconds.
    pub duration_ns: u64,
    /// How the last one ended.
    pub outcome: Outcome,
}

/// Where the records of a run went. The law: `emitted = acknowledged + in_file + dropped + in_flight`, and nothing is
/// in flight any more when the run has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Ledger {
    /// Records made.
    pub emitted: u64,
    /// Those the backend said yes to, and the file does not hold.
    pub acknowledged: u64,
    /// Those in the run file.
    pub in_file: u64,
    /// Those lost, and counted.
    pub dropped: u64,
    /// Those on their way to the backend; absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_flight: u64,
}

/// The last line of a run that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct End {
    /// How the command ended.
    pub outcome: Outcome,
    /// Exit code of the process, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// One of the schema's errors, when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    /// How long the run took, in nanoseconds.
    pub duration_ns: u64,
}

/// Whether a count can be left out of a line.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Whether a span's kind can be left out of a line.
fn is_internal(kind: &SpanKind) -> bool {
    *kind == SpanKind::Internal
}

/// Value of an attribute; keeps its JSON type. JSON has no numbers that are not finite: such a one is the string
/// `NaN`, `Infinity` or `-Infinity`, and a list that holds one is a list of strings. An empty list says nothing
/// of its type and reads as [`AttributeValue::Bools`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum AttributeValue {
    /// true or false.
    Bool(bool),
    /// Signed 64-bit integer.
    Int(i64),
    /// 64-bit floating point number.
    Double(f64),
    /// Text.
    String(String),
    /// List of booleans.
    Bools(Vec<bool>),
    /// List of integers.
    Ints(Vec<i64>),
    /// List of floating point numbers.
    Doubles(Vec<f64>),
    /// List of strings.
    Strings(Vec<String>),
}
