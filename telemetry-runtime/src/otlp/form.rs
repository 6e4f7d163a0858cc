//! The forms of the protocol, filled in from plain parts. A run's own export and the replay of its file fill in the
//! same ones, so that a backend cannot tell them apart.
//!
//! ```
//! use telemetry_runtime::export::form::{complete, pair, text};
//!
//! let mut attributes = vec![pair("app.screen", text("list"))];
//! complete(&mut attributes, "app.screen", Some("settings"));
//! complete(&mut attributes, "app.stage", Some("pull"));
//! let keys: Vec<_> = attributes.iter().map(|attribute| &attribute.key).collect();
//! assert_eq!(keys, ["app.screen", "app.stage"]);
//! ```

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Status;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind as Kind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use crate::def::{Severity, SpanKind};
use crate::line::{AttributeValue, Outcome, Summary};

/// Flags of a span of this process: sampled, and its parent is known not to be another process's.
pub const LOCAL: u32 = 0x101;

/// Flags of a link to another process's span.
const REMOTE: u32 = 0x301;

/// Code of a status that is an error.
pub(crate) const ERROR: u64 = StatusCode::Error as u64;

/// An attribute of a message, or a member of a map.
pub fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// Text.
pub fn text(text: impl Into<String>) -> Any {
    Any::StringValue(text.into())
}

/// A whole number that is never negative. Beyond the protocol's largest it stays at that.
pub fn count(number: u64) -> Any {
    Any::IntValue(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A list.
pub fn array(values: impl Iterator<Item = Any>) -> Any {
    let values = values.map(|value| AnyValue { value: Some(value) }).collect();
    Any::ArrayValue(ArrayValue { values })
}

/// A map, as a structured body has it.
fn map(values: Vec<KeyValue>) -> Any {
    Any::KvlistValue(KeyValueList { values })
}

/// A value as a run file has it.
pub fn value(value: &AttributeValue) -> Any {
    match value {
        AttributeValue::Bool(value) => Any::BoolValue(*value),
        AttributeValue::Int(number) => Any::IntValue(*number),
        AttributeValue::Double(number) => Any::DoubleValue(*number),
        AttributeValue::String(given) => text(given.as_str()),
        AttributeValue::Bools(list) => array(list.iter().copied().map(Any::BoolValue)),
        AttributeValue::Ints(list) => array(list.iter().copied().map(Any::IntValue)),
        AttributeValue::Doubles(list) => array(list.iter().copied().map(Any::DoubleValue)),
        AttributeValue::Strings(list) => array(list.iter().map(|item| text(item.as_str()))),
    }
}

/// Adds what the run file has as a field of its own, where no attribute says it already.
pub fn complete(attributes: &mut Vec<KeyValue>, key: &str, value: Option<&str>) {
    if let Some(value) = value
        && !attributes.iter().any(|known| known.key == key)
    {
        attributes.push(pair(key, text(value)));
    }
}

/// A log record that has neither attributes nor a place yet, with its time in nanoseconds since the Unix epoch.
pub fn log_record(time: u64, severity: Severity, body: Any) -> LogRecord {
    LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time,
        severity_number: severity as i32,
        severity_text: severity_text(severity).to_owned(),
        body: Some(AnyValue { value: Some(body) }),
        ..LogRecord::default()
    }
}

pub(crate) fn severity_text(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "TRACE",
        Severity::Debug => "DEBUG",
        Severity::Info => "INFO",
        Severity::Warn => "WARN",
        Severity::Error => "ERROR",
    }
}

/// A link. Only the spans of the run's own process have a name in it.
pub fn link(trace_id: Vec<u8>, span_id: Vec<u8>, name: &str) -> Link {
    Link {
        trace_id,
        span_id,
        flags: link_flags(name),
        ..Link::default()
    }
}

pub(crate) fn link_flags(name: &str) -> u32 {
    if name.is_empty() { REMOTE } else { LOCAL }
}

/// The kind of a span.
pub fn kind(kind: SpanKind) -> i32 {
    let kind = match kind {
        SpanKind::Internal => Kind::Internal,
        SpanKind::Client => Kind::Client,
        SpanKind::Server => Kind::Server,
        SpanKind::Producer => Kind::Producer,
        SpanKind::Consumer => Kind::Consumer,
    };
    kind.into()
}

/// The status of a span: one that did not fail has none.
pub fn status(outcome: Outcome, message: impl FnOnce() -> String) -> Option<Status> {
    (outcome == Outcome::Failure).then(|| Status {
        code: StatusCode::Error.into(),
        message: message(),
    })
}

/// The summary as a map: members as in the run file, the stages in the order of their first starts.
pub fn summary_body(summary: &Summary) -> Any {
    let stages = summary.stages.iter().map(|stage| {
        let told = vec![
            pair("runs", count(stage.runs)),
            pair("duration_ns", count(stage.duration_ns)),
            pair("outcome", text(stage.outcome.name())),
        ];
        pair(&stage.stage, map(told))
    });
    let events = summary
        .events
        .iter()
        .map(|(name, times)| pair(name, count(*times)));
    let ledger = &summary.ledger;
    let ledger = vec![
        pair("emitted", count(ledger.emitted)),
        pair("acknowledged", count(ledger.acknowledged)),
        pair("in_file", count(ledger.in_file)),
        pair("dropped", count(ledger.dropped)),
        pair("in_flight", count(ledger.in_flight)),
    ];
    let ended = [
        summary
            .outcome
            .map(|outcome| pair("outcome", text(outcome.name()))),
        summary.duration_ns.map(|took| pair("duration_ns", count(took))),
    ];
    let counted = [
        pair("stages", map(stages.collect())),
        pair("events", map(events.collect())),
        pair("logs", count(summary.logs)),
        pair("cache_hits", count(summary.cache_hits)),
        pair("cache_misses", count(summary.cache_misses)),
        pair("unexpected", count(summary.unexpected)),
        pair("ledger", map(ledger)),
    ];
    map(ended.into_iter().flatten().chain(counted).collect())
}
